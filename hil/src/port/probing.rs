//! The probe on a real line: opens the port at each rate, sends what only reads, and closes it.

use super::probe::{ProbeStep, Probed};
use crate::link::serial::Serial;
use crate::link::{ByteSink, FrameSource, LinkError};
use std::path::Path;
use std::time::Duration;

/// What answers on a port; `None` where nothing known does.
///
/// # Errors
/// Where the port cannot be opened, or goes away meanwhile.
pub async fn probe(port: &Path) -> Result<Option<Probed>, LinkError> {
    let mut open: Option<(u32, Serial)> = None;
    for step in ProbeStep::all() {
        let mut line = match open.take() {
            Some((rate, line)) if rate == step.baud_rate => line,
            earlier => {
                // Closed first: a port is held by one reader.
                drop(earlier);
                Serial::open(port, step.baud_rate).await?
            }
        };
        if let Some(found) = try_step(&step, &mut line).await? {
            return Ok(Some(found));
        }
        open = Some((step.baud_rate, line));
    }
    Ok(None)
}

async fn try_step(step: &ProbeStep, line: &mut Serial) -> Result<Option<Probed>, LinkError> {
    if let Some(question) = &step.question {
        line.send(question).await?;
    }
    let wait = Duration::from_nanos(step.wait.as_nanos().unsigned_abs());
    let deadline = tokio::time::Instant::now() + wait;
    let mut heard = Vec::new();
    loop {
        match tokio::time::timeout_at(deadline, line.receive(&mut heard)).await {
            Err(_) => return Ok(None),
            Ok(arrived) => arrived?,
        };
        if let Some(found) = step.tells(&heard) {
            return Ok(Some(found));
        }
    }
}
