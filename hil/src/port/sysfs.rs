//! The system's serial ports, read from sysfs: no library, nothing opened, and a root that tests can set.
//!
//! ```text
//! /sys/class/tty/ttyUSB0/device -> …/0000:00:14.0/usb1/1-2/1-2:1.0/ttyUSB0
//!                                     │              │      └ interface: bInterfaceNumber
//!                                     │              └ adapter: idVendor, idProduct, serial, product
//!                                     └ what the bus hangs on
//! place: pci-0000:00:14.0-usb-0:2:1.0     (udev's ID_PATH: without the bus number, which is dealt anew)
//! ```
//!
//! The serial crate's own enumeration without libudev leaves the place and the lasting names out, and
//! cannot be pointed at a tree made for a test.
//!
//! Reference: Linux, Documentation/ABI/testing/sysfs-bus-usb and sysfs-tty; systemd, udev-builtin-path_id.

use super::{Listed, PortList, UsbId, UsbPort};
use std::fs;
use std::path::{Path, PathBuf};

/// The ports under a system root.
#[derive(Debug, Clone)]
pub struct Sysfs {
    root: PathBuf,
}

impl Default for Sysfs {
    fn default() -> Self {
        Self::at("/")
    }
}

impl Sysfs {
    /// Reads `root/sys` and `root/dev`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn port(&self, name: &str, links: &[(PathBuf, PathBuf)]) -> Option<Listed> {
        let class = self.root.join("sys/class/tty").join(name);
        let device = fs::canonicalize(class.join("device")).ok()?;
        if is_unpopulated(&class) {
            return None;
        }
        let node = Path::new("/dev").join(name);
        let usb = usb_side(&device);
        let place = if usb.is_some() { usb_place(&device) } else { other_place(&device, name) };
        let links = links.iter().filter(|(_, leads_to)| *leads_to == node).map(|(link, _)| link.clone());
        Some(Listed { links: links.collect(), node, usb, place })
    }

    /// The lasting names udev keeps, each with the node it leads to.
    fn links(&self) -> Vec<(PathBuf, PathBuf)> {
        let folders = ["dev/serial/by-id", "dev/serial/by-path"];
        let links = folders.iter().flat_map(|folder| entries(&self.root.join(folder)));
        let mut links: Vec<_> = links
            .filter_map(|link| {
                // The target's name is enough, and holds under any root.
                let target = fs::read_link(&link).ok()?;
                let named = Path::new("/").join(link.strip_prefix(&self.root).ok()?);
                Some((named, Path::new("/dev").join(target.file_name()?)))
            })
            .collect();
        links.sort();
        links
    }
}

impl PortList for Sysfs {
    fn ports(&mut self) -> Vec<Listed> {
        let links = self.links();
        let mut names: Vec<String> = entries(&self.root.join("sys/class/tty"))
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect();
        names.sort_by_key(|name| {
            (name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned(), name.len(), name.clone())
        });
        names.iter().filter_map(|name| self.port(name, &links)).collect()
    }

    fn leads_to(&mut self, name: &Path) -> Option<PathBuf> {
        // A relative name is one of the working folder.
        let name = std::path::absolute(name).ok()?;
        let under = name.strip_prefix("/").unwrap_or(&name);
        let found = fs::canonicalize(self.root.join(under)).ok()?;
        let plain = found.strip_prefix(fs::canonicalize(&self.root).ok()?).ok()?;
        Some(Path::new("/").join(plain))
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()))
}

fn text(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The kernel keeps nodes for built-in ports that no board has: their type is 0.
fn is_unpopulated(class: &Path) -> bool {
    text(&class.join("type")).as_deref() == Some("0")
}

/// The nearest folder at or above `device` that has this file.
fn above<'p>(device: &'p Path, file: &str) -> Option<&'p Path> {
    device.ancestors().find(|folder| folder.join(file).is_file())
}

fn usb_side(device: &Path) -> Option<UsbPort> {
    let adapter = above(device, "idVendor")?;
    let id = format!("{}:{}", text(&adapter.join("idVendor"))?, text(&adapter.join("idProduct"))?);
    let id: UsbId = id.parse().ok()?;
    let number = above(device, "bInterfaceNumber").and_then(|folder| text(&folder.join("bInterfaceNumber")));
    let interface = number.and_then(|digits| u8::from_str_radix(&digits, 16).ok()).unwrap_or(0);
    Some(UsbPort {
        id,
        serial: text(&adapter.join("serial")),
        product: text(&adapter.join("product")),
        interface,
    })
}

fn usb_place(device: &Path) -> Option<String> {
    let interface = above(device, "bInterfaceNumber")?.file_name()?.to_str()?;
    let (_bus, chain) = interface.split_once('-')?;
    let is_bus = |folder: &&Path| {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.strip_prefix("usb").is_some_and(|digits| digits.parse::<u16>().is_ok())
    };
    let host = device.ancestors().find(is_bus)?.parent()?;
    Some(format!("{}-usb-0:{chain}", on_its_bus(host)?))
}

fn other_place(device: &Path, name: &str) -> Option<String> {
    Some(format!("{}-{name}", on_its_bus(device)?))
}

/// `pci-0000:00:14.0`, `platform-serial8250`.
fn on_its_bus(device: &Path) -> Option<String> {
    let subsystem = fs::canonicalize(device.join("subsystem")).ok();
    let bus = subsystem.as_deref().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or("bus");
    Some(format!("{bus}-{}", device.file_name()?.to_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_name_is_one_of_the_working_folder() {
        let found = Sysfs::default().leads_to(Path::new("Cargo.toml"));
        assert!(found.is_some() && found == fs::canonicalize("Cargo.toml").ok(), "{found:?}");
    }
}
