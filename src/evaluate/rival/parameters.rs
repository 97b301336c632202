//! The notebook filter's parameters, read from a profile as its file spells it, per cell.
//!
//! The notebook knows one curve, one set of resistances, one Arrhenius law and one bend of R₀ towards empty
//! (`R₀·(1 + b·exp(−z/0.12))`); of a richer profile it takes what it has a place for.

use estimator::Profile;

use crate::evaluate::cells;

/// Points of the notebook's open-circuit table.
const POINTS: u32 = 201;
/// Where the battery's resistance is read, ratio of charge.
const MIDDLE: f64 = 0.5;
/// The bend of R₀ fades over this much charge.
pub(in crate::evaluate) const BEND_RATIO: f64 = 0.12;
/// Where nothing says how warm it is, °C.
pub(in crate::evaluate) const ROOM_CELSIUS: f64 = 25.0;
/// Standard deviation of a cell's voltage that the notebook works with, V: what its author's tuning picked
/// for each chemistry; for lead-acid, which it never met, the lithium one.
const LIFEPO4_NOISE_VOLTS: f64 = 1.0;
const NOISE_VOLTS: f64 = 0.02;

/// Everything the notebook's equations need; volts and ohms of one cell.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::evaluate) struct Parameters {
    /// Open-circuit voltage over an even grid of states of charge from 0 to 1.
    pub ocv: Vec<f64>,
    pub ohmic_ohms: f64,
    pub fast_ohms: f64,
    pub fast_secs: f64,
    pub slow_ohms: f64,
    pub slow_secs: f64,
    /// Height and rate of the one-state hysteresis; zero leaves it out, as the notebook does unless told.
    pub hysteresis_volts: f64,
    pub hysteresis_rate: f64,
    pub capacity_amp_hours: f64,
    pub efficiency: f64,
    /// Bend of R₀ towards empty, `b`.
    pub bend: f64,
    /// Arrhenius temperature of all resistances, K.
    pub activation_kelvin: f64,
    pub noise_volts: f64,
    /// Innovation gate in standard deviations; zero for none.
    pub gate: f64,
    /// Cells in series.
    pub cells: f64,
}

impl Parameters {
    /// `None` where the profile is spelt in a way that the notebook does not understand. `celsius` is the
    /// temperature at the start: of a profile that maps its resistances over temperature, the nearest row.
    pub fn of(profile: &Profile, celsius: Option<f64>) -> Option<Self> {
        let file: toml::Table = profile.to_toml().parse().ok()?;
        let noise_volts = if profile.chemistry() == "lifepo4" { LIFEPO4_NOISE_VOLTS } else { NOISE_VOLTS };
        Self::read(&file, cells::in_series(profile), noise_volts, celsius)
    }

    fn read(file: &toml::Table, cells: f64, noise_volts: f64, celsius: Option<f64>) -> Option<Self> {
        let (rest, resistance) = (file.get("rest")?.as_table()?, file.get("resistance")?.as_table()?);
        let (soc, volts) = (numbers(rest, "soc_ratio")?, numbers(rest, "voltage_volts")?);
        let ohms = match file.get("map").and_then(toml::Value::as_table) {
            Some(map) => Ohms::mapped(map, celsius.unwrap_or(ROOM_CELSIUS))?,
            None => Ohms::plain(resistance, &soc)?,
        };
        let grid = (0..POINTS).map(|i| f64::from(i) / f64::from(POINTS - 1));
        Some(Self {
            ocv: grid.map(|at| interpolated(&soc, &volts, at) / cells).collect(),
            ohmic_ohms: ohms.ohmic / cells,
            fast_ohms: ohms.fast / cells,
            fast_secs: number(resistance, "fast_seconds")?,
            slow_ohms: ohms.slow / cells,
            slow_secs: number(resistance, "slow_seconds")?,
            hysteresis_volts: 0.0,
            hysteresis_rate: 0.0,
            capacity_amp_hours: number(file, "capacity_amp_hours")?,
            efficiency: number(file.get("charge")?.as_table()?, "efficiency_ratio")?,
            bend: ohms.bend,
            activation_kelvin: number(resistance, "activation_kelvin")?,
            noise_volts,
            gate: 0.0,
            cells,
        })
    }
}

