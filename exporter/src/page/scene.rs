//! Everything the page shows at one instant, as plain values: rows, names, alerts, and when it is.
//!
//! Two clocks meet here. `run_secs` is the monitor's own time, which in an accelerated run goes faster than the wall's; all
//! spans and ages are of that time. `unix_secs` is the calendar the reader sees: the machine's, or the story's in a simulation.

use std::collections::BTreeMap;

use crate::board::Shown;
use crate::rules::{Severity, SignState};
use crate::{BatteryId, Info, Row};

/// An instant of the run, with the calendar it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moment {
    /// Seconds of the run's clock.
    pub run_secs: f64,
    /// Seconds since 1970 on the calendar shown.
    pub unix_secs: f64,
    /// Seconds since 1970 on the clock that stamps frames: it goes on evenly from the start, whatever is done to the machine's.
    pub frame_unix_secs: f64,
    /// Seconds since 1970 on the machine's clock, by which other programs say when something was.
    pub wall_unix_secs: f64,
    /// Seconds of the run in one second of the machine's.
    pub speed: f64,
}

impl Moment {
    /// The calendar's seconds at an instant of the run.
    #[must_use]
    pub fn calendar(&self, run_secs: f64) -> f64 {
        self.unix_secs + (run_secs - self.run_secs)
    }

    /// The run's seconds at a frame's stamp.
    #[must_use]
    pub fn run_of_frame(&self, unix_secs: f64) -> f64 {
        self.run_secs + (unix_secs - self.frame_unix_secs) * self.speed
    }

    /// The run's seconds at an instant of the machine's clock.
    #[must_use]
    pub fn run_of_wall(&self, unix_secs: f64) -> f64 {
        self.run_secs + (unix_secs - self.wall_unix_secs) * self.speed
    }
}

/// What the monitor's configuration says of a sign, as it was written: labels are cleaned, names need not be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct About {
    /// The site as a person wrote it.
    pub site: String,
    /// The battery as a person wrote it.
    pub battery: String,
    /// Seconds of the run without a frame after which it counts as silent.
    pub silent_after_secs: f64,
}

/// An alert that fires for a sign.
#[derive(Debug, Clone, PartialEq)]
pub struct ActiveAlert {
    /// Its name.
    pub name: String,
    /// Whose.
    pub id: BatteryId,
    /// How soon somebody must look.
    pub severity: Severity,
    /// Since when it fires, seconds of the run.
    pub since_run_secs: f64,
    /// What Prometheus wrote for people: `action_fr` and the like.
    pub annotations: BTreeMap<String, String>,
}

/// The alerts that fire, by sign, each sign's worst first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Firing(BTreeMap<BatteryId, Vec<ActiveAlert>>);

impl FromIterator<ActiveAlert> for Firing {
    fn from_iter<I: IntoIterator<Item = ActiveAlert>>(alerts: I) -> Self {
        let mut by_sign: BTreeMap<BatteryId, Vec<ActiveAlert>> = BTreeMap::new();
        for alert in alerts {
            by_sign.entry(alert.id.clone()).or_default().push(alert);
        }
        for of_sign in by_sign.values_mut() {
            of_sign.sort_by_key(|alert| (alert.severity != Severity::Critical, alert.name.clone()));
        }
        Self(by_sign)
    }
}

impl Firing {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &ActiveAlert> {
        self.0.values().flatten()
    }
}

/// What is known of alerts.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Alerts {
    /// No Prometheus is configured.
    #[default]
    NotConnected,
    /// It is configured and has not answered.
    Unreachable,
    /// What it said last.
    Known(Firing),
}

impl Alerts {
    /// What Prometheus said.
    pub fn known(alerts: impl IntoIterator<Item = ActiveAlert>) -> Self {
        Self::Known(alerts.into_iter().collect())
    }

