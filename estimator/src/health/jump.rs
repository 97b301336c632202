//! A voltage that jumps where no current does, and stays there: its reading has an offset or a gain of a sudden.
//!
//! ```text
//! u = ΔV − R₀·ΔI      level ← level + u  where  |u| > limit,      told once it has held for half an hour
//! limit, V on 12 V    100 mV + 3·R·|ΔI| where voltage and current go opposite ways,
//!                     100 mV + 40·R·|ΔI| where they go the same way
//!                     none within four hours of charging
//! ```
//!
//! A battery answers a current the same way, but may answer strongly: an empty and frozen one with ten times its
//! profile's resistance, a full lead-acid one the last half amp of a charge with half a volt, minutes later. What
//! begins by day is therefore not told.
//!
//! A jump back takes it away again; so does a gap, after which nobody knows. An offset that creeps in over hours
//! is not told from a battery that changes: the profile's own doubt of the rest voltage must cover it.

use super::View;

/// Least jump, V on 12 V.
const JUMP_VOLTS: f64 = 0.1;
/// What a current step may do beyond its ohmic drop, in whole resistances: against its sense, and in it.
const OPPOSITE_RESISTANCES: f64 = 3.0;
const RESISTANCES: f64 = 40.0;
/// Within this time of a charge no jump counts, s.
const CHARGED_SECS: f64 = 14_400.0;
/// Above this current over the capacity, per hour, it charges.
const CHARGING_PER_HOUR: f64 = -0.0005;
/// So far above rest at full, V on 12 V, it was just charged whatever the current says.
const RAISED_VOLTS: f64 = 0.2;
/// How long it must stay, s.
const HELD_SECS: f64 = 1800.0;
/// Between readings further apart than this, s, a cloud has come and gone or a load was cut off unseen: what happens in
/// one step must stand out so many times from those of the last hour, s, and currents excuse so much more.
const SLOW_SECS: f64 = 120.0;
const RESTLESS_TIMES: f64 = 4.0;
const RESTLESS_SECS: f64 = 3600.0;
const SLOW_SHARE: f64 = 2.5;
/// Readings further apart show no jump, s.
const APART_SECS: f64 = 300.0;
/// After a gap this long nobody knows, s.
const GAP_SECS: f64 = 3600.0;

/// The jumps so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Jump {
    before_volts: f64,
    before_amps: f64,
    /// Size of the steps that no current explains, over the last hour, V.
    restless_volts: f64,
    /// Time since it last charged, s.
    quiet_secs: f64,
    /// Sum of the jumps, V.
    pub volts: f64,
    /// How long the sum has been what it is, s.
    held_secs: f64,
    /// How long ago it began, s.
    since_secs: f64,
}

impl Default for Jump {
    fn default() -> Self {
        Self {
            before_volts: f64::NAN,
            before_amps: f64::NAN,
            restless_volts: 0.0,
            quiet_secs: 0.0,
            volts: 0.0,
            held_secs: 0.0,
            since_secs: 0.0,
        }
    }
}

impl Jump {
    /// Since when the voltage is off, s.
    pub fn look(&mut self, view: &View<'_>, blind: bool) -> Option<f64> {
        self.held_secs += view.dt_secs;
        self.since_secs += view.dt_secs;
        if view.dt_secs > GAP_SECS || blind {
            *self = Self::default();
        }
        let (volts, amps) = (view.seen.volts.unwrap_or(f64::NAN), view.seen.amps.unwrap_or(f64::NAN));
        let (dv, di) = (volts - self.before_volts, amps - self.before_amps);
        self.before_amps = amps;
        let jump = dv - view.ohmic * di;
        self.quiet_secs += view.dt_secs;
        // A current that reads too low does not tell that the sun shines; the voltage does.
        let raised = self.raised_volts(view) > RAISED_VOLTS * view.scale;
        if amps.is_nan() || amps >= CHARGING_PER_HOUR * view.capacity || raised {
            self.quiet_secs = 0.0;
        }
        self.before_volts = volts;
        let (least, resistances) = match (dv * di < 0.0, self.quiet_secs > CHARGED_SECS) {
            (true, true) => (JUMP_VOLTS, OPPOSITE_RESISTANCES),
            (false, true) => (JUMP_VOLTS, RESISTANCES),
            (_, false) => (f64::INFINITY, 0.0),
        };
        let (restless, slow) = if view.dt_secs > SLOW_SECS {
            (RESTLESS_TIMES * self.restless_volts, SLOW_SHARE)
        } else {
            (0.0, 1.0)
        };
        let limit = least * view.scale + restless + slow * resistances * view.total * di.abs();
        if jump.is_finite() {
            let keep = (-view.dt_secs / RESTLESS_SECS).exp();
            self.restless_volts = keep * self.restless_volts + (1.0 - keep) * jump.abs();
        }
        if view.dt_secs <= APART_SECS && jump.abs() > limit {
            self.add(jump, view.scale);
        }
        (self.is_off() && self.held_secs >= HELD_SECS).then_some(self.since_secs)
    }

    /// How far the voltage before stood above rest at full, V.
    fn raised_volts(&self, view: &View<'_>) -> f64 {
        self.before_volts - self.volts - view.model.full_rest_volts()
    }

    fn add(&mut self, jump: f64, scale: f64) {
        if !self.is_off() {
            self.since_secs = 0.0;
        }
        self.volts += jump;
        self.held_secs = 0.0;
        if self.volts.abs() < JUMP_VOLTS * scale {
            self.volts = 0.0;
        }
    }

    fn is_off(&self) -> bool {
        self.volts != 0.0
    }

    /// It has jumped, and whether it stays is not known yet.
    pub fn waits(&self) -> bool {
        self.is_off() && self.held_secs < HELD_SECS
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        show("jump_before_volts", &mut self.before_volts);
        show("jump_before_amps", &mut self.before_amps);
        show("jump_restless_volts", &mut self.restless_volts);
        show("jump_quiet_secs", &mut self.quiet_secs);
        show("jump_volts", &mut self.volts);
        show("jump_held_secs", &mut self.held_secs);
        show("jump_since_secs", &mut self.since_secs);
    }
}
