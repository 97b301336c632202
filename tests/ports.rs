//! Ports that live, in the program: a pulled cable is shown at once, a stranger under the same name is not
//! read, a port that cannot be used ends the command with 4 and the fix.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::time::{Duration, Instant};

use hil::link::pty::Pty;
use program::{Running, balise, check, page, page_that, said};

/// A TEXT block of a controller with this serial number.
fn block(serial: &str) -> Vec<u8> {
    let mut bytes =
        format!("\r\nPID\t0xA053\r\nSER#\t{serial}\r\nV\t11110\r\nI\t100\r\nChecksum\t").into_bytes();
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    bytes.push(0_u8.wrapping_sub(sum));
    bytes
}

#[test]
fn a_pulled_cable_is_shown_at_once_and_a_stranger_under_the_same_name_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("line").display().to_string();
    let config = folder.path().join("monitor.toml").display().to_string();
    let story = format!(
        "balise_monitor = 1\nlisten = \"127.0.0.1:0\"\n[[battery]]\nname = \"b\"\nport = \"{link}\"\n\
         device = \"vedirect-mppt\"\n"
    );
    std::fs::write(&config, story).unwrap();
    let emulate = [
        "emulate",
        "--device",
        "vedirect-mppt",
        "--link",
        &link,
        "--set",
        "voltage_v=12.61",
        "--set",
        "pv_power_w=20",
    ];
    let device = Running::start(&emulate).0;
    let (_monitor, url) = Running::start(&["monitor", "--config", &config]);
    let up = "balise_battery_up{site=\"site\",battery=\"b\"} 1\n";
    let open = "balise_link_open{site=\"site\",battery=\"b\"} 1\n";
    page_that(&url, |text| text.contains("voltage_volts{site=\"site\",battery=\"b\"} 12.61\n"));

    drop(device);
    let pulled = Instant::now();
    let text = page_that(&url, |text| !text.contains(open));
    assert!(pulled.elapsed() < Duration::from_secs(5));
    assert!(!text.contains(up) && !text.contains("voltage_volts{"), "{text}");

    let _ = std::fs::remove_file(&link);
    let mut stranger = Pty::plug(&link).unwrap();
    let began = Instant::now();
    let mut taken = 0;
    while began.elapsed() < Duration::from_secs(4) {
        taken += stranger.send_now(&block("HQSTRANGER")).unwrap();
        std::thread::sleep(Duration::from_millis(100));
        let text = page(&url);
        assert!(!text.contains(up) && !text.contains("voltage_volts{"), "{text}");
    }
    assert!(taken > 0, "the stranger was listened to");
    assert!(!page(&url).contains("balise_link_losses_total{site=\"site\",battery=\"b\"} 1\n"));

    drop(stranger);
    let _device = Running::start(&emulate).0;
    let back = Instant::now();
    page_that(&url, |text| text.contains(up) && text.contains(open));
    assert!(back.elapsed() < Duration::from_secs(5), "{:?}", back.elapsed());
}

#[test]
fn a_held_port_ends_the_monitor_with_4_and_names_the_holder() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("line");
    let _device = Pty::plug(&link).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _held = runtime.block_on(hil::link::serial::Serial::open(&link, 19_200)).unwrap();
    let text = check(&["monitor", "--port", &link.display().to_string()], 4);
    assert!(text.contains(&format!("({})", std::process::id())), "{text}");
}

#[test]
fn the_doctor_names_what_answers_on_a_port_and_what_keeps_one_from_being_used() {
    let folder = tempfile::tempdir().unwrap();
    // One that talks, one on the first rate and one on the last; the probe's own test has every kind.
    for kind in ["vedirect-mppt", "jbd", "epever"] {
        let link = folder.path().join(kind).display().to_string();
        let _device =
            Running::start(&["emulate", "--device", kind, "--link", &link, "--set", "voltage_v=12.6"]).0;
        let output = balise(&["doctor", "--ports", "--port", &link, "--json"]).output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let ports = json["ports"].as_array().unwrap();
        let port = ports.iter().find(|port| port["port"] == *link).unwrap();
        assert_eq!(port["device"], kind, "{json}");
        assert_eq!(port["bound_by"], if kind == "vedirect-mppt" { "device-serial" } else { "name" });
    }
    for (port, lang, fix) in [
        ("/dev/no-such-port", "en", "plug the adapter in"),
        ("/dev/null", "en", "not a serial port"),
        ("/dev/null", "fr", "pas un port série"),
    ] {
        let output = balise(&["doctor", "--ports", "--port", port, "--lang", lang]).output().unwrap();
        assert_eq!(output.status.code(), Some(4));
        assert!(said(&output).contains(fix), "{}", said(&output));
    }
}
