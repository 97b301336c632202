//! `/events`: one stream an open page, as server-sent events. A connection that was lost goes on from the number it names.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::error::RecvError;

use super::Page;
use super::feed::{Joined, Open, Sent};
use crate::rules::Language;

/// Pages kept current at once. Fewer than the connections the server takes: whoever scrapes must find one free.
pub(super) const STREAMS_MAX: usize = 160;

/// How soon a browser comes back: the server ends each connection after five minutes, and nobody should notice.
const RETRY: Duration = Duration::from_millis(700);
/// How soon it asks again for a place that was not free.
const RETRY_CROWDED: Duration = Duration::from_secs(5);

struct Way {
    page: Page,
    language: Language,
    open: Open,
    ahead: VecDeque<(u64, Arc<str>)>,
    next: tokio::sync::broadcast::Receiver<Arc<Sent>>,
    _permit: OwnedSemaphorePermit,
}

/// The stream of a page, from the number its browser names when it comes back.
pub(super) fn answer(page: &Page, language: Language, open: Open, headers: &HeaderMap) -> Response {
    let Ok(permit) = Arc::clone(&page.inner.streams).try_acquire_owned() else { return crowded() };
    let last = headers.get("last-event-id").and_then(|last| last.to_str().ok());
    let number = last.and_then(|last| number_of(last, page.inner.run, language));
    let Joined { first, next } = page.join(language, &open, number);
    let way = Way { page: page.clone(), language, open, ahead: first.into(), next, _permit: permit };
    Sse::new(stream::unfold(way, on)).into_response()
}

/// More pages are open than can be kept current. A script is not shown the status of a stream that failed, so this one does not: it says
/// so, ends, and is asked for again.
fn crowded() -> Response {
    let event = Event::default().event("crowded").retry(RETRY_CROWDED).data("{}");
    Sse::new(stream::iter([Ok::<_, Infallible>(event)])).into_response()
}

async fn on(mut way: Way) -> Option<(Result<Event, Infallible>, Way)> {
    let (number, text) = match way.ahead.pop_front() {
        Some(ahead) => ahead,
        None => match way.next.recv().await {
            Ok(sent) => (sent.number, sent.of(&way.open)),
            // Too slow for its own good: what it missed is not worth catching up with one by one.
            Err(RecvError::Lagged(_)) => {
                let feed = way.page.feed(way.language);
                (feed.number(), feed.everything(&way.open))
            }
            Err(RecvError::Closed) => return None,
        },
    };
    let event =
        Event::default().id(name_of(number, way.page.inner.run, way.language)).retry(RETRY).data(text);
    Some((Ok(event), way))
}

/// `RUN-LANGUAGE-NUMBER`: each run counts anew, and each language by itself.
fn name_of(number: u64, run: u64, language: Language) -> String {
    format!("{run:x}-{}-{number}", language.code())
}

/// The number in a name of this run and language.
fn number_of(last: &str, run: u64, language: Language) -> Option<u64> {
    let number = last.rsplit('-').next()?.parse().ok()?;
    (name_of(number, run, language) == last).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_another_run_or_language_means_nothing() {
        assert_eq!(number_of(&name_of(17, 42, Language::French), 42, Language::French), Some(17));
        for foreign in ["2b-fr-17", "2a-en-17", "2a-17", "17", "-", "", "2a-fr-", "2a-fr-x", "2a-fr-017"] {
            assert_eq!(number_of(foreign, 42, Language::French), None, "{foreign}");
        }
    }
}
