//! An instrument that speaks only when asked: what it answers, from what its sensors see.
//!
//! It has a coulomb counter of its own (the battery monitor's), which drifts and errs as a real one
//! does. What is wrong with a question decides the answer: a bad checksum and another's address get
//! silence, a register that is not there an exception or an error status.

use super::{Bmv, BmvSettings, Upset};
use crate::DeviceKind;
use crate::wire::modbus::{
    self, Block, Exception, Map, Request, answer_exception, answer_registers, answer_write,
};
use crate::wire::{daly, default_address, jbd, jk, junctek, round};
use signals::{AmpHours, Reading, SimTime, Soc};

/// Most bytes of a question that are kept.
const HEARD_MAX: usize = 512;
/// Renogy controllers answer under their own address and under this one.
const RENOGY_ANY: u8 = 0xFF;
/// A Renogy battery answers under its own address and, alone on a line, under this one.
const RENOGY_BATTERY_ANY: u8 = 0xF7;

/// How a polled instrument is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ResponderSettings {
    /// Its address; the kind's usual one where absent.
    pub address: Option<u8>,
    /// It counts the current the other way round than its kind does.
    pub current_reversed: bool,
    /// An EPEver that refuses long blocks of registers, as some models do.
    pub picky: bool,
    /// It is not alone on its line, and answers under its own address only.
    pub shares_line: bool,
}

/// An emulated polled instrument.
#[derive(Debug, Clone)]
pub struct Responder {
    kind: DeviceKind,
    settings: ResponderSettings,
    capacity: AmpHours,
    counter: Bmv,
    shown: Reading,
    heard: Vec<u8>,
    /// Its management system takes the pack for frozen.
    charge_blocked: bool,
}

impl Responder {
    /// An instrument just switched on, with a counter set up like this.
    #[must_use]
    pub fn new(kind: DeviceKind, settings: ResponderSettings, counter: BmvSettings) -> Self {
        Self {
            kind,
            settings,
            capacity: counter.capacity,
            counter: Bmv::new(counter),
            shown: Reading::default(),
            heard: Vec::new(),
            charge_blocked: false,
        }
    }

    /// It says from now on that it lets no charge in, for the cold, or no longer says so.
    pub const fn block_charge(&mut self, blocked: bool) {
        self.charge_blocked = blocked;
    }

    /// How it answers from now on.
    pub fn answer_as(&mut self, settings: ResponderSettings) {
        self.settings = settings;
    }

    /// What kind of device it is.
    #[must_use]
    pub const fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// The state of charge it believes in.
    #[must_use]
    pub fn device_soc(&self) -> Option<Soc> {
        self.counter.device_soc()
    }

    /// What its sensors see at `now`; the current held since the call before. Then its counter is upset.
    pub fn observe(&mut self, now: SimTime, sensed: &Reading, upsets: &[Upset]) {
        self.counter.observe(now, sensed);
        upsets.iter().for_each(|upset| self.counter.upset(*upset));
        self.capacity = sensed.capacity.unwrap_or(self.capacity);
        let soc = sensed.device_soc.or(self.counter.device_soc());
        let drawn = soc.map(|soc| AmpHours::new((1.0 - soc.as_ratio()) * self.capacity.as_amp_hours()));
        self.shown = Reading {
            device_soc: soc,
            consumed: sensed.consumed.or(drawn),
            capacity: Some(self.capacity),
            ..sensed.clone()
        };
    }

    /// Hears what a host says and appends the answers.
    pub fn answer(&mut self, heard: &[u8], out: &mut Vec<u8>) {
        self.heard.extend_from_slice(heard);
        let mut done = 0;
        while let Some(rest) = self.heard.get(done..).filter(|rest| !rest.is_empty()) {
            match self.one(rest) {
                Ok((answer, length)) => {
                    out.extend_from_slice(&answer);
                    done += length;
                }
                Err(0) => break,
                Err(junk) => done += junk,
            }
        }
        self.heard.drain(..done.min(self.heard.len()));
        if self.heard.len() > HEARD_MAX {
            self.heard.clear();
        }
    }

    /// The line was quiet: half a question is none.
    pub fn forget_question(&mut self) {
        self.heard.clear();
    }

    /// Appends the answers to one round of the usual questions.
    pub fn write_round(&mut self, out: &mut Vec<u8>) {
        for question in round(self.kind, self.settings.address) {
            if let Ok((answer, _)) = self.one(&question) {
                out.extend_from_slice(&answer);
            }
        }
    }

