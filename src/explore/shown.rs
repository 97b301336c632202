//! A log explored, as text for a person and as JSON for a program.

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};

use super::clock::ClockKind;
use super::drivers::{Drivers, NoDrivers};
use super::energy::Energy;
use super::find::{Finding, Occurrence};
use super::statistics::{Group, Summary};
use super::table::shown_title;
use super::{Explored, file_name, stamp};
use crate::report::quantity;
use crate::words::Words;

/// Occurrences shown to a person; all are in the JSON.
const SHOWN: usize = 4;

/// For a program. Rows count from 1 below the header; lines are the file's.
pub fn json(log: &Explored) -> Value {
    let table = &log.table;
    json!({
        "file": file_name(&table.path),
        "source": table.source,
        "rows": table.rows(),
        "lines": table.lines_total,
        "dialect": table.dialect.map(|dialect| json!({
            "delimiter": char::from(dialect.delimiter).to_string(),
            "decimal_mark": char::from(dialect.mark).to_string(),
            "header_line": dialect.header_line,
        })),
        "clock": clock(log),
        "findings": log.findings.iter().map(|found| finding(log, found)).collect::<Vec<_>>(),
        "columns": columns(log),
        "energy": energy(log),
        "depth_of_discharge": depths(log),
        "consumption": match &log.drivers {
            Ok(drivers) => drivers_json(drivers),
            Err(reason) => json!({ "skipped": no_drivers(*reason) }),
        },
    })
}

fn clock(log: &Explored) -> Value {
    let Some((kind, first, last)) = log.table.span() else { return Value::Null };
    json!({
        "kind": kind.name(),
        "columns": log.table.time_names,
        "from": instant(kind, first),
        "until": instant(kind, last),
        "seconds": number(last - first),
    })
}

fn instant(kind: ClockKind, secs: f64) -> Value {
    if kind == ClockKind::Relative { number(secs) } else { stamp::shown(secs).into() }
}

/// JSON has no NaN: what is unknown is null.
fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

fn finding(log: &Explored, found: &Finding) -> Value {
    let line = |row: usize| log.table.lines.get(row).copied();
    let occurrence = |it: &Occurrence| {
        let mut value = json!({
            "rows": [it.first + 1, it.last + 1],
            "lines": [line(it.first), line(it.last)],
        });
        if let Some(measure) = it.measure {
            value["measure"] = number(measure);
        }
        value
    };
    json!({
        "kind": found.kind.name(),
        "severity": found.kind.severity().name(),
        "column": found.column,
        "unit": found.unit,
        "count": found.occurrences.len(),
        "rows": found.rows(),
        "occurrences": found.occurrences.iter().map(occurrence).collect::<Vec<_>>(),
    })
}

fn columns(log: &Explored) -> Vec<Value> {
    let group = |group: &Group| {
        json!({
            "key": group.key,
            "count": group.count,
            "mean": number(group.mean),
            "std": number(group.stddev),
            "min": number(group.min),
            "median": number(group.median),
            "max": number(group.max),
        })
    };
    let groups = |all: &[Group]| all.iter().map(group).collect::<Vec<_>>();
    log.described
        .iter()
        .map(|column| {
            json!({
                "name": column.name,
                "quantity": column.quantity.name(),
                "unit": column.unit.map(|unit| unit.name),
                "statistics": column.whole.as_ref().map(summary),
                "by_hour": groups(&column.by_hour),
                "by_day": groups(&column.by_day),
                "by_temperature_celsius": groups(&column.by_temperature),
            })
        })
        .collect()
}

fn summary(of: &Summary) -> Value {
    json!({
        "count": of.count,
        "missing": of.missing,
        "mean": number(of.mean),
        "std": number(of.stddev),
        "min": number(of.min),
        "5%": number(of.q05),
        "25%": number(of.q25),
        "50%": number(of.median),
        "75%": number(of.q75),
        "95%": number(of.q95),
        "max": number(of.max),
    })
}

fn energy(log: &Explored) -> Value {
    let Some(balance) = &log.balance else { return Value::Null };
    let of = |energy: &Energy| {
        let known = energy.watt_hours();
        json!({
            "charge_in_ah": number(energy.charge_in_amp_hours),
            "charge_out_ah": number(energy.charge_out_amp_hours),
            "energy_in_wh": known.map(|(watt_hours, _)| number(watt_hours)),
            "energy_out_wh": known.map(|(_, watt_hours)| number(watt_hours)),
            "hours_counted": number(energy.hours_counted),
            "energy_hours_counted": number(energy.energy_hours_counted),
        })
    };
    let mut value = of(&balance.whole);
    value["hours_not_counted"] = number(balance.hours_not_counted);
    value["by_day"] = balance
        .by_day
        .iter()
        .map(|(day, energy)| {
            let mut value = of(energy);
            value["day"] = day.as_str().into();
            value
        })
        .collect();
    value
}

