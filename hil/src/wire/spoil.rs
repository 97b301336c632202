//! Frames as a faulty device makes them: a checksum that does not fit, a length that is not true.
//!
//! A length word is one unit (a register, a byte) off and the checksum is made to fit it, so that only the length
//! gives the frame away. Where a protocol has no length word (VE.Direct, Junctek) a byte too many stands in
//! a value, and the checksum stays that of the right frame.
//!
//! Positions are bytes from the frame's start. What is no whole frame is left as it is.

use super::{jbd, jk, modbus};
use crate::DeviceKind;
use std::ops::Range;

/// The whole frames that a sending of a device of this kind is made of, in order.
#[must_use]
pub fn frames(kind: DeviceKind, sending: &[u8]) -> Vec<Range<usize>> {
    let mut frames = Vec::new();
    let mut start = 0;
    while let Some(length) = sending.get(start..).and_then(|rest| length_of_first(kind, rest)) {
        frames.push(start..start + length);
        start += length;
    }
    frames
}

/// Makes the checksum of a whole frame wrong; the place of the byte that was changed.
pub fn spoil_sum(kind: DeviceKind, frame: &mut [u8]) -> Option<usize> {
    let at = match kind {
        DeviceKind::VedirectBmv | DeviceKind::VedirectMppt if frame.first() == Some(&b':') => {
            frame.len().checked_sub(2)?
        }
        DeviceKind::VedirectBmv | DeviceKind::VedirectMppt | DeviceKind::Daly => {
            frame.len().checked_sub(1)?
        }
        DeviceKind::Epever | DeviceKind::Renogy | DeviceKind::RenogyBattery => frame.len().checked_sub(2)?,
        DeviceKind::Jbd => frame.len().checked_sub(3)?,
        DeviceKind::Jk => frame.len().checked_sub(1)?,
        DeviceKind::Junctek => nth(frame, b',', 1)?.checked_sub(1)?,
    };
    let is_written = kind == DeviceKind::Junctek || frame.first() == Some(&b':');
    let byte = frame.get_mut(at)?;
    *byte = match *byte {
        b'0' if is_written => b'1',
        _ if is_written => b'0',
        raw => raw.wrapping_add(1),
    };
    Some(at)
}

/// Makes the length of a whole frame untrue, by one more where `longer`; the place of the byte that was
/// changed or put in.
pub fn spoil_length(kind: DeviceKind, frame: &mut Vec<u8>, longer: bool) -> Option<usize> {
    let step = |byte: u8, by: u8| if longer { byte.wrapping_add(by) } else { byte.wrapping_sub(by) };
    let length = frame.len();
    match kind {
        DeviceKind::VedirectBmv | DeviceKind::VedirectMppt => {
            let at = if frame.first() == Some(&b':') {
                length.checked_sub(3)?
            } else {
                find(frame, END_OF_VALUES)?
            };
            frame.insert(at, b'1');
            Some(at)
        }
        DeviceKind::Junctek => {
            // Nine times a number and one is never a multiple of 255: the sum notices.
            let at = nth(frame, b',', 2)?;
            frame.insert(at, b'1');
            Some(at)
        }
        DeviceKind::Epever | DeviceKind::Renogy | DeviceKind::RenogyBattery => {
            let is_answer = frame.get(1).is_some_and(|function| (1..=4).contains(function));
            let count = frame.get_mut(2).filter(|_| is_answer)?;
            *count = step(*count, 2);
            let (body, sum) = frame.split_last_chunk_mut::<2>()?;
            *sum = modbus::crc(body).to_le_bytes();
            Some(2)
        }
        DeviceKind::Jbd => {
            *frame.get_mut(3)? = step(*frame.get(3)?, 1);
            let sum = jbd::sum(frame.get(2..length.checked_sub(3)?)?);
            frame.get_mut(length - 3..length - 1)?.copy_from_slice(&sum);
            Some(3)
        }
        DeviceKind::Daly => {
            *frame.get_mut(3)? = step(*frame.get(3)?, 1);
            let (sum, body) = frame.split_last_mut()?;
            *sum = body.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
            Some(3)
        }
        DeviceKind::Jk => {
            *frame.get_mut(3)? = step(*frame.get(3)?, 1);
            let sum = jk::sum(frame.get(..length.checked_sub(4)?)?);
            frame.get_mut(length - 4..)?.copy_from_slice(&sum);
            Some(3)
        }
    }
}

/// What stands before a TEXT block's checksum byte, from the end of its last value on.
const END_OF_VALUES: &[u8] = b"\r\nChecksum\t";

