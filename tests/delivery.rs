//! What a crew is sent with the configuration that ships: a real Alertmanager, e-mail, Slack and webhook really
//! received on loopback. Alerts are posted to it as Prometheus posts them; `outages.rs` has the whole chain.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]

#[path = "delivery/crew.rs"]
mod crew;

use std::path::{Path, PathBuf};
use std::process::Command;

use balise::stack::{Runnable, Status, Webhook};
use crew::{Alert, Crew, alert, of_series, timeless, tools, with_examples};

/// What takes 30 s in the field takes 0.3 s.
const FACTOR: f64 = 100.0;
/// Slowly enough that what is raised together is seen together, and what hides before what it hides is told: in the field half
/// a minute, here a second and a half.
const CALM: f64 = 20.0;
/// An alert that nothing hides, with the longest wait of all, on signs of regions of their own.
const WITNESS: &str = "BaliseOverTemperature";
const WITNESSES: [&str; 2] = ["Z98-km0", "Z99-km0"];

impl Crew {
    /// Posts the alerts, and waits until all that is told of them at once has been told: a witness posted with
    /// them has been, and another one whose wait began only then.
    async fn told_of(&self, alerts: &[Alert]) {
        self.post(alerts).await;
        for site in WITNESSES {
            self.post(&[alert(WITNESS, site)]).await;
            self.until("the witness", || self.is_told(WITNESS, site)).await;
        }
    }

    fn is_told(&self, alert: &str, site: &str) -> bool {
        self.heard(alert, site, Status::Firing) > 0
    }
}

#[test]
fn amtool_accepts_the_configuration_with_its_examples_and_knows_who_hears_of_what() {
    let Some(tools) = tools(&["amtool"]) else { return };
    let amtool = Runnable::of(tools.amtool.as_deref().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("alertmanager.yml");
    std::fs::copy(crew::compose("alertmanager/balise.tmpl"), folder.path().join("balise.tmpl")).unwrap();
    let yaml = with_examples();
    assert!(yaml.contains("\n    email_configs:\n      - to:") && yaml.contains("\n    slack_configs:\n"));
    // A secret is named by its file, never written.
    for secret in ["smtp_auth_password:", "api_url:", "slack_api_url:", "password:", "credentials:"] {
        assert!(!yaml.contains(secret), "{secret}");
    }
    std::fs::write(&file, yaml).unwrap();
    let said = |command: &mut Command| {
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{said}");
        said
    };
    let checked = said(amtool.command().arg("check-config").arg(&file));
    assert!(checked.contains("SUCCESS") && checked.contains("6 inhibit rules"), "{checked}");
    for (labels, receiver) in [
        (["severity=critical", "cause=energy"], "crew"),
        (["severity=critical", "cause=battery"], "crew"),
        (["severity=warning", "cause=link"], "crew"),
        (["severity=warning", "late=true"], "crew-late"),
    ] {
        let mut command = amtool.command();
        command.args(["config", "routes", "test", "--config.file"]).arg(&file).args(labels);
        let said = said(&mut command);
        assert!(said.lines().any(|line| line.trim() == receiver), "{labels:?}: {said}");
    }
}

/// `BALISE_RENEW=1` writes the texts anew.
fn golden(name: &str, text: &str) {
    let file: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/delivery").join(name);
    if std::env::var_os("BALISE_RENEW").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == text, "tests/delivery/{name} is not what was sent (BALISE_RENEW=1 renews it):\n{text}");
}

impl Crew {
    /// The latest mail and Slack message of a region, as a person reads them.
    async fn read(&self, region: &str, opening: &str) -> String {
        let mail = || self.smtp.mails().into_iter().rfind(|it| about(&it.subject, opening, region));
        let post = || self.slack.posts().into_iter().rfind(|it| about(&it.title, opening, region));
        self.until(region, || mail().is_some() && post().is_some()).await;
        let (mail, post) = (mail().unwrap(), post().unwrap());
        timeless(&format!(
            "To: {}\nSubject: {}\n\n{}\n=== Slack {}\n{}\n\n{}",
            mail.to.join(", "),
            mail.subject,
            mail.body,
            post.channel,
            post.title,
            post.text
        ))
    }
}

fn about(title: &str, opening: &str, region: &str) -> bool {
    title.starts_with(opening) && title.contains(region)
}

