//! Blanks filled, and rows put in where rows are missing: on a straight line over time, or with the last value. What is
//! longer than the rule allows stays as it is.

use super::apply::keep;
use super::rules::Fill;
use crate::explore::{Cells, Kind, Table, find_all};

/// More rows than this are never put in.
const ROWS_MAX: usize = 10_000_000;

/// Gives how many cells were filled.
pub(super) fn fill(table: &mut Table, how: Fill, seconds_max: f64, column: Option<&str>) -> usize {
    if how == Fill::Drop {
        let blank = blank_rows(table, column);
        keep(table, |row| !blank[row]);
        return 0;
    }
    if column.is_none() {
        put_rows_in(table, seconds_max);
    }
    let secs: Vec<f64> = match &table.clock {
        Some(clock) => clock.secs.clone(),
        None => return 0,
    };
    let mut filled = 0;
    for it in &mut table.columns {
        if column.is_some_and(|name| it.name != name) {
            continue;
        }
        if let Cells::Numbers(numbers) = &mut it.cells {
            filled += fill_column(numbers, &secs, how, seconds_max);
        }
    }
    filled
}

fn blank_rows(table: &Table, column: Option<&str>) -> Vec<bool> {
    let mut blank = vec![false; table.rows()];
    for it in &table.columns {
        if column.is_some_and(|name| it.name != name) {
            continue;
        }
        for (row, value) in it.numbers().unwrap_or_default().iter().enumerate() {
            blank[row] |= value.is_nan();
        }
    }
    blank
}

fn fill_column(numbers: &mut [f64], secs: &[f64], how: Fill, seconds_max: f64) -> usize {
    let mut filled = 0;
    let mut last: Option<usize> = None;
    for row in 0..numbers.len() {
        if numbers[row].is_nan() {
            continue;
        }
        if let Some(before) = last.filter(|before| row - before > 1) {
            let span = secs[row] - secs[before];
            let fits = span > 0.0 && span <= seconds_max;
            for at in before + 1..row {
                let share = (secs[at] - secs[before]) / span;
                if fits && (0.0..=1.0).contains(&share) {
                    let (from, to) = (numbers[before], numbers[row]);
                    numbers[at] = if how == Fill::Hold { from } else { (to - from).mul_add(share, from) };
                    filled += 1;
                }
            }
        }
        last = Some(row);
    }
    filled
}

/// Blank rows at the log's own pace inside its gaps; the columns are filled afterwards.
fn put_rows_in(table: &mut Table, seconds_max: f64) {
    let (found, _) = find_all(table);
    let Some(clock) = &table.clock else { return };
    let Some(pace) = clock.pace() else { return };
    let mut plan: Vec<Option<usize>> = Vec::with_capacity(table.rows());
    let mut instants: Vec<f64> = Vec::new();
    let gaps =
        found.iter().filter(|finding| finding.kind == Kind::Gap).flat_map(|finding| &finding.occurrences);
    let mut gaps: Vec<usize> = gaps.map(|gap| gap.last).collect();
    gaps.sort_unstable();
    let mut put = 0;
    for row in 0..table.rows() {
        if gaps.binary_search(&row).is_ok()
            && let Some(before) = row.checked_sub(1)
        {
            let (from, until) = (clock.secs[before], clock.secs[row]);
            let count = ((until - from) / pace).round() as usize;
            if until - from <= seconds_max && count > 1 && put + count < ROWS_MAX {
                for at in 1..count {
                    plan.push(None);
                    instants.push((until - from).mul_add(at as f64 / count as f64, from));
                }
                put += count - 1;
            }
        }
        plan.push(Some(row));
        instants.push(clock.secs[row]);
    }
    if put > 0 {
        *table = table.spread(&plan, &instants);
    }
}
