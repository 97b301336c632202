//! Sensor health: which sensor of a battery lies, how, since when, and what is left to believe.
//!
//! ```text
//! Seen (raw) -> each detector -> SensorHealth;   Seen without what lies -> filter
//! ```
//!
//! | fault | told by | what the filter gets |
//! | --- | --- | --- |
//! | silent | age of the channel while the others go on | nothing of it |
//! | stuck | one code while the other channel moves | nothing of it |
//! | current reversed | sign of ΔV/ΔI | the current turned around |
//! | voltage offset or gain | a jump that no current explains, or a night's rest that no charge does, and that stays | nothing of it |
//! | current offset | what cannot flow; rests that sink or rise night after night | the current less the offset |
//! | current gain | all that the sign draws by night, scaled | the current over the gain |
//! | current dead band | values near zero never seen though those beside them are | as it is |
//!
//! Detectors look at raw readings and at the profile alone, not at the filter's belief, which a fault has
//! already spoilt by the time it is found. Volts on the battery, amps positive while charging, seconds.
//!
//! Reference: R. Isermann, *Fault-Diagnosis Systems*, ch. 7 and 11 (limits, parity relations).

mod correction;
mod dead_band;
mod draw;
mod dropout;
mod flow;
mod found;
mod jump;
mod level;
mod night;
mod reversed;
mod stuck;

use signals::{SensorFault, SensorHealth, SimTime};

use crate::model::Model;
use crate::seen::Seen;
use correction::Correction;
use dead_band::DeadBand;
use draw::{Draw, Told};
use dropout::Dropout;
use flow::{Excess, Flow, Sense};
use found::Found;
use jump::Jump;
use level::Level;
use night::{Closed, Night, Rested};
use reversed::Reversed;
use stuck::{StuckCurrent, StuckTemperature, StuckVoltage};

/// Rest voltage of a full 12 V lead-acid battery: limits given for 12 V scale with it.
const FULL_VOLTS_OF_12: f64 = 12.9;
const DAY_SECS: f64 = 86_400.0;

/// All that is remembered for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Health {
    voltage: Found,
    current: Found,
    temperature: Found,
    dropout: Dropout,
    stuck_voltage: StuckVoltage,
    stuck_current: StuckCurrent,
    stuck_temperature: StuckTemperature,
    reversed: Reversed,
    jump: Jump,
    night: Night,
    level: Level,
    flow: Flow,
    draw: Draw,
    correction: Correction,
    dead_band: DeadBand,
    /// For how long yet a rest is that after a full charge, s.
    after_full_secs: f64,
}

/// One reading as the detectors look at it.
#[derive(Debug, Clone, Copy)]
struct View<'m> {
    dt_secs: f64,
    seen: Seen,
    model: &'m Model,
    celsius: f64,
    /// Ohmic and whole resistance by the profile, here.
    ohmic: f64,
    total: f64,
    /// Voltage of this battery over that of a 12 V one.
    scale: f64,
    /// Capacity as far as it is known, A·h.
    capacity: f64,
}

/// What the filter is to make of a reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Verdict {
    /// What is left of the reading.
    pub seen: Seen,
    /// A voltage that may be off still tells the end of a charge, as long as it is no lower than this.
    pub least_volts: Option<f64>,
    /// The voltage, the current was found to lie just now: what it has told before was wrong as well.
    pub voltage_lied: bool,
    pub current_lied: bool,
}

impl Health {
    /// Looks at a reading that comes `dt_secs` after the one before.
    pub fn look(&mut self, dt_secs: f64, seen: Seen, model: &Model, celsius: f64, soh: f64) -> Verdict {
        let celsius = if celsius.is_nan() { 10.0 } else { celsius };
        let ohms = model.ohms(0.5, &model.place(celsius));
        let view = View {
            dt_secs,
            seen,
            model,
            celsius,
            ohmic: ohms.ohmic,
            total: ohms.total(),
            scale: model.full_rest_volts() / FULL_VOLTS_OF_12,
            capacity: model.capacity_amp_hours * soh,
        };
        let before = (self.voltage.code, self.current.code);
        for found in [&mut self.voltage, &mut self.current, &mut self.temperature] {
            found.age(dt_secs);
        }
        self.after_full_secs = (self.after_full_secs - dt_secs).max(0.0);
        self.look_at_each(&view);
        // A voltage that jumps is left out from its jump on, one that is silent told nothing: neither has spoilt
        // anything. One that only a night gave away was believed until then.
        let believed = self.voltage.is(SensorFault::Stuck)
            || (self.voltage.is(SensorFault::Offset) && self.jump.volts == 0.0);
        let voltage_lied = self.voltage.code != before.0 && believed;
        let current_lied =
            self.current.code != before.1 && self.current.lies() && !self.current.is(SensorFault::Dropout);
        Verdict { seen: self.left(seen), least_volts: self.least_volts(seen), voltage_lied, current_lied }
    }

