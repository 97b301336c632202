//! A real Prometheus filled by runs: stories lived in memory, back-filled by the minute, their recording
//! rules evaluated over the past, and the last row of each battery served live.
//!
//! ```text
//! scenarios -> Stage -> Watch -> rows ─┬─ OpenMetrics -> blocks -> recording rules -> blocks ┐
//!                                      └─ last row -> Board -> /metrics ─────scraped─────────┴> Prometheus
//! ```
//!
//! The alert rules run live, accelerated, so that `ALERTS` is Prometheus' own.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use estimator::Belief;
use exporter::buffer::{self, Buffer};
use exporter::catalogue::{self, COLUMNS};
use exporter::collected::{COLLECTED, COLLECTED_AT, COLLECTED_UP};
use exporter::rules::Scaling;
use exporter::{BatteryId, Board, Info, Row, recording, scores, serve};
use hil::DeviceKind;
use signals::{SimTime, Span, Stamp, Truth};
use tempfile::TempDir;

use crate::foresight::{DISCONNECT_DEFAULT, Foresight, STANDING_DEFAULT};
use crate::prometheus::{Blank, Server};
use crate::scenario::{self, Scenario};
use crate::stack::{Child, Runnable, Tools};
use crate::stage::Stage;
use crate::watch::Watch;
use crate::{alerts, profiles, simulation};

/// Time between samples of the past.
const MINUTE: Span = Span::from_millis(60_000);
/// How often the live page is scraped.
const SCRAPE: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(90);

/// A story, told up to an hour, on a device of its own where one is named.
struct Story {
    name: &'static str,
    hours: f64,
    device: Option<(DeviceKind, &'static str)>,
}

/// Each stops where something is the matter: an alert fires now, a battery is low, a device is silent.
const STORIES: [Story; 5] = [
    Story { name: "mild-week", hours: 168.0, device: None },
    Story { name: "dull-january", hours: 120.0, device: None },
    Story { name: "cable-pulled", hours: 39.0, device: None },
    Story { name: "false-full", hours: 60.0, device: None },
    Story { name: "mild-week", hours: 60.0, device: Some((DeviceKind::VedirectMppt, "A15-km62")) },
];

/// Metrics of the product that no run of a week makes: a life is foretold after a month of history, and
/// a journal is what a crew writes. They are given by hand, to the first battery.
const BY_HAND: [(&str, f64); 6] = [
    ("balise_journal_battery_replaced_timestamp_seconds", 1.69e9),
    ("balise_journal_water_added_timestamp_seconds", 1.70e9),
    ("balise_journal_visit_timestamp_seconds", 1.71e9),
    ("balise_battery_remaining_life_low_seconds", 6.3e7),
    ("balise_battery_remaining_life_seconds", 1.1e8),
    ("balise_battery_remaining_life_high_seconds", 1.9e8),
];

/// Whoever saves nothing has no such series.
const SAVED: &str = "balise_state_saved_timestamp_seconds";
const GATEWAY: &str = "instance=\"gw:9187\",job=\"balise\"";
const SCORED: &str = "alert=\"BaliseBatteryLow\"";

/// The running programs with their data.
pub struct Filled {
    /// Where Prometheus listens.
    pub prometheus: SocketAddr,
    /// Its batteries.
    pub batteries: Vec<BatteryId>,
    programs: Vec<Child>,
    _folder: TempDir,
}

/// One battery's past.
struct Past {
    id: BatteryId,
    info: Info,
    rows: Vec<(Row, bool)>,
}

impl Filled {
    /// Five stories up to now. `None`, said as skipped, where a program is missing.
    pub fn by_runs() -> Option<Self> {
        let tools = tools()?;
        let pasts: Vec<Past> = STORIES.iter().map(live).collect();
        let now = unix_secs();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("prometheus-data");
        fs::create_dir_all(&data).unwrap();
        back_fill(&tools, folder.path(), &data, &pasts, now);
        for (pass, wanted) in PASSES.iter().enumerate() {
            record(&tools, folder.path(), &data, now, pass, wanted);
        }
        let board = Board::new(env!("CARGO_PKG_VERSION"));
        for past in &pasts {
            publish(&board, past);
        }
        let batteries = pasts.into_iter().map(|past| past.id).collect();
        let rules = alerts::standard().rule_file(&Scaling::accelerated(3600.0, SCRAPE));
        Some(Self::started(&tools, folder, board, batteries, SCRAPE, &rules))
    }

