//! What the sign draws in the steadiest hour of its night, from one night to the next: a current with a new gain scales
//! all of it, the mean as well as what wavers about it.
//!
//! ```text
//! P = −V·I;  each hour: m = mean(P), s = deviation(P);     of a night, the hour with the least ln m + 2·ln s
//! g found:  ⟨ln m/m₀⟩ beyond max(0.06, 3·δ_m·√(1/n + 1/n₀)),  ⟨ln s/s₀⟩ beyond 2·δ_s, the same way, a fifth to twice as much
//! ```
//!
//! Another lamp or a heater adds to the mean and leaves the modem's bursts alone; a gain scales base, display and
//! bursts alike. A draw that is scaled as a whole by what the operator does is not told from a gain. Voltages that
//! differ by more than 6 % are no two nights of one battery. A habit that has changed for good, and not as a gain would, is
//! the new habit after two weeks. Watts, amps (positive while charging), seconds.

use super::View;

const HOUR_SECS: f64 = 3600.0;
/// So many readings make an hour's spread.
const READINGS_MIN: f64 = 20.0;
/// The sign draws at least this over the capacity, per hour, all the while.
const DRAWS_PER_HOUR: f64 = -0.0003;
/// What differs by more than this, ln, is another state of the sign: cut off, or its mast going up.
const OTHER_LOG: f64 = 0.6;
/// and two voltages of one battery at night do not differ by more than this, ln.
const VOLTS_LOG: f64 = 0.06;
const LEAST_LOG: f64 = 0.06;
const SIGMAS: f64 = 3.0;
/// The spread need not convict by itself what the mean has convicted.
const SPREAD_SIGMAS: f64 = 2.0;
/// The spread scales by this share of the mean's at least and at most: noise of the sensor's own hides some.
const SPREAD_SHARE: [f64; 2] = [0.2, 2.0];
/// Nights that settle a habit, a verdict, and a new habit.
const HABIT_NIGHTS: f64 = 2.0;
const VERDICT_NIGHTS: f64 = 2.0;
const NEW_HABIT_NIGHTS: f64 = 14.0;
/// A habit remembers so many nights.
const MEMORY_NIGHTS: f64 = 10.0;
/// Nothing is steadier than this, ln.
const DEVIATION_MIN: f64 = 0.01;
/// What a deviation is taken for before nights have shown it, ln.
const DEVIATION_FIRST: f64 = 0.015;
/// Mean absolute to standard deviation.
const TO_STDDEV: f64 = 1.25;
/// An offset leaves the spread as it was, to within this, ln.
const SHIFTED_SPREAD_LOG: f64 = 0.3;

/// What a night told of the current.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Told {
    /// Its gain over what it was, ln.
    Gain(f64),
    /// What its offset lacks, A.
    Shift(f64),
}

/// The hour under way, the best one of the day, the habit, and the nights that differ from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Draw {
    secs: f64,
    readings: f64,
    sum: f64,
    squares: f64,
    /// Score, ln of mean and spread, and voltage of the steadiest hour so far; an infinite score is none.
    score: f64,
    mean_log: f64,
    spread_log: f64,
    volts: f64,
    /// The habit: ln of mean and spread, their mean deviations, the voltage, and nights it rests on.
    habit_mean: f64,
    habit_spread: f64,
    mean_deviation: f64,
    spread_deviation: f64,
    habit_volts: f64,
    habit_nights: f64,
    /// Sums over the nights that differ from it, and how many.
    off_mean: f64,
    off_spread: f64,
    off_nights: f64,
}

impl Default for Draw {
    fn default() -> Self {
        Self {
            secs: 0.0,
            readings: 0.0,
            sum: 0.0,
            squares: 0.0,
            score: f64::INFINITY,
            mean_log: 0.0,
            spread_log: 0.0,
            volts: 0.0,
            habit_mean: 0.0,
            habit_spread: 0.0,
            mean_deviation: DEVIATION_FIRST,
            spread_deviation: DEVIATION_FIRST,
            habit_volts: 0.0,
            habit_nights: 0.0,
            off_mean: 0.0,
            off_spread: 0.0,
            off_nights: 0.0,
        }
    }
}

impl Draw {
    /// Takes one reading in.
    pub fn look(&mut self, dt_secs: f64, volts: f64, amps: f64, view: &View<'_>) {
        self.secs += dt_secs;
        self.readings += 1.0;
        let watts = if amps < DRAWS_PER_HOUR * view.capacity { -volts * amps } else { f64::NAN };
        self.sum += watts;
        self.squares += watts * watts;
        if self.secs >= HOUR_SECS {
            self.close_hour(volts);
        }
    }

    fn close_hour(&mut self, volts: f64) {
        let mean = self.sum / self.readings;
        let spread = (self.squares / self.readings - mean * mean).max(1e-6 * mean * mean).sqrt();
        let score = mean.ln() + 2.0 * spread.ln();
        if self.readings >= READINGS_MIN && score.is_finite() && score < self.score {
            (self.score, self.mean_log, self.spread_log, self.volts) = (score, mean.ln(), spread.ln(), volts);
        }
        (self.secs, self.readings, self.sum, self.squares) = (0.0, 0.0, 0.0, 0.0);
    }

