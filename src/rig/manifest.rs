//! The manifest of a bench (TOML, format version 1): who plays which role on which port, and what is done.
//!
//! ```toml
//! balise_rig = 1
//! name = "a shunt on the bench"
//! [battery]
//! chemistry = "lifepo4"
//! volts_min = 11.0
//! volts_max = 14.6
//! [[device]]
//! name = "shunt"
//! kind = "vedirect-bmv"
//! port = "/dev/ttyUSB0"
//! [supply]
//! kind = "korad-ka3005p"
//! port = "/dev/ttyACM0"
//! …
//! [[step]]
//! name = "sign and scale"
//! do = "known-current"
//! …
//! ```

use hil::DeviceKind;
use hil::bench::safety::Rules;
use hil::bench::{Flow, InstrumentKind};
use signals::{Amps, Celsius, Ohms, Span, Volts};

use crate::config::same_device;
use crate::document::{self, Complaint, Section};
use crate::fields;

/// The whole bench.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub story: String,
    /// What the supply charges and the load draws from.
    pub battery: Battery,
    /// Devices under test.
    pub devices: Vec<Device>,
    /// Charges the battery.
    pub supply: Option<Instrument>,
    /// Draws from it.
    pub load: Option<Instrument>,
    /// An adapter whose transmitter leads to its own receiver.
    pub loopback: Option<Line>,
    /// Two adapters, crossed.
    pub null_modem: Option<(Line, String)>,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// What stands in for the bench where there is none.
    pub stand_in: StandIn,
}

/// The battery on the bench.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Battery {
    /// It must not be charged below freezing.
    pub minds_freezing: bool,
    /// It may not stand below this.
    pub volts_min: Volts,
    /// Nor above this.
    pub volts_max: Volts,
}

/// A device under test.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// What steps call it.
    pub name: String,
    /// What it is.
    pub kind: DeviceKind,
    /// Where.
    pub port: String,
    /// Its address, where it has one.
    pub address: Option<u8>,
    /// Its firmware counts the current the other way round.
    pub current_reversed: bool,
    /// A step waits this long for a reading.
    pub patience: Span,
}

/// A supply or a load.
#[derive(Debug, Clone, PartialEq)]
pub struct Instrument {
    /// What it is.
    pub kind: InstrumentKind,
    /// Where.
    pub port: String,
    /// Its line rate.
    pub baud_rate: u32,
    /// What the bench allows it.
    pub rules: Rules,
    /// How well it knows a voltage.
    pub volts: Uncertainty,
    /// How well it knows a current.
    pub amps: Uncertainty,
}

/// Expanded uncertainty (k = 2) of an instrument: so much, and so much of the value.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Uncertainty {
    /// In the unit of the value.
    pub fixed: f64,
    /// Of the value.
    pub ratio: f64,
}

impl Uncertainty {
    /// At this value.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        self.fixed + self.ratio * value.abs()
    }
}

/// An adapter to be tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where.
    pub port: String,
    /// At which rate.
    pub baud_rate: u32,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// What is done.
    pub action: Action,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A pattern through the loopback, or both ways through the null modem.
    LineTest {
        /// Through the null modem.
        crossed: bool,
        /// Bytes each way.
        bytes: usize,
        /// Bits that may be wrong.
        bit_errors_max: f64,
        /// 99 of 100 blocks must be there within this, seconds.
        latency_p99_max_secs: Option<f64>,
    },
    /// A schedule, kept for its own sake.
    Pace {
        /// Between ticks.
        period: Span,
        /// How many.
        ticks: u32,
        /// Later than this is missed.
        late_after: Span,
        /// Ticks that may be missed.
        missed_max: f64,
        /// Each tick sends a mark on the loopback.
        on_loopback: bool,
    },
    /// A known current, either way: sign, error and scale of a device.
    KnownCurrent(KnownCurrent),
    /// One quantity of a device against limits.
    Read {
        /// Which device.
        device: String,
        /// Which of its quantities.
        quantity: String,
        /// What is allowed.
        limits: (f64, f64),
        /// How well the reference is known, k = 2.
        uncertainty: f64,
        /// How many readings are averaged.
        readings: usize,
    },
    /// The bench follows a story of currents, and the device is compared at each tick.
    Follow(Follow),
}

