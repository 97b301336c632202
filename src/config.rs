//! The monitor's configuration (TOML, format version 1): which battery hangs on which port.
//!
//! ```toml
//! balise_monitor = 1
//! listen = "127.0.0.1:9187"
//! signs = "signs.toml"               # what the crew says of its signs, read again when it changes (`signs`)
//! [remote_write]                     # rows that nobody scraped, sent to Prometheus with their time stamps
//! url = "http://10.0.0.1:9090"
//! buffer = "/var/lib/balise/buffer"  # where they wait while it cannot be reached
//! instance = "10.0.0.7:9187"         # as Prometheus calls this monitor (default: `listen`)
//! [[battery]]
//! site = "A40-km118"
//! name = "PMV-1"
//! port = "/dev/ttyUSB0"
//! device = "vedirect-bmv"
//! profile = "agm_12v"
//! capacity_amp_hours = 450
//! ```
//!
//! Instead of `port`, or beside it, a port may be named by its adapter (`usb = "0403:6001"`, `usb_serial`), by
//! the place it is plugged in (`path`) and by the number the device itself tells (`device_serial`).
//!
//! For the page: `prometheus = "http://127.0.0.1:9090"`, whom to ask for alerts and for the past; `hosts = ["balise.example"]`,
//! more names under which it may be asked for; `time_zone = "America/Montreal"`. A battery of a simulation may name its
//! `truth` file, which `emulate --truth` writes; `[simulation]` has `starts`, the story's calendar, and `deliveries`.
//!
//! A device that speaks only when asked may have `address` (1 to 255), `poll_every_seconds`, and, where its
//! firmware counts the current the other way round, `current_reversed = true`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hil::DeviceKind;
use hil::bus::Seat;
use hil::port::{UsbId, Wanted};
use signals::{AmpHours, SimTime, Soc, Span, Volts};

use crate::document::{self, Complaint, Section};
use crate::foresight::{DISCONNECT_DEFAULT, STANDING_DEFAULT};
use crate::outlook::sun::Standing;
use crate::page;

/// Where the page is served unless the file or a flag says otherwise: this machine only.
pub const LISTEN_DEFAULT: SocketAddr = exporter::serve::DEFAULT_ADDRESS;

/// A device sends once a second; a minute without a good frame is silence.
pub const SILENT_AFTER_DEFAULT: Span = Span::from_millis(60_000);

/// The whole configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Address of the page and /metrics.
    pub listen: SocketAddr,
    /// The file of signs: what each is doing, and its journal.
    pub signs: Option<PathBuf>,
    /// What it says of the page.
    pub page: page::Settings,
    /// Where rows go that nobody scraped.
    pub remote_write: Option<RemoteWrite>,
    /// Every battery.
    pub batteries: Vec<Battery>,
}

/// Where rows go that nobody scraped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteWrite {
    /// Prometheus with `--web.enable-remote-write-receiver`.
    pub url: String,
    /// How often a row is kept.
    pub every: Duration,
    /// The folder where rows wait.
    pub buffer: PathBuf,
    /// How much may wait there, octets.
    pub bytes_max: u64,
    /// The label `job` of a scrape.
    pub job: String,
    /// The label `instance` of a scrape.
    pub instance: String,
}

/// One battery and the port its device hangs on.
#[derive(Debug, Clone, PartialEq)]
pub struct Battery {
    /// Site label.
    pub site: String,
    /// Battery label.
    pub name: String,
    /// Serial port or pseudo-terminal.
    pub port: Wanted,
    /// What speaks there.
    pub device: DeviceKind,
    /// Built-in profile name or path of a profile file.
    pub profile: String,
    /// Capacity on the label; the profile's own where silent.
    pub capacity: Option<AmpHours>,
    /// State of charge told at the start, if any.
    pub initial_soc: Option<Soc>,
    /// Silence after which the battery's values are withdrawn.
    pub silent_after: Span,
    /// Where its panel stands.
    pub standing: Standing,
    /// Where the controller cuts the sign off.
    pub disconnect: Volts,
    /// How a device that speaks only when asked is asked.
    pub polling: Polling,
    /// Where a simulation writes its truth, to be shown beside the estimate.
    pub truth: Option<PathBuf>,
}

