//! Rules over months: replayed from back-filled series they fire exactly as in Prometheus' own rule engine,
//! and fast enough to be asked often.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

use balise::due::SpanSecs;
use balise::judge;
use balise::months::backfill::backfill;
use balise::months::grid::{Grid, Series};
use balise::months::judged::{self, Judged};
use balise::months::life::{live, looks_ahead};
use balise::months::population;
use balise::months::replay::{Fired, replay};
use balise::months::run::{self, Plan, Took};
use balise::months::score::Score;
use balise::months::story::Story;
use balise::stack::{Archive, Tools};
use exporter::BatteryId;
use exporter::rules::Scaling;
use signals::{Seed, Stream, uniform};

/// Prometheus and promtool, or nothing after saying so.
fn tools() -> Option<Tools> {
    let tools = Tools::find();
    for (name, tool) in [("promtool", &tools.promtool), ("prometheus", &tools.prometheus)] {
        if tool.is_none() {
            println!("skipped: {name} not found");
        }
    }
    (tools.promtool.is_some() && tools.prometheus.is_some()).then_some(tools)
}

/// Back-fills and replays; the spans of each rule, and the seconds each of the two took.
fn replayed(tools: &Tools, grid: &Grid, series: &[Series], rules: &[Judged]) -> (Vec<Fired>, [f64; 2]) {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let begin = Instant::now();
    let promtool = tools.promtool.as_deref().unwrap();
    backfill(promtool, &dir.path().join("texts"), &data, grid, &series.iter().collect::<Vec<_>>(), 2)
        .unwrap();
    let filled = begin.elapsed().as_secs_f64();
    let look_back = Duration::from_secs(grid.look_back_secs().unsigned_abs());
    let archive = Archive::start(dir.path(), &data, tools, look_back).unwrap();
    let fired = replay(&archive, rules, grid, 2).unwrap();
    (fired, [filled, begin.elapsed().as_secs_f64() - filled])
}

/// A value that wanders between two bounds, with gaps in which all of the battery's values are gone.
fn wander(chance: &mut Stream, low: f64, high: f64, gaps: &[bool]) -> Vec<Option<f64>> {
    let mut value = low + (high - low) * uniform(chance);
    gaps.iter()
        .map(|gap| {
            value = (value + (high - low) * 0.12 * (uniform(chance) - 0.5)).clamp(low, high);
            (!gap).then_some((value * 1e4).round() / 1e4)
        })
        .collect()
}

/// Runs of absence: of some steps, or of none.
fn gaps(chance: &mut Stream, steps: usize) -> Vec<bool> {
    let mut is_gap = false;
    (0..steps)
        .map(|_| {
            is_gap = if is_gap { uniform(chance) < 0.7 } else { uniform(chance) < 0.04 };
            is_gap
        })
        .collect()
}

/// One battery's random life, as the rules see it.
fn life(seed: u64, steps: usize) -> Vec<(&'static str, Vec<Option<f64>>)> {
    let chance = &mut Seed(seed).stream("months.random");
    let gaps = gaps(chance, steps);
    let mut charged = 0.0;
    let charges = (0..steps).map(|step| {
        let by_day = (step / 72) % 3 != 0 && uniform(chance) < 0.3;
        charged += if by_day { 40_000.0 * uniform(chance) } else { 0.0 };
        Some(charged.round())
    });
    let charges: Vec<_> = charges.collect();
    vec![
        ("balise_battery_soc_ratio", wander(chance, 0.3, 0.6, &gaps)),
        ("balise_battery_soc_ratio_stddev", wander(chance, 0.0, 0.1, &gaps)),
        ("balise_battery_device_soc_ratio", wander(chance, 0.2, 0.9, &gaps)),
        ("balise_battery_capacity_coulombs", wander(chance, 1_000_000.0, 1_200_000.0, &gaps)),
        ("balise_battery_charged_coulombs_total", charges),
        ("balise_battery_up", gaps.iter().map(|gap| Some(f64::from(u8::from(!gap)))).collect()),
    ]
}

/// Rules about one battery by itself, which the random lives put to the test.
const COMPARED: [&str; 4] =
    ["BaliseBatteryLow", "BaliseDeviceSilent", "BaliseNotCharging", "BaliseEstimateDisagrees"];

/// The rules that ship and need no look ahead, which would take most of the time.
fn quick_rules() -> Vec<Judged> {
    let mut rules = judged::of_the_product();
    rules.retain(|rule| !looks_ahead(&judged::metrics(std::slice::from_ref(rule))));
    rules
}