impl Action {
    /// The name manifests use.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::LineTest { crossed: false, .. } => "loopback",
            Self::LineTest { crossed: true, .. } => "null-modem",
            Self::Pace { .. } => "pace",
            Self::KnownCurrent(_) => "known-current",
            Self::Read { .. } => "read",
            Self::Follow(_) => "follow",
        }
    }
}

/// A known current.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownCurrent {
    /// Which device.
    pub device: String,
    /// From the supply.
    pub charge: Option<Amps>,
    /// Into the load.
    pub draw: Option<Amps>,
    /// Wait before reading.
    pub settle: Span,
    /// How many readings are averaged.
    pub readings: usize,
    /// The device may err by this.
    pub current_error_max: f64,
    /// Its scale may err by this, where both directions are tried.
    pub scale_error_max_ratio: Option<f64>,
    /// Its voltage may err by this.
    pub voltage_error_max: Option<f64>,
}

/// A story of currents.
#[derive(Debug, Clone, PartialEq)]
pub struct Follow {
    /// Which device.
    pub device: String,
    /// So long, at this current: positive from the supply, negative into the load.
    pub points: Vec<(Span, Amps)>,
    /// Between ticks.
    pub period: Span,
    /// Later than this is missed.
    pub late_after: Span,
    /// Ticks that may be missed.
    pub missed_max: f64,
    /// Readings this soon after a change are not compared.
    pub settle: Span,
    /// The device may err by this, on the average.
    pub current_error_max: f64,
    /// Times as fast as the story is told.
    pub speed: f64,
}

/// What stands in for the bench where there is none: a battery, and how the devices err.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandIn {
    /// The battery's voltage at rest.
    pub emf: Volts,
    /// Its resistance.
    pub resistance: Ohms,
    /// Its temperature; none where the devices have no sensor.
    pub temperature: Option<Celsius>,
    /// Devices show the current times this.
    pub current_gain: f64,
    /// And this much more.
    pub current_offset: Amps,
    /// Devices are wired the wrong way round.
    pub current_reversed: bool,
    /// Devices say nothing.
    pub silent: bool,
    /// A talker speaks this often.
    pub every: Span,
    /// The supply's cable is out from here to there, seconds of the run.
    pub supply_unplugged_secs: Option<(f64, f64)>,
    /// It hears nothing from here to there, its cable in.
    pub supply_deaf_secs: Option<(f64, f64)>,
}

/// Reads a manifest.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Manifest, Vec<Complaint>> {
    document::check(source, manifest)
}

fn manifest(root: &Section<'_>) -> Option<Manifest> {
    root.version("balise_rig", 1);
    let name = root.text("name");
    let story = root.text_if_given("story").unwrap_or_default();
    let mut ports = Vec::new();
    let battery = battery(root);
    let devices: Vec<Option<Device>> =
        root.sections("device").iter().map(|section| device(section, &mut ports)).collect();
    let mut instrument = |key, flow| {
        let section = root.section(key)?;
        Some(instrument(&section, flow, battery, key, &mut ports))
    };
    let supply = instrument("supply", Flow::Charges);
    let load = instrument("load", Flow::Draws);
    let loopback = root.section("loopback").map(|section| line(&section, "loopback", &mut ports, true));
    let null_modem = root.section("null_modem").map(|section| {
        let one = line(&section, "null_modem", &mut ports, false);
        let other = section.text("other_port").map(str::to_owned);
        if let Some(port) = &other {
            take_port(&section, "other_port", port, "null_modem", &mut ports);
        }
        section.close();
        Some((one?, other?))
    });
    let stand_in = stand_in(root);
    let listed = root.sections("step");
    let devices = devices.into_iter().collect::<Option<Vec<_>>>()?;
    let mut bench = Manifest {
        name: name?.to_owned(),
        story: story.to_owned(),
        battery: battery?,
        devices,
        supply: given(supply)?,
        load: given(load)?,
        loopback: given(loopback)?,
        null_modem: given(null_modem)?,
        steps: Vec::new(),
        stand_in: stand_in?,
    };
    bench.steps = steps(root, &listed, &bench)?;
    Some(bench)
}

/// Not given at all is well; given and wrong is not.
fn given<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(value) => value.map(Some),
    }
}

