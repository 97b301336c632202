//! A profile made ready for look-ups.
//!
//! ```text
//! OCV(z, T) = OCV(z) + k·(T − 25) + ΔV(z, T)      R(z, T) = R·f(z)·e^(B·(1/T − 1/298.15))   or the map's
//! ```
//!
//! Tables over temperature hold one [`Curve`] a measured temperature; a [`Place`] says between which two.

use crate::curve::Curve;
use crate::profile::{Charge, Chemistry, Doubt, Map, Profile};

/// 25 °C, the reference of every resistance.
const REFERENCE_KELVIN: f64 = 298.15;
/// Resistance never differs from the reference by more than this factor: beyond it the law is a guess.
const COLD_FACTOR_MAX: f64 = 20.0;

/// What controllers lower the voltage of lead-acid by in heat, ratio per K (−5 mV a cell of 2.35 V), and up to where.
const FULL_PER_KELVIN: f64 = 0.0021;
const FULL_KELVIN_MAX: f64 = 20.0;

/// No part of the curve is without shift.
const SHIFTED_MIN: f64 = 0.1;

/// Least and largest reach over which a resistance's slope is taken, ratio of charge.
const SLOPE_REACH: [f64; 2] = [0.02, 0.15];

/// The voltage model of one battery.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Model {
    pub chemistry: Chemistry,
    pub capacity_amp_hours: f64,
    pub plausible_volts: [f64; 2],
    pub temperature_slope_volts_per_kelvin: f64,
    pub hysteresis_rate: f64,
    pub ohmic_ohms: f64,
    pub fast_ohms: f64,
    pub fast_seconds: f64,
    pub slow_ohms: f64,
    pub slow_seconds: f64,
    pub activation_kelvin: f64,
    pub charge: Charge,
    pub doubt: Doubt,
    celsius: Vec<f64>,
    rest: Vec<Curve>,
    /// Ohmic, fast and slow resistance over the temperature law.
    ohms: [Vec<Curve>; 3],
    /// Half the distance between the branches.
    hysteresis: Vec<Curve>,
}

/// Where a temperature stands in the tables: row, share of the next row, and temperature factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    row: usize,
    share: f64,
    pub celsius: f64,
    pub cold_factor: f64,
}

/// The three resistances at one charge and temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ohms {
    pub ohmic: f64,
    pub fast: f64,
    pub slow: f64,
}

impl Ohms {
    /// All resistance there is once everything has settled.
    pub fn total(&self) -> f64 {
        self.ohmic + self.fast + self.slow
    }
}

impl Model {
    pub fn of(profile: &Profile) -> Self {
        let (rest, resistance) = (&profile.rest, &profile.resistance);
        let plain = |ohms: f64| {
            let values: Vec<f64> = resistance.soc_factor.iter().map(|factor| factor * ohms).collect();
            vec![Curve::through(&rest.soc_ratio, &values)]
        };
        let base = Curve::through(&rest.soc_ratio, &rest.voltage_volts);
        let loops = Curve::through(&rest.soc_ratio, &rest.hysteresis_volts);
        let measured = profile.map.as_ref();
        let hysteresis = match measured.and_then(|map| Some((map, map.hysteresis_volts.as_ref()?))) {
            Some((map, table)) => rows(map, table),
            None => vec![loops; measured.map_or(1, |map| map.temperature_celsius.len())],
        };
        let (celsius, rests, ohms) = match &profile.map {
            None => (
                vec![25.0],
                vec![base],
                [plain(resistance.ohmic_ohms), plain(resistance.fast_ohms), plain(resistance.slow_ohms)],
            ),
            Some(map) => (
                map.temperature_celsius.clone(),
                rows(map, &map.rest_volts).iter().map(|moved| base.plus(moved)).collect(),
                [&map.ohmic_ohms, &map.fast_ohms, &map.slow_ohms].map(|table| rows(map, table)),
            ),
        };
        Self {
            chemistry: profile.chemistry,
            capacity_amp_hours: profile.capacity_amp_hours,
            plausible_volts: profile.plausible_volts,
            temperature_slope_volts_per_kelvin: rest.temperature_slope_volts_per_kelvin,
            hysteresis_rate: rest.hysteresis_rate,
            ohmic_ohms: resistance.ohmic_ohms,
            fast_ohms: resistance.fast_ohms,
            fast_seconds: resistance.fast_seconds,
            slow_ohms: resistance.slow_ohms,
            slow_seconds: resistance.slow_seconds,
            activation_kelvin: resistance.activation_kelvin,
            charge: profile.charge,
            doubt: profile.doubt,
            celsius,
            rest: rests,
            ohms,
            hysteresis,
        }
    }

