//! How a table is written: what parts its cells, its decimal mark, and which line names the columns.
//!
//! Every delimiter is tried on the first lines. The best one cuts most lines into the same number of cells, and
//! makes numbers or stamps of them.

use super::cells::{Said, Spans, cell, number, split};
use super::stamp;

/// What a log may be parted by.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// As many lines tell a dialect.
const LINES: usize = 200;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// What parts its cells.
    pub delimiter: u8,
    /// Its decimal mark.
    pub mark: u8,
    /// The line that names the columns, from 1.
    pub header_line: u32,
    /// How many columns.
    pub columns: usize,
}

/// Why no dialect fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DialectError {
    /// Nothing parts the cells.
    #[error("one column")]
    OneColumn,
    /// The first line of the table is numbers.
    #[error("no header")]
    NoHeader(u32),
    /// There is a header and nothing below it.
    #[error("no rows")]
    NoRows(u32),
}

/// One delimiter tried.
struct Tried {
    delimiter: u8,
    columns: usize,
    score: f64,
}

/// The dialect of a file that begins with `head`.
///
/// # Errors
/// Where it is no table with a header.
pub fn sniff(head: &[u8], terminator: u8) -> Result<Dialect, DialectError> {
    let lines = sample(head, terminator);
    let tried = DELIMITERS.iter().filter_map(|delimiter| attempt(&lines, *delimiter));
    let best = tried.max_by(|a, b| a.score.total_cmp(&b.score)).ok_or(DialectError::OneColumn)?;
    let mut spans = Spans::new();
    let mut cut = |line: &[u8]| {
        split(line, best.delimiter, &mut spans);
        spans.clone()
    };
    let (mut header, mut columns) = (None, best.columns);
    for (at, line) in &lines {
        let spans = cut(line);
        // Some writers end each row with a delimiter, but not the header.
        if spans.len() != best.columns && spans.len() + 1 != best.columns {
            continue;
        }
        columns = spans.len();
        if is_header(line, &spans) {
            header = Some(*at);
        }
        if header.is_none() {
            return Err(DialectError::NoHeader(*at));
        }
        break;
    }
    let header_line = header.ok_or(DialectError::OneColumn)?;
    let below: Vec<&[u8]> = lines.iter().filter(|(at, _)| *at > header_line).map(|(_, line)| *line).collect();
    if below.is_empty() {
        return Err(DialectError::NoRows(header_line));
    }
    // A delimiter at the end of every line makes no column.
    let is_blank =
        |line: &[u8], spans: &Spans, at: usize| spans.get(at).is_none_or(|span| cell(line, *span).is_empty());
    let header_text =
        lines.iter().find(|(at, _)| *at == header_line).map(|(_, line)| *line).unwrap_or_default();
    let last = columns - 1;
    if columns > 2
        && is_blank(header_text, &cut(header_text), last)
        && below.iter().all(|line| is_blank(line, &cut(line), last))
    {
        columns -= 1;
    }
    let (mut points, mut commas) = (0_usize, 0_usize);
    for line in &below {
        for span in cut(line) {
            let cell = cell(line, span);
            points += usize::from(matches!(number(cell, b'.'), Said::Number(..)) && cell.contains(&b'.'));
            commas += usize::from(matches!(number(cell, b','), Said::Number(..)) && cell.contains(&b','));
        }
    }
    let mark = if commas > points { b',' } else { b'.' };
    Ok(Dialect { delimiter: best.delimiter, mark, header_line, columns })
}

/// The first whole lines that say something, with their numbers.
fn sample(head: &[u8], terminator: u8) -> Vec<(u32, &[u8])> {
    let lines = head.split(|byte| *byte == terminator).enumerate();
    lines
        .map(|(at, line)| (at as u32 + 1, line.strip_suffix(b"\r").unwrap_or(line)))
        .filter(|(_, line)| !is_remark(line))
        .take(LINES)
        .collect()
}