fn battery(root: &Section<'_>) -> Option<Battery> {
    let Some(section) = root.section("battery") else {
        return Some(Battery {
            minds_freezing: true,
            volts_min: Volts::new(0.0),
            volts_max: Volts::new(15.0),
        });
    };
    let kinds = [("lifepo4", true), ("lead-acid", false)];
    let minds_freezing = section.choice("chemistry", None, &kinds);
    let low = section.number("volts_min", 0.0..=60.0);
    let high = section.number("volts_max", low.unwrap_or(0.0).max(1.0)..=60.0);
    section.close();
    Some(Battery {
        minds_freezing: minds_freezing?,
        volts_min: Volts::new(low?),
        volts_max: Volts::new(high?),
    })
}

fn device(section: &Section<'_>, ports: &mut Vec<(String, String)>) -> Option<Device> {
    let name = section.text("name");
    let kinds: Vec<(&str, DeviceKind)> = DeviceKind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
    let kind = section.choice("kind", None, &kinds);
    let port = section.text("port");
    let address = section.number_if_given("address", 1.0..=255.0);
    let current_reversed = section.flag_or("current_reversed", false);
    let patience = section.number_or("patience_seconds", 5.0, 0.1..=600.0);
    if let Some(port) = port {
        take_port(section, "port", port, name.unwrap_or("device"), ports);
    }
    section.close();
    Some(Device {
        name: name?.to_owned(),
        kind: kind?,
        port: port?.to_owned(),
        address: address.map(|address| address as u8),
        current_reversed: current_reversed?,
        patience: Span::from_secs(patience?),
    })
}

fn instrument(
    section: &Section<'_>,
    flow: Flow,
    battery: Option<Battery>,
    role: &str,
    ports: &mut Vec<(String, String)>,
) -> Option<Instrument> {
    let kinds: Vec<(&str, InstrumentKind)> = InstrumentKind::ALL
        .iter()
        .filter(|kind| kind.flow() == flow)
        .map(|kind| (kind.name(), *kind))
        .collect();
    let kind = section.choice("kind", None, &kinds);
    let port = section.text("port");
    if let Some(port) = port {
        take_port(section, "port", port, role, ports);
    }
    let baud = section.number_if_given("baud_rate", 300.0..=4_000_000.0);
    // A load holds no voltage: what the battery allows is what is measured.
    let most = battery.map_or(60.0, |battery| battery.volts_max.as_volts());
    let volts_max = match flow {
        Flow::Charges => section.number("volts_max", 0.1..=most),
        Flow::Draws => Some(most),
    };
    let amps_max = section.number("amps_max", 0.001..=100.0);
    let energy = section.number("energy_max_watt_hours", 0.001..=100_000.0);
    let watchdog = section.number_or("watchdog_seconds", 3.0, 1.0..=60.0);
    let volts = uncertainty(section, "volts_uncertainty", "volts_uncertainty_ratio");
    let amps = uncertainty(section, "amps_uncertainty", "amps_uncertainty_ratio");
    section.close();
    let (kind, battery) = (kind?, battery?);
    Some(Instrument {
        kind,
        port: port?.to_owned(),
        baud_rate: baud.map_or(kind.baud_rate(), |baud| baud as u32),
        rules: Rules {
            flow,
            volts_min: battery.volts_min,
            volts_max: battery.volts_max,
            volts_set_max: Volts::new(volts_max?),
            amps_max: Amps::new(amps_max?),
            energy_max_watt_hours: energy?,
            watchdog: Span::from_secs(watchdog?),
            minds_freezing: battery.minds_freezing,
            steps: kind.steps(),
        },
        volts: volts?,
        amps: amps?,
    })
}

/// An instrument that does not say how well it knows its values proves nothing.
fn uncertainty(section: &Section<'_>, fixed: &'static str, ratio: &'static str) -> Option<Uncertainty> {
    let fixed = section.number(fixed, 0.0..=10.0);
    let ratio = section.number_or(ratio, 0.0, 0.0..=0.5);
    Some(Uncertainty { fixed: fixed?, ratio: ratio? })
}

fn line(section: &Section<'_>, role: &str, ports: &mut Vec<(String, String)>, close: bool) -> Option<Line> {
    let port = section.text("port");
    let baud = section.number_or("baud_rate", 19_200.0, 300.0..=4_000_000.0);
    if let Some(port) = port {
        take_port(section, "port", port, role, ports);
    }
    if close {
        section.close();
    }
    Some(Line { port: port?.to_owned(), baud_rate: baud? as u32 })
}

