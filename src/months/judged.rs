//! What the replay takes from an alert rule, and the only place that looks into one: name, expression,
//! patience. Thresholds stay inside the expression; the scorer never sees them.

use std::collections::BTreeSet;
use std::time::Duration;

use exporter::rules::{Rule, Scaling};

use crate::alerts;

/// An alert rule as it is replayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Its name.
    pub alert: String,
    /// PromQL; the alert is active for each series this gives.
    pub expr: String,
    /// It must be active this long before it fires.
    pub hold: Duration,
    /// It fires on for this long after it was last active.
    pub keep_firing: Duration,
}

/// The rules that ship.
#[must_use]
pub fn of_the_product() -> Vec<Judged> {
    of(&alerts::standard().rules)
}

/// These rules, with windows as in the field.
#[must_use]
pub fn of(rules: &[Rule]) -> Vec<Judged> {
    rules
        .iter()
        .map(|rule| Judged {
            alert: rule.name.clone(),
            expr: rule.promql(&Scaling::real()),
            hold: rule.hold,
            keep_firing: rule.keep_firing,
        })
        .collect()
}

/// The metrics these rules name: no other series is kept.
#[must_use]
pub fn metrics(rules: &[Judged]) -> BTreeSet<String> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    rules
        .iter()
        .flat_map(|rule| rule.expr.split(move |character| !is_part(character)))
        .filter(|word| word.starts_with("balise_"))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_metrics_that_rules_name_are_kept() {
        let rule = |expr: &str| Judged {
            alert: "A".to_owned(),
            expr: expr.to_owned(),
            hold: Duration::ZERO,
            keep_firing: Duration::ZERO,
        };
        let named = metrics(&[rule("abs(balise_a - balise_b) > 0.2"), rule("increase(balise_a[1d]) < 3")]);
        assert_eq!(named.into_iter().collect::<Vec<_>>(), ["balise_a", "balise_b"]);
    }
}
