//! Estimates of what a real Prometheus has collected: the same as replay's of the same readings, given back and read
//! back; and a page that a real Prometheus takes in both its forms. Where Prometheus is not to be had a test says
//! `skipped: …` and shows nothing.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use balise::estimates::{self, EstimateRow};
use balise::prometheus::{Line, Server as Prometheus};
use balise::stack::Tools;
use exporter::remote::{RemoteWriter, Series};
use exporter::serve;
use exporter::{BatteryId, Board, Info, Row, catalogue};
use nix::sys::signal::Signal;
use program::{Running, check, page_that, run};

/// A real Prometheus.
struct Server {
    program: PathBuf,
    arguments: Vec<String>,
    child: Child,
    url: String,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

impl Server {
    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ends it and starts it once more with what it had, and with these flags.
    fn again(&mut self, flags: &[&str]) {
        self.end();
        let arguments =
            self.arguments.iter().map(String::as_str).chain(flags.iter().copied()).collect::<Vec<_>>();
        self.child = started(&self.program, &arguments, self.folder.path());
        self.until_ready();
    }

    fn until_ready(&self) {
        let began = Instant::now();
        while asking(self).instant("vector(1)", None).is_err() {
            assert!(began.elapsed() < Duration::from_secs(90), "prometheus is not ready");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn asking(server: &Server) -> Prometheus {
    Prometheus::at(&server.url, Duration::from_secs(60)).unwrap()
}

fn started(program: &Path, arguments: &[&str], folder: &Path) -> Child {
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

/// Prometheus scraping these pages and taking remote write, of samples up to two months old; or nothing after saying
/// so.
fn server(targets: &[SocketAddr], flags: &[&str]) -> Option<Server> {
    plain_server(targets, &[&["--web.enable-remote-write-receiver"][..], flags].concat())
}

/// The same without being told to take remote write.
fn plain_server(targets: &[SocketAddr], flags: &[&str]) -> Option<Server> {
    let Some(program) = Tools::find().prometheus else {
        let _ = writeln!(std::io::stderr(), "skipped: prometheus not found");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut config =
        "global:\n  scrape_interval: 200ms\n  scrape_timeout: 200ms\nstorage:\n  tsdb:\n".to_owned();
    config += "    out_of_order_time_window: 60d\nscrape_configs:\n";
    for (number, target) in targets.iter().enumerate() {
        config +=
            &format!("  - job_name: page{number}\n    static_configs:\n      - targets: ['{target}']\n");
    }
    let config_file = folder.path().join("prometheus.yml");
    std::fs::write(&config_file, config).unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let arguments = [
        format!("--config.file={}", config_file.display()),
        format!("--storage.tsdb.path={}", folder.path().join("data").display()),
        format!("--web.listen-address={address}"),
    ];
    let arguments: Vec<String> =
        arguments.into_iter().chain(flags.iter().map(|flag| (*flag).to_owned())).collect();
    let told: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let child = started(&program, &told, folder.path());
    let server = Server { program, arguments, child, url: format!("http://{address}"), folder };
    server.until_ready();
    Some(server)
}

/// Unix milliseconds.
fn now() -> i64 {
    hil::pace::wall_unix_nanos() / 1_000_000
}

/// Serves `router` on a free port, on a thread beside, for as long as the test's process lives.
fn serving(router: axum::Router) -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let serving = serve::start(anywhere, router, std::future::pending()).await.unwrap();
            tell.send(serving.address()).unwrap();
            serving.finished().await;
        });
    });
    told.recv().unwrap()
}

/// What `replay` makes of the first hours of a simulated day: more readings than Prometheus answers in one piece.
fn replayed(folder: &Path) -> Vec<EstimateRow> {
    let story = std::fs::read_to_string("scenarios/mild-week.toml").unwrap();
    let story = story
        .replace("duration_days = 7", "duration_days = 1")
        .replace("after_hours = 24", "after_hours = 1");
    let (scenario, out) = (folder.join("day.toml"), folder.join("run"));
    std::fs::write(&scenario, story).unwrap();
    // Whether the day's estimates are good enough is another test's question.
    run(&["run", &scenario.display().to_string(), "--capture", "--out", &out.display().to_string()]);
    let capture = found(&out, "capture.txt").unwrap().display().to_string();
    let trace = folder.join("replay.csv").display().to_string();
    check(&["replay", &capture, "--profile", "agm_12v", "--capacity-ah", "300", "--trace", &trace], 0);
    let mut rows = estimates::read(&std::fs::read_to_string(trace).unwrap()).unwrap();
    // Within three hours, or the server would begin to compact what it is asked for.
    rows.truncate(10_400);
    rows
}

fn found(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let here = entries.iter().find(|path| path.file_name().is_some_and(|it| it == name)).cloned();
    here.or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|path| found(path, name)))
}

