//! One step of the cells of a block, coefficients followed through the step.
//!
//! ```text
//! s'  = s + Ī·Δt/Q
//! c_j = (Ī − v/R)·p + ½(I₁ − I₀)·(2 − k − 2p)/x,   k = 1 − exp(−x),  p = k/x,  x = Δt/(R·C)
//! v'  = v + c·Δt/C
//! E_j = ∫v²/R dt = Δt·[(Ī − c)·R·Ī − c·½(v + v')]
//! T'  = exact step of the heat path under the mean power  R₀·∫I²/Δt + ΣE_j/Δt + Ī·T·dU/dT
//! V'  = U(s') + R₀'·I₁ + v₁' + v₂'
//! ```
//!
//! Current runs straight from I₀ to I₁ over the step (the same for a held one), positive while charging; `c` is
//! the mean current into a branch's capacitor, and with it a branch needs neither R·k nor a second product for heat.
//! For a held current and coefficients that stand still all but the reversible heat is exact, and energy balances.
//! They do not: branches and heat have the resistances of the step's middle, told from how they went over the
//! last one, and V' those of its end. That is second order in Δt, but for the one step in which a current
//! jumps, and for the reversible heat, which takes its temperature from the step's start. (To guess the end's temperature first would be so there too: it costs a lone cell an eighth of its speed,
//! since a step waits for the last, and gains nothing that the oracle's bounds ask for.)
//!
//! A step passes over the block three times rather than once. What one cell needs is a chain of a hundred products,
//! each waiting for the last; in short passes a core has several vectors of cells under way at once.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. I, ch. 2, and the energy of a capacitor.

use super::block::Block;
use super::growth::{Growth, ZERO_CELSIUS_KELVIN};
use super::heat::HeatStep;
use super::law::{Branch, CellLaw, RESISTANCE_RATIO_MIN, RestCurve};
use super::settling::Settling;

/// What a law asks of a step: terms that it does not ask for are compiled out.
pub(super) trait Terms {
    /// Steps longer than [`super::settling::SHORT_MAX`].
    const LONG: bool;
    /// A case between cell and air.
    const CASED: bool;
    /// Reversible heat.
    const REVERSIBLE: bool;
}

/// Terms by name.
pub(super) struct Asked<const LONG: bool, const CASED: bool, const REVERSIBLE: bool>;

impl<const LONG: bool, const CASED: bool, const REVERSIBLE: bool> Terms for Asked<LONG, CASED, REVERSIBLE> {
    const LONG: bool = LONG;
    const CASED: bool = CASED;
    const REVERSIBLE: bool = REVERSIBLE;
}

/// A branch with the step's length in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct BranchStep {
    /// Resistance at scale 1, Ω.
    pub ohms: f64,
    /// Its reciprocal.
    pub siemens: f64,
    /// Δt/(R·C) at scale 1.
    pub rate: f64,
    /// Δt/C: volts gained per mean amp into the capacitor.
    pub volts_per_amp: f64,
}

/// Everything a step of one length needs, worked out beforehand.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepLaw {
    pub dt_secs: f64,
    pub rest: RestCurve,
    pub ohmic_ohms: f64,
    pub all_ohms: f64,
    pub fast: BranchStep,
    pub slow: BranchStep,
    pub bow: f64,
    pub entropic: [f64; 2],
    pub growth: Growth,
    pub least_scale: f64,
    pub settling: Settling,
    pub heat: HeatStep,
}

impl StepLaw {
    /// The law for steps of this length.
    pub fn new(law: &CellLaw, dt_secs: f64) -> Self {
        let branch = |branch: &Branch| BranchStep {
            ohms: branch.ohms,
            siemens: 1.0 / branch.ohms,
            rate: dt_secs / (branch.ohms * branch.farads),
            volts_per_amp: dt_secs / branch.farads,
        };
        let (fast, slow) = (branch(&law.fast), branch(&law.slow));
        let growth = Growth::new(law.activation_kelvin);
        Self {
            dt_secs,
            rest: law.rest,
            ohmic_ohms: law.ohmic_ohms,
            all_ohms: law.ohmic_ohms + law.fast.ohms + law.slow.ohms,
            fast,
            slow,
            bow: law.bow,
            entropic: law.entropic,
            growth,
            least_scale: growth.least() * RESISTANCE_RATIO_MIN,
            settling: Settling::new([fast.rate, slow.rate]),
            heat: HeatStep::new(&law.heat, dt_secs),
        }
    }

    /// Twice the reversible heat per amp, V.
    #[inline(always)]
    pub fn reversible_volts_twice(&self, rest_volts: f64, celsius: f64) -> f64 {
        let [constant, per_volt] = self.entropic;
        (celsius + ZERO_CELSIUS_KELVIN) * f64::mul_add(2.0 * per_volt, rest_volts, 2.0 * constant)
    }

