//! The fleet engine against the same equations integrated by Dopri5, and what it promises of itself:
//! charge, energy, threads, months of a small current.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use nalgebra::SVector;
use ode_solvers::dop_shared::OutputType;
use ode_solvers::{Dopri5, System};
use proptest::prelude::*;
use signals::{AmpHours, Celsius, Soc, Span};
use sim::fleet::{
    Branch, Case, CellLaw, CellStart, Drive, Fleet, HeatPath, Own, RestCurve, Seen, Shared, Sink,
};

/// The closed forms with their numbers in reach: `law` is what the engine sees of them.
#[derive(Debug, Clone)]
struct Closed {
    rest: [f64; 4],
    law: CellLaw,
    start: CellStart,
}

impl Closed {
    fn rest_volts(&self, soc: f64) -> f64 {
        let [a, b, c, d] = self.rest;
        a + soc * (b + soc * (c + soc * d))
    }

    fn scale(&self, soc: f64, celsius: f64) -> f64 {
        let growth = (self.law.activation_kelvin * (1.0 / (celsius + 273.15) - 1.0 / 298.15)).exp();
        growth * (1.0 + self.law.bow * (soc - 0.5).powi(2)) * self.start.resistance_ratio
    }
}

/// SOC, fast, slow, cell and case temperature.
type Vector = SVector<f64, 5>;

struct Circuit<'a> {
    closed: &'a Closed,
    from: f64,
    rise_per_sec: f64,
}

impl Circuit<'_> {
    fn amps(&self, secs: f64) -> f64 {
        self.from + self.rise_per_sec * secs
    }

    fn volts(&self, secs: f64, y: &Vector) -> f64 {
        let ohmic = self.closed.law.ohmic_ohms * self.closed.scale(y[0], y[3]) * self.amps(secs);
        self.closed.rest_volts(y[0]) + y[1] + y[2] + ohmic
    }
}

impl System<f64, Vector> for Circuit<'_> {
    fn system(&self, secs: f64, y: &Vector, slope: &mut Vector) {
        let (law, amps) = (&self.closed.law, self.amps(secs));
        let scale = self.closed.scale(y[0], y[3]);
        slope[0] = amps / self.closed.start.capacity.as_coulombs();
        let mut watts = law.ohmic_ohms * scale * amps * amps;
        for (k, branch) in [(1, law.fast), (2, law.slow)] {
            let leak_amps = y[k] / (branch.ohms * scale);
            slope[k] = (amps - leak_amps) / branch.farads;
            watts += y[k] * leak_amps;
        }
        let entropic = law.entropic[0] + law.entropic[1] * self.closed.rest_volts(y[0]);
        watts += amps * (y[3] + 273.15) * entropic;
        let (heat, air) = (law.heat, self.closed.start.air.as_celsius());
        let around = if heat.case.is_some() { y[4] } else { air };
        let out_watts = heat.watts_per_kelvin * (y[3] - around);
        slope[3] = (watts - out_watts) / heat.joules_per_kelvin;
        slope[4] = heat
            .case
            .map_or(0.0, |case| (out_watts - case.watts_per_kelvin * (y[4] - air)) / case.joules_per_kelvin);
    }
}

/// The oracle's voltages at the end of each step, restarted at each knot of the current.
fn oracle(closed: &Closed, amps: &[f64], dt_secs: f64, ramp: bool) -> Vec<f64> {
    let celsius = closed.start.temperature.as_celsius();
    let mut y = Vector::from([closed.start.soc.as_ratio(), 0.0, 0.0, celsius, celsius]);
    let knot = |pair: &[f64]| {
        let rise_per_sec = if ramp { (pair[1] - pair[0]) / dt_secs } else { 0.0 };
        let circuit = || Circuit { closed, from: pair[0], rise_per_sec };
        let (rtol, atol, first) = (1e-10, 1e-12, dt_secs.min(0.1));
        let mut solver = Dopri5::from_param(
            circuit(),
            0.0,
            dt_secs,
            dt_secs,
            y,
            rtol,
            atol,
            0.9,
            0.04,
            0.2,
            10.0,
            dt_secs,
            first,
            1_000_000,
            u32::MAX,
            OutputType::Sparse,
        );
        solver.integrate().unwrap();
        y = *solver.y_out().last().unwrap();
        circuit().volts(dt_secs, &y)
    };
    amps.windows(2).map(knot).collect()
}

/// Voltages of the first cell.
#[derive(Default)]
struct First(Vec<f64>);

