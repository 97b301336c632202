//! What the head of a capture says of the recording: which program and command, since when, which
//! device is which source and, where a scenario drove it, the scenario's hash and the seed.
//!
//! | word              | value                                     |
//! | ----------------- | ----------------------------------------- |
//! | `balise`          | version, command                          |
//! | `started`         | wall clock, RFC 3339, UTC                 |
//! | `scenario`        | its name                                  |
//! | `scenario_sha256` | of its file, as `sha256sum` prints it     |
//! | `seed`            | what the run draws from                   |
//! | `bench`           | name of a rig's manifest                  |
//! | `note`            | whatever `--note` says                    |
//! | `speed`           | times as fast as the wall, where not 1    |
//! | `device`          | source, kind: one line each               |

use hil::DeviceKind;
use sha2::{Digest, Sha256};
use signals::Seed;

/// Before a source and its kind.
pub(super) const DEVICE: &str = "device";

/// The head of a capture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    words: Vec<(&'static str, String)>,
}

impl About {
    /// A recording that this command makes.
    #[must_use]
    pub fn made_by(command: &str) -> Self {
        let program = format!("{} {command}", env!("CARGO_PKG_VERSION"));
        Self { words: vec![("balise", program)] }
    }

    /// Says any other thing of it.
    #[must_use]
    pub fn with(mut self, word: &'static str, value: &str) -> Self {
        // A name is any text; a head's value is one line.
        self.words.push((word, value.replace(char::is_control, " ")));
        self
    }

    /// It began at this wall clock.
    #[must_use]
    pub fn started(mut self, wall_unix_nanos: i64) -> Self {
        let at = jiff::Timestamp::from_nanosecond(i128::from(wall_unix_nanos)).unwrap_or_default();
        self.words.push(("started", at.to_string()));
        self
    }

    /// The plant of a scenario drives it; `text` is its file's.
    #[must_use]
    pub fn of_scenario(mut self, name: &str, text: &str, seed: Seed) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self = self.with("scenario", name);
        self.words.extend([("scenario_sha256", digest), ("seed", seed.0.to_string())]);
        self
    }

    /// The run's clock goes this much faster than the wall's.
    #[must_use]
    pub fn at_speed(mut self, speed: f64) -> Self {
        if (speed - 1.0).abs() > f64::EPSILON {
            self.words.push(("speed", speed.to_string()));
        }
        self
    }

    /// What `source` is.
    #[must_use]
    pub fn of_device(mut self, source: &str, kind: DeviceKind) -> Self {
        self.words.push((DEVICE, format!("{source} {kind}")));
        self
    }

    /// Word and value, in the order written.
    pub fn words(&self) -> impl Iterator<Item = (&str, &str)> {
        self.words.iter().map(|(word, value)| (*word, value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_known_again_by_the_hash_of_its_file() {
        let about = About::made_by("run").of_scenario("a\nweek", "abc", Seed(7));
        let words: Vec<_> = about.words().skip(1).collect();
        // FIPS 180-4, the example of one block.
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(words, [("scenario", "a week"), ("scenario_sha256", digest), ("seed", "7")]);
    }

    #[test]
    fn the_speed_of_the_wall_is_not_worth_a_word() {
        assert_eq!(About::made_by("emulate").at_speed(1.0), About::made_by("emulate"));
    }
}
