//! What a receiver takes, told from what it refuses for good: one request holds many rows, and one bad sample has
//! all of it refused.
//!
//! ```text
//! refused ─┬─ older than the receiver's window, its newest instant too ──> dropped
//!          ├─ of several instants ──> the older half, the newer half
//!          ├─ of one instant, for its age ──> dropped: its other series are as old
//!          ├─ of one instant ──> half of its series, the other half
//!          └─ one sample ──> dropped
//! ```

use std::collections::BTreeSet;

use super::{RemoteError, Series};

/// What was refused for good and is lost.
#[derive(Debug, Default)]
pub struct Refused {
    /// How many samples.
    pub samples: u64,
    /// The last refusal.
    pub why: Option<RemoteError>,
}

/// Sends series with `send`, in smaller parts where they are refused. Sending the same again does no harm.
///
/// # Errors
/// The first error that may pass: then nothing is lost, and all of it is to be sent again later.
pub fn sift(
    series: &[Series],
    send: &mut impl FnMut(&[Series]) -> Result<(), RemoteError>,
) -> Result<Refused, RemoteError> {
    let why = match send(series) {
        Ok(()) => return Ok(Refused::default()),
        Err(error) if error.is_passing() => return Err(error),
        Err(error) => error,
    };
    let lost = |why| {
        let samples = series.iter().map(|series| series.samples.len() as u64).sum();
        Ok(Refused { samples, why: Some(why) })
    };
    // Without a window the newest must not go first: what is older would be out of order after it.
    if why.is_before_its_window()
        && let Some(newest) = newest(series)
        && let Err(error) = send(&newest)
    {
        if error.is_passing() {
            return Err(error);
        }
        if error.is_before_its_window() {
            return lost(error);
        }
    }
    let halves = by_time(series).or_else(|| if why.is_for_age() { None } else { by_series(series) });
    let Some((first, second)) = halves else { return lost(why) };
    let (first, second) = (sift(&first, send)?, sift(&second, send)?);
    Ok(Refused { samples: first.samples + second.samples, why: second.why.or(first.why) })
}

type Halves = (Vec<Series>, Vec<Series>);

/// What is older and what is newer; `None` where all is of one instant.
fn by_time(series: &[Series]) -> Option<Halves> {
    let stamps = stamps(series);
    let middle = *stamps.get(stamps.len() / 2).filter(|_| stamps.len() > 1)?;
    Some((part(series, |at| at < middle), part(series, |at| at >= middle)))
}

/// What is of the newest instant; `None` where all is.
fn newest(series: &[Series]) -> Option<Vec<Series>> {
    let stamps = stamps(series);
    let last = *stamps.last().filter(|_| stamps.len() > 1)?;
    Some(part(series, |at| at == last))
}

/// Every instant there is, in order.
fn stamps(series: &[Series]) -> Vec<i64> {
    let all = series.iter().flat_map(|series| series.samples.iter().map(|(at, _)| *at));
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The samples of some instants.
fn part(series: &[Series], is_wanted: impl Fn(i64) -> bool) -> Vec<Series> {
    let of = |series: &Series| {
        let samples: Vec<_> = series.samples.iter().copied().filter(|(at, _)| is_wanted(*at)).collect();
        (!samples.is_empty()).then(|| Series { labels: series.labels.clone(), samples })
    };
    series.iter().filter_map(of).collect()
}

fn by_series(series: &[Series]) -> Option<Halves> {
    let (first, second) = series.split_at(series.len() / 2);
    (!first.is_empty()).then(|| (first.to_vec(), second.to_vec()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use std::cell::RefCell;

    type Sample = (String, i64);

    /// Ten series of twenty instants.
    fn all() -> Vec<Series> {
        let samples: Vec<(i64, f64)> = (0..20).map(|at| (at, 0.5)).collect();
        (0..10).map(|number| Series::new(&format!("s{number}"), [], samples.clone())).collect()
    }

    fn samples(series: &[Series]) -> BTreeSet<Sample> {
        let of = |series: &Series| {
            let name = series.labels["__name__"].clone();
            series.samples.iter().map(move |(at, _)| (name.clone(), *at)).collect::<Vec<_>>()
        };
        series.iter().flat_map(of).collect()
    }

    fn refused(said: &str) -> RemoteError {
        RemoteError::Refused { url: String::new(), status: 400, said: said.to_owned() }
    }

    /// What a receiver that takes a request only whole took, how many were lost, and how often it was asked.
    fn check(said: &str, is_bad: impl Fn(&Sample) -> bool) -> (BTreeSet<Sample>, u64, usize) {
        let taken = RefCell::new(BTreeSet::new());
        let mut asked = 0;
        let mut send = |series: &[Series]| {
            asked += 1;
            let samples = samples(series);
            if samples.iter().any(&is_bad) {
                return Err(refused(said));
            }
            taken.borrow_mut().extend(samples);
            Ok(())
        };
        let lost = sift(&all(), &mut send).unwrap();
        assert_eq!(lost.why.is_some(), lost.samples > 0);
        (taken.into_inner(), lost.samples, asked)
    }

    #[test]
    fn only_what_is_refused_is_lost() {
        let bad = |sample: &Sample| sample.0 == "s3" && (sample.1 == 7 || sample.1 == 19);
        let (taken, lost, asked) = check("duplicate sample", bad);
        let expected: BTreeSet<Sample> = samples(&all()).into_iter().filter(|sample| !bad(sample)).collect();
        assert_eq!((taken, lost), (expected, 2));
        assert!(asked < 50, "{asked}");
    }

    #[test]
    fn what_is_too_old_goes_by_its_instant_in_few_requests() {
        for (said, requests) in [("out of bounds", 40), ("too old sample", 20)] {
            let (taken, lost, asked) = check(said, |(_, at)| *at < 15);
            assert_eq!((taken.len(), lost), (50, 150), "{said}");
            assert!(asked <= requests, "{said}: {asked}");
        }
        let (taken, lost, asked) = check("too old sample", |_| true);
        assert_eq!((taken.len(), lost, asked), (0, 200, 2));
    }

    #[test]
    fn trouble_of_the_receivers_own_loses_nothing() {
        let mut asked = 0;
        let mut send = |_: &[Series]| {
            asked += 1;
            let busy = RemoteError::Busy { url: String::new(), status: 503, said: String::new() };
            Err(if asked < 3 { refused("duplicate sample") } else { busy })
        };
        assert!(sift(&all(), &mut send).unwrap_err().is_passing());
    }
}
