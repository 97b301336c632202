//! One sign of a population: what it is and what befalls it, drawn by seed and sign, told as the scenarios of
//! its stints.
//!
//! A stint is a stretch in which a sign is in one state at one place; each is a scenario of its own that begins
//! with the charge the last one left. Hours of events are cut at the stint's ends.

use std::fmt::Write as _;

use signals::{FaultKind, Seed, Stream, uniform};

use super::population::{Equipment, Population, State};
use crate::document::Complaint;
use crate::scenario::{self, Scenario};

/// How much larger the panel that stands for a mains charger is.
const MAINS_PANEL: f64 = 8.0;
/// What a folded panel is rated; a panel of nothing could not be dirty, nor stolen.
const FOLDED_WATTS: f64 = 0.2;
/// A day on the road.
const TOW_DAYS: f64 = 1.0;
/// From November to March.
const WINTER_DAYS: f64 = 151.25;
/// When a dealt fault comes: after the estimator has seen a few days.
const DEALT_DAYS: (f64, f64) = (8.0, 14.0);

/// What befell a sign, days from the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// The fault.
    pub kind: FaultKind,
    /// First day.
    pub from_day: f64,
    /// Day on which it is over.
    pub until_day: f64,
    number: f64,
    ramp_days: f64,
}

/// A stretch of a sign's life.
#[derive(Debug, Clone, PartialEq)]
pub struct Stint {
    /// First day.
    pub from_day: f64,
    /// First day of the next.
    pub until_day: f64,
    /// What is done with the sign.
    pub state: State,
    /// Where it stands.
    pub place: String,
    /// The panel is folded away: towed or parked.
    is_folded: bool,
}

/// A sign and its life to come.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// Names it.
    pub battery: String,
    /// As scenarios name it.
    pub chemistry: String,
    /// Its stints, without a gap.
    pub stints: Vec<Stint>,
    /// Its faults.
    pub events: Vec<Event>,
    body: Body,
    start: jiff::Timestamp,
    step_secs: f64,
    report_secs: f64,
}

/// What the sign is.
#[derive(Debug, Clone, PartialEq)]
struct Body {
    load_kind: String,
    load_scale: f64,
    capacity_amp_hours: f64,
    panel_watts: f64,
    present_capacity: f64,
    resistance: f64,
    snow: &'static str,
    dirt: f64,
    controller: &'static str,
}

impl Story {
    /// Sign `number` of a population.
    #[must_use]
    pub fn draw(population: &Population, seed: Seed, number: u64) -> Self {
        let own = seed.part(&format!("sign {number}"));
        let chance = &mut own.stream("months.sign");
        let sizes = &population.sizes;
        let weights: Vec<f64> = population.equipment.iter().map(|one| one.weight).collect();
        let Equipment { kind, mean_watts, .. } = &population.equipment[pick(chance, &weights)];
        let chemistry = named(chance, &population.chemistries);
        let load_scale = between(chance, sizes.load);
        let watts = mean_watts * load_scale;
        let body = Body {
            load_kind: kind.clone(),
            load_scale,
            capacity_amp_hours: watts / 12.3 * 24.0 * between(chance, sizes.bridged_days),
            panel_watts: watts * between(chance, sizes.panel),
            present_capacity: between(chance, sizes.capacity),
            resistance: between(chance, sizes.resistance),
            snow: ["sheds", "sheds", "clings"][pick(chance, &[1.0; 3])],
            dirt: between(chance, sizes.dirt),
            controller: ["pwm", "mppt"][pick(chance, &[1.0; 2])],
        };
        let stints = stints(population, &mut own.stream("months.spells"));
        let mut story = Self {
            battery: format!("s{}-{number}", seed.0),
            chemistry,
            stints,
            events: Vec::new(),
            body,
            start: population.start,
            step_secs: population.step_secs,
            report_secs: population.report_secs,
        };
        story.events = story.befalling(population, number, &mut own.stream("months.faults"));
        story
    }

    /// When its life begins.
    #[must_use]
    pub const fn start(&self) -> jiff::Timestamp {
        self.start
    }

