//! From lines to a table. Nothing is guessed in silence: a line or cell that is not what its column says is
//! counted, with its row, and its value is not used.

use jiff::tz::TimeZone;

use super::cells::{Said, Spans, cell, number, split};
use super::clock::Gatherer;
use super::dialect::{self, Dialect, DialectError};
use super::find::{Finding, Kind};
use super::header::{Dimension, Quantity, Unit, meaning, unit_named};
use super::numbers::quantile;
use super::source::{Source, SourceError};
use super::table::{Cells, Column, Table};

/// Rows by which a column is known to hold words.
const TRIAL_ROWS: usize = 500;

/// Why a file is no log.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Its bytes are none of a table.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Its first lines are none of a table.
    #[error(transparent)]
    Dialect(#[from] DialectError),
    /// From this line on the columns are others.
    #[error("line {line}: other columns")]
    OtherColumns {
        /// The line.
        line: u32,
        /// Its names.
        found: String,
    },
    /// Two columns have one name.
    #[error("two columns {name}")]
    TwoColumns {
        /// The header's line.
        line: u32,
        /// The name.
        name: String,
    },
    /// More rows than line numbers.
    #[error("too long")]
    TooLong,
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::Source(SourceError::Io(error))
    }
}

/// Reads a table; stamps without an offset are of `zone`.
///
/// # Errors
/// Where it is no table, or becomes another one on the way.
pub fn table(path: &str, mut source: Source, zone: Option<TimeZone>) -> Result<Table, ReadError> {
    let dialect = dialect::sniff(source.head(), source.terminator())?;
    let (mut line, mut spans, mut reader) = (Vec::new(), Spans::new(), None);
    let mut last_number = 0;
    while let Some(end) = source.next_line(&mut line)? {
        last_number = end.number;
        if end.number == u32::MAX {
            return Err(ReadError::TooLong);
        }
        match &mut reader {
            None if end.number < dialect.header_line => {}
            None => {
                let counts = dialect::counts(source.head(), source.terminator(), dialect);
                reader = Some(Reader::new(&line, dialect, end.number, zone.clone(), &counts)?);
            }
            // A column of blanks is a row to those who part cells by tabs.
            Some(_) if dialect::is_remark(&line) => {}
            Some(reader) => {
                let is_cut = !end.is_whole && source.is_cut();
                reader.has_open_end = !end.is_whole && !is_cut;
                reader.take(&line, &mut spans, end.number, is_cut || end.is_endless)?;
            }
        }
    }
    let Some(mut reader) = reader else { return Err(DialectError::OneColumn.into()) };
    if source.is_cut() {
        let last = reader.lines.len().saturating_sub(1);
        reader.noted.push(Finding::of_rows(Kind::FileCut, None, &[last]));
    }
    if reader.lines.is_empty() {
        return Err(DialectError::NoRows(dialect.header_line).into());
    }
    Ok(reader.finish(path, last_number))
}

/// Where a column goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Time,
    Date,
    Value(usize),
}

/// A column being read.
struct Growing {
    name: String,
    quantity: Quantity,
    unit: Option<Unit>,
    numbers: Vec<f64>,
    words: Option<(Vec<u32>, Vec<String>)>,
    /// Unreadable cells and cells of another decimal mark or unit, by row.
    unreadable: Vec<usize>,
    other_mark: Vec<usize>,
    other_unit: Vec<usize>,
    early: Vec<String>,
    filled: usize,
}

struct Reader {
    dialect: Dialect,
    header: Vec<String>,
    roles: Vec<Role>,
    columns: Vec<Growing>,
    time: Gatherer,
    time_names: Vec<String>,
    lines: Vec<u32>,
    truncated: Vec<usize>,
    extra: Vec<usize>,
    other_dialect: Vec<usize>,
    headers: Vec<usize>,
    noted: Vec<Finding>,
    may_be_units: bool,
    has_open_end: bool,
}

fn text_of(cell: &[u8]) -> String {
    // What is no UTF-8 is Latin-1, as older loggers write `°`.
    std::str::from_utf8(cell)
        .map_or_else(|_| cell.iter().map(|byte| char::from(*byte)).collect(), ToOwned::to_owned)
}

