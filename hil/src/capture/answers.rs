//! A recording as a device that answers: each recorded question gets its recorded answer.
//!
//! Answers to the same question are given in the order recorded, and from the first again after the
//! last. A question never recorded gets silence, as does one that nobody answered then. Several sources
//! of one recording, such as the devices of one bus, make one device that answers for them all.

use super::Event;
use std::collections::BTreeMap;

/// Most bytes of a question that are kept.
const HEARD_MAX: usize = 512;

/// The questions and answers of a recording.
#[derive(Debug, Clone, Default)]
pub struct RecordedAnswers {
    answers: BTreeMap<Vec<u8>, Turn>,
    /// The question of each source that is being answered, and its answer so far.
    open: BTreeMap<String, (Vec<u8>, Vec<u8>)>,
    heard: Vec<u8>,
}

#[derive(Debug, Clone, Default)]
struct Turn {
    answers: Vec<Vec<u8>>,
    next: usize,
}

impl RecordedAnswers {
    /// Learns from the next record of the recording. What came too late to be an answer is none.
    pub fn learn(&mut self, source: &str, event: Event<'_>) {
        match event {
            Event::Bytes(bytes) => {
                if let Some((_, answer)) = self.open.get_mut(source) {
                    answer.extend_from_slice(bytes);
                }
            }
            Event::Sent(question) => {
                self.close(source);
                self.open.insert(source.to_owned(), (question.to_vec(), Vec::new()));
            }
            Event::Lost => self.close(source),
            Event::Opened | Event::Port(_) | Event::Stray(_) => {}
        }
    }

    /// The recording has ended.
    pub fn finish(&mut self) {
        while let Some((_, (question, answer))) = self.open.pop_first() {
            self.keep(question, answer);
        }
    }

    /// Different questions it knows.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.answers.len()
    }

    /// Hears what a host says and appends the recorded answers.
    pub fn answer(&mut self, heard: &[u8], out: &mut Vec<u8>) {
        self.heard.extend_from_slice(heard);
        while !self.heard.is_empty() {
            let whole = self.answers.keys().filter(|question| self.heard.starts_with(question));
            // A question may begin with a shorter one.
            if let Some(question) = whole.max_by_key(|question| question.len()).cloned() {
                self.heard.drain(..question.len());
                if let Some(turn) = self.answers.get_mut(&question) {
                    out.extend_from_slice(turn.take());
                }
            } else if self.answers.keys().any(|question| question.starts_with(&self.heard)) {
                break;
            } else {
                self.heard.remove(0);
            }
        }
        if self.heard.len() > HEARD_MAX {
            self.heard.clear();
        }
    }

    /// The line was quiet: half a question is none.
    pub fn forget_question(&mut self) {
        self.heard.clear();
    }

    fn close(&mut self, source: &str) {
        if let Some((question, answer)) = self.open.remove(source) {
            self.keep(question, answer);
        }
    }

    fn keep(&mut self, question: Vec<u8>, answer: Vec<u8>) {
        self.answers.entry(question).or_default().answers.push(answer);
    }
}

impl Turn {
    fn take(&mut self) -> &[u8] {
        let index = self.next;
        self.next = (index + 1) % self.answers.len().max(1);
        self.answers.get(index).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a broken test should stop")]
mod tests {
    use super::super::{CaptureError, Reader};
    use super::*;

    fn device(capture: &[u8], only: Option<&str>) -> RecordedAnswers {
        let mut reader = Reader::new(capture).unwrap();
        let mut device = RecordedAnswers::default();
        loop {
            match reader.read() {
                Ok(Some(record)) if only.is_none_or(|only| only == record.source) => {
                    device.learn(record.source, record.event);
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(CaptureError::Torn { .. }) => break,
                Err(error) => panic!("{error}"),
            }
        }
        device.finish();
        device
    }

    fn ask(device: &mut RecordedAnswers, question: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        device.answer(question, &mut out);
        out
    }

    #[test]
    fn a_recorded_question_gets_its_recorded_answers_in_turn() {
        let capture = b"balise-capture 2\na/b 1 0 FF\na/b 2 0 >0102\na/b 3 0 AA\na/b 4 0 BB\na/b 5 0 >0103\n\
            c/d 5 0 EE\na/b 6 0 >0102\na/b 7 0 CC\na/b 8 0 >010";
        let mut device = device(capture, Some("a/b"));
        assert_eq!(device.questions(), 2);
        assert_eq!(ask(&mut device, &[1, 2]), [0xAA, 0xBB]);
        assert_eq!(ask(&mut device, &[9, 9, 1]), [], "noise, and half a question");
        assert_eq!(ask(&mut device, &[2]), [0xCC]);
        assert_eq!(ask(&mut device, &[1, 3]), [], "nobody answered then");
        assert_eq!(ask(&mut device, &[1, 2]), [0xAA, 0xBB]);
    }

    #[test]
    fn the_devices_of_a_bus_answer_as_one_and_what_came_late_is_no_answer() {
        let capture = b"balise-capture 2\na/1 1 0 >01\na/2 2 0 >02\na/2 3 0 B2\na/1 4 0 A1\na/2 5 0 ~B9\n";
        let mut device = device(capture, None);
        assert_eq!(ask(&mut device, &[1, 2]), [0xA1, 0xB2]);
    }
}
