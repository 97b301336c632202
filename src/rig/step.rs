//! One step done on the bench, to measurements.

use std::time::Duration;

use signals::{Amps, Reading, Span};
use tokio::time::Instant;

use super::bench::{Bench, Pair, pair, settle};
use super::lateness::Lateness;
use super::line_test::{self, Ends, Tried};
use super::manifest::{Action, Follow, Instrument, KnownCurrent, Manifest, Uncertainty};
use super::pace::{self, Schedule};
use super::ruling::{Limits, mean};
use super::sheet::{Measurement, Reason};
use super::trouble::Trouble;
use crate::fields;
use crate::words::Words;

/// What a step has measured.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Done {
    /// The numbers.
    pub measurements: Vec<Measurement>,
    /// How its schedule was kept, where it had one.
    pub lateness: Option<Lateness>,
    /// Advice that goes with a failure.
    pub advice: Option<Reason>,
}

/// Does it; whatever it switched on is off again where it went well.
///
/// # Errors
/// Why it could not be done.
pub async fn run(
    bench: &mut Bench,
    manifest: &Manifest,
    action: &Action,
    words: Words,
) -> Result<Done, Trouble> {
    match action {
        Action::LineTest { crossed, bytes, bit_errors_max, latency_p99_max_secs } => {
            let tried = try_line(bench, manifest, *crossed, *bytes, words).await?;
            Ok(line_tested(&tried, *bit_errors_max, *latency_p99_max_secs))
        }
        Action::Pace { period, ticks, late_after, missed_max, on_loopback } => {
            let schedule =
                Schedule { period: duration(*period), ticks: *ticks, late_after: duration(*late_after) };
            let kept = pace::keep(schedule, &mut bench.loopback, *on_loopback).await;
            let lateness = kept.map_err(|error| Trouble::of_line(&error, words))?;
            Ok(paced(lateness, *missed_max))
        }
        Action::KnownCurrent(known) => known_current(bench, manifest, known).await,
        Action::Read { device, quantity, limits, uncertainty, readings } => {
            let values = read(bench, device, quantity, *readings).await?;
            let (value, scatter) = mean(&values);
            let limits = Limits { low: Some(limits.0), high: Some(limits.1) };
            let uncertainty = uncertainty.hypot(scatter);
            let measurement = Measurement { id: "read", value, uncertainty, unit: unit(quantity), limits };
            Ok(Done { measurements: vec![measurement], ..Done::default() })
        }
        Action::Follow(follow) => story(bench, manifest, follow).await,
    }
}

async fn try_line(
    bench: &mut Bench,
    manifest: &Manifest,
    crossed: bool,
    bytes: usize,
    words: Words,
) -> Result<Tried, Trouble> {
    let told = |error| Trouble::of_line(&error, words);
    if let (false, Some(port), Some(line)) = (crossed, &mut bench.loopback, &manifest.loopback) {
        return line_test::run(Ends::Loop(port), bytes, line.baud_rate).await.map_err(told);
    }
    let (Some((left, right)), Some((line, _))) = (&mut bench.null_modem, &manifest.null_modem) else {
        return Ok(Tried::default());
    };
    let there = line_test::run(Ends::Pair(left, right), bytes, line.baud_rate).await.map_err(told)?;
    let back = line_test::run(Ends::Pair(right, left), bytes, line.baud_rate).await.map_err(told)?;
    let mut latencies = [there.latencies, back.latencies].concat();
    latencies.sort_by(f64::total_cmp);
    Ok(Tried { bytes: there.bytes + back.bytes, bit_errors: there.bit_errors + back.bit_errors, latencies })
}

