//! The extended Kalman filter of the textbook: one linearisation at the mean, white noise, Joseph form.
//!
//! Reference: G. L. Plett, J. Power Sources 134 (2004), part 3.

use super::circuit::{Circuit, Matrix, SOC};

/// A filter over `N` states.
#[derive(Debug, Clone)]
pub(super) struct Extended<const N: usize> {
    pub circuit: Circuit<N>,
    mean: [f64; N],
    covariance: Matrix<N>,
}

impl<const N: usize> Extended<N> {
    pub fn new(circuit: Circuit<N>, soc: f64, is_told: bool) -> Self {
        let (mean, variance) = Circuit::<N>::start(soc, is_told);
        let mut covariance = [[0.0; N]; N];
        variance.iter().enumerate().for_each(|(i, variance)| covariance[i][i] = *variance);
        Self { circuit, mean, covariance }
    }

    /// The same with another doubt of the state of charge.
    pub fn with_stddev(mut self, stddev: f64) -> Self {
        self.covariance[SOC][SOC] = stddev * stddev;
        self
    }

    pub fn soc(&self) -> (f64, f64) {
        (self.mean[SOC], self.covariance[SOC][SOC].max(0.0).sqrt())
    }

    pub fn predict(&mut self, dt: f64, current: f64) {
        let step = self.circuit.step(dt, current);
        self.mean = step.apply(self.mean);
        for i in 0..N {
            for j in 0..N {
                self.covariance[i][j] *= step.kept[i] * step.kept[j];
            }
            self.covariance[i][i] += step.noise[i];
        }
    }

    /// Takes a cell's voltage in; how unlikely it was: innovation squared over its variance, and that variance.
    pub fn correct(&mut self, volts: f64, current: f64) -> (f64, f64) {
        let (expected, slope) = self.circuit.volts(&self.mean, current);
        let mut h = [-1.0; N];
        h[SOC] = slope;
        let cross: [f64; N] = self.covariance.map(|row| row.iter().zip(&h).map(|(p, h)| p * h).sum());
        let variance = self.circuit.noise() + cross.iter().zip(&h).map(|(cross, h)| cross * h).sum::<f64>();
        let innovation = volts - expected;
        for i in 0..N {
            self.mean[i] += cross[i] / variance * innovation;
            for j in 0..N {
                self.covariance[i][j] -= cross[i] * cross[j] / variance;
            }
        }
        self.mean[SOC] = Circuit::<N>::held(self.mean[SOC]);
        (innovation * innovation / variance, variance)
    }
}
