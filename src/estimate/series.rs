//! Which series hold a battery's voltage, current and temperature, and how their samples become readings.
//!
//! ```text
//! balise_battery_voltage_volts{SELECTOR}              a name: its samples, each at the instant it was taken
//! -shunt_milliamps{job="x"} / 1000                    an expression: one value a step, as Prometheus has it
//! ```
//!
//! `query_range` gives at each step the latest sample of the five minutes before it: over a gap it repeats an old value
//! as if it were new. So a name is asked for its samples themselves, and the last one of each step is taken.
//!
//! Samples of one battery no more than half a step apart are one reading. Nothing is held: a quantity that has
//! no new sample is missing from the reading, as from a frame that lacks it.

use std::collections::BTreeMap;

use exporter::BatteryId;
use signals::{Amps, Celsius, Reading, Volts};

use crate::prometheus::{AskError, Labels, Line, Server};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// V.
    Voltage,
    /// A, positive while charging.
    Current,
    /// °C.
    Temperature,
    /// Unix time at which the battery was replaced.
    Replaced,
}

/// Each quantity with the series it is looked for in unless another is named.
pub const USUAL: [(Quantity, &str); 4] = [
    (Quantity::Voltage, "balise_battery_voltage_volts"),
    (Quantity::Current, "balise_battery_current_amperes"),
    (Quantity::Temperature, "balise_battery_temperature_celsius"),
    (Quantity::Replaced, "balise_journal_battery_replaced_timestamp_seconds"),
];

/// How one quantity is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What it is.
    pub quantity: Quantity,
    /// Its expression.
    pub expr: String,
    /// Its samples have time stamps of their own.
    pub is_series: bool,
}

impl Wanted {
    /// From a name or an expression; `selector` narrows a name, and is the expression's own affair otherwise.
    #[must_use]
    pub fn new(quantity: Quantity, told: &str, selector: Option<&str>) -> Self {
        let told = told.trim();
        let is_series = is_name(told);
        let inner = selector.map(|text| text.trim().trim_start_matches('{').trim_end_matches('}').trim());
        let expr = match inner.filter(|inner| is_series && !inner.is_empty()) {
            Some(inner) => format!("{told}{{{inner}}}"),
            None => told.to_owned(),
        };
        Self { quantity, expr, is_series }
    }

    /// Its samples from a step that begins the grid to another, rising in time, at most one a step.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn ask(&self, prometheus: &Server, from: i64, until: i64, step: i64) -> Result<Asked, AskError> {
        let mut lines = if self.is_series {
            prometheus.samples(&self.expr, from - step, until)?
        } else {
            prometheus.range(&self.expr, from, until, step)?
        };
        let points = lines.iter().map(|line| line.points.len()).sum();
        for line in &mut lines {
            line.points.retain(|(_, value)| value.is_finite());
            line.points = last_of_each_step(&line.points, from, step);
        }
        Ok(Asked { lines, points })
    }
}

/// What a question gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The samples.
    pub lines: Vec<Line>,
    /// How many points the answer had.
    pub points: usize,
}

/// Of the samples after one step and up to the next the last.
fn last_of_each_step(points: &[(i64, f64)], from: i64, step: i64) -> Vec<(i64, f64)> {
    let step_of = |at: i64| (at - from).div_euclid(step) + i64::from((at - from).rem_euclid(step) > 0);
    let together = |one: &(i64, f64), next: &(i64, f64)| step_of(one.0) == step_of(next.0);
    points.chunk_by(together).filter_map(|run| run.last().copied()).collect()
}

/// The name of a metric and nothing else.
fn is_name(text: &str) -> bool {
    let may = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | ':');
    !text.is_empty() && text.chars().all(may) && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// The labels that name a battery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The label whose value is the site.
    pub site: String,
    /// The label whose value is the battery.
    pub battery: String,
}

impl Identity {
    /// The battery a series belongs to; a label that is not there reads as its own name.
    #[must_use]
    pub fn of(&self, labels: &Labels) -> BatteryId {
        let value =
            |label: &str, missing: &str| labels.get(label).cloned().unwrap_or_else(|| missing.to_owned());
        BatteryId::new(&value(&self.site, "site"), &value(&self.battery, "battery"))
    }
}

/// A sample of a battery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Unix milliseconds.
    pub at: i64,
    /// Of what.
    pub quantity: Quantity,
    /// In its base unit.
    pub value: f64,
}

/// The samples of each battery, rising in time; or two series that claim to be the same quantity of one battery
/// at the same time. One that goes on where another ends (a target that got another port) is its continuation.
///
/// # Errors
/// The battery and the labels of both series.
pub fn by_battery(
    told: Vec<(Quantity, Vec<Line>)>,
    identity: &Identity,
) -> Result<BTreeMap<BatteryId, Vec<Sample>>, Box<Twins>> {
    let mut batteries: BTreeMap<BatteryId, Vec<Sample>> = BTreeMap::new();
    for (quantity, lines) in told {
        let mut seen: BTreeMap<BatteryId, Vec<&Line>> = BTreeMap::new();
        for line in &lines {
            let id = identity.of(&line.labels);
            let samples = line.points.iter().map(|(at, value)| Sample { at: *at, quantity, value: *value });
            batteries.entry(id.clone()).or_default().extend(samples);
            let earlier = seen.entry(id.clone()).or_default();
            if let Some(first) = earlier.iter().find(|first| overlap(first, line)) {
                let (first, second) = (first.labels.clone(), line.labels.clone());
                return Err(Box::new(Twins { id, first, second }));
            }
            earlier.push(line);
        }
    }
    batteries.values_mut().for_each(|samples| samples.sort_by_key(|sample| (sample.at, sample.quantity)));
    Ok(batteries)
}

