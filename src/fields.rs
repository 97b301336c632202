//! The names under which files, flags and JSON hold the quantities of a reading: `voltage_v`,
//! `current_a`, … `cell1_v`. One table, read both ways.

use signals::{AmpHours, Amps, Celsius, Reading, Soc, Volts, Watts};

/// Most cells a battery may have.
const CELLS_MAX: usize = 32;

struct Field {
    name: &'static str,
    get: fn(&Reading) -> Option<f64>,
    set: fn(&mut Reading, f64),
}

macro_rules! fields {
    ($($name:literal $field:ident $quantity:ident $accessor:ident)*) => {
        const FIELDS: &[Field] = &[$(Field {
            name: $name,
            get: |reading| reading.$field.map($quantity::$accessor),
            set: |reading, value| reading.$field = Some($quantity::new(value)),
        }),*];
    };
}

fields! {
    "voltage_v" voltage Volts as_volts
    "current_a" current Amps as_amps
    "power_w" power Watts as_watts
    "temperature_c" temperature Celsius as_celsius
    "consumed_ah" consumed AmpHours as_amp_hours
    "capacity_ah" capacity AmpHours as_amp_hours
    "pv_voltage_v" pv_voltage Volts as_volts
    "pv_current_a" pv_current Amps as_amps
    "pv_power_w" pv_power Watts as_watts
    "load_current_a" load_current Amps as_amps
}

/// A value that cannot be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Nothing has this name.
    Name,
    /// The quantity cannot have this value.
    Value,
}

/// Every name, for help and errors.
#[must_use]
pub fn names() -> String {
    let plain = FIELDS.iter().map(|field| field.name);
    plain.chain(["soc", "cell1_v…"]).collect::<Vec<_>>().join(", ")
}

/// What the reading holds, by name; what the device did not send is left out.
#[must_use]
pub fn of(reading: &Reading) -> Vec<(String, f64)> {
    let plain = FIELDS.iter().filter_map(|field| Some((field.name.to_owned(), (field.get)(reading)?)));
    let soc = reading.device_soc.map(|soc| ("soc".to_owned(), soc.as_ratio()));
    let cells = reading.cells.iter().enumerate();
    let cells = cells.map(|(index, cell)| (format!("cell{}_v", index + 1), cell.as_volts()));
    plain.chain(soc).chain(cells).collect()
}

/// Sets the quantity called `name`.
///
/// # Errors
/// Where nothing has the name, or the value is none the quantity can have.
pub fn set(reading: &mut Reading, name: &str, value: f64) -> Result<(), Refused> {
    if !value.is_finite() {
        return Err(Refused::Value);
    }
    if let Some(field) = FIELDS.iter().find(|field| field.name == name) {
        (field.set)(reading, value);
        return Ok(());
    }
    if name == "soc" {
        reading.device_soc = Some(Soc::try_from(value).map_err(|_| Refused::Value)?);
        return Ok(());
    }
    let number = name.strip_prefix("cell").and_then(|rest| rest.strip_suffix("_v"));
    let number: usize = number.and_then(|digits| digits.parse().ok()).ok_or(Refused::Name)?;
    if !(1..=CELLS_MAX).contains(&number) {
        return Err(Refused::Name);
    }
    if reading.cells.len() < number {
        reading.cells.resize(number, Volts::new(0.0));
    }
    reading.cells[number - 1] = Volts::new(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_under_a_name_is_found_under_it() {
        let mut reading = Reading::default();
        let values = [("voltage_v", 12.61), ("current_a", -2.37), ("soc", 0.5), ("cell2_v", 3.31)];
        for (name, value) in values {
            assert_eq!(set(&mut reading, name, value), Ok(()));
        }
        let held = of(&reading);
        for (name, value) in values {
            assert!(held.contains(&(name.to_owned(), value)), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_and_an_impossible_value_are_told_apart() {
        let mut reading = Reading::default();
        assert_eq!(set(&mut reading, "volts", 12.0), Err(Refused::Name));
        assert_eq!(set(&mut reading, "cell0_v", 3.0), Err(Refused::Name));
        assert_eq!(set(&mut reading, "cell999_v", 3.0), Err(Refused::Name));
        assert_eq!(set(&mut reading, "soc", 1.5), Err(Refused::Value));
        assert_eq!(set(&mut reading, "voltage_v", f64::NAN), Err(Refused::Value));
    }
}
