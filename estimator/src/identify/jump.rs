//! The ohmic resistance from jumps: how far the voltage moves within one sample when the current does.
//!
//! ```text
//! R = ΔV/ΔI,   ln R = ln R₀ + ln f(z) + B·(1/T − 1/298.15 K),   weight (ΔI)²
//! ```
//!
//! It needs no model of anything slow, so it starts the fit and stands beside its answer. Over a second
//! some of the jump is already the fast pair's: of jumps at unequal intervals only the shortest count.
//! Volts, amps (positive while charging), ohms.

use super::fit::Track;
use super::record::median;
use crate::model::Model;

/// A jump is at least this much current over capacity, per hour.
const JUMP_PER_HOUR: f64 = 0.25;
const JUMPS_MIN: usize = 5;
/// Longer intervals say nothing of the ohmic part, s.
const SECS_MAX: f64 = 2.5;

/// Resistance at the reference with its standard error, and how many jumps said so.
pub(crate) fn resistance(tracks: &[Track], model: &Model) -> Option<(f64, f64, usize)> {
    let mut all: Vec<(f64, f64)> = Vec::new();
    for track in tracks {
        for pair in track.steps.windows(2) {
            let amps = pair[1].amps - pair[0].amps;
            let quick = pair[1].dt_secs > 0.0 && pair[1].dt_secs <= SECS_MAX;
            let inside = (0.1..0.95).contains(&pair[1].soc);
            if quick && inside && amps.abs() > JUMP_PER_HOUR * model.capacity_amp_hours {
                let factor = model.charge_factor(pair[1].soc) * model.cold_factor(pair[1].celsius);
                all.push((pair[1].dt_secs, (pair[1].volts - pair[0].volts) / amps / factor));
            }
        }
    }
    let shortest = all.iter().map(|jump| jump.0).fold(f64::INFINITY, f64::min);
    let ohms: Vec<f64> = all.iter().filter(|jump| jump.0 <= 1.5 * shortest).map(|jump| jump.1).collect();
    if ohms.len() < JUMPS_MIN {
        return None;
    }
    let middle = median(ohms.clone());
    let spread = 1.4826 * median(ohms.iter().map(|value| (value - middle).abs()).collect());
    (middle > 0.0).then_some((middle, spread / (ohms.len() as f64).sqrt(), ohms.len()))
}
