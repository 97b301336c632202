//! What the fields of a TEXT block mean, in our units and sign. A HEX frame is read by its register.
//!
//! | label | unit as sent | device |
//! | --- | --- | --- |
//! | `V`, `I`, `P` | mV, mA (charging positive), W | both; an MPPT's `I` is its own output, not the net |
//! | `CE`, `SOC`, `T` | mA·h (0 or negative), ‰, whole °C | monitor |
//! | `VPV`, `PPV`, `IL` | mV, W, mA (into the load) | MPPT |
//!
//! `---`, a label that is not there, and a number no 12 to 48 V plant can show are `None`.

use super::parser::Body;
use super::registers;
use crate::wire::limits;
use signals::{AmpHours, Amps, Celsius, Reading, Soc, Volts, Watts};
use std::ops::RangeInclusive;

/// Volts times 1000 that a reading may have: beyond the largest device's range.
const MILLIVOLTS: RangeInclusive<i32> = -1_000..=1_000_000;
const MILLIAMPS: RangeInclusive<i32> = -10_000_000..=10_000_000;
const WATTS: RangeInclusive<i32> = -1_000_000..=1_000_000;
const CONSUMED_MILLIAMP_HOURS: RangeInclusive<i32> = -100_000_000..=0;
const PER_MILLE: RangeInclusive<i32> = 0..=1_000;
const CELSIUS: RangeInclusive<i32> = -60..=120;
/// Panel current above this comes from dividing by a voltage that is not really there.
const PANEL_AMPS_MAX: f64 = 1_000.0;

/// The reading of a battery monitor's frame.
pub(in crate::wire) fn monitor_reading(body: &Body<'_>) -> Reading {
    let mut reading = Reading { current_is_net: true, ..Reading::default() };
    let text = match body {
        Body::Text(text) => text,
        Body::Hex(digits) => return limits::plausible(registers::reading(digits, false)),
    };
    // A history block measures nothing.
    if text.fields().next().is_some_and(|(label, _)| label == "H1") {
        return reading;
    }
    for (label, value) in text.fields() {
        match label {
            "V" => reading.voltage = thousandths(value, MILLIVOLTS).map(Volts::new),
            "I" => reading.current = thousandths(value, MILLIAMPS).map(Amps::new),
            "P" => reading.power = number(value, WATTS).map(|watts| Watts::new(watts.into())),
            "T" => reading.temperature = number(value, CELSIUS).map(|whole| Celsius::new(whole.into())),
            "SOC" => reading.device_soc = thousandths(value, PER_MILLE).map(Soc::clamped),
            "CE" => reading.consumed = consumed(value),
            // A monitor set up as an energy meter measures one source or load, not the battery.
            "MON" => reading.current_is_net = value == "0",
            _ => {}
        }
    }
    reading
}

/// The reading of a charge controller's frame.
pub(in crate::wire) fn charger_reading(body: &Body<'_>) -> Reading {
    let mut reading = Reading::default();
    let text = match body {
        Body::Text(text) => text,
        Body::Hex(digits) => return limits::plausible(registers::reading(digits, true)),
    };
    for (label, value) in text.fields() {
        match label {
            "V" => reading.voltage = thousandths(value, MILLIVOLTS).map(Volts::new),
            "I" => reading.current = thousandths(value, MILLIAMPS).map(Amps::new),
            "VPV" => reading.pv_voltage = thousandths(value, MILLIVOLTS).map(Volts::new),
            "PPV" => reading.pv_power = number(value, WATTS).map(|watts| Watts::new(watts.into())),
            "IL" => reading.load_current = thousandths(value, MILLIAMPS).map(Amps::new),
            _ => {}
        }
    }
    reading.pv_current = panel_current(&reading);
    reading
}

/// `I = P / U`: the device sends no panel current of its own.
fn panel_current(reading: &Reading) -> Option<Amps> {
    let volts = reading.pv_voltage?.as_volts();
    let amps = reading.pv_power?.as_watts() / volts;
    (volts > 0.0 && amps.abs() <= PANEL_AMPS_MAX).then(|| Amps::new(amps))
}

/// Charge drawn, positive: the device sends it as 0 or negative.
fn consumed(value: &str) -> Option<AmpHours> {
    let milliamp_hours = number(value, CONSUMED_MILLIAMP_HOURS)?;
    Some(AmpHours::new(f64::from(-milliamp_hours) / 1000.0))
}

fn thousandths(value: &str, plausible: RangeInclusive<i32>) -> Option<f64> {
    number(value, plausible).map(|whole| f64::from(whole) / 1000.0)
}

fn number(value: &str, plausible: RangeInclusive<i32>) -> Option<i32> {
    value.parse().ok().filter(|whole| plausible.contains(whole))
}
