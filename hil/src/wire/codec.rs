//! The binary protocol of a device kind, as one thing that looks at bytes.

use super::framed::Scan;
use super::{daly, jbd, jk, junctek, modbus};
use crate::DeviceKind;

/// One of the binary protocols.
#[derive(Debug, Clone)]
pub(super) enum Codec {
    Modbus(modbus::Codec),
    Jbd(jbd::Codec),
    Daly(daly::Codec),
    Junctek(junctek::Codec),
    Jk(jk::Codec),
}

impl Codec {
    /// The protocol of `kind`; `None` for VE.Direct, which is no binary one. A `reversed` device counts
    /// discharge as positive where its kind counts charge, or the other way round.
    pub(super) fn of(kind: DeviceKind, reversed: bool) -> Option<Self> {
        Some(match kind {
            DeviceKind::VedirectBmv | DeviceKind::VedirectMppt => return None,
            DeviceKind::Epever => Self::Modbus(modbus::Codec::new(modbus::Map::Epever, reversed)),
            DeviceKind::Renogy => Self::Modbus(modbus::Codec::new(modbus::Map::Renogy, reversed)),
            DeviceKind::RenogyBattery => {
                Self::Modbus(modbus::Codec::new(modbus::Map::RenogyBattery, reversed))
            }
            DeviceKind::Jbd => Self::Jbd(jbd::Codec::new(reversed)),
            DeviceKind::Daly => Self::Daly(daly::Codec::new(reversed)),
            DeviceKind::Junctek => Self::Junctek(junctek::Codec::new(reversed)),
            DeviceKind::Jk => Self::Jk(jk::Codec::new(reversed)),
        })
    }

    /// What stands at the front of `bytes`, which are never empty.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Scan {
        match self {
            Self::Modbus(codec) => codec.scan(bytes),
            Self::Jbd(codec) => codec.scan(bytes),
            Self::Daly(codec) => codec.scan(bytes),
            Self::Junctek(codec) => codec.scan(bytes),
            Self::Jk(codec) => codec.scan(bytes),
        }
    }

    /// Takes note of what the host asks: from now on only its answer is news.
    pub(super) fn expect(&mut self, request: &[u8]) {
        match self {
            Self::Modbus(codec) => codec.expect(request),
            Self::Jbd(codec) => codec.expect(request),
            Self::Daly(codec) => codec.expect(request),
            Self::Junctek(codec) => codec.expect(request),
            Self::Jk(_) => {}
        }
    }

    /// The stream broke: what was asked in it is no longer answered.
    pub(super) fn forget(&mut self) {
        match self {
            Self::Modbus(codec) => codec.forget(),
            Self::Daly(codec) => codec.forget(),
            Self::Jbd(_) | Self::Junctek(_) | Self::Jk(_) => {}
        }
    }

    /// Bytes of the shortest frame.
    pub(super) const fn shortest(&self) -> usize {
        match self {
            Self::Modbus(_) => modbus::SHORTEST,
            Self::Jbd(_) => jbd::SHORTEST,
            Self::Daly(_) => daly::LENGTH,
            Self::Junctek(_) => junctek::SHORTEST,
            Self::Jk(_) => jk::SHORTEST,
        }
    }
}
