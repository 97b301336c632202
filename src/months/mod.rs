//! Months of many batteries, and what the alerts are worth over them: judged by a real Prometheus.
//!
//! ```text
//! population ─> signs ─> Stage -> bytes -> Watch ─> series ─> back-fill ─> Prometheus ─> replay ─> firing spans ┐
//!                                    └──────────── truth (moments) ─> due ─────────────────────────────────────┴> score
//! ```

pub mod backfill;
pub mod budget;
pub mod command;
pub mod confidence;
pub mod exposition;
pub mod grid;
pub mod judged;
pub mod life;
pub mod machine;
pub mod population;
pub mod replay;
pub mod results;
pub mod rival;
pub mod rulings;
pub mod run;
pub mod score;
pub mod shown;
pub mod story;
pub mod tally;
