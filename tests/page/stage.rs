//! A page with signs on it, served on loopback: what the monitor does, without its ports.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]
#![allow(dead_code, reason = "no test uses all of it")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use balise::config::{self, Config};
use balise::words::Words;
use exporter::page::{ActiveAlert, Alerts, Moment, Page};
use exporter::rules::{Severity, SignState};
use exporter::serve::{self, Serving};
use exporter::{BatteryId, Board, Info, Row};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// Wednesday 2026-01-14, 12:00 in Montréal.
pub const NOON: f64 = 1_768_410_000.0;

/// A served page.
pub struct Stage {
    pub board: Board,
    pub page: Page,
    pub ids: Vec<BatteryId>,
    pub address: SocketAddr,
    /// Seconds of the run, moved on by [`Stage::tick`].
    pub run_secs: Arc<Mutex<f64>>,
    serving: Serving,
    stop: oneshot::Sender<()>,
}

fn quoted(name: &str) -> String {
    toml::Value::String(name.to_owned()).to_string()
}

/// A configuration with these signs; further keys stand before them.
pub fn configuration(names: &[(String, String)], keys: &str) -> Config {
    let mut text = format!("balise_monitor = 1\ntime_zone = \"America/Montreal\"\n{keys}\n");
    for (index, (site, name)) in names.iter().enumerate() {
        let (site, name) = (quoted(site), quoted(name));
        text += &format!("[[battery]]\nsite = {site}\nname = {name}\nport = \"/dev/none-{index}\"\n");
    }
    config::parse(&text).unwrap_or_else(|complaints| panic!("{complaints:?}\n{text}"))
}

/// So many signs on six roads.
pub fn signs(count: usize) -> Vec<(String, String)> {
    const SITES: [&str; 6] =
        ["A15-km61", "A20-km54", "A40-km118", "R138-km720", "R175-km84", "Trois-Rivières"];
    (0..count).map(|index| (SITES[index % 6].to_owned(), format!("PMV-{}", 101 + index))).collect()
}

