//! What decoders do with bytes nobody sent: never a panic, bounded memory, nothing beyond what a battery
//! can show, and next to no wrong value.
//!
//! `BALISE_SOAK=1` runs the full numbers (10⁶ inputs and 10⁶ frames a decoder), else a tenth.

use hil::device::{Instrument, InstrumentSettings};
use hil::wire::{Decoder, round};
use hil::{DeviceKind, Gather};
use rand::{Rng, RngExt};
use signals::{AmpHours, Amps, Celsius, Reading, Seed, SimTime, Soc, Stream, Volts, Watts};

/// The longest frame of any protocol, and then some.
const OPEN_BYTES_MAX: u64 = 2_048;

fn full() -> bool {
    std::env::var_os("BALISE_SOAK").is_some()
}

/// A battery that is drawn upon and charged, never twice the same.
fn battery(number: u64) -> Reading {
    let turn = number as f64 * 0.37;
    let soc = 0.5 + 0.4 * (number as f64 * 1e-3).sin();
    Reading {
        voltage: Some(Volts::new(12.8 + 0.6 * turn.sin())),
        current: Some(Amps::new(15.0 * (0.7 * turn).sin())),
        temperature: Some(Celsius::new(-10.0 + 15.0 * (0.1 * turn).cos())),
        device_soc: Some(Soc::clamped(soc)),
        consumed: Some(AmpHours::new(100.0 * (1.0 - soc))),
        capacity: Some(AmpHours::new(100.0)),
        cells: [0.01, -0.01, 0.02, 0.0].map(|offset| Volts::new(3.2 + 0.15 * turn.sin() + offset)).to_vec(),
        pv_voltage: Some(Volts::new(18.0)),
        pv_power: Some(Watts::new(60.0)),
        load_current: Some(Amps::new(1.5)),
        current_is_net: true,
        ..Reading::default()
    }
}

/// One second of talk, or the answers to one round, each with the question before it.
struct Talk {
    device: Instrument,
    number: u64,
}

impl Talk {
    fn new(kind: DeviceKind) -> Self {
        Self { device: Instrument::new(kind, &InstrumentSettings::default()), number: 0 }
    }

    /// Frames that the device sends next, with the question each answers.
    fn next(&mut self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.number += 1;
        self.device.observe(SimTime::from_secs(self.number as f64), &battery(self.number));
        let kind = self.device.kind();
        if !kind.is_polled() {
            let mut block = Vec::new();
            self.device.write_block(&mut block);
            return vec![(Vec::new(), block)];
        }
        let answered = round(kind, None).into_iter().map(|question| {
            let mut answer = Vec::new();
            self.device.answer(&question, &mut answer);
            (question, answer)
        });
        answered.collect()
    }
}

fn byte(chance: &mut Stream) -> u8 {
    chance.random_range(0..=255_u8)
}

/// Spoils a frame in one of seven ways.
fn spoil(frame: &mut Vec<u8>, chance: &mut Stream) {
    let at = chance.random_range(0..frame.len());
    match chance.random_range(0..7) {
        0 => frame[at] ^= 1 << chance.random_range(0..8),
        1 => frame[at] = byte(chance),
        2 => drop(frame.remove(at)),
        3 => frame.insert(at, byte(chance)),
        4 => frame.insert(at, frame[at]),
        5 => {
            let end = (at + chance.random_range(2..9)).min(frame.len());
            frame[at..end].iter_mut().for_each(|hit| *hit = byte(chance));
        }
        _ => frame.truncate(at),
    }
}

fn check_bounds(kind: DeviceKind, reading: &Reading) {
    let within =
        |value: Option<f64>, low: f64, high: f64| value.is_none_or(|value| (low..=high).contains(&value));
    let ours = within(reading.voltage.map(Volts::as_volts), -1.0, 1_000.0)
        && within(reading.current.map(Amps::as_amps), -10_000.0, 10_000.0)
        && within(reading.temperature.map(Celsius::as_celsius), -60.0, 120.0)
        && within(reading.pv_voltage.map(Volts::as_volts), -1.0, 1_000.0)
        && within(reading.capacity.map(AmpHours::as_amp_hours), 0.0, 100_000.0)
        && reading.cells.iter().all(|cell| (0.0..=5.0).contains(&cell.as_volts()));
    assert!(ours, "{kind}: {reading:?}");
}

/// Bytes that wait for more to come.
fn open_bytes(decoder: &Decoder, good_bytes: u64) -> u64 {
    let stats = decoder.stats();
    stats.bytes_total - stats.bytes_dropped_total - good_bytes.min(stats.bytes_total)
}

