//! The days of a log and the hours in them: of the clock on its wall, or counted from its first row where it tells no date.

use super::clock::{Clock, ClockKind};
use super::stamp;

const DAY_SECS: f64 = 86_400.0;

/// Where the days of a log begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    start: f64,
    is_relative: bool,
}

impl Days {
    /// `None` of a clock that never tells the time.
    pub(super) fn of(clock: &Clock) -> Option<Self> {
        let first = clock.secs.iter().copied().find(|secs| secs.is_finite())?;
        let is_relative = clock.kind == ClockKind::Relative;
        Some(Self { start: if is_relative { first } else { 0.0 }, is_relative })
    }

    /// They have no dates.
    pub(super) const fn are_counted(self) -> bool {
        self.is_relative
    }

    /// The day of an instant on the wall.
    pub(super) fn day(self, wall: f64) -> i64 {
        ((wall - self.start) / DAY_SECS).floor() as i64
    }

    /// The whole hour since the first day began.
    pub(super) fn hour(self, secs: f64) -> i64 {
        ((secs - self.start) / 3600.0).floor() as i64
    }

    /// The hour of the day, 0 to 23.
    pub(super) fn hour_of_day(self, wall: f64) -> usize {
        (((wall - self.start).rem_euclid(DAY_SECS) / 3600.0) as usize).min(23)
    }

    /// `2026-01-02`, or `1` for the first.
    pub(super) fn name(self, day: i64) -> String {
        if self.is_relative {
            return (day + 1).to_string();
        }
        let (year, month, day) = stamp::civil(day as f64 * DAY_SECS);
        format!("{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(kind: ClockKind, first: f64) -> Days {
        let clock = Clock {
            secs: vec![f64::NAN, first],
            wall: None,
            kind,
            unreadable: Vec::new(),
            is_ambiguous: false,
        };
        Days::of(&clock).expect("an instant")
    }

    #[test]
    fn days_are_those_of_the_calendar_or_counted_from_the_first_row() {
        let dated = days(ClockKind::Local, 1_709_164_800.0 + 50_000.0);
        assert_eq!(dated.name(dated.day(1_709_164_800.0 + 86_399.0)), "2024-02-29");
        assert_eq!(dated.hour_of_day(1_709_164_800.0 + 50_706.0), 14);
        let counted = days(ClockKind::Relative, 1_000.0);
        assert_eq!((counted.name(counted.day(1_000.0)), counted.hour_of_day(1_000.0)), ("1".to_owned(), 0));
        assert_eq!(counted.name(counted.day(87_400.0)), "2");
    }
}
