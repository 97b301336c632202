//! The estimator's state as a versioned text, every number to the bit.
//!
//! ```text
//! balise_state 5
//! profile agm_12v 8b1f…            name and fingerprint of all its numbers
//! started 1
//! mean 3fe0000000000000            name and IEEE-754 bits, always in the same order
//! …
//! sum 0a3c…                        FNV-1a of all bytes above
//! ```

use crate::Profile;
use crate::memory::Memory;

const MAGIC: &str = "balise_state";
const VERSION: &str = "5";

/// Why bytes are no state of this battery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Not written by an estimator.
    #[error("not a saved estimator state")]
    Foreign,
    /// Written by another version.
    #[error("saved in format version {found}, this program reads version 5")]
    Version {
        /// The version found.
        found: String,
    },
    /// Cut short or altered.
    #[error("cut short or altered: the checksum does not fit")]
    Torn,
    /// Saved with another profile, or with this one before it was changed.
    #[error("saved with another battery profile")]
    OtherProfile,
}

/// The whole text.
pub(crate) fn write(profile: &Profile, mut memory: Memory, started: bool) -> Vec<u8> {
    let mut text =
        format!("{MAGIC} {VERSION}\nprofile {:016x}\nstarted {}\n", fingerprint(profile), u8::from(started));
    memory.each(|name, value| text.push_str(&format!("{name} {:016x}\n", value.to_bits())));
    let sum = fnv1a(text.as_bytes());
    text.push_str(&format!("sum {sum:016x}\n"));
    text.into_bytes()
}

/// Fills `memory` from the text; true where the estimator had seen a reading.
pub(crate) fn read(profile: &Profile, bytes: &[u8], memory: &mut Memory) -> Result<bool, StateError> {
    let text = std::str::from_utf8(bytes).map_err(|_| StateError::Foreign)?;
    let first = text.lines().next().unwrap_or_default();
    match first.split_once(' ') {
        Some((MAGIC, VERSION)) => {}
        Some((MAGIC, found)) => return Err(StateError::Version { found: found.chars().take(20).collect() }),
        _ => return Err(StateError::Foreign),
    }
    let body_end = text.rfind("sum ").ok_or(StateError::Torn)?;
    let (body, sum) = text.split_at(body_end);
    if sum != format!("sum {:016x}\n", fnv1a(body.as_bytes())) {
        return Err(StateError::Torn);
    }
    let mut lines = body.lines().skip(1);
    let mut next = |name: &str| {
        let (found, value) = lines.next()?.split_once(' ')?;
        (found == name).then_some(value)
    };
    let print = next("profile").ok_or(StateError::Torn)?;
    if print != format!("{:016x}", fingerprint(profile)) {
        return Err(StateError::OtherProfile);
    }
    let started = next("started").ok_or(StateError::Torn)? == "1";
    let mut whole = true;
    memory.each(|name, slot| match next(name).and_then(|hex| u64::from_str_radix(hex, 16).ok()) {
        Some(bits) => *slot = f64::from_bits(bits),
        None => whole = false,
    });
    if whole { Ok(started) } else { Err(StateError::Torn) }
}

/// A number that changes with anything in the profile.
fn fingerprint(profile: &Profile) -> u64 {
    fnv1a(format!("{profile:?}").as_bytes())
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Belief, Estimator};
    use signals::{AmpHours, SimTime, Span};

    fn check(bytes: &[u8], expected: &StateError) {
        let found = Estimator::restore(Profile::agm_12v(), bytes, SimTime::ZERO, Span::ZERO);
        assert_eq!(found.err().as_ref(), Some(expected));
    }

    fn saved() -> Vec<u8> {
        Estimator::new(Profile::agm_12v(), Belief::default()).save()
    }

    #[test]
    fn what_is_no_state_is_refused_with_its_reason() {
        check(b"", &StateError::Foreign);
        check(b"\xff\xfe", &StateError::Foreign);
        check(b"balise_state 1\n", &StateError::Version { found: "1".to_owned() });
        check(b"balise_state 2\n", &StateError::Version { found: "2".to_owned() });
        check(b"balise_state 3\n", &StateError::Version { found: "3".to_owned() });
        check(b"balise_state 4\n", &StateError::Version { found: "4".to_owned() });
        let whole = saved();
        check(&whole[..whole.len() / 2], &StateError::Torn);
        let mut altered = whole;
        altered[60] ^= 1;
        check(&altered, &StateError::Torn);
    }

    #[test]
    fn a_state_of_another_profile_is_refused() {
        let other = Profile::agm_12v().with_capacity(AmpHours::new(99.0));
        let found = Estimator::restore(other, &saved(), SimTime::ZERO, Span::ZERO);
        assert_eq!(found.err(), Some(StateError::OtherProfile));
    }

    #[test]
    fn a_finding_outlives_a_restart_with_its_age() {
        let reading = |volts: Option<f64>, amps: f64| signals::Reading {
            voltage: volts.map(signals::Volts::new),
            current: Some(signals::Amps::new(amps)),
            current_is_net: true,
            ..signals::Reading::default()
        };
        let mut estimator = Estimator::new(Profile::agm_12v(), Belief::default());
        for minute in 0..60_u32 {
            let volts = (minute < 10).then(|| 12.5 + 0.001 * f64::from(minute));
            estimator.update(SimTime::from_secs(f64::from(minute) * 60.0), &reading(volts, -2.0));
        }
        let before = estimator.estimate().and_then(|it| it.health.voltage);
        assert_eq!(before.map(|it| it.fault), Some(signals::SensorFault::Dropout));
        let now = SimTime::from_secs(59.0 * 60.0);
        let restored = Estimator::restore(Profile::agm_12v(), &estimator.save(), now, Span::ZERO);
        let after = restored.ok().and_then(|it| it.estimate()).and_then(|it| it.health.voltage);
        assert_eq!(after, before);
    }
}
