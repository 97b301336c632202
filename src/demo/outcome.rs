//! The verdict: what was delivered and estimated, against the truth the plants wrote down.
//!
//! The alerts are judged by the messages the webhook received, not by what Prometheus believes; each
//! must have gone out as a mail too. The capture is replayed without any plant and must give the same
//! estimates to the last bit.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use exporter::BatteryId;
use fluent_templates::fluent_bundle::FluentValue;
use serde_json::json;

use super::cast::Role;
use super::live::{Lived, Paths, run_secs};
use super::{DAYS, Options, RESOLUTION_SECS};
use crate::config;
use exporter::rules::Language;

use crate::due::{self, Moment, SpanSecs};
use crate::estimates::{self, EstimateRow, EstimatesWriter};
use crate::failure::{Exit, Failure};
use crate::files;
use crate::judge::Fired;
use crate::replay;
use crate::report::{
    AlertRow, AlertVerdict, Check, Detection, FindingRow, Outcome as Ended, RunRecord, Said, SignRecord,
    TraceRow,
};
use crate::scenario;
use crate::score::{self, Sign};
use crate::simulation::Tally;
use crate::stack::{Delivery, Status};
use crate::truth::{self, TruthRow};
use crate::words::Words;

/// From this hour on the error of the state of charge is bounded.
const SETTLE_HOURS: f64 = 24.0;
/// The bound, ratio.
const SOC_ERROR_MAX: f64 = 0.15;
/// An honest interval holds the truth 95 % of the time; over one week of one sign the share itself
/// scatters, and less than this is no scatter.
const COVERAGE_MIN: f64 = 0.80;
/// An interval that spans everything covers everything: its mean width is bounded too.
const WIDTH_MAX: f64 = 0.30;
/// The trace keeps one row in this many.
const KEEP_EVERY: usize = 5;
const WEEK_SECS: f64 = DAYS * 86_400.0;

/// The verdict with what a person is shown beside it.
#[derive(Debug)]
pub struct Outcome {
    /// For the report.
    pub record: RunRecord,
    signs: Vec<SignLine>,
}

/// One row of the table.
#[derive(Debug, Clone)]
struct SignLine {
    sign: String,
    site: String,
    soc_true: f64,
    soc_estimated: Option<f64>,
    soh_true: f64,
    soh_estimated: Option<f64>,
    alerts: Vec<String>,
}

/// Everything known of one sign after the week.
struct Evidence<'r> {
    role: &'r Role,
    truth: Vec<TruthRow>,
    estimates: Vec<EstimateRow>,
    fired: Fired,
}

/// Passes the verdict.
///
/// # Errors
/// Where a file of the week cannot be read.
pub fn outcome(
    roles: &[Role],
    lived: &Lived,
    options: &Options,
    out: &Path,
    words: Words,
) -> Result<Outcome, Failure> {
    let evidence = gather(roles, lived, out, words)?;
    let mut record = RunRecord {
        name: Said::both(|words| words.say("demo-name")).within(words).into_owned(),
        description: words.say("demo-story"),
        seed: options.seed.0,
        ..RunRecord::default()
    };
    let mut signs = Vec::new();
    for evidence in &evidence {
        judge(evidence, lived, &mut record)?;
        signs.push(line(evidence));
    }
    record.checks.push(mailed(lived));
    let (check, findings) = replayed(out, words)?;
    record.checks.push(check);
    record.findings = findings;
    Ok(Outcome { record, signs })
}

fn gather<'r>(
    roles: &'r [Role],
    lived: &Lived,
    out: &Path,
    words: Words,
) -> Result<Vec<Evidence<'r>>, Failure> {
    let path = Paths::within(out).estimates;
    let mut by_battery: BTreeMap<BatteryId, Vec<EstimateRow>> = BTreeMap::new();
    for row in estimates::read(&whole_text(&path, words)?).map_err(|error| bad(&path, &error, words))? {
        if row.time_secs <= WEEK_SECS {
            by_battery.entry(row.id.clone()).or_default().push(row);
        }
    }
    roles
        .iter()
        .map(|role| {
            let path = Paths::truth(out, role);
            let mut truth =
                truth::read(&whole_text(&path, words)?).map_err(|error| bad(&path, &error, words))?;
            truth.retain(|row| row.moment.at <= WEEK_SECS);
            let id = BatteryId::new(role.site, role.sign);
            let estimates = by_battery.remove(&id).unwrap_or_default();
            Ok(Evidence {
                role,
                truth,
                estimates,
                fired: delivered(&lived.deliveries, &id, lived.epoch_unix_nanos),
            })
        })
        .collect()
}

