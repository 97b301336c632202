//! What a sign's numbers mean to a crew: does it need somebody, by when, and in which words.
//!
//! ```text
//! alerts that fire, silence, hours until dark (median and worst tenth), what the crew says it is doing -> State
//! ```
//!
//! An alert raises what the numbers say, and never lowers it. The worst tenth of the futures is what "90 %" means: in nine of ten the
//! sign is still lit then.

use exporter::page::{Alerts, Scene, SignNow};
use exporter::rules::{Severity, SignState};
use fluent_templates::fluent_bundle::FluentValue;
use jiff::tz::TimeZone;

use super::when;
use crate::words::Words;

/// Dark within a day asks for somebody today, within three for a place in the week's plan.
const TODAY_SECS: f64 = 86_400.0;
const SOON_SECS: f64 = 3.0 * 86_400.0;
/// Below this nobody waits for a forecast.
const NEARLY_EMPTY: f64 = 0.20;

/// How much a sign needs somebody, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Today.
    Act,
    /// Within days.
    Plan,
    /// Not at all.
    Fine,
    /// It stands in a yard, or is on its way.
    Rest,
}

impl Tone {
    /// As the style sheet knows it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Plan => "plan",
            Self::Fine => "fine",
            Self::Rest => "rest",
        }
    }

    /// Somebody must go there.
    #[must_use]
    pub const fn needs_visit(self) -> bool {
        matches!(self, Self::Act | Self::Plan)
    }
}

impl From<Severity> for Tone {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical => Self::Act,
            Severity::Warning => Self::Plan,
        }
    }
}

/// Why a sign needs somebody by what it sends, or by sending nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing was heard for longer than its patience, or never.
    Silent,
    /// In half of its futures it is dark within a day.
    DarkToday,
    /// Next to nothing is left.
    NearlyEmpty,
    /// In one of ten of its futures it is dark within three days.
    DarkSoon,
}

impl Need {
    /// How soon.
    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            Self::DarkToday | Self::NearlyEmpty => Tone::Act,
            Self::Silent | Self::DarkSoon => Tone::Plan,
        }
    }
}

/// What a sign needs by its numbers alone.
#[must_use]
pub fn need(sign: &SignNow) -> Option<Need> {
    if rests(sign) {
        return None;
    }
    if !sign.up {
        return Some(Need::Silent);
    }
    let within = |secs: Option<f64>, limit: f64| secs.is_some_and(|secs| secs < limit);
    let row = &sign.row;
    if within(row.dark_in_seconds, TODAY_SECS) {
        Some(Need::DarkToday)
    } else if within(row.soc_ratio, NEARLY_EMPTY) {
        Some(Need::NearlyEmpty)
    } else if within(row.dark_in_early_seconds, SOON_SECS) {
        Some(Need::DarkSoon)
    } else {
        None
    }
}

/// It stands in a yard, is on its way or hangs on a charger: nobody waits for its light.
fn rests(sign: &SignNow) -> bool {
    matches!(sign.state, Some(SignState::Parked | SignState::Moving | SignState::Mains))
}

/// The tone of a sign.
#[must_use]
pub fn tone(sign: &SignNow, alerts: &Alerts) -> Tone {
    let of_numbers = need(sign).map_or(if rests(sign) { Tone::Rest } else { Tone::Fine }, Need::tone);
    let worst = alerts.of(&sign.id).first().map(|alert| Tone::from(alert.severity));
    worst.map_or(of_numbers, |alert| alert.min(of_numbers))
}

/// The order in which signs want to be read: worst first, then the sooner dark, then the emptier.
#[must_use]
pub fn urgency(sign: &SignNow, alerts: &Alerts) -> (Tone, u64, u64) {
    let whole =
        |value: Option<f64>, scale: f64| value.map_or(u64::MAX, |value| (value * scale).max(0.0) as u64);
    let hours = whole(sign.row.dark_in_early_seconds, 1.0 / 3_600.0);
    // Steps of five points: two signs that are alike do not change places all day.
    (tone(sign, alerts), hours / 6, whole(sign.row.soc_ratio, 20.0))
}

