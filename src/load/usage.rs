//! What a process and its threads have cost so far, as Linux counts it.

use std::path::{Path, PathBuf};

/// Linux tells programs of processor time in hundredths of a second, whatever its own tick is.
const TICKS_PER_SEC: f64 = 100.0;

/// A process or a thread of ours.
#[derive(Debug, Clone)]
pub struct Meter(PathBuf);

impl Meter {
    /// Of the process with this number.
    #[must_use]
    pub fn process(pid: u32) -> Self {
        Self(Path::new("/proc").join(pid.to_string()))
    }

    /// Of this process.
    #[must_use]
    pub fn own() -> Self {
        Self("/proc/self".into())
    }

    /// Of the thread that calls.
    #[must_use]
    pub fn thread() -> Self {
        Self(Path::new("/proc/self/task").join(nix::unistd::gettid().to_string()))
    }

    /// Processor time used, s; `None` where it is gone.
    #[must_use]
    pub fn cpu_secs(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(self.0.join("stat")).ok()?;
        // The name in parentheses may hold anything; user and system time are the 12th and 13th fields after it.
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let ticks: Option<f64> = fields.get(11..13)?.iter().map(|ticks| ticks.parse::<f64>().ok()).sum();
        ticks.map(|ticks| ticks / TICKS_PER_SEC)
    }

    /// Memory it holds, MiB.
    #[must_use]
    pub fn rss_mib(&self) -> Option<f64> {
        let status = std::fs::read_to_string(self.0.join("status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_and_this_thread_are_seen() {
        let mut sum = 0_u64;
        while Meter::thread().cpu_secs().is_some_and(|secs| secs < 0.02) {
            sum = (0..100_000_u64).fold(sum, |sum, number| sum.wrapping_mul(31).wrapping_add(number));
        }
        assert!(Meter::own().cpu_secs() >= Some(0.02), "{sum}");
        assert!(Meter::own().rss_mib().is_some_and(|mib| mib > 1.0));
        assert_eq!(Meter::process(0).cpu_secs(), None);
    }
}
