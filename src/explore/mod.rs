//! `balise explore`: what a log is worth. Reads it whatever its dialect, finds what is wrong with it, sums it up, and
//! shows it on a page.
//!
//! ```text
//! bytes -> Source -> lines -> Table -> findings, Work -> statistics, energy, depth, drivers -> text, JSON, page
//! ```

mod cells;
mod clock;
mod day;
mod depth;
mod dialect;
mod draw;
mod drivers;
mod energy;
mod find;
mod header;
mod log;
mod numbers;
mod read;
mod report;
mod shown;
mod source;
mod stamp;
mod statistics;
mod suggest;
mod table;

use std::path::{Path, PathBuf};

use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::capture::begins_a_capture;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::run::{dated_folder, report_failure};
use crate::speech;
use crate::words::Words;

pub(crate) use clock::{Clock, ClockKind};
pub(crate) use find::{Finding, Kind, all as find_all};
pub(crate) use header::{Unit, unit_named};
pub(crate) use stamp::shown as stamp_shown;
pub(crate) use table::{Cells, Column, Table, time_title};

/// The version of `results.json`.
pub const EXPLORE_VERSION: u32 = 1;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The logs.
    pub files: Vec<String>,
    /// Folder of the page and the results; a dated one where absent and not `json`.
    pub out: Option<PathBuf>,
    /// Where proposed rules go.
    pub suggest: Option<PathBuf>,
    /// The zone of stamps that do not tell theirs.
    pub zone: Option<String>,
    /// What the devices of a capture are, where it does not tell.
    pub device: Option<DeviceKind>,
    /// Nothing but JSON on standard output.
    pub json: bool,
    /// Write over an existing folder.
    pub force: bool,
}

/// One log, explored.
struct Explored {
    table: Table,
    findings: Vec<Finding>,
    described: Vec<statistics::Described>,
    balance: Option<energy::Balance>,
    depths: Option<depth::Depths>,
    drivers: Result<drivers::Drivers, drivers::NoDrivers>,
    picture: Option<report::Picture>,
}

/// Explores logs.
///
/// # Errors
/// Exit 3 where a file is no log, or the results cannot be written.
pub fn explore(options: &Options, words: Words) -> Result<Exit, Failure> {
    if let Some(path) = &options.suggest {
        let logs: Vec<&str> = options.files.iter().map(String::as_str).collect();
        refuse_originals(path, &logs, options.force, words)?;
    }
    let out = match (&options.out, options.json) {
        (Some(out), _) => Some(out.clone()),
        (None, true) => None,
        (None, false) => Some(dated_folder()),
    };
    let mut explored = Vec::new();
    for path in &options.files {
        for table in load(path, options.zone.as_deref(), options.device, words)? {
            explored.push(examine(table, out.is_some(), words));
        }
    }
    let results = json!({
        "balise_explore": EXPLORE_VERSION,
        "logs": explored.iter().map(shown::json).collect::<Vec<Value>>(),
    });
    if let Some(path) = &options.suggest {
        let rules = suggest::rules(&explored);
        files::write_whole(path, rules.as_bytes()).map_err(|error| files::unwritable(path, &error, words))?;
    }
    if options.json {
        speech::print(&format!("{results:#}\n"), words)?;
    } else {
        let text: Vec<String> = explored.iter().map(|log| shown::text(log, words)).collect();
        speech::print(&text.join("\n"), words)?;
    }
    if let Some(out) = &out {
        let pages = report::write(out, &explored, &results, options.force, words)
            .map_err(|error| report_failure(&error, words))?;
        if !options.json {
            let blanks = [("path", FluentValue::from(pages.display().to_string()))];
            speech::print(&format!("\n{}\n", words.tell("explore-page", &blanks)), words)?;
        }
    }
    Ok(Exit::Ok)
}

/// What is read is never written to, nor an existing file without being asked.
///
/// # Errors
/// Exit 2 where `out` is one of the `originals`, exit 3 where it is there and nobody said `force`.
pub(crate) fn refuse_originals(
    out: &Path,
    originals: &[&str],
    force: bool,
    words: Words,
) -> Result<(), Failure> {
    let same = |a: &Path, b: &Path| match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    };
    let blanks = [("path", FluentValue::from(out.display().to_string()))];
    if originals.iter().any(|original| same(Path::new(original), out)) {
        return Err(Failure::new(Exit::Usage, words.tell("clean-onto-itself", &blanks)));
    }
    if out.exists() && !force {
        return Err(Failure::new(Exit::BadFile, words.tell("clean-already-there", &blanks)));
    }
    Ok(())
}

