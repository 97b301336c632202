//! A log explored and cleaned: what is planted is found and little else, whatever the dialect; bad files are refused
//! with a sentence; nothing makes the program panic; the numbers are those of pandas.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]

#[path = "explore/plant.rs"]
mod plant;
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use plant::{Damaged, KINDS, Log};
use program::{balise, check, root, run, said};
use serde_json::Value;

/// Kind, column, first and last row from 0.
type Found = (String, Option<String>, usize, usize);

fn explored(path: &Path) -> Value {
    let output = run(&["explore", &path.display().to_string(), "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn found(results: &Value) -> Vec<Found> {
    let mut all = Vec::new();
    for finding in results["logs"][0]["findings"].as_array().unwrap() {
        let column = finding["column"].as_str().map(str::to_owned);
        for it in finding["occurrences"].as_array().unwrap() {
            let row = |at: usize| it["rows"][at].as_u64().unwrap() as usize - 1;
            all.push((finding["kind"].as_str().unwrap().to_owned(), column.clone(), row(0), row(1)));
        }
    }
    all
}

fn explored_text(folder: &Path, text: &str) -> Vec<Found> {
    let path = folder.join("log.csv");
    fs::write(&path, text).unwrap();
    found(&explored(&path))
}

/// Two ranges touch, give or take a row or two.
const fn is_near(a: (usize, usize), b: (usize, usize)) -> bool {
    a.0 <= b.1 + 2 && b.0 <= a.1 + 2
}

/// Planted, found of them, findings that are of a planted damage, findings that are of none.
type Score = BTreeMap<String, [usize; 4]>;

/// What an undamaged file says of itself is not false when its damaged copy says it again.
fn score(score: &mut Score, sound: &[Found], damaged: &Damaged, found: &[Found]) {
    for planted in &damaged.planted {
        let is_hit = |it: &&Found| {
            it.0 == planted.kind
                && (planted.column.is_none() || it.1 == planted.column)
                && is_near((it.2, it.3), (planted.first, planted.last))
        };
        let entry = score.entry(planted.kind.to_owned()).or_default();
        entry[0] += 1;
        entry[1] += usize::from(found.iter().any(|it| is_hit(&it)));
    }
    for it in found {
        let is_planted = damaged.planted.iter().any(|planted| {
            planted.kind == it.0
                && (planted.column.is_none() || planted.column == it.1)
                && is_near((it.2, it.3), (planted.first, planted.last))
        });
        let original = (damaged.original[it.2], damaged.original[it.3]);
        let is_own =
            sound.iter().any(|own| own.0 == it.0 && own.1 == it.1 && is_near((own.2, own.3), original));
        let entry = score.entry(it.0.clone()).or_default();
        entry[2] += usize::from(is_planted);
        entry[3] += usize::from(!is_planted && !is_own);
    }
}

fn shares(of: [usize; 4]) -> (f64, f64) {
    let share = |part: usize, all: usize| if all == 0 { 1.0 } else { part as f64 / all as f64 };
    (share(of[1], of[0]), share(of[2], of[2] + of[3]))
}

/// Files that no limit was tuned on.
fn held_files() -> Vec<PathBuf> {
    let Ok(data) = std::env::var("BALISE_DATA") else { return Vec::new() };
    let names = [
        "leadacid_12v_17ah_bboxx/unitA_dis_1.03A_1.csv.gz",
        "leadacid_12v_17ah_bboxx/unitA_dis_0.53A.csv.gz",
        "leadacid_12v_85ah_tubular/test03_b5_cap85_start85.csv.gz",
        "leadacid_12v_85ah_tubular/test11_b5_cap85_start85.csv.gz",
        "a123_lfp_plett/DYN_P15_script1.csv.gz",
        "a123_lfp_plett/DYN_N05_script3.csv.gz",
        "a123_lfp_plett/OCV_P35_script1.csv.gz",
    ];
    names.iter().map(|name| Path::new(&data).join(name)).filter(|path| path.exists()).collect()
}

#[test]
fn ten_kinds_of_planted_damage_are_found_and_little_else() {
    let files = held_files();
    if files.is_empty() {
        println!("skipped: BALISE_DATA names no shared data");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut tally = Score::new();
    for path in &files {
        let log = Log::read(&path.display().to_string()).unwrap();
        let sound = explored_text(folder.path(), &log.text());
        for seed in 101..105 {
            let damaged = plant::plant(&log, seed, 3);
            let found = explored_text(folder.path(), &damaged.text);
            score(&mut tally, &sound, &damaged, &found);
        }
    }
    let mut all = [0; 4];
    for (kind, of) in &tally {
        let (recall, precision) = shares(*of);
        println!(
            "{kind:18} planted {:3}  recall {:5.1} %  false {:3}  precision {:5.1} %",
            of[0],
            100.0 * recall,
            of[3],
            100.0 * precision
        );
        for (sum, value) in all.iter_mut().zip(of) {
            *sum += value;
        }
    }
    let (recall, precision) = shares(all);
    println!(
        "{:18} planted {:3}  recall {:5.1} %  false {:3}  precision {:5.1} %",
        "all",
        all[0],
        100.0 * recall,
        all[3],
        100.0 * precision
    );
    assert!(recall >= 0.95 && precision >= 0.90, "recall {recall}, precision {precision}");
    for kind in KINDS {
        let of = tally.get(kind).copied().unwrap_or_default();
        assert!(of[0] == 0 || shares(of).0 >= 0.7, "{kind}: {of:?}");
    }
}

/// A day of a battery at ten minutes, as `write` has each row.
fn day(header: &str, write: impl Fn(usize, f64, f64) -> String) -> String {
    let mut text = header.to_owned();
    for row in 0..144 {
        let amps = -2.0
            + 6.0 * (row as f64 / 144.0 * std::f64::consts::TAU).sin().max(0.0)
            + 0.01 * (row % 7) as f64;
        let volts = 12.4 + 0.08 * amps + 0.003 * (row % 5) as f64;
        text += &write(row, volts, amps);
        text.push('\n');
    }
    text
}

fn mean(results: &Value, name: &str) -> f64 {
    let columns = results["logs"][0]["columns"].as_array().unwrap();
    let column =
        columns.iter().find(|column| column["name"] == name).unwrap_or_else(|| panic!("{name}: {columns:?}"));
    column["statistics"]["mean"].as_f64().unwrap()
}

#[test]
fn the_same_day_reads_the_same_in_every_dialect() {
    let folder = tempfile::tempdir().unwrap();
    let comma = |value: f64| format!("{value:.3}").replace('.', ",");
    let stamp = |row: usize| format!("{:02}:{:02}", row / 6, row % 6 * 10);
    let texts = [
        (
            "voltage_v",
            day("time_s,voltage_v,current_a\n", |row, v, a| format!("{},{v:.3},{a:.3}", row * 600)),
        ),
        (
            "Tension (V)",
            day("Temps;Tension (V);Courant (A)\n", |row, v, a| {
                format!("{};{};{}", row * 600, comma(v), comma(a))
            }),
        ),
        ("V", day("t\tV\tA\n", |row, v, a| format!("{}\t{v:.3}\t{a:.3}", 1_767_225_600 + row * 600))),
        ("v", day("when|v|i\n", |row, v, a| format!("2026-01-15 {}|{v:.3}|{a:.3}|", stamp(row),))),
        (
            "Tension [V]",
            day("Date;Heure;Tension [V];Courant [A]\n", |row, v, a| {
                format!("15/01/2026;{};{};{}", stamp(row), comma(v), comma(a))
            }),
        ),
    ];
    for (name, text) in texts {
        let path = folder.path().join("log.csv");
        fs::write(&path, &text).unwrap();
        let results = explored(&path);
        assert!((mean(&results, name) - 12.5).abs() < 0.2, "{name}: {}", mean(&results, name));
        assert_eq!(results["logs"][0]["rows"], 144, "{name}");
        let seconds = results["logs"][0]["clock"]["seconds"].as_f64().unwrap_or(-1.0);
        assert!((seconds - 85_800.0).abs() < 1e-6, "{name}: {seconds} s");
        assert!(
            results["logs"][0]["energy"]["charge_in_ah"].as_f64().is_some_and(|charge| charge > 10.0),
            "{name}"
        );
        assert!(found(&results).is_empty(), "{name}: {:?}", found(&results));
    }
}

#[test]
fn what_is_wrong_with_rows_is_counted_and_never_read_as_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let text = day("time_s,voltage_v,current_a\n", |row, v, a| match row {
        10 => format!("{},{v:.1}", row * 600),
        20 => "time_s,voltage_v,current_a".to_owned(),
        30 => format!("{};{v:.3};{a:.3}", row * 600),
        40 => format!("{},\"12,5\",{a:.3}", row * 600),
        50 => format!("{},{:.0} mV,{a:.3}", row * 600, 1000.0 * v),
        60 => format!("{},12.4.5,{a:.3}", row * 600),
        70 => format!("{},{v:.3},{a:.3},7", row * 600),
        _ => format!("{},{v:.3},{a:.3}", row * 600),
    });
    let path = folder.path().join("log.csv");
    fs::write(&path, text).unwrap();
    let results = explored(&path);
    let kinds: Vec<String> = found(&results).into_iter().map(|it| it.0).collect();
    for kind in ["truncated-row", "mid-header", "mixed-dialect", "mixed-units", "unreadable", "extra-cells"] {
        assert!(kinds.iter().any(|it| it == kind), "{kind} is not among {kinds:?}");
    }
    let column = &results["logs"][0]["columns"][0]["statistics"];
    assert!(column["max"].as_f64().unwrap() < 13.5 && column["min"].as_f64().unwrap() > 12.0, "{column}");
}

#[test]
fn summer_time_is_told_and_a_named_zone_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    // Toronto, 2025-11-02: one hour comes twice.
    let mut text = "time,voltage_v,current_a\n".to_owned();
    for row in 0..60_usize {
        let minutes = if row < 12 { row * 10 } else { row * 10 - 60 };
        text += &format!(
            "2025-11-02 {:02}:{:02},{},{}\n",
            minutes / 60,
            minutes % 60,
            12.5 - row as f64 * 0.001,
            -2.0 - (row % 3) as f64 * 0.01
        );
    }
    fs::write(&path, text).unwrap();
    let kinds: Vec<String> = found(&explored(&path)).into_iter().map(|it| it.0).collect();
    assert!(kinds.iter().any(|kind| kind == "dst"), "{kinds:?}");
    let output = run(&["explore", &path.display().to_string(), "--json", "--time-zone", "America/Toronto"]);
    if output.status.code() == Some(2) {
        println!("skipped: this system has no time zone database");
        return;
    }
    let mended: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(found(&mended).is_empty(), "{:?}", found(&mended));
    assert_eq!(mended["logs"][0]["clock"]["kind"], "zoned");
}

#[test]
fn files_that_are_no_log_are_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let utf16: Vec<u8> = "time_s,v\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let refused = [
        (file("empty.csv", b""), "empty"),
        (file("one.csv", b"voltage\n12.5\n12.6\n"), "one column"),
        (file("binary.csv", &[0, 159, 146, 150, 0, 1, 2]), "no text"),
        (file("bare.csv", b"1,2\n3,4\n"), "nothing but numbers"),
        (file("head.csv", b"time_s,voltage_v\n"), "nothing below"),
        (file("utf16.csv", &utf16), "UTF-16"),
        (file("broken.csv.gz", &[0x1f, 0x8b, 8, 0, 0]), "gzip is broken"),
        (file("other.csv", b"time_s,voltage_v\n0,12\n1,12\ntime_s,current_a\n2,1\n"), ":4: other columns"),
        (file("twice.csv", b"time_s,v,v\n0,1,2\n"), "two columns"),
        (folder.path().join("absent.csv").display().to_string(), "absent.csv"),
    ];
    for (path, sentence) in refused {
        let text = check(&["explore", &path, "--json"], 3);
        assert!(text.contains(sentence), "{path}: {text}");
        assert!(!text.contains("Unknown localization"), "{text}");
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap()
}

