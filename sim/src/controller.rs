//! A charge controller: how it takes the panel's power, which voltage it holds, when it cuts the load.
//!
//! ```text
//! target(T) = min(ceiling, setting + compensation·(T + offset − 25))     T + offset within −30..80 °C
//! ```
//!
//! In bulk all the panel can give flows. PWM ties the panel to the battery's voltage; MPPT keeps it at
//! its peak and steps the voltage down. In absorption, equalising and float the controller passes just
//! what keeps the target. Volts at the battery's terminals (remote sense), °C at the battery, or that
//! and an offset where the sensor sits in the controller, which is warmer and so undercharges.
//!
//! Reference: Morningstar SunSaver and ProStar manuals; lead-acid compensation −5 mV/K a cell, clamped
//! to the sensor's range; the ceiling protects the sign's electronics (without it, −25 °C asks for
//! 15.9 V of an AGM bank). Settings per chemistry are middles of what makers print.

pub(crate) mod charge;
mod disconnect;

use crate::battery::Chemistry;
use crate::check::Checks;
use crate::fault::ControllerFault;
use charge::Charge;
pub(crate) use charge::Stage;
use disconnect::Disconnect;

pub(crate) const SENSOR_MIN: f64 = -30.0;
pub(crate) const SENSOR_MAX: f64 = 80.0;
/// Higher than any controller asks for, compensated or not, V.
const NO_CEILING_VOLTS: f64 = 18.0;

/// What is left of the hysteresis of a switch that chatters, V.
const CHATTER_VOLTS: f64 = 0.05;
/// Where settings are meant, and what a controller without a sensor takes the battery for.
const REFERENCE_CELSIUS: f64 = 25.0;

/// How a controller takes the panel's power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// Pulses: panel and battery tied together, panel at the battery's voltage.
    Pwm,
    /// A step-down converter that keeps the panel where it gives most.
    Mppt,
}

/// How a flooded bank is stirred and evened out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equalise {
    /// Voltage at 25 °C, V.
    pub volts: f64,
    /// Time at that voltage, s.
    pub secs: f64,
    /// Days from one to the next; a cut of the load brings it forward.
    pub every_days: f64,
}

/// How a controller is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ControllerParams {
    /// How it takes the panel's power.
    pub conversion: Conversion,
    /// Absorption voltage at 25 °C, V.
    pub absorption_volts: f64,
    /// Float voltage at 25 °C, V.
    pub float_volts: f64,
    /// Time at the absorption voltage before float, s.
    pub absorption_secs: f64,
    /// Absorption ends earlier once the battery takes less than this, A; `None`: on time alone.
    pub tail_amps: Option<f64>,
    /// Equalising, if any.
    pub equalise: Option<Equalise>,
    /// Change of all voltages with battery temperature, V/K.
    pub compensation_volts_per_kelvin: f64,
    /// How much warmer the controller takes the battery for than it is, K.
    pub sensor_offset_kelvin: f64,
    /// No voltage is ever higher than this, V.
    pub ceiling_volts: f64,
    /// The load is cut below this voltage, V.
    pub disconnect_volts: f64,
    /// and connected again above this one, V.
    pub reconnect_volts: f64,
    /// each after this long, s.
    pub switch_secs: f64,
    /// Current the controller itself draws, A.
    pub own_amps: f64,
}

impl ControllerParams {
    /// The usual settings for this kind of battery, of a PWM controller.
    #[must_use]
    pub const fn pwm_for(chemistry: Chemistry) -> Self {
        match chemistry {
            Chemistry::Agm => Self::agm(),
            Chemistry::Flooded => Self::flooded(),
            Chemistry::Gel => Self::gel(),
            Chemistry::LiFePo4 => Self::lithium(),
        }
    }

    /// The usual settings for this kind of battery, of an MPPT controller.
    #[must_use]
    pub const fn mppt_for(chemistry: Chemistry) -> Self {
        Self::pwm_for(chemistry).tracking()
    }

