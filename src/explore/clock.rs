//! The time of each row, from whatever the log writes: seconds, an epoch, stamps, a date beside a time.
//!
//! Two clocks come of it: seconds that add up (`secs`, UTC where the log says its offset), and the clock on the
//! wall as written (`wall`), for hours of the day. A date whose day and month could be either is settled on the
//! whole column, and told where nothing settles it.

use jiff::civil;
use jiff::tz::TimeZone;

use super::cells::{Said, number};
use super::header::Unit;
use super::numbers::median;
use super::stamp::{self, Date, Stamp};

/// As many rows tell a log's pace.
const PACE_ROWS: usize = 100_000;

/// What kind of time a log has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockKind {
    /// Seconds from some start of its own.
    Relative,
    /// Seconds since 1970.
    Epoch,
    /// Stamps that say their offset.
    Zoned,
    /// Stamps that do not.
    Local,
}

impl ClockKind {
    /// As files have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relative => "relative",
            Self::Epoch => "epoch",
            Self::Zoned => "zoned",
            Self::Local => "local",
        }
    }
}

/// The time of each row; NaN where it is unknown.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Seconds that add up.
    pub secs: Vec<f64>,
    /// The clock on the wall, where it differs.
    pub wall: Option<Vec<f64>>,
    /// What kind.
    pub kind: ClockKind,
    /// Rows whose time is written and cannot be read, or whose date is of the other order.
    pub unreadable: Vec<usize>,
    /// Day and month could be either, and day first was taken.
    pub is_ambiguous: bool,
}

impl Clock {
    /// Seconds on the wall.
    pub fn wall(&self) -> &[f64] {
        self.wall.as_deref().unwrap_or(&self.secs)
    }

    /// Seconds from row to row, more often than not: gaps and jumps do not count.
    pub fn pace(&self) -> Option<f64> {
        let steps = self.secs.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0.0);
        median(&steps.take(PACE_ROWS).collect::<Vec<f64>>())
    }
}

/// Gathers the time cells of a file, row by row.
#[derive(Debug)]
pub struct Gatherer {
    unit: Option<Unit>,
    mark: u8,
    zone: Option<TimeZone>,
    numbers: Vec<f64>,
    /// Seconds with the day first, and with the month first; filled from the first stamp on.
    stamped: Vec<Slot>,
    rows: usize,
    unreadable: Vec<usize>,
    day_first: usize,
    month_first: usize,
    either: usize,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    /// With the day first, and with the month first.
    secs: [f64; 2],
    offset: f32,
}

const NOTHING: Slot = Slot { secs: [f64::NAN; 2], offset: f32::NAN };

impl Gatherer {
    /// For a column whose name tells this unit, in a file of this decimal mark; stamps without an offset are of
    /// `zone`.
    pub fn new(unit: Option<Unit>, mark: u8, zone: Option<TimeZone>) -> Self {
        Self {
            unit,
            mark,
            zone,
            numbers: Vec::new(),
            stamped: Vec::new(),
            rows: 0,
            unreadable: Vec::new(),
            day_first: 0,
            month_first: 0,
            either: 0,
        }
    }

    /// A line of units below the names tells the unit of the time.
    pub const fn tell_unit(&mut self, unit: Unit) {
        self.unit = Some(unit);
    }

    /// Takes the time cell of the next row, and its date where that stands apart.
    pub fn push(&mut self, cell: &[u8], date: Option<&[u8]>) {
        let row = self.rows;
        self.rows += 1;
        let apart = date.and_then(stamp::parse).and_then(|stamp| stamp.date);
        if let Some(stamp) = stamp::parse(cell) {
            let date = stamp.date.or(apart);
            if let Some(date) = date {
                self.stamp(row, Stamp { date: Some(date), ..stamp }, date);
                return;
            }
        }
        match number(cell, self.mark) {
            Said::Number(value, "") if date.is_none() => {
                self.numbers.resize(row, f64::NAN);
                self.numbers.push(value);
            }
            Said::Blank => {}
            _ => self.unreadable.push(row),
        }
    }

    /// Takes a row without a time.
    pub fn push_nothing(&mut self) {
        self.rows += 1;
    }

