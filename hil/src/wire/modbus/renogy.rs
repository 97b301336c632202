//! Renogy Rover and Wanderer (an SRNE map): holding registers 0x0100 and on.
//!
//! V over 10, A over 100, W whole; 0x0102 is the charge current into the battery, never the net one.
//! 0x0103 has the controller's temperature in its high byte and the battery's in its low byte, **sign
//! and magnitude**: bit 7 minus, bits 6-0 degrees. Numbers of 32 bits have their high word first.
//!
//! Reference: *ROVER MODBUS* (Renogy); mvysny/renogy-klient.

use super::Exception;
use super::map::{Block, Registers, word};
use signals::{AmpHours, Amps, Celsius, Reading, Soc, Volts, Watts};

pub(super) const BLOCKS: [Block; 1] = [Block { function: 3, start: 0x0100, count: 10 }];

/// No sensor: our own device's word for it (-127 °C).
const NO_TEMPERATURE: u8 = 0xFF;
const MODEL: &[u8; 16] = b"  RNG-CTRL-RVR20";

pub(super) fn reading(registers: Registers<'_>) -> Reading {
    Reading {
        voltage: registers.over(0x0101, 10.0).map(Volts::new),
        current: registers.over(0x0102, 100.0).map(Amps::new),
        temperature: registers.at(0x0103).map(|pair| celsius(pair as u8)),
        device_soc: registers
            .at(0x0100)
            .filter(|soc| *soc <= 100)
            .map(|soc| Soc::clamped(f64::from(soc) / 100.0)),
        pv_voltage: registers.over(0x0107, 10.0).map(Volts::new),
        pv_current: registers.over(0x0108, 100.0).map(Amps::new),
        pv_power: registers.over(0x0109, 1.0).map(Watts::new),
        load_current: registers.over(0x0105, 100.0).map(Amps::new),
        capacity: registers.over(0xE002, 1.0).map(AmpHours::new),
        ..Reading::default()
    }
}

fn celsius(byte: u8) -> Celsius {
    let magnitude = f64::from(byte & 0x7F);
    Celsius::new(if byte & 0x80 == 0 { magnitude } else { -magnitude })
}

fn sign_and_magnitude(celsius: f64) -> u8 {
    let whole = celsius.round().clamp(-126.0, 127.0);
    whole.abs() as u8 | if whole < 0.0 { 0x80 } else { 0 }
}

pub(super) fn register(register: u16, reading: &Reading) -> Result<u16, Exception> {
    let volts = reading.voltage.map(Volts::as_volts);
    // The register has no sign: a battery that is drawn upon is not charged.
    let charge = reading.current.map(|current| current.as_amps().max(0.0));
    let load = reading.load_current.map(Amps::as_amps);
    let pv_volts = reading.pv_voltage.map(Volts::as_volts);
    let pv_watts = reading.pv_power.map(Watts::as_watts);
    let pv_amps = reading.pv_current.map(Amps::as_amps).or_else(|| {
        let volts = pv_volts.filter(|volts| *volts > 0.1)?;
        Some(pv_watts? / volts)
    });
    let pv_watts = pv_watts.or_else(|| Some(pv_volts? * pv_amps?));
    let battery = reading.temperature.map_or(NO_TEMPERATURE, |value| sign_and_magnitude(value.as_celsius()));
    let controller = reading.temperature.map_or(25.0, |value| value.as_celsius() + 5.0);
    Ok(match register {
        0x000A => 0x0C14,
        0x000B => 0x1400,
        0x000C..=0x0013 => {
            let at = 2 * usize::from(register - 0x000C);
            u16::from_be_bytes([MODEL[at], MODEL[at + 1]])
        }
        0x0014..=0x0019 => 0x0001,
        0x001A => 1,
        0x0100 => word(reading.device_soc.map(Soc::as_ratio), 100.0).min(100),
        0x0101 => word(volts, 10.0),
        0x0102 => word(charge, 100.0),
        0x0103 => u16::from_be_bytes([sign_and_magnitude(controller), battery]),
        0x0104 => word(volts, 10.0),
        0x0105 => word(load, 100.0),
        0x0106 => word(volts.zip(load).map(|(volts, amps)| volts * amps), 1.0),
        0x0107 => word(pv_volts, 10.0),
        0x0108 => word(pv_amps, 100.0),
        0x0109 => word(pv_watts, 1.0),
        0x010B | 0x010C => word(volts, 10.0),
        0x010D => word(charge, 100.0),
        0x010E => word(load, 100.0),
        0x0120 => 0x8000 | if charge.is_some_and(|amps| amps > 0.05) { 2 } else { 0 },
        0x010A | 0x010F..=0x011F | 0x0121 | 0x0122 => 0,
        0xE002 => word(Some(reading.capacity.map_or(100.0, AmpHours::as_amp_hours)), 1.0),
        0xE003 => 0x0C0C,
        0xE004 => 1,
        _ => return Err(Exception::IllegalAddress),
    })
}
