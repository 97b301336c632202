//! Tries a line: a pseudo-random pattern in numbered blocks, errors counted in bits, each block's way timed.
//!
//! ```text
//! one adapter, TX led to RX:  block out -> the same block in
//! two adapters, crossed:      left -> right, then right -> left
//! ```
//!
//! The latency of a block is from the call that sends it to its last byte's arrival: the time on the wire
//! (10 bits a byte), the adapters' own buffers and the system's. Over USB the adapters' part is up to 16 ms.

use std::time::Duration;

use hil::bench::prbs::{Prbs, bit_errors};
use hil::link::serial::Serial;
use hil::link::{ByteSink, FrameSource, LinkError};
use tokio::time::Instant;

use super::lateness::percentile;

/// Bytes of a block.
const BLOCK: usize = 64;
/// A block that is not whole after this, beyond its time on the wire, is lost.
const PATIENCE: Duration = Duration::from_millis(500);
/// What is left of an earlier block has come when the line is quiet for this long.
const QUIET: Duration = Duration::from_millis(30);
/// Lost blocks in a row after which nobody is there.
const LOST_MAX: u32 = 4;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tried {
    /// Bytes sent.
    pub bytes: usize,
    /// Bits that came wrong or not at all.
    pub bit_errors: u64,
    /// Latency of each whole block in order of size, seconds.
    pub latencies: Vec<f64>,
}

impl Tried {
    /// Latency that this share of the blocks does not exceed, seconds.
    #[must_use]
    pub fn latency(&self, ratio: f64) -> f64 {
        percentile(&self.latencies, ratio)
    }
}

/// A line to be tried.
#[derive(Debug)]
pub enum Ends<'l> {
    /// One adapter.
    Loop(&'l mut Serial),
    /// From the first to the second.
    Pair(&'l mut Serial, &'l mut Serial),
}

impl Ends<'_> {
    async fn send(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
        match self {
            Self::Loop(from) | Self::Pair(from, _) => from.send(bytes).await.map(drop),
        }
    }

    async fn receive(&mut self, bytes: &mut Vec<u8>) -> Result<usize, LinkError> {
        match self {
            Self::Loop(to) | Self::Pair(_, to) => to.receive(bytes).await,
        }
    }
}

/// Sends `bytes` through the line. Nothing coming back at all is no error: the result has no latency.
///
/// # Errors
/// Where a port fails.
pub async fn run(mut ends: Ends<'_>, bytes: usize, baud_rate: u32) -> Result<Tried, LinkError> {
    let mut prbs = Prbs::default();
    let mut tried = Tried::default();
    let mut lost = 0;
    quiet(&mut ends).await?;
    while tried.bytes < bytes && lost < LOST_MAX {
        let block = prbs.take(BLOCK.min(bytes - tried.bytes));
        let on_wire = Duration::from_secs_f64(block.len() as f64 * 10.0 / f64::from(baud_rate));
        let sent_at = Instant::now();
        ends.send(&block).await?;
        let mut got = Vec::new();
        let deadline = sent_at + on_wire + PATIENCE;
        while got.len() < block.len() {
            match tokio::time::timeout_at(deadline, ends.receive(&mut got)).await {
                Ok(received) => received.map(drop)?,
                Err(_) => break,
            }
        }
        tried.bytes += block.len();
        tried.bit_errors += bit_errors(&block, &got);
        if got.len() == block.len() {
            tried.latencies.push(sent_at.elapsed().as_secs_f64());
            lost = 0;
        } else {
            // Half a block must not be taken for the head of the next.
            lost += u32::from(got.is_empty());
            quiet(&mut ends).await?;
        }
    }
    tried.latencies.sort_by(f64::total_cmp);
    Ok(tried)
}

async fn quiet(ends: &mut Ends<'_>) -> Result<(), LinkError> {
    let mut old = Vec::new();
    while let Ok(received) = tokio::time::timeout(QUIET, ends.receive(&mut old)).await {
        received?;
        old.clear();
    }
    Ok(())
}
