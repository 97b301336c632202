//! How good the look ahead is: simulated signs with hidden parameters, real bytes through the watch, a forecast each dusk
//! and what then became of the sign. `docs/autonomy.md` shows the tables.
//!
//! ```text
//! BALISE_SEEDS=200 cargo test --test autonomy -- --nocapture
//! ```
//!
//! Signs `1..` are reported on; whoever tunes uses `BALISE_FIRST_SEED=100001`.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use balise::foresight::{DISCONNECT_DEFAULT, Foresight, STANDING_DEFAULT};
use balise::outlook::sun::Standing;
use balise::simulation::silent_after;
use balise::stage::Stage;
use balise::watch::Watch;
use balise::{profiles, scenario};
use estimator::Belief;
use signals::{Seed, SimTime, Span, Stamp, Stream, Volts, uniform};

/// Days of a sign's story on which forecasts are made, after the first few.
const DAYS: usize = 36;
const LEARNING_DAYS: f64 = 4.0;
/// Days after the last forecast.
const AFTER_DAYS: usize = 8;
const NIGHTS: [usize; 3] = [1, 3, 7];

/// A forecast and its fate.
#[derive(Debug, Clone, Copy)]
struct Forecast {
    month: usize,
    dies: [f64; 3],
    died: [bool; 3],
}

fn between(chance: &mut Stream, low: f64, high: f64) -> f64 {
    low + (high - low) * uniform(chance)
}

fn one_of<T: Copy>(chance: &mut Stream, all: &[T]) -> T {
    all[(uniform(chance) * all.len() as f64) as usize]
}

/// A sign nobody has seen: what it is stands in the scenario alone.
fn story(seed: u64) -> (String, Standing) {
    let chance = &mut Seed(seed).stream("autonomy.story");
    let (place, latitude, longitude) = one_of(
        chance,
        &[
            ("montreal", 45.5, -73.7),
            ("quebec", 46.8, -71.4),
            ("saguenay", 48.3, -71.0),
            ("sept-iles", 50.2, -66.3),
            ("val-dor", 48.1, -77.8),
        ],
    );
    let start =
        one_of(chance, &["2025-10-03", "2025-10-28", "2025-11-14", "2025-12-05", "2026-01-04", "2026-02-02"]);
    let chemistry = one_of(chance, &["agm", "agm", "flooded", "gel", "lifepo4"]);
    let (kind, mean_watts) = one_of(
        chance,
        &[("message-board", 12.5), ("compact-board", 7.5), ("arrow-board", 9.5), ("portable-signal", 16.0)],
    );
    let scale = between(chance, 0.7, 1.3);
    let watts = mean_watts * scale;
    // Hours without sun the battery is meant to bridge, and a panel from too small to ample.
    let capacity = watts / 12.3 * 24.0 * between(chance, 4.0, 12.0);
    let panel = watts * between(chance, 7.0, 16.0);
    let (present, resistance) = (between(chance, 0.7, 1.02), between(chance, 0.8, 2.0));
    let (soc, snow) = (between(chance, 0.5, 1.0), one_of(chance, &["ignored", "sheds", "clings"]));
    let (dirt, conversion) = (between(chance, 0.0, 0.002), one_of(chance, &["pwm", "mppt"]));
    let text = format!(
        "balise_scenario = 1\nname = \"a\"\nstart = \"{start}T05:00:00Z\"\nduration_days = {days}\nstep_seconds = 60\n\
         [plant]\nplace = \"{place}\"\n[plant.battery]\nchemistry = \"{chemistry}\"\ncapacity_amp_hours = {capacity:.1}\n\
         present_capacity_ratio = {present:.3}\nresistance_ratio = {resistance:.3}\ninitial_soc_ratio = {soc:.3}\n\
         [plant.panel]\npower_watts = {panel:.1}\ntilt_degrees = 60\nsnow = \"{snow}\"\ndirt_ratio_per_day = {dirt:.5}\n\
         [plant.controller]\nkind = \"{conversion}\"\n[plant.load]\nkind = \"{kind}\"\nscale_ratio = {scale:.3}\n\
         [device]\nkind = \"vedirect-bmv\"\nevery_seconds = 60\n",
        days = DAYS + AFTER_DAYS,
    );
    (text, Standing { latitude_degrees: latitude, longitude_degrees: longitude, ..STANDING_DEFAULT })
}

