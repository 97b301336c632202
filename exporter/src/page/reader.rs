//! In which language: the one that was chosen on the page, else the browser's, else French. An open page asks on in its own language
//! (`?in=`), whatever was chosen elsewhere meanwhile: half a page in each would be the result.

use axum::http::{HeaderMap, header};

use crate::rules::Language;

/// The name of the cookie that keeps a choice.
const COOKIE: &str = "balise_lang";

/// The language of a request: `?in=` or `?lang=`, then the cookie, then `Accept-Language`.
pub(super) fn language(headers: &HeaderMap, query: &str) -> Language {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let kept = cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='));
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    value(query, "in")
        .and_then(named)
        .or(chosen(query))
        .or(kept.and_then(named))
        .or(accepted.and_then(preferred))
        .unwrap_or(Language::French)
}

/// The language a query chooses, for this time and those to come.
pub(super) fn chosen(query: &str) -> Option<Language> {
    named(value(query, "lang")?)
}

/// The cookie that keeps a choice.
pub(super) fn cookie(language: Language) -> String {
    format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", language.code())
}

/// The value of a key of a query; nothing here needs decoding.
pub(super) fn value<'q>(query: &'q str, key: &str) -> Option<&'q str> {
    query.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
}

fn named(code: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.code() == code)
}

/// The language of ours a browser likes best.
fn preferred(accepted: &str) -> Option<Language> {
    let wish = |item: &str| {
        let (tag, quality) = item.split_once(";q=").unwrap_or((item, "1"));
        let quality = quality.trim().parse::<f64>().ok().filter(|quality| *quality > 0.0)?;
        let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        Some((quality, named(&primary)?))
    };
    // The first of the best: a later one must be better to win.
    let better = |best: Option<(f64, Language)>, wish: (f64, Language)| match best {
        Some(best) if best.0 >= wish.0 => Some(best),
        _ => Some(wish),
    };
    accepted.split(',').filter_map(wish).fold(None, better).map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(header::HeaderName, &str)], query: &str) -> Language {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, value.parse().expect("a header"));
        }
        language(&headers, query)
    }

    #[test]
    fn the_choice_beats_the_cookie_the_cookie_beats_the_browser_and_french_is_first() {
        let accept = |value| [(header::ACCEPT_LANGUAGE, value)];
        assert_eq!(of(&[], ""), Language::French);
        assert_eq!(of(&accept("en-CA,en;q=0.9,fr;q=0.8"), ""), Language::English);
        assert_eq!(of(&accept("de, fr-CA;q=0.5, en;q=0.4"), ""), Language::French);
        assert_eq!(of(&accept("de"), ""), Language::French);
        assert_eq!(of(&accept("en;q=0"), ""), Language::French);
        assert_eq!(of(&accept("\u{e9}"), ""), Language::French);
        let kept = [(header::ACCEPT_LANGUAGE, "fr"), (header::COOKIE, "a=b; balise_lang=en")];
        assert_eq!(of(&kept, ""), Language::English);
        assert_eq!(of(&kept, "span=day&lang=fr"), Language::French);
        assert_eq!(of(&kept, "in=fr&span=day"), Language::French);
        assert_eq!(of(&kept, "lang=xx"), Language::English);
    }
}
