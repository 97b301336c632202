//! The answer to a chart: times on the reader's calendar, the curves, the light of a clear sky, and what happened, in sentences.

use exporter::page::{Asked, Event, EventKind};
use exporter::rules::Severity;
use fluent_templates::fluent_bundle::FluentValue;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use signals::SIGMAS_95;

use super::{advice, when};
use crate::outlook::sun::{Standing, sun};
use crate::words::Words;

/// The answer as JSON.
#[must_use]
pub fn answer(asked: &Asked<'_>, standing: &Standing, zone: &TimeZone, words: Words) -> String {
    let moment = &asked.moment;
    let times: Vec<f64> = asked
        .curves
        .times
        .iter()
        .map(|run_secs| (moment.calendar(*run_secs) * 10.0).round() / 10.0)
        .collect();
    let curves: serde_json::Map<String, Value> = asked
        .curves
        .columns
        .iter()
        .map(|(name, values)| {
            ((*name).to_owned(), values.iter().map(|value| rounded(f64::from(*value))).collect::<Value>())
        })
        .collect();
    let light: Value =
        times.iter().map(|unix_secs| rounded(sun(standing, *unix_secs).plane_watts_m2)).collect();
    let told = |event: &Event| shown(event, asked, zone, words);
    json!({
        "now": moment.unix_secs,
        "from": moment.unix_secs - asked.span.secs(),
        "bucket": asked.span.bucket_secs(),
        "sigmas": SIGMAS_95,
        "times": times,
        "curves": curves,
        "sun": light,
        "events": asked.events.iter().map(told).collect::<Value>(),
    })
    .to_string()
}

/// Five digits are more than any sensor has; what is not known is null.
fn rounded(value: f64) -> Value {
    if !value.is_finite() {
        return Value::Null;
    }
    let digits = if value == 0.0 { 0.0 } else { 4.0 - value.abs().log10().floor() };
    let scale = 10f64.powf(digits.clamp(0.0, 8.0));
    json!((value * scale).round() / scale)
}

fn shown(event: &Event, asked: &Asked<'_>, zone: &TimeZone, words: Words) -> Value {
    let moment = &asked.moment;
    let at = |run_secs: f64| when::minute(moment.calendar(run_secs), moment.unix_secs, zone, words);
    let (kind, name) = match event.kind {
        EventKind::Alert(severity) => {
            let kind = if severity == Severity::Critical { "critical" } else { "warning" };
            (kind, advice::name_of(&event.name, words.language()))
        }
        EventKind::Fault => ("fault", advice::fault(&event.name, words)),
    };
    let mut blanks =
        vec![("name", FluentValue::from(name.clone())), ("from", FluentValue::from(at(event.from)))];
    let stem = if event.kind == EventKind::Fault { "page-event-fault" } else { "page-event-alert" };
    let mut text = match event.until {
        None => words.tell(stem, &blanks),
        Some(until) => {
            blanks.push(("until", FluentValue::from(at(until))));
            words.tell(&format!("{stem}-over"), &blanks)
        }
    };
    if let Some(delivered) = event.delivered {
        let blanks = [("time", FluentValue::from(at(delivered)))];
        text += &format!(", {}", words.tell("page-event-delivered", &blanks));
    }
    json!({
        "kind": kind,
        "name": name,
        "text": text,
        "from": moment.calendar(event.from),
        "until": event.until.map(|until| moment.calendar(until)),
        "delivered": event.delivered.map(|at| moment.calendar(at)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_the_digits_a_sensor_has() {
        assert_eq!(rounded(12.345_678), json!(12.346));
        assert_eq!(rounded(0.001_234_567), json!(0.001_234_6));
        assert_eq!(rounded(f64::NAN), Value::Null);
        assert_eq!(rounded(0.0), json!(0.0));
    }
}
