//! Balise watches the batteries of solar-powered roadside signs, and proves that it does.
//!
//! This package is the harness and the one binary: one module per command, the run loop, verdicts and
//! reports. The parts it joins (`signals`, `sim`, `hil`, `estimator`, `exporter`) do not know each other.

pub mod alerts;
pub mod capture;
pub mod cli;
pub mod command;
pub mod config;
pub mod decode;
pub mod demo;
pub mod diff;
pub mod doctor;
pub mod document;
pub mod due;
pub mod emulate;
pub mod estimates;
pub mod evaluate;
pub mod export;
pub mod failure;
pub mod faultlog;
pub mod fields;
pub mod files;
pub mod fleet;
pub mod foresight;
pub mod grafana;
pub mod identify;
pub mod interrupt;
pub mod judge;
pub mod monitor;
pub mod months;
pub mod noticed;
pub mod outlook;
pub mod port;
pub mod ports;
pub mod present;
pub mod profiles;
pub mod record;
pub mod replay;
pub mod report;
pub mod rig;
pub mod run;
pub mod scenario;
pub mod score;
pub mod signs;
pub mod simulation;
pub mod speech;
pub mod stack;
pub mod stage;
pub mod truth;
pub mod verdict;
pub mod watch;
pub mod weather;
pub mod words;
