//! The book says what is so: its pages are all in the summary, its links lead somewhere, its commands and files are read by the
//! program that they are written for, and its tables are those that the code makes.
//!
//! `BALISE_RENEW=1 cargo test --test book` writes the tables anew.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use balise::words::Words;
use balise::{alerts, cli, config, scenario, signs};
use exporter::catalogue::{self, Kind};
use exporter::rules::{Language, Severity};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page a person reads, with its text.
fn pages() -> Vec<(PathBuf, String)> {
    let folder = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> =
        folder.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect();
    paths.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The fenced blocks of `language`, each with the page it stands on.
fn blocks(language: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, text) in pages() {
        let mut open: Option<String> = None;
        for line in text.lines().map(str::trim_start) {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(name)) if name == language => open = Some(String::new()),
                (None, Some(_)) => open = Some("\0".to_owned()),
                (Some(_), Some(_)) => {
                    let block = open.take().unwrap();
                    if !block.starts_with('\0') {
                        found.push((path.display().to_string(), block));
                    }
                }
                (Some(block), None) if !block.starts_with('\0') => {
                    block.push_str(line);
                    block.push('\n');
                }
                _ => {}
            }
        }
    }
    found
}

/// What a link may lead to: text between `](` and `)`, without its anchor.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target.split('#').next().unwrap_or(target))
}

#[test]
fn every_link_leads_to_a_file_that_is_there() {
    for (path, text) in pages() {
        let local = links(&text).filter(|target| !target.is_empty() && !target.contains("://"));
        for target in local {
            let file = path.parent().unwrap().join(target);
            assert!(file.exists(), "{}: {target} is not there", path.display());
        }
    }
}

#[test]
fn every_page_is_in_the_summary() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let listed: BTreeSet<&str> = links(&summary).collect();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") && name != "SUMMARY.md" {
            assert!(listed.contains(name.as_str()), "docs/{name} is not in docs/SUMMARY.md");
        }
    }
}

/// One line of a shell block as the words that follow `balise`; none where it is another program's.
fn arguments(line: &str) -> Option<Vec<String>> {
    let line = line.split(" #").next().unwrap_or(line);
    let mut words = line.split_whitespace().skip_while(|word| {
        let is_setting = word.contains('=') && word.chars().all(|c| !c.is_ascii_lowercase());
        is_setting || word.starts_with("BALISE_")
    });
    let program = words.next()?;
    if program != "balise" && program != "target/release/balise" {
        return None;
    }
    let rest = words.take_while(|word| !["|", ">", "&", "&&", ";"].contains(word));
    // What is in brackets may be left out, and must be taken too.
    let unquoted = rest.map(|word| word.trim_matches(['\'', '"', '[', ']']).to_owned());
    Some(["balise".to_owned()].into_iter().chain(unquoted).collect())
}

