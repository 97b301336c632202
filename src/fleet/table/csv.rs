//! The table as CSV. The first line is `# balise_fleet 1`; numbers are the shortest that read back to the
//! same bits.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::{COLUMNS, Depot, Look, place};
use crate::fleet::faults_at;

/// A CSV file being written.
pub(super) struct Csv {
    out: BufWriter<File>,
}

impl Csv {
    /// Begins the file.
    pub fn new(file: File) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(1 << 18, file);
        writeln!(out, "# balise_fleet 1\n{}", COLUMNS.join(","))?;
        Ok(Self { out })
    }

    /// Adds rows.
    pub fn add(&mut self, depots: &[Depot], looks: &[Look]) -> io::Result<()> {
        for look in looks {
            let (depot, number) = place(depots, look.sign);
            let (row, at) = (&look.row, look.at.as_secs());
            write!(
                self.out,
                "{},{},{},{number},{at}",
                quoted(&depot.story),
                depot.seed,
                quoted(&depot.site)
            )?;
            let numbers = [
                row.soc,
                row.volts,
                row.amps,
                row.celsius,
                row.air_celsius,
                row.pv_watts,
                row.load_watts,
                row.unpowered_secs,
            ];
            for number in numbers {
                write!(self.out, ",{number}")?;
            }
            writeln!(self.out, ",{},{}", row.stage.name(), faults_at(depot, look.at))?;
        }
        Ok(())
    }

    /// Hands everything to the system.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A cell with a comma or a quote in it is quoted.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
