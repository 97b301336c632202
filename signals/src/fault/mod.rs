//! Faults as the harness injects and labels them. One table for plant, instrument and line; each
//! room acts on the kinds that are its own and ignores the rest.
//!
//! ```text
//! severity
//!    |        ________________
//!    |      /                 |        share(t) = (t − from)/ramp, at most 1
//!    |____/___________________|___ t
//!       from from+ramp      until
//! ```
//!
//! A severity is a number in the unit that its kind's key ends in ([`FaultKind::severity`]); how it grows over
//! the ramp depends on what "none" is for it ([`Growth`]).

mod catalogue;

pub use catalogue::FaultKind;

use crate::{SimTime, Span};

/// Which room a fault belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The battery itself.
    Battery,
    /// A lithium pack's management system.
    Bms,
    /// Cables, terminals and fuses.
    Wiring,
    /// The charge controller.
    Controller,
    /// The panel.
    Panel,
    /// The sign.
    Load,
    /// The analogue sensors.
    Sensor,
    /// The instrument's own counter.
    Device,
    /// The serial line.
    Line,
}

/// Which piece of a bank a fault may name, the finer the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// It has no place to name.
    Site,
    /// One string; the first where none is named.
    String,
    /// One unit of one string; all units where none is named.
    Unit,
    /// One cell of one unit; the first where none is named.
    Cell,
}

/// How a severity grows over its ramp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// From 0.
    FromZero,
    /// From 1: a multiple of what is sound.
    FromOne,
    /// From endless, its inverse from 0: an insulation that fails.
    Inverse,
    /// At once: there is no half of it.
    Sudden,
}

/// The number that says how bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Severity {
    /// Its key in a scenario file, unit last.
    pub key: &'static str,
    /// Least allowed.
    pub low: f64,
    /// Greatest allowed.
    pub high: f64,
    /// How it grows.
    pub growth: Growth,
}

/// A place in a bank, each counted from 1 as on a crew's sheet; `None` where a file is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The string.
    pub string: Option<u32>,
    /// The unit of that string.
    pub unit: Option<u32>,
    /// The cell of that unit.
    pub cell: Option<u32>,
}

/// One fault with its onset and end: a label in the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaultEvent {
    /// What goes wrong.
    pub kind: FaultKind,
    /// How badly once fully grown, in the kind's unit; 0 for kinds without a number.
    pub severity: f64,
    /// Where in the bank.
    pub place: Place,
    /// Only between these hours of the local solar day, where given.
    pub daily_hours: Option<(f64, f64)>,
    /// First instant.
    pub from: SimTime,
    /// From then until it is fully grown.
    pub ramp: Span,
    /// First instant at which it is over.
    pub until: SimTime,
}

impl FaultEvent {
    /// A fault that is there at once, all day, and names no place.
    #[must_use]
    pub fn new(kind: FaultKind, severity: f64, from: SimTime, until: SimTime) -> Self {
        Self { kind, severity, place: Place::default(), daily_hours: None, from, ramp: Span::ZERO, until }
    }

    /// The same fault growing over this long.
    #[must_use]
    pub const fn ramping(self, ramp: Span) -> Self {
        Self { ramp, ..self }
    }

    /// The same fault at this place.
    #[must_use]
    pub const fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// The same fault between these hours of the local solar day alone.
    #[must_use]
    pub const fn daily(self, from_hour: f64, until_hour: f64) -> Self {
        Self { daily_hours: Some((from_hour, until_hour)), ..self }
    }

    /// The fault acts at `now`, the hour of the day aside.
    #[must_use]
    pub fn acts_at(&self, now: SimTime) -> bool {
        self.from <= now && now < self.until
    }

    /// It is still growing at `now`.
    #[must_use]
    pub fn grows_at(&self, now: SimTime) -> bool {
        self.acts_at(now) && now < self.from + self.ramp
    }

    /// How bad it is at `now`; `None` while it does not act.
    ///
    /// ```
    /// use signals::{FaultEvent, FaultKind, SimTime, Span};
    /// let day = |days: f64| SimTime::from_secs(days * 86_400.0);
    /// let fault = FaultEvent::new(FaultKind::CellShort, 10.0, day(1.0), day(9.0)).ramping(Span::from_secs(172_800.0));
    /// assert_eq!(fault.severity_at(day(0.5)), None);
    /// assert_eq!(fault.severity_at(day(2.0)), Some(20.0)); // half the conductance
    /// assert_eq!(fault.severity_at(day(4.0)), Some(10.0));
    /// ```
    #[must_use]
    pub fn severity_at(&self, now: SimTime) -> Option<f64> {
        self.acts_at(now).then(|| {
            let share =
                if self.grows_at(now) { (now - self.from).as_secs() / self.ramp.as_secs() } else { 1.0 };
            match self.kind.severity().map(|severity| severity.growth) {
                Some(Growth::FromOne) => 1.0 + (self.severity - 1.0) * share,
                Some(Growth::Inverse) => self.severity / share.max(1e-9),
                Some(Growth::FromZero) => self.severity * share,
                Some(Growth::Sudden) | None => self.severity,
            }
        })
    }

    /// Kind and severity at `now` as one word of a truth file: `panel-snow=0.9`; `None` while it does not act.
    #[must_use]
    pub fn label_at(&self, now: SimTime) -> Option<String> {
        let severity = self.severity_at(now)?;
        let name = self.kind.name();
        Some(if self.kind.severity().is_some() { format!("{name}={severity}") } else { name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grown(kind: FaultKind, severity: f64, secs: f64) -> Option<f64> {
        let at = SimTime::from_secs;
        FaultEvent::new(kind, severity, at(100.0), at(200.0))
            .ramping(Span::from_secs(50.0))
            .severity_at(at(secs))
    }

    #[test]
    fn a_fault_grows_from_nothing_and_ends_at_once() {
        let dirt = |secs| grown(FaultKind::PanelDirty, 0.4, secs);
        assert_eq!(
            [99.0, 100.0, 125.0, 150.0, 199.0, 200.0].map(dirt),
            [None, Some(0.0), Some(0.2), Some(0.4), Some(0.4), None]
        );
        assert_eq!(grown(FaultKind::ThermalRunaway, 21.0, 125.0), Some(11.0));
        assert_eq!(grown(FaultKind::ControllerStuckOn, 18.0, 125.0), Some(18.0));
    }

    #[test]
    fn every_kind_has_a_name_of_its_own_and_a_sound_range() {
        let mut names: Vec<&str> = FaultKind::ALL.iter().map(|kind| kind.name()).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        for severity in FaultKind::ALL.iter().filter_map(|kind| kind.severity()) {
            assert!(severity.low < severity.high, "{severity:?}");
        }
    }
}
