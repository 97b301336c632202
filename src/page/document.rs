//! The documents of one language, from their templates. Everything a person or a device named reaches them through escaping.

use exporter::page::{Live, Refusal, Scene, SignNow, asset_address, link};
use fluent_templates::fluent_bundle::FluentValue;
use jiff::tz::TimeZone;
use minijinja::{AutoEscape, Environment};
use serde_json::{Value, json};

use super::{todo, when};
use crate::words::Words;

/// More of a name than this is not shown: nobody reads it, and the page must not be the longer for it.
const NAME_CHARACTERS_MAX: usize = 120;

const TEMPLATES: [(&str, &str); 5] = [
    ("page.html", include_str!("page.html")),
    ("fleet.html", include_str!("fleet.html")),
    ("sign.html", include_str!("sign.html")),
    ("todo.html", include_str!("todo.html")),
    ("refusal.html", include_str!("refusal.html")),
];

/// Sentences the script fills in by itself, once the monitor is gone and nobody else can.
const SCRIPT_WORDS: [&str; 11] = [
    "page-just-now",
    "page-ago-seconds",
    "page-ago-minutes",
    "page-ago-hours",
    "page-ago-days",
    "page-lost",
    "page-lost-removed",
    "page-crowded",
    "page-crowded-removed",
    "page-chart-empty",
    "page-chart-failed",
];

/// Names of charts and of the lines in them.
const CHART_WORDS: [&str; 18] = [
    "page-chart-charge",
    "page-chart-voltage",
    "page-chart-current",
    "page-chart-temperature",
    "page-chart-sun",
    "page-chart-health",
    "page-chart-resistance",
    "page-line-time",
    "page-line-estimate",
    "page-line-low",
    "page-line-high",
    "page-line-device",
    "page-line-truth",
    "page-line-measured",
    "page-line-charger",
    "page-line-clear-sky",
    "page-line-panel",
    "page-no-events",
];

/// The templates of one language.
#[derive(Debug)]
pub struct Documents {
    words: Words,
    templates: Environment<'static>,
}

impl Documents {
    /// The documents in these words.
    ///
    /// # Errors
    /// Where a template is not sound.
    pub fn new(words: Words) -> Result<Self, minijinja::Error> {
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        templates.add_function("say", move |key: String| words.say(&key));
        templates.add_function("asset", |name: String| asset_address(&name));
        for (name, source) in TEMPLATES {
            templates.add_template(name, source)?;
        }
        Ok(Self { words, templates })
    }

    /// The fleet.
    #[must_use]
    pub fn fleet(&self, scene: &Scene, live: &Live, zone: &TimeZone) -> String {
        let mut sites: Vec<(&str, String, Vec<Value>)> = Vec::new();
        for id in &live.order {
            let Some(sign) = scene.sign(id) else { continue };
            let row = json!({
                "key": link::key(id),
                "name": short(&sign.about.battery),
                "cells": live.rows.get(id),
            });
            match sites.last_mut().filter(|(site, ..)| *site == id.site()) {
                Some((.., rows)) => rows.push(row),
                None => sites.push((id.site(), short(&sign.about.site), vec![row])),
            }
        }
        let sites: Vec<Value> =
            sites.into_iter().map(|(_, name, signs)| json!({ "name": name, "signs": signs })).collect();
        let more = json!({ "sites": sites, "cells": live.fleet, "title": live.fleet.get("title"), "events": self.asked("/events") });
        self.render("fleet.html", more, Some(scene), zone)
    }

    /// One sign.
    #[must_use]
    pub fn sign(&self, scene: &Scene, sign: &SignNow, live: &Live, zone: &TimeZone) -> String {
        let (name, site) = (short(&sign.about.battery), short(&sign.about.site));
        let key = link::key(&sign.id);
        let chemistry = match sign.info.chemistry() {
            "lifepo4" => "page-chemistry-lifepo4",
            _ => "page-chemistry-lead-acid",
        };
        let more = json!({
            "name": name,
            "site": site,
            "title": format!("{name}, {site} – {}", self.words.say("page-title")),
            "key": key,
            "cells": live.details.get(&sign.id),
            "tasks": todo::tasks(sign, scene, zone, self.words),
            "alerts": todo::known(&scene.alerts),
            "is_simulated": sign.row.truth_soc_ratio.is_some(),
            "device": sign.info.device(),
            "chemistry": self.words.say(chemistry),
            "events": self.asked(&format!("/events/{key}")),
            "history": self.asked(&format!("/history/{key}")),
        });
        self.render("sign.html", more, Some(scene), zone)
    }

    /// Why there is nothing.
    #[must_use]
    pub fn refusal(&self, refusal: Refusal, zone: &TimeZone) -> String {
        let key = match refusal {
            Refusal::NoSuchPage => "page-refused-page",
            Refusal::NoSuchSign => "page-refused-sign",
            Refusal::NoSuchSpan => "page-refused-span",
            Refusal::ForeignHost => "page-refused-host",
        };
        let title = self.words.say("page-refused-title");
        let more = json!({ "title": title, "why": self.words.say(key), "is_foreign": refusal == Refusal::ForeignHost });
        self.render("refusal.html", more, None, zone)
    }

    fn render(&self, name: &str, more: Value, scene: Option<&Scene>, zone: &TimeZone) -> String {
        let other = match self.words {
            Words::French => Words::English,
            Words::English => Words::French,
        };
        let mut context = json!({
            "lang": self.words.code(),
            "other": other.code(),
            "cells": {},
            "made": self.made(zone),
            "settings": self.settings(scene, zone, &more),
        });
        if let (Some(all), Value::Object(more)) = (context.as_object_mut(), more) {
            all.extend(more);
        }
        let rendered = self
            .templates
            .get_template(name)
            .and_then(|template| template.render(crate::report::plain(context)));
        rendered.unwrap_or_else(|error| {
            tracing::error!(%error, name, "a page could not be made");
            String::new()
        })
    }

    fn made(&self, zone: &TimeZone) -> String {
        let blanks = [
            ("version", FluentValue::from(env!("CARGO_PKG_VERSION"))),
            ("zone", FluentValue::from(when::zone_name(zone))),
        ];
        self.words.tell("page-made", &blanks)
    }

    /// What the script must know; it makes no words of its own.
    fn settings(&self, scene: Option<&Scene>, zone: &TimeZone, more: &Value) -> String {
        let keys =
            SCRIPT_WORDS.iter().chain(if more.get("history").is_some() { &CHART_WORDS[..] } else { &[] });
        let words: serde_json::Map<String, Value> =
            keys.map(|key| ((*key).trim_start_matches("page-").to_owned(), self.template_of(key))).collect();
        json!({
            "lang": format!("{}-CA", self.words.code()),
            "zone": when::zone_name(zone),
            "now": scene.map(|scene| scene.moment.unix_secs),
            "speed": scene.map(|scene| scene.moment.speed),
            "events": more.get("events"),
            "history": more.get("history"),
            "words": words,
        })
        .to_string()
    }

    /// A sentence with its blanks as `{name}`, for the script to fill in.
    fn template_of(&self, key: &str) -> Value {
        let blanks = ["count", "time", "ago"].map(|name| (name, FluentValue::from(format!("{{{name}}}"))));
        json!(self.words.tell(key, &blanks))
    }

    /// An address that an open page goes on asking, in its own language.
    fn asked(&self, path: &str) -> String {
        format!("{path}?in={}", self.words.code())
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= NAME_CHARACTERS_MAX {
        return name.to_owned();
    }
    name.chars().take(NAME_CHARACTERS_MAX).chain(['…']).collect()
}
