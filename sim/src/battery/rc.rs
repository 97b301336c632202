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

/// The mean of `1 − a` over the step: how far on average a branch is on its way.
pub(super) fn mean_ratio(dt_secs: f64, time_constant_secs: f64) -> f64 {
    let steps = dt_secs / time_constant_secs;
    // The closed form loses its digits where the step is short.
    if steps < 1e-3 {
        steps / 2.0 - steps * steps / 6.0
    } else {
        1.0 - settling_ratio(dt_secs, time_constant_secs) / steps
    }
}

/// The branch after a step; `settled` is where it would come to rest.
pub(super) fn step(volts: f64, settled: f64, settling_ratio: f64) -> f64 {
    volts + (settled - volts) * settling_ratio
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_that_of_many_small_steps() {
        for dt_secs in [0.01, 1.0, 300.0] {
            let ends = (0..1000).map(|k| settling_ratio((f64::from(k) + 0.5) * dt_secs / 1000.0, 40.0));
            let mean = ends.sum::<f64>() / 1000.0;
            assert!((mean_ratio(dt_secs, 40.0) / mean - 1.0).abs() < 1e-5, "{dt_secs}");
        }
        let (below, above) = (mean_ratio(0.999_999e-3, 1.0), mean_ratio(1.000_001e-3, 1.0));
        assert!((above / below - 1.0).abs() < 1e-5);
    }

    #[test]
    fn cutting_the_step_changes_nothing() {
        let run = |dt_secs: f64, count: u32| {
            (0..count).fold(0.0, |volts, _| step(volts, -0.15, settling_ratio(dt_secs, 40.0)))
        };
        assert!((run(10.0, 1) - run(0.01, 1000)).abs() < 1e-14);
    }
}
