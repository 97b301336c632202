//! Polled devices: what they measure comes through question and answer to within their own steps, late
//! answers are nobody's, and a dead device costs the others next to nothing.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use hil::bus::{BusError, LATE_TIMEOUTS, Master, Seat};
use hil::device::{Instrument, InstrumentSettings};
use hil::wire::modbus::read_request;
use hil::wire::{Decoder, daly, jbd, round};
use hil::{DeviceKind, Gather};
use proptest::prelude::*;
use rand::RngExt;
use signals::{AmpHours, Amps, Celsius, Reading, Seed, SimTime, Soc, Span, Volts, Watts};

const POLLED: [DeviceKind; 7] = [
    DeviceKind::Epever,
    DeviceKind::Renogy,
    DeviceKind::RenogyBattery,
    DeviceKind::Jbd,
    DeviceKind::Daly,
    DeviceKind::Junctek,
    DeviceKind::Jk,
];

fn instrument(kind: DeviceKind, settings: InstrumentSettings, sensed: &Reading) -> Instrument {
    let mut instrument = Instrument::new(kind, &settings);
    instrument.observe(SimTime::ZERO, sensed);
    instrument
}

/// The reading after one round of questions. Each question comes in two parts, and the host hears its
/// own echo where the line gives one.
fn polled(kind: DeviceKind, settings: InstrumentSettings, sensed: &Reading, echo: bool) -> Reading {
    let mut device = instrument(kind, settings, sensed);
    let mut decoder = Decoder::with_current(kind, settings.responder.current_reversed);
    let mut gather = Gather::new(kind);
    let mut got = None;
    for question in round(kind, settings.responder.address) {
        let mut answer = Vec::new();
        let (start, rest) = question.split_at(question.len() / 2);
        device.answer(start, &mut answer);
        assert!(answer.is_empty(), "half a question is not answered");
        device.answer(rest, &mut answer);
        assert!(!answer.is_empty(), "{kind}");
        decoder.expect(&question);
        if echo {
            decoder.push(&question);
        }
        decoder.push(&answer);
        while let Some(frame) = decoder.poll() {
            got = gather.take(SimTime::ZERO, &frame).or(got);
        }
    }
    assert_eq!(decoder.stats().bytes_dropped_total, 0, "{kind}");
    got.unwrap()
}

/// The size of one step of what the device tells; `None` where it does not tell it.
struct Steps {
    volts: f64,
    amps: Option<f64>,
    celsius: Option<f64>,
    soc: Option<f64>,
    capacity: Option<f64>,
    consumed: Option<f64>,
    cells: Option<f64>,
    pv: Option<(f64, f64, f64)>,
    load: Option<f64>,
}

fn steps(kind: DeviceKind) -> Steps {
    let none = Steps {
        volts: 0.01,
        amps: Some(0.01),
        celsius: Some(1.0),
        soc: Some(0.01),
        capacity: None,
        consumed: None,
        cells: None,
        pv: None,
        load: None,
    };
    match kind {
        DeviceKind::Epever => {
            Steps { celsius: Some(0.01), pv: Some((0.01, 0.01, 0.01)), load: Some(0.01), ..none }
        }
        DeviceKind::Renogy => Steps { volts: 0.1, pv: Some((0.1, 0.01, 1.0)), load: Some(0.01), ..none },
        DeviceKind::RenogyBattery => Steps {
            volts: 0.1,
            celsius: Some(0.1),
            soc: Some(2e-3),
            capacity: Some(0.001),
            consumed: Some(0.003),
            cells: Some(0.1),
            ..none
        },
        DeviceKind::Jbd => Steps {
            celsius: Some(0.1),
            capacity: Some(0.01),
            consumed: Some(0.03),
            cells: Some(0.001),
            ..none
        },
        DeviceKind::Daly => Steps { volts: 0.1, amps: Some(0.1), soc: Some(0.001), ..none },
        DeviceKind::Junctek => Steps { soc: None, capacity: Some(0.1), ..none },
        DeviceKind::Jk => Steps { capacity: Some(1.0), cells: Some(0.001), ..none },
        DeviceKind::VedirectBmv | DeviceKind::VedirectMppt => none,
    }
}

fn check(what: &str, got: Option<f64>, sent: Option<f64>, step: Option<f64>) {
    let Some(step) = step else { return };
    let near = match (got, sent) {
        (Some(got), Some(sent)) => (got - sent).abs() <= 0.5 * step + 1e-9,
        (got, sent) => got.is_none() && sent.is_none(),
    };
    assert!(near, "{what}: sent {sent:?}, got {got:?}, step {step}");
}

