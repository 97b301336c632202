//! How long the codec takes for one block: `cargo run --release -p hil --example decode_speed`.

use hil::DeviceKind;
use hil::device::{BmvSettings, Instrument, InstrumentSettings};
use hil::wire::Decoder;
use signals::{Amps, Reading, SimTime, Volts};
use std::hint::black_box;
use std::time::Instant;

const BLOCKS: u32 = 604_800;

fn main() {
    let bmv = BmvSettings { history_every: 0, ..BmvSettings::default() };
    let settings = InstrumentSettings { bmv, ..InstrumentSettings::default() };
    let mut instrument = Instrument::new(DeviceKind::VedirectBmv, &settings);
    let mut decoder = Decoder::new(DeviceKind::VedirectBmv);
    let mut bytes = Vec::new();
    let (mut encoding, mut decoding, mut volts) = (0, 0, 0.0);
    for second in 0..BLOCKS {
        let sensed = Reading {
            voltage: Some(Volts::new(12.0 + f64::from(second % 1000) * 1e-3)),
            current: Some(Amps::new(-1.5)),
            ..Reading::default()
        };
        let start = Instant::now();
        bytes.clear();
        instrument.observe(SimTime::from_secs(f64::from(second)), black_box(&sensed));
        instrument.write_block(&mut bytes);
        let encoded = Instant::now();
        decoder.push(black_box(&bytes));
        while let Some(frame) = decoder.poll() {
            volts += frame.reading().voltage.map_or(0.0, Volts::as_volts);
        }
        encoding += (encoded - start).as_nanos();
        decoding += encoded.elapsed().as_nanos();
    }
    let per_block = |nanos: u128| nanos / u128::from(BLOCKS);
    println!(
        "{} blocks of {} bytes, mean {:.3} V",
        decoder.stats().frames_good_total,
        bytes.len(),
        volts / f64::from(BLOCKS)
    );
    println!(
        "observe and encode {} ns, push, poll and reading {} ns per block",
        per_block(encoding),
        per_block(decoding)
    );
}
