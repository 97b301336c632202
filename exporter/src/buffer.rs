//! What waits to be sent by remote write, as numbers on the page: whoever looks after a monitor behind a router sees what
//! has not come, and what never will.

use crate::catalogue::{Kind, Metric, Unit};

/// The state of a monitor's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Buffer {
    /// Rows that wait.
    pub rows: u64,
    /// When the oldest of them was measured, seconds since 1970.
    pub oldest_unix_secs: Option<f64>,
    /// Rows thrown away because too many waited.
    pub rows_dropped: u64,
    /// Rows that the disk lost.
    pub rows_damaged: u64,
    /// Samples that the receiver does not want, now or ever.
    pub samples_refused: u64,
    /// When rows were last delivered, seconds since 1970.
    pub delivered_unix_secs: Option<f64>,
}

/// A metric and how a buffer gives its value.
pub type Column = (Metric, fn(&Buffer) -> Option<f64>);

const fn metric(name: &'static str, unit: Unit, kind: Kind, help: &'static str) -> Metric {
    Metric { name, unit, kind, help, labels: &[] }
}

/// How many rows wait.
pub const ROWS: Metric = metric(
    "balise_buffer_rows",
    Unit::None,
    Kind::Gauge,
    "Rows of the page that wait on disk to be sent; absent where nothing is to be sent.",
);

/// Every metric of a buffer, in the order of the page.
pub const COLUMNS: [Column; 6] = [
    (ROWS, |buffer| Some(buffer.rows as f64)),
    (
        metric(
            "balise_buffer_oldest_row_timestamp_seconds",
            Unit::Seconds,
            Kind::Gauge,
            "Unix time at which the oldest row that waits was measured; absent where none waits.",
        ),
        |buffer| buffer.oldest_unix_secs,
    ),
    (
        metric(
            "balise_buffer_rows_dropped_total",
            Unit::None,
            Kind::Counter,
            "Rows thrown away because too many waited.",
        ),
        |buffer| Some(buffer.rows_dropped as f64),
    ),
    (
        metric(
            "balise_buffer_rows_damaged_total",
            Unit::None,
            Kind::Counter,
            "Rows that the disk lost while they waited, at least one for each damaged file.",
        ),
        |buffer| Some(buffer.rows_damaged as f64),
    ),
    (
        metric(
            "balise_buffer_samples_refused_total",
            Unit::None,
            Kind::Counter,
            "Samples that the receiver refused for good, such as those that are too old for it.",
        ),
        |buffer| Some(buffer.samples_refused as f64),
    ),
    (
        metric(
            "balise_buffer_delivered_timestamp_seconds",
            Unit::Seconds,
            Kind::Gauge,
            "Unix time at which rows that waited were last delivered; absent until some were.",
        ),
        |buffer| buffer.delivered_unix_secs,
    ),
];
