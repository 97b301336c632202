//! A made-up run for the tests of this module: shapes like the real thing, drawn with sines.

use std::collections::BTreeMap;
use std::f64::consts::TAU;

use signals::{FaultEvent, FaultKind, SensorFault, SimTime};

use super::{
    AlertRow, AlertVerdict, Check, Detection, FaultRow, FindingRow, Outcome, RunRecord, Said, Scores,
    SignRecord, Timing, TraceRow,
};

use crate::noticed::{Finding, Sensor};

const DAY_SECS: f64 = 86_400.0;

/// A January week, one row a minute, with `signs` signs: snow, a false full, a pulled cable.
pub(super) fn week(signs: usize) -> RunRecord {
    RunRecord {
        name: "A week of snow".into(),
        description: "Five dull days in January. Snow covers the panel on the second day, and the cable is \
                      pulled on the fifth.\n\nThe crew has to hear of both."
            .into(),
        seed: 7,
        scenario_file: "scenarios/snow.toml".into(),
        signs: (0..signs).map(sign).collect(),
        checks: checks(),
        faults: vec![
            fault(FaultKind::PanelSnow, 0.9, 1.0, 4.2, detected("BaliseSocLow", 3.4)),
            fault(FaultKind::DeviceFalseFull, 0.0, 2.5, 2.5, Detection::NotDue),
            fault(FaultKind::VoltageStuck, 0.0, 1.9, 2.4, Detection::NotDue),
            fault(FaultKind::TemperatureStuck, 0.0, 5.0, 5.4, Detection::NotDue),
            fault(FaultKind::CablePulled, 0.0, 4.9, 5.15, detected("BaliseDeviceSilent", 4.91)),
        ],
        findings: vec![
            found(Sensor::Voltage, SensorFault::Stuck, 2.0),
            found(Sensor::Current, SensorFault::Offset, 3.0),
        ],
        alerts: vec![
            alert("BaliseSocLow", Some((3.3, 4.9)), Some((3.4, 4.7)), AlertVerdict::Hit),
            alert("BaliseDeviceSilent", Some((4.91, 5.15)), Some((4.913, 5.16)), AlertVerdict::Hit),
            alert("BaliseNotCharging", Some((2.0, 4.2)), None, AlertVerdict::Missed),
            alert("BaliseDisagree", None, Some((5.5, 5.8)), AlertVerdict::FalseAlarm),
        ],
    }
}

fn found(sensor: Sensor, fault: SensorFault, days: f64) -> FindingRow {
    let since = SimTime::from_secs(days * DAY_SECS);
    let told = SimTime::from_secs((days + 0.25) * DAY_SECS);
    FindingRow {
        site: "QC-138-01".into(),
        battery: "house".into(),
        finding: Finding { sensor, fault, since, told, gone: None, amount: 0.0 },
    }
}

/// How long the made-up run took.
pub(super) fn timing() -> Timing {
    Timing {
        started: "2026-01-12T14:00:00Z".into(),
        wall_secs: 1.25,
        stages_secs: BTreeMap::from([("simulate".to_owned(), 1.0)]),
    }
}

fn sign(index: usize) -> SignRecord {
    SignRecord {
        site: format!("QC-138-{:02}", index + 1),
        battery: "house".into(),
        chemistry: "AGM".into(),
        rows: (0..7 * 1440).map(|minute| row(f64::from(minute) * 60.0, index)).collect(),
        scores: Scores {
            soc_rmse: Some(0.0123),
            soc_error_max: Some(0.034),
            soc_bias: Some(-0.004),
            coverage_95: Some(0.961),
            interval_width_mean: Some(0.052),
            soh_error: None,
        },
    }
}

