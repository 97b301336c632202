//! What a span of time does to the filter's states: the model's equations, exact for any step.
//!
//! ```text
//! z⁺  = z + η(z)·(I − b)·Δt / (3600·Q·e^q)
//! vⱼ⁺ = aⱼ·vⱼ + Rⱼ·f·e^ρ·(1 − aⱼ)·(I − b),                 aⱼ = exp(−Δt/τⱼ)
//! e⁺  = exp(−Δt/τₑ)·e + noise                             Ornstein–Uhlenbeck, variance σₑ² at rest
//! h⁺  = h + γ·Δz, kept within −1 to 1                     play operator
//! ```
//!
//! The hysteresis branch follows the *net* movement of charge. The usual one-state law is driven by
//! throughput and settles between the branches under a load with charging pulses; the measured cells stay on
//! the discharge branch (A123, DYN tests: 15 to 30 mV below the rest curve, all of the half gap).
//!
//! The voltage model is wrong in ways that last from seconds to days. Each state with a decay therefore
//! gets the noise `(1 − a²)·σ²` that holds its variance at the `σ²` such an error has: the error is a
//! coloured state, so a thousand readings of one wrong voltage do not count as a thousand witnesses. An
//! inflated measurement noise would have to change with the sampling interval; this does not.

use crate::capacity;
use crate::kalman::{AXIS, CAPACITY, DRIFT, FAST, OFFSET, SCALE, SLOW, SOC, STATES, Transition};
use crate::memory::Memory;
use crate::model::{Model, Ohms, Place};
use crate::profile::Chemistry;
use crate::seen::Seen;
use crate::start;

/// A current is taken to hold this long when the next reading is late; no longer.
const COUNTED_SECS_MAX: f64 = 900.0;
/// Correlation time of a current nobody measures, h.
const UNKNOWN_HOURS: f64 = 4.0;
/// Correlation time of the current sensor's zero, s.
const OFFSET_SECS: f64 = 5.0 * 86_400.0;
/// Wander of the resistance, log per square root of an hour.
const SCALE_WANDER: f64 = 0.03;
/// What cold adds to it, per unit of the temperature factor's logarithm.
const COLD_WANDER: f64 = 0.3;
/// Share of what resistance changes over the width of the belief that counts as an error of the drop. A slope that
/// the filter knew of would let it read the charge off the resistance, which no map is good enough for.
const ALONG_CHARGE: f64 = 0.5;
/// Self-discharge and everything else uncounted, per square root of an hour.
const SOC_WANDER: f64 = 4e-4;
/// Over this share of a charge the efficiency keeps its error.
const EFFICIENCY_REACH: f64 = 0.2;
/// Temperature where nobody says, and how far resistance may then be off, ratio.
const CELSIUS_UNSAID: f64 = 10.0;
const UNSAID_DOUBT: f64 = 0.5;
/// Above this current over capacity, per hour, the battery charges.
const CHARGING_PER_HOUR: f64 = 0.004;
/// Above rest at full by this much, V, something charges it, whatever the current sensor says.
const RAISED_VOLTS: f64 = 0.45;
/// Time in which the rest curve's shift forgets the cold, h.
const SHIFT_BACK_HOURS: f64 = 24.0;
/// Doubt of the temperature slope of the rest voltage, V/K on 12 V, as a share of the drift's.
const SLOPE_DOUBT_PER_KELVIN: f64 = 0.02;

/// Circumstances of one span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Circumstances {
    pub dt_secs: f64,
    /// Net current over the counted part.
    pub amps: f64,
    pub known: bool,
    pub counted_secs: f64,
    pub place: Place,
    /// The resistances here, by the profile, and how far off they are for a charge one standard deviation off.
    pub ohms: Ohms,
    pub ohms_doubt: Ohms,
    /// Doubt of the drop under load, ratio.
    pub drop_doubt: f64,
    pub charging: bool,
    /// Logarithm of the temperature factor: how far from the reference the model is.
    pub cold_log: f64,
}

