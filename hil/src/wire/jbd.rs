//! JBD battery management systems (LLT, Overkill; the usual board in 12 V LiFePO4 packs), both ways.
//!
//! ```text
//! request  DD A5 register 00 sum sum 77              (DD 5A register length data sum sum 77 writes)
//! answer   DD register status length data sum sum 77
//! ```
//!
//! The sum is 0x10000 minus the bytes', big-endian: in a request over register, length and data, in an
//! answer over **status**, length and data. 0x77 may occur in the data, so a frame is cut by length.
//! Register 3: V 10 mV, I 10 mA (charging positive), remaining and nominal 10 mA·h, …, SOC 1 %, … and
//! sensors in 0.1 K (2731 is 0 °C); register 4: cells in mV; register 5: the name.
//!
//! Reference: syssi/esphome-jbd-bms, `docs/pdus`; FurTrader/OverkillSolarBMS (register notes).

use super::FrameKind;
use super::framed::Scan;
use super::message::Message;
use signals::{AmpHours, Amps, Celsius, Reading, Soc, Volts};

/// A frame without data.
pub(super) const SHORTEST: usize = 7;
/// Most data bytes of a frame: 32 cells have 64.
const DATA_MAX: usize = 96;
/// 0 °C in tenths of a kelvin.
const ZERO_CELSIUS_DECIKELVIN: f64 = 2731.0;
const STATUS_OK: u8 = 0x00;
const STATUS_ERROR: u8 = 0x80;
const READ: u8 = 0xA5;
const WRITE: u8 = 0x5A;

/// Registers that are read.
pub const BASIC: u8 = 0x03;
/// Cell voltages.
pub const CELLS: u8 = 0x04;
/// The board's name.
pub const NAME: u8 = 0x05;
/// Counters of what went wrong.
pub const ERRORS: u8 = 0xAA;

#[derive(Debug, Clone)]
pub(super) struct Codec {
    reversed: bool,
    awaited: Option<u8>,
}

impl Codec {
    pub(super) const fn new(reversed: bool) -> Self {
        Self { reversed, awaited: None }
    }

    pub(super) fn expect(&mut self, request: &[u8]) {
        self.awaited = request.get(2).copied();
    }

    pub(super) fn scan(&mut self, bytes: &[u8]) -> Scan {
        let Some(&length) = bytes.get(3) else {
            return if may_begin(bytes) { Scan::Wait } else { Scan::Nothing };
        };
        let length = usize::from(length) + SHORTEST;
        if !may_begin(bytes) || length > DATA_MAX + SHORTEST {
            return Scan::Nothing;
        }
        let Some(frame) = bytes.get(..length) else { return Scan::Wait };
        let is_request = matches!(frame[1], READ | WRITE);
        // From the status (in a request: the register) up to the sum.
        if frame[length - 1] != 0x77 || sum(&frame[2..length - 3]) != [frame[length - 3], frame[length - 2]] {
            return Scan::Spoiled { length };
        }
        if is_request || self.awaited.is_some_and(|register| register != frame[1]) {
            return Scan::Passed { length };
        }
        Scan::Good { length, message: Box::new(self.message(frame[1], frame[2], &frame[4..length - 3])) }
    }

    fn message(&self, register: u8, status: u8, data: &[u8]) -> Message {
        let mut message = Message::new(FrameKind::Frame);
        message.note("register", format!("{register:02X}"));
        message.note("status", format!("{status:02X}"));
        if status != STATUS_OK {
            return message;
        }
        match register {
            BASIC if data.len() >= 23 => self.basic(message, data),
            CELLS => cells(message, data),
            NAME => {
                message.note("name", String::from_utf8_lossy(data));
                message
            }
            _ => {
                message.note_bytes("data", data);
                message
            }
        }
    }

    fn basic(&self, mut message: Message, data: &[u8]) -> Message {
        let word = |at: usize| u16::from_be_bytes([data[at], data[at + 1]]);
        let (volts, amps, remaining, nominal) = (word(0), word(2) as i16, word(4), word(6));
        message.note("voltage_10mv", volts);
        message.note("current_10ma", amps);
        message.note("remaining_10mah", remaining);
        message.note("nominal_10mah", nominal);
        message.note("cycles", word(8));
        message.note("date", word(10));
        message.note_bytes("balance", &data[12..16]);
        message.note_bytes("protection", &data[16..18]);
        message.note_bytes("version", &data[18..19]);
        message.note("soc_percent", data[19]);
        message.note_bytes("mosfets", &data[20..21]);
        message.note("cells", data[21]);
        let sensors = data[23..].chunks_exact(2).take(usize::from(data[22]));
        let kelvins: Vec<u16> = sensors.map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        for (index, kelvin) in kelvins.iter().enumerate() {
            message.note(format!("temperature{}_decikelvin", index + 1), kelvin);
        }
        let sign = if self.reversed { -1.0 } else { 1.0 };
        let drawn = f64::from(nominal) - f64::from(remaining);
        message.reads(Reading {
            voltage: Some(Volts::new(f64::from(volts) / 100.0)),
            current: Some(Amps::new(sign * f64::from(amps) / 100.0)),
            temperature: kelvins.first().map(|kelvin| celsius(*kelvin)),
            device_soc: (data[19] <= 100).then(|| Soc::clamped(f64::from(data[19]) / 100.0)),
            consumed: Some(AmpHours::new(drawn.max(0.0) / 100.0)),
            capacity: (nominal > 0).then(|| AmpHours::new(f64::from(nominal) / 100.0)),
            current_is_net: true,
            ..Reading::default()
        })
    }
}

