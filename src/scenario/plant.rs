//! `[plant]`: what is really there, as the file tells it.

use signals::{AmpHours, Soc, Span};
use sim::{Conversion, LoadKind, PanelWeathering, Snow};

use crate::document::Section;

/// Where a plant can stand.
const PLACES: [&str; 5] = ["montreal", "quebec", "saguenay", "sept-iles", "val-dor"];

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

/// Reads the plant.
pub(super) fn plant(section: &Section<'_>) -> Option<Plant> {
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
