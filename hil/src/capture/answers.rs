//! A recording as a device that answers: each recorded question gets its recorded answer.
//!
//! Answers to the same question are given in the order recorded, and from the first again after the
//! last. A question never recorded gets silence, as does one that nobody answered then.

use super::{CaptureError, Event, Reader};
use std::collections::HashMap;
use std::io::BufRead;

/// Most bytes of a question that are kept.
const HEARD_MAX: usize = 512;

/// The questions and answers of one link of a capture.
#[derive(Debug, Clone, Default)]
pub struct RecordedAnswers {
    answers: HashMap<Vec<u8>, Turn>,
    heard: Vec<u8>,
}

#[derive(Debug, Clone, Default)]
struct Turn {
    answers: Vec<Vec<u8>>,
    next: usize,
}

impl RecordedAnswers {
    /// Reads the link called `source` to its end. A recording cut at its end is taken up to the cut.
    ///
    /// # Errors
    /// [`CaptureError`] of a recording that cannot be read.
    pub fn read<R: BufRead>(reader: &mut Reader<R>, source: &str) -> Result<Self, CaptureError> {
        let mut known = Self::default();
        let mut asked: Option<Vec<u8>> = None;
        let mut answer = Vec::new();
        loop {
            let record = match reader.read() {
                Ok(Some(record)) => record,
                Ok(None) | Err(CaptureError::Torn { .. }) => break,
                Err(error) => return Err(error),
            };
            if record.source != source {
                continue;
            }
            match record.event {
                Event::Bytes(bytes) => answer.extend_from_slice(bytes),
                Event::Sent(question) => {
                    known.learn(asked.replace(question.to_vec()), std::mem::take(&mut answer));
                }
                Event::Lost => known.learn(asked.take(), std::mem::take(&mut answer)),
                Event::Opened | Event::Port(_) => {}
            }
        }
        known.learn(asked, answer);
        Ok(known)
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

    fn learn(&mut self, question: Option<Vec<u8>>, answer: Vec<u8>) {
        if let Some(question) = question {
            self.answers.entry(question).or_default().answers.push(answer);
        }
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
#[expect(clippy::unwrap_used, reason = "a broken test should stop")]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_question_gets_its_recorded_answers_in_turn() {
        let capture = b"balise-capture 2\na/b 1 0 FF\na/b 2 0 >0102\na/b 3 0 AA\na/b 4 0 BB\na/b 5 0 >0103\n\
            c/d 5 0 EE\na/b 6 0 >0102\na/b 7 0 CC\na/b 8 0 >010";
        let mut device = RecordedAnswers::read(&mut Reader::new(capture.as_slice()).unwrap(), "a/b").unwrap();
        assert_eq!(device.questions(), 2);
        let mut ask = |question: &[u8]| {
            let mut out = Vec::new();
            device.answer(question, &mut out);
            out
        };
        assert_eq!(ask(&[1, 2]), [0xAA, 0xBB]);
        assert_eq!(ask(&[9, 9, 1]), [], "noise, and half a question");
        assert_eq!(ask(&[2]), [0xCC]);
        assert_eq!(ask(&[1, 3]), [], "nobody answered then");
        assert_eq!(ask(&[1, 2]), [0xAA, 0xBB]);
    }
}
