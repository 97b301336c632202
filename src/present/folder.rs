//! From a result folder to what it holds: which kind, which version, which fingerprint; or why it cannot be shown.
//!
//! The kind is told by the version key of `results.json` and by nothing else.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use fluent_templates::fluent_bundle::FluentValue;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::found::{Found, RunLine};
use crate::failure::{Exit, Failure};
use crate::words::Words;

/// The file that is read of a folder.
const FILE: &str = "results.json";
/// A results file longer than this is none.
const BYTES_MAX: u64 = 256 << 20;
/// How much of the fingerprint a reader compares.
const FINGERPRINT_BYTES: usize = 6;

/// A kind of results: its version key, the version read here, the command that makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The key.
    pub key: &'static str,
    /// The version.
    pub version: u64,
    /// What makes it.
    pub command: &'static str,
}

/// Every kind a deck can show.
pub const KINDS: [Kind; 7] = [
    Kind { key: "balise_results", version: 1, command: "balise run SCENARIO --out DIR" },
    Kind {
        key: "balise_scoring",
        version: 1,
        command: "balise evaluate --cuts 3 --data DIR --battery PROFILE --out",
    },
    Kind {
        key: "balise_study",
        version: 1,
        command: "balise evaluate --study --cuts 3 --data DIR --battery PROFILE --out",
    },
    Kind { key: "balise_nights", version: 1, command: "balise evaluate --nights 80 --out DIR" },
    Kind { key: "balise_alert_scores", version: 1, command: "balise run POPULATION --out DIR" },
    Kind { key: "balise_rig_results", version: 1, command: "balise rig RIG.toml --out DIR" },
    Kind { key: "balise_load", version: 1, command: "balise load --json > DIR/results.json" },
];

/// A result folder, read.
#[derive(Debug, Clone)]
pub struct Folder {
    /// What the deck calls it: the shortest end of its path that tells it from the others.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// The beginning of the SHA-256 of its file.
    pub fingerprint: String,
    /// What the file says.
    pub found: Found,
}

/// Why a folder cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is nothing at this path.
    #[error("{path} is not there")]
    Absent {
        /// The path.
        path: String,
    },
    /// A file where a folder was expected.
    #[error("{path} is a file")]
    NotAFolder {
        /// The path.
        path: String,
    },
    /// The same folder was named before.
    #[error("{path} is named twice")]
    Twice {
        /// The path.
        path: String,
    },
    /// The folder has no results.
    #[error("no results.json in {path}")]
    NoResults {
        /// The folder.
        path: String,
    },
    /// The system refused.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file has nothing in it.
    #[error("{path} is empty")]
    Empty {
        /// The file.
        path: String,
    },
    /// No results file is so long.
    #[error("{path} is too long")]
    TooLong {
        /// The file.
        path: String,
    },
    /// The file is no JSON, or ends too soon.
    #[error("{path} is torn")]
    Torn {
        /// The file.
        path: String,
        /// Where, and what the parser met.
        source: serde_json::Error,
    },
    /// The file is JSON, but none of ours.
    #[error("{path} has no version key")]
    Unknown {
        /// The file.
        path: String,
    },
    /// The file is ours, of another version.
    #[error("{path} is of version {version}")]
    OtherVersion {
        /// The file.
        path: String,
        /// Its kind.
        kind: Kind,
        /// Its version, as it says it.
        version: String,
    },
    /// A key of the file has another shape than its version has.
    #[error("{path} does not keep to its version")]
    Misshapen {
        /// The file.
        path: String,
        /// Its kind.
        kind: Kind,
        /// What the reader met.
        source: serde_json::Error,
    },
}