    /// A charge has come to its end: the night that follows tells whether the voltage is off.
    pub const fn filled(&mut self) {
        self.after_full_secs = DAY_SECS;
    }

    fn least_volts(&self, seen: Seen) -> Option<f64> {
        let may_be_off = self.voltage.is(SensorFault::Offset) || !self.voltage.lies();
        seen.volts.filter(|_| may_be_off).map(|volts| volts - self.off_volts().max(0.0))
    }

    /// By how much the voltage is found to be off, V.
    const fn off_volts(&self) -> f64 {
        if self.level.volts == 0.0 { self.jump.volts } else { self.level.volts }
    }

    /// A rest after a full charge: a voltage that stands where it should was never off.
    fn reconsider(&mut self, rested: &Rested, view: &View<'_>) {
        let off_volts = self.off_volts();
        if off_volts != 0.0 && self.after_full_secs > 0.0 && Level::is_sound_at_full(rested, off_volts, view)
        {
            (self.level, self.jump) = (Level::default(), Jump::default());
        }
    }

    fn look_at_each(&mut self, view: &View<'_>) {
        let [no_volts, no_amps, no_celsius] = self.dropout.look(view);
        self.voltage.tell(SensorFault::Dropout, no_volts, 0.0);
        self.current.tell(SensorFault::Dropout, no_amps, 0.0);
        self.temperature.tell(SensorFault::Dropout, no_celsius, 0.0);
        self.voltage.tell(SensorFault::Stuck, self.stuck_voltage.look(view), 0.0);
        self.current.tell(SensorFault::Stuck, self.stuck_current.look(view), 0.0);
        self.temperature.tell(SensorFault::Stuck, self.stuck_temperature.look(view), 0.0);
        self.current.tell(SensorFault::Reversed, self.reversed.look(view), 0.0);
        // Against a current that lies, any voltage jumps.
        let blind = self.voltage.is(SensorFault::Stuck) || self.current.lies();
        let jumped = self.jump.look(view, blind);
        self.look_over_days(view);
        let amount = self.off_volts();
        self.voltage.tell(SensorFault::Offset, jumped.or_else(|| self.level.since()), amount);
        self.current.tell(SensorFault::Offset, self.correction.offset_since(), self.correction.offset_amps);
        let (scaled, share) = self.correction.gain_since();
        self.current.tell(SensorFault::Gain, scaled, share);
        self.current.tell(SensorFault::DeadBand, self.dead_band.look(view), self.dead_band.amps);
    }

    /// What takes a night or more to tell, from the current put right.
    fn look_over_days(&mut self, view: &View<'_>) {
        let current_is_of_use = !matches!(
            self.current.fault(),
            Some(SensorFault::Stuck | SensorFault::Dropout | SensorFault::Reversed)
        );
        let voltage_is_of_use =
            !matches!(self.voltage.fault(), Some(SensorFault::Stuck | SensorFault::Dropout));
        let (Some(volts), Some(amps)) = (view.seen.volts, view.seen.amps) else { return self.forget_days() };
        if view.dt_secs > night::COUNTED_SECS || !current_is_of_use || !voltage_is_of_use {
            return self.forget_days();
        }
        self.correction.age(view.dt_secs);
        self.level.age(view.dt_secs);
        let amps = self.correction.of(amps);
        self.draw.look(view.dt_secs, volts, amps, view);
        let closed = self.night.look(view.dt_secs, volts, amps, view);
        let sense = Sense {
            volts,
            smooth_volts: self.night.volts,
            smooth_amps: self.night.amps,
            amps,
            draw_amps: self.draw.amps(),
        };
        let excess = self.flow.look(view.dt_secs, &sense, view);
        self.shift(excess, view);
        if let Closed::Day(rested) = closed {
            self.close_day(rested, view);
        }
    }

