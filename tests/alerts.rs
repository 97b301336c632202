//! The alerts on whole runs, judged by promtool: the committed tests of `compose/prometheus/tests` are
//! made from the scenarios, hold, and are current. `BALISE_RENEW=1` writes them anew.
//!
//! Numbers may differ in their last digit between machines, so the committed series are compared within
//! a tolerance; what is claimed of the alerts must be the same to the letter.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use balise::stack::Tools;
use balise::{alerts, due, judge, scenario, simulation};
use exporter::ruletest::Claim;

const STORIES: [&str; 4] = ["mild-week", "dull-january", "cable-pulled", "false-full"];
const TOLERANCE: f64 = 0.002;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn committed(story: &str) -> PathBuf {
    root().join("compose/prometheus/tests").join(format!("{story}.yml"))
}

/// The test a story makes, and what it claims.
fn made(story: &str) -> (String, Vec<Claim>) {
    let path = root().join("scenarios").join(format!("{story}.toml"));
    let scenario = scenario::parse(&fs::read_to_string(path).unwrap()).unwrap();
    let run = simulation::simulate(&scenario, scenario.seed).unwrap();
    let claims = judge::claims(&scenario, &alerts::standard().rules, &due::standard(), &run.moments);
    (judge::rule_test(&scenario.name, "../rules/balise.yml", &run.series, &claims), claims)
}

#[test]
fn the_committed_tests_are_those_the_stories_make_and_prometheus_agrees() {
    let promtool = Tools::find().promtool;
    let mut claims = Vec::new();
    for story in STORIES {
        let (fresh, claimed) = made(story);
        claims.extend(claimed);
        if std::env::var_os("BALISE_RENEW").is_some() {
            fs::create_dir_all(committed(story).parent().unwrap()).unwrap();
            fs::write(committed(story), &fresh).unwrap();
        }
        let kept = fs::read_to_string(committed(story)).unwrap_or_default();
        same(&kept, &fresh)
            .unwrap_or_else(|difference| panic!("{story}: {difference}; renew with BALISE_RENEW=1"));
        match &promtool {
            None => skipped("skipped: promtool not found"),
            Some(promtool) => {
                let output =
                    Command::new(promtool).args(["test", "rules"]).arg(committed(story)).output().unwrap();
                let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
                assert!(output.status.success(), "{story}: {said}");
            }
        }
    }
    every_rule_is_shown(&claims);
}

/// What these stories are about; every rule has stories told by hand in `tests/rules.rs`.
const SHOWN: [&str; 4] =
    ["BaliseBatteryLow", "BaliseDeviceSilent", "BaliseNotCharging", "BaliseEstimateDisagrees"];

/// Each of them is seen to fire when due, to be quiet, and to be quiet again after it fired.
fn every_rule_is_shown(claims: &[Claim]) {
    for name in SHOWN {
        let of_rule = || claims.iter().filter(|claim| claim.alert == name);
        let fires = of_rule().find(|claim| claim.fires).unwrap_or_else(|| panic!("{name} never fires"));
        let resolved = of_rule().any(|claim| {
            !claim.fires && claim.battery == fires.battery && claim.from_hours > fires.until_hours
        });
        assert!(resolved, "{name} is never seen to resolve");
        let quiet: BTreeSet<String> =
            of_rule().filter(|claim| !claim.fires).map(|claim| claim.battery.to_string()).collect();
        assert!(quiet.len() >= 3, "{name} is quiet on {quiet:?} only");
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

/// Says why a test shows nothing, past the test runner's capture.
fn skipped(reason: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{reason}");
}
