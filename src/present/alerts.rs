//! What alerts are worth: found, without cause, hours ahead, beside what a user has today.

use super::dots::{Mark, Panel, Row, Scale, dots};
use super::folder::Folder;
use super::found::{AlertScores, Dark, Rival, RuleScore, Rung, Tally};
use super::given::Given;
use super::slide::{Block, Cell, Slide, Table};
use super::talk::{Talk, names};
use crate::months::confidence::wilson;

/// A crew needs so long to reach a sign with a charged battery, h.
pub const AHEAD_HOURS: f64 = 12.0;
/// Alerts on the slide of outages.
const AHEAD_ROWS: usize = 9;
/// Hours ahead that are drawn.
const HOURS: [f64; 7] = [1.0, 3.0, 12.0, 24.0, 72.0, 168.0, 720.0];

/// The slides of every population, then all of them side by side.
#[must_use]
pub fn slides(given: &Given<'_>) -> Vec<Slide> {
    let all = given.alerts();
    let mut slides = Vec::new();
    for (folder, scores) in &all {
        slides.extend(worth(folder, scores, given.talk));
        slides.extend(ahead(folder, scores, given.talk));
        slides.extend(beside_rivals(folder, scores, given.talk));
    }
    if all.len() > 1 {
        slides.push(side_by_side(&all, given.talk));
    }
    slides
}

/// Rules of which a need is stated and that were put to the test, what is found most first.
#[must_use]
pub fn tested(scores: &AlertScores) -> Vec<&RuleScore> {
    let mut rules: Vec<&RuleScore> =
        scores.rules.iter().filter(|rule| rule.has_need && rule.all.due > 0).collect();
    rules.sort_by(|a, b| {
        let recall = |rule: &RuleScore| rule.all.recall.unwrap_or(0.0);
        recall(b).total_cmp(&recall(a)).then(b.all.due.cmp(&a.all.due))
    });
    rules
}

/// What a budget asks of an alert.
fn budget(scores: &AlertScores, key: &str, alert: &str) -> Option<f64> {
    let id = format!("budget.{key}.{alert}");
    scores.checks.iter().find(|check| check.id == id)?.limit
}

fn worth(folder: &Folder, scores: &AlertScores, talk: Talk) -> Option<Slide> {
    let rules = tested(scores);
    let most = rules.iter().max_by_key(|rule| rule.all.due)?;
    let found = talk.percent_or(most.all.recall, 1);
    let right = talk.percent_or(most.all.precision, 1);
    let name = talk.quoted(&most.alert);
    let below = rules.iter().filter(|rule| is_below(scores, rule)).count();
    let blanks = [("alert", name.as_str()), ("found", &found), ("right", &right)];
    let mut blocks = vec![Block::Dots(dots(&panels(&rules, talk), &worth_rows(scores, &rules, talk)))];
    blocks.extend(silent(scores, talk).map(|text| Block::Note { text }));
    let years = talk.number(scores.battery_years, 0);
    Some(Slide {
        section: talk.say("present-section-alerts"),
        title: talk.count("present-alerts-title", below, &blanks),
        lead: talk.count(
            "present-alerts-lead",
            scores.batteries,
            &[("years", &years), ("population", &scores.population)],
        ),
        blocks,
        sources: names([folder]),
        ..Slide::default()
    })
}

/// Whether it finds less, or is right less often, than its budget asks.
fn is_below(scores: &AlertScores, rule: &RuleScore) -> bool {
    let below = |key: &str, measured: Option<f64>| {
        budget(scores, key, &rule.alert).zip(measured).is_some_and(|(limit, measured)| measured < limit)
    };
    below("recall", rule.all.recall) || below("precision", rule.all.precision)
}

