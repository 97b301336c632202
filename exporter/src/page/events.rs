//! What happened to each sign, for the time axis of its charts: alerts raised and delivered, faults injected. Bounded.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::scene::Alerts;
use crate::BatteryId;
use crate::rules::Severity;

/// Events kept of one sign; older ones are forgotten.
const EVENTS_MAX: usize = 400;
/// Deliveries that wait for their alert; those of alerts nobody ever sees are forgotten.
const EARLY_MAX: usize = 100;

/// A stretch of time on a sign's axis, seconds of the run.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What it is.
    pub kind: EventKind,
    /// Name of the alert or label of the fault.
    pub name: String,
    /// When it began.
    pub from: f64,
    /// When it ended; nothing while it lasts.
    pub until: Option<f64>,
    /// When somebody was told; nothing where that is not known.
    pub delivered: Option<f64>,
}

/// What kind of stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// An alert that fired.
    Alert(Severity),
    /// A fault of the simulation.
    Fault,
}

/// Every sign's events.
#[derive(Debug, Clone, Default)]
pub struct Events {
    of: BTreeMap<BatteryId, VecDeque<Event>>,
    /// Deliveries of alerts not yet seen to fire: a message may be quicker than the next question to Prometheus.
    early: VecDeque<(f64, BatteryId, String)>,
}

impl Events {
    /// The events of a sign that touch the time after `from`, oldest first.
    #[must_use]
    pub fn since(&self, id: &BatteryId, from: f64) -> Vec<Event> {
        let touches = |event: &&Event| event.until.is_none_or(|until| until >= from);
        self.of.get(id).into_iter().flatten().filter(touches).cloned().collect()
    }

    /// Takes what Prometheus says now: what is new begins, what is missing ends. While it does not answer nothing changes.
    pub fn see_alerts(&mut self, now: f64, alerts: &Alerts) {
        let Alerts::Known(firing) = alerts else { return };
        for alert in firing.all() {
            self.begin(
                &alert.id,
                EventKind::Alert(alert.severity),
                &alert.name,
                alert.since_run_secs.min(now),
            );
        }
        let lasting: BTreeSet<(&BatteryId, &str)> =
            firing.all().map(|alert| (&alert.id, alert.name.as_str())).collect();
        for (id, events) in &mut self.of {
            for event in events.iter_mut().filter(|event| event.kind != EventKind::Fault) {
                if event.until.is_none() && !lasting.contains(&(id, event.name.as_str())) {
                    event.until = Some(now);
                }
            }
        }
    }

    /// Takes the faults that act on a sign now, `kind` or `kind=severity`; one that grows is one fault.
    pub fn see_faults(&mut self, now: f64, id: &BatteryId, acting: &[String]) {
        for event in self.of.get_mut(id).into_iter().flatten() {
            if event.kind == EventKind::Fault && event.until.is_none() {
                match acting.iter().find(|label| kind_of(label) == kind_of(&event.name)) {
                    Some(label) => event.name.clone_from(label),
                    None => event.until = Some(now),
                }
            }
        }
        for label in acting {
            self.begin(id, EventKind::Fault, label, now);
        }
    }

    /// Somebody was told of an alert.
    pub fn see_delivery(&mut self, at: f64, id: &BatteryId, alert: &str) {
        let lasts = |event: &Event| event.from <= at && event.until.is_none_or(|until| until >= at);
        let told = |event: &&mut Event| event.name == alert && event.delivered.is_none() && lasts(event);
        match self.of.get_mut(id).and_then(|events| events.iter_mut().rev().find(told)) {
            Some(event) => event.delivered = Some(at),
            None => {
                self.early.push_back((at, id.clone(), alert.to_owned()));
                if self.early.len() > EARLY_MAX {
                    self.early.pop_front();
                }
            }
        }
    }

    fn begin(&mut self, id: &BatteryId, kind: EventKind, name: &str, from: f64) {
        let events = self.of.entry(id.clone()).or_default();
        if events.iter().any(|event| event.until.is_none() && event.kind == kind && event.name == name) {
            return;
        }
        if events.len() >= EVENTS_MAX {
            events.pop_front();
        }
        let is_its = |(at, of, alert): &(f64, BatteryId, String)| *at >= from && of == id && alert == name;
        let early = self.early.iter().position(is_its).and_then(|index| self.early.remove(index));
        let delivered = early.map(|(at, ..)| at);
        events.push_back(Event { kind, name: name.to_owned(), from, until: None, delivered });
    }
}

fn kind_of(label: &str) -> &str {
    label.split('=').next().unwrap_or(label)
}

#[cfg(test)]
mod tests {
    use super::super::scene::ActiveAlert;
    use super::*;

    fn id() -> BatteryId {
        BatteryId::new("a", "b")
    }

    fn firing(name: &str) -> Alerts {
        Alerts::known([ActiveAlert {
            name: name.to_owned(),
            id: id(),
            severity: Severity::Critical,
            since_run_secs: 5.0,
            annotations: BTreeMap::new(),
        }])
    }

    #[test]
    fn an_alert_begins_once_is_delivered_and_ends_when_it_is_missing() {
        let mut events = Events::default();
        events.see_alerts(6.0, &firing("Low"));
        events.see_alerts(7.0, &firing("Low"));
        events.see_delivery(8.0, &id(), "Low");
        events.see_alerts(9.0, &Alerts::Unreachable);
        assert_eq!(events.since(&id(), 0.0)[0].until, None);
        events.see_alerts(10.0, &Alerts::known([]));
        let seen = events.since(&id(), 0.0);
        assert_eq!(
            (seen.len(), seen[0].from, seen[0].until, seen[0].delivered),
            (1, 5.0, Some(10.0), Some(8.0))
        );
        assert!(events.since(&id(), 11.0).is_empty());
    }

    #[test]
    fn a_delivery_that_is_quicker_than_the_page_belongs_to_the_alert_to_come_not_to_the_one_before() {
        let mut events = Events::default();
        events.see_alerts(6.0, &firing("Low"));
        events.see_alerts(7.0, &Alerts::known([]));
        events.see_delivery(9.0, &id(), "Low");
        events.see_alerts(10.0, &firing("Low"));
        let delivered: Vec<_> = events.since(&id(), 0.0).iter().map(|event| event.delivered).collect();
        assert_eq!(delivered, [None, Some(9.0)]);
    }

    #[test]
    fn a_fault_lasts_while_it_acts() {
        let mut events = Events::default();
        events.see_faults(1.0, &id(), &["panel-snow=0.5".to_owned()]);
        events.see_faults(2.0, &id(), &["panel-snow=0.9".to_owned()]);
        events.see_faults(3.0, &id(), &[]);
        let seen = events.since(&id(), 0.0);
        assert_eq!((seen.len(), seen[0].from, seen[0].until), (1, 1.0, Some(3.0)));
        assert_eq!(seen[0].name, "panel-snow=0.9");
    }

    #[test]
    fn a_flapping_alert_takes_no_more_room_than_its_bound() {
        let mut events = Events::default();
        for turn in 0..2_000 {
            events.see_alerts(f64::from(turn), &firing("Low"));
            events.see_alerts(f64::from(turn) + 0.5, &Alerts::known([]));
        }
        assert_eq!(events.since(&id(), f64::NEG_INFINITY).len(), EVENTS_MAX);
    }
}
