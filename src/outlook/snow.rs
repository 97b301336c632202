//! Snow on the panel of one drawn future, by the day.
//!
//! ```text
//! falls    in frost, likelier under a dull sky; a fall hides the panel
//! leaves   slides off at once where sun or warmth loosens it, T > −POA/80 W/m²; else wind 0.015 an hour, thaw 0.03 an hour and K
//! ```
//!
//! Nobody says whether a panel stands steep and smooth, or where snow clings, so each future draws it. °C; share of the panel.
//!
//! Reference: B. Marion et al., *Solar Energy* 97 (2013) 112, for the threshold of sliding; Montréal's climate normals for eight to
//! ten days a month with a centimetre of new snow in midwinter.

use signals::{Stream, uniform};

use super::climate::Day;

/// Chance of a fall on a day of frost under a dull, a mixed and a clear sky.
const FALLS: [(f64, f64); 3] = [(0.45, 0.5), (0.9, 0.2), (f64::INFINITY, 0.03)];
/// It snows up to here, daily mean, °C.
const SNOWS_BELOW: f64 = 0.5;
/// Light on the plane at noon of a clear day, over the eighty of the threshold, K.
const LOOSENS_KELVIN: f64 = 6.0;
/// What wind takes in a day, and what thaw takes a day and K.
const WIND: f64 = 0.36;
const THAW: f64 = 0.72;
/// Panels on which no snow stays, and panels that let it slide; on the others it clings.
const NEVER: f64 = 0.25;
const SLIDES: f64 = 0.4;

/// How a panel takes snow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Panel {
    Never,
    Slides,
    Clings,
}

/// Snow on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Snow {
    panel: Panel,
    covered: f64,
}

impl Snow {
    /// A panel it may be; one that is covered now is none on which no snow stays.
    pub fn draw(is_covered: bool, chance: &mut Stream) -> Self {
        let fate = uniform(chance) * if is_covered { 1.0 - NEVER } else { 1.0 };
        let panel = match fate {
            fate if fate < SLIDES => Panel::Slides,
            fate if fate < 1.0 - NEVER => Panel::Clings,
            _ => Panel::Never,
        };
        Self { panel, covered: f64::from(u8::from(is_covered)) }
    }

    /// A day of this weather.
    pub fn pass(&mut self, day: &Day, chance: &mut Stream) {
        let fate = uniform(chance);
        let falls = FALLS.iter().find(|(clearness, _)| day.clearness < *clearness).map_or(0.0, |(_, it)| *it);
        if self.panel == Panel::Never {
            return;
        }
        if day.mean_celsius < SNOWS_BELOW && fate < falls {
            self.covered = 1.0;
            return;
        }
        let loose = day.mean_celsius > -LOOSENS_KELVIN * day.clearness;
        let leaves = WIND + THAW * day.mean_celsius.max(0.0);
        self.covered =
            if self.panel == Panel::Slides && loose { 0.0 } else { (self.covered - leaves).max(0.0) };
    }

    /// Share of the panel that is hidden.
    pub const fn covered(&self) -> f64 {
        self.covered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::Seed;

    /// Days without light in a hundred of this weather.
    fn hidden(clearness: f64, celsius: f64) -> f64 {
        let mut chance = Seed(3).stream("snow");
        let day = Day { clearness, mean_celsius: celsius, low_celsius: celsius - 5.0 };
        let mut sum = 0.0;
        for _ in 0..50 {
            let mut snow = Snow::draw(false, &mut chance);
            for _ in 0..100 {
                snow.pass(&day, &mut chance);
                sum += snow.covered() / 50.0;
            }
        }
        sum
    }

    #[test]
    fn dull_frost_hides_a_panel_and_neither_sun_nor_thaw_does() {
        assert!(hidden(0.2, -10.0) > 40.0, "{}", hidden(0.2, -10.0));
        assert!(hidden(1.1, -4.0) < 10.0, "{}", hidden(1.1, -4.0));
        assert!(hidden(0.2, 6.0) == 0.0);
    }
}
