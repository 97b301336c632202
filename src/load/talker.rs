//! One virtual device that talks by itself: its instrument, the faults of its line, and a decoder of its own that says
//! how many frames a monitor can find in what it put on the line.

use hil::DeviceKind;
use hil::device::{BmvSettings, Instrument, InstrumentSettings};
use hil::link::{LineFaults, Paced};
use hil::wire::Decoder;
use signals::{Amps, Celsius, FaultEvent, Reading, Seed, SimTime, Span, Volts};

/// The device, on the run's clock.
#[derive(Debug)]
pub struct Talker {
    instrument: Instrument,
    faults: LineFaults,
    /// The line's rate; none where bytes are handed over whole.
    paced: Option<Paced>,
    reference: Decoder,
    every: Span,
    due: SimTime,
    /// Sets it apart from the others.
    number: u64,
    blocks: u64,
}

/// What every talker of a crowd has in common.
#[derive(Debug, Clone)]
pub struct Manner {
    /// What kind of device it is.
    pub kind: DeviceKind,
    /// How often it talks.
    pub every: Span,
    /// The faults of its line.
    pub faults: Vec<FaultEvent>,
    /// How many bytes a terminal gets at a time: what the line has carried over this span; whole blocks where absent.
    pub grain: Option<Span>,
    /// Names its chance.
    pub seed: Seed,
}

impl Talker {
    /// The `number`th of `crowd` talkers, which talk one after the other.
    #[must_use]
    pub fn new(manner: &Manner, number: u64, crowd: u64) -> Self {
        let bmv = BmvSettings { history_every: 1, ..BmvSettings::default() };
        let settings = InstrumentSettings { bmv, ..InstrumentSettings::default() };
        let stream = manner.seed.part(&number.to_string()).stream("load.line");
        let phase = manner.every.as_nanos() as f64 * number as f64 / crowd.max(1) as f64;
        Self {
            instrument: Instrument::new(manner.kind, &settings),
            faults: LineFaults::new(stream, manner.kind, &manner.faults),
            paced: manner.grain.map(|grain| Paced::new(manner.kind.baud_rate(), grain)),
            reference: Decoder::new(manner.kind),
            every: manner.every,
            due: SimTime::from_nanos(phase as i64),
            number,
            blocks: 0,
        }
    }

    /// Says what is due by `now`, where it is due before `until`, and appends what the line has carried by then. Gives
    /// how late it spoke.
    pub fn step(&mut self, now: SimTime, until: SimTime, out: &mut Vec<u8>) -> Span {
        let mut late = Span::ZERO;
        while self.due <= now && self.due < until {
            late = late.max(now - self.due);
            let mut block = Vec::new();
            self.instrument.observe(self.due, &self.sensed());
            self.instrument.write_block(&mut block);
            self.faults.apply(self.due, &mut block);
            self.say(now, &block, out);
            self.blocks += 1;
            self.due += self.every;
        }
        if let Some(paced) = &mut self.paced {
            paced.leave(now, out);
        }
        late
    }

    fn say(&mut self, now: SimTime, block: &[u8], out: &mut Vec<u8>) {
        self.reference.push(block);
        while self.reference.poll().is_some() {}
        match &mut self.paced {
            Some(paced) => paced.push(now, block),
            None => out.extend_from_slice(block),
        }
    }

    /// Frames that can be found in what it said.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.reference.stats().frames_good_total
    }

    /// Frames that its line has spoiled so that they are known to be spoiled.
    #[must_use]
    pub fn spoiled(&self) -> u64 {
        self.reference.stats().frames_bad_total
    }

    /// A battery that is charged and drawn from in turn, each at another point of it.
    fn sensed(&self) -> Reading {
        let turn = (self.blocks as f64 / 600.0 + self.number as f64 * 0.618).fract();
        let amps = 6.0 * (std::f64::consts::TAU * turn).sin();
        Reading {
            voltage: Some(Volts::new(12.7 + 0.05 * amps)),
            current: Some(Amps::new(amps)),
            temperature: Some(Celsius::new(5.0)),
            ..Reading::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::FaultKind;

    fn manner(faults: Vec<FaultEvent>, grain: Option<Span>) -> Manner {
        let every = Span::from_millis(1000);
        Manner { kind: DeviceKind::VedirectBmv, every, faults, grain, seed: Seed(1) }
    }

    /// Frames a monitor finds in ten seconds of it, and what the talker says there is.
    fn check(manner: &Manner) -> (u64, u64) {
        let (mut talker, mut monitor) = (Talker::new(manner, 3, 10), Decoder::new(manner.kind));
        for tick in 0..800 {
            let (now, mut out) = (SimTime::from_secs(f64::from(tick) * 0.016), Vec::new());
            talker.step(now, SimTime::from_secs(10.0), &mut out);
            monitor.push(&out);
            while monitor.poll().is_some() {}
        }
        (monitor.stats().frames_good_total, talker.frames())
    }

    #[test]
    fn a_monitor_that_loses_nothing_finds_as_many_frames_as_the_talker_says() {
        for grain in [None, Some(Span::from_millis(16))] {
            assert_eq!(check(&manner(Vec::new(), grain)), (20, 20));
        }
        let noise = FaultEvent::new(FaultKind::LineNoise, 0.002, SimTime::ZERO, SimTime::from_secs(1e6));
        let (found, told) = check(&manner(vec![noise], None));
        assert!(found == told && (1..20).contains(&told), "{found} of {told}");
    }
}
