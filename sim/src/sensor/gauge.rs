//! One specimen of a channel, and what a fault makes of its readings.
//!
//! ```text
//! read = grid(clip(dead(true·(1 + gain) + offset + drift·(T − 25) + noise)))
//! ```

use super::channel::Channel;
use crate::chance::uniform;
use crate::fault::SensorFault;
use rand_distr::{Distribution, StandardNormal};
use signals::{Seed, Stream};

/// One reading in so many is a spike, while there are any.
const SPIKE_RATIO: f64 = 0.01;

/// What a specimen is like, in its channel's unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Specimen {
    pub offset: f64,
    pub gain: f64,
    pub drift_per_kelvin: f64,
    pub noise: f64,
    pub grid: f64,
    pub dead_band: f64,
    pub limit: f64,
}

/// One specimen of a channel.
#[derive(Debug)]
pub(super) struct Gauge {
    channel: Channel,
    offset: f64,
    gain: f64,
    drift_per_kelvin: f64,
    chance: Stream,
    fault_chance: Stream,
    spike_key: u64,
    count: u64,
    last: Option<f64>,
}

impl Gauge {
    /// The specimen that this seed draws under this name.
    pub fn new(channel: Channel, name: &str, seed: Seed) -> Self {
        let mut chance = seed.stream(name);
        let offset = channel.offset_stddev * normal(&mut chance);
        let gain = 1.0 + channel.gain_stddev * normal(&mut chance);
        let own = seed.part(name);
        let drift_per_kelvin = channel.drift_stddev_per_kelvin * normal(&mut own.stream("drift"));
        Self {
            channel,
            offset,
            gain,
            drift_per_kelvin,
            chance,
            fault_chance: own.stream("fault"),
            spike_key: own.part("spike").0,
            count: 0,
            last: None,
        }
    }

    /// What it is like.
    pub const fn specimen(&self) -> Specimen {
        let Channel { noise_stddev, grid, dead_band, limit, .. } = self.channel;
        Specimen {
            offset: self.offset,
            gain: self.gain,
            drift_per_kelvin: self.drift_per_kelvin,
            noise: noise_stddev,
            grid,
            dead_band,
            limit,
        }
    }

    /// What it reads of `truth` with the instrument this warm.
    pub fn read(&mut self, truth: f64, celsius: f64, fault: &SensorFault) -> f64 {
        let noise = self.channel.noise_stddev * normal(&mut self.chance);
        self.count += 1;
        if let Some(fixed) = fault.fixed {
            return fixed;
        }
        if let Some(last) = self.last.filter(|_| fault.stuck) {
            return last;
        }
        let drift = (self.drift_per_kelvin + fault.drift_per_kelvin) * (celsius - 25.0);
        let value = truth * (self.gain + fault.gain) + (self.offset + fault.offset) + drift + noise;
        let disturbed = value + self.disturbance(fault);
        let read = self.shown(disturbed, fault);
        self.last = Some(read);
        read
    }

    /// Noise and spikes that a fault adds.
    fn disturbance(&mut self, fault: &SensorFault) -> f64 {
        let noise = if fault.noise > 0.0 { fault.noise * normal(&mut self.fault_chance) } else { 0.0 };
        if fault.spike == 0.0 {
            return noise;
        }
        let drawn = uniform(self.spike_key, self.count);
        let spike = if drawn < SPIKE_RATIO { 2.0 * drawn / SPIKE_RATIO - 1.0 } else { 0.0 };
        noise + fault.spike * spike
    }

    fn shown(&self, value: f64, fault: &SensorFault) -> f64 {
        let limit = self.channel.limit.min(fault.limit);
        let value = if fault.reversed { -value } else { value }.clamp(-limit, limit);
        if value.abs() < self.channel.dead_band.max(fault.band) {
            return 0.0;
        }
        let grid = self.channel.grid.max(fault.step);
        if grid > 0.0 { (value / grid).round() * grid } else { value }
    }
}

