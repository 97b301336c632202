//! All virtual devices on their lines, stepped by one thread on the machine's clock.

use std::path::Path;
use std::time::{Duration, Instant};

use hil::link::LinkError;
use hil::link::memory::{self, DeviceEnd, MonitorEnd};
use hil::link::pty::Pty;
use signals::{SimTime, Span};

use super::talker::{Manner, Talker};

/// An adapter hands over what its line has carried this often.
pub const GRAIN: Span = Span::from_millis(16);

/// The device's end of a line.
#[derive(Debug)]
enum End {
    Memory(DeviceEnd),
    Pty(Pty),
}

/// The devices.
#[derive(Debug)]
pub struct Crowd {
    devices: Vec<(Talker, End)>,
}

/// What they said.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Said {
    /// Frames that can be found in what was put on the lines.
    pub frames: u64,
    /// Frames that the lines' faults spoiled.
    pub spoiled: u64,
    /// Bytes that found a line's buffer full.
    pub bytes_refused: u64,
    /// How late the latest of them spoke: this side's own trouble, s.
    pub late_secs: f64,
}

impl Crowd {
    /// On lines in memory; the monitor's ends beside.
    #[must_use]
    pub fn in_memory(manner: &Manner, count: u64) -> (Self, Vec<MonitorEnd>) {
        let plugged = (0..count).map(|number| {
            let (device, monitor) = memory::line();
            ((Talker::new(manner, number, count), End::Memory(device)), monitor)
        });
        let (devices, ends) = plugged.unzip();
        (Self { devices }, ends)
    }

    /// On pseudo-terminals, the `number`th at [`link`].
    ///
    /// # Errors
    /// Where the system has no more terminals, or no more descriptors.
    pub fn on_ptys(manner: &Manner, count: u64, folder: &Path) -> Result<Self, LinkError> {
        let plug = |number| {
            let pty = Pty::plug(folder.join(link(number)))?;
            Ok((Talker::new(manner, number, count), End::Pty(pty)))
        };
        Ok(Self { devices: (0..count).map(plug).collect::<Result<_, LinkError>>()? })
    }

    /// Talks for this long, and a moment longer until the lines have carried everything.
    ///
    /// # Errors
    /// Where a line is gone.
    pub fn talk(&mut self, length: Duration) -> Result<Said, LinkError> {
        let (began, until) = (Instant::now(), SimTime::from_secs(length.as_secs_f64()));
        let (mut said, mut out) = (Said::default(), Vec::new());
        let grain = Duration::from_nanos(GRAIN.as_nanos().unsigned_abs());
        let mut wake = began;
        while began.elapsed() < length + Duration::from_millis(500) {
            let now = SimTime::from_secs(began.elapsed().as_secs_f64());
            for (talker, end) in &mut self.devices {
                out.clear();
                said.late_secs = talker.step(now, until, &mut out).as_secs().max(said.late_secs);
                if !out.is_empty() {
                    said.bytes_refused += (out.len() - end.send(&out)?) as u64;
                }
            }
            wake = (wake + grain).max(Instant::now());
            std::thread::sleep(wake.saturating_duration_since(Instant::now()));
        }
        said.frames = self.devices.iter().map(|(talker, _)| talker.frames()).sum();
        said.spoiled = self.devices.iter().map(|(talker, _)| talker.spoiled()).sum();
        Ok(said)
    }
}

impl End {
    fn send(&mut self, bytes: &[u8]) -> Result<usize, LinkError> {
        match self {
            Self::Memory(end) => end.send_now(bytes),
            Self::Pty(pty) => pty.send_now(bytes),
        }
    }
}

/// The name of a device's terminal.
#[must_use]
pub fn link(number: u64) -> String {
    format!("line{number}")
}
