//! The faults of a run, as plain numbers that each part obeys while they act.
//!
//! ```text
//! FaultEvent… -> Faults::at(now) -> Acting { panel, wiring, controller, load, battery, bms }
//! ```
//!
//! Looked at where a piece of a step begins, and worked out anew only when something begins, grows, flickers or
//! ends. What opens now and then does so in slots of ten seconds, by counter-based chance: cutting a step
//! changes nothing.

mod acting;
mod check;

pub(crate) use acting::{Acting, ControllerFault, SensorFault, SensorsFault};
pub use check::Lack;
pub(crate) use check::check;

use crate::chance::uniform;
use signals::fault::Part;
use signals::{FaultEvent, FaultKind, Seed, SimTime, Span};

/// A loose contact keeps its state for this long, s.
const SLOT_SECS: f64 = 10.0;
/// A shadow's edges are looked for this often.
const DAILY_LOOK: Span = Span::from_millis(60_000);
const NEVER: SimTime = SimTime::from_nanos(i64::MAX);

/// The faults of one run that a part of the plant obeys.
#[derive(Debug)]
pub(crate) struct Faults {
    events: Vec<FaultEvent>,
    key: u64,
    start_local_days: f64,
    next: SimTime,
    acting: Acting,
}

impl Faults {
    /// The faults of the plant proper.
    pub fn of_plant(events: &[FaultEvent], start_local_days: f64, seed: Seed) -> Self {
        let plant =
            |event: &&FaultEvent| !matches!(event.kind.part(), Part::Sensor | Part::Device | Part::Line);
        Self::new(events.iter().filter(plant), start_local_days, seed)
    }

    /// The faults of the sensors.
    pub fn of_sensors(events: &[FaultEvent], seed: Seed) -> Self {
        Self::new(events.iter().filter(|event| event.kind.part() == Part::Sensor), 0.0, seed)
    }

    fn new<'e>(events: impl Iterator<Item = &'e FaultEvent>, start_local_days: f64, seed: Seed) -> Self {
        let events: Vec<FaultEvent> = events.copied().collect();
        let next = if events.is_empty() { NEVER } else { SimTime::from_nanos(i64::MIN) };
        let key = seed.part("fault").0;
        Self { events, key, start_local_days, next, acting: Acting::default() }
    }

    /// What acts.
    pub const fn acting(&self) -> &Acting {
        &self.acting
    }

    /// When what acts may change next.
    pub const fn next_change(&self) -> SimTime {
        self.next
    }

    /// Moves on to `now`; true where what acts may have changed.
    pub fn move_to(&mut self, now: SimTime) -> bool {
        if now < self.next {
            return false;
        }
        self.acting = Acting::default();
        for event in &self.events {
            if let Some(severity) = self.severity(event, now) {
                self.acting.add(event, severity);
            }
        }
        self.next = self.events.iter().map(|event| self.change_of(event, now)).min().unwrap_or(NEVER);
        true
    }

    /// The faults that begin after `before` and not after `now`.
    pub fn begun(&self, before: Option<SimTime>, now: SimTime) -> impl Iterator<Item = &FaultEvent> {
        let fresh = move |event: &&FaultEvent| event.from <= now && before.is_none_or(|it| it < event.from);
        self.events.iter().filter(fresh)
    }

    fn severity(&self, event: &FaultEvent, now: SimTime) -> Option<f64> {
        let severity = event.severity_at(now).filter(|_| self.is_hour(event, now))?;
        let open = |ratio| uniform(self.key, slot(now)) < ratio;
        (!flickers(event.kind) || open(severity)).then_some(severity)
    }

    fn is_hour(&self, event: &FaultEvent, now: SimTime) -> bool {
        event.daily_hours.is_none_or(|(from, until)| {
            let hour = (self.start_local_days + now.as_secs() / 86_400.0).rem_euclid(1.0) * 24.0;
            from <= hour && hour < until
        })
    }

    fn change_of(&self, event: &FaultEvent, now: SimTime) -> SimTime {
        if now < event.from {
            return event.from;
        }
        if !event.acts_at(now) {
            return NEVER;
        }
        let own = if event.grows_at(now) {
            now
        } else if flickers(event.kind) {
            SimTime::from_secs((slot(now) + 1) as f64 * SLOT_SECS)
        } else if event.daily_hours.is_some() {
            now + DAILY_LOOK
        } else {
            NEVER
        };
        own.min(event.until)
    }
}

const fn flickers(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::CellOpen | FaultKind::ConnectionLoose)
}

fn slot(now: SimTime) -> u64 {
    (now.as_secs() / SLOT_SECS) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(hours: f64) -> SimTime {
        SimTime::from_secs(hours * 3600.0)
    }

    fn faults(event: FaultEvent) -> Faults {
        Faults::of_plant(&[event], 0.0, Seed(1))
    }

    #[test]
    fn a_shadow_falls_within_its_hours_of_each_day() {
        let shade = FaultEvent::new(FaultKind::PanelShaded, 0.8, hours(24.0), hours(72.0)).daily(9.0, 11.0);
        let mut faults = faults(shade);
        let mut beam = |hour| {
            faults.move_to(hours(hour));
            faults.acting().panel.beam_ratio
        };
        let seen = [10.0, 32.0, 34.0, 36.0, 58.0, 82.0].map(&mut beam);
        assert_eq!(seen.map(|ratio| ratio < 0.5), [false, false, true, false, true, false]);
    }

    #[test]
    fn a_loose_contact_is_open_for_its_share_of_the_time() {
        let mut faults = faults(FaultEvent::new(FaultKind::ConnectionLoose, 0.2, hours(0.0), hours(1000.0)));
        let open = (0..100_000).filter(|k| {
            faults.move_to(SimTime::from_secs(f64::from(*k) * 30.0));
            faults.acting().wiring.battery_open
        });
        let open = open.count();
        assert!((19_500..20_500).contains(&open), "{open}");
    }

    #[test]
    fn between_changes_nothing_is_worked_out() {
        let mut faults = faults(FaultEvent::new(FaultKind::PanelSnow, 0.9, hours(1.0), hours(2.0)));
        let changes = (0..300).filter(|minute| faults.move_to(SimTime::from_secs(f64::from(*minute) * 60.0)));
        assert_eq!(changes.count(), 3);
    }
}
