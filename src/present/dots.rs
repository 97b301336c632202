//! Dots with intervals: a row for each name, a panel for each quantity, all panels on the same rows.
//!
//! ```text
//!               recall                         precision
//! name     |   ──●──      87 %            |  ───●───        53 %
//! ```
//!
//! Lengths are in the drawing's own units, 16 to a letter's height; the slide scales them. A dot's place is the
//! figure, a bar its interval, a stroke what was wanted. Text stays text: the template draws it.

use serde::Serialize;

use crate::report::round_step;

/// Width of every drawing.
const WIDTH: f64 = 1168.0;
/// Where the names end.
const NAMES: f64 = 330.0;
/// What a panel keeps on its right for the figures in writing: alone, one of two, one of more.
const WRITING: [f64; 3] = [212.0, 118.0, 74.0];
/// Between panels.
const GUTTER: f64 = 26.0;
/// Above the first row: titles and ticks.
const HEAD: f64 = 46.0;
/// What all rows together may take.
const ROWS_MOST: f64 = 410.0;
const ROW_MOST: f64 = 38.0;
/// Extra above a row that begins a group.
const GROUP_GAP: f64 = 12.0;

/// Where a value lies along a panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// From, to.
    Linear(f64, f64),
    /// The same in decades; both above zero.
    Decades(f64, f64),
}

impl Scale {
    /// From zero to a round value that holds all of `values`.
    #[must_use]
    pub fn from_zero(values: impl Iterator<Item = f64>) -> Self {
        let most = values.filter(|value| value.is_finite()).fold(0.0, f64::max).max(1e-9);
        let step = round_step(most / 5.0);
        Self::Linear(0.0, (most / step).ceil() * step)
    }

    /// 0 at the left end, 1 at the right; what lies outside is drawn at the end.
    #[must_use]
    pub fn place(self, value: f64) -> f64 {
        let share = match self {
            Self::Linear(low, high) => (value - low) / (high - low),
            Self::Decades(low, high) => (value.max(low) / low).ln() / (high / low).ln(),
        };
        share.clamp(0.0, 1.0)
    }

    /// Round values, five or so.
    #[must_use]
    pub fn ticks(self) -> Vec<f64> {
        let (Self::Linear(low, high) | Self::Decades(low, high)) = self;
        let step = round_step((high - low) / 5.0);
        let count = ((high - low) / step + 1e-9).floor() as u32;
        (0..=count).map(|tick| low + f64::from(tick) * step).collect()
    }
}

/// One quantity.
#[derive(Debug, Clone)]
pub struct Panel {
    /// What it is, with its unit.
    pub title: String,
    /// Where its values lie.
    pub scale: Scale,
    /// Where a grid line stands, and what it says.
    pub ticks: Vec<(f64, String)>,
    /// How wide it is beside the others.
    pub share: f64,
}

/// One name.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// The name.
    pub label: String,
    /// What is said beside it in small letters: the folder, a count.
    pub note: String,
    /// `ours` or `rival`.
    pub class: &'static str,
    /// Whether a new group begins here.
    pub begins: bool,
    /// One for each panel.
    pub marks: Vec<Mark>,
}

/// What is drawn of a name in one panel.
#[derive(Debug, Clone, Default)]
pub struct Mark {
    /// The figure.
    pub value: Option<f64>,
    /// Its interval.
    pub span: Option<(f64, f64)>,
    /// What was wanted of it.
    pub goal: Option<f64>,
    /// Single events behind the figure.
    pub events: Vec<f64>,
    /// The figure in writing.
    pub text: String,
    /// Whether it falls short.
    pub is_bad: bool,
}

/// The drawing, every length ready.
#[derive(Debug, Clone, Serialize)]
pub struct Dots {
    width: f64,
    height: f64,
    size: f64,
    foot: f64,
    panels: Vec<DrawnPanel>,
    rows: Vec<DrawnRow>,
}

#[derive(Debug, Clone, Serialize)]
struct DrawnPanel {
    title: String,
    left: f64,
    right: f64,
    ticks: Vec<Tick>,
}

#[derive(Debug, Clone, Serialize)]
struct Tick {
    x: f64,
    label: String,
}

#[derive(Debug, Clone, Serialize)]
struct DrawnRow {
    label: String,
    note: String,
    class: &'static str,
    y: f64,
    rule: Option<f64>,
    marks: Vec<DrawnMark>,
}

