//! A profile: what is known of a type of battery before one of them is met.
//!
//! ```text
//! V = OCV(z) + k·(T − 25 °C) + M(z)·h + v₁ + v₂ + R₀(z, T)·I        z: state of charge
//! R(z, T) = R · f(z) · exp(B·(1/T − 1/298.15 K))                 same law for R₀, R₁, R₂
//! ```
//!
//! A profile with a [`Map`] has `R(z, T) = R(z, T)ₘₐₚ · exp(…)` and `OCV(z) + ΔV(z, T)ₘₐₚ`, both linear
//! between the measured points: the law carries what the steep change with cold has in common.
//!
//! Every profile names its source and what it does not claim. Volts and ohms are of the whole battery,
//! not of one cell. Current is positive while charging.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. I, ch. 2 (equivalent-circuit models).

use serde::{Deserialize, Serialize};
use signals::{AmpHours, Ohms, Soc, Volts};

/// Parameters of a type of battery, with how wrong each may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub(crate) name: String,
    pub(crate) chemistry: Chemistry,
    pub(crate) source: String,
    pub(crate) does_not_claim: String,
    /// What a harness calls its own model of this very battery; nothing here ever looks at it.
    pub(crate) plant: Option<String>,
    pub(crate) capacity_amp_hours: f64,
    /// Voltages outside are a broken reading.
    pub(crate) plausible_volts: [f64; 2],
    pub(crate) rest: Rest,
    pub(crate) resistance: Resistance,
    pub(crate) map: Option<Map>,
    pub(crate) ageing: Option<Ageing>,
    pub(crate) charge: Charge,
    pub(crate) doubt: Doubt,
}

/// Chemistry, as far as the filter treats them differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Chemistry {
    #[serde(rename = "lead-acid")]
    /// Lead-acid: gassing, surface charge, no plateau.
    LeadAcid,
    #[serde(rename = "lifepo4")]
    /// Lithium iron phosphate: a plateau with hysteresis between two knees.
    LiFePo4,
    #[serde(rename = "lithium-ion")]
    /// Nickel-based lithium-ion: a rest curve that rises everywhere.
    LithiumIon,
}

/// Voltage at rest.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rest {
    /// States of charge of the table, rising from 0 to 1.
    pub soc_ratio: Vec<f64>,
    /// Open-circuit voltage at each, at 25 °C, rising.
    pub voltage_volts: Vec<f64>,
    /// Its change with temperature.
    pub temperature_slope_volts_per_kelvin: f64,
    /// Half the distance between the charge and the discharge branch, at each.
    pub hysteresis_volts: Vec<f64>,
    /// How far the branch moves, of −1 to 1, over one full charge.
    pub hysteresis_rate: f64,
}

/// Resistance at 25 °C, and how it changes.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resistance {
    pub ohmic_ohms: f64,
    pub fast_ohms: f64,
    pub fast_seconds: f64,
    pub slow_ohms: f64,
    pub slow_seconds: f64,
    /// Arrhenius temperature `B`.
    pub activation_kelvin: f64,
    /// Factor at each state of charge of the rest table.
    pub soc_factor: Vec<f64>,
}

/// Rest voltage and resistance over temperature and charge, where they were measured. One row a temperature.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Map {
    /// Temperatures of the rows, rising; colder or warmer than the ends, the end rows hold.
    pub temperature_celsius: Vec<f64>,
    /// States of charge of the columns, rising; the end columns hold beyond them.
    pub soc_ratio: Vec<f64>,
    /// Added to the rest curve.
    pub rest_volts: Vec<Vec<f64>>,
    /// Resistances divided by the temperature law, in place of `resistance` and its factors.
    pub ohmic_ohms: Vec<Vec<f64>>,
    pub fast_ohms: Vec<Vec<f64>>,
    pub slow_ohms: Vec<Vec<f64>>,
    /// In place of the rest table's half distance between the branches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hysteresis_volts: Option<Vec<Vec<f64>>>,
}

