//! Profiles as TOML files, format version 2; version 1, without a map, is read as well.
//!
//! ```toml
//! balise_profile = 2
//! name = "my-bank"
//! chemistry = "lead-acid"               # or "lifepo4", "lithium-ion"
//! source = "where the numbers come from"
//! does_not_claim = "what they are no good for"
//! plant = "a123-2p3ah"                  # may be left out: a harness's own model of this very battery
//! capacity_amp_hours = 450
//! plausible_volts = [6.0, 17.5]         # readings outside are broken
//! [rest]                                # voltage at rest
//! [resistance]                          # at 25 °C, of the whole battery
//! [map]                                 # optional: both over temperature and charge
//! [ageing]                              # optional: voltage and resistance of an ageing cell
//! [charge]                              # efficiency, and what counts as full
//! [doubt]                               # one standard deviation of each error
//! ```
//!
//! `Profile::agm_12v().to_toml()` is a whole example. A key nobody knows is an error, and so is one that
//! is missing; values out of range are all named at once.

use std::fmt::Write;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::Profile;
use crate::profile::{Ageing, Charge, Chemistry, Doubt, Map, Resistance, Rest};

/// The format version this program reads and writes.
const VERSION: i64 = 2;
/// The oldest it still reads.
const OLDEST: i64 = 1;
const POINTS_MAX: usize = 1000;

/// Why a text is no profile: every complaint, one a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ProfileError(String);

/// The file as it is written. The tables are those of [`Profile`]: they hold plain numbers, so a second
/// set of structs would only repeat them. [`Complaints`] checks the values before a `Profile` exists.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    balise_profile: i64,
    name: String,
    chemistry: Chemistry,
    source: String,
    does_not_claim: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    plant: Option<String>,
    capacity_amp_hours: f64,
    plausible_volts: [f64; 2],
    rest: Rest,
    resistance: Resistance,
    #[serde(skip_serializing_if = "Option::is_none")]
    map: Option<Map>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ageing: Option<Ageing>,
    charge: Charge,
    doubt: Doubt,
}

/// Only the version, so that a later format is named as such and not by its first unknown key.
#[derive(Deserialize)]
struct Version {
    balise_profile: Option<i64>,
}

impl Profile {
    /// Reads a profile file.
    ///
    /// # Errors
    /// Where the text is no TOML, has a key too many or too few (with its line), or values out of range
    /// (all of them).
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let fault = |error: toml::de::Error| ProfileError(error.to_string().trim_end().to_owned());
        let version: Version = toml::from_str(text).map_err(fault)?;
        match version.balise_profile {
            Some(OLDEST..=VERSION) => {}
            Some(found) => {
                let message =
                    format!("balise_profile = {found}: this program reads versions {OLDEST} to {VERSION}");
                return Err(ProfileError(message));
            }
            None => {
                return Err(ProfileError(format!(
                    "no profile: write balise_profile = {VERSION} on its first line"
                )));
            }
        }
        let file: File = toml::from_str(text).map_err(fault)?;
        let mut complaints = Complaints::default();
        complaints.about(&file);
        if complaints.0.is_empty() {
            Ok(file.into())
        } else {
            Err(ProfileError(complaints.0.trim_end().to_owned()))
        }
    }

    /// The profile as a file that [`Profile::parse`] reads back unchanged.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(&File::from(self.clone())).unwrap_or_default()
    }
}

/// Everything wrong with the values, one a line.
#[derive(Default)]
struct Complaints(String);

impl Complaints {
    fn about(&mut self, file: &File) {
        self.range("capacity_amp_hours", file.capacity_amp_hours, 0.01..=100_000.0);
        self.rising("plausible_volts", &file.plausible_volts, 0.0..=1000.0);
        self.rest(&file.rest);
        self.resistance(&file.resistance, file.rest.soc_ratio.len());
        if let Some(map) = &file.map {
            if file.balise_profile < 2 {
                self.say("map: needs balise_profile = 2");
            }
            self.map(map);
        }
        if let Some(ageing) = &file.ageing {
            self.ageing(ageing);
        }
        self.charge(&file.charge);
        self.doubt(&file.doubt);
    }

    fn rest(&mut self, rest: &Rest) {
        self.rising("rest.soc_ratio", &rest.soc_ratio, 0.0..=1.0);
        if rest.soc_ratio.first() != Some(&0.0) || rest.soc_ratio.last() != Some(&1.0) {
            self.say("rest.soc_ratio: must begin at 0.0 and end at 1.0");
        }
        self.rising("rest.voltage_volts", &rest.voltage_volts, 0.0..=1000.0);
        self.length("rest.voltage_volts", rest.voltage_volts.len(), rest.soc_ratio.len());
        let slope = rest.temperature_slope_volts_per_kelvin;
        self.range("rest.temperature_slope_volts_per_kelvin", slope, -0.1..=0.1);
        self.length("rest.hysteresis_volts", rest.hysteresis_volts.len(), rest.soc_ratio.len());
        for value in &rest.hysteresis_volts {
            self.range("rest.hysteresis_volts", *value, 0.0..=10.0);
        }
        self.range("rest.hysteresis_rate", rest.hysteresis_rate, 0.0..=1000.0);
    }

