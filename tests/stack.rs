//! The live chain with the real programs: a page that says a battery is low, then that it is not, and
//! what a crew is sent. Where Prometheus or Alertmanager is not to be had the test says `skipped: …`
//! and shows nothing.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use balise::alerts;
use balise::stack::{Delivery, Mail, Plan, SmtpSink, Stack, Status, Tools, Webhook};
use exporter::rules::Scaling;
use exporter::serve::{self, Serving};
use exporter::{BatteryId, Board, Info, Row};
use tempfile::TempDir;
use tokio::sync::oneshot;

const SCRAPE: Duration = Duration::from_millis(200);
const FACTOR: f64 = 3600.0;
const LOW: &str = "BaliseBatteryLow";
/// Far beyond what a busy machine of two cores was seen to need.
const PATIENCE: Duration = Duration::from_secs(90);

fn tools() -> Option<Tools> {
    let tools = Tools::find();
    for (name, path) in tools.by_name() {
        if path.is_none() && matches!(name, "prometheus" | "alertmanager") {
            skipped(&format!("skipped: {name} not found"));
            return None;
        }
    }
    Some(tools)
}

/// A page with one battery.
struct Page {
    board: Board,
    battery: BatteryId,
    serving: Serving,
    _stop: oneshot::Sender<()>,
}

impl Page {
    async fn serve() -> Self {
        let board = Board::new("0.1.0");
        let battery = BatteryId::new("A20-km54", "PMV-104");
        board.describe(&battery, Info::new("agm", "vedirect-bmv"));
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let serving = serve::start(address, serve::router(board.clone()), shutdown).await.unwrap();
        Self { board, battery, serving, _stop: stop }
    }

    fn say(&self, soc_ratio: f64) {
        let row = Row {
            soc_ratio: Some(soc_ratio),
            soc_ratio_stddev: Some(0.02),
            device_soc_ratio: Some(soc_ratio),
            capacity_coulombs: Some(360_000.0),
            ..Row::default()
        };
        self.board.publish(&self.battery, &row);
    }
}

/// A running chain with its page and its folder.
struct Chain {
    page: Page,
    stack: Stack,
    folder: TempDir,
}

async fn chain(tools: &Tools, webhook: &Webhook, smtp: &SmtpSink) -> Chain {
    let page = Page::serve().await;
    page.say(0.8);
    let plan = Plan {
        scrape_targets: vec![page.serving.address()],
        scrape_interval: SCRAPE,
        evaluation_interval: SCRAPE,
        rules_yaml: alerts::standard().rule_file(&Scaling::accelerated(FACTOR, SCRAPE)),
        webhook: webhook.address(),
        smtp: smtp.address(),
        mail_to: "equipe@localhost".to_owned(),
    };
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let stack = Stack::start(folder.path(), tools, &plan).await.unwrap();
    println!("ready after {:?}", began.elapsed());
    Chain { page, stack, folder }
}

impl Chain {
    /// Waits until something has happened; says what Prometheus and Alertmanager wrote where it does not.
    async fn until(&mut self, what: &str, mut happened: impl FnMut() -> bool) -> Duration {
        let began = Instant::now();
        while !happened() {
            self.stack.check().unwrap();
            assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}\n{}", self.logs());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        began.elapsed()
    }

    fn logs(&self) -> String {
        ["prometheus.log", "alertmanager.log"]
            .map(|name| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default())
            .join("\n")
    }

    /// Ends it, and sees that nothing is left running.
    async fn stop(self) {
        let processes = self.stack.processes();
        assert!(processes.iter().all(|id| runs(*id)));
        self.stack.stop().await;
        assert!(!processes.iter().any(|id| runs(*id)), "{processes:?}");
    }
}

fn runs(process: u32) -> bool {
    std::path::Path::new(&format!("/proc/{process}")).exists()
}

fn told(deliveries: &[Delivery], status: Status) -> Option<&Delivery> {
    deliveries.iter().find(|delivery| delivery.alert == LOW && delivery.status == status)
}

fn mailed<'m>(mails: &'m [Mail], opening: &str) -> Option<&'m Mail> {
    mails.iter().find(|mail| mail.subject.starts_with(opening) && mail.subject.ends_with("batterie basse"))
}

/// From the wall clock of a delivery to that of its cause.
fn seconds_between(later_unix_nanos: i64, earlier_unix_nanos: i64) -> f64 {
    (later_unix_nanos - earlier_unix_nanos) as f64 * 1e-9
}

