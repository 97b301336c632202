//! What the figures do not show: simulated only, never tried, failed, too few, too warm.
//!
//! Every limit is read off the folders; the parts of which there is no folder are named too.

use super::accuracy::battery_name;
use super::alerts::tested;
use super::demands;
use super::folder::KINDS;
use super::given::Given;
use super::measured::{Battery, batteries};
use super::opening::is_measured;
use super::slide::{Block, Point, Slide, evenly, joined};
use super::talk::{Talk, names};

/// Of fewer cases the bounds are wide.
const FEW: usize = 10;
/// Points on a slide.
const POINTS: usize = 8;

/// The slides.
#[must_use]
pub fn slides(given: &Given<'_>) -> Vec<Slide> {
    let talk = given.talk;
    let mut points: Vec<Point> =
        [simulated(given), emulated(given), failed(given), skipped(given)].into_iter().flatten().collect();
    let all = batteries(&given.scorings());
    points.extend(all.iter().filter_map(|battery| lost(battery, talk)));
    points.extend(warm(&all, talk));
    points.extend(same(&all, talk));
    points.extend(unscored(given));
    points.extend(alerts(given));
    points.extend(absent(given));
    let points = joined(points);
    evenly(&points, POINTS)
        .map(|part| Slide {
            section: talk.say("present-section-limits"),
            title: talk.say("present-limits-title"),
            blocks: vec![Block::Points { points: part.to_vec() }],
            ..Slide::default()
        })
        .collect()
}

fn point(head: String, text: String, sources: &[String]) -> Point {
    Point { head, text, source: sources.join(", "), class: "" }
}

fn simulated(given: &Given<'_>) -> Option<Point> {
    let is_lived = |key: &str| !is_measured(key) && key != "balise_rig_results" && key != "balise_load";
    let sources = names(given.folders.iter().filter(|folder| is_lived(folder.kind.key)));
    let talk = given.talk;
    (!sources.is_empty()).then(|| {
        point(talk.say("present-limit-simulated"), talk.say("present-limit-simulated-text"), &sources)
    })
}

fn emulated(given: &Given<'_>) -> Option<Point> {
    let talk = given.talk;
    let rigs = given.rigs();
    let sources = names(rigs.iter().filter(|(_, rig)| rig.emulated).map(|(folder, _)| *folder));
    (!sources.is_empty())
        .then(|| point(talk.say("present-limit-emulated"), talk.say("present-limit-emulated-text"), &sources))
}

fn failed(given: &Given<'_>) -> Option<Point> {
    let talk = given.talk;
    let demands = demands::all(given);
    let failed = demands::count(&demands, "failed");
    let tried = (failed + demands::count(&demands, "passed")).to_string();
    let sources = of_outcome(&demands, "failed");
    (failed > 0).then(|| Point {
        class: "bad",
        ..point(
            talk.count("present-limit-failed", failed, &[("tried", &tried)]),
            talk.say("present-limit-failed-text"),
            &sources,
        )
    })
}

fn skipped(given: &Given<'_>) -> Option<Point> {
    let demands = demands::all(given);
    let skipped = demands::count(&demands, "skipped");
    let sources = of_outcome(&demands, "skipped");
    (skipped > 0).then(|| {
        point(
            given.talk.count("present-limit-skipped", skipped, &[]),
            given.talk.say("present-limit-skipped-text"),
            &sources,
        )
    })
}