    fn resistance(&mut self, resistance: &Resistance, points: usize) {
        for (key, value) in [
            ("resistance.ohmic_ohms", resistance.ohmic_ohms),
            ("resistance.fast_ohms", resistance.fast_ohms),
            ("resistance.slow_ohms", resistance.slow_ohms),
        ] {
            self.range(key, value, 1e-6..=100.0);
        }
        self.range("resistance.fast_seconds", resistance.fast_seconds, 0.1..=1e6);
        self.range("resistance.slow_seconds", resistance.slow_seconds, 0.1..=1e6);
        self.range("resistance.activation_kelvin", resistance.activation_kelvin, 0.0..=20_000.0);
        self.length("resistance.soc_factor", resistance.soc_factor.len(), points);
        for value in &resistance.soc_factor {
            self.range("resistance.soc_factor", *value, 0.01..=100.0);
        }
    }

    fn map(&mut self, map: &Map) {
        self.rising("map.temperature_celsius", &map.temperature_celsius, -60.0..=90.0);
        self.rising("map.soc_ratio", &map.soc_ratio, 0.0..=1.0);
        let hysteresis = map.hysteresis_volts.iter().map(|rows| ("map.hysteresis_volts", rows, 0.0..=10.0));
        for (key, rows, range) in [
            ("map.rest_volts", &map.rest_volts, -10.0..=10.0),
            ("map.ohmic_ohms", &map.ohmic_ohms, 1e-6..=100.0),
            ("map.fast_ohms", &map.fast_ohms, 1e-6..=100.0),
            ("map.slow_ohms", &map.slow_ohms, 1e-6..=100.0),
        ]
        .into_iter()
        .chain(hysteresis)
        {
            if rows.len() != map.temperature_celsius.len()
                || rows.iter().any(|row| row.len() != map.soc_ratio.len())
            {
                self.say(&format!(
                    "{key}: must have a row for each of map.temperature_celsius, as long as map.soc_ratio"
                ));
            }
            for value in rows.iter().flatten() {
                self.range(key, *value, range.clone());
            }
        }
    }

    fn ageing(&mut self, ageing: &Ageing) {
        self.rising("ageing.soh_ratio", &ageing.soh_ratio, 0.05..=1.5);
        self.rising("ageing.soc_ratio", &ageing.soc_ratio, 0.0..=1.0);
        for (key, rows, range) in [
            ("ageing.rest_volts", &ageing.rest_volts, 0.0..=1000.0),
            ("ageing.ohms", &ageing.ohms, 1e-6..=100.0),
        ] {
            let columns = ageing.soc_ratio.len();
            if rows.len() != ageing.soh_ratio.len() || rows.iter().any(|row| row.len() != columns) {
                self.say(&format!(
                    "{key}: must have a row for each of ageing.soh_ratio, as long as ageing.soc_ratio"
                ));
            }
            for value in rows.iter().flatten() {
                self.range(key, *value, range.clone());
            }
        }
        self.range("ageing.model_volts", ageing.model_volts, 1e-6..=10.0);
        self.range("ageing.soh_stddev", ageing.soh_stddev, 0.0..=1.0);
    }

    fn charge(&mut self, charge: &Charge) {
        for (key, value, low) in [
            ("charge.efficiency_ratio", charge.efficiency_ratio, 0.3),
            ("charge.efficiency_full_ratio", charge.efficiency_full_ratio, 0.1),
            ("charge.efficiency_knee_soc_ratio", charge.efficiency_knee_soc_ratio, 0.0),
            ("charge.full_soc_ratio", charge.full_soc_ratio, 0.5),
        ] {
            self.range(key, value, low..=1.0);
        }
        self.range("charge.full_volts", charge.full_volts, 0.0..=1000.0);
        self.range("charge.full_tail_per_hour", charge.full_tail_per_hour, 1e-4..=1.0);
        self.range("charge.full_seconds", charge.full_seconds, 1.0..=1e6);
        self.range("charge.full_soc_stddev", charge.full_soc_stddev, 1e-3..=0.5);
    }

