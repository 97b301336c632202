//! The page of explored logs: one offline file. Findings first, then the log itself with the findings marked on it,
//! then what it is like.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};

use super::clock::ClockKind;
use super::day::Days;
use super::draw;
use super::find::{Finding, Occurrence, Severity, Work};
use super::header::Quantity;
use super::shown;
use super::stamp;
use super::table::{Column, Table, shown_title};
use super::{Explored, file_name};
use crate::files;
use crate::report::{Axis, ReportError, page, per_cent, quantity, svg_line, thin, time_axis, typeset};
use crate::words::Words;

/// The finest a curve is drawn: two points in each bucket.
const BUCKETS: u32 = 700;
/// Curves and lanes that a page of a log has room for. What is not drawn is told.
const PANELS_MAX: usize = 6;
const LANES_MAX: usize = 10;
/// The least width of a bar, so that one row is seen, in per cent of the axis.
const BAR_MIN: f64 = 0.25;
/// Dots of a scatter.
const DOTS_MAX: usize = 1_200;
/// Days listed one by one.
const DAYS_MAX: usize = 40;

/// What is drawn of a log, made while its numbers are at hand.
pub(super) struct Picture {
    figure: Option<Value>,
    histograms: Vec<String>,
    scatters: Vec<String>,
    map: Option<(String, String)>,
    not_drawn: Vec<String>,
}

/// What is drawn, in this order.
const DRAWN: [Quantity; 10] = [
    Quantity::Voltage,
    Quantity::Current,
    Quantity::StateOfCharge,
    Quantity::Temperature,
    Quantity::Ambient,
    Quantity::SunPower,
    Quantity::LoadPower,
    Quantity::Power,
    Quantity::Charge,
    Quantity::Irradiance,
];

impl Picture {
    /// Axes and drawings are of what no finding took out: one value in millivolts must not flatten a month of volts.
    pub(super) fn of(table: &Table, findings: &[Finding], work: &Work, words: Words) -> Self {
        let mut columns = drawable(table);
        let others = columns.split_off(columns.len().min(PANELS_MAX));
        let histograms = columns
            .iter()
            .filter_map(|column| draw::histogram(&column.title(), &sound(work, column)?, words));
        Self {
            figure: figure(table, &columns, findings, work, words),
            histograms: histograms.collect(),
            scatters: scatters(table, work, words),
            map: map(table, work, words),
            not_drawn: not_drawn(&others, placed(table.rows(), findings).count(), words),
        }
    }
}

/// The values that no finding took out, in the column's own unit.
fn sound(work: &Work, column: &Column) -> Option<Vec<f64>> {
    let series = work.series.iter().find(|series| series.name == column.name)?;
    let own = |base: &f64| series.unit.map_or(*base, |unit| unit.of_base(*base));
    Some(series.values.iter().map(own).collect())
}

fn not_drawn(columns: &[&Column], lanes: usize, words: Words) -> Vec<String> {
    let mut lines = Vec::new();
    if !columns.is_empty() {
        let titles: Vec<String> = columns.iter().map(|column| column.title()).collect();
        lines.push(
            words.tell("explore-columns-not-drawn", &[("columns", FluentValue::from(titles.join(", ")))]),
        );
    }
    if lanes > LANES_MAX {
        let blanks = [("count", FluentValue::from(lanes - LANES_MAX))];
        lines.push(words.tell("explore-lanes-not-drawn", &blanks));
    }
    lines
}

fn drawable(table: &Table) -> Vec<&Column> {
    let of = |quantity: Quantity| {
        table.columns.iter().filter(move |column| {
            column.quantity == quantity
                && column.numbers().is_some_and(|numbers| numbers.iter().any(|value| value.is_finite()))
        })
    };
    DRAWN.into_iter().flat_map(of).collect()
}