fn panels(rules: &[&RuleScore], talk: Talk) -> Vec<Panel> {
    let unit = Scale::Linear(0.0, 1.0);
    let share = |key: &str| Panel {
        title: talk.say(key),
        scale: unit,
        ticks: [0.0, 0.5, 1.0].map(|at| (at, talk.percent(at, 0))).to_vec(),
        share: 1.0,
    };
    let scale = Scale::from_zero(rules.iter().filter_map(|rule| rule.all.false_alarms_per_battery_year));
    let ticks = scale.ticks();
    let ends = [ticks.first(), ticks.last()].into_iter().flatten();
    vec![
        share("present-recall"),
        share("present-precision"),
        Panel {
            title: talk.say("present-false-alarms"),
            scale,
            ticks: ends.map(|at| (*at, talk.number(*at, 1))).collect(),
            share: 0.6,
        },
    ]
}

fn worth_rows(scores: &AlertScores, rules: &[&RuleScore], talk: Talk) -> Vec<Row> {
    let row = |rule: &&RuleScore| Row {
        label: talk.alert(&rule.alert),
        note: talk.count("present-due", rule.all.due, &[]),
        class: "ours",
        marks: marks(&rule.all, |key| budget(scores, key, &rule.alert), talk),
        ..Row::default()
    };
    rules.iter().map(row).collect()
}

/// Recall, precision, false alarms, each with what was wanted.
fn marks(tally: &Tally, budget: impl Fn(&str) -> Option<f64>, talk: Talk) -> Vec<Mark> {
    let share = |value: Option<f64>, bounds: Option<[f64; 2]>, goal: Option<f64>| Mark {
        value,
        span: bounds.map(|[low, high]| (low, high)),
        goal,
        text: talk.percent_or(value, 0),
        is_bad: value.zip(goal).is_some_and(|(value, goal)| value < goal),
        ..Mark::default()
    };
    let yearly = tally.false_alarms_per_battery_year;
    let most = budget("false-alarms");
    vec![
        share(tally.recall, tally.recall_95, budget("recall")),
        share(tally.precision, tally.precision_95, budget("precision")),
        Mark {
            value: yearly,
            goal: most,
            text: talk.number_or(yearly, 2),
            is_bad: yearly.zip(most).is_some_and(|(yearly, most)| yearly > most),
            ..Mark::default()
        },
    ]
}

