//! Looks at many signs from several threads, handed on in one order.
//!
//! Each stretch of time is run by all threads, each on its slice of the signs, and put in order before the next
//! begins: the order of rows, and what a stretch holds in memory, do not depend on the threads.

use signals::{SimTime, Span};
use sim::fleet::signs::{Seen, Signs, Sink, Stage};

use crate::failure::Failure;

/// Rows that a stretch may hold.
const ROWS_MAX: usize = 100_000;

/// How the signs are run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub step: Span,
    pub steps_a_look: usize,
    pub looks: usize,
    pub threads: usize,
}

impl Plan {
    /// Steps of a sign over the whole run.
    pub const fn steps(&self) -> usize {
        self.steps_a_look * self.looks
    }
}

/// What is so of one sign, now or on the mean since the look before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub soc: f64,
    pub volts: f64,
    pub amps: f64,
    pub celsius: f64,
    pub air_celsius: f64,
    pub pv_watts: f64,
    pub load_watts: f64,
    pub unpowered_secs: f64,
    pub stage: Stage,
}

/// One look at one sign.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub at: SimTime,
    pub sign: usize,
    pub row: Row,
}

/// Gathers the looks of one slice.
#[derive(Default)]
struct Gather(Vec<Look>);

impl Sink for Gather {
    fn see(&mut self, seen: &Seen<'_>) {
        for (lane, sign) in seen.signs.iter().enumerate() {
            let row = Row {
                soc: seen.soc[lane],
                volts: seen.volts[lane],
                amps: seen.amps[lane],
                celsius: seen.celsius[lane],
                air_celsius: seen.air_celsius[lane],
                pv_watts: seen.pv_watts[lane],
                load_watts: seen.load_watts[lane],
                unpowered_secs: seen.unpowered_secs[lane],
                stage: seen.stage[lane],
            };
            self.0.push(Look { at: seen.at, sign: *sign, row });
        }
    }
}

/// Runs the plan; `take` sees every look, in the order of time and then of signs.
pub(super) fn each(
    signs: &mut Signs,
    plan: &Plan,
    mut take: impl FnMut(&[Look]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let looks_a_stretch = (ROWS_MAX / signs.len().max(1)).clamp(1, plan.looks.max(1));
    let mut left = plan.looks;
    while left > 0 {
        let looks = left.min(looks_a_stretch);
        left -= looks;
        let mut stretch = stretch(signs, plan, looks);
        stretch.sort_unstable_by_key(|look| (look.at, look.sign));
        take(&stretch)?;
    }
    Ok(())
}

fn stretch(signs: &mut Signs, plan: &Plan, looks: usize) -> Vec<Look> {
    let steps = looks * plan.steps_a_look;
    std::thread::scope(|scope| {
        let threads: Vec<_> = signs
            .slices_mut(plan.threads)
            .map(|mut slice| {
                scope.spawn(move || {
                    let mut gather = Gather::default();
                    slice.run(plan.step, steps, plan.steps_a_look, &mut gather);
                    gather.0
                })
            })
            .collect();
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(looks) => looks,
            Err(cause) => std::panic::resume_unwind(cause),
        });
        joined.flatten().collect()
    })
}
