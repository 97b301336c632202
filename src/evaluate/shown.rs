//! What came of many trials, as sheets for people and as JSON for machines.
//!
//! Every table has the same columns: the estimator's figures, then each rival's error, then how often a rival
//! was better. Losses are counted over all trials, and no row is left out.

use std::collections::BTreeMap;

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};
use signals::Seed;

use super::bootstrap::{self, Sure};
use super::conditions::Condition;
use super::knee_sheet;
use super::regime::{self, Regimes};
use super::report::scores_json;
use super::rival;
use super::scoring::{Made, Outcome, Scored, Scoring, Set};
use super::summary::{Arrival, BIAS, ByKnee, COVERAGE, MAX, RMSE, SCORE, Summary, WIDTH, is_lost};
use super::trial::{METHODS, Tried};
use crate::report::{Cell, Sheet, Sheets};
use crate::words::Words;

/// Version of the results file.
const VERSION: u32 = 1;
/// Cuts shown one by one; all are in `results.json`.
const CUTS_SHOWN: usize = 400;

/// For machines.
pub(super) fn json(scoring: &Scoring) -> Value {
    json!({
        "balise_scoring": VERSION,
        "cuts": scoring.cuts,
        "seed": scoring.seed,
        "coverage_95": coverages(scoring).into_iter().map(|(chemistry, sure)| json!({
            "chemistry": chemistry,
            "mean": sure.mean,
            "low_90": sure.low_90,
            "high_90": sure.high_90,
            "files": sure.files,
        })).collect::<Vec<_>>(),
        "sets": scoring.sets.iter().map(set_json).collect::<Vec<_>>(),
        "folders_without_profile": scoring.unmatched,
    })
}

fn set_json(set: &Set) -> Value {
    let named = |key: &str, name: Value, summary: &Summary| {
        let mut json = summary.json();
        json[key] = name;
        json
    };
    json!({
        "set": set.name,
        "battery": set.battery,
        "chemistry": set.chemistry,
        "conditions": by_condition(set).iter().map(|(condition, summary)| {
            let mut json = named("condition", json!(condition.family), summary);
            json["amount"] = json!(condition.amount);
            json
        }).collect::<Vec<_>>(),
        "temperatures": by_temperature(set).iter()
            .map(|((celsius, family), summary)| {
                let mut json = named("temperature_c", json!(celsius), summary);
                json["condition"] = json!(family);
                json
            })
            .collect::<Vec<_>>(),
        "first_knee": knee_sheet::json(set),
        "regimes": regimes_json(set),
        "files": scored(set).map(file_json).collect::<Vec<_>>(),
        "predicted": predicted(set),
        "excluded": refused(set).map(|(file, reason)| json!({ "file": file, "reason": reason })).collect::<Vec<_>>(),
    })
}

fn file_json(file: &Scored) -> Value {
    let summary = Summary::of(&file.made.iter().filter_map(|made| made.tried.as_ref()).collect::<Vec<_>>());
    json!({
        "file": file.file,
        "reference": file.reference.column(),
        "temperature_c": file.celsius,
        "rows": file.rows,
        "rows_excluded": {
            "duplicate_stamps": file.excluded.duplicate_stamps,
            "without_current": file.excluded.without_current,
            "without_voltage": file.excluded.without_voltage,
            "without_reference": file.excluded.without_reference,
        },
        "summary": summary.json(),
        "trials": file.made.iter().map(made_json).collect::<Vec<_>>(),
    })
}

fn made_json(made: &Made) -> Value {
    let spoil = made.trial.spoil;
    let methods = made.tried.as_ref().map(|tried| {
        let each = METHODS.iter().zip(&tried.scores);
        each.map(|(name, scores)| ((*name).to_owned(), scores_json(scores.as_ref())))
            .collect::<serde_json::Map<_, _>>()
    });
    json!({
        "condition": made.condition.family,
        "amount": made.condition.amount,
        "from_s": made.from_secs,
        "soc_start": made.soc_start,
        "soc_told": made.trial.told,
        "current_offset_a": spoil.current_offset_amps,
        "current_gain": spoil.current_gain,
        "voltage_offset_v": spoil.voltage_offset_volts,
        "skipped": made.tried.is_none().then_some("no_room_for_gap"),
        "nis_mean": made.tried.as_ref().and_then(|tried| tried.nis_mean),
        "first_knee": made.tried.as_ref().map(|tried| tried.knee.json()),
        "methods": methods,
    })
}

