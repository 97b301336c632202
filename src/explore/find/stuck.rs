//! A reading that stands still while it should have moved.
//!
//! Standing still alone proves nothing: a battery at rest does it for hours. A run of equal values is a stuck sensor
//! where one of these holds:
//!
//! 1. What drives it moved: the current stepped under a voltage, a voltage jumped under a current, charge flowed under
//!    a counter.
//! 2. It is far too long for how often values repeat before and after it, at the same current: with a share `p` of
//!    repeats, `n·pᴸ < 10⁻⁴`.

use super::flow::Flow;
use super::slope::Slope;
use super::{Finding, Kind, Series, Work};
use crate::explore::header::Quantity;
use crate::explore::numbers::{median_of_few, quantile};

/// Shorter runs are not looked at.
const ROWS_MIN: usize = 6;
/// Steps of the driver that must have been answered.
const DRIVES_MIN: usize = 4;
/// Rows looked at on each side of a run, at least and at most.
const SIDE_ROWS: (usize, usize) = (60, 400);
/// Changes seen around a run, at least.
const MOVES_MIN: usize = 10;
/// Rows on each side whose current must be that of the run.
const REGIME_ROWS: usize = 16;
/// How unlikely a run is by itself.
const CHANCE: f64 = 1e-4;

pub(super) fn find(work: &mut Work) -> Vec<Finding> {
    // The current first: one that stands still tells nothing of what it drives.
    let mut order: Vec<usize> = (0..work.series.len()).collect();
    order.sort_by_key(|at| work.series[*at].quantity != Quantity::Current);
    let mut found = Vec::new();
    for at in order {
        if let Some(finding) = of_series(work, &work.series[at]) {
            work.explain(&finding);
            found.push(finding);
        }
    }
    found
}

fn of_series(work: &Work, series: &Series) -> Option<Finding> {
    let driver = Driver::of(work, series)?;
    let spread = work.first(Quantity::Current).and_then(|amps| {
        quantile(&amps.values, 0.95).zip(quantile(&amps.values, 0.05)).map(|(high, low)| high - low)
    });
    let is_stuck = |run: &(usize, usize)| {
        let length = run.1 + 1 - run.0;
        driver.says_stuck(work, series, *run)
            || (length >= ROWS_MIN
                && driver.may_be_by_chance()
                && is_too_long(work, series, &driver, spread.unwrap_or(0.0), *run))
    };
    let stuck = runs(&series.values).into_iter().filter(is_stuck);
    let occurrences = stuck.map(|(first, last)| {
        let value = series.unit.map_or(series.values[first], |unit| unit.of_base(series.values[first]));
        work.occurrence(first, last, Some(value))
    });
    Some(Finding::new(Kind::Stuck, Some(&series.name), occurrences.collect()))
}

/// Runs of equal values, first and last row.
fn runs(values: &[f64]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut first = 0;
    for at in 1..=values.len() {
        let goes_on = values.get(at).is_some_and(|value| *value == values[first]);
        if !goes_on {
            if at - first >= ROWS_MIN && values[first].is_finite() {
                runs.push((first, at - 1));
            }
            first = at;
        }
    }
    runs
}