fn of_outcome(demands: &[demands::Demand<'_>], outcome: &str) -> Vec<String> {
    let mut sources: Vec<String> = demands
        .iter()
        .filter(|demand| demand.check.outcome == outcome)
        .map(|demand| demand.folder.to_owned())
        .collect();
    sources.dedup();
    sources
}

/// A battery on which a rival was nearer.
fn lost(battery: &Battery<'_>, talk: Talk) -> Option<Point> {
    let rival = battery.best_rival().filter(|_| !battery.is_won())?;
    let ours = talk.percent_or(battery.ours().map(|ours| ours.rmse), 1);
    let (name, theirs) = (battery_name(battery, talk), talk.percent(rival.rmse, 1));
    let method = talk.known("present-method-", rival.name);
    Some(Point {
        class: "bad",
        ..point(
            talk.tell("present-limit-lost", &[("battery", &name)]),
            talk.tell(
                "present-limit-lost-text",
                &[("method", &method), ("theirs", &theirs), ("ours", &ours)],
            ),
            std::slice::from_ref(&battery.folder.name),
        )
    })
}

/// Batteries never measured in frost.
fn warm(all: &[Battery<'_>], talk: Talk) -> Option<Point> {
    let warm: Vec<&Battery<'_>> =
        all.iter().filter(|battery| battery.celsius.is_none_or(|(low, _)| low >= 0)).collect();
    let each: Vec<String> = warm
        .iter()
        .map(|battery| {
            let low = battery.celsius.map(|(low, _)| f64::from(low));
            let degrees = low.map_or_else(
                || super::talk::UNKNOWN.to_owned(),
                |low| format!("{}\u{a0}°C", talk.number(low, 0)),
            );
            let name = battery_name(battery, talk);
            talk.tell("present-limit-coldest", &[("battery", &name), ("degrees", &degrees)])
        })
        .collect();
    let sources = names(warm.iter().map(|battery| battery.folder));
    (!each.is_empty()).then(|| {
        let text = talk.tell("present-limit-warm-text", &[("each", &talk.list(&each))]);
        point(talk.say("present-limit-warm"), text, &sources)
    })
}

/// Batteries whose profile is named after their records: it was made from them.
fn same(all: &[Battery<'_>], talk: Talk) -> Option<Point> {
    let same: Vec<&Battery<'_>> = all
        .iter()
        .filter(|battery| !battery.set.set.is_empty() && battery.set.set == battery.set.battery)
        .collect();
    let each: Vec<String> = same.iter().map(|battery| battery_name(battery, talk)).collect();
    let sources = names(same.iter().map(|battery| battery.folder));
    (!each.is_empty()).then(|| {
        let text = talk.tell("present-limit-same-text", &[("each", &talk.few(&each))]);
        point(talk.say("present-limit-same"), text, &sources)
    })
}

/// Records that took no part.
fn unscored(given: &Given<'_>) -> Option<Point> {
    let talk = given.talk;
    let scorings = given.scorings();
    let sets = || scorings.iter().flat_map(|(folder, it)| it.sets.iter().map(move |set| (*folder, set)));
    let excluded: usize = sets().map(|(_, set)| set.excluded.len()).sum();
    let predicted: usize = sets().map(|(_, set)| set.predicted.len()).sum();
    let has_some = |set: &super::found::Set| !set.excluded.is_empty() || !set.predicted.is_empty();
    let sources = names(sets().filter(|(_, set)| has_some(set)).map(|(folder, _)| folder));
    (excluded + predicted > 0).then(|| {
        let names: Vec<String> = sets()
            .flat_map(|(_, set)| set.excluded.iter().map(|it| it.file.clone()).chain(set.predicted.clone()))
            .collect();
        let text = talk.tell("present-limit-unscored-text", &[("records", &talk.few(&names))]);
        point(talk.count("present-limit-unscored", excluded + predicted, &[]), text, &sources)
    })
}

/// Alerts that nothing, or little, is shown of.
fn alerts(given: &Given<'_>) -> Vec<Point> {
    let talk = given.talk;
    let mut points = Vec::new();
    for (folder, scores) in given.alerts() {
        let quoted = |rules: Vec<&super::found::RuleScore>| -> Vec<String> {
            rules.iter().map(|rule| talk.quoted(&rule.alert)).collect()
        };
        let never = quoted(scores.rules.iter().filter(|it| it.has_need && it.all.due == 0).collect());
        let few: Vec<String> = tested(scores)
            .iter()
            .filter(|rule| rule.all.due < FEW)
            .map(|rule| {
                let due = rule.all.due.to_string();
                talk.tell(
                    "present-limit-few-each",
                    &[("alert", &talk.quoted(&rule.alert)), ("due", due.as_str())],
                )
            })
            .collect();
        let source = std::slice::from_ref(&folder.name);
        if !never.is_empty() {
            let text = talk.tell("present-limit-never-text", &[("alerts", &talk.list(&never))]);
            points.push(point(talk.count("present-limit-never", never.len(), &[]), text, source));
        }
        if !few.is_empty() {
            let text = talk.tell("present-limit-few-text", &[("alerts", &talk.list(&few))]);
            points.push(point(talk.count("present-limit-few", few.len(), &[]), text, source));
        }
    }
    points
}

/// Parts of a full deck that no folder was given for.
fn absent(given: &Given<'_>) -> Option<Point> {
    let talk = given.talk;
    let is_given = |key: &str| given.folders.iter().any(|folder| folder.kind.key == key);
    let absent: Vec<String> = KINDS
        .iter()
        .filter(|kind| !is_given(kind.key))
        .map(|kind| talk.known("present-kind-", kind.key))
        .collect();
    (!absent.is_empty()).then(|| {
        let text = talk.tell("present-limit-absent-text", &[("kinds", &talk.list(&absent))]);
        point(talk.say("present-limit-absent"), text, &[])
    })
}