#[test]
fn half_a_gzip_is_read_up_to_its_cut_and_the_cut_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for part in 0..40 {
        let rows = day("", |row, v, a| {
            format!(
                "{},{v:.3},{:.4}",
                (part * 144 + row) * 600,
                a * (1.0 + f64::from((part * 7919 + row) as u32 % 97) / 500.0)
            )
        });
        text += &rows;
    }
    let whole = gzip(&format!("time_s,voltage_v,current_a\n{text}"));
    let path = folder.path().join("log.csv.gz");
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let results = explored(&path);
    assert!(found(&results).iter().any(|it| it.0 == "file-cut"));
    let rows = results["logs"][0]["rows"].as_u64().unwrap();
    assert!(rows > 100 && rows < 40 * 144, "{rows}");
}

#[test]
fn a_page_is_written_offline_in_both_languages_and_never_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("<b>log.csv");
    fs::write(
        &path,
        day("time_s,<i>voltage_v,current_a\n", |row, v, a| format!("{},{v:.3},{a:.3}", row * 600)),
    )
    .unwrap();
    let path = path.display().to_string();
    for language in ["fr", "en"] {
        let out = folder.path().join(language).display().to_string();
        check(&["explore", &path, "--out", &out, "--lang", language], 0);
        let page = fs::read_to_string(Path::new(&out).join("report.html")).unwrap();
        for reference in
            ["http://", "https://", "src=", "<link", "@import", "<b>log", "<i>v", "Unknown localization"]
        {
            assert!(!page.contains(reference), "{reference}");
        }
        assert!(page.contains("<svg") && page.contains(&format!("lang=\"{language}\"")));
        check(&["explore", &path, "--out", &out], 3);
    }
}

