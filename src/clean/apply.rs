//! One rule applied to a table. Gives how many cells it changed; rows it left out are seen in the table.

use std::collections::BTreeSet;

use super::fill;
use super::rules::{Action, Rule};
use crate::explore::{Cells, Column, Finding, Kind, Table, find_all};

/// Why a rule cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    /// It names a column that the log has not.
    #[error("no column {0}")]
    NoColumn(String),
    /// It gives a name that another column has.
    #[error("two columns {0}")]
    NameTaken(String),
    /// It turns some values of a column into another unit than the column's.
    #[error("{column} is in {unit}")]
    OtherUnit {
        /// The column.
        column: String,
        /// Its unit.
        unit: &'static str,
    },
    /// It leaves no row.
    #[error("nothing left")]
    NothingLeft,
}

/// Applies a rule.
///
/// # Errors
/// Where it does not fit the log, or would leave nothing of it.
pub(super) fn apply(table: &mut Table, rule: &Rule) -> Result<usize, Refused> {
    let rows_before = table.rows();
    let changed = act(table, rule)?;
    if rows_before > 0 && table.rows() == 0 { Err(Refused::NothingLeft) } else { Ok(changed) }
}

fn act(table: &mut Table, rule: &Rule) -> Result<usize, Refused> {
    Ok(match &rule.action {
        Action::DropDuplicates => drop_duplicates(table),
        Action::SortByTime => sort_by_time(table),
        Action::MendClock => mend_clock(table),
        Action::RemoveFindings { kinds, column } => {
            known(table, column.as_deref())?;
            remove(table, kinds, column.as_deref())
        }
        Action::FillGaps { how, seconds_max, column } => {
            known(table, column.as_deref())?;
            fill::fill(table, *how, *seconds_max, column.as_deref())
        }
        Action::Convert { column, from, to, only_findings } => {
            known(table, Some(column))?;
            let wanted =
                |finding: &Finding| finding.kind == Kind::SuspectUnit && finding.unit == Some(from.name);
            let own = table.columns.iter().find(|it| it.name == *column).and_then(Column::unit_or_base);
            if let Some(own) = own.filter(|own| *only_findings && own != to) {
                return Err(Refused::OtherUnit { column: column.clone(), unit: own.name });
            }
            let rows = only_findings.then(|| rows_of(table, column, wanted));
            let changed = change(table, column, rows.as_ref(), |value| to.of_base(from.to_base(value)));
            if !only_findings && let Some(column) = table.columns.iter_mut().find(|it| it.name == *column) {
                column.unit = Some(*to);
            }
            changed
        }
        Action::FlipSign { column, only_findings } => {
            known(table, Some(column))?;
            let rows =
                only_findings.then(|| rows_of(table, column, |finding| finding.kind == Kind::SuspectSign));
            change(table, column, rows.as_ref(), |value| -value)
        }
        Action::Clip { column, low, high } => {
            known(table, Some(column))?;
            change(table, column, None, |value| value.clamp(*low, *high))
        }
        // The zone was given to the reader: its stamps are UTC already.
        Action::TimeZone { .. } => 0,
        Action::Rename { column, to } => rename(table, column, to)?,
        Action::DropColumn { column } => {
            known(table, Some(column))?;
            table.columns.retain(|it| it.name != *column);
            0
        }
    })
}

fn has(table: &Table, name: &str) -> bool {
    table.columns.iter().any(|column| column.name == name)
}

fn known(table: &Table, column: Option<&str>) -> Result<(), Refused> {
    match column {
        Some(name) if !has(table, name) => Err(Refused::NoColumn(name.to_owned())),
        _ => Ok(()),
    }
}

fn rename(table: &mut Table, from: &str, to: &str) -> Result<usize, Refused> {
    let is_taken = has(table, to) || table.time_names.iter().any(|name| name == to);
    if from != to && is_taken {
        return Err(Refused::NameTaken(to.to_owned()));
    }
    if let Some(name) = table.time_names.iter_mut().find(|name| *name == from) {
        to.clone_into(name);
        return Ok(0);
    }
    let column = table.columns.iter_mut().find(|column| column.name == from);
    let column = column.ok_or_else(|| Refused::NoColumn(from.to_owned()))?;
    to.clone_into(&mut column.name);
    Ok(0)
}

