//! HEX registers: what their values mean, and what a device answers that holds them.
//!
//! ```text
//! :7 id id flags checksum LF      Get          :7 id id flags value … checksum LF     answer
//! :8 id id flags value … LF       Set          :A id id flags value … LF              sent unasked
//! ```
//!
//! Bytes are pairs of upper-case digits, numbers little-endian; all ones of a type (0xFFFF, 0x7FFF) mean
//! "not available". Flags in an answer: 1 unknown register, 2 not supported, 4 a value that cannot be.
//!
//! Reference: Victron Energy, *BMV HEX Protocol*, *BlueSolar HEX Protocol*; scaling seen on captures.

use super::hex;
use signals::{AmpHours, Amps, Celsius, Reading, Soc, Volts, Watts};
use std::ops::RangeInclusive;

const GET: u8 = 7;
const SET: u8 = 8;
const ASYNC: u8 = 0xA;
/// Flags of an answer: no such register.
const UNKNOWN: u8 = 1;
/// Not to be set.
const NOT_SUPPORTED: u8 = 2;
/// A value that cannot be.
const BAD_VALUE: u8 = 4;
/// Most characters of a question.
const QUESTION_MAX: usize = 128;
const ZERO_CELSIUS_KELVIN: f64 = 273.15;

/// How a register holds its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    U16,
    S16,
    U32,
    S32,
}

/// A register that measures: its number, width, and how many of its steps make one of our units.
struct Register {
    id: u16,
    width: Width,
    steps: f64,
    set: fn(&mut Reading, f64),
    get: fn(&Reading) -> Option<f64>,
}

macro_rules! registers {
    ($($id:literal $width:ident $steps:literal $field:ident $quantity:ident $accessor:ident)*) => {
        &[$(Register {
            id: $id,
            width: Width::$width,
            steps: $steps,
            set: |reading, value| reading.$field = Some($quantity::new(value)),
            get: |reading| reading.$field.map($quantity::$accessor),
        }),*]
    };
}

const COMMON: &[Register] = registers! {
    0xED8D S16 100.0 voltage Volts as_volts
};

const MONITOR: &[Register] = registers! {
    0xED8C S32 1000.0 current Amps as_amps
    0xED8F S16 10.0 current Amps as_amps
    0xED8E S16 1.0 power Watts as_watts
    0x1000 U16 1.0 capacity AmpHours as_amp_hours
};

const CHARGER: &[Register] = registers! {
    0xEDD5 U16 100.0 voltage Volts as_volts
    0xEDD7 U16 10.0 current Amps as_amps
    0xEDBB U16 100.0 pv_voltage Volts as_volts
    0xEDBC U32 100.0 pv_power Watts as_watts
    0xEDBD U16 10.0 pv_current Amps as_amps
    0xEDAD U16 10.0 load_current Amps as_amps
};

/// Registers whose numbers need more than a factor.
const CONSUMED: Register = Register {
    id: 0xEEFF,
    width: Width::S32,
    steps: -10.0,
    set: |reading, value| reading.consumed = Some(AmpHours::new(value)).filter(|_| value >= 0.0),
    get: |reading| reading.consumed.map(AmpHours::as_amp_hours),
};
const STATE_OF_CHARGE: Register = Register {
    id: 0x0FFF,
    width: Width::U16,
    steps: 10_000.0,
    set: |reading, value| reading.device_soc = Soc::try_from(value).ok(),
    get: |reading| reading.device_soc.map(Soc::as_ratio),
};
const TEMPERATURE: Register = Register {
    id: 0xEDEC,
    width: Width::U16,
    steps: 100.0,
    set: |reading, kelvin| reading.temperature = Some(Celsius::new(kelvin - ZERO_CELSIUS_KELVIN)),
    get: |reading| reading.temperature.map(|celsius| celsius.as_celsius() + ZERO_CELSIUS_KELVIN),
};
const SPECIAL: &[Register] = &[CONSUMED, STATE_OF_CHARGE, TEMPERATURE];

impl Width {
    const fn bytes(self) -> usize {
        match self {
            Self::U16 | Self::S16 => 2,
            Self::U32 | Self::S32 => 4,
        }
    }

