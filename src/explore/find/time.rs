//! The clock of a log: rows twice, rows at the wrong place, a clock set back or forth, rows that are missing.
//!
//! A step of time far beyond its neighbours is a gap, unless the clock came back by as much later (a clock that was
//! wrong for a while), or a counter of charge shows that no time passed (a clock that was set forth). A step back is
//! never a gap. What was explained is mended in the work's own time, so that the charge of later rows adds up.

use super::duplicate;
use super::{Finding, Kind, Occurrence, Work};
use crate::explore::clock::ClockKind;
use crate::explore::header::Quantity;
use crate::explore::numbers::{median_of_few, quantile, resolution};
use crate::explore::stamp;
use crate::explore::table::Table;

/// Neighbours on each side that tell how long a step is here.
const NEIGHBOURS: usize = 12;
/// Rows on each side whose mean current tells what a gap would have moved.
const CURRENT_ROWS: usize = 30;

/// A clock may have been wrong for so long, or for as long as it was wrong by, s. A gap of an hour in June and the end of
/// summer time in November are two things.
const WRONG_SECS_MAX: f64 = 7.0 * 86_400.0;

/// One step that is none of its neighbours'.
#[derive(Debug, Clone, Copy)]
struct Event {
    /// Among the kept rows; the step ends here.
    at: usize,
    /// Beyond the step that was due, s.
    shift: f64,
    nominal: f64,
}

pub(super) fn find(table: &Table) -> (Vec<Finding>, Work) {
    let Some(clock) = &table.clock else { return (Vec::new(), Work::without_time(table)) };
    let repeats = duplicate::split(table, &clock.secs);
    let mut kept = repeats.kept;
    let mut found = vec![
        Finding::of_rows(Kind::Duplicate, None, &repeats.same),
        Finding::of_rows(Kind::DuplicateStamp, None, &repeats.conflicting),
    ];
    let mut secs: Vec<f64> = kept.iter().map(|row| clock.secs[*row]).collect();
    let strays = take_strays(&mut kept, &mut secs);
    found.push(Finding::of_rows(Kind::OutOfOrder, None, &strays));
    let events = events(&secs);
    let (mut jumps, mut summer, mut gaps) = (Vec::new(), Vec::new(), Vec::new());
    let evidence = Evidence::of(table, &kept);
    // Summer time is what the wall shows: only the time that adds up is mended of it.
    let (mut shift, mut of_summer) = (0.0, 0.0);
    let mut mended = secs.clone();
    let mut wall: Vec<f64> = kept.iter().map(|row| clock.wall()[*row]).collect();
    let mut until = 0;
    let mut mend = |from: usize, to: usize, by: f64, of_summer: f64| {
        for (secs, wall) in mended.iter_mut().zip(&mut wall).take(to).skip(from) {
            *secs -= by;
            *wall -= by - of_summer;
        }
    };
    let mut at = 0;
    while let Some(event) = events.get(at) {
        let occurrence = |first: usize, last: usize, measure: f64| Occurrence {
            first: kept[first],
            last: kept[last],
            measure: Some(measure),
        };
        // Everything up to here runs with the shift so far.
        mend(until, event.at, shift, of_summer);
        until = event.at;
        let partner = partner(&events, at, &secs, clock.kind);
        if is_summer_time(clock.kind, secs[event.at], event) {
            summer.push(occurrence(event.at, event.at, event.shift));
            shift += event.shift;
            of_summer += event.shift;
        } else if let Some(back) = partner {
            jumps.push(occurrence(event.at, events[back].at - 1, event.shift));
            mend(event.at, events[back].at, shift + event.shift, of_summer);
            until = events[back].at;
            // What lies between, if anything, belongs to the wrong clock.
            shift += event.shift + events[back].shift;
            if (event.shift + events[back].shift).abs() <= 2.0 * event.nominal {
                shift -= event.shift + events[back].shift;
            }
            at = back;
        } else if event.shift < 0.0 || evidence.says_no_time_passed(&secs, event) {
            jumps.push(occurrence(event.at, event.at, event.shift));
            shift += event.shift;
        } else {
            gaps.push(occurrence(event.at - 1, event.at, secs[event.at] - secs[event.at - 1]));
        }
        at += 1;
    }
    mend(until, secs.len(), shift, of_summer);
    found.push(Finding::new(Kind::ClockJump, None, jumps));
    found.push(Finding::new(Kind::Dst, None, summer));
    let gap_ends: Vec<usize> = gaps.iter().map(|gap| gap.last).collect();
    found.push(Finding::new(Kind::Gap, None, gaps));
    (found, Work::new(table, kept, mended, wall, &gap_ends))
}