#[test]
fn our_own_traces_and_captures_are_read_battery_by_battery() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run").display().to_string();
    check(&["run", "scenarios/cable-pulled.toml", "--out", &out, "--capture"], 0);
    let find = |name: &str| {
        let mut folders = vec![PathBuf::from(&out)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else if entry.file_name().is_some_and(|file| file == name) {
                    return entry;
                }
            }
        }
        panic!("no {name}")
    };
    for name in ["trace.csv", "capture.txt"] {
        let results = explored(&find(name));
        let log = &results["logs"][0];
        assert!(log["rows"].as_u64().unwrap() > 50, "{name}");
        let columns = log["columns"].as_array().unwrap();
        assert!(columns.iter().any(|column| column["quantity"] == "voltage"), "{name}");
    }
    // A capture that does not tell what its device is can be cleaned as well as explored.
    let capture = fs::read_to_string(find("capture.txt")).unwrap();
    let kind = capture.lines().find_map(|line| line.strip_prefix("@ device ")?.split(' ').nth(1)).unwrap();
    let mute: Vec<&str> = capture.lines().filter(|line| !line.starts_with("@ device ")).collect();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("mute.txt"), mute.join("\n")).unwrap();
    fs::write(path("rules.toml"), "balise_clean = 1\n").unwrap();
    let (mute, rules, out) = (path("mute.txt"), path("rules.toml"), path("clean.csv"));
    check(&["clean", &mute, "--rules", &rules, "--out", &out], 2);
    check(&["clean", &mute, "--rules", &rules, "--out", &out, "--device", kind], 0);
    assert!(fs::read_to_string(out).unwrap().starts_with("time_s,"));
}

