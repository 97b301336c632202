//! The score of rules over lives: rulings by the crew's needs, counted in all, by chemistry, by season and by fault.
//!
//! The truth alone says what was due; nothing here reads a rule's threshold.

use std::collections::BTreeMap;

use super::grid::Grid;
use super::life::Life;
use super::replay::Fired;
use super::rival::{Ladder, Rival};
use super::rulings;
use super::tally::Tally;
use crate::due::{Condition, Moment, Need, SpanSecs};
use crate::verdict::{self, Outcome, Ruling};

/// A fault is still blamed for what is due this long after its end.
const AFTERMATH_DAYS: f64 = 1.0;
/// An alert has told of a dark sign where it was not over for longer than this.
const OVER_SECS: f64 = 86_400.0;
const DAY_SECS: f64 = 86_400.0;
/// Two points of charge.
const MARGIN_RATIO: f64 = 0.02;

/// By what a score is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The battery's chemistry.
    Chemistry,
    /// The season of what was due or told.
    Season,
    /// The fault that acted then.
    Fault,
    /// What was done with the sign then.
    State,
}

impl Part {
    /// A name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chemistry => "chemistry",
            Self::Season => "season",
            Self::Fault => "fault",
            Self::State => "state",
        }
    }
}

/// What one alert was worth.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleScore {
    /// The alert.
    pub alert: String,
    /// Over everything.
    pub all: Tally,
    /// Of what was due by a hair: the truth never left two points about the threshold of the need.
    pub marginal: Tally,
    /// True state of charge where it fired with cause, less the threshold of the need; for needs that have one.
    pub soc_at_firing: Vec<f64>,
    /// Split.
    pub parts: BTreeMap<(Part, String), Tally>,
    /// Rivals, where the population names the alert.
    pub ladders: Vec<Ladder>,
    /// How often it fired at all.
    pub fired: usize,
    /// The crew has stated no need for it: it fires, and nobody can say whether it should.
    pub is_unneeded: bool,
}

/// A sign gone dark, and the alerts that had told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Dark {
    /// The sign.
    pub battery: String,
    /// Seconds from the start.
    pub from_secs: f64,
    /// The fault that cut it off at a stroke, which no estimate can foresee.
    pub sudden: Option<&'static str>,
    /// Hours ahead, by alert.
    pub ahead_hours: BTreeMap<String, f64>,
}

/// The score of all rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Battery-years lived.
    pub battery_years: f64,
    /// Batteries.
    pub batteries: usize,
    /// One for each rule.
    pub rules: Vec<RuleScore>,
    /// Every time a sign went dark.
    pub dark: Vec<Dark>,
    /// Every ruling, as a line of `rulings.csv`.
    pub rulings: Vec<String>,
}

impl Score {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(alerts: &[String], needs: &[Need], rivalled: &[String]) -> Self {
        let rule = |alert: &String| RuleScore {
            alert: alert.clone(),
            all: Tally::default(),
            marginal: Tally::default(),
            soc_at_firing: Vec::new(),
            parts: BTreeMap::new(),
            ladders: if rivalled.contains(alert) { Rival::ALL.map(Ladder::new).to_vec() } else { Vec::new() },
            fired: 0,
            is_unneeded: needs.iter().all(|need| need.alert != *alert),
        };
        Self {
            battery_years: 0.0,
            batteries: 0,
            rules: alerts.iter().map(rule).collect(),
            dark: Vec::new(),
            rulings: Vec::new(),
        }
    }

