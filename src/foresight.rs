//! What lies ahead of one battery: its hours teach its habits, and once an hour the futures are drawn and lived through.
//!
//! ```text
//! reading, estimate -> hour's means -> Habits ┐
//! climate, sun, today's panel ────────────────┴> 200 outlooks ┐
//! posterior of the estimator ─────────────────────────────────┴> Foreseen
//! ```
//!
//! Draws are named by battery and hour: a monitor started twice says the same.

use estimator::Estimator;
use estimator::autonomy::{self, Autonomy, Deliverable, Habits, HourSeen};
use exporter::Row;
use signals::{AmpHours, Amps, Celsius, Reading, Seed, SimTime, Stamp, Volts};

use crate::outlook::sun::{Standing, sun};
use crate::outlook::{self, Start};

/// Montréal, and a panel as steep as winter asks for.
pub const STANDING_DEFAULT: Standing =
    Standing { latitude_degrees: 45.5, longitude_degrees: -73.6, tilt_degrees: 60.0 };
/// Most charge controllers for 12 V cut the load here.
pub const DISCONNECT_DEFAULT: Volts = Volts::new(11.5);
/// Where the simulated controllers cut four cells of lithium iron phosphate off.
pub const DISCONNECT_LITHIUM: Volts = Volts::new(11.6);

/// A reading speaks for no more time than this, s.
const HELD_SECS_MAX: f64 = 900.0;
/// An hour heard for less than this tells nothing, s.
const HEARD_SECS_MIN: f64 = 1200.0;
const HOUR_SECS: f64 = 3600.0;
/// In a story, hours from one look ahead to the next.
const STORY_HOURS: i64 = 6;
/// A sign that will go dark within so many hours, and has not yet, is looked at each hour however rarely others are.
const NEAR_HOURS: std::ops::Range<f64> = 1.0..96.0;

/// What was foreseen, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foreseen {
    /// When.
    pub at: SimTime,
    /// How long the sign stays lit.
    pub autonomy: Autonomy,
    /// What comes out at the present cold and load.
    pub deliverable: Deliverable,
}

/// Looks ahead for one battery.
#[derive(Debug, Clone)]
pub struct Foresight {
    standing: Standing,
    disconnect: Volts,
    seed: Seed,
    habits: Option<Habits>,
    hour: Option<Hour>,
    before: Option<(SimTime, Sensed)>,
    foreseen: Option<Foreseen>,
    /// Looks ahead at each hour that this divides; never by itself where 0.
    every_hours: i64,
    /// The calendar of a story, seconds since 1970 at the run's first instant; the stamps' own where absent.
    starts_unix_secs: Option<f64>,
    /// A look that is due waits until somebody has the time for it.
    waits: bool,
    /// The hour of the look that waits.
    due: Option<i64>,
    /// A look older than this is not shown, hours.
    shown_hours: f64,
}

/// What a reading says of the flows.
#[derive(Debug, Clone, Copy)]
struct Sensed {
    net_amps: Option<f64>,
    load_amps: Option<f64>,
    celsius: Option<f64>,
    is_held: bool,
}

/// Sums over an hour: value and seconds.
#[derive(Debug, Clone, Copy)]
struct Hour {
    number: i64,
    net: [f64; 2],
    load: [f64; 2],
    celsius: [f64; 2],
    is_held: bool,
}

impl Foresight {
    /// A look ahead from this place; `battery` names its draws.
    #[must_use]
    pub fn new(standing: Standing, disconnect: Volts, battery: &str) -> Self {
        let seed = Seed(0).part(battery);
        Self {
            standing,
            disconnect,
            seed,
            habits: None,
            hour: None,
            before: None,
            foreseen: None,
            every_hours: 1,
            starts_unix_secs: None,
            waits: false,
            due: None,
            shown_hours: 2.0,
        }
    }

    /// The same, whose looks wait for [`look_if_due`](Self::look_if_due): a look takes milliseconds, and a thousand
    /// batteries begin their hour together.
    #[must_use]
    pub const fn waiting(mut self) -> Self {
        self.waits = true;
        self
    }

    /// Looks ahead now where a look waits; whether one did.
    pub fn look_if_due(&mut self, stamp: Stamp, estimator: &Estimator) -> bool {
        let Some(number) = self.due.take() else { return false };
        self.foreseen = self.look(stamp, number, estimator);
        true
    }

    /// A look waits.
    #[must_use]
    pub const fn is_due(&self) -> bool {
        self.due.is_some()
    }

    /// Goes on with habits learned before.
    #[must_use]
    pub fn knowing(mut self, habits: Option<Habits>) -> Self {
        self.habits = habits;
        self
    }

