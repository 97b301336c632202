//! `W` cells side by side, one array for each quantity: what one pass of the kernel holds close.

use super::growth::{Growth, ZERO_CELSIUS_KELVIN};
use super::law::{CellLaw, CellStart};

/// The state of `W` cells. Volts, °C, A·h; ratios where nothing is said.
#[derive(Debug, Clone, PartialEq)]
#[repr(align(64))]
pub(super) struct Block<const W: usize> {
    pub soc: [f64; W],
    pub soc_owed: [f64; W],
    pub fast: [f64; W],
    pub slow: [f64; W],
    pub celsius: [f64; W],
    pub case: [f64; W],
    pub air: [f64; W],
    pub scale: [f64; W],
    pub told_scale: [f64; W],
    pub told_shrink: [f64; W],
    pub per_kelvin: [f64; W],
    pub volts: [f64; W],
    pub per_coulomb: [f64; W],
    pub spread: [f64; W],
}

/// One cell of a block, in registers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lane {
    /// State of charge.
    pub soc: f64,
    /// What rounding still owes the counter (Kahan).
    pub soc_owed: f64,
    /// Voltage of the fast branch.
    pub fast: f64,
    /// Voltage of the slow branch.
    pub slow: f64,
    /// Temperature.
    pub celsius: f64,
    /// Temperature of the case.
    pub case: f64,
    /// Temperature of the air.
    pub air: f64,
    /// Resistances now over those of the law at 25 °C and half charge.
    pub scale: f64,
    /// The same, told for the middle of the next step.
    pub told_scale: f64,
    /// Its reciprocal.
    pub told_shrink: f64,
    /// One over the absolute temperature, held to the range of the growth.
    pub per_kelvin: f64,
    /// Terminal voltage.
    pub volts: f64,
    /// State of charge per coulomb.
    pub per_coulomb: f64,
    /// Its own resistances over the law's.
    pub spread: f64,
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

    /// One cell.
    #[inline(always)]
    pub fn lane(&self, k: usize) -> Lane {
        Lane {
            soc: self.soc[k],
            soc_owed: self.soc_owed[k],
            fast: self.fast[k],
            slow: self.slow[k],
            celsius: self.celsius[k],
            case: self.case[k],
            air: self.air[k],
            scale: self.scale[k],
            told_scale: self.told_scale[k],
            told_shrink: self.told_shrink[k],
            per_kelvin: self.per_kelvin[k],
            volts: self.volts[k],
            per_coulomb: self.per_coulomb[k],
            spread: self.spread[k],
        }
    }

    /// Puts what a step changes back.
    #[inline(always)]
    pub fn set_lane(&mut self, k: usize, lane: &Lane) {
        self.soc[k] = lane.soc;
        self.soc_owed[k] = lane.soc_owed;
        self.fast[k] = lane.fast;
        self.slow[k] = lane.slow;
        self.celsius[k] = lane.celsius;
        self.case[k] = lane.case;
        self.scale[k] = lane.scale;
        self.told_scale[k] = lane.told_scale;
        self.told_shrink[k] = lane.told_shrink;
        self.per_kelvin[k] = lane.per_kelvin;
        self.volts[k] = lane.volts;
    }
}

impl Lane {
    /// Adds charge; the counter stays right to the last bits however small the steps are (Kahan's sum).
    #[inline(always)]
    pub fn count(&mut self, amp_secs: f64) {
        let due = f64::mul_add(amp_secs, self.per_coulomb, self.soc_owed);
        let counted = self.soc + due;
        self.soc_owed = due - (counted - self.soc);
        self.soc = counted;
    }
}
