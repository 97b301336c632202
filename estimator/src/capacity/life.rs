//! Remaining life: when a capacity that drifts and wanders first falls to its end, with an interval.
//!
//! ```text
//! ln Q(t) = ln Q − μ·t + s·B(t)           Wiener process; end of life at 80 % of rated
//! P(T ≤ t) = Φ((μt − d)/(s√t)) + e^{2μd/s²}·Φ(−(μt + d)/(s√t)),   d = ln Q − ln 0.8
//! ```
//!
//! The first passage is inverse Gaussian. Level and drift are learned by a two-state Kalman filter from the
//! pairs of the battery's own history, each on its own; the drift starts from what is usual for the
//! chemistry. The doubt of both is carried through by quadrature over the drift and a wider start.
//!
//! No number is given before the battery has shown two pairs at least 30 days apart, nor where the interval
//! spans more than a factor of twelve: a life of "one to twenty years" helps nobody.
//!
//! What is usual is the trade's design life, not a measurement: lead-acid in photovoltaic duty 5 years
//! (about 15 000 stationary valve-regulated cells failed years before their design life: W. Cantor et al.),
//! LiFePO4 12, other lithium-ion 8, each known to a factor of about two.
//!
//! Reference: R. S. Chhikara and J. L. Folks, *The Inverse Gaussian Distribution* (1989), ch. 3.

use super::Pair;
use super::normal::below;
use crate::model::Model;
use crate::profile::Chemistry;

/// Share of the rated capacity at which a battery has reached its end.
const END_OF_LIFE: f64 = 0.8;
const YEAR_SECS: f64 = 365.25 * 86_400.0;
/// The usual drift is known to this ratio.
const DRIFT_DOUBT: f64 = 0.6;
/// No battery gets better: the drift is at least this share of the usual one.
const DRIFT_SHARE_MIN: f64 = 0.1;
/// The history must be so long.
const HISTORY_SECS_MIN: f64 = 30.0 * 86_400.0;
/// Upper over lower end beyond which an interval is meaningless.
const SPAN_MAX: f64 = 12.0;
/// Nothing is foretold beyond this, years.
const YEARS_MAX: f64 = 40.0;
/// Probabilities of low end, median and high end.
const QUANTILES: [f64; 3] = [0.05, 0.5, 0.95];
/// Five-node Gauss–Hermite quadrature for a standard normal.
const NODES: [(f64, f64); 5] = [
    (-2.856_970_014, 0.011_257_411),
    (-1.355_626_180, 0.222_075_922),
    (0.0, 0.533_333_333),
    (1.355_626_180, 0.222_075_922),
    (2.856_970_014, 0.011_257_411),
];

/// Level and drift of the logarithm of the capacity. Time in years.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Life {
    pub level: f64,
    /// Loss per year.
    pub drift: f64,
    pub level_variance: f64,
    pub drift_variance: f64,
    pub covariance: f64,
    /// Spread per square root of a year.
    pub spread: f64,
    /// The usual drift.
    pub usual: f64,
    /// Time since the first pair; NaN before it.
    pub history_secs: f64,
    pub pairs: f64,
    /// Quantiles of the remaining life, s; NaN where there is nothing to say.
    pub low_secs: f64,
    pub median_secs: f64,
    pub high_secs: f64,
}

impl Life {
    /// What is usual for the chemistry.
    pub fn typical(model: &Model) -> Self {
        let (years, spread) = match model.chemistry {
            Chemistry::LeadAcid => (5.0, 0.03),
            Chemistry::LiFePo4 => (12.0, 0.01),
            Chemistry::LithiumIon => (8.0, 0.015),
        };
        let usual = -END_OF_LIFE.ln() / years;
        Self {
            level: 0.0,
            drift: usual,
            level_variance: model.doubt.capacity_log.powi(2),
            drift_variance: (DRIFT_DOUBT * usual).powi(2),
            covariance: 0.0,
            spread,
            usual,
            history_secs: f64::NAN,
            pairs: 0.0,
            low_secs: f64::NAN,
            median_secs: f64::NAN,
            high_secs: f64::NAN,
        }
    }

    /// Lets time pass.
    pub fn pass(&mut self, secs: f64) {
        let years = secs / YEAR_SECS;
        self.level -= self.drift * years;
        self.level_variance +=
            years * (years * self.drift_variance - 2.0 * self.covariance) + self.spread.powi(2) * years;
        self.covariance -= years * self.drift_variance;
        self.history_secs += secs;
    }

