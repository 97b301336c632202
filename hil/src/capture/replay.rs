//! One link of a capture as a source of bytes: the same code reads it as reads a port.

use super::{Event, Reader};
use crate::link::{FrameSource, LinkError};
use signals::Stamp;
use std::io::BufRead;
use std::path::PathBuf;

/// Gives the arrivals of one link as fast as they are asked for; the caller paces by
/// [`stamp`](Self::stamp) if it wants to. A lost link is [`LinkError::Gone`], after which the next
/// stream goes on; the end is [`LinkError::Ended`].
#[derive(Debug)]
pub struct Replay<R: BufRead> {
    reader: Reader<R>,
    source: String,
    stamp: Stamp,
}

impl<R: BufRead> Replay<R> {
    /// The link called `source`.
    #[must_use]
    pub fn new(reader: Reader<R>, source: impl Into<String>) -> Self {
        Self { reader, source: source.into(), stamp: Stamp::default() }
    }

    /// When the latest arrival, or the loss, happened in the recording.
    #[must_use]
    pub const fn stamp(&self) -> Stamp {
        self.stamp
    }
}

impl<R: BufRead> FrameSource for Replay<R> {
    async fn receive(&mut self, buf: &mut Vec<u8>) -> Result<usize, LinkError> {
        while let Some(record) = self.reader.read()? {
            if record.source != self.source {
                continue;
            }
            self.stamp = record.stamp;
            match record.event {
                Event::Opened | Event::Port(_) | Event::Sent(_) | Event::Stray(_) => {}
                Event::Lost => return Err(LinkError::Gone { path: PathBuf::from(&self.source) }),
                Event::Bytes(bytes) => {
                    buf.extend_from_slice(bytes);
                    return Ok(bytes.len());
                }
            }
        }
        Err(LinkError::Ended)
    }
}
