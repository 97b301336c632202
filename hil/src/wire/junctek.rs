//! Junctek shunts KG-F, KH-F and KL-F over RS485, both ways: lines of numbers.
//!
//! ```text
//! :R50=1,2,1,        asks address 1            :r50=1,220,5366,5410,…,        answers
//! ```
//!
//! `r`, a number, the address, a checksum, then data; the checksum is the sum of the data modulo 255,
//! plus 1. Lines end with CR LF. r50 has the live values: V 10 mV, I 10 mA without a sign, remaining
//! mA·h, drawn mA·h, …, °C + 100, …, direction. r51 has settings; the capacity is its 9th number, 0.1 A·h.
//! A shunt's display polls it, so that answers come unasked.
//!
//! **Sign:** direction 1 is charging (seen on a KG-F that was); where the wires lie the other way
//! round, that is a setting. A KH-F has 11 numbers where a KG-F has 12.
//!
//! Reference: mysystem32/juntek_kg (capture); *Juntek KG-F communication protocol*.

use super::FrameKind;
use super::framed::Scan;
use super::message::Message;
use signals::{AmpHours, Amps, Celsius, Reading, Volts};

/// `:r50=1,1,0` and an end.
pub(super) const SHORTEST: usize = 11;
const LINE_MAX: usize = 160;
const NUMBERS_MAX: usize = 24;

/// Live values.
pub const LIVE: u32 = 50;
/// Settings.
pub const SETTINGS: u32 = 51;

#[derive(Debug, Clone)]
pub(super) struct Codec {
    reversed: bool,
    awaited: Option<u32>,
}

/// A line's numbers: what it is, and its data.
struct Line {
    asks: bool,
    what: u32,
    numbers: Vec<i64>,
}

impl Codec {
    pub(super) const fn new(reversed: bool) -> Self {
        Self { reversed, awaited: None }
    }

    pub(super) fn expect(&mut self, request: &[u8]) {
        let digits = request.get(2..4).and_then(|digits| std::str::from_utf8(digits).ok());
        self.awaited = digits.and_then(|digits| digits.parse().ok());
    }

    pub(super) fn scan(&mut self, bytes: &[u8]) -> Scan {
        if bytes[0] != b':' {
            return Scan::Nothing;
        }
        if bytes.get(1).is_some_and(|letter| !matches!(letter, b'r' | b'R')) {
            return Scan::Nothing;
        }
        let end = bytes.iter().skip(1).position(|byte| !is_written(*byte)).map(|at| at + 1);
        let Some(end) = end.filter(|end| *end <= LINE_MAX) else {
            return if bytes.len() > LINE_MAX { Scan::Nothing } else { Scan::Wait };
        };
        // The end of a line is CR LF; a line feed alone is taken too.
        let length = match (bytes[end], bytes.get(end + 1)) {
            (b'\n', _) => end + 1,
            (b'\r', Some(b'\n')) => end + 2,
            (b'\r', None) => return Scan::Wait,
            _ => return Scan::Nothing,
        };
        match read(&bytes[..end]) {
            None => Scan::Spoiled { length },
            Some(line) if line.asks => Scan::Passed { length },
            Some(line) if checksum(&line.numbers) != line.numbers.get(1).copied() => Scan::Spoiled { length },
            Some(line) if self.awaited.is_some_and(|what| what != line.what) => Scan::Passed { length },
            Some(line) => Scan::Good { length, message: Box::new(self.message(&line)) },
        }
    }

    fn message(&self, line: &Line) -> Message {
        let mut message = Message::new(FrameKind::Frame);
        message.note("function", format!("r{:02}", line.what));
        let data = line.numbers.get(2..).unwrap_or_default();
        message.note("address", line.numbers.first().copied().unwrap_or_default());
        let names: &[&str] = match (line.what, data.len()) {
            (LIVE, 12..) => &[
                "voltage_10mv",
                "current_10ma",
                "remaining_mah",
                "drawn_mah",
                "energy",
                "run_s",
                "temperature_plus100",
                "power",
                "output",
                "direction",
                "minutes",
                "resistance_10uohm",
            ],
            (LIVE, 11) => &[
                "voltage_10mv",
                "current_10ma",
                "remaining_mah",
                "discharged",
                "charged",
                "record",
                "temperature_plus100",
                "reserved",
                "output",
                "direction",
                "minutes",
            ],
            _ => &[],
        };
        for (index, number) in data.iter().enumerate() {
            match names.get(index) {
                Some(name) => message.note(*name, number),
                None => message.note(format!("d{}", index + 1), number),
            }
        }
        match line.what {
            LIVE if data.len() >= 11 => self.live(message, data),
            SETTINGS => {
                let capacity = data.get(8).map(|tenths| AmpHours::new(*tenths as f64 / 10.0));
                message.reads(Reading { capacity, ..Reading::default() })
            }
            _ => message,
        }
    }

