//! One day: how clear it is, and the air it brings, from its moods and its season.
//!
//! ```text
//! share of mild air  s = Φ(a·z),   z = w·√(1 − c²) − c·cloud        ~ N(0, 1)
//! mean of the day    T = normal + σ·(s − ½)/sd(s),   sd(s) = √(asin(a²/(1 + a²))/2π)
//! ```
//!
//! Winter air over Quebec is a mixture of two: arctic air behind a cold front and mild air from the
//! south. No day is colder than the arctic air's source nor milder than the other, so that the spread is
//! wide and its tails are short: `a` is 0.4 in deep winter and 0 in summer, when `s` is as good as
//! normal. The arctic air comes with a high and a clear sky (`c`, 0.55 in deep winter); under that clear
//! sky the snow radiates what warmth the day left, and the night falls further below the day's mean
//! (`night_kelvin`). σ in K, temperatures in °C.
//!
//! The wide spread with short tails is what stations tell: at Montréal-Trudeau a quarter of January's
//! nights are below −20 °C while the coldest hour of a year is −28.3 ± 2.5 °C, which no normal spread
//! has both of. Against four stations the drawn air is compared in `tests/weather.rs`.
//!
//! Reference: daily clearness and its quantiles, and the correlation of clear and cold (−0.48 to −0.64 in
//! December to February) from Montréal-Mirabel's typical year (CWEC); extremes, ASHRAE Handbook of
//! Fundamentals (1997), climatic design conditions. `a` and the night's depth are fitted to the latter.

use super::season::Season;

/// How strongly deep winter's air is one of two.
const TWO_AIRS: f64 = 0.40;
/// Below this the mixture is as good as normal.
const TWO_AIRS_MIN: f64 = 0.02;
/// Correlation of clearness with warmth in deep winter.
const CLEAR_IS_COLD: f64 = 0.55;
/// A clear winter night falls so much further below the day's mean, K at most.
const NIGHT_KELVIN: f64 = 2.5;
/// Restlessness over some hours, in summer and what deep winter's fronts add, K.
const RESTLESS_KELVIN: f64 = 1.0;
const RESTLESS_WINTER_KELVIN: f64 = 0.8;
/// Daily clearness at each tenth of its distribution, bent for a season's mean.
const CLEARNESS_TENTHS: [f64; 11] = [0.10, 0.27, 0.38, 0.52, 0.65, 0.77, 0.89, 0.98, 1.03, 1.07, 1.10];
const CLEARNESS_MAX: f64 = 1.10;
/// Each round leaves less than a third of what the mean is off by.
const BEND_ROUNDS: u32 = 6;

/// A day's moods, standard normal: how clear, how warm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moods {
    pub cloud: f64,
    pub warmth: f64,
}

/// One day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Day {
    /// Mean clearness, ratio to a clear sky.
    pub clearness_ratio: f64,
    /// The air.
    pub air: DailyAir,
}

/// The air of one day, before its hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DailyAir {
    /// Mean temperature, °C.
    pub mean_celsius: f64,
    /// Height of the regular course above and below the mean, K.
    pub swing_kelvin: f64,
    /// Depth of the radiating night below that course, K.
    pub night_kelvin: f64,
    /// Size of irregular departures over some hours, K.
    pub restless_kelvin: f64,
}

impl Day {
    /// The day of these moods in this season.
    pub fn new(moods: Moods, season: &Season) -> Self {
        let clearness_ratio = clearness_ratio(moods.cloud, season.clearness_ratio);
        let winter = season.winter_ratio();
        let clear = clearness_ratio.min(1.0);
        let air = DailyAir {
            mean_celsius: season.mean_celsius + season.spread_kelvin * departure(moods, winter),
            swing_kelvin: season.swing_kelvin / 2.0 * (0.5 + 0.7 * clearness_ratio),
            night_kelvin: NIGHT_KELVIN * winter * clear * clear,
            restless_kelvin: RESTLESS_KELVIN + RESTLESS_WINTER_KELVIN * winter,
        };
        Self { clearness_ratio, air }
    }
}

