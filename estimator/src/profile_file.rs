//! Profiles as TOML files, format version 1.

use crate::Profile;

/// Why a text is no profile: every complaint, one a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ProfileError(pub(crate) String);

impl Profile {
    /// Reads a profile file.
    ///
    /// # Errors
    /// Every complaint about the text.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let _ = text;
        Err(ProfileError("profile files are not read yet".to_owned()))
    }
}