/// A port has one role.
fn take_port(
    section: &Section<'_>,
    key: &'static str,
    port: &str,
    role: &str,
    ports: &mut Vec<(String, String)>,
) {
    if let Some((_, other)) = ports.iter().find(|(taken, _)| same_device(taken.as_ref(), port.as_ref())) {
        let blanks = vec![("port", port.to_owned()), ("role", role.to_owned()), ("other", other.clone())];
        section.complain(section.span_of(key), "rig-port-twice", blanks);
    }
    ports.push((port.to_owned(), role.to_owned()));
}

fn stand_in(root: &Section<'_>) -> Option<StandIn> {
    let usual = StandIn {
        emf: Volts::new(13.2),
        resistance: Ohms::new(0.05),
        temperature: Some(Celsius::new(20.0)),
        current_gain: 1.0,
        current_offset: Amps::new(0.0),
        current_reversed: false,
        silent: false,
        every: Span::from_millis(1_000),
        supply_unplugged_secs: None,
        supply_deaf_secs: None,
    };
    let Some(section) = root.section("stand_in") else { return Some(usual) };
    let emf = section.number_or("battery_volts", usual.emf.as_volts(), 1.0..=60.0);
    let ohms = section.number_or("battery_ohms", usual.resistance.as_ohms(), 0.0001..=10.0);
    let celsius = section.number_or("temperature_celsius", 20.0, -60.0..=80.0);
    let sensor = section.flag_or("temperature_sensor", true);
    let gain = section.number_or("current_gain", 1.0, -10.0..=10.0);
    let offset = section.number_or("current_offset_amps", 0.0, -100.0..=100.0);
    let reversed = section.flag_or("current_reversed", false);
    let silent = section.flag_or("silent", false);
    let every = section.number_or("block_every_seconds", 1.0, 0.05..=60.0);
    let unplugged = section.window_if_given("supply_unplugged_seconds", 0.0..=1e6);
    let deaf = section.window_if_given("supply_deaf_seconds", 0.0..=1e6);
    section.close();
    Some(StandIn {
        emf: Volts::new(emf?),
        resistance: Ohms::new(ohms?),
        temperature: Some(Celsius::new(celsius?)).filter(|_| sensor == Some(true)),
        current_gain: gain?,
        current_offset: Amps::new(offset?),
        current_reversed: reversed?,
        silent: silent?,
        every: Span::from_secs(every?),
        supply_unplugged_secs: unplugged,
        supply_deaf_secs: deaf,
    })
}

fn steps(root: &Section<'_>, sections: &[Section<'_>], bench: &Manifest) -> Option<Vec<Step>> {
    if sections.is_empty() {
        root.complain(0..1, "document-missing-key", vec![("key", "step".to_owned())]);
    }
    let steps: Vec<Option<Step>> = sections.iter().map(|section| step(section, bench)).collect();
    let steps = steps.into_iter().collect::<Option<Vec<_>>>()?;
    // Nothing a device says about its current means anything before its sign and scale are known.
    let mut known: Vec<&str> = Vec::new();
    for (step, section) in steps.iter().zip(sections) {
        match &step.action {
            Action::KnownCurrent(known_current) => known.push(&known_current.device),
            Action::Follow(follow) if !known.contains(&follow.device.as_str()) => {
                let blanks = vec![("device", follow.device.clone())];
                section.complain(section.span_of("do"), "rig-sign-unknown", blanks);
            }
            _ => {}
        }
    }
    Some(steps)
}

fn step(section: &Section<'_>, bench: &Manifest) -> Option<Step> {
    let name = section.text("name");
    let kinds =
        ["loopback", "null-modem", "pace", "known-current", "read", "follow"].map(|kind| (kind, kind));
    let action = match section.choice("do", None, &kinds) {
        Some("loopback") => line_test(section, false, bench.loopback.is_some()),
        Some("null-modem") => line_test(section, true, bench.null_modem.is_some()),
        Some("pace") => pace(section, bench),
        Some("known-current") => known_current(section, bench),
        Some("read") => read(section, bench),
        Some(_) => follow(section, bench),
        None => return None,
    };
    section.close();
    Some(Step { name: name?.to_owned(), action: action? })
}

