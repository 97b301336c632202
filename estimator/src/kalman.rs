//! The filter's arithmetic: a Gaussian over nine states, one exact prediction, one scalar update.
//!
//! ```text
//! x = [z, v₁, v₂, e, b, ρ, q, c, s]
//! z  state of charge                       b  zero of the current sensor, A
//! v₁ fast polarisation, V                  ρ  log of resistance over the profile's
//! v₂ slow polarisation, V                  q  log of capacity over the rated one
//! e  wandering error of the model, V       c  lasting error of the rest voltage, V
//!                                          s  lasting shift of the rest curve along z
//!
//! predict  P ← F·P·Fᵀ + Q                  F is the identity but for the few entries of `Transition`
//! update   P ← P − K·(P·h)ᵀ − (P·h)·Kᵀ + K·S·Kᵀ,    S = hᵀ·P·h + R
//! ```
//!
//! The update is Joseph's form multiplied out for a scalar measurement: it holds for *any* gain `K`, so a
//! state can be **considered** (its gain set to zero) and its doubt still reaches the others. `c` and `s` are
//! only ever considered: a voltage cannot tell its own lasting error, so it never makes the filter surer.
//!
//! Reference: S. F. Schmidt (1966), consider states; G. J. Bierman, *Factorization Methods*, ch. 2.

/// Number of states.
pub(crate) const STATES: usize = 9;
/// State of charge.
pub(crate) const SOC: usize = 0;
/// Fast polarisation voltage.
pub(crate) const FAST: usize = 1;
/// Slow polarisation voltage, for lead-acid with the surface charge.
pub(crate) const SLOW: usize = 2;
/// Wandering error of the voltage model.
pub(crate) const DRIFT: usize = 3;
/// Zero of the current sensor.
pub(crate) const OFFSET: usize = 4;
/// Logarithm of resistance over the profile's.
pub(crate) const SCALE: usize = 5;
/// Logarithm of capacity over the rated one.
pub(crate) const CAPACITY: usize = 6;
/// Lasting error of the rest voltage.
pub(crate) const BIAS: usize = 7;
/// Lasting shift of the rest curve along the axis of the state of charge.
pub(crate) const AXIS: usize = 8;

/// One number per state.
pub(crate) type Vector = [f64; STATES];

/// Mean and covariance.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gaussian {
    pub mean: Vector,
    pub covariance: [Vector; STATES],
}

/// What a span of time does to the states.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Transition {
    /// Charge put in over capacity, at the mean.
    pub soc_gained: f64,
    /// Its derivative by the sensor's zero, per A.
    pub soc_per_offset: f64,
    /// Decay of each state that decays, 1 for those that do not; the state of charge is not looked at.
    pub decay: Vector,
    /// What current adds to the two polarisations, V; also their derivative by ρ.
    pub driven: [f64; 2],
    /// What an ampere of the sensor's zero takes away from each, V.
    pub driven_per_zero: [f64; 2],
    /// Variance added to each state.
    pub noise: Vector,
}

/// What came of a measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Surprise {
    /// Measured minus predicted.
    pub innovation: f64,
    /// Its square over its predicted variance.
    pub normalized: f64,
}

impl Gaussian {
    /// Independent states.
    pub fn independent(mean: Vector, variance: Vector) -> Self {
        let mut covariance = [[0.0; STATES]; STATES];
        for (i, row) in covariance.iter_mut().enumerate() {
            row[i] = variance[i];
        }
        Self { mean, covariance }
    }

    /// Standard deviation of one state.
    pub fn stddev(&self, state: usize) -> f64 {
        self.covariance[state][state].max(0.0).sqrt()
    }

    /// Lets time pass.
    pub fn predict(&mut self, step: &Transition) {
        self.mean[SOC] += step.soc_gained;
        for (mean, decay) in self.mean.iter_mut().zip(step.decay).skip(1) {
            *mean *= decay;
        }
        self.mean[FAST] += step.driven[0];
        self.mean[SLOW] += step.driven[1];
        self.spread(step);
    }

    /// `P ← F·P·Fᵀ + Q`, rows then columns.
    fn spread(&mut self, step: &Transition) {
        let p = &mut self.covariance;
        #[expect(clippy::needless_range_loop, reason = "rows of one matrix are combined column by column")]
        for i in 0..STATES {
            p[SOC][i] += step.soc_per_offset * p[OFFSET][i] - step.soc_gained * p[CAPACITY][i];
            p[FAST][i] = step.decay[FAST] * p[FAST][i] + step.driven[0] * p[SCALE][i]
                - step.driven_per_zero[0] * p[OFFSET][i];
            p[SLOW][i] = step.decay[SLOW] * p[SLOW][i] + step.driven[1] * p[SCALE][i]
                - step.driven_per_zero[1] * p[OFFSET][i];
            p[DRIFT][i] *= step.decay[DRIFT];
            p[OFFSET][i] *= step.decay[OFFSET];
            p[AXIS][i] *= step.decay[AXIS];
        }
        for row in p.iter_mut() {
            row[SOC] += step.soc_per_offset * row[OFFSET] - step.soc_gained * row[CAPACITY];
            row[FAST] = step.decay[FAST] * row[FAST] + step.driven[0] * row[SCALE]
                - step.driven_per_zero[0] * row[OFFSET];
            row[SLOW] = step.decay[SLOW] * row[SLOW] + step.driven[1] * row[SCALE]
                - step.driven_per_zero[1] * row[OFFSET];
            row[DRIFT] *= step.decay[DRIFT];
            row[OFFSET] *= step.decay[OFFSET];
            row[AXIS] *= step.decay[AXIS];
        }
        for (i, noise) in step.noise.iter().enumerate() {
            p[i][i] += noise;
        }
    }

