//! The whole chain from the page to the message, where something goes wrong with many signs or with the chain
//! itself: a thousand signs dark at once, Prometheus or Alertmanager killed around an alert, the monitor's own
//! troubles. Real programs, the configuration that ships.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]

#[path = "delivery/crew.rs"]
mod crew;
mod program;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use balise::alerts;
use balise::stack::{Part, Status, Tools};
use crew::{Crew, PATIENCE, compose, tools};
use exporter::rules::Scaling;
use exporter::serve::{self, Serving};
use exporter::{BatteryId, Board, Info, Row};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rand::RngExt;
use signals::Seed;
use tokio::sync::oneshot;

const SCRAPE: Duration = Duration::from_millis(200);

/// A page.
struct Page {
    board: Board,
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
    _serving: Serving,
}

impl Page {
    async fn serve() -> Self {
        let board = Board::new("0.1.0");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let serving = serve::start(anywhere, serve::router(board.clone()), shutdown).await.unwrap();
        Self { board, address: serving.address(), _stop: stop, _serving: serving }
    }

    fn say(&self, site: &str, row: &Row) {
        let id = BatteryId::new(site, "PMV");
        self.board.describe(&id, Info::new("agm", "vedirect-bmv"));
        self.board.publish(&id, row);
    }
}

fn healthy() -> Row {
    row(0.8)
}

fn row(soc_ratio: f64) -> Row {
    Row {
        soc_ratio: Some(soc_ratio),
        soc_ratio_stddev: Some(0.02),
        capacity_coulombs: Some(360_000.0),
        ..Row::default()
    }
}

/// A battery of which the look ahead says that its sign goes dark in ten hours.
fn dark() -> Row {
    Row { dark_in_seconds: Some(36_000.0), ..row(0.15) }
}

/// Prometheus with the configuration that ships, watching `page` and telling `crew`.
async fn prometheus(tools: &Tools, crew: &Crew, page: SocketAddr, rules: &str, scrape: Duration) -> Part {
    let shipped = std::fs::read_to_string(compose("prometheus/prometheus.yml")).unwrap();
    let scrape = format!("{}ms", scrape.as_millis());
    // Without the recorded statistics, and without watching itself.
    let shipped = shipped.split("  # Prometheus itself").next().unwrap();
    let yaml = shipped
        .replace("scrape_interval: 15s", &format!("scrape_interval: {scrape}"))
        .replace("evaluation_interval: 1m", &format!("evaluation_interval: {scrape}"))
        .replace("  - rules/balise-recording.yml\n", "")
        .replace("127.0.0.1:9093", &crew.alertmanager.address().to_string())
        .replace("127.0.0.1:9187", &page.to_string());
    let folder = crew.folder().join("prometheus");
    std::fs::create_dir_all(folder.join("rules")).unwrap();
    std::fs::write(folder.join("rules/balise.yml"), rules).unwrap();
    let mut prometheus = Part::prometheus(&folder, tools, &yaml).unwrap().with([
        "--rules.alert.resend-delay=5s",
        "--rules.alert.for-grace-period=100ms",
        "--web.enable-remote-write-receiver",
    ]);
    prometheus.start().await.unwrap();
    prometheus
}

fn rules(factor: f64, scrape: Duration) -> String {
    alerts::standard().rule_file(&Scaling::accelerated(factor, scrape))
}

