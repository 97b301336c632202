//! Accuracy on measured data: the error beside the rivals', the intervals, every model that was tried.

use super::dots::{Mark, Panel, Row, Scale, dots};
use super::found::StudySet;
use super::given::Given;
use super::measured::{Battery, Method, OURS, batteries};
use super::slide::{Block, Cell, Slide, Table};
use super::talk::{Talk, names};

/// Batteries on one slide of dots.
const BATTERIES_A_SLIDE: usize = 3;
/// What a 95 % interval should hold.
const COVERAGE: f64 = 0.95;

/// The slides.
#[must_use]
pub fn slides(given: &Given<'_>) -> Vec<Slide> {
    let all = batteries(&given.scorings());
    let mut slides: Vec<Slide> = all.chunks(BATTERIES_A_SLIDE).map(|part| errors(part, given.talk)).collect();
    if !all.is_empty() {
        slides.push(intervals(&all, given));
    }
    for of in given.studies() {
        slides.extend(of.1.sets.iter().filter_map(|set| study(of.0.name.as_str(), set, given.talk)));
    }
    slides
}

/// What a battery is; its profile's own name where the deck has no words for it.
#[must_use]
pub fn battery_name(battery: &Battery<'_>, talk: Talk) -> String {
    let set = battery.set;
    talk.known("present-battery-", if set.battery.is_empty() { &set.set } else { &set.battery })
}

