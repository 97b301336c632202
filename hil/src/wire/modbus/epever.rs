//! EPEver Tracer and LS-B (protocol 2.5): input registers 0x3100 and on, settings at 0x9000.
//!
//! V and A over 100; 32-bit numbers have their low word first. 0x331B-C is the battery's net current
//! (charging positive), 0x3105 what the panel side gives. 0x3110 is the battery's temperature, signed
//! over 100. A "picky" model (Tracer 3210A) takes at most 18 registers from 0x3100, at most 20 from
//! 0x3300, none of 0x3000, and 0x311A, 0x311B and 0x311D only one by one.
//!
//! Reference: *B-Series Modbus Specification* V2.5; block limits from users of the 3210A.

use super::Exception;
use super::map::{Block, Registers, signed_word, word};
use signals::{AmpHours, Amps, Celsius, Reading, Soc, Volts, Watts};

pub(super) const BLOCKS: [Block; 3] = [
    Block { function: 4, start: 0x3100, count: 18 },
    Block { function: 4, start: 0x311A, count: 1 },
    Block { function: 4, start: 0x331A, count: 3 },
];

/// No sensor: our own device's word for it, far outside the range.
const NO_TEMPERATURE: u16 = 0x8000;

pub(super) fn reading(registers: Registers<'_>) -> Reading {
    let net = registers.low_first(0x331B).map(|raw| f64::from(raw as i32) / 100.0);
    let charge = registers.over(0x3105, 100.0);
    Reading {
        voltage: registers.over(0x331A, 100.0).or(registers.over(0x3104, 100.0)).map(Volts::new),
        current: net.or(charge).map(Amps::new),
        temperature: registers.signed_over(0x3110, 100.0).map(Celsius::new),
        device_soc: registers
            .at(0x311A)
            .filter(|soc| *soc <= 100)
            .map(|soc| Soc::clamped(f64::from(soc) / 100.0)),
        capacity: registers.over(0x9001, 1.0).map(AmpHours::new),
        pv_voltage: registers.over(0x3100, 100.0).map(Volts::new),
        pv_current: registers.over(0x3101, 100.0).map(Amps::new),
        pv_power: registers.low_first(0x3102).map(|raw| Watts::new(f64::from(raw) / 100.0)),
        load_current: registers.over(0x310D, 100.0).map(Amps::new),
        current_is_net: net.is_some(),
        ..Reading::default()
    }
}

/// What a picky model refuses.
pub(super) fn check_picky(block: Block) -> Result<(), Exception> {
    let last = block.start.saturating_add(block.count - 1);
    let alone = [0x311A, 0x311B, 0x311D];
    let refused = match block.start {
        0x3000..=0x30FF => true,
        0x3100..=0x31FF => {
            block.count > 18
                || (block.count > 1 && alone.iter().any(|register| (block.start..=last).contains(register)))
        }
        0x3300..=0x33FF => block.count > 20,
        _ => false,
    };
    if refused { Err(Exception::IllegalAddress) } else { Ok(()) }
}

pub(super) fn register(function: u8, register: u16, reading: &Reading) -> Result<u16, Exception> {
    match function {
        4 => input(register, reading).ok_or(Exception::IllegalAddress),
        3 => setting(register, reading).ok_or(Exception::IllegalAddress),
        _ => Err(Exception::IllegalFunction),
    }
}

/// Up to eight discrete inputs: 0x2000 the controller is too hot, 0x200C it is night.
///
/// # Errors
/// The exception it answers.
pub fn bits(start: u16, count: u16, reading: &Reading) -> Result<u8, Exception> {
    let night = reading.pv_voltage.is_none_or(|volts| volts < Volts::new(1.0));
    match (start, count) {
        (_, 0 | 9..) => Err(Exception::IllegalValue),
        (0x2000, 1) => Ok(0),
        (0x200C, 1) => Ok(u8::from(night)),
        _ => Err(Exception::IllegalAddress),
    }
}

