//! `results.json` and `timing.json`: the run in numbers, for programs.
//!
//! `results.json` holds nothing that differs between two runs of one seed (no date, no duration, no path)
//! and nothing in a human language; its keys are in alphabetical order. What differs is in `timing.json`.

use serde_json::{Value, json};
use signals::fault::Place;

use super::{
    AlertRow, Check, Detection, FaultRow, FindingRow, RESULTS_VERSION, ReportError, RunRecord, SignRecord,
    TIMING_VERSION, Timing,
};

/// The text of `results.json`.
pub(super) fn results_json(record: &RunRecord) -> Result<String, ReportError> {
    pretty("results.json", &results(record))
}

/// The text of `timing.json`.
pub(super) fn timing_json(timing: &Timing) -> Result<String, ReportError> {
    let value = json!({
        "balise_timing": TIMING_VERSION,
        "started": timing.started,
        "wall_s": timing.wall_secs,
        "stages_s": timing.stages_secs,
    });
    pretty("timing.json", &value)
}

fn pretty(file: &'static str, value: &Value) -> Result<String, ReportError> {
    let text = serde_json::to_string_pretty(value).map_err(|source| ReportError::Json { file, source })?;
    Ok(text + "\n")
}

fn results(record: &RunRecord) -> Value {
    let counts = record.counts();
    json!({
        "balise_results": RESULTS_VERSION,
        "name": record.name,
        "seed": record.seed,
        "passed": record.passed(),
        "counts": {
            "checks_passed": counts.checks_passed,
            "checks_failed": counts.checks_failed,
            "checks_skipped": counts.checks_skipped,
            "faults_injected": counts.faults_injected,
            "faults_due": counts.faults_due,
            "faults_detected": counts.faults_detected,
            "alerts_hit": counts.alerts_hit,
            "alerts_missed": counts.alerts_missed,
            "false_alarms": counts.false_alarms,
            "alerts_excused": counts.alerts_excused,
        },
        "checks": record.checks.iter().map(check).collect::<Value>(),
        "signs": record.signs.iter().map(sign).collect::<Value>(),
        "faults": record.faults.iter().map(fault).collect::<Value>(),
        "findings": record.findings.iter().map(|row| finding(record, row)).collect::<Value>(),
        "alerts": record.alerts.iter().map(alert).collect::<Value>(),
    })
}

fn check(check: &Check) -> Value {
    json!({
        "id": check.id,
        "outcome": check.outcome.name(),
        "measured": check.measured,
        "limit": check.limit,
        "unit": check.unit,
    })
}

fn sign(sign: &SignRecord) -> Value {
    let scores = sign.scores;
    json!({
        "site": sign.site,
        "battery": sign.battery,
        "chemistry": sign.chemistry,
        "rows": sign.rows.len(),
        "soc_rmse": scores.soc_rmse,
        "soc_error_max": scores.soc_error_max,
        "soc_bias": scores.soc_bias,
        "coverage_95": scores.coverage_95,
        "interval_width_mean": scores.interval_width_mean,
        "soh_error": scores.soh_error,
    })
}

fn fault(fault: &FaultRow) -> Value {
    let (alert, at_secs) = match &fault.detection {
        Detection::Detected { alert, at_secs } => (Some(alert), Some(at_secs)),
        Detection::NotDue | Detection::Missed => (None, None),
    };
    let severity = fault.event.kind.severity();
    json!({
        "kind": fault.event.kind.name(),
        "severity": severity.map(|_| fault.event.severity),
        "severity_key": severity.map(|it| it.key),
        "place": place(&fault.event.place),
        "daily_hours": fault.event.daily_hours.map(|(from, until)| [from, until]),
        "site": fault.site,
        "battery": fault.battery,
        "from_s": fault.event.from.as_secs(),
        "ramp_s": fault.event.ramp.as_secs(),
        "until_s": fault.event.until.as_secs(),
        "detection": fault.detection.name(),
        "alert": alert,
        "detected_at_s": at_secs,
    })
}

/// What was found of a sensor, and the faults it may be of.
fn finding(record: &RunRecord, row: &FindingRow) -> Value {
    let mut value = row.finding.json();
    value["site"] = json!(row.site);
    value["battery"] = json!(row.battery);
    value["true_faults"] = record.true_faults(row).map(|fault| fault.event.kind.name()).collect();
    value
}

/// Where in the bank, counted from 1; null where the fault names no place.
fn place(place: &Place) -> Value {
    if *place == Place::default() {
        return Value::Null;
    }
    json!({ "string": place.string, "unit": place.unit, "cell": place.cell })
}

fn alert(alert: &AlertRow) -> Value {
    json!({
        "alert": alert.alert,
        "site": alert.site,
        "battery": alert.battery,
        "due_from_s": alert.due_from_secs,
        "due_until_s": alert.due_until_secs,
        "fired_at_s": alert.fired_at_secs,
        "resolved_at_s": alert.resolved_at_secs,
        "delivered_at_s": alert.delivered_at_secs,
        "verdict": alert.verdict.name(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    type Anything = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn keys_are_in_order_and_the_version_is_there() -> Anything {
        let text = results_json(&sample::week(1))?;
        let keys: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("  \""))
            .filter_map(|line| line.split('"').nth(1))
            .collect();
        let expected = [
            "alerts",
            "balise_results",
            "checks",
            "counts",
            "faults",
            "findings",
            "name",
            "passed",
            "seed",
            "signs",
        ];
        assert_eq!(keys, expected);
        assert!(text.contains("\"balise_results\": 1,"));
        Ok(())
    }

    #[test]
    fn results_name_no_file_and_no_date() -> Anything {
        let mut record = sample::week(1);
        record.scenario_file = "/somewhere/private/snow.toml".into();
        let text = results_json(&record)?;
        assert!(!text.contains("private") && !text.contains("2026-"));
        Ok(())
    }

    #[test]
    fn a_finding_names_the_faults_it_may_be_of() {
        let results = results(&sample::week(1));
        let findings = &results["findings"];
        assert_eq!(findings[0]["true_faults"], json!(["voltage-stuck"]));
        assert_eq!(
            (&findings[0]["since_s"], &findings[0]["estimate"]),
            (&json!(172_800.0), &json!("left-out"))
        );
        assert_eq!(findings[1]["true_faults"], json!([]));
    }

    #[test]
    fn a_number_keeps_its_bits() -> Anything {
        let mut record = sample::week(1);
        record.signs[0].scores.soc_rmse = Some(0.1 + 0.2);
        assert!(results_json(&record)?.contains("\"soc_rmse\": 0.30000000000000004"));
        Ok(())
    }
}
