//! A 12 V panel of 36 crystalline cells: current and voltage from the light on it.
//!
//! ```text
//! I(V) = g·Isc·(1 − exp((V − Voc')/a)),   Voc' = Voc·(1 − β(Tc − 25)) + a·ln g,   g = POA/1000
//! Tc = Ta + POA·(NOCT − 20)/800
//! ```
//!
//! `V` in volts, `I` in amps, `POA` (light in the panel's plane) in W/m², `T` in °C. `a` = 1.6 V puts
//! the knee where a 100 W panel has it (18 V, 5.6 A of 6.1 A). Under a PWM controller the panel sits
//! at the battery's voltage, far left of its knee: 100 W on the label give 75 to 85 W at best.
//!
//! Reference: typical 36-cell data sheets (Isc 6.1 A, Voc 22 V per 100 W; β 0.31 %/K; NOCT 45 °C).

use crate::check::Checks;

const SHORT_CIRCUIT_AMPS_PER_WATT: f64 = 0.061;
const OPEN_CIRCUIT_VOLTS: f64 = 22.0;
const OPEN_CIRCUIT_LOSS_PER_KELVIN: f64 = 0.0031;
const SHORT_CIRCUIT_GAIN_PER_KELVIN: f64 = 0.0005;
const KNEE_VOLTS: f64 = 1.6;
const HEATING_KELVIN_PER_WATT_M2: f64 = (45.0 - 20.0) / 800.0;
const STANDARD_LIGHT_WATTS_M2: f64 = 1000.0;
/// Less light than this is night.
const LIGHT_MIN_WATTS_M2: f64 = 0.5;

/// A panel as fitted, facing south.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PanelParams {
    /// Power on the label, W.
    pub power_watts: f64,
    /// Angle from the horizontal, degrees.
    pub tilt_degrees: f64,
}

impl PanelParams {
    /// Panels for 12 V in parallel, facing south.
    #[must_use]
    pub const fn twelve_volt(power_watts: f64, tilt_degrees: f64) -> Self {
        Self { power_watts, tilt_degrees }
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.within("panel.power_watts", self.power_watts, 0.0..=100_000.0);
        checks.within("panel.tilt_degrees", self.tilt_degrees, 0.0..=90.0);
    }

    /// The panel in this light and air.
    pub(crate) fn lit(&self, plane_watts_m2: f64, ambient_celsius: f64) -> LitPanel {
        if plane_watts_m2 < LIGHT_MIN_WATTS_M2 {
            return LitPanel::DARK;
        }
        let light_ratio = plane_watts_m2 / STANDARD_LIGHT_WATTS_M2;
        let warmth = ambient_celsius + plane_watts_m2 * HEATING_KELVIN_PER_WATT_M2 - 25.0;
        let open = OPEN_CIRCUIT_VOLTS * (1.0 - OPEN_CIRCUIT_LOSS_PER_KELVIN * warmth);
        LitPanel {
            short_circuit_amps: self.power_watts
                * SHORT_CIRCUIT_AMPS_PER_WATT
                * light_ratio
                * (1.0 + SHORT_CIRCUIT_GAIN_PER_KELVIN * warmth),
            open_circuit_volts: (open + KNEE_VOLTS * light_ratio.ln()).max(0.0),
        }
    }
}

/// A panel in a given light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LitPanel {
    short_circuit_amps: f64,
    /// Voltage without a load, V.
    pub open_circuit_volts: f64,
}

impl LitPanel {
    /// At night.
    pub const DARK: Self = Self { short_circuit_amps: 0.0, open_circuit_volts: 0.0 };

    /// The current at this voltage; a diode keeps it from running backwards.
    pub fn current_amps(&self, volts: f64) -> f64 {
        if volts >= self.open_circuit_volts {
            return 0.0;
        }
        self.short_circuit_amps * (1.0 - ((volts - self.open_circuit_volts) / KNEE_VOLTS).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_standard_light_the_knee_is_where_the_label_has_it() {
        let ambient = 25.0 - 1000.0 * HEATING_KELVIN_PER_WATT_M2;
        let panel = PanelParams::twelve_volt(100.0, 0.0).lit(1000.0, ambient);
        let watts = 18.0 * panel.current_amps(18.0);
        assert!((watts - 100.0).abs() < 2.0, "{watts}");
        assert!((panel.current_amps(0.0) - 6.1).abs() < 0.01);
    }

    #[test]
    fn at_battery_voltage_it_gives_less_than_its_label() {
        let panel = PanelParams::twelve_volt(100.0, 0.0).lit(1000.0, 0.0);
        let watts = 13.0 * panel.current_amps(13.3);
        assert!((70.0..85.0).contains(&watts), "{watts}");
    }

    #[test]
    fn no_current_runs_back_at_night() {
        let panel = PanelParams::twelve_volt(100.0, 0.0).lit(0.0, -20.0);
        assert_eq!(panel.current_amps(12.5), 0.0);
    }
}
