//! A table as CSV in one dialect. Numbers are the shortest that read back to the same value, and each title tells the
//! unit that its numbers are in: who reads the file takes them for what they are.

use std::fmt::Write;

use crate::explore::{Cells, Clock, ClockKind, Table, stamp_shown, time_title};

pub(super) fn csv(table: &Table) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail, and each row has as many cells as the header.
    let _ = writer.write_record(titles(table));
    let mut cell = String::new();
    for row in 0..table.rows() {
        if let Some(clock) = &table.clock {
            cell.clear();
            instant(clock, row, &mut cell);
            let _ = writer.write_field(&cell);
        }
        for column in &table.columns {
            cell.clear();
            match &column.cells {
                Cells::Numbers(numbers) if numbers[row].is_finite() => {
                    let _ = write!(cell, "{}", numbers[row] + 0.0);
                }
                Cells::Numbers(_) => {}
                Cells::Words { rows, words } => {
                    cell.push_str(words.get(rows[row] as usize).map_or("", String::as_str));
                }
            }
            let _ = writer.write_field(&cell);
        }
        let _ = writer.write_record(None::<&[u8]>);
    }
    writer.into_inner().unwrap_or_default()
}

/// The names of the columns, each with the unit of its numbers, each once.
fn titles(table: &Table) -> Vec<String> {
    let mut titles: Vec<String> =
        table.clock.iter().map(|clock| time_title(&table.time_names.join(" "), clock.kind)).collect();
    for column in &table.columns {
        let title = column.written_title();
        // `Voltage [mV]` turned into volts, beside a `Voltage [V]`.
        let is_twice = titles.contains(&title)
            || table.columns.iter().any(|it| it.name != column.name && it.name == title);
        titles.push(match column.unit_or_base().filter(|_| is_twice) {
            Some(unit) => format!("{} [{}]", column.name, unit.name),
            None => title,
        });
    }
    titles
}

/// Seconds stay seconds; stamps become ISO, with `Z` where they are known to be UTC.
fn instant(clock: &Clock, row: usize, cell: &mut String) {
    let secs = clock.secs[row];
    if !secs.is_finite() {
        return;
    }
    match clock.kind {
        ClockKind::Relative | ClockKind::Epoch => {
            let _ = write!(cell, "{secs}");
        }
        ClockKind::Zoned | ClockKind::Local => {
            let millis = (secs * 1000.0).round();
            let whole = (millis / 1000.0).floor();
            let part = (millis - whole * 1000.0) as u32;
            cell.push_str(&stamp_shown(whole).replace(' ', "T"));
            if part > 0 {
                let _ = write!(cell, ".{part:03}");
            }
            if clock.kind == ClockKind::Zoned {
                cell.push('Z');
            }
        }
    }
}
