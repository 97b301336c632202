//! The stages of charging through a day.
//!
//! ```text
//! Night -light-> Bulk -absorption voltage reached-> Absorption -long enough, or tail current-> Float
//!       any -no light-> Night                       Absorption -equalising due-> Equalise -> Float
//!                                                   Float -well below float for 15 min-> Bulk
//! ```
//!
//! A cloud only stops the count of absorption. Equalising is due so many days after the last one, or
//! once the sign has been cut; an equalising that the night ends is begun again. V, A, s.
//!
//! Reference: Morningstar SunSaver and ProStar manuals (stages, 28 days between equalisings).

use super::{ControllerParams, Seen};

/// Less panel current than this is night, A.
pub(crate) const NIGHT_AMPS: f64 = 0.02;
/// Float gives way to bulk once the battery has been this far below it for so long.
pub(crate) const REBULK_VOLTS: f64 = 0.4;
pub(crate) const REBULK_SECS: f64 = 900.0;
/// The tail current must last this long.
pub(crate) const TAIL_SECS: f64 = 120.0;

/// What the controller is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// No light.
    Night,
    /// All the panel gives goes in.
    Bulk,
    /// Holding the absorption voltage.
    Absorption,
    /// Holding the equalising voltage.
    Equalise,
    /// Holding the float voltage.
    Float,
}

/// Charging under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Charge {
    /// The stage now.
    pub stage: Stage,
    /// Time at the stage's voltage today, or below float, s.
    stage_secs: f64,
    /// Time for which the current has been below the tail's, s.
    tail_secs: f64,
    since_equalised_secs: f64,
    was_cut: bool,
}

impl Charge {
    /// Charging at night, with equalising just done.
    pub const fn new() -> Self {
        Self {
            stage: Stage::Night,
            stage_secs: 0.0,
            tail_secs: 0.0,
            since_equalised_secs: 0.0,
            was_cut: false,
        }
    }

    /// Takes in a step of this length.
    pub fn watch(&mut self, params: &ControllerParams, seen: &Seen, load_is_on: bool, dt_secs: f64) {
        self.since_equalised_secs += dt_secs;
        self.was_cut |= !load_is_on;
        self.count(params, seen, dt_secs);
        let next = self.next(params, seen);
        if next != self.stage {
            if self.stage == Stage::Equalise && next == Stage::Float {
                (self.since_equalised_secs, self.was_cut) = (0.0, false);
            }
            (self.stage, self.stage_secs, self.tail_secs) = (next, 0.0, 0.0);
        }
    }

    /// Counts the time the stage ends on.
    fn count(&mut self, params: &ControllerParams, seen: &Seen, dt_secs: f64) {
        match self.stage {
            Stage::Absorption | Stage::Equalise if seen.held => self.stage_secs += dt_secs,
            Stage::Float if self.sags(params, seen) => self.stage_secs += dt_secs,
            Stage::Float => self.stage_secs = 0.0,
            _ => {}
        }
        let tails = seen.held && params.tail_amps.is_some_and(|tail| seen.battery_amps < tail);
        self.tail_secs = if tails { self.tail_secs + dt_secs } else { 0.0 };
    }

    fn next(&self, params: &ControllerParams, seen: &Seen) -> Stage {
        if seen.available_amps < NIGHT_AMPS {
            return Stage::Night;
        }
        match self.stage {
            Stage::Night => Stage::Bulk,
            Stage::Bulk if seen.held => Stage::Absorption,
            Stage::Absorption if self.is_absorbed(params) && self.must_equalise(params) => Stage::Equalise,
            Stage::Absorption if self.is_absorbed(params) => Stage::Float,
            Stage::Equalise if params.equalise.is_none_or(|it| self.stage_secs >= it.secs) => Stage::Float,
            Stage::Float if self.stage_secs >= REBULK_SECS => Stage::Bulk,
            stage => stage,
        }
    }

    fn is_absorbed(&self, params: &ControllerParams) -> bool {
        self.stage_secs >= params.absorption_secs || self.tail_secs >= TAIL_SECS
    }

    fn must_equalise(&self, params: &ControllerParams) -> bool {
        params
            .equalise
            .is_some_and(|it| self.was_cut || self.since_equalised_secs >= it.every_days * 86_400.0)
    }

    fn sags(&self, params: &ControllerParams, seen: &Seen) -> bool {
        params.target_volts(self.stage, seen.celsius).is_some_and(|float| seen.volts < float - REBULK_VOLTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Stage::{Absorption, Bulk, Equalise, Float, Night};

    fn seen(volts: f64, available_amps: f64, held: bool) -> Seen {
        Seen { volts, celsius: 25.0, available_amps, battery_amps: 5.0, held }
    }

    /// The stages gone through, each named once in a row.
    fn stages(params: &ControllerParams, day: &[(Seen, u32)], load_is_on: bool) -> Vec<Stage> {
        let mut charge = Charge::new();
        let mut stages = vec![charge.stage];
        for (seen, minutes) in day {
            for _ in 0..*minutes {
                charge.watch(params, seen, load_is_on, 60.0);
                stages.push(charge.stage);
            }
        }
        stages.dedup();
        stages
    }

    fn sunny() -> [(Seen, u32); 5] {
        [
            (seen(12.6, 0.0, false), 60),
            (seen(13.2, 8.0, false), 120),
            (seen(14.4, 8.0, true), 200),
            (seen(13.6, 6.0, true), 60),
            (seen(12.8, 0.0, false), 60),
        ]
    }

    #[test]
    fn a_day_goes_from_bulk_over_absorption_to_float() {
        assert_eq!(stages(&ControllerParams::agm(), &sunny(), true), [Night, Bulk, Absorption, Float, Night]);
    }

    #[test]
    fn a_heavy_load_in_float_starts_bulk_again() {
        let day = [(seen(14.4, 8.0, true), 200), (seen(12.9, 2.0, false), 20)];
        assert_eq!(stages(&ControllerParams::agm(), &day, true).last(), Some(&Bulk));
    }

    #[test]
    fn a_small_tail_current_ends_absorption_early() {
        let tail = Seen { battery_amps: 1.0, ..seen(14.4, 8.0, true) };
        let day = [(seen(14.4, 8.0, true), 20), (tail, 10)];
        let timed = ControllerParams::agm();
        let tailed = ControllerParams { tail_amps: Some(2.0), ..timed };
        assert_eq!(stages(&timed, &day, true).last(), Some(&Absorption));
        assert_eq!(stages(&tailed, &day, true).last(), Some(&Float));
    }

    #[test]
    fn a_flooded_bank_is_equalised_when_due_or_after_a_cut_and_an_agm_bank_never() {
        let day = [(seen(14.6, 8.0, true), 500)];
        let flooded = ControllerParams::flooded();
        let month = [(seen(12.6, 0.0, false), 28 * 1440), day[0]];
        assert_eq!(stages(&flooded, &day, true), [Night, Bulk, Absorption, Float]);
        assert_eq!(stages(&flooded, &month, true), [Night, Bulk, Absorption, Equalise, Float]);
        assert_eq!(stages(&flooded, &day, false), [Night, Bulk, Absorption, Equalise, Float]);
        assert_eq!(stages(&ControllerParams::agm(), &month, false), [Night, Bulk, Absorption, Float]);
    }
}
