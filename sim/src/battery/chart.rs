//! The numbers of a kind of battery, per ampere-hour of its label so that they scale to any bank.
//!
//! ```text
//! R = ρ/C_rated · ratio · exp(E·(1/T − 1/298.15 K))
//! ```
//!
//! `ρ` in Ω·Ah of the whole block, `E` in kelvin (activation energy over the gas constant).
//! [`super::agm`], [`super::flooded`], [`super::gel`] and [`super::lfp`] fill a chart each and name their
//! sources.

use super::surface::SurfaceChart;
use super::table::{Table, between_knots};

/// One resistor–capacitor branch.
#[derive(Debug, Clone)]
pub(crate) struct BranchChart {
    /// Time constant, s.
    pub time_constant_secs: f64,
    /// Resistance while charging, far from full, Ω·Ah.
    pub charge_ohm_amp_hours: f64,
    /// What nearing full adds while charging: this over (1 − SOC), Ω·Ah.
    pub full_ohm_amp_hours: f64,
    /// Resistance while discharging, far from empty, Ω·Ah.
    pub discharge_ohm_amp_hours: f64,
    /// What nearing the end of available charge adds: this over (SOC − locked), Ω·Ah.
    pub empty_ohm_amp_hours: f64,
    /// How the charging resistance grows in the cold, K.
    pub charge_activation_kelvin: f64,
    /// How the discharging resistance grows in the cold, K.
    pub discharge_activation_kelvin: f64,
    /// Voltage at which its resistance begins to fall with the current, V; infinite for a plain resistance.
    pub bend_volts: f64,
}

impl BranchChart {
    /// No branch at all.
    pub const NONE: Self = Self {
        time_constant_secs: 1.0,
        charge_ohm_amp_hours: 0.0,
        full_ohm_amp_hours: 0.0,
        discharge_ohm_amp_hours: 0.0,
        empty_ohm_amp_hours: 0.0,
        charge_activation_kelvin: 0.0,
        discharge_activation_kelvin: 0.0,
        bend_volts: f64::INFINITY,
    };

    /// There is such a branch.
    pub fn is_some(&self) -> bool {
        self.charge_ohm_amp_hours + self.full_ohm_amp_hours > 0.0
            || self.discharge_ohm_amp_hours + self.empty_ohm_amp_hours > 0.0
    }
}

/// Charge transfer: a polarisation without delay.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TransferChart {
    /// Resistance at small currents, Ω·Ah; 0 for none.
    pub ohm_amp_hours: f64,
    /// How it grows in the cold, K.
    pub activation_kelvin: f64,
    /// Voltage at which it begins to fall with the current, V.
    pub bend_volts: f64,
}

impl TransferChart {
    /// None apart from the ohmic resistance.
    pub const NONE: Self = Self { ohm_amp_hours: 0.0, activation_kelvin: 0.0, bend_volts: f64::INFINITY };
}

/// Everything a kind of battery is known by.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    /// Rest voltage at 25 °C.
    pub rest: Table,
    /// Its change with temperature, V/K.
    pub rest_volts_per_kelvin: f64,
    /// Ohmic resistance when full, Ω·Ah.
    pub ohmic_ohm_amp_hours: f64,
    /// Ohmic rise as charge is drawn: 1 + a·d + b·d⁴ at depth d.
    pub ohmic_rise: [f64; 2],
    /// How the ohmic resistance grows in the cold, K.
    pub ohmic_activation_kelvin: f64,
    /// What the electrodes' surface takes at once.
    pub transfer: TransferChart,
    /// Polarisation of seconds to minutes.
    pub fast: BranchChart,
    /// Polarisation of an hour: what keeps a battery from resting.
    pub slow: BranchChart,
    /// Polarisation that only a cold battery has to speak of.
    pub cold: BranchChart,
    /// What a charge leaves in the plates' surface.
    pub surface: SurfaceChart,
    /// Largest hysteresis either way, V; 0 for none.
    pub hysteresis_volts: f64,
    /// How soon it turns: e-folds per capacity moved.
    pub hysteresis_rate: f64,
    /// Gassing at 13.38 V (2.23 V a cell) and 25 °C, A per Ah; 0 for none.
    pub gassing_amps_per_amp_hour: f64,
    /// Heat of formation that leaves with the gas, V; 0 where the gas recombines.
    pub vented_volts: f64,
    /// Self-discharge a month at 20 °C, share of capacity.
    pub self_discharge_per_month: f64,
    /// Share of charge the cold locks in at small currents: (°C, ratio), ascending.
    pub locked: &'static [(f64, f64)],
    /// Heat the battery holds, J/K per Ah.
    pub heat_joules_per_kelvin_amp_hour: f64,
}

impl Chart {
    /// Share of the charge that this cold does not give back; warming does.
    pub fn locked_ratio(&self, celsius: f64) -> f64 {
        between_knots(self.locked, celsius)
    }
}

/// Growth of a resistance in the cold.
pub(super) fn cold_factor(activation_kelvin: f64, celsius: f64) -> f64 {
    (activation_kelvin * (1.0 / (celsius + 273.15) - 1.0 / 298.15)).exp()
}
