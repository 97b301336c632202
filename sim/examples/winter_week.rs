//! A message board through a January week, told once a day.
//!
//! ```sh
//! cargo run --release -p sim --example winter_week
//! ```

use signals::{AmpHours, Seed, Soc, Span};
use sim::{
    BatteryParams, ControllerParams, LoadParams, PanelParams, ParamsError, Place, SensorParams, Site,
    SiteParams,
};

const JANUARY_12: i64 = 1_768_194_000; // 2026-01-12T05:00:00Z: midnight in Montréal

fn main() -> Result<(), ParamsError> {
    let battery = BatteryParams::agm_12v(AmpHours::new(450.0));
    let params = SiteParams {
        controller: ControllerParams::pwm_for(battery.chemistry),
        battery,
        panel: PanelParams::twelve_volt(240.0, 60.0),
        load: LoadParams::message_board(),
        place: Place::montreal(),
        start_unix_secs: JANUARY_12,
        initial_soc: Soc::clamped(0.9),
        sensors: SensorParams::shunt_monitor(),
        dull: vec![(2.0, 5.0, 0.15)],
    };
    let mut site = Site::new(&params, Seed(7), &[])?;
    println!("day   charge   volts   battery    air    sun, Wh   sign, Wh");
    for day in 1..=7 {
        let (mut sun, mut sign) = (0.0, 0.0);
        for _ in 0..8640 {
            let truth = site.step(Span::from_secs(10.0));
            sun += truth.pv_power.as_watts() / 360.0;
            sign += (truth.voltage * truth.load_current).as_watts() / 360.0;
        }
        let now = site.truth();
        println!(
            "{day:3} {:7.1} % {:6.2} V {:6.1} °C {:5.1} °C {sun:8.0} {sign:10.0}",
            100.0 * now.soc.as_ratio(),
            now.voltage.as_volts(),
            now.temperature.as_celsius(),
            now.ambient.as_celsius(),
        );
    }
    Ok(())
}