impl Battery {
    /// Its place on a line of devices that are asked.
    #[must_use]
    pub const fn seat(&self) -> Seat {
        Seat { kind: self.device, address: self.polling.address, every: self.polling.every }
    }
}

/// How a device is asked that speaks only when asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Polling {
    /// Its address; the kind's usual one where absent.
    pub address: Option<u8>,
    /// How often it is asked for everything.
    pub every: Span,
    /// Its firmware counts the current the other way round than its kind does.
    pub current_reversed: bool,
}

impl Default for Polling {
    fn default() -> Self {
        Self { address: None, every: Span::from_millis(1000), current_reversed: false }
    }
}

/// Reads a configuration.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Config, Vec<Complaint>> {
    document::check(source, config)
}

fn config(root: &Section<'_>) -> Option<Config> {
    root.version("balise_monitor", 1);
    let listen = match root.text_if_given("listen") {
        None => Some(LISTEN_DEFAULT),
        Some(text) => address(root, text),
    };
    let signs = root.text_if_given("signs").map(PathBuf::from);
    let page = page_settings(root);
    // One with a slip has complained: nothing comes of the file then.
    let remote_write = root.section("remote_write").and_then(|section| remote_write(&section, listen));
    let sections = root.sections("battery");
    if sections.is_empty() {
        root.complain(0..1, "document-missing-key", vec![("key", "battery".to_owned())]);
    }
    let batteries: Vec<Option<Battery>> = sections.iter().map(battery).collect();
    let batteries = batteries.into_iter().collect::<Option<Vec<_>>>()?;
    for (index, battery) in batteries.iter().enumerate() {
        let twin = |other: &Battery| (&other.site, &other.name) == (&battery.site, &battery.name);
        if batteries[..index].iter().any(twin) {
            let blanks = vec![("site", battery.site.clone()), ("name", battery.name.clone())];
            root.complain(sections[index].span_of("name"), "config-twice", blanks);
        }
    }
    let doors: Vec<Door> = batteries.iter().map(|battery| Door::of(&battery.port)).collect();
    for (index, battery) in batteries.iter().enumerate() {
        let earlier = batteries[..index].iter().zip(&doors);
        let sharing = earlier.filter(|(_, door)| doors[index].is(door)).map(|(other, _)| other);
        let line: Vec<&Battery> = sharing.chain([battery]).collect();
        if let Some(key) = cannot_share(&line) {
            root.complain(sections[index].span_of("port"), key, vec![("port", battery.port.to_string())]);
        }
    }
    Some(Config { listen: listen?, signs, page, remote_write, batteries })
}

fn page_settings(root: &Section<'_>) -> page::Settings {
    let wrong = |section: &Section<'_>, key: &str, complaint: &'static str, text: &str| {
        section.complain(section.span_of(key), complaint, vec![("value", text.to_owned())]);
    };
    let address = root.text_if_given("prometheus");
    let prometheus = address.and_then(page::Prometheus::at);
    if let (Some(text), None) = (address, &prometheus) {
        wrong(root, "prometheus", "config-bad-prometheus", text);
    }
    let zone = root.text_if_given("time_zone");
    if let Some(text) = zone.filter(|name| page::when::zone(Some(name)).is_none()) {
        wrong(root, "time_zone", "config-bad-zone", text);
    }
    let hosts = root.texts_if_given("hosts").unwrap_or_default();
    let mut simulation = page::Simulation::default();
    if let Some(section) = root.section("simulation") {
        let starts = section.text_if_given("starts");
        let at = starts.and_then(|text| text.parse::<jiff::Timestamp>().ok());
        if let (Some(text), None) = (starts, at) {
            wrong(&section, "starts", "signs-bad-time", text);
        }
        simulation.starts_unix_secs = at.map(|at| at.as_second() as f64);
        simulation.deliveries = section.text_if_given("deliveries").map(PathBuf::from);
        section.close();
    }
    let hosts = hosts.into_iter().map(str::to_owned).collect();
    page::Settings { prometheus, hosts, time_zone: zone.map(str::to_owned), simulation }
}

