//! A table as CSV in one dialect. Numbers are the shortest that read back to the same value.

use std::fmt::Write;

use crate::explore::{Cells, ClockKind, Table, stamp_shown};

pub(super) fn csv(table: &Table) -> String {
    let mut text = String::new();
    let mut names: Vec<String> = Vec::new();
    if table.clock.is_some() {
        names.push(table.time_names.join(" "));
    }
    names.extend(table.columns.iter().map(|column| column.name.clone()));
    text += &names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(",");
    text.push('\n');
    for row in 0..table.rows() {
        let mut is_first = true;
        if let Some(clock) = &table.clock {
            text += &instant(clock.secs[row], clock.kind);
            is_first = false;
        }
        for column in &table.columns {
            if !is_first {
                text.push(',');
            }
            is_first = false;
            match &column.cells {
                Cells::Numbers(numbers) if numbers[row].is_finite() => {
                    // Writing into a String cannot fail.
                    let _ = write!(text, "{}", numbers[row] + 0.0);
                }
                Cells::Numbers(_) => {}
                Cells::Words { rows, words } => {
                    text += &quoted(words.get(rows[row] as usize).map_or("", String::as_str));
                }
            }
        }
        text.push('\n');
    }
    text
}

/// Seconds stay seconds; stamps become ISO, with `Z` where they are known to be UTC.
fn instant(secs: f64, kind: ClockKind) -> String {
    if !secs.is_finite() {
        return String::new();
    }
    match kind {
        ClockKind::Relative | ClockKind::Epoch => secs.to_string(),
        ClockKind::Zoned | ClockKind::Local => {
            let millis = (secs * 1000.0).round();
            let whole = (millis / 1000.0).floor();
            let part = (millis - whole * 1000.0) as u32;
            let mut text = stamp_shown(whole).replace(' ', "T");
            if part > 0 {
                let _ = write!(text, ".{part:03}");
            }
            if kind == ClockKind::Zoned { text + "Z" } else { text }
        }
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
