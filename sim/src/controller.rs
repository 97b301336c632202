//! A PWM charge controller.

use crate::battery::Chemistry;
use crate::check::Checks;

/// How a controller is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ControllerParams {
    /// Absorption voltage at 25 °C, V.
    pub absorption_volts: f64,
    /// Float voltage at 25 °C, V.
    pub float_volts: f64,
    /// Time at the absorption voltage before float, s.
    pub absorption_secs: f64,
    /// Change of both voltages with battery temperature, V/K.
    pub compensation_volts_per_kelvin: f64,
    /// Neither voltage is ever higher than this, V.
    pub ceiling_volts: f64,
    /// The load is cut below this voltage, V.
    pub disconnect_volts: f64,
    /// and connected again above this one, V.
    pub reconnect_volts: f64,
    /// Current the controller itself draws, A.
    pub own_amps: f64,
}

impl ControllerParams {
    /// The usual settings for this kind of battery.
    #[must_use]
    pub const fn pwm_for(chemistry: Chemistry) -> Self {
        match chemistry {
            Chemistry::Agm => Self {
                absorption_volts: 14.4,
                float_volts: 13.6,
                absorption_secs: 9000.0,
                compensation_volts_per_kelvin: -0.030,
                ceiling_volts: 15.2,
                disconnect_volts: 11.5,
                reconnect_volts: 12.6,
                own_amps: 0.012,
            },
            Chemistry::LiFePo4 => Self {
                absorption_volts: 14.2,
                float_volts: 13.5,
                absorption_secs: 3600.0,
                compensation_volts_per_kelvin: 0.0,
                ceiling_volts: 14.6,
                disconnect_volts: 11.6,
                reconnect_volts: 12.8,
                own_amps: 0.012,
            },
        }
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.within("controller.absorption_volts", self.absorption_volts, 12.0..=16.0);
        checks.within("controller.float_volts", self.float_volts, 12.0..=self.absorption_volts.max(12.0));
        checks.within("controller.absorption_secs", self.absorption_secs, 0.0..=86_400.0);
        checks.within(
            "controller.compensation_volts_per_kelvin",
            self.compensation_volts_per_kelvin,
            -0.1..=0.0,
        );
        checks.within("controller.ceiling_volts", self.ceiling_volts, self.float_volts.max(12.0)..=17.0);
        checks.within("controller.reconnect_volts", self.reconnect_volts, 8.0..=14.0);
        checks.within(
            "controller.disconnect_volts",
            self.disconnect_volts,
            8.0..=self.reconnect_volts.max(8.0),
        );
        checks.within("controller.own_amps", self.own_amps, 0.0..=1.0);
    }
}
