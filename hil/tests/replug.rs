//! Cables pulled and plugged in on real pseudo-terminals: the port comes back under another name within
//! five seconds, another device is refused, and no descriptor is left behind. Alone in its process, so
//! that descriptors can be counted.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use hil::link::FrameSource;
use hil::link::pty::Pty;
use hil::port::{BoundBy, Listed, LivePort, Mismatch, NotOpen, PortList, UsbId, UsbPort, Wanted};

/// The list a USB system would show of these terminals: nodes with serial numbers.
#[derive(Debug, Clone, Default)]
struct Bench(Rc<RefCell<Vec<(PathBuf, &'static str)>>>);

impl PortList for Bench {
    fn ports(&mut self) -> Vec<Listed> {
        let id = UsbId { vendor: 0x0403, product: 0x6015 };
        let port = |(node, serial): &(PathBuf, &str)| Listed {
            node: node.clone(),
            usb: Some(UsbPort { id, serial: Some((*serial).to_owned()), product: None, interface: 0 }),
            place: None,
            links: Vec::new(),
        };
        self.0.borrow().iter().map(port).collect()
    }
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Plugs, reads, unplugs, and plugs in again under another name while another has the old one.
async fn cycles(folder: &Path, count: usize) -> Duration {
    let name = |number: usize| folder.join(format!("ttyUSB{number}"));
    let bench = Bench::default();
    let mut ours = Pty::plug(name(0)).unwrap();
    bench.0.replace(vec![(name(0), "OURS")]);
    let mut port = LivePort::new(Wanted::named(name(0)), 19_200, bench.clone());
    let mut at_start = None;
    let mut slowest = Duration::ZERO;
    let mut another: Option<Pty> = None;
    for cycle in 0..=count {
        let returned = Instant::now();
        let mut open = port.open(panic_unless_expected).await;
        slowest = slowest.max(returned.elapsed());
        assert_eq!(port.bound_by(), Some(BoundBy::UsbSerial));
        assert_eq!(ours.send_now(b"ours").unwrap(), 4);
        let mut bytes = Vec::new();
        open.receive(&mut bytes).await.unwrap();
        assert_eq!(bytes, b"ours");
        // Long enough to count as steady; a port that bounces is tried more rarely.
        tokio::time::sleep(Duration::from_millis(110)).await;
        drop(another.take());
        ours.unplug();
        bench.0.borrow_mut().clear();
        let gone = open.receive(&mut bytes).await;
        assert!(gone.unwrap_err().is_gone());
        port.lost(open);
        let now_open = descriptors();
        assert_eq!(*at_start.get_or_insert(now_open), now_open, "cycle {cycle} leaks");
        // Ours gets the next name, a stranger its first one.
        let number = 1 + cycle % 7;
        another = Some(Pty::plug(name(0)).unwrap());
        bench.0.replace(vec![(name(0), "STRANGER")]);
        if cycle % 10 == 3 {
            let refusals = RefCell::new(Vec::new());
            let note = |error: &NotOpen| refusals.borrow_mut().push(error.to_string());
            let opened = tokio::time::timeout(Duration::from_millis(200), port.open(note)).await;
            assert!(opened.is_err(), "a stranger was opened");
            assert!(refusals.borrow().iter().all(|refusal| refusal.contains("STRANGER")));
            assert!(!refusals.borrow().is_empty());
        }
        ours = Pty::plug(name(number)).unwrap();
        bench.0.borrow_mut().push((name(number), "OURS"));
    }
    assert_eq!(port.stats().losses_total, count as u64 + 1);
    slowest
}

fn panic_unless_expected(error: &NotOpen) {
    assert!(
        matches!(error, NotOpen::Mismatch(Mismatch::Another { .. } | Mismatch::Absent { .. })),
        "{error}"
    );
}

fn check(count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let before = Instant::now();
    let slowest = runtime.block_on(cycles(folder.path(), count));
    println!("{count} cycles in {:.1?}, slowest return {slowest:.3?}, no descriptor more", before.elapsed());
    assert!(slowest <= Duration::from_secs(5));
}

#[test]
fn of_fifty_live_cycles_each_is_back_within_five_seconds_and_nothing_leaks() {
    check(50);
}

#[test]
#[ignore = "minutes: `make soak` runs it, alone in its process"]
fn of_a_thousand_live_cycles_each_is_back_within_five_seconds_and_nothing_leaks() {
    check(1_000);
}
