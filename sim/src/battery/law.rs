//! One battery's equivalent circuit: its coefficients at a charge and a temperature.
//!
//! ```text
//! V = U(s, T) + h + v_s + R₀·I + η(I) + v₁ + v₂ + v₃
//! v̇ⱼ = (Rⱼ·(I − I_gas) − vⱼ)/τⱼ            j = 1 fast, 2 slow, 3 cold; Rⱼ by direction
//! ḣ  = γ·|I − I_gas|/(3600·C)·(±M − h)     + while charging, − while discharging
//! q̇  = (I − I_gas − I_self)/3600            s = q/C
//! Ṫ  = (Ta − T + P/UA)/τ_box               P = V·I − U·(I − I_gas) − U_vent·I_gas
//! ```
//!
//! `v_s` is [`super::surface`] charge, `η` charge [`super::transfer`]; a branch may bend as `η` does. These and `v₃`
//! are in measured sets alone. `I` in amps, positive while charging; `V` in volts; `q` in ampere-hours; `C` the present capacity at
//! 25 °C; `T` in °C. Cold locks charge in (it raises R₁ on discharge near the locked share) and never
//! destroys any.
//!
//! References: G. L. Plett, *Battery Management Systems*, vol. I, ch. 2; Schiffer et al. (2007) for
//! gassing; the charts name the rest.

use super::chart::{BranchChart, Chart, cold_factor};
use super::defect::Defect;
use super::params::{BatteryParams, Chemistry, ParameterSet};
use super::slow::Modifiers;
use super::{a123, agm, bboxx, flooded, gassing, gel, lfp, transfer, ub121000};

/// Nothing nears full or empty closer than this, ratio: the poles of the resistances end here. At full
/// it leaves a float current of half a milliampere per Ah, all of it lost to recombination.
pub(crate) const FULL_POLE_MIN: f64 = 0.001;
pub(crate) const EMPTY_POLE_MIN: f64 = 0.005;
/// No chart knows anything beyond; a battery abused past all sense stays finite.
pub(crate) const CELSIUS_MIN: f64 = -60.0;
pub(crate) const CELSIUS_MAX: f64 = 90.0;
pub(crate) const MONTH_HOURS: f64 = 730.5;
/// Heat an enclosure passes for a bank of 300 Ah, W/K, and the bank's size for scaling by surface.
const BOX_WATTS_PER_KELVIN: f64 = 3.0;
const BOX_AMP_HOURS: f64 = 300.0;

/// A battery's circuit, before any state.
#[derive(Debug, Clone)]
pub(crate) struct Law {
    pub chart: Chart,
    pub capacity_amp_hours: f64,
    pub box_watts_per_kelvin: f64,
    pub box_time_constant_secs: f64,
    pub defect: Defect,
    rated_amp_hours: f64,
    /// As it was at first.
    first: First,
    resistance_ratio: f64,
    modifiers: Modifiers,
    box_watts_per_kelvin_sound: f64,
}

/// What the slow states start from.
#[derive(Debug, Clone, Copy)]
struct First {
    capacity_amp_hours: f64,
    capacity_ratio: f64,
    resistance_ratio: f64,
}

/// A branch's resistances now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BranchOhms {
    pub charge: f64,
    pub discharge: f64,
    bend_volts: f64,
}

impl BranchOhms {
    const NONE: Self = Self { charge: 0.0, discharge: 0.0, bend_volts: f64::INFINITY };

    /// Where the branch would come to rest at this current, V.
    pub fn settled_volts(self, amps: f64) -> f64 {
        transfer::volts(if amps > 0.0 { self.charge } else { self.discharge }, self.bend_volts, amps)
    }

    /// The same with the resistances that go with currents like this one.
    pub fn near(self, amps: f64) -> Self {
        let near = |ohms| transfer::ohms(ohms, self.bend_volts, amps);
        Self { charge: near(self.charge), discharge: near(self.discharge), ..self }
    }
}

/// What the circuit is made of at one charge and temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Coefficients {
    pub ohmic_ohms: f64,
    /// Of charge transfer, at small currents.
    pub transfer_ohms: f64,
    pub fast: BranchOhms,
    pub slow: BranchOhms,
    pub cold: BranchOhms,
    pub gassing_amps: f64,
    pub self_discharge_amps: f64,
    pub hysteresis_volts: f64,
}

