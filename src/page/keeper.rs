//! Keeps the page current while a monitor runs: ticks it, asks Prometheus what fires, follows a simulation's files.
//!
//! ```text
//! each tick (0.5 s; 0.2 s in an accelerated run)   truth files, deliveries -> board, page; then Page::tick
//! each few seconds                                 Prometheus -> Page::set_alerts
//! ```

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use exporter::page::{About, Alerts, Archive, Hosts, Moment, Page};
use exporter::{BatteryId, Board};
use hil::pace::{Clock, WallClock};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::prometheus::Prometheus;
use super::tail::Tail;
use super::truth::Follower;
use super::{Pages, alerts, when};
use crate::config::{Battery, Config};
use crate::failure::{Failure, environment};
use crate::words::Words;

/// How often pages are sent what changed: half of what an eye waits for.
const TICK: Duration = Duration::from_millis(500);
const TICK_ACCELERATED: Duration = Duration::from_millis(200);
/// How often Prometheus is asked; it evaluates its rules each 15 s in the field.
const ASK: Duration = Duration::from_secs(5);
const ASK_ACCELERATED: Duration = Duration::from_millis(400);

/// What the configuration says of the page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// Whom to ask for alerts and for the past.
    pub prometheus: Option<Prometheus>,
    /// Names under which the page may be asked for, beside loopback's and the listening address.
    pub hosts: Vec<String>,
    /// The reader's time zone; the machine's where absent.
    pub time_zone: Option<String>,
    /// Where what is watched is a simulation.
    pub simulation: Simulation,
}

/// What a simulation tells beside its bytes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Simulation {
    /// The story's calendar at the run's first instant, seconds since 1970.
    pub starts_unix_secs: Option<f64>,
    /// A file with a line for each alert somebody was told of.
    pub deliveries: Option<PathBuf>,
}

/// The page of this configuration.
///
/// # Errors
/// Where a template of ours is not sound.
pub fn open(
    config: &Config,
    listen: SocketAddr,
    board: &Board,
    speed: f64,
    words: Words,
) -> Result<Page, Failure> {
    let settings = &config.page;
    let id = |battery: &Battery| BatteryId::new(&battery.site, &battery.name);
    let standings: BTreeMap<_, _> =
        config.batteries.iter().map(|battery| (id(battery), battery.standing)).collect();
    // The name was looked up when the configuration was read.
    let zone = when::zone(settings.time_zone.as_deref()).unwrap_or(jiff::tz::TimeZone::UTC);
    let pages = Pages::new(zone, standings).map_err(|error| environment(&error, words))?;
    // What Prometheus kept of an accelerated run is on the machine's clock: too coarse to be shown.
    let archive = settings.prometheus.clone().filter(|_| (speed - 1.0).abs() < f64::EPSILON);
    let archive = archive.map(|prometheus| Box::new(prometheus) as Box<dyn Archive>);
    let hosts = Hosts::new(listen, &settings.hosts);
    let run = hil::pace::wall_unix_nanos().unsigned_abs();
    let page = Page::new(board.clone(), Box::new(pages), archive, hosts, run);
    if settings.prometheus.is_some() {
        // Until it has answered.
        page.set_alerts(Alerts::Unreachable);
    }
    for battery in &config.batteries {
        let about = About {
            site: battery.site.clone(),
            battery: battery.name.clone(),
            silent_after_secs: battery.silent_after.as_secs(),
        };
        page.describe(&id(battery), about);
    }
    Ok(page)
}

/// Keeps `page` current until `stopping` comes true.
pub async fn keep(
    page: Page,
    board: Board,
    config: Config,
    clock: WallClock,
    speed: f64,
    mut stopping: watch::Receiver<bool>,
) {
    let (tick, each) = if speed > 1.0 { (TICK_ACCELERATED, ASK_ACCELERATED) } else { (TICK, ASK) };
    let mut tick = interval(tick);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut story = Story::of(&config);
    let starts = config.page.simulation.starts_unix_secs;
    page.tick(moment(&clock, speed, starts));
    let prometheus = config.page.prometheus.clone();
    let mut asking = std::pin::pin!(ask(page.clone(), prometheus, each));
    let mut stop = std::pin::pin!(async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    });
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return,
            _ = tick.tick() => {
                let moment = moment(&clock, speed, starts);
                story.tell(&page, &board, &moment);
                page.tick(moment);
            }
            never = &mut asking => match never {},
        }
    }
}

