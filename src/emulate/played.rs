//! A recording of bytes as an instrument. One that speaks only when asked answers each recorded question
//! with its recorded answer; one that talks by itself says again what it said.
//!
//! | recording            | asked                                | talks                                   |
//! | -------------------- | ------------------------------------ | --------------------------------------- |
//! | capture              | its questions and answers            | each arrival at its own instant; its cable is pulled where the link was lost |
//! | annotated hex dump   | `>>>` is a question, `<<<` its answer | a line a second: it has no times        |
//! | raw bytes            | cannot: they hold no question        | a block a second: they have no times    |

use std::collections::BTreeSet;
use std::io::{BufRead, Read};

use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use hil::capture::{Event, RecordedAnswers, dump_lines};
use hil::wire::{Decoder, FrameKind};
use signals::{SimTime, Span};

use super::Block;
use crate::capture::{Kinds, Recording, begins_a_capture};
use crate::decode::{self, Input};
use crate::failure::{Exit, Failure};
use crate::files;
use crate::speech;
use crate::words::Words;

/// Nothing is sent unasked; it is looked this often whether that has changed.
const IDLE: Span = Span::from_millis(3_600_000);
/// Bytes without times are sent a block in this.
const BLOCK_EVERY: Span = Span::from_millis(1_000);
/// What is not a capture is held whole: a week of a talker is 100 MB.
const BYTES_MAX: u64 = 256 << 20;

/// The instrument.
pub struct Played {
    kind: DeviceKind,
    says: Says,
}

enum Says {
    /// What it is asked.
    Answers { answers: RecordedAnswers, now: SimTime },
    /// What this source of a capture said; times count from its first record.
    Talk { recording: Box<Recording>, source: String, began: Option<SimTime> },
    /// Blocks without times.
    Blocks { blocks: std::vec::IntoIter<Vec<u8>>, now: SimTime },
}

impl std::fmt::Debug for Played {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Played").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Played {
    /// The recording at `path`: of a capture its `only` source, or all the devices of a bus. `kind` where
    /// the recording does not say it.
    ///
    /// # Errors
    /// Exit 2 where nobody says the kind, or which of several talkers it is; exit 3 where the file cannot be
    /// read, or holds no question for a device that must be asked.
    pub fn open(
        path: &str,
        kind: Option<DeviceKind>,
        only: Option<&str>,
        words: Words,
    ) -> Result<Self, Failure> {
        let mut input = decode::open(path, words)?;
        let start = input.fill_buf().map_err(|error| files::unreadable(path, &error, words))?;
        if begins_a_capture(start) {
            return Self::of_capture(path, input, kind, only, words);
        }
        Self::of_bytes(path, input, kind.ok_or_else(|| decode::no_kind(words))?, words)
    }

    fn of_capture(
        path: &str,
        input: Input,
        kind: Option<DeviceKind>,
        only: Option<&str>,
        words: Words,
    ) -> Result<Self, Failure> {
        let mut recording = Recording::read(path, input, words)?;
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
        let known = || {
            let known = kinds.sources().map(str::to_owned).chain(sources.iter().cloned());
            known.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
        };
        let Some(source) = sources.first() else {
            return Err(refused(path, Exit::BadFile, "emulate-no-source", &known(), words));
        };
        let kind = kinds.kind(source).ok_or_else(|| decode::no_kind(words))?;
        if kind.is_polled() {
            return Self::answering(path, kind, answers, words);
        }
        if sources.len() > 1 {
            return Err(refused(path, Exit::Usage, "emulate-which-source", &known(), words));
        }
        // Read again from the start, piece by piece: a talker may have talked for months.
        let recording = Box::new(Recording::open(path, words)?);
        Ok(Self { kind, says: Says::Talk { recording, source: source.clone(), began: None } })
    }

    fn of_bytes(path: &str, input: Input, kind: DeviceKind, words: Words) -> Result<Self, Failure> {
        let mut file = Vec::new();
        let read = input.take(BYTES_MAX).read_to_end(&mut file);
        read.map_err(|error| files::unreadable(path, &error, words))?;
        let lines = dump_lines(&file).map_err(|error| decode::no_dump(path, &error, words))?;
        if kind.is_polled() {
            let mut answers = RecordedAnswers::default();
            for line in lines.iter().flatten() {
                let event =
                    if line.from_device { Event::Bytes(&line.bytes) } else { Event::Sent(&line.bytes) };
                answers.learn(path, event);
            }
            return Self::answering(path, kind, answers, words);
        }
        let blocks = match lines {
            Some(lines) => lines.into_iter().filter(|line| line.from_device).map(|line| line.bytes).collect(),
            None => blocks(kind, &file),
        };
        Ok(Self { kind, says: Says::Blocks { blocks: blocks.into_iter(), now: SimTime::ZERO } })
    }

    fn answering(
        path: &str,
        kind: DeviceKind,
        mut answers: RecordedAnswers,
        words: Words,
    ) -> Result<Self, Failure> {
        answers.finish();
        if answers.questions() == 0 {
            return Err(refused(path, Exit::BadFile, "emulate-no-questions", "", words));
        }
        Ok(Self { kind, says: Says::Answers { answers, now: SimTime::ZERO } })
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
        match &mut self.says {
            Says::Answers { now, .. } => {
                *now += IDLE;
                Some(Block { due: *now, cable_is_out: false })
            }
            Says::Blocks { blocks, now } => {
                bytes.extend_from_slice(&blocks.next()?);
                *now += BLOCK_EVERY;
                Some(Block { due: *now, cable_is_out: false })
            }
            Says::Talk { recording, source, began } => next_arrival(recording, source, began, bytes),
        }
    }
}

/// The next thing that happened on the line of `source`.
fn next_arrival(
    recording: &mut Recording,
    source: &str,
    began: &mut Option<SimTime>,
    bytes: &mut Vec<u8>,
) -> Option<Block> {
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

/// A talker's bytes, cut after each of its TEXT blocks.
fn blocks(kind: DeviceKind, bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut decoder, mut blocks, mut block) = (Decoder::new(kind), Vec::new(), Vec::new());
    for byte in bytes {
        block.push(*byte);
        decoder.push(&[*byte]);
        let mut is_whole = false;
        while let Some(frame) = decoder.poll() {
            is_whole |= frame.kind() == FrameKind::Text;
        }
        if is_whole {
            blocks.push(std::mem::take(&mut block));
        }
    }
    blocks.push(block);
    blocks
}

fn refused(path: &str, exit: Exit, key: &str, known: &str, words: Words) -> Failure {
    let blanks =
        [("path", FluentValue::from(path.to_owned())), ("known", FluentValue::from(known.to_owned()))];
    Failure::new(exit, words.tell(key, &blanks))
}
