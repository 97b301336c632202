//! Where a filter starts: the posterior over the state of charge, given one voltage, on a grid.
//!
//! ```text
//! p(z | V) ∝ p(z) · N(V − OCV(z) − drop; 0, Σ²)      p(z) = (1−w)·N(said, σ²) + w·uniform
//! ```
//!
//! The rest curve is anything but straight (a plateau between two knees), so a single linearised update
//! from a wide prior would land anywhere; the grid has no such trouble. What is said of the battery may be
//! wrong altogether: the uniform share lets a voltage on a knee overrule it. For lead-acid the voltage may
//! stand above the rest curve (surface charge) far more easily than below.

use crate::Belief;
use crate::kalman::{AXIS, BIAS, CAPACITY, DRIFT, FAST, Gaussian, OFFSET, SCALE, SLOW, SOC, STATES};
use crate::model::{Model, Place};
use crate::profile::Chemistry;

const POINTS: usize = 201;
/// Weight of "what was said is wrong altogether": as often as not. A voltage on a slope then has the last word within
/// minutes; with a fifth of it a start forty points wrong under a heavy load was believed for good.
const SAID_WRONG: f64 = 0.5;
/// Where a battery under current stands between the branches of the hysteresis, mean and standard deviation: on the
/// current's own branch two times in three, else anywhere.
const MET_ON_BRANCH: f64 = 0.7;
const MET_BRANCH_STDDEV: f64 = 0.55;
/// Φ(x) is 1/(1 + e^(−2·0.851·x)) to within a hundredth.
const LOGISTIC: f64 = 0.851;

/// What is thought of the state of charge before the voltage is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Prior {
    pub soc: f64,
    pub stddev: f64,
    /// Weight of "it may be anything".
    pub anything: f64,
}

impl Prior {
    /// What is said of the battery, and that it may be wrong.
    pub fn of(belief: &Belief) -> Self {
        belief.soc.map_or(ANYTHING, |soc| Self {
            soc: soc.as_ratio(),
            stddev: if belief.soc_stddev.is_finite() { belief.soc_stddev.clamp(0.01, 0.5) } else { 0.1 },
            anything: SAID_WRONG,
        })
    }
}

/// What the first voltage is measured under.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scene {
    pub volts: f64,
    /// Net current; `None` where unknown.
    pub amps: Option<f64>,
    pub place: Place,
    /// Branch of the hysteresis, −1 to 1, and how much of that is unknown, 0 to 1.
    pub branch: f64,
    pub branch_doubt: f64,
}

/// A prior that knows nothing.
pub(crate) const ANYTHING: Prior = Prior { soc: 0.5, stddev: 0.29, anything: 1.0 };

/// Branch of the hysteresis of a battery met under this current, and how much of that is unknown.
///
/// Who is met charging has mostly charged for a while: a twelfth of a charge is enough to stand on the charge branch
/// whatever was before. Which way the current really flows is known as well as the sensor's zero.
pub(crate) fn branch(model: &Model, amps: f64) -> (f64, f64) {
    // 2·Φ(x) − 1 by the logistic curve nearest to the normal distribution.
    let side = (LOGISTIC * amps / model.doubt.current_offset_amps.max(1e-9)).tanh();
    (MET_ON_BRANCH * side, (1.0 - side * side * (1.0 - MET_BRANCH_STDDEV.powi(2))).sqrt())
}

/// What the uniform share of a prior adds to its variance.
pub(crate) fn spread(soc: f64, anything: f64) -> f64 {
    anything * (1.0 / 12.0 + (soc - 0.5).powi(2))
}

/// States with nothing measured yet.
pub(crate) fn unmeasured(model: &Model, prior: &Prior) -> Gaussian {
    let doubt = &model.doubt;
    let mut variance = [0.0; STATES];
    variance[SOC] = (1.0 - prior.anything) * prior.stddev.powi(2) + spread(prior.soc, prior.anything);
    variance[FAST] = 1e-6;
    variance[SLOW] = (0.3 * doubt.surface_volts).powi(2);
    variance[DRIFT] =
        doubt.drift_volts.powi(2) + model.hysteresis_volts(prior.soc, &model.place(25.0)).powi(2);
    variance[OFFSET] = doubt.current_offset_amps.powi(2);
    variance[SCALE] = doubt.resistance_log.powi(2);
    variance[CAPACITY] = doubt.capacity_log.powi(2);
    variance[BIAS] = doubt.offset_volts.powi(2);
    variance[AXIS] = doubt.axis_ratio.powi(2);
    let mut mean = [0.0; STATES];
    mean[SOC] = prior.soc;
    Gaussian::independent(mean, variance)
}