/// Rows whose time alone is wrong while their neighbours go on: taken out.
fn take_strays(kept: &mut Vec<usize>, secs: &mut Vec<f64>) -> Vec<usize> {
    let typical = typical_step(secs);
    let (mut strays, mut rows, mut times) = (Vec::new(), Vec::with_capacity(kept.len()), Vec::new());
    for at in 0..secs.len() {
        let now = secs[at];
        let after = secs.get(at + 1).copied();
        // The row goes back by a little and the next goes on as if it had not been there.
        let is_stray = times.last().zip(after).is_some_and(|(before, after): (&f64, f64)| {
            let back = before - now;
            back > 0.0 && back <= 20.0 * typical && after > *before && after - before <= 3.0 * typical
        });
        if is_stray {
            strays.push(kept[at]);
        } else {
            rows.push(kept[at]);
            times.push(now);
        }
    }
    (*kept, *secs) = (rows, times);
    strays
}

fn typical_step(secs: &[f64]) -> f64 {
    let steps: Vec<f64> = secs.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0.0).collect();
    quantile(&steps, 0.5).unwrap_or(1.0)
}

fn events(secs: &[f64]) -> Vec<Event> {
    let steps: Vec<f64> = secs.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let positive: Vec<f64> = steps.iter().copied().filter(|step| *step > 0.0).collect();
    let share = |share: f64| quantile(&positive, share).unwrap_or(1.0);
    let is_even = share(0.95) < 1.05 * share(0.05);
    let mut events = Vec::new();
    for (index, step) in steps.iter().copied().enumerate() {
        let near = |offset: isize| index.checked_add_signed(offset).and_then(|at| steps.get(at)).copied();
        let least = [-2, -1, 1, 2].into_iter().filter_map(near).fold(f64::INFINITY, f64::min);
        if step > 0.0 && step <= 1.4 * least.max(0.0) {
            continue;
        }
        let (nominal, large) = around(&steps, index).unwrap_or((share(0.5), share(0.9)));
        let limit = if is_even { 1.5 * nominal } else { (2.5 * nominal).max(1.5 * large) };
        if step <= 0.0 || step > limit {
            events.push(Event { at: index + 1, shift: step - nominal, nominal });
        }
    }
    events
}

/// The median step around, without this one, and the ninth decile.
fn around(steps: &[f64], index: usize) -> Option<(f64, f64)> {
    let from = index.saturating_sub(NEIGHBOURS);
    let until = (index + NEIGHBOURS + 1).min(steps.len());
    let mut near: Vec<f64> =
        (from..until).filter(|at| *at != index).map(|at| steps[at]).filter(|step| *step > 0.0).collect();
    if near.is_empty() {
        return None;
    }
    let median = median_of_few(&mut near);
    Some((median, near[(near.len() - 1) * 9 / 10]))
}

/// The event that takes this one back, within the time that a clock may have been wrong.
fn partner(events: &[Event], at: usize, secs: &[f64], kind: ClockKind) -> Option<usize> {
    let event = events.get(at)?;
    let is_partner = |other: &Event| {
        let rest = (other.shift + event.shift).abs();
        other.shift * event.shift < 0.0 && rest <= (2.0 * event.nominal).max(0.01 * event.shift.abs())
    };
    let longest = WRONG_SECS_MAX.max(event.shift.abs());
    let is_near = |other: &&Event| secs[other.at - 1] - secs[event.at] <= longest;
    // A step back of another size, or the end of summer time, is an event of its own.
    let stops = |other: &Event| is_summer_time(kind, secs[other.at], other) || other.shift < 0.0;
    let ahead = events[at + 1..].iter().take_while(is_near);
    let (place, other) = ahead.enumerate().find(|(_, other)| is_partner(other) || stops(other))?;
    (is_partner(other) && !is_summer_time(kind, secs[other.at], other)).then_some(at + 1 + place)
}

