//! The battery's own equations, integrated by a Runge–Kutta method instead of the exact step: Dopri5
//! of `ode_solvers`, restarted at each knot of the current (Dop853 of 0.6.2 is wrong for inputs that
//! vary in time, and no adaptive method may step across a knot). Coefficients vary continuously here.

use super::law::Law;
use super::{Battery, BatteryParams, HOLD_SECS, gassing};
use ode_solvers::dop_shared::OutputType;
use ode_solvers::{Dopri5, SVector, System};
use signals::AmpHours;

/// Charge (Ah), fast, slow and hysteresis voltages, temperature, surface charge and cold (V).
type Vector = SVector<f64, 7>;

struct Circuit<'a> {
    law: &'a Law,
    amps: f64,
    ambient_celsius: f64,
}

impl Circuit<'_> {
    fn volts(&self, y: &Vector) -> f64 {
        let soc = y[0] / self.law.capacity_amp_hours;
        let instant = self.law.instant_volts(&self.law.at(soc, y[4]), self.amps);
        self.law.rest_volts(soc, y[4]).0 + y[1] + y[2] + y[3] + y[5] + y[6] + instant
    }
}

impl System<f64, Vector> for Circuit<'_> {
    fn system(&self, _secs: f64, y: &Vector, slope: &mut Vector) {
        let (law, chart) = (self.law, &self.law.chart);
        let soc = y[0] / law.capacity_amp_hours;
        let now = law.at(soc, y[4]);
        let volts = self.volts(y);
        let main = self.amps - gassing::amps(volts, now.gassing_amps);
        slope[0] = (main - now.self_discharge_amps) / 3600.0;
        slope[1] = (now.fast.settled_volts(main) - y[1]) / chart.fast.time_constant_secs;
        slope[2] = (now.slow.settled_volts(main) - y[2]) / chart.slow.time_constant_secs;
        let turning = chart.hysteresis_rate * main.abs() / (3600.0 * law.capacity_amp_hours);
        slope[3] = turning * (now.hysteresis_volts * main.signum() - y[3]);
        let surface = chart.surface;
        let built = if main > 0.0 { surface.volts } else { 0.0 };
        let moving = surface.rate * main.abs() / (3600.0 * law.capacity_amp_hours);
        slope[5] = moving * (built - y[5]) - y[5] / surface.leak_secs;
        slope[6] = (now.cold.settled_volts(main) - y[6]) / chart.cold.time_constant_secs;
        let gas = self.amps - main;
        let heat_watts = self.amps * volts - main * law.rest_volts(soc, y[4]).0 - chart.vented_volts * gas;
        let settled = self.ambient_celsius + heat_watts / law.box_watts_per_kelvin;
        slope[4] = (settled - y[4]) / law.box_time_constant_secs;
    }
}

/// Largest differences between step and oracle: volts, state of charge, kelvin.
#[derive(Debug, Default)]
struct Worst {
    volts: f64,
    soc: f64,
    kelvin: f64,
}

/// Steps of `dt_secs`, coefficients refreshed each 10 s, against the oracle over the same currents.
fn compare(params: &BatteryParams, soc: f64, celsius: f64, currents: &[(f64, f64)], dt_secs: f64) -> Worst {
    let ambient_celsius = celsius - 5.0;
    let mut battery = Battery::new(params, soc, celsius);
    let law = Law::new(params);
    let mut y = Vector::from([soc * law.capacity_amp_hours, 0.0, 0.0, 0.0, celsius, 0.0, 0.0]);
    let mut worst = Worst::default();
    for (amps, hold_secs) in currents {
        for step in 0..(hold_secs / dt_secs) as u32 {
            if f64::from(step) * dt_secs % HOLD_SECS == 0.0 {
                battery.refresh();
            }
            battery.step(*amps, dt_secs, ambient_celsius);
        }
        y = integrate(&law, y, *amps, *hold_secs, ambient_celsius);
        let volts = Circuit { law: &law, amps: *amps, ambient_celsius }.volts(&y);
        worst.volts = worst.volts.max((battery.volts() - volts).abs());
        worst.soc = worst.soc.max((battery.soc() - y[0] / law.capacity_amp_hours).abs());
        worst.kelvin = worst.kelvin.max((battery.celsius() - y[4]).abs());
    }
    worst
}

fn integrate(law: &Law, y: Vector, amps: f64, hold_secs: f64, ambient_celsius: f64) -> Vector {
    let circuit = Circuit { law, amps, ambient_celsius };
    // Safety factor, β, and the bounds of the step's change are the crate's own defaults; the first step is
    // given, since the crate's guess is 0 here.
    let (rtol, atol, longest, first) = (1e-10, 1e-12, 30.0, 0.5);
    let mut solver = Dopri5::from_param(
        circuit,
        0.0,
        hold_secs,
        hold_secs,
        y,
        rtol,
        atol,
        0.9,
        0.04,
        0.2,
        10.0,
        longest,
        first,
        100_000,
        1000,
        OutputType::Sparse,
    );
    solver.integrate().expect("a smooth segment");
    *solver.y_out().last().expect("the end of the segment")
}

/// Two days of a panel's charge and a board's draw on 100 Ah: current and how long it holds.
fn profile() -> Vec<(f64, f64)> {
    let hour = |k: u32| if (8..16).contains(&(k % 24)) { 3.0 } else { -1.2 };
    (0..48).flat_map(|k| [(hour(k), 1200.0), (hour(k) - 1.5, 600.0), (hour(k) * 0.3, 1800.0)]).collect()
}

fn check(params: &BatteryParams, soc: f64, celsius: f64, dt_secs: f64, volts_max: f64) {
    let worst = compare(params, soc, celsius, &profile(), dt_secs);
    println!("{:?} from {soc} at {celsius} °C, steps of {dt_secs} s: {worst:?}", params.chemistry);
    assert!(worst.volts < volts_max && worst.soc < 2e-6 && worst.kelvin < 2e-3, "{worst:?}");
}

#[test]
fn an_agm_bank_stays_within_a_tenth_of_a_millivolt_of_the_oracle_at_one_second() {
    let bank = BatteryParams::agm_12v(AmpHours::new(100.0));
    for (soc, celsius) in [(0.6, 25.0), (0.92, 25.0), (0.75, -15.0), (0.5, 5.0)] {
        check(&bank, soc, celsius, 1.0, 0.1e-3);
        check(&bank, soc, celsius, 10.0, 0.5e-3);
    }
}

#[test]
fn flooded_and_gel_banks_stay_within_a_fifth_of_a_millivolt_of_the_oracle() {
    for bank in [BatteryParams::flooded_12v, BatteryParams::gel_12v].map(|of| of(AmpHours::new(100.0))) {
        for (soc, celsius) in [(0.6, 25.0), (0.92, 25.0), (0.75, -15.0)] {
            check(&bank, soc, celsius, 1.0, 0.2e-3);
        }
    }
}

#[test]
fn a_lithium_pack_stays_within_a_fiftieth_of_a_millivolt_of_the_oracle() {
    let pack = BatteryParams::lifepo4_4s(AmpHours::new(100.0));
    for (soc, celsius) in [(0.6, 25.0), (0.8, 5.0), (0.5, -15.0)] {
        check(&pack, soc, celsius, 1.0, 0.02e-3);
        check(&pack, soc, celsius, 10.0, 0.02e-3);
    }
}
