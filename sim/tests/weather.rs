//! The drawn sky against a measured year, and measured weather through a whole sign.
//!
//! The year is Montréal-Mirabel's (CWEC), read from `BALISE_DATA`; where that is not set these tests
//! say so and pass. A typical year is stitched together from the most ordinary months of ten years:
//! its months differ from the climate's means by up to a standard deviation (2.5 to 3 K in winter, 1 K
//! in summer), and it has fewer long dull spells than a real decade. Mirabel lies in the country and is
//! up to 3 K colder in winter than Montréal-Trudeau, whose normals the drawn sky keeps: temperatures
//! are therefore drawn around the measured months' means, where it is spread that is compared.
//!
//! One measured year is one draw: it may lie three standard errors from the mean of the drawn years, whose own
//! spread says how long such an error is. What many years of stations tell is in `climate.rs`.

use signals::{AmpHours, Seed, Soc, Span};
use sim::{
    BatteryParams, ControllerParams, LoadParams, MeasuredYear, PanelParams, PanelWeathering, Place,
    SensorParams, Site, SiteParams, Sky, Snow,
};
use std::io::Read;
use std::sync::{Arc, LazyLock};

const YEAR_START: i64 = 1_767_243_600; // 2026-01-01T05:00:00Z
const MONTH_ENDS: [usize; 12] = [31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const SEEDS: u64 = 12;
/// A day with less than this share of the clear sky's light is dull.
const DULL_CLEARNESS: f64 = 0.4;
/// About half of all winter days have less.
const MIDDLING_CLEARNESS: f64 = 0.75;

fn mirabel() -> Option<Arc<MeasuredYear>> {
    let Some(folder) = std::env::var_os("BALISE_DATA") else {
        println!("skipped: BALISE_DATA is not set, so there is no measured year to compare with");
        return None;
    };
    let path = std::path::Path::new(&folder).join("weather_quebec/montreal_mirabel_cwec_hourly.csv.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect("a sound archive");
    Some(Arc::new(MeasuredYear::parse(&bytes, -5.0).expect("a sound year")))
}

/// The means of Mirabel's typical year, °C.
const MIRABEL_CELSIUS: [f64; 12] = [-13.9, -7.2, -3.2, 5.7, 12.4, 17.0, 19.5, 17.7, 13.1, 6.7, 0.7, -9.5];

fn sky(seed: u64, dull: &[(f64, f64, f64)]) -> Sky {
    let place = Place { month_mean_celsius: MIRABEL_CELSIUS, ..Place::montreal() };
    Sky::new(place, 60.0, YEAR_START, dull, Seed(seed))
}

/// One day of a year.
#[derive(Debug, Clone, Copy, Default)]
struct Day {
    light_wh_m2: f64,
    plane_wh_m2: f64,
    mean_celsius: f64,
    min_celsius: f64,
    max_celsius: f64,
}

/// A year's days, local standard time, looked at each ten minutes.
fn days(mut sky: Sky) -> Vec<Day> {
    let day = |day: u32, sky: &mut Sky| {
        let mut sums = Day { min_celsius: 99.0, max_celsius: -99.0, ..Day::default() };
        for tick in 0..144 {
            let weather = sky.at(f64::from(day * 144 + tick) * 600.0);
            sums.light_wh_m2 += weather.horizontal_watts_m2 / 6.0;
            sums.plane_wh_m2 += weather.plane_watts_m2 / 6.0;
            sums.mean_celsius += weather.air_celsius / 144.0;
            sums.min_celsius = sums.min_celsius.min(weather.air_celsius);
            sums.max_celsius = sums.max_celsius.max(weather.air_celsius);
        }
        sums
    };
    (0..365).map(|index| day(index, &mut sky)).collect()
}

/// Drawn years, made once for all tests.
fn drawn() -> &'static [Vec<Day>] {
    static DRAWN: LazyLock<Vec<Vec<Day>>> =
        LazyLock::new(|| (0..SEEDS).map(|seed| days(sky(seed, &[]))).collect());
    &DRAWN
}

fn months(days: &[Day], of: impl Fn(&Day) -> f64) -> [f64; 12] {
    let mut start = 0;
    MONTH_ENDS.map(|end| {
        let month = &days[start..end];
        start = end;
        month.iter().map(&of).sum::<f64>() / month.len() as f64
    })
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

fn spread(values: &[f64]) -> f64 {
    let mean = mean(values.iter().copied());
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)).sqrt()
}

