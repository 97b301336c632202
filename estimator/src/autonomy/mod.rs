//! How long the sign stays lit: the belief of now drawn many times, each draw lived through one possible future.
//!
//! ```text
//! (Posterior, [Outlook], disconnect voltage, Seed) -> Autonomy
//!
//! each hour   z⁺ = z + η(z)·min(charge − load, acceptance)/Q      or z − (load − charge)/Q
//! dark once   OCV(z + s, T) + c − load·R(z, T)·e^ρ < V_disconnect     or z < locked(T)
//! ```
//!
//! `Q`, `ρ`, `c`, `s` are drawn together with `z`: a voltage error that makes the charge look high also makes the
//! cut-off come early. Hours, A, A·h, V, °C. A night ends with the first hour of day after it.
//!
//! Reference: Monte Carlo over posterior and weather; makers' tables for the cold (`cold`).

mod cold;
mod deliverable;
mod draw;
mod habits;
mod life;
mod panel;

pub use deliverable::Deliverable;
pub use draw::Posterior;
pub use habits::{Brought, Habits, HabitsError, HourSeen, Usual};

use signals::{Outlook, Seed, Volts};

use life::{Life, live};

/// Nights for which survival is told.
pub const NIGHTS: [usize; 3] = [1, 3, 7];

/// What the ensemble says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Autonomy {
    /// Probability that the sign is lit until the end of so many nights, for each of [`NIGHTS`].
    pub survives: [f64; 3],
    /// Hours until it goes dark, at 10, 50 and 90 % of the futures; `None` beyond the outlook.
    pub dark_in_hours: [Option<f64>; 3],
    /// Probability that the electrolyte freezes within the outlook; `None` without one that can.
    pub freezes: Option<f64>,
    /// Share of the coming day's charge that a lithium battery's protection will turn away for cold; `None` for others.
    pub charge_blocked: Option<f64>,
}

/// Lives through every outlook once with a draw of its own; `None` without outlooks.
#[must_use]
pub fn autonomy(
    posterior: &Posterior<'_>,
    outlooks: &[Outlook],
    disconnect: Volts,
    seed: Seed,
) -> Option<Autonomy> {
    let horizons = nights_end(outlooks.first()?);
    let mut chance = seed.stream("autonomy.posterior");
    let lives: Vec<Life> = outlooks
        .iter()
        .map(|outlook| live(&posterior.draw(&mut chance), posterior.model(), outlook, disconnect.as_volts()))
        .collect();
    let share = |is: &dyn Fn(&Life) -> bool| {
        // Nobody is ever sure: the rule of succession keeps an ensemble of n from saying 0 or 1.
        (lives.iter().filter(|life| is(life)).count() as f64 + 0.5) / (lives.len() as f64 + 1.0)
    };
    let lasts =
        |until: usize| share(&move |life: &Life| life.dark_at.is_none_or(|hour| hour >= until as f64));
    let can_freeze = posterior.model().chemistry == crate::profile::Chemistry::LeadAcid;
    let mean = |of: &dyn Fn(&Life) -> f64| lives.iter().map(of).sum::<f64>() / lives.len() as f64;
    Some(Autonomy {
        survives: horizons.map(lasts),
        dark_in_hours: quantiles(&lives),
        freezes: can_freeze.then(|| share(&|life| life.froze)),
        charge_blocked: (!can_freeze).then(|| mean(&|life| life.blocked_ratio)),
    })
}

/// The hour at which each of [`NIGHTS`] is over.
fn nights_end(outlook: &Outlook) -> [usize; 3] {
    let hours = &outlook.hours;
    let dawns: Vec<usize> =
        (1..hours.len()).filter(|hour| hours[hour - 1].is_night && !hours[*hour].is_night).collect();
    NIGHTS.map(|nights| dawns.get(nights - 1).copied().unwrap_or(hours.len()))
}

