//! Whole days under each kind of controller, through the public door.

use signals::{AmpHours, Seed, Soc, Span, Truth};
use sim::{
    BatteryParams, Chemistry, ControllerParams, LoadKind, LoadParams, PanelParams, Place, SensorParams, Site,
    SiteParams,
};

const JANUARY: i64 = 1_768_194_000; // 2026-01-12T05:00:00Z
const JULY: i64 = 1_783_915_200; // 2026-07-13T04:00:00Z

fn params(controller: ControllerParams, start_unix_secs: i64, soc: f64) -> SiteParams {
    SiteParams {
        battery: BatteryParams::agm_12v(AmpHours::new(400.0)),
        panel: PanelParams::twelve_volt(200.0, 60.0),
        controller,
        load: LoadParams::of(LoadKind::CompactBoard),
        place: Place::montreal(),
        start_unix_secs,
        initial_soc: Soc::clamped(soc),
        sensors: SensorParams::default(),
        dull: vec![(0.0, 60.0, 1.0)],
    }
}

fn run(params: &SiteParams, days: f64) -> Vec<Truth> {
    let mut site = Site::new(params, Seed(1), &[]).expect("sound parameters");
    (0..(days * 8640.0) as u32).map(|_| site.step(Span::from_secs(10.0))).collect()
}

/// Charge out of the controller, Ah.
fn harvest(controller: ControllerParams, start_unix_secs: i64, soc: f64) -> f64 {
    run(&params(controller, start_unix_secs, soc), 2.0)
        .iter()
        .map(|t| t.charger_current.as_amps() / 360.0)
        .sum()
}

#[test]
fn a_tracker_harvests_more_in_the_cold_and_a_little_more_in_the_heat() {
    let gain = |start| {
        harvest(ControllerParams::mppt_for(Chemistry::Agm), start, 0.2)
            / harvest(ControllerParams::pwm_for(Chemistry::Agm), start, 0.2)
    };
    let (winter, summer) = (gain(JANUARY), gain(JULY));
    println!("MPPT over PWM: {winter:.2} in January, {summer:.2} in July");
    assert!((1.25..1.55).contains(&winter), "{winter}");
    assert!((1.0..1.25).contains(&summer), "{summer}");
}

#[test]
fn a_tracker_takes_from_the_panel_what_it_gives_with_its_losses() {
    for truth in run(&params(ControllerParams::mppt_for(Chemistry::Agm), JANUARY, 0.6), 3.0) {
        let out = truth.charger_current.as_amps() * truth.voltage.as_volts();
        let taken = truth.pv_power.as_watts();
        assert!(taken >= out && taken >= 0.0 && truth.pv_voltage.as_volts() < 28.0);
        if out > 20.0 {
            assert!((0.93..0.965).contains(&(out / taken)), "{out} of {taken}");
        }
    }
}

#[test]
fn a_tracker_holds_its_voltages_and_lets_the_panel_idle() {
    let story = params(ControllerParams::mppt_for(Chemistry::Agm), JULY, 0.95);
    let truths = run(&story, 2.0);
    let top = truths.iter().map(|t| t.voltage.as_volts()).fold(0.0, f64::max);
    assert!((14.2..14.8).contains(&top), "{top}");
    let floating = |t: &&Truth| t.pv_power.as_watts() > 5.0 && t.pv_power.as_watts() < 40.0;
    assert!(truths.iter().filter(floating).any(|t| t.pv_voltage.as_volts() > 18.0));
}

#[test]
fn a_flooded_bank_sees_its_equalising_voltage_once_a_month() {
    let mut story = params(ControllerParams::flooded(), JULY, 0.95);
    story.panel = PanelParams::twelve_volt(400.0, 45.0);
    let high = |days: std::ops::Range<usize>| {
        let truths = run(&story, days.end as f64);
        truths[days.start * 8640..].iter().filter(|t| t.voltage.as_volts() > 15.0).count()
    };
    assert_eq!(high(0..27), 0);
    let minutes = high(27..35) as f64 / 6.0;
    assert!((140.0..400.0).contains(&minutes), "{minutes} min");
}

#[test]
fn no_ceiling_asks_a_cold_bank_for_more_voltage() {
    let top = |controller: ControllerParams| {
        let mut story = params(controller, JANUARY, 0.97);
        story.panel = PanelParams::twelve_volt(600.0, 60.0);
        run(&story, 3.0).iter().map(|t| t.voltage.as_volts()).fold(0.0, f64::max)
    };
    assert!(top(ControllerParams::agm()) < 15.21);
    assert!(top(ControllerParams::agm().without_ceiling()) > 15.3);
}

#[test]
fn a_switch_without_a_gap_makes_the_sign_blink() {
    let cuts = |controller: ControllerParams| {
        let mut story = params(controller, JANUARY, 0.12);
        story.dull = vec![(0.0, 60.0, 0.0)];
        let truths = run(&story, 4.0);
        truths.windows(2).filter(|pair| !pair[0].unpowered && pair[1].unpowered).count()
    };
    let sound = ControllerParams::agm();
    let close = ControllerParams { reconnect_volts: 11.55, switch_secs: 10.0, ..sound };
    let (calm, restless) = (cuts(sound), cuts(close));
    assert!(calm <= 1 && restless > 20, "{calm} {restless}");
}
