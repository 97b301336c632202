//! A current with the wrong sign: the voltage falls where it should rise.
//!
//! ```text
//! r = Σ ΔV·ΔI / Σ ΔI²      sound r ≈ R,   reversed r ≈ −R        over some thirty steps of the current
//! ```
//!
//! A charger that holds its voltage gives r ≈ 0, ageing moves r between R and some R: neither turns a sign.

use super::View;

/// Steps smaller than this over the capacity, per hour, tell nothing.
const STEP_PER_HOUR: f64 = 0.004;
/// Share of the sums that a step leaves: some thirty steps count.
const KEEP: f64 = 0.97;
const STEPS_MIN: f64 = 20.0;
/// Share of the profile's resistance.
const SHARE: f64 = 0.3;
/// Squared correlation that a verdict needs.
const CORRELATION: f64 = 0.25;
/// Readings further apart show no step, s.
const APART_SECS: f64 = 300.0;

/// Sums over the latest steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reversed {
    volts: f64,
    amps: f64,
    cross: f64,
    amps_squared: f64,
    volts_squared: f64,
    steps: f64,
    /// How long ago the sign turned, s; NaN while it is right.
    turned_secs: f64,
    /// How long ago a step last had the right sign, s.
    right_secs: f64,
}

impl Default for Reversed {
    fn default() -> Self {
        Self {
            volts: f64::NAN,
            amps: f64::NAN,
            cross: 0.0,
            amps_squared: 0.0,
            volts_squared: 0.0,
            steps: 0.0,
            turned_secs: f64::NAN,
            right_secs: 0.0,
        }
    }
}

impl Reversed {
    /// Since when it is reversed, s.
    pub fn look(&mut self, view: &View<'_>) -> Option<f64> {
        let (volts, amps) = (view.seen.volts.unwrap_or(f64::NAN), view.seen.amps.unwrap_or(f64::NAN));
        let (dv, di) = (volts - self.volts, amps - self.amps);
        (self.volts, self.amps) = (volts, amps);
        self.turned_secs += view.dt_secs;
        self.right_secs += view.dt_secs;
        if view.dt_secs <= APART_SECS && di.abs() >= STEP_PER_HOUR * view.capacity && dv.is_finite() {
            self.take(dv, di);
            self.judge(view.ohmic);
        }
        (!self.turned_secs.is_nan()).then_some(self.turned_secs)
    }

    fn take(&mut self, dv: f64, di: f64) {
        self.cross = KEEP * self.cross + dv * di;
        self.amps_squared = KEEP * self.amps_squared + di * di;
        self.volts_squared = KEEP * self.volts_squared + dv * dv;
        self.steps = (self.steps + 1.0).min(1e6);
        if self.cross > 0.0 {
            self.right_secs = 0.0;
        }
    }

    fn judge(&mut self, ohmic: f64) {
        let slope = self.cross / self.amps_squared;
        let correlation = self.cross * self.cross / (self.amps_squared * self.volts_squared).max(1e-300);
        if self.steps < STEPS_MIN || correlation < CORRELATION || slope.abs() < SHARE * ohmic {
            return;
        }
        match (slope < 0.0, self.turned_secs.is_nan()) {
            (true, true) => self.turned_secs = self.right_secs,
            (false, false) => self.turned_secs = f64::NAN,
            _ => {}
        }
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        show("reversed_volts", &mut self.volts);
        show("reversed_amps", &mut self.amps);
        show("reversed_cross", &mut self.cross);
        show("reversed_amps_squared", &mut self.amps_squared);
        show("reversed_volts_squared", &mut self.volts_squared);
        show("reversed_steps", &mut self.steps);
        show("reversed_turned_secs", &mut self.turned_secs);
        show("reversed_right_secs", &mut self.right_secs);
    }
}
