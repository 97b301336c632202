//! French and English say the same things: the same keys, the same blanks, and every key the code names.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Each key of a language with the blanks of its sentence.
fn sentences(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language);
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let mut key = String::new();
        for line in fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
            if let Some((name, _)) =
                line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                key = name.to_owned();
                assert!(
                    all.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{language}: {key} is said twice"
                );
            }
            for blank in line.split('$').skip(1).filter(|_| !line.starts_with('#')) {
                let name: String =
                    blank.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                all.entry(key.clone()).or_default().insert(name);
            }
        }
    }
    all
}

#[test]
fn both_languages_say_the_same_with_the_same_blanks() {
    let (french, english) = (sentences("fr"), sentences("en"));
    let keys = |all: &BTreeMap<String, BTreeSet<String>>| all.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&french), keys(&english));
    for (key, blanks) in &french {
        assert_eq!(Some(blanks), english.get(key), "{key}");
    }
}

#[test]
fn every_key_the_code_names_is_said() {
    let said = sentences("en");
    let mut named = BTreeSet::new();
    for source in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(source).unwrap();
        for call in ["say(\"", "tell(\""] {
            named.extend(
                text.split(call).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
            );
        }
    }
    let unsaid: Vec<_> = named
        .iter()
        .filter(|key| key.contains('-') && !key.contains('{') && !said.contains_key(*key))
        .collect();
    assert!(named.len() > 50 && unsaid.is_empty(), "{unsaid:?}");
}

#[test]
fn every_fault_and_everything_a_fault_may_lack_is_said() {
    let said = sentences("en");
    for kind in signals::FaultKind::ALL {
        let blanks = said.get(&format!("report-fault-{}", kind.name()));
        assert_eq!(blanks.map(|it| it.contains("severity")), Some(kind.severity().is_some()), "{kind:?}");
    }
    let lacks = fs::read_to_string("src/scenario/fault.rs").unwrap();
    for key in lacks.split('"').filter(|text| text.starts_with("scenario-lacks-")) {
        assert!(said.contains_key(key) && said.contains_key(&format!("{key}-help")), "{key}");
    }
}

fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}
