//! From the parsed command line to the command: defaults are filled in and files read here, so that the
//! commands themselves take plain values.

use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use exporter::BatteryId;
use exporter::rules::Scaling;
use fluent_templates::fluent_bundle::FluentValue;
use hil::DeviceKind;
use hil::device::ResponderSettings;
use serde_json::Value;
use signals::{AmpHours, FaultEvent, Seed, Soc, Span};

use crate::capture::About;
use crate::config::{self, Battery, Config};
use crate::demo::{self, Broken};
use crate::emulate::{self, Driver, Label, Line, Played};
use crate::estimates::EstimatesWriter;
use crate::failure::{Exit, Failure};
use crate::fleet::Format;
use crate::scenario::Scenario;
use crate::stage::Stage;
use crate::words::Words;
use crate::{
    alerts, clean, decode, diff, doctor, document, estimate, evaluate, explore, export, files, fleet,
    identify, interrupt, late, load, monitor, page, ports, present, record, replay, rig, run, scenario,
    schema, speech, weather,
};

/// The battery that nothing is told of.
const PROFILE_DEFAULT: &str = "agm_12v";

/// Runs the command that `matches` names.
///
/// # Errors
/// Whatever ends the command badly.
pub fn execute(matches: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let Some((name, given)) = matches.subcommand() else {
        return Err(Failure::new(Exit::Usage, words.say("cli-error-other")));
    };
    // Services end in order; everything else can stop anywhere.
    if !matches!(name, "monitor" | "emulate" | "demo" | "rig" | "record" | "estimate") {
        interrupt::exit_when_asked();
    }
    match name {
        "decode" => decode::decode(
            device(given, words)?,
            text(given, "file").unwrap_or("-"),
            &mut std::io::stdout().lock(),
            words,
        ),
        "monitor" => monitor(given, words),
        "emulate" => emulate(given, words),
        "demo" => demo(given, words),
        "rig" => rig(given, words),
        "evaluate" => evaluate(given, words),
        "estimate" => estimate::estimate(&estimate::options(given, words)?, words),
        "present" => present(given, words),
        "identify" => identify(given, words),
        "explore" => explore(given, words),
        "clean" => clean(given, words),
        "schema" => schema::print(text(given, "format"), words),
        "completions" => completions(given, words),
        "doctor" => doctor(given, words),
        "load" => load::load(&load::options(given, words)?, words),
        "fleet" => fleet(given, words),
        "record" => record(given, words),
        "replay" => replay(given, words),
        "export" => export(given, words),
        "diff" => diff(given, words),
        "run" => run(given, words),
        "rules" => rules(given, words),
        "late" => late(given, words),
        _ => Err(Failure::new(Exit::Usage, words.say("cli-error-other"))),
    }
}

fn rules(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let scaling = match speed(given, words)? {
        None => Scaling::real(),
        Some(factor) => Scaling::accelerated(factor, demo::SCRAPE),
    };
    let out = path(given, "out").unwrap_or_default();
    alerts::make(text(given, "parameters"), &out, &scaling, words)
}

fn late(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let instant = |name: &str, flag: &str| {
        let told = text(given, name).map(|text| {
            let at = text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_second);
            at.map_err(|_| bad_value(flag, text, words))
        });
        told.transpose()
    };
    let range = instant("late-from", "--from")?.zip(instant("until", "--until")?);
    let address = |flag, usual: &str| text(given, flag).unwrap_or(usual).to_owned();
    let options = late::Options {
        prometheus: address("late-prometheus", "http://127.0.0.1:9090"),
        alertmanager: address("alertmanager", "http://127.0.0.1:9093"),
        range,
        watch: given.get_flag("watch"),
        alive: path(given, "alive"),
    };
    late::late(&alerts::load(text(given, "rules-file"), words)?, &options, words)
}

