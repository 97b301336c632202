//! What to do with the batteries, as far as the figures say: every recommendation has its number and its folder.
//!
//! A rule whose figure is absent, or does not bear it out, recommends nothing.

use super::accuracy::battery_name;
use super::alerts::{best_ahead, best_rival, rival_name};
use super::found::{AlertScores, RuleScore};
use super::given::Given;
use super::load;
use super::measured::{Battery, batteries};
use super::nights::SKILL_WANTED;
use super::scenarios::fault_name;
use super::slide::{Block, Point, Slide, evenly, joined};
use super::talk::{Talk, names};

/// Recommendations on a slide.
const POINTS: usize = 8;
/// From so few cases nothing is recommended.
const CASES: usize = 5;
/// An alert right less often than this is looked into before anyone drives.
const PRECISION_TRUSTED: f64 = 0.70;
/// What an alert must find to be relied upon alone.
const RECALL_TRUSTED: f64 = 0.80;
/// By how much a part has to differ to be worth a word, ratio.
const APART: f64 = 0.20;
/// A fleet to put a yearly number into words.
const FLEET: f64 = 20.0;

/// The slides; none where no figure bears a recommendation.
#[must_use]
pub fn slides(given: &Given<'_>) -> Vec<Slide> {
    let talk = given.talk;
    let points = all(given);
    let count = points.len();
    evenly(&points, POINTS)
        .map(|part| Slide {
            section: talk.say("present-section-advice"),
            title: talk.count("present-advice-title", count, &[]),
            blocks: vec![Block::Points { points: part.to_vec() }],
            ..Slide::default()
        })
        .collect()
}

/// Every recommendation that a figure bears out, the most useful first.
#[must_use]
pub fn all(given: &Given<'_>) -> Vec<Point> {
    let talk = given.talk;
    let mut points = Vec::new();
    for (folder, scores) in given.alerts() {
        let found = [
            visit_when_told(scores, talk),
            check_before_driving(scores, talk),
            rely_not_alone(scores, talk),
            replace_a_fixed_threshold(scores, talk),
            watch_a_chemistry(scores, talk),
            visit_by_season(scores, talk),
            bring_for_the_cause(scores, talk),
            plan_for_false_alarms(scores, talk),
            leave_off_the_unneeded(scores, talk),
        ];
        let source = folder.name.as_str();
        points.extend(found.into_iter().flatten().map(|point| Point { source: source.to_owned(), ..point }));
    }
    let all = batteries(&given.scorings());
    points.extend([trust_the_interval(&all, talk), mistrust_the_counter(&all, talk)].into_iter().flatten());
    points.extend(keep_a_margin(&all, talk));
    points.extend(plan_the_nights(given));
    points.extend(walk_for_the_untold(given));
    points.extend(share_the_load(given));
    joined(points)
}

fn point(head: String, text: String) -> Point {
    Point { head, text, ..Point::default() }
}

fn visit_when_told(scores: &AlertScores, talk: Talk) -> Option<Point> {
    let (best, told, of) = best_ahead(scores)?;
    if of < CASES || 2 * told < of {
        return None;
    }
    let years = talk.number(scores.battery_years, 0);
    let (told, of) = (told.to_string(), of.to_string());
    let text = talk.count(
        "present-advice-visit-text",
        best.fired,
        &[("told", &told), ("of", &of), ("years", &years)],
    );
    Some(point(talk.tell("present-advice-visit", &[("alert", &talk.quoted(&best.alert))]), text))
}

/// How often it fired with or without cause.
fn told(rule: &RuleScore) -> usize {
    rule.all.hits + rule.all.false_alarms
}

fn check_before_driving(scores: &AlertScores, talk: Talk) -> Option<Point> {
    let doubted = scores.rules.iter().filter(|rule| rule.has_need && told(rule) >= CASES);
    let doubted = doubted.filter(|rule| rule.all.precision.is_some_and(|it| it < PRECISION_TRUSTED));
    let worst = doubted.max_by_key(|rule| rule.all.false_alarms)?;
    let [low, high] = worst.all.precision_95?;
    let bounds = talk.range(&[low, high], |value| talk.percent(value, 0))?;
    let precision = talk.percent_or(worst.all.precision, 0);
    let yearly = talk.number_or(worst.all.false_alarms_per_battery_year, 2);
    Some(point(
        talk.tell("present-advice-check", &[("alert", &talk.quoted(&worst.alert))]),
        talk.tell(
            "present-advice-check-text",
            &[("precision", &precision), ("bounds", &bounds), ("yearly", &yearly)],
        ),
    ))
}

