//! Layers in the acid: heavy acid sinks while charging, and only gas or time stirs it up again.
//!
//! ```text
//! ḟ = (1/30)(1 − SOC_min)·e^(−3f)·|I_dis|/I₁₀ − 0.1·√(100/C)·e^(11(U − 2.5) + 0.06(T − 25)) − (8D/z²)·f·2^((T−20)/10)
//! U_rest + 60 mV·tanh f,   charge out of reach + 0.10·tanh f
//! ```
//!
//! Per hour; `f ≥ 0`; `U` in volts per cell, `T` in °C, `D` = 20·10⁻⁹ m²/s, `z` = 0.25 m plate height.
//! Acid held in glass mats layers a fifth as much, acid in a gel not at all (scales the first term).
//!
//! Reference: J. Schiffer et al., J. Power Sources 168 (2007) 66–78 for `f`. How much it lifts the rest voltage
//! (20 to 60 mV a block, the dense acid at the bottom) and hides capacity is a scenario choice.

use super::Duty;

const PLATE_METRES: f64 = 0.25;
const DIFFUSION_M2_PER_S: f64 = 20e-9;
const REST_VOLTS_MAX: f64 = 0.060;
const LOCKED_MAX: f64 = 0.10;

/// What layers add to the rest voltage of a 12 V block, V.
pub(in super::super) fn rest_volts(layering: f64) -> f64 {
    REST_VOLTS_MAX * layering.tanh()
}

/// Share of the charge that layers put out of reach.
pub(in super::super) fn locked_ratio(layering: f64) -> f64 {
    LOCKED_MAX * layering.tanh()
}

/// The layers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stratification {
    readiness: f64,
    layering: f64,
}

impl Stratification {
    /// Well mixed; `readiness` is 1 for free acid.
    pub const fn new(readiness: f64) -> Self {
        Self { readiness, layering: 0.0 }
    }

    /// Schiffer's f_st.
    pub const fn layering(&self) -> f64 {
        self.layering
    }

    pub fn advance(&mut self, duty: &Duty, soc_min: f64) {
        let grown = (1.0 - soc_min) * (-3.0 * self.layering).exp() * duty.discharge_over_i10() / 30.0;
        let stirred = 0.1
            * (100.0 / duty.rated_amp_hours).sqrt()
            * (11.0 * (duty.cell_volts() - 2.5) + 0.06 * (duty.celsius - 25.0)).exp();
        let per_hour = 8.0 * 3600.0 * DIFFUSION_M2_PER_S / PLATE_METRES.powi(2);
        let spread = per_hour * ((duty.celsius - 20.0) / 10.0).exp2() * self.layering;
        let change = (self.readiness * grown - stirred - spread) * duty.hours;
        self.layering = (self.layering + change).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hours at a rate (1/h) and a cell voltage, after a discharge to 40 %.
    fn keep(layers: &mut Stratification, hours: f64, rate: f64, cell_volts: f64) {
        let duty = Duty {
            hours: 0.01,
            rate,
            drawn_ratio: (-rate).max(0.0) * 0.01,
            volts: 6.0 * cell_volts,
            soc: 0.5,
            celsius: 25.0,
            rated_amp_hours: 100.0,
        };
        (0..(hours * 100.0) as u32).for_each(|_| layers.advance(&duty, 0.4));
    }

    fn cycled(readiness: f64) -> Stratification {
        let mut layers = Stratification::new(readiness);
        for _ in 0..20 {
            keep(&mut layers, 10.0, -0.05, 2.0);
            keep(&mut layers, 10.0, 0.05, 2.2);
        }
        layers
    }

    #[test]
    fn weeks_of_shallow_charge_layer_free_acid_more_than_mats_and_gel_not_at_all() {
        let [free, mats, gel] = [1.0, 0.2, 0.0].map(|readiness| cycled(readiness).layering());
        assert!((0.05..1.0).contains(&free), "{free}");
        assert!(mats < 0.5 * free && gel == 0.0);
        assert!((0.005..0.060).contains(&rest_volts(free)));
    }

    #[test]
    fn an_equalising_charge_stirs_it_up_in_hours_and_two_days_of_rest_leave_a_part() {
        let (mut gassed, mut rested) = (cycled(1.0), cycled(1.0));
        keep(&mut gassed, 3.0, 0.0, 2.55);
        keep(&mut rested, 48.0, 0.0, 2.05);
        let before = cycled(1.0).layering();
        assert!(gassed.layering() < 0.2 * before);
        assert!((0.2..0.7).contains(&(rested.layering() / before)), "{} {before}", rested.layering());
    }
}