    fn stamp(&mut self, row: usize, stamp: Stamp, date: Date) {
        let secs = match date {
            Date::Ymd(year, month, day) => [stamp::day_secs(year, month, day) + stamp.secs; 2],
            Date::Either { first, second, year } => {
                self.either += 1;
                self.day_first += usize::from(second <= 12 && first > 12);
                self.month_first += usize::from(first <= 12 && second > 12);
                let with = |day: u8, month: u8| {
                    if month <= 12 { stamp::day_secs(year, month, day) + stamp.secs } else { f64::NAN }
                };
                [with(first, second), with(second, first)]
            }
        };
        self.stamped.resize(row, NOTHING);
        let offset = stamp.offset_secs.map_or(f32::NAN, |offset| offset as f32);
        self.stamped.push(Slot { secs, offset });
    }

    /// The clock, once the file has ended.
    pub fn finish(self) -> Option<Clock> {
        let stamps = self.stamped.iter().filter(|slot| slot.secs.iter().any(|secs| secs.is_finite())).count();
        let numbers = self.numbers.iter().filter(|value| value.is_finite()).count();
        if stamps + numbers == 0 {
            return None;
        }
        if stamps >= numbers { Some(self.of_stamps()) } else { Some(self.of_numbers()) }
    }

    fn of_numbers(mut self) -> Clock {
        self.numbers.resize(self.rows, f64::NAN);
        let stray = self.stamped.iter().enumerate().filter(|(_, slot)| slot.secs[0].is_finite());
        self.unreadable.extend(stray.map(|(row, _)| row));
        self.unreadable.sort_unstable();
        let sizes: Vec<f64> =
            self.numbers.iter().copied().filter(|value| value.is_finite()).take(1001).collect();
        let typical = median(&sizes).unwrap_or(0.0);
        let (scale, kind) = scale(self.unit, typical);
        if scale != 1.0 {
            for value in &mut self.numbers {
                *value *= scale;
            }
        }
        let wall = match (&self.zone, kind) {
            (Some(zone), ClockKind::Epoch) => Some(on_the_wall(&self.numbers, zone)),
            _ => None,
        };
        Clock { secs: self.numbers, wall, kind, unreadable: self.unreadable, is_ambiguous: false }
    }

    fn of_stamps(mut self) -> Clock {
        self.stamped.resize(self.rows, NOTHING);
        let stray = self.numbers.iter().enumerate().filter(|(_, value)| value.is_finite());
        self.unreadable.extend(stray.map(|(row, _)| row));
        let (order, is_ambiguous) = self.order();
        let mut wall: Vec<f64> = self.stamped.iter().map(|slot| slot.secs[order]).collect();
        let of_other = |(row, slot): (usize, &Slot)| {
            (slot.secs[order].is_nan() && slot.secs[1 - order].is_finite()).then_some(row)
        };
        self.unreadable.extend(self.stamped.iter().enumerate().filter_map(of_other));
        let (secs, wall, kind) = if let Some(zone) = &self.zone {
            let secs = instants(&wall, &self.stamped, zone);
            let wall = on_the_wall(&secs, zone);
            (secs, Some(wall), ClockKind::Zoned)
        } else if self.tells_offsets() {
            self.leave_out(&mut wall, |slot| slot.offset.is_nan());
            let secs =
                wall.iter().zip(&self.stamped).map(|(wall, slot)| wall - f64::from(slot.offset)).collect();
            (secs, Some(wall), ClockKind::Zoned)
        } else {
            self.leave_out(&mut wall, |slot| !slot.offset.is_nan());
            (wall, None, ClockKind::Local)
        };
        self.unreadable.sort_unstable();
        self.unreadable.dedup();
        Clock { secs, wall, kind, unreadable: self.unreadable, is_ambiguous }
    }

    /// Most stamps say their offset.
    fn tells_offsets(&self) -> bool {
        let known = self.stamped.iter().filter(|slot| slot.secs.iter().any(|secs| secs.is_finite()));
        let (with, all) = known.fold((0_usize, 0_usize), |(with, all), slot| {
            (with + usize::from(!slot.offset.is_nan()), all + 1)
        });
        2 * with >= all
    }

