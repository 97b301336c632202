//! Internal resistance from current steps: how far the voltage jumps when the current does.
//!
//! ```text
//! R = (ΔV − ΔV_model) / ΔI,   referred to 25 °C and the profile's reference charge
//! ```
//!
//! `ΔV_model` is what everything but the ohmic part did meanwhile. A scalar Kalman filter with a slow
//! random walk weighs each step by `(σ_V/ΔI)²` and by how long it took: over a minute most of the jump is
//! no longer ohmic.
//!
//! Reference: A. Aitio and D. A. Howey, Joule 5 (2021), resistance at a reference operating point.

/// The resistance at the reference, with its variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StepResistance {
    pub ohms: f64,
    pub variance: f64,
}

/// One step of the current.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CurrentStep {
    /// Voltage change that the model does not explain otherwise.
    pub volts: f64,
    pub amps: f64,
    pub secs: f64,
    /// Resistance here over resistance at the reference.
    pub factor: f64,
    /// Standard deviation of one voltage reading.
    pub voltage_stddev: f64,
    /// Standard deviation of the factor, ratio.
    pub factor_doubt: f64,
}

/// A step that waits for the reading after it: devices sample voltage and current at different moments,
/// and the voltage of the very reading in which the current jumped may still be the old one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PendingStep {
    /// The current before the step; NaN where none waits.
    pub from_amps: f64,
    pub from_volts: f64,
    pub from_unohmic_volts: f64,
    /// Time from the reading before the step to the one in which it was seen.
    pub secs: f64,
}

impl PendingStep {
    /// No step waits.
    pub const NONE: Self = Self { from_amps: f64::NAN, from_volts: 0.0, from_unohmic_volts: 0.0, secs: 0.0 };
}

/// Least answer to a step, as a share of the one expected.
const ANSWER_MIN: f64 = 0.25;
/// Wander of the true resistance, ratio per square root of a day.
const WANDER_PER_DAY: f64 = 0.01;

impl StepResistance {
    /// Lets time pass.
    pub fn age(&mut self, days: f64, typical_ohms: f64) {
        self.variance += (WANDER_PER_DAY * typical_ohms).powi(2) * days;
        self.variance = self.variance.min((0.5 * typical_ohms).powi(2));
    }

    /// Learns from one step; steps that contradict everything known are left out.
    pub fn learn(&mut self, step: &CurrentStep) {
        let seen = step.volts / step.amps / step.factor;
        let reading = std::f64::consts::SQRT_2 * step.voltage_stddev / (step.amps * step.factor).abs();
        let smear = self.ohms * 0.3 * (step.secs / 60.0).min(2.0);
        let model = self.ohms * (0.1 + step.factor_doubt);
        let noise = reading * reading + smear * smear + model * model;
        let surprise = seen - self.ohms;
        // No answer at all to a step of the current means that the two were not read together.
        let plausible = seen > ANSWER_MIN * self.ohms && surprise * surprise < 9.0 * (noise + self.variance);
        if !plausible || !seen.is_finite() {
            return;
        }
        let gain = self.variance / (self.variance + noise);
        self.ohms += gain * surprise;
        self.variance *= 1.0 - gain;
        // The factor's error is the same at every step of one cold day: steps do not average it away.
        self.variance = self.variance.max((self.ohms * step.factor_doubt.hypot(0.02)).powi(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_to_the_true_resistance_with_less_doubt() {
        let mut found = StepResistance { ohms: 0.010, variance: 0.003_f64.powi(2) };
        for i in 0..50 {
            let amps = if i % 2 == 0 { 8.0 } else { -8.0 };
            let volts = amps * 0.013 + if i % 3 == 0 { 0.004 } else { -0.002 };
            found.learn(&CurrentStep {
                volts,
                amps,
                secs: 1.0,
                factor: 1.0,
                voltage_stddev: 0.005,
                factor_doubt: 0.0,
            });
        }
        assert!((found.ohms - 0.013).abs() < 0.0006, "{found:?}");
        assert!(found.variance.sqrt() < 0.001);
    }
}
