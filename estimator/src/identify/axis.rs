//! The state of charge of every sample, all records on one axis.
//!
//! ```text
//! Q = ΔAh / Δz    from records that state z over half the charge, else from full to empty, else the base's
//! z = the laboratory's, or z₀ + ∫η·I dt / Q  with z₀ full, or looked up on the base's rest curve
//! ```
//!
//! The trap: a slow test whose own ampere-hours disagree with every other file's capacity (its current
//! sensor was off by milliamps for days) shifts the rest curve by points. Such a test runs from full to
//! empty by definition, so each of its branches is stretched to 1 on its own ampere-hours, and the
//! disagreement between the branches is given back as the current offset that explains it.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. II, ch. 4 (capacity from full to empty).

use super::record::{Record, Role, median};
use super::role::REST_PER_HOUR;
use crate::model::Model;

/// The state of charge must move this much for a capacity to be read from it.
const REACH_MIN: f64 = 0.5;
/// A slow test further off than this is put on its own ampere-hours.
const AGREEMENT: f64 = 0.03;
/// A branch this long in full charges was meant to be whole.
const WHOLE: f64 = 0.85;

/// Where the capacity comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Capacity {
    pub amp_hours: f64,
    /// Standard error, A·h; `None` where it is the base's or the caller's own.
    pub error: Option<f64>,
    /// How many records said so.
    pub records: usize,
}

/// The state of charge of each sample of one record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    pub soc: Vec<f64>,
    /// How far the whole may be shifted, ratio.
    pub doubt: f64,
    /// Constant error of the current that closes a slow test, A; zero where none was needed.
    pub offset_amps: f64,
}

/// The capacity that the records agree on.
pub(crate) fn capacity(records: &[Record], base: &Model) -> Capacity {
    let stated: Vec<f64> = records.iter().filter_map(stated).collect();
    let said = if stated.is_empty() {
        records.iter().filter_map(|record| full_to_empty(record, base)).collect()
    } else {
        stated
    };
    if said.is_empty() {
        return Capacity { amp_hours: base.capacity_amp_hours, error: None, records: 0 };
    }
    let middle = median(said.clone());
    let spread = median(said.iter().map(|value| (value - middle).abs()).collect()) * 1.4826;
    // One record, or several that agree by chance, are no better than a tester's one per cent.
    let error = (spread.max(0.01 * middle)) / (said.len() as f64).sqrt();
    Capacity { amp_hours: middle, error: Some(error), records: said.len() }
}

/// What a record with a stated state of charge says of the capacity.
fn stated(record: &Record) -> Option<f64> {
    let inside = |soc: f64| soc > 0.0 && soc < 1.0;
    let points: Vec<(f64, f64)> = record
        .samples
        .iter()
        .filter_map(|at| at.soc.filter(|soc| inside(*soc)).map(|soc| (soc, at.amp_hours)))
        .collect();
    let by_soc = |a: &&(f64, f64), b: &&(f64, f64)| a.0.total_cmp(&b.0);
    let (low, high) = (points.iter().min_by(by_soc)?, points.iter().max_by(by_soc)?);
    let ratio = (high.1 - low.1) / (high.0 - low.0);
    (high.0 - low.0 > REACH_MIN && ratio > 0.0).then_some(ratio)
}

/// The charge a record gave from a full to an empty battery, as far as the base knows the two.
fn full_to_empty(record: &Record, base: &Model) -> Option<f64> {
    let (first, last) = (record.samples.first()?, record.samples.iter().rev().find(|at| at.amps < 0.0)?);
    let begins_full =
        first.volts - 0.3 * first.amps.min(0.0) * base.total_ohms() >= base.reference_rest(0.93);
    let highest = record.samples.iter().map(|at| at.amp_hours).fold(f64::NEG_INFINITY, f64::max);
    let ends_empty = last.volts <= base.reference_rest(0.02);
    let given = highest - last.amp_hours;
    (begins_full && ends_empty && given > 0.0 && highest - first.amp_hours < 0.02 * given).then_some(given)
}

