//! Clocks: the run's own time against the wall's, with absolute deadlines so that no delay adds up.
//!
//! [`WallClock`] runs `scale` times as fast as the wall. Two processes given the same epoch and scale
//! agree on the run's time to within their wall clocks; each then goes on monotonically, whatever is
//! done to the wall clock later. [`FreeClock`] runs as fast as its caller.
//!
//! ```text
//! now = (wall at start − epoch) · scale + (monotonic now − monotonic at start) · scale
//! ```

use signals::{SimTime, Span, Stamp};
use std::future::Future;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// Something that knows the run's time and can wait for it.
pub trait Clock {
    /// The instant now, on the run's clock and on the wall's.
    fn now(&self) -> Stamp;

    /// Waits until the run's clock says `deadline`; not at all when it has passed. Gives how late
    /// the caller goes on, in the run's time.
    fn wait_until(&mut self, deadline: SimTime) -> impl Future<Output = Span>;
}

/// The wall's time, scaled.
#[derive(Debug, Clone, Copy)]
pub struct WallClock {
    started: Instant,
    wall_at_start_nanos: i64,
    run_at_start_nanos: f64,
    scale: f64,
}

impl WallClock {
    /// A clock that was 0 at the wall time `epoch_unix_nanos` and runs `scale` times as fast. A scale
    /// that is not above 0 counts as 1.
    #[must_use]
    pub fn since(epoch_unix_nanos: i64, scale: f64) -> Self {
        let scale = if scale > 0.0 && scale.is_finite() { scale } else { 1.0 };
        let wall_at_start_nanos = wall_unix_nanos();
        let since_epoch = wall_at_start_nanos.saturating_sub(epoch_unix_nanos);
        Self {
            started: Instant::now(),
            wall_at_start_nanos,
            run_at_start_nanos: since_epoch as f64 * scale,
            scale,
        }
    }

    /// A clock that is 0 now and runs as fast as the wall's.
    #[must_use]
    pub fn from_now() -> Self {
        Self::since(wall_unix_nanos(), 1.0)
    }

    /// When `instant` comes on the machine's monotonic clock.
    fn machine_deadline(&self, instant: SimTime) -> Instant {
        let ahead_nanos = (instant.as_nanos() as f64 - self.run_at_start_nanos) / self.scale;
        self.started + Duration::from_nanos(ahead_nanos.max(0.0) as u64)
    }
}

impl Clock for WallClock {
    fn now(&self) -> Stamp {
        let elapsed_nanos = self.started.elapsed().as_nanos() as i64;
        let run_nanos = self.run_at_start_nanos + elapsed_nanos as f64 * self.scale;
        Stamp {
            monotonic: SimTime::from_nanos(run_nanos.round() as i64),
            wall_unix_nanos: self.wall_at_start_nanos.saturating_add(elapsed_nanos),
        }
    }

    async fn wait_until(&mut self, deadline: SimTime) -> Span {
        tokio::time::sleep_until(self.machine_deadline(deadline)).await;
        (self.now().monotonic - deadline).max(Span::ZERO)
    }
}

/// A clock that is wherever its caller last waited for: as fast as possible.
#[derive(Debug, Clone, Copy)]
pub struct FreeClock {
    now: Stamp,
    epoch_unix_nanos: i64,
}

impl FreeClock {
    /// A clock at 0, which its wall calls `epoch_unix_nanos`.
    #[must_use]
    pub const fn new(epoch_unix_nanos: i64) -> Self {
        let now = Stamp { monotonic: SimTime::ZERO, wall_unix_nanos: epoch_unix_nanos };
        Self { now, epoch_unix_nanos }
    }
}

impl Clock for FreeClock {
    fn now(&self) -> Stamp {
        self.now
    }

    async fn wait_until(&mut self, deadline: SimTime) -> Span {
        self.now.monotonic = self.now.monotonic.max(deadline);
        self.now.wall_unix_nanos = self.epoch_unix_nanos.saturating_add(self.now.monotonic.as_nanos());
        Span::ZERO
    }
}

/// The wall clock, nanoseconds since 1970; a clock before that reads as 1970.
#[must_use]
pub fn wall_unix_nanos() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_clocks_of_one_epoch_and_scale_agree() {
        let epoch = wall_unix_nanos() - 5_000_000_000;
        let first = WallClock::since(epoch, 3600.0);
        std::thread::sleep(Duration::from_millis(20));
        let second = WallClock::since(epoch, 3600.0);
        let apart = (second.now().monotonic - first.now().monotonic).as_secs().abs();
        assert!(apart < 0.05 * 3600.0, "{apart} s of the run apart");
        assert!(first.now().monotonic >= SimTime::from_secs(5.0 * 3600.0));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn deadlines_are_absolute_and_a_past_one_does_not_wait() {
        let mut clock = WallClock::since(wall_unix_nanos(), 1000.0);
        for tick in 1..=5 {
            let deadline = SimTime::from_secs(10.0 * f64::from(tick));
            let late = clock.wait_until(deadline).await;
            assert!(late >= Span::ZERO && clock.now().monotonic >= deadline);
        }
        let before = clock.now();
        assert!(clock.wait_until(SimTime::ZERO).await >= Span::from_secs(50.0));
        assert!((clock.now().monotonic - before.monotonic).as_secs() < 1000.0);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_free_clock_is_there_at_once() {
        let mut clock = FreeClock::new(7);
        let week = SimTime::from_secs(604_800.0);
        clock.wait_until(week).await;
        clock.wait_until(SimTime::ZERO).await;
        assert_eq!(clock.now(), Stamp { monotonic: week, wall_unix_nanos: 7 + week.as_nanos() });
    }
}
