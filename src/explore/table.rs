//! A log as columns of numbers, with the line of each row and what reading it already showed.

use super::clock::{Clock, ClockKind};
use super::dialect::Dialect;
use super::find::{Finding, Kind};
use super::header::{Quantity, Unit, titled, unit_named, unit_told};

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// As the file calls it.
    pub name: String,
    /// What it measures.
    pub quantity: Quantity,
    /// What its values are written in, where its name or cells tell.
    pub unit: Option<Unit>,
    /// What it holds.
    pub cells: Cells,
}

/// What a column holds.
#[derive(Debug, Clone)]
pub enum Cells {
    /// Numbers in the file's own unit; NaN where nothing was measured.
    Numbers(Vec<f64>),
    /// Words, each told once.
    Words {
        /// The word of each row.
        rows: Vec<u32>,
        /// Every word.
        words: Vec<String>,
    },
}

/// One log, or one battery of it.
#[derive(Debug, Clone)]
pub struct Table {
    /// The file.
    pub path: String,
    /// The battery, where the file holds several.
    pub source: Option<String>,
    /// How it is written; `None` of what is no table, such as a capture.
    pub dialect: Option<Dialect>,
    /// Its columns but the time.
    pub columns: Vec<Column>,
    /// The columns that tell the time, by name.
    pub time_names: Vec<String>,
    /// The time of each row.
    pub clock: Option<Clock>,
    /// The line of each row, from 1.
    pub lines: Vec<u32>,
    /// Rows whose cells could not all be read, in order: told, and not missed again.
    pub spoilt: Vec<usize>,
    /// What reading it showed.
    pub noted: Vec<Finding>,
    /// Lines of the file, all told.
    pub lines_total: u32,
    /// Kind of clock, first and last instant, once the numbers are gone.
    pub span: Option<(ClockKind, f64, f64)>,
    /// Seconds from row to row, once the numbers are gone.
    pub pace: Option<f64>,
}

/// A name with its unit for a reader; a ratio needs none.
pub fn shown_title(name: &str, unit: Option<Unit>) -> String {
    match unit {
        Some(unit) if unit.name != "ratio" || unit_told(name, unit.of).is_some() => titled(name, unit),
        _ => name.to_owned(),
    }
}

/// The name of the time in a file that has it in seconds, or in stamps.
pub fn time_title(name: &str, kind: ClockKind) -> String {
    match (kind, unit_named("s")) {
        (ClockKind::Relative | ClockKind::Epoch, Some(secs)) if unit_told(name, secs.of).is_some() => {
            titled(name, secs)
        }
        _ => name.to_owned(),
    }
}

impl Column {
    /// Its numbers; none where it holds words.
    pub fn numbers(&self) -> Option<&[f64]> {
        match &self.cells {
            Cells::Numbers(numbers) => Some(numbers),
            Cells::Words { .. } => None,
        }
    }

    /// Its name, with its unit where the name does not tell it.
    pub fn title(&self) -> String {
        shown_title(&self.name, self.unit_or_base())
    }

    /// The name under which a reader takes its values for what they are: its own, unless that tells another unit than
    /// theirs, or none where theirs is not the one to be taken then.
    pub fn written_title(&self) -> String {
        let Some(unit) = self.unit_or_base() else { return self.name.clone() };
        let read = unit_told(&self.name, unit.of).or_else(|| self.quantity.base_unit());
        if read == Some(unit) { self.name.clone() } else { titled(&self.name, unit) }
    }

    /// Its values are in this unit.
    pub fn unit_or_base(&self) -> Option<Unit> {
        self.unit.or_else(|| self.quantity.base_unit())
    }
}

impl Table {
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Rows as `plan` says, blank ones where it says none, at these instants. What reading showed is not kept.
    pub fn spread(&self, plan: &[Option<usize>], secs: &[f64]) -> Self {
        let last = self.rows().saturating_sub(1);
        let near: Vec<usize> = plan
            .iter()
            .scan(0, |near, row| {
                *near = row.unwrap_or(*near).min(last);
                Some(*near)
            })
            .collect();
        let mut table =
            Self { noted: Vec::new(), spoilt: Vec::new(), ..self.picked(&near, self.source.clone()) };
        for column in &mut table.columns {
            if let Cells::Numbers(numbers) = &mut column.cells {
                for (value, row) in numbers.iter_mut().zip(plan) {
                    if row.is_none() {
                        *value = f64::NAN;
                    }
                }
            }
        }
        if let (Some(clock), Some(old)) = (&mut table.clock, &self.clock) {
            if let Some(wall) = &mut clock.wall {
                for ((wall, secs), near) in wall.iter_mut().zip(secs).zip(&near) {
                    *wall += secs - old.secs[*near];
                }
            }
            clock.secs = secs.to_vec();
        }
        table
    }

