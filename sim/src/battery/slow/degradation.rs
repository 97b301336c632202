//! Wear of the active mass: each ampere-hour drawn counts, and counts more where it hurts.
//!
//! ```text
//! Ż_w = |I_dis|/C·f_SOC·f_acid
//! f_SOC  = 1 + (6.614e-5 + 3.307e-3·(1 − SOC_min))·f_I·Δt_full,    f_I = √(I₁₀/|I|)·exp(n/3.6)^(1/3)
//! f_acid = 1 + f_st·√(I₁₀/|I|)
//! loss(Z_w) = L·(exp(−5(1 − Z_w/(1.6·Z_IEC))) − exp(−5)),          L = 0.2/(1 − exp(−5))
//! ```
//!
//! `Z_w` in nominal capacities drawn, `Δt_full` in hours since full; `I` under C/1000 counts as C/1000.
//! `L` makes a new battery lose nothing and one at `1.6·Z_IEC` a fifth. `Z_IEC` is what
//! a sheet gives: 600 for flooded and gel, 200 for an AGM block (what makes the check below come out).
//!
//! Reference: J. Schiffer et al., J. Power Sources 168 (2007) 66–78. Public codes place the brackets of
//! f_SOC in three ways; this is the one of the equation above. Check: an AGM sheet gives 200 to 450
//! capacities by depth (200 cycles at 100 %, 600 at 50 %, 1500 at 30 %).

use super::{Duty, history::History};

const LOSS_AT_END: f64 = 0.2;
const STEEPNESS: f64 = 5.0;
const RATE_MIN_OVER_I10: f64 = 0.01;
/// Beyond this share of its life the exponential says nothing any more.
const LIFE_RATIO_MAX: f64 = 1.4;

/// The wear.
#[derive(Debug, Clone, Copy)]
pub(super) struct Degradation {
    cycles_iec: f64,
    weighted_capacities: f64,
}

impl Degradation {
    /// A new battery of so many cycles of the IEC's test.
    pub const fn new(cycles_iec: f64) -> Self {
        Self { cycles_iec, weighted_capacities: 0.0 }
    }

    pub fn advance(&mut self, duty: &Duty, history: &History, layering: f64) {
        if duty.drawn_ratio > 0.0 {
            let slowness = 1.0 / duty.discharge_over_i10().max(RATE_MIN_OVER_I10).sqrt();
            let hungry = charge_weight(history, slowness);
            self.weighted_capacities += duty.drawn_ratio * hungry * (1.0 + layering * slowness);
        }
    }

    pub fn capacity_loss(&self) -> f64 {
        let life = (self.weighted_capacities / (1.6 * self.cycles_iec)).min(LIFE_RATIO_MAX);
        let fresh = (-STEEPNESS).exp();
        LOSS_AT_END / (1.0 - fresh) * ((-STEEPNESS * (1.0 - life)).exp() - fresh)
    }
}

/// f_SOC; `slowness` is √(I₁₀/|I|).
fn charge_weight(history: &History, slowness: f64) -> f64 {
    let current = slowness * (history.bad_charges() / 3.6).exp().cbrt();
    1.0 + (6.614e-5 + 3.307e-3 * (1.0 - history.soc_min())) * current * history.hours()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rate: f64, hours_without_full: f64, layering: f64) -> Degradation {
        let duty = |soc: f64, hours: f64| Duty {
            hours,
            rate: -rate,
            drawn_ratio: rate * hours,
            volts: 12.2,
            soc,
            celsius: 25.0,
            rated_amp_hours: 100.0,
        };
        let mut history = History::new(0.5);
        history.advance(&duty(0.5, hours_without_full));
        let mut wear = Degradation::new(600.0);
        wear.advance(&duty(0.5, 1.0 / rate), &history, layering);
        wear
    }

    #[test]
    fn an_amp_hour_counts_once_when_fast_from_full_and_more_when_hungry_slow_or_layered() {
        let weight = |wear: Degradation| wear.weighted_capacities;
        let plain = weight(drawn(0.1, 0.0, 0.0));
        assert!((plain - 1.0).abs() < 1e-9);
        let month = weight(drawn(0.1, 720.0, 0.0));
        assert!((month - (1.0 + 720.0 * (6.614e-5 + 3.307e-3 * 0.5))).abs() < 1e-9, "{month}");
        assert!(weight(drawn(0.01, 720.0, 0.0)) > 2.0 * month);
        assert!((weight(drawn(0.1, 0.0, 0.5)) - 1.5).abs() < 1e-9);
    }

    #[test]
    fn a_new_battery_has_lost_nothing_and_one_at_the_end_of_its_life_a_fifth() {
        let loss =
            |weighted_capacities| Degradation { cycles_iec: 600.0, weighted_capacities }.capacity_loss();
        assert_eq!(loss(0.0), 0.0);
        assert!((loss(960.0) - 0.2).abs() < 1e-12);
        assert!(loss(480.0) < 0.02, "most of it comes late");
    }
}
