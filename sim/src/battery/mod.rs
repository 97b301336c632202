//! One battery under way: an exact step of its circuit with coefficients held for some seconds.
//!
//! ```text
//! V(end of step) = open + R_step·I        R_step = R₀ + Σ Rⱼ·(1 − aⱼ) + U'·Δt/(3600·C)
//! ```
//!
//! The straight line is what a controller needs to hold a voltage and a load to draw a power. The step
//! itself is exact for a current, coefficients and a gassing current held over it; whoever steps must
//! call [`Battery::refresh`] often enough (each 10 s costs less than 0.5 mV, as the oracle shows).

mod agm;
mod bms;
mod chart;
mod gassing;
mod hysteresis;
mod law;
mod lfp;
#[cfg(test)]
mod oracle;
mod params;
mod rc;
mod table;

pub(crate) use bms::Bms;
pub use params::{BatteryParams, Chemistry};

use law::{Coefficients, Law};

const SECS_PER_HOUR: f64 = 3600.0;

/// What a battery remembers.
#[derive(Debug, Clone, Copy, PartialEq)]
struct State {
    charge_amp_hours: f64,
    fast_volts: f64,
    slow_volts: f64,
    hysteresis_volts: f64,
    celsius: f64,
}

/// `1 − exp(−Δt/τ)` of everything that settles, for one length of step.
#[derive(Debug, Clone, Copy)]
struct Settling {
    dt_secs: f64,
    fast: f64,
    slow: f64,
    heat: f64,
}

impl Settling {
    fn new(law: &Law, dt_secs: f64) -> Self {
        Self {
            dt_secs,
            fast: rc::settling_ratio(dt_secs, law.chart.fast.time_constant_secs),
            slow: rc::settling_ratio(dt_secs, law.chart.slow.time_constant_secs),
            heat: rc::settling_ratio(dt_secs, law.box_time_constant_secs),
        }
    }
}

/// Terminal voltage at the end of a step against the current held over it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Terminal {
    open_volts: f64,
    charge_ohms: f64,
    discharge_ohms: f64,
}

impl Terminal {
    /// The voltage at a current.
    pub fn volts(&self, amps: f64) -> f64 {
        self.open_volts + amps * if amps > 0.0 { self.charge_ohms } else { self.discharge_ohms }
    }

    /// The current at a voltage.
    pub fn amps(&self, volts: f64) -> f64 {
        let above = volts - self.open_volts;
        above / if above > 0.0 { self.charge_ohms } else { self.discharge_ohms }
    }
}

/// A battery under way.
#[derive(Debug)]
pub(crate) struct Battery {
    law: Law,
    state: State,
    held: Coefficients,
    settling: Settling,
    volts: f64,
    amps: f64,
    /// Charge that left by gassing, self-discharge and overflow, Ah.
    lost_amp_hours: f64,
}

impl Battery {
    /// A rested battery at this charge and temperature.
    pub fn new(params: &BatteryParams, soc: f64, celsius: f64) -> Self {
        let law = Law::new(params);
        let state = State {
            charge_amp_hours: soc * law.capacity_amp_hours,
            fast_volts: 0.0,
            slow_volts: 0.0,
            hysteresis_volts: 0.0,
            celsius,
        };
        Self {
            held: law.at(soc, celsius),
            settling: Settling::new(&law, 1.0),
            volts: law.rest_volts(soc, celsius).0,
            amps: 0.0,
            lost_amp_hours: 0.0,
            law,
            state,
        }
    }

    /// Charge held over present capacity.
    pub fn soc(&self) -> f64 {
        self.state.charge_amp_hours / self.law.capacity_amp_hours
    }

    /// Charge held, Ah.
    pub const fn charge_amp_hours(&self) -> f64 {
        self.state.charge_amp_hours
    }

    /// Terminal voltage at the end of the latest step, V.
    pub const fn volts(&self) -> f64 {
        self.volts
    }

    /// Temperature, °C.
    pub const fn celsius(&self) -> f64 {
        self.state.celsius
    }

