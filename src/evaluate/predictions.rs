//! The predictions file: one row per input row, blank before the first estimate.

use std::io::Write;
use std::path::Path;

use super::rows::Table;
use super::run::Run;
use crate::failure::Failure;
use crate::files;
use crate::words::Words;

/// Writes `time_s,soc,soc_low,soc_high`.
pub(super) fn write(path: &Path, table: &Table, run: &Run, words: Words) -> Result<(), Failure> {
    let mut out = Vec::new();
    let mut lines = || -> std::io::Result<()> {
        writeln!(out, "time_s,soc,soc_low,soc_high")?;
        for (row, estimate) in table.rows.iter().zip(&run.estimates) {
            match estimate {
                Some(estimate) => {
                    let (low, high) = estimate.soc_interval_95();
                    writeln!(out, "{},{:.6},{low:.6},{high:.6}", row.time_secs, estimate.soc.as_ratio())?;
                }
                None => writeln!(out, "{},,,", row.time_secs)?,
            }
        }
        Ok(())
    };
    lines()
        .and_then(|()| files::write_whole(path, &out))
        .map_err(|error| files::unwritable(path, &error, words))
}