fn check_round_trip(kind: DeviceKind, settings: InstrumentSettings, sent: &Reading, echo: bool) {
    let got = polled(kind, settings, sent, echo);
    let steps = steps(kind);
    let volts = |reading: &Reading| reading.voltage.map(Volts::as_volts);
    check("voltage", volts(&got), volts(sent), Some(steps.volts));
    let amps = sent.current.map(|current| match kind {
        DeviceKind::Renogy => current.as_amps().max(0.0),
        _ => current.as_amps(),
    });
    check("current", got.current.map(Amps::as_amps), amps, steps.amps);
    assert_eq!(got.current_is_net, kind.tells_net_current(), "{kind}");
    let celsius = |reading: &Reading| reading.temperature.map(Celsius::as_celsius);
    check("temperature", celsius(&got), celsius(sent), steps.celsius);
    let soc = |reading: &Reading| reading.device_soc.map(Soc::as_ratio);
    check("soc", soc(&got), soc(sent), steps.soc);
    let capacity = |reading: &Reading| reading.capacity.map(AmpHours::as_amp_hours);
    check("capacity", capacity(&got), capacity(sent), steps.capacity);
    let consumed = |reading: &Reading| reading.consumed.map(AmpHours::as_amp_hours);
    check("consumed", consumed(&got), consumed(sent), steps.consumed);
    if let Some(step) = steps.cells {
        assert_eq!(got.cells.len(), sent.cells.len(), "{kind}");
        for (got, sent) in got.cells.iter().zip(&sent.cells) {
            check("cell", Some(got.as_volts()), Some(sent.as_volts()), Some(step));
        }
    }
    if let Some((volts, amps, watts)) = steps.pv {
        check("pv V", got.pv_voltage.map(Volts::as_volts), sent.pv_voltage.map(Volts::as_volts), Some(volts));
        check("pv A", got.pv_current.map(Amps::as_amps), sent.pv_current.map(Amps::as_amps), Some(amps));
        check("pv W", got.pv_power.map(Watts::as_watts), sent.pv_power.map(Watts::as_watts), Some(watts));
        check("load", got.load_current.map(Amps::as_amps), sent.load_current.map(Amps::as_amps), steps.load);
    }
}

prop_compose! {
    fn reading()(
        volts in 0.0..60.0, amps in -320.0..320.0, celsius in prop::option::of(-39.0..60.0), soc in 0.0..=1.0,
        capacity in 5.0..600.0, cells in prop::collection::vec(0.6..4.5, 1..16),
        pv in (0.0..150.0, 0.0..60.0, 0.0..5_000.0), load in 0.0..60.0,
    ) -> Reading {
        Reading {
            voltage: Some(Volts::new(volts)),
            current: Some(Amps::new(amps)),
            temperature: celsius.map(Celsius::new),
            device_soc: Some(Soc::clamped(soc)),
            consumed: Some(AmpHours::new(capacity * (1.0 - soc))),
            capacity: Some(AmpHours::new(capacity)),
            cells: cells.into_iter().map(Volts::new).collect(),
            pv_voltage: Some(Volts::new(pv.0)),
            pv_current: Some(Amps::new(pv.1)),
            pv_power: Some(Watts::new(pv.2)),
            load_current: Some(Amps::new(load)),
            current_is_net: true,
            ..Reading::default()
        }
    }
}

proptest! {
    #[test]
    fn what_a_polled_device_measures_comes_through_to_half_a_step(
        sent in reading(), echo in any::<bool>(), reversed in any::<bool>(), picky in any::<bool>(),
    ) {
        for kind in POLLED {
            // A charge current has one direction.
            let reversed = reversed && kind.tells_net_current();
            let mut settings = InstrumentSettings::default();
            settings.responder.current_reversed = reversed;
            settings.responder.picky = picky;
            check_round_trip(kind, settings, &sent, echo);
        }
    }
}

/// What a device answers to these bytes.
fn answer(kind: DeviceKind, picky: bool, question: &[u8]) -> Vec<u8> {
    let mut settings = InstrumentSettings::default();
    settings.responder.picky = picky;
    let sensed = Reading {
        voltage: Some(Volts::new(12.76)),
        current: Some(Amps::new(-2.37)),
        temperature: Some(Celsius::new(-12.0)),
        ..Reading::default()
    };
    let mut out = Vec::new();
    instrument(kind, settings, &sensed).answer(question, &mut out);
    out
}

