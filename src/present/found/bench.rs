//! `balise_rig_results` and `balise_load`: what was done on a bench, and what one monitor carries.

use serde::Deserialize;

/// A bench's sheet.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Rig {
    /// The manifest's name.
    pub name: String,
    /// Whether pseudo-terminals stood in for ports.
    pub emulated: bool,
    /// The steps.
    pub steps: Vec<Step>,
}

/// A step of a bench.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// `PASS`, `FAIL`, …
    pub outcome: String,
    /// How late its ticks were.
    pub lateness: Option<Lateness>,
}

/// How late ticks were.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Lateness {
    /// How many.
    pub ticks: u64,
    /// How many never came.
    pub missed: u64,
    /// Median.
    pub p50_s: Option<f64>,
    /// What 99 % kept to.
    pub p99_s: Option<f64>,
    /// The latest.
    pub max_s: Option<f64>,
}

/// What a monitor carries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Load {
    /// Frames a second from each device.
    pub rate_hz: Option<f64>,
    /// Each load that was tried.
    pub steps: Vec<Level>,
    /// Where it broke.
    pub knee: Knee,
}

/// Where a ramp broke.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct Knee {
    /// The least load that was not borne.
    pub broken: Option<u64>,
    /// Whether the devices, not the monitor, were at their end there.
    pub own_limit: bool,
}

/// One load.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Level {
    /// Virtual devices.
    pub batteries: u64,
    /// Frames the monitor took.
    pub frames_found: Option<u64>,
    /// Frames sent and not taken.
    pub frames_lost: Option<u64>,
    /// Processors used.
    pub cores: Option<f64>,
    /// Resident memory, MiB.
    pub rss_mib: Option<f64>,
    /// One scrape, median, ms.
    pub scrape_p50_ms: Option<f64>,
    /// The longest.
    pub scrape_max_ms: Option<f64>,
    /// Whether nothing was lost or late.
    pub borne: bool,
}
