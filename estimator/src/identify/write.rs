//! From the unknowns to a profile: tables filled, values rounded to what they are worth, origins said.

use std::fmt::Write;

use super::axis::Capacity;
use super::fit::Found;
use super::outcome::{Correlation, Identified, Parameter, Reason, Refused};
use super::play;
use super::record::Record;
use super::refuse::Refusals;
use super::rest::{self, RestCurve};
use super::run::IdentifyError;
use super::spread::Spread;
use super::unknowns::{
    ACTIVATION, FACTOR, FACTOR_NODES, FAST, FAST_SECS, OHMIC, RATE, REST, REST_NODES, SLOPE, SLOW, SLOW_SECS,
    Unknowns,
};
use crate::Profile;
use crate::model::Model;

/// Correlations above this are worth saying.
const CORRELATED: f64 = 0.9;
const KEYS: [(usize, &str); 8] = [
    (OHMIC, "resistance.ohmic_ohms"),
    (FAST, "resistance.fast_ohms"),
    (FAST_SECS, "resistance.fast_seconds"),
    (SLOW, "resistance.slow_ohms"),
    (SLOW_SECS, "resistance.slow_seconds"),
    (ACTIVATION, "resistance.activation_kelvin"),
    (SLOPE, "rest.temperature_slope_volts_per_kelvin"),
    (RATE, "rest.hysteresis_rate"),
];
const FACTOR_KEY: &str = "resistance.soc_factor";
const REST_KEY: &str = "rest.voltage_volts";
const HYSTERESIS_KEY: &str = "rest.hysteresis_volts";
const CAPACITY_KEY: &str = "capacity_amp_hours";
const EFFICIENCY_KEY: &str = "charge.efficiency_ratio";

/// Everything there is to write.
pub(crate) struct Written<'a> {
    pub name: &'a str,
    pub records: &'a [Record],
    pub base: &'a Profile,
    /// The base with the slow branches' rest curve.
    pub prepared: &'a Profile,
    pub curve: Option<&'a RestCurve>,
    pub capacity: Capacity,
    pub efficiency: Option<(f64, f64)>,
    pub bench_unknowns: &'a Unknowns,
    pub found: &'a Found,
    pub spread: Option<&'a Spread>,
    pub refused: &'a Refusals,
}

/// Puts the slow branches' curve into a profile, the base's tables resampled to its states of charge.
pub(crate) fn put_rest(profile: &mut Profile, curve: &RestCurve) {
    let model = Model::of(profile);
    profile.resistance.soc_factor = curve.soc.iter().map(|soc| model.charge_factor(*soc)).collect();
    profile.rest.hysteresis_volts = match &curve.hysteresis {
        Some(hysteresis) => hysteresis.clone(),
        None => curve.soc.iter().map(|soc| model.reference_hysteresis(*soc)).collect(),
    };
    profile.rest.soc_ratio.clone_from(&curve.soc);
    profile.rest.voltage_volts.clone_from(&curve.volts);
}

/// The profile, its parameters and what was refused; fits and starts are the caller's to fill in.
pub(crate) fn profile(written: &Written<'_>) -> Result<Identified, IdentifyError> {
    let mut refused = refused(written);
    let parameters = parameters(written);
    let profile = filled(written, &refused);
    // What the program writes it must also read: the checks of the file are the checks of the fit.
    let profile = Profile::parse(&profile.to_toml()).map_err(|e| IdentifyError::NoProfile(e.to_string()))?;
    refused.sort_by_key(|refused| (refused.key, refused.at_soc.map(|soc| (soc * 1000.0) as i64)));
    Ok(Identified {
        profile,
        parameters,
        refused,
        correlations: correlations(written),
        fits: Vec::new(),
        starts: None,
        offsets: Vec::new(),
        jumps: None,
    })
}