#[test]
fn a_replay_fires_exactly_when_prometheus_does() {
    const STEPS: usize = 500;
    const BATTERIES: u64 = 5;
    let Some(tools) = tools() else { return };
    let dir = tempfile::tempdir().unwrap();
    let chance = &mut Seed(6).stream("months.holds");
    let mut alerts = balise::alerts::standard().clone();
    alerts.rules.retain(|rule| COMPARED.contains(&rule.name.as_str()));
    for rule in &mut alerts.rules {
        let steps = |chance: &mut Stream, most: f64| {
            Duration::from_secs(judge::GRID_SECS as u64 * (most * uniform(chance)) as u64)
        };
        (rule.hold, rule.keep_firing) = (steps(chance, 4.0), steps(chance, 5.0));
    }
    let grid = Grid { start_unix_secs: 1_767_225_600, step_secs: judge::GRID_SECS as i64, steps: STEPS };
    let lives: Vec<_> = (0..BATTERIES).map(|battery| life(battery, STEPS)).collect();
    let series: Vec<Series> = lives
        .iter()
        .enumerate()
        .flat_map(|(battery, life)| {
            life.iter().map(move |(metric, values)| Series {
                metric: (*metric).to_owned(),
                labels: vec![
                    ("site".to_owned(), "S".to_owned()),
                    ("battery".to_owned(), battery.to_string()),
                ],
                values: values.iter().map(|value| value.unwrap_or(f64::NAN)).collect(),
            })
        })
        .collect();
    let judged = judged::of(&alerts.rules);
    let (fired, _) = replayed(&tools, &grid, &series, &judged);
    let yaml = alerts.rule_file(&Scaling::real());
    let mut compared = 0;
    for (battery, life) in lives.into_iter().enumerate() {
        let id = BatteryId::new("S", &battery.to_string());
        let series: Vec<_> = life
            .into_iter()
            .map(|(metric, values)| exporter::ruletest::Series {
                metric,
                battery: id.clone(),
                labels: Vec::new(),
                values,
            })
            .collect();
        let promtool = tools.promtool.as_deref().unwrap();
        let expected = judge::firing(promtool, dir.path(), &yaml, &series).unwrap();
        for (rule, fired) in judged.iter().zip(&fired) {
            let own: Vec<SpanSecs> = fired
                .iter()
                .filter(|(labels, _)| labels["battery"] == battery.to_string())
                .flat_map(|(_, spans)| spans.clone())
                .collect();
            let told = expected.get(&rule.alert).cloned().unwrap_or_default();
            compared += told.len();
            assert_eq!(own, told, "{} of battery {battery}", rule.alert);
        }
    }
    println!("{compared} firing spans, all alike");
    assert!(compared > 20, "{compared} firing spans are too few to compare");
}

/// The figure to reach: back-fill and replay of all rules within two minutes. Run it alone:
///
/// ```text
/// cargo test --release --test months -- --ignored --nocapture a_year
/// ```
#[test]
#[ignore = "minutes; `make soak` runs it"]
fn a_year_of_twenty_batteries_with_twenty_series_is_back_filled_and_replayed_in_two_minutes() {
    let Some(tools) = tools() else { return };
    let grid = Grid::covering(1_751_328_000, 365.0, 300);
    let mut series = Vec::new();
    for battery in 0..20_u64 {
        let labels = vec![("site".to_owned(), "S".to_owned()), ("battery".to_owned(), battery.to_string())];
        let mut named: BTreeMap<String, Vec<Option<f64>>> = life(battery, grid.steps)
            .into_iter()
            .map(|(metric, values)| (metric.to_owned(), values))
            .collect();
        let chance = &mut Seed(battery).stream("months.more");
        for other in named.len()..20 {
            named
                .insert(format!("balise_other_{other}"), wander(chance, 0.0, 20.0, &vec![false; grid.steps]));
        }
        series.extend(named.into_iter().map(|(metric, values)| Series {
            metric,
            labels: labels.clone(),
            values: values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect(),
        }));
    }
    let samples: usize =
        series.iter().map(|one| one.values.iter().filter(|value| value.is_finite()).count()).sum();
    let (fired, [filled, asked]) = replayed(&tools, &grid, &series, &judged::of_the_product());
    let spans: usize = fired.iter().flat_map(BTreeMap::values).map(Vec::len).sum();
    println!(
        "{} series, {samples} samples: back-filled in {filled:.1} s, {} rules replayed in {asked:.1} s, {spans} firing spans",
        series.len(),
        fired.len()
    );
    assert!(filled + asked < 120.0, "{:.0} s", filled + asked);
}

/// A population scored with the rules that ship.
fn scored(text: &str, seeds: u64, rules: &[Judged]) -> Option<(Score, Took)> {
    let tools = tools()?;
    let population = population::parse(text).unwrap();
    let seeds: Vec<Seed> = (1..=seeds).map(Seed).collect();
    let needs = balise::due::standard();
    let plan = Plan { population: &population, seeds: &seeds, shard: None, rules, needs: &needs, jobs: 2 };
    let (score, took) = run::score(&plan, &tools).unwrap();
    println!("{:.1} battery-years: {took:?}", score.battery_years);
    for rule in &score.rules {
        let all = &rule.all;
        println!(
            "{}: recall {:?} of {}, precision {:?}, {:.2} false alarms a battery and year",
            rule.alert,
            all.recall(),
            all.due(),
            all.precision(),
            score.false_alarms_per_battery_year(all)
        );
    }
    Some((score, took))
}

