//! Keeps the page current while a monitor runs: ticks it, asks Prometheus what fires, follows a simulation's files.
//!
//! ```text
//! each tick (0.5 s; 0.2 s in an accelerated run)   truth files, deliveries -> board, page; then Page::tick
//! each few seconds                                 Prometheus -> Page::set_alerts
//! ```

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use exporter::page::{About, Archive, Hosts, Moment, Page};
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
    let is_accelerated = speed > 1.0;
    let mut tick = interval(if is_accelerated { TICK_ACCELERATED } else { TICK });
    let mut ask = interval(if is_accelerated { ASK_ACCELERATED } else { ASK });
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ask.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut story = Story::of(&config);
    let prometheus = config.page.prometheus.clone();
    let starts = config.page.simulation.starts_unix_secs;
    page.tick(moment(&clock, speed, starts));
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
            _ = ask.tick(), if prometheus.is_some() => {
                let Some(prometheus) = prometheus.clone() else { continue };
                let (page, moment) = (page.clone(), page.moment());
                // A slow answer must not hold up the ticks.
                tokio::spawn(async move { page.set_alerts(alerts::now(&prometheus, moment).await) });
            }
        }
    }
}

/// The instant now. In the field the calendar is the wall's, whatever is done to it meanwhile.
fn moment(clock: &WallClock, speed: f64, starts: Option<f64>) -> Moment {
    let now = clock.now();
    let run_secs = now.monotonic.as_secs();
    let machine = now.wall_unix_nanos as f64 / 1e9;
    let unix_secs = match starts {
        Some(starts) => starts + run_secs,
        None => hil::pace::wall_unix_nanos() as f64 / 1e9,
    };
    Moment { run_secs, unix_secs, machine_unix_secs: machine, speed }
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
                let at = moment.run_of_machine(told.unix_secs);
                page.note_delivery(at, &BatteryId::new(&told.site, &told.battery), &told.alert);
            }
        }
    }
}
