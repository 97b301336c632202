//! The program as a user meets it: exit codes, messages, files, signals.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::Signal;
use program::{Running, balise, check, page_that, root, run, said};

/// A short scenario of this seed, as a file.
fn scenario(folder: &Path, days: f64) -> PathBuf {
    let story = std::fs::read_to_string(root().join("scenarios/mild-week.toml")).unwrap();
    let path = folder.join("short.toml");
    let start = story.find("duration_days").unwrap();
    let end = start + story[start..].find('\n').unwrap();
    let short = format!("{}duration_days = {days}{}", &story[..start], &story[end..]);
    std::fs::write(&path, short).unwrap();
    path
}

#[test]
fn the_recordings_of_real_devices_decode_to_their_known_counts() {
    for (file, device, text) in [
        ("bmv702_part1", "vedirect-bmv", 541),
        ("smartsolar_100_20_fw139", "vedirect-mppt", 493),
        ("smartsolar_75_15_fw156", "vedirect-mppt", 6),
        ("smartsolar_150_70_rev2_hexasync", "vedirect-mppt", 3),
        ("smartshunt500_fw405_fragment1", "vedirect-bmv", 0),
    ] {
        let path = format!("fixtures/serial/vedirect/{file}.dump");
        let lines = check(&["decode", "--device", device, &path], 0);
        let summary: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
        assert_eq!(summary["summary"]["by_kind"]["text"], text, "{file}");
        for line in lines.lines() {
            let frame: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(frame.get("summary").is_some() || frame.get("fields").is_some());
        }
    }
}

#[test]
fn the_frames_of_polled_devices_decode_to_their_known_values() {
    for (file, device, kind, good, bad) in [
        ("jbd/sp04s034_4s_idle.txt", "jbd", "frame", 6, 0),
        ("jbd/sp25s003_16s_unwired.txt", "jbd", "frame", 2, 0),
        ("daly/cells_16s_with_lost_bytes.bin", "daly", "frame", 13, 1),
        ("jk/jk_13s_ttl.txt", "jk", "frame", 1, 0),
        ("jk/jk_4s_12v_ttl.txt", "jk", "frame", 0, 1),
        ("junctek/kg_f.txt", "junctek", "frame", 3, 0),
        ("modbus/renogy_hub_batteries.txt", "renogy-battery", "rtu", 2, 0),
    ] {
        let lines = check(&["decode", "--device", device, &format!("fixtures/serial/{file}")], 0);
        let lines: Vec<serde_json::Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let (summary, frames) = lines.split_last().unwrap();
        let summary = &summary["summary"];
        assert_eq!((&summary["frames_good"], &summary["frames_bad"]), (&good.into(), &bad.into()), "{file}");
        assert_eq!(summary["by_kind"][kind], good, "{file}");
        assert!(frames.len() == good && frames.iter().all(|frame| frame["kind"] == kind), "{file}");
        if device == "renogy-battery" {
            assert_eq!(frames[0]["reading"]["voltage_v"], 50.4);
            assert_eq!(frames[0]["reading"]["capacity_ah"], 49.997);
        }
    }
}

#[test]
fn a_polled_device_is_asked_and_read_and_its_capture_replays() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (device, voltage, temperature) in [("jbd", "12.61", "-11"), ("epever", "12.61", "-11")] {
        let (link, config, capture) = (path(device), path("monitor.toml"), path(&format!("{device}.txt")));
        let emulate = [&["emulate", "--device", device, "--link", &link][..], &HELD].concat();
        let (running, _) = Running::start(&emulate);
        let story = format!(
            "balise_monitor = 1\nlisten = \"127.0.0.1:0\"\n[[battery]]\nname = \"b\"\nport = \"{link}\"\n\
             device = \"{device}\"\npoll_every_seconds = 0.2\n"
        );
        std::fs::write(&config, story).unwrap();
        let (monitor, url) = Running::start(&["monitor", "--config", &config, "--capture", &capture]);
        let text = page_that(&url, |text| text.contains("balise_battery_soc_ratio{"));
        for expected in [
            format!("balise_battery_voltage_volts{{site=\"site\",battery=\"b\"}} {voltage}\n"),
            "balise_battery_current_amperes{site=\"site\",battery=\"b\"} -2.37\n".to_owned(),
            format!("balise_battery_temperature_celsius{{site=\"site\",battery=\"b\"}} {temperature}\n"),
        ] {
            assert!(text.contains(&expected), "{expected} in {text}");
        }
        drop(running);
        assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
        let replayed = check(&["replay", &capture, "--config", &config, "--json"], 0);
        assert!(replayed.contains("soc"), "{replayed}");
    }
}

