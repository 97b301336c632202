//! What a cell-second of the fleet costs, one JSON line per case:
//! `cargo run --release -p sim --example fleet_speed -- [--cells 1000] [--hours 1] [--law block|ecm] [--refresh 1]
//! [--threads 1] [--runs 7] [--drive hold|ramp] [--profile FILE] [--volts FILE] [--over-one no]`; without options a
//! set of cases.
//!
//! `max_dv_volts` compares with the kernel at a tenth of the step over the first hour, or with `--volts`: one
//! number a line, as `--profile` has it (current, A, positive while charging), of the first cell.
//!
//! `--over-one yes` times the case on one thread and on `--threads` in turn, and beside it products that never
//! leave the registers: what threads gain on this machine when nothing is shared.

use pulp::{Arch, NullaryFnOnce};
use signals::{AmpHours, Celsius, Soc, Span};
use sim::fleet::{CellLaw, CellStart, Drive, Fleet, Seen, Shared, Sink};
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::thread;
use std::time::Instant;

#[derive(Clone)]
struct Case {
    cells: usize,
    hours: f64,
    law: String,
    refresh_steps: usize,
    threads: usize,
    runs: usize,
    ramp: bool,
    profile: Option<Vec<f64>>,
    volts: Option<Vec<f64>>,
    over_one: bool,
}

/// Adds up voltages lane by lane, as cheaply as a checksum can be had.
struct Sum([f64; 64]);

impl Sink for Sum {
    #[inline(always)]
    fn see(&mut self, _step: usize, _first_cell: usize, seen: Seen<'_>) {
        for (sum, volts) in self.0.iter_mut().zip(seen.volts) {
            *sum += volts;
        }
    }
}

/// Keeps the voltages of the first and the last cell.
struct Keep {
    every: usize,
    last: usize,
    volts: Vec<[f64; 2]>,
}

impl Sink for Keep {
    fn see(&mut self, step: usize, first_cell: usize, seen: Seen<'_>) {
        let step = step / self.every;
        if first_cell == 0 {
            self.volts[step][0] = seen.volts[0];
        }
        if let Some(volts) = self.last.checked_sub(first_cell).and_then(|place| seen.volts.get(place)) {
            self.volts[step][1] = *volts;
        }
    }
}

/// The profile in steps a tenth as long.
struct Tenths<'a> {
    whole: Shared<'a>,
    ramp: bool,
}

