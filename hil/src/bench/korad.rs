//! Korad KA3005P and its many names: ASCII without an end mark, in either direction.
//!
//! ```text
//! VSET1:12.34  ISET1:1.234  OUT1  OUT0          never acknowledged; leave 50 to 100 ms
//! VSET1? VOUT1? -> 12.34    ISET1? IOUT1? -> 1.234    STATUS? -> one byte, bit 6: output    *IDN? -> text
//! ```
//!
//! An answer ends where its five characters do. One firmware sends a sixth byte after ISET1?; it comes before
//! the next question and is passed over. Only silence ends an identity.
//!
//! Reference: Korad *KA series remote control syntax* V2.0.

use super::{Answer, Heard, Order};
use signals::{Amps, Volts};

/// Digits of an answer, its point included.
const LENGTH: usize = 5;
/// Bit of the status byte that says the output is on.
const OUTPUT_BIT: u8 = 0x40;

/// The bytes of an order.
pub(super) fn bytes(order: Order) -> Vec<u8> {
    match order {
        Order::Identify => b"*IDN?".to_vec(),
        Order::SetVoltage(volts) => format!("VSET1:{:05.2}", volts.as_volts()).into_bytes(),
        Order::SetCurrent(amps) => format!("ISET1:{:05.3}", amps.as_amps()).into_bytes(),
        Order::ReadVoltage => b"VSET1?".to_vec(),
        Order::ReadCurrent => b"ISET1?".to_vec(),
        Order::Output(on) => if on { b"OUT1" } else { b"OUT0" }.to_vec(),
        Order::ReadOutput => b"STATUS?".to_vec(),
        Order::MeasureVoltage => b"VOUT1?".to_vec(),
        Order::MeasureCurrent => b"IOUT1?".to_vec(),
    }
}

/// It never answers this.
pub(super) const fn is_unanswered(order: Order) -> bool {
    matches!(order, Order::SetVoltage(_) | Order::SetCurrent(_) | Order::Output(_))
}

/// What stands in the bytes heard since `order`.
pub(super) fn heard(order: Order, bytes: &[u8]) -> Heard {
    if order == Order::Identify {
        return Heard::Whole(Answer::Identity(String::from_utf8_lossy(bytes).trim().to_owned()));
    }
    if order == Order::ReadOutput {
        let Some(status) = bytes.first() else { return Heard::Wait };
        return Heard::Whole(Answer::Output(status & OUTPUT_BIT != 0));
    }
    let Some(digits) = bytes.get(..LENGTH) else { return Heard::Wait };
    let Some(number) = number(digits) else { return Heard::Spoiled };
    Heard::Whole(match order {
        Order::ReadVoltage | Order::MeasureVoltage => Answer::Volts(Volts::new(number)),
        _ => Answer::Amps(Amps::new(number)),
    })
}

/// Digits and one point, nothing else: neither a sign nor an exponent can be a supply's.
fn number(digits: &[u8]) -> Option<f64> {
    let is_plain = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    std::str::from_utf8(digits).ok().filter(|_| is_plain)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_the_digits_the_supply_expects() {
        assert_eq!(bytes(Order::SetVoltage(Volts::new(5.0))), b"VSET1:05.00");
        assert_eq!(bytes(Order::SetCurrent(Amps::new(1.5))), b"ISET1:1.500");
    }

    #[test]
    fn five_characters_are_an_answer_and_a_sixth_is_nobodys() {
        let answer = Heard::Whole(Answer::Amps(Amps::new(1.234)));
        assert_eq!(heard(Order::ReadCurrent, b"1.23"), Heard::Wait);
        assert_eq!(heard(Order::ReadCurrent, b"1.234"), answer);
        assert_eq!(heard(Order::ReadCurrent, b"1.234K"), answer);
        assert_eq!(heard(Order::ReadCurrent, b"1.2e4"), Heard::Spoiled);
        assert_eq!(heard(Order::ReadOutput, &[0x51]), Heard::Whole(Answer::Output(true)));
    }
}
