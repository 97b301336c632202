//! The battery.

mod params;

pub use params::{BatteryParams, Chemistry};
