//! The run sheet: what was measured at each step, against which limits, and how it ended. Plain values.

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};

use super::lateness::Lateness;
use super::ruling::{Limits, Ruling};
use crate::failure::Exit;
use crate::words::Words;

/// The version of `results.json` and of the lines of `measurements.jsonl`.
pub const SHEET_VERSION: u32 = 1;

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything measured conforms.
    Pass,
    /// Something measured does not.
    Fail,
    /// It could not be decided: the bench failed, or is not good enough for the limit.
    Error,
    /// Somebody did not answer in time.
    Timeout,
    /// It was not tried.
    Skipped,
}

impl Outcome {
    /// The word on every sheet, in any language.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Error => "ERROR",
            Self::Timeout => "TIMEOUT",
            Self::Skipped => "SKIPPED",
        }
    }
}

/// A sentence to be told in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Its name in the locales; machines read this.
    pub key: &'static str,
    /// Its blanks.
    pub blanks: Vec<(&'static str, String)>,
}

impl Reason {
    /// A sentence without blanks.
    #[must_use]
    pub const fn plain(key: &'static str) -> Self {
        Self { key, blanks: Vec::new() }
    }

    /// A sentence with one blank.
    #[must_use]
    pub fn with(key: &'static str, name: &'static str, value: impl ToString) -> Self {
        Self { key, blanks: vec![(name, value.to_string())] }
    }

    /// In the reader's language.
    #[must_use]
    pub fn told(&self, words: Words) -> String {
        let blanks: Vec<(&'static str, FluentValue<'_>)> =
            self.blanks.iter().map(|(name, value)| (*name, FluentValue::from(value.as_str()))).collect();
        words.tell(self.key, &blanks)
    }
}

/// One number that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// Its name for programs (`current-error-charging`); `rig-measure-…` names it for people.
    pub id: &'static str,
    /// The value.
    pub value: f64,
    /// Expanded uncertainty, k = 2.
    pub uncertainty: f64,
    /// Unit of value, uncertainty and limits.
    pub unit: &'static str,
    /// What is allowed; nothing where it is only noted.
    pub limits: Limits,
}

impl Measurement {
    /// A number that is only noted.
    #[must_use]
    pub fn noted(id: &'static str, value: f64, unit: &'static str) -> Self {
        Self { id, value, uncertainty: 0.0, unit, limits: Limits::default() }
    }

    /// A counted number, or one whose uncertainty does not matter, against limits.
    #[must_use]
    pub const fn exact(id: &'static str, value: f64, unit: &'static str, limits: Limits) -> Self {
        Self { id, value, uncertainty: 0.0, unit, limits }
    }

    /// What it proves; `None` where it is only noted.
    #[must_use]
    pub fn ruling(&self) -> Option<Ruling> {
        let is_judged = self.limits != Limits::default();
        is_judged.then(|| self.limits.rule(self.value, self.uncertainty))
    }

    fn json(&self) -> Value {
        let ruling = self.ruling().map(|ruling| match ruling {
            Ruling::Pass => "pass",
            Ruling::ConditionalPass => "conditional-pass",
            Ruling::ConditionalFail => "conditional-fail",
            Ruling::Fail => "fail",
        });
        json!({
            "id": self.id, "value": self.value, "uncertainty": self.uncertainty, "unit": self.unit,
            "low": self.limits.low, "high": self.limits.high, "ruling": ruling,
        })
    }
}

/// One step, done or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What the manifest calls it.
    pub name: String,
    /// What kind of step it is (`known-current`).
    pub kind: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, where that is no plain pass or fail.
    pub reason: Option<Reason>,
    /// It could not be decided because something around the program failed, not the device.
    pub is_environment: bool,
    /// What was measured.
    pub measurements: Vec<Measurement>,
    /// How its schedule was kept, where it had one.
    pub lateness: Option<Lateness>,
    /// When it began and how long it took, seconds of the run.
    pub began_secs: f64,
    /// How long it took.
    pub took_secs: f64,
}

