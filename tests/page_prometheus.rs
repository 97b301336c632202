//! The page beside a real Prometheus: the alerts it holds, with their sentences, and the curves from before the page began. Skipped by name
//! where Prometheus or Alertmanager is not to be had.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

#[path = "page/stage.rs"]
mod stage;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use balise::alerts;
use balise::page;
use balise::stack::{Plan, SmtpSink, Stack, Tools, Webhook};
use balise::words::Words;
use exporter::rules::Scaling;
use exporter::{BatteryId, Board, Info, Row, serve};
use hil::pace::WallClock;
use stage::{ask, configuration};
use tokio::sync::watch;

const SCRAPE: Duration = Duration::from_millis(200);
const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// Far beyond what a busy machine of two cores was seen to need.
const PATIENCE: Duration = Duration::from_secs(120);
const FRENCH: [(&str, &str); 1] = [("Accept-Language", "fr")];

fn low() -> Row {
    Row {
        soc_ratio: Some(0.3),
        soc_ratio_stddev: Some(0.02),
        device_soc_ratio: Some(0.3),
        voltage_volts: Some(12.1),
        capacity_coulombs: Some(360_000.0),
        ..Row::default()
    }
}

#[tokio::test]
async fn alerts_and_the_past_come_from_prometheus() {
    let tools = Tools::find();
    for (name, path) in tools.by_name() {
        if path.is_none() && matches!(name, "prometheus" | "alertmanager") {
            println!("skipped: {name} not found");
            return;
        }
    }
    let names = [("A20-km54".to_owned(), "PMV-104".to_owned())];
    let id = BatteryId::new(&names[0].0, &names[0].1);
    // Who is scraped, and has been for a while when the page begins.
    let board = Board::new("0.1.0");
    board.describe(&id, Info::new("lead_acid", "vedirect-bmv"));
    board.publish(&id, &low());
    let scraped =
        serve::start(LOOPBACK, serve::measures(board.clone()), std::future::pending()).await.unwrap();
    let (webhook, smtp) = (Webhook::listen().await.unwrap(), SmtpSink::listen().await.unwrap());
    let plan = Plan {
        scrape_targets: vec![scraped.address()],
        scrape_interval: SCRAPE,
        evaluation_interval: SCRAPE,
        rules_yaml: alerts::standard().rule_file(&Scaling::accelerated(3600.0, SCRAPE)),
        webhook: webhook.address(),
        smtp: smtp.address(),
        mail_to: "equipe@localhost".to_owned(),
    };
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::start(folder.path(), &tools, &plan).await.unwrap();
    // A point of an hour's curve is 10 s: two of them are a past.
    tokio::time::sleep(Duration::from_secs(25)).await;

    let config = configuration(&names, &format!("prometheus = \"http://{}\"", stack.prometheus()));
    let fresh = Board::new("0.1.0");
    fresh.describe(&id, Info::new("lead_acid", "vedirect-bmv"));
    fresh.publish(&id, &low());
    let shown = page::open(&config, LOOPBACK, &fresh, 1.0, Words::French).unwrap();
    let serving = serve::start(LOOPBACK, shown.router(), std::future::pending()).await.unwrap();
    let (_stop, stopping) = watch::channel(false);
    tokio::spawn(page::keep(shown, fresh, config, WallClock::from_now(), 1.0, stopping));

    let began = Instant::now();
    loop {
        let (_, document) = ask(serving.address(), "/sign/A20-km54/PMV-104", &FRENCH).await;
        if document.contains("batterie basse") && document.contains("La batterie est à 30") {
            println!("an alert and its sentences after {:?}", began.elapsed());
            break;
        }
        assert!(began.elapsed() < PATIENCE, "{document}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let (_, body) = ask(serving.address(), "/history/A20-km54/PMV-104?span=hour", &FRENCH).await;
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
    let first = answer["times"][0].as_f64().unwrap();
    let before = answer["now"].as_f64().unwrap() - began.elapsed().as_secs_f64() - first;
    println!("the curve begins {before:.0} s before the page did");
    assert!(before > 8.0, "{body}");
    assert_eq!(answer["curves"]["volts"][0].as_f64(), Some(12.1), "{body}");
    stack.stop().await;
}
