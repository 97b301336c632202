//! What makes an instrument speak: held values, a plant, or a recording. Each gives one block after the
//! other with the instant it falls due; nothing here waits.

use hil::DeviceKind;
use hil::device::{BmvSettings, Instrument, InstrumentSettings, ResponderSettings};
use signals::{FaultEvent, Reading, SimTime, Span, Truth};

use super::fault;
use super::played::Played;
use super::shared::Shared;
use crate::due::Moment;
use crate::stage::Stage;

/// One block on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// When it is sent, on the run's clock.
    pub due: SimTime,
    /// The cable is out: the bytes go nowhere and the port is not there.
    pub cable_is_out: bool,
}

/// What drives the instrument.
#[derive(Debug)]
pub enum Driver {
    /// The same values for ever.
    Held(Held),
    /// A plant, up to the end of its story.
    Staged(Box<Staged>),
    /// Rows of a recording, up to the last.
    Recorded(Recorded),
    /// Several of these on one line.
    Shared(Shared),
    /// The bytes of a capture.
    Played(Played),
}

/// Values that do not change.
#[derive(Debug)]
pub struct Held {
    instrument: Instrument,
    sensed: Reading,
    every: Span,
    now: SimTime,
    faults: Vec<FaultEvent>,
    is_odd: bool,
}

/// A plant with its instrument and line.
#[derive(Debug)]
pub struct Staged {
    stage: Stage,
    kind: DeviceKind,
    until: SimTime,
}

/// Rows of a recording, each sent at its own instant.
#[derive(Debug)]
pub struct Recorded {
    instrument: Instrument,
    rows: std::vec::IntoIter<(SimTime, Reading)>,
    faults: Vec<FaultEvent>,
    is_odd: bool,
}

impl Driver {
    /// An instrument that sees `sensed` and speaks each `every`.
    #[must_use]
    pub fn held(kind: DeviceKind, sensed: Reading, every: Span) -> Self {
        let instrument = Instrument::new(kind, &InstrumentSettings::default());
        Self::Held(Held { instrument, sensed, every, now: SimTime::ZERO, faults: Vec::new(), is_odd: false })
    }

    /// The sign on `stage`, whose instrument is a `kind`, until its story ends.
    #[must_use]
    pub fn staged(stage: Stage, kind: DeviceKind, length: Span) -> Self {
        Self::Staged(Box::new(Staged { stage, kind, until: SimTime::ZERO + length }))
    }

    /// An instrument that sees the rows of a recording. Nobody told it how full the battery was.
    #[must_use]
    pub fn recorded(kind: DeviceKind, rows: Vec<(SimTime, Reading)>) -> Self {
        let bmv = BmvSettings { initial_soc: None, ..BmvSettings::default() };
        let instrument = Instrument::new(kind, &InstrumentSettings { bmv, ..InstrumentSettings::default() });
        Self::Recorded(Recorded { instrument, rows: rows.into_iter(), faults: Vec::new(), is_odd: false })
    }

    /// Faults of instrument and sensors that will befall it; a plant brings its own.
    #[must_use]
    pub fn befallen_by(mut self, faults: &[FaultEvent]) -> Self {
        let (instrument, own) = match &mut self {
            Self::Held(held) => (&mut held.instrument, &mut held.faults),
            Self::Recorded(recorded) => (&mut recorded.instrument, &mut recorded.faults),
            Self::Staged(_) | Self::Played(_) | Self::Shared(_) => return self,
        };
        faults.iter().for_each(|fault| instrument.plan_fault(fault));
        own.extend_from_slice(faults);
        self
    }

    /// What kind of device speaks.
    #[must_use]
    pub fn kind(&self) -> DeviceKind {
        match self {
            Self::Held(held) => held.instrument.kind(),
            Self::Staged(staged) => staged.kind,
            Self::Recorded(recorded) => recorded.instrument.kind(),
            Self::Shared(shared) => shared.speaker(),
            Self::Played(played) => played.kind(),
        }
    }

