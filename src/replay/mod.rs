//! `balise replay`: estimates again from a capture. The same bytes and stamps through the same
//! [`Watch`] give the same estimates, to the last bit, however fast they go by.

mod page;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use estimator::Belief;
use exporter::BatteryId;
use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use hil::capture::Event;
use serde_json::{Map, Value, json};
use signals::{Estimate, Stamp};

use crate::capture::{Kinds, Recording};
use crate::config::Battery;
use crate::estimates::EstimatesWriter;
use crate::failure::Failure;
use crate::files;
use crate::noticed::{Finding, said};
use crate::profiles;
use crate::watch::Watch;
use crate::words::Words;

pub use page::{Paced, serve};

/// What came of one battery.
#[derive(Debug)]
pub struct Replayed {
    /// The battery.
    pub id: BatteryId,
    /// It, at the end.
    pub watch: Watch,
    /// Its device.
    pub device: DeviceKind,
    /// Its chemistry.
    pub chemistry: &'static str,
    /// Its link is open.
    pub is_open: bool,
    /// Estimates made.
    pub estimates: u64,
}

/// What is known of the batteries beside the capture.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Those of a configuration.
    pub batteries: &'a [Battery],
    /// What every other battery is like.
    pub other: &'a Battery,
    /// The kind of every other device; as the capture's head says where absent.
    pub device: Option<DeviceKind>,
}

/// Who looks on while a capture goes by.
pub trait Onlooker {
    /// The next record is of `now`. Returns when it is time for it.
    fn wait(&mut self, now: Stamp, batteries: &BTreeMap<String, Replayed>);

    /// Something has happened to this battery.
    fn see(&mut self, now: Stamp, battery: &Replayed);
}

/// Nobody looks on: as fast as possible.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Onlooker for Nobody {
    fn wait(&mut self, _: Stamp, _: &BTreeMap<String, Replayed>) {}

    fn see(&mut self, _: Stamp, _: &Replayed) {}
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

/// Replays the capture at `path`; every estimate goes to `out`.
///
/// # Errors
/// Exit 3 where a file cannot be read or written; a capture cut at its end is replayed as far as it
/// goes and only told of.
pub fn replay<W: Write>(
    path: &str,
    known: Known<'_>,
    onlooker: &mut dyn Onlooker,
    mut out: Option<&mut EstimatesWriter<W>>,
    words: Words,
) -> Result<Vec<Replayed>, Failure> {
    let mut recording = Recording::open(path, words)?;
    let kinds = Kinds::of(&recording, known.device);
    let mut batteries: BTreeMap<String, Replayed> = BTreeMap::new();
    while let Some(record) = recording.read_next()? {
        onlooker.wait(record.stamp, &batteries);
        if !batteries.contains_key(record.source) {
            batteries.insert(record.source.to_owned(), fresh(record.source, known, &kinds, words)?);
        }
        let Some(battery) = batteries.get_mut(record.source) else { continue };
        match record.event {
            // What was asked, and where, and what answered nothing, changes no estimate.
            Event::Port(_) | Event::Sent(_) | Event::Stray(_) => {}
            Event::Opened => battery.is_open = true,
            Event::Lost => {
                battery.is_open = false;
                battery.watch.lost();
            }
            Event::Bytes(bytes) => receive(battery, record.stamp, bytes, &mut out)
                .map_err(|error| files::unwritable(Path::new("-"), &error, words))?,
        }
        onlooker.see(record.stamp, battery);
    }
    Ok(batteries.into_values().collect())
}

fn receive<W: Write>(
    battery: &mut Replayed,
    stamp: Stamp,
    bytes: &[u8],
    out: &mut Option<&mut EstimatesWriter<W>>,
) -> std::io::Result<()> {
    let (id, estimates) = (&battery.id, &mut battery.estimates);
    let mut written = Ok(());
    battery.watch.receive(stamp, bytes, |reading, estimate| {
        *estimates += 1;
        if let (Some(out), Ok(())) = (&mut *out, &written) {
            written = out.add(id, reading, estimate);
        }
    });
    written
}

fn fresh(source: &str, known: Known<'_>, kinds: &Kinds, words: Words) -> Result<Replayed, Failure> {
    let id = source_id(source);
    let of = |battery: &&Battery| BatteryId::new(&battery.site, &battery.name) == id;
    let named = known.batteries.iter().find(of);
    let battery = named.unwrap_or(known.other);
    let device = match named {
        Some(battery) => battery.device,
        None => kinds.kind(source).unwrap_or(known.other.device),
    };
    let profile = profiles::load(&battery.profile, battery.capacity, words)?;
    let belief = Belief { soc: battery.initial_soc, ..Belief::default() };
    let chemistry = profile.chemistry();
    let watch = Watch::new(device, profile, belief, battery.silent_after);
    let watch = watch.counting_reversed(battery.polling.current_reversed);
    Ok(Replayed { id, watch, device, chemistry, is_open: false, estimates: 0 })
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
