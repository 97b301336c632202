//! The truth file: what a plant in a process of its own knows and the monitor never sees, one row a
//! block. Written by `emulate --truth`, read by the scorer once the run is over.
//!
//! The first line is `# balise_truth 3`; names end in their unit, an unknown value is an empty cell.

use std::io::{self, Write};

use exporter::rules::SignState;
use signals::{FaultEvent, Truth};

use crate::due::Moment;

/// The version in the first line.
pub const TRUTH_VERSION: u32 = 3;

const HEADER: &str = "time_s,soc,capacity_ah,soh,resistance_ohm,voltage_v,current_a,temperature_c,pv_power_w,\
                      load_demand_w,unpowered,device_soc,charged_ratio,silent,block_v,lithium,dark,faults";

/// A truth file being written.
#[derive(Debug)]
pub struct TruthWriter<W: Write> {
    out: W,
}

/// One row of a truth file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruthRow {
    /// What the scorer of alerts looks at.
    pub moment: Moment,
    /// Present capacity.
    pub capacity_amp_hours: f64,
    /// Present over rated capacity.
    pub soh: f64,
    /// Ohmic resistance now.
    pub resistance_ohms: f64,
    /// Battery voltage.
    pub voltage_volts: f64,
    /// Battery current, positive while charging.
    pub current_amps: f64,
    /// Battery temperature.
    pub temperature_celsius: f64,
    /// Power from the panel.
    pub pv_watts: f64,
    /// Power the sign asks for.
    pub load_watts: f64,
    /// A display that should be lit has no power.
    pub unpowered: bool,
}

/// A truth file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TruthError {
    /// Its first line is another.
    #[error("line 1: not a truth file of version {TRUTH_VERSION}")]
    NotTruth,
    /// A row that is none.
    #[error("line {line}: not a row of a truth file")]
    Malformed {
        /// Line number, from 1.
        line: usize,
    },
}

impl<W: Write> TruthWriter<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(mut out: W) -> io::Result<Self> {
        writeln!(out, "# balise_truth {TRUTH_VERSION}\n{HEADER}")?;
        Ok(Self { out })
    }

    /// Adds the truth of an instant, with what the scorer looks at and the faults that act.
    ///
    /// # Errors
    /// What the system says.
    pub fn add(&mut self, truth: &Truth, moment: &Moment, faults: &[FaultEvent]) -> io::Result<()> {
        let numbers = [
            truth.soc.as_ratio(),
            truth.capacity.as_amp_hours(),
            truth.soh,
            truth.resistance.as_ohms(),
            truth.voltage.as_volts(),
            truth.current.as_amps(),
            truth.temperature.as_celsius(),
            truth.pv_power.as_watts(),
            truth.load_demand.as_watts(),
        ];
        write!(self.out, "{}", truth.at.as_secs())?;
        for number in numbers {
            write!(self.out, ",{number}")?;
        }
        let device = moment.device_soc.map_or_else(String::new, |soc| soc.to_string());
        let flag = u8::from;
        let acting: Vec<String> = faults.iter().filter_map(|fault| fault.label_at(truth.at)).collect();
        writeln!(
            self.out,
            ",{},{device},{},{},{},{},{},{}",
            flag(truth.unpowered),
            moment.charged_ratio,
            flag(moment.silent),
            moment.block_volts,
            flag(moment.is_lithium),
            flag(moment.dark),
            acting.join("+")
        )
    }

    /// Hands everything written so far to the system.
    ///
    /// # Errors
    /// What the system says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads a whole truth file. A last line cut by the end of the run is left out.
///
/// # Errors
/// Where the text is no truth file, with the line.
pub fn read(text: &str) -> Result<Vec<TruthRow>, TruthError> {
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let mut lines = whole.lines();
    if lines.next() != Some(&format!("# balise_truth {TRUTH_VERSION}")) || lines.next() != Some(HEADER) {
        return Err(TruthError::NotTruth);
    }
    lines
        .enumerate()
        .map(|(index, line)| row(line).ok_or(TruthError::Malformed { line: index + 3 }))
        .collect()
}

/// A row with the faults that act, `kind` or `kind=severity` joined by `+`; nothing where the line is none.
#[must_use]
pub fn row_of(line: &str) -> Option<(TruthRow, &str)> {
    Some((row(line)?, line.split(',').nth(17)?))
}

fn row(line: &str) -> Option<TruthRow> {
    let cells: Vec<&str> = line.split(',').collect();
    let number = |index: usize| cells.get(index)?.parse::<f64>().ok();
    let flag = |index: usize| cells.get(index).map(|cell| *cell == "1");
    Some(TruthRow {
        moment: Moment {
            at: number(0)?,
            soc: number(1)?,
            device_soc: number(11),
            charged_ratio: number(12)?,
            silent: flag(13)?,
            block_volts: number(14)?,
            celsius: number(7)?,
            is_lithium: flag(15)?,
            dark: flag(16)?,
            // A truth file is of one sign at work, without sisters to compare its light with.
            light: 0.0,
            light_taken: 0.0,
            state: SignState::Deployed,
        },
        capacity_amp_hours: number(2)?,
        soh: number(3)?,
        resistance_ohms: number(4)?,
        voltage_volts: number(5)?,
        current_amps: number(6)?,
        temperature_celsius: number(7)?,
        pv_watts: number(8)?,
        load_watts: number(9)?,
        unpowered: flag(10)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use signals::{AmpHours, Amps, Celsius, Ohms, SimTime, Soc, Volts, Watts};

    #[test]
    fn what_is_written_is_read_to_the_bit_and_a_torn_line_is_left_out() {
        let truth = Truth {
            at: SimTime::from_secs(60.0),
            soc: Soc::clamped(0.1 + 0.2),
            capacity: AmpHours::new(90.0),
            soh: 0.9,
            resistance: Ohms::new(0.01),
            voltage: Volts::new(12.5),
            current: Amps::new(-3.25),
            temperature: Celsius::new(-11.0),
            ambient: Celsius::new(-12.0),
            sun_elevation_degrees: 3.0,
            light_watts_m2: 0.0,
            light_taken_watts_m2: 0.0,
            pv_voltage: Volts::new(0.0),
            pv_power: Watts::new(0.0),
            charger_current: Amps::new(0.0),
            load_demand: Watts::new(40.0),
            load_current: Amps::new(3.2),
            unpowered: true,
        };
        let moment = Moment {
            at: 60.0,
            soc: 0.1 + 0.2,
            device_soc: None,
            charged_ratio: 0.25,
            silent: true,
            block_volts: 6.25,
            celsius: -11.0,
            is_lithium: false,
            dark: true,
            ..Moment::default()
        };
        let mut bytes = Vec::new();
        TruthWriter::new(&mut bytes).unwrap().add(&truth, &moment, &[]).unwrap();
        let text = String::from_utf8(bytes).unwrap() + "120,0.3";
        let rows = read(&text).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].moment, rows[0].unpowered, rows[0].current_amps), (moment, true, -3.25));
        assert!(read("# balise_truth 2\n").is_err());
    }
}
