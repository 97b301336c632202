//! What Prometheus says is wrong now: the alerts that fire, as values.
//!
//! They are asked for with their rules: `/api/v1/alerts` says since when a condition holds (`activeAt`), which is an hour before the alert
//! where its rule waits an hour; with the rule's `duration` it is the instant at which mail went out and the alert's series begins.

use std::collections::BTreeMap;

use exporter::BatteryId;
use exporter::page::{ActiveAlert, Alerts, Moment};
use exporter::rules::Severity;
use serde::Deserialize;

use super::prometheus::Prometheus;

/// What Prometheus says now.
pub async fn now(prometheus: &Prometheus, moment: Moment) -> Alerts {
    match prometheus.ask("/api/v1/rules", vec![("type", "alert".to_owned())]).await {
        Ok(answer) => read(&answer, moment),
        Err(reason) => {
            tracing::debug!(reason, "the alerts could not be asked for");
            Alerts::Unreachable
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    /// How long the condition must hold before the alert fires, s.
    #[serde(default)]
    duration: f64,
    #[serde(default)]
    alerts: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    state: String,
    #[serde(rename = "activeAt")]
    active_at: String,
}

/// An answer that is not understood is none.
fn read(answer: &str, moment: Moment) -> Alerts {
    let Ok(answer) = serde_json::from_str::<Answer>(answer) else { return Alerts::Unreachable };
    let rules = answer.data.groups.into_iter().flat_map(|group| group.rules);
    Alerts::known(rules.flat_map(|rule| {
        let hold_secs = rule.duration;
        rule.alerts.into_iter().filter_map(move |told| alert(told, hold_secs, moment))
    }))
}

/// Nothing where it does not fire yet, or is about the chain and not about a sign.
fn alert(told: Told, hold_secs: f64, moment: Moment) -> Option<ActiveAlert> {
    if told.state != "firing" {
        return None;
    }
    let label = |name: &str| told.labels.get(name);
    let active: jiff::Timestamp = told.active_at.parse().ok()?;
    let since = active.as_millisecond() as f64 / 1e3 + hold_secs;
    Some(ActiveAlert {
        name: label("alertname")?.clone(),
        id: BatteryId::new(label("site")?, label("battery")?),
        severity: match label("severity").map(String::as_str) {
            Some("critical") => Severity::Critical,
            _ => Severity::Warning,
        },
        since_run_secs: moment.run_of_wall(since),
        annotations: told.annotations,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fires_is_read_with_the_instant_it_fired_and_nonsense_is_no_answer() {
        let answer = r#"{"status":"success","data":{"groups":[{"name":"balise","rules":[
            {"name":"BaliseBatteryLow","duration":1800,"type":"alerting","alerts":[
            {"labels":{"alertname":"BaliseBatteryLow","site":"A","battery":"B","severity":"warning"},
             "annotations":{"bring_fr":"Une pelle."},"state":"firing","activeAt":"1970-01-01T00:01:40.5Z","value":"1e+00"},
            {"labels":{"alertname":"BaliseBatteryLow","site":"A","battery":"C","severity":"warning"},
             "state":"pending","activeAt":"1970-01-01T00:01:40.5Z"}]},
            {"name":"Down","duration":0,"alerts":[
            {"labels":{"alertname":"Down","instance":"x"},"state":"firing","activeAt":"1970-01-01T00:00:00Z"}]}]}]}}"#;
        let moment = Moment { run_secs: 60_000.0, wall_unix_secs: 1_901.5, speed: 10.0, ..Moment::default() };
        let Alerts::Known(alerts) = read(answer, moment) else { unreachable!("it is an answer") };
        let alerts: Vec<_> = alerts.all().collect();
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].since_run_secs, 59_990.0);
        assert_eq!(alerts[0].annotations["bring_fr"], "Une pelle.");
        assert_eq!(read("<html>", moment), Alerts::Unreachable);
    }
}
