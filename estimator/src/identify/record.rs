//! A measured file as identification sees it: instants that rise, a current and a voltage at each.
//!
//! Rows that lack a voltage or a current, repeat an instant or hold an old voltage are left out and counted; time that runs
//! backwards, too few rows and a current that never flows are faults, named with their row. Current in
//! amps, positive while charging; charge in ampere-hours, net since the first row.

use super::held::held;

/// A row as it was read; `None` is a blank cell.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Row {
    /// Seconds.
    pub time_secs: f64,
    /// Amps, positive while charging.
    pub current_amps: Option<f64>,
    /// Volts at the terminals.
    pub voltage_volts: Option<f64>,
    /// Degrees Celsius.
    pub temperature_celsius: Option<f64>,
    /// The tester's own count of net charge, A·h.
    pub charge_amp_hours: Option<f64>,
    /// State of charge as the laboratory counts it, ratio.
    pub soc: Option<f64>,
}

/// What a file is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A slow constant current over much of the charge: the rest curve.
    Rest,
    /// Steps with rests between them.
    Pulse,
    /// Anything else in which the current changes.
    Drive,
}

/// Why a file cannot be used; `row` counts from 0.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RecordFault {
    /// Time runs backwards.
    #[error("time runs backwards in row {row}")]
    TimeBackwards {
        /// The row whose time is before the one above.
        row: usize,
    },
    /// Not enough to fit anything.
    #[error("{rows} usable rows over {secs} s are too few")]
    TooShort {
        /// Rows with a voltage and a current.
        rows: usize,
        /// Time they span.
        secs: f64,
    },
    /// More rows than a counted exclusion can excuse lack this quantity.
    #[error("row {row} and {missing} rows in all have no {column}")]
    Unmeasured {
        /// The column.
        column: &'static str,
        /// How many rows lack it.
        missing: usize,
        /// The first of them.
        row: usize,
    },
    /// The current is zero throughout.
    #[error("no current flows")]
    NoCurrent,
}

/// One instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sample {
    pub secs: f64,
    pub amps: f64,
    pub volts: f64,
    pub celsius: f64,
    pub amp_hours: f64,
    pub soc: Option<f64>,
}

/// A usable file.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The name under which it is reported.
    pub name: String,
    /// The role it was given; `None` to find it from the data.
    pub role: Option<Role>,
    /// Rows left out: blank cells, repeated instants, voltages of before.
    pub left_out: usize,
    /// Whether any temperature was measured.
    pub has_temperature: bool,
    pub(crate) samples: Vec<Sample>,
}

const ROWS_MIN: usize = 30;
const SECS_MIN: f64 = 60.0;
/// More than this share of blanks is no accident.
const BLANK_SHARE_MAX: f64 = 0.2;
/// Temperature where none was measured: the reference, so that the temperature law stays out of it.
const CELSIUS_UNSAID: f64 = 25.0;

impl Record {
    /// The rows made usable.
    ///
    /// # Errors
    /// Where time runs backwards, rows are too few or too blank, or no current flows.
    pub fn new(name: impl Into<String>, role: Option<Role>, rows: &[Row]) -> Result<Self, RecordFault> {
        if let Some(at) = rows.windows(2).position(|pair| pair[1].time_secs < pair[0].time_secs) {
            return Err(RecordFault::TimeBackwards { row: at + 1 });
        }
        blanks("current_a", rows, |row| row.current_amps)?;
        blanks("voltage_v", rows, |row| row.voltage_volts)?;
        let samples = samples(rows);
        let secs = match (samples.first(), samples.last()) {
            (Some(first), Some(last)) => last.secs - first.secs,
            _ => 0.0,
        };
        if samples.len() < ROWS_MIN || secs < SECS_MIN {
            return Err(RecordFault::TooShort { rows: samples.len(), secs });
        }
        if samples.iter().all(|sample| sample.amps == 0.0) {
            return Err(RecordFault::NoCurrent);
        }
        let has_temperature = rows.iter().any(|row| row.temperature_celsius.is_some());
        Ok(Self { name: name.into(), role, left_out: rows.len() - samples.len(), has_temperature, samples })
    }

    /// Rows used.
    #[must_use]
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Never: a record without rows is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Seconds from the first to the last row.
    #[must_use]
    pub fn secs(&self) -> f64 {
        self.samples.last().map_or(0.0, |last| last.secs) - self.samples.first().map_or(0.0, |at| at.secs)
    }