fn monitor(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let by_hand = text(given, "port").is_some();
    let mut config = match (text(given, "config"), text(given, "port")) {
        (Some(path), _) => configuration(path, words)?,
        (None, Some(port)) => {
            let listen = config::LISTEN_DEFAULT;
            let batteries = vec![battery_by_hand(port, given, words)?];
            Config { listen, signs: None, page: page::Settings::default(), remote_write: None, batteries }
        }
        (None, None) => return Err(Failure::new(Exit::Usage, words.say("monitor-nothing-to-watch"))),
    };
    if let Some(listen) = text(given, "listen") {
        config.listen = listen.parse().map_err(|_| bad_value("--listen", listen, words))?;
    }
    let options = monitor::Options {
        capture: path(given, "capture"),
        about: notes(About::made_by("monitor"), given),
        estimates: path(given, "trace"),
        state: path(given, "state"),
        speed: speed(given, words)?,
        epoch: given.get_one("epoch").copied(),
        ports_must_be_there: by_hand,
    };
    monitor::monitor(&config, &options, words)
}

fn emulate(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let line = match (text(given, "link"), text(given, "port")) {
        (Some(link), _) => Line::Pty(link.into()),
        (None, Some(port)) => Line::Port(port.into()),
        (None, None) => return Err(Failure::new(Exit::Usage, words.say("emulate-no-line"))),
    };
    let seats = seats(given, words)?;
    let truth = path(given, "truth");
    if truth.is_some() && (text(given, "scenario").is_none() || seats.len() > 1) {
        return Err(Failure::new(Exit::Usage, words.say("emulate-truth-needs-plant")));
    }
    let told = given.get_many::<String>("fault").into_iter().flatten();
    let told: Vec<FaultEvent> =
        told.map(|text| emulate::told_fault(text, words)).collect::<Result<_, _>>()?;
    let driven = Driven::by(given, &told, words)?;
    let driver = match text(given, "recorded") {
        Some(path) => Driver::Played(played(path, &seats, &driven.faults, given, words)?),
        None => seated(&seats, &driven, given, words)?,
    };
    let speed = speed(given, words)?.unwrap_or(1.0);
    let label = label(given, driver.kind(), speed, words)?;
    let options = emulate::Options {
        line,
        speed,
        epoch: given.get_one("epoch").copied(),
        truth,
        faults: driven.faults,
        seed: driven.seed,
        fault_log: path(given, "fault-log"),
        capture: path(given, "capture"),
        label,
    };
    emulate::emulate(driver, &options, words)
}

/// What drives everybody on the emulated line.
fn seated(
    seats: &[emulate::Seat],
    driven: &Driven,
    given: &ArgMatches,
    words: Words,
) -> Result<Driver, Failure> {
    let mut drivers = Vec::new();
    for seat in seats {
        let mut driver = driven.driver(seat, seats, given, words)?;
        driver.answer_as(ResponderSettings {
            address: seat.address,
            picky: given.get_flag("picky"),
            current_reversed: given.get_flag("current-reversed"),
            shares_line: seats.len() > 1,
        });
        drivers.push(driver);
    }
    let mut drivers = drivers.into_iter();
    let alone = drivers.next().ok_or_else(|| no_device(words))?;
    let others: Vec<Driver> = drivers.collect();
    Ok(if others.is_empty() { alone } else { Driver::Shared(emulate::Shared::new(alone, others)) })
}

/// The recording that answers, or talks, in a device's place. It has its own addresses, and says what it said:
/// only its line can fail.
fn played(
    path: &str,
    seats: &[emulate::Seat],
    faults: &[FaultEvent],
    given: &ArgMatches,
    words: Words,
) -> Result<Played, Failure> {
    let named: Vec<&str> =
        given.get_many::<String>("device").into_iter().flatten().map(String::as_str).collect();
    if seats.len() > 1 || seats.iter().any(|seat| seat.address.is_some()) {
        return Err(bad_value("--device", &named.join(" "), words));
    }
    emulate::all_of_the_line(faults, "emulate-fault-of-recording", words)?;
    Played::open(path, seats.first().map(|seat| seat.kind), text(given, "source"), words)
}

