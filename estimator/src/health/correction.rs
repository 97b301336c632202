//! What the current is put right by: an offset and a gain that the detectors have found, each adding to what was found before.
//!
//! ```text
//! I = (I_read − b)/g            b = 0 and g = 1 while nothing is found
//! ```
//!
//! Detectors look at the current put right, so that a sensor that has recovered is found to be off by the opposite, and
//! the two add up to nothing.

/// An offset smaller than this over the capacity, per hour, is none.
const OFFSET_PER_HOUR: f64 = 0.002;
/// A gain smaller than this, ln, is none.
const GAIN_LOG: f64 = 0.04;

/// Offset in amps and gain as a logarithm, and how long ago each began, s.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Correction {
    pub offset_amps: f64,
    offset_secs: f64,
    gain_log: f64,
    gain_secs: f64,
}

impl Correction {
    /// Lets time pass.
    pub fn age(&mut self, dt_secs: f64) {
        self.offset_secs += dt_secs;
        self.gain_secs += dt_secs;
    }

    /// The current put right.
    pub fn of(&self, amps: f64) -> f64 {
        (amps - self.offset_amps) * (-self.gain_log).exp()
    }

    /// So much more offset, A, since so long, s.
    pub fn shift(&mut self, amps: f64, since_secs: f64, capacity: f64) {
        if self.offset_amps == 0.0 {
            self.offset_secs = since_secs;
        }
        self.offset_amps += amps * self.gain_log.exp();
        if self.offset_amps.abs() < OFFSET_PER_HOUR * capacity {
            self.offset_amps = 0.0;
        }
    }

    /// So much more gain, ln, since so long, s.
    pub fn scale(&mut self, log: f64, since_secs: f64) {
        if self.gain_log == 0.0 {
            self.gain_secs = since_secs;
        }
        self.gain_log += log;
        if self.gain_log.abs() < GAIN_LOG {
            self.gain_log = 0.0;
        }
    }

    /// Since when there is an offset, s.
    pub fn offset_since(&self) -> Option<f64> {
        (self.offset_amps != 0.0).then_some(self.offset_secs)
    }

    /// Since when there is a gain, s, and how much more it reads, as a share.
    pub fn gain_since(&self) -> (Option<f64>, f64) {
        ((self.gain_log != 0.0).then_some(self.gain_secs), self.gain_log.exp_m1())
    }

    pub fn each(&mut self, show: &mut impl FnMut(&str, &mut f64)) {
        for value in [&mut self.offset_amps, &mut self.offset_secs, &mut self.gain_log, &mut self.gain_secs] {
            show("correction", value);
        }
    }
}
