//! Where battery profiles come from: built in by name, or a TOML file.

use estimator::Profile;
use signals::AmpHours;
use toml::Spanned;
use toml::de::DeTable;

use crate::document::{self, Complaint};
use crate::evaluate::plant;
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
            let profile = Profile::parse(&text)
                .map_err(|error| files::not_understood(name, "profile", &error.to_string(), words))?;
            check_plant(&profile, name, &text, words)?;
            profile
        }
    };
    Ok(match capacity {
        Some(capacity) => profile.with_capacity(capacity),
        None => profile,
    })
}

/// A plant's parameter set that nobody has is a slip of the pen: shown in its line.
fn check_plant(profile: &Profile, path: &str, text: &str, words: Words) -> Result<(), Failure> {
    let Some(name) = profile.plant().filter(|name| plant::names().all(|known| known != *name)) else {
        return Ok(());
    };
    let (root, _) = DeTable::parse_recoverable(text);
    let known = plant::names().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let complaint = Complaint {
        span: root.get_ref().get("plant").map_or(0..0, Spanned::span),
        key: "document-unknown-choice",
        blanks: vec![("key", "plant".to_owned()), ("value", name.to_owned()), ("known", known)],
    };
    Err(document::failure(path, text, &[complaint], words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plant_that_nobody_has_is_shown_in_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine.toml");
        let text = format!("plant = \"a123-2p3aH\"\n{}", Profile::agm_12v().to_toml());
        std::fs::write(&path, text).expect("written");
        let failure = load(&path.display().to_string(), None, Words::English).err();
        let message = failure.map(|failure| failure.message).unwrap_or_default();
        assert!(message.contains("mine.toml:1") && message.contains("\"a123-2p3ah\""), "{message}");
    }
}
