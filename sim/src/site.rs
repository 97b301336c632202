//! One sign: the parts joined and stepped together.

use crate::battery::BatteryParams;
use crate::check::{Checks, ParamsError};
use crate::controller::ControllerParams;
use crate::load::LoadParams;
use crate::panel::PanelParams;
use crate::place::Place;
use crate::sensor::{SensorParams, Sensors};
use signals::{
    AmpHours, Amps, Celsius, FaultEvent, Ohms, Reading, Seed, SimTime, Soc, Span, Truth, Volts, Watts,
};

/// What a sign is made of, and when and where its run starts.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteParams {
    /// The battery.
    pub battery: BatteryParams,
    /// The panel.
    pub panel: PanelParams,
    /// The charge controller.
    pub controller: ControllerParams,
    /// What the sign draws.
    pub load: LoadParams,
    /// Where it stands.
    pub place: Place,
    /// The run's start, seconds since 1970-01-01T00:00:00Z.
    pub start_unix_secs: i64,
    /// State of charge at the start.
    pub initial_soc: Soc,
    /// The analogue sensors.
    pub sensors: SensorParams,
    /// Spells of forced sky: from day, until day (of the run), share of the clear sky's light.
    pub dull: Vec<(f64, f64, f64)>,
}

impl SiteParams {
    fn check(&self) -> Result<(), ParamsError> {
        let mut checks = Checks::default();
        self.battery.check(&mut checks);
        self.panel.check(&mut checks);
        self.controller.check(&mut checks);
        self.load.check(&mut checks);
        self.place.check(&mut checks);
        self.sensors.check(&mut checks);
        checks.within("start_unix_secs", self.start_unix_secs as f64, START_MIN..=START_MAX);
        for (from, until, clearness) in &self.dull {
            checks.within("dull.from_day", *from, 0.0..=36_500.0);
            checks.within("dull.until_day", *until, from.max(0.0)..=36_500.0);
            checks.within("dull.clearness_ratio", *clearness, 0.0..=1.0);
        }
        checks.finish()
    }
}

/// 2010-01-01 and 2100-01-01: the years the sun's formula is good for.
const START_MIN: f64 = 1_262_304_000.0;
const START_MAX: f64 = 4_102_444_800.0;

/// A sign under way.
#[derive(Debug)]
pub struct Site {
    params: SiteParams,
    sensors: Sensors,
    truth: Truth,
}

impl Site {
    /// A sign at the start of its run.
    ///
    /// # Errors
    /// Names every parameter outside its range.
    pub fn new(params: &SiteParams, seed: Seed, faults: &[FaultEvent]) -> Result<Self, ParamsError> {
        params.check()?;
        let truth = start(params);
        Ok(Self { params: params.clone(), sensors: Sensors::new(&params.sensors, seed, faults), truth })
    }

    /// The truth now: at the end of the latest step, or at the start.
    #[must_use]
    pub const fn truth(&self) -> Truth {
        self.truth
    }

    /// The sign after `dt`.
    pub fn step(&mut self, dt: Span) -> Truth {
        let from = self.truth.at.as_secs();
        self.truth.at += dt;
        let display = self.params.load.display_watts(self.truth.sun_elevation_degrees);
        let watts = self.params.load.demand_watts(display, from, self.truth.at.as_secs());
        let soc = self.truth.soc.as_ratio();
        let volts = 11.8 + soc;
        let amps = watts / volts;
        let lost = amps * dt.as_secs() / 3600.0 / self.truth.capacity.as_amp_hours();
        self.truth.soc = Soc::clamped(soc - lost);
        self.truth.voltage = Volts::new(volts);
        self.truth.current = Amps::new(-amps);
        self.truth.load_current = Amps::new(amps);
        self.truth.load_demand = Watts::new(watts);
        self.truth
    }

    /// What the analogue sensors say of `truth`.
    pub fn observe(&mut self, truth: &Truth) -> Reading {
        self.sensors.observe(truth)
    }
}

fn start(params: &SiteParams) -> Truth {
    Truth {
        at: SimTime::ZERO,
        soc: params.initial_soc,
        capacity: AmpHours::new(params.battery.capacity_amp_hours()),
        soh: params.battery.present_capacity_ratio,
        resistance: Ohms::new(0.35 / params.battery.capacity_amp_hours()),
        voltage: Volts::new(12.5),
        current: Amps::new(0.0),
        temperature: Celsius::new(0.0),
        ambient: Celsius::new(0.0),
        sun_elevation_degrees: -20.0,
        pv_voltage: Volts::new(0.0),
        pv_power: Watts::new(0.0),
        charger_current: Amps::new(0.0),
        load_demand: Watts::new(0.0),
        load_current: Amps::new(0.0),
        unpowered: false,
    }
}
