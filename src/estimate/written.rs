//! Estimates back into a Prometheus by remote write, each at the instant of the reading it follows.
//!
//! Where a battery is silent the series end with a stale marker, at the instant at which a page would have dropped
//! them: otherwise Prometheus would show the last value for five minutes more.
//!
//! What follows a Prometheus for weeks waits for one that takes nothing just now, asks again after longer and longer
//! pauses, and meanwhile asks for no new readings, so that nothing is lost. What ends by itself fails at once.

use std::collections::{BTreeMap, BTreeSet};

use exporter::BatteryId;
use exporter::remote::{RemoteError, RemoteWriter, Series, sift, stale};
use fluent_templates::fluent_bundle::FluentValue;

use super::give::{Taker, values};
use super::ward::{Told, Ward};
use crate::failure::{Exit, Failure};
use crate::speech;
use crate::words::Words;

/// Samples kept until they are sent: about 30 MB.
const KEPT_MAX: usize = 1_000_000;
/// The pause after the first refusal, doubled with each one after it, and the longest; ms.
const PAUSE_FIRST: i64 = 1_000;
const PAUSE_MAX: i64 = 60_000;

type Samples = BTreeMap<&'static str, Vec<(i64, f64)>>;

/// What waits to be sent.
pub struct Written {
    writer: RemoteWriter,
    waiting: BTreeMap<BatteryId, Samples>,
    kept: usize,
    /// What is shown of each battery, and would go on being shown.
    shown: BTreeMap<BatteryId, BTreeSet<&'static str>>,
    /// Nobody is there to start it again: it waits.
    is_patient: bool,
    trouble: Option<Trouble>,
    words: Words,
}

/// Nobody takes anything.
#[derive(Debug)]
struct Trouble {
    said: String,
    /// How long it was waited, and until when it is, ms.
    pause: i64,
    until: i64,
}

impl Written {
    /// To the Prometheus at `url`; a patient one waits where it takes nothing.
    #[must_use]
    pub fn to(url: &str, is_patient: bool, words: Words) -> Self {
        Self {
            writer: RemoteWriter::new(url),
            waiting: BTreeMap::new(),
            kept: 0,
            shown: BTreeMap::new(),
            is_patient,
            trouble: None,
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

    /// Sends what waits. What did not get there is sent again: a sample that is there already does no harm.
    fn send(&mut self, now: i64) -> Result<(), Failure> {
        if self.kept == 0 || self.trouble.as_ref().is_some_and(|trouble| now < trouble.until) {
            return Ok(());
        }
        let series = self.series();
        let sent = if self.is_patient {
            sift(&series, &mut |part| self.writer.send(part)).map(|refused| refused.why)
        } else {
            self.writer.send(&series).map(|()| None)
        };
        match sent {
            Ok(refused) => {
                self.kept = 0;
                self.waiting.clear();
                self.trouble = None;
                if let Some(why) = refused {
                    speech::tell(&told(&why, self.words));
                }
                Ok(())
            }
            Err(error) if self.is_patient => {
                self.wait(&error, now);
                Ok(())
            }
            Err(error) => Err(Failure::new(Exit::Environment, told(&error, self.words))),
        }
    }

    fn series(&self) -> Vec<Series> {
        let of = |(id, samples): (&BatteryId, &Samples)| -> Vec<Series> {
            let labels = [("site", id.site()), ("battery", id.battery())];
            samples.iter().map(|(name, samples)| Series::new(name, labels, samples.clone())).collect()
        };
        self.waiting.iter().flat_map(of).collect()
    }

    /// The same trouble is told once.
    fn wait(&mut self, error: &RemoteError, now: i64) {
        let said = told(error, self.words);
        let before = self.trouble.take();
        if before.as_ref().is_none_or(|before| before.said != said) {
            speech::tell(&said);
            speech::tell(&self.words.say("estimate-write-kept"));
        }
        let pause = before.map_or(PAUSE_FIRST, |before| (before.pause * 2).min(PAUSE_MAX));
        self.trouble = Some(Trouble { said, pause, until: now + pause });
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
        if self.kept >= KEPT_MAX { self.send(super::now_millis()) } else { Ok(()) }
    }

    fn settle(&mut self, wards: &BTreeMap<BatteryId, Ward>, asked: i64, _: i64) -> Result<(), Failure> {
        for ward in wards.values() {
            // What was not asked yet may hold readings: only up to there is anybody known to be silent.
            if let Some(since) = ward.silent_since(asked) {
                self.end(&ward.id, since, &BTreeSet::new());
                self.shown.remove(&ward.id);
            }
        }
        self.send(super::now_millis())
    }

    fn has_room(&self) -> bool {
        self.kept < KEPT_MAX
    }
}

fn told(error: &RemoteError, words: Words) -> String {
    let key = if error.is_passing() { "estimate-write-waits" } else { "estimate-write-refused" };
    words.tell(key, &[("reason", FluentValue::from(error.to_string()))])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn waiting(is_patient: bool) -> Written {
        // Nobody listens there any more.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut written = Written::to(&format!("http://{address}"), is_patient, Words::English);
        written.keep(&BatteryId::new("a", "b"), "balise_collected_soc_ratio", 1_000, 0.5);
        written
    }

    #[test]
    fn whoever_is_patient_keeps_what_is_not_taken_and_asks_less_and_less_often() {
        let mut written = waiting(true);
        let (mut now, mut pauses) = (0, Vec::new());
        while pauses.len() < 8 {
            written.send(now).unwrap();
            let until = written.trouble.as_ref().unwrap().until;
            // Before its time nothing is tried, and nothing lost.
            written.send(until - 1).unwrap();
            assert_eq!(written.trouble.as_ref().unwrap().until, until);
            pauses.push((until - now) / 1_000);
            now = until;
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert!(written.kept == 1 && written.has_room());
        written.kept = KEPT_MAX;
        assert!(!written.has_room());
    }

    #[test]
    fn what_ends_by_itself_fails_at_once() {
        assert_eq!(waiting(false).send(0).unwrap_err().exit, Exit::Environment);
    }
}
