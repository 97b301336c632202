//! `report.html`: one offline page in the reader's language, small enough to mail.
//!
//! Everything a person typed (names, stories, files) reaches the page through the template's escaping.

use std::collections::BTreeMap;

use fluent_templates::fluent_bundle::FluentValue;
use minijinja::{AutoEscape, Environment, Value};
use serde_json::json;
use signals::{FaultEvent, SimTime};

use super::figure::figure;
use super::{
    AlertRow, AlertVerdict, Check, Counts, Detection, FaultRow, FindingRow, Outcome, ReportError, RunRecord,
    SignRecord,
};
use crate::noticed::{Sensor, said};
use crate::words::Words;

/// The finest a curve is drawn: two points in each bucket.
const BUCKETS_MAX: u32 = 720;
/// Buckets that all figures share, so that the page stays under 2 MB whatever is drawn.
const BUCKETS_TOTAL: u32 = 6_000;
/// Beyond this many figures each would be too coarse; the others are in `trace.csv`.
const FIGURES_MAX: usize = 40;
/// Rows shown of each table; the others are in `results.json`.
const ROWS_MAX: usize = 400;

/// The page's text.
pub(super) fn report_html(record: &RunRecord, words: Words) -> Result<String, ReportError> {
    page("report.html", include_str!("report.html"), context(record, words), words)
}

/// A page with the house's style and figures at hand: `template` may include `report.css` and `figure.html`.
pub(crate) fn page(
    name: &'static str,
    template: &'static str,
    context: serde_json::Value,
    words: Words,
) -> Result<String, ReportError> {
    let mut page = Environment::new();
    page.set_auto_escape_callback(|_| AutoEscape::Html);
    page.add_function("say", move |key: String| words.say(&key));
    page.add_template("report.css", include_str!("report.css"))?;
    page.add_template("figure.html", include_str!("figure.html"))?;
    page.add_template(name, template)?;
    Ok(page.get_template(name)?.render(plain(context))?)
}

fn context(record: &RunRecord, words: Words) -> serde_json::Value {
    let counts = record.counts();
    let shown = record.signs.len().min(FIGURES_MAX);
    let buckets = (BUCKETS_TOTAL / (shown as u32).max(1)).min(BUCKETS_MAX);
    let figures: Vec<_> =
        record.signs.iter().take(shown).filter_map(|sign| figure(record, sign, words, buckets)).collect();
    json!({
        "lang": words.code(),
        "name": record.name,
        "story": paragraphs(&record.description),
        "verdict": record.verdict(),
        "tally": tally(counts, words),
        "checks": rows(&record.checks, |check| check_row(check, words)),
        "signs": rows(&record.signs, |sign| sign_row(sign, words)),
        "figures": figures,
        "faults": rows(&record.faults, |fault| fault_row(fault, words)),
        "findings": finding_rows(record, words),
        "alerts": rows(&record.alerts, |alert| alert_row(alert, words)),
        "left_out": left_out(record, words),
        "command": command(record),
        // A run without a scenario file is the demo: live, its stamps are the machine's.
        "is_exact": !record.scenario_file.is_empty(),
    })
}

fn rows<T>(all: &[T], row: impl Fn(&T) -> serde_json::Value) -> Vec<serde_json::Value> {
    all.iter().take(ROWS_MAX).map(row).collect()
}

/// What the page had no room for, said rather than hidden.
fn left_out(record: &RunRecord, words: Words) -> Vec<String> {
    let most = [record.checks.len(), record.signs.len(), record.faults.len(), record.alerts.len()];
    let rows = most.into_iter().map(|count| count.saturating_sub(ROWS_MAX)).sum::<usize>();
    let figures = record.signs.len().saturating_sub(FIGURES_MAX);
    let told = |key: &str, count: usize| {
        (count > 0).then(|| words.tell(key, &[("count", FluentValue::from(count))]))
    };
    [told("report-rows-left-out", rows), told("report-figures-left-out", figures)]
        .into_iter()
        .flatten()
        .collect()
}

fn paragraphs(story: &str) -> Vec<&str> {
    story.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).collect()
}

