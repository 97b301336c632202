//! Many trials in one row: the mean of each measure and its worst, for the estimator and every rival.
//!
//! Means are over trials, unweighted, so that a long record counts as much as a short one. A time to settle
//! is never averaged: how many arrived, of how many, and the median over all, those that never did at its end.

use serde_json::{Map, Value, json};

use super::Intervals;
use super::rival;
use super::score::{Errors, Scores};
use super::trial::{METHODS, Tried};

/// Names of the measures in machine output, each with how two of them are compared for the worse.
const MEASURES: [(&str, Worse); 7] = [
    ("rmse", Worse::Larger),
    ("mae", Worse::Larger),
    ("max_abs", Worse::Larger),
    ("bias", Worse::Farther),
    ("coverage_95", Worse::Smaller),
    ("mean_interval_width", Worse::Larger),
    ("interval_score_95", Worse::Larger),
];

/// Who is there by then was quick, s.
const SOON_SECS: f64 = 600.0;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Worse {
    Larger,
    Smaller,
    Farther,
}

impl Worse {
    fn of(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Larger => a.max(b),
            Self::Smaller => a.min(b),
            Self::Farther => {
                if b.abs() > a.abs() {
                    b
                } else {
                    a
                }
            }
        }
    }
}

/// One of the two spans that are scored: mean and worst of each measure.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Stage {
    pub mean: [Option<f64>; MEASURES.len()],
    pub worst: [Option<f64>; MEASURES.len()],
}

/// Places within [`Stage`].
pub(super) const RMSE: usize = 0;
pub(super) const MAE: usize = 1;
pub(super) const MAX: usize = 2;
pub(super) const BIAS: usize = 3;
pub(super) const COVERAGE: usize = 4;
pub(super) const WIDTH: usize = 5;
pub(super) const SCORE: usize = 6;

/// How many came within a distance to stay.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Arrival {
    pub arrived: usize,
    pub of: usize,
    /// Median time over all, s; `None` where half or more never arrived.
    pub median_secs: Option<f64>,
    /// How many were there within ten minutes.
    pub soon: usize,
}

/// How many of those that met a knee of the rest curve were within two points by then, to stay.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct ByKnee {
    pub arrived: usize,
    pub of: usize,
}

/// One method over many trials.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct MethodSummary {
    pub from_start: Stage,
    pub settled: Stage,
    pub within_2pct: Arrival,
    pub within_5pct: Arrival,
}

/// Every method over many trials.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Summary {
    pub trials: usize,
    pub methods: [MethodSummary; METHODS.len()],
    /// Trials in which each rival's error was smaller than the estimator's.
    pub losses: [usize; rival::COUNT],
    pub nis_mean: Option<f64>,
    /// The estimator by the first knee.
    pub by_knee: ByKnee,
}

impl Summary {
    pub fn of(trials: &[&Tried]) -> Self {
        let nis: Vec<f64> = trials.iter().filter_map(|tried| tried.nis_mean).collect();
        Self {
            trials: trials.len(),
            methods: std::array::from_fn(|method| {
                let scores: Vec<&Scores> =
                    trials.iter().filter_map(|tried| tried.scores[method].as_ref()).collect();
                of_methods(&scores)
            }),
            losses: std::array::from_fn(|rival| {
                trials.iter().filter(|tried| is_lost(tried, rival + 1)).count()
            }),
            nis_mean: mean(&nis),
            by_knee: by_knee(trials),
        }
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let methods = METHODS.iter().zip(&self.methods);
        let methods: Map<_, _> =
            methods.map(|(name, method)| ((*name).to_owned(), method_json(method))).collect();
        let losses: Map<_, _> = rival::NAMES
            .iter()
            .zip(&self.losses)
            .map(|(name, count)| ((*name).to_owned(), json!(count)))
            .collect();
        json!({
            "trials": self.trials,
            "nis_mean": self.nis_mean,
            "methods": methods,
            "losses": losses,
            "within_2pct_by_first_knee": { "arrived": self.by_knee.arrived, "of": self.by_knee.of },
        })
    }
}

/// Of the trials that met a knee.
pub(super) fn by_knee(trials: &[&Tried]) -> ByKnee {
    let known = trials.iter().filter_map(|tried| {
        let stays = tried.scores[0].as_ref().and_then(|scores| scores.time_to_stay_within_2pct_secs);
        tried.knee.is_known_by_then(stays)
    });
    known.fold(ByKnee::default(), |sum, known| ByKnee {
        arrived: sum.arrived + usize::from(known),
        of: sum.of + 1,
    })
}

/// Whether a rival's error, after it had its time, was smaller than the estimator's.
pub(super) fn is_lost(tried: &Tried, method: usize) -> bool {
    let rmse = |scores: &Option<Scores>| {
        scores.as_ref().map(|scores| scores.settled.as_ref().unwrap_or(&scores.from_start).rmse)
    };
    match (rmse(&tried.scores[0]), rmse(&tried.scores[method])) {
        (Some(ours), Some(theirs)) => theirs < ours,
        (None, theirs) => theirs.is_some(),
        (Some(_), None) => false,
    }
}

