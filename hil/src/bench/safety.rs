//! What may be told to an instrument at all: a state machine, values in and values out.
//!
//! ```text
//! Off --limits wished--> Setting --read back the same--> Armed --on--> On
//!  ^                                                                   |
//!  `-- re-armed -- Faulted <-- beyond a limit, silent, blind, cold, lost, budget spent
//! ```
//!
//! - On only from Armed: limits are set and read back first, every time they change.
//! - The host must be heard of, and the instrument measured, within the watchdog's span; else off.
//! - Voltage and current outside the rules, or a number that is none: off.
//! - Energy is counted at the larger of what was measured and, since then, what the limits allow; a spent
//!   budget stays spent, re-armed or not.
//! - Where the rules forbid charging below freezing, a temperature must be known, fresh and at 0 °C or above.
//! - A lost port: off is the first thing said when it is back, and nothing else is until it is re-armed.
//!
//! Every way out of On says [`Act::Off`]. Whether the instrument obeyed is read back by the caller and told as
//! [`Event::OutputRead`].

use super::Flow;
use signals::{Amps, Celsius, SimTime, Span, Volts};

/// A battery is charged at this temperature or above, where the rules know of freezing.
pub const FREEZING: Celsius = Celsius::new(0.0);
/// A temperature told longer ago than this is not known.
pub const TEMPERATURE_FRESH: Span = Span::from_millis(30_000);
/// A current may be measured this much beyond the limit that was set: meters have errors.
const CURRENT_SLACK_RATIO: f64 = 0.05;
const CURRENT_SLACK_AMPS: f64 = 0.05;
const SECS_PER_HOUR: f64 = 3600.0;

/// What a bench allows one instrument, for one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Which way it moves charge.
    pub flow: Flow,
    /// The battery may not stand below this.
    pub volts_min: Volts,
    /// Nor above this.
    pub volts_max: Volts,
    /// No higher voltage may be set; below `volts_max` by what meters err, or holding it would be a fault.
    pub volts_set_max: Volts,
    /// No more than this may flow.
    pub amps_max: Amps,
    /// All the energy of the run, either way.
    pub energy_max_watt_hours: f64,
    /// Silence that switches off.
    pub watchdog: Span,
    /// The battery must not be charged below freezing (LiFePO4).
    pub minds_freezing: bool,
    /// A limit read back may differ by this: one step of the instrument, volts and amps.
    pub steps: (f64, f64),
}

/// Limits of an instrument. A load holds no voltage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Never above this voltage.
    pub volts: Option<Volts>,
    /// Never above this current.
    pub amps: Amps,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// Somebody wants these limits.
    WishLimits(Limits),
    /// Somebody wants it on.
    WishOn,
    /// Somebody wants it off.
    WishOff,
    /// Somebody has seen the fault and mended it.
    Rearm,
    /// The host is alive.
    Beat,
    /// The instrument says it is set to these.
    LimitsRead(Limits),
    /// The instrument says it is on, or off.
    OutputRead(bool),
    /// The instrument has measured this.
    Measured {
        /// Across its terminals.
        volts: Volts,
        /// Through it, 0 or more.
        amps: Amps,
    },
    /// The battery's temperature, or that it is not known.
    Temperature(Option<Celsius>),
    /// Time has passed.
    Time,
    /// The port went away.
    Lost,
    /// The port is there again.
    Back,
}

/// What to tell the instrument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Act {
    /// Set these.
    Set(Limits),
    /// Ask what is set, and tell it as [`Event::LimitsRead`].
    ReadLimits,
    /// On.
    On,
    /// Off, then ask whether it is, and tell it as [`Event::OutputRead`].
    Off,
}

/// Why it was switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// What was read back is not what was set.
    LimitsDiffer,
    /// The host was not heard of.
    HostSilent,
    /// The instrument was not measured.
    Blind,
    /// The battery stood above the rules, or its voltage was no number.
    OverVoltage,
    /// It stood below them.
    UnderVoltage,
    /// More flowed than was set, or the current was no number.
    OverCurrent,
    /// The run's energy is spent.
    EnergySpent,
    /// Too cold to be charged.
    Freezing,
    /// Nobody knows how cold it is.
    TemperatureUnknown,
    /// The port went away.
    Lost,
    /// It went off by itself, or came on.
    Disobeyed,
}

