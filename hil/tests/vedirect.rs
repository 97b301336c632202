//! VE.Direct: the decoder on streams of real devices, on noise, and against our own encoder.
#![expect(clippy::unwrap_used, reason = "a broken fixture should stop its test")]

use hil::DeviceKind::{self, VedirectBmv, VedirectMppt};
use hil::wire::vedirect::{BmvLive, ChargeState, MpptHistory, MpptLive, encode_live_bmv, encode_mppt};
use hil::wire::{Decoder, FrameKind};
use proptest::prelude::*;
use signals::{AmpHours, Amps, Celsius, LinkStats, Reading, Soc, Volts, Watts};

const CAPTURES: [(&str, DeviceKind); 5] = [
    ("bmv702_part1", VedirectBmv),
    ("smartsolar_100_20_fw139", VedirectMppt),
    ("smartsolar_75_15_fw156", VedirectMppt),
    ("smartsolar_150_70_rev2_hexasync", VedirectMppt),
    ("smartshunt500_fw405_fragment1", VedirectBmv),
];

fn capture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/serial/vedirect");
    std::fs::read(format!("{folder}/{name}.dump")).unwrap()
}

/// Every good frame as text and reading, and the counts, of a stream cut into these arrivals.
fn decode<'a>(kind: DeviceKind, arrivals: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Seen>, LinkStats) {
    let mut decoder = Decoder::new(kind);
    let mut seen = Vec::new();
    for arrival in arrivals {
        decoder.push(arrival);
        while let Some(frame) = decoder.poll() {
            let fields = frame.fields().map(|(label, value)| format!("{label}={value}")).collect();
            seen.push(Seen { kind: frame.kind(), fields, reading: frame.reading() });
        }
    }
    decoder.finish();
    let stats = decoder.stats();
    let total = FrameKind::ALL.map(|kind| decoder.good_total(kind)).iter().sum::<u64>();
    assert_eq!((stats.frames_good_total, total), (seen.len() as u64, seen.len() as u64));
    (seen, stats)
}

#[derive(Debug, Clone, PartialEq)]
struct Seen {
    kind: FrameKind,
    fields: Vec<String>,
    reading: Reading,
}

fn check_capture(name: &str, kind: DeviceKind, text_hex_bad_partial: [u64; 4]) -> (Vec<Seen>, LinkStats) {
    let bytes = capture(name);
    let (seen, stats) = decode(kind, [bytes.as_slice()]);
    let of = |kind| seen.iter().filter(|frame| frame.kind == kind).count() as u64;
    let counts =
        [of(FrameKind::Text), of(FrameKind::Hex), stats.frames_bad_total, stats.frames_partial_total];
    assert_eq!(counts, text_hex_bad_partial, "{name}: {stats:?}");
    assert_eq!(stats.bytes_total, bytes.len() as u64);
    (seen, stats)
}

#[test]
fn no_good_block_of_a_real_device_is_lost_and_none_invented() {
    check_capture("bmv702_part1", VedirectBmv, [541, 0, 0, 1]);
    check_capture("smartsolar_100_20_fw139", VedirectMppt, [493, 2, 0, 1]);
    check_capture("smartsolar_75_15_fw156", VedirectMppt, [6, 0, 0, 1]);
    check_capture("smartsolar_150_70_rev2_hexasync", VedirectMppt, [3, 14, 0, 1]);
    check_capture("smartshunt500_fw405_fragment1", VedirectBmv, [0, 0, 1, 1]);
}

#[test]
fn the_first_block_of_the_monitor_reads_as_documented() {
    let (seen, _) = check_capture("bmv702_part1", VedirectBmv, [541, 0, 0, 1]);
    let first = seen.first().unwrap();
    assert_eq!(first.fields.len(), 12);
    let expected = Reading {
        voltage: Some(Volts::new(12.065)),
        current: Some(Amps::new(-7.625)),
        power: Some(Watts::new(-92.0)),
        consumed: Some(AmpHours::new(65.473)),
        device_soc: Some(Soc::clamped(0.839)),
        current_is_net: true,
        ..Reading::default()
    };
    assert_eq!(first.reading, expected);
    let history = seen.get(1).unwrap();
    assert_eq!(history.fields.len(), 14);
    assert_eq!(history.reading, Reading { current_is_net: true, ..Reading::default() });
}

