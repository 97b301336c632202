//! Where a battery's state outlives the program: bytes under a name, old or new, never half of each.
//!
//! The file store writes beside the old file, syncs, renames over it and syncs the folder: a power cut at
//! any instant leaves one whole file. What the bytes mean, and their version, is the caller's.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Keeps bytes under names.
pub trait StateStore {
    /// What was last saved under `name`, or `None` where nothing was.
    fn load(&self, name: &str) -> io::Result<Option<Vec<u8>>>;

    /// Puts `bytes` in the place of what was saved under `name`. After an error the old bytes stand.
    fn save(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
}

/// One file for each name, in one folder.
#[derive(Debug, Clone)]
pub struct FileStore {
    folder: PathBuf,
}

impl FileStore {
    /// The store in `folder`, which is made where it is missing.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The file that keeps `name`.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{}.state", file_stem(name)))
    }
}

impl StateStore for FileStore {
    fn load(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn save(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(name);
        let new = path.with_extension("new");
        let written = write_synced(&new, bytes).and_then(|()| fs::rename(&new, &path));
        if written.is_err() {
            // A full disk is not helped by leftovers; that this may fail too changes nothing.
            let _ = fs::remove_file(&new);
        }
        written?;
        // Without this the rename itself may be lost with the power.
        File::open(&self.folder)?.sync_all()
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// `name` as part of a file name: all but letters, digits, `-` and `_` as `%` and two hex digits.
fn file_stem(name: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    name.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Keeps bytes as long as the program runs.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    saved: BTreeMap<String, Vec<u8>>,
}

impl StateStore for MemoryStore {
    fn load(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.saved.get(name).cloned())
    }

    fn save(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.saved.insert(name.to_owned(), bytes.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(store: &mut dyn StateStore) -> io::Result<()> {
        assert_eq!(store.load("QC-138/main")?, None);
        store.save("QC-138/main", b"old")?;
        store.save("QC-138/main", b"new")?;
        store.save("QC-138_main", b"other")?;
        assert_eq!(store.load("QC-138/main")?.as_deref(), Some(&b"new"[..]));
        Ok(())
    }

    #[test]
    fn either_store_gives_back_what_was_saved_last() -> io::Result<()> {
        check(&mut MemoryStore::default())?;
        let folder = tempfile::tempdir()?;
        check(&mut FileStore::open(folder.path())?)?;
        let files = fs::read_dir(folder.path())?.count();
        assert_eq!(files, 2, "no temporary file is left behind");
        Ok(())
    }

    #[test]
    fn a_name_cannot_leave_the_folder() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let store = FileStore::open(folder.path())?;
        assert_eq!(store.path("../x"), folder.path().join("%2E%2E%2Fx.state"));
        Ok(())
    }

    #[test]
    fn a_save_that_fails_leaves_the_old_bytes() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut store = FileStore::open(folder.path())?;
        store.save("a", b"old")?;
        // A folder in the temporary file's place: it can be neither written nor removed as a file.
        fs::create_dir(folder.path().join("a.new"))?;
        assert!(store.save("a", b"new").is_err());
        assert_eq!(store.load("a")?.as_deref(), Some(&b"old"[..]));
        Ok(())
    }
}
