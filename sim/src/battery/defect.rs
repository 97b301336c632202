//! What a fault makes of one battery (or of one cell, told as a battery of the block's voltage).
//!
//! ```text
//! C × capacity,  R × resistance,  R₀ × ohmic,  I_gas × gassing,  UA × cooling,  U + rest,  locked + locked
//! V = U + … + R·(I − g·V)         a bridge of g amps per volt across it
//! ```
//!
//! A bridged cell that has run down collapses: below 2 % of charge its rest voltage falls straight to nothing,
//! and what flows then flows through the bridge. Ratios; V, A.
//!
//! How sulfate, drought and age couple resistance and gassing to lost capacity are scenario choices within the
//! ranges of the catalogue of faults (resistance 1.5 to 5 times, gassing 5 to 20 times).

use super::slow;

/// Where a bridged cell begins to collapse.
const COLLAPSE_SOC: f64 = 0.02;

/// A battery's defects, together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Defect {
    pub capacity_ratio: f64,
    pub resistance_ratio: f64,
    /// On top, for the ohmic part alone.
    pub ohmic_ratio: f64,
    pub gassing_ratio: f64,
    pub cooling_ratio: f64,
    pub rest_volts: f64,
    pub locked_ratio: f64,
    /// Current through a bridge across it, per volt of the block's voltage.
    pub bridge_siemens: f64,
}

impl Defect {
    /// None.
    pub const NONE: Self = Self {
        capacity_ratio: 1.0,
        resistance_ratio: 1.0,
        ohmic_ratio: 1.0,
        gassing_ratio: 1.0,
        cooling_ratio: 1.0,
        rest_volts: 0.0,
        locked_ratio: 0.0,
        bridge_siemens: 0.0,
    };

    /// Capacity lost and nothing else.
    pub const fn lost(loss: f64) -> Self {
        Self { capacity_ratio: 1.0 - loss, ..Self::NONE }
    }

    /// Plates under hard sulfate: threefold resistance at a loss of 0.3.
    pub fn sulfated(loss: f64) -> Self {
        Self { resistance_ratio: 1.0 + loss / 0.15, ..Self::lost(loss) }
    }

    /// Electrolyte lost: twice the resistance and thirteen times the gassing at a loss of 0.3.
    pub fn dried_out(loss: f64) -> Self {
        Self { resistance_ratio: 1.0 + loss / 0.3, gassing_ratio: 1.0 + 40.0 * loss, ..Self::lost(loss) }
    }

    /// An old block: resistance up by half as much again as capacity is down.
    pub fn old(loss: f64) -> Self {
        Self { resistance_ratio: 1.0 + 1.5 * loss / (1.0 - loss), ..Self::lost(loss) }
    }

    /// Acid in layers, Schiffer's f_st.
    pub fn layered(layering: f64) -> Self {
        Self {
            rest_volts: slow::layered_rest_volts(layering),
            locked_ratio: slow::layered_locked_ratio(layering),
            ..Self::NONE
        }
    }

    /// This share of the acid is ice.
    pub const fn frozen(ice: f64) -> Self {
        Self { ohmic_ratio: slow::frozen_ohmic_ratio(ice), locked_ratio: ice, ..Self::NONE }
    }

    /// Gassing this many times as strong.
    pub const fn gassing(ratio: f64) -> Self {
        Self { gassing_ratio: ratio, ..Self::NONE }
    }

    /// A box that gives off this much less heat.
    pub const fn boxed_in(loss: f64) -> Self {
        Self { cooling_ratio: 1.0 - loss, ..Self::NONE }
    }

    /// A bridge of this resistance across one of so many cells that make up the block's voltage.
    pub fn bridged(ohms: f64, cells: f64) -> Self {
        Self { bridge_siemens: 1.0 / (cells * ohms), ..Self::NONE }
    }

    /// Both.
    pub fn and(self, other: Self) -> Self {
        Self {
            capacity_ratio: (self.capacity_ratio * other.capacity_ratio).max(CAPACITY_RATIO_MIN),
            resistance_ratio: self.resistance_ratio * other.resistance_ratio,
            ohmic_ratio: self.ohmic_ratio * other.ohmic_ratio,
            gassing_ratio: self.gassing_ratio * other.gassing_ratio,
            cooling_ratio: self.cooling_ratio * other.cooling_ratio,
            rest_volts: self.rest_volts + other.rest_volts,
            locked_ratio: (self.locked_ratio + other.locked_ratio).min(1.0),
            bridge_siemens: self.bridge_siemens + other.bridge_siemens,
        }
    }

    /// A rest voltage and its slope as this defect leaves them.
    pub fn collapsed(&self, soc: f64, volts: f64, slope: f64) -> (f64, f64) {
        if self.bridge_siemens > 0.0 && soc < COLLAPSE_SOC {
            (volts * soc / COLLAPSE_SOC, volts / COLLAPSE_SOC)
        } else {
            (volts, slope)
        }
    }
}

/// Whatever happens, this much capacity is left to reckon with.
const CAPACITY_RATIO_MIN: f64 = 0.05;