#[test]
fn a_controller_never_claims_the_net_current() {
    let (seen, _) = check_capture("smartsolar_100_20_fw139", VedirectMppt, [493, 2, 0, 1]);
    assert!(seen.iter().all(|frame| !frame.reading.current_is_net));
    let hex = seen.iter().find(|frame| frame.kind == FrameKind::Hex).unwrap();
    assert_eq!(hex.fields.first().unwrap(), "command=A");
    assert_eq!(hex.fields.last().unwrap(), "checksum=DB");
    let (seen, _) = decode(VedirectMppt, [with_sum("\r\nVPV\t20000\r\nPPV\t50\r\nIL\t1500").as_slice()]);
    let reading = &seen.first().unwrap().reading;
    assert_eq!((reading.pv_current, reading.load_current), (Some(Amps::new(2.5)), Some(Amps::new(1.5))));
}

#[test]
fn a_stream_cut_anywhere_has_no_bad_frame() {
    let whole = capture("bmv702_part1");
    let whole = whole.get(..1600).unwrap();
    for from in 0..400 {
        for until in [1200, 1201, 1337, 1600] {
            let (seen, stats) = decode(VedirectBmv, [whole.get(from..until).unwrap()]);
            assert_eq!(stats.frames_bad_total, 0, "{from}..{until}");
            assert!(stats.frames_partial_total <= 2 && seen.len() >= 5, "{from}..{until}: {stats:?}");
            let reading_bytes = stats.bytes_total - stats.bytes_dropped_total;
            assert!(stats.bytes_dropped_total < 330 && reading_bytes > 500, "{from}..{until}: {stats:?}");
        }
    }
}

/// A block of these fields with the checksum byte that fits.
fn with_sum(fields: &str) -> Vec<u8> {
    let mut block = fields.as_bytes().to_vec();
    block.extend_from_slice(b"\r\nChecksum\t");
    let sum = block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    block.push(sum.wrapping_neg());
    block
}

#[test]
fn the_checksum_byte_may_be_any_byte() {
    let mut unseen: Vec<u8> = (0..=255).collect();
    for length in 0..5 {
        for odd in 0x3B..0x7F {
            let name = "?".repeat(length) + &char::from(odd).to_string();
            let block = with_sum(&format!("\r\nPID\t0x204\r\nBMV\t{name}"));
            let last = *block.last().unwrap();
            unseen.retain(|byte| *byte != last);
            let (seen, stats) = decode(VedirectBmv, [block.as_slice(), block.as_slice()]);
            assert_eq!((seen.len(), stats.bytes_dropped_total), (2, 0), "checksum byte {last:#04x}");
        }
    }
    assert_eq!(unseen, [0_u8; 0], "bytes that never came up as checksum");
}

#[test]
fn a_hex_frame_inside_a_block_keeps_the_block() {
    let block = with_sum("\r\nPID\t0x204\r\nV\t12600\r\nI\t-1500");
    for at in 0..block.len() {
        for frame in [":4AAAAFD\n", ":4AAAAFC\n"] {
            let (before, after) = block.split_at(at);
            let stream = [before, frame.as_bytes(), after].concat();
            let (seen, stats) = decode(VedirectBmv, [stream.as_slice()]);
            let text = seen.iter().find(|seen| seen.kind == FrameKind::Text);
            if at == block.len() - 1 {
                continue; // behind the TAB of `Checksum` the ':' is the checksum byte, rightly
            }
            assert_eq!(text.unwrap().reading.current, Some(Amps::new(-1.5)), "at {at}");
            let good_hex = u64::from(frame.contains("FD"));
            assert_eq!(stats.frames_good_total, 1 + good_hex);
            assert_eq!(stats.bytes_dropped_total, 9 * (1 - good_hex));
        }
    }
}

#[test]
fn a_hex_frame_cut_off_does_not_swallow_the_block_behind_it() {
    let block = with_sum("\r\nV\t12600");
    let stream = [b":A501".as_slice(), &block, &block].concat();
    let (seen, _) = decode(VedirectBmv, [stream.as_slice()]);
    assert_eq!(seen.len(), 2);
}

