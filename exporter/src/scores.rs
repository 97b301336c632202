//! What alerts were worth over a population, as metrics: written by `run`, not served.

use crate::catalogue::{Kind, Metric, Unit};

const LABELS: &[&str] = &["alert"];

const fn gauge(name: &'static str, unit: Unit, help: &'static str) -> Metric {
    Metric { name, unit, kind: Kind::Gauge, help, labels: LABELS }
}

/// One value for each alert.
pub const ALERT: [Metric; 9] = [
    gauge("balise_alert_precision_ratio", Unit::Ratio, "Share of the alerts told that were due."),
    gauge("balise_alert_recall_ratio", Unit::Ratio, "Share of the alerts due that were told in time."),
    gauge("balise_alert_recall_low_ratio", Unit::Ratio, "The same, lower bound at 95 % confidence."),
    gauge("balise_alert_recall_high_ratio", Unit::Ratio, "The same, upper bound at 95 % confidence."),
    gauge("balise_alert_due_events", Unit::None, "How often the alert was due."),
    gauge(
        "balise_alert_false_alarms_per_battery_year",
        Unit::None,
        "Alerts told without a cause, for each battery and year.",
    ),
    gauge(
        "balise_alert_delay_p50_seconds",
        Unit::Seconds,
        "From the due time to the alert, median; negative where the alert came first.",
    ),
    gauge("balise_alert_delay_p95_seconds", Unit::Seconds, "The same, 95 % quantile."),
    gauge("balise_alert_flaps_per_event", Unit::None, "How often the alert was told again for one cause."),
];

/// What the values above were counted over.
pub const BATTERY_YEARS: Metric = Metric {
    name: "balise_alert_score_battery_years",
    unit: Unit::None,
    kind: Kind::Gauge,
    help: "Battery-years over which the alerts were scored.",
    labels: &[],
};
