//! One question at a time to one instrument.
//!
//! ```text
//! ask(now, order) -> bytes to send      receive(now, bytes)      poll(now) -> answer, or why there is none
//! ```
//!
//! What comes while nothing is asked is counted and dropped: the surplus byte of one firmware, the late
//! answer to a question given up. The caller leaves [`Talk::REST`] between two questions.

use super::riden::Scale;
use super::{Answer, Heard, InstrumentKind, Order, korad, riden, scpi};
use signals::{SimTime, Span};

/// A question that is not answered within this is lost; the slowest supply takes 145 ms.
const PATIENCE: Span = Span::from_millis(600);
/// Silence that ends an answer without an end mark.
const QUIET: Span = Span::from_millis(80);
/// An order that is never acknowledged has been taken after this.
const TAKEN: Span = Span::from_millis(60);
/// Most bytes of an answer that are kept.
const HEARD_MAX: usize = 256;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TalkError {
    /// Nothing came in time, or too little.
    #[error("no answer")]
    TimedOut,
    /// Something came that is no answer to this.
    #[error("an answer that is none: {}", shown(heard))]
    NotUnderstood {
        /// What came.
        heard: Vec<u8>,
    },
    /// The model is one whose steps are not known.
    #[error("model {model} is not one whose steps are known")]
    UnknownModel {
        /// What it calls itself.
        model: String,
    },
    /// This kind of instrument cannot be told that, or not before it was asked who it is.
    #[error("this instrument cannot be told that now")]
    NotNow,
}

/// The talk with one instrument.
#[derive(Debug, Clone)]
pub struct Talk {
    kind: InstrumentKind,
    scale: Option<Scale>,
    asking: Option<Asking>,
    stray_bytes_total: u64,
}

#[derive(Debug, Clone)]
struct Asking {
    order: Order,
    asked_at: SimTime,
    heard_at: SimTime,
    heard: Vec<u8>,
}

impl Talk {
    /// Pause to leave between the end of one question and the next.
    pub const REST: Span = Span::from_millis(20);

    /// With an instrument just connected.
    #[must_use]
    pub const fn new(kind: InstrumentKind) -> Self {
        Self { kind, scale: None, asking: None, stray_bytes_total: 0 }
    }

    /// What speaks there.
    #[must_use]
    pub const fn kind(&self) -> InstrumentKind {
        self.kind
    }

    /// Begins a question; the bytes to send. A question still open is given up.
    ///
    /// # Errors
    /// [`TalkError::NotNow`] where there are no such bytes.
    pub fn ask(&mut self, now: SimTime, order: Order) -> Result<Vec<u8>, TalkError> {
        let bytes = match self.kind {
            InstrumentKind::Korad => Some(korad::bytes(order)),
            InstrumentKind::Riden => riden::bytes(order, self.scale),
            InstrumentKind::ScpiLoad => scpi::bytes(order),
        };
        let bytes = bytes.ok_or(TalkError::NotNow)?;
        self.asking = Some(Asking { order, asked_at: now, heard_at: now, heard: Vec::new() });
        Ok(bytes)
    }

    /// Takes what the line delivered.
    pub fn receive(&mut self, now: SimTime, bytes: &[u8]) {
        let Some(asking) = self.asking.as_mut().filter(|asking| !is_unanswered(self.kind, asking.order))
        else {
            self.stray_bytes_total += bytes.len() as u64;
            return;
        };
        let room = HEARD_MAX.saturating_sub(asking.heard.len()).min(bytes.len());
        asking.heard.extend_from_slice(&bytes[..room]);
        asking.heard_at = now;
    }

    /// What became of the question; `None` while it is open, or where none was asked.
    pub fn poll(&mut self, now: SimTime) -> Option<Result<Answer, TalkError>> {
        let asking = self.asking.as_ref()?;
        let outcome = self.outcome(asking, now)?;
        self.asking = None;
        if let (InstrumentKind::Riden, Ok(Answer::Identity(model))) = (self.kind, &outcome) {
            self.scale = model.parse().ok().and_then(Scale::of_model);
            if self.scale.is_none() {
                return Some(Err(TalkError::UnknownModel { model: model.clone() }));
            }
        }
        Some(outcome)
    }

    /// When [`poll`](Self::poll) will have something to say even if nothing is heard.
    #[must_use]
    pub fn next_timeout(&self) -> Option<SimTime> {
        let asking = self.asking.as_ref()?;
        Some(if is_unanswered(self.kind, asking.order) {
            asking.asked_at + TAKEN
        } else if ends_in_silence(self.kind, asking.order) && !asking.heard.is_empty() {
            asking.heard_at + QUIET
        } else {
            asking.asked_at + PATIENCE
        })
    }

    /// Bytes that answered nothing.
    #[must_use]
    pub const fn stray_bytes_total(&self) -> u64 {
        self.stray_bytes_total
    }

