//! Over many batteries, each off its label in its own way, the estimate is close and its interval honest.

mod battery;

use battery::{Chance, Kind, Truth, Week};
use estimator::{Belief, Estimator, Profile};
use signals::{AmpHours, SimTime, Span};

const LABEL: f64 = 450.0;

#[derive(Debug, Default, Clone, Copy)]
struct Outcome {
    rmse: f64,
    worst_after_day: f64,
    coverage: f64,
    width: f64,
    nis: f64,
    last_error: f64,
    soh_off_sigmas: f64,
}

fn profile(kind: Kind) -> Profile {
    let profile = if kind == Kind::Agm { Profile::agm_12v() } else { Profile::lifepo4_4s() };
    profile.with_capacity(AmpHours::new(LABEL))
}

fn week(kind: Kind, seed: u64, every: Span) -> Outcome {
    let mut chance = Chance(seed.wrapping_mul(7919) + 1);
    let mut truth = Truth::drawn(kind, LABEL, &mut chance);
    let week = Week::drawn(LABEL, &mut chance);
    let mut estimator = Estimator::new(profile(kind), Belief::default());
    let mut at = SimTime::ZERO;
    let (mut outcome, mut count) = (Outcome::default(), 0.0);
    while at.as_hours() < 168.0 {
        let amps = week.amps(&truth, at);
        let estimate = estimator.update(at, &truth.reading(amps, &mut chance)).expect("a voltage was given");
        let error = estimate.soc.as_ratio() - truth.soc;
        let (low, high) = estimate.soc_interval_95();
        count += 1.0;
        outcome.rmse += error * error;
        outcome.coverage += f64::from(u8::from(low <= truth.soc && truth.soc <= high));
        outcome.width += high - low;
        outcome.nis += estimate.innovation_squared_normalized;
        outcome.last_error = error;
        outcome.soh_off_sigmas = (estimate.soh - truth.capacity / LABEL) / estimate.soh_stddev;
        if at.as_hours() > 24.0 {
            outcome.worst_after_day = outcome.worst_after_day.max(error.abs());
        }
        truth.step(amps, every.as_secs());
        at += every;
    }
    outcome.rmse = (outcome.rmse / count).sqrt();
    outcome.coverage /= count;
    outcome.width /= count;
    outcome.nis /= count;
    outcome
}

fn weeks(kind: Kind, count: u64, every_secs: f64) -> Vec<Outcome> {
    let outcomes: Vec<Outcome> =
        (0..count).map(|seed| week(kind, seed, Span::from_secs(every_secs))).collect();
    for (seed, outcome) in outcomes.iter().enumerate() {
        println!("{seed:3} {outcome:.3?}");
    }
    outcomes
}

fn mean(outcomes: &[Outcome], of: impl Fn(&Outcome) -> f64) -> f64 {
    outcomes.iter().map(of).sum::<f64>() / outcomes.len() as f64
}

fn check_honest(outcomes: &[Outcome], rmse_max: f64, width_max: f64) {
    let (rmse, coverage) = (mean(outcomes, |o| o.rmse), mean(outcomes, |o| o.coverage));
    let (width, nis) = (mean(outcomes, |o| o.width), mean(outcomes, |o| o.nis));
    println!("mean: rmse {rmse:.4} coverage {coverage:.3} width {width:.3} nis {nis:.3}");
    assert!((0.88..=1.0).contains(&coverage), "coverage {coverage}");
    assert!(rmse < rmse_max, "rmse {rmse}");
    assert!(width < width_max, "width {width}");
    assert!((0.02..2.0).contains(&nis), "nis {nis}");
    let far = outcomes.iter().filter(|o| o.soh_off_sigmas.abs() > 3.0).count();
    assert!(far * 20 <= outcomes.len(), "{far} capacities are far off their own doubt");
}

#[test]
fn lead_acid_weeks_are_close_and_honest() {
    check_honest(&weeks(Kind::Agm, 60, 60.0), 0.04, 0.2);
}

#[test]
fn lifepo4_weeks_are_close_and_honest() {
    check_honest(&weeks(Kind::LiFePo4, 60, 60.0), 0.06, 0.25);
}

#[test]
fn frequent_readings_make_no_filter_overconfident() {
    check_honest(&weeks(Kind::Agm, 8, 2.0), 0.04, 0.2);
    check_honest(&weeks(Kind::LiFePo4, 8, 2.0), 0.06, 0.25);
}

#[test]
fn rare_readings_are_enough() {
    check_honest(&weeks(Kind::Agm, 20, 300.0), 0.05, 0.25);
}

#[test]
fn cutting_the_step_changes_little() {
    for seed in 0..4 {
        let rare = week(Kind::Agm, seed, Span::from_secs(60.0));
        let often = week(Kind::Agm, seed, Span::from_secs(5.0));
        assert!((rare.last_error - often.last_error).abs() < 0.04, "{rare:?} {often:?}");
        assert!((rare.width / often.width - 1.0).abs() < 0.4, "{rare:?} {often:?}");
    }
}
