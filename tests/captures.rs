//! Captures from the outside: recorded, cut, replayed, answered from, exported and compared.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use program::{Running, balise, check, page_that, root, run};

const HELD: [&str; 6] =
    ["--set", "voltage_v=12.61", "--set", "current_a=-2.37", "--set", "temperature_c=-11"];

/// A folder with names in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }
}

/// An emulated `device` (and what else `emulate` is told) on `link`.
fn emulated(device: &str, link: &str) -> Running {
    let words: Vec<&str> = device.split(' ').collect();
    Running::start(&[&["emulate", "--link", link, "--device"][..], &words, &HELD].concat()).0
}

/// Records `device` for so long, and gives the capture.
fn recorded(folder: &Folder, device: &str, seconds: &str) -> String {
    let (link, capture) = (folder.path("line"), folder.path(&format!("{device}.txt")));
    let running = emulated(&format!("{device} --every 0.5"), &link);
    check(&["record", &capture, "--port", &link, "--device", device, "--for", seconds], 0);
    drop(running);
    capture
}

fn frames(capture: &str) -> (Vec<serde_json::Value>, serde_json::Value) {
    let lines = check(&["decode", capture], 0);
    let mut lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap();
    (lines, summary["summary"].clone())
}

#[test]
fn a_recording_tells_its_device_port_questions_and_answers_and_replays_without_being_told() {
    let folder = Folder::new();
    for (device, first_question) in [("jbd", ">DDA5"), ("epever", ">01043100")] {
        let capture = recorded(&folder, device, "2.5");
        let text = std::fs::read_to_string(&capture).unwrap();
        assert!(text.starts_with("balise-capture 2\n@ balise "), "{text}");
        assert!(text.contains(&format!("@ device site/battery {device}\n")), "{text}");
        let events: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("site/battery ")).collect();
        let events: Vec<&str> = events.iter().filter_map(|line| line.split(' ').nth(2)).collect();
        assert_eq!(events[0], format!("port={}", folder.path("line")));
        assert_eq!(events[1], "opened");
        assert!(events.iter().filter(|event| event.starts_with(first_question)).count() >= 1, "{events:?}");
        let (frames, summary) = frames(&capture);
        assert_eq!(summary["frames_bad"], 0);
        assert!(frames.iter().all(|frame| frame["source"] == "site/battery" && frame["time_s"].is_number()));
        assert!(frames.iter().any(|frame| frame["reading"]["voltage_v"] == 12.61), "{frames:?}");
        let replayed = check(&["replay", &capture, "--json"], 0);
        let replayed: serde_json::Value = serde_json::from_str(&replayed).unwrap();
        assert!(replayed["batteries"]["site/battery"]["estimates"].as_u64() >= Some(2), "{replayed}");
    }
}

#[test]
fn a_device_played_from_its_capture_is_read_as_the_one_recorded() {
    for device in ["jbd", "vedirect-bmv", "epever"] {
        // What a talker says before the monitor listens is lost, as on any line.
        let folder = Folder::new();
        let capture = recorded(&folder, device, "6");
        let (link, again) = (folder.path("played"), folder.path("again.txt"));
        let (played, _) = Running::start(&["emulate", "--recorded", &capture, "--link", &link]);
        let monitor = ["monitor", "--port", &link, "--device", device, "--listen", "127.0.0.1:0"];
        let (monitor, url) = Running::start(&[&monitor[..], &["--capture", &again]].concat());
        let text = page_that(&url, |text| text.contains("balise_battery_soc_ratio{"));
        for expected in ["voltage_volts", "current_amperes", "temperature_celsius"] {
            let value = match expected {
                "voltage_volts" => "12.61",
                "current_amperes" => "-2.37",
                _ => "-11",
            };
            let line = format!("balise_battery_{expected}{{site=\"site\",battery=\"battery\"}} {value}\n");
            assert!(text.contains(&line), "{device}: {line} in {text}");
        }
        assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
        assert_eq!(played.signal(Signal::SIGTERM).0, Some(0));
        let same = run(&["diff", &capture, &again, "--json"]);
        let same: serde_json::Value = serde_json::from_slice(&same.stdout).unwrap();
        let voltage = &same["sources"]["site/battery"]["voltage_v"];
        assert_eq!(
            (&voltage["differing"], voltage["compared"].as_u64() >= Some(1)),
            (&0.into(), true),
            "{same}"
        );
    }
}