    /// The alerts of a sign, worst first.
    #[must_use]
    pub fn of(&self, id: &BatteryId) -> &[ActiveAlert] {
        match self {
            Self::Known(Firing(by_sign)) => by_sign.get(id).map_or(&[], Vec::as_slice),
            Self::NotConnected | Self::Unreachable => &[],
        }
    }
}

/// One sign now.
#[derive(Debug, Clone, PartialEq)]
pub struct SignNow {
    /// Its labels.
    pub id: BatteryId,
    /// Its names, and its patience.
    pub about: About,
    /// Chemistry and device.
    pub info: Info,
    /// Its numbers.
    pub row: Row,
    /// Its device sends.
    pub up: bool,
    /// What it is doing, where the crew said so.
    pub state: Option<SignState>,
    /// Seconds of the run since its last frame; nothing where there was none.
    pub age_secs: Option<f64>,
    /// Faults that act in the simulation now.
    pub faults: Vec<String>,
}

/// Everything there is to show.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    /// When.
    pub moment: Moment,
    /// Every sign, in the order of their labels.
    pub signs: Vec<SignNow>,
    /// What is known of alerts.
    pub alerts: Alerts,
}

impl SignNow {
    /// A row of the board with what else is known of it.
    #[must_use]
    pub fn of(shown: Shown, about: Option<&About>, faults: &[String], moment: &Moment) -> Self {
        let Shown { id, row, up, info, state } = shown;
        let written =
            About { site: id.site().to_owned(), battery: id.battery().to_owned(), silent_after_secs: 60.0 };
        let age = |heard: f64| (moment.run_secs - moment.run_of_frame(heard)).max(0.0);
        Self {
            about: about.cloned().unwrap_or(written),
            age_secs: row.last_frame_timestamp_seconds.map(age),
            faults: faults.to_vec(),
            id,
            info,
            row,
            up,
            state,
        }
    }
}

impl Scene {
    /// The sign of these labels.
    #[must_use]
    pub fn sign(&self, id: &BatteryId) -> Option<&SignNow> {
        let place = self.signs.binary_search_by(|sign| sign.id.cmp(id)).ok()?;
        self.signs.get(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_moves_what_others_say_and_no_frame() {
        let moment = Moment {
            run_secs: 500.0,
            frame_unix_secs: 1_000.0,
            wall_unix_secs: 90_000.0,
            speed: 2.0,
            ..Moment::default()
        };
        assert_eq!((moment.run_of_frame(990.0), moment.run_of_wall(89_990.0)), (480.0, 480.0));
    }

    #[test]
    fn the_worst_alert_of_a_sign_stands_first_and_no_other_signs_is_among_them() {
        let alert = |name: &str, battery, severity| ActiveAlert {
            name: name.to_owned(),
            id: BatteryId::new("a", battery),
            severity,
            since_run_secs: 0.0,
            annotations: BTreeMap::new(),
        };
        let alerts = Alerts::known([
            alert("B", "1", Severity::Warning),
            alert("A", "2", Severity::Critical),
            alert("C", "1", Severity::Critical),
            alert("A", "1", Severity::Warning),
        ]);
        let names = |battery| -> Vec<&str> {
            alerts.of(&BatteryId::new("a", battery)).iter().map(|alert| alert.name.as_str()).collect()
        };
        assert_eq!((names("1"), names("2"), names("3")), (vec!["C", "A", "B"], vec!["A"], vec![]));
    }

    #[test]
    fn every_sign_of_a_board_is_found() {
        let board = crate::Board::new("0");
        let ids = ["b", "a b", "a", "é", "A"].map(|name| BatteryId::new(name, "x"));
        for id in &ids {
            board.describe(id, Info::default());
        }
        let moment = Moment::default();
        let signs = board.shown().into_iter().map(|shown| SignNow::of(shown, None, &[], &moment)).collect();
        let scene = Scene { signs, ..Scene::default() };
        for id in &ids {
            assert_eq!(scene.sign(id).map(|sign| &sign.id), Some(id));
        }
        assert_eq!(scene.sign(&BatteryId::new("c", "x")), None);
    }
}