    /// Twice the mean power of a step but for the reversible part, at a mean current: with what flows into the
    /// capacitors, and the sum of each one's voltages before and after. (Twice, so that the middle of two voltages is
    /// their sum.)
    #[inline(always)]
    pub fn watts_twice(&self, amps: f64, scale: f64, inward: [f64; 2], both_volts: [f64; 2]) -> f64 {
        let kept = f64::mul_add(inward[0], both_volts[0], inward[1] * both_volts[1]);
        let ohmic = f64::mul_add(-2.0 * self.fast.ohms, inward[0], 2.0 * self.all_ohms * amps);
        let ohmic = f64::mul_add(-2.0 * self.slow.ohms, inward[1], ohmic);
        f64::mul_add(amps * scale, ohmic, -kept)
    }

    /// Puts the mean power of a step into the cell in lane `k`, and into its case.
    #[inline(always)]
    pub fn warm<const W: usize, T: Terms>(
        &self,
        block: &mut Block<W>,
        still: &Still<W>,
        k: usize,
        watts_twice: f64,
    ) {
        let (cell, case) = (block.celsius[k], block.case[k]);
        let end = |[by_cell, by_case, by_watts, _]: [f64; 4], by_air: f64| {
            let around = if T::CASED { f64::mul_add(by_case, case, by_air) } else { by_air };
            f64::mul_add(0.5 * by_watts, watts_twice, f64::mul_add(by_cell, cell, around))
        };
        block.celsius[k] = end(self.heat.cell, still.by_air[k]);
        if T::CASED {
            block.case[k] = end(self.heat.case, self.heat.case[3] * block.air[k]);
        }
    }
}

impl BranchStep {
    /// Mean current into the capacitor, of which the share `per_x` stays over the step: `siemens` leak.
    #[inline(always)]
    pub fn inward(was: f64, amps: f64, siemens: f64, per_x: f64) -> f64 {
        f64::mul_add(-was, siemens, amps) * per_x
    }

    /// The branch's voltage after a step of that mean current into its capacitor.
    #[inline(always)]
    pub fn charged(&self, was: f64, inward: f64) -> f64 {
        f64::mul_add(inward, self.volts_per_amp, was)
    }
}

/// What stands still while the cells of a block are stepped, and room for what one pass leaves to the next.
#[derive(Debug, Clone)]
pub(super) struct Still<const W: usize> {
    /// State of charge per amp that flows for a step.
    pub soc_per_amp: [f64; W],
    /// What the air adds to the temperature in a step.
    pub by_air: [f64; W],
    /// How much the scale rises toward empty and full.
    bow: [f64; W],
    soc_square: [f64; W],
    rest_volts: [f64; W],
    scale: [f64; W],
}

impl<const W: usize> Still<W> {
    /// Of a block.
    #[inline(always)]
    pub fn of(block: &Block<W>, law: &StepLaw) -> Self {
        Self {
            soc_per_amp: block.per_coulomb.map(|per_coulomb| per_coulomb * law.dt_secs),
            by_air: block.air.map(|air| air * law.heat.cell[3]),
            bow: block.spread.map(|spread| spread * law.bow),
            soc_square: [0.0; W],
            rest_volts: [0.0; W],
            scale: [0.0; W],
        }
    }

    /// Resistances of the cell in lane `k` over those of the law at 25 °C and half charge.
    #[inline(always)]
    pub fn scale(&self, block: &Block<W>, k: usize, soc_square: f64, law: &StepLaw) -> f64 {
        law.growth.at(block.per_kelvin[k]) * f64::mul_add(self.bow[k], soc_square, block.spread[k])
    }
}

/// The cells of a block after a step whose current runs from `from` to `to`.
#[inline(always)]
pub(super) fn advance<const W: usize, const RAMP: bool, T: Terms>(
    block: &mut Block<W>,
    still: &mut Still<W>,
    from: &[f64; W],
    to: &[f64; W],
    law: &StepLaw,
) {
    let mean = |k: usize| if RAMP { 0.5 * (from[k] + to[k]) } else { from[k] };
    for k in 0..W {
        block.count(k, mean(k), still.soc_per_amp[k]);
        let soc_offset = law.rest.offset(block.soc[k]);
        still.soc_square[k] = soc_offset * soc_offset;
        still.rest_volts[k] = law.rest.volts_at_offset(soc_offset, still.soc_square[k]);
    }
    for k in 0..W {
        let half_rise = if RAMP { 0.5 * (to[k] - from[k]) } else { 0.0 };
        relax::<W, RAMP, T>(block, still, k, [mean(k), half_rise], law);
    }
    for k in 0..W {
        follow(block, k);
        still.scale[k] = still.scale(block, k, still.soc_square[k], law);
    }
    for k in 0..W {
        tell(block, k, still.scale[k], law);
        let ohmic_ohms = law.ohmic_ohms * block.scale[k];
        let ohmic_end = f64::mul_add(ohmic_ohms, if RAMP { to[k] } else { from[k] }, still.rest_volts[k]);
        block.volts[k] = ohmic_end + (block.fast[k] + block.slow[k]);
    }
}

