//! The schemas hold to the files they describe: every committed example validates, and no example does with a key of
//! nobody's in any of its tables.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test is a failed test")]

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use program::{check, root};
use serde_json::{Map, Value};

/// Formats by the key that tells their version.
const KEYS: [(&str, &str); 10] = [
    ("balise_scenario", "scenario"),
    ("balise_monitor", "monitor"),
    ("balise_signs", "signs"),
    ("balise_profile", "profile"),
    ("balise_due", "due"),
    ("balise_budgets", "budgets"),
    ("balise_population", "population"),
    ("balise_rig", "rig"),
    ("balise_alerts", "alerts"),
    ("balise_clean", "clean"),
];

/// Two formats have no file of their own in the tree.
const SIGNS: &str = "balise_signs = 1\n[[sign]]\nsite = \"A20\"\nbattery = \"1\"\nstate = \"parked\"\n[[entry]]\n\
                     site = \"A20\"\nbattery = \"1\"\nat = \"2026-11-02T14:00:00-05:00\"\nwhat = \"visit\"\nnote = \"ok\"\n";
const CLEAN: &str = include_str!("explore/rules.toml");

fn examples() -> Vec<(String, String)> {
    let mut files = vec![("signs".to_owned(), SIGNS.to_owned()), ("clean".to_owned(), CLEAN.to_owned())];
    for folder in ["scenarios", "compose", "fixtures"] {
        for path in toml_files(&root().join(folder)) {
            files.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    files
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { toml_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect()
}

fn json_of(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(flag) => Value::from(*flag),
        toml::Value::Datetime(stamp) => Value::from(stamp.to_string()),
        toml::Value::Array(items) => items.iter().map(json_of).collect(),
        toml::Value::Table(table) => Value::Object(
            table.iter().map(|(key, value)| (key.clone(), json_of(value))).collect::<Map<_, _>>(),
        ),
    }
}

/// The same value, each time with a strange key in another of its tables.
fn spoilt(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(map) => {
            let mut own = map.clone();
            own.insert("nobodys_key".to_owned(), Value::from(1));
            let inner = map.iter().flat_map(|(key, inner)| {
                spoilt(inner).into_iter().map(move |inner| {
                    let mut map = map.clone();
                    map.insert(key.clone(), inner);
                    Value::Object(map)
                })
            });
            std::iter::once(Value::Object(own)).chain(inner).collect()
        }
        // The first of a list stands for the others.
        Value::Array(items) => items
            .first()
            .map(|first| {
                spoilt(first)
                    .into_iter()
                    .map(|first| {
                        Value::Array(std::iter::once(first).chain(items.iter().skip(1).cloned()).collect())
                    })
                    .collect()
            })
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

#[test]
fn every_example_validates_and_none_with_a_key_of_nobodys() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, text) in examples() {
        let value: toml::Value = toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let value = json_of(&value);
        let Some((_, format)) = KEYS.iter().find(|(key, _)| value.get(key).is_some()) else { continue };
        let (_, schema) = balise::schema::SCHEMAS.iter().find(|(name, _)| name == format).unwrap();
        let schema: Value = serde_json::from_str(schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults: Vec<String> = validator
            .iter_errors(&value)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{path}: {faults:?}");
        for spoilt in spoilt(&value) {
            assert!(!validator.is_valid(&spoilt), "{path} goes through as {spoilt}");
        }
        *seen.entry(format).or_default() += 1;
    }
    println!("{seen:?}");
    assert_eq!(seen.len(), KEYS.len(), "a format has no example: {seen:?}");
}

#[test]
fn schemas_are_printed_and_an_unknown_one_is_a_usage_error_that_names_the_others() {
    let listed = check(&["schema"], 0);
    assert_eq!(listed.lines().count(), KEYS.len());
    for name in listed.lines() {
        let schema: Value = serde_json::from_str(&check(&["schema", name], 0)).unwrap();
        assert!(schema["properties"].is_object(), "{name}");
    }
    assert!(check(&["schema", "poem"], 2).contains("scenario"));
}

#[test]
fn every_shell_gets_lines_that_know_our_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(check(&["completions", shell], 0).contains("explore"), "{shell}");
    }
    check(&["completions", "abacus"], 2);
}
