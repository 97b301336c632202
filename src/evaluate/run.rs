//! One pass over the rows: the estimator, and the rivals beside it on the same readings.

use std::time::Instant;

use estimator::{Belief, Estimator, Profile};
use hil::device::{Instrument, InstrumentSettings};
use signals::{AmpHours, Amps, Celsius, Estimate, Reading, SimTime, Span, Stamp, Volts};

use super::Options;
use super::rival::{self, Rivals, Said};
use super::rows::{Row, Table};
use crate::noticed::Noticed;
use crate::watch::Watch;

/// What was thought at each row.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// The estimate after each row; `None` before the first.
    pub estimates: Vec<Option<Estimate>>,
    /// Whether that row's voltage was weighed: its innovation counts.
    pub weighed: Vec<bool>,
    /// What the rivals thought, in the order of [`super::rival::NAMES`].
    pub rivals: Vec<[Option<Said>; rival::COUNT]>,
    /// What was found of the sensors.
    pub noticed: Noticed,
    /// Updates a second of the estimator alone.
    pub updates_per_sec: f64,
}

/// Runs the estimator over the table.
pub(super) fn run(table: &Table, profile: &Profile, options: &Options) -> Run {
    let mut chain = Chain::new(profile, options);
    let mut rivals = Rivals::new(profile, options.initial_soc);
    let mut run = Run {
        estimates: Vec::with_capacity(table.rows.len()),
        weighed: Vec::with_capacity(table.rows.len()),
        rivals: Vec::with_capacity(table.rows.len()),
        noticed: Noticed::default(),
        updates_per_sec: 0.0,
    };
    let mut readings = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let at = SimTime::from_secs(row.time_secs);
        let (fresh, reading) = chain.take(at, sensed(row, options));
        run.weighed.push(fresh && reading.voltage.is_some());
        let estimate = chain.estimate();
        if let Some(estimate) = &estimate {
            run.noticed.look(estimate);
        }
        run.estimates.push(estimate);
        run.rivals.push(rivals.look(at, &reading));
        readings.push((at, reading));
    }
    run.updates_per_sec = pace(profile, options, &readings);
    run
}

fn belief(options: &Options) -> Belief {
    Belief { soc: options.initial_soc, ..Belief::default() }
}

/// What the sensors make of a row, with the errors asked for.
pub(super) fn sensed(row: &Row, options: &Options) -> Reading {
    let gain = options.current_gain.unwrap_or(1.0);
    Reading {
        voltage: row.voltage_volts.map(|volts| Volts::new(volts + options.voltage_offset_v)),
        current: row.current_amps.map(|amps| Amps::new(amps * gain + options.current_offset_a)),
        temperature: row.temperature_celsius.map(Celsius::new),
        current_is_net: true,
        ..Reading::default()
    }
}

/// From a sensed row to an estimate: straight, or through a device's bytes.
pub(super) enum Chain {
    Direct(Box<Estimator>),
    Through(Box<Watch>, Box<Instrument>, Vec<u8>),
}

impl Chain {
    pub fn new(profile: &Profile, options: &Options) -> Self {
        let belief = belief(options);
        match options.through {
            None => Self::Direct(Box::new(Estimator::new(profile.clone(), belief))),
            Some(kind) => {
                let watch = Watch::new(kind, profile.clone(), belief, Span::from_secs(3600.0));
                let mut settings = InstrumentSettings::default();
                settings.bmv.capacity = AmpHours::new(profile.capacity().as_amp_hours());
                Self::Through(Box::new(watch), Box::new(Instrument::new(kind, &settings)), Vec::new())
            }
        }
    }

    /// The reading that reached the estimator, and whether it moved the estimate.
    pub fn take(&mut self, at: SimTime, sensed: Reading) -> (bool, Reading) {
        let before = self.estimate().map(|estimate| estimate.at);
        let reading = match self {
            Self::Direct(estimator) => {
                estimator.update(at, &sensed);
                sensed
            }
            Self::Through(watch, instrument, bytes) => {
                bytes.clear();
                instrument.observe(at, &sensed);
                instrument.write_block(bytes);
                watch.receive(Stamp { monotonic: at, wall_unix_nanos: 0 }, bytes, |_, _| {});
                watch.reading().clone()
            }
        };
        (before != self.estimate().map(|estimate| estimate.at), reading)
    }

    pub fn estimate(&self) -> Option<Estimate> {
        match self {
            Self::Direct(estimator) => estimator.estimate(),
            Self::Through(watch, ..) => watch.estimate(),
        }
    }
}

/// Updates a second over the readings that were just used, the estimator alone.
fn pace(profile: &Profile, options: &Options, readings: &[(SimTime, Reading)]) -> f64 {
    let mut estimator = Estimator::new(profile.clone(), belief(options));
    let start = Instant::now();
    for (at, reading) in readings {
        std::hint::black_box(estimator.update(*at, reading));
    }
    readings.len() as f64 / start.elapsed().as_secs_f64().max(1e-9)
}
