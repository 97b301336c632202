//! What a run leaves behind, in one folder: the sheet for people, for programs and for CI, and every byte of
//! the devices.
//!
//! | file                 | for whom                        |
//! | -------------------- | ------------------------------- |
//! | `report.html`        | a reader, in one language       |
//! | `results.json`       | programs: the whole sheet       |
//! | `measurements.jsonl` | programs: a line a measurement  |
//! | `junit.xml`          | CI                              |
//! | `capture.txt`        | `balise replay`, `decode`       |

use std::path::{Path, PathBuf};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::page;
use super::sheet::{Outcome, Row, Sheet};
use crate::failure::Failure;
use crate::files::write_whole;
use crate::report::ReportError;
use crate::run::report_failure;
use crate::words::Words;

/// Every byte that came from the devices.
pub const CAPTURE: &str = "capture.txt";
const FILES: [&str; 5] = ["report.html", "results.json", "measurements.jsonl", "junit.xml", CAPTURE];

/// Nothing of an earlier run is written over, unless `force`.
///
/// # Errors
/// Exit 3 where one of the files is there.
pub fn check(out: &Path, force: bool, words: Words) -> Result<(), Failure> {
    match FILES.iter().map(|name| out.join(name)).find(|path| path.exists()) {
        Some(path) if !force => Err(report_failure(&ReportError::AlreadyThere { path }, words)),
        _ => Ok(()),
    }
}

/// Writes the sheet; the paths, the one to open first standing first.
///
/// # Errors
/// Exit 3 where the folder cannot be written.
pub fn write(out: &Path, sheet: &Sheet, words: Words) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: ReportError| report_failure(&error, words);
    let texts = [
        ("report.html", page::html(sheet, words).map_err(failed)?),
        ("results.json", format!("{:#}\n", sheet.json())),
        ("measurements.jsonl", sheet.json_lines()),
        ("junit.xml", junit(sheet, words).map_err(failed)?),
    ];
    let mut paths = Vec::new();
    for (name, text) in texts {
        let path = out.join(name);
        let written = write_whole(&path, text.as_bytes());
        written.map_err(|source| failed(ReportError::Write { path: path.clone(), source }))?;
        paths.push(path);
    }
    paths.push(out.join(CAPTURE));
    Ok(paths)
}

fn junit(sheet: &Sheet, words: Words) -> Result<String, ReportError> {
    let took = Duration::try_from_secs_f64(sheet.took_secs).unwrap_or_default();
    let mut suite = TestSuite::new(sheet.name.as_str());
    suite.add_test_cases(sheet.rows.iter().map(|row| case(row, sheet, words)));
    suite.timestamp = sheet.started.parse().ok();
    suite.set_time(took);
    let mut report = Report::new("balise rig");
    report.timestamp = suite.timestamp;
    report.set_time(took);
    report.add_test_suite(suite);
    Ok(report.to_string()?)
}

fn case(row: &Row, sheet: &Sheet, words: Words) -> TestCase {
    let mut status = match row.outcome {
        Outcome::Pass => TestCaseStatus::success(),
        Outcome::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Error | Outcome::Timeout => TestCaseStatus::non_success(NonSuccessKind::Error),
        Outcome::Skipped => TestCaseStatus::skipped(),
    };
    if row.outcome != Outcome::Pass {
        status.set_type(row.outcome.word());
        status.set_message(page::why(row, words));
    }
    let mut case = TestCase::new(row.name.as_str(), status);
    case.set_classname(format!("balise.rig.{}", sheet.name));
    case.set_time(Duration::try_from_secs_f64(row.took_secs).unwrap_or_default());
    let lines: Vec<String> =
        row.measurements.iter().map(|measurement| page::line(measurement, words)).collect();
    case.set_system_out(lines.join("\n"));
    case
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::super::ruling::Limits;
    use super::super::sheet::{Measurement, Reason};
    use super::*;
    use crate::failure::Exit;

    fn row(name: &str, outcome: Outcome) -> Row {
        let measurement = Measurement::exact("bit-errors", 3.0, "", Limits::at_most(0.0));
        Row {
            name: name.to_owned(),
            kind: "loopback",
            outcome,
            reason: Some(Reason::plain("rig-conditional-fail")).filter(|_| outcome == Outcome::Error),
            is_environment: false,
            measurements: vec![measurement],
            lateness: None,
            began_secs: 0.0,
            took_secs: 1.5,
        }
    }

    fn sheet(outcomes: &[Outcome]) -> Sheet {
        Sheet {
            name: "<bench> & \u{1b}".to_owned(),
            story: String::new(),
            roles: Vec::new(),
            is_emulated: true,
            interrupted: false,
            off_confirmed: true,
            started: "2026-01-12T12:00:00Z".to_owned(),
            took_secs: 2.0,
            rows: outcomes.iter().map(|outcome| row(outcome.word(), *outcome)).collect(),
        }
    }

    #[test]
    fn a_ci_server_reads_back_the_five_outcomes() {
        use Outcome::{Error, Fail, Pass, Skipped, Timeout};
        let xml = junit(&sheet(&[Pass, Fail, Error, Timeout, Skipped]), Words::French).unwrap();
        let report = Report::deserialize_from_str(&xml).unwrap();
        let suite = &report.test_suites[0];
        assert_eq!((report.tests, report.failures, report.errors, suite.skipped), (5, 1, 2, 1));
        assert!(xml.contains("TIMEOUT"));
    }

    #[test]
    fn only_a_bench_without_doubt_and_switched_off_passes() {
        use Outcome::{Error, Fail, Pass, Skipped};
        let exit = |outcomes: &[Outcome]| sheet(outcomes).exit();
        assert_eq!(exit(&[Pass, Skipped]), Exit::Ok);
        assert_eq!(exit(&[Skipped]), Exit::CheckFailed, "nothing was tried");
        assert_eq!(exit(&[Pass, Error]), Exit::CheckFailed);
        assert_eq!(exit(&[Fail, Pass]), Exit::CheckFailed);
        assert_eq!(Sheet { off_confirmed: false, ..sheet(&[Pass]) }.exit(), Exit::Environment);
        assert_eq!(Sheet { interrupted: true, ..sheet(&[Pass]) }.exit(), Exit::Interrupted);
        let mut lost = sheet(&[Pass, Error]);
        lost.rows[1].is_environment = true;
        assert_eq!(lost.exit(), Exit::Environment);
    }

    #[test]
    fn every_line_is_json_and_names_its_step() {
        let lines = sheet(&[Outcome::Pass, Outcome::Fail]).json_lines();
        assert_eq!(lines.lines().count(), 4);
        for line in lines.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(value["step"].is_string() && value["balise_rig"] == 1, "{line}");
        }
    }
}
