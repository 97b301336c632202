//! One sign: the parts joined and stepped together.
//!
//! ```text
//! weather -> panel -> balance of currents -> battery -> controller, BMS -> truth
//! ```
//!
//! A step is cut at whole tens of seconds of the run, where the battery takes new coefficients; within
//! a piece all currents are constant. Weather, load and controller act on the instant a piece ends.

use crate::balance::{Circumstances, Flow, balance};
use crate::bank::Units;
use crate::battery::{BatteryParams, Bms, Condition, HOLD_SECS};
use crate::check::{Checks, ParamsError};
use crate::controller::{Controller, ControllerParams, Seen, Stage};
use crate::fault::{self, Faults};
use crate::load::{Load, LoadParams};
use crate::panel::PanelParams;
use crate::place::Place;
use crate::sensor::{SensorParams, Sensors};
use crate::sky::{MeasuredYear, Sky, Weather, local_days};
use signals::{
    AmpHours, Amps, Celsius, FaultEvent, FaultKind, Ohms, Reading, Seed, SimTime, Soc, Span, Truth, Volts,
    Watts,
};
use std::sync::Arc;

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
    pub(crate) fn check(&self, faults: &[FaultEvent]) -> Result<(), ParamsError> {
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
        faults.iter().for_each(|it| fault::check(it, self, &mut checks));
        checks.finish()
    }
}

/// 2010-01-01 and 2100-01-01: the years the sun's formula is good for.
const START_MIN: f64 = 1_262_304_000.0;
const START_MAX: f64 = 4_102_444_800.0;

/// Coefficients of the battery are held between these instants of the run, ns.
const GRID_NANOS: i64 = HOLD_SECS as i64 * 1_000_000_000;

/// A sign under way.
#[derive(Debug)]
pub struct Site {
    panel: PanelParams,
    load: Load,
    sky: Sky,
    battery: Units,
    bms: Bms,
    controller: Controller,
    sensors: Sensors,
    faults: Faults,
    /// Where faults were last looked at.
    looked_at: Option<SimTime>,
    truth: Truth,
}

impl Site {
    /// A sign at the start of its run.
    ///
    /// # Errors
    /// Names every parameter outside its range.
    pub fn new(params: &SiteParams, seed: Seed, faults: &[FaultEvent]) -> Result<Self, ParamsError> {
        Self::under(params, None, seed, faults)
    }

    /// A sign at the start of its run in measured weather, at the weather station if the file names one.
    ///
    /// # Errors
    /// Names every parameter outside its range.
    pub fn in_weather(
        params: &SiteParams,
        year: Arc<MeasuredYear>,
        seed: Seed,
        faults: &[FaultEvent],
    ) -> Result<Self, ParamsError> {
        let place = year.station().map_or(params.place, |station| params.place.at(&station));
        Self::under(&SiteParams { place, ..params.clone() }, Some(year), seed, faults)
    }

    fn under(
        params: &SiteParams,
        year: Option<Arc<MeasuredYear>>,
        seed: Seed,
        faults: &[FaultEvent],
    ) -> Result<Self, ParamsError> {
        params.check(faults)?;
        let panel = &params.panel;
        let drawn = Sky::new(params.place, panel.tilt_degrees, params.start_unix_secs, &params.dull, seed);
        let drawn = drawn.weathering(panel.weathering, seed);
        let mut sky = match year {
            Some(year) => drawn.measured(year),
            None => drawn,
        };
        let weather = sky.at(0.0);
        let start_local_days = local_days(params.start_unix_secs as f64, &params.place);
        let mut site = Self {
            panel: params.panel,
            load: Load::new(params.load, start_local_days, seed),
            sky,
            battery: Units::new(&params.battery, params.initial_soc.as_ratio(), weather.air_celsius, seed),
            bms: Bms::new(params.battery.chemistry),
            controller: Controller::new(params.controller),
            sensors: Sensors::new(&params.sensors, seed, faults),
            faults: Faults::of_plant(faults, start_local_days, seed),
            looked_at: None,
            truth: unseen(),
        };
        site.piece(Span::ZERO);
        Ok(site)
    }

    /// The truth now: at the end of the latest step, or at the start.
    #[must_use]
    pub const fn truth(&self) -> Truth {
        self.truth
    }

