//! Findings in words, in the reader's language: which sensor, what is wrong, since when, what the estimate does.

use fluent_templates::fluent_bundle::FluentValue;
use signals::SensorFault;

use super::{Finding, Sensor};
use crate::report::{moment, quantity};
use crate::words::Words;

/// The sensor.
#[must_use]
pub fn sensor(sensor: Sensor, words: Words) -> String {
    words.say(&format!("finding-sensor-{}", sensor.name()))
}

/// What is wrong with it, with the amount where that is known.
#[must_use]
pub fn fault(finding: &Finding, words: Words) -> String {
    let unit = if finding.fault == SensorFault::Gain { "ratio" } else { finding.sensor.unit() };
    let amount = match finding.amount {
        0.0 => String::new(),
        amount => quantity(Some(rounded(amount)), unit, words),
    };
    let known = if amount.is_empty() { "no" } else { "yes" };
    let blanks = [("amount", FluentValue::from(amount)), ("known", FluentValue::from(known))];
    words.tell(&format!("finding-fault-{}", finding.fault.name()), &blanks)
}

/// No finding is known to more than two decimals.
fn rounded(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

/// What the estimate does about it.
#[must_use]
pub fn remedy(finding: &Finding, words: Words) -> String {
    words.say(&format!("finding-estimate-{}", finding.remedy().name()))
}

/// A finding as one sentence.
#[must_use]
pub fn sentence(finding: &Finding, words: Words) -> String {
    let at = |secs: f64| FluentValue::from(moment(Some(secs), words));
    let blanks = [
        ("sensor", FluentValue::from(sensor(finding.sensor, words))),
        ("fault", FluentValue::from(fault(finding, words))),
        ("since", at(finding.since.as_secs())),
        ("told", at(finding.told.as_secs())),
        ("remedy", FluentValue::from(remedy(finding, words))),
        ("gone", finding.gone.map_or_else(|| FluentValue::from(""), |gone| at(gone.as_secs()))),
    ];
    let key = if finding.gone.is_some() { "finding-line-gone" } else { "finding-line" };
    words.tell(key, &blanks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::SimTime;

    #[test]
    fn every_finding_has_its_sentence_in_both_languages() {
        for words in [Words::French, Words::English] {
            for (sensor, fault) in
                Sensor::ALL.into_iter().flat_map(|sensor| SensorFault::ALL.map(|fault| (sensor, fault)))
            {
                for (amount, gone) in [(0.0, None), (-0.123, Some(SimTime::from_secs(9e4)))] {
                    let told = SimTime::from_secs(7200.0);
                    let finding = Finding { sensor, fault, since: SimTime::ZERO, told, gone, amount };
                    let said = sentence(&finding, words);
                    assert!(!said.contains("Unknown localization"), "{said}");
                }
            }
        }
    }

    #[test]
    fn an_amount_is_told_in_its_unit() {
        let finding = Finding {
            sensor: Sensor::Current,
            fault: SensorFault::Offset,
            since: SimTime::ZERO,
            told: SimTime::ZERO,
            gone: None,
            amount: -0.523,
        };
        assert!(fault(&finding, Words::French).contains("\u{2212}0,52\u{a0}A"));
    }
}
