//! Slow changes of a battery, seen through a whole sign: months of weather and duty.

use signals::{AmpHours, Seed, Soc, Span};
use sim::{
    BatteryParams, Condition, ControllerParams, Effects, LoadParams, PanelParams, ParamsError, Place,
    SensorParams, Site, SiteParams,
};

const JANUARY: i64 = 1_768_194_000; // 2026-01-12T05:00:00Z
const JUNE: i64 = 1_780_891_200; // 2026-06-08T04:00:00Z
const ALL: Effects = Effects { freezing: true, stratification: true, sulfation: true, ageing: true };

/// A sign with this battery and panel.
fn site(battery: BatteryParams, watts: f64, start_unix_secs: i64, soc: f64) -> Site {
    build(battery, watts, start_unix_secs, soc).expect("sound parameters")
}

fn build(battery: BatteryParams, watts: f64, start_unix_secs: i64, soc: f64) -> Result<Site, ParamsError> {
    let params = SiteParams {
        battery,
        panel: PanelParams::twelve_volt(watts, 45.0),
        controller: ControllerParams::pwm_for(battery.chemistry),
        load: LoadParams::message_board(),
        place: Place::saguenay(),
        start_unix_secs,
        initial_soc: Soc::clamped(soc),
        sensors: SensorParams::default(),
        dull: Vec::new(),
    };
    Site::new(&params, Seed(4), &[])
}

fn after(mut site: Site, days: f64, dt_secs: f64) -> (Condition, Site) {
    let step = Span::from_secs(dt_secs);
    for _ in 0..(days * 86_400.0 / dt_secs) as u32 {
        site.step(step);
    }
    (site.battery_condition(), site)
}

fn flooded(effects: Effects) -> BatteryParams {
    BatteryParams { effects, ..BatteryParams::flooded_12v(AmpHours::new(300.0)) }
}

#[test]
fn an_empty_flooded_bank_freezes_in_a_saguenay_january_and_a_full_one_does_not() {
    let freezing = Effects { freezing: true, ..Effects::default() };
    let most_ice = |watts, soc| {
        let mut site = site(flooded(freezing), watts, JANUARY, soc);
        let mut ice = |_| {
            site.step(Span::from_secs(60.0));
            site.battery_condition().ice_ratio
        };
        (0..5 * 1440).map(&mut ice).fold(0.0, f64::max)
    };
    let (empty, full) = (most_ice(0.0, 0.05), most_ice(400.0, 1.0));
    assert!(empty > 0.05 && full == 0.0, "{empty} {full}");
}

#[test]
fn a_summer_takes_a_percent_or_so_and_the_truth_says_so() {
    let ageing = Effects { ageing: true, ..Effects::default() };
    let lead = BatteryParams { effects: ageing, ..BatteryParams::agm_12v(AmpHours::new(300.0)) };
    let lithium = BatteryParams { effects: ageing, ..BatteryParams::lifepo4_4s(AmpHours::new(200.0)) };
    for (battery, bounds) in [(lead, 0.002..0.05), (lithium, 0.01..0.06)] {
        let (worn, mut site) = after(site(battery, 300.0, JUNE, 0.9), 90.0, 60.0);
        let truth = site.step(Span::from_secs(60.0));
        println!("{:?}: {worn:?}", battery.chemistry);
        assert!(bounds.contains(&(1.0 - worn.capacity_ratio)), "{worn:?}");
        assert!(worn.resistance_ratio > 1.0);
        assert!((truth.soh - worn.capacity_ratio).abs() < 1e-6);
    }
}

#[test]
fn ten_seconds_or_one_give_the_same_age() {
    for battery in [flooded(ALL), BatteryParams::lifepo4_4s(AmpHours::new(200.0))] {
        let ageing = Effects { ageing: true, ..battery.effects };
        let of = |dt| after(site(BatteryParams { effects: ageing, ..battery }, 200.0, JUNE, 0.8), 7.0, dt).0;
        let (fine, coarse) = (of(1.0), of(10.0));
        assert!((fine.capacity_ratio - coarse.capacity_ratio).abs() < 2e-5, "{fine:?} {coarse:?}");
        assert!((fine.stratification_ratio - coarse.stratification_ratio).abs() < 2e-3);
    }
}

#[test]
fn nothing_asked_for_is_nothing_changed() {
    let (sound, _) = after(site(flooded(Effects::default()), 0.0, JANUARY, 0.05), 5.0, 60.0);
    assert!(!sound.is_frozen() && sound.capacity_ratio == 1.0 && sound.resistance_ratio == 1.0);
}

#[test]
fn a_lithium_pack_has_no_acid_to_freeze() {
    let mut params = BatteryParams::lifepo4_4s(AmpHours::new(200.0));
    params.effects.freezing = true;
    let refused = build(params, 100.0, JUNE, 0.5).map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(refused, Err("battery.freezing of a lithium pack is 1, not within 0 to 0".to_owned()));
}
