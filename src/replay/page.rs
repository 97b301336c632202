//! A capture that goes by at a pace, and its page: `/metrics` as the monitor would have shown it.
//!
//! ```text
//! due = start + (stamp − first stamp) / speed
//! ```
//!
//! While nothing is due the page is looked after: a battery that has fallen silent loses its values.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use exporter::{Board, Info};
use signals::{SimTime, Span, Stamp};

use super::{Onlooker, Replayed};
use crate::failure::{Failure, environment};
use crate::monitor;
use crate::words::Words;

/// The page is looked after this often.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The pace and the page; each may be left out.
#[derive(Debug)]
pub struct Paced {
    /// Times as fast as it was recorded; as fast as possible where absent.
    speed: Option<f64>,
    board: Option<Board>,
    began: Option<(Instant, SimTime)>,
}

impl Paced {
    /// At `speed`, shown on `board`.
    #[must_use]
    pub const fn new(speed: Option<f64>, board: Option<Board>) -> Self {
        Self { speed, board, began: None }
    }

    fn show(&self, now: SimTime, battery: &Replayed) {
        let Some(board) = &self.board else { return };
        let mut row = battery.watch.row(now);
        row.link_open = Some(f64::from(u8::from(battery.is_open)));
        board.describe(&battery.id, Info::new(battery.chemistry, battery.device.name()));
        if !battery.is_open || battery.watch.is_silent(now) {
            row.forget_live();
            board.silence(&battery.id);
            board.amend(&battery.id, |shown| shown.replace_with(&row));
        } else {
            board.publish(&battery.id, &row);
        }
    }
}

impl Onlooker for Paced {
    fn wait(&mut self, now: Stamp, batteries: &BTreeMap<String, Replayed>) {
        let Some(speed) = self.speed else { return };
        let (began, first) = *self.began.get_or_insert_with(|| (Instant::now(), now.monotonic));
        let due_secs = (now.monotonic - first).as_secs();
        loop {
            let gone_secs = began.elapsed().as_secs_f64() * speed;
            if gone_secs >= due_secs {
                return;
            }
            let left = Duration::from_secs_f64((due_secs - gone_secs) / speed);
            std::thread::sleep(left.min(LOOK_EVERY));
            let gone = Span::from_secs((began.elapsed().as_secs_f64() * speed).min(due_secs));
            batteries.values().for_each(|battery| self.show(first + gone, battery));
        }
    }

    fn see(&mut self, now: Stamp, battery: &Replayed) {
        self.show(now.monotonic, battery);
    }
}

/// Serves the page of `board` for as long as the program runs, on a thread beside.
///
/// # Errors
/// Exit 4 where the address cannot be had.
pub fn serve(address: SocketAddr, board: Board, words: Words) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| environment(&error, words))?;
    let (tell, told) = mpsc::channel();
    let serving = move || {
        runtime.block_on(async {
            let pages = exporter::serve::router(board);
            match exporter::serve::start(address, pages, std::future::pending()).await {
                Ok(serving) => {
                    // Sending fails only where nobody waits to hear it any more.
                    let _ = tell.send(Ok(serving.address()));
                    serving.finished().await;
                }
                Err(error) => {
                    let _ = tell.send(Err(error));
                }
            }
        });
    };
    std::thread::Builder::new()
        .name("page".to_owned())
        .spawn(serving)
        .map_err(|error| environment(&error, words))?;
    let address = told.recv().map_err(|error| environment(&error, words))?;
    monitor::announce(address.map_err(|error| monitor::address_taken(&error, words))?, words);
    Ok(())
}