/// Branches and heat of one cell.
#[inline(always)]
fn relax<const W: usize, const RAMP: bool, T: Terms>(
    block: &mut Block<W>,
    still: &Still<W>,
    k: usize,
    [mean, half_rise]: [f64; 2],
    law: &StepLaw,
) {
    let (scale, shrink) = (block.told_scale[k], block.told_shrink[k]);
    let inward = |branch: &BranchStep, was: f64, per_x: f64| {
        let inward = BranchStep::inward(was, mean, branch.siemens * shrink, per_x);
        if RAMP {
            // The straight line about its mean: (1 − k/x)·ΔI for the line, −k·ΔI/2 for where it starts.
            let missing = f64::mul_add(-2.0, per_x, 2.0 - branch.rate * shrink * per_x);
            f64::mul_add(half_rise * (branch.rate.recip() * scale), missing, inward)
        } else {
            inward
        }
    };
    let [fast_per_x, slow_per_x] = law.settling.per_x::<T>(shrink);
    let was = [block.fast[k], block.slow[k]];
    let inward = [inward(&law.fast, was[0], fast_per_x), inward(&law.slow, was[1], slow_per_x)];
    let now = [law.fast.charged(was[0], inward[0]), law.slow.charged(was[1], inward[1])];
    [block.fast[k], block.slow[k]] = now;
    let mut watts_twice = law.watts_twice(mean, scale, inward, [was[0] + now[0], was[1] + now[1]]);
    if T::REVERSIBLE {
        let volts_twice = law.reversible_volts_twice(still.rest_volts[k], block.celsius[k]);
        watts_twice = f64::mul_add(mean, volts_twice, watts_twice);
    }
    if RAMP {
        watts_twice = f64::mul_add(law.ohmic_ohms * scale * half_rise, half_rise * (2.0 / 3.0), watts_twice);
    }
    law.warm::<W, T>(block, still, k, watts_twice);
}

/// One over the temperature of one cell as it is now.
#[inline(always)]
fn follow<const W: usize>(block: &mut Block<W>, k: usize) {
    let kelvin = Growth::kelvin_within(block.celsius[k]);
    // From one end of the growth's range to the other Newton's step needs no guard.
    let missing = f64::mul_add(-kelvin, block.per_kelvin[k], 1.0);
    block.per_kelvin[k] = f64::mul_add(block.per_kelvin[k], missing, block.per_kelvin[k]);
}

/// Resistances of one cell as they are now, and as they will be half a step on.
#[inline(always)]
fn tell<const W: usize>(block: &mut Block<W>, k: usize, scale: f64, law: &StepLaw) {
    block.told_scale[k] = told(block.scale[k], scale, law.least_scale);
    block.told_shrink[k] = refined(block.told_shrink[k], block.told_scale[k]);
    block.scale[k] = scale;
}

/// The scale half a step on, if it goes on as it went; never below what any cell can have.
#[inline(always)]
pub(super) fn told(was: f64, now: f64, least: f64) -> f64 {
    let told = f64::mul_add(0.5, now - was, now);
    if told > least { told } else { least }
}

/// The reciprocal of `of`, from that of what it was: Newton's step, which at most halves it.
///
/// What a step changes by a thousandth is right to a millionth, and the next step mends that: a division would
/// be right at once, and the next step would wait for it.
#[inline(always)]
pub(super) fn refined(reciprocal: f64, of: f64) -> f64 {
    let missing = f64::mul_add(-of, reciprocal, 1.0);
    let within = if missing > -0.5 { missing } else { -0.5 };
    f64::mul_add(reciprocal, within, reciprocal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reciprocal_follows_small_changes_to_their_square_and_comes_back_from_large_ones() {
        assert!((refined(1.0 / 250.0, 250.25) * 250.25 - 1.0).abs() < 1.1e-6);
        for (was, of) in [(1.0, 30.0), (30.0, 1.0), (228.15, 348.15), (348.15, 228.15)] {
            let reciprocal = (0..12).fold(1.0 / was, |reciprocal, _| refined(reciprocal, of));
            assert!((reciprocal * of - 1.0).abs() < 1e-12, "{reciprocal}");
        }
    }

    #[test]
    fn what_is_told_goes_on_half_as_far_and_stays_positive() {
        assert_eq!((told(1.0, 1.1, 0.1), told(10.0, 1.0, 0.1)), (1.1 + 0.5 * (1.1 - 1.0), 0.1));
    }
}
