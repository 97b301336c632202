//! The rig from end to end: a bench of pseudo-terminals, each way it can end, and that it ends switched off.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use program::{balise, check, root};
use serde_json::Value;

const BENCH: &str = "fixtures/rig/bench.toml";

/// The bench of the fixtures with some of its steps only, and a stand-in that differs.
fn bench(steps: &[&str], stand_in: &str) -> String {
    let whole = std::fs::read_to_string(root().join(BENCH)).unwrap();
    let (story, usual) = whole.split_once("\n[stand_in]\n").unwrap();
    let mut parts = story.split("\n[[step]]\n");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts.filter(|part| steps.iter().any(|step| part.contains(&format!("do = \"{step}\"")))) {
        text += &format!("\n[[step]]\n{part}");
    }
    let changed: Vec<&str> = stand_in.lines().filter_map(|line| line.split(' ').next()).collect();
    let kept = usual.lines().filter(|line| !changed.contains(&line.split(' ').next().unwrap_or_default()));
    text + "\n[stand_in]\n" + &kept.chain(stand_in.lines()).collect::<Vec<_>>().join("\n") + "\n"
}

/// Runs a manifest on pseudo-terminals; its results.
fn run(manifest: &str, exit: i32) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rig.toml");
    std::fs::write(&path, manifest).unwrap();
    let (path, out) = (path.display().to_string(), folder.path().join("out").display().to_string());
    let output = balise(&["rig", &path, "--emulate", "--out", &out, "--json"]).output().unwrap();
    let said = program::said(&output);
    assert_eq!(output.status.code(), Some(exit), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Outcome of each step, with its reason.
fn outcomes(results: &Value) -> Vec<(&str, &str)> {
    let steps = results["steps"].as_array().unwrap().iter();
    steps.map(|step| (step["outcome"].as_str().unwrap(), step["reason"].as_str().unwrap_or(""))).collect()
}

fn measured(results: &Value, id: &str) -> (f64, String) {
    let steps = results["steps"].as_array().unwrap().iter();
    let mut all = steps.flat_map(|step| step["measurements"].as_array().unwrap());
    let found = all.find(|measurement| measurement["id"] == id).unwrap();
    (found["value"].as_f64().unwrap(), found["ruling"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_bench_of_stand_ins_passes_and_leaves_its_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let dir = out.display().to_string();
    let said = check(&["rig", BENCH, "--emulate", "--out", &dir], 0);
    assert!(said.contains("6 PASS, 0 FAIL, 0 ERROR, 0 TIMEOUT, 0 SKIPPED"), "{said}");
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let results: Value = serde_json::from_str(&read("results.json")).unwrap();
    assert!(results["off_confirmed"] == true && results["emulated"] == true && results["passed"] == true);
    assert!(read("measurements.jsonl").lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    assert!(read("junit.xml").contains("tests=\"6\""));
    let page = read("report.html");
    assert!(page.contains("ILAC-G8:09") && !page.contains(">rig-") && !page.contains("http"), "{page}");
    // What the shunt sent is there to be read again.
    check(&["replay", &out.join("capture.txt").display().to_string(), "--device", "vedirect-bmv"], 0);
    check(&["rig", BENCH, "--emulate", "--out", &dir], 3);
}

#[test]
fn a_shunt_wired_the_wrong_way_round_fails_and_what_would_rest_on_it_is_skipped() {
    let results = run(&bench(&["known-current", "follow"], "current_reversed = true"), 1);
    assert_eq!(outcomes(&results), [("FAIL", "rig-sign-reversed"), ("SKIPPED", "rig-skipped-sign")]);
    assert_eq!(measured(&results, "sign-charging"), (-1.0, "fail".to_owned()));
    assert!(results["off_confirmed"] == true);
}

#[test]
fn an_error_nearer_to_its_limit_than_the_uncertainty_is_neither_pass_nor_fail() {
    for (offset, outcome, ruling, exit) in [
        ("0.030", ("PASS", ""), "pass", 0),
        ("0.047", ("ERROR", "rig-conditional-pass"), "conditional-pass", 1),
        ("0.053", ("ERROR", "rig-conditional-fail"), "conditional-fail", 1),
        ("0.070", ("FAIL", ""), "fail", 1),
    ] {
        let results = run(&bench(&["known-current"], &format!("current_offset_amps = {offset}")), exit);
        assert_eq!(outcomes(&results), [outcome], "{offset}");
        assert_eq!(measured(&results, "current-error-charging").1, ruling, "{offset}");
    }
}

#[test]
fn a_wrong_scale_is_told_from_an_offset() {
    let results = run(&bench(&["known-current"], "current_gain = 1.04"), 1);
    let (scale, ruling) = measured(&results, "scale-error");
    assert!((scale - 0.04).abs() < 0.002 && ruling == "fail", "{scale}");
    let results = run(&bench(&["known-current"], "current_offset_amps = 0.3"), 1);
    let (scale, ruling) = measured(&results, "scale-error");
    assert!(scale.abs() < 0.002 && ruling == "pass", "{scale}");
}

#[test]
fn a_frozen_lifepo4_is_not_charged_whatever_the_manifest_says() {
    let cold = bench(&["known-current", "follow"], "temperature_celsius = -4");
    let results = run(&cold, 1);
    let expected = [("ERROR", "rig-fault-freezing"), ("SKIPPED", "rig-skipped-instrument")];
    assert_eq!(outcomes(&results), expected);
    assert!(results["steps"][0]["measurements"].as_array().unwrap().is_empty());
    let unknown = run(&bench(&["known-current"], "temperature_sensor = false"), 1);
    assert_eq!(outcomes(&unknown), [("ERROR", "rig-fault-temperature-unknown")]);
    let lead_acid = cold.replace("\"lifepo4\"", "\"lead-acid\"");
    assert_eq!(outcomes(&run(&lead_acid, 0)), [("PASS", ""), ("PASS", "")]);
}

#[test]
fn a_device_that_says_nothing_is_a_time_out() {
    let silent = bench(&["read"], "silent = true")
        .replace("\nport = \"/dev/balise-shunt\"", "\npatience_seconds = 0.5\nport = \"/dev/balise-shunt\"");
    assert_eq!(outcomes(&run(&silent, 1)), [("TIMEOUT", "rig-silent")]);
}

#[test]
fn a_spent_budget_ends_the_story() {
    let story = bench(&["known-current", "follow"], "").replacen(
        "energy_max_watt_hours = 0.5",
        "energy_max_watt_hours = 0.012",
        1,
    );
    let results = run(&story, 1);
    let spent = outcomes(&results).into_iter().find(|(_, reason)| *reason == "rig-fault-energy-spent");
    assert!(spent.is_some_and(|(outcome, _)| outcome == "ERROR"), "{results}");
    assert!(results["off_confirmed"] == true);
}

#[test]
fn a_supply_that_is_unplugged_under_way_is_off_once_it_is_back() {
    let story = bench(&["known-current", "follow"], "supply_unplugged_seconds = [1.5, 2.5]");
    let results = run(&story, 4);
    assert_eq!(outcomes(&results)[0].0, "ERROR", "{results}");
    assert!(results["off_confirmed"] == true, "{results}");
}

#[test]
fn a_riden_and_a_polled_battery_do_as_well() {
    let bench = bench(&["known-current", "read", "follow"], "")
        .replace("korad-ka3005p", "riden-rd60xx")
        .replace("vedirect-bmv", "jbd");
    assert_eq!(outcomes(&run(&bench, 0)), [("PASS", ""); 3]);
}

/// Interrupts a run while the supply is on; what it said, and the code it ended with.
fn interrupted(signal: Signal) -> (Option<i32>, Value) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rig.toml");
    let long = bench(&["known-current", "follow"], "").replace("for_seconds = 2.5", "for_seconds = 60");
    std::fs::write(&path, long).unwrap();
    let (path, out) = (path.display().to_string(), folder.path().join("out"));
    let mut child = balise(&["rig", &path, "--emulate", "--json", "--out", &out.display().to_string()])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The first step takes under five seconds; after that the supply is on for a minute.
    std::thread::sleep(Duration::from_secs(8));
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
    let code = child.wait().unwrap().code();
    (code, serde_json::from_str(&std::fs::read_to_string(out.join("results.json")).unwrap()).unwrap())
}

#[test]
fn whoever_interrupts_it_or_hangs_up_finds_everything_off() {
    let signals = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];
    let runs = signals.map(|signal| std::thread::spawn(move || interrupted(signal)));
    for (signal, run) in signals.iter().zip(runs) {
        let (code, results) = run.join().unwrap();
        assert_eq!(code, Some(130), "{signal}");
        assert!(results["interrupted"] == true && results["off_confirmed"] == true, "{signal}: {results}");
        assert_eq!(outcomes(&results)[1], ("SKIPPED", "rig-skipped-interrupted"), "{signal}");
    }
}

#[test]
fn a_bad_manifest_is_told_with_its_line_and_a_missing_port_with_its_fix() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rig.toml");
    let twice = std::fs::read_to_string(root().join(BENCH)).unwrap().replace("balise-load", "balise-supply");
    std::fs::write(&path, twice).unwrap();
    let said = check(&["rig", &path.display().to_string(), "--emulate"], 3);
    assert!(said.contains("/dev/balise-supply is given to both supply and load"), "{said}");
    assert!(said.contains("a port has one role") && said.contains("rig.toml:"), "{said}");
    let newer = "balise_rig = 2\nname = \"x\"\n[[step]]\nname = \"y\"\ndo = \"pace\"\nperiod_seconds = 1\nticks = 1\n";
    std::fs::write(&path, newer).unwrap();
    let said = check(&["rig", &path.display().to_string()], 3);
    assert!(said.contains("version 2"), "{said}");
    let out = folder.path().join("out").display().to_string();
    let said = check(&["rig", BENCH, "--out", &out], 4);
    assert!(said.contains("/dev/balise-shunt") && said.contains("doctor --ports"), "{said}");
}

#[test]
fn every_sentence_that_the_rig_names_is_said() {
    let said = std::fs::read_to_string(root().join("locales/en/rig.ftl")).unwrap();
    let said: BTreeSet<&str> =
        said.lines().filter_map(|line| line.split_once(" =")).map(|pair| pair.0).collect();
    let mut named = 0;
    for entry in std::fs::read_dir(root().join("src/rig")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for key in text.split('"').filter(|text| is_key(text)) {
            assert!(said.contains(key), "{key} in {}", path.display());
            named += 1;
        }
        for id in ids(&path, &text) {
            assert!(said.contains(format!("rig-measure-{id}").as_str()), "{id}");
        }
    }
    assert!(named > 60, "{named}");
}

fn is_key(text: &str) -> bool {
    text.starts_with("rig-")
        && !text.ends_with('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// What `step.rs` calls its measurements.
fn ids(path: &Path, text: &str) -> Vec<String> {
    if !path.ends_with("step.rs") {
        return Vec::new();
    }
    let stems = [
        "latency-",
        "lateness-",
        "current-",
        "sign-",
        "voltage-error-",
        "scale-",
        "bit-",
        "bytes-",
        "real-time",
    ];
    let quoted = text.split('"').filter(|text| stems.iter().any(|stem| text.starts_with(stem)));
    quoted.filter(|text| !text.contains(' ')).map(str::to_owned).collect()
}
