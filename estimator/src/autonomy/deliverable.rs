//! Charge that comes out until the cut-off voltage at the present cold and load, apart from the total.
//!
//! ```text
//! D = Q·(z − z_cut)⁺,   OCV(z_cut + s, T) + c − I·R(z_cut, T)·e^ρ = V_cut,   z_cut ≥ locked(T) for lead-acid
//! σ² = ∇Dᵀ·P·∇D + (∂D/∂locked·0.25·locked)²                        central differences
//! ```

use signals::{AmpHours, Amps, Volts};

use super::cold::locked_ratio;
use super::draw::{Battery, Posterior};
use super::life::loaded_volts;
use crate::kalman::{STATES, Vector};
use crate::model::Model;
use crate::profile::Chemistry;

/// Half steps that find the cut-off to a ten-thousandth of the charge.
const HALVINGS: usize = 14;

/// What comes out, and how far off that may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deliverable {
    /// Charge until cut-off.
    pub charge: AmpHours,
    /// Its standard deviation.
    pub stddev: AmpHours,
}

impl Posterior<'_> {
    /// What comes out under this load (positive) until this voltage, at the battery's present temperature.
    #[must_use]
    pub fn deliverable(&self, load: Amps, cut_off: Volts) -> Deliverable {
        let at = |state: &Vector, locked: f64| {
            let battery = Battery::of(state, self.rated_amp_hours(), locked);
            left(&battery, self.model(), load.as_amps().max(0.0), self.celsius(), cut_off.as_volts())
        };
        let belief = self.belief();
        let charge = at(&belief.mean, 1.0);
        let mut slope = [0.0; STATES];
        for (i, slope) in slope.iter_mut().enumerate() {
            let step = (0.5 * belief.stddev(i)).max(1e-6);
            let (mut low, mut high) = (belief.mean, belief.mean);
            low[i] -= step;
            high[i] += step;
            *slope = (at(&high, 1.0) - at(&low, 1.0)) / (2.0 * step);
        }
        let mut variance = ((at(&belief.mean, 1.25) - at(&belief.mean, 0.75)) / 2.0).powi(2);
        for (i, row) in belief.covariance.iter().enumerate() {
            variance += row.iter().zip(&slope).map(|(p, other)| slope[i] * p * other).sum::<f64>();
        }
        Deliverable { charge: AmpHours::new(charge), stddev: AmpHours::new(variance.max(0.0).sqrt()) }
    }
}

/// Charge until cut-off, A·h.
fn left(battery: &Battery, model: &Model, amps: f64, celsius: f64, cut_volts: f64) -> f64 {
    let lead = model.chemistry == Chemistry::LeadAcid;
    let locked = if lead { battery.locked * locked_ratio(celsius) } else { 0.0 };
    let holds = |soc: f64| loaded_volts(battery, model, amps, celsius, soc) >= cut_volts;
    let (mut low, mut high) = (0.0, battery.soc);
    if !holds(high) {
        return 0.0;
    }
    if holds(low) {
        high = low;
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if holds(middle) { high = middle } else { low = middle }
    }
    battery.capacity_amp_hours * (battery.soc - high.max(locked)).max(0.0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use crate::{Belief, Estimator, Profile};
    use signals::{Celsius, Reading, SimTime};

    fn at(celsius: f64, load: f64) -> Deliverable {
        let mut estimator = Estimator::new(Profile::agm_12v(), Belief::default());
        let reading = Reading {
            voltage: Some(Volts::new(12.5)),
            current: Some(Amps::new(0.0)),
            current_is_net: true,
            temperature: Some(Celsius::new(celsius)),
            ..Reading::default()
        };
        estimator.update(SimTime::ZERO, &reading).unwrap();
        estimator.posterior().unwrap().deliverable(Amps::new(load), Volts::new(11.5))
    }

    #[test]
    fn cold_and_load_leave_less_to_come_out_and_a_doubt() {
        let (warm, cold, loaded) = (at(25.0, 1.0), at(-20.0, 1.0), at(-20.0, 20.0));
        assert!(cold.charge < warm.charge && loaded.charge < cold.charge, "{warm:?} {cold:?} {loaded:?}");
        assert!(warm.stddev.as_amp_hours() > 1.0 && warm.charge.as_amp_hours() > 40.0, "{warm:?}");
    }
}
