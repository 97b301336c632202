//! The figure of one battery: a strip of faults and alerts, and panels below it on the same time axis.
//!
//! Colours keep their meaning throughout: ink is the truth, blue the estimate, orange what the device
//! says. Faults shade every panel; a fired alert is a thin line through all of them.

use serde::Serialize;
use signals::SIGMAS_95;

use super::plot::{Axis, thin, thin_band};
use super::strip::{self, Lane, Span};
use super::{RunRecord, SignRecord, TraceRow, svg};
use crate::words::Words;

/// How fine the curves of a figure of lines are drawn.
const LINES_BUCKETS: u32 = 500;

/// Everything the template needs to draw one battery.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    title: String,
    lanes: Vec<Lane>,
    panels: Vec<Panel>,
    shades: Vec<Span>,
    fired: Vec<f64>,
    time_ticks: Vec<Tick>,
    time_title: String,
}

#[derive(Debug, Serialize)]
struct Panel {
    title: String,
    tall: bool,
    ticks: Vec<Tick>,
    drawn: Vec<Drawn>,
}

/// A place along an axis, in per cent, and what stands there.
#[derive(Debug, Serialize)]
pub(crate) struct Tick {
    at: f64,
    label: String,
}

/// One curve or band: its CSS class, its name in the legend, its path.
#[derive(Debug, Serialize)]
struct Drawn {
    class: &'static str,
    label: String,
    path: String,
}

/// How a curve is drawn.
pub(super) enum Shape {
    Line(Vec<(f64, Option<f64>)>),
    Area(Vec<(f64, Option<f64>)>),
    Band(Vec<(f64, Option<(f64, f64)>)>),
}

/// One curve before it is drawn: its CSS class, the key of its name, its points.
pub(super) struct Curve {
    pub(super) class: &'static str,
    pub(super) label_key: &'static str,
    pub(super) shape: Shape,
}

/// The figure of `sign`; `None` where its trace spans no time.
pub(super) fn figure(record: &RunRecord, sign: &SignRecord, words: Words, buckets: u32) -> Option<Figure> {
    let time = Axis::of_times(sign.rows.iter().map(|row| row.time_secs))?;
    let (time_ticks, time_title) = time_axis(time, words);
    let panels = panels(sign).into_iter();
    Some(Figure {
        title: format!("{} · {} · {}", sign.site, sign.battery, sign.chemistry),
        lanes: strip::lanes(record, sign, time, words),
        panels: panels.filter_map(|plan| draw(plan, time, words, buckets)).collect(),
        shades: strip::shades(record, sign, time),
        fired: strip::fired(record, sign, time),
        time_ticks,
        time_title,
    })
}

/// Seconds and values of a curve; `None` is a gap.
pub(crate) type Points = Vec<(f64, Option<f64>)>;

/// One panel of lines for [`lines_figure`]: class, name in the legend, points.
pub(crate) struct Curves {
    pub(crate) title_key: &'static str,
    pub(crate) tall: bool,
    pub(crate) lines: Vec<(&'static str, &'static str, Points)>,
}

/// A figure of nothing but lines over seconds; `None` where no time passes.
pub(crate) fn lines_figure(title: &str, panels: &[Curves], words: Words) -> Option<Figure> {
    let instants = panels.iter().flat_map(|panel| &panel.lines).flat_map(|(_, _, points)| points);
    let time = Axis::of_times(instants.map(|(at, _)| *at))?;
    let (time_ticks, time_title) = time_axis(time, words);
    let plan = |panel: &Curves| Plan {
        title_key: panel.title_key,
        tall: panel.tall,
        range: Range::Data,
        curves: panel
            .lines
            .iter()
            .map(|(class, label_key, points)| Curve { class, label_key, shape: Shape::Line(points.clone()) })
            .collect(),
    };
    Some(Figure {
        title: title.to_owned(),
        lanes: Vec::new(),
        panels: panels.iter().filter_map(|panel| draw(plan(panel), time, words, LINES_BUCKETS)).collect(),
        shades: Vec::new(),
        fired: Vec::new(),
        time_ticks,
        time_title,
    })
}

/// One panel before it is drawn.
pub(super) struct Plan {
    pub(super) title_key: &'static str,
    pub(super) tall: bool,
    pub(super) range: Range,
    pub(super) curves: Vec<Curve>,
}

/// What a panel's value axis spans.
pub(super) enum Range {
    Fixed(Axis),
    Data,
    DataAroundZero,
}

/// Panels on one time axis, without faults and alerts; `None` where no time passes.
pub(super) fn of_panels(
    title: String,
    plans: Vec<Plan>,
    times: impl Iterator<Item = f64>,
    words: Words,
    buckets: u32,
) -> Option<Figure> {
    let time = Axis::of_times(times)?;
    let (time_ticks, time_title) = time_axis(time, words);
    let panels = plans.into_iter().filter_map(|plan| draw(plan, time, words, buckets)).collect();
    Some(Figure {
        title,
        lanes: Vec::new(),
        panels,
        shades: Vec::new(),
        fired: Vec::new(),
        time_ticks,
        time_title,
    })
}

