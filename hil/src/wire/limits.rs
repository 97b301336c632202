//! What a roadside battery and its panel can show at all: a number beyond is none.
//!
//! A checksum of 8 bits passes one damaged frame in 256; these bounds stop the worst of the rest.

use signals::{AmpHours, Amps, Celsius, Reading, Volts, Watts};
use std::ops::RangeInclusive;

const BATTERY_VOLTS: RangeInclusive<f64> = 0.0..=120.0;
const CELL_VOLTS: RangeInclusive<f64> = 0.0..=5.0;
const AMPS: RangeInclusive<f64> = -2_000.0..=2_000.0;
const WATTS: RangeInclusive<f64> = -100_000.0..=100_000.0;
const CELSIUS: RangeInclusive<f64> = -60.0..=120.0;
const CHARGE_AMP_HOURS: RangeInclusive<f64> = 0.0..=100_000.0;
const PANEL_VOLTS: RangeInclusive<f64> = 0.0..=1_000.0;

/// The reading without what lies beyond the bounds. One impossible cell spoils the row of cells.
pub(super) fn plausible(mut reading: Reading) -> Reading {
    reading.voltage = reading.voltage.filter(|voltage: &Volts| BATTERY_VOLTS.contains(&voltage.as_volts()));
    reading.current = reading.current.filter(|current: &Amps| AMPS.contains(&current.as_amps()));
    reading.power = reading.power.filter(|power: &Watts| WATTS.contains(&power.as_watts()));
    reading.temperature = reading.temperature.filter(|value: &Celsius| CELSIUS.contains(&value.as_celsius()));
    let charge = |charge: &AmpHours| CHARGE_AMP_HOURS.contains(&charge.as_amp_hours());
    reading.consumed = reading.consumed.filter(charge);
    reading.capacity = reading.capacity.filter(charge);
    reading.pv_voltage = reading.pv_voltage.filter(|voltage| PANEL_VOLTS.contains(&voltage.as_volts()));
    reading.pv_current = reading.pv_current.filter(|current| AMPS.contains(&current.as_amps()));
    reading.pv_power = reading.pv_power.filter(|power| WATTS.contains(&power.as_watts()));
    reading.load_current = reading.load_current.filter(|current| AMPS.contains(&current.as_amps()));
    if !reading.cells.iter().all(|cell| CELL_VOLTS.contains(&cell.as_volts())) {
        reading.cells.clear();
    }
    reading
}