    /// Stamps that say their offset and stamps that do not cannot stand on one clock without a zone: the fewer ones
    /// are told and not used.
    fn leave_out(&mut self, wall: &mut [f64], is_other: impl Fn(&Slot) -> bool) {
        for (row, (wall, slot)) in wall.iter_mut().zip(&self.stamped).enumerate() {
            if wall.is_finite() && is_other(slot) {
                *wall = f64::NAN;
                self.unreadable.push(row);
            }
        }
    }

    /// 0 where the day comes first, 1 where the month does; and whether that is a guess.
    fn order(&self) -> (usize, bool) {
        if self.either == 0 {
            return (0, false);
        }
        if self.day_first + self.month_first > 0 {
            return (usize::from(self.month_first > self.day_first), false);
        }
        // The order in which the time runs more evenly.
        let uneven = |order: usize| {
            let known: Vec<f64> =
                self.stamped.iter().map(|slot| slot.secs[order]).filter(|secs| secs.is_finite()).collect();
            let steps: Vec<f64> = known.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let typical = median(&steps).unwrap_or(0.0);
            steps.iter().filter(|step| (**step - typical).abs() > 43_200.0).count()
        };
        let (day, month) = (uneven(0), uneven(1));
        (usize::from(month < day), month == day)
    }
}

/// Seconds since 1970 are more than this; no log of its own start lasts three years.
const EPOCH_SECS_MIN: f64 = 1e8;

/// What one of these numbers is in seconds, and from when they count. Where the unit is told it is not guessed.
fn scale(told: Option<Unit>, typical: f64) -> (f64, ClockKind) {
    let kind = |scale: f64| {
        let is_epoch = scale <= 1.0 && typical * scale > EPOCH_SECS_MIN;
        if is_epoch { ClockKind::Epoch } else { ClockKind::Relative }
    };
    if let Some(unit) = told {
        return (unit.scale, kind(unit.scale));
    }
    let scale = match typical {
        size if size > 1e17 => 1e-9,
        size if size > 1e14 => 1e-6,
        size if size > 1e11 => 1e-3,
        _ => 1.0,
    };
    (scale, kind(scale))
}

/// The wall clock of a zone.
fn on_the_wall(secs: &[f64], zone: &TimeZone) -> Vec<f64> {
    let mut known = (i64::MIN, 0.0);
    secs.iter()
        .map(|secs| {
            if !secs.is_finite() {
                return f64::NAN;
            }
            // Offsets change on quarters of an hour.
            let quarter = (secs / 900.0).floor() as i64;
            if quarter != known.0 {
                let instant = jiff::Timestamp::from_second(quarter.saturating_mul(900)).unwrap_or_default();
                known = (quarter, f64::from(zone.to_offset(instant).seconds()));
            }
            secs + known.1
        })
        .collect()
}

