//! What a store does to a disk, one thing at a time, so that a test may let each of them fail.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// The things.
pub trait Disk {
    /// The whole file, or `None` where there is none.
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>>;

    /// Makes the file hold these bytes. They may be lost with the power, whole or in part, and so may be what was there
    /// before.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// What the file holds outlives the power.
    fn sync(&mut self, path: &Path) -> io::Result<()>;

    /// The names in the folder outlive the power.
    fn sync_folder(&mut self, folder: &Path) -> io::Result<()>;
}

/// The machine's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        File::create(path)?.write_all(bytes)
    }

    fn sync(&mut self, path: &Path) -> io::Result<()> {
        // Opened anew: what is synced is the file, whoever wrote it.
        File::open(path)?.sync_all()
    }

    fn sync_folder(&mut self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }
}
