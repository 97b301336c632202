//! What a run hands to its report: plain values, nothing that knows how they were made.
//!
//! Times are seconds since the start of the run; a quantity's unit is the end of its name; current is
//! positive while charging. What is not known (no truth in the field, a silent device) is `None`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use signals::FaultEvent;

use crate::noticed::{Finding, Sensor};
use crate::words::Words;

/// One run of one scenario: its story, what it measured, and whether that was good enough.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunRecord {
    /// The scenario's title.
    pub name: String,
    /// The story, as the scenario tells it.
    pub description: String,
    /// The number that makes the run again.
    pub seed: u64,
    /// The scenario's file, for the command that makes the run again; of an absolute path only the file's
    /// name is shown.
    pub scenario_file: String,
    /// Each battery that was watched.
    pub signs: Vec<SignRecord>,
    /// What was demanded, and the outcome.
    pub checks: Vec<Check>,
    /// What was made to go wrong.
    pub faults: Vec<FaultRow>,
    /// What was found of the sensors.
    pub findings: Vec<FindingRow>,
    /// Each alert that was due, fired, or rightly quiet.
    pub alerts: Vec<AlertRow>,
}

/// One battery over the run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SignRecord {
    /// The sign.
    pub site: String,
    /// Which of its batteries.
    pub battery: String,
    /// The battery's kind, as a crew would say it (`AGM`, `LiFePO4`).
    pub chemistry: String,
    /// The trace, thinned by the caller (one row a minute is plenty), in order of time.
    pub rows: Vec<TraceRow>,
    /// The estimator's scores over the whole run, not over the thinned rows.
    pub scores: Scores,
}

/// Everything known about one battery at one instant. Truth, reading and estimate stand side by side.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[expect(
    missing_docs,
    reason = "each name says quantity, source and unit; the table in docs/formats.md explains"
)]
pub struct TraceRow {
    pub time_secs: f64,
    pub soc_true: Option<f64>,
    pub soc_estimated: Option<f64>,
    pub soc_stddev: Option<f64>,
    pub soc_device: Option<f64>,
    pub voltage_true_volts: Option<f64>,
    pub voltage_read_volts: Option<f64>,
    pub current_true_amps: Option<f64>,
    pub current_read_amps: Option<f64>,
    pub temperature_true_celsius: Option<f64>,
    pub temperature_read_celsius: Option<f64>,
    pub sun_watts: Option<f64>,
    pub load_watts: Option<f64>,
    pub unpowered: Option<bool>,
    pub soh_true: Option<f64>,
    pub soh_estimated: Option<f64>,
    pub capacity_true_amp_hours: Option<f64>,
    pub capacity_estimated_amp_hours: Option<f64>,
    pub resistance_true_ohms: Option<f64>,
    pub resistance_estimated_ohms: Option<f64>,
}

/// How far the estimate was from the truth; ratios, so 0.01 is one point of charge.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// Root mean square error of the state of charge.
    pub soc_rmse: Option<f64>,
    /// Largest error of the state of charge, without sign.
    pub soc_error_max: Option<f64>,
    /// Mean error of the state of charge, estimate minus truth.
    pub soc_bias: Option<f64>,
    /// Share of the time the truth lay inside the 95 % interval.
    pub coverage_95: Option<f64>,
    /// Mean width of that interval.
    pub interval_width_mean: Option<f64>,
    /// State of health at the end, estimate minus truth.
    pub soh_error: Option<f64>,
}

/// One thing that was demanded of the run.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// A name for programs, stable between runs (`soc-error.QC-138-01`).
    pub id: String,
    /// Whether it held.
    pub outcome: Outcome,
    /// The number found.
    pub measured: Option<f64>,
    /// The number demanded.
    pub limit: Option<f64>,
    /// The unit of both; `ratio` is shown in per cent.
    pub unit: &'static str,
    /// The demand in words, or why it was skipped.
    pub text: Said,
}

/// How a check ended. Skipped is never counted as passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It held.
    Passed,
    /// It did not.
    Failed,
    /// It could not be tried.
    Skipped,
}

/// A sentence in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// En français.
    pub french: String,
    /// In English.
    pub english: String,
}

/// A fault, where it struck, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRow {
    /// The sign it struck.
    pub site: String,
    /// Which of its batteries.
    pub battery: String,
    /// The fault with its onset and end.
    pub event: FaultEvent,
    /// Whether an alert told of it.
    pub detection: Detection,
}

/// What was found of one sensor.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingRow {
    /// The sign.
    pub site: String,
    /// Which of its batteries.
    pub battery: String,
    /// The finding.
    pub finding: Finding,
}

/// Whether a fault was told of.
#[derive(Debug, Clone, PartialEq)]
pub enum Detection {
    /// No alert was due for this fault.
    NotDue,
    /// One was due, and none came.
    Missed,
    /// The alert of this name fired at this instant.
    Detected {
        /// The alert's name.
        alert: String,
        /// When it fired.
        at_secs: f64,
    },
}

/// One alert on one battery: when it was due, and what it did.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// The rule's name.
    pub alert: String,
    /// The sign.
    pub site: String,
    /// Which of its batteries.
    pub battery: String,
    /// From when the crew needs it.
    pub due_from_secs: Option<f64>,
    /// Until when.
    pub due_until_secs: Option<f64>,
    /// When it fired.
    pub fired_at_secs: Option<f64>,
    /// When it was over.
    pub resolved_at_secs: Option<f64>,
    /// When the message reached its receiver.
    pub delivered_at_secs: Option<f64>,
    /// What the scorer makes of it.
    pub verdict: AlertVerdict,
}

