//! Which series hold a battery's voltage, current and temperature, and how their samples become readings.
//!
//! ```text
//! balise_battery_voltage_volts{SELECTOR}              a name: its samples, each with its own time stamp
//! -shunt_milliamps{job="x"} / 1000                    an expression: one value a step, as Prometheus has it
//! ```
//!
//! Samples of one battery no more than half a step apart are one reading. Nothing is held: a quantity that has
//! no new sample is missing from the reading, as from a frame that lacks it.

use std::collections::BTreeMap;

use exporter::BatteryId;
use signals::{Amps, Celsius, Reading, Volts};

use super::ask::{AskError, Labels, Line, Prometheus};

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

    /// Its samples between two instants, rising in time, each once.
    ///
    /// # Errors
    /// [`AskError`].
    pub fn ask(
        &self,
        prometheus: &Prometheus,
        from: i64,
        until: i64,
        step: i64,
    ) -> Result<Vec<Line>, AskError> {
        let values = prometheus.range(&self.expr, from, until, step)?;
        if !self.is_series {
            return Ok(values);
        }
        let stamps = prometheus.range(&format!("timestamp({})", self.expr), from, until, step)?;
        Ok(stamped(values, stamps))
    }
}

/// The name of a metric and nothing else.
fn is_name(text: &str) -> bool {
    let may = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | ':');
    !text.is_empty() && text.chars().all(may) && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// The values at the instants at which they were taken; one seen at several steps is one.
fn stamped(values: Vec<Line>, stamps: Vec<Line>) -> Vec<Line> {
    let mut known: BTreeMap<Labels, BTreeMap<i64, f64>> = BTreeMap::new();
    for line in stamps {
        known.entry(line.labels).or_default().extend(line.points);
    }
    let taken = |line: Line| {
        let stamps = known.get(&line.labels)?;
        let mut points: Vec<(i64, f64)> = Vec::with_capacity(line.points.len());
        for (step, value) in line.points {
            // A sample that was dropped between the two questions has no stamp any more.
            let Some(stamp) = stamps.get(&step) else { continue };
            let stamp = (stamp * 1e3).round() as i64;
            if points.last().is_none_or(|(last, _)| *last < stamp) {
                points.push((stamp, value));
            }
        }
        Some(Line { labels: line.labels, points })
    };
    values.into_iter().filter_map(taken).collect()
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
    fn a_value_repeated_over_a_gap_is_one_sample() {
        let line = |points: &[(i64, f64)]| Line { labels: labels(&[("site", "a")]), points: points.to_vec() };
        let values = line(&[(60_000, 12.5), (120_000, 12.5), (180_000, 12.5), (240_000, 12.6)]);
        let stamps = line(&[(60_000, 55.5), (120_000, 55.5), (180_000, 55.5), (240_000, 239.0)]);
        let taken = stamped(vec![values], vec![stamps]);
        assert_eq!(taken[0].points, [(55_500, 12.5), (239_000, 12.6)]);
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
