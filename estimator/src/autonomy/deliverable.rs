//! Charge that comes out until the cut-off voltage at the present cold and load, apart from the total.
//!
//! ```text
//! D = Q·(z − z_cut)⁺,   OCV(z_cut + s, T) + c − I·R(z_cut, T)·e^ρ = V_cut,   z_cut ≥ locked(T)
//! ```
//!
//! Mean and standard deviation of `D` over drawn batteries: `D` ends at nothing, and a slope there would call that sure.

use signals::{AmpHours, Amps, Seed, Volts};

use super::draw::{Battery, Posterior};
use super::life::loaded_volts;
use crate::model::Model;

/// Half steps that find the cut-off to a ten-thousandth of the charge.
const HALVINGS: usize = 14;
/// Pairs of batteries drawn: the deviation is known to about a tenth.
const TWINS: usize = 32;

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
        let (model, load) = (self.model(), load.as_amps().max(0.0));
        // The same chance each time, so that the answer changes with the belief alone.
        let mut chance = Seed(0).stream("deliverable");
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..TWINS {
            for battery in self.draw_twins(&mut chance) {
                let charge = left(&battery, model, load, self.celsius(), cut_off.as_volts());
                sum += charge;
                squares += charge * charge;
            }
        }
        let mean = sum / (2 * TWINS) as f64;
        let variance = squares / (2 * TWINS) as f64 - mean * mean;
        Deliverable { charge: AmpHours::new(mean), stddev: AmpHours::new(variance.max(0.0).sqrt()) }
    }
}

/// Charge until cut-off, A·h.
fn left(battery: &Battery, model: &Model, amps: f64, celsius: f64, cut_volts: f64) -> f64 {
    let locked = battery.locked_ratio(model.chemistry, celsius, amps);
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
