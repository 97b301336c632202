//! What nobody came for, sent: rows of the page that no scrape saw are kept on disk with their time stamps, and go
//! to Prometheus by remote write as soon as it can be reached.
//!
//! ```text
//! page ──each tick, unless it was scraped since the last──> spool ──oldest first──> remote write
//! ```
//!
//! Behind a router nobody ever scrapes, and every row goes this way; a monitor that is scraped sends only its gaps,
//! into the very series a scrape would have made. What came late is announced (`balise_late_…`), so that
//! `balise late` judges those hours.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use exporter::Board;
use exporter::catalogue::{LATE_FROM, LATE_UNTIL};
use exporter::remote::{self, Batch, RemoteError, RemoteWriter, Series, Spool};
use fluent_templates::fluent_bundle::FluentValue;
use tokio::sync::watch;

use crate::config::RemoteWrite;
use crate::failure::Failure;
use crate::files;
use crate::speech;
use crate::words::Words;

/// Prometheus looks back five minutes for a sample: rules saw nothing of what is older when it arrives.
const LATE_MILLIS: i64 = 5 * 60 * 1000;

/// The rows that wait, and where they go.
#[derive(Debug)]
pub struct Outbox {
    board: Board,
    target: RemoteWrite,
    spool: RefCell<Spool>,
    writer: RemoteWriter,
    words: Words,
    /// Scrapes seen at the last tick.
    scrapes: RefCell<u64>,
    /// First and last instant that arrived late and was not announced yet.
    late: RefCell<Option<(i64, i64)>>,
    /// The trouble told last: the same one is not told again each minute.
    told: RefCell<Option<String>>,
}

impl Outbox {
    /// The outbox of `target`.
    ///
    /// # Errors
    /// Where its folder cannot be used.
    pub fn open(board: Board, target: &RemoteWrite, words: Words) -> Result<Rc<Self>, Failure> {
        let spool = Spool::open(&target.buffer, target.bytes_max)
            .map_err(|error| files::unwritable(&target.buffer, &error, words))?;
        Ok(Rc::new(Self {
            board,
            target: target.clone(),
            spool: RefCell::new(spool),
            writer: RemoteWriter::new(&target.url),
            words,
            scrapes: RefCell::default(),
            late: RefCell::default(),
            told: RefCell::default(),
        }))
    }

    /// Keeps the page of `now` unless somebody came for it since the last tick.
    fn keep(&self, now_unix_millis: i64) {
        let scrapes = self.board.scrapes_total();
        if std::mem::replace(&mut *self.scrapes.borrow_mut(), scrapes) != scrapes {
            return;
        }
        let series = remote::series(&self.board.families(), &self.labels(), now_unix_millis);
        if let Err(error) = self.spool.borrow_mut().push(&remote::encode(&series)) {
            self.tell(Some(self.sentence("monitor-remote-disk", &error.to_string())));
        }
    }

