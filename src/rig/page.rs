//! The sheet as people read it: one offline page, a summary for the terminal, and a line for each number.

use std::path::PathBuf;

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::json;

use super::bench::Bench;
use super::lateness::Lateness;
use super::manifest::Manifest;
use super::ruling::Ruling;
use super::sheet::{Measurement, Outcome, Row, Sheet};
use crate::report::{ReportError, page};
use crate::words::Words;

/// Who is on the bench: name, kind, port, what it calls itself.
pub fn roles(manifest: &Manifest, bench: &Bench, is_emulated: bool) -> Vec<[String; 4]> {
    let port = |port: &str| if is_emulated { "pty".to_owned() } else { port.to_owned() };
    let mut roles = Vec::new();
    for device in &manifest.devices {
        let kind = device.kind.name().to_owned();
        roles.push([device.name.clone(), kind, port(&device.port), String::new()]);
    }
    let instruments = [("supply", &manifest.supply, &bench.supply), ("load", &manifest.load, &bench.load)];
    for (role, instrument, keeper) in instruments {
        if let (Some(instrument), Some(keeper)) = (instrument, keeper) {
            let kind = instrument.kind.name().to_owned();
            roles.push([role.to_owned(), kind, port(&instrument.port), keeper.identity().to_owned()]);
        }
    }
    let rate = |baud: u32| format!("{baud} 8N1");
    if let Some(line) = &manifest.loopback {
        roles.push(["loopback".to_owned(), rate(line.baud_rate), port(&line.port), String::new()]);
    }
    if let Some((line, other)) = &manifest.null_modem {
        let ports = format!("{} ⇄ {}", port(&line.port), port(other));
        roles.push(["null_modem".to_owned(), rate(line.baud_rate), ports, String::new()]);
    }
    roles
}

/// A step that has just ended, in one line.
pub fn progress(row: &Row, words: Words) -> String {
    let why = why(row, words);
    let indented = why.replace('\n', "\n          ");
    let why = if why.is_empty() { why } else { format!("\n          {indented}") };
    format!("{:<8}{}{why}", row.outcome.word(), row.name)
}

/// Why a step is no pass.
pub fn why(row: &Row, words: Words) -> String {
    let mut told: Vec<String> = row.reason.iter().map(|reason| reason.told(words)).collect();
    let bad = row.measurements.iter().filter(|measurement| measurement.ruling() > Some(Ruling::Pass));
    told.extend(bad.map(|measurement| line(measurement, words)));
    told.join("\n")
}

/// A measurement in one line.
pub fn line(measurement: &Measurement, words: Words) -> String {
    let name = words.say(&format!("rig-measure-{}", measurement.id));
    let limits = limits(measurement, words);
    let limits = if limits.is_empty() { limits } else { format!(" [{limits}]") };
    let blanks = [
        ("name", FluentValue::from(name)),
        ("value", FluentValue::from(value(measurement, words) + &limits)),
    ];
    words.tell("rig-measured", &blanks)
}

/// The end of a run, on the terminal.
pub fn summary(sheet: &Sheet, paths: &[PathBuf], words: Words) -> String {
    let mut text = String::new();
    for row in &sheet.rows {
        text += &format!("{:<8}{}\n", row.outcome.word(), row.name);
        for measurement in &row.measurements {
            text += &format!("          {}\n", line(measurement, words));
        }
    }
    text += &format!("\n{}\n", verdict(sheet, words));
    text += &tally(sheet, words).join("\n");
    text += &paths.iter().map(|path| format!("\n{}", path.display())).collect::<String>();
    text + "\n"
}