    /// The answer to the question that the bytes begin with, and the question's length; an answer of no
    /// bytes is silence. `Err` is the number of bytes to drop, 0 for more to come.
    fn one(&self, bytes: &[u8]) -> Result<(Vec<u8>, usize), usize> {
        let (shown, reversed) = (&self.shown, self.settings.current_reversed);
        match self.kind {
            DeviceKind::VedirectBmv | DeviceKind::VedirectMppt => Err(bytes.len()),
            DeviceKind::Epever => self.modbus(Map::Epever, bytes),
            DeviceKind::Renogy => self.modbus(Map::Renogy, bytes),
            DeviceKind::RenogyBattery => self.modbus(Map::RenogyBattery, bytes),
            DeviceKind::Jbd => {
                let (asked, length) = jbd::asked(bytes)?;
                let shown = turned(shown, reversed);
                let answer = match asked {
                    jbd::Asked::Read(register) => jbd::answer(register, &shown, self.charge_blocked)
                        .unwrap_or_else(|| jbd::refusal(register)),
                    jbd::Asked::Write(register) => jbd::acknowledgement(register),
                };
                Ok((answer, length))
            }
            DeviceKind::Daly => {
                let (command, length) = daly::asked(bytes)?;
                Ok((daly::answer(command, shown, reversed, self.charge_blocked), length))
            }
            DeviceKind::Junctek => {
                let ((what, address), length) = junctek::asked(bytes)?;
                let answer =
                    junctek::answer(what, address, shown, reversed).filter(|_| self.is_called(address));
                Ok((answer.unwrap_or_default(), length))
            }
            DeviceKind::Jk => {
                let (command, length) = jk::asked(bytes)?;
                let answer =
                    if command == 6 { jk::answer(shown, reversed, self.charge_blocked) } else { Vec::new() };
                Ok((answer, length))
            }
        }
    }

    fn modbus(&self, map: Map, bytes: &[u8]) -> Result<(Vec<u8>, usize), usize> {
        let (address, request, length) = modbus::asked(bytes)?;
        if !self.is_called(address) {
            return Ok((Vec::new(), length));
        }
        let shown = turned(&self.shown, self.settings.current_reversed);
        let refuse = |function, exception| answer_exception(address, function, exception);
        let answer = match request {
            Request::Read { function: function @ (3 | 4), start, count } => {
                match map.registers(Block { function, start, count }, &shown, self.settings.picky) {
                    Ok(registers) => answer_registers(address, function, &registers),
                    Err(exception) => refuse(function, exception),
                }
            }
            Request::Read { function: 2, start, count } if map == Map::Epever => {
                match modbus::epever_bits(start, count, &shown) {
                    Ok(bits) => modbus::answer_bits(address, bits),
                    Err(exception) => refuse(2, exception),
                }
            }
            Request::Read { function, .. } | Request::Other { function } => {
                refuse(function, Exception::IllegalFunction)
            }
            Request::WriteOne { function, register, value } => self
                .write(map, register, 1, || answer_write(address, function, register, value))
                .unwrap_or_else(|exception| refuse(function, exception)),
            Request::WriteMany { start, values } => {
                let count = values.len() as u16;
                self.write(map, start, count, || answer_write(address, 16, start, count))
                    .unwrap_or_else(|exception| refuse(16, exception))
            }
        };
        Ok((answer, length))
    }

    /// A write to a register that is there is acknowledged; the battery, not the host, decides what the
    /// instrument then measures.
    fn write(
        &self,
        map: Map,
        start: u16,
        count: u16,
        done: impl Fn() -> Vec<u8>,
    ) -> Result<Vec<u8>, Exception> {
        let function = 3;
        map.registers(Block { function, start, count }, &self.shown, false).map(|_| done())
    }

    fn is_called(&self, address: u8) -> bool {
        let own = self.settings.address.or(default_address(self.kind));
        let also = match (self.kind, self.settings.address) {
            _ if self.settings.shares_line => None,
            (DeviceKind::Renogy, None | Some(1)) => Some(RENOGY_ANY),
            (DeviceKind::RenogyBattery, None) => Some(RENOGY_BATTERY_ANY),
            _ => None,
        };
        own == Some(address) || also == Some(address)
    }
}

/// The reading as a device sees it that counts the other way round.
fn turned(reading: &Reading, reversed: bool) -> Reading {
    let current = reading.current.map(|current| if reversed { -current } else { current });
    Reading { current, ..reading.clone() }
}