/// Asks what fires, for ever where there is somebody to ask: one question at a time, so that no late answer overtakes a newer one.
async fn ask(page: Page, prometheus: Option<Prometheus>, every: Duration) -> Infallible {
    let Some(prometheus) = prometheus else { return std::future::pending().await };
    let mut turn = interval(every);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        let alerts = alerts::now(&prometheus, page.moment()).await;
        page.set_alerts(alerts);
    }
}

/// The instant now. In the field the calendar is the wall's, whatever is done to it meanwhile.
fn moment(clock: &WallClock, speed: f64, starts: Option<f64>) -> Moment {
    let now = clock.now();
    let run_secs = now.monotonic.as_secs();
    let wall_unix_secs = hil::pace::wall_unix_nanos() as f64 / 1e9;
    Moment {
        run_secs,
        unix_secs: starts.map_or(wall_unix_secs, |starts| starts + run_secs),
        frame_unix_secs: now.wall_unix_nanos as f64 / 1e9,
        wall_unix_secs,
        speed,
    }
}

/// What a simulation writes while it runs.
struct Story {
    truths: Vec<(BatteryId, Follower)>,
    deliveries: Option<Tail>,
}

#[derive(Deserialize)]
struct Delivered {
    unix_secs: f64,
    site: String,
    battery: String,
    alert: String,
}

impl Story {
    fn of(config: &Config) -> Self {
        let follower = |battery: &Battery| {
            let truth = battery.truth.clone()?;
            Some((BatteryId::new(&battery.site, &battery.name), Follower::new(truth)))
        };
        Self {
            truths: config.batteries.iter().filter_map(follower).collect(),
            deliveries: config.page.simulation.deliveries.clone().map(Tail::new),
        }
    }

    fn tell(&mut self, page: &Page, board: &Board, moment: &Moment) {
        for (id, follower) in &mut self.truths {
            if let Some(latest) = follower.look() {
                board.amend(id, |row| latest.show(row));
                page.set_faults(id, latest.faults);
            }
        }
        for line in self.deliveries.as_mut().map(Tail::lines).unwrap_or_default() {
            if let Ok(told) = serde_json::from_str::<Delivered>(&line) {
                let at = moment.run_of_wall(told.unix_secs);
                page.note_delivery(at, &BatteryId::new(&told.site, &told.battery), &told.alert);
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    /// A Prometheus that takes far longer to answer than the page waits between questions; gives how many it was asked, and how many
    /// of them at once at most.
    async fn slow() -> (SocketAddr, Arc<AtomicUsize>, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, most): (Arc<AtomicUsize>, Arc<AtomicUsize>) = Default::default();
        let (counts, at_once) = ((Arc::clone(&asked), Arc::clone(&most)), Arc::new(AtomicUsize::new(0)));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (counts, at_once) = (counts.clone(), Arc::clone(&at_once));
                tokio::spawn(async move {
                    counts.0.fetch_add(1, Ordering::SeqCst);
                    counts.1.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let _ = stream.read(&mut [0; 1024]).await;
                    tokio::time::sleep(3 * ASK_ACCELERATED).await;
                    at_once.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        (address, asked, most)
    }

    #[tokio::test]
    async fn prometheus_is_asked_one_question_at_a_time_and_does_not_hold_up_the_ticks() {
        let (address, asked, most) = slow().await;
        let text = format!(
            "balise_monitor = 1\nprometheus = \"http://{address}\"\n\
             [[battery]]\nsite = \"a\"\nname = \"b\"\nport = \"/dev/none\"\n"
        );
        let config = crate::config::parse(&text).unwrap();
        let board = Board::new("0.1.0");
        let page = open(&config, address, &board, 2.0, Words::French).unwrap();
        let (_stop, stopping) = watch::channel(false);
        tokio::spawn(keep(page.clone(), board, config, WallClock::from_now(), 2.0, stopping));
        while asked.load(Ordering::SeqCst) < 3 {
            let before = page.moment();
            tokio::time::sleep(5 * TICK_ACCELERATED).await;
            assert!(page.moment().run_secs > before.run_secs);
        }
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }
}
