//! A PWM charge controller: when it holds which voltage, and when it cuts the load.
//!
//! ```text
//! Night -light-> Bulk -absorption voltage reached-> Absorption -held long enough-> Float
//!       any -no light-> Night        Float -well below float for 15 min-> Bulk
//! target(T) = min(ceiling, setting + compensation·(T − 25))       T clamped to −30..80 °C
//! ```
//!
//! In bulk the panel's whole current flows; PWM ties the panel to the battery's voltage. In absorption
//! and float the controller passes just what keeps the target. The load is cut below the disconnect
//! voltage and comes back above the reconnect voltage, each after a minute. Volts at the battery's
//! terminals (remote sense), °C at the battery, seconds.
//!
//! Reference: Morningstar SunSaver and ProStar manuals; lead-acid compensation −5 mV/K a cell; the
//! ceiling protects the sign's electronics (unclamped, −25 °C would ask for 15.9 V).

use crate::battery::Chemistry;
use crate::check::Checks;

const SENSOR_MIN: f64 = -30.0;
const SENSOR_MAX: f64 = 80.0;
/// Less panel current than this is night, A.
const NIGHT_AMPS: f64 = 0.02;
/// Float gives way to bulk once the battery has been this far below it for so long.
const REBULK_VOLTS: f64 = 0.4;
const REBULK_SECS: f64 = 900.0;
/// A voltage must last this long to switch the load.
const SWITCH_SECS: f64 = 60.0;

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
            Chemistry::Flooded => {
                Self { absorption_volts: 14.6, float_volts: 13.5, ..Self::pwm_for(Chemistry::Agm) }
            }
            Chemistry::Gel => {
                Self { absorption_volts: 14.1, float_volts: 13.6, ..Self::pwm_for(Chemistry::Agm) }
            }
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

    /// The voltage held in this stage, V; none is in bulk and at night.
    fn target_volts(&self, stage: Stage, celsius: f64) -> Option<f64> {
        let setting = match stage {
            Stage::Night => return None,
            Stage::Bulk | Stage::Absorption => self.absorption_volts,
            Stage::Float => self.float_volts,
        };
        let shift = self.compensation_volts_per_kelvin * (celsius.clamp(SENSOR_MIN, SENSOR_MAX) - 25.0);
        Some((setting + shift).min(self.ceiling_volts))
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

/// What the controller is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// No light.
    Night,
    /// All the panel gives goes in.
    Bulk,
    /// Holding the absorption voltage.
    Absorption,
    /// Holding the float voltage.
    Float,
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
    /// The target was held with current to spare.
    pub held: bool,
}

/// A controller under way.
#[derive(Debug)]
pub(crate) struct Controller {
    params: ControllerParams,
    stage: Stage,
    /// Time at the absorption voltage today, or below float, s.
    stage_secs: f64,
    load_is_on: bool,
    /// Time for which the load should have been switched, s.
    switch_secs: f64,
}

impl Controller {
    /// A controller at night with the load on.
    pub const fn new(params: ControllerParams) -> Self {
        Self { params, stage: Stage::Night, stage_secs: 0.0, load_is_on: true, switch_secs: 0.0 }
    }

    /// The load is connected.
    pub const fn load_is_on(&self) -> bool {
        self.load_is_on
    }

    /// Current it draws itself, A.
    pub const fn own_amps(&self) -> f64 {
        self.params.own_amps
    }

    /// The voltage it holds the battery at, if the panel suffices; `None` at night.
    pub fn target_volts(&self, celsius: f64) -> Option<f64> {
        self.params.target_volts(self.stage, celsius)
    }

    /// Takes in a step of this length.
    pub fn watch(&mut self, seen: &Seen, dt_secs: f64) {
        self.count(seen, dt_secs);
        let next = self.next_stage(seen);
        if next != self.stage {
            self.stage = next;
            self.stage_secs = 0.0;
        }
        self.switch_load(seen.volts, dt_secs);
    }

