//! Remote write: samples that carry their own time stamps, sent to Prometheus.
//!
//! ```text
//! Series (labels, [(ms, value)]) ──message──> protobuf ──> snappy block ──client──> POST /api/v1/write
//!                                                                 └──spool──> disk, while nobody takes it
//! ```
//!
//! `/metrics` has no time stamps, so what could not be scraped when it was measured goes this way: the rows a
//! gateway kept while it was offline, and estimates made afterwards from raw series. Prometheus takes them with
//! `--web.enable-remote-write-receiver` and, where they are older than what it has of the same series, within
//! `storage.tsdb.out_of_order_time_window`. Time in milliseconds since 1970.
//!
//! Reference: Prometheus Remote-Write 1.0 specification.

mod client;
mod message;
mod page;
mod sift;
mod spool;

pub use client::{RemoteError, RemoteWriter};
pub use message::{Series, decode, encode, stale};
pub use page::series;
pub use sift::{Refused, sift};
pub use spool::{Batch, Spool};
