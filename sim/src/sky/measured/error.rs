//! What can be wrong with a file of measured weather.

/// A weather file that cannot be used; lines count from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeatherError {
    /// Not UTF-8.
    #[error("no text: byte {at_byte} is not UTF-8")]
    NotText {
        /// The first byte that is not.
        at_byte: usize,
    },
    /// Neither kind of file.
    #[error("the first line is neither an EPW's \"LOCATION,…\" nor CSV column names with `{missing}`")]
    UnknownFormat {
        /// A column that CSV must have.
        missing: &'static str,
    },
    /// An EPW whose eight header lines cannot be read.
    #[error("line {line}: an EPW header needs {needs}")]
    BadHeader {
        /// The line.
        line: usize,
        /// What should be there.
        needs: &'static str,
    },
    /// A field that is absent or marked as missing.
    #[error("line {line}: `{field}` is missing")]
    Missing {
        /// The line.
        line: usize,
        /// The column.
        field: &'static str,
    },
    /// A field that is no number.
    #[error("line {line}: `{field}` is \"{text}\", which is no number")]
    NotANumber {
        /// The line.
        line: usize,
        /// The column.
        field: &'static str,
        /// What stands there.
        text: String,
    },
    /// A number no weather has.
    #[error("line {line}: `{field}` is {value}, not within {low} to {high}")]
    OutOfRange {
        /// The line.
        line: usize,
        /// The column.
        field: &'static str,
        /// What stands there.
        value: f64,
        /// Least allowed.
        low: f64,
        /// Greatest allowed.
        high: f64,
    },
    /// Hours do not follow each other.
    #[error("line {line}: month {}, day {}, hour {} where month {}, day {}, hour {} should follow",
        .found.0, .found.1, .found.2, .expected.0, .expected.1, .expected.2)]
    HourMissing {
        /// The line.
        line: usize,
        /// Month, day and hour there.
        found: (u32, u32, u32),
        /// Month, day and hour that should be there.
        expected: (u32, u32, u32),
    },
    /// Not a year.
    #[error("{found} hours, where a year has 8760 or, with 29 February, 8784")]
    WrongLength {
        /// How many there are.
        found: usize,
    },
    /// No time zone.
    #[error("a local time {hours} h from UTC is none: -14 to 14")]
    BadOffset {
        /// The offset.
        hours: f64,
    },
}