/// What moves a reading.
enum Driver<'w> {
    /// A voltage by its current.
    Current(Slope<'w>),
    /// A current by the voltage that answers it; a jump of voltage at a constant current is larger than this, V.
    Voltage(Slope<'w>, f64, Option<(Flow, f64)>),
    /// A counter by the charge that flows: how much must, and how many ampere hours one unit of it is.
    Charge { amps: &'w [f64], due: f64, unit_amp_hours: f64, is_ratio: bool },
    /// Nothing that is known.
    Nothing,
}

impl<'w> Driver<'w> {
    fn of(work: &'w Work, series: &'w Series) -> Option<Self> {
        Some(match series.quantity {
            Quantity::Voltage => Slope::of(work).map_or(Self::Nothing, Self::Current),
            Quantity::Current => Slope::of(work).map_or(Self::Nothing, |slope| {
                let natural = constant_jumps(&slope);
                let flow = Flow::all(work).into_iter().next();
                let flow = flow.map(|flow| {
                    let doubt = flow.doubt();
                    (flow, doubt)
                });
                Self::Voltage(slope, natural, flow)
            }),
            Quantity::Charge | Quantity::StateOfCharge => {
                let amps = &work.first(Quantity::Current)?.values;
                let is_ratio = series.quantity == Quantity::StateOfCharge;
                let moved: Vec<f64> = series
                    .values
                    .windows(2)
                    .map(|pair| (pair[1] - pair[0]).abs())
                    .filter(|step| *step > 0.0)
                    .collect();
                let typical = quantile(&moved, 0.5)?;
                let unit_amp_hours = if is_ratio { capacity(work, series, amps) } else { 1.0 };
                Self::Charge { amps, due: (10.0 * series.step).max(5.0 * typical), unit_amp_hours, is_ratio }
            }
            Quantity::Temperature | Quantity::Ambient | Quantity::Power => Self::Nothing,
            _ => return None,
        })
    }

    fn may_be_by_chance(&self) -> bool {
        !matches!(self, Self::Charge { .. })
    }

    fn says_stuck(&self, work: &Work, series: &Series, (first, last): (usize, usize)) -> bool {
        match self {
            Self::Current(slope) => {
                let due = 4.0 * series.step.max(slope.volt_step) / slope.ohms.max(1e-9);
                let large = due.max(0.25 * slope.large_amps);
                // The first and last row of a run may be what was really read.
                let steps =
                    (first + 1..=last).filter(|at| (slope.amps[*at] - slope.amps[at - 1]).abs() >= large);
                steps.count() >= DRIVES_MIN
            }
            Self::Voltage(slope, natural, flow) => {
                let jumps = || (first + 1..=last).map(|at| slope.volts[at] - slope.volts[at - 1]);
                // A voltage that settles goes one way; a current that moves drives it both.
                let up = jumps().filter(|jump| *jump > *natural).count();
                let down = jumps().filter(|jump| *jump < -*natural).count();
                (up >= 2 && down >= 2)
                    || flow.as_ref().is_some_and(|(flow, doubt)| counts_on(flow, *doubt, first, last))
            }
            Self::Charge { amps, due, unit_amp_hours, is_ratio } => {
                let amps_hours =
                    |at: usize| if amps[at].is_finite() { amps[at] * work.lapse(at) / 3600.0 } else { 0.0 };
                let flows = || (first + 1..=last).map(amps_hours);
                // One spike of the current is no charge.
                let largest =
                    flows().fold(0.0_f64, |most, one| if one.abs() > most.abs() { one } else { most });
                let flown: f64 = flows().sum::<f64>() - largest;
                let value = series.values[first];
                // A device holds its state of charge at full and empty.
                let is_held = *is_ratio && (value >= 0.995 || value <= 0.0);
                !is_held && (flown / unit_amp_hours).abs() >= *due
            }
            Self::Nothing => false,
        }
    }
}

/// A counter goes on by more or less than a current that stands still makes of it.
fn counts_on(flow: &Flow, doubt: f64, first: usize, last: usize) -> bool {
    let rows = first + 1..=last;
    let (moved, due) = (flow.moved[rows.clone()].iter().sum::<f64>(), flow.due[rows].iter().sum::<f64>());
    // The counter may lag by a row or two of the currents before.
    let from = first.saturating_sub(2);
    let lag = flow.due[from..=first].iter().map(|due| due.abs()).fold(0.0, f64::max);
    (moved - due).abs() > (1.5 * doubt).max(0.03).mul_add(due.abs(), 6.0 * flow.step + 2.0 * lag)
}

/// Ampere hours a unit of a state of charge: what flowed over what it moved, on the whole log.
fn capacity(work: &Work, series: &Series, amps: &[f64]) -> f64 {
    let flown: f64 = (1..amps.len())
        .filter(|at| amps[*at].is_finite())
        .map(|at| amps[at].abs() * work.lapse(at) / 3600.0)
        .sum();
    let moved: f64 =
        series.values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).filter(|step| step.is_finite()).sum();
    if moved > 0.0 { flown / moved } else { f64::INFINITY }
}

/// What a voltage jumps by at a constant current, hardly ever more.
fn constant_jumps(slope: &Slope<'_>) -> f64 {
    let jumps: Vec<f64> = (1..slope.amps.len())
        .filter(|at| (slope.amps[*at] - slope.amps[at - 1]).abs() < 0.02 * slope.large_amps)
        .map(|at| (slope.volts[at] - slope.volts[at - 1]).abs())
        .collect();
    let natural = quantile(&jumps, 0.99).unwrap_or(f64::INFINITY);
    (1.5 * natural).max(6.0 * slope.volt_step).max(0.3 * slope.ohms * slope.large_amps)
}

fn is_too_long(
    work: &Work,
    series: &Series,
    driver: &Driver<'_>,
    spread: f64,
    (first, last): (usize, usize),
) -> bool {
    let length = last + 1 - first;
    let side = (2 * length).clamp(SIDE_ROWS.0, SIDE_ROWS.1);
    let before = first.saturating_sub(side)..first;
    let after = last + 1..(last + 1 + side).min(series.values.len());
    let (mut repeats, mut pairs, mut longest) = (0_usize, 0_usize, 0_usize);
    for range in [before, after] {
        let mut run = 1;
        for pair in series.values[range].windows(2) {
            if pair[0].is_finite() && pair[1].is_finite() {
                pairs += 1;
                let is_repeat = pair[0] == pair[1];
                repeats += usize::from(is_repeat);
                run = if is_repeat { run + 1 } else { 1 };
                longest = longest.max(run);
            }
        }
    }
    // What hardly ever moves may stand still for long.
    if pairs < 30 || pairs - repeats < MOVES_MIN || length < 2 * longest {
        return false;
    }
    let share = (repeats as f64 + 1.0) / (pairs as f64 + 2.0);
    let log_chance = (series.values.len() as f64).ln() + length as f64 * share.ln();
    let near_before = first.saturating_sub(REGIME_ROWS)..first;
    let near_after = last + 1..(last + 1 + REGIME_ROWS).min(series.values.len());
    let is_unlikely = log_chance < CHANCE.ln();
    is_unlikely
        && (is_one_regime(work, spread, [near_before, first..last + 1, near_after])
            || jumps_at_end(series, driver, last))
}

/// A reading that comes loose leaps to where it should have been, and no step of the current explains it.
fn jumps_at_end(series: &Series, driver: &Driver<'_>, last: usize) -> bool {
    let Some(after) = series.values.get(last + 1..(last + 12).min(series.values.len())) else { return false };
    let mut steps: Vec<f64> =
        after.windows(2).map(|pair| (pair[1] - pair[0]).abs()).filter(|step| *step > 0.0).collect();
    if steps.len() < 4 {
        return false;
    }
    let typical = median_of_few(&mut steps);
    let leap = (after[0] - series.values[last]).abs();
    let explained = match driver {
        Driver::Current(slope) => 2.0 * slope.ohms * (slope.amps[last + 1] - slope.amps[last]).abs(),
        _ => 0.0,
    };
    // An explanation that is not known explains everything.
    leap - explained > (5.0 * typical).max(4.0 * series.step)
}

/// The current is about the same before, during and after.
fn is_one_regime(work: &Work, spread: f64, ranges: [std::ops::Range<usize>; 3]) -> bool {
    let Some(amps) = work.first(Quantity::Current) else { return true };
    let mut typical = ranges.into_iter().map(|range| {
        let mut known: Vec<f64> =
            amps.values[range].iter().copied().filter(|amps| amps.is_finite()).collect();
        median_of_few(&mut known)
    });
    let known: Vec<f64> = typical.by_ref().filter(|amps| amps.is_finite()).collect();
    let (low, high) = known
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), amps| (low.min(*amps), high.max(*amps)));
    known.len() < 2 || high - low <= (0.1 * spread).max(3.0 * amps.step).max(0.05 * high.abs().max(low.abs()))
}
