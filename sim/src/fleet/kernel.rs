//! One step of one cell, coefficients followed through the step.
//!
//! ```text
//! s' = s + Ī·Δt/Q
//! v' = v + (R·I₀ − v)·k + R·(I₁ − I₀)·(1 − k/x),   k = 1 − exp(−x),  x = Δt/(R·C)
//! E_j = ∫v²/R dt = R·Ī²·Δt − C·(v' − v)·(R·Ī + ½·(v + v'))
//! T' = exact step of the heat path under the mean power  R₀·∫I²/Δt + ΣE_j/Δt + Ī·T·dU/dT
//! V' = U(s') + R₀'·I₁ + v₁' + v₂'
//! ```
//!
//! Current runs straight from I₀ to I₁ over the step (the same for a held one), positive while charging.
//! For a held current and coefficients that stand still all but the reversible heat is exact, and energy balances.
//! They do not: branches and heat have the resistances of the step's middle, told from how they went over the
//! last one, and V' those of its end. That is second order in Δt, but for the one step in which a current
//! jumps. (To guess the end's temperature first would be so there too: it costs a lone cell an eighth of its speed,
//! since a step waits for the last, and gains nothing that the oracle's bounds ask for.)
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. I, ch. 2, and the energy of a capacitor.

use super::block::Lane;
use super::growth::{Growth, ZERO_CELSIUS_KELVIN};
use super::heat::HeatStep;
use super::law::{Branch, CellLaw, RestCurve};
use super::settling::Settling;

/// A branch with the step's length in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct BranchStep {
    /// Resistance at scale 1, Ω.
    pub ohms: f64,
    /// Δt/(R·C) at scale 1.
    pub rate: f64,
    /// C/Δt: mean amps into the capacitor per volt gained.
    pub amps_per_volt: f64,
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
    pub settling: Settling,
    pub heat: HeatStep,
}

impl StepLaw {
    /// The law for steps of this length.
    pub fn new(law: &CellLaw, dt_secs: f64) -> Self {
        let branch = |branch: &Branch| BranchStep {
            ohms: branch.ohms,
            rate: dt_secs / (branch.ohms * branch.farads),
            amps_per_volt: branch.farads / dt_secs,
        };
        Self {
            dt_secs,
            rest: law.rest,
            ohmic_ohms: law.ohmic_ohms,
            all_ohms: law.ohmic_ohms + law.fast.ohms + law.slow.ohms,
            fast: branch(&law.fast),
            slow: branch(&law.slow),
            bow: law.bow,
            entropic: law.entropic,
            growth: Growth::new(law.activation_kelvin),
            settling: Settling::new(),
            heat: HeatStep::new(&law.heat, dt_secs),
        }
    }

    /// Resistances of this cell over those of the law at 25 °C and half charge.
    #[inline(always)]
    pub fn scale(&self, soc_offset: f64, per_kelvin: f64, spread: f64) -> f64 {
        let bow = f64::mul_add(self.bow * soc_offset, soc_offset, 1.0);
        self.growth.at(per_kelvin) * (bow * spread)
    }

    /// Reversible heat per amp, V.
    #[inline(always)]
    pub fn reversible_volts(&self, rest_volts: f64, kelvin: f64) -> f64 {
        kelvin * f64::mul_add(self.entropic[1], rest_volts, self.entropic[0])
    }

    /// The cell's temperature after a step without power.
    #[inline(always)]
    pub fn cooled<const CASED: bool>(&self, lane: &Lane) -> f64 {
        let [own, case, _, air] = self.heat.cell;
        let cooled = own * lane.celsius;
        if CASED { f64::mul_add(case, lane.case, cooled) } else { f64::mul_add(air, lane.air, cooled) }
    }

    /// Puts the mean power of a step into a cell that would else have `cooled`, and into its case.
    #[inline(always)]
    pub fn warm<const CASED: bool>(&self, lane: &mut Lane, cooled: f64, watts: f64) {
        let [cell, own, power, air] = self.heat.case;
        if CASED {
            let places = f64::mul_add(cell, lane.celsius, own * lane.case);
            lane.case = f64::mul_add(power, watts, f64::mul_add(air, lane.air, places));
            lane.celsius =
                f64::mul_add(self.heat.cell[3], lane.air, f64::mul_add(self.heat.cell[2], watts, cooled));
        } else {
            lane.celsius = f64::mul_add(self.heat.cell[2], watts, cooled);
        }
    }
}

impl BranchStep {
    /// Mean power that the capacitor kept from the resistor, with `settled` = R·Ī: the branch as a whole
    /// takes R·Ī², of which the resistor turns `R·Ī² − kept_watts` into heat.
    #[inline(always)]
    pub fn kept_watts(&self, was: f64, gain: f64, settled: f64) -> f64 {
        self.amps_per_volt * gain * f64::mul_add(0.5, gain, settled + was)
    }

