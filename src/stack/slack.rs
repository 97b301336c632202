//! A loopback receiver of what Alertmanager sends to a Slack address: JSON with one attachment. It answers `ok`
//! as Slack does.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::post;
use exporter::serve::{self, Serving};
use serde::Deserialize;
use tokio::sync::oneshot;

use super::StackError;
use super::port::{LOOPBACK, now_unix_nanos};

const BODY_BYTES_MAX: usize = 1 << 20;
/// Most messages kept.
const POSTS_MAX: usize = 10_000;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// When it arrived.
    pub received_unix_nanos: i64,
    /// `#panneaux`.
    pub channel: String,
    /// The bold line.
    pub title: String,
    /// The text below.
    pub text: String,
}

type Posts = Arc<Mutex<Vec<Post>>>;

/// The receiver; it listens until it is dropped.
#[derive(Debug)]
pub struct Slack {
    posts: Posts,
    address: SocketAddr,
    // Dropping either end ends the server.
    _stop: oneshot::Sender<()>,
    _serving: Serving,
}

impl Slack {
    /// Listens on a free loopback port.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn listen() -> Result<Self, StackError> {
        let posts = Posts::default();
        let pages = Router::new()
            .fallback(post(receive))
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .with_state(Arc::clone(&posts));
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let serving = serve::start(LOOPBACK, pages, shutdown)
            .await
            .map_err(|error| StackError::Listen { source: error.source })?;
        Ok(Self { posts, address: serving.address(), _stop: stop, _serving: serving })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every message so far, in order of arrival.
    #[must_use]
    pub fn posts(&self) -> Vec<Post> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn receive(State(posts): State<Posts>, body: Bytes) -> (StatusCode, &'static str) {
    let Some(post) = parse(&body, now_unix_nanos()) else {
        return (StatusCode::BAD_REQUEST, "invalid_payload");
    };
    let mut posts = posts.lock().unwrap_or_else(PoisonError::into_inner);
    if posts.len() >= POSTS_MAX {
        return (StatusCode::TOO_MANY_REQUESTS, "rate_limited");
    }
    posts.push(post);
    (StatusCode::OK, "ok")
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    channel: String,
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
struct Attachment {
    title: String,
    text: String,
}

fn parse(body: &[u8], received_unix_nanos: i64) -> Option<Post> {
    let Body { channel, attachments } = serde_json::from_slice(body).ok()?;
    let Attachment { title, text } = attachments.into_iter().next()?;
    Some(Post { received_unix_nanos, channel, title, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_a_channel_a_title_and_a_text() {
        let body =
            br##"{"channel":"#a","username":"x","attachments":[{"title":"T","text":"U","color":"good"}]}"##;
        let post = parse(body, 7).expect("Slack's");
        assert_eq!((post.channel.as_str(), post.title.as_str(), post.text.as_str()), ("#a", "T", "U"));
        assert!(parse(b"{}", 7).is_none() && parse(br#"{"attachments":[]}"#, 7).is_none());
    }
}