#[tokio::test]
async fn an_alert_and_its_end_arrive_by_mail_slack_and_webhook_word_for_word() {
    let Some(tools) = tools(&["alertmanager"]) else { return };
    let crew = Crew::start(&tools, FACTOR).await;
    let low = alert("BaliseBatteryVeryLow", "A20-km54");
    crew.post(std::slice::from_ref(&low)).await;
    golden("one.txt", &crew.read("A20", "ALERTE").await);
    crew.until("webhook", || crew.is_told("BaliseBatteryVeryLow", "A20-km54")).await;
    crew.post(&[low.over()]).await;
    golden("over.txt", &crew.read("A20", "FIN D’ALERTE").await);
    crew.until("webhook", || crew.heard("BaliseBatteryVeryLow", "A20-km54", Status::Resolved) > 0).await;
    assert_eq!((crew.smtp.mails().len(), crew.slack.posts().len(), crew.webhook.messages().len()), (2, 2, 2));

    // A monitor has no sign, and what is told late says so.
    crew.post(&[of_series("BaliseMonitorDown", &[("instance", "10.0.0.7:9187"), ("job", "balise")], 0.0)])
        .await;
    golden("monitor.txt", &crew.read("10.0.0.7:9187", "ALERTE").await);
    let late = alert("BaliseDarkInTwoNights", "A15-km2")
        .with("late", "true")
        .saying("late_fr", "vrai du 2026-01-11 22:00 au 2026-01-12 04:00, appris après coup")
        .saying("late_en", "true from 2026-01-11 22:00 to 2026-01-12 04:00, learned afterwards");
    crew.post(&[late]).await;
    golden("late.txt", &crew.read("A15-km2", "ALERTE TARDIVE").await);
}

#[tokio::test]
async fn alerts_of_one_region_and_cause_are_one_message_however_many_signs() {
    let Some(tools) = tools(&["alertmanager"]) else { return };
    let crew = Crew::start(&tools, CALM).await;
    let mut alerts: Vec<Alert> =
        (0..12).map(|sign| alert("BaliseDarkInTwoNights", &format!("A20-km{sign:02}"))).collect();
    alerts.push(alert("BaliseLowVoltage", "A20-km03"));
    alerts.push(alert("BaliseDarkInTwoNights", "A40-km1"));
    alerts.push(alert("BaliseThermalRunaway", "A40-km1"));
    crew.told_of(&alerts).await;
    let messages: Vec<(String, String, usize)> = crew
        .webhook
        .messages()
        .into_iter()
        .map(|it| (it.group["region"].clone(), it.group["cause"].clone(), it.alerts))
        .filter(|(region, ..)| !region.starts_with('Z'))
        .collect();
    let mut sorted = messages.clone();
    sorted.sort();
    let of = |region: &str, cause: &str, alerts| (region.to_owned(), cause.to_owned(), alerts);
    assert_eq!(sorted, [of("A20", "energy", 13), of("A40", "battery", 1), of("A40", "energy", 1)]);
    golden("many.txt", &crew.read("A20", "ALERTE").await);
}

