//! The page over plain HTTP: what it answers, in which words, and what it refuses. How it looks and behaves is seen in a real browser,
//! in `page_browser.rs`.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

#[path = "page/stage.rs"]
mod stage;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use exporter::page::Alerts;
use stage::{Stage, ask, listen, park, signs};

const FRENCH: (&str, &str) = ("Accept-Language", "fr-CA,fr;q=0.9,en;q=0.5");
const ENGLISH: (&str, &str) = ("Accept-Language", "en-CA");

/// What a person reads of a document: no tags, no script, no attributes but those that are read out.
fn read(document: &str) -> String {
    let body = document.split_once("<body>").map_or(document, |(_, body)| body);
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, tag)) = rest.split_once('<') {
        text += before;
        let (inside, after) = tag.split_once('>').unwrap_or((tag, ""));
        for read_out in ["aria-label=\"", "placeholder=\""] {
            if let Some((_, value)) = inside.split_once(read_out) {
                text += " ";
                text += value.split('"').next().unwrap_or_default();
            }
        }
        text.push(' ');
        rest = after;
    }
    text + rest
}

async fn furnished() -> Stage {
    let stage = Stage::serve(&signs(12)).await;
    stage.remember(2.0);
    stage.raise();
    stage.tick(0.5);
    stage.board.silence(&stage.ids[4]);
    park(&stage, 5);
    stage
}

#[tokio::test]
async fn the_fleet_is_whole_without_a_script_worst_first() {
    let stage = furnished().await;
    let (head, page) = ask(stage.address, "/", &[FRENCH]).await;
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/html"), "{head}");
    assert!(head.contains("default-src 'self'") && !page.contains("<script>"), "{head}");
    let text = read(&page).replace('\u{a0}', " ");
    for sentence in [
        "sur 12 demandent une visite",
        "s’éteint probablement d’ici jeudi",
        "tient jusqu’à",
        "plus de nouvelles depuis mercredi",
        "Trois-Rivières",
        "remisé",
        "3 alertes, un panneau muet",
        "À apporter : Batterie chargée",
        "se charge, +",
    ] {
        assert!(text.contains(sentence), "{sentence}: {text}");
    }
    let place = |name: &str| page.find(&format!(">{name}<")).unwrap_or(usize::MAX);
    assert!(place("PMV-102") < place("PMV-104"), "what goes dark tonight stands before what is well");
}

#[tokio::test]
async fn a_sign_shows_its_numbers_its_alerts_and_what_to_bring() {
    let stage = furnished().await;
    let (_, page) = ask(stage.address, "/sign/A20-km54/PMV-102", &[FRENCH]).await;
    let text = read(&page).replace('\u{a0}', " ");
    for sentence in [
        "PMV-102",
        "A20-km54",
        "s’éteint d’ici deux nuits",
        "pas de recharge",
        "À apporter",
        "tension",
        " V ",
        " mΩ",
        "décalage",
        "99 %, 92 %, 81 %",
        "400 jours à 900 jours",
        "vedirect-bmv",
        "plomb-acide",
    ] {
        assert!(text.contains(sentence), "{sentence}: {text}");
    }
    let (_, page) = ask(stage.address, "/sign/A20-km54/PMV-102", &[ENGLISH]).await;
    let text = read(&page).replace('\u{a0}', " ");
    for sentence in ["probably dark by Thursday", "What to do", "dark within two nights", "lead-acid"] {
        assert!(text.contains(sentence), "{sentence}: {text}");
    }
}

#[tokio::test]
async fn without_prometheus_the_page_says_that_alerts_are_not_connected() {
    let stage = Stage::serve(&signs(2)).await;
    assert!(read(&ask(stage.address, "/", &[FRENCH]).await.1).contains("alertes\u{a0}: non connecté"));
    stage.page.set_alerts(Alerts::Unreachable);
    assert!(
        read(&ask(stage.address, "/", &[ENGLISH]).await.1).contains("alerts: Prometheus has not answered")
    );
}

#[tokio::test]
async fn while_the_alerts_are_not_known_nobody_is_told_that_no_sign_needs_a_visit() {
    let well = signs(1);
    let stage =
        Stage::serve_at(&well, ([127, 0, 0, 1], 0).into(), "prometheus = \"http://127.0.0.1:9\"").await;
    let title = async || {
        let document = ask(stage.address, "/", &[FRENCH]).await.1;
        let (_, after) = document.split_once("<h1").unwrap();
        after.split(['<', '>']).nth(1).unwrap().to_owned()
    };
    // Nobody has asked yet.
    assert_eq!(title().await, "Aucune visite d’après les chiffres\u{a0}; les alertes ne sont pas connues");
    stage.page.set_alerts(Alerts::known([]));
    assert_eq!(title().await, "Le panneau ne demande pas de visite");
}

