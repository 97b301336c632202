//! Looks at the page as Prometheus does: OpenMetrics, squeezed, every so often, and says how long that takes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::usage::Meter;

const TIMEOUT: Duration = Duration::from_secs(60);
const AS_PROMETHEUS: [(&str, &str); 2] =
    [("Accept", "application/openmetrics-text;version=1.0.0"), ("Accept-Encoding", "gzip")];
/// The page of more batteries than a process bears, octets.
const PAGE_MAX: u64 = 1 << 30;

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
    let agent = agent();
    let mut due = Instant::now();
    while !stopped.load(Ordering::Relaxed) {
        if Instant::now() < due {
            std::thread::sleep(Duration::from_millis(20));
            continue;
        }
        due += every;
        let began = Instant::now();
        match get(&agent, address, &AS_PROMETHEUS) {
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

fn agent() -> ureq::Agent {
    // A proxy named in the environment must not come between us and loopback; a connection kept between two scrapes
    // may be closed under us, which is no failure of the page.
    let config = ureq::Agent::config_builder().timeout_global(Some(TIMEOUT)).proxy(None);
    config.max_idle_connections(0).build().into()
}

/// `/metrics` as it comes, squeezed or not.
fn get(
    agent: &ureq::Agent,
    address: SocketAddr,
    headers: &[(&'static str, &'static str)],
) -> Result<Vec<u8>, ureq::Error> {
    let request = agent.get(format!("http://{address}/metrics"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.call()?.body_mut().with_config().limit(PAGE_MAX).read_to_vec()
}

/// The sum of a metric over all batteries, and how many have it.
///
/// # Errors
/// Where the page does not come.
pub fn sum(address: SocketAddr, metric: &str) -> std::io::Result<(f64, usize)> {
    let page = get(&agent(), address, &[]).map_err(std::io::Error::other)?;
    let page = String::from_utf8_lossy(&page);
    let opening = format!("{metric}{{");
    let values = page.lines().filter(|line| line.starts_with(&opening));
    let values = values.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok());
    Ok(values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1)))
}
