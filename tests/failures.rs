//! What goes wrong around a monitor, for real: killed and started again, a disk that takes nothing more, a clock that
//! jumps, every device silent, a file that cannot be read again. Each test prints what was seen; `docs/failures.md` is
//! made of it. `BALISE_SOAK=1` kills a hundred times instead of five.
//!
//! Elsewhere: a program killed in the middle of a save, and a disk that refuses any one thing, in `exporter/tests/crash.rs`;
//! Prometheus gone, in `tests/collected.rs`; receivers that fail, in `tests/stack.rs`.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use balise::watch::Watch;
use estimator::{Belief, Profile};
use exporter::{FileStore, StateStore};
use hil::DeviceKind;
use hil::device::{Instrument, InstrumentSettings};
use hil::link::pty::Pty;
use nix::sys::signal::Signal;
use program::{Running, page, page_that};
use signals::{Amps, Celsius, Reading, Seed, SimTime, Soc, Span, Stamp, Volts, uniform};

/// Batteries on a monitor under test.
const BATTERIES: usize = 8;
/// A talker talks this often: more often than the field, so that more can be lost.
const EVERY: Duration = Duration::from_millis(250);

/// State of charge told at the very first start: a monitor that knows nothing yet has nothing to lose.
const TOLD: f64 = 0.7;

/// What each battery carries, A: charged, drawn from, and at rest.
fn amps(number: usize) -> f64 {
    [-8.0, -4.0, -2.0, -0.5, 0.0, 2.0, 5.0, 8.0][number % 8]
}

/// Devices that talk on pseudo-terminals whoever listens, and an estimator of each that was never interrupted.
struct Bench {
    folder: tempfile::TempDir,
    shared: Arc<Shared>,
    talking: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    silent: AtomicBool,
    references: Mutex<Vec<f64>>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ptys: Vec<Pty> =
            (0..BATTERIES).map(|it| Pty::plug(folder.path().join(format!("line{it}"))).unwrap()).collect();
        let shared = Arc::new(Shared::default());
        let talker = Arc::clone(&shared);
        let talking = Some(std::thread::spawn(move || talk(ptys, &talker)));
        let bench = Self { folder, shared, talking };
        bench.write("monitor.toml", &bench.configuration());
        bench
    }

    fn configuration(&self) -> String {
        let signs = self.path("signs.toml");
        let mut text =
            format!("balise_monitor = 1\nlisten = \"127.0.0.1:0\"\nsigns = \"{}\"\n", signs.display());
        std::fs::write(signs, "balise_signs = 1\n").unwrap();
        for number in 0..BATTERIES {
            let link = self.path(&format!("line{number}"));
            write!(
                text,
                "[[battery]]\nname = \"b{number}\"\nport = \"{}\"\nsilent_after_seconds = 2\n\
                 initial_soc_ratio = {TOLD}\n",
                link.display()
            )
            .unwrap();
        }
        text
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn monitor(&self) -> (Running, String) {
        let (config, state) = (self.path("monitor.toml"), self.path("state"));
        Running::start(&[
            "monitor",
            "--config",
            &config.display().to_string(),
            "--state",
            &state.display().to_string(),
        ])
    }

    fn references(&self) -> Vec<f64> {
        self.shared.references.lock().unwrap().clone()
    }

    /// State files that a start could not use and has set aside.
    fn set_aside(&self) -> usize {
        let names = std::fs::read_dir(self.path("state")).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| !name.to_string_lossy().ends_with(".state")).count()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(talking) = self.talking.take() {
            let _ = talking.join();
        }
    }
}

fn sensed(number: usize) -> Reading {
    let amps = amps(number);
    Reading {
        voltage: Some(Volts::new(12.55 + 0.03 * amps)),
        current: Some(Amps::new(amps)),
        temperature: Some(Celsius::new(12.0)),
        ..Reading::default()
    }
}

