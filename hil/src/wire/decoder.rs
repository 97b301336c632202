//! The decoder of any device kind, and what it counts.

use super::codec::Codec;
use super::frame::Body;
use super::framed::Framed;
use super::vedirect;
use super::{Frame, FrameKind};
use crate::DeviceKind;
use signals::LinkStats;

/// Bytes in, good frames out.
///
/// Give each arrival to [`push`](Self::push), then call [`poll`](Self::poll) until it gives `None`:
/// memory is then bounded by the largest arrival and one frame.
#[derive(Debug, Clone)]
pub struct Decoder {
    kind: DeviceKind,
    protocol: Protocol,
}

#[derive(Debug, Clone)]
enum Protocol {
    VeDirect(Box<vedirect::Stream>),
    Framed(Box<Framed>),
}

impl Decoder {
    /// A decoder at the start of a stream from a device of this kind.
    #[must_use]
    pub fn new(kind: DeviceKind) -> Self {
        Self::with_current(kind, false)
    }

    /// As [`new`](Self::new), for a device whose firmware counts the current the other way round than
    /// its kind does where `reversed` (VE.Direct has one sign only).
    #[must_use]
    pub fn with_current(kind: DeviceKind, reversed: bool) -> Self {
        let protocol = match Codec::of(kind, reversed) {
            Some(codec) => Protocol::Framed(Box::new(Framed::new(codec))),
            None => Protocol::VeDirect(Box::new(vedirect::Stream::new())),
        };
        Self { kind, protocol }
    }

    /// The device kind it was made for.
    #[must_use]
    pub const fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// Takes whatever the line delivered.
    pub fn push(&mut self, bytes: &[u8]) {
        match &mut self.protocol {
            Protocol::VeDirect(stream) => stream.push(bytes),
            Protocol::Framed(framed) => framed.push(bytes),
        }
    }

    /// The next good frame; `None` means wait for more.
    pub fn poll(&mut self) -> Option<Frame<'_>> {
        let body = match &mut self.protocol {
            Protocol::VeDirect(stream) => Body::VeDirect(stream.poll()?),
            Protocol::Framed(framed) => Body::Message(framed.poll()?),
        };
        Some(Frame { device: self.kind, body })
    }

    /// Takes note of what the host has just asked. From now on only the answer to it is a frame; what
    /// answers anything else is passed over. For one who listens to strangers' talk this is not called.
    pub fn expect(&mut self, request: &[u8]) {
        if let Protocol::Framed(framed) = &mut self.protocol {
            framed.codec_mut().expect(request);
        }
    }

    /// The stream has ended: what is left over is a partial frame. Poll to the end first, and once more
    /// after: a frame may stand behind a false start that promised more bytes than came. A new stream
    /// may follow; the counts go on.
    pub fn finish(&mut self) {
        match &mut self.protocol {
            Protocol::VeDirect(stream) => stream.finish(),
            Protocol::Framed(framed) => framed.finish(),
        }
    }

    /// The port was lost: nothing of the old stream may join the new.
    pub fn reset(&mut self) {
        match &mut self.protocol {
            Protocol::VeDirect(stream) => stream.finish(),
            Protocol::Framed(framed) => framed.reset(),
        }
    }

    /// Totals since the decoder was made, over all kinds of frame.
    #[must_use]
    pub fn stats(&self) -> LinkStats {
        match &self.protocol {
            Protocol::VeDirect(stream) => stream.stats(),
            Protocol::Framed(framed) => framed.stats(),
        }
    }

    /// Where in the `arrived` bytes, all that came since the stream began, the good frame stands that
    /// [`poll`](Self::poll) has just given; `None` for VE.Direct, whose kinds of frame lie within each other.
    #[must_use]
    pub fn place_of_frame(&self, arrived: usize) -> Option<std::ops::Range<usize>> {
        let Protocol::Framed(framed) = &self.protocol else { return None };
        let (length, behind) = framed.span();
        let end = arrived.checked_sub(behind)?;
        Some(end.checked_sub(length)?..end)
    }

    /// Good frames of one kind.
    #[must_use]
    pub fn good_total(&self, kind: FrameKind) -> u64 {
        match &self.protocol {
            Protocol::VeDirect(stream) => stream.good_total(kind),
            Protocol::Framed(framed) if self.kind.frame_kinds().contains(&kind) => {
                framed.stats().frames_good_total
            }
            Protocol::Framed(_) => 0,
        }
    }
}
