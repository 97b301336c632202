//! Scores the estimator on measured records cut at a random state of charge, started wrong.
//!
//! ```text
//! cargo run --release -p estimator --example cuts -- PROFILE.toml FILE.csv.gz… [--cuts N] [--seed S] [--volts MV]
//! ```
//!
//! Each record is cut at the row nearest to a random 15 to 85 %; the start is believed up to
//! ±40 points wrong, the current is off by ±50 mA, the voltage by ±MV. Only time, current, voltage and
//! temperature reach the estimator. Scored from 1,200 s on, in points of charge:
//!
//! ```text
//! score = width + (2/0.05)·(distance of the truth from the interval)      the interval score, alpha 0.05
//! ```
//!
//! The knee of a LiFePO4 record is where its reference first falls below 30 %; of others there is none.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a measuring tool at a developer's desk")]

use std::collections::BTreeMap;
use std::io::Read;
use std::time::Instant;

use estimator::{Belief, Estimator, Profile};
use signals::{Amps, Celsius, Reading, SimTime, Soc, Volts};

const SETTLED_SECS: f64 = 1200.0;
const LEAST_SECS: f64 = 2400.0;
const KNEE: f64 = 0.30;

#[derive(Clone, Copy)]
struct Row {
    secs: f64,
    amps: f64,
    volts: f64,
    celsius: f64,
    truth: f64,
}

#[derive(Clone, Copy, Default)]
struct Scores {
    rmse: f64,
    max: f64,
    coverage: f64,
    width: f64,
    interval: f64,
    bias: f64,
    minutes: f64,
    counter: f64,
    full: f64,
    before: f64,
    before_rows: f64,
    after: f64,
    after_rows: f64,
}

/// Numbers that only need to be spread out and to come again (splitmix64).
struct Chance(u64);

impl Chance {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn sign(&mut self) -> f64 {
        if self.unit() < 0.5 { -1.0 } else { 1.0 }
    }
}

fn read(path: &str) -> Vec<Row> {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let place = |name: &str| names.iter().position(|found| *found == name);
    let truth = place("soc_ref").or(place("soc_rel")).unwrap();
    let cell = |cells: &[&str], at: Option<usize>| {
        at.and_then(|at| cells.get(at)).and_then(|text| text.parse::<f64>().ok()).unwrap_or(f64::NAN)
    };
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            Row {
                secs: cell(&cells, place("time_s")),
                amps: cell(&cells, place("current_a")),
                volts: cell(&cells, place("voltage_v")),
                celsius: cell(&cells, place("temperature_c")),
                truth: cell(&cells, Some(truth)),
            }
        })
        .collect()
}

struct Errors {
    believed: f64,
    amps: f64,
    volts: f64,
}

fn run(profile: &Profile, rows: &[Row], errors: &Errors, trace: bool) -> (Scores, f64) {
    let soc = Soc::clamped(errors.believed);
    let mut estimator = Estimator::new(profile.clone(), Belief { soc: Some(soc), ..Belief::default() });
    let start = rows[0].secs;
    let (mut counter, mut full) = (soc.as_ratio(), 1.0_f64);
    let mut scores = Scores::default();
    let (mut n, mut secs, mut late) = (0.0, 0.0, 0.0_f64);
    let mut before = rows[0];
    for (i, row) in rows.iter().enumerate() {
        let reading = Reading {
            voltage: Some(Volts::new(row.volts + errors.volts)),
            current: Some(Amps::new(row.amps + errors.amps)),
            temperature: row.celsius.is_finite().then(|| Celsius::new(row.celsius)),
            current_is_net: true,
            ..Reading::default()
        };
        let clock = Instant::now();
        let estimate = estimator.update(SimTime::from_secs(row.secs), &reading).unwrap();
        secs += clock.elapsed().as_secs_f64();
        let moved = (0.5 * (row.amps + before.amps) + errors.amps) * (row.secs - before.secs) / 3600.0;
        counter = (counter + moved / profile.capacity().as_amp_hours()).clamp(0.0, 1.0);
        full = (full + moved / profile.capacity().as_amp_hours()).clamp(0.0, 1.0);
        before = *row;
        let truth = row.truth.clamp(0.0, 1.0);
        let error = estimate.soc.as_ratio() - truth;
        let reach = 1.959_964 * estimate.soc_stddev;
        let low = (estimate.soc.as_ratio() - reach).max(0.0);
        let high = (estimate.soc.as_ratio() + reach).min(1.0);
        if trace && i % 120 == 0 {
            println!(
                "  {:6.0} s  truth {:5.1}  soc {:5.1} ± {:4.1}  innovation {:6.1} mV",
                row.secs - start,
                100.0 * truth,
                100.0 * estimate.soc.as_ratio(),
                100.0 * estimate.soc_stddev,
                1e3 * estimate.innovation.as_volts()
            );
        }
        if error.abs() > 0.02 {
            late = row.secs - start;
        }
        if row.secs - start < SETTLED_SECS {
            continue;
        }
        n += 1.0;
        let covered = f64::from(u8::from(low <= truth && truth <= high));
        scores.rmse += error * error;
        scores.bias += error;
        scores.max = scores.max.max(error.abs());
        scores.coverage += covered;
        scores.width += high - low;
        scores.interval += high - low + 40.0 * (low - truth).max(truth - high).max(0.0);
        scores.counter += (counter - truth).powi(2);
        scores.full += (full - truth).powi(2);
        if truth > KNEE {
            scores.before += covered;
            scores.before_rows += 1.0;
        } else {
            scores.after += error * error;
            scores.after_rows += 1.0;
        }
    }
    let last = rows[rows.len() - 1].secs - start;
    scores.minutes = if late >= last { f64::INFINITY } else { late / 60.0 };
    for (value, scale) in
        [(&mut scores.bias, n), (&mut scores.coverage, n), (&mut scores.width, n), (&mut scores.interval, n)]
    {
        *value /= scale;
    }
    for value in [&mut scores.rmse, &mut scores.counter, &mut scores.full] {
        *value = (*value / n).sqrt();
    }
    scores.after = (scores.after / scores.after_rows).sqrt();
    scores.before /= scores.before_rows;
    (scores, rows.len() as f64 / secs)
}

