//! The belief of now as autonomy needs it, and batteries drawn from it.
//!
//! ```text
//! x = m + L·n,   L·Lᵀ = P,   n standard normal          Cholesky; a state without variance keeps its mean
//! ```

use signals::{Stream, standard_normal};

use super::cold;
use crate::kalman::{AXIS, BIAS, CAPACITY, Gaussian, SCALE, SOC, STATES, Vector};
use crate::model::Model;
use crate::profile::Chemistry;

/// A lithium battery that gives more than this of its capacity an hour has no charge to turn away.
const GIVING_RATE: f64 = 0.001;
/// Above this the protection of every lithium battery has let charge in again, °C.
const LITHIUM_CHARGES_SURELY_ABOVE: f64 = 5.0;
/// How far the share that cold locks in may be off, natural logarithm.
const LOCKED_LOG: f64 = 0.25;

/// Nine tenths of the label, natural logarithm.
const IN_SERVICE_LOG: f64 = -0.105;

/// What is believed of one battery now: means, covariance and the model they belong to.
#[derive(Debug, Clone, Copy)]
pub struct Posterior<'a> {
    model: &'a Model,
    belief: &'a Gaussian,
    celsius: f64,
}

/// One battery it may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Battery {
    pub soc: f64,
    pub capacity_amp_hours: f64,
    /// Factor on every resistance of the model.
    pub resistance: f64,
    /// Error of the rest voltage.
    pub bias_volts: f64,
    /// Shift of the rest curve along the state of charge.
    pub axis: f64,
    /// Factor on what cold locks in.
    pub locked: f64,
}

impl<'a> Posterior<'a> {
    pub(crate) const fn new(model: &'a Model, belief: &'a Gaussian, celsius: f64) -> Self {
        Self { model, belief, celsius }
    }

    pub(super) const fn model(&self) -> &'a Model {
        self.model
    }

    /// Battery temperature, °C; the cool 10 °C where nobody says.
    #[must_use]
    pub fn celsius(&self) -> f64 {
        if self.celsius.is_nan() { 10.0 } else { self.celsius }
    }

    /// Capacity on the label, A·h.
    #[must_use]
    pub const fn rated_amp_hours(&self) -> f64 {
        self.model.capacity_amp_hours
    }

    /// At this voltage a controller may be holding back what the panel could give; in frost a lithium battery's protection
    /// does, as long as nothing leaves the battery.
    #[must_use]
    pub fn may_be_held(&self, volts: f64, net_amps: f64) -> bool {
        let is_blocked = self.model.chemistry != Chemistry::LeadAcid
            && self.celsius() < LITHIUM_CHARGES_SURELY_ABOVE
            && net_amps > -GIVING_RATE * self.model.capacity_amp_hours;
        is_blocked || volts > self.model.charge.full_volts - 0.2 || self.belief.mean[SOC] > 0.97
    }

    /// A battery it may be, taken for one in service where its capacity is not learned.
    pub(super) fn draw(&self, chance: &mut Stream) -> Battery {
        let root = cholesky(&self.belief.covariance);
        let normal: Vector = std::array::from_fn(|_| standard_normal(chance));
        let mut battery = self.at(&root, &normal, standard_normal(chance));
        battery.capacity_amp_hours *= self.ageing_log().exp();
        battery
    }

    /// Two batteries, as far from the middle of the belief on the one side as on the other: their mean is the middle's
    /// as far as a quantity is linear in them.
    pub(super) fn draw_twins(&self, chance: &mut Stream) -> [Battery; 2] {
        let root = cholesky(&self.belief.covariance);
        let normal: Vector = std::array::from_fn(|_| standard_normal(chance));
        let cold = standard_normal(chance);
        [1.0, -1.0].map(|side| self.at(&root, &normal.map(|it| side * it), side * cold))
    }

    /// The filter begins with the capacity on the label; a battery in service lies between that and the four fifths at which it
    /// is replaced. What the filter has not yet learned of the capacity is moved to that middle: as Bayes has it where a
    /// prior's mean is moved, by the share of the prior's variance that is left.
    fn ageing_log(&self) -> f64 {
        let unlearned = self.belief.covariance[CAPACITY][CAPACITY] / self.model.doubt.capacity_log.powi(2);
        // A battery whose capacity was measured is not taken for another one.
        IN_SERVICE_LOG.max(-self.model.doubt.capacity_log) * unlearned.clamp(0.0, 1.0)
    }

    fn at(&self, root: &[Vector; STATES], normal: &Vector, cold: f64) -> Battery {
        let mut state = self.belief.mean;
        for (state, row) in state.iter_mut().zip(root) {
            *state += row.iter().zip(normal).map(|(root, normal)| root * normal).sum::<f64>();
        }
        Battery::of(&state, self.model.capacity_amp_hours, (LOCKED_LOG * cold).exp())
    }
}

impl Battery {
    /// State of charge below which nothing comes out at this temperature under this load, A.
    pub(super) fn locked_ratio(&self, chemistry: Chemistry, celsius: f64, load_amps: f64) -> f64 {
        self.locked * cold::locked_ratio(chemistry, celsius, load_amps / self.capacity_amp_hours)
    }

    /// The battery of this state; a belief never reaches beyond full or empty.
    pub(super) fn of(state: &Vector, rated_amp_hours: f64, locked: f64) -> Self {
        Self {
            soc: state[SOC].clamp(0.0, 1.0),
            capacity_amp_hours: rated_amp_hours * state[CAPACITY].clamp(-1.5, 0.5).exp(),
            resistance: state[SCALE].clamp(-1.5, 1.5).exp(),
            bias_volts: state[BIAS],
            axis: state[AXIS],
            locked,
        }
    }
}

fn cholesky(covariance: &[Vector; STATES]) -> [Vector; STATES] {
    let mut root = [[0.0; STATES]; STATES];
    for i in 0..STATES {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| root[i][k] * root[j][k]).sum();
            let left = covariance[i][j] - known;
            root[i][j] = if i == j {
                left.max(0.0).sqrt()
            } else if root[j][j] > 1e-12 {
                left / root[j][j]
            } else {
                0.0
            };
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::Seed;

    #[test]
    fn draws_have_the_mean_and_the_covariance_asked_for() {
        let model = Model::of(&crate::Profile::agm_12v());
        let mut belief = Gaussian::independent([0.0; STATES], [0.0; STATES]);
        belief.mean[SOC] = 0.5;
        belief.covariance[SOC][SOC] = 0.01;
        belief.covariance[BIAS][BIAS] = 0.0004;
        belief.covariance[SOC][BIAS] = -0.001;
        belief.covariance[BIAS][SOC] = -0.001;
        let mut chance = Seed(3).stream("a");
        let posterior = Posterior::new(&model, &belief, f64::NAN);
        let drawn: Vec<Battery> = (0..4000).map(|_| posterior.draw(&mut chance)).collect();
        let mean = |of: &dyn Fn(&Battery) -> f64| drawn.iter().map(of).sum::<f64>() / drawn.len() as f64;
        assert!((mean(&|it| it.soc) - 0.5).abs() < 0.01);
        assert!((mean(&|it| (it.soc - 0.5).powi(2)) - 0.01).abs() < 0.001);
        assert!((mean(&|it| (it.soc - 0.5) * it.bias_volts) + 0.001).abs() < 0.0002);
    }
}
