//! The command line of `load`: flags in, [`Options`] out.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches};
use hil::DeviceKind;
use signals::Seed;

use super::Options;
use crate::cli::{flag, switch};
use crate::command::{bad_value, device_of, text};
use crate::emulate;
use crate::failure::{Exit, Failure};
use crate::words::Words;

/// Its flags.
pub fn arguments(words: Words) -> Vec<Arg> {
    let own = |name: &'static str, long: &'static str, value: &'static str| {
        flag(words, name).long(long).value_name(value)
    };
    let secs = |arg: Arg| arg.value_parser(clap::value_parser!(f64));
    let count = |arg: Arg| arg.value_parser(clap::value_parser!(u64).range(1..=1_000_000));
    vec![
        count(flag(words, "batteries").value_name("N")),
        secs(flag(words, "rate").value_name("HZ")),
        flag(words, "on").value_name("memory|ptys"),
        own("load-device", "device", "KIND"),
        own("load-fault", "fault", "KIND[=N][@FROM..UNTIL]").num_args(1).action(ArgAction::Append),
        secs(own("load-for", "for", "SECONDS")),
        secs(flag(words, "scrape-every").value_name("SECONDS")),
        switch(words, "load-state").long("state"),
        count(flag(words, "ramp").value_name("N")),
        own("load-seed", "seed", "N").value_parser(clap::value_parser!(u64)),
        switch(words, "json"),
    ]
}

/// What the flags say.
///
/// # Errors
/// Exit 2 where a value is wrong, a device does not talk by itself, or a fault is not of a line.
pub fn options(given: &ArgMatches, words: Words) -> Result<Options, Failure> {
    let secs = |name: &str, long: &str, usual: f64, range: std::ops::RangeInclusive<f64>| {
        let secs = given.get_one::<f64>(name).copied().unwrap_or(usual);
        if range.contains(&secs) { Ok(secs) } else { Err(bad_value(long, &secs.to_string(), words)) }
    };
    let ptys = match text(given, "on") {
        None | Some("memory") => false,
        Some("ptys") => true,
        Some(other) => return Err(bad_value("--on", other, words)),
    };
    let kind = device_of(given, "load-device", words)?.unwrap_or(DeviceKind::VedirectBmv);
    if kind.is_polled() {
        return Err(Failure::new(Exit::Usage, words.say("load-needs-talker")));
    }
    let told = given.get_many::<String>("load-fault").into_iter().flatten();
    let faults: Vec<_> = told.map(|text| emulate::told_fault(text, words)).collect::<Result<_, _>>()?;
    emulate::all_of_the_line(&faults, "load-fault-of-line", words)?;
    Ok(Options {
        batteries: given.get_one("batteries").copied().unwrap_or(100),
        rate_hz: secs("rate", "--rate", 1.0, 0.01..=100.0)?,
        ptys,
        device: kind,
        faults,
        length: Duration::from_secs_f64(secs("load-for", "--for", 30.0, 1.0..=86_400.0)?),
        scrape_every: Duration::from_secs_f64(secs("scrape-every", "--scrape-every", 5.0, 0.1..=3_600.0)?),
        state: given.get_flag("load-state"),
        ramp: given.get_one("ramp").copied(),
        seed: Seed(given.get_one("load-seed").copied().unwrap_or(1)),
        json: given.get_flag("json"),
    })
}
