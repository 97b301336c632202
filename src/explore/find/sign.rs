//! A current of the wrong sign, in a stretch or in the whole log. Positive while charging is right.
//!
//! A counter of charge tells it best: it moves against its current. Without one the voltage does, which rises with a
//! current that charges; and a current that turns around without the voltage answering was turned by somebody.

use super::flow::{Chunk, Flow};
use super::slope::Slope;
use super::{Finding, Kind, Occurrence, Work};
use crate::explore::header::Quantity;

/// Chunks or steps against the current that make a stretch.
const AGAINST_MIN: usize = 4;
/// Fewer rows are no stretch.
const ROWS_MIN: usize = 6;
/// A counter further off its current than this, as a share, is not asked; one of the wrong sign is off by two.
const DOUBT_MAX: f64 = 0.5;
/// How far off the ends of a stretch may be found.
const SNAP_ROWS: usize = 8;
/// How sure the ends of a stretch are.
const EDGE_ROWS: usize = 4;
/// Of all of them, that make it the whole log.
const WHOLE_SHARE: f64 = 0.7;

pub(super) fn find(work: &mut Work) -> Vec<Finding> {
    let Some(name) = work.first(Quantity::Current).map(|series| series.name.clone()) else {
        return Vec::new();
    };
    let flows = Flow::all(work);
    // A counter that goes its own way tells nothing of signs.
    let trusted = flows.iter().find(|flow| flow.usual_doubt() < DOUBT_MAX || is_opposed(flow));
    let mut ranges = trusted.map(by_counter).unwrap_or_default();
    // What a counter is too coarse for, the voltage may tell.
    let by_voltage = by_voltage(work);
    let is_new = |range: &(usize, usize)| !ranges.iter().any(|it| it.0 <= range.1 && range.0 <= it.1);
    let more: Vec<(usize, usize)> = by_voltage.into_iter().filter(is_new).collect();
    ranges.extend(more);
    ranges.sort_unstable();
    if let Some(amps) = work.first(Quantity::Current) {
        for range in &mut ranges {
            *range = snapped(&amps.values, *range);
        }
    }
    let occurrences: Vec<Occurrence> =
        ranges.iter().map(|(first, last)| work.occurrence(*first, *last, None)).collect();
    // What follows reckons with the current as it should be.
    if let Some(series) = work.series.iter_mut().find(|series| series.name == name) {
        for (first, last) in &ranges {
            for amps in &mut series.values[*first..=*last] {
                *amps = -*amps;
            }
            // Where it turns is known to a few rows only: those tell nothing.
            for edge in [*first, *last] {
                let until = (edge + EDGE_ROWS + 1).min(series.values.len());
                if *first > 0 || *last + 1 < series.values.len() {
                    series.values[edge.saturating_sub(EDGE_ROWS)..until].fill(f64::NAN);
                }
            }
        }
    }
    vec![Finding::new(Kind::SuspectSign, Some(&name), occurrences)]
}

/// Most of it moves as much as the current, the other way: the whole log has the wrong sign.
fn is_opposed(flow: &Flow) -> bool {
    let (moved, due): (f64, f64) = flow
        .moved
        .iter()
        .zip(&flow.due)
        .fold((0.0, 0.0), |sum, (moved, due)| (sum.0 + (moved + due).abs(), sum.1 + (moved - due).abs()));
    moved < DOUBT_MAX * due
}

/// The stretch from turn to turn of the current, where there is one near: chunks are coarse.
fn snapped(amps: &[f64], (first, last): (usize, usize)) -> (usize, usize) {
    let is_turn = |at: &usize| {
        let Some(pair) = at.checked_sub(1).and_then(|before| amps.get(before..=*at)) else { return false };
        let size = pair[0].abs().max(pair[1].abs());
        pair[0] * pair[1] < 0.0 && (pair[0] + pair[1]).abs() <= 0.4 * size
    };
    let near = |edge: usize| {
        let from = edge.saturating_sub(SNAP_ROWS);
        (from..=edge + SNAP_ROWS).filter(is_turn).min_by_key(|at| at.abs_diff(edge))
    };
    let (from, until) = (near(first).unwrap_or(first), near(last + 1).unwrap_or(last + 1));
    if until > from { (from, until - 1) } else { (first, last) }
}

