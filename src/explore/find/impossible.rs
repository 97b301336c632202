//! Values that no battery, sun or air has, by what the column measures. Base units.

use super::{Finding, Kind, Series, Work};
use crate::explore::header::Quantity;
use crate::explore::numbers::quantile;

/// What a quantity can be; wide, so that no real record meets it. A state of charge may end a little outside.
const fn possible(quantity: Quantity) -> Option<(f64, f64)> {
    Some(match quantity {
        Quantity::Voltage => (1e-3, 1_000.0),
        Quantity::SunVoltage => (-1.0, 1_500.0),
        Quantity::Current | Quantity::SunCurrent | Quantity::LoadCurrent => (-5_000.0, 5_000.0),
        Quantity::Power | Quantity::SunPower | Quantity::LoadPower => (-1e6, 1e6),
        Quantity::Temperature => (-60.0, 90.0),
        Quantity::Ambient => (-70.0, 65.0),
        Quantity::StateOfCharge => (-0.02, 1.02),
        Quantity::Irradiance => (-20.0, 1_700.0),
        Quantity::Charge => (-1e6, 1e6),
        Quantity::Time | Quantity::Date | Quantity::LoadState | Quantity::Other => return None,
    })
}

/// What devices write for a value they have not.
const MARKS: [f64; 15] = [
    -127.0, 999.0, -999.0, 9_999.0, -9_999.0, 99_999.0, -99_999.0, 32_767.0, -32_768.0, 65_535.0, 3_276.7,
    -3_276.8, 6_553.5, 655.35, -273.15,
];
/// A mark lies beyond what all but a few values have by this.
const MARK_FACTOR: f64 = 8.0;

/// The marks of devices: before anything else, so that they are not taken for another unit.
pub(super) fn marks(work: &mut Work) -> Vec<Finding> {
    found(work, |series| {
        let sizes: Vec<f64> = series.values.iter().map(|value| value.abs()).collect();
        let usual = quantile(&sizes, 0.9).unwrap_or(0.0);
        let written = series.unit;
        let (low, high) = possible(series.quantity)?;
        Some(Box::new(move |value: f64| {
            let raw = written.map_or(value, |unit| unit.of_base(value));
            let is_mark = MARKS.iter().any(|mark| (mark - raw).abs() < 1e-6 * mark.abs());
            is_mark && (value < low || value > high || value.abs() > MARK_FACTOR * usual)
        }))
    })
}

/// Values that cannot be.
pub(super) fn find(work: &mut Work) -> Vec<Finding> {
    found(work, |series| {
        let (low, high) = possible(series.quantity)?;
        Some(Box::new(move |value: f64| value < low || value > high))
    })
}

/// Whether a value is out.
type IsOut = Box<dyn Fn(f64) -> bool>;

fn found(work: &mut Work, of: impl Fn(&Series) -> Option<IsOut>) -> Vec<Finding> {
    let mut found = Vec::new();
    for series in &work.series {
        let Some(is_out) = of(series) else { continue };
        let mut occurrences = Vec::new();
        let mut at = 0;
        while at < series.values.len() {
            if !is_out(series.values[at]) {
                at += 1;
                continue;
            }
            let until = (at..series.values.len()).find(|row| !is_out(series.values[*row]));
            let until = until.unwrap_or(series.values.len());
            let value = series.unit.map_or(series.values[at], |unit| unit.of_base(series.values[at]));
            occurrences.push(work.occurrence(at, until - 1, Some(value)));
            at = until;
        }
        found.push(Finding::new(Kind::Impossible, Some(&series.name), occurrences));
    }
    for finding in &found {
        work.explain(finding);
    }
    found
}
