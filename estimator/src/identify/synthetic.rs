//! Identification of made-up records whose parameters are known: they come back within their standard
//! errors, and what the record cannot say is refused.

use signals::Seed;

use super::*;
use crate::Profile;
use crate::model::Model;
use rand::RngExt;

const CAPACITY: f64 = 100.0;
const VOLTS_STDDEV: f64 = 0.003;

/// The battery that the records are of: the generic one, made a little different.
fn truth() -> Profile {
    let text = Profile::agm_12v().to_toml();
    let text = text.replace("ohmic_ohms = 0.005", "ohmic_ohms = 0.007");
    let text = text.replace("slow_ohms = 0.004", "slow_ohms = 0.0055");
    let text = text.replace("fast_seconds = 60.0", "fast_seconds = 40.0");
    let text = text.replace("slow_seconds = 5400.0", "slow_seconds = 1500.0");
    Profile::parse(&text).expect("a sound profile")
}

/// A standard normal number from twelve even ones.
fn normal(chance: &mut impl FnMut() -> f64) -> f64 {
    (0..12).map(|_| chance()).sum::<f64>() - 6.0
}

/// What a battery does under this current, read with noise that forgets itself at once.
fn played(amps: impl Fn(f64) -> f64, hours: f64, every: f64, celsius: f64, seed: u64) -> Vec<Row> {
    let model = Model::of(&truth());
    let mut stream = Seed(seed).stream("noise");
    let mut chance = || stream.random::<f64>();
    let cold = model.cold_factor(celsius);
    let (mut soc, mut quick, mut late, mut before) = (1.0, 0.0, 0.0, amps(0.0));
    (0..(hours * 3600.0 / every) as usize)
        .map(|i| {
            let secs = i as f64 * every;
            let now = amps(secs);
            let mean = if i == 0 { 0.0 } else { 0.5 * (before + now) };
            before = now;
            soc += mean * every / 3600.0 / CAPACITY;
            let factor = model.charge_factor(soc) * cold;
            let [a, b] = [model.fast_seconds, model.slow_seconds].map(|tau| (-every / tau).exp());
            quick = a * quick + (1.0 - a) * model.fast_ohms * factor * mean;
            late = b * late + (1.0 - b) * model.slow_ohms * factor * mean;
            let volts = model.reference_rest(soc)
                + model.temperature_slope_volts_per_kelvin * (celsius - 25.0)
                + quick
                + late
                + model.ohmic_ohms * factor * now;
            Row {
                time_secs: secs,
                current_amps: Some(now),
                voltage_volts: Some(volts + VOLTS_STDDEV * normal(&mut chance)),
                temperature_celsius: Some(celsius),
                charge_amp_hours: None,
                soc: Some(soc),
            }
        })
        .collect()
}

/// Loads of an hour and rests of an hour, with a minute's pulse in the middle of each.
fn pulses(secs: f64) -> f64 {
    let pulse = if (secs / 60.0) as u64 % 20 == 10 { -15.0 } else { 0.0 };
    if (secs / 3600.0) as u64 % 2 == 1 { -12.0 + pulse } else { pulse }
}

fn record(name: &str, rows: &[Row]) -> Record {
    Record::new(name, None, rows).expect("sound rows")
}

fn found(records: &[Record], seed: u64) -> Result<Identified, IdentifyError> {
    let mut stream = Seed(seed).stream("starts");
    let options = Options { name: "found".to_owned(), capacity_amp_hours: None };
    identify(records, &Profile::agm_12v(), &options, &mut || stream.random::<f64>())
}

#[test]
fn known_parameters_come_back_within_their_standard_errors() {
    let model = Model::of(&truth());
    let known = [
        ("resistance.ohmic_ohms", model.ohmic_ohms),
        ("resistance.fast_ohms", model.fast_ohms),
        ("resistance.fast_seconds", model.fast_seconds),
        ("resistance.slow_ohms", model.slow_ohms),
        ("resistance.slow_seconds", model.slow_seconds),
        ("resistance.activation_kelvin", model.activation_kelvin),
    ];
    let (mut inside, mut all) = (0, 0);
    for seed in 0..30 {
        let records = [
            record("warm", &played(pulses, 12.0, 10.0, 25.0, 2 * seed)),
            record("cold", &played(pulses, 12.0, 10.0, -10.0, 2 * seed + 1)),
        ];
        let found = found(&records, seed).expect("identified");
        for (key, value) in known {
            let parameter = found.parameters.iter().find(|it| it.key == key);
            let parameter =
                parameter.unwrap_or_else(|| unreachable!("{key} was refused: {:?}", found.refused));
            let far = (parameter.value - value) / parameter.error;
            assert!(parameter.error < 0.2 * value && far.abs() < 5.0, "{key}, seed {seed}: {parameter:?}");
            all += 1;
            inside += usize::from(far.abs() < 1.96);
        }
    }
    let share = f64::from(u32::try_from(inside).unwrap_or(0)) / f64::from(u32::try_from(all).unwrap_or(1));
    println!("{inside} of {all} within 1.96 standard errors");
    assert!(share > 0.92, "{share}");
}

