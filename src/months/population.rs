//! A population file: how many signs stand where, what they are, and what befalls them how often a year.
//!
//! ```toml
//! balise_population = 1
//! signs = 20
//! duration_days = 365
//! [[place]]
//! name = "montreal"
//! weight = 4
//! [[spell]]                      # something people do with a sign
//! state = "parked"
//! per_sign_year = 0.6
//! days = [10, 60]
//! [[fault]]
//! kind = "panel-stolen"
//! per_battery_year = 0.02
//! days = [2, 14]                 # until somebody has repaired it
//! source = "assumed"
//! ```
//!
//! Ranges are drawn from evenly, events come at random times (Poisson). With `signs_per_fault` each sign gets
//! exactly one fault, each kind in turn, and the rates are not used.

use std::ops::RangeInclusive;

use signals::{FaultKind, Seed};

use crate::document::{self, Complaint, Section};
use crate::scenario::START_UNIX_SECS;

/// A checked population.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// One line that names it.
    pub name: String,
    /// A few sentences that tell it.
    pub story: String,
    /// The seed the file names.
    pub seed: Seed,
    /// Start, UTC.
    pub start: jiff::Timestamp,
    /// Length, days.
    pub days: f64,
    /// How many signs.
    pub signs: u64,
    /// Signs have one fault each, dealt out in turn.
    pub deals_faults: bool,
    /// Step of the plant, s.
    pub step_secs: f64,
    /// A device sends each so many seconds,
    pub report_secs: f64,
    /// and rules are evaluated on a sample each so many.
    pub evaluate_secs: f64,
    /// Places with their weights.
    pub places: Vec<(String, f64)>,
    /// Chemistries with their weights.
    pub chemistries: Vec<(String, f64)>,
    /// Kinds of equipment.
    pub equipment: Vec<Equipment>,
    /// How signs are sized.
    pub sizes: Sizes,
    /// What people do with signs.
    pub spells: Vec<Spell>,
    /// What goes wrong.
    pub faults: Vec<Rate>,
    /// Alerts whose rivals are tuned beside them.
    pub rivalled: Vec<String>,
}

/// A kind of equipment.
#[derive(Debug, Clone, PartialEq)]
pub struct Equipment {
    /// As scenarios call it.
    pub kind: String,
    /// Weight.
    pub weight: f64,
    /// Mean power of the standard one, W.
    pub mean_watts: f64,
}

/// Ranges a sign's numbers are drawn from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes {
    /// Power relative to the standard equipment.
    pub load: (f64, f64),
    /// Days the battery bridges without sun.
    pub bridged_days: (f64, f64),
    /// Rated panel power over the load's mean power.
    pub panel: (f64, f64),
    /// Present over rated capacity.
    pub capacity: (f64, f64),
    /// Present over new resistance.
    pub resistance: (f64, f64),
    /// Dirt, ratio a day.
    pub dirt: (f64, f64),
}

/// What somebody does with a sign for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It does its work.
    Deployed,
    /// Off, in a yard, its panel folded.
    Parked,
    /// Towed: a day with the panel folded, then another place.
    Moved,
    /// Off, and charged hard. The plant has no mains charger: a large panel stands for it.
    OnMains,
    /// Something new stands between sun and panel.
    Shaded,
}

impl State {
    /// As files name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::Parked => "parked",
            Self::Moved => "moved",
            Self::OnMains => "on-mains",
            Self::Shaded => "shaded",
        }
    }
}

/// How often a state comes, and for how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spell {
    /// The state.
    pub state: State,
    /// Times a year.
    pub per_year: f64,
    /// Length, days.
    pub days: (f64, f64),
}

/// How often a fault comes, how bad, and for how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// The fault.
    pub kind: FaultKind,
    /// Times a year.
    pub per_year: f64,
    /// Until it is repaired, days.
    pub days: (f64, f64),
    /// The kind's own number.
    pub number: (f64, f64),
    /// Until it is that bad, days.
    pub ramp_days: f64,
    /// It comes from November to March alone, so much oftener then.
    pub is_of_winter: bool,
}

/// Whether a file is one of these.
#[must_use]
pub fn is_population(source: &str) -> bool {
    source.lines().any(|line| line.trim_start().starts_with("balise_population"))
}

/// Reads a population.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Population, Vec<Complaint>> {
    document::check(source, population)
}

fn population(root: &Section<'_>) -> Option<Population> {
    root.version("balise_population", 1);
    let name = root.text("name");
    let story = root.text_if_given("story").unwrap_or_default();
    let seed = root.number_or("seed", 1.0, 0.0..=9.0e15);
    let start = start(root);
    let days = root.number("duration_days", 1.0..=3660.0);
    let step = root.number_or("step_seconds", 60.0, 1.0..=300.0);
    let report = root.number_or("report_every_seconds", 60.0, 1.0..=900.0);
    let evaluate = root.number_or("evaluate_every_seconds", 300.0, 60.0..=1800.0);
    let each = root.number_if_given("signs_per_fault", 1.0..=1000.0);
    let signs = if each.is_none() { root.number("signs", 1.0..=100_000.0) } else { Some(0.0) };
    let places = weighted(root, "place");
    let chemistries = weighted(root, "chemistry");
    let equipment: Vec<Option<Equipment>> = root.sections("equipment").iter().map(equipment).collect();
    let sizes = root.required_section("sizes").and_then(|section| sizes(&section));
    let spells: Vec<Option<Spell>> = root.sections("spell").iter().map(spell).collect();
    let faults: Vec<Option<Rate>> = root.sections("fault").iter().map(rate).collect();
    let rivalled: Vec<Option<String>> = root.sections("rival").iter().map(rivalled).collect();
    let faults: Vec<Rate> = faults.into_iter().collect::<Option<_>>()?;
    let signs = match each {
        Some(each) => each as u64 * faults.len() as u64,
        None => signs? as u64,
    };
    Some(Population {
        name: name?.to_owned(),
        story: story.to_owned(),
        seed: Seed(seed? as u64),
        start: start?,
        days: days?,
        signs,
        deals_faults: each.is_some(),
        step_secs: step?,
        report_secs: report?,
        evaluate_secs: evaluate?,
        places: places?,
        chemistries: chemistries?,
        equipment: some(root, "equipment", equipment.into_iter().collect::<Option<_>>()?)?,
        sizes: sizes?,
        spells: spells.into_iter().collect::<Option<_>>()?,
        faults,
        rivalled: rivalled.into_iter().collect::<Option<_>>()?,
    })
}

