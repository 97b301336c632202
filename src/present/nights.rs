//! How good the look ahead is: what was told against what came, and what is won over the season's own rate.

use super::curve::{Told, curve};
use super::dots::{Mark, Panel, Row, Scale, dots};
use super::found::{Horizon, Nights};
use super::given::Given;
use super::slide::{Block, Slide};
use super::talk::Talk;

/// The skill that is wanted.
pub const SKILL_WANTED: f64 = 0.4;

/// A slide for each folder.
#[must_use]
pub fn slides(given: &Given<'_>) -> Vec<Slide> {
    let slide = |(folder, nights): (&super::folder::Folder, &Nights)| slide(&folder.name, nights, given.talk);
    given.nights().into_iter().filter_map(slide).collect()
}

fn slide(folder: &str, nights: &Nights, talk: Talk) -> Option<Slide> {
    let known: Vec<(&Horizon, f64)> =
        nights.horizons.iter().filter_map(|horizon| Some((horizon, horizon.skill?))).collect();
    if known.is_empty() {
        return None;
    }
    let panels: Vec<(String, Vec<Told>)> = known
        .iter()
        .map(|(horizon, _)| (talk.count("present-nights", horizon.nights, &[]), told(horizon)))
        .collect();
    let drawing = curve(talk.say("present-nights-told"), talk.say("present-nights-came"), &panels, |share| {
        talk.percent(share, 0)
    });
    let signs = usize::try_from(nights.signs).unwrap_or(usize::MAX);
    Some(Slide {
        section: talk.say("present-section-forecast"),
        title: title(&known, talk),
        lead: talk.count("present-nights-lead", signs, &[]),
        blocks: vec![Block::Curve(drawing), Block::Dots(skills(&known, talk))],
        sources: vec![folder.to_owned()],
        ..Slide::default()
    })
}

/// Over how many nights it is worth what is wanted, and over how many not.
fn title(known: &[(&Horizon, f64)], talk: Talk) -> String {
    let of = |is_good: bool| -> Vec<String> {
        let which = known.iter().filter(|(_, skill)| (*skill >= SKILL_WANTED) == is_good);
        which.map(|(horizon, _)| horizon.nights.to_string()).collect()
    };
    let (good, short) = (of(true), of(false));
    let key = match (good.is_empty(), short.is_empty()) {
        (false, true) => "present-nights-all",
        (true, _) => "present-nights-none",
        (false, false) => "present-nights-some",
    };
    let wanted = talk.number(SKILL_WANTED, 1);
    talk.tell(key, &[("good", &talk.list(&good)), ("short", &talk.list(&short)), ("wanted", &wanted)])
}

fn told(horizon: &Horizon) -> Vec<Told> {
    horizon.bins.iter().map(|bin| (bin.told, bin.came, bin.came_90, bin.forecasts)).collect()
}

fn skills(known: &[(&Horizon, f64)], talk: Talk) -> super::dots::Dots {
    let scale = Scale::Linear(0.0, 1.0);
    let panel = Panel {
        title: talk.say("present-skill-axis"),
        scale,
        ticks: [0.0, 0.2, 0.4, 0.6, 0.8, 1.0].map(|at| (at, talk.number(at, 1))).to_vec(),
        share: 1.0,
    };
    let rows: Vec<Row> = known
        .iter()
        .map(|(horizon, skill)| Row {
            label: talk.count("present-nights", horizon.nights, &[]),
            note: talk.count(
                "present-nights-note",
                horizon.forecasts,
                &[("dark", &horizon.went_dark.to_string())],
            ),
            class: "ours",
            marks: vec![Mark {
                value: Some(*skill),
                span: horizon.skill_90.map(|[low, high]| (low, high)),
                goal: Some(SKILL_WANTED),
                text: talk.number(*skill, 2),
                is_bad: *skill < SKILL_WANTED,
                ..Mark::default()
            }],
            ..Row::default()
        })
        .collect();
    dots(&[panel], &rows)
}
