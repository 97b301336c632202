//! Captures as commands write and read them: the same head, the same care, the same words.
//!
//! ```text
//! About -> CaptureFile -> append-only file -> Recording -> records -> Decoded -> frames
//! ```
//!
//! The format itself is `hil::capture`'s.

mod about;
mod decoded;
mod file;
mod recording;

pub use about::About;
pub use decoded::{Decoded, Kinds};
pub use file::CaptureFile;
pub use recording::{Recording, begins_a_capture};
