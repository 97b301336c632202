//! Late data from the gateway's buffer to the crew's webhook: rows kept with their time stamps while Prometheus
//! could not be reached, sent by remote write, judged by Prometheus over the hours that came late, told once and
//! marked late. Real Prometheus, real Alertmanager, rules and configuration as they ship.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]

#[path = "delivery/crew.rs"]
mod crew;
mod program;

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use balise::stack::{Part, Status, Tools};
use crew::{Crew, compose, tools};
use exporter::catalogue::{LATE_FROM, LATE_UNTIL};
use exporter::remote::{self, RemoteWriter, Series, Spool};
use exporter::{BatteryId, Board, Info, Row};

const MINUTE: i64 = 60_000;
/// As Prometheus calls the gateway.
const TARGET: [(&str, &str); 2] = [("job", "balise"), ("instance", "gw:9187")];

/// Prometheus as it ships, with nobody to scrape.
async fn prometheus(tools: &Tools, crew: &Crew) -> Part {
    let shipped = std::fs::read_to_string(compose("prometheus/prometheus.yml")).unwrap();
    let yaml = shipped
        .split("scrape_configs:")
        .next()
        .unwrap()
        .replace("  - rules/balise-recording.yml\n", "")
        .replace("127.0.0.1:9093", &crew.alertmanager.address().to_string());
    let folder = crew.folder().join("prometheus");
    std::fs::create_dir_all(folder.join("rules")).unwrap();
    std::fs::copy(compose("prometheus/rules/balise.yml"), folder.join("rules/balise.yml")).unwrap();
    let mut prometheus =
        Part::prometheus(&folder, tools, &yaml).unwrap().with(["--web.enable-remote-write-receiver"]);
    prometheus.start().await.unwrap();
    prometheus
}

fn now_millis() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64
}

/// What a gateway measured each minute from `from` on: one battery nearly empty between two instants, one well.
fn kept(folder: &Path, from: i64, until: i64, low: std::ops::Range<i64>) -> Spool {
    let board = Board::new("0.1.0");
    let mut spool = Spool::open(folder, 64 << 20).unwrap();
    for at in (from..until).step_by(MINUTE as usize) {
        for (site, is_low) in [("A20-km54", low.contains(&at)), ("A20-km60", false)] {
            let id = BatteryId::new(site, "PMV");
            board.describe(&id, Info::new("agm", "vedirect-bmv"));
            let soc_ratio = Some(if is_low { 0.12 } else { 0.8 });
            board.publish(&id, &Row { soc_ratio, soc_ratio_stddev: Some(0.02), ..Row::default() });
        }
        spool.push(&remote::encode(&remote::series(&board.families(), &TARGET, at))).unwrap();
    }
    spool
}

