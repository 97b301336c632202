//! The kinds of device Balise speaks with, under the names that commands and files use.

use crate::wire::FrameKind;
use std::fmt;
use std::str::FromStr;

/// A kind of device: what its bytes look like and what its numbers mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceKind {
    /// Victron battery monitor (BMV, SmartShunt), VE.Direct TEXT.
    VedirectBmv,
    /// Victron solar charge controller (BlueSolar, SmartSolar MPPT), VE.Direct TEXT.
    VedirectMppt,
    /// EPEver Tracer and its relatives, Modbus RTU.
    Epever,
    /// Renogy Rover and Wanderer charge controllers, Modbus RTU.
    Renogy,
    /// Renogy smart battery, Modbus RTU.
    RenogyBattery,
    /// JBD battery management system (LLT, Overkill, many 12 V LiFePO4 packs).
    Jbd,
    /// Daly battery management system, UART.
    Daly,
    /// Junctek KG-F, KH-F and KL-F shunts, RS485.
    Junctek,
    /// JK battery management system, the "NW" protocol.
    Jk,
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
    pub const ALL: [Self; 9] = [
        Self::VedirectBmv,
        Self::VedirectMppt,
        Self::Epever,
        Self::Renogy,
        Self::RenogyBattery,
        Self::Jbd,
        Self::Daly,
        Self::Junctek,
        Self::Jk,
    ];

    /// The name commands and files use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VedirectBmv => "vedirect-bmv",
            Self::VedirectMppt => "vedirect-mppt",
            Self::Epever => "epever",
            Self::Renogy => "renogy",
            Self::RenogyBattery => "renogy-battery",
            Self::Jbd => "jbd",
            Self::Daly => "daly",
            Self::Junctek => "junctek",
            Self::Jk => "jk",
        }
    }

    /// Line rate the device talks at, bits per second, always 8N1.
    #[must_use]
    pub const fn baud_rate(self) -> u32 {
        match self {
            Self::VedirectBmv | Self::VedirectMppt => 19_200,
            Self::Epever | Self::Junctek | Self::Jk => 115_200,
            Self::Renogy | Self::RenogyBattery | Self::Jbd | Self::Daly => 9_600,
        }
    }

    /// It speaks only when asked; the others talk by themselves.
    #[must_use]
    pub const fn is_polled(self) -> bool {
        !matches!(self, Self::VedirectBmv | Self::VedirectMppt)
    }

    /// It sees every ampere of the battery; a charge controller sees what passes through itself.
    #[must_use]
    pub const fn tells_net_current(self) -> bool {
        !matches!(self, Self::VedirectMppt | Self::Renogy)
    }

    /// What its frames are made of, in the order summaries show them.
    #[must_use]
    pub const fn frame_kinds(self) -> &'static [FrameKind] {
        match self {
            Self::VedirectBmv | Self::VedirectMppt => &[FrameKind::Text, FrameKind::Hex],
            Self::Epever | Self::Renogy | Self::RenogyBattery => &[FrameKind::Rtu],
            Self::Jbd | Self::Daly | Self::Junctek | Self::Jk => &[FrameKind::Frame],
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