/// Key and reason of everything refused.
fn refused(found: &Identified) -> Vec<(&'static str, Reason)> {
    found.refused.iter().map(|refused| (refused.key, refused.reason)).collect()
}

#[test]
fn a_drive_log_tells_neither_hysteresis_nor_its_rate_nor_the_temperature_law() {
    let drive = |secs: f64| -8.0 - 6.0 * (secs / 90.0).sin() - 5.0 * (secs / 13.0).sin();
    let found = found(&[record("drive", &played(drive, 8.0, 5.0, 25.0, 3))], 3).expect("identified");
    let refused = refused(&found);
    assert!(refused.contains(&("rest.hysteresis_rate", Reason::NoReversal)), "{refused:?}");
    assert!(refused.contains(&("rest.hysteresis_volts", Reason::NoSlowPair)), "{refused:?}");
    let law = ("resistance.activation_kelvin", Reason::OneTemperature { kelvin: 0.0 });
    assert!(refused.contains(&law), "{refused:?}");
    let kept = found.refused.iter().find(|it| it.key == law.0).map(|it| it.kept);
    assert!(kept.is_some_and(|kept| (kept - 2000.0).abs() < 1e-6));
    assert!(found.profile.to_toml().contains("activation_kelvin = 2000.0"));
}

#[test]
fn short_pulses_do_not_tell_a_slow_time_constant() {
    let rows = played(|secs| if secs % 20.0 < 10.0 { -30.0 } else { 0.0 }, 160.0 / 3600.0, 1.0, 25.0, 4);
    let found = found(&[record("short", &rows)], 4).expect("identified");
    let slow = refused(&found).into_iter().find(|(key, _)| *key == "resistance.slow_seconds");
    assert!(matches!(slow, Some((_, Reason::Short { .. }))), "{slow:?}");
}

#[test]
fn a_reading_a_minute_does_not_tell_the_fast_pair() {
    let found = found(&[record("slow", &played(pulses, 12.0, 60.0, 25.0, 5))], 5).expect("identified");
    let fast = refused(&found).into_iter().find(|(key, _)| *key == "resistance.fast_seconds");
    assert!(matches!(fast, Some((_, Reason::Sampling { .. }))), "{fast:?}");
}

#[test]
fn one_fast_constant_current_is_refused() {
    let rows = played(|_| -20.0, 4.0, 10.0, 25.0, 6);
    assert!(matches!(found(&[record("x", &rows)], 6), Err(IdentifyError::ConstantOnly { .. })));
}

#[test]
fn a_battery_of_another_voltage_and_milliamps_are_refused() {
    let mut rows = played(pulses, 4.0, 10.0, 25.0, 7);
    let milliamps: Vec<Row> = rows
        .iter()
        .map(|row| Row { current_amps: row.current_amps.map(|amps| amps * 1000.0), ..*row })
        .collect();
    assert!(matches!(found(&[record("x", &milliamps)], 7), Err(IdentifyError::Milliamps { .. })));
    rows.iter_mut().for_each(|row| row.voltage_volts = row.voltage_volts.map(|volts| volts / 4.0));
    assert!(matches!(found(&[record("x", &rows)], 7), Err(IdentifyError::OtherVoltage { .. })));
}

#[test]
fn the_profile_found_is_closer_than_its_base() {
    let records = [record("warm", &played(pulses, 12.0, 10.0, 25.0, 8))];
    let found = found(&records, 8).expect("identified");
    let [ours, base] = found.fits[0].rms_volts;
    assert!(ours < 1.3 * VOLTS_STDDEV && base > 3.0 * ours, "{ours} {base}");
}
