//! The sky over a sign: sun, light in the panel's plane and air temperature, from a seed or measured.
//!
//! ```text
//! drawn:    light = clear(sun) · clearness(day, hour, minute),    air = normal + day + hour
//! measured: light = the hour's, shaped by the clear sky,          air straight between hours
//! panel:    plane(light) · (1 − what lies on it)
//! ```
//!
//! On a grid of whole minutes of the run and interpolated in between, so that what comes of it does
//! not depend on the plant's step. Light in W/m², temperature in °C, angles in degrees.
//!
//! Above the polar circles the answer is what the sun does: no light for as long as it stays down, and
//! all day long while it does not set, when a panel that faces south sees it only half the time.

pub(crate) mod air;
mod calendar;
pub(crate) mod clear;
pub(crate) mod cloud;
mod cover;
pub(crate) mod day;
pub(crate) mod days;
mod drawn;
mod fall;
mod fallen;
mod measured;
pub(crate) mod plane;
mod replay;
pub(crate) mod season;
pub(crate) mod sun;

use crate::panel::PanelWeathering;
use crate::place::Place;
use cover::{Cover, Exposure};
use drawn::Drawn;
use fall::Fall;
use fallen::Fallen;
pub use measured::{Hour, MeasuredYear, Station, WeatherError};
use replay::Replay;
use season::Season;
use signals::Seed;
use std::sync::Arc;
use sun::Sun;
pub(crate) use sun::local_days;

pub(crate) const GRID_SECS: f64 = 60.0;
const GRID_HOURS: f64 = GRID_SECS / 3600.0;

/// The sky at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weather {
    /// Sun above the horizon, degrees.
    pub sun_elevation_degrees: f64,
    /// Light on the horizontal, W/m².
    pub horizontal_watts_m2: f64,
    /// Light in the panel's plane, W/m².
    pub plane_watts_m2: f64,
    /// What of it comes straight from the sun, W/m².
    pub beam_watts_m2: f64,
    /// Air temperature, °C.
    pub air_celsius: f64,
    /// Share of the panel's light that snow, frost and dirt stop.
    pub stopped_ratio: f64,
}

impl Weather {
    const NOTHING: Self = Self {
        sun_elevation_degrees: 0.0,
        horizontal_watts_m2: 0.0,
        plane_watts_m2: 0.0,
        beam_watts_m2: 0.0,
        air_celsius: 0.0,
        stopped_ratio: 0.0,
    };

    fn between(self, later: Self, ratio: f64) -> Self {
        let mix = |from: f64, to: f64| from + (to - from) * ratio;
        Self {
            sun_elevation_degrees: mix(self.sun_elevation_degrees, later.sun_elevation_degrees),
            horizontal_watts_m2: mix(self.horizontal_watts_m2, later.horizontal_watts_m2),
            plane_watts_m2: mix(self.plane_watts_m2, later.plane_watts_m2),
            beam_watts_m2: mix(self.beam_watts_m2, later.beam_watts_m2),
            air_celsius: mix(self.air_celsius, later.air_celsius),
            stopped_ratio: mix(self.stopped_ratio, later.stopped_ratio),
        }
    }
}

/// Where the light and the air come from.
#[derive(Debug)]
enum Source {
    Drawn(Box<Drawn>),
    Measured(Box<Replay>),
}

/// The sky of one run. Time only moves forward.
///
/// ```
/// use signals::Seed;
/// use sim::{Place, Sky};
///
/// let solstice = 1_797_829_200; // 2026-12-21T05:00:00Z
/// let mut sky = Sky::new(Place::montreal(), 60.0, solstice, &[], Seed(1));
/// let noon = sky.at(12.0 * 3600.0);
/// assert!((20.0..22.0).contains(&noon.sun_elevation_degrees));
/// ```
#[derive(Debug)]
pub struct Sky {
    place: Place,
    tilt_degrees: f64,
    start_unix_secs: f64,
    dull: Vec<(f64, f64, f64)>,
    source: Source,
    weathering: Option<(Cover, Fall)>,
    /// The local day the season is that of.
    season_day: f64,
    season: Season,
    /// Grid points drawn so far; the latest two bracket the present.
    drawn: u64,
    before: Weather,
    after: Weather,
}