    /// The same on the calendar of a story that began then: the machine's has no January. A story's hour is a second or less: each
    /// sign looks ahead at every sixth, not all at the same one, or bytes would be kept waiting.
    #[must_use]
    pub const fn in_a_story(mut self, starts_unix_secs: Option<f64>) -> Self {
        if starts_unix_secs.is_some() {
            (self.starts_unix_secs, self.every_hours, self.shown_hours) =
                (starts_unix_secs, STORY_HOURS, 8.0);
        }
        self
    }

    /// This hour is one at which to look ahead. A story's first look does not wait for its turn.
    fn has_its_turn(&self, number: i64) -> bool {
        let Some(_) = self.starts_unix_secs else {
            return self.every_hours > 0 && (number % self.every_hours == 0 || self.nears_the_dark());
        };
        let turn = (self.seed.0 % STORY_HOURS.unsigned_abs()).cast_signed();
        self.foreseen.is_none() || number % STORY_HOURS == turn
    }

    fn nears_the_dark(&self) -> bool {
        let hours = self.foreseen.and_then(|it| it.autonomy.dark_in_hours[1]);
        hours.is_some_and(|hours| NEAR_HOURS.contains(&hours))
    }

    fn unix_secs(&self, stamp: Stamp) -> f64 {
        let story = self.starts_unix_secs.map(|starts| starts + stamp.monotonic.as_secs());
        story.unwrap_or(stamp.wall_unix_nanos as f64 / 1e9)
    }

    /// The same, looking ahead only when asked to.
    #[must_use]
    pub const fn when_asked(mut self) -> Self {
        self.every_hours = 0;
        self
    }

    /// The same, looking ahead at every so many hours, and at each only where the dark is near: a run of months has no need of
    /// more.
    #[must_use]
    pub const fn every_hours(mut self, hours: u8) -> Self {
        self.every_hours = hours as i64;
        self
    }

    /// What its days have taught.
    #[must_use]
    pub const fn habits(&self) -> Option<&Habits> {
        self.habits.as_ref()
    }

    /// The latest look ahead.
    #[must_use]
    pub const fn foreseen(&self) -> Option<&Foreseen> {
        self.foreseen.as_ref()
    }

    /// Takes in a reading; looks ahead where a new hour has begun.
    pub fn note(&mut self, stamp: Stamp, reading: &Reading, estimator: &Estimator) {
        let Some(posterior) = estimator.posterior() else { return };
        let unix_secs = self.unix_secs(stamp);
        let number = (unix_secs / HOUR_SECS).floor() as i64;
        let rated = posterior.rated_amp_hours();
        let habits = self.habits.get_or_insert_with(|| Habits::unseen(rated));
        let is_new = self.hour.is_none_or(|hour| hour.number != number);
        if is_new {
            if let Some(hour) = self.hour.take() {
                hour.teach(habits, &self.standing);
            }
            self.hour = Some(Hour::new(number));
        }
        let sensed = Sensed {
            net_amps: reading.current.filter(|_| reading.current_is_net).map(Amps::as_amps),
            load_amps: reading.load_current.map(Amps::as_amps),
            celsius: reading.temperature.map(Celsius::as_celsius),
            is_held: reading.voltage.is_some_and(|volts| {
                let amps = reading.current.map_or(0.0, Amps::as_amps);
                posterior.may_be_held(volts.as_volts(), amps)
            }),
        };
        if let (Some((then, was)), Some(hour)) = (self.before, &mut self.hour) {
            hour.add(&was, (stamp.monotonic - then).as_secs().clamp(0.0, HELD_SECS_MAX));
        }
        self.before = Some((stamp.monotonic, sensed));
        if is_new && self.has_its_turn(number) {
            self.due = Some(number);
            if !self.waits {
                self.look_if_due(stamp, estimator);
            }
        }
    }

    /// Looks ahead now.
    #[must_use]
    pub fn ahead(&self, stamp: Stamp, estimator: &Estimator) -> Option<Foreseen> {
        self.look(stamp, (self.unix_secs(stamp) / HOUR_SECS).floor() as i64, estimator)
    }

    fn look(&self, stamp: Stamp, number: i64, estimator: &Estimator) -> Option<Foreseen> {
        let (posterior, habits) = (estimator.posterior()?, self.habits.as_ref()?);
        let seed = self.seed.part(&number.to_string());
        let unix_secs = self.unix_secs(stamp);
        let start = Start { unix_secs, celsius: posterior.celsius(), standing: self.standing, habits };
        let outlooks = outlook::ensemble(&start, seed);
        let drawn = self.before.and_then(|(_, now)| now.load_amps.or(now.net_amps.map(|amps| -amps)));
        let load = drawn.filter(|amps| *amps > 0.0).unwrap_or_else(|| habits.mean_load_amps(0.4));
        Some(Foreseen {
            at: stamp.monotonic,
            autonomy: autonomy::autonomy(&posterior, &outlooks, self.disconnect, seed)?,
            deliverable: posterior.deliverable(Amps::new(load), self.disconnect),
        })
    }

