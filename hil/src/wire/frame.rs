//! One good frame, borrowed from the decoder that found it.

use super::vedirect;
use crate::DeviceKind;
use signals::Reading;

/// What a frame is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FrameKind {
    /// A VE.Direct TEXT block: labels and values.
    Text,
    /// A VE.Direct HEX frame: a command with raw data.
    Hex,
}

impl FrameKind {
    /// Every kind, in the order summaries show them.
    pub const ALL: [Self; 2] = [Self::Text, Self::Hex];

    /// The name JSON and summaries use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Hex => "hex",
        }
    }
}

/// One frame whose checksum fitted. It lives until the decoder is touched again.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub(super) device: DeviceKind,
    pub(super) body: vedirect::Body<'a>,
}

impl<'a> Frame<'a> {
    /// What the frame is made of.
    #[must_use]
    pub const fn kind(&self) -> FrameKind {
        match self.body {
            vedirect::Body::Text(_) => FrameKind::Text,
            vedirect::Body::Hex(_) => FrameKind::Hex,
        }
    }

    /// Labels and values as sent, in the order sent. A HEX frame gives `command`, `data` and
    /// `checksum`, the digits as they were.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.body.fields()
    }

    /// What the frame says in our units and sign. A history block or a HEX frame measures nothing:
    /// all its quantities are `None`.
    #[must_use]
    pub fn reading(&self) -> Reading {
        match self.device {
            DeviceKind::VedirectBmv => vedirect::monitor_reading(&self.body),
            DeviceKind::VedirectMppt => vedirect::charger_reading(&self.body),
        }
    }
}
