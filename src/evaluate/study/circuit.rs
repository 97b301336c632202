//! The plain circuit that the studied filters share: one cell, white noise, nothing that is not in a textbook.
//!
//! ```text
//! x = [z, v₁, …]                                                I > 0 discharges in these equations
//! z⁺ = z − η·I·Δt/(3600·Q)      vⱼ⁺ = aⱼ·vⱼ + Rⱼ·s·(1 − aⱼ)·I      aⱼ = exp(−Δt/τⱼ)
//! y = OCV(z) − Σ vⱼ − R₀·s·(1 + b·exp(−z/0.12))·I       s = exp(B·(1/T − 1/298.15 K))
//! ```
//!
//! `N` states: two of them are one branch (both resistances of the profile with their geometric mean of time
//! constants), three are two. Parameters are those of the notebook filter, so that only the method differs.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. II, ch. 3.

use super::super::rival::parameters::{BEND_RATIO, Parameters, ROOM_CELSIUS};

/// The state of charge is the first state.
pub(super) const SOC: usize = 0;
/// Variance that the state of charge and each branch's voltage gain in a second.
const SOC_NOISE_PER_SEC: f64 = 1e-12;
const VOLTS_NOISE_PER_SEC: f64 = 1e-9;
/// Standard deviations at the start: told, not told, and of a branch (V).
const TOLD_STDDEV: f64 = 0.2;
const UNTOLD_STDDEV: f64 = 0.3;
const BRANCH_STDDEV: f64 = 1e-3;
/// The state of charge never leaves this range.
const SOC_RANGE: (f64, f64) = (-0.05, 1.05);

/// Square matrix over the states.
pub(super) type Matrix<const N: usize> = [[f64; N]; N];

/// What holds over one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step<const N: usize> {
    pub gained: f64,
    /// What stays of each state; 1 for the state of charge.
    pub kept: [f64; N],
    /// What the current adds to each branch.
    pub driven: [f64; N],
    pub noise: [f64; N],
}

impl<const N: usize> Step<N> {
    /// A state after the step.
    pub fn apply(&self, mut state: [f64; N]) -> [f64; N] {
        for (i, value) in state.iter_mut().enumerate() {
            *value = self.kept[i] * *value + self.driven[i];
        }
        state[SOC] += self.gained;
        state
    }
}

/// The circuit of one cell, and how warm it is.
#[derive(Debug, Clone)]
pub(super) struct Circuit<const N: usize> {
    parameters: Parameters,
    /// Resistance and time constant of each branch; the first place is the state of charge's and idle.
    branches: [(f64, f64); N],
    scale: f64,
}

impl<const N: usize> Circuit<N> {
    pub fn new(parameters: &Parameters) -> Self {
        let p = parameters;
        let both = [(p.fast_ohms, p.fast_secs), (p.slow_ohms, p.slow_secs)];
        let one = [(p.fast_ohms + p.slow_ohms, (p.fast_secs * p.slow_secs).sqrt())];
        let chosen: &[(f64, f64)] = if N > 2 { &both } else { &one };
        let mut branches = [(0.0, 1.0); N];
        branches[1..].iter_mut().zip(chosen).for_each(|(place, branch)| *place = *branch);
        let mut circuit = Self { parameters: p.clone(), branches, scale: 1.0 };
        circuit.warm(ROOM_CELSIUS);
        circuit
    }

    /// From now on this warm.
    pub fn warm(&mut self, celsius: f64) {
        let inverse = 1.0 / (celsius + 273.15) - 1.0 / (ROOM_CELSIUS + 273.15);
        self.scale = (self.parameters.activation_kelvin * inverse).exp();
    }

    /// Variance of the voltage of one reading.
    pub fn noise(&self) -> f64 {
        self.parameters.noise_volts * self.parameters.noise_volts
    }

    /// Mean and variances at the start.
    pub fn start(soc: f64, is_told: bool) -> ([f64; N], [f64; N]) {
        let (mut mean, mut variance) = ([0.0; N], [BRANCH_STDDEV * BRANCH_STDDEV; N]);
        mean[SOC] = soc;
        let stddev = if is_told { TOLD_STDDEV } else { UNTOLD_STDDEV };
        variance[SOC] = stddev * stddev;
        (mean, variance)
    }

    /// What a current held for `dt` does.
    pub fn step(&self, dt: f64, current: f64) -> Step<N> {
        let p = &self.parameters;
        let efficiency = if current < 0.0 { p.efficiency } else { 1.0 };
        let gained = -efficiency * current * dt / 3600.0 / p.capacity_amp_hours;
        let (mut kept, mut driven, mut noise) = ([1.0; N], [0.0; N], [VOLTS_NOISE_PER_SEC * dt; N]);
        noise[SOC] = SOC_NOISE_PER_SEC * dt;
        for (i, (ohms, secs)) in self.branches.iter().enumerate().skip(1) {
            kept[i] = (-dt / secs).exp();
            driven[i] = ohms * self.scale * (1.0 - kept[i]) * current;
        }
        Step { gained, kept, driven, noise }
    }

    /// Terminal voltage of a state, and its slope over the state of charge.
    pub fn volts(&self, state: &[f64; N], current: f64) -> (f64, f64) {
        let p = &self.parameters;
        let (rest, slope) = look_up(&p.ocv, state[SOC]);
        let bend = p.bend * (-state[SOC].max(0.0) / BEND_RATIO).exp();
        let ohmic = p.ohmic_ohms * self.scale * current;
        let branches: f64 = state[1..].iter().sum();
        (rest - branches - ohmic * (1.0 + bend), slope + ohmic * bend / BEND_RATIO)
    }

    /// A state of charge held to what is possible.
    pub fn held(soc: f64) -> f64 {
        soc.clamp(SOC_RANGE.0, SOC_RANGE.1)
    }
}

/// Voltage and slope of the table at `soc`, held at its ends.
fn look_up(table: &[f64], soc: f64) -> (f64, f64) {
    let steps = table.len() - 1;
    let place = soc.clamp(0.0, 1.0) * steps as f64;
    let below = (place as usize).min(steps - 1);
    let rise = table[below + 1] - table[below];
    (table[below] + (place - below as f64) * rise, rise * steps as f64)
}