fn talk(mut ptys: Vec<Pty>, shared: &Shared) {
    let kind = DeviceKind::VedirectBmv;
    let told = Belief { soc: Some(Soc::clamped(TOLD)), ..Belief::default() };
    let profile = Profile::agm_12v();
    let mut devices: Vec<(Instrument, Watch)> = (0..BATTERIES)
        .map(|_| {
            let instrument = Instrument::new(kind, &InstrumentSettings::default());
            (instrument, Watch::new(kind, profile.clone(), told, Span::from_millis(60_000)))
        })
        .collect();
    let began = Instant::now();
    let mut due = began;
    let mut heard = [false; BATTERIES];
    while !shared.stop.load(Ordering::Relaxed) {
        due += EVERY;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        if shared.silent.load(Ordering::Relaxed) {
            continue;
        }
        let now = SimTime::from_secs(began.elapsed().as_secs_f64());
        let mut told = Vec::new();
        for (number, ((instrument, watch), pty)) in devices.iter_mut().zip(&mut ptys).enumerate() {
            let mut block = Vec::new();
            instrument.observe(now, &sensed(number));
            instrument.write_block(&mut block);
            // Both begin with the same block; from then on the reference hears all of them.
            heard[number] |= pty.send_now(&block).unwrap() > 0;
            if heard[number] {
                let stamp = Stamp { monotonic: now, wall_unix_nanos: now.as_nanos() };
                watch.receive(stamp, &block, |_, _| {});
            }
            told.push(watch.estimate().map_or(f64::NAN, |estimate| estimate.soc.as_ratio()));
        }
        *shared.references.lock().unwrap() = told;
    }
}

/// A metric of each battery, by number.
fn values(page: &str, metric: &str) -> BTreeMap<usize, f64> {
    let of = |line: &str| {
        let rest = line.strip_prefix(metric)?.strip_prefix("{site=\"site\",battery=\"b")?;
        let (number, rest) = rest.split_once('"')?;
        Some((number.parse().ok()?, rest.rsplit_once(' ')?.1.parse().ok()?))
    };
    page.lines().filter_map(of).collect()
}

fn all_there(page: &str) -> bool {
    values(page, "balise_battery_soc_ratio").len() == BATTERIES
}

/// How far each battery is from the estimator that was never interrupted, points.
fn apart(bench: &Bench, page: &str) -> BTreeMap<usize, f64> {
    let references = bench.references();
    let shown = values(page, "balise_battery_soc_ratio");
    shown.into_iter().map(|(number, soc)| (number, (soc - references[number]) * 100.0)).collect()
}

fn largest(points: &BTreeMap<usize, f64>) -> f64 {
    points.values().fold(0.0, |most, one| most.max(one.abs()))
}

/// By how much a kill and a start moved each battery away from where it was beside its reference, points.
fn shifted(before: &BTreeMap<usize, f64>, after: &BTreeMap<usize, f64>) -> f64 {
    let each = after.iter().map(|(number, after)| after - before.get(number).copied().unwrap_or_default());
    each.fold(0.0, |most, one| most.max(one.abs()))
}

#[test]
fn a_monitor_that_is_killed_goes_on_where_it_was() {
    let kills = if std::env::var_os("BALISE_SOAK").is_some() { 100 } else { 5 };
    let bench = Bench::new();
    let mut chance = Seed(8).stream("failures.kill");
    let (mut worst, mut drifted, mut slowest) = (0.0_f64, 0.0_f64, Duration::ZERO);
    let mut before = BTreeMap::new();
    for _ in 0..kills {
        let began = Instant::now();
        let (monitor, url) = bench.monitor();
        let text = page_that(&url, all_there);
        slowest = slowest.max(began.elapsed());
        let after = apart(&bench, &text);
        (worst, drifted) = (worst.max(shifted(&before, &after)), drifted.max(largest(&after)));
        // Each battery is saved when it is first looked at, and every minute: some kills fall into the saves.
        std::thread::sleep(Duration::from_secs_f64(3.0 * uniform(&mut chance)));
        before = apart(&bench, &page(&url));
        monitor.signal(Signal::SIGKILL);
    }
    println!(
        "seen: {kills} kills, {BATTERIES} batteries: each moved the charge by at most {worst:.3} points; all together left it \
         {drifted:.3} from an estimator that heard everything, {} state files unreadable, values back within {slowest:.1?}",
        bench.set_aside()
    );
    assert!(worst <= 0.5, "{worst} points");
    assert_eq!(bench.set_aside(), 0);
}

