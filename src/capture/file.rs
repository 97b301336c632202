//! A capture being written: append-only, each line in one call to the system, so that a crash of the
//! program costs the line under way at most, and a power cut what the disk had not taken yet.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hil::capture::{CaptureError, Event, Writer};
use signals::Stamp;

use super::About;
use crate::failure::Failure;
use crate::files;
use crate::words::Words;

/// A line that babbles must not fill the disk: two months of a well-behaved device.
const BYTES_MAX: u64 = 2 << 30;
/// The disk is asked to keep what it was given this often.
const SYNC_EVERY: Duration = Duration::from_secs(5);

/// The file.
#[derive(Debug)]
pub struct CaptureFile {
    path: PathBuf,
    writer: Option<Writer<File>>,
    disk: File,
    bytes: u64,
    synced: Instant,
    /// The first thing that went wrong: a full disk stops the log, not the work.
    failed: Option<String>,
}

impl CaptureFile {
    /// Begins a capture; a file that is there already is kept under another name.
    ///
    /// # Errors
    /// Exit 3 where it cannot be made.
    pub fn create(path: &Path, about: &About, words: Words) -> Result<Self, Failure> {
        let unwritable = |error: std::io::Error| files::unwritable(path, &error, words);
        files::set_aside(path).map_err(unwritable)?;
        let file = OpenOptions::new().append(true).create_new(true).open(path).map_err(unwritable)?;
        let disk = file.try_clone().map_err(unwritable)?;
        let writer = begun(file, about).map_err(|error| unwritable(std::io::Error::other(error)))?;
        let path = path.to_owned();
        Ok(Self { path, writer: Some(writer), disk, bytes: 0, synced: Instant::now(), failed: None })
    }

    /// Notes what happened on the line of `source`.
    pub fn record(&mut self, source: &str, stamp: Stamp, event: Event<'_>) {
        let Some(writer) = &mut self.writer else { return };
        if let Event::Bytes(bytes) | Event::Sent(bytes) | Event::Stray(bytes) = event {
            self.bytes += bytes.len() as u64;
        }
        if self.bytes > BYTES_MAX {
            self.writer = None;
            self.failed.get_or_insert_with(|| format!("{} MB", BYTES_MAX >> 20));
        } else if let Err(error) = writer.record(source, stamp, event) {
            self.writer = None;
            self.failed.get_or_insert(error.to_string());
        }
    }

    /// Asks the disk now and then to keep what it has, on a thread beside: a slow card must not make the
    /// line wait. To be called inside a runtime.
    pub fn sync_now_and_then(&mut self) {
        if self.writer.is_none() || self.synced.elapsed() < SYNC_EVERY {
            return;
        }
        self.synced = Instant::now();
        if let Ok(disk) = self.disk.try_clone() {
            // What the disk refuses here it refuses to the next line, too, which is told.
            drop(tokio::task::spawn_blocking(move || disk.sync_data()));
        }
    }

    /// Nothing more can be written.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        self.writer.is_none()
    }

    /// What went wrong since the start, told once.
    pub fn trouble(&mut self) -> Option<String> {
        self.failed.take()
    }

    /// Ends the capture.
    ///
    /// # Errors
    /// Exit 3 where something could not be written: the file is then not whole.
    pub fn finish(&mut self, words: Words) -> Result<(), Failure> {
        if self.writer.take().is_some()
            && let Err(error) = self.disk.sync_data()
            // What is no file on a disk, such as a pipe, cannot be synced.
            && error.kind() != std::io::ErrorKind::InvalidInput
        {
            self.failed.get_or_insert(error.to_string());
        }
        match self.failed.take() {
            None => Ok(()),
            Some(reason) => Err(files::unwritable(&self.path, &std::io::Error::other(reason), words)),
        }
    }
}

fn begun(file: File, about: &About) -> Result<Writer<File>, CaptureError> {
    let mut writer = Writer::new(file)?;
    for (word, value) in about.words() {
        writer.head(word, value)?;
    }
    Ok(writer)
}
