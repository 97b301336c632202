//! JK battery management systems, the "NW" protocol of the TTL port, both ways.
//!
//! ```text
//! 4E 57 length length | terminal ×4 | command | source | type | values … | record ×4 | 68 | 00 00 sum sum
//! ```
//!
//! The length counts all but the first two bytes; the sum is of all bytes before the last four. Values
//! are a tag and a number whose width belongs to the tag; a tag nobody knows ends the reading. 0x79:
//! cells in mV; 0x80 to 0x82: MOSFET and two sensors, above 100 meaning 100 − value; 0x83 V 10 mV; 0x84
//! I 10 mA: with 0xC0 = 1 bit 15 set while charging, else 10000 − value with discharge below zero; 0x85
//! SOC %; 0xAA capacity A·h.
//!
//! Reference: syssi/esphome-jk-bms, `docs/pdus` (capture); jblance/powermon.

use super::FrameKind;
use super::framed::Scan;
use super::message::Message;
use signals::{AmpHours, Amps, Celsius, Reading, Soc, Volts};

/// A frame without values.
pub(super) const SHORTEST: usize = 20;
/// The longest known answer has 300 bytes.
const LONGEST: usize = 512;
/// Bytes before the first value.
const HEAD: usize = 11;
/// Bytes behind the last: record, 0x68, sum.
const TAIL: usize = 9;
const START: [u8; 2] = [0x4E, 0x57];
const ANSWER: u8 = 1;
const CELLS: u8 = 0x79;
const CURRENT: u8 = 0x84;
const VERSION: u8 = 0xC0;

#[derive(Debug, Clone)]
pub(super) struct Codec {
    reversed: bool,
}

impl Codec {
    pub(super) const fn new(reversed: bool) -> Self {
        Self { reversed }
    }

    pub(super) fn scan(&mut self, bytes: &[u8]) -> Scan {
        if !START.starts_with(&bytes[..bytes.len().min(2)]) {
            return Scan::Nothing;
        }
        let Some(length) = bytes.get(2..4) else { return Scan::Wait };
        let length = usize::from(u16::from_be_bytes([length[0], length[1]])) + 2;
        if !(SHORTEST..=LONGEST).contains(&length) {
            return Scan::Nothing;
        }
        let Some(frame) = bytes.get(..length) else { return Scan::Wait };
        if frame[length - 5] != 0x68 || sum(&frame[..length - 4]) != frame[length - 4..] {
            return Scan::Spoiled { length };
        }
        if frame[10] != ANSWER {
            return Scan::Passed { length };
        }
        Scan::Good { length, message: Box::new(self.message(frame)) }
    }

    fn message(&self, frame: &[u8]) -> Message {
        let mut message = Message::new(FrameKind::Frame);
        message.note("command", format!("{:02X}", frame[8]));
        let values = values(&frame[HEAD..frame.len() - TAIL]);
        for (tag, bytes) in &values {
            match bytes.len() {
                1 | 2 | 4 if *tag != CELLS => {
                    let number = bytes.iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
                    message.note(format!("tag{tag:02X}"), number);
                }
                _ => message.note_bytes(format!("tag{tag:02X}"), bytes),
            }
        }
        let reading = self.reading(&values);
        message.reads(reading)
    }

    fn reading(&self, values: &[(u8, &[u8])]) -> Reading {
        let bytes = |tag: u8| values.iter().find(|(known, _)| *known == tag).map(|(_, bytes)| *bytes);
        let word = |tag: u8| bytes(tag).and_then(|bytes| Some(u16::from_be_bytes(*bytes.first_chunk()?)));
        let signed = bytes(VERSION) == Some(&[1]);
        let cells = bytes(CELLS).unwrap_or_default().chunks_exact(3);
        Reading {
            voltage: word(0x83).map(|centivolts| Volts::new(f64::from(centivolts) / 100.0)),
            current: word(CURRENT).map(|value| amps(value, signed, self.reversed)),
            temperature: word(0x82).map(celsius),
            device_soc: bytes(0x85)
                .and_then(|soc| soc.first())
                .filter(|soc| **soc <= 100)
                .map(|soc| Soc::clamped(f64::from(*soc) / 100.0)),
            capacity: bytes(0xAA)
                .and_then(|bytes| Some(u32::from_be_bytes(*bytes.first_chunk()?)))
                .filter(|amp_hours| *amp_hours > 0)
                .map(|amp_hours| AmpHours::new(f64::from(amp_hours))),
            cells: cells
                .map(|cell| Volts::new(f64::from(u16::from_be_bytes([cell[1], cell[2]])) / 1000.0))
                .collect(),
            current_is_net: true,
            ..Reading::default()
        }
    }
}

