//! State of health of measured lithium cells from parts of their cycles: the map of how a cell ages comes
//! from one cell, the parts from another, both ways. Reads `calce_cs2` of `BALISE_DATA`.
//!
//! `BALISE_SOH_CELLS=CS2_37,CS2_38` scores the committed profile on other cells of the set.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

#[path = "soh/ageing.rs"]
mod ageing;

use std::path::PathBuf;

use ageing::{Cycle, cycles};
use estimator::{Profile, Sample, capacity_in_window};
use rand::Rng;
use signals::Seed;

const PROFILE: &str = "fixtures/profiles/calce_cs2.toml";
/// Windows drawn from each cycle and direction.
const DRAWS: usize = 3;

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("BALISE_DATA").map(|data| PathBuf::from(data).join("calce_cs2"));
    let found = folder.filter(|folder| folder.is_dir());
    if found.is_none() {
        println!("skipped: BALISE_DATA has no calce_cs2");
    }
    found
}

/// Errors over many windows.
#[derive(Debug, Default)]
struct Score {
    absolute: Vec<f64>,
    errors: f64,
    covered: usize,
    width: f64,
    refused: usize,
}

impl Score {
    fn add(&mut self, found: Option<(f64, f64)>, truth: f64) {
        let Some((soh, stddev)) = found else {
            self.refused += 1;
            return;
        };
        let error = soh - truth;
        self.absolute.push(error.abs());
        self.errors += error;
        self.covered += usize::from(error.abs() <= 1.96 * stddev);
        self.width += 2.0 * 1.96 * stddev;
    }

    fn mae(&self) -> f64 {
        self.absolute.iter().sum::<f64>() / self.absolute.len() as f64
    }

    fn row(&self, what: &str) {
        let n = self.absolute.len() as f64;
        println!(
            "| {what} | {} | {:.2} % | {:.1} % | {:+.2} % | {:.0} % | {:.1} | {} |",
            self.absolute.len(),
            100.0 * self.mae(),
            100.0 * self.absolute.iter().copied().fold(0.0, f64::max),
            100.0 * self.errors / n,
            100.0 * self.covered as f64 / n,
            100.0 * self.width / n,
            self.refused
        );
    }
}

/// A drawn part of one direction of a cycle: 30 to 60 % of its capacity between drawn ends.
fn window(cycle: &Cycle, charging: bool, offset_amps: f64, chance: &mut impl Rng) -> Vec<Sample> {
    let (low, high) =
        cycle.charge.iter().fold((f64::MAX, f64::MIN), |(low, high), q| (low.min(*q), high.max(*q)));
    let whole = high - low;
    let size = (0.3 + 0.3 * uniform(chance)) * whole;
    let from = low + uniform(chance) * (whole - size);
    cycle
        .samples
        .iter()
        .zip(&cycle.charge)
        .filter(|(sample, q)| {
            let way = if charging { sample.amps > 0.02 } else { sample.amps < -0.02 };
            way && (from..=from + size).contains(*q)
        })
        .map(|(sample, _)| Sample { amps: sample.amps + offset_amps, ..*sample })
        .collect()
}

fn uniform(chance: &mut impl Rng) -> f64 {
    chance.next_u64() as f64 / u64::MAX as f64
}

fn score(profile: &Profile, cycles: &[Cycle], charging: bool, offset_amps: f64) -> Score {
    let mut chance = Seed(11).stream("windows");
    let mut score = Score::default();
    for cycle in cycles {
        let mut told = String::new();
        for _ in 0..DRAWS {
            let window = window(cycle, charging, offset_amps, &mut chance);
            let found = capacity_in_window(profile, &window).map(|found| (found.soh, found.soh_stddev));
            score.add(found, cycle.soh);
            told += &found
                .map_or(" -".to_owned(), |(soh, stddev)| format!(" {:+.3}±{:.3}", soh - cycle.soh, stddev));
        }
        if std::env::var_os("BALISE_SHOW").is_some() {
            println!("cycle {:4} soh {:.3}:{told}", cycle.number, cycle.soh);
        }
    }
    score
}

