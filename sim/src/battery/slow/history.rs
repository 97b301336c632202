//! How a lead-acid battery was treated since it was last full: what Schiffer's weights ask for.
//!
//! ```text
//! n ← n + (0.0025 − (0.95 − SOC_max)²)/0.0025     for a charge that ended with SOC_max in 0.90..full
//! n ← 0, SOC_min ← SOC, Δt ← 0                    at a full charge
//! ```
//!
//! Full is 99 %: Schiffer's 99.99 % belongs to a model that does not taper. Hours; ratios.
//!
//! Reference: J. Schiffer et al., J. Power Sources 168 (2007) 66–78.

use super::Duty;

const FULL_SOC: f64 = 0.99;
const NEARLY_FULL_SOC: f64 = 0.90;
/// A charge ends once this much has been drawn again: a board's pages are no discharge.
const TURN_RATIO: f64 = 0.005;

/// Since the last full charge.
#[derive(Debug, Clone, Copy)]
pub(super) struct History {
    hours: f64,
    soc_min: f64,
    /// The highest charge since the last turn down, and the lowest since the last turn up.
    crest: f64,
    trough: f64,
    rising: bool,
    bad_charges: f64,
}

impl History {
    pub const fn new(soc: f64) -> Self {
        Self { hours: 0.0, soc_min: soc, crest: soc, trough: soc, rising: false, bad_charges: 0.0 }
    }

    pub fn advance(&mut self, duty: &Duty) {
        self.hours += duty.hours;
        self.soc_min = self.soc_min.min(duty.soc);
        self.turn(duty.soc);
        if duty.soc >= FULL_SOC {
            (self.hours, self.soc_min, self.bad_charges) = (0.0, duty.soc, 0.0);
        }
    }

    fn turn(&mut self, soc: f64) {
        self.crest = self.crest.max(soc);
        self.trough = self.trough.min(soc);
        if self.rising && soc < self.crest - TURN_RATIO {
            self.bad_charges += badness(self.crest);
            (self.rising, self.trough) = (false, soc);
        } else if !self.rising && soc > self.trough + TURN_RATIO {
            (self.rising, self.crest) = (true, soc);
        }
    }

    /// Hours since full.
    pub const fn hours(&self) -> f64 {
        self.hours
    }

    /// Lowest charge since full.
    pub const fn soc_min(&self) -> f64 {
        self.soc_min
    }

    /// Weighted number of bad charges since full, n.
    pub const fn bad_charges(&self) -> f64 {
        self.bad_charges
    }
}

fn badness(soc_max: f64) -> f64 {
    if (NEARLY_FULL_SOC..FULL_SOC).contains(&soc_max) {
        (0.0025 - (0.95 - soc_max).powi(2)) / 0.0025
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(socs: &[f64]) -> History {
        let mut history = History::new(socs[0]);
        for soc in socs {
            history.advance(&Duty {
                hours: 1.0,
                rate: 0.0,
                drawn_ratio: 0.0,
                volts: 12.5,
                soc: *soc,
                celsius: 25.0,
                rated_amp_hours: 100.0,
            });
        }
        history
    }

    #[test]
    fn a_charge_that_stops_at_95_percent_is_the_worst_and_a_full_one_forgives() {
        assert!((seen(&[0.7, 0.95, 0.7]).bad_charges() - 1.0).abs() < 1e-9);
        assert!((seen(&[0.7, 0.92, 0.7]).bad_charges() - 0.64).abs() < 1e-9);
        assert_eq!(seen(&[0.7, 0.85, 0.7]).bad_charges(), 0.0);
        let forgiven = seen(&[0.7, 0.95, 0.7, 0.995]);
        assert_eq!((forgiven.bad_charges(), forgiven.hours()), (0.0, 0.0));
    }
}
