//! The runbook: one page a language, one entry an alert, made from the parameter file so that what is read on
//! the roadside is what raised the alert.

use std::fmt::Write as _;
use std::time::Duration;

use exporter::rules::{BLANKS, Language, Rule, Scaling, Severity};
use fluent_templates::fluent_bundle::FluentValue;

use super::Alerts;
use crate::words::Words;

/// The page of one language.
#[must_use]
pub fn page(alerts: &Alerts, language: Language) -> String {
    let words = Words::of(language);
    let mut page = format!(
        "<!-- {} -->\n# {}\n\n{}\n",
        words.say("runbook-made"),
        words.say("runbook-title"),
        words.say("runbook-intro")
    );
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "\n| {} | {} | {} |\n| --- | --- | --- |\n",
        words.say("runbook-alert"),
        words.say("runbook-severity"),
        words.say("runbook-bring")
    );
    for rule in &alerts.rules {
        let texts = rule.texts(language);
        let _ = writeln!(
            page,
            "| [{}](#{}) | {} | {} |",
            texts.name,
            rule.key,
            severity(rule, words),
            texts.bring
        );
    }
    for rule in &alerts.rules {
        page += &entry(rule, language, words);
    }
    page
}

fn severity(rule: &Rule, words: Words) -> String {
    words.say(match rule.severity {
        Severity::Critical => "runbook-critical",
        Severity::Warning => "runbook-warning",
    })
}

fn entry(rule: &Rule, language: Language, words: Words) -> String {
    let texts = rule.texts(language);
    let mut entry = format!(
        "\n<a id=\"{}\"></a>\n\n## {}\n\n`{}`, {}\n",
        rule.key,
        texts.name,
        rule.name,
        severity(rule, words)
    );
    for (key, text) in
        [("means", &texts.description), ("do", &texts.action), ("bring", &texts.bring), ("why", &rule.source)]
    {
        let text =
            if key == "why" && language == Language::French { format!("*{text}*") } else { plain(text) };
        let _ = write!(entry, "\n**{}** {text}\n", words.say(&format!("runbook-entry-{key}")));
    }
    let blanks = [
        ("hold", FluentValue::from(length(rule.hold))),
        ("keep", FluentValue::from(length(rule.keep_firing))),
    ];
    let _ = write!(entry, "\n{}", words.tell("runbook-when", &blanks));
    if !rule.quiet_when.is_empty() {
        let states: Vec<String> =
            rule.quiet_when.iter().map(|state| words.say(&format!("sign-state-{}", state.name()))).collect();
        let _ = write!(
            entry,
            " {}",
            words.tell("runbook-quiet", &[("states", FluentValue::from(states.join(", ")))])
        );
    }
    if !rule.quiet_after_replacement.is_zero() {
        let after = [("length", FluentValue::from(length(rule.quiet_after_replacement)))];
        let _ = write!(entry, " {}", words.tell("runbook-replaced", &after));
    }
    let _ = write!(entry, "\n\n```promql\n{}\n```\n", rule.promql(&Scaling::real()));
    entry
}

/// A sentence without its blanks: what stands there depends on the day.
fn plain(text: &str) -> String {
    BLANKS.iter().fold(text.to_owned(), |text, blank| text.replace(&format!("{{{}}}", blank.name), "…"))
}

/// `20 min`, `3 h`, `7 d`: read alike in both languages but for the day.
fn length(length: Duration) -> String {
    let minutes = length.as_secs() / 60;
    if minutes >= 60 && minutes.is_multiple_of(60) {
        format!("{} h", minutes / 60)
    } else {
        format!("{minutes} min")
    }
}
