//! A reading as the filter sees it: plain numbers, the implausible left out.

use signals::{Amps, Celsius, Reading, Volts};

use crate::model::Model;

/// More than this many times the capacity per hour is no current of this battery.
const CURRENT_PER_HOUR_MAX: f64 = 20.0;
const PLAUSIBLE_CELSIUS: std::ops::RangeInclusive<f64> = -55.0..=85.0;

/// What can be used of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Seen {
    pub volts: Option<f64>,
    /// Net battery current, positive while charging.
    pub amps: Option<f64>,
    pub celsius: Option<f64>,
}

impl Seen {
    /// The device's own state of charge is left aside: it is a counter like ours, with resets that may be
    /// false. A charge controller's current is not the battery's and is left aside too.
    pub fn of(reading: &Reading, model: &Model) -> Self {
        let [low, high] = model.plausible_volts;
        let current_max = CURRENT_PER_HOUR_MAX * model.capacity_amp_hours;
        Self {
            volts: reading.voltage.map(Volts::as_volts).filter(|volts| (low..=high).contains(volts)),
            amps: reading
                .current
                .filter(|_| reading.current_is_net)
                .map(Amps::as_amps)
                .filter(|amps| amps.abs() <= current_max),
            celsius: reading.temperature.map(Celsius::as_celsius).filter(|t| PLAUSIBLE_CELSIUS.contains(t)),
        }
    }

    /// Nothing usable in it.
    pub const fn is_empty(&self) -> bool {
        self.volts.is_none() && self.amps.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;

    fn seen(volts: f64, amps: f64, net: bool) -> Seen {
        let reading = Reading {
            voltage: Some(Volts::new(volts)),
            current: Some(Amps::new(amps)),
            current_is_net: net,
            ..Reading::default()
        };
        Seen::of(&reading, &Model::of(&Profile::agm_12v()))
    }

    #[test]
    fn the_implausible_is_left_out() {
        assert_eq!(seen(f64::NAN, 1.0, true), Seen { amps: Some(1.0), ..Seen::default() });
        assert_eq!(seen(655.35, f64::INFINITY, true), Seen::default());
    }

    #[test]
    fn a_charge_controllers_current_is_not_the_batterys() {
        assert_eq!(seen(12.5, 20.0, false).amps, None);
    }
}