fn depths(log: &Explored) -> Value {
    let Some(depths) = &log.depths else { return Value::Null };
    let cycle = |cycle: &super::depth::Cycle| json!({ "rows": [cycle.first + 1, cycle.last + 1], "depth": number(cycle.depth) });
    json!({
        "unit": depths.unit,
        "median": depths.median.map(number),
        "largest": depths.largest.map(number),
        "cycles": depths.cycles.iter().map(cycle).collect::<Vec<_>>(),
        "by_day": depths.by_day.iter().map(|(day, depth)| json!({ "day": day, "depth": number(*depth) })).collect::<Vec<_>>(),
    })
}

fn drivers_json(drivers: &Drivers) -> Value {
    let effect = |effect: &super::drivers::Effect| {
        json!({
            "cause": effect.cause,
            "watts_per": effect.unit,
            "effect": number(effect.value),
            "low_95": number(effect.low_95),
            "high_95": number(effect.high_95),
        })
    };
    json!({
        "method": "ordinary least squares on hourly means, Newey-West intervals",
        "response": drivers.response,
        "hours": drivers.hours,
        "lag_hours": drivers.lag_hours,
        "mean_w": number(drivers.mean_watts),
        "r_squared": number(drivers.r_squared),
        "peak_hour": drivers.peak_hour.map(number),
        "effects": drivers.effects.iter().map(effect).collect::<Vec<_>>(),
    })
}

fn no_drivers(reason: NoDrivers) -> &'static str {
    match reason {
        NoDrivers::NoConsumption => "no-consumption",
        NoDrivers::TooShort(_) => "too-short",
        NoDrivers::NoCause => "no-cause",
    }
}

/// For a person.
pub fn text(log: &Explored, words: Words) -> String {
    let mut lines = vec![heading(log, words), String::new()];
    if log.findings.is_empty() {
        lines.push(words.say("explore-nothing-found"));
    }
    for found in &log.findings {
        lines.push(format!("  {}", sentence(log, found, words)));
        lines.push(format!("      {}", places(log, found, words)));
    }
    lines.push(String::new());
    lines.extend(statistics_lines(log, words));
    lines.push(String::new());
    lines.extend(conclusions(log, words));
    lines.join("\n") + "\n"
}

/// What the log is: file, rows, time.
pub fn heading(log: &Explored, words: Words) -> String {
    let table = &log.table;
    let name = match &table.source {
        Some(source) => format!("{} · {source}", file_name(&table.path)),
        None => file_name(&table.path),
    };
    let blanks = [
        ("name", FluentValue::from(name)),
        ("rows", FluentValue::from(grouped(table.rows()))),
        ("columns", FluentValue::from(table.columns.len() + table.time_names.len())),
    ];
    let mut text = words.tell("explore-heading", &blanks);
    if let Some((kind, first, last)) = table.span() {
        let blanks = if kind == ClockKind::Relative {
            [("from", FluentValue::from("")), ("length", FluentValue::from(length(last - first, words)))]
        } else {
            [
                ("from", FluentValue::from(stamp::shown(first))),
                ("length", FluentValue::from(length(last - first, words))),
            ]
        };
        let key = if kind == ClockKind::Relative { "explore-heading-length" } else { "explore-heading-from" };
        text += &words.tell(key, &blanks);
    }
    text
}

/// Thousands apart by a narrow space.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A length of time in the unit that fits.
pub fn length(secs: f64, words: Words) -> String {
    let size = secs.abs();
    let (value, unit) = match size {
        size if size >= 2.0 * 86_400.0 => (secs / 86_400.0, words.say("explore-days")),
        size if size >= 2.0 * 3600.0 => (secs / 3600.0, "h".to_owned()),
        size if size >= 120.0 => (secs / 60.0, "min".to_owned()),
        _ => (secs, "s".to_owned()),
    };
    quantity(Some((value * 100.0).round() / 100.0), &unit, words)
}

/// What was found, in one sentence.
pub fn sentence(log: &Explored, found: &Finding, words: Words) -> String {
    let column = found.column.clone().unwrap_or_default();
    let rows = found.rows();
    let share = rows as f64 / log.table.rows().max(1) as f64;
    let blanks = [
        ("column", FluentValue::from(column)),
        ("count", FluentValue::from(found.occurrences.len())),
        ("rows", FluentValue::from(rows)),
        ("share", FluentValue::from(words.percent(share, usize::from(share < 0.1)))),
        ("unit", FluentValue::from(found.unit.unwrap_or("?"))),
    ];
    words.tell(&format!("explore-found-{}", found.kind.name()), &blanks)
}

/// Where it was found: the first few places, and how many more.
pub fn places(log: &Explored, found: &Finding, words: Words) -> String {
    let line = |row: usize| log.table.lines.get(row).copied().unwrap_or_default();
    let place = |it: &Occurrence| {
        let lines = if it.first == it.last {
            line(it.first).to_string()
        } else {
            format!("{}–{}", line(it.first), line(it.last))
        };
        match measured(found, it, words) {
            Some(measure) => format!("{lines} ({measure})"),
            None => lines,
        }
    };
    let shown: Vec<String> = found.occurrences.iter().take(SHOWN).map(place).collect();
    let left = found.occurrences.len().saturating_sub(SHOWN);
    let blanks = [("places", FluentValue::from(shown.join(", "))), ("left", FluentValue::from(left))];
    words.tell(if left > 0 { "explore-places-more" } else { "explore-places" }, &blanks)
}