    /// Line rate of the instrument.
    #[must_use]
    pub fn baud_rate(&self) -> u32 {
        self.kind().baud_rate()
    }

    /// How the instrument answers, where it speaks only when asked.
    pub fn answer_as(&mut self, settings: ResponderSettings) {
        match self {
            Self::Held(held) => held.instrument.answer_as(settings),
            Self::Staged(staged) => staged.stage.answer_as(settings),
            Self::Recorded(recorded) => recorded.instrument.answer_as(settings),
            Self::Shared(shared) => shared.drivers().for_each(|driver| driver.answer_as(settings)),
            // It answers as it did.
            Self::Played(_) => {}
        }
    }

    /// The instrument hears what a host says; its answer is appended to `out`.
    pub fn answer(&mut self, heard: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Held(held) => held.instrument.answer(heard, out),
            Self::Staged(staged) => staged.stage.answer(heard, out),
            Self::Recorded(recorded) => recorded.instrument.answer(heard, out),
            Self::Shared(shared) => shared.answer(heard, out),
            Self::Played(played) => played.answer(heard, out),
        }
    }

    /// The line was quiet: half a question is none.
    pub fn forget_question(&mut self) {
        match self {
            Self::Held(held) => held.instrument.forget_question(),
            Self::Staged(staged) => staged.stage.forget_question(),
            Self::Recorded(recorded) => recorded.instrument.forget_question(),
            Self::Shared(shared) => shared.drivers().for_each(Driver::forget_question),
            Self::Played(played) => played.forget_question(),
        }
    }

    /// The next block, appended to `bytes`; `None` once the story has ended.
    pub fn next_block(&mut self, bytes: &mut Vec<u8>) -> Option<Block> {
        match self {
            Self::Held(held) => Some(held.next_block(bytes)),
            Self::Staged(staged) => staged.next_block(bytes),
            Self::Recorded(recorded) => recorded.next_block(bytes),
            Self::Shared(shared) => shared.next_block(),
            Self::Played(played) => played.next_block(bytes),
        }
    }

    /// The plant's truth at the block just made, where there is a plant.
    #[must_use]
    pub fn truth(&self) -> Option<(Truth, Moment, &[FaultEvent])> {
        match self {
            Self::Staged(staged) => {
                let stage = &staged.stage;
                Some((*stage.truth(), stage.moment(), stage.faults()))
            }
            Self::Held(_) | Self::Recorded(_) | Self::Played(_) | Self::Shared(_) => None,
        }
    }
}

impl Held {
    fn next_block(&mut self, bytes: &mut Vec<u8>) -> Block {
        self.now += self.every;
        self.is_odd = !self.is_odd;
        let befallen = fault::befallen(&self.sensed, &self.faults, self.now, self.is_odd);
        self.instrument.observe(self.now, befallen.as_ref().unwrap_or(&self.sensed));
        self.instrument.write_block(bytes);
        Block { due: self.now, cable_is_out: false }
    }
}

impl Staged {
    /// Steps the plant up to its next block, as the instrument says it: the line's faults come after. A block
    /// that the line swallows is a block all the same: its instant is when the cable is seen to be out.
    fn next_block(&mut self, bytes: &mut Vec<u8>) -> Option<Block> {
        while self.stage.truth().at < self.until {
            if self.stage.step_unspoiled(bytes) {
                return Some(Block { due: self.stage.truth().at, cable_is_out: self.stage.cable_is_out() });
            }
        }
        None
    }
}

impl Recorded {
    fn next_block(&mut self, bytes: &mut Vec<u8>) -> Option<Block> {
        let (due, sensed) = self.rows.next()?;
        self.is_odd = !self.is_odd;
        let befallen = fault::befallen(&sensed, &self.faults, due, self.is_odd);
        self.instrument.observe(due, befallen.as_ref().unwrap_or(&sensed));
        self.instrument.write_block(bytes);
        Some(Block { due, cable_is_out: false })
    }
}
