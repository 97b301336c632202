//! What was measured and estimated, as far back as a season, in memory that has a bound.
//!
//! Each sign has a ring per span: an hour in 10 s, a day in 3 min, a week in 20 min, a season in 4 h. A point is the mean of its
//! bucket; a quantity nobody knew then is NaN inside and nothing outside. 1,884 points of 64 bytes are the most a sign takes: 121 kB.

use std::collections::VecDeque;

use crate::Row;

/// How far back somebody looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// One hour.
    Hour,
    /// One day.
    Day,
    /// Seven days.
    Week,
    /// Ninety days.
    Season,
}

impl Span {
    /// Every span, shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Season];

    /// As it stands in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Season => "season",
        }
    }

    /// The span of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.name() == name)
    }

    /// Its length, s.
    #[must_use]
    pub const fn secs(self) -> f64 {
        match self {
            Self::Hour => 3_600.0,
            Self::Day => 86_400.0,
            Self::Week => 604_800.0,
            Self::Season => 7_776_000.0,
        }
    }

    /// The time one point stands for, s.
    #[must_use]
    pub const fn bucket_secs(self) -> f64 {
        match self {
            Self::Hour => 10.0,
            Self::Day => 180.0,
            Self::Week => 1_200.0,
            Self::Season => 14_400.0,
        }
    }

    fn points_max(self) -> usize {
        (self.secs() / self.bucket_secs()) as usize
    }
}

/// Reads a quantity from a row.
pub type Get = fn(&Row) -> Option<f64>;

/// Every quantity kept, by the name under which charts know it.
pub const KEPT: [(&str, Get); 14] = [
    ("volts", |row| row.voltage_volts),
    ("amps", |row| row.current_amperes),
    ("charger", |row| row.charger_current_amperes),
    ("celsius", |row| row.temperature_celsius),
    ("soc", |row| row.soc_ratio),
    ("soc_stddev", |row| row.soc_ratio_stddev),
    ("device", |row| row.device_soc_ratio),
    ("soh", |row| row.soh_ratio),
    ("soh_stddev", |row| row.soh_ratio_stddev),
    ("ohms", |row| row.internal_resistance_ohms),
    ("ohms_stddev", |row| row.internal_resistance_ohms_stddev),
    ("true_soc", |row| row.truth_soc_ratio),
    ("true_soh", |row| row.truth_soh_ratio),
    ("true_panel", |row| row.truth_panel_power_watts),
];

const COUNT: usize = KEPT.len();

/// The points of a span: times in seconds of the run, and each quantity at them, NaN where nobody knew it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curves {
    /// When, seconds of the run.
    pub times: Vec<f64>,
    /// Name and values of each quantity that was known at least once.
    pub columns: Vec<(&'static str, Vec<f32>)>,
}

/// What is remembered of one sign.
#[derive(Debug, Clone)]
pub struct History {
    rings: [Ring; 4],
}

impl Default for History {
    fn default() -> Self {
        Self { rings: Span::ALL.map(Ring::new) }
    }
}

impl History {
    /// Takes a row at an instant of the run.
    pub fn note(&mut self, run_secs: f64, row: &Row) {
        let values = KEPT.map(|(_, get)| get(row).filter(|value| value.is_finite()));
        for ring in &mut self.rings {
            ring.note(run_secs, &values);
        }
    }

    /// The points of the last `span` before `run_secs`.
    #[must_use]
    pub fn curves(&self, span: Span, run_secs: f64) -> Curves {
        let from = run_secs - span.secs();
        let points: Vec<Point> =
            self.rings[span as usize].points().filter(|point| point.secs >= from).collect();
        let column = |index: usize| -> Vec<f32> { points.iter().map(|point| point.values[index]).collect() };
        Curves {
            times: points.iter().map(|point| point.secs).collect(),
            columns: (0..COUNT)
                .map(|index| (KEPT[index].0, column(index)))
                .filter(|(_, values)| values.iter().any(|value| !value.is_nan()))
                .collect(),
        }
    }

