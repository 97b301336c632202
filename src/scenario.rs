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
use signals::{AmpHours, FaultEvent, FaultKind, Seed, SimTime, Soc, Span};
use sim::{Conversion, LoadKind, MeasuredYear, PanelWeathering, Snow};
use std::sync::Arc;

use crate::document::{self, Complaint, Section};

/// Steps beyond which a file is refused: about three years at one second.
const STEPS_MAX: f64 = 1.0e8;

/// Where a plant can stand.
const PLACES: [&str; 5] = ["montreal", "quebec", "saguenay", "sept-iles", "val-dor"];

/// 2010-01-01 and 2100-01-01: between them the sun's place is known.
const START_UNIX_SECS: std::ops::RangeInclusive<i64> = 1_262_304_000..=4_102_444_800;

/// Battery chemistry a plant can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chemistry {
    /// 12 V absorbed glass mat lead-acid.
    Agm,
    /// 12 V lead-acid with free acid.
    Flooded,
    /// 12 V gel lead-acid.
    Gel,
    /// Four LiFePO4 cells in series.
    LiFePo4,
}

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

/// The plant as the file states it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plant {
    /// Place whose sun and climate apply.
    pub place: String,
    /// Chemistry.
    pub chemistry: Chemistry,
    /// Rated capacity.
    pub capacity: AmpHours,
    /// Present over rated capacity.
    pub present_capacity_ratio: f64,
    /// Present over new resistance.
    pub resistance_ratio: f64,
    /// How the battery is put together.
    pub layout: BankLayout,
    /// Slow changes of the battery at work.
    pub slow: SlowChanges,
    /// State of charge at the start.
    pub initial_soc: Soc,
    /// Rated panel power, W.
    pub panel_watts: f64,
    /// Panel tilt from horizontal, degrees.
    pub panel_tilt_degrees: f64,
    /// What the weather leaves on the panel.
    pub panel_weathering: PanelWeathering,
    /// Measured weather instead of drawn.
    pub weather: Option<WeatherFile>,
    /// The controller, where it differs from what is usual for the battery.
    pub controller: Controller,
    /// What kind of equipment it feeds.
    pub load_kind: LoadKind,
    /// Mean power of the sign relative to the standard one of its kind.
    pub load_scale_ratio: f64,
    /// When the mast goes up, if the run shows it.
    pub mast_raised: Option<Span>,
    /// Overcast spells.
    pub dull: Vec<DullSpell>,
}

/// A file of measured weather.
#[derive(Debug, Clone, PartialEq)]
pub struct WeatherFile {
    /// Its path, from the scenario's folder.
    pub file: String,
    /// Local standard time of a CSV file; an EPW brings its own.
    pub utc_offset_hours: f64,
}

/// How the charge controller is set; what is `None` is as usual for the battery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Controller {
    /// How it takes the panel's power.
    pub conversion: Conversion,
    /// Absorption voltage at 25 °C, V.
    pub absorption_volts: Option<f64>,
    /// Time at that voltage, min.
    pub absorption_minutes: Option<f64>,
    /// Current that ends absorption early, A.
    pub tail_current_amps: Option<f64>,
    /// Float voltage at 25 °C, V.
    pub float_volts: Option<f64>,
    /// Equalising voltage at 25 °C, V.
    pub equalise_volts: Option<f64>,
    /// Time at that voltage, min.
    pub equalise_minutes: Option<f64>,
    /// Days from one equalising to the next.
    pub equalise_every_days: Option<f64>,
    /// Change of the voltages with temperature, V/K.
    pub compensation_volts_per_kelvin: Option<f64>,
    /// How much too warm the controller's sensor reads, K.
    pub sensor_offset_kelvin: Option<f64>,
    /// No voltage is ever higher, V.
    pub ceiling_volts: Option<f64>,
    /// The load is cut below, V.
    pub disconnect_volts: Option<f64>,
    /// and connected again above, V.
    pub reconnect_volts: Option<f64>,
    /// each after this long, s.
    pub disconnect_delay_seconds: Option<f64>,
    /// What the controller draws itself, A.
    pub own_current_amps: Option<f64>,
}

