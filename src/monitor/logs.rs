//! The files a monitor writes as it goes: the capture of every byte, and every estimate.

use std::fs::File;
use std::io::BufWriter;

use exporter::BatteryId;
use hil::capture::{Event, Writer};
use signals::{Estimate, Reading, Stamp};

use super::Options;
use crate::estimates::EstimatesWriter;
use crate::failure::Failure;
use crate::files;
use crate::replay::source_name;
use crate::words::Words;

/// A line that babbles must not fill the disk: two months of a well-behaved device.
const CAPTURE_BYTES_MAX: u64 = 2 << 30;

/// Both files, each only where it was asked for.
#[derive(Debug)]
pub struct Logs {
    capture: Option<Writer<BufWriter<File>>>,
    estimates: Option<EstimatesWriter<BufWriter<File>>>,
    /// Bytes of the lines in the capture so far.
    captured: u64,
    /// The first thing that went wrong: a full disk stops the log, not the watch.
    failed: Option<String>,
}

impl Logs {
    /// Begins the files asked for.
    ///
    /// # Errors
    /// Where one cannot be made.
    pub fn open(options: &Options, words: Words) -> Result<Self, Failure> {
        let capture = options.capture.as_deref().map(|path| {
            let unwritable = |error: hil::capture::CaptureError| {
                files::unwritable(path, &std::io::Error::other(error), words)
            };
            files::set_aside(path).map_err(|error| files::unwritable(path, &error, words))?;
            let mut writer = Writer::new(files::create(path, words)?).map_err(unwritable)?;
            writer.remark(concat!("balise ", env!("CARGO_PKG_VERSION"))).map_err(unwritable)?;
            Ok(writer)
        });
        let estimates = options.estimates.as_deref().map(|path| {
            files::set_aside(path).map_err(|error| files::unwritable(path, &error, words))?;
            EstimatesWriter::new(files::create(path, words)?)
                .map_err(|error| files::unwritable(path, &error, words))
        });
        Ok(Self {
            capture: capture.transpose()?,
            estimates: estimates.transpose()?,
            captured: 0,
            failed: None,
        })
    }

    /// Notes what happened on the line of a battery.
    pub fn happened(&mut self, id: &BatteryId, stamp: Stamp, event: Event<'_>) {
        let Some(capture) = &mut self.capture else { return };
        if let Event::Bytes(bytes) = event {
            self.captured += bytes.len() as u64;
        }
        if self.captured > CAPTURE_BYTES_MAX {
            self.finish_capture();
            self.failed.get_or_insert_with(|| format!("{} MB", CAPTURE_BYTES_MAX >> 20));
            return;
        }
        if let Err(error) = capture.record(&source_name(id), stamp, event) {
            self.capture = None;
            self.failed.get_or_insert(error.to_string());
        }
    }

    /// Hands on what is written and takes no more.
    fn finish_capture(&mut self) {
        let ended = self.capture.take().map(|mut capture| capture.flush());
        if let Some(Err(error)) = ended {
            self.failed.get_or_insert(error.to_string());
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
        let capture = self
            .capture
            .as_mut()
            .map_or(Ok(()), |capture| capture.flush().map_err(|error| error.to_string()));
        let estimates = self
            .estimates
            .as_mut()
            .map_or(Ok(()), |estimates| estimates.flush().map_err(|error| error.to_string()));
        if let Err(error) = capture.and(estimates) {
            self.failed.get_or_insert(error);
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
        match self.failed.take() {
            None => Ok(()),
            Some(reason) => {
                Err(files::unwritable("capture, estimates".as_ref(), &std::io::Error::other(reason), words))
            }
        }
    }
}