fn remote_write(section: &Section<'_>, listen: Option<SocketAddr>) -> Option<RemoteWrite> {
    const MEGABYTE: f64 = 1e6;
    let (url, buffer) = (section.text("url"), section.text("buffer"));
    if let Some(text) = url.filter(|text| !text.starts_with("http://")) {
        section.complain(section.span_of("url"), "config-bad-url", vec![("value", text.to_owned())]);
    }
    let every = section.number_or("every_seconds", 60.0, 1.0..=3_600.0);
    let megabytes = section.number_or("buffer_megabytes", 256.0, 1.0..=100_000.0);
    let job = section.text_if_given("job").unwrap_or("balise");
    let instance = section.text_if_given("instance").map(str::to_owned);
    section.close();
    Some(RemoteWrite {
        url: url?.to_owned(),
        every: Duration::from_secs_f64(every?),
        buffer: buffer?.into(),
        bytes_max: (megabytes? * MEGABYTE) as u64,
        job: job.to_owned(),
        instance: instance.or(listen.map(|listen| listen.to_string()))?,
    })
}

/// The batteries of each port, by their place in the list.
#[must_use]
pub fn lines(batteries: &[Battery]) -> Vec<Vec<usize>> {
    let doors: Vec<Door> = batteries.iter().map(|battery| Door::of(&battery.port)).collect();
    let mut lines: Vec<Vec<usize>> = Vec::new();
    for (index, door) in doors.iter().enumerate() {
        let shares = |line: &&mut Vec<usize>| line.first().is_some_and(|first| doors[*first].is(door));
        match lines.iter_mut().find(shares) {
            Some(line) => line.push(index),
            None => lines.push(vec![index]),
        }
    }
    lines
}

/// Why these batteries cannot be read from one port. A talker needs one for itself; devices that are asked
/// may share a line where each has an address of its own.
fn cannot_share(line: &[&Battery]) -> Option<&'static str> {
    if line.len() < 2 {
        return None;
    }
    let rate = line.first().map(|battery| battery.device.baud_rate());
    let are_asked = line.iter().all(|battery| battery.device.is_polled());
    if !are_asked || line.iter().any(|battery| Some(battery.device.baud_rate()) != rate) {
        return Some("config-port-twice");
    }
    let seats: Vec<Seat> = line.iter().map(|battery| battery.seat()).collect();
    hil::bus::Master::new(SimTime::ZERO, &seats, Span::ZERO).err().map(|_| "config-address-twice")
}

/// A port as it is told apart from others: looked up once, since a thousand of them are compared with each other.
struct Door {
    asked: Wanted,
    /// The device that its name leads to today.
    device: Option<PathBuf>,
}

impl Door {
    fn of(port: &Wanted) -> Self {
        let device = port.name.as_ref().and_then(|name| std::fs::canonicalize(name).ok());
        Self { asked: Wanted { device_serial: None, ..port.clone() }, device }
    }

    /// The same port under the same name, or under two names that lead to one device today.
    fn is(&self, other: &Self) -> bool {
        let same_name = self.asked.name.is_some() && self.asked.name == other.asked.name;
        same_name || self.asked == other.asked || self.device.is_some() && self.device == other.device
    }
}

/// The same name, or two names that lead to one device today.
pub fn same_device(one: &Path, other: &Path) -> bool {
    let device = |name: &Path| std::fs::canonicalize(name).ok();
    one == other || device(one).is_some_and(|one| device(other) == Some(one))
}

/// How the section names its port.
fn port(section: &Section<'_>) -> Option<Wanted> {
    let usb = section.text_if_given("usb");
    let id: Option<UsbId> = usb.and_then(|text| text.parse().ok());
    if let Some(text) = usb.filter(|_| id.is_none()) {
        section.complain(section.span_of("usb"), "config-bad-usb", vec![("value", text.to_owned())]);
    }
    let text = |key: &'static str| section.text_if_given(key).map(str::to_owned);
    let (usb_serial, place, device_serial) = (text("usb_serial"), text("path"), text("device_serial"));
    let has_marks = usb.is_some() || usb_serial.is_some() || place.is_some();
    let name = if has_marks { section.text_if_given("port") } else { Some(section.text("port")?) };
    let name = name.map(PathBuf::from);
    Some(Wanted { name, usb: id, usb_serial, place, device_serial })
}

