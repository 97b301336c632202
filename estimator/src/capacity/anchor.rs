//! Instants at which the charge is known without counting, and what flowed between two of them.
//!
//! ```text
//! rest:  |I| < I_rest for 4·τ₂   ⇒  z = OCV⁻¹(V − k·(T − 25) − M·h − ΣR·I),  σ_z = σ_V / OCV′(z)
//! full:  see `full`
//! pair:  the first anchor after so much *counted* charge: the noisy Δz never decides where a pair ends
//! ```
//!
//! A threshold on `Δz` would pick the pairs whose `Δz` is too large by chance. The charge that is looked at
//! instead is known far better. The rest curve's lasting errors at two charges are half alike: half of them
//! cancels between two rests, none between a rest and a full. What is left comes again with every pair, so
//! it is carried apart: no number of pairs averages it away.

use super::Pair;
use crate::model::{Model, Place};
use crate::motion;
use crate::profile::Chemistry;
use crate::start;

/// A rest counts after this many time constants of the slow polarisation.
const SETTLED_CONSTANTS: f64 = 4.0;
/// A voltage that tells the charge no better than this is no anchor: the plateau of LiFePO4, and the step in its middle, whose
/// place differs from make to make by more than the voltage is doubted there.
const fn anchor_stddev_max(chemistry: Chemistry) -> f64 {
    match chemistry {
        Chemistry::LiFePo4 => 0.02,
        Chemistry::LeadAcid | Chemistry::LithiumIon => 0.06,
    }
}
/// An anchor whose count since is worse than this is let go.
const COUNT_STDDEV_MAX: f64 = 0.08;
/// Gain of a current sensor is off by so much, ratio.
const GAIN_DOUBT: f64 = 0.01;
/// The slope of the rest curve is taken over this much charge.
const SLOPE_REACH: f64 = 0.02;

/// A filter less sure of the charge than this is not asked for the capacity. The rest voltage of lead-acid
/// never makes it as sure as that of a lithium cell.
const fn sure_soc_stddev(chemistry: Chemistry) -> f64 {
    match chemistry {
        Chemistry::LeadAcid => 0.08,
        Chemistry::LiFePo4 | Chemistry::LithiumIon => 0.03,
    }
}

/// A known charge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Anchor {
    pub soc: f64,
    /// Variance of what changes from anchor to anchor.
    pub variance: f64,
    /// Charge per volt of lasting error of the rest curve.
    pub per_volt: f64,
    /// Lasting shift of the rest curve along the charge.
    pub axis: f64,
}

/// What a voltage at rest is judged by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rest {
    pub volts: f64,
    pub amps: f64,
    pub place: Place,
    pub branch: f64,
    pub branch_doubt: f64,
    /// Doubt of the drop under load, ratio.
    pub drop_doubt: f64,
    /// The filter's own doubt of the charge.
    pub soc_stddev: f64,
}

/// The open anchor and what flowed since, and the rest under way. No anchor is a NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct AnchorWatch {
    pub open: Anchor,
    /// Charge since, over the rated capacity.
    pub charge: f64,
    /// Errors that keep their sign: of the sensor's zero, and of the charge efficiency.
    pub zero_doubt: f64,
    pub efficiency_doubt: f64,
    pub rest_secs: f64,
    /// 1 once this rest has given its anchor.
    pub spoken: f64,
}

impl AnchorWatch {
    /// No anchor and no rest.
    pub const NONE: Self = Self {
        open: Anchor { soc: f64::NAN, variance: 0.0, per_volt: 0.0, axis: 0.0 },
        charge: 0.0,
        zero_doubt: 0.0,
        efficiency_doubt: 0.0,
        rest_secs: 0.0,
        spoken: 0.0,
    };

    /// Nothing has flowed since the open anchor.
    pub const fn begin_again(&mut self) {
        (self.charge, self.zero_doubt, self.efficiency_doubt) = (0.0, 0.0, 0.0);
    }

    /// Counts charge and the doubts that come with it.
    pub fn count(&mut self, charge: f64, zero_doubt: f64, efficiency_doubt: f64) {
        self.charge += charge;
        self.zero_doubt += zero_doubt;
        self.efficiency_doubt += efficiency_doubt;
    }

