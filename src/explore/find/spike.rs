//! One to three values far from what stands before and after them, of which nothing else tells.
//!
//! ```text
//! height = |value − middle of both neighbours| − half of what the neighbours differ
//! ```
//!
//! Of a voltage that much is taken away as its current explains; a pulse of current that the voltage follows is
//! none. What is left is a spike beyond four times what all but a few rows of the log have: a log of pulses has
//! high natural heights, a log of rest none (a Hampel test with the log's own tail as its scale).
//!
//! Reference: R. K. Pearson, "Outliers in process modeling and identification", IEEE Trans. Control Syst. Technol.
//! 10 (2002).

use super::slope::Slope;
use super::{Finding, Kind, Series, Work};
use crate::explore::header::Quantity;
use crate::explore::numbers::{largest_but, quantile};

/// Longest spike, rows.
const ROWS_MAX: usize = 3;
/// Beyond this many times the log's own tail.
const TAILS: f64 = 4.0;
/// A pulse of current is real where the voltage follows by this share, at least.
const ANSWER_SHARE: f64 = 0.3;

pub(super) fn find(work: &mut Work) -> Vec<Finding> {
    let found: Vec<Finding> = work.series.iter().filter_map(|series| of_series(work, series)).collect();
    for finding in &found {
        work.explain(finding);
    }
    found
}

/// The least height a spike of a quantity has, base units: what nobody would look at is none.
fn floor(series: &Series) -> Option<f64> {
    let sizes: Vec<f64> = series.values.iter().map(|value| value.abs()).collect();
    let share = |share: f64, of: f64| quantile(&sizes, of).map(|size| share * size);
    let by_quantity = match series.quantity {
        Quantity::Voltage => share(0.01, 0.5)?,
        Quantity::Current | Quantity::Power => share(0.05, 0.99)?,
        Quantity::Temperature | Quantity::Ambient => 1.0,
        Quantity::StateOfCharge => 0.01,
        Quantity::Charge => share(0.01, 1.0)?,
        _ => return None,
    };
    Some(by_quantity)
}

fn of_series(work: &Work, series: &Series) -> Option<Finding> {
    let floor = floor(series)?;
    let explain = Explain::of(work, series.quantity);
    let values = &series.values;
    // Nothing is a pulse across rows that are missing.
    let left = |at: usize, length: usize| {
        let is_whole = !work.after_gap.get(at..=at + length)?.contains(&true);
        explain.left(values, at, length).filter(|_| is_whole)
    };
    let limits: [f64; ROWS_MAX] = std::array::from_fn(|place| {
        let naturals: Vec<f64> =
            (1..values.len()).map(|at| left(at, place + 1).unwrap_or(0.0).max(0.0)).collect();
        floor.max(TAILS * (place + 1) as f64 * largest_but(&naturals, naturals.len() / 500 + 10))
    });
    // A long pulse is more often a load than a spike.
    let limits: [f64; ROWS_MAX] =
        std::array::from_fn(|place| limits[..=place].iter().copied().fold(0.0, f64::max));
    let mut occurrences = Vec::new();
    let mut at = 1;
    while at < values.len() {
        let is_spike = |length: &usize| left(at, *length).is_some_and(|height| height > limits[*length - 1]);
        let length = (1..=ROWS_MAX).find(is_spike);
        let Some(length) = length else {
            at += 1;
            continue;
        };
        let value = series.unit.map_or(values[at], |unit| unit.of_base(values[at]));
        occurrences.push(work.occurrence(at, at + length - 1, Some(value)));
        at += length + 1;
    }
    Some(Finding::new(Kind::Spike, Some(&series.name), occurrences))
}