/// What will happen, by when: one sentence.
#[must_use]
pub fn sentence(sign: &SignNow, scene: &Scene, zone: &TimeZone, words: Words) -> String {
    let moment = &scene.moment;
    let at = |secs: f64| when::hour(moment.unix_secs + secs, moment.unix_secs, zone, words);
    let told = |key: &str, time: String| words.tell(key, &[("time", FluentValue::from(time))]);
    let Some(age) = sign.age_secs else { return words.say("page-state-never-heard") };
    if !sign.up {
        let since = when::minute(moment.unix_secs - age, moment.unix_secs, zone, words);
        return told("page-state-silent", since);
    }
    if rests(sign) {
        return words.say("page-state-rests");
    }
    let row = &sign.row;
    match (row.dark_in_seconds, row.dark_in_early_seconds, row.survival_seven_nights_ratio) {
        (Some(median), ..) if median < TODAY_SECS => told("page-state-dark-by", at(median)),
        (_, Some(early), _) => told("page-state-holds-until", at(early)),
        (_, None, Some(_)) => words.say("page-state-holds-long"),
        _ => words.say("page-state-unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exporter::page::{About, ActiveAlert, Moment};
    use exporter::{BatteryId, Info, Row};

    fn sign(row: Row) -> SignNow {
        SignNow {
            id: BatteryId::new("a", "b"),
            about: About::default(),
            info: Info::default(),
            row,
            up: true,
            state: None,
            age_secs: Some(1.0),
            faults: Vec::new(),
        }
    }

    fn said(sign: &SignNow, words: Words) -> String {
        // 2026-01-14, 12:00 in Montréal, a Wednesday.
        let moment = Moment { unix_secs: 1_768_410_000.0, ..Moment::default() };
        let scene = Scene { moment, signs: vec![sign.clone()], alerts: Alerts::NotConnected };
        let zone = when::zone(Some("America/Toronto")).expect("built in");
        sentence(sign, &scene, &zone, words).replace('\u{a0}', " ")
    }

    #[test]
    fn the_worst_tenth_of_the_futures_says_how_long_a_sign_holds() {
        let row = Row {
            dark_in_seconds: Some(40.0 * 3600.0),
            dark_in_early_seconds: Some(16.0 * 3600.0),
            ..Row::default()
        };
        assert_eq!(said(&sign(row), Words::French), "tient jusqu’à jeudi 4 h (90 %)");
        assert_eq!(said(&sign(row), Words::English), "holds until Thursday 04:00 (90 %)");
        assert_eq!(tone(&sign(row), &Alerts::NotConnected), Tone::Plan);
    }

    #[test]
    fn dark_within_a_day_asks_for_somebody_today() {
        let row = Row { dark_in_seconds: Some(16.0 * 3600.0), ..Row::default() };
        assert_eq!(said(&sign(row), Words::French), "s’éteint probablement d’ici jeudi 4 h");
        assert_eq!(tone(&sign(row), &Alerts::NotConnected), Tone::Act);
    }

    #[test]
    fn a_silent_sign_says_since_when_and_one_never_heard_says_so() {
        let silent = SignNow { up: false, age_secs: Some(1800.0), ..sign(Row::default()) };
        assert_eq!(said(&silent, Words::French), "plus de nouvelles depuis mercredi 11 h 30");
        let never = SignNow { up: false, age_secs: None, ..sign(Row::default()) };
        assert_eq!(said(&never, Words::French), "jamais entendu");
        assert!(tone(&silent, &Alerts::NotConnected).needs_visit());
    }

    #[test]
    fn an_alert_raises_the_tone_even_of_a_parked_sign_and_never_lowers_it() {
        let alert = |severity| {
            Alerts::known([ActiveAlert {
                name: "X".to_owned(),
                id: BatteryId::new("a", "b"),
                severity,
                since_run_secs: 0.0,
                annotations: std::collections::BTreeMap::new(),
            }])
        };
        let parked = SignNow { state: Some(SignState::Parked), ..sign(Row::default()) };
        assert_eq!(tone(&parked, &Alerts::known([])), Tone::Rest);
        assert_eq!(tone(&parked, &alert(Severity::Critical)), Tone::Act);
        let empty = sign(Row { soc_ratio: Some(0.1), ..Row::default() });
        assert_eq!(tone(&empty, &alert(Severity::Warning)), Tone::Act);
    }
}
