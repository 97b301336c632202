//! A loopback receiver of what Alertmanager's webhook delivers: one [`Message`] per body, one [`Delivery`] per
//! alert in it.
//!
//! Anything else than Alertmanager's JSON (version 4) is answered 400 and counted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::post;
use exporter::serve::{self, Serving};
use jiff::Timestamp;
use serde::Deserialize;
use std::net::SocketAddr;
use tokio::sync::oneshot;

use super::StackError;
use super::port::{LOOPBACK, now_unix_nanos};

/// Largest body read; a group of a hundred alerts is a tenth of it.
const BODY_BYTES_MAX: usize = 1 << 20;
/// Most deliveries kept.
const DELIVERIES_MAX: usize = 100_000;

/// Whether an alert begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The alert is on.
    Firing,
    /// The alert is over.
    Resolved,
}

/// One alert as it was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// When it arrived.
    pub received_unix_nanos: i64,
    /// Begins or ends.
    pub status: Status,
    /// Alert name.
    pub alert: String,
    /// Site label; empty where the alert has none.
    pub site: String,
    /// Battery label; empty where the alert has none.
    pub battery: String,
    /// When Prometheus first fired it.
    pub starts_at_unix_nanos: i64,
    /// When it ended; `None` while it is on.
    pub ends_at_unix_nanos: Option<i64>,
    /// Alertmanager's name for this set of labels.
    pub fingerprint: String,
    /// Every label.
    pub labels: BTreeMap<String, String>,
    /// The texts.
    pub annotations: BTreeMap<String, String>,
}

/// One body: what a crew would have heard as one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// When it arrived.
    pub received_unix_nanos: i64,
    /// Alertmanager's receiver.
    pub receiver: String,
    /// What its alerts have in common.
    pub group: BTreeMap<String, String>,
    /// Firing where any of its alerts is.
    pub status: Status,
    /// How many alerts it tells of.
    pub alerts: usize,
}

/// What came so far.
#[derive(Debug, Default)]
struct Heard {
    messages: Vec<Message>,
    deliveries: Vec<Delivery>,
    malformed: u64,
    refused: u64,
}

#[derive(Debug, Clone)]
struct Desk {
    heard: Arc<Mutex<Heard>>,
    /// So many bodies are refused before one is taken.
    refusing: u64,
}

/// The receiver; it listens until it is dropped.
#[derive(Debug)]
pub struct Webhook {
    desk: Desk,
    address: SocketAddr,
    // Dropping either end ends the server.
    _stop: oneshot::Sender<()>,
    _serving: Serving,
}

impl Webhook {
    /// Listens on a free loopback port.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn listen() -> Result<Self, StackError> {
        Self::start(0).await
    }

    /// A receiver that answers 503 to everything: what a check must notice.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn refusing() -> Result<Self, StackError> {
        Self::start(u64::MAX).await
    }

    /// A receiver that answers 503 to the first bodies, so many of them: one that comes back.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn refusing_first(bodies: u64) -> Result<Self, StackError> {
        Self::start(bodies).await
    }

    async fn start(refusing: u64) -> Result<Self, StackError> {
        let desk = Desk { heard: Arc::default(), refusing };
        let pages = Router::new()
            .fallback(post(receive))
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .with_state(desk.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let serving = serve::start(LOOPBACK, pages, shutdown)
            .await
            .map_err(|error| StackError::Listen { source: error.source })?;
        Ok(Self { desk, address: serving.address(), _stop: stop, _serving: serving })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every message so far, in order of arrival.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.desk.lock().messages.clone()
    }

    /// Every alert delivered so far, in order of arrival.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.desk.lock().deliveries.clone()
    }

    /// Bodies that were not Alertmanager's.
    #[must_use]
    pub fn malformed(&self) -> u64 {
        self.desk.lock().malformed
    }

    /// Bodies refused because this receiver refuses.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.desk.lock().refused
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, body: &[u8]) -> StatusCode {
        let received = now_unix_nanos();
        let mut heard = self.lock();
        if heard.refused < self.refusing {
            heard.refused += 1;
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        let Some((message, deliveries)) = parse(body, received) else {
            heard.malformed += 1;
            return StatusCode::BAD_REQUEST;
        };
        if heard.deliveries.len() + deliveries.len() > DELIVERIES_MAX {
            return StatusCode::INSUFFICIENT_STORAGE;
        }
        heard.messages.push(message);
        heard.deliveries.extend(deliveries);
        StatusCode::OK
    }
}

async fn receive(State(desk): State<Desk>, body: Bytes) -> StatusCode {
    desk.take(&body)
}

/// Alertmanager's message, as far as it matters here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    version: String,
    #[serde(default)]
    receiver: String,
    #[serde(default)]
    group_labels: BTreeMap<String, String>,
    alerts: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    status: String,
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    starts_at: String,
    #[serde(default)]
    ends_at: String,
    #[serde(default)]
    fingerprint: String,
}

