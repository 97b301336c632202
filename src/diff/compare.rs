//! Two series of values, sample by sample.
//!
//! ```text
//! A sample of A and one of B are a pair where |(t_B − t_A) − shift| ≤ half the usual interval
//! ```
//!
//! Two recordings begin when they begin: `shift` is at first the difference of the sources' first
//! samples, then follows the pairs, so that neither a late start nor drifting clocks part what belongs
//! together. A sample without a partner is missing from the other where that one goes on after it;
//! what stands before the other's first sample or after its last is not compared. Tables of a run have the
//! run's own time: no shift, and each sample without a partner is missing.

use super::Tolerance;
use super::series::{Sample, Series};
use std::collections::BTreeMap;

/// Nothing is known of the interval between samples: pairs are within this.
const WINDOW_DEFAULT_SECS: f64 = 0.5;

/// How much of a pair's remaining distance the shift takes over: drift is followed, jitter is not.
const SHIFT_FOLLOWS: f64 = 0.25;

/// Two files compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// Each quantity of each source that both have.
    pub compared: BTreeMap<(String, String), Compared>,
    /// What only the first file has: a source, or a source's quantity.
    pub only_first: Vec<String>,
    /// What only the second has.
    pub only_second: Vec<String>,
}

/// One quantity compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Compared {
    /// Pairs of samples.
    pub pairs: u64,
    /// Those beyond the tolerance.
    pub differing: u64,
    /// Samples that the second file lacks.
    pub missing_second: u64,
    /// Samples that the first file lacks.
    pub missing_first: u64,
    /// The first pair beyond the tolerance.
    pub first: Option<Difference>,
    /// The pair furthest apart, within the tolerance or not; none where all are equal.
    pub largest: Option<Difference>,
}

/// Two values that are not the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// When, seconds on the first file's clock.
    pub at_secs: f64,
    /// In the first file.
    pub first: f64,
    /// In the second.
    pub second: f64,
}

impl Difference {
    /// How far the two are apart.
    #[must_use]
    pub fn size(&self) -> f64 {
        (self.second - self.first).abs()
    }
}

impl Comparison {
    /// Neither file holds a value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.compared.is_empty() && self.only_first.is_empty() && self.only_second.is_empty()
    }

    /// Nothing differs, and nothing is missing.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.only_first.is_empty()
            && self.only_second.is_empty()
            && self.compared.values().all(Compared::is_same)
    }
}

impl Compared {
    /// Nothing differs, and nothing is missing.
    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.differing == 0 && self.missing_first == 0 && self.missing_second == 0
    }

    fn add(&mut self, first: Sample, second: Sample, tolerance: f64) {
        self.pairs += 1;
        let difference = Difference { at_secs: first.0, first: first.1, second: second.1 };
        let size = difference.size();
        if size > self.largest.map_or(0.0, |largest| largest.size()) {
            self.largest = Some(difference);
        }
        if size > tolerance {
            self.differing += 1;
            self.first.get_or_insert(difference);
        }
    }
}

/// Compares every quantity that both have. Two files of one source each are compared whatever it is called.
#[must_use]
pub fn compare(first: &Series, second: &Series, tolerance: &Tolerance) -> Comparison {
    let mut comparison = Comparison::default();
    let alone = first.sources.len() == 1 && second.sources.len() == 1;
    for (name, one) in &first.sources {
        let other = if alone { second.sources.values().next() } else { second.sources.get(name) };
        let Some(other) = other else {
            comparison.only_first.push(name.clone());
            continue;
        };
        // Tables of a run have one clock.
        let shift = (!first.is_run_time || !second.is_run_time).then(|| begin(other) - begin(one));
        for (quantity, samples) in one {
            match other.get(quantity) {
                Some(others) => {
                    let compared = paired(samples, others, shift, tolerance.of(quantity));
                    comparison.compared.insert((name.clone(), quantity.clone()), compared);
                }
                None => comparison.only_first.push(format!("{name} {quantity}")),
            }
        }
        let more = other.keys().filter(|quantity| !one.contains_key(*quantity));
        comparison.only_second.extend(more.map(|quantity| format!("{name} {quantity}")));
    }
    if !alone {
        let more = second.sources.keys().filter(|name| !first.sources.contains_key(*name));
        comparison.only_second.extend(more.cloned());
    }
    comparison
}

/// When a source first says anything.
fn begin(quantities: &BTreeMap<String, Vec<Sample>>) -> f64 {
    let firsts = quantities.values().filter_map(|samples| samples.first()).map(|(at, _)| *at);
    firsts.fold(f64::INFINITY, f64::min)
}

