//! A table made ready: rows in the order of their time, values in base units, what was explained taken out.

use super::{Finding, Occurrence};
use crate::explore::header::{Quantity, Unit};
use crate::explore::numbers::resolution;
use crate::explore::table::{Column, Table};

/// One column of numbers.
#[derive(Debug, Clone)]
pub struct Series {
    /// The column's name.
    pub name: String,
    /// What it measures.
    pub quantity: Quantity,
    /// What the file writes it in.
    pub unit: Option<Unit>,
    /// Whether the file tells it.
    pub is_unit_told: bool,
    /// Its values in base units; NaN where there is none, or none to trust.
    pub values: Vec<f64>,
    /// The finest step it is written in, base units.
    pub step: f64,
}

/// The rows that finders work on.
#[derive(Debug, Clone)]
pub struct Work {
    /// The row of the file that each row here is.
    pub rows: Vec<usize>,
    /// Seconds, mended; empty where the log has no time.
    pub secs: Vec<f64>,
    /// The clock on the wall, mended but for summer time; empty where the log has no time.
    pub wall: Vec<f64>,
    /// Columns of numbers.
    pub series: Vec<Series>,
    /// Whether rows are missing before each row.
    pub after_gap: Vec<bool>,
}

impl Work {
    /// Rows as they stand, of a log without time.
    pub(super) fn without_time(table: &Table) -> Self {
        let rows: Vec<usize> = (0..table.rows()).collect();
        Self::new(table, rows, Vec::new(), Vec::new(), &[])
    }

    /// These rows at these seconds; `gap_ends` are rows of the file.
    pub(super) fn new(
        table: &Table,
        rows: Vec<usize>,
        secs: Vec<f64>,
        wall: Vec<f64>,
        gap_ends: &[usize],
    ) -> Self {
        let of_column = |column: &Column| {
            let numbers = column.numbers()?;
            let unit = column.unit_or_base();
            let base = |value: f64| unit.map_or(value, |unit| unit.to_base(value));
            let values: Vec<f64> = rows.iter().map(|row| base(numbers[*row])).collect();
            let step = resolution(&values);
            Some(Series {
                name: column.name.clone(),
                quantity: column.quantity,
                unit,
                is_unit_told: column.unit.is_some(),
                values,
                step,
            })
        };
        let series = table.columns.iter().filter_map(of_column).collect();
        let mut after_gap = vec![false; rows.len()];
        for end in gap_ends {
            if let Ok(at) = rows.binary_search(end) {
                after_gap[at] = true;
            }
        }
        Self { rows, secs, wall, series, after_gap }
    }

    /// The first column of this quantity that holds values.
    pub fn first(&self, quantity: Quantity) -> Option<&Series> {
        self.series
            .iter()
            .find(|series| series.quantity == quantity && series.values.iter().any(|value| value.is_finite()))
    }

    /// Seconds from the row before to this one; 0 at the first, and across a gap.
    pub fn lapse(&self, at: usize) -> f64 {
        match (at.checked_sub(1).and_then(|before| self.secs.get(before)), self.secs.get(at)) {
            (Some(before), Some(now)) if !self.after_gap[at] => (now - before).max(0.0),
            _ => 0.0,
        }
    }

    /// An occurrence in rows of the file.
    pub(super) fn occurrence(&self, first: usize, last: usize, measure: Option<f64>) -> Occurrence {
        Occurrence { first: self.rows[first], last: self.rows[last], measure }
    }

    /// Takes what a finding explained out of its column.
    pub(super) fn explain(&mut self, finding: &Finding) {
        let Self { rows, series, .. } = self;
        let Some(series) = series.iter_mut().find(|series| Some(&series.name) == finding.column.as_ref())
        else {
            return;
        };
        for occurrence in &finding.occurrences {
            let from = rows.partition_point(|row| *row < occurrence.first);
            let until = rows.partition_point(|row| *row <= occurrence.last);
            for value in series.values.iter_mut().take(until).skip(from) {
                *value = f64::NAN;
            }
        }
    }
}
