//! Fifty devices that talk by themselves, each on a pseudo-terminal and at its line's rate, into one monitor: no block
//! is lost, and the monitor takes less than a tenth of a core. A minute long, so `make soak` runs it.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use hil::DeviceKind;
use hil::device::{BmvSettings, Instrument, InstrumentSettings};
use hil::link::Paced;
use hil::link::pty::Pty;
use program::{Running, page, page_that};
use signals::{Amps, Reading, SimTime, Span, Volts};

const DEVICES: usize = 50;
const SECONDS: u64 = 60;
/// A terminal gets what its line has carried this often, as an adapter hands it over.
const GRAIN: Span = Span::from_millis(16);

/// One device and its end of the line.
struct Talker {
    device: Instrument,
    pty: Pty,
    line: Paced,
    spoke: u64,
}

impl Talker {
    fn new(pty: Pty) -> Self {
        let bmv = BmvSettings { history_every: 1, ..BmvSettings::default() };
        let settings = InstrumentSettings { bmv, ..InstrumentSettings::default() };
        let kind = DeviceKind::VedirectBmv;
        let line = Paced::new(kind.baud_rate(), GRAIN);
        Self { device: Instrument::new(kind, &settings), pty, line, spoke: 0 }
    }

    /// Speaks each second, `phase` after it, and lets out what the line has carried by `now`.
    fn step(&mut self, now: SimTime, phase: Span) {
        let due = SimTime::from_secs(self.spoke as f64) + phase;
        if now >= due && self.spoke < SECONDS {
            self.spoke += 1;
            let sensed = Reading {
                voltage: Some(Volts::new(12.6)),
                current: Some(Amps::new(-2.0)),
                ..Reading::default()
            };
            let mut block = Vec::new();
            self.device.observe(now, &sensed);
            self.device.write_block(&mut block);
            self.line.push(due, &block);
        }
        let mut out = Vec::new();
        self.line.leave(now, &mut out);
        if !out.is_empty() {
            assert_eq!(self.pty.send_now(&out).unwrap(), out.len(), "nobody reads");
        }
    }
}

/// Processor time a process has used, s.
fn cpu_secs(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks: f64 = fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    ticks / 100.0
}

/// Every battery's value of a metric.
fn values(page: &str, metric: &str) -> Vec<f64> {
    let lines = page.lines().filter(|line| line.starts_with(&format!("{metric}{{")));
    lines.map(|line| line.rsplit_once(' ').unwrap().1.parse().unwrap()).collect()
}

#[test]
#[ignore = "a minute: make soak"]
fn fifty_devices_at_once_cost_a_tenth_of_a_core_and_lose_no_block() {
    let folder = tempfile::tempdir().unwrap();
    let mut story = "balise_monitor = 1\nlisten = \"127.0.0.1:0\"\n".to_owned();
    let mut talkers = Vec::new();
    for number in 0..DEVICES {
        let link = folder.path().join(format!("line{number}"));
        talkers.push(Talker::new(Pty::plug(&link).unwrap()));
        write!(story, "[[battery]]\nname = \"b{number}\"\nport = \"{}\"\n", link.display()).unwrap();
        story.push_str("device = \"vedirect-bmv\"\n");
    }
    let config = folder.path().join("monitor.toml");
    std::fs::write(&config, story).unwrap();
    let (monitor, url) = Running::start(&["monitor", "--config", &config.display().to_string()]);
    page_that(&url, |text| {
        values(text, "balise_link_open").iter().filter(|open| **open == 1.0).count() == DEVICES
    });

    let (cpu_before, began) = (cpu_secs(monitor.0.id()), Instant::now());
    while began.elapsed() < Duration::from_secs(SECONDS + 2) {
        let now = SimTime::from_secs(began.elapsed().as_secs_f64());
        for (number, talker) in talkers.iter_mut().enumerate() {
            talker.step(now, Span::from_millis(20 * number as i64));
        }
        std::thread::sleep(Duration::from_millis(16));
    }
    let cores = (cpu_secs(monitor.0.id()) - cpu_before) / began.elapsed().as_secs_f64();
    let text = page(&url);
    let good = values(&text, "balise_link_frames_good_total");
    let bad: f64 = values(&text, "balise_link_frames_bad_total").iter().sum();
    println!(
        "{DEVICES} devices, {SECONDS} s: {:.1} % of a core, {} blocks, {bad} bad",
        100.0 * cores,
        good.iter().sum::<f64>()
    );
    // Each second a live block and a history block.
    let expected = 2.0 * SECONDS as f64;
    assert!(good.len() == DEVICES && good.iter().all(|blocks| *blocks == expected), "{good:?}");
    assert!(bad == 0.0 && cores < 0.1, "{bad} bad, {cores} of a core");
}
