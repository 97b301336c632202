//! A learned estimator: a small network over the readings and their running means, trained by
//! `tools/train-learned` on the identification files of a set. Its numbers lie in `fixtures/learned`.
//!
//! ```text
//! u = [V, I/Q, T, V̄ and Ī/Q over 1, 10, 60 min, log₁₀(1 + t/s)]      per cell, t since the first reading
//! z = W₃·tanh(W₂·tanh(W₁·u′ + b₁) + b₂) + b₃,    u′ = (u − mean)/scale
//! ```
//!
//! Its interval is the split-conformal one: the half-width that held 95 % of the rows of the tuning files.
//! It is told no start, for it has no place for one.
//!
//! Reference: V. Vovk et al., *Algorithmic Learning in a Random World*, ch. 2 (conformal prediction).

use std::path::Path;

use serde::Deserialize;

/// Where the numbers lie, named after the profile.
const FOLDER: &str = "fixtures/learned";
/// Spans of the running means, s.
const SPANS_SECS: [f64; 3] = [60.0, 600.0, 3600.0];
const INPUTS: usize = 4 + 2 * SPANS_SECS.len();
const ROOM_CELSIUS: f64 = 25.0;

/// A trained network.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Network {
    /// Files it was trained on: never scored.
    pub trained_on: Vec<String>,
    mean: [f64; INPUTS],
    scale: [f64; INPUTS],
    layers: Vec<Layer>,
    half_width: f64,
}

#[derive(Debug, Clone, Deserialize)]
struct Layer {
    /// A row for each output.
    weights: Vec<Vec<f64>>,
    bias: Vec<f64>,
}

impl Network {
    /// The network of a profile; `None` where none was trained or its file is no network.
    pub fn of(profile: &str) -> Option<Self> {
        let text = std::fs::read_to_string(Path::new(FOLDER).join(format!("{profile}.json"))).ok()?;
        let network: Self = serde_json::from_str(&text).ok()?;
        network.is_whole().then_some(network)
    }

    fn is_whole(&self) -> bool {
        let mut width = INPUTS;
        let fits = self.layers.iter().all(|layer| {
            let fits =
                layer.weights.len() == layer.bias.len() && layer.weights.iter().all(|row| row.len() == width);
            width = layer.bias.len();
            fits
        });
        fits && width == 1
    }

    fn ask(&self, inputs: &[f64; INPUTS]) -> f64 {
        let scaled =
            inputs.iter().zip(&self.mean).zip(&self.scale).map(|((u, mean), scale)| (u - mean) / scale);
        let mut values: Vec<f64> = scaled.collect();
        for (depth, layer) in self.layers.iter().enumerate() {
            let is_last = depth + 1 == self.layers.len();
            let sum = |(row, bias): (&Vec<f64>, &f64)| {
                let sum = bias + row.iter().zip(&values).map(|(weight, value)| weight * value).sum::<f64>();
                if is_last { sum } else { sum.tanh() }
            };
            values = layer.weights.iter().zip(&layer.bias).map(sum).collect();
        }
        values.first().copied().unwrap_or(f64::NAN)
    }
}

/// The network on one battery.
#[derive(Debug, Clone)]
pub(super) struct Learned<'n> {
    network: &'n Network,
    cells: f64,
    amp_hours: f64,
    celsius: f64,
    began_secs: f64,
    latest: Option<Latest>,
}

#[derive(Debug, Clone, Copy)]
struct Latest {
    secs: f64,
    means: [[f64; 2]; SPANS_SECS.len()],
}

impl<'n> Learned<'n> {
    pub const fn new(network: &'n Network, cells: f64, amp_hours: f64) -> Self {
        Self { network, cells, amp_hours, celsius: ROOM_CELSIUS, began_secs: 0.0, latest: None }
    }

    /// The state of charge and half its interval, after a reading of the battery.
    pub fn look(&mut self, secs: f64, amps: f64, volts: f64, celsius: Option<f64>) -> (f64, f64) {
        self.celsius = celsius.unwrap_or(self.celsius);
        let now = [volts / self.cells, amps / self.amp_hours];
        let means = match self.latest {
            None => {
                self.began_secs = secs;
                [now; SPANS_SECS.len()]
            }
            Some(latest) => std::array::from_fn(|span| {
                let kept = (-(secs - latest.secs).max(0.0) / SPANS_SECS[span]).exp();
                std::array::from_fn(|i| kept * latest.means[span][i] + (1.0 - kept) * now[i])
            }),
        };
        self.latest = Some(Latest { secs, means });
        let mut inputs = [0.0; INPUTS];
        (inputs[0], inputs[1], inputs[2]) = (now[0], now[1], self.celsius);
        for (span, [volts, rate]) in means.iter().enumerate() {
            (inputs[3 + 2 * span], inputs[4 + 2 * span]) = (*volts, *rate);
        }
        inputs[INPUTS - 1] = (1.0 + secs - self.began_secs).log10();
        (self.network.ask(&inputs).clamp(0.0, 1.0), self.network.half_width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(weights: Vec<Vec<f64>>) -> Network {
        Network {
            trained_on: Vec::new(),
            mean: [0.0; INPUTS],
            scale: [1.0; INPUTS],
            layers: vec![Layer { bias: vec![0.0; weights.len()], weights }],
            half_width: 0.1,
        }
    }

    #[test]
    fn a_network_of_one_weight_gives_its_input_back_and_one_that_does_not_fit_is_none() {
        let mut row = vec![0.0; INPUTS];
        row[1] = -2.0;
        let whole = network(vec![row]);
        assert!(whole.is_whole());
        let (soc, half) = Learned::new(&whole, 1.0, 10.0).look(0.0, -2.0, 3.3, None);
        assert!((soc - 0.4).abs() < 1e-12 && half == 0.1);
        assert!(!network(vec![vec![1.0; 3]]).is_whole());
    }

    #[test]
    fn running_means_forget_with_their_span_however_the_time_is_cut() {
        let mut row = vec![0.0; INPUTS];
        row[4] = 1.0;
        let network = network(vec![row]);
        let mean = |steps: u32| {
            let mut learned = Learned::new(&network, 1.0, 1.0);
            learned.look(0.0, 0.0, 3.3, None);
            let at = |k: u32| 60.0 * f64::from(k) / f64::from(steps);
            (1..=steps).map(|k| learned.look(at(k), 1.0, 3.3, None).0).last().unwrap_or(0.0)
        };
        assert!((mean(1) - (1.0 - (-1.0_f64).exp())).abs() < 1e-12 && (mean(1) - mean(60)).abs() < 1e-12);
    }
}
