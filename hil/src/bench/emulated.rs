//! An instrument of each language, as it answers: for tests, and for a bench of pseudo-terminals.
//!
//! Each keeps the quirks of the real one: a Korad says nothing to a setting and frames nothing, a Riden
//! answers under its address alone and counts in steps of its model, a load reads lines.

use super::circuit::Node;
use super::{Flow, InstrumentKind};
use crate::wire::modbus::{
    Exception, Request, answer_exception, answer_registers, answer_write, asked as modbus_asked,
};
use signals::{Amps, Volts};

/// Most bytes of a question that are kept.
const HEARD_MAX: usize = 256;
/// An RD6006.
const RIDEN_MODEL: u16 = 60062;
/// A KA3005P goes no further.
const KORAD_CURRENT_MAX: f64 = 5.1;

/// An emulated instrument.
#[derive(Debug, Clone)]
pub struct Emulated {
    kind: InstrumentKind,
    model: u16,
    volts: f64,
    amps: f64,
    on: bool,
    heard: Vec<u8>,
}

impl Emulated {
    /// Just switched on, its output off.
    #[must_use]
    pub const fn new(kind: InstrumentKind) -> Self {
        Self { kind, model: RIDEN_MODEL, volts: 0.0, amps: 0.0, on: false, heard: Vec::new() }
    }

    /// A Riden that calls itself this.
    #[must_use]
    pub const fn of_model(mut self, model: u16) -> Self {
        self.model = model;
        self
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> InstrumentKind {
        self.kind
    }

    /// Its output, or a load's input, is on.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.on
    }

    /// Its set voltage and current.
    #[must_use]
    pub const fn limits(&self) -> (Volts, Amps) {
        (Volts::new(self.volts), Amps::new(self.amps))
    }

    /// Hears what a host says, with `node` across its terminals, and appends what it answers.
    pub fn answer(&mut self, heard: &[u8], node: Node, out: &mut Vec<u8>) {
        self.heard.extend_from_slice(heard);
        let surplus = self.heard.len().saturating_sub(HEARD_MAX);
        self.heard.drain(..surplus);
        match self.kind {
            InstrumentKind::Korad => self.korad(node, out),
            InstrumentKind::Riden => self.riden(node, out),
            InstrumentKind::ScpiLoad => self.scpi(node, out),
        }
    }

    /// What its own meters show.
    fn metered(&self, node: Node) -> (f64, f64) {
        let amps = match self.kind.flow() {
            Flow::Charges => node.supply,
            Flow::Draws => node.load,
        };
        // A supply that is off measures behind its switch, where there is nothing.
        let sees_battery = self.on || self.kind.flow() == Flow::Draws;
        let volts = if sees_battery { node.voltage.as_volts() } else { 0.0 };
        (volts, if self.on { amps.as_amps() } else { 0.0 })
    }

    fn korad(&mut self, node: Node, out: &mut Vec<u8>) {
        const QUESTIONS: [&str; 6] = ["*IDN?", "STATUS?", "VSET1?", "ISET1?", "VOUT1?", "IOUT1?"];
        loop {
            let text = String::from_utf8_lossy(&self.heard).into_owned();
            let (volts, amps) = self.metered(node);
            if let Some(question) = QUESTIONS.iter().find(|question| text.starts_with(*question)) {
                match *question {
                    "*IDN?" => out.extend_from_slice(b"KORADKA3005PV2.0"),
                    "STATUS?" => out.push(0x11 | if self.on { 0x40 } else { 0 }),
                    "VSET1?" => out.extend_from_slice(format!("{:05.2}", self.volts).as_bytes()),
                    "ISET1?" => out.extend_from_slice(format!("{:05.3}", self.amps).as_bytes()),
                    "VOUT1?" => out.extend_from_slice(format!("{volts:05.2}").as_bytes()),
                    _ => out.extend_from_slice(format!("{amps:05.3}").as_bytes()),
                }
                self.heard.drain(..question.len());
            } else if let Some(rest) = text.strip_prefix("OUT").filter(|rest| !rest.is_empty()) {
                self.on = rest.starts_with('1');
                self.heard.drain(..4);
            } else if text.starts_with("VSET1:") || text.starts_with("ISET1:") {
                let Some(Ok(value)) = text.get(6..11).map(str::parse::<f64>) else { return };
                if text.starts_with('V') {
                    self.volts = value;
                } else {
                    self.amps = value.min(KORAD_CURRENT_MAX);
                }
                self.heard.drain(..11);
            } else if self.heard.len() > 11 {
                self.heard.drain(..1);
            } else {
                return;
            }
        }
    }

