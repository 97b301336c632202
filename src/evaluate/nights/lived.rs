//! One sign's story lived: real bytes through the watch, a forecast each dusk, and what then became of the sign.
//!
//! The truth: the controller has cut the load before the first, third, seventh dawn. Signs that are dark already are
//! no forecast. The first days are left to the monitor to learn the sign.

use estimator::Belief;
use jiff::SignedDuration;
use signals::{Seed, SimTime, Span, Stamp};

use super::NIGHTS;
use super::story::{AFTER_DAYS, DAYS, Story, story};
use crate::foresight::{DISCONNECT_DEFAULT, DISCONNECT_LITHIUM, Foresight};
use crate::profiles;
use crate::scenario::{self, Scenario};
use crate::simulation::silent_after;
use crate::stage::Stage;
use crate::watch::Watch;

/// Days that a monitor is given to learn a sign.
const LEARNING_DAYS: f64 = 4.0;
/// A forecast is asked for this long after sunset, when the day has been learned from, h.
const DUSK_HOURS: f64 = 1.0;

/// A forecast and its fate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// Seed of the sign.
    pub sign: u64,
    /// Month of the forecast, 1 to 12.
    pub month: usize,
    /// Probability, as told, that the sign goes dark within each of [`NIGHTS`].
    pub dies: [f64; 3],
    /// Whether it did.
    pub died: [bool; 3],
}

/// A forecast before its fate is known.
struct Asked {
    at: SimTime,
    month: usize,
    dies: [f64; 3],
}

/// What became of the sign.
#[derive(Default)]
struct Fate {
    dawns: Vec<SimTime>,
    dark: Vec<SimTime>,
}

impl Fate {
    fn died(&self, from: SimTime, nights: usize) -> bool {
        let until = self.dawns.iter().filter(|dawn| **dawn > from).nth(nights - 1);
        self.dark.iter().any(|at| *at > from && until.is_none_or(|until| at <= until))
    }
}

/// The forecasts of one sign; none where its story cannot be staged.
pub(super) fn forecasts(seed: u64) -> Vec<Forecast> {
    let story = story(seed);
    let Ok(scenario) = scenario::parse(&story.text) else { return Vec::new() };
    let Ok(stage) = Stage::new(&scenario, Seed(seed)) else { return Vec::new() };
    let (asked, fate) = live(&scenario, &story, stage);
    asked
        .into_iter()
        .map(|Asked { at, month, dies }| Forecast {
            sign: seed,
            month,
            dies,
            died: NIGHTS.map(|nights| fate.died(at, nights)),
        })
        .collect()
}

fn live(scenario: &Scenario, story: &Story, mut stage: Stage) -> (Vec<Asked>, Fate) {
    let mut watch = watch(scenario, story);
    let wall_start = scenario.start.as_nanosecond() as i64;
    let end = SimTime::ZERO + Span::from_secs(((DAYS + AFTER_DAYS) * 86_400) as f64);
    let (mut asked, mut fate, mut bytes) = (Vec::new(), Fate::default(), Vec::new());
    let mut sun_was_up = false;
    let mut dusk: Option<SimTime> = None;
    while stage.truth().at < end {
        bytes.clear();
        stage.step(&mut bytes);
        let truth = *stage.truth();
        let now = truth.at;
        let stamp = Stamp { monotonic: now, wall_unix_nanos: wall_start + now.as_nanos() };
        if !bytes.is_empty() {
            watch.receive(stamp, &bytes, |_, _| {});
        }
        let sun_is_up = truth.sun_elevation_degrees > 0.0;
        if sun_is_up && !sun_was_up {
            fate.dawns.push(now);
        } else if sun_was_up && !sun_is_up {
            dusk = Some(now);
        }
        sun_was_up = sun_is_up;
        if truth.unpowered {
            fate.dark.push(now);
        }
        if dusk.is_none_or(|dusk| (now - dusk).as_secs() < 3600.0 * DUSK_HOURS) || bytes.is_empty() {
            continue;
        }
        dusk = None;
        let is_learned = (LEARNING_DAYS * 24.0..=(DAYS * 24) as f64).contains(&now.as_hours());
        if !truth.unpowered && is_learned {
            asked.extend(ask(&watch, stamp, month(scenario, now)));
        }
    }
    (asked, fate)
}

fn watch(scenario: &Scenario, story: &Story) -> Watch {
    let disconnect = if story.is_lithium { DISCONNECT_LITHIUM } else { DISCONNECT_DEFAULT };
    let profile = profiles::for_scenario(scenario);
    Watch::new(scenario.device.kind, profile, Belief::default(), silent_after(scenario))
        .foreseeing(Foresight::new(story.standing, disconnect, "study").when_asked())
}

fn ask(watch: &Watch, stamp: Stamp, month: usize) -> Option<Asked> {
    let foreseen = watch.foresight()?.ahead(stamp, watch.estimator())?;
    Some(Asked { at: stamp.monotonic, month, dies: foreseen.autonomy.survives.map(|lives| 1.0 - lives) })
}

/// The month as an instant's text has it (RFC 3339).
fn month(scenario: &Scenario, now: SimTime) -> usize {
    let at = scenario.start + SignedDuration::from_secs(now.as_secs() as i64);
    at.to_string().get(5..7).and_then(|month| month.parse().ok()).unwrap_or_default()
}
