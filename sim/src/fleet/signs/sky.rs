//! The sky of the lanes: for each sign the very sky that [`crate::Sky`] draws for its seed.
//!
//! ```text
//! per moment, once:           declination, hour angle          (all places share them)
//! per sign, once an hour:     the days' moods, 60 draws of each of its three streams of minutes
//! per sign and minute:        clouds -> light on the horizontal -> light in the plane; air
//! ```
//!
//! The ground's brightness runs straight over the hour; all else is the scalar sky's arithmetic in lanes. W/m², °C.

use super::elementary::{exp, fused, least, most, within};
use super::lanes::{Lane, W};
use crate::load::{BRIGHT_ABOVE_DEGREES, DIM_BELOW_DEGREES};
use crate::place::Place;
use crate::site::SiteParams;
use crate::sky::air::{MEMORY, WARMEST_DAYS};
use crate::sky::cloud::{CLEARNESS_MAX, CLEARNESS_MIN, FORCED_UNSTEADINESS, HOUR_MEMORY, MINUTES_MEMORY};
use crate::sky::days::Days;
use crate::sky::season::Season;
use crate::sky::sun::Ephemeris;
use crate::sky::{GRID_SECS, clear, local_days, normal, plane};
use signals::{Seed, Stream};
use std::f64::consts::{FRAC_1_PI, TAU};

/// Minutes drawn at a time.
const DRAWN: usize = 60;
const DAY_SECS: f64 = 86_400.0;

/// What all places share at one instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    sun: Ephemeris,
    /// Cosine and sine of the time of day at Greenwich.
    day: [f64; 2],
}

impl Moment {
    pub fn at(unix_secs: f64) -> Self {
        let (sin_day, cos_day) = (TAU * (unix_secs / DAY_SECS).fract()).sin_cos();
        Self { sun: Ephemeris::at(unix_secs), day: [cos_day, sin_day] }
    }
}

/// Chance of one sign's sky.
#[derive(Debug)]
struct Draws {
    days: Days,
    clouds: Stream,
    air: Stream,
    place: Place,
    start_unix_secs: f64,
    dull: Vec<(f64, f64, f64)>,
}

/// A figure that runs straight over the hour.
#[derive(Debug, Clone, Copy)]
struct Straight {
    from: Lane,
    per_minute: Lane,
}

impl Straight {
    const ZERO: Self = Self { from: [0.0; W], per_minute: [0.0; W] };

    fn set(&mut self, k: usize, from: f64, to: f64) {
        self.from[k] = from;
        self.per_minute[k] = (to - from) / DRAWN as f64;
    }

    #[inline(always)]
    fn at(&self, k: usize, minute: f64) -> f64 {
        fused(self.per_minute[k], minute, self.from[k])
    }
}

/// The figures of an hour; those of yesterday, today and tomorrow.
#[derive(Debug, Clone)]
struct Hour {
    clearness: [Lane; 3],
    mean: [Lane; 3],
    swing: [Lane; 3],
    night: [Lane; 3],
    restless: [Lane; 3],
    albedo: Straight,
    since_noon: Lane,
}

/// Light, air and brightness at a whole minute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Knot {
    pub light: Lane,
    pub air: Lane,
    /// How bright a photocell takes the day for, 0 to 1.
    pub bright: Lane,
}

/// The skies of a block.
#[derive(Debug)]
pub(super) struct SkyLanes {
    draws: Vec<Draws>,
    starts: [usize; W],
    sin_lat: Lane,
    cos_lat: Lane,
    sin_lon: Lane,
    cos_lon: Lane,
    /// Turn of the place's time of day against Greenwich, from its warmest hour.
    cos_turn: Lane,
    sin_turn: Lane,
    sin_tilt: Lane,
    cos_tilt: Lane,
    hour_wave: Lane,
    minutes_wave: Lane,
    restless: Lane,
    hour: Hour,
    noise: Box<[[Lane; 3]; DRAWN]>,
    forced: Option<Box<[Lane; DRAWN]>>,
    drawn: u64,
    pub before: Knot,
    pub after: Knot,
}

