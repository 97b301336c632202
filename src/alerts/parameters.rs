//! The parameter file of the alerts (`compose/alerts.toml`, format version 1): text in, rules out.
//!
//! Every number has a range, every slip its line; a pair that is upside down (a warning stricter than its
//! critical) is refused, since the warning would come too late to be one.

use std::time::Duration;

use exporter::rules::{Cause, Condition, Futures, Limit, Rule, Severity, SignState, Texts, Window};

use super::Alerts;
use crate::document::{self, Complaint, Section};

const HOUR_SECS: f64 = 3600.0;
const HOURS: std::ops::RangeInclusive<f64> = 0.01..=10_000.0;
const MINUTES: std::ops::RangeInclusive<f64> = 0.0..=100_000.0;
const RATIO: std::ops::RangeInclusive<f64> = 0.0..=1.0;
const SIGMAS: std::ops::RangeInclusive<f64> = 0.0..=10.0;

/// Reads the alerts from the text of `alerts.toml`.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Alerts, Vec<Complaint>> {
    document::check(source, |root| {
        root.version("balise_alerts", 1);
        let runbook = root.text("runbook");
        let sections = root.sections("rule");
        if sections.is_empty() {
            root.complain(0..1, "document-missing-key", vec![("key", "rule".to_owned())]);
        }
        let rules: Vec<Option<Rule>> = sections.iter().map(rule).collect();
        let rules = rules.into_iter().collect::<Option<Vec<_>>>()?;
        for (index, rule) in rules.iter().enumerate() {
            if let Some(fault) = rules[..index].iter().find_map(|other| clash(other, rule)) {
                let blanks = vec![("name", rule.name.clone()), ("other", fault.1.to_owned())];
                root.complain(sections[index].span_of(fault.2), fault.0, blanks);
            }
        }
        Some(Alerts { runbook: runbook?.to_owned(), rules })
    })
}

/// Why two rules cannot stand in one file: the complaint, the other's name, the key it is about.
fn clash<'r>(one: &'r Rule, other: &Rule) -> Option<(&'static str, &'r str, &'static str)> {
    if one.name == other.name {
        return Some(("alerts-name-twice", &one.name, "name"));
    }
    if one.key == other.key {
        return Some(("alerts-key-twice", &one.name, "key"));
    }
    let (critical, warning) = match (one.severity, other.severity) {
        (Severity::Critical, Severity::Warning) => (one, other),
        (Severity::Warning, Severity::Critical) => (other, one),
        _ => return None,
    };
    let upside_down = match (&critical.condition, &warning.condition) {
        (Condition::SocBelow { soc_ratio: low, .. }, Condition::SocBelow { soc_ratio: high, .. })
        | (Condition::DarkWithin { hours: low, .. }, Condition::DarkWithin { hours: high, .. }) => {
            low >= high
        }
        (Condition::HotterThan(critical), Condition::HotterThan(warning)) => {
            warning.iter().any(|mild| critical.iter().any(|hard| hard.at_25_celsius <= mild.at_25_celsius))
        }
        _ => false,
    };
    upside_down.then_some(("alerts-upside-down", one.name.as_str(), "when"))
}

fn rule(section: &Section<'_>) -> Option<Rule> {
    let name = section.text("name");
    let key = section.text("key");
    let severities = [("critical", Severity::Critical), ("warning", Severity::Warning)];
    let severity = section.choice("severity", None, &severities);
    let causes = Cause::ALL.map(|cause| (cause.name(), cause));
    let cause = section.choice("cause", None, &causes);
    let minutes = |key| section.number(key, MINUTES).map(|minutes| Duration::from_secs_f64(minutes * 60.0));
    let (hold, keep_firing) = (minutes("hold_minutes"), minutes("keep_firing_minutes"));
    let quiet_when = section.choices("quiet_when", &SignState::ALL.map(|state| (state.name(), state)));
    let quiet_after = section.number_or("quiet_after_replacement_hours", 0.0, 0.0..=10_000.0);
    let source = section.text("source");
    let condition = section.required_section("when").and_then(|when| {
        let condition = condition(&when);
        when.close();
        condition
    });
    let texts = ["fr", "en"].map(|language| section.required_section(language).and_then(|it| texts(&it)));
    section.close();
    let [french, english] = texts;
    Some(Rule {
        name: name?.to_owned(),
        key: key?.to_owned(),
        condition: condition?,
        quiet_when: quiet_when?,
        quiet_after_replacement: Duration::from_secs_f64(quiet_after? * HOUR_SECS),
        hold: hold?,
        keep_firing: keep_firing?,
        severity: severity?,
        cause: cause?,
        source: source?.to_owned(),
        texts: [french?, english?],
    })
}

fn texts(section: &Section<'_>) -> Option<Texts> {
    let text = |key| section.text(key).map(str::to_owned);
    let [name, summary, description, action, bring] =
        ["name", "summary", "description", "action", "bring"].map(text);
    section.close();
    Some(Texts { name: name?, summary: summary?, description: description?, action: action?, bring: bring? })
}

