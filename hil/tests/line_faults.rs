//! What a collector does with each fault of the line, in virtual time, for every kind of device: no value that was
//! not told, nothing old for new, the next good frame decoded, and what was spoiled counted.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use hil::bus::{Master, Seat};
use hil::device::{Instrument, InstrumentSettings};
use hil::link::LineFaults;
use hil::wire::{Decoder, vedirect};
use hil::{DeviceKind, Gather};
use signals::fault::Part;
use signals::{
    AmpHours, Amps, Celsius, FaultEvent, FaultKind, Reading, Seed, SimTime, Soc, Span, Volts, Watts,
};

/// The fault acts from here …
const FROM_SECS: f64 = 100.0;
/// … to here; a master that was silenced asks again within a minute.
const UNTIL_SECS: f64 = 200.0;
const END_SECS: f64 = 400.0;
/// From here on everything must be as if there had been no fault.
const SOUND_SECS: f64 = 330.0;
const TIMEOUT: Span = Span::from_millis(500);
/// What a device thinks before it answers.
const THINKING: Span = Span::from_millis(40);

/// A battery whose current and voltage tell the second.
fn battery(second: u32) -> Reading {
    let turn = f64::from(second);
    Reading {
        voltage: Some(Volts::new(12.0 + 0.01 * (turn % 97.0))),
        current: Some(Amps::new(0.05 + 0.05 * (turn % 400.0))),
        temperature: Some(Celsius::new(-10.0)),
        device_soc: Some(Soc::clamped(0.5)),
        consumed: Some(AmpHours::new(50.0)),
        capacity: Some(AmpHours::new(100.0)),
        cells: vec![Volts::new(3.2); 4],
        pv_voltage: Some(Volts::new(18.0)),
        pv_power: Some(Watts::new(60.0)),
        load_current: Some(Amps::new(1.5)),
        current_is_net: true,
        ..Reading::default()
    }
}

fn severity(kind: FaultKind) -> f64 {
    match kind {
        FaultKind::LineNoise
        | FaultKind::LineFlips
        | FaultKind::LineDrops
        | FaultKind::LineInserts
        | FaultKind::LineDoubles => 0.002,
        FaultKind::LineLate => 1.2,
        FaultKind::LineStalls => 1.3,
        _ => 0.3,
    }
}

/// What came of four hundred seconds.
#[derive(Default)]
struct Story {
    /// What the device said, and what was published, each with its instant.
    said: Vec<(SimTime, Reading)>,
    published: Vec<(SimTime, Reading)>,
    hits: u64,
    /// Frames that did not fit, or bytes that were none, as the decoder counted them.
    spoiled: u64,
    timeouts: u64,
}

/// A decoder with what joins its frames.
struct Ear {
    decoder: Decoder,
    gather: Gather,
}

impl Ear {
    fn new(kind: DeviceKind) -> Self {
        Self { decoder: Decoder::new(kind), gather: Gather::new(kind) }
    }

    fn hear(&mut self, now: SimTime, bytes: &[u8], out: &mut Vec<(SimTime, Reading)>) {
        self.decoder.push(bytes);
        while let Some(frame) = self.decoder.poll() {
            out.extend(self.gather.take(now, &frame).map(|reading| (now, reading)));
        }
    }
}

fn line(device: DeviceKind, kind: FaultKind) -> LineFaults {
    let at = SimTime::from_secs;
    let fault = FaultEvent::new(kind, severity(kind), at(FROM_SECS), at(UNTIL_SECS));
    LineFaults::new(Seed(17).stream(kind.name()), device, &[fault])
}