    /// Where a temperature stands.
    pub fn place(&self, celsius: f64) -> Place {
        let row = self.celsius.iter().skip(1).take_while(|row| **row < celsius).count();
        let row = row.min(self.celsius.len().saturating_sub(2));
        let share = match self.celsius.get(row..=row + 1) {
            Some(&[cold, warm]) => ((celsius - cold) / (warm - cold)).clamp(0.0, 1.0),
            _ => 0.0,
        };
        let inverse = 1.0 / (celsius + 273.15).max(200.0) - 1.0 / REFERENCE_KELVIN;
        let factor = (self.activation_kelvin * inverse).exp();
        Place { row, share, celsius, cold_factor: factor.clamp(1.0 / COLD_FACTOR_MAX, COLD_FACTOR_MAX) }
    }

    /// Share of the rest curve's shift that is felt at a charge: all of it above the foot, ever less below.
    #[inline]
    pub fn shifted(&self, soc: f64) -> f64 {
        if self.doubt.axis_foot_ratio > 0.0 {
            (soc / self.doubt.axis_foot_ratio).clamp(SHIFTED_MIN, 1.0)
        } else {
            1.0
        }
    }

    /// Voltage at rest without hysteresis; the curve keeps its end values beyond the ends.
    #[inline]
    pub fn rest(&self, soc: f64, place: &Place) -> f64 {
        self.warmth(place) + blend(&self.rest, place, |curve| curve.at(soc))
    }

    /// Voltage at rest on a branch of the hysteresis, −1 to 1.
    #[inline]
    pub fn rest_on(&self, soc: f64, place: &Place, branch: f64) -> f64 {
        self.rest(soc, place) + branch * self.hysteresis_volts(soc, place)
    }

    /// The same; the rest curve goes on beyond the ends.
    #[inline]
    pub fn rest_on_extended(&self, soc: f64, place: &Place, branch: f64) -> f64 {
        let rest = self.warmth(place) + blend(&self.rest, place, |curve| curve.extended(soc));
        rest + branch * self.hysteresis_volts(soc, place)
    }

    fn warmth(&self, place: &Place) -> f64 {
        self.temperature_slope_volts_per_kelvin * (place.celsius - 25.0)
    }

    /// The resistances here.
    #[inline]
    pub fn ohms(&self, soc: f64, place: &Place) -> Ohms {
        let [ohmic, fast, slow] = [&self.ohms[0], &self.ohms[1], &self.ohms[2]]
            .map(|table| blend(table, place, |curve| curve.at(soc)));
        let factor = place.cold_factor;
        Ohms { ohmic: ohmic * factor, fast: fast * factor, slow: slow * factor }
    }

    /// How much the resistances change over one standard deviation of the charge.
    #[inline]
    pub fn ohms_doubt(&self, soc: f64, stddev: f64, place: &Place) -> Ohms {
        let reach = stddev.clamp(SLOPE_REACH[0], SLOPE_REACH[1]);
        let (low, high) = ((soc - reach).clamp(0.0, 1.0), (soc + reach).clamp(0.0, 1.0));
        let share = place.cold_factor * stddev / (2.0 * reach);
        let [ohmic, fast, slow] = [&self.ohms[0], &self.ohms[1], &self.ohms[2]]
            .map(|table| share * blend(table, place, |curve| curve.at(high) - curve.at(low)));
        Ohms { ohmic, fast, slow }
    }

    /// Whether a current sensor's zero may be read off the drop over the resistance. Of lead-acid that drop is known
    /// to a third at best: days on end of its error would pass for a zero, and the counter would stop.
    pub fn drop_tells_zero(&self) -> bool {
        self.chemistry != Chemistry::LeadAcid
    }

    /// Half the distance between the charge and the discharge branch here.
    #[inline]
    pub fn hysteresis_volts(&self, soc: f64, place: &Place) -> f64 {
        blend(&self.hysteresis, place, |curve| curve.at(soc))
    }

    /// Share of a charging current that stays in the battery.
    pub fn efficiency(&self, soc: f64) -> f64 {
        let charge = &self.charge;
        let knee = charge.efficiency_knee_soc_ratio;
        let share = ((soc - knee) / (1.0 - knee).max(1e-6)).clamp(0.0, 1.0);
        charge.efficiency_ratio + share * (charge.efficiency_full_ratio - charge.efficiency_ratio)
    }