    /// When the oldest point of a span is, seconds of the run.
    #[must_use]
    pub fn begins(&self, span: Span) -> Option<f64> {
        self.rings[span as usize].points().next().map(|point| point.secs)
    }
}

#[derive(Debug, Clone, Copy)]
struct Point {
    secs: f64,
    values: [f32; COUNT],
}

#[derive(Debug, Clone)]
struct Ring {
    span: Span,
    closed: VecDeque<Point>,
    open: Option<Bucket>,
}

#[derive(Debug, Clone)]
struct Bucket {
    number: i64,
    sums: [(f64, u32); COUNT],
}

impl Bucket {
    const fn new(number: i64) -> Self {
        Self { number, sums: [(0.0, 0); COUNT] }
    }

    fn point(&self, bucket_secs: f64) -> Point {
        let mean =
            |(sum, count): (f64, u32)| if count == 0 { f32::NAN } else { (sum / f64::from(count)) as f32 };
        Point { secs: (self.number as f64 + 0.5) * bucket_secs, values: self.sums.map(mean) }
    }
}

impl Ring {
    /// With all the room it will ever need: one that grew by doubling would take half as much again.
    fn new(span: Span) -> Self {
        Self { span, closed: VecDeque::with_capacity(span.points_max()), open: None }
    }

    fn note(&mut self, run_secs: f64, values: &[Option<f64>; COUNT]) {
        let bucket_secs = self.span.bucket_secs();
        let number = (run_secs / bucket_secs).floor() as i64;
        if self.open.as_ref().is_none_or(|open| open.number < number) {
            if let Some(full) = self.open.replace(Bucket::new(number)) {
                self.closed.push_back(full.point(bucket_secs));
            }
            while self.closed.len() >= self.span.points_max() {
                self.closed.pop_front();
            }
        }
        let Some(open) = &mut self.open else { return };
        for ((sum, count), value) in open.sums.iter_mut().zip(values) {
            if let Some(value) = value {
                *sum += value;
                *count += 1;
            }
        }
    }

    fn points(&self) -> impl Iterator<Item = Point> {
        let open = self.open.as_ref().map(|open| open.point(self.span.bucket_secs()));
        self.closed.iter().copied().chain(open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(soc: f64) -> Row {
        Row { soc_ratio: Some(soc), ..Row::default() }
    }

    #[test]
    fn a_point_is_the_mean_of_its_bucket_and_an_unknown_value_is_none() {
        let mut history = History::default();
        history.note(0.0, &row(0.4));
        history.note(5.0, &row(0.6));
        history.note(12.0, &Row::default());
        let curves = history.curves(Span::Hour, 15.0);
        assert_eq!(curves.times, [5.0, 15.0]);
        assert_eq!(curves.columns.len(), 1);
        let (name, values) = &curves.columns[0];
        assert_eq!((*name, values[0]), ("soc", 0.5));
        assert!(values[1].is_nan());
    }

    #[test]
    fn a_year_of_seconds_takes_no_more_room_than_its_bound() {
        let mut history = History::default();
        for minute in 0..(365 * 24 * 60) {
            history.note(f64::from(minute) * 60.0, &row(0.5));
        }
        for (ring, span) in history.rings.iter().zip(Span::ALL) {
            assert!(ring.closed.len() < span.points_max(), "{span:?}");
        }
        let points: usize = history.rings.iter().map(|ring| ring.closed.capacity()).sum();
        assert_eq!((points, size_of::<Point>()), (1_884, 64), "what the head of this file says");
        let now = 365.0 * 86_400.0;
        assert!(history.curves(Span::Season, now).times.len() > 530);
        assert!(history.curves(Span::Hour, now).times.len() <= 360);
    }

    #[test]
    fn a_span_shows_nothing_from_before_it() {
        let mut history = History::default();
        history.note(0.0, &row(0.4));
        history.note(7_200.0, &row(0.5));
        assert_eq!(history.curves(Span::Hour, 7_200.0).times.len(), 1);
        assert_eq!(history.curves(Span::Day, 7_200.0).times.len(), 2);
        assert_eq!(history.begins(Span::Day), Some(90.0));
    }
}
