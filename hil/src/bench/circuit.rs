//! The circuit of a bench: one battery, a supply across it, a load across it.
//!
//! ```text
//! V = E + R·(I_supply − I_load)        the supply gives its set current, less where V would pass its set voltage
//! ```
//!
//! `E` in volts, `R` in ohms, currents in amps, each 0 or more. The battery is a source and a resistance: what
//! a bench needs to be tried, not a model of a battery.

use signals::{Amps, Ohms, Volts};

/// The battery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circuit {
    /// Its voltage at rest.
    pub emf: Volts,
    /// Its resistance, leads included.
    pub resistance: Ohms,
}

/// What flows, and the voltage across the battery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Across the battery.
    pub voltage: Volts,
    /// Out of the supply.
    pub supply: Amps,
    /// Into the load.
    pub load: Amps,
}

impl Node {
    /// Into the battery: positive while charging.
    #[must_use]
    pub fn net(&self) -> Amps {
        self.supply - self.load
    }
}

impl Circuit {
    /// With the supply's set voltage and current, and the load's current, where they are on.
    #[must_use]
    pub fn solve(&self, supply: Option<(Volts, Amps)>, load: Option<Amps>) -> Node {
        let (emf, ohms) = (self.emf.as_volts(), self.resistance.as_ohms().max(1e-6));
        let load = load.map_or(0.0, Amps::as_amps).max(0.0);
        let given = supply.map_or(0.0, |(volts, amps)| {
            // The current at which the battery would stand at the set voltage.
            let at_limit = (volts.as_volts() - emf) / ohms + load;
            amps.as_amps().min(at_limit).max(0.0)
        });
        let voltage = Volts::new(emf + ohms * (given - load));
        Node { voltage, supply: Amps::new(given), load: Amps::new(load) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supply_holds_its_current_until_the_voltage_is_reached() {
        let circuit = Circuit { emf: Volts::new(13.0), resistance: Ohms::new(0.1) };
        let solve = |volts, amps| circuit.solve(Some((Volts::new(volts), Amps::new(amps))), None);
        assert_eq!(solve(14.4, 2.0).supply, Amps::new(2.0));
        let limited = solve(13.1, 2.0);
        assert!(
            (limited.supply.as_amps() - 1.0).abs() < 1e-9 && (limited.voltage.as_volts() - 13.1).abs() < 1e-9
        );
        assert_eq!(solve(12.0, 2.0).supply, Amps::new(0.0), "it takes nothing back");
        assert_eq!(circuit.solve(None, Some(Amps::new(3.0))).net(), Amps::new(-3.0));
    }
}
