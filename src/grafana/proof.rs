//! Every query of every panel, variable and annotation, asked of a real Prometheus filled by runs: none
//! may come back empty. And the time each takes with ten thousand batteries on the page.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use exporter::catalogue::COLUMNS;
use exporter::{BatteryId, Board, Info, Row};
use serde_json::Value;

use super::files;
use super::filled::{Filled, ask, unix_secs};

/// What a query is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Now,
    Range { secs: i64 },
}

/// One query of a dashboard.
#[derive(Debug, Clone)]
struct Asked {
    place: String,
    expr: String,
    form: Form,
}

/// Points of a chart about a thousand pixels wide.
const POINTS: i64 = 300;
/// Grafana's `$__rate_interval` is four scrapes at least; the live page is scraped twice a second.
const RATE_INTERVAL: &str = "1m";

/// `now-24h` in seconds.
fn range_secs(from: &str) -> i64 {
    let length = from.strip_prefix("now-").unwrap();
    let (count, unit) = length.split_at(length.len() - 1);
    let secs = match unit {
        "h" => 3600,
        "d" => 86_400,
        _ => 60,
    };
    count.parse::<i64>().unwrap() * secs
}

/// Every query of the dashboards of one language; the others ask the same.
fn asked() -> Vec<Asked> {
    let mut all = Vec::new();
    for file in files().iter().filter(|file| file.path.starts_with("en/")) {
        let range = Form::Range { secs: range_secs(file.dashboard["time"]["from"].as_str().unwrap()) };
        let mut add = |place: &Value, expr: &Value, form| {
            let place = format!("{}: {}", file.path, place.as_str().unwrap());
            all.push(Asked { place, expr: expr.as_str().unwrap().to_owned(), form });
        };
        for panel in file.dashboard["panels"].as_array().unwrap() {
            for target in panel["targets"].as_array().unwrap() {
                let form = if target["instant"] == true { Form::Now } else { range };
                add(&panel["title"], &target["expr"], form);
            }
        }
        for annotation in file.dashboard["annotations"]["list"].as_array().unwrap() {
            add(&annotation["name"], &annotation["expr"], range);
        }
        for variable in file.dashboard["templating"]["list"].as_array().unwrap() {
            if variable["type"] == "query" {
                let expr = label_values(variable["query"].as_str().unwrap());
                add(&variable["name"], &Value::from(expr), Form::Now);
            }
        }
    }
    all
}

/// `label_values(metric{…}, label)` is Grafana's own; Prometheus says the same by `group by`.
fn label_values(query: &str) -> String {
    let inner = query.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')')).unwrap();
    let (series, label) = inner.rsplit_once(", ").unwrap();
    format!("group by ({label}) ({series})")
}

impl Asked {
    /// With the reader's choices put in: all sites, or this battery.
    fn of(&self, battery: &BatteryId) -> String {
        self.expr
            .replace("site=~\"$site\"", "site=~\".*\"")
            .replace("$site", battery.site())
            .replace("$battery", battery.battery())
            .replace("$__rate_interval", RATE_INTERVAL)
    }

    fn is_of_a_battery(&self) -> bool {
        self.expr.contains("=\"$site\"")
    }

    /// How many series came, and how long it took.
    fn ask(&self, prometheus: SocketAddr, battery: &BatteryId) -> (usize, Duration) {
        let expr = self.of(battery);
        let now = unix_secs();
        let (path, blanks) = match self.form {
            Form::Now => ("/api/v1/query", vec![("query", expr), ("time", now.to_string())]),
            Form::Range { secs } => {
                let step = (secs / POINTS).max(1);
                let times = [("start", now - secs), ("end", now), ("step", step)];
                let times = times.map(|(name, secs)| (name, secs.to_string()));
                ("/api/v1/query_range", [("query", expr)].into_iter().chain(times).collect())
            }
        };
        let begun = Instant::now();
        let answer = ask(prometheus, path, &blanks).unwrap_or_else(|said| panic!("{self:?}: {said}"));
        let took = begun.elapsed();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        (answer["data"]["result"].as_array().map_or(0, Vec::len), took)
    }
}

