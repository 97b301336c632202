//! The kinds of device Balise speaks with, under the names that commands and files use.

use std::fmt;
use std::str::FromStr;

/// A kind of device: what its bytes look like and what its numbers mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceKind {
    /// Victron battery monitor (BMV, SmartShunt), VE.Direct TEXT.
    VedirectBmv,
    /// Victron solar charge controller (BlueSolar, SmartSolar MPPT), VE.Direct TEXT.
    VedirectMppt,
}

/// A name that is no device kind's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown device kind `{name}`")]
pub struct UnknownDeviceKind {
    /// The name that was offered.
    pub name: String,
}

impl DeviceKind {
    /// Every kind, in the order lists show them.
    pub const ALL: [Self; 2] = [Self::VedirectBmv, Self::VedirectMppt];

    /// The name commands and files use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VedirectBmv => "vedirect-bmv",
            Self::VedirectMppt => "vedirect-mppt",
        }
    }

    /// Line rate the device talks at, bits per second, always 8N1.
    #[must_use]
    pub const fn baud_rate(self) -> u32 {
        match self {
            Self::VedirectBmv | Self::VedirectMppt => 19_200,
        }
    }
}

impl fmt::Display for DeviceKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for DeviceKind {
    type Err = UnknownDeviceKind;

    fn from_str(name: &str) -> Result<Self, UnknownDeviceKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| UnknownDeviceKind { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in DeviceKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert!("vedirect".parse::<DeviceKind>().is_err());
    }
}
