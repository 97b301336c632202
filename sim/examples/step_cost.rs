//! What a second of a sign costs: `cargo run --release -p sim --example step_cost`.

use signals::{AmpHours, Seed, Soc, Span};
use sim::{BatteryParams, ControllerParams, LoadParams, PanelParams, Place, SensorParams, Site, SiteParams};
use std::hint::black_box;
use std::time::Instant;

const STEPS: u32 = 7 * 86_400;

fn main() -> Result<(), sim::ParamsError> {
    for battery in
        [BatteryParams::agm_12v(AmpHours::new(450.0)), BatteryParams::lifepo4_4s(AmpHours::new(200.0))]
    {
        let (stepping, observing) = (cost(battery, false)?, cost(battery, true)?);
        println!("{:?}: step {stepping:.0} ns, step and observe {observing:.0} ns", battery.chemistry);
    }
    Ok(())
}

/// Nanoseconds per second of a January week.
fn cost(battery: BatteryParams, observe: bool) -> Result<f64, sim::ParamsError> {
    let params = SiteParams {
        battery,
        panel: PanelParams::twelve_volt(240.0, 60.0),
        controller: ControllerParams::pwm_for(battery.chemistry),
        load: LoadParams::message_board(),
        place: Place::montreal(),
        start_unix_secs: 1_768_194_000,
        initial_soc: Soc::clamped(0.8),
        sensors: SensorParams::default(),
        dull: Vec::new(),
    };
    let mut site = Site::new(&params, Seed(7), &[])?;
    let start = Instant::now();
    for _ in 0..STEPS {
        let truth = site.step(black_box(Span::from_secs(1.0)));
        if observe {
            black_box(site.observe(&truth));
        }
    }
    Ok(start.elapsed().as_nanos() as f64 / f64::from(STEPS))
}