impl Sky {
    /// The sky at the start of a run, drawn from `seed` over a panel that faces south and stays clean.
    /// `dull` are spells of forced sky: from day, until day (of the run), share of the clear sky's light.
    #[must_use]
    pub fn new(
        place: Place,
        tilt_degrees: f64,
        start_unix_secs: i64,
        dull: &[(f64, f64, f64)],
        seed: Seed,
    ) -> Self {
        let start_unix_secs = start_unix_secs as f64;
        let local_days = local_days(start_unix_secs, &place);
        Self {
            place,
            tilt_degrees,
            start_unix_secs,
            dull: dull.to_vec(),
            source: Source::Drawn(Box::new(Drawn::new(local_days, place, seed))),
            weathering: None,
            season_day: local_days.floor(),
            season: season_of_day(local_days, &place),
            drawn: 0,
            before: Weather::NOTHING,
            after: Weather::NOTHING,
        }
    }

    /// The same sky with measured light and air instead of drawn ones; forced spells still hold.
    /// Whatever year the run is in, the measured one repeats.
    #[must_use]
    pub fn measured(self, year: Arc<MeasuredYear>) -> Self {
        Self { source: Source::Measured(Box::new(Replay::new(year, self.place))), ..self }
    }

    /// The same sky over a panel that is out in the weather, from streams of its own.
    #[must_use]
    pub fn weathering(self, weathering: PanelWeathering, seed: Seed) -> Self {
        let cover = Cover::new(weathering, self.tilt_degrees);
        let weathering = weathering.is_any().then(|| (cover, Fall::new(seed)));
        Self { weathering, ..self }
    }

    /// The weather `now_secs` after the start; never earlier than the call before.
    pub fn at(&mut self, now_secs: f64) -> Weather {
        while self.drawn < 2 || now_secs > (self.drawn - 1) as f64 * GRID_SECS {
            self.draw();
        }
        let since = now_secs - (self.drawn - 2) as f64 * GRID_SECS;
        self.before.between(self.after, (since / GRID_SECS).clamp(0.0, 1.0))
    }

    /// Draws the next grid point.
    fn draw(&mut self) {
        let now_secs = self.drawn as f64 * GRID_SECS;
        let unix_secs = self.start_unix_secs + now_secs;
        let local_days = local_days(unix_secs, &self.place);
        let season = self.season(local_days);
        let sun = Sun::at(unix_secs, &self.place);
        let forced = self.forced(now_secs);
        let fallen = match &mut self.source {
            Source::Drawn(drawn) => drawn.next(local_days, &season, &sun, forced),
            Source::Measured(replay) => replay.next(unix_secs, &sun).forced(forced, &sun),
        };
        let light = plane::light(&fallen, &sun, self.tilt_degrees);
        let stopped = self.weather(unix_secs, local_days, &season, &sun, &fallen, light.whole_watts_m2);
        self.before = self.after;
        self.after = Weather {
            sun_elevation_degrees: sun.elevation_degrees,
            horizontal_watts_m2: fallen.horizontal_watts_m2,
            plane_watts_m2: light.whole_watts_m2,
            beam_watts_m2: light.beam_watts_m2,
            air_celsius: fallen.air_celsius,
            stopped_ratio: stopped,
        };
        self.drawn += 1;
    }

    /// Lets a minute of weather act on the panel; the share of light that is then stopped.
    fn weather(
        &mut self,
        unix_secs: f64,
        local_days: f64,
        season: &Season,
        sun: &Sun,
        fallen: &Fallen,
        plane_watts_m2: f64,
    ) -> f64 {
        let forced = self.forced(unix_secs - self.start_unix_secs);
        let Some((cover, fall)) = &mut self.weathering else { return 0.0 };
        if fall.needs(local_days) {
            let clearness = forced.unwrap_or_else(|| match &self.source {
                Source::Drawn(drawn) => drawn.day_clearness(),
                Source::Measured(replay) => replay.day_clearness(unix_secs),
            });
            fall.draw(local_days, clearness);
        }
        let exposure = Exposure {
            plane_watts_m2,
            air_celsius: fallen.air_celsius,
            is_day: sun.elevation_degrees > 0.0,
            clearness_ratio: fallen.clearness_ratio,
            is_salted: season.mean_celsius < 0.0,
            fall: fall.rate(local_days, fallen.air_celsius),
        };
        cover.step(&exposure, GRID_HOURS);
        cover.stopped_ratio()
    }

    /// The season of this instant's day.
    fn season(&mut self, local_days: f64) -> Season {
        if self.season_day != local_days.floor() {
            self.season_day = local_days.floor();
            self.season = season_of_day(local_days, &self.place);
        }
        self.season
    }

