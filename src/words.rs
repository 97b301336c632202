//! Every string a person reads, in French or English, through Fluent (`locales/{fr,en}/*.ftl`).
//!
//! Machine output (JSON, metrics, CSV headers) is never translated.

use std::borrow::Cow;
use std::collections::HashMap;

use exporter::rules::Language;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
use unic_langid::langid;

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static FRENCH: LanguageIdentifier = langid!("fr");
static ENGLISH: LanguageIdentifier = langid!("en");

/// The reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Français.
    French,
    /// English.
    English,
}

impl Words {
    /// The language of a locale name as in `LANG` (`fr_CA.UTF-8`); English where it is not French.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("fr") { Self::French } else { Self::English }
    }

    /// The language the environment asks for: `LC_ALL`, then `LC_MESSAGES`, then `LANG`.
    #[must_use]
    pub fn of_environment() -> Self {
        ["BALISE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty())
            .map_or(Self::English, |value| Self::of_locale(&value))
    }

    /// The words of a language that crews read.
    #[must_use]
    pub const fn of(language: Language) -> Self {
        match language {
            Language::French => Self::French,
            Language::English => Self::English,
        }
    }

    /// The language of alerts and runbooks.
    #[must_use]
    pub const fn language(self) -> Language {
        match self {
            Self::French => Language::French,
            Self::English => Language::English,
        }
    }

    /// `fr` or `en`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// The sentence called `key`.
    #[must_use]
    pub fn say(self, key: &str) -> String {
        LOCALES.lookup(self.id(), key)
    }

    /// The sentence called `key`, with its blanks filled.
    #[must_use]
    pub fn tell(self, key: &str, blanks: &[(&'static str, FluentValue<'_>)]) -> String {
        let blanks: HashMap<Cow<'static, str>, FluentValue<'_>> =
            blanks.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
        LOCALES.lookup_with_args(self.id(), key, &blanks)
    }

    /// A number as the reader writes it: decimal comma in French, `digits` decimals.
    #[must_use]
    pub fn number(self, value: f64, digits: usize) -> String {
        let plain = format!("{value:.digits$}");
        match self {
            Self::French => plain.replace('.', ","),
            Self::English => plain,
        }
    }

    /// The same with a minus as long as a plus, and none before a nought.
    #[must_use]
    pub fn typeset(self, value: f64, digits: usize) -> String {
        let number = self.number(value, digits);
        match number.strip_prefix('-') {
            Some(rest) if rest.chars().all(|character| matches!(character, '0' | '.' | ',')) => {
                rest.to_owned()
            }
            Some(rest) => format!("\u{2212}{rest}"),
            None => number,
        }
    }

    /// A ratio in per cent: `63.1 %`, `63,1 %` (no-break space).
    #[must_use]
    pub fn percent(self, ratio: f64, digits: usize) -> String {
        format!("{}\u{a0}%", self.number(ratio * 100.0, digits))
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::French => &FRENCH,
            Self::English => &ENGLISH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_quebec() {
        assert_eq!(Words::French.percent(0.631, 1), "63,1\u{a0}%");
        assert_eq!(Words::English.percent(0.631, 1), "63.1\u{a0}%");
    }

    #[test]
    fn a_nought_has_no_sign() {
        assert_eq!(Words::French.typeset(-0.04, 1), "0,0");
        assert_eq!(Words::English.typeset(-3.13, 1), "\u{2212}3.1");
    }

    #[test]
    fn a_sentence_comes_in_both_languages_with_its_blanks_filled() {
        let blanks = [("tool", FluentValue::from("promtool"))];
        assert_eq!(Words::French.tell("not-found", &blanks), "promtool introuvable");
        assert_eq!(Words::English.tell("not-found", &blanks), "promtool not found");
    }
}
