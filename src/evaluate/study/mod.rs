//! The study of models: every way that was tried to tell the state of charge, on the same cuts of the same
//! records, with its error, its interval and its cost.
//!
//! ```text
//! files -> cuts -> (for each method) sensed rows -> said -> scores -> one table a set
//! ```
//!
//! All read the same profile; the plain filters differ in their method alone ([`circuit`]). Records that the
//! learned one was trained on are left out for everybody, by name. Costs are of this machine and this run: they
//! are printed, and nothing else depends on them.

mod belief;
mod circuit;
mod contender;
mod cubature;
mod extended;
mod hypotheses;
mod learned;

use std::time::Instant;

use estimator::Profile;
use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};
use signals::{Seed, SimTime};

use super::blind::{Halves, Sensed};
use super::conditions::Setting;
use super::score::{Scored, Scores, score};
use super::scoring::{Asked, Source, file_name, sources, spread};
use super::spoil::{Spoil, Spoiled};
use super::summary::{COVERAGE, MAE, MAX, MethodSummary, RMSE, SCORE, WIDTH, method_json, of_methods};
use super::trial::{Trial, reading};
use super::{cells, check, cuts, rows};
use crate::failure::Failure;
use crate::report::{Cell, Sheet, Sheets, write_sheets};
use crate::run::report_failure;
use crate::words::Words;
use contender::{COUNT, Contender, NAMES};
use learned::Network;

/// Version of the results file.
const VERSION: u32 = 1;
/// Methods whose cost is not told: they are run together.
const UNTIMED: [&str; 2] = ["coulomb_counter", "rest_lookup"];

/// What one method made of one trial.
#[derive(Debug, Clone, Copy)]
struct Made {
    scores: Option<Scores>,
    secs: f64,
    rows: usize,
}

/// A set of records and what each method made of it.
#[derive(Debug, Clone)]
struct Set {
    name: String,
    chemistry: &'static str,
    files: Vec<String>,
    trained_on: Vec<String>,
    trials: usize,
    methods: [Option<(MethodSummary, f64)>; COUNT],
}

/// Everything that came of it.
#[derive(Debug, Clone)]
pub struct Study {
    sets: Vec<Set>,
    cuts: u64,
    seed: u64,
}

/// Runs the study, and writes `report.html` and `results.json` where `out` is given.
///
/// # Errors
/// Exit 3 where a profile is bad, no record fits one, or the results cannot be written.
pub fn study(asked: &Asked, words: Words) -> Result<Study, Failure> {
    let (sources, _) = sources(asked, words)?;
    let mut sets = Vec::new();
    for source in &sources {
        let network = Network::of(source.profile.name());
        let trained_on = network.as_ref().map_or_else(Vec::new, |network| network.trained_on.clone());
        let files: Vec<_> =
            source.files.iter().filter(|file| !trained_on.contains(&file_name(file))).collect();
        let made = spread(&files, asked.jobs, |file| {
            let path = file.display().to_string();
            one(&path, &file_name(file), source, network.as_ref(), asked, words).unwrap_or_default()
        });
        let scored = files.iter().zip(&made).filter(|(_, made)| !made.is_empty());
        let trials: Vec<&[Option<Made>; COUNT]> = made.iter().flatten().collect();
        sets.push(Set {
            name: source.name.clone(),
            chemistry: source.profile.chemistry(),
            files: scored.map(|(file, _)| file_name(file)).collect(),
            trained_on,
            trials: trials.len(),
            methods: std::array::from_fn(|method| of_method(&trials, method)),
        });
    }
    let study = Study { sets, cuts: asked.cuts, seed: asked.seed };
    if let Some(dir) = &asked.options.out {
        write_sheets(dir, &study.sheets(words), &study.json(), words)
            .map_err(|error| report_failure(&error, words))?;
    }
    Ok(study)
}

