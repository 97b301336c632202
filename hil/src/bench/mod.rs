//! Bench instruments: a supply and a load that make a real battery follow a story, and what keeps them safe.
//!
//! - [`korad`], [`riden`], [`scpi`]: the languages, one each, bytes out and bytes in.
//! - [`talk`]: one question at a time to one instrument, with time-outs.
//! - [`safety`]: what may be told to an instrument at all; values in, values out.
//! - [`emulated`]: an instrument of each language on a [`circuit`], for tests and for a bench of pseudo-terminals.
//! - [`prbs`]: the pattern that tries a line.
//!
//! ```text
//! wish -> safety -> act -> talk -> bytes -> instrument      lost, late, cold, beyond a limit -> off
//! ```
//!
//! Pure: time is an argument. Instruments know no sign: a supply charges and a load draws, each with a
//! current of 0 or more.
//!
//! References: Korad *KA series remote control syntax* V2.0; register list of Riden RD60xx as its readers
//! have it; *SCPI 1999.0*, vol. 2 (INPut, MEASure, SOURce). No real instrument has been on a port of this
//! project.

pub mod circuit;
pub mod emulated;
pub mod korad;
pub mod prbs;
pub mod riden;
pub mod safety;
pub mod scpi;
pub mod talk;

use signals::{Amps, Volts};

/// A kind of bench instrument, under the name that manifests use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstrumentKind {
    /// Korad KA3005P and its many names (TENMA, Velleman): a 30 V, 5 A supply, ASCII without an end mark.
    Korad,
    /// Riden RD6006 to RD6024: supplies with Modbus RTU.
    Riden,
    /// An electronic load that speaks SCPI.
    ScpiLoad,
}

/// Which way an instrument moves charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Into the battery.
    Charges,
    /// Out of it.
    Draws,
}

/// What an instrument can be told or asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Order {
    /// Who are you.
    Identify,
    /// Never above this voltage.
    SetVoltage(Volts),
    /// Never above this current; a load draws it.
    SetCurrent(Amps),
    /// What voltage are you set to.
    ReadVoltage,
    /// What current are you set to.
    ReadCurrent,
    /// On or off.
    Output(bool),
    /// Are you on.
    ReadOutput,
    /// What voltage is there.
    MeasureVoltage,
    /// What current flows.
    MeasureCurrent,
}

/// What an instrument says.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Who it is.
    Identity(String),
    /// A voltage.
    Volts(Volts),
    /// A current, 0 or more.
    Amps(Amps),
    /// On or off.
    Output(bool),
    /// It has taken the order, or is one that never says so.
    Done,
}

/// What stands in the bytes heard since a question.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Heard {
    /// Too few to tell.
    Wait,
    /// The answer.
    Whole(Answer),
    /// Something else.
    Spoiled,
}

impl InstrumentKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Korad, Self::Riden, Self::ScpiLoad];

    /// The name manifests use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Korad => "korad-ka3005p",
            Self::Riden => "riden-rd60xx",
            Self::ScpiLoad => "scpi-load",
        }
    }

    /// Line rate unless its menu says otherwise, bits per second, 8N1.
    #[must_use]
    pub const fn baud_rate(self) -> u32 {
        match self {
            Self::Korad | Self::ScpiLoad => 9_600,
            Self::Riden => 115_200,
        }
    }

    /// Which way it moves charge.
    #[must_use]
    pub const fn flow(self) -> Flow {
        match self {
            Self::Korad | Self::Riden => Flow::Charges,
            Self::ScpiLoad => Flow::Draws,
        }
    }

    /// The finest step it is set in: volts, amps. A read-back may differ by one.
    #[must_use]
    pub const fn steps(self) -> (f64, f64) {
        match self {
            Self::Korad | Self::ScpiLoad => (0.01, 0.001),
            Self::Riden => (0.01, 0.01),
        }
    }

    /// The bytes that switch it off, whatever else is going on: for the end of a program that has no time to
    /// wait for an answer.
    #[must_use]
    pub fn off(self) -> Vec<u8> {
        match self {
            Self::Korad => b"OUT0".to_vec(),
            Self::Riden => riden::off(),
            Self::ScpiLoad => b"INP OFF\n".to_vec(),
        }
    }
}
