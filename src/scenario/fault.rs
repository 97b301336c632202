//! `[[fault]]`: what goes wrong, read by the catalogue.
//!
//! ```toml
//! [[fault]]
//! kind = "cell-short"
//! hours = [24, 720]              # from, until
//! bridge_ohms = 0.5              # the kind's own number, if it has one
//! ramp_hours = 48                # until it is that bad
//! string = 1                     # where in the bank: string, unit of it, cell of it, counted from 1
//! unit = 2
//! cell = 3
//! [[fault]]
//! kind = "panel-shaded"
//! hours = [0, 720]
//! beam_loss_ratio = 0.9
//! daily_hours = [7, 10]          # of the local solar day; of panel and load faults
//! ```

use std::ops::Range;

use signals::fault::{Growth, Place, Scope};
use signals::{FaultEvent, FaultKind, SimTime, Span};
use sim::{Lack, SiteParams};

use crate::document::Section;

/// A fault and where the file tells of it.
pub(super) struct Told {
    pub event: FaultEvent,
    pub span: Range<usize>,
}

/// Reads one fault.
pub(super) fn fault(section: &Section<'_>) -> Option<Told> {
    let names: Vec<(&str, FaultKind)> = FaultKind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
    let kind = section.choice("kind", None, &names);
    let hours = section.window("hours", 0.0..=876_000.0);
    let kind = kind?;
    let severity = match kind.severity() {
        Some(severity) => section.number(severity.key, severity.low..=severity.high),
        None => Some(0.0),
    };
    let ramp_hours = if kind.severity().is_some_and(|severity| severity.growth != Growth::Sudden) {
        section.number_or("ramp_hours", 0.0, 0.0..=876_000.0)
    } else {
        Some(0.0)
    };
    let daily = if kind.has_hours() { section.window_if_given("daily_hours", 0.0..=24.0) } else { None };
    let place = place(section, kind.scope());
    section.close();
    let at = |hours: f64| SimTime::from_secs(hours * 3600.0);
    let (from, until) = hours?;
    let event = FaultEvent::new(kind, severity?, at(from), at(until))
        .ramping(Span::from_secs(ramp_hours? * 3600.0))
        .at(place);
    let event = daily.map_or(event, |(from, until)| event.daily(from, until));
    Some(Told { event, span: section.span_of("kind") })
}

fn place(section: &Section<'_>, scope: Scope) -> Place {
    let counted = |key, asked: bool| {
        asked.then(|| section.number_if_given(key, 1.0..=64.0)).flatten().map(|number| number as u32)
    };
    Place {
        string: counted("string", scope >= Scope::String),
        unit: counted("unit", scope >= Scope::Unit),
        cell: counted("cell", scope >= Scope::Cell),
    }
}

/// Complains of each fault that finds nothing to happen to.
pub(super) fn complain_of_lacks(root: &Section<'_>, params: &SiteParams, told: &[Told]) {
    for Told { event, span } in told {
        if let Some(lack) = params.lacks(event) {
            root.complain(span.clone(), complaint(lack), vec![("fault", event.kind.name().to_owned())]);
        }
    }
}

const fn complaint(lack: Lack) -> &'static str {
    match lack {
        Lack::Acid => "scenario-lacks-acid",
        Lack::LooseAcid => "scenario-lacks-loose-acid",
        Lack::SecondString => "scenario-lacks-second-string",
        Lack::Mast => "scenario-lacks-mast",
        Lack::ManagementSystem => "scenario-lacks-management-system",
        Lack::Panel => "scenario-lacks-panel",
        Lack::String => "scenario-lacks-string",
        Lack::Unit => "scenario-lacks-unit",
        Lack::WholeCells => "scenario-lacks-whole-cells",
        Lack::Cell => "scenario-lacks-cell",
    }
}
