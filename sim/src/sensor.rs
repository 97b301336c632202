//! What the analogue sensors make of the truth: each channel has an offset and a gain of its own,
//! drawn once, and on every reading noise and a grid.
//!
//! ```text
//! read = round((true·(1 + gain) + offset + noise) / grid) · grid
//! ```
//!
//! Offset, noise and grid in the channel's unit, gain as a ratio.
//!
//! Reference: the class of a 500 A / 50 mV shunt monitor (Victron BMV-702, SmartShunt: ±0.3 % and
//! ±0.01 A typical; voltage ±0.3 %); a scenario choice within it, not a measurement.

use crate::check::Checks;
use rand_distr::{Distribution, StandardNormal};
use signals::{Amps, Celsius, FaultEvent, FaultKind, Reading, Seed, Stream, Truth, Volts, Watts};

/// One analogue channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Channel {
    /// Standard deviation of the offset a specimen has, in the channel's unit.
    pub offset_stddev: f64,
    /// Standard deviation of the gain error a specimen has, ratio.
    pub gain_stddev: f64,
    /// Standard deviation of the noise on each reading, in the channel's unit.
    pub noise_stddev: f64,
    /// Smallest step it can show, in the channel's unit; 0 for none.
    pub grid: f64,
}

impl Channel {
    fn check(&self, names: [&'static str; 4], checks: &mut Checks) {
        checks.within(names[0], self.offset_stddev, 0.0..=100.0);
        checks.within(names[1], self.gain_stddev, 0.0..=0.5);
        checks.within(names[2], self.noise_stddev, 0.0..=100.0);
        checks.within(names[3], self.grid, 0.0..=10.0);
    }
}

/// Checks each channel under its full name.
macro_rules! check_channels {
    ($params:ident, $checks:ident, $($channel:ident),+) => {
        $($params.$channel.check(
            [
                concat!("sensors.", stringify!($channel), ".offset_stddev"),
                concat!("sensors.", stringify!($channel), ".gain_stddev"),
                concat!("sensors.", stringify!($channel), ".noise_stddev"),
                concat!("sensors.", stringify!($channel), ".grid"),
            ],
            $checks,
        );)+
    };
}

/// The sensors of a site.
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
}

impl Default for SensorParams {
    /// A shunt monitor and a controller of the usual class.
    fn default() -> Self {
        let amps = Channel { offset_stddev: 0.02, gain_stddev: 0.005, noise_stddev: 0.01, grid: 0.01 };
        Self {
            voltage: Channel { offset_stddev: 0.005, gain_stddev: 0.0005, noise_stddev: 0.002, grid: 0.001 },
            current: Channel { offset_stddev: 0.006, gain_stddev: 0.0015, noise_stddev: 0.004, grid: 0.001 },
            temperature: Channel { offset_stddev: 0.5, gain_stddev: 0.0, noise_stddev: 0.1, grid: 1.0 },
            pv_voltage: Channel { offset_stddev: 0.02, gain_stddev: 0.003, noise_stddev: 0.01, grid: 0.01 },
            pv_current: amps,
            load_current: amps,
        }
    }
}

impl SensorParams {
    pub(crate) fn check(&self, checks: &mut Checks) {
        check_channels!(self, checks, voltage, current, temperature, pv_voltage, pv_current, load_current);
    }
}

/// One specimen of a channel.
#[derive(Debug)]
struct Gauge {
    channel: Channel,
    offset: f64,
    gain: f64,
    chance: Stream,
}

impl Gauge {
    fn new(channel: Channel, mut chance: Stream) -> Self {
        let offset = channel.offset_stddev * normal(&mut chance);
        let gain = 1.0 + channel.gain_stddev * normal(&mut chance);
        Self { channel, offset, gain, chance }
    }

    /// Offset, gain, noise and grid of this specimen.
    pub(crate) const fn specimen(&self) -> [f64; 4] {
        [self.offset, self.gain, self.channel.noise_stddev, self.channel.grid]
    }

    fn read(&mut self, truth: f64) -> f64 {
        let noise = self.channel.noise_stddev * normal(&mut self.chance);
        let value = truth * self.gain + self.offset + noise;
        let grid = self.channel.grid;
        if grid > 0.0 { (value / grid).round() * grid } else { value }
    }
}

fn normal(chance: &mut Stream) -> f64 {
    StandardNormal.sample(chance)
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
    faults: Vec<(f64, FaultEvent)>,
}

impl Sensors {
    /// Specimens drawn from the seed, each channel from a stream of its own.
    pub fn new(params: &SensorParams, seed: Seed, faults: &[FaultEvent]) -> Self {
        let offset = |fault: &FaultEvent| match fault.kind {
            FaultKind::CurrentOffset { offset_amps } => Some((offset_amps, *fault)),
            _ => None,
        };
        Self {
            voltage: Gauge::new(params.voltage, seed.stream("sensor.voltage")),
            current: Gauge::new(params.current, seed.stream("sensor.current")),
            temperature: Gauge::new(params.temperature, seed.stream("sensor.temperature")),
            pv_voltage: Gauge::new(params.pv_voltage, seed.stream("sensor.pv_voltage")),
            pv_current: Gauge::new(params.pv_current, seed.stream("sensor.pv_current")),
            load_current: Gauge::new(params.load_current, seed.stream("sensor.load_current")),
            faults: faults.iter().filter_map(offset).collect(),
        }
    }

    /// Offset, gain, noise and grid of each channel, in the order of [`SensorParams`].
    pub(crate) const fn specimens(&self) -> [[f64; 4]; 6] {
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
        let offset: f64 =
            self.faults.iter().filter(|(_, fault)| fault.acts_at(truth.at)).map(|(amps, _)| amps).sum();
        let volts = self.voltage.read(truth.voltage.as_volts());
        let amps = self.current.read(truth.current.as_amps() + offset);
        let pv_volts = self.pv_voltage.read(truth.pv_voltage.as_volts()).max(0.0);
        let pv_amps = self.pv_current.read(pv_amps(truth)).max(0.0);
        Reading {
            voltage: Some(Volts::new(volts)),
            current: Some(Amps::new(amps)),
            power: Some(Watts::new(volts * amps)),
            temperature: Some(Celsius::new(self.temperature.read(truth.temperature.as_celsius()))),
            pv_voltage: Some(Volts::new(pv_volts)),
            pv_current: Some(Amps::new(pv_amps)),
            pv_power: Some(Watts::new(pv_volts * pv_amps)),
            load_current: Some(Amps::new(self.load_current.read(truth.load_current.as_amps()).max(0.0))),
            current_is_net: true,
            ..Reading::default()
        }
    }
}

fn pv_amps(truth: &Truth) -> f64 {
    let volts = truth.pv_voltage.as_volts();
    if volts > 0.0 { truth.pv_power.as_watts() / volts } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_errs_as_its_channel_says() {
        let channel = Channel { offset_stddev: 0.0, gain_stddev: 0.0, noise_stddev: 0.05, grid: 0.01 };
        let mut gauge = Gauge::new(channel, Seed(1).stream("test"));
        let errors: Vec<f64> = (0..20_000).map(|_| gauge.read(12.0) - 12.0).collect();
        let mean = errors.iter().sum::<f64>() / 20_000.0;
        let spread = (errors.iter().map(|error| error * error).sum::<f64>() / 20_000.0).sqrt();
        assert!(mean.abs() < 0.002 && (spread - 0.05).abs() < 0.002, "{mean} {spread}");
        let steps = gauge.read(12.0) / 0.01;
        assert!((steps - steps.round()).abs() < 1e-6);
    }

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
