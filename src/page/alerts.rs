//! What Prometheus says is wrong now: `/api/v1/alerts`, as values.

use std::collections::BTreeMap;

use exporter::BatteryId;
use exporter::page::{ActiveAlert, Alerts, Moment};
use exporter::rules::Severity;
use serde::Deserialize;

use super::prometheus::Prometheus;

/// What Prometheus says now.
pub async fn now(prometheus: &Prometheus, moment: Moment) -> Alerts {
    match prometheus.ask("/api/v1/alerts", Vec::new()).await {
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

/// An answer that is not understood is none. Alerts without site and battery are about the chain, not about a sign.
fn read(answer: &str, moment: Moment) -> Alerts {
    match serde_json::from_str::<Answer>(answer) {
        Ok(answer) => {
            Alerts::Known(answer.data.alerts.into_iter().filter_map(|told| alert(told, moment)).collect())
        }
        Err(_) => Alerts::Unreachable,
    }
}

fn alert(told: Told, moment: Moment) -> Option<ActiveAlert> {
    let label = |name: &str| told.labels.get(name);
    let since: jiff::Timestamp = told.active_at.parse().ok()?;
    Some(ActiveAlert {
        name: label("alertname")?.clone(),
        id: BatteryId::new(label("site")?, label("battery")?),
        severity: match label("severity").map(String::as_str) {
            Some("critical") => Severity::Critical,
            _ => Severity::Warning,
        },
        is_firing: told.state == "firing",
        since_run_secs: moment.run_of_machine(since.as_millisecond() as f64 / 1e3),
        annotations: told.annotations,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fires_is_read_and_nonsense_is_no_answer() {
        let answer = r#"{"status":"success","data":{"alerts":[
            {"labels":{"alertname":"BaliseBatteryLow","site":"A","battery":"B","severity":"warning"},
             "annotations":{"bring_fr":"Une pelle."},"state":"firing","activeAt":"1970-01-01T00:01:40.5Z","value":"1e+00"},
            {"labels":{"alertname":"Down","instance":"x"},"state":"firing","activeAt":"1970-01-01T00:00:00Z"}]}}"#;
        let moment = Moment { run_secs: 1_000.0, machine_unix_secs: 101.5, speed: 10.0, unix_secs: 0.0 };
        let Alerts::Known(alerts) = read(answer, moment) else { unreachable!("it is an answer") };
        assert_eq!(alerts.len(), 1);
        assert_eq!((alerts[0].since_run_secs, alerts[0].is_firing), (990.0, true));
        assert_eq!(alerts[0].annotations["bring_fr"], "Une pelle.");
        assert_eq!(read("<html>", moment), Alerts::Unreachable);
    }
}
