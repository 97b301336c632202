//! What a fault did, written down: when, at which byte, and what exactly. The log of a run's faults is made
//! of these; the same seed makes the same log.

use signals::{FaultKind, SimTime, Span};
use std::fmt;

/// One thing that a fault did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaultHit {
    /// When.
    pub at: SimTime,
    /// Which fault.
    pub kind: FaultKind,
    /// Place of the first byte concerned in everything the device has sent, from 0; where a fault is none of
    /// the line's, how many bytes had been sent.
    pub offset: u64,
    /// What it did.
    pub effect: Effect,
}

/// What a fault did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// It began, this bad (0 for kinds without a number).
    Began(f64),
    /// It was over.
    Ended,
    /// A byte became another.
    Flipped {
        /// As sent.
        was: u8,
        /// As it arrives.
        is: u8,
    },
    /// A byte was lost.
    Dropped(u8),
    /// A byte that nobody sent came before it.
    Inserted(u8),
    /// A byte came twice.
    Doubled(u8),
    /// This many bytes in a row became noise.
    Burst(u64),
    /// The last so many bytes were lost.
    Cut(u64),
    /// The byte there made the checksum wrong.
    WrongSum,
    /// The byte there made the length wrong.
    WrongLength,
    /// This many bytes were not sent at all.
    Missing(u64),
    /// This many bytes of what was sent before came again ahead.
    Stale(u64),
    /// This many bytes of the host's came back to it.
    Echoed(u64),
    /// This many bytes came so much later.
    Late(u64, Span),
    /// This many bytes went nowhere.
    Lost(u64),
}

impl fmt::Display for Effect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Began(0.0) => write!(out, "began"),
            Self::Began(severity) => write!(out, "began at {severity}"),
            Self::Ended => write!(out, "ended"),
            Self::Flipped { was, is } => write!(out, "{was:02X} became {is:02X}"),
            Self::Dropped(byte) => write!(out, "{byte:02X} dropped"),
            Self::Inserted(byte) => write!(out, "{byte:02X} inserted before"),
            Self::Doubled(byte) => write!(out, "{byte:02X} doubled"),
            Self::Burst(bytes) => write!(out, "noise for {bytes} bytes"),
            Self::Cut(bytes) => write!(out, "cut, {bytes} bytes lost"),
            Self::WrongSum => write!(out, "wrong checksum"),
            Self::WrongLength => write!(out, "wrong length"),
            Self::Missing(bytes) => write!(out, "{bytes} bytes not sent"),
            Self::Stale(bytes) => write!(out, "{bytes} stale bytes ahead"),
            Self::Echoed(bytes) => write!(out, "{bytes} bytes echoed"),
            Self::Late(bytes, by) => write!(out, "{bytes} bytes late by {} s", by.as_secs()),
            Self::Lost(bytes) => write!(out, "{bytes} bytes lost"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_reads_as_a_phrase() {
        let said = |effect: Effect| effect.to_string();
        assert_eq!(said(Effect::Flipped { was: 0x41, is: 0x49 }), "41 became 49");
        assert_eq!(said(Effect::Late(12, Span::from_secs(0.5))), "12 bytes late by 0.5 s");
        assert_eq!([said(Effect::Began(0.0)), said(Effect::Began(0.1))], ["began", "began at 0.1"]);
    }
}