    fn close_day(&mut self, rested: Option<Rested>, view: &View<'_>) {
        if let Some(rested) = rested {
            self.reconsider(&rested, view);
            let amps = self.level.look(&rested, view).filter(|_| self.jump.volts == 0.0);
            self.shift(
                amps.map(|amps| Excess { amps, since_secs: 2.0 * rested.secs, mirrored: false }),
                view,
            );
        }
        let sound = self.level.volts == 0.0 && self.jump.volts == 0.0;
        let excess = self.flow.day(sound);
        self.shift(excess, view);
        match self.draw.day(self.correction.offset_amps != 0.0) {
            Some(Told::Gain(log)) if sound => self.correction.scale(log, DAY_SECS * 2.0),
            Some(Told::Shift(amps)) => self.correction.shift(amps, 0.0, view.capacity),
            _ => {}
        }
    }

    /// So much more offset; what the days before told, they told of a wrong current.
    fn shift(&mut self, excess: Option<Excess>, view: &View<'_>) {
        let Some(Excess { amps, since_secs, mirrored }) = excess else { return };
        if mirrored {
            self.reversed.turn(since_secs);
        } else {
            self.correction.shift(amps, since_secs, view.capacity);
        }
        self.forget_days();
    }

    fn forget_days(&mut self) {
        self.night = Night::default();
        self.flow = Flow::default();
        self.level.forget();
        self.draw.forget();
    }

    /// The reading without what lies.
    fn left(&self, seen: Seen) -> Seen {
        let waits = self.jump.waits() || self.level.waits() || self.stuck_voltage.waits();
        let volts = seen.volts.filter(|_| !self.voltage.lies() && !waits);
        let amps = match self.current.fault() {
            Some(SensorFault::Stuck | SensorFault::Dropout) => None,
            Some(SensorFault::Reversed) => seen.amps.map(|amps| -amps),
            _ => seen.amps.map(|amps| self.correction.of(amps)),
        };
        let celsius = seen.celsius.filter(|_| !self.temperature.lies());
        Seen { volts, amps, celsius }
    }

    /// As it is told outside.
    pub fn told(&self, now: SimTime) -> SensorHealth {
        SensorHealth {
            voltage: self.voltage.told(now),
            current: self.current.told(now),
            temperature: self.temperature.told(now),
        }
    }