#[test]
fn a_question_that_is_wrong_gets_what_a_real_device_gives() {
    let ask = |address, function, start, count| {
        answer(DeviceKind::Epever, true, &read_request(address, function, start, count))
    };
    assert_eq!(ask(1, 4, 0x3100, 18).len(), 41);
    for (start, count) in [(0x3100, 19), (0x3300, 21), (0x3000, 1), (0x311A, 2)] {
        assert_eq!(ask(1, 4, start, count)[1..3], [0x84, 2], "{start:04X} {count}");
    }
    assert_eq!(ask(1, 2, 0x200C, 1)[1..4], [2, 1, 1], "no panel, so it is night");
    assert_eq!(ask(1, 4, 0x5000, 1)[1..3], [0x84, 2], "no such register");
    assert_eq!(ask(1, 1, 0, 1)[1..3], [0x81, 1], "no such function");
    assert!(ask(2, 4, 0x3100, 18).is_empty(), "another's address");
    assert!(ask(0, 4, 0x3100, 18).is_empty(), "everybody's address");
    let mut wrong = read_request(1, 4, 0x3100, 1);
    *wrong.last_mut().unwrap() ^= 1;
    assert!(answer(DeviceKind::Epever, false, &wrong).is_empty());
    let vendor = [0xFF, 0x41, 0, 0, 0, 0, 0x28, 0x1B];
    assert_eq!(answer(DeviceKind::Renogy, false, &vendor), [0xFF, 0xC1, 0x01, 0xD1, 0xA0]);
    assert_eq!(answer(DeviceKind::Jbd, false, &jbd::request(0x42))[2], 0x80);
}

#[test]
fn a_renogy_answers_under_255_too_and_shows_frost_as_sign_and_magnitude() {
    for address in [1, 255] {
        let answer = answer(DeviceKind::Renogy, false, &read_request(address, 3, 0x0103, 1));
        assert_eq!(answer[..5], [address, 3, 2, 0x87, 0x8C], "-7 and -12 °C");
    }
}

#[test]
fn a_question_behind_noise_is_answered() {
    for kind in POLLED {
        for question in round(kind, None) {
            let plain = answer(kind, false, &question);
            let noisy = [b"\xFF\x00\xDD\xA5\x01".as_slice(), &question].concat();
            let again = [noisy.as_slice(), &question].concat();
            // A false start may swallow the first question, never the second.
            let given = answer(kind, false, &again);
            assert!(given.ends_with(&plain), "{kind}: {given:02X?}");
        }
    }
}

const TIMEOUT: Span = Span::from_millis(300);

fn seats(addresses: &[u8]) -> Vec<Seat> {
    let seat = |address: &u8| Seat {
        kind: DeviceKind::RenogyBattery,
        address: Some(*address),
        every: Span::from_millis(1000),
    };
    addresses.iter().map(seat).collect()
}

/// A battery on the line whose remaining charge tells which question it answers.
fn numbered(address: u8, question: &[u8], number: u64) -> Vec<u8> {
    let mut settings = InstrumentSettings::default();
    settings.responder.address = Some(address);
    let charge = 400_000.0 - number as f64 / 1000.0;
    let sensed = Reading {
        voltage: Some(Volts::new(f64::from(address))),
        capacity: Some(AmpHours::new(400_000.0)),
        consumed: Some(AmpHours::new(charge)),
        temperature: Some(Celsius::new(20.0)),
        cells: vec![Volts::new(3.3); 4],
        ..Reading::default()
    };
    let mut out = Vec::new();
    instrument(DeviceKind::RenogyBattery, settings, &sensed).answer(question, &mut out);
    out
}

#[test]
fn of_a_hundred_thousand_questions_no_late_answer_is_taken_for_anothers() {
    const QUESTIONS: u64 = 100_000;
    let mut chance = Seed(11).stream("late answers");
    let mut now = SimTime::ZERO;
    let addresses = [0x30, 0x31, 0x32];
    let mut master = Master::new(now, &seats(&addresses), TIMEOUT).unwrap();
    let mut on_their_way: Vec<(SimTime, Vec<u8>)> = Vec::new();
    let (mut asked, mut late, mut answered) = (0_u64, 0_u64, 0_u64);
    // The number of the question that is open, and whom it was put to.
    let mut open = (0, 0);
    while asked < QUESTIONS {
        master.handle_timeout(now);
        if let Some(question) = master.poll_transmit(now) {
            asked += 1;
            open = (asked, question[0]);
            let timeouts: f64 = match chance.random_range(0..10) {
                0..7 => chance.random_range(0.05..0.6),
                7..9 => chance.random_range(0.9..(1.0 + LATE_TIMEOUTS as f64)),
                _ => 1e9,
            };
            late += u64::from((1.0..1e6).contains(&timeouts));
            let at = now + Span::from_secs(timeouts * TIMEOUT.as_secs());
            on_their_way.push((at, numbered(question[0], &question, asked)));
        }
        on_their_way.sort_by_key(|(at, _)| *at);
        let arrives = on_their_way.first().map(|(at, _)| *at);
        now = [master.next_timeout(), arrives].into_iter().flatten().min().unwrap().max(now);
        while on_their_way.first().is_some_and(|(at, _)| *at <= now) {
            let (_, bytes) = on_their_way.remove(0);
            master.receive(now, &bytes);
            while let Some(answer) = master.poll_answer() {
                answered += 1;
                let mut decoder = Decoder::new(DeviceKind::RenogyBattery);
                decoder.push(&answer.bytes);
                let mut of_whom = None;
                while let Some(frame) = decoder.poll() {
                    if let Some(drawn) = frame.reading().consumed {
                        let number = (400_000.0 - drawn.as_amp_hours()) * 1000.0;
                        assert_eq!(number.round() as u64, open.0, "an old answer");
                    }
                    of_whom =
                        frame.fields().find(|(name, _)| *name == "address").map(|(_, own)| own.to_owned());
                }
                assert_eq!(of_whom, Some(open.1.to_string()));
                assert_eq!(addresses[answer.seat], open.1);
            }
        }
    }
    println!("{asked} questions, {late} answers late, {answered} answered in time, 0 misattributed");
    assert!(late > 15_000 && answered > 60_000);
}

