//! What a fault does to a bank, and where.

use crate::battery::Defect;
use signals::fault::Place;

/// One harm at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Affliction {
    /// Where; all units, or the first string or cell, where it names none.
    pub place: Place,
    /// What.
    pub harm: Harm,
}

/// A harm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Harm {
    /// A unit is worse than it was.
    Defect(Defect),
    /// A cell is bridged by this resistance, Ω.
    Bridge(f64),
    /// A string's cable has this resistance, Ω.
    Cable(f64),
    /// A string is open.
    Open,
}