/// Instants of stamps, of a zone where they do not say their offset. An hour that comes twice is told apart by what was
/// before it.
fn instants(wall: &[f64], stamped: &[Slot], zone: &TimeZone) -> Vec<f64> {
    let mut last = f64::NEG_INFINITY;
    let instant = |wall: f64| {
        let (year, month, day) = stamp::civil(wall);
        let of_day = wall.rem_euclid(86_400.0) as i32;
        let (year, month, day) = (i16::try_from(year).ok()?, month as i8, day as i8);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        let civil = civil::DateTime::new(year, month, day, hour as i8, minute as i8, second as i8, 0).ok()?;
        let ambiguous = zone.to_ambiguous_timestamp(civil);
        let early = ambiguous.earlier().ok()?.as_second() as f64;
        let late = ambiguous.later().ok()?.as_second() as f64;
        Some((early + wall.fract(), late + wall.fract()))
    };
    let mut known = |wall: f64, offset: f32| {
        let secs = if offset.is_nan() {
            let (early, late) = instant(wall)?;
            if early < last && late >= last { late } else { early }
        } else {
            wall - f64::from(offset)
        };
        last = secs;
        Some(secs)
    };
    wall.iter()
        .zip(stamped)
        .map(|(wall, slot)| {
            let wall = Some(*wall).filter(|wall| wall.is_finite());
            wall.and_then(|wall| known(wall, slot.offset)).unwrap_or(f64::NAN)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::header::unit_named;

    fn clock(cells: &[&str]) -> Clock {
        gathered(cells, None, None)
    }

    fn gathered(cells: &[&str], unit: Option<&str>, zone: Option<TimeZone>) -> Clock {
        let mut gatherer = Gatherer::new(unit.and_then(unit_named), b'.', zone);
        for cell in cells {
            gatherer.push(cell.as_bytes(), None);
        }
        gatherer.finish().expect("a clock")
    }

    #[test]
    fn seconds_epochs_and_stamps_are_told_apart() {
        let check = |cell: &str, kind: ClockKind, secs: f64| {
            let clock = clock(&[cell]);
            assert_eq!((clock.kind, clock.secs[0]), (kind, secs), "{cell}");
        };
        check("12.5", ClockKind::Relative, 12.5);
        check("1709164800", ClockKind::Epoch, 1_709_164_800.0);
        check("1709164800500", ClockKind::Epoch, 1_709_164_800.5);
        check("2024-02-29 00:00:01", ClockKind::Local, 1_709_164_801.0);
        check("2024-02-29T00:00:01-05:00", ClockKind::Zoned, 1_709_182_801.0);
    }

    #[test]
    fn a_day_beyond_twelve_settles_the_order_and_nothing_else_does() {
        let settled = clock(&["02/01/2024 00:00", "13/01/2024 00:00"]);
        assert_eq!((settled.secs[0], settled.is_ambiguous), (stamp::day_secs(2024, 1, 2), false));
        let american = clock(&["01/02/2024 00:00", "01/13/2024 00:00"]);
        assert_eq!((american.secs[0], american.is_ambiguous), (stamp::day_secs(2024, 1, 2), false));
        let open = clock(&["02/01/2024 00:00", "02/01/2024 01:00"]);
        assert_eq!((open.secs[0], open.is_ambiguous), (stamp::day_secs(2024, 1, 2), true));
        let mixed = clock(&["13/01/2024", "14/01/2024", "01/15/2024"]);
        assert_eq!(mixed.unreadable, [2]);
    }

    #[test]
    fn a_unit_that_is_told_is_not_guessed() {
        let check = |cell: &str, unit: &str, kind: ClockKind, secs: f64| {
            let clock = gathered(&[cell], Some(unit), None);
            assert_eq!((clock.kind, clock.secs[0]), (kind, secs), "{cell} {unit}");
        };
        check("250000000", "ms", ClockKind::Relative, 250_000.0);
        check("1709164800500", "ms", ClockKind::Epoch, 1_709_164_800.5);
        check("1709164800", "s", ClockKind::Epoch, 1_709_164_800.0);
        check("3000000", "min", ClockKind::Relative, 180_000_000.0);
    }

    #[test]
    fn one_stamp_with_an_offset_does_not_shift_the_others() {
        let cells = ["2024-02-29 00:00:01", "2024-02-29T00:01:01-05:00", "2024-02-29 00:02:01"];
        let alone = clock(&cells);
        assert_eq!((alone.kind, alone.unreadable.as_slice()), (ClockKind::Local, &[1][..]));
        assert!(alone.secs[1].is_nan());
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        let zoned = gathered(&cells, None, Some(zone));
        let first = stamp::day_secs(2024, 2, 29) + 5.0 * 3600.0 + 1.0;
        assert_eq!((zoned.kind, zoned.secs), (ClockKind::Zoned, vec![first, first + 60.0, first + 120.0]));
        assert!(zoned.unreadable.is_empty());
    }

    #[test]
    fn a_date_beside_a_time_is_one_stamp() {
        let mut gatherer = Gatherer::new(None, b'.', None);
        gatherer.push(b"14:05", Some(b"2024-02-29"));
        let clock = gatherer.finish().expect("a clock");
        assert_eq!(clock.secs, [1_709_164_800.0 + 50_700.0]);
    }
}
