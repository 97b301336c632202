//! The week as it happens: every process started in order, watched, and ended.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::json;

use super::cast::{Role, STARTS};
use super::{BLOCK_SECS, Broken, DAYS, Options, SCRAPE, SILENT_AFTER_SECS, SPEED, alerts_of, scaling};
use crate::failure::{Exit, Failure, environment};
use crate::files;
use crate::interrupt;
use crate::speech;
use crate::stack::{Child, Delivery, Mail, Plan, SmtpSink, Stack, StackError, Status, Tools, Webhook};
use crate::words::Words;

/// What a week leaves: messages, and files in its folder.
#[derive(Debug)]
pub struct Lived {
    /// Wall clock at which the week began, nanoseconds since 1970.
    pub epoch_unix_nanos: i64,
    /// Every alert the webhook was told of.
    pub deliveries: Vec<Delivery>,
    /// Every mail.
    pub mails: Vec<Mail>,
    /// When it began, RFC 3339.
    pub started: String,
    /// How long all of it took.
    pub wall_secs: f64,
}

/// How the week ended.
#[derive(Debug)]
pub enum Ended {
    /// To its end.
    Whole(Lived),
    /// Somebody asked for the end.
    Interrupted,
}

/// Files of the week, below its folder.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The monitor's configuration.
    pub config: PathBuf,
    /// Every byte the monitor received.
    pub capture: PathBuf,
    /// Every estimate it made.
    pub estimates: PathBuf,
}

impl Paths {
    /// The files of the week in `out`.
    #[must_use]
    pub fn within(out: &Path) -> Self {
        Self {
            config: out.join("monitor.toml"),
            capture: out.join("capture.txt"),
            estimates: out.join("estimates.csv"),
        }
    }

    /// A sign's story.
    #[must_use]
    pub fn scenario(out: &Path, role: &Role) -> PathBuf {
        out.join("signs").join(format!("{}.toml", role.sign))
    }

    /// A sign's truth.
    #[must_use]
    pub fn truth(out: &Path, role: &Role) -> PathBuf {
        out.join("signs").join(format!("{}-truth.csv", role.sign))
    }

    /// Every alert somebody was told of, a line each, for the page.
    #[must_use]
    pub fn deliveries(out: &Path) -> PathBuf {
        out.join("stack").join("deliveries.jsonl")
    }

    /// A sign's port.
    #[must_use]
    pub fn port(out: &Path, role: &Role) -> PathBuf {
        out.join("ports").join(role.sign)
    }
}

/// How long a process of ours may take to say that it is ready.
const READY_WITHIN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);
/// How often the week is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// From starting the plants to the first second of the week.
const LEAD: Duration = Duration::from_millis(1500);
/// How long messages of the week's last minute may still be under way.
const AFTERGLOW: Duration = Duration::from_millis(1500);

/// Lives the week of these `roles`, unless somebody asks for the end: then everything started ends too.
///
/// # Errors
/// Where a part is missing, does not start, or ends by itself.
pub async fn live(roles: &[Role], options: &Options, out: &Path, words: Words) -> Result<Ended, Failure> {
    let asked = interrupt::asked().map_err(|error| environment(&error, words))?;
    tokio::select! {
        biased;
        _ = asked => Ok(Ended::Interrupted),
        lived = week(roles, options, out, words) => lived.map(Ended::Whole),
    }
}

async fn week(roles: &[Role], options: &Options, out: &Path, words: Words) -> Result<Lived, Failure> {
    let begun = Instant::now();
    let started =
        jiff::Timestamp::from_nanosecond(i128::from(hil::pace::wall_unix_nanos())).unwrap_or_default();
    let page = free_port(words)?;
    write_stage(roles, out, words)?;
    let refusing = options.broken == Some(Broken::Receiver);
    let failure = |error: StackError| error.failure(words);
    let webhook =
        if refusing { Webhook::refusing().await } else { Webhook::listen().await }.map_err(failure)?;
    let smtp =
        if refusing { SmtpSink::refusing().await } else { SmtpSink::listen().await }.map_err(failure)?;
    let plan = Plan {
        scrape_targets: vec![page],
        scrape_interval: SCRAPE,
        evaluation_interval: SCRAPE,
        rules_yaml: alerts_of(options.broken).rule_file(&scaling()),
        webhook: webhook.address(),
        smtp: smtp.address(),
        mail_to: "equipe@balise.invalid".to_owned(),
    };
    say(options, &words.say("demo-starting"));
    let mut stack = Stack::start(&out.join("stack"), &Tools::find(), &plan).await.map_err(failure)?;
    write_config(roles, options, out, [page, stack.prometheus()], words)?;
    let epoch = hil::pace::wall_unix_nanos() + LEAD.as_nanos() as i64;
    let mut signs = Signs::start(roles, out, epoch, words).await?;
    // The monitor starts with the week: before it, no battery is silent, because none is watched.
    sleep_until(epoch).await;
    let mut monitor =
        Program::start("monitor", &monitor_arguments(options, out, page, epoch), out).map_err(failure)?;
    monitor.ready(words).await?;
    say(options, &words.tell("demo-under-way", &[("address", FluentValue::from(page.to_string()))]));
    let end = epoch + (DAYS * 86_400.0 / SPEED * 1e9) as i64;
    let mut told = 0;
    while hil::pace::wall_unix_nanos() < end + AFTERGLOW.as_nanos() as i64 {
        tokio::time::sleep(LOOK).await;
        let deliveries = webhook.deliveries();
        note_deliveries(out, &deliveries[told.min(deliveries.len())..], words)?;
        told = tell(&deliveries, told, epoch, options, words);
        stack.check().map_err(failure)?;
        monitor.child.check().map_err(failure)?;
        signs.check().map_err(failure)?;
    }
    monitor.child.stop().await;
    signs.stop().await;
    stack.stop().await;
    Ok(Lived {
        epoch_unix_nanos: epoch,
        deliveries: webhook.deliveries(),
        mails: smtp.mails(),
        started: started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        wall_secs: begun.elapsed().as_secs_f64(),
    })
}