    /// These batteries without a past, scraped at the interval of the field and judged by its rules.
    pub fn by_board(board: Board, batteries: Vec<BatteryId>) -> Option<Self> {
        let tools = tools()?;
        let rules = alerts::standard().rule_file(&Scaling::real());
        let folder = tempfile::tempdir().unwrap();
        Some(Self::started(&tools, folder, board, batteries, Duration::from_secs(15), &rules))
    }

    fn started(
        tools: &Tools,
        folder: TempDir,
        board: Board,
        batteries: Vec<BatteryId>,
        scrape: Duration,
        rules: &str,
    ) -> Self {
        let page = served(board);
        let [prometheus, alertmanager] = [free_port(), free_port()];
        let dir = folder.path();
        fs::write(dir.join("rules.yml"), rules).unwrap();
        fs::write(dir.join("recording.yml"), recording::file(&recording::standard())).unwrap();
        fs::write(dir.join("alertmanager.yml"), ALERTMANAGER).unwrap();
        let config = configuration(page, prometheus, alertmanager, scrape);
        let programs = vec![
            child(
                tools.alertmanager.as_deref(),
                "alertmanager",
                dir,
                &[
                    format!("--config.file={}", dir.join("alertmanager.yml").display()),
                    format!("--storage.path={}", dir.join("alertmanager-data").display()),
                    format!("--web.listen-address={alertmanager}"),
                    "--cluster.listen-address=".to_owned(),
                ],
            ),
            start_prometheus(tools, dir, prometheus, &config),
        ];
        Self { prometheus, batteries, programs, _folder: folder }
    }
}

impl Filled {
    /// Processor time Prometheus has taken so far, in ticks of 10 ms.
    pub fn prometheus_ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.programs[1].id())).unwrap();
        // After the name in brackets: state is field 3, user and system time are 14 and 15.
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }
}

/// What each pass of back-filled recording rules may read is what the passes before it wrote.
const PASSES: [fn(&str) -> bool; 3] = [
    |rule| !is_of_span(rule) && rule.starts_with("battery:"),
    |rule| is_of_span(rule) == rule.starts_with("battery:"),
    |rule| is_of_span(rule) && !rule.starts_with("battery:"),
];

fn is_of_span(rule: &str) -> bool {
    rule.ends_with("_1d") || rule.ends_with("_1w")
}

const ALERTMANAGER: &str = "route:\n  receiver: nobody\n  group_wait: 1s\nreceivers:\n  - name: nobody\n    \
    webhook_configs:\n      - url: http://127.0.0.1:9/\n";

fn configuration(
    page: SocketAddr,
    prometheus: SocketAddr,
    alertmanager: SocketAddr,
    scrape: Duration,
) -> String {
    let job = |name: &str, target: SocketAddr| {
        format!("  - job_name: {name}\n    static_configs:\n      - targets: [\"{target}\"]\n")
    };
    format!(
        "global:\n  scrape_interval: {0}ms\n  scrape_timeout: {0}ms\n  evaluation_interval: {0}ms\n\
         rule_files: [rules.yml, recording.yml]\n\
         alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: [\"{alertmanager}\"]\n\
         scrape_configs:\n{1}{2}{3}",
        scrape.as_millis(),
        job("balise", page),
        job("prometheus", prometheus),
        job("alertmanager", alertmanager),
    )
}

fn tools() -> Option<Tools> {
    let tools = Tools::find();
    for (name, path) in tools.by_name() {
        if path.is_none() && name != "amtool" {
            crate::speech::tell(&format!("skipped: {name} not found"));
            return None;
        }
    }
    Some(tools)
}

