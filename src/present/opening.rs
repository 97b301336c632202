//! The first slides: the question, the answer in a few figures, the method.

use super::alerts::{best_ahead, best_rival, foreseeable};
use super::demands;
use super::given::Given;
use super::measured::batteries;
use super::slide::{Block, Figure, Slide};
use super::talk::names;

/// Large figures on the second slide.
const FIGURES: usize = 6;

/// The question.
#[must_use]
pub fn cover(given: &Given<'_>, title: &str) -> Slide {
    let talk = given.talk;
    Slide {
        class: "cover",
        section: talk.count("present-cover-folders", given.folders.len(), &[]),
        title: if title.is_empty() { talk.say("present-title") } else { title.to_owned() },
        lead: talk.say("present-question"),
        blocks: vec![Block::Note { text: talk.say("present-cover-note") }],
        sources: names(given.folders),
    }
}

/// The answer in figures; `None` where no folder gives one.
#[must_use]
pub fn answer(given: &Given<'_>) -> Option<Slide> {
    let talk = given.talk;
    let mut figures = measured(given);
    figures.extend(alerts(given));
    figures.extend(beside_rivals(given));
    figures.extend(demanded(given));
    figures.truncate(FIGURES);
    (!figures.is_empty()).then(|| Slide {
        class: "answer",
        section: talk.say("present-section-question"),
        title: talk.say("present-question"),
        lead: talk.say("present-answer-lead"),
        blocks: vec![Block::Figures { figures }],
        sources: Vec::new(),
    })
}

fn measured(given: &Given<'_>) -> Vec<Figure> {
    let talk = given.talk;
    let all = batteries(&given.scorings());
    let source = names(all.iter().map(|battery| battery.folder)).join(", ");
    let of = |pick: fn(&super::measured::Method) -> Option<f64>| -> Vec<f64> {
        all.iter().filter_map(|battery| pick(battery.ours()?)).collect()
    };
    let range = |values: Vec<f64>| talk.range(&values, |value| talk.percent(value, 1));
    let figure = |value: Option<String>, label: String| {
        Some(Figure { value: value?, label, source: source.clone(), class: "" })
    };
    let (covered, widths) = (of(|method| method.coverage), range(of(|method| method.width)));
    [
        figure(range(of(|method| Some(method.rmse))), talk.count("present-figure-error", all.len(), &[])),
        figure(
            range(covered),
            talk.tell("present-figure-covered", &[("width", &widths.unwrap_or_default())]),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn alerts(given: &Given<'_>) -> Vec<Figure> {
    let talk = given.talk;
    let mut figures = Vec::new();
    for (folder, scores) in given.alerts() {
        if let Some((best, told, of)) = best_ahead(scores) {
            figures.push(Figure {
                value: talk.tell("present-of", &[("part", &told.to_string()), ("all", &of.to_string())]),
                label: talk.tell("present-figure-ahead", &[("alert", &talk.quoted(&best.alert))]),
                source: folder.name.clone(),
                class: "",
            });
        } else if !foreseeable(scores).is_empty() {
            figures.push(Figure {
                value: talk
                    .tell("present-of", &[("part", "0"), ("all", &foreseeable(scores).len().to_string())]),
                label: talk.say("present-figure-ahead-none"),
                source: folder.name.clone(),
                class: "bad",
            });
        }
        let needed = scores.rules.iter().filter(|rule| rule.has_need);
        let wrong: usize = needed.clone().map(|rule| rule.all.false_alarms).sum();
        if scores.battery_years > 0.0 {
            figures.push(Figure {
                value: talk.number(wrong as f64 / scores.battery_years, 1),
                label: talk.count("present-figure-false", needed.count(), &[]),
                source: folder.name.clone(),
                class: "",
            });
        }
    }
    figures
}

/// By how much the rule with rivals finds more, or less, than the best of them.
fn beside_rivals(given: &Given<'_>) -> Option<Figure> {
    let talk = given.talk;
    given.alerts().into_iter().find_map(|(folder, scores)| {
        let rule = scores.rules.iter().find(|rule| best_rival(rule).is_some())?;
        let (ours, theirs) = (rule.all.recall?, best_rival(rule)?.1.tally.recall?);
        let more = 100.0 * (ours - theirs);
        let sign = if more > 0.0 { "+" } else { "" };
        let (ours, theirs) = (talk.percent(ours, 0), talk.percent(theirs, 0));
        let blanks = [("alert", talk.quoted(&rule.alert)), ("ours", ours), ("theirs", theirs)];
        let blanks = blanks.each_ref().map(|(name, value)| (*name, value.as_str()));
        Some(Figure {
            value: talk.tell("present-points", &[("number", &format!("{sign}{}", talk.number(more, 0)))]),
            label: talk.tell("present-figure-rival", &blanks),
            source: folder.name.clone(),
            class: if more > 0.0 { "" } else { "bad" },
        })
    })
}

fn demanded(given: &Given<'_>) -> Option<Figure> {
    let talk = given.talk;
    let demands = demands::all(given);
    let failed = demands::count(&demands, "failed");
    let tried = failed + demands::count(&demands, "passed");
    let mut folders: Vec<&str> = demands.iter().map(|demand| demand.folder).collect();
    folders.dedup();
    (tried > 0).then(|| Figure {
        value: talk.tell("present-of", &[("part", &failed.to_string()), ("all", &tried.to_string())]),
        label: talk.say("present-figure-demands"),
        source: folders.join(", "),
        class: if failed > 0 { "bad" } else { "" },
    })
}

/// The method.
#[must_use]
pub fn method(given: &Given<'_>) -> Slide {
    let talk = given.talk;
    let or_none = |names: Vec<String>| {
        if names.is_empty() { talk.say("present-none") } else { names.join(", ") }
    };
    let measured = given.folders.iter().filter(|folder| is_measured(folder.kind.key));
    let simulated = given.folders.iter().filter(|folder| !is_measured(folder.kind.key));
    Slide {
        section: talk.say("present-section-method"),
        title: talk.say("present-method-title"),
        lead: talk.say("present-method-lead"),
        blocks: vec![Block::Chain {
            measured: or_none(names(measured)),
            simulated: or_none(names(simulated)),
        }],
        ..Slide::default()
    }
}

/// Whether its truth was measured in a laboratory.
#[must_use]
pub fn is_measured(key: &str) -> bool {
    matches!(key, "balise_scoring" | "balise_study")
}
