//! What is said of one battery before the first reading.

use signals::Soc;

/// What the installer, or a dashboard, says of the battery; the voltage may soon say otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    /// State of charge it is said to have; `None` where nobody knows.
    pub soc: Option<Soc>,
    /// How far off that may be, ratio.
    pub soc_stddev: f64,
}

impl Default for Belief {
    fn default() -> Self {
        Self { soc: None, soc_stddev: 0.1 }
    }
}
