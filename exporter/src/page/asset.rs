//! The files of the page, inside the program: style, script, icon, and uPlot 1.6.32 (MIT, `assets/uplot.LICENSE`).
//!
//! Addresses hold a piece of the hash of all files, so that a browser may keep a file for good and never keeps an old one; scripts
//! name each other relative to their own address and so agree on it.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

/// FNV-1a over the hashes of all files, in the order of their names.
static MARK: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Assets::iter().collect();
    names.sort_unstable();
    let hashes = names.iter().filter_map(|name| Assets::get(name)).map(|file| file.metadata.sha256_hash());
    let mix = |mark: u64, byte: u8| (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", hashes.flatten().fold(0xcbf2_9ce4_8422_2325, mix))
});

/// The address of a file, with the mark of this version.
#[must_use]
pub fn address_of(name: &str) -> String {
    format!("/assets/{}/{name}", *MARK)
}

/// A file with its headers, where there is one. A page of another version gets today's file, and is told not to keep it.
pub(super) fn answer(Path((mark, name)): Path<(String, String)>) -> Option<Response> {
    let file = Assets::get(&name)?;
    let kind = match name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
    let keep = if mark == *MARK { "public, max-age=31536000, immutable" } else { "no-store" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
    ];
    Some((headers, file.data.into_owned()).into_response())
}