/// Files of the run itself may be longer than a scenario.
fn whole_text(path: &Path, words: Words) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| files::unreadable(&path.display().to_string(), &error, words))
}

fn bad(path: &Path, error: &dyn std::error::Error, words: Words) -> Failure {
    files::not_understood(&path.display().to_string(), "demo", &error.to_string(), words)
}

/// The spans in which a crew that reads its messages believes an alert to be on.
fn delivered(deliveries: &[Delivery], id: &BatteryId, epoch: i64) -> Fired {
    let mut fired = Fired::new();
    for delivery in deliveries
        .iter()
        .filter(|delivery| (delivery.site.as_str(), delivery.battery.as_str()) == (id.site(), id.battery()))
    {
        let at = run_secs(epoch, delivery.received_unix_nanos);
        let spans = fired.entry(delivery.alert.clone()).or_default();
        let open = spans.last_mut().filter(|span| span.until.is_infinite());
        match (delivery.status, open) {
            (Status::Firing, None) => spans.push(SpanSecs { from: at, until: f64::INFINITY }),
            (Status::Resolved, Some(span)) => span.until = at,
            _ => {}
        }
    }
    for spans in fired.values_mut() {
        spans.retain(|span| span.from <= WEEK_SECS);
        spans.iter_mut().for_each(|span| span.until = span.until.min(WEEK_SECS));
    }
    fired.retain(|_, spans| !spans.is_empty());
    fired
}

/// Adds what one sign's week was worth.
fn judge(evidence: &Evidence<'_>, lived: &Lived, record: &mut RunRecord) -> Result<(), Failure> {
    let role = evidence.role;
    let sign = Sign { site: role.site, battery: role.sign };
    let moments: Vec<Moment> = evidence.truth.iter().map(|row| row.moment).collect();
    let needs = due::standard();
    let rulings = score::rulings(&needs, &moments, &evidence.fired, RESOLUTION_SECS);
    let scenario = scenario::parse(&role.scenario)
        .map_err(|_| Failure::new(Exit::BadFile, format!("{}: not a scenario", role.sign)))?;
    let faults = score::fault_rows(sign, &scenario.faults, &rulings);
    let tally = tally(evidence);
    let last_soh = evidence.estimates.last().zip(evidence.truth.last());
    let scores = tally.scores_with_soh_error(last_soh.map(|(estimate, truth)| estimate.soh - truth.soh));
    record.checks.push(bounded(
        sign,
        "soc-error",
        tally.settled_error_max(),
        SOC_ERROR_MAX,
        |found, limit| found <= limit,
    ));
    record
        .checks
        .push(bounded(sign, "coverage", scores.coverage_95, COVERAGE_MIN, |found, limit| found >= limit));
    record
        .checks
        .push(bounded(sign, "width", scores.interval_width_mean, WIDTH_MAX, |found, limit| found <= limit));
    record.checks.extend(faults.iter().map(|fault| {
        let detected = matches!(fault.detection, Detection::Detected { .. });
        check(sign, &format!("detected.{}", fault.event.kind.name()), "check-detected", detected)
    }));
    record.checks.extend(score::alert_checks(sign, &rulings));
    record.faults.extend(faults);
    let rows = score::alert_rows(sign, &needs, &rulings);
    record
        .alerts
        .extend(rows.into_iter().map(|row| with_instants(row, &lived.deliveries, lived.epoch_unix_nanos)));
    record.signs.push(SignRecord {
        site: role.site.to_owned(),
        battery: role.sign.to_owned(),
        chemistry: "AGM".to_owned(),
        rows: trace(evidence),
        scores,
    });
    Ok(())
}

/// The row was judged by deliveries; when Prometheus itself fired is told beside them.
fn with_instants(row: AlertRow, deliveries: &[Delivery], epoch: i64) -> AlertRow {
    let Some(delivered_at) = row.fired_at_secs else { return row };
    let same = |delivery: &&Delivery| {
        (delivery.alert.as_str(), delivery.site.as_str(), delivery.battery.as_str())
            == (row.alert.as_str(), row.site.as_str(), row.battery.as_str())
            && run_secs(epoch, delivery.received_unix_nanos) == delivered_at
    };
    let fired_at =
        deliveries.iter().find(same).map(|delivery| run_secs(epoch, delivery.starts_at_unix_nanos));
    AlertRow { fired_at_secs: fired_at.or(row.fired_at_secs), delivered_at_secs: Some(delivered_at), ..row }
}