/// Which columns hold plain numbers in the first lines, and never a date.
pub fn counts(head: &[u8], terminator: u8, dialect: Dialect) -> Vec<bool> {
    let (mut numbers, mut dates) = (vec![false; dialect.columns], vec![false; dialect.columns]);
    let mut spans = Spans::new();
    for (_, line) in sample(head, terminator).into_iter().filter(|(at, _)| *at > dialect.header_line) {
        split(line, dialect.delimiter, &mut spans);
        for (at, span) in spans.iter().take(dialect.columns).enumerate() {
            let cell = cell(line, *span);
            numbers[at] |= matches!(number(cell, dialect.mark), Said::Number(_, ""));
            dates[at] |= stamp::parse(cell).is_some_and(|stamp| stamp.date.is_some());
        }
    }
    numbers.into_iter().zip(dates).map(|(numbers, dates)| numbers && !dates).collect()
}

/// Says nothing to a table: blank, or a remark.
pub fn is_remark(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    text.is_empty() || text.starts_with(b"#")
}

fn attempt(lines: &[(u32, &[u8])], delimiter: u8) -> Option<Tried> {
    let mut spans = Spans::new();
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for (_, line) in lines {
        split(line, delimiter, &mut spans);
        *counts.entry(spans.len()).or_default() += 1;
    }
    let (columns, agreeing) =
        counts.into_iter().filter(|(columns, _)| *columns > 1).max_by_key(|(_, count)| *count)?;
    let (mut understood, mut cells) = (0_usize, 0_usize);
    for (_, line) in lines {
        split(line, delimiter, &mut spans);
        for span in &spans {
            let cell = cell(line, *span);
            cells += 1;
            understood += usize::from(is_value(cell));
        }
    }
    let score = agreeing as f64 / lines.len() as f64 * (understood as f64 + 1.0) / (cells as f64 + 1.0);
    Some(Tried { delimiter, columns, score })
}

/// Blank, a number, or a stamp.
pub fn is_value(cell: &[u8]) -> bool {
    matches!(number(cell, b'.'), Said::Blank | Said::Number(_, ""))
        || matches!(number(cell, b','), Said::Number(_, ""))
        || stamp::parse(cell).is_some()
}

/// Names, not values: no cell is a number or a stamp, and some say something.
pub fn is_header(line: &[u8], spans: &Spans) -> bool {
    let cells = || spans.iter().map(|span| cell(line, *span));
    let named = cells().filter(|cell| cell.iter().any(u8::is_ascii_alphabetic)).count();
    let values = cells().filter(|cell| !cell.is_empty() && is_value(cell)).count();
    values == 0 && named * 2 > spans.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, delimiter: u8, mark: u8, header_line: u32, columns: usize) {
        let expected = Dialect { delimiter, mark, header_line, columns };
        assert_eq!(sniff(text.as_bytes(), b'\n'), Ok(expected), "{text}");
    }

    #[test]
    fn the_usual_dialects_are_told_apart() {
        check("time_s,current_a\n0.0,1.5\n1.0,1.6\n", b',', b'.', 1, 2);
        check("Temps;Tension (V)\n0,0;12,5\n1,0;12,6\n", b';', b',', 1, 2);
        check("# balise_trace 1\nt\tv\tx\n0\t12.5\t3\n", b'\t', b'.', 2, 3);
        check("t|v|\n0|12.5|\n1|12.5|\n", b'|', b'.', 1, 2);
        check("Logger 12\nSite: A20\n\nDate,Heure,V\n2026-01-02,10:00,12.5\n", b',', b'.', 4, 3);
        check("t,v,faults\n0,12.5,\n1,12.5,\n2,12.4,snow\n", b',', b'.', 1, 3);
        check("t|v\n0|12.5|\n1|12.5|\n", b'|', b'.', 1, 2);
        check("t,v\n0,\"12,5\"\n1,\"12,6\"\n", b',', b',', 1, 2);
        check("when;v\n2026-01-02 10:00:00,5;12,5\n2026-01-02 10:00:01,5;12,6\n", b';', b',', 1, 2);
    }

    #[test]
    fn what_is_no_table_is_said() {
        assert_eq!(sniff(b"v\n12.5\n12.6\n", b'\n'), Err(DialectError::OneColumn));
        assert_eq!(sniff(b"1,2\n3,4\n", b'\n'), Err(DialectError::NoHeader(1)));
        assert_eq!(sniff(b"t,v\n", b'\n'), Err(DialectError::NoRows(1)));
    }
}
