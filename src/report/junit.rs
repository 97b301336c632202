//! `junit.xml`: one suite per run, one case per check, as CI servers read it.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Check, Outcome, ReportError, RunRecord, Timing};
use crate::words::Words;

/// The file's text.
pub(crate) fn junit_xml(record: &RunRecord, timing: &Timing, words: Words) -> Result<String, ReportError> {
    let mut suite = TestSuite::new(record.name.as_str());
    suite.add_property(("seed", record.seed.to_string().as_str()));
    suite.add_test_cases(record.checks.iter().map(|check| case(check, record, words)));
    let took = Duration::try_from_secs_f64(timing.wall_secs).unwrap_or_default();
    suite.timestamp = timing.started.parse().ok();
    suite.set_time(took);
    let mut report = Report::new("balise");
    report.timestamp = suite.timestamp;
    report.set_time(took);
    report.add_test_suite(suite);
    Ok(report.to_string()?)
}

fn case(check: &Check, record: &RunRecord, words: Words) -> TestCase {
    let mut status = match check.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Skipped => TestCaseStatus::skipped(),
    };
    if check.outcome != Outcome::Passed {
        status.set_message(message(check, words));
    }
    let mut case = TestCase::new(check.id.as_str(), status);
    case.set_classname(format!("balise.{}", record.name));
    case
}

fn message(check: &Check, words: Words) -> String {
    let text = check.text.within(words);
    match (check.measured, check.limit) {
        (Some(measured), Some(limit)) => format!("{text} [{measured} / {limit} {}]", check.unit),
        _ => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    type Anything = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_ci_server_reads_back_what_was_judged() -> Anything {
        let record = sample::week(1);
        let report = Report::deserialize_from_str(&junit_xml(&record, &sample::timing(), Words::English)?)?;
        let counts = record.counts();
        assert_eq!(report.tests, record.checks.len());
        assert_eq!(report.failures, counts.checks_failed);
        assert_eq!(report.test_suites[0].skipped, counts.checks_skipped);
        assert!(report.test_suites[0].timestamp.is_some());
        Ok(())
    }

    #[test]
    fn markup_and_control_characters_in_a_name_leave_it_well_formed() -> Anything {
        let mut record = sample::week(1);
        record.name = "<script>&\u{0}\u{1b}\"'".into();
        record.checks[0].id = "]]></testsuite>".into();
        let report = Report::deserialize_from_str(&junit_xml(&record, &sample::timing(), Words::French)?)?;
        assert_eq!(report.test_suites[0].test_cases[0].name.as_str(), "]]></testsuite>");
        Ok(())
    }
}