fn line_tested(tried: &Tried, bit_errors_max: f64, latency_p99_max_secs: Option<f64>) -> Done {
    let millis = |ratio| tried.latency(ratio) * 1e3;
    let p99 = match latency_p99_max_secs {
        Some(most) => Measurement::exact("latency-p99", millis(0.99), "ms", Limits::at_most(most * 1e3)),
        None => Measurement::noted("latency-p99", millis(0.99), "ms"),
    };
    let errors = Limits::at_most(bit_errors_max);
    let mut measurements = vec![
        Measurement::noted("bytes-sent", tried.bytes as f64, ""),
        Measurement::exact("bit-errors", tried.bit_errors as f64, "", errors),
    ];
    if !tried.latencies.is_empty() {
        measurements.push(Measurement::noted("latency-p50", millis(0.5), "ms"));
        measurements.push(p99);
        measurements.push(Measurement::noted("latency-max", millis(1.0), "ms"));
    }
    let advice = tried.latencies.is_empty().then(|| Reason::plain("rig-nothing-came-back"));
    Done { measurements, lateness: None, advice }
}

fn paced(lateness: Lateness, missed_max: f64) -> Done {
    let millis = |ratio| lateness.percentile(ratio) * 1e3;
    let measurements = vec![
        Measurement::noted("ticks", lateness.ticks() as f64, ""),
        Measurement::exact("missed", lateness.missed() as f64, "", Limits::at_most(missed_max)),
        Measurement::noted("lateness-p50", millis(0.5), "ms"),
        Measurement::noted("lateness-p99", millis(0.99), "ms"),
        Measurement::noted("lateness-max", millis(1.0), "ms"),
        Measurement::noted("real-time-factor", lateness.real_time_factor(), ""),
    ];
    Done { measurements, lateness: Some(lateness), advice: None }
}

/// Values of one quantity, each of a reading begun after the one before.
async fn read(bench: &mut Bench, device: &str, quantity: &str, readings: usize) -> Result<Vec<f64>, Trouble> {
    let mut values = Vec::new();
    while values.len() < readings {
        let reading = bench.reading(device).await?;
        values.push(value_of(&reading, device, quantity)?);
    }
    Ok(values)
}

fn value_of(reading: &Reading, device: &str, quantity: &str) -> Result<f64, Trouble> {
    let told = fields::of(reading).into_iter().find(|(name, _)| name == quantity);
    let not_told = || Trouble::NotTold { name: device.to_owned(), quantity: quantity.to_owned() };
    told.map(|(_, value)| value).ok_or_else(not_told)
}

/// A device and its reference, averaged over one direction.
#[derive(Debug, Clone, Copy)]
struct Compared {
    device_amps: f64,
    reference_amps: f64,
    amps_uncertainty: f64,
    voltage_error: f64,
    volts_uncertainty: f64,
}

async fn known_current(
    bench: &mut Bench,
    manifest: &Manifest,
    known: &KnownCurrent,
) -> Result<Done, Trouble> {
    let mut done = Done::default();
    let mut points = Vec::new();
    let directions = [
        (
            known.charge,
            1.0,
            ["current-charging", "sign-charging", "current-error-charging", "voltage-error-charging"],
        ),
        (
            known.draw,
            -1.0,
            ["current-drawing", "sign-drawing", "current-error-drawing", "voltage-error-drawing"],
        ),
    ];
    for (amps, sign, names) in directions {
        let Some(amps) = amps else { continue };
        let compared = one_way(bench, manifest, known, amps * sign).await?;
        done.measurements.extend(one_way_measured(&compared, known, names));
        if compared.device_amps * compared.reference_amps < 0.0 {
            done.advice = Some(Reason::with("rig-sign-reversed", "name", &known.device));
        }
        points.push(compared);
    }
    if let [charging, drawing] = points[..] {
        done.measurements.push(scale_error(&charging, &drawing, known.scale_error_max_ratio));
    }
    Ok(done)
}

