//! What an alert tells a crew: its name, what happens, what to do and what to bring. Prometheus sends the sentences with their numbers
//! filled in; where it does not, the parameter file's own are shown without them.

use exporter::page::ActiveAlert;
use exporter::rules::{BLANKS, Language, Texts};
use signals::{FaultEvent, FaultKind, SimTime};

use crate::alerts;
use crate::words::Words;

/// The name of an alert in a few words.
#[must_use]
pub fn name(alert: &ActiveAlert, language: Language) -> String {
    name_of(&alert.name, language)
}

/// The name of the alert Prometheus calls so.
#[must_use]
pub fn name_of(alert: &str, language: Language) -> String {
    texts(alert, language).map_or_else(|| alert.to_owned(), |texts| texts.name.clone())
}

/// All that is said of an alert.
#[must_use]
pub fn of(alert: &ActiveAlert, language: Language) -> Texts {
    let known = texts(&alert.name, language);
    let said = |part: &str, of: fn(&Texts) -> &String| {
        let sent = alert.annotations.get(&format!("{part}_{}", language.code())).cloned();
        sent.or_else(|| known.map(|texts| plain(of(texts)))).unwrap_or_default()
    };
    Texts {
        name: name(alert, language),
        summary: said("summary", |texts| &texts.summary),
        description: said("description", |texts| &texts.description),
        action: said("action", |texts| &texts.action),
        bring: said("bring", |texts| &texts.bring),
    }
}

fn texts(alert: &str, language: Language) -> Option<&'static Texts> {
    alerts::standard().rules.iter().find(|rule| rule.name == alert).map(|rule| rule.texts(language))
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
            is_firing: true,
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
    fn a_fault_is_said_with_its_strength() {
        let said = fault("panel-snow=0.98", Words::French).replace('\u{a0}', " ");
        assert!(said.contains("Neige") && said.contains("98 %"), "{said}");
        assert_eq!(fault("nonsense", Words::French), "nonsense");
    }
}