/// Starts from one voltage. The voltage is used up: do not update with it again.
pub(crate) fn measured(model: &Model, prior: &Prior, scene: &Scene) -> Gaussian {
    let mut state = unmeasured(model, prior);
    let drop = drops(model, scene);
    let mut error = [0.0; STATES];
    error[FAST] = drop.doubt[0];
    error[SLOW] = state.covariance[SLOW][SLOW] + drop.doubt[1];
    let branch = (model.hysteresis_volts(prior.soc, &scene.place) * scene.branch_doubt).powi(2);
    error[DRIFT] = model.doubt.drift_volts.powi(2) + branch;
    error[BIAS] = state.covariance[BIAS][BIAS];
    let down = error.iter().sum::<f64>().sqrt().max(1e-4);
    let charging = scene.amps.is_none_or(|amps| amps > 0.002 * model.capacity_amp_hours);
    let up = match model.chemistry {
        Chemistry::LeadAcid => down.hypot(model.doubt.surface_volts * if charging { 1.0 } else { 0.3 }),
        Chemistry::LiFePo4 | Chemistry::LithiumIon => down,
    };
    let fixed = drop.ohmic + drop.fast + drop.slow;
    let found = posterior(model, prior, scene, scene.volts - fixed, down, up);
    state.mean[SOC] = found.soc;
    (state.mean[FAST], state.mean[SLOW]) = (drop.fast, drop.slow);
    blame(&mut state, &error, &found);
    shift(&mut state, knees(model, scene.place.cold_factor.ln()), model.shifted(found.soc));
    state
}

struct Drops {
    ohmic: f64,
    fast: f64,
    slow: f64,
    /// Variances of the fast and the slow part.
    doubt: [f64; 2],
}

/// The drop under load: fast parts settled, the slow one half way. What flowed before nobody saw: both parts may
/// still be what another current left behind.
fn drops(model: &Model, scene: &Scene) -> Drops {
    let unknown = model.doubt.unknown_current_per_hour * model.capacity_amp_hours;
    let amps = scene.amps.unwrap_or(0.0);
    let doubt_ratio = model.doubt.resistance_log.hypot(model.doubt.drop_ratio);
    let doubt_amps = scene.amps.map_or(unknown, |amps| amps.abs() * doubt_ratio);
    let ohms = model.ohms(0.5, &scene.place);
    Drops {
        ohmic: amps * ohms.ohmic,
        fast: amps * ohms.fast,
        slow: amps * ohms.slow * 0.5,
        doubt: [
            (doubt_amps * (ohms.ohmic + ohms.fast)).powi(2) + (unknown * ohms.fast).powi(2) + 1e-6,
            (doubt_amps.hypot(unknown) * ohms.slow).powi(2) + (0.4 * amps * ohms.slow).powi(2),
        ],
    }
}

struct Found {
    soc: f64,
    variance: f64,
    /// Mean of what the rest curve leaves unexplained, V.
    left_volts: f64,
    slope: f64,
}

fn posterior(model: &Model, prior: &Prior, scene: &Scene, volts: f64, down: f64, up: f64) -> Found {
    // Weights relative to the likeliest point, so that a voltage far outside still has a best guess.
    let cost = |i: usize| {
        let soc = i as f64 / (POINTS - 1) as f64;
        let left = volts - model.rest_on(soc, &scene.place, scene.branch);
        let sigma = if left > 0.0 { up } else { down };
        let said = (-0.5 * ((soc - prior.soc) / prior.stddev.max(1e-3)).powi(2)).exp();
        let said = (1.0 - prior.anything) * said / (prior.stddev.max(1e-3) * 2.5066) + prior.anything;
        0.5 * (left / sigma).powi(2) - said.max(1e-300).ln()
    };
    let least = (0..POINTS).map(cost).fold(f64::INFINITY, f64::min);
    let mut sums = [0.0; 5];
    for i in 0..POINTS {
        let soc = i as f64 / (POINTS - 1) as f64;
        let weight = (least - cost(i)).exp();
        let rest = model.rest_on(soc, &scene.place, scene.branch);
        for (sum, term) in sums.iter_mut().zip([1.0, soc, soc * soc, rest, soc * rest]) {
            *sum += weight * term;
        }
    }
    let [_, soc, square, rest, product] = sums.map(|sum| sum / sums[0]);
    let variance = (square - soc * soc).max(1e-5);
    Found { soc, variance, left_volts: volts - rest, slope: ((product - soc * rest) / variance).max(0.0) }
}

