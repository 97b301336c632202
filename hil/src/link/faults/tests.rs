//! What each fault does to bytes, and what it writes down.

use super::*;
use signals::Seed;
use signals::Span;

const FROM: f64 = 10.0;
const UNTIL: f64 = 20.0;

fn at(secs: f64) -> SimTime {
    SimTime::from_secs(secs)
}

fn line(kind: FaultKind, severity: f64) -> LineFaults {
    let fault = FaultEvent::new(kind, severity, at(FROM), at(UNTIL));
    LineFaults::new(Seed(3).stream("line"), DeviceKind::VedirectBmv, &[fault])
}

fn arrive(line: &mut LineFaults, secs: f64, sent: &[u8]) -> Vec<u8> {
    let mut bytes = sent.to_vec();
    line.apply(at(secs), &mut bytes);
    bytes
}

#[test]
fn noise_hits_its_share_of_bytes_in_its_time_only() {
    for kind in [
        FaultKind::LineNoise,
        FaultKind::LineFlips,
        FaultKind::LineDrops,
        FaultKind::LineInserts,
        FaultKind::LineDoubles,
    ] {
        let mut line = line(kind, 0.01);
        let sent = vec![0x55; 65_000];
        assert_eq!(arrive(&mut line, 9.9, &sent), sent);
        assert_ne!(arrive(&mut line, 10.0, &sent), sent);
        assert!((520..780).contains(&line.hits_total()), "{kind:?}: {}", line.hits_total());
        let log = line.take_log();
        assert_eq!(log.len() as u64, line.hits_total());
        assert!(log.iter().all(|hit| (65_000..130_000).contains(&hit.offset) && hit.kind == kind));
        assert_eq!(arrive(&mut line, 20.0, &sent), sent);
    }
}

#[test]
fn the_log_tells_each_spoiled_byte_where_it_stands() {
    let mut line = line(FaultKind::LineFlips, 0.02);
    let sent: Vec<u8> = (0..=255).cycle().take(2_000).collect();
    let came = arrive(&mut line, 12.0, &sent);
    let differs = |index: &usize| sent[*index] != came[*index];
    let places: Vec<u64> = (0..sent.len()).filter(differs).map(|index| index as u64).collect();
    let log = line.take_log();
    assert_eq!(log.iter().map(|hit| hit.offset).collect::<Vec<_>>(), places);
    let first = log[0].offset as usize;
    assert_eq!(log[0].effect, Effect::Flipped { was: sent[first], is: came[first] });
}

#[test]
fn the_same_seed_spoils_the_same_bytes_and_writes_the_same_log() {
    for kind in FaultKind::ALL.iter().filter(|kind| kind.part() == signals::fault::Part::Line) {
        let story = || {
            let mut line = line(*kind, 0.5);
            let mut came = Vec::new();
            for second in 0..30_u8 {
                line.heard(at(second.into()), b"question");
                let block = format!("\r\nV\t{second}\r\nChecksum\t?");
                came.push(arrive(&mut line, second.into(), block.as_bytes()));
            }
            (came, line.take_log())
        };
        assert_eq!(story(), story(), "{kind:?}");
        assert!(!story().1.is_empty(), "{kind:?} writes nothing down");
    }
}

#[test]
fn nothing_comes_out_of_a_pulled_cable() {
    let mut line = line(FaultKind::CablePulled, 0.0);
    assert_eq!(arrive(&mut line, 15.0, b"lost"), b"");
    assert_eq!((line.swallowed_total(), line.is_pulled(at(20.0))), (4, false));
    assert_eq!(arrive(&mut line, 20.0, b"back"), b"back");
}