    /// Voltage above which a small current tells a full battery at this temperature. Controllers hold lead-acid lower in heat.
    pub fn full_volts(&self, celsius: f64) -> f64 {
        let heat = (celsius - 25.0).clamp(0.0, FULL_KELVIN_MAX);
        let lowered = if self.chemistry == Chemistry::LeadAcid && heat.is_finite() { heat } else { 0.0 };
        self.charge.full_volts * (1.0 - FULL_PER_KELVIN * lowered)
    }

    /// Voltage at rest when full at 25 °C: above it, something charges or has just charged.
    pub fn full_rest_volts(&self) -> f64 {
        self.rest.last().map_or(0.0, |curve| curve.at(1.0))
            + self.hysteresis.last().map_or(0.0, |curve| curve.at(1.0))
    }
}

fn rows(map: &Map, table: &[Vec<f64>]) -> Vec<Curve> {
    table.iter().map(|row| Curve::through(&map.soc_ratio, row)).collect()
}

#[inline]
fn blend(rows: &[Curve], place: &Place, read: impl Fn(&Curve) -> f64) -> f64 {
    let here = rows.get(place.row).map_or(0.0, &read);
    if place.share == 0.0 {
        return here;
    }
    here + place.share * (rows.get(place.row + 1).map_or(here, read) - here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cold_raises_resistance_and_the_reference_leaves_it() {
        let model = Model::of(&Profile::lifepo4_4s());
        assert!((model.place(25.0).cold_factor - 1.0).abs() < 1e-12);
        assert!(model.place(-20.0).cold_factor > 2.0);
        assert!(model.place(-300.0).cold_factor.is_finite());
    }

    #[test]
    fn the_shift_of_the_rest_curve_is_felt_less_towards_empty_where_a_profile_says_so() {
        let lithium = Model::of(&Profile::lifepo4_4s());
        assert_eq!([0.9, 0.2, 0.1, -0.1].map(|soc| lithium.shifted(soc)), [1.0, 1.0, 0.5, SHIFTED_MIN]);
        assert_eq!(Model::of(&Profile::agm_12v()).shifted(0.05), 1.0);
    }

    #[test]
    fn a_full_lead_acid_battery_is_held_lower_in_heat() {
        let full = |profile: &Profile, celsius| Model::of(profile).full_volts(celsius);
        let gel = Profile::gel_12v();
        assert_eq!(full(&gel, -20.0), 13.9);
        assert!((full(&gel, 35.0) - 13.61).abs() < 0.01, "{}", full(&gel, 35.0));
        assert_eq!((full(&gel, f64::NAN), full(&Profile::lifepo4_4s(), 35.0)), (13.9, 13.9));
    }

    #[test]
    fn lead_acid_takes_charge_less_willingly_near_full() {
        let model = Model::of(&Profile::agm_12v());
        assert!(model.efficiency(0.5) > 0.97 && model.efficiency(1.0) < 0.9);
    }

    #[test]
    fn between_two_measured_temperatures_the_map_is_straight_and_beyond_them_it_holds() {
        let mut profile = Profile::lifepo4_4s();
        profile.resistance.activation_kelvin = 0.0;
        profile.map = Some(Map {
            temperature_celsius: vec![0.0, 10.0, 30.0],
            soc_ratio: vec![0.0, 1.0],
            rest_volts: vec![vec![0.3, 0.3], vec![0.1, 0.1], vec![0.0, 0.0]],
            ohmic_ohms: vec![vec![0.04, 0.02], vec![0.02, 0.01], vec![0.01, 0.01]],
            fast_ohms: vec![vec![0.01, 0.01]; 3],
            slow_ohms: vec![vec![0.01, 0.01]; 3],
            hysteresis_volts: None,
        });
        let model = Model::of(&profile);
        let bare = model.rest(0.5, &model.place(30.0));
        for (celsius, moved, ohmic) in [
            (-40.0, 0.3, 0.03),
            (0.0, 0.3, 0.03),
            (5.0, 0.2, 0.0225),
            (20.0, 0.05, 0.0125),
            (50.0, 0.0, 0.01),
        ] {
            let place = model.place(celsius);
            assert!((model.rest(0.5, &place) - bare - moved).abs() < 1e-9, "{celsius}");
            assert!((model.ohms(0.5, &place).ohmic - ohmic).abs() < 1e-9, "{celsius}");
        }
    }
}
