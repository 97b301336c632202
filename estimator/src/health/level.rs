//! The voltage at rest from one night to the next, beside what was counted in between: a step of it is the voltage's
//! fault, a slope of it the current's.
//!
//! ```text
//! e = V₂ − V₁ − (OCV(z₁ + ΔQ/C) − OCV(z₁)),   V = V̄ − R·Ī,   z₁ = OCV⁻¹(V₁ − L)          z within what a battery holds
//! step    |e| > limit one night, and nothing the next     L = Σ e is the voltage's offset
//! slope   |e| > limit, the same way two nights running, or after a day that counted 40 % of C drawn
//!           −e·C/(OCV′·Δt) is the current's offset
//! limit   V on 12 V: 100 mV + 0.35·|OCV(z₂) − OCV(z₁)|, and more where it freezes
//! undone  the night after a full charge, where V is nearer to OCV(0.97) than V − L is
//! ```
//!
//! Both curves come from the profile, and only their difference counts: a curve that lies too high does no harm.
//! A battery that was swapped, or a cell that came back, steps as a voltage does and is told as one. A charge that tails off at its end
//! tells the charge without the rest curve: what rests the night after shows whether there was a step of the voltage at all.
//! Near empty, a cold lead-acid battery and the knee of LiFePO4 fall by half a volt in a night: there only a gain of the voltage is told of lead-acid.
//! LiFePO4 has no slope to speak of between its knees, hence no verdict on the current.

use super::View;
use super::night::Rested;
use crate::capacity::charge_at;
use crate::model::{Model, Place};
use crate::profile::Chemistry;

const LEAST_VOLTS: f64 = 0.1;
const MOVED_SHARE: f64 = 0.35;
/// Below this, °C, the limit grows by so much a kelvin, V.
const COLD_CELSIUS: f64 = -10.0;
const COLD_VOLTS_PER_KELVIN: f64 = 0.003;
/// A level smaller than this is none, V.
const GONE_VOLTS: f64 = 0.08;
/// Charge that is left the night after a full charge.
const NIGHT_AFTER_FULL: f64 = 0.97;
/// A step that goes on by more than this the night after was none.
const GOES_ON_SHARE: f64 = 0.2;
/// The curve is trusted above this charge.
const LOW_SOC: f64 = 0.4;
/// Below it lead-acid falls, frozen, by half a volt; by no more than this, V.
const LOW_VOLTS: f64 = 0.75;
/// Above this one LiFePO4's rest voltage is what the charger left.
const HIGH_PLATEAU_SOC: f64 = 0.97;
/// The slope of the rest curve is taken between these charges.
const SLOPE_BETWEEN: [f64; 2] = [0.45, 0.85];
/// No offset of a current in question moves it by more than this in a day, V.
const SLOPE_VOLTS_MAX: f64 = 0.9;
/// More than this of the capacity no sign draws in a day.
const DRAINED_RATIO_PER_DAY: f64 = 0.4;
const DAY_SECS: f64 = 86_400.0;
/// Least offset over the capacity, per hour, that a slope convicts a current of.
const LEAST_PER_HOUR: f64 = 0.0088;

/// The night before, and what the nights have said so far.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Level {
    /// 1 while the night before is known.
    known: f64,
    before_volts: f64,
    before_celsius: f64,
    /// By how much the voltage is off, V; 0 while it is not.
    pub volts: f64,
    /// Nights for which it has stayed so.
    nights: f64,
    since_secs: f64,
    /// The latest night's error where it was beyond its limit, V.
    latest_volts: f64,
}

impl Level {
    /// Lets time pass.
    pub fn age(&mut self, dt_secs: f64) {
        self.since_secs += dt_secs;
    }

    /// Since when the voltage is off, s.
    pub fn since(&self) -> Option<f64> {
        (self.volts != 0.0 && self.nights >= 1.0).then_some(self.since_secs)
    }

    /// It was off, and whether it stays so is not known yet.
    pub fn waits(&self) -> bool {
        self.volts != 0.0 && self.nights < 1.0
    }

    /// A night; the current's offset, A, where that is what it tells.
    pub fn look(&mut self, night: &Rested, view: &View<'_>) -> Option<f64> {
        let model = view.model;
        let place = model.place(night.celsius);
        let volts = night.volts - model.ohms(0.5, &place).total() * night.amps;
        let found = if self.known == 1.0 { self.judge(night, view, volts, &place) } else { None };
        (self.known, self.before_volts, self.before_celsius) = (1.0, volts, night.celsius);
        if found.is_some() {
            *self = Self::default();
        }
        found
    }