fn regimes_json(set: &Set) -> Value {
    let sums = regimes(set);
    let each = regime::NAMES.iter().zip(&sums.0).map(|(name, sums)| {
        let means = sums.means();
        let at = |i: usize| means.map(|means| means[i]);
        let json =
            json!({ "rows": sums.rows, "rmse": at(0), "coverage_95": at(1), "mean_interval_width": at(2) });
        ((*name).to_owned(), json)
    });
    Value::Object(each.collect())
}

fn scored(set: &Set) -> impl Iterator<Item = &Scored> {
    set.files.iter().filter_map(|(_, outcome)| match outcome {
        Outcome::Scored(scored) => Some(scored),
        _ => None,
    })
}

fn predicted(set: &Set) -> Vec<&str> {
    let is = |(_, outcome): &&(String, Outcome)| *outcome == Outcome::Predicted;
    set.files.iter().filter(is).map(|(file, _)| file.as_str()).collect()
}

fn refused(set: &Set) -> impl Iterator<Item = (&str, &str)> {
    set.files.iter().filter_map(|(file, outcome)| match outcome {
        Outcome::Refused(reason) => Some((file.as_str(), reason.as_str())),
        _ => None,
    })
}

pub(super) fn made(set: &Set) -> impl Iterator<Item = (&Scored, &Made, &Tried)> {
    scored(set)
        .flat_map(|file| file.made.iter().filter_map(move |made| Some((file, made, made.tried.as_ref()?))))
}

/// One summary a condition, in the order in which they were first tried.
fn by_condition(set: &Set) -> Vec<(Condition, Summary)> {
    let mut order: Vec<&Condition> = Vec::new();
    for file in scored(set) {
        for made in &file.made {
            if !order.contains(&&made.condition) {
                order.push(&made.condition);
            }
        }
    }
    let summary = |condition: &Condition| {
        let its = made(set).filter(|(_, made, _)| made.condition == *condition);
        Summary::of(&its.map(|(_, _, tried)| tried).collect::<Vec<_>>())
    };
    order.into_iter().map(|condition| (condition.clone(), summary(condition))).collect()
}

/// Cuts stand apart by their kind; everything else is `table`.
pub(super) fn group(condition: &Condition) -> &'static str {
    if condition.family.starts_with("cut") { condition.family } else { "table" }
}