    /// PWM for an AGM bank.
    #[must_use]
    pub const fn agm() -> Self {
        Self {
            conversion: Conversion::Pwm,
            absorption_volts: 14.4,
            float_volts: 13.6,
            absorption_secs: 9000.0,
            tail_amps: None,
            equalise: None,
            compensation_volts_per_kelvin: -0.030,
            sensor_offset_kelvin: 0.0,
            ceiling_volts: 15.2,
            disconnect_volts: 11.5,
            reconnect_volts: 12.6,
            switch_secs: 60.0,
            own_amps: 0.012,
        }
    }

    /// PWM for a gel bank.
    #[must_use]
    pub const fn gel() -> Self {
        Self { absorption_volts: 14.1, ceiling_volts: 15.0, ..Self::agm() }
    }

    /// PWM for a flooded bank, equalised each 28 days.
    #[must_use]
    pub const fn flooded() -> Self {
        Self {
            absorption_volts: 14.6,
            float_volts: 13.5,
            absorption_secs: 10_800.0,
            equalise: Some(Equalise { volts: 15.2, secs: 9000.0, every_days: 28.0 }),
            ceiling_volts: 15.5,
            ..Self::agm()
        }
    }

    /// PWM for four LiFePO4 cells.
    #[must_use]
    pub const fn lithium() -> Self {
        Self {
            absorption_volts: 14.2,
            float_volts: 13.5,
            absorption_secs: 3600.0,
            compensation_volts_per_kelvin: 0.0,
            ceiling_volts: 14.6,
            disconnect_volts: 11.6,
            reconnect_volts: 12.8,
            ..Self::agm()
        }
    }

    /// The same settings of a controller that tracks the panel's peak and draws 25 mA for it.
    #[must_use]
    pub const fn tracking(self) -> Self {
        Self { conversion: Conversion::Mppt, own_amps: 0.025, ..self }
    }

    /// The same settings with a switch that turns at once and almost where it turned.
    const fn without_hysteresis(self) -> Self {
        Self { reconnect_volts: self.disconnect_volts + CHATTER_VOLTS, switch_secs: 0.0, ..self }
    }

    /// The same settings with nothing but the sensor's range to bound the voltage in the cold.
    #[must_use]
    pub const fn without_ceiling(self) -> Self {
        Self { ceiling_volts: NO_CEILING_VOLTS, ..self }
    }

    /// The voltage held in this stage, V; none is in bulk and at night.
    fn target_volts(&self, stage: Stage, celsius: f64) -> Option<f64> {
        let setting = match stage {
            Stage::Night => return None,
            Stage::Bulk | Stage::Absorption => self.absorption_volts,
            Stage::Equalise => self.equalise.map_or(self.absorption_volts, |it| it.volts),
            Stage::Float => self.float_volts,
        };
        Some(self.compensated(setting, celsius + self.sensor_offset_kelvin))
    }

    /// A setting at the temperature the sensor reports, V.
    fn compensated(&self, setting: f64, felt_celsius: f64) -> f64 {
        let felt = felt_celsius.clamp(SENSOR_MIN, SENSOR_MAX);
        let shift = self.compensation_volts_per_kelvin * (felt - REFERENCE_CELSIUS);
        (setting + shift).min(self.ceiling_volts)
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.within("controller.absorption_volts", self.absorption_volts, 12.0..=16.0);
        checks.within("controller.float_volts", self.float_volts, 12.0..=self.absorption_volts.max(12.0));
        checks.within("controller.absorption_secs", self.absorption_secs, 0.0..=86_400.0);
        checks.within("controller.tail_amps", self.tail_amps.unwrap_or(0.0), 0.0..=1000.0);
        if let Some(equalise) = self.equalise {
            let least = self.absorption_volts.clamp(12.0, 17.0);
            checks.within("controller.equalise_volts", equalise.volts, least..=17.0);
            checks.within("controller.equalise_secs", equalise.secs, 0.0..=86_400.0);
            checks.within("controller.equalise_every_days", equalise.every_days, 0.1..=36_500.0);
        }
        checks.within(
            "controller.compensation_volts_per_kelvin",
            self.compensation_volts_per_kelvin,
            -0.1..=0.0,
        );
        checks.within("controller.sensor_offset_kelvin", self.sensor_offset_kelvin, -50.0..=50.0);
        let least = self.float_volts.clamp(12.0, NO_CEILING_VOLTS);
        checks.within("controller.ceiling_volts", self.ceiling_volts, least..=NO_CEILING_VOLTS);
        checks.within("controller.reconnect_volts", self.reconnect_volts, 8.0..=14.0);
        checks.within(
            "controller.disconnect_volts",
            self.disconnect_volts,
            8.0..=self.reconnect_volts.max(8.0),
        );
        checks.within("controller.switch_secs", self.switch_secs, 0.0..=3600.0);
        checks.within("controller.own_amps", self.own_amps, 0.0..=1.0);
    }
}

