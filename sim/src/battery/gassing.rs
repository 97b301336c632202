//! Gassing of a lead-acid bank: current that splits water instead of charging, and so the reason why
//! the last of the charge costs more than it stores.
//!
//! ```text
//! I_gas = C/100·I₀·exp(11·(U − 2.23) + 0.06·(T − 25)),    U = V/6,   I₀ = 10 mA per 100 Ah (VRLA)
//! ```
//!
//! In amps, with `V` of the 12 V block and `T` in °C. What is left of it at 13.0 V is subtracted: below
//! that the self-discharge figure already counts it. Above 15.6 V the bubbles themselves limit it: no more
//! is made of the exponential there.
//!
//! Reference: J. Schiffer et al., J. Power Sources 168 (2007) 66–78.

pub(crate) const PER_VOLT: f64 = 11.0 / 6.0;
pub(crate) const REFERENCE_VOLTS: f64 = 13.38;
pub(crate) const ONSET_VOLTS: f64 = 13.0;
pub(crate) const LIMIT_VOLTS: f64 = 15.6;
/// exp(PER_VOLT·(ONSET − REFERENCE)).
pub(crate) const AT_ONSET: f64 = 0.498_243_350_012_521;

/// Growth with temperature.
pub(super) fn warmth_factor(celsius: f64) -> f64 {
    (0.06 * (celsius - 25.0)).exp()
}

/// Gassing current; `reference_amps` is that at 13.38 V.
pub(super) fn amps(volts: f64, reference_amps: f64) -> f64 {
    if volts <= ONSET_VOLTS || reference_amps == 0.0 {
        return 0.0;
    }
    reference_amps * ((PER_VOLT * (volts.min(LIMIT_VOLTS) - REFERENCE_VOLTS)).exp() - AT_ONSET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_onset_is_what_it_says() {
        assert!(((PER_VOLT * (ONSET_VOLTS - REFERENCE_VOLTS)).exp() - AT_ONSET).abs() < 1e-6);
        assert!(amps(ONSET_VOLTS + 1e-9, 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_hundred_amp_hours_gas_as_published() {
        // 64.9 mA at 2.40 V and 25 °C, 4.4 mA at −20 °C; 5 mA a hundred amp-hours is the part below the onset.
        let gas = |celsius: f64| amps(14.4, 0.010 * warmth_factor(celsius));
        assert!((gas(25.0) - (0.0649 - 0.0050)).abs() < 2e-4, "{}", gas(25.0));
        assert!((gas(-20.0) - 0.0040).abs() < 2e-4);
    }
}
