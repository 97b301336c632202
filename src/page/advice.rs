//! What an alert tells a crew: its name, what happens, what to do and what to bring. Prometheus sends the sentences with their numbers
//! filled in; where it does not, the parameter file's own are shown without them.

use exporter::page::{ActiveAlert, Alerts, SignNow};
use exporter::rules::{BLANKS, Condition, Language, Rule, Texts};
use signals::{FaultEvent, FaultKind, SimTime};

use super::state::{self, Need, Tone};
use crate::alerts;
use crate::words::Words;

/// The name, in a few words, of the alert Prometheus calls so.
#[must_use]
pub fn name_of(alert: &str, language: Language) -> String {
    rule(alert).map_or_else(|| alert.to_owned(), |rule| rule.texts(language).name.clone())
}

/// All that is said of an alert.
#[must_use]
pub fn of(alert: &ActiveAlert, language: Language) -> Texts {
    let known = rule(&alert.name).map(|rule| rule.texts(language));
    let said = |part: &str, of: fn(&Texts) -> &String| {
        let sent = alert.annotations.get(&format!("{part}_{}", language.code())).cloned();
        sent.or_else(|| known.map(|texts| plain(of(texts)))).unwrap_or_default()
    };
    Texts {
        name: name_of(&alert.name, language),
        summary: said("summary", |texts| &texts.summary),
        description: said("description", |texts| &texts.description),
        action: said("action", |texts| &texts.action),
        bring: said("bring", |texts| &texts.bring),
    }
}

/// What a sign's numbers ask for and no alert does: each alert waits before it fires, and none may be known. An alert of the same cause
/// that is as urgent says it already.
#[must_use]
pub fn untold(sign: &SignNow, alerts: &Alerts) -> Option<Need> {
    let need = state::need(sign)?;
    let cause = |alert: &str| rule(alert).map(|rule| rule.cause);
    let wanted = rule_of(need).map(|rule| rule.cause);
    let tells =
        |alert: &ActiveAlert| cause(&alert.name) == wanted && Tone::from(alert.severity) <= need.tone();
    (!alerts.of(&sign.id).iter().any(tells)).then_some(need)
}

/// What to do and what to bring where a need has no alert yet: the runbook of the alert that comes of it.
#[must_use]
pub fn of_need(need: Need, words: Words) -> Texts {
    let texts = rule_of(need).map(|rule| rule.texts(words.language()).clone()).unwrap_or_default();
    let key = match need {
        Need::Silent => "page-need-silent",
        Need::DarkToday => "page-need-dark-today",
        Need::NearlyEmpty => "page-need-nearly-empty",
        Need::DarkSoon => "page-need-dark-soon",
    };
    Texts {
        name: words.say(key),
        action: plain(&texts.action),
        bring: plain(&texts.bring),
        ..Texts::default()
    }
}

/// The alert that comes of a need: of the same condition, and as urgent.
pub(super) fn rule_of(need: Need) -> Option<&'static Rule> {
    let is_its = |condition: &Condition| match need {
        Need::Silent => matches!(condition, Condition::Silent),
        Need::DarkToday | Need::DarkSoon => matches!(condition, Condition::DarkWithin { .. }),
        Need::NearlyEmpty => matches!(condition, Condition::SocBelow { .. }),
    };
    let mut rules = alerts::standard().rules.iter();
    rules.find(|rule| is_its(&rule.condition) && Tone::from(rule.severity) == need.tone())
}

fn rule(alert: &str) -> Option<&'static Rule> {
    alerts::standard().rules.iter().find(|rule| rule.name == alert)
}

/// A sentence without its blanks.
fn plain(text: &str) -> String {
    BLANKS.iter().fold(text.to_owned(), |text, blank| text.replace(&format!("{{{}}}", blank.name), "…"))
}

/// A fault of the simulation, from its label `kind` or `kind=severity`.
#[must_use]
pub fn fault(label: &str, words: Words) -> String {
    let (kind, severity) = label.split_once('=').unwrap_or((label, "0"));
    match (FaultKind::named(kind), severity.parse::<f64>()) {
        (Some(kind), Ok(severity)) => {
            let event = FaultEvent::new(kind, severity, SimTime::ZERO, SimTime::ZERO);
            crate::report::fault_name(&event, words)
        }
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exporter::BatteryId;
    use exporter::rules::Severity;
    use std::collections::BTreeMap;

    #[test]
    fn what_prometheus_sent_is_said_and_else_what_the_runbook_says() {
        let mut alert = ActiveAlert {
            name: "BaliseNotCharging".to_owned(),
            id: BatteryId::new("a", "b"),
            severity: Severity::Warning,
            since_run_secs: 0.0,
            annotations: BTreeMap::new(),
        };
        assert_eq!(of(&alert, Language::French).name, "pas de recharge");
        assert!(!of(&alert, Language::French).action.contains('{'));
        alert.annotations.insert("action_fr".to_owned(), "Allez-y.".to_owned());
        assert_eq!(of(&alert, Language::French).action, "Allez-y.");
        alert.name = "Somebodys".to_owned();
        assert_eq!(of(&alert, Language::English).name, "Somebodys");
    }

    #[test]
    fn every_need_has_a_name_something_to_do_and_something_to_bring() {
        for need in [Need::Silent, Need::DarkToday, Need::NearlyEmpty, Need::DarkSoon] {
            for words in [Words::French, Words::English] {
                let Texts { name, action, bring, .. } = of_need(need, words);
                assert!([&name, &action, &bring].iter().all(|text| !text.is_empty()), "{need:?}");
                assert!(!(name + &action + &bring).contains(['{', '…']), "{need:?}");
            }
        }
    }

    #[test]
    fn a_fault_is_said_with_its_strength() {
        let said = fault("panel-snow=0.98", Words::French).replace('\u{a0}', " ");
        assert!(said.contains("Neige") && said.contains("98 %"), "{said}");
        assert_eq!(fault("nonsense", Words::French), "nonsense");
    }
}
