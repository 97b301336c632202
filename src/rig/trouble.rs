//! What goes wrong on a bench, as an outcome on the sheet and a sentence for its reader.

use hil::bench::safety::{Fault, Refusal};
use hil::bench::talk::TalkError;
use hil::link::LinkError;

use super::sheet::{Outcome, Reason};
use crate::port;
use crate::words::Words;

/// Why a step could not be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// A port failed; what is wrong with it and the fix, in the reader's words.
    Line(String),
    /// A device said nothing for as long as its patience.
    Silent {
        /// Its name.
        name: String,
    },
    /// A device does not tell this quantity.
    NotTold {
        /// Its name.
        name: String,
        /// The quantity.
        quantity: String,
    },
    /// The safety layer did not allow it.
    Refused {
        /// Supply or load.
        role: &'static str,
        /// Why.
        refusal: Refusal,
    },
    /// The safety layer switched off.
    Fault {
        /// Supply or load.
        role: &'static str,
        /// Why.
        fault: Fault,
    },
    /// An instrument does not answer, or not as it should.
    Talk {
        /// Supply or load.
        role: &'static str,
        /// What it did.
        error: TalkError,
    },
    /// What watched over an instrument is gone.
    KeeperGone {
        /// Supply or load.
        role: &'static str,
    },
}

impl Trouble {
    /// A port's trouble.
    #[must_use]
    pub fn of_line(error: &LinkError, words: Words) -> Self {
        Self::Line(port::told(error, words))
    }

    /// How a step ends that meets it.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::Silent { .. } | Self::Talk { error: TalkError::TimedOut, .. } => Outcome::Timeout,
            _ => Outcome::Error,
        }
    }

    /// Not the device under test but the bench failed.
    #[must_use]
    pub const fn is_environment(&self) -> bool {
        matches!(self, Self::Line(_) | Self::Talk { .. } | Self::KeeperGone { .. })
            || matches!(self, Self::Fault { fault: Fault::Lost, .. })
    }

    /// An instrument cannot be used any more in this run.
    #[must_use]
    pub const fn ends_instrument(&self) -> bool {
        matches!(
            self,
            Self::Fault { .. } | Self::Talk { .. } | Self::KeeperGone { .. } | Self::Refused { .. }
        )
    }

    /// The sentence.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Line(told) => Reason::with("rig-line", "reason", told),
            Self::Silent { name } => Reason::with("rig-silent", "name", name),
            Self::NotTold { name, quantity } => Reason {
                key: "rig-not-told",
                blanks: vec![("name", name.clone()), ("quantity", quantity.clone())],
            },
            Self::Refused { role, refusal } => Reason::with(refusal_key(*refusal), "role", role),
            Self::Fault { role, fault } => Reason::with(fault_key(*fault), "role", role),
            Self::Talk { role, error } => Reason {
                key: "rig-talk",
                blanks: vec![("role", (*role).to_owned()), ("reason", error.to_string())],
            },
            Self::KeeperGone { role } => Reason::with("rig-keeper-gone", "role", role),
        }
    }
}

const fn refusal_key(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::BeyondRules => "rig-refused-beyond-rules",
        Refusal::NotArmed => "rig-refused-not-armed",
        Refusal::Faulted(fault) | Refusal::Now(fault) => fault_key(fault),
    }
}

const fn fault_key(fault: Fault) -> &'static str {
    match fault {
        Fault::LimitsDiffer => "rig-fault-limits-differ",
        Fault::HostSilent => "rig-fault-host-silent",
        Fault::Blind => "rig-fault-blind",
        Fault::OverVoltage => "rig-fault-over-voltage",
        Fault::UnderVoltage => "rig-fault-under-voltage",
        Fault::OverCurrent => "rig-fault-over-current",
        Fault::EnergySpent => "rig-fault-energy-spent",
        Fault::Freezing => "rig-fault-freezing",
        Fault::TemperatureUnknown => "rig-fault-temperature-unknown",
        Fault::Lost => "rig-fault-lost",
        Fault::Disobeyed => "rig-fault-disobeyed",
    }
}