#[derive(Debug, Clone, Serialize)]
struct DrawnMark {
    x: Option<f64>,
    span: Option<[f64; 2]>,
    goal: Option<f64>,
    events: Vec<f64>,
    text: String,
    text_x: f64,
    bad: bool,
}

/// Lays the rows out.
#[must_use]
pub fn dots(panels: &[Panel], rows: &[Row]) -> Dots {
    let groups = rows.iter().skip(1).filter(|row| row.begins).count() as f64;
    let pitch = ((ROWS_MOST - groups * GROUP_GAP) / rows.len().max(1) as f64).min(ROW_MOST);
    let places = places(panels);
    let mut y = HEAD;
    let mut drawn = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let begins = row.begins && index > 0;
        let rule = begins.then_some(tenths(y + GROUP_GAP / 2.0));
        y += if begins { GROUP_GAP } else { 0.0 };
        let marks = row.marks.iter().zip(panels).zip(&places);
        drawn.push(DrawnRow {
            label: row.label.clone(),
            note: row.note.clone(),
            class: row.class,
            y: tenths(y + pitch / 2.0),
            rule,
            marks: marks.map(|((mark, panel), place)| draw(mark, panel.scale, *place)).collect(),
        });
        y += pitch;
    }
    let panels = panels.iter().zip(&places).map(|(panel, (left, right))| DrawnPanel {
        title: panel.title.clone(),
        left: tenths(*left),
        right: tenths(*right),
        ticks: panel
            .ticks
            .iter()
            .map(|(at, label)| Tick {
                x: tenths(left + panel.scale.place(*at) * (right - left)),
                label: label.clone(),
            })
            .collect(),
    });
    Dots {
        width: WIDTH,
        height: tenths(y + 4.0),
        size: if pitch < 21.0 { 13.0 } else { 16.0 },
        foot: tenths(y),
        panels: panels.collect(),
        rows: drawn,
    }
}

/// The left and right end of each panel's axis.
fn places(panels: &[Panel]) -> Vec<(f64, f64)> {
    let (count, writing) = (panels.len() as f64, writing(panels));
    let free = WIDTH - NAMES - count * writing - (count - 1.0) * GUTTER;
    let shares: f64 = panels.iter().map(|panel| panel.share).sum();
    let mut left = NAMES;
    let mut places = Vec::new();
    for panel in panels {
        let right = left + free * panel.share / shares.max(1e-9);
        places.push((left, right));
        left = right + writing + GUTTER;
    }
    places
}

fn writing(panels: &[Panel]) -> f64 {
    WRITING[panels.len().clamp(1, WRITING.len()) - 1]
}

fn draw(mark: &Mark, scale: Scale, (left, right): (f64, f64)) -> DrawnMark {
    let x = |value: f64| tenths(left + scale.place(value) * (right - left));
    DrawnMark {
        x: mark.value.map(x),
        span: mark.span.map(|(low, high)| [x(low), x(high)]),
        goal: mark.goal.map(x),
        events: mark.events.iter().map(|event| x(*event)).collect(),
        text: mark.text.clone(),
        text_x: tenths(right + 14.0),
        bad: mark.is_bad,
    }
}

/// Finer than a tenth no eye tells apart, and longer numbers make a longer file.
pub(super) fn tenths(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_on_a_round_value_and_keeps_what_lies_outside_at_its_end() {
        let scale = Scale::from_zero([0.013, 0.102].into_iter());
        assert_eq!(scale.ticks().len(), 4);
        assert!((scale.place(0.15) - 1.0).abs() < 1e-9 && scale.place(9.0) <= 1.0);
        let hours = Scale::Decades(1.0, 100.0);
        assert!((hours.place(10.0) - 0.5).abs() < 1e-12 && hours.place(0.0) == 0.0);
    }

    #[test]
    fn rows_keep_to_the_slide_however_many_there_are() {
        let panel =
            |_| Panel { title: String::new(), scale: Scale::Linear(0.0, 1.0), ticks: Vec::new(), share: 1.0 };
        let panels: Vec<Panel> = (0..2).map(panel).collect();
        for count in [1, 12, 40] {
            let mark = || Mark { value: Some(0.5), ..Mark::default() };
            let rows: Vec<Row> =
                (0..count).map(|_| Row { marks: vec![mark(), mark()], ..Row::default() }).collect();
            let drawn = dots(&panels, &rows);
            assert!(drawn.height <= HEAD + ROWS_MOST + 5.0, "{count} rows: {}", drawn.height);
            assert!(drawn.panels.iter().all(|panel| panel.right + writing(&panels) <= WIDTH + 0.1));
        }
    }
}
