//! Readings five minutes apart see a battery's slow answers as well as its ohmic one; none of them is a fault.

mod battery;

use battery::{Chance, Kind, Truth, Week};
use estimator::{Belief, Estimator, Profile};
use signals::{AmpHours, SensorFault, SimTime, Span};

const LABEL: f64 = 450.0;
const EVERY: Span = Span::from_millis(300_000);

/// What is found in one week of a sound sign.
fn found(kind: Kind, seed: u64) -> Vec<SensorFault> {
    let mut chance = Chance(seed.wrapping_mul(7919) + 1);
    let mut truth = Truth::drawn(kind, LABEL, &mut chance);
    let week = Week::drawn(LABEL, &mut chance);
    let profile = if kind == Kind::Agm { Profile::agm_12v() } else { Profile::lifepo4_4s() };
    let mut estimator = Estimator::new(profile.with_capacity(AmpHours::new(LABEL)), Belief::default());
    let mut at = SimTime::ZERO;
    let mut found = Vec::new();
    while at.as_hours() < 168.0 {
        let amps = week.amps(&truth, at);
        let reading = truth.reading(amps, &mut chance);
        let health = estimator.update(at, &reading).expect("a voltage was given").health;
        found.extend([health.voltage, health.current].into_iter().flatten().map(|finding| finding.fault));
        truth.step(amps, EVERY.as_secs());
        at += EVERY;
    }
    found.dedup();
    found
}

#[test]
fn a_sound_week_read_each_five_minutes_shows_no_fault() {
    for kind in [Kind::Agm, Kind::LiFePo4] {
        for seed in 0..20 {
            assert_eq!(found(kind, seed), [], "seed {seed}");
        }
    }
}
