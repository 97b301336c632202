//! The HTTP server: any axum router on a hyper HTTP/1 loop that slow clients cannot hold.
//!
//! `axum::serve` with its defaults kept four stalled clients open beyond 75 s; this loop closes them
//! after [`HEADER_TIMEOUT`]. At most [`CONNECTIONS_MAX`] connections are open at once, and none for
//! longer than [`CONNECTION_LIFE`], so a client that stops reading its answer goes too.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Html;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::{Board, scrape};

/// Where the monitor listens unless it is told otherwise: this machine only.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9187);
/// How long a client may take to send its request head.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections open at once; more wait in the system's queue.
pub const CONNECTIONS_MAX: usize = 256;
/// How long one connection may last, requests and pauses together.
pub const CONNECTION_LIFE: Duration = Duration::from_secs(300);
/// How long an answer under way may take to finish once the connection must end.
const GRACE: Duration = Duration::from_secs(1);

/// The server could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct ServeError {
    /// The address asked for.
    pub address: SocketAddr,
    /// Why not.
    pub source: io::Error,
}

/// A running server.
#[derive(Debug)]
pub struct Serving {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Serving {
    /// The address it listens on, with the port it was given where 0 was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it has shut down.
    pub async fn finished(self) {
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the server ended badly");
        }
    }
}

/// The pages of a board: `/metrics`, `/-/healthy`, and `/` that names them.
pub fn router(board: Board) -> Router {
    measures(board).route("/", get(|| async { Html(INDEX) }))
}

/// What programs read: `/metrics` and `/-/healthy`.
pub fn measures(board: Board) -> Router {
    Router::new()
        .route("/-/healthy", get(|| async { "ok\n" }))
        .route("/metrics", get(|asked: HeaderMap| scrape::answer(board, asked)))
}

const INDEX: &str = "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Balise</title>\n\
    <h1>Balise</h1><ul><li><a href=\"/metrics\">/metrics</a></li>\
    <li><a href=\"/-/healthy\">/-/healthy</a></li></ul></html>\n";

/// Listens on `address` and serves `pages` until `shutdown` comes true; then no new connection is taken
/// and those under way get a second to finish.
pub async fn start(
    address: SocketAddr,
    pages: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Serving, ServeError> {
    let refused = |source| ServeError { address, source };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok(Serving { address, task: tokio::spawn(accept(listener, pages, shutdown)) })
}

async fn accept(listener: TcpListener, pages: Router, shutdown: impl Future<Output = ()>) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let (ending, end) = watch::channel(false);
    let mut open = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let next = async {
            let slot = Arc::clone(&slots).acquire_owned().await;
            (slot, listener.accept().await)
        };
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = open.join_next(), if !open.is_empty() => {}
            (slot, accepted) = next => match accepted {
                Ok((stream, _)) => {
                    let (pages, end) = (pages.clone(), end.clone());
                    open.spawn(async move {
                        converse(stream, pages, end).await;
                        drop(slot);
                    });
                }
                Err(error) => {
                    // Out of descriptors, say: it may pass, and must not become a busy loop.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
    drop(listener);
    // Sending fails only where no connection is left to tell.
    let _ = ending.send(true);
    while open.join_next().await.is_some() {}
}

/// One connection to its end; what a client does wrong is its own affair and is not reported.
async fn converse(stream: TcpStream, pages: Router, mut end: watch::Receiver<bool>) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(pages));
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = end.wait_for(|ending| *ending) => {}
        () = tokio::time::sleep(CONNECTION_LIFE) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(GRACE, connection).await;
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use crate::{BatteryId, Row};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;

    const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    async fn started() -> (Serving, oneshot::Sender<()>) {
        let board = Board::new("0.1.0");
        board.publish(&BatteryId::new("a", "b"), &Row { soc_ratio: Some(0.5), ..Row::default() });
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        (start(LOOPBACK, router(board), shutdown).await.unwrap(), stop)
    }

    async fn get(address: SocketAddr, path: &str) -> String {
        String::from_utf8(asked(address, path, "").await).unwrap()
    }

    async fn asked(address: SocketAddr, path: &str, headers: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_client_gets_the_form_it_asks_for_squeezed_where_it_takes_that() {
        let (serving, _stop) = started().await;
        let open = "Accept: application/openmetrics-text; version=1.0.0\r\n";
        let plain = asked(serving.address(), "/metrics", open).await;
        let plain = String::from_utf8(plain).unwrap();
        assert!(plain.contains("content-type: application/openmetrics-text; version=1.0.0"), "{plain}");
        assert!(plain.ends_with("# EOF\n") && !plain.contains("content-encoding"), "{plain}");
        let short = asked(serving.address(), "/metrics", "Accept-Encoding: gzip\r\n").await;
        let end = short.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(short[..end].to_vec()).unwrap();
        // One battery's page is too short to be worth it.
        assert!(head.contains("version=0.0.4") && head.contains("vary: accept, accept-encoding"), "{head}");
        assert!(!head.contains("content-encoding"), "{head}");
        let board = Board::new("0.1.0");
        for number in 0..100 {
            board.publish(&BatteryId::new("a", &number.to_string()), &Row::default());
        }
        let serving = start(LOOPBACK, router(board.clone()), std::future::pending()).await.unwrap();
        let short = asked(serving.address(), "/metrics", "Accept-Encoding: gzip\r\n").await;
        let end = short.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        assert!(String::from_utf8_lossy(&short[..end]).contains("content-encoding: gzip"));
        let mut page = String::new();
        io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&short[end..]), &mut page).unwrap();
        assert_eq!(page, board.render());
    }

    #[tokio::test]
    async fn the_pages_are_served_and_the_server_ends_when_told() {
        let (serving, stop) = started().await;
        let address = serving.address();
        let page = get(address, "/metrics").await;
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        assert!(page.contains("content-type: text/plain; version=0.0.4"), "{page}");
        assert!(page.contains("balise_battery_soc_ratio{site=\"a\",battery=\"b\"} 0.5\n"), "{page}");
        assert!(get(address, "/").await.contains("/metrics"));
        assert!(get(address, "/-/healthy").await.ends_with("ok\n"));
        assert!(get(address, "/nowhere").await.starts_with("HTTP/1.1 404"));
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(2), serving.finished()).await.unwrap();
    }

    #[tokio::test]
    async fn a_client_that_stalls_is_dropped_while_others_are_served() {
        let (serving, _stop) = started().await;
        let mut stalled = Vec::new();
        for opening in ["", "GET /metrics HTTP/1.1\r\nHost:", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"] {
            let mut stream = TcpStream::connect(serving.address()).await.unwrap();
            stream.write_all(opening.as_bytes()).await.unwrap();
            stalled.push(stream);
        }
        assert!(get(serving.address(), "/metrics").await.starts_with("HTTP/1.1 200"));
        for mut stream in stalled {
            let mut answer = Vec::new();
            let closed = stream.read_to_end(&mut answer);
            tokio::time::timeout(HEADER_TIMEOUT * 2, closed).await.unwrap().unwrap();
        }
    }
}
