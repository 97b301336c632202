//! A counter of charge beside the current that should move it, row by row.
//!
//! A row's charge is current times time; whether the writer took the current at its start, its end or between is
//! settled by what fits best. A state of charge is a counter too, once its capacity is known from the log itself.

use super::{Series, Work};
use crate::explore::header::Quantity;
use crate::explore::numbers::quantile;

/// A counter and its current.
pub(super) struct Flow {
    /// The counter's column.
    pub(super) counter: String,
    /// What the counter moved in each row, Ah; 0 where that is not known.
    pub(super) moved: Vec<f64>,
    /// What flowed in each row, Ah.
    pub(super) due: Vec<f64>,
    /// The finest step of the counter, Ah.
    pub(super) step: f64,
    /// It counts what was taken out.
    pub(super) is_reversed: bool,
}

/// Some rows together: enough charge to be seen in the counter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chunk {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) moved: f64,
    pub(super) due: f64,
}

/// Steps of the counter that a chunk moves, at least.
const CHUNK_STEPS: f64 = 4.0;

/// Steps of the counter that tell how far it can be trusted.
const DOUBT_STEPS: f64 = 40.0;

impl Flow {
    /// Every counter of the log with its current.
    pub(super) fn all(work: &Work) -> Vec<Self> {
        let Some(amps) = work.first(Quantity::Current) else { return Vec::new() };
        if work.secs.is_empty() {
            return Vec::new();
        }
        let is_counter =
            |series: &&Series| matches!(series.quantity, Quantity::Charge | Quantity::StateOfCharge);
        work.series.iter().filter(is_counter).filter_map(|counter| Self::of(work, counter, amps)).collect()
    }

    fn of(work: &Work, counter: &Series, amps: &Series) -> Option<Self> {
        let rows = counter.values.len();
        let is_known = |at: usize| {
            let values = [counter.values[at], counter.values[at - 1], amps.values[at], amps.values[at - 1]];
            work.lapse(at) > 0.0 && values.iter().all(|value| value.is_finite())
        };
        let known: Vec<usize> = (1..rows).filter(|at| is_known(*at)).collect();
        let moved_at = |at: usize| counter.values[at] - counter.values[at - 1];
        let flown = |at: usize, share: f64| {
            let amps = (1.0 - share).mul_add(amps.values[at - 1], share * amps.values[at]);
            amps * work.lapse(at) / 3600.0
        };
        let scale = if counter.quantity == Quantity::StateOfCharge {
            let flown: f64 = known.iter().map(|at| flown(*at, 0.5).abs()).sum();
            let moved: f64 = known.iter().map(|at| moved_at(*at).abs()).sum();
            if moved <= 0.0 { return None } else { flown / moved }
        } else {
            1.0
        };
        let misfit = |share: f64| {
            let misfits: Vec<f64> = known
                .iter()
                .map(|at| (moved_at(*at) * scale).abs() - flown(*at, share).abs())
                .map(f64::abs)
                .collect();
            misfits.iter().sum::<f64>()
        };
        let share = [0.0, 0.5, 1.0].into_iter().min_by(|a, b| misfit(*a).total_cmp(&misfit(*b)))?;
        let (mut moved, mut due) = (vec![0.0; rows], vec![0.0; rows]);
        for at in known {
            (moved[at], due[at]) = (moved_at(at) * scale, flown(at, share));
        }
        let is_reversed = ["consumed", "discharged", "decharge", "consomme"]
            .iter()
            .any(|word| counter.name.to_lowercase().contains(word));
        let step = (counter.step * scale).max(1e-9);
        Some(Self { counter: counter.name.clone(), moved, due, step, is_reversed })
    }

    /// The log cut into pieces that the counter can show.
    pub(super) fn chunks(&self) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let (mut first, mut moved, mut due, mut through) = (1, 0.0, 0.0, 0.0);
        for at in 1..self.moved.len() {
            moved += self.moved[at];
            due += self.due[at];
            through += self.due[at].abs();
            if through >= CHUNK_STEPS * self.step {
                chunks.push(Chunk { first, last: at, moved, due });
                (first, moved, due, through) = (at + 1, 0.0, 0.0, 0.0);
            }
        }
        chunks
    }

    /// How far the counter is off its current as a share, hardly ever more: tiny pulses and efficiency make it so.
    pub(super) fn doubt(&self) -> f64 {
        self.doubt_at(0.9)
    }

    /// The same, more often than not.
    pub(super) fn usual_doubt(&self) -> f64 {
        self.doubt_at(0.5)
    }

    fn doubt_at(&self, share: f64) -> f64 {
        let (mut shares, mut moved, mut due, mut through) = (Vec::new(), 0.0, 0.0, 0.0_f64);
        for (one, other) in self.moved.iter().zip(&self.due) {
            moved += one;
            due += other;
            through += other.abs();
            if through >= DOUBT_STEPS * self.step {
                shares.push((moved - due).abs() / through);
                (moved, due, through) = (0.0, 0.0, 0.0);
            }
        }
        quantile(&shares, share).unwrap_or(1.0)
    }

    /// How far a row's counter is off its current, hardly ever more, Ah.
    pub(super) fn noise(&self) -> f64 {
        let off: Vec<f64> =
            self.moved.iter().zip(&self.due).map(|(moved, due)| (moved - due).abs()).collect();
        quantile(&off, 0.99).unwrap_or(0.0)
    }
}
