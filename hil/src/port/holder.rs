//! Who holds a port: the programs that have it open, as far as this user may look (`/proc/PID/fd`).

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Linux' number for memory devices (Documentation/admin-guide/devices.txt).
const MEMORY: u64 = 1;

/// A program that has a port open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    /// Its process number.
    pub pid: u32,
    /// Its name.
    pub name: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.name, self.pid)
    }
}

/// The programs that have the device at `port` open, this one left out.
#[must_use]
pub fn holders(port: &Path) -> Vec<Holder> {
    let Ok(device) = fs::metadata(port).map(|metadata| metadata.rdev()) else { return Vec::new() };
    // Everyone has /dev/null open; neither it nor a plain file is a port.
    if device == 0 || nix::sys::stat::major(device) == MEMORY {
        return Vec::new();
    }
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut holders: Vec<Holder> = pids
        .filter(|pid| *pid != std::process::id() && has_open(*pid, device))
        .map(|pid| Holder { pid, name: name_of(pid) })
        .collect();
    holders.sort();
    holders
}

fn has_open(pid: u32, device: u64) -> bool {
    let open = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    // Following the link asks the file itself, whatever name it was opened by.
    open.into_iter().any(|entry| fs::metadata(entry.path()).is_ok_and(|metadata| metadata.rdev() == device))
}

fn name_of(pid: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    name.trim().to_owned()
}