/// Which alerts nothing was shown of, and which fired though nobody stated a need.
fn silent(scores: &AlertScores, talk: Talk) -> Option<String> {
    let untested = scores.rules.iter().filter(|rule| rule.has_need && rule.all.due == 0);
    let untested: Vec<String> = untested.map(|rule| talk.quoted(&rule.alert)).collect();
    let unneeded = scores.rules.iter().filter(|rule| !rule.has_need && rule.fired > 0);
    let unneeded: Vec<String> =
        unneeded.map(|rule| format!("{} ({})", talk.quoted(&rule.alert), rule.fired)).collect();
    let told =
        |key: &str, all: &[String]| (!all.is_empty()).then(|| talk.tell(key, &[("alerts", &talk.list(all))]));
    let both = [told("present-untested", &untested), told("present-unneeded", &unneeded)];
    let said: Vec<String> = both.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// The outages that could be foreseen.
#[must_use]
pub fn foreseeable(scores: &AlertScores) -> Vec<&Dark> {
    scores.dark.iter().filter(|dark| dark.sudden.is_none()).collect()
}

/// How many outages an alert told of so many hours ahead, at least.
#[must_use]
pub fn told_ahead(dark: &[&Dark], alert: &str, hours: f64) -> usize {
    dark.iter().filter(|dark| dark.ahead_hours.get(alert).is_some_and(|ahead| *ahead >= hours)).count()
}

/// The alert to set out on: it tells of many outages early enough and does not ring much for anything else. The
/// measure is the harmonic mean (F₁) of outages told over outages, and of outages told over times it fired.
#[must_use]
pub fn best_ahead(scores: &AlertScores) -> Option<(&RuleScore, usize, usize)> {
    let dark = foreseeable(scores);
    let told = |rule: &RuleScore| told_ahead(&dark, &rule.alert, AHEAD_HOURS);
    let measure = |rule: &RuleScore| 2.0 * told(rule) as f64 / (dark.len() + rule.fired.max(1)) as f64;
    // Of equals `max_by` takes the last; the first in the file is the most direct.
    let best = scores.rules.iter().rev().max_by(|a, b| measure(a).total_cmp(&measure(b)))?;
    let count = told(best);
    (count > 0).then_some((best, count, dark.len()))
}

fn ahead(folder: &Folder, scores: &AlertScores, talk: Talk) -> Option<Slide> {
    let dark = foreseeable(scores);
    let (best, told, of) = best_ahead(scores)?;
    let sudden = scores.dark.len() - dark.len();
    let mut rules: Vec<&RuleScore> = scores.rules.iter().collect();
    rules.retain(|rule| rule.has_need && told_ahead(&dark, &rule.alert, 0.0) > 0);
    rules.sort_by_key(|rule| std::cmp::Reverse(told_ahead(&dark, &rule.alert, AHEAD_HOURS)));
    rules.truncate(AHEAD_ROWS);
    let rows: Vec<Row> = rules.iter().map(|rule| ahead_row(&dark, rule, talk)).collect();
    let panels = [
        Panel {
            title: talk.say("present-ahead-axis"),
            scale: Scale::Decades(HOURS[0], HOURS[HOURS.len() - 1]),
            ticks: HOURS.map(|hours| (hours, tick(hours, talk))).to_vec(),
            share: 1.7,
        },
        Panel {
            title: talk.say("present-ahead-share"),
            scale: Scale::Linear(0.0, 1.0),
            ticks: [0.0, 0.5, 1.0].map(|at| (at, talk.percent(at, 0))).to_vec(),
            share: 1.0,
        },
    ];
    let (told, name) = (told.to_string(), talk.quoted(&best.alert));
    Some(Slide {
        section: talk.say("present-section-alerts"),
        title: talk.count("present-ahead-title", of, &[("told", &told), ("alert", &name)]),
        lead: talk.count("present-ahead-lead", sudden, &[]),
        blocks: vec![Block::Dots(dots(&panels, &rows))],
        sources: names([folder]),
        ..Slide::default()
    })
}

fn ahead_row(dark: &[&Dark], rule: &RuleScore, talk: Talk) -> Row {
    let alert = rule.alert.as_str();
    let mut hours: Vec<f64> = dark.iter().filter_map(|dark| dark.ahead_hours.get(alert).copied()).collect();
    hours.sort_by(f64::total_cmp);
    let median = hours.get(hours.len().saturating_sub(1) / 2).copied();
    let (early, of) = (told_ahead(dark, alert, AHEAD_HOURS), dark.len());
    let share = early as f64 / of.max(1) as f64;
    Row {
        label: talk.alert(alert),
        note: talk.count("present-ahead-note", rule.fired, &[]),
        class: "ours",
        marks: vec![
            Mark {
                value: median,
                goal: Some(AHEAD_HOURS),
                text: median.map(|hours| talk.span(hours * 3600.0)).unwrap_or_default(),
                events: hours,
                ..Mark::default()
            },
            Mark {
                value: Some(share),
                span: wilson(early, of),
                text: talk.percent(share, 0),
                ..Mark::default()
            },
        ],
        ..Row::default()
    }
}

/// Hours, or days in short, for a tick has little room.
fn tick(hours: f64, talk: Talk) -> String {
    if hours < 48.0 {
        return format!("{}\u{a0}h", talk.number(hours, 0));
    }
    format!("{}\u{a0}{}", talk.number(hours / 24.0, 0), talk.say("present-days-short"))
}

/// A rival at its best threshold, as it is called.
#[must_use]
pub fn rival_name(rival: &str, threshold: f64, talk: Talk) -> String {
    match rival {
        "voltage" => talk.tell("present-rival-voltage", &[("volts", &talk.number(threshold, 2))]),
        "device-soc" => talk.tell("present-rival-soc", &[("soc", &talk.percent(threshold, 1))]),
        other => other.to_owned(),
    }
}

fn beside_rivals(folder: &Folder, scores: &AlertScores, talk: Talk) -> Option<Slide> {
    let rules: Vec<&RuleScore> = scores
        .rules
        .iter()
        .filter(|rule| rule.all.due > 0 && rule.rivals.iter().any(|rival| rival.tuned.is_some()))
        .collect();
    let first = rules.first()?;
    let (rival, rung) = best_rival(first)?;
    let row = |label: String, class: &'static str, tally: &Tally, begins: bool| Row {
        label,
        note: String::new(),
        class,
        begins,
        marks: marks(tally, |_| None, talk),
    };
    let mut rows = Vec::new();
    for rule in &rules {
        let name = talk.alert(&rule.alert);
        rows.push(Row {
            label: name,
            note: talk.count("present-due", rule.all.due, &[]),
            class: "head",
            begins: true,
            marks: Vec::new(),
        });
        rows.push(row(talk.say("present-our-rule"), "ours", &rule.all, false));
        for rival in &rule.rivals {
            if let Some(rung) = &rival.tuned {
                let name = rival_name(&rival.rival, rung.threshold, talk);
                rows.push(row(name, "rival", &rung.tally, false));
            }
        }
    }
    let (ours, theirs) = (talk.percent_or(first.all.recall, 0), talk.percent_or(rung.tally.recall, 0));
    let (name, rival) = (talk.quoted(&first.alert), rival_name(&rival.rival, rung.threshold, talk));
    let key =
        if first.all.recall >= rung.tally.recall { "present-rivals-won" } else { "present-rivals-lost" };
    Some(Slide {
        section: talk.say("present-section-alerts"),
        title: talk.tell(key, &[("ours", &ours), ("theirs", &theirs), ("alert", &name), ("rival", &rival)]),
        lead: talk.say("present-rivals-lead"),
        blocks: vec![Block::Dots(dots(&panels(&rules, talk), &rows))],
        sources: names([folder]),
        ..Slide::default()
    })
}