/// Voltage and resistance over the state of health and charge, where a cell was measured as it aged.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ageing {
    /// States of health of the rows, rising.
    pub soh_ratio: Vec<f64>,
    /// States of charge of the columns, rising from 0 to 1; 1 is full, 0 is where this capacity ends.
    pub soc_ratio: Vec<f64>,
    /// Voltage that a steady current would leave if it could be taken to nothing.
    pub rest_volts: Vec<Vec<f64>>,
    /// The whole resistance to a steady current.
    pub ohms: Vec<Vec<f64>>,
    /// One standard deviation of the map's voltage on another cell, and of the capacity it leads to.
    pub model_volts: f64,
    pub soh_stddev: f64,
}

/// Charging and its end.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Charge {
    /// Share of the charge put in that stays, below `efficiency_knee_soc_ratio`.
    pub efficiency_ratio: f64,
    /// The same at full charge; falls in a straight line from the knee.
    pub efficiency_full_ratio: f64,
    pub efficiency_knee_soc_ratio: f64,
    /// Above this voltage with a small current the battery is nearly full.
    pub full_volts: f64,
    /// That small current over capacity, per hour.
    pub full_tail_per_hour: f64,
    /// How long both must hold.
    pub full_seconds: f64,
    /// State of charge then, and how far off that may be.
    pub full_soc_ratio: f64,
    pub full_soc_stddev: f64,
}

/// How wrong the rest of the profile may be: one standard deviation each.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Doubt {
    /// Lasting error of the rest voltage: never averaged away.
    pub offset_volts: f64,
    /// Shift of the rest curve along the state-of-charge axis, ratio; lasting too.
    pub axis_ratio: f64,
    /// Charge below which that shift shrinks in proportion, ratio; 0 where it is the same everywhere. Cells of one chemistry
    /// are empty at one voltage, and part above it.
    #[serde(default, skip_serializing_if = "is_everywhere")]
    pub axis_foot_ratio: f64,
    /// Error of the rest voltage that wanders, and how fast.
    pub drift_volts: f64,
    pub drift_hours: f64,
    /// Surface charge a charge may leave behind.
    pub surface_volts: f64,
    /// Voltage drop under load, as a share of the drop.
    pub drop_ratio: f64,
    /// Share of the temperature law that may be wrong.
    #[serde(default = "generic_law")]
    pub law_ratio: f64,
    /// Resistance, natural logarithm.
    pub resistance_log: f64,
    /// Capacity, natural logarithm.
    pub capacity_log: f64,
    /// Charge efficiency.
    pub efficiency_ratio: f64,
    /// Voltage reading.
    pub voltage_volts: f64,
    /// Zero of the current sensor.
    pub current_offset_amps: f64,
    /// A current nobody measures, over capacity, per hour.
    pub unknown_current_per_hour: f64,
}

/// The law as a generic profile knows it; what files of format 1 stand for.
const fn generic_law() -> f64 {
    0.2
}

/// Whether the shift of the rest curve has no foot.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_everywhere(foot_ratio: &f64) -> bool {
    *foot_ratio == 0.0
}

