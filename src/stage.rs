//! The sign as its scenario tells it: plant, instrument and line, stepped together up to the bytes.
//!
//! ```text
//! Site -> Truth -> observe -> Instrument -> bytes -> LineFaults -> bytes on the line
//! ```
//!
//! What reads the bytes (the run loop in memory, a pseudo-terminal's client) does not know this module.

use hil::device::{BmvSettings, Instrument, InstrumentSettings};
use hil::link::LineFaults;
use signals::{AmpHours, Seed, SimTime, Soc, Span, Truth, Volts};
use sim::{
    BatteryParams, ControllerParams, Effects, Layout, LoadParams, PanelParams, Place, SensorParams, Site,
    SiteParams,
};

use crate::due::Moment;
use crate::scenario::{Chemistry, Plant, Scenario};

/// A sign under way.
#[derive(Debug)]
pub struct Stage {
    site: Site,
    instrument: Instrument,
    line: LineFaults,
    step: Span,
    every: Span,
    next_block: SimTime,
    charged: AmpHours,
    truth: Truth,
    block: Vec<u8>,
}

impl Stage {
    /// The sign of `scenario` at its start.
    ///
    /// # Errors
    /// Where the plant refuses the parameters.
    pub fn new(scenario: &Scenario, seed: Seed) -> Result<Self, sim::ParamsError> {
        let site = Site::new(&site_params(scenario), seed, &scenario.faults)?;
        let mut instrument = Instrument::new(scenario.device.kind, &instrument_settings(scenario));
        for fault in &scenario.faults {
            instrument.plan_fault(fault);
        }
        let truth = site.truth();
        Ok(Self {
            site,
            instrument,
            line: LineFaults::new(seed.stream("line"), &scenario.faults),
            step: scenario.step,
            every: scenario.device.every,
            next_block: SimTime::ZERO + scenario.device.every,
            charged: AmpHours::default(),
            truth,
            block: Vec::new(),
        })
    }

    /// Sends a block each `every` instead of as often as the scenario says.
    #[must_use]
    pub fn sending_every(mut self, every: Span) -> Self {
        self.every = every;
        self.next_block = SimTime::ZERO + every;
        self
    }

    /// One step of the plant; true where a block fell due, which is appended to `bytes` as the line
    /// delivers it (not at all while the cable is out).
    pub fn step(&mut self, bytes: &mut Vec<u8>) -> bool {
        self.truth = self.site.step(self.step);
        let hours = self.step.as_secs() / 3600.0;
        let gain = self.truth.current.as_amps().max(0.0) * hours;
        self.charged = self.charged + AmpHours::new(gain);
        let now = self.truth.at;
        let sensed = self.site.observe(&self.truth);
        self.instrument.observe(now, &sensed);
        if now < self.next_block {
            return false;
        }
        self.next_block += self.every;
        self.block.clear();
        self.instrument.write_block(&mut self.block);
        self.line.apply(now, &mut self.block);
        bytes.extend_from_slice(&self.block);
        true
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

    /// What the scorer looks at now.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment {
            at: self.truth.at.as_secs(),
            soc: self.truth.soc.as_ratio(),
            device_soc: self.instrument.device_soc().map(Soc::as_ratio),
            charged_ratio: self.charged.as_amp_hours() / self.truth.capacity.as_amp_hours(),
            silent: self.cable_is_out(),
        }
    }
}

fn site_params(scenario: &Scenario) -> SiteParams {
    let plant = &scenario.plant;
    SiteParams {
        battery: battery_params(plant),
        panel: PanelParams::twelve_volt(plant.panel_watts, plant.panel_tilt_degrees),
        controller: ControllerParams::pwm_for(battery_params(plant).chemistry),
        load: LoadParams::message_board().scaled(plant.load_scale_ratio),
        place: place(&plant.place),
        start_unix_secs: scenario.start.as_second(),
        initial_soc: plant.initial_soc,
        sensors: SensorParams::default(),
        dull: plant
            .dull
            .iter()
            .map(|spell| (spell.from_day, spell.until_day, spell.clearness_ratio))
            .collect(),
    }
}

fn battery_params(plant: &Plant) -> BatteryParams {
    let mut params = match plant.chemistry {
        Chemistry::Agm => BatteryParams::agm_12v(plant.capacity),
        Chemistry::Flooded => BatteryParams::flooded_12v(plant.capacity),
        Chemistry::Gel => BatteryParams::gel_12v(plant.capacity),
        Chemistry::LiFePo4 => BatteryParams::lifepo4_4s(plant.capacity),
    };
    params.present_capacity_ratio = plant.present_capacity_ratio;
    params.resistance_ratio = plant.resistance_ratio;
    params.layout = Layout {
        series: plant.layout.series_units,
        parallel: plant.layout.parallel_strings,
        capacity_spread_ratio: plant.layout.capacity_spread_ratio,
        resistance_spread_ratio: plant.layout.resistance_spread_ratio,
    };
    params.effects = Effects {
        freezing: plant.slow.freezing,
        stratification: plant.slow.stratification,
        sulfation: plant.slow.sulfation,
        ageing: plant.slow.ageing,
    };
    params
}

fn place(name: &str) -> Place {
    match name {
        "quebec" => Place::quebec(),
        "saguenay" => Place::saguenay(),
        _ => Place::montreal(),
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