impl DailyAir {
    /// Between this day's and another's.
    pub fn toward(&self, later: &Self, ratio: f64) -> Self {
        let mix = |from: f64, to: f64| from + (to - from) * ratio;
        Self {
            mean_celsius: mix(self.mean_celsius, later.mean_celsius),
            swing_kelvin: mix(self.swing_kelvin, later.swing_kelvin),
            night_kelvin: mix(self.night_kelvin, later.night_kelvin),
            restless_kelvin: mix(self.restless_kelvin, later.restless_kelvin),
        }
    }
}

/// Mean clearness of a day of this mood, for a season of this mean.
fn clearness_ratio(cloud: f64, season_mean: f64) -> f64 {
    let tenth = (share(cloud) * 10.0).min(9.999_999);
    let index = tenth as usize;
    let (low, high) = (CLEARNESS_TENTHS[index], CLEARNESS_TENTHS[index + 1]);
    let clearness = low + (high - low) * (tenth - index as f64);
    CLEARNESS_MAX * (clearness / CLEARNESS_MAX).powf(bend(season_mean))
}

/// The power that bends the distribution of daily clearness to this mean.
fn bend(season_mean: f64) -> f64 {
    let mean = |bend: f64| {
        let middles = CLEARNESS_TENTHS.windows(2).map(|ends| (ends[0] + ends[1]) / 2.0 / CLEARNESS_MAX);
        middles.map(|middle| middle.powf(bend)).sum::<f64>() / 10.0
    };
    let told = (season_mean / CLEARNESS_MAX).ln();
    (0..BEND_ROUNDS).fold(1.0, |bend, _| bend * told / mean(bend).ln())
}

/// Departure of the day's mean from the season's, in standard deviations.
fn departure(moods: Moods, winter: f64) -> f64 {
    let (two, clear_is_cold) = ((TWO_AIRS * winter).max(TWO_AIRS_MIN), CLEAR_IS_COLD * winter);
    let mood = moods.warmth * (1.0 - clear_is_cold * clear_is_cold).sqrt() - moods.cloud * clear_is_cold;
    let variance = (two * two / (1.0 + two * two)).asin() / std::f64::consts::TAU;
    (share(two * mood) - 0.5) / variance.sqrt()
}

/// The normal distribution's share below `z`; this curve is within 0.0002 of it.
fn share(z: f64) -> f64 {
    1.0 / (1.0 + (-z * (1.5976 + 0.070_56 * z * z)).exp())
}

#[cfg(test)]
mod tests {
    use super::super::normal;
    use super::*;
    use signals::Seed;

    fn departures(winter: f64) -> Vec<f64> {
        let mut chance = Seed(1).stream("test");
        let mut moods = || Moods { cloud: normal(&mut chance), warmth: normal(&mut chance) };
        (0..40_000).map(|_| departure(moods(), winter)).collect()
    }

    #[test]
    fn departures_have_the_seasons_mean_and_spread() {
        for winter in [0.0, 0.5, 1.0] {
            let found = departures(winter);
            let mean = found.iter().sum::<f64>() / 40_000.0;
            let spread = (found.iter().map(|d| d * d).sum::<f64>() / 40_000.0).sqrt();
            assert!(mean.abs() < 0.02 && (spread - 1.0).abs() < 0.06, "{winter}: {mean} {spread}");
        }
    }

    #[test]
    fn days_have_the_seasons_clearness() {
        for season in [0.3, 0.56, 0.7, 0.8] {
            let mut chance = Seed(1).stream("test");
            let found = (0..40_000).map(|_| clearness_ratio(normal(&mut chance), season));
            let mean = found.sum::<f64>() / 40_000.0;
            assert!((mean - season).abs() < 0.01, "{season}: {mean}");
        }
    }

    #[test]
    fn no_winter_day_is_colder_than_its_source() {
        let coldest = |winter| departures(winter).into_iter().fold(0.0, f64::min);
        assert!(coldest(1.0) > -3.4 && coldest(0.0) < -3.8, "{} {}", coldest(1.0), coldest(0.0));
    }
}
