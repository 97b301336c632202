//! The binary protocols on what real devices sent: counts and values, however the stream is chopped.
#![expect(clippy::unwrap_used, reason = "a broken fixture should stop its test")]

use hil::DeviceKind::{self, Daly, Epever, Jbd, Jk, Junctek, Renogy, RenogyBattery};
use hil::wire::Decoder;
use signals::{AmpHours, Amps, Celsius, Reading, Soc, Volts};

/// One frame: its fields and its reading.
type Seen = (Vec<String>, Reading);

/// The bytes of a capture in the repository, or in the shared data; `None`, and said so, without those.
fn capture(name: &str) -> Option<Vec<u8>> {
    let own = format!("{}/../fixtures/serial/{name}", env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var("BALISE_DATA").map(|folder| format!("{folder}/serial/{name}"));
    let file = std::fs::read(own).or_else(|error| std::fs::read(shared.map_err(|_| error)?));
    match file {
        Ok(file) => Some(hil::capture::read_dump(&file, true).unwrap().into_owned()),
        Err(_) => {
            println!("skipped: {name} is not in the repository, and BALISE_DATA names no folder with it");
            None
        }
    }
}

/// Every frame, and the counts good, bad, partial and dropped, of a stream that comes in these arrivals.
fn decode<'a>(kind: DeviceKind, arrivals: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Seen>, [u64; 4]) {
    let mut decoder = Decoder::new(kind);
    let mut seen = Vec::new();
    let drain = |decoder: &mut Decoder, seen: &mut Vec<Seen>| {
        while let Some(frame) = decoder.poll() {
            let fields = frame.fields().map(|(label, value)| format!("{label}={value}")).collect();
            seen.push((fields, frame.reading()));
        }
    };
    for arrival in arrivals {
        decoder.push(arrival);
        drain(&mut decoder, &mut seen);
    }
    decoder.finish();
    drain(&mut decoder, &mut seen);
    let stats = decoder.stats();
    assert_eq!(stats.frames_good_total, seen.len() as u64);
    let counts = [stats.frames_bad_total, stats.frames_partial_total, stats.bytes_dropped_total];
    (seen, [stats.frames_good_total, counts[0], counts[1], counts[2]])
}

/// Decodes a capture whole, byte by byte and in two parts cut everywhere; gives the frames, which must
/// be the same each time, and as many as expected: good, bad, partial, and bytes dropped.
fn check(name: &str, kind: DeviceKind, expected: [u64; 4]) -> Option<Vec<Seen>> {
    let bytes = capture(name)?;
    let whole = decode(kind, [bytes.as_slice()]);
    assert_eq!(whole.1, expected, "{name}: good, bad, partial, dropped");
    assert_eq!(decode(kind, bytes.chunks(1)), whole, "{name} byte by byte");
    for cut in 0..=bytes.len() {
        let (before, after) = bytes.split_at(cut);
        assert_eq!(decode(kind, [before, after]), whole, "{name} cut at {cut}");
    }
    // A stream that begins or ends anywhere loses the frame that was cut, and calls none of it bad.
    let good = whole.0.len();
    for cut in 0..bytes.len() {
        let (before, after) = bytes.split_at(cut);
        let (head, counts) = decode(kind, [before]);
        assert!(counts[1] <= expected[1] && counts[2] <= 1, "{name} until {cut}: {counts:?}");
        let (tail, counts) = decode(kind, [after]);
        assert!(counts[1] <= expected[1] && counts[2] <= 2, "{name} from {cut}: {counts:?}");
        assert!(head.len() + tail.len() + 1 >= good, "{name} at {cut}");
        assert!(head.iter().all(|frame| whole.0.contains(frame)), "{name} until {cut}");
    }
    Some(whole.0)
}

fn has(frame: &Seen, field: &str) -> bool {
    frame.0.iter().any(|own| own == field)
}

fn volts(value: f64) -> Option<Volts> {
    Some(Volts::new(value))
}

fn near(got: Option<f64>, expected: f64) -> bool {
    got.is_some_and(|got| (got - expected).abs() < 1e-9)
}

