//! Curves from Prometheus, for the time before this run of the monitor.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use exporter::BatteryId;
use exporter::page::{Archive, Curves, Event, EventKind, Moment, Past, Span};
use exporter::rules::Severity;
use serde::Deserialize;

use super::prometheus::Prometheus;

/// The metrics asked for, with the names charts know them by.
const ASKED: [(&str, &str); 11] = [
    ("balise_battery_voltage_volts", "volts"),
    ("balise_battery_current_amperes", "amps"),
    ("balise_charger_current_amperes", "charger"),
    ("balise_battery_temperature_celsius", "celsius"),
    ("balise_battery_soc_ratio", "soc"),
    ("balise_battery_soc_ratio_stddev", "soc_stddev"),
    ("balise_battery_device_soc_ratio", "device"),
    ("balise_battery_soh_ratio", "soh"),
    ("balise_battery_soh_ratio_stddev", "soh_stddev"),
    ("balise_battery_internal_resistance_ohms", "ohms"),
    ("balise_battery_internal_resistance_ohms_stddev", "ohms_stddev"),
];

impl Archive for Prometheus {
    fn past<'a>(
        &'a self,
        id: &'a BatteryId,
        span: Span,
        moment: Moment,
    ) -> Pin<Box<dyn Future<Output = Option<Past>> + Send + 'a>> {
        Box::pin(past(self, id, span, moment))
    }
}

async fn past(prometheus: &Prometheus, id: &BatteryId, span: Span, moment: Moment) -> Option<Past> {
    let step = span.bucket_secs();
    // Steps at whole multiples, so that two questions a minute apart ask for the same points.
    let end = (moment.wall_unix_secs / step).floor() * step;
    let range = |query: String| {
        vec![
            ("query", query),
            ("start", format!("{}", end - span.secs())),
            ("end", format!("{end}")),
            ("step", format!("{step}")),
        ]
    };
    let names: Vec<&str> = ASKED.iter().map(|(metric, _)| *metric).collect();
    // Labels are printable ASCII without quotes and backslashes: they need no escaping.
    let labels = format!("site=\"{}\",battery=\"{}\"", id.site(), id.battery());
    let curves = range(format!("{{__name__=~\"{}\",{labels}}}", names.join("|")));
    let alerts = range(format!("ALERTS{{alertstate=\"firing\",{labels}}}"));
    let curves = prometheus.ask("/api/v1/query_range", curves).await.ok()?;
    let alerts = prometheus.ask("/api/v1/query_range", alerts).await.unwrap_or_default();
    let run = |unix_secs: f64| moment.run_of_wall(unix_secs);
    Some(Past {
        curves: curves_of(&lines(&curves)?, run),
        events: events_of(&lines(&alerts).unwrap_or_default(), step, run),
    })
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    metric: BTreeMap<String, String>,
    values: Vec<(f64, String)>,
}

fn lines(answer: &str) -> Option<Vec<Line>> {
    serde_json::from_str::<Answer>(answer).ok().map(|answer| answer.data.result)
}

fn curves_of(lines: &[Line], run: impl Fn(f64) -> f64) -> Curves {
    let mut at: BTreeMap<i64, BTreeMap<&'static str, f32>> = BTreeMap::new();
    for line in lines {
        let metric = line.metric.get("__name__").map_or("", String::as_str);
        let Some((_, name)) = ASKED.iter().find(|(known, _)| *known == metric) else { continue };
        for (unix_secs, value) in &line.values {
            if let Ok(value) = value.parse() {
                at.entry((unix_secs * 1e3) as i64).or_default().insert(name, value);
            }
        }
    }
    let column = |name: &'static str| -> (&'static str, Vec<f32>) {
        (name, at.values().map(|point| point.get(name).copied().unwrap_or(f32::NAN)).collect())
    };
    Curves {
        times: at.keys().map(|millis| run(*millis as f64 / 1e3)).collect(),
        columns: ASKED
            .iter()
            .map(|(_, name)| column(name))
            .filter(|(_, values)| values.iter().any(|value| !value.is_nan()))
            .collect(),
    }
}

/// Each alert is over where its samples end: what fires now the page knows itself, and since when.
fn events_of(lines: &[Line], step: f64, run: impl Fn(f64) -> f64) -> Vec<Event> {
    let together = |one: &(f64, String), next: &(f64, String)| next.0 - one.0 <= 1.5 * step;
    let mut events = Vec::new();
    for line in lines {
        let severity = match line.metric.get("severity").map(String::as_str) {
            Some("critical") => Severity::Critical,
            _ => Severity::Warning,
        };
        for stretch in line.values.chunk_by(together) {
            let (Some((from, _)), Some((last, _))) = (stretch.first(), stretch.last()) else { continue };
            events.push(Event {
                kind: EventKind::Alert(severity),
                name: line.metric.get("alertname").cloned().unwrap_or_default(),
                from: run(*from),
                until: Some(run(*last)),
                delivered: None,
            });
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_become_curves_on_common_times() {
        let answer = r#"{"data":{"result":[
            {"metric":{"__name__":"balise_battery_voltage_volts"},"values":[[100,"12.5"],[110,"12.6"]]},
            {"metric":{"__name__":"balise_battery_soc_ratio"},"values":[[110,"0.5"]]},
            {"metric":{"__name__":"other"},"values":[[110,"7"]]}]}}"#;
        let curves = curves_of(&lines(answer).unwrap_or_default(), |unix_secs| unix_secs - 100.0);
        assert_eq!(curves.times, [0.0, 10.0]);
        assert_eq!(curves.columns.len(), 2);
        assert_eq!(curves.columns[0], ("volts", vec![12.5, 12.6]));
        assert!(curves.columns[1].1[0].is_nan() && curves.columns[1].1[1] == 0.5);
    }

    #[test]
    fn an_alert_is_over_where_its_samples_end() {
        let answer = r#"{"data":{"result":[{"metric":{"alertname":"A","severity":"critical"},
            "values":[[100,"1"],[110,"1"],[200,"1"],[210,"1"]]}]}}"#;
        let events = events_of(&lines(answer).unwrap_or_default(), 10.0, |secs| secs);
        let spans: Vec<_> = events.iter().map(|event| (event.from, event.until)).collect();
        assert_eq!(spans, [(100.0, Some(110.0)), (200.0, Some(210.0))]);
    }
}
