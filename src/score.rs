//! What the alerts of one sign were worth: rulings become rows of the report, faults are matched with
//! the alerts that told of them, and demands are checked.
//!
//! ```text
//! truth (moments), needs, fired spans -> verdict::rule -> alerts, detections, checks
//! ```

use fluent_templates::fluent_bundle::FluentValue;
use signals::fault::Part;
use signals::{FaultEvent, FaultKind};

use crate::due::{Moment, Need};
use crate::judge::Fired;
use crate::report::{AlertRow, AlertVerdict, Check, Detection, FaultRow, Outcome, Said};
use crate::scenario::Scenario;
use crate::verdict::{self, Ruling};
use crate::words::Words;

/// An alert may be due some time after the fault that led to it is over.
const AFTERMATH_SECS: f64 = 86_400.0;

/// Whose alerts are judged.
#[derive(Debug, Clone, Copy)]
pub struct Sign<'s> {
    /// Site label.
    pub site: &'s str,
    /// Battery label.
    pub battery: &'s str,
}

/// The rulings on every need of the crew.
#[must_use]
pub fn rulings(needs: &[Need], moments: &[Moment], fired: &Fired, tolerance_secs: f64) -> Vec<Ruling> {
    let none = Vec::new();
    needs
        .iter()
        .flat_map(|need| {
            let spans = fired.get(&need.alert).unwrap_or(&none);
            verdict::rule(need, moments, spans, tolerance_secs)
        })
        .collect()
}

/// One row for each ruling, and one for each need that was rightly quiet.
#[must_use]
pub fn alert_rows(sign: Sign<'_>, needs: &[Need], rulings: &[Ruling]) -> Vec<AlertRow> {
    let quiet = needs.iter().filter(|need| rulings.iter().all(|ruling| ruling.alert != need.alert));
    let quiet = quiet.map(|need| Ruling {
        alert: need.alert.clone(),
        due: None,
        fired: None,
        // Never read: a row without due and fired is quiet.
        outcome: verdict::Outcome::Excused,
    });
    rulings.iter().cloned().chain(quiet).map(|ruling| alert_row(sign, &ruling)).collect()
}

fn alert_row(sign: Sign<'_>, ruling: &Ruling) -> AlertRow {
    let verdict = match (ruling.due, ruling.fired, ruling.outcome) {
        (None, None, _) => AlertVerdict::Quiet,
        (_, _, verdict::Outcome::Hit { .. }) => AlertVerdict::Hit,
        (_, _, verdict::Outcome::Missed) => AlertVerdict::Missed,
        (_, _, verdict::Outcome::FalseAlarm) => AlertVerdict::FalseAlarm,
        (_, _, verdict::Outcome::Excused) => AlertVerdict::Excused,
    };
    AlertRow {
        alert: ruling.alert.clone(),
        site: sign.site.to_owned(),
        battery: sign.battery.to_owned(),
        due_from_secs: ruling.due.map(|span| span.from),
        due_until_secs: ruling.due.map(|span| span.until),
        fired_at_secs: ruling.fired.map(|span| span.from),
        resolved_at_secs: ruling.fired.map(|span| span.until),
        delivered_at_secs: None,
        verdict,
    }
}

/// The alerts that tell of a fault, the most direct first; none where no rule is about it.
#[must_use]
pub const fn tells_of(kind: FaultKind) -> &'static [&'static str] {
    match kind {
        FaultKind::PanelDiodeShorted => &["BaliseBatteryLow"],
        FaultKind::ControllerStuckOff
        | FaultKind::ChargerFuseBlown
        | FaultKind::BmsBlocksCharge
        | FaultKind::BmsColdBlock => &["BaliseNotCharging", "BaliseBatteryLow"],
        FaultKind::BatteryStolen
        | FaultKind::BatteryFuseBlown
        | FaultKind::ConnectionLoose
        | FaultKind::CellOpen
        | FaultKind::CablePulled => &["BaliseDeviceSilent"],
        FaultKind::DeviceFalseFull | FaultKind::DeviceSocJump => &["BaliseEstimateDisagrees"],
        kind => match kind.part() {
            Part::Panel => &["BaliseNotCharging", "BaliseBatteryLow"],
            Part::Battery | Part::Load | Part::Controller => &["BaliseBatteryLow"],
            _ => &[],
        },
    }
}

