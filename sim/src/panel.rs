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
//! The most power it has is where `dP/dV = 0`: with `x = 1 + V/a`, `x + ln x = 1 + Voc'/a`, which three
//! Newton rounds solve to the last digits.
//!
//! Reference: typical 36-cell data sheets (Isc 6.1 A, Voc 22 V per 100 W; β 0.31 %/K; NOCT 45 °C).

use crate::check::Checks;

pub(crate) const SHORT_CIRCUIT_AMPS_PER_WATT: f64 = 0.061;
pub(crate) const OPEN_CIRCUIT_VOLTS: f64 = 22.0;
pub(crate) const OPEN_CIRCUIT_LOSS_PER_KELVIN: f64 = 0.0031;
pub(crate) const SHORT_CIRCUIT_GAIN_PER_KELVIN: f64 = 0.0005;
pub(crate) const KNEE_VOLTS: f64 = 1.6;
pub(crate) const HEATING_KELVIN_PER_WATT_M2: f64 = (45.0 - 20.0) / 800.0;
pub(crate) const STANDARD_LIGHT_WATTS_M2: f64 = 1000.0;
pub(crate) const PEAK_ROUNDS: usize = 3;
pub(crate) const IDLE_ROUNDS: usize = 6;
/// Less light than this is night.
pub(crate) const LIGHT_MIN_WATTS_M2: f64 = 0.5;

/// A panel as fitted, facing south.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PanelParams {
    /// Power on the label, W.
    pub power_watts: f64,
    /// Angle from the horizontal, degrees.
    pub tilt_degrees: f64,
    /// What the weather leaves on it.
    pub weathering: PanelWeathering,
}

/// Whether snow that falls stays on the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snow {
    /// None ever does: stories tell of it as a fault.
    Ignored,
    /// It slides off a steep panel in sun or warmth, and melts.
    Sheds,
    /// It clings at any tilt (a frame's lip, ice beneath) until it melts or blows away.
    Clings,
}

/// What the weather leaves on a panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PanelWeathering {
    /// Snow.
    pub snow: Snow,
    /// Frost, on clear nights.
    pub frost: bool,
    /// Light lost to dirt by each dry day without salt, ratio (0.001 to 0.003).
    pub dirt_ratio_per_day: f64,
}

impl PanelWeathering {
    /// A panel that stays clean.
    pub const NONE: Self = Self { snow: Snow::Ignored, frost: false, dirt_ratio_per_day: 0.0 };

    /// Something may come to lie on it.
    pub(crate) fn is_any(&self) -> bool {
        *self != Self::NONE
    }
}

impl PanelParams {
    /// Panels for 12 V in parallel, facing south.
    #[must_use]
    pub const fn twelve_volt(power_watts: f64, tilt_degrees: f64) -> Self {
        Self { power_watts, tilt_degrees, weathering: PanelWeathering::NONE }
    }

    /// The same panel out in the weather.
    #[must_use]
    pub const fn weathered(self, weathering: PanelWeathering) -> Self {
        Self { weathering, ..self }
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.within("panel.power_watts", self.power_watts, 0.0..=100_000.0);
        checks.within("panel.tilt_degrees", self.tilt_degrees, 0.0..=90.0);
        checks.within("panel.dirt_ratio_per_day", self.weathering.dirt_ratio_per_day, 0.0..=0.1);
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

    /// The same light with this share of the panels connected.
    pub fn connected(self, ratio: f64) -> Self {
        if ratio <= 0.0 {
            return Self::DARK;
        }
        Self { short_circuit_amps: self.short_circuit_amps * ratio, ..self }
    }

    /// Nothing to speak of comes from it.
    pub const fn is_dark(&self) -> bool {
        self.short_circuit_amps <= 0.0
    }

    /// The current at this voltage; a diode keeps it from running backwards.
    pub fn current_amps(&self, volts: f64) -> f64 {
        if volts >= self.open_circuit_volts {
            return 0.0;
        }
        self.short_circuit_amps * (1.0 - ((volts - self.open_circuit_volts) / KNEE_VOLTS).exp())
    }

    /// The voltage at which it gives most power, V.
    pub fn peak_volts(&self) -> f64 {
        let sum = 1.0 + self.open_circuit_volts / KNEE_VOLTS;
        let mut x = (sum - sum.ln()).max(1.0);
        for _ in 0..PEAK_ROUNDS {
            x = x * (1.0 + sum - x.ln()) / (x + 1.0);
        }
        ((x - 1.0) * KNEE_VOLTS).clamp(0.0, self.open_circuit_volts)
    }

    /// The voltage above its peak at which it gives this power, V; the peak's where it has no more.
    pub fn idling_volts(&self, watts: f64, peak_volts: f64) -> f64 {
        if self.short_circuit_amps <= 0.0 {
            return self.open_circuit_volts;
        }
        let mut volts = self.open_circuit_volts;
        for _ in 0..IDLE_ROUNDS {
            let left_ratio = 1.0 - watts / (volts.max(KNEE_VOLTS) * self.short_circuit_amps);
            volts = (self.open_circuit_volts + KNEE_VOLTS * left_ratio.max(1e-9).ln()).max(peak_volts);
        }
        volts
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
    fn the_peak_is_where_no_other_voltage_gives_more() {
        for (light, air) in [(1000.0, 25.0), (1000.0, -20.0), (200.0, -30.0), (20.0, 10.0)] {
            let panel = PanelParams::twelve_volt(100.0, 0.0).lit(light, air);
            let watts = |volts: f64| volts * panel.current_amps(volts);
            let peak = panel.peak_volts();
            assert!(watts(peak) >= watts(peak - 0.01) && watts(peak) >= watts(peak + 0.01), "{peak}");
        }
    }

    #[test]
    fn an_idling_panel_gives_the_power_asked_for_above_its_peak() {
        let panel = PanelParams::twelve_volt(100.0, 0.0).lit(800.0, 0.0);
        let volts = panel.idling_volts(40.0, panel.peak_volts());
        assert!(volts > panel.peak_volts());
        assert!((volts * panel.current_amps(volts) - 40.0).abs() < 0.1);
    }

    #[test]
    fn no_current_runs_back_at_night() {
        let panel = PanelParams::twelve_volt(100.0, 0.0).lit(0.0, -20.0);
        assert_eq!(panel.current_amps(12.5), 0.0);
    }
}