    fn befalling(&self, population: &Population, number: u64, chance: &mut Stream) -> Vec<Event> {
        let mut events = Vec::new();
        let draw = |chance: &mut Stream, rate: &super::population::Rate, from_day: f64| Event {
            kind: rate.kind,
            from_day,
            until_day: (from_day + between(chance, rate.days)).min(population.days),
            number: between(chance, rate.number),
            ramp_days: rate.ramp_days,
        };
        if population.deals_faults {
            let rate = &population.faults[number as usize % population.faults.len()];
            let from = between(chance, DEALT_DAYS);
            events.push(draw(chance, rate, from));
        } else {
            for rate in &population.faults {
                let oftener = if rate.is_of_winter { 365.25 / WINTER_DAYS } else { 1.0 };
                for from_day in arrivals(chance, rate.per_year * oftener, population.days) {
                    if !rate.is_of_winter || is_winter(population.start, from_day) {
                        events.push(draw(chance, rate, from_day));
                    }
                }
            }
        }
        // A lead-acid bank has no management system, a lithium one no acid: nothing to befall.
        events.retain(|event| self.scenario_with(0, 0.9, Some(event)).is_ok());
        events
    }

    /// The scenario of a stint that begins at this state of charge.
    ///
    /// # Errors
    /// Complaints about the text, which the file's author has to hear: a place or equipment nobody knows.
    pub fn scenario(&self, stint: usize, soc: f64) -> Result<Scenario, Vec<Complaint>> {
        self.scenario_with(stint, soc, None)
    }

    fn scenario_with(
        &self,
        stint: usize,
        soc: f64,
        trial: Option<&Event>,
    ) -> Result<Scenario, Vec<Complaint>> {
        scenario::parse(&self.text(stint, soc, trial))
    }

    /// The scenario as text, for whoever wants to look at one sign alone.
    #[must_use]
    pub fn text(&self, stint: usize, soc: f64, trial: Option<&Event>) -> String {
        let stint = &self.stints[stint];
        let Body { load_kind, load_scale, capacity_amp_hours, present_capacity, resistance, .. } = &self.body;
        let Body { snow, dirt, controller, .. } = &self.body;
        let is_off = matches!(stint.state, State::Parked | State::OnMains);
        let (scale, tilt) = if is_off { (0.02, 60) } else { (*load_scale, 60) };
        let panel = match stint.state {
            State::OnMains => self.body.panel_watts * MAINS_PANEL,
            _ if stint.is_folded => FOLDED_WATTS,
            _ => self.body.panel_watts,
        };
        let start = self.start + jiff::SignedDuration::from_secs((stint.from_day * 86_400.0) as i64);
        let mut text = format!(
            "balise_scenario = 1\nname = \"{battery}\"\nstart = \"{start}\"\nduration_days = {days}\n\
             step_seconds = {step}\nsite = \"{place}\"\nsign = \"{battery}\"\n\
             [plant]\nplace = \"{place}\"\n[plant.battery]\nchemistry = \"{chemistry}\"\n\
             capacity_amp_hours = {capacity_amp_hours:.1}\npresent_capacity_ratio = {present_capacity:.3}\n\
             resistance_ratio = {resistance:.3}\ninitial_soc_ratio = {soc:.4}\n\
             [plant.panel]\npower_watts = {panel:.1}\ntilt_degrees = {tilt}\nsnow = \"{snow}\"\n\
             dirt_ratio_per_day = {dirt:.5}\n[plant.controller]\nkind = \"{controller}\"\n\
             [plant.load]\nkind = \"{load_kind}\"\nscale_ratio = {scale:.3}\n\
             [device]\nkind = \"vedirect-bmv\"\nevery_seconds = {report}\n",
            battery = self.battery,
            days = stint.until_day - stint.from_day,
            step = self.step_secs,
            place = stint.place,
            chemistry = self.chemistry,
            report = self.report_secs,
        );
        if stint.state == State::Shaded {
            text += "[[fault]]\nkind = \"panel-shaded\"\nhours = [0, 876000]\nbeam_loss_ratio = 0.7\n";
        }
        let whole = [trial.copied()];
        let events = if trial.is_some() { &whole[..] } else { &[] };
        let own = self.events.iter().copied().map(Some);
        for event in events.iter().copied().chain(own).flatten() {
            text += &told(&event, stint, trial.is_some());
        }
        text
    }
}

/// From November to March.
fn is_winter(start: jiff::Timestamp, day: f64) -> bool {
    let at = start + jiff::SignedDuration::from_secs((day * 86_400.0) as i64);
    matches!(at.to_string().get(5..7), Some("11" | "12" | "01" | "02" | "03"))
}