fn tally(evidence: &Evidence<'_>) -> Tally {
    let mut tally = Tally::settled_after(SETTLE_HOURS * 3600.0);
    let mut clock = Interpolation::new(&evidence.truth);
    for row in &evidence.estimates {
        if let Some(soc) = clock.soc_at(row.time_secs) {
            let half = 1.96 * row.soc_stddev;
            tally.add_values(
                row.time_secs,
                soc,
                row.soc,
                ((row.soc - half).max(0.0), (row.soc + half).min(1.0)),
            );
        }
    }
    tally
}

/// The true state of charge between two rows of the truth file; asked in order of time.
struct Interpolation<'t> {
    rows: &'t [TruthRow],
    index: usize,
}

impl<'t> Interpolation<'t> {
    fn new(rows: &'t [TruthRow]) -> Self {
        Self { rows, index: 0 }
    }

    fn soc_at(&mut self, at: f64) -> Option<f64> {
        while self.rows.get(self.index + 1).is_some_and(|next| next.moment.at < at) {
            self.index += 1;
        }
        let (before, after) = (self.rows.get(self.index)?.moment, self.rows.get(self.index + 1)?.moment);
        let share = ((at - before.at) / (after.at - before.at)).clamp(0.0, 1.0);
        Some(before.soc + share * (after.soc - before.soc))
    }
}

/// Truth, readings and estimates side by side, thinned. A minute without a reading has none.
fn trace(evidence: &Evidence<'_>) -> Vec<TraceRow> {
    let mut next = 0;
    let estimates = &evidence.estimates;
    evidence
        .truth
        .iter()
        .step_by(KEEP_EVERY)
        .map(|truth| {
            let at = truth.moment.at;
            while estimates.get(next + 1).is_some_and(|row| row.time_secs <= at + 30.0) {
                next += 1;
            }
            let read =
                estimates.get(next).filter(|row| (row.time_secs - at).abs() <= super::SILENT_AFTER_SECS);
            trace_row(truth, read)
        })
        .collect()
}

fn trace_row(truth: &TruthRow, read: Option<&EstimateRow>) -> TraceRow {
    TraceRow {
        time_secs: truth.moment.at,
        soc_true: Some(truth.moment.soc),
        soc_estimated: read.map(|row| row.soc),
        soc_stddev: read.map(|row| row.soc_stddev),
        soc_device: read.and_then(|row| row.device_soc),
        voltage_true_volts: Some(truth.voltage_volts),
        voltage_read_volts: read.and_then(|row| row.voltage_volts),
        current_true_amps: Some(truth.current_amps),
        current_read_amps: read.and_then(|row| row.current_amps),
        temperature_true_celsius: Some(truth.temperature_celsius),
        temperature_read_celsius: read.and_then(|row| row.temperature_celsius),
        sun_watts: Some(truth.pv_watts),
        load_watts: Some(truth.load_watts),
        unpowered: Some(truth.unpowered),
        soh_true: Some(truth.soh),
        soh_estimated: read.map(|row| row.soh),
        capacity_true_amp_hours: Some(truth.capacity_amp_hours),
        capacity_estimated_amp_hours: read.map(|row| row.capacity_amp_hours),
        resistance_true_ohms: Some(truth.resistance_ohms),
        resistance_estimated_ohms: read.map(|row| row.resistance_ohms),
    }
}

fn line(evidence: &Evidence<'_>) -> SignLine {
    let last = evidence.truth.last();
    let heard_lately = |row: &&EstimateRow| row.time_secs > WEEK_SECS - super::SILENT_AFTER_SECS;
    let estimate = evidence.estimates.last().filter(heard_lately);
    SignLine {
        sign: evidence.role.sign.to_owned(),
        site: evidence.role.site.to_owned(),
        soc_true: last.map_or(f64::NAN, |row| row.moment.soc),
        soc_estimated: estimate.map(|row| row.soc),
        soh_true: last.map_or(f64::NAN, |row| row.soh),
        soh_estimated: estimate.map(|row| row.soh),
        alerts: evidence.fired.keys().cloned().collect(),
    }
}

