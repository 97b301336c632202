//! Any order of events: the output is never on where the rules would have it off.

use super::*;
use proptest::prelude::*;

const LIMITS: Limits = Limits { volts: Some(Volts::new(14.4)), amps: Amps::new(2.0) };

fn rules() -> Rules {
    Rules {
        flow: Flow::Charges,
        volts_min: Volts::new(10.0),
        volts_max: Volts::new(14.6),
        volts_set_max: Volts::new(14.5),
        amps_max: Amps::new(3.0),
        energy_max_watt_hours: 0.05,
        watchdog: Span::from_millis(2_000),
        minds_freezing: true,
        steps: (0.01, 0.001),
    }
}

fn at(secs: f64) -> SimTime {
    SimTime::from_secs(secs)
}

/// Through events at their seconds; the last step.
fn after(events: &[(f64, Event)]) -> Step {
    let mut step = Step { next: Safety::new(at(0.0), rules()), acts: Vec::new(), refused: None };
    for (secs, event) in events {
        step = step.next.step(at(*secs), *event);
    }
    step
}

const WARM: Event = Event::Temperature(Some(Celsius::new(20.0)));
const SOUND: Event = Event::Measured { volts: Volts::new(13.2), amps: Amps::new(2.0) };
const ON: [(f64, Event); 4] =
    [(0.0, WARM), (0.1, Event::WishLimits(LIMITS)), (0.2, Event::LimitsRead(LIMITS)), (0.3, Event::WishOn)];

fn check(then: &[(f64, Event)], expected: Option<Fault>) {
    let step = after(&[&ON, then].concat());
    assert_eq!(step.next.fault(), expected, "{then:?}");
    assert_eq!(step.next.is_on(), expected.is_none(), "{then:?}");
}

#[test]
fn it_comes_on_once_its_limits_are_read_back() {
    assert_eq!(after(&ON).acts, vec![Act::On]);
    assert_eq!(after(&ON[..2]).acts, vec![Act::Set(LIMITS), Act::ReadLimits]);
    let early = after(&[ON[0], ON[1], ON[3]]);
    assert_eq!((early.refused, early.acts), (Some(Refusal::NotArmed), Vec::new()));
}

#[test]
fn each_way_out_of_the_rules_switches_it_off() {
    let measured = |volts, amps| Event::Measured { volts: Volts::new(volts), amps: Amps::new(amps) };
    check(&[(0.5, SOUND)], None);
    check(&[(0.5, measured(14.45, 1.0))], None);
    check(&[(0.5, measured(14.7, 1.0))], Some(Fault::OverVoltage));
    check(&[(0.5, measured(f64::NAN, 1.0))], Some(Fault::OverVoltage));
    check(&[(0.5, measured(9.9, 1.0))], Some(Fault::UnderVoltage));
    check(&[(0.5, measured(13.0, 2.2))], Some(Fault::OverCurrent));
    check(&[(0.5, measured(13.0, f64::NAN))], Some(Fault::OverCurrent));
    check(&[(0.5, Event::OutputRead(false))], Some(Fault::Disobeyed));
    check(&[(0.5, Event::Lost)], Some(Fault::Lost));
    let other = Limits { amps: Amps::new(2.1), ..LIMITS };
    check(&[(0.5, Event::LimitsRead(other))], Some(Fault::LimitsDiffer));
}

#[test]
fn a_silent_host_and_a_blind_one_are_switched_off() {
    check(&[(2.2, SOUND), (2.31, Event::Time)], Some(Fault::HostSilent));
    check(&[(2.2, Event::Beat), (2.31, Event::Time)], Some(Fault::Blind));
    check(&[(2.2, Event::Beat), (2.25, SOUND), (2.31, Event::Time)], None);
    check(&[(2.2, SOUND), (2.31, Event::Beat)], Some(Fault::HostSilent));
}

