//! The recording rules on numbers that can be checked by hand, in Prometheus' own engine.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::path::Path;
use std::process::Command;

use balise::stack::Tools;

/// Runs promtool on files of `compose/prometheus`; where there is none, says so and shows nothing.
fn check(arguments: &[&str], file: &str) {
    let Some(promtool) = Tools::find().promtool else {
        balise::speech::tell("skipped: promtool not found");
        return;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("compose/prometheus").join(file);
    let output = Command::new(promtool).args(arguments).arg(path).output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{said}");
}

#[test]
fn promtool_accepts_the_recording_rules() {
    check(&["check", "rules", "--lint=all", "--lint-fatal"], "rules/balise-recording.yml");
}

#[test]
fn statistics_and_sums_of_known_numbers_are_right() {
    check(&["test", "rules"], "tests/recording.yml");
}
