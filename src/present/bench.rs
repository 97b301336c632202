//! Benches: each step and how it ended, and how late a schedule was kept.

use super::dots::{Dots, Mark, Panel, Row, Scale, dots};
use super::folder::Folder;
use super::found::{Lateness, Rig, Step};
use super::given::Given;
use super::slide::{Block, Cell, Slide, Table};
use super::talk::{Talk, names};

/// Steps on a slide.
const ROWS: usize = 9;
/// Lateness that is drawn, ms.
const LATE_MS: [f64; 6] = [0.01, 0.1, 1.0, 10.0, 100.0, 1000.0];

/// The slides of each bench: as many as its steps fill.
#[must_use]
pub fn slides(given: &Given<'_>) -> Vec<Slide> {
    let of = |(folder, rig): (&Folder, &Rig)| -> Vec<Slide> {
        rig.steps.chunks(ROWS).map(|part| slide(folder, rig, part, given.talk)).collect()
    };
    given.rigs().into_iter().flat_map(of).collect()
}

/// The verdict of all steps above `part` of them.
fn slide(folder: &Folder, rig: &Rig, part: &[Step], talk: Talk) -> Slide {
    let passed = rig.steps.iter().filter(|step| step.outcome == "PASS").count();
    let latest = rig.steps.iter().filter_map(|step| step.lateness.as_ref()?.p99_s).reduce(f64::max);
    let late: Vec<(&Step, &Lateness)> =
        part.iter().filter_map(|step| Some((step, step.lateness.as_ref()?))).collect();
    let steps = rig.steps.len().to_string();
    let title = match latest {
        Some(latest) => {
            talk.count("present-pace-title", passed, &[("steps", &steps), ("late", &talk.span(latest))])
        }
        None => talk.count("present-bench-title", passed, &[("steps", &steps)]),
    };
    let key = if rig.emulated { "present-bench-emulated" } else { "present-bench-real" };
    let mut blocks = vec![Block::Table(table(part, talk))];
    if !late.is_empty() {
        blocks.push(Block::Dots(lateness(&late, talk)));
    }
    Slide {
        section: talk.say("present-section-bench"),
        title,
        lead: talk.tell(key, &[("name", &rig.name)]),
        blocks,
        sources: names([folder]),
        ..Slide::default()
    }
}

fn table(steps: &[Step], talk: Talk) -> Table {
    let head = ["step", "verdict", "ticks", "missed-ticks"];
    let row = |step: &Step| {
        let class = match step.outcome.as_str() {
            "PASS" => "good",
            "SKIPPED" => "small",
            _ => "bad",
        };
        let count = |of: fn(&Lateness) -> u64| {
            step.lateness.as_ref().map_or_else(|| super::talk::UNKNOWN.to_owned(), |it| of(it).to_string())
        };
        vec![
            Cell::name(&step.name),
            Cell { text: step.outcome.clone(), class },
            Cell::number(count(|it| it.ticks)),
            Cell::judged(count(|it| it.missed), step.lateness.as_ref().is_some_and(|it| it.missed > 0)),
        ]
    };
    Table {
        head: head.iter().map(|key| talk.say(&format!("present-column-{key}"))).collect(),
        rows: steps.iter().map(row).collect(),
    }
}

fn lateness(late: &[(&Step, &Lateness)], talk: Talk) -> Dots {
    let panel = Panel {
        title: talk.say("present-pace-axis"),
        scale: Scale::Decades(LATE_MS[0], LATE_MS[LATE_MS.len() - 1]),
        ticks: LATE_MS.map(|ms| (ms, decade(ms, talk))).to_vec(),
        share: 1.0,
    };
    let rows: Vec<Row> = late
        .iter()
        .map(|(step, it)| {
            let ms = |secs: Option<f64>| secs.map(|secs| secs * 1000.0);
            let shown = |secs: Option<f64>| secs.map(|secs| decade(secs * 1000.0, talk)).unwrap_or_default();
            Row {
                label: step.name.clone(),
                class: "ours",
                marks: vec![Mark {
                    value: ms(it.p50_s),
                    span: ms(it.p50_s).zip(ms(it.max_s)),
                    events: ms(it.p99_s).into_iter().collect(),
                    text: talk
                        .tell("present-pace-mark", &[("p99", &shown(it.p99_s)), ("max", &shown(it.max_s))]),
                    ..Mark::default()
                }],
                ..Row::default()
            }
        })
        .collect();
    dots(&[panel], &rows)
}

/// Milliseconds with as many decimals as they need.
fn decade(ms: f64, talk: Talk) -> String {
    if ms >= 1000.0 {
        return format!("{}\u{a0}s", talk.number(ms / 1000.0, usize::from(ms % 1000.0 > 0.0)));
    }
    let digits = if ms >= 10.0 {
        0
    } else if ms >= 1.0 {
        1
    } else {
        2
    };
    let text = talk.number(ms, digits);
    let text = if text.contains([',', '.']) {
        text.trim_end_matches('0').trim_end_matches([',', '.'])
    } else {
        &text
    };
    format!("{text}\u{a0}ms")
}
