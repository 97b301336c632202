//! Where an expression was true, where its alert was told: in between lies what would have fired and was never told.

use std::collections::{BTreeMap, BTreeSet};

use exporter::rules::{Names, Rule};

use crate::months::machine::Machine;

/// The instants at which a rule is evaluated: `start + k·step`, seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    start_unix_secs: i64,
    /// From one evaluation to the next.
    pub step_secs: i64,
    /// How many.
    pub steps: usize,
}

impl Grid {
    /// Every multiple of the step between two instants.
    #[must_use]
    pub const fn covering(from_unix_secs: i64, until_unix_secs: i64, step_secs: i64) -> Self {
        let start_unix_secs = from_unix_secs + (step_secs - from_unix_secs.rem_euclid(step_secs)) % step_secs;
        let length = until_unix_secs - start_unix_secs;
        let steps = if length < 0 { 0 } else { (length / step_secs) as usize + 1 };
        Self { start_unix_secs, step_secs, steps }
    }

    /// The instant of a step.
    #[must_use]
    pub const fn unix_secs(&self, step: usize) -> i64 {
        self.start_unix_secs + self.step_secs * step as i64
    }
}

/// One series of an answer: seconds since 1970 and values.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its labels.
    pub labels: Names,
    /// Where the expression has a value.
    pub values: Vec<(i64, f64)>,
}

/// One alert that would have fired.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The labels of its series.
    pub series: Names,
    /// When it would have begun to fire, seconds since 1970.
    pub from_unix_secs: i64,
    /// When it would have been over; `None` where it would fire still.
    pub until_unix_secs: Option<i64>,
    /// The expression's value as it began.
    pub value: f64,
}

impl Event {
    /// A label; empty where there is none.
    #[must_use]
    pub fn label(&self, name: &str) -> &str {
        self.series.get(name).map_or("", String::as_str)
    }
}

/// The events of a rule on the grid, without those that were told: `told` are the series of `ALERTS` that fired.
#[must_use]
pub fn events(rule: &Rule, lines: &[Line], told: &[Line], grid: &Grid) -> Vec<Event> {
    let told: Vec<(Names, &Line)> =
        told.iter().map(|line| (without(&line.labels, "alertstate"), line)).collect();
    let mut all = Vec::new();
    for line in lines {
        let series = without(&line.labels, "");
        let alert = rule.alert_labels(&series);
        let instants: BTreeSet<i64> = told
            .iter()
            .filter(|(labels, _)| *labels == alert)
            .flat_map(|(_, line)| line.values.iter().map(|(at, _)| *at))
            .collect();
        let was_told = |event: &Event| {
            let until = event.until_unix_secs.unwrap_or(i64::MAX);
            instants.range(event.from_unix_secs - grid.step_secs..=until).next().is_some()
        };
        all.extend(lived(rule, &series, line, grid).into_iter().filter(|event| !was_told(event)));
    }
    all
}

/// Labels without the metric's name and without `but`.
fn without(labels: &Names, but: &str) -> Names {
    let is_kept = |(name, _): &(&String, &String)| name.as_str() != "__name__" && name.as_str() != but;
    labels.iter().filter(is_kept).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn lived(rule: &Rule, series: &Names, line: &Line, grid: &Grid) -> Vec<Event> {
    let values: BTreeMap<i64, f64> = line.values.iter().copied().collect();
    let mut machine = Machine::new(rule.hold.as_secs_f64(), rule.keep_firing.as_secs_f64());
    let mut events: Vec<Event> = Vec::new();
    let mut is_firing = false;
    for step in 0..grid.steps {
        let at = grid.unix_secs(step);
        let value = values.get(&at).copied();
        let fires = machine.evaluate(at as f64, value.is_some());
        match events.last_mut() {
            Some(event) if is_firing && !fires => event.until_unix_secs = Some(at),
            _ if fires && !is_firing => events.push(Event {
                series: series.clone(),
                from_unix_secs: at,
                until_unix_secs: None,
                value: value.unwrap_or(f64::NAN),
            }),
            _ => {}
        }
        is_firing = fires;
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Names {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn rule() -> &'static Rule {
        let is = |rule: &&Rule| rule.name == "BaliseBatteryVeryLow";
        crate::alerts::standard().rules.iter().find(is).expect("it ships")
    }

    /// Minutes at which the expression is true, those at which the alert was told; the minutes of the events.
    fn check(active: std::ops::Range<i64>, told: std::ops::Range<i64>, expected: &[(i64, Option<i64>)]) {
        let series = labels(&[("__name__", "x"), ("site", "A20"), ("battery", "PMV")]);
        let line = Line { labels: series.clone(), values: active.map(|minute| (minute * 60, 0.1)).collect() };
        let mut alert = rule().alert_labels(&series);
        alert.insert("__name__".to_owned(), "ALERTS".to_owned());
        alert.insert("alertstate".to_owned(), "firing".to_owned());
        let told = Line { labels: alert, values: told.map(|minute| (minute * 60, 1.0)).collect() };
        let grid = Grid::covering(1, 800 * 60, 60);
        let found: Vec<(i64, Option<i64>)> = events(rule(), &[line], &[told], &grid)
            .into_iter()
            .map(|event| (event.from_unix_secs / 60, event.until_unix_secs.map(|at| at / 60)))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_held_long_enough_would_have_fired_after_its_hold_until_after_its_keep() {
        // 30 minutes of patience, on for 300 minutes after the last time it was true; longer than was asked for, it has no end.
        check(100..200, 0..0, &[(130, Some(500))]);
        check(100..129, 0..0, &[]);
        check(500..601, 0..0, &[(530, None)]);
    }

    #[test]
    fn what_was_told_is_not_told_again() {
        check(100..200, 131..150, &[]);
        check(100..200, 0..60, &[(130, Some(500))]);
        check(500..601, 590..595, &[]);
    }
}
