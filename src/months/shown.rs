//! The page "what the alerts are worth": tables, and one drawing of what ours and the rivals find at which price.

use std::fmt::Write as _;

use fluent_templates::fluent_bundle::FluentValue;

use super::command::Run;
use super::rival::{Ladder, Rival};
use super::score::{Part, RuleScore, Score};
use super::tally::{Tally, quantile};
use crate::report::{Cell, Check, Outcome, Sheet, Sheets};
use crate::words::Words;

/// The page.
#[must_use]
pub fn sheets(run: &Run<'_>, words: Words) -> Sheets {
    let score = run.score;
    let blanks = [
        ("batteries", FluentValue::from(score.batteries)),
        ("years", FluentValue::from(words.number(score.battery_years, 1))),
        ("minutes", FluentValue::from(words.number(run.population.grid().step_secs as f64 / 60.0, 0))),
    ];
    let mut story: Vec<String> = run.population.story.lines().map(str::to_owned).collect();
    story.push(words.tell("months-story", &blanks));
    let mut sheets =
        vec![rules(score, words), rivals(score, words), dark(score, words), budgets(run.checks, words)];
    sheets
        .extend([Part::Chemistry, Part::Season, Part::Fault, Part::State].map(|part| by(score, part, words)));
    Sheets {
        title: words.say("months-title"),
        kind: run.population.name.clone(),
        story,
        sheets: sheets.into_iter().filter(|sheet| !sheet.rows.is_empty()).collect(),
        curves: None,
        drawings: score.rules.iter().filter_map(|rule| drawing(score, rule, words)).collect(),
    }
}

fn head(keys: &[&str], words: Words) -> Vec<String> {
    keys.iter().map(|key| words.say(&format!("months-column-{key}"))).collect()
}

fn percent(value: Option<f64>, words: Words) -> String {
    value.map_or_else(|| "–".to_owned(), |value| words.percent(value, 1))
}

fn interval(interval: Option<(f64, f64)>, words: Words) -> String {
    let said = |(low, high)| format!("{}–{}", words.number(100.0 * low, 0), words.percent(high, 0));
    interval.map_or_else(|| "–".to_owned(), said)
}

fn number(value: Option<f64>, digits: usize, words: Words) -> String {
    value.map_or_else(|| "–".to_owned(), |value| words.number(value, digits))
}

fn minutes(secs: Option<f64>, words: Words) -> String {
    number(secs.map(|secs| secs / 60.0), 0, words)
}

fn rules(score: &Score, words: Words) -> Sheet {
    let row = |rule: &RuleScore| {
        let all = &rule.all;
        let cells = if rule.is_unneeded {
            let fired = format!("{} {}", rule.fired, words.say("months-unneeded"));
            [vec![fired], vec![String::new(); 11]].concat()
        } else {
            vec![
                all.due().to_string(),
                percent(all.recall(), words),
                interval(all.recall_interval(), words),
                percent(all.precision(), words),
                interval(all.precision_interval(), words),
                words.number(score.false_alarms_per_battery_year(all), 2),
                all.excused.to_string(),
                minutes(all.delay_secs(0.5), words),
                minutes(all.delay_secs(0.95), words),
                number(all.flaps_per_event(), 2, words),
                format!("{}/{}", rule.marginal.hits, rule.marginal.due()),
                percent(rule.within_three_points(), words),
            ]
        };
        std::iter::once(rule.alert.clone()).chain(cells).map(Cell::plain).collect()
    };
    Sheet {
        title: words.say("months-rules"),
        notes: vec![words.say("months-rules-note")],
        head: head(
            &[
                "alert",
                "due",
                "recall",
                "bounds",
                "precision",
                "bounds",
                "false",
                "excused",
                "p50",
                "p95",
                "flaps",
                "marginal",
                "within-3",
            ],
            words,
        ),
        rows: score.rules.iter().map(row).collect(),
    }
}