/// The seconds from end to end, the charge and energy, and each mean, in base units.
fn in_base_units(results: &Value) -> Vec<f64> {
    let log = &results["logs"][0];
    let mut all = vec![log["clock"]["seconds"].as_f64().unwrap()];
    for key in ["charge_in_ah", "charge_out_ah", "energy_in_wh", "energy_out_wh", "hours_counted"] {
        all.push(log["energy"][key].as_f64().unwrap());
    }
    for column in log["columns"].as_array().unwrap() {
        let mean = column["statistics"]["mean"].as_f64().unwrap();
        all.push(match column["unit"].as_str() {
            Some("mV" | "mA") => mean / 1000.0,
            Some("°F") => (mean - 32.0) / 1.8,
            Some("%") => mean / 100.0,
            _ => mean,
        });
    }
    all
}

#[test]
fn a_cleaned_log_says_what_the_log_said_whatever_its_units() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let minutes = |row: usize| row * 10;
    let logs = [
        day("time_ms,Voltage [mV],current_ma,T °F,SOC %\n", |row, v, a| {
            format!(
                "{},{:.1},{:.1},{},{}",
                row * 600_000,
                1000.0 * v,
                1000.0 * a,
                70 + row % 9,
                50 + row % 40
            )
        }),
        day("time,Voltage,Current\nms,mV,mA\n", |row, v, a| {
            format!("{},{:.1},{:.1}", row * 600_000, 1000.0 * v, 1000.0 * a)
        }),
        day("t (min);Tension;Courant\n", |row, v, a| {
            format!("{};{:.1} mV;{:.1} mA", minutes(row), 1000.0 * v, 1000.0 * a)
        }),
        day("timestamp,voltage_v,current_a\n", |row, v, a| {
            format!("{},{v:.3},{a:.3}", 1_767_225_600_000_u64 + row as u64 * 600_000)
        }),
        day("Date;Heure;Tension [V];Courant [A]\n", |row, v, a| {
            let comma = |value: f64| format!("{value:.3}").replace('.', ",");
            format!("15/01/2026;{:02}:{:02};{};{}", row / 6, row % 6 * 10, comma(v), comma(a))
        }),
    ];
    let volts = "[[rule]]\ndo = \"convert\"\ncolumn = \"Voltage [mV]\"\nfrom = \"mV\"\nto = \"V\"\n";
    for (at, log) in logs.iter().enumerate() {
        fs::write(path("log.csv"), log).unwrap();
        let before = in_base_units(&explored(Path::new(&path("log.csv"))));
        let conversions: &[&str] = if at == 0 { &["", volts] } else { &[""] };
        for conversion in conversions {
            fs::write(path("rules.toml"), format!("balise_clean = 1\n{conversion}")).unwrap();
            check(
                &[
                    "clean",
                    &path("log.csv"),
                    "--rules",
                    &path("rules.toml"),
                    "--out",
                    &path("clean.csv"),
                    "--force",
                ],
                0,
            );
            let cleaned = fs::read_to_string(path("clean.csv")).unwrap();
            let header = cleaned.lines().next().unwrap();
            let after = in_base_units(&explored(Path::new(&path("clean.csv"))));
            assert_eq!(before.len(), after.len(), "{header}");
            for (before, after) in before.iter().zip(&after) {
                assert!((before - after).abs() <= 1e-9 * before.abs().max(1.0), "{header}: {before} {after}");
            }
            assert!(!conversion.is_empty() || !header.contains("[mV] [V]"), "{header}");
        }
    }
}

