//! Held values: `--set voltage_v=12.61 --set current_a=-2.37`.

use fluent_templates::fluent_bundle::FluentValue;
use signals::Reading;

use crate::failure::{Exit, Failure};
use crate::fields::{self, Refused};
use crate::words::Words;

/// The reading that holds these `NAME=VALUE` pairs. A battery power that is not given is what voltage
/// and current make of it.
///
/// # Errors
/// Exit 2 where a pair is none, with the names there are.
pub fn held<'a>(pairs: impl Iterator<Item = &'a str>, words: Words) -> Result<Reading, Failure> {
    let mut reading = Reading { current_is_net: true, ..Reading::default() };
    for pair in pairs {
        let refused = |key: &str| {
            let blanks = [("pair", FluentValue::from(pair)), ("known", FluentValue::from(fields::names()))];
            Failure::new(Exit::Usage, words.tell(key, &blanks))
        };
        let (name, text) = pair.split_once('=').ok_or_else(|| refused("emulate-not-a-pair"))?;
        let value: f64 = text.parse().map_err(|_| refused("emulate-bad-value"))?;
        fields::set(&mut reading, name, value).map_err(|error| match error {
            Refused::Name => refused("emulate-unknown-name"),
            Refused::Value => refused("emulate-bad-value"),
        })?;
    }
    let product = reading.voltage.zip(reading.current).map(|(voltage, current)| voltage * current);
    reading.power = reading.power.or(product);
    Ok(reading)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::*;
    use signals::{Volts, Watts};

    #[test]
    fn pairs_are_held_and_power_follows() {
        let reading = held(["voltage_v=12.5", "current_a=-2"].into_iter(), Words::English).unwrap();
        assert_eq!((reading.voltage, reading.power), (Some(Volts::new(12.5)), Some(Watts::new(-25.0))));
    }

    #[test]
    fn a_pair_that_is_none_is_a_usage_error_that_lists_the_names() {
        for bad in ["voltage_v", "voltage_v=abc", "volts=12", "soc=7"] {
            let failure = held([bad].into_iter(), Words::French).unwrap_err();
            assert_eq!(failure.exit, Exit::Usage);
            assert!(failure.message.contains(bad), "{}", failure.message);
        }
    }
}
