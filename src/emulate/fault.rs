//! `--fault KIND[=NUMBER][@FROM..UNTIL]`: a fault told on the command line, in seconds of the run's clock.
//!
//! ```text
//! --fault line-noise=0.01            all along
//! --fault device-soc-jump=-0.3@60..  from a minute on
//! --fault cable-pulled@10..20        for ten seconds
//! ```
//!
//! Without a plant only the faults of line and instrument can be had, and those whose effect on a held reading is plain:
//! a charge that is blocked, a disconnect that chatters.

use fluent_templates::fluent_bundle::FluentValue;
use signals::fault::Part;
use signals::{Amps, FaultEvent, FaultKind, Reading, SimTime};

use crate::failure::{Exit, Failure};
use crate::words::Words;

/// The end of a fault that is told no end, s: a human life.
const FOR_EVER_SECS: f64 = 2.5e9;

/// Reads one fault.
///
/// # Errors
/// Exit 2 with what is wrong and what there is.
pub fn told(text: &str, words: Words) -> Result<FaultEvent, Failure> {
    let refused = |key: &str, hint: String| {
        let blanks = [("fault", FluentValue::from(text)), ("hint", FluentValue::from(hint))];
        Failure::new(Exit::Usage, words.tell(key, &blanks))
    };
    let (what, window) = text.split_once('@').map_or((text, None), |(what, window)| (what, Some(window)));
    let (name, number) = what.split_once('=').map_or((what, None), |(name, number)| (name, Some(number)));
    let kind = FaultKind::named(name).ok_or_else(|| refused("emulate-fault-unknown", names()))?;
    let severity = match (kind.severity(), number) {
        (None, None) => 0.0,
        (None, Some(_)) => return Err(refused("emulate-fault-no-number", name.to_owned())),
        (Some(range), number) => {
            let number = number.and_then(|number| number.parse::<f64>().ok());
            let fits = number.filter(|number| (range.low..=range.high).contains(number));
            let hint = format!("{name}=N, {} {}..{}", range.key, range.low, range.high);
            fits.ok_or_else(|| refused("emulate-fault-number", hint))?
        }
    };
    let (from, until) = match window {
        None => (0.0, FOR_EVER_SECS),
        Some(window) => seconds(window).ok_or_else(|| refused("emulate-fault-window", String::new()))?,
    };
    Ok(FaultEvent::new(kind, severity, SimTime::from_secs(from), SimTime::from_secs(until)))
}

/// A held or recorded reading can show this fault: no plant is needed.
#[must_use]
pub fn needs_no_plant(kind: FaultKind) -> bool {
    matches!(kind.part(), Part::Line | Part::Device)
        || matches!(
            kind,
            FaultKind::BmsColdBlock | FaultKind::BmsBlocksCharge | FaultKind::DisconnectChatters
        )
}

/// The names of the faults that need no plant.
#[must_use]
pub fn names() -> String {
    let names = FaultKind::ALL.iter().filter(|kind| needs_no_plant(**kind)).map(|kind| kind.name());
    names.collect::<Vec<_>>().join(", ")
}

/// Where there is a line and nothing else, only it can fail.
///
/// # Errors
/// Exit 2 with the sentence `key`: the first fault that is not of the line, and those that are.
pub fn all_of_the_line(faults: &[FaultEvent], key: &str, words: Words) -> Result<(), Failure> {
    let is_of_the_line = |kind: FaultKind| kind.part() == Part::Line;
    let Some(fault) = faults.iter().find(|fault| !is_of_the_line(fault.kind)) else { return Ok(()) };
    let known = FaultKind::ALL.iter().filter(|kind| is_of_the_line(**kind)).map(|kind| kind.name());
    let blanks = [
        ("fault", FluentValue::from(fault.kind.name())),
        ("known", FluentValue::from(known.collect::<Vec<_>>().join(", "))),
    ];
    Err(Failure::new(Exit::Usage, words.tell(key, &blanks)))
}

