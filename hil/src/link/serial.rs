//! A port by its path: a real adapter, or the far end of a pseudo-terminal. 8N1, no flow control,
//! held exclusively where the system can.

use super::{ByteSink, FrameSource, LinkError};
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_serial::{ErrorKind, SerialPortBuilderExt, SerialStream};

/// Most bytes one arrival brings.
const ARRIVAL_MAX: usize = 4096;
/// An open port. Once it went away it stays closed; the system is free to give its name out again.
#[derive(Debug)]
pub struct Serial {
    path: PathBuf,
    stream: Option<SerialStream>,
}

impl Serial {
    /// Opens a port. Async because it must happen inside a tokio runtime; it does not wait.
    ///
    /// # Errors
    /// A [`LinkError`] that says what to mend.
    #[expect(clippy::unused_async, reason = "registering with the runtime needs one")]
    pub async fn open(path: impl Into<PathBuf>, baud_rate: u32) -> Result<Self, LinkError> {
        let path = path.into();
        check_is_device(&path)?;
        let stream = tokio_serial::new(path.to_string_lossy(), baud_rate)
            .open_native_async()
            .map_err(|error| refused(&path, error))?;
        Ok(Self { path, stream: Some(stream) })
    }

    /// The path it was opened by.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Sends what the line takes at once, without waiting and from any thread: how many bytes it took.
    ///
    /// # Errors
    /// What the system says.
    pub fn send_now(&mut self, bytes: &[u8]) -> Result<usize, LinkError> {
        let Some(stream) = &mut self.stream else { return Err(self.gone()) };
        stream.try_write(bytes).map_err(|source| LinkError::of(&self.path, source))
    }

    fn gone(&self) -> LinkError {
        LinkError::Gone { path: self.path.clone() }
    }
}

impl FrameSource for Serial {
    async fn receive(&mut self, buf: &mut Vec<u8>) -> Result<usize, LinkError> {
        let Some(stream) = &mut self.stream else { return Err(self.gone()) };
        buf.reserve(ARRIVAL_MAX);
        let got = stream.read_buf(buf).await;
        match got {
            Ok(count) if count > 0 => Ok(count),
            // A pulled adapter reads as end of file for ever: close it, or the caller's loop spins.
            Ok(_) => {
                self.stream = None;
                Err(self.gone())
            }
            Err(source) => {
                self.stream = None;
                Err(LinkError::of(&self.path, source))
            }
        }
    }
}

impl ByteSink for Serial {
    async fn send(&mut self, bytes: &[u8]) -> Result<usize, LinkError> {
        let Some(stream) = &mut self.stream else { return Err(self.gone()) };
        let sent = stream.write_all(bytes).await;
        sent.map_err(|source| {
            self.stream = None;
            LinkError::of(&self.path, source)
        })?;
        Ok(bytes.len())
    }
}

/// A path that is no character device is refused before anything is asked of it.
fn check_is_device(path: &Path) -> Result<(), LinkError> {
    let metadata = std::fs::metadata(path).map_err(|source| LinkError::of(path, source))?;
    if metadata.file_type().is_char_device() {
        Ok(())
    } else {
        Err(LinkError::NotSerial { path: path.to_owned() })
    }
}

/// The serial crate's word for a refusal, in ours. It says `NoDevice` for a port that is held.
fn refused(path: &Path, error: tokio_serial::Error) -> LinkError {
    let path = path.to_owned();
    match error.kind {
        // What a character device that is no terminal answers (ENOTTY).
        _ if error.description == nix::errno::Errno::ENOTTY.desc() => LinkError::NotSerial { path },
        ErrorKind::NoDevice => LinkError::Busy { path },
        ErrorKind::Io(io::ErrorKind::NotFound) => LinkError::NotFound { path },
        ErrorKind::Io(io::ErrorKind::PermissionDenied) => LinkError::Denied { path },
        ErrorKind::Io(kind) => LinkError::Io { path, source: io::Error::new(kind, error.description) },
        ErrorKind::InvalidInput | ErrorKind::Unknown => {
            LinkError::Io { path, source: io::Error::other(error.description) }
        }
    }
}