/// The run's time of a wall instant, seconds.
#[must_use]
pub fn run_secs(epoch_unix_nanos: i64, wall_unix_nanos: i64) -> f64 {
    (wall_unix_nanos - epoch_unix_nanos) as f64 / 1e9 * SPEED
}

/// Says what came since the last look; how much there is now.
fn tell(deliveries: &[Delivery], told: usize, epoch: i64, options: &Options, words: Words) -> usize {
    for delivery in deliveries.iter().skip(told) {
        let hours = run_secs(epoch, delivery.received_unix_nanos) / 3600.0;
        let key = match delivery.status {
            Status::Firing => "demo-firing",
            Status::Resolved => "demo-resolved",
        };
        let summary = delivery.annotations.get(&format!("summary_{}", words.code()));
        let blanks = [
            ("day", FluentValue::from((hours / 24.0).floor() + 1.0)),
            (
                "clock",
                FluentValue::from(format!(
                    "{:02.0}:{:02.0}",
                    (hours % 24.0).floor(),
                    (hours.fract() * 60.0).floor()
                )),
            ),
            ("sign", FluentValue::from(delivery.battery.as_str())),
            ("alert", FluentValue::from(delivery.alert.as_str())),
            ("summary", FluentValue::from(summary.map_or("", String::as_str))),
        ];
        say(options, &words.tell(key, &blanks));
    }
    deliveries.len()
}

/// The page shows when somebody was told.
fn note_deliveries(out: &Path, new: &[Delivery], words: Words) -> Result<(), Failure> {
    if new.is_empty() {
        return Ok(());
    }
    let path = Paths::deliveries(out);
    let lines: String = new
        .iter()
        .filter(|delivery| delivery.status == Status::Firing)
        .map(|delivery| {
            let unix_secs = delivery.received_unix_nanos as f64 / 1e9;
            let (site, battery, alert) = (&delivery.site, &delivery.battery, &delivery.alert);
            format!(
                "{}\n",
                json!({ "unix_secs": unix_secs, "site": site, "battery": battery, "alert": alert })
            )
        })
        .collect();
    let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
    file.and_then(|mut file| file.write_all(lines.as_bytes()))
        .map_err(|error| files::unwritable(&path, &error, words))
}

/// To people only; standard output is the verdict's.
fn say(options: &Options, sentence: &str) {
    if !options.json {
        speech::tell(sentence);
    }
}

async fn sleep_until(wall_unix_nanos: i64) {
    let ahead = wall_unix_nanos - hil::pace::wall_unix_nanos();
    tokio::time::sleep(Duration::from_nanos(ahead.max(0).unsigned_abs())).await;
}

/// A port nobody listens on now. Prometheus must know it before the monitor is there.
fn free_port(words: Words) -> Result<SocketAddr, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| environment(&error, words))
}

/// Writes the signs' stories.
fn write_stage(roles: &[Role], out: &Path, words: Words) -> Result<(), Failure> {
    for folder in ["signs", "ports", "stack"] {
        let folder = out.join(folder);
        std::fs::create_dir_all(&folder).map_err(|error| files::unwritable(&folder, &error, words))?;
    }
    for role in roles {
        let path = Paths::scenario(out, role);
        std::fs::write(&path, &role.scenario).map_err(|error| files::unwritable(&path, &error, words))?;
    }
    Ok(())
}

