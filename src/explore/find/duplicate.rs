//! Rows that are there already: the same instant with the same values, next to each other or in a whole block
//! written twice.

use crate::explore::table::{Cells, Table};

/// A clock that stands still makes all rows twins: so many are compared.
const TWINS_MAX: usize = 50;

/// Rows of the three fates.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// The same row again.
    pub(super) same: Vec<usize>,
    /// Another row of the instant just before.
    pub(super) conflicting: Vec<usize>,
    /// The others that have a time, in the order of the file.
    pub(super) kept: Vec<usize>,
}

pub(super) fn split(table: &Table, secs: &[f64]) -> Repeats {
    let mut repeats = Repeats::default();
    let twins = twins(secs);
    let mut previous = f64::NAN;
    for (row, at) in secs.iter().copied().enumerate() {
        if at.is_nan() {
            continue;
        }
        let of_instant = twins.partition_point(|(other, _)| *other < at);
        let earlier = twins[of_instant..].iter().take_while(|(other, of)| *other == at && *of < row);
        if earlier.take(TWINS_MAX).any(|(_, other)| is_same(table, *other, row)) {
            repeats.same.push(row);
        } else if at == previous {
            repeats.conflicting.push(row);
        } else {
            previous = at;
            repeats.kept.push(row);
        }
    }
    repeats
}

/// Rows of instants that come more than once, by instant and row.
fn twins(secs: &[f64]) -> Vec<(f64, usize)> {
    let mut all: Vec<(f64, usize)> = secs
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, at)| at.is_finite())
        .map(|(row, at)| (at, row))
        .collect();
    // A clock that only rises has none, and needs no sorting.
    if all.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return Vec::new();
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let is_twin = |at: usize| {
        let same = |other: Option<&(f64, usize)>| other.is_some_and(|other| other.0 == all[at].0);
        same(at.checked_sub(1).and_then(|before| all.get(before))) || same(all.get(at + 1))
    };
    (0..all.len()).filter(|at| is_twin(*at)).map(|at| all[at]).collect()
}

/// Cell by cell; blanks are alike.
fn is_same(table: &Table, a: usize, b: usize) -> bool {
    table.columns.iter().all(|column| match &column.cells {
        Cells::Numbers(numbers) => {
            let (a, b) = (numbers[a], numbers[b]);
            a == b || (a.is_nan() && b.is_nan())
        }
        Cells::Words { rows, .. } => rows[a] == rows[b],
    })
}
