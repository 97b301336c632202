//! How deep the battery was discharged: by cycle and by day.
//!
//! A cycle is a fall between two turning points that lie more than a threshold apart; smaller movements belong to the
//! fall or rise around them. Of a log with a state of charge the depth is its ratio, of one with a current alone it is
//! the charge that flowed, in Ah.

use super::day::Days;
use super::find::Work;
use super::header::Quantity;
use super::numbers::quantile;
use super::table::Table;

/// Movements below this share of the whole swing are none.
const THRESHOLD_SHARE: f64 = 0.05;
/// Nor below this ratio of charge.
const THRESHOLD_RATIO: f64 = 0.01;

/// One discharge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cycle {
    /// The row where it begins.
    pub first: usize,
    /// The row where it ends.
    pub last: usize,
    /// How far it went.
    pub depth: f64,
}

/// Every discharge.
#[derive(Debug, Clone, PartialEq)]
pub struct Depths {
    /// `ratio` or `Ah`.
    pub unit: &'static str,
    /// In order.
    pub cycles: Vec<Cycle>,
    /// The largest fall within each day.
    pub by_day: Vec<(String, f64)>,
    /// The middle depth.
    pub median: Option<f64>,
    /// The deepest.
    pub largest: Option<f64>,
}

/// `None` of a log without a state of charge, and without a current and a time.
pub fn depths(table: &Table, work: &Work) -> Option<Depths> {
    let (unit, level) = match work.first(Quantity::StateOfCharge) {
        Some(soc) => ("ratio", soc.values.clone()),
        None => ("Ah", integrated(work)?),
    };
    let (low, high) = level
        .iter()
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    if high <= low {
        return None;
    }
    let least = if unit == "ratio" { THRESHOLD_RATIO } else { 0.0 };
    let threshold = (THRESHOLD_SHARE * (high - low)).max(least);
    let cycles: Vec<Cycle> = falls(&level, threshold)
        .into_iter()
        .map(|(first, last)| Cycle {
            first: work.rows[first],
            last: work.rows[last],
            depth: level[first] - level[last],
        })
        .collect();
    let sizes: Vec<f64> = cycles.iter().map(|cycle| cycle.depth).collect();
    Some(Depths {
        unit,
        by_day: by_day(table, work, &level),
        median: quantile(&sizes, 0.5),
        largest: sizes.iter().copied().max_by(f64::total_cmp),
        cycles,
    })
}

/// Charge since the first row, Ah; gaps count nothing.
fn integrated(work: &Work) -> Option<Vec<f64>> {
    let amps = &work.first(Quantity::Current)?.values;
    if work.secs.is_empty() {
        return None;
    }
    let mut charge = 0.0;
    Some(
        (0..amps.len())
            .map(|at| {
                let mean = at.checked_sub(1).map_or(0.0, |before| f64::midpoint(amps[before], amps[at]));
                if mean.is_finite() {
                    charge += mean * work.lapse(at) / 3600.0;
                }
                charge
            })
            .collect(),
    )
}

/// Falls between turning points, first and last place.
fn falls(level: &[f64], threshold: f64) -> Vec<(usize, usize)> {
    let mut falls = Vec::new();
    let (mut peak, mut trough, mut is_falling) = (None::<usize>, None::<usize>, false);
    for (at, value) in level.iter().copied().enumerate().filter(|(_, value)| value.is_finite()) {
        if is_falling {
            let low = trough.unwrap_or(at);
            if value <= level[low] {
                trough = Some(at);
            } else if value - level[low] > threshold {
                falls.extend(peak.map(|peak| (peak, low)));
                (peak, trough, is_falling) = (Some(at), None, false);
            }
        } else {
            let high = peak.unwrap_or(at);
            if value >= level[high] {
                peak = Some(at);
            } else if level[high] - value > threshold {
                (peak, trough, is_falling) = (Some(high), Some(at), true);
            }
        }
    }
    if is_falling {
        falls.extend(peak.zip(trough));
    }
    falls
}

fn by_day(table: &Table, work: &Work, level: &[f64]) -> Vec<(String, f64)> {
    let Some(days) = table.clock.as_ref().and_then(Days::of) else { return Vec::new() };
    let mut falls: Vec<(i64, f64, f64)> = Vec::new();
    for (value, wall) in level.iter().copied().zip(&work.wall).filter(|(value, _)| value.is_finite()) {
        let day = days.day(*wall);
        match falls.last_mut() {
            Some((last, high, fall)) if *last == day => {
                *high = high.max(value);
                *fall = fall.max(*high - value);
            }
            _ => falls.push((day, value, 0.0)),
        }
    }
    falls.into_iter().map(|(day, _, fall)| (days.name(day), fall)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_movements_belong_to_the_fall_around_them() {
        let level = [1.0, 0.8, 0.81, 0.5, 0.9, 0.89, 0.91, 0.4];
        assert_eq!(falls(&level, 0.05), [(0, 3), (6, 7)]);
        assert!(falls(&[0.5, 0.6, 0.7], 0.05).is_empty());
    }
}
