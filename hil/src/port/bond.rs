//! Which port is ours: what was asked for, and what was found the first time.
//!
//! What is found first is remembered, by the strongest mark it has: the adapter's USB serial number where
//! no other port shares it, else the place it is plugged in, else the name alone (a pseudo-terminal, a
//! built-in port). From then on only the port with that mark will do, under whatever name; another one
//! under the old name is refused.

use super::{Listed, UsbId};
use std::fmt;
use std::path::{Path, PathBuf};

/// How a port is asked for; what is given must all fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// A device node or a link to one.
    pub name: Option<PathBuf>,
    /// The adapter's maker and product.
    pub usb: Option<UsbId>,
    /// The adapter's serial number.
    pub usb_serial: Option<String>,
    /// The place it is plugged in.
    pub place: Option<String>,
    /// The serial number the device itself tells.
    pub device_serial: Option<String>,
}

/// What a port is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoundBy {
    /// The adapter's USB serial number: it may be plugged in anywhere.
    UsbSerial,
    /// The serial number the device tells in its own protocol.
    DeviceSerial,
    /// The place it is plugged in: whatever like it is plugged in there is taken for it.
    Place,
    /// Its name alone.
    Name,
}

impl BoundBy {
    /// The name JSON and keys use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UsbSerial => "usb-serial",
            Self::DeviceSerial => "device-serial",
            Self::Place => "place",
            Self::Name => "name",
        }
    }
}

/// The mark by which a port is known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// An adapter with a serial number of its own.
    Usb {
        /// Maker and product.
        id: UsbId,
        /// Serial number.
        serial: String,
        /// Which of its ports.
        interface: u8,
    },
    /// Whatever of this make is plugged in there.
    Place {
        /// The place.
        place: String,
        /// Maker and product, where it is a USB adapter.
        id: Option<UsbId>,
    },
    /// A name.
    Name(PathBuf),
}

/// A port that is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where to open it.
    pub node: PathBuf,
    /// Its mark.
    pub identity: Identity,
}

/// Why no port of the list is ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// It is not in the list.
    #[error("no port is {wanted}")]
    Absent {
        /// What was looked for.
        wanted: String,
    },
    /// Several fit.
    #[error("{count} ports are {wanted}")]
    Ambiguous {
        /// What was looked for.
        wanted: String,
        /// How many fit.
        count: usize,
    },
    /// The name is there, but another device answers to it.
    #[error("{} is {found}, not {wanted}", name.display())]
    Another {
        /// The name.
        name: PathBuf,
        /// What was looked for.
        wanted: String,
        /// What is there.
        found: String,
    },
}

/// What is asked for, and what it turned out to be.
#[derive(Debug, Clone)]
pub struct Bond {
    wanted: Wanted,
    known: Option<Identity>,
}

impl Bond {
    /// Nothing found yet.
    #[must_use]
    pub const fn new(wanted: Wanted) -> Self {
        Self { wanted, known: None }
    }

    /// What is asked for.
    #[must_use]
    pub const fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// What it is known by, once it was found.
    #[must_use]
    pub fn known(&self) -> Option<&Identity> {
        self.known.as_ref()
    }

    /// Remembers what was found and opened.
    pub fn remember(&mut self, found: &Found) {
        self.known.get_or_insert_with(|| found.identity.clone());
    }

    /// Our port among these. `leads_to` is the node the wanted name leads to now, if any.
    ///
    /// # Errors
    /// A [`Mismatch`] that says why none is.
    pub fn find(&self, ports: &[Listed], leads_to: Option<&Path>) -> Result<Found, Mismatch> {
        match &self.known {
            // A name that is listed today was not when it was learned: the list says more now.
            Some(Identity::Name(_)) | None => self.first(ports, leads_to),
            Some(known) => self.again(known, ports, leads_to),
        }
    }

    fn first(&self, ports: &[Listed], leads_to: Option<&Path>) -> Result<Found, Mismatch> {
        let wanted = &self.wanted;
        let fits = |port: &&Listed| {
            wanted.marks_fit(port)
                && (wanted.name.is_none() || leads_to.is_some_and(|node| node == port.node))
        };
        let fitting: Vec<&Listed> = ports.iter().filter(fits).collect();
        match (fitting.as_slice(), leads_to) {
            ([port], _) => Ok(Found { node: port.node.clone(), identity: wanted.identity_of(port, ports) }),
            ([], Some(node)) if !wanted.has_marks() && ports.iter().all(|port| port.node != node) => {
                let name = wanted.name.clone().unwrap_or_else(|| node.to_owned());
                Ok(Found { node: name.clone(), identity: Identity::Name(name) })
            }
            ([], _) => Err(self.missing(&wanted.to_string(), ports, leads_to)),
            (several, _) => Err(Mismatch::Ambiguous { wanted: wanted.to_string(), count: several.len() }),
        }
    }

