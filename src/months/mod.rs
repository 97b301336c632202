//! Months of many batteries, and what the alerts are worth over them: judged by a real Prometheus.
//!
//! ```text
//! population ─> signs ─> Stage -> bytes -> Watch ─> series ─> back-fill ─> Prometheus ─> replay ─> firing spans ┐
//!                                    └──────────── truth (moments) ─> due ─────────────────────────────────────┴> score
//! ```

pub mod backfill;
pub mod grid;
pub mod judged;
pub mod machine;
pub mod replay;
