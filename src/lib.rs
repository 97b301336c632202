//! Balise watches the batteries of solar-powered roadside signs, and proves that it does.
//!
//! This package is the harness and the one binary: one module per command, the run loop, verdicts and
//! reports. The parts it joins (`signals`, `sim`, `hil`, `estimator`, `exporter`) do not know each other.

pub mod cli;
pub mod config;
pub mod decode;
pub mod document;
pub mod due;
pub mod evaluate;
pub mod failure;
pub mod files;
pub mod profiles;
pub mod report;
pub mod scenario;
pub mod stack;
pub mod verdict;
pub mod watch;
pub mod words;