/// One method over many trials.
pub(super) fn of_methods(scores: &[&Scores]) -> MethodSummary {
    let times = |of: fn(&Scores) -> Option<f64>| arrival(scores.iter().map(|scores| of(scores)).collect());
    MethodSummary {
        from_start: stage(scores.iter().map(|it| measures(Some(&it.from_start), it.intervals.as_ref()))),
        settled: stage(scores.iter().map(|it| measures(it.settled.as_ref(), it.settled_intervals.as_ref()))),
        within_2pct: times(|scores| scores.time_to_stay_within_2pct_secs),
        within_5pct: times(|scores| scores.time_to_stay_within_5pct_secs),
    }
}

type Measures = [Option<f64>; MEASURES.len()];

fn measures(errors: Option<&Errors>, intervals: Option<&Intervals>) -> Measures {
    [
        errors.map(|errors| errors.rmse),
        errors.map(|errors| errors.mae),
        errors.map(|errors| errors.max_abs),
        errors.map(|errors| errors.bias),
        intervals.map(|intervals| intervals.coverage_95),
        intervals.map(|intervals| intervals.mean_width),
        intervals.map(|intervals| intervals.score_95),
    ]
}

fn stage(rows: impl Iterator<Item = Measures>) -> Stage {
    let rows: Vec<Measures> = rows.collect();
    let column = |i: usize| rows.iter().filter_map(|row| row[i]).collect::<Vec<f64>>();
    Stage {
        mean: std::array::from_fn(|i| mean(&column(i))),
        worst: std::array::from_fn(|i| column(i).into_iter().reduce(|a, b| MEASURES[i].1.of(a, b))),
    }
}

pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn arrival(times: Vec<Option<f64>>) -> Arrival {
    let of = times.len();
    let mut arrived: Vec<f64> = times.into_iter().flatten().collect();
    arrived.sort_by(f64::total_cmp);
    // Those that never arrived stand at the end.
    let soon = arrived.partition_point(|secs| *secs <= SOON_SECS);
    Arrival { arrived: arrived.len(), of, median_secs: arrived.get(of / 2).copied(), soon }
}

fn stage_json(stage: &Stage) -> Value {
    let side = |values: &Measures| {
        MEASURES
            .iter()
            .zip(values)
            .map(|((name, _), value)| ((*name).to_owned(), json!(value)))
            .collect::<Map<_, _>>()
    };
    json!({ "mean": side(&stage.mean), "worst": side(&stage.worst) })
}

/// One method, for machines.
pub(super) fn method_json(method: &MethodSummary) -> Value {
    let arrival = |it: &Arrival| json!({ "arrived": it.arrived, "of": it.of, "median_s": it.median_secs, "within_600_s": it.soon });
    json!({
        "from_start": stage_json(&method.from_start),
        "after_1200_s": stage_json(&method.settled),
        "time_to_stay_within_2pct_s": arrival(&method.within_2pct),
        "time_to_stay_within_5pct_s": arrival(&method.within_5pct),
    })
}

#[cfg(test)]
mod tests {
    use super::super::score::{Scored, score};
    use super::*;

    /// A trial whose methods are off by a constant each, in points.
    fn tried(points: [f64; METHODS.len()]) -> Tried {
        let series = |off: f64| -> Vec<Scored> {
            let row = |k: u32| Scored {
                time_secs: f64::from(k) * 600.0,
                truth: 0.5,
                soc: 0.5 + off / 100.0,
                interval: Some((0.5, 0.6)),
            };
            (0..4).map(row).collect()
        };
        Tried {
            scores: points.map(|off| score(&series(off))),
            nis_mean: Some(1.0),
            regimes: Default::default(),
            knee: Default::default(),
        }
    }

    #[test]
    fn a_summary_has_mean_and_worst_and_hides_no_loss() {
        let trials = [tried([1.0, 5.0, 9.0, 9.0, 2.0]), tried([-4.0, 3.0, 9.0, 9.0, 5.0])];
        let summary = Summary::of(&trials.iter().collect::<Vec<_>>());
        let ours = summary.methods[0];
        let close = |found: Option<f64>, value: f64| found.is_some_and(|found| (found - value).abs() < 1e-12);
        assert!(close(ours.settled.mean[RMSE], 0.025) && close(ours.settled.worst[RMSE], 0.04));
        assert!(close(ours.settled.mean[BIAS], -0.015) && close(ours.settled.worst[BIAS], -0.04));
        assert!(close(ours.settled.mean[SCORE], 0.1) && close(ours.settled.worst[COVERAGE], 1.0));
        assert_eq!(summary.losses, [1, 0, 0, 0]);
        assert_eq!((ours.within_2pct.arrived, ours.within_2pct.of), (1, 2));
        assert_eq!((ours.within_2pct.median_secs, ours.within_5pct.median_secs), (None, Some(0.0)));
        assert_eq!((ours.within_2pct.soon, summary.by_knee), (1, ByKnee::default()));
        assert_eq!(summary.json()["losses"]["coulomb_counter"], 1);
    }

    #[test]
    fn a_silent_estimator_loses_to_whoever_speaks() {
        let mut silent = tried([0.0; METHODS.len()]);
        silent.scores[0] = None;
        assert_eq!(Summary::of(&[&silent]).losses, [1; rival::COUNT]);
    }
}
