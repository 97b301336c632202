//! The sign as its scenario tells it: plant, instrument and line, stepped together up to the bytes.
//!
//! ```text
//! Site -> Truth -> observe -> Instrument -> bytes -> LineFaults -> bytes on the line
//! ```
//!
//! What reads the bytes (the run loop in memory, a pseudo-terminal's client) does not know this module.

use hil::DeviceKind;
use hil::device::{BmvSettings, Instrument, InstrumentSettings};
use hil::link::LineFaults;
use signals::{AmpHours, Amps, Reading, Seed, SimTime, Soc, Span, Truth, Volts};
use sim::{
    BatteryParams, ControllerParams, Conversion, Effects, Equalise, Layout, LoadParams, PanelParams, Place,
    SensorParams, Site, SiteParams,
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
        let (params, faults) = (site_params(scenario), &scenario.faults);
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
        self.instrument.observe(now, &self.seen_by_the_instrument(sensed));
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

    /// A charge controller measures what it delivers itself: the battery's net current and the load's
    /// together, and nothing at night.
    fn seen_by_the_instrument(&self, sensed: Reading) -> Reading {
        if self.instrument.kind() != DeviceKind::VedirectMppt {
            return sensed;
        }
        let delivered = sensed.current.zip(sensed.load_current).map(|(net, load)| {
            let lit = self.truth.charger_current > Amps::new(0.0);
            Amps::new(if lit { (net + load).as_amps().max(0.0) } else { 0.0 })
        });
        Reading { current: delivered, current_is_net: false, ..sensed }
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
        panel: PanelParams::twelve_volt(plant.panel_watts, plant.panel_tilt_degrees)
            .weathered(plant.panel_weathering),
        controller: controller_params(plant),
        load: load_params(plant),
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

fn load_params(plant: &Plant) -> LoadParams {
    let usual = LoadParams::of(plant.load_kind).scaled(plant.load_scale_ratio);
    plant.mast_raised.map_or(usual, |at| usual.raised_at(at.as_secs()))
}

/// What is usual for the battery, and over it what the file says.
fn controller_params(plant: &Plant) -> ControllerParams {
    let chemistry = battery_params(plant).chemistry;
    let given = &plant.controller;
    let usual = match given.conversion {
        Conversion::Pwm => ControllerParams::pwm_for(chemistry),
        Conversion::Mppt => ControllerParams::mppt_for(chemistry),
    };
    let secs = |minutes: Option<f64>| minutes.map(|minutes| minutes * 60.0);
    ControllerParams {
        conversion: given.conversion,
        absorption_volts: given.absorption_volts.unwrap_or(usual.absorption_volts),
        float_volts: given.float_volts.unwrap_or(usual.float_volts),
        absorption_secs: secs(given.absorption_minutes).unwrap_or(usual.absorption_secs),
        tail_amps: given.tail_current_amps.or(usual.tail_amps),
        equalise: equalise(plant, &usual),
        compensation_volts_per_kelvin: given
            .compensation_volts_per_kelvin
            .unwrap_or(usual.compensation_volts_per_kelvin),
        sensor_offset_kelvin: given.sensor_offset_kelvin.unwrap_or(usual.sensor_offset_kelvin),
        ceiling_volts: given.ceiling_volts.unwrap_or(usual.ceiling_volts),
        disconnect_volts: given.disconnect_volts.unwrap_or(usual.disconnect_volts),
        reconnect_volts: given.reconnect_volts.unwrap_or(usual.reconnect_volts),
        switch_secs: given.disconnect_delay_seconds.unwrap_or(usual.switch_secs),
        own_amps: given.own_current_amps.unwrap_or(usual.own_amps),
    }
}

/// A bank is equalised where that is usual, or where the file names a voltage for it.
fn equalise(plant: &Plant, usual: &ControllerParams) -> Option<Equalise> {
    let given = &plant.controller;
    let usual =
        usual.equalise.or(ControllerParams::flooded().equalise.filter(|_| given.equalise_volts.is_some()))?;
    Some(Equalise {
        volts: given.equalise_volts.unwrap_or(usual.volts),
        secs: given.equalise_minutes.map_or(usual.secs, |minutes| minutes * 60.0),
        every_days: given.equalise_every_days.unwrap_or(usual.every_days),
    })
}

fn place(name: &str) -> Place {
    match name {
        "quebec" => Place::quebec(),
        "saguenay" => Place::saguenay(),
        "sept-iles" => Place::sept_iles(),
        "val-dor" => Place::val_dor(),
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