/// Waits until Prometheus has seen the page: what happens before is no event to it.
async fn until_seen(prometheus: &Part, query: &str, count: usize) {
    let began = Instant::now();
    while answer(prometheus, query).await.len() < count {
        assert!(began.elapsed() < PATIENCE, "{query}: not seen");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn answer(prometheus: &Part, query: &str) -> Vec<serde_json::Value> {
    let url = format!("http://{}/api/v1/query", prometheus.address());
    let query = query.to_owned();
    let ask = move || -> Option<Vec<serde_json::Value>> {
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        let text = agent.get(url).query("query", query).call().ok()?.body_mut().read_to_string().ok()?;
        let answer: serde_json::Value = serde_json::from_str(&text).ok()?;
        answer["data"]["result"].as_array().cloned()
    };
    tokio::task::spawn_blocking(ask).await.unwrap().unwrap_or_default()
}

// ---------------------------------------------------------------- a thousand signs

const SIGNS: usize = 1000;
const REGIONS: [&str; 3] = ["A15", "A20", "A40"];

/// What a crew hears in ten minutes (divided by `factor`) from when a thousand signs of three regions go dark at
/// once: per receiver, and how long the first took.
async fn thousand_dark(tools: &Tools, factor: f64) -> ([usize; 3], Duration) {
    let crew = Crew::start(tools, factor).await;
    let page = Page::serve().await;
    let sites: Vec<String> = (0..SIGNS).map(|sign| format!("{}-km{sign}", REGIONS[sign % 3])).collect();
    sites.iter().for_each(|site| page.say(site, &healthy()));
    let scrape = Duration::from_secs(1);
    let prometheus = prometheus(tools, &crew, page.address, &rules(3600.0, scrape), scrape).await;
    until_seen(&prometheus, "balise_battery_up == 1", SIGNS).await;
    sites.iter().for_each(|site| page.say(site, &dark()));
    // From here on Prometheus knows of them all, and so does Alertmanager with its next message.
    until_seen(&prometheus, "ALERTS{alertname=\"BaliseDarkInTwoNights\", alertstate=\"firing\"}", 1).await;
    let fired = Instant::now();
    let mut first = None;
    while fired.elapsed() < Duration::from_secs_f64(600.0 / factor) || first.is_none() {
        if first.is_none() && !crew.webhook.messages().is_empty() {
            first = Some(fired.elapsed());
        }
        assert!(fired.elapsed() < Duration::from_secs_f64(600.0 / factor) + PATIENCE, "nothing was told");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let counts = [crew.webhook.messages().len(), crew.smtp.mails().len(), crew.slack.posts().len()];
    let told = crew.webhook.deliveries();
    let dark = told.iter().filter(|it| it.alert == "BaliseDarkInTwoNights").map(|it| &it.site);
    let named = dark.collect::<std::collections::BTreeSet<_>>().len();
    println!(
        "{SIGNS} signs: {counts:?} messages (webhook, mail, Slack), first after {first:?}, {named} signs named"
    );
    println!("{}", crew.smtp.mails().first().map(|mail| mail.subject.clone()).unwrap_or_default());
    (counts, first.unwrap())
}

#[tokio::test]
async fn a_thousand_signs_dark_at_once_are_five_messages_at_most() {
    let Some(tools) = tools(&["prometheus", "alertmanager"]) else { return };
    let (counts, _) = thousand_dark(&tools, 20.0).await;
    assert!(counts.iter().all(|count| (1..=5).contains(count)), "{counts:?}");
}

#[tokio::test]
#[ignore = "ten minutes: make soak"]
async fn a_thousand_signs_dark_at_once_in_real_time() {
    let Some(tools) = tools(&["prometheus", "alertmanager"]) else { return };
    let (counts, first) = thousand_dark(&tools, 1.0).await;
    assert!(counts.iter().all(|count| (1..=5).contains(count)), "{counts:?}");
    assert!(first <= Duration::from_secs(60), "{first:?}");
}

// ---------------------------------------------------------------- killed at random moments

const VERY_LOW: &str = "BaliseBatteryVeryLow";

/// What became of one alert around which something was killed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Outcome {
    missed: usize,
    duplicates_max: usize,
    duplicates: usize,
    ends_missed: usize,
}

/// One alert after the other; around each Prometheus or Alertmanager is killed and started again at once.
async fn killed_around_alerts(tools: &Tools, name: &str, rounds: usize) -> Outcome {
    let mut crew = Crew::start(tools, 300.0).await;
    let page = Page::serve().await;
    let sites: Vec<String> = (0..rounds).map(|round| format!("R{round}-km1")).collect();
    sites.iter().for_each(|site| page.say(site, &healthy()));
    let mut prometheus = prometheus(tools, &crew, page.address, &rules(3600.0, SCRAPE), SCRAPE).await;
    let mut random = Seed(6).stream(&format!("outages.{name}"));
    let mut outcome = Outcome::default();
    for (round, site) in sites.iter().enumerate() {
        until_seen(&prometheus, &format!("balise_battery_up{{site=\"{site}\"}} == 1"), 1).await;
        // The alert fires a second after its cause, is told 0.1 s after that.
        let moment = Duration::from_secs_f64(random.random_range(0.0..3.0));
        let before = random.random_bool(0.2);
        if !before {
            page.say(site, &row(0.1));
            tokio::time::sleep(moment).await;
        }
        if round % 2 == 0 {
            crew.alertmanager.kill()
        } else {
            prometheus.kill()
        }
        if before {
            page.say(site, &row(0.1));
        }
        if round % 2 == 0 {
            crew.alertmanager.start().await.unwrap();
        } else {
            prometheus.start().await.unwrap();
        }
        let told = within(PATIENCE, || crew.heard(VERY_LOW, site, Status::Firing) > 0).await;
        // Long enough that Prometheus has sent it again, and Alertmanager has had its say twice.
        tokio::time::sleep(Duration::from_secs(6)).await;
        page.say(site, &healthy());
        let ended = within(PATIENCE, || crew.heard(VERY_LOW, site, Status::Resolved) > 0).await;
        let duplicates = crew.heard(VERY_LOW, site, Status::Firing).saturating_sub(1);
        let what = if round % 2 == 0 { "alertmanager" } else { "prometheus" };
        println!(
            "{name} {round} {what} at {moment:?} before {before}: told {told} ended {ended} again {duplicates}"
        );
        outcome.missed += usize::from(!told);
        outcome.ends_missed += usize::from(!ended);
        outcome.duplicates += duplicates;
        outcome.duplicates_max = outcome.duplicates_max.max(duplicates);
    }
    outcome
}

async fn within(limit: Duration, happened: impl Fn() -> bool) -> bool {
    let began = Instant::now();
    while !happened() && began.elapsed() < limit {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    happened()
}

#[tokio::test]
async fn killed_at_random_moments_around_five_alerts_none_is_missed() {
    let Some(tools) = tools(&["prometheus", "alertmanager"]) else { return };
    let outcome = killed_around_alerts(&tools, "five", 5).await;
    assert_eq!((outcome.missed, outcome.ends_missed), (0, 0), "{outcome:?}");
    assert!(outcome.duplicates_max <= 1, "{outcome:?}");
}

#[tokio::test]
#[ignore = "minutes: make soak"]
async fn killed_at_random_moments_around_a_hundred_alerts_none_is_missed() {
    let Some(tools) = tools(&["prometheus", "alertmanager"]) else { return };
    // Four chains side by side: what takes long is waiting.
    let names = ["a", "b", "c", "d"];
    let [a, b, c, d] = names.map(|name| killed_around_alerts(&tools, name, 25));
    let (a, b, c, d) = tokio::join!(a, b, c, d);
    println!("100 alerts: {a:?} {b:?} {c:?} {d:?}");
    for outcome in [a, b, c, d] {
        assert_eq!((outcome.missed, outcome.ends_missed), (0, 0), "{outcome:?}");
        assert!(outcome.duplicates_max <= 1, "{outcome:?}");
    }
}

// ---------------------------------------------------------------- the monitor's own troubles

/// A real monitor with a real line, in a folder of its own.
struct Field {
    device: program::Running,
    monitor: program::Running,
    page: SocketAddr,
    signs: std::path::PathBuf,
}

impl Field {
    fn start(folder: &std::path::Path, arguments: &[&str]) -> Self {
        let link = folder.join("line").display().to_string();
        let emulated = ["emulate", "--device", "vedirect-bmv", "--link", &link, "--set", "voltage_v=12.6"];
        let (device, _) = program::Running::start(&emulated);
        let (config, signs) = (folder.join("monitor.toml"), folder.join("signs.toml"));
        std::fs::write(&signs, "balise_signs = 1\n").unwrap();
        let text = format!(
            "balise_monitor = 1\nlisten = \"127.0.0.1:0\"\nsigns = {:?}\n[[battery]]\nsite = \"A20-km54\"\n\
             name = \"PMV\"\nport = {link:?}\nsilent_after_seconds = 3600\n",
            signs.display().to_string()
        );
        std::fs::write(&config, text).unwrap();
        let config = config.display().to_string();
        let (monitor, url) =
            program::Running::start(&[&["monitor", "--config", &config], arguments].concat());
        let address = url.trim_start_matches("http://").trim_end_matches("/metrics");
        Self { device, monitor, page: address.parse().unwrap(), signs }
    }

    /// Stops the device's words without closing its line.
    fn pause(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.device.0.id()).unwrap()), signal).unwrap();
    }
}