/// A device that talks by itself, asked in HEX now and then.
fn talked(kind: DeviceKind, fault: FaultKind) -> Story {
    let mut story = Story::default();
    let mut line = line(kind, fault);
    let mut device = Instrument::new(kind, &InstrumentSettings::default());
    let (mut ear, mut clean) = (Ear::new(kind), Ear::new(kind));
    let mut block = Vec::new();
    for tick in 1..(END_SECS * 10.0) as i64 {
        let now = SimTime::ZERO + Span::from_millis(100 * tick);
        if tick % 10 == 0 {
            device.observe(now, &battery((tick / 10) as u32));
            block.clear();
            device.write_block(&mut block);
            clean.hear(now, &block, &mut story.said);
            line.send(now, &block);
        }
        if tick % 200 == 5 {
            let question = vedirect::hex_get(0xED8D);
            line.heard(now, &question);
            block.clear();
            device.answer(&question, &mut block);
            line.send(now, &block);
        }
        let mut arrived = Vec::new();
        line.receive(now, &mut arrived);
        ear.hear(now, &arrived, &mut story.published);
    }
    let stats = ear.decoder.stats();
    story.spoiled = stats.frames_bad_total + stats.frames_partial_total + stats.bytes_dropped_total;
    story.hits = line.hits_total();
    story
}

/// A device that is asked by the bus master.
fn asked(kind: DeviceKind, fault: FaultKind) -> Story {
    let mut story = Story::default();
    let mut line = line(kind, fault);
    let mut device = Instrument::new(kind, &InstrumentSettings::default());
    let (mut ear, mut clean) = (Ear::new(kind), Ear::new(kind));
    let seat = Seat { kind, address: None, every: Span::from_millis(1000) };
    let mut now = SimTime::ZERO;
    let mut master = Master::new(now, &[seat], TIMEOUT).unwrap();
    while now < SimTime::from_secs(END_SECS) {
        master.handle_timeout(now);
        if let Some(question) = master.poll_transmit(now) {
            device.observe(now, &battery(now.as_secs() as u32));
            let mut answer = Vec::new();
            device.answer(&question, &mut answer);
            clean.hear(now, &answer, &mut story.said);
            line.heard(now, &question);
            line.send(now + THINKING, &answer);
        }
        now = [master.next_timeout(), line.next_arrival()].into_iter().flatten().min().unwrap().max(now);
        let mut arrived = Vec::new();
        line.receive(now, &mut arrived);
        if !arrived.is_empty() {
            master.receive(now, &arrived);
        }
        while let Some(answer) = master.poll_answer() {
            ear.hear(now, &answer.bytes, &mut story.published);
        }
    }
    story.timeouts = master.stats(0).timeouts_total;
    story.spoiled = master.stray_bytes_total() + story.timeouts;
    story.hits = line.hits_total();
    story
}

fn told(kind: DeviceKind, fault: FaultKind) -> Story {
    if kind.is_polled() { asked(kind, fault) } else { talked(kind, fault) }
}

/// Published readings that nobody said, or, where the device was asked, that were said too long ago to answer.
fn wrong(kind: DeviceKind, story: &Story) -> u64 {
    let pair = |reading: &Reading| (reading.voltage, reading.current, reading.temperature);
    let mut wrong = 0;
    for (at, reading) in &story.published {
        let fresh = |said: &SimTime| !kind.is_polled() || *at - *said <= TIMEOUT;
        let sound = story.said.iter().any(|(said, own)| fresh(said) && pair(own) == pair(reading));
        wrong += u64::from(!sound);
    }
    wrong
}

fn count(story: &Story, from_secs: f64, until_secs: f64) -> usize {
    let within = |at: &SimTime| (from_secs..until_secs).contains(&at.as_secs());
    story.published.iter().filter(|(at, _)| within(at)).count()
}

fn line_faults() -> impl Iterator<Item = FaultKind> {
    FaultKind::ALL.iter().copied().filter(|kind| kind.part() == Part::Line && *kind != FaultKind::CablePulled)
}

/// An eight-bit sum passes one spoiled frame in 256; whole frames that are missing, late or doubled never mislead.
fn wrong_allowed(fault: FaultKind, hits: u64) -> u64 {
    let hits_bytes = matches!(
        fault,
        FaultKind::LineNoise
            | FaultKind::LineFlips
            | FaultKind::LineDrops
            | FaultKind::LineInserts
            | FaultKind::LineDoubles
            | FaultKind::LineBursts
    );
    if hits_bytes { hits / 100 } else { 0 }
}