impl Circumstances {
    pub fn of(model: &Model, memory: &Memory, seen: &Seen, dt_secs: f64) -> Self {
        let before = Some(memory.amps).filter(|amps| !amps.is_nan());
        let (amps, known) = match (before, seen.amps) {
            (Some(before), Some(now)) => (0.5 * (before + now), true),
            (None, Some(now)) => (now, true),
            (Some(before), None) => (before, false),
            (None, None) => (0.0, false),
        };
        let counted_secs = if before.is_some() || known { dt_secs.min(COUNTED_SECS_MAX) } else { 0.0 };
        let said = !memory.celsius.is_nan();
        let celsius = if said { memory.celsius } else { CELSIUS_UNSAID };
        let place = model.place(celsius);
        let cold_log = place.cold_factor.ln();
        let unsaid = if said { 0.0 } else { UNSAID_DOUBT };
        let drop_doubt = model.doubt.drop_ratio.hypot(unsaid).hypot(model.doubt.law_ratio * cold_log);
        // A little current either way may be the sensor's zero; a voltage far above rest may not.
        let raised = seen.volts.is_some_and(|volts| volts > model.full_rest_volts() + RAISED_VOLTS);
        let rate = amps / model.capacity_amp_hours;
        let charging =
            (known && rate > CHARGING_PER_HOUR) || (raised && (!known || rate > -CHARGING_PER_HOUR));
        let (soc, stddev) = (memory.belief.mean[SOC], memory.belief.stddev(SOC));
        let ohms = model.ohms(soc, &place);
        let ohms_doubt = model.ohms_doubt(soc, stddev, &place);
        Self { dt_secs, amps, known, counted_secs, place, ohms, ohms_doubt, drop_doubt, charging, cold_log }
    }

    /// Whether the current drove the polarisations; not after a gap, when nobody knows what flowed.
    fn drives(&self) -> bool {
        self.counted_secs >= self.dt_secs
    }
}

/// The transition of the filter over the span.
pub(crate) fn transition(model: &Model, memory: &Memory, now: &Circumstances) -> Transition {
    let mean = &memory.belief.mean;
    let hours = now.dt_secs / 3600.0;
    let counted = now.counted_secs / 3600.0;
    let efficiency = if now.amps > 0.0 { model.efficiency(mean[SOC]) } else { 1.0 };
    let per_amp = efficiency * counted / (model.capacity_amp_hours * mean[CAPACITY].exp());
    let soc_gained = (now.amps - mean[OFFSET]) * per_amp;
    let mut decay = [1.0; STATES];
    decay[FAST] = (-now.dt_secs / model.fast_seconds).exp();
    decay[SLOW] = (-now.dt_secs / model.slow_seconds).exp();
    decay[DRIFT] = (-hours / model.doubt.drift_hours).exp();
    decay[OFFSET] = (-now.dt_secs / OFFSET_SECS).exp();
    let scale = if now.drives() { mean[SCALE].clamp(-2.0, 2.0).exp() } else { 0.0 };
    let driven_per_amp =
        [scale * now.ohms.fast * (1.0 - decay[FAST]), scale * now.ohms.slow * (1.0 - decay[SLOW])];
    let (zero_amps, driven_per_zero) =
        if model.drop_tells_zero() { (mean[OFFSET], driven_per_amp) } else { (0.0, [0.0; 2]) };
    let driven = driven_per_amp.map(|per_amp| per_amp * (now.amps - zero_amps));
    let mut noise = voltage_noise(model, memory, now, &decay);
    noise[SOC] = soc_noise(model, memory, now, soc_gained);
    noise[OFFSET] = fresh(decay[OFFSET]) * model.doubt.current_offset_amps.powi(2);
    let prior = model.doubt.resistance_log.powi(2);
    noise[SCALE] = (scale_wander(model, now).powi(2) * hours)
        .min((prior - memory.belief.covariance[SCALE][SCALE]).max(0.0));
    // Cold moves the knees: the doubt follows the temperature, at once when it falls, in a day when it rises.
    let shift = (model.doubt.axis_ratio * start::knees(model, now.cold_log)).powi(2);
    let excess = memory.belief.covariance[AXIS][AXIS] - shift;
    if excess > 0.0 {
        decay[AXIS] = (-hours / SHIFT_BACK_HOURS).exp();
        noise[AXIS] = fresh(decay[AXIS]) * shift;
    } else {
        noise[AXIS] = -excess;
    }
    noise[CAPACITY] = capacity::WANDER.powi(2) * hours / 24.0;
    Transition { soc_gained, soc_per_offset: -per_amp, decay, driven, driven_per_zero, noise }
}

/// Share of new noise that holds a decaying state's variance.
fn fresh(decay: f64) -> f64 {
    1.0 - decay * decay
}

/// Whether a wrong charge can hide behind a wrong resistance: where the rest curve slopes everywhere, a voltage tells
/// either. On a plateau the belief is as wide as the map, which would all be noise; of lead-acid little is known anyway.
fn slopes_everywhere(model: &Model) -> bool {
    model.chemistry == Chemistry::LithiumIon
}

/// How fast the resistance leaves the profile's: in the cold it changes with every kelvin and every stretch of charge
/// in ways that a map smoothed over ten kelvins does not have.
fn scale_wander(model: &Model, now: &Circumstances) -> f64 {
    let cold = if slopes_everywhere(model) { now.cold_log.max(0.0) } else { 0.0 };
    SCALE_WANDER + COLD_WANDER * cold
}

/// The wandering error of the rest voltage at this temperature.
pub(crate) fn drift_volts(model: &Model, place: &Place) -> f64 {
    model.doubt.drift_volts * (1.0 + (place.celsius - 25.0).abs() * SLOPE_DOUBT_PER_KELVIN)
}

