//! What one monitor carries: each load that was tried, and the knee.

use super::folder::Folder;
use super::found::{Level, Load};
use super::given::Given;
use super::slide::{Block, Cell, Slide, Table};
use super::talk::{Talk, UNKNOWN, names};

/// A slide for each folder.
#[must_use]
pub fn slides(given: &Given<'_>) -> Vec<Slide> {
    let slide = |(folder, load): (&Folder, &Load)| slide(folder, load, given.talk);
    given.loads().into_iter().filter_map(slide).collect()
}

/// The largest load that was borne without losing a frame.
#[must_use]
pub fn carried(load: &Load) -> Option<&Level> {
    let borne = load.steps.iter().filter(|level| level.borne && level.frames_lost == Some(0));
    borne.max_by_key(|level| level.batteries)
}

fn slide(folder: &Folder, load: &Load, talk: Talk) -> Option<Slide> {
    let most = load.steps.iter().max_by_key(|level| level.batteries)?;
    let carried = carried(load);
    let (title, level) = match carried {
        Some(level) => ("present-load-title", level),
        None => ("present-load-lost", most),
    };
    let rate = talk.number_or(load.rate_hz, 0);
    let blanks = [("batteries", level.batteries.to_string()), ("rate", rate)];
    let blanks = blanks.each_ref().map(|(name, value)| (*name, value.as_str()));
    let knee = load.knee.broken.map(|knee| {
        let key = if load.knee.own_limit { "present-load-own-limit" } else { "present-load-knee" };
        talk.tell(key, &[("knee", &knee.to_string())])
    });
    Some(Slide {
        section: talk.say("present-section-load"),
        title: talk.tell(title, &blanks),
        lead: knee.unwrap_or_else(|| talk.say("present-load-lead")),
        blocks: vec![Block::Table(table(load, talk))],
        sources: names([folder]),
        ..Slide::default()
    })
}

fn table(load: &Load, talk: Talk) -> Table {
    let head = ["batteries", "frames-in", "frames-lost", "cpu", "memory", "scrape-p50", "scrape-max"];
    let count = |value: Option<u64>| value.map_or_else(|| UNKNOWN.to_owned(), |value| value.to_string());
    let millis = |ms: Option<f64>| ms.map_or_else(|| UNKNOWN.to_owned(), |ms| talk.span(ms / 1000.0));
    let row = |level: &Level| {
        vec![
            Cell::number(level.batteries.to_string()),
            Cell::number(count(level.frames_found)),
            Cell::judged(count(level.frames_lost), level.frames_lost.is_some_and(|lost| lost > 0)),
            Cell::number(talk.number_or(level.cores, 2)),
            Cell::number(talk.quantity(level.rss_mib.map(f64::round), "MiB")),
            Cell::number(millis(level.scrape_p50_ms)),
            Cell::number(millis(level.scrape_max_ms)),
        ]
    };
    Table {
        head: head.iter().map(|key| talk.say(&format!("present-column-{key}"))).collect(),
        rows: load.steps.iter().map(row).collect(),
    }
}