/// The axis of a record.
pub(crate) fn axis(record: &Record, role: Role, capacity: f64, base: &Model) -> Axis {
    if role == Role::Rest
        && let Some(own) = own_amp_hours(record, capacity)
    {
        return own;
    }
    let known = record.samples.iter().any(|at| at.soc.is_some());
    let ratio = stated(record).unwrap_or(capacity);
    let mut soc = Vec::with_capacity(record.samples.len());
    let mut here = start(record, base);
    for (i, at) in record.samples.iter().enumerate() {
        if let Some(before) = i.checked_sub(1).and_then(|before| record.samples.get(before)) {
            let moved = (at.amp_hours - before.amp_hours) / ratio;
            here += if known || moved < 0.0 { moved } else { moved * base.efficiency(here) };
        }
        // Laboratory counters are cut at 0 and 1; beyond them the count goes on.
        here = at.soc.filter(|soc| *soc > 0.0 && *soc < 1.0).unwrap_or(here);
        soc.push(here);
    }
    let doubt = base.doubt.axis_ratio * if known { 1.0 } else { 3.0 };
    Axis { soc, doubt, offset_amps: 0.0 }
}

/// State of charge of the first sample.
fn start(record: &Record, base: &Model) -> f64 {
    let Some(first) = record.samples.first() else { return 1.0 };
    if let Some(soc) = first.soc {
        return soc;
    }
    let volts = first.volts - first.amps * base.total_ohms();
    if volts >= base.reference_rest(0.93) {
        return 1.0;
    }
    // Bisection on a rising curve.
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if base.reference_rest(middle) < volts { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// A slow test stretched on its own ampere-hours; `None` where it agrees with the others.
fn own_amp_hours(record: &Record, capacity: f64) -> Option<Axis> {
    let (out, into) = totals(record, capacity);
    let off = |amp_hours: f64| (amp_hours / capacity - 1.0).abs() > AGREEMENT;
    let whole = |amp_hours: f64| amp_hours > WHOLE * capacity;
    if !(whole(out.0) && off(out.0) || whole(out.0) && whole(into.0) && off(into.0)) {
        return None;
    }
    let mut here = 1.0;
    let mut soc = vec![here];
    for pair in record.samples.windows(2) {
        let moved = pair[1].amp_hours - pair[0].amp_hours;
        let own = if moved < 0.0 {
            out.0
        } else if whole(into.0) {
            into.0
        } else {
            out.0
        };
        here += moved / own;
        soc.push(here);
    }
    // More out than in is no efficiency: the sensor reads too much one way and too little the other.
    let offset = if whole(into.0) && out.0 > into.0 { (into.0 - out.0) / (into.1 + out.1) } else { 0.0 };
    Some(Axis { soc, doubt: 0.003, offset_amps: offset })
}

/// Ampere-hours and hours, out and in.
fn totals(record: &Record, capacity: f64) -> ((f64, f64), (f64, f64)) {
    let (mut out, mut into) = ((0.0, 0.0), (0.0, 0.0));
    for pair in record.samples.windows(2) {
        let moved = pair[1].amp_hours - pair[0].amp_hours;
        let hours = (pair[1].secs - pair[0].secs) / 3600.0;
        let moving = 0.5 * (pair[0].amps + pair[1].amps).abs() > 0.5 * REST_PER_HOUR * capacity;
        let sum = if moved < 0.0 { &mut out } else { &mut into };
        sum.0 += moved.abs();
        sum.1 += if moving { hours } else { 0.0 };
    }
    (out, into)
}

#[cfg(test)]
mod tests {
    use super::super::record::Row;
    use super::*;
    use crate::Profile;

    /// A slow discharge and charge between the same limits, read by a sensor with this offset.
    fn slow_test(offset: f64) -> Record {
        let row = |i: usize| {
            let current = if i < 1000 { -0.1 } else { 0.1 };
            Row {
                time_secs: i as f64 * 72.0,
                current_amps: Some(current + offset),
                voltage_volts: Some(3.3),
                ..Row::default()
            }
        };
        let rows: Vec<Row> = (0..2000).map(row).collect();
        Record::new("slow", None, &rows).expect("sound rows")
    }

    #[test]
    fn a_biased_slow_test_is_put_on_its_own_ampere_hours() {
        let base = Model::of(&Profile::lifepo4_4s());
        let axis = axis(&slow_test(-0.008), Role::Rest, 2.0, &base);
        assert!((axis.offset_amps + 0.008).abs() < 2e-4, "{}", axis.offset_amps);
        let lowest = axis.soc.iter().fold(1.0_f64, |low, soc| low.min(*soc));
        assert!(lowest.abs() < 2e-3 && axis.soc.last().is_some_and(|soc| (soc - 1.0).abs() < 2e-3));
    }

    #[test]
    fn a_slow_test_that_agrees_stays_as_it_is_counted() {
        let base = Model::of(&Profile::lifepo4_4s());
        let axis = axis(&slow_test(0.0), Role::Rest, 2.0, &base);
        assert!(axis.offset_amps == 0.0);
    }
}