impl SkyLanes {
    /// Skies of these signs; `starts` are places in the slice's list of starts.
    pub fn new(signs: &[(&SiteParams, Seed)], starts: [usize; W]) -> Self {
        let draws: Vec<Draws> = signs.iter().map(|(params, seed)| Draws::new(params, *seed)).collect();
        let each = |of: &dyn Fn(&SiteParams) -> f64| -> Lane { std::array::from_fn(|k| of(signs[k].0)) };
        let latitude = |params: &SiteParams| params.place.latitude_degrees.to_radians();
        let longitude = |params: &SiteParams| params.place.longitude_degrees.to_radians();
        let turn = |params: &SiteParams| longitude(params) - TAU * WARMEST_DAYS;
        let tilt = |params: &SiteParams| params.panel.tilt_degrees.to_radians();
        let zero = [0.0; W];
        let knot = Knot { light: zero, air: zero, bright: zero };
        let mut sky = Self {
            starts,
            sin_lat: each(&|params| latitude(params).sin()),
            cos_lat: each(&|params| latitude(params).cos()),
            sin_lon: each(&|params| longitude(params).sin()),
            cos_lon: each(&|params| longitude(params).cos()),
            cos_turn: each(&|params| turn(params).cos()),
            sin_turn: each(&|params| turn(params).sin()),
            sin_tilt: each(&|params| tilt(params).sin()),
            cos_tilt: each(&|params| tilt(params).cos()),
            hour_wave: zero,
            minutes_wave: zero,
            restless: zero,
            hour: Hour {
                clearness: [zero; 3],
                mean: [zero; 3],
                swing: [zero; 3],
                night: [zero; 3],
                restless: [zero; 3],
                albedo: Straight::ZERO,
                since_noon: zero,
            },
            noise: Box::new([[zero; 3]; DRAWN]),
            forced: None,
            draws,
            drawn: 0,
            before: knot,
            after: knot,
        };
        for (k, draws) in sky.draws.iter_mut().enumerate() {
            sky.hour_wave[k] = normal(&mut draws.clouds);
            sky.minutes_wave[k] = normal(&mut draws.clouds);
            sky.restless[k] = normal(&mut draws.air);
        }
        sky
    }

    /// Whole minutes known so far; the latest two bracket the present.
    pub const fn drawn(&self) -> u64 {
        self.drawn
    }

    /// Draws until the end of this minute is known; `moments` are those of each start from the first
    /// minute on that is not drawn yet.
    #[inline(always)]
    pub fn reach(&mut self, minute: u64, first: u64, moments: &[Vec<Moment>]) {
        while self.drawn < minute + 2 {
            if self.drawn.is_multiple_of(DRAWN as u64) {
                self.turn_hour();
            }
            self.draw((self.drawn - first) as usize, moments);
        }
    }

    /// Looks up the figures of the hour that begins, and draws its minutes.
    #[inline(never)]
    fn turn_hour(&mut self) {
        let from_secs = self.drawn as f64 * GRID_SECS;
        let until_secs = from_secs + DRAWN as f64 * GRID_SECS;
        for (k, draws) in self.draws.iter_mut().enumerate() {
            let seasons =
                [from_secs, until_secs].map(|secs| Season::at(draws.start_unix_secs + secs, &draws.place));
            let local = local_days(draws.start_unix_secs + from_secs, &draws.place);
            draws.days.advance_to(local);
            self.hour.since_noon[k] = local - draws.days.index() - 0.5;
            for (node, day) in draws.days.window().iter().enumerate() {
                self.hour.clearness[node][k] = day.clearness_ratio;
                self.hour.mean[node][k] = day.air.mean_celsius;
                self.hour.swing[node][k] = day.air.swing_kelvin;
                self.hour.night[node][k] = day.air.night_kelvin;
                self.hour.restless[node][k] = day.air.restless_kelvin;
            }
            let [from, to] = seasons;
            self.hour.albedo.set(k, from.albedo_ratio(), to.albedo_ratio());
            for minute in self.noise.iter_mut() {
                minute[0][k] = normal(&mut draws.clouds);
                minute[1][k] = normal(&mut draws.clouds);
                minute[2][k] = normal(&mut draws.air);
            }
        }
        self.force(from_secs, until_secs);
    }

    /// The clearness that spells force in the hour: below 0 where none does.
    fn force(&mut self, from_secs: f64, until_secs: f64) {
        let (from, until) = (from_secs / DAY_SECS, until_secs / DAY_SECS);
        let meets = |draws: &Draws| draws.dull.iter().any(|spell| spell.0 < until && from < spell.1);
        self.forced = self.draws.iter().any(meets).then(|| {
            let clearness = |minute: usize, k: usize| {
                let day = (from_secs + minute as f64 * GRID_SECS) / DAY_SECS;
                let mut spells = self.draws.get(k).map_or(&[][..], |draws| &draws.dull).iter();
                spells.find(|spell| spell.0 <= day && day < spell.1).map_or(-1.0, |spell| spell.2)
            };
            Box::new(std::array::from_fn(|minute| std::array::from_fn(|k| clearness(minute, k))))
        });
    }