/// Lives a sign's story; its forecasts and their fates.
fn forecasts(seed: u64) -> Vec<Forecast> {
    let (text, standing) = story(seed);
    let scenario = scenario::parse(&text).map_err(|complaints| format!("{complaints:?}\n{text}")).unwrap();
    let mut stage = Stage::new(&scenario, Seed(seed)).unwrap();
    let profile = profiles::for_scenario(&scenario);
    let disconnect = if text.contains("lifepo4") { Volts::new(11.6) } else { DISCONNECT_DEFAULT };
    let mut watch = Watch::new(scenario.device.kind, profile, Belief::default(), silent_after(&scenario))
        .foreseeing(Foresight::new(standing, disconnect, "study").when_asked());
    let wall_start = scenario.start.as_nanosecond() as i64;
    let end = SimTime::ZERO + Span::from_secs(((DAYS + AFTER_DAYS) * 86_400) as f64);
    let mut bytes = Vec::new();
    let mut asked: Vec<(SimTime, usize, [f64; 3])> = Vec::new();
    let (mut dawns, mut dark): (Vec<SimTime>, Vec<SimTime>) = (Vec::new(), Vec::new());
    let mut sun_was_up = false;
    let mut dusk: Option<SimTime> = None;
    while stage.truth().at < end {
        bytes.clear();
        stage.step(&mut bytes);
        let truth = *stage.truth();
        let now = truth.at;
        if !bytes.is_empty() {
            let stamp = Stamp { monotonic: now, wall_unix_nanos: wall_start + now.as_nanos() };
            watch.receive(stamp, &bytes, |_, _| {});
        }
        let sun_is_up = truth.sun_elevation_degrees > 0.0;
        if sun_is_up && !sun_was_up {
            dawns.push(now);
        }
        if sun_was_up && !sun_is_up {
            dusk = Some(now);
        }
        sun_was_up = sun_is_up;
        if truth.unpowered {
            dark.push(now);
        }
        // An hour after sunset, when the day has been learned from.
        if dusk.is_none_or(|dusk| now - dusk < Span::from_secs(3600.0)) || bytes.is_empty() {
            continue;
        }
        dusk = None;
        if now.as_hours() < LEARNING_DAYS * 24.0 || now.as_hours() > (DAYS * 24) as f64 {
            continue;
        }
        let stamp = Stamp { monotonic: now, wall_unix_nanos: wall_start + now.as_nanos() };
        let foreseen = watch.foresight().and_then(|foresight| foresight.ahead(stamp, watch.estimator()));
        let Some(foreseen) = foreseen else { continue };
        // What is dark already is no forecast.
        if !truth.unpowered {
            let stamp = scenario.start + jiff::SignedDuration::from_secs(now.as_secs() as i64);
            let month = stamp.to_string()[5..7].parse().unwrap();
            asked.push((now, month, foreseen.autonomy.survives.map(|lives| 1.0 - lives)));
        }
    }
    let fate = |from: SimTime, nights: usize| {
        let until = dawns.iter().filter(|dawn| **dawn > from).nth(nights - 1).copied().unwrap_or(end);
        dark.iter().any(|at| *at > from && *at <= until)
    };
    asked
        .into_iter()
        .map(|(at, month, dies)| Forecast { month, dies, died: NIGHTS.map(|nights| fate(at, nights)) })
        .collect()
}

/// Brier scores of the forecasts and of the population's own base rate by month, and the skill.
fn skill(all: &[Forecast], horizon: usize) -> (f64, f64, f64) {
    let rate = |month: usize| {
        let alike: Vec<bool> = all.iter().filter(|it| it.month == month).map(|it| it.died[horizon]).collect();
        alike.iter().filter(|died| **died).count() as f64 / alike.len().max(1) as f64
    };
    let rates: Vec<f64> = (0..13).map(rate).collect();
    let mean = |said: &dyn Fn(&Forecast) -> f64| {
        let off = |it: &Forecast| (said(it) - f64::from(u8::from(it.died[horizon]))).powi(2);
        all.iter().map(off).sum::<f64>() / all.len().max(1) as f64
    };
    let (ours, base) = (mean(&|it| it.dies[horizon]), mean(&|it| rates[it.month]));
    (ours, base, 1.0 - ours / base)
}

fn table(all: &[Forecast]) -> String {
    let mut text = String::from(
        "| nights | forecasts | went dark | Brier score | of the base rate | skill |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for (horizon, nights) in NIGHTS.iter().enumerate() {
        let (ours, base, skill) = skill(all, horizon);
        let died = all.iter().filter(|it| it.died[horizon]).count();
        text += &format!("| {nights} | {} | {died} | {ours:.4} | {base:.4} | {skill:.2} |\n", all.len());
    }
    text += "\n| said to go dark | 1 night: forecasts, went dark | 3 nights | 7 nights |\n| --- | --- | --- | --- |\n";
    for bin in 0..10 {
        let cells: Vec<String> = (0..3)
            .map(|horizon| {
                let inside: Vec<&Forecast> =
                    all.iter().filter(|it| ((it.dies[horizon] * 10.0) as usize).min(9) == bin).collect();
                let died = inside.iter().filter(|it| it.died[horizon]).count() as f64;
                match inside.len() {
                    0 => "0".to_owned(),
                    count => format!("{count}, {:.0} %", 100.0 * died / count as f64),
                }
            })
            .collect();
        text += &format!("| {} to {} % | {} |\n", 10 * bin, 10 * bin + 10, cells.join(" | "));
    }
    text
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn a_forecast_of_the_nights_to_come_beats_the_base_rate() {
    let (first, count) = (number("BALISE_FIRST_SEED", 1), number("BALISE_SEEDS", 12));
    let seeds: Vec<u64> = (first..first + count).collect();
    let halves: Vec<Vec<Forecast>> = std::thread::scope(|scope| {
        let tasks: Vec<_> = (0..2)
            .map(|half| {
                let mine: Vec<u64> = seeds.iter().copied().filter(|seed| seed % 2 == half).collect();
                scope.spawn(move || mine.into_iter().flat_map(forecasts).collect::<Vec<_>>())
            })
            .collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect()
    });
    let all = halves.concat();
    println!("{count} signs from seed {first}\n\n{}", table(&all));
    let (_, _, seven) = skill(&all, 2);
    assert!(seven > 0.4, "skill over seven nights {seven:.2}");
}
