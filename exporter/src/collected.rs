//! Metrics of estimates made from series that a Prometheus had already collected.
//!
//! ```text
//! live       balise_battery_soc_ratio      a monitor says so now
//! collected  balise_collected_soc_ratio    made later, of readings somebody else collected
//! ```
//!
//! They have names of their own, so that no rule, panel or average ever mixes the two: an alert asks for live
//! series, and a battery that is watched and estimated again must not be counted twice.

use crate::Row;
use crate::catalogue::{BATTERY_LABELS, Kind, Metric, Unit};

/// A metric with the field of [`Row`] it shows.
#[derive(Debug, Clone, Copy)]
pub struct Collected {
    /// The metric.
    pub metric: Metric,
    /// Reads the field.
    pub get: fn(&Row) -> Option<f64>,
}

macro_rules! collected {
    ($($field:ident $name:literal $unit:ident $help:literal)*) => {
        /// Every metric of an estimate of collected readings, in the order of the page.
        pub const COLLECTED: &[Collected] = &[
            $(Collected {
                metric: gauge($name, Unit::$unit, $help),
                get: |row| row.$field,
            },)*
        ];
    };
}

const fn gauge(name: &'static str, unit: Unit, help: &'static str) -> Metric {
    Metric { name, unit, kind: Kind::Gauge, help, labels: BATTERY_LABELS }
}

collected! {
    soc_ratio "balise_collected_soc_ratio" Ratio
        "State of charge estimated from collected readings, share of the present capacity."
    soc_ratio_stddev "balise_collected_soc_ratio_stddev" Ratio
        "Standard deviation of the state of charge estimated from collected readings."
    soh_ratio "balise_collected_soh_ratio" Ratio
        "State of health estimated from collected readings: present capacity over rated capacity."
    soh_ratio_stddev "balise_collected_soh_ratio_stddev" Ratio
        "Standard deviation of the state of health estimated from collected readings."
    capacity_coulombs "balise_collected_capacity_coulombs" Coulombs
        "Capacity estimated from collected readings; divide by 3600 for ampere-hours."
    capacity_coulombs_stddev "balise_collected_capacity_coulombs_stddev" Coulombs
        "Standard deviation of the capacity estimated from collected readings."
    internal_resistance_ohms "balise_collected_internal_resistance_ohms" Ohms
        "Ohmic resistance estimated from collected readings, referred to 25 degrees Celsius."
    internal_resistance_ohms_stddev "balise_collected_internal_resistance_ohms_stddev" Ohms
        "Standard deviation of the ohmic resistance estimated from collected readings."
    since_full_seconds "balise_collected_since_full_seconds" Seconds
        "Time since the battery was last full by its collected readings; absent where it never was."
    sensor_voltage_fault "balise_collected_sensor_voltage_fault" None
        "Voltage sensor by its collected readings: 0 nothing found, else the codes of balise_sensor_voltage_fault."
    sensor_current_fault "balise_collected_sensor_current_fault" None
        "Current sensor by its collected readings: 0 nothing found, else the codes of balise_sensor_current_fault."
    sensor_temperature_fault "balise_collected_sensor_temperature_fault" None
        "Temperature sensor by its collected readings: 0 nothing found, else the codes of balise_sensor_temperature_fault."
}

/// 1 while new readings of the battery are found, 0 once they stay away.
pub const COLLECTED_UP: Metric = gauge(
    "balise_collected_up",
    Unit::None,
    "1 while new readings of the battery are collected, 0 once none come.",
);

/// Unix time of the latest collected reading.
pub const COLLECTED_AT: Metric = gauge(
    "balise_collected_timestamp_seconds",
    Unit::Seconds,
    "Unix time of the latest collected reading, which the estimates beside it are of.",
);