#[test]
fn a_burst_is_noise_in_a_row_and_a_cut_takes_the_end() {
    let sent = [0x55; 400];
    let mut burst = line(FaultKind::LineBursts, 1.0);
    let came = arrive(&mut burst, 11.0, &sent);
    let log = burst.take_log();
    let (hit, count) = (log[0], if let Effect::Burst(count) = log[0].effect { count } else { 0 });
    assert!(log.len() == 1 && (2..=16).contains(&count) && came.len() == sent.len(), "{log:?}");
    let range = hit.offset as usize..(hit.offset + count) as usize;
    assert!(came.iter().enumerate().all(|(at, byte)| range.contains(&at) || *byte == 0x55));

    let mut cut = line(FaultKind::LineCuts, 1.0);
    let came = arrive(&mut cut, 11.0, &sent);
    assert!(came.len() < sent.len());
    assert_eq!(cut.take_log()[0].effect, Effect::Cut((sent.len() - came.len()) as u64));
}

#[test]
fn stale_bytes_are_the_end_of_the_sending_before() {
    let mut line = line(FaultKind::LineStale, 1.0);
    assert_eq!(arrive(&mut line, 11.0, b"first sending, twenty-six."), b"first sending, twenty-six.");
    let came = arrive(&mut line, 12.0, b"second");
    assert!(came.ends_with(b".second") && came.len() <= 6 + STALE_MAX, "{came:?}");
}

#[test]
fn an_echo_gives_the_question_back_ahead_of_the_answer() {
    let mut line = line(FaultKind::LineEchoes, 0.0);
    line.heard(at(11.0), b"ask");
    assert_eq!(arrive(&mut line, 11.0, b"tell"), b"asktell");
    assert_eq!((line.take_log()[0].effect, line.sent_total()), (Effect::Echoed(3), 4));
}

#[test]
fn a_late_line_keeps_the_order_and_a_stalled_one_gives_all_at_once() {
    let mut late = line(FaultKind::LineLate, 3.0);
    late.send(at(19.0), b"late");
    late.send(at(20.0), b"behind it");
    assert_eq!(late.next_arrival(), Some(at(22.0)));
    assert_eq!(arrive(&mut late, 21.9, b""), b"");
    assert_eq!(arrive(&mut late, 22.0, b""), b"latebehind it");
    assert_eq!(late.take_log()[0].effect, Effect::Late(4, Span::from_secs(3.0)));

    let mut stalled = line(FaultKind::LineStalls, 5.0);
    assert_eq!([11.0, 12.0, 14.9].map(|secs| arrive(&mut stalled, secs, b"x")), [b"", b"", b""]);
    assert_eq!(arrive(&mut stalled, 15.0, b""), b"xxx");
}

#[test]
fn what_a_stalled_line_holds_is_bounded_and_what_it_cannot_hold_is_told() {
    let mut stalled = line(FaultKind::LineStalls, 3600.0);
    for _ in 0..100 {
        stalled.send(at(11.0), &[0; 1000]);
    }
    assert!(arrive(&mut stalled, 20.0, b"").len() <= UNDER_WAY_MAX);
    assert_eq!(stalled.swallowed_total(), 35_000);
}

#[test]
fn a_frame_that_is_missing_was_never_sent() {
    let mut line = line(FaultKind::FrameMissing, 1.0);
    assert_eq!(arrive(&mut line, 11.0, b"not said"), b"");
    assert_eq!((line.sent_total(), line.take_log()[0].effect), (0, Effect::Missing(8)));
}

#[test]
fn each_fault_writes_down_when_it_began_and_ended() {
    let fault = FaultEvent::new(FaultKind::DeviceTemperatureLost, 0.0, at(FROM), at(UNTIL));
    let (mut spans, mut log) = (FaultSpans::new(&[fault]), Vec::new());
    for second in 0..30_u8 {
        spans.look(at(second.into()), 10 * u64::from(second), &mut log);
    }
    let told: Vec<_> = log.iter().map(|hit| (hit.at.as_secs(), hit.offset, hit.effect)).collect();
    assert_eq!(told, [(FROM, 100, Effect::Began(0.0)), (UNTIL, 200, Effect::Ended)]);
}
