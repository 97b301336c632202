//! How fast whole signs run in lanes, one line of JSON for each case:
//! `cargo run --release -p sim --example sign_speed [rates|year|winter|threads|apart]`.
//!
//! `rates`: site-steps a second of the wall's time and of one core's own (median of `runs` after one to warm up), cells lumped or kept
//! apart, sensors read or not, at 1, 10 and 60 s a step. `year`: 1,000 trailers over a year at 60 s on two
//! threads. `winter`: 20 signs × 20 seeds over 120 days at 10 s on two threads. `threads`: two threads over
//! one. `apart`: the largest difference from the scalar site over a January month.

use signals::{AmpHours, Seed, Soc, Span};
use sim::fleet::signs::{Seen, SignStart, Signs, Sink, Slice};
use sim::{
    BatteryParams, ControllerParams, LoadKind, LoadParams, PanelParams, ParamsError, Place, SensorParams,
    Site, SiteParams,
};
use std::error::Error;
use std::fs;
use std::thread;
use std::time::Instant;

const OCTOBER: i64 = 1_790_827_200; // 2026-10-01T04:00:00Z
const RUNS: usize = 5;

/// Adds up what is seen, as cheaply as a checksum can be had.
#[derive(Default)]
struct Sum<const OBSERVES: bool>(f64);

impl<const OBSERVES: bool> Sink for Sum<OBSERVES> {
    const OBSERVES: bool = OBSERVES;

    #[inline(always)]
    fn see(&mut self, seen: &Seen<'_>) {
        self.0 += seen.soc.iter().sum::<f64>();
        if let Some(observed) = seen.observed {
            self.0 += observed.volts.iter().chain(observed.amps).sum::<f64>();
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let wants = |name: &str| asked.is_empty() || asked.iter().any(|asked| asked == name);
    if wants("year") {
        whole("1000 trailers, a year", &fleet(1000, 1)?, 60.0, 365 * 1440, 60)?;
    }
    if wants("winter") {
        whole("20 signs x 20 seeds, 120 days", &fleet(20, 20)?, 10.0, 120 * 8640, 360)?;
    }
    if wants("rates") {
        rates()?;
    }
    if asked.iter().any(|asked| asked == "profile") {
        let starts = batch(BatteryParams::agm_12v(AmpHours::new(450.0)), false, 64, false);
        let (wall, core) = alone::<false>(&starts, 10.0, 8640 * 60, 60)?;
        println!(r#"{{"case":"profile","wall_secs":{wall},"core_secs":{core}}}"#);
    }
    if wants("threads") {
        threads()?;
    }
    if wants("apart") {
        apart()?;
    }
    Ok(())
}

/// Signs of every load, battery and controller in the five places, each under so many seeds.
fn fleet(signs: usize, seeds: u64) -> Result<Vec<SignStart>, ParamsError> {
    let each = |k: usize| (0..seeds).map(move |seed| SignStart::new(sign(k), Seed(1000 * seed + k as u64)));
    Ok((0..signs).flat_map(each).collect())
}

fn sign(k: usize) -> SiteParams {
    let size = AmpHours::new(450.0);
    let battery = match k % 4 {
        0 => BatteryParams::agm_12v(size),
        1 => BatteryParams::flooded_12v(size),
        2 => BatteryParams::gel_12v(size),
        _ => BatteryParams::lifepo4_4s(size),
    };
    let controller = if (k / 4).is_multiple_of(2) {
        ControllerParams::pwm_for(battery.chemistry)
    } else {
        ControllerParams::mppt_for(battery.chemistry)
    };
    let places =
        [Place::montreal(), Place::quebec(), Place::saguenay(), Place::sept_iles(), Place::val_dor()];
    SiteParams {
        battery,
        panel: PanelParams::twelve_volt(240.0, 60.0),
        controller,
        load: LoadParams::of(LoadKind::ALL[k / 8 % 6]),
        place: places[k % 5],
        start_unix_secs: OCTOBER,
        initial_soc: Soc::clamped(0.9),
        sensors: SensorParams::default(),
        dull: Vec::new(),
    }
}

/// The load average of the last minute.
fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}

/// Peak resident memory, MiB.
fn peak_mebibytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// Steps signs with a slice on each thread; the seconds it took and the sum of what was seen.
fn spread(signs: &mut Signs, threads: usize, step: Span, steps: usize, every: usize) -> (f64, f64) {
    let start = Instant::now();
    let run = |mut slice: Slice<'_>| {
        let mut sum = Sum::<false>::default();
        slice.run(step, steps, every, &mut sum);
        sum.0
    };
    let sum = thread::scope(|scope| {
        let running: Vec<_> =
            signs.slices_mut(threads).map(|slice| scope.spawn(move || run(slice))).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).sum()
    });
    (start.elapsed().as_secs_f64(), sum)
}

/// A whole case on two threads, timed once.
fn whole(
    name: &str,
    starts: &[SignStart],
    step_secs: f64,
    steps: usize,
    every: usize,
) -> Result<(), Box<dyn Error>> {
    let mut signs = Signs::new(starts)?;
    let (wall_secs, _) = spread(&mut signs, 2, Span::from_secs(step_secs), steps, every);
    let site_steps = (starts.len() * steps) as f64;
    println!(
        r#"{{"case":"{name}","signs":{},"alone":{},"step_secs":{step_secs},"steps":{steps},"threads":2,"wall_secs":{wall_secs:.2},"site_steps_per_sec":{:.0},"peak_mib":{:.1},"load_average":"{}"}}"#,
        starts.len(),
        signs.alone(),
        site_steps / wall_secs,
        peak_mebibytes(),
        load_average(),
    );
    Ok(())
}