/// Who sits on the emulated line; the scenario's own device where nobody is named.
fn seats(given: &ArgMatches, words: Words) -> Result<Vec<emulate::Seat>, Failure> {
    let named = given.get_many::<String>("device").into_iter().flatten();
    let mut seats: Vec<emulate::Seat> =
        named.map(|text| emulate::seat(text, words)).collect::<Result<_, _>>()?;
    if let (true, Some(path)) = (seats.is_empty(), text(given, "scenario")) {
        seats.push(emulate::Seat { kind: read_scenario(path, words)?.0.device.kind, address: None });
    }
    if let Some(address) = given.get_one::<u8>("address").copied() {
        match seats.as_mut_slice() {
            [alone] if alone.address.is_none() => alone.address = Some(address),
            _ => return Err(bad_value("--address", &address.to_string(), words)),
        }
    }
    emulate::check_seats(&seats, words)?;
    Ok(seats)
}

fn no_device(words: Words) -> Failure {
    let known = [("known", FluentValue::from(known_devices()))];
    Failure::new(Exit::Usage, words.tell("emulate-no-device", &known))
}

/// What drives the devices of an emulated line.
struct Driven {
    scenario: Option<(Scenario, String)>,
    every: Option<Span>,
    faults: Vec<FaultEvent>,
    seed: Seed,
}

impl Driven {
    /// What the flags name, with the faults they tell.
    fn by(given: &ArgMatches, told: &[FaultEvent], words: Words) -> Result<Self, Failure> {
        let every = given.get_one::<f64>("every").copied();
        if let Some(every) = every.filter(|every| !(0.01..=86_400.0).contains(every)) {
            return Err(bad_value("--every", &every.to_string(), words));
        }
        let every = every.map(Span::from_secs);
        let seed = given.get_one("seed").copied().map(Seed);
        let Some(path) = text(given, "scenario") else {
            if let Some(fault) = told.iter().find(|fault| !emulate::needs_no_plant(fault.kind)) {
                let blanks = [
                    ("fault", FluentValue::from(fault.kind.name())),
                    ("known", FluentValue::from(emulate::faults_without_plant())),
                ];
                return Err(Failure::new(Exit::Usage, words.tell("emulate-fault-needs-plant", &blanks)));
            }
            return Ok(Self { scenario: None, every, faults: told.to_vec(), seed: seed.unwrap_or(Seed(1)) });
        };
        let (mut scenario, _) = read_scenario(path, words)?;
        scenario.faults.extend_from_slice(told);
        let (faults, seed) = (scenario.faults.clone(), seed.unwrap_or(scenario.seed));
        Ok(Self { scenario: Some((scenario, path.to_owned())), every, faults, seed })
    }

    /// What drives one device of the line.
    fn driver(
        &self,
        seat: &emulate::Seat,
        seats: &[emulate::Seat],
        given: &ArgMatches,
        words: Words,
    ) -> Result<Driver, Failure> {
        let kind = seat.kind;
        if let Some((scenario, path)) = &self.scenario {
            let mut scenario = scenario.clone();
            scenario.device.kind = kind;
            let every = self.every.unwrap_or(scenario.device.every);
            let stage = stage(&scenario, self.seed, path, words)?.sending_every(every);
            return Ok(Driver::staged(stage, kind, scenario.duration));
        }
        if let Some(path) = text(given, "data") {
            let rows = evaluate::readings(path, words)?;
            return Ok(Driver::recorded(kind, rows).befallen_by(&self.faults));
        }
        let pairs: Vec<&str> =
            given.get_many::<String>("set").into_iter().flatten().map(String::as_str).collect();
        if pairs.is_empty() {
            return Err(Failure::new(Exit::Usage, words.say("emulate-nothing-drives")));
        }
        let own = emulate::pairs_of(seat, seats, &pairs, words)?;
        let sensed = emulate::held(own.into_iter(), words)?;
        let every = self.every.unwrap_or(Span::from_millis(1000));
        Ok(Driver::held(kind, sensed, every).befallen_by(&self.faults))
    }
}

