//! Whole signs in lanes against the scalar site, the oracle: the same parameters, the same seed, the same sky.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use proptest::prelude::*;
use signals::{AmpHours, FaultEvent, FaultKind, Seed, SimTime, Soc, Span};
use sim::fleet::signs::{Cell, Seen, SignStart, Signs, Sink, Slice, Trouble};
use sim::{
    BatteryParams, ControllerParams, Effects, LoadKind, LoadParams, PanelParams, Place, SensorParams, Site,
    SiteParams,
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

/// Signs that differ in everything that puts signs into different blocks, and some that lanes cannot express.
fn mixed(count: usize) -> Vec<SignStart> {
    let sign = |k: usize| {
        let mut battery = batteries()[k % 4];
        battery.effects = Effects { sulfation: k % 16 == 4, ..battery.effects };
        let controller = if k.is_multiple_of(3) {
            ControllerParams::mppt_for(battery.chemistry)
        } else {
            ControllerParams::pwm_for(battery.chemistry)
        };
        let start = SignStart::new(params(battery, controller, LoadKind::ALL[k % 6]), Seed(k as u64));
        if k.is_multiple_of(5) { start.split() } else { start }
    };
    (0..count).map(sign).collect()
}

/// The bits of the charge, voltage, current and readings of every look, sign by sign.
struct Bits(Vec<Vec<u64>>);

impl Sink for Bits {
    const OBSERVES: bool = true;

    fn see(&mut self, seen: &Seen<'_>) {
        let observed = seen.observed.unwrap();
        for (k, sign) in seen.signs.iter().enumerate() {
            let all = [seen.soc, seen.volts, seen.amps, observed.volts, observed.amps, observed.pv_amps];
            self.0[*sign].extend(all.map(|list| list[k].to_bits()));
        }
    }
}

/// Three days on so many threads.
fn bits(starts: &[SignStart], threads: usize) -> Vec<Vec<u64>> {
    let mut signs = Signs::new(starts).unwrap();
    let run = |mut slice: Slice<'_>| {
        let mut bits = Bits(vec![Vec::new(); starts.len()]);
        slice.run(Span::from_secs(7.0), 20_000, 500, &mut bits);
        slice.run(Span::from_secs(60.0), 1_440, 60, &mut bits);
        bits.0
    };
    let parts: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> =
            signs.slices_mut(threads).map(|slice| scope.spawn(move || run(slice))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut all = vec![Vec::new(); starts.len()];
    for part in parts {
        for (sum, bits) in all.iter_mut().zip(part) {
            sum.extend(bits);
        }
    }
    all
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let starts = mixed(90);
    let alone = bits(&starts, 1);
    let looks: Vec<usize> = alone.iter().map(Vec::len).collect();
    assert_eq!(looks, vec![(40 + 24) * 6; 90]);
    for threads in [2, 3, 50] {
        assert_eq!(bits(&starts, threads), alone, "{threads} threads");
    }
}

#[test]
fn signs_in_another_order_give_the_same_bits_in_that_order() {
    let starts = mixed(60);
    let order: Vec<usize> = (0..60).map(|k| k * 37 % 60).collect();
    let turned: Vec<SignStart> = order.iter().map(|k| starts[*k].clone()).collect();
    let (bits, turned) = (bits(&starts, 1), bits(&turned, 1));
    for (place, k) in order.iter().enumerate() {
        assert_eq!(turned[place], bits[*k], "sign {k}");
    }
}

#[test]
fn what_lanes_cannot_express_is_the_site_bit_for_bit() {
    let mut sign = params(batteries()[1], ControllerParams::flooded(), LoadKind::MessageBoard);
    sign.battery.effects.stratification = true;
    let at = SimTime::from_secs;
    let fault = FaultEvent::new(FaultKind::ParasiticLoad, 0.5, at(86_400.0), at(200_000.0));
    let start = SignStart { faults: vec![fault], ..SignStart::new(sign, Seed(3)) };
    assert_eq!(Signs::new(std::slice::from_ref(&start)).unwrap().alone(), 1);
    let step = Span::from_secs(60.0);
    let run = &lanes(std::slice::from_ref(&start), step, 5 * 1440)[0];
    let oracle = scalar(&start, step, 5 * 1440);
    assert_eq!((&run.soc, &run.volts, &run.celsius), (&oracle.soc, &oracle.volts, &oracle.celsius));
}

#[test]
fn the_default_sign_of_every_load_and_battery_runs_in_lanes() {
    let kinds = LoadKind::ALL.into_iter();
    let starts: Vec<SignStart> = kinds
        .flat_map(|kind| batteries().map(|it| params(it, ControllerParams::pwm_for(it.chemistry), kind)))
        .map(|params| SignStart::new(params, Seed(1)))
        .collect();
    assert_eq!(Signs::new(&starts).unwrap().alone(), 0);
}

#[test]
fn snow_and_parasites_come_and_go_as_the_sites_do() {
    let day = |day: f64| SimTime::from_secs(day * 86_400.0);
    let faults = vec![
        FaultEvent::new(FaultKind::PanelSnow, 0.8, day(2.0), day(6.5)),
        FaultEvent::new(FaultKind::ParasiticLoad, 0.4, day(4.3), day(12.0))
            .ramping(Span::from_secs(86_400.0)),
        FaultEvent::new(FaultKind::ControllerStuckOff, 0.0, day(9.0), day(10.5)),
    ];
    let sign = params(batteries()[0], ControllerParams::agm(), LoadKind::ArrowBoard);
    let start = SignStart { faults, ..SignStart::new(sign, Seed(5)) };
    let bounds = Bounds { soc: 2e-3, rms_volts: 10e-3, energy_ratio: 1e-3, unpowered_secs: 600.0 };
    check(&[start], 10.0, &bounds);
}

#[test]
fn cells_that_are_alike_are_the_battery_they_make() {
    let whole: Vec<SignStart> = batteries()
        .map(|it| params(it, ControllerParams::pwm_for(it.chemistry), LoadKind::CompactBoard))
        .map(|params| SignStart::new(params, Seed(8)))
        .into();
    let split: Vec<SignStart> = whole.iter().cloned().map(SignStart::split).collect();
    let (step, steps) = (Span::from_secs(10.0), 5 * 8640);
    for (whole, split) in lanes(&whole, step, steps).iter().zip(lanes(&split, step, steps)) {
        assert!(most_apart(&whole.soc, &split.soc) < 1e-7);
        assert!(most_apart(&whole.volts, &split.volts) < 1e-5);
    }
}

#[test]
fn a_leaking_cell_drains_alone_and_a_weak_one_is_empty_first() {
    let dark = SiteParams {
        panel: PanelParams::twelve_volt(0.0, 60.0),
        ..params(batteries()[0], ControllerParams::agm(), LoadKind::CompactBoard)
    };
    let mut signs = Signs::new(&[SignStart::new(dark, Seed(2)).split()]).unwrap();
    let leak = Cell { leak_siemens: 0.5, ..Cell::SOUND };
    let weak = Cell { capacity_ratio: 0.5, resistance_ratio: 2.0, ..Cell::SOUND };
    assert!(signs.set_cell(0, 1, leak).unwrap() && signs.set_cell(0, 4, weak).unwrap());
    assert!(!signs.set_cell(0, 6, leak).unwrap());
    assert!(signs.set_cell(0, 0, Cell { capacity_ratio: 3.0, ..leak }).is_err());
    signs.whole().run(Span::from_secs(10.0), 2 * 8640, 8640, &mut ());
    let (soc, volts) = (signs.cell_soc(0), signs.cell_volts(0));
    // 1 A of leak for two days is a quarter of 200 Ah.
    let missing = soc[0] - soc[1];
    assert!((0.20..0.26).contains(&missing), "{soc:?}");
    assert!(soc[4] < soc[0] - 0.05 && (soc[2] - soc[0]).abs() < 1e-12, "{soc:?}");
    assert!(volts[1] < volts[0] - 0.02, "{volts:?}");
}

#[test]
fn fifty_milliamps_for_thirty_days_read_right_to_a_millionth() {
    let still = SiteParams {
        panel: PanelParams::twelve_volt(0.0, 60.0),
        load: LoadParams::message_board().scaled(0.0),
        controller: ControllerParams { own_amps: 0.0, ..ControllerParams::agm() },
        ..params(batteries()[0], ControllerParams::agm(), LoadKind::MessageBoard)
    };
    let mut signs = Signs::new(&vec![SignStart::new(still, Seed(1)); 2]).unwrap();
    signs.set_trouble(1, Trouble { parasitic_amps: 0.05, ..Trouble::NONE }).unwrap();
    signs.whole().run(Span::from_secs(1.0), MONTH_SECS, MONTH_SECS, &mut ());
    let drawn = (signs.soc(0) - signs.soc(1)) * 200.0;
    assert!((drawn / 36.0 - 1.0).abs() < 1e-6, "{drawn} Ah");
}

#[test]
fn a_controller_that_charges_nothing_leaves_the_night_to_stand() {
    let sign = params(batteries()[0], ControllerParams::agm(), LoadKind::CompactBoard);
    let mut signs = Signs::new(&vec![SignStart::new(sign, Seed(1)); 2]).unwrap();
    signs.set_trouble(1, Trouble { charge_off: true, ..Trouble::NONE }).unwrap();
    let mut runs = Runs(vec![Run::default(); 2]);
    signs.whole().run(Span::from_secs(60.0), 3 * 1440, 60, &mut runs);
    assert!(runs.0[0].pv_joules > 1e5 && runs.0[1].pv_joules == 0.0);
}

#[test]
fn a_bad_sign_is_named() {
    let sign = params(batteries()[0], ControllerParams::agm(), LoadKind::CompactBoard);
    let bad = SiteParams { panel: PanelParams::twelve_volt(-1.0, 60.0), ..sign.clone() };
    let message = Signs::new(&[SignStart::new(bad, Seed(1))]).unwrap_err().to_string();
    assert!(message.contains("panel.power_watts"), "{message}");
    let five = SignStart { cells: vec![Cell::SOUND; 5], ..SignStart::new(sign, Seed(1)) };
    let message = Signs::new(&[five]).unwrap_err().to_string();
    assert!(message.contains("sign.cells"), "{message}");
}

/// Any sign that the door lets in, within reason and beyond.
fn signs() -> impl Strategy<Value = SignStart> {
    let battery = (0_usize..4, 1.0..2000.0, 0.05..1.2, 0.2..50.0, 0.0..1.0);
    let panel = (0.0..5000.0, 0.0..90.0, any::<bool>());
    let rest = (0_usize..6, 0.0..20.0, -60.0..70.0, any::<bool>(), any::<u64>());
    (battery, panel, rest).prop_map(|(battery, panel, rest)| {
        let (kind, rated, capacity, resistance, soc) = battery;
        let rated = AmpHours::new(rated);
        let makers = [
            BatteryParams::agm_12v,
            BatteryParams::flooded_12v,
            BatteryParams::gel_12v,
            BatteryParams::lifepo4_4s,
        ];
        let battery = BatteryParams {
            present_capacity_ratio: capacity,
            resistance_ratio: resistance,
            ..makers[kind](rated)
        };
        let (load, scale, latitude, split, seed) = rest;
        let (power, tilt, tracks) = panel;
        let controller = if tracks {
            ControllerParams::mppt_for(battery.chemistry)
        } else {
            ControllerParams::pwm_for(battery.chemistry).without_ceiling()
        };
        let sign = SiteParams {
            battery,
            panel: PanelParams::twelve_volt(power, tilt),
            load: LoadParams::of(LoadKind::ALL[load]).scaled(scale).raised_at(500.0),
            place: Place { latitude_degrees: latitude, ..Place::val_dor() },
            initial_soc: Soc::clamped(soc),
            ..params(battery, controller, LoadKind::MessageBoard)
        };
        let start = SignStart::new(sign, Seed(seed));
        if split { start.split() } else { start }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]
    #[test]
    fn valid_numbers_never_make_a_nan(
        start in signs(), step_secs in 0.1..4000.0, leak in 0.0..1000.0, cell in 0_usize..6
    ) {
        let mut signs = Signs::new(&[start]).unwrap();
        let worst = Cell { capacity_ratio: 0.05, resistance_ratio: 50.0, leak_siemens: leak };
        signs.set_cell(0, cell, worst).unwrap();
        let mut runs = Runs(vec![Run::default()]);
        signs.whole().run(Span::from_secs(step_secs), 400, 1, &mut runs);
        let run = &runs.0[0];
        let all = run.soc.iter().chain(&run.volts).chain(&run.amps).chain(&run.celsius);
        prop_assert!(all.chain([&run.pv_joules, &run.load_joules]).all(|value| value.is_finite()));
        prop_assert!(run.soc.iter().all(|soc| (0.0..=1.0).contains(soc)));
    }
}

/// A month of each sign, its steps cut at holds of this length: mean charge of each, and of all the worst hour apart.
fn held(starts: &[SignStart], hold_secs: f64) -> Vec<Run> {
    let mut signs = Signs::new(starts).unwrap().holding(Span::from_secs(hold_secs)).unwrap();
    let mut runs = Runs(vec![Run::default(); starts.len()]);
    signs.whole().run(Span::from_secs(60.0), 30 * 1440, 60, &mut runs);
    runs.0
}

#[test]
fn holding_for_a_minute_moves_a_fleets_month_by_little_and_one_sign_by_a_point() {
    let kinds = LoadKind::ALL.into_iter();
    let starts: Vec<SignStart> = kinds
        .flat_map(|kind| batteries().map(|it| params(it, ControllerParams::pwm_for(it.chemistry), kind)))
        .flat_map(|params| [SignStart::new(params.clone(), Seed(1)), SignStart::new(params, Seed(2))])
        .collect();
    let (fine, coarse) = (held(&starts, 10.0), held(&starts, 60.0));
    let mean = |run: &Run| run.soc.iter().sum::<f64>() / run.soc.len() as f64;
    let moved: Vec<f64> = fine.iter().zip(&coarse).map(|(a, b)| mean(b) - mean(a)).collect();
    let bias = moved.iter().sum::<f64>() / moved.len() as f64;
    let most = moved.iter().fold(0.0_f64, |most, moved| most.max(moved.abs()));
    let ratio =
        |of: fn(&Run) -> f64| coarse.iter().map(of).sum::<f64>() / fine.iter().map(of).sum::<f64>() - 1.0;
    let [pv, load] = [ratio(|run| run.pv_joules), ratio(|run| run.load_joules)];
    println!(
        "mean charge moved by {bias:.1e} over all signs, by {most:.1e} at most; panel {pv:.1e}, load {load:.1e}"
    );
    assert!(bias.abs() < 1e-3 && most < 1.5e-2 && pv.abs() < 2e-3 && load.abs() < 2e-3);
    assert!(Signs::new(&starts[..1]).unwrap().holding(Span::from_secs(7.0)).is_err());
}
