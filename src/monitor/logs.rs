//! The files a monitor writes as it goes: the capture of every byte, and every estimate.

use std::fs::File;
use std::io::BufWriter;

use exporter::BatteryId;
use hil::capture::Event;
use signals::{Estimate, Reading, Stamp};

use super::Options;
use crate::capture::{About, CaptureFile};
use crate::config::Config;
use crate::estimates::EstimatesWriter;
use crate::failure::Failure;
use crate::files;
use crate::replay::source_name;
use crate::words::Words;

/// Both files, each only where it was asked for.
#[derive(Debug)]
pub struct Logs {
    capture: Option<CaptureFile>,
    estimates: Option<EstimatesWriter<BufWriter<File>>>,
    /// The first thing that went wrong: a full disk stops the log, not the watch.
    failed: Option<String>,
}

impl Logs {
    /// Begins the files asked for.
    ///
    /// # Errors
    /// Where one cannot be made.
    pub fn open(config: &Config, options: &Options, words: Words) -> Result<Self, Failure> {
        let about = about(config, options);
        let capture = options.capture.as_deref().map(|path| CaptureFile::create(path, &about, words));
        let estimates = options.estimates.as_deref().map(|path| {
            files::set_aside(path).map_err(|error| files::unwritable(path, &error, words))?;
            EstimatesWriter::new(files::create(path, words)?)
                .map_err(|error| files::unwritable(path, &error, words))
        });
        Ok(Self { capture: capture.transpose()?, estimates: estimates.transpose()?, failed: None })
    }

    /// Notes what happened on the line of a battery.
    pub fn happened(&mut self, id: &BatteryId, stamp: Stamp, event: Event<'_>) {
        if let Some(capture) = &mut self.capture {
            capture.record(&source_name(id), stamp, event);
        }
    }

    /// Notes an estimate and the reading it follows.
    pub fn estimated(&mut self, id: &BatteryId, reading: &Reading, estimate: &Estimate) {
        let Some(estimates) = &mut self.estimates else { return };
        if let Err(error) = estimates.add(id, reading, estimate) {
            self.estimates = None;
            self.failed.get_or_insert(error.to_string());
        }
    }

    /// Hands everything written so far to the system.
    pub fn flush(&mut self) {
        if let Some(capture) = &mut self.capture {
            capture.sync_now_and_then();
            self.failed = self.failed.take().or(capture.trouble());
        }
        if let Some(Err(error)) = self.estimates.as_mut().map(EstimatesWriter::flush) {
            self.failed.get_or_insert(error.to_string());
        }
    }

    /// What went wrong since the start, told once.
    pub fn trouble(&mut self) -> Option<String> {
        self.failed.take()
    }

    /// Ends both files.
    ///
    /// # Errors
    /// Where something could not be written: the files are then not whole.
    pub fn finish(&mut self, words: Words) -> Result<(), Failure> {
        self.flush();
        if let Some(capture) = &mut self.capture {
            capture.finish(words)?;
        }
        match self.failed.take() {
            None => Ok(()),
            Some(reason) => {
                Err(files::unwritable("capture, estimates".as_ref(), &std::io::Error::other(reason), words))
            }
        }
    }
}

fn about(config: &Config, options: &Options) -> About {
    let started = options.about.clone().started(hil::pace::wall_unix_nanos());
    config.batteries.iter().fold(started.at_speed(options.speed.unwrap_or(1.0)), |about, battery| {
        let id = BatteryId::new(&battery.site, &battery.name);
        about.of_device(&source_name(&id), battery.device)
    })
}