impl FolderError {
    /// The failure a user sees: which file, what is wrong, what to do.
    #[must_use]
    pub fn failure(&self, words: Words) -> Failure {
        let text = |value: &str| FluentValue::from(value.to_owned());
        let told = |key: &str, path: &str, reason: &str| {
            words.tell(key, &[("path", text(path)), ("reason", text(reason))])
        };
        let message = match self {
            Self::Absent { path } => told("present-absent", path, ""),
            Self::NotAFolder { path } => told("present-not-a-folder", path, ""),
            Self::Twice { path } => told("present-twice", path, ""),
            Self::NoResults { path } => told("present-no-results", path, ""),
            Self::Empty { path } => told("present-empty", path, ""),
            Self::TooLong { path } => told("present-too-long", path, ""),
            Self::Unreadable { path, source } => told("present-unreadable", path, &source.to_string()),
            Self::Torn { path, source } => told("present-torn", path, &source.to_string()),
            Self::Unknown { path } => {
                let known: Vec<&str> = KINDS.iter().map(|kind| kind.key).collect();
                words.tell("present-unknown", &[("path", text(path)), ("known", text(&known.join(", ")))])
            }
            Self::OtherVersion { path, kind, version } => words.tell(
                "present-other-version",
                &[
                    ("path", text(path)),
                    ("key", text(kind.key)),
                    ("version", text(version)),
                    ("known", text(&kind.version.to_string())),
                    ("command", text(kind.command)),
                ],
            ),
            Self::Misshapen { path, kind, source } => words.tell(
                "present-misshapen",
                &[
                    ("path", text(path)),
                    ("key", text(kind.key)),
                    ("reason", text(&source.to_string())),
                    ("command", text(kind.command)),
                ],
            ),
        };
        Failure::new(Exit::BadFile, message)
    }
}

/// Every folder, in the order they were named.
///
/// # Errors
/// The first folder that cannot be shown.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<Folder>, FolderError> {
    let mut seen = Vec::new();
    for path in paths {
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        if seen.contains(&real) {
            return Err(FolderError::Twice { path: path.display().to_string() });
        }
        seen.push(real);
    }
    paths.iter().zip(names(paths)).map(|(path, name)| read(path, name)).collect()
}

fn read(dir: &Path, name: String) -> Result<Folder, FolderError> {
    let path = dir.display().to_string();
    if !dir.exists() {
        return Err(FolderError::Absent { path });
    }
    if !dir.is_dir() {
        return Err(FolderError::NotAFolder { path });
    }
    let file = dir.join(FILE);
    if !file.exists() {
        return Err(FolderError::NoResults { path });
    }
    let bytes = bytes(&file)?;
    let (kind, found) = parse(&bytes, &file.display().to_string())?;
    let digest = Sha256::digest(&bytes);
    let fingerprint = digest.iter().take(FINGERPRINT_BYTES).map(|byte| format!("{byte:02x}")).collect();
    Ok(Folder { name, kind, fingerprint, found })
}

fn bytes(file: &Path) -> Result<Vec<u8>, FolderError> {
    let path = file.display().to_string();
    let unreadable = |source| FolderError::Unreadable { path: file.display().to_string(), source };
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(unreadable)?;
    opened.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(FolderError::TooLong { path });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(FolderError::Empty { path });
    }
    Ok(bytes)
}

/// The kind of a results file and what it says; `path` is for the error alone.
pub(super) fn parse(bytes: &[u8], path: &str) -> Result<(Kind, Found), FolderError> {
    let path = path.to_owned();
    let value: Value =
        serde_json::from_slice(bytes).map_err(|source| FolderError::Torn { path: path.clone(), source })?;
    let Some((kind, version)) = KINDS.iter().find_map(|kind| Some((*kind, value.get(kind.key)?))) else {
        return Err(FolderError::Unknown { path });
    };
    if version.as_u64() != Some(kind.version) {
        return Err(FolderError::OtherVersion { path, kind, version: version.to_string() });
    }
    let found = of_kind(kind, value).map_err(|source| FolderError::Misshapen { path, kind, source })?;
    Ok((kind, found))
}