fn tally(counts: Counts, words: Words) -> Vec<String> {
    let number = |value: usize| FluentValue::from(value);
    let checks = [
        ("passed", number(counts.checks_passed)),
        ("failed", number(counts.checks_failed)),
        ("skipped", number(counts.checks_skipped)),
    ];
    let faults = [
        ("injected", number(counts.faults_injected)),
        ("due", number(counts.faults_due)),
        ("detected", number(counts.faults_detected)),
    ];
    let alerts = [
        ("hit", number(counts.alerts_hit)),
        ("missed", number(counts.alerts_missed)),
        ("false", number(counts.false_alarms)),
        ("excused", number(counts.alerts_excused)),
    ];
    vec![
        words.tell("report-tally-checks", &checks),
        words.tell("report-tally-faults", &faults),
        words.tell("report-tally-alerts", &alerts),
    ]
}

fn check_row(check: &Check, words: Words) -> serde_json::Value {
    let outcome = match check.outcome {
        Outcome::Passed => words.say("report-passed"),
        Outcome::Failed => words.say("report-failed"),
        Outcome::Skipped => words.say("report-skipped"),
    };
    json!({
        "class": check.outcome.name(),
        "outcome": outcome,
        "text": check.text.within(words),
        "measured": quantity(check.measured, check.unit, words),
        "limit": quantity(check.limit, check.unit, words),
    })
}

fn sign_row(sign: &SignRecord, words: Words) -> serde_json::Value {
    let scores = sign.scores;
    let ratio = |value| quantity(value, "ratio", words);
    json!({
        "site": sign.site,
        "battery": sign.battery,
        "chemistry": sign.chemistry,
        "scores": [
            ratio(scores.soc_rmse),
            ratio(scores.soc_error_max),
            ratio(scores.soc_bias),
            ratio(scores.coverage_95),
            ratio(scores.interval_width_mean),
            ratio(scores.soh_error),
        ],
    })
}

fn fault_row(fault: &FaultRow, words: Words) -> serde_json::Value {
    let (class, detection) = match &fault.detection {
        Detection::NotDue => ("skipped", words.say("report-detection-not-due")),
        Detection::Missed => ("failed", words.say("report-detection-missed")),
        Detection::Detected { alert, at_secs } => {
            let after = duration(at_secs - fault.event.from.as_secs(), words);
            let blanks = [("alert", FluentValue::from(alert.as_str())), ("after", FluentValue::from(after))];
            ("passed", words.tell("report-detection-detected", &blanks))
        }
    };
    json!({
        "fault": fault_name(&fault.event, words),
        "site": fault.site,
        "from": moment(Some(fault.event.from.as_secs()), words),
        "until": moment(Some(fault.event.until.as_secs()), words),
        "class": class,
        "detection": detection,
    })
}

/// Every finding with what was really wrong, then what was wrong and not noticed.
fn finding_rows(record: &RunRecord, words: Words) -> Vec<serde_json::Value> {
    let missed = record.unnoticed().map(|(fault, sensor)| missed_row(fault, sensor, words));
    let found = record.findings.iter().map(|row| finding_row(record, row, words));
    found.chain(missed).take(ROWS_MAX).collect()
}

fn finding_row(record: &RunRecord, row: &FindingRow, words: Words) -> serde_json::Value {
    let finding = &row.finding;
    let truth: Vec<String> = record.true_faults(row).map(|fault| fault_name(&fault.event, words)).collect();
    let (class, truth) = match truth.as_slice() {
        [] => ("failed", words.say("report-finding-untrue")),
        faults => ("passed", faults.join(", ")),
    };
    json!({
        "site": row.site,
        "sensor": said::sensor(finding.sensor, words),
        "noticed": said::fault(finding, words),
        "since": moment(Some(finding.since.as_secs()), words),
        "told": moment(Some(finding.told.as_secs()), words),
        "gone": moment(finding.gone.map(SimTime::as_secs), words),
        "remedy": said::remedy(finding, words),
        "class": class,
        "truth": truth,
    })
}