#[test]
fn lifepo4_is_not_charged_in_the_cold_nor_in_ignorance() {
    let told = |celsius: f64| Event::Temperature(Some(Celsius::new(celsius)));
    check(&[(0.5, told(0.0))], None);
    check(&[(0.5, told(-0.1))], Some(Fault::Freezing));
    check(&[(0.5, told(f64::NAN))], Some(Fault::Freezing));
    check(&[(0.5, Event::Temperature(None))], Some(Fault::TemperatureUnknown));
    let cold = after(&[(0.0, told(-1.0)), ON[1], ON[2], ON[3]]);
    assert_eq!((cold.refused, cold.acts), (Some(Refusal::Now(Fault::Freezing)), Vec::new()));
    let unknown = after(&ON[1..]);
    assert_eq!(unknown.refused, Some(Refusal::Now(Fault::TemperatureUnknown)));
}

#[test]
fn a_frost_told_in_the_moment_it_is_switched_off_for_silence_forbids_the_next_start() {
    let frost = (2.4, Event::Temperature(Some(Celsius::new(-7.0))));
    check(&[frost], Some(Fault::HostSilent));
    let again = [(2.5, Event::Rearm), (2.5, ON[1].1), (2.5, ON[2].1), (2.5, ON[3].1)];
    let step = after(&[&ON[..], &[frost], &again].concat());
    assert_eq!((step.refused, step.acts), (Some(Refusal::Now(Fault::Freezing)), Vec::new()));
}

#[test]
fn a_load_may_draw_from_a_cold_battery() {
    let rules = Rules { flow: Flow::Draws, ..rules() };
    let limits = Limits { volts: None, amps: Amps::new(1.0) };
    let mut safety = Safety::new(at(0.0), rules);
    for event in [Event::WishLimits(limits), Event::LimitsRead(limits), Event::WishOn] {
        safety = safety.step(at(0.1), event).next;
    }
    assert!(safety.is_on());
}

#[test]
fn a_spent_budget_stays_spent() {
    // 0.05 W·h at 26.4 W is 6.8 s.
    let mut events: Vec<(f64, Event)> = ON.to_vec();
    for tick in 1..=8 {
        events.extend([(0.3 + f64::from(tick), Event::Beat), (0.3 + f64::from(tick), SOUND)]);
    }
    assert_eq!(after(&events).next.fault(), Some(Fault::EnergySpent));
    events.extend([(9.0, Event::Rearm), (9.1, ON[1].1), (9.2, ON[2].1), (9.3, Event::WishOn)]);
    assert_eq!(after(&events).refused, Some(Refusal::Now(Fault::EnergySpent)));
}