    /// The sign after `dt`. A step longer than the battery's grid is cut there; its currents and powers
    /// are then means over the step, so that whoever counts coulombs counts right, and all else is as
    /// at its end.
    pub fn step(&mut self, dt: Span) -> Truth {
        let mut left = dt.as_nanos();
        let mut means = Means::default();
        while left > 0 {
            let since = self.truth.at.as_nanos() % GRID_NANOS;
            if since == 0 {
                self.battery.refresh();
            }
            let nanos = left.min(GRID_NANOS - since);
            self.piece(Span::from_nanos(nanos));
            if nanos < dt.as_nanos() {
                means.add(&self.truth, nanos as f64 / dt.as_nanos() as f64);
                means.show(&mut self.truth);
            }
            left -= nanos;
        }
        self.truth
    }

    /// What ice, layers, sulfate and age have made of the battery.
    #[must_use]
    pub fn battery_condition(&self) -> Condition {
        self.battery.condition()
    }

    /// What the controller is doing.
    pub(crate) const fn stage(&self) -> Stage {
        self.controller.stage()
    }

    /// What the analogue sensors say of `truth`.
    pub fn observe(&mut self, truth: &Truth) -> Reading {
        self.sensors.observe(truth)
    }

    /// One step within the grid.
    fn piece(&mut self, dt: Span) {
        let (from, dt_secs) = (self.truth.at, dt.as_secs());
        let now = from + dt;
        self.suffer(from);
        let weather = self.sky.at(now.as_secs());
        let circumstances = self.circumstances(&weather, from, now);
        let flow = balance(&circumstances);
        if dt_secs > 0.0 {
            self.battery.step(flow.battery_amps, dt_secs, weather.air_celsius);
            self.watch(&flow, dt_secs);
        }
        self.note(now, &weather, &flow);
    }

    /// Lets the faults of this instant take hold of the battery; the other parts ask as they go.
    fn suffer(&mut self, now: SimTime) {
        if self.faults.move_to(now) {
            let acting = self.faults.acting();
            self.battery.afflict(&acting.battery);
            self.battery.corrode(acting.wiring.terminal_ohms);
            for fault in self.faults.begun(self.looked_at, now) {
                if fault.kind == FaultKind::BmsUnbalanced {
                    self.battery.unbalance(&fault.place, fault.severity);
                }
            }
            self.looked_at = Some(now);
        }
    }

    fn circumstances(&mut self, weather: &Weather, from: SimTime, now: SimTime) -> Circumstances {
        let dt_secs = (now - from).as_secs();
        let fault = self.faults.acting();
        let panel = self.panel.lit(self.light_on_cells(weather), weather.air_celsius);
        let panel = panel.connected(fault.panel.connected_ratio);
        let leak_amps = if panel.is_dark() { fault.panel.leak_amps } else { 0.0 };
        let target_volts = self.controller.target_volts(self.battery.celsius(), &fault.controller);
        let sun_degrees = if fault.load.undimmed { 90.0 } else { weather.sun_elevation_degrees };
        let demand_watts = self.load.demand_watts(sun_degrees, from.as_secs(), now.as_secs());
        Circumstances {
            terminal: self.battery.terminal(dt_secs),
            battery_is_on: !self.battery_is_off(),
            volts: self.battery.volts(),
            target_volts: target_volts.filter(|_| !fault.wiring.charger_open),
            panel,
            conversion: self.controller.conversion(),
            demand_watts: demand_watts + fault.load.extra_watts,
            load_is_on: self.controller.load_is_on(&fault.controller) && !fault.wiring.load_open,
            own_amps: self.controller.own_amps(),
            parasitic_amps: fault.load.parasitic_amps + leak_amps,
            charge_amps_max: if self.lets_charge() { f64::INFINITY } else { 0.0 },
            discharge_amps_max: self.discharge_amps_max(dt_secs),
        }
    }

    /// What shade, snow and dirt let through, W/m².
    fn light_on_cells(&self, weather: &Weather) -> f64 {
        let fault = &self.faults.acting().panel;
        let falls = weather.plane_watts_m2 - weather.beam_watts_m2 * (1.0 - fault.beam_ratio);
        falls * (1.0 - weather.stopped_ratio) * fault.light_ratio
    }