    /// Learns from a pair; `capacity` is what all pairs together say, to judge this one's weight by.
    pub fn learn(&mut self, pair: &Pair, capacity: f64) {
        if self.history_secs.is_nan() {
            self.history_secs = 0.0;
        }
        let ratio = pair.alone();
        if !(0.1..=2.0).contains(&ratio) {
            return;
        }
        self.pairs += 1.0;
        // Noise by the common capacity: a pair that came out small must not look the more precise for it.
        let soc = pair.charge / capacity;
        let noise = pair.soc_variance / soc.powi(2) + pair.charge_variance / pair.charge.powi(2);
        let surprise = ratio.ln() - self.level;
        let variance = self.level_variance + noise;
        let soft = (surprise * surprise / (9.0 * variance)).max(1.0);
        let variance = variance * soft;
        let (to_level, to_drift) = (self.level_variance / variance, self.covariance / variance);
        self.level += to_level * surprise;
        self.drift += to_drift * surprise;
        self.drift_variance -= to_drift * self.covariance;
        self.covariance *= 1.0 - to_level;
        self.level_variance *= 1.0 - to_level;
        self.foretell();
    }

    /// Low end, median and high end of the remaining life, s, where that says anything.
    pub fn remaining(&self) -> Option<[f64; 3]> {
        let found = [self.low_secs, self.median_secs, self.high_secs];
        found.iter().all(|secs| !secs.is_nan()).then_some(found)
    }

    /// Finds the quantiles anew.
    pub fn foretell(&mut self) {
        let told = self.pairs >= 2.0 && self.history_secs >= HISTORY_SECS_MIN;
        let [low, median, high] =
            if told { QUANTILES.map(|share| self.quantile_years(share)) } else { [f64::NAN; 3] };
        // A lower end of less than two months counts as two months: an end that is here is no wide interval.
        let speaks = high / low.max(1.0 / 6.0) <= SPAN_MAX && high < YEARS_MAX;
        let shown = |years: f64| if speaks { years * YEAR_SECS } else { f64::NAN };
        (self.low_secs, self.median_secs, self.high_secs) = (shown(low), shown(median), shown(high));
    }

