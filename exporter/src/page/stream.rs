//! `/events`: one stream an open page, as server-sent events. A connection that was lost goes on from the number it names.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, Sse};
use futures_util::stream::{self, Stream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::error::RecvError;

use super::Page;
use super::feed::{Joined, Open, Sent};
use crate::rules::Language;

/// Pages kept current at once. Fewer than the connections the server takes: whoever scrapes must find one free.
pub(super) const STREAMS_MAX: usize = 160;

/// How soon a browser comes back: the server ends each connection after five minutes, and nobody should notice.
const RETRY: Duration = Duration::from_millis(700);

struct Way {
    page: Page,
    language: Language,
    open: Open,
    ahead: VecDeque<(u64, Arc<str>)>,
    next: tokio::sync::broadcast::Receiver<Arc<Sent>>,
    _permit: OwnedSemaphorePermit,
}

/// The stream of a page, or nothing where too many are open. `last` is the number the browser names when it comes back.
pub(super) fn stream(
    page: &Page,
    language: Language,
    open: Open,
    last: Option<&str>,
) -> Option<Sse<impl Stream<Item = Result<Event, Infallible>> + use<>>> {
    let permit = Arc::clone(&page.inner.streams).try_acquire_owned().ok()?;
    let number = last.and_then(|last| number_of(last, page.inner.run));
    let Joined { first, next } = page.join(language, &open, number);
    let way = Way { page: page.clone(), language, open, ahead: first.into(), next, _permit: permit };
    Some(Sse::new(stream::unfold(way, on)))
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
    let event = Event::default().id(format!("{:x}-{number}", way.page.inner.run)).retry(RETRY).data(text);
    Some((Ok(event), way))
}

/// The number in `RUN-NUMBER`, where the run is this one.
fn number_of(last: &str, run: u64) -> Option<u64> {
    let (of, number) = last.split_once('-')?;
    (u64::from_str_radix(of, 16).ok()? == run).then(|| number.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_another_run_means_nothing() {
        assert_eq!(number_of("2a-17", 42), Some(17));
        for foreign in ["2b-17", "17", "-", "", "2a-", "2a-x"] {
            assert_eq!(number_of(foreign, 42), None, "{foreign}");
        }
    }
}
