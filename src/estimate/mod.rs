//! `balise estimate`: estimates of batteries whose readings a Prometheus has collected, given back as metrics.
//!
//! ```text
//! Prometheus ──> samples ──> readings ──> Watch ──> estimates ─┬─> --write   remote write, with their time stamps
//!  (pieces)       Wanted      happenings    Ward                ├─> --out     a table, or a text for promtool
//!                                                               └─> --serve   the latest, on /metrics
//! ```
//!
//! The readings go through the [`Watch`](crate::watch::Watch) that `monitor` and `replay` use. All times are Unix
//! milliseconds, as Prometheus keeps them; the run's clock is 0 at `--from`.

mod ask;
mod command;
mod give;
pub mod series;
mod shown;
mod ward;
mod written;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use exporter::{BatteryId, Board};
use fluent_templates::fluent_bundle::FluentValue;

use crate::config::Battery;
use crate::failure::{Exit, Failure, environment};
use crate::interrupt;
use crate::prometheus::{AskError, STEPS_MAX, Server};
use crate::replay;
use crate::speech;
use crate::words::Words;

use give::{Page, Table, Taker, Text};
use series::{Identity, Wanted};
use ward::Ward;
use written::Written;

pub use command::{arguments, options};

/// A question over months of many batteries may take a while.
const TIMEOUT: Duration = Duration::from_secs(120);
/// What Prometheus says of a question that is too large for it, whatever its size is.
const TOO_MANY: &str = "too many samples";
/// A smaller piece than this helps nobody.
const STEPS_MIN: i64 = 10;
/// More points than this in an answer are cut smaller next time, fewer than a quarter larger.
const POINTS_WANTED: usize = 1_000_000;
/// The first piece: how many batteries there are is not known yet.
const STEPS_FIRST: i64 = 1_000;
/// Asked each so often where neither the caller nor the series say how often they are taken.
const STEP_USUAL: i64 = 60_000;
/// An hour, over which samples are counted.
const HOUR: i64 = 3_600_000;

/// What the command line asks for.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the Prometheus is.
    pub url: String,
    /// What is asked for.
    pub wanted: Vec<Wanted>,
    /// Which labels name a battery.
    pub identity: Identity,
    /// Batteries of which something is known.
    pub known: Vec<Battery>,
    /// What every other one is like.
    pub other: Battery,
    /// From when.
    pub from: i64,
    /// Until when.
    pub until: i64,
    /// How far apart; as the series are taken where absent.
    pub step: Option<i64>,
    /// Back into the Prometheus.
    pub write: bool,
    /// On a page.
    pub serve: Option<SocketAddr>,
    /// Into a file.
    pub out: Option<PathBuf>,
    /// Keeps asking.
    pub follow: bool,
    /// The outcome as JSON.
    pub json: bool,
}

/// Estimates what `options` ask for.
///
/// # Errors
/// Exit 2 where the question is wrong, 3 where a file is, 4 where Prometheus cannot be asked or does not take
/// what it is given, or has nothing.
pub fn estimate(options: &Options, words: Words) -> Result<Exit, Failure> {
    let asker = Asker::new(options, words)?;
    if options.serve.is_none() && !options.follow {
        interrupt::exit_when_asked();
        return asker.once();
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| environment(&error, words))?;
    let ended = runtime.block_on(async {
        let asked = interrupt::asked().map_err(|error| environment(&error, words))?;
        let work = tokio::task::spawn_blocking(move || asker.on_and_on());
        tokio::select! {
            interrupt = asked => Ok(interrupt.exit()),
            ended = work => ended.map_err(|error| environment(&error, words))?,
        }
    });
    // What is being asked just now is nobody's any more.
    runtime.shutdown_background();
    ended
}

/// The work under way.
struct Asker {
    prometheus: Server,
    options: Options,
    step: i64,
    steps: i64,
    /// Everything up to here is asked.
    asked: i64,
    wards: BTreeMap<BatteryId, Ward>,
    takers: Vec<Box<dyn Taker + Send>>,
    words: Words,
}

/// What came of a piece.
enum Piece {
    /// Prometheus does not answer so much at once.
    TooLarge,
    /// It was estimated, after so many points.
    Lived { points: usize },
}

