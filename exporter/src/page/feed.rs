//! What is sent to open pages: once everything there is, then only what changed, each with a number from which a lost connection
//! goes on.
//!
//! ```text
//! scene ──(teller)──> cells ──> changed cells ──> one text a tick, shared by every page of that language
//! ```
//!
//! A cell is a piece of the page with its words: `soc` the text of `data-part="soc"`, `row@data-tone` an attribute. The page never
//! makes words of numbers, so that both languages live on this side.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::broadcast;

use super::link;
use super::scene::Moment;
use crate::BatteryId;

/// Texts and attributes by the part of the page they belong to.
pub type Cells = BTreeMap<&'static str, String>;

/// All that is live on the pages of one language.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Live {
    /// The top of the fleet's page.
    pub fleet: Cells,
    /// Each sign's row in the fleet.
    pub rows: BTreeMap<BatteryId, Cells>,
    /// Each sign's own page.
    pub details: BTreeMap<BatteryId, Cells>,
    /// The rows, worst first.
    pub order: Vec<BatteryId>,
}

/// Which page is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// The fleet.
    Fleet,
    /// One sign.
    Sign(BatteryId),
}

/// What is sent at one instant.
#[derive(Debug)]
pub struct Sent {
    /// Its number.
    pub number: u64,
    fleet: Arc<str>,
    details: BTreeMap<BatteryId, Arc<str>>,
    head: Arc<str>,
}

impl Sent {
    /// The text for a page.
    #[must_use]
    pub fn of(&self, open: &Open) -> Arc<str> {
        match open {
            Open::Fleet => Arc::clone(&self.fleet),
            Open::Sign(id) => Arc::clone(self.details.get(id).unwrap_or(&self.head)),
        }
    }
}

/// Numbers kept for those who come back: at two a second a minute and more.
const KEPT_MAX: usize = 150;

/// The feed of one language.
#[derive(Debug)]
pub struct Feed {
    number: u64,
    moment: Moment,
    last: Live,
    kept: VecDeque<Arc<Sent>>,
    sender: broadcast::Sender<Arc<Sent>>,
}

/// How a page begins or goes on.
#[derive(Debug)]
pub struct Joined {
    /// What it has missed: everything, or the changes since the number it had.
    pub first: Vec<(u64, Arc<str>)>,
    /// What comes.
    pub next: broadcast::Receiver<Arc<Sent>>,
}

#[derive(Serialize)]
struct Told<'a> {
    full: bool,
    now: f64,
    speed: f64,
    cells: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    rows: BTreeMap<String, BTreeMap<&'a str, &'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Vec<String>>,
}

impl Default for Feed {
    fn default() -> Self {
        let (sender, _) = broadcast::channel(32);
        let (moment, last) = (Moment::default(), Live::default());
        Self { number: 0, moment, last, kept: VecDeque::new(), sender }
    }
}

