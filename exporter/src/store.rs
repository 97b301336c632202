//! Where a battery's state outlives the program: bytes under a name, old or new, never half of each.
//!
//! ```text
//! NAME.a.state   balise_store 1 <sequence> <length> <crc32>\n<bytes>
//! NAME.b.state   the same, of the save before; the next save takes the older one's place
//! NAME.state     what programs before this form saved: read until there is a whole save in this form
//! ```
//!
//! A save writes the older file and syncs it, and never touches the newer one: killed or out of power at any
//! instant, one whole file of the last save or the one before is there, and a torn one is known by its
//! checksum. That is one sync a save; renaming would take two. What the bytes mean, and their version, is the
//! caller's.

mod disk;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

pub use disk::{Disk, RealDisk};

/// Keeps bytes under names.
pub trait StateStore {
    /// What was last saved under `name`, or `None` where nothing was.
    fn load(&self, name: &str) -> io::Result<Option<Vec<u8>>>;

    /// Puts `bytes` in the place of what was saved under `name`. After an error the old bytes stand.
    fn save(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
}

const MAGIC: &str = "balise_store 1";

/// Two files in turn for each name, in one folder.
#[derive(Debug, Clone)]
pub struct FileStore<D = RealDisk> {
    folder: PathBuf,
    disk: D,
    /// The newest whole file of each name that was saved or looked for before a save.
    newest: BTreeMap<String, Newest>,
    /// Files whose names are known to outlive the power.
    named: BTreeSet<PathBuf>,
}

/// A name's newest whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Newest {
    sequence: u64,
    slot: Slot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    A,
    B,
}

impl Slot {
    const BOTH: [Self; 2] = [Self::A, Self::B];

    const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::A => "a.state",
            Self::B => "b.state",
        }
    }
}

/// A whole file's content.
struct Saved {
    newest: Newest,
    bytes: Vec<u8>,
}

impl FileStore {
    /// The store in `folder`, which is made where it is missing.
    pub fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self::on(RealDisk, folder))
    }
}

impl<D: Disk> FileStore<D> {
    /// The store in `folder` of a disk.
    pub fn on(disk: D, folder: &Path) -> Self {
        Self { folder: folder.to_owned(), disk, newest: BTreeMap::new(), named: BTreeSet::new() }
    }

    /// The files that may keep `name`; the last is the one that programs before this form of the store wrote.
    #[must_use]
    pub fn paths(&self, name: &str) -> [PathBuf; 3] {
        let [a, b] = Slot::BOTH.map(|slot| self.path(name, slot));
        [a, b, self.plain(name)]
    }

    /// The disk it is on.
    pub fn disk(&self) -> &D {
        &self.disk
    }

    fn path(&self, name: &str, slot: Slot) -> PathBuf {
        self.folder.join(format!("{}.{}", file_stem(name), slot.ending()))
    }

    fn plain(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{}.state", file_stem(name)))
    }

    /// There has been one save in this form at most.
    fn is_first(&self, name: &str) -> bool {
        self.disk.read(&self.path(name, Slot::B)).is_ok_and(|bytes| bytes.is_none())
    }

    /// The newest whole file of `name`. A file that is damaged counts as absent where the other is whole.
    fn newest(&self, name: &str) -> io::Result<Option<Saved>> {
        let mut found: Option<Saved> = None;
        let mut trouble = None;
        for slot in Slot::BOTH {
            match self.disk.read(&self.path(name, slot)).map(|bytes| bytes.map(|bytes| opened(&bytes, slot)))
            {
                Ok(None) => {}
                Ok(Some(Some(saved))) => {
                    let is_newer = |old: &Saved| saved.newest.sequence > old.newest.sequence;
                    if found.as_ref().is_none_or(is_newer) {
                        found = Some(saved);
                    }
                }
                Ok(Some(None)) => trouble = Some(damaged(&self.path(name, slot))),
                Err(error) => trouble = Some(error),
            }
        }
        match (found, trouble) {
            (Some(saved), _) => Ok(Some(saved)),
            (None, Some(error)) => Err(error),
            (None, None) => Ok(None),
        }
    }
}

impl<D: Disk> StateStore for FileStore<D> {
    fn load(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match self.newest(name) {
            Ok(Some(saved)) => Ok(Some(saved.bytes)),
            Ok(None) => self.disk.read(&self.plain(name)),
            // The first save in this form was cut short: the file before it is as good as the day it was written.
            Err(error) if self.is_first(name) => self.disk.read(&self.plain(name))?.map(Some).ok_or(error),
            Err(error) => Err(error),
        }
    }

    fn save(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let before = match self.newest.get(name) {
            Some(newest) => Some(*newest),
            // Where both are damaged there is nothing to lose.
            None => self.newest(name).ok().flatten().map(|saved| saved.newest),
        };
        let next = before.map_or(Newest { sequence: 1, slot: Slot::A }, |before| Newest {
            sequence: before.sequence + 1,
            slot: before.slot.other(),
        });
        let path = self.path(name, next.slot);
        self.disk.write(&path, &sealed(next.sequence, bytes))?;
        self.disk.sync(&path)?;
        if !self.named.contains(&path) {
            // Without this the file's name itself may be lost with the power; once a start is enough.
            self.disk.sync_folder(&self.folder)?;
            self.named.insert(path);
        }
        self.newest.insert(name.to_owned(), next);
        Ok(())
    }
}

fn sealed(sequence: u64, bytes: &[u8]) -> Vec<u8> {
    let crc = checksum(sequence, bytes);
    let mut file = format!("{MAGIC} {sequence} {} {crc:08x}\n", bytes.len()).into_bytes();
    file.extend_from_slice(bytes);
    file
}