/// What the sensors see of a held reading under these faults: a blocked charge carries no current in, and a
/// disconnect that chatters cuts the load off every second time.
#[must_use]
pub fn befallen(sensed: &Reading, faults: &[FaultEvent], now: SimTime, is_odd: bool) -> Option<Reading> {
    let acts = |kind| faults.iter().any(|fault| fault.kind == kind && fault.acts_at(now));
    let blocked = acts(FaultKind::BmsColdBlock) || acts(FaultKind::BmsBlocksCharge);
    let cut = is_odd && acts(FaultKind::DisconnectChatters);
    if !blocked && !cut {
        return None;
    }
    let mut reading = Reading { power: None, ..sensed.clone() };
    if cut {
        let load = reading.load_current.unwrap_or_default();
        reading.load_current = reading.load_current.map(|_| Amps::new(0.0));
        reading.current = reading.current.map(|current| current + load);
    }
    if blocked {
        reading.current = reading.current.map(|current| Amps::new(current.as_amps().min(0.0)));
    }
    reading.power = reading.voltage.zip(reading.current).map(|(voltage, current)| voltage * current);
    Some(reading)
}

fn seconds(window: &str) -> Option<(f64, f64)> {
    let (from, until) = window.split_once("..")?;
    let from = if from.is_empty() { Some(0.0) } else { from.parse::<f64>().ok() }?;
    let until = if until.is_empty() { Some(FOR_EVER_SECS) } else { until.parse::<f64>().ok() }?;
    (0.0 <= from && from < until && until <= FOR_EVER_SECS).then_some((from, until))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use signals::Volts;

    #[test]
    fn a_fault_is_read_with_its_number_and_its_window() {
        let read = |text: &str| {
            let fault = told(text, Words::English).unwrap();
            (fault.kind, fault.severity, fault.from.as_secs(), fault.until.as_secs())
        };
        assert_eq!(read("line-noise=0.01"), (FaultKind::LineNoise, 0.01, 0.0, FOR_EVER_SECS));
        assert_eq!(read("cable-pulled@10..20.5"), (FaultKind::CablePulled, 0.0, 10.0, 20.5));
        assert_eq!(read("device-soc-jump=-0.3@60.."), (FaultKind::DeviceSocJump, -0.3, 60.0, FOR_EVER_SECS));
    }

    #[test]
    fn what_cannot_be_is_refused_with_what_there_is() {
        for bad in [
            "noise",
            "line-noise",
            "line-noise=2",
            "line-noise=x",
            "cable-pulled=1",
            "line-noise=0.1@9",
            "line-noise=0.1@9..3",
        ] {
            for words in [Words::English, Words::French] {
                let failure = told(bad, words).unwrap_err();
                assert!(failure.exit == Exit::Usage && failure.message.contains(bad), "{}", failure.message);
            }
        }
        assert!(told("noise", Words::English).unwrap_err().message.contains("line-noise, "));
    }

    #[test]
    fn a_blocked_charge_and_a_chattering_disconnect_show_in_a_held_reading() {
        let sensed = Reading {
            voltage: Some(Volts::new(12.0)),
            current: Some(Amps::new(3.0)),
            load_current: Some(Amps::new(2.0)),
            ..Reading::default()
        };
        let under = |kind: &str, is_odd: bool| {
            let fault = told(kind, Words::English).unwrap();
            befallen(&sensed, &[fault], SimTime::ZERO, is_odd)
                .map(|seen| (seen.current.unwrap().as_amps(), seen.load_current.unwrap().as_amps()))
        };
        assert_eq!(under("bms-cold-block", false), Some((0.0, 2.0)));
        assert_eq!([false, true].map(|odd| under("disconnect-chatters", odd)), [None, Some((5.0, 0.0))]);
        assert_eq!(under("line-noise=0.1", true), None);
    }
}
