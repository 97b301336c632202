//! Time as integer nanoseconds, so that a simulated year adds up exactly.
//!
//! [`SimTime`] counts from the start of a run on a clock that never jumps; calendar time appears only
//! in the sky and at the edges of the program.

use std::ops::{Add, AddAssign, Sub};

const NANOS_PER_SEC: i64 = 1_000_000_000;

/// An instant: nanoseconds since the start of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct SimTime(i64);

/// A length of time in nanoseconds; negative where a clock was seen to run backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Span(i64);

/// When bytes arrived: on the monotonic clock that estimates use, and on the wall clock people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    /// Monotonic instant, from the start of the run.
    pub monotonic: SimTime,
    /// Wall clock, nanoseconds since 1970-01-01T00:00:00Z.
    pub wall_unix_nanos: i64,
}

impl SimTime {
    /// The start of the run.
    pub const ZERO: Self = Self(0);

    /// The instant this many nanoseconds after the start.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// The instant this many seconds after the start, to the nearest nanosecond.
    #[must_use]
    pub fn from_secs(secs: f64) -> Self {
        Self((secs * NANOS_PER_SEC as f64).round() as i64)
    }

    /// Nanoseconds since the start.
    #[must_use]
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Seconds since the start.
    #[must_use]
    pub fn as_secs(self) -> f64 {
        self.0 as f64 / NANOS_PER_SEC as f64
    }

    /// Hours since the start.
    #[must_use]
    pub fn as_hours(self) -> f64 {
        self.as_secs() / 3600.0
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// This many nanoseconds.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// This many milliseconds.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis * 1_000_000)
    }

    /// This many seconds, to the nearest nanosecond.
    #[must_use]
    pub fn from_secs(secs: f64) -> Self {
        Self((secs * NANOS_PER_SEC as f64).round() as i64)
    }

    /// Nanoseconds.
    #[must_use]
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Seconds.
    #[must_use]
    pub fn as_secs(self) -> f64 {
        self.0 as f64 / NANOS_PER_SEC as f64
    }
}

impl Add<Span> for SimTime {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0 + span.0)
    }
}

impl AddAssign<Span> for SimTime {
    fn add_assign(&mut self, span: Span) {
        self.0 += span.0;
    }
}

impl Sub for SimTime {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0 - earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_seconds_adds_up_exactly() {
        let step = Span::from_secs(1.0);
        let mut now = SimTime::ZERO;
        for _ in 0..365 * 24 * 3600 {
            now += step;
        }
        assert_eq!(now - SimTime::ZERO, Span::from_secs(365.0 * 24.0 * 3600.0));
    }
}
