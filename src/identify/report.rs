//! What came of an identification: as JSON for machines, as a table for people.

use estimator::identify::{Fit, Identified, Parameter, Refused};
use serde_json::{Value, json};

use super::{reason, tell};
use crate::words::Words;

/// An identification with the files it was checked on.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was found.
    pub found: Identified,
    /// The profile on files that it was not identified on.
    pub checked: Vec<Fit>,
    /// The base's name.
    pub base: String,
    /// The command that makes the profile again.
    pub command: String,
}

impl Report {
    /// Machine output.
    #[must_use]
    pub fn json(&self) -> Value {
        let found = &self.found;
        json!({
            "profile": found.profile.name(),
            "base": self.base,
            "command": self.command,
            "parameters": found.parameters.iter().map(parameter_json).collect::<Vec<_>>(),
            "refused": found.refused.iter().map(refused_json).collect::<Vec<_>>(),
            "correlations": found.correlations.iter()
                .map(|pair| json!({ "one": pair.one, "other": pair.other, "value": pair.value })).collect::<Vec<_>>(),
            "identified": found.fits.iter().map(fit_json).collect::<Vec<_>>(),
            "checked": self.checked.iter().map(fit_json).collect::<Vec<_>>(),
            "starts_agreeing": found.starts,
            "current_offsets_a": found.offsets.iter()
                .map(|(file, amps)| json!({ "file": file, "current_a": amps })).collect::<Vec<_>>(),
            "jump_resistance_ohm": found.jumps.map(|(ohms, error, count)| json!({ "value": ohms, "stderr": error, "jumps": count })),
        })
    }

    /// The same for people.
    #[must_use]
    pub fn table(&self, words: Words) -> String {
        let heading = [("name", self.found.profile.name().to_owned()), ("base", self.base.clone())];
        let mut lines = vec![tell(words, "identify-heading", &heading)];
        lines.extend(self.notes(words));
        lines.push(words.say("identify-parameters"));
        lines.extend(self.found.parameters.iter().map(|parameter| {
            let [name, value, error, base] = parameter_cells(parameter, words);
            format!("  {name:<44} {value:>12} ± {error:<10} ({} {base})", words.say("identify-base"))
        }));
        if !self.found.refused.is_empty() {
            lines.push(words.say("identify-refused"));
        }
        lines.extend(self.found.refused.iter().map(|refused| {
            let [name, kept, why] = refused_cells(refused, words);
            format!("  {name:<44} {kept:>12}  {why}")
        }));
        lines.push(words.say("identify-fits"));
        lines.extend(self.found.fits.iter().map(|fit| fit_line(fit, words)));
        if !self.checked.is_empty() {
            lines.push(words.say("identify-checks"));
        }
        lines.extend(self.checked.iter().map(|fit| fit_line(fit, words)));
        lines.join("\n") + "\n"
    }

    /// What stands beside the tables: starts, offsets, jumps, correlations.
    pub(super) fn notes(&self, words: Words) -> Vec<String> {
        let found = &self.found;
        let mut notes = Vec::new();
        if let Some([agreeing, all]) = found.starts {
            let blanks = [("agreeing", agreeing.to_string()), ("all", all.to_string())];
            notes.push(tell(words, "identify-starts", &blanks));
        }
        for (file, amps) in &found.offsets {
            let blanks = [("file", file.clone()), ("milliamps", words.number(amps * 1000.0, 1))];
            notes.push(tell(words, "identify-offset", &blanks));
        }
        if let Some((ohms, error, count)) = found.jumps {
            let blanks = [
                ("milliohms", words.number(ohms * 1000.0, 2)),
                ("error", words.number(error * 1000.0, 2)),
                ("count", count.to_string()),
            ];
            notes.push(tell(words, "identify-jumps", &blanks));
        }
        for pair in &found.correlations {
            let blanks = [
                ("one", pair.one.to_owned()),
                ("other", pair.other.to_owned()),
                ("value", words.number(pair.value, 2)),
            ];
            notes.push(tell(words, "identify-correlated", &blanks));
        }
        notes
    }
}

/// Name, value, standard error and base.
pub(super) fn parameter_cells(parameter: &Parameter, words: Words) -> [String; 4] {
    let digits = decimals(parameter.error);
    let number = |value: f64| words.number(value, digits);
    [
        named(parameter.key, parameter.at_soc, words),
        number(parameter.value),
        number(parameter.error),
        number(parameter.base),
    ]
}

/// Name, what was kept, and why.
pub(super) fn refused_cells(refused: &Refused, words: Words) -> [String; 3] {
    let kept = words.number(refused.kept, decimals(0.01 * refused.kept));
    [named(refused.key, refused.at_soc, words), kept, reason::said(refused.reason, words)]
}

/// File, role, rows, and in millivolts: rms, bias and largest error, the base's rms.
pub(super) fn fit_cells(fit: &Fit, words: Words) -> [String; 7] {
    let millivolts = |volts: f64| words.number(1000.0 * volts, 1);
    let role = words.say(&format!("identify-role-{}", reason::role(fit.role)));
    [
        fit.name.clone(),
        role,
        fit.rows[0].to_string(),
        fit.rows[1].to_string(),
        millivolts(fit.rms_volts[0]),
        millivolts(fit.max_volts),
        millivolts(fit.rms_volts[1]),
    ]
}

fn fit_line(fit: &Fit, words: Words) -> String {
    let [file, role, rows, left_out, rms, max, base] = fit_cells(fit, words);
    let blanks = [("rows", rows), ("leftOut", left_out), ("rms", rms), ("max", max), ("base", base)];
    format!("  {file:<34} {role:<8} {}", tell(words, "identify-fit", &blanks))
}

fn named(key: &str, at_soc: Option<f64>, words: Words) -> String {
    match at_soc {
        Some(soc) => format!("{key} @ {}", words.percent(soc, 0)),
        None => key.to_owned(),
    }
}

/// Decimals that show two digits of the error.
fn decimals(error: f64) -> usize {
    if error > 0.0 && error.is_finite() { (1.0 - error.log10().floor()).clamp(0.0, 8.0) as usize } else { 3 }
}

fn parameter_json(parameter: &Parameter) -> Value {
    json!({
        "key": parameter.key,
        "at_soc": parameter.at_soc,
        "value": parameter.value,
        "stderr": parameter.error,
        "base": parameter.base,
    })
}

fn refused_json(refused: &Refused) -> Value {
    json!({
        "key": refused.key,
        "at_soc": refused.at_soc,
        "kept": refused.kept,
        "reason": reason::name(refused.reason),
    })
}

fn fit_json(fit: &Fit) -> Value {
    json!({
        "file": fit.name,
        "role": reason::role(fit.role),
        "rows": fit.rows[0],
        "rows_left_out": fit.rows[1],
        "rms_v": fit.rms_volts[0],
        "bias_v": fit.bias_volts[0],
        "max_v": fit.max_volts,
        "base_rms_v": fit.rms_volts[1],
        "base_bias_v": fit.bias_volts[1],
    })
}
