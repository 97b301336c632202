//! `docs/faults.md` is the catalogue of faults, written from it. `BALISE_RENEW=1` writes it anew.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use nix::sys::signal::Signal;
use program::{Running, balise, root};
use signals::FaultKind;
use signals::fault::{Growth, Scope};

const HEAD: &str = "# Faults

What a scenario can make go wrong, by `[[fault]]` tables. Every fault has `kind` and `hours = [from, until]` of the run. Where a
kind has a number, its key is required. `ramp_hours` lets it grow to that number from nothing (a resistance across a
cell from endless, a multiple from 1); a kind marked \u{201c}at once\u{201d} has no half of it. `daily_hours = [7, 10]` limits a
fault of panel or load to those hours of the local solar day. Places are counted from 1: `string`, `unit` of the string, `cell` of
the unit (six make 12 V of lead-acid, four of lithium); a unit's fault that names no place befalls every unit, a
string's or a cell's the first. A fault on a part the site lacks is refused.

Each fault is a label in the truth: in `trace.csv` and the truth file as `kind=severity` while it acts, in `results.json` with
onset, ramp, severity and place. What each one did stands in `faults.jsonl` beside the results: when it began and ended, and, for
faults of the line, every byte, frame or sending it struck, with its offset in all that the device has sent. The same seed
writes the same log. An emulated device has the same faults (`emulate --fault KIND=N@FROM..UNTIL --fault-log FILE`, in seconds;
see [devices.md](devices.md)). What a collector must do with each fault of the line, and does, is in `hil/tests/line_faults.rs`.

| kind | part | number | place | what it is |
| --- | --- | --- | --- | --- |
";

fn row(kind: FaultKind) -> String {
    let number = kind.severity().map_or_else(
        || "\u{2013}".to_owned(),
        |it| {
            let sudden = if it.growth == Growth::Sudden { ", at once" } else { "" };
            format!("`{}` {} to {}{sudden}", it.key, it.low, it.high)
        },
    );
    let place = match kind.scope() {
        Scope::Site => "\u{2013}",
        Scope::String => "string",
        Scope::Unit => "string, unit",
        Scope::Cell => "string, unit, cell",
    };
    format!("| `{}` | {} | {number} | {place} | {} |\n", kind.name(), kind.part_name(), kind.meaning().trim())
}

#[test]
fn the_page_of_faults_is_current() {
    let fresh = HEAD.to_owned() + &FaultKind::ALL.iter().map(|kind| row(*kind)).collect::<String>();
    let committed = root().join("docs/faults.md");
    if std::env::var_os("BALISE_RENEW").is_some() {
        std::fs::write(&committed, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(committed).unwrap_or_default();
    assert!(kept == fresh, "docs/faults.md is stale: renew with BALISE_RENEW=1");
}

/// What the faults of an emulated device did in the first three seconds, as its log tells it.
fn emulated_log(seed: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (link, log) = (path("line"), path("faults.jsonl"));
    let told = [
        "--fault",
        "line-noise=0.01@0..2",
        "--fault",
        "device-soc-jump=-0.3@1..",
        "--fault",
        "cable-pulled@2..3",
        "--fault-log",
    ];
    let device =
        ["emulate", "--device", "vedirect-bmv", "--set", "voltage_v=12.6", "--every", "0.1", "--link"];
    let (device, _) =
        Running::start(&[&device[..], &[link.as_str(), "--seed", seed], &told, &[log.as_str()]].concat());
    let lines = || -> Vec<String> {
        let text = std::fs::read_to_string(&log).unwrap();
        text.lines().map(str::to_owned).take_while(|line| !line.contains("\"time_s\":3.0")).collect()
    };
    let pulled_and_back =
        || std::fs::read_to_string(&log).unwrap().contains("\"time_s\":3.0,\"kind\":\"cable-pulled\"");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !pulled_and_back() {
        assert!(std::time::Instant::now() < deadline, "{:?}", lines());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let lines = lines();
    assert_eq!(device.signal(Signal::SIGTERM).0, Some(0));
    lines
}

#[test]
fn an_emulated_device_writes_down_what_its_faults_did_and_the_same_seed_the_same() {
    let log = emulated_log("7");
    assert_eq!(log[0], "{\"balise_fault_log\":1,\"seed\":7}");
    for kind in ["line-noise", "device-soc-jump", "cable-pulled"] {
        assert!(log.iter().any(|line| line.contains(kind)), "{kind}: {log:#?}");
    }
    for line in &log[1..] {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let whole = entry["time_s"].is_f64() && entry["offset"].is_u64() && entry["detail"].is_string();
        assert!(whole, "{line}");
    }
    assert_eq!(log, emulated_log("7"));
    assert_ne!(log[1..], emulated_log("8")[1..]);
}

#[test]
fn a_run_leaves_the_log_of_its_faults_beside_its_results_and_the_same_seed_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let story = std::fs::read_to_string(root().join("scenarios/mild-week.toml")).unwrap();
    let days = story.lines().find(|line| line.starts_with("duration_days")).unwrap();
    let story = story.replace(days, "duration_days = 0.1")
        + "\n[[fault]]\nkind = \"line-bursts\"\nhours = [1, 2]\nburst_ratio = 0.5\n";
    let file = folder.path().join("bursts.toml");
    std::fs::write(&file, story).unwrap();
    let log = |name: &str| {
        let out = folder.path().join(name);
        let (file, folder) = (file.display().to_string(), out.display().to_string());
        balise(&["run", &file, "--out", &folder]).output().unwrap();
        std::fs::read_to_string(out.join("faults.jsonl")).unwrap()
    };
    let first = log("first");
    assert!(first.lines().count() > 20, "{first}");
    assert!(
        first.contains("\"time_s\":3600.0,\"kind\":\"line-bursts\"") && first.contains("\"ended\""),
        "{first}"
    );
    assert_eq!(first, log("second"));
}
