//! A comparison as a program and as a person read it.

use super::compare::{Compared, Comparison, Difference};
use crate::words::Words;
use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Map, Value, json};

/// For a program.
pub fn json(comparison: &Comparison) -> Value {
    let mut sources: Map<String, Value> = Map::new();
    for ((source, quantity), compared) in &comparison.compared {
        let source = sources.entry(source.clone()).or_insert_with(|| json!({}));
        source[quantity] = json!({
            "compared": compared.pairs,
            "differing": compared.differing,
            "missing_in_a": compared.missing_first,
            "missing_in_b": compared.missing_second,
            "first": compared.first.as_ref().map(difference),
            "largest": compared.largest.as_ref().map(difference),
        });
    }
    json!({
        "same": comparison.is_same(),
        "sources": sources,
        "only_in_a": comparison.only_first,
        "only_in_b": comparison.only_second,
    })
}

fn difference(found: &Difference) -> Value {
    json!({ "time_s": found.at_secs, "a": found.first, "b": found.second, "difference": found.size() })
}

/// For a person: a line for each quantity, then the verdict.
pub fn table(comparison: &Comparison, words: Words) -> String {
    let mut text = String::new();
    for ((source, quantity), compared) in &comparison.compared {
        text.push_str(&line(&format!("{source} {quantity}"), compared, words));
        text.push('\n');
    }
    let lone = [("diff-only-a", &comparison.only_first), ("diff-only-b", &comparison.only_second)];
    for (key, names) in lone {
        for name in names {
            text.push_str(&words.tell(key, &[("name", FluentValue::from(name.as_str()))]));
            text.push('\n');
        }
    }
    let verdict = if comparison.is_same() { "diff-same" } else { "diff-different" };
    text + &words.say(verdict) + "\n"
}

fn line(name: &str, compared: &Compared, words: Words) -> String {
    let blanks =
        [("name", FluentValue::from(name)), ("pairs", FluentValue::from(compared.pairs.to_string()))];
    let mut line = words.tell("diff-line", &blanks);
    if compared.is_same() && compared.largest.is_none() {
        line.push_str(&words.say("diff-line-same"));
    }
    let missing =
        [("diff-line-missing-a", compared.missing_first), ("diff-line-missing-b", compared.missing_second)];
    for (key, count) in missing.into_iter().filter(|(_, count)| *count > 0) {
        line.push_str(&words.tell(key, &[("count", FluentValue::from(count.to_string()))]));
    }
    if let Some(first) = &compared.first {
        let blanks = [
            ("count", FluentValue::from(compared.differing.to_string())),
            ("time", FluentValue::from(plain(first.at_secs, words))),
            ("a", FluentValue::from(plain(first.first, words))),
            ("b", FluentValue::from(plain(first.second, words))),
        ];
        line.push_str(&words.tell("diff-line-first", &blanks));
    }
    if let Some(largest) = &compared.largest {
        let blanks = [
            ("size", FluentValue::from(plain(largest.size(), words))),
            ("time", FluentValue::from(plain(largest.at_secs, words))),
        ];
        line.push_str(&words.tell("diff-line-largest", &blanks));
    }
    line
}

/// At most six decimals, none that say nothing.
fn plain(value: f64, words: Words) -> String {
    let text = words.number(value, 6);
    text.trim_end_matches('0').trim_end_matches(['.', ',']).to_owned()
}