#[test]
fn what_a_day_holds_is_no_date_and_the_time_stays() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [("Tension moyenne du jour (V)", "12.5"), ("Day", "3"), ("Jour", "12")] {
        let text = day(&format!("{name},time_s,voltage_v,current_a\n"), |row, v, a| {
            format!("{value},{},{v:.3},{a:.3}", row * 600)
        });
        fs::write(folder.path().join("log.csv"), text).unwrap();
        let results = explored(&folder.path().join("log.csv"));
        assert_eq!(results["logs"][0]["clock"]["seconds"].as_f64(), Some(85_800.0), "{name}");
        assert!(mean(&results, name) > 2.9, "{name}");
    }
}

#[test]
fn rows_without_a_voltage_have_no_energy_and_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let log = |known: fn(usize) -> bool| {
        let mut text = "time_s,voltage_v,current_a\n".to_owned();
        for row in 0..2 * 144 {
            let volts = if known(row) { "12.5" } else { "" };
            text += &format!("{},{volts},-1\n", row * 600);
        }
        text
    };
    fs::write(&path, log(|row| row < 144)).unwrap();
    let results = explored(&path);
    let energy = &results["logs"][0]["energy"];
    let of = |value: &Value, key: &str| value[key].as_f64();
    assert!((of(energy, "energy_out_wh").unwrap() - 12.5 * 143.0 / 6.0).abs() < 1e-6, "{energy}");
    assert!(of(energy, "hours_counted") > Some(47.0) && of(energy, "energy_hours_counted") < Some(24.0));
    let days = energy["by_day"].as_array().unwrap();
    assert!(days[1]["energy_out_wh"].is_null() && of(&days[1], "charge_out_ah") > Some(23.0), "{days:?}");
    let out = folder.path().join("out").display().to_string();
    let text = check(&["explore", &path.display().to_string(), "--out", &out], 0);
    assert!(text.contains("for lack of a voltage"), "{text}");
    let page = fs::read_to_string(Path::new(&out).join("report.html")).unwrap();
    assert!(
        !page.contains(">0.00</td><td class=\"n\">0.00</td><td"),
        "a day without a voltage shows an energy"
    );
    fs::write(&path, log(|_| false)).unwrap();
    assert!(explored(&path)["logs"][0]["energy"]["energy_out_wh"].is_null());
}

#[test]
fn a_cell_that_the_end_of_the_file_may_have_cut_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = day("time_s,voltage_v,current_a\n", |row, v, a| format!("{},{v:.3},{a:.3}", row * 600));
    text += "86400,12.5,-2";
    let path = folder.path().join("log.csv");
    fs::write(&path, &text).unwrap();
    let results = explored(&path);
    let columns = results["logs"][0]["columns"].as_array().unwrap();
    assert_eq!(columns[0]["statistics"]["count"], 145);
    assert_eq!(columns[1]["statistics"]["count"], 144);
    let kinds: Vec<String> = found(&results).into_iter().map(|it| it.0).collect();
    assert_eq!(kinds, ["open-end"]);
}

