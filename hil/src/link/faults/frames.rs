//! Frames that leave the device wrong, or not at all.

use super::{LineFaults, Sending};
use crate::hit::Effect;
use crate::wire::{frames, spoil_length, spoil_sum};
use rand::RngExt;
use signals::FaultKind;

impl LineFaults {
    /// What the device makes of what it has to say.
    pub(super) fn make(&mut self, sending: &mut Sending) {
        let chance = |kind| self.schedule.chance(kind, sending.at);
        let missing = chance(FaultKind::FrameMissing);
        let wrong = [FaultKind::FrameWrongSum, FaultKind::FrameWrongLength].map(chance);
        if missing.is_some_and(|chance| self.stream.random_bool(chance)) {
            let lost = std::mem::take(&mut sending.bytes).len() as u64;
            self.log.note(sending.at, FaultKind::FrameMissing, sending.offset, Effect::Missing(lost));
        } else if wrong != [None, None] {
            self.make_wrong(sending, wrong);
        }
    }

    fn make_wrong(&mut self, sending: &mut Sending, [sum, length]: [Option<f64>; 2]) {
        let right = std::mem::take(&mut sending.bytes);
        let mut end = 0;
        for range in frames(self.kind, &right) {
            let mut frame = right.get(range.clone()).unwrap_or_default().to_vec();
            end = range.end;
            let start = sending.offset + sending.bytes.len() as u64;
            let mut note = |kind, effect, at: Option<usize>| {
                if let Some(at) = at {
                    self.log.note(sending.at, kind, start + at as u64, effect);
                }
            };
            if sum.is_some_and(|chance| self.stream.random_bool(chance)) {
                note(FaultKind::FrameWrongSum, Effect::WrongSum, spoil_sum(self.kind, &mut frame));
            } else if length.is_some_and(|chance| self.stream.random_bool(chance)) {
                let longer = self.stream.random_bool(0.5);
                let at = spoil_length(self.kind, &mut frame, longer);
                note(FaultKind::FrameWrongLength, Effect::WrongLength, at);
            }
            sending.bytes.extend_from_slice(&frame);
        }
        sending.bytes.extend_from_slice(right.get(end..).unwrap_or_default());
    }
}
