//! A profile's rest curve the other way round: voltage over state of charge, found through its look-up.

use estimator::Profile;
use signals::Volts;

/// Steps of the search; with a span of 0.6 of the middle voltage one step is half a millivolt of a cell.
const STEPS: u32 = 4000;
/// The span searched, over the voltage of the half-charged battery.
const SPAN: (f64, f64) = (0.6, 1.2);

/// Rest voltages of a profile at 25 °C.
#[derive(Debug, Clone)]
pub(super) struct RestCurve {
    /// Voltage, V, and the state of charge it means, ratio; both rising.
    points: Vec<(f64, f64)>,
}

impl RestCurve {
    pub fn of(profile: &Profile) -> Self {
        let middle = profile.mid_voltage().as_volts();
        let share = |step: u32| SPAN.0 + (SPAN.1 - SPAN.0) * f64::from(step) / f64::from(STEPS);
        let point = |volts: f64| (volts, profile.soc_at_rest(Volts::new(volts)).as_ratio());
        Self { points: (0..=STEPS).map(|step| point(middle * share(step))).collect() }
    }

    /// Rest voltage at this state of charge, V.
    pub fn volts(&self, soc: f64) -> f64 {
        let at = self.points.partition_point(|(_, ratio)| *ratio < soc).min(self.points.len() - 1);
        self.points[at].0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_the_look_up_turned_around() {
        let curve = RestCurve::of(&Profile::agm_12v());
        for (soc, volts) in [(0.1, 11.90), (0.5, 12.35), (1.0, 12.90)] {
            assert!((curve.volts(soc) - volts).abs() < 0.004, "{soc}: {}", curve.volts(soc));
        }
    }
}