fn quantiles(lives: &[Life]) -> [Option<f64>; 3] {
    let mut hours: Vec<f64> = lives.iter().map(|life| life.dark_at.unwrap_or(f64::INFINITY)).collect();
    hours.sort_by(f64::total_cmp);
    [0.1, 0.5, 0.9].map(|share| {
        let rank = (share * hours.len() as f64) as usize;
        hours.get(rank).copied().filter(|hour| hour.is_finite())
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use crate::{Belief, Estimator, Profile};
    use signals::{Amps, Celsius, OutlookHour, Reading, SimTime};

    /// Eight days that begin at dusk, the sun up for eight hours in each.
    fn days(charge: f64, load: f64, celsius: f64) -> Vec<Outlook> {
        let hour = |hour: usize| OutlookHour {
            charge: Amps::new(if hour % 24 >= 16 { charge } else { 0.0 }),
            load: Amps::new(load),
            temperature: Celsius::new(celsius),
            is_night: hour % 24 < 16,
        };
        vec![Outlook { hours: (0..192).map(hour).collect() }; 200]
    }

    fn met(profile: Profile, volts: f64, celsius: f64) -> Estimator {
        let mut estimator = Estimator::new(profile, Belief::default());
        let reading = Reading {
            voltage: Some(Volts::new(volts)),
            current: Some(Amps::new(0.0)),
            current_is_net: true,
            temperature: Some(Celsius::new(celsius)),
            ..Reading::default()
        };
        estimator.update(SimTime::ZERO, &reading).unwrap();
        estimator
    }

    fn ask(estimator: &Estimator, outlooks: &[Outlook]) -> Autonomy {
        autonomy(&estimator.posterior().unwrap(), outlooks, Volts::new(11.5), Seed(1)).unwrap()
    }

    #[test]
    fn a_full_battery_in_the_sun_lasts_and_an_empty_one_in_the_dark_does_not() {
        let full = ask(&met(Profile::agm_12v(), 12.9, 20.0), &days(8.0, 1.0, 20.0));
        assert!(full.survives[2] > 0.97 && full.dark_in_hours[1].is_none(), "{full:?}");
        let empty = ask(&met(Profile::agm_12v(), 12.0, 20.0), &days(0.0, 2.0, 20.0));
        assert!(empty.survives[0] < 0.3 && empty.survives[2] < 0.02, "{empty:?}");
        let [early, middle, late] = empty.dark_in_hours;
        assert!(early <= middle && middle <= late, "{empty:?}");
    }

    #[test]
    fn more_nights_are_never_likelier_survived_than_fewer() {
        let said = ask(&met(Profile::agm_12v(), 12.4, 0.0), &days(1.0, 0.9, 0.0));
        assert!(said.survives[0] >= said.survives[1] && said.survives[1] >= said.survives[2], "{said:?}");
    }

    #[test]
    fn cold_brings_the_dark_closer() {
        let estimator = met(Profile::agm_12v(), 12.4, 0.0);
        let (warm, cold) = (ask(&estimator, &days(0.0, 0.9, 20.0)), ask(&estimator, &days(0.0, 0.9, -25.0)));
        assert!(cold.dark_in_hours[1] < warm.dark_in_hours[1], "{cold:?} {warm:?}");
    }

    #[test]
    fn only_an_empty_lead_acid_battery_freezes_and_only_lithium_turns_charge_away() {
        let full = ask(&met(Profile::agm_12v(), 12.9, -30.0), &days(8.0, 0.5, -30.0));
        let empty = ask(&met(Profile::agm_12v(), 11.9, -30.0), &days(0.0, 0.5, -30.0));
        assert!(full.freezes.unwrap() < 0.05 && empty.freezes.unwrap() > 0.9, "{full:?} {empty:?}");
        let lithium = ask(&met(Profile::lifepo4_4s(), 13.2, -30.0), &days(8.0, 0.5, -30.0));
        assert_eq!((lithium.freezes, lithium.charge_blocked), (None, Some(1.0)));
    }

    #[test]
    fn the_same_seed_says_the_same() {
        let estimator = met(Profile::agm_12v(), 12.3, 0.0);
        assert_eq!(ask(&estimator, &days(1.0, 0.9, 0.0)), ask(&estimator, &days(1.0, 0.9, 0.0)));
    }
}