    /// What stands for "not available".
    const fn none(self) -> i64 {
        match self {
            Self::U16 => 0xFFFF,
            Self::S16 => 0x7FFF,
            Self::U32 => 0xFFFF_FFFF,
            Self::S32 => 0x7FFF_FFFF,
        }
    }

    const fn least(self) -> i64 {
        match self {
            Self::U16 | Self::U32 => 0,
            Self::S16 => -0x8000,
            Self::S32 => -0x8000_0000,
        }
    }

    fn read(self, bytes: &[u8]) -> Option<i64> {
        let bytes = bytes.get(..self.bytes()).filter(|all| all.len() == bytes.len())?;
        let raw = bytes.iter().rev().fold(0_i64, |number, byte| (number << 8) | i64::from(*byte));
        let number = match self {
            Self::U16 | Self::U32 => raw,
            Self::S16 => i64::from(raw as i16),
            Self::S32 => i64::from(raw as i32),
        };
        (number != self.none()).then_some(number)
    }

    fn write(self, number: Option<f64>) -> Vec<u8> {
        let whole = number.map(|number| number.round() as i64);
        // A number too large for the register is not available rather than another number.
        let whole = whole.filter(|whole| (self.least()..self.none()).contains(whole));
        whole.unwrap_or(self.none()).to_le_bytes()[..self.bytes()].to_vec()
    }
}

fn known(is_charger: bool) -> impl Iterator<Item = &'static Register> {
    COMMON.iter().chain(if is_charger { CHARGER } else { MONITOR }).chain(SPECIAL)
}

/// What a frame says; nothing where it answers no register, or refuses.
pub(in crate::wire) fn reading(digits: &str, is_charger: bool) -> Reading {
    let mut reading = Reading { current_is_net: !is_charger, ..Reading::default() };
    let Some((command, bytes)) = hex::bytes(digits) else { return reading };
    let [low, high, flags, value @ ..] = bytes.as_slice() else { return reading };
    let register = known(is_charger).find(|register| register.id == u16::from_le_bytes([*low, *high]));
    if let Some(register) = register.filter(|_| matches!(command, GET | SET | ASYNC) && *flags == 0)
        && let Some(number) = register.width.read(value)
    {
        (register.set)(&mut reading, number as f64 / register.steps);
    }
    reading
}

/// A frame of this command and data, whole.
#[must_use]
pub fn hex_frame(command: u8, data: &[u8]) -> Vec<u8> {
    let sum = data.iter().fold(command, |sum, byte| sum.wrapping_add(*byte));
    let mut frame = format!(":{command:X}");
    for byte in data.iter().chain(&[0x55_u8.wrapping_sub(sum)]) {
        frame.push_str(&format!("{byte:02X}"));
    }
    frame.push('\n');
    frame.into_bytes()
}

/// What a host sends to read a register.
#[must_use]
pub fn hex_get(register: u16) -> Vec<u8> {
    let [low, high] = register.to_le_bytes();
    hex_frame(GET, &[low, high, 0])
}

/// What a host sends to set a register of 16 bits.
#[must_use]
pub fn hex_set(register: u16, value: u16) -> Vec<u8> {
    let ([low, high], [value_low, value_high]) = (register.to_le_bytes(), value.to_le_bytes());
    hex_frame(SET, &[low, high, 0, value_low, value_high])
}

/// A register of 16 bits that a host may set, in the register's own steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HexSetting {
    /// Which register.
    pub id: u16,
    /// What it holds.
    pub value: u16,
    /// What it takes.
    pub takes: RangeInclusive<u16>,
}

/// What a device sends unasked when a register has changed; `None` where it has no such register.
#[must_use]
pub fn hex_async(register: u16, reading: &Reading, is_charger: bool) -> Option<Vec<u8>> {
    let value = value(register, reading, is_charger)?;
    Some(hex_frame(ASYNC, &[&register.to_le_bytes(), [0].as_slice(), &value].concat()))
}

