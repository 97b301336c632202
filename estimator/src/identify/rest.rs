//! The rest curve and its hysteresis from slow branches.
//!
//! ```text
//! V↓(z) = OCV + M·h − I·R(z),   V↑(z) = OCV + M·h + I·R(z)         I: the size of the slow current
//! half the gap  ½(V↑ − V↓) = M + I·R·exp(B·(1/T − 1/298.15))       M and R told apart by temperature
//! ```
//!
//! Each branch counts near the end where it started at equilibrium: the top of a charge is too high, the
//! bottom of a discharge too low. Without tests at several temperatures the drop `I·R` is the one of the
//! resistances at hand, and what is left of the gap is hysteresis. With one branch only there is no gap:
//! the drop is added back and the hysteresis stays the base's.
//!
//! Reference: G. L. Plett, *Battery Management Systems*, vol. I, ch. 2.10 (OCV and hysteresis tests).

use super::axis::Axis;
use super::record::{Record, Sample, median};
use super::role::REST_PER_HOUR;
use crate::model::Model;

/// States of charge of the rest table: fine where curves bend.
pub(crate) const GRID: [f64; 35] = [
    0.0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45,
    0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.985, 0.99, 0.995, 1.0,
];
/// A branch covers at least this much charge.
const REACH_MIN: f64 = 0.4;
/// Tests within this of each other, K, are one temperature.
const SAME_KELVIN: f64 = 4.0;
/// Between these the gap is hysteresis; outside it is diffusion.
const GAP_SOC: [f64; 2] = [0.15, 0.9];
const REFERENCE_KELVIN: f64 = 298.15;

/// One slow run in one direction.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    /// State of charge and volts, rising.
    points: Vec<(f64, f64)>,
    /// Positive while charging.
    amps: f64,
    celsius: f64,
}

/// What the slow branches say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RestCurve {
    pub soc: Vec<f64>,
    pub volts: Vec<f64>,
    /// `None` where only one direction was seen.
    pub hysteresis: Option<Vec<f64>>,
    /// Standard error of the hysteresis, V, where temperatures tell it from the drop.
    pub hysteresis_error: Option<f64>,
    /// The drop under the slow current, V.
    pub drop_volts: f64,
}

/// All branches of a record.
pub(crate) fn branches(record: &Record, axis: &Axis, capacity: f64) -> Vec<Branch> {
    let direction = |at: &Sample| {
        if at.amps.abs() < REST_PER_HOUR * capacity { 0 } else { at.amps.signum() as i8 }
    };
    let mut found = Vec::new();
    let mut run: Vec<(&Sample, f64)> = Vec::new();
    for (at, soc) in record.samples.iter().zip(&axis.soc) {
        if run.last().is_some_and(|(last, _)| direction(last) != direction(at)) {
            found.extend(branch(&run));
            run.clear();
        }
        if direction(at) != 0 {
            run.push((at, *soc));
        }
    }
    found.extend(branch(&run));
    found
}

fn branch(run: &[(&Sample, f64)]) -> Option<Branch> {
    let (first, last) = (run.first()?, run.last()?);
    if (last.1 - first.1).abs() < REACH_MIN {
        return None;
    }
    let mut points: Vec<(f64, f64)> = run.iter().map(|(at, soc)| (*soc, at.volts)).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let amps = median(run.iter().map(|(at, _)| at.amps).collect());
    let celsius = median(run.iter().map(|(at, _)| at.celsius).collect());
    Some(Branch { points, amps, celsius })
}

impl Branch {
    fn at(&self, soc: f64) -> f64 {
        let above = self.points.partition_point(|point| point.0 < soc).clamp(1, self.points.len() - 1);
        let (low, high) = (self.points[above - 1], self.points[above]);
        let share = if high.0 > low.0 { ((soc - low.0) / (high.0 - low.0)).clamp(0.0, 1.0) } else { 0.0 };
        low.1 + share * (high.1 - low.1)
    }
}