#[test]
fn a_jbd_board_reads_as_documented() {
    if let Some(seen) = check("jbd/sp04s034_4s_idle.txt", Jbd, [6, 0, 0, 0]) {
        let basic = &seen[0].1;
        assert_eq!((basic.voltage, basic.current), (volts(15.6), Some(Amps::new(0.0))));
        assert_eq!((basic.device_soc, basic.capacity), (Some(Soc::FULL), Some(AmpHours::new(5.0))));
        assert!(near(basic.temperature.map(Celsius::as_celsius), 22.4) && basic.current_is_net);
        assert!(near(basic.consumed.map(AmpHours::as_amp_hours), 0.02));
        assert_eq!(seen[2].1.cells, [3.909, 3.901, 3.895, 3.901].map(Volts::new));
        assert!(has(&seen[4], "name=JBD-SP04S034-L4S-200A-B-U"));
    }
    if let Some(seen) = check("jbd/sp25s003_16s_unwired.txt", Jbd, [2, 0, 0, 0]) {
        assert_eq!((seen[0].1.voltage, seen[0].1.temperature), (volts(0.0), None));
        let (last, cells) = seen[1].1.cells.split_last().unwrap();
        assert_eq!((*last, cells), (Volts::new(0.0), [Volts::new(3.6); 15].as_slice()));
    }
    if let Some(seen) = check("jbd/sp04s020_4s_lifepo4_discharging.txt", Jbd, [1, 0, 0, 0]) {
        let basic = &seen[0].1;
        assert_eq!((basic.voltage, basic.current), (volts(12.76), Some(Amps::new(-2.37))));
        assert_eq!((basic.device_soc, basic.consumed), (Some(Soc::clamped(0.0)), Some(AmpHours::new(5.4))));
    }
}

#[test]
fn a_daly_board_gives_its_sound_frames_only() {
    // Frames 1 to 11, 15 and 16 of 16; 39 bytes of other memory between them.
    if let Some(seen) = check("daly/cells_16s_with_lost_bytes.bin", Daly, [13, 1, 0, 39]) {
        let cells = &seen[5].1.cells;
        assert_eq!((cells.len(), cells[0], cells[15]), (16, Volts::new(3.324), Volts::new(3.340)));
        assert!(seen[11].1.cells.is_empty(), "a gap ends the row");
    }
    if let Some(seen) = check("daly/single_frames.txt", Daly, [10, 0, 0, 0]) {
        let pack = &seen[0].1;
        assert_eq!((pack.voltage, pack.current), (volts(52.8), Some(Amps::new(-6.3))));
        assert_eq!(pack.device_soc, Some(Soc::clamped(0.956)));
        let twelve = &seen[8].1;
        assert_eq!((twelve.voltage, twelve.current), (volts(13.0), Some(Amps::new(0.0))));
        assert_eq!(twelve.device_soc, Some(Soc::clamped(0.499)));
        assert!(has(&seen[9], "cell_max_mv=3253") && has(&seen[9], "cell_min_mv=3250"));
    }
}

#[test]
fn a_junctek_shunt_that_charges_reads_so() {
    if let Some(seen) = check("junctek/kg_f.txt", Junctek, [3, 0, 0, 0]) {
        assert_eq!(seen[1].1.capacity, Some(AmpHours::new(420.0)));
        let live = &seen[2].1;
        // 416.983 of 420 A·h, three minutes left: it is nearly full, and charging.
        assert_eq!((live.voltage, live.current), (volts(53.66), Some(Amps::new(54.1))));
        assert_eq!(live.temperature, Some(Celsius::new(28.0)));
    }
}

#[test]
fn a_jk_board_reads_as_documented_and_an_edited_frame_is_refused() {
    if let Some(seen) = check("jk/jk_13s_ttl.txt", Jk, [1, 0, 0, 0]) {
        let all = &seen[0].1;
        assert_eq!((all.voltage, all.current), (volts(53.13), Some(Amps::new(0.0))));
        assert_eq!((all.device_soc, all.cells.len()), (Some(Soc::clamped(0.94)), 13));
        assert_eq!((all.cells[1], all.temperature), (Volts::new(4.047), Some(Celsius::new(19.0))));
    }
    check("jk/jk_4s_12v_ttl.txt", Jk, [0, 1, 0, 255]);
}

#[test]
fn modbus_frames_are_found_without_marks_and_answers_joined_with_requests() {
    for kind in [Epever, Renogy] {
        let Some(seen) = check("modbus/rtu_frames.txt", kind, [8, 0, 0, 0]) else { continue };
        assert!(has(&seen[0], "direction=request") && has(&seen[0], "start=000A"));
        assert!(has(&seen[1], "000A=6174") && has(&seen[3], "exception=2"));
        assert!(has(&seen[6], "function=193") && has(&seen[6], "exception=1"));
    }
    let Some(seen) = check("modbus/renogy_hub_batteries.txt", RenogyBattery, [2, 0, 0, 0]) else { return };
    for ((_, reading), (left, full)) in seen.iter().zip([(49.796, 49.997), (40.842, 49.995)]) {
        assert_eq!((reading.voltage, reading.capacity), (volts(50.4), Some(AmpHours::new(full))));
        assert!(near(reading.consumed.map(AmpHours::as_amp_hours), full - left));
        assert!(near(reading.device_soc.map(Soc::as_ratio), left / full));
    }
}