/// What a capture of the emulated line says of it.
fn label(given: &ArgMatches, kind: DeviceKind, speed: f64, words: Words) -> Result<Label, Failure> {
    let about = notes(About::made_by("emulate").started(hil::pace::wall_unix_nanos()).at_speed(speed), given);
    let (about, source) = match text(given, "scenario") {
        Some(path) => {
            let (scenario, told) = read_scenario(path, words)?;
            let seed = given.get_one("seed").copied().map_or(scenario.seed, Seed);
            let id = BatteryId::new(&scenario.site, &scenario.battery);
            (about.of_scenario(&scenario.name, &told, seed), replay::source_name(&id))
        }
        None => (about, "site/battery".to_owned()),
    };
    Ok(Label { about: about.of_device(&source, kind), source })
}

/// What a capture says because `--note` says it.
fn notes(about: About, given: &ArgMatches) -> About {
    given.get_many::<String>("note").into_iter().flatten().fold(about, |about, note| about.with("note", note))
}

fn rig(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let options = rig::Options {
        manifest: text(given, "manifest").unwrap_or_default().to_owned(),
        out: path(given, "out"),
        emulate: given.get_flag("emulate"),
        force: given.get_flag("force"),
        json: given.get_flag("json"),
    };
    rig::rig(&options, words)
}

fn record(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let by_hand = text(given, "port").is_some();
    let batteries = match (text(given, "config"), text(given, "port")) {
        (Some(path), _) => configuration(path, words)?.batteries,
        (None, Some(port)) => {
            let mut battery = device_by_hand(port, given, words)?;
            battery.polling.address = given.get_one("address").copied();
            vec![battery]
        }
        (None, None) => return Err(Failure::new(Exit::Usage, words.say("record-nothing"))),
    };
    let length = match given.get_one::<f64>("for").copied() {
        Some(secs) if !(0.001..=1e9).contains(&secs) => {
            return Err(bad_value("--for", &secs.to_string(), words));
        }
        secs => secs.map(Duration::from_secs_f64),
    };
    let options = record::Options {
        capture: path(given, "recording").unwrap_or_default(),
        batteries,
        ports_must_be_there: by_hand,
        about: notes(About::made_by("record"), given),
        only_listen: given.get_flag("only-listen"),
        length,
        json: given.get_flag("json"),
    };
    record::record(&options, words)
}

fn export(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let out = path(given, "export-out");
    let form = match text(given, "as") {
        Some(name) => {
            let known = export::Form::NAMES.iter().find(|(known, _)| *known == name);
            known.map(|(_, form)| *form).ok_or_else(|| bad_value("--as", name, words))?
        }
        None => out.as_deref().map_or(export::Form::Dump, export::Form::of_file),
    };
    export::export(text(given, "capture").unwrap_or_default(), form, out, words)
}

fn diff(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let mut tolerance = diff::Tolerance::default();
    for value in given.get_many::<String>("tolerance").into_iter().flatten() {
        tolerance = tolerance.with(value).ok_or_else(|| bad_value("--tolerance", value, words))?;
    }
    let file = |name: &str| text(given, name).unwrap_or_default().to_owned();
    let options = diff::Options {
        files: [file("first"), file("second")],
        device: device(given, words)?,
        tolerance,
        json: given.get_flag("json"),
    };
    diff::diff(&options, words)
}

/// How a capture goes by: as fast as possible unless told otherwise, or shown on a page.
fn pace(given: &ArgMatches, words: Words) -> Result<replay::Paced, Failure> {
    let board = match text(given, "replay-listen") {
        Some(address) => {
            let address = address.parse().map_err(|_| bad_value("--listen", address, words))?;
            let board = exporter::Board::new(env!("CARGO_PKG_VERSION"));
            replay::serve(address, board.clone(), words)?;
            Some(board)
        }
        None => None,
    };
    let speed = match text(given, "replay-speed") {
        None => board.is_some().then_some(1.0),
        Some("max") => None,
        Some(text) => {
            let speed = text.parse().ok().filter(|speed| (0.001..=1e6).contains(speed));
            Some(speed.ok_or_else(|| bad_value("--speed", text, words))?)
        }
    };
    Ok(replay::Paced::new(speed, board))
}

