//! Heat: a cell that warms by what it dissipates, cooled through a case or straight to the air around.
//!
//! ```text
//! C·dT/dt  = P − h·(T − T_case)              h, g in W/K; C, C_case in J/K; P in W
//! C_case·dT_case/dt = h·(T − T_case) − g·(T_case − T_air)
//! [T, T_case] after Δt = M·[T, T_case, P, T_air],    M from exp(A·Δt)
//! ```
//!
//! Exact for a power held over the step. Without a case, T_case keeps what it was and acts on nothing.
//!
//! Reference: C. Moler, C. Van Loan, SIAM Review 45 (2003), method 3 (scaling and squaring).

/// What lies between the cell and the air.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case {
    /// Heat the case holds, J/K.
    pub joules_per_kelvin: f64,
    /// From the case to the air, W/K.
    pub watts_per_kelvin: f64,
}

/// How a cell loses heat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeatPath {
    /// Heat the cell holds, J/K.
    pub joules_per_kelvin: f64,
    /// From the cell to its case, or to the air where there is none, W/K.
    pub watts_per_kelvin: f64,
    /// The case.
    pub case: Option<Case>,
}

/// The step's matrix: rows cell and case, columns cell, case, power, air.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct HeatStep {
    /// What the cell's temperature becomes.
    pub cell: [f64; 4],
    /// What the case's becomes.
    pub case: [f64; 4],
}

type Matrix = [[f64; 4]; 4];

impl HeatStep {
    /// The matrix of a step.
    pub fn new(path: &HeatPath, dt_secs: f64) -> Self {
        let rates = rates(path).map(|row| row.map(|rate| rate * dt_secs));
        let matrix = exponential(rates);
        Self { cell: matrix[0], case: matrix[1] }
    }
}

fn rates(path: &HeatPath) -> Matrix {
    let (capacity, out) = (path.joules_per_kelvin, path.watts_per_kelvin);
    let mut rates = [[0.0; 4]; 4];
    match path.case {
        None => rates[0] = [-out / capacity, 0.0, 1.0 / capacity, out / capacity],
        Some(case) => {
            let (held, away) = (case.joules_per_kelvin, case.watts_per_kelvin);
            rates[0] = [-out / capacity, out / capacity, 1.0 / capacity, 0.0];
            rates[1] = [out / held, -(out + away) / held, 0.0, away / held];
        }
    }
    rates
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    std::array::from_fn(|row| {
        std::array::from_fn(|column| (0..4).map(|inner| a[row][inner] * b[inner][column]).sum())
    })
}

/// exp(A), scaled so that a dozen terms of its series suffice, then squared back.
fn exponential(a: Matrix) -> Matrix {
    let size = a.iter().flatten().map(|rate| rate.abs()).sum::<f64>();
    let squarings = size.max(0.01).log2().ceil().max(0.0) as i32 + 4;
    let small = a.map(|row| row.map(|rate| rate * 0.5_f64.powi(squarings)));
    let identity: Matrix = std::array::from_fn(|row| std::array::from_fn(|k| f64::from(u8::from(row == k))));
    let (mut sum, mut term) = (identity, identity);
    for order in 1..=12 {
        term = product(&term, &small).map(|row| row.map(|entry| entry / f64::from(order)));
        sum = std::array::from_fn(|row| std::array::from_fn(|column| sum[row][column] + term[row][column]));
    }
    (0..squarings).fold(sum, |power, _| product(&power, &power))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: HeatPath = HeatPath { joules_per_kelvin: 25_000.0, watts_per_kelvin: 1.5, case: None };

    #[test]
    fn a_bare_cell_settles_exponentially() {
        let step = HeatStep::new(&BARE, 60.0);
        let kept = (-60.0 * 1.5 / 25_000.0_f64).exp();
        assert!((step.cell[0] - kept).abs() < 1e-14 && (step.cell[2] - (1.0 - kept) / 1.5).abs() < 1e-12);
        assert!((step.cell[3] - (1.0 - kept)).abs() < 1e-13);
        assert_eq!(step.case, [0.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_cased_cell_comes_to_rest_where_both_paths_carry_its_power() {
        let case = Case { joules_per_kelvin: 500.0, watts_per_kelvin: 10.0 };
        let path = HeatPath { joules_per_kelvin: 1000.0, watts_per_kelvin: 10.0, case: Some(case) };
        let step = HeatStep::new(&path, 4.0 * 3600.0);
        let dot = |row: [f64; 4]| row[2] * 20.0 + row[3] * 25.0;
        assert!((dot(step.cell) - 29.0).abs() < 1e-6 && (dot(step.case) - 27.0).abs() < 1e-6);
    }
}
