//! What a monitor remembers over a restart: two state files in turn a battery, saved each minute and at the end, beside the
//! thread that reads the ports.
//!
//! ```text
//! balise_saved 1 <wall unix ns>        then the estimator's own state, versioned and checked by itself
//! ```

use std::path::Path;

use estimator::autonomy::Habits;
use estimator::{Estimator, Profile};
use exporter::{BatteryId, FileStore, StateStore};
use fluent_templates::fluent_bundle::FluentValue;
use hil::pace::Clock;
use signals::{Span, Stamp};

use super::saver::{Job, Saver};
use super::station::Shared;
use crate::failure::{Failure, environment};
use crate::files;
use crate::foresight::Foresight;
use crate::signs::What;
use crate::speech;
use crate::watch::Watch;
use crate::words::Words;

const HEADER: &str = "balise_saved 1 ";

/// The state files, or nothing where none were asked for.
#[derive(Debug)]
pub struct Memory {
    store: Option<FileStore>,
    saver: Option<Saver>,
}

impl Memory {
    /// The memory in `folder`.
    ///
    /// # Errors
    /// Where the folder cannot be made, or the system has no thread left.
    pub fn open(folder: Option<&Path>, words: Words) -> Result<Self, Failure> {
        let store = folder
            .map(|folder| FileStore::open(folder).map_err(|error| files::unwritable(folder, &error, words)));
        let store = store.transpose()?;
        let saver = store.clone().map(|store| Saver::start(store, words));
        Ok(Self { store, saver: saver.transpose().map_err(|error| environment(&error, words))? })
    }

    /// The estimator as it was saved. A file that is torn, foreign or of another profile is set aside
    /// with a word about it: the estimator then starts wide.
    pub fn recall(
        &self,
        id: &BatteryId,
        profile: &Profile,
        shared: &Shared,
        words: Words,
    ) -> Option<Estimator> {
        let loaded = self.store.as_ref()?.load(&id.to_string());
        let refused = |reason: String| {
            let blanks =
                [("battery", FluentValue::from(id.to_string())), ("reason", FluentValue::from(reason))];
            speech::tell(&words.tell("monitor-state-refused", &blanks));
            self.set_aside(id);
        };
        let bytes = match loaded {
            Ok(bytes) => bytes?,
            Err(error) => {
                refused(error.to_string());
                return None;
            }
        };
        let now = shared.clock.now();
        let Some((saved_nanos, state)) = split(&bytes) else {
            refused(words.say("monitor-state-foreign"));
            return None;
        };
        let replaced =
            shared.crew.borrow().of(id).and_then(|sign| sign.journal.get(&What::BatteryReplaced).copied());
        if replaced.is_some_and(|secs| secs > saved_nanos / 1_000_000_000) {
            let blanks = [("battery", FluentValue::from(id.to_string()))];
            speech::tell(&words.tell("monitor-battery-replaced", &blanks));
            self.set_aside(id);
            return None;
        }
        let away_nanos = now.wall_unix_nanos.saturating_sub(saved_nanos).max(0) as f64 * shared.speed;
        let away = Span::from_nanos(away_nanos as i64);
        Estimator::restore(profile.clone(), state, now.monotonic, away)
            .map_err(|error| refused(error.to_string()))
            .ok()
    }

    /// What the sign's days have taught, from the file beside; a torn one is taught anew within days.
    pub fn recall_habits(&self, id: &BatteryId) -> Option<Habits> {
        let bytes = self.store.as_ref()?.load(&habits_name(id)).ok()??;
        Habits::restore(str::from_utf8(&bytes).ok()?).ok()
    }

    /// What was learned over weeks is not lost to a mistyped capacity: the file keeps, under another name.
    fn set_aside(&self, id: &BatteryId) {
        if let Some(store) = &self.store {
            for path in store.paths(&id.to_string()) {
                // Where even that fails the sentence above has said why the file is not used.
                let _ = files::set_aside(&path);
            }
        }
    }

    /// Puts an estimator in the queue of those that are saved; whether it was, which it is not where an earlier save of
    /// it still waits for the disk. The last one always is.
    pub fn save(&self, id: &BatteryId, now: Stamp, watch: &Watch, is_last: bool) -> bool {
        let Some(saver) = self.saver.as_ref().filter(|saver| is_last || !saver.is_under_way(id)) else {
            return false;
        };
        let mut bytes = format!("{HEADER}{}\n", now.wall_unix_nanos).into_bytes();
        bytes.extend_from_slice(&watch.estimator().save());
        let habits = watch.foresight().and_then(Foresight::habits).map(Habits::save);
        let habits = habits.map(|habits| (habits_name(id), habits.into_bytes()));
        let files = [(id.to_string(), bytes)].into_iter().chain(habits).collect();
        saver.save(Job { id: id.clone(), unix_secs: now.wall_unix_nanos as f64 / 1e9, files });
        true
    }

    /// When what was learned of a battery was last saved, seconds since 1970.
    pub fn saved_unix_secs(&self, id: &BatteryId) -> Option<f64> {
        self.saver.as_ref()?.saved_unix_secs(id)
    }

    /// Waits until everything is saved; nothing is afterwards.
    pub fn finish(&mut self) {
        if let Some(saver) = self.saver.take() {
            saver.finish();
        }
    }
}

/// The file beside a battery's own; no battery is called so, a label has one slash.
fn habits_name(id: &BatteryId) -> String {
    format!("{id}/habits")
}

fn split(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let nanos = str::from_utf8(&bytes[..end]).ok()?.strip_prefix(HEADER)?.parse().ok()?;
    Some((nanos, &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_stands_before_the_state_and_a_foreign_file_has_none() {
        assert_eq!(split(b"balise_saved 1 -7\nrest\n"), Some((-7, &b"rest\n"[..])));
        for foreign in [&b""[..], b"balise_saved 2 7\nx", b"balise_saved 1 x\ny", b"\xFF\n"] {
            assert_eq!(split(foreign), None);
        }
    }
}