fn rely_not_alone(scores: &AlertScores, talk: Talk) -> Option<Point> {
    let weak = scores.rules.iter().filter(|rule| rule.has_need && rule.all.due >= CASES);
    let weak = weak.filter_map(|rule| Some((rule, rule.all.recall?)));
    let (rule, recall) =
        weak.filter(|(_, recall)| *recall < RECALL_TRUSTED).min_by(|a, b| a.1.total_cmp(&b.1))?;
    let [low, high] = rule.all.recall_95?;
    let bounds = talk.range(&[low, high], |value| talk.percent(value, 0))?;
    Some(point(
        talk.tell("present-advice-alone", &[("alert", &talk.quoted(&rule.alert))]),
        talk.count(
            "present-advice-alone-text",
            rule.all.due,
            &[("recall", &talk.percent(recall, 0)), ("bounds", &bounds)],
        ),
    ))
}

fn replace_a_fixed_threshold(scores: &AlertScores, talk: Talk) -> Option<Point> {
    let rule = scores.rules.iter().find(|rule| rule.all.due >= CASES && best_rival(rule).is_some())?;
    let (rival, rung) = best_rival(rule)?;
    let (ours, theirs) = (rule.all.recall?, rung.tally.recall?);
    if ours - theirs < APART / 2.0 {
        return None;
    }
    let name = rival_name(&rival.rival, rung.threshold, talk);
    let (ours, theirs) = (talk.percent(ours, 0), talk.percent(theirs, 0));
    Some(point(
        talk.tell("present-advice-replace", &[("alert", &talk.quoted(&rule.alert))]),
        talk.tell("present-advice-replace-text", &[("ours", &ours), ("theirs", &theirs), ("rival", &name)]),
    ))
}

/// The chemistry an alert finds least of.
fn watch_a_chemistry(scores: &AlertScores, talk: Talk) -> Option<Point> {
    let parts = scores.rules.iter().filter(|rule| rule.has_need).flat_map(|rule| {
        let ours = rule.parts.iter().filter(|part| part.by == "chemistry" && part.tally.due >= CASES);
        ours.filter_map(move |part| Some((rule, part, rule.all.recall? - part.tally.recall?)))
    });
    let (rule, part, _) = parts.filter(|(.., less)| *less >= APART).max_by(|a, b| a.2.total_cmp(&b.2))?;
    let chemistry = talk.known("present-chemistry-", &part.is);
    let (hits, overall) = (part.tally.hits.to_string(), talk.percent_or(rule.all.recall, 0));
    Some(point(
        talk.tell("present-advice-chemistry", &[("chemistry", &chemistry)]),
        talk.count(
            "present-advice-chemistry-text",
            part.tally.due,
            &[("alert", &talk.quoted(&rule.alert)), ("hits", &hits), ("overall", &overall)],
        ),
    ))
}

fn visit_by_season(scores: &AlertScores, talk: Talk) -> Option<Point> {
    let (rule, ..) = best_ahead(scores).filter(|(rule, ..)| rule.all.due >= CASES)?;
    let seasons = rule.parts.iter().filter(|part| part.by == "season");
    let most = seasons.max_by_key(|part| part.tally.due)?;
    if 2 * most.tally.due < rule.all.due {
        return None;
    }
    let due = most.tally.due.to_string();
    let blanks = [("season", talk.known("present-season-", &most.is)), ("alert", talk.quoted(&rule.alert))];
    Some(point(
        talk.tell("present-advice-season", &[("season", &blanks[0].1)]),
        talk.count(
            "present-advice-season-text",
            rule.all.due,
            &[("due", &due), ("season", &blanks[0].1), ("alert", &blanks[1].1)],
        ),
    ))
}

/// What was at work while the alert heard most was due: the weather alone, or one fault above all.
fn bring_for_the_cause(scores: &AlertScores, talk: Talk) -> Option<Point> {
    let rule = scores.rules.iter().filter(|rule| rule.has_need).max_by_key(|rule| rule.all.due)?;
    let causes = || rule.parts.iter().filter(|part| part.by == "fault" && part.tally.due >= CASES);
    let sound = causes().find(|part| part.is == "none").filter(|part| 2 * part.tally.due >= rule.all.due);
    let fault = causes().filter(|part| part.is != "none").max_by_key(|part| part.tally.due);
    let (key, part) = match (sound, fault) {
        (Some(sound), _) => ("present-advice-weather", sound),
        (None, Some(fault)) => ("present-advice-cause", fault),
        (None, None) => return None,
    };
    let (due, fault) = (part.tally.due.to_string(), fault_name(&part.is, talk));
    Some(point(
        talk.tell(key, &[("fault", &fault)]),
        talk.count(
            &format!("{key}-text"),
            rule.all.due,
            &[("due", &due), ("alert", &talk.quoted(&rule.alert))],
        ),
    ))
}