fn measured(found: &Finding, it: &Occurrence, words: Words) -> Option<String> {
    use super::find::Kind;
    let measure = it.measure?;
    Some(match found.kind {
        Kind::Gap | Kind::ClockJump | Kind::Dst => length(measure, words),
        Kind::SuspectUnit => return None,
        Kind::Sparse => words.percent(measure, 0),
        Kind::CounterJump => quantity(Some(measure), "Ah", words),
        _ => quantity(Some(measure), "", words),
    })
}

fn statistics_lines(log: &Explored, words: Words) -> Vec<String> {
    let head: Vec<String> = ["column", "mean", "std", "min", "median", "max"]
        .iter()
        .map(|name| words.say(&format!("explore-stat-{name}")))
        .collect();
    let mut rows = vec![head];
    for column in &log.described {
        let Some(of) = &column.whole else { continue };
        let name = shown_title(&column.name, column.unit);
        let values = [of.mean, of.stddev, of.min, of.median, of.max];
        rows.push(
            std::iter::once(name).chain(values.iter().map(|value| significant(*value, words))).collect(),
        );
    }
    aligned(&rows)
}

/// Four figures or so.
pub fn significant(value: f64, words: Words) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let digits = match value.abs() {
        size if size >= 1000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        size if size >= 1.0 => 3,
        _ => 4,
    };
    words.number(value + 0.0, digits)
}

fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let width = |at: usize| {
        rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells =
            cells.map(
                |(at, (cell, width))| {
                    if at == 0 { format!("  {cell:<width$}") } else { format!("  {cell:>width$}") }
                },
            );
        cells.collect::<String>().trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// Energy, depth and drivers, in sentences.
pub fn conclusions(log: &Explored, words: Words) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(balance) = &log.balance {
        let of = |value: f64, unit: &str| {
            FluentValue::from(quantity(Some((value * 1000.0).round() / 1000.0), unit, words))
        };
        let whole = &balance.whole;
        let mut blanks = vec![
            ("charge_in", of(whole.charge_in_amp_hours, "Ah")),
            ("charge_out", of(whole.charge_out_amp_hours, "Ah")),
        ];
        let mut key = "explore-charge";
        if let Some((energy_in, energy_out)) = whole.watt_hours() {
            blanks.extend([("energy_in", of(energy_in, "Wh")), ("energy_out", of(energy_out, "Wh"))]);
            key = "explore-energy";
        }
        lines.push(words.tell(key, &blanks));
        let mut left_out = |key: &str, hours: f64| {
            if hours > 0.01 {
                let blanks = [("length", FluentValue::from(length(hours * 3600.0, words)))];
                lines.push(words.tell(key, &blanks));
            }
        };
        left_out("explore-not-counted", balance.hours_not_counted);
        if whole.watt_hours().is_some() {
            left_out("explore-no-voltage", whole.hours_counted - whole.energy_hours_counted);
        }
    }
    if let Some(depths) = &log.depths
        && let (Some(median), Some(largest)) = (depths.median, depths.largest)
    {
        let of = |value: f64| FluentValue::from(quantity(Some(value), depths.unit, words));
        let blanks = [
            ("count", FluentValue::from(depths.cycles.len())),
            ("median", of(median)),
            ("largest", of(largest)),
        ];
        lines.push(words.tell("explore-depth", &blanks));
    }
    match &log.drivers {
        Ok(drivers) => {
            lines.push(drivers_sentence(drivers, words));
            lines.extend(drivers.effects.iter().map(|effect| effect_sentence(drivers, effect, words)));
        }
        Err(NoDrivers::TooShort(hours)) => {
            lines.push(words.tell("explore-drivers-too-short", &[("hours", FluentValue::from(*hours))]));
        }
        Err(reason) => lines.push(words.say(&format!("explore-drivers-{}", no_drivers(*reason)))),
    }
    lines
}

fn drivers_sentence(drivers: &Drivers, words: Words) -> String {
    let blanks = [
        ("mean", FluentValue::from(quantity(Some(drivers.mean_watts), "W", words))),
        ("hours", FluentValue::from(drivers.hours)),
        ("share", FluentValue::from(words.percent(drivers.r_squared, 0))),
    ];
    words.tell(&format!("explore-drivers-{}", drivers.response), &blanks)
}

fn effect_sentence(drivers: &Drivers, effect: &super::drivers::Effect, words: Words) -> String {
    let watts = |value: f64| FluentValue::from(quantity(Some(value), "W", words));
    let hour = drivers.peak_hour.map_or_else(String::new, |hour| format!("{} h", words.number(hour, 0)));
    let blanks = [
        ("value", watts(effect.value)),
        ("low", watts(effect.low_95)),
        ("high", watts(effect.high_95)),
        ("hour", FluentValue::from(hour)),
    ];
    words.tell(&format!("explore-effect-{}", effect.cause), &blanks)
}