#[test]
fn several_devices_on_one_line_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (link, config) = (folder.path().join("bus"), folder.path().join("monitor.toml"));
    let line = link.display().to_string();
    let (_devices, _) = Running::start(&[
        "emulate",
        "--link",
        &line,
        "--device",
        "renogy-battery@0x30",
        "--device",
        "renogy-battery@0x31",
        "--set",
        "current_a=-2",
        "--set",
        "0x30.voltage_v=12.6",
        "--set",
        "0x31.voltage_v=13.2",
    ]);
    let battery = |name: &str, address: u8| {
        format!(
            "[[battery]]\nname = \"{name}\"\nport = \"{}\"\ndevice = \"renogy-battery\"\naddress = {address}\n\
             poll_every_seconds = 0.2\n",
            link.display()
        )
    };
    let story =
        ["balise_monitor = 1\nlisten = \"127.0.0.1:0\"\n".to_owned(), battery("a", 0x30), battery("b", 0x31)];
    std::fs::write(&config, story.concat() + &battery("dead", 0x32)).unwrap();
    let (monitor, url) = Running::start(&["monitor", "--config", &config.display().to_string()]);
    let volts = |name: &str, volts: &str| {
        format!("balise_battery_voltage_volts{{site=\"site\",battery=\"{name}\"}} {volts}\n")
    };
    let text =
        page_that(&url, |text| text.contains(&volts("a", "12.6")) && text.contains(&volts("b", "13.2")));
    assert!(!text.contains("voltage_volts{site=\"site\",battery=\"dead\"}"), "{text}");
    assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
}