fn amps(value: u16, signed: bool, reversed: bool) -> Amps {
    let centiamps = if signed {
        let magnitude = f64::from(value & 0x7FFF);
        if value & 0x8000 == 0 { -magnitude } else { magnitude }
    } else {
        10_000.0 - f64::from(value)
    };
    // No current has no sign.
    let centiamps = if reversed { -centiamps } else { centiamps } + 0.0;
    Amps::new(centiamps / 100.0)
}

fn celsius(value: u16) -> Celsius {
    let value = f64::from(value);
    Celsius::new(if value > 100.0 { 100.0 - value } else { value })
}

/// Bytes of a tag's number; `None` for a tag nobody knows.
fn width(tag: u8) -> Option<usize> {
    Some(match tag {
        0x80..=0x84 | 0x87 | 0x8A..=0x8C | 0x8E..=0x9C | 0x9E..=0xA8 | 0xAD | 0xB0 => 2,
        0x85 | 0x86 | 0x9D | 0xA9 | 0xAB | 0xAC | 0xAE | 0xAF | 0xB1 | 0xB3 | 0xB8 | 0xC0 => 1,
        0x89 | 0xAA | 0xB5 | 0xB6 | 0xB9 => 4,
        0xB2 => 10,
        0xB4 => 8,
        0xB7 => 15,
        0xBA => 24,
        _ => return None,
    })
}

/// Tags with their bytes, up to the first that is not known.
fn values(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut found = Vec::new();
    while let Some((&tag, rest)) = bytes.split_first() {
        let (width, rest) = match (tag, rest.split_first()) {
            (CELLS, Some((count, rest))) => (Some(usize::from(*count)), rest),
            _ => (width(tag), rest),
        };
        let Some((value, rest)) = width.and_then(|width| rest.split_at_checked(width)) else { break };
        found.push((tag, value));
        bytes = rest;
    }
    found
}

pub(super) fn sum(bytes: &[u8]) -> [u8; 4] {
    bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>().to_be_bytes()
}

fn frame(command: u8, source: u8, kind: u8, values: &[u8]) -> Vec<u8> {
    let length = (HEAD + values.len() + TAIL - 2) as u16;
    let mut frame = START.to_vec();
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(&[0, 0, 0, 0, command, source, kind]);
    frame.extend_from_slice(values);
    frame.extend_from_slice(&[0, 0, 0, 0, 0x68]);
    frame.extend_from_slice(&sum(&frame));
    frame
}

/// What a host sends to read everything.
#[must_use]
pub fn request() -> Vec<u8> {
    frame(6, 3, 0, &[0])
}

/// The command that `bytes` begin with, and its length.
///
/// # Errors
/// The number of bytes to drop, 0 where more must come.
pub fn asked(bytes: &[u8]) -> Result<(u8, usize), usize> {
    // A request's value byte makes it one longer than the answer's head; the sum is the same.
    match Codec::new(false).scan(bytes) {
        Scan::Wait => Err(0),
        Scan::Passed { length } => Ok((bytes[8], length)),
        _ => Err(1),
    }
}