fn by_temperature(set: &Set) -> BTreeMap<(Option<i32>, &'static str), Summary> {
    let mut groups: BTreeMap<(Option<i32>, &'static str), Vec<&Tried>> = BTreeMap::new();
    for (file, made, tried) in made(set) {
        groups.entry((file.celsius, group(&made.condition))).or_default().push(tried);
    }
    groups.into_iter().map(|(key, tried)| (key, Summary::of(&tried))).collect()
}

fn regimes(set: &Set) -> Regimes {
    let mut all = Regimes::default();
    made(set).for_each(|(_, _, tried)| all.add(&tried.regimes));
    all
}

/// Coverage of each chemistry after 1200 s: of the cuts where there are any, else of the whole table.
fn coverages(scoring: &Scoring) -> Vec<(&'static str, Sure)> {
    let mut files: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    for set in &scoring.sets {
        for file in scored(set) {
            let counts = |made: &&Made| scoring.cuts == 0 || made.condition.family.starts_with("cut");
            let covered: Vec<f64> = file.made.iter().filter(counts).filter_map(covered).collect();
            if !covered.is_empty() {
                let mean = covered.iter().sum::<f64>() / covered.len() as f64;
                files.entry(set.chemistry).or_default().push(mean);
            }
        }
    }
    files
        .into_iter()
        .filter_map(|(chemistry, values)| {
            let seed = Seed(scoring.seed).part(chemistry);
            Some((chemistry, bootstrap::mean_of_files(&values, seed)?))
        })
        .collect()
}

fn covered(made: &Made) -> Option<f64> {
    let scores = made.tried.as_ref()?.scores[0]?;
    Some(scores.settled_intervals.or(scores.intervals)?.coverage_95)
}

/// For people.
pub(super) fn sheets(scoring: &Scoring, words: Words) -> Sheets {
    let mut sheets = vec![coverage_sheet(scoring, words)];
    for set in &scoring.sets {
        sheets.push(condition_sheet(set, words));
        sheets.push(temperature_sheet(set, words));
        sheets.push(knee_sheet::sheet(set, words));
        sheets.push(file_sheet(set, words));
        sheets.push(regime_sheet(set, words));
        sheets.push(cut_sheet(set, words));
    }
    sheets.push(left_out_sheet(scoring, words));
    let blanks = [
        ("cuts", FluentValue::from(scoring.cuts)),
        ("seed", FluentValue::from(scoring.seed.to_string())),
        ("trials", FluentValue::from(scoring.sets.iter().map(|set| made(set).count()).sum::<usize>())),
    ];
    Sheets {
        title: words.say("scoring-title"),
        kind: words.say("evaluate-kind"),
        story: vec![words.tell("scoring-story", &blanks), words.say("scoring-columns")],
        sheets: sheets.into_iter().filter(|sheet| !sheet.rows.is_empty()).collect(),
        ..Sheets::default()
    }
}

fn titled(key: &str, set: &Set, words: Words) -> String {
    words.tell(key, &[("set", FluentValue::from(set.name.clone()))])
}

/// What every table of summaries has on top, after the name of its rows.
fn head(first: &str, words: Words) -> Vec<String> {
    let keys = [
        first,
        "scoring-trials",
        "scoring-from-start",
        "scoring-rmse",
        "scoring-worst",
        "scoring-max",
        "scoring-bias",
        "scoring-within-2",
        "scoring-time-to-2",
        "scoring-soon",
        "scoring-by-knee",
        "scoring-within-5",
        "scoring-covered",
        "scoring-width",
        "scoring-score",
        "scoring-counter",
        "scoring-full",
        "scoring-rest",
        "scoring-notebook",
        "scoring-lost",
    ];
    keys.iter().map(|key| words.say(key)).collect()
}

pub(super) fn percent(value: Option<f64>, digits: usize, words: Words) -> Cell {
    Cell::plain(value.map_or_else(|| "–".to_owned(), |value| words.percent(value, digits)))
}

fn row(name: String, summary: &Summary, words: Words) -> Vec<Cell> {
    let ours = &summary.methods[0];
    // A record too short to settle is scored from its start.
    let stage = if ours.settled.mean[RMSE].is_some() { &ours.settled } else { &ours.from_start };
    let arrival = |it: &Arrival| Cell::plain(format!("{}/{}", it.arrived, it.of));
    let mut cells = vec![
        Cell::plain(name),
        Cell::plain(summary.trials.to_string()),
        percent(ours.from_start.mean[RMSE], 1, words),
        percent(stage.mean[RMSE], 1, words),
        percent(stage.worst[RMSE], 1, words),
        percent(stage.worst[MAX], 1, words),
        percent(stage.mean[BIAS], 1, words),
        arrival(&ours.within_2pct),
        Cell::plain(time_to_stay(&ours.within_2pct, words)),
        Cell::plain(format!("{}/{}", ours.within_2pct.soon, ours.within_2pct.of)),
        Cell::plain(of_knees(&summary.by_knee)),
        arrival(&ours.within_5pct),
        percent(stage.mean[COVERAGE], 1, words),
        percent(stage.mean[WIDTH], 1, words),
        percent(stage.mean[SCORE], 1, words),
    ];
    for rival in &summary.methods[1..] {
        let theirs = rival.settled.mean[RMSE].or(rival.from_start.mean[RMSE]);
        let is_better = theirs.zip(stage.mean[RMSE]).is_some_and(|(theirs, ours)| theirs < ours);
        cells.push(Cell { is_bad: is_better, ..percent(theirs, 1, words) });
    }
    let losses: Vec<String> = summary.losses.iter().map(ToString::to_string).collect();
    cells.push(Cell { text: losses.join("/"), is_bad: summary.losses.iter().any(|count| *count > 0) });
    cells
}

/// The median time, or that half or more never arrived.
fn time_to_stay(arrival: &Arrival, words: Words) -> String {
    let shown = |secs: f64| format!("{}\u{a0}s", words.number(secs, 0));
    arrival.median_secs.map_or_else(|| words.say("evaluate-never"), shown)
}

pub(super) fn of_knees(by_knee: &ByKnee) -> String {
    if by_knee.of == 0 { "–".to_owned() } else { format!("{}/{}", by_knee.arrived, by_knee.of) }
}

/// A condition in the reader's words.
fn condition_name(condition: &Condition, words: Words) -> String {
    let name = words.say(&format!("scoring-{}", condition.family.replace('_', "-")));
    let amount = match words {
        Words::French => condition.amount.replace('.', ","),
        Words::English => condition.amount.clone(),
    };
    format!("{name} {amount}").trim_end().to_owned()
}

fn group_name(group: &str, words: Words) -> String {
    words.say(&format!("scoring-{}", group.replace('_', "-")))
}

fn condition_sheet(set: &Set, words: Words) -> Sheet {
    let rows = by_condition(set);
    let short = scored(set).flat_map(|file| &file.made).filter(|made| made.tried.is_none()).count();
    let blanks = [("count", FluentValue::from(short))];
    Sheet {
        title: titled("scoring-conditions", set, words),
        notes: if short > 0 { vec![words.tell("scoring-no-room", &blanks)] } else { Vec::new() },
        head: head("scoring-condition", words),
        rows: rows
            .iter()
            .map(|(condition, summary)| row(condition_name(condition, words), summary, words))
            .collect(),
    }
}

/// A temperature and a kind of trial in the reader's words.
pub(super) fn temperature_name((celsius, group): &(Option<i32>, &'static str), words: Words) -> String {
    let degrees = celsius.map_or_else(|| "–".to_owned(), |celsius| format!("{celsius} °C"));
    format!("{}, {}", degrees.replace('-', "\u{2212}"), group_name(group, words))
}

fn temperature_sheet(set: &Set, words: Words) -> Sheet {
    Sheet {
        title: titled("scoring-temperatures", set, words),
        notes: Vec::new(),
        head: head("scoring-temperature", words),
        rows: by_temperature(set)
            .iter()
            .map(|(key, summary)| row(temperature_name(key, words), summary, words))
            .collect(),
    }
}

fn file_sheet(set: &Set, words: Words) -> Sheet {
    let of = |file: &Scored| {
        let tried: Vec<&Tried> = file.made.iter().filter_map(|made| made.tried.as_ref()).collect();
        (!tried.is_empty()).then(|| row(file.file.clone(), &Summary::of(&tried), words))
    };
    Sheet {
        title: titled("scoring-files", set, words),
        notes: Vec::new(),
        head: head("scoring-file", words),
        rows: scored(set).filter_map(of).collect(),
    }
}

fn regime_sheet(set: &Set, words: Words) -> Sheet {
    let sums = regimes(set);
    let each = regime::NAMES.iter().zip(&sums.0).filter_map(|(name, sums)| {
        let [rmse, coverage, width] = sums.means()?;
        let name = words.say(&format!("scoring-regime-{}", name.replace('_', "-")));
        let figures = [rmse, coverage, width].map(|value| percent(Some(value), 1, words));
        let rows = Cell::plain(words.number(sums.rows, 0));
        Some([Cell::plain(name), rows].into_iter().chain(figures).collect())
    });
    let keys = ["scoring-regime", "scoring-rows", "scoring-rmse", "scoring-covered", "scoring-width"];
    Sheet {
        title: titled("scoring-regimes", set, words),
        notes: Vec::new(),
        head: keys.iter().map(|key| words.say(key)).collect(),
        rows: each.collect(),
    }
}

/// Each cut by itself, with what was said of it.
fn cut_sheet(set: &Set, words: Words) -> Sheet {
    let cuts: Vec<_> = made(set).filter(|(_, made, _)| made.condition.family.starts_with("cut")).collect();
    let blanks = [("count", FluentValue::from(cuts.len().saturating_sub(CUTS_SHOWN)))];
    let mut head = head("scoring-cut-row", words);
    head.remove(1);
    let one = |(file, made, tried): &(&Scored, &Made, &Tried)| {
        let soc = |soc: Option<f64>| soc.map_or_else(|| "?".to_owned(), |soc| words.percent(soc, 0));
        let volts = made.trial.spoil.voltage_offset_volts;
        let offset = if volts == 0.0 { String::new() } else { format!(" {:+.0} mV", 1000.0 * volts) };
        let name = format!(
            "{} {}→{} {:+.0} mA{offset}",
            file.file.trim_end_matches(".gz").trim_end_matches(".csv"),
            soc(made.soc_start),
            soc(made.trial.told),
            1000.0 * made.trial.spoil.current_offset_amps,
        );
        let mut cells = row(name, &Summary::of(&[tried]), words);
        cells.remove(1);
        if let Some(lost) = cells.last_mut() {
            let better: Vec<String> = (1..=rival::COUNT)
                .filter(|method| is_lost(tried, *method))
                .map(|method| rival_name(rival::NAMES[method - 1], words))
                .collect();
            *lost = Cell { text: better.join(", "), is_bad: !better.is_empty() };
        }
        cells
    };
    Sheet {
        title: titled("scoring-each-cut", set, words),
        notes: if cuts.len() > CUTS_SHOWN {
            vec![words.tell("scoring-more-cuts", &blanks)]
        } else {
            Vec::new()
        },
        head,
        rows: cuts.iter().take(CUTS_SHOWN).map(one).collect(),
    }
}

fn rival_name(name: &str, words: Words) -> String {
    words.say(&format!("evaluate-{}", name.replace('_', "-")))
}

fn coverage_sheet(scoring: &Scoring, words: Words) -> Sheet {
    let keys =
        ["scoring-chemistry", "scoring-files-column", "scoring-covered", "scoring-low", "scoring-high"];
    let of = |(chemistry, sure): &(&'static str, Sure)| {
        let figures = [sure.mean, sure.low_90, sure.high_90].map(|value| percent(Some(value), 1, words));
        let first = [Cell::plain(*chemistry), Cell::plain(sure.files.to_string())];
        first.into_iter().chain(figures).collect()
    };
    Sheet {
        title: words.say("scoring-coverage"),
        notes: vec![words.say("scoring-coverage-note")],
        head: keys.iter().map(|key| words.say(key)).collect(),
        rows: coverages(scoring).iter().map(of).collect(),
    }
}

/// Files that were not scored, rows that took no part, folders without a profile: each with its reason.
fn left_out_sheet(scoring: &Scoring, words: Words) -> Sheet {
    let line = |name: &str, reason: String| vec![Cell::plain(name), Cell::plain(reason)];
    let mut rows = Vec::new();
    for set in &scoring.sets {
        rows.extend(refused(set).map(|(file, reason)| line(file, reason.to_owned())));
        rows.extend(predicted(set).iter().map(|file| line(file, words.say("scoring-predicted"))));
        for file in scored(set) {
            if let Some(reason) = missing(file, words) {
                rows.push(line(&file.file, reason));
            }
            if file.made.is_empty() {
                rows.push(line(&file.file, words.say("scoring-not-cut")));
            }
        }
    }
    rows.extend(scoring.unmatched.iter().map(|folder| line(folder, words.say("scoring-no-profile"))));
    let keys = ["scoring-file", "scoring-reason"];
    Sheet {
        title: words.say("scoring-left-out"),
        notes: Vec::new(),
        head: keys.iter().map(|key| words.say(key)).collect(),
        rows,
    }
}

fn missing(file: &Scored, words: Words) -> Option<String> {
    let excluded = file.excluded;
    let blanks = [
        ("duplicates", FluentValue::from(excluded.duplicate_stamps)),
        ("current", FluentValue::from(excluded.without_current)),
        ("voltage", FluentValue::from(excluded.without_voltage)),
        ("reference", FluentValue::from(excluded.without_reference)),
    ];
    let is_whole = excluded == super::Excluded::default();
    (!is_whole).then(|| words.tell("evaluate-rows-left-out", &blanks))
}
