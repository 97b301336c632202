//! The model's voltage over the steps of a record: the equations of the estimator, without its noise.
//!
//! ```text
//! V = OCV(z) + δ(z) + k·(T − 25 °C) + M(z)·h + v₁ + v₂ + R₀·f(z)·c(T)·I
//! vⱼ⁺ = aⱼ·vⱼ + Rⱼ·f(z)·c(T)·(1 − aⱼ)·Ī,   aⱼ = exp(−Δt/τⱼ),   c = exp(B·(1/T − 1/298.15 K))
//! h⁺  = h + γ·Δz, kept within −1 to 1
//! ```
//!
//! Exact for a current held constant over the step. `I` amps at the end of the step, `Ī` their mean over
//! it, positive while charging; volts, ohms, seconds; `T` in kelvin inside `c`.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. I, ch. 2; the play operator as in `motion`.

use super::steps::Step;
use super::unknowns::{
    ACTIVATION, FACTOR, FACTOR_NODES, FAST, FAST_SECS, OHMIC, RATE, REST, REST_NODES, SHIFT, SLOPE, SLOW,
    SLOW_SECS, hat,
};
use crate::model::Model;

const REFERENCE_KELVIN: f64 = 298.15;

/// The factor of the resistance at `soc`: the base's, corrected.
pub(crate) fn factor(model: &Model, x: &[f64], soc: f64) -> f64 {
    let (low, share) = hat(&FACTOR_NODES, soc);
    let correction = (1.0 - share) * x[FACTOR + low] + share * x[FACTOR + low + 1];
    model.charge_factor(soc) * correction.exp()
}

/// The correction of the rest curve at `soc`, V.
pub(crate) fn correction(x: &[f64], soc: f64) -> f64 {
    let (low, share) = hat(&REST_NODES, soc);
    (1.0 - share) * x[REST + low] + share * x[REST + low + 1]
}

/// The branch that a record begins on: a full battery was charged, an empty one discharged.
fn first_branch(soc: f64) -> f64 {
    if soc > 0.9 {
        1.0
    } else if soc < 0.1 {
        -1.0
    } else {
        0.0
    }
}

/// The voltage after each step, for the unknowns `x`; `record` is the place of the record's shift.
pub(crate) fn volts(steps: &[Step], model: &Model, x: &[f64], record: usize) -> Vec<f64> {
    let shift = x.get(SHIFT + record).copied().unwrap_or(0.0);
    let [ohmic, fast, fast_secs, slow, slow_secs] =
        [OHMIC, FAST, FAST_SECS, SLOW, SLOW_SECS].map(|at| x[at].exp());
    let (activation, rate) = (x[ACTIVATION].exp(), x[RATE].exp());
    let (mut quick, mut late) = (0.0, 0.0);
    let mut branch = first_branch(steps.first().map_or(1.0, |step| step.soc));
    let mut seen = Decays::default();
    steps
        .iter()
        .map(|step| {
            let soc = step.soc + shift;
            let cold = (activation * (1.0 / (step.celsius + 273.15) - 1.0 / REFERENCE_KELVIN)).exp();
            let scale = factor(model, x, soc) * cold;
            let [a, b] = seen.of(step.dt_secs, fast_secs, slow_secs);
            quick = a * quick + fast * scale * (1.0 - a) * step.mean_amps;
            late = b * late + slow * scale * (1.0 - b) * step.mean_amps;
            branch = (branch + rate * step.moved).clamp(-1.0, 1.0);
            model.reference_rest_extended(soc)
                + correction(x, soc)
                + x[SLOPE] * (step.celsius - 25.0)
                + model.reference_hysteresis(soc) * branch
                + quick
                + late
                + ohmic * scale * step.amps
        })
        .collect()
}

/// The decays of the last step length: most records are sampled evenly.
#[derive(Default)]
struct Decays {
    dt_secs: f64,
    decays: [f64; 2],
}

impl Decays {
    fn of(&mut self, dt_secs: f64, fast_secs: f64, slow_secs: f64) -> [f64; 2] {
        if dt_secs != self.dt_secs || self.decays == [0.0; 2] {
            self.dt_secs = dt_secs;
            self.decays = [(-dt_secs / fast_secs).exp(), (-dt_secs / slow_secs).exp()];
        }
        self.decays
    }
}

#[cfg(test)]
mod tests {
    use super::super::unknowns::Unknowns;
    use super::*;
    use crate::Profile;

    fn pulse(dt_secs: f64, count: usize) -> Vec<Step> {
        let step = Step {
            dt_secs,
            mean_amps: -10.0,
            amps: -10.0,
            soc: 0.5,
            moved: 0.0,
            celsius: 25.0,
            volts: 12.0,
            secs: 0.0,
        };
        vec![step; count]
    }

    #[test]
    fn cutting_the_step_changes_nothing() {
        let model = Model::of(&Profile::agm_12v());
        let x = Unknowns::around(&model, 0.01, &[]).base();
        let last = |steps: Vec<Step>| volts(&steps, &model, &x, 0).last().copied().unwrap_or(0.0);
        let (whole, parts) = (last(pulse(600.0, 1)), last(pulse(0.6, 1000)));
        assert!((whole - parts).abs() < 1e-9, "{whole} {parts}");
        let settled = model.reference_rest(0.5) - 10.0 * model.total_ohms() * model.charge_factor(0.5);
        assert!((last(pulse(1e7, 1)) - settled).abs() < 1e-6);
    }
}