#[test]
fn an_error_in_the_middle_is_bad_and_a_lost_port_starts_a_new_stream() {
    let good = with_sum("\r\nV\t12600");
    let mut bad = good.clone();
    *bad.get_mut(6).unwrap() ^= 1;
    let mut decoder = Decoder::new(VedirectBmv);
    let drain = |decoder: &mut Decoder, bytes: &[u8]| {
        decoder.push(bytes);
        while decoder.poll().is_some() {}
        let stats = decoder.stats();
        [stats.frames_good_total, stats.frames_bad_total, stats.frames_partial_total]
    };
    assert_eq!(drain(&mut decoder, &bad), [0, 0, 1]);
    assert_eq!(drain(&mut decoder, &bad), [0, 1, 1]);
    assert_eq!(drain(&mut decoder, &good), [1, 1, 1]);
    assert_eq!(drain(&mut decoder, good.get(..9).unwrap()), [1, 1, 1]);
    decoder.reset();
    assert_eq!(drain(&mut decoder, good.get(3..).unwrap()), [1, 1, 3]);
    assert_eq!(drain(&mut decoder, &good), [2, 1, 3]);
}

#[test]
fn what_is_unknown_or_absurd_is_no_number() {
    let fields = "\r\nV\t99999999\r\nI\t---\r\nT\t---\r\nCE\t500\r\nSOC\t1001\r\nTTG\t-1\r\nP\t1e3";
    let (seen, _) = decode(VedirectBmv, [with_sum(fields).as_slice()]);
    assert_eq!(seen.first().unwrap().reading, Reading { current_is_net: true, ..Reading::default() });
    let meter = with_sum("\r\nV\t13000\r\nI\t400\r\nMON\t3");
    assert!(!decode(VedirectBmv, [meter.as_slice()]).0.first().unwrap().reading.current_is_net);
}

#[test]
fn a_million_random_bytes_hide_no_good_block_behind_them() {
    use rand::Rng;
    let mut noise = vec![0_u8; 1_000_000];
    signals::Seed(20).stream("noise").fill_bytes(&mut noise);
    let block = with_sum("\r\nV\t12600");
    let stream = [noise.as_slice(), &block, &block].concat();
    let (seen, stats) = decode(VedirectBmv, stream.chunks(777));
    assert_eq!(seen.last().unwrap().reading.voltage, Some(Volts::new(12.6)));
    assert!(stats.bytes_dropped_total >= 990_000);
}

prop_compose! {
    fn monitor_reading()(
        volts in 0.0..60.0, amps in -500.0..500.0, consumed in 0.0..2_000.0, soc in 0.0..=1.0, celsius in -45.0..65.0,
        missing in any::<[bool; 4]>(),
    ) -> Reading {
        let [no_volts, no_amps, no_soc, no_celsius] = missing;
        Reading {
            voltage: (!no_volts).then(|| Volts::new(volts)),
            current: (!no_amps).then(|| Amps::new(amps)),
            consumed: (!no_soc).then(|| AmpHours::new(consumed)),
            device_soc: (!no_soc).then(|| Soc::clamped(soc)),
            temperature: (!no_celsius).then(|| Celsius::new(celsius)),
            current_is_net: true,
            ..Reading::default()
        }
    }
}

/// Both missing, or both there and no further apart than half a step of the device.
fn near(got: Option<f64>, sent: Option<f64>, step: f64) -> bool {
    match (got, sent) {
        (Some(got), Some(sent)) => (got - sent).abs() <= 0.5 * step + 1e-9,
        (got, sent) => got.is_none() && sent.is_none(),
    }
}