fn of_kind(kind: Kind, mut value: Value) -> Result<Found, serde_json::Error> {
    Ok(match kind.key {
        "balise_scoring" => Found::Scoring(read_as(value)?),
        "balise_study" => Found::Study(read_as(value)?),
        "balise_nights" => Found::Nights(read_as(value)?),
        "balise_alert_scores" => Found::Alerts(read_as(value)?),
        "balise_rig_results" => Found::Rig(read_as(value)?),
        "balise_load" => Found::Load(read_as(value)?),
        _ => match value.get_mut("runs").map(Value::take) {
            Some(runs) => Found::Runs(read_as::<Vec<RunLine>>(runs)?),
            None => Found::Run(read_as(value)?),
        },
    })
}

fn read_as<T: DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(value)
}

/// The shortest end of each path that tells it from the others. The machine's own folders stay out of the deck
/// where they can.
fn names(paths: &[PathBuf]) -> Vec<String> {
    let parts: Vec<Vec<String>> = paths.iter().map(|path| plain_parts(path)).collect();
    let end = |parts: &[String], count: usize| parts[parts.len().saturating_sub(count)..].join("/");
    let longest = parts.iter().map(Vec::len).max().unwrap_or(1);
    parts
        .iter()
        .map(|own| {
            let is_alone = |count: &usize| {
                parts.iter().filter(|other| end(other, *count) == end(own, *count)).count() == 1
            };
            let count = (1..=longest).find(is_alone).unwrap_or(longest);
            end(own, count)
        })
        .collect()
}

fn plain_parts(path: &Path) -> Vec<String> {
    let named = |path: &Path| -> Vec<String> {
        let parts = path.components().filter_map(|part| match part {
            Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
            _ => None,
        });
        parts.collect()
    };
    let parts = named(path);
    // `.` and `..` have no name of their own: `../a` is not `a`.
    let is_relative_up = path.components().any(|part| part == Component::ParentDir);
    if parts.is_empty() || is_relative_up {
        return path.canonicalize().map_or(parts, |path| named(&path));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> FolderError {
        parse(text.as_bytes(), "a/results.json").expect_err("refused")
    }

    #[test]
    fn the_version_key_alone_tells_the_kind() {
        for kind in KINDS {
            let text = format!("{{\"{}\": {}}}", kind.key, kind.version);
            let (told, _) = parse(text.as_bytes(), "").expect("read");
            assert_eq!(told, kind);
        }
        let several = parse(br#"{"balise_results": 1, "runs": [{"name": "a"}]}"#, "").expect("read").1;
        assert!(matches!(several, Found::Runs(runs) if runs[0].name == "a"));
    }

    #[test]
    fn another_version_names_the_file_both_versions_and_the_way_out_in_both_languages() {
        for version in ["2", "\"1\"", "1.5", "null"] {
            let error = refused(&format!("{{\"balise_scoring\": {version}}}"));
            for words in [Words::French, Words::English] {
                let failure = error.failure(words);
                assert_eq!(failure.exit, Exit::BadFile);
                for part in ["a/results.json", "balise_scoring", version, "balise evaluate"] {
                    assert!(failure.message.contains(part), "{part}: {failure}");
                }
            }
        }
    }

    #[test]
    fn torn_strange_and_misshapen_files_are_told_apart() {
        assert!(matches!(refused("{\"balise_results\": 1, \"na"), FolderError::Torn { .. }));
        assert!(matches!(refused("{\"balise_timing\": 1}"), FolderError::Unknown { .. }));
        assert!(matches!(refused("[1, 2]"), FolderError::Unknown { .. }));
        assert!(matches!(
            refused("{\"balise_alert_scores\": 1, \"rules\": 7}"),
            FolderError::Misshapen { .. }
        ));
    }

    #[test]
    fn a_folder_is_called_by_the_shortest_end_that_tells_it_apart() {
        let called = |paths: &[&str]| names(&paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(called(&["/private/x/a123/", "./out/nights"]), ["a123", "nights"]);
        assert_eq!(called(&["/p/one/out", "/p/two/out", "b"]), ["one/out", "two/out", "b"]);
        // What lies a folder up is called by where it is, not by what the way there was written like.
        assert_eq!(called(&["explore", "src/present/../explore"]), ["explore", "src/explore"]);
    }
}
