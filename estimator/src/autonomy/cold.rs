//! What cold does beyond resistance: charge it locks in, and the point at which acid freezes.
//!
//! Locked charge comes out again with warmth: it is no loss of capacity. Ratios of the capacity at 25 °C. What cold locks into lithium
//! is a matter of the current: it is the voltage under load that ends a discharge early, and at a thirtieth of the capacity an
//! hour a cell gave the same charge at −25 °C as at 45 (A123, measured: 2.04 to 2.06 A·h). Signs draw less than that.
//!
//! Reference: makers' sheets for the share that comes out of lead-acid at a hundred-hour rate, and of LiFePO4 (EarthX ETX
//! manual, Canbat CLI series, X2Power), and for electrolyte density by charge (1.265 full, 1.225, 1.190, 1.160, 1.120
//! empty) and its freezing point. No measured record of ours reaches below 0 °C with lead-acid: unproven there.

use crate::profile::Chemistry;

/// °C and the share of the capacity that comes out at that temperature.
const COMES_OUT: [(f64, f64); 8] = [
    (-40.0, 0.40),
    (-30.0, 0.56),
    (-20.0, 0.69),
    (-15.0, 0.75),
    (-10.0, 0.80),
    (0.0, 0.88),
    (10.0, 0.93),
    (25.0, 1.0),
];

/// The same of lithium iron phosphate: between a maker that tells 15 % less at −30 °C and one that tells 30 % less at −20 °C.
const COMES_OUT_LITHIUM: [(f64, f64); 5] =
    [(-40.0, 0.55), (-30.0, 0.70), (-20.0, 0.78), (0.0, 0.90), (25.0, 1.0)];

/// State of charge and the temperature at which the acid freezes.
const FREEZES: [(f64, f64); 5] = [(0.0, -11.0), (0.25, -17.0), (0.5, -25.0), (0.75, -37.0), (1.0, -59.0)];

/// Loads over the capacity, per hour, at which cold locks nothing into lithium, and all that the makers tell.
const LITHIUM_PER_HOUR: [f64; 2] = [1.0 / 30.0, 1.0 / 5.0];

/// State of charge below which nothing comes out of a battery this cold under a load of so much of its capacity an hour.
pub(super) fn locked_ratio(chemistry: Chemistry, celsius: f64, load_per_hour: f64) -> f64 {
    if chemistry == Chemistry::LeadAcid {
        return 1.0 - between(&COMES_OUT, celsius);
    }
    let [none, all] = LITHIUM_PER_HOUR;
    let share = ((load_per_hour - none) / (all - none)).clamp(0.0, 1.0);
    share * (1.0 - between(&COMES_OUT_LITHIUM, celsius))
}

/// Temperature at which the acid of a battery of this charge freezes.
pub(super) fn freezing_celsius(soc: f64) -> f64 {
    between(&FREEZES, soc)
}

/// Straight between the points, level beyond the ends.
fn between(points: &[(f64, f64)], x: f64) -> f64 {
    let above = points.partition_point(|point| point.0 < x).clamp(1, points.len() - 1);
    let ((left, low), (right, high)) = (points[above - 1], points[above]);
    low + ((x - left) / (right - left)).clamp(0.0, 1.0) * (high - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cold_locks_nothing_into_lithium_under_the_load_of_a_sign() {
        let locked = |per_hour: f64| locked_ratio(Chemistry::LiFePo4, -20.0, per_hour);
        assert!(locked(0.003) == 0.0 && locked(0.1) > 0.05 && (locked(0.5) - 0.22).abs() < 1e-9);
    }

    #[test]
    fn the_tables_hold_at_their_points_and_beyond_their_ends() {
        assert!(
            (locked_ratio(Chemistry::LeadAcid, -20.0, 0.002) - 0.31).abs() < 1e-9
                && locked_ratio(Chemistry::LeadAcid, 40.0, 0.002) == 0.0
        );
        assert!((freezing_celsius(0.5) + 25.0).abs() < 1e-9);
        assert!((freezing_celsius(0.625) + 31.0).abs() < 1e-9);
        assert_eq!(freezing_celsius(-1.0), -11.0);
    }
}
