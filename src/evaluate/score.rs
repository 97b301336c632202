//! Errors of a series of estimates against the reference, and how honest their intervals were.

use super::interval::Intervals;

/// After this time a filter should have found its feet, s.
pub(super) const SETTLED_SECS: f64 = 1200.0;
/// "Within two per cent."
const CLOSE_RATIO: f64 = 0.02;
/// "Within five per cent."
const NEAR_RATIO: f64 = 0.05;

/// Plain error measures, ratios of charge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Errors {
    /// Root of the mean square.
    pub rmse: f64,
    /// Mean of the size.
    pub mae: f64,
    /// The largest.
    pub max_abs: f64,
    /// Mean with its sign: positive where too much charge is seen.
    pub bias: f64,
}

/// Everything scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// Over all rows.
    pub from_start: Errors,
    /// From 1200 s on; `None` for a shorter file.
    pub settled: Option<Errors>,
    /// First time, from the first scored row, after which the error stays within two points; `None` where
    /// it never does.
    pub time_to_stay_within_2pct_secs: Option<f64>,
    /// The same for five points.
    pub time_to_stay_within_5pct_secs: Option<f64>,
    /// The 95 % intervals over all rows; `None` for a method without them.
    pub intervals: Option<Intervals>,
    /// The same from 1200 s on.
    pub settled_intervals: Option<Intervals>,
    /// Rows scored.
    pub rows: usize,
}

/// One row to be scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scored {
    pub time_secs: f64,
    pub truth: f64,
    pub soc: f64,
    pub interval: Option<(f64, f64)>,
}

/// Scores a series; `None` where there is nothing to score.
pub(super) fn score(series: &[Scored]) -> Option<Scores> {
    let start = series.first()?.time_secs;
    let settled: Vec<Scored> =
        series.iter().copied().filter(|row| row.time_secs - start >= SETTLED_SECS).collect();
    Some(Scores {
        from_start: errors(series)?,
        settled: errors(&settled),
        time_to_stay_within_2pct_secs: time_to_stay(series, start, CLOSE_RATIO),
        time_to_stay_within_5pct_secs: time_to_stay(series, start, NEAR_RATIO),
        intervals: Intervals::of(series),
        settled_intervals: Intervals::of(&settled),
        rows: series.len(),
    })
}

fn errors(series: &[Scored]) -> Option<Errors> {
    let count = series.len() as f64;
    if series.is_empty() {
        return None;
    }
    let of =
        |measure: fn(f64) -> f64| series.iter().map(|row| measure(row.soc - row.truth)).sum::<f64>() / count;
    Some(Errors {
        rmse: of(|error| error * error).sqrt(),
        mae: of(f64::abs),
        max_abs: series.iter().map(|row| (row.soc - row.truth).abs()).fold(0.0, f64::max),
        bias: of(|error| error),
    })
}

fn time_to_stay(series: &[Scored], start: f64, within: f64) -> Option<f64> {
    let far = series.iter().rposition(|row| (row.soc - row.truth).abs() > within);
    let first = far.map_or(0, |far| far + 1);
    Some(series.get(first)?.time_secs - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(errors: &[f64]) -> Vec<Scored> {
        let row = |(i, error): (usize, &f64)| Scored {
            time_secs: i as f64 * 600.0,
            truth: 0.5,
            soc: 0.5 + error,
            interval: Some((0.5 + error - 0.05, 0.5 + error + 0.05)),
        };
        errors.iter().enumerate().map(row).collect()
    }

    #[test]
    fn staying_close_counts_from_the_last_excursion() {
        let time =
            |errors: &[f64]| score(&series(errors)).and_then(|found| found.time_to_stay_within_2pct_secs);
        assert_eq!(time(&[0.1, 0.01, 0.1, 0.01]), Some(1800.0));
        assert_eq!(time(&[0.0, 0.0]), Some(0.0));
        assert_eq!(time(&[0.0, 0.1]), None);
    }

    #[test]
    fn an_interval_covers_what_lies_in_it() {
        let found = score(&series(&[0.1, 0.0, -0.04, 0.04]));
        assert_eq!(found.and_then(|found| found.intervals).map(|found| found.coverage_95), Some(0.75));
        assert!(found.is_some_and(|found| (found.from_start.bias - 0.025).abs() < 1e-12));
    }

    #[test]
    fn nothing_is_not_scored() {
        assert_eq!(score(&[]), None);
    }
}
