//! Daly battery management systems over UART or RS485, both ways.
//!
//! ```text
//! A5 address command 08 d0 … d7 sum        13 bytes; sum: low byte of the other twelve's
//! ```
//!
//! The host is 0x40 (0x80 over Bluetooth), the board answers as 0x01. 0x90: V 0.1, -, I 0.1 A + 30000,
//! SOC 0.1 %; 0x91: highest and lowest cell, mV; 0x92: hottest and coldest sensor, °C + 40; 0x93: state
//! and remaining mA·h; 0x94: number of cells; 0x95: three cells a frame, counted from 1.
//!
//! **Sign:** more than 30000 is discharge, as most of its readers have it; some firmware has it the
//! other way round, which is a setting.
//!
//! Reference: jblance/powermon (captures); *Daly UART/485 Communications Protocol* V1.2.

use super::FrameKind;
use super::framed::Scan;
use super::message::Message;
use signals::{AmpHours, Amps, Celsius, Reading, Soc, Volts};
use std::ops::RangeInclusive;

/// Bytes of every frame.
pub(super) const LENGTH: usize = 13;
const START: u8 = 0xA5;
const BOARD: u8 = 0x01;
const HOSTS: [u8; 2] = [0x40, 0x80];
const CURRENT_ZERO: f64 = 30_000.0;
const CELLS_MAX: usize = 48;
const CELL_MILLIVOLTS: RangeInclusive<u16> = 500..=5_000;
/// The sum has 8 bits only, so a pack's numbers must at least be a pack's.
const PACK_DECIVOLTS: RangeInclusive<u16> = 0..=1_000;
/// What is asked of a board: settings, live values, and its switches.
const COMMANDS: [RangeInclusive<u8>; 3] = [0x50..=0x64, 0x90..=0x98, 0xD8..=0xDA];

/// Rated capacity and cell voltage.
pub const RATED: u8 = 0x50;
/// Pack voltage, current, state of charge.
pub const PACK: u8 = 0x90;
/// Highest and lowest cell.
pub const EXTREMES: u8 = 0x91;
/// Temperatures.
pub const TEMPERATURES: u8 = 0x92;
/// What it does, and remaining charge.
pub const STATE: u8 = 0x93;
/// Numbers of cells and sensors.
pub const COUNTS: u8 = 0x94;
/// Cells, three a frame.
pub const CELLS: u8 = 0x95;
/// Every sensor's temperature.
pub const SENSORS: u8 = 0x96;
/// Balancing.
pub const BALANCE: u8 = 0x97;
/// Alarms.
pub const ALARMS: u8 = 0x98;

#[derive(Debug, Clone)]
pub(super) struct Codec {
    reversed: bool,
    awaited: Option<u8>,
    /// Cells of the frames of 0x95 since its first.
    cells: Vec<Volts>,
}

impl Codec {
    pub(super) const fn new(reversed: bool) -> Self {
        Self { reversed, awaited: None, cells: Vec::new() }
    }

    pub(super) fn expect(&mut self, request: &[u8]) {
        self.awaited = request.get(2).copied();
    }

    pub(super) fn forget(&mut self) {
        self.cells.clear();
    }

    pub(super) fn scan(&mut self, bytes: &[u8]) -> Scan {
        if !may_begin(bytes) {
            return Scan::Nothing;
        }
        let Some(frame) = bytes.first_chunk::<LENGTH>() else { return Scan::Wait };
        if sum(&frame[..12]) != frame[12] {
            return Scan::Spoiled { length: LENGTH };
        }
        if frame[1] != BOARD || self.awaited.is_some_and(|command| command != frame[2]) {
            return Scan::Passed { length: LENGTH };
        }
        let [_, _, command, _, data @ .., _] = *frame;
        Scan::Good { length: LENGTH, message: Box::new(self.message(command, data)) }
    }

