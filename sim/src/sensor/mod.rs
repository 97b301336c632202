//! What the analogue sensors make of the truth: each channel has an offset, a gain and a drift of its own,
//! drawn once, and on every reading noise, a blind band, a limit and a grid; all readings may be late.
//!
//! Offset, drift (per kelvin), noise, band, limit and grid in the channel's unit, gain as a ratio.
//!
//! | class | current | reference |
//! | --- | --- | --- |
//! | shunt monitor | ±0.3 %, ±0.01 A, 1 mA | Victron BMV-702, SmartShunt (500 A / 50 mV) |
//! | charge controller | ±1 %, ±0.05 A, 0.1 A | its own charge current, on a small shunt beside hot parts |
//! | management system | ±1 %, nothing below 0.1 A, 10 mA, a second late | JBD, Daly and JK boards |
//! | Hall meter | ±1 %, ±0.1 A, drifts by 3 mA/K, 10 mA | clamp-type meters |
//!
//! Scenario choices within data sheets' classes, not measurements.

mod channel;
mod gauge;

pub use channel::Channel;
pub(crate) use gauge::Specimen;

use crate::check::Checks;
use crate::fault::{Faults, SensorFault, SensorsFault};
use gauge::Gauge;
use signals::{Amps, Celsius, FaultEvent, Reading, Seed, Truth, Volts, Watts};
use std::collections::VecDeque;

/// Checks each channel under its full name.
macro_rules! check_channels {
    ($params:ident, $checks:ident, $($channel:ident),+) => {
        $($params.$channel.check(
            [
                concat!("sensors.", stringify!($channel), ".offset_stddev"),
                concat!("sensors.", stringify!($channel), ".gain_stddev"),
                concat!("sensors.", stringify!($channel), ".noise_stddev"),
                concat!("sensors.", stringify!($channel), ".grid"),
                concat!("sensors.", stringify!($channel), ".drift_stddev_per_kelvin"),
                concat!("sensors.", stringify!($channel), ".dead_band"),
                concat!("sensors.", stringify!($channel), ".limit"),
            ],
            $checks,
        );)+
    };
}

/// The channels an instrument reads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SensorParams {
    /// Battery voltage, V.
    pub voltage: Channel,
    /// Battery current, A.
    pub current: Channel,
    /// Battery temperature, °C.
    pub temperature: Channel,
    /// Panel voltage, V.
    pub pv_voltage: Channel,
    /// Panel current, A.
    pub pv_current: Channel,
    /// Load current, A.
    pub load_current: Channel,
    /// Every reading is this old, s.
    pub latency_secs: f64,
}

impl Default for SensorParams {
    fn default() -> Self {
        Self::shunt_monitor()
    }
}

impl SensorParams {
    /// A monitor on a 500 A shunt.
    #[must_use]
    pub const fn shunt_monitor() -> Self {
        let amps = Channel::new(0.02, 0.005, 0.01, 0.01);
        Self {
            voltage: Channel::new(0.005, 0.0005, 0.002, 0.001),
            current: Channel::new(0.006, 0.0015, 0.004, 0.001),
            temperature: Channel::new(0.5, 0.0, 0.1, 1.0),
            pv_voltage: Channel::new(0.02, 0.003, 0.01, 0.01),
            pv_current: amps,
            load_current: amps,
            latency_secs: 0.0,
        }
    }

    /// A charge controller that measures what it delivers.
    #[must_use]
    pub const fn charge_controller() -> Self {
        let amps = Channel::new(0.05, 0.01, 0.02, 0.1).drifting(0.001);
        Self {
            voltage: Channel::new(0.015, 0.002, 0.005, 0.01),
            current: amps,
            temperature: Channel::new(2.0, 0.0, 0.2, 1.0),
            pv_voltage: Channel::new(0.03, 0.003, 0.01, 0.01),
            pv_current: amps,
            load_current: amps,
            latency_secs: 0.0,
        }
    }

    /// The management system of a lithium pack.
    #[must_use]
    pub const fn management_system() -> Self {
        Self {
            voltage: Channel::new(0.01, 0.001, 0.003, 0.01),
            current: Channel::new(0.02, 0.01, 0.02, 0.01).blind_below(0.1),
            temperature: Channel::new(0.7, 0.0, 0.1, 0.1),
            latency_secs: 1.0,
            ..Self::shunt_monitor()
        }
    }

    /// A meter with a Hall sensor about the cable.
    #[must_use]
    pub const fn hall_meter() -> Self {
        Self {
            voltage: Channel::new(0.01, 0.001, 0.005, 0.01),
            current: Channel::new(0.1, 0.01, 0.03, 0.01).drifting(0.003).clipped_at(100.0),
            ..Self::shunt_monitor()
        }
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        check_channels!(self, checks, voltage, current, temperature, pv_voltage, pv_current, load_current);
        checks.within("sensors.latency_secs", self.latency_secs, 0.0..=3600.0);
    }
}

