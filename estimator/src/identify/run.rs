//! Identification from beginning to end.

use super::axis::{self, Axis, Capacity};
use super::fit::{Bench, Found, Track};
use super::jump;
use super::outcome::{Fit, Identified, Point};
use super::play;
use super::record::{Record, Role, median};
use super::refuse::{self, Refusals, Seen};
use super::rest::{self, Branch, RestCurve};
use super::role::{self, REST_PER_HOUR};
use super::spread::Spread;
use super::steps::{self, Step};
use super::unknowns::{OHMIC, Unknowns};
use super::write::{self, Written};
use crate::Profile;
use crate::model::Model;
use crate::profile::Chemistry;

/// Voltages between these states of charge are compared: outside, a point of charge is a tenth of a volt.
const COMPARED_SOC: [f64; 2] = [0.04, 0.985];
/// Error expected of any such model, as a share of the full voltage.
const ERROR_SHARE: f64 = 0.003;
/// A rest curve without slow tests may be this much further off than one with them.
const NO_SLOW_DOUBT: f64 = 4.0;
/// A current above this over capacity, per hour, is written in milliamps.
const AMPS_PER_HOUR_MAX: f64 = 60.0;
/// Voltage above rest at full, as a share, from which a charging lead-acid battery gasses.
const GASSING: f64 = 1.04;
/// A current that goes on and off this often tells the drop from the rest curve.
const STEPS_MIN: usize = 4;
/// Starts beside the base's own.
const STARTS: usize = 4;
const POINTS_MAX: usize = 1500;

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// The profile's name.
    pub name: String,
    /// The capacity, where it is known better than the records say, A·h.
    pub capacity_amp_hours: Option<f64>,
}

/// Why nothing could be identified; `record` is the place among the records given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum IdentifyError {
    /// No record at all.
    #[error("no records")]
    Nothing,
    /// A battery of another voltage than the base's.
    #[error("record {record} has {volts} V, the base {low} to {high} V")]
    OtherVoltage {
        /// Which record.
        record: usize,
        /// Its usual voltage.
        volts: f64,
        /// Empty, by the base.
        low: f64,
        /// Full, by the base.
        high: f64,
    },
    /// Currents far beyond the capacity: milliamps, or the wrong column.
    #[error("record {record} has {amps} A of a battery of {amp_hours} A·h")]
    Milliamps {
        /// Which record.
        record: usize,
        /// Its largest current.
        amps: f64,
        /// The capacity.
        amp_hours: f64,
    },
    /// One constant current, and none slow: the drop cannot be told from the rest curve.
    #[error("only {amps} A flows")]
    ConstantOnly {
        /// That current.
        amps: f64,
    },
    /// The base holds a table over temperatures, which no fit here corrects.
    #[error("the base has a [map], which cannot be corrected")]
    MappedBase,
    /// The fit did not end.
    #[error("the fit found no end")]
    NoEnd,
    /// The values found make no profile.
    #[error("the values found make no profile: {0}")]
    NoProfile(String),
}

/// Identifies a profile; `chance` gives numbers from 0 to 1 and moves the starts of the fit.
///
/// # Errors
/// Where the records do not belong to the base, or cannot determine anything.
pub fn identify(
    records: &[Record],
    base: &Profile,
    options: &Options,
    chance: &mut dyn FnMut() -> f64,
) -> Result<Identified, IdentifyError> {
    if records.is_empty() {
        return Err(IdentifyError::Nothing);
    }
    if base.map.is_some() {
        return Err(IdentifyError::MappedBase);
    }
    let unscaled = Model::of(base);
    let told = axis::capacity(records, &unscaled);
    let capacity = match options.capacity_amp_hours {
        Some(amp_hours) => Capacity { amp_hours, error: None, records: 0 },
        None => told,
    };
    let base = base.clone().with_capacity(signals::AmpHours::new(capacity.amp_hours));
    check(records, &Model::of(&base), options.capacity_amp_hours.unwrap_or(unscaled.capacity_amp_hours))?;
    let roles = roles(records, capacity.amp_hours);
    let levels = levels(records, capacity.amp_hours);
    let changes = levels.len() > 1 || steps_of(records, capacity.amp_hours) >= STEPS_MIN;
    if !changes && !roles.contains(&Role::Rest) {
        return Err(IdentifyError::ConstantOnly { amps: levels.first().copied().unwrap_or(0.0) });
    }
    let base_model = Model::of(&base);
    let axes = axes(records, &roles, &base_model);
    let branches = branches(records, &roles, &axes, capacity.amp_hours);
    let curve = rest::rest_curve(&branches, &base_model);
    let mut prepared = base.clone();
    if let Some(curve) = &curve {
        write::put_rest(&mut prepared, curve);
    }
    let model = Model::of(&prepared);
    let fitted = fitted(records, &axes, &model, curve.as_ref(), changes, chance)?;
    let efficiency = efficiency(records, &roles, &axes);
    let written = write::profile(&Written {
        name: &options.name,
        records,
        base: &base,
        prepared: &prepared,
        curve: curve.as_ref(),
        capacity,
        efficiency,
        bench_unknowns: &fitted.unknowns,
        found: &fitted.found,
        spread: fitted.spread.as_ref(),
        refused: &fitted.refused,
    })?;
    let fits = compare(records, &roles, &axes, &written.profile, &base);
    let moved = |axis: &Axis| axis.offset_amps != 0.0;
    let offsets = records.iter().zip(&axes).filter(|(_, axis)| moved(axis));
    Ok(Identified {
        fits,
        starts: (fitted.found.agreeing[1] > 0).then_some(fitted.found.agreeing),
        offsets: offsets.map(|(record, axis)| (record.name.clone(), axis.offset_amps)).collect(),
        jumps: fitted.jumps,
        ..written
    })
}