/// Rows of findings in a column.
fn rows_of(table: &Table, column: &str, wanted: impl Fn(&Finding) -> bool) -> BTreeSet<usize> {
    let (found, _) = find_all(table);
    let own = found.iter().filter(|finding| finding.column.as_deref() == Some(column) && wanted(finding));
    own.flat_map(|finding| &finding.occurrences).flat_map(|it| it.first..=it.last).collect()
}

/// Changes the values of a column, of some rows or all; gives how many became others.
fn change(table: &mut Table, name: &str, rows: Option<&BTreeSet<usize>>, of: impl Fn(f64) -> f64) -> usize {
    let Some(column) = table.columns.iter_mut().find(|column| column.name == name) else { return 0 };
    let Cells::Numbers(numbers) = &mut column.cells else { return 0 };
    let mut changed = 0;
    for (row, value) in numbers.iter_mut().enumerate() {
        if value.is_nan() || rows.is_some_and(|rows| !rows.contains(&row)) {
            continue;
        }
        let new = of(*value);
        changed += usize::from(new != *value);
        *value = new;
    }
    changed
}

fn drop_duplicates(table: &mut Table) -> usize {
    let (found, _) = find_all(table);
    let twice = found.iter().filter(|finding| finding.kind == Kind::Duplicate);
    let rows: BTreeSet<usize> =
        twice.flat_map(|finding| &finding.occurrences).flat_map(|it| it.first..=it.last).collect();
    keep(table, |row| !rows.contains(&row));
    0
}

/// Keeps the rows that `holds` says.
pub(super) fn keep(table: &mut Table, holds: impl Fn(usize) -> bool) {
    let rows: Vec<usize> = (0..table.rows()).filter(|row| holds(*row)).collect();
    if rows.len() < table.rows() {
        *table = table.picked(&rows, table.source.clone());
    }
}

fn sort_by_time(table: &mut Table) -> usize {
    let Some(clock) = &table.clock else { return 0 };
    let mut rows: Vec<usize> = (0..table.rows()).collect();
    // Stable: rows of one instant, and rows of none behind their neighbours, keep their order.
    let mut last = f64::NEG_INFINITY;
    let keys: Vec<f64> = clock
        .secs
        .iter()
        .map(|secs| {
            if secs.is_finite() {
                last = *secs;
            }
            last
        })
        .collect();
    rows.sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
    let moved = rows.iter().enumerate().filter(|(at, row)| at != *row).count();
    if moved > 0 {
        *table = table.picked(&rows, table.source.clone());
    }
    moved
}

/// The time that findings reckon with becomes the log's own.
fn mend_clock(table: &mut Table) -> usize {
    let (_, work) = find_all(table);
    let Some(clock) = &mut table.clock else { return 0 };
    let mut changed = 0;
    for (row, secs) in work.rows.iter().zip(&work.secs) {
        let by = secs - clock.secs[*row];
        if by != 0.0 {
            clock.secs[*row] = *secs;
            if let Some(wall) = &mut clock.wall {
                wall[*row] += by;
            }
            changed += 1;
        }
    }
    changed
}

/// Blanks the cells of findings that have a column; leaves out the rows of those that have none.
fn remove(table: &mut Table, kinds: &[Kind], column: Option<&str>) -> usize {
    let (found, _) = find_all(table);
    let wanted = |finding: &&Finding| {
        kinds.contains(&finding.kind) && (column.is_none() || finding.column.as_deref() == column)
    };
    let mut changed = 0;
    let mut rows: BTreeSet<usize> = BTreeSet::new();
    for finding in found.iter().filter(wanted) {
        let of = finding.occurrences.iter().flat_map(|it| it.first..=it.last);
        match &finding.column {
            Some(name) => {
                let of: BTreeSet<usize> = of.collect();
                changed += change_to_blank(table, name, &of);
            }
            None => rows.extend(of),
        }
    }
    keep(table, |row| !rows.contains(&row));
    changed
}

fn change_to_blank(table: &mut Table, name: &str, rows: &BTreeSet<usize>) -> usize {
    let Some(column) = table.columns.iter_mut().find(|column| column.name == name) else { return 0 };
    let Cells::Numbers(numbers) = &mut column.cells else { return 0 };
    let mut changed = 0;
    for row in rows {
        if let Some(value) = numbers.get_mut(*row).filter(|value| value.is_finite()) {
            *value = f64::NAN;
            changed += 1;
        }
    }
    changed
}
