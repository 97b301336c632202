//! One-state hysteresis: the rest voltage remembers which way the charge last moved.
//!
//! ```text
//! h[k+1] = F·h[k] + (1 − F)·M·sgn(I),    F = exp(−γ·|I|·Δt/(3600·C))
//! ```
//!
//! `h` and `M` in volts, `I` in amps (positive while charging, which lifts the voltage), `C` in Ah.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. I, ch. 2.8; the instantaneous part is left out.

/// The hysteresis after a step that moved `moved_ratio` of the capacity (signed).
pub(super) fn step(volts: f64, moved_ratio: f64, most_volts: f64, rate: f64) -> f64 {
    let turned = -(-rate * moved_ratio.abs()).exp_m1();
    volts + (most_volts * moved_ratio.signum() - volts) * turned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charging_lifts_and_discharging_lowers_and_rest_keeps() {
        assert!(step(0.0, 0.01, 0.05, 60.0) > 0.0);
        assert!(step(0.0, -0.01, 0.05, 60.0) < 0.0);
        assert_eq!(step(0.03, 0.0, 0.05, 60.0), 0.03);
    }

    #[test]
    fn cutting_the_step_changes_nothing() {
        let parts = (0..1000).fold(-0.05, |volts, _| step(volts, 1e-5, 0.05, 60.0));
        assert!((parts - step(-0.05, 0.01, 0.05, 60.0)).abs() < 1e-14);
    }
}
