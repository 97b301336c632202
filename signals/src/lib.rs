//! The vocabulary every Balise crate speaks: quantities with units, simulated time, named chance,
//! and the values that travel down the chain (truth, reading, estimate, fault, link statistics).
//!
//! Battery current is **positive while charging**, everywhere. Nothing here touches a clock, a file,
//! a port, a thread or entropy: time and chance are arguments.

mod chance;
mod estimate;
pub mod fault;
mod health;
mod link;
mod outlook;
mod quantity;
mod reading;
mod time;
mod truth;

pub use chance::{Seed, Stream, standard_normal, uniform};
pub use estimate::{Estimate, SIGMAS_95};
pub use fault::{FaultEvent, FaultKind};
pub use health::{SensorFault, SensorFinding, SensorHealth};
pub use link::LinkStats;
pub use outlook::{Outlook, OutlookHour};
pub use quantity::{AmpHours, Amps, Celsius, Ohms, OutOfRange, Soc, Volts, Watts};
pub use reading::Reading;
pub use time::{SimTime, Span, Stamp};
pub use truth::Truth;
