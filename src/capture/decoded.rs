//! The frames of a capture, each source through a decoder of its own.

use std::collections::BTreeMap;

use hil::DeviceKind;
use hil::capture::{Event, Record};
use hil::wire::{Decoder, Frame};

use super::Recording;

/// Which kind of device each source is.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    /// What the command line says of all of them: it knows better than the head.
    given: Option<DeviceKind>,
    told: BTreeMap<String, DeviceKind>,
}

impl Kinds {
    /// As the head of `recording` tells, unless a kind is `given`.
    #[must_use]
    pub fn of(recording: &Recording, given: Option<DeviceKind>) -> Self {
        Self { given, told: recording.devices().into_iter().collect() }
    }

    /// The sources that the head names.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.told.keys().map(String::as_str)
    }

    /// What `source` is, where anyone said it.
    #[must_use]
    pub fn kind(&self, source: &str) -> Option<DeviceKind> {
        self.given.or_else(|| self.told.get(source).copied())
    }
}

/// The decoders of a capture.
#[derive(Debug)]
pub struct Decoded {
    kinds: Kinds,
    decoders: BTreeMap<String, Decoder>,
}

impl Decoded {
    /// For sources of these kinds.
    #[must_use]
    pub const fn new(kinds: Kinds) -> Self {
        Self { kinds, decoders: BTreeMap::new() }
    }

    /// Takes the next record; `each` sees every frame it completes. False where nobody said what the
    /// source is.
    pub fn take(&mut self, record: &Record<'_>, each: impl FnMut(&Frame<'_>)) -> bool {
        let Some(kind) = self.kinds.kind(record.source) else { return false };
        if !self.decoders.contains_key(record.source) {
            self.decoders.insert(record.source.to_owned(), Decoder::new(kind));
        }
        let Some(decoder) = self.decoders.get_mut(record.source) else { return false };
        match record.event {
            Event::Bytes(bytes) | Event::Stray(bytes) => decoder.push(bytes),
            // A device that is polled is understood from its answers and from what it was asked.
            Event::Sent(bytes) if kind.is_polled() => decoder.push(bytes),
            Event::Lost => decoder.reset(),
            Event::Sent(_) | Event::Opened | Event::Port(_) => {}
        }
        drain(decoder, each);
        true
    }

    /// The recording has ended; `each` sees the frames that only this completes, with their source.
    pub fn finish(&mut self, mut each: impl FnMut(&str, &Frame<'_>)) {
        for (source, decoder) in &mut self.decoders {
            decoder.finish();
            drain(decoder, |frame| each(source, frame));
        }
    }

    /// Each source's decoder, with what it counted.
    pub fn decoders(&self) -> impl Iterator<Item = (&str, &Decoder)> {
        self.decoders.iter().map(|(source, decoder)| (source.as_str(), decoder))
    }
}

fn drain(decoder: &mut Decoder, mut each: impl FnMut(&Frame<'_>)) {
    while let Some(frame) = decoder.poll() {
        each(&frame);
    }
}
