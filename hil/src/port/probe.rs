//! What kind of device is on a port: listen first, then ask what only reads.
//!
//! ```text
//! listen at 19200 for VE.Direct TEXT, a block a second
//! ask at 9600 and 115200, each kind the question with its voltage: Modbus "read registers" (3, 4), the
//! read commands of JBD, Daly, Junctek and JK; the first good answer with a voltage tells the kind
//! ```
//!
//! Nothing asked here writes, switches or sets. Pure: the caller opens the port at each step's rate, sends
//! the question and hands on what comes.

use super::own_serial;
use crate::DeviceKind;
use crate::wire::{Decoder, FrameKind, round};
use signals::Span;

/// A talker sends a block a second; one may be cut by the opening.
const LISTEN: Span = Span::from_millis(2_300);
/// The slowest device needs most of this.
const ANSWER: Span = Span::from_millis(500);

/// One thing to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeStep {
    /// The line's rate.
    pub baud_rate: u32,
    /// What to send; nothing where the device talks by itself.
    pub question: Option<Vec<u8>>,
    /// How long to wait.
    pub wait: Span,
    kind: DeviceKind,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// Its kind.
    pub kind: DeviceKind,
    /// The serial number it tells, if it does.
    pub serial: Option<String>,
}

impl ProbeStep {
    /// Every step, in order: who talks is heard before anyone is asked, and rates change seldom.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let talker = DeviceKind::VedirectMppt;
        let listen = Self { baud_rate: talker.baud_rate(), question: None, wait: LISTEN, kind: talker };
        let mut steps: Vec<Self> = DeviceKind::ALL
            .into_iter()
            .filter(|kind| kind.is_polled())
            .filter_map(|kind| {
                let question = round(kind, None).pop()?;
                Some(Self { baud_rate: kind.baud_rate(), question: Some(question), wait: ANSWER, kind })
            })
            .collect();
        steps.sort_by_key(|step| step.baud_rate);
        [vec![listen], steps].concat()
    }

    /// What these bytes, all that came in this step, tell.
    #[must_use]
    pub fn tells(&self, bytes: &[u8]) -> Option<Probed> {
        let mut decoder = Decoder::new(self.kind);
        if let Some(question) = &self.question {
            decoder.expect(question);
        }
        decoder.push(bytes);
        while let Some(frame) = decoder.poll() {
            if frame.kind() == FrameKind::Hex || frame.reading().voltage.is_none() {
                continue;
            }
            let tells = |name: &str| frame.fields().any(|(field, _)| field == name);
            // A controller tells of its panel and its stage, a battery monitor of neither.
            let is_monitor = self.question.is_none() && !["PPV", "VPV", "CS"].into_iter().any(tells);
            let kind = if is_monitor { DeviceKind::VedirectBmv } else { self.kind };
            return Some(Probed { kind, serial: own_serial(&frame).map(str::to_owned) });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Instrument, InstrumentSettings};
    use signals::{Amps, Reading, SimTime, Volts};

    #[test]
    fn each_kind_is_told_from_all_others() {
        for kind in DeviceKind::ALL {
            let sensed = Reading {
                voltage: Some(Volts::new(12.6)),
                current: Some(Amps::new(1.0)),
                ..Reading::default()
            };
            let mut device = Instrument::new(kind, &InstrumentSettings::default());
            device.observe(SimTime::ZERO, &sensed);
            let found = ProbeStep::all().into_iter().find_map(|step| {
                let mut bytes = Vec::new();
                match &step.question {
                    None => device.write_block(&mut bytes),
                    Some(question) => device.answer(question, &mut bytes),
                }
                step.tells(&bytes)
            });
            assert_eq!(found.map(|found| found.kind), Some(kind));
        }
    }
}
