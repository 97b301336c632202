//! A current with an offset: what it counts over days is not what the voltage of the quietest hours says.
//!
//! ```text
//! b = (Σ I·Δt − Q·(z₂ − z₁)) / (t₂ − t₁)
//! σ = (Q·√(σ₁² + σ₂²) + 0.2·Σ I⁺·Δt) / (t₂ − t₁)              found where |b| > 3.5·σ and |b| > Q/200 h
//! ```
//!
//! `z` is read off the rest curve at each day's lowest smoothed voltage, which needs no current to be found; its
//! error `σ` is mostly the same on both days, so that the verdict errs on the careful side. Charge that a full
//! battery only gasses away is the second term. One day tells an offset of 3 % of the capacity, four days 1 %.

use super::View;
use crate::profile::Chemistry;
use crate::start::{self, Scene};

/// Days remembered.
const DAYS: usize = 7;
const DAY_SECS: f64 = 86_400.0;
/// The voltage is smoothed over this, s: no burst of the load is a rest.
const SMOOTH_SECS: f64 = 1800.0;
/// What of a charge may not stay.
const LOST_SHARE: f64 = 0.2;
const SIGMAS: f64 = 3.5;
/// No single voltage tells the charge of a battery that may be old and cold better than this.
const SOC_STDDEV_MIN: f64 = 0.12;
/// nor that of one with a plateau.
const PLATEAU_STDDEV_MIN: f64 = 0.2;
/// Least offset over the capacity, per hour.
const LEAST_PER_HOUR: f64 = 0.005;
/// Under this one no longer speaks of an offset.
const GONE_PER_HOUR: f64 = 0.002;
/// A current is counted over no longer gap than this, s.
const COUNTED_SECS: f64 = 900.0;

/// One day's quietest moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Dawn {
    secs: f64,
    amp_hours: f64,
    charged_amp_hours: f64,
    soc: f64,
    stddev: f64,
}

/// What is counted and what the dawns said.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Balance {
    secs: f64,
    amp_hours: f64,
    charged_amp_hours: f64,
    smooth_volts: f64,
    /// Time since this day's search began, s.
    day_secs: f64,
    lowest_volts: f64,
    lowest: Dawn,
    dawns: [Dawn; DAYS],
    known: f64,
    /// The offset found, A; 0 for none, and how long before the present it began.
    off_amps: f64,
    off_since: f64,
}

impl Balance {
    /// Since when the current is off, s, and by how much, A.
    pub fn look(&mut self, view: &View<'_>, silent: bool) -> (Option<f64>, f64) {
        let (Some(volts), Some(amps), false) = (view.seen.volts, view.seen.amps, silent) else {
            self.forget();
            return (self.since(), self.off_amps);
        };
        if view.dt_secs > COUNTED_SECS {
            self.forget();
        }
        self.count(view.dt_secs.min(COUNTED_SECS), amps);
        self.smooth(view.dt_secs, volts);
        if self.smooth_volts < self.lowest_volts || self.lowest_volts == 0.0 {
            self.lowest_volts = self.smooth_volts;
            self.lowest = Dawn {
                secs: self.secs,
                amp_hours: self.amp_hours,
                charged_amp_hours: self.charged_amp_hours,
                ..Dawn::default()
            };
        }
        if self.day_secs >= DAY_SECS {
            self.close_day(view);
        }
        (self.since(), self.off_amps)
    }

    fn since(&self) -> Option<f64> {
        (self.off_amps != 0.0).then_some(self.secs - self.off_since)
    }

    fn count(&mut self, dt_secs: f64, amps: f64) {
        self.secs += dt_secs;
        self.day_secs += dt_secs;
        self.amp_hours += amps * dt_secs / 3600.0;
        self.charged_amp_hours += amps.max(0.0) * dt_secs / 3600.0;
    }

    fn smooth(&mut self, dt_secs: f64, volts: f64) {
        let keep = if self.smooth_volts == 0.0 { 0.0 } else { (-dt_secs / SMOOTH_SECS).exp() };
        self.smooth_volts = keep * self.smooth_volts + (1.0 - keep) * volts;
    }

    fn close_day(&mut self, view: &View<'_>) {
        let scene = Scene {
            volts: self.lowest_volts,
            amps: None,
            place: view.model.place(view.celsius),
            branch: 0.0,
            branch_doubt: 1.0,
        };
        let least = match view.model.chemistry {
            Chemistry::LiFePo4 => PLATEAU_STDDEV_MIN,
            Chemistry::LeadAcid | Chemistry::LithiumIon => SOC_STDDEV_MIN,
        };
        let rest = start::measured(view.model, &start::ANYTHING, &scene);
        let now = Dawn {
            soc: rest.mean[crate::kalman::SOC],
            stddev: rest.stddev(crate::kalman::SOC).max(least),
            ..self.lowest
        };
        (self.day_secs, self.lowest_volts) = (0.0, 0.0);
        self.judge(&now, view.capacity);
        self.dawns.rotate_right(1);
        self.dawns[0] = now;
        self.known = (self.known + 1.0).min(DAYS as f64);
    }

    fn judge(&mut self, now: &Dawn, capacity: f64) {
        let known =
            self.dawns.iter().take(self.known as usize).filter(|dawn| now.secs - dawn.secs > 0.5 * DAY_SECS);
        let looks = known.map(|dawn| {
            let hours = (now.secs - dawn.secs) / 3600.0;
            let counted = now.amp_hours - dawn.amp_hours;
            let off = (counted - capacity * (now.soc - dawn.soc)) / hours;
            let lost = LOST_SHARE * (now.charged_amp_hours - dawn.charged_amp_hours);
            let stddev = (capacity * now.stddev.hypot(dawn.stddev) + lost) / hours;
            (off, stddev, dawn.secs)
        });
        let surest = looks.max_by(|a, b| (a.0.abs() / a.1).total_cmp(&(b.0.abs() / b.1)));
        let Some((off, stddev, since)) = surest else { return };
        if off.abs() > SIGMAS * stddev && off.abs() > LEAST_PER_HOUR * capacity {
            if self.off_amps == 0.0 {
                self.off_since = since;
            }
            self.off_amps = off;
        } else if off.abs() < GONE_PER_HOUR * capacity && self.known > 3.0 {
            self.off_amps = 0.0;
        }
    }

    /// What was counted so far is worth nothing; what was found stays.
    pub fn forget(&mut self) {
        let age = self.secs - self.off_since;
        let found = if self.off_amps == 0.0 { 0.0 } else { -age };
        *self = Self { off_amps: self.off_amps, off_since: found, ..Self::default() };
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        let Dawn { secs, amp_hours, charged_amp_hours, .. } = &mut self.lowest;
        for value in [
            &mut self.secs,
            &mut self.amp_hours,
            &mut self.charged_amp_hours,
            &mut self.smooth_volts,
            &mut self.day_secs,
            &mut self.lowest_volts,
            secs,
            amp_hours,
            charged_amp_hours,
            &mut self.known,
            &mut self.off_amps,
            &mut self.off_since,
        ] {
            show("balance", value);
        }
        for dawn in &mut self.dawns {
            let Dawn { secs, amp_hours, charged_amp_hours, soc, stddev } = dawn;
            for value in [secs, amp_hours, charged_amp_hours, soc, stddev] {
                show("dawn", value);
            }
        }
    }
}