/// The shapes a condition may have, by the word of the file.
#[derive(Clone, Copy)]
enum Kind {
    SocBelow,
    DarkWithin,
    NotCharging,
    ChargesLess,
    VoltageAbove,
    VoltageBelow,
    HotterThan,
    RunsAway,
    FreezeRisk,
    Failing,
    SensorFault,
    Disagrees,
    Changed,
    Silent,
    Unreachable,
    Late,
    Unsaved,
    Refused,
}

const KINDS: [(&str, Kind); 18] = [
    ("soc-below", Kind::SocBelow),
    ("dark-within", Kind::DarkWithin),
    ("not-charging", Kind::NotCharging),
    ("charges-less", Kind::ChargesLess),
    ("voltage-above", Kind::VoltageAbove),
    ("voltage-below", Kind::VoltageBelow),
    ("hotter-than", Kind::HotterThan),
    ("runs-away", Kind::RunsAway),
    ("freeze-risk", Kind::FreezeRisk),
    ("failing", Kind::Failing),
    ("sensor-fault", Kind::SensorFault),
    ("disagrees", Kind::Disagrees),
    ("changed", Kind::Changed),
    ("silent", Kind::Silent),
    ("unreachable", Kind::Unreachable),
    ("late", Kind::Late),
    ("unsaved", Kind::Unsaved),
    ("refused", Kind::Refused),
];

fn condition(when: &Section<'_>) -> Option<Condition> {
    let hours = |key| when.number(key, HOURS).map(|hours| Duration::from_secs_f64(hours * HOUR_SECS));
    let lag = || when.number("lag_minutes", 0.1..=100_000.0).map(|it| Duration::from_secs_f64(it * 60.0));
    let ratio = |key| when.number(key, RATIO);
    let sigmas = || when.number("sigmas", SIGMAS);
    Some(match when.choice("kind", None, &KINDS)? {
        Kind::SocBelow => {
            let (soc_ratio, sigmas, memory) = (ratio("soc_ratio"), sigmas(), hours("memory_hours"));
            Condition::SocBelow { soc_ratio: soc_ratio?, sigmas: sigmas?, memory: memory? }
        }
        Kind::DarkWithin => {
            let all = [("median", Futures::Median), ("worst-tenth", Futures::WorstTenth)];
            let (within, futures) = (when.number("hours", 1.0..=192.0), when.choice("futures", None, &all));
            let memory = hours("memory_hours");
            Condition::DarkWithin { hours: within?, futures: futures?, memory: memory? }
        }
        Kind::NotCharging => {
            let window = window(when);
            let (charge, soc) = (ratio("of_capacity_ratio"), ratio("soc_ratio"));
            Condition::NotCharging { window: window?, of_capacity_ratio: charge?, soc_ratio: soc? }
        }
        Kind::ChargesLess => {
            let window = window(when);
            let (share, least) = (ratio("of_median_ratio"), ratio("median_min_ratio"));
            let (soc, sisters) = (ratio("soc_ratio"), when.number("sisters_min", 2.0..=1000.0));
            let above = when.number("lithium_above_celsius", -50.0..=50.0);
            Condition::ChargesLess {
                window: window?,
                of_median_ratio: share?,
                median_min_ratio: least?,
                soc_ratio: soc?,
                sisters_min: sisters?,
                lithium_above_celsius: above?,
            }
        }
        Kind::VoltageAbove => Condition::VoltageAbove(limits(when, volts)?),
        Kind::VoltageBelow => Condition::VoltageBelow(limits(when, volts)?),
        Kind::HotterThan => Condition::HotterThan(limits(when, celsius)?),
        Kind::RunsAway => {
            let (kelvin, window) = (when.number("kelvin", 0.5..=100.0), hours("window_hours"));
            let (celsius, flow) =
                (when.number("celsius", 0.0..=100.0), when.number("of_capacity_per_hour", 0.0..=10.0));
            Condition::RunsAway {
                kelvin: kelvin?,
                window: window?,
                celsius: celsius?,
                of_capacity_per_hour: flow?,
            }
        }
        Kind::FreezeRisk => {
            let (ratio, memory) = (ratio("ratio"), hours("memory_hours"));
            Condition::FreezeRisk { ratio: ratio?, memory: memory? }
        }
        Kind::Failing => {
            let (soh, sigmas) = (ratio("soh_ratio"), sigmas());
            let factor = when.number("resistance_factor", 1.1..=100.0);
            Condition::Failing { soh_ratio: soh?, sigmas: sigmas?, resistance_factor: factor? }
        }
        Kind::SensorFault => Condition::SensorFault,
        Kind::Disagrees => {
            let (soc, sigmas) = (ratio("soc_ratio"), sigmas());
            Condition::Disagrees { soc_ratio: soc?, sigmas: sigmas? }
        }
        Kind::Changed => {
            let (soc, sigmas, window) = (ratio("soc_ratio"), sigmas(), hours("window_hours"));
            let gone = when.number("gone_volts", 0.0..=11.0);
            Condition::Changed { soc_ratio: soc?, sigmas: sigmas?, window: window?, gone_volts: gone? }
        }
        Kind::Silent => Condition::Silent,
        Kind::Unreachable => Condition::Unreachable,
        Kind::Late => Condition::Late { lag: lag()? },
        Kind::Unsaved => Condition::Unsaved { lag: lag()? },
        Kind::Refused => Condition::Refused,
    })
}