/// The readings of these rows as the raw series a monitor's page would have made, beginning at `from`.
fn raw(rows: &[EstimateRow], from: i64) -> Vec<Series> {
    let at = |row: &EstimateRow| {
        let millis = (row.time_secs - rows[0].time_secs) * 1e3;
        assert!((millis - millis.round()).abs() < 1e-3, "a stamp finer than Prometheus keeps: {millis} ms");
        from + millis.round() as i64
    };
    let series = |name, get: fn(&EstimateRow) -> Option<f64>| {
        let samples = rows.iter().filter_map(|row| Some((at(row), get(row)?))).collect();
        let id = &rows[0].id;
        Series::new(name, [("site", id.site()), ("battery", id.battery())], samples)
    };
    vec![
        series("balise_battery_voltage_volts", |row| row.voltage_volts),
        series("balise_battery_current_amperes", |row| row.current_amps),
        series("balise_battery_temperature_celsius", |row| row.temperature_celsius),
    ]
}

fn points(server: &Server, metric: &str, from: i64, until: i64, step: i64) -> Vec<(i64, f64)> {
    let lines: Vec<Line> = asking(server).range(metric, from, until, step).unwrap();
    lines.into_iter().flat_map(|line| line.points).collect()
}

#[test]
fn estimates_of_collected_readings_are_those_of_replay_to_the_bit_and_are_read_back_so() {
    let Some(server) = server(&[], &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let rows = replayed(folder.path());
    let step = ((rows[1].time_secs - rows[0].time_secs) * 1e3).round() as i64;
    let length = ((rows.last().unwrap().time_secs - rows[0].time_secs) * 1e3).round() as i64;
    // On a whole step, an hour ago at its end.
    let from = (now() - 3_600_000 - length) / step * step;
    RemoteWriter::new(&server.url).send(&raw(&rows, from)).unwrap();

    let told = |millis: i64| format!("{}", millis as f64 / 1e3);
    let (begin, end, out) = (told(from), told(from + length), folder.path().join("collected.csv"));
    let out = out.display().to_string();
    let asked = [
        "estimate",
        "--prometheus",
        &server.url,
        "--from",
        &begin,
        "--to",
        &end,
        "--profile",
        "agm_12v",
        "--capacity-ah",
        "300",
        "--out",
        &out,
        "--write",
        "--json",
    ];
    let began = Instant::now();
    let said: serde_json::Value = serde_json::from_str(&check(&asked, 0)).unwrap();
    println!("{} readings a {} s estimated and written in {:?}", rows.len(), step / 1000, began.elapsed());
    assert_eq!(said["step_s"], step as f64 / 1e3, "the step was found: {said}");

    let collected = estimates::read(&std::fs::read_to_string(out).unwrap()).unwrap();
    assert_eq!(collected.len(), rows.len());
    for (ours, theirs) in collected.iter().zip(&rows) {
        let shifted = EstimateRow {
            time_secs: ours.time_secs,
            // The shunt's own counter is not asked for.
            device_soc: None,
            ..theirs.clone()
        };
        assert_eq!(ours, &shifted, "at {} s", theirs.time_secs);
    }
    for (metric, get) in [
        ("balise_collected_soc_ratio", (|row| row.soc) as fn(&EstimateRow) -> f64),
        ("balise_collected_soc_ratio_stddev", |row| row.soc_stddev),
        ("balise_collected_soh_ratio", |row| row.soh),
        ("balise_collected_internal_resistance_ohms", |row| row.resistance_ohms),
    ] {
        let back: Vec<f64> =
            points(&server, metric, from, from + length, step).into_iter().map(|(_, value)| value).collect();
        let made: Vec<f64> = rows.iter().map(get).collect();
        assert_eq!(back, made, "{metric}");
    }
    let live = points(&server, "balise_battery_soc_ratio", from, from + length, step);
    assert!(live.is_empty(), "nothing of ours is under a live name");
}

#[test]
fn a_silence_stays_a_silence_and_a_label_names_the_battery() {
    let Some(server) = server(&[], &[]) else { return };
    // Two batteries of somebody else's exporter, in milliamperes drawn, no temperature; an hour without a sample.
    let from = now() / 60_000 * 60_000 - 10 * 3_600_000;
    let minutes: Vec<i64> = (0..300).filter(|minute| !(100..160).contains(minute)).collect();
    let of = |name, unit: &str, value: f64| {
        let samples = minutes.iter().map(|minute| (from + minute * 60_000, value)).collect();
        Series::new(name, [("job", "shunts"), ("unit", unit)], samples)
    };
    let series = [
        of("bus_volts", "east", 12.6),
        of("bus_volts", "west", 12.2),
        of("shunt_milliamps", "east", 1500.0),
        of("shunt_milliamps", "west", 2500.0),
    ];
    RemoteWriter::new(&server.url).send(&series).unwrap();
    let (begin, end) = (format!("{}", from / 1000), format!("{}", from / 1000 + 300 * 60));
    let asked = [
        "estimate",
        "--prometheus",
        &server.url,
        "--from",
        &begin,
        "--to",
        &end,
        "--step",
        "60",
        "--voltage",
        "bus_volts",
        "--current",
        "-shunt_milliamps / 1000",
        "--battery-label",
        "unit",
        "--write",
        "--json",
    ];
    let said: serde_json::Value = serde_json::from_str(&check(&asked, 0)).unwrap();
    println!("{said:#}");
    for battery in ["site/east", "site/west"] {
        assert_eq!(said["batteries"][battery]["gaps"], 1, "{said}");
    }
    let soc = |unit: &str| {
        let expr = format!("balise_collected_soc_ratio{{battery=\"{unit}\"}}");
        points(&server, &expr, from, from + 300 * 60_000, 60_000)
    };
    // By its stale marker it is gone three steps into the gap, not five minutes.
    let (east, gap) = (soc("east"), from + 100 * 60_000..from + 160 * 60_000);
    let shown = east.iter().filter(|(at, _)| gap.contains(at)).count();
    // An expression has no stamps of its own: it is repeated for five minutes before it counts as missing.
    assert!((2..=8).contains(&shown), "{shown} minutes of an hour's silence are shown");
    assert!(east.len() > 200 && soc("west").len() == east.len());
    let twice = [
        "estimate",
        "--prometheus",
        &server.url,
        "--from",
        &begin,
        "--to",
        &end,
        "--step",
        "60",
        "--voltage",
        "bus_volts",
    ];
    let text = check(&twice, 3);
    assert!(text.contains("site/battery") && text.contains("unit=\"east\""), "{text}");
}

#[test]
fn what_goes_wrong_is_said_with_its_exit() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let text = check(&["estimate", "--prometheus", &format!("http://{nobody}")], 4);
    assert!(text.contains("nobody answers") && text.contains(&nobody.to_string()), "{text}");
    let stranger = serving(serve::router(Board::new("0.1.0")));
    let text = check(&["estimate", "--prometheus", &format!("http://{}", stranger)], 4);
    assert!(text.contains("no Prometheus") && text.contains("404"), "{text}");
    check(&["estimate", "--prometheus", "localhost"], 2);
    check(&["estimate", "--prometheus", "http://127.0.0.1:1", "--from", "noon"], 2);
    check(&["estimate", "--prometheus", "http://127.0.0.1:1", "--follow"], 2);
    let Some(server) = server(&[], &["--query.max-samples=5"]) else { return };
    let text = check(&["estimate", "--prometheus", &server.url, "--match", "site="], 2);
    assert!(text.contains("does not understand"), "{text}");
    let text = check(&["estimate", "--prometheus", &server.url], 4);
    assert!(text.contains("has nothing between"), "{text}");
    let samples: Vec<(i64, f64)> = (0..200).map(|second| (now() - 300_000 + second * 1000, 12.5)).collect();
    let labels = [("site", "a"), ("battery", "b")];
    let series = Series::new("balise_battery_voltage_volts", labels, samples);
    RemoteWriter::new(&server.url).send(&[series]).unwrap();
    let text = check(&["estimate", "--prometheus", &server.url, "--step", "1", "--from", "10m"], 4);
    assert!(text.contains("422") && text.contains("--match"), "{text}");
}