    fn judge(&mut self, night: &Rested, view: &View<'_>, volts: f64, place: &Place) -> Option<f64> {
        let model = view.model;
        let before_place = model.place(self.before_celsius);
        let high = if is_plateau(model) { HIGH_PLATEAU_SOC } else { 1.0 };
        let before = charge_at(model, self.before_volts - self.volts, &before_place).min(high);
        let now = (before + night.amp_hours / view.capacity).clamp(0.0, high);
        // No sign draws so much in a day: the current is off, or the voltage has fallen as well.
        let days = night.secs / DAY_SECS;
        let drained = night.amp_hours < -DRAINED_RATIO_PER_DAY * view.capacity * days;
        let low = before.min(now) < LOW_SOC && !drained;
        if is_plateau(model) && (low || drained) {
            return None;
        }
        let moved = model.rest(now, place) - model.rest(before, &before_place);
        let error = volts - self.before_volts - moved;
        let cold = (COLD_CELSIUS - place.celsius).max(0.0) * COLD_VOLTS_PER_KELVIN;
        let limit = if low { LOW_VOLTS } else { LEAST_VOLTS + cold } * view.scale + MOVED_SHARE * moved.abs();
        if low && error.abs() <= limit && !(self.waits() && self.volts.abs() > LOW_VOLTS) {
            return None;
        }
        if error.abs() <= limit {
            if self.waits() && error * self.volts > 0.0 && error.abs() > GOES_ON_SHARE * self.volts.abs() {
                // It goes on, if slower: a slope too small to convict the current, and no step of the voltage.
                (self.volts, self.nights, self.latest_volts) = (0.0, 0.0, 0.0);
                return None;
            }
            self.latest_volts = 0.0;
            self.nights += 1.0;
            return None;
        }
        let slope = self.latest_volts * error > 0.0 || (drained && error > 0.0);
        self.latest_volts = error;
        let offset =
            slope_offset(error, night, view).filter(|_| slope && error.abs() < SLOPE_VOLTS_MAX * view.scale);
        if slope && !is_plateau(model) {
            // A slope too small to convict the current is no step of the voltage either.
            (self.volts, self.nights) = (0.0, 0.0);
        } else {
            self.step(error, night.secs, view.scale);
        }
        offset
    }

    fn step(&mut self, error: f64, secs: f64, scale: f64) {
        if self.volts == 0.0 {
            self.since_secs = secs;
        }
        self.volts += error;
        self.nights = 0.0;
        if self.volts.abs() < GONE_VOLTS * scale {
            self.volts = 0.0;
        }
    }

    /// Whether a voltage that rests the night after a full charge is sound as it reads, beside one that is off by so much.
    pub fn is_sound_at_full(night: &Rested, off_volts: f64, view: &View<'_>) -> bool {
        let place = view.model.place(night.celsius);
        let volts = night.volts - view.model.ohms(NIGHT_AFTER_FULL, &place).total() * night.amps;
        let left = volts - view.model.rest(NIGHT_AFTER_FULL, &place);
        left.abs() < (left - off_volts).abs()
    }

    /// What lies between two nights is not known; what was found stays.
    pub fn forget(&mut self) {
        (self.known, self.latest_volts) = (0.0, 0.0);
        if self.nights < 1.0 {
            self.volts = 0.0;
        }
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        for value in [
            &mut self.known,
            &mut self.before_volts,
            &mut self.before_celsius,
            &mut self.volts,
            &mut self.nights,
            &mut self.since_secs,
            &mut self.latest_volts,
        ] {
            show("level", value);
        }
    }
}

fn is_plateau(model: &Model) -> bool {
    model.chemistry == Chemistry::LiFePo4
}

/// The current's offset that a day's error stands for, where it is one.
fn slope_offset(error: f64, night: &Rested, view: &View<'_>) -> Option<f64> {
    let place = view.model.place(night.celsius);
    let [low, high] = SLOPE_BETWEEN;
    let slope = (view.model.rest(high, &place) - view.model.rest(low, &place)) / (high - low);
    let offset = -error / slope * view.capacity / (night.secs / 3600.0);
    (!is_plateau(view.model) && offset.abs() >= LEAST_PER_HOUR * view.capacity).then_some(offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;
    use crate::seen::Seen;

    #[test]
    fn a_rest_after_a_full_charge_tells_a_battery_that_was_swapped_from_a_voltage_that_is_off() {
        let model = Model::of(&Profile::gel_12v());
        let view = View {
            dt_secs: 60.0,
            seen: Seen::default(),
            model: &model,
            celsius: 25.0,
            ohmic: 0.007,
            total: 0.014,
            scale: 1.0,
            capacity: 100.0,
        };
        let sound = |volts: f64, off_volts: f64| {
            let night = Rested { volts, celsius: 25.0, ..Rested::default() };
            Level::is_sound_at_full(&night, off_volts, &view)
        };
        assert!(sound(12.83, -0.4) && sound(12.83, 0.2));
        assert!(!sound(12.43, -0.4) && !sound(13.05, 0.2));
    }
}