/// The page.
///
/// # Errors
/// Where the template cannot be laid out.
pub fn html(sheet: &Sheet, words: Words) -> Result<String, ReportError> {
    let context = json!({
        "lang": words.code(),
        "name": sheet.name,
        "story": sheet.story.split("\n\n").collect::<Vec<_>>(),
        "class": if sheet.passed() { "passed" } else if sheet.interrupted { "incomplete" } else { "failed" },
        "verdict": verdict(sheet, words),
        "tally": tally(sheet, words),
        "roles": sheet.roles.iter().map(|role| role_row(role, words)).collect::<Vec<_>>(),
        "rows": sheet.rows.iter().map(|row| row_html(row, words)).collect::<Vec<_>>(),
    });
    page("rig.html", include_str!("rig.html"), context, words)
}

fn verdict(sheet: &Sheet, words: Words) -> String {
    words.say(if sheet.interrupted {
        "rig-verdict-interrupted"
    } else if !sheet.off_confirmed {
        "rig-verdict-not-off"
    } else if sheet.passed() {
        "rig-verdict-passed"
    } else {
        "rig-verdict-failed"
    })
}

fn tally(sheet: &Sheet, words: Words) -> Vec<String> {
    let count = |outcome| FluentValue::from(sheet.count(outcome));
    let blanks = [
        ("pass", count(Outcome::Pass)),
        ("fail", count(Outcome::Fail)),
        ("error", count(Outcome::Error)),
        ("timeout", count(Outcome::Timeout)),
        ("skipped", count(Outcome::Skipped)),
    ];
    let took = [
        ("started", FluentValue::from(sheet.started.split('.').next().unwrap_or_default().replace('T', " "))),
        ("took", FluentValue::from(words.number(sheet.took_secs, 1))),
    ];
    let mut lines = vec![words.tell("rig-tally", &blanks), words.tell("rig-took", &took)];
    if sheet.is_emulated {
        lines.push(words.say("rig-emulated"));
    }
    lines
}

fn role_row([name, kind, port, said]: &[String; 4], words: Words) -> serde_json::Value {
    let named = match name.as_str() {
        "supply" => words.say("rig-role-supply"),
        "load" => words.say("rig-role-load"),
        "loopback" => words.say("rig-role-loopback"),
        "null_modem" => words.say("rig-role-null-modem"),
        device => device.to_owned(),
    };
    let port = if port.contains("pty") { port.replace("pty", &words.say("rig-pty")) } else { port.clone() };
    json!([named, kind, port, said])
}

fn row_html(row: &Row, words: Words) -> serde_json::Value {
    let class = match row.outcome {
        Outcome::Pass => "passed",
        Outcome::Skipped => "skipped",
        Outcome::Fail | Outcome::Error | Outcome::Timeout => "failed",
    };
    json!({
        "name": row.name,
        "kind": words.say(&format!("rig-kind-{}", row.kind)),
        "outcome": row.outcome.word(),
        "class": class,
        "reason": row.reason.as_ref().map(|reason| reason.told(words)),
        "took": format!("{}\u{a0}s", words.number(row.took_secs, 1)),
        "measurements": row.measurements.iter().map(|it| measurement_html(it, words)).collect::<Vec<_>>(),
        "bars": row.lateness.as_ref().map(|lateness| bars(lateness, words)),
    })
}

fn measurement_html(measurement: &Measurement, words: Words) -> serde_json::Value {
    let (class, key) = match measurement.ruling() {
        None => ("", "rig-ruling-noted"),
        Some(Ruling::Pass) => ("passed", "rig-ruling-pass"),
        Some(Ruling::ConditionalPass) => ("failed", "rig-ruling-conditional-pass"),
        Some(Ruling::ConditionalFail) => ("failed", "rig-ruling-conditional-fail"),
        Some(Ruling::Fail) => ("failed", "rig-ruling-fail"),
    };
    json!({
        "name": words.say(&format!("rig-measure-{}", measurement.id)),
        "value": value(measurement, words),
        "limits": limits(measurement, words),
        "ruling": words.say(key),
        "class": class,
    })
}