fn replay(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let known = match text(given, "config") {
        Some(path) => configuration(path, words)?.batteries,
        None => Vec::new(),
    };
    let other = battery_by_hand("-", given, words)?;
    let capture = text(given, "capture").unwrap_or_default();
    let trace = path(given, "trace");
    let mut out = match &trace {
        Some(path) => {
            // Beside its place until it is whole: an interruption must not cost the file of before.
            let writer = EstimatesWriter::new(files::create(&files::beside(path), words)?);
            Some(writer.map_err(|error| files::unwritable(path, &error, words))?)
        }
        None => None,
    };
    let known = replay::Known { batteries: &known, other: &other, device: device(given, words)? };
    let batteries = replay::replay(capture, known, &mut pace(given, words)?, out.as_mut(), words)?;
    if let (Some(mut out), Some(path)) = (out, &trace) {
        let moved = out.flush().and_then(|()| std::fs::rename(files::beside(path), path));
        moved.map_err(|error| files::unwritable(path, &error, words))?;
    }
    show(given, || replay::json(&batteries), || replay::table(&batteries, words), words)?;
    Ok(Exit::Ok)
}

/// The result of a command: JSON where it was asked for, else a table.
fn show(
    given: &ArgMatches,
    json: impl FnOnce() -> Value,
    table: impl FnOnce() -> String,
    words: Words,
) -> Result<(), Failure> {
    let text = if given.get_flag("json") { format!("{:#}\n", json()) } else { table() };
    speech::print(&text, words)
}

fn run(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let shard = match text(given, "shard") {
        Some(value) => Some(shard(value).ok_or_else(|| {
            let blanks = [("value", FluentValue::from(value.to_owned()))];
            Failure::new(Exit::Usage, words.tell("run-bad-shard", &blanks))
        })?),
        None => None,
    };
    let options = run::Options {
        scenarios: given.get_many::<String>("scenario").into_iter().flatten().cloned().collect(),
        seed: given.get_one("seed").copied(),
        seeds: given.get_one("seeds").copied().unwrap_or(1),
        jobs: given.get_one::<u64>("jobs").map(|jobs| *jobs as usize),
        shard,
        out: path(given, "out"),
        baseline: path(given, "baseline"),
        capture: given.get_flag("run-capture"),
        force: given.get_flag("force"),
        json: given.get_flag("json"),
    };
    run::run(&options, words)
}

fn fleet(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let secs = |name: &str| match given.get_one::<f64>(name).copied() {
        Some(secs) if !(0.001..=31_536_000.0).contains(&secs) => {
            Err(bad_value(&format!("--{name}"), &secs.to_string(), words))
        }
        secs => Ok(secs.map(Span::from_secs)),
    };
    let format = match text(given, "format") {
        None => Format::Csv,
        Some(name) => {
            let known = Format::NAMES.iter().find(|(known, _)| *known == name);
            known.map(|(_, format)| *format).ok_or_else(|| bad_value("--format", name, words))?
        }
    };
    let options = fleet::Options {
        scenarios: given.get_many::<String>("scenario").into_iter().flatten().cloned().collect(),
        sites: given.get_one("sites").copied().unwrap_or(100),
        seed: given.get_one("seed").copied(),
        seeds: given.get_one("seeds").copied().unwrap_or(1),
        jobs: given.get_one::<u64>("jobs").map(|jobs| *jobs as usize),
        step: secs("step")?,
        hold: secs("hold")?,
        every: secs("rows-every")?.unwrap_or(Span::from_secs(3600.0)),
        format,
        out: path(given, "out"),
        force: given.get_flag("force"),
        json: given.get_flag("json"),
    };
    fleet::fleet(&options, words)
}