/// What an alert was worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertVerdict {
    /// Due, and it came.
    Hit,
    /// Due, and it did not come.
    Missed,
    /// It came, and nothing was due.
    FalseAlarm,
    /// It came with a cause too mild to be due: neither wanted nor wrong.
    Excused,
    /// Nothing was due, and nothing came.
    Quiet,
}

/// When the run was made and how long it took: the part that differs each time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timing {
    /// When it began, RFC 3339 (`2026-01-12T14:00:00Z`); empty where nobody noted it.
    pub started: String,
    /// How long it took in all.
    pub wall_secs: f64,
    /// How long each stage took.
    pub stages_secs: BTreeMap<String, f64>,
}

/// The verdict in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is its own sentence")]
pub struct Counts {
    pub checks_passed: usize,
    pub checks_failed: usize,
    pub checks_skipped: usize,
    pub faults_injected: usize,
    pub faults_due: usize,
    pub faults_detected: usize,
    pub alerts_hit: usize,
    pub alerts_missed: usize,
    pub false_alarms: usize,
    pub alerts_excused: usize,
}

impl RunRecord {
    /// Every check was tried and held. A run without a single check proves nothing and has not passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        let counts = self.counts();
        counts.checks_failed == 0 && counts.checks_skipped == 0 && counts.checks_passed > 0
    }

    /// Nothing failed, but something could not be tried: neither passed nor failed.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        let counts = self.counts();
        counts.checks_failed == 0 && counts.checks_skipped > 0
    }

    /// The faults that a finding may be of: none where it is a false one.
    pub fn true_faults<'r>(&'r self, row: &'r FindingRow) -> impl Iterator<Item = &'r FaultRow> {
        let own = |fault: &&FaultRow| fault.site == row.site && fault.battery == row.battery;
        self.faults.iter().filter(own).filter(|fault| row.finding.may_be(&fault.event))
    }

    /// The faults of sensors that no finding is of, each with its sensor.
    pub fn unnoticed(&self) -> impl Iterator<Item = (&FaultRow, Sensor)> {
        let noticed = |fault: &FaultRow, sensor: Sensor| {
            self.findings.iter().any(|row| {
                let own = fault.site == row.site && fault.battery == row.battery;
                own && row.finding.sensor == sensor && row.finding.may_be(&fault.event)
            })
        };
        let spoilt = |fault| Sensor::spoilt_by(fault).iter().copied();
        self.faults
            .iter()
            .flat_map(move |fault| spoilt(fault.event.kind).map(move |sensor| (fault, sensor)))
            .filter(move |(fault, sensor)| !noticed(fault, *sensor))
    }

    /// `passed`, `failed` or `incomplete`, as keys and files have it.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match (self.passed(), self.is_incomplete()) {
            (true, _) => "passed",
            (false, true) => "incomplete",
            (false, false) => "failed",
        }
    }

    /// The verdict in numbers.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let checks = |outcome| self.checks.iter().filter(|check| check.outcome == outcome).count();
        let alerts = |verdict| self.alerts.iter().filter(|alert| alert.verdict == verdict).count();
        let due = |fault: &&FaultRow| fault.detection != Detection::NotDue;
        let detected = |fault: &&FaultRow| matches!(fault.detection, Detection::Detected { .. });
        Counts {
            checks_passed: checks(Outcome::Passed),
            checks_failed: checks(Outcome::Failed),
            checks_skipped: checks(Outcome::Skipped),
            faults_injected: self.faults.len(),
            faults_due: self.faults.iter().filter(due).count(),
            faults_detected: self.faults.iter().filter(detected).count(),
            alerts_hit: alerts(AlertVerdict::Hit),
            alerts_missed: alerts(AlertVerdict::Missed),
            false_alarms: alerts(AlertVerdict::FalseAlarm),
            alerts_excused: alerts(AlertVerdict::Excused),
        }
    }
}

impl Said {
    /// The sentence that `of` gives in each language.
    #[must_use]
    pub fn both(of: impl Fn(Words) -> String) -> Self {
        Self { french: of(Words::French), english: of(Words::English) }
    }

    /// The sentence in one language.
    #[must_use]
    pub fn within(&self, words: Words) -> Cow<'_, str> {
        Cow::Borrowed(match words {
            Words::French => &self.french,
            Words::English => &self.english,
        })
    }
}

impl Outcome {
    /// `passed`, `failed` or `skipped`, as files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl AlertVerdict {
    /// `hit`, `missed`, `false-alarm`, `excused` or `quiet`, as files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Missed => "missed",
            Self::FalseAlarm => "false-alarm",
            Self::Excused => "excused",
            Self::Quiet => "quiet",
        }
    }
}

impl Detection {
    /// `not-due`, `missed` or `detected`, as files have it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotDue => "not-due",
            Self::Missed => "missed",
            Self::Detected { .. } => "detected",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_of(outcomes: &[Outcome]) -> RunRecord {
        let check = |outcome: &Outcome| Check {
            id: "any".into(),
            outcome: *outcome,
            measured: None,
            limit: None,
            unit: "",
            text: Said::default(),
        };
        RunRecord { checks: outcomes.iter().map(check).collect(), ..RunRecord::default() }
    }

    #[test]
    fn skipped_is_never_counted_as_passed() {
        let mixed = run_of(&[Outcome::Passed, Outcome::Skipped]);
        assert!(!mixed.passed() && mixed.is_incomplete());
        assert!(!run_of(&[Outcome::Skipped]).passed());
        assert!(!run_of(&[Outcome::Failed, Outcome::Skipped]).is_incomplete());
        assert!(!run_of(&[]).passed());
        assert!(!run_of(&[Outcome::Passed, Outcome::Failed]).passed());
    }
}