impl Reader {
    /// `counts` says of each column whether it is one of plain numbers.
    fn new(
        line: &[u8],
        dialect: Dialect,
        number: u32,
        zone: Option<TimeZone>,
        counts: &[bool],
    ) -> Result<Self, ReadError> {
        let mut spans = Spans::new();
        split(line, dialect.delimiter, &mut spans);
        spans.truncate(dialect.columns);
        let header: Vec<String> = spans.iter().map(|span| text_of(cell(line, *span))).collect();
        let twice =
            header.iter().enumerate().find(|(at, name)| !name.is_empty() && header[..*at].contains(name));
        if let Some((_, name)) = twice {
            return Err(ReadError::TwoColumns { line: number, name: name.clone() });
        }
        let meaning_at = |(at, name): (usize, &String)| match meaning(name) {
            // The first, second, third day of a test: no date.
            (Quantity::Date, _) if counts.get(at) == Some(&true) && !name.to_lowercase().contains("date") => {
                (Quantity::Other, None)
            }
            told => told,
        };
        let meanings: Vec<(Quantity, Option<Unit>)> = header.iter().enumerate().map(meaning_at).collect();
        let time = meanings.iter().position(|(quantity, _)| *quantity == Quantity::Time);
        let date = meanings.iter().position(|(quantity, _)| *quantity == Quantity::Date);
        // A date alone is the time.
        let (time, date) = if time.is_none() { (date, None) } else { (time, date) };
        let unit = time.and_then(|time| meanings.get(time)).and_then(|(_, unit)| *unit);
        let mut columns = Vec::new();
        let roles: Vec<Role> = (0..header.len())
            .map(|at| {
                if Some(at) == time {
                    return Role::Time;
                }
                if Some(at) == date {
                    return Role::Date;
                }
                let (quantity, unit) = meanings[at];
                let quantity = if matches!(quantity, Quantity::Time | Quantity::Date) {
                    Quantity::Other
                } else {
                    quantity
                };
                columns.push(Growing::new(&header[at], at, quantity, unit));
                Role::Value(columns.len() - 1)
            })
            .collect();
        let time_names = date.into_iter().chain(time).map(|at| header[at].clone()).collect();
        Ok(Self {
            dialect,
            header,
            roles,
            columns,
            time: Gatherer::new(unit, dialect.mark, zone),
            time_names,
            lines: Vec::new(),
            truncated: Vec::new(),
            extra: Vec::new(),
            other_dialect: Vec::new(),
            headers: Vec::new(),
            noted: Vec::new(),
            may_be_units: true,
            has_open_end: false,
        })
    }

    fn take(&mut self, line: &[u8], spans: &mut Spans, number: u32, is_cut: bool) -> Result<(), ReadError> {
        split(line, self.dialect.delimiter, spans);
        while spans.len() > self.header.len() && cell(line, spans[spans.len() - 1]).is_empty() {
            spans.pop();
        }
        let is_units = std::mem::take(&mut self.may_be_units) && self.units(line, spans);
        if is_units {
            return Ok(());
        }
        if !is_cut && dialect::is_header(line, spans) && self.again(line, spans, number)? {
            return Ok(());
        }
        let row = self.lines.len();
        self.lines.push(number);
        let (found, wanted) = (spans.len(), self.header.len());
        if found == wanted && !is_cut {
            // The last cell of a line without an end may be half a number.
            self.cells(line, spans, wanted - usize::from(self.has_open_end));
        } else if self.is_of_other_dialect(line) {
            self.other_dialect.push(row);
            self.cells(line, &Spans::new(), 0);
        } else if found > wanted {
            // Which cells are whose cannot be known; the time comes first in most logs.
            self.extra.push(row);
            self.cells(line, spans, usize::from(self.roles.first() == Some(&Role::Time)));
        } else {
            // The last cell of a row cut short may be half a number.
            self.truncated.push(row);
            self.cells(line, spans, found.saturating_sub(1));
        }
        Ok(())
    }

    /// A second header line that holds nothing but units.
    fn units(&mut self, line: &[u8], spans: &Spans) -> bool {
        let told: Vec<Option<Unit>> = spans
            .iter()
            .map(|span| unit_named(text_of(cell(line, *span)).trim_matches(['[', ']', '(', ')'])))
            .collect();
        let blank = |span: &(usize, usize)| cell(line, *span).is_empty();
        let is_units = told.iter().any(Option::is_some)
            && spans
                .iter()
                .zip(&told)
                .all(|(span, unit)| unit.is_some() || blank(span) || !has_digit(cell(line, *span)));
        if !is_units || spans.len() != self.header.len() {
            return false;
        }
        for (role, unit) in self.roles.iter().zip(told) {
            let Some(unit) = unit else { continue };
            match role {
                Role::Time if unit.of == Dimension::Time => self.time.tell_unit(unit),
                Role::Value(at) => {
                    if let Some(column) = self.columns.get_mut(*at)
                        && column.quantity.dimension() == Some(unit.of)
                    {
                        column.unit = Some(unit);
                    }
                }
                Role::Time | Role::Date => {}
            }
        }
        true
    }

