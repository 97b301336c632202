//! What other methods make of the same readings: the estimator has to be better than these.
//!
//! - the **coulomb counter** starts where the estimator is told to, or at the look-up, and counts;
//! - **assume full** starts full and counts, as a battery monitor does out of its box;
//! - the **rest look-up** reads the rest curve whenever hardly any current flows, and keeps the answer;
//! - the **notebook filter** is a skilled user's extended Kalman filter ([`notebook`]), the only one with an
//!   interval. It lives here and not under `benches/`, because the command prints it beside every score.

mod notebook;
pub(super) mod parameters;

use estimator::Profile;
use signals::{Amps, Celsius, Reading, SimTime, Soc, Volts};

use notebook::Notebook;
use parameters::Parameters;

/// How many they are.
pub(super) const COUNT: usize = 4;

/// Names in machine output.
pub(super) const NAMES: [&str; COUNT] = ["coulomb_counter", "assume_full", "rest_lookup", "notebook_filter"];

/// Below this current over capacity, per hour, the battery rests.
const REST_PER_HOUR: f64 = 0.005;

/// What a rival says after a reading, ratios.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Said {
    pub soc: f64,
    /// Its 95 % interval, where it gives one.
    pub interval: Option<(f64, f64)>,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Rivals<'p> {
    profile: &'p Profile,
    said: Option<f64>,
    counted: Option<f64>,
    from_full: f64,
    looked_up: Option<f64>,
    before: Option<(SimTime, f64)>,
    notebook: Option<Notebook>,
    /// Whether the notebook has begun, or found a profile that it cannot read.
    has_begun: bool,
}

impl<'p> Rivals<'p> {
    pub fn new(profile: &'p Profile, said: Option<Soc>) -> Self {
        let said = said.map(Soc::as_ratio);
        Self {
            profile,
            said,
            counted: said,
            from_full: 1.0,
            looked_up: None,
            before: None,
            notebook: None,
            has_begun: false,
        }
    }

    /// What each says after this reading, in the order of [`NAMES`].
    pub fn look(&mut self, at: SimTime, reading: &Reading) -> [Option<Said>; COUNT] {
        let amps = reading.current.map(Amps::as_amps);
        if let Some(volts) = reading.voltage {
            self.look_up(volts, amps);
        }
        if self.said.is_none() && self.counted.is_none() {
            self.counted = self.looked_up;
        }
        self.count(at, amps);
        let notebook = self.filter(at, reading);
        let plain = |soc: Option<f64>| soc.map(|soc| Said { soc, interval: None });
        [plain(self.counted), plain(Some(self.from_full)), plain(self.looked_up), notebook]
    }

    fn count(&mut self, at: SimTime, amps: Option<f64>) {
        let Some(now) = amps else { return };
        if let Some((then, before)) = self.before {
            let hours = (at - then).as_secs().max(0.0) / 3600.0;
            let gained = 0.5 * (before + now) * hours / self.profile.capacity().as_amp_hours();
            self.from_full = (self.from_full + gained).clamp(0.0, 1.0);
            self.counted = self.counted.map(|soc| (soc + gained).clamp(0.0, 1.0));
        }
        self.before = Some((at, now));
    }

    fn look_up(&mut self, volts: Volts, amps: Option<f64>) {
        let rests =
            amps.is_none_or(|amps| amps.abs() < REST_PER_HOUR * self.profile.capacity().as_amp_hours());
        if rests || self.looked_up.is_none() {
            self.looked_up = Some(self.profile.soc_at_rest(volts).as_ratio());
        }
    }

    /// The notebook starts where it is told to; told nothing, at its first voltage's look-up, with more doubt.
    fn filter(&mut self, at: SimTime, reading: &Reading) -> Option<Said> {
        let celsius = reading.temperature.map(Celsius::as_celsius);
        if !self.has_begun
            && let Some(start) = self.said.or(self.looked_up)
        {
            self.has_begun = true;
            let parameters = Parameters::of(self.profile, celsius);
            self.notebook =
                parameters.map(|parameters| Notebook::new(parameters, start, self.said.is_some()));
        }
        let notebook = self.notebook.as_mut()?;
        notebook.update(
            at.as_secs(),
            reading.current.map(Amps::as_amps),
            reading.voltage.map(Volts::as_volts),
            celsius,
        );
        let (soc, stddev) = (notebook.soc(), notebook.soc_stddev());
        let interval = ((soc - 1.96 * stddev).max(0.0), (soc + 1.96 * stddev).min(1.0));
        Some(Said { soc: soc.clamp(0.0, 1.0), interval: Some(interval) })
    }
}
