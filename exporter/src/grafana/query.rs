//! What is asked of Prometheus, and the few forms in which the dashboards ask.
//!
//! Base units become what technicians read here: coulombs are divided into ampere-hours, joules into
//! watt-hours, ohms multiplied into milliohms ([`Shown`]). Recorded statistics of a day come each quarter
//! of an hour and of a week each hour, rarer than Prometheus' five minutes of look-back: they are always
//! read as the last value of a longer window.

use super::shown::Shown;

/// One query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// PromQL, with Grafana's variables.
    pub expr: String,
    /// What its series are called.
    pub legend: Legend,
}

/// What a series is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Legend {
    /// By its labels, in Grafana's form: `{{site}} {{battery}}`.
    Labels(&'static str),
    /// By the sentence `grafana-series-<key>`.
    Said(&'static str),
}

impl Query {
    /// A query whose series are told apart by labels.
    #[must_use]
    pub const fn by(labels: &'static str, expr: String) -> Self {
        Self { expr, legend: Legend::Labels(labels) }
    }

    /// A query whose series has a name.
    #[must_use]
    pub const fn said(key: &'static str, expr: String) -> Self {
        Self { expr, legend: Legend::Said(key) }
    }
}

/// The series of the chosen sites.
pub fn at_sites(metric: &str) -> String {
    format!("{metric}{{site=~\"$site\"}}")
}

/// The series of the chosen battery.
pub fn chosen(metric: &str) -> String {
    format!("{metric}{{site=\"$site\",battery=\"$battery\"}}")
}

/// The chosen battery's series in the unit shown.
pub fn chosen_shown(metric: &str) -> String {
    Shown::of(metric).scale(&chosen(metric))
}

/// One series a battery, whichever job or address it was scraped from. Goes around what has cut a fleet
/// to few, not within: grouping ten thousand series costs more than choosing among them.
pub fn by_battery(expr: &str) -> String {
    format!("max by (site, battery) ({expr})")
}

/// `expr` of the batteries in `few` only.
pub fn beside(expr: &str, few: &str) -> String {
    by_battery(&format!("{expr} and on (site, battery) {few}"))
}

/// The last value of what is recorded each five minutes.
pub fn recorded(record: &str, selector: &str) -> String {
    format!("last_over_time({record}{selector}[10m])")
}

/// The last value of a recorded statistic of a day; `selector` is `{…}` or nothing.
pub fn of_day(record: &str, selector: &str) -> String {
    format!("last_over_time({record}{selector}[30m])")
}

/// The last value of a recorded statistic of a week.
pub fn of_week(record: &str, selector: &str) -> String {
    format!("last_over_time({record}{selector}[2h])")
}

/// The selector of the chosen sites.
pub const SITES: &str = "{site=~\"$site\"}";

/// The selector of the chosen battery.
pub const BATTERY: &str = "{site=\"$site\",battery=\"$battery\"}";

/// A count that is 0 rather than nothing.
pub fn count(expr: &str) -> String {
    format!("count({expr}) or vector(0)")
}
