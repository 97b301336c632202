//! Surface charge of a lead-acid block: what a charge leaves in the plates' surface, so that the block reads
//! high for hours afterwards, and what the first ampere-hours drawn take away.
//!
//! ```text
//! v̇ = κ·|I|/(3600·C)·(M·[I > 0] − v) − v/τ
//! ```
//!
//! `v` and `M` in volts, `I` in amps (positive while charging), `C` in Ah, `κ` in e-folds per capacity moved, `τ`
//! in seconds. Exact for a current held over the step.
//!
//! The form is ours: a rest at the end of an absorption and the discharge after it show a voltage that
//! neither a resistance nor a time constant alone explains (UB121000: 0.36 V that lose nothing
//! measurable in two hours of rest and all within half a per cent of the charge).

/// A kind of battery's surface charge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SurfaceChart {
    /// What charge builds up, V; 0 for none.
    pub volts: f64,
    /// How soon charge builds it up and discharge takes it away: e-folds per capacity moved.
    pub rate: f64,
    /// How soon it leaks away at rest, s.
    pub leak_secs: f64,
}

impl SurfaceChart {
    /// No surface charge.
    pub const NONE: Self = Self { volts: 0.0, rate: 0.0, leak_secs: 1.0 };
}

/// The surface charge after a step of `dt_secs` that moved `moved_ratio` of the capacity (signed).
pub(super) fn step(volts: f64, chart: SurfaceChart, moved_ratio: f64, dt_secs: f64) -> f64 {
    let turning = chart.rate * moved_ratio.abs();
    let leaving = turning + dt_secs / chart.leak_secs;
    let settled = if moved_ratio > 0.0 { chart.volts * turning / leaving } else { 0.0 };
    volts + (settled - volts) * -(-leaving).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: SurfaceChart = SurfaceChart { volts: 0.36, rate: 400.0, leak_secs: 2e5 };

    #[test]
    fn charge_builds_it_up_rest_keeps_it_for_hours_and_a_per_cent_drawn_takes_it_away() {
        let charged = step(0.0, BLOCK, 0.02, 3600.0);
        assert!((charged - 0.36).abs() < 0.01, "{charged}");
        let rested = step(charged, BLOCK, 0.0, 7200.0);
        assert!(rested > 0.95 * charged && rested < charged);
        assert!(step(rested, BLOCK, -0.01, 360.0) < 0.02 * charged);
    }

    #[test]
    fn cutting_the_step_changes_nothing() {
        for moved in [0.01, 0.0, -0.01] {
            let parts = (0..1000).fold(0.2, |volts, _| step(volts, BLOCK, moved / 1000.0, 0.36));
            assert!((parts - step(0.2, BLOCK, moved, 360.0)).abs() < 1e-13);
        }
    }
}