/// Resistances of the half-charged battery, Ω, and how R₀ bends towards empty.
struct Ohms {
    ohmic: f64,
    fast: f64,
    slow: f64,
    bend: f64,
}

impl Ohms {
    fn plain(resistance: &toml::Table, soc: &[f64]) -> Option<Self> {
        let factor = numbers(resistance, "soc_factor")?;
        let middle = interpolated(soc, &factor, MIDDLE);
        Some(Self {
            ohmic: number(resistance, "ohmic_ohms")? * middle,
            fast: number(resistance, "fast_ohms")? * middle,
            slow: number(resistance, "slow_ohms")? * middle,
            bend: bend(soc[0], factor[0] / middle),
        })
    }

    fn mapped(map: &toml::Table, celsius: f64) -> Option<Self> {
        let (rows, soc) = (numbers(map, "temperature_celsius")?, numbers(map, "soc_ratio")?);
        let far = |row: &usize| (rows[*row] - celsius).abs();
        let row = (0..rows.len()).min_by(|a, b| far(a).total_cmp(&far(b)))?;
        let values = |key: &str| {
            let row = map.get(key)?.as_array()?.get(row)?;
            row.as_array()?.iter().map(value).collect::<Option<Vec<f64>>>()
        };
        let middle = |key: &str| Some(interpolated(&soc, &values(key)?, MIDDLE));
        let ohmic = middle("ohmic_ohms")?;
        let bend = bend(soc[0], values("ohmic_ohms")?.first()? / ohmic);
        Some(Self { ohmic, fast: middle("fast_ohms")?, slow: middle("slow_ohms")?, bend })
    }
}

/// The bend that makes R₀ so many `times` as large at this state of charge.
fn bend(soc: f64, times: f64) -> f64 {
    ((times - 1.0) / (-soc / BEND_RATIO).exp()).max(0.0)
}

fn value(value: &toml::Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

fn number(table: &toml::Table, key: &str) -> Option<f64> {
    value(table.get(key)?)
}

fn numbers(table: &toml::Table, key: &str) -> Option<Vec<f64>> {
    table.get(key)?.as_array()?.iter().map(value).collect()
}

fn interpolated(at: &[f64], value: &[f64], x: f64) -> f64 {
    let above = at.partition_point(|point| *point < x).clamp(1, at.len().min(value.len()) - 1);
    let share = (x - at[above - 1]) / (at[above] - at[above - 1]);
    value[above - 1] + share * (value[above] - value[above - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_gives_a_notebook() {
        for (profile, cells) in
            [(Profile::agm_12v(), 6.0), (Profile::gel_12v(), 6.0), (Profile::lifepo4_4s(), 4.0)]
        {
            let found = Parameters::of(&profile, None).expect("a notebook");
            assert_eq!(found.cells, cells, "{}", profile.name());
            assert!((found.ocv[100] * cells - profile.mid_voltage().as_volts()).abs() < 1e-9);
            assert!(found.ocv.windows(2).all(|pair| pair[0] < pair[1]) && found.bend > 0.0);
        }
    }

    #[test]
    fn of_a_map_the_row_of_the_starts_temperature_is_taken() {
        let mut file: toml::Table = Profile::agm_12v().to_toml().parse().expect("a profile");
        let map = "temperature_celsius = [-10, 25.0]\nsoc_ratio = [0.12, 0.4, 0.6]\n\
                   ohmic_ohms = [[0.08, 0.04, 0.04], [0.03, 0.02, 0.02]]\n\
                   fast_ohms = [[0.05, 0.05, 0.05], [0.01, 0.01, 0.03]]\n\
                   slow_ohms = [[0.05, 0.05, 0.05], [0.01, 0.01, 0.03]]\n";
        file.insert("map".to_owned(), toml::Value::Table(map.parse().expect("a map")));
        let at = |celsius| Parameters::read(&file, 1.0, 0.02, celsius).expect("a notebook");
        assert!(
            (at(Some(-8.0)).ohmic_ohms - 0.04).abs() < 1e-12 && (at(None).ohmic_ohms - 0.02).abs() < 1e-12
        );
        assert!((at(None).fast_ohms - 0.02).abs() < 1e-12);
        // R₀ doubles at one fading length: b·e⁻¹ = 1.
        assert!((at(Some(-8.0)).bend - 1.0_f64.exp()).abs() < 1e-12);
    }
}
