//! A model at its reference of 25 °C: what identification corrects, and hands back as a profile without a map.

use crate::model::Model;

const REFERENCE_CELSIUS: f64 = 25.0;

impl Model {
    /// The rest curve at the reference, level beyond its ends, V.
    pub(super) fn reference_rest(&self, soc: f64) -> f64 {
        self.rest(soc, &self.place(REFERENCE_CELSIUS))
    }

    /// The rest curve at the reference, going on beyond its ends, V.
    pub(super) fn reference_rest_extended(&self, soc: f64) -> f64 {
        self.rest_on_extended(soc, &self.place(REFERENCE_CELSIUS), 0.0)
    }

    /// Half the distance between the branches at the reference, V.
    pub(super) fn reference_hysteresis(&self, soc: f64) -> f64 {
        self.hysteresis_volts(soc, &self.place(REFERENCE_CELSIUS))
    }

    /// All resistance at the reference once everything has settled, but for the factor of the charge, Ω.
    pub(super) fn total_ohms(&self) -> f64 {
        self.ohmic_ohms + self.fast_ohms + self.slow_ohms
    }

    /// Resistance at this charge over that of the reference.
    pub(super) fn charge_factor(&self, soc: f64) -> f64 {
        self.ohms(soc, &self.place(REFERENCE_CELSIUS)).ohmic / self.ohmic_ohms
    }

    /// Resistance at this temperature over that of the reference.
    pub(super) fn cold_factor(&self, celsius: f64) -> f64 {
        self.place(celsius).cold_factor
    }
}