    /// The header again: told and left out. Another header: the end of what can be read.
    fn again(&mut self, line: &[u8], spans: &Spans, number: u32) -> Result<bool, ReadError> {
        let names: Vec<String> = spans.iter().map(|span| text_of(cell(line, *span))).collect();
        if names == self.header {
            self.headers.push(self.lines.len());
            return Ok(true);
        }
        // Two names of ours, or names that mean something, in another order: another table begins.
        let known = names.iter().filter(|name| self.header.contains(name)).count();
        let meant = names.iter().filter(|name| meaning(name).0 != Quantity::Other).count();
        if names.len() > 1 && (known * 2 >= names.len() || meant * 2 >= names.len()) {
            return Err(ReadError::OtherColumns { line: number, found: names.join(", ") });
        }
        Ok(false)
    }

    /// Another delimiter makes as many cells of it as there are columns, most of them values.
    fn is_of_other_dialect(&self, line: &[u8]) -> bool {
        let mut spans = Spans::new();
        [b',', b';', b'\t', b'|'].iter().filter(|delimiter| **delimiter != self.dialect.delimiter).any(
            |delimiter| {
                split(line, *delimiter, &mut spans);
                let values =
                    spans.iter().map(|span| cell(line, *span)).filter(|cell| dialect::is_value(cell));
                spans.len() == self.header.len() && values.count() * 2 > spans.len()
            },
        )
    }

    /// Takes the first `usable` cells of a row; the others are blank.
    fn cells(&mut self, line: &[u8], spans: &Spans, usable: usize) {
        let row = self.lines.len() - 1;
        let at = |wanted: Role| self.roles.iter().position(|role| *role == wanted);
        let of = |at: Option<usize>| {
            at.filter(|at| *at < usable).and_then(|at| spans.get(at)).map(|span| cell(line, *span))
        };
        let date = at(Role::Date);
        match of(at(Role::Time)) {
            Some(time) => self.time.push(time, date.map(|at| of(Some(at)).unwrap_or_default())),
            None => self.time.push_nothing(),
        }
        for (place, role) in self.roles.iter().enumerate() {
            let Role::Value(column) = role else { continue };
            let cell = spans.get(place).filter(|_| place < usable).map_or(&b""[..], |span| cell(line, *span));
            if let Some(column) = self.columns.get_mut(*column) {
                column.push(row, cell, self.dialect.mark);
            }
        }
    }

    fn finish(self, path: &str, lines_total: u32) -> Table {
        let rows = self.lines.len();
        let clock = self.time.finish();
        let mut spoilt: Vec<usize> = Vec::new();
        for rows in [&self.truncated, &self.extra, &self.other_dialect] {
            spoilt.extend(rows);
        }
        let mut table = Table {
            path: path.to_owned(),
            source: None,
            dialect: Some(self.dialect),
            columns: Vec::new(),
            time_names: self.time_names,
            clock: None,
            lines: self.lines,
            spoilt: Vec::new(),
            noted: self.noted,
            lines_total,
            span: None,
            pace: None,
        };
        table.note(Kind::TruncatedRow, None, &self.truncated);
        table.note(Kind::ExtraCells, None, &self.extra);
        table.note(Kind::MixedDialect, None, &self.other_dialect);
        let headers: Vec<usize> = self.headers.iter().map(|row| (*row).min(rows.saturating_sub(1))).collect();
        table.note(Kind::MidHeader, None, &headers);
        if self.has_open_end {
            let last = rows.saturating_sub(1);
            table.note(Kind::OpenEnd, None, &[last]);
            spoilt.push(last);
        }
        if let Some(clock) = &clock {
            table.note(Kind::TimeUnreadable, None, &clock.unreadable);
            spoilt.extend(&clock.unreadable);
            if clock.is_ambiguous {
                table.noted.push(Finding::of_range(Kind::AmbiguousDate, None, 0, rows - 1));
            }
        } else {
            table.noted.push(Finding::of_range(Kind::NoTime, None, 0, rows - 1));
        }
        table.clock = clock;
        for mut column in self.columns {
            column.pad(rows);
            if column.words.is_none() {
                let name = column.name.clone();
                table.note(Kind::Unreadable, Some(&name), &column.unreadable);
                table.note(Kind::MixedDialect, Some(&name), &column.other_mark);
                table.note(Kind::MixedUnits, Some(&name), &column.other_unit);
            }
            table.columns.push(settled(column.finish()));
        }
        spoilt.sort_unstable();
        spoilt.dedup();
        table.spoilt = spoilt;
        table
    }
}

