//! What each link of the chain costs: `make bench`.
//!
//! One block through the decoder, one reading through the estimator, one step of the plant, a simulated
//! day through all of it, and a page of a hundred batteries.
#![expect(clippy::panic, reason = "a bench without its story is no bench")]

use std::hint::black_box;

use balise::foresight::{DISCONNECT_DEFAULT, Foresight, STANDING_DEFAULT};
use balise::scenario::{self, Scenario};
use balise::simulation;
use balise::stage::Stage;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use estimator::{Belief, Estimator, PlainFilter, Profile};
use exporter::{BatteryId, Board, Row};
use hil::DeviceKind;
use hil::wire::Decoder;
use signals::{Amps, Celsius, Reading, Seed, SimTime, Span, Stamp, Volts};

/// The mild week, cut to a length.
fn story(days: f64) -> Scenario {
    let mut story = match scenario::parse(include_str!("../scenarios/mild-week.toml")) {
        Ok(story) => story,
        Err(complaints) => panic!("{complaints:?}"),
    };
    story.duration = Span::from_secs(days * 86_400.0);
    story
}

fn decode(bench: &mut Criterion) {
    let recording = include_bytes!("../fixtures/serial/vedirect/bmv702_part1.dump");
    let bytes =
        hil::capture::read_dump(recording, false).map_or_else(|_| Vec::new(), std::borrow::Cow::into_owned);
    let mut group = bench.benchmark_group("decode");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("a recording of 541 blocks", |bench| {
        bench.iter(|| {
            let mut decoder = Decoder::new(DeviceKind::VedirectBmv);
            let mut frames = 0_u32;
            for chunk in bytes.chunks(4096) {
                decoder.push(chunk);
                while let Some(frame) = decoder.poll() {
                    frames += u32::from(frame.reading().voltage.is_some());
                }
            }
            black_box(frames)
        });
    });
    group.finish();
}

fn estimate(bench: &mut Criterion) {
    let reading = |amps: f64| Reading {
        voltage: Some(Volts::new(12.6 + 0.02 * amps)),
        current: Some(Amps::new(amps)),
        temperature: Some(Celsius::new(-8.0)),
        current_is_net: true,
        ..Reading::default()
    };
    let mut estimator = Estimator::new(Profile::agm_12v(), Belief::default());
    let mut second = 0_i64;
    bench.bench_function("estimate: one reading", |bench| {
        bench.iter(|| {
            second += 1;
            let at = SimTime::from_nanos(second * 1_000_000_000);
            black_box(estimator.update(at, &reading(if second % 60 < 30 { -3.0 } else { -1.0 })))
        });
    });
}

/// What `balise monitor` does once an hour for each battery.
fn look_ahead(bench: &mut Criterion) {
    let mut estimator = Estimator::new(Profile::agm_12v(), Belief::default());
    let mut foresight = Foresight::new(STANDING_DEFAULT, DISCONNECT_DEFAULT, "bench").when_asked();
    // Dusk of a day in January.
    let wall_start = 1_768_170_000_000_000_000_i64;
    let mut stamp = Stamp { monotonic: SimTime::ZERO, wall_unix_nanos: wall_start };
    for minute in 0..1440_i64 {
        let monotonic = SimTime::from_nanos(minute * 60_000_000_000);
        stamp = Stamp { monotonic, wall_unix_nanos: wall_start + monotonic.as_nanos() };
        let reading = Reading {
            voltage: Some(Volts::new(12.4)),
            current: Some(Amps::new(-1.0)),
            temperature: Some(Celsius::new(-8.0)),
            current_is_net: true,
            ..Reading::default()
        };
        estimator.update(monotonic, &reading);
        foresight.note(stamp, &reading, &estimator);
    }
    bench.bench_function("look ahead: 200 futures of eight days", |bench| {
        bench.iter(|| black_box(foresight.ahead(stamp, &estimator)));
    });
}

fn plain(bench: &mut Criterion) {
    let mut filter = PlainFilter::new(&Profile::agm_12v(), Belief::default());
    let mut second = 0_i64;
    let mut group = bench.benchmark_group("plain filter");
    group.throughput(Throughput::Elements(1));
    group.bench_function("one reading", |bench| {
        bench.iter(|| {
            second += 1;
            let amps = if second % 60 < 30 { -3.0 } else { -1.0 };
            let reading = Reading {
                voltage: Some(Volts::new(12.6 + 0.02 * amps)),
                current: Some(Amps::new(amps)),
                temperature: Some(Celsius::new(-8.0 + 0.001 * (second % 2000) as f64)),
                current_is_net: true,
                ..Reading::default()
            };
            black_box(filter.update(SimTime::from_nanos(second * 1_000_000_000), &reading))
        });
    });
    group.finish();
}

fn plant(bench: &mut Criterion) {
    let mut stage = match Stage::new(&story(7.0), Seed(1)) {
        Ok(stage) => stage,
        Err(error) => panic!("{error}"),
    };
    let mut bytes = Vec::new();
    bench.bench_function("plant, instrument and line: one second", |bench| {
        bench.iter(|| {
            bytes.clear();
            black_box(stage.step(&mut bytes))
        });
    });
}

fn day(bench: &mut Criterion) {
    let story = story(1.0);
    let mut group = bench.benchmark_group("simulate");
    group.sample_size(10);
    group.bench_function("a day at 1 s, truth to estimate", |bench| {
        bench.iter(|| simulation::simulate(&story, Seed(1)).map(|run| run.rows.len()));
    });
    group.finish();
}

fn page(bench: &mut Criterion) {
    let board = Board::new("0.0.0");
    for battery in 0..100 {
        let row = Row { soc_ratio: Some(0.5), voltage_volts: Some(12.6), ..Row::default() };
        board.publish(&BatteryId::new("site", &battery.to_string()), &row);
    }
    bench.bench_function("page of 100 batteries", |bench| bench.iter(|| black_box(board.render().len())));
}

criterion_group!(benches, decode, estimate, look_ahead, plain, plant, day, page);
criterion_main!(benches);
