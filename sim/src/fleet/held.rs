//! Coefficients held for many steps: what a step costs when resistances, decay and the slope of the rest
//! voltage are looked up every few seconds only.
//!
//! ```text
//! U(s) ≈ U(s₀) + U'(s₀)·(s − s₀)          R_j, k_j, dU/dT of the refresh
//! ```
//!
//! Charge, branches and heat step as ever. The resistances are those told for the middle of the span, by
//! going on as they went over the last one, though never below half of what they are.

use super::block::{Block, Lane};
use super::growth::ZERO_CELSIUS_KELVIN;
use super::kernel::{self, StepLaw};

/// What a refresh finds, for the cells of a block.
#[derive(Debug, Clone)]
pub(super) struct Held<const W: usize> {
    ohmic_ohms: [f64; W],
    all_ohms: [f64; W],
    fast_ohms: [f64; W],
    fast_ratio: [f64; W],
    slow_ohms: [f64; W],
    slow_ratio: [f64; W],
    rest_slope: [f64; W],
    rest_base: [f64; W],
    reversible_volts: [f64; W],
}

impl<const W: usize> Held<W> {
    /// Nothing yet.
    pub const fn empty() -> Self {
        Self {
            ohmic_ohms: [0.0; W],
            all_ohms: [0.0; W],
            fast_ohms: [0.0; W],
            fast_ratio: [0.0; W],
            slow_ohms: [0.0; W],
            slow_ratio: [0.0; W],
            rest_slope: [0.0; W],
            rest_base: [0.0; W],
            reversible_volts: [0.0; W],
        }
    }

    /// Looks everything up.
    #[inline(always)]
    pub fn refresh<const LONG: bool>(&mut self, block: &mut Block<W>, law: &StepLaw) {
        for k in 0..W {
            let lane = block.lane(k);
            let soc_offset = law.rest.offset(lane.soc);
            let per_kelvin = law.growth.within(1.0 / (lane.celsius + ZERO_CELSIUS_KELVIN));
            let now = law.scale(soc_offset, per_kelvin, lane.spread);
            let scale = kernel::told(lane.scale, now);
            let shrink = 1.0 / scale;
            self.ohmic_ohms[k] = law.ohmic_ohms * scale;
            self.all_ohms[k] = law.all_ohms * scale;
            self.fast_ohms[k] = law.fast.ohms * scale;
            self.slow_ohms[k] = law.slow.ohms * scale;
            self.fast_ratio[k] = law.settling.at::<LONG>(law.fast.rate * shrink).0;
            self.slow_ratio[k] = law.settling.at::<LONG>(law.slow.rate * shrink).0;
            let (rest_volts, rest_slope) = law.rest.tangent_at_offset(soc_offset);
            self.rest_slope[k] = rest_slope;
            self.rest_base[k] = f64::mul_add(-rest_slope, lane.soc, rest_volts);
            self.reversible_volts[k] = law.reversible_volts(rest_volts, lane.celsius + ZERO_CELSIUS_KELVIN);
            block.scale[k] = now;
            block.told_scale[k] = scale;
            block.told_shrink[k] = shrink;
            block.per_kelvin[k] = per_kelvin;
        }
    }

    /// The cell in lane `k` after a step at a held current.
    #[inline(always)]
    pub fn advance<const CASED: bool>(&self, k: usize, was: Lane, amps: f64, law: &StepLaw) -> Lane {
        let mut lane = was;
        lane.count(amps * law.dt_secs);
        let (fast_settled, slow_settled) = (self.fast_ohms[k] * amps, self.slow_ohms[k] * amps);
        let fast_gain = (fast_settled - was.fast) * self.fast_ratio[k];
        let slow_gain = (slow_settled - was.slow) * self.slow_ratio[k];
        lane.fast += fast_gain;
        lane.slow += slow_gain;
        let kept_watts = law.fast.kept_watts(was.fast, fast_gain, fast_settled)
            + law.slow.kept_watts(was.slow, slow_gain, slow_settled);
        let taken_volts = f64::mul_add(self.all_ohms[k], amps, self.reversible_volts[k]);
        law.warm::<CASED>(&mut lane, law.cooled::<CASED>(&was), f64::mul_add(amps, taken_volts, -kept_watts));
        let rest_volts = f64::mul_add(self.rest_slope[k], lane.soc, self.rest_base[k]);
        lane.volts = f64::mul_add(self.ohmic_ohms[k], amps, rest_volts) + (lane.fast + lane.slow);
        lane
    }
}
