//! Ageing of LiFePO4: the calendar takes lithium with the root of time, cycles with the root of their number.
//!
//! ```text
//! calendar  q = 1.2571e-5·√t·exp(−17126/R·(1/T − 1/298.15))·(2.8575·(s − 0.5)³ + 0.60225)
//!           ṙ = 3.4194e-10·exp(−71827/R·(1/T − 1/298.15))·(−3.3903·(s − 0.5)² + 1.5604)
//! cycle     q = 0.01·(0.0630·c + 0.0971)·(4.0253·(d − 0.6)³ + 1.0923)·√FEC
//!           r = 0.01·(−0.0020·c + 0.0021)·(6.8477·(d − 0.5)³ + 0.91882)·FEC
//! ```
//!
//! `q` share of capacity lost, `r` share of resistance gained, `t` in s, `T` in K, `s` state of charge, `c` rate in
//! 1/h, `d` depth of a cycle, `FEC` full equivalent cycles. When conditions change, each root goes on
//! from the time (or number) that would have given what is lost so far: exact, however the time is cut.
//! A half cycle ends where the charge turns by 2 %.
//!
//! Reference: M. Naumann et al., J. Energy Storage 17 (2018) 153 and J. Power Sources 451 (2020) 227666, as
//! SimSES has them (Sony 26650). Measured above 0 °C only: below, it extrapolates, and plating is left out.

use super::Duty;

const GAS_CONSTANT: f64 = 8.314_462;
const TURN_RATIO: f64 = 0.02;

/// What is lost so far, and the half cycle under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lithium {
    calendar_loss: f64,
    cycle_loss: f64,
    resistance_gain: f64,
    /// Where the half cycle began, how far it has come, and which way it goes.
    start: f64,
    farthest: f64,
    rising: bool,
    hours: f64,
}

impl Lithium {
    pub const fn new(soc: f64) -> Self {
        Self {
            calendar_loss: 0.0,
            cycle_loss: 0.0,
            resistance_gain: 0.0,
            start: soc,
            farthest: soc,
            rising: false,
            hours: 0.0,
        }
    }

    pub fn capacity_loss(&self) -> f64 {
        self.calendar_loss + self.cycle_loss
    }

    pub fn resistance_ratio(&self) -> f64 {
        1.0 + self.resistance_gain
    }

    pub fn advance(&mut self, duty: &Duty) {
        self.stand(duty.hours * 3600.0, duty.soc, duty.celsius + 273.15);
        self.hours += duty.hours;
        self.follow(duty.soc);
    }

    /// The calendar.
    fn stand(&mut self, secs: f64, soc: f64, kelvin: f64) {
        let warmth = |joules: f64| (-joules / GAS_CONSTANT * (1.0 / kelvin - 1.0 / 298.15)).exp();
        let off = soc - 0.5;
        let loss = 1.2571e-5 * warmth(17_126.0) * (2.8575 * off.powi(3) + 0.60225);
        self.calendar_loss = (self.calendar_loss.powi(2) + loss * loss * secs).sqrt();
        self.resistance_gain += 3.4194e-10 * warmth(71_827.0) * (-3.3903 * off * off + 1.5604) * secs;
    }

    /// Looks for the turn that ends a half cycle.
    fn follow(&mut self, soc: f64) {
        let onward = if self.rising { soc - self.farthest } else { self.farthest - soc };
        if onward > 0.0 {
            self.farthest = soc;
        } else if onward < -TURN_RATIO {
            self.end_half_cycle((self.farthest - self.start).abs());
            (self.start, self.farthest, self.rising) = (self.farthest, soc, !self.rising);
        }
    }

    fn end_half_cycle(&mut self, depth: f64) {
        let rate = depth / self.hours.max(1e-3);
        let full_cycles = depth / 2.0;
        let loss = 0.01 * (0.0630 * rate + 0.0971) * (4.0253 * (depth - 0.6).powi(3) + 1.0923);
        self.cycle_loss = (self.cycle_loss.powi(2) + loss * loss * full_cycles).sqrt();
        let gain = 0.01 * (-0.0020 * rate + 0.0021) * (6.8477 * (depth - 0.5).powi(3) + 0.91882);
        self.resistance_gain += gain.max(0.0) * full_cycles;
        self.hours = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(soc: f64, celsius: f64, parts: u32) -> f64 {
        let mut cells = Lithium::new(soc);
        let secs = 365.0 * 86_400.0 / f64::from(parts);
        (0..parts).for_each(|_| cells.stand(secs, soc, celsius + 273.15));
        cells.capacity_loss()
    }

    #[test]
    fn a_year_on_the_shelf_takes_what_was_published() {
        for (soc, celsius, percent) in [(0.5, 25.0, 4.25), (1.0, 25.0, 6.78), (0.5, 0.0, 2.26)] {
            let lost = 100.0 * year(soc, celsius, 1);
            assert!((lost - percent).abs() < 0.03, "{soc} {celsius}: {lost}");
            assert!((100.0 * year(soc, celsius, 8760) - lost).abs() < 1e-9);
        }
    }

    #[test]
    fn three_hundred_full_equivalents_of_shallow_slow_cycles_take_what_was_published() {
        let mut cells = Lithium::new(0.65);
        let (depth, rate, step) = (0.3, 0.1, 0.005);
        let half = (depth / step) as i32;
        for _ in 0..1000 {
            for k in (0..half).rev().chain(1..=half) {
                cells.hours += step / rate;
                cells.follow(0.35 + f64::from(k) * step);
            }
        }
        let lost = 100.0 * cells.capacity_loss();
        assert!((lost - 1.76).abs() < 0.05, "{lost}");
    }
}
