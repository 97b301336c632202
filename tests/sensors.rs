//! Sensor faults on simulated signs, through the instrument's bytes: found or not, how late, and what was
//! found that was not there.
//!
//! ```sh
//! BALISE_SEEDS=40 cargo test --release --test sensors -- --nocapture    # the table of docs/sensors.md
//! ```
//!
//! Signs are drawn: chemistry, size, equipment, season, wear, snow, instrument. Limits were set on seeds 100 to 159, and by the
//! weeks of `estimator/tests`; seeds from 5000 on are reported. Without the variable a few seeds run, enough to catch a
//! detector that died.

use estimator::{Belief, Estimator, Profile};
use hil::DeviceKind;
use hil::device::{Instrument, InstrumentSettings};
use hil::wire::Decoder;
use rand::RngExt;
use signals::{
    AmpHours, Estimate, FaultEvent, FaultKind, Reading, Seed, SensorFault, SensorFinding, SensorHealth,
    SimTime, Soc, Span, Stream,
};
use sim::{
    BatteryParams, ControllerParams, Effects, LoadKind, LoadParams, PanelParams, PanelWeathering, Place,
    SensorParams, Site, SiteParams, Snow,
};

const DAY_SECS: f64 = 86_400.0;
const STEP_SECS: f64 = 60.0;
/// First seed of those that are reported.
const REPORTED: u64 = 5000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chemistry {
    Agm,
    Flooded,
    LiFePo4,
}

const CHEMISTRIES: [Chemistry; 3] = [Chemistry::Agm, Chemistry::Flooded, Chemistry::LiFePo4];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sensor {
    Voltage,
    Current,
    Temperature,
}

/// What is done to a sign.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Trouble {
    Kind(FaultKind),
    Silent(Sensor),
}

/// A trouble, its sensor, and the range of its severity, in amps per amp-hour where so said.
struct Case {
    name: &'static str,
    trouble: Trouble,
    sensor: Sensor,
    fault: SensorFault,
    severity: [f64; 2],
    per_amp_hour: bool,
    two_sided: bool,
}

const fn case(
    name: &'static str,
    trouble: Trouble,
    (sensor, fault): (Sensor, SensorFault),
    severity: [f64; 2],
) -> Case {
    Case { name, trouble, sensor, fault, severity, per_amp_hour: false, two_sided: false }
}

const CASES: [Case; 12] = [
    case(
        "voltage stuck",
        Trouble::Kind(FaultKind::VoltageStuck),
        (Sensor::Voltage, SensorFault::Stuck),
        [0.0, 0.0],
    ),
    case(
        "current stuck",
        Trouble::Kind(FaultKind::CurrentStuck),
        (Sensor::Current, SensorFault::Stuck),
        [0.0, 0.0],
    ),
    case(
        "voltage silent",
        Trouble::Silent(Sensor::Voltage),
        (Sensor::Voltage, SensorFault::Dropout),
        [0.0, 0.0],
    ),
    case(
        "current silent",
        Trouble::Silent(Sensor::Current),
        (Sensor::Current, SensorFault::Dropout),
        [0.0, 0.0],
    ),
    case(
        "temperature wire broken",
        Trouble::Kind(FaultKind::TemperatureOpen),
        (Sensor::Temperature, SensorFault::Dropout),
        [0.0, 0.0],
    ),
    case(
        "current reversed",
        Trouble::Kind(FaultKind::CurrentReversed),
        (Sensor::Current, SensorFault::Reversed),
        [0.0, 0.0],
    ),
    Case {
        two_sided: true,
        ..case(
            "voltage offset 0.15 to 0.4 V",
            Trouble::Kind(FaultKind::VoltageOffset),
            (Sensor::Voltage, SensorFault::Offset),
            [0.15, 0.4],
        )
    },
    Case {
        two_sided: true,
        ..case(
            "voltage gain 10 to 15 %",
            Trouble::Kind(FaultKind::VoltageGain),
            (Sensor::Voltage, SensorFault::Offset),
            [0.10, 0.15],
        )
    },
    Case {
        two_sided: true,
        per_amp_hour: true,
        ..case(
            "current offset 1 to 3 % of C",
            Trouble::Kind(FaultKind::CurrentOffset),
            (Sensor::Current, SensorFault::Offset),
            [0.01, 0.03],
        )
    },
    Case {
        two_sided: true,
        ..case(
            "current gain 10 to 30 %",
            Trouble::Kind(FaultKind::CurrentGain),
            (Sensor::Current, SensorFault::Gain),
            [0.1, 0.3],
        )
    },
    case(
        "current dead band 0.1 A",
        Trouble::Kind(FaultKind::CurrentDeadBand),
        (Sensor::Current, SensorFault::DeadBand),
        [0.1, 0.1],
    ),
    case(
        "temperature stuck",
        Trouble::Kind(FaultKind::TemperatureStuck),
        (Sensor::Temperature, SensorFault::Stuck),
        [0.0, 0.0],
    ),
];

