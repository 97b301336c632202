//! Renogy smart battery: holding registers 0x1388 and on.
//!
//! 0x1388 number of cells, then cells in 0.1 V (no finer); 0x1399 number of sensors, then °C over 10,
//! signed; 0x13B2 current, signed over 100 (charging positive); 0x13B3 V over 10; 0x13B4 remaining and
//! 0x13B6 capacity, A·h over 1000 in 32 bits, high word first. Behind a hub the current is not to be
//! trusted.
//!
//! Reference: IAmTheMitchell/renogy-ble (capture); Louisvdw/dbus-serialbattery.

use super::Exception;
use super::map::{Block, Registers, signed_word, word};
use signals::{AmpHours, Amps, Celsius, Reading, Soc, Volts};

pub(super) const BLOCKS: [Block; 2] =
    [Block { function: 3, start: 0x1388, count: 34 }, Block { function: 3, start: 0x13B2, count: 6 }];

const CELLS_MAX: u16 = 16;
/// No sensor: our own device's word for it, far outside the range.
const NO_TEMPERATURE: u16 = 0x8000;

pub(super) fn reading(registers: Registers<'_>) -> Reading {
    let count = |register| registers.at(register).filter(|count| *count <= CELLS_MAX);
    let cells = (1..=count(0x1388).unwrap_or(0)).map_while(|cell| registers.over(0x1388 + cell, 10.0));
    let remaining = registers.high_first(0x13B4).map(|raw| f64::from(raw) / 1000.0);
    let capacity = registers.high_first(0x13B6).map(|raw| f64::from(raw) / 1000.0).filter(|full| *full > 0.0);
    let left = remaining.zip(capacity);
    let current = registers.signed_over(0x13B2, 100.0).map(Amps::new);
    Reading {
        voltage: registers.over(0x13B3, 10.0).map(Volts::new),
        current_is_net: current.is_some(),
        current,
        temperature: count(0x1399)
            .filter(|sensors| *sensors > 0)
            .and_then(|_| registers.signed_over(0x139A, 10.0))
            .map(Celsius::new),
        device_soc: left.map(|(remaining, capacity)| Soc::clamped(remaining / capacity)),
        consumed: left.map(|(remaining, capacity)| AmpHours::new((capacity - remaining).max(0.0))),
        capacity: capacity.map(AmpHours::new),
        cells: cells.map(Volts::new).collect(),
        ..Reading::default()
    }
}

pub(super) fn register(register: u16, reading: &Reading) -> Result<u16, Exception> {
    let volts = reading.voltage.map(Volts::as_volts);
    let capacity = reading.capacity.map_or(100.0, AmpHours::as_amp_hours);
    let soc = reading.device_soc.map_or(0.0, Soc::as_ratio);
    let consumed = reading.consumed.map_or(capacity * (1.0 - soc), AmpHours::as_amp_hours);
    let milliamp_hours = |charge: f64| (charge.max(0.0) * 1000.0).round().min(4e9) as u32;
    let cells = if reading.cells.is_empty() { 4 } else { reading.cells.len().min(16) as u16 };
    let cell = |number: u16| {
        let own = reading.cells.get(usize::from(number)).map(|cell| cell.as_volts());
        own.or(volts.filter(|_| number < 4 && reading.cells.is_empty()).map(|volts| volts / 4.0))
    };
    let degrees =
        reading.temperature.map_or(NO_TEMPERATURE, |value| signed_word(Some(value.as_celsius()), 10.0));
    Ok(match register {
        0x1388 => cells,
        0x1389..=0x1398 => word(cell(register - 0x1389), 10.0),
        0x1399 => 1,
        0x139A | 0x13AD | 0x13B0 => degrees,
        0x13B2 => signed_word(reading.current.map(Amps::as_amps), 100.0),
        0x13B3 => word(volts, 10.0),
        0x13B4 => (milliamp_hours(capacity - consumed) >> 16) as u16,
        0x13B5 => milliamp_hours(capacity - consumed) as u16,
        0x13B6 => (milliamp_hours(capacity) >> 16) as u16,
        0x13B7 => milliamp_hours(capacity) as u16,
        0x13B8 => 5,
        0x139B..=0x13BF => 0,
        0x13EC..=0x13F5 => 0,
        0x13F6..=0x1401 => text(b"BALISE0001", register - 0x13F6),
        0x1402..=0x1409 => text(b"RBT100LFP12S-G1", register - 0x1402),
        0x140A..=0x140B => text(b"0100", register - 0x140A),
        0x140C..=0x1415 => text(b"RENOGY", register - 0x140C),
        _ => return Err(Exception::IllegalAddress),
    })
}

/// Two characters a register.
fn text(text: &[u8], word: u16) -> u16 {
    let character = |at: usize| text.get(at).copied().unwrap_or(0);
    let at = 2 * usize::from(word);
    u16::from_be_bytes([character(at), character(at + 1)])
}
