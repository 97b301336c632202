//! The alerts on whole runs, judged by promtool: the committed tests of `compose/prometheus/tests` are
//! made from the scenarios, hold, and are current. `BALISE_RENEW=1` writes them anew.
//!
//! ```text
//! cargo test --test alerts -- --nocapture                         prints what each rule is seen to do, and the cost
//! cargo test --test alerts -- --ignored --nocapture               prints when what fires in each story
//! ```
//!
//! Numbers may differ in their last digit between machines, so the committed series are compared within
//! a tolerance; what is claimed of the alerts must be the same to the letter.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]

#[path = "alerts/chain.rs"]
mod chain;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use balise::judge::GRID_SECS;
use balise::scenario::{ExpectedAlert, Scenario};
use balise::stack::Tools;
use balise::{alerts, due, judge, scenario, simulation};
use chain::{Spell, Trouble, befallen};
use exporter::BatteryId;
use exporter::rules::{Rule, Scaling};
use exporter::ruletest::{Claim, Series};

const TOLERANCE: f64 = 0.002;

/// A run, and what befalls it beside its scenario.
#[derive(Clone, Copy)]
struct Story {
    name: &'static str,
    /// Its scenario, under `scenarios`.
    file: &'static str,
    /// The scenarios of the plants that follow, under the same monitor.
    then: &'static [&'static str],
    /// Only so many hours of it.
    hours: Option<f64>,
    /// Signs like it that nothing befalls.
    sisters: usize,
    /// What befalls the chain.
    spells: &'static [Spell],
    /// What must come of that: from, until, over by, hours.
    expected: &'static [(&'static str, [f64; 3])],
}

const PLAIN: Story =
    Story { name: "", file: "", then: &[], hours: None, sisters: 0, spells: &[], expected: &[] };