    fn message(&mut self, command: u8, data: [u8; 8]) -> Message {
        let mut message = Message::new(FrameKind::Frame);
        message.note("command", format!("{command:02X}"));
        let word = |at: usize| u16::from_be_bytes([data[at], data[at + 1]]);
        match command {
            PACK => self.pack(message, word(0), word(4), word(6)),
            RATED => {
                let milliamp_hours = u32::from_be_bytes([data[0], data[1], data[2], data[3]]);
                message.note("rated_mah", milliamp_hours);
                message.note("cell_mv", word(6));
                let capacity = Some(AmpHours::new(f64::from(milliamp_hours) / 1000.0));
                let capacity = capacity.filter(|_| milliamp_hours > 0);
                message.reads(Reading { capacity, ..Reading::default() })
            }
            EXTREMES => {
                message.note("cell_max_mv", word(0));
                message.note("cell_max", data[2]);
                message.note("cell_min_mv", word(3));
                message.note("cell_min", data[5]);
                message
            }
            TEMPERATURES => {
                message.note("temperature_max_plus40", data[0]);
                message.note("sensor_max", data[1]);
                message.note("temperature_min_plus40", data[2]);
                message.note("sensor_min", data[3]);
                // The coldest sensor decides whether the pack may be charged; one that is broken shows 0.
                let temperature = (data[2] > 0).then(|| Celsius::new(f64::from(data[2]) - 40.0));
                message.reads(Reading { temperature, ..Reading::default() })
            }
            STATE => {
                message.note("state", data[0]);
                message.note("charge_mosfet", data[1]);
                message.note("discharge_mosfet", data[2]);
                message.note("life", data[3]);
                message.note("remaining_mah", u32::from_be_bytes([data[4], data[5], data[6], data[7]]));
                message
            }
            COUNTS => {
                message.note("cells", data[0]);
                message.note("sensors", data[1]);
                message.note("charger", data[2]);
                message.note("load", data[3]);
                message.note("inputs_outputs", data[4]);
                message.note("cycles", word(5));
                message
            }
            CELLS => self.cells(message, data),
            _ => {
                message.note_bytes("data", &data);
                message
            }
        }
    }

    fn pack(&self, mut message: Message, volts: u16, amps: u16, soc: u16) -> Message {
        message.note("voltage_100mv", volts);
        message.note("current_100ma_plus30000", amps);
        message.note("soc_per_mille", soc);
        let discharged = (f64::from(amps) - CURRENT_ZERO) / 10.0;
        // No current has no sign.
        let current = if self.reversed { discharged } else { -discharged } + 0.0;
        let sound = PACK_DECIVOLTS.contains(&volts) && soc <= 1_000;
        if !sound {
            return message;
        }
        message.reads(Reading {
            voltage: Some(Volts::new(f64::from(volts) / 10.0)),
            current: Some(Amps::new(current)),
            device_soc: Some(Soc::clamped(f64::from(soc) / 1000.0)),
            current_is_net: true,
            ..Reading::default()
        })
    }

    /// The row of cells grows frame by frame; a frame that is missing ends it.
    fn cells(&mut self, mut message: Message, data: [u8; 8]) -> Message {
        let number = usize::from(data[0]);
        message.note("frame", number);
        let triple = [1, 3, 5].map(|at| u16::from_be_bytes([data[at], data[at + 1]]));
        if number == 1 {
            self.cells.clear();
        }
        let follows = number >= 1 && self.cells.len() == 3 * (number - 1) && self.cells.len() < CELLS_MAX;
        for (index, cell) in triple.into_iter().enumerate() {
            let place = (3 * number + index + 1).saturating_sub(3);
            message.note(format!("cell{place}_mv"), cell);
            if follows && CELL_MILLIVOLTS.contains(&cell) && self.cells.len() + 1 == place {
                self.cells.push(Volts::new(f64::from(cell) / 1000.0));
            }
        }
        let cells = if follows { self.cells.clone() } else { Vec::new() };
        message.reads(Reading { cells, ..Reading::default() })
    }
}

/// The first bytes are those of a frame, as far as they go.
fn may_begin(bytes: &[u8]) -> bool {
    let fits = |at: usize, good: &dyn Fn(u8) -> bool| bytes.get(at).is_none_or(|byte| good(*byte));
    fits(0, &|byte| byte == START)
        && fits(1, &|byte| byte == BOARD || HOSTS.contains(&byte))
        && fits(2, &|byte| COMMANDS.iter().any(|range| range.contains(&byte)))
        && fits(3, &|byte| byte == 8)
}

fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

fn frame(address: u8, command: u8, data: [u8; 8]) -> Vec<u8> {
    let mut frame = vec![START, address, command, 8];
    frame.extend_from_slice(&data);
    frame.push(sum(&frame));
    frame
}

/// What a host sends. Filled with 0xAA, which helps the board's UART to find the bits.
#[must_use]
pub fn request(command: u8) -> Vec<u8> {
    frame(0x40, command, [0xAA; 8])
}

