//! What the data cannot determine is said and kept at the base's value, before the fit and after it.
//!
//! | before                                     | refused                       |
//! | ------------------------------------------ | ----------------------------- |
//! | readings further apart than τ₁/3           | R₁, τ₁                        |
//! | records shorter than a slow relaxation     | R₂, τ₂                        |
//! | one current that hardly goes on and off    | all resistances               |
//! | one temperature                            | B, temperature slope          |
//! | no slow current turned round in mid-charge | γ (drive data never tell it)  |
//!
//! After it: a value on a bound, and a standard error above [`WIDE`] of the value (above [`PRIOR_SHARE`] of
//! the doubt beforehand, where there is one). The worst goes first and the rest is fitted again, since one
//! unknown too many spoils the errors of the others.

use super::fit::{Bench, Found};
use super::outcome::Reason;
use super::spread::Spread;
use super::unknowns::{
    ACTIVATION, FACTOR, FACTOR_NODES, FAST, FAST_SECS, OHMIC, RATE, SLOPE, SLOW, SLOW_SECS, SLOW_SECS_MAX,
};

/// A standard error of the logarithm above this is no value.
const WIDE: f64 = 0.35;
/// An unknown that keeps this share of its doubt learnt nothing.
const PRIOR_SHARE: f64 = 0.8;
/// Temperatures must differ this much, K.
const KELVIN_MIN: f64 = 12.0;
/// A time constant is seen within a third of the record.
const LONG: f64 = 3.0;
/// Shorter than this there is no slow relaxation at all, s.
const SLOW_SECS_MIN: f64 = 60.0;

/// Circumstances of the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seen {
    pub every_secs: f64,
    pub longest_secs: f64,
    pub kelvin: f64,
    /// Whether the current changes enough to tell a drop from the rest curve.
    pub changes: bool,
    pub reversal: bool,
}

/// Places and reasons.
pub(crate) type Refusals = Vec<(usize, Reason)>;

/// What is hopeless before anything is fitted.
pub(crate) fn before(bench: &mut Bench<'_>, seen: &Seen) -> Refusals {
    let mut refused: Refusals = Vec::new();
    let mut refuse = |places: &[usize], reason| refused.extend(places.iter().map(|at| (*at, reason)));
    if !seen.changes {
        refuse(&[OHMIC, FAST, FAST_SECS, SLOW, SLOW_SECS], Reason::NoSteps);
        let factors: Vec<usize> = (FACTOR..FACTOR + FACTOR_NODES.len()).collect();
        for at in factors {
            bench.unknowns.0[at].free = false;
        }
    } else {
        if seen.every_secs > bench.model.fast_seconds / LONG {
            refuse(&[FAST, FAST_SECS], Reason::Sampling { every_secs: seen.every_secs });
        }
        if seen.longest_secs < LONG * SLOW_SECS_MIN {
            refuse(&[SLOW, SLOW_SECS], Reason::Short { secs: seen.longest_secs });
        } else if let Some([_, high]) = &mut bench.unknowns.0[SLOW_SECS].bounds {
            *high = high.min((seen.longest_secs / LONG).ln());
        }
    }
    if seen.kelvin < KELVIN_MIN || !seen.changes {
        refuse(&[ACTIVATION, SLOPE], Reason::OneTemperature { kelvin: seen.kelvin });
    }
    if !seen.reversal {
        refuse(&[RATE], Reason::NoReversal);
    }
    for (at, _) in &refused {
        bench.unknowns.0[*at].free = false;
    }
    refused
}

/// Refuses one after the other until what is left is determined.
pub(crate) fn after(bench: &mut Bench<'_>, found: &mut Found, seen: &Seen) -> (Refusals, Option<Spread>) {
    let mut refused: Refusals = Vec::new();
    loop {
        let spread = Spread::at(bench, &found.x);
        let worst = match &spread {
            Some(spread) => worst(bench, found, spread, seen),
            None => last_free(bench),
        };
        if worst.is_empty() {
            return (refused, spread);
        }
        for (at, _) in &worst {
            bench.unknowns.0[*at].free = false;
            found.x[*at] = bench.unknowns.0[*at].base;
        }
        refused.extend(worst);
        if let Some((x, cost)) = bench.again(&found.x) {
            (found.x, found.cost) = (x, cost);
        }
    }
}

/// The next to go; none where all is determined.
fn worst(bench: &Bench<'_>, found: &Found, spread: &Spread, seen: &Seen) -> Refusals {
    let free = |at: &usize| bench.unknowns.0[*at].free;
    let main = [OHMIC, FAST, FAST_SECS, SLOW, SLOW_SECS, ACTIVATION, RATE];
    let error = |at: usize| spread.error(at).unwrap_or(0.0);
    if let Some(at) = main.into_iter().filter(free).find(|at| bench.unknowns.at_bound(*at, &found.x)) {
        let low = found.x[at] < bench.unknowns.0[at].base;
        return match at {
            // A pair without resistance has no time constant.
            FAST if low => with(&[FAST, FAST_SECS], Reason::Bound, bench),
            SLOW if low => with(&[SLOW, SLOW_SECS], Reason::Bound, bench),
            SLOW_SECS if !low && seen.longest_secs < LONG * SLOW_SECS_MAX => {
                vec![(SLOW_SECS, Reason::Short { secs: seen.longest_secs })]
            }
            _ => vec![(at, Reason::Bound)],
        };
    }
    let widest = main.into_iter().filter(free).max_by(|a, b| error(*a).total_cmp(&error(*b)));
    if let Some(at) = widest.filter(|at| error(*at) > WIDE) {
        return vec![(at, Reason::Wide { share: error(at) })];
    }
    let table = (FACTOR..FACTOR + FACTOR_NODES.len()).chain([SLOPE]);
    table
        .filter(free)
        .filter_map(|at| {
            let share = error(at) / bench.unknowns.0[at].prior.unwrap_or(f64::INFINITY);
            (share > PRIOR_SHARE).then_some((at, Reason::Wide { share }))
        })
        .collect()
}

fn with(places: &[usize], reason: Reason, bench: &Bench<'_>) -> Refusals {
    places.iter().filter(|at| bench.unknowns.0[**at].free).map(|at| (*at, reason)).collect()
}

/// Where not even the covariance exists, the last of the main unknowns goes.
fn last_free(bench: &Bench<'_>) -> Refusals {
    let main = [RATE, ACTIVATION, SLOW_SECS, SLOW, FAST_SECS, FAST];
    let last = main.into_iter().find(|at| bench.unknowns.0[*at].free);
    last.map(|at| (at, Reason::Wide { share: f64::INFINITY })).into_iter().collect()
}
