//! `W` cells side by side, one array for each quantity: what one pass of the kernel holds close.

use super::growth::{Growth, ZERO_CELSIUS_KELVIN};
use super::law::{CellLaw, CellStart};

/// The state of `W` cells. Volts, °C, A·h; ratios where nothing is said.
#[derive(Debug, Clone, PartialEq)]
#[repr(align(64))]
pub(super) struct Block<const W: usize> {
    /// State of charge.
    pub soc: [f64; W],
    /// What rounding still owes the counter (Kahan).
    pub soc_owed: [f64; W],
    /// Voltage of the fast branch.
    pub fast: [f64; W],
    /// Voltage of the slow branch.
    pub slow: [f64; W],
    /// Temperature.
    pub celsius: [f64; W],
    /// Temperature of the case.
    pub case: [f64; W],
    /// Temperature of the air.
    pub air: [f64; W],
    /// Resistances now over those of the law at 25 °C and half charge.
    pub scale: [f64; W],
    /// The same, told for the middle of the next step.
    pub told_scale: [f64; W],
    /// Its reciprocal.
    pub told_shrink: [f64; W],
    /// One over the absolute temperature, held to the range of the growth.
    pub per_kelvin: [f64; W],
    /// Terminal voltage.
    pub volts: [f64; W],
    /// State of charge per coulomb.
    pub per_coulomb: [f64; W],
    /// Its own resistances over the law's.
    pub spread: [f64; W],
}

impl<const W: usize> Block<W> {
    /// Up to `W` cells at rest; idle lanes repeat the first.
    pub fn new(law: &CellLaw, cells: &[CellStart]) -> Self {
        let cell = |lane: usize| cells.get(lane).unwrap_or(&cells[0]);
        let each = |of: fn(&CellStart) -> f64| std::array::from_fn(|lane| of(cell(lane)));
        let growth = Growth::new(law.activation_kelvin);
        let scale = |cell: &CellStart| {
            let middle = cell.soc.as_ratio() - 0.5;
            growth.at(1.0 / (cell.temperature.as_celsius() + ZERO_CELSIUS_KELVIN))
                * (1.0 + law.bow * middle * middle)
                * cell.resistance_ratio
        };
        let scale = std::array::from_fn(|lane| scale(cell(lane)));
        Self {
            soc: each(|cell| cell.soc.as_ratio()),
            soc_owed: [0.0; W],
            fast: [0.0; W],
            slow: [0.0; W],
            celsius: each(|cell| cell.temperature.as_celsius()),
            case: each(|cell| cell.temperature.as_celsius()),
            air: each(|cell| cell.air.as_celsius()),
            scale,
            told_scale: scale,
            told_shrink: scale.map(f64::recip),
            per_kelvin: each(|cell| 1.0 / (cell.temperature.as_celsius() + ZERO_CELSIUS_KELVIN)),
            volts: std::array::from_fn(|lane| law.rest.volts(cell(lane).soc.as_ratio())),
            per_coulomb: each(|cell| 1.0 / cell.capacity.as_coulombs()),
            spread: each(|cell| cell.resistance_ratio),
        }
    }

    /// Adds charge to the cell in lane `k`; the counter stays right to the last bits however small the steps are
    /// (Kahan's sum).
    #[inline(always)]
    pub fn count(&mut self, k: usize, amps: f64, soc_per_amp: f64) {
        let due = f64::mul_add(amps, soc_per_amp, self.soc_owed[k]);
        let counted = self.soc[k] + due;
        self.soc_owed[k] = due - (counted - self.soc[k]);
        self.soc[k] = counted;
    }
}