    /// What a measurement `h·x` with this innovation and noise variance would be worth.
    pub fn weigh(&self, h: &Vector, innovation: f64, noise_variance: f64) -> (Vector, f64, Surprise) {
        let mut cross = [0.0; STATES];
        for (cross, row) in cross.iter_mut().zip(&self.covariance) {
            *cross = dot(row, h);
        }
        let variance = (dot(&cross, h) + noise_variance).max(f64::MIN_POSITIVE);
        (cross, variance, Surprise { innovation, normalized: innovation * innovation / variance })
    }

    /// Takes the measurement in; states where `considered` says so keep their mean and variance.
    pub fn correct(&mut self, cross: &Vector, variance: f64, innovation: f64, considered: &[bool; STATES]) {
        let mut gain = [0.0; STATES];
        for i in 0..STATES {
            gain[i] = if considered[i] { 0.0 } else { cross[i] / variance };
            self.mean[i] += gain[i] * innovation;
        }
        for i in 0..STATES {
            for j in i..STATES {
                let joseph = gain[i] * gain[j] * variance - gain[i] * cross[j] - cross[i] * gain[j];
                let value = self.covariance[i][j] + joseph;
                self.covariance[i][j] = value;
                self.covariance[j][i] = value;
            }
            self.covariance[i][i] = self.covariance[i][i].max(0.0);
        }
    }

    /// Gives one state another mean and variance; what is believed of the others *given* that state stays
    /// (Jeffrey's rule): `P ← P + c·cᵀ·(v′ − v)/v²`, which is as positive definite as before.
    pub fn impose(&mut self, state: usize, mean: f64, variance: f64) {
        let before = self.covariance[state][state].max(f64::MIN_POSITIVE);
        let slope: Vector = std::array::from_fn(|i| self.covariance[i][state] / before);
        let moved = mean - self.mean[state];
        for i in 0..STATES {
            self.mean[i] += slope[i] * moved;
            for j in 0..STATES {
                self.covariance[i][j] += slope[i] * slope[j] * (variance - before);
            }
        }
    }

    /// Every number is finite.
    pub fn is_finite(&self) -> bool {
        self.mean.iter().chain(self.covariance.iter().flatten()).all(|value| value.is_finite())
    }
}

fn dot(a: &Vector, b: &Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [bool; STATES] = [false; STATES];

    fn wide() -> Gaussian {
        let mut mean = [0.0; STATES];
        mean[SOC] = 0.5;
        Gaussian::independent(mean, [0.04; STATES])
    }

    #[test]
    fn a_precise_measurement_is_believed() {
        let mut state = wide();
        let mut h = [0.0; STATES];
        h[SOC] = 1.0;
        let (cross, variance, _) = state.weigh(&h, 0.3, 1e-8);
        state.correct(&cross, variance, 0.3, &NONE);
        assert!((state.mean[SOC] - 0.8).abs() < 1e-6);
        assert!(state.stddev(SOC) < 1e-3);
    }

    #[test]
    fn a_considered_state_bounds_what_the_others_can_learn() {
        let mut state = wide();
        let mut h = [0.0; STATES];
        (h[SOC], h[BIAS]) = (1.0, 1.0);
        let mut considered = NONE;
        considered[BIAS] = true;
        for _ in 0..10_000 {
            let (cross, variance, _) = state.weigh(&h, 0.0, 1e-4);
            state.correct(&cross, variance, 0.0, &considered);
        }
        assert_eq!(state.covariance[BIAS][BIAS], 0.04);
        assert!(state.covariance[SOC][SOC] > 0.019, "{}", state.covariance[SOC][SOC]);
    }

    #[test]
    fn the_covariance_stays_symmetric() {
        let mut state = wide();
        let step = Transition {
            soc_gained: -0.01,
            soc_per_offset: -0.02,
            decay: [1.0, 0.5, 0.9, 0.99, 0.999, 1.0, 1.0, 1.0, 1.0],
            driven: [0.01, 0.02],
            driven_per_zero: [0.002, 0.004],
            noise: [1e-6; STATES],
        };
        for _ in 0..100 {
            state.predict(&step);
        }
        for i in 0..STATES {
            for j in 0..STATES {
                assert!((state.covariance[i][j] - state.covariance[j][i]).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn imposing_one_state_keeps_what_is_believed_given_it() {
        let mut state = wide();
        (state.covariance[SOC][CAPACITY], state.covariance[CAPACITY][SOC]) = (-0.03, -0.03);
        let given = |state: &Gaussian| {
            let slope = state.covariance[SOC][CAPACITY] / state.covariance[CAPACITY][CAPACITY];
            let rest = state.covariance[SOC][SOC] - slope * state.covariance[SOC][CAPACITY];
            (slope, rest, state.mean[SOC] - slope * state.mean[CAPACITY])
        };
        let before = given(&state);
        state.impose(CAPACITY, -0.1, 0.001);
        let after = given(&state);
        assert!(
            (state.mean[CAPACITY] + 0.1).abs() < 1e-12
                && (state.covariance[CAPACITY][CAPACITY] - 0.001).abs() < 1e-12
        );
        for (one, other) in [(before.0, after.0), (before.1, after.1), (before.2, after.2)] {
            assert!((one - other).abs() < 1e-12, "{before:?} {after:?}");
        }
    }
}