fn normal(chance: &mut Stream) -> f64 {
    StandardNormal.sample(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: SensorFault = SensorFault::NONE;

    fn gauge(channel: Channel) -> Gauge {
        Gauge::new(channel, "test", Seed(1))
    }

    fn plain() -> Gauge {
        gauge(Channel::new(0.0, 0.0, 0.0, 0.0))
    }

    #[test]
    fn a_gauge_errs_as_its_channel_says() {
        let mut gauge = gauge(Channel::new(0.0, 0.0, 0.05, 0.01));
        let errors: Vec<f64> = (0..20_000).map(|_| gauge.read(12.0, 25.0, &NONE) - 12.0).collect();
        let mean = errors.iter().sum::<f64>() / 20_000.0;
        let spread = (errors.iter().map(|error| error * error).sum::<f64>() / 20_000.0).sqrt();
        assert!(mean.abs() < 0.002 && (spread - 0.05).abs() < 0.002, "{mean} {spread}");
        let steps = gauge.read(12.0, 25.0, &NONE) / 0.01;
        assert!((steps - steps.round()).abs() < 1e-6);
    }

    #[test]
    fn a_drifting_specimen_errs_in_proportion_to_the_cold() {
        let mut gauge = gauge(Channel::new(0.0, 0.0, 0.0, 0.0).drifting(0.01));
        let errors = [25.0, 5.0, -15.0].map(|celsius| gauge.read(1.0, celsius, &NONE) - 1.0);
        assert!(errors[0].abs() < 1e-12 && errors[1] != 0.0 && (errors[2] - 2.0 * errors[1]).abs() < 1e-12);
    }

    #[test]
    fn a_blind_band_and_a_limit_hide_what_is_small_and_what_is_large() {
        let mut gauge = gauge(Channel::new(0.0, 0.0, 0.0, 0.0).blind_below(0.1).clipped_at(5.0));
        assert_eq!([0.05, -0.3, 7.0, -7.0].map(|amps| gauge.read(amps, 25.0, &NONE)), [0.0, -0.3, 5.0, -5.0]);
    }

    #[test]
    fn each_defect_does_what_it_says() {
        let read = |fault: SensorFault| plain().read(2.04, 5.0, &fault);
        assert!((read(SensorFault { offset: 0.5, ..NONE }) - 2.54).abs() < 1e-12);
        assert!((read(SensorFault { gain: 0.1, ..NONE }) - 2.244).abs() < 1e-12);
        assert!((read(SensorFault { drift_per_kelvin: 0.01, ..NONE }) - 1.84).abs() < 1e-12);
        assert!((read(SensorFault { step: 0.1, ..NONE }) - 2.0).abs() < 1e-12);
        assert_eq!(read(SensorFault { band: 3.0, ..NONE }), 0.0);
        assert_eq!(read(SensorFault { limit: 1.0, ..NONE }), 1.0);
        assert_eq!(read(SensorFault { reversed: true, ..NONE }), -2.04);
        assert_eq!(read(SensorFault { fixed: Some(-127.0), ..NONE }), -127.0);
    }

    #[test]
    fn a_stuck_gauge_keeps_its_last_reading_and_comes_back() {
        let stuck = SensorFault { stuck: true, ..NONE };
        let mut gauge = plain();
        let reads = [(1.0, NONE), (2.0, stuck), (3.0, stuck), (4.0, NONE)];
        assert_eq!(reads.map(|(truth, fault)| gauge.read(truth, 25.0, &fault)), [1.0, 1.0, 1.0, 4.0]);
    }

    #[test]
    fn one_reading_in_a_hundred_is_a_spike() {
        let spiky = SensorFault { spike: 3.0, ..NONE };
        let mut gauge = plain();
        let spikes = (0..50_000).filter(|_| gauge.read(12.0, 25.0, &spiky) != 12.0).count();
        assert!((400..600).contains(&spikes), "{spikes}");
    }
}
