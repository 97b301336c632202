//! The score for programs: `results.json`.

use serde_json::{Value, json};

use super::command::Run;
use super::rival::Ladder;
use super::score::{Dark, RuleScore, Score};
use super::tally::{Tally, quantile};
use crate::report::{Check, Outcome};

/// Everything, without dates and durations: the same for the same seeds.
#[must_use]
pub fn json(run: &Run<'_>) -> Value {
    let score = run.score;
    json!({
        "balise_alert_scores": 1,
        "population": run.population.name,
        "seeds": run.seeds.iter().map(|seed| seed.0).collect::<Vec<_>>(),
        "batteries": score.batteries,
        "battery_years": score.battery_years,
        "step_seconds": run.population.grid().step_secs,
        "passed": !run.checks.iter().any(|check| check.outcome == Outcome::Failed),
        "rules": score.rules.iter().map(|rule| rule_json(score, rule)).collect::<Vec<_>>(),
        "dark": score.dark.iter().map(dark).collect::<Vec<_>>(),
        "checks": run.checks.iter().map(check).collect::<Vec<_>>(),
    })
}

fn rule_json(score: &Score, rule: &RuleScore) -> Value {
    let part = |((part, name), one): (&(super::score::Part, String), &Tally)| {
        let mut value = tally(score, one);
        value["by"] = json!(part.name());
        value["is"] = json!(name);
        value
    };
    let mut value = tally(score, &rule.all);
    value["alert"] = json!(rule.alert);
    value["marginal_due"] = json!(rule.marginal.due());
    value["marginal_hits"] = json!(rule.marginal.hits);
    value["true_soc_less_threshold_at_firing_p5_p50_p95"] =
        json!([0.05, 0.5, 0.95].map(|share| quantile(&rule.soc_at_firing, share)));
    value["true_soc_within_3_points_at_firing"] = json!(rule.within_three_points());
    value["fired"] = json!(rule.fired);
    value["has_need"] = json!(!rule.is_unneeded);
    value["parts"] = rule.parts.iter().map(part).collect();
    value["rivals"] = rule.ladders.iter().map(|ladder| rival(score, ladder, rule)).collect();
    value
}

fn tally(score: &Score, tally: &Tally) -> Value {
    json!({
        "due": tally.due(),
        "hits": tally.hits,
        "missed": tally.missed,
        "false_alarms": tally.false_alarms,
        "excused": tally.excused,
        "recall": tally.recall(),
        "recall_95": tally.recall_interval().map(|(low, high)| [low, high]),
        "precision": tally.precision(),
        "precision_95": tally.precision_interval().map(|(low, high)| [low, high]),
        "false_alarms_per_battery_year": score.false_alarms_per_battery_year(tally),
        "delay_p50_seconds": tally.delay_secs(0.5),
        "delay_p95_seconds": tally.delay_secs(0.95),
        "flaps_per_event": tally.flaps_per_event(),
    })
}

fn rival(score: &Score, ladder: &Ladder, rule: &RuleScore) -> Value {
    let rung = |(threshold, one): &(f64, Tally)| {
        let mut value = tally(score, one);
        value["threshold"] = json!((threshold * 1e4).round() / 1e4);
        value
    };
    json!({
        "rival": ladder.rival.name(),
        "tuned": ladder.tuned(rule.all.false_alarms).map(rung),
        "rungs": ladder.rungs.iter().map(rung).collect::<Vec<_>>(),
    })
}

fn dark(dark: &Dark) -> Value {
    json!({
        "battery": dark.battery,
        "from_seconds": dark.from_secs,
        "sudden": dark.sudden,
        "ahead_hours": dark.ahead_hours,
    })
}

fn check(check: &Check) -> Value {
    json!({
        "id": check.id,
        "outcome": check.outcome.name(),
        "measured": check.measured,
        "limit": check.limit,
        "unit": check.unit,
    })
}
