//! What must hold for an alert, as PromQL.
//!
//! A value that is missing must neither raise an alert nor hide one. `unless` is used where a missing
//! standard deviation must not hide a low battery; `and` where missing data means nothing can be said.

use std::fmt::Write as _;
use std::time::Duration;

use super::Scaling;
use super::scaling::written;

/// A condition over the series of one battery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Condition {
    /// The estimate lies below `soc_ratio` by `sigmas` standard deviations. The last value known in
    /// `memory` counts: a battery that was low does not recover by falling silent.
    Low {
        /// Threshold of the state of charge.
        soc_ratio: f64,
        /// Standard deviations the estimate must lie below it.
        sigmas: f64,
        /// How long the last value counts.
        memory: Duration,
    },
    /// The device no longer sends.
    Silent,
    /// Over `window` less charge than `of_capacity_ratio` of the capacity went in, while the battery
    /// was in need of it and the device was heard for `seen_ratio` of the window. Presence is
    /// sampled each `step`, which makes it independent of the scrape interval.
    NotCharging {
        /// How far back.
        window: Duration,
        /// How often presence is sampled.
        step: Duration,
        /// Share of the capacity that counts as charge.
        of_capacity_ratio: f64,
        /// A battery fuller than this needs none.
        soc_ratio: f64,
        /// Share of the window that must have been seen.
        seen_ratio: f64,
    },
    /// Estimate and device differ by more than `soc_ratio`, and by more than the estimate's own
    /// uncertainty explains.
    Disagrees {
        /// Difference that matters.
        soc_ratio: f64,
        /// Standard deviations it must exceed.
        sigmas: f64,
    },
}

impl Condition {
    /// The expression, its windows scaled. Its value is what the text calls `percent`.
    #[must_use]
    pub fn promql(&self, scaling: &Scaling) -> String {
        match *self {
            Self::Low { soc_ratio, sigmas, memory } => low(soc_ratio, sigmas, scaling.window(memory)),
            Self::Silent => "balise_battery_up == 0".to_owned(),
            Self::NotCharging { window, step, of_capacity_ratio, soc_ratio, seen_ratio } => {
                let (window, step) = (scaling.window(window), scaling.window(step));
                not_charging(window, step, [of_capacity_ratio, soc_ratio, seen_ratio])
            }
            Self::Disagrees { soc_ratio, sigmas } => disagrees(soc_ratio, sigmas),
        }
    }
}

fn low(soc_ratio: f64, sigmas: f64, memory: Duration) -> String {
    let last = |metric: &str| format!("last_over_time({metric}[{}])", written(memory));
    let (soc, stddev) = (last("balise_battery_soc_ratio"), last("balise_battery_soc_ratio_stddev"));
    format!("{soc} < {soc_ratio}\nunless\n{soc} + {sigmas} * {stddev} >= {soc_ratio}")
}

fn not_charging(window: Duration, step: Duration, [of_capacity, soc, seen]: [f64; 3]) -> String {
    let samples_min = seen * window.as_secs_f64() / step.as_secs_f64();
    let (window, step) = (written(window), written(step));
    let mut expr = format!("increase(balise_battery_charged_coulombs_total[{window}])\n");
    // Writing to a string cannot fail.
    let _ = write!(
        expr,
        "  / balise_battery_capacity_coulombs < {of_capacity}\n\
         and balise_battery_soc_ratio < {soc}\n\
         and sum_over_time(balise_battery_up[{window}:{step}]) >= {samples_min:.1}"
    );
    expr
}

fn disagrees(soc_ratio: f64, sigmas: f64) -> String {
    let difference = "abs(balise_battery_soc_ratio - balise_battery_device_soc_ratio)";
    format!("{difference} > {soc_ratio}\nand\n{difference} > {sigmas} * balise_battery_soc_ratio_stddev")
}

#[cfg(test)]
mod tests {
    use crate::catalogue;
    use crate::rules::{Scaling, standard};
    use std::collections::BTreeSet;

    fn metrics_in(expr: &str) -> BTreeSet<&str> {
        let word = |character: char| !(character.is_ascii_alphanumeric() || character == '_');
        expr.split(word).filter(|word| word.starts_with("balise_")).collect()
    }

    #[test]
    fn every_metric_a_rule_names_is_in_the_catalogue() {
        let known: BTreeSet<_> = catalogue::all().map(|metric| metric.name).collect();
        for rule in standard() {
            let expr = rule.condition.promql(&Scaling::real());
            let named = metrics_in(&expr);
            assert!(!named.is_empty() && named.is_subset(&known), "{}: {named:?}", rule.name);
        }
    }

    #[test]
    fn the_share_seen_is_counted_in_scaled_steps() {
        let accelerated = Scaling::accelerated(3600.0, std::time::Duration::from_millis(200));
        let [real, fast] = [Scaling::real(), accelerated].map(|scaling| {
            let rules = standard();
            rules.iter().map(|rule| rule.condition.promql(&scaling)).collect::<String>()
        });
        assert!(real.contains("balise_battery_up[1d:30m]) >= 43.2"), "{real}");
        assert!(fast.contains("balise_battery_up[24s:1s]) >= 21.6"), "{fast}");
    }
}