    fn outcome(&self, asking: &Asking, now: SimTime) -> Option<Result<Answer, TalkError>> {
        let is_due = self.next_timeout().is_some_and(|due| now >= due);
        if is_unanswered(self.kind, asking.order) {
            return is_due.then_some(Ok(Answer::Done));
        }
        let heard = match self.kind {
            InstrumentKind::Korad if ends_in_silence(self.kind, asking.order) && !is_due => Heard::Wait,
            InstrumentKind::Korad if asking.heard.is_empty() => Heard::Wait,
            InstrumentKind::Korad => korad::heard(asking.order, &asking.heard),
            InstrumentKind::Riden => riden::heard(asking.order, self.scale, &asking.heard),
            InstrumentKind::ScpiLoad => scpi::heard(asking.order, &asking.heard),
        };
        match heard {
            Heard::Whole(answer) => Some(Ok(answer)),
            Heard::Spoiled => Some(Err(TalkError::NotUnderstood { heard: asking.heard.clone() })),
            Heard::Wait => is_due.then_some(Err(TalkError::TimedOut)),
        }
    }
}

const fn is_unanswered(kind: InstrumentKind, order: Order) -> bool {
    match kind {
        InstrumentKind::Korad => korad::is_unanswered(order),
        InstrumentKind::Riden => false,
        InstrumentKind::ScpiLoad => scpi::is_unanswered(order),
    }
}

const fn ends_in_silence(kind: InstrumentKind, order: Order) -> bool {
    matches!((kind, order), (InstrumentKind::Korad, Order::Identify))
}

fn shown(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::circuit::Circuit;
    use super::super::emulated::Emulated;
    use super::*;
    use signals::{Amps, Ohms, Volts};

    /// One question to an emulated instrument, its answer arriving byte by byte.
    fn asked(talk: &mut Talk, there: &mut Emulated, order: Order) -> Result<Answer, TalkError> {
        let mut now = SimTime::ZERO;
        let question = talk.ask(now, order)?;
        let node = Circuit { emf: Volts::new(12.8), resistance: Ohms::new(0.05) }.solve(None, None);
        let mut said = Vec::new();
        there.answer(&question, node, &mut said);
        for byte in said {
            now += Span::from_millis(1);
            talk.receive(now, &[byte]);
            if let Some(outcome) = talk.poll(now) {
                return outcome;
            }
        }
        let due = talk.next_timeout().ok_or(TalkError::TimedOut)?;
        talk.poll(due).unwrap_or(Err(TalkError::TimedOut))
    }

    #[test]
    fn every_instrument_takes_its_limits_and_says_them_again() {
        for kind in InstrumentKind::ALL {
            let (mut talk, mut there) = (Talk::new(kind), Emulated::new(kind));
            assert!(
                matches!(asked(&mut talk, &mut there, Order::Identify), Ok(Answer::Identity(_))),
                "{kind:?}"
            );
            if kind.flow() == super::super::Flow::Charges {
                let set = asked(&mut talk, &mut there, Order::SetVoltage(Volts::new(14.4)));
                assert_eq!(set, Ok(Answer::Done), "{kind:?}");
                let read = asked(&mut talk, &mut there, Order::ReadVoltage);
                assert_eq!(read, Ok(Answer::Volts(Volts::new(14.4))), "{kind:?}");
            }
            assert_eq!(asked(&mut talk, &mut there, Order::SetCurrent(Amps::new(1.5))), Ok(Answer::Done));
            let read = asked(&mut talk, &mut there, Order::ReadCurrent);
            assert_eq!(read, Ok(Answer::Amps(Amps::new(1.5))), "{kind:?}");
            assert_eq!(
                asked(&mut talk, &mut there, Order::ReadOutput),
                Ok(Answer::Output(false)),
                "{kind:?}"
            );
            assert_eq!(asked(&mut talk, &mut there, Order::Output(true)), Ok(Answer::Done), "{kind:?}");
            assert_eq!(asked(&mut talk, &mut there, Order::ReadOutput), Ok(Answer::Output(true)), "{kind:?}");
            let mut said = Vec::new();
            let node = Circuit { emf: Volts::new(12.8), resistance: Ohms::new(0.05) }.solve(None, None);
            there.answer(&kind.off(), node, &mut said);
            assert!(!there.is_on(), "{kind:?}: the last bytes of a program switch it off");
        }
    }

    #[test]
    fn silence_is_a_time_out_and_a_late_answer_is_nobodys() {
        let mut talk = Talk::new(InstrumentKind::Korad);
        let asked = talk.ask(SimTime::ZERO, Order::MeasureVoltage);
        assert_eq!(asked.as_deref(), Ok(&b"VOUT1?"[..]));
        assert_eq!(talk.poll(SimTime::ZERO + Span::from_millis(599)), None);
        let late = SimTime::ZERO + PATIENCE;
        assert_eq!(talk.poll(late), Some(Err(TalkError::TimedOut)));
        talk.receive(late, b"12.80");
        assert_eq!((talk.stray_bytes_total(), talk.poll(late)), (5, None));
    }

    #[test]
    fn a_supply_of_unknown_steps_is_refused() {
        let mut talk = Talk::new(InstrumentKind::Riden);
        assert_eq!(talk.ask(SimTime::ZERO, Order::SetVoltage(Volts::new(12.0))), Err(TalkError::NotNow));
        let mut there = Emulated::new(InstrumentKind::Riden).of_model(60125);
        let refused = asked(&mut talk, &mut there, Order::Identify);
        assert_eq!(refused, Err(TalkError::UnknownModel { model: "60125".to_owned() }));
        assert_eq!(talk.ask(SimTime::ZERO, Order::SetVoltage(Volts::new(12.0))), Err(TalkError::NotNow));
    }
}