fn evaluate(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    if let Some(signs) = given.get_one::<u64>("nights") {
        let asked = evaluate::nights::Asked {
            seed: given.get_one("seed").copied().unwrap_or(1),
            signs: *signs,
            jobs: given.get_one::<u64>("jobs").map(|jobs| *jobs as usize),
            out: path(given, "evaluation-out"),
        };
        let nights = evaluate::nights::nights(&asked, words)?;
        show(given, || nights.json(), || nights.table(words), words)?;
        return Ok(Exit::Ok);
    }
    let options = evaluation(given, words)?;
    let (matrix, cuts) = (text(given, "matrix"), given.get_one::<u64>("cuts").copied().unwrap_or(0));
    if matrix.is_none() && cuts == 0 {
        let report = evaluate::evaluate(&options, words)?;
        show(given, || report.json(), || report.table(words), words)?;
        return Ok(Exit::Ok);
    }
    let asked = evaluate::Asked {
        options: evaluate::Options { data: matrix.map_or(options.data, str::to_owned), ..options },
        is_matrix: matrix.is_some(),
        cuts,
        seed: given.get_one("seed").copied().unwrap_or(1),
        jobs: given.get_one::<u64>("jobs").map(|jobs| *jobs as usize),
        is_quiet: given.get_flag("json"),
    };
    if given.get_flag("study") {
        let study = evaluate::study(&asked, words)?;
        show(given, || study.json(), || study.table(words), words)?;
        return Ok(Exit::Ok);
    }
    let scoring = evaluate::score_all(&asked, words)?;
    show(given, || scoring.json(), || scoring.table(words), words)?;
    Ok(Exit::Ok)
}

/// What `evaluate` is told of data, battery and errors.
fn evaluation(given: &ArgMatches, words: Words) -> Result<evaluate::Options, Failure> {
    let number = |name: &str| given.get_one::<f64>(name).copied();
    let initial_soc = match number("initial-soc") {
        Some(soc) => {
            Some(Soc::try_from(soc).map_err(|_| bad_value("--initial-soc", &soc.to_string(), words))?)
        }
        None => None,
    };
    let through = match text(given, "through") {
        Some(name) => Some(name.parse().map_err(|_| unknown_device(name, words))?),
        None => None,
    };
    Ok(evaluate::Options {
        data: text(given, "data").unwrap_or_default().to_owned(),
        profile: text(given, "profile").unwrap_or_default().to_owned(),
        through,
        initial_soc,
        current_offset_a: number("current-offset-a").unwrap_or(0.0),
        voltage_offset_v: number("voltage-offset-v").unwrap_or(0.0),
        current_gain: number("current-gain"),
        predictions: path(given, "predictions"),
        out: path(given, "evaluation-out"),
    })
}

fn identify(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let capacity = given.get_one::<f64>("capacity-ah").copied();
    if let Some(capacity) = capacity.filter(|capacity| !(0.01..=100_000.0).contains(capacity)) {
        return Err(bad_value("--capacity-ah", &capacity.to_string(), words));
    }
    let files = |name: &str| given.get_many::<String>(name).into_iter().flatten().cloned().collect();
    let options = identify::Options {
        data: files("identify-data"),
        rest: files("ocv"),
        pulse: files("pulse"),
        drive: files("drive"),
        check: files("check"),
        base: text(given, "base").unwrap_or_default().to_owned(),
        name: text(given, "name").map(str::to_owned),
        capacity_ah: capacity,
        out: path(given, "identify-out").unwrap_or_default(),
        report: path(given, "report"),
        seed: given.get_one("identify-seed").copied().unwrap_or(1),
    };
    let report = identify::identify(&options, words)?;
    show(given, || report.json(), || report.table(words), words)?;
    Ok(Exit::Ok)
}

fn capture_device(given: &ArgMatches, words: Words) -> Result<Option<DeviceKind>, Failure> {
    let named = text(given, "capture-device");
    named.map(|name| name.parse().map_err(|_| unknown_device(name, words))).transpose()
}

