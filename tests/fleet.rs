//! `balise fleet` as a user runs it.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use program::check;
use std::path::Path;

const STORY: &str = r#"
balise_scenario = 1
name = "a depot"
start = "2026-01-12T05:00:00Z"
duration_days = 3
seed = 4
site = "depot, \"north\""
[plant.battery]
chemistry = "flooded"
capacity_amp_hours = 225
initial_soc_ratio = 0.6
[plant.panel]
power_watts = 80
[plant.load]
kind = "arrow-board"
[[fault]]
kind = "panel-snow"
hours = [24, 48]
cover_ratio = 0.9
ramp_hours = 2
"#;

fn fleet(folder: &Path, name: &str, more: &[&str]) -> String {
    let story = folder.join("depot.toml").display().to_string();
    std::fs::write(&story, STORY).unwrap();
    let out = folder.join(name).display().to_string();
    let arguments = ["fleet", &story, "--sites", "37", "--seeds", "2", "--step", "60", "--out", &out];
    check(&[&arguments[..], more].concat(), 0);
    out
}

#[test]
fn a_seed_gives_the_same_table_with_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let read = |jobs: &str| {
        let out = fleet(folder.path(), jobs, &["--jobs", jobs]);
        ["truth.csv", "results.json"].map(|file| std::fs::read(Path::new(&out).join(file)).unwrap())
    };
    let [one, three] = ["1", "3"].map(read);
    assert!(one == three);
    let table = String::from_utf8(one[0].clone()).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "# balise_fleet 1");
    assert_eq!(lines.len(), 2 + 2 * 37 * 72);
    assert!(lines[2].starts_with("depot,4,\"depot, \"\"north\"\"\",1,3600,"), "{}", lines[2]);
    let acting = |hour: usize| lines[2 + (hour - 1) * 74].rsplit(',').next().unwrap();
    assert_eq!([acting(23), acting(25), acting(30)], ["", "panel-snow=0.45", "panel-snow=0.9"]);
}

#[test]
fn each_sign_has_a_sky_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let out = fleet(folder.path(), "out", &[]);
    let table = std::fs::read_to_string(Path::new(&out).join("truth.csv")).unwrap();
    let noon: Vec<&str> = table.lines().filter(|line| line.contains(",43200,")).collect();
    let mut suns: Vec<&str> = noon.iter().map(|line| line.rsplit(',').nth(4).unwrap()).collect();
    suns.sort_unstable();
    suns.dedup();
    assert!(suns.len() > 60, "{}", suns.len());
}

#[cfg(feature = "parquet")]
#[test]
fn the_parquet_table_is_one_and_holds_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let out = fleet(folder.path(), "out", &["--format", "parquet"]);
    let bytes = std::fs::read(Path::new(&out).join("truth.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
}

#[test]
fn rows_that_no_step_meets_and_a_folder_that_is_taken_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = fleet(folder.path(), "out", &["--format", "none"]);
    let story = folder.path().join("depot.toml").display().to_string();
    check(&["fleet", &story, "--out", &out], 3);
    check(&["fleet", &story, "--step", "7", "--rows-every", "60", "--out", &out, "--force"], 2);
}
