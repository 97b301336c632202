//! `balise diff`: the decoded values of two captures, or two runs, side by side.
//!
//! ```text
//! A, B -> Series (source, quantity, time, value) -> pairs by time -> differences beyond the tolerance
//! ```
//!
//! Exit 1 where they differ.

mod compare;
mod said;
mod series;

use crate::failure::{Exit, Failure};
use crate::speech;
use crate::words::Words;
use hil::DeviceKind;

pub use compare::{Compared, Comparison, Difference, compare};
pub use series::Series;

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The two files or run folders.
    pub files: [String; 2],
    /// What the devices are, where the files do not say it.
    pub device: Option<DeviceKind>,
    /// How far two values may be apart.
    pub tolerance: Tolerance,
    /// The result as JSON.
    pub json: bool,
}

/// How far two values of a quantity may be apart and still count as the same.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tolerance {
    /// Of every quantity not named.
    pub of_all: f64,
    /// By name.
    pub of_one: Vec<(String, f64)>,
}

impl Tolerance {
    /// Takes in `VALUE` or `NAME=VALUE`; `None` where it is neither.
    #[must_use]
    pub fn with(mut self, text: &str) -> Option<Self> {
        let number = |text: &str| text.parse::<f64>().ok().filter(|value| *value >= 0.0);
        match text.split_once('=') {
            Some((name, value)) => self.of_one.push((name.to_owned(), number(value)?)),
            None => self.of_all = number(text)?,
        }
        Some(self)
    }

    /// Of the quantity called `name`.
    #[must_use]
    pub fn of(&self, name: &str) -> f64 {
        let own = self.of_one.iter().rev().find(|(known, _)| known == name);
        own.map_or(self.of_all, |(_, value)| *value)
    }
}

/// Compares the two and says what differs.
///
/// # Errors
/// Exit 3 where a file cannot be read, or neither holds a value; exit 2 where nobody says what its devices are.
pub fn diff(options: &Options, words: Words) -> Result<Exit, Failure> {
    let [first, second] = &options.files;
    let (first, second) =
        (Series::read(first, options.device, words)?, Series::read(second, options.device, words)?);
    let comparison = compare(&first, &second, &options.tolerance);
    if comparison.is_empty() {
        return Err(Failure::new(Exit::BadFile, words.say("diff-nothing")));
    }
    let text = if options.json {
        format!("{:#}\n", said::json(&comparison))
    } else {
        said::table(&comparison, words)
    };
    speech::print(&text, words)?;
    Ok(if comparison.is_same() { Exit::Ok } else { Exit::CheckFailed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_of_a_name_beats_that_of_all() {
        let both = Tolerance::default().with("0.5").and_then(|tolerance| tolerance.with("soc=0.01"));
        let values = both.map(|tolerance| (tolerance.of("soc"), tolerance.of("voltage_v")));
        assert_eq!(values, Some((0.01, 0.5)));
        for bad in ["-1", "soc=", "soc=x", "nan"] {
            assert_eq!(Tolerance::default().with(bad), None, "{bad}");
        }
    }
}