impl Asker {
    fn new(options: &Options, words: Words) -> Result<Self, Failure> {
        let failure = |error: AskError| ask::failure(&error, words);
        let prometheus = Server::at(&options.url, TIMEOUT).map_err(failure)?;
        let step = match options.step {
            Some(step) => step,
            None => usual_step(&prometheus, options).map_err(failure)?,
        };
        Ok(Self {
            takers: takers(options, words)?,
            prometheus,
            options: options.clone(),
            step,
            steps: STEPS_FIRST,
            asked: options.from - step,
            wards: BTreeMap::new(),
            words,
        })
    }

    fn once(mut self) -> Result<Exit, Failure> {
        self.catch_up(self.options.until)?;
        self.finish()
    }

    fn finish(&mut self) -> Result<Exit, Failure> {
        if self.wards.is_empty() {
            return Err(self.nothing_found());
        }
        self.takers.iter_mut().try_for_each(|taker| taker.finish())?;
        let shown = shown::Shown { step: self.step, wards: &self.wards };
        let text = if self.options.json { format!("{:#}\n", shown.json()) } else { shown.table(self.words) };
        speech::print(&text, self.words)?;
        Ok(Exit::Ok)
    }

    /// Catches up, then goes on as time does; a Prometheus that is gone for a while is waited for.
    fn on_and_on(mut self) -> Result<Exit, Failure> {
        self.catch_up(self.options.until)?;
        self.finish()?;
        let mut told = None;
        let pause = Duration::from_millis(self.step.clamp(100, 60_000) as u64);
        loop {
            std::thread::sleep(pause);
            let now = now_millis();
            let gone_on = if self.options.follow { self.catch_up(now) } else { Ok(()) };
            match gone_on {
                Ok(()) => told = None,
                // Wrong once is wrong for ever; gone is not.
                Err(failure) if failure.exit != Exit::Environment => return Err(failure),
                Err(failure) => {
                    if told.as_ref() != Some(&failure.message) {
                        speech::tell(&failure.message);
                    }
                    told = Some(failure.message);
                    self.settle(now)?;
                }
            }
        }
    }

    /// Asks everything that is not asked yet, until an instant.
    fn catch_up(&mut self, until: i64) -> Result<(), Failure> {
        while self.asked + self.step <= until && self.takers.iter().all(|taker| taker.has_room()) {
            let from = self.asked + self.step;
            let last = until.min(from + (self.steps - 1) * self.step);
            // On the grid, so that the next piece begins a step after this one ends.
            let last = from + (last - from) / self.step * self.step;
            let points = match self.piece(from, last)? {
                Piece::TooLarge => {
                    self.steps /= 2;
                    continue;
                }
                Piece::Lived { points } => points,
            };
            self.asked = last;
            self.steps = match points {
                many if many > POINTS_WANTED => (self.steps / 2).max(STEPS_MIN),
                few if few < POINTS_WANTED / 4 => (self.steps * 2).min(STEPS_MAX),
                _ => self.steps,
            };
        }
        self.settle(until)
    }

    fn settle(&mut self, now: i64) -> Result<(), Failure> {
        let (wards, asked) = (&self.wards, self.asked);
        self.takers.iter_mut().try_for_each(|taker| taker.settle(wards, asked, now))
    }

    /// One piece.
    fn piece(&mut self, from: i64, until: i64) -> Result<Piece, Failure> {
        let words = self.words;
        let mut told = Vec::new();
        let mut points = 0;
        for wanted in &self.options.wanted {
            let asked = match wanted.ask(&self.prometheus, from, until, self.step) {
                Ok(asked) => asked,
                Err(AskError::Unanswerable { said, .. })
                    if said.contains(TOO_MANY) && self.steps > STEPS_MIN =>
                {
                    return Ok(Piece::TooLarge);
                }
                Err(error) => return Err(ask::failure(&error, words)),
            };
            points += asked.points;
            told.push((wanted.quantity, asked.lines));
        }
        let batteries =
            series::by_battery(told, &self.options.identity).map_err(|twins| shown::twins(&twins, words))?;
        for (id, samples) in batteries {
            self.live(id, &samples)?;
        }
        Ok(Piece::Lived { points })
    }

    fn live(&mut self, id: BatteryId, samples: &[series::Sample]) -> Result<(), Failure> {
        let happenings = series::happenings(samples, self.step / 2);
        if !self.wards.contains_key(&id) {
            let is_read = happenings.iter().any(|(_, it)| matches!(it, series::Happening::Read(_)));
            if !is_read {
                return Ok(());
            }
            let ward = Ward::new(id.clone(), self.known(&id), self.options.from, self.step, self.words)?;
            self.wards.insert(id.clone(), ward);
        }
        let Some(ward) = self.wards.get_mut(&id) else { return Ok(()) };
        for (at, happening) in happenings {
            let Some(told) = ward.take(at, happening) else { continue };
            self.takers.iter_mut().try_for_each(|taker| taker.take(ward, &told))?;
        }
        Ok(())
    }

