//! How good forecasts of a probability were.
//!
//! ```text
//! Brier = mean (p − o)²        skill = 1 − Brier/Brier of the base rate of the month
//! Brier ≈ reliability − resolution + uncertainty = Σ nₖ(p̄ₖ − ōₖ)²/n − Σ nₖ(ōₖ − ō)²/n + ō(1 − ō)      k: tenths of p
//! ```
//!
//! The base rate is that of the very forecasts that are scored, which no forecaster could have known: a hard reference. Forecasts
//! of one sign are not independent, so intervals are those of a bootstrap that draws whole signs.
//!
//! Reference: G. W. Brier, *Monthly Weather Review* 78 (1950); A. H. Murphy, *J. Applied Meteorology* 12 (1973), for the
//! three parts; B. Efron, R. J. Tibshirani (1993) for the percentile bootstrap.

use rand::RngExt;
use signals::{Seed, Stream};

use super::Forecast;

/// Tenths of probability.
pub(super) const BINS: usize = 10;
const REPLICATES: usize = 400;

/// Forecasts for one number of nights, verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// How many.
    pub forecasts: usize,
    /// How many were followed by darkness.
    pub died: usize,
    /// Their Brier score.
    pub brier: f64,
    /// That of the month's base rate.
    pub brier_base: f64,
    /// What is won over the base rate, and the ends of its 90 % interval.
    pub skill: f64,
    /// 5 and 95 % quantiles of the skill where signs are drawn anew.
    pub skill_90: [f64; 2],
    /// Reliability (less is better), resolution (more is better), uncertainty.
    pub parts: [f64; 3],
    /// By tenths of what was told.
    pub bins: Vec<Bin>,
}

/// Forecasts within a tenth of probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// How many.
    pub forecasts: usize,
    /// Signs they are of.
    pub signs: usize,
    /// What was told, on average.
    pub told: f64,
    /// How often it came.
    pub came: f64,
    /// Ends of its 90 % interval.
    pub came_90: [f64; 2],
}

/// Verifies the forecasts for one of the numbers of nights.
pub(super) fn verify(all: &[Forecast], horizon: usize) -> Verified {
    let signs = by_sign(all);
    let drawn = resampled(&signs);
    let (brier, brier_base) = briers(all, horizon);
    let mut skills: Vec<f64> = drawn.iter().map(|drawn| skill(briers(drawn, horizon))).collect();
    Verified {
        forecasts: all.len(),
        died: all.iter().filter(|it| it.died[horizon]).count(),
        brier,
        brier_base,
        skill: skill((brier, brier_base)),
        skill_90: ends(&mut skills),
        parts: parts(all, horizon),
        bins: (0..BINS).filter_map(|bin| of_bin(all, &drawn, horizon, bin)).collect(),
    }
}

fn skill((brier, base): (f64, f64)) -> f64 {
    if base > 0.0 { 1.0 - brier / base } else { 0.0 }
}

fn outcome(forecast: &Forecast, horizon: usize) -> f64 {
    f64::from(u8::from(forecast.died[horizon]))
}

