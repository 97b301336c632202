//! What is wrong with a log: one kind of finding a file, each with its rows.
//!
//! ```text
//! table -> missing, duplicates, time -> Work (rows in order, base units) -> marks -> units -> impossible -> sign
//!       -> stuck -> spikes -> counters -> power
//! ```
//!
//! Each finder takes what it explained out of the work, so that one damage is one finding: a voltage in millivolts
//! is not told again as a spike. Limits are of the log itself wherever it can give them.

mod counter;
mod duplicate;
mod flow;
mod impossible;
mod missing;
mod power;
mod sign;
mod slope;
mod spike;
mod stuck;
mod time;
mod unit;
mod work;

use std::collections::BTreeMap;

use super::table::Table;

pub use work::{Series, Work};

macro_rules! kinds {
    ($($kind:ident $name:literal $severity:ident $doc:literal)*) => {
        /// What a finding is of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $(#[doc = $doc] $kind),* }

        impl Kind {
            /// Every kind with its name.
            pub const NAMES: &'static [(&'static str, Kind)] = &[$(($name, Kind::$kind)),*];

            /// As files have it.
            pub const fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name),* }
            }

            /// How bad it is.
            pub const fn severity(self) -> Severity {
                match self { $(Kind::$kind => Severity::$severity),* }
            }
        }
    };
}

kinds! {
    FileCut "file-cut" Error "The compressed file ends too early."
    TruncatedRow "truncated-row" Error "A row with too few cells."
    ExtraCells "extra-cells" Error "A row with too many cells."
    MixedDialect "mixed-dialect" Error "Another delimiter or decimal mark than the rest."
    MidHeader "mid-header" Warning "The header again, in the middle."
    OpenEnd "open-end" Note "The last line has no end."
    Unreadable "unreadable" Error "A cell that is no number."
    MixedUnits "mixed-units" Warning "A cell that names another unit than the others; its value was turned into theirs."
    TimeUnreadable "time-unreadable" Error "A time that cannot be read."
    AmbiguousDate "ambiguous-date" Warning "Day and month could be either; day first was taken."
    NoTime "no-time" Warning "No column tells the time."
    Missing "missing" Warning "Nothing was measured."
    Sparse "sparse" Note "A column that is blank by habit."
    Duplicate "duplicate" Warning "A row that is there already."
    DuplicateStamp "duplicate-stamp" Warning "Two different rows of one instant."
    OutOfOrder "out-of-order" Warning "A row at the wrong place."
    ClockJump "clock-jump" Error "The clock was set, back or forth."
    Dst "dst" Warning "Summer time began or ended on a clock that does not tell."
    Gap "gap" Warning "Rows are missing."
    SuspectUnit "suspect-unit" Error "Values in another unit than the column's."
    Impossible "impossible" Error "A value that no battery has."
    Spike "spike" Warning "A value far from its neighbours that nothing explains."
    Stuck "stuck" Error "A sensor that did not move while it should have."
    SuspectSign "suspect-sign" Error "A current of the wrong sign."
    CounterJump "counter-jump" Warning "A counter that jumped."
    CounterDisagrees "counter-disagrees" Warning "A counter that does not follow the current."
    PowerDisagrees "power-disagrees" Warning "A power that is not voltage times current."
}

impl Kind {
    /// Whether rows or cells of the log are at fault: the others speak of the whole log, of what is not there, or of
    /// rows that are sound.
    pub const fn is_of_cells(self) -> bool {
        !matches!(
            self,
            Self::NoTime | Self::AmbiguousDate | Self::Sparse | Self::Gap | Self::MidHeader | Self::Dst
        )
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// To be known.
    Note,
    /// To be looked at.
    Warning,
    /// Numbers are wrong, or cannot be used.
    Error,
}

impl Severity {
    /// As files have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Rows of one finding, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Occurrence {
    /// The first row.
    pub first: usize,
    /// The last row.
    pub last: usize,
    /// How much: seconds of a gap or jump, size of a spike, factor of a unit.
    pub measure: Option<f64>,
}

/// Everything of one kind in one column.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// The column it is in, where it is in one.
    pub column: Option<String>,
    /// Where, in the order of the file.
    pub occurrences: Vec<Occurrence>,
    /// The unit that values are suspected to be in.
    pub unit: Option<&'static str>,
}