    fn riden(&mut self, node: Node, out: &mut Vec<u8>) {
        loop {
            match modbus_asked(&self.heard) {
                Err(0) => return,
                Err(noise) => drop(self.heard.drain(..noise)),
                Ok((address, request, length)) => {
                    self.heard.drain(..length);
                    if address == 1 {
                        out.extend(self.riden_answer(&request, node));
                    }
                }
            }
        }
    }

    fn riden_answer(&mut self, request: &Request, node: Node) -> Vec<u8> {
        let (volts, amps) = self.metered(node);
        let word = |value: f64, per_unit: f64| (value * per_unit).round() as u16;
        match *request {
            Request::Read { function: 3, start, count: 1 } => {
                let value = match start {
                    0 => self.model,
                    8 => word(self.volts, 100.0),
                    9 => word(self.amps, 1_000.0),
                    10 => word(volts, 100.0),
                    11 => word(amps, 1_000.0),
                    18 => u16::from(self.on),
                    _ => return answer_exception(1, 3, Exception::IllegalAddress),
                };
                answer_registers(1, 3, &[value])
            }
            Request::WriteOne { function: 6, register, value } => {
                match register {
                    8 => self.volts = f64::from(value) / 100.0,
                    9 => self.amps = f64::from(value) / 1_000.0,
                    18 => self.on = value != 0,
                    _ => return answer_exception(1, 6, Exception::IllegalAddress),
                }
                answer_write(1, 6, register, value)
            }
            _ => answer_exception(1, 3, Exception::IllegalFunction),
        }
    }

    fn scpi(&mut self, node: Node, out: &mut Vec<u8>) {
        while let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.heard.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line).trim().to_owned();
            let (volts, amps) = self.metered(node);
            let said = match line.as_str() {
                "*IDN?" => "BALISE,EMULATED LOAD,0,1.0".to_owned(),
                "CURR?" => format!("{:.3}", self.amps),
                "MEAS:VOLT?" => format!("{volts:.4}"),
                "MEAS:CURR?" => format!("{amps:.4}"),
                "INP?" => u8::from(self.on).to_string(),
                other => {
                    match other.split_once(' ') {
                        Some(("INP", state)) => self.on = state == "ON" || state == "1",
                        Some(("CURR", value)) => self.amps = value.parse().unwrap_or(self.amps),
                        _ => {}
                    }
                    continue;
                }
            };
            out.extend_from_slice(said.as_bytes());
            out.push(b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::circuit::Circuit;
    use super::*;
    use proptest::prelude::*;
    use signals::Ohms;

    #[test]
    fn a_supply_that_is_off_measures_nothing() {
        let circuit = Circuit { emf: Volts::new(13.0), resistance: Ohms::new(0.1) };
        let mut korad = Emulated::new(InstrumentKind::Korad);
        let mut said = Vec::new();
        korad.answer(b"VSET1:14.40ISET1:2.000VOUT1?", circuit.solve(None, None), &mut said);
        assert_eq!(said, b"00.00");
        korad.answer(b"OUT1", circuit.solve(None, None), &mut said);
        said.clear();
        korad.answer(b"VOUT1?IOUT1?STATUS?", circuit.solve(Some(korad.limits()), None), &mut said);
        assert_eq!(said, b"13.202.000\x51");
    }

    proptest! {
        #[test]
        fn noise_neither_panics_nor_fills_memory(noise in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let node = Circuit { emf: Volts::new(13.0), resistance: Ohms::new(0.1) }.solve(None, None);
            for kind in InstrumentKind::ALL {
                let mut there = Emulated::new(kind);
                let mut out = Vec::new();
                noise.chunks(7).for_each(|chunk| there.answer(chunk, node, &mut out));
                prop_assert!(there.heard.len() <= HEARD_MAX);
            }
        }
    }
}
