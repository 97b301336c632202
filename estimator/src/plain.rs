//! The plain filter: charge, two polarisations and the model's wandering error, and nothing else.
//!
//! ```text
//! x = [z, v₁, v₂, e]
//! z⁺ = z + η·I·Δt/(3600·Q)      vⱼ⁺ = aⱼ·vⱼ + Rⱼ·f·(1 − aⱼ)·I      e⁺ = aₑ·e
//! y  = OCV(z, T) + M(z)·h + v₁ + v₂ + e + R₀·f·I                   aⱼ = exp(−Δt/τⱼ)
//! ```
//!
//! For fleets that count in hundreds of thousands, and to judge what the full [`Estimator`](crate::Estimator) adds:
//! the same profile, start and rest curve as a line over the belief, but one resistance, one capacity, a sensor
//! without a zero of its own, no gate, no anchors, no state of health and no saved state. What it leaves out of the
//! filter it adds to the interval it states: the lasting errors of the rest curve.
//!
//! Fast because little is computed twice: decays are kept until the sampling interval changes, the place in the
//! tables until the temperature has moved by a quarter of a kelvin (1 % of resistance), and the covariance is its
//! ten different numbers. Current positive while charging; V, A, s, ratios of charge.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. II, ch. 3.

use std::sync::Arc;

use signals::{Reading, SimTime, Soc};

use crate::kalman;
use crate::line::Line;
use crate::model::{Model, Place};
use crate::motion;
use crate::seen::Seen;
use crate::start::{self, Prior, Scene};
use crate::{Belief, Profile};

const SOC: usize = 0;
const FAST: usize = 1;
const SLOW: usize = 2;
const DRIFT: usize = 3;
const STATES: usize = 4;

/// Where nobody says how warm it is, °C.
const MILD_CELSIUS: f64 = 10.0;
/// A temperature that moved by less is the same, K.
const SAME_KELVIN: f64 = 0.25;
/// A current is taken to hold this long when the next reading is late; no longer, s.
const COUNTED_SECS_MAX: f64 = 900.0;
/// Correlation time of the current sensor's zero as far as this filter can tell, h.
const ZERO_HOURS: f64 = 1.0;
/// Where the rest curve is flatter than this, its error is not worth more charge, V.
const SLOPE_MIN_VOLTS: f64 = 0.05;
/// Everything uncounted, variance of the charge per second.
const UNCOUNTED_PER_SEC: f64 = 4e-11;

/// A charge and its standard deviation, ratios.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlainEstimate {
    /// State of charge.
    pub soc: Soc,
    /// One standard deviation of it.
    pub soc_stddev: f64,
}

/// The plain filter of one battery.
#[derive(Debug, Clone)]
pub struct PlainFilter {
    model: Arc<Model>,
    prior: Prior,
    at: Option<SimTime>,
    mean: [f64; STATES],
    covariance: [[f64; STATES]; STATES],
    amps: f64,
    branch: f64,
    /// Of the rest curve over the belief, V per unit of charge.
    slope_volts: f64,
    step: Step,
    place: Place,
    /// Doubt of the drop as a share of it, and of the rest voltage that wanders, V²; at this place.
    drop_variance: f64,
    drift_variance: f64,
}

/// What depends on the sampling interval alone.
#[derive(Debug, Clone, Copy)]
struct Step {
    dt_nanos: u64,
    counted_secs: f64,
    decay: [f64; STATES],
    /// `1 − a²`: share of new variance that holds a state's variance.
    fresh: [f64; STATES],
}

impl PlainFilter {
    /// A filter that has seen nothing yet.
    #[must_use]
    pub fn new(profile: &Profile, belief: Belief) -> Self {
        Self::of_type(Arc::new(Model::of(profile)), belief)
    }

    /// A filter for another battery of the same type, sharing what is known of the type.
    #[must_use]
    pub fn another(&self, belief: Belief) -> Self {
        Self::of_type(Arc::clone(&self.model), belief)
    }

    fn of_type(model: Arc<Model>, belief: Belief) -> Self {
        let place = model.place(MILD_CELSIUS);
        let mut filter = Self {
            prior: Prior::of(&belief),
            at: None,
            mean: [0.0; STATES],
            covariance: [[0.0; STATES]; STATES],
            amps: 0.0,
            branch: 0.0,
            slope_volts: 1.0,
            step: Step::of(&model, 0),
            place,
            drop_variance: 0.0,
            drift_variance: 0.0,
            model,
        };
        filter.warm(MILD_CELSIUS);
        filter
    }

