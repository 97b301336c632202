//! Alerts against the truth: what was due and came, what was due and did not, what came without cause.
//!
//! Times in simulated seconds. `tolerance_secs` is how finely the chain resolves time (scrape and
//! evaluation intervals times the acceleration); it is printed beside every verdict.

use crate::due::{Moment, Need, SpanSecs};

/// What became of one due alert, or of one that fired.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// Due, and it fired in time.
    Hit {
        /// From due to firing, seconds; negative where it fired before the patience was over.
        delay_secs: f64,
    },
    /// Due, and it never fired, or too late.
    Missed,
    /// Fired without cause.
    FalseAlarm,
    /// Fired while a milder form of the cause held: neither wanted nor wrong.
    Excused,
}

/// One line of the verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// The alert.
    pub alert: String,
    /// When it was due, if it was.
    pub due: Option<SpanSecs>,
    /// When it fired, if it did.
    pub fired: Option<SpanSecs>,
    /// What that means.
    pub outcome: Outcome,
}

/// Rules on one alert of one sign: `fired` are the spans in which it was firing.
#[must_use]
pub fn rule(need: &Need, moments: &[Moment], fired: &[SpanSecs], tolerance_secs: f64) -> Vec<Ruling> {
    let due = need.due(moments);
    let excused = need.excused(moments);
    let widened =
        |span: &SpanSecs| SpanSecs { from: span.from - tolerance_secs, until: span.until + tolerance_secs };
    let mut rulings = Vec::new();
    let mut answered = vec![false; fired.len()];
    let end = moments.last().map_or(0.0, |moment| moment.at);
    for span in &due {
        let latest = span.from + need.late_secs + tolerance_secs;
        // An alert that was on before there was any cause, however mild, answers nothing.
        let cause = excused.iter().find(|cause| cause.from <= span.from && span.from <= cause.until);
        let earliest = cause.map_or(span.from - need.hold_secs, |cause| cause.from) - tolerance_secs;
        let answer = fired.iter().position(|fire| {
            (earliest..=latest).contains(&fire.from)
                && fire.until >= span.from - need.hold_secs - tolerance_secs
        });
        // The run ended while the alert still had time to come: nothing can be said.
        if answer.is_none() && latest > end {
            continue;
        }
        rulings.push(Ruling {
            alert: need.alert.clone(),
            due: Some(*span),
            fired: answer.map(|index| fired[index]),
            outcome: answer
                .map_or(Outcome::Missed, |index| Outcome::Hit { delay_secs: fired[index].from - span.from }),
        });
        if let Some(index) = answer {
            answered[index] = true;
        }
    }
    for (fire, answered) in fired.iter().zip(answered) {
        if answered {
            continue;
        }
        let has_cause =
            excused.iter().map(widened).any(|span| span.from <= fire.from && fire.from < span.until);
        rulings.push(Ruling {
            alert: need.alert.clone(),
            due: None,
            fired: Some(*fire),
            outcome: if has_cause { Outcome::Excused } else { Outcome::FalseAlarm },
        });
    }
    rulings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::due::Condition;

    /// Silent from hour 10 to hour 16 of a day.
    fn day() -> Vec<Moment> {
        (0..1440)
            .map(|minute| Moment {
                at: f64::from(minute) * 60.0,
                soc: 0.9,
                silent: (600..960).contains(&minute),
                ..Moment::default()
            })
            .collect()
    }

    fn silence() -> Need {
        Need {
            alert: "A".into(),
            condition: Condition::Silent,
            excused: Condition::Silent,
            hold_secs: 3600.0,
            late_secs: 3600.0,
            linger_secs: 1800.0,
            unwanted: vec![],
            of_population: false,
        }
    }

    fn outcomes(fired_hours: &[(f64, f64)]) -> Vec<Outcome> {
        let fired: Vec<SpanSecs> = fired_hours
            .iter()
            .map(|(from, until)| SpanSecs { from: from * 3600.0, until: until * 3600.0 })
            .collect();
        rule(&silence(), &day(), &fired, 60.0).into_iter().map(|ruling| ruling.outcome).collect()
    }

    #[test]
    fn an_alert_in_time_is_a_hit_with_its_delay() {
        assert_eq!(outcomes(&[(11.5, 16.2)]), vec![Outcome::Hit { delay_secs: 1800.0 }]);
    }

    #[test]
    fn an_alert_that_never_comes_or_comes_too_late_is_missed() {
        assert_eq!(outcomes(&[]), vec![Outcome::Missed]);
        assert_eq!(outcomes(&[(14.0, 16.0)]), vec![Outcome::Missed, Outcome::Excused]);
    }

    #[test]
    fn an_alert_that_is_always_on_is_a_miss_and_a_false_alarm() {
        assert_eq!(outcomes(&[(0.0, 24.0)]), vec![Outcome::Missed, Outcome::FalseAlarm]);
    }

    #[test]
    fn an_alert_still_in_time_at_the_end_of_the_run_is_not_missed() {
        let need = Need { late_secs: 60_000.0, ..silence() };
        assert_eq!(rule(&need, &day(), &[], 60.0), vec![]);
    }

    #[test]
    fn an_alert_without_cause_is_a_false_alarm() {
        assert_eq!(
            outcomes(&[(2.0, 3.0), (10.9, 16.0)]),
            vec![Outcome::Hit { delay_secs: -360.0 }, Outcome::FalseAlarm]
        );
    }
}