/// The height of `length` values from `at`; `None` where they are no pulse.
fn height(values: &[f64], at: usize, length: usize) -> Option<f64> {
    let (before, after) = (*values.get(at.checked_sub(1)?)?, *values.get(at + length)?);
    let inside = values.get(at..at + length)?;
    // A pulse beside or over the unknown is none.
    if !(before.is_finite() && after.is_finite() && inside.iter().all(|value| value.is_finite())) {
        return None;
    }
    let middle = f64::midpoint(before, after);
    let above = inside.iter().fold(f64::INFINITY, |least, value| least.min(value - middle));
    let below = inside.iter().fold(f64::INFINITY, |least, value| least.min(middle - value));
    let height = above.max(below) - (after - before).abs() / 2.0;
    (height > 0.0).then_some(height)
}

/// The pulse of the partner in the same rows, against the middle of its neighbours; `None` where it is not known.
fn answer(values: &[f64], at: usize, length: usize) -> Option<f64> {
    let (before, after) = (*values.get(at.checked_sub(1)?)?, *values.get(at + length)?);
    let inside = values.get(at..at + length)?;
    let middle = f64::midpoint(before, after);
    let largest = inside
        .iter()
        .map(|value| value - middle)
        .fold(0.0_f64, |most, one| if one.abs() > most.abs() { one } else { most });
    let is_known = before.is_finite() && after.is_finite() && inside.iter().all(|value| value.is_finite());
    is_known.then_some(largest)
}

/// How far the partner moves over the same rows and one more: a slow log may write it late.
fn swing(values: &[f64], at: usize, length: usize) -> Option<f64> {
    let until = (at + length + 2).min(values.len());
    let around = values.get(at.checked_sub(1)?..until)?;
    let (low, high) = around
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    around.iter().all(|value| value.is_finite()).then_some(high - low)
}

/// What takes a pulse for real.
enum Explain<'w> {
    Nothing,
    /// Of a voltage: what the current makes of it, Ω.
    ByCurrent(Slope<'w>),
    /// Of a current: whether the voltage follows.
    ByVoltage(Slope<'w>),
    /// Of a power: the current, at this voltage.
    OfPower(&'w [f64], f64),
}

impl<'w> Explain<'w> {
    fn of(work: &'w Work, quantity: Quantity) -> Self {
        let slope = || Slope::of(work);
        match quantity {
            Quantity::Voltage => slope().map_or(Self::Nothing, Self::ByCurrent),
            Quantity::Current => slope().map_or(Self::Nothing, Self::ByVoltage),
            Quantity::Power => match (work.first(Quantity::Current), work.first(Quantity::Voltage)) {
                (Some(amps), Some(volts)) => {
                    Self::OfPower(&amps.values, quantile(&volts.values, 0.5).unwrap_or(0.0))
                }
                _ => Self::Nothing,
            },
            _ => Self::Nothing,
        }
    }

    /// The height that nothing explains.
    fn left(&self, values: &[f64], at: usize, length: usize) -> Option<f64> {
        let height = height(values, at, length)?;
        Some(match self {
            Self::Nothing => height,
            // Where the partner is not known, nothing can be said against a pulse.
            Self::ByCurrent(slope) => height - 1.3 * slope.ohms * answer(slope.amps, at, length)?.abs(),
            Self::OfPower(amps, volts) => height - 1.3 * volts * answer(amps, at, length)?.abs(),
            Self::ByVoltage(slope) => {
                let due = slope.ohms * height;
                let is_seen = due >= 4.0 * slope.volt_step;
                let towards = if values[at] > values[at - 1] { 1.0 } else { -1.0 };
                let answered = if length == 1 {
                    towards * answer(slope.volts, at, length)?
                } else {
                    swing(slope.volts, at, length)?
                };
                let follows = is_seen && answered >= ANSWER_SHARE * due;
                if follows { 0.0 } else { height }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_is_measured_against_both_neighbours_and_a_step_is_none() {
        assert_eq!(height(&[1.0, 5.0, 1.0], 1, 1), Some(4.0));
        assert_eq!(height(&[1.0, 5.0, 5.0, 2.0], 1, 2), Some(3.0));
        assert_eq!(height(&[1.0, 5.0, 5.0], 1, 1), None);
        assert_eq!(height(&[1.0, 5.0, f64::NAN], 1, 1), None);
    }
}