/// The whole sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// What the manifest calls the bench.
    pub name: String,
    /// Its story.
    pub story: String,
    /// Roles and who took them: name, kind, port, what it said of itself.
    pub roles: Vec<[String; 4]>,
    /// The ports were pseudo-terminals of the program's own.
    pub is_emulated: bool,
    /// The run was interrupted.
    pub interrupted: bool,
    /// Every instrument said that it is off, after the last step.
    pub off_confirmed: bool,
    /// Wall clock at the start, as in RFC 3339.
    pub started: String,
    /// How long the run took.
    pub took_secs: f64,
    /// The steps, all of them.
    pub rows: Vec<Row>,
}

/// How a step ends whose measurements are these.
#[must_use]
pub fn judged(measurements: &[Measurement]) -> (Outcome, Option<Reason>) {
    match measurements.iter().filter_map(Measurement::ruling).max() {
        None | Some(Ruling::Pass) => (Outcome::Pass, None),
        Some(Ruling::ConditionalPass) => (Outcome::Error, Some(Reason::plain("rig-conditional-pass"))),
        Some(Ruling::ConditionalFail) => (Outcome::Error, Some(Reason::plain("rig-conditional-fail"))),
        Some(Ruling::Fail) => (Outcome::Fail, None),
    }
}

impl Sheet {
    /// How many steps ended so.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }

    /// Nothing failed, nothing was left undecided, and every instrument is off. Skipped is never passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        let sound = self.rows.iter().all(|row| matches!(row.outcome, Outcome::Pass | Outcome::Skipped));
        sound && self.count(Outcome::Pass) > 0 && self.off_confirmed && !self.interrupted
    }

    /// How the program ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        if self.interrupted {
            Exit::Interrupted
        } else if !self.off_confirmed {
            Exit::Environment
        } else if self.passed() {
            Exit::Ok
        } else if self.count(Outcome::Fail) == 0 && self.rows.iter().any(|row| row.is_environment) {
            Exit::Environment
        } else {
            Exit::CheckFailed
        }
    }

    /// For programs; nothing in a human language but what the manifest says.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "balise_rig_results": SHEET_VERSION,
            "name": self.name,
            "passed": self.passed(),
            "emulated": self.is_emulated,
            "interrupted": self.interrupted,
            "off_confirmed": self.off_confirmed,
            "started": self.started,
            "took_s": self.took_secs,
            "decision_rule": "ILAC-G8:09/2019 4.2.3, w = U (k = 2)",
            "roles": self.roles.iter().map(role).collect::<Value>(),
            "steps": self.rows.iter().map(Row::json).collect::<Value>(),
        })
    }

    /// One line a measurement, and one a step.
    #[must_use]
    pub fn json_lines(&self) -> String {
        let mut lines = String::new();
        for row in &self.rows {
            let of_row = |mut value: Value| {
                value["step"] = row.name.as_str().into();
                value["balise_rig"] = SHEET_VERSION.into();
                format!("{value}\n")
            };
            row.measurements.iter().for_each(|measurement| lines += &of_row(measurement.json()));
            let outcome = json!({
                "outcome": row.outcome.word(), "kind": row.kind, "began_s": row.began_secs, "took_s": row.took_secs,
                "reason": row.reason.as_ref().map(|reason| reason.key),
            });
            lines += &of_row(outcome);
        }
        lines
    }
}

fn role([name, kind, port, said]: &[String; 4]) -> Value {
    json!({ "name": name, "kind": kind, "port": port, "identity": said })
}

impl Row {
    fn json(&self) -> Value {
        let lateness = self.lateness.as_ref().map(|lateness| {
            json!({
                "ticks": lateness.ticks(), "missed": lateness.missed(),
                "p50_s": lateness.percentile(0.5), "p99_s": lateness.percentile(0.99),
                "max_s": lateness.percentile(1.0), "real_time_factor": lateness.real_time_factor(),
                "histogram": lateness.histogram().iter()
                    .map(|bin| json!([bin.from_secs, bin.until_secs, bin.count])).collect::<Value>(),
            })
        });
        json!({
            "name": self.name,
            "kind": self.kind,
            "outcome": self.outcome.word(),
            "reason": self.reason.as_ref().map(|reason| reason.key),
            "measurements": self.measurements.iter().map(Measurement::json).collect::<Value>(),
            "lateness": lateness,
            "began_s": self.began_secs,
            "took_s": self.took_secs,
        })
    }
}
