//! What lies on the panel: snow, frost and dirt, as the weather brings and takes them.
//!
//! ```text
//! snow:  + fall/1 cm;   else − 0.197·sin(tilt) per h where T > −POA/80 (slides), − (0.015 + 0.03·T⁺) per h
//! frost: + 0.3 per h on clear nights below 0 °C;   − POA/150 − T⁺ per h by day
//! dirt:  + rate per day (three times that with salt about);   rain takes e^(−mm/2)
//! light that passes = (1 − snow)·(1 − 0.5·frost)·(1 − dirt)
//! ```
//!
//! Covers are shares of the panel, 0 to 1; `T⁺` is the air's temperature above 0 °C. sin(0) = 0: a flat
//! panel sheds nothing, and waits for wind and sun. A panel on which snow clings sheds at no tilt.
//!
//! References: B. Marion et al., Progress in Photovoltaics 21 (2013), for slide and its threshold; wind,
//! melt, frost and dirt are scenario choices within what is reported (0.1 to 0.3 % a day of dirt).

use super::fall::Rate;
use crate::panel::{PanelWeathering, Snow};

/// So much snow hides the panel, cm.
const HIDING_CENTIMETRES: f64 = 1.0;
const SLIDE_PER_HOUR: f64 = 0.197;
const SLIDE_WATTS_M2_PER_KELVIN: f64 = -80.0;
const WIND_PER_HOUR: f64 = 0.015;
const MELT_PER_HOUR_KELVIN: f64 = 0.03;
const FROST_PER_HOUR: f64 = 0.3;
const FROST_STOPS_RATIO: f64 = 0.5;
const FROST_CLEARNESS: f64 = 0.7;
const THAW_WATTS_M2_HOURS: f64 = 150.0;
const SALT_FACTOR: f64 = 3.0;
const WASH_MILLIMETRES: f64 = 2.0;
const DIRT_MAX: f64 = 0.5;

/// The weather a panel is out in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exposure {
    /// Light on the panel's plane, W/m².
    pub plane_watts_m2: f64,
    /// Air temperature, °C.
    pub air_celsius: f64,
    /// The sun is up.
    pub is_day: bool,
    /// How clear the sky is, ratio.
    pub clearness_ratio: f64,
    /// Roads are salted.
    pub is_salted: bool,
    /// What falls.
    pub fall: Rate,
}

/// What lies on one panel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cover {
    weathering: PanelWeathering,
    slide_per_hour: f64,
    snow_ratio: f64,
    frost_ratio: f64,
    dirt_ratio: f64,
}

impl Cover {
    /// A clean panel at this tilt.
    pub fn new(weathering: PanelWeathering, tilt_degrees: f64) -> Self {
        let sheds = weathering.snow == Snow::Sheds;
        let slide_per_hour = if sheds { SLIDE_PER_HOUR * tilt_degrees.to_radians().sin() } else { 0.0 };
        Self { weathering, slide_per_hour, snow_ratio: 0.0, frost_ratio: 0.0, dirt_ratio: 0.0 }
    }

    /// Share of the light that is stopped.
    pub fn stopped_ratio(&self) -> f64 {
        1.0 - (1.0 - self.snow_ratio) * (1.0 - FROST_STOPS_RATIO * self.frost_ratio) * (1.0 - self.dirt_ratio)
    }

    /// Takes in some time of weather.
    pub fn step(&mut self, out: &Exposure, hours: f64) {
        if self.weathering.snow != Snow::Ignored {
            self.snow_ratio = (self.snow_ratio + self.snow_per_hour(out) * hours).clamp(0.0, 1.0);
        }
        if self.weathering.frost {
            self.frost_ratio = (self.frost_ratio + frost_per_hour(out) * hours).clamp(0.0, 1.0);
        }
        self.soil(out, hours);
    }

    fn snow_per_hour(&self, out: &Exposure) -> f64 {
        if out.fall.snow_cm_per_hour > 0.0 {
            return out.fall.snow_cm_per_hour / HIDING_CENTIMETRES;
        }
        let slides = out.air_celsius > out.plane_watts_m2 / SLIDE_WATTS_M2_PER_KELVIN;
        let slide = if slides { self.slide_per_hour } else { 0.0 };
        -(slide + WIND_PER_HOUR + MELT_PER_HOUR_KELVIN * out.air_celsius.max(0.0))
    }