    fn quantile_years(&self, share: f64) -> f64 {
        let (mut low, mut high) = (0.0, YEARS_MAX);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if self.ended_by(middle) < share {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    /// Probability that the end is reached within so many years.
    fn ended_by(&self, years: f64) -> f64 {
        let mut total = 0.0;
        let slope = self.covariance / self.drift_variance.max(1e-12);
        let rest = (self.level_variance - slope * self.covariance).max(0.0).sqrt();
        for (drift_node, drift_weight) in NODES {
            let moved = drift_node * self.drift_variance.max(0.0).sqrt();
            let drift = (self.drift + moved).max(DRIFT_SHARE_MIN * self.usual);
            for (level_node, level_weight) in NODES {
                let level = self.level + slope * moved + level_node * rest;
                total += drift_weight
                    * level_weight
                    * first_passage(level - END_OF_LIFE.ln(), drift, self.spread, years);
            }
        }
        total
    }

    /// Shows every number with its name, in a fixed order.
    pub fn each(&mut self, mut show: impl FnMut(&str, &mut f64)) {
        let named = [
            ("life_level", &mut self.level),
            ("life_drift", &mut self.drift),
            ("life_level_variance", &mut self.level_variance),
            ("life_drift_variance", &mut self.drift_variance),
            ("life_covariance", &mut self.covariance),
            ("life_spread", &mut self.spread),
            ("life_usual", &mut self.usual),
            ("life_history_secs", &mut self.history_secs),
            ("life_pairs", &mut self.pairs),
            ("life_low_secs", &mut self.low_secs),
            ("life_median_secs", &mut self.median_secs),
            ("life_high_secs", &mut self.high_secs),
        ];
        for (name, value) in named {
            show(name, value);
        }
    }
}

/// Probability that a Wiener process with this drift towards it has met a border `distance` away.
fn first_passage(distance: f64, drift: f64, spread: f64, years: f64) -> f64 {
    if distance <= 0.0 {
        return 1.0;
    }
    if years <= 0.0 {
        return 0.0;
    }
    let scale = spread * years.sqrt();
    let direct = below((drift * years - distance) / scale);
    let reflected = below(-(drift * years + distance) / scale);
    let lifted = 2.0 * drift * distance / (spread * spread);
    // The product is at most 1; the exponential alone may not fit into a number.
    let echo = if reflected > 0.0 { (lifted + reflected.ln()).exp() } else { 0.0 };
    (direct + echo).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;

    fn pair(ratio: f64) -> Pair {
        Pair {
            soc: 0.5,
            soc_variance: 1e-4,
            charge: 0.5 * ratio,
            charge_variance: 1e-5,
            lasting_variance: 0.0,
        }
    }

    /// A battery that loses `per_year`, one pair each ten days.
    fn aged(per_year: f64, years: f64) -> Life {
        let mut life = Life::typical(&Model::of(&Profile::agm_12v()));
        let step = 10.0 * 86_400.0;
        let mut at = 0.0;
        while at < years * YEAR_SECS {
            life.pass(step);
            at += step;
            let ratio = (-per_year * at / YEAR_SECS).exp();
            life.learn(&pair(ratio), ratio);
        }
        life
    }

    #[test]
    fn the_first_passage_is_a_distribution_with_the_right_mean() {
        let (distance, drift, spread) = (0.2, 0.05, 0.03);
        let mut mean = 0.0;
        for i in 0..4000 {
            let years = f64::from(i) * 0.01;
            mean += 0.01 * (1.0 - first_passage(distance, drift, spread, years));
        }
        assert!((mean - distance / drift).abs() < 0.02, "{mean}");
        assert!(first_passage(distance, drift, spread, 200.0) > 0.999);
    }

    #[test]
    fn a_battery_that_fades_fast_has_less_life_left_and_the_interval_holds_the_end() {
        for per_year in [0.04, 0.08] {
            let life = aged(per_year, 1.5);
            let left = -END_OF_LIFE.ln() / per_year - 1.5;
            let Some([low, median, high]) = life.remaining() else { continue };
            assert!(low / YEAR_SECS < left && left < high / YEAR_SECS, "{left}: {life:?}");
            assert!(low < median && median < high);
        }
        assert!(aged(0.08, 1.5).remaining().is_some());
    }

    #[test]
    fn nothing_is_foretold_without_a_history() {
        let mut life = Life::typical(&Model::of(&Profile::agm_12v()));
        life.learn(&pair(0.98), 0.98);
        life.learn(&pair(0.97), 0.97);
        assert_eq!(life.remaining(), None);
    }

    /// A repeatable normal number.
    fn normal(state: &mut u64) -> f64 {
        (0..12)
            .map(|_| {
                *state =
                    state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (*state >> 33) as f64 / f64::from(1_u32 << 31)
            })
            .sum::<f64>()
            - 6.0
    }

    #[test]
    fn nine_of_ten_batteries_end_within_their_interval() {
        let mut state = 7;
        let (mut told, mut held) = (0.0, 0.0);
        for _ in 0..300 {
            let mut life = Life::typical(&Model::of(&Profile::agm_12v()));
            let drift =
                (life.drift * (1.0 + DRIFT_DOUBT * normal(&mut state))).max(DRIFT_SHARE_MIN * life.drift);
            let (mut level, mut years, step) = (0.1 * normal(&mut state), 0.0, 10.0 / 365.25);
            let mut seen = None;
            while level > END_OF_LIFE.ln() && years < YEARS_MAX {
                level += -drift * step + life.spread * f64::sqrt(step) * normal(&mut state);
                years += step;
                if seen.is_some() {
                    continue;
                }
                life.pass(step * YEAR_SECS);
                let noisy = Pair { soc_variance: 6.25e-4, ..pair((level + 0.05 * normal(&mut state)).exp()) };
                life.learn(&noisy, level.exp());
                if years > 1.0 {
                    seen = life.remaining().map(|quantiles| (years, quantiles.map(|secs| secs / YEAR_SECS)));
                }
            }
            if let Some((at, [low, _, high])) = seen {
                told += 1.0;
                held += f64::from(u8::from((low..=high).contains(&(years - at))));
            }
        }
        println!("{told} told, {held} held");
        assert!(told > 100.0 && (0.84..=0.96).contains(&(held / told)), "{held} of {told}");
    }
}