#[test]
fn no_input_makes_a_decoder_panic_or_grow() {
    let inputs = if full() { 1_000_000 } else { 100_000 };
    for kind in DeviceKind::ALL {
        let mut chance = Seed(3).stream(kind.name());
        let mut talk = Talk::new(kind);
        let mut samples: Vec<Vec<u8>> = Vec::new();
        for _ in 0..8 {
            samples.extend(talk.next().into_iter().flat_map(|(question, answer)| [question, answer]));
        }
        samples.retain(|sample| !sample.is_empty());
        let mut decoder = Decoder::new(kind);
        let mut longest_wait = 0;
        for _ in 0..inputs {
            let mut input = samples[chance.random_range(0..samples.len())].clone();
            if chance.random_range(0..3) == 0 {
                input.truncate(chance.random_range(0..40));
                chance.fill_bytes(&mut input);
            } else {
                spoil(&mut input, &mut chance);
            }
            let before = open_bytes(&decoder, 0);
            let good_before = decoder.stats().frames_good_total;
            decoder.push(&input);
            while let Some(frame) = decoder.poll() {
                check_bounds(kind, &frame.reading());
            }
            // Without a good frame in between, what is neither dropped nor good is what waits.
            if decoder.stats().frames_good_total == good_before {
                longest_wait = longest_wait.max(open_bytes(&decoder, 0).saturating_sub(before));
            }
        }
        decoder.finish();
        while decoder.poll().is_some() {}
        println!("{kind}: {inputs} inputs, {:?}, longest wait grew by {longest_wait} bytes", decoder.stats());
        assert!(longest_wait <= OPEN_BYTES_MAX);
    }
}

/// Wrong readings of `frames` frames of which one in a hundred is spoiled.
fn wrong_values(kind: DeviceKind, frames: u64) -> (u64, u64, u64) {
    let mut chance = Seed(5).stream(kind.name());
    let mut talk = Talk::new(kind);
    let (mut decoder, mut clean) = (Decoder::new(kind), Decoder::new(kind));
    let (mut gather, mut clean_gather) = (Gather::new(kind), Gather::new(kind));
    // What the device said of late: a reading that none of these is, is wrong.
    let mut said: Vec<Reading> = Vec::new();
    let (mut sent, mut wrong, mut good) = (0, 0, 0);
    let mut now = SimTime::ZERO;
    while sent < frames {
        now += signals::Span::from_secs(1.0);
        for (question, frame) in talk.next() {
            sent += 1;
            if kind.is_polled() {
                // As the bus master does: what came before the question does not answer it.
                decoder.reset();
                decoder.expect(&question);
                clean.expect(&question);
            }
            clean.push(&frame);
            while let Some(frame) = clean.poll() {
                said.extend(clean_gather.take(now, &frame));
            }
            let mut spoiled = frame;
            let is_spoiled = chance.random_range(0..100) == 0;
            if is_spoiled {
                spoil(&mut spoiled, &mut chance);
            }
            decoder.push(&spoiled);
            while let Some(frame) = decoder.poll() {
                let Some(reading) = gather.take(now, &frame) else { continue };
                check_bounds(kind, &reading);
                good += 1;
                let near = said.iter().rev().take(8);
                // What came in other frames may be of the round before.
                let pair = |own: &Reading| (own.voltage, own.current);
                let sound = near.clone().any(|sent| pair(sent) == pair(&reading))
                    && near.clone().any(|sent| sent.device_soc == reading.device_soc)
                    && near.clone().any(|sent| sent.consumed == reading.consumed)
                    && near.clone().any(|sent| sent.temperature == reading.temperature)
                    && near.clone().any(|sent| sent.pv_voltage == reading.pv_voltage);
                wrong += u64::from(!sound);
            }
        }
        let surplus = said.len().saturating_sub(16);
        said.drain(..surplus);
    }
    (sent, good, wrong)
}

#[test]
fn of_frames_one_in_a_hundred_spoiled_next_to_no_wrong_value_is_published() {
    let frames = if full() { 1_000_000 } else { 100_000 };
    let mut worst = 0;
    for kind in DeviceKind::ALL {
        let (sent, good, wrong) = wrong_values(kind, frames);
        println!("{kind}: {sent} frames, {good} readings, {wrong} wrong");
        worst = worst.max(wrong * 1_000_000 / sent);
    }
    assert!(worst <= if full() { 10 } else { 20 }, "{worst} of a million");
}