#[tokio::test]
async fn each_sign_that_needs_a_visit_says_what_to_do_and_to_bring_though_no_alert_fires() {
    let stage = Stage::serve(&signs(12)).await;
    stage.board.silence(&stage.ids[4]);
    let (mut needy, mut well) = (0, 0);
    for alerts in [Alerts::NotConnected, Alerts::Unreachable, Alerts::known([])] {
        stage.page.set_alerts(alerts);
        for id in &stage.ids {
            let path = format!("/sign/{}", exporter::page::link::key(id));
            let document = ask(stage.address, &path, &[FRENCH]).await.1;
            let needs = ["act", "plan"]
                .iter()
                .any(|tone| document.contains(&format!("data-part=\"row\" data-tone=\"{tone}\"")));
            let text = read(&document);
            assert_eq!(text.contains("À apporter"), needs, "{id}: {text}");
            assert!(!needs || !text.contains("Rien à faire"), "{id}: {text}");
            if needs { needy += 1 } else { well += 1 }
        }
    }
    assert!(needy > 3 && well > 3, "{needy} {well}");
}

#[tokio::test]
async fn an_open_page_goes_on_in_its_language_whatever_is_chosen_elsewhere() {
    let stage = Stage::serve(&signs(1)).await;
    let (_, page) = ask(stage.address, "/sign/A15-km61/PMV-101", &[FRENCH]).await;
    assert!(page.replace("&#x2f;", "/").contains("/events/A15-km61/PMV-101?in=fr"), "{page}");
    let chosen = ("Cookie", "balise_lang=en");
    let (_one, french) = listen(stage.address, "/events?in=fr", &[chosen]).await;
    let (_two, english) = listen(stage.address, "/events", &[chosen]).await;
    assert!(french.contains("demande") && english.contains("needs"), "{french} {english}");
    assert!(!french.contains("set-cookie"), "it asks, and chooses nothing: {french}");
    let name = |events: &str| events.split("id: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    // A name of the other language's is none: it would be told a part of what changed, and in English.
    let last = name(&english);
    let (_three, again) = listen(stage.address, "/events?in=fr", &[("Last-Event-ID", &last)]).await;
    assert!(again.contains("\"full\":true") && name(&again) != last, "{again}");
}

#[tokio::test]
async fn a_page_too_many_is_told_so_and_finds_the_place_of_one_that_is_closed() {
    let stage = Stage::serve(&signs(1)).await;
    let mut open = Vec::new();
    for _ in 0..160 {
        open.push(listen(stage.address, "/events", &[]).await.0);
    }
    let (_, told) = listen(stage.address, "/events", &[]).await;
    assert!(told.starts_with("HTTP/1.1 200") && told.contains("event: crowded"), "{told}");
    open.pop();
    loop {
        stage.tick(0.5);
        if listen(stage.address, "/events", &[]).await.1.contains("\"full\":true") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_language_is_the_browsers_until_somebody_chooses() {
    let stage = Stage::serve(&signs(1)).await;
    let lang = async |headers: &[(&str, &str)], path: &str| {
        let (head, page) = ask(stage.address, path, headers).await;
        (page.contains("<html lang=\"fr\">"), head.contains("set-cookie: balise_lang="))
    };
    assert_eq!(lang(&[], "/").await, (true, false));
    assert_eq!(lang(&[ENGLISH], "/").await, (false, false));
    assert_eq!(lang(&[ENGLISH], "/?lang=fr").await, (true, true));
    assert_eq!(lang(&[ENGLISH, ("Cookie", "balise_lang=fr")], "/").await, (true, false));
}

#[tokio::test]
async fn what_is_not_there_is_refused_in_words() {
    let stage = Stage::serve(&signs(1)).await;
    for (path, status, french) in [
        ("/nowhere", "404", "Cette page n’existe pas"),
        ("//evil.example/", "404", "Cette page n’existe pas"),
        ("/sign/A15-km61/PMV-999", "404", "Aucun panneau ne porte ce nom"),
        ("/sign/%ff/PMV-999", "404", "Aucun panneau ne porte ce nom"),
        ("/events/A15-km61/PMV-999", "404", "Aucun panneau ne porte ce nom"),
        ("/history/A15-km61/PMV-999", "404", "Aucun panneau ne porte ce nom"),
        ("/history/A15-km61/PMV-101?span=century", "400", "Cette durée n’existe pas"),
        ("/assets/x/../../secret", "404", "Cette page n’existe pas"),
        ("/assets/x/none.js", "404", "Cette page n’existe pas"),
    ] {
        let (head, page) = ask(stage.address, path, &[FRENCH]).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {head}");
        assert!(read(&page).contains(french) && page.contains("href=\"/\""), "{path}: {page}");
        assert!(!page.contains("evil.example"), "{page}");
    }
}

#[tokio::test]
async fn a_hostile_host_is_refused_and_measures_are_as_they_were() {
    let stage = Stage::serve_at(&signs(1), ([127, 0, 0, 1], 0).into(), "hosts = [\"balise.example\"]").await;
    for path in ["/", "/sign/A15-km61/PMV-101", "/events", "/history/A15-km61/PMV-101", "/nowhere"] {
        for host in ["evil.example", "localhost.evil.example:80", "192.0.2.1", ""] {
            let (head, page) = ask(stage.address, path, &[("Host", host), FRENCH]).await;
            assert!(head.starts_with("HTTP/1.1 421"), "{path} {host}: {head}");
            assert!(page.contains("Cette adresse n’est pas celle du moniteur") && !page.contains("PMV-101"));
        }
    }
    for host in ["localhost:1", "127.0.0.1", "[::1]", "balise.example:8080"] {
        assert!(ask(stage.address, "/", &[("Host", host)]).await.0.starts_with("HTTP/1.1 200"), "{host}");
    }
    let (head, metrics) = ask(stage.address, "/metrics", &[("Host", "x")]).await;
    assert!(head.starts_with("HTTP/1.1 200") && metrics.contains("balise_battery_up"), "{head}");
    assert!(ask(stage.address, "/-/healthy", &[("Host", "x")]).await.1.contains("ok"));
}

#[tokio::test]
async fn a_chart_is_answered_with_curves_the_sun_and_events() {
    let stage = furnished().await;
    for span in ["hour", "day", "week", "season"] {
        let (head, body) =
            ask(stage.address, &format!("/history/A20-km54/PMV-102?span={span}"), &[FRENCH]).await;
        assert!(head.contains("application/json"), "{head}");
        let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
        let points = answer["times"].as_array().unwrap().len();
        assert!(points > 0 && answer["sun"].as_array().unwrap().len() == points, "{span}: {body}");
        for column in ["volts", "amps", "celsius", "soc", "soc_stddev", "device", "soh", "ohms"] {
            assert_eq!(answer["curves"][column].as_array().map(Vec::len), Some(points), "{span} {column}");
        }
        let events = answer["events"].to_string().replace('\u{a0}', " ");
        assert!(events.contains("Alerte : s’éteint d’ici deux nuits, depuis mercredi"), "{events}");
    }
}

#[tokio::test]
async fn french_pages_hold_no_english_and_no_key_is_missing() {
    let stage = furnished().await;
    let mut documents = Vec::new();
    for path in ["/", "/nowhere", "/sign/none/none", "/history/A15-km61/PMV-101?span=x"] {
        documents.push(ask(stage.address, path, &[FRENCH]).await.1);
    }
    for index in 0..stage.ids.len() {
        let path = format!("/sign/{}", exporter::page::link::key(&stage.ids[index]));
        documents.push(ask(stage.address, &path, &[FRENCH]).await.1);
    }
    let english = only_english();
    let (mut left, mut missing) = (BTreeSet::new(), 0);
    for document in &documents {
        missing += document.matches("Unknown localization").count();
        // The name of the other language is written in that language.
        let text = read(document).replace("English", "");
        left.extend(words_of(&text).into_iter().filter(|word| english.contains(word)));
    }
    println!("{} documents, {missing} keys missing, English left: {left:?}", documents.len());
    assert!(english.len() > 100, "{}", english.len());
    assert_eq!((missing, left), (0, BTreeSet::new()));
}

#[test]
fn every_key_a_template_names_is_said_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = BTreeSet::new();
    for template in ["page", "fleet", "sign", "todo", "refusal"] {
        let text = fs::read_to_string(root.join(format!("src/page/{template}.html"))).unwrap();
        for call in text.split("say('").skip(1) {
            named.insert(call.split('\'').next().unwrap().to_owned());
        }
    }
    named.remove("page-span-");
    named.extend(["hour", "day", "week", "season"].map(|span| format!("page-span-{span}")));
    let absent: Vec<_> = ["fr", "en"]
        .iter()
        .flat_map(|language| {
            let said = fs::read_to_string(root.join(format!("locales/{language}/page.ftl"))).unwrap();
            let absent = named.iter().filter(move |key| !said.contains(&format!("\n{key} = ")));
            absent.map(move |key| format!("{language}: {key}")).collect::<Vec<_>>()
        })
        .collect();
    println!("{} keys named by templates, {} missing", named.len(), absent.len());
    assert!(named.len() > 40 && absent.is_empty(), "{absent:?}");
}

fn words_of(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 2).map(str::to_lowercase).collect()
}

/// Words of our English sentences that our French ones do not have.
fn only_english() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let said = |language: &str| {
        let mut said = BTreeSet::new();
        for entry in fs::read_dir(root.join(language)).unwrap() {
            for line in fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
                let text = line.split_once(" = ").map_or(line, |(_, text)| text);
                let outside: String = text
                    .split('{')
                    .map(|part| part.split_once('}').map_or(part, |(_, after)| after))
                    .collect::<Vec<_>>()
                    .join(" ");
                if !line.starts_with('#') {
                    said.extend(words_of(&outside));
                }
            }
        }
        said
    };
    // What the alerts say is in the parameter file.
    let alerts = fs::read_to_string(root.join("../compose/alerts.toml")).unwrap();
    let alerts: toml::Table = alerts.parse().unwrap();
    let texts = |rule: &toml::Value| {
        rule["fr"].as_table().unwrap().values().map(ToString::to_string).collect::<String>()
    };
    let french: String = alerts["rule"].as_array().unwrap().iter().map(texts).collect();
    let french: BTreeSet<String> = said("fr").union(&words_of(&french)).cloned().collect();
    said("en").difference(&french).cloned().collect()
}
