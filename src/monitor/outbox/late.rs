//! The hours that were delivered late and not announced yet, on disk beside the rows: a restart in the middle of catching
//! up must not forget which hours are to be judged.
//!
//! ```text
//! balise_late 1 <first ms> <last ms>        or, where all is announced, nothing after the version
//! ```

use std::io;
use std::path::Path;

use exporter::remote::{Series, stale};
use exporter::{FileStore, StateStore};

/// Prometheus looks back five minutes for a sample: rules saw nothing of what is older when it arrives.
const LATE_MILLIS: i64 = 5 * 60 * 1000;
/// Under which the store keeps them.
const NAME: &str = "late";
const HEADER: &str = "balise_late 1";

/// The span, and where it is kept.
#[derive(Debug)]
pub struct Late {
    store: FileStore,
    span: Option<(i64, i64)>,
}

impl Late {
    /// What an earlier run left in `folder`. What cannot be read there is as good as nothing.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let store = FileStore::open(folder)?;
        let span = store.load(NAME).ok().flatten().and_then(|bytes| read(&bytes));
        Ok(Self { store, span })
    }

    /// First and last instant, Unix milliseconds.
    #[must_use]
    pub const fn span(&self) -> Option<(i64, i64)> {
        self.span
    }

    /// These were delivered at `now`. On disk when this returns: before the rows themselves are forgotten.
    pub fn note(&mut self, series: &[Series], now: i64) -> io::Result<()> {
        let is_value = |(_, value): &&(i64, f64)| value.to_bits() != stale().to_bits();
        let stamps =
            || series.iter().flat_map(|series| series.samples.iter().filter(is_value).map(|(at, _)| *at));
        let (Some(first), Some(last)) = (stamps().min(), stamps().filter(|at| now - at > LATE_MILLIS).max())
        else {
            return Ok(());
        };
        self.set(Some(self.span.map_or((first, last), |(from, until)| (from.min(first), until.max(last)))))
    }

    /// They are announced.
    pub fn forget(&mut self) -> io::Result<()> {
        self.set(None)
    }

    fn set(&mut self, span: Option<(i64, i64)>) -> io::Result<()> {
        if span == self.span {
            return Ok(());
        }
        self.span = span;
        let text = span.map_or(HEADER.to_owned(), |(from, until)| format!("{HEADER} {from} {until}"));
        self.store.save(NAME, format!("{text}\n").as_bytes())
    }
}

fn read(bytes: &[u8]) -> Option<(i64, i64)> {
    let mut words = str::from_utf8(bytes).ok()?.strip_prefix(HEADER)?.split_ascii_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;

    fn at(millis: i64) -> Vec<Series> {
        vec![Series::new("a", [], vec![(millis, 1.0)])]
    }

    #[test]
    fn only_what_is_older_than_prometheus_looks_back_is_late() {
        let folder = tempfile::tempdir().unwrap();
        let mut late = Late::open(folder.path()).unwrap();
        late.note(&at(1_000), 2_000).unwrap();
        assert_eq!(late.span(), None);
        late.note(&at(1_000), 400_000).unwrap();
        late.note(&at(61_000), 400_000).unwrap();
        assert_eq!(late.span(), Some((1_000, 61_000)));
        // The end of a series is no measurement.
        late.note(&[Series::new("a", [], vec![(500, stale())])], 400_000).unwrap();
        assert_eq!(late.span(), Some((1_000, 61_000)));
    }

    #[test]
    fn a_restart_forgets_nothing_until_it_is_announced() {
        let folder = tempfile::tempdir().unwrap();
        Late::open(folder.path()).unwrap().note(&at(-1_000), 400_000).unwrap();
        let mut late = Late::open(folder.path()).unwrap();
        assert_eq!(late.span(), Some((-1_000, -1_000)));
        late.forget().unwrap();
        assert_eq!(Late::open(folder.path()).unwrap().span(), None);
    }
}