    fn labels(&self) -> [(&'static str, &str); 2] {
        [("job", &self.target.job), ("instance", &self.target.instance)]
    }

    /// Sends what waits, oldest first, until nothing does or nobody takes it.
    async fn deliver(&self, now: impl Fn() -> i64) {
        loop {
            let oldest = self.spool.borrow_mut().oldest();
            let batch = match oldest {
                Ok(Some(batch)) => batch,
                Ok(None) => return self.announce(now()).await,
                Err(error) => {
                    return self.tell(Some(self.sentence("monitor-remote-disk", &error.to_string())));
                }
            };
            let series = remote::decode(&batch.messages).unwrap_or_default();
            match self.send(series.clone()).await {
                Ok(()) => {
                    self.note_late(&series, now());
                    self.tell(None);
                }
                Err(error) if error.is_passing() => {
                    return self.tell(Some(self.sentence("monitor-remote-waits", &error.to_string())));
                }
                // Kept, they would block everything that comes after them.
                Err(error) => self.tell(Some(self.sentence("monitor-remote-refused", &error.to_string()))),
            }
            self.done(&batch);
        }
    }

    fn done(&self, batch: &Batch) {
        // One that cannot be removed is sent again after a restart, which does no harm.
        let _ = self.spool.borrow_mut().remove(batch);
    }

    async fn send(&self, series: Vec<Series>) -> Result<(), RemoteError> {
        let writer = self.writer.clone();
        let sent = tokio::task::spawn_blocking(move || writer.send(&series)).await;
        sent.unwrap_or_else(|error| {
            Err(RemoteError::Unreachable { url: self.writer.url().to_owned(), said: error.to_string() })
        })
    }

    fn note_late(&self, series: &[Series], now: i64) {
        let stamps = || series.iter().flat_map(|series| series.samples.iter().map(|(at, _)| *at));
        let (Some(first), Some(last)) = (stamps().min(), stamps().filter(|at| now - at > LATE_MILLIS).max())
        else {
            return;
        };
        let mut late = self.late.borrow_mut();
        *late = Some(late.map_or((first, last), |(from, until)| (from.min(first), until.max(last))));
    }

    /// Says which hours came late, once all of them are there.
    async fn announce(&self, now: i64) {
        let Some((from, until)) = *self.late.borrow() else { return };
        let edges = [(LATE_FROM, from), (LATE_UNTIL, until)];
        let series = edges.map(|(metric, millis)| {
            Series::new(metric.name, self.labels(), vec![(now, millis as f64 / 1000.0)])
        });
        if self.send(series.to_vec()).await.is_ok() {
            *self.late.borrow_mut() = None;
            let hours = FluentValue::from(((until - from) as f64 / 3_600_000.0 * 10.0).round() / 10.0);
            speech::tell(&self.words.tell("monitor-remote-caught-up", &[("hours", hours)]));
        }
    }

    fn sentence(&self, key: &str, reason: &str) -> String {
        let blanks =
            [("url", FluentValue::from(self.writer.url())), ("reason", FluentValue::from(reason.to_owned()))];
        self.words.tell(key, &blanks)
    }

    fn tell(&self, trouble: Option<String>) {
        let mut told = self.told.borrow_mut();
        if trouble.is_some() && *told != trouble {
            speech::tell(trouble.as_deref().unwrap_or_default());
        }
        *told = trouble;
    }
}

/// Keeps and sends until `stopping` comes true; what could not be sent by then waits on disk for the next start.
pub async fn run(
    outbox: Rc<Outbox>,
    now: impl Fn() -> i64 + Clone + 'static,
    mut stopping: watch::Receiver<bool>,
) {
    let every = outbox.target.every;
    let mut tick = tokio::time::interval(every.max(Duration::from_millis(10)));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut stop = std::pin::pin!(async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    });
    // A long catching up must not cost the rows of the meantime.
    let sending = |outbox: Rc<Outbox>, now: Box<dyn Fn() -> i64>| {
        tokio::task::spawn_local(async move {
            outbox.deliver(now).await;
        })
    };
    let mut under_way: Option<tokio::task::JoinHandle<()>> = None;
    // The first tick is at once, before anybody could have come.
    tick.tick().await;
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            _ = tick.tick() => {
                outbox.keep(now());
                if under_way.as_ref().is_none_or(tokio::task::JoinHandle::is_finished) {
                    under_way = Some(sending(Rc::clone(&outbox), Box::new(now.clone())));
                }
            }
        }
    }
    if let Some(under_way) = under_way {
        under_way.abort();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use exporter::{BatteryId, Row};

    fn outbox(folder: &std::path::Path) -> Rc<Outbox> {
        let target = RemoteWrite {
            url: "http://127.0.0.1:1".to_owned(),
            every: Duration::from_secs(60),
            buffer: folder.to_owned(),
            bytes_max: 1 << 20,
            job: "balise".to_owned(),
            instance: "gw:9187".to_owned(),
        };
        let board = Board::new("0");
        board.publish(&BatteryId::new("a", "b"), &Row { soc_ratio: Some(0.5), ..Row::default() });
        Outbox::open(board, &target, Words::English).unwrap()
    }

    #[test]
    fn a_row_that_somebody_came_for_is_not_kept_and_one_nobody_came_for_is() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = outbox(folder.path());
        outbox.board.note_scrape();
        outbox.keep(1_000);
        assert!(outbox.spool.borrow().is_empty());
        outbox.keep(61_000);
        outbox.keep(121_000);
        let batch = outbox.spool.borrow_mut().oldest().unwrap().unwrap();
        let series = remote::decode(&batch.messages).unwrap();
        let labels = [("job", "balise"), ("instance", "gw:9187"), ("site", "a"), ("battery", "b")];
        let expected = Series::new("balise_battery_soc_ratio", labels, vec![(61_000, 0.5), (121_000, 0.5)]);
        assert!(series.contains(&expected), "{series:?}");
    }

    #[tokio::test]
    async fn what_nobody_takes_waits_and_is_told_of_once() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = outbox(folder.path());
        outbox.keep(1_000);
        outbox.deliver(|| 2_000).await;
        assert!(!outbox.spool.borrow().is_empty() && outbox.told.borrow().is_some());
    }

    #[test]
    fn only_what_is_older_than_prometheus_looks_back_is_late() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = outbox(folder.path());
        let at = |millis| vec![Series::new("a", [], vec![(millis, 1.0)])];
        outbox.note_late(&at(1_000), 2_000);
        assert_eq!(*outbox.late.borrow(), None);
        outbox.note_late(&at(1_000), 400_000);
        outbox.note_late(&at(61_000), 400_000);
        assert_eq!(*outbox.late.borrow(), Some((1_000, 61_000)));
    }
}