#[test]
fn random_bytes_do_not_stop_the_decoder_and_the_next_good_block_is_found() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut bytes: Vec<u8> = (0..300_000)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect();
    let good = std::fs::read(root().join("fixtures/serial/vedirect/bmv702_part1.dump")).unwrap();
    bytes.extend_from_slice(&good);
    let mut child = balise(&["decode", "--device", "vedirect-bmv", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap().unwrap();
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    assert!(lines.lines().count() > 530, "{}", lines.lines().count());
}

#[test]
fn a_bad_scenario_is_told_with_line_caret_and_advice_several_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.toml");
    let story = "balise_scenario = 1\nname = \"x\"\nstart = \"2026-01-12T05:00:00Z\"\nduration_days = 36500\nstep_seconds = 0.003\n\
                 [plant.battery]\nchemistry = \"agm\"\ncapacity = 300\ncolour = \"red\"\n[plant.panel]\npower_watts = -5\n";
    std::fs::write(&path, story).unwrap();
    let file = path.display().to_string();
    let text = check(&["run", &file], 3);
    for expected in
        ["bad.toml:4", "`capacity` lacks its unit", "capacity_amp_hours", "colour", "-5", "1.1e12"]
    {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let french = String::from_utf8(run(&["run", &file, "--lang", "fr"]).stderr).unwrap();
    assert!(french.contains("il manque l'unité"), "{french}");
    check(&["run", "no-such-file.toml"], 3);
}

#[test]
fn usage_errors_end_with_2_and_a_missing_device_with_4() {
    check(&["run"], 2);
    check(&["fly"], 2);
    check(&["run", "scenarios/mild-week.toml", "--shard", "5/4"], 2);
    check(&["emulate", "--device", "vedirect-bmv", "--link", "x", "--set", "volts=12"], 2);
    for wrong in [
        &["--device", "jbd@3"][..],
        &["--device", "jbd", "--device", "epever"],
        &["--device", "jbd", "--device", "jbd"],
        &["--device", "renogy@1", "--device", "renogy@2", "--set", "3.soc=0.5"],
        &["--device", "renogy@1", "--device", "renogy@2", "--address", "4"],
        &["--device", "jbd", "--fault", "line-noise"],
        &["--device", "jbd", "--fault", "panel-snow=0.5"],
    ] {
        check(&[&["emulate", "--link", "x", "--set", "voltage_v=12"][..], wrong].concat(), 2);
    }
    check(&["decode", "--device", "sundial", "x"], 2);
    let text = check(&["monitor", "--port", "/dev/no-such-port"], 4);
    assert!(text.contains("doctor --ports"), "{text}");
    for no_port in ["Cargo.toml", "/dev/null"] {
        let text = check(&["monitor", "--port", no_port], 4);
        assert!(text.contains("not a serial port"), "{no_port}: {text}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_with_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let story = scenario(folder.path(), 0.4).display().to_string();
    let results = |jobs: &str| -> Vec<Vec<u8>> {
        let out = folder.path().join(format!("out{jobs}")).display().to_string();
        let output = run(&["run", &story, "--seeds", "3", "--jobs", jobs, "--out", &out]);
        assert!(matches!(output.status.code(), Some(0 | 1 | 4)), "{}", said(&output));
        ["short-seed6", "short-seed7", "short-seed8"]
            .iter()
            .flat_map(|run| {
                ["results.json", "trace.csv", "report.html"].map(|file| format!("{out}/{run}/{file}"))
            })
            .map(|path| std::fs::read(path).unwrap())
            .collect()
    };
    assert!(results("1") == results("3"), "the bytes differ");
}

#[test]
fn earlier_results_are_kept_and_a_baseline_of_oneself_is_no_worse() {
    let folder = tempfile::tempdir().unwrap();
    let story = scenario(folder.path(), 0.2).display().to_string();
    let out = |name: &str| folder.path().join(name).display().to_string();
    let first = run(&["run", &story, "--out", &out("a")]).status.code();
    check(&["run", &story, "--out", &out("a")], 3);
    let again = run(&["run", &story, "--out", &out("b"), "--baseline", &out("a")]);
    assert_eq!(again.status.code(), first, "{}", said(&again));
    let results = std::fs::read_to_string(folder.path().join("a/results.json")).unwrap();
    let better = out_of_reach(&results);
    std::fs::create_dir(folder.path().join("c")).unwrap();
    std::fs::write(folder.path().join("c/results.json"), better).unwrap();
    let worse = run(&["run", &story, "--out", &out("d"), "--baseline", &out("c")]);
    assert_eq!(worse.status.code(), if first == Some(0) { Some(5) } else { first }, "{}", said(&worse));
    assert!(said(&worse).contains("soc_rmse"), "{}", said(&worse));
}

/// The same results with a far smaller error: a baseline nobody reaches.
fn out_of_reach(results: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(results).unwrap();
    value["signs"][0]["soc_rmse"] = serde_json::json!(-1.0);
    value.to_string()
}

const HELD: [&str; 6] =
    ["--set", "voltage_v=12.61", "--set", "current_a=-2.37", "--set", "temperature_c=-11"];

#[test]
fn one_device_is_read_without_a_configuration_and_its_silence_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("bmv").display().to_string();
    let emulate =
        [&["emulate", "--device", "vedirect-bmv", "--link", &link, "--every", "0.1"][..], &HELD].concat();
    let (device, ready) = Running::start(&emulate);
    assert_eq!(ready, link);
    let state = folder.path().join("state").display().to_string();
    let monitor = ["monitor", "--port", &link, "--listen", "127.0.0.1:0", "--state", &state, "--speed", "60"];
    let (monitor, url) = Running::start(&monitor);
    let text = page_that(&url, |text| text.contains("balise_battery_soc_ratio{"));
    for expected in [
        "balise_battery_voltage_volts{site=\"site\",battery=\"battery\"} 12.61\n",
        "balise_battery_current_amperes{site=\"site\",battery=\"battery\"} -2.37\n",
        "balise_battery_temperature_celsius{site=\"site\",battery=\"battery\"} -11\n",
        "balise_battery_up{site=\"site\",battery=\"battery\"} 1\n",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    // The cable is pulled: a minute of device time, a second of ours, and no old number is left.
    let (code, took) = device.signal(Signal::SIGTERM);
    assert!(code == Some(0) && took < Duration::from_secs(2), "{code:?} after {took:?}");
    assert!(std::fs::symlink_metadata(&link).is_err(), "the link is left behind");
    let text =
        page_that(&url, |text| text.contains("balise_battery_up{site=\"site\",battery=\"battery\"} 0\n"));
    for gone in ["voltage_volts{", "soc_ratio{", "current_amperes{"] {
        assert!(!text.contains(&format!("balise_battery_{gone}")), "{gone} in {text}");
    }
    assert!(text.contains("balise_link_frames_good_total{"));
    // And put back.
    let (device, _) = Running::start(&emulate);
    page_that(&url, |text| text.contains("balise_battery_up{site=\"site\",battery=\"battery\"} 1\n"));
    let (code, took) = monitor.signal(Signal::SIGINT);
    assert!(code == Some(130) && took < Duration::from_secs(2), "{code:?} after {took:?}");
    // Each is written into two files in turn.
    let names =
        std::fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let kept: BTreeSet<String> =
        names.map(|name| name.replace(".a.state", "").replace(".b.state", "")).collect();
    assert_eq!(kept.len(), 2, "the estimate and the habits are kept: {kept:?}");
    drop(device);
}

#[test]
fn a_live_capture_replayed_gives_the_same_estimates_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let story = scenario(folder.path(), 1.0).display().to_string();
    let (link, capture, live, again) =
        (path("bmv"), path("capture.txt"), path("live.csv"), path("again.csv"));
    let (device, _) = Running::start(&[
        "emulate",
        "--scenario",
        &story,
        "--link",
        &link,
        "--every",
        "60",
        "--speed",
        "3600",
        "--truth",
        &path("truth.csv"),
    ]);
    let (monitor, url) = Running::start(&[
        "monitor",
        "--port",
        &link,
        "--listen",
        "127.0.0.1:0",
        "--speed",
        "3600",
        "--capture",
        &capture,
        "--trace",
        &live,
    ]);
    page_that(&url, |text| {
        let good = text.lines().find(|line| line.starts_with("balise_link_frames_good_total{"));
        good.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).is_some_and(|good| good > 600.0)
    });
    assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
    assert_eq!(device.signal(Signal::SIGTERM).0, Some(0));
    check(&["replay", &capture, "--trace", &again], 0);
    let (live, again) = (std::fs::read(live).unwrap(), std::fs::read(again).unwrap());
    assert!(live.len() > 10_000 && live == again, "{} bytes live, {} bytes again", live.len(), again.len());
    assert!(std::fs::read_to_string(path("truth.csv")).unwrap().starts_with("# balise_truth 3\n"));
}

/// Those of the system's processes whose command line names `word`.
fn processes_with(word: &str) -> Vec<String> {
    let all = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let lines = all.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(word))
        .collect()
}