/// A profile against records, beside another profile.
///
/// # Errors
/// Where the records do not belong to the profile.
pub fn predict(records: &[Record], profile: &Profile, beside: &Profile) -> Result<Vec<Fit>, IdentifyError> {
    let model = Model::of(profile);
    check(records, &model, model.capacity_amp_hours)?;
    let roles = roles(records, model.capacity_amp_hours);
    let axes = axes(records, &roles, &model);
    let beside = beside.clone().with_capacity(profile.capacity());
    Ok(compare(records, &roles, &axes, profile, &beside))
}

fn roles(records: &[Record], capacity: f64) -> Vec<Role> {
    records.iter().map(|record| record.role.unwrap_or_else(|| role::role(record, capacity))).collect()
}

fn axes(records: &[Record], roles: &[Role], model: &Model) -> Vec<Axis> {
    let pairs = records.iter().zip(roles);
    pairs.map(|(record, role)| axis::axis(record, *role, model.capacity_amp_hours, model)).collect()
}

fn branches(records: &[Record], roles: &[Role], axes: &[Axis], capacity: f64) -> Vec<Branch> {
    let slow = records.iter().zip(roles).zip(axes).filter(|((_, role), _)| **role == Role::Rest);
    slow.flat_map(|((record, _), axis)| rest::branches(record, axis, capacity)).collect()
}

/// Refuses a battery of another voltage, and currents in milliamps.
fn check(records: &[Record], model: &Model, capacity_known: f64) -> Result<(), IdentifyError> {
    for (record, from) in records.iter().enumerate() {
        let amps = from.samples.iter().map(|at| at.amps.abs()).fold(0.0, f64::max);
        if amps > AMPS_PER_HOUR_MAX * capacity_known {
            return Err(IdentifyError::Milliamps { record, amps, amp_hours: capacity_known });
        }
        let still = |at: &f64| at.abs() < REST_PER_HOUR * model.capacity_amp_hours;
        let mut rests: Vec<f64> =
            from.samples.iter().filter(|at| still(&at.amps)).map(|at| at.volts).collect();
        if rests.len() < 10 {
            rests = from.samples.iter().map(|at| at.volts).collect();
        }
        let volts = median(rests);
        let (low, high) = (model.reference_rest(0.0), model.reference_rest(1.0));
        let plausible = |volts: f64| (model.plausible_volts[0]..=model.plausible_volts[1]).contains(&volts);
        let strange = from.samples.iter().filter(|at| !plausible(at.volts)).count();
        if volts < 0.85 * low || volts > 1.08 * high || 20 * strange > from.samples.len() {
            return Err(IdentifyError::OtherVoltage { record, volts, low, high });
        }
    }
    Ok(())
}

fn steps_of(records: &[Record], capacity: f64) -> usize {
    records.iter().map(|record| role::steps(record, capacity)).sum()
}

/// The distinct currents of all records.
fn levels(records: &[Record], capacity: f64) -> Vec<f64> {
    let mut all: Vec<f64> = records.iter().flat_map(|record| role::levels(record, capacity)).collect();
    all.sort_by(f64::total_cmp);
    all.dedup_by(|next, kept| role::same_level(*next, *kept));
    all
}