/// Whether two series have samples at the same time.
fn overlap(one: &Line, other: &Line) -> bool {
    let span = |line: &Line| Some((line.points.first()?.0, line.points.last()?.0));
    let (Some(one), Some(other)) = (span(one), span(other)) else { return false };
    one.0 <= other.1 && other.0 <= one.1
}

/// Two series of the same quantity under one battery's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twins {
    /// The battery.
    pub id: BatteryId,
    /// The labels of one.
    pub first: Labels,
    /// The labels of the other.
    pub second: Labels,
}

/// What happened to a battery at an instant.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// It was read.
    Read(Reading),
    /// Its journal says it is another one since then, Unix seconds.
    Replaced(f64),
}

/// Samples no more than `apart` milliseconds apart become one reading, at the last of its instants.
#[must_use]
pub fn happenings(samples: &[Sample], apart: i64) -> Vec<(i64, Happening)> {
    let mut happenings = Vec::new();
    let mut rest = samples;
    while let Some(first) = rest.first() {
        let together = rest.iter().enumerate().take_while(|(index, sample)| {
            let is_again = rest[..*index].iter().any(|earlier| earlier.quantity == sample.quantity);
            sample.at - first.at <= apart && !is_again
        });
        let (group, later) = rest.split_at(together.count().max(1));
        happenings.extend(of_group(group));
        rest = later;
    }
    happenings
}

fn of_group(group: &[Sample]) -> Vec<(i64, Happening)> {
    let at = group.last().map_or(0, |sample| sample.at);
    let mut reading = Reading::default();
    let mut told = Vec::new();
    for sample in group {
        match sample.quantity {
            Quantity::Voltage => reading.voltage = Some(Volts::new(sample.value)),
            Quantity::Current => {
                reading.current = Some(Amps::new(sample.value));
                reading.current_is_net = true;
            }
            Quantity::Temperature => reading.temperature = Some(Celsius::new(sample.value)),
            Quantity::Replaced => told.push((at, Happening::Replaced(sample.value))),
        }
    }
    if reading != Reading::default() {
        told.push((at, Happening::Read(reading)));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_selector_narrows_a_name_and_leaves_an_expression_alone() {
        for (told, selector, expected, is_series) in [
            ("v", None, "v", true),
            ("v", Some("{site=\"a\"}"), "v{site=\"a\"}", true),
            ("job:v:avg", Some("site=~\"a|b\""), "job:v:avg{site=~\"a|b\"}", true),
            ("v", Some("{}"), "v", true),
            ("-v / 1000", Some("site=\"a\""), "-v / 1000", false),
            ("v{x=\"y\"}", None, "v{x=\"y\"}", false),
        ] {
            let wanted = Wanted::new(Quantity::Voltage, told, selector);
            assert_eq!((wanted.expr.as_str(), wanted.is_series), (expected, is_series));
        }
    }

    #[test]
    fn of_samples_denser_than_the_steps_the_last_of_each_is_taken() {
        let points = |stamps: &[i64]| stamps.iter().map(|at| (*at, 0.5)).collect::<Vec<_>>();
        let taken = |stamps: &[i64]| last_of_each_step(&points(stamps), 60_000, 60_000);
        assert_eq!(taken(&[1, 30_000, 60_000, 60_001, 119_000]), points(&[60_000, 119_000]));
        assert_eq!(taken(&[59_000, 119_000, 180_000]), points(&[59_000, 119_000, 180_000]));
        assert_eq!(taken(&[]), []);
    }

    #[test]
    fn samples_of_one_scrape_are_one_reading_and_nothing_is_held() {
        let sample = |at, quantity, value| Sample { at, quantity, value };
        let samples = [
            sample(1000, Quantity::Voltage, 12.5),
            sample(1000, Quantity::Current, -2.0),
            sample(1000, Quantity::Temperature, 5.0),
            sample(2000, Quantity::Voltage, 12.4),
            sample(2400, Quantity::Current, -2.5),
            sample(3000, Quantity::Voltage, 12.3),
            sample(3100, Quantity::Voltage, 12.2),
        ];
        let told = happenings(&samples, 500);
        let read = |volts: f64, amps: Option<f64>, celsius: Option<f64>| {
            Happening::Read(Reading {
                voltage: Some(Volts::new(volts)),
                current: amps.map(Amps::new),
                temperature: celsius.map(Celsius::new),
                current_is_net: amps.is_some(),
                ..Reading::default()
            })
        };
        let expected = [
            (1000, read(12.5, Some(-2.0), Some(5.0))),
            (2400, read(12.4, Some(-2.5), None)),
            (3000, read(12.3, None, None)),
            (3100, read(12.2, None, None)),
        ];
        assert_eq!(told, expected);
    }

    fn line_at(job: &str, at: i64) -> Line {
        Line { labels: labels(&[("site", "a"), ("job", job)]), points: vec![(at, 1.0)] }
    }

    #[test]
    fn two_series_of_one_battery_are_named_both() {
        let identity = Identity { site: "site".into(), battery: "battery".into() };
        let line = |job: &str| line_at(job, 0);
        let told = vec![(Quantity::Voltage, vec![line_at("x", 0), line_at("y", 1)])];
        assert_eq!(by_battery(told, &identity).map(|batteries| batteries.len()), Ok(1), "one goes on");
        let told = vec![(Quantity::Voltage, vec![line("x"), line("y")])];
        let twins = by_battery(told, &identity).expect_err("twins");
        assert_eq!((twins.id.to_string(), twins.first["job"].as_str()), ("a/battery".into(), "x"));
        let told = vec![(Quantity::Voltage, vec![line("x")]), (Quantity::Current, vec![line("x")])];
        assert_eq!(by_battery(told, &identity).map(|batteries| batteries.len()), Ok(1));
    }
}