    fn doubt(&mut self, doubt: &Doubt) {
        for (key, value, high) in [
            ("doubt.offset_volts", doubt.offset_volts, 10.0),
            ("doubt.axis_ratio", doubt.axis_ratio, 0.5),
            ("doubt.drift_volts", doubt.drift_volts, 10.0),
            ("doubt.surface_volts", doubt.surface_volts, 10.0),
            ("doubt.drop_ratio", doubt.drop_ratio, 10.0),
            ("doubt.law_ratio", doubt.law_ratio, 10.0),
            ("doubt.resistance_log", doubt.resistance_log, 2.0),
            ("doubt.capacity_log", doubt.capacity_log, 2.0),
            ("doubt.efficiency_ratio", doubt.efficiency_ratio, 1.0),
            ("doubt.voltage_volts", doubt.voltage_volts, 10.0),
            ("doubt.current_offset_amps", doubt.current_offset_amps, 1000.0),
            ("doubt.unknown_current_per_hour", doubt.unknown_current_per_hour, 10.0),
        ] {
            self.range(key, value, 1e-6..=high);
        }
        self.range("doubt.axis_foot_ratio", doubt.axis_foot_ratio, 0.0..=1.0);
        self.range("doubt.drift_hours", doubt.drift_hours, 0.01..=10_000.0);
    }

    fn range(&mut self, key: &str, value: f64, range: RangeInclusive<f64>) {
        if !range.contains(&value) {
            self.say(&format!("{key}: {value} is outside {} to {}", range.start(), range.end()));
        }
    }

    fn rising(&mut self, key: &str, values: &[f64], range: RangeInclusive<f64>) {
        if values.len() < 2 || values.len() > POINTS_MAX || values.windows(2).any(|pair| pair[0] >= pair[1]) {
            self.say(&format!("{key}: must be 2 to {POINTS_MAX} numbers, each above the one before"));
        }
        for value in values {
            self.range(key, *value, range.clone());
        }
    }

    fn length(&mut self, key: &str, found: usize, wanted: usize) {
        if found != wanted {
            self.say(&format!("{key}: {found} numbers, but rest.soc_ratio has {wanted}"));
        }
    }

    fn say(&mut self, complaint: &str) {
        let _ = writeln!(self.0, "{complaint}");
    }
}

impl From<File> for Profile {
    fn from(file: File) -> Self {
        Self {
            name: file.name,
            chemistry: file.chemistry,
            source: file.source,
            does_not_claim: file.does_not_claim,
            plant: file.plant,
            capacity_amp_hours: file.capacity_amp_hours,
            plausible_volts: file.plausible_volts,
            rest: file.rest,
            resistance: file.resistance,
            map: file.map,
            ageing: file.ageing,
            charge: file.charge,
            doubt: file.doubt,
        }
    }
}

impl From<Profile> for File {
    fn from(profile: Profile) -> Self {
        Self {
            balise_profile: VERSION,
            name: profile.name,
            chemistry: profile.chemistry,
            source: profile.source,
            does_not_claim: profile.does_not_claim,
            plant: profile.plant,
            capacity_amp_hours: profile.capacity_amp_hours,
            plausible_volts: profile.plausible_volts,
            rest: profile.rest,
            resistance: profile.resistance,
            map: profile.map,
            ageing: profile.ageing,
            charge: profile.charge,
            doubt: profile.doubt,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(from: &str, to: &str) -> String {
        let text = Profile::agm_12v().to_toml();
        assert!(text.contains(from), "{from} is in the example");
        Profile::parse(&text.replacen(from, to, 1)).err().map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn a_profile_survives_its_file() {
        let with_plant = Profile { plant: Some("some-block".to_owned()), ..Profile::agm_12v() };
        let built_in = ["agm_12v", "flooded_12v", "gel_12v", "lifepo4_4s"]
            .map(|name| Profile::named(name).expect("built in"));
        for profile in built_in.into_iter().chain([with_plant]) {
            assert_eq!(Profile::parse(&profile.to_toml()), Ok(profile));
        }
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let said = complaint("ohmic_ohms", "ohmic_olms");
        assert!(said.contains("ohmic_olms") && said.contains("line"), "{said}");
    }

    #[test]
    fn values_out_of_range_are_all_named() {
        let text = Profile::agm_12v().to_toml();
        let text = text.replace("capacity_amp_hours = 100.0", "capacity_amp_hours = -1.0");
        let text = text.replace("capacity_log = 0.1", "capacity_log = nan");
        let said = Profile::parse(&text).err().map_or_else(String::new, |error| error.to_string());
        assert!(
            said.contains("capacity_amp_hours: -1") && said.contains("doubt.capacity_log: NaN"),
            "{said}"
        );
    }

    #[test]
    fn tables_of_unequal_length_are_refused() {
        assert!(complaint("soc_factor = [", "soc_factor = [1.0, ").contains("soc_factor"));
    }

    #[test]
    fn a_later_format_is_named() {
        assert!(complaint("balise_profile = 2", "balise_profile = 3").contains("reads versions 1 to 2"));
    }
}
