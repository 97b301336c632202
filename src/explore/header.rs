//! What a column is, by its name: `Voltage [mV]`, `Tension (V)`, `current_a`, `T °F`, `SOC %`, `Heure`.
//!
//! A name is cut into words; the last one, or what stands in brackets, may be its unit. French and English words
//! are known; a column of which nothing is known is still a column, without a quantity.

/// What a column measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// When: seconds, an epoch, or a stamp.
    Time,
    /// A date whose time stands in another column.
    Date,
    /// Of the battery, V.
    Voltage,
    /// Of the battery, A.
    Current,
    /// Of the battery, W.
    Power,
    /// Of the battery, °C.
    Temperature,
    /// Of the air, °C.
    Ambient,
    /// A counter of charge, Ah.
    Charge,
    /// State of charge, ratio.
    StateOfCharge,
    /// From the panel, W.
    SunPower,
    /// From the panel, V.
    SunVoltage,
    /// From the panel, A.
    SunCurrent,
    /// On the ground, W/m².
    Irradiance,
    /// Of the load, W.
    LoadPower,
    /// Of the load, A.
    LoadCurrent,
    /// Whether the load is on.
    LoadState,
    /// Anything else.
    Other,
}

/// What a value is written in: `base = value · scale + offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// As it is shown.
    pub name: &'static str,
    /// Of one unit in base units.
    pub scale: f64,
    /// What zero is in base units.
    pub offset: f64,
    /// What it measures.
    pub of: Dimension,
}

/// What units can be turned into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    Voltage,
    Current,
    Power,
    Temperature,
    Charge,
    Ratio,
    Time,
    Irradiance,
}

const fn unit(name: &'static str, scale: f64, of: Dimension) -> Unit {
    Unit { name, scale, offset: 0.0, of }
}

/// Every unit, under each of its spellings in lower case.
const UNITS: &[(&[&str], Unit)] = &[
    (&["v", "volt", "volts"], unit("V", 1.0, Dimension::Voltage)),
    (&["mv", "millivolts"], unit("mV", 1e-3, Dimension::Voltage)),
    (&["a", "amp", "amps", "ampere", "amperes"], unit("A", 1.0, Dimension::Current)),
    (&["ma", "milliamps"], unit("mA", 1e-3, Dimension::Current)),
    (&["w", "watt", "watts"], unit("W", 1.0, Dimension::Power)),
    (&["mw"], unit("mW", 1e-3, Dimension::Power)),
    (&["kw"], unit("kW", 1e3, Dimension::Power)),
    (&["c", "°c", "degc", "ºc", "celsius"], unit("°C", 1.0, Dimension::Temperature)),
    (
        &["f", "°f", "degf", "ºf", "fahrenheit"],
        Unit { name: "°F", scale: 1.0 / 1.8, offset: -32.0 / 1.8, of: Dimension::Temperature },
    ),
    (&["k", "kelvin"], Unit { name: "K", scale: 1.0, offset: -273.15, of: Dimension::Temperature }),
    (&["ah"], unit("Ah", 1.0, Dimension::Charge)),
    (&["mah"], unit("mAh", 1e-3, Dimension::Charge)),
    (&["%", "pct", "percent", "pourcent"], unit("%", 0.01, Dimension::Ratio)),
    (&["ratio"], unit("ratio", 1.0, Dimension::Ratio)),
    (&["s", "sec", "secs", "second", "seconds", "secondes"], unit("s", 1.0, Dimension::Time)),
    (&["ms"], unit("ms", 1e-3, Dimension::Time)),
    (&["min", "minutes"], unit("min", 60.0, Dimension::Time)),
    (&["h", "hours", "heures"], unit("h", 3600.0, Dimension::Time)),
    (&["w/m2", "w/m²"], unit("W/m²", 1.0, Dimension::Irradiance)),
];

/// The unit spelt so.
pub fn unit_named(text: &str) -> Option<Unit> {
    let text = text.trim().to_lowercase();
    UNITS.iter().find(|(spellings, _)| spellings.contains(&text.as_str())).map(|(_, unit)| *unit)
}

impl Unit {
    /// In base units.
    pub fn to_base(self, value: f64) -> f64 {
        value.mul_add(self.scale, self.offset)
    }

    /// From base units.
    pub fn of_base(self, base: f64) -> f64 {
        (base - self.offset) / self.scale
    }
}

