//! Readings in, estimates out: state of charge and health of one battery, with honest uncertainty.
//!
//! ```text
//! Profile + Belief -> Estimator;   (time, Reading) -> Estimator -> Estimate
//! ```
//!
//! - [`Profile`]: what is known of a type of battery before it is met; a TOML file or built in.
//! - [`Belief`]: what is said of this one battery at the start.
//! - [`autonomy()`]: what the estimate means for the nights to come.
//! - [`PlainFilter`]: one charge, two polarisations, nothing learnt; for fleets that count in hundreds of thousands.
//! - [`Estimator`]: an extended Kalman filter with coloured model error, anchors and a saved state.
//!
//! Nothing here touches a clock, a file, a port, a thread or entropy, and nothing here knows the
//! simulator: the model is the field's generic one and is expected to be wrong by the amounts the
//! profile states. Battery current is positive while charging.
//!
//! ```
//! use estimator::{Belief, Estimator, Profile};
//! use signals::{Amps, Reading, SimTime, Volts};
//!
//! let mut estimator = Estimator::new(Profile::agm_12v(), Belief::default());
//! let reading = Reading {
//!     voltage: Some(Volts::new(12.4)),
//!     current: Some(Amps::new(-2.0)),
//!     current_is_net: true,
//!     ..Reading::default()
//! };
//! let estimate = estimator.update(SimTime::ZERO, &reading);
//! assert!(estimate.is_some_and(|estimate| estimate.soc_stddev > 0.0));
//! ```

pub mod autonomy;
mod belief;
mod capacity;
#[cfg(test)]
mod consistency;
mod curve;
mod estimator;
mod full;
mod health;
pub mod identify;
mod kalman;
mod line;
mod memory;
mod model;
mod motion;
mod plain;
mod profile;
mod profile_file;
mod seen;
mod start;
mod state;
mod step_resistance;

pub use autonomy::autonomy;
pub use belief::Belief;
pub use capacity::{Sample, WindowCapacity, capacity_in_window};
pub use estimator::Estimator;
pub use plain::{PlainEstimate, PlainFilter};
pub use profile::Profile;
pub use profile_file::ProfileError;
pub use state::StateError;
