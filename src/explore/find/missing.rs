//! Cells in which nothing was written: runs of them in a column that otherwise has values.
//!
//! A column that is blank in more than 30 % of its rows is so by habit (a temperature logged now and then), and is
//! told once.

use std::collections::BTreeSet;

use super::{Finding, Kind, Occurrence};
use crate::explore::table::{Column, Table};

/// More than this is a habit.
const HABIT_SHARE: f64 = 0.3;

pub(super) fn find(table: &Table) -> Vec<Finding> {
    let mut found: Vec<Finding> =
        table.columns.iter().filter_map(|column| of_column(table, column)).collect();
    found.extend(of_time(table));
    found
}

fn of_time(table: &Table) -> Option<Finding> {
    let clock = table.clock.as_ref()?;
    let told: BTreeSet<usize> = clock.unreadable.iter().chain(&table.spoilt).copied().collect();
    let blank = |row: &usize| clock.secs[*row].is_nan() && !told.contains(row);
    let rows: Vec<usize> = (0..table.rows()).filter(blank).collect();
    let name = table.time_names.last()?;
    (!rows.is_empty()).then(|| Finding::of_rows(Kind::Missing, Some(name), &rows))
}

fn of_column(table: &Table, column: &Column) -> Option<Finding> {
    let numbers = column.numbers()?;
    let blanks = numbers.iter().filter(|value| value.is_nan()).count();
    if blanks == 0 {
        return None;
    }
    let told = told(table, &column.name);
    let blank = |row: &usize| numbers[*row].is_nan() && !told.contains(row);
    let rows: Vec<usize> = (0..table.rows()).filter(blank).collect();
    let share = rows.len() as f64 / table.rows() as f64;
    let finding = Finding::of_rows(Kind::Missing, Some(&column.name), &rows);
    if share > HABIT_SHARE {
        let whole = Occurrence { first: 0, last: table.rows() - 1, measure: Some(share) };
        return Some(Finding::new(Kind::Sparse, Some(&column.name), vec![whole]));
    }
    (!rows.is_empty()).then_some(finding)
}

/// Rows of which reading has told already.
fn told(table: &Table, column: &str) -> BTreeSet<usize> {
    let of_column = table.noted.iter().filter(|finding| finding.column.as_deref() == Some(column));
    let rows = of_column.flat_map(|finding| &finding.occurrences).flat_map(|it| it.first..=it.last);
    rows.chain(table.spoilt.iter().copied()).collect()
}
