//! Sigma points: the cubature Kalman filter, which asks the circuit at 2N points instead of for a slope.
//!
//! ```text
//! χ = x̄ ± √N·columns of L,   P = L·Lᵀ,   equal weights
//! ```
//!
//! Reference: I. Arasaratnam and S. Haykin, *Cubature Kalman Filters*, IEEE Trans. Autom. Control 54 (2009).

use super::belief::Belief;
use super::circuit::{Circuit, Matrix};

/// What keeps a covariance that has collapsed from having no root.
const VARIANCE_MIN: f64 = 1e-16;

/// A filter over `N` states.
#[derive(Debug, Clone)]
pub(super) struct Cubature<const N: usize> {
    pub circuit: Circuit<N>,
    belief: Belief<N>,
}

impl<const N: usize> Cubature<N> {
    pub fn new(circuit: Circuit<N>, soc: f64, is_told: bool) -> Self {
        Self { circuit, belief: Belief::new(soc, is_told) }
    }

    pub fn soc(&self) -> (f64, f64) {
        self.belief.soc()
    }

    /// The circuit's own step is linear: points would only repeat the exact answer.
    pub fn predict(&mut self, dt: f64, current: f64) {
        self.belief.predict(&self.circuit, dt, current);
    }

    pub fn correct(&mut self, volts: f64, current: f64) {
        let root = root(&self.belief.covariance);
        let reach = (N as f64).sqrt();
        let share = 1.0 / (2 * N) as f64;
        let mut points = Vec::with_capacity(2 * N);
        let column = |of: usize| -> [f64; N] { root.map(|row| row[of]) };
        for along in (0..N).map(column) {
            for sign in [reach, -reach] {
                let moved = along.map(|length| sign * length);
                let state = std::array::from_fn(|i| self.belief.mean[i] + moved[i]);
                points.push((moved, self.circuit.volts(&state, current).0));
            }
        }
        let expected = share * points.iter().map(|(_, volts)| volts).sum::<f64>();
        let off = |volts: f64| volts - expected;
        let variance =
            self.circuit.noise() + share * points.iter().map(|(_, v)| off(*v) * off(*v)).sum::<f64>();
        let cross: [f64; N] =
            std::array::from_fn(|i| share * points.iter().map(|(moved, v)| moved[i] * off(*v)).sum::<f64>());
        self.belief.correct(&cross, variance, volts - expected);
    }
}

/// The lower Cholesky factor; a direction that has lost its variance gets the least there is.
fn root<const N: usize>(covariance: &Matrix<N>) -> Matrix<N> {
    let mut root = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..=i {
            let inner: f64 = (0..j).map(|k| root[i][k] * root[j][k]).sum();
            let left = covariance[i][j] - inner;
            root[i][j] = if i == j { left.max(VARIANCE_MIN).sqrt() } else { left / root[j][j] };
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_times_itself_is_the_covariance() {
        let covariance = [[4.0, 1.2, -0.4], [1.2, 2.0, 0.3], [-0.4, 0.3, 1.0]];
        let root = root(&covariance);
        for i in 0..3 {
            for j in 0..3 {
                let product: f64 = (0..3).map(|k| root[i][k] * root[j][k]).sum();
                assert!((product - covariance[i][j]).abs() < 1e-12);
            }
        }
    }
}
