//! Least squares over all records at once, by Levenberg and Marquardt, from several starts.
//!
//! ```text
//! minimise  Σ_records Σ_k ((V_model − V)/s_r)² + Σ_priors ((x − x_base)/σ)²,   s_r² = N_r/n·(σ₀² + rms_r²)
//! ```
//!
//! Every record counts as `n` independent voltages, however often it was sampled: neighbouring residuals
//! are one model error seen many times. `σ₀` is the error that is expected of any such model; after a first
//! fit a record that the model cannot follow better than `rms_r` loses weight for it. Bounds and order are
//! in `unknowns`; the Jacobian is by forward differences in `x`, exact where the model is linear.
//!
//! Reference: J. J. Moré, *The Levenberg-Marquardt algorithm* (MINPACK), Lecture Notes in Mathematics 630.

use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::storage::Owned;
use nalgebra::{DMatrix, DVector, Dyn};

use super::play;
use super::steps::Step;
use super::unknowns::{FAST_SECS, REST, REST_NODES, SHIFT, SLOW_SECS, Unknowns, hat};
use crate::model::Model;

/// Independent voltages a record counts for.
const INDEPENDENT: f64 = 200.0;
/// Voltages of a record that are compared at most.
const COMPARED_MAX: usize = 3000;
/// Width of a forward difference.
const WIDTH: f64 = 1e-5;
/// Residuals beyond this many times the usual lose weight.
const HUBER: f64 = 2.0;
/// Starts are drawn this far around the base, as a logarithm.
const START_SPREAD: f64 = 0.7;

/// One record, ready for the model.
#[derive(Debug, Clone)]
pub(crate) struct Track {
    pub steps: Vec<Step>,
    /// The steps whose voltage is compared.
    pub compared: Vec<usize>,
    /// What each compared residual is divided by, V.
    pub scales: Vec<f64>,
}

impl Track {
    /// The steps with the voltages that count between these states of charge.
    pub fn new(steps: Vec<Step>, counts: impl Fn(&Step) -> bool) -> Self {
        let all: Vec<usize> = (0..steps.len()).filter(|at| counts(&steps[*at])).collect();
        let stride = all.len().div_ceil(COMPARED_MAX).max(1);
        let compared: Vec<usize> = all.into_iter().step_by(stride).collect();
        Self { steps, scales: vec![1.0; compared.len()], compared }
    }

    fn weigh(&mut self, error: f64) {
        let scale = error * (self.compared.len() as f64 / INDEPENDENT).sqrt();
        self.scales.fill(scale);
    }

    /// Residuals beyond twice the usual count less and less (Huber): a knee that the model cannot follow
    /// would bend everything else.
    fn soften(&mut self, left: &[f64], rms: f64) {
        for (scale, left) in self.scales.iter_mut().zip(left) {
            *scale *= (left.abs() / (HUBER * rms.max(1e-12))).max(1.0).sqrt();
        }
    }
}

/// All records before one model.
#[derive(Debug, Clone)]
pub(crate) struct Bench<'m> {
    pub model: &'m Model,
    pub tracks: Vec<Track>,
    pub unknowns: Unknowns,
    /// Error expected of any such model, V.
    pub error_volts: f64,
}

/// Where a fit ended.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub x: Vec<f64>,
    /// Half the sum of squares.
    pub cost: f64,
    /// How many starts ended here, of how many.
    pub agreeing: [usize; 2],
}

impl<'m> Bench<'m> {
    /// Residuals in volts of one record.
    pub fn left(&self, x: &[f64], record: usize) -> Vec<f64> {
        let track = &self.tracks[record];
        let volts = play::volts(&track.steps, self.model, x, record);
        track.compared.iter().map(|at| volts[*at] - track.steps[*at].volts).collect()
    }

    /// Root mean square of the residuals of one record, V.
    pub fn rms(&self, x: &[f64], record: usize) -> f64 {
        let left = self.left(x, record);
        (left.iter().map(|r| r * r).sum::<f64>() / left.len().max(1) as f64).sqrt()
    }

    /// The first fit from each start, the best again with weights that know what cannot be followed.
    pub fn fit(&mut self, starts: &[Vec<f64>]) -> Option<Found> {
        for track in &mut self.tracks {
            track.weigh(self.error_volts);
        }
        let ends: Vec<(Vec<f64>, f64)> = starts.iter().filter_map(|start| self.descend(start)).collect();
        let best = ends.iter().min_by(|a, b| a.1.total_cmp(&b.1))?.clone();
        let agreeing = ends.iter().filter(|end| end.1 < 1.02 * best.1 + 0.1).count();
        let (x, cost) = self.again(&best.0)?;
        Some(Found { x, cost, agreeing: [agreeing, starts.len()] })
    }

    /// A fit from where another ended, with weights after what was left there.
    pub fn again(&mut self, from: &[f64]) -> Option<(Vec<f64>, f64)> {
        for record in 0..self.tracks.len() {
            let rms = self.rms(from, record);
            let error = self.error_volts.hypot(rms);
            let left = self.left(from, record);
            self.tracks[record].weigh(error);
            self.tracks[record].soften(&left, rms);
        }
        self.descend(from)
    }

    fn descend(&self, start: &[f64]) -> Option<(Vec<f64>, f64)> {
        let problem = Descent::new(self, start);
        let (problem, report) =
            LevenbergMarquardt::new().with_ftol(1e-7).with_xtol(1e-6).with_patience(12).minimize(problem);
        let cost = report.objective_function;
        cost.is_finite().then_some((problem.x, cost))
    }

