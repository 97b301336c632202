//! Several hypotheses: seven extended filters that begin at different states of charge and are weighed by how
//! well each foretold the voltage.
//!
//! ```text
//! wᵢ ∝ wᵢ·N(νᵢ; 0, Sᵢ)      z = Σ wᵢ·zᵢ      σ² = Σ wᵢ·(σᵢ² + (zᵢ − z)²)
//! ```
//!
//! Reference: D. T. Magill, IEEE Trans. Autom. Control 10 (1965), multiple-model adaptive estimation.

use super::circuit::Circuit;
use super::extended::Extended;

const COUNT: usize = 7;
/// Doubt of each hypothesis at its start: about half the distance to the next.
const STDDEV: f64 = 0.08;
/// A told start is believed as far as the single filters believe it.
const TOLD_STDDEV: f64 = 0.2;
/// A hypothesis never dies: a voltage may yet speak for it.
const WEIGHT_MIN: f64 = 1e-6;

/// The bank.
#[derive(Debug, Clone)]
pub(super) struct Hypotheses {
    filters: Vec<(f64, Extended<3>)>,
}

impl Hypotheses {
    pub fn new(circuit: &Circuit<3>, told: Option<f64>) -> Self {
        let at = |i: usize| (i as f64 + 0.5) / COUNT as f64;
        let weight = |soc: f64| told.map_or(1.0, |told| (-0.5 * ((soc - told) / TOLD_STDDEV).powi(2)).exp());
        let filters = (0..COUNT)
            .map(|i| (weight(at(i)), Extended::new(circuit.clone(), at(i), false).with_stddev(STDDEV)));
        let mut bank = Self { filters: filters.collect() };
        bank.normalise();
        bank
    }

    pub fn warm(&mut self, celsius: f64) {
        self.filters.iter_mut().for_each(|(_, filter)| filter.circuit.warm(celsius));
    }

    pub fn soc(&self) -> (f64, f64) {
        let each = || self.filters.iter().map(|(weight, filter)| (*weight, filter.soc()));
        let mean: f64 = each().map(|(weight, (soc, _))| weight * soc).sum();
        let variance: f64 =
            each().map(|(weight, (soc, stddev))| weight * (stddev * stddev + (soc - mean).powi(2))).sum();
        (mean, variance.sqrt())
    }

    pub fn predict(&mut self, dt: f64, current: f64) {
        self.filters.iter_mut().for_each(|(_, filter)| filter.predict(dt, current));
    }

    pub fn correct(&mut self, volts: f64, current: f64) {
        for (weight, filter) in &mut self.filters {
            let (normalised, variance) = filter.correct(volts, current);
            *weight *= (-0.5 * normalised).exp() / variance.sqrt();
        }
        self.normalise();
    }

    fn normalise(&mut self) {
        let sum: f64 = self.filters.iter().map(|(weight, _)| weight).sum();
        let even = 1.0 / COUNT as f64;
        for (weight, _) in &mut self.filters {
            *weight = if sum > 0.0 { (*weight / sum).max(WEIGHT_MIN) } else { even };
        }
    }
}