/// Writes the monitor's configuration: the page is at the first address, Prometheus at the second.
fn write_config(
    roles: &[Role],
    options: &Options,
    out: &Path,
    [page, prometheus]: [SocketAddr; 2],
    words: Words,
) -> Result<(), Failure> {
    let mut config = format!(
        "balise_monitor = 1\nlisten = \"{page}\"\nprometheus = \"http://{prometheus}\"\ntime_zone = \"America/Montreal\"\n\
         [simulation]\nstarts = \"{STARTS}\"\ndeliveries = {:?}\n",
        Paths::deliveries(out).display().to_string()
    );
    for role in roles {
        // The wrong chemistry is a mistake that crews make, and the verdict must see.
        let profile = if options.broken == Some(Broken::Estimator) { "lifepo4_4s" } else { role.profile };
        // Writing to a string cannot fail.
        let _ = write!(
            config,
            "[[battery]]\nsite = \"{}\"\nname = \"{}\"\nport = {:?}\ndevice = \"vedirect-bmv\"\n\
             profile = \"{profile}\"\ncapacity_amp_hours = {}\nsilent_after_seconds = {SILENT_AFTER_SECS}\n\
             truth = {:?}\n",
            role.site,
            role.sign,
            Paths::port(out, role).display().to_string(),
            role.label_amp_hours,
            Paths::truth(out, role).display().to_string(),
        );
    }
    let path = Paths::within(out).config;
    std::fs::write(&path, config).map_err(|error| files::unwritable(&path, &error, words))
}

/// A process of ours, ready once it says so.
struct Program {
    child: Child,
}

impl Program {
    fn start(name: &'static str, arguments: &[String], out: &Path) -> Result<Self, StackError> {
        let program = std::env::current_exe().map_err(|source| StackError::Spawn { tool: name, source })?;
        let stem = arguments.iter().rev().find_map(|argument| Path::new(argument).file_stem());
        let stem = stem.unwrap_or_default().to_string_lossy().into_owned();
        let log = out.join("stack").join(format!("{name}-{stem}.log"));
        Child::start(name, &program, arguments, &log).map(|child| Self { child })
    }

    /// Waits for the line `ready …`.
    async fn ready(&mut self, words: Words) -> Result<(), Failure> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            if self.child.ready().map_err(|error| error.failure(words))?.is_some() {
                return Ok(());
            }
            if Instant::now() > deadline {
                let said = std::fs::read_to_string(self.child.log()).unwrap_or_default();
                return Err(Failure::new(Exit::Environment, words.say("demo-not-ready") + "\n" + &said));
            }
            tokio::time::sleep(POLL).await;
        }
    }
}

/// The five plants, each with its instrument on a pseudo-terminal.
struct Signs(Vec<Program>);

impl Signs {
    async fn start(roles: &[Role], out: &Path, epoch: i64, words: Words) -> Result<Self, Failure> {
        let mut signs = Vec::new();
        for role in roles {
            let arguments = emulate_arguments(role, out, epoch);
            signs.push(Program::start("emulate", &arguments, out).map_err(|error| error.failure(words))?);
        }
        for sign in &mut signs {
            sign.ready(words).await?;
        }
        Ok(Self(signs))
    }

    fn check(&mut self) -> Result<(), StackError> {
        self.0.iter_mut().try_for_each(|sign| sign.child.check())
    }

    async fn stop(self) {
        for sign in self.0 {
            sign.child.stop().await;
        }
    }
}

fn emulate_arguments(role: &Role, out: &Path, epoch: i64) -> Vec<String> {
    let path = |path: PathBuf| path.display().to_string();
    [
        "emulate".to_owned(),
        "--scenario".to_owned(),
        path(Paths::scenario(out, role)),
        "--truth".to_owned(),
        path(Paths::truth(out, role)),
        "--every".to_owned(),
        BLOCK_SECS.to_string(),
        "--speed".to_owned(),
        SPEED.to_string(),
        "--epoch".to_owned(),
        epoch.to_string(),
        "--link".to_owned(),
        path(Paths::port(out, role)),
    ]
    .into()
}

fn monitor_arguments(options: &Options, out: &Path, page: SocketAddr, epoch: i64) -> Vec<String> {
    let paths = Paths::within(out);
    let path = |path: &Path| path.display().to_string();
    [
        "monitor".to_owned(),
        "--capture".to_owned(),
        path(&paths.capture),
        "--note".to_owned(),
        format!("demo, seed {}", options.seed.0),
        "--trace".to_owned(),
        path(&paths.estimates),
        "--listen".to_owned(),
        page.to_string(),
        "--speed".to_owned(),
        SPEED.to_string(),
        "--epoch".to_owned(),
        epoch.to_string(),
        "--config".to_owned(),
        path(&paths.config),
    ]
    .into()
}