fn explore(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let options = explore::Options {
        files: given.get_many::<String>("log").into_iter().flatten().cloned().collect(),
        out: path(given, "explore-out"),
        suggest: path(given, "suggest"),
        zone: text(given, "time-zone").map(str::to_owned),
        device: capture_device(given, words)?,
        json: given.get_flag("json"),
        force: given.get_flag("force"),
    };
    explore::explore(&options, words)
}

fn clean(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let options = clean::Options {
        file: text(given, "dirty").unwrap_or_default().to_owned(),
        rules: text(given, "clean-rules").unwrap_or_default().to_owned(),
        out: path(given, "clean-out").unwrap_or_default(),
        device: capture_device(given, words)?,
        force: given.get_flag("force"),
        json: given.get_flag("json"),
    };
    clean::clean(&options, words)
}

/// The lines by which a shell completes our commands.
fn completions(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let named = text(given, "shell").unwrap_or_default();
    let shell: clap_complete::Shell = named.parse().map_err(|_| bad_value("SHELL", named, words))?;
    let mut lines = Vec::new();
    clap_complete::generate(shell, &mut crate::cli::command(words), "balise", &mut lines);
    speech::print(&String::from_utf8_lossy(&lines), words)?;
    Ok(Exit::Ok)
}

fn present(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let options = present::Options {
        folders: given.get_many::<String>("results").into_iter().flatten().map(PathBuf::from).collect(),
        out: path(given, "present-out").unwrap_or_default(),
        title: text(given, "title").unwrap_or_default().to_owned(),
    };
    present::present(&options, words)
}

fn demo(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let broken = match text(given, "break") {
        None => None,
        Some(name) => Some(
            Broken::NAMES
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, broken)| *broken)
                .ok_or_else(|| bad_value("--break", name, words))?,
        ),
    };
    let options = demo::Options {
        seed: Seed(given.get_one("seed").copied().unwrap_or(1)),
        broken,
        out: path(given, "out"),
        json: given.get_flag("json"),
    };
    demo::demo(&options, words)
}

fn doctor(given: &ArgMatches, words: Words) -> Result<Exit, Failure> {
    let asked = given.get_flag("ports").then(|| ports::examine(path(given, "port").as_deref(), words));
    let (findings, ports) = (doctor::examine(), asked.as_deref());
    show(given, || doctor::json(&findings, ports), || doctor::table(&findings, ports, words), words)?;
    Ok(doctor::exit(&findings, ports))
}

/// `I/N` with I from 1 to N.
fn shard(text: &str) -> Option<(u64, u64)> {
    let (part, of) = text.split_once('/')?;
    let (part, of) = (part.parse().ok()?, of.parse().ok()?);
    (1..=of).contains(&part).then_some((part, of))
}

/// The scenario at `path`, with its text.
///
/// # Errors
/// Exit 3 with every complaint about the file.
pub fn read_scenario(path: &str, words: Words) -> Result<(Scenario, String), Failure> {
    let source = files::read_text(path, words)?;
    match scenario::parse(&source) {
        Ok(mut scenario) => {
            weather::read(&mut scenario, path, words)?;
            Ok((scenario, source))
        }
        Err(complaints) => Err(document::failure(path, &source, &complaints, words)),
    }
}

fn stage(scenario: &Scenario, seed: Seed, path: &str, words: Words) -> Result<Stage, Failure> {
    Stage::new(scenario, seed).map_err(|error| {
        let blanks = [("path", FluentValue::from(path)), ("reason", FluentValue::from(error.to_string()))];
        Failure::new(Exit::BadFile, words.tell("scenario-refused", &blanks))
    })
}

pub(crate) fn configuration(path: &str, words: Words) -> Result<Config, Failure> {
    let source = files::read_text(path, words)?;
    config::parse(&source).map_err(|complaints| document::failure(path, &source, &complaints, words))
}

