//! The outcome, as JSON and as a person reads it.

use std::collections::BTreeMap;

use exporter::BatteryId;
use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Map, Value, json};

use super::series::Twins;
use super::ward::Ward;
use crate::failure::{Exit, Failure};
use crate::prometheus::Labels;
use crate::words::Words;

/// What came of a run.
pub struct Shown<'a> {
    /// How far apart readings were asked for, ms.
    pub step: i64,
    /// The batteries.
    pub wards: &'a BTreeMap<BatteryId, Ward>,
}

impl Shown<'_> {
    /// As JSON.
    pub fn json(&self) -> Value {
        let mut batteries = Map::new();
        for ward in self.wards.values() {
            let (tally, estimate) = (ward.tally(), ward.estimate());
            batteries.insert(
                ward.id.to_string(),
                json!({
                    "readings": tally.readings,
                    "estimates": tally.estimates,
                    "gaps": tally.gaps,
                    "replacements": tally.replacements,
                    "first": tally.span.map(|(first, _)| instant(first)),
                    "last": tally.span.map(|(_, last)| instant(last)),
                    "soc": estimate.map(|it| it.soc.as_ratio()),
                    "soc_stddev": estimate.map(|it| it.soc_stddev),
                    "soh": estimate.map(|it| it.soh),
                    "capacity_ah": estimate.map(|it| it.capacity.as_amp_hours()),
                    "resistance_ohm": estimate.map(|it| it.resistance.as_ohms()),
                }),
            );
        }
        json!({ "step_s": self.step as f64 / 1e3, "batteries": batteries })
    }

    /// One line a battery, and what to think of.
    pub fn table(&self, words: Words) -> String {
        let mut text = String::new();
        for ward in self.wards.values() {
            text += &line(ward, words);
            text.push('\n');
        }
        let step = [("step", FluentValue::from(words.number(self.step as f64 / 1e3, 0)))];
        text + &words.tell("estimate-step", &step) + "\n"
    }
}

fn line(ward: &Ward, words: Words) -> String {
    let tally = ward.tally();
    let soc = ward.estimate().map_or_else(
        || "?".to_owned(),
        |estimate| {
            let (low, high) = estimate.soc_interval_95();
            let percent = |ratio| words.percent(ratio, 1);
            format!("{} ({} – {})", percent(estimate.soc.as_ratio()), percent(low), percent(high))
        },
    );
    let blanks = [
        ("battery", FluentValue::from(ward.id.to_string())),
        ("readings", FluentValue::from(tally.readings)),
        ("gaps", FluentValue::from(tally.gaps)),
        ("soc", FluentValue::from(soc)),
        ("last", FluentValue::from(tally.span.map_or_else(|| "?".to_owned(), |(_, last)| instant(last)))),
    ];
    words.tell("estimate-line", &blanks)
}

/// An instant as in RFC 3339; Unix milliseconds beyond the calendar stay a number.
pub fn instant(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |at| at.to_string())
}

/// Two series for one battery.
pub fn twins(twins: &Twins, words: Words) -> Failure {
    let told = |labels: &Labels| {
        let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        format!("\n        {{{}}}", pairs.join(", "))
    };
    let blanks = [
        ("battery", FluentValue::from(twins.id.to_string())),
        ("first", FluentValue::from(told(&twins.first))),
        ("second", FluentValue::from(told(&twins.second))),
    ];
    Failure::new(Exit::BadFile, words.tell("estimate-twins", &blanks))
}
