//! The capacity over months: what pairs of anchors teach, what a gap or a still battery does not, and that
//! nothing of it is lost when the program stops.

mod battery;

use battery::{Chance, Kind, Truth};
use estimator::{Belief, Estimator, Profile};
use signals::{AmpHours, Amps, Estimate, Reading, SimTime, Span, Volts};

const LABEL: f64 = 100.0;

fn label() -> Profile {
    Profile::agm_12v().with_capacity(AmpHours::new(LABEL))
}

/// A lead-acid battery with 82 % of its label, cycled between full and half empty with a rest after each.
struct Bank {
    truth: Truth,
    chance: Chance,
    at: SimTime,
}

impl Bank {
    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let mut truth = Truth::drawn(Kind::Agm, LABEL, &mut chance);
        (truth.capacity, truth.soc, truth.celsius) = (0.82 * LABEL, 0.7, 15.0);
        Self { truth, chance, at: SimTime::ZERO }
    }

    fn amps(&self) -> f64 {
        match self.at.as_hours() % 48.0 {
            0.0..14.0 if self.truth.soc > 0.2 => -3.5,
            24.0..42.0 => self.truth.accepted(12.0),
            _ => -0.3,
        }
    }

    /// Feeds so many minutes; the latest estimate.
    fn feed(&mut self, estimator: &mut Estimator, minutes: u32, amps: Option<f64>) -> Estimate {
        for _ in 0..minutes {
            let amps = amps.unwrap_or_else(|| self.amps());
            self.truth.step(amps, 60.0);
            self.at += Span::from_secs(60.0);
            estimator.update(self.at, &self.truth.reading(amps, &mut self.chance));
        }
        estimator.estimate().expect("it was fed")
    }
}

#[test]
fn pairs_of_anchors_find_the_capacity_and_the_interval_holds_it() {
    for seed in 1..8 {
        let mut bank = Bank::new(seed);
        let mut estimator = Estimator::new(label(), Belief::default());
        let estimate = bank.feed(&mut estimator, 40 * 1440, None);
        println!(
            "{seed}: {:.3} ± {:.3}, soc {:.3} of {:.3}",
            estimate.soh,
            estimate.soh_stddev,
            estimate.soc.as_ratio(),
            bank.truth.soc
        );
        assert!((estimate.soh - 0.82).abs() < 1.96 * estimate.soh_stddev, "{estimate:?}");
        assert!((estimate.soh - 0.82).abs() < 0.06, "three times closer than the label: {estimate:?}");
        assert!((estimate.soc.as_ratio() - bank.truth.soc).abs() < 0.08, "{estimate:?}");
    }
}

#[test]
fn a_battery_that_stands_still_teaches_nothing_of_its_capacity() {
    let mut bank = Bank::new(3);
    let mut estimator = Estimator::new(label(), Belief::default());
    let first = bank.feed(&mut estimator, 60, Some(0.0));
    // The voltage contradicts the belief for weeks; the charge answers for it, not the capacity.
    bank.truth.soc = 0.4;
    let last = bank.feed(&mut estimator, 20 * 1440, Some(0.0));
    assert!((last.soh - 1.0).abs() < 1e-9, "{last:?}");
    assert!(last.soh_stddev > first.soh_stddev);
    assert!((last.soc.as_ratio() - 0.4).abs() < 0.1, "{last:?}");
}

#[test]
fn stopped_between_two_anchors_it_goes_on_to_the_bit() {
    let mut bank = Bank::new(5);
    let mut kept = Estimator::new(label(), Belief::default());
    bank.feed(&mut kept, 9 * 1440 + 600, None);
    let mut restored = Estimator::restore(label(), &kept.save(), bank.at, Span::ZERO).expect("its own state");
    for _ in 0..6 * 1440 {
        let amps = bank.amps();
        bank.truth.step(amps, 60.0);
        bank.at += Span::from_secs(60.0);
        let reading = bank.truth.reading(amps, &mut bank.chance);
        assert_eq!(kept.update(bank.at, &reading), restored.update(bank.at, &reading));
    }
    assert_eq!(kept.save(), restored.save());
    assert!(kept.estimate().is_some_and(|estimate| (estimate.soh - 1.0).abs() > 0.01), "no pair was closed");
}

/// The estimate after so many minutes of this voltage and current.
fn held(estimator: &mut Estimator, at: &mut SimTime, minutes: u32, volts: f64, amps: f64) -> Estimate {
    for _ in 0..minutes {
        *at += Span::from_secs(60.0);
        let reading = Reading {
            voltage: Some(Volts::new(volts)),
            current: Some(Amps::new(amps)),
            current_is_net: true,
            ..Reading::default()
        };
        estimator.update(*at, &reading);
    }
    estimator.estimate().expect("it was fed")
}

#[test]
fn the_time_since_full_grows_over_gaps_and_restarts() {
    let mut at = SimTime::ZERO;
    let mut estimator = Estimator::new(label(), Belief::default());
    assert_eq!(held(&mut estimator, &mut at, 60, 13.5, 5.0).since_full_secs, None);
    assert_eq!(held(&mut estimator, &mut at, 120, 14.3, 0.8).since_full_secs, Some(0.0));
    assert_eq!(held(&mut estimator, &mut at, 600, 12.8, -0.5).since_full_secs, Some(36_000.0));
    let away = Span::from_secs(50.0 * 86_400.0);
    let mut estimator = Estimator::restore(label(), &estimator.save(), at, away).expect("its own state");
    at += Span::from_secs(40.0 * 86_400.0);
    let after = held(&mut estimator, &mut at, 1, 12.8, -0.5).since_full_secs;
    assert_eq!(after, Some(36_000.0 + 90.0 * 86_400.0 + 60.0));
}