/// A fit with what it refused.
struct Fitted {
    unknowns: Unknowns,
    found: Found,
    spread: Option<Spread>,
    refused: Refusals,
    jumps: Option<(f64, f64, usize)>,
}

fn fitted(
    records: &[Record],
    axes: &[Axis],
    model: &Model,
    curve: Option<&RestCurve>,
    changes: bool,
    chance: &mut dyn FnMut() -> f64,
) -> Result<Fitted, IdentifyError> {
    let tracks = tracks(records, axes, model);
    let rest_doubt = model.doubt.offset_volts * if curve.is_some() { 1.0 } else { NO_SLOW_DOUBT };
    let shifts: Vec<f64> = axes.iter().map(|axis| axis.doubt).collect();
    let unknowns = Unknowns::around(model, rest_doubt, &shifts);
    let error_volts = ERROR_SHARE * model.reference_rest(1.0);
    let jumps = jump::resistance(&tracks, model);
    let seen = seen(records, axes, model, changes);
    let mut bench = Bench { model, tracks, unknowns, error_volts };
    let mut refused = refuse::before(&mut bench, &seen);
    let mut starts = bench.starts(STARTS, chance);
    if let Some((ohms, ..)) = jumps.filter(|_| bench.unknowns.0[OHMIC].free) {
        for start in &mut starts {
            start[OHMIC] = ohms.ln();
        }
    }
    let mut found = bench.fit(&starts).ok_or(IdentifyError::NoEnd)?;
    let (more, spread) = refuse::after(&mut bench, &mut found, &seen);
    refused.extend(more);
    Ok(Fitted { unknowns: bench.unknowns, found, spread, refused, jumps })
}

fn tracks(records: &[Record], axes: &[Axis], model: &Model) -> Vec<Track> {
    let steps = |(record, axis)| steps::steps(record, axis, model.capacity_amp_hours);
    records.iter().zip(axes).map(|pair| Track::new(steps(pair), |step| counts(step, model))).collect()
}

/// Whether the model can be asked for this voltage.
fn counts(step: &Step, model: &Model) -> bool {
    let gassing = model.chemistry == Chemistry::LeadAcid
        && step.amps > REST_PER_HOUR * model.capacity_amp_hours
        && step.volts > GASSING * model.reference_rest(1.0);
    (COMPARED_SOC[0]..=COMPARED_SOC[1]).contains(&step.soc) && !gassing
}

fn seen(records: &[Record], axes: &[Axis], model: &Model, changes: bool) -> Seen {
    let celsius = || {
        let measured = records.iter().filter(|record| record.has_temperature);
        measured.flat_map(|record| record.samples.iter().map(|at| at.celsius))
    };
    let (low, high) = (celsius().fold(f64::INFINITY, f64::min), celsius().fold(f64::NEG_INFINITY, f64::max));
    let every = records.iter().map(Record::close_secs).fold(f64::INFINITY, f64::min);
    let longest = records.iter().map(Record::secs).fold(0.0, f64::max);
    Seen {
        every_secs: every,
        longest_secs: longest,
        kelvin: (high - low).max(0.0),
        changes,
        reversal: records.iter().zip(axes).any(|(record, axis)| turns(record, axis, model)),
    }
}

/// Whether a slow current is turned round in mid-charge after a tenth of the charge, and kept for as much.
fn turns(record: &Record, axis: &Axis, model: &Model) -> bool {
    let slow = |amps: f64| amps.abs() < 0.125 * model.capacity_amp_hours;
    let (mut run, mut before, mut turned_at): (f64, f64, f64) = (0.0, 0.0, 0.0);
    for (pair, soc) in record.samples.windows(2).zip(axis.soc.windows(2)) {
        let moved = soc[1] - soc[0];
        if !slow(pair[1].amps) {
            (run, before) = (0.0, 0.0);
        } else if moved * run >= 0.0 {
            run += moved;
        } else {
            (before, run, turned_at) = (run, moved, soc[0]);
        }
        if (0.2..0.8).contains(&turned_at) && before.abs() > 0.1 && run.abs() > 0.1 {
            return true;
        }
    }
    false
}