fn share(forecasts: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = forecasts.fold((0.0, 0_usize), |(sum, count), it| (sum + it, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// Brier scores of the forecasts, and of the base rate of each month.
fn briers(all: &[Forecast], horizon: usize) -> (f64, f64) {
    let rates: Vec<f64> = (0..=12)
        .map(|month| share(all.iter().filter(|it| it.month == month).map(|it| outcome(it, horizon))))
        .map(Option::unwrap_or_default)
        .collect();
    let mean = |told: &dyn Fn(&Forecast) -> f64| {
        share(all.iter().map(|it| (told(it) - outcome(it, horizon)).powi(2))).unwrap_or_default()
    };
    (mean(&|it| it.dies[horizon]), mean(&|it| rates[it.month]))
}

fn bin_of(told: f64) -> usize {
    ((told * BINS as f64) as usize).min(BINS - 1)
}

fn inside(all: &[Forecast], horizon: usize, bin: usize) -> impl Iterator<Item = &Forecast> {
    all.iter().filter(move |it| bin_of(it.dies[horizon]) == bin)
}

fn parts(all: &[Forecast], horizon: usize) -> [f64; 3] {
    let rate = share(all.iter().map(|it| outcome(it, horizon))).unwrap_or_default();
    let mut parts = [0.0, 0.0, rate * (1.0 - rate)];
    for bin in 0..BINS {
        let weight = inside(all, horizon, bin).count() as f64 / all.len().max(1) as f64;
        let told = share(inside(all, horizon, bin).map(|it| it.dies[horizon]));
        let came = share(inside(all, horizon, bin).map(|it| outcome(it, horizon)));
        if let (Some(told), Some(came)) = (told, came) {
            parts[0] += weight * (told - came).powi(2);
            parts[1] += weight * (came - rate).powi(2);
        }
    }
    parts
}

fn of_bin(all: &[Forecast], drawn: &[Vec<Forecast>], horizon: usize, bin: usize) -> Option<Bin> {
    let came = share(inside(all, horizon, bin).map(|it| outcome(it, horizon)))?;
    let told = share(inside(all, horizon, bin).map(|it| it.dies[horizon]))?;
    let mut signs: Vec<u64> = inside(all, horizon, bin).map(|it| it.sign).collect();
    let forecasts = signs.len();
    signs.dedup();
    let again = |drawn: &Vec<Forecast>| share(inside(drawn, horizon, bin).map(|it| outcome(it, horizon)));
    let mut rates: Vec<f64> = drawn.iter().filter_map(again).collect();
    Some(Bin { forecasts, signs: signs.len(), told, came, came_90: ends(&mut rates) })
}

/// The forecasts of each sign, which stand together.
fn by_sign(all: &[Forecast]) -> Vec<&[Forecast]> {
    all.chunk_by(|a, b| a.sign == b.sign).collect()
}

/// As many signs drawn anew, many times.
fn resampled(signs: &[&[Forecast]]) -> Vec<Vec<Forecast>> {
    let mut chance = Seed(1).stream("bootstrap");
    (0..REPLICATES).map(|_| redrawn(signs, &mut chance)).collect()
}

fn redrawn(signs: &[&[Forecast]], chance: &mut Stream) -> Vec<Forecast> {
    (0..signs.len()).flat_map(|_| signs[chance.random_range(0..signs.len())].iter().copied()).collect()
}

/// 5 and 95 % quantiles.
fn ends(values: &mut [f64]) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1) as f64;
    [0.05, 0.95].map(|share| values.get((last * share).round() as usize).copied().unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signs of which each is told `told` ten times and goes dark `came` times of these.
    fn signs(told: f64, came: usize, count: u64) -> Vec<Forecast> {
        (0..count)
            .flat_map(|sign| {
                (0..10).map(move |k| Forecast { sign, month: 1, dies: [told; 3], died: [k < came; 3] })
            })
            .collect()
    }

    #[test]
    fn the_base_rate_itself_has_no_skill_and_the_truth_has_all() {
        assert!(verify(&signs(0.3, 3, 5), 0).skill.abs() < 1e-12);
        let mut all = signs(0.0, 3, 5);
        for it in &mut all {
            it.dies = it.died.map(|died| f64::from(u8::from(died)));
        }
        assert_eq!(verify(&all, 2).skill, 1.0);
    }

    #[test]
    fn too_much_hope_shows_in_the_reliability_and_in_the_bin() {
        let found = verify(&signs(0.15, 4, 6), 0);
        assert!((found.parts[0] - 0.25_f64.powi(2)).abs() < 1e-12 && found.parts[1].abs() < 1e-12);
        assert_eq!((found.bins.len(), found.bins[0].signs, found.bins[0].forecasts), (1, 6, 60));
        assert!((found.bins[0].came - 0.4).abs() < 1e-12);
    }

    #[test]
    fn one_sign_more_or_less_is_in_the_interval() {
        let mut all = signs(0.5, 0, 4);
        all.extend(signs(0.5, 10, 4).into_iter().map(|it| Forecast { sign: 10 + it.sign, ..it }));
        let [low, high] = verify(&all, 0).bins[0].came_90;
        assert!(low < 0.3 && high > 0.7, "{low} {high}");
    }
}