fn value(id: u16, reading: &Reading, is_charger: bool) -> Option<Vec<u8>> {
    if let Some(register) = known(is_charger).find(|register| register.id == id) {
        return Some(register.width.write((register.get)(reading).map(|value| value * register.steps)));
    }
    Some(match (id, is_charger) {
        (0x0100, false) => vec![0, 0x04, 0x02, 0],
        (0x0100, true) => vec![0, 0x5F, 0xA0, 0],
        (0x010A, _) => b"BALISE0000\0".to_vec(),
        (0x0FFE, false) => vec![0xFF, 0xFF],
        (0x0201, true) => {
            vec![if reading.pv_power.is_some_and(|power| power.as_watts() > 0.5) { 3 } else { 0 }]
        }
        (0xEDDB, true) => Width::S16.write(reading.temperature.map(|celsius| celsius.as_celsius() * 100.0)),
        _ => return None,
    })
}

/// Takes whole questions out of what was heard and appends the answers: ping, versions, Get, Set. A Set of
/// one of the `settings` changes it. What is no frame is passed over; what does not fit is answered with a
/// framing error.
pub fn hex_answer(
    heard: &mut Vec<u8>,
    reading: &Reading,
    is_charger: bool,
    settings: &mut [HexSetting],
    out: &mut Vec<u8>,
) {
    while let Some(end) = heard.iter().position(|byte| *byte == b'\n') {
        let line: Vec<u8> = heard.drain(..=end).collect();
        let start = line.iter().rposition(|byte| *byte == b':');
        let digits = start.and_then(|start| std::str::from_utf8(&line[start + 1..line.len() - 1]).ok());
        if let Some(digits) = digits {
            out.extend_from_slice(&one(digits.trim_end(), reading, is_charger, settings));
        }
    }
    if heard.len() > QUESTION_MAX {
        heard.clear();
    }
}

fn one(digits: &str, reading: &Reading, is_charger: bool, settings: &mut [HexSetting]) -> Vec<u8> {
    let Some((command, bytes)) = hex::bytes(digits) else { return hex_frame(4, &[0xAA, 0xAA]) };
    match (command, bytes.as_slice()) {
        (1, _) => hex_frame(5, &[0x08, 0x43]),
        (3, _) => hex_frame(1, &[0x08, 0x43]),
        (4, _) => hex_frame(1, if is_charger { &[0x5F, 0xA0] } else { &[0x04, 0x02] }),
        (6, _) => Vec::new(),
        (GET, [low, high, _]) => {
            let id = u16::from_le_bytes([*low, *high]);
            match held(id, settings).or_else(|| value(id, reading, is_charger)) {
                Some(value) => hex_frame(GET, &[&[*low, *high, 0], value.as_slice()].concat()),
                None => hex_frame(GET, &[*low, *high, UNKNOWN]),
            }
        }
        (SET, [low, high, _, wanted @ ..]) => {
            let id = u16::from_le_bytes([*low, *high]);
            let flags = set(id, wanted, settings, || value(id, reading, is_charger).is_some());
            // The answer tells what the register holds now, whether it took the value or not.
            let holds = held(id, settings).or_else(|| value(id, reading, is_charger));
            let told = holds.unwrap_or_else(|| wanted.to_vec());
            hex_frame(SET, &[&[*low, *high, flags], told.as_slice()].concat())
        }
        (command, _) => hex_frame(3, &[command]),
    }
}

/// A setting's value as sent.
fn held(id: u16, settings: &[HexSetting]) -> Option<Vec<u8>> {
    let setting = settings.iter().find(|setting| setting.id == id)?;
    Some(setting.value.to_le_bytes().to_vec())
}

