//! A capture as an instrument. One that speaks only when asked answers each recorded question with its
//! recorded answer; one that talks by itself says again what it said, each arrival at its own instant, and
//! its cable is pulled and put back where the recording lost its link.

use std::collections::BTreeSet;

use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use hil::capture::{Event, RecordedAnswers};
use signals::{SimTime, Span};

use super::Block;
use crate::capture::{Kinds, Recording};
use crate::decode;
use crate::failure::{Exit, Failure};
use crate::speech;
use crate::words::Words;

/// Nothing is sent unasked; it is looked this often whether that has changed.
const IDLE: Span = Span::from_millis(3_600_000);

/// The instrument.
pub struct Played {
    kind: DeviceKind,
    says: Says,
}

enum Says {
    /// What it is asked.
    Answers { answers: RecordedAnswers, now: SimTime },
    /// What this source of the recording said; times count from its first record.
    Talk { recording: Box<Recording>, source: String, began: Option<SimTime> },
}

impl std::fmt::Debug for Played {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Played").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Played {
    /// The capture at `path`: its `only` source, or all the devices of a bus. `kind` where the capture does
    /// not say it.
    ///
    /// # Errors
    /// Exit 2 where nobody says the kind, or which of several talkers it is; exit 3 where the capture cannot
    /// be read, or holds no question for a device that must be asked.
    pub fn open(
        path: &str,
        kind: Option<DeviceKind>,
        only: Option<&str>,
        words: Words,
    ) -> Result<Self, Failure> {
        let mut recording = Recording::open(path, words)?;
        let kinds = Kinds::of(&recording, kind);
        let (mut sources, mut answers) = (BTreeSet::new(), RecordedAnswers::default());
        while let Some(record) = recording.read_next()? {
            if only.is_none_or(|only| only == record.source) {
                if !sources.contains(record.source) {
                    sources.insert(record.source.to_owned());
                }
                answers.learn(record.source, record.event);
            }
        }
        answers.finish();
        let refused = |exit, key: &str| {
            let known = kinds.sources().map(str::to_owned).chain(sources.iter().cloned());
            let known = known.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
            let blanks = [("path", FluentValue::from(path.to_owned())), ("known", FluentValue::from(known))];
            Failure::new(exit, words.tell(key, &blanks))
        };
        let Some(source) = sources.first() else { return Err(refused(Exit::BadFile, "emulate-no-source")) };
        let kind = kinds.kind(source).ok_or_else(|| decode::no_kind(words))?;
        if kind.is_polled() {
            if answers.questions() == 0 {
                return Err(refused(Exit::BadFile, "emulate-no-questions"));
            }
            return Ok(Self { kind, says: Says::Answers { answers, now: SimTime::ZERO } });
        }
        if sources.len() > 1 {
            return Err(refused(Exit::Usage, "emulate-which-source"));
        }
        // Read again from the start, piece by piece: a talker may have talked for months.
        let recording = Box::new(Recording::open(path, words)?);
        let says = Says::Talk { recording, source: source.clone(), began: None };
        Ok(Self { kind, says })
    }

    /// What it is.
    pub const fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// Hears what a host says; its answer is appended to `out`.
    pub fn answer(&mut self, heard: &[u8], out: &mut Vec<u8>) {
        if let Says::Answers { answers, .. } = &mut self.says {
            answers.answer(heard, out);
        }
    }

    /// The line was quiet: half a question is none.
    pub fn forget_question(&mut self) {
        if let Says::Answers { answers, .. } = &mut self.says {
            answers.forget_question();
        }
    }

    /// What it says next of its own accord; `None` once the recording has ended.
    pub fn next_block(&mut self, bytes: &mut Vec<u8>) -> Option<Block> {
        let (recording, source, began) = match &mut self.says {
            Says::Answers { now, .. } => {
                *now += IDLE;
                return Some(Block { due: *now, cable_is_out: false });
            }
            Says::Talk { recording, source, began } => (recording, source, began),
        };
        loop {
            let record = match recording.read_next() {
                Ok(record) => record?,
                Err(failure) => {
                    speech::tell(&failure.message);
                    return None;
                }
            };
            if record.source != source {
                continue;
            }
            let began = *began.get_or_insert(record.stamp.monotonic);
            let due = SimTime::ZERO + (record.stamp.monotonic - began);
            match record.event {
                Event::Bytes(told) | Event::Stray(told) => {
                    bytes.extend_from_slice(told);
                    return Some(Block { due, cable_is_out: false });
                }
                Event::Opened => return Some(Block { due, cable_is_out: false }),
                Event::Lost => return Some(Block { due, cable_is_out: true }),
                Event::Port(_) | Event::Sent(_) => {}
            }
        }
    }
}
