//! Rows whose voltage is an old one: the current changed, the voltage did not by a single digit.
//!
//! ```text
//! held    V_i = V_(i-1) = … and R·(I_max − I_min) ≥ 4 digits, over the rows that show this V
//! R       median of ΔV/ΔI over the record's large steps;  a digit is its smallest change of voltage
//! ```
//!
//! Loggers that wait write the last value again. Taken for measured, such a row tells of a battery without
//! resistance. Amps, volts, ohms.

use super::record::median;

/// So many of its own digits the voltage must have been due to move.
const DIGITS: f64 = 4.0;
/// A large step is at least this share of the record's span of currents.
const LARGE: f64 = 0.25;

/// Which rows hold an old voltage, one mark a row; a row is its current and its voltage, where it has them.
#[must_use]
pub fn held(rows: impl ExactSizeIterator<Item = (Option<f64>, Option<f64>)>) -> Vec<bool> {
    let mut held = vec![false; rows.len()];
    let whole: Vec<(usize, f64, f64)> =
        rows.enumerate().filter_map(|(i, (amps, volts))| Some((i, amps?, volts?))).collect();
    let Some(limit) = due_amps(&whole) else { return held };
    let mut run = (f64::NAN, 0.0, 0.0);
    for (i, amps, volts) in whole {
        let (code, low, high) = run;
        run = if volts == code { (code, amps.min(low), amps.max(high)) } else { (volts, amps, amps) };
        held[i] = run.2 - run.1 >= limit;
    }
    held
}

/// Change of current that moves the voltage by enough digits; none where the record does not tell its resistance.
fn due_amps(whole: &[(usize, f64, f64)]) -> Option<f64> {
    let amps = whole.iter().map(|(_, amps, _)| *amps);
    let span = amps.clone().fold(f64::MIN, f64::max) - amps.fold(f64::MAX, f64::min);
    let steps = || whole.windows(2).map(|pair| (pair[1].1 - pair[0].1, pair[1].2 - pair[0].2));
    let digit = steps().map(|(_, volts)| volts.abs()).filter(|volts| *volts > 1e-9).fold(f64::MAX, f64::min);
    let large = steps().filter(|(amps, _)| span > 0.0 && amps.abs() >= LARGE * span);
    let ohms = median(large.map(|(amps, volts)| volts / amps).collect());
    (ohms > 0.0 && digit < f64::MAX).then(|| DIGITS * digit / ohms)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A battery of 50 mΩ in hundredths of a volt, under 20 A and 1.5 A by turns of ten minutes.
    fn turns() -> Vec<(f64, f64)> {
        let row = |i: usize| {
            let amps = if (i / 10).is_multiple_of(2) { -20.0 } else { -1.5 };
            (amps, ((12.6 + 0.05 * amps - 1e-4 * i as f64) * 100.0).round() / 100.0)
        };
        (0..200).map(row).collect()
    }

    fn marked(rows: &[(f64, f64)]) -> Vec<usize> {
        let marks = held(rows.iter().map(|(amps, volts)| (Some(*amps), Some(*volts))));
        (0..rows.len()).filter(|i| marks[*i]).collect()
    }

    #[test]
    fn a_voltage_that_follows_its_current_is_never_held() {
        assert!(marked(&turns()).is_empty());
    }

    #[test]
    fn a_voltage_written_again_through_a_change_of_current_is_held() {
        let mut rows = turns();
        let before = rows[49].1;
        rows[50..60].iter_mut().for_each(|row| row.1 = before);
        assert_eq!(marked(&rows), (50..60).collect::<Vec<_>>());
    }
}
