//! The estimator: crude for now, counts charge from a rest-voltage start.

use signals::{AmpHours, Estimate, Ohms, Reading, SimTime, Soc, Span, Volts};

use crate::{Belief, Profile, StateError};

/// Estimates one battery from its readings.
#[derive(Debug, Clone)]
pub struct Estimator {
    profile: Profile,
    belief: Belief,
    last: Option<Estimate>,
}

impl Estimator {
    /// An estimator that has seen nothing yet.
    #[must_use]
    pub fn new(profile: Profile, belief: Belief) -> Self {
        Self { profile, belief, last: None }
    }

    /// Takes a reading.
    pub fn update(&mut self, at: SimTime, reading: &Reading) -> Option<Estimate> {
        let low = self.profile.rest.voltage_volts.first().copied()?;
        let high = self.profile.rest.voltage_volts.last().copied()?;
        let amps = reading.current.map_or(0.0, signals::Amps::as_amps);
        let soc = match (self.last, self.belief.soc) {
            (Some(last), _) => {
                let hours = (at - last.at).as_secs().clamp(0.0, 300.0) / 3600.0;
                last.soc.as_ratio() + amps * hours / self.profile.capacity_amp_hours
            }
            (None, Some(soc)) => soc.as_ratio(),
            (None, None) => (reading.voltage?.as_volts() - low) / (high - low),
        };
        self.last = Some(Estimate {
            at,
            soc: Soc::clamped(soc),
            soc_stddev: 0.2,
            capacity: self.profile.capacity(),
            capacity_stddev: AmpHours::new(self.profile.capacity_amp_hours * 0.1),
            soh: 1.0,
            soh_stddev: 0.1,
            resistance: Ohms::new(self.profile.resistance.ohmic_ohms),
            resistance_stddev: Ohms::new(self.profile.resistance.ohmic_ohms * 0.3),
            innovation: Volts::new(0.0),
            innovation_squared_normalized: 1.0,
            gated: false,
        });
        self.last
    }

    /// The latest estimate.
    #[must_use]
    pub const fn estimate(&self) -> Option<Estimate> {
        self.last
    }

    /// The whole state.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        b"balise_state 1\n".to_vec()
    }

    /// Goes on from a saved state, `away` after it was saved.
    ///
    /// # Errors
    /// Where the bytes are no state of this profile.
    pub fn restore(profile: Profile, bytes: &[u8], now: SimTime, away: Span) -> Result<Self, StateError> {
        let _ = (now, away);
        if !bytes.starts_with(b"balise_state 1\n") {
            return Err(StateError::Foreign);
        }
        Ok(Self::new(profile, Belief::default()))
    }
}