fn input(register: u16, reading: &Reading) -> Option<u16> {
    let volts = reading.voltage.map(Volts::as_volts);
    let net = reading.current.map(Amps::as_amps);
    let load = reading.load_current.map(Amps::as_amps);
    // What the panel side gives is what the battery takes and the load draws.
    let charge = net.map(|net| (net + load.unwrap_or(0.0)).max(0.0));
    let watts = |amps: Option<f64>| Some(volts? * amps?);
    let pv_watts = reading.pv_power.map(Watts::as_watts);
    let pv_volts = reading.pv_voltage.map(Volts::as_volts);
    let pv_amps = reading.pv_current.map(Amps::as_amps).or_else(|| {
        let volts = pv_volts.filter(|volts| *volts > 0.1)?;
        Some(pv_watts? / volts)
    });
    let pv_watts = pv_watts.or_else(|| Some(pv_volts? * pv_amps?));
    let celsius = reading.temperature.map(Celsius::as_celsius);
    let degrees = celsius.map_or(NO_TEMPERATURE, |celsius| signed_word(Some(celsius), 100.0));
    let soc = reading.device_soc.map(Soc::as_ratio);
    Some(match register {
        0x3000 => 15_000,
        0x3001 => 2_000,
        0x3002 => half(26_000.0, 0),
        0x3003 => half(26_000.0, 1),
        0x3004 => 1_200,
        0x3005 => 2_000,
        0x3006 => half(26_000.0, 0),
        0x3007 => half(26_000.0, 1),
        0x3008 => 2,
        0x300E => 2_000,
        0x3100 => word(pv_volts, 100.0),
        0x3101 => word(pv_amps, 100.0),
        0x3102 => half(pv_watts.unwrap_or(0.0) * 100.0, 0),
        0x3103 => half(pv_watts.unwrap_or(0.0) * 100.0, 1),
        0x3104 => word(volts, 100.0),
        0x3105 => word(charge, 100.0),
        0x3106 => half(watts(charge).unwrap_or(0.0) * 100.0, 0),
        0x3107 => half(watts(charge).unwrap_or(0.0) * 100.0, 1),
        0x310C => word(volts, 100.0),
        0x310D => word(load, 100.0),
        0x310E => half(watts(load).unwrap_or(0.0) * 100.0, 0),
        0x310F => half(watts(load).unwrap_or(0.0) * 100.0, 1),
        0x3110 | 0x3111 | 0x3112 | 0x311B => degrees,
        0x311A => word(soc, 100.0).min(100),
        0x311D => 1_200,
        0x3200 => battery_status(volts, celsius),
        0x3201 => 1 | (u16::from(charge.is_some_and(|amps| amps > 0.05)) << 3),
        0x3202 => u16::from(load.is_some_and(|amps| amps > 0.05)),
        0x3302 | 0x3303 | 0x331A => word(volts, 100.0),
        0x3300 | 0x3301 => word(pv_volts, 100.0),
        0x331B => half(net.unwrap_or(0.0) * 100.0, 0),
        0x331C => half(net.unwrap_or(0.0) * 100.0, 1),
        0x3108..=0x310B | 0x3113..=0x311C | 0x311E..=0x311F | 0x3009..=0x300D | 0x3304..=0x331F => 0,
        _ => return None,
    })
}

/// The battery's type and capacity, and twelve voltages of a 12 V sealed battery.
fn setting(register: u16, reading: &Reading) -> Option<u16> {
    const VOLTAGES: [u16; 12] = [1600, 1500, 1500, 1460, 1440, 1380, 1320, 1260, 1220, 1200, 1110, 1080];
    Some(match register {
        0x9000 => 1,
        0x9001 => word(Some(reading.capacity.map_or(100.0, AmpHours::as_amp_hours)), 1.0),
        0x9002 => 300,
        0x9003..=0x900E => VOLTAGES[usize::from(register - 0x9003)],
        0x9013..=0x9015 => 0x0101,
        0x9017 | 0x9019 => 6_500,
        0x9018 | 0x901A => signed_word(Some(-40.0), 100.0),
        0x9067 => 1,
        0x906A => 1,
        0x906B | 0x906C => 120,
        0x906D => 20,
        0x906E => 100,
        0x9065 | 0x9069 | 0x9070 => 0,
        _ => return None,
    })
}

/// D3-0: 0 normal, 1 over, 2 under; D7-4: 1 hot, 2 cold.
fn battery_status(volts: Option<f64>, celsius: Option<f64>) -> u16 {
    let voltage = match volts {
        Some(volts) if volts > 16.0 => 1,
        Some(volts) if volts < 11.1 => 2,
        _ => 0,
    };
    let temperature = match celsius {
        Some(celsius) if celsius > 65.0 => 1,
        Some(celsius) if celsius < -40.0 => 2,
        _ => 0,
    };
    voltage | (temperature << 4)
}

/// The low (0) or high (1) word of a whole number of 32 bits.
fn half(value: f64, which: u32) -> u16 {
    let whole = value.round().clamp(-2_147_483_648.0, 2_147_483_647.0) as i32;
    (whole as u32 >> (16 * which)) as u16
}
