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
    /// What happened.
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
        names.dedup();
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
        let known = |event: &Event| {
            newer
                .events
                .iter()
                .any(|other| other.name == event.name && (other.from - event.from).abs() < 900.0)
        };
        let mut events: Vec<Event> = self.events.into_iter().filter(|event| !known(event)).collect();
        events.extend(newer.events);
        Self { curves: Curves { times, columns }, events }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
