//! The alert rules, as structs that write the rule file.
//!
//! ```text
//! compose/alerts.toml ──> Vec<Rule> ──(edited by a mutant?)──> file(rules, scaling) ──> Prometheus
//! ```
//!
//! Windows are lengths of the battery's time; [`Scaling`] turns them into Prometheus' time, so that the
//! file for an accelerated run comes from the same structs as the one in the field. Numbers and sentences
//! are the parameter file's, the shape of each expression is [`Condition`]'s. Valid for Prometheus 2.42
//! and 3.x: no verdict turns on whether a range is closed on the left.

mod condition;
mod file;
mod scaling;
mod told;

pub use condition::{Condition, Futures, Limit, Window};
pub use file::{BLANKS, Blank, file};
pub use scaling::Scaling;
pub use told::Names;

use std::fmt::Write as _;
use std::time::Duration;

/// How soon somebody must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The sign goes dark, or the battery breaks, if nobody comes.
    Critical,
    /// To be planned.
    Warning,
}

impl Severity {
    /// The value of the label `severity`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
        }
    }
}

/// What goes wrong; alerts of one cause travel in one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Too little charge for what the sign draws.
    Energy,
    /// The battery itself.
    Battery,
    /// A sensor, or the device's own counter.
    Sensor,
    /// Nothing comes, or too late.
    Link,
    /// The monitor.
    Monitor,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 5] = [Self::Energy, Self::Battery, Self::Sensor, Self::Link, Self::Monitor];

    /// The value of the label `cause`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Energy => "energy",
            Self::Battery => "battery",
            Self::Sensor => "sensor",
            Self::Link => "link",
            Self::Monitor => "monitor",
        }
    }
}

/// What a sign is doing; the crew says it, no sensor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum SignState {
    /// At work on a site.
    #[default]
    Deployed,
    /// Switched off in a yard.
    Parked,
    /// On the road.
    Moving,
    /// On a charger.
    Mains,
}

impl SignState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Deployed, Self::Parked, Self::Moving, Self::Mains];

    /// The value of the label `state`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::Parked => "parked",
            Self::Moving => "moving",
            Self::Mains => "mains",
        }
    }
}

/// A language a crew reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Français.
    French,
    /// English.
    English,
}

impl Language {
    /// Both, French first.
    pub const ALL: [Self; 2] = [Self::French, Self::English];

    /// As it ends a key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }
}

/// What a crew reads of one alert, in one language. Blanks are those of [`BLANKS`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts {
    /// A few words.
    pub name: String,
    /// Which sign, what.
    pub summary: String,
    /// What will happen, by when.
    pub description: String,
    /// What to do.
    pub action: String,
    /// What to put into the truck.
    pub bring: String,
}

/// One alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Alert name.
    pub name: String,
    /// The runbook's entry, and the label that leads there.
    pub key: String,
    /// What must hold.
    pub condition: Condition,
    /// States of a sign in which nobody wants to hear of it.
    pub quiet_when: Vec<SignState>,
    /// For so long after the journal tells of a new battery nobody wants to hear of it.
    pub quiet_after_replacement: Duration,
    /// For how long without a break before the alert fires.
    pub hold: Duration,
    /// For how long it stays on after the condition last held: one that returns at once is one event.
    pub keep_firing: Duration,
    /// How soon somebody must look.
    pub severity: Severity,
    /// What goes wrong.
    pub cause: Cause,
    /// Why these numbers: a reference, or the crew's need.
    pub source: String,
    /// The texts, in the order of [`Language::ALL`].
    pub texts: [Texts; 2],
}

impl Rule {
    /// The texts of one language.
    #[must_use]
    pub const fn texts(&self, language: Language) -> &Texts {
        match language {
            Language::French => &self.texts[0],
            Language::English => &self.texts[1],
        }
    }

    /// The whole expression: the condition, unless the sign's state or its journal explain it.
    #[must_use]
    pub fn promql(&self, scaling: &Scaling) -> String {
        let condition = self.condition.promql(scaling);
        let mut gates = String::new();
        // Writing to a string cannot fail.
        if !self.quiet_when.is_empty() {
            let states: Vec<&str> = self.quiet_when.iter().map(|state| state.name()).collect();
            let states = states.join("|");
            let _ =
                write!(gates, "\nunless on (site, battery) balise_sign_state{{state=~\"{states}\"}} == 1");
        }
        if !self.quiet_after_replacement.is_zero() {
            let quiet = scaling.window(self.quiet_after_replacement).as_secs_f64();
            let _ = write!(
                gates,
                "\nunless on (site, battery) time() - balise_journal_battery_replaced_timestamp_seconds < {quiet}"
            );
        }
        if gates.is_empty() { condition } else { format!("(\n{}\n){gates}", indented(&condition)) }
    }
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}
