//! The file of signs (TOML, format version 1): what only the crew knows. Read again whenever it changes.
//!
//! ```toml
//! balise_signs = 1
//! [[sign]]
//! site = "A40-km118"
//! battery = "PMV-1"
//! state = "parked"                       # deployed, parked, moving, mains
//! [[entry]]                              # the journal
//! site = "A40-km118"
//! battery = "PMV-1"
//! at = "2026-11-02T14:00:00-05:00"
//! what = "battery-replaced"              # battery-replaced, water-added, visit
//! note = "two new AGM blocks"
//! ```

use std::collections::BTreeMap;

use exporter::BatteryId;
use exporter::rules::SignState;

use crate::document::{self, Complaint, Section};

/// What a journal entry tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Another battery is in place: what was learned of the old one is void.
    BatteryReplaced,
    /// Water was added.
    WaterAdded,
    /// Somebody was there.
    Visit,
}

/// What the crew says of one battery.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sign {
    /// What the sign is doing, where anybody said so.
    pub state: Option<SignState>,
    /// The latest entry of each kind, seconds since 1970.
    pub journal: BTreeMap<What, i64>,
}

/// Every sign the file tells of.
pub type Signs = BTreeMap<BatteryId, Sign>;

/// Reads the file of signs.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Signs, Vec<Complaint>> {
    document::check(source, |root| {
        root.version("balise_signs", 1);
        let mut signs = Signs::new();
        for section in root.sections("sign") {
            let Some((id, state)) = sign(&section) else { continue };
            if signs.insert(id.clone(), Sign { state: Some(state), ..Sign::default() }).is_some() {
                let blanks = vec![("site", id.site().to_owned()), ("name", id.battery().to_owned())];
                section.complain(section.span_of("battery"), "config-twice", blanks);
            }
        }
        for section in root.sections("entry") {
            let Some((id, what, at)) = entry(&section) else { continue };
            let latest = signs.entry(id).or_default().journal.entry(what).or_insert(at);
            *latest = at.max(*latest);
        }
        Some(signs)
    })
}

fn id(section: &Section<'_>) -> Option<BatteryId> {
    let (site, battery) = (section.text("site"), section.text("battery"));
    Some(BatteryId::new(site?, battery?))
}

fn sign(section: &Section<'_>) -> Option<(BatteryId, SignState)> {
    let states = SignState::ALL.map(|state| (state.name(), state));
    let (id, state) = (id(section), section.choice("state", None, &states));
    section.close();
    Some((id?, state?))
}

fn entry(section: &Section<'_>) -> Option<(BatteryId, What, i64)> {
    let kinds = [
        ("battery-replaced", What::BatteryReplaced),
        ("water-added", What::WaterAdded),
        ("visit", What::Visit),
    ];
    let (id, what) = (id(section), section.choice("what", None, &kinds));
    let at = section.text("at");
    let stamp = at.and_then(|text| text.parse::<jiff::Timestamp>().ok());
    if let (Some(text), None) = (at, stamp) {
        section.complain(section.span_of("at"), "signs-bad-time", vec![("value", text.to_owned())]);
    }
    let _note = section.text_if_given("note");
    section.close();
    Some((id?, what?, stamp?.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(source: &str) -> Vec<&'static str> {
        parse(source).err().into_iter().flatten().map(|complaint| complaint.key).collect()
    }

    #[test]
    fn a_state_and_the_latest_entry_of_each_kind_are_kept() {
        let entry = |at: &str, what: &str| {
            format!("[[entry]]\nsite = \"a\"\nbattery = \"b\"\nat = \"{at}\"\nwhat = \"{what}\"\n")
        };
        let source = format!(
            "balise_signs = 1\n[[sign]]\nsite = \"a\"\nbattery = \"b\"\nstate = \"mains\"\n{}{}{}",
            entry("1970-01-01T01:00:00+00:00", "visit"),
            entry("1970-01-01T00:00:10Z", "visit"),
            entry("1969-12-31T19:00:07-05:00", "battery-replaced")
        );
        let signs = parse(&source).unwrap_or_default();
        let sign = signs.get(&BatteryId::new("a", "b")).cloned().unwrap_or_default();
        assert_eq!(sign.state, Some(SignState::Mains));
        assert_eq!(sign.journal, BTreeMap::from([(What::BatteryReplaced, 7), (What::Visit, 3600)]));
    }

    #[test]
    fn a_time_without_its_zone_an_unknown_state_and_a_sign_told_twice_are_refused() {
        let entry = "[[entry]]\nsite = \"a\"\nbattery = \"b\"\nat = \"2026-11-02 14:00\"\nwhat = \"visit\"\n";
        assert_eq!(keys(&format!("balise_signs = 1\n{entry}")), ["signs-bad-time"]);
        let sign = "[[sign]]\nsite = \"a\"\nbattery = \"b\"\nstate = \"parked\"\n";
        assert_eq!(keys(&format!("balise_signs = 1\n{sign}{sign}")), ["config-twice"]);
        assert_eq!(
            keys(&format!("balise_signs = 1\n{}", sign.replace("parked", "asleep"))),
            ["document-unknown-choice"]
        );
    }
}
