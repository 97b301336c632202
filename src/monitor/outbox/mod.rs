//! What nobody came for, sent: rows of the page that no scrape saw are kept on disk with their time stamps, and go
//! to Prometheus by remote write as soon as it can be reached.
//!
//! ```text
//! page ──each tick, unless it was scraped since the last──> spool ──oldest first──> remote write
//! ```
//!
//! Behind a router nobody ever scrapes, and every row goes this way; a monitor that is scraped sends only its gaps,
//! into the very series a scrape would have made. A series that is gone from the page is ended with a stale marker, as
//! a scrape would have ended it. What came late is announced (`balise_late_…`), so that `balise late` judges those
//! hours. The page says what waits and what is lost (`balise_buffer_…`).
//!
//! Disk and network are waited for on threads beside: the one that reads the ports has no time for either.

mod late;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use exporter::Board;
use exporter::buffer::{Buffer, ROWS};
use exporter::catalogue::{LATE_FROM, LATE_UNTIL};
use exporter::remote::{self, Batch, Refused, RemoteError, RemoteWriter, Series, Spool, stale};
use fluent_templates::fluent_bundle::FluentValue;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::config::RemoteWrite;
use crate::failure::Failure;
use crate::files;
use crate::speech;
use crate::words::Words;

use late::Late;

type Labels = BTreeMap<String, String>;

/// The rows that wait, and where they go.
#[derive(Debug)]
pub struct Outbox {
    board: Board,
    target: RemoteWrite,
    spool: Mutex<Spool>,
    writer: RemoteWriter,
    words: Words,
    before: Mutex<Before>,
    late: Mutex<Late>,
    tally: Mutex<Tally>,
    /// The trouble told last: the same one is not told again each minute.
    told: Mutex<Option<String>>,
}

/// How it was at the last tick.
#[derive(Debug, Default)]
struct Before {
    /// Scrapes seen.
    scrapes: u64,
    /// The series of the page.
    shown: BTreeSet<Labels>,
}

/// What has come of rows so far.
#[derive(Debug, Default)]
struct Tally {
    oldest_millis: Option<i64>,
    delivered_millis: Option<i64>,
    refused: u64,
    unreadable: u64,
}

impl Outbox {
    /// The outbox of `target`.
    ///
    /// # Errors
    /// Where its folder cannot be used.
    pub fn open(board: Board, target: &RemoteWrite, words: Words) -> Result<Arc<Self>, Failure> {
        let refused = |error: std::io::Error| files::unwritable(&target.buffer, &error, words);
        let outbox = Self {
            board,
            spool: Mutex::new(Spool::open(&target.buffer, target.bytes_max).map_err(refused)?),
            late: Mutex::new(Late::open(&target.buffer).map_err(refused)?),
            target: target.clone(),
            writer: RemoteWriter::new(&target.url),
            words,
            before: Mutex::default(),
            tally: Mutex::default(),
            told: Mutex::default(),
        };
        outbox.show();
        Ok(Arc::new(outbox))
    }

    /// Keeps the page of `now` unless somebody came for it since the last tick, and the ends of those series that are
    /// gone from it.
    fn keep(&self, now_unix_millis: i64) {
        let scrapes = self.board.scrapes_total();
        let series = remote::series(&self.board.families(), &self.labels(), now_unix_millis);
        let shown: BTreeSet<Labels> = series.iter().map(|series| series.labels.clone()).collect();
        let mut before = lock(&self.before);
        let is_scraped = std::mem::replace(&mut before.scrapes, scrapes) != scrapes;
        let end =
            |labels: &Labels| Series { labels: labels.clone(), samples: vec![(now_unix_millis, stale())] };
        let ends = before.shown.difference(&shown).map(end);
        let row: Vec<Series> =
            if is_scraped { ends.collect() } else { series.into_iter().chain(ends).collect() };
        if !row.is_empty() {
            if let Err(error) = lock(&self.spool).push(&remote::encode(&row)) {
                return self.disk_refuses(&error);
            }
            lock(&self.tally).oldest_millis.get_or_insert(now_unix_millis);
        }
        before.shown = shown;
        drop(before);
        self.show();
    }