    /// Counts the time the stage ends on: at the absorption voltage (a cloud only stops the count), or
    /// below float without a break.
    fn count(&mut self, seen: &Seen, dt_secs: f64) {
        match self.stage {
            Stage::Absorption if seen.held => self.stage_secs += dt_secs,
            Stage::Float if self.sags(seen) => self.stage_secs += dt_secs,
            Stage::Float => self.stage_secs = 0.0,
            _ => {}
        }
    }

    fn next_stage(&self, seen: &Seen) -> Stage {
        if seen.available_amps < NIGHT_AMPS {
            return Stage::Night;
        }
        match self.stage {
            Stage::Night => Stage::Bulk,
            Stage::Bulk if seen.held => Stage::Absorption,
            Stage::Absorption if self.stage_secs >= self.params.absorption_secs => Stage::Float,
            Stage::Float if self.stage_secs >= REBULK_SECS => Stage::Bulk,
            stage => stage,
        }
    }

    fn sags(&self, seen: &Seen) -> bool {
        self.target_volts(seen.celsius).is_some_and(|float| seen.volts < float - REBULK_VOLTS)
    }

    fn switch_load(&mut self, volts: f64, dt_secs: f64) {
        let due = if self.load_is_on {
            volts < self.params.disconnect_volts
        } else {
            volts > self.params.reconnect_volts
        };
        // A board's pages make the voltage jump about the threshold: time on the other side counts back.
        self.switch_secs = (self.switch_secs + if due { dt_secs } else { -dt_secs }).max(0.0);
        if self.switch_secs >= SWITCH_SECS {
            self.load_is_on = !self.load_is_on;
            self.switch_secs = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(volts: f64, available_amps: f64, held: bool) -> Seen {
        Seen { volts, celsius: 25.0, available_amps, held }
    }

    /// The stages gone through, each named once in a row.
    fn stages(day: &[(Seen, u32)]) -> Vec<Stage> {
        let mut controller = Controller::new(ControllerParams::pwm_for(Chemistry::Agm));
        let mut stages = vec![controller.stage];
        for (seen, minutes) in day {
            for _ in 0..*minutes {
                controller.watch(seen, 60.0);
                stages.push(controller.stage);
            }
        }
        stages.dedup();
        stages
    }

    #[test]
    fn a_day_goes_from_bulk_over_absorption_to_float() {
        let day = [
            (seen(12.6, 0.0, false), 60),
            (seen(13.2, 8.0, false), 120),
            (seen(14.4, 8.0, true), 200),
            (seen(13.6, 6.0, true), 60),
            (seen(12.8, 0.0, false), 60),
        ];
        use Stage::{Absorption, Bulk, Float, Night};
        assert_eq!(stages(&day), [Night, Bulk, Absorption, Float, Night]);
    }

    #[test]
    fn a_heavy_load_in_float_starts_bulk_again() {
        let day = [(seen(14.4, 8.0, true), 200), (seen(12.9, 2.0, false), 20)];
        assert_eq!(stages(&day).last(), Some(&Stage::Bulk));
    }

    #[test]
    fn the_cold_raises_the_target_of_lead_up_to_the_ceiling_and_leaves_lithium_alone() {
        let target =
            |chemistry, celsius| ControllerParams::pwm_for(chemistry).target_volts(Stage::Bulk, celsius);
        assert_eq!(target(Chemistry::Agm, 5.0), Some(15.0));
        assert_eq!(target(Chemistry::Agm, -25.0), Some(15.2));
        assert_eq!(target(Chemistry::LiFePo4, -25.0), Some(14.2));
    }

    #[test]
    fn the_load_is_cut_once_and_comes_back_only_well_above() {
        let mut controller = Controller::new(ControllerParams::pwm_for(Chemistry::Agm));
        let mut after = |volts: f64, minutes: u32| {
            (0..minutes).for_each(|_| controller.watch(&seen(volts, 0.0, false), 60.0));
            controller.load_is_on()
        };
        assert_eq!(
            [after(11.6, 60), after(11.4, 2), after(12.2, 60), after(12.7, 2)],
            [true, false, false, true]
        );
    }
}