fn figure(
    table: &Table,
    columns: &[&Column],
    findings: &[Finding],
    work: &Work,
    words: Words,
) -> Option<Value> {
    let clock = table.clock.as_ref()?;
    let start = clock.secs.iter().copied().filter(|secs| secs.is_finite()).min_by(f64::total_cmp)?;
    let secs: Vec<f64> = clock.secs.iter().map(|secs| secs - start).collect();
    let time = Axis::of_times(secs.iter().copied())?;
    let (time_ticks, time_title) = time_axis(time, words);
    let panels: Vec<Value> = columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| panel((column, work), &secs, time, at == 0, words))
        .collect();
    let title = if clock.kind == ClockKind::Relative {
        words.say("explore-figure")
    } else {
        words.tell("explore-figure-from", &[("from", FluentValue::from(stamp::shown(start)))])
    };
    Some(json!({
        "title": title,
        "lanes": lanes(&secs, time, findings, words),
        "panels": panels,
        "shades": [],
        "fired": [],
        "time_ticks": time_ticks,
        "time_title": time_title,
    }))
}

fn panel(
    (column, work): (&Column, &Work),
    secs: &[f64],
    time: Axis,
    is_tall: bool,
    words: Words,
) -> Option<Value> {
    let numbers = column.numbers()?;
    let axis = Axis::around(sound(work, column)?.into_iter())?;
    let (at, decimals) = axis.ticks(if is_tall { 5 } else { 3 });
    let tick = |value: &f64| json!({ "at": per_cent(1.0 - axis.place(*value)), "label": typeset(&words.number(*value + 0.0, decimals)) });
    let known = secs.iter().zip(numbers).filter(|(secs, _)| secs.is_finite());
    let points = known.map(|(secs, value)| (*secs, value.is_finite().then_some(*value)));
    let path = svg_line(&thin(points, time, BUCKETS), time, axis);
    Some(json!({
        "title": column.title(),
        "tall": is_tall,
        "ticks": at.iter().map(tick).collect::<Vec<_>>(),
        "drawn": [{ "class": class(column.quantity), "label": "", "path": path }],
    }))
}

const fn class(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Voltage => "truth",
        Quantity::Current | Quantity::Charge => "estimate",
        Quantity::StateOfCharge => "plant",
        Quantity::LoadPower | Quantity::Power => "load",
        _ => "device",
    }
}

/// Findings that have places on the axis.
fn placed(rows: usize, findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(move |finding| finding.kind.severity() > Severity::Note && finding.rows() < rows)
}

/// A lane for each finding that has places on the axis.
fn lanes(secs: &[f64], time: Axis, findings: &[Finding], words: Words) -> Vec<Value> {
    placed(secs.len(), findings)
        .take(LANES_MAX)
        .map(|finding| {
            let class = if finding.kind.severity() == Severity::Error { "alert" } else { "fault" };
            let bars = bars(secs, time, finding);
            let first = bars.first().map_or(0.0, |(left, _)| *left);
            let label = words.say(&format!("explore-kind-{}", finding.kind.name()));
            let label = match &finding.column {
                Some(column) => format!("{column} : {label}"),
                None => label,
            };
            let is_late = first > 60.0;
            let label_at = if is_late { per_cent((100.0 - first) / 100.0) } else { first };
            let bar = |(left, right): &(f64, f64)| {
                json!({ "class": class, "left": left, "width": per_cent((right - left) / 100.0) })
            };
            let bars: Vec<Value> = bars.iter().map(bar).collect();
            json!({ "label": label, "label_at": label_at, "label_ends": is_late, "bars": bars })
        })
        .collect()
}

/// Where a finding's rows lie on the axis, from and to in per cent; what the eye cannot tell apart is one bar.
fn bars(secs: &[f64], time: Axis, finding: &Finding) -> Vec<(f64, f64)> {
    let bar = |it: &Occurrence| {
        let inside = secs.get(it.first..=it.last)?.iter().copied().filter(|secs| secs.is_finite());
        let (low, high) = inside
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), secs| (low.min(secs), high.max(secs)));
        let (left, right) = (per_cent(time.place(low)), per_cent(time.place(high)));
        (high >= low).then(|| (left, right.max(left + BAR_MIN)))
    };
    let mut all: Vec<(f64, f64)> = finding.occurrences.iter().filter_map(bar).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut bars: Vec<(f64, f64)> = Vec::new();
    for (left, right) in all {
        match bars.last_mut() {
            Some(last) if left <= last.1 => last.1 = last.1.max(right),
            _ => bars.push((left, right)),
        }
    }
    bars
}

