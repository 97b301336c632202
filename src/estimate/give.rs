//! Where estimates of collected readings go: a table, a text that promtool back-fills, a page, or back into the
//! Prometheus they came from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use exporter::collected::COLLECTED;
use exporter::{BatteryId, Board, Info};

use super::ward::{Told, Ward};
use crate::estimates::EstimatesWriter;
use crate::failure::Failure;
use crate::files;
use crate::words::Words;

/// Takes estimates in the order of time of each battery.
pub trait Taker {
    /// An estimate of this battery.
    ///
    /// # Errors
    /// What ends the command.
    fn take(&mut self, ward: &Ward, told: &Told) -> Result<(), Failure>;

    /// Everything that was asked has been taken, up to the instant `asked` (Unix milliseconds): it is `now`.
    ///
    /// # Errors
    /// What ends the command.
    fn settle(&mut self, _wards: &BTreeMap<BatteryId, Ward>, _asked: i64, _now: i64) -> Result<(), Failure> {
        Ok(())
    }

    /// Whether it takes more just now: where not, nothing is asked until it does.
    fn has_room(&self) -> bool {
        true
    }

    /// There is no more.
    ///
    /// # Errors
    /// What ends the command.
    fn finish(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

/// The metrics of an estimate that have a value.
pub fn values(told: &Told) -> impl Iterator<Item = (&'static str, f64)> + '_ {
    COLLECTED.iter().filter_map(|column| {
        let value = (column.get)(&told.row).filter(|value| value.is_finite())?;
        Some((column.metric.name, value))
    })
}

/// The estimates file of `replay`, beside its place until it is whole.
pub struct Table {
    path: PathBuf,
    writer: EstimatesWriter<BufWriter<File>>,
    words: Words,
}

impl Table {
    /// A table at `path`.
    ///
    /// # Errors
    /// Exit 3 where it cannot be made.
    pub fn create(path: &Path, words: Words) -> Result<Self, Failure> {
        let writer = EstimatesWriter::new(files::create(&files::beside(path), words)?)
            .map_err(|error| files::unwritable(path, &error, words))?;
        Ok(Self { path: path.to_owned(), writer, words })
    }
}

impl Taker for Table {
    fn take(&mut self, ward: &Ward, told: &Told) -> Result<(), Failure> {
        let added = self.writer.add(&ward.id, &told.reading, &told.estimate);
        added.map_err(|error| files::unwritable(&self.path, &error, self.words))
    }

    fn finish(&mut self) -> Result<(), Failure> {
        let moved = self.writer.flush().and_then(|()| std::fs::rename(files::beside(&self.path), &self.path));
        moved.map_err(|error| files::unwritable(&self.path, &error, self.words))
    }
}

/// OpenMetrics with time stamps, for `promtool tsdb create-blocks-from openmetrics`: a metric's samples stand
/// together, so they are kept until the end.
pub struct Text {
    path: PathBuf,
    metrics: BTreeMap<&'static str, String>,
    words: Words,
}

impl Text {
    /// A text that will be at `path`.
    #[must_use]
    pub fn at(path: &Path, words: Words) -> Self {
        Self { path: path.to_owned(), metrics: BTreeMap::new(), words }
    }

    fn write(&self) -> std::io::Result<()> {
        let part = files::beside(&self.path);
        let mut out = BufWriter::new(File::create(&part)?);
        for (name, samples) in &self.metrics {
            let help = COLLECTED.iter().find(|column| column.metric.name == *name);
            writeln!(out, "# TYPE {name} gauge")?;
            writeln!(out, "# HELP {name} {}", help.map_or("", |column| column.metric.help))?;
            out.write_all(samples.as_bytes())?;
        }
        out.write_all(b"# EOF\n")?;
        out.flush()?;
        std::fs::rename(part, &self.path)
    }
}

impl Taker for Text {
    fn take(&mut self, ward: &Ward, told: &Told) -> Result<(), Failure> {
        use std::fmt::Write as _;
        for (name, value) in values(told) {
            let samples = self.metrics.entry(name).or_default();
            // Identities hold nothing to escape; writing to a string cannot fail.
            let _ = writeln!(
                samples,
                "{name}{{site=\"{}\",battery=\"{}\"}} {value} {}.{:03}",
                ward.id.site(),
                ward.id.battery(),
                told.at.div_euclid(1000),
                told.at.rem_euclid(1000)
            );
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.write().map_err(|error| files::unwritable(&self.path, &error, self.words))
    }
}

/// The latest of each battery on a page.
pub struct Page(pub Board);

impl Taker for Page {
    fn take(&mut self, ward: &Ward, told: &Told) -> Result<(), Failure> {
        self.0.describe(&ward.id, Info::new(ward.chemistry, "collected"));
        self.0.publish(&ward.id, &told.row);
        Ok(())
    }

    fn settle(&mut self, wards: &BTreeMap<BatteryId, Ward>, _: i64, now: i64) -> Result<(), Failure> {
        wards.values().filter(|ward| ward.is_silent(now)).for_each(|ward| self.0.silence(&ward.id));
        Ok(())
    }
}
