//! Coefficients held for many steps: what a step costs when resistances, decay and the slope of the rest
//! voltage are looked up every few seconds only.
//!
//! ```text
//! U(s) ≈ U(s₀) + U'(s₀)·(s − s₀)          R_j, k_j, dU/dT of the refresh
//! ```
//!
//! Charge, branches and heat step as ever. The resistances are those told for the middle of the span, by
//! going on as they went over the last one, though never below half of what they are.

use super::block::Block;
use super::growth::Growth;
use super::kernel::{self, BranchStep, StepLaw, Still, Terms};

/// What a refresh finds, for the cells of a block.
#[derive(Debug, Clone)]
pub(super) struct Held<const W: usize> {
    scale: [f64; W],
    fast_siemens: [f64; W],
    fast_per_x: [f64; W],
    slow_siemens: [f64; W],
    slow_per_x: [f64; W],
    rest_slope: [f64; W],
    rest_base: [f64; W],
    reversible_volts_twice: [f64; W],
}

impl<const W: usize> Held<W> {
    /// Nothing yet.
    pub const fn empty() -> Self {
        Self {
            scale: [0.0; W],
            fast_siemens: [0.0; W],
            fast_per_x: [0.0; W],
            slow_siemens: [0.0; W],
            slow_per_x: [0.0; W],
            rest_slope: [0.0; W],
            rest_base: [0.0; W],
            reversible_volts_twice: [0.0; W],
        }
    }

    /// Looks everything up.
    #[inline(always)]
    pub fn refresh<T: Terms>(&mut self, block: &mut Block<W>, still: &Still<W>, law: &StepLaw) {
        for k in 0..W {
            let soc_offset = law.rest.offset(block.soc[k]);
            block.per_kelvin[k] = 1.0 / Growth::kelvin_within(block.celsius[k]);
            self.scale[k] = still.scale(block, k, soc_offset * soc_offset, law);
        }
        for k in 0..W {
            let (was, now) = (block.scale[k], self.scale[k]);
            let scale = kernel::told(was, now, law.least_scale);
            let shrink = 1.0 / scale;
            (block.scale[k], block.told_scale[k], block.told_shrink[k]) = (now, scale, shrink);
            self.scale[k] = scale;
            self.fast_siemens[k] = law.fast.siemens * shrink;
            self.slow_siemens[k] = law.slow.siemens * shrink;
            [self.fast_per_x[k], self.slow_per_x[k]] = law.settling.per_x::<T>(shrink);
        }
        for k in 0..W {
            let soc = block.soc[k];
            let (rest_volts, rest_slope) = law.rest.tangent_at_offset(law.rest.offset(soc));
            self.rest_slope[k] = rest_slope;
            self.rest_base[k] = f64::mul_add(-rest_slope, soc, rest_volts);
            self.reversible_volts_twice[k] = law.reversible_volts_twice(rest_volts, block.celsius[k]);
        }
    }

    /// The cells after a step at held currents.
    #[inline(always)]
    pub fn advance<T: Terms>(&self, block: &mut Block<W>, still: &Still<W>, amps: &[f64; W], law: &StepLaw) {
        for (k, &amps) in amps.iter().enumerate() {
            block.count(k, amps, still.soc_per_amp[k]);
            let was = [block.fast[k], block.slow[k]];
            let inward = [
                BranchStep::inward(was[0], amps, self.fast_siemens[k], self.fast_per_x[k]),
                BranchStep::inward(was[1], amps, self.slow_siemens[k], self.slow_per_x[k]),
            ];
            let now = [law.fast.charged(was[0], inward[0]), law.slow.charged(was[1], inward[1])];
            [block.fast[k], block.slow[k]] = now;
            let both_volts = [was[0] + now[0], was[1] + now[1]];
            let mut watts_twice = law.watts_twice(amps, self.scale[k], inward, both_volts);
            if T::REVERSIBLE {
                watts_twice = f64::mul_add(amps, self.reversible_volts_twice[k], watts_twice);
            }
            law.warm::<W, T>(block, still, k, watts_twice);
            let rest_volts = f64::mul_add(self.rest_slope[k], block.soc[k], self.rest_base[k]);
            let ohmic_end = f64::mul_add(law.ohmic_ohms, amps * self.scale[k], rest_volts);
            block.volts[k] = ohmic_end + (now[0] + now[1]);
        }
    }
}
