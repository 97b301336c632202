//! A channel that was there and is silent while the device goes on sending.

use super::View;

/// Shorter silence is nothing, s: some devices send a channel only now and then.
const SILENT_SECS: f64 = 900.0;
/// and so many readings.
const SILENT_READINGS: f64 = 10.0;

/// Silence of the three channels, in the order voltage, current, temperature.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Dropout {
    /// 1 once the channel has spoken.
    spoke: [f64; 3],
    silent_secs: [f64; 3],
    silent_readings: [f64; 3],
}

impl Dropout {
    /// Since when each is silent, s.
    pub fn look(&mut self, view: &View<'_>) -> [Option<f64>; 3] {
        let seen = [view.seen.volts, view.seen.amps, view.seen.celsius].map(|value| value.is_some());
        let mut found = [None; 3];
        for (i, seen) in seen.into_iter().enumerate() {
            if seen {
                (self.spoke[i], self.silent_secs[i], self.silent_readings[i]) = (1.0, 0.0, 0.0);
            } else if self.spoke[i] == 1.0 {
                self.silent_secs[i] += view.dt_secs;
                self.silent_readings[i] += 1.0;
            }
            let long = self.silent_secs[i] >= SILENT_SECS && self.silent_readings[i] >= SILENT_READINGS;
            found[i] = long.then_some(self.silent_secs[i]);
        }
        found
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        for value in self.spoke.iter_mut().chain(&mut self.silent_secs).chain(&mut self.silent_readings) {
            show("dropout", value);
        }
    }
}
