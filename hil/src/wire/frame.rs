//! One good frame, borrowed from the decoder that found it.

use super::message::Message;
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
    /// A Modbus RTU frame, of the host or of the device.
    Rtu,
    /// A frame of a maker's own protocol.
    Frame,
}

impl FrameKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Text, Self::Hex, Self::Rtu, Self::Frame];

    /// The name JSON and summaries use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Hex => "hex",
            Self::Rtu => "rtu",
            Self::Frame => "frame",
        }
    }
}

/// One frame whose checksum fitted. It lives until the decoder is touched again.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub(super) device: DeviceKind,
    pub(super) body: Body<'a>,
}

/// What the frame says, as its protocol has it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    VeDirect(vedirect::Body<'a>),
    Message(&'a Message),
}

impl<'a> Frame<'a> {
    /// What the frame is made of.
    #[must_use]
    pub const fn kind(&self) -> FrameKind {
        match self.body {
            Body::VeDirect(vedirect::Body::Text(_)) => FrameKind::Text,
            Body::VeDirect(vedirect::Body::Hex(_)) => FrameKind::Hex,
            Body::Message(message) => message.kind,
        }
    }

    /// Names and values as sent, in the order sent. A HEX frame gives `command`, `data` and
    /// `checksum`, the digits as they were; a binary frame its numbers before any scaling.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let (text, message) = match self.body {
            Body::VeDirect(body) => (Some(body), None),
            Body::Message(message) => (None, Some(message)),
        };
        let listed = message.map_or(&[][..], |message| message.fields.as_slice());
        let listed = listed.iter().map(|(name, value)| (name.as_ref(), value.as_str()));
        text.into_iter().flat_map(|body| body.fields()).chain(listed)
    }

    /// The kind of device it is read as.
    #[must_use]
    pub const fn device(&self) -> DeviceKind {
        self.device
    }

    /// What the frame says in our units and sign. A history block, a request or a name measures nothing:
    /// all its quantities are `None`.
    #[must_use]
    pub fn reading(&self) -> Reading {
        match (self.body, self.device) {
            (Body::VeDirect(body), DeviceKind::VedirectMppt) => vedirect::charger_reading(&body),
            (Body::VeDirect(body), _) => vedirect::monitor_reading(&body),
            (Body::Message(message), _) => message.reading.clone(),
        }
    }
}
