//! The words of the alerts: what will happen to the sign, by when, and what to do, in French first.
//!
//! The rules hold only keys; the sentences are in `locales/{fr,en}/alerts.ftl` under
//! `<key>-summary`, `<key>-description` and `<key>-action`.

use exporter::rules::{self, BLANKS, Language, Rule, Scaling};
use fluent_templates::fluent_bundle::FluentValue;

use crate::words::Words;

/// The rule file Prometheus reads, with its texts in both languages.
#[must_use]
pub fn rule_file(rules: &[Rule], scaling: &Scaling) -> String {
    rules::file(rules, scaling, &text)
}

/// The sentence of a key; its blanks hold what Prometheus fills in.
fn text(language: Language, key: &str) -> String {
    let words = match language {
        Language::French => Words::French,
        Language::English => Words::English,
    };
    words.tell(key, &BLANKS.map(|(name, filled)| (name, FluentValue::from(filled))))
}
