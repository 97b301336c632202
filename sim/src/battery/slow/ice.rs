//! Ice in the acid of a lead-acid battery: an empty one freezes in a Quebec night, a full one does not.
//!
//! ```text
//! ice at rest = 1 − (SG(s) − 1)/(SG_freezes(T) − 1)      (lever rule: what stays liquid grows stronger)
//! ẋ = (ice at rest − x)/6 h
//! R₀ ×(1 + 9x),   charge out of reach + x,   capacity for good × (1 − loss(worst x))
//! ```
//!
//! `SG` specific gravity at 25 °C (Rolls by charge; Polaris and Trojan for freezing, in °C). Six hours is
//! what 1.4 W/K take to draw the heat of freezing a fifth of a 100 Ah block's acid at 10 K below.
//! Slush of ×2 to ×10 in resistance, and damage from a quarter of ice (none) to 60 % (half the capacity),
//! are scenario choices; undercooling and the acid's layers are left out.

use super::super::table::between_knots;
use super::Duty;

/// (SG, °C at which acid of that gravity begins to freeze).
const FREEZES: [(f64, f64); 8] = [
    (1.000, 0.0),
    (1.050, -3.0),
    (1.100, -8.0),
    (1.150, -15.0),
    (1.200, -27.0),
    (1.225, -37.0),
    (1.265, -59.0),
    (1.280, -68.0),
];
/// The same turned about: (°C, SG), ascending.
const FREEZES_BY_CELSIUS: [(f64, f64); 8] = [
    (-68.0, 1.280),
    (-59.0, 1.265),
    (-37.0, 1.225),
    (-27.0, 1.200),
    (-15.0, 1.150),
    (-8.0, 1.100),
    (-3.0, 1.050),
    (0.0, 1.000),
];
/// (SOC, SG).
const GRAVITY: [(f64, f64); 5] = [(0.0, 1.120), (0.25, 1.160), (0.50, 1.190), (0.75, 1.225), (1.0, 1.265)];
const TIME_CONSTANT_HOURS: f64 = 6.0;
const OHMIC_GROWTH: f64 = 9.0;
const HARMLESS_RATIO: f64 = 0.25;
const WORST_RATIO: f64 = 0.60;
const LOSS_MAX: f64 = 0.50;
/// A block that lost this much has a split case as well.
const CRACKED_LOSS: f64 = 0.10;

/// Where the acid begins to freeze, °C.
pub(in super::super) fn freezing_celsius(soc: f64) -> f64 {
    between_knots(&FREEZES, between_knots(&GRAVITY, soc))
}

/// The ice there is in the end at a charge and temperature.
fn settled_ratio(soc: f64, celsius: f64) -> f64 {
    if celsius >= freezing_celsius(soc) {
        return 0.0;
    }
    let acid = between_knots(&GRAVITY, soc) - 1.0;
    1.0 - acid / (between_knots(&FREEZES_BY_CELSIUS, celsius) - 1.0)
}

/// Ohmic resistance with this much ice over that without.
pub(in super::super) const fn ohmic_ratio(ice: f64) -> f64 {
    1.0 + OHMIC_GROWTH * ice
}

/// Ice now and at its worst.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ice {
    ratio: f64,
    worst: f64,
}

impl Ice {
    pub(super) fn advance(&mut self, duty: &Duty) {
        self.settle(duty.soc, duty.celsius, duty.hours);
    }

    /// So many hours at a charge and a temperature.
    pub fn settle(&mut self, soc: f64, celsius: f64, hours: f64) {
        let settled = settled_ratio(soc, celsius);
        if settled > 0.0 || self.ratio > 0.0 {
            self.ratio -= (settled - self.ratio) * (-hours / TIME_CONSTANT_HOURS).exp_m1();
            self.worst = self.worst.max(self.ratio);
        }
    }

    pub const fn ratio(&self) -> f64 {
        self.ratio
    }

    pub const fn ohmic_ratio(&self) -> f64 {
        ohmic_ratio(self.ratio)
    }

    pub const fn locked_ratio(&self) -> f64 {
        self.ratio
    }

    pub fn capacity_ratio(&self) -> f64 {
        1.0 - self.loss()
    }

    pub fn has_cracked_the_case(&self) -> bool {
        self.loss() >= CRACKED_LOSS
    }

    fn loss(&self) -> f64 {
        let depth = (self.worst - HARMLESS_RATIO) / (WORST_RATIO - HARMLESS_RATIO);
        LOSS_MAX * depth.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(soc: f64, celsius: f64, hours: f64) -> Ice {
        let mut ice = Ice::default();
        keep(&mut ice, soc, celsius, hours);
        ice
    }

    fn keep(ice: &mut Ice, soc: f64, celsius: f64, hours: f64) {
        let duty = Duty {
            hours: 0.1,
            rate: 0.0,
            drawn_ratio: 0.0,
            volts: 12.0,
            soc,
            celsius,
            rated_amp_hours: 100.0,
        };
        (0..(hours * 10.0) as u32).for_each(|_| ice.advance(&duty));
    }

    #[test]
    fn acid_freezes_where_the_published_table_says() {
        for (soc, celsius) in [(1.0, -59.0), (0.75, -37.0), (0.5, -25.0), (0.25, -17.0), (0.0, -11.0)] {
            assert!((freezing_celsius(soc) - celsius).abs() < 0.6, "{soc}: {}", freezing_celsius(soc));
        }
    }

    #[test]
    fn a_full_battery_stays_liquid_on_a_record_night_and_an_empty_one_turns_to_slush() {
        assert_eq!(after(0.9, -37.8, 12.0).ratio(), 0.0);
        let slush = after(0.25, -25.0, 12.0);
        assert!((0.10..0.20).contains(&slush.ratio()), "{}", slush.ratio());
        assert!((2.0..10.0).contains(&slush.ohmic_ratio()));
        assert!(slush.capacity_ratio() == 1.0 && !slush.has_cracked_the_case());
    }

    #[test]
    fn slush_thaws_without_harm_and_hard_frost_does_not() {
        let (mut slush, mut block) = (after(0.25, -25.0, 12.0), after(0.02, -37.0, 48.0));
        keep(&mut slush, 0.25, 5.0, 48.0);
        keep(&mut block, 0.02, 5.0, 48.0);
        assert!(slush.ratio() < 1e-3 && slush.capacity_ratio() == 1.0);
        assert!(block.ratio() < 1e-3 && block.has_cracked_the_case());
        assert!((0.5..0.9).contains(&block.capacity_ratio()), "{}", block.capacity_ratio());
    }
}
