//! What sets the kinds of battery apart, seen through a whole sign.

use signals::{AmpHours, Seed, Soc, Span};
use sim::{
    BatteryParams, Chemistry, ControllerParams, LoadParams, PanelParams, Place, SensorParams, Site,
    SiteParams,
};

const SEPTEMBER: i64 = 1_789_963_200; // 2026-09-21T04:00:00Z

fn site(battery: BatteryParams) -> Site {
    let params = SiteParams {
        battery,
        panel: PanelParams::twelve_volt(240.0, 45.0),
        controller: ControllerParams::pwm_for(battery.chemistry),
        load: LoadParams::message_board(),
        place: Place::montreal(),
        start_unix_secs: SEPTEMBER,
        initial_soc: Soc::clamped(0.85),
        sensors: SensorParams::default(),
        dull: Vec::new(),
    };
    Site::new(&params, Seed(4), &[]).expect("sound parameters")
}

/// The highest voltage in four September days.
fn highest_volts(battery: BatteryParams) -> f64 {
    let mut site = site(battery);
    let step = Span::from_secs(10.0);
    (0..4 * 8640).map(|_| site.step(step).voltage.as_volts()).fold(0.0, f64::max)
}

#[test]
fn each_chemistry_has_settings_of_its_own() {
    for chemistry in [Chemistry::Agm, Chemistry::Flooded, Chemistry::Gel, Chemistry::LiFePo4] {
        let settings = ControllerParams::pwm_for(chemistry);
        assert!(settings.disconnect_volts < settings.reconnect_volts);
        assert!(settings.float_volts < settings.absorption_volts);
    }
}

#[test]
fn a_flooded_bank_is_charged_higher_than_agm_and_gel_lower() {
    let rated = AmpHours::new(300.0);
    let tops =
        [BatteryParams::gel_12v(rated), BatteryParams::agm_12v(rated), BatteryParams::flooded_12v(rated)]
            .map(highest_volts);
    assert!(tops[0] + 0.1 < tops[1] && tops[1] + 0.1 < tops[2], "{tops:?}");
}

#[test]
fn a_rested_flooded_bank_reads_lower_than_agm_at_the_same_charge() {
    let rated = AmpHours::new(300.0);
    let volts = |battery| site(battery).truth().voltage.as_volts();
    let gap = volts(BatteryParams::agm_12v(rated)) - volts(BatteryParams::flooded_12v(rated));
    assert!((0.15..0.35).contains(&gap), "{gap}");
}
