//! The ensemble of futures a sign may meet: whole spells of the committed climate, begun where they resemble what the panel
//! did today, and what the sign draws as its own days have taught.
//!
//! ```text
//! today's clearness, temperature ─> days of the climate that resemble it ─> follow each on; sometimes leap to another alike
//! charge = g·k·P(sun)    load = by day L, by night Lₙ(hour), between −6° and 6° of sun in between
//! ```
//!
//! It never looks at a simulator nor its seed. Hours, A, °C.
//!
//! Reference: analogue resampling (Lorenz 1969), as weather generators use it where records are short.

pub mod climate;
mod snow;
pub mod sun;

use estimator::autonomy::Habits;
use signals::{Amps, Celsius, Outlook, OutlookHour, Seed, Stream, standard_normal, uniform};

use climate::{Day, day, day_of_year, usual};
use snow::Snow;
use sun::{Standing, sun};

/// Futures in an ensemble.
pub const FUTURES: usize = 200;
/// Hours of each: seven nights from any time of day.
pub const HOURS: usize = 192;

/// Days of the year on either side that may stand for today.
const SEASON_DAYS: i64 = 25;
/// How alike is alike: clearness, K.
const ALIKE_CLEARNESS: f64 = 0.2;
const ALIKE_KELVIN: f64 = 6.0;
/// No day is clearer: a cold sky over snow.
const CLEAREST: f64 = 1.5;
/// Chance of leaping to another spell from one day to the next.
const LEAP: f64 = 0.2;
/// What else may be different on a day, ratio.
const DAY_SPREAD: f64 = 0.15;
/// What a whole spell may differ from those of the typical year, which holds no extreme month, natural logarithm.
const SPELL_LOG: f64 = 0.3;
/// A bank in its box follows the air's day with a time constant of about eight hours (30 kJ/K and 1 W/K for each block of
/// 100 A·h): with this share of its swing, and coldest at this hour of local mean time, four hours after the air.
const FOLLOWS_RATIO: f64 = 0.43;
const COLDEST_HOUR: f64 = 10.0;
/// Days in which a battery's departure from the drawn air temperature fades.
const FADE_DAYS: f64 = 3.0;
/// Today's panel brought so little in frost that it is taken for covered.
const COVERED_CLEARNESS: f64 = 0.08;
/// What a covered panel still brings.
const COVERED_BRINGS: f64 = 0.05;
/// Between these elevations the sign dims, °.
const DIM_DEGREES: f64 = 6.0;

/// What an ensemble starts from.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// Now, seconds since 1970.
    pub unix_secs: f64,
    /// Battery temperature now.
    pub celsius: f64,
    /// Where the sign stands.
    pub standing: Standing,
    /// What its days have taught.
    pub habits: &'a Habits,
}

/// Draws an ensemble.
#[must_use]
pub fn ensemble(start: &Start<'_>, seed: Seed) -> Vec<Outlook> {
    let mut chance = seed.stream("outlook.weather");
    let sky: Vec<(f64, f64)> = (0..HOURS)
        .map(|hour| {
            let it = sun(&start.standing, start.unix_secs + 3600.0 * (hour as f64 + 0.5));
            (it.elevation_degrees, it.plane_watts_m2)
        })
        .collect();
    (0..FUTURES).map(|_| one(start, &sky, &mut chance)).collect()
}

/// The day (in local mean time) an instant belongs to, days since 1970.
#[must_use]
pub fn local_day(standing: &Standing, unix_secs: f64) -> i64 {
    ((unix_secs + standing.longitude_degrees * 240.0) / 86_400.0).floor() as i64
}

fn one(start: &Start<'_>, sky: &[(f64, f64)], chance: &mut Stream) -> Outlook {
    let today = local_day(&start.standing, start.unix_secs);
    let number = day_of_year(start.unix_secs);
    let warmer = start.habits.anomaly_kelvin();
    let drawn = start.habits.draw(chance);
    // If the panel is a small one, then today was clear.
    let seen = start.habits.brought(today).map(|it| it.clearness(drawn.panel_amps_per_watt_m2));
    let local_hour =
        |unix_secs: f64| (unix_secs / 3600.0 + start.standing.longitude_degrees / 15.0).rem_euclid(24.0);
    let hour = local_hour(start.unix_secs);
    let day_celsius = start.celsius - warmer - in_the_box(&usual(number), hour);
    let mut spell = alike(number, seen.map(|it| it.min(CLEAREST)), day_celsius, chance);
    let is_covered = seen.is_some_and(|it| it < COVERED_CLEARNESS) && start.celsius < 2.0;
    let mut snow = Snow::draw(is_covered, chance);
    let mut weather = day(spell);
    let off = start.celsius - warmer - weather.mean_celsius - in_the_box(&weather, hour);
    let mut factor = 1.0;
    let spell_factor = (SPELL_LOG * standard_normal(chance)).exp();
    let mut current = today;
    let hours = sky.iter().enumerate().map(|(index, (elevation, light))| {
        let unix_secs = start.unix_secs + 3600.0 * (index as f64 + 0.5);
        let local = local_day(&start.standing, unix_secs);
        if local != current {
            current = local;
            (spell, weather) = next(spell, number + (local - today), &weather, chance);
            factor = (1.0 + DAY_SPREAD * standard_normal(chance)).clamp(0.5, 1.5);
            snow.pass(&weather, chance);
        }
        let open = (weather.clearness * factor * spell_factor).clamp(0.03, CLEAREST);
        let clearness = open + snow.covered() * (COVERED_BRINGS - open).min(0.0);
        let fade = (-(index as f64) / 24.0 / FADE_DAYS).exp();
        let hour_of_day = (unix_secs / 3600.0).rem_euclid(24.0) as usize;
        let night = start.habits.night_amps(hour_of_day) * drawn.night_factor;
        let bright = ((elevation + DIM_DEGREES) / (2.0 * DIM_DEGREES)).clamp(0.0, 1.0);
        let celsius = weather.mean_celsius + in_the_box(&weather, local_hour(unix_secs));
        OutlookHour {
            charge: Amps::new(drawn.panel_amps_per_watt_m2 * clearness * light),
            load: Amps::new(night + bright * (drawn.day_amps - night)),
            temperature: Celsius::new(celsius + warmer + off * fade),
            is_night: *elevation <= 0.0,
        }
    });
    Outlook { hours: hours.collect() }
}