/// Those that are found on nine signs of ten; the others are reported as they are.
const SURE: [&str; 10] = [
    "voltage stuck",
    "current stuck",
    "voltage silent",
    "current silent",
    "temperature wire broken",
    "current dead band 0.1 A",
    "current reversed",
    "voltage offset 0.15 to 0.4 V",
    "voltage gain 10 to 15 %",
    "current offset 1 to 3 % of C",
];

struct Sign {
    params: SiteParams,
    profile: Profile,
    capacity: f64,
    device: DeviceKind,
}

fn sign(chemistry: Chemistry, chance: &mut Stream) -> Sign {
    let kinds = [
        (LoadKind::MessageBoard, 24.0),
        (LoadKind::CompactBoard, 12.0),
        (LoadKind::ArrowBoard, 12.0),
        (LoadKind::PortableSignal, 18.0),
        (LoadKind::RadarTrailer, 6.0),
    ];
    let (kind, watts) = kinds[chance.random_range(0..kinds.len())];
    let scale = chance.random_range(0.8..1.2);
    let capacity = f64::round(watts * scale * 2.0 * chance.random_range(5.0..12.0));
    let rated = AmpHours::new(capacity);
    let (mut battery, profile) = match chemistry {
        Chemistry::Agm => (BatteryParams::agm_12v(rated), Profile::agm_12v()),
        Chemistry::Flooded => (BatteryParams::flooded_12v(rated), Profile::flooded_12v()),
        Chemistry::LiFePo4 => (BatteryParams::lifepo4_4s(rated), Profile::lifepo4_4s()),
    };
    battery.present_capacity_ratio = chance.random_range(0.75..1.0);
    battery.resistance_ratio = chance.random_range(0.8..1.7);
    let lead = chemistry != Chemistry::LiFePo4;
    battery.effects = Effects {
        freezing: false,
        stratification: chemistry == Chemistry::Flooded,
        sulfation: lead,
        ageing: true,
    };
    let places =
        [Place::montreal(), Place::quebec(), Place::saguenay(), Place::sept_iles(), Place::val_dor()];
    let place = places[chance.random_range(0..places.len())];
    let snow = if chance.random_bool(0.5) { Snow::Sheds } else { Snow::Clings };
    let weathering = PanelWeathering {
        snow,
        frost: chance.random_bool(0.5),
        dirt_ratio_per_day: chance.random_range(0.0..0.003),
    };
    let panel =
        PanelParams::twelve_volt(watts * scale * chance.random_range(10.0..18.0), 60.0).weathered(weathering);
    let controller = if chance.random_bool(0.5) {
        ControllerParams::pwm_for(battery.chemistry)
    } else {
        ControllerParams::mppt_for(battery.chemistry)
    };
    let sensors = match chance.random_range(0..4) {
        0 => SensorParams::hall_meter(),
        _ => SensorParams::shunt_monitor(),
    };
    let params = SiteParams {
        controller,
        battery,
        panel,
        load: LoadParams::of(kind).scaled(scale),
        place,
        start_unix_secs: 1_768_194_000 + (f64::floor(chance.random_range(0.0..365.0)) * DAY_SECS) as i64,
        initial_soc: Soc::clamped(chance.random_range(0.5..1.0)),
        sensors,
        dull: vec![(1.0, 1.0 + chance.random_range(0.0..6.0), 0.2)],
    };
    let believed = AmpHours::new(capacity * chance.random_range(0.95..1.1));
    Sign { params, profile: profile.with_capacity(believed), capacity, device: DeviceKind::VedirectBmv }
}

/// Runs a sign for so many days; `each` sees every estimate beside the true state of charge.
fn run(
    sign: &Sign,
    seed: Seed,
    faults: &[FaultEvent],
    silent: Option<(Sensor, SimTime)>,
    days: f64,
    mut each: impl FnMut(&Estimate, f64),
) {
    let mut site = Site::new(&sign.params, seed, faults).expect("a sound site");
    let mut instrument = Instrument::new(sign.device, &InstrumentSettings::default());
    let mut decoder = Decoder::new(sign.device);
    let mut estimator = Estimator::new(sign.profile.clone(), Belief::default());
    let mut bytes = Vec::new();
    for _ in 0..(days * DAY_SECS / STEP_SECS) as u64 {
        let truth = site.step(Span::from_secs(STEP_SECS));
        let sensed =
            without(site.observe(&truth), silent.filter(|(_, from)| truth.at >= *from).map(|it| it.0));
        instrument.observe(truth.at, &sensed);
        bytes.clear();
        instrument.write_block(&mut bytes);
        decoder.push(&bytes);
        while let Some(frame) = decoder.poll() {
            let reading = frame.reading();
            if reading.voltage.is_none() && reading.current.is_none() {
                continue;
            }
            if let Some(estimate) = estimator.update(truth.at, &reading) {
                each(&estimate, truth.soc.as_ratio());
            }
        }
    }
}

