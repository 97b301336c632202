//! `--device KIND[@ADDRESS]`, once or several times: who sits on the line, and whose a held value is.
//!
//! ```text
//! --device renogy@1 --device renogy-battery@48 --set voltage_v=12.6 --set 48.current_a=-2
//! ```
//!
//! A value is everybody's unless an address, or a kind, stands before its name.

use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use hil::bus::{BusError, Master, Seat as BusSeat};
use hil::wire::default_address;
use signals::{SimTime, Span};

use crate::failure::{Exit, Failure};
use crate::words::Words;

/// A device on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// What it is.
    pub kind: DeviceKind,
    /// Its address, where one was told.
    pub address: Option<u8>,
}

/// Reads one device.
///
/// # Errors
/// Exit 2 for an unknown kind, and for an address that the kind cannot have.
pub fn seat(text: &str, words: Words) -> Result<Seat, Failure> {
    let (name, address) = text.split_once('@').map_or((text, None), |(name, address)| (name, Some(address)));
    let kind: DeviceKind = name.parse().map_err(|_| crate::command::unknown_device(name, words))?;
    let Some(address) = address else { return Ok(Seat { kind, address: None }) };
    let number = address_of(address).filter(|number| *number > 0 && default_address(kind).is_some());
    match number {
        Some(number) => Ok(Seat { kind, address: Some(number) }),
        None => Err(usage("emulate-bad-address", "device", text, words)),
    }
}

/// Devices that one line can carry.
///
/// # Errors
/// Exit 2 where one talks by itself, two cannot be told apart, or their rates differ.
pub fn check(seats: &[Seat], words: Words) -> Result<(), Failure> {
    let [first, others @ ..] = seats else { return Ok(()) };
    if others.is_empty() {
        return Ok(());
    }
    if let Some(other) = others.iter().find(|other| other.kind.baud_rate() != first.kind.baud_rate()) {
        return Err(usage("emulate-other-rate", "device", other.kind.name(), words));
    }
    let every = Span::from_millis(1000);
    let on_bus = |seat: &Seat| BusSeat { kind: seat.kind, address: seat.address, every };
    let seated: Vec<BusSeat> = seats.iter().map(on_bus).collect();
    Master::new(SimTime::ZERO, &seated, every).map(drop).map_err(|error| match error {
        BusError::NotPolled { kind } => usage("emulate-talks-by-itself", "device", kind.name(), words),
        BusError::SameAddress { kind } => usage("emulate-same-address", "device", kind.name(), words),
    })
}

/// The `NAME=VALUE` pairs of one seat, without what stands before the dot.
///
/// # Errors
/// Exit 2 for a pair that is for nobody on the line.
pub fn pairs_of<'a>(
    seat: &Seat,
    seats: &[Seat],
    pairs: &[&'a str],
    words: Words,
) -> Result<Vec<&'a str>, Failure> {
    let (mut everybodys, mut own) = (Vec::new(), Vec::new());
    for pair in pairs {
        match prefixed(pair) {
            None => everybodys.push(*pair),
            Some((whose, rest)) if is_of(seat, whose) => own.push(rest),
            Some((whose, _)) if seats.iter().any(|other| is_of(other, whose)) => {}
            Some(_) => return Err(usage("emulate-for-nobody", "pair", pair, words)),
        }
    }
    // What names somebody counts more, wherever it stands.
    everybodys.append(&mut own);
    Ok(everybodys)
}

/// Splits `48.voltage_v=12.6` at the dot before the name.
fn prefixed(pair: &str) -> Option<(&str, &str)> {
    let name_end = pair.find('=').unwrap_or(pair.len());
    let dot = pair.get(..name_end)?.find('.')?;
    Some((pair.get(..dot)?, pair.get(dot + 1..)?))
}

fn is_of(seat: &Seat, whose: &str) -> bool {
    let address = seat.address.or(default_address(seat.kind));
    whose == seat.kind.name() || (address.is_some() && address_of(whose) == address)
}

/// 48 or 0x30.
fn address_of(text: &str) -> Option<u8> {
    match text.strip_prefix("0x") {
        Some(digits) => u8::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn usage(key: &str, blank: &'static str, value: &str, words: Words) -> Failure {
    Failure::new(Exit::Usage, words.tell(key, &[(blank, FluentValue::from(value))]))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;

    fn seats(texts: &[&str]) -> Vec<Seat> {
        texts.iter().map(|text| seat(text, Words::English).unwrap()).collect()
    }

    #[test]
    fn a_device_is_read_with_its_address() {
        let read = |text| seat(text, Words::English).unwrap();
        assert_eq!(read("jbd"), Seat { kind: DeviceKind::Jbd, address: None });
        assert_eq!(read("renogy-battery@0x31"), Seat { kind: DeviceKind::RenogyBattery, address: Some(49) });
        for bad in ["jbd@1", "renogy@0", "renogy@256", "renogy@", "reno@1"] {
            assert_eq!(seat(bad, Words::French).unwrap_err().exit, Exit::Usage, "{bad}");
        }
    }

    #[test]
    fn a_line_takes_those_that_can_be_told_apart_at_one_rate() {
        let fits = |texts: &[&str]| check(&seats(texts), Words::English).is_ok();
        assert!(fits(&["vedirect-bmv"]) && fits(&["renogy@1", "renogy@2", "renogy-battery", "jbd"]));
        assert!(!fits(&["renogy@1", "renogy-battery@1"]), "one address");
        assert!(!fits(&["jbd", "jbd"]) && !fits(&["jbd", "vedirect-bmv"]) && !fits(&["jbd", "epever"]));
    }

    #[test]
    fn a_value_is_everybodys_or_of_whom_it_names() {
        let seats = seats(&["renogy@1", "renogy-battery@48"]);
        let pairs = ["voltage_v=12.6", "1.soc=0.5", "0x30.soc=0.75", "renogy-battery.current_a=-2.5"];
        let own = |index: usize| pairs_of(&seats[index], &seats, &pairs, Words::English).unwrap();
        assert_eq!(own(0), ["voltage_v=12.6", "soc=0.5"]);
        assert_eq!(own(1), ["voltage_v=12.6", "soc=0.75", "current_a=-2.5"]);
        assert!(pairs_of(&seats[0], &seats, &["7.soc=0.5"], Words::English).is_err());
    }
}
