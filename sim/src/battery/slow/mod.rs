//! What changes a battery over hours to years: ice, layers in the acid, sulfate, age.
//!
//! Each state is a file of its own and is advanced once per hold (10 s) from what the hold saw; together
//! they make [`Modifiers`] of the circuit. Without any of them the modifiers are neutral, bit for bit.
//! Capacity that goes takes no charge along: what no longer fits is counted as lost.
//!
//! [`Effects`] says which are at work; sources and scenario choices are named per file.

mod corrosion;
mod degradation;
mod history;
mod ice;
#[cfg(test)]
mod life;
mod lithium;
mod stratification;
mod sulfation;

use super::params::{BatteryParams, Chemistry};
use corrosion::Corrosion;
use degradation::Degradation;
use history::History;
pub(crate) use ice::Ice;
pub(super) use ice::ohmic_ratio as frozen_ohmic_ratio;
use lithium::Lithium;
use stratification::Stratification;
pub(super) use stratification::{locked_ratio as layered_locked_ratio, rest_volts as layered_rest_volts};
use sulfation::Sulfation;

/// Which slow changes are at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effects {
    /// The acid of a cold, empty lead-acid bank freezes.
    pub freezing: bool,
    /// The acid of a flooded bank layers (an AGM bank's a fifth as much, a gel bank's not at all).
    pub stratification: bool,
    /// Sulfate left lying turns hard.
    pub sulfation: bool,
    /// Use and the calendar take capacity and add resistance.
    pub ageing: bool,
}

impl Effects {
    /// Something is at work.
    const fn any(self) -> bool {
        self.freezing || self.stratification || self.sulfation || self.ageing
    }
}

/// What the slow states have made of a battery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
    /// Share of the acid that is ice now; above a hundredth, the battery is slush.
    pub ice_ratio: f64,
    /// Ice has split the case.
    pub cracked: bool,
    /// Layering of the acid, Schiffer's f_st: 0 well mixed, towards 1 badly layered.
    pub stratification_ratio: f64,
    /// Share of the plates under hard sulfate.
    pub sulfate_ratio: f64,
    /// Capacity over that at the start of the run.
    pub capacity_ratio: f64,
    /// Resistance over that at the start of the run, ice left out.
    pub resistance_ratio: f64,
}

impl Condition {
    /// As new.
    pub(crate) const SOUND: Self = Self {
        ice_ratio: 0.0,
        cracked: false,
        stratification_ratio: 0.0,
        sulfate_ratio: 0.0,
        capacity_ratio: 1.0,
        resistance_ratio: 1.0,
    };

    /// Of two, the worse in each respect.
    pub(crate) fn or_worse(self, other: Self) -> Self {
        Self {
            ice_ratio: self.ice_ratio.max(other.ice_ratio),
            cracked: self.cracked || other.cracked,
            stratification_ratio: self.stratification_ratio.max(other.stratification_ratio),
            sulfate_ratio: self.sulfate_ratio.max(other.sulfate_ratio),
            capacity_ratio: self.capacity_ratio.min(other.capacity_ratio),
            resistance_ratio: self.resistance_ratio.max(other.resistance_ratio),
        }
    }

    /// The acid is slush or worse.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.ice_ratio > 0.01
    }
}

/// What a hold saw.
#[derive(Debug, Clone, Copy)]
pub(super) struct Duty {
    /// How long it was, h.
    pub hours: f64,
    /// Mean current over rated capacity, 1/h; positive while charging.
    pub rate: f64,
    /// Charge drawn over rated capacity.
    pub drawn_ratio: f64,
    /// Voltage of the 12 V block at its end, V.
    pub volts: f64,
    /// State of charge at its end.
    pub soc: f64,
    /// Temperature at its end, °C.
    pub celsius: f64,
    /// Rated capacity, Ah.
    pub rated_amp_hours: f64,
}

impl Duty {
    /// Voltage of one of six cells, V.
    fn cell_volts(&self) -> f64 {
        self.volts / 6.0
    }

    /// Discharge current over the ten-hour current.
    fn discharge_over_i10(&self) -> f64 {
        10.0 * self.drawn_ratio / self.hours
    }
}

/// What the slow states do to the circuit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Modifiers {
    pub capacity_ratio: f64,
    pub resistance_ratio: f64,
    /// On top, for the ohmic part alone.
    pub ohmic_ratio: f64,
    pub gassing_ratio: f64,
    /// Share of charge out of reach, beside what cold locks in.
    pub locked_ratio: f64,
    pub rest_volts: f64,
}

impl Modifiers {
    pub const NEUTRAL: Self = Self {
        capacity_ratio: 1.0,
        resistance_ratio: 1.0,
        ohmic_ratio: 1.0,
        gassing_ratio: 1.0,
        locked_ratio: 0.0,
        rest_volts: 0.0,
    };
}

