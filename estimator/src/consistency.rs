//! Where plant and model are the same, errors and innovations are as large as the filter says: NEES and NIS.
//!
//! ```text
//! NEES = (x − x̂)ᵀ·P⁻¹·(x − x̂) ~ χ²(9)      NIS = ν²/S ~ χ²(1)      summed over 50 seeds, two-sided 99 %
//! ```
//!
//! The plant is drawn from the filter's own prior and its own noise, so this tests the arithmetic alone. States
//! that are only considered are left out: with them the filter is cautious on purpose.
//!
//! Reference: Y. Bar-Shalom et al., *Estimation with Applications to Tracking and Navigation*, ch. 5.4.

use crate::kalman::{CAPACITY, DRIFT, FAST, Gaussian, OFFSET, SCALE, SLOW, SOC, STATES, Transition, Vector};

const SEEDS: u64 = 50;
const STEPS: usize = 300;
const NOISE_VOLTS: f64 = 0.003;
/// Two-sided 99 % of a standard normal; a χ² of hundreds of degrees is one.
const BOUND: f64 = 2.576;

/// Standard normal numbers that come again (splitmix64, Box and Muller).
struct Chance(u64);

impl Chance {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// One minute under this current, about the point `x`.
fn minute(amps: f64, x: &Vector) -> Transition {
    let per_amp = 1.0 / (60.0 * 50.0);
    let decay = [1.0, 0.05, 0.8, 0.98, 0.999, 1.0, 1.0, 1.0, 0.999];
    let mut noise = [0.0; STATES];
    noise[SOC] = 1e-9;
    (noise[FAST], noise[SLOW], noise[DRIFT]) = (1e-6, 1e-6, 4e-7);
    (noise[OFFSET], noise[SCALE]) = (1e-6, 1e-7);
    let driven_per_zero = [0.004 * (1.0 - decay[FAST]), 0.006 * (1.0 - decay[SLOW])];
    Transition {
        soc_gained: amps * per_amp * (1.0 - x[CAPACITY]) - x[OFFSET] * per_amp,
        soc_per_offset: -per_amp,
        decay,
        driven: driven_per_zero.map(|per_amp| per_amp * (amps * (1.0 + x[SCALE]) - x[OFFSET])),
        driven_per_zero,
        noise,
    }
}

/// The same minute in the plant.
fn live(x: &mut Vector, amps: f64, chance: &mut Chance) {
    let step = minute(amps, x);
    let soc = x[SOC] + step.soc_gained;
    for (value, decay) in x.iter_mut().zip(step.decay) {
        *value *= decay;
    }
    x[SOC] = soc;
    x[FAST] += step.driven[0];
    x[SLOW] += step.driven[1];
    for (value, noise) in x.iter_mut().zip(step.noise) {
        *value += noise.sqrt() * chance.normal();
    }
}

/// `eᵀ·P⁻¹·e` by Cholesky.
fn normalized(covariance: &[Vector; STATES], error: &Vector) -> f64 {
    let mut lower = [[0.0; STATES]; STATES];
    let (mut solved, mut sum) = ([0.0; STATES], 0.0);
    for i in 0..STATES {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let left = covariance[i][j] - known;
            lower[i][j] = if i == j { left.sqrt() } else { left / lower[j][j] };
        }
        let known: f64 = (0..i).map(|k| lower[i][k] * solved[k]).sum();
        solved[i] = (error[i] - known) / lower[i][i];
        sum += solved[i] * solved[i];
    }
    sum
}

/// NEES at the end and the sum of NIS on the way, of one seed.
fn run(seed: u64) -> (f64, f64) {
    let mut chance = Chance(seed.wrapping_mul(7919) + 3);
    let stddev = [0.15, 0.002, 0.003, 0.01, 0.05, 0.02, 0.01, 0.005, 0.01];
    let mut belief = Gaussian::independent([0.0; STATES], stddev.map(|stddev| stddev * stddev));
    belief.mean[SOC] = 0.5;
    let mut truth = belief.mean;
    for (value, stddev) in truth.iter_mut().zip(stddev) {
        *value += stddev * chance.normal();
    }
    let mut nis = 0.0;
    for i in 0..STEPS {
        let amps = if i % 20 < 10 { -4.0 } else { 3.0 };
        let step = minute(amps, &belief.mean);
        live(&mut truth, amps, &mut chance);
        belief.predict(&step);
        let h = [1.1, 1.0, 1.0, 1.0, -0.005, 0.005 * amps, 0.0, 1.0, 1.1];
        let volts: f64 =
            h.iter().zip(&truth).map(|(h, x)| h * x).sum::<f64>() + NOISE_VOLTS * chance.normal();
        let expected: f64 = h.iter().zip(&belief.mean).map(|(h, x)| h * x).sum();
        let (cross, variance, surprise) = belief.weigh(&h, volts - expected, NOISE_VOLTS * NOISE_VOLTS);
        nis += surprise.normalized;
        belief.correct(&cross, variance, surprise.innovation, &[false; STATES]);
    }
    let mut error = truth;
    for (error, mean) in error.iter_mut().zip(belief.mean) {
        *error -= mean;
    }
    (normalized(&belief.covariance, &error), nis)
}

fn check(what: &str, sum: f64, degrees: f64) {
    let sigmas = (sum - degrees) / (2.0 * degrees).sqrt();
    println!("{what}: {:.4} of what it should be, {sigmas:.2} sigmas", sum / degrees);
    assert!(sigmas.abs() < BOUND, "{what} is {sigmas} sigmas off");
}

#[test]
fn errors_and_innovations_are_as_large_as_the_filter_says() {
    let (nees, nis) =
        (1..=SEEDS).map(run).fold((0.0, 0.0), |sums, (nees, nis)| (sums.0 + nees, sums.1 + nis));
    check("NEES", nees, (STATES as u64 * SEEDS) as f64);
    check("NIS", nis, (STEPS as u64 * SEEDS) as f64);
}
