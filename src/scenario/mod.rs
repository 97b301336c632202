//! A scenario: one story about one sign, read from TOML (format version 1) and checked once.
//!
//! ```toml
//! balise_scenario = 1
//! name = "five dull January days"
//! seed = 7
//! start = "2026-01-12T05:00:00Z"
//! duration_days = 7
//! [plant.battery]
//! chemistry = "agm"
//! capacity_amp_hours = 450
//! [estimator.battery]            # what the monitor believes: deliberately a little wrong
//! capacity_amp_hours = 480
//! [[fault]]
//! kind = "panel-snow"
//! hours = [24, 144]
//! cover_ratio = 0.95
//! [[expect.alert]]
//! name = "BaliseBatteryLow"
//! fires_between_hours = [96, 144]
//! ```
//!
//! The plant can be told in more detail; what is left out is as usual, and as below in `[plant.panel]`.
//!
//! ```toml
//! [plant]
//! place = "val-dor"              # montreal, quebec, saguenay, sept-iles
//! [plant.weather]                # measured instead of drawn: EPW or CSV, perhaps .gz, from this folder
//! file = "mirabel.epw"
//! utc_offset_hours = -5          # of CSV; an EPW brings its own, and its place
//! [plant.panel]
//! snow = "ignored"               # or "sheds", "clings"; as a fault, snow is told by the hour
//! frost = false
//! dirt_ratio_per_day = 0.0
//! [plant.controller]
//! kind = "mppt"                  # or "pwm"; then whatever differs from what the battery usually has
//! tail_current_amps = 2.0
//! sensor_offset_kelvin = 8.0
//! reconnect_volts = 11.6
//! [plant.load]
//! kind = "radar-trailer"         # message-board, compact-board, arrow-board, portable-signal, camera-trailer
//! mast_raised_at_hours = 8
//! ```

use hil::DeviceKind;
use signals::{AmpHours, FaultEvent, Seed, Soc, Span};
use sim::{MeasuredYear, SiteParams};
use std::sync::Arc;

mod expect;
mod fault;
mod params;
mod plant;

pub use expect::{Expect, ExpectedAccuracy, ExpectedAlert};
pub use plant::{BankLayout, Chemistry, Controller, DullSpell, Plant, SlowChanges, WeatherFile};

use crate::document::{self, Complaint, Section};
use fault::Told;

/// Steps beyond which a file is refused: about three years at one second.
const STEPS_MAX: f64 = 1.0e8;

/// 2010-01-01 and 2100-01-01: between them the sun's place is known.
pub(crate) const START_UNIX_SECS: std::ops::RangeInclusive<i64> = 1_262_304_000..=4_102_444_800;

/// A checked scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// One line that names the story.
    pub name: String,
    /// A few sentences that tell it.
    pub story: String,
    /// The seed the file names.
    pub seed: Seed,
    /// Start, UTC.
    pub start: jiff::Timestamp,
    /// Length of the run.
    pub duration: Span,
    /// Step of the plant.
    pub step: Span,
    /// Site label.
    pub site: String,
    /// Battery label.
    pub battery: String,
    /// What is really there.
    pub plant: Plant,
    /// The measured year that `plant.weather` names, once it has been read.
    pub weather: Option<Arc<MeasuredYear>>,
    /// What reports it.
    pub device: Device,
    /// What the monitor believes.
    pub belief: BatteryBelief,
    /// What goes wrong.
    pub faults: Vec<FaultEvent>,
    /// What must come of it.
    pub expect: Expect,
}

/// The emulated instrument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Device {
    /// Its kind.
    pub kind: DeviceKind,
    /// Time between two blocks.
    pub every: Span,
}

/// What the monitor is told about the battery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatteryBelief {
    /// Capacity on the label.
    pub capacity: AmpHours,
    /// State of charge it is told, if any.
    pub initial_soc: Option<Soc>,
}

impl Scenario {
    /// The site as the simulator takes it.
    #[must_use]
    pub fn site_params(&self) -> SiteParams {
        params::site_params(&self.plant, self.start, self.device.kind)
    }
}

/// Reads a scenario.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Scenario, Vec<Complaint>> {
    document::check(source, scenario)
}

