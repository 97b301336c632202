//! `balise replay`: estimates again from a capture. The same bytes and stamps through the same
//! [`Watch`] give the same estimates, to the last bit.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

use estimator::Belief;
use exporter::BatteryId;
use fluent_templates::fluent_bundle::FluentValue;
use hil::capture::{CaptureError, Event, Reader};
use serde_json::{Map, Value, json};
use signals::Estimate;

use crate::config::Battery;
use crate::estimates::EstimatesWriter;
use crate::failure::Failure;
use crate::files;
use crate::noticed::{Finding, said};
use crate::profiles;
use crate::speech;
use crate::watch::Watch;
use crate::words::Words;

/// What came of one battery.
#[derive(Debug)]
pub struct Replayed {
    /// The battery.
    pub id: BatteryId,
    /// It, at the end.
    pub watch: Watch,
    /// Estimates made.
    pub estimates: u64,
}

/// The name of a battery's line in a capture: its identity, with what would break a line escaped.
#[must_use]
pub fn source_name(id: &BatteryId) -> String {
    id.to_string().replace('%', "%25").replace(' ', "%20").replace('#', "%23")
}

/// The battery of a line's name.
#[must_use]
pub fn source_id(name: &str) -> BatteryId {
    let plain = name.replace("%23", "#").replace("%20", " ").replace("%25", "%");
    let (site, battery) = plain.split_once('/').unwrap_or(("site", &plain));
    BatteryId::new(site, battery)
}

/// Replays the capture at `path`. `known` says which device and profile a battery has; batteries it
/// does not name are taken to be like `other`. Every estimate goes to `out`.
///
/// # Errors
/// Exit 3 where a file cannot be read or written; a capture cut at its end is replayed as far as it
/// goes and only told of.
pub fn replay<W: Write>(
    path: &str,
    known: &[Battery],
    other: &Battery,
    mut out: Option<&mut EstimatesWriter<W>>,
    words: Words,
) -> Result<Vec<Replayed>, Failure> {
    let file = File::open(path).map_err(|error| files::unreadable(path, &error, words))?;
    let mut reader = Reader::new(BufReader::new(file)).map_err(|error| unreadable(path, &error, words))?;
    let mut batteries: BTreeMap<String, Replayed> = BTreeMap::new();
    loop {
        let record = match reader.read() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(error @ CaptureError::Torn { .. }) => {
                speech::tell(&format!("{path}: {}", told(&error, words)));
                break;
            }
            Err(error) => return Err(unreadable(path, &error, words)),
        };
        if !batteries.contains_key(record.source) {
            batteries.insert(record.source.to_owned(), fresh(record.source, known, other, words)?);
        }
        let Some(battery) = batteries.get_mut(record.source) else { continue };
        match record.event {
            // What was asked, and where, changes no estimate.
            Event::Opened | Event::Port(_) | Event::Sent(_) => {}
            Event::Lost => battery.watch.lost(),
            Event::Bytes(bytes) => {
                let (id, estimates) = (&battery.id, &mut battery.estimates);
                let mut refused = None;
                battery.watch.receive(record.stamp, bytes, |reading, estimate| {
                    *estimates += 1;
                    if let Some(out) = &mut out {
                        refused = out.add(id, reading, estimate).err().or(refused.take());
                    }
                });
                if let Some(error) = refused {
                    return Err(files::unwritable(Path::new("-"), &error, words));
                }
            }
        }
    }
    Ok(batteries.into_values().collect())
}

fn fresh(source: &str, known: &[Battery], other: &Battery, words: Words) -> Result<Replayed, Failure> {
    let id = source_id(source);
    let of = |battery: &&Battery| BatteryId::new(&battery.site, &battery.name) == id;
    let battery = known.iter().find(of).unwrap_or(other);
    let profile = profiles::load(&battery.profile, battery.capacity, words)?;
    let belief = Belief { soc: battery.initial_soc, ..Belief::default() };
    Ok(Replayed {
        id,
        watch: Watch::new(battery.device, profile, belief, battery.silent_after)
            .counting_reversed(battery.polling.current_reversed),
        estimates: 0,
    })
}

fn unreadable(path: &str, error: &CaptureError, words: Words) -> Failure {
    files::not_understood(path, "capture", &told(error, words), words)
}

/// What is wrong with a capture, and in which line.
fn told(error: &CaptureError, words: Words) -> String {
    let at = |key: &str, line: u64| words.tell(key, &[("line", FluentValue::from(line))]);
    match error {
        CaptureError::NotACapture => words.say("capture-foreign"),
        CaptureError::OtherVersion { version } => {
            words.tell("capture-version", &[("version", FluentValue::from(version.as_str()))])
        }
        CaptureError::Malformed { line, .. } => at("file-line", *line),
        CaptureError::Torn { line } => at("capture-torn", *line),
        CaptureError::BadName { .. } | CaptureError::BadWord { .. } | CaptureError::Io(_) => {
            error.to_string()
        }
    }
}

/// The outcome as JSON.
#[must_use]
pub fn json(batteries: &[Replayed]) -> Value {
    let mut map = Map::new();
    for battery in batteries {
        let estimate = battery.watch.estimate();
        let stats = battery.watch.stats();
        let soc = estimate.map(|estimate| estimate.soc.as_ratio());
        map.insert(
            battery.id.to_string(),
            json!({
                "estimates": battery.estimates,
                "frames_good": stats.frames_good_total,
                "frames_bad": stats.frames_bad_total,
                "soc": soc,
                "soc_stddev": estimate.map(|estimate| estimate.soc_stddev),
                "soh": estimate.map(|estimate| estimate.soh),
                "capacity_ah": estimate.map(|estimate| estimate.capacity.as_amp_hours()),
                "resistance_ohm": estimate.map(|estimate| estimate.resistance.as_ohms()),
                "findings": battery.watch.findings().iter().map(Finding::json).collect::<Value>(),
            }),
        );
    }
    json!({ "batteries": map })
}

/// The outcome as a person reads it: one line a battery, and one for each finding of its sensors.
#[must_use]
pub fn table(batteries: &[Replayed], words: Words) -> String {
    let findings = |battery: &Replayed| -> String {
        battery.watch.findings().iter().map(|it| format!("    {}\n", said::sentence(it, words))).collect()
    };
    batteries.iter().map(|battery| line(battery, words) + "\n" + &findings(battery)).collect()
}

fn line(battery: &Replayed, words: Words) -> String {
    let soc = |estimate: &Estimate| {
        let (low, high) = estimate.soc_interval_95();
        format!(
            "{} ({} – {})",
            words.percent(estimate.soc.as_ratio(), 1),
            words.percent(low, 1),
            words.percent(high, 1)
        )
    };
    let blanks = [
        ("battery", FluentValue::from(battery.id.to_string())),
        ("estimates", FluentValue::from(battery.estimates)),
        ("bad", FluentValue::from(battery.watch.stats().frames_bad_total)),
        ("soc", FluentValue::from(battery.watch.estimate().as_ref().map_or_else(|| "?".to_owned(), soc))),
    ];
    words.tell("replay-line", &blanks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_identity_survives_its_line_name() {
        for (site, battery) in [("A15-km61", "PMV-101"), ("a b%20", "#1 main"), ("x", "")] {
            let id = BatteryId::new(site, battery);
            let name = source_name(&id);
            assert!(!name.contains([' ', '#']), "{name}");
            assert_eq!(source_id(&name), id);
        }
    }
}
