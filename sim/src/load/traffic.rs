//! Vehicles before a radar sign: it lights for a few seconds for each, and stays dark on an empty road.
//!
//! ```text
//! P(lit in a slot of 3 s) = 1 − exp(−3 s·rate/3600)       rate by local solar hour, vehicles an hour
//! ```
//!
//! Whether slot `k` is lit is decided by a hash of seed and `k` alone (counter-based chance), so it
//! depends neither on the plant's step nor on the order in which slots are asked for.
//!
//! Reference: Poisson arrivals of 20 to 900 an hour, 3 s each (scenario choice); the daily course is
//! that of a two-way regional road, quiet at night with a peak at either end of the working day.

use crate::chance::uniform;
use signals::Seed;

/// A sign stays lit this long for a vehicle.
pub(crate) const SLOT_SECS: f64 = 3.0;
/// Vehicles an hour, by local solar hour.
const RATE_PER_HOUR: [f64; 24] = [
    40.0, 25.0, 20.0, 20.0, 30.0, 90.0, 280.0, 520.0, 480.0, 330.0, 300.0, 310.0, 340.0, 330.0, 360.0, 460.0,
    560.0, 520.0, 340.0, 230.0, 170.0, 130.0, 90.0, 60.0,
];

/// The traffic of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Traffic {
    key: u64,
}

impl Traffic {
    /// The traffic of this seed.
    pub fn new(seed: Seed) -> Self {
        Self { key: seed.part("load.traffic").0 }
    }

    /// Share of the time between two instants (seconds of the run) for which the sign is lit.
    /// `start_local_days` is the run's start in local solar days.
    pub fn lit_ratio(&self, from_secs: f64, until_secs: f64, start_local_days: f64) -> f64 {
        let span = until_secs - from_secs;
        if span <= 0.0 {
            return self.lit(slot_of(from_secs), start_local_days);
        }
        let slots = slot_of(from_secs)..=slot_of(until_secs);
        let lit_secs: f64 = slots
            .map(|slot| {
                let start = slot as f64 * SLOT_SECS;
                let shared = until_secs.min(start + SLOT_SECS) - from_secs.max(start);
                shared.max(0.0) * self.lit(slot, start_local_days)
            })
            .sum();
        lit_secs / span
    }

    /// 1 where a vehicle passes in this slot, else 0.
    fn lit(&self, slot: u64, start_local_days: f64) -> f64 {
        f64::from(u8::from(uniform(self.key, slot) < lit_chance(slot, start_local_days)))
    }

    /// What makes this traffic its own.
    pub(crate) const fn key(&self) -> u64 {
        self.key
    }
}

/// The chance of a vehicle in this slot.
pub(crate) fn lit_chance(slot: u64, start_local_days: f64) -> f64 {
    let days = start_local_days + slot as f64 * SLOT_SECS / 86_400.0;
    let hour = (days.rem_euclid(1.0) * 24.0) as usize;
    1.0 - (-SLOT_SECS * RATE_PER_HOUR[hour.min(23)] / 3600.0).exp()
}

pub(crate) fn slot_of(secs: f64) -> u64 {
    (secs / SLOT_SECS) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_the_vehicles_its_rate_says() {
        let traffic = Traffic::new(Seed(1));
        let lit = |hour: f64| {
            let days = (0..40).map(|day| f64::from(day) * 86_400.0 + hour * 3600.0);
            days.map(|start| traffic.lit_ratio(start, start + 3600.0, 0.0)).sum::<f64>() / 40.0
        };
        assert!((lit(7.0) - (1.0 - (-3.0 * 520.0 / 3600.0_f64).exp())).abs() < 0.02);
        assert!((lit(2.0) - 3.0 * 20.0 / 3600.0).abs() < 0.005);
    }

    #[test]
    fn a_cut_span_has_the_same_vehicles() {
        let traffic = Traffic::new(Seed(2));
        let whole = traffic.lit_ratio(28_000.0, 28_100.0, 0.0);
        let parts: f64 = (0..200)
            .map(|k| traffic.lit_ratio(28_000.0 + f64::from(k) * 0.5, 28_000.5 + f64::from(k) * 0.5, 0.0))
            .sum();
        assert!((whole - parts / 200.0).abs() < 1e-9);
    }
}
