//! A power that is not voltage times current, for three rows or more.

use super::{Finding, Kind, Occurrence, Work};
use crate::explore::header::Quantity;

/// How far apart they may be, as a share, beyond what the steps they are written in explain.
const SHARE: f64 = 0.08;
const ROWS_MIN: usize = 3;

pub(super) fn find(work: &mut Work) -> Vec<Finding> {
    let all = (work.first(Quantity::Voltage), work.first(Quantity::Current), work.first(Quantity::Power));
    let (Some(volts), Some(amps), Some(watts)) = all else { return Vec::new() };
    let is_off = |at: usize| {
        let (voltage, current, power) = (volts.values[at], amps.values[at], watts.values[at]);
        let product = (voltage * current).abs();
        // Readings of one row may be a moment apart: steps of the neighbours count as doubt.
        let near = |values: &[f64]| {
            let before = at.checked_sub(1).map_or(values[at], |before| values[before]);
            let after = values.get(at + 1).copied().unwrap_or(values[at]);
            (values[at] - before).abs().max((after - values[at]).abs())
        };
        let doubt =
            watts.step + volts.step * current.abs() + voltage * amps.step + voltage * near(&amps.values);
        (power.abs() - product).abs() > SHARE * product.max(power.abs()) + 2.0 * doubt
    };
    let mut occurrences: Vec<Occurrence> = Vec::new();
    let mut first = None;
    for at in 0..=watts.values.len() {
        let off = at < watts.values.len() && is_off(at);
        match (off, first) {
            (true, None) => first = Some(at),
            (false, Some(from)) => {
                if at - from >= ROWS_MIN {
                    occurrences.push(work.occurrence(from, at - 1, None));
                }
                first = None;
            }
            _ => {}
        }
    }
    vec![Finding::new(Kind::PowerDisagrees, Some(&watts.name), occurrences)]
}