    /// The clearness a dull spell forces now.
    fn forced(&self, now_secs: f64) -> Option<f64> {
        let day = now_secs / 86_400.0;
        self.dull
            .iter()
            .find(|(from, until, _)| *from <= day && day < *until)
            .map(|(_, _, clearness)| *clearness)
    }
}

/// The season at noon of this instant's day.
fn season_of_day(local_days: f64, place: &Place) -> Season {
    Season::at(sun::local_noon_unix_secs(local_days, place), place)
}

/// A number from the standard normal distribution.
pub(crate) fn normal(chance: &mut signals::Stream) -> f64 {
    rand_distr::Distribution::sample(&rand_distr::StandardNormal, chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR_START: i64 = 1_767_243_600; // 2026-01-01T05:00:00Z
    const MONTH_ENDS: [f64; 12] =
        [31.0, 59.0, 90.0, 120.0, 151.0, 181.0, 212.0, 243.0, 273.0, 304.0, 334.0, 365.0];

    /// Means of each month over some years: kWh/m² a day on the horizontal and in the plane, °C.
    fn months(tilt_degrees: f64, seeds: std::ops::Range<u64>, dull: &[(f64, f64, f64)]) -> [[f64; 3]; 12] {
        let mut sums = [[0.0; 3]; 12];
        let years = (seeds.end - seeds.start) as f64;
        for seed in seeds {
            let mut sky = Sky::new(Place::montreal(), tilt_degrees, YEAR_START, dull, Seed(seed));
            for tick in 0..365 * 144 {
                let day = f64::from(tick) / 144.0;
                let weather = sky.at(day * 86_400.0);
                let month = MONTH_ENDS.iter().position(|end| day < *end).expect("within the year");
                let length = MONTH_ENDS[month] - if month == 0 { 0.0 } else { MONTH_ENDS[month - 1] };
                sums[month][0] += weather.horizontal_watts_m2 / 6000.0 / length / years;
                sums[month][1] += weather.plane_watts_m2 / 6000.0 / length / years;
                sums[month][2] += weather.air_celsius / 144.0 / length / years;
            }
        }
        sums
    }

    #[test]
    fn months_have_the_light_and_warmth_of_the_climate() {
        // kWh/m² a day: Montréal-Mirabel's typical year (CWEC), July rounded with its neighbours.
        let typical = [1.80, 2.89, 4.19, 4.85, 5.46, 5.62, 5.71, 4.80, 3.97, 2.59, 1.36, 1.31];
        let found = months(60.0, 0..12, &[]);
        for (month, [light, _, warmth]) in found.into_iter().enumerate() {
            let ratio = light / typical[month];
            assert!((0.80..1.20).contains(&ratio), "month {month}: {light} kWh/m² a day");
            let normal = Place::montreal().month_mean_celsius[month];
            assert!((warmth - normal).abs() < 2.5, "month {month}: {warmth} °C");
        }
    }

    #[test]
    fn a_clear_sky_gives_the_published_light_on_a_steep_panel() {
        // kWh/m² a day at a tilt of 60° under a clear sky (Ineichen, albedo 0.5).
        let found = months(60.0, 0..1, &[(0.0, 366.0, 1.0)]);
        for (month, published) in [(0, 5.28), (1, 6.43), (2, 7.04), (5, 6.65), (10, 5.43), (11, 4.88)] {
            let ratio = found[month][1] / published;
            assert!((0.80..1.15).contains(&ratio), "month {month}: {} kWh/m² a day", found[month][1]);
        }
    }

    #[test]
    fn a_dull_spell_forces_the_light_down() {
        let light = |dull: &[(f64, f64, f64)]| months(60.0, 3..4, dull)[0][0];
        assert!(light(&[(0.0, 31.0, 0.15)]) < 0.2 * 2.07 * 1.1);
        assert!(light(&[]) > 1.0);
    }

    #[test]
    fn the_weather_does_not_depend_on_how_often_one_looks() {
        let mut often = Sky::new(Place::quebec(), 45.0, YEAR_START, &[], Seed(9));
        let mut seldom = Sky::new(Place::quebec(), 45.0, YEAR_START, &[], Seed(9));
        let mut last = often.at(0.0);
        for second in 1..=40_000 {
            last = often.at(f64::from(second));
        }
        assert_eq!(last, seldom.at(40_000.0));
    }
}