    fn labels(&self) -> [(&'static str, &str); 2] {
        [("job", &self.target.job), ("instance", &self.target.instance)]
    }

    /// Sends what waits, oldest first, until nothing does or nobody takes it.
    fn deliver(&self, now: impl Fn() -> i64) {
        loop {
            let oldest = lock(&self.spool).oldest();
            let batch = match oldest {
                Ok(Some(batch)) => batch,
                Ok(None) => return self.announce(now()),
                Err(error) => return self.disk_refuses(&error),
            };
            let (series, unreadable) = read(&batch);
            lock(&self.tally).oldest_millis = stamps(&series).min();
            match self.send(&series, now()) {
                Ok(refused) => self.delivered(&batch, &series, refused, unreadable, now()),
                Err(error) => {
                    self.show();
                    return self.tell(Some(self.sentence("monitor-remote-waits", &error.to_string())));
                }
            }
        }
    }

    /// Sends series, all but those that are refused for good.
    fn send(&self, series: &[Series], now: i64) -> Result<Refused, RemoteError> {
        match self.writer.send(series) {
            Ok(()) => return Ok(Refused::default()),
            Err(error) if error.is_passing() => return Err(error),
            Err(_) => {}
        }
        // Whoever refuses even a row of this moment is no receiver of ours, or has another clock: then nothing may be
        // thrown away.
        let waiting = lock(&self.spool).len() as f64;
        let sign_of_life = Series::new(ROWS.name, self.labels(), vec![(now, waiting)]);
        self.writer.send(&[sign_of_life]).map_err(RemoteError::of_everything)?;
        remote::sift(series, &mut |part| self.writer.send(part))
    }

    fn delivered(&self, batch: &Batch, series: &[Series], refused: Refused, unreadable: u64, now: i64) {
        // Before the rows are gone: after them a power cut would leave nobody who knows that they came late.
        if let Err(error) = lock(&self.late).note(series, now) {
            self.disk_refuses(&error);
        }
        {
            let mut tally = lock(&self.tally);
            tally.delivered_millis = Some(now);
            tally.oldest_millis = None;
            tally.refused += refused.samples;
            tally.unreadable += unreadable;
        }
        self.tell(refused.why.map(|why| self.sentence("monitor-remote-refused", &why.to_string())));
        // One that cannot be removed is sent again after a restart, which does no harm.
        let _ = lock(&self.spool).remove(batch);
        self.show();
    }

    /// Says which hours came late, once all of them are there.
    fn announce(&self, now: i64) {
        let Some((from, until)) = lock(&self.late).span() else { return };
        let edges = [(LATE_FROM, from), (LATE_UNTIL, until)];
        let series = edges.map(|(metric, millis)| {
            Series::new(metric.name, self.labels(), vec![(now, millis as f64 / 1000.0)])
        });
        if self.writer.send(&series).is_err() {
            return;
        }
        if let Err(error) = lock(&self.late).forget() {
            self.disk_refuses(&error);
        }
        let hours = FluentValue::from(((until - from) as f64 / 3_600_000.0 * 10.0).round() / 10.0);
        speech::tell(&self.words.tell("monitor-remote-caught-up", &[("hours", hours)]));
    }

    /// Puts on the page what waits.
    fn show(&self) {
        let secs = |millis: i64| millis as f64 / 1000.0;
        let (rows, dropped, damaged) = {
            let spool = lock(&self.spool);
            (spool.len(), spool.dropped_total(), spool.damaged_total())
        };
        let tally = lock(&self.tally);
        self.board.set_buffer(Buffer {
            rows,
            oldest_unix_secs: tally.oldest_millis.filter(|_| rows > 0).map(secs),
            rows_dropped: dropped,
            rows_damaged: damaged + tally.unreadable,
            samples_refused: tally.refused,
            delivered_unix_secs: tally.delivered_millis.map(secs),
        });
    }

    fn disk_refuses(&self, error: &std::io::Error) {
        self.tell(Some(self.sentence("monitor-remote-disk", &error.to_string())));
    }

    fn sentence(&self, key: &str, reason: &str) -> String {
        let blanks =
            [("url", FluentValue::from(self.writer.url())), ("reason", FluentValue::from(reason.to_owned()))];
        self.words.tell(key, &blanks)
    }

    fn tell(&self, trouble: Option<String>) {
        let mut told = lock(&self.told);
        if trouble.is_some() && *told != trouble {
            speech::tell(trouble.as_deref().unwrap_or_default());
        }
        *told = trouble;
    }
}

/// The rows of a batch, and how many of its messages are none of this version.
fn read(batch: &Batch) -> (Vec<Series>, u64) {
    let is_row = |message: &&Vec<u8>| remote::decode(&[message]).is_some();
    let (rows, foreign): (Vec<_>, Vec<_>) = batch.messages.iter().partition(is_row);
    (remote::decode(&rows).unwrap_or_default(), foreign.len() as u64)
}

fn stamps(series: &[Series]) -> impl Iterator<Item = i64> + '_ {
    series.iter().flat_map(|series| series.samples.iter().map(|(at, _)| *at))
}