    /// Counts one life; `fired` are the firing spans of each rule, in order.
    pub fn add(&mut self, life: &Life, fired: &[Fired], needs: &[Need], grid: &Grid) {
        self.battery_years += grid.days() / 365.25;
        self.batteries += 1;
        let spans: Vec<Vec<SpanSecs>> = fired.iter().map(|fired| of_battery(fired, life)).collect();
        for (rule, spans) in self.rules.iter_mut().zip(&spans) {
            rule.fired += spans.len();
            let alert = rule.alert.clone();
            for need in needs.iter().filter(|need| need.alert == alert) {
                self.rulings.extend(rule.add(life, need, spans, grid));
            }
        }
        self.dark.extend(life.dark.iter().map(|dark| {
            let told = self.rules.iter().zip(&spans);
            let ahead = |(rule, spans): (&RuleScore, &Vec<SpanSecs>)| {
                Some((rule.alert.clone(), ahead_hours(spans, dark.from)?))
            };
            Dark {
                battery: life.story.battery.clone(),
                from_secs: dark.from,
                sudden: sudden(life, dark.from),
                ahead_hours: told.filter_map(ahead).collect(),
            }
        }));
    }

    /// Takes in what another part counted, of the same rules.
    pub fn join(&mut self, other: Self) {
        self.battery_years += other.battery_years;
        self.batteries += other.batteries;
        for (rule, more) in self.rules.iter_mut().zip(&other.rules) {
            rule.join(more);
        }
        self.dark.extend(other.dark);
        self.rulings.extend(other.rulings);
    }

    /// False alarms of a tally for each battery and year.
    #[must_use]
    pub fn false_alarms_per_battery_year(&self, tally: &Tally) -> f64 {
        tally.false_alarms as f64 / self.battery_years.max(f64::MIN_POSITIVE)
    }
}

impl RuleScore {
    /// Counts one life by one need; every ruling as a line.
    fn add(&mut self, life: &Life, need: &Need, spans: &[SpanSecs], grid: &Grid) -> Vec<String> {
        let tolerance = grid.step_secs as f64;
        let rulings = verdict::rule(need, &life.moments, spans, tolerance);
        let lines = rulings.iter().map(|ruling| rulings::line(life, ruling, grid)).collect();
        for ruling in rulings {
            if let Some(miss) = off_threshold(need, &life.moments, &ruling) {
                self.soc_at_firing.push(miss);
            }
            if is_marginal(need, &life.moments, &ruling) {
                self.marginal.add(&ruling);
                continue;
            }
            self.all.add(&ruling);
            for (part, name) in parts(life, &ruling) {
                self.parts.entry((part, name)).or_default().add(&ruling);
            }
        }
        for cause in need.excused(&life.moments) {
            let within = |span: &&SpanSecs| cause.from - tolerance <= span.from && span.from < cause.until;
            let firings = spans.iter().filter(within).count();
            self.all.events += usize::from(firings > 0);
            self.all.firings += firings;
        }
        for ladder in &mut self.ladders {
            ladder.add(life, need, grid);
        }
        lines
    }

    /// Share of the firings with cause at which the true state of charge was within three points of the threshold.
    #[must_use]
    pub fn within_three_points(&self) -> Option<f64> {
        let near = self.soc_at_firing.iter().filter(|off| off.abs() <= 0.03).count();
        (!self.soc_at_firing.is_empty()).then(|| near as f64 / self.soc_at_firing.len() as f64)
    }

    fn join(&mut self, other: &Self) {
        self.all.join(&other.all);
        self.marginal.join(&other.marginal);
        self.soc_at_firing.extend(&other.soc_at_firing);
        self.fired += other.fired;
        for (part, tally) in &other.parts {
            self.parts.entry(part.clone()).or_default().join(tally);
        }
        for (ladder, more) in self.ladders.iter_mut().zip(&other.ladders) {
            ladder.join(more);
        }
    }
}

/// Due, and so little that nobody can blame whoever missed it: no lower than two points below the threshold.
pub(super) fn is_marginal(need: &Need, moments: &[Moment], ruling: &Ruling) -> bool {
    let (Condition::SocBelow { ratio }, Some(due)) = (need.condition, ruling.due) else { return false };
    let within = |moment: &&Moment| (due.from..due.until).contains(&moment.at);
    moments.iter().filter(within).all(|moment| moment.soc >= ratio - MARGIN_RATIO)
}

