//! The sign as its scenario tells it: plant, instrument and line, stepped together up to the bytes.
//!
//! ```text
//! Site -> Truth -> observe -> Instrument -> bytes -> LineFaults -> bytes on the line
//! ```
//!
//! What reads the bytes (the run loop in memory, a pseudo-terminal's client) does not know this module.

use exporter::rules::SignState;
use hil::FaultHit;
use hil::device::{BmvSettings, Instrument, InstrumentSettings, ResponderSettings};
use hil::link::{FaultSpans, LineFaults};
use signals::{AmpHours, Amps, FaultEvent, FaultKind, Reading, Seed, SimTime, Soc, Span, Truth, Volts};
use sim::Site;

use crate::due::Moment;
use crate::scenario::{Chemistry, Scenario};

/// The least an instrument works on (Victron BMV-702: 6.5 V).
const SUPPLY_MIN: Volts = Volts::new(6.5);

/// Entries of the log of faults that are kept; a month of heavy noise has fewer.
const LOG_MAX: usize = 1_000_000;

/// A sign under way.
#[derive(Debug)]
pub struct Stage {
    faults: Vec<FaultEvent>,
    site: Site,
    instrument: Instrument,
    line: LineFaults,
    spans: FaultSpans,
    log: Vec<FaultHit>,
    step: Span,
    every: Span,
    next_block: SimTime,
    charged: AmpHours,
    light: Light,
    truth: Truth,
    block: Vec<u8>,
    is_lithium: bool,
}

impl Stage {
    /// The sign of `scenario` at its start.
    ///
    /// # Errors
    /// Where the plant refuses the parameters.
    pub fn new(scenario: &Scenario, seed: Seed) -> Result<Self, sim::ParamsError> {
        let (params, faults) = (scenario.site_params(), &scenario.faults);
        let site = match &scenario.weather {
            Some(year) => Site::in_weather(&params, year.clone(), seed, faults)?,
            None => Site::new(&params, seed, faults)?,
        };
        let mut instrument = Instrument::new(scenario.device.kind, &instrument_settings(scenario));
        for fault in &scenario.faults {
            instrument.plan_fault(fault);
        }
        let truth = site.truth();
        Ok(Self {
            faults: faults.clone(),
            site,
            instrument,
            line: LineFaults::new(seed.stream("line"), scenario.device.kind, &scenario.faults),
            spans: FaultSpans::new(&scenario.faults),
            log: Vec::new(),
            step: scenario.step,
            every: scenario.device.every,
            next_block: SimTime::ZERO + scenario.device.every,
            charged: AmpHours::default(),
            light: Light::default(),
            truth,
            block: Vec::new(),
            is_lithium: scenario.plant.chemistry == Chemistry::LiFePo4,
        })
    }

    /// Sends a block each `every` instead of as often as the scenario says.
    #[must_use]
    pub fn sending_every(mut self, every: Span) -> Self {
        self.every = every;
        self.next_block = SimTime::ZERO + every;
        self
    }

    /// One step of the plant; true where a block fell due. What the line delivers by now is appended to `bytes`
    /// (nothing while the cable is out).
    pub fn step(&mut self, bytes: &mut Vec<u8>) -> bool {
        let mut block = std::mem::take(&mut self.block);
        block.clear();
        let falls_due = self.step_unspoiled(&mut block);
        let now = self.truth.at;
        self.spans.look(now, self.line.sent_total(), &mut self.log);
        self.line.apply(now, &mut block);
        bytes.extend_from_slice(&block);
        self.block = block;
        let room = LOG_MAX.saturating_sub(self.log.len());
        self.log.extend(self.line.take_log().into_iter().take(room));
        falls_due
    }

    /// The same before the line has its way with it: a block that fell due is appended as the instrument says it.
    pub fn step_unspoiled(&mut self, bytes: &mut Vec<u8>) -> bool {
        self.truth = self.site.step(self.step);
        let hours = self.step.as_secs() / 3600.0;
        let gain = self.truth.current.as_amps().max(0.0) * hours;
        self.charged = self.charged + AmpHours::new(gain);
        self.light.add(&self.truth, self.step);
        let now = self.truth.at;
        let sensed = self.site.observe(&self.truth);
        self.instrument.observe(now, &self.seen_by_the_instrument(sensed));
        if now < self.next_block {
            return false;
        }
        self.next_block += self.every;
        if !self.instrument_is_dead() {
            self.instrument.write_block(bytes);
        }
        true
    }

    /// A charge controller measures what it delivers itself: the battery's net current and the load's
    /// together, and nothing at night.
    fn seen_by_the_instrument(&self, sensed: Reading) -> Reading {
        if self.instrument.kind().tells_net_current() {
            return sensed;
        }
        let delivered = sensed.current.zip(sensed.load_current).map(|(net, load)| {
            let lit = self.truth.charger_current > Amps::new(0.0);
            Amps::new(if lit { (net + load).as_amps().max(0.0) } else { 0.0 })
        });
        Reading { current: delivered, current_is_net: false, ..sensed }
    }