/// Bars of a histogram, each as long as its share of the longest.
fn bars(lateness: &Lateness, words: Words) -> serde_json::Value {
    let bins = lateness.histogram();
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1).max(1);
    let bar = |bin: &super::lateness::Bin| {
        json!({
            "label": format!("{} – {}", interval(bin.from_secs, words), interval(bin.until_secs, words)),
            "count": bin.count,
            "width": (100 * bin.count / most).max(1),
        })
    };
    bins.iter().map(bar).collect()
}

fn interval(secs: f64, words: Words) -> String {
    match secs {
        0.0 => "0".to_owned(),
        secs if secs < 1e-3 => format!("{}\u{a0}µs", words.number(secs * 1e6, 0)),
        secs if secs < 1.0 => format!("{}\u{a0}ms", words.number(secs * 1e3, 1)),
        secs => format!("{}\u{a0}s", words.number(secs, 1)),
    }
}

fn value(measurement: &Measurement, words: Words) -> String {
    let Measurement { value, uncertainty, unit, .. } = *measurement;
    let digits = digits(value, uncertainty, unit);
    let mut text = number(value, digits, unit, words);
    if uncertainty > 0.0 {
        text += &format!(" ± {}", number(uncertainty, digits, unit, words));
    }
    with_unit(text, unit)
}

fn limits(measurement: &Measurement, words: Words) -> String {
    let unit = measurement.unit;
    let shown = |limit: f64| as_written(limit, unit, words);
    let text = match (measurement.limits.low, measurement.limits.high) {
        (None, None) => return String::new(),
        (Some(low), Some(high)) if low == -high => format!("±\u{a0}{}", shown(high)),
        (Some(low), Some(high)) => format!("{} … {}", shown(low), shown(high)),
        (Some(low), None) => format!("≥\u{a0}{}", shown(low)),
        (None, Some(high)) => format!("≤\u{a0}{}", shown(high)),
    };
    with_unit(text, unit)
}

/// A limit, as somebody wrote it.
fn as_written(limit: f64, unit: &str, words: Words) -> String {
    let plain = number(limit, 6, unit, words);
    let (whole, part) = plain.split_once(['.', ',']).unwrap_or((&plain, ""));
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_owned() } else { plain[..plain.len() - 6 + part.len()].to_owned() }
}

fn number(value: f64, digits: usize, unit: &str, words: Words) -> String {
    let scaled = if unit == "ratio" { value * 100.0 } else { value };
    words.typeset(scaled, digits)
}

/// Decimals that say what is known and no more: two digits of the uncertainty where there is one.
fn digits(value: f64, uncertainty: f64, unit: &str) -> usize {
    let scale = if unit == "ratio" { 100.0 } else { 1.0 };
    let (value, uncertainty) = (value.abs() * scale, uncertainty * scale);
    if uncertainty > 0.0 {
        return (1.0 - uncertainty.log10().floor()).clamp(0.0, 5.0) as usize;
    }
    if value.fract() == 0.0 {
        return 0;
    }
    if value < 1.0 { 3 } else { 2 }
}

fn with_unit(text: String, unit: &str) -> String {
    match unit {
        "" => text,
        "ratio" => format!("{text}\u{a0}%"),
        unit => format!("{text}\u{a0}{unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ruling::Limits;
    use super::*;

    #[test]
    fn a_number_says_what_is_known_and_no_more() {
        let measurement = Measurement {
            id: "current-error-charging",
            value: -0.012_345,
            uncertainty: 0.007,
            unit: "A",
            limits: Limits::around_zero(0.05),
        };
        assert_eq!(value(&measurement, Words::French), "\u{2212}0,0123 ± 0,0070\u{a0}A");
        assert_eq!(limits(&measurement, Words::English), "±\u{a0}0.05\u{a0}A");
        let scale = Measurement { value: 0.001, uncertainty: 0.002, unit: "ratio", ..measurement };
        assert_eq!(value(&scale, Words::English), "0.10 ± 0.20\u{a0}%");
    }
}