    /// Takes a reading of this instant; `None` until a voltage has been seen. Time that stands still changes nothing.
    #[inline]
    pub fn update(&mut self, at: SimTime, reading: &Reading) -> Option<PlainEstimate> {
        let seen = Seen::of(reading, &self.model);
        if let Some(celsius) = seen.celsius
            && (celsius - self.place.celsius).abs() >= SAME_KELVIN
        {
            self.warm(celsius);
        }
        match self.at {
            None => self.begin(at, &seen)?,
            Some(before) if at > before => self.advance(at.as_nanos().abs_diff(before.as_nanos()), at, &seen),
            Some(_) => {}
        }
        Some(self.estimate())
    }

    fn warm(&mut self, celsius: f64) {
        let doubt = &self.model.doubt;
        self.place = self.model.place(celsius);
        let law = doubt.law_ratio * self.place.cold_factor.ln();
        self.drop_variance = doubt.drop_ratio.powi(2) + doubt.resistance_log.powi(2) + law * law;
        self.drift_variance = motion::drift_volts(&self.model, &self.place).powi(2);
    }

    fn begin(&mut self, at: SimTime, seen: &Seen) -> Option<()> {
        let scene =
            Scene { volts: seen.volts?, amps: seen.amps, place: self.place, branch: 0.0, branch_doubt: 1.0 };
        let full = start::measured(&self.model, &self.prior, &scene);
        let kept = [kalman::SOC, kalman::FAST, kalman::SLOW, kalman::DRIFT];
        self.mean = kept.map(|state| full.mean[state]);
        self.covariance = kept.map(|row| kept.map(|column| full.covariance[row][column]));
        self.amps = seen.amps.unwrap_or(0.0);
        self.at = Some(at);
        Some(())
    }

    #[inline]
    fn advance(&mut self, dt_nanos: u64, at: SimTime, seen: &Seen) {
        if dt_nanos != self.step.dt_nanos {
            self.step = Step::of(&self.model, dt_nanos);
        }
        let amps = seen.amps.unwrap_or(self.amps);
        self.predict(0.5 * (self.amps + amps), seen.amps.is_some());
        if let Some(volts) = seen.volts {
            self.correct(volts, amps);
        }
        self.amps = amps;
        self.at = Some(at);
    }

    #[inline]
    fn predict(&mut self, amps: f64, is_known: bool) {
        let (model, step) = (&*self.model, &self.step);
        let doubt = &model.doubt;
        let ohms = model.ohms(self.mean[SOC], &self.place);
        let per_amp = step.counted_secs / (3600.0 * model.capacity_amp_hours);
        let share = if amps > 0.0 { model.efficiency(self.mean[SOC]) } else { 1.0 };
        let gained = share * amps * per_amp;
        self.mean[SOC] = (self.mean[SOC] + gained).clamp(-0.01, 1.01);
        self.mean[FAST] = step.decay[FAST] * self.mean[FAST] + ohms.fast * (1.0 - step.decay[FAST]) * amps;
        self.mean[SLOW] = step.decay[SLOW] * self.mean[SLOW] + ohms.slow * (1.0 - step.decay[SLOW]) * amps;
        self.mean[DRIFT] *= step.decay[DRIFT];
        self.branch = (self.branch + model.hysteresis_rate * gained).clamp(-1.0, 1.0);
        for i in 0..STATES {
            for j in 0..=i {
                self.covariance[i][j] *= step.decay[i] * step.decay[j];
            }
        }
        let unknown = if is_known { 0.0 } else { doubt.unknown_current_per_hour * model.capacity_amp_hours };
        // Nobody learns the resistance here: its doubt is part of the drop's.
        let wrong = amps * amps * self.drop_variance + unknown * unknown;
        let zero = doubt.current_offset_amps.powi(2) + unknown * unknown;
        // A zero that lasts for an hour, as a walk of the charge.
        let walk = 2.0 * zero * ZERO_HOURS * per_amp / model.capacity_amp_hours;
        self.covariance[SOC][SOC] += UNCOUNTED_PER_SEC * step.counted_secs + walk;
        self.covariance[FAST][FAST] += step.fresh[FAST] * (wrong * (ohms.ohmic + ohms.fast).powi(2) + 1e-6);
        self.covariance[SLOW][SLOW] +=
            step.fresh[SLOW] * (wrong * ohms.slow.powi(2) + doubt.surface_volts.powi(2));
        self.covariance[DRIFT][DRIFT] +=
            step.fresh[DRIFT] * (self.drift_variance + 0.25 * wrong * ohms.total().powi(2));
    }

