//! The outcome, as JSON and as a table.

use fluent_templates::fluent_bundle::FluentValue;
use serde_json::{Value, json};

use super::{Options, Outcome};
use crate::words::Words;

/// What was asked and what came of it, step by step.
pub struct Shown<'a> {
    /// What was asked.
    pub options: &'a Options,
    /// The loads, in the order in which they were put on.
    pub steps: &'a [Outcome],
}

impl Shown<'_> {
    /// The largest load that was borne.
    fn borne(&self) -> Option<u64> {
        self.steps.iter().filter(|step| self.is_sound(step)).map(|step| step.batteries).max()
    }

    /// The smallest that was not.
    fn broken(&self) -> Option<&Outcome> {
        self.steps.iter().filter(|step| !self.is_sound(step)).min_by_key(|step| step.batteries)
    }

    fn is_sound(&self, step: &Outcome) -> bool {
        step.is_borne() && !step.is_own_limit(self.options)
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let options = self.options;
        json!({
            "line": if options.ptys { "pty" } else { "memory" },
            "device": options.device.name(),
            "rate_hz": options.rate_hz,
            "seconds": options.length.as_secs_f64(),
            "scrape_every_s": options.scrape_every.as_secs_f64(),
            "state": options.state,
            "seed": options.seed.0,
            "steps": self.steps.iter().map(|step| of_step(step, options)).collect::<Value>(),
            "knee": {
                "borne": self.borne(),
                "broken": self.broken().map(|step| step.batteries),
                "own_limit": self.broken().is_some_and(|step| step.is_own_limit(options)),
            },
        })
    }

    /// As a person reads it; the rows of a ramp were told as they came.
    pub fn table(&self, words: Words) -> String {
        if self.options.ramp.is_some() {
            return words.tell(self.knee_key(), &self.knee_blanks()) + "\n";
        }
        let rows: String = self.steps.iter().map(|step| row(step, words)).collect();
        let verdict = match self.broken() {
            None => words.say("load-borne"),
            Some(step) if step.is_own_limit(self.options) => words.say("load-own-limit"),
            Some(_) => words.say("load-not-borne"),
        };
        head(words) + &rows + &verdict + "\n"
    }

    fn knee_key(&self) -> &'static str {
        match (self.borne(), self.broken()) {
            (Some(_), None) => "load-no-knee",
            (_, Some(step)) if step.is_own_limit(self.options) => "load-knee-own",
            _ => "load-knee",
        }
    }

    fn knee_blanks(&self) -> [(&'static str, FluentValue<'static>); 2] {
        [
            ("borne", FluentValue::from(self.borne().unwrap_or_default())),
            ("broken", FluentValue::from(self.broken().map_or(0, |step| step.batteries))),
        ]
    }
}

fn of_step(step: &Outcome, options: &Options) -> Value {
    let millis = |share| step.scrapes.quantile(share).map(|secs| secs * 1e3);
    json!({
        "batteries": step.batteries,
        "frames_said": step.frames_said,
        "frames_found": step.frames_found,
        "frames_lost": step.frames_lost(),
        "frames_spoiled": step.frames_spoiled,
        "bytes_refused": step.bytes_refused,
        "cores": step.cores,
        "rss_mib": step.rss_mib,
        "scrapes": step.scrapes.secs.len(),
        "scrapes_failed": step.scrapes.failed,
        "scrape_p50_ms": millis(0.5),
        "scrape_max_ms": millis(1.0),
        "page_gzip_bytes": step.scrapes.bytes,
        "settled_s": step.settled_secs,
        "devices_late_s": step.late_secs,
        "borne": step.is_borne(),
        "own_limit": step.is_own_limit(options),
    })
}

/// The head of the table.
pub fn head(words: Words) -> String {
    words.say("load-head") + "\n"
}

/// One load as a row.
pub fn row(step: &Outcome, words: Words) -> String {
    let millis =
        |share| step.scrapes.quantile(share).map_or_else(|| "–".to_owned(), |s| words.number(s * 1e3, 0));
    format!(
        "{:>9} {:>10} {:>8} {:>8} {:>7} {:>8} {:>8} {:>8}\n",
        step.batteries,
        step.frames_said,
        step.frames_lost(),
        step.frames_spoiled,
        words.number(step.cores, 2),
        words.number(step.rss_mib, 0),
        millis(0.5),
        millis(1.0),
    )
}
