//! A curve over the state of charge, 0 to 1: straight between points of an even grid.

const INTERVALS: usize = 1000;

/// The curve.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    points: Vec<f64>,
}

impl Table {
    /// The curve through `of`, sampled.
    pub fn sample(of: impl Fn(f64) -> f64) -> Self {
        Self { points: (0..=INTERVALS).map(|k| of(k as f64 / INTERVALS as f64)).collect() }
    }

    /// The points, from 0 to 1.
    pub fn points(&self) -> &[f64] {
        &self.points
    }

    /// The value at `soc`, and the slope there per unit of `soc`.
    pub fn at(&self, soc: f64) -> (f64, f64) {
        let place = soc.clamp(0.0, 1.0) * INTERVALS as f64;
        let index = (place as usize).min(INTERVALS - 1);
        let rise = self.points[index + 1] - self.points[index];
        (self.points[index] + rise * (place - index as f64), rise * INTERVALS as f64)
    }
}

/// Straight between knots in ascending order, level beyond the ends.
pub(super) fn between_knots(knots: &[(f64, f64)], at: f64) -> f64 {
    let above = knots.partition_point(|(x, _)| *x <= at);
    match (above.checked_sub(1).and_then(|below| knots.get(below)), knots.get(above)) {
        (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (at - x0) / (x1 - x0),
        (Some((_, y)), None) | (None, Some((_, y))) => *y,
        (None, None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knots_are_joined_straight_and_held_beyond_the_ends() {
        let knots = [(0.0, 1.0), (2.0, 5.0)];
        assert_eq!([-1.0, 0.0, 0.5, 2.0, 9.0].map(|at| between_knots(&knots, at)), [1.0, 1.0, 2.0, 5.0, 5.0]);
    }

    #[test]
    fn a_sampled_line_keeps_value_and_slope() {
        let (value, slope) = Table::sample(|soc| 12.0 + 2.0 * soc).at(0.7004);
        assert!((value - 13.4008).abs() < 1e-12 && (slope - 2.0).abs() < 1e-9);
    }
}