fn line_test(section: &Section<'_>, crossed: bool, is_there: bool) -> Option<Action> {
    need(section, is_there, if crossed { "null_modem" } else { "loopback" });
    let bytes = section.number_or("bytes", 4_096.0, 64.0..=10_000_000.0);
    let errors = section.number_or("bit_errors_max", 0.0, 0.0..=1e9);
    let latency = section.number_if_given("latency_p99_max_milliseconds", 0.001..=60_000.0);
    Some(Action::LineTest {
        crossed,
        bytes: bytes? as usize,
        bit_errors_max: errors?,
        latency_p99_max_secs: latency.map(|millis| millis / 1e3),
    })
}

fn pace(section: &Section<'_>, bench: &Manifest) -> Option<Action> {
    let period = section.number("period_seconds", 0.000_1..=3_600.0);
    let ticks = section.number("ticks", 1.0..=1_000_000.0);
    let late = late_after(section, period);
    let missed = section.number_or("missed_max", 0.0, 0.0..=1e6);
    let on_loopback = section.flag_or("on_loopback", false);
    if on_loopback == Some(true) {
        need(section, bench.loopback.is_some(), "loopback");
    }
    Some(Action::Pace {
        period: Span::from_secs(period?),
        ticks: ticks? as u32,
        late_after: late?,
        missed_max: missed?,
        on_loopback: on_loopback?,
    })
}

/// A tick is missed when it comes later than this: half a period unless the manifest says otherwise.
fn late_after(section: &Section<'_>, period: Option<f64>) -> Option<Span> {
    let usual = period.unwrap_or(1.0) * 500.0;
    let late = section.number_or("late_after_milliseconds", usual, 0.0..=3.6e6);
    Some(Span::from_secs(late? / 1e3))
}

fn known_current(section: &Section<'_>, bench: &Manifest) -> Option<Action> {
    let device = named_device(section, bench);
    let charge = current(section, "charge_amps", bench.supply.as_ref(), "supply");
    let draw = current(section, "draw_amps", bench.load.as_ref(), "load");
    if charge.is_none() && draw.is_none() {
        section.complain(section.span_of("do"), "rig-no-current", Vec::new());
    }
    let settle = section.number_or("settle_seconds", 1.0, 0.0..=600.0);
    let readings = section.number_or("readings", 3.0, 1.0..=1_000.0);
    let error = section.number("current_error_max_amps", 0.0..=100.0);
    let scale = section.number_if_given("scale_error_max_ratio", 0.0..=1.0);
    let voltage = section.number_if_given("voltage_error_max_volts", 0.0..=10.0);
    Some(Action::KnownCurrent(KnownCurrent {
        device: device?,
        charge,
        draw,
        settle: Span::from_secs(settle?),
        readings: readings? as usize,
        current_error_max: error?,
        scale_error_max_ratio: scale,
        voltage_error_max: voltage,
    }))
}

/// A current that the instrument may drive.
fn current(
    section: &Section<'_>,
    key: &'static str,
    instrument: Option<&Instrument>,
    role: &str,
) -> Option<Amps> {
    let most = instrument.map_or(100.0, |instrument| instrument.rules.amps_max.as_amps());
    let amps = section.number_if_given(key, 0.001..=most)?;
    need(section, instrument.is_some(), role);
    Some(Amps::new(amps))
}

fn read(section: &Section<'_>, bench: &Manifest) -> Option<Action> {
    let device = named_device(section, bench);
    let quantity = section.text("quantity");
    if let Some(quantity) = quantity
        && fields::set(&mut signals::Reading::default(), quantity, 0.5) == Err(fields::Refused::Name)
    {
        let blanks =
            vec![("key", "quantity".to_owned()), ("value", quantity.to_owned()), ("known", fields::names())];
        section.complain(section.span_of("quantity"), "document-unknown-choice", blanks);
    }
    let limits = section.window("limits", -1e6..=1e6);
    let uncertainty = section.number_or("uncertainty", 0.0, 0.0..=1e6);
    let readings = section.number_or("readings", 3.0, 1.0..=1_000.0);
    Some(Action::Read {
        device: device?,
        quantity: quantity?.to_owned(),
        limits: limits?,
        uncertainty: uncertainty?,
        readings: readings? as usize,
    })
}