/// The sensors of one site.
#[derive(Debug)]
pub(crate) struct Sensors {
    voltage: Gauge,
    current: Gauge,
    temperature: Gauge,
    pv_voltage: Gauge,
    pv_current: Gauge,
    load_current: Gauge,
    latency_secs: f64,
    faults: Faults,
    /// Truths on their way, the oldest first.
    past: VecDeque<Truth>,
}

impl Sensors {
    /// The specimens that this seed draws.
    pub fn new(params: &SensorParams, seed: Seed, faults: &[FaultEvent]) -> Self {
        let gauge = |channel, name| Gauge::new(channel, name, seed);
        Self {
            voltage: gauge(params.voltage, "sensor.voltage"),
            current: gauge(params.current, "sensor.current"),
            temperature: gauge(params.temperature, "sensor.temperature"),
            pv_voltage: gauge(params.pv_voltage, "sensor.pv_voltage"),
            pv_current: gauge(params.pv_current, "sensor.pv_current"),
            load_current: gauge(params.load_current, "sensor.load_current"),
            latency_secs: params.latency_secs,
            faults: Faults::of_sensors(faults, seed),
            past: VecDeque::new(),
        }
    }

    /// The specimens, in the order of [`SensorParams`].
    pub(crate) const fn specimens(&self) -> [Specimen; 6] {
        [
            self.voltage.specimen(),
            self.current.specimen(),
            self.temperature.specimen(),
            self.pv_voltage.specimen(),
            self.pv_current.specimen(),
            self.load_current.specimen(),
        ]
    }

    /// What the sensors say of `truth`.
    pub fn observe(&mut self, truth: &Truth) -> Reading {
        self.faults.move_to(truth.at);
        let fault = self.faults.acting().sensors;
        let truth = &self.delayed(truth, self.latency_secs.max(fault.latency_secs));
        let celsius = truth.temperature.as_celsius();
        let (net, load) = currents(truth, &fault);
        let none = &SensorFault::NONE;
        let volts = self.voltage.read(truth.voltage.as_volts(), celsius, &fault.voltage);
        let amps = self.current.read(net, celsius, &fault.current);
        let pv_volts = self.pv_voltage.read(truth.pv_voltage.as_volts(), celsius, none).max(0.0);
        let pv_amps = self.pv_current.read(pv_amps(truth), celsius, none).max(0.0);
        let load_amps = self.load_current.read(load, celsius, none).max(0.0);
        Reading {
            voltage: Some(Volts::new(volts)),
            current: Some(Amps::new(amps)),
            power: Some(Watts::new(volts * amps)),
            temperature: Some(Celsius::new(self.temperature.read(celsius, celsius, &fault.temperature))),
            pv_voltage: Some(Volts::new(pv_volts)),
            pv_current: Some(Amps::new(pv_amps)),
            pv_power: Some(Watts::new(pv_volts * pv_amps)),
            load_current: Some(Amps::new(load_amps)),
            current_is_net: true,
            ..Reading::default()
        }
    }

    /// The truth as old as the sensors are late; the oldest there is at first.
    fn delayed(&mut self, truth: &Truth, latency_secs: f64) -> Truth {
        if latency_secs <= 0.0 {
            self.past.clear();
            return *truth;
        }
        self.past.push_back(*truth);
        let old = |it: &Truth| (truth.at - it.at).as_secs() >= latency_secs;
        while self.past.len() > 1 && self.past.get(1).is_some_and(old) {
            self.past.pop_front();
        }
        self.past.front().copied().unwrap_or(*truth)
    }
}

/// What the shunt and the load's channel are connected to, A.
fn currents(truth: &Truth, fault: &SensorsFault) -> (f64, f64) {
    let (net, load) = (truth.current.as_amps(), truth.load_current.as_amps());
    if fault.swapped { (load, net) } else { (net, load) }
}

fn pv_amps(truth: &Truth) -> f64 {
    let volts = truth.pv_voltage.as_volts();
    if volts > 0.0 { truth.pv_power.as_watts() / volts } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_channel_is_named_in_full() {
        let mut params = SensorParams::default();
        params.pv_current.grid = -1.0;
        let mut checks = Checks::default();
        params.check(&mut checks);
        let message = checks.finish().map_err(|error| error.to_string());
        assert_eq!(message, Err("sensors.pv_current.grid is -1, not within 0 to 10".to_owned()));
    }
}