/// All trials of one file; none where it cannot be scored.
fn one(
    path: &str,
    name: &str,
    source: &Source,
    network: Option<&Network>,
    asked: &Asked,
    words: Words,
) -> Result<Vec<[Option<Made>; COUNT]>, Failure> {
    let (table, profile) = (rows::read(path, words)?, &source.profile);
    check::check(path, &table, profile, words)?;
    if table.reference.is_none() {
        return Ok(Vec::new());
    }
    let halves = Halves::of(&table);
    let setting = Setting {
        cells: cells::in_series(profile),
        block_cells: cells::in_block(profile),
        capacity_amp_hours: profile.capacity().as_amp_hours(),
        base: Spoil::default(),
    };
    let planned = cuts::plan(&cuts::draw(&halves, name, asked.cuts, Seed(asked.seed)), &setting);
    Ok(planned.iter().filter_map(|planned| attempt(&halves, profile, network, &planned.trial)).collect())
}

/// One trial of every method.
fn attempt(
    halves: &Halves,
    profile: &Profile,
    network: Option<&Network>,
    trial: &Trial,
) -> Option<[Option<Made>; COUNT]> {
    let cut = halves.cut_at(trial.from_row);
    let Spoiled { halves, .. } = trial.spoil.apply(&cut, profile.capacity().as_amp_hours(), trial.seed)?;
    Some(std::array::from_fn(|place| {
        let contender = Contender::new(place, profile, network, trial.told)?;
        Some(made(&halves, contender))
    }))
}

fn made(halves: &Halves, mut contender: Contender<'_>) -> Made {
    let started = Instant::now();
    let say = |row: &Sensed| contender.look(SimTime::from_secs(row.time_secs), &reading(row));
    let said: Vec<_> = halves.sensed.iter().map(say).collect();
    let secs = started.elapsed().as_secs_f64();
    let each = halves.sensed.iter().zip(&halves.truth).zip(said);
    let series: Vec<Scored> = each
        .filter_map(|((sensed, truth), said)| {
            let said = said?;
            Some(Scored {
                time_secs: sensed.time_secs,
                truth: (*truth)?,
                soc: said.soc,
                interval: said.interval,
            })
        })
        .collect();
    Made { scores: score(&series), secs, rows: halves.sensed.len() }
}

/// One method over all trials, with what an update cost, s; `None` where it never ran.
fn of_method(trials: &[&[Option<Made>; COUNT]], method: usize) -> Option<(MethodSummary, f64)> {
    let made: Vec<Made> = trials.iter().filter_map(|trial| trial[method]).collect();
    let scores: Vec<&Scores> = made.iter().filter_map(|made| made.scores.as_ref()).collect();
    let rows = made.iter().map(|made| made.rows).sum::<usize>() as f64;
    let secs = made.iter().map(|made| made.secs).sum::<f64>();
    (!scores.is_empty()).then(|| (of_methods(&scores), secs / rows.max(1.0)))
}

impl Study {
    /// For machines.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "balise_study": VERSION,
            "cuts": self.cuts,
            "seed": self.seed,
            "sets": self.sets.iter().map(|set| json!({
                "set": set.name,
                "chemistry": set.chemistry,
                "files": set.files,
                "left_out_trained_on": set.trained_on,
                "trials": set.trials,
                "methods": NAMES.iter().zip(&set.methods).map(|(name, found)| {
                    ((*name).to_owned(), found.as_ref().map_or(Value::Null, |(summary, _)| method_json(summary)))
                }).collect::<serde_json::Map<_, _>>(),
            })).collect::<Vec<_>>(),
        })
    }

    /// For people.
    #[must_use]
    pub fn table(&self, words: Words) -> String {
        self.sheets(words).text()
    }

    fn sheets(&self, words: Words) -> Sheets {
        let blanks =
            [("cuts", FluentValue::from(self.cuts)), ("seed", FluentValue::from(self.seed.to_string()))];
        Sheets {
            title: words.say("study-title"),
            kind: words.say("evaluate-kind"),
            story: vec![words.tell("study-story", &blanks), words.say("study-columns")],
            sheets: self.sets.iter().filter(|set| set.trials > 0).map(|set| sheet(set, words)).collect(),
            ..Sheets::default()
        }
    }
}

