//! What one frame of a binary protocol said, taken apart.

use super::FrameKind;
use super::limits;
use signals::Reading;
use std::borrow::Cow;

/// A frame's numbers as sent, and what they mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    pub(super) kind: FrameKind,
    /// Names and raw values, in the order sent.
    pub(super) fields: Vec<(Cow<'static, str>, String)>,
    /// In our units and sign.
    pub(super) reading: Reading,
}

impl Message {
    pub(super) fn new(kind: FrameKind) -> Self {
        Self { kind, fields: Vec::new(), reading: Reading::default() }
    }

    /// Notes a value as sent.
    pub(super) fn note(&mut self, name: impl Into<Cow<'static, str>>, value: impl ToString) {
        self.fields.push((name.into(), value.to_string()));
    }

    /// Notes bytes as pairs of hex digits.
    pub(super) fn note_bytes(&mut self, name: impl Into<Cow<'static, str>>, bytes: &[u8]) {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        self.note(name, digits);
    }

    /// Says what the numbers mean; what no battery can show is left out.
    pub(super) fn reads(mut self, reading: Reading) -> Self {
        self.reading = limits::plausible(reading);
        self
    }
}