/// A figure of each drawn year, and the measured year's.
struct Compared {
    drawn: Vec<f64>,
    measured: f64,
}

impl Compared {
    fn of(measured: &[Day], of: impl Fn(&[Day]) -> f64) -> Self {
        Self { drawn: drawn().iter().map(|year| of(year)).collect(), measured: of(measured) }
    }

    fn mean(&self) -> f64 {
        mean(self.drawn.iter().copied())
    }

    /// Three standard errors of the difference between some years' mean and one year.
    fn allowed(&self) -> f64 {
        3.0 * spread(&self.drawn) * (1.0 + 1.0 / self.drawn.len() as f64).sqrt()
    }

    fn check(&self, what: &str) {
        let (mean, allowed) = (self.mean(), self.allowed());
        println!("{what}: drawn {mean:.2} ± {:.2}, measured {:.2}", spread(&self.drawn), self.measured);
        assert!(
            (mean - self.measured).abs() < allowed,
            "{what}: {mean} {}, allowed {allowed}",
            self.measured
        );
    }
}

/// How dull days come: share of all days, chance of one after another, mean and longest run, days.
#[derive(Debug, Clone, Copy)]
struct Dullness {
    share: f64,
    after_dull: f64,
    mean_run: f64,
    longest_run: f64,
}

fn dullness(days: &[Day], clear: &[Day], below: f64) -> Dullness {
    let dull: Vec<bool> =
        days.iter().zip(clear).map(|(day, clear)| day.light_wh_m2 < below * clear.light_wh_m2).collect();
    let runs: Vec<f64> =
        dull.chunk_by(|a, b| a == b).filter(|run| run[0]).map(|run| run.len() as f64).collect();
    let count: f64 = runs.iter().sum();
    Dullness {
        share: count / dull.len() as f64,
        after_dull: (count - runs.len() as f64) / count,
        mean_run: count / runs.len() as f64,
        longest_run: runs.iter().copied().fold(0.0, f64::max),
    }
}

/// The days from October to March, in a row, where autonomy is lost.
fn winter(days: &[Day]) -> Vec<Day> {
    [&days[273..], &days[..90]].concat()
}

/// The darkest stretch of this many days, Wh/m² a day in the panel's plane.
fn darkest(days: &[Day], length: usize) -> f64 {
    let stretches = days.windows(length).map(|stretch| mean(stretch.iter().map(|day| day.plane_wh_m2)));
    stretches.fold(f64::INFINITY, f64::min)
}

#[test]
fn a_measured_year_keeps_its_light_and_warmth() {
    let Some(year) = mirabel() else { return };
    let replayed = days(sky(1, &[]).measured(year.clone()));
    for (month, day) in replayed.chunks(30).enumerate() {
        let hours = &year.hours()[month * 720..(month * 720 + 24 * day.len())];
        let (light, told) = (
            mean(day.iter().map(|day| day.light_wh_m2)),
            mean(hours.iter().map(|h| h.global_watts_m2)) * 24.0,
        );
        assert!((light / told - 1.0).abs() < 0.01, "{month}: {light} Wh/m², in the file {told}");
        let (warmth, told) =
            (mean(day.iter().map(|day| day.mean_celsius)), mean(hours.iter().map(|h| h.air_celsius)));
        assert!((warmth - told).abs() < 0.1, "{month}: {warmth} °C, in the file {told}");
    }
}

#[test]
fn drawn_months_have_the_light_and_warmth_of_the_measured_year() {
    let Some(year) = mirabel() else { return };
    let measured = days(sky(1, &[]).measured(year));
    for month in 0..12 {
        let of = |of: fn(&Day) -> f64| Compared::of(&measured, |days| months(days, of)[month]);
        let name = |what: &str| format!("month {:2}, {what}", month + 1);
        of(|day| day.light_wh_m2).check(&name("light, Wh/m² a day"));
        of(|day| day.plane_wh_m2).check(&name("light in a plane of 60°, Wh/m² a day"));
        // The measured mean is what the months are drawn around: only the drawn side has an error.
        let warmth = of(|day| day.mean_celsius);
        let own = warmth.allowed() / (SEEDS as f64 + 1.0).sqrt();
        println!("{}: drawn {:.1}, measured {:.1}", name("air, °C"), warmth.mean(), warmth.measured);
        assert!((warmth.mean() - warmth.measured).abs() < own, "{month}: {}", warmth.mean());
    }
    Compared::of(&measured, |days| mean(days.iter().map(|day| day.light_wh_m2)))
        .check("year, light, Wh/m² a day");
}

