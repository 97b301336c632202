//! The estimates file: every estimate of every battery as one CSV row, written live by `monitor` and
//! made again, to the last bit, by `replay`.
//!
//! The first line is `# balise_estimates 1`. Names end in their unit; an unknown value is an empty cell;
//! numbers are the shortest that read back to the same bits. Time counts on the run's monotonic clock.

use std::io::{self, Write};

use exporter::BatteryId;
use signals::{AmpHours, Amps, Celsius, Estimate, Ohms, Reading, Soc, Volts};

/// The version in the first line.
pub const ESTIMATES_VERSION: u32 = 1;

const HEADER: &str = "time_s,site,battery,voltage_v,current_a,temperature_c,device_soc,soc,soc_stddev,capacity_ah,\
                      capacity_stddev_ah,soh,soh_stddev,resistance_ohm,resistance_stddev_ohm,gated";

/// An estimates file being written.
#[derive(Debug)]
pub struct EstimatesWriter<W: Write> {
    out: W,
    line: Vec<u8>,
}

/// One row of an estimates file, as far as the scorer needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateRow {
    /// Seconds since the start of the run.
    pub time_secs: f64,
    /// The battery.
    pub id: BatteryId,
    /// What was read.
    pub voltage_volts: Option<f64>,
    /// What was read, positive while charging.
    pub current_amps: Option<f64>,
    /// What was read.
    pub temperature_celsius: Option<f64>,
    /// What the device claims.
    pub device_soc: Option<f64>,
    /// State of charge, ratio.
    pub soc: f64,
    /// Its standard deviation.
    pub soc_stddev: f64,
    /// Capacity.
    pub capacity_amp_hours: f64,
    /// State of health, ratio.
    pub soh: f64,
    /// Ohmic resistance.
    pub resistance_ohms: f64,
}

/// An estimates file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EstimatesError {
    /// Its first line is another.
    #[error("line 1: not an estimates file of version {ESTIMATES_VERSION}")]
    NotEstimates,
    /// A row that is none.
    #[error("line {line}: not a row of an estimates file")]
    Malformed {
        /// Line number, from 1.
        line: usize,
    },
}

impl<W: Write> EstimatesWriter<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(mut out: W) -> io::Result<Self> {
        writeln!(out, "# balise_estimates {ESTIMATES_VERSION}\n{HEADER}")?;
        Ok(Self { out, line: Vec::new() })
    }

    /// Adds an estimate and the reading it follows.
    ///
    /// # Errors
    /// What the system says.
    pub fn add(&mut self, id: &BatteryId, reading: &Reading, estimate: &Estimate) -> io::Result<()> {
        let line = &mut self.line;
        line.clear();
        write!(line, "{},{},{}", estimate.at.as_secs(), cell_of(id.site()), cell_of(id.battery()))?;
        let read = [
            reading.voltage.map(Volts::as_volts),
            reading.current.map(Amps::as_amps),
            reading.temperature.map(Celsius::as_celsius),
            reading.device_soc.map(Soc::as_ratio),
        ];
        let estimated = [
            estimate.soc.as_ratio(),
            estimate.soc_stddev,
            AmpHours::as_amp_hours(estimate.capacity),
            estimate.capacity_stddev.as_amp_hours(),
            estimate.soh,
            estimate.soh_stddev,
            Ohms::as_ohms(estimate.resistance),
            estimate.resistance_stddev.as_ohms(),
        ];
        for value in read.into_iter().chain(estimated.map(Some)) {
            match value {
                Some(value) => write!(line, ",{value}")?,
                None => line.push(b','),
            }
        }
        writeln!(line, ",{}", u8::from(estimate.gated))?;
        self.out.write_all(line)
    }

    /// Hands everything written so far to the system.
    ///
    /// # Errors
    /// What the system says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Identities hold no quotes; only a comma would break the row.
fn cell_of(name: &str) -> String {
    if name.contains(',') { format!("\"{name}\"") } else { name.to_owned() }
}

/// Reads a whole estimates file.
///
/// # Errors
/// Where the text is no estimates file, with the line.
pub fn read(text: &str) -> Result<Vec<EstimateRow>, EstimatesError> {
    let (first, rest) = text.split_once('\n').ok_or(EstimatesError::NotEstimates)?;
    if first != format!("# balise_estimates {ESTIMATES_VERSION}") {
        return Err(EstimatesError::NotEstimates);
    }
    let mut rows = Vec::new();
    for (index, record) in csv::Reader::from_reader(rest.as_bytes()).records().enumerate() {
        let malformed = EstimatesError::Malformed { line: index + 3 };
        let row = record.ok().and_then(|record| row(&record));
        rows.push(row.ok_or(malformed)?);
    }
    Ok(rows)
}

fn row(record: &csv::StringRecord) -> Option<EstimateRow> {
    let optional = |index: usize| record.get(index).and_then(|cell| cell.parse().ok());
    let number = |index: usize| record.get(index)?.parse::<f64>().ok();
    Some(EstimateRow {
        time_secs: number(0)?,
        id: BatteryId::new(record.get(1)?, record.get(2)?),
        voltage_volts: optional(3),
        current_amps: optional(4),
        temperature_celsius: optional(5),
        device_soc: optional(6),
        soc: number(7)?,
        soc_stddev: number(8)?,
        capacity_amp_hours: number(9)?,
        soh: number(11)?,
        resistance_ohms: number(13)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use signals::SimTime;

    #[test]
    fn what_is_written_is_read_to_the_bit() {
        let estimate = Estimate {
            at: SimTime::from_nanos(1_500_000_001),
            soc: Soc::clamped(0.1 + 0.2),
            soc_stddev: 1.0 / 3.0,
            capacity: AmpHours::new(97.3),
            capacity_stddev: AmpHours::new(5.0),
            soh: 0.973,
            soh_stddev: 0.05,
            resistance: Ohms::new(0.007),
            resistance_stddev: Ohms::new(0.001),
            innovation: Volts::new(0.0),
            innovation_squared_normalized: 0.0,
            gated: false,
            since_full_secs: None,
            remaining_life: None,
            health: signals::SensorHealth::default(),
        };
        let reading = Reading { voltage: Some(Volts::new(12.61)), ..Reading::default() };
        let id = BatteryId::new("a, b", "main");
        let mut writer = EstimatesWriter::new(Vec::new()).unwrap();
        writer.add(&id, &reading, &estimate).unwrap();
        let text = String::from_utf8(writer.finish().unwrap()).unwrap();
        let rows = read(&text).unwrap();
        assert_eq!((rows[0].id.clone(), rows[0].soc, rows[0].soc_stddev), (id, 0.1 + 0.2, 1.0 / 3.0));
        assert_eq!((rows[0].voltage_volts, rows[0].current_amps), (Some(12.61), None));
    }

    #[test]
    fn another_file_is_refused() {
        assert!(matches!(read("time_s\n1\n"), Err(EstimatesError::NotEstimates)));
        let torn = format!("# balise_estimates 1\n{HEADER}\n1.0,a\n");
        assert!(matches!(read(&torn), Err(EstimatesError::Malformed { line: 3 })));
    }
}
