//! The rule file: structs and texts in, YAML out.

use super::scaling::written;
use super::{Language, Rule, Scaling, Texts};
use crate::yaml::{block, quoted};

/// A blank a sentence may have, and what Prometheus puts there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blank {
    /// As the parameter file writes it, without its braces.
    pub name: &'static str,
    /// Template in French.
    pub french: &'static str,
    /// Template in English.
    pub english: &'static str,
}

const fn alike(name: &'static str, template: &'static str) -> Blank {
    Blank { name, french: template, english: template }
}

/// Every blank. `percent` is the value of the condition as a whole number of per cent, without the sign:
/// `38.21%` loses what follows the 8. `whole` and `tenths` are the value itself.
pub const BLANKS: [Blank; 6] = [
    alike("site", "{{ $labels.site }}"),
    alike("battery", "{{ $labels.battery }}"),
    alike("instance", "{{ $labels.instance }}"),
    alike("percent", r#"{{ $value | humanizePercentage | reReplaceAll "([.][0-9]+)?%$" "" }}"#),
    alike("whole", r#"{{ $value | printf "%.0f" }}"#),
    Blank {
        name: "tenths",
        french: r#"{{ $value | printf "%.1f" | reReplaceAll "[.]" "," }}"#,
        english: r#"{{ $value | printf "%.1f" }}"#,
    },
];

/// Reads one part of a text.
pub(super) type Part = fn(&Texts) -> &str;

/// Parts of each alert's text, said in both languages.
pub(super) const PARTS: [(&str, Part); 4] = [
    ("summary", |texts| &texts.summary),
    ("description", |texts| &texts.description),
    ("action", |texts| &texts.action),
    ("bring", |texts| &texts.bring),
];

/// The rule file Prometheus reads. `runbook` is where a crew finds the runbook's pages; each rule's entry
/// follows after a `#`.
#[must_use]
pub fn file(rules: &[Rule], scaling: &Scaling, runbook: &str) -> String {
    let mut yaml = String::from("# Made from alerts.toml by `balise rules`; change it there.\n");
    yaml += "groups:\n  - name: balise\n";
    yaml += &format!("    interval: {}\n    rules:\n", written(scaling.evaluation_interval()));
    for rule in rules {
        yaml += &entry(rule, scaling, runbook);
    }
    yaml
}

fn entry(rule: &Rule, scaling: &Scaling, runbook: &str) -> String {
    let mut yaml = format!("      - alert: {}\n", rule.name);
    yaml += &format!("        expr: {}\n", block(&rule.promql(scaling), 8));
    for (name, length) in [("for", rule.hold), ("keep_firing_for", rule.keep_firing)] {
        if !length.is_zero() {
            yaml += &format!("        {name}: {}\n", written(scaling.window(length)));
        }
    }
    yaml += &format!("        labels:\n          severity: {}\n", rule.severity.name());
    yaml += &format!("          cause: {}\n          runbook: {}\n", rule.cause.name(), rule.key);
    yaml += "        annotations:\n";
    for (part, of) in PARTS {
        for language in Language::ALL {
            let text = filled(of(rule.texts(language)), language);
            yaml += &format!("          {part}_{}: {}\n", language.code(), quoted(&text));
        }
    }
    yaml += &format!("          runbook_url: {}\n", quoted(&format!("{runbook}#{}", rule.key)));
    yaml
}

/// The sentence with Prometheus' templates in its blanks.
fn filled(text: &str, language: Language) -> String {
    BLANKS.iter().fold(text.to_owned(), |text, blank| {
        let template = match language {
            Language::French => blank.french,
            Language::English => blank.english,
        };
        text.replace(&format!("{{{}}}", blank.name), template)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_becomes_a_template_and_a_decimal_point_a_comma_in_french() {
        let text = "{site} : {tenths} V";
        assert_eq!(
            filled(text, Language::French),
            r#"{{ $labels.site }} : {{ $value | printf "%.1f" | reReplaceAll "[.]" "," }} V"#
        );
        assert_eq!(filled(text, Language::English), r#"{{ $labels.site }} : {{ $value | printf "%.1f" }} V"#);
    }
}
