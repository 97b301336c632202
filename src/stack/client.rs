//! Questions to Prometheus and Alertmanager over their HTTP interfaces, all of them short.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use serde::Deserialize;

use super::AlertSpan;

const TIMEOUT: Duration = Duration::from_secs(10);
/// Prometheus gives at most 11,000 points per series.
const POINTS_MAX: i64 = 10_000;
const NANOS_PER_SEC: f64 = 1e9;

/// The answer to a `GET`, or why there is none. Blocks a thread of tokio's blocking pool.
pub(super) async fn get(
    address: SocketAddr,
    path: &'static str,
    blanks: Vec<(&'static str, String)>,
) -> Result<String, String> {
    let ask = move || -> Result<String, ureq::Error> {
        // A proxy named in the environment must not come between us and loopback.
        let config = ureq::Agent::config_builder().timeout_global(Some(TIMEOUT)).proxy(None);
        let agent: ureq::Agent = config.build().into();
        agent.get(format!("http://{address}{path}")).query_pairs(blanks).call()?.body_mut().read_to_string()
    };
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
    let step = step_nanos(until_unix_nanos.saturating_sub(from_unix_nanos), step);
    let blanks = vec![
        ("query", "ALERTS{alertstate=\"firing\"}".to_owned()),
        ("start", seconds(from_unix_nanos)),
        ("end", seconds(until_unix_nanos)),
        ("step", seconds(step)),
    ];
    spans(&get(prometheus, "/api/v1/query_range", blanks).await?, step)
}

/// The step asked for, in whole milliseconds, wide enough to stay within [`POINTS_MAX`].
fn step_nanos(length_nanos: i64, step: Duration) -> i64 {
    const MILLI: i64 = 1_000_000;
    let asked = i64::try_from(step.as_nanos()).unwrap_or(i64::MAX);
    let least = length_nanos / POINTS_MAX;
    (asked.max(least).max(MILLI) / MILLI).saturating_mul(MILLI).saturating_add(if least > asked {
        MILLI
    } else {
        0
    })
}

/// Seconds with all their digits: a float has too few for nanoseconds of our time.
fn seconds(nanos: i64) -> String {
    format!("{}.{:09}", nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000))
}

#[derive(Deserialize)]
struct Answer<D> {
    data: D,
}

#[derive(Deserialize)]
struct Matrix {
    result: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    metric: BTreeMap<String, String>,
    values: Vec<(f64, String)>,
}

fn spans(json: &str, step_nanos: i64) -> Result<Vec<AlertSpan>, String> {
    let answer: Answer<Matrix> = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let mut spans: Vec<AlertSpan> =
        answer.data.result.iter().flat_map(|line| spans_of(line, step_nanos)).collect();
    spans.sort_by(|one, next| {
        (one.from_unix_nanos, &one.alert, &one.site).cmp(&(next.from_unix_nanos, &next.alert, &next.site))
    });
    Ok(spans)
}

/// Instants no more than a step and a half apart are one span.
fn spans_of(line: &Line, step_nanos: i64) -> Vec<AlertSpan> {
    let label = |name: &str| line.metric.get(name).cloned().unwrap_or_default();
    let instants: Vec<i64> =
        line.values.iter().map(|(seconds, _)| (seconds * NANOS_PER_SEC).round() as i64).collect();
    let together = |one: &i64, next: &i64| next - one <= step_nanos + step_nanos / 2;
    let span = |run: &[i64]| {
        Some(AlertSpan {
            alert: label("alertname"),
            site: label("site"),
            battery: label("battery"),
            from_unix_nanos: *run.first()?,
            until_unix_nanos: *run.last()?,
        })
    };
    instants.chunk_by(together).filter_map(span).collect()
}

/// Names of the alerting rules of each rule file loaded.
pub(super) fn rules_loaded(json: &str, file: &str) -> usize {
    #[derive(Deserialize)]
    struct Groups {
        groups: Vec<Group>,
    }
    #[derive(Deserialize)]
    struct Group {
        file: String,
        rules: Vec<serde_json::Value>,
    }
    let answer: Result<Answer<Groups>, _> = serde_json::from_str(json);
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
        let json = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"alertname":"A","site":"S","battery":"B"},
             "values":[[100,"1"],[100.2,"1"],[100.4,"1"],[101.2,"1"]]}]}}"#;
        let found = spans(json, 200_000_000).unwrap_or_default();
        let times: Vec<_> = found
            .iter()
            .map(|span| (span.from_unix_nanos / 1_000_000, span.until_unix_nanos / 1_000_000))
            .collect();
        assert_eq!(times, [(100_000, 100_400), (101_200, 101_200)]);
        assert_eq!((found[0].alert.as_str(), found[0].site.as_str()), ("A", "S"));
    }

    #[test]
    fn a_long_span_is_asked_for_in_wider_steps() {
        let day = 86_400_000_000_000;
        assert_eq!(step_nanos(60_000_000_000, Duration::from_millis(200)), 200_000_000);
        let wide = step_nanos(day, Duration::from_millis(200));
        assert!(day / wide < 11_000 && wide < 10_000_000_000, "{wide}");
        assert_eq!(seconds(1_768_194_000_200_000_000), "1768194000.200000000");
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