/// Shares what the rest curve leaves unexplained among the states that may be to blame, each by its
/// variance: `OCV(z) + Σ errors = V` holds for sure, so errors and charge are correlated from now on.
fn blame(state: &mut Gaussian, error: &[f64; STATES], found: &Found) {
    let total: f64 = error.iter().sum::<f64>().max(1e-12);
    state.covariance[SOC][SOC] = found.variance;
    let outer = found.slope * found.slope * found.variance;
    for i in 1..STATES {
        let share = error[i] / total;
        if i != BIAS {
            state.mean[i] += share * found.left_volts;
        }
        state.covariance[SOC][i] = -share * found.slope * found.variance;
        state.covariance[i][SOC] = state.covariance[SOC][i];
        for j in 1..STATES {
            if error[i] > 0.0 && error[j] > 0.0 {
                let own = if i == j { error[i] } else { 0.0 };
                state.covariance[i][j] = own + (outer - total) * share * error[j] / total;
            }
        }
    }
}

/// Growth of the curve's shift with the logarithm of the resistance: cold moves the knees.
pub(crate) fn knees(model: &Model, cold_log: f64) -> f64 {
    1.0 + 10.0 * model.doubt.law_ratio * cold_log.max(0.0)
}

/// A charge read off a curve that may be shifted is off by its share of the shift there.
fn shift(state: &mut Gaussian, knees: f64, share: f64) {
    let variance = knees * knees * state.covariance[AXIS][AXIS];
    state.covariance[AXIS][AXIS] = variance;
    state.covariance[SOC][SOC] += share * share * variance;
    state.covariance[SOC][AXIS] = -share * variance;
    state.covariance[AXIS][SOC] = -share * variance;
}

/// Takes charge and voltage errors from a fresh start; sensor zero, resistance and capacity stay.
pub(crate) fn adopt(belief: &mut Gaussian, fresh: &Gaussian) {
    const RENEWED: [usize; 6] = [SOC, FAST, SLOW, DRIFT, BIAS, AXIS];
    for i in RENEWED {
        belief.mean[i] = fresh.mean[i];
        for j in 0..STATES {
            let value = if RENEWED.contains(&j) { fresh.covariance[i][j] } else { 0.0 };
            belief.covariance[i][j] = value;
            belief.covariance[j][i] = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;

    fn start(profile: &Profile, volts: f64, prior: &Prior) -> (f64, f64) {
        let model = Model::of(profile);
        let place = model.place(25.0);
        let scene = Scene { volts, amps: Some(0.0), place, branch: 0.0, branch_doubt: 1.0 };
        let state = measured(&model, prior, &scene);
        (state.mean[SOC], state.stddev(SOC))
    }

    #[test]
    fn on_the_plateau_the_start_stays_wide() {
        let (_, stddev) = start(&Profile::lifepo4_4s(), 13.15, &ANYTHING);
        assert!(stddev > 0.08, "{stddev}");
    }

    #[test]
    fn a_voltage_on_a_knee_overrules_what_is_said() {
        let said = Prior { soc: 0.4, stddev: 0.1, anything: 0.2 };
        let (soc, stddev) = start(&Profile::lifepo4_4s(), 10.9, &said);
        assert!(soc < 0.06 && stddev < 0.05, "{soc} {stddev}");
    }

    #[test]
    fn a_lead_acid_battery_at_rest_tells_its_charge() {
        let (soc, stddev) = start(&Profile::agm_12v(), 12.35, &ANYTHING);
        assert!((0.3..0.55).contains(&soc) && stddev < 0.15, "{soc} {stddev}");
    }

    #[test]
    fn a_current_tells_the_branch_as_well_as_its_sensor_is_trusted() {
        let model = Model::of(&Profile::lifepo4_4s());
        let zero = model.doubt.current_offset_amps;
        let (rests, charges, discharges) =
            (branch(&model, 0.0), branch(&model, 20.0 * zero), branch(&model, -20.0 * zero));
        assert_eq!(rests, (0.0, 1.0));
        assert!(charges.0 > 0.69 && charges.1 < 0.56, "{charges:?}");
        assert_eq!((-charges.0, charges.1), discharges);
        assert!(branch(&model, 0.5 * zero).0 < 0.5 * charges.0);
    }

    #[test]
    fn an_absurd_voltage_still_gives_a_number() {
        for volts in [0.0, 50.0] {
            let (soc, stddev) = start(&Profile::agm_12v(), volts, &ANYTHING);
            assert!(soc.is_finite() && stddev.is_finite());
        }
    }
}