fn without(mut sensed: Reading, silent: Option<Sensor>) -> Reading {
    match silent {
        Some(Sensor::Voltage) => sensed.voltage = None,
        Some(Sensor::Current) => sensed.current = None,
        Some(Sensor::Temperature) => sensed.temperature = None,
        None => {}
    }
    sensed
}

const fn of(health: &SensorHealth, sensor: Sensor) -> Option<SensorFinding> {
    match sensor {
        Sensor::Voltage => health.voltage,
        Sensor::Current => health.current,
        Sensor::Temperature => health.temperature,
    }
}

const SENSORS: [Sensor; 3] = [Sensor::Voltage, Sensor::Current, Sensor::Temperature];

/// Counts findings as they appear.
#[derive(Default)]
struct Watcher {
    before: [Option<SensorFault>; 3],
    new: Vec<(Sensor, SensorFault, f64)>,
}

impl Watcher {
    fn look(&mut self, estimate: &Estimate) {
        for (before, sensor) in self.before.iter_mut().zip(SENSORS) {
            let fault = of(&estimate.health, sensor).map(|finding| finding.fault);
            if let Some(fault) = fault.filter(|fault| Some(*fault) != *before) {
                self.new.push((sensor, fault, estimate.at.as_secs()));
            }
            *before = fault;
        }
    }
}

fn covers(estimate: &Estimate, truth: f64) -> bool {
    let (low, high) = estimate.soc_interval_95();
    (low..=high).contains(&truth)
}

#[derive(Default)]
struct Row {
    runs: f64,
    /// Runs in which the first finding of the sensor names the fault as it is.
    named: f64,
    delays_hours: Vec<f64>,
    wrong: f64,
    covered: f64,
    width: f64,
    after: f64,
}

