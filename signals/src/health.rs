//! What is wrong with a battery's sensors, as far as their own readings give it away.

use crate::SimTime;

/// What a sensor does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SensorFault {
    /// It shows one and the same number while what it measures moves.
    Stuck,
    /// It is silent while the device goes on sending.
    Dropout,
    /// It has the sign the wrong way round.
    Reversed,
    /// It reads too high or too low. A voltage of 12 to 14.4 V does not tell an amount from a share.
    Offset,
    /// It reads nothing near zero.
    DeadBand,
    /// It reads a share too much or too little; the amount is that share.
    Gain,
}

/// One fault that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SensorFinding {
    /// What is wrong.
    pub fault: SensorFault,
    /// Since when, as far as can be told.
    pub since: SimTime,
    /// By how much it is off, in the sensor's unit, where that is known; else 0.
    pub amount: f64,
}

/// The sensors of one battery; `None` where nothing is known to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SensorHealth {
    /// Battery voltage.
    pub voltage: Option<SensorFinding>,
    /// Battery current.
    pub current: Option<SensorFinding>,
    /// Battery temperature.
    pub temperature: Option<SensorFinding>,
}

impl SensorFault {
    /// Every fault, in the order of their codes.
    pub const ALL: [Self; 6] =
        [Self::Stuck, Self::Dropout, Self::Reversed, Self::Offset, Self::DeadBand, Self::Gain];

    /// The number that stands for it in metrics and saved states; 0 stands for none.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Stuck => 1,
            Self::Dropout => 2,
            Self::Reversed => 3,
            Self::Offset => 4,
            Self::DeadBand => 5,
            Self::Gain => 6,
        }
    }

    /// `stuck`, `silent`, `reversed`, `offset`, `dead-band` or `gain`, as files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stuck => "stuck",
            Self::Dropout => "silent",
            Self::Reversed => "reversed",
            Self::Offset => "offset",
            Self::DeadBand => "dead-band",
            Self::Gain => "gain",
        }
    }

    /// The fault of this code.
    #[must_use]
    pub fn of_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_code_of_its_own_and_none_is_zero() {
        for fault in SensorFault::ALL {
            assert_eq!(SensorFault::of_code(fault.code()), Some(fault));
        }
        assert_eq!(SensorFault::of_code(0), None);
    }
}
