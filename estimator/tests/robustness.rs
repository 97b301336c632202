//! Whatever is fed to it, the estimator gives finite numbers; saved and restored, it goes on to the bit.

mod battery;

use battery::{Chance, Kind, Truth, Week};
use estimator::{Belief, Estimator, Profile};
use proptest::prelude::*;
use signals::{AmpHours, Amps, Celsius, Estimate, Reading, SimTime, Soc, Span, Volts};

fn check_sound(estimate: &Estimate) {
    let numbers = [
        estimate.soc.as_ratio(),
        estimate.soc_stddev,
        estimate.capacity.as_amp_hours(),
        estimate.capacity_stddev.as_amp_hours(),
        estimate.soh,
        estimate.soh_stddev,
        estimate.resistance.as_ohms(),
        estimate.resistance_stddev.as_ohms(),
        estimate.innovation.as_volts(),
        estimate.innovation_squared_normalized,
    ];
    assert!(numbers.iter().all(|number| number.is_finite()), "{estimate:?}");
    assert!((0.0..=1.0).contains(&estimate.soc.as_ratio()));
    assert!(estimate.soc_stddev > 0.0 && estimate.capacity.as_amp_hours() > 0.0);
    assert!(estimate.resistance.as_ohms() > 0.0, "{estimate:?}");
}

/// Numbers a broken device may send.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        5 => -50.0..50.0_f64,
        3 => 11.0..15.0_f64,
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(1e300), Just(-0.0)],
    ]
}

fn reading() -> impl Strategy<Value = Reading> {
    let maybe = || prop::option::of(number());
    (maybe(), maybe(), maybe(), prop::option::of(0.0..=1.0_f64), any::<bool>()).prop_map(
        |(volts, amps, celsius, soc, net)| Reading {
            voltage: volts.map(Volts::new),
            current: amps.map(Amps::new),
            temperature: celsius.map(Celsius::new),
            device_soc: soc.map(Soc::clamped),
            current_is_net: net,
            ..Reading::default()
        },
    )
}

proptest! {
    #[test]
    fn garbage_never_yields_garbage(
        readings in prop::collection::vec((reading(), prop_oneof![Just(0_i64), 1..400_000_000_000_i64, any::<i64>()]), 1..200),
        agm in any::<bool>(),
    ) {
        let profile = if agm { Profile::agm_12v() } else { Profile::lifepo4_4s() };
        let mut estimator = Estimator::new(profile, Belief::default());
        let mut nanos = 0_i64;
        for (reading, step) in readings {
            nanos = nanos.saturating_add(step);
            if let Some(estimate) = estimator.update(SimTime::from_nanos(nanos), &reading) {
                check_sound(&estimate);
            }
        }
    }

    #[test]
    fn restoring_garbage_is_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Estimator::restore(Profile::agm_12v(), &bytes, SimTime::ZERO, Span::ZERO).is_err());
    }
}

/// A sign's readings, one a minute.
struct Stream {
    truth: Truth,
    week: Week,
    chance: Chance,
    at: SimTime,
}

impl Stream {
    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let truth = Truth::drawn(Kind::Agm, 450.0, &mut chance);
        let week = Week::drawn(450.0, &mut chance);
        Self { truth, week, chance, at: SimTime::ZERO }
    }

    fn next(&mut self) -> (SimTime, Reading) {
        let amps = self.week.amps(&self.truth, self.at);
        let reading = self.truth.reading(amps, &mut self.chance);
        let at = self.at;
        self.truth.step(amps, 60.0);
        self.at += Span::from_secs(60.0);
        (at, reading)
    }
}

fn agm() -> Profile {
    Profile::agm_12v().with_capacity(AmpHours::new(450.0))
}

fn after(stream: &mut Stream, hours: f64) -> Estimator {
    let mut estimator = Estimator::new(agm(), Belief::default());
    while stream.at.as_hours() < hours {
        let (at, reading) = stream.next();
        estimator.update(at, &reading);
    }
    estimator
}

