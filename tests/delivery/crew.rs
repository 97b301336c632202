//! A crew: the configuration that ships, in a real Alertmanager, and the three receivers it tells.
//!
//! Only addresses and lengths are changed: `hastened` divides every wait by one factor, so that what is shown of a
//! fast run holds for the one that ships.
#![allow(dead_code, reason = "no test uses all of it")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use balise::alerts;
use balise::stack::{Delivery, Part, Slack, SmtpSink, Status, Tools, Webhook};
use exporter::rules::{Names, Rule};
use tempfile::TempDir;

/// Far beyond what a busy machine of two cores was seen to need.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// Where the file that ships has its quiet hours.
pub const QUIET: &str = "      - times:
          - start_time: \"20:00\"
            end_time: \"24:00\"
          - start_time: \"00:00\"
            end_time: \"06:00\"
        location: America/Toronto
";
/// Hours of a year long past: what is asked about something else must not depend on the hour of the test.
const NEVER_QUIET: &str = "      - years: ['2001']\n";

pub fn compose(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compose").join(path)
}

/// The tools, or a word that nothing is shown.
pub fn tools(wanted: &[&str]) -> Option<Tools> {
    let tools = Tools::find();
    for (name, path) in tools.by_name() {
        if path.is_none() && wanted.contains(&name) {
            balise::speech::tell(&format!("skipped: {name} not found"));
            return None;
        }
    }
    Some(tools)
}