/// A list that must not be empty.
fn some<T>(root: &Section<'_>, key: &'static str, list: Vec<T>) -> Option<Vec<T>> {
    if list.is_empty() {
        root.complain(root.span_of("name"), "document-missing-key", vec![("key", key.to_owned())]);
        return None;
    }
    Some(list)
}

fn start(root: &Section<'_>) -> Option<jiff::Timestamp> {
    let text = root.text("start")?;
    let parsed: Option<jiff::Timestamp> = text.parse().ok();
    let complaint = match parsed {
        None => "scenario-bad-start",
        Some(start) if !START_UNIX_SECS.contains(&start.as_second()) => "scenario-start-out-of-range",
        Some(_) => return parsed,
    };
    root.complain(root.span_of("start"), complaint, vec![("value", text.to_owned())]);
    None
}

fn weighted(root: &Section<'_>, key: &'static str) -> Option<Vec<(String, f64)>> {
    let read = |section: &Section<'_>| {
        let (name, weight) = (section.text("name"), section.number("weight", 0.0..=1e6));
        section.close();
        Some((name?.to_owned(), weight?))
    };
    let list: Vec<Option<(String, f64)>> = root.sections(key).iter().map(read).collect();
    some(root, key, list.into_iter().collect::<Option<_>>()?)
}

fn equipment(section: &Section<'_>) -> Option<Equipment> {
    let kind = section.text("kind");
    let weight = section.number("weight", 0.0..=1e6);
    let mean = section.number("mean_watts", 0.1..=1000.0);
    section.close();
    Some(Equipment { kind: kind?.to_owned(), weight: weight?, mean_watts: mean? })
}

fn sizes(section: &Section<'_>) -> Option<Sizes> {
    let range = |key, range: RangeInclusive<f64>| section.window(key, range);
    let load = range("load_scale_ratio", 0.05..=20.0);
    let bridged_days = range("bridged_days", 0.1..=100.0);
    let panel = range("panel_over_load_ratio", 0.1..=200.0);
    let capacity = range("present_capacity_ratio", 0.05..=1.2);
    let resistance = range("resistance_ratio", 0.2..=50.0);
    let dirt = range("dirt_ratio_per_day", 0.0..=0.1);
    section.close();
    Some(Sizes {
        load: load?,
        bridged_days: bridged_days?,
        panel: panel?,
        capacity: capacity?,
        resistance: resistance?,
        dirt: dirt?,
    })
}

fn spell(section: &Section<'_>) -> Option<Spell> {
    let states =
        [State::Parked, State::Moved, State::OnMains, State::Shaded].map(|state| (state.name(), state));
    let state = section.choice("state", None, &states);
    let per_year = section.number("per_sign_year", 0.0..=365.0);
    let days = section.window("days", 1.0..=366.0);
    section.close();
    Some(Spell { state: state?, per_year: per_year?, days: days? })
}

fn rate(section: &Section<'_>) -> Option<Rate> {
    let names: Vec<(&str, FaultKind)> = FaultKind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
    let kind = section.choice("kind", None, &names);
    let per_year = section.number("per_battery_year", 0.0..=365.0);
    let days = section.window("days", 0.01..=366.0);
    let ramp_days = section.number_or("ramp_days", 0.0, 0.0..=366.0);
    let of_winter = section.flag_or("winter_only", false);
    let _source = section.text("source");
    let kind = kind?;
    let number = match kind.severity() {
        Some(severity) => section.window("number", severity.low..=severity.high),
        None => Some((0.0, 0.0)),
    };
    section.close();
    Some(Rate {
        kind,
        per_year: per_year?,
        days: days?,
        number: number?,
        ramp_days: ramp_days?,
        is_of_winter: of_winter?,
    })
}

fn rivalled(section: &Section<'_>) -> Option<String> {
    let alert = section.text("alert");
    section.close();
    alert.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: &str = include_str!("../../scenarios/field-year.toml");

    #[test]
    fn the_populations_that_ship_are_sound() {
        let year = parse(YEAR).expect("sound");
        assert!(is_population(YEAR) && year.signs >= 20 && !year.deals_faults);
        let trials = parse(include_str!("../../scenarios/fault-trials.toml")).expect("sound");
        assert!(trials.deals_faults && trials.signs >= 20 * trials.faults.len() as u64);
    }

    #[test]
    fn each_bad_value_draws_its_own_complaint() {
        let bad = YEAR.replace("state = \"parked\"", "state = \"lost\"").replace("signs = 20", "sings = 20");
        let found: Vec<_> = parse(&bad).err().into_iter().flatten().map(|complaint| complaint.key).collect();
        assert_eq!(found, ["document-missing-key", "document-unknown-key", "document-unknown-choice"]);
    }
}