fn follow(section: &Section<'_>, bench: &Manifest) -> Option<Action> {
    let device = named_device(section, bench);
    // An instrument that is on is measured at each tick: well within its watchdog.
    let instruments = [&bench.supply, &bench.load].into_iter().flatten();
    let watchdogs = instruments.map(|instrument| instrument.rules.watchdog.as_secs());
    let period_max = watchdogs.fold(60.0, f64::min) / 2.0;
    let period = section.number_or("period_seconds", period_max.min(1.0), 0.2..=period_max);
    let late = late_after(section, period);
    let missed = section.number_or("missed_max", 0.0, 0.0..=1e6);
    let settle = section.number_or("settle_seconds", 1.5, 0.0..=600.0);
    let error = section.number("current_error_max_amps", 0.0..=100.0);
    let slowest = (period.unwrap_or(1.0) / period_max).min(1.0);
    let speed = section.number_or("speed", 1.0, slowest..=100.0);
    let sections = section.sections("point");
    if sections.is_empty() {
        section.complain(section.span_of("do"), "document-missing-key", vec![("key", "point".to_owned())]);
    }
    let points: Vec<Option<(Span, Amps)>> = sections.iter().map(|point| follow_point(point, bench)).collect();
    Some(Action::Follow(Follow {
        device: device?,
        points: points.into_iter().collect::<Option<Vec<_>>>()?,
        period: Span::from_secs(period?),
        late_after: late?,
        missed_max: missed?,
        settle: Span::from_secs(settle?),
        current_error_max: error?,
        speed: speed?,
    }))
}

fn follow_point(point: &Section<'_>, bench: &Manifest) -> Option<(Span, Amps)> {
    let most = |instrument: &Option<Instrument>| {
        instrument.as_ref().map_or(0.0, |instrument| instrument.rules.amps_max.as_amps())
    };
    let secs = point.number("for_seconds", 0.1..=1e6);
    let amps = point.number("amps", -most(&bench.load)..=most(&bench.supply));
    point.close();
    Some((Span::from_secs(secs?), Amps::new(amps?)))
}

fn named_device(section: &Section<'_>, bench: &Manifest) -> Option<String> {
    let names: Vec<(&str, String)> =
        bench.devices.iter().map(|device| (device.name.as_str(), device.name.clone())).collect();
    section.choice("device", None, &names)
}

/// A step wants a role that the manifest gives to nobody.
fn need(section: &Section<'_>, is_there: bool, role: &str) {
    if !is_there {
        section.complain(section.span_of("do"), "rig-role-missing", vec![("role", role.to_owned())]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BENCH: &str = include_str!("../../fixtures/rig/bench.toml");

    fn keys(source: &str) -> Vec<&'static str> {
        parse(source).err().into_iter().flatten().map(|complaint| complaint.key).collect()
    }

    #[test]
    fn the_bench_of_the_fixtures_is_understood() {
        assert_eq!(keys(BENCH), Vec::<&str>::new());
    }

    #[test]
    fn two_roles_on_one_port_are_refused() {
        let twice = BENCH.replace("/dev/balise-load", "/dev/balise-supply");
        assert_eq!(keys(&twice), ["rig-port-twice"]);
    }

    #[test]
    fn a_story_of_currents_comes_after_the_sign_is_known() {
        let unsure = BENCH.replace("do = \"known-current\"", "do = \"pace\"\nperiod_seconds = 1\nticks = 1");
        assert!(keys(&unsure).contains(&"rig-sign-unknown"), "{:?}", keys(&unsure));
    }

    #[test]
    fn a_current_beyond_the_supplys_limit_is_out_of_range() {
        assert_eq!(
            keys(&BENCH.replace("charge_amps = 2.0", "charge_amps = 20.0")),
            ["document-out-of-range"]
        );
    }

    #[test]
    fn a_story_is_not_paced_slower_than_half_a_watchdog() {
        for slow in ["period_seconds = 2.0", "period_seconds = 0.5\nspeed = 0.25"] {
            let story = BENCH.replace("period_seconds = 0.5", slow);
            assert_eq!(keys(&story), ["document-out-of-range"], "{slow}");
        }
    }

    #[test]
    fn a_supply_may_not_be_set_above_what_the_battery_bears() {
        assert_eq!(keys(&BENCH.replace("volts_max = 14.4", "volts_max = 15.0")), ["document-out-of-range"]);
    }

    #[test]
    fn an_instrument_without_an_uncertainty_proves_nothing() {
        assert_eq!(keys(&BENCH.replacen("amps_uncertainty = 0.005\n", "", 1)), ["document-missing-key"]);
    }
}
