//! Hard sulfate: what is left discharged for weeks turns into crystals that ordinary charge leaves alone.
//!
//! ```text
//! ṡ = (1 − s)·(1 − SOC)²·2^((T − 25)/10)/3000 h − s/50 h·[U > 2.40 V]
//! capacity × (1 − 0.6·s),   resistance × (1 + 4·s)
//! ```
//!
//! `s` share of the plates covered, 0 to 1; `U` in volts per cell, `T` in °C.
//!
//! No source gives rates: three months at 20 % taking a fifth of the capacity, and two days of
//! equalising giving most of it back, are scenario choices; the ends (capacity × 0.4, resistance × 5)
//! are the ranges of the reference's fault catalogue.

use super::Duty;

const GROWTH_HOURS: f64 = 3000.0;
const RECOVERY_HOURS: f64 = 50.0;
const RECOVERY_CELL_VOLTS: f64 = 2.40;
const CAPACITY_LOSS_MAX: f64 = 0.6;
const RESISTANCE_GROWTH_MAX: f64 = 4.0;

/// The sulfate.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sulfation {
    ratio: f64,
}

impl Sulfation {
    pub const fn ratio(&self) -> f64 {
        self.ratio
    }

    /// Exact for a charge, voltage and temperature held over the time.
    pub fn advance(&mut self, duty: &Duty) {
        let grows = (1.0 - duty.soc).powi(2) * ((duty.celsius - 25.0) / 10.0).exp2() / GROWTH_HOURS;
        let shrinks = if duty.cell_volts() > RECOVERY_CELL_VOLTS { 1.0 / RECOVERY_HOURS } else { 0.0 };
        let rate = grows + shrinks;
        if rate > 0.0 {
            self.ratio -= (grows / rate - self.ratio) * (-rate * duty.hours).exp_m1();
        }
    }

    pub fn capacity_ratio(&self) -> f64 {
        1.0 - CAPACITY_LOSS_MAX * self.ratio
    }

    pub fn resistance_ratio(&self) -> f64 {
        1.0 + RESISTANCE_GROWTH_MAX * self.ratio
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(sulfate: &mut Sulfation, hours: f64, parts: u32, soc: f64, cell_volts: f64) {
        let duty = Duty {
            hours: hours / f64::from(parts),
            rate: 0.0,
            drawn_ratio: 0.0,
            volts: 6.0 * cell_volts,
            soc,
            celsius: 25.0,
            rated_amp_hours: 100.0,
        };
        (0..parts).for_each(|_| sulfate.advance(&duty));
    }

    #[test]
    fn three_months_at_a_fifth_take_a_fifth_and_equalising_gives_most_of_it_back() {
        let mut sulfate = Sulfation::default();
        keep(&mut sulfate, 2190.0, 100, 0.2, 2.0);
        let left = sulfate.capacity_ratio();
        assert!((0.75..0.82).contains(&left), "{left}");
        assert!((1.5..5.0).contains(&sulfate.resistance_ratio()));
        keep(&mut sulfate, 100.0, 100, 0.99, 2.5);
        assert!(sulfate.capacity_ratio() > 0.96);
    }

    #[test]
    fn three_months_nearly_full_take_next_to_nothing() {
        let mut sulfate = Sulfation::default();
        keep(&mut sulfate, 2190.0, 100, 0.95, 2.13);
        assert!(sulfate.capacity_ratio() > 0.998);
    }

    #[test]
    fn cutting_the_time_changes_nothing() {
        let (mut whole, mut parts) = (Sulfation::default(), Sulfation::default());
        keep(&mut whole, 500.0, 1, 0.3, 2.0);
        keep(&mut parts, 500.0, 5000, 0.3, 2.0);
        assert!((whole.ratio() - parts.ratio()).abs() < 1e-12);
    }
}
