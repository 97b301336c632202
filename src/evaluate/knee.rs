//! The first knee that a trial of LiFePO₄ meets: when it came, how far off the estimate was before and after it,
//! and whether the charge was known by then.
//!
//! On the plateau a point of charge is a millivolt or less, so little can be known of it; the first row off the
//! plateau is where knowledge begins. Beside the estimator stands what nobody can be: a counter that is *told the
//! truth* at the knee and counts on with the spoiled sensor. Both are scored from [`SETTLED_SECS`] on, like
//! everything else.

use estimator::Profile;
use serde_json::{Value, json};

use super::blind::Halves;
use super::regime;
use super::score::{SETTLED_SECS, Scored};

/// On which side of the knee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Side {
    /// Root mean square error, coverage and mean width, ratios.
    pub rmse: f64,
    pub coverage: f64,
    pub width: f64,
}

/// One trial and its first knee.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Knee {
    /// From the first row on; `None` where the trial never left the plateau, or the battery has none.
    pub at_secs: Option<f64>,
    pub before: Option<Side>,
    pub after: Option<Side>,
    /// Error after the knee of a counter that was told the truth there, ratio.
    pub told_counter_rmse: Option<f64>,
}

impl Knee {
    /// Finds it in the truth of a scored series; `halves` is the spoiled record it came from.
    pub fn of(profile: &Profile, series: &[Scored], halves: &Halves) -> Self {
        match regime::plateau(profile) {
            Some(plateau) => Self::off(plateau, profile.capacity().as_amp_hours(), series, halves),
            None => Self::default(),
        }
    }

    fn off((low, high): (f64, f64), capacity: f64, series: &[Scored], halves: &Halves) -> Self {
        let start = series.first().map_or(0.0, |row| row.time_secs);
        let knee = series.iter().position(|row| !(low..=high).contains(&row.truth));
        let (before, after) = series.split_at(knee.unwrap_or(series.len()));
        let settled = |rows: &[Scored]| side(rows.iter().filter(|row| row.time_secs - start >= SETTLED_SECS));
        Self {
            at_secs: after.first().map(|row| row.time_secs - start),
            before: settled(before),
            after: settled(after),
            told_counter_rmse: told_counter(after, start, capacity, halves),
        }
    }

    /// Whether an estimate that stays within two points from `stays_secs` on did so by the knee; `None` without one.
    pub fn is_known_by_then(&self, stays_secs: Option<f64>) -> Option<bool> {
        self.at_secs.map(|knee| stays_secs.is_some_and(|stays| stays <= knee))
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let side = |side: &Option<Side>| {
            side.map(
                |it| json!({ "rmse": it.rmse, "coverage_95": it.coverage, "mean_interval_width": it.width }),
            )
        };
        json!({
            "at_s": self.at_secs,
            "before": side(&self.before),
            "after": side(&self.after),
            "counter_told_the_truth_rmse": self.told_counter_rmse,
        })
    }
}

fn side<'a>(rows: impl Iterator<Item = &'a Scored>) -> Option<Side> {
    let mut sums = regime::Sums::default();
    rows.for_each(|row| sums.take(row));
    sums.means().map(|[rmse, coverage, width]| Side { rmse, coverage, width })
}

/// Counts from the truth at the first of these rows with what the current sensor says.
fn told_counter(after: &[Scored], start: f64, capacity: f64, halves: &Halves) -> Option<f64> {
    let first = after.first()?;
    let (mut soc, mut before) = (first.truth, first.time_secs);
    let mut sensed = halves.sensed.iter().skip_while(|row| row.time_secs <= first.time_secs).peekable();
    let (mut squares, mut count) = (0.0, 0.0);
    for row in after {
        while let Some(read) = sensed.next_if(|read| read.time_secs <= row.time_secs) {
            let hours = (read.time_secs - before) / 3600.0;
            soc = (soc + read.current_amps.unwrap_or(0.0) * hours / capacity).clamp(0.0, 1.0);
            before = read.time_secs;
        }
        if row.time_secs - start >= SETTLED_SECS {
            squares += (soc - row.truth).powi(2);
            count += 1.0;
        }
    }
    (count > 0.0).then(|| f64::sqrt(squares / count))
}

#[cfg(test)]
mod tests {
    use super::super::blind::Sensed;
    use super::*;

    /// A discharge at 1 A of 1 A·h from 60 %, a row a minute, seen 10 points too high, the sensor 0.1 A too low.
    fn discharge() -> (Vec<Scored>, Halves) {
        let soc = |minute: u32| 0.6 - f64::from(minute) / 60.0;
        let secs = |minute: u32| f64::from(minute) * 60.0;
        let series = (0..36).map(|it| Scored {
            time_secs: secs(it),
            truth: soc(it),
            soc: soc(it) + 0.1,
            interval: Some((soc(it), 1.0)),
        });
        let sensed = (0..36).map(|it| Sensed {
            time_secs: secs(it),
            current_amps: Some(-1.1),
            voltage_volts: None,
            temperature_celsius: None,
        });
        (series.collect(), Halves { sensed: sensed.collect(), truth: Vec::new() })
    }

    #[test]
    fn the_first_knee_parts_a_trial_and_a_counter_told_the_truth_there_still_drifts() {
        let (series, halves) = discharge();
        let knee = Knee::off((0.25, 0.9), 1.0, &series, &halves);
        assert_eq!(knee.at_secs, Some(22.0 * 60.0));
        let (before, after) = (knee.before.expect("two rows"), knee.after.expect("the others"));
        assert!((before.rmse - 0.1).abs() < 1e-12 && (after.rmse - 0.1).abs() < 1e-12);
        assert_eq!(after.coverage, 1.0);
        let counter = knee.told_counter_rmse.expect("it counted");
        assert!((0.01..0.022).contains(&counter), "{counter}");
    }

    #[test]
    fn who_arrives_later_than_the_knee_was_not_there_by_it() {
        let knee = Knee { at_secs: Some(600.0), ..Knee::default() };
        let known = [Some(500.0), Some(700.0), None].map(|stays| knee.is_known_by_then(stays));
        assert_eq!(known, [Some(true), Some(false), Some(false)]);
        assert_eq!(Knee::default().is_known_by_then(Some(0.0)), None);
    }

    #[test]
    fn a_battery_without_a_plateau_has_no_knee() {
        let (series, halves) = discharge();
        assert_eq!(Knee::of(&Profile::agm_12v(), &series, &halves), Knee::default());
    }
}
