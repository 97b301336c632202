//! When an alert is due: the crew's need, stated on the truth and kept in a file of its own
//! (`scenarios/due.toml`). Nothing here reads the rules, so that a wrong threshold or `for` is seen.
//!
//! For each alert two spans are cut out of the truth: **due** (the condition has held for the crew's
//! patience; silence is a miss) and **excused** (the condition holds in its milder form; an alert here
//! is no false alarm). All times in simulated seconds.

use crate::document::{self, Complaint, Section};

/// A half-open span of simulated time, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpanSecs {
    /// First second.
    pub from: f64,
    /// First second past the end.
    pub until: f64,
}

/// What must be true of the sign for the crew to want the alert.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Condition {
    /// State of charge under a ratio.
    SocBelow {
        /// The ratio that hurts.
        ratio: f64,
    },
    /// Nothing comes from the device.
    Silent,
    /// Less than this share of the capacity charged over a day, while not full.
    NoCharge {
        /// Share of capacity.
        ratio: f64,
        /// A battery above this needs no charge.
        full_ratio: f64,
    },
    /// The device's own state of charge is wrong by more than a ratio.
    DeviceWrong {
        /// The error that misleads a crew.
        ratio: f64,
    },
}

/// One need of the crew.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// The alert that must answer it.
    pub alert: String,
    /// The condition on the truth.
    pub condition: Condition,
    /// The milder form of the condition under which the alert is excused.
    pub excused: Condition,
    /// The condition must have held this long before the alert is due, seconds.
    pub hold_secs: f64,
    /// From due to alert, at most, seconds.
    pub late_secs: f64,
    /// An alert may last this long past the end of its cause, seconds.
    pub linger_secs: f64,
}

/// What the scorer looks at, one per minute or so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Simulated time, seconds.
    pub at: f64,
    /// True state of charge.
    pub soc: f64,
    /// The device's own claim, as the instrument holds it.
    pub device_soc: Option<f64>,
    /// Charge that went into the battery since the start over its capacity.
    pub charged_ratio: f64,
    /// The line is dead.
    pub silent: bool,
}

const DAY_SECS: f64 = 86_400.0;

impl Need {
    /// The spans in which the alert is due.
    #[must_use]
    pub fn due(&self, moments: &[Moment]) -> Vec<SpanSecs> {
        spans(moments, self.condition)
            .into_iter()
            .map(|span| SpanSecs { from: span.from + self.hold_secs, ..span })
            .filter(|span| span.from < span.until)
            .collect()
    }

    /// The spans in which the alert is no false alarm.
    #[must_use]
    pub fn excused(&self, moments: &[Moment]) -> Vec<SpanSecs> {
        spans(moments, self.excused)
            .into_iter()
            .map(|span| SpanSecs { until: span.until + self.linger_secs, ..span })
            .collect()
    }
}

/// The spans over which `condition` holds.
fn spans(moments: &[Moment], condition: Condition) -> Vec<SpanSecs> {
    let mut spans: Vec<SpanSecs> = Vec::new();
    let mut day_ago = 0;
    let mut open = false;
    for (index, moment) in moments.iter().enumerate() {
        while moments[day_ago].at < moment.at - DAY_SECS {
            day_ago += 1;
        }
        let charged_in_a_day = moment.charged_ratio - moments[day_ago].charged_ratio;
        let holds = match condition {
            Condition::SocBelow { ratio } => moment.soc < ratio,
            Condition::Silent => moment.silent,
            Condition::NoCharge { ratio, full_ratio } => {
                moment.at - moments[0].at >= DAY_SECS && charged_in_a_day < ratio && moment.soc < full_ratio
            }
            Condition::DeviceWrong { ratio } => {
                !moment.silent && moment.device_soc.is_some_and(|claim| (claim - moment.soc).abs() > ratio)
            }
        };
        let next = moments.get(index + 1).map_or(moment.at, |next| next.at);
        match spans.last_mut() {
            Some(span) if holds && open => span.until = next,
            _ if holds => spans.push(SpanSecs { from: moment.at, until: next }),
            _ => {}
        }
        open = holds;
    }
    spans
}

/// The needs of the crews we know, as `scenarios/due.toml` states them. The file is part of the program;
/// a test sees that it is sound and answers every rule.
#[must_use]
pub fn standard() -> Vec<Need> {
    parse(include_str!("../scenarios/due.toml")).unwrap_or_default()
}

