//! `balise identify` as a user meets it: a profile comes out of a log, and bad input is told with file,
//! line and fix.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::path::Path;

use program::{check, root};

/// A log of a 12 V battery: an hour of load and rest in turn, with pulses.
fn log(row: impl Fn(usize, f64, f64) -> String) -> String {
    let mut charge = 0.0;
    let mut lines = "time_s,current_a,voltage_v,temperature_c\n".to_owned();
    for i in 0..2000 {
        let amps = match i / 50 % 4 {
            0 => 0.0,
            1 => -8.0,
            2 => -20.0,
            _ => -4.0,
        };
        charge += amps * 20.0 / 3600.0;
        let volts = 12.85 + 0.012 * charge + 0.012 * amps + 0.002 * (i as f64 * 0.7).sin();
        lines += &row(i, amps, volts);
    }
    lines
}

fn sound(i: usize, amps: f64, volts: f64) -> String {
    format!("{},{amps},{volts:.4},25\n", i * 20)
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn a_profile_a_report_and_json_come_out_of_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let data = file(folder.path(), "log.csv", &log(sound));
    let out = folder.path().join("bank.toml").display().to_string();
    let report = folder.path().join("report").display().to_string();
    let run =
        ["identify", "--data", &data, "--base", "agm_12v", "--out", &out, "--report", &report, "--json"];
    let json: serde_json::Value = serde_json::from_str(&check(&run, 0)).unwrap();
    let ohmic = json["parameters"].as_array().unwrap().iter().find(|it| it["key"] == "resistance.ohmic_ohms");
    let total = ohmic.unwrap()["value"].as_f64().unwrap();
    assert!((0.004..0.02).contains(&total), "{total}");
    assert!(json["refused"].as_array().unwrap().iter().any(|it| it["reason"] == "no_reversal"));
    let page = std::fs::read_to_string(Path::new(&report).join("report.html")).unwrap();
    assert!(page.contains("resistance.ohmic_ohms") && page.contains("<path") && !page.contains("identify-"));
    // What was written is a profile, and the same seed writes the same bytes.
    let first = std::fs::read_to_string(&out).unwrap();
    assert!(first.contains("name = \"bank\"") && first.starts_with("# Made by: balise identify --data"));
    check(&run, 0);
    assert_eq!(first, std::fs::read_to_string(&out).unwrap());
    for language in ["fr", "en"] {
        let again = [
            "identify", "--lang", language, "--data", &data, "--check", &data, "--base", &out, "--out", &out,
        ];
        assert!(!check(&again, 0).contains("identify-"), "{language}");
    }
}

#[test]
fn bad_input_is_told_with_file_line_and_fix() {
    let folder = tempfile::tempdir().unwrap();
    let blank = |i: usize, amps: f64, volts: f64| match i {
        500..1500 => format!("{},{amps},,25\n", i * 20),
        _ => sound(i, amps, volts),
    };
    let back = |i: usize, amps: f64, volts: f64| sound(if i == 700 { 10 } else { i }, amps, volts);
    let word = |i: usize, amps: f64, volts: f64| {
        if i == 7 { "140,x,12.5,25\n".to_owned() } else { sound(i, amps, volts) }
    };
    let constant =
        |i: usize, _: f64, volts: f64| if i < 500 { sound(i, -25.0, volts) } else { String::new() };
    let cases = [
        ("back.csv", log(back), "back.csv:702", "time_s"),
        ("blank.csv", log(blank), "blank.csv:502", "voltage_v"),
        ("word.csv", log(word), "word.csv:9", "current_a"),
        ("columns.csv", "time_s,volts\n0,12\n".to_owned(), "columns.csv:1", "voltage_v"),
        ("short.csv", "time_s,current_a,voltage_v\n0,-1,12.5\n60,-1,12.4\n".to_owned(), "short.csv", "30"),
        ("constant.csv", log(constant), "constant.csv", "C/8"),
        ("still.csv", log(|i, _, volts| sound(i, 0.0, volts)), "still.csv", "current_a"),
        ("milliamps.csv", log(|i, amps, volts| sound(i, 1000.0 * amps, volts)), "milliamps.csv", "current_a"),
    ];
    let out = folder.path().join("bank.toml").display().to_string();
    for (name, text, place, fix) in cases {
        let data = file(folder.path(), name, &text);
        let said =
            check(&["identify", "--lang", "en", "--data", &data, "--base", "agm_12v", "--out", &out], 3);
        assert!(said.contains(place) && said.contains(fix), "{name}: {said}");
        assert!(!Path::new(&out).exists(), "{name}: nothing is written");
    }
}

#[test]
fn a_block_of_12_volts_on_a_cell_of_3_2_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = file(folder.path(), "block.csv", &log(sound));
    let base = root().join("fixtures/profiles/li_ion_1s.toml").display().to_string();
    let out = folder.path().join("bank.toml").display().to_string();
    let said = check(&["identify", "--lang", "en", "--data", &data, "--base", &base, "--out", &out], 3);
    assert!(said.contains("block.csv") && said.contains("voltage_v") && said.contains("4.18"), "{said}");
}

#[test]
fn a_base_with_a_table_over_temperatures_is_refused_with_one_that_serves() {
    let folder = tempfile::tempdir().unwrap();
    let data = file(folder.path(), "log.csv", &log(sound));
    let base = root().join("fixtures/profiles/a123_lfp_plett.toml").display().to_string();
    let out = folder.path().join("bank.toml").display().to_string();
    let said = check(&["identify", "--lang", "en", "--data", &data, "--base", &base, "--out", &out], 3);
    assert!(said.contains("[map]") && said.contains("lifepo4_4s"), "{said}");
}

#[test]
fn nothing_to_identify_on_is_a_usage_error() {
    check(&["identify", "--base", "agm_12v", "--out", "nowhere.toml"], 2);
}