impl Stage {
    /// Serves signs of these names on a free port.
    pub async fn serve(names: &[(String, String)]) -> Self {
        Self::serve_at(names, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), "").await
    }

    pub async fn serve_at(names: &[(String, String)], address: SocketAddr, keys: &str) -> Self {
        let config = configuration(names, keys);
        let board = Board::new("0.1.0");
        let page = balise::page::open(&config, address, &board, 1.0, Words::French).unwrap();
        let ids: Vec<BatteryId> = names.iter().map(|(site, name)| BatteryId::new(site, name)).collect();
        for (index, id) in ids.iter().enumerate() {
            board.describe(id, Info::new("lead_acid", "vedirect-bmv"));
            board.publish(id, &row(index, 0.0));
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let pages = serve::measures(board.clone()).merge(page.router());
        let serving = serve::start(address, pages, shutdown).await.unwrap();
        let address = serving.address();
        let stage = Self { board, page, ids, address, run_secs: Arc::default(), serving, stop };
        stage.tick(0.0);
        stage
    }

    /// The run goes on by `secs`.
    pub fn tick(&self, secs: f64) {
        let mut run = self.run_secs.lock().unwrap();
        *run += secs;
        self.page.tick(moment(*run));
    }

    /// Ticks twice a second until it is dropped, and publishes every sign at `hertz`.
    pub fn live(&self, hertz: f64) -> tokio::task::JoinHandle<()> {
        let (board, page, ids, run) =
            (self.board.clone(), self.page.clone(), self.ids.clone(), Arc::clone(&self.run_secs));
        tokio::spawn(async move {
            let (began, start, mut published) = (Instant::now(), *run.lock().unwrap(), -1.0);
            let mut timer = tokio::time::interval(Duration::from_millis(500));
            loop {
                timer.tick().await;
                let secs = start + began.elapsed().as_secs_f64();
                *run.lock().unwrap() = secs;
                if ((secs - start) * hertz).floor() > published {
                    published = ((secs - start) * hertz).floor();
                    for (index, id) in ids.iter().enumerate() {
                        // Every number moves: a page has the most to do.
                        let step = (published as usize + index) % 3;
                        let mut row = row(index, secs);
                        row.soc_ratio = row.soc_ratio.map(|soc| (soc - 0.01 * step as f64).max(0.0));
                        row.current_amperes = row.current_amperes.map(|amps| amps + step as f64);
                        row.voltage_volts = row.voltage_volts.map(|volts| volts + 0.1 * step as f64);
                        board.publish(id, &row);
                    }
                }
                page.tick(moment(secs));
            }
        })
    }

    /// Three alerts of the product's fire.
    pub fn raise(&self) {
        let now = *self.run_secs.lock().unwrap();
        let alert = |index: usize, name: &str, severity| ActiveAlert {
            name: name.to_owned(),
            id: self.ids[index % self.ids.len()].clone(),
            severity,
            since_run_secs: now - 3_600.0,
            annotations: std::collections::BTreeMap::new(),
        };
        self.page.set_alerts(Alerts::known([
            alert(1, "BaliseDarkInTwoNights", Severity::Critical),
            alert(1, "BaliseNotCharging", Severity::Warning),
            alert(4, "BaliseDeviceSilent", Severity::Warning),
        ]));
    }

    /// A day of past for every sign, half a minute a point.
    pub fn remember(&self, hours: f64) {
        for step in 0..((hours * 120.0) as usize) {
            let secs = step as f64 * 30.0;
            for (index, id) in self.ids.iter().enumerate() {
                self.board.publish(id, &row(index, secs));
            }
            *self.run_secs.lock().unwrap() = secs;
            self.page.tick(moment(secs));
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Ends it, so that another may take its address.
    pub async fn end(self) {
        let _ = self.stop.send(());
        self.serving.finished().await;
    }
}

fn moment(run_secs: f64) -> Moment {
    let now = NOON + run_secs;
    Moment { run_secs, unix_secs: now, frame_unix_secs: now, wall_unix_secs: now, speed: 1.0 }
}

/// The numbers of a sign that has run for `secs`: some are well, some are not.
pub fn row(index: usize, secs: f64) -> Row {
    let day = std::f64::consts::TAU * (secs / 86_400.0 - 0.1);
    let low = [0.82, 0.24, 0.71, 0.93, 0.55, 0.66][index % 6];
    let soc = (low + 0.06 * day.sin() - 0.01 * (index % 7) as f64).clamp(0.02, 1.0);
    let charging = day.cos().max(-0.35);
    let hours = [200.0, 14.0, 60.0, 190.0, 90.0, 150.0][index % 6];
    let dark = |factor: f64| (hours * factor < 192.0).then_some(hours * factor * 3600.0);
    Row {
        voltage_volts: Some(12.2 + 0.9 * soc + 0.3 * charging),
        current_amperes: Some(5.5 * charging),
        temperature_celsius: Some(-9.0 + 6.0 * day.cos()),
        soc_ratio: Some(soc),
        soc_ratio_stddev: Some(0.015 + 0.004 * (index % 5) as f64),
        soh_ratio: Some(0.94 - 0.02 * (index % 6) as f64),
        soh_ratio_stddev: Some(0.03),
        capacity_coulombs: Some(400.0 * 3600.0),
        internal_resistance_ohms: Some(0.0042),
        internal_resistance_ohms_stddev: Some(0.0004),
        since_full_seconds: Some(90_000.0),
        remaining_life_low_seconds: Some(400.0 * 86_400.0),
        remaining_life_high_seconds: Some(900.0 * 86_400.0),
        sensor_voltage_fault: Some(0.0),
        sensor_current_fault: Some(if index % 6 == 1 { 4.0 } else { 0.0 }),
        sensor_temperature_fault: Some(0.0),
        survival_one_night_ratio: Some(0.99),
        survival_three_nights_ratio: Some(0.92),
        survival_seven_nights_ratio: Some(0.81),
        dark_in_seconds: dark(1.4),
        dark_in_early_seconds: dark(1.0),
        device_soc_ratio: Some((soc + 0.08).min(1.0)),
        last_frame_timestamp_seconds: Some(NOON + secs),
        ..Row::default()
    }
}

/// Says of a sign that it is parked.
pub fn park(stage: &Stage, index: usize) {
    stage.board.set_state(&stage.ids[index], Some(SignState::Parked));
}

/// The answer to a raw request: its head and its body.
pub async fn ask(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> (String, String) {
    let mut stream = request(address, path, headers).await;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// A stream of events and the first one of it; it is open as long as it is held.
pub async fn listen(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> (TcpStream, String) {
    let mut stream = request(address, path, headers).await;
    let (mut text, mut buffer) = (String::new(), vec![0; 65_536]);
    while !text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.contains("\n\n")) {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "{text}");
        text += &String::from_utf8_lossy(&buffer[..read]);
    }
    (stream, text)
}

async fn request(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut request = format!("GET {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request += "Host: localhost\r\n";
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    stream.write_all((request + "\r\n").as_bytes()).await.unwrap();
    stream
}
