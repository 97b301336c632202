//! What goes wrong with a sign, as numbers of its lane.
//!
//! Faults of the scenario files that come down to these numbers run in lanes; a sign with any other is run by
//! the scalar site.

use crate::check::Checks;
use signals::fault::Part;
use signals::{FaultEvent, FaultKind};

/// What is wrong with a sign as a whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trouble {
    /// Share of the panel's light that arrives.
    pub light_ratio: f64,
    /// Current of loads nobody knows of, A.
    pub parasitic_amps: f64,
    /// The controller charges nothing.
    pub charge_off: bool,
}

impl Trouble {
    /// All is well.
    pub const NONE: Self = Self { light_ratio: 1.0, parasitic_amps: 0.0, charge_off: false };
}

/// One cell of a battery, a block written as `N` cells in series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Its capacity over the block's.
    pub capacity_ratio: f64,
    /// Its resistances over its part of the block's.
    pub resistance_ratio: f64,
    /// What leaks past it, A per volt across the cell: 20 S is a short of 50 mΩ.
    pub leak_siemens: f64,
}

impl Cell {
    /// A cell like its neighbours.
    pub const SOUND: Self = Self { capacity_ratio: 1.0, resistance_ratio: 1.0, leak_siemens: 0.0 };
}

impl Default for Cell {
    fn default() -> Self {
        Self::SOUND
    }
}

/// The lanes can express this fault, or it leaves the plant alone.
pub(super) const fn fits_lanes(fault: &FaultEvent) -> bool {
    matches!(
        fault.kind,
        FaultKind::PanelSnow
            | FaultKind::PanelFrosted
            | FaultKind::PanelDirty
            | FaultKind::ParasiticLoad
            | FaultKind::ControllerStuckOff
            | FaultKind::ChargerFuseBlown
            | FaultKind::CurrentOffset
    ) || matches!(fault.kind.part(), Part::Device | Part::Line)
}

impl Trouble {
    pub(super) fn check(&self, checks: &mut Checks) {
        checks.within("trouble.light_ratio", self.light_ratio, 0.0..=1.0);
        checks.within("trouble.parasitic_amps", self.parasitic_amps, 0.0..=1000.0);
    }
}

impl Cell {
    pub(super) fn check(&self, checks: &mut Checks) {
        checks.within("cell.capacity_ratio", self.capacity_ratio, 0.05..=1.2);
        checks.within("cell.resistance_ratio", self.resistance_ratio, 0.2..=50.0);
        checks.within("cell.leak_siemens", self.leak_siemens, 0.0..=1000.0);
    }
}
