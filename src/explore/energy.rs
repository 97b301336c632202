//! What went in and out of the battery, Ah and Wh, in all and by day.
//!
//! The current is a straight line between two rows (trapezoids, split where it changes its sign); across a gap
//! nothing is counted, and the hours that are not counted are told. Rows that a finding explained are left out.

use super::clock::ClockKind;
use super::find::Work;
use super::header::Quantity;
use super::stamp;
use super::table::Table;

/// Charge and energy of a stretch.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Energy {
    pub charge_in_amp_hours: f64,
    pub charge_out_amp_hours: f64,
    pub energy_in_watt_hours: f64,
    pub energy_out_watt_hours: f64,
    pub hours_counted: f64,
}

/// Of the whole log and of each day.
#[derive(Debug, Clone, PartialEq)]
pub struct Balance {
    /// In all.
    pub whole: Energy,
    /// Hours between the first and the last row that are not counted.
    pub hours_not_counted: f64,
    /// Whether there is a voltage to reckon energy with.
    pub has_energy: bool,
    /// By day.
    pub by_day: Vec<(String, Energy)>,
}

/// `None` of a log without time or current.
pub fn balance(table: &Table, work: &Work) -> Option<Balance> {
    let clock = table.clock.as_ref()?;
    let amps = &work.first(Quantity::Current)?.values;
    let volts = work.first(Quantity::Voltage).map(|series| series.values.as_slice());
    let start = clock.secs.iter().copied().find(|secs| secs.is_finite())?;
    let is_relative = clock.kind == ClockKind::Relative;
    let day_of = |at: usize| {
        let wall = clock.wall()[work.rows[at]] - if is_relative { start } else { 0.0 };
        (wall / 86_400.0).floor() as i64
    };
    let mut whole = Energy::default();
    let mut by_day: std::collections::BTreeMap<i64, Energy> = std::collections::BTreeMap::new();
    for at in 1..amps.len() {
        let hours = work.lapse(at) / 3600.0;
        let (from, to) = (amps[at - 1], amps[at]);
        if hours <= 0.0 || !from.is_finite() || !to.is_finite() {
            continue;
        }
        let (charge_in, charge_out) = split(from, to, hours);
        let (energy_in, energy_out) = match volts {
            Some(volts) if volts[at].is_finite() && volts[at - 1].is_finite() => {
                split(from * volts[at - 1], to * volts[at], hours)
            }
            _ => (0.0, 0.0),
        };
        for sum in [&mut whole, by_day.entry(day_of(at)).or_default()] {
            sum.charge_in_amp_hours += charge_in;
            sum.charge_out_amp_hours += charge_out;
            sum.energy_in_watt_hours += energy_in;
            sum.energy_out_watt_hours += energy_out;
            sum.hours_counted += hours;
        }
    }
    let span = work.secs.last().zip(work.secs.first()).map_or(0.0, |(last, first)| (last - first) / 3600.0);
    let key = |day: i64| {
        if is_relative {
            return (day + 1).to_string();
        }
        let (year, month, day) = stamp::civil(day as f64 * 86_400.0);
        format!("{year:04}-{month:02}-{day:02}")
    };
    Some(Balance {
        whole,
        hours_not_counted: (span - whole.hours_counted).max(0.0),
        has_energy: volts.is_some(),
        by_day: by_day.into_iter().map(|(day, energy)| (key(day), energy)).collect(),
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
}