#[test]
fn days_go_by_the_mended_clock_and_the_map_by_sound_values() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let mut text = "time_s,voltage_v,current_a\n".to_owned();
    for row in 0..2 * 144_usize {
        // For two hours the clock is three days ahead; for one reading the current is none.
        let secs = row * 600 + if (40..52).contains(&row) { 3 * 86_400 } else { 0 };
        let amps = if row == 100 { 32767.0 } else { (row as f64 / 23.0).sin() - 0.001 * (row % 7) as f64 };
        text += &format!("{secs},{:.3},{amps:.3}\n", 12.4 + 0.08 * amps.min(2.0));
    }
    fs::write(&path, text).unwrap();
    let results = explored(&path);
    let log = &results["logs"][0];
    assert!(found(&results).iter().any(|it| it.0 == "clock-jump"), "{:?}", found(&results));
    for days in [&log["energy"]["by_day"], &log["depth_of_discharge"]["by_day"]] {
        let days: Vec<&str> =
            days.as_array().unwrap().iter().map(|day| day["day"].as_str().unwrap()).collect();
        assert_eq!(days, ["1", "2"]);
    }
    let out = folder.path().join("out").display().to_string();
    check(&["explore", &path.display().to_string(), "--out", &out], 0);
    let page = fs::read_to_string(Path::new(&out).join("report.html")).unwrap();
    assert!(page.contains(">day 2<") && !page.contains(">day 4<"), "a day that never was");
    assert!(!page.contains(" h: 5461") && !page.contains(" h: 32767"), "a mean of what no battery has");
}

#[test]
fn a_page_tells_what_it_has_no_room_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let mut text = "time_s,voltage_v,current_a,temperature_c,ambient_c,soc,pv_power_w,load_w\n".to_owned();
    for row in 0..50 * 24_usize {
        let wave = (row as f64 / 24.0 * std::f64::consts::TAU).sin();
        text += &format!(
            "{},{:.3},{wave:.3},{:.2},{:.2},{:.4},{:.2},{:.2}\n",
            row * 3600,
            12.5 + 0.1 * wave,
            5.0 + 3.0 * wave,
            4.0 + 5.0 * wave,
            0.5 + 0.3 * wave,
            10.0 + 9.0 * wave,
            7.0 + wave
        );
    }
    fs::write(&path, text).unwrap();
    let out = folder.path().join("out").display().to_string();
    check(&["explore", &path.display().to_string(), "--out", &out], 0);
    let page = fs::read_to_string(Path::new(&out).join("report.html")).unwrap();
    assert!(page.contains("Not drawn: load_w."), "a column is left out in silence");
    assert!(page.contains("10 of 50 days are not listed here"), "days are left out in silence");
}

#[test]
fn proposed_rules_are_written_over_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let text = day("time_s,voltage_v,current_a\n", |row, v, a| format!("{},{v:.3},{a:.3}", row * 600));
    fs::write(path("log.csv"), &text).unwrap();
    fs::write(path("rules.toml"), "mine").unwrap();
    check(&["explore", &path("log.csv"), "--json", "--suggest", &path("log.csv"), "--force"], 2);
    assert_eq!(fs::read_to_string(path("log.csv")).unwrap(), text);
    check(&["explore", &path("log.csv"), "--json", "--suggest", &path("rules.toml")], 3);
    assert_eq!(fs::read_to_string(path("rules.toml")).unwrap(), "mine");
    check(&["explore", &path("log.csv"), "--json", "--suggest", &path("rules.toml"), "--force"], 0);
    assert!(fs::read_to_string(path("rules.toml")).unwrap().contains("balise_clean"));
}

#[test]
fn proposed_rules_go_by_the_rows_that_were_found_and_by_the_pace_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    // A month is missing, and all but the last ten rows are in millivolts.
    let text = day("time_s,voltage_v,current_a\n", |row, v, a| {
        let secs = row * 600 + if row < 72 { 0 } else { 30 * 86_400 };
        let volts = if row < 134 { format!("{:.0}", 1000.0 * v) } else { format!("{v:.3}") };
        if row == 40 { format!("{secs},,{a:.3}") } else { format!("{secs},{volts},{a:.3}") }
    });
    fs::write(path("log.csv"), text).unwrap();
    check(&["explore", &path("log.csv"), "--json", "--suggest", &path("rules.toml")], 0);
    let rules = fs::read_to_string(path("rules.toml")).unwrap();
    assert!(rules.contains("where = \"findings\"") && !rules.contains("where = \"all\""), "{rules}");
    assert!(rules.contains("seconds_max = 3000.000"), "{rules}");
    check(&["clean", &path("log.csv"), "--rules", &path("rules.toml"), "--out", &path("clean.csv")], 0);
    let cleaned = explored(Path::new(&path("clean.csv")));
    let voltage = &cleaned["logs"][0]["columns"][0]["statistics"];
    assert!(voltage["min"].as_f64() > Some(12.0) && voltage["max"].as_f64() < Some(13.5), "{voltage}");
    assert_eq!(cleaned["logs"][0]["rows"], 144);
}