/// What a whole file holds; `None` where it is torn or foreign.
fn opened(file: &[u8], slot: Slot) -> Option<Saved> {
    let end = file.iter().position(|byte| *byte == b'\n')?;
    let head = str::from_utf8(&file[..end]).ok()?.strip_prefix(MAGIC)?;
    let mut words = head.split_ascii_whitespace();
    let sequence: u64 = words.next()?.parse().ok()?;
    let length: usize = words.next()?.parse().ok()?;
    let crc = u32::from_str_radix(words.next()?, 16).ok()?;
    let bytes = &file[end + 1..];
    let is_whole = words.next().is_none() && bytes.len() == length && checksum(sequence, bytes) == crc;
    is_whole.then(|| Saved { newest: Newest { sequence, slot }, bytes: bytes.to_vec() })
}

fn checksum(sequence: u64, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&sequence.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

fn damaged(path: &Path) -> io::Error {
    let said =
        format!("{}: torn or altered, its checksum does not fit, and there is no other", path.display());
    io::Error::new(ErrorKind::InvalidData, said)
}

/// `name` as part of a file name: all but letters, digits, `-` and `_` as `%` and two hex digits.
fn file_stem(name: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    name.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_was_saved_last_is_given_back() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut store = FileStore::open(folder.path())?;
        assert_eq!(store.load("QC-138/main")?, None);
        store.save("QC-138/main", b"old")?;
        store.save("QC-138/main", b"new")?;
        store.save("QC-138_main", b"other")?;
        assert_eq!(store.load("QC-138/main")?.as_deref(), Some(&b"new"[..]));
        let files = fs::read_dir(folder.path())?.count();
        assert_eq!(files, 3, "two files in turn for one name, one for the other, and none beside");
        let again = FileStore::open(folder.path())?;
        assert_eq!(again.load("QC-138/main")?.as_deref(), Some(&b"new"[..]));
        Ok(())
    }

    #[test]
    fn a_name_cannot_leave_the_folder() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let store = FileStore::open(folder.path())?;
        let names = ["%2E%2E%2Fx.a.state", "%2E%2E%2Fx.b.state", "%2E%2E%2Fx.state"];
        assert_eq!(store.paths("../x"), names.map(|name| folder.path().join(name)));
        Ok(())
    }

    #[test]
    fn a_save_that_fails_leaves_the_old_bytes() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut store = FileStore::open(folder.path())?;
        store.save("a", b"old")?;
        // A folder in the next file's place: it can be neither read nor written as a file.
        fs::create_dir(folder.path().join("a.b.state"))?;
        assert!(store.save("a", b"new").is_err());
        assert_eq!(store.load("a")?.as_deref(), Some(&b"old"[..]));
        fs::remove_dir(folder.path().join("a.b.state"))?;
        store.save("a", b"newer")?;
        assert_eq!(store.load("a")?.as_deref(), Some(&b"newer"[..]));
        Ok(())
    }

    #[test]
    fn a_damaged_file_gives_way_to_the_other_and_two_are_told_of() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut store = FileStore::open(folder.path())?;
        for bytes in [b"one", b"two", b"six"] {
            store.save("a", bytes)?;
        }
        let (newer, older) = (folder.path().join("a.a.state"), folder.path().join("a.b.state"));
        let whole = fs::read(&newer)?;
        for place in 0..whole.len() {
            let mut altered = whole.clone();
            altered[place] ^= 1;
            fs::write(&newer, &altered)?;
            assert_eq!(store.load("a")?.as_deref(), Some(&b"two"[..]), "octet {place}");
            fs::write(&newer, &whole[..place])?;
            assert_eq!(store.load("a")?.as_deref(), Some(&b"two"[..]), "cut at {place}");
        }
        fs::write(&older, b"")?;
        assert!(store.load("a").is_err_and(|error| error.kind() == ErrorKind::InvalidData));
        let mut again = FileStore::open(folder.path())?;
        again.save("a", b"anew")?;
        assert_eq!(again.load("a")?.as_deref(), Some(&b"anew"[..]));
        Ok(())
    }

    #[test]
    fn what_programs_before_this_form_saved_is_still_read() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut store = FileStore::open(folder.path())?;
        fs::write(folder.path().join("a.state"), b"plain")?;
        assert_eq!(store.load("a")?.as_deref(), Some(&b"plain"[..]));
        store.save("a", b"new")?;
        assert_eq!(store.load("a")?.as_deref(), Some(&b"new"[..]));
        Ok(())
    }

    #[test]
    fn the_first_save_in_this_form_cut_short_does_not_hide_what_was_saved_before_it() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.state"), b"plain")?;
        FileStore::open(folder.path())?.save("a", b"first")?;
        let whole = fs::read(at("a.a.state"))?;
        for cut in 0..whole.len() {
            fs::write(at("a.a.state"), &whole[..cut])?;
            let store = FileStore::open(folder.path())?;
            assert_eq!(store.load("a")?.as_deref(), Some(&b"plain"[..]), "cut at {cut}");
        }
        let mut store = FileStore::open(folder.path())?;
        store.save("a", b"second")?;
        store.save("a", b"third")?;
        // After two saves the old file is of long ago, and no answer to two damaged ones.
        fs::write(at("a.a.state"), b"")?;
        fs::write(at("a.b.state"), b"")?;
        assert!(FileStore::open(folder.path())?.load("a").is_err());
        Ok(())
    }
}