impl Quantity {
    /// As files have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Date => "date",
            Self::Voltage => "voltage",
            Self::Current => "current",
            Self::Power => "power",
            Self::Temperature => "temperature",
            Self::Ambient => "ambient",
            Self::Charge => "charge",
            Self::StateOfCharge => "state-of-charge",
            Self::SunPower => "sun-power",
            Self::SunVoltage => "sun-voltage",
            Self::SunCurrent => "sun-current",
            Self::Irradiance => "irradiance",
            Self::LoadPower => "load-power",
            Self::LoadCurrent => "load-current",
            Self::LoadState => "load-state",
            Self::Other => "other",
        }
    }

    /// What its units measure.
    pub const fn dimension(self) -> Option<Dimension> {
        Some(match self {
            Self::Voltage | Self::SunVoltage => Dimension::Voltage,
            Self::Current | Self::SunCurrent | Self::LoadCurrent => Dimension::Current,
            Self::Power | Self::SunPower | Self::LoadPower => Dimension::Power,
            Self::Temperature | Self::Ambient => Dimension::Temperature,
            Self::Charge => Dimension::Charge,
            Self::StateOfCharge => Dimension::Ratio,
            Self::Time => Dimension::Time,
            Self::Irradiance => Dimension::Irradiance,
            Self::Date | Self::LoadState | Self::Other => return None,
        })
    }

    /// What it is in where nobody says it.
    pub fn base_unit(self) -> Option<Unit> {
        let dimension = self.dimension()?;
        let base = |unit: &Unit| unit.of == dimension && unit.scale == 1.0 && unit.offset == 0.0;
        UNITS.iter().map(|(_, unit)| *unit).find(base)
    }
}

/// The unit that a name tells, where it is one of `dimension`.
pub fn unit_told(name: &str, dimension: Dimension) -> Option<Unit> {
    words(name).last().and_then(|word| unit_named(word)).filter(|unit| unit.of == dimension)
}

/// The name with the unit of its values: in the place of another one that it tells, else behind it.
pub fn titled(name: &str, unit: Unit) -> String {
    match unit_told(name, unit.of) {
        Some(told) if told == unit => name.to_owned(),
        Some(told) => replaced(name, told, unit).unwrap_or_else(|| format!("{name} [{}]", unit.name)),
        None => format!("{name} [{}]", unit.name),
    }
}

/// The name with `told`, its last word, turned into `unit`: `time_ms` into `time_s`, `Voltage [mV]` into `Voltage [V]`.
fn replaced(name: &str, told: Unit, unit: Unit) -> Option<String> {
    let spellings = |of: Unit| UNITS.iter().find(|(_, it)| *it == of).map_or(&[][..], |(all, _)| *all);
    let (start, length) = name.char_indices().rev().find_map(|(start, _)| {
        let fits = |spelling: &&&str| {
            let length = spelling.chars().count();
            let there: String = name[start..].chars().take(length).flat_map(char::to_lowercase).collect();
            let after = name[start..].chars().nth(length);
            there == **spelling && !after.is_some_and(char::is_alphanumeric)
        };
        // The longest: `°F`, not the `F` in it.
        let spelling = spellings(told).iter().filter(fits).max_by_key(|spelling| spelling.chars().count())?;
        let before = name[..start].chars().next_back();
        (!before.is_some_and(|letter| matches!(letter, '°' | 'º')))
            .then_some((start, spelling.chars().count()))
    })?;
    let (before, rest) = name.split_at(start);
    let after: String = rest.chars().skip(length).collect();
    let is_plain = before.ends_with('_');
    let new = if is_plain { spellings(unit).first().copied()? } else { unit.name };
    let title = format!("{before}{new}{after}");
    (unit_told(&title, unit.of) == Some(unit)).then_some(title)
}