fn scatters(table: &Table, work: &Work, words: Words) -> Vec<String> {
    let first = |wanted: &[Quantity]| {
        wanted.iter().find_map(|quantity| {
            table.columns.iter().find(|column| column.quantity == *quantity && column.numbers().is_some())
        })
    };
    let use_of = first(&[Quantity::LoadPower, Quantity::LoadCurrent, Quantity::Current]);
    let volts = first(&[Quantity::Voltage]);
    let pairs = [
        (first(&[Quantity::Current]), volts),
        (first(&[Quantity::Ambient, Quantity::Temperature]), use_of),
        (first(&[Quantity::StateOfCharge]), volts),
    ];
    pairs
        .into_iter()
        .filter_map(|(across, up)| {
            let (across, up) = (across?, up?);
            let (x, y) = (sound(work, across)?, sound(work, up)?);
            let each = x.len().div_ceil(DOTS_MAX).max(1);
            let points: Vec<(f64, f64)> = x
                .iter()
                .zip(&y)
                .step_by(each)
                .map(|(x, y)| (*x, *y))
                .filter(|(x, y)| x.is_finite() && y.is_finite())
                .collect();
            draw::scatter(&across.title(), &up.title(), &points, words)
        })
        .collect()
}

/// Hours of days: of the consumption where there is one, else of current or voltage. Of what no finding took out, by the
/// mended clock.
fn map(table: &Table, work: &Work, words: Words) -> Option<(String, String)> {
    let days = Days::of(table.clock.as_ref()?)?;
    let wanted = [Quantity::LoadPower, Quantity::Current, Quantity::Power, Quantity::Voltage];
    let column = wanted.iter().find_map(|quantity| {
        table.columns.iter().find(|column| column.quantity == *quantity && column.numbers().is_some())
    })?;
    let values = sound(work, column)?;
    let mut cells: BTreeMap<i64, [(f64, u32); 24]> = BTreeMap::new();
    for (wall, value) in work.wall.iter().zip(&values).filter(|(_, value)| value.is_finite()) {
        let cell = &mut cells.entry(days.day(*wall)).or_insert([(0.0, 0); 24])[days.hour_of_day(*wall)];
        *cell = (cell.0 + value, cell.1 + 1);
    }
    if cells.len() > 5_000 {
        return None;
    }
    let name = |day: i64| {
        let name = days.name(day);
        if days.are_counted() { words.tell("explore-day", &[("day", FluentValue::from(name))]) } else { name }
    };
    let rows: Vec<(String, [Option<f64>; 24])> = cells
        .into_iter()
        .map(|(day, cells)| {
            (name(day), cells.map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))))
        })
        .collect();
    let caption = words.tell("explore-map", &[("column", FluentValue::from(column.title()))]);
    Some((caption, draw::map(&column.name, &rows, words)?))
}

/// Writes `report.html` and `results.json`, and gives the page's path.
pub(super) fn write(
    out: &Path,
    logs: &[Explored],
    results: &Value,
    is_forced: bool,
    words: Words,
) -> Result<PathBuf, ReportError> {
    let context = json!({
        "lang": words.code(),
        "title": title(logs, words),
        "logs": logs.iter().map(|log| part(log, words)).collect::<Vec<_>>(),
    });
    let html = page("explore.html", include_str!("explore.html"), context, words)?;
    let encoded = serde_json::to_string_pretty(results);
    let encoded = encoded.map_err(|source| ReportError::Json { file: "results.json", source })?;
    let files = [("results.json", encoded + "\n"), ("report.html", html)];
    if !is_forced && let Some((name, _)) = files.iter().find(|(name, _)| out.join(name).exists()) {
        return Err(ReportError::AlreadyThere { path: out.join(name) });
    }
    let refused = |path: &Path, source| ReportError::Write { path: path.to_owned(), source };
    std::fs::create_dir_all(out).map_err(|source| refused(out, source))?;
    for (name, text) in &files {
        let path = out.join(name);
        files::write_whole(&path, text.as_bytes()).map_err(|source| refused(&path, source))?;
    }
    Ok(out.join("report.html"))
}

