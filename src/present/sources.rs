//! The last slide: each folder, what it is, which version, and a fingerprint to find it again.

use super::folder::Folder;
use super::found::Found;
use super::given::Given;
use super::slide::{Block, Cell, Slide, Table};
use super::talk::{Talk, UNKNOWN};

/// Folders on a slide.
const ROWS: usize = 14;

/// The slides.
#[must_use]
pub fn slides(given: &Given<'_>) -> Vec<Slide> {
    let talk = given.talk;
    let head = ["folder", "kind", "version", "seed", "fingerprint"];
    let head: Vec<String> = head.iter().map(|key| talk.say(&format!("present-column-{key}"))).collect();
    given
        .folders
        .chunks(ROWS)
        .map(|part| Slide {
            section: talk.say("present-section-sources"),
            title: talk.say("present-sources-title"),
            lead: talk.say("present-sources-lead"),
            blocks: vec![Block::Table(Table {
                head: head.clone(),
                rows: part.iter().map(|folder| row(folder, talk)).collect(),
            })],
            ..Slide::default()
        })
        .collect()
}

fn row(folder: &Folder, talk: Talk) -> Vec<Cell> {
    vec![
        Cell::name(&folder.name),
        Cell::name(talk.known("present-kind-", folder.kind.key)),
        Cell { text: format!("{} {}", folder.kind.key, folder.kind.version), class: "code" },
        Cell::number(seed(&folder.found)),
        Cell { text: folder.fingerprint.clone(), class: "code" },
    ]
}

fn seed(found: &Found) -> String {
    match found {
        Found::Run(run) => run.seed.to_string(),
        Found::Scoring(it) => it.seed.to_string(),
        Found::Study(it) => it.seed.to_string(),
        Found::Nights(it) => it.seed.to_string(),
        Found::Alerts(it) => match it.seeds.as_slice() {
            [] => UNKNOWN.to_owned(),
            [one] => one.to_string(),
            [first, .., last] => format!("{first}–{last}"),
        },
        Found::Runs(_) | Found::Rig(_) | Found::Load(_) => UNKNOWN.to_owned(),
    }
}
