//! Curves from before this run of the monitor, where somebody keeps them: Prometheus, in the field.

use std::future::Future;
use std::pin::Pin;

use super::{Curves, Event, Moment, Span};
use crate::BatteryId;

/// Curves and what happened meanwhile.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    /// The points.
    pub curves: Curves,
    /// What happened. What lasts until now the page knows itself.
    pub events: Vec<Event>,
}

/// Whoever remembers longer than the page.
pub trait Archive: Send + Sync {
    /// A span of one sign's past, or nothing where it cannot be had now.
    fn past<'a>(
        &'a self,
        id: &'a BatteryId,
        span: Span,
        moment: Moment,
    ) -> Pin<Box<dyn Future<Output = Option<Past>> + Send + 'a>>;
}

impl Past {
    /// This past up to where `newer` begins, and then `newer`, which knows the latest minutes.
    #[must_use]
    pub fn joined(self, newer: Self) -> Self {
        let begins = newer.curves.times.first().copied().unwrap_or(f64::INFINITY);
        let older = self.curves.times.iter().take_while(|time| **time < begins).count();
        let mut names: Vec<&'static str> = self.curves.columns.iter().map(|(name, _)| *name).collect();
        names.extend(newer.curves.columns.iter().map(|(name, _)| *name));
        names.sort_unstable();
        names.dedup();
        let values = |curves: &Curves, name: &str, count: usize| -> Vec<f32> {
            let column = curves.columns.iter().find(|(known, _)| *known == name);
            column.map_or_else(|| vec![f32::NAN; count], |(_, values)| values[..count].to_vec())
        };
        let column = |name: &'static str| {
            let mut all = values(&self.curves, name, older);
            all.extend(values(&newer.curves, name, newer.curves.times.len()));
            (name, all)
        };
        let columns = names.into_iter().map(column).collect();
        let times = self.curves.times[..older].iter().chain(&newer.curves.times).copied().collect();
        Self { curves: Curves { times, columns }, events: one_of_each(self.events, newer.events) }
    }
}

/// What both remember stands once. The same event is one of the same name and kind that lasts into the other: two memories put its
/// beginning minutes or hours apart, as fine as each one samples.
fn one_of_each(older: Vec<Event>, newer: Vec<Event>) -> Vec<Event> {
    let (mut all, mut newer) = (Vec::new(), newer);
    let ends = |event: &Event| event.until.unwrap_or(f64::INFINITY);
    for event in older {
        let is_it = |other: &&mut Event| {
            let is_alike = other.kind == event.kind && other.name == event.name;
            is_alike && other.from <= ends(&event) && event.from <= ends(other)
        };
        match newer.iter_mut().find(is_it) {
            Some(known) => known.from = known.from.min(event.from),
            None => all.push(event),
        }
    }
    all.extend(newer);
    all.sort_by(|one, next| one.from.total_cmp(&next.from));
    all
}

#[cfg(test)]
mod tests {
    use super::super::EventKind;
    use super::*;
    use crate::rules::Severity;

    fn alert(name: &str, from: f64, until: Option<f64>) -> Event {
        let kind = EventKind::Alert(Severity::Warning);
        Event { kind, name: name.to_owned(), from, until, delivered: None }
    }

    #[test]
    fn an_alert_that_both_remember_stands_once_and_one_that_came_again_twice() {
        let past = |events: &[Event]| Past { events: events.to_vec(), ..Past::default() };
        let older = past(&[
            alert("Low", 4_000.0, Some(6_000.0)),
            alert("Dark", 1_000.0, Some(2_000.0)),
            alert("Gone", 500.0, Some(600.0)),
        ]);
        let newer = past(&[
            alert("Low", 100.0, None),
            alert("Dark", 1_500.0, Some(2_003.0)),
            alert("Dark", 2_400.0, Some(2_500.0)),
        ]);
        let spans: Vec<_> = older
            .joined(newer)
            .events
            .into_iter()
            .map(|event| (event.name, event.from, event.until))
            .collect();
        let span = |name: &str, from, until| (name.to_owned(), from, until);
        assert_eq!(
            spans,
            [
                span("Low", 100.0, None),
                span("Gone", 500.0, Some(600.0)),
                span("Dark", 1_000.0, Some(2_003.0)),
                span("Dark", 2_400.0, Some(2_500.0)),
            ]
        );
    }

    #[test]
    fn the_newer_past_goes_on_where_the_older_ends() {
        let past = |times: &[f64], name, value: f32| Past {
            curves: Curves { times: times.to_vec(), columns: vec![(name, vec![value; times.len()])] },
            events: Vec::new(),
        };
        let joined = past(&[0.0, 10.0, 20.0], "volts", 12.0).joined(past(&[15.0, 25.0], "soc", 0.5));
        assert_eq!(joined.curves.times, [0.0, 10.0, 15.0, 25.0]);
        let names: Vec<_> = joined.curves.columns.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["soc", "volts"]);
        assert!(joined.curves.columns.iter().all(|(_, values)| values.len() == 4));
    }
}