/// What the controller saw over a step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// Battery voltage, V.
    pub volts: f64,
    /// Battery temperature, °C.
    pub celsius: f64,
    /// Current the panel could have given, A.
    pub available_amps: f64,
    /// Current into the battery, A.
    pub battery_amps: f64,
    /// The target was held with current to spare.
    pub held: bool,
}

/// A controller under way.
#[derive(Debug)]
pub(crate) struct Controller {
    params: ControllerParams,
    charge: Charge,
    disconnect: Disconnect,
}

impl Controller {
    /// A controller at night with the load on.
    pub const fn new(params: ControllerParams) -> Self {
        Self { params, charge: Charge::new(), disconnect: Disconnect::new() }
    }

    /// The load is connected.
    pub const fn load_is_on(&self, fault: &ControllerFault) -> bool {
        fault.welded || self.disconnect.is_on()
    }

    /// What it is doing.
    pub const fn stage(&self) -> Stage {
        self.charge.stage
    }

    /// Current it draws itself, A.
    pub const fn own_amps(&self) -> f64 {
        self.params.own_amps
    }

    /// How it takes the panel's power.
    pub const fn conversion(&self) -> Conversion {
        self.params.conversion
    }

    /// The voltage it holds the battery at, if the panel suffices; `None` at night.
    pub fn target_volts(&self, celsius: f64, fault: &ControllerFault) -> Option<f64> {
        if fault.off {
            return None;
        }
        let felt = felt_celsius(celsius, fault);
        let target = self.params.target_volts(self.charge.stage, felt)?;
        Some(fault.held_volts.unwrap_or(target + fault.shift_volts))
    }

    /// Takes in a step of this length.
    pub fn watch(&mut self, seen: &Seen, fault: &ControllerFault, dt_secs: f64) {
        let seen = &Seen {
            celsius: felt_celsius(seen.celsius, fault),
            volts: seen.volts - fault.shift_volts,
            held: seen.held && !fault.off,
            ..*seen
        };
        self.charge.watch(&self.params, seen, self.load_is_on(fault), dt_secs);
        let switch = if fault.chatters { self.params.without_hysteresis() } else { self.params };
        self.disconnect.watch(&switch, seen.volts, dt_secs);
    }
}

/// The temperature its sensor reports, °C.
fn felt_celsius(celsius: f64, fault: &ControllerFault) -> f64 {
    if fault.blind { REFERENCE_CELSIUS } else { celsius + fault.offset_kelvin }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cold_raises_the_target_of_lead_up_to_the_ceiling_and_leaves_lithium_alone() {
        let target =
            |chemistry, celsius| ControllerParams::pwm_for(chemistry).target_volts(Stage::Bulk, celsius);
        assert_eq!(target(Chemistry::Agm, 5.0), Some(15.0));
        assert_eq!(target(Chemistry::Agm, -25.0), Some(15.2));
        assert_eq!(target(Chemistry::LiFePo4, -25.0), Some(14.2));
    }

    #[test]
    fn without_a_ceiling_only_the_sensors_range_bounds_the_voltage() {
        let target = |celsius| {
            ControllerParams::agm().without_ceiling().target_volts(Stage::Bulk, celsius).expect("by day")
        };
        assert!((target(-25.0) - 15.9).abs() < 1e-9);
        assert_eq!(target(-30.0), target(-45.0));
        assert!((target(-45.0) - 16.05).abs() < 1e-9);
    }

    #[test]
    fn a_sensor_in_the_warm_controller_undercharges() {
        let params = ControllerParams { sensor_offset_kelvin: 10.0, ..ControllerParams::agm() };
        assert!((params.target_volts(Stage::Float, 15.0).expect("by day") - 13.6).abs() < 1e-12);
    }
}