/// 1 with its current, -1 against it, 0 where a chunk does not say.
fn mark(chunk: &Chunk, step: f64, is_reversed: bool) -> i8 {
    let due = if is_reversed { -chunk.due } else { chunk.due };
    let (with, against) = ((chunk.moved - due).abs(), (chunk.moved + due).abs());
    // A counter that is written in steps is off by less than two of them.
    let is_seen = due.abs() >= 3.0 * step && with.max(against) >= 4.0 * step;
    match is_seen {
        true if against < 0.5 * with => -1,
        true if with < 0.5 * against => 1,
        _ => 0,
    }
}

fn by_counter(flow: &Flow) -> Vec<(usize, usize)> {
    let chunks = flow.chunks();
    let marks: Vec<i8> = chunks.iter().map(|chunk| mark(chunk, flow.step, flow.is_reversed)).collect();
    let spans: Vec<(usize, usize)> = chunks.iter().map(|chunk| (chunk.first, chunk.last)).collect();
    stretches(&marks, &spans, flow.moved.len())
}

/// Stretches whose marks are against, between marks that are not.
fn stretches(marks: &[i8], spans: &[(usize, usize)], rows: usize) -> Vec<(usize, usize)> {
    let count = |wanted: i8| marks.iter().filter(|mark| **mark == wanted).count();
    let (against, with) = (count(-1), count(1));
    if against > 2 * AGAINST_MIN && against as f64 > WHOLE_SHARE * (against + with) as f64 {
        return vec![(0, rows - 1)];
    }
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    let mut is_open = false;
    for (mark, (first, last)) in marks.iter().zip(spans) {
        match (mark, found.last_mut()) {
            (-1, Some(stretch)) if is_open => (stretch.1, stretch.2) = (*last, stretch.2 + 1),
            (-1, _) => {
                found.push((*first, *last, 1));
                is_open = true;
            }
            (1, _) => is_open = false,
            _ => {}
        }
    }
    found
        .into_iter()
        .filter(|(first, last, count)| *count >= AGAINST_MIN && last + 1 - first >= ROWS_MIN)
        .map(|(first, last, _)| (first, last))
        .collect()
}

fn by_voltage(work: &Work) -> Vec<(usize, usize)> {
    let Some(slope) = Slope::of(work) else { return Vec::new() };
    let seen = (5.0 * slope.volt_step / slope.ohms.max(1e-9)).max(0.5 * slope.large_amps);
    let (mut marks, mut spans) = (Vec::new(), Vec::new());
    for at in 1..slope.amps.len() {
        let (amps, volts) = (slope.amps[at] - slope.amps[at - 1], slope.volts[at] - slope.volts[at - 1]);
        if amps.abs() >= seen && volts.abs() >= 0.2 * slope.ohms * amps.abs() {
            marks.push(if amps * volts > 0.0 { 1 } else { -1 });
            spans.push((at - 1, at));
        }
    }
    let found = stretches(&marks, &spans, slope.amps.len());
    if found.is_empty() { turned(&slope) } else { found }
}

/// Between two turns of the current that the voltage did not answer.
fn turned(slope: &Slope<'_>) -> Vec<(usize, usize)> {
    let is_turn = |at: &usize| {
        let (before, now) = (slope.amps[at - 1], slope.amps[*at]);
        let same_size =
            (before + now).abs() <= 0.1 * now.abs() && now.abs() >= slope.large_amps.min(0.5 * now.abs());
        let due = slope.ohms * (now - before).abs();
        let is_mute = (slope.volts[*at] - slope.volts[at - 1]).abs() < 0.2 * due;
        same_size && before * now < 0.0 && due >= 5.0 * slope.volt_step && is_mute
    };
    let turns: Vec<usize> = (1..slope.amps.len()).filter(is_turn).collect();
    turns.chunks_exact(2).map(|pair| (pair[0], pair[1] - 1)).collect()
}