fn title(logs: &[Explored], words: Words) -> String {
    match logs {
        [log] => file_name(&log.table.path),
        logs => words.tell("explore-title", &[("count", FluentValue::from(logs.len()))]),
    }
}

fn part(log: &Explored, words: Words) -> Value {
    let findings = log.findings.iter().map(|found| {
        json!({
            "class": if found.kind.severity() == Severity::Error { "failed" } else { "skipped" },
            "severity": words.say(&format!("explore-severity-{}", found.kind.severity().name())),
            "text": shown::sentence(log, found, words),
            "places": shown::places(log, found, words),
        })
    });
    json!({
        "heading": shown::heading(log, words),
        "findings": findings.collect::<Vec<_>>(),
        "figure": log.picture.as_ref().and_then(|picture| picture.figure.clone()),
        "histograms": log.picture.as_ref().map(|picture| picture.histograms.clone()),
        "scatters": log.picture.as_ref().map(|picture| picture.scatters.clone()),
        "map": log.picture.as_ref().and_then(|picture| picture.map.clone()).map(|(caption, svg)| json!({ "caption": caption, "svg": svg })),
        "not_drawn": log.picture.as_ref().map(|picture| picture.not_drawn.clone()).unwrap_or_default(),
        "statistics": statistics(log, words),
        "conclusions": shown::conclusions(log, words),
        "days": days(log, words),
        "days_left": days_left(log, words),
    })
}

fn statistics(log: &Explored, words: Words) -> Vec<Value> {
    log.described
        .iter()
        .filter_map(|column| {
            let of = column.whole.as_ref()?;
            let values = [of.mean, of.stddev, of.min, of.q05, of.q25, of.median, of.q75, of.q95, of.max];
            let shown: Vec<String> =
                values.iter().map(|value| typeset(&shown::significant(*value, words))).collect();
            Some(json!({
                "name": shown_title(&column.name, column.unit),
                "count": shown::grouped(of.count),
                "missing": shown::grouped(of.missing),
                "values": shown,
            }))
        })
        .collect()
}

fn days(log: &Explored, words: Words) -> Vec<Value> {
    let Some(balance) = &log.balance else { return Vec::new() };
    if balance.by_day.len() < 2 {
        return Vec::new();
    }
    let depth = |day: &str| {
        let depths = log.depths.as_ref()?;
        let (_, depth) = depths.by_day.iter().find(|(name, _)| name == day)?;
        Some(quantity(Some(*depth), depths.unit, words))
    };
    let number =
        |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| typeset(&words.number(value, 2)));
    balance
        .by_day
        .iter()
        .take(DAYS_MAX)
        .map(|(day, energy)| {
            let watt_hours = energy.watt_hours();
            json!({
                "day": day,
                "values": [
                    number(Some(energy.charge_in_amp_hours)),
                    number(Some(energy.charge_out_amp_hours)),
                    number(watt_hours.map(|(energy_in, _)| energy_in)),
                    number(watt_hours.map(|(_, energy_out)| energy_out)),
                ],
                "depth": depth(day).unwrap_or_else(|| "–".to_owned()),
            })
        })
        .collect()
}

/// How many days the table has no room for.
fn days_left(log: &Explored, words: Words) -> Option<String> {
    let days = log.balance.as_ref()?.by_day.len();
    let left = days.checked_sub(DAYS_MAX).filter(|left| *left > 0)?;
    Some(
        words.tell(
            "explore-days-left",
            &[("left", FluentValue::from(left)), ("days", FluentValue::from(days))],
        ),
    )
}
