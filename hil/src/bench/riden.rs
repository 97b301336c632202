//! Riden RD60xx: Modbus RTU, slave 1, one register at a time.
//!
//! ```text
//! 0 model   8 voltage set   9 current set   10 voltage   11 current   18 output
//! ```
//!
//! Steps differ by model, and register 0 tells it (60062 is an RD6006): until it has been read, nothing is
//! set. A model whose steps are not known, or change while it runs (RD6012P), is refused: a current ten times
//! too large is worse than none.
//!
//! Reference: register list of the RD60xx as its readers have it (about 145 ms a transaction while on).

use super::{Answer, Heard, Order};
use crate::wire::modbus::{answer_write, crc, read_request};
use signals::{Amps, Volts};

/// Its address.
const SLAVE: u8 = 1;
const READ: u8 = 3;
const WRITE: u8 = 6;
const MODEL: u16 = 0;
const VOLTAGE_SET: u16 = 8;
const CURRENT_SET: u16 = 9;
const VOLTAGE: u16 = 10;
const CURRENT: u16 = 11;
const OUTPUT: u16 = 18;

/// Registers count these parts of a volt and of an ampere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    per_volt: f64,
    per_amp: f64,
}

impl Scale {
    /// The steps of the model that register 0 names.
    #[must_use]
    pub const fn of_model(model: u16) -> Option<Self> {
        let (per_volt, per_amp) = match model {
            60060..=60064 => (100.0, 1_000.0),
            60065 => (1_000.0, 10_000.0),
            60120..=60124 | 60180..=60189 | 60241..=60249 => (100.0, 100.0),
            _ => return None,
        };
        Some(Self { per_volt, per_amp })
    }
}

/// The bytes of an order; `None` before the model is known, where they depend on it.
pub(super) fn bytes(order: Order, scale: Option<Scale>) -> Option<Vec<u8>> {
    let write = |register, value| answer_write(SLAVE, WRITE, register, value);
    Some(match order {
        Order::SetVoltage(volts) => write(VOLTAGE_SET, counts(volts.as_volts(), scale?.per_volt)),
        Order::SetCurrent(amps) => write(CURRENT_SET, counts(amps.as_amps(), scale?.per_amp)),
        Order::Output(on) => write(OUTPUT, u16::from(on)),
        read => read_request(SLAVE, READ, register(read), 1),
    })
}

/// The bytes that switch it off.
pub(super) fn off() -> Vec<u8> {
    answer_write(SLAVE, WRITE, OUTPUT, 0)
}

/// What stands in the bytes heard since `order`.
pub(super) fn heard(order: Order, scale: Option<Scale>, bytes: &[u8]) -> Heard {
    let is_write = matches!(order, Order::SetVoltage(_) | Order::SetCurrent(_) | Order::Output(_));
    let is_exception = bytes.get(1).is_some_and(|function| function & 0x80 != 0);
    let length = match (is_exception, is_write) {
        (true, _) => 5,
        (false, true) => 8,
        (false, false) => 7,
    };
    let Some(frame) = bytes.get(..length) else { return Heard::Wait };
    let (body, sent) = frame.split_at(length - 2);
    if crc(body).to_le_bytes() != *sent || is_exception {
        return Heard::Spoiled;
    }
    if is_write {
        // The echo says what was written, and where.
        let ours = self::bytes(order, scale);
        return if ours.as_deref() == Some(frame) { Heard::Whole(Answer::Done) } else { Heard::Spoiled };
    }
    let &[SLAVE, READ, 2, high, low] = body else { return Heard::Spoiled };
    read(order, scale, u16::from_be_bytes([high, low])).map_or(Heard::Spoiled, Heard::Whole)
}

fn read(order: Order, scale: Option<Scale>, word: u16) -> Option<Answer> {
    Some(match order {
        Order::Identify => Answer::Identity(word.to_string()),
        Order::ReadOutput => Answer::Output(word != 0),
        Order::ReadVoltage | Order::MeasureVoltage => {
            Answer::Volts(Volts::new(f64::from(word) / scale?.per_volt))
        }
        _ => Answer::Amps(Amps::new(f64::from(word) / scale?.per_amp)),
    })
}

const fn register(order: Order) -> u16 {
    match order {
        Order::Identify => MODEL,
        Order::SetVoltage(_) | Order::ReadVoltage => VOLTAGE_SET,
        Order::SetCurrent(_) | Order::ReadCurrent => CURRENT_SET,
        Order::Output(_) | Order::ReadOutput => OUTPUT,
        Order::MeasureVoltage => VOLTAGE,
        Order::MeasureCurrent => CURRENT,
    }
}

fn counts(value: f64, per_unit: f64) -> u16 {
    (value * per_unit).round().clamp(0.0, f64::from(u16::MAX)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_set_before_the_model_is_known() {
        let order = Order::SetCurrent(Amps::new(1.5));
        assert_eq!(bytes(order, None), None);
        let sent = |model| bytes(order, Scale::of_model(model)).map(|frame| frame[4..6].to_vec());
        assert_eq!(sent(60062), Some(1500_u16.to_be_bytes().to_vec()));
        assert_eq!(sent(60181), Some(150_u16.to_be_bytes().to_vec()));
        assert_eq!(sent(60125), None, "its steps change while it runs");
    }

    #[test]
    fn an_echo_of_another_value_is_no_answer() {
        let scale = Scale::of_model(60062);
        let order = Order::SetVoltage(Volts::new(12.5));
        let echo = bytes(order, scale).unwrap_or_default();
        assert_eq!(heard(order, scale, &echo[..7]), Heard::Wait);
        assert_eq!(heard(order, scale, &echo), Heard::Whole(Answer::Done));
        let other = bytes(Order::SetVoltage(Volts::new(12.4)), scale).unwrap_or_default();
        assert_eq!(heard(order, scale, &other), Heard::Spoiled);
    }
}
