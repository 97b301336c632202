//! Real batteries through the whole pipe: a measured file drives an emulated instrument, its bytes go
//! over a pseudo-terminal to the monitor, whose estimates are scored against the laboratory's count and
//! shown on the page. `evaluate --through`, with the same quantisation and no line, must agree.
//!
//! The files run many times faster than they were measured, so a busy machine puts the monitor's stamps
//! off by seconds of the recording: a part of each file is played, no faster than its currents allow, and
//! what a line that kept its time gives must be seen once in three tries.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]

mod program;

use std::io::Read;
use std::path::Path;

use balise::estimates;
use balise::evaluate;
use balise::words::Words;
use hil::DeviceKind;
use nix::sys::signal::Signal;
use program::{Running, page_that, root};

/// The first `rows` of a measured file, beside the test's other files.
fn part_of(data: &str, rows: usize, folder: &Path) -> String {
    let file = std::fs::File::open(root().join("fixtures/data").join(data)).unwrap();
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    let part: Vec<&str> = text.lines().take(rows + 1).collect();
    let path = folder.join("part.csv");
    std::fs::write(&path, part.join("\n") + "\n").unwrap();
    path.display().to_string()
}

/// What both ways made of one file: root mean square errors, ratio.
fn both_ways(data: &str, rows: usize, profile: &str, speed: &str) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let data = part_of(data, rows, folder.path());
    let profile = root().join("fixtures/profiles").join(profile).display().to_string();
    let reference = evaluate::reference(&data, Words::English).unwrap();
    let (link, trace) = (folder.path().join("shunt"), folder.path().join("estimates.csv"));
    let (link, trace) = (link.display().to_string(), trace.display().to_string());
    // The recording begins when the monitor has had time to start.
    let epoch = (hil::pace::wall_unix_nanos() + 2_000_000_000).to_string();
    let run = ["--speed", speed, "--epoch", &epoch];
    let device = ["emulate", "--device", "vedirect-bmv", "--data", &data, "--link", &link];
    let (device, _) = Running::start(&[&device[..], &run].concat());
    let monitor =
        ["monitor", "--port", &link, "--profile", &profile, "--listen", "127.0.0.1:0", "--trace", &trace];
    let (monitor, url) = Running::start(&[&monitor[..], &run].concat());
    let all_there = format!(
        "balise_link_frames_good_total{{site=\"site\",battery=\"battery\"}} {}\n",
        2 * reference.len()
    );
    page_that(&url, |page| page.contains("balise_battery_soc_ratio{"));
    page_that(&url, |page| page.contains(&all_there));
    assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
    assert_eq!(device.signal(Signal::SIGTERM).0, Some(0));
    let rows = estimates::read(&std::fs::read_to_string(trace).unwrap()).unwrap();
    assert_eq!(rows.len(), reference.len(), "a row was lost on the way");
    let square = rows.iter().zip(&reference).map(|(row, soc)| (row.soc - soc).powi(2)).sum::<f64>();
    let options =
        evaluate::Options { data, profile, through: Some(DeviceKind::VedirectBmv), ..Default::default() };
    let report = evaluate::evaluate(&options, Words::English).unwrap();
    ((square / rows.len() as f64).sqrt(), report.scores.unwrap().from_start.rmse)
}

fn check(data: &str, rows: usize, profile: &str, speed: &str, rmse_max: f64) {
    let mut tries = Vec::new();
    for _ in 0..3 {
        let (live, through) = both_ways(data, rows, profile, speed);
        println!("{data}: rmse {:.2} points over the line, {:.2} by evaluate", live * 100.0, through * 100.0);
        if live < rmse_max && (live - through).abs() < 0.002 {
            return;
        }
        tries.push((live, through));
    }
    panic!("over the line, by evaluate: {tries:?}");
}

#[test]
fn a_drive_cycle_of_a_lithium_cell_comes_through_the_pipe() {
    check("a123_lfp_plett/DYN_P45_script1.csv.gz", 9000, "a123_lfp_plett.toml", "300", 0.03);
}

#[test]
fn a_discharge_of_a_lead_acid_battery_comes_through_the_pipe() {
    check(
        "leadacid_12v_17ah_bboxx/unitA_dis_3.04A.csv.gz",
        1000,
        "leadacid_12v_17ah_bboxx.toml",
        "1200",
        0.06,
    );
}
