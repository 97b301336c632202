//! The estimator's state as a versioned text.

/// Why bytes are no state of this battery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Not written by an estimator.
    #[error("not a saved estimator state")]
    Foreign,
    /// Written by another version.
    #[error("saved by format version {found}; this program reads version 1")]
    Version {
        /// The version found.
        found: String,
    },
    /// Cut short or altered.
    #[error("torn: the checksum does not fit")]
    Torn,
    /// Saved with another profile.
    #[error("saved with another battery profile")]
    OtherProfile,
}
