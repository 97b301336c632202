//! Addresses, and the headers every answer carries: nothing from elsewhere may run, frame or be sent to.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::feed::Open;
use super::{Asked, Page, Refusal, SignNow, Span, asset, link, reader, stream};
use crate::BatteryId;
use crate::rules::Language;

const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/// The two parts of an address, or why they are no text.
type Names = Result<Path<(String, String)>, PathRejection>;

fn id_of(names: Names) -> Option<BatteryId> {
    names.ok().map(|Path((site, battery))| link::id(&site, &battery))
}

pub(super) fn router(page: Page) -> Router {
    Router::new()
        .route("/", get(fleet))
        .route("/sign/{site}/{battery}", get(sign))
        .route("/events", get(fleet_events))
        .route("/events/{site}/{battery}", get(sign_events))
        .route("/history/{site}/{battery}", get(history))
        .route("/assets/{mark}/{name}", get(file))
        .fallback(nowhere)
        .layer(middleware::from_fn_with_state(page.clone(), guarded))
        .with_state(page)
}

/// Refuses a foreign Host, and puts the headers on.
async fn guarded(State(page): State<Page>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let is_ours = host.is_some_and(|host| page.inner.hosts.allow(host));
    let query = request.uri().query().unwrap_or_default();
    let choice = reader::chosen(query).filter(|_| is_ours);
    let mut answer = if is_ours {
        next.run(request).await
    } else {
        let language = language(request.uri(), request.headers());
        refused(&page, StatusCode::MISDIRECTED_REQUEST, Refusal::ForeignHost, language)
    };
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(cookie) = choice.and_then(|language| reader::cookie(language).parse().ok()) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    answer
}

async fn fleet(State(page): State<Page>, uri: Uri, headers: HeaderMap) -> Html<String> {
    let (language, scene) = (language(&uri, &headers), page.scene());
    let live = page.inner.teller.live(&scene, language);
    Html(page.inner.teller.fleet(&scene, &live, language))
}

async fn sign(State(page): State<Page>, names: Names, uri: Uri, headers: HeaderMap) -> Response {
    let (language, scene) = (language(&uri, &headers), page.scene());
    let Some(sign) = id_of(names).as_ref().and_then(|id| scene.sign(id)) else {
        return refused(&page, StatusCode::NOT_FOUND, Refusal::NoSuchSign, language);
    };
    let live = page.inner.teller.live(&scene, language);
    Html(page.inner.teller.sign(&scene, sign, &live, language)).into_response()
}

async fn fleet_events(State(page): State<Page>, uri: Uri, headers: HeaderMap) -> Response {
    stream::answer(&page, language(&uri, &headers), Open::Fleet, &headers)
}

async fn sign_events(State(page): State<Page>, names: Names, uri: Uri, headers: HeaderMap) -> Response {
    let language = language(&uri, &headers);
    let known = id_of(names).filter(|id| page.scene().sign(id).is_some());
    match known {
        Some(id) => stream::answer(&page, language, Open::Sign(id), &headers),
        None => refused(&page, StatusCode::NOT_FOUND, Refusal::NoSuchSign, language),
    }
}

async fn history(State(page): State<Page>, names: Names, uri: Uri, headers: HeaderMap) -> Response {
    let language = language(&uri, &headers);
    let asked = reader::value(uri.query().unwrap_or_default(), "span").unwrap_or(Span::Day.name());
    let Some(span) = Span::named(asked) else {
        return refused(&page, StatusCode::BAD_REQUEST, Refusal::NoSuchSpan, language);
    };
    let scene = page.scene();
    let Some(sign) = id_of(names).as_ref().and_then(|id| scene.sign(id)) else {
        return refused(&page, StatusCode::NOT_FOUND, Refusal::NoSuchSign, language);
    };
    ([(header::CONTENT_TYPE, "application/json")], told(&page, sign, span, language).await).into_response()
}

async fn told(page: &Page, sign: &SignNow, span: Span, language: Language) -> String {
    let past = page.past(&sign.id, span).await;
    let moment = page.moment();
    let asked = Asked { moment, sign, span, curves: &past.curves, events: &past.events };
    page.inner.teller.history(&asked, language)
}

async fn file(State(page): State<Page>, names: Names, uri: Uri, headers: HeaderMap) -> Response {
    match names.ok().and_then(asset::answer) {
        Some(answer) => answer,
        None => refused(&page, StatusCode::NOT_FOUND, Refusal::NoSuchPage, language(&uri, &headers)),
    }
}

async fn nowhere(State(page): State<Page>, uri: Uri, headers: HeaderMap) -> Response {
    refused(&page, StatusCode::NOT_FOUND, Refusal::NoSuchPage, language(&uri, &headers))
}

fn language(uri: &Uri, headers: &HeaderMap) -> Language {
    reader::language(headers, uri.query().unwrap_or_default())
}

fn refused(page: &Page, status: StatusCode, refusal: Refusal, language: Language) -> Response {
    (status, Html(page.inner.teller.refusal(refusal, language))).into_response()
}