/// The rest curve of the branches nearest to 25 °C; `None` without a branch.
pub(crate) fn rest_curve(branches: &[Branch], base: &Model) -> Option<RestCurve> {
    let nearest = |charging: bool| {
        let of_kind = branches.iter().filter(move |branch| (branch.amps > 0.0) == charging);
        of_kind.min_by(|a, b| (a.celsius - 25.0).abs().total_cmp(&(b.celsius - 25.0).abs()))
    };
    match (nearest(false), nearest(true)) {
        (Some(down), Some(up)) if (down.celsius - up.celsius).abs() < SAME_KELVIN => {
            Some(of_both(down, up, branches, base))
        }
        (Some(one), _) | (None, Some(one)) => Some(of_one(one, base)),
        (None, None) => None,
    }
}

fn of_both(down: &Branch, up: &Branch, branches: &[Branch], base: &Model) -> RestCurve {
    let amps = 0.5 * (up.amps - down.amps);
    let told = by_temperature(branches);
    let drop = told.map_or(amps * base.total_ohms() * base.cold_factor(down.celsius), |(_, drop, _)| drop);
    let gap = |soc: f64| {
        let inside = soc.clamp(GAP_SOC[0], GAP_SOC[1]);
        (0.5 * (up.at(inside) - down.at(inside)) - drop).max(0.0)
    };
    let hysteresis: Vec<f64> = GRID.iter().map(|soc| gap(*soc)).collect();
    let play = |start: f64, moved: f64| (start + base.hysteresis_rate * moved).clamp(-1.0, 1.0);
    let volts = GRID.iter().zip(&hysteresis).map(|(soc, half)| {
        let from_full = down.at(*soc) + drop - half * play(1.0, soc - 1.0);
        let from_empty = up.at(*soc) - drop - half * play(-1.0, *soc);
        let share = ((soc - 0.2) / 0.6).clamp(0.0, 1.0);
        share * from_full + (1.0 - share) * from_empty
    });
    RestCurve {
        soc: GRID.to_vec(),
        volts: rising(volts.collect()),
        hysteresis: Some(hysteresis),
        hysteresis_error: told.map(|(_, _, error)| error),
        drop_volts: drop,
    }
}

fn of_one(one: &Branch, base: &Model) -> RestCurve {
    let cold = base.cold_factor(one.celsius);
    let (low, high) = (one.points[0].0, one.points[one.points.len() - 1].0);
    let rest = |soc: f64| one.at(soc) - one.amps * base.total_ohms() * base.charge_factor(soc) * cold;
    // Beyond the branch the base's curve goes on from where the branch ends.
    let reached = |soc: f64| {
        let end = soc.clamp(low.max(0.0), high.min(1.0) - 0.02 * f64::from(u8::from(one.amps < 0.0)));
        rest(end) + base.reference_rest(soc) - base.reference_rest(end)
    };
    RestCurve {
        soc: GRID.to_vec(),
        volts: rising(GRID.iter().map(|soc| reached(*soc)).collect()),
        hysteresis: None,
        hysteresis_error: None,
        drop_volts: one.amps.abs() * base.total_ohms() * cold,
    }
}

