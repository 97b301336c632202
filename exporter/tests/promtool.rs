//! What Prometheus' own tool says of our page and our rules. Where it is not to be had the test says
//! `skipped: …` and shows nothing.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use exporter::rules::{Language, Rule, Scaling, Thresholds, file, standard, with};
use exporter::ruletest::{Claim, RuleTest, Series};
use exporter::{BatteryId, Board, Info, Row, catalogue};

const STEP: Duration = Duration::from_secs(300);
const STEPS_PER_HOUR: usize = 12;
const CAPACITY_COULOMBS: f64 = 360_000.0;

fn promtool() -> Option<PathBuf> {
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain([fetched])
        .map(|folder| folder.join("promtool"))
        .find(|tool| tool.is_file());
    if found.is_none() {
        skipped("skipped: promtool not found");
    }
    found
}

/// What happens to one battery, by the hour.
struct Story {
    battery: BatteryId,
    hours: usize,
    soc: fn(f64) -> Option<f64>,
    stddev: f64,
    device_soc: fn(f64) -> Option<f64>,
    charged: fn(f64) -> f64,
    up: fn(f64) -> bool,
}

impl Story {
    /// Nothing: charged at a steady rate, everybody agrees.
    fn quiet(hours: usize) -> Self {
        Self {
            battery: BatteryId::new("QC-138-01", "main"),
            hours,
            soc: |_| Some(0.75),
            stddev: 0.02,
            device_soc: |_| Some(0.74),
            charged: |hours| hours * 2000.0,
            up: |_| true,
        }
    }

    fn series(&self) -> Vec<Series> {
        let of = |metric, value: &dyn Fn(f64) -> Option<f64>| Series {
            metric,
            battery: self.battery.clone(),
            values: (0..self.hours * STEPS_PER_HOUR)
                .map(|step| value(step as f64 / STEPS_PER_HOUR as f64))
                .collect(),
        };
        let live = |hours: f64, value: Option<f64>| value.filter(|_| (self.up)(hours));
        vec![
            of("balise_battery_soc_ratio", &|hours| live(hours, (self.soc)(hours))),
            of("balise_battery_soc_ratio_stddev", &|hours| live(hours, Some(self.stddev))),
            of("balise_battery_device_soc_ratio", &|hours| live(hours, (self.device_soc)(hours))),
            of("balise_battery_capacity_coulombs", &|hours| live(hours, Some(CAPACITY_COULOMBS))),
            of("balise_battery_charged_coulombs_total", &|hours| Some((self.charged)(hours).floor())),
            of("balise_battery_up", &|hours| Some(f64::from(u8::from((self.up)(hours))))),
        ]
    }

    fn claim(&self, alert: &'static str, span: (f64, f64), fires: bool) -> Claim {
        let (from_hours, until_hours) = span;
        Claim { alert, battery: self.battery.clone(), from_hours, until_hours, fires }
    }

    /// Every alert stays quiet all along, but for those that are `(name, due, over)`.
    fn claims(&self, firing: &[(&'static str, f64, f64)]) -> Vec<Claim> {
        let end = self.hours as f64;
        let mut claims = Vec::new();
        for rule in standard() {
            match firing.iter().find(|(alert, ..)| *alert == rule.name) {
                None => claims.push(self.claim(rule.name, (0.0, end), false)),
                Some((alert, due, over)) => {
                    claims.push(self.claim(alert, (0.0, *due), false));
                    claims.push(self.claim(alert, (*due, due + 0.1), true));
                    let afterwards = (over.min(end - 0.5), end);
                    claims.push(self.claim(alert, afterwards, *over >= end));
                }
            }
        }
        claims
    }
}

/// Whether promtool finds every claim about the story true.
fn holds(
    tool: &Path,
    rules: &[Rule],
    story: &Story,
    firing: &[(&'static str, f64, f64)],
) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let texts = |_: Language, key: &str| key.to_owned();
    std::fs::write(folder.path().join("rules.yml"), file(rules, &Scaling::real(), &texts)).unwrap();
    let yaml = RuleTest {
        name: "a story",
        rule_file: "rules.yml",
        interval: STEP,
        evaluation_interval: Duration::from_secs(60),
        series: &story.series(),
        claims: &story.claims(firing),
    }
    .yaml();
    let test = folder.path().join("test.yml");
    std::fs::write(&test, yaml).unwrap();
    let output = Command::new(tool).args(["test", "rules"]).arg(&test).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&said).into_owned()) }
}

