//! An electronic load that speaks SCPI: lines of text, LF at the end of each.
//!
//! ```text
//! FUNC CURR  CURR 1.500  INP ON  INP OFF       never acknowledged
//! CURR?  MEAS:VOLT?  MEAS:CURR?  INP?  *IDN?   one line each; INP? as 1, 0, ON or OFF
//! ```
//!
//! A load holds no voltage limit: the budget of volts is kept by measuring.
//!
//! Reference: *SCPI 1999.0*, vol. 2; the words are those that loads of several makers share.

use super::{Answer, Heard, Order};
use signals::{Amps, Volts};

/// The bytes of an order; `None` where a load knows nothing of the kind.
pub(super) fn bytes(order: Order) -> Option<Vec<u8>> {
    let line = match order {
        Order::Identify => "*IDN?\n".to_owned(),
        Order::SetCurrent(amps) => format!("FUNC CURR\nCURR {:.3}\n", amps.as_amps()),
        Order::ReadCurrent => "CURR?\n".to_owned(),
        Order::Output(on) => if on { "INP ON\n" } else { "INP OFF\n" }.to_owned(),
        Order::ReadOutput => "INP?\n".to_owned(),
        Order::MeasureVoltage => "MEAS:VOLT?\n".to_owned(),
        Order::MeasureCurrent => "MEAS:CURR?\n".to_owned(),
        Order::SetVoltage(_) | Order::ReadVoltage => return None,
    };
    Some(line.into_bytes())
}

/// It never answers this.
pub(super) const fn is_unanswered(order: Order) -> bool {
    matches!(order, Order::SetCurrent(_) | Order::Output(_))
}

/// What stands in the bytes heard since `order`.
pub(super) fn heard(order: Order, bytes: &[u8]) -> Heard {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return Heard::Wait };
    let Ok(line) = std::str::from_utf8(&bytes[..end]) else { return Heard::Spoiled };
    answer(order, line.trim()).map_or(Heard::Spoiled, Heard::Whole)
}

fn answer(order: Order, line: &str) -> Option<Answer> {
    if order == Order::Identify {
        return Some(Answer::Identity(line.to_owned()));
    }
    if order == Order::ReadOutput {
        return match line {
            "1" | "ON" => Some(Answer::Output(true)),
            "0" | "OFF" => Some(Answer::Output(false)),
            _ => None,
        };
    }
    let number: f64 = line.parse().ok().filter(|number: &f64| number.is_finite())?;
    Some(match order {
        Order::MeasureVoltage => Answer::Volts(Volts::new(number)),
        _ => Answer::Amps(Amps::new(number)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_answer_and_half_a_line_is_none() {
        assert_eq!(heard(Order::MeasureVoltage, b"12.3"), Heard::Wait);
        let whole = heard(Order::MeasureVoltage, b"+1.2345E+01\r\n");
        assert_eq!(whole, Heard::Whole(Answer::Volts(Volts::new(12.345))));
        assert_eq!(heard(Order::MeasureVoltage, b"nan\n"), Heard::Spoiled);
        assert_eq!(heard(Order::ReadOutput, b"ON\n"), Heard::Whole(Answer::Output(true)));
    }
}
