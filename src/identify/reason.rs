//! Why a parameter was refused, in the reader's words and as a word for machines.

use estimator::identify::{Reason, Role};

use super::tell;
use crate::words::Words;

/// The reason for machines.
pub(super) const fn name(reason: Reason) -> &'static str {
    match reason {
        Reason::Sampling { .. } => "sampling",
        Reason::Short { .. } => "short",
        Reason::NoSteps => "no_steps",
        Reason::OneTemperature { .. } => "one_temperature",
        Reason::NoSlowPair => "no_slow_pair",
        Reason::NoReversal => "no_reversal",
        Reason::NoFullRun => "no_full_run",
        Reason::NoLoss => "no_loss",
        Reason::Bound => "bound",
        Reason::Wide { .. } => "wide",
    }
}

/// The reason for people.
pub(super) fn said(reason: Reason, words: Words) -> String {
    match reason {
        Reason::Sampling { every_secs } => {
            tell(words, "identify-reason-sampling", &[("secs", words.number(every_secs, 1))])
        }
        Reason::Short { secs } => {
            tell(words, "identify-reason-short", &[("hours", words.number(secs / 3600.0, 2))])
        }
        Reason::NoSteps => words.say("identify-reason-no-steps"),
        Reason::OneTemperature { kelvin } => {
            tell(words, "identify-reason-one-temperature", &[("kelvin", words.number(kelvin, 0))])
        }
        Reason::NoSlowPair => words.say("identify-reason-no-slow-pair"),
        Reason::NoReversal => words.say("identify-reason-no-reversal"),
        Reason::NoFullRun => words.say("identify-reason-no-full-run"),
        Reason::NoLoss => words.say("identify-reason-no-loss"),
        Reason::Bound => words.say("identify-reason-bound"),
        Reason::Wide { share } => {
            tell(words, "identify-reason-wide", &[("share", words.percent(share.min(99.0), 0))])
        }
    }
}

/// What a file was used as, for machines.
pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Rest => "ocv",
        Role::Pulse => "pulse",
        Role::Drive => "drive",
    }
}