/// What one alert hides, and what it does not.
#[tokio::test]
async fn an_alert_hides_what_it_says_already_and_nothing_else() {
    let Some(tools) = tools(&["alertmanager"]) else { return };
    let crew = Crew::start(&tools, CALM).await;
    let down = of_series("BaliseMonitorDown", &[("instance", "down:9187"), ("region", "R8")], 0.0);
    let hidden = [
        ("BaliseBatteryVeryLow", "BaliseBatteryLow", "critical hides the warning of the same cause"),
        ("BaliseDarkInTwoNights", "BaliseDarkSoon", "critical hides the warning of the same cause"),
        ("BaliseThermalRunaway", "BaliseOverTemperature", "critical hides the warning of the same cause"),
        ("BaliseBatteryLow", "BaliseNotCharging", "low hides no charge"),
        ("BaliseDeviceSilent", "BaliseSensorFault", "a silent device hides what it cannot know"),
        ("BaliseDeviceSilent", "BaliseDataLate", "a silent device hides what it cannot know"),
        ("BaliseDarkInTwoNights", "BaliseDeviceSilent", "an empty battery explains its silence"),
    ];
    let told = [
        ("BaliseBatteryVeryLow", "BaliseSensorFault", "critical hides no warning of another cause"),
        ("BaliseDeviceSilent", "BaliseBatteryLow", "silence hides nothing that was known"),
        ("BaliseDeviceSilent", "BaliseDarkSoon", "silence hides nothing that was known"),
        ("BaliseBatteryLow", "BaliseEstimateDisagrees", "a warning hides no other cause"),
    ];
    let site = |kind: &str, index: usize| format!("{kind}{index}-km1");
    let mut alerts = vec![down.clone()];
    for (kind, cases) in [("H", &hidden[..]), ("T", &told[..])] {
        for (index, (source, target, _)) in cases.iter().enumerate() {
            alerts.extend([alert(source, &site(kind, index)), alert(target, &site(kind, index))]);
        }
    }
    // The same pair on two signs: neither hides the other's.
    alerts.extend([alert("BaliseBatteryVeryLow", "N1-km1"), alert("BaliseBatteryLow", "N1-km2")]);
    // A monitor that is down hides its own devices' silence, not that of others, and no low battery.
    alerts.push(alert("BaliseDeviceSilent", "D1-km1").with("instance", "down:9187"));
    alerts.push(alert("BaliseDeviceSilent", "D2-km1"));
    alerts.push(alert("BaliseBatteryLow", "D1-km1").with("instance", "down:9187"));
    // What is on hides that it was; what was hides nothing that is.
    alerts.extend([
        alert("BaliseBatteryLow", "L1-km1"),
        alert("BaliseBatteryLow", "L1-km1").with("late", "true"),
    ]);
    alerts.extend([
        alert("BaliseBatteryVeryLow", "L2-km1").with("late", "true"),
        alert("BaliseBatteryLow", "L2-km1"),
    ]);
    crew.told_of(&alerts).await;
    let count = |name: &str, site: &str| crew.heard(name, site, Status::Firing);
    for (index, (source, target, why)) in hidden.iter().enumerate() {
        let site = site("H", index);
        assert!(crew.is_told(source, &site) && !crew.is_told(target, &site), "{why}: {source}, {target}");
    }
    for (index, (source, target, why)) in told.iter().enumerate() {
        let site = site("T", index);
        assert!(crew.is_told(source, &site) && crew.is_told(target, &site), "{why}: {source}, {target}");
    }
    assert!(crew.is_told("BaliseBatteryLow", "N1-km2"));
    assert!(!crew.is_told("BaliseDeviceSilent", "D1-km1") && crew.is_told("BaliseDeviceSilent", "D2-km1"));
    assert!(crew.is_told("BaliseBatteryLow", "D1-km1") && crew.is_told("BaliseMonitorDown", ""));
    assert_eq!((count("BaliseBatteryLow", "L1-km1"), count("BaliseBatteryLow", "L2-km1")), (1, 1));
    assert!(crew.is_told("BaliseBatteryVeryLow", "L2-km1"));
}

#[tokio::test]
async fn a_silenced_sign_is_not_told_of_until_the_silence_ends() {
    let Some(tools) = tools(&["alertmanager"]) else { return };
    let crew = Crew::start(&tools, FACTOR).await;
    let silence = serde_json::json!({
        "matchers": [{ "name": "site", "value": "A20-km54", "isRegex": false, "isEqual": true }],
        "startsAt": "2026-01-12T10:00:00Z", "endsAt": "2126-01-12T10:00:00Z",
        "createdBy": "chef", "comment": "battery on its way",
    });
    let made = crew.ask("POST", "/api/v2/silences", Some(silence.to_string())).await;
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let id = made["silenceID"].as_str().unwrap();
    crew.told_of(&[alert("BaliseBatteryLow", "A20-km54"), alert("BaliseBatteryLow", "A20-km60")]).await;
    assert!(crew.is_told("BaliseBatteryLow", "A20-km60") && !crew.is_told("BaliseBatteryLow", "A20-km54"));
    crew.ask("DELETE", &format!("/api/v2/silence/{id}"), None).await;
    crew.until("after the silence", || crew.is_told("BaliseBatteryLow", "A20-km54")).await;
}

