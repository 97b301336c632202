//! Values in another unit than their column's: millivolts among volts, °F among °C, per cent among ratios.
//!
//! A factor of a thousand is looked for in voltages by what a battery can have, and in currents, powers and counters
//! by the largest value of short windows: those of one unit lie together, and a window in thousandths lies far above.
//! A temperature changes its unit where two neighbours are exactly its two scales apart.

use super::slope::{Slope, ohms};
use super::{Finding, Kind, Series, Work};
use crate::explore::header::{Dimension, Quantity, Unit, unit_named};
use crate::explore::numbers::quantile;

/// No battery of a sign has more, V.
const VOLTS_MAX: f64 = 300.0;
/// Rows of one window.
const WINDOW: usize = 16;
/// A window of thousandths lies above the others by this, at least.
const FACTOR_MIN: f64 = 20.0;
/// Fewer rows are spikes, not another unit.
const ROWS_MIN: usize = 5;
/// How near two neighbours are to their two scales, K.
const SCALE_KELVIN: f64 = 1.5;

pub(super) fn find(work: &mut Work) -> Vec<Finding> {
    let found: Vec<Finding> = work.series.iter().filter_map(|series| of_series(work, series)).collect();
    for finding in &found {
        work.explain(finding);
    }
    found
}

fn of_series(work: &Work, series: &Series) -> Option<Finding> {
    let (ranges, unit) = match series.quantity.dimension()? {
        Dimension::Voltage => (voltages(&series.values), "mV"),
        Dimension::Current => (thousandths(&series.values, 3_000.0), "mA"),
        Dimension::Power => (thousandths(&series.values, 100_000.0), "mW"),
        Dimension::Charge => (thousandths(&series.values, 100_000.0), "mAh"),
        Dimension::Ratio => ratios(series),
        Dimension::Temperature => temperatures(&series.values, series.is_unit_told),
        Dimension::Time | Dimension::Irradiance => return None,
    };
    let told = unit_named(unit)?;
    let ranges = if series.quantity == Quantity::Current { unanswered(work, ranges) } else { ranges };
    // In the column's own unit there is nothing to suspect.
    if ranges.is_empty() || series.unit.is_some_and(|own| own.name == told.name) {
        return None;
    }
    let measure = factor(told);
    let occurrences = ranges.iter().map(|(first, last)| work.occurrence(*first, *last, measure)).collect();
    let finding = Finding::new(Kind::SuspectUnit, Some(&series.name), occurrences);
    Some(Finding { unit: Some(told.name), ..finding })
}

/// Stretches of a current whose edges the voltage did not answer: a strong current is none in another unit.
fn unanswered(work: &Work, ranges: Ranges) -> Ranges {
    let Some(slope) = Slope::of(work) else { return ranges };
    // How the voltage answers is learnt from the other rows.
    let mut others = slope.amps.to_vec();
    for (first, last) in &ranges {
        others[*first..=*last].fill(f64::NAN);
    }
    let Some((ohms, _)) = ohms(slope.volts, &others) else { return ranges };
    let answers = |edge: usize| {
        let Some(before) = edge.checked_sub(1) else { return false };
        let (Some(amps), Some(volts)) = (slope.amps.get(before..=edge), slope.volts.get(before..=edge))
        else {
            return false;
        };
        let due = 0.3 * ohms * (amps[1] - amps[0]).abs();
        due > 3.0 * slope.volt_step && (volts[1] - volts[0]).abs() >= due
    };
    ranges.into_iter().filter(|(first, last)| !answers(*first) && !answers(last + 1)).collect()
}

fn factor(unit: Unit) -> Option<f64> {
    (unit.offset == 0.0).then_some(1.0 / unit.scale)
}

/// Inclusive rows.
type Ranges = Vec<(usize, usize)>;

/// Rows that hold, joined where fewer than `bridge` lie between; short ones left out.
fn joined(len: usize, holds: impl Fn(usize) -> bool, bridge: usize) -> Ranges {
    let mut ranges: Vec<(usize, usize, usize)> = Vec::new();
    for row in (0..len).filter(|row| holds(*row)) {
        match ranges.last_mut() {
            Some((_, last, count)) if row - *last <= bridge => (*last, *count) = (row, *count + 1),
            _ => ranges.push((row, row, 1)),
        }
    }
    ranges
        .into_iter()
        .filter(|(_, _, count)| *count >= ROWS_MIN)
        .map(|(first, last, _)| (first, last))
        .collect()
}

fn voltages(values: &[f64]) -> Ranges {
    let plain: Vec<f64> = values.iter().copied().filter(|volts| (0.5..=VOLTS_MAX).contains(volts)).collect();
    let typical = if plain.len() * 20 > values.len() { quantile(&plain, 0.5) } else { None };
    let is_milli = |volts: f64| {
        let fits = typical.map_or((0.5..=100.0).contains(&(volts / 1000.0)), |typical| {
            (0.3..=3.0).contains(&(volts / 1000.0 / typical))
        });
        volts > VOLTS_MAX && fits
    };
    joined(values.len(), |row| is_milli(values[row]), 3)
}

