//! How a run is cut into pieces: the same for every block of a slice, so worked out once.
//!
//! ```text
//! step   |---------------------------|      as asked for
//! hold   |----|----|----|----|----|----|    10 s of the run, or as long as asked for: coefficients, light
//! piece  |----|----|----|----|----|--|      the shorter of the two
//! ```
//!
//! What depends on time alone is found here too: pages, flashes and bursts of each kind of equipment.

use crate::battery::HOLD_SECS;
use crate::load::LoadKind;
use crate::sky::GRID_SECS;

const MINUTE_NANOS: i64 = GRID_SECS as i64 * 1_000_000_000;
/// The scalar site's longest piece.
const PIECE_NANOS: i64 = HOLD_SECS as i64 * 1_000_000_000;
/// Pieces worked out at a time.
const PIECES_MAX: usize = 512;
/// Places for what each kind of equipment does; a power of two.
pub(super) const KINDS: usize = 8;

/// A stretch over which all currents are constant.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Seconds of the run.
    pub from_secs: f64,
    pub until_secs: f64,
    pub secs: f64,
    /// Nanoseconds of the run.
    pub from_nanos: i64,
    until_nanos: i64,
    /// It begins a hold, or a minute.
    pub begins_hold: bool,
    pub begins_minute: bool,
    /// It ends a hold.
    pub ends_hold: bool,
    /// The minute it lies in, and the place in it that stands for the hold's light.
    pub minute: u64,
    pub light_ratio: f64,
    /// The step that ends with it.
    pub ends_step: Option<usize>,
    /// Mean rhythm and burst of each kind of equipment.
    pub rhythm: [f64; KINDS],
    pub burst: [f64; KINDS],
}

impl Piece {
    /// Its end, nanoseconds of the run.
    pub const fn until_nanos(&self) -> i64 {
        self.until_nanos
    }
}

/// The pieces of a run, some at a time.
#[derive(Debug)]
pub(super) struct Schedule {
    now_nanos: i64,
    hold_nanos: i64,
    step_nanos: i64,
    left_nanos: i64,
    step: usize,
    steps: usize,
    kinds: [bool; KINDS],
}

impl Schedule {
    /// Whole holds of this length; `steps` steps from an instant; `kinds` tells which equipment there is.
    pub const fn new(
        now_nanos: i64,
        hold_nanos: i64,
        step_nanos: i64,
        steps: usize,
        kinds: [bool; KINDS],
    ) -> Self {
        Self { now_nanos, hold_nanos, step_nanos, left_nanos: step_nanos, step: 0, steps, kinds }
    }

    /// The next pieces, within one hour of the run; none when the run is over.
    pub fn fill(&mut self, pieces: &mut Vec<Piece>) {
        pieces.clear();
        if self.step_nanos <= 0 {
            return;
        }
        let hour = self.now_nanos / (60 * MINUTE_NANOS);
        while self.step < self.steps
            && pieces.len() < PIECES_MAX
            && self.now_nanos / (60 * MINUTE_NANOS) == hour
        {
            pieces.push(self.piece());
        }
    }

    fn piece(&mut self) -> Piece {
        let from = self.now_nanos;
        let since = from % self.hold_nanos;
        let nanos = self.left_nanos.min(self.hold_nanos - since);
        let until = from + nanos;
        let (from_secs, until_secs) = (from as f64 * 1e-9, until as f64 * 1e-9);
        self.now_nanos = until;
        self.left_nanos -= nanos;
        let ends_step = (self.left_nanos == 0).then_some(self.step);
        if ends_step.is_some() {
            (self.step, self.left_nanos) = (self.step + 1, self.step_nanos);
        }
        let of_each = |of: fn(LoadKind, f64, f64) -> f64| {
            let mut each = [0.0; KINDS];
            for (k, kind) in LoadKind::ALL.into_iter().enumerate().filter(|(k, _)| self.kinds[*k]) {
                each[k] = of(kind, from_secs, until_secs);
            }
            each
        };
        // The light of the hold is that which the scalar site sees at the ends of its pieces, in the mean.
        let seen_nanos =
            from - since + (self.hold_nanos + self.step_nanos.min(PIECE_NANOS).min(self.hold_nanos)) / 2;
        let minute = from / MINUTE_NANOS;
        Piece {
            from_secs,
            until_secs,
            secs: nanos as f64 * 1e-9,
            from_nanos: from,
            until_nanos: until,
            begins_hold: since == 0,
            begins_minute: from % MINUTE_NANOS == 0,
            ends_hold: until % self.hold_nanos == 0,
            minute: minute as u64,
            light_ratio: (seen_nanos - minute * MINUTE_NANOS) as f64 / MINUTE_NANOS as f64,
            ends_step,
            rhythm: of_each(LoadKind::rhythm),
            burst: of_each(LoadKind::burst),
        }
    }
}