/// Each fault of a sign with what became of it.
#[must_use]
pub fn fault_rows(sign: Sign<'_>, faults: &[FaultEvent], rulings: &[Ruling]) -> Vec<FaultRow> {
    faults
        .iter()
        .map(|fault| FaultRow {
            site: sign.site.to_owned(),
            battery: sign.battery.to_owned(),
            event: *fault,
            detection: detection(fault, rulings),
        })
        .collect()
}

fn detection(fault: &FaultEvent, rulings: &[Ruling]) -> Detection {
    let (from, until) = (fault.from.as_secs(), fault.until.as_secs() + AFTERMATH_SECS);
    let due: Vec<&Ruling> = rulings
        .iter()
        .filter(|ruling| tells_of(fault.kind).contains(&ruling.alert.as_str()))
        .filter(|ruling| ruling.due.is_some_and(|due| from <= due.from && due.from <= until))
        .collect();
    let told = due.iter().filter(|ruling| matches!(ruling.outcome, verdict::Outcome::Hit { .. }));
    let first =
        told.filter_map(|ruling| Some((ruling, ruling.fired?.from))).min_by(|a, b| a.1.total_cmp(&b.1));
    match first {
        Some((ruling, at_secs)) => Detection::Detected { alert: ruling.alert.clone(), at_secs },
        None if due.is_empty() => Detection::NotDue,
        None => Detection::Missed,
    }
}

/// What the rulings must satisfy: each due alert came, and none came without cause.
#[must_use]
pub fn alert_checks(sign: Sign<'_>, rulings: &[Ruling]) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    for ruling in rulings.iter().filter(|ruling| ruling.due.is_some()) {
        let hit = matches!(ruling.outcome, verdict::Outcome::Hit { .. });
        checks.push(check(sign, &format!("due.{}", ruling.alert), "check-due", &ruling.alert, hit));
    }
    let false_alarms = rulings.iter().filter(|ruling| ruling.outcome == verdict::Outcome::FalseAlarm).count();
    let quiet = check(sign, "no-false-alarm", "check-no-false-alarm", "", false_alarms == 0);
    checks.push(Check { measured: Some(false_alarms as f64), limit: Some(0.0), ..quiet });
    checks
}

/// What the scenario itself expects of its alerts: each starts within its window, and is over where it says so.
#[must_use]
pub fn expected_checks(scenario: &Scenario, fired: &Fired) -> Vec<Check> {
    let sign = Sign { site: &scenario.site, battery: &scenario.battery };
    let expected = &scenario.expect.alerts;
    let is_expected = |name: &str| expected.iter().any(|one| one.name == name);
    let nothing_else = scenario.expect.nothing_else.then(|| {
        let others = fired.keys().filter(|name| !is_expected(name)).count();
        check(sign, "nothing-else", "check-nothing-else", "", others == 0)
    });
    expected
        .iter()
        .map(|expected| {
            let (from, until) = expected.fires_between_hours;
            let window = from * 3600.0..=until * 3600.0;
            let over = expected.over_by_hours.map_or(f64::INFINITY, |hours| hours * 3600.0);
            let held = fired.get(&expected.name).is_some_and(|spans| {
                spans.iter().any(|span| window.contains(&span.from))
                    && spans.iter().all(|span| span.until <= over)
            });
            check(sign, &format!("expected.{}", expected.name), "check-expected", &expected.name, held)
        })
        .chain(nothing_else)
        .collect()
}

/// The bound the scenario sets on the error of the state of charge.
#[must_use]
pub fn accuracy_check(scenario: &Scenario, settled_error_max: Option<f64>) -> Option<Check> {
    let accuracy = scenario.expect.accuracy?;
    let sign = Sign { site: &scenario.site, battery: &scenario.battery };
    let held = settled_error_max.is_some_and(|error| error <= accuracy.soc_error_ratio_max);
    let check = check(sign, "soc-error", "check-soc-error", "", held);
    Some(Check {
        measured: settled_error_max,
        limit: Some(accuracy.soc_error_ratio_max),
        unit: "ratio",
        ..check
    })
}

/// The check that stands for all alerts where nobody could judge them.
#[must_use]
pub fn unjudged(reason_key: &str) -> Check {
    Check {
        id: "alerts".to_owned(),
        outcome: Outcome::Skipped,
        measured: None,
        limit: None,
        unit: "",
        text: Said::both(|words| words.say(reason_key)),
    }
}

