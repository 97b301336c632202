//! Where battery profiles come from: built in by name, or a TOML file.

use estimator::Profile;
use signals::AmpHours;

use crate::failure::Failure;
use crate::files;
use crate::scenario::{Chemistry, Scenario};
use crate::words::Words;

/// The built-in profile of a scenario's chemistry, scaled to the capacity the monitor believes in.
#[must_use]
pub fn for_scenario(scenario: &Scenario) -> Profile {
    let profile = match scenario.plant.chemistry {
        Chemistry::Agm => Profile::agm_12v(),
        Chemistry::Flooded => Profile::flooded_12v(),
        Chemistry::Gel => Profile::gel_12v(),
        Chemistry::LiFePo4 => Profile::lifepo4_4s(),
    };
    profile.with_capacity(scenario.belief.capacity)
}

/// The profile called `name`, or read from the file of that name, scaled to `capacity` where given.
///
/// # Errors
/// Where the file cannot be read or is no profile.
pub fn load(name: &str, capacity: Option<AmpHours>, words: Words) -> Result<Profile, Failure> {
    let profile = match Profile::named(name) {
        Some(profile) => profile,
        None => {
            let text = files::read_text(name, words)?;
            Profile::parse(&text)
                .map_err(|error| files::not_understood(name, "profile", &error.to_string(), words))?
        }
    };
    Ok(match capacity {
        Some(capacity) => profile.with_capacity(capacity),
        None => profile,
    })
}
