//! A profile from measured files: what the data say, how sure they are, and what they cannot say.
//!
//! ```text
//! records -> roles -> capacity, axis -> rest curve, hysteresis, efficiency    (slow branches)
//!                                    -> R₀, R₁, τ₁, R₂, τ₂, B, f(z), k, δ(z)  (all records at once)
//!                                    -> covariance -> refusals -> profile
//! ```
//!
//! - [`Record`]: a file, its rows made usable.
//! - [`identify`]: records and a base profile in, [`Identified`] out.
//! - [`predict`]: a profile against records it was not identified on.
//!
//! A parameter that the data do not determine keeps the base's value and is listed with the reason; the
//! `doubt` table is the base's always. Chance (the starts of the fit) is an argument. Current is positive
//! while charging.

mod axis;
mod fit;
mod held;
mod jump;
mod outcome;
mod play;
mod record;
mod reference;
mod refuse;
mod rest;
mod role;
mod run;
mod spread;
mod steps;
mod unknowns;
mod write;

#[cfg(test)]
mod synthetic;

pub use held::held;
pub use outcome::{Correlation, Fit, Identified, Parameter, Point, Reason, Refused};
pub use record::{Record, RecordFault, Role, Row};
pub use run::{IdentifyError, Options, identify, predict};