fn parse(body: &[u8], received_unix_nanos: i64) -> Option<(Message, Vec<Delivery>)> {
    let body: Body = serde_json::from_slice(body).ok()?;
    if body.version != "4" {
        return None;
    }
    let deliveries: Option<Vec<_>> =
        body.alerts.into_iter().map(|told| delivery(told, received_unix_nanos)).collect();
    let deliveries = deliveries?;
    let is_on = deliveries.iter().any(|delivery| delivery.status == Status::Firing);
    let message = Message {
        received_unix_nanos,
        receiver: body.receiver,
        group: body.group_labels,
        status: if is_on { Status::Firing } else { Status::Resolved },
        alerts: deliveries.len(),
    };
    Some((message, deliveries))
}

fn delivery(told: Told, received_unix_nanos: i64) -> Option<Delivery> {
    let status = match told.status.as_str() {
        "firing" => Status::Firing,
        "resolved" => Status::Resolved,
        _ => return None,
    };
    let label = |name: &str| told.labels.get(name).cloned().unwrap_or_default();
    Some(Delivery {
        received_unix_nanos,
        status,
        alert: label("alertname"),
        site: label("site"),
        battery: label("battery"),
        starts_at_unix_nanos: unix_nanos(&told.starts_at)?,
        ends_at_unix_nanos: unix_nanos(&told.ends_at).filter(|_| status == Status::Resolved),
        fingerprint: told.fingerprint,
        labels: told.labels,
        annotations: told.annotations,
    })
}

/// `None` too for the year 1, which is Go's way of saying "not yet".
fn unix_nanos(rfc3339: &str) -> Option<i64> {
    i64::try_from(rfc3339.parse::<Timestamp>().ok()?.as_nanosecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"version":"4","status":"firing","receiver":"webhook","groupLabels":{},
      "alerts":[
        {"status":"firing","labels":{"alertname":"BaliseBatteryLow","site":"A","battery":"B","severity":"critical"},
         "annotations":{"summary_fr":"batterie basse"},"startsAt":"2026-01-12T05:00:01.5Z",
         "endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://x","fingerprint":"f1"},
        {"status":"resolved","labels":{"alertname":"X"},"annotations":{},"startsAt":"2026-01-12T00:00:00-05:00",
         "endsAt":"2026-01-12T05:00:02Z","fingerprint":"f2"}]}"#;
    const START: i64 = 1_768_194_000_000_000_000;

    #[test]
    fn each_alert_of_a_message_becomes_a_delivery() {
        let (message, deliveries) = parse(BODY.as_bytes(), 7).expect("Alertmanager's");
        assert_eq!((message.receiver.as_str(), message.status), ("webhook", Status::Firing));
        assert_eq!((message.alerts, deliveries.len()), (2, 2));
        let (first, second) = (&deliveries[0], &deliveries[1]);
        assert_eq!((first.status, first.alert.as_str()), (Status::Firing, "BaliseBatteryLow"));
        assert_eq!((first.site.as_str(), first.battery.as_str()), ("A", "B"));
        assert_eq!((first.starts_at_unix_nanos, first.ends_at_unix_nanos), (START + 1_500_000_000, None));
        assert_eq!(first.annotations["summary_fr"], "batterie basse");
        assert_eq!((second.status, second.site.as_str()), (Status::Resolved, ""));
        assert_eq!(second.starts_at_unix_nanos, START);
        assert_eq!(second.ends_at_unix_nanos, Some(START + 2_000_000_000));
    }

    fn desk(refusing: u64) -> Desk {
        Desk { heard: Arc::default(), refusing }
    }

    /// Malformed, refused, delivered.
    fn counts(desk: &Desk) -> (u64, u64, usize) {
        let heard = desk.lock();
        (heard.malformed, heard.refused, heard.deliveries.len())
    }

    #[test]
    fn a_malformed_body_is_refused_and_counted() {
        let desk = desk(0);
        let wrong_version = BODY.replace("\"4\"", "\"5\"");
        let wrong_status = BODY.replace("\"resolved\"", "\"maybe\"");
        for body in ["", "{", "[]", "{\"version\":\"4\"}", &wrong_version, &wrong_status] {
            assert_eq!(desk.take(body.as_bytes()), StatusCode::BAD_REQUEST, "{body}");
        }
        assert_eq!(counts(&desk), (6, 0, 0));
        assert_eq!(desk.take(BODY.as_bytes()), StatusCode::OK);
        assert_eq!(counts(&desk), (6, 0, 2));
    }

    #[test]
    fn a_refusing_receiver_takes_nothing_until_it_has_refused_its_number() {
        let desk = desk(1);
        assert_eq!(desk.take(BODY.as_bytes()), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(counts(&desk), (0, 1, 0));
        assert_eq!(desk.take(BODY.as_bytes()), StatusCode::OK);
        assert_eq!(counts(&desk), (0, 1, 2));
    }
}
