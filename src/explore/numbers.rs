//! Order statistics of plain numbers. NaN is never among them.

/// The value at `share` of the sorted values, between two of them by their distance (NumPy's `linear`).
pub fn quantile_of_sorted(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (low, high) = (place.floor() as usize, place.ceil() as usize);
    let (low_value, high_value) = (*sorted.get(low)?, *sorted.get(high)?);
    Some(low_value + (high_value - low_value) * (place - low as f64))
}

/// The value at `share`, without sorting everything.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let last = values.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let low = place.floor() as usize;
    let (_, low_value, above) = values.select_nth_unstable_by(low, f64::total_cmp);
    let low_value = *low_value;
    let high_value = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low_value);
    Some(low_value + (high_value - low_value) * (place - low as f64))
}

/// The middle value.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// The median of a few values, in place.
pub fn median_of_few(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.len() % 2, values.get(middle), middle.checked_sub(1).and_then(|before| values.get(before)))
    {
        (1, Some(value), _) => *value,
        (_, Some(high), Some(low)) => f64::midpoint(*low, *high),
        _ => f64::NAN,
    }
}

/// The value of which only `count` are larger, at most.
pub fn largest_but(values: &[f64], count: usize) -> f64 {
    let mut values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    if values.is_empty() {
        return 0.0;
    }
    let at = (values.len() - 1).saturating_sub(count);
    *values.select_nth_unstable_by(at, f64::total_cmp).1
}

/// The finest step that values are written in: the smallest difference but for a few, which strays may make.
pub fn resolution(values: &[f64]) -> f64 {
    let is_rounding = |pair: &[f64], step: f64| step <= 1e-9 * pair[0].abs().max(pair[1].abs());
    let mut steps: Vec<f64> = values
        .windows(2)
        .map(|pair| (pair, (pair[1] - pair[0]).abs()))
        .filter(|(pair, step)| *step > 0.0 && !is_rounding(pair, *step))
        .map(|(_, step)| step)
        .collect();
    if steps.is_empty() {
        return 0.0;
    }
    let at = steps.len() / 200;
    *steps.select_nth_unstable_by(at, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let values = [4.0, 1.0, 3.0, 2.0, f64::NAN];
        assert_eq!(quantile(&values, 0.5), Some(2.5));
        assert_eq!(quantile(&values, 0.25), Some(1.75));
        assert_eq!(quantile_of_sorted(&[1.0, 2.0, 3.0, 4.0], 0.95), Some(3.8499999999999996));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(median_of_few(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(largest_but(&values, 1), 3.0);
    }

    #[test]
    fn the_step_of_a_reading_is_found() {
        assert!((resolution(&[12.51, 12.50, 12.53]) - 0.01).abs() < 1e-9);
        assert_eq!(resolution(&[1.0, 1.0]), 0.0);
    }
}