fn mean(all: &[Scores], of: impl Fn(&Scores) -> f64) -> f64 {
    let sound: Vec<f64> = all.iter().map(of).filter(|value| value.is_finite()).collect();
    sound.iter().sum::<f64>() / sound.len() as f64
}

fn print(name: &str, all: &[Scores]) {
    let worst = |of: fn(&Scores) -> f64| all.iter().map(of).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let stays = all.iter().filter(|scores| scores.minutes <= 10.0).count();
    println!(
        "{name:<26} {:3}  rmse {:5.2} ({:5.2})  max {:5.2} ({:5.2})  bias {:5.2}  cover {:5.1}  width {:5.1}  score {:6.1}  stays {stays:2}/{:<3} | before {:5.1}  after {:5.2} ({:5.2}) | counter {:4.1}  full {:4.1}",
        all.len(),
        100.0 * mean(all, |s| s.rmse),
        100.0 * worst(|s| s.rmse),
        100.0 * mean(all, |s| s.max),
        100.0 * worst(|s| s.max),
        100.0 * mean(all, |s| s.bias),
        100.0 * mean(all, |s| s.coverage),
        100.0 * mean(all, |s| s.width),
        100.0 * mean(all, |s| s.interval),
        all.len(),
        100.0 * mean(all, |s| s.before),
        100.0 * mean(all, |s| s.after),
        100.0 * worst(|s| s.after),
        100.0 * mean(all, |s| s.counter),
        100.0 * mean(all, |s| s.full),
    );
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mut paths, mut cuts, mut seed, mut millivolts, mut trace) = (Vec::new(), 10, 1, 0.0, false);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().and_then(|text| text.parse::<f64>().ok()).unwrap();
        match argument.as_str() {
            "--cuts" => cuts = value() as usize,
            "--seed" => seed = value() as u64,
            "--volts" => millivolts = value(),
            "--trace" => trace = true,
            _ => paths.push(argument),
        }
    }
    let profile = Profile::parse(&std::fs::read_to_string(paths.remove(0)).unwrap())
        .unwrap_or_else(|error| panic!("{error}"));
    let mut all = Vec::new();
    let mut groups: BTreeMap<String, Vec<Scores>> = BTreeMap::new();
    let mut paces = Vec::new();
    for path in &paths {
        let rows = read(path);
        let name = path.rsplit('/').next().unwrap().trim_end_matches(".csv.gz");
        let mut chance = Chance(name.bytes().fold(seed, |sum, byte| sum.wrapping_mul(31) + u64::from(byte)));
        let mut found = Vec::new();
        for _ in 0..cuts * 20 {
            let at = 0.15 + 0.70 * chance.unit();
            let errors = Errors {
                believed: (at + 0.8 * (chance.unit() - 0.5)).clamp(0.0, 1.0),
                amps: 0.05 * chance.sign(),
                volts: millivolts / 1e3 * chance.sign(),
            };
            let off = |row: &Row| if row.truth.is_nan() { f64::INFINITY } else { (row.truth - at).abs() };
            let Some(cut) = (0..rows.len()).min_by(|a, b| off(&rows[*a]).total_cmp(&off(&rows[*b]))) else {
                continue;
            };
            let long_enough = rows[rows.len() - 1].secs - rows[cut].secs >= LEAST_SECS;
            if !long_enough || off(&rows[cut]) > 0.02 || found.len() == cuts {
                continue;
            }
            if trace {
                println!(
                    "{name} from {:.1} believed {:.1} amps {:.2}",
                    100.0 * at,
                    100.0 * errors.believed,
                    errors.amps
                );
            }
            let (scores, pace) = run(&profile, &rows[cut..], &errors, trace);
            found.push(scores);
            paces.push(pace);
        }
        if !found.is_empty() {
            print(name, &found);
        }
        let group = name.split('_').next().unwrap_or(name);
        let group = if group == "DYN" { name } else { group };
        groups.entry(group.to_owned()).or_default().extend(&found);
        all.extend(found);
    }
    println!("by temperature");
    for (name, scores) in groups.iter().filter(|(_, scores)| !scores.is_empty()) {
        print(name, scores);
    }
    print("all", &all);
    println!("{:.2} million updates a second", paces.iter().sum::<f64>() / paces.len() as f64 / 1e6);
}