/// A state of charge without a unit is in per cent where most of it lies above one.
fn settled(mut column: Column) -> Column {
    if column.quantity == Quantity::StateOfCharge && column.unit.is_none() {
        let typical = column.numbers().and_then(|numbers| quantile(numbers, 0.75)).unwrap_or(0.0);
        column.unit = unit_named(if typical > 1.5 { "%" } else { "ratio" });
    }
    column
}

fn has_digit(cell: &[u8]) -> bool {
    cell.iter().any(u8::is_ascii_digit)
}

impl Growing {
    fn new(name: &str, at: usize, quantity: Quantity, unit: Option<Unit>) -> Self {
        let name = if name.is_empty() { format!("column {}", at + 1) } else { name.to_owned() };
        let holds_words = matches!(name.as_str(), "site" | "battery" | "faults" | "note" | "name" | "serial");
        Self {
            name,
            quantity,
            unit,
            numbers: Vec::new(),
            words: holds_words.then(|| (Vec::new(), Vec::new())),
            unreadable: Vec::new(),
            other_mark: Vec::new(),
            other_unit: Vec::new(),
            early: Vec::new(),
            filled: 0,
        }
    }

    fn push(&mut self, row: usize, cell: &[u8], mark: u8) {
        if self.words.is_some() {
            self.push_word(&text_of(cell));
            return;
        }
        if row < TRIAL_ROWS {
            self.early.push(text_of(cell));
        }
        let said = number(cell, mark);
        self.filled += usize::from(said != Said::Blank);
        let value = match said {
            Said::Blank => f64::NAN,
            Said::Number(value, "") => value,
            Said::Number(value, behind) => self.with_unit(row, value, behind),
            Said::OtherMark => {
                self.other_mark.push(row);
                f64::NAN
            }
            Said::Unreadable => {
                self.unreadable.push(row);
                f64::NAN
            }
        };
        self.numbers.push(value);
        // Most of what was written so far is no number: it holds words.
        let is_asked = row + 1 == TRIAL_ROWS;
        if is_asked && self.is_of_words() {
            self.turn_to_words();
        }
        if row >= TRIAL_ROWS && !self.early.is_empty() {
            self.early = Vec::new();
        }
    }

    fn is_of_words(&self) -> bool {
        self.unreadable.len() * 2 > self.filled
    }

    fn turn_to_words(&mut self) {
        self.words = Some((Vec::new(), Vec::new()));
        for cell in std::mem::take(&mut self.early) {
            self.push_word(&cell);
        }
    }

    fn push_word(&mut self, text: &str) {
        let Some((rows, words)) = &mut self.words else { return };
        let is_last = rows.last().and_then(|last| words.get(*last as usize)).is_some_and(|last| last == text);
        let id = match rows.last() {
            Some(last) if is_last => *last,
            _ => match words.iter().take(10_000).position(|word| word == text) {
                Some(at) => at as u32,
                None => {
                    words.push(text.to_owned());
                    words.len() as u32 - 1
                }
            },
        };
        rows.push(id);
    }

    /// A value with its unit behind it, in the column's unit.
    fn with_unit(&mut self, row: usize, value: f64, behind: &str) -> f64 {
        let told = unit_named(behind)
            .filter(|unit| self.quantity.dimension().is_none_or(|dimension| dimension == unit.of));
        let Some(told) = told else {
            self.unreadable.push(row);
            return f64::NAN;
        };
        match self.unit {
            None => {
                self.unit = Some(told);
                value
            }
            Some(unit) if unit.name == told.name => value,
            Some(unit) if unit.of == told.of => {
                self.other_unit.push(row);
                unit.of_base(told.to_base(value))
            }
            Some(_) => {
                self.unreadable.push(row);
                f64::NAN
            }
        }
    }

    /// A short file is settled only now.
    fn pad(&mut self, rows: usize) {
        if self.words.is_none() && rows < TRIAL_ROWS && self.filled > 0 && self.is_of_words() {
            self.turn_to_words();
        }
    }

    fn finish(self) -> Column {
        let cells = match self.words {
            Some((rows, words)) => Cells::Words { rows, words },
            None => Cells::Numbers(self.numbers),
        };
        Column { name: self.name, quantity: self.quantity, unit: self.unit, cells }
    }
}