impl Feed {
    /// Nobody listens: nothing need be made.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.sender.receiver_count() == 0
    }

    /// What is live now; pages are sent what changed.
    pub fn tell(&mut self, moment: Moment, live: Live) {
        let before = std::mem::replace(&mut self.last, live);
        self.moment = moment;
        self.number += 1;
        let sent = Arc::new(self.changes(&before));
        if self.kept.len() >= KEPT_MAX {
            self.kept.pop_front();
        }
        self.kept.push_back(Arc::clone(&sent));
        // Fails where nobody listens, which is nobody's loss.
        let _ = self.sender.send(sent);
    }

    /// A page opens, or comes back knowing `number`.
    #[must_use]
    pub fn join(&self, open: &Open, number: Option<u64>) -> Joined {
        let next = self.sender.subscribe();
        let reaches = |number: u64| {
            number == self.number || self.kept.front().is_some_and(|first| first.number <= number + 1)
        };
        let first = match number.filter(|number| *number <= self.number && reaches(*number)) {
            Some(number) => {
                let missed = self.kept.iter().filter(|sent| sent.number > number);
                missed.map(|sent| (sent.number, sent.of(open))).collect()
            }
            None => vec![(self.number, self.everything(open))],
        };
        Joined { first, next }
    }

    /// Everything there is for a page.
    #[must_use]
    pub fn everything(&self, open: &Open) -> Arc<str> {
        let nothing = Live::default();
        match open {
            Open::Fleet => self.fleet(&nothing, true),
            Open::Sign(id) => self.detail(id, &nothing, true),
        }
    }

    /// The number sent last.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    fn changes(&self, before: &Live) -> Sent {
        let details =
            self.last.details.keys().filter(|id| self.last.details.get(*id) != before.details.get(*id));
        Sent {
            number: self.number,
            fleet: self.fleet(before, false),
            details: details.map(|id| (id.clone(), self.detail(id, before, false))).collect(),
            head: self.told(false, BTreeMap::new(), BTreeMap::new(), None),
        }
    }

    fn fleet(&self, before: &Live, full: bool) -> Arc<str> {
        let none = Cells::new();
        let rows = self.last.rows.iter().filter_map(|(id, cells)| {
            let changed = changed(cells, before.rows.get(id).unwrap_or(&none));
            (!changed.is_empty()).then(|| (link::key(id), changed))
        });
        let moved = full || self.last.order != before.order;
        let order = moved.then(|| self.last.order.iter().map(link::key).collect());
        self.told(full, changed(&self.last.fleet, &before.fleet), rows.collect(), order)
    }

    fn detail(&self, id: &BatteryId, before: &Live, full: bool) -> Arc<str> {
        let none = Cells::new();
        let cells = self.last.details.get(id).unwrap_or(&none);
        self.told(full, changed(cells, before.details.get(id).unwrap_or(&none)), BTreeMap::new(), None)
    }

    fn told<'a>(
        &self,
        full: bool,
        cells: BTreeMap<&'a str, &'a str>,
        rows: BTreeMap<String, BTreeMap<&'a str, &'a str>>,
        order: Option<Vec<String>>,
    ) -> Arc<str> {
        let (now, speed) = ((self.moment.unix_secs * 1e3).round() / 1e3, self.moment.speed);
        let told = Told { full, now, speed, cells, rows, order };
        // Strings and finite numbers always make JSON.
        serde_json::to_string(&told).unwrap_or_default().into()
    }
}

fn changed<'a>(cells: &'a Cells, before: &Cells) -> BTreeMap<&'a str, &'a str> {
    cells
        .iter()
        .filter(|(part, text)| before.get(*part) != Some(text))
        .map(|(part, text)| (*part, text.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(soc: &str) -> Live {
        let id = BatteryId::new("a", "b");
        let cells = Cells::from([("soc", soc.to_owned()), ("name", "b".to_owned())]);
        Live { rows: [(id.clone(), cells)].into(), order: vec![id], ..Live::default() }
    }

    #[test]
    fn a_page_is_sent_everything_and_then_what_changes() {
        let mut feed = Feed::default();
        feed.tell(Moment::default(), live("63 %"));
        let joined = feed.join(&Open::Fleet, None);
        assert!(joined.first[0].1.contains("\"full\":true") && joined.first[0].1.contains("\"name\":\"b\""));
        let mut next = joined.next;
        feed.tell(Moment::default(), live("62 %"));
        let text = next.try_recv().expect("sent").of(&Open::Fleet);
        assert!(text.contains("62 %") && !text.contains("name") && !text.contains("order"), "{text}");
    }

    #[test]
    fn who_comes_back_in_time_is_told_what_was_missed_and_who_comes_too_late_everything() {
        let mut feed = Feed::default();
        feed.tell(Moment::default(), live("1"));
        feed.tell(Moment::default(), live("2"));
        feed.tell(Moment::default(), live("3"));
        let missed = feed.join(&Open::Fleet, Some(1)).first;
        assert_eq!(missed.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 3]);
        assert!(feed.join(&Open::Fleet, Some(3)).first.is_empty());
        for (turn, late) in [(0, 1), (1, 1)] {
            for _ in 0..(turn * KEPT_MAX * 2) {
                feed.tell(Moment::default(), live("4"));
            }
            let everything = feed.join(&Open::Fleet, Some(if turn == 0 { 99 } else { late })).first;
            assert!(everything.len() == 1 && everything[0].1.contains("\"full\":true"));
        }
    }
}
