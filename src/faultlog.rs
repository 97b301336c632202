//! The log of faults: what each did, when, and at which byte. One JSON object a line; the first names the version
//! and the seed.
//!
//! ```text
//! {"balise_fault_log":1,"seed":7}
//! {"time_s":12.0,"kind":"line-noise","offset":1034,"detail":"41 became 49"}
//! ```
//!
//! `time_s` is of the run's clock; `offset` counts the bytes that the device has sent, spoiled or not, from 0. The same
//! seed writes the same bytes. Written by `run` beside its results and by `emulate --fault-log`.

use std::io::{self, Write};

use hil::FaultHit;
use serde_json::json;
use signals::Seed;

/// The version in the first line.
pub const FAULT_LOG_VERSION: u32 = 1;

/// A log being written.
#[derive(Debug)]
pub struct FaultLog<W: Write> {
    out: W,
}

impl<W: Write> FaultLog<W> {
    /// Begins a log.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(mut out: W, seed: Seed) -> io::Result<Self> {
        writeln!(out, "{{\"balise_fault_log\":{FAULT_LOG_VERSION},\"seed\":{}}}", seed.0)?;
        Ok(Self { out })
    }

    /// Adds what a fault did.
    ///
    /// # Errors
    /// What the system says.
    pub fn add(&mut self, hit: &FaultHit) -> io::Result<()> {
        // Written by hand, so that the keys stand in this order.
        let (time, kind, detail) = (json!(hit.at.as_secs()), hit.kind.name(), json!(hit.effect.to_string()));
        let offset = hit.offset;
        writeln!(
            self.out,
            "{{\"time_s\":{time},\"kind\":\"{kind}\",\"offset\":{offset},\"detail\":{detail}}}"
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use hil::Effect;
    use signals::{FaultKind, SimTime};

    #[test]
    fn each_line_is_an_object_with_time_kind_offset_and_detail() {
        let mut bytes = Vec::new();
        let mut log = FaultLog::new(&mut bytes, Seed(7)).unwrap();
        let effect = Effect::Flipped { was: 0x41, is: 0x49 };
        let at = SimTime::from_secs(12.0);
        log.add(&FaultHit { at, kind: FaultKind::LineNoise, offset: 1034, effect }).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let expected = "{\"balise_fault_log\":1,\"seed\":7}\n\
                        {\"time_s\":12.0,\"kind\":\"line-noise\",\"offset\":1034,\"detail\":\"41 became 49\"}\n";
        assert_eq!(text, expected);
    }
}