    fn again(&self, known: &Identity, ports: &[Listed], leads_to: Option<&Path>) -> Result<Found, Mismatch> {
        let fitting: Vec<&Listed> = ports.iter().filter(|port| known.fits(port)).collect();
        match fitting.as_slice() {
            [port] => Ok(Found { node: port.node.clone(), identity: known.clone() }),
            [] => Err(self.missing(&known.to_string(), ports, leads_to)),
            several => Err(Mismatch::Ambiguous { wanted: known.to_string(), count: several.len() }),
        }
    }

    /// Nothing fits: is another where ours should be?
    fn missing(&self, wanted: &str, ports: &[Listed], leads_to: Option<&Path>) -> Mismatch {
        let there = leads_to.and_then(|node| ports.iter().find(|port| port.node == node));
        match (there, &self.wanted.name) {
            (Some(port), Some(name)) => {
                Mismatch::Another { name: name.clone(), wanted: wanted.to_owned(), found: described(port) }
            }
            _ => Mismatch::Absent { wanted: wanted.to_owned() },
        }
    }
}

impl Wanted {
    /// A port by its name.
    #[must_use]
    pub fn named(name: impl Into<PathBuf>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// More than a name is given.
    #[must_use]
    pub const fn has_marks(&self) -> bool {
        self.usb.is_some() || self.usb_serial.is_some() || self.place.is_some()
    }

    fn marks_fit(&self, port: &Listed) -> bool {
        let usb = port.usb.as_ref();
        let id_fits = self.usb.is_none() || self.usb == usb.map(|usb| usb.id);
        let serial_fits =
            self.usb_serial.is_none() || self.usb_serial == usb.and_then(|usb| usb.serial.clone());
        let place_fits = self.place.is_none() || self.place == port.place;
        id_fits && serial_fits && place_fits
    }

    /// The strongest mark of a port among these; the place where that was asked for.
    fn identity_of(&self, port: &Listed, ports: &[Listed]) -> Identity {
        let asked_place = self.place.is_some() || self.name.as_deref().is_some_and(is_place_link);
        let by_serial = || {
            let usb = port.usb.as_ref()?;
            let serial = usb.serial.clone().filter(|serial| !serial.is_empty())?;
            let mark = Identity::Usb { id: usb.id, serial, interface: usb.interface };
            (ports.iter().filter(|other| mark.fits(other)).count() == 1).then_some(mark)
        };
        let by_place = || {
            let place = port.place.clone()?;
            Some(Identity::Place { place, id: port.usb.as_ref().map(|usb| usb.id) })
        };
        let mark = if asked_place { by_place() } else { by_serial().or_else(by_place) };
        mark.unwrap_or_else(|| Identity::Name(self.name.clone().unwrap_or_else(|| port.node.clone())))
    }
}

impl fmt::Display for Wanted {
    /// As a configuration has it, in no language: `port = "/dev/ttyUSB0"`, `usb_serial = "A50285BI"`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.name.as_ref().map(|name| format!("port = \"{}\"", name.display())),
            self.usb.map(|id| format!("usb = \"{id}\"")),
            self.usb_serial.as_ref().map(|serial| format!("usb_serial = \"{serial}\"")),
            self.place.as_ref().map(|place| format!("path = \"{place}\"")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        formatter.write_str(&parts.join(", "))
    }
}

impl Identity {
    /// The strongest mark of a port among these.
    #[must_use]
    pub fn of(port: &Listed, ports: &[Listed]) -> Self {
        Wanted::named(&port.node).identity_of(port, ports)
    }

    /// What kind of mark it is.
    #[must_use]
    pub const fn bound_by(&self) -> BoundBy {
        match self {
            Self::Usb { .. } => BoundBy::UsbSerial,
            Self::Place { .. } => BoundBy::Place,
            Self::Name(_) => BoundBy::Name,
        }
    }

    fn fits(&self, port: &Listed) -> bool {
        let usb = port.usb.as_ref();
        match self {
            Self::Usb { id, serial, interface } => usb.is_some_and(|usb| {
                usb.id == *id && usb.serial.as_ref() == Some(serial) && usb.interface == *interface
            }),
            Self::Place { place, id } => port.place.as_ref() == Some(place) && usb.map(|usb| usb.id) == *id,
            Self::Name(name) => port.node == *name,
        }
    }
}

impl fmt::Display for Identity {
    /// As a configuration would ask for it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut wanted = Wanted::default();
        match self {
            Self::Usb { id, serial, .. } => {
                (wanted.usb, wanted.usb_serial) = (Some(*id), Some(serial.clone()));
            }
            Self::Place { place, id } => (wanted.usb, wanted.place) = (*id, Some(place.clone())),
            Self::Name(name) => wanted.name = Some(name.clone()),
        }
        wanted.fmt(formatter)
    }
}

/// Who names a port by where it is plugged in wants whatever is plugged in there.
fn is_place_link(name: &Path) -> bool {
    name.starts_with("/dev/serial/by-path")
}