const STORIES: [Story; 11] = [
    Story { name: "mild-week", file: "mild-week", ..PLAIN },
    Story { name: "dull-january", file: "dull-january", ..PLAIN },
    Story { name: "cable-pulled", file: "cable-pulled", ..PLAIN },
    Story { name: "false-full", file: "false-full", ..PLAIN },
    Story { name: "emptied-bank", file: "alerts/emptied-bank", ..PLAIN },
    Story { name: "failed-controller", file: "alerts/failed-controller", ..PLAIN },
    Story { name: "corroded-terminal", file: "alerts/corroded-terminal", ..PLAIN },
    Story { name: "stuck-shunt", file: "alerts/stuck-shunt", ..PLAIN },
    Story { name: "swapped-battery", file: "alerts/swapped-battery", then: &["alerts/swapped-in"], ..PLAIN },
    Story { name: "dirty-panel", file: "alerts/dirty-panel", sisters: 5, ..PLAIN },
    Story {
        name: "broken-chain",
        file: "mild-week",
        hours: Some(24.0),
        spells: &[
            (Trouble::Unscraped, [0.0, 2.0]),
            (Trouble::Down, [4.0, 6.0]),
            (Trouble::Late { lag_steps: 3 }, [9.0, 12.0]),
            (Trouble::Unsaved, [15.0, 17.0]),
            (Trouble::Refused, [20.0, 22.0]),
        ],
        // Each within its patience and two samples of its cause, and over as soon as it is kept on for.
        expected: &[
            ("BaliseMonitorDown", [4.0, 4.5, 6.5]),
            ("BaliseDataLate", [9.25, 9.75, 12.75]),
            ("BaliseStateNotSaved", [15.25, 16.0, 17.75]),
            ("BaliseFileRefused", [20.0, 20.5, 22.5]),
        ],
        ..PLAIN
    },
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn committed(story: &str) -> PathBuf {
    root().join("compose/prometheus/tests").join(format!("{story}.yml"))
}

/// What came of a story.
struct Told {
    series: Vec<Series>,
    claims: Vec<Claim>,
    hours: f64,
}

impl Story {
    fn scenario(&self, file: &str) -> Scenario {
        let path = root().join("scenarios").join(format!("{file}.toml"));
        let mut scenario = scenario::parse(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|complaints| panic!("{}: {complaints:?}", path.display()));
        if let Some(hours) = self.hours {
            scenario.duration = signals::Span::from_secs(hours * 3600.0);
        }
        scenario.expect.alerts.extend(self.expected.iter().map(|(name, [from, until, over])| {
            ExpectedAlert {
                name: (*name).to_owned(),
                fires_between_hours: (*from, *until),
                over_by_hours: Some(*over),
            }
        }));
        scenario
    }

    fn told(&self) -> Told {
        let scenario = self.scenario(self.file);
        let then: Vec<Scenario> = self.then.iter().map(|file| self.scenario(file)).collect();
        let run = simulation::simulate_stints(&scenario, &then, scenario.seed, &mut |_, _| {}).unwrap();
        let claims = judge::claims(&scenario, &alerts::standard().rules, &due::standard(), &run.moments);
        let battery = BatteryId::new(&scenario.site, &scenario.battery);
        let mut series = befallen(run.series, &battery, self.spells);
        series.extend(self.sisters(&scenario));
        Told { series, claims, hours: run.moments.last().unwrap().at / 3600.0 }
    }

    /// Signs that stand beside it, alike and under the same sky: what a rule reads of them.
    fn sisters(&self, scenario: &Scenario) -> Vec<Series> {
        const COMPARED: [&str; 4] = [
            "balise_battery_charged_coulombs_total",
            "balise_battery_capacity_coulombs",
            "balise_battery_soc_ratio",
            "balise_battery_up",
        ];
        if self.sisters == 0 {
            return Vec::new();
        }
        let sound = Scenario { faults: Vec::new(), ..scenario.clone() };
        let mut series = simulation::simulate(&sound, sound.seed).unwrap().series;
        series.retain(|one| COMPARED.contains(&one.metric));
        let named = |number: usize| BatteryId::new(&scenario.site, &format!("{}-{number}", scenario.battery));
        let of = |number| {
            series.iter().map(move |one| Series { battery: named(number), ..one.clone() }).collect::<Vec<_>>()
        };
        (1..=self.sisters).flat_map(of).collect()
    }

    fn yaml(&self, told: &Told) -> String {
        judge::rule_test(self.name, "../rules/balise.yml", &told.series, &told.claims)
    }
}

#[test]
fn the_committed_tests_are_those_the_stories_make_and_prometheus_agrees() {
    let promtool = Tools::find().promtool;
    if promtool.is_none() {
        balise::speech::tell("skipped: promtool not found");
    }
    let mut seen = Seen::default();
    let mut complaints = String::new();
    for story in STORIES {
        let begun = Instant::now();
        let told = story.told();
        let (lived, fresh) = (begun.elapsed(), story.yaml(&told));
        let path = committed(story.name);
        if std::env::var_os("BALISE_RENEW").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &fresh).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if let Err(difference) = same(&kept, &fresh) {
            complaints += &format!("{}: {difference}; renew with BALISE_RENEW=1\n", story.name);
        }
        seen.add(story.name, &told);
        let Some(promtool) = &promtool else { continue };
        let begun = Instant::now();
        let output = Command::new(promtool).args(["test", "rules"]).arg(&path).output().unwrap();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            complaints += &format!("{}: {said}\n", story.name);
        }
        let (hours, judged) = (told.hours, begun.elapsed());
        println!("{}: {hours:.0} h lived in {lived:.1?}, judged in {judged:.1?}", story.name);
    }
    assert!(complaints.is_empty(), "{complaints}");
    seen.is_all();
}

/// What a rule must be seen to do, each in a run of the simulator.
const DEEDS: [&str; 4] = ["fires", "is quiet", "resolves", "no data"];

