//! The report that the README shows first is one that this program makes. `BALISE_RENEW=1` writes it anew.
//!
//! The last digits may differ between machines: compared is everything but the numbers.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use program::{check, root};

/// The page without its numbers.
fn shape(page: &str) -> String {
    page.chars().filter(|letter| !letter.is_ascii_digit() && !".,-−".contains(*letter)).collect()
}

#[test]
fn the_example_report_is_current() {
    if balise::stack::Tools::find().promtool.is_none() {
        skipped("skipped: promtool not found");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out").display().to_string();
    check(&["run", "scenarios/dull-january.toml", "--seed", "7", "--out", &out, "--lang", "en"], 0);
    let fresh = std::fs::read_to_string(folder.path().join("out/report.html")).unwrap();
    let committed = root().join("docs/example/dull-january.html");
    if std::env::var_os("BALISE_RENEW").is_some() {
        std::fs::write(&committed, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(committed).unwrap();
    assert!(
        shape(&kept) == shape(&fresh),
        "docs/example/dull-january.html is stale: renew with BALISE_RENEW=1"
    );
}

/// Says why a test shows nothing, past the test runner's capture.
fn skipped(reason: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{reason}");
}