fn address(root: &Section<'_>, text: &str) -> Option<SocketAddr> {
    let address: Option<SocketAddr> = text.parse().ok();
    if address.is_none() {
        root.complain(root.span_of("listen"), "config-bad-address", vec![("value", text.to_owned())]);
    }
    address
}

fn battery(section: &Section<'_>) -> Option<Battery> {
    let site = section.text_if_given("site").unwrap_or("site");
    let name = section.text("name");
    let port = port(section);
    let kinds: Vec<(&str, DeviceKind)> = DeviceKind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
    let device = section.choice("device", Some(DeviceKind::VedirectBmv), &kinds);
    let profile = section.text_if_given("profile").unwrap_or("agm_12v");
    let capacity = section.number_if_given("capacity_amp_hours", 0.1..=100_000.0);
    let soc = section.number_if_given("initial_soc_ratio", 0.0..=1.0);
    let address = section.number_if_given("address", 1.0..=255.0);
    let every = section.number_or("poll_every_seconds", Polling::default().every.as_secs(), 0.1..=3_600.0);
    let current_reversed = section.flag_or("current_reversed", false);
    let silent = section.number_or("silent_after_seconds", SILENT_AFTER_DEFAULT.as_secs(), 1.0..=86_400.0);
    let usual = STANDING_DEFAULT;
    let latitude = section.number_or("latitude_degrees", usual.latitude_degrees, -66.0..=66.0);
    let longitude = section.number_or("longitude_degrees", usual.longitude_degrees, -180.0..=180.0);
    let tilt = section.number_or("panel_tilt_degrees", usual.tilt_degrees, 0.0..=90.0);
    let truth = section.text_if_given("truth").map(PathBuf::from);
    let disconnect = section.number_or("disconnect_volts", DISCONNECT_DEFAULT.as_volts(), 8.0..=14.0);
    section.close();
    Some(Battery {
        site: site.to_owned(),
        name: name?.to_owned(),
        port: port?,
        device: device?,
        profile: profile.to_owned(),
        capacity: capacity.map(AmpHours::new),
        initial_soc: soc.map(Soc::clamped),
        silent_after: Span::from_secs(silent?),
        standing: Standing {
            latitude_degrees: latitude?,
            longitude_degrees: longitude?,
            tilt_degrees: tilt?,
        },
        disconnect: Volts::new(disconnect?),
        polling: Polling {
            // The range was checked: it is a byte.
            address: address.map(|address| address as u8),
            every: Span::from_secs(every?),
            current_reversed: current_reversed?,
        },
        truth,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_battery_without_a_port_is_refused() {
        let source = "balise_monitor = 1\n[[battery]]\nname = \"a\"\n";
        let keys: Vec<_> = parse(source).err().into_iter().flatten().map(|complaint| complaint.key).collect();
        assert_eq!(keys, vec!["document-missing-key"]);
    }

    #[test]
    fn a_port_may_be_named_by_its_adapter_its_place_and_the_devices_own_number() {
        let of = |keys: &str| parse(&format!("balise_monitor = 1\n[[battery]]\nname = \"a\"\n{keys}\n"));
        let port = |keys: &str| of(keys).expect("sound").batteries[0].port.clone();
        assert_eq!(port("port = \"/dev/x\""), Wanted::named("/dev/x"));
        let named = port("usb = \"0403:6001\"\nusb_serial = \"A5\"\npath = \"p\"\ndevice_serial = \"HQ\"");
        assert_eq!(named.to_string(), r#"usb = "0403:6001", usb_serial = "A5", path = "p""#);
        assert_eq!((named.name, named.device_serial.as_deref()), (None, Some("HQ")));
        let keys: Vec<_> = of("usb = \"ftdi\"").err().into_iter().flatten().map(|it| it.key).collect();
        assert_eq!(keys, ["config-bad-usb"]);
        assert!(of("device_serial = \"HQ\"").is_err(), "that alone names no port");
    }

    #[test]
    fn rows_that_nobody_scraped_may_be_sent() {
        let of = |keys: &str| {
            parse(&format!(
                "balise_monitor = 1\n[remote_write]\n{keys}\n[[battery]]\nname = \"a\"\nport = \"/dev/x\"\n"
            ))
        };
        let told = of("url = \"http://p:9090\"\nbuffer = \"b\"").expect("sound").remote_write.expect("told");
        assert_eq!((told.instance.as_str(), told.job.as_str()), ("127.0.0.1:9187", "balise"));
        assert_eq!((told.every.as_secs(), told.bytes_max), (60, 256_000_000));
        let keys = |text: &str| -> Vec<_> { of(text).err().into_iter().flatten().map(|it| it.key).collect() };
        assert_eq!(keys("url = \"p:9090\"\nbuffer = \"b\""), ["config-bad-url"]);
        assert_eq!(keys("url = \"http://p\""), ["document-missing-key"], "the buffer");
    }

    #[test]
    fn two_batteries_on_one_port_are_refused() {
        let of = |name: &str| format!("[[battery]]\nname = \"{name}\"\nport = \"/dev/x\"\n");
        let keys: Vec<_> = parse(&format!("balise_monitor = 1\n{}{}", of("a"), of("b")))
            .err()
            .into_iter()
            .flatten()
            .map(|complaint| complaint.key)
            .collect();
        assert_eq!(keys, vec!["config-port-twice"]);
    }

    #[test]
    fn devices_that_are_asked_share_a_port_under_addresses_of_their_own() {
        let of = |name: &str, kind: &str, address: u8| {
            format!(
                "[[battery]]\nname = \"{name}\"\nport = \"/dev/x\"\ndevice = \"{kind}\"\naddress = {address}\n"
            )
        };
        let keys = |one: String, other: String| -> Vec<&'static str> {
            let complaints = parse(&format!("balise_monitor = 1\n{one}{other}")).err();
            complaints.into_iter().flatten().map(|complaint| complaint.key).collect()
        };
        let (battery, controller) = ("renogy-battery", "renogy");
        assert!(keys(of("a", battery, 48), of("b", battery, 49)).is_empty());
        assert!(keys(of("a", battery, 48), of("b", controller, 1)).is_empty());
        assert_eq!(keys(of("a", battery, 48), of("b", controller, 48)), ["config-address-twice"]);
        assert_eq!(keys(of("a", battery, 48), of("b", "epever", 1)), ["config-port-twice"], "another rate");
        assert_eq!(keys(of("a", "vedirect-bmv", 1), of("b", battery, 48)), ["config-port-twice"]);
    }

    #[test]
    fn two_batteries_of_one_name_are_refused() {
        let one = "[[battery]]\nname = \"a\"\nport = \"/dev/x\"\n";
        let keys: Vec<_> = parse(&format!("balise_monitor = 1\n{one}{one}"))
            .err()
            .into_iter()
            .flatten()
            .map(|complaint| complaint.key)
            .collect();
        assert_eq!(keys, vec!["config-twice", "config-port-twice"]);
    }

    #[test]
    fn the_page_is_told_whom_to_ask_and_under_which_names_it_may_be_asked_for() {
        let of = |keys: &str| {
            parse(&format!("balise_monitor = 1\n{keys}\n[[battery]]\nname = \"a\"\nport = \"/dev/x\"\n"))
        };
        let sound = of("prometheus = \"http://127.0.0.1:9090\"\nhosts = [\"balise.example\"]\ntime_zone = \"America/Montreal\"\n\
                        [simulation]\nstarts = \"1970-01-01T00:01:00Z\"").expect("sound").page;
        assert!(sound.prometheus.is_some() && sound.hosts == ["balise.example"]);
        assert_eq!(sound.simulation.starts_unix_secs, Some(60.0));
        let keys = |text: &str| of(text).err().into_iter().flatten().map(|it| it.key).collect::<Vec<_>>();
        assert_eq!(keys("prometheus = \"somewhere\""), ["config-bad-prometheus"]);
        assert_eq!(keys("time_zone = \"Atlantis\""), ["config-bad-zone"]);
        assert_eq!(keys("hosts = 7"), ["document-not-texts"]);
        assert_eq!(keys("[simulation]\nstarts = \"soon\""), ["signs-bad-time"]);
    }

    #[test]
    fn the_page_stays_on_this_machine_unless_told_otherwise() {
        let config =
            parse("balise_monitor = 1\n[[battery]]\nname = \"a\"\nport = \"/dev/x\"\n").expect("sound");
        assert!(config.listen.ip().is_loopback());
    }
}