/// A panic elsewhere leaves nothing half done that the next row would not mend.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps and sends until `stopping` comes true; what could not be sent by then waits on disk for the next start.
pub async fn run(
    outbox: Arc<Outbox>,
    now: impl Fn() -> i64 + Clone + Send + 'static,
    mut stopping: watch::Receiver<bool>,
) {
    let every = outbox.target.every;
    let mut tick = tokio::time::interval(every.max(Duration::from_millis(10)));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut stop = std::pin::pin!(async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    });
    let mut under_way: Option<JoinHandle<()>> = None;
    // The first tick is at once, before anybody could have come.
    tick.tick().await;
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return,
            _ = tick.tick() => {
                let (keeper, at) = (Arc::clone(&outbox), now());
                // A panic costs a row, and has been printed.
                let _ = spawn_blocking(move || keeper.keep(at)).await;
                // A long catching up must not cost the rows of the meantime: it goes on beside.
                if under_way.as_ref().is_none_or(JoinHandle::is_finished) {
                    let (sender, now) = (Arc::clone(&outbox), now.clone());
                    under_way = Some(spawn_blocking(move || sender.deliver(now)));
                }
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use exporter::{BatteryId, Row};

    fn outbox_to(url: &str, folder: &std::path::Path) -> Arc<Outbox> {
        let target = RemoteWrite {
            url: url.to_owned(),
            every: Duration::from_secs(60),
            buffer: folder.to_owned(),
            bytes_max: 1 << 20,
            job: "balise".to_owned(),
            instance: "gw:9187".to_owned(),
        };
        let board = Board::new("0");
        board.publish(&battery(), &Row { soc_ratio: Some(0.5), ..Row::default() });
        Outbox::open(board, &target, Words::English).unwrap()
    }

    fn outbox(folder: &std::path::Path) -> Arc<Outbox> {
        outbox_to("http://127.0.0.1:1", folder)
    }

    fn battery() -> BatteryId {
        BatteryId::new("a", "b")
    }

    /// The one battery's series of this name.
    fn of_battery(name: &str, samples: Vec<(i64, f64)>) -> Series {
        let labels = [("job", "balise"), ("instance", "gw:9187"), ("site", "a"), ("battery", "b")];
        Series::new(name, labels, samples)
    }

    /// Everything that waits.
    fn waiting(outbox: &Outbox) -> Vec<Series> {
        lock(&outbox.spool).oldest().unwrap().map(|batch| read(&batch).0).unwrap_or_default()
    }

    #[test]
    fn a_row_that_somebody_came_for_is_not_kept_and_one_nobody_came_for_is() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = outbox(folder.path());
        outbox.board.note_scrape();
        outbox.keep(1_000);
        assert!(lock(&outbox.spool).is_empty());
        outbox.keep(61_000);
        outbox.keep(121_000);
        let series = waiting(&outbox);
        let expected = of_battery("balise_battery_soc_ratio", vec![(61_000, 0.5), (121_000, 0.5)]);
        assert!(series.contains(&expected), "{series:?}");
    }

    #[test]
    fn a_series_that_is_gone_from_the_page_is_ended_once_scraped_or_not() {
        for is_scraped in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let outbox = outbox(folder.path());
            outbox.keep(1_000);
            outbox.board.silence(&battery());
            if is_scraped {
                outbox.board.note_scrape();
            }
            outbox.keep(61_000);
            outbox.keep(121_000);
            let series = waiting(&outbox);
            let is = |name: &str| series.iter().find(|it| it.labels["__name__"] == name).unwrap();
            let soc: Vec<(i64, u64)> = is("balise_battery_soc_ratio")
                .samples
                .iter()
                .map(|(at, value)| (*at, value.to_bits()))
                .collect();
            assert_eq!(soc, [(1_000, 0.5_f64.to_bits()), (61_000, stale().to_bits())]);
            let up = &is("balise_battery_up").samples;
            assert_eq!(up.last(), Some(&(121_000, 0.0)), "what the page still has goes on");
        }
    }

    #[test]
    fn what_nobody_takes_waits_and_is_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = outbox(folder.path());
        outbox.keep(1_000);
        outbox.keep(61_000);
        outbox.deliver(|| 62_000);
        assert!(!lock(&outbox.spool).is_empty() && lock(&outbox.told).is_some());
        let page = outbox.board.render();
        for line in ["balise_buffer_rows 2\n", "balise_buffer_oldest_row_timestamp_seconds 1\n"] {
            assert!(page.contains(line), "{page}");
        }
        assert!(!page.contains("balise_buffer_delivered"), "{page}");
    }
    /// A receiver that judges each request by its series, as long as the test lives.
    fn receiver(judge: impl Fn(&[Series]) -> (u16, &'static str) + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).unwrap();
                    if let Some(told) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = told.trim().parse().unwrap();
                    }
                    if line.trim().is_empty() {
                        break;
                    }
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                let (status, said) = judge(&remote::decode(&[body]).unwrap());
                let end = format!("Content-Length: {}\r\nConnection: close\r\n\r\n{said}", said.len());
                write!(stream.get_mut(), "HTTP/1.1 {status} X\r\n{end}").unwrap();
            }
        });
        url
    }

    #[test]
    fn one_bad_sample_costs_itself_and_is_counted() {
        let is_bad = |series: &Series| {
            series.labels["__name__"] == "balise_battery_up" && series.samples[0].0 == 1_000
        };
        let url = receiver(
            move |series| if series.iter().any(is_bad) { (400, "duplicate sample") } else { (204, "") },
        );
        let folder = tempfile::tempdir().unwrap();
        let outbox = outbox_to(&url, folder.path());
        outbox.keep(1_000);
        outbox.keep(61_000);
        outbox.deliver(|| 62_000);
        assert!(lock(&outbox.spool).is_empty());
        let page = outbox.board.render();
        for line in [
            "balise_buffer_rows 0\n",
            "balise_buffer_samples_refused_total 1\n",
            "balise_buffer_delivered_timestamp_seconds 62\n",
        ] {
            assert!(page.contains(line), "{page}");
        }
    }

    #[test]
    fn whoever_refuses_everything_is_no_receiver_and_costs_no_row() {
        let url = receiver(|_| (400, "Client sent an HTTP request to an HTTPS server."));
        let folder = tempfile::tempdir().unwrap();
        let outbox = outbox_to(&url, folder.path());
        outbox.keep(1_000);
        outbox.deliver(|| 62_000);
        assert_eq!(lock(&outbox.spool).len(), 1);
        assert!(outbox.board.render().contains("balise_buffer_samples_refused_total 0\n"));
    }

    #[test]
    fn hours_delivered_late_are_announced_even_after_a_restart() {
        let is_edge = |series: &Series| series.labels["__name__"].starts_with("balise_late_");
        let announced = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&announced);
        let is_there = Arc::new(AtomicBool::new(false));
        let listens = Arc::clone(&is_there);
        let url = receiver(move |series| {
            if !series.iter().any(is_edge) {
                return (204, "");
            }
            if !listens.load(Ordering::Relaxed) {
                return (503, "busy");
            }
            lock(&seen).extend(series.iter().map(|series| series.samples[0].1));
            (204, "")
        });
        let folder = tempfile::tempdir().unwrap();
        let outbox = outbox_to(&url, folder.path());
        outbox.keep(1_000);
        outbox.deliver(|| 3_600_000);
        assert!(lock(&outbox.spool).is_empty() && lock(&announced).is_empty());
        drop(outbox);
        is_there.store(true, Ordering::Relaxed);
        outbox_to(&url, folder.path()).deliver(|| 3_660_000);
        assert_eq!(*lock(&announced), [1.0, 1.0]);
        outbox_to(&url, folder.path()).deliver(|| 3_720_000);
        assert_eq!(lock(&announced).len(), 2, "once");
    }
}
