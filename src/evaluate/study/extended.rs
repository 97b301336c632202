//! The extended Kalman filter of the textbook: one linearisation at the mean, white noise.
//!
//! Reference: G. L. Plett, J. Power Sources 134 (2004), part 3.

use super::belief::Belief;
use super::circuit::{Circuit, SOC};

/// A filter over `N` states.
#[derive(Debug, Clone)]
pub(super) struct Extended<const N: usize> {
    pub circuit: Circuit<N>,
    belief: Belief<N>,
}

impl<const N: usize> Extended<N> {
    pub fn new(circuit: Circuit<N>, soc: f64, is_told: bool) -> Self {
        Self { circuit, belief: Belief::new(soc, is_told) }
    }

    /// The same with another doubt of the state of charge.
    pub fn with_stddev(mut self, stddev: f64) -> Self {
        self.belief.covariance[SOC][SOC] = stddev * stddev;
        self
    }

    pub fn soc(&self) -> (f64, f64) {
        self.belief.soc()
    }

    pub fn predict(&mut self, dt: f64, current: f64) {
        self.belief.predict(&self.circuit, dt, current);
    }

    /// Takes a cell's voltage in; how unlikely it was: innovation squared over its variance, and that variance.
    pub fn correct(&mut self, volts: f64, current: f64) -> (f64, f64) {
        let (expected, slope) = self.circuit.volts(&self.belief.mean, current);
        let mut h = [-1.0; N];
        h[SOC] = slope;
        let cross: [f64; N] = self.belief.covariance.map(|row| row.iter().zip(&h).map(|(p, h)| p * h).sum());
        let variance = self.circuit.noise() + cross.iter().zip(&h).map(|(cross, h)| cross * h).sum::<f64>();
        let innovation = volts - expected;
        self.belief.correct(&cross, variance, innovation);
        (innovation * innovation / variance, variance)
    }
}
