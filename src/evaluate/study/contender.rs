//! Everything that was tried as an estimator, behind one call.

use estimator::{Belief, Estimator, PlainFilter, Profile};
use signals::{Amps, Celsius, Reading, SimTime, Soc, Volts};

use super::super::rival::parameters::Parameters;
use super::super::rival::{Rivals, Said};
use super::circuit::Circuit;
use super::cubature::Cubature;
use super::extended::Extended;
use super::hypotheses::Hypotheses;
use super::learned::{Learned, Network};

/// How many there are, and their names in machine output.
pub(super) const NAMES: [&str; COUNT] = [
    "coulomb_counter",
    "rest_lookup",
    "extended_1rc",
    "extended_2rc",
    "cubature_2rc",
    "hypotheses_2rc",
    "joint_2rc",
    "learned",
    "plain",
    "estimator",
];
pub(super) const COUNT: usize = 10;

/// One way to tell the state of charge.
pub(super) enum Contender<'a> {
    /// A rival of every score, by its place among them.
    Rival(Box<Rivals<'a>>, usize),
    Filter(Box<Driven>),
    Learned(Learned<'a>),
    Plain(Box<PlainFilter>),
    Ours(Box<Estimator>),
}

impl<'a> Contender<'a> {
    /// The one called `NAMES[place]`, which believes `told`; `None` where it cannot work with the profile.
    pub fn new(
        place: usize,
        profile: &'a Profile,
        network: Option<&'a Network>,
        told: Option<f64>,
    ) -> Option<Self> {
        let soc = told.map(Soc::clamped);
        let rival = |which| Some(Self::Rival(Box::new(Rivals::new(profile, soc)), which));
        let filter = |kind| Some(Self::Filter(Box::new(Driven::new(kind, profile, told))));
        match NAMES[place] {
            "coulomb_counter" => rival(0),
            "rest_lookup" => rival(2),
            "joint_2rc" => rival(3),
            "extended_1rc" => filter(Kind::ExtendedOne),
            "extended_2rc" => filter(Kind::ExtendedTwo),
            "cubature_2rc" => filter(Kind::Cubature),
            "hypotheses_2rc" => filter(Kind::Hypotheses),
            "learned" => network.map(|network| {
                let cells = super::super::cells::in_series(profile);
                Self::Learned(Learned::new(network, cells, profile.capacity().as_amp_hours()))
            }),
            "plain" => {
                let belief = Belief { soc, ..Belief::default() };
                Some(Self::Plain(Box::new(PlainFilter::new(profile, belief))))
            }
            _ => {
                let belief = Belief { soc, ..Belief::default() };
                Some(Self::Ours(Box::new(Estimator::new(profile.clone(), belief))))
            }
        }
    }

    /// What it says after this reading.
    pub fn look(&mut self, at: SimTime, reading: &Reading) -> Option<Said> {
        match self {
            Self::Rival(rivals, which) => rivals.look(at, reading)[*which],
            Self::Filter(filter) => filter.look(at.as_secs(), reading),
            Self::Learned(learned) => {
                let (amps, volts) = (reading.current?.as_amps(), reading.voltage?.as_volts());
                let (soc, half) =
                    learned.look(at.as_secs(), amps, volts, reading.temperature.map(Celsius::as_celsius));
                Some(said(soc, half))
            }
            Self::Plain(filter) => {
                let found = filter.update(at, reading)?;
                Some(said(found.soc.as_ratio(), 1.96 * found.soc_stddev))
            }
            Self::Ours(estimator) => {
                let estimate = estimator.update(at, reading).or_else(|| estimator.estimate())?;
                Some(Said { soc: estimate.soc.as_ratio(), interval: Some(estimate.soc_interval_95()) })
            }
        }
    }
}

fn said(soc: f64, half: f64) -> Said {
    Said { soc: soc.clamp(0.0, 1.0), interval: Some(((soc - half).max(0.0), (soc + half).min(1.0))) }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    ExtendedOne,
    ExtendedTwo,
    Cubature,
    Hypotheses,
}

enum Filter {
    ExtendedOne(Extended<2>),
    ExtendedTwo(Extended<3>),
    Cubature(Cubature<3>),
    Hypotheses(Hypotheses),
}

/// A filter of the plain circuit with the readings it is driven by. It begins where it is told to; told nothing,
/// at its first voltage's look-up, with more doubt (the hypotheses then begin everywhere).
pub(super) struct Driven {
    kind: Kind,
    profile: Profile,
    told: Option<f64>,
    filter: Option<Filter>,
    cells: f64,
    /// Time of the latest reading, s, and its discharge current, A.
    before: Option<(f64, f64)>,
}

impl Driven {
    fn new(kind: Kind, profile: &Profile, told: Option<f64>) -> Self {
        Self { kind, profile: profile.clone(), told, filter: None, cells: 1.0, before: None }
    }

    fn begin(&mut self, volts: Volts, celsius: Option<f64>) -> Option<()> {
        let parameters = Parameters::of(&self.profile, celsius)?;
        let start = self.told.unwrap_or_else(|| self.profile.soc_at_rest(volts).as_ratio());
        let is_told = self.told.is_some();
        self.cells = parameters.cells;
        let two = || Circuit::<3>::new(&parameters);
        self.filter = Some(match self.kind {
            Kind::ExtendedOne => {
                Filter::ExtendedOne(Extended::new(Circuit::new(&parameters), start, is_told))
            }
            Kind::ExtendedTwo => Filter::ExtendedTwo(Extended::new(two(), start, is_told)),
            Kind::Cubature => Filter::Cubature(Cubature::new(two(), start, is_told)),
            Kind::Hypotheses => Filter::Hypotheses(Hypotheses::new(&two(), self.told)),
        });
        Some(())
    }

    fn look(&mut self, secs: f64, reading: &Reading) -> Option<Said> {
        let celsius = reading.temperature.map(Celsius::as_celsius);
        if self.filter.is_none() {
            self.begin(reading.voltage?, celsius)?;
        }
        let cells = self.cells;
        let filter = self.filter.as_mut()?;
        if let Some(celsius) = celsius {
            filter.warm(celsius);
        }
        if let Some((then, current)) = self.before
            && secs > then
        {
            filter.predict(secs - then, current);
        }
        let current =
            reading.current.map(|amps: Amps| -amps.as_amps()).or(self.before.map(|before| before.1))?;
        if let Some(volts) = reading.voltage {
            filter.correct(volts.as_volts() / cells, current);
        }
        self.before = Some((secs, current));
        let (soc, stddev) = filter.soc();
        Some(said(soc, 1.96 * stddev))
    }
}

impl Filter {
    fn warm(&mut self, celsius: f64) {
        match self {
            Self::ExtendedOne(filter) => filter.circuit.warm(celsius),
            Self::ExtendedTwo(filter) => filter.circuit.warm(celsius),
            Self::Cubature(filter) => filter.circuit.warm(celsius),
            Self::Hypotheses(bank) => bank.warm(celsius),
        }
    }

    fn predict(&mut self, dt: f64, current: f64) {
        match self {
            Self::ExtendedOne(filter) => filter.predict(dt, current),
            Self::ExtendedTwo(filter) => filter.predict(dt, current),
            Self::Cubature(filter) => filter.predict(dt, current),
            Self::Hypotheses(bank) => bank.predict(dt, current),
        }
    }

    fn correct(&mut self, volts: f64, current: f64) {
        match self {
            Self::ExtendedOne(filter) => drop(filter.correct(volts, current)),
            Self::ExtendedTwo(filter) => drop(filter.correct(volts, current)),
            Self::Cubature(filter) => filter.correct(volts, current),
            Self::Hypotheses(bank) => bank.correct(volts, current),
        }
    }

    fn soc(&self) -> (f64, f64) {
        match self {
            Self::ExtendedOne(filter) => filter.soc(),
            Self::ExtendedTwo(filter) => filter.soc(),
            Self::Cubature(filter) => filter.soc(),
            Self::Hypotheses(bank) => bank.soc(),
        }
    }
}
