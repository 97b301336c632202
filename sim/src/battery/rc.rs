//! One resistor–capacitor branch: the part of the terminal voltage that relaxes with time.
//!
//! ```text
//! v[k+1] = a·v[k] + R·(1 − a)·i[k],    a = exp(−Δt/τ)
//! ```
//!
//! Exact for a current and a resistance held over the step, so the result does not depend on how a
//! span is cut into ticks. `v` in volts, `i` in amps (positive while charging), `Δt` and `τ` in seconds.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. I, ch. 2 (equivalent-circuit models).

/// The step's `1 − a`.
pub(super) fn settling_ratio(dt_secs: f64, time_constant_secs: f64) -> f64 {
    -(-dt_secs / time_constant_secs).exp_m1()
}

/// The branch after a step; `settled` is where it would come to rest.
pub(super) fn step(volts: f64, settled: f64, settling_ratio: f64) -> f64 {
    volts + (settled - volts) * settling_ratio
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_the_step_changes_nothing() {
        let run = |dt_secs: f64, count: u32| {
            (0..count).fold(0.0, |volts, _| step(volts, -0.15, settling_ratio(dt_secs, 40.0)))
        };
        assert!((run(10.0, 1) - run(0.01, 1000)).abs() < 1e-14);
    }
}
