//! Rows that are there already: the same instant with the same values, next to each other or in a whole block
//! written twice.

use crate::explore::table::{Cells, Table};

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
    // Times so far that rose, with their rows: a block written twice is found among them.
    let mut risen: Vec<(f64, usize)> = Vec::new();
    let mut previous = f64::NAN;
    for (row, at) in secs.iter().copied().enumerate() {
        if at.is_nan() {
            continue;
        }
        if risen.last().is_none_or(|(last, _)| at > *last) {
            risen.push((at, row));
        } else if earlier(&risen, at).is_some_and(|other| is_same(table, other, row)) {
            repeats.same.push(row);
            continue;
        } else if at == previous {
            repeats.conflicting.push(row);
            continue;
        }
        previous = at;
        repeats.kept.push(row);
    }
    repeats
}

fn earlier(risen: &[(f64, usize)], at: f64) -> Option<usize> {
    let place = risen.binary_search_by(|(other, _)| other.total_cmp(&at)).ok()?;
    Some(risen[place].1)
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
