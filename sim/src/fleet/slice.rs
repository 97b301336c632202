//! A run of blocks that steps by itself: the seam along which a caller spreads a fleet over threads.

use super::block::Block;
use super::drive::{Drive, Seen, Sink};
use super::growth::Growth;
use super::held::{Held, SWEEP_STEPS, Sweep};
use super::kernel::{self, Asked, StepLaw, Still, Terms};
use super::law::{CellLaw, CellStart};
use super::settling::SHORT_MAX;
use pulp::{Arch, Simd, WithSimd};
use signals::{Celsius, Span};
use std::marker::PhantomData;

/// Longest step that is not cut, s.
const CUT_SECS: f64 = 10.0;

/// How fast the branches of a fleet can get: it decides which form of the settling serves. One
/// answer for the whole fleet, so that how it is sliced changes nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reach {
    per_sec: [f64; 2],
}

impl Reach {
    /// Of a law and its cells.
    pub fn new(law: &CellLaw, cells: &[CellStart]) -> Self {
        let least = cells.iter().map(|cell| cell.resistance_ratio).fold(f64::INFINITY, f64::min);
        let scale = Growth::new(law.activation_kelvin).least() * least;
        Self { per_sec: [law.fast, law.slow].map(|branch| 1.01 / (branch.ohms * branch.farads * scale)) }
    }

    fn is_long(self, dt_secs: f64) -> bool {
        self.per_sec.iter().zip(SHORT_MAX).any(|(per_sec, most)| per_sec * dt_secs > most)
    }
}

/// Cells that are stepped together.
#[derive(Debug)]
pub struct Slice<'a, const W: usize> {
    law: &'a CellLaw,
    reach: Reach,
    blocks: &'a mut [Block<W>],
    first_cell: usize,
    cells: usize,
}

impl<'a, const W: usize> Slice<'a, W> {
    pub(super) const fn new(
        law: &'a CellLaw,
        reach: Reach,
        blocks: &'a mut [Block<W>],
        first_cell: usize,
        cells: usize,
    ) -> Self {
        Self { law, reach, blocks, first_cell, cells }
    }

    /// The cells of the fleet that this slice holds.
    pub const fn cells(&self) -> std::ops::Range<usize> {
        self.first_cell..self.first_cell + self.cells
    }

    /// Sets the air around one cell of the slice, counted in the fleet.
    pub fn set_air(&mut self, cell: usize, air: Celsius) {
        let place = cell - self.first_cell;
        self.blocks[place / W].air[place % W] = air.as_celsius();
    }

    /// `steps` steps of `dt`, each at a held current, coefficients followed through every one.
    pub fn hold(&mut self, dt: Span, steps: usize, drive: &impl Drive, sink: &mut impl Sink) {
        self.run::<false>(dt, steps, drive, sink);
    }

    /// The same with a current that runs straight from each step's to the next one's.
    pub fn ramp(&mut self, dt: Span, steps: usize, drive: &impl Drive, sink: &mut impl Sink) {
        self.run::<true>(dt, steps, drive, sink);
    }

    /// The same at a held current, coefficients refreshed every `refresh_steps` steps, which are not cut.
    ///
    /// The drive is asked for up to ten steps before the sink sees the first of them.
    pub fn hold_refreshed(
        &mut self,
        dt: Span,
        steps: usize,
        refresh_steps: usize,
        drive: &impl Drive,
        sink: &mut impl Sink,
    ) {
        let law = StepLaw::new(self.law, dt.as_secs());
        let span = Steps { law: &law, steps, parts: 1, drive };
        let refresh_steps = refresh_steps.max(1);
        let is_long = self.reach.is_long(law.dt_secs);
        go_with_terms(self.law, is_long, Refreshed { span, slice: self, sink, refresh_steps });
    }

    fn run<const RAMP: bool>(&mut self, dt: Span, steps: usize, drive: &impl Drive, sink: &mut impl Sink) {
        let parts = (dt.as_secs() / CUT_SECS).ceil().max(1.0) as usize;
        let law = StepLaw::new(self.law, dt.as_secs() / parts as f64);
        let span = Steps { law: &law, steps, parts, drive };
        let is_long = self.reach.is_long(law.dt_secs);
        go_with_terms(self.law, is_long, Followed::<_, _, W, RAMP> { span, slice: self, sink });
    }

    /// Each block with its first cell and how many of its lanes are cells.
    #[inline(always)]
    fn groups(&mut self) -> impl Iterator<Item = (usize, usize, &mut Block<W>)> {
        let (first, cells) = (self.first_cell, self.cells);
        self.blocks.iter_mut().enumerate().map(move |(k, block)| (first + k * W, W.min(cells - k * W), block))
    }
}

/// What runs with the terms that a law asks for.
trait Job {
    fn run<S: Simd, T: Terms>(self, simd: S);
}

/// The job with its terms, as pulp takes it.
struct Run<J, T>(J, PhantomData<T>);

impl<J: Job, T: Terms> WithSimd for Run<J, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.0.run::<S, T>(simd);
    }
}