fn window(when: &Section<'_>) -> Option<Window> {
    let length = when.number("window_hours", 1.0..=1000.0);
    let step = when.number("step_minutes", 1.0..=1440.0);
    let seen_ratio = when.number("seen_ratio", RATIO);
    Some(Window {
        length: Duration::from_secs_f64(length? * HOUR_SECS),
        step: Duration::from_secs_f64(step? * 60.0),
        seen_ratio: seen_ratio?,
    })
}

fn limits(when: &Section<'_>, one: impl Fn(&Section<'_>) -> Option<Limit>) -> Option<Vec<Limit>> {
    let sections = when.sections("limit");
    if sections.is_empty() {
        when.complain(when.span_of("kind"), "document-missing-key", vec![("key", "limit".to_owned())]);
    }
    let limits: Vec<Option<Limit>> = sections
        .iter()
        .map(|section| {
            let limit = one(section);
            section.close();
            limit
        })
        .collect();
    limits.into_iter().collect()
}

fn chemistries(section: &Section<'_>) -> Option<Vec<String>> {
    let known = ["lead-acid", "lifepo4", "lithium-ion"].map(|name| (name, name.to_owned()));
    let chemistries = section.choices("chemistries", &known)?;
    if chemistries.is_empty() {
        let blanks = vec![("key", "chemistries".to_owned())];
        section.complain(section.span_of("chemistries"), "document-missing-key", blanks);
        return None;
    }
    Some(chemistries)
}

fn volts(section: &Section<'_>) -> Option<Limit> {
    let chemistries = chemistries(section);
    let per_volts = section.number("per_volts", 1.0..=100.0);
    let limit = section.number("volts", 0.0..=200.0);
    let slope = section.number_or("volts_per_kelvin", 0.0, -1.0..=1.0);
    let between = if slope == Some(0.0) {
        Some((25.0, 25.0))
    } else {
        section.window("between_celsius", -60.0..=100.0)
    };
    let (coldest, hottest) = between?;
    Some(Limit {
        chemistries: chemistries?,
        per_volts: per_volts?,
        at_25_celsius: limit?,
        per_kelvin: slope?,
        between_celsius: [coldest, hottest],
    })
}

fn celsius(section: &Section<'_>) -> Option<Limit> {
    let (chemistries, limit) = (chemistries(section), section.number("celsius", -60.0..=150.0));
    Some(Limit {
        chemistries: chemistries?,
        per_volts: 0.0,
        at_25_celsius: limit?,
        per_kelvin: 0.0,
        between_celsius: [25.0, 25.0],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::PARAMETERS;

    fn keys(source: &str) -> Vec<&'static str> {
        parse(source).err().into_iter().flatten().map(|complaint| complaint.key).collect()
    }

    #[test]
    fn a_warning_stricter_than_its_critical_is_refused() {
        let low = "soc_ratio = 0.44, sigmas = 0.5, memory";
        assert!(PARAMETERS.contains(low));
        assert_eq!(
            keys(&PARAMETERS.replace(low, "soc_ratio = 0.15, sigmas = 0.5, memory")),
            ["alerts-upside-down"]
        );
        assert_eq!(keys(&PARAMETERS.replace("hours = 72,", "hours = 12,")), ["alerts-upside-down"]);
    }

    #[test]
    fn a_name_used_twice_an_unknown_state_and_a_foreign_chemistry_are_refused() {
        let edited = |from: &str, to: &str| {
            assert!(PARAMETERS.contains(from), "{from}");
            keys(&PARAMETERS.replacen(from, to, 1))
        };
        assert_eq!(edited("\"BaliseDarkSoon\"", "\"BaliseDarkInTwoNights\""), ["alerts-name-twice"]);
        assert_eq!(edited("key = \"dark-soon\"", "key = \"dark-two-nights\""), ["alerts-key-twice"]);
        assert_eq!(edited("[\"parked\", \"moving\"", "[\"asleep\", \"moving\""), ["document-unknown-choice"]);
        assert_eq!(edited("[\"lead-acid\"]", "[\"lead\"]"), ["document-unknown-choice"]);
        assert_eq!(edited("soc_ratio = 0.44", "soc_ratio = 40"), ["document-out-of-range"]);
        assert_eq!(
            edited("hold_minutes = 30", "hold = 30"),
            ["document-missing-key", "document-missing-unit"]
        );
    }
}