#[test]
fn a_disk_that_takes_nothing_more_stops_neither_the_watch_nor_loses_what_was_saved() {
    let bench = Bench::new();
    let (monitor, url) = bench.monitor();
    page_that(&url, |page| values(page, "balise_state_saved_timestamp_seconds").len() == BATTERIES);
    assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
    let files = |folder: &Path| -> BTreeMap<PathBuf, Vec<u8>> {
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    };
    let saved = files(&bench.path("state"));

    // No file may grow from here on; the signal that tells of it is ignored, as for a service.
    let mut command = Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
    let mut full = command
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_balise"), "monitor", "--config"])
        .args([bench.path("monitor.toml"), "--state".into(), bench.path("state")])
        .env("BALISE_LANG", "en")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let told = Arc::new(Mutex::new(String::new()));
    let (hears, err) = (Arc::clone(&told), BufReader::new(full.stderr.take().unwrap()));
    std::thread::spawn(move || {
        err.lines().map_while(Result::ok).for_each(|line| *hears.lock().unwrap() += &(line + "\n"));
    });
    let mut line = String::new();
    BufReader::new(full.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim().strip_prefix("ready ").unwrap().to_owned();
    let full = Running(full);
    let text = page_that(&url, all_there);
    assert!(largest(&apart(&bench, &text)) <= 0.5);
    let good = |page: &str| values(page, "balise_link_frames_good_total").values().sum::<f64>();
    let before = good(&text);
    let text = page_that(&url, |page| good(page) >= before + 20.0 * BATTERIES as f64);
    let complaints = told.lock().unwrap().matches("cannot be saved").count();
    println!(
        "seen: disk full: {} frames watched on, {complaints} complaint(s), state saved on {} of {BATTERIES} batteries",
        good(&text),
        values(&text, "balise_state_saved_timestamp_seconds").len()
    );
    assert!(values(&text, "balise_state_saved_timestamp_seconds").is_empty());
    assert!((1..=BATTERIES).contains(&complaints), "{}", told.lock().unwrap());
    assert_eq!(full.signal(Signal::SIGTERM).0, Some(0));

    // The newer file of each pair is as it was: only the older one was begun.
    let (monitor, url) = bench.monitor();
    let text = page_that(&url, all_there);
    println!(
        "seen: disk full, then space again: {:.3} points off, {} unreadable",
        largest(&apart(&bench, &text)),
        bench.set_aside()
    );
    assert!(largest(&apart(&bench, &text)) <= 0.5 && bench.set_aside() == 0);
    let now = files(&bench.path("state"));
    assert!(saved.keys().all(|path| now.contains_key(path)));
    page_that(&url, |page| values(page, "balise_state_saved_timestamp_seconds").len() == BATTERIES);
    drop(monitor);
}

/// The saved state with its stamp moved by this many days, as a clock that jumped between two starts leaves it.
fn moved(bench: &Bench, days: i64) {
    let mut store = FileStore::open(&bench.path("state")).unwrap();
    for number in 0..BATTERIES {
        let name = format!("site/b{number}");
        let bytes = store.load(&name).unwrap().unwrap();
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let (magic, nanos) = head.rsplit_once(' ').unwrap();
        let nanos: i64 = nanos.parse().unwrap();
        let mut shifted = format!("{magic} {}\n", nanos - days * 86_400_000_000_000).into_bytes();
        shifted.extend_from_slice(&bytes[end + 1..]);
        store.save(&name, &shifted).unwrap();
    }
}

#[test]
fn a_clock_that_jumps_between_two_starts_makes_nobody_sure_of_what_he_does_not_know() {
    let bench = Bench::new();
    let width =
        |page: &str| values(page, "balise_battery_soc_ratio_stddev").into_values().fold(0.0, f64::max);
    for (days, what) in [(-30, "back"), (30, "ahead")] {
        let (monitor, url) = bench.monitor();
        let before =
            page_that(&url, |page| values(page, "balise_state_saved_timestamp_seconds").len() == BATTERIES);
        assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
        moved(&bench, days);
        let (monitor, url) = bench.monitor();
        let after = page_that(&url, all_there);
        let ahead =
            values(&after, "balise_battery_last_frame_timestamp_seconds").into_values().fold(0.0, f64::max)
                - hil::pace::wall_unix_nanos() as f64 / 1e9;
        println!(
            "seen: clock 30 days {what} between two starts: {:.3} points off, stddev {:.2} -> {:.2} points",
            largest(&apart(&bench, &after)),
            100.0 * width(&before),
            100.0 * width(&after)
        );
        assert!(ahead <= 1.0, "a stamp of the future: {ahead} s");
        if days < 0 {
            assert!(largest(&apart(&bench, &after)) <= 0.5);
        } else {
            assert!(width(&after) >= width(&before), "a month nobody saw");
        }
        assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
        std::fs::remove_dir_all(bench.path("state")).unwrap();
    }
}

#[test]
fn a_clock_that_jumps_while_the_monitor_runs_changes_no_estimate() {
    let estimates = |jump_days: i64| -> Vec<(u64, u64)> {
        let kind = DeviceKind::VedirectBmv;
        let mut watch = Watch::new(kind, Profile::agm_12v(), Belief::default(), Span::from_millis(60_000));
        let mut instrument = Instrument::new(kind, &InstrumentSettings::default());
        let mut made = Vec::new();
        for second in 0..7200_i64 {
            let now = SimTime::from_secs(second as f64);
            let jumped = if second % 1000 > 500 { jump_days * 86_400_000_000_000 } else { 0 };
            let mut block = Vec::new();
            instrument.observe(now, &sensed(second as usize / 900));
            instrument.write_block(&mut block);
            let wall = 1_700_000_000_000_000_000 + now.as_nanos() + jumped;
            watch.receive(Stamp { monotonic: now, wall_unix_nanos: wall }, &block, |_, estimate| {
                made.push((estimate.soc.as_ratio().to_bits(), estimate.soc_stddev.to_bits()));
            });
        }
        made
    };
    let still = estimates(0);
    assert!(still.len() >= 7000, "{}", still.len());
    for days in [-19_000, -30, 30] {
        assert_eq!(estimates(days), still, "{days} days");
    }
    println!(
        "seen: wall clock 30 days and to 1970 and back, seven times in two hours: 0 of 7200 estimates differ"
    );
}

#[test]
fn when_every_device_falls_silent_no_old_number_is_left_and_all_come_back() {
    let bench = Bench::new();
    let (monitor, url) = bench.monitor();
    page_that(&url, all_there);
    bench.shared.silent.store(true, Ordering::Relaxed);
    let began = Instant::now();
    let down = |page: &str| values(page, "balise_battery_up").values().all(|up| *up == 0.0);
    let text = page_that(&url, down);
    let gone = began.elapsed();
    for metric in
        ["balise_battery_voltage_volts", "balise_battery_soc_ratio", "balise_battery_current_amperes"]
    {
        assert!(values(&text, metric).is_empty(), "{metric}");
    }
    assert_eq!(values(&text, "balise_link_open").len(), BATTERIES);
    bench.shared.silent.store(false, Ordering::Relaxed);
    let began = Instant::now();
    let text = page_that(&url, all_there);
    println!(
        "seen: {BATTERIES} of {BATTERIES} devices silent (after 2 s by configuration): gone after {gone:.1?}, back after \
         {:.1?}, {:.3} points off",
        began.elapsed(),
        largest(&apart(&bench, &text))
    );
    assert!(largest(&apart(&bench, &text)) <= 0.5);
    assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
}

#[test]
fn a_file_that_cannot_be_read_again_leaves_what_was_said_before_and_no_frame_is_missed() {
    let bench = Bench::new();
    let good = "balise_signs = 1\n[[sign]]\nsite = \"site\"\nbattery = \"b0\"\nstate = \"parked\"\n";
    bench.write("signs.toml", good);
    let (monitor, url) = bench.monitor();
    let parked = |page: &str| page.contains("battery=\"b0\",state=\"parked\"} 1");
    page_that(&url, |page| all_there(page) && parked(page));
    let mut chance = Seed(18).stream("failures.reload");
    let mut refused = 0;
    for _ in 0..12 {
        let mut bytes = good.as_bytes().to_vec();
        for _ in 0..3 {
            let at = (uniform(&mut chance) * bytes.len() as f64) as usize;
            bytes[at.min(good.len() - 1)] = (uniform(&mut chance) * 256.0) as u8;
        }
        std::fs::write(bench.path("signs.toml"), bytes).unwrap();
        std::thread::sleep(Duration::from_millis(700));
        let text = page(&url);
        // A change that leaves a sound file, in a name say, is no refusal.
        if text.contains("balise_reload_successful 0") {
            refused += 1;
            assert!(parked(&text), "what was said before is in force: {text}");
        }
        assert!(all_there(&text));
    }
    bench.write("signs.toml", good);
    let text = page_that(&url, |page| page.contains("balise_reload_successful 1") && parked(page));
    let bad: f64 = values(&text, "balise_link_frames_bad_total").values().sum();
    println!(
        "seen: 12 damaged files, {refused} refused, {bad} frames bad, what was said before in force each time"
    );
    assert!(refused > 0 && bad == 0.0);
    assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
}