#[test]
fn a_real_board_and_a_real_shunt_are_played_from_what_they_once_said() {
    let folder = Folder::new();
    let link = folder.path("line");
    let played = |device: &str, file: &str, record: &[&str]| {
        let file = root().join("fixtures/serial").join(file).display().to_string();
        let emulate = ["emulate", "--recorded", &file, "--device", device, "--link", &link, "--speed", "20"];
        let (played, _) = Running::start(&emulate);
        let capture = folder.path(device);
        check(&[&["record", &capture, "--port", &link, "--device", device][..], record].concat(), 0);
        drop(played);
        frames(&capture)
    };
    let (answers, summary) = played("jbd", "jbd/sp04s034_4s_idle.txt", &["--for", "1.5"]);
    assert_eq!(summary["frames_bad"], 0);
    assert!(answers.iter().any(|frame| frame["reading"]["voltage_v"] == 15.6), "{answers:?}");
    assert!(answers.iter().any(|frame| frame["reading"]["cell4_v"] == 3.901), "{answers:?}");
    let (blocks, summary) = played("vedirect-bmv", "vedirect/bmv702_part1.dump", &["--for", "3"]);
    assert_eq!(summary["frames_bad"], 0);
    assert!(blocks.len() > 20 && blocks.iter().any(|frame| frame["fields"]["PID"] == "0x203"), "{summary}");
}

