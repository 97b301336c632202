//! The log of what faults did, and of when each fault began and ended.

use crate::hit::{Effect, FaultHit};
use signals::{FaultEvent, FaultKind, SimTime};

/// Entries kept until they are taken.
const KEPT_MAX: usize = 65_536;

/// What was done and not yet taken away.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    hits: Vec<FaultHit>,
    total: u64,
}

impl Log {
    pub(super) fn note(&mut self, at: SimTime, kind: FaultKind, offset: u64, effect: Effect) {
        self.total += 1;
        if self.hits.len() < KEPT_MAX {
            self.hits.push(FaultHit { at, kind, offset, effect });
        }
    }

    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn take(&mut self) -> Vec<FaultHit> {
        std::mem::take(&mut self.hits)
    }
}

/// Notes when faults of any part begin and end.
#[derive(Debug, Clone)]
pub struct FaultSpans {
    faults: Vec<(FaultEvent, bool)>,
}

impl FaultSpans {
    /// For these faults, none of which has begun.
    #[must_use]
    pub fn new(faults: &[FaultEvent]) -> Self {
        Self { faults: faults.iter().map(|fault| (*fault, false)).collect() }
    }

    /// Appends what has begun or ended by `now`, when `sent_total` bytes had been sent.
    pub fn look(&mut self, now: SimTime, sent_total: u64, log: &mut Vec<FaultHit>) {
        for (fault, acted) in &mut self.faults {
            let acts = fault.acts_at(now);
            if acts != *acted {
                let (at, effect) = if acts {
                    (fault.from, Effect::Began(fault.severity))
                } else {
                    (fault.until, Effect::Ended)
                };
                log.push(FaultHit { at: at.min(now), kind: fault.kind, offset: sent_total, effect });
            }
            *acted = acts;
        }
    }
}