    fn known(&self, id: &BatteryId) -> &Battery {
        let of = |battery: &&Battery| BatteryId::new(&battery.site, &battery.name) == *id;
        self.options.known.iter().find(of).unwrap_or(&self.options.other)
    }

    fn nothing_found(&self) -> Failure {
        let exprs: String =
            self.options.wanted.iter().map(|wanted| format!("\n        {}", wanted.expr)).collect();
        let blanks = [
            ("url", FluentValue::from(self.options.url.clone())),
            ("exprs", FluentValue::from(exprs)),
            ("from", FluentValue::from(shown::instant(self.options.from))),
            ("until", FluentValue::from(shown::instant(self.options.until))),
        ];
        Failure::new(Exit::Environment, self.words.tell("estimate-nothing-found", &blanks))
    }
}

fn takers(options: &Options, words: Words) -> Result<Vec<Box<dyn Taker + Send>>, Failure> {
    let mut takers: Vec<Box<dyn Taker + Send>> = Vec::new();
    if let Some(path) = &options.out {
        if path.extension().is_some_and(|extension| extension == "csv") {
            takers.push(Box::new(Table::create(path, words)?));
        } else {
            takers.push(Box::new(Text::at(path, words)));
        }
    }
    if options.write {
        takers.push(Box::new(Written::to(&options.url, options.follow, words)));
    }
    if let Some(address) = options.serve {
        let board = Board::of_collected(env!("CARGO_PKG_VERSION"));
        replay::serve(address, board.clone(), words)?;
        takers.push(Box::new(Page(board)));
    }
    Ok(takers)
}

/// How often the series are taken, by how many samples some stretches of the span have. The shortest counts, so that no
/// sample is passed over.
fn usual_step(prometheus: &Server, options: &Options) -> Result<i64, AskError> {
    let middle = options.from + (options.until - options.from) / 2;
    let mut shortest: Option<i64> = None;
    for wanted in options.wanted.iter().filter(|wanted| wanted.is_series) {
        for length in [HOUR / 6, HOUR, 24 * HOUR] {
            let count = format!("max(count_over_time({}[{}s]))", wanted.expr, length / 1000);
            for at in [options.until, middle, options.from + HOUR] {
                let counts = prometheus.instant(&count, Some(at))?;
                let apart = counts.first().and_then(|(_, count)| apart(length, *count));
                shortest = shortest.into_iter().chain(apart).min();
            }
        }
        if shortest.is_some() {
            break;
        }
    }
    Ok(shortest.unwrap_or(STEP_USUAL))
}

/// How far apart samples are of which a stretch of `length` milliseconds has `count`: a usual interval where one fits,
/// else rather too short. Few samples say nothing.
fn apart(length: i64, count: f64) -> Option<i64> {
    const USUAL: [i64; 12] = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900];
    if count < 4.0 {
        return None;
    }
    let (low, high) = (length as f64 / (count + 1.0), length as f64 / (count - 1.0));
    let usual = USUAL.map(|secs| secs * 1000).into_iter().find(|&it| low < it as f64 && it as f64 <= high);
    Some(usual.unwrap_or((low / 100.0).floor() as i64 * 100).max(100))
}

/// The wall clock, Unix milliseconds.
fn now_millis() -> i64 {
    hil::pace::wall_unix_nanos() / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_found_from_a_count_and_never_too_long() {
        for secs in [1.0, 2.0, 7.0, 10.0, 15.0, 60.0, 300.0, 540.0] {
            let shortest = [HOUR / 6, HOUR, 24 * HOUR]
                .into_iter()
                .flat_map(|length| {
                    let whole = (length as f64 / 1e3 / secs).floor();
                    [whole, whole + 1.0].map(|count| apart(length, count))
                })
                .flatten()
                .min();
            let found = shortest.unwrap_or_default() as f64 / 1e3;
            assert!(found <= secs && found >= 0.75 * secs, "{secs} s: {found}");
        }
        assert_eq!(
            (apart(HOUR, 361.0), apart(HOUR, 240.0), apart(HOUR, 3.0)),
            (Some(10_000), Some(15_000), None)
        );
    }
}