#[test]
fn no_fault_of_the_line_makes_a_false_value() {
    for kind in DeviceKind::ALL {
        for fault in line_faults() {
            let story = told(kind, fault);
            let wrong = wrong(kind, &story);
            println!(
                "{kind} {}: {} hits, {} published, {wrong} wrong",
                fault.name(),
                story.hits,
                story.published.len()
            );
            assert!(story.hits > 0, "{kind} {fault:?} never struck");
            assert!(wrong <= wrong_allowed(fault, story.hits), "{kind} {fault:?}: {wrong} of {}", story.hits);
        }
    }
}

#[test]
fn after_each_fault_the_collector_is_where_it_would_have_been_without() {
    for kind in DeviceKind::ALL {
        for fault in line_faults() {
            let story = told(kind, fault);
            let (before, after) = (count(&story, 30.0, FROM_SECS), count(&story, SOUND_SECS, END_SECS));
            assert!(before >= 69 && after >= 69, "{kind} {fault:?}: {before} before, {after} after");
        }
    }
}

#[test]
fn what_is_spoiled_costs_its_own_sample_and_is_counted() {
    let whole = [FaultKind::LineLate, FaultKind::LineStalls, FaultKind::LineEchoes];
    for kind in DeviceKind::ALL {
        for fault in line_faults().filter(|fault| !whole.contains(fault)) {
            let story = told(kind, fault);
            let during = count(&story, FROM_SECS, UNTIL_SECS);
            // A long frame is hit more often than not, and who is silent is asked ever more rarely.
            assert!(during >= 3, "{kind} {fault:?}: {during} of 100 published");
            let silent = fault == FaultKind::FrameMissing && !kind.is_polled();
            assert!(silent || story.spoiled > 0, "{kind} {fault:?}: nothing counted");
        }
    }
}

#[test]
fn an_echo_costs_nothing_and_a_late_talker_loses_nothing() {
    for kind in DeviceKind::ALL {
        let story = told(kind, FaultKind::LineEchoes);
        assert!(count(&story, FROM_SECS, UNTIL_SECS) >= 99 && story.timeouts == 0, "{kind}");
    }
    for kind in DeviceKind::ALL.into_iter().filter(|kind| !kind.is_polled()) {
        for fault in [FaultKind::LineLate, FaultKind::LineStalls] {
            let story = told(kind, fault);
            assert_eq!((story.published.len(), story.spoiled), (story.said.len(), 0), "{kind} {fault:?}");
        }
    }
}

#[test]
fn answers_that_come_too_late_are_given_up_and_never_taken_for_anothers() {
    for kind in DeviceKind::ALL.into_iter().filter(|kind| kind.is_polled()) {
        for fault in [FaultKind::LineLate, FaultKind::LineStalls] {
            let story = told(kind, fault);
            assert!(story.timeouts > 0, "{kind} {fault:?}");
            assert_eq!(wrong(kind, &story), 0, "{kind} {fault:?}");
        }
    }
}

#[test]
fn a_blocked_charge_is_told_by_the_boards_that_can() {
    let told = |kind: DeviceKind, name: &str| {
        let mut device = Instrument::new(kind, &InstrumentSettings::default());
        let at = SimTime::from_secs;
        device.plan_fault(&FaultEvent::new(FaultKind::BmsColdBlock, 0.0, at(10.0), at(20.0)));
        [5.0, 15.0, 25.0].map(|secs| {
            device.observe(at(secs), &Reading { temperature: Some(Celsius::new(12.0)), ..battery(1) });
            let mut answers = Vec::new();
            device.write_block(&mut answers);
            if kind == DeviceKind::Daly {
                device.answer(&hil::wire::daly::request(hil::wire::daly::STATE), &mut answers);
            }
            let mut decoder = Decoder::new(kind);
            decoder.push(&answers);
            let mut value = String::new();
            while let Some(frame) = decoder.poll() {
                let field =
                    frame.fields().find(|(field, _)| *field == name).map(|(_, value)| value.to_owned());
                value = field.unwrap_or(value);
            }
            value
        })
    };
    assert_eq!(told(DeviceKind::Jbd, "mosfets"), ["03", "02", "03"]);
    assert_eq!(told(DeviceKind::Jbd, "protection"), ["0000", "0020", "0000"]);
    assert_eq!(told(DeviceKind::Daly, "charge_mosfet"), ["1", "0", "1"]);
}