proptest! {
    #[test]
    fn any_chopping_decodes_alike(which in 0..CAPTURES.len(), cuts in prop::collection::vec(1_usize..400, 1..40)) {
        let (name, kind) = CAPTURES[which];
        let bytes = capture(name);
        let bytes = bytes.get(..bytes.len().min(6000)).unwrap();
        let mut arrivals = Vec::new();
        let mut rest = bytes;
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (arrival, later) = rest.split_at((*cut).min(rest.len()));
            arrivals.push(arrival);
            rest = later;
        }
        prop_assert_eq!(decode(kind, arrivals), decode(kind, [bytes]));
    }

    #[test]
    fn garbage_around_blocks_costs_at_most_the_next_one(
        garbage in prop::collection::vec(any::<u8>(), 0..600),
        line_like in "[A-Z\r\n\t:0-9]{0,200}",
    ) {
        let block = with_sum("\r\nPID\t0x204\r\nV\t12600\r\nI\t-1500");
        let stream = [&block, garbage.as_slice(), line_like.as_bytes(), &block, &block].concat();
        let (seen, stats) = decode(VedirectBmv, [stream.as_slice()]);
        let good: Vec<_> = seen.iter().filter(|frame| frame.reading.voltage == Some(Volts::new(12.6))).collect();
        prop_assert!(good.len() >= 2, "{:?}", stats);
        prop_assert!(stats.bytes_dropped_total <= stats.bytes_total);
    }

    #[test]
    fn a_monitor_reading_survives_the_line_to_half_a_step(sent in monitor_reading()) {
        let mut bytes = Vec::new();
        encode_live_bmv(&BmvLive::of(&sent), &mut bytes);
        let (seen, stats) = decode(VedirectBmv, [bytes.as_slice()]);
        prop_assert_eq!((seen.len(), stats.bytes_dropped_total), (1, 0));
        let got = &seen[0].reading;
        prop_assert!(near(got.voltage.map(Volts::as_volts), sent.voltage.map(Volts::as_volts), 1e-3));
        prop_assert!(near(got.current.map(Amps::as_amps), sent.current.map(Amps::as_amps), 1e-3));
        prop_assert!(near(got.consumed.map(AmpHours::as_amp_hours), sent.consumed.map(AmpHours::as_amp_hours), 1e-3));
        prop_assert!(near(got.device_soc.map(Soc::as_ratio), sent.device_soc.map(Soc::as_ratio), 1e-3));
        let celsius = |reading: &Reading| reading.temperature.map(Celsius::as_celsius);
        prop_assert!(near(celsius(got), celsius(&sent), 1.0));
        prop_assert!(got.current_is_net);
    }

    #[test]
    fn a_controller_reading_survives_the_line_to_half_a_step(
        volts in 8.0..60.0, amps in 0.0..100.0, panel in 0.0..150.0, watts in 0.0..5_000.0, load in 0.0..20.0,
    ) {
        let sent = Reading {
            voltage: Some(Volts::new(volts)),
            current: Some(Amps::new(amps)),
            pv_voltage: Some(Volts::new(panel)),
            pv_power: Some(Watts::new(watts)),
            load_current: Some(Amps::new(load)),
            ..Reading::default()
        };
        let live = MpptLive { reading: &sent, state: ChargeState::Bulk, history: &MpptHistory::default() };
        let mut bytes = Vec::new();
        encode_mppt(&live, &mut bytes);
        let (seen, _) = decode(VedirectMppt, [bytes.as_slice()]);
        let got = &seen[0].reading;
        prop_assert!(near(got.voltage.map(Volts::as_volts), Some(volts), 1e-3));
        prop_assert!(near(got.current.map(Amps::as_amps), Some(amps), 1e-3));
        prop_assert!(near(got.pv_voltage.map(Volts::as_volts), Some(panel), 1e-3));
        prop_assert!(near(got.pv_power.map(Watts::as_watts), Some(watts), 1.0));
        prop_assert!(near(got.load_current.map(Amps::as_amps), Some(load), 1e-3));
    }
}

#[test]
fn hex_frames_of_six_devices_all_fit() {
    let Ok(folder) = std::env::var("BALISE_DATA") else {
        println!("skipped: BALISE_DATA names no folder of shared data");
        return;
    };
    let file = std::fs::read(format!("{folder}/serial/vedirect/hex_frames_real.txt")).unwrap();
    let frames: Vec<&[u8]> =
        file.split_inclusive(|byte| *byte == b'\n').filter(|line| line.starts_with(b":")).collect();
    let bytes = frames.concat();
    let (seen, stats) = decode(VedirectMppt, [bytes.as_slice()]);
    assert_eq!((seen.len(), stats.frames_bad_total, stats.bytes_dropped_total), (18, 0, 0));
    assert_eq!(decode(VedirectMppt, bytes.chunks(1)).0, seen);
    let lost_digit = b":A200100220000008\n";
    assert_eq!(decode(VedirectMppt, [lost_digit.as_slice()]).1.frames_bad_total, 1);
}
