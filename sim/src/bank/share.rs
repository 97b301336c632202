//! Who of several parallel strings takes how much of a current.
//!
//! ```text
//! V = open_k + R_k·I_k for every k,   Σ I_k = I;      R_k by the sign of I_k
//! ```
//!
//! The total against `V` rises and is straight between the open voltages: the stretch that holds `I` is
//! found by trying them in order, and there the answer is exact. Volts, ohms, amps positive while charging.

use crate::battery::Terminal;

/// The common voltage at this total current.
pub(super) fn common_volts(strings: &[Terminal], amps: f64) -> f64 {
    let total = |volts: f64| strings.iter().map(|string| string.amps(volts)).sum::<f64>();
    // All strings whose open voltage lies below the answer charge; each that does lets the next be asked.
    let mut opens: Vec<f64> = strings.iter().map(|string| string.open_volts).collect();
    opens.sort_by(f64::total_cmp);
    let charging = opens.iter().take_while(|open| total(**open) < amps).count();
    let floor = charging.checked_sub(1).map_or(f64::NEG_INFINITY, |last| opens[last]);
    let sides = strings.iter().map(|string| {
        let ohms = if string.open_volts <= floor { string.charge_ohms } else { string.discharge_ohms };
        (string.open_volts / ohms, 1.0 / ohms)
    });
    let (pull, ease) = sides.fold((0.0, 0.0), |(pull, ease), (a, b)| (pull + a, ease + b));
    (amps + pull) / ease
}

/// All strings as one: exact at rest and far from it, and close in between, where only some charge.
pub(super) fn together(strings: &[Terminal]) -> Terminal {
    let ease = |ohms: fn(&Terminal) -> f64| strings.iter().map(|string| 1.0 / ohms(string)).sum::<f64>();
    Terminal {
        open_volts: common_volts(strings, 0.0),
        charge_ohms: 1.0 / ease(|string| string.charge_ohms),
        discharge_ohms: 1.0 / ease(|string| string.discharge_ohms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]
        #[test]
        fn currents_add_up_at_one_voltage(
            strings in prop::collection::vec((11.0..14.0, 0.001..0.5, 0.001..0.5), 1..9), amps in -80.0..80.0
        ) {
            let strings: Vec<Terminal> = strings
                .into_iter()
                .map(|(open_volts, charge_ohms, discharge_ohms)| {
                    Terminal { open_volts, charge_ohms, discharge_ohms }
                })
                .collect();
            let volts = common_volts(&strings, amps);
            let sum: f64 = strings.iter().map(|string| string.amps(volts)).sum();
            prop_assert!((sum - amps).abs() < 1e-8, "{sum} {amps}");
        }
    }

    #[test]
    fn a_low_string_is_charged_by_its_neighbour_at_rest() {
        let string = |open_volts| Terminal { open_volts, charge_ohms: 0.3, discharge_ohms: 0.1 };
        let volts = common_volts(&[string(12.0), string(12.4)], 0.0);
        assert!((volts - 12.3).abs() < 1e-12);
    }
}