#[test]
fn estimates_follow_what_is_scraped_and_go_when_prometheus_goes() {
    let board = Board::new("0.1.0");
    let id = BatteryId::new("A20-km54", "PMV-104");
    let live = serving(serve::router(board.clone()));
    let Some(mut server) = server(&[live], &[]) else { return };
    let say = |volts: f64| {
        let row = Row { voltage_volts: Some(volts), current_amperes: Some(-1.0), ..Row::default() };
        board.publish(&id, &row);
    };
    say(12.6);
    let prometheus = asking(&server);
    let began = Instant::now();
    while prometheus.instant("balise_battery_voltage_volts", None).unwrap().is_empty() {
        assert!(began.elapsed() < Duration::from_secs(60), "not scraped");
        std::thread::sleep(Duration::from_millis(50));
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("monitor.toml");
    let known = "balise_monitor = 1\n[[battery]]\nsite = \"A20-km54\"\nname = \"PMV-104\"\nport = \"-\"\nsilent_after_seconds = 1\n";
    std::fs::write(&config, known).unwrap();
    let config = config.display().to_string();
    let (follower, url) = Running::start(&[
        "estimate",
        "--prometheus",
        &server.url,
        "--from",
        "60s",
        "--step",
        "0.5",
        "--follow",
        "--serve",
        "127.0.0.1:0",
        "--config",
        &config,
    ]);
    let labels = "{site=\"A20-km54\",battery=\"PMV-104\"}";
    let stamp = |page: &str| -> f64 {
        let opening = format!("balise_collected_timestamp_seconds{labels} ");
        page.lines().find_map(|line| line.strip_prefix(&opening)?.parse().ok()).unwrap_or_default()
    };
    let page = page_that(&url, |page| page.contains(&format!("balise_collected_soc_ratio{labels} ")));
    let first = stamp(&page);
    say(12.5);
    page_that(&url, |page| stamp(page) > first);
    assert!(!page.contains("balise_battery_soc_ratio"));
    server.child.kill().unwrap();
    let page = page_that(&url, |page| page.contains(&format!("balise_collected_up{labels} 0\n")));
    assert!(!page.contains("balise_collected_soc_ratio"), "{page}");
    assert_eq!(follower.signal(Signal::SIGTERM).0, Some(0));
}

#[test]
fn estimates_that_are_not_taken_are_kept_until_they_are() {
    let board = Board::new("0.1.0");
    let live = serving(serve::router(board.clone()));
    let Some(mut server) = plain_server(&[live], &[]) else { return };
    let row = Row { voltage_volts: Some(12.6), current_amperes: Some(-1.0), ..Row::default() };
    board.publish(&BatteryId::new("A20-km54", "PMV-104"), &row);
    let began = Instant::now();
    while asking(&server).instant("balise_battery_voltage_volts", None).unwrap().is_empty() {
        assert!(began.elapsed() < Duration::from_secs(60), "not scraped");
        std::thread::sleep(Duration::from_millis(50));
    }
    let given =
        ["estimate", "--prometheus", &server.url, "--from", "60s", "--step", "0.5", "--follow", "--write"];
    let given = [&given[..], &["--serve", "127.0.0.1:0"]].concat();
    let (mut follower, url) = Running::start(&given);
    page_that(&url, |page| page.contains("balise_collected_soc_ratio{"));
    let first = now();
    std::thread::sleep(Duration::from_secs(3));
    assert!(follower.0.try_wait().unwrap().is_none(), "it ended because nobody takes its estimates");
    assert!(asking(&server).instant("balise_collected_soc_ratio", None).unwrap().is_empty());
    server.again(&["--web.enable-remote-write-receiver"]);
    let began = Instant::now();
    let early = || {
        let lines =
            asking(&server).samples("balise_collected_soc_ratio", first - 120_000, first + 2_000).unwrap();
        lines.iter().map(|line| line.points.len()).sum::<usize>()
    };
    while early() < 4 {
        assert!(began.elapsed() < Duration::from_secs(120), "{} of before it was taken", early());
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(follower.signal(Signal::SIGTERM).0, Some(0));
}

/// Every series Prometheus has of one of its pages, with its value.
fn scraped(prometheus: &Prometheus, job: &str) -> BTreeMap<String, u64> {
    let expr = format!(
        "label_replace({{job=\"{job}\",__name__=~\"balise_.*\"}}, \"metric\", \"$1\", \"__name__\", \"(.*)\")"
    );
    let lines = prometheus.range(&expr, now() - 400, now() - 400, 1000).unwrap();
    let shown = |line: Line| {
        let labels: Vec<String> = line
            .labels
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "job" | "instance"))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Some((labels.join(","), line.points.first()?.1.to_bits()))
    };
    lines.into_iter().filter_map(shown).collect()
}

