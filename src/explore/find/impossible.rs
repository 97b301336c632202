//! Values that no battery, sun or air has, by what the column measures. Base units.

use super::{Finding, Kind, Work};
use crate::explore::header::Quantity;

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

pub(super) fn find(work: &mut Work) -> Vec<Finding> {
    let mut found = Vec::new();
    for series in &work.series {
        let Some((low, high)) = possible(series.quantity) else { continue };
        let is_out = |value: f64| value < low || value > high;
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