/// Each alert that reached the webhook reached the mailbox too, and there was at least one.
fn mailed(lived: &Lived) -> Check {
    // Typography is the reader's: no-break spaces count as spaces.
    let subjects: Vec<String> = lived.mails.iter().map(|mail| mail.subject.replace('\u{a0}', " ")).collect();
    let rules = &crate::alerts::standard().rules;
    let named = |delivery: &Delivery| {
        let rule = rules.iter().find(|rule| rule.name == delivery.alert);
        let name = rule.map(|rule| rule.texts(Language::French).name.clone()).unwrap_or_default();
        let said =
            [Words::French.say("alert-mail-firing"), delivery.site.clone(), delivery.battery.clone(), name];
        // "FIN D'ALERTE" contains "ALERTE": a subject must begin with it.
        subjects.iter().any(|subject| {
            subject.starts_with(&said[0]) && said.iter().all(|part| subject.contains(part.as_str()))
        })
    };
    let firing: Vec<&Delivery> =
        lived.deliveries.iter().filter(|delivery| delivery.status == Status::Firing).collect();
    Check {
        measured: Some(lived.mails.len() as f64),
        ..plain_check(
            "mail",
            "check-mailed",
            !firing.is_empty() && firing.iter().all(|delivery| named(delivery)),
        )
    }
}

/// The capture, replayed without any plant, gives the estimates file again.
/// Whether the replay gives the same estimates, and what it finds of the sensors.
fn replayed(out: &Path, words: Words) -> Result<(Check, Vec<FindingRow>), Failure> {
    let paths = Paths::within(out);
    let source = files::read_text(&paths.config.display().to_string(), words)?;
    let config = config::parse(&source)
        .map_err(|complaints| crate::document::failure("monitor.toml", &source, &complaints, words))?;
    let unwritable = |error: std::io::Error| files::unwritable(&paths.estimates, &error, words);
    let mut writer = EstimatesWriter::new(Vec::new()).map_err(unwritable)?;
    let Some(any) = config.batteries.first() else {
        return Ok((plain_check("replay", "check-replayed", false), Vec::new()));
    };
    let known = replay::Known { batteries: &config.batteries, other: any, device: None };
    let capture = paths.capture.display().to_string();
    let batteries = replay::replay(&capture, known, &mut replay::Nobody, Some(&mut writer), words)?;
    let again = writer.finish().map_err(unwritable)?;
    let live = std::fs::read(&paths.estimates)
        .map_err(|error| files::unreadable(&paths.estimates.display().to_string(), &error, words))?;
    let findings = batteries.iter().flat_map(finding_rows).collect();
    Ok((plain_check("replay", "check-replayed", live == again), findings))
}

fn finding_rows(battery: &replay::Replayed) -> impl Iterator<Item = FindingRow> {
    let of_the_week = battery.watch.findings().iter().filter(|it| it.told.as_secs() <= WEEK_SECS);
    of_the_week.map(|finding| FindingRow {
        site: battery.id.site().to_owned(),
        battery: battery.id.battery().to_owned(),
        finding: *finding,
    })
}

fn bounded(
    sign: Sign<'_>,
    id: &str,
    measured: Option<f64>,
    limit: f64,
    holds: fn(f64, f64) -> bool,
) -> Check {
    let held = measured.is_some_and(|found| holds(found, limit));
    Check { measured, limit: Some(limit), unit: "ratio", ..check(sign, id, &format!("check-{id}"), held) }
}

fn check(sign: Sign<'_>, id: &str, key: &str, held: bool) -> Check {
    let text = Said::both(|words| {
        let blanks = [("site", FluentValue::from(sign.site)), ("battery", FluentValue::from(sign.battery))];
        words.tell(key, &blanks)
    });
    Check { id: format!("{id}.{}.{}", sign.site, sign.battery), text, ..plain_check("", "", held) }
}

fn plain_check(id: &str, key: &str, held: bool) -> Check {
    Check {
        id: id.to_owned(),
        outcome: if held { Ended::Passed } else { Ended::Failed },
        measured: None,
        limit: None,
        unit: "",
        text: Said::both(|words| if key.is_empty() { String::new() } else { words.say(key) }),
    }
}

