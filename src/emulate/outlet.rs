//! From what an instrument says to what leaves on the line: the line's faults, then its rate. Nothing here waits;
//! every instant is one of the run's clock.
//!
//! ```text
//! block, answer -> LineFaults -> Paced -> bytes with their instant
//! ```

use hil::link::{FaultSpans, LineFaults, Paced};
use hil::{DeviceKind, FaultHit};
use signals::{FaultEvent, SimTime, Span, Stream};

/// What a device thinks before it speaks; also more than the 3.5 characters that end a Modbus frame.
const THINKING: Span = Span::from_millis(5);

/// The sending end of an emulated line.
#[derive(Debug)]
pub struct Outlet {
    polled: bool,
    line: LineFaults,
    paced: Paced,
    spans: FaultSpans,
    log: Vec<FaultHit>,
}

impl Outlet {
    /// The line of a device of this kind with its faults; bytes leave in grains of this size.
    #[must_use]
    pub fn new(kind: DeviceKind, faults: &[FaultEvent], stream: Stream, grain: Span) -> Self {
        Self {
            polled: kind.is_polled(),
            line: LineFaults::new(stream, kind, faults),
            paced: Paced::new(kind.baud_rate(), grain),
            spans: FaultSpans::new(faults),
            log: Vec::new(),
        }
    }

    /// The block that fell due at `due` is handed over at `now`. A polled device's is not sent: it moves the faults
    /// on, no more.
    pub fn say(&mut self, due: SimTime, now: SimTime, block: &[u8]) {
        self.spans.look(due, self.line.sent_total(), &mut self.log);
        if self.line.is_pulled(due) {
            self.paced.clear();
        }
        if !self.polled {
            self.line.send(due, block);
        }
        self.carry(now.max(due));
    }

    /// The answer to what was heard at `now`. A device that talks by itself puts it between two lines of its block.
    pub fn answer(&mut self, now: SimTime, speaker: DeviceKind, heard: &[u8], answer: &[u8]) {
        self.line.speaks(speaker);
        if self.polled {
            let asked = now + self.paced.carrying(heard.len());
            self.line.heard(asked, heard);
            self.line.send(asked + THINKING, answer);
            return;
        }
        let mut arrived = Vec::new();
        self.carry(now);
        self.line.heard(now, heard);
        self.line.send(now, answer);
        self.line.receive(now, &mut arrived);
        if !arrived.is_empty() {
            self.paced.push_between_lines(now, &arrived);
        }
    }

    /// When something leaves next.
    #[must_use]
    pub fn next(&self) -> Option<SimTime> {
        [self.line.next_arrival(), self.paced.next()].into_iter().flatten().min()
    }

    /// Appends what has left by `now`.
    pub fn leave(&mut self, now: SimTime, out: &mut Vec<u8>) {
        while let Some(arrival) = self.line.next_arrival().filter(|arrival| *arrival <= now) {
            self.carry(arrival);
        }
        self.paced.leave(now, out);
    }

    /// The cable is out at `now`.
    #[must_use]
    pub fn is_pulled(&self, now: SimTime) -> bool {
        self.line.is_pulled(now)
    }

    /// What the faults have done since the last call.
    pub fn take_log(&mut self) -> Vec<FaultHit> {
        self.log.append(&mut self.line.take_log());
        std::mem::take(&mut self.log)
    }