/// The length of the frame that `bytes` begin with; `None` where it is not whole.
fn length_of_first(kind: DeviceKind, bytes: &[u8]) -> Option<usize> {
    let first = *bytes.first()?;
    let length = match kind {
        DeviceKind::VedirectBmv | DeviceKind::VedirectMppt if first == b':' => find(bytes, b"\n")? + 1,
        DeviceKind::VedirectBmv | DeviceKind::VedirectMppt => {
            find(bytes, END_OF_VALUES)? + END_OF_VALUES.len() + 1
        }
        DeviceKind::Epever | DeviceKind::Renogy | DeviceKind::RenogyBattery => match *bytes.get(1)? {
            0x80.. => 5,
            1..=4 => 5 + usize::from(*bytes.get(2)?),
            _ => 8,
        },
        DeviceKind::Jbd => 7 + usize::from(*bytes.get(3)?),
        DeviceKind::Daly => 13,
        DeviceKind::Junctek => find(bytes, b"\n")? + 1,
        DeviceKind::Jk => 2 + usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])),
    };
    (length <= bytes.len()).then_some(length)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The place of the n-th `byte`, counted from 0.
fn nth(bytes: &[u8], byte: u8, n: usize) -> Option<usize> {
    bytes.iter().enumerate().filter(|(_, other)| **other == byte).nth(n).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Instrument, InstrumentSettings};
    use crate::wire::{Decoder, round};
    use signals::{AmpHours, Amps, Celsius, Reading, SimTime, Soc, Volts};

    /// One round of a device's sendings, each with the question before it.
    fn sendings(kind: DeviceKind) -> Vec<(Vec<u8>, Vec<u8>)> {
        let sensed = Reading {
            voltage: Some(Volts::new(12.61)),
            current: Some(Amps::new(-2.4)),
            temperature: Some(Celsius::new(-12.0)),
            device_soc: Some(Soc::clamped(0.8)),
            capacity: Some(AmpHours::new(100.0)),
            cells: vec![Volts::new(3.15); 4],
            ..Reading::default()
        };
        let mut device = Instrument::new(kind, &InstrumentSettings::default());
        device.observe(SimTime::ZERO, &sensed);
        let mut said = Vec::new();
        if !kind.is_polled() {
            device.write_block(&mut said);
            return vec![(Vec::new(), said)];
        }
        let answered = round(kind, None).into_iter().map(|question| {
            let mut answer = Vec::new();
            device.answer(&question, &mut answer);
            (question, answer)
        });
        answered.collect()
    }

    fn good_frames(kind: DeviceKind, question: &[u8], bytes: &[u8]) -> usize {
        let mut decoder = Decoder::new(kind);
        decoder.expect(question);
        // A frame that promises more bytes than there are must not wait for those of the next.
        decoder.push(bytes);
        decoder.push(&[0; 600]);
        let mut good = 0;
        while decoder.poll().is_some() {
            good += 1;
        }
        good
    }

    #[test]
    fn a_frame_with_a_wrong_sum_or_length_is_no_frame_and_the_others_are() {
        for kind in DeviceKind::ALL {
            for (question, sending) in sendings(kind) {
                let all = frames(kind, &sending);
                assert_eq!(all.iter().map(Range::len).sum::<usize>(), sending.len(), "{kind}");
                assert_eq!(good_frames(kind, &question, &sending), all.len(), "{kind}");
                for range in &all {
                    for longer in [None, Some(false), Some(true)] {
                        let mut frame = sending[range.clone()].to_vec();
                        let at = match longer {
                            None => spoil_sum(kind, &mut frame),
                            Some(longer) => spoil_length(kind, &mut frame, longer),
                        };
                        assert!(at.is_some_and(|at| at < frame.len()), "{kind} {longer:?}");
                        assert_eq!(good_frames(kind, &question, &frame), 0, "{kind} {longer:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_hex_frame_is_spoiled_as_one() {
        let frame = crate::wire::vedirect::hex_get(0xED8D);
        let (mut wrong, mut long) = (frame.clone(), frame.clone());
        assert!(spoil_sum(DeviceKind::VedirectBmv, &mut wrong).is_some() && wrong != frame);
        assert!(spoil_length(DeviceKind::VedirectBmv, &mut long, true).is_some());
        assert_eq!(good_frames(DeviceKind::VedirectBmv, &[], &frame), 1);
        assert_eq!(good_frames(DeviceKind::VedirectBmv, &[], &[wrong, long].concat()), 0);
    }
}