#[test]
fn a_real_prometheus_reads_the_same_in_either_form_whatever_a_device_is_called() {
    let board = Board::new("0.1.0");
    let mut row = Row::default();
    for (number, column) in catalogue::COLUMNS.iter().enumerate() {
        *(column.slot)(&mut row) = Some(number as f64 / 7.0);
    }
    for name in ["main", "\"} 1\n# EOF\n", "\\\\\"", "é\u{2028}\r"] {
        let id = BatteryId::new(name, name);
        board.describe(&id, Info::new(name, name));
        board.publish(&id, &row);
    }
    let text = board.clone();
    let older = axum::Router::new().route(
        "/metrics",
        axum::routing::get(|| async move {
            ([(axum::http::header::CONTENT_TYPE, "text/plain; version=0.0.4")], text.render())
        }),
    );
    let (newer, older) = (serving(serve::router(board.clone())), serving(older));
    let Some(server) = server(&[newer, older], &[]) else { return };
    let prometheus = asking(&server);
    let samples = board.render().lines().filter(|line| !line.starts_with('#')).count();
    let began = Instant::now();
    while scraped(&prometheus, "page0").len() < samples || scraped(&prometheus, "page1").len() < samples {
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", scraped(&prometheus, "page0"));
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(scraped(&prometheus, "page0"), scraped(&prometheus, "page1"));
    assert_eq!(scraped(&prometheus, "page0").len(), samples);
}
