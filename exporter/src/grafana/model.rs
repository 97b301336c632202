//! What a dashboard is, before it is Grafana's: lines of panels, each a title, a unit and queries.

use super::query::Query;
use super::shown::Shown;

/// One dashboard.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Stem of the file and of the text keys: `grafana-<key>`, `grafana-<key>-about`.
    pub key: &'static str,
    /// How far back it looks, as Grafana writes it (`now-24h`).
    pub from: &'static str,
    /// What the reader chooses.
    pub choice: Choice,
    /// Lines, from the top.
    pub lines: Vec<Line>,
}

/// What the reader of a dashboard chooses at its top, beside the data source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Any number of sites.
    Sites,
    /// One battery of one site.
    Battery,
    /// One battery of one site, of those whose readings were collected by others.
    Collected,
}

/// Panels side by side.
#[derive(Debug, Clone)]
pub struct Line {
    /// Height of all, grid units of about 30 pixels.
    pub height: u32,
    /// From left to right.
    pub panels: Vec<Panel>,
}

/// One panel.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Text key: `grafana-panel-<key>`, and `grafana-about-<key>` where it is about no metric.
    pub key: &'static str,
    /// How it is drawn.
    pub view: View,
    /// Unit of its values.
    pub shown: Shown,
    /// The metrics of the catalogue whose help makes the description.
    pub about: Vec<&'static str>,
    /// What is asked.
    pub queries: Vec<Query>,
    /// Columns it takes, of the 24 of Grafana's grid.
    pub width: u32,
}

/// How a panel is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum View {
    /// One number now.
    Number,
    /// Lines over time.
    Lines,
    /// Lines over time; the area between the series `grafana-series-low` and `-high` is filled.
    Band,
    /// States over time, each code a text `grafana-finding-<code>`.
    States,
    /// A table of numbers now: columns in the order of the queries, each with a unit of its own.
    Table(Vec<Column>),
    /// Grafana's own list of alerts.
    AlertList,
}

/// A column of a table, filled by the query at the same place.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Text key: `grafana-series-<key>`.
    pub key: &'static str,
    /// Unit.
    pub shown: Shown,
    /// Sorts the table, the worst first.
    pub worst: Option<Worst>,
}

/// Which end of a column is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worst {
    /// Small values.
    Low,
    /// Large values.
    High,
}

impl Column {
    /// A column that does not sort.
    #[must_use]
    pub const fn new(key: &'static str, shown: Shown) -> Self {
        Self { key, shown, worst: None }
    }

    /// The same, sorting.
    #[must_use]
    pub const fn worst(mut self, end: Worst) -> Self {
        self.worst = Some(end);
        self
    }
}

impl Panel {
    /// A panel about these metrics, in the unit of the first.
    #[must_use]
    pub fn of(key: &'static str, view: View, about: &[&'static str], queries: Vec<Query>) -> Self {
        let shown = about.first().map_or(Shown::COUNT, |metric| Shown::of(metric));
        Self { key, view, shown, about: about.to_vec(), queries, width: 8 }
    }

    /// The same in another unit.
    #[must_use]
    pub const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// The same, this many columns wide.
    #[must_use]
    pub const fn wide(mut self, width: u32) -> Self {
        self.width = width;
        self
    }
}
