//! Charge transfer at the electrodes: a resistance that falls as the current grows.
//!
//! ```text
//! v = U·asinh(R·I/U)
//! ```
//!
//! `v` and `U` in volts, `I` in amps, `R` in Ω at small currents. It settles within milliseconds, so it has no state
//! of its own. It is the Butler–Volmer equation of a symmetric reaction: there `U = 2·R_gas·T/F` (51 mV an
//! electrode at 25 °C) and `R` grows in the cold by Arrhenius; a chart's `U` is a fit.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. I, ch. 3.

/// The voltage at a current; `bend_volts` is `U`, infinite for a plain resistance.
pub(super) fn volts(ohms: f64, bend_volts: f64, amps: f64) -> f64 {
    if bend_volts.is_finite() { bend_volts * (ohms * amps / bend_volts).asinh() } else { ohms * amps }
}

/// The resistance that stands for it at a current: of the straight line from rest.
pub(super) fn ohms(ohms: f64, bend_volts: f64, amps: f64) -> f64 {
    if bend_volts.is_finite() && amps != 0.0 { volts(ohms, bend_volts, amps) / amps } else { ohms }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_currents_see_a_resistance_and_large_ones_its_logarithm() {
        assert!((volts(0.1, 0.2, 1e-3) - 1e-4).abs() < 1e-9);
        let per_decade = volts(0.1, 0.2, 1e4) - volts(0.1, 0.2, 1e3);
        assert!((per_decade - 0.2 * 10_f64.ln()).abs() < 1e-5, "{per_decade}");
        assert_eq!(volts(0.1, 0.2, -3.0), -volts(0.1, 0.2, 3.0));
    }

    #[test]
    fn without_a_bend_it_is_a_resistance() {
        assert_eq!(volts(0.1, f64::INFINITY, 3.0), 0.1 * 3.0);
        assert_eq!(ohms(0.1, f64::INFINITY, 3.0), 0.1);
        assert_eq!(ohms(0.1, 0.2, 0.0), 0.1);
    }
}