    /// What of it could charge, W/m².
    fn light_taken(&self, weather: &Weather) -> f64 {
        let fault = self.faults.acting();
        let has_way = !(fault.wiring.charger_open || fault.controller.off || self.battery_is_off());
        if has_way { self.light_on_cells(weather) * fault.panel.connected_ratio } else { 0.0 }
    }

    /// Nothing flows in or out of the battery.
    fn battery_is_off(&self) -> bool {
        self.faults.acting().wiring.battery_open || self.battery.is_open()
    }

    fn lets_charge(&self) -> bool {
        self.bms.lets_charge() && !self.faults.acting().bms.blocks_charge
    }

    /// The most the battery can give over a step, A.
    fn discharge_amps_max(&self, dt_secs: f64) -> f64 {
        let charge = self.battery.drawable_amp_hours() * 3600.0 / dt_secs.max(1.0);
        let blocked = !self.bms.lets_discharge() || self.faults.acting().bms.blocks_discharge;
        if blocked { 0.0 } else { charge }
    }

    fn watch(&mut self, flow: &Flow, dt_secs: f64) {
        let celsius = self.battery.celsius();
        self.bms.watch(&self.battery.extremes(), celsius);
        let Flow { available_amps, battery_amps, held, .. } = *flow;
        let volts = self.bus_volts(flow);
        let seen = Seen { volts, celsius, available_amps, battery_amps, held };
        self.controller.watch(&seen, &self.faults.acting().controller, dt_secs);
    }

    /// Where the controller and the instrument measure, V.
    fn bus_volts(&self, flow: &Flow) -> f64 {
        if self.battery_is_off() { flow.volts } else { self.battery.volts() }
    }

    fn note(&mut self, now: SimTime, weather: &Weather, flow: &Flow) {
        self.truth = Truth {
            at: now,
            soc: Soc::clamped(self.battery.soc()),
            capacity: AmpHours::new(self.battery.capacity_amp_hours()),
            soh: self.battery.health(),
            resistance: Ohms::new(self.battery.ohmic_ohms()),
            voltage: Volts::new(if now == SimTime::ZERO { flow.volts } else { self.bus_volts(flow) }),
            current: Amps::new(flow.battery_amps),
            temperature: Celsius::new(self.battery.celsius()),
            ambient: Celsius::new(weather.air_celsius),
            sun_elevation_degrees: weather.sun_elevation_degrees,
            light_watts_m2: weather.plane_watts_m2,
            light_taken_watts_m2: self.light_taken(weather),
            pv_voltage: Volts::new(flow.panel_volts),
            pv_power: Watts::new(flow.panel_watts),
            charger_current: Amps::new(flow.charger_amps),
            load_demand: Watts::new(flow.demand_watts),
            load_current: Amps::new(flow.load_amps),
            unpowered: !flow.load_is_on,
        };
    }
}

/// Currents and powers over the pieces of a step.
#[derive(Debug, Default)]
struct Means {
    current: Amps,
    pv_power: Watts,
    charger_current: Amps,
    load_demand: Watts,
    load_current: Amps,
}

impl Means {
    /// Adds a piece that makes up this share of the step.
    fn add(&mut self, truth: &Truth, share: f64) {
        self.current = self.current + truth.current * share;
        self.pv_power = self.pv_power + truth.pv_power * share;
        self.charger_current = self.charger_current + truth.charger_current * share;
        self.load_demand = self.load_demand + truth.load_demand * share;
        self.load_current = self.load_current + truth.load_current * share;
    }

    const fn show(&self, truth: &mut Truth) {
        truth.current = self.current;
        truth.pv_power = self.pv_power;
        truth.charger_current = self.charger_current;
        truth.load_demand = self.load_demand;
        truth.load_current = self.load_current;
    }
}

/// Before the first look.
fn unseen() -> Truth {
    Truth {
        at: SimTime::ZERO,
        soc: Soc::default(),
        capacity: AmpHours::default(),
        soh: 0.0,
        resistance: Ohms::default(),
        voltage: Volts::default(),
        current: Amps::default(),
        temperature: Celsius::default(),
        ambient: Celsius::default(),
        sun_elevation_degrees: 0.0,
        light_watts_m2: 0.0,
        light_taken_watts_m2: 0.0,
        pv_voltage: Volts::default(),
        pv_power: Watts::default(),
        charger_current: Amps::default(),
        load_demand: Watts::default(),
        load_current: Amps::default(),
        unpowered: false,
    }
}
