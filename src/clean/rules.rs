//! The rules of `clean`, from TOML.
//!
//! ```toml
//! balise_clean = 1
//! [[rule]]
//! do = "remove-findings"
//! kinds = ["spike", "impossible"]
//! ```
//!
//! Rules run in the order of the file, each on what the one before left.

use crate::document::{Complaint, Section, check};
use crate::explore::{Kind, Unit, unit_named};

/// The version of the file.
pub const CLEAN_VERSION: i64 = 1;

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What it does.
    pub action: Action,
    /// Its line in the file.
    pub line: usize,
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Leaves out rows that are there already.
    DropDuplicates,
    /// Puts rows in the order of their time.
    SortByTime,
    /// Mends a clock that was set back or forth.
    MendClock,
    /// Blanks the cells of findings, or leaves out their rows where a finding is of rows.
    RemoveFindings {
        /// Of these kinds.
        kinds: Vec<Kind>,
        /// In this column; in all where absent.
        column: Option<String>,
    },
    /// Fills blanks, and rows that are missing.
    FillGaps {
        /// How.
        how: Fill,
        /// Longer ones are left.
        seconds_max: f64,
        /// In this column; in all where absent.
        column: Option<String>,
    },
    /// Turns values into another unit.
    Convert {
        /// The column.
        column: String,
        /// What they are in.
        from: Unit,
        /// What they shall be in.
        to: Unit,
        /// Only the rows that were found to be in it.
        only_findings: bool,
    },
    /// Turns the sign around.
    FlipSign {
        /// The column.
        column: String,
        /// Only the rows that were found to be of the wrong sign.
        only_findings: bool,
    },
    /// Brings values into a range.
    Clip {
        /// The column.
        column: String,
        /// Not below.
        low: f64,
        /// Not above.
        high: f64,
    },
    /// Stamps that do not tell their zone are of this one; the result has UTC.
    TimeZone {
        /// A name or an offset.
        zone: String,
    },
    /// Gives a column another name.
    Rename {
        /// The column.
        column: String,
        /// Its name.
        to: String,
    },
    /// Leaves out a column.
    DropColumn {
        /// The column.
        column: String,
    },
}

/// How blanks are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Rows with a blank are left out.
    Drop,
    /// On a straight line.
    Interpolate,
    /// With the last value.
    Hold,
}

const ACTIONS: &[(&str, &str)] = &[
    ("drop-duplicates", "drop-duplicates"),
    ("sort-by-time", "sort-by-time"),
    ("mend-clock", "mend-clock"),
    ("remove-findings", "remove-findings"),
    ("fill-gaps", "fill-gaps"),
    ("convert", "convert"),
    ("flip-sign", "flip-sign"),
    ("clip", "clip"),
    ("time-zone", "time-zone"),
    ("rename", "rename"),
    ("drop-column", "drop-column"),
];

const FILLS: &[(&str, Fill)] =
    &[("drop", Fill::Drop), ("interpolate", Fill::Interpolate), ("hold", Fill::Hold)];
const WHERE: &[(&str, bool)] = &[("all", false), ("findings", true)];

impl Action {
    /// As the file has it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::DropDuplicates => "drop-duplicates",
            Self::SortByTime => "sort-by-time",
            Self::MendClock => "mend-clock",
            Self::RemoveFindings { .. } => "remove-findings",
            Self::FillGaps { .. } => "fill-gaps",
            Self::Convert { .. } => "convert",
            Self::FlipSign { .. } => "flip-sign",
            Self::Clip { .. } => "clip",
            Self::TimeZone { .. } => "time-zone",
            Self::Rename { .. } => "rename",
            Self::DropColumn { .. } => "drop-column",
        }
    }
}

/// Reads the rules.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Vec<Rule>, Vec<Complaint>> {
    check(source, |root| {
        root.version("balise_clean", CLEAN_VERSION);
        let sections = root.sections("rule");
        let rules: Vec<Option<Rule>> = sections.iter().map(|section| rule(section, source)).collect();
        rules.into_iter().collect()
    })
}