fn plan_for_false_alarms(scores: &AlertScores, talk: Talk) -> Option<Point> {
    let wrong: usize =
        scores.rules.iter().filter(|rule| rule.has_need).map(|rule| rule.all.false_alarms).sum();
    if scores.battery_years <= 0.0 || wrong == 0 {
        return None;
    }
    let yearly = wrong as f64 / scores.battery_years;
    let (each, fleet) = (talk.number(yearly, 1), talk.number(yearly * FLEET, 0));
    Some(point(
        talk.tell("present-advice-false", &[("fleet", &fleet), ("signs", &talk.number(FLEET, 0))]),
        talk.count("present-advice-false-text", wrong, &[("each", &each)]),
    ))
}

fn leave_off_the_unneeded(scores: &AlertScores, talk: Talk) -> Option<Point> {
    let unneeded = scores.rules.iter().filter(|rule| !rule.has_need && rule.fired >= CASES);
    let loudest = unneeded.max_by_key(|rule| rule.fired)?;
    let years = talk.number(scores.battery_years, 0);
    Some(point(
        talk.tell("present-advice-off", &[("alert", &talk.quoted(&loudest.alert))]),
        talk.count("present-advice-off-text", loudest.fired, &[("years", &years)]),
    ))
}

fn sources(all: &[Battery<'_>]) -> String {
    names(all.iter().map(|battery| battery.folder)).join(", ")
}

fn trust_the_interval(all: &[Battery<'_>], talk: Talk) -> Option<Point> {
    let ours = || all.iter().filter_map(|battery| battery.ours());
    let covered: Vec<f64> = ours().filter_map(|method| method.coverage).collect();
    let widths: Vec<f64> = ours().filter_map(|method| method.width).collect();
    let lowest = covered.iter().copied().reduce(f64::min)?;
    let write = |value: f64| talk.percent(value, 1);
    let (covered, width) = (talk.range(&covered, write)?, talk.range(&widths, write)?);
    let key = if lowest >= 0.93 { "present-advice-interval" } else { "present-advice-interval-thin" };
    let text = talk.tell("present-advice-interval-text", &[("covered", &covered), ("width", &width)]);
    Some(Point { source: sources(all), ..point(talk.say(key), text) })
}

fn mistrust_the_counter(all: &[Battery<'_>], talk: Talk) -> Option<Point> {
    let of = |name: &str| -> Vec<f64> {
        let methods = all.iter().filter_map(|it| it.methods.iter().find(|method| method.name == name));
        methods.map(|method| method.rmse).collect()
    };
    let (ours, counter) = (of(super::measured::OURS), of("coulomb_counter"));
    let best_counted = counter.iter().copied().reduce(f64::min)?;
    if best_counted < 2.0 * ours.iter().copied().reduce(f64::max)? {
        return None;
    }
    let write = |value: f64| talk.percent(value, 1);
    let (ours, counter) = (talk.range(&ours, write)?, talk.range(&counter, write)?);
    let text = talk.tell("present-advice-counter-text", &[("ours", &ours), ("counter", &counter)]);
    Some(Point { source: sources(all), ..point(talk.say("present-advice-counter"), text) })
}

/// The battery on which the worst trial was worst.
fn keep_a_margin(all: &[Battery<'_>], talk: Talk) -> Option<Point> {
    let each = all.iter().filter_map(|battery| Some((battery, battery.ours()?)));
    let (battery, ours) = each.max_by(|a, b| a.1.worst.total_cmp(&b.1.worst))?;
    let worst = talk.percent(ours.worst, 0);
    let (arrived, name) = (ours.arrived.to_string(), battery_name(battery, talk));
    let text = talk.count(
        "present-advice-margin-text",
        ours.trials,
        &[("worst", &worst), ("arrived", &arrived), ("battery", &name)],
    );
    let head = talk.tell("present-advice-margin", &[("worst", &worst)]);
    Some(Point { source: battery.folder.name.clone(), ..point(head, text) })
}

fn plan_the_nights(given: &Given<'_>) -> Vec<Point> {
    let talk = given.talk;
    let one = |(folder, nights): (&super::folder::Folder, &super::found::Nights)| {
        let known = || nights.horizons.iter().filter_map(|it| Some((it.nights, it.skill?)));
        let (good, skill) = known().filter(|(_, skill)| *skill >= SKILL_WANTED).max_by_key(|it| it.0)?;
        let beyond = known().filter(|(nights, _)| *nights > good).min_by_key(|it| it.0);
        let wanted = talk.number(SKILL_WANTED, 1);
        let mut text = talk
            .tell("present-advice-nights-text", &[("skill", &talk.number(skill, 2)), ("wanted", &wanted)]);
        if let Some((nights, skill)) = beyond {
            text.push(' ');
            text += &talk.count("present-advice-nights-beyond", nights, &[("skill", &talk.number(skill, 2))]);
        }
        let head = talk.count("present-advice-nights", good, &[]);
        Some(Point { source: folder.name.clone(), ..point(head, text) })
    };
    given.nights().into_iter().filter_map(one).collect()
}

/// Faults that a crew needed to hear of and did not.
fn walk_for_the_untold(given: &Given<'_>) -> Option<Point> {
    let talk = given.talk;
    let runs = given.runs();
    let missed = || {
        runs.iter().flat_map(|(folder, run)| {
            run.faults.iter().filter(|fault| fault.detection == "missed").map(move |fault| (*folder, fault))
        })
    };
    let count = missed().count();
    let each: Vec<String> = missed().map(|(_, fault)| fault_name(&fault.kind, talk)).collect();
    (count > 0).then(|| Point {
        source: names(missed().map(|(folder, _)| folder)).join(", "),
        ..point(
            talk.say("present-advice-walk"),
            talk.count("present-advice-walk-text", count, &[("faults", &talk.list(&each))]),
        )
    })
}

fn share_the_load(given: &Given<'_>) -> Vec<Point> {
    let talk = given.talk;
    let one = |(folder, it): (&super::folder::Folder, &super::found::Load)| {
        let level = load::carried(it)?;
        let batteries = level.batteries.to_string();
        let rate = talk.quantity(it.rate_hz, "Hz");
        let text = talk.tell("present-advice-load-text", &[("batteries", &batteries), ("rate", &rate)]);
        let head = talk.tell("present-advice-load", &[("batteries", &batteries)]);
        Some(Point { source: folder.name.clone(), ..point(head, text) })
    };
    given.loads().into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::super::folder::{Folder, parse};
    use super::*;
    use crate::words::Words;

    fn folder(name: &str, text: &str) -> Folder {
        let (kind, found) = parse(text.as_bytes(), name).expect("read");
        Folder { name: name.into(), kind, fingerprint: String::new(), found }
    }

    fn advised(folders: &[Folder], words: Words) -> Vec<Point> {
        all(&Given { folders, talk: Talk { words } })
    }

    #[test]
    fn folders_without_a_figure_recommend_nothing() {
        let empty = super::super::folder::KINDS
            .map(|kind| folder(kind.key, &format!("{{\"{}\": {}}}", kind.key, kind.version)));
        assert!(advised(&empty, Words::French).is_empty());
        assert!(slides(&Given { folders: &empty, talk: Talk { words: Words::English } }).is_empty());
    }

    #[test]
    fn every_recommendation_states_a_number_and_its_folder() {
        let year = r#"{"balise_alert_scores": 1, "battery_years": 20, "batteries": 20, "rules": [
            {"alert": "BaliseDarkSoon", "has_need": true, "due": 16, "hits": 14, "false_alarms": 15, "recall": 0.875,
             "recall_95": [0.6, 0.97], "precision": 0.48, "precision_95": [0.3, 0.66], "false_alarms_per_battery_year": 0.75,
             "parts": [{"by": "season", "is": "winter", "due": 12}, {"by": "chemistry", "is": "gel", "due": 6, "hits": 1, "recall": 0.17},
                       {"by": "fault", "is": "panel-snow", "due": 7}, {"by": "fault", "is": "none", "due": 6}]},
            {"alert": "BaliseChargesLess", "fired": 95}],
            "dark": [{"ahead_hours": {"BaliseDarkSoon": 30}}, {"ahead_hours": {"BaliseDarkSoon": 50}},
                     {"ahead_hours": {"BaliseDarkSoon": 14}}, {"ahead_hours": {}}, {"ahead_hours": {"BaliseDarkSoon": 90}}]}"#;
        let nights = r#"{"balise_nights": 1, "horizons": [{"nights": 3, "skill": 0.54}, {"nights": 7, "skill": 0.39}]}"#;
        let folders = [folder("year", year), folder("nights", nights)];
        for words in [Words::French, Words::English] {
            let advised = advised(&folders, words);
            assert_eq!(advised.len(), 8, "{advised:#?}");
            for point in &advised {
                let said = format!("{} {}", point.head, point.text);
                assert!(said.chars().any(|letter| letter.is_ascii_digit()), "{said}");
                assert!(
                    !said.contains("present-") && !said.contains("Unknown") && !said.contains('{'),
                    "{said}"
                );
                assert!(["year", "nights"].contains(&point.source.as_str()), "{point:?}");
            }
        }
    }

    #[test]
    fn an_alert_that_tells_of_few_outages_is_not_recommended_for_visits() {
        let year = r#"{"balise_alert_scores": 1, "battery_years": 20, "rules": [{"alert": "A", "has_need": true}],
            "dark": [{"ahead_hours": {"A": 30}}, {}, {}, {}, {}, {}]}"#;
        assert!(advised(&[folder("year", year)], Words::English).is_empty());
    }
}