    /// Kind of clock, first and last instant on the wall.
    pub fn span(&self) -> Option<(ClockKind, f64, f64)> {
        self.span
    }

    /// What is known of the log once its numbers are not needed any more.
    pub fn without_numbers(mut self) -> Self {
        self.span = self.known_span();
        self.pace = self.clock.as_ref().and_then(Clock::pace);
        for column in &mut self.columns {
            column.cells = Cells::Numbers(Vec::new());
        }
        self.clock = None;
        self
    }

    fn known_span(&self) -> Option<(ClockKind, f64, f64)> {
        let clock = self.clock.as_ref()?;
        let known = || clock.wall().iter().copied().filter(|secs| secs.is_finite());
        let (low, high) = known()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), secs| (low.min(secs), high.max(secs)));
        (high >= low).then_some((clock.kind, low, high))
    }

    /// Notes what was found.
    pub fn note(&mut self, kind: Kind, column: Option<&str>, rows: &[usize]) {
        if !rows.is_empty() {
            self.noted.push(Finding::of_rows(kind, column, rows));
        }
    }

    /// The tables of each battery, where the columns `site` and `battery` name several; else itself.
    pub fn by_source(self) -> Vec<Self> {
        let word_of = |name: &str| {
            self.columns.iter().find(|column| column.name == name).and_then(|column| match &column.cells {
                Cells::Words { rows, words } => Some((rows.clone(), words.clone())),
                Cells::Numbers(_) => None,
            })
        };
        let Some((batteries, battery_words)) = word_of("battery") else { return vec![self] };
        let (sites, site_words) = word_of("site").unwrap_or_else(|| (vec![0; batteries.len()], Vec::new()));
        let mut keys: Vec<(u32, u32)> = Vec::new();
        for key in sites.iter().copied().zip(batteries.iter().copied()) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if keys.len() < 2 {
            return vec![self];
        }
        let named = |(site, battery): (u32, u32)| {
            let word = |words: &[String], at: u32| words.get(at as usize).cloned().unwrap_or_default();
            let (site, battery) = (word(&site_words, site), word(&battery_words, battery));
            if site.is_empty() { battery } else { format!("{site}/{battery}") }
        };
        keys.iter()
            .map(|key| {
                let of_key = |row: &usize| (sites[*row], batteries[*row]) == *key;
                let rows: Vec<usize> = (0..self.rows()).filter(of_key).collect();
                self.picked(&rows, Some(named(*key)))
            })
            .collect()
    }

    /// Some of the rows. What reading showed of rows is kept for those that are picked.
    pub fn picked(&self, rows: &[usize], source: Option<String>) -> Self {
        let of_old: std::collections::BTreeMap<usize, usize> =
            rows.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        let mut spoilt: Vec<usize> = self.spoilt.iter().filter_map(|row| of_old.get(row).copied()).collect();
        spoilt.sort_unstable();
        let noted = self.noted.iter().filter_map(|finding| finding.renumbered(&of_old)).collect();
        Self {
            path: self.path.clone(),
            source,
            dialect: self.dialect,
            columns: self.columns.iter().map(|column| column.picked(rows)).collect(),
            time_names: self.time_names.clone(),
            clock: self.clock.as_ref().map(|clock| clock.picked(rows)),
            lines: rows.iter().map(|row| self.lines[*row]).collect(),
            spoilt,
            noted,
            lines_total: self.lines_total,
            span: None,
            pace: None,
        }
    }
}

impl Column {
    /// Some of the rows.
    pub fn picked(&self, rows: &[usize]) -> Self {
        let cells = match &self.cells {
            Cells::Numbers(numbers) => Cells::Numbers(rows.iter().map(|row| numbers[*row]).collect()),
            Cells::Words { rows: ids, words } => {
                Cells::Words { rows: rows.iter().map(|row| ids[*row]).collect(), words: words.clone() }
            }
        };
        Self { name: self.name.clone(), quantity: self.quantity, unit: self.unit, cells }
    }
}

impl Clock {
    /// Some of the rows.
    pub fn picked(&self, rows: &[usize]) -> Self {
        let pick = |secs: &[f64]| rows.iter().map(|row| secs[*row]).collect::<Vec<f64>>();
        Self {
            secs: pick(&self.secs),
            wall: self.wall.as_deref().map(pick),
            kind: self.kind,
            unreadable: Vec::new(),
            is_ambiguous: self.is_ambiguous,
        }
    }
}
