//! What the estimator has found of a battery's sensors: each finding from the estimate that first tells of it to the
//! first that no longer does.
//!
//! ```text
//! Estimate.health, one after the other -> Noticed -> Finding { since, told, gone } -> results, reports, tables
//! ```
//!
//! `since` is when the fault began as far as can be told, `told` when the estimate first knew. All on the clock of the
//! readings. The unit of an amount is its sensor's; of a gain it is a share. [`said`] puts findings into words.

pub mod said;

use serde_json::{Value, json};
use signals::{Estimate, FaultEvent, FaultKind, SensorFault, SensorFinding, SensorHealth, SimTime, Span};

/// So many findings of one battery are kept, the latest: a monitor runs for years.
const KEPT_MAX: usize = 200;
/// A fault that ended so long before the finding's onset is another one.
const APART: Span = Span::from_millis(86_400_000);

/// One sensor of a battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensor {
    /// Of its voltage.
    Voltage,
    /// Of its current.
    Current,
    /// Of its temperature.
    Temperature,
}

/// What the estimate does about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// It does without the sensor.
    LeftOut,
    /// It turns the current around.
    TurnedAround,
    /// It takes the offset away.
    Shifted,
    /// It divides by the gain.
    Scaled,
    /// Nothing: what is wrong is within the doubt it has anyway.
    Kept,
}

/// One fault that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// Whose.
    pub sensor: Sensor,
    /// What is wrong with it.
    pub fault: SensorFault,
    /// Since when, as far as can be told.
    pub since: SimTime,
    /// When the estimate first told of it.
    pub told: SimTime,
    /// When it was taken back; `None` while it stands.
    pub gone: Option<SimTime>,
    /// By how much the sensor is off, where that is known; else 0. The latest that was told.
    pub amount: f64,
}

/// The findings of one battery, in the order in which they were told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Noticed {
    before: SensorHealth,
    findings: Vec<Finding>,
}

impl Noticed {
    /// Looks at an estimate; they come in order of time.
    pub fn look(&mut self, estimate: &Estimate) {
        let now = estimate.health;
        if now == self.before {
            return;
        }
        for sensor in Sensor::ALL {
            self.compare(sensor, sensor.of(&now), estimate.at);
        }
        self.before = now;
    }

    fn compare(&mut self, sensor: Sensor, now: Option<SensorFinding>, at: SimTime) {
        let open = self.findings.iter_mut().rev().find(|it| it.sensor == sensor && it.gone.is_none());
        match (open, now) {
            (Some(open), Some(now)) if open.fault == now.fault => open.amount = now.amount,
            (open, now) => {
                if let Some(open) = open {
                    open.gone = Some(at);
                }
                self.findings.extend(now.map(|now| Finding {
                    sensor,
                    fault: now.fault,
                    since: now.since,
                    told: at,
                    gone: None,
                    amount: now.amount,
                }));
            }
        }
        if self.findings.len() > KEPT_MAX {
            self.findings.remove(0);
        }
    }

    /// All that were told.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl Sensor {
    /// Every sensor.
    pub const ALL: [Self; 3] = [Self::Voltage, Self::Current, Self::Temperature];

    /// `voltage`, `current` or `temperature`, as files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Voltage => "voltage",
            Self::Current => "current",
            Self::Temperature => "temperature",
        }
    }

    /// Its unit.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Voltage => "V",
            Self::Current => "A",
            Self::Temperature => "K",
        }
    }

    const fn of(self, health: &SensorHealth) -> Option<SensorFinding> {
        match self {
            Self::Voltage => health.voltage,
            Self::Current => health.current,
            Self::Temperature => health.temperature,
        }
    }

    /// The sensors that a fault of this kind spoils.
    #[must_use]
    pub const fn spoilt_by(kind: FaultKind) -> &'static [Self] {
        match kind {
            FaultKind::VoltageOffset
            | FaultKind::VoltageGain
            | FaultKind::VoltageNoise
            | FaultKind::VoltageCoarse
            | FaultKind::VoltageStuck
            | FaultKind::VoltageSpikes => &[Self::Voltage],
            FaultKind::CurrentOffset
            | FaultKind::CurrentGain
            | FaultKind::CurrentDrift
            | FaultKind::CurrentNoise
            | FaultKind::CurrentCoarse
            | FaultKind::CurrentDeadBand
            | FaultKind::CurrentStuck
            | FaultKind::CurrentSpikes
            | FaultKind::CurrentClipped
            | FaultKind::CurrentReversed
            | FaultKind::ChannelsSwapped => &[Self::Current],
            FaultKind::TemperatureOffset
            | FaultKind::TemperatureStuck
            | FaultKind::TemperatureOpen
            | FaultKind::TemperatureShorted => &[Self::Temperature],
            FaultKind::SensorsLate => &Self::ALL,
            _ => &[],
        }
    }
}