/// Panels over an axis from 0 to 100 %.
pub(super) fn of_per_cents(title: String, axis_title: String, plans: Vec<Plan>, words: Words) -> Figure {
    let axis = Axis { low: 0.0, high: 100.0 };
    let tick = |value: f64| Tick { at: value, label: words.number(value, 0) };
    Figure {
        title,
        lanes: Vec::new(),
        panels: plans.into_iter().filter_map(|plan| draw(plan, axis, words, LINES_BUCKETS)).collect(),
        shades: Vec::new(),
        fired: Vec::new(),
        time_ticks: axis.ticks_every(10.0).into_iter().map(tick).collect(),
        time_title: axis_title,
    }
}

fn panels(sign: &SignRecord) -> Vec<Plan> {
    let low = |title_key, range, curves| Plan { title_key, tall: false, range, curves };
    let line =
        |class, label_key, of: fn(&TraceRow) -> Option<f64>| curve(sign, class, label_key, Shape::Line, of);
    let percent = Range::Fixed(Axis { low: 0.0, high: 100.0 });
    vec![
        Plan { title_key: "report-panel-soc", tall: true, range: percent, curves: soc_curves(sign) },
        low("report-panel-error", Range::DataAroundZero, error_curves(sign)),
        low(
            "report-panel-voltage",
            Range::Data,
            vec![
                line("device", "report-curve-read", |row| row.voltage_read_volts),
                line("truth", "report-curve-truth", |row| row.voltage_true_volts),
            ],
        ),
        low(
            "report-panel-current",
            Range::Data,
            vec![
                line("device", "report-curve-read", |row| row.current_read_amps),
                line("truth", "report-curve-truth", |row| row.current_true_amps),
            ],
        ),
        low(
            "report-panel-temperature",
            Range::Data,
            vec![
                line("device", "report-curve-read", |row| row.temperature_read_celsius),
                line("truth", "report-curve-truth", |row| row.temperature_true_celsius),
            ],
        ),
        low(
            "report-panel-power",
            Range::Data,
            vec![
                curve(sign, "sun", "report-curve-sun", Shape::Area, |row| row.sun_watts),
                line("load", "report-curve-load", |row| row.load_watts),
            ],
        ),
    ]
}

fn soc_curves(sign: &SignRecord) -> Vec<Curve> {
    let percent = |ratio: f64| 100.0 * ratio;
    let interval = |row: &TraceRow| {
        let (soc, half) = (row.soc_estimated?, SIGMAS_95 * row.soc_stddev?);
        Some((percent((soc - half).max(0.0)), percent((soc + half).min(1.0))))
    };
    let band = sign.rows.iter().map(|row| (row.time_secs, interval(row))).collect();
    let line =
        |class, label_key, of: fn(&TraceRow) -> Option<f64>| curve(sign, class, label_key, Shape::Line, of);
    vec![
        Curve { class: "band", label_key: "report-curve-band", shape: Shape::Band(band) },
        line("device", "report-curve-device", |row| Some(100.0 * row.soc_device?)),
        line("truth", "report-curve-truth", |row| Some(100.0 * row.soc_true?)),
        line("estimate", "report-curve-estimate", |row| Some(100.0 * row.soc_estimated?)),
    ]
}

/// The error inside its own promised band: an honest estimator stays in it 95 % of the time.
fn error_curves(sign: &SignRecord) -> Vec<Curve> {
    let promised = |row: &TraceRow| {
        let half = 100.0 * SIGMAS_95 * row.soc_stddev?;
        row.soc_true.map(|_| (-half, half))
    };
    let band = sign.rows.iter().map(|row| (row.time_secs, promised(row))).collect();
    let error = |row: &TraceRow| Some(100.0 * (row.soc_estimated? - row.soc_true?));
    vec![
        Curve { class: "band", label_key: "report-curve-promised", shape: Shape::Band(band) },
        curve(sign, "estimate", "report-curve-error", Shape::Line, error),
    ]
}

fn curve(
    sign: &SignRecord,
    class: &'static str,
    label_key: &'static str,
    shape: fn(Vec<(f64, Option<f64>)>) -> Shape,
    of: fn(&TraceRow) -> Option<f64>,
) -> Curve {
    Curve { class, label_key, shape: shape(sign.rows.iter().map(|row| (row.time_secs, of(row))).collect()) }
}