#[test]
fn every_command_of_the_book_is_one_the_program_takes() {
    let (mut read, mut refused) = (0, Vec::new());
    for (page, block) in blocks("sh") {
        for line in block.replace("\\\n", " ").lines() {
            let Some(words) = arguments(line) else { continue };
            // `…` stands for what only the reader knows.
            if words.iter().any(|word| word == "…") {
                continue;
            }
            read += 1;
            if let Err(failure) = cli::parse(&words, Words::English) {
                refused.push(format!("{page}: {line}\n{}", failure.message));
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(read > 30, "only {read} commands were found");
}

#[test]
fn every_file_the_book_shows_is_read_without_complaint() {
    let mut read = 0;
    for (page, block) in blocks("toml") {
        let has = |key: &str| block.contains(&format!("{key} = 1"));
        let complaints = if has("balise_scenario") {
            scenario::parse(&block).err()
        } else if has("balise_monitor") {
            config::parse(&block).err()
        } else if has("balise_signs") {
            signs::parse(&block).err()
        } else {
            continue;
        };
        read += 1;
        let keys: Vec<_> = complaints.into_iter().flatten().map(|complaint| complaint.key).collect();
        assert!(keys.is_empty(), "{page}: {keys:?}\n{block}");
    }
    assert!(read >= 7, "only {read} files were found");
}

#[test]
fn alertmanager_takes_every_configuration_the_book_shows() {
    let amtool = [root().join(".tools/bin/amtool"), PathBuf::from("amtool")];
    let works = |path: &&PathBuf| Command::new(path).arg("--version").output().is_ok();
    let Some(amtool) = amtool.iter().find(works) else {
        println!("skipped: amtool is not here");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for (index, (page, block)) in blocks("yaml").into_iter().enumerate() {
        if !block.contains("receivers:") {
            continue;
        }
        let file = folder.path().join(format!("{index}.yml"));
        fs::write(&file, unindented(&page, index)).unwrap();
        let said = Command::new(amtool).arg("check-config").arg(&file).output().unwrap();
        let told = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.status.success(), "{page}:\n{block}\n{told}");
    }
}

/// A YAML block again with its indentation, which [`blocks`] drops.
fn unindented(page: &str, index: usize) -> String {
    let before = blocks("yaml").into_iter().take(index).filter(|(other, _)| other == page).count();
    let text = fs::read_to_string(page).unwrap();
    let block = text.split("```yaml\n").nth(before + 1).unwrap();
    block.split("```").next().unwrap().to_owned()
}

/// Compares a page with what the code makes of it, or renews it.
fn check(page: &str, made: &str) {
    let path = root().join(page);
    if std::env::var_os("BALISE_RENEW").is_some() {
        fs::write(&path, made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{page} is not current: BALISE_RENEW=1 cargo test --test book");
}

#[test]
fn the_data_dictionary_is_the_catalogue() {
    let mut text = "# Data dictionary\n\n\
        Every metric of `/metrics`, and of a score's `scores.prom`, made from the one catalogue (`exporter/src/catalogue.rs`; \
        `BALISE_RENEW=1 cargo test --test book`).\n\
        Units are base units; a ratio is 0 to 1; battery current is positive while charging. What is not known has no series. What else is\n\
        written, file by file: [formats.md](formats.md). What the recording rules make of them: [grafana.md](grafana.md).\n\n\
        | metric | kind | labels | what |\n| --- | --- | --- | --- |\n"
        .to_owned();
    for metric in catalogue::all() {
        let kind = if metric.kind == Kind::Counter { "counter" } else { "gauge" };
        let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        let labels = if labels.is_empty() { "–".to_owned() } else { labels.join(", ") };
        writeln!(text, "| `{}` | {kind} | {labels} | {} |", metric.name, metric.help).unwrap();
    }
    check("docs/metrics.md", &text);
}

/// A page whose text between two comments is replaced by `made`.
fn with_table(page: &str, from: &str, to: &str, made: &str) -> String {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let (before, rest) = text.split_once(from).unwrap();
    let (_, after) = rest.split_once(to).unwrap();
    format!("{before}{from}\n\n{made}\n{to}{after}")
}

#[test]
fn the_guide_lists_the_alerts_that_ship_and_what_they_were_worth() {
    let page = "docs/guide-de-maintenance.md";
    let mut table = "| alerte | gravité | à faire | à apporter |\n| --- | --- | --- | --- |\n".to_owned();
    for rule in &alerts::standard().rules {
        let severity = if rule.severity == Severity::Critical { "critique" } else { "avertissement" };
        let texts = rule.texts(Language::French);
        writeln!(table, "| **{}** | {severity} | {} | {} |", texts.name, texts.action, texts.bring).unwrap();
    }
    let told = with_table(page, "à partir de compose/alerts.toml -->", "<!-- fin du tableau -->", &table);
    check(page, &told);
    let figures = with_table(
        page,
        "à partir de docs/alerts-score.md -->",
        "<!-- fin des chiffres -->",
        &figures(&fs::read_to_string(root().join("docs/alerts-score.md")).unwrap()),
    );
    check(page, &figures);
}

/// The first table of scores as a French one: name, how many were due, recall, precision, false alarms a year.
fn figures(score: &str) -> String {
    let mut table = "| alerte | attendues | prévenues à temps | justes | fausses par batterie et par an |\n\
        | --- | --- | --- | --- | --- |\n"
        .to_owned();
    let first = score.split("```text").nth(1).unwrap_or_default().split("```").next().unwrap_or_default();
    for line in first.lines().filter(|line| line.starts_with("Balise")) {
        let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let rule = alerts::standard().rules.iter().find(|rule| rule.name == cells[0]).unwrap();
        if cells[1] == "0" {
            continue;
        }
        let french = |text: &str| text.replace('.', ",").replace(" %", "\u{a0}%");
        writeln!(
            table,
            "| {} | {} | {} | {} | {} |",
            rule.texts(Language::French).name,
            cells[1],
            french(cells[2]),
            french(cells[4]),
            french(cells[6])
        )
        .unwrap();
    }
    table
}
