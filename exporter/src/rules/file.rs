//! The rule file: structs and texts in, YAML out.

use super::scaling::written;
use super::{Rule, Scaling};
use crate::yaml::{block, quoted};

/// A language a crew reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Français.
    French,
    /// English.
    English,
}

/// Gives the sentence of a key with its [`BLANKS`] filled.
pub type Texts<'t> = &'t dyn Fn(Language, &str) -> String;

/// The blanks a sentence may have, and what Prometheus puts there. `percent` is the value of the
/// condition as a whole number of per cent, without the sign: `38.21%` loses what follows the 8.
pub const BLANKS: [(&str, &str); 3] = [
    ("site", "{{ $labels.site }}"),
    ("battery", "{{ $labels.battery }}"),
    ("percent", r#"{{ $value | humanizePercentage | reReplaceAll "([.][0-9]+)?%$" "" }}"#),
];

/// Parts of each alert's text, said in both languages.
const PARTS: [&str; 3] = ["summary", "description", "action"];

/// The rule file Prometheus reads.
#[must_use]
pub fn file(rules: &[Rule], scaling: &Scaling, texts: Texts<'_>) -> String {
    let mut yaml = String::from("# Made from exporter/src/rules by the tests; change it there.\n");
    yaml += "groups:\n  - name: balise\n";
    yaml += &format!("    interval: {}\n    rules:\n", written(scaling.evaluation_interval()));
    for rule in rules {
        yaml += &entry(rule, scaling, texts);
    }
    yaml
}

fn entry(rule: &Rule, scaling: &Scaling, texts: Texts<'_>) -> String {
    let mut yaml = format!("      - alert: {}\n", rule.name);
    yaml += &format!("        expr: {}\n", block(&rule.condition.promql(scaling), 8));
    for (name, length) in [("for", rule.hold), ("keep_firing_for", rule.keep_firing)] {
        if !length.is_zero() {
            yaml += &format!("        {name}: {}\n", written(scaling.window(length)));
        }
    }
    yaml += &format!("        labels:\n          severity: {}\n", rule.severity.name());
    yaml += &format!("          runbook: {}\n        annotations:\n", rule.key);
    for part in PARTS {
        for (language, code) in [(Language::French, "fr"), (Language::English, "en")] {
            let text = texts(language, &format!("{}-{part}", rule.key));
            yaml += &format!("          {part}_{code}: {}\n", quoted(&text));
        }
    }
    yaml
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::standard;

    #[test]
    fn every_alert_says_everything_in_both_languages() {
        let texts = |language, key: &str| format!("{language:?} {key}");
        let yaml = file(&standard(), &Scaling::real(), &texts);
        for rule in standard() {
            for part in PARTS {
                let french = format!("{part}_fr: \"French {}-{part}\"", rule.key);
                let english = format!("{part}_en: \"English {}-{part}\"", rule.key);
                assert!(yaml.contains(&french) && yaml.contains(&english), "{yaml}");
            }
        }
    }
}
