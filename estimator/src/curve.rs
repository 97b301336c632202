//! A curve over the state of charge, resampled once to an even grid so that a look-up is one line.

/// Steps of the even grid: half a point of charge each.
const STEPS: usize = 200;

/// A piecewise linear curve on 0 to 1; beyond the ends it keeps its end values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Curve {
    values: Box<[f64; STEPS + 1]>,
}

impl Curve {
    /// The curve through the points `(at, value)`; `at` rises from 0 to 1.
    pub fn through(at: &[f64], value: &[f64]) -> Self {
        let mut values = Box::new([0.0; STEPS + 1]);
        for (i, slot) in values.iter_mut().enumerate() {
            *slot = interpolate(at, value, i as f64 / STEPS as f64);
        }
        Self { values }
    }

    /// The sum of two curves.
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        for (value, more) in sum.values.iter_mut().zip(other.values.iter()) {
            *value += more;
        }
        sum
    }

    /// The value at `soc`.
    #[inline]
    pub fn at(&self, soc: f64) -> f64 {
        let place = soc.clamp(0.0, 1.0) * STEPS as f64;
        let cell = (place as usize).min(STEPS - 1);
        let share = place - cell as f64;
        self.values[cell] + share * (self.values[cell + 1] - self.values[cell])
    }

    /// The value at `soc`; beyond the ends the curve goes on with its end slopes, but none steeper than
    /// the curve is on average. A belief near an end is then as linear as one in the middle.
    #[inline]
    pub fn extended(&self, soc: f64) -> f64 {
        let outside = soc - soc.clamp(0.0, 1.0);
        if outside == 0.0 {
            return self.at(soc);
        }
        let end = if outside > 0.0 { STEPS - 1 } else { 0 };
        let slope = (self.values[end + 1] - self.values[end]) * STEPS as f64;
        self.at(soc) + outside * slope.min(self.values[STEPS] - self.values[0])
    }
}

fn interpolate(at: &[f64], value: &[f64], x: f64) -> f64 {
    let above = at.partition_point(|point| *point < x).clamp(1, at.len().max(2) - 1);
    match (at.get(above - 1..=above), value.get(above - 1..=above)) {
        (Some(&[left, right]), Some(&[low, high])) if right > left => {
            low + (x - left) / (right - left) * (high - low)
        }
        _ => value.first().copied().unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_passes_through_its_points_and_keeps_its_ends() {
        let curve = Curve::through(&[0.0, 0.5, 1.0], &[11.0, 12.0, 13.0]);
        for (soc, volts) in [(-0.5, 11.0), (0.0, 11.0), (0.25, 11.5), (0.5, 12.0), (1.0, 13.0), (7.0, 13.0)] {
            assert!((curve.at(soc) - volts).abs() < 1e-9, "{soc}");
        }
    }
}