/// The panel with its curves; `None` where there is nothing to draw.
fn draw(plan: Plan, time: Axis, words: Words, buckets: u32) -> Option<Panel> {
    let values = || plan.curves.iter().flat_map(|curve| curve.shape.values());
    let data = match plan.range {
        Range::Fixed(axis) => values().next().map(|_| axis),
        Range::Data => Axis::around(values()),
        Range::DataAroundZero => Axis::around_zero(values()),
    };
    let axis = data?;
    let (at, decimals) = axis.ticks(if plan.tall { 5 } else { 3 });
    let tick = |value: &f64| Tick {
        at: per_cent(1.0 - axis.place(*value)),
        label: super::html::typeset(&words.number(*value + 0.0, decimals)),
    };
    let drawn = plan.curves.iter().map(|curve| Drawn {
        class: curve.class,
        label: words.say(curve.label_key),
        path: curve.shape.path(time, axis, buckets),
    });
    Some(Panel {
        title: words.say(plan.title_key),
        tall: plan.tall,
        ticks: at.iter().map(tick).collect(),
        drawn: drawn.filter(|drawn| !drawn.path.is_empty()).collect(),
    })
}

impl Shape {
    fn values(&self) -> Vec<f64> {
        match self {
            Self::Line(points) => points.iter().filter_map(|(_, value)| *value).collect(),
            Self::Area(points) => {
                let known = points.iter().filter_map(|(_, value)| *value);
                known.flat_map(|value| [0.0, value]).collect()
            }
            Self::Band(points) => {
                points.iter().filter_map(|(_, edges)| *edges).flat_map(|(low, high)| [low, high]).collect()
            }
        }
    }

    fn path(&self, time: Axis, values: Axis, buckets: u32) -> String {
        match self {
            Self::Line(points) => svg::line(&thin(points.iter().copied(), time, buckets), time, values),
            Self::Area(points) => svg::area(&thin(points.iter().copied(), time, buckets), time, values),
            Self::Band(points) => svg::band(&thin_band(points.iter().copied(), time, buckets), time, values),
        }
    }
}

/// Time in the largest unit that still gives a few ticks.
pub(crate) fn time_axis(time: Axis, words: Words) -> (Vec<Tick>, String) {
    let span = time.high - time.low;
    let (unit_secs, title_key, steps): (f64, _, &[f64]) = match span {
        span if span <= 3.0 * 3600.0 => (60.0, "report-axis-minutes", &[1.0, 2.0, 5.0, 10.0, 15.0, 30.0]),
        span if span <= 3.0 * 86_400.0 => (3600.0, "report-axis-hours", &[1.0, 2.0, 3.0, 6.0, 12.0]),
        _ => (86_400.0, "report-axis-days", &[1.0, 2.0, 5.0, 7.0, 14.0, 28.0, 56.0, 112.0, 365.0]),
    };
    let units = Axis { low: time.low / unit_secs, high: time.high / unit_secs };
    let few = |step: &&f64| (units.high - units.low) / **step <= 8.0;
    let step = steps
        .iter()
        .find(few)
        .copied()
        .unwrap_or_else(|| super::plot::round_step((units.high - units.low) / 8.0));
    let tick = |value: f64| Tick {
        at: per_cent(units.place(value)),
        label: words.number(value, usize::from(step < 1.0)),
    };
    // A trace that ends a sample short of a round instant still shows it.
    let reach = Axis { high: units.high + 0.003 * (units.high - units.low), ..units };
    (reach.ticks_every(step).into_iter().map(tick).collect(), words.say(title_key))
}

/// Per cent with two decimals: finer than a pixel, short in the file.
pub(crate) fn per_cent(share: f64) -> f64 {
    (share * 10_000.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn what_was_never_measured_is_not_drawn() {
        let mut record = sample::week(1);
        for row in &mut record.signs[0].rows {
            *row = TraceRow {
                time_secs: row.time_secs,
                soc_estimated: row.soc_estimated,
                ..TraceRow::default()
            };
        }
        let figure = figure(&record, &record.signs[0], Words::English, 720);
        let panels = figure.map(|figure| figure.panels).unwrap_or_default();
        assert_eq!(panels.len(), 1, "only the state of charge is known");
        assert_eq!(panels[0].drawn.len(), 1);
    }

    #[test]
    fn an_empty_trace_has_no_figure() {
        let record = sample::week(0);
        assert!(figure(&record, &SignRecord::default(), Words::French, 720).is_none());
    }

    #[test]
    fn the_time_axis_counts_in_a_unit_that_fits() {
        let ticks = |secs: f64| {
            let (ticks, title) = time_axis(Axis { low: 0.0, high: secs }, Words::English);
            (ticks.iter().map(|tick| tick.label.clone()).collect::<Vec<_>>().join(" "), title)
        };
        assert_eq!(ticks(7.0 * 86_400.0).0, "0 1 2 3 4 5 6 7");
        assert_eq!(ticks(86_400.0).0, "0 3 6 9 12 15 18 21 24");
        assert_eq!(ticks(1800.0).0, "0 5 10 15 20 25 30");
        assert!(ticks(365.0 * 86_400.0).1.contains("days"));
    }
}
