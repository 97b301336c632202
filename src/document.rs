//! A TOML file read with its author in mind: every value knows its place, every complaint names the
//! line and what to write instead, and several complaints come at once.
//!
//! ```text
//! text -> Section (spanned table) -> checked values      complaints gather on the way
//! ```
//!
//! Keys end in their unit (`capacity_amp_hours`); a key that nothing asked for is an error.

use std::cell::RefCell;
use std::io::IsTerminal;
use std::ops::{Range, RangeInclusive};

use fluent_templates::fluent_bundle::FluentValue;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::failure::{Exit, Failure};
use crate::words::Words;

/// One thing wrong with the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Complaint {
    /// Bytes of the file it is about.
    pub span: Range<usize>,
    /// Fluent key of the sentence; `…-help` is the advice that goes with it.
    pub key: &'static str,
    /// Blanks of the sentence and of its advice.
    pub blanks: Vec<(&'static str, String)>,
}

/// One table of the file, being read.
pub struct Section<'d> {
    table: &'d DeTable<'d>,
    span: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
    complaints: &'d RefCell<Vec<Complaint>>,
}

/// Reads `source` with `read`, which asks the root section for what it needs.
///
/// # Errors
/// Every complaint gathered, in the order of the file.
pub fn check<T>(source: &str, read: impl FnOnce(&Section<'_>) -> Option<T>) -> Result<T, Vec<Complaint>> {
    let (root, syntax) = DeTable::parse_recoverable(source);
    let complaints = RefCell::new(
        syntax
            .iter()
            .map(|error| Complaint {
                span: error.span().unwrap_or(0..0),
                key: "document-syntax",
                blanks: vec![("reason", error.message().to_owned())],
            })
            .collect::<Vec<_>>(),
    );
    let value = if syntax.is_empty() {
        let section = Section::new(root.get_ref(), root.span(), &complaints);
        let value = read(&section);
        section.close();
        value
    } else {
        None
    };
    let mut complaints = complaints.into_inner();
    complaints.sort_by_key(|complaint| complaint.span.start);
    match value {
        Some(value) if complaints.is_empty() => Ok(value),
        _ => Err(complaints),
    }
}

/// The complaints as a person reads them: file, line, caret, advice.
#[must_use]
pub fn failure(path: &str, source: &str, complaints: &[Complaint], words: Words) -> Failure {
    let handler = GraphicalReportHandler::new_themed(theme()).with_links(false).with_width(100);
    let mut message = String::new();
    for complaint in complaints {
        let blanks: Vec<(&'static str, FluentValue<'_>)> =
            complaint.blanks.iter().map(|(name, value)| (*name, FluentValue::from(value.as_str()))).collect();
        let help_key = format!("{}-help", complaint.key);
        let span = complaint.span.start..complaint.span.end.max(complaint.span.start + 1).min(source.len());
        let diagnostic = MietteDiagnostic::new(words.tell(complaint.key, &blanks))
            .with_help(words.tell(&help_key, &blanks))
            .with_label(LabeledSpan::underline(span));
        let report =
            miette::Report::new(diagnostic).with_source_code(NamedSource::new(path, source.to_owned()));
        if handler.render_report(&mut message, report.as_ref()).is_err() {
            message.push_str(&words.tell(complaint.key, &blanks));
        }
    }
    // The drawing's one word of its own, in the reader's language; of the same width, so nothing shifts.
    let message = message.replace("\n  help: ", &format!("\n  {}: ", words.say("document-help")));
    Failure::new(Exit::BadFile, message)
}

/// Colour where a person is watching and has not refused it.
fn theme() -> GraphicalTheme {
    let plain = std::env::var_os("NO_COLOR").is_some()
        || std::env::var("TERM").is_ok_and(|term| term == "dumb")
        || !std::io::stderr().is_terminal();
    if plain { GraphicalTheme::unicode_nocolor() } else { GraphicalTheme::unicode() }
}

impl<'d> Section<'d> {
    fn new(table: &'d DeTable<'d>, span: Range<usize>, complaints: &'d RefCell<Vec<Complaint>>) -> Self {
        Self { table, span, asked: RefCell::default(), complaints }
    }

    /// Adds a complaint about `span`.
    pub fn complain(&self, span: Range<usize>, key: &'static str, blanks: Vec<(&'static str, String)>) {
        self.complaints.borrow_mut().push(Complaint { span, key, blanks });
    }

    /// The bytes of the value of `key`, or of the whole section where it is absent.
    #[must_use]
    pub fn span_of(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or(self.span.clone(), Spanned::span)
    }

    /// Checks that the file says it is of this `version` of its format.
    pub fn version(&self, key: &'static str, version: i64) {
        let Some(value) = self.present(key) else { return };
        let found = number_of(value.get_ref());
        if found != Some(version as f64) {
            let shown = found.map_or_else(|| "?".to_owned(), |number| number.to_string());
            let blanks = vec![("key", key.to_owned()), ("value", shown), ("known", version.to_string())];
            self.complain(value.span(), "document-wrong-version", blanks);
        }
    }

    /// A number that must be there.
    pub fn number(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        self.present(key)?;
        self.number_if_given(key, range)
    }

    /// A number, or `default` where the file is silent.
    pub fn number_or(&self, key: &'static str, default: f64, range: RangeInclusive<f64>) -> Option<f64> {
        if self.value(key).is_none() { Some(default) } else { self.number_if_given(key, range) }
    }

    /// A number where the file gives one.
    pub fn number_if_given(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        let value = self.value(key)?;
        let Some(number) = number_of(value.get_ref()) else {
            self.complain(value.span(), "document-not-a-number", vec![("key", key.to_owned())]);
            return None;
        };
        if range.contains(&number) {
            return Some(number);
        }
        let blanks = vec![
            ("key", key.to_owned()),
            ("value", number.to_string()),
            ("low", range.start().to_string()),
            ("high", range.end().to_string()),
        ];
        self.complain(value.span(), "document-out-of-range", blanks);
        None
    }

    /// A text that must be there.
    pub fn text(&self, key: &'static str) -> Option<&'d str> {
        self.present(key)?;
        self.text_if_given(key)
    }

    /// A text where the file gives one.
    pub fn text_if_given(&self, key: &'static str) -> Option<&'d str> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.as_ref()),
            _ => {
                self.complain(value.span(), "document-not-a-text", vec![("key", key.to_owned())]);
                None
            }
        }
    }

    /// Some texts; none where the file is silent.
    pub fn texts_if_given(&self, key: &'static str) -> Option<Vec<&'d str>> {
        let Some(value) = self.value(key) else { return Some(Vec::new()) };
        let text = |item: &'d Spanned<DeValue<'d>>| match item.get_ref() {
            DeValue::String(text) => Some(text.as_ref()),
            _ => None,
        };
        let texts = match value.get_ref() {
            DeValue::Array(items) => items.iter().map(text).collect::<Option<Vec<_>>>(),
            _ => None,
        };
        if texts.is_none() {
            self.complain(value.span(), "document-not-texts", vec![("key", key.to_owned())]);
        }
        texts
    }

    /// Some of `names`, each mapped to its value; none where the file is silent.
    pub fn choices<T: Clone>(&self, key: &'static str, names: &[(&str, T)]) -> Option<Vec<T>> {
        let find = |text: &&str| names.iter().find(|(name, _)| name == text).map(|(_, value)| value.clone());
        let texts = self.texts_if_given(key)?;
        let values: Option<Vec<T>> = texts.iter().map(find).collect();
        if values.is_none() {
            self.unknown_choice(key, &texts.join(", "), names);
        }
        values
    }

    fn unknown_choice<T>(&self, key: &'static str, text: &str, names: &[(&str, T)]) {
        let known = names.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let blanks = vec![("key", key.to_owned()), ("value", text.to_owned()), ("known", known)];
        self.complain(self.span_of(key), "document-unknown-choice", blanks);
    }

    /// One of `names`, mapped to its value; `default` where the file is silent and a default exists.
    pub fn choice<T: Clone>(&self, key: &'static str, default: Option<T>, names: &[(&str, T)]) -> Option<T> {
        if let (None, Some(default)) = (self.value(key), default) {
            return Some(default);
        }
        let text = self.text(key)?;
        if let Some((_, value)) = names.iter().find(|(name, _)| *name == text) {
            return Some(value.clone());
        }
        self.unknown_choice(key, text, names);
        None
    }

    /// A true or false, or `default` where the file is silent.
    pub fn flag_or(&self, key: &'static str, default: bool) -> Option<bool> {
        let Some(value) = self.value(key) else { return Some(default) };
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.complain(value.span(), "document-not-a-flag", vec![("key", key.to_owned())]);
                None
            }
        }
    }

    /// Two numbers that must be there, the first not above the second.
    pub fn window(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<(f64, f64)> {
        self.present(key)?;
        self.window_if_given(key, range)
    }

    /// Two numbers where the file gives them, the first not above the second.
    pub fn window_if_given(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<(f64, f64)> {
        let value = self.value(key)?;
        let numbers: Vec<f64> = match value.get_ref() {
            // A word among the numbers spoils the window, it is not overlooked.
            DeValue::Array(items) => {
                items.iter().map(|item| number_of(item.get_ref()).unwrap_or(f64::NAN)).collect()
            }
            _ => Vec::new(),
        };
        match numbers[..] {
            [from, until] if from <= until && range.contains(&from) && range.contains(&until) => {
                Some((from, until))
            }
            _ => {
                let blanks = vec![
                    ("key", key.to_owned()),
                    ("low", range.start().to_string()),
                    ("high", range.end().to_string()),
                ];
                self.complain(value.span(), "document-not-a-window", blanks);
                None
            }
        }
    }

    /// The sub-table called `key`, where it is given.
    pub fn section(&self, key: &'static str) -> Option<Section<'d>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section::new(table, value.span(), self.complaints)),
            _ => {
                self.complain(value.span(), "document-not-a-table", vec![("key", key.to_owned())]);
                None
            }
        }
    }

    /// The sub-table called `key`, which must be there.
    pub fn required_section(&self, key: &'static str) -> Option<Section<'d>> {
        self.present(key)?;
        self.section(key)
    }

    /// Every table of the list `[[key]]`; none where it is absent.
    pub fn sections(&self, key: &'static str) -> Vec<Section<'d>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.complain(value.span(), "document-not-a-list", vec![("key", key.to_owned())]);
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(table) => Some(Section::new(table, item.span(), self.complaints)),
                _ => {
                    self.complain(item.span(), "document-not-a-list", vec![("key", key.to_owned())]);
                    None
                }
            })
            .collect()
    }

    /// Complains about every key nobody asked for.
    pub fn close(&self) {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if asked.contains(&name) {
                continue;
            }
            let (complaint, near) = match nearest(name, &asked) {
                Some(near) if near.starts_with(&format!("{name}_")) => ("document-missing-unit", near),
                Some(near) => ("document-unknown-key", near),
                None => ("document-foreign-key", ""),
            };
            let known = asked.join(", ");
            let blanks = vec![("key", name.to_owned()), ("near", near.to_owned()), ("known", known)];
            self.complain(key.span(), complaint, blanks);
        }
    }

    fn value(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.table.get(key)
    }

    fn present(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        let value = self.value(key);
        if value.is_none() {
            let start = self.span.start;
            let span = start..self.span.end.min(start + 1);
            self.complain(span, "document-missing-key", vec![("key", key.to_owned())]);
        }
        value
    }
}