    /// Shows every number with its name, always in the same order.
    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        for found in [&mut self.voltage, &mut self.current, &mut self.temperature] {
            found.each(show);
        }
        self.dropout.each(show);
        self.stuck_voltage.each(show);
        self.stuck_current.each(show);
        self.stuck_temperature.each(show);
        self.reversed.each(show);
        self.jump.each(show);
        self.night.each(show);
        self.level.each(show);
        self.flow.each(show);
        self.draw.each(show);
        self.correction.each(show);
        self.dead_band.each(show);
        show("health_after_full_secs", &mut self.after_full_secs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;

    /// Feeds a night and a day of a sign, once a minute, and gives what is found at their end.
    fn found(spoil: impl Fn(u32, Seen) -> Seen) -> (SensorHealth, Verdict) {
        let model = Model::of(&Profile::agm_12v());
        let mut health = Health::default();
        let mut verdict = None;
        for minute in 0..1440_u32 {
            let wiggle = f64::from(minute * 7 % 11) / 11.0 - 0.5;
            let amps = if minute < 720 { -2.0 + 0.5 * wiggle } else { 6.0 + 3.0 * wiggle };
            let charged = 0.001 * f64::from(minute.saturating_sub(720));
            let volts = 12.6 + charged + 0.008 * amps + 0.002 * f64::from(minute * 5 % 7) / 7.0;
            let seen = spoil(minute, Seen { volts: Some(volts), amps: Some(amps), celsius: Some(5.0) });
            verdict = Some(health.look(60.0, seen, &model, 5.0, 1.0));
        }
        (health.told(SimTime::from_secs(1440.0 * 60.0)), verdict.expect("a reading"))
    }

    fn since_minute(finding: Option<signals::SensorFinding>) -> Option<(SensorFault, i64)> {
        finding.map(|it| (it.fault, (it.since.as_secs() / 60.0).round() as i64))
    }

    #[test]
    fn sound_sensors_are_left_alone() {
        let (health, verdict) = found(|_, seen| seen);
        assert_eq!(health, SensorHealth::default());
        assert!(verdict.seen.volts.is_some() && verdict.seen.amps.is_some());
    }

    #[test]
    fn a_stuck_voltage_is_named_with_its_onset_and_left_out() {
        let (health, verdict) =
            found(|minute, seen| if minute > 600 { Seen { volts: Some(12.58), ..seen } } else { seen });
        assert_eq!(since_minute(health.voltage), Some((SensorFault::Stuck, 602)));
        assert_eq!((health.current, verdict.seen.volts), (None, None));
    }

    #[test]
    fn a_stuck_current_is_taken_as_unknown() {
        let (health, verdict) = found(|minute, seen| {
            let risen = 0.0005 * f64::from(minute.saturating_sub(720));
            let volts = seen.volts.map(|volts| volts + risen);
            if minute > 600 { Seen { amps: Some(-2.1), volts, ..seen } } else { seen }
        });
        assert_eq!(health.current.map(|it| it.fault), Some(SensorFault::Stuck));
        assert_eq!((health.voltage, verdict.seen.amps), (None, None));
    }

    #[test]
    fn a_silent_channel_is_named_from_its_last_word() {
        let (health, _) =
            found(|minute, seen| if minute > 600 { Seen { volts: None, ..seen } } else { seen });
        assert_eq!(since_minute(health.voltage), Some((SensorFault::Dropout, 601)));
    }

    #[test]
    fn a_reversed_current_is_turned_around() {
        let (health, verdict) = found(|_, seen| Seen { amps: seen.amps.map(|amps| -amps), ..seen });
        assert_eq!(health.current.map(|it| it.fault), Some(SensorFault::Reversed));
        assert!(verdict.seen.amps.is_some_and(|amps| amps > 0.0));
    }

    /// A bank's minute from a midnight on: a heater empties it by day until it collapses, and a day later the sun fills it.
    fn run_empty(minute: u32) -> (f64, f64) {
        let hour = f64::from(minute) / 60.0;
        let wiggle = f64::from(minute * 7 % 11) / 11.0 - 0.5;
        match hour {
            ..6.0 => (12.2 - 0.01 * hour, -0.7 + 0.1 * wiggle),
            ..12.0 => (11.6 - 0.07 * (hour - 6.0), -4.5),
            ..14.0 => (11.2 - 0.8 * (hour - 12.0).powi(2), -4.5),
            ..32.0 => (11.87 + 0.002 * wiggle, 0.0),
            _ if (8.0..18.0).contains(&(hour % 24.0)) => (14.0 + 0.1 * wiggle, 8.0 + wiggle),
            _ => (12.6 - 0.004 * (hour % 24.0), -0.7 + 0.1 * wiggle),
        }
    }

    #[test]
    fn a_bank_that_collapsed_and_was_charged_again_has_a_sound_voltage() {
        let model = Model::of(&Profile::agm_12v());
        let mut health = Health::default();
        for minute in 0..4 * 1440_u32 {
            let (volts, amps) = run_empty(minute);
            let seen = Seen { volts: Some(volts), amps: Some(amps), celsius: Some(5.0) };
            health.look(60.0, seen, &model, 5.0, 1.0);
        }
        assert_eq!(health.told(SimTime::from_secs(4.0 * 86_400.0)).voltage, None);
    }

    #[test]
    fn a_voltage_that_jumps_by_night_is_told_with_its_amount() {
        let (health, verdict) = found(|minute, seen| {
            let off = if minute > 600 { 0.2 } else { 0.0 };
            Seen { volts: seen.volts.map(|volts| volts + off), ..seen }
        });
        assert_eq!(health.voltage.map(|it| it.fault), Some(SensorFault::Offset));
        assert!(health.voltage.is_some_and(|it| (it.amount - 0.2).abs() < 0.02), "{health:?}");
        assert_eq!(verdict.seen.volts, None);
    }
}