/// Reads the needs from the text of `due.toml`.
///
/// # Errors
/// Every complaint about the file.
pub fn parse(source: &str) -> Result<Vec<Need>, Vec<Complaint>> {
    document::check(source, |root| {
        root.version("balise_due", 1);
        let needs: Vec<Option<Need>> = root.sections("need").iter().map(need).collect();
        needs.into_iter().collect()
    })
}

fn need(section: &Section<'_>) -> Option<Need> {
    let alert = section.text("alert");
    let _why = section.text("why");
    let condition = condition(section, "condition");
    let excused = section.required_section("excused").and_then(|excused| {
        let condition = self::condition(&excused, "condition");
        excused.close();
        condition
    });
    let minutes = |key| section.number(key, 0.0..=100_000.0).map(|minutes| minutes * 60.0);
    let (hold, late, linger) = (minutes("hold_minutes"), minutes("late_minutes"), minutes("linger_minutes"));
    section.close();
    Some(Need {
        alert: alert?.to_owned(),
        condition: condition?,
        excused: excused?,
        hold_secs: hold?,
        late_secs: late?,
        linger_secs: linger?,
    })
}

fn condition(section: &Section<'_>, key: &'static str) -> Option<Condition> {
    #[derive(Clone, Copy)]
    enum Kind {
        SocBelow,
        Silent,
        NoCharge,
        DeviceWrong,
    }
    let names = [
        ("soc-below", Kind::SocBelow),
        ("silent", Kind::Silent),
        ("no-charge", Kind::NoCharge),
        ("device-wrong", Kind::DeviceWrong),
    ];
    let ratio = || section.number("ratio", 0.0..=1.0);
    Some(match section.choice(key, None, &names)? {
        Kind::SocBelow => Condition::SocBelow { ratio: ratio()? },
        Kind::Silent => Condition::Silent,
        Kind::NoCharge => {
            Condition::NoCharge { ratio: ratio()?, full_ratio: section.number("full_ratio", 0.0..=1.0)? }
        }
        Kind::DeviceWrong => Condition::DeviceWrong { ratio: ratio()? },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn falling(hours: usize) -> Vec<Moment> {
        (0..=hours * 60)
            .map(|minute| Moment {
                at: minute as f64 * 60.0,
                soc: 1.0 - minute as f64 / (hours as f64 * 60.0),
                device_soc: None,
                charged_ratio: 0.0,
                silent: (120..180).contains(&minute),
            })
            .collect()
    }

    fn need(condition: Condition, excused: Condition) -> Need {
        Need { alert: "A".into(), condition, excused, hold_secs: 1800.0, late_secs: 0.0, linger_secs: 600.0 }
    }

    #[test]
    fn an_alert_is_due_once_its_cause_has_held_and_excused_a_little_before() {
        let need = need(Condition::SocBelow { ratio: 0.4 }, Condition::SocBelow { ratio: 0.5 });
        let (due, excused) = (need.due(&falling(10)), need.excused(&falling(10)));
        assert_eq!(due, vec![SpanSecs { from: 6.0 * 3600.0 + 60.0 + 1800.0, until: 36_000.0 }]);
        assert_eq!(excused, vec![SpanSecs { from: 5.0 * 3600.0 + 60.0, until: 36_600.0 }]);
    }

    #[test]
    fn a_cause_shorter_than_the_patience_is_not_due() {
        let need = Need { hold_secs: 4000.0, ..need(Condition::Silent, Condition::Silent) };
        assert!(need.due(&falling(10)).is_empty());
        assert_eq!(need.excused(&falling(10)).len(), 1);
    }

    #[test]
    fn every_rule_of_the_product_answers_a_need() {
        let answered: Vec<String> = standard().into_iter().map(|need| need.alert).collect();
        let rules: Vec<&str> = exporter::rules::standard().iter().map(|rule| rule.name).collect();
        assert_eq!(answered, rules);
    }

    #[test]
    fn no_charge_needs_a_whole_day_of_history() {
        let condition = Condition::NoCharge { ratio: 0.01, full_ratio: 0.9 };
        let spans = spans(&falling(30), condition);
        assert_eq!(spans, vec![SpanSecs { from: DAY_SECS, until: 30.0 * 3600.0 }]);
    }
}