/// Hysteresis and drop at 25 °C from the half gaps at three temperatures or more, with the standard error
/// of the hysteresis: a scan over B, straight lines in between.
fn by_temperature(branches: &[Branch]) -> Option<(f64, f64, f64)> {
    let mut gaps: Vec<(f64, f64)> = Vec::new();
    for down in branches.iter().filter(|branch| branch.amps < 0.0) {
        let pair = |up: &&Branch| up.amps > 0.0 && (up.celsius - down.celsius).abs() < SAME_KELVIN;
        if let Some(up) = branches.iter().find(pair) {
            let places = (0..21).map(|i| 0.3 + 0.02 * f64::from(i));
            let gap = places.map(|soc| 0.5 * (up.at(soc) - down.at(soc))).sum::<f64>() / 21.0;
            gaps.push((1.0 / (down.celsius + 273.15) - 1.0 / REFERENCE_KELVIN, gap));
        }
    }
    let reach = |pick: fn(f64, f64) -> f64, from| gaps.iter().map(|gap| gap.0).fold(from, pick);
    if gaps.len() < 4 || reach(f64::max, f64::MIN) - reach(f64::min, f64::MAX) < 2e-4 {
        return None;
    }
    let fits = (20..=160).filter_map(|step| line(&gaps, f64::from(step) * 50.0));
    let best = fits.min_by(|a, b| a.2.total_cmp(&b.2))?;
    let error = (best.2 / (gaps.len() - 3) as f64).sqrt();
    (best.0 > 0.0 && best.1 > 0.0).then_some((best.0, best.1, error))
}

/// Least squares of `gap = M + D·exp(B·inverse)` for one B: M, D and the sum of squares.
fn line(gaps: &[(f64, f64)], kelvin: f64) -> Option<(f64, f64, f64)> {
    let count = gaps.len() as f64;
    let column: Vec<f64> = gaps.iter().map(|(inverse, _)| (kelvin * inverse).exp()).collect();
    let mean_x = column.iter().sum::<f64>() / count;
    let mean_y = gaps.iter().map(|gap| gap.1).sum::<f64>() / count;
    let across: f64 = column.iter().map(|x| (x - mean_x).powi(2)).sum();
    let along: f64 = column.iter().zip(gaps).map(|(x, gap)| (x - mean_x) * (gap.1 - mean_y)).sum();
    let slope = along / across;
    let level = mean_y - slope * mean_x;
    let left: f64 = column.iter().zip(gaps).map(|(x, gap)| (gap.1 - level - slope * x).powi(2)).sum();
    left.is_finite().then_some((level, slope, left))
}

/// The running maximum: a rest curve never falls.
pub(crate) fn rising(mut volts: Vec<f64>) -> Vec<f64> {
    for i in 1..volts.len() {
        let least = volts[i - 1] + 1e-5 * volts[i - 1].abs();
        volts[i] = volts[i].max(least);
    }
    volts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;

    /// Branches of a curve that rises from 3.2 to 3.4 V, 10 mV of hysteresis, 5 mV of drop at 25 °C.
    fn pair(celsius: f64) -> [Branch; 2] {
        let drop = 0.005 * (4000.0 * (1.0 / (celsius + 273.15) - 1.0 / 298.15)).exp();
        let side = |sign: f64| Branch {
            points: (0..=100)
                .map(|i| f64::from(i) / 100.0)
                .map(|soc| (soc, 3.2 + 0.2 * soc + sign * (0.010 + drop)))
                .collect(),
            amps: 0.07 * sign,
            celsius,
        };
        [side(-1.0), side(1.0)]
    }

    #[test]
    fn temperatures_tell_hysteresis_from_the_drop() {
        let branches: Vec<Branch> = [-20.0, -5.0, 10.0, 25.0, 40.0].into_iter().flat_map(pair).collect();
        let base = Model::of(&Profile::lifepo4_4s());
        let curve = rest_curve(&branches, &base).expect("branches");
        assert!((curve.drop_volts - 0.005).abs() < 2e-4, "{}", curve.drop_volts);
        let half = curve.hysteresis.map_or(0.0, |half| half[18]);
        assert!((half - 0.010).abs() < 3e-4, "{half}");
        assert!((curve.volts[18] - 3.3).abs() < 5e-4, "{}", curve.volts[18]);
    }

    #[test]
    fn one_branch_says_nothing_of_hysteresis() {
        let base = Model::of(&Profile::lifepo4_4s());
        let [down, _] = pair(25.0);
        assert_eq!(rest_curve(&[down], &base).and_then(|curve| curve.hysteresis), None);
    }
}