/// What this thread has had of a processor, s: a busy machine takes its share of the wall's time.
fn processor_secs() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).unwrap_or(f64::NAN) * 1e-9
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Seconds on the wall and on the processor for one thread to step fresh signs.
fn alone<const OBSERVES: bool>(
    starts: &[SignStart],
    step_secs: f64,
    steps: usize,
    every: usize,
) -> Result<(f64, f64), ParamsError> {
    let mut signs = Signs::new(starts)?;
    let mut sum = Sum::<OBSERVES>::default();
    let (start, before) = (Instant::now(), processor_secs());
    signs.whole().run(Span::from_secs(step_secs), steps, every, &mut sum);
    Ok((start.elapsed().as_secs_f64(), processor_secs() - before))
}

/// A batch of one kind: what sits in a block side by side.
fn batch(battery: BatteryParams, tracks: bool, count: u64, split: bool) -> Vec<SignStart> {
    let controller = if tracks {
        ControllerParams::mppt_for(battery.chemistry)
    } else {
        ControllerParams::pwm_for(battery.chemistry)
    };
    let params = std::sync::Arc::new(SiteParams { battery, controller, ..sign(0) });
    let start = |seed: u64| SignStart::new(std::sync::Arc::clone(&params), Seed(seed));
    (0..count).map(|seed| if split { start(seed).split() } else { start(seed) }).collect()
}

fn rates() -> Result<(), Box<dyn Error>> {
    let size = AmpHours::new(450.0);
    let (lead, lithium) = (BatteryParams::agm_12v(size), BatteryParams::lifepo4_4s(size));
    for (name, battery, tracks, split) in [
        ("AGM, PWM", lead, false, false),
        ("AGM, MPPT", lead, true, false),
        ("LFP, PWM", lithium, false, false),
        ("AGM, PWM", lead, false, true),
        ("LFP, PWM", lithium, false, true),
    ] {
        let starts = batch(battery, tracks, 64, split);
        for (step_secs, steps) in [(1.0, 43_200), (10.0, 25_920), (60.0, 14_400)] {
            for sensors in [false, true] {
                // Sensors are read at every step: the dearest there is.
                let run = || match sensors {
                    true => alone::<true>(&starts, step_secs, steps, 1),
                    false => alone::<false>(&starts, step_secs, steps, 60),
                };
                run()?;
                let walls = (0..RUNS).map(|_| run()).collect::<Result<Vec<_>, _>>()?;
                let site_steps = (starts.len() * steps) as f64;
                let best = walls.iter().map(|wall| wall.1).fold(f64::INFINITY, f64::min);
                println!(
                    r#"{{"case":"rate","sign":"{name}","cells":{},"sensors":{sensors},"step_secs":{step_secs},"runs":{RUNS},"site_steps_per_wall_sec":{:.0},"site_steps_per_core_sec":{:.0},"best":{:.0},"load_average":"{}"}}"#,
                    starts[0].cells.len().max(1),
                    site_steps / median(walls.iter().map(|wall| wall.0).collect()),
                    site_steps / median(walls.iter().map(|wall| wall.1).collect()),
                    site_steps / best,
                    load_average(),
                );
            }
        }
    }
    Ok(())
}

fn threads() -> Result<(), Box<dyn Error>> {
    let starts = fleet(960, 1)?;
    let wall = |threads: usize| -> Result<(f64, f64), ParamsError> {
        let mut signs = Signs::new(&starts)?;
        Ok(spread(&mut signs, threads, Span::from_secs(60.0), 14 * 1440, 60))
    };
    wall(2)?;
    // One and two by turns, so that a busy machine is busy for both.
    let pairs = (0..RUNS).map(|_| Ok((wall(1)?, wall(2)?))).collect::<Result<Vec<_>, ParamsError>>()?;
    let gain = median(pairs.iter().map(|(one, two)| one.0 / two.0).collect());
    println!(
        r#"{{"case":"threads","signs":960,"runs":{RUNS},"two_over_one":{gain:.3},"load_average":"{}"}}"#,
        load_average()
    );
    Ok(())
}

/// Charge and voltage of every look.
struct Keep(Vec<Vec<[f64; 2]>>);

impl Sink for Keep {
    fn see(&mut self, seen: &Seen<'_>) {
        for (k, sign) in seen.signs.iter().enumerate() {
            self.0[*sign].push([seen.soc[k], seen.volts[k]]);
        }
    }
}

fn apart() -> Result<(), Box<dyn Error>> {
    let starts = fleet(48, 1)?;
    for (step_secs, steps) in [(10.0, 30 * 8640), (60.0, 30 * 1440)] {
        let step = Span::from_secs(step_secs);
        let mut keep = Keep(vec![Vec::with_capacity(steps); starts.len()]);
        Signs::new(&starts)?.whole().run(step, steps, 1, &mut keep);
        let (mut soc, mut volts, mut squares) = (0.0_f64, 0.0_f64, 0.0);
        for (start, kept) in starts.iter().zip(&keep.0) {
            let mut site = Site::new(&start.params, start.seed, &[])?;
            for [kept_soc, kept_volts] in kept {
                let truth = site.step(step);
                soc = soc.max((truth.soc.as_ratio() - kept_soc).abs());
                let apart = (truth.voltage.as_volts() - kept_volts).abs();
                volts = volts.max(apart);
                squares += apart * apart;
            }
        }
        let rms = (squares / (starts.len() * steps) as f64).sqrt();
        println!(
            r#"{{"case":"apart","signs":48,"days":30,"step_secs":{step_secs},"soc_most":{soc:.2e},"volts_rms":{rms:.2e},"volts_most":{volts:.2e}}}"#
        );
    }
    Ok(())
}
