//! SIGINT and SIGTERM as one future: whoever runs for long selects on it and closes its files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Exit;

/// Who asked for the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupt {
    /// A person at the keyboard: Ctrl-C.
    Keyboard,
    /// Whoever supervises the program: the ordinary end of a service.
    Supervisor,
}

impl Interrupt {
    /// How a service ends that was asked to.
    #[must_use]
    pub const fn exit(self) -> Exit {
        match self {
            Self::Keyboard => Exit::Interrupted,
            Self::Supervisor => Exit::Ok,
        }
    }
}

/// Waits until someone asks for the end. Call it once, inside a runtime, before the work begins: from
/// then on neither signal kills the program.
///
/// # Errors
/// Where the system refuses to hand the signals over.
pub fn asked() -> std::io::Result<impl Future<Output = Interrupt>> {
    let mut keyboard = signal(SignalKind::interrupt())?;
    let mut supervisor = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = keyboard.recv() => Interrupt::Keyboard,
            _ = supervisor.recv() => Interrupt::Supervisor,
        }
    })
}

/// Folders to be removed when the process ends in the middle of its work.
static SCRATCH: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A folder for files of the moment. It goes when it is dropped, and when the process is interrupted.
#[derive(Debug)]
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// A new, empty folder.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        scratch().insert(folder.path().to_owned());
        Ok(Self(folder))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        scratch().remove(self.0.path());
    }
}

fn scratch() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    SCRATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// For work that can stop anywhere: on either signal the process ends at once with exit 130. Files of
/// results appear whole or not at all, children die with us, and scratch folders are removed.
pub fn exit_when_asked() {
    let wait = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            asked()?.await;
            Ok::<(), std::io::Error>(())
        })
    };
    // Where no thread or handler can be had the signals kill the process as they always do.
    let _ = std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        if wait().is_ok() {
            for folder in scratch().iter() {
                // What cannot be removed is the system's to clean.
                let _ = std::fs::remove_dir_all(folder);
            }
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    });
}