impl Controller {
    /// A PWM controller as usual for the battery.
    pub const USUAL: Self = Self {
        conversion: Conversion::Pwm,
        absorption_volts: None,
        absorption_minutes: None,
        tail_current_amps: None,
        float_volts: None,
        equalise_volts: None,
        equalise_minutes: None,
        equalise_every_days: None,
        compensation_volts_per_kelvin: None,
        sensor_offset_kelvin: None,
        ceiling_volts: None,
        disconnect_volts: None,
        reconnect_volts: None,
        disconnect_delay_seconds: None,
        own_current_amps: None,
    };
}

/// The units of a bank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BankLayout {
    /// Units in a string.
    pub series_units: u32,
    /// Strings side by side.
    pub parallel_strings: u32,
    /// Standard deviation of the units' capacities, ratio.
    pub capacity_spread_ratio: f64,
    /// Standard deviation of the units' resistances, ratio.
    pub resistance_spread_ratio: f64,
}

/// Slow changes a battery may undergo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlowChanges {
    /// The acid freezes.
    pub freezing: bool,
    /// The acid layers.
    pub stratification: bool,
    /// Sulfate turns hard.
    pub sulfation: bool,
    /// Use and the calendar take capacity.
    pub ageing: bool,
}

/// Days on which the sky is as the story wants it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DullSpell {
    /// First day, counted from the start.
    pub from_day: f64,
    /// First day past the end.
    pub until_day: f64,
    /// Share of the clear-sky light that arrives.
    pub clearness_ratio: f64,
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

/// What must come of the run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect {
    /// Alerts that must fire, each within a window; every other rule stays quiet.
    pub alerts: Vec<ExpectedAlert>,
    /// Bound on the error of the state of charge.
    pub accuracy: Option<ExpectedAccuracy>,
}

/// An alert with the window of hours in which it starts.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpectedAlert {
    /// The rule's name.
    pub name: String,
    /// Hours of the run.
    pub fires_between_hours: (f64, f64),
}

/// A bound on the state-of-charge error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpectedAccuracy {
    /// Largest error allowed, ratio.
    pub soc_error_ratio_max: f64,
    /// From this hour on.
    pub after_hours: f64,
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
    let plant = plant_section.as_ref().and_then(plant);
    let device = device(root.section("device").as_ref());
    let belief = belief(root.section("estimator").as_ref(), plant.as_ref());
    let faults: Vec<Option<FaultEvent>> = root.sections("fault").iter().map(fault).collect();
    let expect = expect(root.section("expect").as_ref());
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
        faults: faults.into_iter().collect::<Option<_>>()?,
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

fn plant(section: &Section<'_>) -> Option<Plant> {
    let places = PLACES.map(|name| (name, name));
    let place = section.choice("place", Some("montreal"), &places);
    let battery = section.required_section("battery");
    let (mut chemistry, mut capacity, mut present, mut resistance, mut soc) = (None, None, None, None, None);
    let (mut slow, mut layout) = (None, None);
    if let Some(battery) = &battery {
        let known = [
            ("agm", Chemistry::Agm),
            ("flooded", Chemistry::Flooded),
            ("gel", Chemistry::Gel),
            ("lifepo4", Chemistry::LiFePo4),
        ];
        chemistry = battery.choice("chemistry", None, &known);
        capacity = battery.number("capacity_amp_hours", 0.1..=100_000.0);
        present = battery.number_or("present_capacity_ratio", 1.0, 0.05..=1.2);
        resistance = battery.number_or("resistance_ratio", 1.0, 0.2..=50.0);
        soc = battery.number_or("initial_soc_ratio", 0.95, 0.0..=1.0);
        slow = slow_changes(battery, chemistry);
        layout = bank_layout(battery);
        battery.close();
    }
    let (mut watts, mut tilt, mut weathering) = (Some(200.0), Some(60.0), Some(PanelWeathering::NONE));
    if let Some(panel) = section.section("panel") {
        watts = panel.number("power_watts", 0.0..=100_000.0);
        tilt = panel.number_or("tilt_degrees", 60.0, 0.0..=90.0);
        weathering = panel_weathering(&panel);
        panel.close();
    }
    let weather = section.section("weather").map(|weather| weather_file(&weather));
    let controller = controller(section.section("controller").as_ref());
    let (mut load_kind, mut load_scale, mut mast_raised) = (Some(LoadKind::MessageBoard), Some(1.0), None);
    if let Some(load) = section.section("load") {
        let kinds = LoadKind::ALL.map(|kind| (kind.name(), kind));
        load_kind = load.choice("kind", load_kind, &kinds);
        load_scale = load.number_or("scale_ratio", 1.0, 0.0..=100.0);
        mast_raised = load.number_if_given("mast_raised_at_hours", 0.0..=876_000.0);
        load.close();
    }
    let dull: Vec<Option<DullSpell>> = section.sections("dull").iter().map(dull_spell).collect();
    section.close();
    Some(Plant {
        place: place?.to_owned(),
        chemistry: chemistry?,
        capacity: AmpHours::new(capacity?),
        present_capacity_ratio: present?,
        resistance_ratio: resistance?,
        layout: layout?,
        slow: slow?,
        initial_soc: Soc::clamped(soc?),
        panel_watts: watts?,
        panel_tilt_degrees: tilt?,
        panel_weathering: weathering?,
        weather: match weather {
            Some(weather) => Some(weather?),
            None => None,
        },
        controller: controller?,
        load_kind: load_kind?,
        load_scale_ratio: load_scale?,
        mast_raised: mast_raised.map(|hours| Span::from_secs(hours * 3600.0)),
        dull: dull.into_iter().collect::<Option<_>>()?,
    })
}

