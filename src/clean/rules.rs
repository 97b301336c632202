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
    /// What the file calls that.
    pub name: String,
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

/// Reads what a rule of one name says.
type Reader = fn(&Section<'_>) -> Option<Action>;

/// Every rule by its name.
const ACTIONS: &[(&str, Reader)] = &[
    ("drop-duplicates", |_| Some(Action::DropDuplicates)),
    ("sort-by-time", |_| Some(Action::SortByTime)),
    ("mend-clock", |_| Some(Action::MendClock)),
    ("remove-findings", remove_findings),
    ("fill-gaps", fill_gaps),
    ("convert", convert),
    ("flip-sign", flip_sign),
    ("clip", clip),
    ("time-zone", |section| Some(Action::TimeZone { zone: text(section, "zone")? })),
    ("rename", rename),
    ("drop-column", |section| Some(Action::DropColumn { column: text(section, "column")? })),
];

const FILLS: &[(&str, Fill)] =
    &[("drop", Fill::Drop), ("interpolate", Fill::Interpolate), ("hold", Fill::Hold)];
const WHERE: &[(&str, bool)] = &[("all", false), ("findings", true)];

/// Reads the rules.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Vec<Rule>, Vec<Complaint>> {
    check(source, |root| {
        root.version("balise_clean", CLEAN_VERSION);
        let sections = root.sections("rule");
        let mut has_zone = false;
        let rules: Vec<Option<Rule>> = sections
            .iter()
            .map(|section| {
                let rule = rule(section, source)?;
                let is_zone = matches!(rule.action, Action::TimeZone { .. });
                // The reader asks for the zone once, before every rule.
                if is_zone && std::mem::replace(&mut has_zone, true) {
                    section.complain(section.span_of("do"), "clean-second-zone", Vec::new());
                }
                Some(rule)
            })
            .collect();
        rules.into_iter().collect()
    })
}

fn rule(section: &Section<'_>, source: &str) -> Option<Rule> {
    let start = section.span_of("do").start.min(source.len());
    let line = source.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
    let read = section.choice("do", None, ACTIONS);
    let action = read.and_then(|read| read(section));
    section.close();
    Some(Rule { action: action?, name: text(section, "do")?, line })
}

fn text(section: &Section<'_>, key: &'static str) -> Option<String> {
    section.text(key).map(str::to_owned)
}

fn remove_findings(section: &Section<'_>) -> Option<Action> {
    let kinds = section.choices("kinds", Kind::NAMES);
    if kinds.as_ref().is_some_and(Vec::is_empty) {
        let blanks = vec![("key", "kinds".to_owned())];
        section.complain(section.span_of("kinds"), "document-missing-key", blanks);
    }
    for kind in kinds.iter().flatten().filter(|kind| !kind.is_of_cells()) {
        let blanks = vec![("kind", kind.name().to_owned())];
        section.complain(section.span_of("kinds"), "clean-nothing-to-remove", blanks);
    }
    Some(Action::RemoveFindings { kinds: kinds?, column: section.text_if_given("column").map(str::to_owned) })
}

fn fill_gaps(section: &Section<'_>) -> Option<Action> {
    let (how, seconds) = (section.choice("how", None, FILLS), section.number("seconds_max", 0.0..=1e9));
    let column = section.text_if_given("column").map(str::to_owned);
    Some(Action::FillGaps { how: how?, seconds_max: seconds?, column })
}

fn convert(section: &Section<'_>) -> Option<Action> {
    let (column, from, to) = (text(section, "column"), unit(section, "from"), unit(section, "to"));
    let only_findings = section.choice("where", Some(false), WHERE);
    let (from, to) = (from?, to?);
    if from.of != to.of {
        let blanks = vec![("from", from.name.to_owned()), ("to", to.name.to_owned())];
        section.complain(section.span_of("to"), "clean-foreign-unit", blanks);
        return None;
    }
    Some(Action::Convert { column: column?, from, to, only_findings: only_findings? })
}

fn flip_sign(section: &Section<'_>) -> Option<Action> {
    let (column, only) = (text(section, "column"), section.choice("where", Some(false), WHERE));
    Some(Action::FlipSign { column: column?, only_findings: only? })
}

fn clip(section: &Section<'_>) -> Option<Action> {
    let (column, window) = (text(section, "column"), section.window("range", -1e12..=1e12));
    let (low, high) = window?;
    Some(Action::Clip { column: column?, low, high })
}

fn rename(section: &Section<'_>) -> Option<Action> {
    let (column, to) = (text(section, "column"), text(section, "to"));
    Some(Action::Rename { column: column?, to: to? })
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
        assert_eq!(
            rules[0],
            Rule { action: Action::DropDuplicates, name: "drop-duplicates".into(), line: 3 }
        );
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
        let zone = "[[rule]]\ndo = \"time-zone\"\nzone = \"UTC\"\n";
        assert_eq!(keys(&format!("balise_clean = 1\n{zone}{zone}")), ["clean-second-zone"]);
    }

    #[test]
    fn what_speaks_of_the_whole_log_is_not_removed() {
        for (name, kind) in Kind::NAMES {
            let source =
                format!("balise_clean = 1\n[[rule]]\ndo = \"remove-findings\"\nkinds = [\"{name}\"]\n");
            let complaints = parse(&source).err().unwrap_or_default();
            let keys: Vec<&str> = complaints.iter().map(|complaint| complaint.key).collect();
            let expected: &[&str] = if kind.is_of_cells() { &[] } else { &["clean-nothing-to-remove"] };
            assert_eq!(keys, expected, "{name}");
        }
    }
}