    /// Writes what is foreseen into a row; a look that is old is left out.
    pub fn show(&self, now: SimTime, row: &mut Row) {
        let Some(foreseen) = &self.foreseen else { return };
        let since_secs = (now - foreseen.at).as_secs();
        if !(0.0..self.shown_hours * HOUR_SECS).contains(&since_secs) {
            return;
        }
        let ahead = |hours: Option<f64>| hours.map(|hours| (hours * HOUR_SECS - since_secs).max(0.0));
        let Autonomy { survives, dark_in_hours, freezes, charge_blocked } = foreseen.autonomy;
        row.survival_one_night_ratio = Some(survives[0]);
        row.survival_three_nights_ratio = Some(survives[1]);
        row.survival_seven_nights_ratio = Some(survives[2]);
        row.dark_in_seconds = ahead(dark_in_hours[1]);
        row.dark_in_early_seconds = ahead(dark_in_hours[0]);
        row.freeze_risk_ratio = freezes;
        row.charge_blocked_ratio = charge_blocked;
        row.deliverable_coulombs = Some(AmpHours::as_coulombs(foreseen.deliverable.charge));
        row.deliverable_coulombs_stddev = Some(AmpHours::as_coulombs(foreseen.deliverable.stddev));
    }
}

impl Hour {
    const fn new(number: i64) -> Self {
        Self { number, net: [0.0; 2], load: [0.0; 2], celsius: [0.0; 2], is_held: false }
    }

    fn add(&mut self, sensed: &Sensed, secs: f64) {
        let told = [
            (&mut self.net, sensed.net_amps),
            (&mut self.load, sensed.load_amps),
            (&mut self.celsius, sensed.celsius),
        ];
        for (sum, value) in told {
            if let Some(value) = value {
                sum[0] += value * secs;
                sum[1] += secs;
            }
        }
        self.is_held |= sensed.is_held;
    }

    fn teach(&self, habits: &mut Habits, standing: &Standing) {
        let mean = |[sum, secs]: [f64; 2]| (secs >= HEARD_SECS_MIN).then(|| sum / secs);
        let begin = self.number as f64 * HOUR_SECS;
        let suns = [0.125, 0.375, 0.625, 0.875].map(|share| sun(standing, begin + share * HOUR_SECS));
        let usual = outlook::usual_now(begin);
        habits.learn(&HourSeen {
            hour_of_day: self.number.rem_euclid(24) as usize,
            day: outlook::local_day(standing, begin + 0.5 * HOUR_SECS),
            net_amps: mean(self.net),
            load_amps: mean(self.load),
            clear_watts_m2: suns.iter().map(|sun| sun.plane_watts_m2).sum::<f64>() / 4.0,
            sun_degrees: suns.iter().map(|sun| sun.elevation_degrees).sum::<f64>() / 4.0,
            is_held: self.is_held,
            anomaly_kelvin: mean(self.celsius).map(|celsius| celsius - usual.mean_celsius),
            usual_clearness: usual.clearness,
            season: outlook::season_now(begin),
            frost: usual.low_celsius < 0.0,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::AmpHours;

    fn foreseeing(dark_in_hours: Option<f64>) -> Foresight {
        let autonomy = Autonomy {
            survives: [0.5; 3],
            dark_in_hours: [dark_in_hours; 3],
            freezes: None,
            charge_blocked: None,
        };
        let deliverable = Deliverable { charge: AmpHours::new(10.0), stddev: AmpHours::new(1.0) };
        let mut ahead = Foresight::new(STANDING_DEFAULT, DISCONNECT_DEFAULT, "PMV").every_hours(6);
        ahead.foreseen = Some(Foreseen { at: SimTime::ZERO, autonomy, deliverable });
        ahead
    }

    #[test]
    fn a_sign_near_the_dark_is_looked_at_each_hour_and_others_when_it_is_their_turn() {
        for (dark_in_hours, each_hour) in
            [(None, false), (Some(150.0), false), (Some(50.0), true), (Some(0.2), false)]
        {
            let ahead = foreseeing(dark_in_hours);
            assert!(ahead.has_its_turn(12), "{dark_in_hours:?}");
            assert_eq!(ahead.has_its_turn(13), each_hour, "{dark_in_hours:?}");
        }
        assert!(
            !foreseeing(Some(50.0)).when_asked().has_its_turn(12),
            "but only when asked where asked is what it is told"
        );
    }
}
