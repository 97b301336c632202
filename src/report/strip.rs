//! The strip above a figure: what was made to go wrong, when the crew had to hear of it, and when the
//! alert stood. Also the same spans as shades and lines through the panels below.

use serde::Serialize;

use super::figure::per_cent;
use super::plot::Axis;
use super::{AlertRow, AlertVerdict, FaultRow, RunRecord, SignRecord};
use crate::words::Words;

/// One row of the strip: its name beside where it begins, and its bars.
#[derive(Debug, Serialize)]
pub(super) struct Lane {
    label: String,
    /// Where the name is anchored, per cent; on the right half it ends there, so that it stays in view.
    label_at: f64,
    label_ends: bool,
    bars: Vec<Span>,
}

/// A span of time in per cent of the axis.
#[derive(Debug, Serialize)]
pub(super) struct Span {
    class: &'static str,
    left: f64,
    width: f64,
}

/// The rows: faults in the order they strike, then alerts, then the dark display.
pub(super) fn lanes(record: &RunRecord, sign: &SignRecord, time: Axis, words: Words) -> Vec<Lane> {
    let faults = faults_of(record, sign).map(|fault| fault_lane(fault, time, words));
    let alerts = alerts_of(record, sign).map(|alert| alert_lane(alert, time, words));
    faults.chain(alerts).chain([dark_lane(sign, time, words)]).flatten().collect()
}

/// The faults as spans for shading.
pub(super) fn shades(record: &RunRecord, sign: &SignRecord, time: Axis) -> Vec<Span> {
    faults_of(record, sign).filter_map(|fault| fault_span(fault, time)).collect()
}

/// Where alerts fired, per cent.
pub(super) fn fired(record: &RunRecord, sign: &SignRecord, time: Axis) -> Vec<f64> {
    let on_axis = |at: &f64| (time.low..=time.high).contains(at);
    let fired = alerts_of(record, sign).filter_map(|alert| alert.fired_at_secs);
    fired.filter(on_axis).map(|at| per_cent(time.place(at))).collect()
}

fn faults_of<'a>(record: &'a RunRecord, sign: &'a SignRecord) -> impl Iterator<Item = &'a FaultRow> {
    record.faults.iter().filter(|fault| fault.site == sign.site && fault.battery == sign.battery)
}

fn alerts_of<'a>(record: &'a RunRecord, sign: &'a SignRecord) -> impl Iterator<Item = &'a AlertRow> {
    record.alerts.iter().filter(|alert| alert.site == sign.site && alert.battery == sign.battery)
}

fn fault_span(fault: &FaultRow, time: Axis) -> Option<Span> {
    span("fault", fault.event.from.as_secs(), fault.event.until.as_secs(), time)
}

fn fault_lane(fault: &FaultRow, time: Axis, words: Words) -> Option<Lane> {
    lane(super::html::fault_name(&fault.event, words), vec![fault_span(fault, time)?])
}

/// The due window as an outline, the alert as a bar within it. A quiet alert has no row.
fn alert_lane(alert: &AlertRow, time: Axis, words: Words) -> Option<Lane> {
    let until = |end: Option<f64>| end.unwrap_or(time.high);
    let due = alert.due_from_secs.and_then(|from| span("due", from, until(alert.due_until_secs), time));
    let class = if alert.verdict == AlertVerdict::FalseAlarm { "false-alarm" } else { "alert" };
    let on = alert.fired_at_secs.and_then(|from| span(class, from, until(alert.resolved_at_secs), time));
    lane(
        format!("{} ({})", alert.alert, super::html::verdict_word(alert.verdict, words)),
        due.into_iter().chain(on).collect(),
    )
}

/// The stretches in which a display that should be lit had no power.
fn dark_lane(sign: &SignRecord, time: Axis, words: Words) -> Option<Lane> {
    let mut bars = Vec::new();
    let mut since = None;
    for row in &sign.rows {
        match (row.unpowered == Some(true), since) {
            (true, None) => since = Some(row.time_secs),
            (false, Some(from)) => {
                bars.extend(span("dark", from, row.time_secs, time));
                since = None;
            }
            _ => {}
        }
    }
    bars.extend(since.and_then(|from| span("dark", from, time.high, time)));
    lane(words.say("report-lane-dark"), bars)
}

fn lane(label: String, bars: Vec<Span>) -> Option<Lane> {
    let left = bars.iter().map(|bar| bar.left).fold(f64::INFINITY, f64::min);
    let right = bars.iter().map(|bar| bar.left + bar.width).fold(0.0, f64::max);
    let label_ends = left > 50.0;
    let label_at = if label_ends { per_cent(1.0 - right.min(100.0) / 100.0) } else { left };
    (!bars.is_empty()).then_some(Lane { label, label_at, label_ends, bars })
}

/// The part of a span that lies on the axis; a moment is drawn as a sliver.
fn span(class: &'static str, from: f64, until: f64, time: Axis) -> Option<Span> {
    let (from, until) = (from.max(time.low), until.min(time.high));
    let sliver = 0.003;
    (until >= from).then(|| Span {
        class,
        left: per_cent(time.place(from).min(1.0 - sliver)),
        width: per_cent((time.place(until) - time.place(from)).max(sliver)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    const WEEK: Axis = Axis { low: 0.0, high: 604_800.0 };

    #[test]
    fn a_battery_is_shown_its_own_faults_and_alerts_only() {
        let record = sample::week(2);
        let rows = |index: usize| lanes(&record, &record.signs[index], WEEK, Words::English).len();
        assert_eq!(rows(0), 5 + 4 + 1);
        assert_eq!(rows(1), 1, "the dark display is its own");
    }

    #[test]
    fn a_moment_is_still_seen_and_a_span_beyond_the_axis_is_not() {
        assert!(span("fault", 100.0, 100.0, WEEK).is_some_and(|span| span.width > 0.0));
        assert!(span("fault", 700_000.0, 800_000.0, WEEK).is_none());
    }
}
