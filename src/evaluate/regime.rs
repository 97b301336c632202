//! The estimator's errors where it matters how the battery stood: on the plateau or at a knee, before the first
//! knee since the start or after it, in the frost, after a gap, in the first hour.
//!
//! Sums over rows, so that regimes of many trials add up; a regime that a record never has stays empty.

use estimator::Profile;

use super::blind::Halves;
use super::cells;
use super::rest::RestCurve;
use super::score::Scored;

/// Names in machine output.
pub(super) const NAMES: [&str; 7] =
    ["plateau", "knees", "before_first_knee", "after_first_knee", "below_0_c", "after_gap", "first_hour"];

/// On the plateau the rest voltage of one cell changes by less than this over the whole charge, V.
const PLATEAU_VOLTS: f64 = 0.3;
/// Over this much charge the slope is taken.
const SLOPE_RATIO: f64 = 0.04;
const HOUR_SECS: f64 = 3600.0;

/// Sums of one regime.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sums {
    pub rows: f64,
    pub squares: f64,
    pub inside: f64,
    pub width: f64,
}

/// Sums of every regime, in the order of [`NAMES`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Regimes(pub [Sums; NAMES.len()]);

impl Regimes {
    pub fn add(&mut self, other: &Self) {
        for (sums, more) in self.0.iter_mut().zip(&other.0) {
            sums.rows += more.rows;
            sums.squares += more.squares;
            sums.inside += more.inside;
            sums.width += more.width;
        }
    }
}

impl Sums {
    /// Root mean square error, coverage and mean width, ratios; `None` for an empty regime.
    pub fn means(&self) -> Option<[f64; 3]> {
        let share = |sum: f64| sum / self.rows;
        (self.rows > 0.0).then(|| [share(self.squares).sqrt(), share(self.inside), share(self.width)])
    }

    /// Adds one row, where there is an interval.
    pub fn take(&mut self, row: &Scored) {
        let Some((low, high)) = row.interval else { return };
        self.rows += 1.0;
        self.squares += (row.soc - row.truth).powi(2);
        self.inside += f64::from(u8::from(low <= row.truth && row.truth <= high));
        self.width += high - low;
    }
}

/// Sorts rows into regimes.
pub(super) struct Tally {
    /// Ends of the plateau, ratios of charge; `None` for a battery without one.
    plateau: Option<(f64, f64)>,
    gap_end_secs: Option<f64>,
}

impl Tally {
    pub fn new(profile: &Profile, gap_end_secs: Option<f64>) -> Self {
        Self { plateau: plateau(profile), gap_end_secs }
    }

    /// The sums over a scored series; `halves` is the record it came from.
    pub fn of(&self, series: &[Scored], halves: &Halves) -> Regimes {
        let mut regimes = Regimes::default();
        let start = halves.sensed.first().map_or(0.0, |row| row.time_secs);
        let mut sensed = halves.sensed.iter().peekable();
        let mut celsius = None;
        let mut has_met_knee = false;
        for row in series {
            while let Some(read) = sensed.next_if(|read| read.time_secs <= row.time_secs) {
                celsius = read.temperature_celsius.or(celsius);
            }
            let on_plateau = self.plateau.map(|(low, high)| (low..=high).contains(&row.truth));
            has_met_knee |= on_plateau == Some(false);
            let after = |end: f64| (end..end + HOUR_SECS).contains(&row.time_secs);
            let is_in = [
                on_plateau == Some(true),
                on_plateau == Some(false),
                on_plateau.is_some() && !has_met_knee,
                on_plateau.is_some() && has_met_knee,
                celsius.is_some_and(|celsius| celsius < 0.0),
                self.gap_end_secs.is_some_and(after),
                after(start),
            ];
            for (sums, _) in regimes.0.iter_mut().zip(is_in).filter(|(_, is_in)| *is_in) {
                sums.take(row);
            }
        }
        regimes
    }
}

/// The span of the rest curve between its two knees, for chemistries that have them.
pub(super) fn plateau(profile: &Profile) -> Option<(f64, f64)> {
    if profile.chemistry() != "lifepo4" {
        return None;
    }
    let cells = cells::in_series(profile);
    let curve = RestCurve::of(profile);
    let flat = |at: f64| {
        let rise = curve.volts(at + SLOPE_RATIO / 2.0) - curve.volts(at - SLOPE_RATIO / 2.0);
        rise / SLOPE_RATIO / cells < PLATEAU_VOLTS
    };
    let grid = || (1..50).map(|k| f64::from(k) / 50.0);
    let low = grid().filter(|at| *at <= 0.5).rfind(|at| !flat(*at)).unwrap_or(0.0);
    let high = grid().filter(|at| *at > 0.5).find(|at| !flat(*at)).unwrap_or(1.0);
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::super::blind::Sensed;
    use super::*;

    #[test]
    fn lithium_iron_phosphate_has_a_plateau_and_lead_acid_has_none() {
        let (low, high) = plateau(&Profile::lifepo4_4s()).expect("a plateau");
        assert!((0.05..0.45).contains(&low) && (0.6..1.0).contains(&high), "{low} {high}");
        assert_eq!(plateau(&Profile::agm_12v()), None);
    }

    #[test]
    fn rows_count_in_every_regime_they_are_in() {
        let at = |k: u32| f64::from(k) * 1800.0;
        let row = |k: u32| Scored { time_secs: at(k), truth: 0.5, soc: 0.6, interval: Some((0.4, 0.55)) };
        let sensed = |k: u32| Sensed {
            time_secs: at(k),
            current_amps: None,
            voltage_volts: None,
            temperature_celsius: Some(if k < 3 { 5.0 } else { -5.0 }),
        };
        let halves = Halves { sensed: (0..5).map(sensed).collect(), truth: Vec::new() };
        let series: Vec<Scored> = (0..5).map(row).collect();
        let Regimes([plateau, knees, _, _, cold, after_gap, first]) =
            Tally { plateau: None, gap_end_secs: Some(at(4)) }.of(&series, &halves);
        assert_eq!(
            [plateau.rows, knees.rows, cold.rows, after_gap.rows, first.rows],
            [0.0, 0.0, 2.0, 1.0, 2.0]
        );
        let [rmse, coverage, width] = cold.means().expect("two rows");
        assert!((rmse - 0.1).abs() < 1e-12 && coverage == 1.0 && (width - 0.15).abs() < 1e-12);
        assert_eq!(plateau.means(), None);
    }

    #[test]
    fn what_comes_after_the_first_knee_stays_after_it() {
        let row = |(k, truth): (usize, &f64)| Scored {
            time_secs: k as f64,
            truth: *truth,
            soc: *truth,
            interval: Some((0.0, 1.0)),
        };
        let tally = Tally { plateau: Some((0.3, 0.9)), gap_end_secs: None };
        let rows = |truths: &[f64]| {
            let series: Vec<Scored> = truths.iter().enumerate().map(row).collect();
            let Regimes([_, _, before, after, ..]) = tally.of(&series, &Halves::default());
            (before.rows, after.rows)
        };
        assert_eq!(rows(&[0.6, 0.5, 0.2, 0.5]), (2.0, 2.0));
        assert_eq!(rows(&[0.6, 0.5]), (2.0, 0.0));
    }
}