    fn live(&self, message: Message, data: &[i64]) -> Message {
        let charging = (data[9] == 1) != self.reversed;
        let amps = data[1] as f64 / 100.0;
        message.reads(Reading {
            voltage: Some(Volts::new(data[0] as f64 / 100.0)),
            current: matches!(data[9], 0 | 1).then(|| Amps::new(if charging { amps } else { -amps })),
            temperature: Some(Celsius::new(data[6] as f64 - 100.0)),
            current_is_net: true,
            ..Reading::default()
        })
    }
}

const fn is_written(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b',' | b'.' | b'=' | b'-' | b'r' | b'R')
}

/// `:r50=1,220,…,` without its end; `None` where it is no such line.
fn read(line: &[u8]) -> Option<Line> {
    let text = std::str::from_utf8(line).ok()?.strip_prefix(':')?;
    let asks = text.starts_with('R');
    let (what, data) = text.get(1..)?.split_once('=')?;
    let (what, data) = (what.parse().ok()?, data.strip_suffix([',', '.']).unwrap_or(data));
    // No shunt writes a zero in front: it is what is left of `0,5` without its comma, and the checksum
    // would be the same.
    let padded = |text: &str| text.len() > 1 && text.starts_with('0');
    let numbers = data.split(',').map(|text| number(text).filter(|_| asks || !padded(text)));
    let numbers: Option<Vec<i64>> = numbers.collect();
    numbers.filter(|numbers| numbers.len() <= NUMBERS_MAX).map(|numbers| Line { asks, what, numbers })
}

/// At most ten digits: nothing a shunt counts has more.
fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = (1..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Of the numbers behind address and checksum.
fn checksum(numbers: &[i64]) -> Option<i64> {
    Some(numbers.get(2..)?.iter().sum::<i64>().rem_euclid(255) + 1)
}

/// What a host sends to read live values or settings of the shunt at `address`.
#[must_use]
pub fn request(what: u32, address: u8) -> Vec<u8> {
    format!(":R{what:02}={address},2,1,\r\n").into_bytes()
}

/// What `bytes` begin to ask of which address, and the length.
///
/// # Errors
/// The number of bytes to drop, 0 where more must come.
pub fn asked(bytes: &[u8]) -> Result<((u32, u8), usize), usize> {
    match Codec::new(false).scan(bytes) {
        Scan::Wait => Err(0),
        Scan::Passed { length } => {
            let line = bytes[..length].trim_ascii_end();
            let line = read(line).ok_or(length)?;
            let address = line.numbers.first().and_then(|address| u8::try_from(*address).ok());
            Ok(((line.what, address.ok_or(length)?), length))
        }
        Scan::Spoiled { length } | Scan::Good { length, .. } => Err(length),
        Scan::Nothing => Err(1),
    }
}

/// The shunt's answer; `None` where it has none.
#[must_use]
pub fn answer(what: u32, address: u8, reading: &Reading, reversed: bool) -> Option<Vec<u8>> {
    let whole = |value: f64| value.round().clamp(-1e9, 1e9) as i64;
    let capacity = reading.capacity.map_or(100.0, AmpHours::as_amp_hours);
    let data = match what {
        LIVE => {
            let amps = reading.current.map_or(0.0, Amps::as_amps);
            let volts = reading.voltage.map_or(0.0, Volts::as_volts);
            let soc = reading.device_soc.map_or(0.0, signals::Soc::as_ratio);
            let consumed = reading.consumed.map_or(capacity * (1.0 - soc), AmpHours::as_amp_hours);
            let charging = (amps > 0.0) != reversed;
            let hours = if amps.abs() > 0.01 { (capacity - consumed).max(0.0) / amps.abs() } else { 0.0 };
            vec![
                whole(volts * 100.0),
                whole(amps.abs() * 100.0),
                whole((capacity - consumed).max(0.0) * 1000.0),
                whole(consumed * 1000.0),
                0,
                0,
                // Without a sensor the shunt shows its lowest number.
                reading.temperature.map_or(0, |value| whole(value.as_celsius() + 100.0).max(0)),
                0,
                0,
                i64::from(charging),
                whole((hours * 60.0).min(99_999.0)),
                0,
            ]
        }
        SETTINGS => vec![0, 0, 0, 0, 0, 100, 0, 0, whole(capacity * 10.0), 100, 100, 100, 0, 0, 1],
        _ => return None,
    };
    let numbers: Vec<i64> = [i64::from(address), 0].into_iter().chain(data.iter().copied()).collect();
    let sum = checksum(&numbers)?;
    let data: String = data.iter().map(|number| format!("{number},")).collect();
    Some(format!(":r{what:02}={address},{sum},{data}\r\n").into_bytes())
}
