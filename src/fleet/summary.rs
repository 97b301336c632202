//! What came of a fleet: how often signs went dark, and how low their batteries ran.

use std::path::Path;

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};

use super::Depot;
use super::looks::{Plan, Row};
use crate::words::Words;

/// The version of the results.
const FLEET_VERSION: u32 = 1;

/// One depot: the signs of a scenario and a seed.
#[derive(Debug, Clone)]
pub(super) struct Summary {
    story: String,
    seed: u64,
    days: f64,
    signs: Vec<Sign>,
}

#[derive(Debug, Clone, Copy)]
struct Sign {
    soc_min: f64,
    soc_last: f64,
    unpowered_secs: f64,
}

impl Summary {
    /// Nothing seen yet.
    pub fn new(depot: &Depot) -> Self {
        let unseen = Sign { soc_min: 1.0, soc_last: 1.0, unpowered_secs: 0.0 };
        Self {
            story: depot.story.clone(),
            seed: depot.seed,
            days: depot.days,
            signs: vec![unseen; depot.signs],
        }
    }

    /// Takes in a look at one of its signs.
    pub fn add(&mut self, sign: usize, row: &Row) {
        let sign = &mut self.signs[sign];
        sign.soc_min = sign.soc_min.min(row.soc);
        sign.soc_last = row.soc;
        sign.unpowered_secs += row.unpowered_secs;
    }

    fn dark_signs(&self) -> usize {
        self.signs.iter().filter(|sign| sign.unpowered_secs > 0.0).count()
    }

    fn dark_hours(&self) -> f64 {
        self.signs.iter().map(|sign| sign.unpowered_secs).sum::<f64>() / 3600.0
    }

    /// Of the lowest charge of each sign: the lowest, the median.
    fn lows(&self) -> (f64, f64) {
        let mut lows: Vec<f64> = self.signs.iter().map(|sign| sign.soc_min).collect();
        lows.sort_unstable_by(f64::total_cmp);
        (lows.first().copied().unwrap_or(1.0), lows.get(lows.len() / 2).copied().unwrap_or(1.0))
    }

    fn value(&self) -> Value {
        let (lowest, median) = self.lows();
        let last = self.signs.iter().map(|sign| sign.soc_last).sum::<f64>() / self.signs.len() as f64;
        json!({
            "scenario": self.story,
            "seed": self.seed,
            "signs": self.signs.len(),
            "days": self.days,
            "signs_dark": self.dark_signs(),
            "dark_hours": self.dark_hours(),
            "soc_min": lowest,
            "soc_min_median": median,
            "soc_last_mean": last,
        })
    }
}

/// How long it took; told in `timing.json` and on the screen only.
#[derive(Debug, Default)]
pub(super) struct Took {
    wall_secs: f64,
    sign_steps: f64,
    threads: usize,
}

impl Took {
    /// Adds a scenario's run.
    pub fn add(&mut self, wall_secs: f64, sign_steps: f64, plan: &Plan) {
        self.wall_secs += wall_secs;
        self.sign_steps += sign_steps;
        self.threads = self.threads.max(plan.threads);
    }

    /// As a file.
    pub fn json(&self) -> String {
        let value = json!({
            "balise_timing": 1,
            "wall_secs": self.wall_secs,
            "sign_steps": self.sign_steps,
            "sign_steps_per_s": self.sign_steps / self.wall_secs,
            "threads": self.threads,
            "memory_peak_mib": memory_peak_mib(),
        });
        format!("{value:#}\n")
    }
}

/// The most memory this program has held, MiB, where the system tells.
fn memory_peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<f64>().ok().map(|kib| kib / 1024.0)
}

/// Every depot as JSON.
pub(super) fn json(summaries: &[Summary]) -> String {
    let fleets: Vec<Value> = summaries.iter().map(Summary::value).collect();
    format!("{:#}\n", json!({ "balise_fleet": FLEET_VERSION, "fleets": fleets }))
}

/// Every depot in a line, and how fast it went.
pub(super) fn text(summaries: &[Summary], took: &Took, out: &Path, words: Words) -> String {
    let mut text = String::new();
    for summary in summaries {
        let (lowest, median) = summary.lows();
        let blanks = [
            ("story", FluentValue::from(summary.story.as_str())),
            ("seed", FluentValue::from(summary.seed.to_string())),
            ("signs", FluentValue::from(summary.signs.len())),
            ("days", FluentValue::from(words.number(summary.days, 0))),
            ("dark", FluentValue::from(summary.dark_signs())),
            ("hours", FluentValue::from(words.number(summary.dark_hours(), 1))),
            ("lowest", FluentValue::from(words.percent(lowest, 0))),
            ("median", FluentValue::from(words.percent(median, 0))),
        ];
        text.push_str(&words.tell("fleet-line", &blanks));
        text.push('\n');
    }
    let blanks = [
        ("steps", FluentValue::from(words.number(took.sign_steps / 1e6, 1))),
        ("secs", FluentValue::from(words.number(took.wall_secs, 2))),
        ("rate", FluentValue::from(words.number(took.sign_steps / took.wall_secs / 1e6, 1))),
        ("threads", FluentValue::from(took.threads)),
        ("out", FluentValue::from(out.display().to_string())),
    ];
    text.push_str(&words.tell("fleet-took", &blanks));
    text.push('\n');
    text
}
