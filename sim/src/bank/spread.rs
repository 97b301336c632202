//! How units of one kind differ: capacity and resistance about the label's, from the seed.
//!
//! ```text
//! ratio = 1 + σ·clamp(N(0, 1), −2.5, 2.5)
//! ```

use super::Layout;
use rand_distr::{Distribution, StandardNormal};
use signals::Seed;

const SIGMAS_MAX: f64 = 2.5;

/// Ratios of capacity and resistance of each unit, string by string.
pub(super) fn draw(layout: &Layout, seed: Seed) -> Vec<Vec<(f64, f64)>> {
    let mut chance = seed.stream("bank.spread");
    let mut ratio = |spread: f64| {
        let normal: f64 = StandardNormal.sample(&mut chance);
        1.0 + spread * normal.clamp(-SIGMAS_MAX, SIGMAS_MAX)
    };
    let mut unit = |_| (ratio(layout.capacity_spread_ratio), ratio(layout.resistance_spread_ratio));
    (0..layout.parallel).map(|_| (0..layout.series).map(&mut unit).collect()).collect()
}
