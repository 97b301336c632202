//! A run of blocks and lone signs that steps by itself: the seam along which a caller spreads a fleet over
//! threads.

use super::alone::Alone;
use super::block::{Block, Stretch};
use super::schedule::{KINDS, Schedule};
use super::sink::Sink;
use super::sky::Moment;
use crate::sky::GRID_SECS;
use signals::Span;

/// A block of signs with so many cells each.
#[derive(Debug)]
pub(super) enum AnyBlock {
    Lumped(Box<Block<1>>),
    Four(Box<Block<4>>),
    Six(Box<Block<6>>),
}

/// Calls the same method whatever the cells.
macro_rules! each_block {
    ($block:expr, $it:ident => $call:expr) => {
        match $block {
            AnyBlock::Lumped($it) => $call,
            AnyBlock::Four($it) => $call,
            AnyBlock::Six($it) => $call,
        }
    };
}
pub(super) use each_block;

impl AnyBlock {
    fn now_nanos(&self) -> i64 {
        each_block!(self, block => block.now_nanos)
    }

    fn minutes_drawn(&self) -> u64 {
        each_block!(self, block => block.minutes_drawn())
    }

    /// How many signs it holds.
    pub fn signs(&self) -> usize {
        each_block!(self, block => block.signs.len())
    }
}

/// Signs that are stepped together.
#[derive(Debug)]
pub struct Slice<'a> {
    pub(super) starts: &'a [f64],
    pub(super) kinds: [bool; KINDS],
    pub(super) hold_nanos: i64,
    pub(super) blocks: &'a mut [AnyBlock],
    pub(super) alone: &'a mut [Alone],
}

impl Slice<'_> {
    /// How many signs it holds.
    #[must_use]
    pub fn signs(&self) -> usize {
        self.blocks.iter().map(AnyBlock::signs).sum::<usize>() + self.alone.len()
    }

    /// `steps` steps of this length; the sink looks after every `every` of them, and means are over the time
    /// since. A step longer than a hold is cut there: at 10 s as the scalar site does, or as
    /// [`Signs::holding`](super::Signs::holding) says.
    pub fn run<S: Sink>(&mut self, step: Span, steps: usize, every: usize, sink: &mut S) {
        let every = every.max(1);
        let (starts, kinds, hold) = (self.starts, self.kinds, self.hold_nanos);
        // Blocks that were stepped apart before are at different moments: each lot by itself.
        for lot in self.blocks.chunk_by_mut(|a, b| a.now_nanos() == b.now_nanos()) {
            run_lot(lot, starts, (kinds, hold), (step, steps, every), sink);
        }
        for alone in &mut *self.alone {
            alone.run(step, steps, every, sink);
        }
    }
}

fn run_lot<S: Sink>(
    lot: &mut [AnyBlock],
    starts: &[f64],
    (kinds, hold_nanos): ([bool; KINDS], i64),
    (step, steps, every): (Span, usize, usize),
    sink: &mut S,
) {
    let Some(first) = lot.first() else { return };
    let mut schedule = Schedule::new(first.now_nanos(), hold_nanos, step.as_nanos(), steps, kinds);
    let hold_secs = hold_nanos as f64 * 1e-9;
    let (mut pieces, mut moments) = (Vec::new(), vec![Vec::new(); starts.len()]);
    loop {
        schedule.fill(&mut pieces);
        let Some(last) = pieces.last() else { return };
        let first_minute = lot[0].minutes_drawn();
        look_up(&mut moments, starts, first_minute..last.minute + 2);
        let span = Stretch { pieces: &pieces, moments: &moments, first_minute, every, hold_secs };
        for block in &mut *lot {
            each_block!(block, block => block.run(span, sink));
        }
    }
}

/// Where the sun stands at these minutes of each run.
pub(super) fn look_up(moments: &mut [Vec<Moment>], starts: &[f64], minutes: std::ops::Range<u64>) {
    for (moments, start) in moments.iter_mut().zip(starts) {
        moments.clear();
        moments.extend(minutes.clone().map(|minute| Moment::at(start + minute as f64 * GRID_SECS)));
    }
}