fn study(case: &Case, seeds: std::ops::Range<u64>, talk: bool) -> Row {
    let mut row = Row::default();
    for seed in seeds {
        let chemistry = CHEMISTRIES[(seed % 3) as usize];
        let seed = Seed(seed);
        let mut chance = seed.stream("study");
        let sign = sign(chemistry, &mut chance);
        let onset = SimTime::from_secs(chance.random_range(2.0..5.0) * DAY_SECS);
        let [low, high] = case.severity;
        let size = low + (high - low) * chance.random_range(0.0..1.0);
        let sided = if case.two_sided && chance.random_bool(0.5) { -size } else { size };
        let severity = if case.per_amp_hour { sided * sign.capacity } else { sided };
        let (faults, silent) = match case.trouble {
            Trouble::Kind(kind) => {
                (vec![FaultEvent::new(kind, severity, onset, SimTime::from_secs(1e9))], None)
            }
            Trouble::Silent(sensor) => (vec![], Some((sensor, onset))),
        };
        let mut watcher = Watcher::default();
        run(&sign, seed, &faults, silent, onset.as_secs() / DAY_SECS + 8.0, |estimate, truth| {
            watcher.look(estimate);
            if estimate.at >= onset {
                row.after += 1.0;
                row.covered += f64::from(u8::from(covers(estimate, truth)));
                let (low, high) = estimate.soc_interval_95();
                row.width += high - low;
            }
        });
        row.runs += 1.0;
        let right = watcher.new.iter().find(|new| new.0 == case.sensor && new.2 >= onset.as_secs());
        row.delays_hours.extend(right.map(|new| (new.2 - onset.as_secs()) / 3600.0));
        row.named += f64::from(u8::from(right.is_some_and(|new| new.1 == case.fault)));
        let wrong: Vec<_> =
            watcher.new.iter().filter(|new| new.0 != case.sensor || new.2 < onset.as_secs()).collect();
        row.wrong += f64::from(u8::from(!wrong.is_empty()));
        if talk && (right.is_none_or(|new| new.1 != case.fault) || !wrong.is_empty()) {
            println!(
                "   {} {seed:?} {chemistry:?} {:.0} Ah severity {severity:.3} onset {:.2} d: {:?}",
                case.name,
                sign.capacity,
                onset.as_secs() / DAY_SECS,
                watcher
                    .new
                    .iter()
                    .take(5)
                    .map(|new| (new.0, new.1, (new.2 / 864.0).round() / 100.0))
                    .collect::<Vec<_>>()
            );
        }
    }
    row.delays_hours.sort_by(f64::total_cmp);
    row
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted.get(((sorted.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or(f64::NAN)
}

/// Findings per battery-year on healthy signs, and coverage of the interval.
fn healthy(seeds: std::ops::Range<u64>, days: f64, talk: bool) -> (f64, f64, f64) {
    let (mut findings, mut years, mut covered, mut count) = (0.0, 0.0, 0.0, 0.0);
    for seed in seeds {
        let chemistry = CHEMISTRIES[(seed % 3) as usize];
        let seed = Seed(seed);
        let sign = sign(chemistry, &mut seed.stream("study"));
        let mut watcher = Watcher::default();
        run(&sign, seed, &[], None, days, |estimate, truth| {
            watcher.look(estimate);
            count += 1.0;
            covered += f64::from(u8::from(covers(estimate, truth)));
        });
        years += days / 365.0;
        findings += watcher.new.len() as f64;
        if talk && !watcher.new.is_empty() {
            let told: Vec<_> = watcher
                .new
                .iter()
                .take(4)
                .map(|new| (new.0, new.1, (new.2 / 864.0).round() / 100.0))
                .collect();
            println!(
                "   healthy {seed:?} {chemistry:?} {:.0} Ah: {} {told:?}",
                sign.capacity,
                watcher.new.len()
            );
        }
    }
    (findings / years, years, covered / count)
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn sensor_faults_are_found_and_healthy_sensors_left_alone() {
    let long = std::env::var_os("BALISE_SEEDS").is_some();
    let seeds = number("BALISE_SEEDS", 6);
    let first = number("BALISE_SEED_FIRST", REPORTED);
    println!(
        "| fault | runs | found | named right | median delay, h | 90 %, h | wrong sensor | interval holds | its width |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut missed = Vec::new();
    let only = std::env::var("BALISE_FAULT").unwrap_or_default();
    for case in CASES.iter().filter(|case| case.name.contains(&only)) {
        let row = study(case, first..first + seeds, long);
        let found = row.delays_hours.len() as f64 / row.runs;
        println!(
            "| {} | {} | {:.0} % | {:.0} % | {:.1} | {:.1} | {:.0} % | {:.0} % | {:.2} |",
            case.name,
            row.runs,
            100.0 * found,
            100.0 * row.named / row.runs,
            quantile(&row.delays_hours, 0.5),
            quantile(&row.delays_hours, 0.9),
            100.0 * row.wrong / row.runs,
            100.0 * row.covered / row.after,
            row.width / row.after,
        );
        if found < 0.8 && SURE.contains(&case.name) {
            missed.push(case.name);
        }
    }
    let days = number("BALISE_DAYS", if long { 365 } else { 60 }) as f64;
    let (per_year, years, covered) = healthy(first..first + seeds, days, long);
    println!(
        "healthy: {per_year:.2} false findings per battery-year over {years:.1} years, interval holds {:.0} %",
        100.0 * covered
    );
    assert_eq!(missed, Vec::<&str>::new(), "missed");
    // What is wanted is one a year: docs/sensors.md says what it is and where the rest comes from.
    if per_year > 1.0 {
        println!("NOT REACHED: at most 1 false finding per battery-year");
    }
}

/// A sign of lead and acid whose current nobody measures, looked at before each dawn.
#[test]
fn a_voltage_alone_tells_the_charge_of_lead_acid_before_dawn_within_its_interval() {
    let seeds = number("BALISE_SEEDS", 6);
    let (mut error, mut covered, mut width, mut count) = (0.0, 0.0, 0.0, 0.0);
    for seed in (REPORTED..REPORTED + seeds).map(Seed) {
        let chemistry = CHEMISTRIES[(seed.0 % 2) as usize];
        let sign = sign(chemistry, &mut seed.stream("study"));
        let blind = Some((Sensor::Current, SimTime::ZERO));
        run(&sign, seed, &[], blind, 30.0, |estimate, truth| {
            // Signs start at midnight, local time: four hours later it has been dark for long, in any season.
            let hour = estimate.at.as_hours() % 24.0;
            if (4.0..4.0 + STEP_SECS / 3600.0).contains(&hour) && estimate.at.as_hours() > 48.0 {
                count += 1.0;
                error += (estimate.soc.as_ratio() - truth).abs();
                covered += f64::from(u8::from(covers(estimate, truth)));
                let (low, high) = estimate.soc_interval_95();
                width += high - low;
            }
        });
    }
    let (mae, holds) = (error / count, covered / count);
    println!(
        "voltage only, {count} dawns: MAE {:.1} points, interval holds {:.0} %, width {:.2}",
        100.0 * mae,
        100.0 * holds,
        width / count
    );
    assert!(mae <= 0.15, "MAE {mae}");
    assert!(holds >= 0.9, "{holds}");
}
