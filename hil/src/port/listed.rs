//! What the system says of a serial port, without opening it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Maker and product of a USB adapter, as in `0403:6001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsbId {
    /// The maker's number.
    pub vendor: u16,
    /// The product's number.
    pub product: u16,
}

/// A text that is no USB id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no USB id such as 0403:6001")]
pub struct BadUsbId {
    /// The text.
    pub text: String,
}

impl fmt::Display for UsbId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04x}:{:04x}", self.vendor, self.product)
    }
}

impl FromStr for UsbId {
    type Err = BadUsbId;

    fn from_str(text: &str) -> Result<Self, BadUsbId> {
        let number = |digits: &str| {
            let sound = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            u16::from_str_radix(digits, 16).ok().filter(|_| sound)
        };
        text.split_once(':')
            .and_then(|(vendor, product)| Some(Self { vendor: number(vendor)?, product: number(product)? }))
            .ok_or_else(|| BadUsbId { text: text.to_owned() })
    }
}

/// The USB side of a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbPort {
    /// Maker and product.
    pub id: UsbId,
    /// Serial number; many cheap adapters (CH340) have none.
    pub serial: Option<String>,
    /// The product's name.
    pub product: Option<String>,
    /// Which of the adapter's ports it is: one with four has one serial number for all.
    pub interface: u8,
}

/// One port of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The device node, as in `/dev/ttyUSB0`.
    pub node: PathBuf,
    /// Its USB side, where it has one.
    pub usb: Option<UsbPort>,
    /// The place it is plugged in, as in `pci-0000:00:14.0-usb-0:2:1.0`.
    pub place: Option<String>,
    /// Lasting names that lead to it (`/dev/serial/by-id/…`, `/dev/serial/by-path/…`).
    pub links: Vec<PathBuf>,
}

/// Where a list of ports comes from.
pub trait PortList {
    /// The ports there are now.
    fn ports(&mut self) -> Vec<Listed>;

    /// The node a name leads to now; `None` where nothing is there.
    fn leads_to(&mut self, name: &Path) -> Option<PathBuf> {
        let has = |port: &Listed| port.node == name || port.links.iter().any(|link| link == name);
        self.ports().into_iter().find(has).map(|port| port.node)
    }
}

/// A list that was handed in.
impl PortList for Vec<Listed> {
    fn ports(&mut self) -> Vec<Listed> {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usb_id_has_four_hex_digits_twice() {
        let id = UsbId { vendor: 0x0403, product: 0x6001 };
        assert_eq!("0403:6001".parse(), Ok(id));
        assert_eq!(id.to_string(), "0403:6001");
        for text in ["403:6001", "0403", "0403:600g", "0403:60011", "+403:6001", ""] {
            assert!(text.parse::<UsbId>().is_err(), "{text}");
        }
    }
}
