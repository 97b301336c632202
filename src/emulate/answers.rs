//! Answers of an instrument to what a host asks: each leaves when the line could have carried question and answer.

use std::time::Duration;

use hil::link::LinkError;
use tokio::time::Instant;

use super::{Driver, TappedLine};

/// A pause in a question longer than this ends it.
const QUIET: Duration = Duration::from_millis(200);
/// What a device thinks before it speaks; also more than the 3.5 characters that end a Modbus frame.
const THINKING: Duration = Duration::from_millis(5);
/// Bits that a byte takes on the line, 8N1.
const BITS_PER_BYTE: f64 = 10.0;

/// What is to be said, and when. It outlives each wait for the next block.
#[derive(Debug)]
pub struct Answers {
    secs_per_byte: f64,
    waiting: Vec<u8>,
    due: Option<Instant>,
    heard: Vec<u8>,
    heard_at: Instant,
}

impl Answers {
    /// For what `driver` drives, on a line `speed` times as fast as the real one.
    pub fn new(driver: &Driver, speed: f64) -> Self {
        Self {
            secs_per_byte: BITS_PER_BYTE / f64::from(driver.baud_rate()) / speed,
            waiting: Vec::new(),
            due: None,
            heard: Vec::new(),
            heard_at: Instant::now(),
        }
    }

    /// Answers for ever, or until the line fails. Dropping the future loses no answer.
    pub async fn give(&mut self, line: &mut TappedLine, driver: &mut Driver) -> LinkError {
        loop {
            if let Err(error) = self.once(line, driver).await {
                return error;
            }
        }
    }

    async fn once(&mut self, line: &mut TappedLine, driver: &mut Driver) -> Result<(), LinkError> {
        if let Some(due) = self.due {
            tokio::time::sleep_until(due).await;
            self.due = None;
            let answer = std::mem::take(&mut self.waiting);
            line.send(&answer).await?;
        }
        self.heard.clear();
        line.listen(&mut self.heard).await?;
        if self.heard.is_empty() {
            if self.heard_at.elapsed() > QUIET {
                driver.forget_question();
            }
            return Ok(());
        }
        self.heard_at = Instant::now();
        driver.answer(&self.heard, &mut self.waiting);
        if !self.waiting.is_empty() {
            let bytes = (self.heard.len() + self.waiting.len()) as f64;
            self.due = Some(Instant::now() + THINKING + Duration::from_secs_f64(bytes * self.secs_per_byte));
        }
        Ok(())
    }
}