/// The file that ships, its examples made real: lines of comment that are YAML.
pub fn with_examples() -> String {
    let yaml = std::fs::read_to_string(compose("alertmanager/alertmanager.yml")).unwrap();
    let example = |line: &str| {
        let (margin, text) = line.split_once("# ")?;
        let key = text.trim().trim_start_matches("- ").split_once(':')?.0;
        let is_key =
            !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '_');
        (!margin.is_empty() && margin.trim().is_empty() && is_key).then(|| format!("{margin}{text}"))
    };
    yaml.lines().map(|line| example(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// Every wait divided by `factor`.
pub fn hastened(yaml: &str, factor: f64) -> String {
    let wait = |line: &str| {
        let (key, length) = line.split_once(": ")?;
        if !["group_wait", "group_interval", "repeat_interval"].contains(&key.trim()) {
            return None;
        }
        let (number, unit) = length.split_at(length.len() - 1);
        let secs = match unit {
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => panic!("{line}"),
        };
        let millis = number.parse::<f64>().unwrap() * secs * 1000.0 / factor;
        Some(format!("{key}: {}ms", millis.max(1.0).round()))
    };
    yaml.lines().map(|line| wait(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// Alertmanager and those it tells.
pub struct Crew {
    pub alertmanager: Part,
    pub webhook: Webhook,
    pub smtp: SmtpSink,
    pub slack: Slack,
    folder: TempDir,
    began: Instant,
}

impl Crew {
    /// Waits `factor` times as short, no quiet hours.
    pub async fn start(tools: &Tools, factor: f64) -> Self {
        Self::with(tools, factor, NEVER_QUIET, Webhook::listen().await.unwrap()).await
    }

    pub async fn with(tools: &Tools, factor: f64, quiet: &str, webhook: Webhook) -> Self {
        let (smtp, slack) = (SmtpSink::listen().await.unwrap(), Slack::listen().await.unwrap());
        let folder = tempfile::tempdir().unwrap();
        let secret = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let password = secret("smtp-password", "not asked for");
        let slack_url = secret("slack-url", &format!("http://{}/services/T/B/x", slack.address()));
        let shipped = with_examples();
        assert!(shipped.contains(QUIET), "{shipped}");
        let yaml = hastened(&shipped, factor)
            .replace(QUIET, quiet)
            .replace("http://127.0.0.1:9095/", &format!("http://{}/", webhook.address()))
            .replace(
                "\"smtp.example.org:587\"",
                &format!("\"{}\"\n  smtp_require_tls: false", smtp.address()),
            )
            .replace("/etc/alertmanager/smtp-password", &password)
            .replace("/etc/alertmanager/slack-url", &slack_url);
        let mut alertmanager = Part::alertmanager(&folder.path().join("alertmanager"), tools, &yaml)
            .unwrap()
            .with(["--data.maintenance-interval=200ms"]);
        alertmanager.start().await.unwrap();
        Self { alertmanager, webhook, smtp, slack, folder, began: Instant::now() }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Posts alerts as Prometheus does: at most 64 at a time.
    pub async fn post(&self, alerts: &[Alert]) {
        for part in alerts.chunks(64) {
            let body = serde_json::Value::from_iter(part.iter().map(Alert::json));
            self.ask("POST", "/api/v2/alerts", Some(body.to_string())).await;
        }
    }

    /// The answer of its interface.
    pub async fn ask(&self, method: &'static str, path: &str, body: Option<String>) -> String {
        let url = format!("http://{}{path}", self.alertmanager.address());
        let ask = move || {
            let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
            let mut answer = match (method, body) {
                ("DELETE", _) => agent.delete(&url).call(),
                ("POST", Some(body)) => {
                    agent.post(&url).header("Content-Type", "application/json").send(body.as_bytes())
                }
                _ => agent.get(&url).call(),
            }
            .unwrap();
            answer.body_mut().read_to_string().unwrap()
        };
        tokio::task::spawn_blocking(ask).await.unwrap()
    }

    /// Waits until something has happened.
    pub async fn until(&self, what: &str, happened: impl Fn() -> bool) {
        let began = Instant::now();
        while !happened() {
            assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}\n{}", self.account());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until Alertmanager has written down all that it has told so far.
    pub async fn kept_what_was_told(&self) {
        // It notes a message once its receiver has answered: by then at the latest.
        let noted = SystemTime::now() + Duration::from_millis(300);
        let log = self.folder().join("alertmanager/data/nflog");
        let written = || std::fs::metadata(&log).and_then(|file| file.modified()).is_ok_and(|at| at > noted);
        self.until("its log of messages on disk", written).await;
    }

    /// What was told, and what Alertmanager says of itself.
    fn account(&self) -> String {
        let told: Vec<String> = self
            .webhook
            .deliveries()
            .iter()
            .map(|it| format!("{:?} {} {}", it.status, it.alert, it.site))
            .collect();
        let log = std::fs::read_to_string(self.alertmanager.log()).unwrap_or_default();
        format!("{:?} after {:?}\n{log}", told, self.began.elapsed())
    }

    /// How often the webhook heard of an alert of a site.
    pub fn heard(&self, alert: &str, site: &str, status: Status) -> usize {
        let is = |it: &&Delivery| it.alert == alert && it.site == site && it.status == status;
        self.webhook.deliveries().iter().filter(is).count()
    }
}

/// One alert of a rule that ships, with its own sentences.
#[derive(Debug, Clone)]
pub struct Alert {
    pub labels: Names,
    annotations: Names,
    /// Alertmanager holds a group of new alerts together only where they are new: one that began before its group's
    /// wait is told at once.
    starts: SystemTime,
    ends: Option<SystemTime>,
}

pub fn rule(name: &str) -> &'static Rule {
    alerts::standard().rules.iter().find(|rule| rule.name == name).unwrap()
}

/// The alert `name` about the battery PMV of `site`, which Prometheus would send with these labels.
pub fn alert(name: &str, site: &str) -> Alert {
    let region = site.split('-').next().unwrap();
    let labels =
        [("site", site), ("battery", "PMV"), ("region", region), ("instance", "m:9187"), ("job", "balise")];
    // Hours until dark, or a state of charge.
    of_series(name, &labels, if name.starts_with("BaliseDark") { 10.0 } else { 0.18 })
}

pub fn of_series(name: &str, labels: &[(&str, &str)], value: f64) -> Alert {
    let series: Names =
        labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let rule = rule(name);
    let annotations = rule.annotations(&series, value, &alerts::standard().runbook);
    Alert { labels: rule.alert_labels(&series), annotations, starts: SystemTime::now(), ends: None }
}

impl Alert {
    pub fn over(&self) -> Self {
        Self { ends: Some(SystemTime::now()), ..self.clone() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.labels.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn saying(mut self, name: &str, value: &str) -> Self {
        self.annotations.insert(name.to_owned(), value.to_owned());
        self
    }

    fn json(&self) -> serde_json::Value {
        let stamp = |at| jiff::Timestamp::try_from(at).unwrap().to_string();
        let mut json = serde_json::json!({
            "labels": self.labels, "annotations": self.annotations, "startsAt": stamp(self.starts),
        });
        if let Some(ends) = self.ends {
            json["endsAt"] = stamp(ends).into();
        }
        json
    }
}

/// Every time of day made one, so that texts can be compared.
pub fn timeless(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let shape = |window: &[char]| {
        window.iter().zip("0000-00-00 00:00".chars()).all(|(is, wanted)| match wanted {
            '0' => is.is_ascii_digit(),
            other => *is == other,
        })
    };
    for start in 0..letters.len().saturating_sub(15) {
        if shape(&letters[start..start + 16]) {
            letters[start..start + 16].copy_from_slice(&"2026-01-12 05:00".chars().collect::<Vec<_>>());
        }
    }
    letters.into_iter().collect()
}
