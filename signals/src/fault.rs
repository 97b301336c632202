//! Faults as the harness injects and labels them. One table for plant, instrument and line; each
//! room acts on the kinds that are its own and ignores the rest.

use crate::SimTime;

/// What goes wrong. The number is the severity, in the unit named.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FaultKind {
    /// Snow on the panel: the share of light it stops, 0 to 1.
    PanelSnow {
        /// Share of the light lost, 0 to 1.
        cover_ratio: f64,
    },
    /// A load nobody knows of.
    ParasiticLoad {
        /// Current it draws, A.
        current_amps: f64,
    },
    /// The shunt reads this much too high (charging) at any current.
    CurrentOffset {
        /// Offset, A.
        offset_amps: f64,
    },
    /// The instrument wrongly believes the battery full, once, at the fault's start.
    DeviceFalseFull,
    /// The serial cable is out.
    CablePulled,
    /// Bytes on the line are corrupted.
    LineNoise {
        /// Chance for each byte to be hit, 0 to 1.
        byte_error_ratio: f64,
    },
}

impl FaultKind {
    /// Every name there is.
    pub const NAMES: [&'static str; 6] =
        ["panel-snow", "parasitic-load", "current-offset", "device-false-full", "cable-pulled", "line-noise"];

    /// The name scenario files and reports use.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PanelSnow { .. } => "panel-snow",
            Self::ParasiticLoad { .. } => "parasitic-load",
            Self::CurrentOffset { .. } => "current-offset",
            Self::DeviceFalseFull => "device-false-full",
            Self::CablePulled => "cable-pulled",
            Self::LineNoise { .. } => "line-noise",
        }
    }
}

/// One fault with its onset and end: a label in the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaultEvent {
    /// What goes wrong.
    pub kind: FaultKind,
    /// First instant.
    pub from: SimTime,
    /// First instant at which it is over.
    pub until: SimTime,
}

impl FaultEvent {
    /// The fault acts at `now`.
    #[must_use]
    pub fn acts_at(&self, now: SimTime) -> bool {
        self.from <= now && now < self.until
    }
}
