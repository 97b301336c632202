//! The trials on one battery's measured records, summed: each method's mean, best and worst.
//!
//! As in the tables of `evaluate`: errors from 1,200 s on, means over trials, unweighted. A trial is lost to a rival
//! whose root mean square error was smaller, from the first row on where the record ends before 1,200 s.

use super::folder::Folder;
use super::found::{Errors, Record, Scoring, Set};

/// The estimator's name in the results.
pub const OURS: &str = "estimator";
/// Whoever is compared with it, in the order of the slides.
const RIVALS: [&str; 4] = ["notebook_filter", "coulomb_counter", "rest_lookup", "assume_full"];

/// One battery.
#[derive(Debug, Clone)]
pub struct Battery<'a> {
    /// The folder of results.
    pub folder: &'a Folder,
    /// The set of records.
    pub set: &'a Set,
    /// Records that were scored.
    pub records: usize,
    /// The estimator first.
    pub methods: Vec<Method>,
    /// The lowest and highest nominal temperature, °C.
    pub celsius: Option<(i32, i32)>,
}

/// One method over all trials.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Method {
    /// As the results call it.
    pub name: &'static str,
    /// Trials it is scored in.
    pub trials: usize,
    /// Mean root mean square error.
    pub rmse: f64,
    /// Of the best trial.
    pub best: f64,
    /// Of the worst.
    pub worst: f64,
    /// Mean error.
    pub mae: Option<f64>,
    /// The largest error of all.
    pub max: Option<f64>,
    /// Mean coverage of the 95 % interval.
    pub coverage: Option<f64>,
    /// Its mean width.
    pub width: Option<f64>,
    /// Trials that came within two points, to stay.
    pub arrived: usize,
    /// Trials in which it was nearer than the estimator.
    pub wins: usize,
}

impl Battery<'_> {
    /// The estimator, where it said anything.
    #[must_use]
    pub fn ours(&self) -> Option<&Method> {
        self.methods.first().filter(|method| method.name == OURS)
    }

    /// The rival with the smallest mean error.
    #[must_use]
    pub fn best_rival(&self) -> Option<&Method> {
        let rivals = self.methods.iter().filter(|method| method.name != OURS);
        rivals.min_by(|a, b| a.rmse.total_cmp(&b.rmse))
    }

    /// Whether no rival's mean error is smaller.
    #[must_use]
    pub fn is_won(&self) -> bool {
        match (self.ours(), self.best_rival()) {
            (Some(ours), Some(rival)) => ours.rmse <= rival.rmse,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}

/// Every battery that was tried, in the order of the folders.
#[must_use]
pub fn batteries<'a>(scorings: &[(&'a Folder, &'a Scoring)]) -> Vec<Battery<'a>> {
    let all =
        scorings.iter().flat_map(|(folder, scoring)| scoring.sets.iter().map(move |set| (*folder, set)));
    all.map(|(folder, set)| battery(folder, set)).filter(|battery| !battery.methods.is_empty()).collect()
}

fn battery<'a>(folder: &'a Folder, set: &'a Set) -> Battery<'a> {
    let names = std::iter::once(OURS).chain(RIVALS);
    let degrees = || set.files.iter().filter(|record| is_tried(record)).filter_map(|it| it.temperature_c);
    Battery {
        folder,
        set,
        records: set.files.iter().filter(|record| is_tried(record)).count(),
        methods: names.filter_map(|name| method(set, name)).collect(),
        celsius: degrees().min().zip(degrees().max()),
    }
}

fn is_tried(record: &Record) -> bool {
    record.trials.iter().any(|trial| trial.methods.is_some())
}

fn method(set: &Set, name: &'static str) -> Option<Method> {
    let mut sums = Method { name, best: f64::INFINITY, ..Method::default() };
    let (mut maes, mut coverages, mut widths) = (Vec::new(), Vec::new(), Vec::new());
    let trials =
        set.files.iter().flat_map(|record| &record.trials).filter_map(|trial| trial.methods.as_ref());
    for methods in trials {
        let Some(errors) = methods.get(name) else { continue };
        if let (Some(theirs), Some(ours)) = (reach(errors), methods.get(OURS)) {
            sums.wins += usize::from(name != OURS && reach(ours).is_none_or(|ours| theirs < ours));
        }
        sums.arrived += usize::from(errors.time_to_stay_within_2pct_s.is_some());
        let settled = errors.after_1200_s;
        let Some(rmse) = settled.rmse else { continue };
        sums.trials += 1;
        sums.rmse += rmse;
        sums.best = sums.best.min(rmse);
        sums.worst = sums.worst.max(rmse);
        sums.max = [sums.max, settled.max_abs].into_iter().flatten().reduce(f64::max);
        maes.extend(settled.mae);
        coverages.extend(settled.coverage_95);
        widths.extend(settled.mean_interval_width);
    }
    let mean =
        |values: &[f64]| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    (sums.trials > 0).then(|| Method {
        rmse: sums.rmse / sums.trials as f64,
        mae: mean(&maes),
        coverage: mean(&coverages),
        width: mean(&widths),
        ..sums
    })
}

/// What decides who was nearer.
fn reach(errors: &Errors) -> Option<f64> {
    errors.after_1200_s.rmse.or(errors.rmse)
}

#[cfg(test)]
mod tests {
    use super::super::folder::{KINDS, parse};
    use super::super::found::Found;
    use super::*;

    #[test]
    fn means_are_over_trials_and_every_loss_is_counted() {
        let text = r#"{"balise_scoring": 1, "sets": [{"set": "s", "files": [
            {"temperature_c": -5, "trials": [
              {"methods": {"estimator": {"after_1200_s": {"rmse": 0.02, "mae": 0.01, "max_abs": 0.05, "coverage_95": 1.0}},
                           "coulomb_counter": {"after_1200_s": {"rmse": 0.01}}}},
              {"methods": {"estimator": {"after_1200_s": {"rmse": 0.04, "mae": 0.03, "max_abs": 0.09, "coverage_95": 0.8}},
                           "coulomb_counter": {"after_1200_s": {"rmse": 0.3}}}},
              {"methods": null, "skipped": "no_room_for_gap"}]}]}]}"#;
        let (kind, found) = parse(text.as_bytes(), "").expect("read");
        let folder = Folder { name: "f".into(), kind: KINDS[0], fingerprint: String::new(), found };
        assert_eq!(kind.key, "balise_scoring");
        let Found::Scoring(scoring) = &folder.found else { unreachable!("a scoring") };
        let all = batteries(&[(&folder, scoring)]);
        let ours = all[0].ours().expect("ours");
        assert!((ours.rmse - 0.03).abs() < 1e-12 && (ours.coverage.unwrap_or(0.0) - 0.9).abs() < 1e-12);
        assert_eq!((ours.trials, ours.max, all[0].celsius), (2, Some(0.09), Some((-5, -5))));
        let counter = all[0].best_rival().expect("a rival");
        assert_eq!((counter.wins, all[0].is_won()), (1, true));
    }
}
