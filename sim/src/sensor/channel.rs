//! What one analogue channel is like, before any specimen of it is drawn.

use crate::check::Checks;

/// One analogue channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Channel {
    /// Standard deviation of the offset a specimen has, in the channel's unit.
    pub offset_stddev: f64,
    /// Standard deviation of the gain error a specimen has, ratio.
    pub gain_stddev: f64,
    /// Standard deviation of how a specimen's offset drifts, in the channel's unit per kelvin from 25 °C.
    pub drift_stddev_per_kelvin: f64,
    /// Standard deviation of the noise on each reading, in the channel's unit.
    pub noise_stddev: f64,
    /// Smallest step it can show, in the channel's unit; 0 for none.
    pub grid: f64,
    /// What lies nearer to zero reads zero, in the channel's unit.
    pub dead_band: f64,
    /// It reads no more than this, either way, in the channel's unit.
    pub limit: f64,
}

impl Channel {
    /// A channel that errs by offset, gain, noise and grid alone, in the channel's unit but for the gain.
    #[must_use]
    pub const fn new(offset_stddev: f64, gain_stddev: f64, noise_stddev: f64, grid: f64) -> Self {
        Self {
            offset_stddev,
            gain_stddev,
            drift_stddev_per_kelvin: 0.0,
            noise_stddev,
            grid,
            dead_band: 0.0,
            limit: f64::INFINITY,
        }
    }

    /// The same, drifting with temperature.
    #[must_use]
    pub const fn drifting(self, stddev_per_kelvin: f64) -> Self {
        Self { drift_stddev_per_kelvin: stddev_per_kelvin, ..self }
    }

    /// The same, blind about zero.
    #[must_use]
    pub const fn blind_below(self, dead_band: f64) -> Self {
        Self { dead_band, ..self }
    }

    /// The same, clipped.
    #[must_use]
    pub const fn clipped_at(self, limit: f64) -> Self {
        Self { limit, ..self }
    }

    pub(super) fn check(&self, names: [&'static str; 7], checks: &mut Checks) {
        checks.within(names[0], self.offset_stddev, 0.0..=100.0);
        checks.within(names[1], self.gain_stddev, 0.0..=0.5);
        checks.within(names[2], self.noise_stddev, 0.0..=100.0);
        checks.within(names[3], self.grid, 0.0..=10.0);
        checks.within(names[4], self.drift_stddev_per_kelvin, 0.0..=10.0);
        checks.within(names[5], self.dead_band, 0.0..=100.0);
        checks.within(names[6], self.limit, 0.0..=f64::INFINITY);
    }
}
