//! The dashboards' words: the structs of `exporter::grafana` with `locales/{fr,en}/grafana.ftl` make the
//! files of `compose/grafana/dashboards/{fr,en}`, which Grafana provisions.
//!
//! Two folders of one generator: Grafana cannot translate a dashboard, and a crew reads French first.

use exporter::grafana::{Dashboard, standard};
use serde_json::Value;

use crate::words::Words;

/// A dashboard as a file.
#[derive(Debug, Clone)]
pub struct File {
    /// Path below `compose/grafana/dashboards`.
    pub path: String,
    /// What Grafana reads.
    pub dashboard: Value,
}

/// Every dashboard in both languages.
#[must_use]
pub fn files() -> Vec<File> {
    standard()
        .iter()
        .flat_map(|dashboard| [Words::French, Words::English].map(|words| file(dashboard, words)))
        .collect()
}

fn file(dashboard: &Dashboard, words: Words) -> File {
    let code = words.code();
    File {
        path: format!("{code}/balise-{}.json", dashboard.key),
        dashboard: dashboard.json(code, &|key| words.say(key)),
    }
}

#[cfg(test)]
mod filled;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod tests;