#[test]
fn drawn_days_spread_and_remember_like_the_measured_years() {
    let Some(year) = mirabel() else { return };
    let measured = days(sky(1, &[]).measured(year));
    for (season, months) in [("winter", [11, 0, 1]), ("summer", [5, 6, 7])] {
        let each = |days: &[Day], of: &dyn Fn(&[Day]) -> f64| {
            mean(
                months.iter().map(|month| of(&days[MONTH_ENDS[(month + 11) % 12] % 365..MONTH_ENDS[*month]])),
            )
        };
        let figure = |of: &dyn Fn(&[Day]) -> f64| Compared::of(&measured, |days| each(days, of));
        let warmth = |days: &[Day]| days.iter().map(|day| day.mean_celsius).collect::<Vec<_>>();
        figure(&|days| spread(&warmth(days))).check(&format!("{season}, spread of daily means, K"));
        figure(&|days| correlation(&warmth(&days[1..]), &warmth(days)))
            .check(&format!("{season}, correlation with the day before"));
        let light = |days: &[Day]| days.iter().map(|day| day.light_wh_m2).collect::<Vec<_>>();
        figure(&|days| correlation(&light(days), &warmth(days)))
            .check(&format!("{season}, correlation of light and warmth"));
    }
}

/// Correlation of two rows, as far as the shorter goes.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let length = a.len().min(b.len());
    let (a, b) = (&a[..length], &b[..length]);
    let (mean_a, mean_b) = (mean(a.iter().copied()), mean(b.iter().copied()));
    let products = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b));
    products.sum::<f64>() / (length as f64 - 1.0) / spread(a) / spread(b)
}

#[test]
fn drawn_extremes_are_those_of_the_measured_year() {
    let Some(year) = mirabel() else { return };
    let measured = days(sky(1, &[]).measured(year));
    let figure = |of: &dyn Fn(&[Day]) -> f64| Compared::of(&measured, of);
    figure(&|days| days.iter().map(|day| day.min_celsius).fold(99.0, f64::min)).check("coldest hour, °C");
    figure(&|days| days.iter().map(|day| day.max_celsius).fold(-99.0, f64::max)).check("warmest hour, °C");
    figure(&|days| darkest(&winter(days), 7)).check("darkest week, Wh/m² a day at 60°");
    figure(&|days| darkest(&winter(days), 30)).check("darkest 30 days, Wh/m² a day at 60°");
}

#[test]
fn dull_days_come_in_runs_as_long_as_measured() {
    let Some(year) = mirabel() else { return };
    let clear = winter(&days(sky(1, &[(0.0, 366.0, 1.0)])));
    let measured = days(sky(1, &[]).measured(year));
    let figure = |of: fn(Dullness) -> f64| {
        Compared::of(&measured, |days| of(dullness(&winter(days), &clear, DULL_CLEARNESS)))
    };
    println!("October to March, days with less than {DULL_CLEARNESS} of a clear sky's light:");
    figure(|dull| dull.share).check("share of days");
    figure(|dull| dull.after_dull).check("chance after another");
    figure(|dull| dull.mean_run).check("mean run, days");
    figure(|dull| dull.longest_run).check("longest run, days");
    // Of days duller than a middling one (0.75) more come after another: published, 0.6 to 0.7.
    let dull = Compared::of(&measured, |days| dullness(&winter(days), &clear, MIDDLING_CLEARNESS).after_dull);
    dull.check("duller than middling after another");
    assert!((0.55..0.70).contains(&dull.mean()), "{}", dull.mean());
}

fn params(panel: PanelParams, place: Place, start_unix_secs: i64) -> SiteParams {
    SiteParams {
        battery: BatteryParams::agm_12v(AmpHours::new(300.0)),
        panel,
        controller: ControllerParams::agm(),
        load: LoadParams::message_board(),
        place,
        start_unix_secs,
        initial_soc: Soc::clamped(0.8),
        sensors: SensorParams::default(),
        dull: Vec::new(),
    }
}

#[test]
fn a_sign_runs_through_a_measured_january() {
    let Some(year) = mirabel() else { return };
    let params = params(PanelParams::twelve_volt(240.0, 60.0), Place::montreal(), YEAR_START);
    let mut site = Site::in_weather(&params, year.clone(), Seed(1), &[]).expect("sound parameters");
    let mut warmth = 0.0;
    for _ in 0..31 * 1440 {
        let truth = site.step(Span::from_secs(60.0));
        assert!(truth.voltage.as_volts().is_finite() && truth.pv_power.as_watts() >= 0.0);
        warmth += truth.ambient.as_celsius() / (31.0 * 1440.0);
    }
    assert!((warmth + 13.9).abs() < 0.2, "{warmth}");
}

