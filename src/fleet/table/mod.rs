//! The truth of many signs as a table, a row each look: CSV or Parquet.
//!
//! Names end in their unit; ratios from 0 to 1; battery current is positive while charging. Currents and powers
//! are means since the row before, the rest is as at the row's instant.

mod csv;
#[cfg(feature = "parquet")]
mod parquet;

use std::path::{Path, PathBuf};

use super::looks::Look;
use super::{Depot, Format};
use crate::failure::Failure;
use crate::files;
use crate::words::Words;

/// The names of the columns, in both formats.
pub(super) const COLUMNS: [&str; 15] = [
    "scenario",
    "seed",
    "site",
    "sign",
    "time_s",
    "soc",
    "voltage_v",
    "current_a",
    "temperature_c",
    "air_c",
    "sun_w",
    "load_w",
    "unpowered_s",
    "stage",
    "faults",
];

/// A table being written.
pub(super) struct Table {
    path: PathBuf,
    writer: Writer,
}

enum Writer {
    Csv(csv::Csv),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Parquet>),
    Nothing,
}

impl Table {
    /// A new table in this folder.
    pub fn create(format: Format, out: &Path, words: Words) -> Result<Self, Failure> {
        let (name, make): (&str, fn(std::fs::File) -> std::io::Result<Writer>) = match format {
            Format::Csv => ("truth.csv", |file| csv::Csv::new(file).map(Writer::Csv)),
            #[cfg(feature = "parquet")]
            Format::Parquet => {
                ("truth.parquet", |file| parquet::Parquet::new(file).map(|it| Writer::Parquet(Box::new(it))))
            }
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => {
                return Err(Failure::new(crate::failure::Exit::Usage, words.say("fleet-no-parquet")));
            }
            Format::Nothing => return Ok(Self { path: PathBuf::new(), writer: Writer::Nothing }),
        };
        let path = out.join(name);
        let file = std::fs::File::create(&path).and_then(make);
        let writer = file.map_err(|error| files::unwritable(&path, &error, words))?;
        Ok(Self { path, writer })
    }

    /// Adds looks, in their order.
    pub fn add(&mut self, depots: &[Depot], looks: &[Look], words: Words) -> Result<(), Failure> {
        let done = match &mut self.writer {
            Writer::Csv(csv) => csv.add(depots, looks),
            #[cfg(feature = "parquet")]
            Writer::Parquet(parquet) => parquet.add(depots, looks),
            Writer::Nothing => Ok(()),
        };
        done.map_err(|error| files::unwritable(&self.path, &error, words))
    }

    /// Ends the file.
    pub fn finish(self, words: Words) -> Result<(), Failure> {
        let done = match self.writer {
            Writer::Csv(csv) => csv.finish(),
            #[cfg(feature = "parquet")]
            Writer::Parquet(parquet) => parquet.finish(),
            Writer::Nothing => Ok(()),
        };
        done.map_err(|error| files::unwritable(&self.path, &error, words))
    }
}

/// The depot of a sign, and the sign's number in it, from 1.
fn place(depots: &[Depot], sign: usize) -> (&Depot, usize) {
    let depot = &depots[depots.partition_point(|depot| depot.first <= sign) - 1];
    (depot, sign - depot.first + 1)
}
