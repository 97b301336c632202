//! What simpler methods make of the same readings: the estimator has to be better than these.
//!
//! - the **coulomb counter** starts where the estimator is told to, or at the look-up, and counts;
//! - **assume full** starts full and counts, as a battery monitor does out of its box;
//! - the **rest look-up** reads the rest curve whenever hardly any current flows, and keeps the answer.

use estimator::Profile;
use signals::{Amps, Reading, SimTime, Soc, Volts};

/// Names in machine output.
pub(super) const NAMES: [&str; 3] = ["coulomb_counter", "assume_full", "rest_lookup"];

/// Below this current over capacity, per hour, the battery rests.
const REST_PER_HOUR: f64 = 0.005;

/// The three of them.
#[derive(Debug)]
pub(super) struct Rivals<'p> {
    profile: &'p Profile,
    said: Option<f64>,
    counted: Option<f64>,
    from_full: f64,
    looked_up: Option<f64>,
    before: Option<(SimTime, f64)>,
}

impl<'p> Rivals<'p> {
    pub fn new(profile: &'p Profile, said: Option<Soc>) -> Self {
        let said = said.map(Soc::as_ratio);
        Self { profile, said, counted: said, from_full: 1.0, looked_up: None, before: None }
    }

    /// States of charge after this reading.
    pub fn look(&mut self, at: SimTime, reading: &Reading) -> [Option<f64>; 3] {
        let amps = reading.current.map(Amps::as_amps);
        if let Some(volts) = reading.voltage {
            self.look_up(volts, amps);
        }
        if self.said.is_none() && self.counted.is_none() {
            self.counted = self.looked_up;
        }
        if let (Some((then, before)), Some(now)) = (self.before, amps) {
            let hours = (at - then).as_secs().max(0.0) / 3600.0;
            let gained = 0.5 * (before + now) * hours / self.profile.capacity().as_amp_hours();
            self.from_full = (self.from_full + gained).clamp(0.0, 1.0);
            self.counted = self.counted.map(|soc| (soc + gained).clamp(0.0, 1.0));
        }
        if let Some(now) = amps {
            self.before = Some((at, now));
        }
        [self.counted, Some(self.from_full), self.looked_up]
    }

    fn look_up(&mut self, volts: Volts, amps: Option<f64>) {
        let rests =
            amps.is_none_or(|amps| amps.abs() < REST_PER_HOUR * self.profile.capacity().as_amp_hours());
        if rests || self.looked_up.is_none() {
            self.looked_up = Some(self.profile.soc_at_rest(volts).as_ratio());
        }
    }
}
