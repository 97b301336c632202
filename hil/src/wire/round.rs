//! What a host asks a polled device in each round, in order. The frame with the battery's current comes
//! last, so that what the others told is there when it arrives.

use super::modbus::{self, Map, read_request};
use super::{daly, jbd, jk, junctek};
use crate::DeviceKind;

/// The address a device of this kind has unless someone set another; `None` where the protocol has none.
#[must_use]
pub const fn default_address(kind: DeviceKind) -> Option<u8> {
    match kind {
        DeviceKind::Epever | DeviceKind::Renogy | DeviceKind::Junctek => Some(1),
        DeviceKind::RenogyBattery => Some(0x30),
        DeviceKind::VedirectBmv
        | DeviceKind::VedirectMppt
        | DeviceKind::Jbd
        | DeviceKind::Daly
        | DeviceKind::Jk => None,
    }
}

/// The requests of one round; none for a device that talks by itself.
#[must_use]
pub fn round(kind: DeviceKind, address: Option<u8>) -> Vec<Vec<u8>> {
    let address = address.or(default_address(kind)).unwrap_or(1);
    match kind {
        DeviceKind::VedirectBmv | DeviceKind::VedirectMppt => Vec::new(),
        DeviceKind::Epever => registers(Map::Epever, address),
        DeviceKind::Renogy => registers(Map::Renogy, address),
        DeviceKind::RenogyBattery => registers(Map::RenogyBattery, address),
        DeviceKind::Jbd => [jbd::CELLS, jbd::BASIC].map(jbd::request).to_vec(),
        DeviceKind::Daly => [daly::TEMPERATURES, daly::PACK].map(daly::request).to_vec(),
        DeviceKind::Junctek => {
            [junctek::SETTINGS, junctek::LIVE].map(|what| junctek::request(what, address)).to_vec()
        }
        DeviceKind::Jk => vec![jk::request()],
    }
}

fn registers(map: Map, address: u8) -> Vec<Vec<u8>> {
    let request = |block: &modbus::Block| read_request(address, block.function, block.start, block.count);
    map.blocks().iter().map(request).collect()
}
