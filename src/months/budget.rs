//! What the score must keep to: `scenarios/budgets.toml`, one entry a rule, and the checks that come of it.
//!
//! ```toml
//! balise_budgets = 1
//! [[budget]]
//! alert = "BaliseBatteryLow"
//! recall_ratio_min = 0.95
//! precision_ratio_min = 0.90
//! false_alarms_per_battery_year_max = 0.5
//! delay_p95_minutes_max = 240
//! ```

use fluent_templates::fluent_bundle::FluentValue;

use super::score::{RuleScore, Score};
use crate::document::{self, Complaint, Section};
use crate::report::{Check, Outcome, Said};
use crate::words::Words;

/// The limits of one alert; what is `None` is not limited.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// The alert.
    pub alert: String,
    /// Recall, at least.
    pub recall_min: Option<f64>,
    /// Precision, at least.
    pub precision_min: Option<f64>,
    /// False alarms a battery and year, at most.
    pub false_alarms_max: Option<f64>,
    /// The delay that 95 % of the hits keep to, at most, min.
    pub delay_p95_minutes_max: Option<f64>,
}

/// The budgets that ship.
#[must_use]
pub fn standard() -> Vec<Budget> {
    parse(include_str!("../../scenarios/budgets.toml")).unwrap_or_default()
}

/// Reads budgets.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Vec<Budget>, Vec<Complaint>> {
    document::check(source, |root| {
        root.version("balise_budgets", 1);
        let budgets: Vec<Option<Budget>> = root.sections("budget").iter().map(budget).collect();
        budgets.into_iter().collect()
    })
}

fn budget(section: &Section<'_>) -> Option<Budget> {
    let alert = section.text("alert");
    let budget = Budget {
        alert: alert.unwrap_or_default().to_owned(),
        recall_min: section.number_if_given("recall_ratio_min", 0.0..=1.0),
        precision_min: section.number_if_given("precision_ratio_min", 0.0..=1.0),
        false_alarms_max: section.number_if_given("false_alarms_per_battery_year_max", 0.0..=1000.0),
        delay_p95_minutes_max: section.number_if_given("delay_p95_minutes_max", 0.0..=100_000.0),
    };
    section.close();
    alert.map(|_| budget)
}

/// One check for each limit. A limit on what never came is skipped, not passed; so is one on a rule there is not.
#[must_use]
pub fn checks(score: &Score, budgets: &[Budget]) -> Vec<Check> {
    budgets
        .iter()
        .flat_map(|budget| {
            let rule = score.rules.iter().find(|rule| rule.alert == budget.alert);
            limits(budget).into_iter().filter_map(move |limit| limit.check(score, rule, &budget.alert))
        })
        .collect()
}

/// One limit and how it is measured.
struct Limit {
    key: &'static str,
    unit: &'static str,
    limit: Option<f64>,
    is_least: bool,
    measure: fn(&Score, &RuleScore) -> Option<f64>,
}

fn limits(budget: &Budget) -> [Limit; 4] {
    [
        Limit {
            key: "recall",
            unit: "ratio",
            limit: budget.recall_min,
            is_least: true,
            measure: |_, rule| rule.all.recall(),
        },
        Limit {
            key: "precision",
            unit: "ratio",
            limit: budget.precision_min,
            is_least: true,
            measure: |_, rule| rule.all.precision(),
        },
        Limit {
            key: "false-alarms",
            unit: "1/year",
            limit: budget.false_alarms_max,
            is_least: false,
            measure: |score, rule| Some(score.false_alarms_per_battery_year(&rule.all)),
        },
        Limit {
            key: "delay",
            unit: "min",
            limit: budget.delay_p95_minutes_max,
            is_least: false,
            measure: |_, rule| rule.all.delay_secs(0.95).map(|secs| secs / 60.0),
        },
    ]
}

impl Limit {
    fn check(&self, score: &Score, rule: Option<&RuleScore>, alert: &str) -> Option<Check> {
        let limit = self.limit?;
        let measured = rule.and_then(|rule| (self.measure)(score, rule));
        let outcome = match measured {
            None => Outcome::Skipped,
            Some(measured) if self.is_least && measured < limit => Outcome::Failed,
            Some(measured) if !self.is_least && measured > limit => Outcome::Failed,
            Some(_) => Outcome::Passed,
        };
        let key = format!("months-budget-{}", self.key);
        let told = |words: Words| words.tell(&key, &[("alert", FluentValue::from(alert.to_owned()))]);
        Some(Check {
            id: format!("budget.{}.{alert}", self.key),
            outcome,
            measured,
            limit: Some(limit),
            unit: self.unit,
            text: Said { french: told(Words::French), english: told(Words::English) },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::months::tally::Tally;

    #[test]
    fn the_budgets_that_ship_are_sound_and_each_is_of_a_rule() {
        let rules: Vec<&str> =
            crate::alerts::standard().rules.iter().map(|rule| rule.name.as_str()).collect();
        let budgets = standard();
        assert!(!budgets.is_empty() && budgets.iter().all(|budget| rules.contains(&budget.alert.as_str())));
    }

    #[test]
    fn a_budget_exceeded_fails_and_one_never_put_to_the_test_is_skipped() {
        let alert = "A".to_owned();
        let mut score = Score::new(std::slice::from_ref(&alert), &[], &[]);
        score.battery_years = 2.0;
        score.rules[0].all = Tally { missed: 1, hits: 1, false_alarms: 1, ..Tally::default() };
        let budget = Budget {
            alert,
            recall_min: Some(0.9),
            precision_min: Some(0.5),
            false_alarms_max: Some(0.4),
            delay_p95_minutes_max: Some(10.0),
        };
        let outcomes: Vec<Outcome> =
            checks(&score, &[budget]).into_iter().map(|check| check.outcome).collect();
        assert_eq!(outcomes, [Outcome::Failed, Outcome::Passed, Outcome::Failed, Outcome::Skipped]);
    }
}