#[tokio::test]
async fn a_low_battery_is_told_by_webhook_and_mail_and_so_is_its_end() {
    let Some(tools) = tools() else { return };
    let (webhook, smtp) = (Webhook::listen().await.unwrap(), SmtpSink::listen().await.unwrap());
    let mut chain = chain(&tools, &webhook, &smtp).await;

    chain.page.say(0.30);
    let both = |status, opening: &str| {
        told(&webhook.deliveries(), status).is_some() && mailed(&smtp.mails(), opening).is_some()
    };
    let took = chain.until("firing", || both(Status::Firing, "ALERTE")).await;
    println!("low -> told by both: {took:?}");
    chain.page.say(0.80);
    let took = chain.until("resolved", || both(Status::Resolved, "FIN D’ALERTE")).await;
    println!("charged -> told by both: {took:?}");

    let (deliveries, mails) = (webhook.deliveries(), smtp.mails());
    let (firing, resolved) =
        (told(&deliveries, Status::Firing).unwrap(), told(&deliveries, Status::Resolved).unwrap());
    let ended = resolved.ends_at_unix_nanos.unwrap();
    println!(
        "fired -> webhook {:.2} s, resolved -> webhook {:.2} s",
        seconds_between(firing.received_unix_nanos, firing.starts_at_unix_nanos),
        seconds_between(resolved.received_unix_nanos, ended)
    );
    let alarm = mailed(&mails, "ALERTE").unwrap();
    println!(
        "fired -> mail {:.2} s",
        seconds_between(alarm.received_unix_nanos, firing.starts_at_unix_nanos)
    );
    println!("{}\n{}", alarm.subject, alarm.body);
    assert_eq!((firing.site.as_str(), firing.battery.as_str()), ("A20-km54", "PMV-104"));
    assert_eq!(firing.ends_at_unix_nanos, None);
    assert!(firing.annotations["summary_fr"].ends_with("batterie basse, 30\u{a0}%"), "{firing:?}");
    assert_eq!((firing.fingerprint.as_str(), webhook.malformed()), (resolved.fingerprint.as_str(), 0));
    assert!(ended > firing.starts_at_unix_nanos);
    assert_eq!(alarm.to, ["equipe@localhost"]);
    assert!(alarm.body.contains("À faire\u{a0}: ") && alarm.body.contains("To do: "), "{}", alarm.body);

    let (from, until) =
        (firing.starts_at_unix_nanos - 5_000_000_000, resolved.received_unix_nanos + 5_000_000_000);
    let spans = chain.stack.alert_spans(from, until, SCRAPE).await.unwrap();
    let span = spans.iter().find(|span| span.alert == LOW && span.site == "A20-km54").unwrap();
    assert!(span.from_unix_nanos < ended && span.until_unix_nanos > firing.starts_at_unix_nanos, "{spans:?}");
    chain.stop().await;
}

#[tokio::test]
async fn receivers_that_refuse_have_received_nothing() {
    let Some(tools) = tools() else { return };
    let (webhook, smtp) = (Webhook::refusing().await.unwrap(), SmtpSink::refusing().await.unwrap());
    let mut chain = chain(&tools, &webhook, &smtp).await;
    chain.page.say(0.30);
    chain.until("refused by both", || webhook.refused() > 0 && smtp.refused() > 0).await;
    assert!(webhook.deliveries().is_empty() && smtp.mails().is_empty());
    chain.stop().await;
}

#[tokio::test]
async fn a_receiver_that_refuses_does_not_hold_up_the_other() {
    let Some(tools) = tools() else { return };
    let (webhook, smtp) = (Webhook::refusing().await.unwrap(), SmtpSink::listen().await.unwrap());
    let mut chain = chain(&tools, &webhook, &smtp).await;
    chain.page.say(0.30);
    chain.until("mailed", || mailed(&smtp.mails(), "ALERTE").is_some()).await;
    chain.page.say(0.80);
    chain.until("mailed", || mailed(&smtp.mails(), "FIN D’ALERTE").is_some()).await;
    assert!(webhook.deliveries().is_empty() && webhook.refused() > 0);
    chain.stop().await;
}

#[tokio::test]
async fn rules_that_are_no_rules_are_reported_with_what_prometheus_says_of_them() {
    let Some(tools) = tools() else { return };
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    let plan = Plan {
        scrape_targets: Vec::new(),
        scrape_interval: SCRAPE,
        evaluation_interval: SCRAPE,
        rules_yaml: "groups:\n  - name: x\n    rules:\n      - alert: A\n        expr: '('\n".to_owned(),
        webhook: anywhere,
        smtp: anywhere,
        mail_to: "equipe@localhost".to_owned(),
    };
    let folder = tempfile::tempdir().unwrap();
    let said = Stack::start(folder.path(), &tools, &plan).await.unwrap_err().to_string();
    assert!(said.contains("prometheus ended by itself") && said.contains("rules.yml"), "{said}");
}

#[tokio::test]
async fn a_program_that_is_missing_is_named() {
    let page = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    let plan = Plan {
        scrape_targets: vec![page],
        scrape_interval: SCRAPE,
        evaluation_interval: SCRAPE,
        rules_yaml: String::new(),
        webhook: page,
        smtp: page,
        mail_to: String::new(),
    };
    let folder = tempfile::tempdir().unwrap();
    let error = Stack::start(folder.path(), &Tools::default(), &plan).await.unwrap_err();
    assert_eq!(error.to_string(), "prometheus not found");
}

/// Says why a test shows nothing, past the test runner's capture.
fn skipped(reason: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{reason}");
}
