//! Rules proposed from findings.
use super::Explored;

/// A `clean` file.
pub(super) fn rules(_logs: &[Explored]) -> String {
    "balise_clean = 1\n".to_owned()
}
