//! A fault must have a severity in its range, and something to happen to.

use crate::check::Checks;
use crate::site::SiteParams;
use signals::fault::{Growth, Part, Place, Scope};
use signals::{FaultEvent, FaultKind};
use std::fmt;

/// Notes what is wrong with a fault of this site.
pub(crate) fn check(fault: &FaultEvent, params: &SiteParams, checks: &mut Checks) {
    let name = fault.kind.name();
    if let Some(severity) = fault.kind.severity() {
        checks.within(format!("fault.{name}.{}", severity.key), fault.severity, severity.low..=severity.high);
        if severity.growth == Growth::Sudden {
            checks.within(format!("fault.{name}.ramp_secs"), fault.ramp.as_secs(), 0.0..=0.0);
        }
    }
    checks.within("fault.ramp_secs", fault.ramp.as_secs(), 0.0..=3.2e9);
    checks.within("fault.from_secs", fault.from.as_secs(), 0.0..=fault.until.as_secs().max(0.0));
    if let Some((from, until)) = fault.daily_hours {
        checks.within("fault.daily_hours.from", from, 0.0..=24.0);
        checks.within("fault.daily_hours.until", until, from.clamp(0.0, 24.0)..=24.0);
    }
    if let Some(lack) = params.lacks(fault) {
        checks.lacking(name, lack);
    }
}

/// What a fault would need and a site has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// Lead and acid.
    Acid,
    /// Acid that can layer: not in a gel.
    LooseAcid,
    /// A second string.
    SecondString,
    /// A mast that is raised.
    Mast,
    /// A lithium pack's management system.
    ManagementSystem,
    /// A panel.
    Panel,
    /// A string of that number, or a fault that has strings.
    String,
    /// A unit of that number, or a fault that has units.
    Unit,
    /// Units of whole cells.
    WholeCells,
    /// A cell of that number, or a fault that has cells.
    Cell,
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Acid => "lead and acid",
            Self::LooseAcid => "acid that can layer",
            Self::SecondString => "a second string",
            Self::Mast => "a mast that is raised",
            Self::ManagementSystem => "a management system",
            Self::Panel => "a panel",
            Self::String => "a string of that number",
            Self::Unit => "a unit of that number",
            Self::WholeCells => "units of whole cells",
            Self::Cell => "a cell of that number",
        })
    }
}

impl SiteParams {
    /// What `fault` would need and this site has not.
    #[must_use]
    pub fn lacks(&self, fault: &FaultEvent) -> Option<Lack> {
        let lead = self.battery.chemistry.is_lead_acid();
        match fault.kind {
            FaultKind::Sulfated | FaultKind::DriedOut | FaultKind::AcidFrozen if !lead => Some(Lack::Acid),
            FaultKind::ThermalRunaway if !lead => Some(Lack::Acid),
            FaultKind::AcidLayered if !self.battery.chemistry.has_moving_acid() => Some(Lack::LooseAcid),
            FaultKind::StringFuseBlown | FaultKind::StringResists if self.battery.layout.parallel < 2 => {
                Some(Lack::SecondString)
            }
            FaultKind::MastStalled if self.load.mast_raised_secs.is_none() => Some(Lack::Mast),
            kind if kind.part() == Part::Bms && lead => Some(Lack::ManagementSystem),
            kind if kind.part() == Part::Panel && self.panel.power_watts <= 0.0 => Some(Lack::Panel),
            _ => self.lacks_place(fault),
        }
    }

    fn lacks_place(&self, fault: &FaultEvent) -> Option<Lack> {
        let Place { string, unit, cell } = fault.place;
        let (layout, cells) = (self.battery.layout, self.battery.chemistry.cells());
        let scope = fault.kind.scope();
        let beyond = |counted: Option<u32>, most: u32| counted.is_some_and(|it| it == 0 || it > most);
        if beyond(string, layout.parallel) || (scope == Scope::Site && string.is_some()) {
            Some(Lack::String)
        } else if beyond(unit, layout.series) || (scope <= Scope::String && unit.is_some()) {
            Some(Lack::Unit)
        } else if scope == Scope::Cell && !cells.is_multiple_of(layout.series) {
            Some(Lack::WholeCells)
        } else if beyond(cell, cells / layout.series) || (scope <= Scope::Unit && cell.is_some()) {
            Some(Lack::Cell)
        } else {
            None
        }
    }
}