impl Finding {
    /// Of these rows, in order; neighbours are one occurrence.
    pub fn of_rows(kind: Kind, column: Option<&str>, rows: &[usize]) -> Self {
        let mut occurrences: Vec<Occurrence> = Vec::new();
        for row in rows {
            match occurrences.last_mut() {
                Some(last) if *row <= last.last + 1 => last.last = *row,
                _ => occurrences.push(Occurrence { first: *row, last: *row, measure: None }),
            }
        }
        Self::new(kind, column, occurrences)
    }

    /// Of one range of rows.
    pub fn of_range(kind: Kind, column: Option<&str>, first: usize, last: usize) -> Self {
        Self::new(kind, column, vec![Occurrence { first, last, measure: None }])
    }

    /// Of these occurrences.
    pub fn new(kind: Kind, column: Option<&str>, occurrences: Vec<Occurrence>) -> Self {
        Self { kind, column: column.map(str::to_owned), occurrences, unit: None }
    }

    /// How many rows in all.
    pub fn rows(&self) -> usize {
        self.occurrences.iter().map(|occurrence| occurrence.last + 1 - occurrence.first).sum()
    }

    /// The same of a table that kept only some rows, in any order; `None` where nothing is left.
    pub fn renumbered(&self, of_old: &BTreeMap<usize, usize>) -> Option<Self> {
        let kept = |it: &Occurrence| {
            let mut rows: Vec<usize> = of_old.range(it.first..=it.last).map(|(_, new)| *new).collect();
            // Rows that were neighbours may have been parted, with sound ones between them now.
            rows.sort_unstable();
            let measure = it.measure;
            Self::of_rows(self.kind, None, &rows)
                .occurrences
                .into_iter()
                .map(move |it| Occurrence { measure, ..it })
        };
        let mut occurrences: Vec<Occurrence> = self.occurrences.iter().flat_map(kept).collect();
        occurrences.sort_by_key(|it| it.first);
        (!occurrences.is_empty()).then(|| Self { occurrences, ..self.clone() })
    }
}

/// One finding of each kind and column, its occurrences in order; empty ones are none.
fn merged(found: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    for finding in found.into_iter().filter(|finding| !finding.occurrences.is_empty()) {
        let is_same = |other: &&mut Finding| {
            (other.kind, &other.column, other.unit) == (finding.kind, &finding.column, finding.unit)
        };
        match merged.iter_mut().find(is_same) {
            Some(other) => {
                other.occurrences.extend(finding.occurrences);
                other.occurrences.sort_by_key(|it| it.first);
            }
            None => merged.push(finding),
        }
    }
    merged
}

/// Everything found in a table, the worst first, and what is left to work with.
pub fn all(table: &Table) -> (Vec<Finding>, Work) {
    let mut found = table.noted.clone();
    found.extend(missing::find(table));
    let (of_time, mut work) = time::find(table);
    found.extend(of_time);
    let finders: [fn(&mut Work) -> Vec<Finding>; 8] = [
        impossible::marks,
        unit::find,
        impossible::find,
        sign::find,
        stuck::find,
        spike::find,
        counter::find,
        power::find,
    ];
    for finder in finders {
        found.extend(finder(&mut work));
    }
    let mut found = merged(found);
    found.sort_by_key(|finding| {
        (std::cmp::Reverse(finding.kind.severity()), finding.kind, finding.column.clone())
    });
    (found, work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_sorting_parted_are_found_again_and_no_others() {
        let finding = Finding::of_range(Kind::TruncatedRow, None, 2, 3);
        let rows = |order: &[usize]| {
            let of_old = order.iter().enumerate().map(|(new, old)| (*old, new)).collect();
            let moved = finding.renumbered(&of_old)?;
            Some(moved.occurrences.iter().map(|it| (it.first, it.last)).collect::<Vec<_>>())
        };
        assert_eq!(rows(&[3, 0, 1, 4, 2]), Some(vec![(0, 0), (4, 4)]));
        assert_eq!(rows(&[0, 3, 2, 1]), Some(vec![(1, 2)]));
        assert_eq!(rows(&[0, 3, 1]), Some(vec![(1, 1)]));
        assert_eq!(rows(&[0, 1]), None);
    }
}
