//! The alerts of the product: one parameter file makes the rules, the wording and the runbooks.
//!
//! ```text
//! compose/alerts.toml -> Alerts -> rule file      (Prometheus; real or accelerated)
//!                               -> template       (Alertmanager: mail, Slack)
//!                               -> runbooks       (docs/runbook.md, docs/guide-alertes.md)
//! ```

mod made;
mod parameters;
mod runbook;
mod template;

use std::sync::LazyLock;

use exporter::rules::{self, Rule, Scaling};

pub use made::{load, make};
pub use parameters::parse;
pub use runbook::page;
pub use template::template;

/// The parameter file that ships.
const PARAMETERS: &str = include_str!("../../compose/alerts.toml");

/// What a parameter file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Alerts {
    /// Where a crew finds the runbook.
    pub runbook: String,
    /// Every alert, in the order of the file.
    pub rules: Vec<Rule>,
}

/// The alerts that ship. The file is part of the program; a test sees that it is sound.
static STANDARD: LazyLock<Alerts> =
    LazyLock::new(|| parse(PARAMETERS).unwrap_or(Alerts { runbook: String::new(), rules: Vec::new() }));

/// The alerts that ship.
#[must_use]
pub fn standard() -> &'static Alerts {
    &STANDARD
}

impl Alerts {
    /// The rule file Prometheus reads.
    #[must_use]
    pub fn rule_file(&self, scaling: &Scaling) -> String {
        rules::file(&self.rules, scaling, &self.runbook)
    }
}

/// The names in `expr` that could be metrics of ours.
#[must_use]
pub fn metrics_of(expr: &str) -> std::collections::BTreeSet<&str> {
    let word = |character: char| !(character.is_ascii_alphanumeric() || character == '_');
    expr.split(word).filter(|word| word.starts_with("balise_")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use exporter::catalogue;
    use exporter::rules::{BLANKS, Language};
    use std::collections::BTreeSet;

    #[test]
    fn the_parameter_file_that_ships_is_sound() {
        assert!(parse(PARAMETERS).is_ok_and(|alerts| alerts.rules.len() >= 20), "{:?}", parse(PARAMETERS));
    }

    #[test]
    fn every_metric_a_rule_names_is_in_the_catalogue() {
        let known: BTreeSet<_> = catalogue::all().map(|metric| metric.name).collect();
        for rule in &standard().rules {
            let expr = rule.promql(&Scaling::real());
            let named = metrics_of(&expr);
            assert!(named.is_subset(&known), "{}: {:?}", rule.name, named.difference(&known));
            assert!(!named.is_empty() || expr.starts_with("up{"), "{}", rule.name);
        }
    }

    #[test]
    fn every_alert_says_all_it_must_in_both_languages_and_names_what_it_is_about() {
        for rule in &standard().rules {
            for language in Language::ALL {
                let said = rule.texts(language);
                for text in [&said.name, &said.summary, &said.description, &said.action, &said.bring] {
                    let blanks = text.matches('{').count();
                    let known: usize =
                        BLANKS.iter().map(|blank| text.matches(&format!("{{{}}}", blank.name)).count()).sum();
                    assert_eq!(blanks, known, "{}: {text}", rule.key);
                    // A subject is read at a glance, a text on a phone.
                    assert!((1..330).contains(&text.chars().count()), "{}: {text}", rule.key);
                }
                let about = said.summary.contains("{site}") && said.summary.contains("{battery}");
                assert!(about || said.summary.contains("{instance}"), "{}", rule.key);
            }
        }
    }

    #[test]
    fn french_puts_a_no_break_space_before_its_double_punctuation() {
        for rule in &standard().rules {
            let said = rule.texts(Language::French);
            for text in [&said.summary, &said.description, &said.action, &said.bring] {
                for mark in [" :", " %", " ;", " ?", " !", " °C", " V "] {
                    assert!(!text.contains(mark), "{text}");
                }
            }
        }
    }

    #[test]
    fn the_share_seen_is_counted_in_scaled_steps() {
        let accelerated = Scaling::accelerated(3600.0, std::time::Duration::from_millis(200));
        let [real, fast] = [Scaling::real(), accelerated].map(|scaling| standard().rule_file(&scaling));
        assert!(real.contains("balise_battery_up[1d:30m]) >= 43.2"), "{real}");
        assert!(fast.contains("balise_battery_up[24s:1s]) >= 21.6"), "{fast}");
    }
}
