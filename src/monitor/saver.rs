//! Saves beside the thread that reads the ports: each waits for the disk, a millisecond or a quarter of a second.
//!
//! ```text
//! stations ──what is to be saved, first come, first served──> a thread ──> disk
//!     ^────────── when each battery was last saved ──────────────┘
//! ```
//!
//! A battery has one save under way at most, so that a slow disk makes saves rarer and never more. What is on disk already
//! (habits change once an hour) is not written again: a disk wears with each save.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};

use exporter::{BatteryId, FileStore, StateStore};
use fluent_templates::fluent_bundle::FluentValue;

use crate::speech;
use crate::words::Words;

/// What is to be saved of a battery.
#[derive(Debug)]
pub struct Job {
    /// Whose.
    pub id: BatteryId,
    /// When it was so, seconds since 1970.
    pub unix_secs: f64,
    /// Each name in the store with its bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

/// The thread, and what it has done.
#[derive(Debug)]
pub struct Saver {
    jobs: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
    done: Arc<Mutex<Done>>,
}

#[derive(Debug, Default)]
struct Done {
    /// When what was saved last was so.
    saved: BTreeMap<BatteryId, f64>,
    under_way: BTreeSet<BatteryId>,
}

impl Saver {
    /// A thread that saves into `store`.
    ///
    /// # Errors
    /// Where no thread can be had.
    pub fn start(store: FileStore, words: Words) -> io::Result<Self> {
        let (jobs, todo) = mpsc::channel();
        let done = Arc::<Mutex<Done>>::default();
        let told = Arc::clone(&done);
        let work = move || save_all(store, &todo, &told, words);
        let thread = thread::Builder::new().name("saver".to_owned()).spawn(work)?;
        Ok(Self { jobs, thread, done })
    }

    /// Puts a save in the queue.
    pub fn save(&self, job: Job) {
        lock(&self.done).under_way.insert(job.id.clone());
        // Fails only where the thread has panicked, which has been printed: then no save is told of any more.
        let _ = self.jobs.send(job);
    }

    /// Whether one of this battery waits or is being written.
    #[must_use]
    pub fn is_under_way(&self, id: &BatteryId) -> bool {
        lock(&self.done).under_way.contains(id)
    }

    /// When the battery was last saved, seconds since 1970.
    #[must_use]
    pub fn saved_unix_secs(&self, id: &BatteryId) -> Option<f64> {
        lock(&self.done).saved.get(id).copied()
    }

    /// Waits until everything is saved.
    pub fn finish(self) {
        drop(self.jobs);
        // A panic has been printed.
        let _ = self.thread.join();
    }
}

fn save_all(mut store: FileStore, todo: &mpsc::Receiver<Job>, done: &Mutex<Done>, words: Words) {
    let mut is_failing = false;
    let mut written: BTreeMap<String, u64> = BTreeMap::new();
    for job in todo {
        let saved = job.files.iter().try_for_each(|(name, bytes)| {
            let hash = hash(bytes);
            if written.get(name) != Some(&hash) {
                store.save(name, bytes)?;
                written.insert(name.clone(), hash);
            }
            Ok::<(), io::Error>(())
        });
        // A disk that refuses is told of once, until it works again.
        if let Err(error) = &saved
            && !is_failing
        {
            let blanks = [
                ("battery", FluentValue::from(job.id.to_string())),
                ("reason", FluentValue::from(error.to_string())),
            ];
            speech::tell(&words.tell("monitor-state-unsaved", &blanks));
        }
        is_failing = saved.is_err();
        let mut done = lock(done);
        done.under_way.remove(&job.id);
        if saved.is_ok() {
            done.saved.insert(job.id, job.unix_secs);
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// A panic leaves nothing half done here.
fn lock(done: &Mutex<Done>) -> MutexGuard<'_, Done> {
    done.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;

    fn job(name: &str, number: u32) -> Job {
        let files = vec![(name.to_owned(), number.to_le_bytes().to_vec())];
        Job { id: BatteryId::new("a", name), unix_secs: f64::from(number), files }
    }

    #[test]
    fn what_is_in_the_queue_at_the_end_is_saved_and_the_last_one_stands() {
        let folder = tempfile::tempdir().unwrap();
        let saver = Saver::start(FileStore::open(folder.path()).unwrap(), Words::English).unwrap();
        for number in 0..20 {
            saver.save(job("one", number));
            saver.save(job("two", 100 + number));
        }
        let done = Arc::clone(&saver.done);
        saver.finish();
        assert_eq!(lock(&done).saved.values().copied().collect::<Vec<_>>(), [19.0, 119.0]);
        let store = FileStore::open(folder.path()).unwrap();
        assert_eq!(store.load("two").unwrap(), Some(119_u32.to_le_bytes().to_vec()));
    }

    #[test]
    fn a_save_that_the_disk_refuses_is_not_told_as_saved_and_may_be_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::open(folder.path()).unwrap();
        // Folders in the places of both files.
        store.paths("one").iter().for_each(|path| std::fs::create_dir(path).unwrap());
        let saver = Saver::start(store, Words::English).unwrap();
        let id = BatteryId::new("a", "one");
        saver.save(job("one", 1));
        let done = Arc::clone(&saver.done);
        saver.finish();
        let done = lock(&done);
        assert!(done.saved.is_empty() && !done.under_way.contains(&id));
    }
}
