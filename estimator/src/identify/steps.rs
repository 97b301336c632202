//! A record thinned to what moves the model: exact exponential steps make any cut legal.
//!
//! A sample stays where the current changes, just before it does, and at spans that grow while it is
//! constant: a tenth of a second after a step, minutes at the end of a rest. Voltages are taken as they are,
//! never averaged across a change.

use super::axis::Axis;
use super::record::{Record, Sample};

/// Currents closer than this over capacity, per hour, are the same.
const SAME_PER_HOUR: f64 = 0.004;
/// A constant current is looked at again after this share of the time since it began.
const GROWTH: f64 = 0.08;
/// And after this much charge.
const CHARGE_MAX: f64 = 0.002;
/// A gap of this many sampling intervals takes its current from the charge counter.
const GAP: f64 = 4.0;

/// One step of the model and the voltage at its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    pub dt_secs: f64,
    /// Mean current over the step.
    pub mean_amps: f64,
    /// Current at its end: what the ohmic drop sees.
    pub amps: f64,
    pub soc: f64,
    /// State of charge gained since the step before.
    pub moved: f64,
    pub celsius: f64,
    pub volts: f64,
    pub secs: f64,
}

/// The steps of a record.
pub(crate) fn steps(record: &Record, axis: &Axis, capacity: f64) -> Vec<Step> {
    let (samples, every) = (&record.samples, record.every_secs());
    let same = |a: &Sample, b: &Sample| (a.amps - b.amps).abs() < SAME_PER_HOUR * capacity;
    let mut kept: Vec<Step> = Vec::new();
    let (mut since, mut charge, mut constant_from) = (0.0, 0.0, 0.0);
    let mut last_soc = axis.soc.first().copied().unwrap_or(1.0);
    for (i, at) in samples.iter().enumerate() {
        let before = samples[i.saturating_sub(1)];
        let dt = at.secs - before.secs;
        let counted = dt > GAP * every && dt > 10.0;
        let mean = if counted {
            (at.amp_hours - before.amp_hours) * 3600.0 / dt
        } else {
            0.5 * (before.amps + at.amps)
        };
        since += dt;
        charge += mean * dt / 3600.0;
        let changed = !same(at, &before) || counted;
        if changed {
            constant_from = at.secs;
        }
        let soon = samples.get(i + 1).is_none_or(|next| !same(at, next) || next.secs - at.secs > GAP * every);
        let due = since >= GROWTH * (at.secs - constant_from) || charge.abs() > CHARGE_MAX * capacity;
        if i == 0 || changed || soon || due {
            let mean_amps = if since > 0.0 { charge * 3600.0 / since } else { at.amps };
            kept.push(Step {
                dt_secs: since,
                mean_amps,
                amps: at.amps,
                soc: axis.soc[i],
                moved: axis.soc[i] - last_soc,
                celsius: at.celsius,
                volts: at.volts,
                secs: at.secs,
            });
            (since, charge, last_soc) = (0.0, 0.0, axis.soc[i]);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::record::Row;
    use super::*;

    #[test]
    fn charge_and_time_survive_thinning() {
        let row = |i: usize| Row {
            time_secs: i as f64,
            current_amps: Some(if i % 600 < 30 { -2.0 } else { 0.0 }),
            voltage_volts: Some(3.3),
            ..Row::default()
        };
        let rows: Vec<Row> = (0..7200).map(row).collect();
        let record = Record::new("x", None, &rows).expect("sound");
        let soc = record.samples.iter().map(|at| 1.0 + at.amp_hours / 2.0).collect();
        let steps = steps(&record, &Axis { soc, doubt: 0.0, offset_amps: 0.0 }, 2.0);
        assert!(steps.len() < 1600, "{}", steps.len());
        let secs: f64 = steps.iter().map(|step| step.dt_secs).sum();
        let charge: f64 = steps.iter().map(|step| step.dt_secs * step.mean_amps / 3600.0).sum();
        let whole = record.samples.last().map_or(0.0, |last| last.amp_hours);
        assert!((secs - 7199.0).abs() < 1e-9 && (charge - whole).abs() < 1e-9);
    }
}
