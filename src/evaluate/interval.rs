//! How honest a series of 95 % intervals was: what they cover, how wide they are, and both in one number.
//!
//! ```text
//! S = (u − l) + 2/α·(l − y)·[y < l] + 2/α·(y − u)·[y > u]        α = 0.05; ratios of charge; less is better
//! ```
//!
//! Coverage alone is won by infinite width, width alone by pretending: the interval score pays for both.
//!
//! Reference: T. Gneiting, A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and Estimation",
//! J. Am. Stat. Assoc. 102 (2007), section 6.2.

use super::score::Scored;

/// One less the level of the interval.
const ALPHA: f64 = 0.05;

/// A series of intervals, summed up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intervals {
    /// Share of rows whose reference lies inside.
    pub coverage_95: f64,
    /// Mean width, ratio.
    pub mean_width: f64,
    /// Mean interval score at α = 0.05, ratio.
    pub score_95: f64,
}

impl Intervals {
    /// Over the rows that have an interval; `None` where none has.
    pub(super) fn of(series: &[Scored]) -> Option<Self> {
        let each = || series.iter().filter_map(|row| Some((row.truth, row.interval?)));
        let count = each().count() as f64;
        let mean = |of: fn(f64, (f64, f64)) -> f64| {
            each().map(|(truth, interval)| of(truth, interval)).sum::<f64>() / count
        };
        (count > 0.0).then(|| Self {
            coverage_95: mean(|truth, (low, high)| f64::from(u8::from(low <= truth && truth <= high))),
            mean_width: mean(|_, (low, high)| high - low),
            score_95: mean(interval_score),
        })
    }
}

/// The score of one interval.
pub(super) fn interval_score(truth: f64, (low, high): (f64, f64)) -> f64 {
    (high - low) + 2.0 / ALPHA * ((low - truth).max(0.0) + (truth - high).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(truth: f64, interval: (f64, f64), score: f64) {
        assert!((interval_score(truth, interval) - score).abs() < 1e-12, "{truth} in {interval:?}");
    }

    #[test]
    fn a_miss_costs_forty_times_its_distance_and_a_hit_its_width() {
        check(0.50, (0.45, 0.55), 0.10);
        check(0.45, (0.45, 0.55), 0.10);
        check(0.44, (0.45, 0.55), 0.10 + 40.0 * 0.01);
        check(0.58, (0.45, 0.55), 0.10 + 40.0 * 0.03);
    }

    #[test]
    fn a_series_is_the_mean_of_its_rows_and_rows_without_an_interval_do_not_count() {
        let row = |truth, interval| Scored { time_secs: 0.0, truth, soc: 0.5, interval };
        let series = [row(0.5, Some((0.4, 0.6))), row(0.7, Some((0.4, 0.6))), row(0.1, None)];
        let found = Intervals::of(&series).expect("two intervals");
        assert_eq!(found.coverage_95, 0.5);
        assert!((found.mean_width - 0.2).abs() < 1e-12);
        assert!((found.score_95 - (0.2 + 4.2) / 2.0).abs() < 1e-12);
        assert_eq!(Intervals::of(&series[2..]), None);
    }
}
