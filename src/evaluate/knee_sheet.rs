//! Before and after the first knee, at each temperature: the sheet and its JSON.
//!
//! Means are over trials, unweighted, from 1,200 s on; a trial that never meets a knee counts before it alone.

use std::collections::BTreeMap;

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};

use super::knee::{Knee, Side};
use super::scoring::Set;
use super::shown::{group, made, of_knees, percent, temperature_name};
use super::summary::{ByKnee, by_knee, mean};
use super::trial::Tried;
use crate::report::{Cell, Sheet};
use crate::words::Words;

/// Means over the trials of one temperature and kind.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Row {
    trials: usize,
    before: [Option<f64>; 3],
    after: [Option<f64>; 3],
    after_worst: Option<f64>,
    told_counter: Option<f64>,
    by_knee: ByKnee,
}

impl Row {
    fn of(trials: &[&Tried]) -> Self {
        let sides = |side: fn(&Knee) -> Option<Side>| -> Vec<Side> {
            trials.iter().filter_map(|tried| side(&tried.knee)).collect()
        };
        let (before, after) = (sides(|knee| knee.before), sides(|knee| knee.after));
        let means = |sides: &[Side]| {
            let of = |figure: fn(&Side) -> f64| mean(&sides.iter().map(figure).collect::<Vec<_>>());
            [of(|side| side.rmse), of(|side| side.coverage), of(|side| side.width)]
        };
        let told: Vec<f64> = trials.iter().filter_map(|tried| tried.knee.told_counter_rmse).collect();
        Self {
            trials: trials.len(),
            before: means(&before),
            after: means(&after),
            after_worst: after.iter().map(|side| side.rmse).reduce(f64::max),
            told_counter: mean(&told),
            by_knee: by_knee(trials),
        }
    }

    fn cells(&self, words: Words) -> Vec<Cell> {
        let [before, before_covered, before_width] = self.before;
        let [after, after_covered, after_width] = self.after;
        let figures = [
            before,
            before_covered,
            before_width,
            after,
            self.after_worst,
            after_covered,
            after_width,
            self.told_counter,
        ];
        let mut cells = vec![Cell::plain(self.trials.to_string())];
        cells.extend(figures.into_iter().map(|figure| percent(figure, 1, words)));
        cells.push(Cell::plain(of_knees(&self.by_knee)));
        cells
    }
}

type Key = (Option<i32>, &'static str);

/// One row a temperature and kind; none for a battery without a plateau.
fn rows(set: &Set) -> Vec<(Key, Row)> {
    let mut groups: BTreeMap<Key, Vec<&Tried>> = BTreeMap::new();
    for (file, made, tried) in made(set) {
        groups.entry((file.celsius, group(&made.condition))).or_default().push(tried);
    }
    let row = |(key, tried): (Key, Vec<&Tried>)| (key, Row::of(&tried));
    let has_any = |(_, row): &(Key, Row)| row.before[0].is_some() || row.after[0].is_some();
    groups.into_iter().map(row).filter(has_any).collect()
}

/// For people.
pub(super) fn sheet(set: &Set, words: Words) -> Sheet {
    let keys = [
        "scoring-temperature",
        "scoring-trials",
        "scoring-before-knee",
        "scoring-covered",
        "scoring-width",
        "scoring-after-knee",
        "scoring-worst",
        "scoring-covered",
        "scoring-width",
        "scoring-told-counter",
        "scoring-by-knee",
    ];
    let line = |(key, row): &(Key, Row)| {
        let name = Cell::plain(temperature_name(key, words));
        std::iter::once(name).chain(row.cells(words)).collect()
    };
    Sheet {
        title: words.tell("scoring-first-knee", &[("set", FluentValue::from(set.name.clone()))]),
        notes: vec![words.say("scoring-first-knee-note")],
        head: keys.iter().map(|key| words.say(key)).collect(),
        rows: rows(set).iter().map(line).collect(),
    }
}

/// For machines.
pub(super) fn json(set: &Set) -> Value {
    let side = |[rmse, coverage, width]: [Option<f64>; 3]| json!({ "rmse": rmse, "coverage_95": coverage, "mean_interval_width": width });
    let line = |((celsius, group), row): &(Key, Row)| {
        json!({
            "temperature_c": celsius,
            "condition": group,
            "trials": row.trials,
            "before_first_knee": side(row.before),
            "after_first_knee": side(row.after),
            "after_first_knee_worst_rmse": row.after_worst,
            "counter_told_the_truth_at_the_knee_rmse": row.told_counter,
            "within_2pct_by_first_knee": { "arrived": row.by_knee.arrived, "of": row.by_knee.of },
        })
    };
    rows(set).iter().map(line).collect()
}
