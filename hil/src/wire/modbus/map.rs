//! What the registers of each device kind mean, and what they hold.

use super::{Exception, epever, renogy, renogy_battery};
use signals::Reading;

/// The registers of a device kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Map {
    /// EPEver Tracer.
    Epever,
    /// Renogy Rover and Wanderer.
    Renogy,
    /// Renogy smart battery.
    RenogyBattery,
}

/// Registers that are read in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// 3 or 4.
    pub function: u8,
    /// First register.
    pub start: u16,
    /// How many.
    pub count: u16,
}

/// The registers of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registers<'a> {
    pub(super) start: u16,
    pub(super) words: &'a [u16],
}

impl Map {
    /// What is read in each round, in this order; the block with the battery's current is the last.
    #[must_use]
    pub const fn blocks(self) -> &'static [Block] {
        match self {
            Self::Epever => &epever::BLOCKS,
            Self::Renogy => &renogy::BLOCKS,
            Self::RenogyBattery => &renogy_battery::BLOCKS,
        }
    }

    pub(super) fn reading(self, registers: Registers<'_>) -> Reading {
        match self {
            Self::Epever => epever::reading(registers),
            Self::Renogy => renogy::reading(registers),
            Self::RenogyBattery => renogy_battery::reading(registers),
        }
    }

    /// What a device that measures `reading` holds in `count` registers from `start`. A `picky` one
    /// refuses long blocks, as some models do.
    ///
    /// # Errors
    /// The exception it answers.
    pub fn registers(self, block: Block, reading: &Reading, picky: bool) -> Result<Vec<u16>, Exception> {
        if block.count == 0 || block.count > 125 {
            return Err(Exception::IllegalValue);
        }
        if self == Self::Epever && picky {
            epever::check_picky(block)?;
        }
        let last = block.start.checked_add(block.count - 1).ok_or(Exception::IllegalAddress)?;
        (block.start..=last)
            .map(|register| match self {
                Self::Epever => epever::register(block.function, register, reading),
                Self::Renogy if block.function == 3 => renogy::register(register, reading),
                Self::RenogyBattery if block.function == 3 => renogy_battery::register(register, reading),
                Self::Renogy | Self::RenogyBattery => Err(Exception::IllegalFunction),
            })
            .collect()
    }
}

impl Registers<'_> {
    pub(super) fn at(&self, register: u16) -> Option<u16> {
        self.words.get(usize::from(register.checked_sub(self.start)?)).copied()
    }

    /// A number, divided.
    pub(super) fn over(&self, register: u16, divisor: f64) -> Option<f64> {
        Some(f64::from(self.at(register)?) / divisor)
    }

    /// A signed number, divided.
    pub(super) fn signed_over(&self, register: u16, divisor: f64) -> Option<f64> {
        Some(f64::from(self.at(register)? as i16) / divisor)
    }

    /// 32 bits whose lower word comes first.
    pub(super) fn low_first(&self, register: u16) -> Option<u32> {
        Some((u32::from(self.at(register.checked_add(1)?)?) << 16) | u32::from(self.at(register)?))
    }

    /// 32 bits whose higher word comes first.
    pub(super) fn high_first(&self, register: u16) -> Option<u32> {
        Some((u32::from(self.at(register)?) << 16) | u32::from(self.at(register.checked_add(1)?)?))
    }
}

/// A register's value of a quantity: 0 where nobody knows it, and never beyond 16 bits.
pub(super) fn word(value: Option<f64>, factor: f64) -> u16 {
    (value.unwrap_or(0.0) * factor).round().clamp(0.0, 65_535.0) as u16
}

/// The same with a sign.
pub(super) fn signed_word(value: Option<f64>, factor: f64) -> u16 {
    (value.unwrap_or(0.0) * factor).round().clamp(-32_768.0, 32_767.0) as i16 as u16
}
