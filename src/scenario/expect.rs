//! `[expect]`: what must come of a run.

use crate::document::Section;

/// What must come of the run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect {
    /// Alerts that must fire, each within a window.
    pub alerts: Vec<ExpectedAlert>,
    /// No other alert fires at all, forecasts included.
    pub nothing_else: bool,
    /// Bound on the error of the state of charge.
    pub accuracy: Option<ExpectedAccuracy>,
}

/// An alert with the window of hours in which it starts, and the hour from which it is over.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpectedAlert {
    /// The rule's name.
    pub name: String,
    /// Hours of the run.
    pub fires_between_hours: (f64, f64),
    /// From this hour of the run on it is over, where the file says so.
    pub over_by_hours: Option<f64>,
}

/// A bound on the state-of-charge error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpectedAccuracy {
    /// Largest error allowed, ratio.
    pub soc_error_ratio_max: f64,
    /// From this hour on.
    pub after_hours: f64,
}

/// Reads what is expected; nothing where the file is silent.
pub(super) fn expect(section: Option<&Section<'_>>) -> Option<Expect> {
    let Some(section) = section else { return Some(Expect::default()) };
    let alerts: Vec<Option<ExpectedAlert>> = section
        .sections("alert")
        .iter()
        .map(|alert| {
            let name = alert.text("name");
            let window = alert.window("fires_between_hours", 0.0..=876_000.0);
            let over = alert.number_if_given("over_by_hours", 0.0..=876_000.0);
            alert.close();
            Some(ExpectedAlert { name: name?.to_owned(), fires_between_hours: window?, over_by_hours: over })
        })
        .collect();
    let accuracy = match section.section("accuracy") {
        None => Some(None),
        Some(accuracy) => {
            let max = accuracy.number("soc_error_ratio_max", 0.0..=1.0);
            let after = accuracy.number_or("after_hours", 0.0, 0.0..=876_000.0);
            accuracy.close();
            max.zip(after).map(|(soc_error_ratio_max, after_hours)| {
                Some(ExpectedAccuracy { soc_error_ratio_max, after_hours })
            })
        }
    };
    let nothing_else = section.flag_or("nothing_else", false);
    section.close();
    Some(Expect {
        alerts: alerts.into_iter().collect::<Option<_>>()?,
        nothing_else: nothing_else?,
        accuracy: accuracy?,
    })
}