    /// The branch's gain over the step, and the power that it kept.
    #[inline(always)]
    fn advance<const RAMP: bool, const LONG: bool>(
        &self,
        was: f64,
        [mean_volts, half_rise_volts]: [f64; 2],
        shrink: f64,
        settling: &Settling,
    ) -> (f64, f64) {
        let settled = self.ohms * mean_volts;
        let (ratio, per_x) = settling.at::<LONG>(self.rate * shrink);
        let mut gain = (settled - was) * ratio;
        if RAMP {
            // The straight line about its mean: (1 − k/x)·ΔI for the line, −k·ΔI/2 for where it starts.
            let half_rise = self.ohms * half_rise_volts;
            gain = f64::mul_add(half_rise, f64::mul_add(-2.0, per_x, 2.0 - ratio), gain);
        }
        (gain, self.kept_watts(was, gain, settled))
    }
}

/// The cell after a step whose current runs from `from` to `to`.
#[inline(always)]
pub(super) fn advance<const RAMP: bool, const LONG: bool, const CASED: bool>(
    was: Lane,
    from: f64,
    to: f64,
    law: &StepLaw,
) -> Lane {
    let mut lane = was;
    let mean = if RAMP { 0.5 * (from + to) } else { from };
    let half_rise = if RAMP { 0.5 * (to - from) } else { 0.0 };
    lane.count(mean * law.dt_secs);
    let soc_offset = law.rest.offset(lane.soc);
    let rest_volts = law.rest.volts_at_offset(soc_offset);
    let reversible_volts = law.reversible_volts(rest_volts, was.celsius + ZERO_CELSIUS_KELVIN);
    let scale = was.told_scale;
    let volts = [mean * scale, half_rise * scale];
    let fast = law.fast.advance::<RAMP, LONG>(was.fast, volts, was.told_shrink, &law.settling);
    let slow = law.slow.advance::<RAMP, LONG>(was.slow, volts, was.told_shrink, &law.settling);
    lane.fast += fast.0;
    lane.slow += slow.0;
    let taken_volts = f64::mul_add(law.all_ohms, volts[0], reversible_volts);
    let mut watts = f64::mul_add(mean, taken_volts, -(fast.1 + slow.1));
    if RAMP {
        watts = f64::mul_add(law.ohmic_ohms * volts[1], half_rise / 3.0, watts);
    }
    let cooled = law.cooled::<CASED>(&was);
    law.warm::<CASED>(&mut lane, cooled, watts);
    lane.per_kelvin = law.growth.within(refined(was.per_kelvin, lane.celsius + ZERO_CELSIUS_KELVIN));
    lane.scale = law.scale(soc_offset, lane.per_kelvin, was.spread);
    lane.told_scale = told(was.scale, lane.scale);
    lane.told_shrink = refined(was.told_shrink, lane.told_scale);
    lane.volts = f64::mul_add(law.ohmic_ohms * lane.scale, to, rest_volts) + (lane.fast + lane.slow);
    lane
}

/// The scale half a step on, if it goes on as it went; never below half of what it is.
#[inline(always)]
pub(super) fn told(was: f64, now: f64) -> f64 {
    let told = f64::mul_add(0.5, now - was, now);
    let least = 0.5 * now;
    if told > least { told } else { least }
}

/// The reciprocal of `of`, from that of what it was: Newton's step, at most to a half more or less.
///
/// What a step changes by a thousandth is right to a millionth, and the next step mends that: a division would
/// be right at once, and the next step would wait for it.
#[inline(always)]
fn refined(reciprocal: f64, of: f64) -> f64 {
    let missing = f64::mul_add(-of, reciprocal, 1.0);
    let above = if missing > -0.5 { missing } else { -0.5 };
    let within = if above < 0.5 { above } else { 0.5 };
    f64::mul_add(reciprocal, within, reciprocal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reciprocal_follows_small_changes_to_their_square_and_comes_back_from_large_ones() {
        assert!((refined(1.0 / 250.0, 250.25) * 250.25 - 1.0).abs() < 1.1e-6);
        let mut reciprocal = 1.0;
        for _ in 0..12 {
            reciprocal = refined(reciprocal, 30.0);
        }
        assert!((reciprocal * 30.0 - 1.0).abs() < 1e-12, "{reciprocal}");
    }

    #[test]
    fn what_is_told_goes_on_half_as_far_and_stays_positive() {
        assert_eq!((told(1.0, 1.1), told(10.0, 1.0)), (1.1 + 0.5 * (1.1 - 1.0), 0.5));
    }
}
