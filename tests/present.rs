//! The deck of results: the committed example is made again, and folders that cannot be shown say why.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod program;

use std::io::Read;
use std::path::Path;
use std::process::Output;

use flate2::read::GzDecoder;
use program::{balise, root, said};
use tempfile::TempDir;

/// The folders of the example, in the order of the deck.
const EXAMPLE: [&str; 11] = [
    "a123",
    "panasonic",
    "bboxx",
    "nights",
    "field-year",
    "dull-january",
    "stolen-panel",
    "false-full",
    "cable-pulled",
    "mild-week",
    "pace",
];
/// A deck is mailed.
const BYTES_MAX: usize = 500_000;

/// The kept results, each in a folder of its own again.
fn example() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in EXAMPLE {
        let kept = root().join("fixtures/present");
        let text = match std::fs::read_to_string(kept.join(format!("{name}.json"))) {
            Ok(text) => text,
            Err(_) => {
                let packed = std::fs::File::open(kept.join(format!("{name}.json.gz"))).unwrap();
                let mut text = String::new();
                GzDecoder::new(packed).read_to_string(&mut text).unwrap();
                text
            }
        };
        put(folder.path(), name, text.as_bytes());
    }
    folder
}

fn put(folder: &Path, name: &str, results: &[u8]) {
    std::fs::create_dir_all(folder.join(name)).unwrap();
    std::fs::write(folder.join(name).join("results.json"), results).unwrap();
}

fn present(folder: &Path, arguments: &[&str]) -> Output {
    balise(&[&["present"], arguments].concat()).current_dir(folder).output().unwrap()
}

fn deck(folder: &Path, names: &[&str], language: &str) -> String {
    let output = present(folder, &[names, &["--out", "deck.html", "--lang", language]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    std::fs::read_to_string(folder.join("deck.html")).unwrap()
}

#[test]
fn the_example_decks_are_made_again_from_the_kept_results() {
    let folder = example();
    for language in ["fr", "en"] {
        let fresh = deck(folder.path(), &EXAMPLE, language);
        let committed = root().join(format!("docs/example/deck.{language}.html"));
        if std::env::var_os("BALISE_RENEW").is_some() {
            std::fs::write(&committed, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(&committed).unwrap_or_default();
        assert!(kept == fresh, "docs/example/deck.{language}.html is stale: renew with BALISE_RENEW=1");
        assert!(fresh.len() <= BYTES_MAX, "{language}: {} bytes", fresh.len());
    }
}

#[test]
fn a_deck_asks_the_network_for_nothing_and_says_every_sentence() {
    let folder = example();
    // The share of dark signs that the kept year tells in time.
    for (language, figure) in [("fr", "74\u{a0}%"), ("en", "74\u{a0}%")] {
        let deck = deck(folder.path(), &EXAMPLE, language);
        for reference in ["http", "src=", "<link", "@import", "url(h"] {
            assert!(!deck.contains(reference), "{reference}");
        }
        for unsaid in ["Unknown localization", "present-", "{ $", "NaN", "inf\u{a0}"] {
            assert!(!deck.contains(unsaid), "{language}: {unsaid}");
        }
        assert!(deck.contains(figure) && deck.contains(&format!("<html lang=\"{language}\">")));
    }
}

#[test]
fn the_same_results_under_the_same_names_give_the_same_bytes_anywhere() {
    let (here, there) = (example(), example());
    let names = ["bboxx", "field-year", "nights"];
    let first = deck(here.path(), &names, "fr");
    assert!(first == deck(there.path(), &names, "fr"));
    let absolute: Vec<String> =
        names.iter().map(|name| here.path().join(name).display().to_string()).collect();
    let absolute: Vec<&str> = absolute.iter().map(String::as_str).collect();
    let named_whole = deck(there.path(), &absolute, "fr");
    assert!(first == named_whole, "the machine's own folders are in the deck");
}

#[test]
fn a_folder_of_another_version_says_which_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "old", br#"{"balise_alert_scores": 2, "rules": []}"#);
    for (language, remedy) in [("fr", "refaites-le"), ("en", "make it again")] {
        let output = present(folder.path(), &["old", "--out", "deck.html", "--lang", language]);
        assert_eq!(output.status.code(), Some(3));
        let told = said(&output);
        for part in ["old/results.json", "balise_alert_scores", "2", "1", remedy, "balise run POPULATION"] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
    assert!(!folder.path().join("deck.html").exists());
}

#[test]
fn what_is_no_result_is_refused_with_its_name_and_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    put(at, "good", br#"{"balise_nights": 1}"#);
    put(at, "hollow", b" \n");
    put(at, "torn", b"{\"balise_results\": 1, \"name\": \"a");
    put(at, "binary", &[0xff, 0xfe, 0, 1, 2]);
    put(at, "strange", br#"{"timing": 1}"#);
    put(at, "bent", br#"{"balise_scoring": 1, "sets": {"a": 1}}"#);
    std::fs::create_dir(at.join("bare")).unwrap();
    std::fs::write(at.join("file"), "x").unwrap();
    for (named, part) in [
        ("hollow", "is empty"),
        ("torn", "not whole JSON"),
        ("binary", "not whole JSON"),
        ("strange", "none of the version keys"),
        ("bent", "has not its form"),
        ("bare", "holds no results.json"),
        ("file", "is a file"),
        ("nowhere", "no such folder"),
        ("./good", "named twice"),
    ] {
        let output = present(at, &["good", named, "--out", "deck.html"]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(3), "{told}");
        let name = named.trim_start_matches("./");
        assert!(told.contains(part) && told.contains(name) && told.lines().count() > 1, "{named}: {told}");
        assert!(!at.join("deck.html").exists(), "{named}");
    }
    let output = present(at, &["good"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
}

#[test]
fn a_deck_is_made_anew_in_its_place_and_no_other_file_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    put(at, "good", br#"{"balise_nights": 1}"#);
    assert!(deck(at, &["good"], "en") == deck(at, &["good"], "en"));
    let output = present(at, &["good", "--out", "good/results.json"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("is no deck"), "{}", said(&output));
    assert_eq!(std::fs::read(at.join("good/results.json")).unwrap(), br#"{"balise_nights": 1}"#);
    assert_eq!(present(at, &["good", "--out", "good"]).status.code(), Some(3));
}

#[test]
fn a_deck_of_little_is_still_a_deck_and_a_name_like_markup_is_shown_as_text() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "empty", br#"{"balise_results": 1}"#);
    put(
        folder.path(),
        "<b>",
        br#"{"balise_results": 1, "runs": [{"name": "<img src=x>", "seed": 3, "passed": true}]}"#,
    );
    let output = present(
        folder.path(),
        &["empty", "<b>", "--out", "new/deck.html", "--title", "<script>alert(1)</script>", "--lang", "fr"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let deck = std::fs::read_to_string(folder.path().join("new/deck.html")).unwrap();
    for markup in ["<img", "<b>", "<script>alert"] {
        assert!(!deck.contains(markup), "{markup} went through");
    }
    assert!(deck.contains("&lt;img src") && deck.contains("Limites"));
}