async fn one_way(
    bench: &mut Bench,
    manifest: &Manifest,
    known: &KnownCurrent,
    amps: Amps,
) -> Result<Compared, Trouble> {
    // How warm it is must be known before anything is switched on.
    bench.reading(&known.device).await?;
    let instrument = if amps.as_amps() > 0.0 { &manifest.supply } else { &manifest.load };
    let mut pairs = Vec::new();
    {
        let keeper = bench.drive(manifest, amps).await?;
        settle(keeper, known.settle).await?;
    }
    let index = bench.devices.iter().position(|device| device.name() == known.device);
    let Bench { devices, supply, load, .. } = bench;
    let keeper = if amps.as_amps() > 0.0 { supply.as_ref() } else { load.as_ref() };
    let (Some(keeper), Some(device), Some(instrument)) =
        (keeper, index.and_then(|index| devices.get_mut(index)), instrument)
    else {
        return Err(Trouble::Silent { name: known.device.clone() });
    };
    device.forget().await;
    while pairs.len() < known.readings {
        pairs.push(pair(device, keeper).await?);
    }
    let sign = keeper.sign();
    bench.off().await?;
    compared(&pairs, instrument, sign, &known.device)
}

fn compared(pairs: &[Pair], instrument: &Instrument, sign: f64, device: &str) -> Result<Compared, Trouble> {
    let mut amps = (Vec::new(), Vec::new());
    let mut volts = (Vec::new(), Vec::new());
    for Pair { reading, measured } in pairs {
        amps.0.push(value_of(reading, device, "current_a")?);
        amps.1.push(sign * measured.amps.as_amps());
        volts.0.push(value_of(reading, device, "voltage_v")?);
        volts.1.push(measured.volts.as_volts());
    }
    let (device_amps, device_scatter) = mean(&amps.0);
    let (reference_amps, reference_scatter) = mean(&amps.1);
    let (device_volts, device_volts_scatter) = mean(&volts.0);
    let (reference_volts, reference_volts_scatter) = mean(&volts.1);
    let combined = |own: Uncertainty, at: f64, one: f64, other: f64| own.at(at).hypot(one).hypot(other);
    Ok(Compared {
        device_amps,
        reference_amps,
        amps_uncertainty: combined(instrument.amps, reference_amps, device_scatter, reference_scatter),
        voltage_error: device_volts - reference_volts,
        volts_uncertainty: combined(
            instrument.volts,
            reference_volts,
            device_volts_scatter,
            reference_volts_scatter,
        ),
    })
}