/// Rounds that each seat completed in two hours of virtual time; a `dead` one never answers.
fn rounds(addresses: &[u8], dead: Option<u8>) -> Vec<u64> {
    let mut now = SimTime::ZERO;
    let mut master = Master::new(now, &seats(addresses), TIMEOUT).unwrap();
    let mut on_its_way: Option<(SimTime, Vec<u8>)> = None;
    while now < SimTime::from_secs(7_200.0) {
        master.handle_timeout(now);
        if let Some(question) = master.poll_transmit(now).filter(|question| Some(question[0]) != dead) {
            let bytes = numbered(question[0], &question, 1);
            // What 9600 bits a second take for question and answer.
            let secs = (question.len() + bytes.len()) as f64 * 10.0 / 9600.0 + 0.02;
            on_its_way = Some((now + Span::from_secs(secs), bytes));
        }
        let arrives = on_its_way.as_ref().map(|(at, _)| *at);
        now = [master.next_timeout(), arrives].into_iter().flatten().min().unwrap().max(now);
        if let Some((_, bytes)) = on_its_way.take_if(|(at, _)| *at <= now) {
            master.receive(now, &bytes);
        }
        while master.poll_answer().is_some() {}
    }
    (0..addresses.len()).map(|seat| master.stats(seat).rounds_total).collect()
}

#[test]
fn one_dead_device_costs_the_others_at_most_a_hundredth_of_their_samples() {
    let addresses = [0x30, 0x31, 0x32, 0x33];
    let whole = rounds(&addresses, None);
    let broken = rounds(&addresses, Some(0x31));
    println!("rounds in two hours with all alive {whole:?}, with one dead {broken:?}");
    assert_eq!(broken[1], 0);
    for seat in [0, 2, 3] {
        assert!(whole[seat] >= 7_100, "{whole:?}");
        assert!(broken[seat] as f64 >= 0.99 * whole[seat] as f64, "{broken:?} of {whole:?}");
    }
}

#[test]
fn a_question_that_is_never_answered_does_not_starve_the_others() {
    let mut now = SimTime::ZERO;
    let seat = Seat { kind: DeviceKind::Daly, address: None, every: Span::from_millis(1000) };
    let mut master = Master::new(now, &[seat], TIMEOUT).unwrap();
    let mut device = instrument(DeviceKind::Daly, InstrumentSettings::default(), &Reading::default());
    let mut packs = 0;
    while now < SimTime::from_secs(600.0) {
        master.handle_timeout(now);
        if let Some(question) = master.poll_transmit(now).filter(|question| question[2] == daly::PACK) {
            let mut answer = Vec::new();
            device.answer(&question, &mut answer);
            master.receive(now, &answer);
            packs += u32::from(master.poll_answer().is_some());
        }
        now = master.next_timeout().unwrap().max(now);
    }
    // Time-out, rest and period make two and a half seconds.
    assert!(packs >= 240, "{packs} in ten minutes");
}

#[test]
fn seats_that_cannot_be_told_apart_are_refused() {
    let seat = |kind, address| Seat { kind, address, every: Span::from_millis(1000) };
    let new = |seats: &[Seat]| Master::new(SimTime::ZERO, seats, TIMEOUT).map(drop);
    let (epever, renogy, daly) = (DeviceKind::Epever, DeviceKind::Renogy, DeviceKind::Daly);
    assert_eq!(new(&[seat(epever, None), seat(renogy, None)]), Err(BusError::SameAddress { kind: renogy }));
    assert_eq!(new(&[seat(epever, None), seat(renogy, Some(2))]), Ok(()));
    assert_eq!(new(&[seat(daly, None), seat(daly, None)]), Err(BusError::SameAddress { kind: daly }));
    let bmv = DeviceKind::VedirectBmv;
    assert_eq!(new(&[seat(bmv, None)]), Err(BusError::NotPolled { kind: bmv }));
}