fn rivals(score: &Score, words: Words) -> Sheet {
    let mut rows = Vec::new();
    for rule in score.rules.iter().filter(|rule| !rule.ladders.is_empty()) {
        rows.push(rival_row(score, &rule.alert, words.say("months-ours"), &rule.all, words));
        for ladder in &rule.ladders {
            match ladder.tuned(rule.all.false_alarms) {
                Some((threshold, tally)) => {
                    rows.push(rival_row(score, &rule.alert, below(ladder, *threshold, words), tally, words));
                }
                None => rows.push(vec![
                    Cell::plain(rule.alert.as_str()),
                    Cell::plain(words.tell("months-no-rung", &[("rival", rival_name(ladder, words).into())])),
                ]),
            }
        }
    }
    rows.iter_mut().for_each(|row| row.resize_with(6, Cell::default));
    Sheet {
        title: words.say("months-rivals"),
        notes: vec![words.say("months-rivals-note")],
        head: head(&["alert", "who", "recall", "precision", "false", "p95"], words),
        rows,
    }
}

fn rival_row(score: &Score, alert: &str, who: String, tally: &Tally, words: Words) -> Vec<Cell> {
    let cells = [
        alert.to_owned(),
        who,
        percent(tally.recall(), words),
        percent(tally.precision(), words),
        words.number(score.false_alarms_per_battery_year(tally), 2),
        minutes(tally.delay_secs(0.95), words),
    ];
    cells.into_iter().map(Cell::plain).collect()
}

fn rival_name(ladder: &Ladder, words: Words) -> String {
    words.say(match ladder.rival {
        Rival::Voltage => "months-voltage",
        Rival::DeviceSoc => "months-device-soc",
    })
}

fn below(ladder: &Ladder, threshold: f64, words: Words) -> String {
    let limit = match ladder.rival {
        Rival::Voltage => format!("{}\u{a0}V", words.number(threshold, 2)),
        Rival::DeviceSoc => words.percent(threshold, 1),
    };
    format!("{} < {limit}", rival_name(ladder, words))
}

/// How far ahead each alert told of the dark; what was cut off at a stroke stands apart.
fn dark(score: &Score, words: Words) -> Sheet {
    let slow: Vec<_> = score.dark.iter().filter(|dark| dark.sudden.is_none()).collect();
    let sudden = score.dark.len() - slow.len();
    let row = |rule: &RuleScore| {
        let ahead: Vec<f64> =
            slow.iter().filter_map(|dark| dark.ahead_hours.get(&rule.alert)).copied().collect();
        let share = |hours: f64| {
            let early = ahead.iter().filter(|ahead| **ahead >= hours).count();
            percent((!slow.is_empty()).then(|| early as f64 / slow.len() as f64), words)
        };
        let cells = [
            rule.alert.clone(),
            slow.len().to_string(),
            percent((!slow.is_empty()).then(|| ahead.len() as f64 / slow.len() as f64), words),
            share(12.0),
            share(24.0),
            share(72.0),
            number(quantile(&ahead, 0.5), 0, words),
        ];
        cells.into_iter().map(Cell::plain).collect()
    };
    Sheet {
        title: words.say("months-dark"),
        notes: vec![words.tell("months-dark-note", &[("sudden", FluentValue::from(sudden))])],
        head: head(&["alert", "dark", "told", "ahead-12", "ahead-24", "ahead-72", "ahead"], words),
        rows: if slow.is_empty() { Vec::new() } else { score.rules.iter().map(row).collect() },
    }
}

fn budgets(checks: &[Check], words: Words) -> Sheet {
    let row = |check: &Check| {
        let shown = |value: Option<f64>| match check.unit {
            "ratio" => percent(value, words),
            _ => number(value, 2, words),
        };
        vec![
            Cell::plain(check.text.within(words).into_owned()),
            Cell { text: shown(check.measured), is_bad: check.outcome == Outcome::Failed },
            Cell::plain(shown(check.limit)),
            Cell::plain(words.say(&format!("report-{}", check.outcome.name()))),
        ]
    };
    Sheet {
        title: words.say("months-budgets"),
        notes: vec![words.say("months-budgets-note")],
        head: head(&["demand", "measured", "limit", "verdict"], words),
        rows: checks.iter().map(row).collect(),
    }
}