fn sheet(set: &Set, words: Words) -> Sheet {
    let blanks = [
        ("set", FluentValue::from(set.name.clone())),
        ("trials", FluentValue::from(set.trials)),
        ("files", FluentValue::from(set.files.len())),
        ("trained", FluentValue::from(set.trained_on.join(", "))),
    ];
    let left_out = (!set.trained_on.is_empty()).then(|| words.tell("study-left-out", &blanks));
    let head =
        ["study-method", "scoring-rmse", "study-mae", "scoring-worst", "scoring-max", "scoring-within-2"];
    let tail = ["scoring-covered", "scoring-width", "scoring-score", "study-cost"];
    Sheet {
        title: words.tell("study-set", &blanks),
        notes: left_out.into_iter().collect(),
        head: head.iter().chain(&tail).map(|key| words.say(key)).collect(),
        rows: NAMES.iter().zip(&set.methods).map(|(name, found)| row(name, found.as_ref(), words)).collect(),
    }
}

fn row(name: &str, found: Option<&(MethodSummary, f64)>, words: Words) -> Vec<Cell> {
    let title = words.say(&format!("study-{}", name.replace('_', "-")));
    let Some((summary, secs)) = found else {
        return std::iter::once(title)
            .chain(std::iter::repeat_n("–".to_owned(), 9))
            .map(Cell::plain)
            .collect();
    };
    let stage = &summary.settled;
    let percent = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| words.percent(value, 1));
    let cost = if UNTIMED.contains(&name) { "–".to_owned() } else { words.number(secs * 1e9, 0) };
    let cells = [
        title,
        percent(stage.mean[RMSE]),
        percent(stage.mean[MAE]),
        percent(stage.worst[RMSE]),
        percent(stage.worst[MAX]),
        format!("{}/{}", summary.within_2pct.arrived, summary.within_2pct.of),
        percent(stage.mean[COVERAGE]),
        percent(stage.mean[WIDTH]),
        percent(stage.mean[SCORE]),
        cost,
    ];
    cells.into_iter().map(Cell::plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Options;

    /// A made-up discharge of an AGM block, its voltage half a volt over rest for the first rows.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let row = |k: u32| {
            let soc = 0.95 - f64::from(k) / 500.0;
            format!("{},-20,{:.3},{soc:.5}", f64::from(k) * 36.0, 11.65 + 1.15 * soc)
        };
        let rows = (0..400).map(row).collect::<Vec<_>>().join("\n");
        let text = format!("time_s,current_a,voltage_v,soc_ref\n{rows}\n");
        std::fs::write(folder.path().join("a_P25.csv"), text).expect("written");
        folder
    }

    fn asked(folder: &tempfile::TempDir, jobs: usize) -> Asked {
        let options = Options {
            data: folder.path().display().to_string(),
            profile: "agm_12v".to_owned(),
            ..Options::default()
        };
        Asked { options, cuts: 2, jobs: Some(jobs), is_quiet: true, ..Asked::default() }
    }

    #[test]
    fn every_method_is_scored_on_the_same_cuts_whatever_the_number_of_threads() {
        let folder = folder();
        let found = |jobs| study(&asked(&folder, jobs), Words::English).expect("studied");
        let (one, two) = (found(1).json(), found(2).json());
        assert_eq!(one, two);
        let set = &one["sets"][0];
        assert_eq!(set["trials"], 16);
        for name in NAMES.iter().filter(|name| **name != "learned") {
            assert!(set["methods"][name]["from_start"]["mean"]["rmse"].is_number(), "{name}: {set}");
        }
        assert!(set["methods"]["learned"].is_null(), "nobody trained a network for this profile");
    }

    #[test]
    fn the_table_is_in_both_languages() {
        let folder = folder();
        let found = study(&asked(&folder, 1), Words::English).expect("studied");
        assert!(found.table(Words::English).contains("coulomb counter"));
        assert!(found.table(Words::French).contains("compteur de coulombs"));
    }
}
