//! A late alert as Alertmanager takes it: the labels and sentences of the rule, `late="true"`, and when it was.

use exporter::rules::{Language, Rule};
use fluent_templates::fluent_bundle::FluentValue;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::Event;
use crate::prometheus::{AskError, Server};
use crate::words::Words;

/// Alerts in one message to Alertmanager, as Prometheus has it.
const BATCH: usize = 64;

/// The alert of an event, which stands until then (seconds since 1970): an alert that is over is never told of by
/// Alertmanager, so that it must be on for a while although what it tells of is over.
#[must_use]
pub fn alert(rule: &Rule, event: &Event, runbook: &str, until_unix_secs: i64) -> Value {
    let mut labels = rule.alert_labels(&event.series);
    labels.insert("late".to_owned(), "true".to_owned());
    if let Some(region) = region(event) {
        labels.insert("region".to_owned(), region);
    }
    let mut annotations = rule.annotations(&event.series, event.value, runbook);
    for (words, language) in [(Words::French, Language::French), (Words::English, Language::English)] {
        annotations.insert(format!("late_{}", language.code()), was(event, words));
    }
    json!({
        "labels": labels,
        "annotations": annotations,
        "startsAt": instant(event.from_unix_secs).to_string(),
        "endsAt": instant(until_unix_secs).to_string(),
    })
}

/// As `alert_relabel_configs` of compose/prometheus/prometheus.yml has it: these alerts do not pass there.
fn region(event: &Event) -> Option<String> {
    let of_site = event.label("site").split('-').next().filter(|prefix| !prefix.is_empty());
    let told = Some(event.label("region")).filter(|region| !region.is_empty());
    told.or(of_site).map(str::to_owned)
}

/// When it was, for the crew.
pub(super) fn was(event: &Event, words: Words) -> String {
    let from = FluentValue::from(local(event.from_unix_secs));
    match event.until_unix_secs {
        Some(until) => words.tell("late-was", &[("from", from), ("until", FluentValue::from(local(until)))]),
        None => words.tell("late-is", &[("from", from)]),
    }
}

/// On the machine's clock; in UTC where it has no zone.
pub(super) fn local(unix_secs: i64) -> String {
    let zone = TimeZone::try_system().unwrap_or(TimeZone::UTC);
    instant(unix_secs).to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

fn instant(unix_secs: i64) -> Timestamp {
    Timestamp::from_second(unix_secs).unwrap_or_default()
}

/// Posts alerts.
pub(super) fn post<'a>(
    alertmanager: &Server,
    alerts: impl Iterator<Item = &'a Value>,
) -> Result<(), AskError> {
    let all: Vec<Value> = alerts.cloned().collect();
    all.chunks(BATCH).try_for_each(|part| alertmanager.post("/api/v2/alerts", &Value::from(part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use exporter::rules::Names;

    #[test]
    fn a_late_alert_says_that_it_is_late_and_when_it_was() {
        let series: Names = [("site", "A20-km54"), ("battery", "PMV"), ("instance", "gw:9187")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let rule = &crate::alerts::standard().rules[2];
        let event = Event {
            series,
            from_unix_secs: 1_768_194_000,
            until_unix_secs: Some(1_768_197_600),
            value: 0.18,
        };
        let made = alert(rule, &event, "runbook", 1_768_240_000);
        assert_eq!((&made["labels"]["late"], &made["labels"]["region"]), (&json!("true"), &json!("A20")));
        assert_eq!(made["labels"]["alertname"], rule.name.as_str());
        assert_eq!(made["startsAt"], "2026-01-12T05:00:00Z");
        for text in ["late_fr", "late_en"] {
            let said = made["annotations"][text].as_str().unwrap_or_default();
            assert!(said.contains("2026-01-1"), "{said}");
        }
        assert!(made["annotations"]["summary_fr"].as_str().is_some_and(|text| text.contains("18\u{a0}%")));
    }
}