/// The command that `bytes` begin with, and its length.
///
/// # Errors
/// The number of bytes to drop, 0 where more must come.
pub fn asked(bytes: &[u8]) -> Result<(u8, usize), usize> {
    match Codec::new(false).scan(bytes) {
        Scan::Wait => Err(0),
        Scan::Passed { length } => Ok((bytes[2], length)),
        _ => Err(1),
    }
}

/// The frames that answer a command; none where the board knows no such command. A `reversed` board
/// shows discharge below 30000; with its charge blocked for the cold the charge MOSFET is off and the alarm set.
#[must_use]
pub fn answer(command: u8, reading: &Reading, reversed: bool, charge_blocked: bool) -> Vec<u8> {
    let word = |value: f64| (value.round().clamp(0.0, 65_535.0) as u16).to_be_bytes();
    let millivolts = |cell: &Volts| (cell.as_volts() * 1000.0).round().clamp(0.0, 65_535.0) as u16;
    let pack_volts = reading.voltage.map_or(0.0, Volts::as_volts);
    let supposed = vec![Volts::new(pack_volts / 4.0); 4];
    let cells = if reading.cells.is_empty() { &supposed } else { &reading.cells };
    // A broken sensor shows the lowest number there is.
    let degrees = reading
        .temperature
        .map_or(0, |temperature| (temperature.as_celsius() + 40.0).round().clamp(0.0, 255.0) as u8);
    let amps = reading.current.map_or(0.0, Amps::as_amps);
    match command {
        PACK => {
            let sign = if reversed { 10.0 } else { -10.0 };
            let [v, w] = word(pack_volts * 10.0);
            let [a, b] = word(CURRENT_ZERO + sign * amps);
            let [s, t] = word(reading.device_soc.map_or(0.0, Soc::as_ratio) * 1000.0);
            frame(BOARD, PACK, [v, w, 0, 0, a, b, s, t])
        }
        RATED => {
            let capacity = reading.capacity.map_or(100.0, AmpHours::as_amp_hours);
            let [a, b, c, d] = ((capacity * 1000.0).round().clamp(0.0, 4e9) as u32).to_be_bytes();
            frame(BOARD, RATED, [a, b, c, d, 0, 0, 0x0C, 0x80])
        }
        EXTREMES => {
            let by = |better: fn(u16, u16) -> bool| {
                let all = cells.iter().map(millivolts).enumerate();
                all.reduce(|best, next| if better(next.1, best.1) { next } else { best }).unwrap_or((0, 0))
            };
            let (top, low) = (by(|a, b| a > b), by(|a, b| a < b));
            let ([h, i], [l, m]) = (top.1.to_be_bytes(), low.1.to_be_bytes());
            frame(BOARD, EXTREMES, [h, i, top.0 as u8 + 1, l, m, low.0 as u8 + 1, 0, 0])
        }
        TEMPERATURES => frame(BOARD, TEMPERATURES, [degrees, 1, degrees, 1, 0, 0, 0, 0]),
        STATE => {
            let capacity = reading.capacity.map_or(100.0, AmpHours::as_amp_hours);
            let soc = reading.device_soc.map_or(0.0, Soc::as_ratio);
            let consumed = reading.consumed.map_or(capacity * (1.0 - soc), AmpHours::as_amp_hours);
            let [a, b, c, d] = (((capacity - consumed).max(0.0) * 1000.0).round() as u32).to_be_bytes();
            let doing = if amps > 0.05 { 1 } else { 2 * u8::from(amps < -0.05) };
            frame(BOARD, STATE, [doing, u8::from(!charge_blocked), 1, 0, a, b, c, d])
        }
        COUNTS => frame(BOARD, COUNTS, [cells.len() as u8, 1, 0, 0, 2, 0, 5, 0]),
        CELLS => {
            let triples = cells.chunks(3).enumerate();
            triples
                .flat_map(|(index, triple)| {
                    let cell = |at: usize| triple.get(at).map_or(0, millivolts).to_be_bytes();
                    let ([a, b], [c, d], [e, f]) = (cell(0), cell(1), cell(2));
                    frame(BOARD, CELLS, [index as u8 + 1, a, b, c, d, e, f, 0x8B])
                })
                .collect()
        }
        SENSORS => frame(BOARD, SENSORS, [1, degrees, 0, 0, 0, 0, 0, 0]),
        // Second byte, bits 2 and 3: too cold to charge, first and second level.
        ALARMS => frame(BOARD, ALARMS, [0, if charge_blocked { 0b1100 } else { 0 }, 0, 0, 0, 0, 0, 0]),
        BALANCE => frame(BOARD, BALANCE, [0; 8]),
        _ => Vec::new(),
    }
}
