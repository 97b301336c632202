//! What to do about a sign: each alert that fires, worst first, and what its numbers ask for where no alert does yet.

use std::hash::{DefaultHasher, Hash, Hasher};

use exporter::page::{Alerts, Scene, SignNow};
use exporter::rules::Texts;
use fluent_templates::fluent_bundle::FluentValue;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::state::Tone;
use super::{advice, when};
use crate::words::Words;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Hash, Serialize)]
pub struct Task {
    /// Of the alert or the need.
    pub name: String,
    /// As the style sheet knows it.
    pub tone: &'static str,
    /// Since when it is known; nothing where no alert says it.
    pub since: Option<String>,
    /// What happens; nothing where the sign's own sentence says it.
    pub description: String,
    /// What to do there, and by when.
    pub action: String,
    /// What to put into the truck.
    pub bring: String,
}

/// All there is to do, the most urgent first.
#[must_use]
pub fn tasks(sign: &SignNow, scene: &Scene, zone: &TimeZone, words: Words) -> Vec<Task> {
    let alerts = scene.alerts.of(&sign.id).iter().map(|alert| {
        let since = since(alert.since_run_secs, scene, zone, words);
        (Tone::from(alert.severity), advice::of(alert, words.language()), Some(since))
    });
    let need =
        advice::untold(sign, &scene.alerts).map(|need| (need.tone(), advice::of_need(need, words), None));
    let mut all: Vec<_> = alerts.chain(need).collect();
    all.sort_by_key(|(tone, ..)| *tone);
    all.into_iter()
        .map(|(tone, texts, since)| {
            let Texts { name, description, action, bring, .. } = texts;
            Task { name, tone: tone.name(), since, description, action, bring }
        })
        .collect()
}

fn since(run_secs: f64, scene: &Scene, zone: &TimeZone, words: Words) -> String {
    let moment = &scene.moment;
    let time = when::minute(moment.calendar(run_secs), moment.unix_secs, zone, words);
    words.tell("page-since", &[("time", FluentValue::from(time))])
}

/// Changes with whatever is said of what there is to do, so that an open page knows when to fetch it anew.
#[must_use]
pub fn mark(tasks: &[Task], alerts: &Alerts) -> String {
    let mut hash = DefaultHasher::new();
    (tasks, known(alerts)).hash(&mut hash);
    format!("{:016x}", hash.finish())
}

/// Whether the list is whole, as the template knows it.
#[must_use]
pub const fn known(alerts: &Alerts) -> &'static str {
    match alerts {
        Alerts::NotConnected => "not-connected",
        Alerts::Unreachable => "unreachable",
        Alerts::Known(_) => "known",
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::Need;
    use super::*;
    use exporter::page::{About, ActiveAlert, Moment};
    use exporter::rules::Severity;
    use exporter::{BatteryId, Info, Row};
    use std::collections::BTreeMap;

    fn sign(up: bool, row: Row) -> SignNow {
        let (id, about) = (BatteryId::new("a", "b"), About::default());
        SignNow {
            id,
            about,
            info: Info::default(),
            row,
            up,
            state: None,
            age_secs: Some(1.0),
            faults: Vec::new(),
        }
    }

    fn alert(name: &str, severity: Severity) -> ActiveAlert {
        let annotations = BTreeMap::new();
        ActiveAlert {
            name: name.to_owned(),
            id: BatteryId::new("a", "b"),
            severity,
            since_run_secs: 0.0,
            annotations,
        }
    }

    fn of(sign: &SignNow, alerts: Alerts) -> Vec<Task> {
        let scene = Scene { moment: Moment::default(), signs: vec![sign.clone()], alerts };
        tasks(sign, &scene, &TimeZone::UTC, Words::English)
    }

    fn names(sign: &SignNow, alerts: Alerts) -> Vec<String> {
        of(sign, alerts).into_iter().map(|task| task.name).collect()
    }

    fn dark() -> SignNow {
        sign(true, Row { dark_in_seconds: Some(3_600.0), ..Row::default() })
    }

    #[test]
    fn whatever_needs_a_visit_says_what_to_do_though_no_alert_names_it() {
        let empty = sign(true, Row { soc_ratio: Some(0.1), ..Row::default() });
        let soon = sign(true, Row { dark_in_early_seconds: Some(2.0 * 86_400.0), ..Row::default() });
        for needy in [dark(), empty, soon, sign(false, Row::default())] {
            for alerts in [Alerts::known([]), Alerts::Unreachable, Alerts::NotConnected] {
                let tasks = of(&needy, alerts);
                assert_eq!(tasks.len(), 1, "{needy:?}");
                assert!(!tasks[0].action.is_empty() && !tasks[0].bring.is_empty(), "{tasks:?}");
            }
        }
        assert_eq!(of(&sign(true, Row::default()), Alerts::known([])), []);
    }

    #[test]
    fn what_an_alert_says_is_not_said_again_and_what_it_does_not_say_is() {
        let alerts = |name, severity| Alerts::known([alert(name, severity)]);
        let name = |alert| advice::name_of(alert, Words::English.language());
        let of_need = |need| advice::of_need(need, Words::English).name;
        let (low, sensor) = ("BaliseBatteryLow", "BaliseSensorFault");
        let tonight = advice::rule_of(Need::DarkToday).map_or("", |rule| rule.name.as_str());
        assert_eq!(names(&dark(), alerts(tonight, Severity::Critical)), [name(tonight)]);
        assert_eq!(names(&dark(), alerts(low, Severity::Warning)), [of_need(Need::DarkToday), name(low)]);
        let silent = sign(false, Row::default());
        assert_eq!(names(&silent, alerts(sensor, Severity::Warning)), [name(sensor), of_need(Need::Silent)]);
    }

    #[test]
    fn the_mark_changes_with_whatever_is_said() {
        let plain = || alert("BaliseBatteryLow", Severity::Warning);
        let marked = |alerts: Alerts| mark(&of(&sign(true, Row::default()), alerts.clone()), &alerts);
        let said = |part: &str| [(part.to_owned(), "text".to_owned())].into();
        let all = [
            Alerts::NotConnected,
            Alerts::Unreachable,
            Alerts::known([]),
            Alerts::known([plain()]),
            Alerts::known([ActiveAlert { severity: Severity::Critical, ..plain() }]),
            Alerts::known([ActiveAlert { since_run_secs: 7_200.0, ..plain() }]),
            Alerts::known([ActiveAlert { annotations: said("description_en"), ..plain() }]),
        ];
        let marks: std::collections::BTreeSet<_> = all.iter().cloned().map(marked).collect();
        assert_eq!(marks.len(), all.len());
        assert_eq!(marked(all[3].clone()), marked(all[3].clone()));
    }
}
