//! Rain and snow: whether a day is wet, how much falls, and in which hours.
//!
//! ```text
//! P(wet) = clamp(1.15 − 1.1·k, 0.03, 0.9)      amount ~ Exp(mean 1 + 10·(1.1 − k)) mm of water
//! ```
//!
//! `k` is the day's clearness, so that dull days are the wet ones. What falls does so evenly within 3
//! to 12 hours of the day, as snow (1 cm for 1 mm) where the air is below +0.5 °C at that moment.
//!
//! Reference: made to give what Montréal has (normals 1971–2000): about 160 wet days, 980 mm and
//! 2.2 m of snow a year. It claims nothing of single storms.

use rand::RngExt;
use signals::{Seed, Stream};

const SNOW_BELOW_CELSIUS: f64 = 0.5;
const SNOW_CENTIMETRES_PER_MILLIMETRE: f64 = 1.0;

/// What falls at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Rate {
    /// Rain, mm/h.
    pub rain_mm_per_hour: f64,
    /// Snow, cm/h.
    pub snow_cm_per_hour: f64,
}

/// The rain and snow of one run.
#[derive(Debug)]
pub(super) struct Fall {
    /// The local day drawn last.
    day: f64,
    /// Water, mm/h, between two hours of that day.
    water_mm_per_hour: f64,
    from_hour: f64,
    until_hour: f64,
    chance: Stream,
}

impl Fall {
    /// Before the first day.
    pub fn new(seed: Seed) -> Self {
        let chance = seed.stream("sky.fall.day");
        Self { day: f64::NEG_INFINITY, water_mm_per_hour: 0.0, from_hour: 0.0, until_hour: 0.0, chance }
    }

    /// Whether the day of this instant has yet to be drawn.
    pub fn needs(&self, local_days: f64) -> bool {
        local_days.floor() > self.day
    }

    /// Draws the day of this instant, which is this clear.
    pub fn draw(&mut self, local_days: f64, clearness: f64) {
        let (wet, much, long, when) = (self.unit(), self.unit(), self.unit(), self.unit());
        self.day = local_days.floor();
        let chance = (1.15 - 1.1 * clearness).clamp(0.03, 0.9);
        let mean_mm = 1.0 + 10.0 * (1.1 - clearness).max(0.0);
        let amount_mm = if wet < chance { -mean_mm * (1.0 - much).ln() } else { 0.0 };
        let hours = 3.0 + 9.0 * long;
        self.water_mm_per_hour = amount_mm / hours;
        self.from_hour = (24.0 - hours) * when;
        self.until_hour = self.from_hour + hours;
    }

    /// What falls now.
    pub fn rate(&self, local_days: f64, air_celsius: f64) -> Rate {
        let hour = (local_days - self.day) * 24.0;
        if !(self.from_hour..self.until_hour).contains(&hour) {
            return Rate::default();
        }
        if air_celsius < SNOW_BELOW_CELSIUS {
            let snow_cm_per_hour = self.water_mm_per_hour * SNOW_CENTIMETRES_PER_MILLIMETRE;
            Rate { rain_mm_per_hour: 0.0, snow_cm_per_hour }
        } else {
            Rate { rain_mm_per_hour: self.water_mm_per_hour, snow_cm_per_hour: 0.0 }
        }
    }

    /// A number in [0, 1).
    fn unit(&mut self) -> f64 {
        self.chance.random()
    }
}
