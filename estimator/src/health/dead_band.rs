//! A current that is blind about zero: exact zeros, and no small current for as long.
//!
//! ```text
//! found: ≥ 20 zeros and ≥ 20 values up to four times the least since a value under 30 mA was last read
//! ```
//!
//! A load that is off reads exactly zero too, on a meter without noise; what it draws when on is far more than a
//! hundredth of the capacity per hour, or not near the least value for long. A band that the currents of a
//! battery never come near is not found, and does no harm.

use super::View;

const ENOUGH: f64 = 20.0;
/// A sensor that reads less than this is not blind, A.
const SMALL_AMPS: f64 = 0.03;
/// Values near the edge are up to so many times the least.
const NEAR: f64 = 4.0;
/// No band is wider than this over the capacity, per hour.
const BAND_PER_HOUR: f64 = 0.005;

/// What was read since the last small current.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct DeadBand {
    zeros: f64,
    near: f64,
    secs: f64,
    /// The least current read, A; 0 before any.
    pub amps: f64,
}

impl DeadBand {
    /// Since when it is blind, s.
    pub fn look(&mut self, view: &View<'_>) -> Option<f64> {
        let size = view.seen.amps?.abs();
        self.secs += view.dt_secs;
        if size == 0.0 {
            self.zeros += 1.0;
        } else if size < SMALL_AMPS {
            *self = Self::default();
        } else {
            if self.amps == 0.0 || size < 0.8 * self.amps {
                self.near = 0.0;
            }
            self.amps = if self.amps == 0.0 { size } else { self.amps.min(size) };
            self.near += f64::from(u8::from(size <= NEAR * self.amps));
        }
        let narrow = self.amps <= BAND_PER_HOUR * view.capacity;
        (self.zeros >= ENOUGH && self.near >= ENOUGH && narrow).then_some(self.secs)
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        show("dead_band_zeros", &mut self.zeros);
        show("dead_band_near", &mut self.near);
        show("dead_band_secs", &mut self.secs);
        show("dead_band_amps", &mut self.amps);
    }
}
