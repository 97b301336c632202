//! The command line of `estimate`: flags in, [`Options`] out.

use clap::{Arg, ArgMatches};
use fluent_templates::fluent_bundle::FluentValue;

use super::series::{Identity, Quantity, USUAL, Wanted};
use super::{Options, now_millis};
use crate::cli::{flag, switch};
use crate::command::{bad_value, battery_collected, configuration, path, text};
use crate::failure::{Exit, Failure};
use crate::words::Words;

/// A day, unless told otherwise.
const SPAN_USUAL: i64 = 86_400_000;

/// Its flags.
pub fn arguments(words: Words) -> Vec<Arg> {
    let own = |name: &'static str, long: &'static str, value: &'static str| {
        flag(words, name).long(long).value_name(value)
    };
    vec![
        flag(words, "prometheus").value_name("URL").required(true),
        flag(words, "match").value_name("SELECTOR"),
        own("estimate-voltage", "voltage", "NAME|EXPR").allow_hyphen_values(true),
        own("estimate-current", "current", "NAME|EXPR").allow_hyphen_values(true),
        own("estimate-temperature", "temperature", "NAME|EXPR").allow_hyphen_values(true),
        flag(words, "site-label").value_name("LABEL"),
        flag(words, "battery-label").value_name("LABEL"),
        own("estimate-config", "config", "FILE").conflicts_with_all(["profile", "capacity-ah"]),
        flag(words, "profile").value_name("FILE|NAME"),
        flag(words, "capacity-ah").value_name("AH").value_parser(clap::value_parser!(f64)),
        flag(words, "from").value_name("TIME").allow_hyphen_values(true),
        flag(words, "to").value_name("TIME").allow_hyphen_values(true),
        own("estimate-step", "step", "SECONDS").value_parser(clap::value_parser!(f64)),
        switch(words, "write"),
        flag(words, "serve").value_name("ADDRESS"),
        own("estimate-out", "out", "FILE.csv|FILE.om"),
        switch(words, "follow"),
        switch(words, "json"),
    ]
}

/// What the flags say.
///
/// # Errors
/// Exit 2 where a value is wrong or nobody is to get the estimates, 3 where the configuration is.
pub fn options(given: &ArgMatches, words: Words) -> Result<Options, Failure> {
    let now = now_millis();
    let until = time(given, "to", now, words)?.unwrap_or(now);
    let from = time(given, "from", now, words)?.unwrap_or(until - SPAN_USUAL);
    if from >= until {
        return Err(Failure::new(Exit::Usage, words.say("estimate-no-span")));
    }
    let (write, follow) = (given.get_flag("write"), given.get_flag("follow"));
    let serve = match text(given, "serve") {
        Some(address) => Some(address.parse().map_err(|_| bad_value("--serve", address, words))?),
        None => None,
    };
    let out = path(given, "estimate-out");
    if follow && !write && serve.is_none() {
        return Err(Failure::new(Exit::Usage, words.say("estimate-follow-where")));
    }
    if follow && out.is_some() {
        return Err(Failure::new(Exit::Usage, words.say("estimate-follow-out")));
    }
    Ok(Options {
        url: text(given, "prometheus").unwrap_or_default().to_owned(),
        wanted: wanted(given),
        identity: Identity {
            site: text(given, "site-label").unwrap_or("site").to_owned(),
            battery: text(given, "battery-label").unwrap_or("battery").to_owned(),
        },
        known: match text(given, "estimate-config") {
            Some(path) => configuration(path, words)?.batteries,
            None => Vec::new(),
        },
        other: battery_collected(given, words)?,
        from,
        until,
        step: step(given, words)?,
        write,
        serve,
        out,
        follow,
        json: given.get_flag("json"),
    })
}

fn wanted(given: &ArgMatches) -> Vec<Wanted> {
    let selector = text(given, "match");
    let named = |quantity| match quantity {
        Quantity::Voltage => text(given, "estimate-voltage"),
        Quantity::Current => text(given, "estimate-current"),
        Quantity::Temperature => text(given, "estimate-temperature"),
        Quantity::Replaced => None,
    };
    USUAL
        .iter()
        .map(|(quantity, usual)| Wanted::new(*quantity, named(*quantity).unwrap_or(usual), selector))
        .collect()
}

fn step(given: &ArgMatches, words: Words) -> Result<Option<i64>, Failure> {
    match given.get_one::<f64>("estimate-step").copied() {
        Some(secs) if !(0.1..=86_400.0).contains(&secs) => Err(bad_value("--step", &secs.to_string(), words)),
        secs => Ok(secs.map(|secs| (secs * 1e3).round() as i64)),
    }
}

fn time(given: &ArgMatches, name: &str, now: i64, words: Words) -> Result<Option<i64>, Failure> {
    let Some(told) = text(given, name) else { return Ok(None) };
    instant(told, now).map(Some).ok_or_else(|| {
        let blanks = [
            ("argument", FluentValue::from(format!("--{name}"))),
            ("value", FluentValue::from(told.to_owned())),
        ];
        Failure::new(Exit::Usage, words.tell("estimate-bad-time", &blanks))
    })
}

/// `2026-01-05T00:00:00Z`, Unix seconds, or how long before now: `36h`, `7d`.
fn instant(told: &str, now: i64) -> Option<i64> {
    if let Ok(at) = told.parse::<jiff::Timestamp>() {
        return Some(at.as_millisecond());
    }
    let in_range = |millis: f64| (millis.abs() < 1e15).then_some(millis.round() as i64);
    if let Ok(secs) = told.parse::<f64>() {
        return in_range(secs * 1e3);
    }
    let unit = told.chars().last()?;
    let count: f64 = told.strip_suffix(unit)?.trim_start_matches('-').parse().ok()?;
    let secs = match unit {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3_600.0,
        'd' => 86_400.0,
        'w' => 604_800.0,
        _ => return None,
    };
    in_range(count * secs * 1e3).map(|ago| now - ago)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_a_date_a_number_or_how_long_ago() {
        let now = 1_700_000_000_000;
        for (told, expected) in [
            ("2023-11-14T22:13:20Z", Some(now)),
            ("2023-11-14T17:13:20-05:00", Some(now)),
            ("1700000000", Some(now)),
            ("1699999999.5", Some(now - 500)),
            ("90s", Some(now - 90_000)),
            ("-2h", Some(now - 7_200_000)),
            ("7d", Some(now - 604_800_000)),
            ("yesterday", None),
            ("", None),
            ("1e300", None),
            ("nan", None),
            ("7é", None),
        ] {
            assert_eq!(instant(told, now), expected, "{told}");
        }
    }
}
