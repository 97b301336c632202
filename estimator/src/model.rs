//! A profile made ready for look-ups.

use crate::curve::Curve;
use crate::profile::{Charge, Chemistry, Doubt, Profile};

/// 25 °C, the reference of every resistance.
const REFERENCE_KELVIN: f64 = 298.15;
/// Resistance never differs from the reference by more than this factor: beyond it the law is a guess.
const COLD_FACTOR_MAX: f64 = 20.0;

/// The voltage model of one battery.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Model {
    pub chemistry: Chemistry,
    pub capacity_amp_hours: f64,
    pub plausible_volts: [f64; 2],
    pub temperature_slope_volts_per_kelvin: f64,
    pub hysteresis_rate: f64,
    pub ohmic_ohms: f64,
    pub fast_ohms: f64,
    pub fast_seconds: f64,
    pub slow_ohms: f64,
    pub slow_seconds: f64,
    pub activation_kelvin: f64,
    pub charge: Charge,
    pub doubt: Doubt,
    pub rest: Curve,
    factor: Curve,
    hysteresis: Curve,
}

impl Model {
    pub fn of(profile: &Profile) -> Self {
        let (rest, resistance) = (&profile.rest, &profile.resistance);
        Self {
            chemistry: profile.chemistry,
            capacity_amp_hours: profile.capacity_amp_hours,
            plausible_volts: profile.plausible_volts,
            temperature_slope_volts_per_kelvin: rest.temperature_slope_volts_per_kelvin,
            hysteresis_rate: rest.hysteresis_rate,
            ohmic_ohms: resistance.ohmic_ohms,
            fast_ohms: resistance.fast_ohms,
            fast_seconds: resistance.fast_seconds,
            slow_ohms: resistance.slow_ohms,
            slow_seconds: resistance.slow_seconds,
            activation_kelvin: resistance.activation_kelvin,
            charge: profile.charge,
            doubt: profile.doubt,
            rest: Curve::through(&rest.soc_ratio, &rest.voltage_volts),
            factor: Curve::through(&rest.soc_ratio, &resistance.soc_factor),
            hysteresis: Curve::through(&rest.soc_ratio, &rest.hysteresis_volts),
        }
    }

    /// Resistance at this temperature over that at 25 °C.
    pub fn cold_factor(&self, celsius: f64) -> f64 {
        let inverse = 1.0 / (celsius + 273.15).max(200.0) - 1.0 / REFERENCE_KELVIN;
        (self.activation_kelvin * inverse).exp().clamp(1.0 / COLD_FACTOR_MAX, COLD_FACTOR_MAX)
    }

    /// Resistance at this state of charge over that of the profile's reference.
    pub fn charge_factor(&self, soc: f64) -> f64 {
        self.factor.at(soc)
    }

    /// Half the distance between the charge and the discharge branch here.
    pub fn hysteresis_volts(&self, soc: f64) -> f64 {
        self.hysteresis.at(soc)
    }

    /// All resistance there is once everything has settled, at the reference.
    pub fn total_ohms(&self) -> f64 {
        self.ohmic_ohms + self.fast_ohms + self.slow_ohms
    }

    /// Share of a charging current that stays in the battery.
    pub fn efficiency(&self, soc: f64) -> f64 {
        let charge = &self.charge;
        let knee = charge.efficiency_knee_soc_ratio;
        let share = ((soc - knee) / (1.0 - knee).max(1e-6)).clamp(0.0, 1.0);
        charge.efficiency_ratio + share * (charge.efficiency_full_ratio - charge.efficiency_ratio)
    }

    /// Voltage at rest when full: above it, something charges or has just charged.
    pub fn full_rest_volts(&self) -> f64 {
        self.rest.at(1.0) + self.hysteresis_volts(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cold_raises_resistance_and_the_reference_leaves_it() {
        let model = Model::of(&Profile::lifepo4_4s());
        assert!((model.cold_factor(25.0) - 1.0).abs() < 1e-12);
        assert!(model.cold_factor(-20.0) > 2.0);
        assert!(model.cold_factor(-300.0).is_finite());
    }

    #[test]
    fn lead_acid_takes_charge_less_willingly_near_full() {
        let model = Model::of(&Profile::agm_12v());
        assert!(model.efficiency(0.5) > 0.97 && model.efficiency(1.0) < 0.9);
    }
}
