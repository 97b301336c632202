//! A current that cannot be: it charges what goes down, it drains what is held up, or it drains more than there is.
//!
//! ```text
//! up      Σ I·Δt > 8 % of C (20 % on a plateau) while V̄ has not risen, well below a charger's voltage
//!         or no discharge at all for 26 h, six of them well below a charger's voltage
//! down    Σ I·Δt < −2 % of C (0.7 % on a plateau) while V stands 0.45 V above rest at full: told after two days in which the voltage
//!         was not found to be what is off
//!         or a counter that forgets in 12 days falls by 1.2·C
//! ```
//!
//! A sign draws by night and a charger holds its battery up by day, whatever the season: these ask for no model of the
//! battery but its rest voltage when full. The offset is what the current reads meanwhile, less what the sign draws.

use super::View;
use crate::profile::Chemistry;

const SECS_PER_HOUR: f64 = 3600.0;
/// No higher than this above rest at full, V on 12 V, nothing holds the battery up.
const LOW_VOLTS: f64 = 0.15;
/// From this above rest at full on, V on 12 V, something does.
const RAISED_VOLTS: f64 = 0.45;
/// A voltage that rises by less has not risen, V on 12 V.
const RISEN_VOLTS: f64 = 0.01;
const UP_RATIO: f64 = 0.08;
const UP_PLATEAU_RATIO: f64 = 0.2;
/// No absorption lasts this long, s: a voltage that reads far too low may hide one.
const UP_SECS: f64 = 7.0 * SECS_PER_HOUR;
/// What the sun leaves in a smoothed current has gone after this, s.
const SETTLED_SECS: f64 = 3.0 * SECS_PER_HOUR;
/// How near to the sign's draw a current of the wrong sign is.
const MIRRORED_SHARE: f64 = 0.15;
/// No discharge: never less than this over the capacity, per hour, for so long, s, so much of it low.
const CHARGES_PER_HOUR: f64 = 0.002;
const CHARGES_SECS: f64 = 26.0 * SECS_PER_HOUR;
const CHARGES_LOW_SECS: f64 = 6.0 * SECS_PER_HOUR;
/// What lead-acid gives while its surface charge holds the voltage up, and a plateau, whose does not.
const DOWN_RATIO: f64 = 0.02;
const DOWN_PLATEAU_RATIO: f64 = 0.007;
/// Days to wait for a verdict on the voltage.
const DOWN_DAYS: f64 = 2.0;
const DRAINED_RATIO: f64 = 1.2;
const DRAINED_FORGET_SECS: f64 = 12.0 * 86_400.0;
/// What a sign is taken to draw over the capacity, per hour, before that is known.
const DRAW_PER_HOUR: f64 = 0.003;

/// What has flowed that should not.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Flow {
    /// Least smoothed voltage of this run, V; 0 while there is none.
    low_volts: f64,
    up_amp_hours: f64,
    up_secs: f64,
    /// Least current of this run, A.
    up_low_amps: f64,
    charges_secs: f64,
    charges_low_secs: f64,
    down_amp_hours: f64,
    down_secs: f64,
    /// Offset that waits for the verdict on the voltage, A, and for how many days.
    pending_amps: f64,
    pending_days: f64,
    drained_amp_hours: f64,
}

/// An offset of the current that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Excess {
    pub amps: f64,
    pub since_secs: f64,
    /// It reads by night just what the sign draws, but for the sign.
    pub mirrored: bool,
}

impl Flow {
    /// Looks at one reading. `smooth_volts` is the voltage over half an hour, `draw_amps` what the sign draws by night, 0
    /// where that is not known.
    pub fn look(&mut self, dt_secs: f64, sense: &Sense, view: &View<'_>) -> Option<Excess> {
        let up = self.up(dt_secs, sense, view);
        self.down(dt_secs, sense, view);
        up.or_else(|| self.drained(dt_secs, sense, view))
    }