fn check(story: &Story, firing: &[(&'static str, f64, f64)]) {
    if let Some(tool) = promtool() {
        holds(&tool, &standard(), story, firing).unwrap();
    }
}

#[test]
fn the_page_passes_the_metric_lint() {
    let Some(tool) = promtool() else { return };
    let board = Board::new("0.1.0");
    let mut row = Row::default();
    for column in catalogue::COLUMNS {
        *(column.slot)(&mut row) = Some(0.5);
    }
    for name in ["main", "\"};\n# é\\", ""] {
        let id = BatteryId::new(name, name);
        board.describe(&id, Info::new("agm", name));
        board.publish(&id, &row);
    }
    let mut lint = Command::new(tool).args(["check", "metrics"]).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut lint.stdin.take().unwrap(), board.render().as_bytes()).unwrap();
    assert!(lint.wait().unwrap().success());
}

#[test]
fn a_healthy_battery_raises_nothing() {
    check(&Story::quiet(60), &[]);
}

#[test]
fn a_battery_that_runs_down_is_reported_half_an_hour_later_and_resolves() {
    // 0.38 is more than half a deviation (0.01) below 0.40; two hours after hour 16 the alert is over.
    let soc = |hours| Some(if (10.0..16.0).contains(&hours) { 0.38 } else { 0.75 });
    let story = Story { soc, device_soc: soc, ..Story::quiet(24) };
    check(&story, &[("BaliseBatteryLow", 10.5, 18.1)]);
}

#[test]
fn an_estimate_that_is_not_sure_does_not_cry_wolf() {
    let soc = |_| Some(0.38);
    check(&Story { soc, device_soc: soc, stddev: 0.10, ..Story::quiet(24) }, &[]);
}

#[test]
fn a_low_battery_does_not_recover_by_falling_silent() {
    let soc = |_| Some(0.30);
    let story = Story { soc, device_soc: soc, up: |hours| hours < 5.0, ..Story::quiet(10) };
    check(&story, &[("BaliseBatteryLow", 0.5, 10.0), ("BaliseDeviceSilent", 5.25, 10.0)]);
}

#[test]
fn a_silent_device_is_reported_and_raises_nothing_else() {
    let story = Story { up: |hours| !(30.0..36.0).contains(&hours), ..Story::quiet(60) };
    check(&story, &[("BaliseDeviceSilent", 30.25, 36.2)]);
}

#[test]
fn a_day_without_charge_is_reported_once_the_day_was_seen() {
    // Two good charges; the second leaves the window a day later, and the hold is 3 h.
    let charged = |hours| f64::from(u8::from(hours >= 6.0) + u8::from(hours >= 30.0)) * 20_000.0;
    check(&Story { charged, ..Story::quiet(72) }, &[("BaliseNotCharging", 56.9, 72.0)]);
}

#[test]
fn the_first_day_is_not_judged() {
    let story = Story { charged: |_| 0.0, ..Story::quiet(24) };
    check(&story, &[]);
}

#[test]
fn a_day_not_seen_is_not_a_day_without_charge() {
    let story = Story { charged: |_| 0.0, up: |hours| !(6.0..=30.0).contains(&hours), ..Story::quiet(54) };
    check(&story, &[("BaliseDeviceSilent", 6.25, 30.3)]);
}

#[test]
fn a_device_that_believes_itself_full_is_contradicted() {
    let device_soc = |hours| Some(if (10.0..20.0).contains(&hours) { 1.0 } else { 0.75 });
    check(&Story { device_soc, ..Story::quiet(36) }, &[("BaliseEstimateDisagrees", 12.0, 21.1)]);
}

#[test]
fn a_wrong_threshold_or_hold_is_seen() {
    let Some(tool) = promtool() else { return };
    let soc = |hours| Some(if (10.0..16.0).contains(&hours) { 0.38 } else { 0.75 });
    let story = Story { soc, device_soc: soc, ..Story::quiet(24) };
    let firing = [("BaliseBatteryLow", 10.5, 18.1)];
    let low = |ratio| with(&Thresholds { low_soc_ratio: ratio, ..Thresholds::default() });
    let held = |minutes: u64| {
        let mut rules = standard();
        rules[0].hold = Duration::from_secs(minutes * 60);
        rules
    };
    for mutant in [low(0.30), low(0.80), held(5), held(120)] {
        assert!(holds(&tool, &mutant, &story, &firing).is_err(), "{mutant:?}");
    }
    holds(&tool, &standard(), &story, &firing).unwrap();
}

/// Says why a test shows nothing, past the test runner's capture.
fn skipped(reason: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{reason}");
}