    /// A span of rest, or of none.
    pub fn rest(&mut self, rests: bool, secs: f64) {
        if rests {
            self.rest_secs += secs;
        } else {
            (self.rest_secs, self.spoken) = (0.0, 0.0);
        }
    }

    /// The anchor of this rest, once it has lasted.
    pub fn rested(&mut self, model: &Model, rest: &Rest) -> Option<Anchor> {
        let lasted = self.rest_secs >= SETTLED_CONSTANTS * model.slow_seconds;
        let sure = rest.soc_stddev < sure_soc_stddev(model.chemistry);
        if !lasted || !sure || self.spoken != 0.0 {
            return None;
        }
        self.spoken = 1.0;
        let anchor = looked_up(model, rest, self.rest_secs);
        (anchor.variance < anchor_stddev_max(model.chemistry).powi(2)).then_some(anchor)
    }

    /// A new anchor: the pair it closes, where enough has flowed since the open one.
    pub fn meet(&mut self, anchor: Anchor, charge_least: f64, offset_volts: f64) -> Option<Pair> {
        let counted =
            self.zero_doubt.powi(2) + self.efficiency_doubt.powi(2) + (GAIN_DOUBT * self.charge).powi(2);
        let known = !self.open.soc.is_nan();
        let good = counted < COUNT_STDDEV_MAX * COUNT_STDDEV_MAX;
        let far = self.charge.abs() >= charge_least;
        if known && good && !far {
            return None;
        }
        let lasting = offset_volts.powi(2) * half_alike(anchor.per_volt, self.open.per_volt)
            + half_alike(anchor.axis, self.open.axis);
        let pair = Pair {
            soc: anchor.soc - self.open.soc,
            soc_variance: anchor.variance + self.open.variance + lasting,
            charge: self.charge,
            charge_variance: counted.max(1e-6),
            lasting_variance: lasting,
        };
        *self = Self { open: anchor, rest_secs: self.rest_secs, spoken: self.spoken, ..Self::NONE };
        (known && good && far).then_some(pair)
    }

    /// Shows every number with its name, in a fixed order.
    pub fn each(&mut self, mut show: impl FnMut(&str, &mut f64)) {
        let named = [
            ("anchor_soc", &mut self.open.soc),
            ("anchor_variance", &mut self.open.variance),
            ("anchor_per_volt", &mut self.open.per_volt),
            ("anchor_axis", &mut self.open.axis),
            ("anchor_charge", &mut self.charge),
            ("anchor_zero_doubt", &mut self.zero_doubt),
            ("anchor_efficiency_doubt", &mut self.efficiency_doubt),
            ("rest_secs", &mut self.rest_secs),
            ("rest_spoken", &mut self.spoken),
        ];
        for (name, value) in named {
            show(name, value);
        }
    }
}

/// Variance of the difference of two errors that are half alike.
fn half_alike(one: f64, other: f64) -> f64 {
    one * one + other * other - one * other
}

/// The charge that the rest curve tells, from the voltage alone: what the filter believes stays out of it.
fn looked_up(model: &Model, rest: &Rest, rested_secs: f64) -> Anchor {
    let mut soc = 0.5;
    let mut volts = rest.volts;
    for _ in 0..4 {
        let drop = model.ohms(soc, &rest.place).total() * rest.amps;
        volts = rest.volts - drop - model.hysteresis_volts(soc, &rest.place) * rest.branch;
        soc = charge_at(model, volts, &rest.place);
    }
    let (low, high) = ((soc - SLOPE_REACH).max(0.0), (soc + SLOPE_REACH).min(1.0));
    let slope = (model.rest(high, &rest.place) - model.rest(low, &rest.place)) / (high - low);
    let per_volt = 1.0 / slope.max(1e-3);
    let doubt = &model.doubt;
    let surface = doubt.surface_volts * (-rested_secs / model.slow_seconds).exp();
    let branch = model.hysteresis_volts(soc, &rest.place) * rest.branch_doubt;
    let drop = (rest.volts - volts) * rest.drop_doubt;
    let drift = motion::drift_volts(model, &rest.place);
    let error = drift.powi(2) + branch.powi(2) + drop.powi(2) + surface.powi(2) + doubt.voltage_volts.powi(2);
    let knees = start::knees(model, rest.place.cold_factor.ln());
    // Beyond the ends of the curve a voltage says only that it is an end.
    let outside = (model.rest(soc, &rest.place) - volts).abs();
    let variance = (error + outside * outside) * per_volt * per_volt;
    Anchor { soc, variance, per_volt, axis: doubt.axis_ratio * knees * model.shifted(soc) }
}

