//! One scrape: which form of the page a client takes, and whether squeezed.
//!
//! ```text
//! Accept           application/openmetrics-text; version=1.0.0   → OpenMetrics
//!                  anything else, or nothing                     → text 0.0.4
//! Accept-Encoding  gzip                                          → gzip
//! ```
//!
//! The page of many batteries is long work: it is made on a thread beside, so that no frame waits for it.

use std::io::Write as _;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{Board, openmetrics};

/// A page shorter than this is not worth squeezing, octets.
const SQUEEZED_FROM: usize = 1024;

/// The two forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    OpenMetrics,
}

/// The answer to a scrape with these headers. The board is told of it once the page is made: one that failed was no
/// scrape, and its row is kept for whoever comes next.
pub async fn answer(board: Board, asked: HeaderMap) -> Response {
    let (form, squeezed) = (form(&asked), takes_gzip(&asked));
    let of = board.clone();
    let made = tokio::task::spawn_blocking(move || body(&of, form, squeezed)).await;
    // Only a panic or the program's end keeps a page from being made.
    let Ok((body, is_squeezed)) = made else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    board.note_scrape();
    let plain = [(header::CONTENT_TYPE, content_type(form)), (header::VARY, "accept, accept-encoding")];
    if is_squeezed {
        (plain, [(header::CONTENT_ENCODING, "gzip")], body).into_response()
    } else {
        (plain, body).into_response()
    }
}

const fn content_type(form: Form) -> &'static str {
    match form {
        Form::Text => prometheus::TEXT_FORMAT,
        Form::OpenMetrics => openmetrics::CONTENT_TYPE,
    }
}

fn body(board: &Board, form: Form, squeezed: bool) -> (Vec<u8>, bool) {
    let page = match form {
        Form::Text => board.render(),
        Form::OpenMetrics => openmetrics::encode(&board.families()),
    };
    let page = page.into_bytes();
    if !squeezed || page.len() < SQUEEZED_FROM {
        return (page, false);
    }
    // What is squeezed into memory is always written; were it not, the page goes as it is.
    let mut encoder = GzEncoder::new(Vec::with_capacity(page.len() / 8), Compression::fast());
    match encoder.write_all(&page).and_then(|()| encoder.finish()) {
        Ok(short) => (short, true),
        Err(_) => (page, false),
    }
}

/// OpenMetrics where the client takes version 1.0.0 of it at least as gladly as text.
fn form(asked: &HeaderMap) -> Form {
    let (mut open, mut text) = (0.0_f64, 0.0_f64);
    for (range, weight) in choices(asked, &header::ACCEPT) {
        let mut parts = range.split(';').map(str::trim);
        match parts.next().unwrap_or_default() {
            "application/openmetrics-text" => {
                let version = parts.find_map(|part| part.strip_prefix("version="));
                if version.is_none_or(|version| version.trim_matches('"') == "1.0.0") {
                    open = open.max(weight);
                }
            }
            "text/plain" | "text/*" | "*/*" => text = text.max(weight),
            _ => {}
        }
    }
    if open > 0.0 && open >= text { Form::OpenMetrics } else { Form::Text }
}

fn takes_gzip(asked: &HeaderMap) -> bool {
    let weight = |name: &str| {
        choices(asked, &header::ACCEPT_ENCODING).find(|(coding, _)| coding == name).map(|(_, weight)| weight)
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

/// The choices of a header in lower case, each with its weight; the weight itself is cut off.
fn choices(asked: &HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = (String, f64)> {
    let told = asked.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let told: Vec<String> = told.flat_map(|value| value.split(',')).map(str::to_ascii_lowercase).collect();
    told.into_iter().map(|choice| {
        let weight = |part: &str| part.trim().strip_prefix("q=").map(|weight| weight.parse().unwrap_or(0.0));
        let found = choice.split(';').find_map(weight).unwrap_or(1.0);
        let kept: Vec<&str> =
            choice.split(';').filter(|part| weight(part).is_none()).map(str::trim).collect();
        (kept.join(";"), found)
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn openmetrics_goes_to_who_asks_for_the_version_we_write() {
        let prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;\
                          version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        for (accept, expected) in [
            (prometheus, Form::OpenMetrics),
            ("application/openmetrics-text", Form::OpenMetrics),
            ("Application/OpenMetrics-Text; version=\"1.0.0\"", Form::OpenMetrics),
            ("application/openmetrics-text; version=0.0.1", Form::Text),
            ("application/openmetrics-text;version=1.0.0;q=0.2,text/plain", Form::Text),
            ("application/openmetrics-text;q=0", Form::Text),
            ("application/openmetrics-text;q=x", Form::Text),
            ("text/html,*/*", Form::Text),
            ("", Form::Text),
        ] {
            assert_eq!(form(&headers(header::ACCEPT, accept)), expected, "{accept}");
        }
        assert_eq!(form(&HeaderMap::new()), Form::Text);
    }

    #[tokio::test]
    async fn a_page_that_was_not_made_is_no_scrape() {
        let board = Board::new("0.1.0");
        let mut cut_short = Box::pin(answer(board.clone(), HeaderMap::new()));
        tokio::select! {
            biased;
            _ = &mut cut_short => {}
            () = std::future::ready(()) => {}
        }
        drop(cut_short);
        assert_eq!(board.scrapes_total(), 0);
        answer(board.clone(), HeaderMap::new()).await;
        assert_eq!(board.scrapes_total(), 1);
    }

    #[test]
    fn gzip_goes_to_who_takes_it() {
        for (coding, expected) in [
            ("gzip", true),
            ("deflate, GZIP;q=0.5", true),
            ("*", true),
            ("gzip;q=0, *", false),
            ("identity", false),
            ("", false),
        ] {
            assert_eq!(takes_gzip(&headers(header::ACCEPT_ENCODING, coding)), expected, "{coding}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