fn check(sign: Sign<'_>, id: &str, key: &str, alert: &str, held: bool) -> Check {
    Check {
        id: format!("{id}.{}.{}", sign.site, sign.battery),
        outcome: if held { Outcome::Passed } else { Outcome::Failed },
        measured: None,
        limit: None,
        unit: "",
        text: Said::both(|words: Words| {
            let blanks = [
                ("site", FluentValue::from(sign.site.to_owned())),
                ("battery", FluentValue::from(sign.battery.to_owned())),
                ("alert", FluentValue::from(alert.to_owned())),
            ];
            words.tell(key, &blanks)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::due::SpanSecs;
    use crate::verdict::Outcome as Ruled;
    use signals::SimTime;

    const SIGN: Sign<'_> = Sign { site: "a", battery: "b" };

    fn ruling(alert: &str, due: Option<f64>, fired: Option<f64>, outcome: Ruled) -> Ruling {
        let span = |from: f64| SpanSecs { from, until: from + 600.0 };
        Ruling { alert: alert.into(), due: due.map(span), fired: fired.map(span), outcome }
    }

    fn snow() -> FaultEvent {
        FaultEvent::new(FaultKind::PanelSnow, 1.0, SimTime::ZERO, SimTime::from_secs(7200.0))
    }

    #[test]
    fn a_fault_is_told_of_by_the_first_of_its_alerts() {
        let low = ruling("BaliseBatteryLow", Some(3000.0), Some(3300.0), Ruled::Hit { delay_secs: 300.0 });
        let flat =
            ruling("BaliseNotCharging", Some(5000.0), Some(2000.0), Ruled::Hit { delay_secs: -3000.0 });
        let found = |rulings: &[Ruling]| detection(&snow(), rulings);
        assert_eq!(
            found(&[low.clone(), flat]),
            Detection::Detected { alert: "BaliseNotCharging".into(), at_secs: 2000.0 }
        );
        let missed = ruling("BaliseNotCharging", Some(5000.0), None, Ruled::Missed);
        assert_eq!(found(std::slice::from_ref(&missed)), Detection::Missed);
        assert_eq!(
            found(&[missed, low]),
            Detection::Detected { alert: "BaliseBatteryLow".into(), at_secs: 3300.0 }
        );
        assert_eq!(found(&[]), Detection::NotDue);
    }

    #[test]
    fn an_alert_due_before_the_fault_does_not_tell_of_it() {
        let late =
            FaultEvent { from: SimTime::from_secs(10_000.0), until: SimTime::from_secs(20_000.0), ..snow() };
        let early = ruling("BaliseNotCharging", Some(5000.0), Some(5000.0), Ruled::Hit { delay_secs: 0.0 });
        assert_eq!(detection(&late, &[early]), Detection::NotDue);
    }

    #[test]
    fn an_alert_expected_to_be_over_must_be() {
        let story = include_str!("../scenarios/alerts/stuck-shunt.toml");
        let scenario = crate::scenario::parse(story).expect("sound");
        let over = scenario.expect.alerts[0].over_by_hours.expect("an end") * 3600.0;
        let outcome = |until: f64| {
            let span = SpanSecs { from: 10.0 * 3600.0, until };
            let fired = Fired::from([("BaliseSensorFault".to_owned(), vec![span])]);
            expected_checks(&scenario, &fired)[0].outcome
        };
        assert_eq!((outcome(over), outcome(over + 600.0)), (Outcome::Passed, Outcome::Failed));
    }

    #[test]
    fn a_false_alarm_and_a_miss_each_fail_a_check() {
        let outcomes = |rulings: &[Ruling]| -> Vec<Outcome> {
            alert_checks(SIGN, rulings).into_iter().map(|check| check.outcome).collect()
        };
        assert_eq!(outcomes(&[]), vec![Outcome::Passed]);
        let missed = ruling("A", Some(1.0), None, Ruled::Missed);
        assert_eq!(outcomes(&[missed]), vec![Outcome::Failed, Outcome::Passed]);
        let wolf = ruling("A", None, Some(1.0), Ruled::FalseAlarm);
        assert_eq!(outcomes(&[wolf]), vec![Outcome::Failed]);
    }
}
