//! The best rested moment of a day: when the sign has drawn from its battery for longest since the sun last charged it.
//!
//! ```text
//! V̄, Ī smoothed over half an hour,      taken where the time since I ≥ −C/2000 h is longest, and at least four hours,
//!                                       and V lies still:  |V − V̄ − R·(I − Ī)| ≤ 100 mV on 12 V
//! ```
//!
//! By then surface charge has gone and the load is the night's. A voltage that sinks is no rest: a heater that empties a bank
//! pulls it below anything that a charge stands for, and the night after the sensor would seem to be off by volts. Beside it
//! stands the charge counted since the moment of this kind before, so that two of them say what a day has done to the voltage
//! and what the counter says it did.
//! Volts, amps (positive while charging), amp-hours, seconds.

use super::View;

const DAY_SECS: f64 = 86_400.0;
const SMOOTH_SECS: f64 = 1800.0;
/// Less than this after a charge, the voltage is not yet that of a rest, s.
const RESTED_SECS: f64 = 14_400.0;
/// A voltage further from its own half hour, V on 12 V, does not lie still.
const STILL_VOLTS: f64 = 0.1;
/// Above this current over the capacity, per hour, it does not draw.
const DRAWS_PER_HOUR: f64 = -0.0005;
/// A current is counted over no longer gap than this, s.
pub(super) const COUNTED_SECS: f64 = 900.0;

/// A rested moment, and what was counted since the one before.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Rested {
    pub volts: f64,
    pub amps: f64,
    pub celsius: f64,
    pub amp_hours: f64,
    pub secs: f64,
}

/// The day under way.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Night {
    /// Smoothed voltage, 0 before any, and current.
    pub volts: f64,
    pub amps: f64,
    quiet_secs: f64,
    day_secs: f64,
    /// Counted since the latest rested moment that was given away.
    amp_hours: f64,
    secs: f64,
    best_quiet_secs: f64,
    best: Rested,
}

/// What a reading closes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Closed {
    /// The day goes on.
    Nothing,
    /// A day, with its rested moment where it had one.
    Day(Option<Rested>),
}

impl Night {
    /// Takes one reading in.
    pub fn look(&mut self, dt_secs: f64, volts: f64, amps: f64, view: &View<'_>) -> Closed {
        let keep = if self.volts == 0.0 { 0.0 } else { (-dt_secs / SMOOTH_SECS).exp() };
        self.volts = keep * self.volts + (1.0 - keep) * volts;
        self.amps = keep * self.amps + (1.0 - keep) * amps;
        self.amp_hours += amps * dt_secs / 3600.0;
        self.secs += dt_secs;
        self.day_secs += dt_secs;
        let draws = amps < DRAWS_PER_HOUR * view.capacity;
        self.quiet_secs = if draws { self.quiet_secs + dt_secs } else { 0.0 };
        let moved = volts - self.volts - view.total * (amps - self.amps);
        if self.quiet_secs > self.best_quiet_secs && moved.abs() <= STILL_VOLTS * view.scale {
            self.best_quiet_secs = self.quiet_secs;
            self.best = Rested {
                volts: self.volts,
                amps: self.amps,
                celsius: view.celsius,
                amp_hours: self.amp_hours,
                secs: self.secs,
            };
        }
        if self.day_secs < DAY_SECS { Closed::Nothing } else { Closed::Day(self.close()) }
    }

    fn close(&mut self) -> Option<Rested> {
        let rested = (self.best_quiet_secs >= RESTED_SECS).then_some(self.best);
        if let Some(rested) = rested {
            self.amp_hours -= rested.amp_hours;
            self.secs -= rested.secs;
        }
        (self.day_secs, self.best_quiet_secs) = (0.0, 0.0);
        rested
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        let Rested { volts, amps, celsius, amp_hours, secs } = &mut self.best;
        for value in [
            &mut self.volts,
            &mut self.amps,
            &mut self.quiet_secs,
            &mut self.day_secs,
            &mut self.amp_hours,
            &mut self.secs,
            &mut self.best_quiet_secs,
            volts,
            amps,
            celsius,
            amp_hours,
            secs,
        ] {
            show("night", value);
        }
    }
}
