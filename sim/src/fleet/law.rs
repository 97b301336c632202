//! What the cells of one fleet obey: closed forms in state of charge and temperature.
//!
//! ```text
//! R_j(T, s) = R_j·growth(T)·(1 + b·(s − ½)²)·spread      j = 0, 1, 2
//! U(s)      = rest voltage, a polynomial of degree 7
//! dU/dT     = c₀ + c₁·U                                  reversible heat I·T·dU/dT
//! ```
//!
//! Ω, F, V, K; growth is Arrhenius's, 1 at 25 °C; `spread` is each cell's own [`CellStart::resistance_ratio`].
//! Branches keep their capacitances, so that time constants grow in the cold as their resistances do.
//!
//! References for the shapes: G. L. Plett, *Battery Management Systems*, vol. I, ch. 2 (the circuit);
//! PyBaMM's `ECM_Example` (Arrhenius times a quadratic in s).
//!
//! Claims nothing about plateaus and hysteresis: one polynomial for the rest voltage cannot follow LFP.

use super::fit::Fit;
use super::growth::{COLDEST_CELSIUS, WARMEST_CELSIUS};
use super::heat::{Case, HeatPath};
use crate::check::{Checks, ParamsError};
use signals::{AmpHours, Celsius, Soc};

/// Least that a cell's own resistances may be over the law's.
pub(super) const RESISTANCE_RATIO_MIN: f64 = 0.05;

/// Rest voltage over the state of charge, V.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestCurve(Fit<8>);

impl RestCurve {
    /// The polynomial of degree 7 through `volts`, a function of the state of charge.
    #[must_use]
    pub fn fit(volts: impl Fn(f64) -> f64) -> Self {
        Self(Fit::of(0.0, 1.0, volts))
    }

    /// Volts at a state of charge; level beyond empty and full.
    pub(super) fn volts(&self, soc: f64) -> f64 {
        self.0.at(soc)
    }

    /// How far a state of charge, held within empty and full, lies from one half.
    #[inline(always)]
    pub(super) fn offset(&self, soc: f64) -> f64 {
        self.0.offset(soc)
    }

    /// Volts that far from half charge, with the square of how far.
    #[inline(always)]
    pub(super) fn volts_at_offset(&self, offset: f64, square: f64) -> f64 {
        self.0.at_offset_by_pairs(offset, square)
    }

    /// Volts that far from half charge, and volts per unit of charge.
    #[inline(always)]
    pub(super) fn tangent_at_offset(&self, offset: f64) -> (f64, f64) {
        self.0.tangent_at_offset(offset)
    }
}

/// One resistor–capacitor branch at 25 °C and half charge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Branch {
    /// Resistance, Ω.
    pub ohms: f64,
    /// Capacitance, F.
    pub farads: f64,
}

/// What all cells of a fleet share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellLaw {
    /// Rest voltage.
    pub rest: RestCurve,
    /// Ohmic resistance at 25 °C and half charge, Ω.
    pub ohmic_ohms: f64,
    /// The branch of seconds to minutes.
    pub fast: Branch,
    /// The branch of an hour.
    pub slow: Branch,
    /// How much resistance rises toward empty and full: `b`.
    pub bow: f64,
    /// How resistance grows in the cold, K.
    pub activation_kelvin: f64,
    /// Change of the rest voltage with temperature as it acts on heat: `c₀` in V/K and `c₁` in 1/K.
    pub entropic: [f64; 2],
    /// The way of its heat.
    pub heat: HeatPath,
}

/// One cell at its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellStart {
    /// Charge.
    pub soc: Soc,
    /// Temperature of the cell and its case.
    pub temperature: Celsius,
    /// Temperature of the air around; [`super::Slice::set_air`] changes it.
    pub air: Celsius,
    /// Capacity.
    pub capacity: AmpHours,
    /// Its resistances over those of the law.
    pub resistance_ratio: f64,
}