/// Quiet hours of a zone that end with this minute, or with the next where this one is nearly over.
fn quiet_for_a_while(zone: &str) -> Option<String> {
    let date = |offset: &str| {
        let output = Command::new("date").env("TZ", zone).args(["-d", offset, "+%H:%M"]).output().ok()?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
    };
    let (now, end) = (date("now - 5 minutes")?, date("now + 90 seconds")?);
    // Close to midnight such hours cannot be written as one range.
    (now < end).then(|| {
        format!("      - times:\n          - start_time: \"{now}\"\n            end_time: \"{end}\"\n        location: {zone}\n")
    })
}

#[tokio::test]
async fn in_quiet_hours_a_warning_waits_for_their_end_and_what_is_critical_does_not() {
    let Some(tools) = tools(&["alertmanager"]) else { return };
    let Some(quiet) = quiet_for_a_while("America/Toronto") else {
        balise::speech::tell("skipped: too close to midnight, or no date");
        return;
    };
    let crew = Crew::with(&tools, FACTOR, &quiet, Webhook::listen().await.unwrap()).await;
    let warning = alert("BaliseBatteryLow", "A20-km54");
    let late = alert("BaliseDarkSoon", "A30-km1").with("late", "true");
    crew.post(&[warning, late, alert("BaliseBatteryVeryLow", "A40-km1")]).await;
    crew.until("critical", || crew.is_told("BaliseBatteryVeryLow", "A40-km1")).await;
    // The witness is a warning too: nothing but time tells that warnings wait. Long past every wait of theirs:
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    assert!(!crew.is_told("BaliseBatteryLow", "A20-km54") && !crew.is_told("BaliseDarkSoon", "A30-km1"));
    let end = std::time::Instant::now() + std::time::Duration::from_secs(180);
    while !(crew.is_told("BaliseBatteryLow", "A20-km54") && crew.is_told("BaliseDarkSoon", "A30-km1")) {
        assert!(std::time::Instant::now() < end, "the warnings were never told");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_receiver_that_fails_is_told_again_and_holds_up_no_other() {
    let Some(tools) = tools(&["alertmanager"]) else { return };
    let webhook = Webhook::refusing_first(2).await.unwrap();
    // Slowly enough that the third attempt is within the time one message has: in the field ten minutes.
    let crew = Crew::with(&tools, 20.0, "      - years: ['2001']\n", webhook).await;
    crew.post(&[alert("BaliseBatteryVeryLow", "A20-km54")]).await;
    crew.until("mail and Slack", || !crew.smtp.mails().is_empty() && !crew.slack.posts().is_empty()).await;
    crew.until("webhook", || crew.is_told("BaliseBatteryVeryLow", "A20-km54")).await;
    assert_eq!(crew.webhook.refused(), 2);
    assert_eq!(crew.heard("BaliseBatteryVeryLow", "A20-km54", Status::Firing), 1);
    assert_eq!((crew.smtp.mails().len(), crew.slack.posts().len()), (1, 1));
}

#[tokio::test]
async fn alertmanager_killed_before_it_told_tells_once_it_is_back() {
    let Some(tools) = tools(&["alertmanager"]) else { return };
    // Slowly enough that it is killed before the warning's group has waited.
    let mut crew = Crew::start(&tools, CALM).await;
    let (warned, low) = (alert("BaliseBatteryLow", "A20-km54"), alert("BaliseBatteryVeryLow", "A40-km1"));
    crew.post(std::slice::from_ref(&low)).await;
    crew.until("critical", || crew.is_told("BaliseBatteryVeryLow", "A40-km1")).await;
    // What was told must be on disk by then, as it is within a minute in the field.
    crew.kept_what_was_told().await;
    // Its group waits still.
    crew.post(std::slice::from_ref(&warned)).await;
    crew.alertmanager.kill();
    crew.alertmanager.start().await.unwrap();
    // Prometheus sends what is on again and again.
    crew.told_of(&[warned, low.clone()]).await;
    crew.until("the warning", || crew.is_told("BaliseBatteryLow", "A20-km54")).await;
    assert_eq!(crew.heard("BaliseBatteryLow", "A20-km54", Status::Firing), 1);
    assert_eq!(crew.heard("BaliseBatteryVeryLow", "A40-km1", Status::Firing), 1, "told before, not again");
    crew.post(&[low.over()]).await;
    crew.until("its end", || crew.heard("BaliseBatteryVeryLow", "A40-km1", Status::Resolved) > 0).await;
}