/// The answer to "read all", with every tag in its usual place: some readers know places, not tags.
#[must_use]
pub fn answer(reading: &Reading, reversed: bool, charge_blocked: bool) -> Vec<u8> {
    let mut values = Vec::with_capacity(256);
    let pack_volts = reading.voltage.map_or(0.0, Volts::as_volts);
    let supposed = vec![Volts::new(pack_volts / 4.0); 4];
    let cells = if reading.cells.is_empty() { &supposed } else { &reading.cells };
    values.extend_from_slice(&[CELLS, 3 * cells.len() as u8]);
    for (index, cell) in cells.iter().enumerate() {
        let [high, low] = whole(cell.as_volts() * 1000.0, 65_535.0).to_be_bytes();
        values.extend_from_slice(&[index as u8 + 1, high, low]);
    }
    let mut word = |tag: u8, value: u16| {
        let [high, low] = value.to_be_bytes();
        values.extend_from_slice(&[tag, high, low]);
    };
    // A sensor that is not there shows the coldest number there is.
    let degrees = reading.temperature.map_or(300, |temperature| {
        let celsius = temperature.as_celsius().round();
        whole(if celsius < 0.0 { 100.0 - celsius } else { celsius }, 300.0)
    });
    for tag in [0x80, 0x81, 0x82] {
        word(tag, degrees);
    }
    word(0x83, whole(pack_volts * 100.0, 65_535.0));
    let amps = reading.current.map_or(0.0, Amps::as_amps) * if reversed { -1.0 } else { 1.0 };
    let magnitude = whole(amps.abs() * 100.0, 32_767.0);
    word(CURRENT, if amps > 0.0 && magnitude > 0 { magnitude | 0x8000 } else { magnitude });
    values.extend_from_slice(&[
        0x85,
        whole(reading.device_soc.map_or(0.0, Soc::as_ratio) * 100.0, 100.0) as u8,
    ]);
    values.extend_from_slice(&[0x86, 2, 0x87, 0, 5, 0x89, 0, 0, 0, 5]);
    values.extend_from_slice(&[0x8A, 0, cells.len() as u8, 0x8B]);
    // Alarm bit 9: too cold. State bits 0 and 1: charge and discharge MOSFET on.
    values.extend_from_slice(if charge_blocked { &[2, 0, 0x8C, 0, 2] } else { &[0, 0, 0x8C, 0, 3] });
    values.extend_from_slice(&LIMITS);
    let capacity = reading.capacity.map_or(100.0, AmpHours::as_amp_hours).round().clamp(0.0, 1e9) as u32;
    values.extend_from_slice(&[0xA9, cells.len() as u8, 0xAA]);
    values.extend_from_slice(&capacity.to_be_bytes());
    values.extend_from_slice(&NAMES);
    values.push(0xB9);
    values.extend_from_slice(&capacity.to_be_bytes());
    values.push(0xBA);
    values.extend_from_slice(b"Input UserdaBalise-JK   ");
    values.extend_from_slice(&[VERSION, 1]);
    frame(6, 0, ANSWER, &values)
}

fn whole(value: f64, most: f64) -> u16 {
    value.round().clamp(0.0, most) as u16
}

/// Tags 0x8E to 0xA8: a 4-cell LiFePO4 pack's protection settings, as a real board has them.
const LIMITS: [u8; 80] = [
    0x8E, 0x05, 0xA0, 0x8F, 0x04, 0x10, 0x90, 0x0E, 0x10, 0x91, 0x0D, 0xDE, 0x92, 0x00, 0x05, 0x93, 0x0A,
    0x28, 0x94, 0x0A, 0x5A, 0x95, 0x00, 0x05, 0x96, 0x01, 0x2C, 0x97, 0x00, 0x78, 0x98, 0x00, 0x1E, 0x99,
    0x00, 0x3C, 0x9A, 0x00, 0x1E, 0x9B, 0x0D, 0x48, 0x9C, 0x00, 0x05, 0x9D, 0x01, 0x9E, 0x00, 0x50, 0x9F,
    0x00, 0x41, 0xA0, 0x00, 0x64, 0xA1, 0x00, 0x64, 0xA2, 0x00, 0x14, 0xA3, 0x00, 0x32, 0xA4, 0x00, 0x37,
    0xA5, 0x00, 0x03, 0xA6, 0x00, 0x08, 0xA7, 0xFF, 0xEC, 0xA8, 0xFF, 0xF6,
];

/// Tags 0xAB to 0xB8: switches, names and version.
const NAMES: [u8; 66] = *b"\xAB\x01\xAC\x01\xAD\x03\x7E\xAE\x01\xAF\x00\xB0\x00\x0A\xB1\x14\xB2123456\0\0\0\0\xB3\x00\xB4Input Us\xB52312\xB6\x00\x00\x36\xA6\xB711.XW_S11.21H__\xB8\x00";