impl Remedy {
    /// As files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LeftOut => "left-out",
            Self::TurnedAround => "turned-around",
            Self::Shifted => "shifted",
            Self::Scaled => "scaled",
            Self::Kept => "kept",
        }
    }
}

impl Finding {
    /// What the estimate does about it.
    #[must_use]
    pub const fn remedy(&self) -> Remedy {
        match (self.sensor, self.fault) {
            (_, SensorFault::DeadBand) => Remedy::Kept,
            (Sensor::Current, SensorFault::Reversed) => Remedy::TurnedAround,
            (Sensor::Current, SensorFault::Offset) => Remedy::Shifted,
            (Sensor::Current, SensorFault::Gain) => Remedy::Scaled,
            _ => Remedy::LeftOut,
        }
    }

    /// Whether this fault may be what was found: of the same sensor, and there by then.
    #[must_use]
    pub fn may_be(&self, fault: &FaultEvent) -> bool {
        Sensor::spoilt_by(fault.kind).contains(&self.sensor)
            && fault.from <= self.told
            && fault.until + APART >= self.since
    }

    /// As programs read it; times in seconds on the clock of the readings.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "sensor": self.sensor.name(),
            "fault": self.fault.name(),
            "since_s": self.since.as_secs(),
            "told_at_s": self.told.as_secs(),
            "gone_at_s": self.gone.map(SimTime::as_secs),
            "amount": (self.amount != 0.0).then_some(self.amount),
            "estimate": self.remedy().name(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use estimator::{Belief, Estimator, Profile};
    use signals::{Amps, Reading, Volts};

    fn estimate(at_secs: f64, current: Option<(SensorFault, f64)>) -> Estimate {
        let mut estimator = Estimator::new(Profile::agm_12v(), Belief::default());
        let reading = Reading {
            voltage: Some(Volts::new(12.5)),
            current: Some(Amps::new(-1.0)),
            current_is_net: true,
            ..Reading::default()
        };
        let at = SimTime::from_secs(at_secs);
        let Some(mut estimate) = estimator.update(at, &reading) else { unreachable!("a first estimate") };
        estimate.health.current = current.map(|(fault, amount)| SensorFinding {
            fault,
            since: SimTime::from_secs(at_secs - 50.0),
            amount,
        });
        estimate
    }

    #[test]
    fn a_finding_lasts_from_the_estimate_that_tells_to_the_one_that_takes_it_back() {
        let mut noticed = Noticed::default();
        let offset = |amps| Some((SensorFault::Offset, amps));
        for (at, told) in [(100.0, None), (200.0, offset(0.5)), (300.0, offset(0.7)), (400.0, None)] {
            noticed.look(&estimate(at, told));
        }
        noticed.look(&estimate(500.0, Some((SensorFault::Reversed, 0.0))));
        let [first, second] = noticed.findings() else { unreachable!("two findings: {noticed:?}") };
        assert_eq!((first.since.as_secs(), first.told.as_secs(), first.amount), (150.0, 200.0, 0.7));
        assert_eq!((first.gone, first.remedy()), (Some(SimTime::from_secs(400.0)), Remedy::Shifted));
        assert_eq!((second.fault, second.gone), (SensorFault::Reversed, None));
        assert_eq!(first.json()["estimate"], "shifted");
    }

    #[test]
    fn one_fault_in_the_place_of_another_ends_it() {
        let mut noticed = Noticed::default();
        noticed.look(&estimate(100.0, Some((SensorFault::DeadBand, 0.1))));
        noticed.look(&estimate(200.0, Some((SensorFault::Stuck, 0.0))));
        let gone: Vec<_> = noticed.findings().iter().map(|it| it.gone.map(SimTime::as_secs)).collect();
        assert_eq!(gone, [Some(200.0), None]);
    }

    #[test]
    fn a_finding_is_matched_with_a_fault_of_its_own_sensor_that_was_there_by_then() {
        let mut noticed = Noticed::default();
        noticed.look(&estimate(90_000.0, Some((SensorFault::Offset, 0.5))));
        let [found] = noticed.findings() else { unreachable!("one finding: {noticed:?}") };
        let event = |kind, from, until| {
            FaultEvent::new(kind, 1.0, SimTime::from_secs(from), SimTime::from_secs(until))
        };
        assert!(found.may_be(&event(FaultKind::CurrentOffset, 80_000.0, 1e6)));
        assert!(!found.may_be(&event(FaultKind::VoltageOffset, 80_000.0, 1e6)));
        assert!(!found.may_be(&event(FaultKind::CurrentOffset, 95_000.0, 1e6)));
        assert!(!found.may_be(&event(FaultKind::CurrentOffset, 0.0, 1000.0)));
    }
}