impl Outcome {
    /// For a program.
    #[must_use]
    pub fn json(&self, files: &[PathBuf]) -> String {
        let counts = self.record.counts();
        let signs = self.signs.iter().map(|sign| {
            json!({
                "site": sign.site, "sign": sign.sign,
                "soc_true": sign.soc_true, "soc_estimated": sign.soc_estimated,
                "soh_true": sign.soh_true, "soh_estimated": sign.soh_estimated,
                "alerts": sign.alerts,
            })
        });
        let value = json!({
            "passed": self.record.passed(),
            "seed": self.record.seed,
            "faults_injected": counts.faults_injected,
            "faults_detected": counts.faults_detected,
            "false_alarms": counts.false_alarms,
            "alerts_excused": counts.alerts_excused,
            "time_resolution_s": RESOLUTION_SECS,
            "signs": signs.collect::<serde_json::Value>(),
            "files": files.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
        });
        format!("{value:#}\n")
    }

    /// For a person.
    #[must_use]
    pub fn table(&self, files: &[PathBuf], words: Words) -> String {
        let counts = self.record.counts();
        let mut text = self.signs_table(words);
        for check in self.record.checks.iter().filter(|check| check.outcome != Ended::Passed) {
            let outcome = words.say(&format!("report-{}", check.outcome.name()));
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {outcome}: {}{}", check.text.within(words), measured(check, words));
        }
        let late = self.record.alerts.iter().filter(|alert| alert.verdict == AlertVerdict::Hit);
        let mut delays: Vec<f64> = late
            .filter_map(|alert| Some((alert.delivered_at_secs? - alert.due_from_secs?) / 3600.0))
            .collect();
        delays.sort_by(f64::total_cmp);
        let median = delays.get(delays.len() / 2).copied();
        let blanks = [
            ("injected", FluentValue::from(counts.faults_injected)),
            ("detected", FluentValue::from(counts.faults_detected)),
            ("false", FluentValue::from(counts.false_alarms)),
            ("excused", FluentValue::from(counts.alerts_excused)),
            ("hit", FluentValue::from(counts.alerts_hit)),
            ("missed", FluentValue::from(counts.alerts_missed)),
            (
                "delay",
                FluentValue::from(median.map_or_else(|| "–".to_owned(), |hours| words.number(hours, 1))),
            ),
            ("resolution", FluentValue::from(words.number(RESOLUTION_SECS / 60.0, 0))),
            ("seed", FluentValue::from(self.record.seed.to_string())),
            ("passed", FluentValue::from(counts.checks_passed)),
            ("checks", FluentValue::from(self.record.checks.len())),
        ];
        for key in ["demo-faults", "demo-alerts", "demo-checks"] {
            text += &words.tell(key, &blanks);
            text.push('\n');
        }
        for path in files {
            let _ = writeln!(text, "  {}", path.display());
        }
        text + &words.say(&format!("report-verdict-{}", self.record.verdict())) + "\n"
    }

    fn signs_table(&self, words: Words) -> String {
        let header = ["demo-sign", "demo-true", "demo-estimated", "demo-error", "demo-health", "demo-alert"];
        let mut rows = vec![header.map(|key| words.say(key))];
        rows.extend(self.signs.iter().map(|sign| sign.cells(words)));
        let widths: Vec<usize> = (0..6)
            .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
            .collect();
        let mut text = String::new();
        for row in rows {
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(text, "{cell:<width$}  ");
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }
}

impl SignLine {
    fn cells(&self, words: Words) -> [String; 6] {
        let percent = |value: f64| words.percent(value, 1);
        let or_dash = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), percent);
        let error = self.soc_estimated.map(|estimated| estimated - self.soc_true);
        let health = format!(
            "{} ({})",
            self.soh_estimated.map_or_else(|| "–".to_owned(), |soh| words.percent(soh, 0)),
            words.percent(self.soh_true, 0)
        );
        let alerts = if self.alerts.is_empty() { "–".to_owned() } else { self.alerts.join(", ") };
        [
            format!("{} {}", self.sign, self.site),
            percent(self.soc_true),
            or_dash(self.soc_estimated),
            error.map_or_else(
                || "–".to_owned(),
                |error| format!("{}{}", if error < 0.0 { "" } else { "+" }, percent(error)),
            ),
            health,
            alerts,
        ]
    }
}

fn measured(check: &Check, words: Words) -> String {
    match (check.measured, check.limit) {
        (Some(measured), Some(limit)) if check.unit == "ratio" => {
            format!(" ({} / {})", words.percent(measured, 1), words.percent(limit, 1))
        }
        _ => String::new(),
    }
}