fn missed_row(fault: &FaultRow, sensor: Sensor, words: Words) -> serde_json::Value {
    json!({
        "site": fault.site,
        "sensor": said::sensor(sensor, words),
        "noticed": words.say("report-finding-missed"),
        "since": moment(None, words),
        "told": moment(None, words),
        "gone": moment(None, words),
        "remedy": "–",
        "class": "skipped",
        "truth": fault_name(&fault.event, words),
    })
}

fn alert_row(alert: &AlertRow, words: Words) -> serde_json::Value {
    let class = match alert.verdict {
        AlertVerdict::Hit | AlertVerdict::Quiet => "passed",
        AlertVerdict::Excused => "skipped",
        AlertVerdict::Missed | AlertVerdict::FalseAlarm => "failed",
    };
    json!({
        "alert": alert.alert,
        "site": alert.site,
        "due_from": moment(alert.due_from_secs, words),
        "due_until": moment(alert.due_until_secs, words),
        "fired": moment(alert.fired_at_secs, words),
        "delivered": moment(alert.delivered_at_secs, words),
        "resolved": moment(alert.resolved_at_secs, words),
        "class": class,
        "verdict": verdict_word(alert.verdict, words),
    })
}

/// A fault and how strong it was.
pub(crate) fn fault_name(fault: &FaultEvent, words: Words) -> String {
    let shown = fault.kind.severity().map_or_else(String::new, |severity| {
        let value = fault.severity;
        match unit_of(severity.key) {
            "%" => words.percent(value, if value.abs() < 0.01 { 2 } else { 0 }),
            "×" => format!("×\u{a0}{}", typeset(&words.number(value, 0))),
            unit => quantity(Some(value), unit, words),
        }
    });
    words.tell(&format!("report-fault-{}", fault.kind.name()), &[("severity", FluentValue::from(shown))])
}

/// The unit a key ends in.
fn unit_of(key: &str) -> &'static str {
    match key {
        "gassing_ratio" => "×",
        "layering_ratio" => "",
        "drift_amps_per_kelvin" => "A/K",
        _ => match key.rsplit('_').next() {
            Some("ratio") => "%",
            Some("amps") => "A",
            Some("volts") => "V",
            Some("ohms") => "Ω",
            Some("kelvin") => "K",
            Some("watts") => "W",
            Some("seconds") => "s",
            _ => "",
        },
    }
}

pub(super) fn verdict_word(verdict: AlertVerdict, words: Words) -> String {
    words.say(&format!("report-verdict-{}", verdict.name()))
}

/// A number with its unit after a no-break space, three figures or so; a dash for the unknown.
pub(crate) fn quantity(value: Option<f64>, unit: &str, words: Words) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else { return "–".to_owned() };
    if unit == "ratio" {
        return typeset(&words.percent(value, 1));
    }
    let digits = match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.1 => 2,
        _ => 4,
    };
    let number = typeset(&words.number(value, digits));
    if unit.is_empty() { number } else { format!("{number}\u{a0}{unit}") }
}

/// With a true minus sign.
pub(crate) fn typeset(number: &str) -> String {
    number.replace('-', "\u{2212}")
}

/// An instant as time since the start: `3 d 04:05`.
pub(crate) fn moment(at_secs: Option<f64>, words: Words) -> String {
    let Some(at_secs) = at_secs.filter(|at| at.is_finite()) else { return "–".to_owned() };
    let secs = at_secs.max(0.0).round() as u64;
    let clock = format!("{:02}:{:02}", secs / 3600 % 24, secs / 60 % 60);
    words.tell(
        "report-moment",
        &[("days", FluentValue::from(secs / 86_400)), ("clock", FluentValue::from(clock))],
    )
}

/// A length of time in the largest unit that fits.
fn duration(secs: f64, words: Words) -> String {
    let (value, unit) = match secs {
        secs if secs.abs() >= 3600.0 => (secs / 3600.0, "h"),
        secs if secs.abs() >= 60.0 => (secs / 60.0, "min"),
        secs => (secs, "s"),
    };
    quantity(Some((value * 10.0).round() / 10.0), unit, words)
}

