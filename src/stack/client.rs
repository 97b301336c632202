//! Questions to Prometheus and Alertmanager over their HTTP interfaces, all of them short.

use std::net::SocketAddr;
use std::time::Duration;

use serde::Deserialize;

use super::AlertSpan;
use crate::prometheus::{Line, STEPS_MAX, Server};

const TIMEOUT: Duration = Duration::from_secs(10);
const NANOS_PER_MILLI: i64 = 1_000_000;

/// The answer to a `GET`, or why there is none. Blocks a thread of tokio's blocking pool.
pub(super) async fn get(address: SocketAddr, path: &'static str) -> Result<String, String> {
    beside(move || Server::on(address, TIMEOUT).get(path, &[])).await
}

/// Asks on a thread of tokio's blocking pool.
async fn beside<A: Send + 'static>(
    ask: impl FnOnce() -> Result<A, crate::prometheus::AskError> + Send + 'static,
) -> Result<A, String> {
    match tokio::task::spawn_blocking(ask).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// Every span over which an alert fired between two instants.
pub(super) async fn alert_spans(
    prometheus: SocketAddr,
    from_unix_nanos: i64,
    until_unix_nanos: i64,
    step: Duration,
) -> Result<Vec<AlertSpan>, String> {
    let [from, until] = [from_unix_nanos, until_unix_nanos].map(|nanos| nanos.div_euclid(NANOS_PER_MILLI));
    let step = step_millis(until.saturating_sub(from), step);
    let ask =
        move || Server::on(prometheus, TIMEOUT).range("ALERTS{alertstate=\"firing\"}", from, until, step);
    beside(ask).await.map(|lines| spans(&lines, step))
}

/// The step asked for, in whole milliseconds, wide enough for one question.
fn step_millis(length: i64, step: Duration) -> i64 {
    let asked = i64::try_from(step.as_millis()).unwrap_or(i64::MAX);
    asked.max(length / (STEPS_MAX - 1) + 1)
}

fn spans(lines: &[Line], step: i64) -> Vec<AlertSpan> {
    let mut spans: Vec<AlertSpan> = lines.iter().flat_map(|line| spans_of(line, step)).collect();
    spans.sort_by(|one, next| {
        (one.from_unix_nanos, &one.alert, &one.site).cmp(&(next.from_unix_nanos, &next.alert, &next.site))
    });
    spans
}

/// Instants no more than a step and a half apart are one span.
fn spans_of(line: &Line, step: i64) -> Vec<AlertSpan> {
    let label = |name: &str| line.labels.get(name).cloned().unwrap_or_default();
    let together = |one: &(i64, f64), next: &(i64, f64)| next.0 - one.0 <= step + step / 2;
    let span = |run: &[(i64, f64)]| {
        Some(AlertSpan {
            alert: label("alertname"),
            site: label("site"),
            battery: label("battery"),
            from_unix_nanos: run.first()?.0 * NANOS_PER_MILLI,
            until_unix_nanos: run.last()?.0 * NANOS_PER_MILLI,
        })
    };
    line.points.chunk_by(together).filter_map(span).collect()
}

/// Names of the alerting rules of each rule file loaded.
pub(super) fn rules_loaded(json: &str, file: &str) -> usize {
    #[derive(Deserialize)]
    struct Answer {
        data: Groups,
    }
    #[derive(Deserialize)]
    struct Groups {
        groups: Vec<Group>,
    }
    #[derive(Deserialize)]
    struct Group {
        file: String,
        rules: Vec<serde_json::Value>,
    }
    let answer: Result<Answer, _> = serde_json::from_str(json);
    answer.map_or(0, |answer| {
        answer.data.groups.iter().filter(|group| group.file == file).map(|group| group.rules.len()).sum()
    })
}

/// How many entries the list `data.<list>` of an answer has.
pub(super) fn listed(json: &str, list: &str) -> usize {
    let answer: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    answer["data"][list].as_array().map_or(0, Vec::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_longer_than_a_step_parts_two_spans() {
        let labels = [("alertname", "A"), ("site", "S"), ("battery", "B")];
        let line = Line {
            labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            points: [100_000, 100_200, 100_400, 101_200].map(|at| (at, 1.0)).to_vec(),
        };
        let found = spans(&[line], 200);
        let times: Vec<_> = found
            .iter()
            .map(|span| (span.from_unix_nanos / 1_000_000, span.until_unix_nanos / 1_000_000))
            .collect();
        assert_eq!(times, [(100_000, 100_400), (101_200, 101_200)]);
        assert_eq!((found[0].alert.as_str(), found[0].site.as_str()), ("A", "S"));
    }

    #[test]
    fn a_long_span_is_asked_for_in_wider_steps() {
        let day = 86_400_000;
        assert_eq!(step_millis(60_000, Duration::from_millis(200)), 200);
        let wide = step_millis(day, Duration::from_millis(200));
        assert!(day / wide < STEPS_MAX && wide < 10_000, "{wide}");
    }

    #[test]
    fn rules_of_other_files_do_not_count() {
        let json =
            r#"{"data":{"groups":[{"file":"/a/rules.yml","rules":[{},{}]},{"file":"/b","rules":[{}]}]}}"#;
        assert_eq!((rules_loaded(json, "/a/rules.yml"), rules_loaded(json, "/c")), (2, 0));
        assert_eq!(rules_loaded("not json", "/c"), 0);
        assert_eq!(listed(r#"{"data":{"activeTargets":[{},{}]}}"#, "activeTargets"), 2);
    }
}