/// Share of the charge that stays, from slow stretches out and in on one axis, with its standard error.
fn efficiency(records: &[Record], roles: &[Role], axes: &[Axis]) -> Option<(f64, f64)> {
    let (mut out, mut into) = (Vec::new(), Vec::new());
    for ((record, role), axis) in records.iter().zip(roles).zip(axes) {
        let stated = record.samples.iter().any(|at| at.soc.is_some());
        if *role != Role::Rest || !stated || axis.offset_amps != 0.0 {
            continue;
        }
        for stretch in stretches(record, axis) {
            if stretch.0.abs() > 0.4 {
                if stretch.0 < 0.0 { &mut out } else { &mut into }.push(stretch.1 / stretch.0);
            }
        }
    }
    if out.len() < 2 || into.len() < 2 {
        return None;
    }
    let spread = |values: &[f64], middle: f64| {
        let square = values.iter().map(|value| (value / middle - 1.0).powi(2)).sum::<f64>();
        square / (values.len() * (values.len() - 1)) as f64
    };
    let (taken, given) = (median(out.clone()), median(into.clone()));
    let ratio = taken / given;
    Some((ratio, (spread(&out, taken) + spread(&into, given)).sqrt()))
}

/// Moved state of charge and ampere-hours of each run in one direction.
fn stretches(record: &Record, axis: &Axis) -> Vec<(f64, f64)> {
    let mut all: Vec<(f64, f64)> = Vec::new();
    for (pair, soc) in record.samples.windows(2).zip(axis.soc.windows(2)) {
        let (moved, charge) = (soc[1] - soc[0], pair[1].amp_hours - pair[0].amp_hours);
        match all.last_mut() {
            Some(last) if last.0 * moved >= 0.0 => {
                last.0 += moved;
                last.1 += charge;
            }
            _ => all.push((moved, charge)),
        }
    }
    all
}

/// The written profile against the records, beside the base.
fn compare(records: &[Record], roles: &[Role], axes: &[Axis], profile: &Profile, base: &Profile) -> Vec<Fit> {
    let (model, beside) = (Model::of(profile), Model::of(base));
    let played = |model: &Model, steps: &[Step]| {
        play::volts(steps, model, &Unknowns::around(model, 0.0, &[0.0]).base(), 0)
    };
    let one = |((record, role), axis): ((&Record, &Role), &Axis)| {
        let track = Track::new(steps::steps(record, axis, model.capacity_amp_hours), |s| counts(s, &model));
        let (ours, theirs) = (played(&model, &track.steps), played(&beside, &track.steps));
        let left = |volts: &[f64]| -> Vec<f64> {
            track.compared.iter().map(|at| volts[*at] - track.steps[*at].volts).collect()
        };
        let (ours_left, theirs_left) = (left(&ours), left(&theirs));
        let stride = track.steps.len().div_ceil(POINTS_MAX).max(1);
        let thinned = track.steps.iter().zip(&ours).step_by(stride);
        Fit {
            name: record.name.clone(),
            role: *role,
            rows: [record.len(), record.left_out],
            rms_volts: [rms(&ours_left), rms(&theirs_left)],
            bias_volts: [mean(&ours_left), mean(&theirs_left)],
            max_volts: ours_left.iter().fold(0.0, |most, left| left.abs().max(most)),
            points: thinned
                .map(|(step, fitted)| Point {
                    secs: step.secs,
                    measured_volts: step.volts,
                    fitted_volts: *fitted,
                })
                .collect(),
        }
    };
    records.iter().zip(roles).zip(axes).map(one).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn rms(values: &[f64]) -> f64 {
    mean(&values.iter().map(|value| value * value).collect::<Vec<_>>()).sqrt()
}

#[cfg(test)]
mod tests {
    use super::super::record::Row;
    use super::*;

    /// A slow discharge down to `low` and a slow charge after it: whether that turn counts.
    fn turns_at(low: f64) -> bool {
        let model = Model::of(&Profile::agm_12v());
        let turn = ((1.0 - low) * 1000.0) as usize;
        let row = |i: usize| Row {
            time_secs: i as f64 * 36.0,
            current_amps: Some(if i < turn { -10.0 } else { 10.0 }),
            voltage_volts: Some(12.5),
            ..Row::default()
        };
        let rows: Vec<Row> = (0..turn + 300).map(row).collect();
        let record = Record::new("slow", None, &rows).expect("sound rows");
        let soc = record.samples.iter().map(|at| 1.0 + at.amp_hours / 100.0).collect();
        turns(&record, &Axis { soc, doubt: 0.0, offset_amps: 0.0 }, &model)
    }

    #[test]
    fn only_a_turn_in_mid_charge_tells_the_rate_of_hysteresis() {
        assert!(turns_at(0.5) && !turns_at(0.02));
    }
}
