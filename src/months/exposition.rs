//! The score as metrics: one OpenMetrics text that a Prometheus can be given.

use exporter::scores::{self, BATTERY_YEARS};

use super::score::{RuleScore, Score};

/// The text. A number that cannot be said (nothing was due) has no line.
#[must_use]
pub fn text(score: &Score) -> String {
    let mut text = String::new();
    for (metric, measure) in scores::ALERT.iter().zip(MEASURES) {
        text += &format!("# TYPE {} gauge\n# HELP {} {}\n", metric.name, metric.name, metric.help);
        for rule in score.rules.iter().filter(|rule| !rule.is_unneeded) {
            if let Some(value) = measure(score, rule) {
                text += &format!("{}{{alert=\"{}\"}} {value}\n", metric.name, rule.alert);
            }
        }
    }
    let name = BATTERY_YEARS.name;
    text += &format!(
        "# TYPE {name} gauge\n# HELP {name} {}\n{name} {}\n",
        BATTERY_YEARS.help, score.battery_years
    );
    text + "# EOF\n"
}

type Measure = fn(&Score, &RuleScore) -> Option<f64>;

/// In the order of [`scores::ALERT`].
const MEASURES: [Measure; 9] = [
    |_, rule| rule.all.precision(),
    |_, rule| rule.all.recall(),
    |_, rule| rule.all.recall_interval().map(|(low, _)| low),
    |_, rule| rule.all.recall_interval().map(|(_, high)| high),
    |_, rule| Some(rule.all.due() as f64),
    |score, rule| Some(score.false_alarms_per_battery_year(&rule.all)),
    |_, rule| rule.all.delay_secs(0.5),
    |_, rule| rule.all.delay_secs(0.95),
    |_, rule| rule.all.flaps_per_event(),
];