/// True state of charge where the alert fired with cause, less the need's threshold.
fn off_threshold(need: &Need, moments: &[Moment], ruling: &Ruling) -> Option<f64> {
    let (Condition::SocBelow { ratio }, Some(fired)) = (need.condition, ruling.fired) else { return None };
    let at = moments.partition_point(|moment| moment.at < fired.from);
    (ruling.outcome != Outcome::FalseAlarm).then_some(moments.get(at)?.soc - ratio)
}

/// All spans of a life's battery, whatever other labels they carry, in order; what overlaps is one.
fn of_battery(fired: &Fired, life: &Life) -> Vec<SpanSecs> {
    let mine = |labels: &super::replay::Labels| labels.get("battery") == Some(&life.story.battery);
    let mut spans: Vec<SpanSecs> =
        fired.iter().filter(|(labels, _)| mine(labels)).flat_map(|(_, spans)| spans.clone()).collect();
    spans.sort_by(|one, next| one.from.total_cmp(&next.from));
    let mut joined: Vec<SpanSecs> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => joined.push(span),
        }
    }
    joined
}

pub(super) fn parts(life: &Life, ruling: &Ruling) -> Vec<(Part, String)> {
    let at = ruling.due.or(ruling.fired).map_or(0.0, |span| span.from);
    let day = at / DAY_SECS;
    let stint = life.story.stints.iter().rfind(|stint| stint.from_day <= day);
    vec![
        (Part::Chemistry, life.story.chemistry.clone()),
        (Part::Season, season(life.story.start(), at).to_owned()),
        (Part::Fault, acting(life, day).unwrap_or("none").to_owned()),
        (Part::State, stint.map_or("deployed", |stint| stint.state.name()).to_owned()),
    ]
}

/// The fault that acts on a day, the latest to begin.
fn acting(life: &Life, day: f64) -> Option<&'static str> {
    let acts = |event: &&super::story::Event| event.from_day <= day && day < event.until_day + AFTERMATH_DAYS;
    let events = life.story.events.iter().filter(acts);
    events.max_by(|one, next| one.from_day.total_cmp(&next.from_day)).map(|event| event.kind.name())
}

fn sudden(life: &Life, at_secs: f64) -> Option<&'static str> {
    const CUTS: [&str; 4] = ["battery-stolen", "battery-fuse-blown", "connection-loose", "load-fuse-blown"];
    let day = at_secs / DAY_SECS;
    let acts = |event: &&super::story::Event| event.from_day <= day && day < event.until_day;
    let mut names = life.story.events.iter().filter(acts).map(|event| event.kind.name());
    names.find(|name| CUTS.contains(name))
}

/// How long before `dark_secs` an alert began that was then on, or over for no more than a day.
fn ahead_hours(spans: &[SpanSecs], dark_secs: f64) -> Option<f64> {
    let tells = |span: &&SpanSecs| span.from <= dark_secs && dark_secs - span.until <= OVER_SECS;
    spans.iter().find(tells).map(|span| (dark_secs - span.from) / 3600.0)
}

fn season(start: jiff::Timestamp, at_secs: f64) -> &'static str {
    let at = start + jiff::SignedDuration::from_secs(at_secs as i64);
    match at.to_string().get(5..7) {
        Some("12" | "01" | "02") => "winter",
        Some("03" | "04" | "05") => "spring",
        Some("06" | "07" | "08") => "summer",
        _ => "autumn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_that_was_long_over_did_not_tell_of_the_dark() {
        let day = DAY_SECS;
        let spans = [SpanSecs { from: 0.0, until: day }, SpanSecs { from: 10.0 * day, until: 12.0 * day }];
        assert_eq!(ahead_hours(&spans, 12.5 * day), Some(60.0));
        assert_eq!(ahead_hours(&spans, 5.0 * day), None);
        assert_eq!(ahead_hours(&spans, 0.5 * day), Some(12.0));
    }

    #[test]
    fn seasons_turn_with_the_month() {
        let start: jiff::Timestamp = "2025-11-30T12:00:00Z".parse().expect("a time");
        assert_eq!((season(start, 0.0), season(start, DAY_SECS)), ("autumn", "winter"));
    }
}