    /// A day has passed. `shifted`: the current is known to have an offset, and its amount is looked at.
    pub fn day(&mut self, shifted: bool) -> Option<Told> {
        let had = self.score.is_finite();
        self.score = f64::INFINITY;
        if !had {
            return None;
        }
        if self.habit_nights == 0.0 {
            self.begin();
            return None;
        }
        let mean = self.mean_log - self.habit_mean;
        let spread = self.spread_log - self.habit_spread;
        if shifted {
            return self.shift(spread);
        }
        if mean.abs() <= LEAST_LOG.max(SIGMAS * self.stddev(self.mean_deviation)).min(OTHER_LOG) {
            self.learn(mean, spread);
            return None;
        }
        self.off_nights += 1.0;
        if mean.abs() < OTHER_LOG && self.is_same_volts() {
            self.off_mean += mean;
            self.off_spread += spread;
        }
        let found = self.verdict();
        if found.is_some() {
            (self.off_mean, self.off_spread, self.off_nights) = (0.0, 0.0, 0.0);
        } else if self.off_nights >= NEW_HABIT_NIGHTS {
            self.begin();
        }
        found.map(Told::Gain)
    }

    fn is_same_volts(&self) -> bool {
        (self.volts / self.habit_volts).ln().abs() < VOLTS_LOG
    }

    /// By how much the offset is still off, where the night is one of the habit but for it.
    fn shift(&self, spread: f64) -> Option<Told> {
        let alike =
            spread.abs() < SHIFTED_SPREAD_LOG && self.is_same_volts() && self.habit_nights >= HABIT_NIGHTS;
        alike.then(|| Told::Shift((self.habit_mean.exp() - self.mean_log.exp()) / self.volts))
    }

    fn begin(&mut self) {
        let deviations = (self.mean_deviation, self.spread_deviation);
        *self = Self {
            mean_log: self.mean_log,
            spread_log: self.spread_log,
            volts: self.volts,
            habit_mean: self.mean_log,
            habit_spread: self.spread_log,
            habit_volts: self.volts,
            habit_nights: 1.0,
            mean_deviation: deviations.0,
            spread_deviation: deviations.1,
            ..Self::default()
        };
    }

    fn learn(&mut self, mean: f64, spread: f64) {
        self.habit_nights = (self.habit_nights + 1.0).min(MEMORY_NIGHTS);
        let share = 1.0 / self.habit_nights;
        self.habit_mean += share * mean;
        self.habit_spread += share * spread;
        self.habit_volts += share * (self.volts - self.habit_volts);
        let share = 1.0 / (self.habit_nights + 2.0);
        self.mean_deviation += share * (mean.abs() - self.mean_deviation);
        self.spread_deviation += share * (spread.abs() - self.spread_deviation);
        (self.off_mean, self.off_spread, self.off_nights) = (0.0, 0.0, 0.0);
    }

    /// Standard deviation of a night's difference from the habit.
    fn stddev(&self, deviation: f64) -> f64 {
        (TO_STDDEV * deviation).max(DEVIATION_MIN) * (1.0 + 1.0 / self.habit_nights.max(1.0)).sqrt()
    }

    fn verdict(&self) -> Option<f64> {
        let nights = self.off_nights;
        let (mean, spread) = (self.off_mean / nights, self.off_spread / nights);
        let scatter = 1.0 / nights.sqrt();
        let clear = mean.abs() > LEAST_LOG.max(SIGMAS * self.stddev(self.mean_deviation) * scatter);
        let doubt = self.stddev(self.spread_deviation) * scatter;
        let share = spread * mean.signum();
        let [least, most] = SPREAD_SHARE;
        let scaled =
            share > least * mean.abs() && share > SPREAD_SIGMAS * doubt && share < most * mean.abs() + doubt;
        let settled = nights >= VERDICT_NIGHTS && self.habit_nights >= HABIT_NIGHTS;
        (settled && clear && scaled).then_some(mean)
    }

    /// What the sign draws by night, A; 0 where that is not known.
    pub fn amps(&self) -> f64 {
        if self.habit_nights >= HABIT_NIGHTS { self.habit_mean.exp() / self.habit_volts } else { 0.0 }
    }

    /// The hour and day under way are worth nothing.
    pub fn forget(&mut self) {
        (self.secs, self.readings, self.sum, self.squares) = (0.0, 0.0, 0.0, 0.0);
        self.score = f64::INFINITY;
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        for value in [
            &mut self.secs,
            &mut self.readings,
            &mut self.sum,
            &mut self.squares,
            &mut self.score,
            &mut self.mean_log,
            &mut self.spread_log,
            &mut self.volts,
            &mut self.habit_mean,
            &mut self.habit_spread,
            &mut self.mean_deviation,
            &mut self.spread_deviation,
            &mut self.habit_volts,
            &mut self.habit_nights,
            &mut self.off_mean,
            &mut self.off_spread,
            &mut self.off_nights,
        ] {
            show("draw", value);
        }
    }
}
