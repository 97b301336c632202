//! What the panel brings for the light of a clear sky: a belief over a grid of gains.
//!
//! ```text
//! x = brought / light                       A·h over W·h/m²: the gain times the day's clearness
//! p(x | g) = Σ wₖ·N(x; g·cₖ, (0.1·g)² + σ²)  cₖ the season's clearness in eighths, and a covered panel
//! p(x⁺| g) = Σ wₖ·Φ((g·cₖ − x)/…)            where the controller held the panel back: at least x
//! ```
//!
//! Days come in spells, so a day counts for half of what it says. A panel soiled, shaded or swapped is another one: each day a
//! little of the belief moves to its neighbours. Gains in A of battery current per W/m² in the panel's plane.
//!
//! Reference: grid filter (R. S. Bucy, K. D. Senne 1971).

use signals::{Stream, uniform};

/// Points of the grid.
const POINTS: usize = 25;
/// First and last point over the gain expected of an unseen panel, natural logarithm.
const REACH_LOG: f64 = 2.1;
/// How far what is expected of an unseen panel may be off, natural logarithm.
const PRIOR_LOG: f64 = 1.0;
/// Clearness within an eighth of the season's days.
const CLEARNESS_SPREAD: f64 = 0.1;
/// Share of days on which snow or frost hides the panel, where it freezes and where not; what comes through.
const COVERED: f64 = 0.25;
const COVERED_IN_THAW: f64 = 0.02;
const COVERED_CLEARNESS: f64 = 0.05;
/// Weight of one day among days that resemble each other.
const DAY_WEIGHT: f64 = 0.5;
/// What moves to either neighbour in a day.
const WANDER: f64 = 0.01;
/// No gain is ever ruled out.
const LEAST: f64 = 1e-5;

/// A day as the panel showed it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PanelDay<'a> {
    /// Charge brought over clear-sky light.
    pub brought: f64,
    /// Its standard deviation.
    pub stddev: f64,
    /// The controller held the panel back: it could have brought more.
    pub at_least: bool,
    /// Clearness of the season's days in eighths.
    pub season: &'a [f64; 8],
    /// It freezes.
    pub frost: bool,
}

/// The belief.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panel {
    /// Gain at the middle of the grid.
    middle: f64,
    weights: [f64; POINTS],
}

impl Panel {
    /// A panel of which only the expected gain is known.
    pub fn unseen(expected: f64) -> Self {
        let weight = |i: usize| (-0.5 * (log_at(i) / PRIOR_LOG).powi(2)).exp();
        let mut panel = Self { middle: expected, weights: std::array::from_fn(weight) };
        panel.settle();
        panel
    }

    /// Takes in a day.
    pub fn learn(&mut self, day: &PanelDay<'_>) {
        let gains: [f64; POINTS] = std::array::from_fn(|i| self.gain(i));
        let before = self.weights;
        for (i, (weight, gain)) in self.weights.iter_mut().zip(gains).enumerate() {
            let beside = |at: usize| before.get(at).copied().unwrap_or(before[i]);
            let moved =
                (1.0 - 2.0 * WANDER) * before[i] + WANDER * (beside(i.wrapping_sub(1)) + beside(i + 1));
            *weight = moved * said(gain, day).powf(DAY_WEIGHT);
        }
        self.settle();
    }

    fn settle(&mut self) {
        let sum: f64 = self.weights.iter().sum();
        for weight in &mut self.weights {
            *weight = if sum > 0.0 { *weight / sum + LEAST } else { 1.0 };
        }
    }

    fn gain(&self, i: usize) -> f64 {
        self.middle * log_at(i).exp()
    }

    /// The gain expected on average.
    pub fn mean(&self) -> f64 {
        let sum: f64 = self.weights.iter().sum();
        (0..POINTS).map(|i| self.weights[i] * self.gain(i)).sum::<f64>() / sum
    }

    /// A gain it may be.
    pub fn draw(&self, chance: &mut Stream) -> f64 {
        let mut left = uniform(chance) * self.weights.iter().sum::<f64>();
        let within = STEP * (uniform(chance) - 0.5);
        let at = self.weights.iter().position(|weight| {
            left -= weight;
            left <= 0.0
        });
        self.middle * (log_at(at.unwrap_or(POINTS - 1)) + within).exp()
    }

    pub fn each(&mut self) -> impl Iterator<Item = &mut f64> {
        std::iter::once(&mut self.middle).chain(&mut self.weights)
    }
}

const STEP: f64 = 2.0 * REACH_LOG / (POINTS - 1) as f64;

fn log_at(i: usize) -> f64 {
    STEP * i as f64 - REACH_LOG
}

/// How well a day goes with this gain.
fn said(gain: f64, day: &PanelDay<'_>) -> f64 {
    let spread = (CLEARNESS_SPREAD * gain).hypot(day.stddev);
    let at = |clearness: f64| {
        let off = (day.brought - gain * clearness) / spread;
        // The logistic stands for the normal distribution function, within a hundredth.
        if day.at_least { 1.0 / (1.0 + (1.702 * off).exp()) } else { (-0.5 * off * off).exp() / spread }
    };
    let open = day.season.iter().map(|clearness| at(*clearness)).sum::<f64>() / 8.0;
    let covered = if day.frost { COVERED } else { COVERED_IN_THAW };
    (1.0 - covered) * open + covered * at(COVERED_CLEARNESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use signals::Seed;

    const SEASON: [f64; 8] = [0.15, 0.25, 0.4, 0.5, 0.65, 0.8, 0.9, 1.0];

    fn lived(days: usize, gain: f64, held: bool) -> Panel {
        let mut panel = Panel::unseen(0.01);
        let mut chance = Seed(2).stream("sky");
        for _ in 0..days {
            let clearness = SEASON[(8.0 * uniform(&mut chance)) as usize];
            panel.learn(&PanelDay {
                brought: gain * if held { clearness.min(0.6) } else { clearness },
                stddev: 0.05 * gain,
                at_least: held,
                season: &SEASON,
                frost: true,
            });
        }
        panel
    }

    fn spread(panel: &Panel) -> f64 {
        let mut chance = Seed(1).stream("a");
        let drawn: Vec<f64> = (0..500).map(|_| panel.draw(&mut chance).ln()).collect();
        let mean = drawn.iter().sum::<f64>() / 500.0;
        (drawn.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / 500.0).sqrt()
    }

    #[test]
    fn two_weeks_of_days_tell_the_gain_wherever_it_lies() {
        for gain in [0.003, 0.01, 0.04] {
            let panel = lived(14, gain, false);
            assert!((panel.mean() / gain - 1.0).abs() < 0.25, "{gain} {}", panel.mean());
            assert!(spread(&panel) < 0.3, "{}", spread(&panel));
        }
    }

    #[test]
    fn a_panel_that_is_always_held_back_is_at_least_what_it_showed() {
        let panel = lived(14, 0.04, true);
        assert!(panel.mean() > 0.02, "{}", panel.mean());
        assert!(spread(&panel) > spread(&lived(14, 0.04, false)));
    }

    #[test]
    fn what_nobody_has_seen_is_drawn_wide() {
        assert!(spread(&Panel::unseen(0.01)) > 0.7);
    }
}