/// What a column of this name is, and what unit the name tells.
pub fn meaning(name: &str) -> (Quantity, Option<Unit>) {
    let words = words(name);
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    let begins = |any: &[&str]| words.iter().any(|word| any.iter().any(|start| word.starts_with(start)));
    // What is about uncertainty, health or size is no reading of the battery's state.
    let aside =
        ["stddev", "soh", "capacity", "capacite", "resistance", "ohm", "cell1", "error", "gated", "snow"];
    if has(&aside) {
        return (Quantity::Other, None);
    }
    let said = words.last().and_then(|word| unit_named(word)).filter(|_| words.len() > 1);
    let is_only = |any: &[&str]| words.len() == 1 && has(any);
    let is_soc =
        name.to_lowercase().split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "soc");
    let quantity = if is_soc || has(&["soc", "sdc"]) || (has(&["charge"]) && has(&["state", "etat"])) {
        Quantity::StateOfCharge
    } else if has(&["ah", "mah"]) && !has(&["capacity"]) {
        Quantity::Charge
    } else if has(&[
        "timestamp",
        "datetime",
        "horodatage",
        "epoch",
        "unixtime",
        "time",
        "temps",
        "elapsed",
        "heure",
        "when",
        "stamp",
        "ts",
    ]) || is_only(&["t", "s", "ms"])
        || (has(&["t"]) && is_of(said, Dimension::Time))
    {
        Quantity::Time
    } else if has(&["date"]) || is_day(&words) {
        Quantity::Date
    } else if has(&["ghi", "irradiance", "irradiation", "ensoleillement", "rayonnement"]) {
        Quantity::Irradiance
    } else if begins(&["temp"])
        || has(&["bulb", "dew"])
        || (has(&["t"]) && is_of(said, Dimension::Temperature))
    {
        let is_air = has(&["ambient", "ambiante", "air", "bulb", "outdoor", "exterieure", "dew"]);
        if is_air { Quantity::Ambient } else { Quantity::Temperature }
    } else if has(&["ambient", "ambiante"]) {
        Quantity::Ambient
    } else {
        electric(&words, said)
    };
    let said = said.or_else(|| words.last().and_then(|word| unit_named(word)).filter(|_| words.len() == 1));
    (quantity, said.filter(|unit| quantity.dimension() == Some(unit.of)))
}

/// A day and nothing else: `Jour`, `day/month/year`. The energy of a day is none.
fn is_day(words: &[String]) -> bool {
    const BESIDE: [&str; 9] = ["jour", "day", "mois", "month", "annee", "year", "an", "utc", "local"];
    words.iter().any(|word| matches!(word.as_str(), "jour" | "day"))
        && words.iter().all(|word| BESIDE.contains(&word.as_str()))
}

fn is_of(unit: Option<Unit>, dimension: Dimension) -> bool {
    unit.is_some_and(|unit| unit.of == dimension)
}

/// Voltage, current, power: of the battery, the panel or the load.
fn electric(words: &[String], said: Option<Unit>) -> Quantity {
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    let is_sun = has(&["pv", "panel", "panneau", "solar", "solaire", "sun", "soleil"]);
    let is_load = has(&["load", "consommation", "consumption", "sign"]);
    if is_load && has(&["on", "state", "etat", "active"]) {
        return Quantity::LoadState;
    }
    let only = |any: &[&str]| words.len() == 1 && has(any);
    let dimension =
        if has(&["voltage", "tension", "volts", "volt", "u", "vbat", "ubat"]) || only(&["v", "mv"]) {
            Some(Dimension::Voltage)
        } else if has(&["current", "courant", "amps", "ibat", "i"]) || only(&["a", "ma"]) {
            Some(Dimension::Current)
        } else if has(&["power", "puissance", "watts"]) || only(&["w", "p"]) {
            Some(Dimension::Power)
        } else {
            // `load_w`, `sun_w`, `batt_v`: the unit alone tells.
            let is_known = is_sun || is_load || has(&["bat", "batt", "battery", "batterie", "pack", "bus"]);
            said.map(|unit| unit.of).filter(|_| is_known)
        };
    match (dimension, is_sun, is_load) {
        (Some(Dimension::Voltage), true, _) => Quantity::SunVoltage,
        (Some(Dimension::Current), true, _) => Quantity::SunCurrent,
        (Some(Dimension::Power), true, _) => Quantity::SunPower,
        (Some(Dimension::Current), _, true) => Quantity::LoadCurrent,
        (Some(Dimension::Power), _, true) => Quantity::LoadPower,
        (Some(Dimension::Voltage), _, true) => Quantity::Other,
        (Some(Dimension::Voltage), ..) => Quantity::Voltage,
        (Some(Dimension::Current), ..) => Quantity::Current,
        (Some(Dimension::Power), ..) => Quantity::Power,
        (Some(Dimension::Temperature), ..) => Quantity::Temperature,
        _ => Quantity::Other,
    }
}