fn errors(part: &[Battery<'_>], talk: Talk) -> Slide {
    let of = |pick: fn(&Battery<'_>) -> Option<f64>| -> Vec<f64> { part.iter().filter_map(pick).collect() };
    let write = |value: f64| talk.percent(value, 1);
    let ours = talk.range(&of(|it| it.ours().map(|it| it.rmse)), write).unwrap_or_default();
    let rivals = talk.range(&of(|it| it.best_rival().map(|it| it.rmse)), write).unwrap_or_default();
    let won = part.iter().filter(|battery| battery.is_won()).count();
    let won_text = won.to_string();
    let blanks = [("ours", ours.as_str()), ("rivals", &rivals), ("won", &won_text)];
    let key = if won == part.len() { "present-errors-won" } else { "present-errors-mixed" };
    let methods = part.iter().flat_map(|battery| &battery.methods);
    let scale = Scale::from_zero(methods.map(|method| method.worst));
    let panel =
        Panel { title: talk.say("present-errors-axis"), scale, ticks: percents(scale, talk), share: 1.0 };
    let rows: Vec<Row> = part.iter().flat_map(|battery| rows(battery, talk)).collect();
    Slide {
        section: talk.say("present-section-accuracy"),
        title: talk.count(key, part.len(), &blanks),
        lead: talk.say("present-errors-lead"),
        blocks: vec![Block::Dots(dots(&[panel], &rows))],
        sources: names(part.iter().map(|battery| battery.folder)),
        ..Slide::default()
    }
}

/// Grid lines of a scale of ratios.
#[must_use]
pub fn percents(scale: Scale, talk: Talk) -> Vec<(f64, String)> {
    scale.ticks().into_iter().map(|at| (at, talk.percent(at, 0))).collect()
}

fn rows(battery: &Battery<'_>, talk: Talk) -> Vec<Row> {
    let head = Row {
        label: battery_name(battery, talk),
        note: battery.folder.name.clone(),
        class: "head",
        begins: true,
        marks: vec![Mark::default()],
    };
    let row = |method: &Method| {
        let (mean, worst) = (talk.percent(method.rmse, 1), talk.percent(method.worst, 1));
        Row {
            label: talk.known("present-method-", method.name),
            class: if method.name == OURS { "ours" } else { "rival" },
            marks: vec![Mark {
                value: Some(method.rmse),
                span: Some((method.best, method.worst)),
                text: talk.tell("present-errors-mark", &[("mean", &mean), ("worst", &worst)]),
                ..Mark::default()
            }],
            ..Row::default()
        }
    };
    std::iter::once(head).chain(battery.methods.iter().map(row)).collect()
}

fn intervals(all: &[Battery<'_>], given: &Given<'_>) -> Slide {
    let talk = given.talk;
    let ours = || all.iter().filter_map(|battery| battery.ours());
    let covered: Vec<f64> = ours().filter_map(|method| method.coverage).collect();
    let widths: Vec<f64> = ours().filter_map(|method| method.width).collect();
    let write = |value: f64| talk.percent(value, 1);
    let covered = talk.range(&covered, write).unwrap_or_default();
    let widths = talk.range(&widths, write).unwrap_or_default();
    let mut blocks = vec![Block::Table(table(all, talk))];
    blocks.extend(coverage(given).map(Block::Dots));
    Slide {
        section: talk.say("present-section-accuracy"),
        title: talk.tell("present-intervals-title", &[("covered", &covered), ("width", &widths)]),
        lead: talk.say("present-intervals-lead"),
        blocks,
        sources: names(all.iter().map(|battery| battery.folder)),
        ..Slide::default()
    }
}

fn table(all: &[Battery<'_>], talk: Talk) -> Table {
    let head = [
        "battery", "folder", "records", "trials", "celsius", "rmse", "mae", "max", "covered", "width", "lost",
    ];
    Table {
        head: head.iter().map(|key| talk.say(&format!("present-column-{key}"))).collect(),
        rows: all.iter().map(|battery| table_row(battery, talk)).collect(),
    }
}

fn table_row(battery: &Battery<'_>, talk: Talk) -> Vec<Cell> {
    let ours = battery.ours();
    let percent = |of: Option<f64>| Cell::number(talk.percent_or(of, 1));
    let celsius = battery.celsius.map(|(low, high)| {
        talk.range(&[f64::from(low), f64::from(high)], |value| format!("{}\u{a0}°C", talk.number(value, 0)))
    });
    let losses = battery.methods.iter().skip(1).map(|method| method.wins).max().unwrap_or(0);
    let of = ours.map_or(0, |ours| ours.trials);
    vec![
        Cell::name(battery_name(battery, talk)),
        Cell { text: battery.folder.name.clone(), class: "small" },
        Cell::number(battery.records.to_string()),
        Cell::number(of.to_string()),
        Cell::number(celsius.flatten().unwrap_or_else(|| super::talk::UNKNOWN.to_owned())),
        percent(ours.map(|ours| ours.rmse)),
        percent(ours.and_then(|ours| ours.mae)),
        percent(ours.and_then(|ours| ours.max)),
        Cell::judged(
            talk.percent_or(ours.and_then(|ours| ours.coverage), 1),
            ours.and_then(|ours| ours.coverage).is_some_and(|covered| covered < COVERAGE),
        ),
        percent(ours.and_then(|ours| ours.width)),
        Cell::judged(format!("{losses}/{of}"), 2 * losses > of),
    ]
}

fn coverage(given: &Given<'_>) -> Option<super::dots::Dots> {
    let talk = given.talk;
    let each = given.scorings().into_iter().flat_map(|(folder, scoring)| {
        scoring.coverage_95.iter().filter(|it| it.mean.is_some()).map(move |covered| (folder, covered))
    });
    let each: Vec<_> = each.collect();
    let lowest = each.iter().filter_map(|(_, it)| it.low_90.or(it.mean)).reduce(f64::min)?;
    let scale = Scale::Linear((lowest * 10.0).floor().min(8.0) / 10.0, 1.0);
    let panel =
        Panel { title: talk.say("present-coverage-axis"), scale, ticks: percents(scale, talk), share: 1.0 };
    let rows: Vec<Row> = each
        .iter()
        .map(|(folder, covered)| Row {
            label: talk.known("present-chemistry-", &covered.chemistry),
            note: talk.count("present-coverage-note", covered.files, &[("folder", folder.name.as_str())]),
            class: "ours",
            marks: vec![Mark {
                value: covered.mean,
                span: covered.low_90.zip(covered.high_90),
                goal: Some(COVERAGE),
                text: talk.percent_or(covered.mean, 1),
                is_bad: covered.mean.is_some_and(|mean| mean < COVERAGE),
                ..Mark::default()
            }],
            ..Row::default()
        })
        .collect();
    Some(dots(&[panel], &rows))
}

/// The order of the models, the simplest first; what is not named here comes last.
const MODELS: [&str; 9] = [
    "coulomb_counter",
    "rest_lookup",
    "extended_1rc",
    "extended_2rc",
    "cubature_2rc",
    "hypotheses_2rc",
    "joint_2rc",
    "learned",
    "plain",
];

fn study(folder: &str, set: &StudySet, talk: Talk) -> Option<Slide> {
    let mut each: Vec<(&str, f64, f64)> = set
        .methods
        .iter()
        .filter_map(|(name, method)| {
            let stage = &method.as_ref()?.after_1200_s;
            Some((name.as_str(), stage.mean.rmse?, stage.worst.rmse?))
        })
        .collect();
    let place = |name: &str| MODELS.iter().position(|model| *model == name).unwrap_or(MODELS.len());
    each.sort_by_key(|(name, ..)| place(name));
    let ours = each.iter().find(|(name, ..)| *name == OURS)?;
    let better = each.iter().filter(|(name, rmse, _)| *name != OURS && *rmse < ours.1).count();
    let scale = Scale::from_zero(each.iter().map(|it| it.2));
    let panel =
        Panel { title: talk.say("present-study-axis"), scale, ticks: percents(scale, talk), share: 1.0 };
    let rows: Vec<Row> = each
        .iter()
        .map(|(name, mean, worst)| {
            let (mean_text, worst_text) = (talk.percent(*mean, 1), talk.percent(*worst, 1));
            Row {
                label: talk.known("study-", name),
                class: if *name == OURS { "ours" } else { "rival" },
                marks: vec![Mark {
                    value: Some(*mean),
                    span: Some((*mean, *worst)),
                    text: talk.tell("present-errors-mark", &[("mean", &mean_text), ("worst", &worst_text)]),
                    ..Mark::default()
                }],
                ..Row::default()
            }
        })
        .collect();
    let (others, mean) = ((each.len() - 1).to_string(), talk.percent(ours.1, 1));
    let blanks = [("set", set.set.as_str()), ("others", &others), ("mean", &mean)];
    Some(Slide {
        section: talk.say("present-section-accuracy"),
        title: talk.count("present-study-title", better, &blanks),
        lead: talk.count("present-study-lead", set.trials, &[]),
        blocks: vec![Block::Dots(dots(&[panel], &rows))],
        sources: vec![folder.to_owned()],
        ..Slide::default()
    })
}