fn scenario(root: &Section<'_>) -> Option<Scenario> {
    root.version("balise_scenario", 1);
    let name = root.text("name");
    let story = root.text_if_given("story").unwrap_or_default();
    let seed = root.number_or("seed", 1.0, 0.0..=9.0e15);
    let start = start(root);
    let days = root.number("duration_days", 0.01..=36_500.0);
    let step_secs = root.number_or("step_seconds", 1.0, 0.001..=3600.0);
    if let (Some(days), Some(step_secs)) = (days, step_secs)
        && days * 86_400.0 / step_secs > STEPS_MAX
    {
        let blanks = vec![
            ("steps", format!("{:.1e}", days * 86_400.0 / step_secs)),
            ("max", format!("{STEPS_MAX:.0e}")),
        ];
        root.complain(root.span_of("duration_days"), "scenario-too-many-steps", blanks);
    }
    let site = root.text_if_given("site").unwrap_or("site");
    let battery = root.text_if_given("sign").unwrap_or("sign");
    let plant_section = root.required_section("plant");
    let plant = plant_section.as_ref().and_then(plant::plant);
    let device = device(root.section("device").as_ref());
    let belief = belief(root.section("estimator").as_ref(), plant.as_ref());
    let told: Vec<Option<Told>> = root.sections("fault").iter().map(fault::fault).collect();
    let expect = expect::expect(root.section("expect").as_ref());
    let told: Option<Vec<Told>> = told.into_iter().collect();
    if let (Some(plant), Some(start), Some(device), Some(told)) = (&plant, start, device, &told) {
        fault::complain_of_lacks(root, &params::site_params(plant, start, device.kind), told);
    }
    Some(Scenario {
        name: name?.to_owned(),
        story: story.to_owned(),
        seed: Seed(seed? as u64),
        start: start?,
        duration: Span::from_secs(days? * 86_400.0),
        step: Span::from_secs(step_secs?),
        site: site.to_owned(),
        battery: battery.to_owned(),
        plant: plant?,
        weather: None,
        device: device?,
        belief: belief?,
        faults: told?.into_iter().map(|told| told.event).collect(),
        expect: expect?,
    })
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

fn device(section: Option<&Section<'_>>) -> Option<Device> {
    let Some(section) = section else {
        return Some(Device { kind: DeviceKind::VedirectBmv, every: Span::from_secs(1.0) });
    };
    let kinds: Vec<(&str, DeviceKind)> = DeviceKind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
    let kind = section.choice("kind", None, &kinds);
    let every = section.number_or("every_seconds", 1.0, 0.1..=3600.0);
    section.close();
    Some(Device { kind: kind?, every: Span::from_secs(every?) })
}

fn belief(section: Option<&Section<'_>>, plant: Option<&Plant>) -> Option<BatteryBelief> {
    let mut belief = BatteryBelief { capacity: plant?.capacity, initial_soc: None };
    let Some(section) = section else { return Some(belief) };
    if let Some(battery) = section.section("battery") {
        let capacity =
            battery.number_or("capacity_amp_hours", belief.capacity.as_amp_hours(), 0.1..=100_000.0);
        belief.initial_soc = battery.number_if_given("initial_soc_ratio", 0.0..=1.0).map(Soc::clamped);
        battery.close();
        belief.capacity = AmpHours::new(capacity?);
    }
    section.close();
    Some(belief)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Conversion, LoadKind, Snow};

    const SOUND: &str = r#"
balise_scenario = 1
name = "a week"
start = "2026-01-12T05:00:00Z"
duration_days = 7
[plant.battery]
chemistry = "agm"
capacity_amp_hours = 450
[[fault]]
kind = "panel-snow"
hours = [24, 144]
cover_ratio = 0.95
[[expect.alert]]
name = "BaliseBatteryLow"
fires_between_hours = [96, 144]
"#;

    fn complaints(source: &str) -> Vec<&'static str> {
        parse(source).err().into_iter().flatten().map(|complaint| complaint.key).collect()
    }

    #[test]
    fn a_sound_file_is_read() {
        let scenario = parse(SOUND).expect("sound");
        assert_eq!(scenario.faults.len(), 1);
        assert_eq!(scenario.duration, Span::from_secs(7.0 * 86_400.0));
    }

    #[test]
    fn each_bad_value_draws_its_own_complaint() {
        let bad = SOUND
            .replace("capacity_amp_hours = 450", "capacity_amp_hours = -450\ncolour = \"red\"")
            .replace("duration_days = 7", "duration_days = 36500\nstep_seconds = 0.003");
        let found = complaints(&bad);
        assert_eq!(found, vec!["scenario-too-many-steps", "document-out-of-range", "document-foreign-key"]);
    }

    #[test]
    fn a_missing_unit_is_named() {
        assert_eq!(
            complaints(&SOUND.replace("capacity_amp_hours", "capacity")),
            vec!["document-missing-key", "document-missing-unit"]
        );
    }

    #[test]
    fn equipment_controller_panel_and_weather_are_read() {
        let more = r#"
[plant]
place = "sept-iles"
[plant.controller]
kind = "mppt"
disconnect_volts = 11.0
[plant.load]
kind = "radar-trailer"
mast_raised_at_hours = 0.5
[plant.panel]
power_watts = 80
snow = "clings"
frost = true
dirt_ratio_per_day = 0.002
[plant.weather]
file = "mirabel.epw"
[plant.battery]
"#;
        let scenario = parse(&SOUND.replace("[plant.battery]", more)).expect("sound");
        let plant = scenario.plant;
        assert_eq!(
            (plant.load_kind, plant.controller.conversion),
            (LoadKind::RadarTrailer, Conversion::Mppt)
        );
        assert_eq!(plant.controller.disconnect_volts, Some(11.0));
        assert_eq!(plant.mast_raised, Some(Span::from_secs(1800.0)));
        assert_eq!(plant.panel_weathering.snow, Snow::Clings);
        assert_eq!(plant.weather.map(|weather| weather.utc_offset_hours), Some(-5.0));
    }

    fn with_fault(fault: &str) -> String {
        SOUND.replace("[[expect.alert]]", &format!("[[fault]]\n{fault}\n[[expect.alert]]"))
    }

    #[test]
    fn a_fault_is_read_with_its_number_ramp_place_and_hours() {
        let source = with_fault(
            "kind = \"cell-short\"\nhours = [24, 96]\nbridge_ohms = 0.5\nramp_hours = 12\ncell = 3\n\
             [[fault]]\nkind = \"panel-shaded\"\nhours = [0, 96]\nbeam_loss_ratio = 0.8\ndaily_hours = [7, 10.5]",
        );
        let faults = parse(&source).expect("sound").faults;
        let [_, short, shade] = faults[..] else { unreachable!("{faults:?}") };
        assert_eq!((short.severity, short.ramp), (0.5, Span::from_secs(43_200.0)));
        assert_eq!((short.place.string, short.place.cell), (None, Some(3)));
        assert_eq!(shade.daily_hours, Some((7.0, 10.5)));
    }

    #[test]
    fn a_fault_without_its_number_or_with_a_key_that_is_not_its_own_is_refused() {
        let refused = |fault: &str| complaints(&with_fault(&format!("hours = [1, 2]\n{fault}")));
        assert_eq!(refused("kind = \"cell-short\""), ["document-missing-key"]);
        assert_eq!(refused("kind = \"cell-short\"\nbridge_ohms = 0"), ["document-out-of-range"]);
        assert_eq!(refused("kind = \"panel-stolen\"\nramp_hours = 3").len(), 1);
        assert_eq!(refused("kind = \"voltage-stuck\"\ncell = 3").len(), 1);
        assert_eq!(refused("kind = \"gremlins\""), ["document-unknown-choice"]);
    }

    #[test]
    fn a_fault_on_a_part_the_site_lacks_is_refused_where_it_stands() {
        let refused = |fault: &str| complaints(&with_fault(&format!("hours = [1, 2]\n{fault}")));
        assert_eq!(refused("kind = \"bms-blocks-charge\""), ["scenario-lacks-management-system"]);
        assert_eq!(refused("kind = \"string-fuse-blown\""), ["scenario-lacks-second-string"]);
        assert_eq!(refused("kind = \"mast-stalled\"\ncurrent_amps = 90"), ["scenario-lacks-mast"]);
        assert_eq!(refused("kind = \"cell-open\"\nopen_ratio = 0.1\ncell = 7"), ["scenario-lacks-cell"]);
    }

    #[test]
    fn a_start_in_a_year_without_a_sun_is_refused() {
        assert_eq!(complaints(&SOUND.replace("2026", "1998")), vec!["scenario-start-out-of-range"]);
        assert_eq!(complaints(&SOUND.replace("2026-01-12", "yesterday")), vec!["scenario-bad-start"]);
    }

    #[test]
    fn slow_changes_are_off_unless_asked_for_but_flooded_acid_freezes() {
        let slow = |battery: &str| {
            let source = SOUND.replace("chemistry = \"agm\"", battery);
            parse(&source).expect("sound").plant.slow
        };
        assert_eq!(slow("chemistry = \"agm\""), SlowChanges::default());
        assert!(slow("chemistry = \"flooded\"").freezing);
        assert!(!slow("chemistry = \"flooded\"\nfreezing = false").freezing);
        assert!(slow("chemistry = \"gel\"\nageing = true").ageing);
        assert_eq!(
            complaints(&SOUND.replace("capacity_amp", "ageing = 1\ncapacity_amp")),
            ["document-not-a-flag"]
        );
    }

    #[test]
    fn a_bank_is_one_unit_unless_the_file_says_otherwise() {
        let layout = |more: &str| {
            let source =
                SOUND.replace("capacity_amp_hours = 450", &format!("capacity_amp_hours = 450\n{more}"));
            parse(&source).expect("sound").plant.layout
        };
        assert_eq!((layout("").series_units, layout("").parallel_strings), (1, 1));
        let bank = layout("series_units = 2\nparallel_strings = 4\ncapacity_spread_ratio = 0.05");
        assert_eq!((bank.series_units, bank.parallel_strings, bank.capacity_spread_ratio), (2, 4, 0.05));
    }

    #[test]
    fn a_later_format_is_refused() {
        assert_eq!(
            complaints(&SOUND.replace("balise_scenario = 1", "balise_scenario = 2")),
            vec!["document-wrong-version"]
        );
    }
}
