//! What a results file says, of each kind that a deck can show.
//!
//! Read leniently: a figure that is absent or null is not shown, and keys that a deck does not show are passed over.
//! Ratios are 0 to 1, times seconds unless the name says otherwise.

mod alerts;
mod bench;
mod laboratory;
mod nights;
mod runs;

pub use alerts::{AlertScores, Dark, Rival, RuleScore, Rung, Tally};
pub use bench::{Lateness, Level, Load, Rig, Step};
pub use laboratory::{Errors, Record, Scoring, Set, Study, StudySet};
pub use nights::{Horizon, Nights};
pub use runs::{Check, Fault, Run, RunLine};

/// A results file, by its kind.
#[derive(Debug, Clone)]
pub enum Found {
    /// One run of `run` or `demo`.
    Run(Box<Run>),
    /// Several runs of `run`, a line each.
    Runs(Vec<RunLine>),
    /// `evaluate --cuts` or `--matrix`.
    Scoring(Scoring),
    /// `evaluate --study`.
    Study(Study),
    /// `evaluate --nights`.
    Nights(Nights),
    /// `run` of a population.
    Alerts(AlertScores),
    /// `rig`.
    Rig(Rig),
    /// `load`.
    Load(Load),
}
