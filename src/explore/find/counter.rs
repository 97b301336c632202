//! Counters of charge that jump, or that do not follow the current.

use super::flow::{Chunk, Flow};
use super::{Finding, Kind, Occurrence, Work};
use crate::explore::numbers::{largest_but, quantile};

/// What a counter may move over its current in a stretch before it disagrees: efficiency and tiny pulses of real
/// batteries stay within.
const RATIO: (f64, f64) = (0.6, 1.5);
/// Chunks that disagree in a row.
const CHUNKS_MIN: usize = 12;

pub(super) fn find(work: &mut Work) -> Vec<Finding> {
    let mut found = Vec::new();
    for flow in Flow::all(work) {
        let jumps = jumps(work, &flow);
        let disagreeing = disagreeing(work, &flow, &jumps);
        found.push(Finding::new(Kind::CounterJump, Some(&flow.counter), jumps));
        found.push(Finding::new(Kind::CounterDisagrees, Some(&flow.counter), disagreeing));
    }
    found
}

fn jumps(work: &Work, flow: &Flow) -> Vec<Occurrence> {
    let off: Vec<f64> = flow.moved.iter().zip(&flow.due).map(|(moved, due)| moved - due).collect();
    let sizes: Vec<f64> = off.iter().map(|off| off.abs()).collect();
    let steps: Vec<f64> = flow.due.iter().map(|due| due.abs()).collect();
    let tail = largest_but(&sizes, sizes.len() / 300 + 8);
    let limit = (8.0 * tail).max(20.0 * flow.step).max(5.0 * quantile(&steps, 0.99).unwrap_or(0.0));
    let jumped = off.iter().enumerate().filter(|(_, off)| off.abs() > limit);
    jumped.map(|(at, off)| work.occurrence(at, at, Some(*off))).collect()
}

fn disagreeing(work: &Work, flow: &Flow, jumps: &[Occurrence]) -> Vec<Occurrence> {
    let is_jump = |chunk: &Chunk| {
        jumps.iter().any(|jump| (work.rows[chunk.first]..=work.rows[chunk.last]).contains(&jump.first))
    };
    let sign = if flow.is_reversed { -1.0 } else { 1.0 };
    let noise = flow.noise();
    let is_off = |chunk: &Chunk| {
        let ratio = sign * chunk.moved / chunk.due;
        let apart = (chunk.moved - sign * chunk.due).abs();
        chunk.due.abs() >= 3.0 * flow.step
            && apart > (3.0 * flow.step).max(noise)
            && !(RATIO.0..=RATIO.1).contains(&ratio)
            && !is_jump(chunk)
    };
    let mut found: Vec<(Chunk, Chunk, usize)> = Vec::new();
    let mut is_open = false;
    for chunk in flow.chunks() {
        let off = is_off(&chunk);
        match found.last_mut() {
            Some(stretch) if off && is_open => (stretch.1, stretch.2) = (chunk, stretch.2 + 1),
            _ if off => found.push((chunk, chunk, 1)),
            _ => {}
        }
        is_open = off;
    }
    let found: Vec<Occurrence> = found
        .into_iter()
        .filter(|(_, _, count)| *count >= CHUNKS_MIN)
        .map(|(first, last, _)| work.occurrence(first.first, last.last, None))
        .collect();
    let rows: usize = found.iter().map(|it| it.last + 1 - it.first).sum();
    match (work.rows.first(), work.rows.last()) {
        // A counter that hardly ever follows is one finding, not hundreds.
        (Some(first), Some(last)) if 2 * rows > work.rows.len() => {
            vec![Occurrence { first: *first, last: *last, measure: None }]
        }
        _ => found,
    }
}
