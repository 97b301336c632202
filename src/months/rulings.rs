//! Every alert of a population and what became of it, one line each: where somebody who asks *why* begins.
//!
//! ```text
//! alert,battery,chemistry,season,state,fault,outcome,due_hours,fired_hours,until_hours,true_soc,soc,soc_stddev,device_soc,celsius
//! ```
//!
//! Hours from the start of the population; the values are those at the moment it was due, or else fired. What nobody knew
//! then is empty: a silent device has no estimate.

use super::grid::Grid;
use super::life::Life;
use super::score::{Part, parts};
use crate::verdict::{Outcome, Ruling};

/// The first line of the file.
pub const HEADER: &str = "alert,battery,chemistry,season,state,fault,outcome,due_hours,fired_hours,until_hours,\
                          true_soc,soc,soc_stddev,device_soc,celsius\n";

/// One ruling as a line.
#[must_use]
pub fn line(life: &Life, ruling: &Ruling, grid: &Grid) -> String {
    let at = ruling.due.or(ruling.fired).map_or(0.0, |span| span.from);
    let step = (at / grid.step_secs as f64) as usize;
    let series = |metric: &str| {
        let series = life.series.iter().find(|series| series.metric == metric)?;
        series.values.get(step).copied()
    };
    let moment = life.moments.get(step);
    let mut told = parts(life, ruling);
    told.sort_by_key(|(part, _)| match part {
        Part::Chemistry => 0,
        Part::Season => 1,
        Part::State => 2,
        Part::Fault => 3,
    });
    let told: Vec<String> = told.into_iter().map(|(_, name)| name).collect();
    let hours = |secs: Option<f64>| secs.map_or(String::new(), |secs| format!("{:.2}", secs / 3600.0));
    let number = |value: Option<f64>| {
        value.filter(|value| value.is_finite()).map_or(String::new(), |value| format!("{value:.3}"))
    };
    format!(
        "{},{},{},{},{},{},{},{},{},{},{},{}\n",
        ruling.alert,
        life.story.battery,
        told.join(","),
        name(ruling.outcome),
        hours(ruling.due.map(|span| span.from)),
        hours(ruling.fired.map(|span| span.from)),
        hours(ruling.fired.or(ruling.due).map(|span| span.until)),
        number(moment.map(|moment| moment.soc)),
        number(series("balise_battery_soc_ratio")),
        number(series("balise_battery_soc_ratio_stddev")),
        number(life.device_soc.get(step).map(|soc| f64::from(*soc))),
        number(moment.map(|moment| moment.celsius)),
    )
}

const fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Hit { .. } => "hit",
        Outcome::Missed => "missed",
        Outcome::FalseAlarm => "false",
        Outcome::Excused => "excused",
    }
}
