//! Bytes that the line spoils on their way.

use super::{LineFaults, STALE_MAX, Sending};
use crate::hit::Effect;
use rand::{Rng, RngExt};
use signals::FaultKind;

/// Kinds that hit single bytes, in the order they are tried.
const SINGLE: [FaultKind; 5] = [
    FaultKind::LineNoise,
    FaultKind::LineFlips,
    FaultKind::LineDrops,
    FaultKind::LineInserts,
    FaultKind::LineDoubles,
];

impl LineFaults {
    /// Cuts, bursts, then single bytes: each keeps the places of the bytes before the next.
    pub(super) fn spoil(&mut self, sending: &mut Sending) {
        self.cut(sending);
        self.burst(sending);
        let chances = SINGLE.map(|kind| self.schedule.chance(kind, sending.at));
        if chances.iter().any(Option::is_some) {
            self.hit_bytes(sending, chances);
        }
    }

    /// Puts the end of the sending before in front of this one.
    pub(super) fn put_stale_ahead(&mut self, sending: &mut Sending) {
        let Some(chance) = self.schedule.chance(FaultKind::LineStale, sending.at) else { return };
        if self.before.is_empty() || !self.stream.random_bool(chance) {
            return;
        }
        let count = self.stream.random_range(1..=self.before.len().min(STALE_MAX));
        let stale = self.before.get(self.before.len() - count..).unwrap_or_default();
        sending.bytes.splice(0..0, stale.iter().copied());
        self.log.note(sending.at, FaultKind::LineStale, sending.offset, Effect::Stale(count as u64));
    }

    fn cut(&mut self, sending: &mut Sending) {
        let Some(chance) = self.schedule.chance(FaultKind::LineCuts, sending.at) else { return };
        let length = sending.bytes.len();
        if length == 0 || !self.stream.random_bool(chance) {
            return;
        }
        let left = self.stream.random_range(0..length);
        sending.bytes.truncate(left);
        let offset = sending.offset + left as u64;
        self.log.note(sending.at, FaultKind::LineCuts, offset, Effect::Cut((length - left) as u64));
    }

    fn burst(&mut self, sending: &mut Sending) {
        let Some(chance) = self.schedule.chance(FaultKind::LineBursts, sending.at) else { return };
        if sending.bytes.is_empty() || !self.stream.random_bool(chance) {
            return;
        }
        let start = self.stream.random_range(0..sending.bytes.len());
        let count = self.stream.random_range(2..=16_usize).min(sending.bytes.len() - start);
        let hit = sending.bytes.get_mut(start..start + count).unwrap_or_default();
        self.stream.fill_bytes(hit);
        let offset = sending.offset + start as u64;
        self.log.note(sending.at, FaultKind::LineBursts, offset, Effect::Burst(count as u64));
    }

    fn hit_bytes(&mut self, sending: &mut Sending, chances: [Option<f64>; 5]) {
        let bytes = std::mem::take(&mut sending.bytes);
        for (index, byte) in bytes.into_iter().enumerate() {
            let mut kinds = SINGLE.into_iter().zip(chances);
            let kind = kinds.find(|(_, chance)| chance.is_some_and(|chance| self.stream.random_bool(chance)));
            let Some((kind, _)) = kind else {
                sending.bytes.push(byte);
                continue;
            };
            let effect = self.hit(kind, byte, &mut sending.bytes);
            self.log.note(sending.at, kind, sending.offset + index as u64, effect);
        }
    }

    fn hit(&mut self, kind: FaultKind, byte: u8, out: &mut Vec<u8>) -> Effect {
        let [choice, bit, stray, _] = self.stream.next_u32().to_le_bytes();
        let flipped = byte ^ (1 << (bit % 8));
        let (effect, left): (Effect, &[u8]) = match (kind, choice % 4) {
            (FaultKind::LineFlips, _) | (FaultKind::LineNoise, 0) => {
                (Effect::Flipped { was: byte, is: flipped }, &[flipped])
            }
            (FaultKind::LineDrops, _) | (FaultKind::LineNoise, 1) => (Effect::Dropped(byte), &[]),
            (FaultKind::LineInserts, _) | (FaultKind::LineNoise, 2) => {
                (Effect::Inserted(stray), &[stray, byte])
            }
            _ => (Effect::Doubled(byte), &[byte, byte]),
        };
        out.extend_from_slice(left);
        effect
    }
}