async fn late(arguments: Vec<String>) -> Output {
    let run = move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        program::run(&arguments)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

async fn value(prometheus: &Part, query: &str) -> Option<f64> {
    let url = format!("http://{}/api/v1/query", prometheus.address());
    let query = query.to_owned();
    let ask = move || -> Option<f64> {
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        let text = agent.get(url).query("query", query).call().ok()?.body_mut().read_to_string().ok()?;
        let answer: serde_json::Value = serde_json::from_str(&text).ok()?;
        answer["data"]["result"][0]["value"][1].as_str()?.parse().ok()
    };
    tokio::task::spawn_blocking(ask).await.unwrap()
}

#[tokio::test]
async fn an_alert_missed_while_the_gateway_was_offline_is_told_once_and_marked_late() {
    let Some(tools) = tools(&["prometheus", "alertmanager"]) else { return };
    let crew = Crew::start(&tools, 100.0).await;
    let prometheus = prometheus(&tools, &crew).await;
    let now = now_millis() / MINUTE * MINUTE;
    // Nine hours offline; nearly empty for two of them, long ago and over.
    let (from, until) = (now - 9 * 60 * MINUTE, now);
    let low = (now - 8 * 60 * MINUTE)..(now - 6 * 60 * MINUTE);
    let mut spool = kept(&crew.folder().join("buffer"), from, until, low);
    let writer = RemoteWriter::new(&format!("http://{}", prometheus.address()));
    // The present arrives first, as where a monitor is scraped again before it has caught up.
    let present = Series::new(
        "balise_battery_up",
        TARGET.into_iter().chain([("site", "A20-km54"), ("battery", "PMV")]),
        vec![(now, 1.0)],
    );
    let sent = tokio::task::spawn_blocking(move || {
        writer.send(&[present]).unwrap();
        while let Some(batch) = spool.oldest().unwrap() {
            writer.send(&remote::decode(&batch.messages).unwrap()).unwrap();
            spool.remove(&batch).unwrap();
        }
        let edges = [(LATE_FROM, from), (LATE_UNTIL, until)];
        let edges =
            edges.map(|(metric, at)| Series::new(metric.name, TARGET, vec![(now_millis(), at as f64 / 1e3)]));
        writer.send(&edges).unwrap();
    });
    sent.await.unwrap();
    let count = "count_over_time(balise_battery_soc_ratio{site=\"A20-km54\"}[10h])";
    assert_eq!(value(&prometheus, count).await, Some(540.0), "each minute of nine hours, at its own time");

    let command = |extra: &[&str]| -> Vec<String> {
        let (prometheus, alertmanager) = (prometheus.address(), crew.alertmanager.address());
        let addresses = [format!("http://{prometheus}"), format!("http://{alertmanager}")];
        let [prometheus, alertmanager] = addresses;
        let fixed = ["late", "--prometheus", &prometheus, "--alertmanager", &alertmanager];
        fixed.iter().chain(extra).map(|argument| (*argument).to_owned()).collect()
    };
    let output = late(command(&[])).await;
    let said = program::said(&output);
    assert!(output.status.success(), "{said}");
    let heard = || crew.heard("BaliseBatteryVeryLow", "A20-km54", Status::Firing);
    crew.until("the late alert", || heard() > 0).await;
    let told = crew.webhook.deliveries();
    // Very low and low; nobody is told of the other sign.
    assert!(told.iter().all(|it| it.site == "A20-km54" && it.labels["late"] == "true"), "{told:?}");
    let alert = told.iter().find(|it| it.alert == "BaliseBatteryVeryLow").unwrap();
    // Thirty minutes of patience after it began.
    assert_eq!(alert.starts_at_unix_nanos / 1_000_000, now - 8 * 60 * MINUTE + 30 * MINUTE);
    assert_eq!(alert.labels["region"], "A20");
    assert!(alert.annotations["summary_fr"].contains("12\u{a0}%"), "{:?}", alert.annotations);
    assert!(alert.annotations["late_fr"].starts_with("vrai du "), "{:?}", alert.annotations);
    crew.until("the mail", || crew.smtp.mails().iter().any(|it| it.subject.starts_with("ALERTE TARDIVE")))
        .await;
    let messages = crew.webhook.messages().len();
    // Asked once more it says the same, and nobody is told again.
    let output = late(command(&[])).await;
    assert!(output.status.success(), "{}", program::said(&output));
    tokio::time::sleep(Duration::from_secs(8)).await;
    assert_eq!((heard(), crew.webhook.messages().len()), (1, messages));
    // A watch says by a file that its look was answered.
    let alive = crew.folder().join("alive");
    let watching = command(&["--watch", "--alive", alive.to_str().unwrap()]);
    let watching: Vec<&str> = watching.iter().map(String::as_str).collect();
    let watch = program::Running(program::balise(&watching).spawn().unwrap());
    crew.until("the watch's first look", || alive.exists()).await;
    drop(watch);
    // Hours in which nothing was late.
    let output = late(command(&["--from", "2026-01-12T05:00:00Z", "--until", "2026-01-12T06:00:00Z"])).await;
    assert!(program::said(&output).contains(" 0 late alerts"), "{}", program::said(&output));
}

/// The monitor itself: Prometheus is not there when it starts, and gets every minute of its absence afterwards.
#[tokio::test]
async fn a_monitor_keeps_what_nobody_takes_and_delivers_it_with_its_own_time_stamps() {
    let Some(tools) = tools(&["prometheus", "alertmanager"]) else { return };
    let crew = Crew::start(&tools, 100.0).await;
    let mut prometheus = prometheus(&tools, &crew).await;
    prometheus.kill();
    let link = crew.folder().join("line");
    let link = link.to_str().unwrap();
    let (_device, _) = program::Running::start(&[
        "emulate",
        "--device",
        "vedirect-bmv",
        "--link",
        link,
        "--set",
        "voltage_v=12.6",
        "--set",
        "soc=0.7",
    ]);
    let config = crew.folder().join("monitor.toml");
    let buffer = crew.folder().join("gateway-buffer");
    let text = format!(
        "balise_monitor = 1\nlisten = \"127.0.0.1:0\"\n[remote_write]\nurl = \"http://{}\"\nbuffer = {:?}\n\
         every_seconds = 1\ninstance = \"gw:9187\"\n\
         [[battery]]\nsite = \"A20-km54\"\nname = \"PMV\"\nport = {link:?}\n",
        prometheus.address(),
        buffer.display().to_string()
    );
    std::fs::write(&config, text).unwrap();
    let began = now_millis();
    let (monitor, _) = program::Running::start(&["monitor", "--config", config.to_str().unwrap()]);
    tokio::time::sleep(Duration::from_secs(8)).await;
    let waiting = std::fs::read_dir(&buffer).unwrap().count();
    assert!(waiting > 0, "rows wait on disk");
    // Killed and started again meanwhile: what waited is not lost.
    drop(monitor);
    let (_monitor, _) = program::Running::start(&["monitor", "--config", config.to_str().unwrap()]);
    let back = now_millis();
    prometheus.start().await.unwrap();
    let missed = format!(
        "count_over_time(balise_battery_voltage_volts{{instance=\"gw:9187\", site=\"A20-km54\"}}[{}ms] @ {:.3})",
        back - began,
        back as f64 / 1000.0
    );
    let mut rows = None;
    for _ in 0..600 {
        rows = value(&prometheus, &missed).await;
        if rows.is_some_and(|rows| rows >= 4.0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(rows.is_some_and(|rows| rows >= 4.0), "{rows:?} rows of the time nobody was there");
}

/// The configuration of a monitor without a device whose rows go to `url`.
fn pushing(folder: &Path, url: &str) -> String {
    let text = format!(
        "balise_monitor = 1\nlisten = \"127.0.0.1:0\"\n[remote_write]\nurl = \"{url}\"\nbuffer = {:?}\n\
         every_seconds = 1\ninstance = \"gw:9187\"\n[[battery]]\nsite = \"A20-km54\"\nname = \"PMV\"\nport = {:?}\n",
        folder.join("buffer").display().to_string(),
        folder.join("nothing").display().to_string(),
    );
    let path = folder.join("monitor.toml");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[tokio::test]
async fn rows_too_old_for_prometheus_cost_themselves_and_nothing_that_waits_behind_them() {
    let Some(tools) = tools(&["prometheus", "alertmanager"]) else { return };
    let crew = Crew::start(&tools, 100.0).await;
    let prometheus = prometheus(&tools, &crew).await;
    let url = format!("http://{}", prometheus.address());
    let (now, day) = (now_millis() / MINUTE * MINUTE, 1440 * MINUTE);
    // It has seen the present, so that it knows how old the rest is.
    let present = Series::new("balise_battery_up", TARGET, vec![(now, 1.0)]);
    let writer = RemoteWriter::new(&url);
    tokio::task::spawn_blocking(move || writer.send(&[present]).unwrap()).await.unwrap();
    // Twenty rows of a month ago and twenty of an hour ago, in one file.
    let folder = crew.folder().join("buffer");
    drop(kept(&folder, now - 30 * day, now - 30 * day + 20 * MINUTE, 0..0));
    let board = kept(&crew.folder().join("young"), now - 60 * MINUTE, now - 40 * MINUTE, 0..0);
    drop(board);
    let young = std::fs::read(crew.folder().join("young/000000000000.spool")).unwrap();
    let old = folder.join("000000000000.spool");
    let together = [std::fs::read(&old).unwrap(), young["balise_spool 1\n".len()..].to_vec()].concat();
    std::fs::write(&old, together).unwrap();
    let config = pushing(crew.folder(), &url);
    let (_monitor, page) = program::Running::start(&["monitor", "--config", &config]);
    let count = format!(
        "count_over_time(balise_battery_soc_ratio{{site=\"A20-km54\"}}[1h] @ {:.3})",
        now as f64 / 1e3
    );
    let began = std::time::Instant::now();
    while value(&prometheus, &count).await != Some(20.0) {
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", value(&prometheus, &count).await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let said = tokio::task::spawn_blocking(move || {
        program::page_that(&page, |page| page.contains("balise_buffer_delivered_timestamp_seconds "))
    });
    let said = said.await.unwrap();
    let refused = said.lines().find_map(|line| line.strip_prefix("balise_buffer_samples_refused_total "));
    let refused: f64 = refused.unwrap().parse().unwrap();
    assert!(refused >= 20.0, "{said}");
}

#[test]
fn a_receiver_that_never_answers_does_not_hold_up_the_end() {
    let folder = tempfile::tempdir().unwrap();
    // Whoever connects is never answered.
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = pushing(folder.path(), &format!("http://{}", deaf.local_addr().unwrap()));
    let (monitor, _) = program::Running::start(&["monitor", "--config", &config]);
    let (_asked, _) = deaf.accept().unwrap();
    let (code, took) = monitor.signal(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}: as long as the question may take");
}
