//! The committed files are what the code makes, and say everything in both languages.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use exporter::catalogue;
use exporter::grafana::metric_key;

use super::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compose/grafana/dashboards")
}

#[test]
fn the_dashboards_of_the_field_are_current() {
    for File { path, dashboard } in files() {
        let file = folder().join(&path);
        if std::env::var_os("BALISE_RENEW").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, serde_json::to_string_pretty(&dashboard).unwrap() + "\n").unwrap();
        }
        // Compared as values: the order of keys is serde_json's affair.
        let committed: Option<Value> =
            serde_json::from_str(&fs::read_to_string(&file).unwrap_or_default()).ok();
        assert!(
            committed.as_ref() == Some(&dashboard),
            "{path} is not current: BALISE_RENEW=1 cargo test -p balise --lib grafana::tests"
        );
    }
}

#[test]
fn no_file_lies_there_that_the_code_does_not_make() {
    let made: BTreeSet<String> = files().into_iter().map(|file| file.path).collect();
    for code in ["fr", "en"] {
        for entry in fs::read_dir(folder().join(code)).unwrap() {
            let name = format!("{code}/{}", entry.unwrap().file_name().to_string_lossy());
            assert!(made.contains(&name), "{name}");
        }
    }
}

#[test]
fn every_sentence_of_a_dashboard_is_said() {
    for File { path, dashboard } in files() {
        let written = dashboard.to_string();
        let unsaid = written.split("Unknown localization ").nth(1).map(|rest| rest.split('"').next());
        assert_eq!(unsaid, None, "{path}");
    }
}

#[test]
fn what_a_metric_means_in_english_is_the_help_of_the_catalogue() {
    let explained = |metric: &&catalogue::Metric| {
        standard()
            .iter()
            .flat_map(|dashboard| &dashboard.lines)
            .flat_map(|line| &line.panels)
            .any(|panel| panel.about.contains(&metric.name))
    };
    let metrics: Vec<_> = catalogue::all().collect();
    for metric in metrics.iter().filter(explained) {
        assert_eq!(Words::English.say(&metric_key(metric.name)), metric.help, "{}", metric.name);
    }
}

#[test]
fn both_languages_ask_the_same() {
    let asked = |file: &File| {
        let panels = file.dashboard["panels"].as_array().unwrap();
        panels
            .iter()
            .map(|panel| {
                let targets = panel["targets"].as_array().unwrap();
                targets.iter().map(|target| target["expr"].clone()).collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
    };
    let files = files();
    for pair in files.chunks(2) {
        assert_eq!(asked(&pair[0]), asked(&pair[1]), "{}", pair[0].path);
    }
}