fn panel_weathering(panel: &Section<'_>) -> Option<PanelWeathering> {
    let known = [("ignored", Snow::Ignored), ("sheds", Snow::Sheds), ("clings", Snow::Clings)];
    let snow = panel.choice("snow", Some(Snow::Ignored), &known);
    let frost = panel.flag_or("frost", false);
    let dirt = panel.number_or("dirt_ratio_per_day", 0.0, 0.0..=0.1);
    Some(PanelWeathering { snow: snow?, frost: frost?, dirt_ratio_per_day: dirt? })
}

fn weather_file(section: &Section<'_>) -> Option<WeatherFile> {
    let file = section.text("file");
    let offset = section.number_or("utc_offset_hours", -5.0, -14.0..=14.0);
    section.close();
    Some(WeatherFile { file: file?.to_owned(), utc_offset_hours: offset? })
}

fn controller(section: Option<&Section<'_>>) -> Option<Controller> {
    let Some(section) = section else { return Some(Controller::USUAL) };
    let kinds = [("pwm", Conversion::Pwm), ("mppt", Conversion::Mppt)];
    let conversion = section.choice("kind", Some(Conversion::Pwm), &kinds);
    let number = |key, range| section.number_if_given(key, range);
    let controller = Controller {
        conversion: conversion.unwrap_or(Conversion::Pwm),
        absorption_volts: number("absorption_volts", 12.0..=16.0),
        absorption_minutes: number("absorption_minutes", 0.0..=1440.0),
        tail_current_amps: number("tail_current_amps", 0.0..=1000.0),
        float_volts: number("float_volts", 12.0..=16.0),
        equalise_volts: number("equalise_volts", 12.0..=17.0),
        equalise_minutes: number("equalise_minutes", 0.0..=1440.0),
        equalise_every_days: number("equalise_every_days", 0.1..=36_500.0),
        compensation_volts_per_kelvin: number("compensation_volts_per_kelvin", -0.1..=0.0),
        sensor_offset_kelvin: number("sensor_offset_kelvin", -50.0..=50.0),
        ceiling_volts: number("ceiling_volts", 12.0..=18.0),
        disconnect_volts: number("disconnect_volts", 8.0..=14.0),
        reconnect_volts: number("reconnect_volts", 8.0..=14.0),
        disconnect_delay_seconds: number("disconnect_delay_seconds", 0.0..=3600.0),
        own_current_amps: number("own_current_amps", 0.0..=1.0),
    };
    section.close();
    conversion.map(|_| controller)
}