/// The capacity as a monitor follows it from one recorded cycle to the next: three windows each way, their
/// common error of the map, and a wander between.
fn followed(profile: &Profile, cycles: &[Cycle], offset_amps: f64, least: f64) -> Score {
    let mut chance = Seed(12).stream("windows");
    let mut score = Score::default();
    let (mut soh, mut variance, mut before) = (1.0, 0.1_f64.powi(2), 0);
    for cycle in cycles {
        variance += WANDER_PER_CYCLE.powi(2) * f64::from(cycle.number - before);
        before = cycle.number;
        let (mut weight, mut sum) = (0.0, 0.0);
        for charging in [true, false] {
            for _ in 0..DRAWS {
                let window = window(cycle, charging, offset_amps, &mut chance);
                if let Some(found) = capacity_in_window(profile, &window) {
                    let own = found.soh_stddev.powi(2);
                    (weight, sum) = (weight + 1.0 / own, sum + found.soh / own);
                }
            }
        }
        if weight > 0.0 {
            let noise = 1.0 / weight + COMMON.powi(2);
            let gain = variance / (variance + noise);
            soh += gain * (sum / weight - soh);
            variance *= 1.0 - gain;
        }
        if cycle.soh >= least {
            score.add(Some((soh, variance.sqrt())), cycle.soh);
        }
        if std::env::var_os("BALISE_SHOW").is_some() {
            let error = soh - cycle.soh;
            println!("followed {:4} soh {:.3}: {error:+.3}±{:.3}", cycle.number, cycle.soh, variance.sqrt());
        }
    }
    score
}

/// Wander of the capacity per square root of a cycle, and the error that windows of one cycle share.
const WANDER_PER_CYCLE: f64 = 0.005;
const COMMON: f64 = 0.015;

const OFFSETS: [f64; 5] = [0.0, 0.0055, -0.0055, 0.05, -0.05];

fn table(profile: &Profile, name: &str, cycles: &[Cycle]) {
    println!("| window, cell | windows | MAE | worst | bias | covered | width | refused |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for charging in [true, false] {
        for offset in OFFSETS {
            let found = score(profile, cycles, charging, offset);
            let way = if charging { "charge" } else { "discharge" };
            found.row(&format!("{way}, {name}, {:+.1} mA", 1000.0 * offset));
        }
    }
}

#[test]
fn a_part_of_a_cycle_tells_the_capacity_of_a_cell_never_seen() {
    let Some(folder) = folder() else { return };
    let mut mae = Vec::new();
    for (teacher, pupil) in [("CS2_35", "CS2_36"), ("CS2_36", "CS2_35")] {
        let text = ageing::profile(&[cycles(&folder, teacher)], teacher);
        let profile = Profile::parse(&text).unwrap();
        table(&profile, pupil, &cycles(&folder, pupil));
        let pupil_cycles = cycles(&folder, pupil);
        for least in [0.0, 0.6] {
            for offset in OFFSETS {
                let found = followed(&profile, &pupil_cycles, offset, least);
                found.row(&format!("followed, {pupil}, SOH from {least}, {:+.1} mA", 1000.0 * offset));
                if least > 0.0 && offset.abs() < 0.01 {
                    mae.push(found.mae());
                }
            }
        }
    }
    let mean = mae.iter().sum::<f64>() / mae.len() as f64;
    println!("followed, SOH from 0.6, offsets up to 0.5 % of 1C, both ways: MAE {:.2} %", 100.0 * mean);
    assert!(mean <= 0.02, "{mae:?}");
}

#[test]
fn the_committed_profile_is_the_one_the_records_give() {
    let Some(folder) = folder() else { return };
    let both = [cycles(&folder, "CS2_35"), cycles(&folder, "CS2_36")];
    let text = ageing::profile(&both, "CS2_35 and CS2_36");
    if std::env::var_os("BALISE_RENEW").is_some() {
        std::fs::write(PROFILE, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(PROFILE).unwrap(), text, "BALISE_RENEW=1 renews it");
}

#[test]
fn the_committed_profile_is_scored_on_cells_named_from_outside() {
    let (Some(folder), Ok(cells)) = (folder(), std::env::var("BALISE_SOH_CELLS")) else {
        println!("skipped: BALISE_SOH_CELLS names no cell");
        return;
    };
    let profile = Profile::parse(&std::fs::read_to_string(PROFILE).unwrap()).unwrap();
    for cell in cells.split(',') {
        let cycles = cycles(&folder, cell);
        table(&profile, cell, &cycles);
        for least in [0.0, 0.6] {
            for offset in OFFSETS {
                followed(&profile, &cycles, offset, least)
                    .row(&format!("followed, {cell}, SOH from {least}, {:+.1} mA", 1000.0 * offset));
            }
        }
    }
}
