//! What the plain filters believe of a cell: a Gaussian over the states of its circuit, and the two steps that do
//! not depend on how a filter looks at the voltage.

use super::circuit::{Circuit, Matrix, SOC};

/// Mean and covariance.
#[derive(Debug, Clone)]
pub(super) struct Belief<const N: usize> {
    pub mean: [f64; N],
    pub covariance: Matrix<N>,
}

impl<const N: usize> Belief<N> {
    /// At the start, told a state of charge or not.
    pub fn new(soc: f64, is_told: bool) -> Self {
        let (mean, variance) = Circuit::<N>::start(soc, is_told);
        let mut covariance = [[0.0; N]; N];
        variance.iter().enumerate().for_each(|(i, variance)| covariance[i][i] = *variance);
        Self { mean, covariance }
    }

    /// State of charge and its standard deviation.
    pub fn soc(&self) -> (f64, f64) {
        (self.mean[SOC], self.covariance[SOC][SOC].max(0.0).sqrt())
    }

    /// Lets a current be held for `dt`. The circuit's step is linear in the state, so this is exact.
    pub fn predict(&mut self, circuit: &Circuit<N>, dt: f64, current: f64) {
        let step = circuit.step(dt, current);
        self.mean = step.apply(self.mean);
        for i in 0..N {
            for j in 0..N {
                self.covariance[i][j] *= step.kept[i] * step.kept[j];
            }
            self.covariance[i][i] += step.noise[i];
        }
    }

    /// Takes an innovation in: its covariance with the states, and its variance.
    pub fn correct(&mut self, cross: &[f64; N], variance: f64, innovation: f64) {
        for i in 0..N {
            self.mean[i] += cross[i] / variance * innovation;
            for j in 0..N {
                self.covariance[i][j] -= cross[i] * cross[j] / variance;
            }
        }
        self.mean[SOC] = Circuit::<N>::held(self.mean[SOC]);
    }
}