    #[inline]
    fn correct(&mut self, volts: f64, amps: f64) {
        let stddev = self.covariance[SOC][SOC].sqrt();
        let line = Line::over(&self.model, &self.place, self.branch, self.mean[SOC], stddev);
        let ohmic = self.model.ohms(self.mean[SOC], &self.place).ohmic;
        let p = &mut self.covariance;
        let full = |i: usize, j: usize, p: &[[f64; STATES]; STATES]| p[i.max(j)][i.min(j)];
        let cross: [f64; STATES] = std::array::from_fn(|i| {
            line.slope * full(i, SOC, p) + full(i, FAST, p) + full(i, SLOW, p) + full(i, DRIFT, p)
        });
        let swing = 0.3 * ohmic * (amps - self.amps);
        let noise = self.model.doubt.voltage_volts.powi(2) + line.bend + swing * swing;
        self.slope_volts = line.slope;
        let variance = line.slope * cross[SOC] + cross[FAST] + cross[SLOW] + cross[DRIFT] + noise;
        let expected = line.volts + self.mean[FAST] + self.mean[SLOW] + self.mean[DRIFT] + ohmic * amps;
        let (inverse, innovation) = (1.0 / variance, volts - expected);
        for i in 0..STATES {
            let gain = cross[i] * inverse;
            self.mean[i] += gain * innovation;
            for j in 0..=i {
                p[i][j] -= gain * cross[j];
            }
            p[i][i] = p[i][i].max(1e-12);
        }
    }

    #[inline]
    fn estimate(&self) -> PlainEstimate {
        let doubt = &self.model.doubt;
        let lasting =
            (doubt.offset_volts / self.slope_volts.max(SLOPE_MIN_VOLTS)).powi(2) + doubt.axis_ratio.powi(2);
        let stddev = (self.covariance[SOC][SOC] + lasting).sqrt();
        PlainEstimate { soc: Soc::clamped(self.mean[SOC]), soc_stddev: stddev.min(0.5) }
    }
}

impl Step {
    fn of(model: &Model, dt_nanos: u64) -> Self {
        let secs = dt_nanos as f64 / 1e9;
        let mut decay = [1.0; STATES];
        decay[FAST] = (-secs / model.fast_seconds).exp();
        decay[SLOW] = (-secs / model.slow_seconds).exp();
        decay[DRIFT] = (-secs / (3600.0 * model.doubt.drift_hours)).exp();
        let fresh = decay.map(|decay| 1.0 - decay * decay);
        Self { dt_nanos, counted_secs: secs.min(COUNTED_SECS_MAX), decay, fresh }
    }
}

#[cfg(test)]
mod tests {
    use signals::{Amps, Celsius, Volts};

    use super::*;

    fn reading(volts: f64, amps: f64) -> Reading {
        Reading {
            voltage: Some(Volts::new(volts)),
            current: Some(Amps::new(amps)),
            temperature: Some(Celsius::new(25.0)),
            current_is_net: true,
            ..Reading::default()
        }
    }

    fn after(profile: &Profile, told: Option<f64>, volts: f64, seconds: u32) -> PlainEstimate {
        let belief = Belief { soc: told.map(Soc::clamped), ..Belief::default() };
        let mut filter = PlainFilter::new(profile, belief);
        (0..seconds)
            .filter_map(|second| filter.update(SimTime::from_secs(f64::from(second)), &reading(volts, 0.0)))
            .last()
            .expect("a voltage")
    }

    #[test]
    fn a_wrong_start_is_left_for_the_rest_voltage() {
        let profile = Profile::agm_12v();
        let truth = profile.soc_at_rest(Volts::new(12.35)).as_ratio();
        let found = after(&profile, Some(0.9), 12.35, 20_000);
        assert!((found.soc.as_ratio() - truth).abs() < 2.0 * found.soc_stddev, "{found:?}");
        assert!(found.soc_stddev < 0.15, "{found:?}");
    }

    #[test]
    fn a_thousand_readings_of_one_voltage_are_not_a_thousand_witnesses() {
        let profile = Profile::agm_12v();
        let (one, many) = (after(&profile, None, 12.35, 1), after(&profile, None, 12.35, 1000));
        assert!(many.soc_stddev > 0.3 * one.soc_stddev, "{one:?} {many:?}");
    }

    #[test]
    fn nothing_is_said_before_a_voltage_and_time_that_stands_still_changes_nothing() {
        let mut filter = PlainFilter::new(&Profile::agm_12v(), Belief::default());
        assert_eq!(filter.update(SimTime::ZERO, &Reading::default()), None);
        let once = filter.update(SimTime::ZERO, &reading(12.4, -1.0));
        assert_eq!(filter.update(SimTime::ZERO, &reading(11.4, -1.0)), once);
    }
}