/// Lives a story; a row a minute, with the truth in it.
fn live(story: &Story) -> Past {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{}.toml", story.name));
    let mut scenario = scenario::parse(&fs::read_to_string(path).unwrap()).unwrap();
    if let Some((kind, site)) = story.device {
        (scenario.device.kind, scenario.site) = (kind, site.to_owned());
    }
    let mut stage = Stage::new(&scenario, scenario.seed).unwrap();
    let mut watch = watching(&scenario);
    let wall_start = scenario.start.as_nanosecond() as i64;
    let end = SimTime::from_secs(story.hours * 3600.0);
    let (mut rows, mut bytes, mut next) = (Vec::new(), Vec::new(), SimTime::ZERO);
    while stage.truth().at < end {
        bytes.clear();
        stage.step(&mut bytes);
        let now = stage.truth().at;
        if !bytes.is_empty() {
            let stamp = Stamp { monotonic: now, wall_unix_nanos: wall_start + now.as_nanos() };
            watch.receive(stamp, &bytes, |_, _| {});
        }
        if now >= next {
            next += MINUTE;
            rows.push((
                with_truth(watch.row(now), stage.truth(), stage.cable_is_out()),
                !watch.is_silent(now),
            ));
        }
    }
    let info = Info::new(profiles::for_scenario(&scenario).chemistry(), scenario.device.kind.name());
    Past { id: BatteryId::new(&scenario.site, &scenario.battery), info, rows }
}

fn watching(scenario: &Scenario) -> Watch {
    let profile = profiles::for_scenario(scenario);
    let belief = Belief { soc: scenario.belief.initial_soc, ..Belief::default() };
    let foresight = Foresight::new(STANDING_DEFAULT, DISCONNECT_DEFAULT, &scenario.battery);
    Watch::new(scenario.device.kind, profile, belief, simulation::silent_after(scenario))
        .foreseeing(foresight)
}

fn with_truth(row: Row, truth: &Truth, cable_is_out: bool) -> Row {
    Row {
        link_open: Some(f64::from(u8::from(!cable_is_out))),
        link_losses_total: Some(0.0),
        truth_soc_ratio: Some(truth.soc.as_ratio()),
        truth_soh_ratio: Some(truth.soh),
        truth_capacity_coulombs: Some(truth.capacity.as_coulombs()),
        truth_internal_resistance_ohms: Some(truth.resistance.as_ohms()),
        truth_voltage_volts: Some(truth.voltage.as_volts()),
        truth_current_amperes: Some(truth.current.as_amps()),
        truth_panel_power_watts: Some(truth.pv_power.as_watts()),
        truth_unpowered: Some(f64::from(u8::from(truth.unpowered))),
        ..row
    }
}

/// Writes every past as OpenMetrics, the last row at `now`, and has promtool make blocks of it.
fn back_fill(tools: &Tools, dir: &Path, data: &Path, pasts: &[Past], now: i64) {
    let mut families: BTreeMap<&str, String> = BTreeMap::new();
    for (index, past) in pasts.iter().enumerate() {
        let labels = format!("site=\"{}\",battery=\"{}\"", past.id.site(), past.id.battery());
        let start = now - 60 * (past.rows.len() as i64 - 1);
        for (minute, (row, up)) in past.rows.iter().enumerate() {
            let at = start + 60 * minute as i64;
            let mut sample = |metric: &'static str, labels: &str, value: f64| {
                // Writing to a string cannot fail.
                let _ = writeln!(families.entry(metric).or_default(), "{metric}{{{labels}}} {value} {at}");
            };
            sample(catalogue::UP.name, &labels, f64::from(u8::from(*up)));
            let (chemistry, device) = (past.info.chemistry(), past.info.device());
            let described = format!("{labels},chemistry=\"{chemistry}\",device=\"{device}\"");
            sample(catalogue::INFO.name, &described, 1.0);
            for column in COLUMNS {
                if let Some(value) = (column.get)(row) {
                    sample(column.metric.name, &labels, value);
                }
            }
            for column in COLLECTED {
                if let Some(value) = (column.get)(row) {
                    sample(column.metric.name, &labels, value);
                }
            }
            sample(COLLECTED_UP.name, &labels, 1.0);
            sample(COLLECTED_AT.name, &labels, at as f64);
            if index == 0 {
                BY_HAND.iter().for_each(|(metric, value)| sample(metric, &labels, *value));
                sample(SAVED, &labels, at as f64);
                sample(catalogue::SIGN_STATE.name, &format!("{labels},state=\"deployed\""), 1.0);
                let waiting = Buffer {
                    rows: 3,
                    oldest_unix_secs: Some((at - 300) as f64),
                    delivered_unix_secs: Some((at - 600) as f64),
                    ..Buffer::default()
                };
                for (metric, get) in buffer::COLUMNS {
                    get(&waiting).into_iter().for_each(|value| sample(metric.name, GATEWAY, value));
                }
                // What comes from elsewhere: a monitor that delivered an hour late, and the score of a run.
                sample(catalogue::LATE_FROM.name, GATEWAY, (at - 7200) as f64);
                sample(catalogue::LATE_UNTIL.name, GATEWAY, (at - 3600) as f64);
                scores::ALERT.iter().for_each(|metric| sample(metric.name, SCORED, 0.5));
                sample(scores::BATTERY_YEARS.name, "", 20.0);
            }
        }
    }
    let text: String = families.into_values().chain(["# EOF\n".to_owned()]).collect();
    let file = dir.join("past.om");
    fs::write(&file, text).unwrap();
    let arguments = ["openmetrics".to_owned(), file.display().to_string(), data.display().to_string()];
    create_blocks(tools, "720h", &arguments);
}