/// The words of a name in lower case, accents gone; what stands in brackets comes last.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for letter in name.chars() {
        // A stroke parts words, but not the unit of irradiance.
        let is_stroke = letter == '/' && matches!(word.as_str(), "w" | "wh");
        let is_of_word = letter.is_alphanumeric() || matches!(letter, '%' | '°' | '²' | 'º') || is_stroke;
        // `BatteryVoltage` is two words, `mV` is one.
        let is_new = letter.is_uppercase() && was_lower && word.chars().count() > 1;
        if (!is_of_word || is_new) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if is_of_word {
            word.extend(letter.to_lowercase().map(plain));
        }
        was_lower = letter.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

const fn plain(letter: char) -> char {
    match letter {
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'à' | 'â' => 'a',
        'î' | 'ï' => 'i',
        'ô' => 'o',
        'ù' | 'û' => 'u',
        'ç' => 'c',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_quantity_and_unit() {
        let check = |name: &str, quantity: Quantity, unit: Option<&str>| {
            let found = meaning(name);
            assert_eq!((found.0, found.1.map(|unit| unit.name)), (quantity, unit), "{name}");
        };
        check("time_s", Quantity::Time, Some("s"));
        check("Timestamp", Quantity::Time, None);
        check("Heure", Quantity::Time, None);
        check("Date", Quantity::Date, None);
        check("Date/Time", Quantity::Time, None);
        check("GHI (W/m2)", Quantity::Irradiance, Some("W/m²"));
        check("voltage_v", Quantity::Voltage, Some("V"));
        check("Voltage [mV]", Quantity::Voltage, Some("mV"));
        check("Tension (V)", Quantity::Voltage, Some("V"));
        check("BatteryVoltage", Quantity::Voltage, None);
        check("batt_v", Quantity::Voltage, Some("V"));
        check("Courant batterie (mA)", Quantity::Current, Some("mA"));
        check("current_a", Quantity::Current, Some("A"));
        check("Température °F", Quantity::Temperature, Some("°F"));
        check("temperature_c", Quantity::Temperature, Some("°C"));
        check("ambient_c", Quantity::Ambient, Some("°C"));
        check("dry_bulb_c", Quantity::Ambient, Some("°C"));
        check("ah_c", Quantity::Charge, None);
        check("consumed_ah", Quantity::Charge, Some("Ah"));
        check("soc_ref", Quantity::StateOfCharge, None);
        check("SOC %", Quantity::StateOfCharge, Some("%"));
        check("SoC", Quantity::StateOfCharge, None);
        check("pvVoltage", Quantity::SunVoltage, None);
        check("Courant [mA]", Quantity::Current, Some("mA"));
        check("soc_stddev", Quantity::Other, None);
        check("capacity_true_ah", Quantity::Other, None);
        check("pv_power_w", Quantity::SunPower, Some("W"));
        check("sun_w", Quantity::SunPower, Some("W"));
        check("load_w", Quantity::LoadPower, Some("W"));
        check("load_on", Quantity::LoadState, None);
        check("step", Quantity::Other, None);
        check("V", Quantity::Voltage, Some("V"));
        check("t (min)", Quantity::Time, Some("min"));
        check("Jour", Quantity::Date, None);
        check("Date de mesure", Quantity::Date, None);
        check("Tension moyenne du jour (V)", Quantity::Voltage, Some("V"));
        check("Load power per day (W)", Quantity::LoadPower, Some("W"));
        check("day_night", Quantity::Other, None);
    }

    #[test]
    fn a_title_tells_the_unit_of_its_values_and_no_other() {
        let check = |name: &str, unit: &str, expected: &str| {
            let unit = unit_named(unit).expect("known");
            assert_eq!(titled(name, unit), expected);
        };
        check("voltage_v", "V", "voltage_v");
        check("temperature_c", "°C", "temperature_c");
        check("time_ms", "s", "time_s");
        check("t (min)", "s", "t (s)");
        check("Voltage [mV]", "V", "Voltage [V]");
        check("Tension (mV)", "V", "Tension (V)");
        check("T °F", "°C", "T °C");
        check("temp_f", "°C", "temp_c");
        check("SOC %", "ratio", "SOC ratio");
        check("mV", "V", "V");
        check("BatteryVoltage", "mV", "BatteryVoltage [mV]");
        check("ah_c", "mAh", "ah_c [mAh]");
    }

    #[test]
    fn units_turn_into_each_other() {
        let fahrenheit = unit_named("°F").expect("known");
        assert!((fahrenheit.to_base(77.0) - 25.0).abs() < 1e-12);
        assert!((fahrenheit.of_base(25.0) - 77.0).abs() < 1e-12);
    }
}