/// `most` is beyond what the quantity has in its base unit: a whole column may be in thousandths.
fn thousandths(values: &[f64], most: f64) -> Ranges {
    // Not the very largest: a spike or two are no other unit.
    let largest = |window: &[f64]| {
        let mut sizes: Vec<f64> =
            window.iter().filter(|value| value.is_finite()).map(|value| value.abs()).collect();
        sizes.sort_unstable_by(f64::total_cmp);
        sizes.iter().rev().nth(2).copied().unwrap_or(0.0)
    };
    let windows: Vec<f64> = values.chunks(WINDOW).map(largest).collect();
    let mut sorted: Vec<f64> = windows.iter().copied().filter(|size| *size > 0.0).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let Some(middle) = quantile(&sorted, 0.5) else { return Ranges::new() };
    if middle > most {
        return joined(values.len(), |row| values[row].is_finite(), values.len());
    }
    // The highest wide step between windows: of one unit below, of the other above, which are fewer.
    let usual = sorted[sorted.len() / 4];
    let from = sorted.len() / 2;
    let step = sorted[from.saturating_sub(1)..].windows(2).rev().find(|pair| pair[1] / pair[0] >= FACTOR_MIN);
    let Some(step) = step else { return Ranges::new() };
    let limit = (step[0] * step[1]).sqrt();
    let ranges = joined(values.len(), |row| values[row].abs() > limit, WINDOW);
    let of_thousand = |range: &(usize, usize)| {
        let inside: Vec<f64> =
            values[range.0..=range.1].iter().map(|value| value.abs()).filter(|size| *size > limit).collect();
        quantile(&inside, 0.5)
            .is_some_and(|inside| (30.0..=30_000.0).contains(&(inside / step[0].max(usual))))
    };
    ranges.into_iter().filter(of_thousand).collect()
}

fn ratios(series: &Series) -> (Ranges, &'static str) {
    let values = &series.values;
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let (Some(high), Some(middle)) = (quantile(&known, 0.999), quantile(&known, 0.5)) else {
        return (Ranges::new(), "%");
    };
    let is_per_cent = series.unit.is_some_and(|unit| unit.name == "%");
    if is_per_cent && high <= 0.0105 && middle > 0.0005 {
        return (joined(values.len(), |row| values[row].is_finite(), values.len()), "ratio");
    }
    (joined(values.len(), |row| values[row] > 1.5 && values[row] <= 105.0, 3), "%")
}

/// A whole column that is warm for a battery is in °F only where the log tells no unit: a hot battery is no error.
fn temperatures(values: &[f64], is_unit_told: bool) -> (Ranges, &'static str) {
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let Some(middle) = quantile(&known, 0.5) else { return (Ranges::new(), "K") };
    let whole = || joined(values.len(), |row| values[row].is_finite(), values.len());
    let to_kelvin = |celsius: f64| celsius + 273.15;
    let to_fahrenheit = |celsius: f64| celsius.mul_add(1.8, 32.0);
    let kelvin = stretches(values, to_kelvin, 100.0);
    if !kelvin.is_empty() {
        return (kelvin, "K");
    }
    if (200.0..=340.0).contains(&middle) {
        return (whole(), "K");
    }
    let fahrenheit = stretches(values, to_fahrenheit, 6.0);
    if !fahrenheit.is_empty() {
        return (fahrenheit, "°F");
    }
    let is_warm = !is_unit_told && (48.0..=120.0).contains(&middle);
    (if is_warm { whole() } else { Ranges::new() }, "°F")
}

/// Rows between a step onto the other scale and the step back.
fn stretches(values: &[f64], other: impl Fn(f64) -> f64, apart: f64) -> Ranges {
    let steps_to =
        |from: f64, to: f64| (to - other(from)).abs() <= SCALE_KELVIN && (to - from).abs() >= apart;
    let (mut ranges, mut entered, mut before, mut is_first) = (Ranges::new(), None, f64::NAN, true);
    for (row, value) in values.iter().copied().enumerate() {
        if value.is_nan() {
            continue;
        }
        if entered.is_none() && steps_to(before, value) {
            (entered, is_first) = (Some(row), false);
        } else if steps_to(value, before) {
            // Without a step onto it, the file began on the other scale.
            if let Some(from) = entered.take().or(is_first.then_some(0)) {
                ranges.push((from, row - 1));
            }
            is_first = false;
        }
        before = value;
    }
    if let Some(from) = entered {
        ranges.push((from, values.len() - 1));
    }
    ranges.retain(|(first, last)| last + 1 - first >= ROWS_MIN);
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_in_thousandths_is_found_among_small_and_large_values() {
        let amps = |row: usize| (row as f64 * 0.7).sin() * 5.0;
        let values: Vec<f64> = (0..600)
            .map(|row| if (200..260).contains(&row) { 1000.0 * amps(row) } else { amps(row) })
            .collect();
        let ranges = thousandths(&values, 3_000.0);
        assert_eq!(ranges.len(), 1);
        assert!(ranges[0].0.abs_diff(200) <= 2 && ranges[0].1.abs_diff(259) <= 2, "{ranges:?}");
        assert!(thousandths(&values[..200], 3_000.0).is_empty());
    }

    #[test]
    fn fahrenheit_and_kelvin_are_told_by_their_steps() {
        let celsius = |row: usize| 20.0 + 0.01 * row as f64;
        let with = |of: fn(f64) -> f64| -> Vec<f64> {
            (0..100)
                .map(|row| if (30..50).contains(&row) { of(celsius(row)) } else { celsius(row) })
                .collect()
        };
        assert_eq!(temperatures(&with(|celsius| celsius * 1.8 + 32.0), false), (vec![(30, 49)], "°F"));
        assert_eq!(temperatures(&with(|celsius| celsius + 273.15), false), (vec![(30, 49)], "K"));
        assert!(temperatures(&with(|celsius| celsius), false).0.is_empty());
    }

    #[test]
    fn a_hot_battery_whose_log_says_celsius_is_no_error() {
        let hot: Vec<f64> = (0..100).map(|row| 50.0 + 0.01 * f64::from(row)).collect();
        assert_eq!(temperatures(&hot, false), (vec![(0, 99)], "°F"));
        assert!(temperatures(&hot, true).0.is_empty());
    }
}
