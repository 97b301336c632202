//! The estimator: one battery's readings in, its estimate out.
//!
//! ```text
//! reading -> Seen (plausible?) -> predict (motion) -> voltage update, gated -> anchors -> Estimate
//! ```
//!
//! ```text
//! y = OCV(z) + k·(T − 25) + M(z)·h + v₁ + v₂ + e + c + R₀·f·e^ρ·(I − b)
//! ```
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. II, ch. 3 (state estimation).

use std::sync::Arc;

use signals::{AmpHours, Estimate, Ohms, Reading, SimTime, Soc, Span, Volts};

use crate::autonomy::Posterior;
use crate::capacity::{REST_PER_HOUR, Rest};
use crate::health::Verdict;
use crate::kalman::{AXIS, BIAS, CAPACITY, DRIFT, FAST, OFFSET, SCALE, SLOW, SOC, STATES, Vector};
use crate::line::Line;
use crate::memory::Memory;
use crate::model::{Model, Place};
use crate::motion::{self, Circumstances};
use crate::profile::Chemistry;
use crate::seen::Seen;
use crate::start::{self, Prior, Scene};
use crate::step_resistance::{CurrentStep, PendingStep};
use crate::{Belief, Profile, StateError, state};

/// A voltage this many standard deviations off counts less, so that no single one moves much; the pull is
/// continuous, hence the same reading in a device's rounding leads to nearly the same estimate.
const SOFT_SIGMAS: f64 = 3.0;
/// A voltage this many standard deviations off is turned away.
const GATE_SIGMAS: f64 = 8.0;
/// So long without one that fits, s, and it is the belief that is wrong; what relaxes fast after a load is over by then.
const REFUSED_SECS_MAX: f64 = 20.0;
/// No refusal counts for longer than this, s: a slow device is asked as many times as one that reads every second.
const REFUSAL_SECS: f64 = 1.0;
/// No step of time is longer than this, s.
const STEP_SECS_MAX: f64 = 30.0 * 86_400.0;
/// Smaller steps over the capacity, per hour, tell nothing of the resistance.
const STEP_PER_HOUR_MIN: f64 = 0.003;
/// Readings further apart than this show no step, s.
const STEP_READING_SECS_MAX: f64 = 90.0;
/// How much further a resistance may be referred wrongly than the temperature law is doubted.
const LAW_SHARE: f64 = 1.5;
/// What a straight line misses of the rest curve stays the same for about this long, s: as measurement
/// noise it must weigh alike at any sampling interval.
const BEND_SECS: f64 = 600.0;
/// So much of the rated capacity has to have flowed since the last anchor before a voltage may tell the capacity.
const SWING_MIN: f64 = 0.1;
/// Never surer of the capacity than this, log.
const CAPACITY_LOG_MIN: f64 = 0.025;
/// Never surer of the state of charge than this.
const SOC_STDDEV_MIN: f64 = 0.004;

/// What is left to believe once a sensor is found out.
const FOUND_OUT: Prior = start::ANYTHING;

/// Estimates one battery from its readings. What is known of its type is shared by all of that type.
#[derive(Debug, Clone)]
pub struct Estimator {
    profile: Arc<Profile>,
    model: Arc<Model>,
    memory: Memory,
    at: Option<SimTime>,
}

impl Estimator {
    /// An estimator that has seen nothing yet.
    #[must_use]
    pub fn new(profile: Profile, belief: Belief) -> Self {
        let model = Model::of(&profile);
        Self::of_type(Arc::new(profile), Arc::new(model), belief)
    }

    /// The battery's type.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// An estimator for another battery of the same type, sharing what is known of the type.
    #[must_use]
    pub fn another(&self, belief: Belief) -> Self {
        Self::of_type(Arc::clone(&self.profile), Arc::clone(&self.model), belief)
    }

    fn of_type(profile: Arc<Profile>, model: Arc<Model>, belief: Belief) -> Self {
        let memory = Memory::blank(&model, &Prior::of(&belief));
        Self { profile, model, memory, at: None }
    }

