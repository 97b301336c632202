//! What went in and out of the battery, Ah and Wh, in all and by day.
//!
//! The current is a straight line between two rows (trapezoids, split where it changes its sign); across a gap
//! nothing is counted, and the hours that are not counted are told. Rows that a finding explained are left out. Energy
//! is of the hours that have a voltage too: how many is told beside it, and of none there is none.

use std::collections::BTreeMap;

use super::day::Days;
use super::find::Work;
use super::header::Quantity;
use super::table::Table;

/// Charge and energy of a stretch.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Energy {
    pub charge_in_amp_hours: f64,
    pub charge_out_amp_hours: f64,
    /// What flowed while the voltage was known.
    in_watt_hours: f64,
    out_watt_hours: f64,
    pub hours_counted: f64,
    /// Of these, hours of which the energy is known.
    pub energy_hours_counted: f64,
}

impl Energy {
    /// In and out, Wh; `None` where no hour has a voltage.
    pub fn watt_hours(&self) -> Option<(f64, f64)> {
        (self.energy_hours_counted > 0.0).then_some((self.in_watt_hours, self.out_watt_hours))
    }

    fn add(&mut self, amps: (f64, f64), watts: Option<(f64, f64)>, hours: f64) {
        let (charge_in, charge_out) = split(amps.0, amps.1, hours);
        self.charge_in_amp_hours += charge_in;
        self.charge_out_amp_hours += charge_out;
        self.hours_counted += hours;
        if let Some(watts) = watts {
            let (energy_in, energy_out) = split(watts.0, watts.1, hours);
            self.in_watt_hours += energy_in;
            self.out_watt_hours += energy_out;
            self.energy_hours_counted += hours;
        }
    }
}

/// Of the whole log and of each day.
#[derive(Debug, Clone, PartialEq)]
pub struct Balance {
    /// In all.
    pub whole: Energy,
    /// Hours between the first and the last row that are not counted.
    pub hours_not_counted: f64,
    /// By day.
    pub by_day: Vec<(String, Energy)>,
}

/// `None` of a log without time or current.
pub fn balance(table: &Table, work: &Work) -> Option<Balance> {
    let days = Days::of(table.clock.as_ref()?)?;
    let amps = &work.first(Quantity::Current)?.values;
    let volts = work.first(Quantity::Voltage).map(|series| series.values.as_slice());
    let mut whole = Energy::default();
    let mut by_day: BTreeMap<i64, Energy> = BTreeMap::new();
    for at in 1..amps.len() {
        let hours = work.lapse(at) / 3600.0;
        let (from, to) = (amps[at - 1], amps[at]);
        if hours <= 0.0 || !from.is_finite() || !to.is_finite() {
            continue;
        }
        let watts = volts.map(|volts| (from * volts[at - 1], to * volts[at]));
        let watts = watts.filter(|(from, to)| from.is_finite() && to.is_finite());
        for sum in [&mut whole, by_day.entry(days.day(work.wall[at])).or_default()] {
            sum.add((from, to), watts, hours);
        }
    }
    let span = work.secs.last().zip(work.secs.first()).map_or(0.0, |(last, first)| (last - first) / 3600.0);
    Some(Balance {
        whole,
        hours_not_counted: (span - whole.hours_counted).max(0.0),
        by_day: by_day.into_iter().map(|(day, energy)| (days.name(day), energy)).collect(),
    })
}

/// The areas above and below zero of a straight line.
fn split(from: f64, to: f64, hours: f64) -> (f64, f64) {
    let area = f64::midpoint(from, to) * hours;
    if from * to >= 0.0 {
        return (area.max(0.0), (-area).max(0.0));
    }
    let (positive, negative) = if from > 0.0 { (from, -to) } else { (to, -from) };
    let above = 0.5 * positive * hours * positive / (positive + negative);
    let below = 0.5 * negative * hours * negative / (positive + negative);
    (above, below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_through_zero_is_split_there() {
        assert_eq!(split(2.0, 4.0, 1.0), (3.0, 0.0));
        assert_eq!(split(-2.0, -4.0, 1.0), (0.0, 3.0));
        let (above, below) = split(-1.0, 3.0, 2.0);
        assert!((above - below - 2.0).abs() < 1e-12 && (above - 2.25).abs() < 1e-12);
    }

    #[test]
    fn an_hour_without_a_voltage_is_not_an_hour_without_energy() {
        let mut energy = Energy::default();
        energy.add((2.0, 2.0), None, 1.0);
        assert_eq!((energy.charge_in_amp_hours, energy.watt_hours()), (2.0, None));
        energy.add((2.0, 2.0), Some((24.0, 24.0)), 1.0);
        assert_eq!((energy.charge_in_amp_hours, energy.watt_hours()), (4.0, Some((24.0, 0.0))));
        assert_eq!((energy.hours_counted, energy.energy_hours_counted), (2.0, 1.0));
    }
}
