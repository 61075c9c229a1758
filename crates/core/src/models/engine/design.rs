//! The design matrix of one grid point: how the errors depend on the free initial states.

use linfa_linalg::qr::QR;
use ndarray::{Array1, Array2};

use super::Space;
use super::observed::Mark;

/// D with its QR decomposition for one (θ, n). The errors of a pass that starts at zero, with zero for each missing
/// value, are D b + e, where b holds the free initial states, the missing values and the level shifts.
#[derive(Debug, Clone)]
pub(super) struct Design {
    /// Q of D = QR, `(n, p)`.
    q: Array2<f64>,
    /// R, `(p, p)`, and D, `(n, p)`; the first row is weighted where the first error has a different variance.
    r: Array2<f64>,
    matrix: Array2<f64>,
    /// The missing periods with their columns.
    missing: Vec<(usize, usize)>,
    /// The weight of the first row, 1/√(variance of the first error).
    first_weight: f64,
}

impl Design {
    /// The design of a space for `n` periods with marks, or `None` where the coefficients are not identified
    /// (n below p, or a singular D).
    pub(super) fn new(space: &Space, n: usize, marks: &[Mark]) -> Option<Self> {
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for mut states in space.directions() {
            columns.push(respond(space, &mut states, 0..n));
        }
        let mut missing = Vec::new();
        for (t, mark) in marks.iter().enumerate().take(n) {
            let mut states = vec![0.0; space.size()];
            if mark.missing {
                missing.push((t, columns.len()));
                space.advance(t, &mut states, 1.0);
                columns.push([vec![-1.0], respond(space, &mut states, t + 1..n)].concat());
            }
            if mark.shift {
                states.fill(0.0);
                states[0] = 1.0;
                columns.push(respond(space, &mut states, t..n));
            }
        }
        let mut matrix = Array2::zeros((n, columns.len()));
        for (mut to, from) in matrix.columns_mut().into_iter().zip(&columns) {
            to.iter_mut().skip(n - from.len()).zip(from).for_each(|(to, from)| *to = *from);
        }
        let first_weight = 1.0 / space.first_variance.sqrt();
        matrix.rows_mut().into_iter().take(1).for_each(|mut row| row *= first_weight);
        let (q, r) = (n >= columns.len()).then(|| matrix.qr().ok())??.into_decomp();
        let largest = r.diag().iter().fold(0.0_f64, |m, d| m.max(d.abs()));
        let identified = r.diag().iter().all(|d| d.abs() > largest * 1e-13);
        identified.then_some(Self { q, r, matrix, missing, first_weight })
    }

    /// One-step-ahead values `(n,)` for `values` `(n,)`, which are zero where missing; the coefficients are fitted by
    /// least squares.
    pub(super) fn fitted(&self, space: &Space, values: &[f64]) -> Array1<f64> {
        let mut errors = Array1::from(space.filter(values).0);
        errors.iter_mut().take(1).for_each(|e| *e *= self.first_weight);
        let mut b = self.q.t().dot(&errors);
        for row in (0..b.len()).rev() {
            let known: f64 = (row + 1..b.len()).map(|k| self.r[[row, k]] * b[k]).sum();
            b[row] = (b[row] - known) / self.r[[row, row]];
        }
        errors -= &self.matrix.dot(&b);
        errors.iter_mut().take(1).for_each(|e| *e /= self.first_weight);
        let mut fitted = Array1::from(values.to_vec()) - errors;
        self.missing.iter().for_each(|(t, column)| fitted[*t] += b[*column]);
        fitted
    }
}

#[cfg(test)]
impl Design {
    /// The weighted residual sum of squares of the values and ½ ln |D'D|.
    pub(super) fn squares(&self, space: &Space, values: &[f64]) -> (f64, f64) {
        let mut errors = Array1::from(space.filter(values).0);
        errors.iter_mut().take(1).for_each(|e| *e *= self.first_weight);
        let residuals = &errors - &self.q.dot(&self.q.t().dot(&errors));
        (residuals.dot(&residuals), self.r.diag().iter().map(|d| d.abs().ln()).sum())
    }
}

/// The effect of states on the errors of a pass over zeros, with the sign of D.
fn respond(space: &Space, states: &mut [f64], periods: std::ops::Range<usize>) -> Vec<f64> {
    let effect = |t: usize| {
        let effect = space.value_at(t, states);
        space.advance(t, states, -effect);
        effect
    };
    periods.map(effect).collect()
}