    #[inline(always)]
    fn draw(&mut self, place: usize, moments: &[Vec<Moment>]) {
        let minute = (self.drawn % DRAWN as u64) as usize;
        let at = minute as f64;
        let noise = self.noise[minute];
        let forced = self.forced.as_ref().map_or([-1.0; W], |forced| forced[minute]);
        let [mut sin_declination, mut westward, mut meridional, mut day_0, mut day_1] = [[0.0; W]; 5];
        for k in 0..W {
            let now = &moments[self.starts[k]][place];
            (sin_declination[k], westward[k], meridional[k]) =
                (now.sun.sin_declination, now.sun.westward, now.sun.meridional);
            (day_0[k], day_1[k]) = (now.day[0], now.day[1]);
        }
        let (mut cos_zenith, mut southing, mut clearness) = ([0.0; W], [0.0; W], [0.0; W]);
        let mut after = self.after;
        let fresh_hour = (1.0 - HOUR_MEMORY * HOUR_MEMORY).sqrt();
        let fresh_minutes = (1.0 - MINUTES_MEMORY * MINUTES_MEMORY).sqrt();
        let fresh_air = (1.0 - MEMORY * MEMORY).sqrt();
        let hour = &self.hour;
        for k in 0..W {
            let sun = Ephemeris {
                sin_declination: sin_declination[k],
                westward: westward[k],
                meridional: meridional[k],
            };
            (cos_zenith[k], southing[k]) =
                sun.over([self.sin_lat[k], self.cos_lat[k]], [self.sin_lon[k], self.cos_lon[k]]);
            let hour_wave = fused(HOUR_MEMORY, self.hour_wave[k], fresh_hour * noise[0][k]);
            let minutes_wave = fused(MINUTES_MEMORY, self.minutes_wave[k], fresh_minutes * noise[1][k]);
            let restless = fused(MEMORY, self.restless[k], fresh_air * noise[2][k]);
            let since_noon = fused(at, GRID_SECS / DAY_SECS, hour.since_noon[k]);
            let days = Days3 { hour, k, since_noon };
            clearness[k] = clouded(days.today(), 0.8 * hour_wave + 0.6 * minutes_wave, forced[k]);
            let course = fused(day_0[k], self.cos_turn[k], -(day_1[k] * self.sin_turn[k]));
            let night = days.smooth(&hour.night) * (most(-course, 0.0) - FRAC_1_PI);
            let regular = fused(days.smooth(&hour.swing), course, days.smooth(&hour.mean));
            after.air[k] = fused(days.smooth(&hour.restless), restless, regular) - night;
            after.bright[k] = brightness(cos_zenith[k]);
            self.hour_wave[k] = hour_wave;
            self.minutes_wave[k] = minutes_wave;
            self.restless[k] = restless;
        }
        let mut risen = 0.0;
        for k in 0..W {
            risen += if cos_zenith[k] < clear::COS_ZENITH_MIN { 0.0 } else { 1.0 };
        }
        after.light = [0.0; W];
        if risen > 0.0 {
            for k in 0..W {
                let horizontal = clear_watts_m2(cos_zenith[k]) * clearness[k];
                let tilt = [self.sin_tilt[k], self.cos_tilt[k]];
                let albedo = hour.albedo.at(k, at);
                after.light[k] = plane_watts_m2(horizontal, cos_zenith[k], southing[k], albedo, tilt);
            }
        }
        self.before = self.after;
        self.after = after;
        self.drawn += 1;
    }
}

impl Draws {
    fn new(params: &SiteParams, seed: Seed) -> Self {
        let start_unix_secs = params.start_unix_secs as f64;
        Self {
            days: Days::new(local_days(start_unix_secs, &params.place), params.place, seed),
            clouds: seed.stream("sky.cloud.minute"),
            air: seed.stream("sky.air.minute"),
            place: params.place,
            start_unix_secs,
            dull: params.dull.clone(),
        }
    }
}

/// The days around one lane's instant.
struct Days3<'a> {
    hour: &'a Hour,
    k: usize,
    since_noon: f64,
}