    /// Ohmic resistance now, Ω.
    pub const fn ohmic_ohms(&self) -> f64 {
        self.held.ohmic_ohms
    }

    /// Charge that left by gassing, self-discharge and overflow so far, Ah.
    #[cfg(test)]
    pub const fn lost_amp_hours(&self) -> f64 {
        self.lost_amp_hours
    }

    /// Takes the coefficients of the present charge and temperature.
    pub fn refresh(&mut self) {
        self.held = self.law.at(self.soc(), self.state.celsius);
    }

    /// Terminal voltage against current for a step of this length.
    pub fn terminal(&mut self, dt_secs: f64) -> Terminal {
        self.prepare(dt_secs);
        let (held, settling, state) = (&self.held, &self.settling, &self.state);
        let (rest, slope) = self.law.rest_volts(self.soc(), state.celsius);
        let gas = gassing::amps(self.volts, held.gassing_amps);
        let lift = slope * dt_secs / (SECS_PER_HOUR * self.law.capacity_amp_hours);
        let charge = held.fast.charge * settling.fast + held.slow.charge * settling.slow + lift;
        let discharge = held.fast.discharge * settling.fast + held.slow.discharge * settling.slow + lift;
        let kept = state.fast_volts * (1.0 - settling.fast) + state.slow_volts * (1.0 - settling.slow);
        Terminal {
            open_volts: rest + state.hysteresis_volts + kept - gas * charge,
            charge_ohms: held.ohmic_ohms + charge,
            discharge_ohms: held.ohmic_ohms + discharge,
        }
    }

    /// The battery after a step at a constant current in air of this temperature.
    pub fn step(&mut self, amps: f64, dt_secs: f64, ambient_celsius: f64) {
        self.prepare(dt_secs);
        let (held, settling, law) = (self.held, self.settling, &self.law);
        let state = &mut self.state;
        let soc = state.charge_amp_hours / law.capacity_amp_hours;
        let rest = law.rest_volts(soc, state.celsius).0;
        let polarised = state.hysteresis_volts + state.fast_volts + state.slow_volts;
        let gas = gassing::amps(rest + polarised + held.ohmic_ohms * amps, held.gassing_amps);
        let main = amps - gas;
        state.fast_volts = rc::step(state.fast_volts, held.fast.toward(main) * main, settling.fast);
        state.slow_volts = rc::step(state.slow_volts, held.slow.toward(main) * main, settling.slow);
        let moved = main * dt_secs / SECS_PER_HOUR;
        if held.hysteresis_volts > 0.0 {
            let ratio = moved / law.capacity_amp_hours;
            state.hysteresis_volts = hysteresis::step(
                state.hysteresis_volts,
                ratio,
                held.hysteresis_volts,
                law.chart.hysteresis_rate,
            );
        }
        let heat_watts = amps * self.volts - main * rest;
        let settled = ambient_celsius + heat_watts / law.box_watts_per_kelvin;
        state.celsius = rc::step(state.celsius, settled, settling.heat);
        self.amps = amps;
        self.keep_charge(
            moved - held.self_discharge_amps * dt_secs / SECS_PER_HOUR,
            amps * dt_secs / SECS_PER_HOUR,
        );
        self.volts = self.terminal_volts();
    }

    /// Adds to the charge within what the battery holds; what does not stay is lost.
    fn keep_charge(&mut self, gained: f64, delivered: f64) {
        let before = self.state.charge_amp_hours;
        let after = (before + gained).clamp(0.0, self.law.capacity_amp_hours);
        self.state.charge_amp_hours = after;
        self.lost_amp_hours += delivered - (after - before);
    }

    fn terminal_volts(&self) -> f64 {
        let state = &self.state;
        let rest = self.law.rest_volts(self.soc(), state.celsius).0;
        let polarised = state.hysteresis_volts + state.fast_volts + state.slow_volts;
        rest + polarised + self.held.ohmic_ohms * self.amps
    }

    fn prepare(&mut self, dt_secs: f64) {
        if self.settling.dt_secs != dt_secs {
            self.settling = Settling::new(&self.law, dt_secs);
        }
    }
}