    /// What the host said reaches the instrument; its answer is appended as the instrument says it.
    pub fn answer(&mut self, heard: &[u8], out: &mut Vec<u8>) {
        if self.instrument_is_dead() || self.cable_is_out() {
            return;
        }
        self.instrument.answer(heard, out);
    }

    /// How the instrument answers, where it speaks only when asked.
    pub fn answer_as(&mut self, settings: ResponderSettings) {
        self.instrument.answer_as(settings);
    }

    /// The line was quiet: half a question is none.
    pub fn forget_question(&mut self) {
        self.instrument.forget_question();
    }

    /// The truth now.
    #[must_use]
    pub const fn truth(&self) -> &Truth {
        &self.truth
    }

    /// The serial cable is out now.
    #[must_use]
    pub fn cable_is_out(&self) -> bool {
        self.line.is_pulled(self.truth.at)
    }

    /// The instrument lives on the battery it watches.
    fn instrument_is_dead(&self) -> bool {
        self.truth.voltage < SUPPLY_MIN
    }

    /// What the faults have done since the last call.
    pub fn take_fault_log(&mut self) -> Vec<FaultHit> {
        std::mem::take(&mut self.log)
    }

    /// The faults that its scenario tells of.
    #[must_use]
    pub fn faults(&self) -> &[FaultEvent] {
        &self.faults
    }

    /// A fuse, a theft or a cut cable darkens the sign whatever its battery holds.
    fn dark_is_sudden(&self) -> bool {
        let acts = |fault: &&FaultEvent| fault.from <= self.truth.at && self.truth.at < fault.until;
        self.faults.iter().filter(acts).any(|fault| {
            matches!(
                fault.kind,
                FaultKind::LoadFuseBlown
                    | FaultKind::BatteryFuseBlown
                    | FaultKind::BatteryStolen
                    | FaultKind::ConnectionLoose
                    | FaultKind::CellOpen
                    | FaultKind::BmsBlocksDischarge
            )
        })
    }

    /// What the scorer looks at now.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment {
            at: self.truth.at.as_secs(),
            soc: self.truth.soc.as_ratio(),
            device_soc: self.instrument.device_soc().map(Soc::as_ratio),
            charged_ratio: self.charged.as_amp_hours() / self.truth.capacity.as_amp_hours(),
            silent: self.cable_is_out() || self.instrument_is_dead(),
            // Units in series share one block of 12 V between them; a plant has no other.
            block_volts: self.truth.voltage.as_volts(),
            celsius: self.truth.temperature.as_celsius(),
            is_lithium: self.is_lithium,
            dark: self.truth.unpowered && !self.dark_is_sudden(),
            light: self.light.fallen,
            light_taken: self.light.taken,
            state: SignState::Deployed,
        }
    }
}

/// Light on the panel's plane since the start, kWh/m².
#[derive(Debug, Clone, Copy, Default)]
pub struct Light {
    /// What fell.
    pub fallen: f64,
    /// What of it could charge.
    pub taken: f64,
}

impl Light {
    /// Adds a step.
    pub fn add(&mut self, truth: &Truth, step: Span) {
        let kilo_hours = step.as_secs() / 3600.0 / 1000.0;
        self.fallen += truth.light_watts_m2 * kilo_hours;
        self.taken += truth.light_taken_watts_m2 * kilo_hours;
    }
}

/// The shunt as a crew sets it up: the label's capacity, a charged voltage just under absorption.
fn instrument_settings(scenario: &Scenario) -> InstrumentSettings {
    let charged_volts = match scenario.plant.chemistry {
        Chemistry::Agm => 14.2,
        Chemistry::Flooded => 14.4,
        Chemistry::Gel => 13.9,
        Chemistry::LiFePo4 => 14.0,
    };
    let bmv = BmvSettings {
        capacity: scenario.belief.capacity,
        charged_voltage: Volts::new(charged_volts),
        initial_soc: Some(scenario.plant.initial_soc),
        ..BmvSettings::default()
    };
    InstrumentSettings { bmv, ..InstrumentSettings::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    /// What units in series share is one block: halved, a sound bank would have been due as nearly empty all year.
    #[test]
    fn a_bank_of_two_units_in_series_is_a_block_of_twelve_volts() {
        let story = include_str!("../scenarios/stolen-panel.toml");
        let scenario = scenario::parse(story).expect("sound");
        assert_eq!(scenario.plant.layout.series_units, 2);
        let stage = Stage::new(&scenario, scenario.seed).expect("a plant");
        let volts = stage.moment().block_volts;
        assert!((12.0..15.0).contains(&volts), "{volts}");
    }
}
