//! Estimates back into a Prometheus by remote write, each at the instant of the reading it follows.
//!
//! Where a silence lies between two readings the series end with a stale marker, at the instant at which a page
//! would have dropped them: otherwise Prometheus would show the last value for five minutes more.

use std::collections::{BTreeMap, BTreeSet};

use exporter::BatteryId;
use exporter::remote::{RemoteError, RemoteWriter, Series, stale};
use fluent_templates::fluent_bundle::FluentValue;

use super::give::{Taker, values};
use super::ward::{Told, Ward};
use crate::failure::{Exit, Failure};
use crate::words::Words;

/// Samples kept until they are sent: about 30 MB.
const KEPT_MAX: usize = 1_000_000;

type Samples = BTreeMap<&'static str, Vec<(i64, f64)>>;

/// What waits to be sent.
pub struct Written {
    writer: RemoteWriter,
    waiting: BTreeMap<BatteryId, Samples>,
    kept: usize,
    sent: u64,
    /// What is shown of each battery, and would go on being shown.
    shown: BTreeMap<BatteryId, BTreeSet<&'static str>>,
    words: Words,
}

impl Written {
    /// To the Prometheus at `url`.
    #[must_use]
    pub fn to(url: &str, words: Words) -> Self {
        Self {
            writer: RemoteWriter::new(url),
            waiting: BTreeMap::new(),
            kept: 0,
            sent: 0,
            shown: BTreeMap::new(),
            words,
        }
    }

    fn keep(&mut self, id: &BatteryId, name: &'static str, at: i64, value: f64) {
        let samples = self.waiting.entry(id.clone()).or_default();
        samples.entry(name).or_default().push((at, value));
        self.kept += 1;
    }

    /// Ends those series of a battery that no longer say anything.
    fn end(&mut self, id: &BatteryId, at: i64, still: &BTreeSet<&'static str>) {
        let shown = self.shown.get(id).cloned().unwrap_or_default();
        for name in shown.difference(still) {
            self.keep(id, name, at, stale());
        }
    }

    fn send(&mut self) -> Result<(), Failure> {
        let series: Vec<Series> = self
            .waiting
            .iter()
            .flat_map(|(id, samples)| {
                samples.iter().map(|(name, samples)| {
                    let labels = [("site", id.site()), ("battery", id.battery())];
                    Series::new(name, labels, samples.clone())
                })
            })
            .collect();
        // What did not get there is sent again: a sample that is there already does no harm.
        self.writer.send(&series).map_err(|error| refused(&error, self.words))?;
        self.sent += self.kept as u64;
        self.kept = 0;
        self.waiting.clear();
        Ok(())
    }
}

impl Taker for Written {
    fn take(&mut self, ward: &Ward, told: &Told) -> Result<(), Failure> {
        if let Some(since) = told.silent_since {
            self.end(&ward.id, since, &BTreeSet::new());
        }
        let mut still = BTreeSet::new();
        for (name, value) in values(told) {
            still.insert(name);
            self.keep(&ward.id, name, told.at, value);
        }
        if told.silent_since.is_none() {
            self.end(&ward.id, told.at, &still);
        }
        self.shown.insert(ward.id.clone(), still);
        if self.kept >= KEPT_MAX { self.send() } else { Ok(()) }
    }

    fn settle(&mut self, _: &BTreeMap<BatteryId, Ward>, _: i64) -> Result<(), Failure> {
        self.send()
    }
}

fn refused(error: &RemoteError, words: Words) -> Failure {
    let key = if error.is_passing() { "estimate-write-waits" } else { "estimate-write-refused" };
    let blanks = [("reason", FluentValue::from(error.to_string()))];
    Failure::new(Exit::Environment, words.tell(key, &blanks))
}