/// Sets a register where it can be; the flags of the answer.
fn set(id: u16, wanted: &[u8], settings: &mut [HexSetting], is_known: impl Fn() -> bool) -> u8 {
    let Some(setting) = settings.iter_mut().find(|setting| setting.id == id) else {
        // What a device measures is not set by a host.
        return if is_known() { NOT_SUPPORTED } else { UNKNOWN };
    };
    let wanted = <[u8; 2]>::try_from(wanted).map(u16::from_le_bytes);
    match wanted.ok().filter(|wanted| setting.takes.contains(wanted)) {
        Some(wanted) => {
            setting.value = wanted;
            0
        }
        None => BAD_VALUE,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a broken test should stop")]
mod tests {
    use super::*;

    fn near(got: Option<f64>, expected: f64) {
        assert!(got.is_some_and(|got| (got - expected).abs() < 1e-9), "{got:?} {expected}");
    }

    #[test]
    fn registers_of_real_devices_read_in_our_units() {
        near(reading("ABCED005AA10000A7", true).pv_power.map(Watts::as_watts), 413.06);
        near(reading("ABBED007A2801", true).pv_voltage.map(Volts::as_volts), 103.62);
        near(reading("AD5ED009708EA", true).voltage.map(Volts::as_volts), 21.99);
        near(reading("A8DED00970832", true).voltage.map(Volts::as_volts), 21.99);
        assert_eq!(reading("4AAAAFD", true), Reading::default());
    }

    #[test]
    fn what_is_not_available_is_no_number() {
        let frame = hex_frame(GET, &[0xEC, 0xED, 0, 0xFF, 0xFF]);
        let digits = std::str::from_utf8(&frame).unwrap().trim_matches([':', '\n']);
        assert_eq!(reading(digits, false).temperature, None);
        let refused = hex_frame(GET, &[0x8D, 0xED, 1]);
        let digits = std::str::from_utf8(&refused).unwrap().trim_matches([':', '\n']);
        assert_eq!(reading(digits, false).voltage, None);
    }

    #[test]
    fn questions_of_a_host_are_answered() {
        let shown = Reading {
            voltage: Some(Volts::new(12.61)),
            current: Some(Amps::new(-2.37)),
            temperature: Some(Celsius::new(-12.5)),
            device_soc: Some(Soc::clamped(0.839)),
            consumed: Some(AmpHours::new(65.4)),
            ..Reading::default()
        };
        let ask = |question: &[u8]| {
            let (mut heard, mut out) = (question.to_vec(), Vec::new());
            hex_answer(&mut heard, &shown, false, &mut [], &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(ask(b":154\n"), ":5084305\n", "ping");
        let read = |register| reading(ask(&hex_get(register)).trim_matches([':', '\n']), false);
        near(read(0xED8D).voltage.map(Volts::as_volts), 12.61);
        near(read(0xED8C).current.map(Amps::as_amps), -2.37);
        near(read(0xED8F).current.map(Amps::as_amps), -2.4);
        near(read(0xEDEC).temperature.map(Celsius::as_celsius), -12.5);
        near(read(0x0FFF).device_soc.map(Soc::as_ratio), 0.839);
        near(read(0xEEFF).consumed.map(AmpHours::as_amp_hours), 65.4);
        assert_eq!(ask(&hex_get(0x4242)), ":7424201C9\n", "no such register");
        assert_eq!(ask(b":7F0\n"), ":4AAAAFD\n", "a framing error");
        assert_eq!(ask(b"noise"), "");
    }

    #[test]
    fn a_setting_is_set_within_its_range_and_everything_else_is_refused_with_its_flag() {
        let mut settings = [HexSetting { id: 0x1004, value: 95, takes: 50..=100 }];
        let mut ask = |question: &[u8]| {
            let (mut heard, mut out) = (question.to_vec(), Vec::new());
            hex_answer(&mut heard, &Reading::default(), false, &mut settings, &mut out);
            String::from_utf8(out).unwrap()
        };
        let answer = |flags: u8, id: u16, value: u16| {
            let ([low, high], [a, b]) = (id.to_le_bytes(), value.to_le_bytes());
            String::from_utf8(hex_frame(SET, &[low, high, flags, a, b])).unwrap()
        };
        assert_eq!(ask(&hex_set(0x1004, 99)), answer(0, 0x1004, 99));
        assert_eq!(ask(&hex_get(0x1004)), ":70410006300D7\n", "and is read back");
        assert_eq!(ask(&hex_set(0x1004, 101)), answer(BAD_VALUE, 0x1004, 99));
        assert_eq!(ask(&hex_frame(SET, &[0x04, 0x10, 0, 99])), answer(BAD_VALUE, 0x1004, 99), "too short");
        assert_eq!(ask(&hex_set(0xED8D, 1)), answer(NOT_SUPPORTED, 0xED8D, 0x7FFF));
        assert_eq!(ask(&hex_set(0x4242, 1)), answer(UNKNOWN, 0x4242, 1));
    }
}