    fn carry(&mut self, now: SimTime) {
        let mut arrived = Vec::new();
        self.line.receive(now, &mut arrived);
        if !arrived.is_empty() {
            self.paced.push(now, &arrived);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use hil::device::{Instrument, InstrumentSettings};
    use hil::wire::{Decoder, FrameKind, vedirect};
    use signals::{Amps, FaultKind, Reading, Seed, Volts};

    const GRAIN: Span = Span::from_millis(2);

    fn outlet(kind: DeviceKind, faults: &[FaultEvent]) -> Outlet {
        Outlet::new(kind, faults, Seed(1).stream("line"), GRAIN)
    }

    /// Everything that leaves from now on, grain by grain, with its instant.
    fn drain(outlet: &mut Outlet) -> Vec<(SimTime, Vec<u8>)> {
        let mut left = Vec::new();
        while let Some(next) = outlet.next() {
            let mut out = Vec::new();
            outlet.leave(next, &mut out);
            left.extend(Some((next, out)).filter(|(_, out)| !out.is_empty()));
        }
        left
    }

    fn bytes(left: Vec<(SimTime, Vec<u8>)>) -> Vec<u8> {
        left.into_iter().flat_map(|(_, bytes)| bytes).collect()
    }

    fn device(kind: DeviceKind) -> Instrument {
        let mut device = Instrument::new(kind, &InstrumentSettings::default());
        let sensed =
            Reading { voltage: Some(Volts::new(12.6)), current: Some(Amps::new(-2.0)), ..Reading::default() };
        device.observe(SimTime::ZERO, &sensed);
        device
    }

    #[test]
    fn a_block_of_nineteen_thousand_two_hundred_baud_takes_its_time() {
        let (mut outlet, mut block) = (outlet(DeviceKind::VedirectBmv, &[]), Vec::new());
        device(DeviceKind::VedirectBmv).write_block(&mut block);
        let due = SimTime::from_secs(1.0);
        outlet.say(due, due, &block);
        let left = drain(&mut outlet);
        let (first, last) = (left.first().unwrap(), left.last().unwrap());
        let whole = block.len() as f64 * 10.0 / 19_200.0;
        assert!(((last.0 - due).as_secs() - whole).abs() < 1e-5, "{:?} of {whole}", last.0 - due);
        assert!(first.1.len() <= 4 && left.len() * 4 >= block.len(), "not a whole block at once");
        assert_eq!(bytes(left), block);
    }

    #[test]
    fn a_hex_answer_stands_inside_the_text_and_both_are_read() {
        let kind = DeviceKind::VedirectBmv;
        let (mut outlet, mut block, mut answer) = (outlet(kind, &[]), Vec::new(), Vec::new());
        let mut device = device(kind);
        device.write_block(&mut block);
        outlet.say(SimTime::ZERO, SimTime::ZERO, &block);
        let (asked, mut bytes) = (SimTime::from_secs(0.03), Vec::new());
        outlet.leave(asked, &mut bytes);
        let question = vedirect::hex_get(0xED8D);
        device.answer(&question, &mut answer);
        outlet.answer(asked, kind, &question, &answer);
        bytes.extend(self::bytes(drain(&mut outlet)));
        let at = bytes.windows(answer.len()).position(|window| window == answer).unwrap();
        assert!(at > 0 && at + answer.len() < bytes.len(), "inside");
        let mut decoder = Decoder::new(kind);
        decoder.push(&bytes);
        while decoder.poll().is_some() {}
        assert_eq!((decoder.good_total(FrameKind::Text), decoder.good_total(FrameKind::Hex)), (2, 1));
        assert_eq!(decoder.stats().frames_bad_total, 0);
    }

    #[test]
    fn an_answer_leaves_when_the_line_could_have_carried_question_and_answer() {
        let kind = DeviceKind::Jbd;
        let (mut outlet, mut answer) = (outlet(kind, &[]), Vec::new());
        let question = hil::wire::round(kind, None).remove(0);
        device(kind).answer(&question, &mut answer);
        let asked = SimTime::from_secs(5.0);
        outlet.answer(asked, kind, &question, &answer);
        let last = drain(&mut outlet).last().unwrap().0;
        let carried = (question.len() + answer.len()) as f64 * 10.0 / 9_600.0 + THINKING.as_secs();
        assert!(((last - asked).as_secs() - carried).abs() < 1e-5, "{:?} of {carried}", last - asked);
    }

    #[test]
    fn a_late_answer_is_later_by_the_delay_and_a_pulled_cable_carries_none() {
        let at = SimTime::from_secs;
        let late = FaultEvent::new(FaultKind::LineLate, 0.7, at(0.0), at(10.0));
        let pulled = FaultEvent::new(FaultKind::CablePulled, 0.0, at(20.0), at(30.0));
        let mut outlet = outlet(DeviceKind::Jbd, &[late, pulled]);
        outlet.answer(at(1.0), DeviceKind::Jbd, b"ask", b"tell");
        assert!(outlet.next().unwrap() > at(1.7));
        assert_eq!(bytes(drain(&mut outlet)), b"tell");
        outlet.answer(at(25.0), DeviceKind::Jbd, b"ask", b"tell");
        assert!(drain(&mut outlet).is_empty());
        outlet.say(at(26.0), at(26.0), b"");
        let kinds: Vec<_> = outlet.take_log().iter().map(|hit| hit.kind).collect();
        assert!(kinds.contains(&FaultKind::LineLate) && kinds.contains(&FaultKind::CablePulled), "{kinds:?}");
    }
}