impl Law {
    pub fn new(params: &BatteryParams) -> Self {
        let chart = chart_of(params);
        let rated_amp_hours = params.rated.as_amp_hours();
        // All strings share a box: a string has its part of it.
        let strings = f64::from(params.layout.parallel);
        let bank_amp_hours = rated_amp_hours * strings;
        let box_watts_per_kelvin =
            BOX_WATTS_PER_KELVIN * (bank_amp_hours / BOX_AMP_HOURS).powf(2.0 / 3.0) / strings;
        let heat_joules_per_kelvin = chart.heat_joules_per_kelvin_amp_hour * rated_amp_hours;
        Self {
            chart,
            capacity_amp_hours: params.capacity_amp_hours(),
            box_watts_per_kelvin,
            box_time_constant_secs: heat_joules_per_kelvin / box_watts_per_kelvin,
            defect: Defect::NONE,
            rated_amp_hours,
            first: First {
                capacity_amp_hours: params.capacity_amp_hours(),
                capacity_ratio: params.present_capacity_ratio,
                resistance_ratio: params.resistance_ratio,
            },
            resistance_ratio: params.resistance_ratio,
            modifiers: Modifiers::NEUTRAL,
            box_watts_per_kelvin_sound: box_watts_per_kelvin,
        }
    }

    /// What the slow states make of it.
    pub fn modify(&mut self, modifiers: Modifiers) {
        let defect = &self.defect;
        self.capacity_amp_hours =
            self.first.capacity_amp_hours * modifiers.capacity_ratio * defect.capacity_ratio;
        self.resistance_ratio =
            self.first.resistance_ratio * modifiers.resistance_ratio * defect.resistance_ratio;
        self.modifiers = modifiers;
    }

    /// What a fault makes of it.
    pub fn afflict(&mut self, defect: Defect) {
        self.defect = defect;
        let heat_joules_per_kelvin = self.box_time_constant_secs * self.box_watts_per_kelvin;
        self.box_watts_per_kelvin = self.box_watts_per_kelvin_sound * defect.cooling_ratio;
        self.box_time_constant_secs = heat_joules_per_kelvin / self.box_watts_per_kelvin;
        self.modify(self.modifiers);
    }

    /// Makes it another specimen of the same kind.
    pub fn vary(&mut self, capacity_ratio: f64, resistance_ratio: f64) {
        self.first.capacity_amp_hours *= capacity_ratio;
        self.first.capacity_ratio *= capacity_ratio;
        self.first.resistance_ratio *= resistance_ratio;
        self.modify(self.modifiers);
    }

    /// Capacity now over capacity on the label.
    pub fn health(&self) -> f64 {
        self.first.capacity_ratio * self.modifiers.capacity_ratio * self.defect.capacity_ratio
    }

    /// The coefficients at a charge and temperature.
    pub fn at(&self, soc: f64, celsius: f64) -> Coefficients {
        let chart = &self.chart;
        let celsius = celsius.clamp(CELSIUS_MIN, CELSIUS_MAX);
        let depth = 1.0 - soc;
        let rise = 1.0 + depth * (chart.ohmic_rise[0] + chart.ohmic_rise[1] * depth.powi(3));
        let ohmic = chart.ohmic_ohm_amp_hours * rise * cold_factor(chart.ohmic_activation_kelvin, celsius);
        Coefficients {
            ohmic_ohms: self.ohms(ohmic) * self.modifiers.ohmic_ratio * self.defect.ohmic_ratio,
            transfer_ohms: self.transfer_ohms(celsius),
            fast: self.branch(&chart.fast, soc, celsius),
            slow: self.branch(&chart.slow, soc, celsius),
            cold: if chart.cold.is_some() {
                self.branch(&chart.cold, soc, celsius)
            } else {
                BranchOhms::NONE
            },
            gassing_amps: chart.gassing_amps_per_amp_hour
                * self.rated_amp_hours
                * gassing::warmth_factor(celsius)
                * self.modifiers.gassing_ratio
                * self.defect.gassing_ratio,
            self_discharge_amps: self.self_discharge_amps(celsius),
            hysteresis_volts: chart.hysteresis_volts
                * (1.0 + 0.6 * ((25.0 - celsius) / 25.0).clamp(0.0, 1.0)),
        }
    }

    /// What the current itself takes at once, V.
    pub fn instant_volts(&self, coefficients: &Coefficients, amps: f64) -> f64 {
        let bend_volts = self.chart.transfer.bend_volts;
        coefficients.ohmic_ohms * amps + transfer::volts(coefficients.transfer_ohms, bend_volts, amps)
    }