    fn soil(&mut self, out: &Exposure, hours: f64) {
        let salt = if out.is_salted { SALT_FACTOR } else { 1.0 };
        let washed = (-out.fall.rain_mm_per_hour * hours / WASH_MILLIMETRES).exp();
        let settled = self.weathering.dirt_ratio_per_day * salt * hours / 24.0;
        self.dirt_ratio = (self.dirt_ratio * washed + settled).min(DIRT_MAX);
    }
}

fn frost_per_hour(out: &Exposure) -> f64 {
    let freezes = !out.is_day && out.air_celsius < 0.0 && out.clearness_ratio > FROST_CLEARNESS;
    let thaw = out.plane_watts_m2 / THAW_WATTS_M2_HOURS + out.air_celsius.max(0.0);
    if freezes { FROST_PER_HOUR } else { -thaw }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIGHT: Exposure = Exposure {
        plane_watts_m2: 0.0,
        air_celsius: -5.0,
        is_day: false,
        clearness_ratio: 1.0,
        is_salted: false,
        fall: Rate { rain_mm_per_hour: 0.0, snow_cm_per_hour: 0.0 },
    };
    const SUN: Exposure = Exposure { plane_watts_m2: 600.0, is_day: true, ..NIGHT };

    fn after(weathering: PanelWeathering, tilt_degrees: f64, weather: &[(Exposure, u32)]) -> f64 {
        let mut cover = Cover::new(weathering, tilt_degrees);
        for (out, hours) in weather {
            (0..hours * 60).for_each(|_| cover.step(out, 1.0 / 60.0));
        }
        cover.stopped_ratio()
    }

    #[test]
    fn a_steep_panel_sheds_in_the_sun_and_a_flat_or_clinging_one_does_not() {
        let storm = Exposure { fall: Rate { rain_mm_per_hour: 0.0, snow_cm_per_hour: 2.0 }, ..NIGHT };
        let day = [(storm, 4), (SUN, 7)];
        let sheds = PanelWeathering { snow: Snow::Sheds, ..PanelWeathering::NONE };
        let clings = PanelWeathering { snow: Snow::Clings, ..PanelWeathering::NONE };
        assert!(after(sheds, 60.0, &day) < 0.01);
        assert!(after(sheds, 0.0, &day) > 0.85);
        assert!(after(clings, 60.0, &day) > 0.85);
        assert!(after(sheds, 60.0, &[(storm, 4), (NIGHT, 7)]) > 0.85);
        assert!(after(clings, 60.0, &[(storm, 4), (Exposure { air_celsius: 6.0, ..SUN }, 6)]) < 0.01);
    }

    #[test]
    fn frost_comes_on_a_clear_cold_night_and_goes_with_the_sun() {
        let frost = PanelWeathering { frost: true, ..PanelWeathering::NONE };
        assert!((after(frost, 45.0, &[(NIGHT, 10)]) - 0.5).abs() < 1e-9);
        assert_eq!(after(frost, 45.0, &[(NIGHT, 10), (SUN, 1)]), 0.0);
        assert_eq!(after(frost, 45.0, &[(Exposure { clearness_ratio: 0.2, ..NIGHT }, 10)]), 0.0);
    }

    #[test]
    fn dirt_gathers_by_the_day_and_rain_washes_it_off() {
        let dirt = PanelWeathering { dirt_ratio_per_day: 0.002, ..PanelWeathering::NONE };
        let rain = Exposure { fall: Rate { rain_mm_per_hour: 2.0, snow_cm_per_hour: 0.0 }, ..NIGHT };
        let salted = Exposure { is_salted: true, ..SUN };
        assert!((after(dirt, 45.0, &[(SUN, 240)]) - 0.02).abs() < 1e-9);
        assert!((after(dirt, 45.0, &[(salted, 240)]) - 0.06).abs() < 1e-9);
        assert!(after(dirt, 45.0, &[(SUN, 240), (rain, 4)]) < 0.001);
    }

    #[test]
    fn a_panel_that_knows_no_weathering_loses_nothing() {
        let storm = Exposure { fall: Rate { rain_mm_per_hour: 0.0, snow_cm_per_hour: 5.0 }, ..NIGHT };
        assert_eq!(after(PanelWeathering::NONE, 0.0, &[(storm, 20)]), 0.0);
    }
}