#[test]
fn limits_beyond_the_rules_are_not_set() {
    for limits in [
        Limits { volts: Some(Volts::new(14.55)), ..LIMITS },
        Limits { volts: None, ..LIMITS },
        Limits { amps: Amps::new(3.1), ..LIMITS },
        Limits { amps: Amps::new(f64::NAN), ..LIMITS },
    ] {
        let step = after(&[(0.0, WARM), (0.1, Event::WishLimits(limits))]);
        assert_eq!((step.refused, step.acts), (Some(Refusal::BeyondRules), Vec::new()), "{limits:?}");
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    let volts = prop_oneof![4 => 12.0..14.0, 1 => 5.0..20.0, 1 => Just(f64::NAN)];
    let amps = prop_oneof![4 => 0.0..2.0, 1 => 0.0..5.0];
    let celsius = prop_oneof![4 => 0.0..30.0, 1 => -20.0..5.0];
    let limits = || {
        prop_oneof![6 => Just(LIMITS), 1 => (10.0..16.0, 0.0..4.0).prop_map(|(volts, amps)| {
            Limits { volts: Some(Volts::new(volts)), amps: Amps::new(amps) }
        })]
    };
    prop_oneof![
        3 => limits().prop_map(Event::WishLimits),
        3 => limits().prop_map(Event::LimitsRead),
        4 => Just(Event::WishOn),
        1 => Just(Event::WishOff),
        2 => Just(Event::Rearm),
        4 => Just(Event::Beat),
        1 => Just(Event::OutputRead(false)),
        1 => Just(Event::OutputRead(true)),
        4 => (volts, amps).prop_map(|(volts, amps)| {
            Event::Measured { volts: Volts::new(volts), amps: Amps::new(amps) }
        }),
        4 => celsius.prop_map(|celsius| Event::Temperature(Some(Celsius::new(celsius)))),
        1 => Just(Event::Temperature(None)),
        3 => Just(Event::Time),
        1 => Just(Event::Lost),
        1 => Just(Event::Back),
    ]
}

/// What an instrument that obeys knows, and what a bystander saw: kept apart from the machine itself.
#[derive(Default)]
struct Witness {
    is_on: bool,
    set: Option<Limits>,
    read_back: bool,
    faulted: bool,
    alive_at: f64,
    temperature: Option<(f64, f64)>,
}

impl Witness {
    fn sees_event(&mut self, now: f64, event: Event) {
        match event {
            Event::LimitsRead(read) => {
                let near = |set: Limits| {
                    let volts = set.volts.zip(read.volts);
                    volts.is_some_and(|(set, read)| (set.as_volts() - read.as_volts()).abs() < 0.011)
                        && (set.amps.as_amps() - read.amps.as_amps()).abs() < 0.0011
                };
                self.read_back = self.set.is_some_and(near);
            }
            Event::Temperature(told) => self.temperature = told.map(|celsius| (now, celsius.as_celsius())),
            Event::Rearm => self.faulted = false,
            Event::Lost => self.faulted = true,
            _ => {}
        }
    }

    fn sees_act(&mut self, act: Act) -> Result<(), TestCaseError> {
        match act {
            Act::Set(limits) => {
                prop_assert!(!self.is_on, "limits change only while it is off");
                (self.set, self.read_back) = (Some(limits), false);
            }
            Act::On => {
                prop_assert!(self.read_back, "on without limits read back");
                prop_assert!(!self.faulted, "on after a fault that was not re-armed");
                self.is_on = true;
            }
            Act::Off => self.is_on = false,
            Act::ReadLimits => {}
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn in_any_order_of_events_it_is_on_only_within_the_rules(
        events in prop::collection::vec((0.0..0.8_f64, any_event()), 1..120),
    ) {
        let (mut safety, mut witness, mut now) = (Safety::new(at(0.0), rules()), Witness::default(), 0.0);
        for (pause, event) in events {
            now += pause;
            witness.sees_event(now, event);
            let step = safety.step(at(now), event);
            for act in &step.acts {
                witness.sees_act(*act)?;
            }
            safety = step.next;
            witness.faulted |= safety.fault().is_some();
            if matches!(event, Event::Beat | Event::WishOn | Event::WishOff | Event::WishLimits(_) | Event::Rearm) {
                witness.alive_at = now;
            }
            prop_assert_eq!(witness.is_on, safety.is_on(), "the instrument is what the machine believes");
            if witness.is_on {
                prop_assert!(now - witness.alive_at <= 2.0 + 1e-6, "the host was silent");
                prop_assert!(safety.energy_watt_hours(at(now)) <= rules().energy_max_watt_hours);
                let temperature = witness.temperature;
                prop_assert!(temperature.is_some_and(|(told, celsius)| celsius >= 0.0 && now - told <= 30.0));
            }
        }
    }

    #[test]
    fn the_moment_it_names_is_when_time_switches_it_off(late in 0.0..5.0_f64) {
        let on = after(&ON).next;
        let due = on.next_timeout().map(SimTime::as_secs).unwrap_or_default();
        let step = on.step(at(due + late), Event::Time);
        prop_assert_eq!(step.acts, vec![Act::Off]);
        prop_assert!(on.step(at(due - 0.01), Event::Time).next.is_on());
    }
}