fn by(score: &Score, part: Part, words: Words) -> Sheet {
    let mut rows = Vec::new();
    for rule in &score.rules {
        for ((_, name), tally) in rule.parts.iter().filter(|((one, _), _)| *one == part) {
            let cells = [
                rule.alert.clone(),
                name.clone(),
                tally.due().to_string(),
                percent(tally.recall(), words),
                interval(tally.recall_interval(), words),
                tally.false_alarms.to_string(),
                tally.excused.to_string(),
            ];
            rows.push(cells.into_iter().map(Cell::plain).collect());
        }
    }
    Sheet {
        title: words.say(&format!("months-by-{}", part.name())),
        notes: Vec::new(),
        head: head(&["alert", part.name(), "due", "recall", "bounds", "false-count", "excused"], words),
        rows,
    }
}

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 260.0;
/// Room for the words at the axes.
const LEFT: f64 = 48.0;
const BOTTOM: f64 = 40.0;
const TOP: f64 = 18.0;

/// Recall over false alarms a battery and year: a curve for each rival, a point for ours.
fn drawing(score: &Score, rule: &RuleScore, words: Words) -> Option<String> {
    let ours = (score.false_alarms_per_battery_year(&rule.all), rule.all.recall()?);
    let most = (2.0 * ours.0).max(2.0);
    if rule.ladders.is_empty() {
        return None;
    }
    let place = |(alarms, recall): (f64, f64)| {
        let across = LEFT + (WIDTH - LEFT) * (alarms / most).min(1.0);
        (across, TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - recall))
    };
    let mut drawn = String::new();
    for (ladder, (colour, from_top)) in rule.ladders.iter().zip([("device", 0.0), ("estimate", 14.0)]) {
        let points: Vec<String> = ladder
            .rungs
            .iter()
            .map(|(_, tally)| (score.false_alarms_per_battery_year(tally), tally.recall().unwrap_or(0.0)))
            .filter(|(alarms, _)| *alarms <= most)
            .map(|point| format!("{:.0},{:.0}", place(point).0, place(point).1))
            .collect();
        // Writing to a string cannot fail.
        let _ = write!(
            drawn,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"var(--{colour})\" stroke-width=\"2\"/>\
             <text x=\"{}\" y=\"{}\" fill=\"var(--{colour})\" text-anchor=\"end\">{}</text>",
            points.join(" "),
            WIDTH - 4.0,
            HEIGHT - BOTTOM - 24.0 + from_top,
            rival_name(ladder, words)
        );
    }
    let (x, y) = place(ours);
    let (right, base) = (WIDTH, HEIGHT - BOTTOM);
    let axis = |x: f64, y: f64, anchor: &str, text: &str| {
        format!("<text x=\"{x}\" y=\"{y}\" fill=\"var(--soft)\" text-anchor=\"{anchor}\">{text}</text>")
    };
    let labels = [
        axis(LEFT - 6.0, TOP + 4.0, "end", &words.percent(1.0, 0)),
        axis(LEFT - 6.0, base, "end", "0"),
        axis(right, base + 16.0, "end", &words.number(most, 1)),
        axis(LEFT, HEIGHT - 6.0, "start", &words.say("months-axis-false")),
        axis(LEFT, TOP - 6.0, "start", &words.say("months-axis-recall")),
    ]
    .concat();
    Some(format!(
        "<figure><figcaption>{}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" width=\"100%\" font-size=\"11\">\
         <path d=\"M{LEFT} {TOP}V{base}H{right}\" fill=\"none\" stroke=\"var(--rule)\"/>{labels}{drawn}\
         <circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"5\" fill=\"var(--alert)\"/>\
         <text x=\"{:.0}\" y=\"{:.0}\" fill=\"var(--alert)\">{}</text></svg></figure>",
        words.tell("months-drawing", &[("alert", FluentValue::from(rule.alert.clone()))]),
        x + 9.0,
        y + 14.0,
        words.say("months-ours"),
    ))
}
