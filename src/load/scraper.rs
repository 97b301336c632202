//! Looks at the page as Prometheus does: OpenMetrics, squeezed, every so often, and says how long that takes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::usage::Meter;

const TIMEOUT: Duration = Duration::from_secs(60);
const AS_PROMETHEUS: &str = "Accept: application/openmetrics-text;version=1.0.0\r\nAccept-Encoding: gzip\r\n";

/// The scrapes of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scrapes {
    /// How long each took, s, in rising order.
    pub secs: Vec<f64>,
    /// Octets of the last one, squeezed.
    pub bytes: usize,
    /// Scrapes that failed.
    pub failed: u64,
    /// Processor time of the asking side, s.
    pub cpu_secs: f64,
}

impl Scrapes {
    /// The duration that this share of them did not exceed.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let last = self.secs.len().checked_sub(1)?;
        self.secs.get((share * last as f64).round() as usize).copied()
    }
}

/// A thread that scrapes until it is stopped.
pub struct Scraper {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Scrapes>,
}

impl Scraper {
    /// Scrapes at once, and then every so often.
    ///
    /// # Errors
    /// Where no thread can be had.
    pub fn start(address: SocketAddr, every: Duration) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let work = move || scrape_on(address, every, &stopped);
        let thread = std::thread::Builder::new().name("scraper".to_owned()).spawn(work)?;
        Ok(Self { stop, thread })
    }

    /// What it saw.
    #[must_use]
    pub fn stop(self) -> Scrapes {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

fn scrape_on(address: SocketAddr, every: Duration, stopped: &AtomicBool) -> Scrapes {
    let mut scrapes = Scrapes::default();
    let mut due = Instant::now();
    while !stopped.load(Ordering::Relaxed) {
        if Instant::now() < due {
            std::thread::sleep(Duration::from_millis(20));
            continue;
        }
        due += every;
        let began = Instant::now();
        match get(address, AS_PROMETHEUS) {
            Ok(answer) => {
                scrapes.secs.push(began.elapsed().as_secs_f64());
                scrapes.bytes = answer.len();
            }
            Err(_) => scrapes.failed += 1,
        }
    }
    scrapes.secs.sort_by(f64::total_cmp);
    scrapes.cpu_secs = Meter::thread().cpu_secs().unwrap_or_default();
    scrapes
}

/// The whole answer of `/metrics`, head and all.
fn get(address: SocketAddr, headers: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    if answer.starts_with(b"HTTP/1.1 200") { Ok(answer) } else { Err(std::io::ErrorKind::InvalidData.into()) }
}

/// The sum of a metric over all batteries, and how many have it.
///
/// # Errors
/// Where the page does not come.
pub fn sum(address: SocketAddr, metric: &str) -> std::io::Result<(f64, usize)> {
    let page = get(address, "")?;
    let page = String::from_utf8_lossy(&page);
    let opening = format!("{metric}{{");
    let values = page.lines().filter(|line| line.starts_with(&opening));
    let values = values.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok());
    Ok(values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1)))
}
