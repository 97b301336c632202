//! How sure the fit is of each unknown: the covariance from the Jacobian.
//!
//! ```text
//! A = JᵀJ,   G_b = Σ_{k in block b} J_kᵀ·r_k,   B = m/(m−1)·Σ_b G_b·G_bᵀ + Σ_priors JᵀJ
//! cov = A⁻¹·B·A⁻¹,   never below A⁻¹·s²                         s²: mean of r² over the voltages
//! ```
//!
//! `(JᵀJ)⁻¹·s²` alone would be right for white residuals; real ones are one model error seen for minutes or
//! hours. Summing the gradient over blocks longer than that lets neighbours count as one witness.
//!
//! Reference: W. K. Newey and K. D. West, Econometrica 55 (1987); H. White, Econometrica 48 (1980).

use nalgebra::{DMatrix, DVector};

use super::fit::Bench;

/// Blocks in all, and the fewest and most of one record.
const BLOCKS: usize = 120;
const BLOCKS_OF_ONE: [usize; 2] = [10, 60];

/// Covariance of the free unknowns, in the order of `Unknowns::free`.
#[derive(Debug, Clone)]
pub(crate) struct Spread {
    pub places: Vec<usize>,
    pub covariance: DMatrix<f64>,
}

impl Spread {
    /// The spread at `x`; `None` where the normal matrix cannot be inverted.
    pub fn at(bench: &Bench<'_>, x: &[f64]) -> Option<Self> {
        let slopes = bench.slopes(x);
        let places = bench.unknowns.free();
        let rows: usize = bench.tracks.iter().map(|track| track.compared.len()).sum();
        let scale = column_scales(&slopes);
        let scaled = &slopes * DMatrix::from_diagonal(&scale);
        let mut normal = scaled.tr_mul(&scaled);
        for i in 0..normal.nrows() {
            normal[(i, i)] += 1e-12;
        }
        let inverse = normal.cholesky()?.inverse();
        let priors = scaled.rows(rows, scaled.nrows() - rows);
        let (white, blocks) = witnesses(bench, x, &scaled);
        let middle = blocks + priors.tr_mul(&priors);
        let robust = &inverse * middle * &inverse;
        let plain = &inverse * white;
        let mut covariance = robust.clone();
        for i in 0..covariance.nrows() {
            // Few blocks may by luck agree too well.
            let raise = (plain[(i, i)] / robust[(i, i)].max(1e-300)).max(1.0).sqrt();
            covariance.row_mut(i).scale_mut(raise);
            covariance.column_mut(i).scale_mut(raise);
        }
        let back = DMatrix::from_diagonal(&scale);
        Some(Self { places, covariance: &back * covariance * &back })
    }

    /// Standard error of the unknown at this place.
    pub fn error(&self, place: usize) -> Option<f64> {
        let at = self.places.iter().position(|found| *found == place)?;
        Some(self.covariance[(at, at)].max(0.0).sqrt())
    }

    /// Correlation of two unknowns.
    pub fn correlation(&self, one: usize, other: usize) -> Option<f64> {
        let find = |place: usize| self.places.iter().position(|found| *found == place);
        let (i, j) = (find(one)?, find(other)?);
        let size = (self.covariance[(i, i)] * self.covariance[(j, j)]).sqrt();
        (size > 0.0).then(|| self.covariance[(i, j)] / size)
    }
}

/// Columns to unit length: unknowns differ by orders of magnitude.
fn column_scales(slopes: &DMatrix<f64>) -> DVector<f64> {
    let lengths = slopes.column_iter().map(|column| 1.0 / column.norm().max(1e-12));
    DVector::from_iterator(slopes.ncols(), lengths)
}

/// Mean square of the weighted residuals, and the sum over blocks of the squared gradient.
fn witnesses(bench: &Bench<'_>, x: &[f64], slopes: &DMatrix<f64>) -> (f64, DMatrix<f64>) {
    let each = (BLOCKS / bench.tracks.len().max(1)).clamp(BLOCKS_OF_ONE[0], BLOCKS_OF_ONE[1]);
    let mut sum = DMatrix::zeros(slopes.ncols(), slopes.ncols());
    let (mut top, mut square, mut count, mut blocks) = (0, 0.0, 0, 0);
    for (record, track) in bench.tracks.iter().enumerate() {
        let left: Vec<f64> =
            bench.left(x, record).iter().zip(&track.scales).map(|(left, scale)| left / scale).collect();
        let length = left.len().div_ceil(each).max(1);
        for (number, block) in left.chunks(length).enumerate() {
            let part = slopes.rows(top + number * length, block.len());
            let gradient = part.tr_mul(&DVector::from_row_slice(block));
            sum += &gradient * gradient.transpose();
            square += block.iter().map(|left| left * left).sum::<f64>();
            count += block.len();
            blocks += 1;
        }
        top += left.len();
    }
    let few = blocks as f64 / (blocks as f64 - 1.0).max(1.0);
    let degrees = (count as f64 - slopes.ncols() as f64).max(1.0);
    (square / degrees, sum * few)
}
