//! What leaves the program towards Prometheus, and what Prometheus is told to make of it.
//!
//! ```text
//! row ──> board ──> /metrics (serve)          rules ──> compose/prometheus/rules/balise.yml
//!           └─ catalogue: name, unit, help     ruletest ──> compose/prometheus/tests/*.yml
//!                                              recording ─> compose/prometheus/rules/balise-recording.yml
//!                                              grafana ───> compose/grafana/dashboards/{fr,en}/*.json
//! ```
//!
//! The crate takes rows of plain numbers; the `balise` package fills them from readings, estimates,
//! link counters and, in a run, the simulated truth. No sample on the page carries a timestamp: Prometheus
//! stamps what it scrapes, and a battery that falls silent loses its value series. What could not be scraped
//! when it was measured goes by remote write, with its stamps (`remote`).

pub mod board;
pub mod buffer;
pub mod catalogue;
pub mod collected;
pub mod grafana;
pub mod identity;
pub mod openmetrics;
pub mod page;
pub mod recording;
pub mod remote;
pub mod rules;
pub mod ruletest;
pub mod scores;
mod scrape;
pub mod serve;
pub mod sink;
pub mod store;
mod yaml;

pub use board::Board;
pub use buffer::Buffer;
pub use catalogue::Row;
pub use identity::{BatteryId, Info};
pub use sink::EstimateSink;
pub use store::{FileStore, StateStore};