/// A battery told by flags alone.
fn battery_by_hand(port: &str, given: &ArgMatches, words: Words) -> Result<Battery, Failure> {
    battery_of(device_by_hand(port, given, words)?, given, words)
}

/// A battery of which no device is told: its readings come from elsewhere.
pub(crate) fn battery_collected(given: &ArgMatches, words: Words) -> Result<Battery, Failure> {
    battery_of(undescribed("-", DeviceKind::VedirectBmv), given, words)
}

/// The battery with its profile and capacity as the flags tell them.
fn battery_of(battery: Battery, given: &ArgMatches, words: Words) -> Result<Battery, Failure> {
    let capacity = given.get_one::<f64>("capacity-ah").copied();
    if let Some(capacity) = capacity
        && !(0.1..=100_000.0).contains(&capacity)
    {
        return Err(bad_value("--capacity-ah", &capacity.to_string(), words));
    }
    let profile = text(given, "profile").unwrap_or(PROFILE_DEFAULT).to_owned();
    Ok(Battery { profile, capacity: capacity.map(AmpHours::new), ..battery })
}

/// A device told by flags alone, on a battery of which nothing is told.
fn device_by_hand(port: &str, given: &ArgMatches, words: Words) -> Result<Battery, Failure> {
    Ok(undescribed(port, device_or_default(given, words)?))
}

pub(crate) fn undescribed(port: &str, device: DeviceKind) -> Battery {
    Battery {
        site: "site".to_owned(),
        name: "battery".to_owned(),
        port: hil::port::Wanted::named(port),
        device,
        profile: PROFILE_DEFAULT.to_owned(),
        capacity: None,
        initial_soc: None,
        silent_after: config::SILENT_AFTER_DEFAULT,
        standing: crate::foresight::STANDING_DEFAULT,
        disconnect: crate::foresight::DISCONNECT_DEFAULT,
        polling: config::Polling::default(),
        truth: None,
    }
}

fn device_or_default(given: &ArgMatches, words: Words) -> Result<DeviceKind, Failure> {
    Ok(device(given, words)?.unwrap_or(DeviceKind::VedirectBmv))
}

fn device(given: &ArgMatches, words: Words) -> Result<Option<DeviceKind>, Failure> {
    device_of(given, "device", words)
}

pub(crate) fn device_of(given: &ArgMatches, name: &str, words: Words) -> Result<Option<DeviceKind>, Failure> {
    let named = text(given, name);
    named.map(|name| name.parse().map_err(|_| unknown_device(name, words))).transpose()
}

/// The usage error of a device kind that is none.
#[must_use]
pub fn unknown_device(name: &str, words: Words) -> Failure {
    let blanks = [("name", FluentValue::from(name)), ("known", FluentValue::from(known_devices()))];
    Failure::new(Exit::Usage, words.tell("cli-unknown-device", &blanks))
}

fn known_devices() -> String {
    let known: Vec<&str> = DeviceKind::ALL.iter().map(|kind| kind.name()).collect();
    known.join(", ")
}

fn speed(given: &ArgMatches, words: Words) -> Result<Option<f64>, Failure> {
    let speed = given.get_one::<f64>("speed").copied();
    match speed {
        Some(speed) if !(0.001..=1e6).contains(&speed) => {
            Err(bad_value("--speed", &speed.to_string(), words))
        }
        speed => Ok(speed),
    }
}

pub(crate) fn bad_value(argument: &str, value: &str, words: Words) -> Failure {
    let blanks = [
        ("argument", FluentValue::from(argument.to_owned())),
        ("value", FluentValue::from(value.to_owned())),
    ];
    Failure::new(Exit::Usage, words.tell("cli-error-bad-value", &blanks))
}

pub(crate) fn text<'m>(given: &'m ArgMatches, name: &str) -> Option<&'m str> {
    given.get_one::<String>(name).map(String::as_str)
}

pub(crate) fn path(given: &ArgMatches, name: &str) -> Option<PathBuf> {
    text(given, name).map(PathBuf::from)
}
