//! A current with the wrong sign: the voltage falls where it should rise.
//!
//! ```text
//! a = ½·R₀·ΔI      g ← max(0, g + (−2·ΔV·a − a²) / 2σ²),      σ² = (5 mV on 12 V)² + a²        found at g > 14
//! ```
//!
//! The cumulated log-likelihood of a slope of −½·R₀ against none at all. A charger that holds its voltage moves
//! it down, a sound battery further down; ageing only makes the answer clearer. The mirrored sum takes it back.
//!
//! Readings further apart than two minutes see more than the ohmic answer: what a charge does to lead and acid comes
//! minutes later and several times stronger, when the current may have turned back already. There only steps count
//! that fall into hours of a falling voltage, which are the same whichever way round the current reads.
//!
//! Reference: E. S. Page, *Continuous inspection schemes* (1954).

use super::View;
use crate::model::Model;
use crate::profile::Chemistry;

/// Steps smaller than this over the capacity, per hour, tell nothing.
const STEP_PER_HOUR: f64 = 0.001;
const NOISE_VOLTS: f64 = 0.005;
const SHARE: f64 = 0.5;
/// No single step says more than this.
const SAID_MAX: f64 = 1.0;
const FOUND: f64 = 14.0;
/// Readings further apart show no step, s.
const APART_SECS: f64 = 300.0;
/// Readings further apart than this show what is slow as well, s.
const SLOW_SECS: f64 = 120.0;
/// The voltage smoothed over so long, s, falls until it has risen by so much, V on 12 V;
const SMOOTH_SECS: f64 = 1800.0;
const RISEN_VOLTS: f64 = 0.01;
/// after so long, s, nothing of a charge is left in it.
const FALLING_SECS: f64 = 3600.0;

/// The sum for the other sign than the one believed now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reversed {
    volts: f64,
    amps: f64,
    /// Smoothed voltage, its least while it falls, and for how long it has fallen, s.
    smooth_volts: f64,
    least_volts: f64,
    falling_secs: f64,
    sum: f64,
    /// Time since the sum last was 0, s.
    sum_secs: f64,
    /// 1 while the sign is wrong, and how long, s.
    is_wrong: f64,
    wrong_secs: f64,
}

impl Default for Reversed {
    fn default() -> Self {
        Self {
            volts: f64::NAN,
            amps: f64::NAN,
            smooth_volts: f64::NAN,
            least_volts: f64::NAN,
            falling_secs: 0.0,
            sum: 0.0,
            sum_secs: 0.0,
            is_wrong: 0.0,
            wrong_secs: 0.0,
        }
    }
}

impl Reversed {
    /// Since when it is reversed, s.
    pub fn look(&mut self, view: &View<'_>) -> Option<f64> {
        let (volts, amps) = (view.seen.volts.unwrap_or(f64::NAN), view.seen.amps.unwrap_or(f64::NAN));
        let (dv, di) = (volts - self.volts, amps - self.amps);
        (self.volts, self.amps) = (volts, amps);
        self.sum_secs += view.dt_secs;
        self.wrong_secs += view.dt_secs;
        self.smooth(volts, view);
        if view.dt_secs <= self.apart_secs(view.model)
            && di.abs() >= STEP_PER_HOUR * view.capacity
            && dv.is_finite()
        {
            self.take(dv, SHARE * view.ohmic * di, NOISE_VOLTS * view.scale);
        }
        (self.is_wrong == 1.0).then_some(self.wrong_secs)
    }

    fn smooth(&mut self, volts: f64, view: &View<'_>) {
        let is_new = self.smooth_volts.is_nan() || view.dt_secs > SMOOTH_SECS;
        let keep = if is_new { 0.0 } else { (-view.dt_secs / SMOOTH_SECS).exp() };
        let before = if is_new { volts } else { self.smooth_volts };
        self.smooth_volts = keep * before + (1.0 - keep) * volts;
        self.falling_secs += view.dt_secs;
        if is_new || self.smooth_volts > self.least_volts + RISEN_VOLTS * view.scale {
            (self.least_volts, self.falling_secs) = (self.smooth_volts, 0.0);
        }
        self.least_volts = self.least_volts.min(self.smooth_volts);
    }

    /// How far apart readings may be now to show a step.
    fn apart_secs(&self, model: &Model) -> f64 {
        let settled = model.chemistry != Chemistry::LeadAcid || self.falling_secs >= FALLING_SECS;
        if settled { APART_SECS } else { SLOW_SECS }
    }

    /// Something else has told the sign, and since when, s.
    pub fn turn(&mut self, since_secs: f64) {
        (self.is_wrong, self.wrong_secs, self.sum) = (1.0 - self.is_wrong, since_secs, 0.0);
    }

    fn take(&mut self, dv: f64, answer: f64, noise: f64) {
        let sign = if self.is_wrong == 1.0 { 1.0 } else { -1.0 };
        let variance = noise * noise + answer * answer;
        let said = (2.0 * sign * dv * answer - answer * answer) / (2.0 * variance);
        self.sum = (self.sum + said.clamp(-SAID_MAX, SAID_MAX)).max(0.0);
        if self.sum == 0.0 {
            self.sum_secs = 0.0;
        }
        if self.sum > FOUND {
            (self.is_wrong, self.wrong_secs) = (1.0 - self.is_wrong, self.sum_secs);
            self.sum = 0.0;
        }
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        show("reversed_volts", &mut self.volts);
        show("reversed_amps", &mut self.amps);
        show("reversed_smooth_volts", &mut self.smooth_volts);
        show("reversed_least_volts", &mut self.least_volts);
        show("reversed_falling_secs", &mut self.falling_secs);
        show("reversed_sum", &mut self.sum);
        show("reversed_sum_secs", &mut self.sum_secs);
        show("reversed_is_wrong", &mut self.is_wrong);
        show("reversed_wrong_secs", &mut self.wrong_secs);
    }
}