impl Drive for Tenths<'_> {
    fn amps(&self, step: usize, first_cell: usize, amps: &mut [f64]) {
        let (whole, part) = (step / 10, if self.ramp { (step % 10) as f64 / 10.0 } else { 0.0 });
        let next = self.whole.amps[(whole + 1).min(self.whole.amps.len() - 1)];
        let now = self.whole.amps[whole] * (1.0 - part) + next * part;
        for (amps, share) in amps.iter_mut().zip(&self.whole.shares[first_cell..]) {
            *amps = now * share;
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let plain = Case {
        cells: 1000,
        hours: 1.0,
        law: "block".into(),
        refresh_steps: 1,
        threads: 1,
        runs: 7,
        ramp: false,
        profile: None,
        volts: None,
        over_one: false,
    };
    if !arguments.is_empty() {
        return measure(&parse(plain, &arguments)?);
    }
    for (cells, hours, law, refresh_steps, threads) in [
        (1, 24.0, "block", 1, 1),
        (1, 720.0, "block", 1, 1),
        (1, 24.0, "ecm", 1, 1),
        (1000, 1.0, "block", 1, 1),
        (1000, 1.0, "block", 10, 1),
        (1000, 1.0, "block", 1, 2),
        (1000, 1.0, "block", 10, 2),
    ] {
        let ramp = law == "ecm";
        measure(&Case { cells, hours, law: law.into(), refresh_steps, threads, ramp, ..plain.clone() })?;
    }
    Ok(())
}

fn parse(mut case: Case, arguments: &[String]) -> Result<Case, Box<dyn Error>> {
    let numbers = |path: &str| -> Result<Vec<f64>, Box<dyn Error>> {
        fs::read_to_string(path)?.lines().map(|line| Ok(line.trim().parse()?)).collect()
    };
    for pair in arguments.chunks(2) {
        let value = pair.get(1).ok_or("every option takes a value")?;
        match pair[0].as_str() {
            "--cells" => case.cells = value.parse()?,
            "--hours" => case.hours = value.parse()?,
            "--law" => case.law.clone_from(value),
            "--refresh" => case.refresh_steps = value.parse()?,
            "--threads" => case.threads = value.parse()?,
            "--runs" => case.runs = value.parse()?,
            "--drive" => case.ramp = value == "ramp",
            "--profile" => case.profile = Some(numbers(value)?),
            "--over-one" => case.over_one = value == "yes",
            "--volts" => case.volts = Some(numbers(value)?),
            other => return Err(format!("no option {other}").into()),
        }
    }
    Ok(case)
}

fn measure(case: &Case) -> Result<(), Box<dyn Error>> {
    if case.over_one {
        return measure_over_one(case);
    }
    if case.cells == 1 { measure_in::<1>(case) } else { measure_in::<64>(case) }
}

fn measure_in<const W: usize>(case: &Case) -> Result<(), Box<dyn Error>> {
    let steps = (case.hours * 3600.0).round() as usize;
    let profile = case.profile.clone().unwrap_or_else(|| profile(steps + 1));
    let shares = shares(case.cells);
    let drive = Shared { amps: &profile, shares: &shares };
    let mut walls = Vec::new();
    let mut sum = 0.0;
    for run in 0..=case.runs {
        let mut fleet = fleet::<W>(case)?;
        let start = Instant::now();
        sum = spread(&mut fleet, case, steps, &drive);
        if run > 0 {
            walls.push(start.elapsed().as_secs_f64());
        }
    }
    walls.sort_by(f64::total_cmp);
    let median = walls[walls.len() / 2];
    println!(
        r#"{{"tool":"balise","law":"{}","cells":{},"seconds":{steps},"refresh_steps":{},"drive":"{}","threads":{},"runs":{},"median_s":{median:.6},"best_s":{:.6},"cell_steps_per_s":{:.0},"max_dv_volts":{:.3e},"mean_v":{:.9}}}"#,
        case.law,
        case.cells,
        case.refresh_steps,
        if case.ramp { "ramp" } else { "hold" },
        case.threads,
        case.runs,
        walls[0],
        (case.cells * steps) as f64 / median,
        worst::<W>(case, steps, &drive)?,
        sum / (case.cells * steps) as f64,
    );
    Ok(())
}

/// The case on one thread and on several, in turn, and the registers' products as many times.
fn measure_over_one(case: &Case) -> Result<(), Box<dyn Error>> {
    let steps = (case.hours * 3600.0).round() as usize;
    let (profile, shares) = (profile(steps + 1), shares(case.cells));
    let drive = Shared { amps: &profile, shares: &shares };
    // About as long as the cells take.
    let rounds = 2 * case.cells * steps;
    let cells_in = |threads: usize| -> Result<f64, Box<dyn Error>> {
        let (mut fleet, case) = (fleet::<64>(case)?, Case { threads, ..case.clone() });
        let start = Instant::now();
        spread(&mut fleet, &case, steps, &drive);
        Ok(start.elapsed().as_secs_f64())
    };
    let mut walls = [const { Vec::new() }; 4];
    for _ in 0..case.runs {
        let rounds = [
            cells_in(1)?,
            cells_in(case.threads)?,
            registers_in(1, rounds),
            registers_in(case.threads, rounds),
        ];
        walls.iter_mut().zip(rounds).for_each(|(walls, wall)| walls.push(wall));
    }
    let median = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        (values[values.len() / 2], values[0])
    };
    let [one, more, registers_one, registers_more] = walls.each_mut().map(median);
    let gain = case.threads as f64;
    println!(
        r#"{{"tool":"balise","cells":{},"seconds":{steps},"refresh_steps":{},"threads":{},"runs":{},"over_one":{:.3},"registers_over_one":{:.3},"best_over_one":{:.3},"best_registers_over_one":{:.3},"cell_steps_per_s":{:.0}}}"#,
        case.cells,
        case.refresh_steps,
        case.threads,
        case.runs,
        one.0 / more.0,
        gain * registers_one.0 / registers_more.0,
        one.1 / more.1,
        gain * registers_one.1 / registers_more.1,
        (case.cells * steps) as f64 / more.0,
    );
    Ok(())
}

/// Products that never leave the registers.
struct Registers {
    rounds: usize,
}

impl NullaryFnOnce for Registers {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        let (mut sums, by, more) = ([1.0; 32], black_box(0.999), black_box(1e-3));
        for _ in 0..self.rounds {
            for sum in &mut sums {
                *sum = f64::mul_add(*sum, by, more);
            }
        }
        sums.iter().sum()
    }
}

