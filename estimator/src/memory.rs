//! Everything the estimator remembers, as plain numbers, so that it can be saved whole.

use crate::capacity::Ageing;
use crate::full::FullWatch;
use crate::health::Health;
use crate::kalman::Gaussian;
use crate::model::Model;
use crate::start::{self, Prior};
use crate::step_resistance::{PendingStep, StepResistance};

/// The state between two readings. Absent numbers are NaN, flags are 0 or 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Memory {
    pub belief: Gaussian,
    /// 1 once a voltage has been seen.
    pub met: f64,
    /// Weight of "it may be anything" of what was said at the start.
    pub anything: f64,
    /// Branch of the hysteresis, −1 (discharged) to 1 (charged), and how much of it is unknown, 0 to 1.
    pub branch: f64,
    pub branch_doubt: f64,
    /// How much surface charge there may be, 0 to 1.
    pub surface: f64,
    pub full: FullWatch,
    pub ageing: Ageing,
    pub steps: StepResistance,
    pub step: PendingStep,
    pub amps: f64,
    pub volts: f64,
    /// What the model made of the latest voltage but for the ohmic part.
    pub unohmic_volts: f64,
    pub celsius: f64,
    /// Time since the net current was last known.
    pub unknown_secs: f64,
    /// How long voltages have been turned away in a row, s; each counts for a second at most.
    pub refused: f64,
    pub innovation_volts: f64,
    pub innovation_squared_normalized: f64,
    pub gated: f64,
    pub health: Health,
}

impl Memory {
    /// A memory before the first reading.
    pub fn blank(model: &Model, prior: &Prior) -> Self {
        Self {
            belief: start::unmeasured(model, prior),
            met: 0.0,
            anything: prior.anything,
            branch: 0.0,
            branch_doubt: 1.0,
            surface: 0.3,
            full: FullWatch::default(),
            ageing: Ageing::blank(model),
            steps: StepResistance {
                ohms: model.ohmic_ohms,
                variance: (model.ohmic_ohms * model.doubt.resistance_log).powi(2),
            },
            step: PendingStep::NONE,
            amps: f64::NAN,
            volts: f64::NAN,
            unohmic_volts: 0.0,
            celsius: f64::NAN,
            unknown_secs: 0.0,
            refused: 0.0,
            innovation_volts: 0.0,
            innovation_squared_normalized: 1.0,
            gated: 0.0,
            health: Health::default(),
        }
    }

    /// Shows every number with its name, always in the same order; saving reads, restoring writes.
    pub fn each(&mut self, mut show: impl FnMut(&str, &mut f64)) {
        for value in &mut self.belief.mean {
            show("mean", value);
        }
        for value in self.belief.covariance.iter_mut().flatten() {
            show("covariance", value);
        }
        let named: [(&str, &mut f64); 23] = [
            ("met", &mut self.met),
            ("anything", &mut self.anything),
            ("branch", &mut self.branch),
            ("branch_doubt", &mut self.branch_doubt),
            ("surface", &mut self.surface),
            ("full_held_secs", &mut self.full.held_secs),
            ("full_broken_secs", &mut self.full.broken_secs),
            ("full_spoken", &mut self.full.spoken),
            ("step_ohms", &mut self.steps.ohms),
            ("step_variance", &mut self.steps.variance),
            ("step_from_amps", &mut self.step.from_amps),
            ("step_from_volts", &mut self.step.from_volts),
            ("step_from_unohmic", &mut self.step.from_unohmic_volts),
            ("step_secs", &mut self.step.secs),
            ("amps", &mut self.amps),
            ("volts", &mut self.volts),
            ("unohmic_volts", &mut self.unohmic_volts),
            ("celsius", &mut self.celsius),
            ("unknown_secs", &mut self.unknown_secs),
            ("refused", &mut self.refused),
            ("innovation_volts", &mut self.innovation_volts),
            ("innovation_squared_normalized", &mut self.innovation_squared_normalized),
            ("gated", &mut self.gated),
        ];
        for (name, value) in named {
            show(name, value);
        }
        self.health.each(&mut show);
        self.ageing.each(show);
    }
}
