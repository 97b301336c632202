//! A machine that dies at any instant, a disk that refuses any one thing: what a store gives back afterwards is what
//! was saved last, or what was being saved, and is never nothing.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use exporter::store::{Disk, FileStore, StateStore};

/// What a file holds, and what it would hold after the power had gone.
#[derive(Debug, Clone, Default)]
struct Content {
    written: Vec<u8>,
    durable: Option<Vec<u8>>,
    is_named: bool,
}

/// A disk in memory that refuses its `fails_at`th change, and has by then done `partly` of it.
#[derive(Debug, Clone, Default)]
struct Frail {
    files: BTreeMap<PathBuf, Content>,
    changes: Cell<u64>,
    fails_at: Option<u64>,
    /// Octets of a write that are there when it is refused.
    partly: usize,
    /// From the failure on nothing works: the machine is dead.
    is_dead: bool,
    /// Only the one change fails.
    passes: bool,
}

impl Frail {
    fn change(&mut self) -> io::Result<()> {
        self.changes.set(self.changes.get() + 1);
        let fails = self.fails_at == Some(self.changes.get());
        self.is_dead |= fails && !self.passes;
        if fails || self.is_dead { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    /// The disk as the next start finds it: of what was not synced `kept` octets, or all as it was.
    fn after_power(&self, lost: Lost) -> Self {
        let survive = |content: &Content| -> Option<Content> {
            if !content.is_named && lost != Lost::Nothing {
                return None;
            }
            let bytes = match lost {
                Lost::Nothing => content.written.clone(),
                Lost::Unsynced => content.durable.clone().unwrap_or_default(),
                Lost::From(octet) if content.durable.as_ref() != Some(&content.written) => {
                    content.written.iter().copied().take(octet).collect()
                }
                Lost::From(_) => content.written.clone(),
                Lost::Zeroed if content.durable.as_ref() != Some(&content.written) => {
                    vec![0; content.written.len()]
                }
                Lost::Zeroed => content.written.clone(),
            };
            Some(Content { written: bytes.clone(), durable: Some(bytes), is_named: true })
        };
        let files = self.files.iter().filter_map(|(path, content)| Some((path.clone(), survive(content)?)));
        Self { files: files.collect(), ..Self::default() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// A killed program: the system writes out what it has.
    Nothing,
    /// The power is gone: the file is as it was when last synced.
    Unsynced,
    /// The power is gone in the middle of writing out.
    From(usize),
    /// The length was written out, the octets were not.
    Zeroed,
}

impl Disk for Frail {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        Ok(self.files.get(path).map(|content| content.written.clone()))
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let done = self.change();
        let octets = if done.is_ok() { bytes.len() } else { self.partly.min(bytes.len()) };
        if done.is_ok() || self.fails_at == Some(self.changes.get()) {
            self.files.entry(path.to_owned()).or_default().written = bytes[..octets].to_vec();
        }
        done
    }

    fn sync(&mut self, path: &Path) -> io::Result<()> {
        self.change()?;
        let content = self.files.get_mut(path).ok_or(io::ErrorKind::NotFound)?;
        content.durable = Some(content.written.clone());
        Ok(())
    }

    fn sync_folder(&mut self, _: &Path) -> io::Result<()> {
        self.change()?;
        self.files.values_mut().for_each(|content| content.is_named = true);
        Ok(())
    }
}

const SAVES: usize = 6;

fn state(number: usize) -> Vec<u8> {
    format!("the state of save {number}, {}", "x".repeat(20 + 3 * number)).into_bytes()
}

/// Saves until the disk dies; the number of the last save that was acknowledged, and the disk.
fn until_it_dies(disk: Frail) -> (Option<usize>, Frail) {
    let mut store = FileStore::on(disk, Path::new("s"));
    let mut acknowledged = None;
    for number in 0..SAVES {
        match store.save("a/b", &state(number)) {
            Ok(()) => acknowledged = Some(number),
            Err(_) if store.disk().is_dead => break,
            Err(_) => {}
        }
    }
    (acknowledged, store.disk().clone())
}

/// After this crash the last acknowledged state is there, or the one after it.
fn check(acknowledged: Option<usize>, disk: &Frail, lost: Lost) {
    let mut store = FileStore::on(disk.after_power(lost), Path::new("s"));
    let found = store.load("a/b");
    let next = acknowledged.map_or(0, |last| last + 1);
    let allowed = [acknowledged.map(state), Some(state(next))];
    match &found {
        Ok(found) if found.is_some() => assert!(allowed.contains(found), "{acknowledged:?} {lost:?}"),
        // Before the first save was acknowledged there may be nothing, or a first file that is torn.
        _ => assert!(acknowledged.is_none(), "{acknowledged:?} {lost:?}: {found:?}"),
    }
    store.save("a/b", b"after").unwrap();
    assert_eq!(store.load("a/b").unwrap().as_deref(), Some(&b"after"[..]), "it goes on");
}

#[test]
fn whatever_change_is_the_last_one_a_whole_state_is_there() {
    let (_, whole) = until_it_dies(Frail::default());
    let changes = whole.changes.get();
    let mut crashes = 0;
    for fails_at in 1..=changes + 1 {
        for partly in 0..150 {
            let disk = Frail { fails_at: Some(fails_at), partly, ..Frail::default() };
            let (acknowledged, dead) = until_it_dies(disk);
            let cuts = (0..150).step_by(5).map(Lost::From);
            for lost in [Lost::Nothing, Lost::Unsynced, Lost::Zeroed].into_iter().chain(cuts) {
                check(acknowledged, &dead, lost);
                crashes += 1;
            }
        }
    }
    println!(
        "{crashes} crashes over {changes} changes of {SAVES} saves: 0 unreadable, 0 older than one save"
    );
    assert!(crashes >= 10_000);
}

#[test]
fn whatever_change_is_refused_the_saves_after_it_go_through() {
    let changes = until_it_dies(Frail::default()).1.changes.get();
    for fails_at in 1..=changes {
        for partly in [0, 1, 30, 60, 1000] {
            let disk = Frail { fails_at: Some(fails_at), partly, passes: true, ..Frail::default() };
            let mut store = FileStore::on(disk, Path::new("s"));
            let mut last = None;
            let mut refused = 0;
            for number in 0..SAVES {
                match store.save("a/b", &state(number)) {
                    Ok(()) => last = Some(number),
                    Err(_) => refused += 1,
                }
                // The power goes right after: what was acknowledged is there under its name.
                check(last, &store.disk().clone(), Lost::Unsynced);
                let found = store.load("a/b").ok().flatten();
                assert!(found == last.map(state) || found == Some(state(number)), "{fails_at} {number}");
            }
            assert_eq!((refused, last.is_some()), (1, true));
            assert!(last == Some(SAVES - 1) || store.load("a/b").unwrap().is_some());
        }
    }
}
