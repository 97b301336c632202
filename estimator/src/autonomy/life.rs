//! One drawn battery lived through one outlook, hour by hour: when it leaves the sign dark, whether its acid freezes.
//!
//! Charge near full follows an exponential approach (`1 − z` halves at most so fast), as a controller in absorption and
//! an acid that diffuses make it. Once dark, the sign draws nothing until the battery is well charged again.

use signals::Outlook;

use super::cold::freezing_celsius;
use super::draw::Battery;
use crate::model::Model;
use crate::profile::Chemistry;

/// Time constant at which lead-acid takes its last charge, h at 25 °C; lithium is several times as willing.
const ACCEPT_HOURS_LEAD: f64 = 2.5;
const ACCEPT_HOURS_LITHIUM: f64 = 0.5;
/// Below this a lithium battery's protection lets no charge in, °C.
const LITHIUM_CHARGES_ABOVE: f64 = 0.0;
/// A controller connects again once this much charge has come back, ratio.
const RECONNECT_GAIN: f64 = 0.1;
/// Hours of the outlook that count for charge turned away.
const COMING_DAY: usize = 24;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Life {
    /// Hours from now at which the sign first lost its power.
    pub dark_at: Option<f64>,
    pub froze: bool,
    /// Share of the coming day's charge turned away for cold; 0 where none came.
    pub blocked_ratio: f64,
}

/// Lives through `outlook`.
pub(super) fn live(battery: &Battery, model: &Model, outlook: &Outlook, disconnect_volts: f64) -> Life {
    let lead = model.chemistry == Chemistry::LeadAcid;
    let mut life = Life::default();
    let mut soc = battery.soc;
    // The charge at which the sign will be connected again, while it is dark.
    let mut reconnects_at: Option<f64> = None;
    let (mut offered, mut turned_away) = (0.0, 0.0);
    for (index, hour) in outlook.hours.iter().enumerate() {
        let celsius = hour.temperature.as_celsius();
        let charge_amps = hour.charge.as_amps().max(0.0);
        let blocked = !lead && celsius < LITHIUM_CHARGES_ABOVE;
        if index < COMING_DAY {
            offered += charge_amps;
            turned_away += if blocked { charge_amps } else { 0.0 };
        }
        if reconnects_at.is_some_and(|enough| soc >= enough) {
            reconnects_at = None;
        }
        let load_amps = if reconnects_at.is_some() { 0.0 } else { hour.load.as_amps().max(0.0) };
        let net = charge_amps - load_amps;
        let before = soc;
        soc += if net > 0.0 {
            if blocked { 0.0 } else { taken(model, soc, net / battery.capacity_amp_hours, celsius) }
        } else {
            net / battery.capacity_amp_hours
        };
        if net < 0.0 && reconnects_at.is_none() {
            let floor = cut_off(battery, model, -net, celsius, disconnect_volts, soc);
            if soc < floor {
                // The charge passes the floor some time within the hour.
                let share = ((before - floor) / (before - soc).max(1e-9)).clamp(0.0, 1.0);
                life.dark_at = life.dark_at.or(Some(index as f64 + share));
                soc = soc.max(floor.min(before));
                reconnects_at = Some(soc + RECONNECT_GAIN);
            }
        }
        soc = soc.clamp(0.0, 1.0);
        life.froze |= lead && celsius < freezing_celsius(soc);
    }
    life.blocked_ratio = if offered > 0.0 { turned_away / offered } else { 0.0 };
    life
}

/// Gain of charge in an hour in which `rate` of the capacity is offered.
fn taken(model: &Model, soc: f64, rate: f64, celsius: f64) -> f64 {
    let hours = if model.chemistry == Chemistry::LeadAcid {
        // Half as willing for each 20 K.
        ACCEPT_HOURS_LEAD * ((25.0 - celsius) / 20.0).clamp(0.0, 3.0).exp2()
    } else {
        ACCEPT_HOURS_LITHIUM
    };
    let room = (1.0 - soc).max(0.0) * (1.0 - (-1.0 / hours).exp());
    (rate * model.efficiency(soc)).min(room)
}

/// 1 where the sign is cut at this charge already, else 0: as a floor, the charge itself or nothing.
fn cut_off(
    battery: &Battery,
    model: &Model,
    amps: f64,
    celsius: f64,
    disconnect_volts: f64,
    soc: f64,
) -> f64 {
    let locked = battery.locked_ratio(model.chemistry, celsius, amps);
    if soc < locked || soc <= 0.0 {
        return locked.max(1e-6);
    }
    if loaded_volts(battery, model, amps, celsius, soc) < disconnect_volts { soc + 1e-6 } else { 0.0 }
}

/// Voltage once everything has settled under this load.
pub(super) fn loaded_volts(battery: &Battery, model: &Model, amps: f64, celsius: f64, soc: f64) -> f64 {
    let place = model.place(celsius);
    let drop = amps * model.ohms(soc, &place).total() * battery.resistance;
    model.rest(soc + battery.axis * model.shifted(soc), &place) - model.hysteresis_volts(soc, &place)
        + battery.bias_volts
        - drop
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;
    use signals::{Amps, Celsius, OutlookHour};

    fn steady(charge: f64, load: f64, hours: usize) -> Outlook {
        let hour = OutlookHour {
            charge: Amps::new(charge),
            load: Amps::new(load),
            temperature: Celsius::new(25.0),
            is_night: false,
        };
        Outlook { hours: vec![hour; hours] }
    }

    fn half(capacity_amp_hours: f64) -> Battery {
        Battery { soc: 0.5, capacity_amp_hours, resistance: 1.0, bias_volts: 0.0, axis: 0.0, locked: 1.0 }
    }

    #[test]
    fn a_load_without_sun_goes_dark_when_the_charge_is_gone() {
        let model = Model::of(&Profile::agm_12v());
        let life = live(&half(100.0), &model, &steady(0.0, 1.0, 100), 10.5);
        assert!(life.dark_at.is_some_and(|hour| (49.0..=51.0).contains(&hour)), "{life:?}");
    }

    #[test]
    fn a_higher_disconnect_voltage_goes_dark_earlier() {
        let model = Model::of(&Profile::agm_12v());
        let at = |volts: f64| live(&half(100.0), &model, &steady(0.0, 1.0, 100), volts).dark_at;
        assert!(at(12.0) < at(11.5) && at(12.0).is_some());
    }

    #[test]
    fn the_last_charge_is_taken_slowly() {
        let model = Model::of(&Profile::agm_12v());
        assert!(taken(&model, 0.95, 0.1, 25.0) < 0.02 && taken(&model, 0.5, 0.1, 25.0) > 0.09);
    }
}