#[test]
fn a_restored_estimator_goes_on_to_the_bit() {
    let mut stream = Stream::new(5);
    let mut kept = after(&mut stream, 40.0);
    let now = kept.estimate().expect("readings came").at;
    let mut restored = Estimator::restore(agm(), &kept.save(), now, Span::ZERO).expect("its own state");
    assert_eq!(kept.estimate(), restored.estimate());
    for _ in 0..2000 {
        let (at, reading) = stream.next();
        assert_eq!(kept.update(at, &reading), restored.update(at, &reading));
    }
}

#[test]
fn time_away_widens_the_estimate_without_a_jump() {
    let kept = after(&mut Stream::new(6), 40.0);
    let before = kept.estimate().expect("readings came");
    let mut doubt = before.soc_stddev;
    for hours in [1.0, 8.0, 72.0] {
        let away = Span::from_secs(hours * 3600.0);
        let restored = Estimator::restore(agm(), &kept.save(), SimTime::ZERO, away).expect("its own state");
        let estimate = restored.estimate().expect("it had one");
        assert!((estimate.soc.as_ratio() - before.soc.as_ratio()).abs() < 0.01, "{hours} h");
        assert!(estimate.soc_stddev > doubt, "{hours} h: {} > {doubt}", estimate.soc_stddev);
        doubt = estimate.soc_stddev;
    }
}

#[test]
fn a_false_full_of_the_device_is_not_followed() {
    let mut stream = Stream::new(7);
    let mut estimator = after(&mut stream, 30.0);
    let mut deceived = estimator.clone();
    for _ in 0..300 {
        let (at, reading) = stream.next();
        let honest = estimator.update(at, &reading);
        let false_full =
            Reading { device_soc: Some(Soc::FULL), consumed: Some(AmpHours::new(0.0)), ..reading };
        assert_eq!(honest, deceived.update(at, &false_full));
    }
}

#[test]
fn time_that_stands_still_or_runs_backwards_changes_nothing() {
    let mut stream = Stream::new(8);
    let mut estimator = after(&mut stream, 5.0);
    let before = estimator.estimate();
    let (_, reading) = stream.next();
    let at = before.expect("readings came").at;
    for back in [0.0, -1.0, -7200.0] {
        assert_eq!(estimator.update(at + Span::from_secs(back), &reading), before);
    }
}

#[test]
fn a_voltage_alone_keeps_the_interval_honest_and_a_current_alone_widens_it() {
    let mut stream = Stream::new(9);
    let mut by_voltage = after(&mut stream, 24.0);
    let mut by_current = by_voltage.clone();
    let doubt = by_voltage.estimate().expect("readings came").soc_stddev;
    while stream.at.as_hours() < 36.0 {
        let (at, reading) = stream.next();
        by_voltage.update(at, &Reading { current_is_net: false, ..reading.clone() });
        by_current.update(at, &Reading { voltage: None, ..reading });
    }
    let seen = by_voltage.estimate().expect("readings came");
    let (low, high) = seen.soc_interval_95();
    assert!(low <= stream.truth.soc && stream.truth.soc <= high, "{low}..{high} holds {}", stream.truth.soc);
    let counted = by_current.estimate().expect("readings came");
    assert!(counted.soc_stddev > 0.9 * doubt);
    assert!((counted.soc.as_ratio() - stream.truth.soc).abs() < 3.0 * counted.soc_stddev);
}

#[test]
fn a_start_that_is_said_wrong_is_corrected() {
    let mut stream = Stream::new(10);
    let belief = Belief { soc: Some(Soc::clamped(stream.truth.soc - 0.3)), ..Belief::default() };
    let mut estimator = Estimator::new(agm(), belief);
    while stream.at.as_hours() < 24.0 {
        let (at, reading) = stream.next();
        estimator.update(at, &reading);
    }
    let error = estimator.estimate().expect("readings came").soc.as_ratio() - stream.truth.soc;
    assert!(error.abs() < 0.1, "{error}");
}

#[test]
fn a_battery_takes_no_more_than_two_kibibytes_beside_its_type() {
    // Nothing in an estimator lies elsewhere but the type, and that is shared.
    assert!(size_of::<Estimator>() <= 2048, "{} bytes", size_of::<Estimator>());
    let first = Estimator::new(Profile::agm_12v(), Belief::default());
    let other = first.another(Belief::default());
    assert_eq!(first.save(), other.save());
}