fn number_of(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(|number| number as f64)
        }
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

/// The known key an author probably meant: the one that adds a unit, else the closest spelling.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let with_unit = format!("{name}_");
    if let Some(key) = known.iter().find(|key| key.starts_with(&with_unit)) {
        return Some(key);
    }
    known
        .iter()
        .map(|key| (edit_distance(name, key), *key))
        .min()
        .filter(|(distance, key)| *distance <= 2.max(key.len() / 3))
        .map(|(_, key)| key)
}

/// Levenshtein distance over bytes; keys are ASCII.
fn edit_distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(source: &str) -> Vec<&'static str> {
        let read = |root: &Section<'_>| {
            let name = root.text("name");
            let battery = root.required_section("battery");
            let capacity = battery.as_ref().and_then(|b| b.number("capacity_amp_hours", 0.1..=1e5));
            if let Some(battery) = &battery {
                battery.close();
            }
            Some((name?.to_owned(), capacity?))
        };
        match check(source, read) {
            Ok(_) => Vec::new(),
            Err(complaints) => complaints.iter().map(|complaint| complaint.key).collect(),
        }
    }

    #[test]
    fn several_complaints_come_at_once_in_the_order_of_the_file() {
        let source = "nam = \"x\"\n[battery]\ncapacity_amp_hours = -5\nvolts = 12\n";
        let expected = vec![
            "document-missing-key",
            "document-unknown-key",
            "document-out-of-range",
            "document-foreign-key",
        ];
        assert_eq!(complaints(source), expected);
    }

    #[test]
    fn a_key_without_its_unit_is_named_with_it() {
        let source = "name = \"x\"\n[battery]\ncapacity = 5\n";
        assert!(complaints(source).contains(&"document-missing-unit"));
    }

    #[test]
    fn a_sound_file_draws_no_complaint() {
        assert!(complaints("name = \"x\"\n[battery]\ncapacity_amp_hours = 5\n").is_empty());
    }

    #[test]
    fn broken_syntax_is_one_complaint_with_its_place() {
        assert_eq!(complaints("name = \n")[0], "document-syntax");
    }
}