fn paired(first: &[Sample], second: &[Sample], mut shift: Option<f64>, tolerance: f64) -> Compared {
    // The longer of the two: jitter halves the usual interval of what jitters.
    let usual = interval(first).into_iter().chain(interval(second)).reduce(f64::max);
    let window = usual.map_or(WINDOW_DEFAULT_SECS, |usual| usual / 2.0);
    let mut compared = Compared::default();
    let (mut one, mut other) = (0, 0);
    // Without a partner so far; missing only once a pair follows.
    let (mut lone_first, mut lone_second) = (0, 0);
    while let (Some(left), Some(right)) = (first.get(one), second.get(other)) {
        let apart = right.0 - left.0 - shift.unwrap_or(0.0);
        if apart.abs() <= window {
            compared.add(*left, *right, tolerance);
            if compared.pairs > 1 || shift.is_none() {
                compared.missing_second += lone_first;
                compared.missing_first += lone_second;
            }
            (lone_first, lone_second) = (0, 0);
            shift = shift.map(|shift| shift + apart * SHIFT_FOLLOWS);
            (one, other) = (one + 1, other + 1);
        } else if apart > 0.0 {
            (one, lone_first) = (one + 1, lone_first + 1);
        } else {
            (other, lone_second) = (other + 1, lone_second + 1);
        }
    }
    if shift.is_none() {
        compared.missing_second += lone_first + (first.len() - one) as u64;
        compared.missing_first += lone_second + (second.len() - other) as u64;
    }
    compared
}

/// The usual interval between two samples.
fn interval(samples: &[Sample]) -> Option<f64> {
    let mut gaps: Vec<f64> =
        samples.windows(2).map(|pair| pair[1].0 - pair[0].0).filter(|gap| *gap > 0.0).collect();
    let middle = gaps.len() / 2;
    if gaps.is_empty() {
        return None;
    }
    Some(*gaps.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(samples: &[Sample]) -> Series {
        let quantities = BTreeMap::from([("voltage_v".to_owned(), samples.to_vec())]);
        Series { sources: BTreeMap::from([("a/b".to_owned(), quantities)]), is_run_time: false }
    }

    fn compared(first: &[Sample], second: &[Sample], tolerance: f64) -> Compared {
        let tolerance = Tolerance { of_all: tolerance, of_one: Vec::new() };
        let comparison = compare(&series(first), &series(second), &tolerance);
        comparison.compared.into_values().next().unwrap_or_default()
    }

    fn ramp(count: u32, start_secs: f64) -> Vec<Sample> {
        (0..count).map(|index| (start_secs + f64::from(index), 12.0 + f64::from(index) * 0.01)).collect()
    }

    #[test]
    fn the_first_and_the_largest_difference_are_found_and_the_tolerance_forgives() {
        let (one, mut other) = (ramp(10, 0.0), ramp(10, 0.0));
        other[3].1 += 0.5;
        other[7].1 -= 1.0;
        let found = compared(&one, &other, 0.0);
        assert_eq!((found.pairs, found.differing), (10, 2));
        assert_eq!(found.first.map(|difference| difference.at_secs), Some(3.0));
        assert_eq!(found.largest.map(|difference| difference.at_secs), Some(7.0));
        let forgiven = compared(&one, &other, 2.0);
        assert!(forgiven.is_same() && forgiven.first.is_none() && forgiven.largest.is_some());
    }

    #[test]
    fn a_late_start_a_drifting_clock_and_jitter_part_nothing() {
        let one = ramp(2000, 0.0);
        let jitter = |index: usize| if index.is_multiple_of(2) { 0.2 } else { -0.2 };
        let other: Vec<Sample> = ramp(2000, 0.0)
            .into_iter()
            .enumerate()
            .map(|(index, (at, value))| (at * 1.001 + 500.0 + jitter(index), value))
            .collect();
        let found = compared(&one, &other, 0.0);
        assert!(found.is_same(), "{found:?}");
        assert_eq!(found.pairs, 2000);
    }

    #[test]
    fn a_lost_sample_is_missing_and_parts_no_other_pair() {
        let one = ramp(10, 0.0);
        let mut other = ramp(10, 0.0);
        other.remove(4);
        let found = compared(&one, &other, 0.0);
        assert_eq!((found.pairs, found.differing, found.missing_second, found.missing_first), (9, 0, 1, 0));
        let found = compared(&other, &one, 0.0);
        assert_eq!((found.missing_second, found.missing_first), (0, 1));
    }

    #[test]
    fn a_recording_that_ends_earlier_is_compared_as_far_as_it_goes() {
        let found = compared(&ramp(10, 0.0), &ramp(6, 0.0), 0.0);
        assert!(found.is_same() && found.pairs == 6, "{found:?}");
    }

    #[test]
    fn a_run_that_ends_earlier_lacks_what_the_other_has() {
        let run = |count| Series { is_run_time: true, ..series(&ramp(count, 0.0)) };
        let comparison = compare(&run(10), &run(6), &Tolerance::default());
        let missing = comparison.compared.values().map(|compared| compared.missing_second).sum::<u64>();
        assert_eq!((missing, comparison.is_same()), (4, false));
    }

    #[test]
    fn what_only_one_file_has_is_named() {
        let mut more = series(&ramp(3, 0.0));
        more.sources.insert("c/d".to_owned(), BTreeMap::new());
        let comparison = compare(&series(&ramp(3, 0.0)), &more, &Tolerance::default());
        assert_eq!(
            (comparison.only_second.as_slice(), comparison.is_same()),
            (&["c/d".to_owned()][..], false)
        );
    }
}
