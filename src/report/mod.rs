//! What a run leaves behind, in one folder:
//!
//! | file           | for whom                  | same seed, same bytes |
//! | -------------- | ------------------------- | --------------------- |
//! | `results.json` | programs, baselines       | yes                   |
//! | `trace.csv`    | spreadsheets, notebooks   | yes                   |
//! | `timing.json`  | whoever measures          | no: dates, durations  |
//! | `junit.xml`    | CI                        | no: dates, durations  |
//! | `report.html`  | a reader, in one language | yes                   |
//!
//! Nothing already there is overwritten unless the caller says so, and each file appears whole or not
//! at all (written beside its place, then renamed).

mod evaluation;
mod figure;
mod html;
mod junit;
mod plot;
mod record;
mod reliability;
mod results;
#[cfg(test)]
mod sample;
mod sheets;
mod strip;
mod svg;
mod trace;

use std::path::{Path, PathBuf};

pub(crate) use figure::{Curves, lines_figure, per_cent, time_axis};
pub(crate) use html::{fault_name, moment, page, plain, quantity, typeset};
pub(crate) use junit::junit_xml;
pub(crate) use plot::{Axis, round_step, thin};
pub(crate) use sheets::html as sheets_html;
pub(crate) use svg::line as svg_line;

pub use evaluation::{ChargeRow, Evaluation, Method, Overlaid, Phased, write_evaluation};
pub use record::{
    AlertRow, AlertVerdict, Check, Counts, Detection, FaultRow, FindingRow, Outcome, RunRecord, Said, Scores,
    SignRecord, Timing, TraceRow,
};
pub use reliability::Reliability;
pub use sheets::{Cell, Curves as ReliabilityCurves, Sheet, Sheets, write_sheets};

use crate::files;
use crate::words::Words;

/// The version of `results.json`.
pub const RESULTS_VERSION: u32 = 1;
/// The version of `trace.csv`, in its first line.
pub const TRACE_VERSION: u32 = 1;
/// The version of `timing.json`.
pub const TIMING_VERSION: u32 = 1;

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file of an earlier run is in the way.
    #[error("{path} is already there")]
    AlreadyThere {
        /// The file in the way.
        path: PathBuf,
    },
    /// The disk refused.
    #[error("cannot write {path}")]
    Write {
        /// What was being written.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A JSON file could not be made.
    #[error("cannot encode {file}")]
    Json {
        /// The file's name.
        file: &'static str,
        /// What the encoder said.
        source: serde_json::Error,
    },
    /// `junit.xml` could not be made.
    #[error("cannot encode junit.xml")]
    Junit(#[from] quick_junit::SerializeError),
    /// `trace.csv` could not be made.
    #[error("cannot encode trace.csv")]
    Csv(#[from] csv::Error),
    /// `report.html` could not be made.
    #[error("cannot lay out report.html")]
    Html(#[from] minijinja::Error),
}

/// Writes the five files under `dir` and returns their paths, the one to open first standing first.
///
/// # Errors
/// Where `dir` cannot be written, or already holds one of the files and `force` is not set; nothing is
/// written then.
pub fn write_all(
    dir: &Path,
    record: &RunRecord,
    timing: &Timing,
    words: Words,
    force: bool,
) -> Result<Vec<PathBuf>, ReportError> {
    let files = [
        ("report.html", html::report_html(record, words)?),
        ("results.json", results::results_json(record)?),
        ("junit.xml", junit_xml(record, timing, words)?),
        ("trace.csv", trace::trace_csv(record)?),
        ("timing.json", results::timing_json(timing)?),
    ];
    if !force && let Some((name, _)) = files.iter().find(|(name, _)| dir.join(name).exists()) {
        return Err(ReportError::AlreadyThere { path: dir.join(name) });
    }
    std::fs::create_dir_all(dir).map_err(|source| ReportError::Write { path: dir.to_owned(), source })?;
    files.iter().map(|(name, text)| write_whole(&dir.join(name), text)).collect()
}

/// Writes beside the place and renames, so that a reader never sees half a file.
fn write_whole(path: &Path, text: &str) -> Result<PathBuf, ReportError> {
    let refused = |source| ReportError::Write { path: path.to_owned(), source };
    files::write_whole(path, text.as_bytes()).map_err(refused)?;
    Ok(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Anything = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn five_files_are_left_and_nothing_else() -> Anything {
        let dir = tempfile::tempdir()?;
        let out = dir.path().join("deeper/out");
        let paths = write_all(&out, &sample::week(2), &sample::timing(), Words::French, false)?;
        let names: Vec<_> = paths.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["report.html", "results.json", "junit.xml", "trace.csv", "timing.json"]);
        assert_eq!(std::fs::read_dir(out)?.count(), 5);
        Ok(())
    }

    #[test]
    fn an_earlier_report_is_kept_unless_forced() -> Anything {
        let dir = tempfile::tempdir()?;
        let earlier = dir.path().join("timing.json");
        std::fs::write(&earlier, "earlier")?;
        let again = |force| write_all(dir.path(), &sample::week(1), &sample::timing(), Words::English, force);
        assert!(matches!(again(false), Err(ReportError::AlreadyThere { path }) if path == earlier));
        assert_eq!(std::fs::read_to_string(&earlier)?, "earlier");
        assert_eq!(std::fs::read_dir(dir.path())?.count(), 1);
        again(true)?;
        assert!(std::fs::read_to_string(&earlier)?.contains("balise_timing"));
        Ok(())
    }

    #[test]
    fn the_same_record_gives_the_same_bytes_whenever_it_is_written() -> Anything {
        let write = |wall_secs| -> Result<Vec<String>, Box<dyn std::error::Error>> {
            let dir = tempfile::tempdir()?;
            let timing = Timing { wall_secs, ..sample::timing() };
            write_all(dir.path(), &sample::week(1), &timing, Words::English, false)?;
            let read = |name: &&str| std::fs::read_to_string(dir.path().join(name));
            Ok(["results.json", "trace.csv", "report.html"].iter().map(read).collect::<Result<_, _>>()?)
        };
        assert_eq!(write(1.0)?, write(2.0)?);
        Ok(())
    }
}