#[test]
fn every_query_of_every_dashboard_returns_data() {
    let Some(filled) = Filled::by_runs() else { return };
    let mut empty: Vec<Asked> = asked();
    let count = empty.len();
    let finds = |asked: &Asked| {
        let first = if asked.is_of_a_battery() { filled.batteries.len() } else { 1 };
        filled.batteries.iter().take(first).any(|battery| asked.ask(filled.prometheus, battery).0 > 0)
    };
    // Alerts fire, and counters have two samples, a few seconds after the first scrape.
    let deadline = Instant::now() + Duration::from_secs(90);
    while !empty.is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_secs(2));
        empty.retain(|asked| !finds(asked));
    }
    for Asked { place, expr, .. } in &empty {
        crate::speech::tell(&format!("empty: {place}: {expr}"));
    }
    assert!(count > 150 && empty.is_empty(), "{} of {count} queries are empty", empty.len());
}

/// The figure asked of a dashboard's queries.
const QUERY_MAX: Duration = Duration::from_millis(200);
const BATTERIES: usize = 10_000;
const SITES: usize = 500;

/// A row with every column, different from its neighbours'.
fn row(number: usize) -> Row {
    let mut row = Row::default();
    let share = 0.05 + 0.9 * (number as f64 * 0.618_034).fract();
    for column in COLUMNS {
        let scale = match column.metric.unit {
            exporter::catalogue::Unit::Ratio => 1.0,
            exporter::catalogue::Unit::Volts => 13.0,
            exporter::catalogue::Unit::Coulombs => 1.6e6,
            exporter::catalogue::Unit::Seconds => 4.0e5,
            _ => 10.0,
        };
        *(column.slot)(&mut row) = Some(share * scale);
    }
    row
}

/// Series, time and processor time of a query: each the middle of five, since a scrape of half a million
/// series takes both cores for a second. On a machine that others share the time says what they leave; the
/// processor's time, which is Prometheus' own and all of it, says what the query costs.
fn timed(asked: &Asked, filled: &Filled) -> (usize, Duration, Duration) {
    let (mut times, mut works, mut series) = (Vec::new(), Vec::new(), 0);
    for _ in 0..5 {
        let before = filled.prometheus_ticks();
        let (found, took) = asked.ask(filled.prometheus, &filled.batteries[1]);
        works.push(Duration::from_millis(10 * (filled.prometheus_ticks() - before)));
        times.push(took);
        series = found;
    }
    times.sort();
    works.sort();
    (series, times[2], works[2])
}

/// A quarter of an hour, and 1.5 GB of memory: `cargo test -p balise --lib ten_thousand -- --ignored --nocapture`.
#[test]
#[ignore = "takes a quarter of an hour and 1.5 GB of memory; make soak runs it"]
fn on_ten_thousand_batteries_every_query_answers_in_time() {
    let board = Board::new(env!("CARGO_PKG_VERSION"));
    let mut batteries = Vec::new();
    for number in 0..BATTERIES {
        let id = BatteryId::new(&format!("site-{:03}", number % SITES), &format!("sign-{number:05}"));
        board.describe(&id, Info::new(["agm", "gel", "lifepo4"][number % 3], "vedirect-bmv"));
        board.publish(&id, &row(number));
        if number % 50 == 0 {
            board.silence(&id);
        }
        batteries.push(id);
    }
    let Some(filled) = Filled::by_board(board, batteries) else { return };
    // Rules of five minutes have been evaluated by then.
    std::thread::sleep(Duration::from_secs(330));
    let mut slow = 0;
    for asked in asked() {
        let (series, took, worked) = timed(&asked, &filled);
        slow += usize::from(took.min(worked) > QUERY_MAX);
        let form = if asked.form == Form::Now { "now" } else { "range" };
        let [took, worked] = [took, worked].map(|time| time.as_millis());
        let place = &asked.place;
        crate::speech::tell(&format!(
            "{took:5} ms, {worked:5} ms of processor, {series:6} series {form:5} {place}"
        ));
    }
    assert_eq!(slow, 0, "queries slower than {QUERY_MAX:?}");
}