fn filled(written: &Written<'_>, refused: &[Refused]) -> Profile {
    let mut profile = written.prepared.clone();
    let model = Model::of(written.prepared);
    let x = &written.found.x;
    let free = |at: usize| written.bench_unknowns.0[at].free;
    profile.name = written.name.to_owned();
    profile.capacity_amp_hours = rounded(written.capacity.amp_hours, 4);
    let soc = profile.rest.soc_ratio.clone();
    let corrected = soc.iter().zip(&profile.rest.voltage_volts);
    let volts = rest::rising(corrected.map(|(soc, volts)| volts + play::correction(x, *soc)).collect());
    profile.rest.voltage_volts = volts.iter().map(|volts| rounded(*volts, 6)).collect();
    profile.rest.hysteresis_volts =
        profile.rest.hysteresis_volts.iter().map(|volts| rounded(*volts, 3)).collect();
    let factors = soc.iter().map(|soc| rounded(play::factor(&model, x, *soc), 4));
    profile.resistance.soc_factor = factors.collect();
    let slots = [
        (OHMIC, &mut profile.resistance.ohmic_ohms),
        (FAST, &mut profile.resistance.fast_ohms),
        (FAST_SECS, &mut profile.resistance.fast_seconds),
        (SLOW, &mut profile.resistance.slow_ohms),
        (SLOW_SECS, &mut profile.resistance.slow_seconds),
        (ACTIVATION, &mut profile.resistance.activation_kelvin),
        (RATE, &mut profile.rest.hysteresis_rate),
    ];
    for (at, slot) in slots {
        *slot = rounded(if free(at) { x[at].exp() } else { *slot }, 4);
    }
    if free(SLOPE) {
        profile.rest.temperature_slope_volts_per_kelvin = rounded(x[SLOPE], 3);
    }
    if let Some((ratio, _)) = sound_efficiency(written) {
        profile.charge.efficiency_ratio = rounded(ratio, 4);
        profile.charge.efficiency_full_ratio = profile.charge.efficiency_full_ratio.min(rounded(ratio, 4));
    }
    profile.source = source(written);
    profile.does_not_claim = disclaimer(written, refused);
    profile
}

fn source(written: &Written<'_>) -> String {
    let names: Vec<&str> = written.records.iter().map(|record| record.name.as_str()).collect();
    format!("balise identify on {}; base {}", names.join(", "), written.base.name())
}

fn disclaimer(written: &Written<'_>, refused: &[Refused]) -> String {
    let mut text =
        "another cell, age or temperature than in those files; the doubts are the base's".to_owned();
    let mut kept: Vec<&str> = refused.iter().map(|refused| refused.key).collect();
    kept.dedup();
    if !kept.is_empty() {
        let _ = write!(text, "; kept from {} for want of data: {}", written.base.name(), kept.join(", "));
    }
    text
}

/// An efficiency above one is an error of the counter, not of the battery.
fn sound_efficiency(written: &Written<'_>) -> Option<(f64, f64)> {
    written.efficiency.filter(|(ratio, _)| (0.5..1.0).contains(ratio))
}