#[test]
fn a_talker_without_times_says_each_of_its_bytes_once_a_block_at_a_time() {
    let file = root().join("fixtures/serial/vedirect/smartsolar_75_15_fw156.dump");
    let kind = Some(hil::DeviceKind::VedirectMppt);
    let words = balise::words::Words::English;
    let mut played = balise::emulate::Played::open(&file.display().to_string(), kind, None, words).unwrap();
    let (mut said, mut dues) = (Vec::new(), Vec::new());
    while let Some(block) = played.next_block(&mut said) {
        dues.push(block.due.as_secs());
    }
    assert_eq!(said, std::fs::read(file).unwrap());
    // Six blocks, and what stands behind the last.
    assert_eq!(dues, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
}

#[test]
fn a_played_device_is_refused_where_its_capture_cannot_answer() {
    let folder = Folder::new();
    let link = folder.path("line");
    let emulate = |capture: &str, more: &[&str], exit| {
        check(&[&["emulate", "--recorded", capture, "--link", &link][..], more].concat(), exit)
    };
    let mute = folder.write("mute.txt", "balise-capture 2\n@ device a/b jbd\na/b 1 0 opened\na/b 2 0 DD03\n");
    assert!(emulate(&mute, &[], 3).contains("no question"));
    let two =
        "balise-capture 2\n@ device a/1 vedirect-bmv\n@ device a/2 vedirect-bmv\na/1 1 0 0D\na/2 2 0 0A\n";
    let two = folder.write("two.txt", two);
    assert!(emulate(&two, &[], 2).contains("a/1, a/2"));
    assert!(emulate(&two, &["--source", "a/3"], 3).contains("a/1, a/2"));
    let nameless = folder.write("nameless.txt", "balise-capture 2\na/b 1 0 >01\na/b 2 0 02\n");
    assert!(emulate(&nameless, &[], 2).contains("--device"));
    assert!(
        emulate(&two, &["--fault", "device-false-full"], 2).contains("line-noise"),
        "only its line can fail"
    );
    for seated in [&["--device", "jbd", "--device", "daly"][..], &["--device", "renogy@2"]] {
        assert!(emulate(&mute, seated, 2).contains("--device"), "{seated:?}");
    }
}

#[test]
fn a_cut_capture_is_read_up_to_the_cut_and_a_newer_one_is_refused() {
    let folder = Folder::new();
    let capture = std::fs::read(recorded(&folder, "jbd", "2")).unwrap();
    let cut = folder.write("cut.txt", &capture[..capture.len() - 9]);
    for command in [&["decode", &cut][..], &["replay", &cut], &["export", &cut], &["diff", &cut, &cut]] {
        let text = check(command, 0);
        assert!(text.contains("is cut off"), "{command:?}: {text}");
    }
    let newer = String::from_utf8(capture).unwrap().replacen("balise-capture 2", "balise-capture 3", 1);
    let newer = folder.write("newer.txt", newer);
    let link = folder.path("line");
    for command in [
        &["decode", &newer][..],
        &["replay", &newer],
        &["export", &newer],
        &["diff", &newer, &newer],
        &["emulate", "--recorded", &newer, "--link", &link],
    ] {
        let text = check(command, 3);
        assert!(text.contains("a capture of version 3"), "{command:?}: {text}");
    }
}

#[test]
fn a_recorder_that_is_killed_leaves_every_whole_line() {
    let folder = Folder::new();
    let (link, capture) = (folder.path("line"), folder.path("capture.txt"));
    let _device = emulated("vedirect-bmv --every 0.1", &link);
    let (recorder, ready) = Running::start(&["record", &capture, "--port", &link]);
    assert_eq!(ready, capture);
    std::thread::sleep(Duration::from_millis(1500));
    let (code, _) = recorder.signal(Signal::SIGKILL);
    assert_eq!(code, None, "killed");
    let (_, summary) = frames(&capture);
    assert!(summary["frames_good"].as_u64() >= Some(10), "{summary}");
    // And the next recording does not take its place.
    check(&["record", &capture, "--port", &link, "--for", "0.5"], 0);
    assert!(folder.text("capture.txt.1").contains(" opened\n"));
}

#[test]
fn a_port_that_is_no_port_cannot_be_recorded_and_the_file_that_cannot_be_made_is_named() {
    let folder = Folder::new();
    let capture = folder.path("capture.txt");
    check(&["record", &capture], 2);
    check(&["record", &capture, "--port", "/dev/no-such-port"], 4);
    assert!(check(&["record", &capture, "--port", "/dev/null"], 4).contains("not a serial port"));
    assert!(!Path::new(&capture).exists(), "nothing was recorded");
    let link = folder.path("line");
    let _device = emulated("vedirect-bmv", &link);
    let nowhere = folder.path("no/such/folder.txt");
    assert!(check(&["record", &nowhere, "--port", &link, "--for", "1"], 3).contains(&nowhere));
}

/// A line on which someone babbles and nobody answers, until the test ends.
fn babble(link: &Path) -> std::sync::mpsc::Sender<()> {
    let mut pty = hil::link::pty::Pty::plug(link).unwrap();
    let (stop, stopped) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
            pty.hear_now(&mut Vec::new()).unwrap();
            pty.send_now(&[0xFA, 0xCE]).unwrap();
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    stop
}

#[test]
fn a_monitors_capture_holds_the_questions_and_what_answers_none() {
    let folder = Folder::new();
    let (link, capture) = (folder.path("line"), folder.path("capture.txt"));
    let stop = babble(Path::new(&link));
    let monitor = ["monitor", "--port", &link, "--device", "jbd", "--listen", "127.0.0.1:0"];
    let (monitor, _) = Running::start(&[&monitor[..], &["--capture", &capture]].concat());
    let deadline = Instant::now() + Duration::from_secs(30);
    while !folder.text("capture.txt").contains(" ~FACE") {
        assert!(Instant::now() < deadline, "{}", folder.text("capture.txt"));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(monitor.signal(Signal::SIGTERM).0, Some(0));
    let text = folder.text("capture.txt");
    assert!(text.contains(" >DDA5") && text.contains(&format!(" port={link}\n")), "{text}");
    assert!(text.contains("@ device site/battery jbd\n"), "{text}");
    let replayed = check(&["replay", &capture, "--json"], 0);
    assert!(replayed.contains("\"estimates\": 0"), "{replayed}");
    drop(stop);
}

#[test]
fn a_replay_keeps_the_pace_it_is_told_and_gives_the_same_estimates_at_any() {
    let folder = Folder::new();
    let capture = recorded(&folder, "vedirect-bmv", "3");
    let replayed = |name: &str, speed: &str| {
        let trace = folder.path(name);
        let began = Instant::now();
        check(&["replay", &capture, "--trace", &trace, "--speed", speed], 0);
        (began.elapsed(), std::fs::read(trace).unwrap())
    };
    let (_, at_once) = replayed("max.csv", "max");
    let (took, paced) = replayed("paced.csv", "2");
    assert!(took > Duration::from_millis(900), "{took:?}");
    assert!(at_once == paced && at_once.len() > 300, "{} and {}", at_once.len(), paced.len());
    check(&["replay", &capture, "--speed", "fast"], 2);
}

#[test]
fn a_replay_shows_its_page_while_it_goes_by() {
    let folder = Folder::new();
    let capture = recorded(&folder, "vedirect-bmv", "3");
    let replay = ["replay", &capture, "--listen", "127.0.0.1:0", "--speed", "0.2"];
    let (_replay, url) = Running::start(&replay);
    let text = page_that(&url, |text| text.contains("balise_battery_voltage_volts{"));
    assert!(text.contains("voltage_volts{site=\"site\",battery=\"battery\"} 12.61\n"), "{text}");
}

#[test]
fn a_capture_written_as_a_dump_decodes_to_the_same_frames() {
    let folder = Folder::new();
    let capture = recorded(&folder, "jbd", "2");
    let dump = folder.path("dump.txt");
    check(&["export", &capture, "--out", &dump], 0);
    let plain = |frame: &serde_json::Value| frame["reading"].clone();
    let (ours, _) = frames(&capture);
    let lines = check(&["decode", "--device", "jbd", &dump], 0);
    let theirs: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let theirs: Vec<_> = theirs.iter().filter(|line| line.get("kind").is_some()).map(plain).collect();
    assert!(!theirs.is_empty());
    assert_eq!(ours.iter().map(plain).collect::<Vec<_>>(), theirs);
}

/// tshark, where `make tools` could get it.
fn tshark() -> Option<PathBuf> {
    let ours = root().join(".tools/bin/tshark");
    let found = if ours.exists() { Some(ours) } else { which("tshark") };
    if found.is_none() {
        balise::speech::tell(
            "skipped: tshark is neither in .tools/bin (make tools puts it there) nor on PATH",
        );
    }
    found
}

fn which(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.exists())
}

#[test]
fn wireshark_reads_the_exported_capture_with_times_directions_and_modbus() {
    let Some(tshark) = tshark() else { return };
    let folder = Folder::new();
    let capture = recorded(&folder, "epever", "2");
    let pcapng = folder.path("capture.pcapng");
    check(&["export", &capture, "--out", &pcapng], 0);
    let asked = |more: &[&str]| {
        let output = Command::new(&tshark).args(["-r", &pcapng]).args(more).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let text = folder.text("epever.txt");
    let records = text.lines().filter(|line| line.starts_with("site/battery ")).count();
    let fields =
        ["-T", "fields", "-e", "frame.interface_name", "-e", "frame.time_epoch", "-e", "rtacser.eventtype"];
    let packets = asked(&fields);
    assert_eq!(packets.lines().count(), records, "{packets}");
    let stamp = |line: &str| line.split(' ').nth(2).map(|nanos| nanos.parse::<i64>().unwrap());
    let stamps = text.lines().filter(|line| line.starts_with("site/battery ")).filter_map(stamp);
    let events = text.lines().filter(|line| line.starts_with("site/battery "));
    let directions = events.filter_map(|line| match line.split(' ').nth(3)?.as_bytes()[0] {
        b'>' => Some("1"),
        b'p' | b'o' | b'l' => Some("0"),
        _ => Some("2"),
    });
    for ((packet, nanos), direction) in packets.lines().zip(stamps).zip(directions) {
        let (secs, nanos) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
        let told: Vec<&str> = packet.split('\t').collect();
        assert_eq!(told[..2], ["site/battery", &format!("{secs}.{nanos:09}")], "{packet}");
        assert!(
            told[2].trim_start_matches("0x").trim_start_matches('0') == direction.trim_start_matches('0')
        );
    }
    let modbus = asked(&["-d", "rtacser.data,mbrtu", "-Y", "modbus.func_code == 4"]);
    assert!(modbus.contains("Read Input Registers"), "{modbus}");
}

#[test]
fn two_recordings_of_one_device_are_the_same_and_of_another_differ() {
    let folder = Folder::new();
    let link = folder.path("line");
    let record = |name: &str, held: &str| {
        let device = ["emulate", "--device", "vedirect-bmv", "--link", &link, "--set", held];
        let (device, _) = Running::start(&[&device[..], &["--set", "current_a=0"]].concat());
        let capture = folder.path(name);
        check(&["record", &capture, "--port", &link, "--for", "3"], 0);
        drop(device);
        capture
    };
    let (one, same, other) = (
        record("one", "voltage_v=12.6"),
        record("same", "voltage_v=12.6"),
        record("other", "voltage_v=12.7"),
    );
    assert!(check(&["diff", &one, &same], 0).contains("no difference"));
    let told = check(&["diff", &one, &other], 1);
    assert!(told.contains("voltage_v") && told.contains("12.6 in A, 12.7 in B"), "{told}");
    check(&["diff", &one, &other, "--tolerance", "voltage_v=0.11", "--tolerance", "power_w=1"], 0);
    check(&["diff", &one, &other, "--tolerance", "much"], 2);
    let french = check(&["diff", &one, &other, "--lang", "fr"], 1);
    assert!(french.contains("12,6 dans A") && french.contains("ils diffèrent"), "{french}");
}

#[test]
fn a_run_writes_the_capture_of_its_seed_and_runs_can_be_compared() {
    let folder = Folder::new();
    let story = std::fs::read_to_string(root().join("scenarios/mild-week.toml")).unwrap();
    let line = story.lines().find(|line| line.starts_with("duration_days")).unwrap();
    let story = folder.write("short.toml", story.replace(line, "duration_days = 0.1"));
    let runs = |name: &str, seed: &str| {
        let out = folder.path(name);
        let status = run(&["run", &story, "--seed", seed, "--capture", "--out", &out]).status.code();
        assert!(matches!(status, Some(0 | 1 | 4)), "{status:?}");
        out
    };
    let (one, same, other) = (runs("a", "7"), runs("b", "7"), runs("c", "8"));
    let capture = |out: &str| std::fs::read(Path::new(out).join("capture.txt")).unwrap();
    assert!(capture(&one) == capture(&same) && capture(&one) != capture(&other));
    let text = String::from_utf8(capture(&one)).unwrap();
    let sum = Command::new("sha256sum").arg(&story).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    let hash = format!("@ scenario_sha256 {}\n@ seed 7\n", sum.split(' ').next().unwrap());
    assert!(text.contains(&hash), "{hash} in {}", &text[..500]);
    check(&["diff", &one, &same], 0);
    let different = balise(&["diff", &one, &other, "--json"]).output().unwrap();
    assert_eq!(different.status.code(), Some(1));
    let different: serde_json::Value = serde_json::from_slice(&different.stdout).unwrap();
    assert_eq!(different["same"], false);
    let files = |out: &str| format!("{out}/capture.txt");
    check(&["diff", &files(&one), &files(&same)], 0);
    check(&["diff", &files(&one), &files(&other)], 1);
}