#[test]
fn twenty_battery_years_are_scored_and_the_rules_find_what_they_found_before() {
    let Some((score, _)) = scored(include_str!("../scenarios/field-year.toml"), 1, &quick_rules()) else {
        return;
    };
    assert!(score.battery_years > 19.9 && score.batteries == 20);
    for rule in score.rules.iter().filter(|rule| COMPARED.contains(&rule.alert.as_str())) {
        let recall = rule.all.recall().unwrap_or(1.0);
        let alarms = score.false_alarms_per_battery_year(&rule.all);
        assert!(recall > 0.4 && alarms < 1.0, "{}: {recall} {alarms}", rule.alert);
    }
    let low = score.rules.iter().find(|rule| rule.alert == "BaliseBatteryLow").unwrap();
    assert!(low.ladders.iter().all(|ladder| ladder.rungs.iter().any(|(_, tally)| tally.hits > 0)));
}

#[test]
fn the_score_is_the_same_for_any_number_of_threads() {
    let Some(tools) = tools() else { return };
    let text = include_str!("../scenarios/field-year.toml")
        .replace("signs = 20", "signs = 3")
        .replace("duration_days = 365", "duration_days = 40");
    let population = population::parse(&text).unwrap();
    let (rules, needs) = (quick_rules(), balise::due::standard());
    let score = |jobs| {
        let plan = Plan {
            population: &population,
            seeds: &[Seed(5)],
            shard: None,
            rules: &rules,
            needs: &needs,
            jobs,
        };
        run::score(&plan, &tools).unwrap().0
    };
    assert_eq!(score(1), score(3));
}

/// Ten times the year: `make soak`.
#[test]
#[ignore = "a quarter of an hour; `make soak` runs it"]
fn two_hundred_battery_years_are_scored() {
    let Some((score, _)) =
        scored(include_str!("../scenarios/field-year.toml"), 10, &judged::of_the_product())
    else {
        return;
    };
    assert!(score.battery_years > 199.0);
}

/// Recall of each fault over twenty signs: `make soak`.
#[test]
#[ignore = "minutes; `make soak` runs it"]
fn each_fault_is_tried_on_twenty_signs() {
    let Some((score, _)) =
        scored(include_str!("../scenarios/fault-trials.toml"), 1, &judged::of_the_product())
    else {
        return;
    };
    assert!(score.batteries >= 300);
}

/// What a rule that names the look ahead adds: a look each six hours. Prints the figure of `docs/alerts-score.md`.
#[test]
#[ignore = "a measurement; `make soak` runs it"]
fn what_the_look_ahead_costs() {
    let text = include_str!("../scenarios/field-year.toml");
    let population = population::parse(text).unwrap();
    let grid = Grid { steps: 288 * 30, ..population.grid() };
    let mut secs = Vec::new();
    for metric in ["balise_battery_soc_ratio", "balise_battery_dark_in_seconds"] {
        let mut story = Story::draw(&population, Seed(1), 3);
        story.stints.truncate(1);
        story.stints[0].until_day = 30.0;
        let begin = Instant::now();
        live(story, Seed(1), &grid, &[metric.to_owned()].into()).unwrap();
        secs.push(begin.elapsed().as_secs_f64());
    }
    println!("a month: {:.2} s without the look ahead, {:.2} s with it each six hours", secs[0], secs[1]);
}

#[test]
fn a_population_given_to_run_leaves_its_four_files_and_says_by_its_exit_whether_budgets_were_kept() {
    if tools().is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("few.toml");
    let text = include_str!("../scenarios/field-year.toml")
        .replace("signs = 20", "signs = 2")
        .replace("duration_days = 365", "duration_days = 20");
    std::fs::write(&file, text).unwrap();
    let run = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_balise"));
        command.arg("run").arg(&file).args(more).arg("--out").arg(dir.path().join("out"));
        command.output().unwrap()
    };
    let output = run(&[]);
    let results = std::fs::read_to_string(dir.path().join("out/results.json")).unwrap();
    let results: serde_json::Value = serde_json::from_str(&results).unwrap();
    assert_eq!(results["balise_alert_scores"], 1);
    let passed = results["passed"].as_bool().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(!passed)), "{output:?}");
    for name in ["junit.xml", "report.html", "scores.prom", "rulings.csv"] {
        assert!(std::fs::metadata(dir.path().join("out").join(name)).unwrap().len() > 100, "{name}");
    }
    assert_eq!(run(&[]).status.code(), Some(3), "results of an earlier run are not written over");
    let story = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/mild-week.toml");
    assert_eq!(run(&[story, "--force"]).status.code(), Some(2), "a scenario beside a population");
}