/// The command that makes the run again. A machine's own folders are nobody's business: of an absolute
/// path the name alone is shown.
fn command(record: &RunRecord) -> String {
    let file = std::path::Path::new(&record.scenario_file);
    let shown = if file.is_absolute() { file.file_name().map(std::path::Path::new) } else { Some(file) };
    let shown = shown.map(|file| file.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = |letter: char| letter.is_alphanumeric() || "-_./".contains(letter);
    match shown {
        none if none.is_empty() => format!("balise demo --seed {}", record.seed),
        file if file.chars().all(plain) => format!("balise run {file} --seed {}", record.seed),
        file => format!("balise run '{}' --seed {}", file.replace('\'', r"'\''"), record.seed),
    }
}

/// The same value in the template engine's own type.
pub(crate) fn plain(value: serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(truth) => Value::from(truth),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        serde_json::Value::String(text) => Value::from(text),
        serde_json::Value::Array(items) => Value::from(items.into_iter().map(plain).collect::<Vec<_>>()),
        serde_json::Value::Object(map) => {
            Value::from(map.into_iter().map(|(key, value)| (key, plain(value))).collect::<BTreeMap<_, _>>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    type Anything = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_sign_named_like_markup_is_shown_as_text() -> Anything {
        let mut record = sample::week(1);
        record.name = "<img src=x onerror=alert(1)>".into();
        record.description = "\"quoted\" & <u>bold</u>".into();
        record.scenario_file = "<s>'.toml".into();
        record.signs[0].site = "<script>alert(1)</script>".into();
        let page = report_html(&record, Words::French)?;
        for markup in ["<script", "<img", "<u>", "<s>"] {
            assert!(!page.contains(markup), "{markup} went through");
        }
        assert!(page.contains("&lt;script&gt;alert(1)"));
        Ok(())
    }

    #[test]
    fn the_page_asks_the_network_for_nothing() -> Anything {
        let page = report_html(&sample::week(1), Words::English)?;
        for reference in ["http://", "https://", "src=", "<link", "@import", "url("] {
            assert!(!page.contains(reference), "{reference}");
        }
        Ok(())
    }

    #[test]
    fn the_page_stays_under_two_megabytes_and_says_what_it_left_out() -> Anything {
        for signs in [1, 5, 60] {
            let page = report_html(&sample::week(signs), Words::French)?;
            assert!(page.len() < 2_000_000, "{signs} signs take {} bytes", page.len());
            assert_eq!(page.matches("<figure").count(), signs.min(FIGURES_MAX));
            assert_eq!(page.contains("trace.csv"), signs > FIGURES_MAX);
        }
        Ok(())
    }

    #[test]
    fn verdict_story_and_remedy_are_in_the_readers_language() -> Anything {
        let record = sample::week(1);
        let french = report_html(&record, Words::French)?;
        assert!(french.contains("<html lang=\"fr\">") && french.contains("Échec"));
        assert!(french.contains("3,4\u{a0}%") && !french.contains("3.4\u{a0}%"));
        let english = report_html(&record, Words::English)?;
        assert!(english.contains("snow.toml --seed 7"));
        for page in [&french, &english] {
            assert!(!page.contains("Unknown localization"));
        }
        Ok(())
    }

    #[test]
    fn a_finding_stands_beside_the_true_fault_and_what_was_not_noticed_comes_last() {
        let record = sample::week(1);
        let rows = finding_rows(&record, Words::English);
        let shown: Vec<_> = rows.iter().map(|row| (row["noticed"].as_str(), row["truth"].as_str())).collect();
        let expected = [
            (Some("stuck at one value"), Some("Voltage reading stuck")),
            (Some("offset"), Some("none: the sensor was sound")),
            (Some("not noticed"), Some("Temperature reading stuck")),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn an_empty_run_still_makes_a_page() -> Anything {
        let page = report_html(&RunRecord::default(), Words::English)?;
        assert!(page.contains("balise demo --seed 0"));
        Ok(())
    }

    #[test]
    fn a_machines_own_folders_stay_out_of_the_page() {
        let command_of =
            |file: &str| command(&RunRecord { scenario_file: file.into(), ..RunRecord::default() });
        assert_eq!(command_of("/private/place/snow.toml"), "balise run snow.toml --seed 0");
        assert_eq!(command_of("my snow.toml"), "balise run 'my snow.toml' --seed 0");
    }
}