/// The first story in which each rule was seen to do each.
#[derive(Default)]
struct Seen(BTreeMap<(String, &'static str), &'static str>);

impl Seen {
    fn add(&mut self, story: &'static str, told: &Told) {
        for rule in &alerts::standard().rules {
            let claims: Vec<&Claim> = told.claims.iter().filter(|claim| claim.alert == rule.name).collect();
            let fires = claims.iter().find(|claim| claim.fires);
            let over =
                |claim: &&&Claim| !claim.fires && fires.is_some_and(|it| claim.from_hours > it.from_hours);
            let quiet_hours: f64 = claims.iter().map(|claim| claim.until_hours - claim.from_hours).sum();
            let unheard = unheard(rule, &told.series);
            let without_data = |claim: &&&Claim| {
                let within = |span: &&(f64, f64)| claim.from_hours <= span.0 && span.1 <= claim.until_hours;
                !claim.fires && unheard.iter().any(|span| within(&span))
            };
            let deeds = [
                fires.is_some(),
                fires.is_none() && quiet_hours > 12.0,
                claims.iter().any(|claim| over(&claim)),
                claims.iter().any(|claim| without_data(&claim)),
            ];
            for (deed, _) in DEEDS.iter().zip(deeds).filter(|(_, done)| *done) {
                self.0.entry((rule.name.clone(), *deed)).or_insert(story);
            }
        }
    }

    /// Prints the table, and sees that no place in it is empty.
    fn is_all(&self) {
        let mut table = format!("{:24}", "rule");
        DEEDS.iter().for_each(|deed| table += &format!("{deed:20}"));
        let mut missing = Vec::new();
        for rule in &alerts::standard().rules {
            table += &format!("\n{:24}", rule.name);
            for deed in DEEDS {
                let story = self.0.get(&(rule.name.clone(), deed)).copied();
                table += &format!("{:20}", story.unwrap_or("–"));
                if story.is_none() {
                    missing.push(format!("{} {deed}", rule.name));
                }
            }
        }
        println!("{table}");
        assert!(missing.is_empty(), "never seen: {missing:?}\n{table}");
    }
}

/// Spans of two hours and more in which nothing is there of what a rule lives on.
fn unheard(rule: &Rule, series: &[Series]) -> Vec<(f64, f64)> {
    let metric = match rule.name.as_str() {
        "BaliseMonitorDown" => "up",
        "BaliseDeviceSilent" => "balise_battery_up",
        "BaliseFileRefused" => "balise_reload_successful",
        "BaliseStateNotSaved" => "balise_state_saved_timestamp_seconds",
        _ => "balise_battery_voltage_volts",
    };
    let Some(series) = series.iter().find(|one| one.metric == metric) else { return Vec::new() };
    let hours = |step: usize| step as f64 * GRID_SECS / 3600.0;
    let (mut spans, mut at) = (Vec::new(), 0);
    for run in series.values.chunk_by(|one, next| one.is_some() == next.is_some()) {
        if run[0].is_none() && hours(run.len()) >= 2.0 {
            spans.push((hours(at), hours(at + run.len())));
        }
        at += run.len();
    }
    spans
}

/// For whoever writes a story: which alerts are firing when.
#[test]
#[ignore = "prints what a story's author wants to know"]
fn what_fires_when() {
    let Some(promtool) = Tools::find().promtool else { return };
    let wanted = std::env::var("BALISE_STORY").unwrap_or_default();
    for story in STORIES.iter().filter(|story| story.name.contains(&wanted)) {
        let told = story.told();
        let folder = tempfile::tempdir().unwrap();
        let rules = alerts::standard().rule_file(&Scaling::real());
        println!("{}", story.name);
        for (alert, spans) in judge::firing(&promtool, folder.path(), &rules, &told.series).unwrap() {
            let hours = |secs: f64| secs / 3600.0;
            let spans = spans.iter().map(|span| format!("{:.1}–{:.1}", hours(span.from), hours(span.until)));
            println!("  {alert:24}{}", spans.collect::<Vec<_>>().join("  "));
        }
    }
}

/// Line by line the same, but for the last digits of the series.
fn same(kept: &str, fresh: &str) -> Result<(), String> {
    let (mut left, mut right) = (kept.lines(), fresh.lines());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ok(()),
            (Some(left), Some(right)) if left == right => {}
            (Some(left), Some(right)) => match (values(left), values(right)) {
                (Some(left), Some(right)) if alike(&left, &right) => {}
                _ => return Err("a committed test is stale".to_owned()),
            },
            _ => return Err("a committed test is longer or shorter".to_owned()),
        }
    }
}

/// The samples of a line `values: "…"`, unfolded; `None` for any other line.
fn values(line: &str) -> Option<Vec<Option<f64>>> {
    let text = line.trim().strip_prefix("values: \"")?.strip_suffix('"')?;
    let mut all = Vec::new();
    for word in text.split(' ') {
        let (value, more) = word.split_once('x').unwrap_or((word, "0"));
        let count: usize = more.parse().ok()?;
        match value {
            "_" => all.extend(std::iter::repeat_n(None, count.max(1))),
            "stale" => all.push(None),
            number => all.extend(std::iter::repeat_n(Some(number.parse().ok()?), count + 1)),
        }
    }
    Some(all)
}

fn alike(left: &[Option<f64>], right: &[Option<f64>]) -> bool {
    let near = |pair: (&Option<f64>, &Option<f64>)| match pair {
        (Some(left), Some(right)) => (left - right).abs() <= TOLERANCE * (1.0 + left.abs().max(right.abs())),
        (left, right) => left == right,
    };
    left.len() == right.len() && left.iter().zip(right).all(near)
}

#[test]
fn folded_samples_are_compared_unfolded() {
    assert!(same("  values: \"0.5x2 stale _x2 1\"", "  values: \"0.5 0.5001 0.5 stale _ _ 1\"").is_ok());
    assert!(same("  values: \"0.5x2\"", "  values: \"0.5x3\"").is_err());
    assert!(same("  values: \"0.5 0.6\"", "  values: \"0.5 0.7\"").is_err());
}