fn voltage_noise(
    model: &Model,
    memory: &Memory,
    now: &Circumstances,
    decay: &[f64; STATES],
) -> [f64; STATES] {
    let doubt = &model.doubt;
    let unknown = if now.known { 0.0 } else { doubt.unknown_current_per_hour * model.capacity_amp_hours };
    let wrong_amps = (now.amps * now.drop_doubt).hypot(unknown);
    let lead = model.chemistry == Chemistry::LeadAcid;
    let surface = doubt.surface_volts * if lead { memory.surface } else { f64::from(u8::from(now.charging)) };
    let along_amps = if slopes_everywhere(model) { ALONG_CHARGE * now.amps } else { 0.0 };
    let rising = if now.charging { doubt.surface_volts } else { 0.0 };
    let drift = drift_volts(model, &now.place);
    // What a usual load leaves behind relaxes for hours in the cold, slower than any pole of the model.
    let usual_amps = doubt.unknown_current_per_hour * model.capacity_amp_hours;
    let left =
        if lead { 0.0 } else { usual_amps * now.ohms.total() * doubt.law_ratio * now.cold_log.max(0.0) };
    let branch = model.hysteresis_volts(memory.belief.mean[SOC], &now.place) * memory.branch_doubt;
    let mut noise = [0.0; STATES];
    noise[FAST] = fresh(decay[FAST])
        * ((wrong_amps * (now.ohms.ohmic + now.ohms.fast)).powi(2)
            + (along_amps * (now.ohms_doubt.ohmic + now.ohms_doubt.fast)).powi(2)
            + rising.powi(2)
            + 1e-6);
    noise[SLOW] = fresh(decay[SLOW])
        * ((wrong_amps * now.ohms.slow).powi(2)
            + (along_amps * now.ohms_doubt.slow).powi(2)
            + surface.powi(2));
    noise[DRIFT] = fresh(decay[DRIFT])
        * (drift.powi(2)
            + left.powi(2)
            + branch.powi(2)
            + (0.5 * wrong_amps * now.ohms.total()).powi(2)
            + (0.5 * along_amps * now.ohms_doubt.total()).powi(2));
    noise
}

fn soc_noise(model: &Model, memory: &Memory, now: &Circumstances, gained: f64) -> f64 {
    let hours = now.dt_secs / 3600.0;
    let mut noise = SOC_WANDER.powi(2) * hours;
    if now.amps > 0.0 {
        noise += 2.0 * model.doubt.efficiency_ratio.powi(2) * gained.abs() * EFFICIENCY_REACH;
    }
    if now.known && !memory.amps.is_nan() {
        // Between two readings the current went from one to the other somehow.
        let swing = 2.0 * (now.amps - memory.amps) * now.counted_secs / 3600.0 / model.capacity_amp_hours;
        noise += (0.15 * swing).powi(2);
    }
    let uncounted = if now.known { now.dt_secs - now.counted_secs } else { now.dt_secs };
    if uncounted > 0.0 {
        let since = memory.unknown_secs / 3600.0;
        let rate = model.doubt.unknown_current_per_hour.powi(2);
        noise += rate * (unknown_charge(since + uncounted / 3600.0) - unknown_charge(since));
    }
    noise
}

/// Variance of the integral of an Ornstein–Uhlenbeck current of unit variance after `hours`.
fn unknown_charge(hours: f64) -> f64 {
    let ratio = hours / UNKNOWN_HOURS;
    2.0 * UNKNOWN_HOURS * UNKNOWN_HOURS * (ratio - 1.0 + (-ratio).exp())
}

/// Moves what is remembered beside the filter: hysteresis branch, surface charge, age of the unknown.
pub(crate) fn carry(model: &Model, memory: &mut Memory, now: &Circumstances, soc_moved: f64) {
    let moved = model.hysteresis_rate * soc_moved;
    let pushed = memory.branch + moved;
    memory.branch = pushed.clamp(-1.0, 1.0);
    if pushed.abs() >= 1.0 {
        memory.branch_doubt *= (-moved.abs()).exp();
    }
    memory.surface =
        if now.charging { 1.0 } else { memory.surface * (-now.dt_secs / model.slow_seconds).exp() };
    memory.unknown_secs = if now.known { 0.0 } else { (memory.unknown_secs + now.dt_secs).min(1e8) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_grows_the_doubt_alike_however_it_is_cut() {
        let whole = unknown_charge(6.0) - unknown_charge(0.0);
        let parts: f64 = (0..600)
            .map(|i| unknown_charge(f64::from(i + 1) / 100.0) - unknown_charge(f64::from(i) / 100.0))
            .sum();
        assert!((whole - parts).abs() < 1e-9);
    }
}