/// How far a battery is from the mean of this day at an hour of it, K.
fn in_the_box(day: &Day, local_hour: f64) -> f64 {
    let turn = std::f64::consts::TAU * (local_hour - COLDEST_HOUR) / 24.0;
    FOLLOWS_RATIO * (day.low_celsius - day.mean_celsius) * turn.cos()
}

/// A day of the climate that resembles what is seen.
fn alike(number: i64, clearness: Option<f64>, celsius: f64, chance: &mut Stream) -> i64 {
    let weights: Vec<f64> = (-SEASON_DAYS..=SEASON_DAYS)
        .map(|near| {
            let day = day(number + near);
            let light = clearness.map_or(0.0, |seen| (seen - day.clearness) / ALIKE_CLEARNESS);
            let warmth = (celsius - day.mean_celsius) / ALIKE_KELVIN;
            (-0.5 * (light * light + warmth * warmth)).exp() + 1e-4
        })
        .collect();
    let mut left = uniform(chance) * weights.iter().sum::<f64>();
    for (near, weight) in (-SEASON_DAYS..).zip(&weights) {
        left -= weight;
        if left <= 0.0 {
            return number + near;
        }
    }
    number
}

fn next(spell: i64, number: i64, weather: &Day, chance: &mut Stream) -> (i64, Day) {
    let from = if uniform(chance) < LEAP {
        alike(number - 1, Some(weather.clearness), weather.mean_celsius, chance)
    } else {
        spell
    };
    (from + 1, day(from + 1))
}

/// What is usual for the season, for whoever teaches the habits.
#[must_use]
pub fn usual_now(unix_secs: f64) -> Day {
    usual(day_of_year(unix_secs))
}

/// The season's clearness in eighths, rising.
#[must_use]
pub fn season_now(unix_secs: f64) -> [f64; 8] {
    let number = day_of_year(unix_secs);
    let mut days: Vec<f64> = (-SEASON_DAYS..=SEASON_DAYS).map(|near| day(number + near).clearness).collect();
    days.sort_by(f64::total_cmp);
    std::array::from_fn(|eighth| days[(2 * eighth + 1) * days.len() / 16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn futures(unix_secs: f64) -> Vec<Outlook> {
        let standing = Standing { latitude_degrees: 45.5, longitude_degrees: -73.6, tilt_degrees: 60.0 };
        let habits = Habits::unseen(400.0);
        ensemble(&Start { unix_secs, celsius: -5.0, standing, habits: &habits }, Seed(5))
    }

    #[test]
    fn the_same_seed_draws_the_same_futures_and_each_has_its_nights() {
        let drawn = futures(1_768_194_000.0);
        assert_eq!(drawn, futures(1_768_194_000.0));
        assert!(drawn.iter().all(|future| future.hours.len() == HOURS));
        let night = drawn.iter().flat_map(|future| &future.hours).filter(|hour| hour.is_night).count();
        assert!((0.55..0.72).contains(&(night as f64 / (HOURS * FUTURES) as f64)), "{night}");
    }

    #[test]
    fn a_bank_in_its_box_follows_the_air_late_and_by_less_than_half() {
        let day = Day { clearness: 0.6, mean_celsius: -10.0, low_celsius: -16.0 };
        let hours: Vec<f64> = (0..24).map(|hour| in_the_box(&day, f64::from(hour))).collect();
        let coldest = (0..24).min_by(|a, b| hours[*a].total_cmp(&hours[*b]));
        assert_eq!(coldest, Some(10));
        assert!((hours[10] + 2.58).abs() < 1e-9 && hours.iter().sum::<f64>().abs() < 1e-9, "{hours:?}");
    }

    #[test]
    fn july_brings_more_charge_than_december() {
        let charge = |unix_secs: f64| {
            let all = futures(unix_secs);
            all.iter().flat_map(|future| &future.hours).map(|hour| hour.charge.as_amps()).sum::<f64>()
        };
        assert!(charge(1_783_900_000.0) > 1.2 * charge(1_765_800_000.0));
    }
}