fn cells(mut message: Message, data: &[u8]) -> Message {
    let millivolts: Vec<u16> =
        data.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    for (index, cell) in millivolts.iter().enumerate() {
        message.note(format!("cell{}_mv", index + 1), cell);
    }
    let cells = millivolts.iter().map(|cell| Volts::new(f64::from(*cell) / 1000.0)).collect();
    message.reads(Reading { cells, ..Reading::default() })
}

fn celsius(decikelvin: u16) -> Celsius {
    Celsius::new((f64::from(decikelvin) - ZERO_CELSIUS_DECIKELVIN) / 10.0)
}

/// The first bytes are those of a frame, as far as they go.
fn may_begin(bytes: &[u8]) -> bool {
    let begins = bytes.first() == Some(&0xDD);
    let is_request = bytes.get(1).is_none_or(|byte| matches!(*byte, READ | WRITE));
    let is_answer = bytes.get(2).is_none_or(|status| matches!(*status, STATUS_OK | STATUS_ERROR));
    begins && (is_request || is_answer)
}

pub(super) fn sum(bytes: &[u8]) -> [u8; 2] {
    bytes.iter().fold(0_u16, |sum, byte| sum.wrapping_sub(u16::from(*byte))).to_be_bytes()
}

/// What a host sends to read a register.
#[must_use]
pub fn request(register: u8) -> Vec<u8> {
    let mut frame = vec![0xDD, READ, register, 0];
    close(&mut frame);
    frame
}

/// What a host asks of a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To read a register.
    Read(u8),
    /// To write one.
    Write(u8),
}

/// What `bytes` begin to ask, and the length.
///
/// # Errors
/// The number of bytes to drop, 0 where more must come.
pub fn asked(bytes: &[u8]) -> Result<(Asked, usize), usize> {
    match Codec::new(false).scan(bytes) {
        Scan::Wait => Err(0),
        Scan::Passed { length } if bytes[1] == READ => Ok((Asked::Read(bytes[2]), length)),
        Scan::Passed { length } => Ok((Asked::Write(bytes[2]), length)),
        _ => Err(1),
    }
}

/// The board has taken a write, whether it matters here or not.
#[must_use]
pub fn acknowledgement(register: u8) -> Vec<u8> {
    let mut frame = vec![0xDD, register, STATUS_OK, 0];
    close(&mut frame);
    frame
}

/// A register's answer from a reading; `None` where the board has no such register. Its charge may be
/// blocked for the cold whatever the temperature.
#[must_use]
pub fn answer(register: u8, reading: &Reading, charge_blocked: bool) -> Option<Vec<u8>> {
    let data = match register {
        BASIC => basic_data(reading, charge_blocked),
        CELLS => reading
            .cells
            .iter()
            .flat_map(|cell| scaled(cell.as_volts(), 1000.0, 0.0, 65_535.0).to_be_bytes()[2..].to_vec())
            .collect(),
        ERRORS => vec![0; 24],
        NAME => b"JBD-SP04S034-L4S-200A-B-U".to_vec(),
        _ => return None,
    };
    let mut frame = vec![0xDD, register, STATUS_OK, data.len() as u8];
    frame.extend_from_slice(&data);
    close(&mut frame);
    Some(frame)
}

/// The answer to what the board does not understand.
#[must_use]
pub fn refusal(register: u8) -> Vec<u8> {
    let mut frame = vec![0xDD, register, STATUS_ERROR, 0];
    close(&mut frame);
    frame
}

fn basic_data(reading: &Reading, charge_blocked: bool) -> Vec<u8> {
    let capacity = reading.capacity.map_or(100.0, AmpHours::as_amp_hours);
    let soc = reading.device_soc.map_or(0.0, Soc::as_ratio);
    let consumed = reading.consumed.map_or(capacity * (1.0 - soc), AmpHours::as_amp_hours);
    let celsius = reading.temperature.map(Celsius::as_celsius);
    let mut data = Vec::with_capacity(25);
    let mut word = |value: f64, low: f64, high: f64| {
        data.extend_from_slice(&scaled(value, 1.0, low, high).to_be_bytes()[2..]);
    };
    word(reading.voltage.map_or(0.0, Volts::as_volts) * 100.0, 0.0, 65_535.0);
    word(reading.current.map_or(0.0, Amps::as_amps) * 100.0, -32_768.0, 32_767.0);
    word((capacity - consumed) * 100.0, 0.0, 65_535.0);
    word(capacity * 100.0, 0.0, 65_535.0);
    for fixed in [5.0, f64::from(0x2C7C), 0.0, 0.0] {
        word(fixed, 0.0, 65_535.0);
    }
    let cold = charge_blocked || celsius.is_some_and(|celsius| celsius < 0.0);
    // Below 0 °C the board refuses charge (protection bit 5, charge MOSFET off) and still discharges.
    word(if cold { 32.0 } else { 0.0 }, 0.0, 65_535.0);
    let cells = if reading.cells.is_empty() { 4 } else { reading.cells.len() as u8 };
    data.extend_from_slice(&[
        0x80,
        scaled(soc, 100.0, 0.0, 100.0) as u8,
        if cold { 2 } else { 3 },
        cells,
        u8::from(celsius.is_some()),
    ]);
    if let Some(celsius) = celsius {
        let decikelvin = scaled(celsius * 10.0 + ZERO_CELSIUS_DECIKELVIN, 1.0, 0.0, 65_535.0);
        data.extend_from_slice(&decikelvin.to_be_bytes()[2..]);
    }
    data
}

fn scaled(value: f64, factor: f64, low: f64, high: f64) -> i32 {
    (value * factor).round().clamp(low, high) as i32
}

fn close(frame: &mut Vec<u8>) {
    frame.extend_from_slice(&sum(&frame[2..]));
    frame.push(0x77);
}
