//! One line cut into cells, and one cell read as a number.
//!
//! A number has its decimal mark and nothing else: the other mark, a thousands separator or a stray letter makes
//! the cell unreadable, never another number. A unit behind a number is understood.

/// Where the cells of a line are.
pub type Spans = Vec<(usize, usize)>;

/// Cuts `line` at `delimiter`; quotes hold a cell together within the line.
pub fn split(line: &[u8], delimiter: u8, spans: &mut Spans) {
    spans.clear();
    let (mut start, mut quoted) = (0, false);
    for (at, byte) in line.iter().enumerate() {
        if *byte == b'"' && (quoted || at == start) {
            quoted = !quoted;
        } else if *byte == delimiter && !quoted {
            spans.push((start, at));
            start = at + 1;
        }
    }
    spans.push((start, line.len()));
}

/// The cell without blanks and quotes around it.
pub fn cell(line: &[u8], span: (usize, usize)) -> &[u8] {
    let cell = line.get(span.0..span.1).unwrap_or_default().trim_ascii();
    match cell {
        [b'"', inner @ .., b'"'] => inner.trim_ascii(),
        _ => cell,
    }
}

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Said<'c> {
    /// Nothing was measured.
    Blank,
    /// A number, and what stands behind it.
    Number(f64, &'c str),
    /// A number with the other decimal mark.
    OtherMark,
    /// No number.
    Unreadable,
}

/// Reads a cell as a number with this decimal mark.
pub fn number(cell: &[u8], mark: u8) -> Said<'_> {
    if cell.is_empty() || is_blank_word(cell) {
        return Said::Blank;
    }
    let Ok(text) = std::str::from_utf8(cell) else { return Said::Unreadable };
    let is_of_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'+' | b'-');
    let mut end = cell.iter().take_while(|byte| is_of_number(byte)).count();
    // An exponent: e, sign, digits.
    if matches!(cell.get(end), Some(b'e' | b'E')) && end > 0 {
        let sign = usize::from(matches!(cell.get(end + 1), Some(b'+' | b'-')));
        let digits = cell.iter().skip(end + 1 + sign).take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            end += 1 + sign + digits;
        }
    }
    let (Some(digits), Some(behind)) = (text.get(..end), text.get(end..)) else { return Said::Unreadable };
    if digits.is_empty() {
        return Said::Unreadable;
    }
    let other = if mark == b',' { b'.' } else { b',' };
    if digits.bytes().any(|byte| byte == other) {
        let marks = digits.bytes().filter(|byte| matches!(byte, b'.' | b',')).count();
        return if marks == 1 { Said::OtherMark } else { Said::Unreadable };
    }
    let parsed = if mark == b',' && digits.contains(',') {
        digits.replace(',', ".").parse::<f64>()
    } else {
        digits.parse::<f64>()
    };
    match parsed {
        Ok(value) if value.is_finite() => Said::Number(value, behind.trim()),
        _ => Said::Unreadable,
    }
}

fn is_blank_word(cell: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] = [b"nan", b"null", b"none", b"n/a", b"na", b"-", b"--", b"nd", b"?"];
    cell.len() <= 4 && WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_a_cell_together() {
        let line = br#"1,"2,5", "a" ,"#;
        let mut spans = Spans::new();
        split(line, b',', &mut spans);
        let cells: Vec<&[u8]> = spans.iter().map(|span| cell(line, *span)).collect();
        assert_eq!(cells, [&b"1"[..], b"2,5", b"a", b""]);
    }

    #[test]
    fn only_a_number_is_a_number() {
        let check = |cell: &str, mark: u8, expected: Said<'_>| {
            assert_eq!(number(cell.as_bytes(), mark), expected, "{cell}");
        };
        check("12.5", b'.', Said::Number(12.5, ""));
        check("-1.2e-3", b'.', Said::Number(-0.0012, ""));
        check("12,5", b',', Said::Number(12.5, ""));
        check("12500 mV", b'.', Said::Number(12500.0, "mV"));
        check("12,5", b'.', Said::OtherMark);
        check("1,234.5", b'.', Said::Unreadable);
        check("1.2.3", b'.', Said::Unreadable);
        check("1e999", b'.', Said::Unreadable);
        check("NaN", b'.', Said::Blank);
        check("inf", b'.', Said::Unreadable);
        check("volts", b'.', Said::Unreadable);
        check("-", b'.', Said::Blank);
        check("+", b'.', Said::Unreadable);
    }
}