/// An event as the scenario of a stint has it; nothing where it lies outside.
fn told(event: &Event, stint: &Stint, is_trial: bool) -> String {
    let hours = |day: f64| (day.clamp(stint.from_day, stint.until_day) - stint.from_day) * 24.0;
    let (from, until) = if is_trial { (1.0, 2.0) } else { (hours(event.from_day), hours(event.until_day)) };
    if until <= from {
        return String::new();
    }
    let mut text = format!("[[fault]]\nkind = \"{}\"\nhours = [{from:.2}, {until:.2}]\n", event.kind.name());
    if let Some(severity) = event.kind.severity() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} = {:.4}", severity.key, event.number);
        if event.ramp_days > 0.0 && event.from_day >= stint.from_day {
            let _ = writeln!(text, "ramp_hours = {:.1}", event.ramp_days * 24.0);
        }
    }
    text
}

/// The states of a sign over the whole time, each beginning on a whole day.
fn stints(population: &Population, chance: &mut Stream) -> Vec<Stint> {
    let mut spells = Vec::new();
    for spell in &population.spells {
        for from in arrivals(chance, spell.per_year, population.days) {
            spells.push((from.floor(), between(chance, spell.days).ceil(), spell.state));
        }
    }
    spells.sort_by(|one, next| one.0.total_cmp(&next.0));
    let mut place = named(chance, &population.places);
    let mut stints: Vec<Stint> = Vec::new();
    let mut day = 0.0;
    let mut add = |from_day: f64, until_day: f64, state, place: &str, is_folded| {
        let until_day = until_day.min(population.days);
        if from_day < until_day {
            stints.push(Stint { from_day, until_day, state, place: place.to_owned(), is_folded });
        }
    };
    for (from, days, state) in spells {
        // One thing at a time: what begins while another lasts does not happen.
        if from < day {
            continue;
        }
        add(day, from, State::Deployed, &place, false);
        let until = if state == State::Moved { from + TOW_DAYS } else { from + days };
        add(from, until, state, &place, matches!(state, State::Moved | State::Parked));
        if state == State::Moved {
            place = named(chance, &population.places);
        }
        day = until;
    }
    add(day, population.days, State::Deployed, &place, false);
    stints
}

/// Days on which something comes that comes `per_year` times a year.
fn arrivals(chance: &mut Stream, per_year: f64, days: f64) -> Vec<f64> {
    let mut wait = || -(1.0 - uniform(chance)).ln() / per_year * 365.25;
    // A rate of 0 gives a wait without end.
    std::iter::successors(Some(wait()), |day| Some(day + wait())).take_while(|day| *day < days).collect()
}

fn between(chance: &mut Stream, (low, high): (f64, f64)) -> f64 {
    low + (high - low) * uniform(chance)
}

fn pick(chance: &mut Stream, weights: &[f64]) -> usize {
    let mut left = uniform(chance) * weights.iter().sum::<f64>();
    weights
        .iter()
        .position(|weight| {
            left -= weight;
            left < 0.0
        })
        .unwrap_or(0)
}

fn named(chance: &mut Stream, weighted: &[(String, f64)]) -> String {
    let weights: Vec<f64> = weighted.iter().map(|(_, weight)| *weight).collect();
    weighted[pick(chance, &weights)].0.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::months::population;

    #[test]
    fn stints_follow_each_other_without_a_gap_and_each_is_a_sound_scenario() {
        for file in [
            include_str!("../../scenarios/field-year.toml"),
            include_str!("../../scenarios/fault-trials.toml"),
        ] {
            let population = population::parse(file).expect("sound");
            for number in 0..60 {
                let story = Story::draw(&population, Seed(1), number);
                let mut day = 0.0;
                for (index, stint) in story.stints.iter().enumerate() {
                    assert!(stint.from_day == day && stint.until_day > day, "{:?}", story.stints);
                    day = stint.until_day;
                    let sound = story.scenario(index, 0.8);
                    assert!(sound.is_ok(), "{sound:?}\n{}", story.text(index, 0.8, None));
                }
                assert!((day - population.days).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn events_come_as_often_as_the_file_says() {
        let chance = &mut Seed(3).stream("test");
        let count = (0..2000).map(|_| arrivals(chance, 0.5, 365.25).len()).sum::<usize>();
        assert!((950..1050).contains(&count), "{count}");
    }
}