#[tokio::test]
async fn a_refused_file_late_data_and_a_monitor_that_is_down_are_each_told_once() {
    let Some(tools) = tools(&["prometheus", "alertmanager"]) else { return };
    let crew = Crew::start(&tools, 100.0).await;
    let field = Field::start(crew.folder(), &[]);
    let prometheus = prometheus(&tools, &crew, field.page, &rules(200.0, SCRAPE), SCRAPE).await;
    until_seen(&prometheus, "balise_battery_up == 1", 1).await;
    let told = |alert: &'static str, site: &'static str| crew.heard(alert, site, Status::Firing);

    std::fs::write(&field.signs, "balise_signs = 1\n[[sign]]\nsite = \"A20-km54\"\n").unwrap();
    crew.until("file refused", || told("BaliseFileRefused", "") > 0).await;
    std::fs::write(&field.signs, "balise_signs = 1\n").unwrap();
    crew.until("file mended", || crew.heard("BaliseFileRefused", "", Status::Resolved) > 0).await;

    field.pause(Signal::SIGSTOP);
    crew.until("data late", || told("BaliseDataLate", "A20-km54") > 0).await;
    field.pause(Signal::SIGCONT);
    crew.until("data there", || crew.heard("BaliseDataLate", "A20-km54", Status::Resolved) > 0).await;

    drop(field.monitor);
    crew.until("monitor down", || told("BaliseMonitorDown", "") > 0).await;
    // Long enough for whatever would be told again.
    tokio::time::sleep(Duration::from_secs(8)).await;
    let counts =
        [told("BaliseFileRefused", ""), told("BaliseDataLate", "A20-km54"), told("BaliseMonitorDown", "")];
    assert_eq!(counts, [1, 1, 1]);
    drop(prometheus);
}

/// A state is saved each minute whatever the speed of the rules: here they run ten times as fast.
#[tokio::test]
#[ignore = "four minutes: make soak"]
async fn a_state_that_cannot_be_saved_is_told_once() {
    let Some(tools) = tools(&["prometheus", "alertmanager"]) else { return };
    let crew = Crew::start(&tools, 100.0).await;
    let state = crew.folder().join("state");
    let field = Field::start(crew.folder(), &["--state", state.to_str().unwrap()]);
    let prometheus = prometheus(&tools, &crew, field.page, &rules(10.0, SCRAPE), SCRAPE).await;
    until_seen(&prometheus, "balise_state_saved_timestamp_seconds", 1).await;
    // Even root cannot write into a folder that is a file.
    std::fs::remove_dir_all(&state).unwrap();
    std::fs::write(&state, "").unwrap();
    let told = || crew.heard("BaliseStateNotSaved", "A20-km54", Status::Firing);
    let end = Instant::now() + Duration::from_secs(600);
    while told() == 0 {
        assert!(Instant::now() < end, "never told");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(told(), 1);
    drop((prometheus, field.monitor));
}