    fn up(&mut self, dt_secs: f64, sense: &Sense, view: &View<'_>) -> Option<Excess> {
        let low = sense.smooth_volts < view.model.full_rest_volts() + LOW_VOLTS * view.scale;
        let charge = sense.amps * dt_secs / SECS_PER_HOUR;
        let risen = sense.smooth_volts > self.low_volts + RISEN_VOLTS * view.scale;
        if !low || self.low_volts == 0.0 || risen || self.up_amp_hours + charge < 0.0 {
            self.low_volts = if low { sense.smooth_volts } else { 0.0 };
            (self.up_amp_hours, self.up_secs, self.up_low_amps) = (0.0, 0.0, f64::INFINITY);
        } else {
            self.low_volts = self.low_volts.min(sense.smooth_volts);
            self.up_amp_hours += charge;
            self.up_secs += dt_secs;
            if self.up_secs > SETTLED_SECS {
                self.up_low_amps = self.up_low_amps.min(sense.smooth_amps);
            }
        }
        if sense.amps < CHARGES_PER_HOUR * view.capacity {
            (self.charges_secs, self.charges_low_secs) = (0.0, 0.0);
        } else {
            self.charges_secs += dt_secs;
            self.charges_low_secs += if low { dt_secs } else { 0.0 };
        }
        let limit = if view.model.chemistry == Chemistry::LiFePo4 { UP_PLATEAU_RATIO } else { UP_RATIO }
            * view.capacity;
        let always = self.charges_secs >= CHARGES_SECS && self.charges_low_secs >= CHARGES_LOW_SECS;
        let mean =
            if self.up_secs > 0.0 { self.up_amp_hours / self.up_secs * SECS_PER_HOUR } else { sense.amps };
        let since_secs = self.charges_secs.max(self.up_secs);
        let mirrored = (self.up_low_amps - sense.draw_amps).abs() < MIRRORED_SHARE * sense.draw_amps;
        let charged = self.up_amp_hours > limit && self.up_secs >= UP_SECS;
        (charged || always).then(|| Excess {
            amps: mean + drawn(sense.draw_amps, view.capacity),
            since_secs,
            mirrored,
        })
    }

    fn down(&mut self, dt_secs: f64, sense: &Sense, view: &View<'_>) {
        let raised = sense.volts > view.model.full_rest_volts() + RAISED_VOLTS * view.scale;
        let charge = sense.amps * dt_secs / SECS_PER_HOUR;
        if !raised || self.down_amp_hours + charge > 0.0 {
            (self.down_amp_hours, self.down_secs) = (0.0, 0.0);
            return;
        }
        self.down_amp_hours += charge;
        self.down_secs += dt_secs;
        let plateau = view.model.chemistry == Chemistry::LiFePo4;
        let ratio = if plateau { DOWN_PLATEAU_RATIO } else { DOWN_RATIO };
        if self.down_amp_hours < -ratio * view.capacity {
            self.pending_amps = self.down_amp_hours / self.down_secs * SECS_PER_HOUR;
        }
    }

    fn drained(&mut self, dt_secs: f64, sense: &Sense, view: &View<'_>) -> Option<Excess> {
        let charge = sense.amps * dt_secs / SECS_PER_HOUR;
        let kept = self.drained_amp_hours * (-dt_secs / DRAINED_FORGET_SECS).exp();
        self.drained_amp_hours = (kept + charge).min(0.0);
        let since_secs = 0.4 * DRAINED_FORGET_SECS;
        let excess = Excess { amps: -0.01 * view.capacity, since_secs, mirrored: false };
        (self.drained_amp_hours < -DRAINED_RATIO * view.capacity).then_some(excess)
    }

    /// A day has passed, and the voltage was found sound in it or was not.
    pub fn day(&mut self, voltage_is_sound: bool) -> Option<Excess> {
        if !voltage_is_sound {
            (self.pending_amps, self.pending_days) = (0.0, 0.0);
        }
        if self.pending_amps == 0.0 {
            return None;
        }
        self.pending_days += 1.0;
        let since_secs = self.pending_days * 86_400.0;
        let excess = Excess { amps: self.pending_amps, since_secs, mirrored: false };
        (self.pending_days > DOWN_DAYS).then_some(excess)
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        for value in [
            &mut self.low_volts,
            &mut self.up_amp_hours,
            &mut self.up_secs,
            &mut self.up_low_amps,
            &mut self.charges_secs,
            &mut self.charges_low_secs,
            &mut self.down_amp_hours,
            &mut self.down_secs,
            &mut self.pending_amps,
            &mut self.pending_days,
            &mut self.drained_amp_hours,
        ] {
            show("flow", value);
        }
    }
}

/// One reading as it is looked at here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sense {
    pub volts: f64,
    pub smooth_volts: f64,
    pub smooth_amps: f64,
    pub amps: f64,
    /// What the sign draws by night, A; 0 where that is not known.
    pub draw_amps: f64,
}

fn drawn(amps: f64, capacity: f64) -> f64 {
    if amps > 0.0 { amps } else { DRAW_PER_HOUR * capacity }
}