/// How long they take when each of so many threads works out all of them.
fn registers_in(threads: usize, rounds: usize) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| black_box(Arch::new().dispatch(Registers { rounds })));
        }
    });
    start.elapsed().as_secs_f64()
}

fn step<const W: usize>(
    slice: &mut sim::fleet::Slice<'_, W>,
    case: &Case,
    steps: usize,
    drive: &impl Drive,
    sink: &mut impl Sink,
) {
    let dt = Span::from_secs(1.0);
    match (case.ramp, case.refresh_steps) {
        (true, _) => slice.ramp(dt, steps, drive, sink),
        (false, 0 | 1) => slice.hold(dt, steps, drive, sink),
        (false, refresh) => slice.hold_refreshed(dt, steps, refresh, drive, sink),
    }
}

/// Steps the fleet, its slices on as many threads as the case has; the sum of all voltages.
fn spread<const W: usize>(fleet: &mut Fleet<W>, case: &Case, steps: usize, drive: &Shared<'_>) -> f64 {
    let run = |mut slice: sim::fleet::Slice<'_, W>| {
        let mut sum = Sum([0.0; 64]);
        step(&mut slice, case, steps, drive, &mut sum);
        sum.0.iter().sum::<f64>()
    };
    if case.threads == 1 {
        return run(fleet.whole());
    }
    thread::scope(|scope| {
        let running: Vec<_> =
            fleet.slices_mut(case.threads).map(|slice| scope.spawn(move || run(slice))).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).sum()
    })
}

/// Largest difference from the reference.
fn worst<const W: usize>(case: &Case, steps: usize, drive: &Shared<'_>) -> Result<f64, Box<dyn Error>> {
    let steps = if case.volts.is_some() { steps } else { steps.min(3600) };
    let keep = |every| Keep { every, last: case.cells - 1, volts: vec![[0.0; 2]; steps] };
    let mut ours = keep(1);
    step(&mut fleet::<W>(case)?.whole(), case, steps, drive, &mut ours);
    if let Some(volts) = &case.volts {
        return Ok(ours.volts.iter().zip(volts).map(|(v, w)| (v[0] - w).abs()).fold(0.0, f64::max));
    }
    let mut reference = keep(10);
    let (tenth, fine) = (Span::from_secs(0.1), Tenths { whole: *drive, ramp: case.ramp });
    let mut exact = fleet::<W>(case)?;
    if case.ramp {
        exact.whole().ramp(tenth, steps * 10, &fine, &mut reference);
    } else {
        exact.whole().hold(tenth, steps * 10, &fine, &mut reference);
    }
    let apart = |(a, b): (&[f64; 2], &[f64; 2])| (a[0] - b[0]).abs().max((a[1] - b[1]).abs());
    Ok(ours.volts.iter().zip(&reference.volts).map(apart).fold(0.0, f64::max))
}

/// Cells as the peers start them: half full, at 0 °C (the block) or 25 °C (the example cell).
fn fleet<const W: usize>(case: &Case) -> Result<Fleet<W>, sim::ParamsError> {
    let (law, celsius) = match case.law.as_str() {
        "ecm" => (CellLaw::ecm_example(), 25.0),
        _ => (CellLaw::block_12v(), 0.0),
    };
    let cell = CellStart {
        soc: Soc::clamped(0.5),
        temperature: Celsius::new(celsius),
        air: Celsius::new(celsius),
        capacity: AmpHours::new(100.0),
        resistance_ratio: 1.0,
    };
    Fleet::new(&law, &vec![cell; case.cells])
}

/// One cell takes the profile as it is; of many, each takes its share from a half to one and a half.
fn shares(cells: usize) -> Vec<f64> {
    if cells == 1 { vec![1.0] } else { (0..cells).map(|k| 0.5 + k as f64 / cells as f64).collect() }
}

/// A day's wave, blocks of 7 s with a standard deviation of 10 A, and 1 A from second to second.
fn profile(count: usize) -> Vec<f64> {
    let mut state = 1_u64;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let mut normal = move || (0..12).map(|_| uniform()).sum::<f64>();
    let mut amps = vec![0.0; count];
    let mut block = 0.0;
    for (second, amps) in amps.iter_mut().enumerate() {
        if second % 7 == 0 {
            block = 10.0 * normal();
        }
        *amps = 5.0 * (std::f64::consts::TAU * second as f64 / 86_400.0).sin() + block + normal();
    }
    let mean = amps.iter().sum::<f64>() / count as f64;
    amps.iter().map(|amps| amps - mean).collect()
}