/// Evaluates the recording rules that `wanted` picks over the past.
fn record(tools: &Tools, dir: &Path, data: &Path, now: i64, pass: usize, wanted: &fn(&str) -> bool) {
    let mut groups = recording::standard();
    for group in &mut groups {
        group.rules.retain(|rule| wanted(&rule.name));
    }
    groups.retain(|group| !group.rules.is_empty());
    // A group's place within its interval follows from its file's name: each pass must have the same.
    let file = dir.join("recording.yml");
    fs::write(&file, recording::file(&groups)).unwrap();
    let address = free_port();
    let _prometheus = start_prometheus(tools, dir, address, "global: {}\n");
    // Statistics of a day and a week are wanted of the last hours only.
    let hours = if pass == 0 { 190 } else { 5 };
    create_blocks(
        tools,
        "162h",
        &[
            "rules".to_owned(),
            format!("--url=http://{address}"),
            format!("--start={}", now - hours * 3600),
            format!("--end={now}"),
            format!("--output-dir={}", data.display()),
            file.display().to_string(),
        ],
    );
}

fn create_blocks(tools: &Tools, longest: &str, arguments: &[String]) {
    let promtool = Runnable::plain(tools.promtool.as_deref().unwrap());
    let mut command = promtool.command();
    command.args(["tsdb", "create-blocks-from", "-q"]).arg(format!("--max-block-duration={longest}"));
    let output = command.args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
}

fn start_prometheus(tools: &Tools, dir: &Path, address: SocketAddr, config: &str) -> Child {
    fs::write(dir.join("prometheus.yml"), config).unwrap();
    let mut prometheus = child(
        tools.prometheus.as_deref(),
        "prometheus",
        dir,
        &[
            format!("--config.file={}", dir.join("prometheus.yml").display()),
            format!("--storage.tsdb.path={}", dir.join("prometheus-data").display()),
            "--storage.tsdb.retention.time=60d".to_owned(),
            format!("--web.listen-address={address}"),
        ],
    );
    let deadline = Instant::now() + PATIENCE;
    while ask(address, "/-/ready", &[]).is_err() {
        prometheus.check().unwrap();
        assert!(Instant::now() < deadline, "Prometheus does not get ready");
        std::thread::sleep(Duration::from_millis(50));
    }
    prometheus
}

fn child(program: Option<&Path>, name: &'static str, dir: &Path, arguments: &[String]) -> Child {
    let log: PathBuf = dir.join(format!("{name}.log"));
    Child::start(name, program.unwrap(), arguments, &log).unwrap()
}

/// What Prometheus answers, or why it does not.
pub fn ask(address: SocketAddr, path: &str, blanks: &[Blank]) -> Result<String, String> {
    Server::on(address, Duration::from_secs(60)).get(path, blanks).map_err(|error| error.to_string())
}

/// Serves a board for as long as the test runs.
fn served(board: Board) -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let serving = serve::start(any, serve::router(board), std::future::pending()).await.unwrap();
            tell.send(serving.address()).unwrap();
            serving.finished().await;
        });
    });
    told.recv().unwrap()
}

fn publish(board: &Board, past: &Past) {
    board.describe(&past.id, past.info.clone());
    if let Some((row, up)) = past.rows.last() {
        board.publish(&past.id, row);
        if !up {
            board.silence(&past.id);
        }
    }
}

fn free_port() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr()).unwrap()
}

/// Now, s since 1970.
pub fn unix_secs() -> i64 {
    hil::pace::wall_unix_nanos() / 1_000_000_000
}
