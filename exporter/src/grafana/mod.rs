//! The Grafana dashboards, as structs that write `compose/grafana/dashboards/{fr,en}/*.json`.
//!
//! ```text
//! catalogue: name, unit, help ─┐
//! recording rules: names ──────┼─> Dashboard ──(words of a language)──> JSON, classic model, schema 42
//! fleet, battery, solar, … ────┘
//! ```
//!
//! One file a dashboard. A panel names the metrics it is about; their unit and help make its unit and its
//! description. Sentences are the caller's, as in the alert rules: the structs hold only keys.
//! The classic model is what file provisioning of Grafana 11 to 13 takes; version 2 is refused there.

mod accuracy;
mod alerting;
mod battery;
mod collected;
mod consumption;
mod fleet;
mod history;
mod json;
mod model;
mod pipeline;
mod query;
mod shown;
mod solar;

pub use json::{DATASOURCE_NAME, DATASOURCE_UID, SCHEMA_VERSION};
pub use model::{Choice, Dashboard, Line, Panel, View};
pub use query::{Legend, Query};
pub use shown::Shown;

/// Gives the sentence of a key in the reader's language.
pub type Say<'t> = &'t dyn Fn(&str) -> String;

/// Every dashboard.
#[must_use]
pub fn standard() -> Vec<Dashboard> {
    vec![
        fleet::dashboard(),
        battery::dashboard(),
        consumption::dashboard(),
        solar::dashboard(),
        history::dashboard(),
        accuracy::dashboard(),
        alerting::dashboard(),
        collected::dashboard(),
        pipeline::dashboard(),
    ]
}

/// The key of the sentence that explains a metric.
#[must_use]
pub fn metric_key(metric: &str) -> String {
    format!("metric-{metric}")
}

#[cfg(test)]
mod tests;
