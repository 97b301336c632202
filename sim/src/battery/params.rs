//! What a battery is: its kind, its label, and how far it has aged.

use super::slow::Effects;
use super::{a123, bboxx, ub121000};
use crate::bank::Layout;
use crate::check::Checks;
use signals::AmpHours;

/// The kinds of battery signs have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chemistry {
    /// A 12 V lead-acid bank with absorbent glass mats.
    Agm,
    /// A 12 V lead-acid bank with free acid and low-antimony grids.
    Flooded,
    /// A 12 V lead-acid bank with its acid set in a gel.
    Gel,
    /// A 12.8 V pack of four lithium iron phosphate cells in series with its management system.
    LiFePo4,
}

/// Where a battery's numbers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterSet {
    /// Data sheets and literature for its chemistry.
    Typical,
    /// A fit to BBOXX's telemetry of one 12 V 17 Ah lead-acid block.
    Bboxx17Ah,
    /// A fit to Plett's records of one A123 26650 cell, four in series.
    A1232p3Ah,
    /// A fit to the one record of a Universal UB121000, a 12 V 100 Ah AGM block.
    Ub121000100Ah,
}

/// One battery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatteryParams {
    /// Its kind.
    pub chemistry: Chemistry,
    /// Where its numbers come from.
    pub set: ParameterSet,
    /// Capacity on the label, at 25 °C.
    pub rated: AmpHours,
    /// Capacity now over capacity on the label.
    pub present_capacity_ratio: f64,
    /// Resistance now over that of a new battery.
    pub resistance_ratio: f64,
    /// The slow changes at work; none beside freezing, and that in flooded and gel banks alone, unless asked for.
    pub effects: Effects,
    /// The units it is put together from.
    pub layout: Layout,
}

impl Chemistry {
    /// Lead and acid, of whatever kind.
    #[must_use]
    pub const fn is_lead_acid(self) -> bool {
        !matches!(self, Self::LiFePo4)
    }

    /// Its acid can sink and layer; in a gel it cannot.
    #[must_use]
    pub const fn has_moving_acid(self) -> bool {
        matches!(self, Self::Agm | Self::Flooded)
    }

    /// Cells in series that make a block of 12 V.
    #[must_use]
    pub const fn cells(self) -> u32 {
        if self.is_lead_acid() { 6 } else { 4 }
    }
}

impl BatteryParams {
    /// A new 12 V AGM bank.
    #[must_use]
    pub const fn agm_12v(rated: AmpHours) -> Self {
        Self::new(Chemistry::Agm, rated)
    }

    /// A new 12 V bank of flooded blocks.
    #[must_use]
    pub const fn flooded_12v(rated: AmpHours) -> Self {
        Self::new(Chemistry::Flooded, rated)
    }

    /// A new 12 V bank of gel blocks.
    #[must_use]
    pub const fn gel_12v(rated: AmpHours) -> Self {
        Self::new(Chemistry::Gel, rated)
    }

    /// A new pack of four LiFePO4 cells in series.
    #[must_use]
    pub const fn lifepo4_4s(rated: AmpHours) -> Self {
        Self::new(Chemistry::LiFePo4, rated)
    }

    /// The measured 17 Ah lead-acid block of BBOXX's telemetry.
    #[must_use]
    pub const fn bboxx_17ah() -> Self {
        Self {
            set: ParameterSet::Bboxx17Ah,
            present_capacity_ratio: bboxx::CAPACITY_RATIO,
            ..Self::new(Chemistry::Agm, AmpHours::new(17.0))
        }
    }

    /// Four in series of the measured A123 cell of Plett's toolbox.
    #[must_use]
    pub const fn a123_2p3ah() -> Self {
        Self {
            set: ParameterSet::A1232p3Ah,
            present_capacity_ratio: a123::CAPACITY_RATIO,
            ..Self::new(Chemistry::LiFePo4, AmpHours::new(2.3))
        }
    }

    /// The measured 100 Ah AGM block Universal UB121000.
    #[must_use]
    pub const fn ub121000_100ah() -> Self {
        Self {
            set: ParameterSet::Ub121000100Ah,
            present_capacity_ratio: ub121000::CAPACITY_RATIO,
            ..Self::new(Chemistry::Agm, AmpHours::new(100.0))
        }
    }

    const fn new(chemistry: Chemistry, rated: AmpHours) -> Self {
        let freezing = matches!(chemistry, Chemistry::Flooded | Chemistry::Gel);
        let effects = Effects { freezing, stratification: false, sulfation: false, ageing: false };
        Self {
            chemistry,
            set: ParameterSet::Typical,
            rated,
            present_capacity_ratio: 1.0,
            resistance_ratio: 1.0,
            effects,
            layout: Layout::SINGLE,
        }
    }

    /// Capacity now, at 25 °C.
    pub(crate) fn capacity_amp_hours(&self) -> f64 {
        self.rated.as_amp_hours() * self.present_capacity_ratio
    }

    /// A lithium pack has no acid to freeze, layer or leave sulfate.
    fn check_no_acid(&self, checks: &mut Checks) {
        let count = |at_work: bool| f64::from(u8::from(at_work));
        checks.within("battery.freezing of a lithium pack", count(self.effects.freezing), 0.0..=0.0);
        checks.within(
            "battery.stratification of a lithium pack",
            count(self.effects.stratification),
            0.0..=0.0,
        );
        checks.within("battery.sulfation of a lithium pack", count(self.effects.sulfation), 0.0..=0.0);
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.within("battery.rated_amp_hours", self.rated.as_amp_hours(), 0.1..=100_000.0);
        checks.within("battery.present_capacity_ratio", self.present_capacity_ratio, 0.05..=1.3);
        checks.within("battery.resistance_ratio", self.resistance_ratio, 0.2..=50.0);
        self.layout.check(checks);
        if !self.chemistry.is_lead_acid() {
            self.check_no_acid(checks);
        }
    }
}