/// One unit unless the file says otherwise, and units alike.
fn bank_layout(battery: &Section<'_>) -> Option<BankLayout> {
    let series = battery.number_or("series_units", 1.0, 1.0..=24.0);
    let parallel = battery.number_or("parallel_strings", 1.0, 1.0..=64.0);
    let capacity = battery.number_or("capacity_spread_ratio", 0.0, 0.0..=0.3);
    let resistance = battery.number_or("resistance_spread_ratio", 0.0, 0.0..=0.3);
    Some(BankLayout {
        series_units: series? as u32,
        parallel_strings: parallel? as u32,
        capacity_spread_ratio: capacity?,
        resistance_spread_ratio: resistance?,
    })
}

/// Each off unless the file says otherwise, but for the freezing of a flooded or gel bank.
fn slow_changes(battery: &Section<'_>, chemistry: Option<Chemistry>) -> Option<SlowChanges> {
    let freezes = matches!(chemistry, Some(Chemistry::Flooded | Chemistry::Gel));
    let freezing = battery.flag_or("freezing", freezes);
    let stratification = battery.flag_or("stratification", false);
    let sulfation = battery.flag_or("sulfation", false);
    let ageing = battery.flag_or("ageing", false);
    Some(SlowChanges {
        freezing: freezing?,
        stratification: stratification?,
        sulfation: sulfation?,
        ageing: ageing?,
    })
}

fn dull_spell(section: &Section<'_>) -> Option<DullSpell> {
    let days = section.window("days", 0.0..=36_500.0);
    let clearness = section.number("clearness_ratio", 0.0..=1.0);
    section.close();
    let (from_day, until_day) = days?;
    Some(DullSpell { from_day, until_day, clearness_ratio: clearness? })
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

fn fault(section: &Section<'_>) -> Option<FaultEvent> {
    let names: Vec<(&str, &str)> = FaultKind::NAMES.iter().map(|name| (*name, *name)).collect();
    let kind = section.choice("kind", None, &names);
    let hours = section.window("hours", 0.0..=876_000.0);
    let kind = match kind? {
        "panel-snow" => {
            section.number("cover_ratio", 0.0..=1.0).map(|cover_ratio| FaultKind::PanelSnow { cover_ratio })
        }
        "parasitic-load" => section
            .number("current_amps", 0.0..=1000.0)
            .map(|current_amps| FaultKind::ParasiticLoad { current_amps }),
        "current-offset" => section
            .number("offset_amps", -1000.0..=1000.0)
            .map(|offset_amps| FaultKind::CurrentOffset { offset_amps }),
        "line-noise" => section
            .number("byte_error_ratio", 0.0..=1.0)
            .map(|byte_error_ratio| FaultKind::LineNoise { byte_error_ratio }),
        "cable-pulled" => Some(FaultKind::CablePulled),
        _ => Some(FaultKind::DeviceFalseFull),
    };
    section.close();
    let (from, until) = hours?;
    Some(FaultEvent {
        kind: kind?,
        from: SimTime::from_secs(from * 3600.0),
        until: SimTime::from_secs(until * 3600.0),
    })
}

fn expect(section: Option<&Section<'_>>) -> Option<Expect> {
    let Some(section) = section else { return Some(Expect::default()) };
    let alerts: Vec<Option<ExpectedAlert>> = section
        .sections("alert")
        .iter()
        .map(|alert| {
            let name = alert.text("name");
            let window = alert.window("fires_between_hours", 0.0..=876_000.0);
            alert.close();
            Some(ExpectedAlert { name: name?.to_owned(), fires_between_hours: window? })
        })
        .collect();
    let accuracy = match section.section("accuracy") {
        None => Some(None),
        Some(accuracy) => {
            let max = accuracy.number("soc_error_ratio_max", 0.0..=1.0);
            let after = accuracy.number_or("after_hours", 0.0, 0.0..=876_000.0);
            accuracy.close();
            max.zip(after).map(|(soc_error_ratio_max, after_hours)| {
                Some(ExpectedAccuracy { soc_error_ratio_max, after_hours })
            })
        }
    };
    section.close();
    Some(Expect { alerts: alerts.into_iter().collect::<Option<_>>()?, accuracy: accuracy? })
}

#[cfg(test)]
mod tests {
    use super::*;

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
