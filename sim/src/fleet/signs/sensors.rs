//! What the analogue sensors of a block say: the specimens of [`crate::SensorParams`], with noise by counter.
//!
//! ```text
//! read = round(clip(dead(true·gain + offset + drift·(T − 25) + noise·x))/grid)·grid
//! x = z·(0.94904 + 0.01864·z²),   z = √3·(Σ four parts of a hash − 2)       variance 1, no excess of its 4th moment
//! ```
//!
//! Offsets and gains are those that [`crate::Site`] draws for the seed. Noise is a hash of the channel's key
//! and the instant (Irwin and Hall's sum, bent so that second and fourth moment are a normal's, within
//! ±4.06), so that it depends neither on who else is read nor on how often.

use super::elementary::{fused, most, within};
use super::lanes::{Lane, W};
use crate::sensor::{Sensors, Specimen};
use crate::site::SiteParams;
use signals::Seed;

/// An odd number near 2⁶⁴ over the golden ratio: states of successive counters lie far apart.
const TURN: u64 = 0x9E37_79B9_7F4A_7C15;
const CHANNELS: [&str; 6] = [
    "sensor.noise.voltage",
    "sensor.noise.current",
    "sensor.noise.temperature",
    "sensor.noise.pv_voltage",
    "sensor.noise.pv_current",
    "sensor.noise.load_current",
];
/// The place of the battery current.
const SHUNT: usize = 1;
/// What makes variance and kurtosis of the bent sum those of a normal.
const STRETCH: f64 = 0.949_035_521_655_549;
const BEND: f64 = 0.018_641_505_975_653_738;
/// 1.5·2⁵²: adding it rounds to a whole number.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// One channel of each sign.
#[derive(Debug, Clone)]
struct Gauges {
    keys: [u64; W],
    offset: Lane,
    gain: Lane,
    drift: Lane,
    noise: Lane,
    grid: Lane,
    per_grid: Lane,
    dead_band: Lane,
    limit: Lane,
}

/// The sensors.
#[derive(Debug, Clone)]
pub(super) struct SensorLanes {
    gauges: [Gauges; CHANNELS.len()],
}

/// What they say: voltage, current, temperature, panel voltage and current, load current.
pub(super) type Readings = [Lane; CHANNELS.len()];

impl SensorLanes {
    /// The sensors of these signs.
    pub fn new(signs: &[(&SiteParams, Seed)]) -> Self {
        let specimens: Vec<_> = signs
            .iter()
            .map(|(params, seed)| Sensors::new(&params.sensors, *seed, &[]).specimens())
            .collect();
        let gauges = std::array::from_fn(|channel| {
            let each =
                |of: fn(&Specimen) -> f64| -> Lane { std::array::from_fn(|k| of(&specimens[k][channel])) };
            let grid = each(|it| it.grid);
            Gauges {
                keys: std::array::from_fn(|k| signs[k].1.part(CHANNELS[channel]).0),
                offset: each(|it| it.offset),
                gain: each(|it| it.gain),
                drift: each(|it| it.drift_per_kelvin),
                noise: each(|it| it.noise),
                grid,
                per_grid: grid.map(|grid| if grid > 0.0 { grid.recip() } else { 0.0 }),
                dead_band: each(|it| it.dead_band),
                limit: each(|it| it.limit),
            }
        });
        Self { gauges }
    }

    /// What they say of the truth at an instant, the shunt being off by so much.
    #[inline(always)]
    pub fn read(&self, truth: &Readings, shunt_amps: &Lane, nanos: i64) -> Readings {
        let mut readings = *truth;
        let celsius = truth[2];
        let none = [0.0; W];
        for (channel, (readings, gauges)) in readings.iter_mut().zip(&self.gauges).enumerate() {
            let off = if channel == SHUNT { shunt_amps } else { &none };
            let counter = (nanos as u64).wrapping_mul(TURN);
            for k in 0..W {
                let noise = gauges.noise[k] * normal(gauges.keys[k].wrapping_add(counter));
                let drift = gauges.drift[k] * (celsius[k] - 25.0);
                let value = fused(readings[k], gauges.gain[k], gauges.offset[k] + off[k] + drift + noise);
                let value = within(value, -gauges.limit[k], gauges.limit[k]);
                let value = if value.abs() < gauges.dead_band[k] { 0.0 } else { value };
                let rounded = (value * gauges.per_grid[k] + ROUNDER) - ROUNDER;
                readings[k] = if gauges.grid[k] > 0.0 { rounded * gauges.grid[k] } else { value };
            }
        }
        for channel in &mut readings[3..] {
            for k in 0..W {
                channel[k] = most(channel[k], 0.0);
            }
        }
        readings
    }
}

/// A number of about the standard normal distribution that belongs to this state: a key and [`TURN`] times a
/// counter.
#[inline(always)]
fn normal(state: u64) -> f64 {
    let bits = mixed(state);
    let parts = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
    // A whole number below 2⁵² under the exponent of 2⁵² reads as that number above it.
    let sum = f64::from_bits(parts | 0x4330_0000_0000_0000) - 4_503_599_627_370_496.0;
    let z = (sum - 131_070.0) * (3.0_f64.sqrt() / 65_536.0);
    z * fused(BEND * z, z, STRETCH)
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
#[inline(always)]
fn mixed(state: u64) -> u64 {
    let mut bits = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noise_has_a_normals_moments() {
        let draws: Vec<f64> =
            (0..400_000).map(|k| normal((k * 10_000_000_000_u64).wrapping_mul(TURN))).collect();
        let moment = |power: i32| draws.iter().map(|x| x.powi(power)).sum::<f64>() / draws.len() as f64;
        assert!(moment(1).abs() < 5e-3 && (moment(2) - 1.0).abs() < 1e-2, "{} {}", moment(1), moment(2));
        assert!(moment(3).abs() < 2e-2 && (moment(4) - 3.0).abs() < 6e-2, "{} {}", moment(3), moment(4));
    }
}
