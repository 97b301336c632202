//! How sure a mean over files is: the percentile bootstrap, drawing whole files.
//!
//! Rows of one file, and trials of one record, are not independent; files nearly are. So files are drawn, with
//! replacement, as many as there are, and the mean of each draw is one replicate.
//!
//! Reference: B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, ch. 13 (percentile intervals).

use rand::RngExt;
use signals::Seed;

const REPLICATES: usize = 2000;

/// A mean with the ends of its 90 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sure {
    /// The mean of the files.
    pub mean: f64,
    /// Lower end.
    pub low_90: f64,
    /// Upper end.
    pub high_90: f64,
    /// How many files.
    pub files: usize,
}

/// The mean of one value for each file; `None` of none.
pub(super) fn mean_of_files(values: &[f64], seed: Seed) -> Option<Sure> {
    let count = values.len();
    if count == 0 {
        return None;
    }
    let mut chance = seed.stream("bootstrap");
    let mut draw = || (0..count).map(|_| values[chance.random_range(0..count)]).sum::<f64>() / count as f64;
    let mut means: Vec<f64> = (0..REPLICATES).map(|_| draw()).collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[((REPLICATES - 1) as f64 * share).round() as usize];
    let mean = values.iter().sum::<f64>() / count as f64;
    Some(Sure { mean, low_90: at(0.05), high_90: at(0.95), files: count })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], mean: f64, low_90: f64, high_90: f64) {
        let found = mean_of_files(values, Seed(1)).expect("some files");
        assert!((found.mean - mean).abs() < 1e-12, "{found:?}");
        assert!(
            (found.low_90 - low_90).abs() < 1e-12 && (found.high_90 - high_90).abs() < 1e-12,
            "{found:?}"
        );
    }

    #[test]
    fn files_that_agree_leave_no_doubt() {
        check(&[0.9, 0.9, 0.9], 0.9, 0.9, 0.9);
    }

    /// Of two files a draw has the mean 0, ½ or 1 with chances ¼, ½, ¼: both ends lie in the outer quarters.
    #[test]
    fn two_files_that_disagree_leave_all_of_it() {
        check(&[0.0, 1.0], 0.5, 0.0, 1.0);
    }

    /// Of one 1 among ten, the count drawn is binomial(10, 0.1): P(0) = 0.349, P(≤ 2) = 0.930, P(≤ 3) = 0.987.
    #[test]
    fn ten_files_follow_the_binomial_law() {
        let mut values = [0.0; 10];
        values[3] = 1.0;
        check(&values, 0.1, 0.0, 0.3);
    }

    #[test]
    fn no_file_no_mean() {
        assert_eq!(mean_of_files(&[], Seed(1)), None);
    }
}