impl CellLaw {
    /// A 12 V block of 100 A·h: R₀ 4 mΩ, branches of 40 s and 2000 s, E = 1600 K.
    ///
    /// The closed forms behind the tables of the Numba peer that `benches/peers.sh` runs. A bar to measure
    /// speed against, not the fit of any battery.
    #[must_use]
    pub fn block_12v() -> Self {
        Self {
            rest: RestCurve::fit(|soc| 11.6 + 1.25 * soc - 0.05 * (std::f64::consts::PI * soc).sin()),
            ohmic_ohms: 4e-3,
            fast: Branch { ohms: 2e-3, farads: 2e4 },
            slow: Branch { ohms: 5e-3, farads: 4e5 },
            bow: 0.8,
            activation_kelvin: 1600.0,
            entropic: [0.0, 0.0],
            heat: HeatPath { joules_per_kelvin: 2.5e4, watts_per_kelvin: 1.5, case: None },
        }
    }

    /// PyBaMM's `ECM_Example` (100 A·h, cell in a jig) with the closed forms of the peer's script.
    ///
    /// PyBaMM says of it that it describes no particular cell; it is here so that outputs can be compared.
    #[must_use]
    pub fn ecm_example() -> Self {
        let jig = Case { joules_per_kelvin: 500.0, watts_per_kelvin: 10.0 };
        Self {
            rest: RestCurve::fit(|soc| 3.25 + 0.9 * soc - 0.35 * soc * soc + 0.3 * soc * soc * soc),
            ohmic_ohms: 4e-4,
            fast: Branch { ohms: 6e-4, farads: 5e4 },
            slow: Branch { ohms: 9e-4, farads: 6e5 },
            bow: 0.8,
            activation_kelvin: 20_000.0 / 8.314,
            entropic: [3.5e-4, -1e-4],
            heat: HeatPath { joules_per_kelvin: 1000.0, watts_per_kelvin: 10.0, case: Some(jig) },
        }
    }

    /// Checks the law; every offender is named.
    pub(super) fn check(&self, checks: &mut Checks) {
        checks.within("fleet.ohmic_ohms", self.ohmic_ohms, 1e-7..=10.0);
        for (branch, names) in [
            (&self.fast, ["fleet.fast.ohms", "fleet.fast.time_constant_secs"]),
            (&self.slow, ["fleet.slow.ohms", "fleet.slow.time_constant_secs"]),
        ] {
            checks.within(names[0], branch.ohms, 1e-7..=10.0);
            checks.within(names[1], branch.ohms * branch.farads, 0.05..=200_000.0);
        }
        checks.within("fleet.bow", self.bow, 0.0..=20.0);
        checks.within("fleet.activation_kelvin", self.activation_kelvin, 0.0..=4000.0);
        checks.within("fleet.entropic_volts_per_kelvin", self.entropic[0], -0.01..=0.01);
        checks.within("fleet.entropic_per_kelvin", self.entropic[1], -0.01..=0.01);
        self.check_heat(checks);
        for step in 0..=20 {
            let volts = self.rest.volts(f64::from(step) / 20.0);
            checks.within("fleet.rest_volts", volts, 0.1..=1000.0);
        }
    }

    fn check_heat(&self, checks: &mut Checks) {
        checks.within("fleet.heat.joules_per_kelvin", self.heat.joules_per_kelvin, 1.0..=1e7);
        checks.within("fleet.heat.watts_per_kelvin", self.heat.watts_per_kelvin, 1e-3..=1e4);
        if let Some(case) = self.heat.case {
            checks.within("fleet.heat.case.joules_per_kelvin", case.joules_per_kelvin, 1.0..=1e7);
            checks.within("fleet.heat.case.watts_per_kelvin", case.watts_per_kelvin, 1e-3..=1e4);
        }
    }
}

impl CellStart {
    pub(super) fn check(&self, checks: &mut Checks) {
        let range = COLDEST_CELSIUS..=WARMEST_CELSIUS;
        checks.within("cell.temperature_celsius", self.temperature.as_celsius(), range.clone());
        checks.within("cell.air_celsius", self.air.as_celsius(), range);
        checks.within("cell.capacity_amp_hours", self.capacity.as_amp_hours(), 0.01..=1e6);
        checks.within("cell.resistance_ratio", self.resistance_ratio, RESISTANCE_RATIO_MIN..=50.0);
    }
}

/// A law and cells together.
pub(super) fn check(law: &CellLaw, cells: &[CellStart]) -> Result<(), ParamsError> {
    let mut checks = Checks::default();
    law.check(&mut checks);
    cells.iter().for_each(|cell| cell.check(&mut checks));
    checks.finish()
}