/// The rival that finds most at its best threshold.
#[must_use]
pub fn best_rival(rule: &RuleScore) -> Option<(&Rival, &Rung)> {
    let tuned = rule.rivals.iter().filter_map(|rival| Some((rival, rival.tuned.as_ref()?)));
    let recall = |rung: &Rung| rung.tally.recall.unwrap_or(0.0);
    tuned.max_by(|a, b| recall(a.1).total_cmp(&recall(b.1)))
}

fn side_by_side(all: &[(&Folder, &AlertScores)], talk: Talk) -> Slide {
    let mut alerts: Vec<&str> = Vec::new();
    for rule in all.iter().flat_map(|(_, scores)| tested(scores)) {
        if !alerts.contains(&rule.alert.as_str()) {
            alerts.push(&rule.alert);
        }
    }
    let mut head = vec![talk.say("present-column-alert")];
    for (folder, _) in all {
        head.push(talk.tell("present-column-recall-of", &[("folder", &folder.name)]));
        head.push(talk.tell("present-column-precision-of", &[("folder", &folder.name)]));
    }
    let row = |alert: &&str| {
        let mut cells = vec![Cell::name(talk.alert(alert))];
        for (_, scores) in all {
            let rule = scores.rules.iter().find(|rule| rule.alert == **alert);
            cells.push(Cell::number(talk.percent_or(rule.and_then(|rule| rule.all.recall), 0)));
            cells.push(Cell::number(talk.percent_or(rule.and_then(|rule| rule.all.precision), 0)));
        }
        cells
    };
    Slide {
        section: talk.say("present-section-alerts"),
        title: talk.count("present-side-title", all.len(), &[]),
        lead: talk.say("present-side-lead"),
        blocks: vec![Block::Table(Table { head, rows: alerts.iter().map(row).collect() })],
        sources: names(all.iter().map(|(folder, _)| *folder)),
        ..Slide::default()
    }
}