fn one_way_measured(compared: &Compared, known: &KnownCurrent, names: [&'static str; 4]) -> Vec<Measurement> {
    let [current, sign, error, voltage] = names;
    // A device that shows nothing has no sign.
    let agrees = (compared.device_amps * compared.reference_amps).signum();
    let agrees = if compared.device_amps == 0.0 { 0.0 } else { agrees };
    let mut measurements = vec![
        Measurement {
            id: current,
            value: compared.reference_amps,
            uncertainty: compared.amps_uncertainty,
            unit: "A",
            limits: Limits::default(),
        },
        Measurement::exact(sign, agrees, "", Limits { low: Some(1.0), high: None }),
        Measurement {
            id: error,
            value: compared.device_amps - compared.reference_amps,
            uncertainty: compared.amps_uncertainty,
            unit: "A",
            limits: Limits::around_zero(known.current_error_max),
        },
    ];
    if let Some(most) = known.voltage_error_max {
        measurements.push(Measurement {
            id: voltage,
            value: compared.voltage_error,
            uncertainty: compared.volts_uncertainty,
            unit: "V",
            limits: Limits::around_zero(most),
        });
    }
    measurements
}

/// Both ways together: an offset falls out, and what is left is the scale.
fn scale_error(charging: &Compared, drawing: &Compared, most: Option<f64>) -> Measurement {
    let span = charging.reference_amps - drawing.reference_amps;
    Measurement {
        id: "scale-error",
        value: (charging.device_amps - drawing.device_amps) / span - 1.0,
        uncertainty: charging.amps_uncertainty.hypot(drawing.amps_uncertainty) / span.abs(),
        unit: "ratio",
        limits: most.map_or_else(Limits::default, Limits::around_zero),
    }
}

/// The bench follows a story; at each tick the instrument is measured, and each reading compared with the
/// latest measurement.
async fn story(bench: &mut Bench, manifest: &Manifest, follow: &Follow) -> Result<Done, Trouble> {
    bench.reading(&follow.device).await?;
    let period = duration(follow.period).div_f64(follow.speed);
    let start = Instant::now() + period;
    let mut errors = Vec::new();
    let mut late = Vec::new();
    let mut changed_at = Instant::now();
    let mut point = None;
    let mut reference = 0.0;
    let ends = point_ends(follow);
    let ticks = ends.last().map_or(0, |end| (end.as_secs() / follow.period.as_secs()).round() as u32);
    for tick in 0..ticks {
        let deadline = start + period * tick;
        while let Some(reading) = until(bench, &follow.device, deadline).await? {
            let is_settled = changed_at.elapsed() >= duration(follow.settle);
            if is_settled {
                errors.push(value_of(&reading, &follow.device, "current_a")? - reference);
            }
        }
        late.push(deadline.elapsed().as_secs_f64());
        let at = Span::from_nanos(follow.period.as_nanos() * i64::from(tick));
        let now_at = ends.iter().position(|end| at < *end);
        if now_at != point {
            point = now_at;
            bench.off().await?;
            let amps =
                now_at.and_then(|index| follow.points.get(index)).map_or(Amps::default(), |point| point.1);
            if amps.as_amps() != 0.0 {
                bench.drive(manifest, amps).await?;
            }
            changed_at = Instant::now();
        }
        reference = flowing(bench, follow, point).await?;
    }
    let took = start.elapsed().as_secs_f64() + period.as_secs_f64();
    bench.off().await?;
    let planned = period.as_secs_f64() * f64::from(ticks);
    let lateness = Lateness::new(late, follow.late_after.as_secs(), planned, took);
    if errors.is_empty() {
        return Err(Trouble::Silent { name: follow.device.clone() });
    }
    let mut done = paced(lateness, follow.missed_max);
    done.measurements.push(followed(&errors, manifest, follow));
    Ok(done)
}

fn followed(errors: &[f64], manifest: &Manifest, follow: &Follow) -> Measurement {
    let most = follow.points.iter().map(|(_, amps)| amps.as_amps().abs()).fold(0.0, f64::max);
    let instruments = [&manifest.supply, &manifest.load].into_iter().flatten();
    let own = instruments.map(|instrument| instrument.amps.at(most)).fold(0.0, f64::max);
    let (value, scatter) = mean(errors);
    Measurement {
        id: "current-error-following",
        value,
        uncertainty: own.hypot(scatter),
        unit: "A",
        limits: Limits::around_zero(follow.current_error_max),
    }
}

/// When each point of the story ends.
fn point_ends(follow: &Follow) -> Vec<Span> {
    let mut end = 0;
    let add = |(length, _): &(Span, Amps)| {
        end += length.as_nanos();
        Span::from_nanos(end)
    };
    follow.points.iter().map(add).collect()
}

/// What flows into the battery now, as the instrument has it.
async fn flowing(bench: &Bench, follow: &Follow, point: Option<usize>) -> Result<f64, Trouble> {
    let amps = point.and_then(|index| follow.points.get(index)).map_or(0.0, |point| point.1.as_amps());
    let keeper = if amps > 0.0 { &bench.supply } else { &bench.load };
    match keeper.as_ref().filter(|_| amps != 0.0) {
        Some(keeper) => Ok(keeper.sign() * keeper.measure().await?.amps.as_amps()),
        None => Ok(0.0),
    }
}

/// The next reading, or nothing once `deadline` has come.
async fn until(bench: &mut Bench, name: &str, deadline: Instant) -> Result<Option<Reading>, Trouble> {
    let device = bench.device(name)?;
    let Ok(reading) = tokio::time::timeout_at(deadline, device.next()).await else { return Ok(None) };
    let reading = reading?;
    bench.warm(reading.temperature);
    Ok(Some(reading))
}

/// The unit of a quantity, from the end of its name.
fn unit(quantity: &str) -> &'static str {
    match quantity.rsplit('_').next() {
        Some("v") => "V",
        Some("a") => "A",
        Some("w") => "W",
        Some("c") => "°C",
        Some("ah") => "A·h",
        _ => "ratio",
    }
}

fn duration(span: Span) -> Duration {
    Duration::from_nanos(span.as_nanos().max(0) as u64)
}