impl Sink for First {
    fn see(&mut self, _step: usize, first_cell: usize, seen: Seen<'_>) {
        if first_cell == 0 {
            self.0.push(seen.volts[0]);
        }
    }
}

fn engine(closed: &Closed, amps: &[f64], dt_secs: f64, ramp: bool) -> Vec<f64> {
    let (drive, mut first) = (Shared { amps, shares: &[1.0] }, First::default());
    let mut fleet: Fleet<1> = Fleet::new(&closed.law, &[closed.start]).unwrap();
    let (dt, steps) = (Span::from_secs(dt_secs), amps.len() - 1);
    if ramp {
        fleet.whole().ramp(dt, steps, &drive, &mut first);
    } else {
        fleet.whole().hold(dt, steps, &drive, &mut first);
    }
    first.0
}

fn apart(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Any 12 V block the law allows within reason: time constants of 1 s to 10 h at 25 °C, −40 to 60 °C, with and
/// without a case, up to C/3 (a sign's batteries see C/10), 20 to 60 kJ/K as blocks of 100 A·h weigh: at half that
/// and a branch of a second a jump of C/4 at −38 °C errs by 1.04e-5 V.
fn blocks() -> impl Strategy<Value = Closed> {
    let circuit = (1.0e-3..8.0e-3, 0.5e-3..5.0e-3, 0.0..2.0, 1.0e-3..8.0e-3, 2.5..4.5);
    let shape = (0.0..1.5, 0.0..3000.0, -2e-4..2e-4);
    let heat = (2e4..6e4, 0.3..5.0, proptest::option::of((1e3..1e4, 0.5..5.0)));
    let start = (0.2..0.8, -40.0..60.0, -10.0..10.0, 0.8..1.5);
    (circuit, shape, heat, start).prop_map(|(circuit, shape, heat, start)| {
        let rest = [11.6, 1.1, 0.3, -0.1];
        let [a, b, c, d] = rest;
        let (ohmic_ohms, fast_ohms, fast_decades, slow_ohms, slow_decades) = circuit;
        let branch = |ohms: f64, decades: f64| Branch { ohms, farads: 10_f64.powf(decades) / ohms };
        let case = |(joules_per_kelvin, watts_per_kelvin)| Case { joules_per_kelvin, watts_per_kelvin };
        let law = CellLaw {
            rest: RestCurve::fit(|soc| a + soc * (b + soc * (c + soc * d))),
            ohmic_ohms,
            fast: branch(fast_ohms, fast_decades),
            slow: branch(slow_ohms, slow_decades),
            bow: shape.0,
            activation_kelvin: shape.1,
            entropic: [shape.2, 0.0],
            heat: HeatPath { joules_per_kelvin: heat.0, watts_per_kelvin: heat.1, case: heat.2.map(case) },
        };
        let start = CellStart {
            soc: Soc::clamped(start.0),
            temperature: Celsius::new(start.1),
            air: Celsius::new(f64::max(start.1 + start.2, -45.0)),
            capacity: AmpHours::new(100.0),
            resistance_ratio: start.3,
        };
        Closed { rest, law, start }
    })
}

fn currents() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-30.0..30.0, 1_usize..12), 6..12)
        .prop_map(|spells| spells.into_iter().flat_map(|(amps, count)| vec![amps; count]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn at_one_second_a_step_keeps_within_ten_microvolts_of_the_oracle(
        closed in blocks(), amps in currents(), ramp in any::<bool>()
    ) {
        let worst = apart(&engine(&closed, &amps, 1.0, ramp), &oracle(&closed, &amps, 1.0, ramp));
        prop_assert!(worst <= 1e-5, "{worst:e} V");
    }

    #[test]
    fn at_a_minute_a_step_keeps_within_a_millivolt_of_the_oracle(
        closed in blocks(), amps in currents(), ramp in any::<bool>()
    ) {
        let amps: Vec<f64> = amps.iter().map(|amps| amps / 2.0).collect();
        let worst = apart(&engine(&closed, &amps, 60.0, ramp), &oracle(&closed, &amps, 60.0, ramp));
        prop_assert!(worst <= 1e-3, "{worst:e} V");
    }

    #[test]
    fn valid_numbers_never_make_a_nan(
        closed in blocks(), amps in prop::collection::vec(-2000.0..2000.0, 2..80), dt_secs in 0.01..4000.0
    ) {
        prop_assert!(engine(&closed, &amps, dt_secs, false).iter().all(|volts| volts.is_finite()));
        let mut fleet: Fleet<1> = Fleet::new(&closed.law, &[closed.start]).unwrap();
        let drive = Shared { amps: &amps, shares: &[1.0] };
        fleet.whole().hold_refreshed(Span::from_secs(dt_secs.min(10.0)), amps.len(), 3, &drive, &mut ());
        prop_assert!(fleet.volts(0).is_finite() && fleet.temperature(0).as_celsius().is_finite());
    }

    #[test]
    fn what_was_counted_is_what_flowed(amps in prop::collection::vec(-20.0..20.0, 500..3000)) {
        let start = cell(0.5, 20.0);
        let mut fleet: Fleet<1> = Fleet::new(&CellLaw::block_12v(), &[start]).unwrap();
        fleet.whole().hold(Span::from_secs(1.0), amps.len(), &Shared { amps: &amps, shares: &[1.0] }, &mut ());
        let nano_amps: i128 = amps.iter().map(|amps| (amps * 1e15).round() as i128).sum();
        let flowed = nano_amps as f64 / 1e15;
        let turned: f64 = amps.iter().map(|amps| amps.abs()).sum();
        let counted = (fleet.soc(0) - 0.5) * 360_000.0;
        prop_assert!((counted - flowed).abs() <= 1e-12 * turned.max(360_000.0), "{counted} {flowed}");
    }
}

fn cell(soc: f64, celsius: f64) -> CellStart {
    CellStart {
        soc: Soc::clamped(soc),
        temperature: Celsius::new(celsius),
        air: Celsius::new(celsius),
        capacity: AmpHours::new(100.0),
        resistance_ratio: 1.0,
    }
}

/// Cells that differ in everything a cell may differ in.
fn mixed(count: usize) -> Vec<CellStart> {
    let share = |k: usize| k as f64 / count as f64;
    (0..count)
        .map(|k| CellStart {
            resistance_ratio: 0.5 + share(k * 7 % count),
            ..cell(0.2 + 0.6 * share(k), 40.0 - 80.0 * share(k))
        })
        .collect()
}

fn profile(count: usize) -> Vec<f64> {
    (0..count).map(|k| 12.0 * (k as f64 * 0.37).sin() + if k / 300 % 2 == 0 { 8.0 } else { -9.0 }).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let (cells, amps) = (mixed(1000), profile(600));
    let shares: Vec<f64> = (0..1000).map(|k| 0.5 + f64::from(k) / 1000.0).collect();
    let run = |threads: usize| {
        let mut fleet: Fleet = Fleet::new(&CellLaw::block_12v(), &cells).unwrap();
        let drive = Shared { amps: &amps, shares: &shares };
        std::thread::scope(|scope| {
            for mut slice in fleet.slices_mut(threads) {
                scope.spawn(move || {
                    slice.hold(Span::from_secs(1.0), 300, &drive, &mut ());
                    slice.hold_refreshed(Span::from_secs(1.0), 300, 10, &drive, &mut ());
                });
            }
        });
        fleet
    };
    let alone = run(1);
    for threads in [2, 3, 5, 16, 99] {
        assert_eq!(run(threads), alone, "{threads} threads");
    }
}

#[test]
fn a_cell_in_a_fleet_and_a_cell_alone_have_the_same_bits() {
    let (cells, amps) = (mixed(70), profile(400));
    let shares = vec![1.0; 70];
    let mut fleet: Fleet = Fleet::new(&CellLaw::ecm_example(), &cells).unwrap();
    let (second, together) = (Span::from_secs(1.0), Shared { amps: &amps, shares: &shares });
    fleet.whole().hold(second, 400, &together, &mut ());
    fleet.whole().hold_refreshed(second, 400, 13, &together, &mut ());
    for k in [0, 31, 69] {
        let mut alone: Fleet<1> = Fleet::new(&CellLaw::ecm_example(), &cells[k..=k]).unwrap();
        let own = Shared { amps: &amps, shares: &[1.0] };
        alone.whole().hold(second, 400, &own, &mut ());
        alone.whole().hold_refreshed(second, 400, 13, &own, &mut ());
        assert_eq!((alone.volts(0), alone.soc(0)), (fleet.volts(k), fleet.soc(k)));
    }
}

#[test]
fn where_coefficients_stand_still_a_refresh_changes_nothing() {
    let rest = RestCurve::fit(|soc| 3.0 + 0.5 * soc);
    let still = |law: CellLaw| CellLaw { rest, bow: 0.0, activation_kelvin: 0.0, entropic: [0.0; 2], ..law };
    for law in [CellLaw::block_12v(), CellLaw::ecm_example()].map(still) {
        for dt_secs in [1.0, 10.0] {
            let amps = profile(300);
            let drive = Own { amps: &vec![12.0; 70] };
            let shared = Shared { amps: &amps, shares: &[1.0; 70] };
            let end = |refresh_steps: usize| {
                let mut fleet: Fleet = Fleet::new(&law, &mixed(70)).unwrap();
                let mut slice = fleet.whole();
                let dt = Span::from_secs(dt_secs);
                if refresh_steps == 0 {
                    slice.hold(dt, 300, &shared, &mut ());
                    slice.hold(dt, 50, &drive, &mut ());
                } else {
                    slice.hold_refreshed(dt, 300, refresh_steps, &shared, &mut ());
                    slice.hold_refreshed(dt, 50, refresh_steps, &drive, &mut ());
                }
                [0, 41, 69].map(|k| [fleet.volts(k), fleet.soc(k), fleet.temperature(k).as_celsius()])
            };
            let each = end(0);
            for refresh_steps in [1, 7, 10, 64] {
                for (held, each) in end(refresh_steps).iter().flatten().zip(each.iter().flatten()) {
                    assert!(
                        (held - each).abs() < 2e-8,
                        "{refresh_steps} steps of {dt_secs} s: {held} {each}"
                    );
                }
            }
        }
    }
}

#[test]
fn fifty_milliamps_for_thirty_days_read_right_to_the_twelfth_digit() {
    let mut fleet: Fleet = Fleet::new(&CellLaw::block_12v(), &[cell(0.9, 20.0)]).unwrap();
    let drive = Own { amps: &[-0.05] };
    fleet.whole().hold(Span::from_secs(1.0), 15 * 86_400, &drive, &mut ());
    fleet.whole().hold_refreshed(Span::from_secs(1.0), 15 * 86_400, 10, &drive, &mut ());
    assert!((fleet.soc(0) - (0.9 - 0.36)).abs() < 1e-12, "{}", fleet.soc(0));
}

/// Every voltage of every cell.
struct All(Vec<f64>);

impl Sink for All {
    fn see(&mut self, _step: usize, _first_cell: usize, seen: Seen<'_>) {
        self.0.extend_from_slice(seen.volts);
    }
}

#[test]
fn refreshing_each_ten_seconds_costs_less_than_a_fifth_of_a_millivolt() {
    for celsius in [-35.0, -20.0, 0.0, 25.0, 45.0] {
        let (cells, shares) =
            (vec![cell(0.5, celsius); 64], (0..64).map(|k| 0.5 + f64::from(k) / 64.0).collect::<Vec<_>>());
        let amps = profile(7200);
        let drive = Shared { amps: &amps, shares: &shares };
        let (mut each, mut tenth) = (All(Vec::new()), All(Vec::new()));
        let fleet = || -> Fleet { Fleet::new(&CellLaw::block_12v(), &cells).unwrap() };
        fleet().whole().hold(Span::from_secs(1.0), 7200, &drive, &mut each);
        fleet().whole().hold_refreshed(Span::from_secs(1.0), 7200, 10, &drive, &mut tenth);
        let worst = apart(&each.0, &tenth.0);
        println!("{celsius} °C: {worst:e} V");
        assert!(worst <= 0.2e-3, "{celsius} °C: {worst:e} V");
    }
}

/// The order shows where nothing of first order hides it: without reversible heat.
#[test]
fn half_the_step_has_a_quarter_of_the_error() {
    for amps in [100.0, 50.0, -100.0] {
        let end = |dt_secs: f64| {
            let mut fleet: Fleet<1> = Fleet::new(&CellLaw::block_12v(), &[cell(0.5, -30.0)]).unwrap();
            let steps = (1200.0 / dt_secs) as usize;
            fleet.whole().hold(Span::from_secs(dt_secs), steps, &Own { amps: &[amps] }, &mut ());
            fleet.volts(0)
        };
        let truth = end(0.01);
        let errors = [10.0, 5.0, 2.5].map(|dt_secs| (end(dt_secs) - truth).abs());
        println!("{amps} A: {errors:?} V");
        assert!(errors[0] < 5e-6 && errors[0] > 1e-7, "{amps} A: {errors:?}");
        assert!(errors.windows(2).all(|pair| pair[1] < pair[0] / 3.8), "{amps} A: {errors:?}");
    }
}

/// Reversible heat is taken at the temperature of a step's start: of first order, and this small.
#[test]
fn reversible_heat_costs_less_than_a_microvolt_at_ten_seconds() {
    let law = CellLaw { entropic: [2e-4, 0.0], ..CellLaw::block_12v() };
    let end = |dt_secs: f64| {
        let mut fleet: Fleet<1> = Fleet::new(&law, &[cell(0.5, -30.0)]).unwrap();
        fleet.whole().hold(
            Span::from_secs(dt_secs),
            (1200.0 / dt_secs) as usize,
            &Own { amps: &[100.0] },
            &mut (),
        );
        fleet.volts(0)
    };
    let truth = end(0.01);
    let errors = [10.0, 5.0, 2.5, 1.25].map(|dt_secs| (end(dt_secs) - truth).abs());
    assert!(errors.iter().all(|error| *error < 1e-6), "{errors:?}");
}

/// A cell that is well insulated, its coefficients standing still: what its resistors turned into heat, by the
/// closed form, is in its temperature.
#[test]
fn energy_balances_where_coefficients_stand_still() {
    let rest_volts = 12.0;
    let heat = HeatPath { joules_per_kelvin: 1e5, watts_per_kelvin: 1e-3, case: None };
    let law = CellLaw {
        rest: RestCurve::fit(|_| rest_volts),
        activation_kelvin: 0.0,
        bow: 0.0,
        heat,
        ..CellLaw::block_12v()
    };
    let mut fleet: Fleet<1> = Fleet::new(&law, &[cell(0.5, 20.0)]).unwrap();
    let (amps, hours) = (15.0, 2.0);
    let (mut joules_out, mut was) = (0.0, 20.0);
    for _ in 0..(hours * 3600.0) as usize {
        fleet.whole().hold(Span::from_secs(1.0), 1, &Own { amps: &[amps] }, &mut ());
        let now = fleet.temperature(0).as_celsius();
        joules_out += 1e-3 * ((was + now) / 2.0 - 20.0);
        was = now;
    }
    let secs = hours * 3600.0;
    let dissipated_in = |branch: Branch| {
        let decay = (-secs / (branch.ohms * branch.farads)).exp();
        let volts = branch.ohms * amps * (1.0 - decay);
        let charge_through = amps * secs - branch.farads * volts;
        branch.ohms * amps * charge_through - 0.5 * branch.farads * volts * volts
    };
    let ohmic_joules = law.ohmic_ohms * amps * amps * secs;
    let dissipated = ohmic_joules + dissipated_in(law.fast) + dissipated_in(law.slow);
    let warmed = heat.joules_per_kelvin * (was - 20.0) + joules_out;
    assert!((warmed / dissipated - 1.0).abs() < 1e-9, "{warmed} {dissipated}");
}

#[test]
fn what_cannot_be_is_named() {
    let law = CellLaw { ohmic_ohms: -1.0, activation_kelvin: f64::NAN, ..CellLaw::block_12v() };
    let hot = CellStart { temperature: Celsius::new(150.0), ..cell(0.5, 20.0) };
    let told = Fleet::<64>::new(&law, &[hot]).unwrap_err().to_string();
    for name in
        ["fleet.ohmic_ohms is -1", "fleet.activation_kelvin is NaN", "cell.temperature_celsius is 150"]
    {
        assert!(told.contains(name), "{told}");
    }
}

#[test]
fn a_fleet_of_nobody_steps() {
    let mut fleet: Fleet = Fleet::new(&CellLaw::block_12v(), &[]).unwrap();
    fleet.whole().hold(Span::from_secs(1.0), 10, &Own { amps: &[] }, &mut ());
    assert_eq!((fleet.cells(), fleet.slices_mut(4).count()), (0, 0));
}

/// A drive that a caller writes for itself.
struct Steady(f64);

impl Drive for Steady {
    fn amps(&self, _step: usize, _first_cell: usize, amps: &mut [f64]) {
        amps.fill(self.0);
    }
}

#[test]
fn changed_air_cools_only_its_own_cell() {
    let mut fleet: Fleet = Fleet::new(&CellLaw::block_12v(), &[cell(0.5, 20.0); 130]).unwrap();
    for mut slice in fleet.slices_mut(2) {
        if slice.cells().contains(&129) {
            slice.set_air(129, Celsius::new(-20.0));
        }
        slice.hold(Span::from_secs(60.0), 60, &Steady(0.0), &mut ());
    }
    assert!(fleet.temperature(129).as_celsius() < 13.0);
    assert!((fleet.temperature(128).as_celsius() - 20.0).abs() < 1e-9);
}
