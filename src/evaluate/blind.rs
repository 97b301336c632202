//! A record with the truth taken out: what the estimator may see, and what only the scorer sees, are two
//! lists of different types.
//!
//! A [`Sensed`] row has no place for `soc_ref`, `soc_rel` or `ah_c`, so no code that is handed the sensed
//! half can look at them, whatever it does.

use super::rows::Table;

/// What instruments on the battery say at one instant; nothing else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sensed {
    pub time_secs: f64,
    pub current_amps: Option<f64>,
    pub voltage_volts: Option<f64>,
    pub temperature_celsius: Option<f64>,
}

/// The two halves of a record, row by row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Halves {
    /// For the estimator and its rivals.
    pub sensed: Vec<Sensed>,
    /// For the scorer: state of charge, ratio.
    pub truth: Vec<Option<f64>>,
}

impl Halves {
    /// Splits a table. Rows that repeat an instant are left out; `excluded` counts them.
    pub fn of(table: &Table) -> Self {
        let mut halves = Self::default();
        let mut before = f64::NEG_INFINITY;
        for row in table.rows.iter() {
            if row.time_secs <= before {
                continue;
            }
            before = row.time_secs;
            halves.sensed.push(Sensed {
                time_secs: row.time_secs,
                current_amps: row.current_amps,
                voltage_volts: row.voltage_volts,
                temperature_celsius: row.temperature_celsius,
            });
            halves.truth.push(row.reference);
        }
        halves
    }

    /// From this row on, with time counted from it.
    pub fn cut_at(&self, row: usize) -> Self {
        let start = self.sensed.get(row).map_or(0.0, |row| row.time_secs);
        let moved = |row: &Sensed| Sensed { time_secs: row.time_secs - start, ..*row };
        Self {
            sensed: self.sensed.iter().skip(row).map(moved).collect(),
            truth: self.truth.iter().skip(row).copied().collect(),
        }
    }

    /// Only the rows for which `keep` says so; it is shown the sensed half.
    pub fn keeping(&self, mut keep: impl FnMut(&Sensed) -> bool) -> Self {
        let mut kept = Self::default();
        for (sensed, truth) in self.sensed.iter().zip(&self.truth) {
            if keep(sensed) {
                kept.sensed.push(*sensed);
                kept.truth.push(*truth);
            }
        }
        kept
    }

    /// Length of the record, s.
    pub fn secs(&self) -> f64 {
        self.sensed
            .last()
            .zip(self.sensed.first())
            .map_or(0.0, |(last, first)| last.time_secs - first.time_secs)
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Excluded;
    use super::super::rows::Row;
    use super::*;

    fn table(times: &[f64]) -> Table {
        let row = |time_secs: &f64| Row {
            time_secs: *time_secs,
            current_amps: Some(-1.0),
            voltage_volts: Some(12.5),
            temperature_celsius: None,
            ambient_celsius: None,
            charge_amp_hours: Some(-7.0),
            reference: Some(0.7),
        };
        Table { rows: times.iter().map(row).collect(), reference: None, lines: Vec::new() }
    }

    #[test]
    fn what_the_estimator_sees_has_neither_truth_nor_counter_in_it() {
        let halves = Halves::of(&table(&[0.0, 1.0]));
        // Every field of a sensed row is named here: one more would not compile.
        let Sensed { time_secs, current_amps, voltage_volts, temperature_celsius } = halves.sensed[1];
        assert_eq!((time_secs, current_amps, voltage_volts), (1.0, Some(-1.0), Some(12.5)));
        assert_eq!(temperature_celsius, None);
        assert_eq!(halves.truth, [Some(0.7), Some(0.7)]);
        let shown = format!("{:?}", halves.sensed);
        assert!(!shown.contains("0.7") && !shown.contains("7.0"), "{shown}");
    }

    #[test]
    fn repeated_instants_are_left_out_of_both_halves_and_counted() {
        let table = table(&[0.0, 1.0, 1.0, 2.0]);
        let halves = Halves::of(&table);
        assert_eq!((halves.sensed.len(), halves.truth.len()), (3, 3));
        assert_eq!(Excluded::of(&table).duplicate_stamps, 1);
    }

    #[test]
    fn a_cut_starts_its_own_clock() {
        let cut = Halves::of(&table(&[10.0, 20.0, 35.0])).cut_at(1);
        assert_eq!(cut.sensed.iter().map(|row| row.time_secs).collect::<Vec<_>>(), [0.0, 15.0]);
        assert_eq!(cut.secs(), 15.0);
    }
}