    /// The time between rows where they stand close: a tenth of them is closer.
    pub(crate) fn close_secs(&self) -> f64 {
        quantile(self.samples.windows(2).map(|pair| pair[1].secs - pair[0].secs).collect(), 0.1)
    }

    /// The usual time between rows.
    pub(crate) fn every_secs(&self) -> f64 {
        median(self.samples.windows(2).map(|pair| pair[1].secs - pair[0].secs).collect())
    }
}

/// The value below which this share of the others lies; NaN of none.
pub(crate) fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = share * values.len().saturating_sub(1) as f64;
    values.get(place.round() as usize).copied().unwrap_or(f64::NAN)
}

/// The middle value; NaN of none.
pub(crate) fn median(values: Vec<f64>) -> f64 {
    quantile(values, 0.5)
}

fn blanks(column: &'static str, rows: &[Row], of: fn(&Row) -> Option<f64>) -> Result<(), RecordFault> {
    let missing = rows.iter().filter(|row| of(row).is_none()).count();
    match rows.iter().position(|row| of(row).is_none()) {
        Some(row) if missing as f64 > BLANK_SHARE_MAX * rows.len() as f64 => {
            Err(RecordFault::Unmeasured { column, missing, row })
        }
        _ => Ok(()),
    }
}

/// Whole rows with rising time; charge by trapezoids over every current there is where the tester kept no count.
fn samples(rows: &[Row]) -> Vec<Sample> {
    let held = held(rows.iter().map(|row| (row.current_amps, row.voltage_volts)));
    let counted = rows.iter().all(|row| {
        row.charge_amp_hours.is_some() || row.current_amps.is_none() || row.voltage_volts.is_none()
    });
    let mut samples: Vec<Sample> = Vec::with_capacity(rows.len());
    let mut celsius = rows.iter().find_map(|row| row.temperature_celsius).unwrap_or(CELSIUS_UNSAID);
    let mut before: Option<(f64, f64)> = None;
    let mut charge = 0.0;
    for (row, held) in rows.iter().zip(held) {
        celsius = row.temperature_celsius.unwrap_or(celsius);
        let Some(amps) = row.current_amps else { continue };
        if let Some((secs, amps_before)) = before {
            if row.time_secs <= secs {
                continue;
            }
            charge += 0.5 * (amps_before + amps) * (row.time_secs - secs) / 3600.0;
        }
        before = Some((row.time_secs, amps));
        let (Some(volts), false) = (row.voltage_volts, held) else { continue };
        let amp_hours = row.charge_amp_hours.filter(|_| counted).unwrap_or(charge);
        samples.push(Sample { secs: row.time_secs, amps, volts, celsius, amp_hours, soc: row.soc });
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize) -> Vec<Row> {
        let row = |i: usize| Row {
            time_secs: i as f64 * 10.0,
            current_amps: Some(-1.0),
            voltage_volts: Some(12.0),
            ..Row::default()
        };
        (0..count).map(row).collect()
    }

    fn fault(rows: &[Row]) -> Option<RecordFault> {
        Record::new("x", None, rows).err()
    }

    #[test]
    fn charge_is_counted_where_the_tester_did_not() {
        let record = Record::new("x", None, &rows(361));
        let last = record.ok().and_then(|record| record.samples.last().copied());
        assert!(last.is_some_and(|last| (last.amp_hours + 1.0).abs() < 1e-9));
    }

    #[test]
    fn blanks_and_repeated_instants_are_left_out_and_counted() {
        let mut rows = rows(100);
        rows[7].voltage_volts = None;
        rows[9].time_secs = rows[8].time_secs;
        assert_eq!(Record::new("x", None, &rows).map(|record| record.left_out), Ok(2));
    }

    #[test]
    fn bad_rows_are_faults_that_name_the_row() {
        let mut backwards = rows(100);
        backwards[5].time_secs = 0.0;
        assert_eq!(fault(&backwards), Some(RecordFault::TimeBackwards { row: 5 }));
        let mut blank = rows(100);
        blank.iter_mut().skip(70).for_each(|row| row.voltage_volts = None);
        assert_eq!(
            fault(&blank),
            Some(RecordFault::Unmeasured { column: "voltage_v", missing: 30, row: 70 })
        );
        assert_eq!(fault(&rows(10)), Some(RecordFault::TooShort { rows: 10, secs: 90.0 }));
        let mut still = rows(100);
        still.iter_mut().for_each(|row| row.current_amps = Some(0.0));
        assert_eq!(fault(&still), Some(RecordFault::NoCurrent));
    }
}