/// Why a wish was not granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The limits are beyond the rules.
    BeyondRules,
    /// No limits have been read back.
    NotArmed,
    /// A fault has not been re-armed.
    Faulted(Fault),
    /// It is off because of this, now.
    Now(Fault),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Off,
    Setting(Limits),
    Armed(Limits),
    On(On),
    Faulted(Fault),
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct On {
    limits: Limits,
    measured_at: SimTime,
}

/// One instrument's safety. A new value comes out of each [`step`](Self::step).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Safety {
    rules: Rules,
    state: State,
    alive_at: SimTime,
    temperature: Option<(SimTime, Celsius)>,
    /// Measured so far; what may have flowed since the last measurement is not in it.
    energy_watt_hours: f64,
}

/// What comes of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The state after it.
    pub next: Safety,
    /// What to tell the instrument, in this order.
    pub acts: Vec<Act>,
    /// Why a wish was not granted.
    pub refused: Option<Refusal>,
}

impl Safety {
    /// An instrument of which nothing is known: it is told to be off before anything else.
    #[must_use]
    pub const fn new(now: SimTime, rules: Rules) -> Self {
        Self { rules, state: State::Off, alive_at: now, temperature: None, energy_watt_hours: 0.0 }
    }

    /// It is on, as far as it was told.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        matches!(self.state, State::On(_))
    }

    /// Limits have been read back: it may be switched on.
    #[must_use]
    pub const fn is_armed(&self) -> bool {
        matches!(self.state, State::Armed(_))
    }

    /// The fault that is not yet re-armed.
    #[must_use]
    pub const fn fault(&self) -> Option<Fault> {
        match self.state {
            State::Faulted(fault) => Some(fault),
            _ => None,
        }
    }

    /// Energy that has flowed, watt-hours, and at most what has flowed since the last measurement.
    #[must_use]
    pub fn energy_watt_hours(&self, now: SimTime) -> f64 {
        self.energy_watt_hours + self.unmeasured_watt_hours(now)
    }

    /// When [`Event::Time`] may switch it off.
    #[must_use]
    pub fn next_timeout(&self) -> Option<SimTime> {
        let State::On(on) = self.state else { return None };
        let mut due = self.alive_at.min(on.measured_at) + self.rules.watchdog;
        if let Some((at, _)) = self.temperature.filter(|_| self.minds_cold()) {
            due = due.min(at + TEMPERATURE_FRESH);
        }
        Some(due + Span::from_nanos(1))
    }

    /// What comes of `event` at `now`.
    #[must_use]
    pub fn step(self, now: SimTime, event: Event) -> Step {
        let unmeasured = self.unmeasured_watt_hours(now);
        let mut step = self.stepped(now, event);
        // What may have flowed up to the moment it went off is booked; a measurement has booked itself.
        if self.is_on() && !step.next.is_on() && !matches!(event, Event::Measured { .. }) {
            step.next.energy_watt_hours += unmeasured;
        }
        step
    }

    fn stepped(mut self, now: SimTime, event: Event) -> Step {
        // What has run out is seen before the event is: a late sign of life saves nothing.
        if let Some(fault) = self.run_out(now) {
            // What it tells is learned all the same: a frost named in that moment forbids the next start.
            if let Event::Temperature(told) = event {
                self.temperature = told.map(|celsius| (now, celsius));
            }
            return self.faulted(fault, Some(Refusal::Now(fault)).filter(|_| is_wish(event)));
        }
        if is_wish(event) || event == Event::Beat {
            self.alive_at = now;
        }
        match event {
            Event::WishLimits(limits) => self.wish_limits(limits),
            Event::WishOn => self.wish_on(now),
            Event::WishOff => self.wish_off(),
            Event::Rearm => self.rearm(now),
            Event::LimitsRead(read) => self.limits_read(read),
            Event::OutputRead(on) => self.output_read(on),
            Event::Measured { volts, amps } => self.measured(now, volts, amps),
            Event::Temperature(told) => self.told_temperature(now, told),
            Event::Lost => self.faulted(Fault::Lost, None),
            // It comes back only from having been lost, told or not.
            Event::Back if self.is_on() => self.faulted(Fault::Lost, None),
            Event::Back => self.acting(vec![Act::Off]),
            Event::Beat | Event::Time => self.acting(Vec::new()),
        }
    }

    fn wish_limits(mut self, limits: Limits) -> Step {
        if let State::Faulted(fault) = self.state {
            return self.refusing(Refusal::Faulted(fault));
        }
        if !self.rules.allow(limits) {
            return self.refusing(Refusal::BeyondRules);
        }
        let mut acts = if self.is_on() { vec![Act::Off] } else { Vec::new() };
        self.state = State::Setting(limits);
        acts.extend([Act::Set(limits), Act::ReadLimits]);
        self.acting(acts)
    }

    fn wish_on(mut self, now: SimTime) -> Step {
        match self.state {
            State::Armed(limits) => {
                if let Some(fault) = self.too_cold(now) {
                    return self.refusing(Refusal::Now(fault));
                }
                if self.energy_watt_hours >= self.rules.energy_max_watt_hours {
                    return self.refusing(Refusal::Now(Fault::EnergySpent));
                }
                self.state = State::On(On { limits, measured_at: now });
                self.acting(vec![Act::On])
            }
            State::On(_) => self.acting(Vec::new()),
            State::Faulted(fault) => self.refusing(Refusal::Faulted(fault)),
            State::Off | State::Setting(_) => self.refusing(Refusal::NotArmed),
        }
    }

    /// Off is always said, whatever it was thought to be.
    fn wish_off(mut self) -> Step {
        if let State::On(on) = self.state {
            self.state = State::Armed(on.limits);
        }
        self.acting(vec![Act::Off])
    }

    fn rearm(mut self, now: SimTime) -> Step {
        if let State::Faulted(_) = self.state {
            self.state = State::Off;
            self.alive_at = now;
        }
        let acts = if self.is_on() { Vec::new() } else { vec![Act::Off] };
        self.acting(acts)
    }

    fn limits_read(mut self, read: Limits) -> Step {
        match self.state {
            State::Setting(set) if self.same(set, read) => {
                self.state = State::Armed(set);
                self.acting(Vec::new())
            }
            State::Armed(set) | State::On(On { limits: set, .. }) if self.same(set, read) => {
                self.acting(Vec::new())
            }
            State::Setting(_) | State::Armed(_) | State::On(_) => self.faulted(Fault::LimitsDiffer, None),
            State::Off | State::Faulted(_) => self.acting(Vec::new()),
        }
    }

    fn output_read(self, on: bool) -> Step {
        match (self.state, on) {
            (State::Faulted(_), true) => self.acting(vec![Act::Off]),
            (State::On(_), false) | (State::Off | State::Setting(_) | State::Armed(_), true) => {
                self.faulted(Fault::Disobeyed, None)
            }
            _ => self.acting(Vec::new()),
        }
    }

    fn measured(mut self, now: SimTime, volts: Volts, amps: Amps) -> Step {
        let State::On(on) = &mut self.state else { return self.acting(Vec::new()) };
        let (set, rules) = (on.limits.amps.as_amps(), self.rules);
        let hours = (now - on.measured_at).as_secs().max(0.0) / SECS_PER_HOUR;
        on.measured_at = now;
        let watt_hours = (volts.as_volts() * amps.as_amps()).abs() * hours;
        self.energy_watt_hours += if watt_hours.is_finite() { watt_hours } else { f64::INFINITY };
        let slack = set * CURRENT_SLACK_RATIO + CURRENT_SLACK_AMPS;
        // A value that is no number lies in no range.
        let fault = if !(rules.volts_min..=rules.volts_max).contains(&volts) {
            Some(if volts < rules.volts_min { Fault::UnderVoltage } else { Fault::OverVoltage })
        } else if !(0.0..=set + slack).contains(&amps.as_amps()) {
            Some(Fault::OverCurrent)
        } else {
            Some(Fault::EnergySpent).filter(|_| self.energy_watt_hours >= rules.energy_max_watt_hours)
        };
        match fault {
            Some(fault) => self.faulted(fault, None),
            None => self.acting(Vec::new()),
        }
    }

    fn told_temperature(mut self, now: SimTime, told: Option<Celsius>) -> Step {
        self.temperature = told.map(|celsius| (now, celsius));
        match self.too_cold(now).filter(|_| self.is_on()) {
            Some(fault) => self.faulted(fault, None),
            None => self.acting(Vec::new()),
        }
    }

    /// What has run out by `now`, while it is on.
    fn run_out(&self, now: SimTime) -> Option<Fault> {
        let State::On(on) = self.state else { return None };
        if now - self.alive_at > self.rules.watchdog {
            return Some(Fault::HostSilent);
        }
        if now - on.measured_at > self.rules.watchdog {
            return Some(Fault::Blind);
        }
        if self.energy_watt_hours(now) > self.rules.energy_max_watt_hours {
            return Some(Fault::EnergySpent);
        }
        self.too_cold(now)
    }

    const fn minds_cold(&self) -> bool {
        self.rules.minds_freezing && matches!(self.rules.flow, Flow::Charges)
    }

    fn too_cold(&self, now: SimTime) -> Option<Fault> {
        if !self.minds_cold() {
            return None;
        }
        match self.temperature {
            Some((at, celsius)) if now - at <= TEMPERATURE_FRESH => {
                if celsius >= FREEZING {
                    None
                } else {
                    Some(Fault::Freezing)
                }
            }
            _ => Some(Fault::TemperatureUnknown),
        }
    }

    /// At most: the limits, since the last measurement.
    fn unmeasured_watt_hours(&self, now: SimTime) -> f64 {
        let State::On(on) = self.state else { return 0.0 };
        let volts = on.limits.volts.unwrap_or(self.rules.volts_max).as_volts();
        let hours = (now - on.measured_at).as_secs().max(0.0) / SECS_PER_HOUR;
        volts * on.limits.amps.as_amps() * hours
    }

    fn same(&self, set: Limits, read: Limits) -> bool {
        let within = |a: f64, b: f64, step: f64| (a - b).abs() <= step * 1.001;
        let volts = match (set.volts, read.volts) {
            (Some(set), Some(read)) => within(set.as_volts(), read.as_volts(), self.rules.steps.0),
            (None, _) => true,
            (Some(_), None) => false,
        };
        volts && within(set.amps.as_amps(), read.amps.as_amps(), self.rules.steps.1)
    }

    fn faulted(mut self, fault: Fault, refused: Option<Refusal>) -> Step {
        // The first fault is the one that tells the story.
        if self.fault().is_none() {
            self.state = State::Faulted(fault);
        }
        Step { next: self, acts: vec![Act::Off], refused }
    }

    const fn acting(self, acts: Vec<Act>) -> Step {
        Step { next: self, acts, refused: None }
    }

    const fn refusing(self, refusal: Refusal) -> Step {
        Step { next: self, acts: Vec::new(), refused: Some(refusal) }
    }
}

impl Rules {
    /// These limits lie within the rules.
    #[must_use]
    pub fn allow(&self, limits: Limits) -> bool {
        let amps = limits.amps.as_amps();
        let volts = match (limits.volts, self.flow) {
            (Some(volts), _) => volts > Volts::new(0.0) && volts <= self.volts_set_max,
            (None, flow) => flow == Flow::Draws,
        };
        volts && amps >= 0.0 && amps <= self.amps_max.as_amps()
    }
}

const fn is_wish(event: Event) -> bool {
    matches!(event, Event::WishLimits(_) | Event::WishOn | Event::WishOff | Event::Rearm)
}

#[cfg(test)]
mod tests;
