//! Why a line cannot be used, so that a caller can say how to mend it.

use crate::capture::CaptureError;
use std::io;
use std::path::{Path, PathBuf};

/// What went wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nothing is there: the adapter is not plugged in, or has another name.
    #[error("no port at {}", path.display())]
    NotFound {
        /// The port.
        path: PathBuf,
    },
    /// The user may not open it (on Debian: not in the group `dialout`).
    #[error("no permission to open {}", path.display())]
    Denied {
        /// The port.
        path: PathBuf,
    },
    /// Another program holds it.
    #[error("another program holds {}", path.display())]
    Busy {
        /// The port.
        path: PathBuf,
    },
    /// It was open and the other end went away: unplugged.
    #[error("{} went away", path.display())]
    Gone {
        /// The port.
        path: PathBuf,
    },
    /// Something else than a serial port is there.
    #[error("{} is not a serial port", path.display())]
    NotSerial {
        /// The port.
        path: PathBuf,
    },
    /// A file that is no link stands where an emulated port's link should go.
    #[error("a file stands at {} already", path.display())]
    InTheWay {
        /// The link's place.
        path: PathBuf,
    },
    /// A replayed capture has no more bytes.
    #[error("the capture has ended")]
    Ended,
    /// A replayed capture cannot be read.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// Anything else the system says.
    #[error("{}: {source}", path.display())]
    Io {
        /// The port.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl LinkError {
    /// A system error on an open or opening port.
    pub(super) fn of(path: &Path, source: io::Error) -> Self {
        use nix::errno::Errno;
        let path = path.to_owned();
        match source.raw_os_error().map(Errno::from_raw) {
            Some(Errno::EIO | Errno::ENXIO | Errno::ENODEV | Errno::EPIPE) => Self::Gone { path },
            Some(Errno::ENOENT) => Self::NotFound { path },
            Some(Errno::EACCES | Errno::EPERM) => Self::Denied { path },
            Some(Errno::EBUSY) => Self::Busy { path },
            _ => Self::Io { path, source },
        }
    }

    /// The port was open and its other end went away.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        matches!(self, Self::Gone { .. })
    }
}