#[test]
fn a_rule_that_spoils_the_log_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let text = day("time_s,voltage_v,current_a,temperature_c\n", |row, v, a| {
        format!("{},{v:.3},{a:.3},", row * 600)
    });
    fs::write(path("log.csv"), text).unwrap();
    let refused = |rule: &str| {
        fs::write(path("rules.toml"), format!("balise_clean = 1\n[[rule]]\n{rule}\n")).unwrap();
        let text = check(
            &["clean", &path("log.csv"), "--rules", &path("rules.toml"), "--out", &path("clean.csv")],
            3,
        );
        assert!(!Path::new(&path("clean.csv")).exists(), "{rule}");
        assert!(!text.contains("Unknown localization"), "{text}");
        text
    };
    let text = refused("do = \"rename\"\ncolumn = \"voltage_v\"\nto = \"current_a\"");
    assert!(text.contains("already") && text.contains(":3:"), "{text}");
    assert!(refused("do = \"rename\"\ncolumn = \"voltage_v\"\nto = \"time_s\"").contains("already"));
    assert!(refused("do = \"fill-gaps\"\nhow = \"drop\"\nseconds_max = 1").contains("leaves no row"));
    assert!(refused("do = \"remove-findings\"\nkinds = [\"sparse\"]").contains("sparse"));
    let convert = "do = \"convert\"\ncolumn = \"voltage_v\"\nfrom = \"V\"\nto = \"mV\"\nwhere = \"findings\"";
    assert!(refused(convert).contains("is in V"));
}

#[test]
fn cleaning_follows_the_rules_leaves_the_original_alone_and_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let text = day("time_s,voltage_v,current_a,note\n", |row, v, a| {
        let v = if row == 30 { 65535.0 } else { v };
        let a = if (60..80).contains(&row) { 1000.0 * a } else { a };
        let row = format!("{},{v:.3},{a:.3},ok", row * 600);
        if row.starts_with("60000,") { format!("{row}\n{row}") } else { row }
    });
    fs::write(path("log.csv"), &text).unwrap();
    check(&["explore", &path("log.csv"), "--json", "--suggest", &path("rules.toml")], 0);
    let rules = fs::read_to_string(path("rules.toml")).unwrap();
    for action in ["drop-duplicates", "convert", "remove-findings", "fill-gaps"] {
        assert!(rules.contains(action), "{rules}");
    }
    let clean = |out: &str| {
        check(&["clean", &path("log.csv"), "--rules", &path("rules.toml"), "--out", &path(out)], 0);
        fs::read_to_string(path(out)).unwrap()
    };
    let (first, second) = (clean("a.csv"), clean("b.csv"));
    assert_eq!(first, second);
    assert_eq!(fs::read_to_string(path("log.csv")).unwrap(), text);
    let left = explored_text(folder.path(), &first);
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(first.lines().count(), 145);
    fs::write(path("log.csv"), &text).unwrap();
    // Nothing is written over without being asked, the original never.
    check(&["clean", &path("log.csv"), "--rules", &path("rules.toml"), "--out", &path("a.csv")], 3);
    check(
        &["clean", &path("log.csv"), "--rules", &path("rules.toml"), "--out", &path("log.csv"), "--force"],
        2,
    );
    fs::write(
        path("wrong.toml"),
        "balise_clean = 1\n[[rule]]\ndo = \"clip\"\ncolumn = \"volts\"\nrange = [0, 20]\n",
    )
    .unwrap();
    let text =
        check(&["clean", &path("log.csv"), "--rules", &path("wrong.toml"), "--out", &path("c.csv")], 3);
    assert!(text.contains(":3:") && text.contains("voltage_v"), "{text}");
}