    /// Weighted residuals, the priors' last.
    fn residuals(&self, x: &[f64]) -> DVector<f64> {
        let mut all = Vec::new();
        for (record, track) in self.tracks.iter().enumerate() {
            all.extend(self.left(x, record).iter().zip(&track.scales).map(|(left, scale)| left / scale));
        }
        all.extend(self.priors().map(|(at, doubt)| (x[at] - self.unknowns.0[at].base) / doubt));
        DVector::from_vec(all)
    }

    /// Free unknowns with a prior, and its width.
    pub fn priors(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        let free = self.unknowns.free().into_iter();
        free.filter_map(|at| self.unknowns.0[at].prior.map(|doubt| (at, doubt)))
    }

    /// How the weighted residuals change with each free unknown in `x`.
    pub fn slopes(&self, x: &[f64]) -> DMatrix<f64> {
        let free = self.unknowns.free();
        let rows = self.tracks.iter().map(|track| track.compared.len()).sum::<usize>();
        let mut slopes = DMatrix::zeros(rows + self.priors().count(), free.len());
        let mut top = 0;
        for (record, track) in self.tracks.iter().enumerate() {
            let here = play::volts(&track.steps, self.model, x, record);
            for (column, at) in free.iter().enumerate() {
                let mut part = slopes.view_mut((top, column), (track.compared.len(), 1));
                let column: Option<Vec<f64>> = self.slope(x, record, *at, &here);
                for ((slot, value), scale) in
                    part.iter_mut().zip(column.into_iter().flatten()).zip(&track.scales)
                {
                    *slot = value / scale;
                }
            }
            top += track.compared.len();
        }
        for (at, doubt) in self.priors() {
            if let Some(column) = free.iter().position(|place| *place == at) {
                slopes[(top, column)] = 1.0 / doubt;
            }
            top += 1;
        }
        slopes
    }

    /// One column over one record, V per unit of `x`; `None` where it is zero throughout.
    fn slope(&self, x: &[f64], record: usize, at: usize, here: &[f64]) -> Option<Vec<f64>> {
        let track = &self.tracks[record];
        if at >= SHIFT && at != SHIFT + record {
            return None;
        }
        if (REST..SHIFT).contains(&at) {
            let shift = x[SHIFT + record];
            let share = |step: &Step| {
                let (low, share) = hat(&REST_NODES, step.soc + shift);
                if low == at - REST {
                    1.0 - share
                } else if low + 1 == at - REST {
                    share
                } else {
                    0.0
                }
            };
            return Some(track.compared.iter().map(|k| share(&track.steps[*k])).collect());
        }
        let mut there = x.to_vec();
        let width = if at >= SHIFT { 1e-4 } else { WIDTH };
        there[at] += width;
        let moved = play::volts(&track.steps, self.model, &there, record);
        Some(track.compared.iter().map(|k| (moved[*k] - here[*k]) / width).collect())
    }

    /// Starts: the base, and `others` drawn around it; `chance` gives numbers from 0 to 1.
    pub fn starts(&self, others: usize, chance: &mut dyn FnMut() -> f64) -> Vec<Vec<f64>> {
        let mut starts = vec![self.unknowns.base()];
        for _ in 0..others {
            let mut start = self.unknowns.base();
            for at in self.unknowns.free().into_iter().filter(|at| self.unknowns.0[*at].bounds.is_some()) {
                // Time constants are what a fit loses itself in: they start further out.
                let spread = if at == FAST_SECS || at == SLOW_SECS { 2.0 } else { 1.0 } * START_SPREAD;
                start[at] += spread * (2.0 * chance() - 1.0);
            }
            starts.push(start);
        }
        starts
    }
}

/// The problem as the optimiser sees it.
struct Descent<'b, 'm> {
    bench: &'b Bench<'m>,
    u: DVector<f64>,
    x: Vec<f64>,
}

impl<'b, 'm> Descent<'b, 'm> {
    fn new(bench: &'b Bench<'m>, start: &[f64]) -> Self {
        let u = DVector::from_vec(bench.unknowns.unbounded(start));
        let x = bench.unknowns.bounded(u.as_slice());
        Self { bench, u, x }
    }
}

impl LeastSquaresProblem<f64, Dyn, Dyn> for Descent<'_, '_> {
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, Dyn>;
    type ParameterStorage = Owned<f64, Dyn>;

    fn set_params(&mut self, u: &DVector<f64>) {
        self.x = self.bench.unknowns.bounded(u.as_slice());
        self.u.copy_from(u);
    }

    fn params(&self) -> DVector<f64> {
        self.u.clone()
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        let residuals = self.bench.residuals(&self.x);
        residuals.iter().all(|value| value.is_finite()).then_some(residuals)
    }

    fn jacobian(&self) -> Option<DMatrix<f64>> {
        let unknowns = &self.bench.unknowns;
        let mut slopes = self.bench.slopes(&self.x);
        let free = unknowns.free();
        let pull = unknowns.order_pull(&self.x);
        let place = |at: usize| free.iter().position(|found| *found == at);
        if let (Some(fast), Some(slow)) = (place(FAST_SECS), place(SLOW_SECS))
            && pull != 0.0
        {
            let pulled = slopes.column(slow) * pull;
            let mut column = slopes.column_mut(fast);
            column += pulled;
        }
        for (column, stretch) in unknowns.stretch(&self.x).into_iter().enumerate() {
            slopes.column_mut(column).scale_mut(stretch);
        }
        slopes.iter().all(|value| value.is_finite()).then_some(slopes)
    }
}
