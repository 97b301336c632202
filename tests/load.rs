//! A monitor under many devices: in memory and, as the real program, on pseudo-terminals; what its lines spoil is not
//! counted as lost. Small here; `docs/load.md` has the large ones.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use program::{check, run};
use serde_json::Value;

/// Runs and gives its one step; exit 0 means that nothing was lost.
fn step(arguments: &[&str]) -> Value {
    let output = run(&[&["load", "--json"], arguments].concat());
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said:#}");
    println!("{said:#}");
    said["steps"][0].clone()
}

#[test]
fn in_memory_no_frame_of_a_hundred_devices_is_lost() {
    let step = step(&["--batteries", "100", "--for", "3", "--scrape-every", "1"]);
    // A live block and a history block each second.
    assert_eq!((step["frames_said"].as_u64(), step["frames_lost"].as_u64()), (Some(600), Some(0)));
    assert!(step["scrapes"].as_u64().unwrap() >= 3 && step["page_gzip_bytes"].as_u64().unwrap() > 1000);
}

#[test]
fn on_pseudo_terminals_the_real_program_loses_none_and_saves_meanwhile() {
    let step = step(&["--batteries", "20", "--for", "3", "--on", "ptys", "--state"]);
    assert_eq!((step["frames_said"].as_u64(), step["frames_lost"].as_u64()), (Some(120), Some(0)));
    assert_eq!(step["bytes_refused"], 0);
}

#[test]
fn what_the_lines_spoil_is_not_lost_by_the_monitor() {
    let step = step(&["--batteries", "20", "--for", "5", "--fault", "line-noise=0.001"]);
    let said = step["frames_said"].as_u64().unwrap();
    assert!(said < 200 && step["frames_spoiled"].as_u64().unwrap() > 0 && step["frames_lost"] == 0, "{step}");
}

#[test]
fn a_ramp_says_where_it_ended() {
    let output = run(&["load", "--json", "--batteries", "5", "--ramp", "10", "--for", "1"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "a knee is an answer: {said:#}");
    assert_eq!(said["steps"].as_array().unwrap().len(), 2, "{said:#}");
}

#[test]
fn what_cannot_be_put_on_is_refused_with_what_can() {
    let text = check(&["load", "--device", "jbd"], 2);
    assert!(text.contains("vedirect-bmv"), "{text}");
    let text = check(&["load", "--fault", "device-soc-jump=-0.3"], 2);
    assert!(text.contains("line-noise"), "{text}");
    check(&["load", "--on", "paper"], 2);
    check(&["load", "--rate", "0"], 2);
}