/// The charge at which the rest curve has this voltage.
pub(crate) fn charge_at(model: &Model, volts: f64, place: &Place) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..24 {
        let middle = 0.5 * (low + high);
        if model.rest(middle, place) < volts {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;

    fn rest(model: &Model, volts: f64) -> Rest {
        let place = model.place(25.0);
        Rest { volts, amps: 0.0, place, branch: 0.0, branch_doubt: 0.0, drop_doubt: 0.4, soc_stddev: 0.02 }
    }

    fn anchored(profile: &Profile, volts: f64) -> Option<Anchor> {
        let model = Model::of(profile);
        let mut watch = AnchorWatch::NONE;
        watch.rest(true, 10.0 * model.slow_seconds);
        watch.rested(&model, &rest(&model, volts))
    }

    #[test]
    fn a_rested_lead_acid_voltage_is_an_anchor() {
        let soc = anchored(&Profile::agm_12v(), 12.35).map(|anchor| anchor.soc);
        assert!(soc.is_some_and(|soc| (soc - 0.5).abs() < 0.01), "{soc:?}");
    }

    #[test]
    fn the_plateau_gives_no_anchor_and_the_knee_does() {
        assert_eq!(anchored(&Profile::lifepo4_4s(), 13.15), None);
        assert_eq!(anchored(&Profile::lifepo4_4s(), 13.25), None, "the step in its middle");
        assert!(anchored(&Profile::lifepo4_4s(), 12.5).is_some());
    }

    #[test]
    fn makes_of_lithium_are_empty_at_one_voltage_and_part_above_it() {
        let axis = |volts| anchored(&Profile::lifepo4_4s(), volts).map(|anchor| anchor.axis);
        let (empty, knee) = (axis(11.9), axis(12.6));
        assert!(empty < knee && knee.is_some_and(|knee| knee < 0.01), "{empty:?} {knee:?}");
    }

    #[test]
    fn a_rest_too_short_or_an_unsure_charge_gives_no_anchor() {
        let model = Model::of(&Profile::agm_12v());
        let mut watch = AnchorWatch::NONE;
        watch.rest(true, model.slow_seconds);
        assert_eq!(watch.rested(&model, &rest(&model, 12.35)), None);
        watch.rest(true, 10.0 * model.slow_seconds);
        let unsure = Rest { soc_stddev: 0.2, ..rest(&model, 12.35) };
        assert_eq!(watch.rested(&model, &unsure), None);
        assert!(watch.rested(&model, &rest(&model, 12.35)).is_some());
        assert_eq!(watch.rested(&model, &rest(&model, 12.35)), None, "one a rest");
    }

    #[test]
    fn a_pair_ends_by_the_charge_that_was_counted() {
        let anchor = |soc| Anchor { soc, variance: 1e-4, per_volt: 1.0, axis: 0.01 };
        let mut watch = AnchorWatch::NONE;
        assert_eq!(watch.meet(anchor(0.9), 0.3, 0.03), None, "nothing to pair with");
        watch.count(-0.2, 0.001, 0.0);
        assert_eq!(watch.meet(anchor(0.4), 0.3, 0.03), None, "however far Δz seems");
        watch.count(-0.15, 0.001, 0.0);
        let pair = watch.meet(anchor(0.5), 0.3, 0.03);
        assert!(
            pair.is_some_and(|pair| (pair.soc + 0.4).abs() < 1e-12 && (pair.charge + 0.35).abs() < 1e-12)
        );
        assert!((watch.open.soc - 0.5).abs() < 1e-12 && watch.charge == 0.0);
    }
}
