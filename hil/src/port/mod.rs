//! Ports that live: unplugged, back under another name, and never taken for another's.
//!
//! Pure as far as [`Keeper`]: time is an argument and the list of ports is handed in ([`PortList`]), so
//! that a year of plugging runs in a moment. [`Sysfs`] reads the system's list, [`LivePort`] joins the two
//! on the machine's clock, and [`holders`] says which programs have a port open.
//!
//! ```text
//! list of ports ─> Bond (which one is ours?) ─┐
//!                                             ├─> Keeper ─> open ─> Proof (does it tell its own serial?) ─> bytes
//! time ──────────> Life (when to try?) ───────┘
//! ```
//!
//! A port is bound by the adapter's USB serial number, else by the serial number the device tells in its
//! own protocol, else by the place it is plugged in, else by its name alone; [`BoundBy`] says which.

mod bond;
mod holder;
mod keeper;
mod life;
mod listed;
mod live;
mod probe;
mod probing;
mod proof;
mod sysfs;

pub use bond::{Bond, BoundBy, Found, Identity, Mismatch, Wanted};
pub use holder::{Holder, holders};
pub use keeper::Keeper;
pub use life::{Life, LifeStats, PAUSE_MAX, PortState};
pub use listed::{BadUsbId, Listed, PortList, UsbId, UsbPort};
pub use live::{LivePort, NotOpen};
pub use probe::{ProbeStep, Probed};
pub use probing::probe;
pub use proof::{Impostor, Proof, own_serial};
pub use sysfs::Sysfs;