#[test]
fn bytes_changed_at_random_never_make_the_program_panic() {
    let folder = tempfile::tempdir().unwrap();
    let text = day("time;Tension (V);Courant (A);T °C;SOC %\n", |row, v, a| {
        format!(
            "2026-01-{:02} {:02}:{:02};{};{};{};{}",
            1 + row / 6,
            row % 24,
            row % 60,
            format!("{v:.3}").replace('.', ","),
            format!("{a:.3}").replace('.', ","),
            row % 9,
            50 + row % 40
        )
    });
    let mut chance = plant::Chance::new(7);
    let path = folder.path().join("log.csv");
    for round in 0..120 {
        let mut bytes = text.clone().into_bytes();
        for _ in 0..=chance.below(40) {
            let at = chance.below(bytes.len());
            match chance.below(4) {
                0 => bytes[at] = chance.below(256) as u8,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b";,\n\r\"\t-e.9"[chance.below(10)]),
                _ => bytes.truncate(at.max(60)),
            }
        }
        if round % 5 == 0 {
            bytes = gzip(&String::from_utf8_lossy(&bytes));
            let keep = bytes.len() - chance.below(bytes.len() / 2);
            bytes.truncate(keep);
        }
        fs::write(&path, &bytes).unwrap();
        let out = folder.path().join("out").display().to_string();
        let output =
            balise(&["explore", &path.display().to_string(), "--out", &out, "--force"]).output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 3)), "round {round}: {}", said(&output));
        assert!(!said(&output).contains("panicked"), "round {round}");
    }
}

/// pandas judges our statistics, where it is at hand.
#[test]
fn the_numbers_are_those_of_pandas() {
    let python = root().join(".tools/clients/bin/python");
    let has = Command::new(&python)
        .args(["-c", "import pandas"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !has {
        println!("skipped: pandas is not in .tools/clients (make tools puts it there)");
        return;
    }
    let path = root().join("fixtures/data/leadacid_12v_17ah_bboxx");
    let path = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let path = path.filter(|path| path.to_string_lossy().ends_with(".csv.gz")).min().unwrap();
    let script = "import json, sys, pandas as pd
d = pd.read_csv(sys.argv[1])
out = {}
hour = ((d.time_s - d.time_s.iloc[0]) % 86400 // 3600).astype(int)
day = ((d.time_s - d.time_s.iloc[0]) // 86400).astype(int)
band = (d.temperature_c // 10).astype(int)
for c in d.columns[1:]:
    s = d[c]
    q = s.quantile([.05, .25, .5, .75, .95]).tolist()
    group = lambda k: [[int(n), g.mean(), g.std(), g.median(), g.min(), g.max()] for _, g in s.dropna().groupby(k) for n in [len(g)]]
    out[c] = dict(n=int(s.count()), mean=s.mean(), std=s.std(), min=s.min(), max=s.max(), q=q, hour=group(hour), day=group(day), band=group(band))
print(json.dumps(out).replace('NaN', 'null'))";
    let output = Command::new(&python).args(["-c", script, &path.display().to_string()]).output().unwrap();
    let theirs: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    let ours = explored(&path);
    let close = |a: &Value, b: &Value, what: &str| match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => {
            assert!((a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0), "{what}: {a} {b}")
        }
        // The deviation of one value is NaN there and null here.
        (a, b) => assert!(a.is_none() && b.is_none_or(f64::is_nan), "{what}: {a:?} {b:?}"),
    };
    for column in ours["logs"][0]["columns"].as_array().unwrap() {
        let name = column["name"].as_str().unwrap();
        let (own, other) = (&column["statistics"], &theirs[name]);
        for (own_key, other_key) in
            [("count", "n"), ("mean", "mean"), ("std", "std"), ("min", "min"), ("max", "max")]
        {
            close(&own[own_key], &other[other_key], &format!("{name} {own_key}"));
        }
        for (at, key) in ["5%", "25%", "50%", "75%", "95%"].iter().enumerate() {
            close(&own[*key], &other["q"][at], &format!("{name} {key}"));
        }
        for (own_key, other_key) in
            [("by_hour", "hour"), ("by_day", "day"), ("by_temperature_celsius", "band")]
        {
            let (own, other) = (column[own_key].as_array().unwrap(), other[other_key].as_array().unwrap());
            assert_eq!(own.len(), other.len(), "{name} {own_key}");
            for (own, other) in own.iter().zip(other) {
                for (at, key) in ["count", "mean", "std", "median", "min", "max"].iter().enumerate() {
                    close(&own[*key], &other[at], &format!("{name} {own_key} {key}"));
                }
            }
        }
    }
}