    /// Takes a reading of this instant; the estimate then. Time that stands still or runs backwards changes
    /// nothing. A reading with nothing usable in it gives nothing: the estimate from before would look new.
    pub fn update(&mut self, at: SimTime, reading: &Reading) -> Option<Estimate> {
        let mut seen = Seen::of(reading, &self.model);
        if seen.is_empty() {
            return None;
        }
        match self.at {
            None => {
                self.remember_temperature(&seen);
                self.at = Some(at);
                self.meet(&seen);
            }
            Some(before) => {
                let dt_secs = at.as_nanos().saturating_sub(before.as_nanos()) as f64 / 1e9;
                if dt_secs <= 0.0 {
                    return self.estimate();
                }
                self.at = Some(at);
                self.memory.ageing.pass(dt_secs);
                let verdict = self.believable(dt_secs.min(STEP_SECS_MAX), seen);
                seen = verdict.seen;
                self.remember_temperature(&seen);
                self.advance(dt_secs.min(STEP_SECS_MAX), &verdict);
            }
        }
        self.memory.amps = seen.amps.unwrap_or(f64::NAN);
        self.memory.volts = seen.volts.unwrap_or(f64::NAN);
        self.estimate()
    }

    /// The latest estimate; `None` before the first usable reading.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        let (memory, rated) = (&self.memory, self.model.capacity_amp_hours);
        let soh = memory.belief.mean[CAPACITY].exp();
        let soh_stddev = soh * memory.belief.stddev(CAPACITY);
        Some(Estimate {
            at: self.at?,
            soc: Soc::clamped(memory.belief.mean[SOC]),
            soc_stddev: memory.belief.stddev(SOC).clamp(SOC_STDDEV_MIN, 0.5),
            capacity: AmpHours::new(rated * soh),
            capacity_stddev: AmpHours::new(rated * soh_stddev),
            soh,
            soh_stddev,
            resistance: Ohms::new(memory.steps.ohms),
            resistance_stddev: Ohms::new(memory.steps.variance.sqrt()),
            innovation: Volts::new(memory.innovation_volts),
            innovation_squared_normalized: memory.innovation_squared_normalized,
            gated: memory.gated != 0.0,
            since_full_secs: Some(memory.ageing.since_full_secs).filter(|secs| !secs.is_nan()),
            remaining_life: memory.ageing.life.remaining(),
            health: memory.health.told(self.at?),
        })
    }

    /// All that is believed now, for the outlook; `None` before the first usable reading.
    #[must_use]
    pub fn posterior(&self) -> Option<Posterior<'_>> {
        self.at.map(|_| Posterior::new(&self.model, &self.memory.belief, self.memory.celsius))
    }

    /// The whole state as versioned text, every number to the bit.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        state::write(&self.profile, self.memory.clone(), self.at.is_some())
    }

    /// Goes on from a saved state. `away` is the wall time since it was saved, over which nobody knows what
    /// flowed; the estimate then says so with a larger variance.
    ///
    /// # Errors
    /// Where the bytes are no whole state of this version and this profile.
    pub fn restore(profile: Profile, bytes: &[u8], now: SimTime, away: Span) -> Result<Self, StateError> {
        let model = Model::of(&profile);
        let mut memory = Memory::blank(&model, &start::ANYTHING);
        let started = state::read(&profile, bytes, &mut memory)?;
        let sound = memory.belief.is_finite() && memory.steps.ohms.is_finite();
        if !sound {
            return Err(StateError::Torn);
        }
        let (profile, model) = (Arc::new(profile), Arc::new(model));
        let mut restored = Self { profile, model, memory, at: started.then_some(now) };
        let away_secs = away.as_secs().min(STEP_SECS_MAX);
        if started && away_secs > 0.0 {
            restored.memory.ageing.pass(away.as_secs());
            restored.memory.ageing.gap();
            restored.memory.amps = f64::NAN;
            restored.memory.volts = f64::NAN;
            restored.memory.step = PendingStep::NONE;
            restored.coast(away_secs, &Seen::default());
        }
        Ok(restored)
    }

    /// The reading without what its sensors get wrong. Where one is found out, what it told before has spoilt
    /// the belief: the state of charge may be anything again, and the sensor's zero is as new.
    fn believable(&mut self, dt_secs: f64, seen: Seen) -> Verdict {
        let memory = &mut self.memory;
        let soh = memory.belief.mean[CAPACITY].exp();
        let verdict = memory.health.look(dt_secs, seen, &self.model, memory.celsius, soh);
        if verdict.voltage_lied || verdict.current_lied {
            let fresh = start::unmeasured(&self.model, &FOUND_OUT);
            start::adopt(&mut memory.belief, &fresh);
            memory.belief.mean[OFFSET] = 0.0;
            memory.anything = FOUND_OUT.anything;
            // A voltage that is still believed tells it from scratch.
            memory.met = if verdict.seen.volts.is_some() { 0.0 } else { 1.0 };
            memory.amps = f64::NAN;
            memory.step = PendingStep::NONE;
        }
        verdict
    }

    fn remember_temperature(&mut self, seen: &Seen) {
        if let Some(celsius) = seen.celsius {
            self.memory.celsius = celsius;
        }
    }

    /// The first reading, or the first with a voltage: the rest curve is asked on a grid.
    fn meet(&mut self, seen: &Seen) {
        let Some(volts) = seen.volts else { return };
        let (belief, anything) = (&self.memory.belief, self.memory.anything);
        let soc = belief.mean[SOC];
        // The belief's variance is that of the mixture; the grid wants the part that was said.
        let said = (belief.covariance[SOC][SOC] - start::spread(soc, anything)) / (1.0 - anything).max(1e-3);
        let prior = Prior { soc, stddev: said.max(1e-4).sqrt(), anything };
        if let Some(amps) = seen.amps.filter(|_| self.memory.branch_doubt == 1.0) {
            (self.memory.branch, self.memory.branch_doubt) = start::branch(&self.model, amps);
        }
        self.start_from(volts, seen.amps, &prior);
        self.memory.met = 1.0;
    }

    fn start_from(&mut self, volts: f64, amps: Option<f64>, prior: &Prior) {
        let celsius = if self.memory.celsius.is_nan() { 10.0 } else { self.memory.celsius };
        let scene = Scene {
            volts,
            amps,
            place: self.model.place(celsius),
            branch: self.memory.branch,
            branch_doubt: self.memory.branch_doubt,
        };
        let fresh = start::measured(&self.model, prior, &scene);
        start::adopt(&mut self.memory.belief, &fresh);
        self.memory.surface = self.memory.surface.max(0.3);
        self.memory.unohmic_volts = self.unohmic(&scene.place);
        self.memory.innovation_volts = 0.0;
        self.memory.innovation_squared_normalized = 1.0;
        (self.memory.refused, self.memory.gated) = (0.0, 0.0);
    }

    fn advance(&mut self, dt_secs: f64, verdict: &Verdict) {
        let seen = &verdict.seen;
        let now = self.coast(dt_secs, seen);
        if self.memory.met == 0.0 {
            self.meet(seen);
            return;
        }
        let Some(volts) = seen.volts else {
            if let Some(volts) = verdict.least_volts {
                self.look_for_full(dt_secs, volts, seen.amps);
            }
            return;
        };
        self.learn_resistance(dt_secs, volts, seen, &now);
        self.look_at_voltage(volts, seen.amps, &now);
        self.look_for_full(dt_secs, volts, seen.amps);
        self.look_for_rest(volts, seen.amps, &now);
        self.keep_in_range();
        self.memory.unohmic_volts = self.unohmic(&now.place);
    }

    /// Lets time pass with what is known of the current.
    fn coast(&mut self, dt_secs: f64, seen: &Seen) -> Circumstances {
        let now = Circumstances::of(&self.model, &self.memory, seen, dt_secs);
        let step = motion::transition(&self.model, &self.memory, &now);
        self.memory.belief.predict(&step);
        motion::carry(&self.model, &mut self.memory, &now, step.soc_gained);
        self.memory.ageing.count(&self.model, &now, step.soc_gained, &self.memory.belief);
        self.memory.steps.age(dt_secs / 86_400.0, self.model.ohmic_ohms);
        self.keep_in_range();
        now
    }

    fn keep_in_range(&mut self) {
        let belief = &mut self.memory.belief;
        belief.mean[SOC] = belief.mean[SOC].clamp(-0.01, 1.01);
        belief.mean[SCALE] = belief.mean[SCALE].clamp(-1.5, 1.5);
        belief.mean[CAPACITY] = belief.mean[CAPACITY].clamp(-1.5, 0.5);
        let least = CAPACITY_LOG_MIN * CAPACITY_LOG_MIN;
        belief.covariance[CAPACITY][CAPACITY] = belief.covariance[CAPACITY][CAPACITY].max(least);
    }

    /// The model's voltage but for the ohmic drop and the errors.
    fn unohmic(&self, place: &Place) -> f64 {
        let mean = &self.memory.belief.mean;
        self.model.rest_on(mean[SOC], place, self.memory.branch) + mean[FAST] + mean[SLOW]
    }

    fn look_at_voltage(&mut self, volts: f64, amps: Option<f64>, now: &Circumstances) {
        let belief = &self.memory.belief;
        let line =
            Line::over(&self.model, &now.place, self.memory.branch, belief.mean[SOC], belief.stddev(SOC));
        let doubt = &self.model.doubt;
        let ohmic = now.ohms.ohmic * belief.mean[SCALE].exp();
        let zero_ohms = if self.model.drop_tells_zero() { ohmic } else { 0.0 };
        let drop = amps.map_or(0.0, |amps| ohmic * amps - zero_ohms * belief.mean[OFFSET]);
        let mut h: Vector = [0.0; STATES];
        (h[SOC], h[FAST], h[SLOW], h[DRIFT], h[SCALE]) = (line.slope, 1.0, 1.0, 1.0, drop);
        h[OFFSET] = if amps.is_some() { -zero_ohms } else { 0.0 };
        // A weight that changed with temperature would let the filter tell the shift from the charge.
        (h[BIAS], h[AXIS]) = (1.0, line.slope * self.model.shifted(belief.mean[SOC]));
        let expected = line.volts + belief.mean[FAST] + belief.mean[SLOW] + belief.mean[DRIFT] + drop;
        let swing =
            amps.map_or(0.0, |amps| if self.memory.amps.is_nan() { 0.0 } else { amps - self.memory.amps });
        let unknown =
            if now.known { 0.0 } else { doubt.unknown_current_per_hour * self.model.capacity_amp_hours };
        let noise = doubt.voltage_volts.powi(2) + line.bend + (ohmic * (0.3 * swing).hypot(unknown)).powi(2);
        let (cross, variance, surprise) = belief.weigh(&h, volts - expected, noise);
        self.memory.innovation_volts = surprise.innovation;
        self.memory.innovation_squared_normalized = surprise.normalized;
        if surprise.normalized > GATE_SIGMAS * GATE_SIGMAS {
            self.refuse(now.dt_secs, volts, amps);
            return;
        }
        (self.memory.refused, self.memory.gated) = (0.0, 0.0);
        let considered = self.considered(now);
        let repeated = line.bend * (2.0 * BEND_SECS / now.dt_secs - 1.0).max(0.0);
        let softened = variance * (surprise.normalized / (SOFT_SIGMAS * SOFT_SIGMAS)).max(1.0);
        self.memory.belief.correct(&cross, softened + repeated, surprise.innovation, &considered);
    }

    /// A voltage too unlikely is left out; when none fits any more, the belief is asked anew.
    fn refuse(&mut self, dt_secs: f64, volts: f64, amps: Option<f64>) {
        self.memory.refused += dt_secs.min(REFUSAL_SECS);
        self.memory.gated = 1.0;
        if self.memory.refused >= REFUSED_SECS_MAX {
            let belief = &self.memory.belief;
            let prior = Prior {
                soc: belief.mean[SOC].clamp(0.0, 1.0),
                stddev: belief.stddev(SOC).hypot(0.05),
                anything: 0.3,
            };
            self.start_from(volts, amps, &prior);
        }
    }

    /// States this voltage may not move: the lasting errors always; the capacity but for a deep swing of lead-acid,
    /// whose curve slopes everywhere; sensor zero and resistance while lead-acid charges, which is modelled badly.
    fn considered(&self, now: &Circumstances) -> [bool; STATES] {
        let mut considered = [false; STATES];
        (considered[BIAS], considered[AXIS]) = (true, true);
        let lead = self.model.chemistry == Chemistry::LeadAcid;
        considered[CAPACITY] = !(lead && self.swings(now));
        (considered[OFFSET], considered[SCALE]) = (lead && now.charging, lead && now.charging);
        considered
    }

    /// Far from the last anchor and at rest, a voltage tells how much charge a point is; anchors have the last word
    /// (see `capacity`). A battery that stands still, or is not known well, tells nothing of it.
    fn swings(&self, now: &Circumstances) -> bool {
        let rests = now.known && now.amps.abs() < REST_PER_HOUR * self.model.capacity_amp_hours;
        let sure = self.memory.belief.stddev(SOC) < 0.1 && self.memory.surface < 0.05;
        rests && sure && self.memory.ageing.moved().abs() > SWING_MIN
    }

    fn look_for_full(&mut self, dt_secs: f64, volts: f64, amps: Option<f64>) {
        let charge = self.model.charge;
        let tail = charge.full_tail_per_hour * self.model.capacity_amp_hours;
        let looks = volts >= self.model.full_volts(self.memory.celsius)
            && amps.is_some_and(|amps| amps <= tail && amps >= -0.25 * tail);
        if !self.memory.full.look(looks, dt_secs.min(300.0), charge.full_seconds) {
            if looks && self.memory.full.spoken != 0.0 {
                self.memory.ageing.still_full();
            }
            return;
        }
        let cold = (25.0 - self.memory.celsius).clamp(0.0, 60.0);
        let stddev = charge.full_soc_stddev * if cold.is_nan() { 1.5 } else { 1.0 + 0.03 * cold };
        let belief = &mut self.memory.belief;
        let innovation = charge.full_soc_ratio - belief.mean[SOC];
        // A full that surprises is believed less: weak sun has fooled others.
        let soft = innovation * innovation / 9.0 - belief.covariance[SOC][SOC];
        let mut considered = [false; STATES];
        (considered[BIAS], considered[AXIS], considered[SCALE]) = (true, true, true);
        considered[CAPACITY] = true;
        let mut h = [0.0; STATES];
        h[SOC] = 1.0;
        let (cross, variance, _) = belief.weigh(&h, innovation, (stddev * stddev).max(soft));
        belief.correct(&cross, variance, innovation, &considered);
        self.memory.health.filled();
        let capacity = self.memory.ageing.full(&self.model, stddev);
        self.take_capacity(capacity);
    }

    fn look_for_rest(&mut self, volts: f64, amps: Option<f64>, now: &Circumstances) {
        let Some(amps) = amps else { return };
        let rest = Rest {
            volts,
            amps,
            place: now.place,
            branch: self.memory.branch,
            branch_doubt: self.memory.branch_doubt,
            drop_doubt: now.drop_doubt.hypot(self.model.doubt.resistance_log),
            soc_stddev: self.memory.belief.stddev(SOC),
        };
        let capacity = self.memory.ageing.rested(&self.model, &rest);
        self.take_capacity(capacity);
    }

    /// The capacity's mean and variance, logarithms, as the pairs between anchors give them.
    fn take_capacity(&mut self, found: Option<(f64, f64)>) {
        if let Some((mean, variance)) = found {
            self.memory.belief.impose(CAPACITY, mean, variance.max(CAPACITY_LOG_MIN * CAPACITY_LOG_MIN));
        }
    }

    /// A step counts once the reading after it confirms the new current.
    fn learn_resistance(&mut self, dt_secs: f64, volts: f64, seen: &Seen, now: &Circumstances) {
        let waiting = std::mem::replace(&mut self.memory.step, PendingStep::NONE);
        let Some(amps) = seen.amps else { return };
        let swing = amps - self.memory.amps;
        if self.memory.volts.is_nan() || dt_secs > STEP_READING_SECS_MAX {
            return;
        }
        let jumped = self.memory.amps - waiting.from_amps;
        if swing.abs() < 0.1 * jumped.abs() {
            let model = self.unohmic(&now.place) - waiting.from_unohmic_volts;
            self.memory.steps.learn(&CurrentStep {
                volts: volts - waiting.from_volts - model,
                amps: amps - waiting.from_amps,
                secs: waiting.secs + dt_secs,
                factor: now.ohms.ohmic / self.model.ohmic_ohms,
                voltage_stddev: self.model.doubt.voltage_volts,
                factor_doubt: LAW_SHARE * self.model.doubt.law_ratio * now.cold_log.abs(),
            });
        } else if swing.abs() > STEP_PER_HOUR_MIN * self.model.capacity_amp_hours && self.one_sided(amps) {
            self.memory.step = PendingStep {
                from_amps: self.memory.amps,
                from_volts: self.memory.volts,
                from_unohmic_volts: self.memory.unohmic_volts,
                secs: dt_secs,
            };
        }
    }

    /// Charging lead-acid is another battery than discharging lead-acid: no step leads across.
    fn one_sided(&self, amps: f64) -> bool {
        let charging = 0.002 * self.model.capacity_amp_hours;
        self.model.chemistry != Chemistry::LeadAcid || self.memory.amps.max(amps) < charging
    }
}