impl Days3<'_> {
    /// The day's clearness; past midnight, tomorrow's.
    #[inline(always)]
    fn today(&self) -> f64 {
        let [_, today, tomorrow] = &self.hour.clearness;
        if self.since_noon < 0.5 { today[self.k] } else { tomorrow[self.k] }
    }

    /// Straight from noon to noon.
    #[inline(always)]
    fn smooth(&self, of: &[Lane; 3]) -> f64 {
        let (a, b, c) = (of[0][self.k], of[1][self.k], of[2][self.k]);
        let is_morning = self.since_noon < 0.0;
        let ratio = if is_morning { self.since_noon + 1.0 } else { self.since_noon };
        let (from, to) = (if is_morning { a } else { b }, if is_morning { b } else { c });
        fused(to - from, ratio, from)
    }
}

/// Clearness of a minute under the day's clouds, or about the one that is forced.
#[inline(always)]
fn clouded(day: f64, wave: f64, forced: f64) -> f64 {
    let unsteadiness = least(0.45 * day, 0.5 * (CLEARNESS_MAX - day));
    let free = within(fused(unsteadiness, wave, day), CLEARNESS_MIN, CLEARNESS_MAX);
    let held = within(forced * fused(FORCED_UNSTEADINESS, wave, 1.0), 0.0, CLEARNESS_MAX);
    if forced < 0.0 { free } else { held }
}

/// [`clear::horizontal_watts_m2`] in a lane.
#[inline(always)]
fn clear_watts_m2(cos_zenith: f64) -> f64 {
    let risen = most(cos_zenith, clear::COS_ZENITH_MIN);
    let watts = 1098.0 * risen * exp(-0.059 / risen);
    if cos_zenith < clear::COS_ZENITH_MIN { 0.0 } else { watts }
}

/// [`clear::diffuse_ratio`] in a lane.
#[inline(always)]
fn diffuse_ratio(horizontal: f64, cos_zenith: f64) -> f64 {
    let kt = horizontal / (clear::EXTRATERRESTRIAL_WATTS_M2 * most(cos_zenith, clear::COS_ZENITH_MIN));
    let dull = fused(-0.09, kt, 1.0);
    let broken = fused(kt, fused(kt, fused(kt, fused(kt, 12.336, -16.638), 4.388), -0.1604), 0.9511);
    let part = if kt <= 0.80 { broken } else { 0.165 };
    if kt <= 0.22 { dull } else { part }
}

/// [`plane::light`] in a lane.
#[inline(always)]
fn plane_watts_m2(
    horizontal: f64,
    cos_zenith: f64,
    southing: f64,
    albedo: f64,
    [sin_tilt, cos_tilt]: [f64; 2],
) -> f64 {
    let diffuse = horizontal * diffuse_ratio(horizontal, cos_zenith);
    let cos_incidence = most(fused(cos_zenith, cos_tilt, southing * sin_tilt), 0.0);
    let cos_zenith = most(cos_zenith, plane::COS_ZENITH_MIN);
    let direct_normal = (horizontal - diffuse) / cos_zenith;
    let circumsolar = within(direct_normal / clear::EXTRATERRESTRIAL_WATTS_M2, 0.0, 1.0);
    let through = most(fused(-plane::INCIDENCE_LOSS, 1.0 / most(cos_incidence, 0.05) - 1.0, 1.0), 0.0);
    let through = if cos_incidence < 0.05 { 0.0 } else { through };
    let beam = direct_normal * cos_incidence * through;
    let sky = fused(circumsolar, cos_incidence / cos_zenith, (1.0 - circumsolar) * (1.0 + cos_tilt) / 2.0);
    let all = fused(diffuse, sky, beam) + horizontal * albedo * (1.0 - cos_tilt) / 2.0;
    if horizontal > 0.0 { all } else { 0.0 }
}

/// How bright a photocell takes the day for: a straight line in the sun's elevation, whose arc is a
/// polynomial within the few degrees that matter.
#[inline(always)]
fn brightness(cos_zenith: f64) -> f64 {
    let square = cos_zenith * cos_zenith;
    let series = fused(square, fused(square, 15.0 / 336.0, 0.075), 1.0 / 6.0);
    let degrees = fused(cos_zenith * square, series, cos_zenith).to_degrees();
    within((degrees - DIM_BELOW_DEGREES) / (BRIGHT_ABOVE_DEGREES - DIM_BELOW_DEGREES), 0.0, 1.0)
}