fn rule(section: &Section<'_>, source: &str) -> Option<Rule> {
    let start = section.span_of("do").start.min(source.len());
    let line = source.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
    let action = section.choice("do", None, ACTIONS);
    let action = action.and_then(|name| action_of(name, section));
    section.close();
    Some(Rule { action: action?, line })
}

fn action_of(name: &str, section: &Section<'_>) -> Option<Action> {
    let column = || section.text("column").map(str::to_owned);
    Some(match name {
        "drop-duplicates" => Action::DropDuplicates,
        "sort-by-time" => Action::SortByTime,
        "mend-clock" => Action::MendClock,
        "remove-findings" => {
            let kinds = section.choices("kinds", Kind::NAMES);
            if kinds.as_ref().is_some_and(Vec::is_empty) {
                let blanks = vec![("key", "kinds".to_owned())];
                section.complain(section.span_of("kinds"), "document-missing-key", blanks);
            }
            Action::RemoveFindings {
                kinds: kinds?,
                column: section.text_if_given("column").map(str::to_owned),
            }
        }
        "fill-gaps" => {
            let (how, seconds) =
                (section.choice("how", None, FILLS), section.number("seconds_max", 0.0..=1e9));
            let column = section.text_if_given("column").map(str::to_owned);
            Action::FillGaps { how: how?, seconds_max: seconds?, column }
        }
        "convert" => {
            let (column, from, to) = (column(), unit(section, "from"), unit(section, "to"));
            let only_findings = section.choice("where", Some(false), WHERE);
            let (from, to) = (from?, to?);
            if from.of != to.of {
                let blanks = vec![("from", from.name.to_owned()), ("to", to.name.to_owned())];
                section.complain(section.span_of("to"), "clean-foreign-unit", blanks);
                return None;
            }
            Action::Convert { column: column?, from, to, only_findings: only_findings? }
        }
        "flip-sign" => {
            let (column, only) = (column(), section.choice("where", Some(false), WHERE));
            Action::FlipSign { column: column?, only_findings: only? }
        }
        "clip" => {
            let (column, window) = (column(), section.window("range", -1e12..=1e12));
            let (low, high) = window?;
            Action::Clip { column: column?, low, high }
        }
        "time-zone" => Action::TimeZone { zone: section.text("zone")?.to_owned() },
        "rename" => {
            let (column, to) = (column(), section.text("to").map(str::to_owned));
            Action::Rename { column: column?, to: to? }
        }
        _ => Action::DropColumn { column: column()? },
    })
}

fn unit(section: &Section<'_>, key: &'static str) -> Option<Unit> {
    let text = section.text(key)?;
    let unit = unit_named(text);
    if unit.is_none() {
        let blanks = vec![("unit", text.to_owned())];
        section.complain(section.span_of(key), "clean-unknown-unit", blanks);
    }
    unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_with_their_lines() {
        let source = "balise_clean = 1\n[[rule]]\ndo = \"drop-duplicates\"\n[[rule]]\ndo = \"clip\"\ncolumn = \"v\"\nrange = [0, 20]\n";
        let rules = parse(source).expect("rules");
        assert_eq!(rules[0], Rule { action: Action::DropDuplicates, line: 3 });
        assert_eq!(rules[1].action, Action::Clip { column: "v".into(), low: 0.0, high: 20.0 });
    }

    #[test]
    fn what_is_wrong_is_told_with_its_key() {
        let keys = |source: &str| -> Vec<&'static str> {
            parse(source).err().unwrap_or_default().iter().map(|complaint| complaint.key).collect()
        };
        assert_eq!(keys("balise_clean = 2\n"), ["document-wrong-version"]);
        assert_eq!(keys("balise_clean = 1\n[[rule]]\ndo = \"dance\"\n"), ["document-unknown-choice"]);
        let foreign =
            "balise_clean = 1\n[[rule]]\ndo = \"convert\"\ncolumn = \"v\"\nfrom = \"mV\"\nto = \"A\"\n";
        assert_eq!(keys(foreign), ["clean-foreign-unit"]);
        let unknown = "balise_clean = 1\n[[rule]]\ndo = \"drop-duplicates\"\nfoo = 1\n";
        assert_eq!(keys(unknown), ["document-unknown-key"]);
    }
}