/// An hour, on a Sunday night of March, April, October or November, on a clock that does not tell its offset.
fn is_summer_time(kind: ClockKind, secs: f64, event: &Event) -> bool {
    let hour = (event.shift.abs() - 3600.0).abs() <= 2.0 * event.nominal.min(600.0);
    let (_, month, _) = stamp::civil(secs);
    let is_sunday = ((secs / 86_400.0).floor() as i64 + 4).rem_euclid(7) == 0;
    let clock = secs.rem_euclid(86_400.0) / 3600.0;
    kind == ClockKind::Local
        && hour
        && is_sunday
        && matches!(month, 3 | 4 | 10 | 11)
        && (0.9..=4.1).contains(&clock)
}

/// A counter of charge and the current that moves it.
struct Evidence {
    pairs: Option<(Vec<f64>, Vec<f64>, f64)>,
}

impl Evidence {
    fn of(table: &Table, kept: &[usize]) -> Self {
        let column = |quantity: Quantity| {
            let column = table.columns.iter().find(|column| column.quantity == quantity)?;
            let unit = column.unit_or_base()?;
            let numbers = column.numbers()?;
            Some(kept.iter().map(|row| unit.to_base(numbers[*row])).collect::<Vec<f64>>())
        };
        let both = column(Quantity::Charge).zip(column(Quantity::Current));
        Self {
            pairs: both
                .map(|(charge, current)| (resolution(&charge), charge, current))
                .map(|(step, a, b)| (a, b, step)),
        }
    }

    /// The counter went on by one step only, where the gap would have moved it by many.
    fn says_no_time_passed(&self, secs: &[f64], event: &Event) -> bool {
        let Some((charge, current, step)) = &self.pairs else { return false };
        let at = event.at;
        let from = at.saturating_sub(CURRENT_ROWS);
        let until = (at + CURRENT_ROWS).min(current.len());
        let known: Vec<f64> = current[from..until].iter().copied().filter(|amps| amps.is_finite()).collect();
        if known.is_empty() || !(charge[at] - charge[at - 1]).is_finite() {
            return false;
        }
        let amps = known.iter().sum::<f64>() / known.len() as f64;
        let size = known.iter().map(|amps| amps.abs()).sum::<f64>() / known.len() as f64;
        // A current that comes and goes tells nothing of the time in between.
        if amps.abs() < 0.9 * size || known.iter().any(|one| (one - amps).abs() > 0.5 * size) {
            return false;
        }
        let (whole, due) = (amps * (secs[at] - secs[at - 1]) / 3600.0, size * event.nominal / 3600.0);
        let moved = (charge[at] - charge[at - 1]).abs();
        whole.abs() >= 20.0 * step && whole.abs() >= 8.0 * due && moved <= (3.0 * due).max(3.0 * step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten-minute rows whose step to each of `steps` is longer by so many seconds.
    fn seconds(rows: usize, steps: &[(usize, f64)]) -> Vec<f64> {
        let shift = |row: usize| steps.iter().filter(|(at, _)| *at <= row).map(|(_, by)| by).sum::<f64>();
        (0..rows).map(|row| row as f64 * 600.0 + shift(row)).collect()
    }

    fn partner_of_first(secs: &[f64], kind: ClockKind) -> Option<usize> {
        partner(&events(secs), 0, secs, kind)
    }

    #[test]
    fn a_step_that_comes_back_within_days_is_a_wrong_clock_and_after_months_it_is_not() {
        let soon = seconds(3_000, &[(100, 7_200.0), (300, -7_200.0)]);
        assert_eq!(partner_of_first(&soon, ClockKind::Zoned), Some(1));
        let late = seconds(20_000, &[(100, 7_200.0), (19_000, -7_200.0)]);
        assert_eq!(partner_of_first(&late, ClockKind::Zoned), None);
        // A clock that lost its battery: years back, for weeks.
        let reset = seconds(20_000, &[(100, -6e8), (10_000, 6e8)]);
        assert_eq!(partner_of_first(&reset, ClockKind::Local), Some(1));
    }

    #[test]
    fn the_end_of_summer_time_takes_no_gap_back() {
        // From Thursday 2025-10-30 on; an hour is missing on Friday, and comes twice on the night of Sunday.
        let start = stamp::day_secs(2025, 10, 30);
        let autumn = seconds(1_000, &[(150, 3_600.0), (3 * 144 + 6, -3_600.0)]);
        let secs: Vec<f64> = autumn.iter().map(|secs| start + secs).collect();
        assert_eq!(events(&secs).len(), 2);
        assert_eq!(partner_of_first(&secs, ClockKind::Local), None);
        assert_eq!(partner_of_first(&secs, ClockKind::Zoned), Some(1));
    }
}
