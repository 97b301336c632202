//! The same sign twice, sound and with a cell that shorts over two days: what a crew would see of it.
//!
//! ```sh
//! cargo run --release -p sim --example shorted_cell
//! ```

use signals::fault::Place as Where;
use signals::{AmpHours, FaultEvent, FaultKind, Seed, SimTime, Soc, Span};
use sim::{
    BatteryParams, ControllerParams, LoadKind, LoadParams, PanelParams, ParamsError, Place, SensorParams,
    Site, SiteParams,
};

const DAY_SECS: f64 = 86_400.0;

fn main() -> Result<(), ParamsError> {
    let battery = BatteryParams::flooded_12v(AmpHours::new(225.0));
    let params = SiteParams {
        controller: ControllerParams::pwm_for(battery.chemistry),
        battery,
        panel: PanelParams::twelve_volt(140.0, 60.0),
        load: LoadParams::of(LoadKind::ArrowBoard),
        place: Place::quebec(),
        start_unix_secs: 1_788_238_800, // 2026-09-01T05:00:00Z
        initial_soc: Soc::clamped(0.9),
        sensors: SensorParams::shunt_monitor(),
        dull: Vec::new(),
    };
    let third_cell = Where { cell: Some(3), ..Where::default() };
    let day = |days: f64| SimTime::from_secs(days * DAY_SECS);
    let short = FaultEvent::new(FaultKind::CellShort, 0.2, day(3.0), day(14.0))
        .ramping(Span::from_secs(2.0 * DAY_SECS))
        .at(third_cell);
    let mut sound = Site::new(&params, Seed(7), &[])?;
    let mut shorted = Site::new(&params, Seed(7), &[short])?;
    println!("at dawn      sound                 one cell shorts from day 3 to 5");
    for today in 1..=10 {
        let (mut a, mut b) = (sound.truth(), shorted.truth());
        for _ in 0..8640 {
            let (x, y) = (sound.step(Span::from_secs(10.0)), shorted.step(Span::from_secs(10.0)));
            if x.sun_elevation_degrees < 0.0 {
                (a, b) = (x, y);
            }
        }
        let told = |truth: &signals::Truth| {
            format!("{:6.2} V {:5.1} %", truth.voltage.as_volts(), 100.0 * truth.soc.as_ratio())
        };
        println!("day {today:2}    {}       {}", told(&a), told(&b));
    }
    Ok(())
}
