//! Whole signs in lanes against the scalar site, the oracle: the same parameters, the same seed, the same sky.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use signals::{AmpHours, Seed, Soc, Span};
use sim::fleet::signs::{Seen, SignStart, Signs, Sink};
use sim::{
    BatteryParams, ControllerParams, LoadKind, LoadParams, PanelParams, Place, SensorParams, Site, SiteParams,
};

const JANUARY: i64 = 1_768_194_000; // 2026-01-12T05:00:00Z
const MONTH_SECS: usize = 30 * 86_400;

/// A sign that sees all stages, empty days and cut loads within a winter month.
fn params(battery: BatteryParams, controller: ControllerParams, kind: LoadKind) -> SiteParams {
    SiteParams {
        battery,
        panel: PanelParams::twelve_volt(if kind == LoadKind::RadarTrailer { 60.0 } else { 140.0 }, 60.0),
        controller,
        load: LoadParams::of(kind),
        place: Place::montreal(),
        start_unix_secs: JANUARY,
        initial_soc: Soc::clamped(0.8),
        sensors: SensorParams::default(),
        dull: vec![(8.0, 14.0, 0.12)],
    }
}

fn batteries() -> [BatteryParams; 4] {
    let size = AmpHours::new(200.0);
    [
        BatteryParams::agm_12v(size),
        BatteryParams::flooded_12v(size),
        BatteryParams::gel_12v(size),
        BatteryParams::lifepo4_4s(size),
    ]
}

/// What is compared: at each look charge, voltage and the look's mean current; in all, energies and time.
#[derive(Debug, Clone, Default)]
struct Run {
    soc: Vec<f64>,
    volts: Vec<f64>,
    amps: Vec<f64>,
    celsius: Vec<f64>,
    air: Vec<f64>,
    pv_joules: f64,
    load_joules: f64,
    unpowered_secs: f64,
}

/// The runs of all signs.
struct Runs(Vec<Run>);

impl Sink for Runs {
    fn see(&mut self, seen: &Seen<'_>) {
        for (k, sign) in seen.signs.iter().enumerate() {
            let run = &mut self.0[*sign];
            run.soc.push(seen.soc[k]);
            run.volts.push(seen.volts[k]);
            run.amps.push(seen.amps[k]);
            run.celsius.push(seen.celsius[k]);
            run.air.push(seen.air_celsius[k]);
            run.pv_joules += seen.pv_watts[k] * seen.span.as_secs();
            run.load_joules += seen.load_watts[k] * seen.span.as_secs();
            run.unpowered_secs += seen.unpowered_secs[k];
        }
    }
}

fn lanes(starts: &[SignStart], step: Span, steps: usize) -> Vec<Run> {
    let mut signs = Signs::new(starts).unwrap();
    let mut runs = Runs(vec![Run::default(); starts.len()]);
    signs.whole().run(step, steps, 1, &mut runs);
    runs.0
}

fn scalar(start: &SignStart, step: Span, steps: usize) -> Run {
    let mut site = Site::new(&start.params, start.seed, &start.faults).unwrap();
    let mut run = Run::default();
    for _ in 0..steps {
        let truth = site.step(step);
        run.soc.push(truth.soc.as_ratio());
        run.volts.push(truth.voltage.as_volts());
        run.amps.push(truth.current.as_amps());
        run.celsius.push(truth.temperature.as_celsius());
        run.air.push(truth.ambient.as_celsius());
        let load = truth.load_current.as_amps() * truth.voltage.as_volts();
        run.pv_joules += truth.pv_power.as_watts() * step.as_secs();
        run.load_joules += load * step.as_secs();
        run.unpowered_secs += if truth.unpowered { step.as_secs() } else { 0.0 };
    }
    run
}

fn most_apart(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn rms(a: &[f64], b: &[f64]) -> f64 {
    (a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / a.len() as f64).sqrt()
}

/// How far lanes may come from the site.
struct Bounds {
    soc: f64,
    rms_volts: f64,
    energy_ratio: f64,
    unpowered_secs: f64,
}

fn check(starts: &[SignStart], step_secs: f64, bounds: &Bounds) {
    let (step, steps) = (Span::from_secs(step_secs), MONTH_SECS / step_secs as usize);
    let runs = lanes(starts, step, steps);
    for (start, run) in starts.iter().zip(&runs) {
        let oracle = scalar(start, step, steps);
        let name = format!(
            "{:?} {:?} {} {step_secs} s",
            start.params.battery.chemistry,
            start.params.controller.conversion,
            start.params.load.kind.name()
        );
        let soc = most_apart(&run.soc, &oracle.soc);
        let volts = rms(&run.volts, &oracle.volts);
        let worst = most_apart(&run.volts, &oracle.volts);
        let (celsius, air) = (most_apart(&run.celsius, &oracle.celsius), most_apart(&run.air, &oracle.air));
        let pv = (run.pv_joules / oracle.pv_joules - 1.0).abs();
        let load = (run.load_joules / oracle.load_joules - 1.0).abs();
        let dark = (run.unpowered_secs - oracle.unpowered_secs).abs();
        println!(
            "{name}: SOC {soc:.2e}, volts rms {volts:.2e} most {worst:.2e}, battery {celsius:.2e} K, air {air:.2e} K, \
             panel {pv:.2e}, load {load:.2e}, unpowered {dark} of {} s, SOC from {:.2} to {:.2}",
            oracle.unpowered_secs,
            oracle.soc.iter().copied().fold(1.0, f64::min),
            oracle.soc.iter().copied().fold(0.0, f64::max),
        );
        assert!(soc <= bounds.soc, "{name}: SOC {soc:e}");
        assert!(volts <= bounds.rms_volts, "{name}: {volts:e} V");
        assert!(pv <= bounds.energy_ratio && load <= bounds.energy_ratio, "{name}: {pv:e} {load:e}");
        assert!(dark <= bounds.unpowered_secs, "{name}: {dark} s");
    }
}

#[test]
fn a_winter_month_is_the_sites_for_every_battery_and_controller() {
    let mut starts = Vec::new();
    for (k, battery) in batteries().into_iter().enumerate() {
        for controller in
            [ControllerParams::pwm_for(battery.chemistry), ControllerParams::mppt_for(battery.chemistry)]
        {
            let sign = params(battery, controller, LoadKind::MessageBoard);
            starts.push(SignStart::new(sign, Seed(40 + k as u64)));
        }
    }
    let bounds = Bounds { soc: 2e-3, rms_volts: 10e-3, energy_ratio: 1e-3, unpowered_secs: 600.0 };
    check(&starts, 10.0, &bounds);
    check(&starts, 60.0, &bounds);
}

#[test]
fn a_winter_month_is_the_sites_for_every_load() {
    let battery = batteries()[0];
    let starts: Vec<SignStart> = LoadKind::ALL
        .into_iter()
        .map(|kind| SignStart::new(params(battery, ControllerParams::agm(), kind), Seed(7)))
        .collect();
    let bounds = Bounds { soc: 2e-3, rms_volts: 10e-3, energy_ratio: 1e-3, unpowered_secs: 600.0 };
    check(&starts, 10.0, &bounds);
}