impl Profile {
    /// A generic 12 V AGM battery of 100 A·h at the 20-hour rate.
    #[must_use]
    pub fn agm_12v() -> Self {
        Self {
            name: "agm_12v".to_owned(),
            chemistry: Chemistry::LeadAcid,
            source: "makers' rest-voltage tables for 12 V AGM (11.8 V empty, 12.9 V full), resistance of common 100 A·h blocks".to_owned(),
            does_not_claim: "any one make or age; stratification, sulphation and water loss are unknown to it".to_owned(),
            plant: None,
            capacity_amp_hours: 100.0,
            plausible_volts: [6.0, 17.5],
            rest: Rest {
                soc_ratio: vec![0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
                voltage_volts: vec![11.75, 11.90, 12.02, 12.13, 12.24, 12.35, 12.46, 12.57, 12.68, 12.79, 12.90],
                temperature_slope_volts_per_kelvin: 0.0012,
                hysteresis_volts: vec![0.0; 11],
                hysteresis_rate: 10.0,
            },
            resistance: Resistance {
                ohmic_ohms: 0.005,
                fast_ohms: 0.003,
                fast_seconds: 60.0,
                slow_ohms: 0.004,
                slow_seconds: 5400.0,
                activation_kelvin: 2000.0,
                soc_factor: vec![2.4, 1.8, 1.45, 1.25, 1.12, 1.05, 1.0, 0.98, 0.96, 0.95, 0.95],
            },
            map: None,
            ageing: None,
            charge: Charge {
                efficiency_ratio: 0.98,
                efficiency_full_ratio: 0.85,
                efficiency_knee_soc_ratio: 0.85,
                full_volts: 14.1,
                full_tail_per_hour: 0.02,
                full_seconds: 1800.0,
                full_soc_ratio: 0.985,
                full_soc_stddev: 0.02,
            },
            doubt: Doubt {
                offset_volts: 0.03,
                axis_ratio: 0.008,
                axis_foot_ratio: 0.0,
                drift_volts: 0.03,
                drift_hours: 12.0,
                surface_volts: 0.4,
                drop_ratio: 0.4,
                law_ratio: generic_law(),
                resistance_log: 0.4,
                capacity_log: 0.1,
                efficiency_ratio: 0.03,
                voltage_volts: 0.005,
                current_offset_amps: 0.2,
                unknown_current_per_hour: 0.02,
            },
        }
    }

    /// A generic 12 V battery with free acid, 100 A·h at the 20-hour rate.
    #[must_use]
    pub fn flooded_12v() -> Self {
        let agm = Self::agm_12v();
        Self {
            name: "flooded_12v".to_owned(),
            source: "the trade's rest-voltage table for flooded deep-cycle batteries (12.65, 12.45, 12.24, 12.06, 11.89 V at \
                     100, 75, 50, 25, 0 %), resistance a fifth above AGM"
                .to_owned(),
            does_not_claim: "any one make or age; stratification, sulphation and water loss are unknown to it".to_owned(),
            rest: Rest {
                voltage_volts: vec![
                    11.89, 11.96, 12.03, 12.10, 12.17, 12.24, 12.325, 12.41, 12.49, 12.57, 12.65,
                ],
                ..agm.rest
            },
            resistance: Resistance { ohmic_ohms: 0.006, slow_seconds: 7200.0, ..agm.resistance },
            charge: Charge { efficiency_ratio: 0.96, efficiency_full_ratio: 0.75, ..agm.charge },
            doubt: Doubt { offset_volts: 0.04, axis_ratio: 0.02, ..agm.doubt },
            ..agm
        }
    }

    /// A generic 12 V gel battery of 100 A·h at the 20-hour rate.
    #[must_use]
    pub fn gel_12v() -> Self {
        let agm = Self::agm_12v();
        Self {
            name: "gel_12v".to_owned(),
            source: "makers' rest-voltage tables for 12 V gel (11.8 V empty, 12.85 V full), resistance four tenths above AGM"
                .to_owned(),
            does_not_claim: "any one make or age; voids in the gel are unknown to it".to_owned(),
            rest: Rest {
                voltage_volts: vec![
                    11.75, 11.83, 11.94, 12.06, 12.20, 12.34, 12.46, 12.58, 12.68, 12.77, 12.86,
                ],
                ..agm.rest
            },
            resistance: Resistance { ohmic_ohms: 0.007, ..agm.resistance },
            charge: Charge { full_volts: 13.9, ..agm.charge },
            doubt: Doubt { offset_volts: 0.04, axis_ratio: 0.015, ..agm.doubt },
            ..agm
        }
    }

    /// The built-in profile of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "agm_12v" => Some(Self::agm_12v()),
            "flooded_12v" => Some(Self::flooded_12v()),
            "gel_12v" => Some(Self::gel_12v()),
            "lifepo4_4s" => Some(Self::lifepo4_4s()),
            _ => None,
        }
    }

    /// A generic battery of four LiFePO4 cells in series, 100 A·h.
    #[must_use]
    pub fn lifepo4_4s() -> Self {
        Self {
            name: "lifepo4_4s".to_owned(),
            plant: None,
            chemistry: Chemistry::LiFePo4,
            source:
                "makers' rest-voltage tables for LiFePO4, four cells in series; below a third of the charge the mean of theirs and of two \
                 measured cells (A123 26650, Plett; Lithium Werks 18650, Sunil et al. 2025); hysteresis after Plett (A123)"
                    .to_owned(),
            does_not_claim: "any one make or age; makes differ by 60 to 90 mV on the plateau and by four points of charge at its knee"
                .to_owned(),
            capacity_amp_hours: 100.0,
            plausible_volts: [6.0, 16.5],
            rest: Rest {
                soc_ratio: vec![
                    0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0,
                ],
                voltage_volts: vec![
                    10.4, 11.55, 12.26, 12.76, 12.86, 12.955, 13.08, 13.12, 13.14, 13.16, 13.24, 13.31, 13.33,
                    13.35, 13.38, 13.45, 13.6,
                ],
                temperature_slope_volts_per_kelvin: 0.0,
                hysteresis_volts: vec![0.05; 17],
                hysteresis_rate: 25.0,
            },
            resistance: Resistance {
                ohmic_ohms: 0.010,
                fast_ohms: 0.006,
                fast_seconds: 30.0,
                slow_ohms: 0.010,
                slow_seconds: 1200.0,
                activation_kelvin: 3000.0,
                soc_factor: vec![
                    1.8, 1.6, 1.4, 1.2, 1.1, 1.05, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.05, 1.1, 1.1, 1.1,
                ],
            },
            map: None,
            ageing: None,
            charge: Charge {
                efficiency_ratio: 0.995,
                efficiency_full_ratio: 0.995,
                efficiency_knee_soc_ratio: 0.95,
                full_volts: 13.9,
                full_tail_per_hour: 0.05,
                full_seconds: 600.0,
                full_soc_ratio: 0.99,
                full_soc_stddev: 0.012,
            },
            doubt: Doubt {
                offset_volts: 0.035,
                // Four makes (see `source`) at a fifth of their charge; colder, an A123 parts from itself as `law_ratio` says.
                axis_ratio: 0.015,
                axis_foot_ratio: 0.2,
                drift_volts: 0.025,
                drift_hours: 4.0,
                surface_volts: 0.02,
                drop_ratio: 0.2,
                law_ratio: generic_law(),
                resistance_log: 0.3,
                capacity_log: 0.1,
                efficiency_ratio: 0.005,
                voltage_volts: 0.005,
                current_offset_amps: 0.2,
                unknown_current_per_hour: 0.02,
            },
        }
    }

    /// The same type in another size: resistance falls as capacity grows.
    #[must_use]
    pub fn with_capacity(self, capacity: AmpHours) -> Self {
        let amp_hours = capacity.as_amp_hours();
        if !(amp_hours.is_finite() && amp_hours > 0.0) {
            return self;
        }
        let shrink = self.capacity_amp_hours / amp_hours;
        let resistance = Resistance {
            ohmic_ohms: self.resistance.ohmic_ohms * shrink,
            fast_ohms: self.resistance.fast_ohms * shrink,
            slow_ohms: self.resistance.slow_ohms * shrink,
            ..self.resistance
        };
        let shrunk = |rows: Vec<Vec<f64>>| -> Vec<Vec<f64>> {
            rows.into_iter().map(|row| row.into_iter().map(|ohms| ohms * shrink).collect()).collect()
        };
        let map = self.map.map(|map| Map {
            ohmic_ohms: shrunk(map.ohmic_ohms),
            fast_ohms: shrunk(map.fast_ohms),
            slow_ohms: shrunk(map.slow_ohms),
            ..map
        });
        let ageing = self.ageing.map(|ageing| Ageing { ohms: shrunk(ageing.ohms), ..ageing });
        Self { capacity_amp_hours: amp_hours, resistance, map, ageing, ..self }
    }

    /// The profile's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The chemistry as profile files spell it.
    #[must_use]
    pub const fn chemistry(&self) -> &'static str {
        match self.chemistry {
            Chemistry::LeadAcid => "lead-acid",
            Chemistry::LiFePo4 => "lifepo4",
            Chemistry::LithiumIon => "lithium-ion",
        }
    }

    /// Where the numbers come from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What the profile does not claim.
    #[must_use]
    pub fn does_not_claim(&self) -> &str {
        &self.does_not_claim
    }

    /// The name a harness has for its own model of this very battery, where it has one.
    #[must_use]
    pub fn plant(&self) -> Option<&str> {
        self.plant.as_deref()
    }

    /// Rest voltage at 25 °C half charged: tells a cell from a block.
    #[must_use]
    pub fn mid_voltage(&self) -> Volts {
        let (soc, rest) = (&self.rest.soc_ratio, &self.rest.voltage_volts);
        let above = soc.partition_point(|point| *point < 0.5).clamp(1, soc.len().min(rest.len()) - 1);
        let share = (0.5 - soc[above - 1]) / (soc[above] - soc[above - 1]);
        Volts::new(rest[above - 1] + share * (rest[above] - rest[above - 1]))
    }

    /// State of charge whose rest voltage at 25 °C this is: the plain look-up, without any doubt.
    #[must_use]
    pub fn soc_at_rest(&self, voltage: Volts) -> Soc {
        let volts = voltage.as_volts();
        let (soc, rest) = (&self.rest.soc_ratio, &self.rest.voltage_volts);
        let above = rest.partition_point(|point| *point < volts);
        if above == 0 || above >= rest.len().min(soc.len()) {
            return if above == 0 { Soc::clamped(0.0) } else { Soc::FULL };
        }
        let share = (volts - rest[above - 1]) / (rest[above] - rest[above - 1]);
        Soc::clamped(soc[above - 1] + share * (soc[above] - soc[above - 1]))
    }

    /// Nominal voltage: 2 V a cell of lead-acid, 3.2 V of lithium iron phosphate, 3.6 V of lithium-ion, as
    /// many cells as the voltage half charged tells.
    #[must_use]
    pub fn nominal_voltage(&self) -> Volts {
        let (nominal, half) = match self.chemistry {
            Chemistry::LeadAcid => (2.0, 2.06),
            Chemistry::LiFePo4 => (3.2, 3.29),
            Chemistry::LithiumIon => (3.6, 3.7),
        };
        Volts::new(nominal * (self.mid_voltage().as_volts() / half).round().max(1.0))
    }

    /// Ohmic resistance when new, at 25 °C.
    #[must_use]
    pub const fn rated_resistance(&self) -> Ohms {
        Ohms::new(self.resistance.ohmic_ohms)
    }

    /// Rated capacity.
    #[must_use]
    pub const fn capacity(&self) -> AmpHours {
        AmpHours::new(self.capacity_amp_hours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_the_capacity_has_half_the_resistance() {
        let small = Profile::agm_12v();
        let large = small.clone().with_capacity(AmpHours::new(200.0));
        assert_eq!(large.resistance.ohmic_ohms * 2.0, small.resistance.ohmic_ohms);
        assert_eq!(large.capacity().as_amp_hours(), 200.0);
    }

    #[test]
    fn the_nominal_voltage_is_read_off_the_cells() {
        for (name, volts) in [("agm_12v", 12.0), ("gel_12v", 12.0), ("lifepo4_4s", 12.8)] {
            let profile = Profile::named(name).map(|it| it.nominal_voltage().as_volts());
            assert!(profile.is_some_and(|it| (it - volts).abs() < 1e-9), "{name}: {profile:?}");
        }
    }

    #[test]
    fn the_look_up_is_the_rest_curve_turned_around() {
        for (volts, soc) in
            [(11.0, 0.0), (11.75, 0.0), (12.35, 0.5), (12.405, 0.55), (12.9, 1.0), (14.0, 1.0)]
        {
            assert!((Profile::agm_12v().soc_at_rest(Volts::new(volts)).as_ratio() - soc).abs() < 1e-9);
        }
    }

    #[test]
    fn no_capacity_at_all_changes_nothing() {
        assert_eq!(Profile::agm_12v().with_capacity(AmpHours::new(f64::NAN)), Profile::agm_12v());
    }
}
