//! One battery being estimated from what was collected: the same [`Watch`] that a monitor uses, fed readings in
//! the place of bytes.

use estimator::Belief;
use exporter::{BatteryId, Row};
use hil::DeviceKind;
use signals::{Estimate, Reading, SimTime, Span, Stamp};

use super::series::Happening;
use crate::config::Battery;
use crate::failure::Failure;
use crate::profiles;
use crate::watch::Watch;
use crate::words::Words;

const NANOS_PER_MILLI: i64 = 1_000_000;

/// The battery and what came of it so far.
#[derive(Debug)]
pub struct Ward {
    /// Which.
    pub id: BatteryId,
    /// Its chemistry, by its profile.
    pub chemistry: &'static str,
    watch: Watch,
    /// Unix milliseconds at which the run's clock is 0.
    origin: i64,
    /// Milliseconds without a reading after which the battery counts as silent.
    patience: i64,
    replaced: Option<f64>,
    tally: Tally,
}

/// Counts, and the span heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Readings taken.
    pub readings: u64,
    /// Estimates made of them.
    pub estimates: u64,
    /// Silences longer than the battery's patience.
    pub gaps: u64,
    /// Times the journal told of another battery.
    pub replacements: u64,
    /// Unix milliseconds of the first and the last reading.
    pub span: Option<(i64, i64)>,
}

/// What an estimate follows and says.
#[derive(Debug, Clone)]
pub struct Told {
    /// Unix milliseconds of the reading.
    pub at: i64,
    /// Unix milliseconds at which an earlier silence began to count, where one lies before.
    pub silent_since: Option<i64>,
    /// The reading.
    pub reading: Reading,
    /// The estimate.
    pub estimate: Estimate,
    /// Both as metrics.
    pub row: Row,
}

impl Ward {
    /// A battery of which `known` tells; `step` is how far apart its readings are asked for, milliseconds.
    ///
    /// # Errors
    /// Where its profile cannot be read.
    pub fn new(
        id: BatteryId,
        known: &Battery,
        origin: i64,
        step: i64,
        words: Words,
    ) -> Result<Self, Failure> {
        let profile = profiles::load(&known.profile, known.capacity, words)?;
        let belief = Belief { soc: known.initial_soc, ..Belief::default() };
        let patience = (known.silent_after.as_nanos() / NANOS_PER_MILLI).max(3 * step);
        let silent_after = Span::from_millis(patience);
        let chemistry = profile.chemistry();
        // The kind names a decoder that gets no bytes.
        let watch = Watch::new(DeviceKind::VedirectBmv, profile, belief, silent_after);
        Ok(Self { id, chemistry, watch, origin, patience, replaced: None, tally: Tally::default() })
    }

    /// Takes what happened at an instant; the estimate where one was made. What is not later than the last
    /// reading changes nothing.
    pub fn take(&mut self, at: i64, happening: Happening) -> Option<Told> {
        let reading = match happening {
            Happening::Read(reading) => reading,
            Happening::Replaced(unix_secs) => {
                self.replace(unix_secs);
                return None;
            }
        };
        let last = self.tally.span.map(|(_, last)| last);
        if last.is_some_and(|last| at <= last) {
            return None;
        }
        let silent_since = self.silent_since(at);
        let stamp = self.stamp(at);
        let mut made = None;
        self.watch.read(stamp, reading, |reading, estimate| made = Some((reading.clone(), *estimate)));
        self.tally.readings += 1;
        self.tally.gaps += u64::from(silent_since.is_some());
        self.tally.span = Some((self.tally.span.map_or(at, |(first, _)| first), at));
        let (reading, estimate) = made?;
        self.tally.estimates += 1;
        let row = self.watch.row(stamp.monotonic);
        Some(Told { at, silent_since, reading, estimate, row })
    }

    /// The journal's first entry is of a battery that was new before we began; a later one voids what was learned.
    fn replace(&mut self, unix_secs: f64) {
        let is_news = self.replaced.is_some_and(|known| unix_secs > known)
            || self.replaced.is_none() && (unix_secs * 1e3) as i64 > self.origin;
        if is_news {
            self.watch.forget_battery();
            self.tally.replacements += 1;
        }
        self.replaced = Some(unix_secs);
    }

    /// No reading for longer than its patience.
    #[must_use]
    pub fn is_silent(&self, now: i64) -> bool {
        self.tally.span.is_none() || self.silent_since(now).is_some()
    }

    /// When it counted as silent, where it was heard before and is now.
    #[must_use]
    pub fn silent_since(&self, now: i64) -> Option<i64> {
        self.tally.span.map(|(_, last)| last + self.patience).filter(|since| *since < now)
    }

    /// What came of it so far.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// The latest estimate.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        self.watch.estimate()
    }

    fn stamp(&self, at: i64) -> Stamp {
        Stamp {
            monotonic: SimTime::from_nanos((at - self.origin).saturating_mul(NANOS_PER_MILLI)),
            wall_unix_nanos: at.saturating_mul(NANOS_PER_MILLI),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use signals::{Amps, Volts};

    const ORIGIN: i64 = 1_700_000_000_000;

    fn ward() -> Ward {
        let source = "balise_monitor = 1\n[[battery]]\nname = \"b\"\nport = \"-\"\n";
        let config = crate::config::parse(source).unwrap();
        Ward::new(BatteryId::new("a", "b"), &config.batteries[0], ORIGIN, 60_000, Words::English).unwrap()
    }

    fn read() -> Happening {
        Happening::Read(Reading {
            voltage: Some(Volts::new(12.5)),
            current: Some(Amps::new(-2.0)),
            current_is_net: true,
            ..Reading::default()
        })
    }

    #[test]
    fn a_silence_is_counted_and_ends_the_series_where_its_patience_ended() {
        let mut ward = ward();
        assert!(ward.take(ORIGIN, read()).unwrap().silent_since.is_none());
        assert!(ward.take(ORIGIN + 60_000, read()).unwrap().silent_since.is_none());
        let told = ward.take(ORIGIN + 3_660_000, read()).unwrap();
        assert_eq!(told.silent_since, Some(ORIGIN + 60_000 + 180_000));
        assert_eq!((ward.tally().readings, ward.tally().gaps), (3, 1));
        assert!(ward.take(ORIGIN + 3_660_000, read()).is_none(), "the same instant again");
        assert!(!ward.is_silent(ORIGIN + 3_700_000) && ward.is_silent(ORIGIN + 4_000_000));
    }

    #[test]
    fn a_battery_replaced_in_the_span_is_known_no_more_and_one_replaced_before_is() {
        let mut ward = ward();
        let secs = |millis: i64| (ORIGIN + millis) as f64 / 1e3;
        ward.take(ORIGIN, Happening::Replaced(secs(-1_000_000)));
        for minute in 0..100 {
            ward.take(ORIGIN + minute * 60_000, read());
        }
        let before = ward.estimate().unwrap();
        ward.take(ORIGIN + 6_000_000, Happening::Replaced(secs(-1_000_000)));
        assert_eq!((ward.tally().replacements, ward.estimate()), (0, Some(before)));
        ward.take(ORIGIN + 6_000_001, Happening::Replaced(secs(6_000_000)));
        assert_eq!((ward.tally().replacements, ward.estimate()), (1, None));
    }
}