/// Runs with the best instructions that this machine has.
fn go<T: Terms>(job: impl Job) {
    Arch::new().dispatch(Run(job, PhantomData::<T>));
}

/// Runs with the terms that a law asks for in steps of this reach.
fn go_with_terms(law: &CellLaw, is_long: bool, job: impl Job) {
    match (is_long, law.heat.case.is_some(), law.entropic != [0.0, 0.0]) {
        (false, false, false) => go::<Asked<false, false, false>>(job),
        (false, false, true) => go::<Asked<false, false, true>>(job),
        (false, true, _) => go::<Asked<false, true, true>>(job),
        (true, false, _) => go::<Asked<true, false, true>>(job),
        (true, true, _) => go::<Asked<true, true, true>>(job),
    }
}

/// What both ways of stepping need to know.
struct Steps<'a, D> {
    law: &'a StepLaw,
    steps: usize,
    parts: usize,
    drive: &'a D,
}

struct Followed<'a, 'b, D, S, const W: usize, const RAMP: bool> {
    span: Steps<'a, D>,
    slice: &'a mut Slice<'b, W>,
    sink: &'a mut S,
}

impl<D: Drive, K: Sink, const W: usize, const RAMP: bool> Job for Followed<'_, '_, D, K, W, RAMP> {
    #[inline(always)]
    fn run<S: Simd, T: Terms>(self, _simd: S) {
        let Self { span, slice, sink } = self;
        // Copies that nothing else points at: only then does the compiler see that lanes are independent.
        let law = *span.law;
        for (first_cell, cells, place) in slice.groups() {
            let mut block = place.clone();
            let mut still = Still::of(&block, &law);
            let (mut from, mut to) = ([0.0; W], [0.0; W]);
            span.drive.amps(0, first_cell, &mut from[..cells]);
            for step in 0..span.steps {
                if RAMP {
                    span.drive.amps(step + 1, first_cell, &mut to[..cells]);
                } else if step > 0 {
                    span.drive.amps(step, first_cell, &mut from[..cells]);
                }
                follow::<W, RAMP, T>(&mut block, &mut still, [&from, &to], &law, span.parts);
                see(sink, step, first_cell, cells, &block);
                if RAMP {
                    from = to;
                }
            }
            *place = block;
        }
    }
}

/// One step of a block, in its parts.
#[inline(always)]
fn follow<const W: usize, const RAMP: bool, T: Terms>(
    block: &mut Block<W>,
    still: &mut Still<W>,
    [from, to]: [&[f64; W]; 2],
    law: &StepLaw,
    parts: usize,
) {
    let share = 1.0 / parts as f64;
    let between = |share: f64| std::array::from_fn(|k| f64::mul_add(share, to[k] - from[k], from[k]));
    for part in 0..parts {
        if RAMP {
            let (begin, end) = (between(part as f64 * share), between((part + 1) as f64 * share));
            kernel::advance::<W, RAMP, T>(block, still, &begin, &end, law);
        } else {
            kernel::advance::<W, RAMP, T>(block, still, from, to, law);
        }
    }
}

struct Refreshed<'a, 'b, D, S, const W: usize> {
    span: Steps<'a, D>,
    slice: &'a mut Slice<'b, W>,
    sink: &'a mut S,
    refresh_steps: usize,
}

impl<D: Drive, K: Sink, const W: usize> Job for Refreshed<'_, '_, D, K, W> {
    #[inline(always)]
    fn run<S: Simd, T: Terms>(self, simd: S) {
        let Self { span, slice, sink, refresh_steps } = self;
        let law = *span.law;
        let (mut held, mut sweep) = (Held::empty(), Sweep::empty());
        for (first_cell, cells, place) in slice.groups() {
            let mut block = place.clone();
            let still = Still::of(&block, &law);
            let mut step = 0;
            while step < span.steps {
                let since = step % refresh_steps;
                if since == 0 {
                    held.refresh::<T>(&mut block, &still, &law);
                }
                let steps = SWEEP_STEPS.min(refresh_steps - since).min(span.steps - step);
                for (k, amps) in sweep.amps_then_volts.iter_mut().take(steps).enumerate() {
                    amps[cells..].fill(0.0);
                    span.drive.amps(step + k, first_cell, &mut amps[..cells]);
                }
                held.advance::<S, T>(simd, (&mut block, &still), &mut sweep, steps, &law);
                for k in 0..steps {
                    let seen = Seen {
                        volts: &sweep.amps_then_volts[k][..cells],
                        soc: &sweep.soc[k][..cells],
                        celsius: &sweep.celsius[k][..cells],
                    };
                    sink.see(step + k, first_cell, seen);
                }
                step += steps;
                if step == span.steps {
                    block.volts = sweep.amps_then_volts[steps - 1];
                }
            }
            *place = block;
        }
    }
}

#[inline(always)]
fn see<const W: usize>(sink: &mut impl Sink, step: usize, first_cell: usize, cells: usize, block: &Block<W>) {
    let seen =
        Seen { volts: &block.volts[..cells], soc: &block.soc[..cells], celsius: &block.celsius[..cells] };
    sink.see(step, first_cell, seen);
}