#[test]
fn the_demo_ends_at_once_with_everything_it_started() {
    if balise::stack::Tools::find().prometheus.is_none() {
        balise::speech::tell("skipped: prometheus not found");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("week").display().to_string();
    let mut child =
        balise(&["demo", "--out", &out]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let told = BufReader::new(child.stderr.take().unwrap());
    let running = Running(child);
    let under_way = told.lines().map_while(Result::ok).any(|line| line.contains("/metrics"));
    assert!(under_way && processes_with(&out).len() > 7, "{:?}", processes_with(&out));
    let (code, took) = running.signal(Signal::SIGTERM);
    assert!(code == Some(130) && took < Duration::from_secs(2), "{code:?} after {took:?}");
    assert!(processes_with(&out).is_empty(), "{:?}", processes_with(&out));
    assert_eq!(std::fs::read_dir(format!("{out}/ports")).unwrap().count(), 0);
}

#[test]
fn a_reader_who_leaves_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("bmv").display().to_string();
    let device = ["emulate", "--device", "vedirect-bmv", "--link", &link, "--set", "voltage_v=12.6"];
    let mut child = balise(&device).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    let mut monitor = balise(&["monitor", "--port", &link, "--listen", "127.0.0.1:0"]);
    std::thread::sleep(Duration::from_millis(500));
    let mut monitor = monitor.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((monitor.stdout.take(), monitor.stderr.take()));
    std::thread::sleep(Duration::from_millis(500));
    let (device, monitor) = (Running(child), Running(monitor));
    assert_eq!(device.signal(Signal::SIGTERM).0, Some(0));
    // The cable is gone, which the monitor has nobody to tell of.
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
}

#[test]
fn a_stream_is_decoded_as_it_comes() {
    let recording = std::fs::read(root().join("fixtures/serial/vedirect/bmv702_part1.dump")).unwrap();
    let mut child = balise(&["decode", "--device", "vedirect-bmv", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let running = Running(child);
    stdin.write_all(&recording[..2000]).unwrap();
    assert!(lines.next().unwrap().unwrap().contains("\"kind\":\"text\""));
    drop((stdin, running));
}

#[test]
fn a_result_that_cannot_be_written_is_not_a_success() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = balise(&["doctor", "--json"]).stdout(full()).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(3));
}

#[test]
fn an_earlier_capture_is_kept_under_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (link, capture) = (path("bmv"), path("capture.txt"));
    let (_device, _) =
        Running::start(&[&["emulate", "--device", "vedirect-bmv", "--link", &link], &HELD[..]].concat());
    for _ in 0..2 {
        let monitor = ["monitor", "--port", &link, "--listen", "127.0.0.1:0", "--capture", &capture];
        let (monitor, url) = Running::start(&monitor);
        page_that(&url, |text| text.contains("balise_battery_voltage_volts{"));
        assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
    }
    let opened = |name: &str| std::fs::read_to_string(path(name)).unwrap().contains(" opened\n");
    assert!(opened("capture.txt") && opened("capture.txt.1"));
}

#[test]
fn a_run_is_interrupted_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let story = scenario(folder.path(), 400.0).display().to_string();
    let out = folder.path().join("out").display().to_string();
    let child =
        balise(&["run", &story, "--out", &out]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let running = Running(child);
    std::thread::sleep(Duration::from_millis(500));
    let (code, took) = running.signal(Signal::SIGINT);
    assert!(code == Some(130) && took < Duration::from_secs(2), "{code:?} after {took:?}");
    assert!(!Path::new(&out).join("results.json").exists());
}

#[test]
fn the_doctor_says_what_is_there_in_both_forms() {
    let json = run(&["doctor", "--json"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(value["findings"].as_array().unwrap().len() >= 5);
    let ok = value["ok"].as_bool().unwrap();
    assert_eq!(json.status.code(), Some(if ok { 0 } else { 4 }));
}