fn row(time_secs: f64, index: usize) -> TraceRow {
    let days = time_secs / DAY_SECS;
    let sun = (TAU * (days - 0.25)).sin().max(0.0) * if (1.0..4.2).contains(&days) { 9.0 } else { 85.0 };
    let load = if (days.fract() - 0.5).abs() > 0.2 { 18.0 } else { 6.0 } + (time_secs / 300.0).sin();
    let snow = (days - 1.0).clamp(0.0, 3.2) * 0.2;
    let soc = 0.88 - snow + 0.05 * (TAU * (days - 0.4)).sin() + 0.01 * index as f64;
    let wobble = 0.012 * (days * 5.0).sin() + 0.004 * (time_secs / 61.0).sin();
    let current = (sun - load) / 12.5;
    let volts = 11.6 + 1.3 * soc + 0.05 * current;
    let seen = !(4.9..5.15).contains(&days);
    let read = |value: f64, step: f64| seen.then(|| (value / step).round() * step);
    TraceRow {
        time_secs,
        soc_true: Some(soc),
        soc_estimated: read(soc + wobble, 1e-6),
        soc_stddev: seen.then_some(0.012 + 0.01 / (1.0 + days)),
        soc_device: read((soc + 0.03 * days).min(1.0), 0.001),
        voltage_true_volts: Some(volts),
        voltage_read_volts: read(volts + 0.02, 0.01),
        current_true_amps: Some(current),
        current_read_amps: read(current + 0.05, 0.01),
        temperature_true_celsius: Some(-14.0 + 6.0 * (TAU * (days - 0.35)).sin()),
        temperature_read_celsius: read(-14.0 + 6.0 * (TAU * (days - 0.35)).sin(), 1.0),
        sun_watts: Some(sun),
        load_watts: Some(load),
        unpowered: Some((4.0..4.3).contains(&days)),
        ..TraceRow::default()
    }
}

fn checks() -> Vec<Check> {
    let check = |id: &str, outcome, measured, limit, unit, french: &str, english: &str| Check {
        id: id.into(),
        outcome,
        measured,
        limit,
        unit,
        text: Said { french: french.into(), english: english.into() },
    };
    vec![
        check(
            "soc-error.QC-138-01",
            Outcome::Passed,
            Some(0.034),
            Some(0.05),
            "ratio",
            "QC-138-01 : l’écart de l’état de charge reste sous la limite",
            "QC-138-01: the error of the state of charge stays below the limit",
        ),
        check(
            "alert-not-charging.QC-138-01",
            Outcome::Failed,
            None,
            None,
            "",
            "QC-138-01 : BaliseNotCharging arrive quand il le faut",
            "QC-138-01: BaliseNotCharging comes when due",
        ),
        check(
            "alert-delay.QC-138-01",
            Outcome::Passed,
            Some(312.0),
            Some(600.0),
            "s",
            "QC-138-01 : l’équipe est avertie à temps",
            "QC-138-01: the crew is told in time",
        ),
        check(
            "rules.promtool",
            Outcome::Skipped,
            None,
            None,
            "",
            "promtool introuvable",
            "promtool not found",
        ),
    ]
}

fn fault(kind: FaultKind, severity: f64, from: f64, until: f64, detection: Detection) -> FaultRow {
    let day = |days: f64| SimTime::from_secs(days * DAY_SECS);
    let event = FaultEvent::new(kind, severity, day(from), day(until));
    FaultRow { site: "QC-138-01".into(), battery: "house".into(), event, detection }
}

fn detected(alert: &str, at_days: f64) -> Detection {
    Detection::Detected { alert: alert.into(), at_secs: at_days * DAY_SECS }
}

fn alert(name: &str, due: Option<(f64, f64)>, on: Option<(f64, f64)>, verdict: AlertVerdict) -> AlertRow {
    let secs = |days: f64| days * DAY_SECS;
    AlertRow {
        alert: name.into(),
        site: "QC-138-01".into(),
        battery: "house".into(),
        due_from_secs: due.map(|(from, _)| secs(from)),
        due_until_secs: due.map(|(_, until)| secs(until)),
        fired_at_secs: on.map(|(from, _)| secs(from)),
        resolved_at_secs: on.map(|(_, until)| secs(until)),
        delivered_at_secs: on.map(|(from, _)| secs(from) + 30.0),
        verdict,
    }
}
