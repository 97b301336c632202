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
    /// Seconds since 1970 on the machine's clock, which stamps frames.
    pub machine_unix_secs: f64,
    /// Seconds of the run in one second of the machine's.
    pub speed: f64,
}

impl Moment {
    /// The calendar's seconds at an instant of the run.
    #[must_use]
    pub fn calendar(&self, run_secs: f64) -> f64 {
        self.unix_secs + (run_secs - self.run_secs)
    }

    /// The run's seconds at an instant of the machine's clock.
    #[must_use]
    pub fn run_of_machine(&self, unix_secs: f64) -> f64 {
        self.run_secs + (unix_secs - self.machine_unix_secs) * self.speed
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

/// An alert that Prometheus holds for a sign.
#[derive(Debug, Clone, PartialEq)]
pub struct ActiveAlert {
    /// Its name.
    pub name: String,
    /// Whose.
    pub id: BatteryId,
    /// How soon somebody must look.
    pub severity: Severity,
    /// False while it waits out its `for`.
    pub is_firing: bool,
    /// Since when, seconds of the run.
    pub since_run_secs: f64,
    /// What Prometheus wrote for people: `action_fr` and the like.
    pub annotations: BTreeMap<String, String>,
}

/// What is known of alerts.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Alerts {
    /// No Prometheus is configured.
    #[default]
    NotConnected,
    /// It is configured and does not answer.
    Unreachable,
    /// What it said last.
    Known(Vec<ActiveAlert>),
}

impl Alerts {
    /// The alerts of a sign, worst first.
    #[must_use]
    pub fn of(&self, id: &BatteryId) -> Vec<&ActiveAlert> {
        let Self::Known(all) = self else { return Vec::new() };
        let mut of_sign: Vec<&ActiveAlert> =
            all.iter().filter(|alert| alert.is_firing && alert.id == *id).collect();
        of_sign.sort_by_key(|alert| (alert.severity != Severity::Critical, alert.name.clone()));
        of_sign
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
    /// Every sign, by label.
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
        let age = |heard: f64| (moment.run_secs - moment.run_of_machine(heard)).max(0.0);
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
        self.signs.iter().find(|sign| sign.id == *id)
    }
}
