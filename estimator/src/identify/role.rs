//! What a record is good for, found from its current alone.
//!
//! | role  | found where                                                                                   |
//! | ----- | --------------------------------------------------------------------------------------------- |
//! | rest  | nine tenths of the moving time slow (below C/8), few steps, over 40 % of the capacity         |
//! | pulse | at least four steps out of rest, and at rest a fifth of the time                              |
//! | drive | anything else                                                                                 |
//!
//! A constant current tells the rest curve apart from the drop under load only where it is slow, where it
//! goes on and off, or where another file has another current: [`levels`] and [`steps`] are what is compared.

use super::record::{Record, Role, Sample};

/// A current below this over capacity, per hour, is rest.
pub(crate) const REST_PER_HOUR: f64 = 0.004;
const SLOW_PER_HOUR: f64 = 0.125;
const SLOW_SHARE: f64 = 0.9;
const SLOW_REACH: f64 = 0.4;
/// A slow test starts, turns round and stops.
const SLOW_STEPS_MAX: usize = 8;
/// A jump of this much current over capacity, per hour, is a step.
const STEP_PER_HOUR: f64 = 0.02;
const PULSES_MIN: usize = 4;
const REST_SHARE: f64 = 0.2;
/// Currents within this share of each other are one level.
const LEVEL_SPREAD: f64 = 0.12;

/// The role of a record of a battery of this capacity.
pub(crate) fn role(record: &Record, capacity: f64) -> Role {
    if is_slow(record, capacity) {
        return Role::Rest;
    }
    let resting = |sample: &Sample| sample.amps.abs() < REST_PER_HOUR * capacity;
    let steps = record.samples.windows(2).filter(|pair| resting(&pair[0]) && !resting(&pair[1])).count();
    let rest: f64 = spans(record).filter(|(at, _)| resting(at)).map(|(_, secs)| secs).sum();
    if steps >= PULSES_MIN && rest > REST_SHARE * record.secs() { Role::Pulse } else { Role::Drive }
}

fn is_slow(record: &Record, capacity: f64) -> bool {
    let moving = |at: &Sample| at.amps.abs() >= REST_PER_HOUR * capacity;
    let total: f64 = spans(record).filter(|(at, _)| moving(at)).map(|(_, secs)| secs).sum();
    let slow: f64 = spans(record)
        .filter(|(at, _)| moving(at) && at.amps.abs() < SLOW_PER_HOUR * capacity)
        .map(|(_, secs)| secs)
        .sum();
    let charge =
        |pick: fn(f64, f64) -> f64, from| record.samples.iter().map(|at| at.amp_hours).fold(from, pick);
    let reach = charge(f64::max, f64::NEG_INFINITY) - charge(f64::min, f64::INFINITY);
    slow > SLOW_SHARE * total && reach > SLOW_REACH * capacity && steps(record, capacity) <= SLOW_STEPS_MAX
}

/// How often the current jumps, rest to load and load to rest included.
pub(crate) fn steps(record: &Record, capacity: f64) -> usize {
    let jumps = |pair: &&[Sample]| (pair[1].amps - pair[0].amps).abs() > STEP_PER_HOUR * capacity;
    record.samples.windows(2).filter(jumps).count()
}

/// Samples with how long each held.
fn spans(record: &Record) -> impl Iterator<Item = (Sample, f64)> + '_ {
    record.samples.windows(2).map(|pair| (pair[0], pair[1].secs - pair[0].secs))
}

/// The currents a record dwells at, rest left out: each holds at least a twentieth of the moving time.
pub(crate) fn levels(record: &Record, capacity: f64) -> Vec<f64> {
    let mut bins: std::collections::BTreeMap<i64, (f64, f64)> = std::collections::BTreeMap::new();
    let mut total = 0.0;
    for (at, secs) in spans(record).filter(|(at, _)| at.amps.abs() >= REST_PER_HOUR * capacity) {
        let place = (at.amps.abs() / capacity).ln() / LEVEL_SPREAD;
        let bin = place.round() as i64 * 2 + i64::from(at.amps > 0.0);
        let held = bins.entry(bin).or_default();
        held.0 += secs;
        held.1 += secs * at.amps;
        total += secs;
    }
    let kept = bins.into_values().filter(|(secs, _)| *secs > 0.05 * total);
    merged(kept.map(|(secs, sum)| sum / secs).collect())
}

/// Neighbouring bins of one level become one.
fn merged(mut levels: Vec<f64>) -> Vec<f64> {
    levels.sort_by(f64::total_cmp);
    levels.dedup_by(|next, kept| same_level(*next, *kept));
    levels
}

/// Whether two currents tell the drop under load apart.
pub(crate) fn same_level(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1.5 * LEVEL_SPREAD * one.abs().max(other.abs())
}

#[cfg(test)]
mod tests {
    use super::super::record::Row;
    use super::*;

    fn record(amps: impl Fn(f64) -> f64, hours: f64, every: f64) -> Record {
        let row = |i: usize| {
            let time_secs = i as f64 * every;
            Row { time_secs, current_amps: Some(amps(time_secs)), voltage_volts: Some(3.3), ..Row::default() }
        };
        let rows: Vec<Row> = (0..(hours * 3600.0 / every) as usize).map(row).collect();
        Record::new("x", None, &rows).expect("sound rows")
    }

    #[test]
    fn roles_are_found_from_the_current() {
        let slow = record(|secs| if secs < 70_000.0 { -0.1 } else { 0.1 }, 40.0, 60.0);
        assert_eq!(role(&slow, 2.0), Role::Rest);
        let pulses = record(|secs| if secs % 600.0 < 60.0 { -2.0 } else { 0.0 }, 2.0, 1.0);
        assert_eq!(role(&pulses, 2.0), Role::Pulse);
        let drive = record(|secs| -1.0 + (secs / 20.0).sin(), 2.0, 1.0);
        assert_eq!(role(&drive, 2.0), Role::Drive);
    }

    #[test]
    fn a_constant_current_has_one_level() {
        let steady = record(|secs| if secs < 600.0 { 0.0 } else { -1.0 + 0.01 * secs.sin() }, 2.0, 10.0);
        assert_eq!(levels(&steady, 2.0).len(), 1);
        assert!(same_level(-1.0, -1.05) && !same_level(-1.0, 1.0) && !same_level(-0.53, -1.03));
    }
}