/// The states.
#[derive(Debug, Clone)]
pub(super) struct Slow {
    effects: Effects,
    lead: bool,
    rated_amp_hours: f64,
    secs: f64,
    amp_secs: f64,
    drawn_amp_secs: f64,
    history: History,
    ice: Ice,
    stratification: Stratification,
    sulfation: Sulfation,
    corrosion: Corrosion,
    degradation: Degradation,
    lithium: Lithium,
}

impl Slow {
    /// The states of a battery as good as its parameters say; none where nothing is at work.
    pub fn new(params: &BatteryParams, soc: f64) -> Option<Box<Self>> {
        params.effects.any().then(|| {
            Box::new(Self {
                effects: params.effects,
                lead: params.chemistry.is_lead_acid(),
                rated_amp_hours: params.rated.as_amp_hours(),
                secs: 0.0,
                amp_secs: 0.0,
                drawn_amp_secs: 0.0,
                history: History::new(soc),
                ice: Ice::default(),
                stratification: Stratification::new(layering_of(params.chemistry)),
                sulfation: Sulfation::default(),
                corrosion: Corrosion::default(),
                degradation: Degradation::new(cycles_of(params.chemistry)),
                lithium: Lithium::new(soc),
            })
        })
    }

    /// Adds a step to the hold.
    pub fn note(&mut self, amps: f64, dt_secs: f64) {
        self.secs += dt_secs;
        self.amp_secs += amps * dt_secs;
        self.drawn_amp_secs += (-amps).max(0.0) * dt_secs;
    }

    /// Ends the hold at this voltage, charge and temperature.
    pub fn advance(&mut self, volts: f64, soc: f64, celsius: f64) {
        if self.secs > 0.0 {
            let capacity_secs = self.rated_amp_hours * 3600.0;
            let duty = Duty {
                hours: self.secs / 3600.0,
                rate: self.amp_secs / self.secs / self.rated_amp_hours,
                drawn_ratio: self.drawn_amp_secs / capacity_secs,
                volts,
                soc,
                celsius,
                rated_amp_hours: self.rated_amp_hours,
            };
            (self.secs, self.amp_secs, self.drawn_amp_secs) = (0.0, 0.0, 0.0);
            if self.lead { self.advance_lead(&duty) } else { self.advance_lithium(&duty) }
        }
    }

    fn advance_lead(&mut self, duty: &Duty) {
        let effects = self.effects;
        self.history.advance(duty);
        if effects.freezing {
            self.ice.advance(duty);
        }
        if effects.stratification || effects.ageing {
            self.stratification.advance(duty, self.history.soc_min());
        }
        if effects.sulfation {
            self.sulfation.advance(duty);
        }
        if effects.ageing {
            self.corrosion.advance(duty);
            self.degradation.advance(duty, &self.history, self.stratification.layering());
        }
    }

    fn advance_lithium(&mut self, duty: &Duty) {
        if self.effects.ageing {
            self.lithium.advance(duty);
        }
    }

    /// What they do to the circuit.
    pub fn modifiers(&self) -> Modifiers {
        let layers = if self.effects.stratification { self.stratification.layering() } else { 0.0 };
        let condition = self.condition();
        Modifiers {
            capacity_ratio: condition.capacity_ratio,
            resistance_ratio: condition.resistance_ratio,
            ohmic_ratio: self.ice.ohmic_ratio(),
            gassing_ratio: self.corrosion.gassing_ratio(),
            locked_ratio: self.ice.locked_ratio() + stratification::locked_ratio(layers),
            rest_volts: stratification::rest_volts(layers),
        }
    }

    /// How the battery is.
    pub fn condition(&self) -> Condition {
        let worn = self.corrosion.capacity_loss() + self.degradation.capacity_loss();
        let aged = (1.0 - worn - self.lithium.capacity_loss()).max(CAPACITY_RATIO_MIN);
        Condition {
            ice_ratio: self.ice.ratio(),
            cracked: self.ice.has_cracked_the_case(),
            stratification_ratio: self.stratification.layering(),
            sulfate_ratio: self.sulfation.ratio(),
            capacity_ratio: aged * self.sulfation.capacity_ratio() * self.ice.capacity_ratio(),
            resistance_ratio: self.corrosion.resistance_ratio()
                * self.sulfation.resistance_ratio()
                * self.lithium.resistance_ratio(),
        }
    }
}

/// Whatever happens, this much capacity is left to reckon with.
const CAPACITY_RATIO_MIN: f64 = 0.05;

/// Cycles of the IEC's test until a fifth is gone; lithium has a law of its own.
const fn cycles_of(chemistry: Chemistry) -> f64 {
    if matches!(chemistry, Chemistry::Agm) { 200.0 } else { 600.0 }
}

/// How readily the acid layers, flooded being 1: free acid, acid held in glass mats, acid set in a gel.
const fn layering_of(chemistry: Chemistry) -> f64 {
    match chemistry {
        Chemistry::Flooded => 1.0,
        Chemistry::Agm => 0.2,
        Chemistry::Gel | Chemistry::LiFePo4 => 0.0,
    }
}
