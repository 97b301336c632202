//! One step of one cell, coefficients followed through the step.
//!
//! ```text
//! s' = s + Ī·Δt/Q
//! v' = v + (R·I₀ − v)·k + R·(I₁ − I₀)·(1 − k/x),   k = 1 − exp(−x),  x = Δt/(R·C)
//! E_j = ∫v²/R dt = R·Ī·(Ī·Δt − C·(v' − v)) − ½·C·(v'² − v²)
//! T' = exact step of the heat path under the mean power  R₀·∫I²/Δt + ΣE_j/Δt + Ī·T·dU/dT
//! V' = U(s') + R₀'·I₁ + v₁' + v₂'
//! ```
//!
//! Current runs straight from I₀ to I₁ over the step (the same for a held one), positive while charging.
//! For coefficients that stand still every line but the last term of the heat is exact, and energy balances.
//! They do not: resistances are known at the step's start, told for its end from a first guess of the
//! temperature, and taken half-way for the branches; V' has those of the end. That is second order in Δt.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. I, ch. 2, and the energy of a capacitor.

use super::block::Lane;
use super::growth::Growth;
use super::heat::HeatStep;
use super::law::{Branch, CellLaw, RestCurve};
use super::settling::Settling;

/// A branch with the step's length in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct BranchStep {
    /// Resistance at scale 1, Ω.
    pub ohms: f64,
    /// Its conductance, S.
    pub siemens: f64,
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
            siemens: 1.0 / branch.ohms,
            rate: dt_secs / (branch.ohms * branch.farads),
            amps_per_volt: branch.farads / dt_secs,
        };
        Self {
            dt_secs,
            rest: law.rest,
            ohmic_ohms: law.ohmic_ohms,
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
    pub fn scale(&self, soc: f64, celsius: f64, spread: f64) -> f64 {
        let above = if soc > 0.0 { soc } else { 0.0 };
        let middle = if above < 1.0 { above } else { 1.0 } - 0.5;
        let bow = f64::mul_add(self.bow * middle, middle, 1.0);
        self.growth.at(celsius) * (bow * spread)
    }

    /// Reversible heat per amp, V.
    #[inline(always)]
    pub fn reversible_volts(&self, rest_volts: f64, celsius: f64) -> f64 {
        (celsius + 273.15) * f64::mul_add(self.entropic[1], rest_volts, self.entropic[0])
    }

    /// Cell and case after a step under this mean power.
    #[inline(always)]
    pub fn warm(&self, lane: &Lane, watts: f64) -> (f64, f64) {
        let after = |row: &[f64; 4]| {
            let places = f64::mul_add(row[0], lane.celsius, row[1] * lane.case);
            places + f64::mul_add(row[2], watts, row[3] * lane.air)
        };
        (after(&self.heat.cell), after(&self.heat.case))
    }
}

impl BranchStep {
    /// The branch's voltage after the step, and the mean power that it turned into heat.
    #[inline(always)]
    fn advance<const RAMP: bool, const LONG: bool>(
        &self,
        was: f64,
        from: f64,
        to: f64,
        [scale, shrink]: [f64; 2],
        settling: &Settling,
    ) -> (f64, f64) {
        let ohms = self.ohms * scale;
        let (ratio, per_x) = settling.at::<LONG>(self.rate * shrink);
        let mut volts = f64::mul_add(f64::mul_add(ohms, from, -was), ratio, was);
        let mut mean = from;
        if RAMP {
            volts += ohms * (to - from) * (1.0 - per_x);
            mean = 0.5 * (from + to);
        }
        (volts, self.watts(was, volts, mean, ohms * mean))
    }

    /// Mean power that its resistor turned into heat; `mean_settled` is R·Ī.
    #[inline(always)]
    pub fn watts(&self, was: f64, volts: f64, mean_amps: f64, mean_settled: f64) -> f64 {
        let stored_amps = self.amps_per_volt * (volts - was);
        f64::mul_add(mean_settled, mean_amps - stored_amps, -0.5 * (was + volts) * stored_amps)
    }
}

/// The cell after a step whose current runs from `from` to `to`.
#[inline(always)]
pub(super) fn advance<const RAMP: bool, const LONG: bool>(
    was: Lane,
    from: f64,
    to: f64,
    law: &StepLaw,
) -> Lane {
    let mut lane = was;
    let mean = if RAMP { 0.5 * (from + to) } else { from };
    let mean_square = if RAMP { f64::mul_add(from, from + to, to * to) / 3.0 } else { from * from };
    lane.count(mean * law.dt_secs);
    let rest_volts = law.rest.volts(lane.soc);
    let reversible_watts = mean * law.reversible_volts(rest_volts, was.celsius);

    // A first guess of the temperature, to know the resistances at the end.
    let ohmic_watts = law.ohmic_ohms * mean_square;
    let stored_watts =
        f64::mul_add(was.fast * was.fast, law.fast.siemens, was.slow * was.slow * law.slow.siemens);
    let shrink_was = 1.0 / was.scale;
    let guessed_watts =
        f64::mul_add(ohmic_watts, was.scale, f64::mul_add(stored_watts, shrink_was, reversible_watts));
    let (guessed_celsius, _) = law.warm(&was, guessed_watts);
    lane.scale = law.scale(lane.soc, guessed_celsius, was.spread);

    let scale = 0.5 * (was.scale + lane.scale);
    // 1/scale to second order around the start's, which spares a division.
    let shrink = shrink_was * f64::mul_add(-scale, shrink_was, 2.0);
    let fast = law.fast.advance::<RAMP, LONG>(was.fast, from, to, [scale, shrink], &law.settling);
    let slow = law.slow.advance::<RAMP, LONG>(was.slow, from, to, [scale, shrink], &law.settling);
    (lane.fast, lane.slow) = (fast.0, slow.0);
    let watts = f64::mul_add(ohmic_watts, scale, reversible_watts) + (fast.1 + slow.1);
    (lane.celsius, lane.case) = law.warm(&was, watts);
    lane.volts = f64::mul_add(law.ohmic_ohms * lane.scale, to, rest_volts) + (lane.fast + lane.slow);
    lane
}
