//! Regressions with AR(1) errors: rows made independent (Prais and Winsten 1954) and fitted by linfa-linear.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_linear::LinearRegression;
use ndarray::{Array1, ArrayView2};

/// The rows of a regression whose errors are u_t = ρ u_{t-1} + e_t, starting from the stationary distribution, made
/// independent with the variance of e.
///
/// The first row is multiplied by √(1 - ρ²). A row d periods after the one before becomes z_t - ρ^d z_{t-d}, multiplied
/// by √((1 - ρ²) / (1 - ρ^{2d})).
#[derive(Debug, Clone)]
pub(super) struct Whitening {
    /// The factor ρ^d and the weight of each row.
    rows: Vec<(f64, f64)>,
}

impl Whitening {
    /// The whitening of rows at rising `periods`, for an autocorrelation `rho` from 0 to below 1.
    pub(super) fn new(rho: f64, periods: impl Iterator<Item = usize>) -> Self {
        let mut before = None;
        let row = |t: usize| match before.replace(t) {
            None => (0.0, (1.0 - rho * rho).sqrt()),
            Some(before) => carried(rho, t - before),
        };
        Self { rows: periods.map(row).collect() }
    }

    /// Whitens a column, one number per row, in place.
    pub(super) fn apply(&self, column: &mut [f64]) {
        for t in (1..column.len().min(self.rows.len())).rev() {
            let (carried, weight) = self.rows[t];
            column[t] = weight * (column[t] - carried * column[t - 1]);
        }
        column.iter_mut().zip(&self.rows).take(1).for_each(|(first, (_, weight))| *first *= weight);
    }

    /// The logarithm of the determinant of the whitening, a square matrix.
    pub(super) fn log_determinant(&self) -> f64 {
        self.rows.iter().map(|(_, weight)| weight.ln()).sum()
    }
}

/// The factor ρ^d, by which an error carries over after `d` periods, and √((1 - ρ²) / (1 - ρ^{2d})), one over the
/// standard deviation of the new error over those periods, in units of that of e.
pub(super) fn carried(rho: f64, d: usize) -> (f64, f64) {
    if d == 1 {
        return (rho, 1.0);
    }
    let power = rho.powi(i32::try_from(d).unwrap_or(i32::MAX));
    (power, ((1.0 - rho * rho) / (1.0 - power * power)).sqrt())
}

/// The coefficients `(columns,)` of least squares of `y` `(rows,)` on `x` `(rows, columns)`, by linfa-linear without an
/// intercept. The residuals are left in `y`. `None` where the columns are not linearly independent.
pub(super) fn least_squares(x: ArrayView2<'_, f64>, y: &mut Array1<f64>) -> Option<Array1<f64>> {
    let fit = LinearRegression::new().with_intercept(false).fit(&DatasetBase::new(x, y.view())).ok()?;
    let coefficients = fit.params().to_owned();
    for (column, coefficient) in x.columns().into_iter().zip(&coefficients) {
        y.scaled_add(-coefficient, &column);
    }
    coefficients.iter().all(|b| b.is_finite()).then_some(coefficients)
}