fn parameters(written: &Written<'_>) -> Vec<Parameter> {
    let base = Model::of(written.base);
    let prepared = Model::of(written.prepared);
    let x = &written.found.x;
    let mut all = Vec::new();
    if let Some(error) = written.capacity.error {
        let value = written.capacity.amp_hours;
        all.push(Parameter { key: CAPACITY_KEY, at_soc: None, value, error, base: base.capacity_amp_hours });
    }
    let Some(spread) = written.spread else { return all };
    for (at, key) in KEYS {
        let Some(error) = spread.error(at) else { continue };
        let before = written.bench_unknowns.0[at].base;
        let parameter = match at {
            SLOPE => Parameter { key, at_soc: None, value: x[at], error, base: before },
            _ => Parameter {
                key,
                at_soc: None,
                value: x[at].exp(),
                error: error * x[at].exp(),
                base: before.exp(),
            },
        };
        all.push(parameter);
    }
    for (node, soc) in FACTOR_NODES.iter().enumerate() {
        if let Some(error) = spread.error(FACTOR + node) {
            let value = play::factor(&prepared, x, *soc);
            let base = base.charge_factor(*soc);
            all.push(Parameter { key: FACTOR_KEY, at_soc: Some(*soc), value, error: error * value, base });
        }
    }
    for (node, soc) in REST_NODES.iter().enumerate() {
        if let Some(error) = spread.error(REST + node) {
            let value = prepared.reference_rest(*soc) + x[REST + node];
            all.push(Parameter {
                key: REST_KEY,
                at_soc: Some(*soc),
                value,
                error,
                base: base.reference_rest(*soc),
            });
        }
    }
    if let (Some(_), Some(error)) = (
        written.curve.and_then(|curve| curve.hysteresis.as_ref()),
        written.curve.and_then(|c| c.hysteresis_error),
    ) {
        let value = prepared.reference_hysteresis(0.5);
        let base = base.reference_hysteresis(0.5);
        all.push(Parameter { key: HYSTERESIS_KEY, at_soc: Some(0.5), value, error, base });
    }
    if let Some((value, error)) = sound_efficiency(written) {
        let base = written.base.charge.efficiency_ratio;
        all.push(Parameter { key: EFFICIENCY_KEY, at_soc: None, value, error, base });
    }
    all
}

fn refused(written: &Written<'_>) -> Vec<Refused> {
    let base = Model::of(written.base);
    let said = |key, kept, reason| Refused { key, at_soc: None, kept, reason };
    let mut all: Vec<Refused> = Vec::new();
    for (at, reason) in written.refused {
        if let Some((_, key)) = KEYS.iter().find(|(place, _)| place == at) {
            let before = written.bench_unknowns.0[*at].base;
            all.push(said(key, if *at == SLOPE { before } else { before.exp() }, *reason));
        } else if let Some(soc) = at.checked_sub(FACTOR).and_then(|node| FACTOR_NODES.get(node)) {
            let kept = base.charge_factor(*soc);
            all.push(Refused { at_soc: Some(*soc), ..said(FACTOR_KEY, kept, *reason) });
        }
    }
    if written.curve.is_none_or(|curve| curve.hysteresis.is_none()) {
        all.push(said(HYSTERESIS_KEY, base.reference_hysteresis(0.5), Reason::NoSlowPair));
    }
    if written.capacity.error.is_none() {
        all.push(said(CAPACITY_KEY, written.capacity.amp_hours, Reason::NoFullRun));
    }
    if sound_efficiency(written).is_none() {
        let reason = if written.efficiency.is_some() { Reason::NoLoss } else { Reason::NoSlowPair };
        all.push(said(EFFICIENCY_KEY, written.base.charge.efficiency_ratio, reason));
    }
    all
}

fn correlations(written: &Written<'_>) -> Vec<Correlation> {
    let Some(spread) = written.spread else { return Vec::new() };
    let pairs =
        KEYS.iter().enumerate().flat_map(|(i, one)| KEYS[i + 1..].iter().map(move |other| (one, other)));
    pairs
        .filter_map(|((one_at, one), (other_at, other))| {
            let value = spread.correlation(*one_at, *other_at)?;
            (value.abs() > CORRELATED).then_some(Correlation { one, other, value })
        })
        .collect()
}

/// The value to so many significant digits.
fn rounded(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let places = digits - 1 - value.abs().log10().floor() as i32;
    // By way of text, so that the file shows the digits and no binary dust.
    format!("{value:.*}", places.clamp(0, 12) as usize).parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_rounded_to_what_they_are_worth() {
        for (value, digits, said) in [(0.012_345_6, 3, 0.0123), (1234.56, 4, 1235.0), (3.299_999_96, 6, 3.3)]
        {
            assert_eq!(rounded(value, digits), said);
        }
    }
}