fn examine(table: Table, has_page: bool, words: Words) -> Explored {
    let (findings, work) = find_all(&table);
    let described = statistics::describe(&table);
    let balance = energy::balance(&table, &work);
    let depths = depth::depths(&table, &work);
    let drivers = drivers::drivers(&table, &work);
    let picture = has_page.then(|| report::Picture::of(&table, &findings, &work, words));
    // The numbers of a log are large, and nothing needs them any more.
    let table = table.without_numbers();
    Explored { table, findings, described, balance, depths, drivers, picture }
}

/// The tables of a file.
///
/// # Errors
/// Exit 3 with file, line and remedy; exit 2 where a zone or device is not known.
pub(crate) fn load(
    path: &str,
    zone: Option<&str>,
    device: Option<DeviceKind>,
    words: Words,
) -> Result<Vec<Table>, Failure> {
    let zone = zone.map(|name| zone_named(name, words)).transpose()?;
    let refused = |error: &read::ReadError| refusal(path, error, words);
    let source = source::Source::open(path).map_err(|error| refused(&error.into()))?;
    if begins_a_capture(source.head()) {
        let tables = log::tables(path, source.into_inner(), device, words)?;
        if tables.is_empty() {
            let blanks = [("path", FluentValue::from(path))];
            return Err(Failure::new(Exit::BadFile, words.tell("explore-no-readings", &blanks)));
        }
        return Ok(tables);
    }
    let table = read::table(path, source, zone).map_err(|error| refused(&error))?;
    Ok(table.by_source())
}

/// `America/Toronto`, `UTC`, `-05:00`.
///
/// # Errors
/// Exit 2 where this system does not know it.
pub(crate) fn zone_named(name: &str, words: Words) -> Result<TimeZone, Failure> {
    let unknown = || {
        let blanks = [("name", FluentValue::from(name.to_owned()))];
        Failure::new(Exit::Usage, words.tell("explore-unknown-zone", &blanks))
    };
    if let Some(offset) =
        stamp::parse(format!("2000-01-01T00:00{name}").as_bytes()).and_then(|stamp| stamp.offset_secs)
    {
        return jiff::tz::Offset::from_seconds(offset).map(TimeZone::fixed).map_err(|_| unknown());
    }
    TimeZone::get(name).map_err(|_| unknown())
}

fn refusal(path: &str, error: &read::ReadError, words: Words) -> Failure {
    use dialect::DialectError;
    use read::ReadError;
    use source::SourceError;
    let text = |text: &str| FluentValue::from(text.to_owned());
    let told = |key: &str, line: u32, found: &str| {
        let blanks = [("path", text(path)), ("line", FluentValue::from(line)), ("found", text(found))];
        Failure::new(Exit::BadFile, words.tell(key, &blanks))
    };
    match error {
        ReadError::Source(SourceError::Io(error)) => files::unreadable(path, error, words),
        ReadError::Source(SourceError::Empty) => told("explore-empty", 1, ""),
        ReadError::Source(SourceError::Utf16) => told("explore-utf16", 1, ""),
        ReadError::Source(SourceError::Binary) => told("explore-binary", 1, ""),
        ReadError::Source(SourceError::BrokenGzip) => told("explore-broken-gzip", 1, ""),
        ReadError::Dialect(DialectError::OneColumn) => told("explore-one-column", 1, ""),
        ReadError::Dialect(DialectError::NoHeader(line)) => told("explore-no-header", *line, ""),
        ReadError::Dialect(DialectError::NoRows(line)) => told("explore-no-rows", *line, ""),
        ReadError::OtherColumns { line, found } => told("explore-other-columns", *line, found),
        ReadError::TwoColumns { line, name } => told("explore-two-columns", *line, name),
        ReadError::TooLong => told("explore-too-long", u32::MAX, ""),
    }
}

/// The file's name without its folder: a machine's own folders are nobody's business.
fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}
