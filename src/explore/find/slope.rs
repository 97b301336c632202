//! How a battery's voltage answers its current: the robust slope of steps, in ohms.

use super::Work;
use crate::explore::header::Quantity;
use crate::explore::numbers::quantile;

/// Voltage, current, and how they move together.
pub(super) struct Slope<'w> {
    pub(super) volts: &'w [f64],
    pub(super) amps: &'w [f64],
    /// The finest step of the voltage.
    pub(super) volt_step: f64,
    /// Median of |ΔV/ΔI| over the large steps of current, Ω.
    pub(super) ohms: f64,
    /// A large step of current, A.
    pub(super) large_amps: f64,
}

impl<'w> Slope<'w> {
    /// `None` where the log has not both, or its current never steps.
    pub(super) fn of(work: &'w Work) -> Option<Self> {
        let (volts, amps) = (work.first(Quantity::Voltage)?, work.first(Quantity::Current)?);
        let (ohms, large_amps) = ohms(&volts.values, &amps.values)?;
        Some(Self { volts: &volts.values, amps: &amps.values, volt_step: volts.step, ohms, large_amps })
    }
}

/// The slope, and a large step of current.
pub(super) fn ohms(volts: &[f64], amps: &[f64]) -> Option<(f64, f64)> {
    let steps: Vec<f64> = amps.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let moved: Vec<f64> = steps.iter().copied().filter(|step| *step > 0.0).collect();
    let large_amps = quantile(&moved, 0.9)?;
    let slopes: Vec<f64> = volts
        .windows(2)
        .zip(&steps)
        .filter(|(_, amps)| **amps >= large_amps)
        .map(|(volts, amps)| (volts[1] - volts[0]).abs() / amps)
        .collect();
    Some((quantile(&slopes, 0.5)?, large_amps))
}