/// What a configuration would call a port.
fn described(port: &Listed) -> String {
    let usb = port.usb.as_ref();
    let wanted = Wanted {
        usb: usb.map(|usb| usb.id),
        usb_serial: usb.and_then(|usb| usb.serial.clone()),
        place: port.place.clone(),
        ..Wanted::default()
    };
    if wanted.has_marks() { wanted.to_string() } else { port.node.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::UsbPort;

    fn port(node: &str, serial: Option<&str>, place: &str) -> Listed {
        let id = UsbId { vendor: 0x0403, product: 0x6001 };
        let usb = UsbPort { id, serial: serial.map(str::to_owned), product: None, interface: 0 };
        Listed { node: node.into(), usb: Some(usb), place: Some(place.to_owned()), links: Vec::new() }
    }

    /// A bond that found its port once, in `then`; what it finds `now`.
    fn found(then: &[Listed], now: &[Listed]) -> (BoundBy, Result<PathBuf, Mismatch>) {
        let name = Path::new("/dev/ttyUSB0");
        let mut bond = Bond::new(Wanted::named(name));
        let first = bond.find(then, Some(name)).expect("it is there");
        bond.remember(&first);
        let leads_to = now.iter().any(|port| port.node == name).then_some(name);
        (first.identity.bound_by(), bond.find(now, leads_to).map(|found| found.node))
    }

    #[test]
    fn an_adapter_with_a_serial_number_is_found_anywhere_under_any_name() {
        let then = [port("/dev/ttyUSB0", Some("A"), "1"), port("/dev/ttyUSB1", Some("B"), "2")];
        let now = [port("/dev/ttyUSB1", Some("A"), "2"), port("/dev/ttyUSB0", Some("B"), "1")];
        assert_eq!(found(&then, &now), (BoundBy::UsbSerial, Ok("/dev/ttyUSB1".into())));
    }

    #[test]
    fn another_adapter_under_the_same_name_is_refused_with_the_reason() {
        let then = [port("/dev/ttyUSB0", Some("A"), "1")];
        let (_, now) = found(&then, &[port("/dev/ttyUSB0", Some("B"), "1")]);
        let reason = now.expect_err("it is another").to_string();
        let (theirs, ours) = (r#"usb_serial = "B", path = "1""#, r#"usb_serial = "A""#);
        let usb = r#"usb = "0403:6001""#;
        assert_eq!(reason, format!("/dev/ttyUSB0 is {usb}, {theirs}, not {usb}, {ours}"));
    }

    #[test]
    fn twins_without_a_number_of_their_own_are_told_apart_by_their_places() {
        for serial in [None, Some("0001")] {
            let then = [port("/dev/ttyUSB0", serial, "1"), port("/dev/ttyUSB1", serial, "2")];
            let now = [port("/dev/ttyUSB0", serial, "2"), port("/dev/ttyUSB1", serial, "1")];
            assert_eq!(found(&then, &now), (BoundBy::Place, Ok("/dev/ttyUSB1".into())));
        }
    }

    #[test]
    fn what_fits_two_ports_is_refused_until_it_says_more() {
        let ports = [port("/dev/ttyUSB0", Some("A"), "1"), port("/dev/ttyUSB1", Some("B"), "2")];
        let usb = "0403:6001".parse().ok();
        let wanted = Wanted { usb, ..Wanted::default() };
        assert!(matches!(
            Bond::new(wanted.clone()).find(&ports, None),
            Err(Mismatch::Ambiguous { count: 2, .. })
        ));
        let wanted = Wanted { usb_serial: Some("B".to_owned()), ..wanted };
        let node = Bond::new(wanted).find(&ports, None).map(|found| found.node);
        assert_eq!(node, Ok("/dev/ttyUSB1".into()));
    }

    #[test]
    fn who_names_a_place_takes_whatever_adapter_of_the_make_is_there() {
        let wanted = Wanted { place: Some("1".to_owned()), ..Wanted::default() };
        let mut bond = Bond::new(wanted);
        let found = bond.find(&[port("/dev/ttyUSB0", Some("A"), "1")], None).expect("it is there");
        bond.remember(&found);
        assert_eq!(found.identity.bound_by(), BoundBy::Place);
        assert!(bond.find(&[port("/dev/ttyUSB5", Some("B"), "1")], None).is_ok());
        let absent = bond.find(&[port("/dev/ttyUSB5", Some("A"), "2")], None);
        let wanted = r#"usb = "0403:6001", path = "1""#.to_owned();
        assert_eq!(absent, Err(Mismatch::Absent { wanted }));
    }

    #[test]
    fn a_name_outside_the_list_is_bound_to_by_the_name() {
        let name = Path::new("/dev/pts/7");
        let bond = Bond::new(Wanted::named(name));
        let found = bond.find(&[], Some(name)).expect("it is there");
        assert_eq!(found.identity.bound_by(), BoundBy::Name);
        assert!(bond.find(&[], None).is_err());
    }
}