    /// The resistance that stands for it near this current, Ω.
    pub fn instant_ohms(&self, coefficients: &Coefficients, amps: f64) -> f64 {
        let bend_volts = self.chart.transfer.bend_volts;
        coefficients.ohmic_ohms + transfer::ohms(coefficients.transfer_ohms, bend_volts, amps)
    }

    fn transfer_ohms(&self, celsius: f64) -> f64 {
        let transfer = &self.chart.transfer;
        if transfer.ohm_amp_hours == 0.0 {
            return 0.0;
        }
        self.ohms(transfer.ohm_amp_hours * cold_factor(transfer.activation_kelvin, celsius))
    }

    /// Rest voltage and its slope per unit of state of charge, V.
    pub fn rest_volts(&self, soc: f64, celsius: f64) -> (f64, f64) {
        let (volts, slope) = self.chart.rest.at(soc);
        let volts = volts
            + self.chart.rest_volts_per_kelvin * (celsius - 25.0)
            + self.modifiers.rest_volts
            + self.defect.rest_volts;
        self.defect.collapsed(soc, volts, slope)
    }

    fn branch(&self, chart: &BranchChart, soc: f64, celsius: f64) -> BranchOhms {
        let to_full = (1.0 - soc).max(FULL_POLE_MIN);
        let to_empty =
            (soc - self.chart.locked_ratio(celsius) - self.modifiers.locked_ratio - self.defect.locked_ratio)
                .max(EMPTY_POLE_MIN);
        let charge = chart.charge_ohm_amp_hours + chart.full_ohm_amp_hours / to_full;
        let discharge = chart.discharge_ohm_amp_hours + chart.empty_ohm_amp_hours / to_empty;
        BranchOhms {
            charge: self.ohms(charge * cold_factor(chart.charge_activation_kelvin, celsius)),
            discharge: self.ohms(discharge * cold_factor(chart.discharge_activation_kelvin, celsius)),
            bend_volts: chart.bend_volts,
        }
    }

    fn ohms(&self, ohm_amp_hours: f64) -> f64 {
        ohm_amp_hours / self.rated_amp_hours * self.resistance_ratio
    }

    /// Halves with each 10 K of cold.
    fn self_discharge_amps(&self, celsius: f64) -> f64 {
        let per_hour = self.chart.self_discharge_per_month / MONTH_HOURS;
        self.capacity_amp_hours * per_hour * ((celsius - 20.0) / 10.0).exp2()
    }
}

fn chart_of(params: &BatteryParams) -> Chart {
    match (params.set, params.chemistry) {
        (ParameterSet::Bboxx17Ah, _) => bboxx::chart(),
        (ParameterSet::A1232p3Ah, _) => a123::chart(),
        (ParameterSet::Ub121000100Ah, _) => ub121000::chart(),
        (ParameterSet::Typical, Chemistry::Agm) => agm::chart(),
        (ParameterSet::Typical, Chemistry::Flooded) => flooded::chart(),
        (ParameterSet::Typical, Chemistry::Gel) => gel::chart(),
        (ParameterSet::Typical, Chemistry::LiFePo4) => lfp::chart(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::AmpHours;

    fn agm() -> Law {
        Law::new(&BatteryParams::agm_12v(AmpHours::new(100.0)))
    }

    #[test]
    fn an_agm_bank_has_the_resistance_of_its_sheet_and_more_in_the_cold() {
        let warm = agm().at(1.0, 25.0).ohmic_ohms;
        assert!((0.003..0.004).contains(&warm), "{warm}");
        let growth = agm().at(1.0, -20.0).ohmic_ohms / warm;
        assert!((2.2..2.5).contains(&growth), "{growth}");
    }

    #[test]
    fn self_discharge_halves_with_ten_kelvin() {
        let month = agm().at(0.9, 20.0).self_discharge_amps * MONTH_HOURS;
        assert!((month - 3.0).abs() < 1e-9);
        assert!((agm().at(0.9, 10.0).self_discharge_amps * MONTH_HOURS - 1.5).abs() < 1e-9);
    }

    #[test]
    fn nearing_full_resists_charge_and_nearing_empty_resists_discharge() {
        let fast = |soc: f64| agm().at(soc, 25.0).fast;
        assert!(fast(0.97).charge > 4.0 * fast(0.5).charge);
        assert!(fast(0.02).discharge > 4.0 * fast(0.5).discharge);
    }
}