/// Mean share of light stopped in each month of some years.
fn stopped(weathering: PanelWeathering, tilt_degrees: f64) -> [f64; 12] {
    let mut sums = [0.0; 12];
    for seed in 0..6 {
        let sky = Sky::new(Place::montreal(), tilt_degrees, YEAR_START, &[], Seed(seed));
        let mut sky = sky.weathering(weathering, Seed(seed));
        for hour in 0..8760_u32 {
            let month =
                MONTH_ENDS.iter().position(|end| (hour as usize / 24) < *end).expect("within the year");
            sums[month] += sky.at(f64::from(hour) * 3600.0).stopped_ratio / 6.0 / 730.0;
        }
    }
    sums
}

#[test]
fn snow_lies_longer_on_a_flat_panel_than_on_a_steep_one_and_not_in_summer() {
    let shed = PanelWeathering { snow: Snow::Sheds, ..PanelWeathering::NONE };
    let cling = PanelWeathering { snow: Snow::Clings, ..shed };
    let (steep, flat, stuck) = (stopped(shed, 60.0), stopped(shed, 0.0), stopped(cling, 60.0));
    println!(
        "January's share of light stopped: 60° {:.2}, flat {:.2}, clinging {:.2}",
        steep[0], flat[0], stuck[0]
    );
    assert!((0.05..0.35).contains(&steep[0]) && flat[0] > 1.3 * steep[0] && stuck[0] > 1.3 * steep[0]);
    assert!([steep, flat, stuck].iter().all(|months| months[6] == 0.0));
}

#[test]
fn dirt_and_frost_cost_some_percent_over_a_winter() {
    let dirty = PanelWeathering { dirt_ratio_per_day: 0.002, ..PanelWeathering::NONE };
    let frosty = PanelWeathering { frost: true, ..PanelWeathering::NONE };
    let (dirt, frost) = (stopped(dirty, 45.0), stopped(frosty, 45.0));
    println!(
        "stopped in January: dirt {:.3}, frost {:.3} (night too); in July: dirt {:.3}",
        dirt[0], frost[0], dirt[6]
    );
    assert!((0.01..0.5).contains(&dirt[0]) && (0.001..0.05).contains(&dirt[6]));
    assert!((0.02..0.4).contains(&frost[0]) && frost[6] == 0.0);
}

#[test]
fn weathering_does_not_shift_the_sky_of_a_seed() {
    let weathering = PanelWeathering { snow: Snow::Sheds, frost: true, dirt_ratio_per_day: 0.002 };
    let (mut clean, mut out) = (sky(4, &[]), sky(4, &[]).weathering(weathering, Seed(4)));
    for hour in 0..2000 {
        let (clean, out) = (clean.at(f64::from(hour) * 3600.0), out.at(f64::from(hour) * 3600.0));
        assert_eq!(clean, sim::Weather { stopped_ratio: 0.0, ..out });
    }
}

#[test]
fn polar_night_gives_no_light_and_the_midnight_sun_never_sets() {
    let alert = Place { latitude_degrees: 82.5, longitude_degrees: -62.3, ..Place::sept_iles() };
    let run = |start: i64| {
        let mut site = Site::new(&params(PanelParams::twelve_volt(240.0, 60.0), alert, start), Seed(1), &[])
            .expect("sound parameters");
        (0..3 * 1440).map(|_| site.step(Span::from_secs(60.0))).collect::<Vec<_>>()
    };
    let (december, june) = (run(1_797_829_200), run(1_782_014_400));
    assert!(december.iter().all(|t| t.pv_power.as_watts() == 0.0 && t.sun_elevation_degrees < 0.0));
    assert!(june.iter().all(|t| t.sun_elevation_degrees > 0.0));
    assert!(june.iter().any(|t| t.pv_power.as_watts() > 50.0));
    assert!(december.iter().chain(&june).all(|t| t.voltage.as_volts().is_finite()));
}

#[test]
fn a_start_before_the_suns_formula_is_refused_by_name() {
    let old = params(PanelParams::twelve_volt(240.0, 60.0), Place::montreal(), 1_000_000_000);
    let error = Site::new(&old, Seed(1), &[]).map(|_| ()).map_err(|error| error.to_string());
    assert!(error.is_err_and(|message| message.starts_with("start_unix_secs is 1000000000, not within")));
}
