//! A schedule of absolute deadlines on the monotonic clock, kept by a thread of its own.
//!
//! ```text
//! deadline[k] = start + k·period        lateness[k] = (mark sent, or thread awake) − deadline[k]
//! ```
//!
//! Each wait is to a deadline, not for a period, so no delay adds up: a tick that comes late does not move the
//! next. What is missed is not made up for in number, only taken at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hil::link::LinkError;
use hil::link::serial::Serial;

use super::lateness::Lateness;

/// Sent at each tick, where there is a line.
const MARK: [u8; 8] = *b"balise\r\n";

/// A schedule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Between ticks.
    pub period: Duration,
    /// How many.
    pub ticks: u32,
    /// Later than this is missed.
    pub late_after: Duration,
}

/// Stops the thread when the run is left in the middle of a schedule.
struct Stopper(Arc<AtomicBool>);

impl Drop for Stopper {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Keeps `schedule`, sending a mark on `line` at each tick; gives the line back.
///
/// # Errors
/// Where the line fails, or the system has no thread to spare.
pub async fn keep(schedule: Schedule, line: &mut Option<Serial>, marks: bool) -> Result<Lateness, LinkError> {
    let stop = Stopper(Arc::new(AtomicBool::new(false)));
    let (done, result) = tokio::sync::oneshot::channel();
    let mut port = if marks { line.take() } else { None };
    let stopped = stop.0.clone();
    let spawned = std::thread::Builder::new().name("pace".to_owned()).spawn(move || {
        let outcome = tick(schedule, port.as_mut(), &stopped);
        // Nobody is waiting any more where the run was left.
        let _ = done.send((outcome, port));
    });
    let io = |source| LinkError::Io { path: "pace".into(), source };
    spawned.map_err(io)?;
    let gone = std::io::Error::other("the scheduler's thread is gone");
    let (outcome, port) = result.await.map_err(|_| io(gone))?;
    if port.is_some() {
        *line = port;
    }
    outcome
}

fn tick(schedule: Schedule, mut line: Option<&mut Serial>, stop: &AtomicBool) -> Result<Lateness, LinkError> {
    let start = Instant::now() + schedule.period;
    let mut late = Vec::with_capacity(schedule.ticks as usize);
    for number in 0..schedule.ticks {
        let deadline = start + schedule.period * number;
        std::thread::sleep(deadline.saturating_duration_since(Instant::now()));
        if stop.load(Ordering::Relaxed) {
            break;
        }
        if let Some(line) = &mut line {
            line.send_now(&MARK)?;
        }
        late.push(Instant::now().saturating_duration_since(deadline).as_secs_f64());
    }
    let planned = schedule.period.as_secs_f64() * late.len() as f64;
    let took = (start.elapsed() + schedule.period).as_secs_f64();
    Ok(Lateness::new(late, schedule.late_after.as_secs_f64(), planned, took))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn a_late_tick_does_not_move_the_next() {
        let schedule =
            Schedule { period: Duration::from_millis(5), ticks: 40, late_after: Duration::from_millis(50) };
        let lateness = tick(schedule, None, &AtomicBool::new(false)).unwrap();
        assert_eq!(lateness.ticks(), 40);
        // Had delays added up, 40 of them would show in the length of the whole.
        assert!(lateness.real_time_factor() > 0.8, "{}", lateness.real_time_factor());
    }
}
