//! The design of one grid point: what depends on the parameters and the length alone.

use linfa_linalg::qr::QR;
use ndarray::{Array1, Array2};

use super::Space;
use super::space::{STATES, State, dot};

/// D's orthogonal factor and what the forecast needs of the rest, for one (θ, n).
#[derive(Debug, Clone)]
pub struct Design {
    /// D itself, `(n, p)`, its first row weighted where the error starts from its stationary distribution.
    pub matrix: Array2<f64>,
    /// Q of D = QR, `(n, p)`.
    pub q: Array2<f64>,
    /// R⁻¹, `(p, p)`.
    pub r_inverse: Array2<f64>,
    /// ln |det R| = ½ ln |D'D|.
    pub log_det: f64,
    /// The weight √(1 - ρ²) of the first row, or 1.
    pub first_weight: f64,
    /// How each coefficient moves the last states: x_n = x̃_n + Σ_j b_j · `last_states[j]`.
    pub last_states: Vec<State>,
}

impl Design {
    /// The design of a space for `n` observations, or `None` where its columns do not tell the coefficients apart
    /// (n below p, or a singular D).
    pub fn new(space: &Space, n: usize) -> Option<Self> {
        let p = space.columns();
        let mut matrix = Array2::zeros((n, p));
        let mut last_states = Vec::with_capacity(p);
        for (column, &free) in space.free.iter().enumerate() {
            // Errors of zeros from a unit start have the opposite sign of D's column.
            let mut state = [0.0; STATES];
            state[free] = 1.0;
            for row in 0..n {
                let effect = dot(&space.measure, &state);
                matrix[[row, column]] = effect;
                state = space.step(&state, -effect);
            }
            last_states.push(state);
        }
        for power in 0..space.powers {
            let regressor: Vec<f64> = (1..=n).map(|t| (t as f64).powi(i32::try_from(power).unwrap_or(0))).collect();
            let (errors, last) = space.filter(&regressor);
            matrix.column_mut(space.free.len() + power).assign(&Array1::from(errors));
            last_states.push(last.map(|s| -s));
        }
        let first_weight = space.stationary.map_or(1.0, |rho| (1.0 - rho * rho).sqrt());
        if let Some(mut row) = (n > 0).then(|| matrix.row_mut(0)) {
            row *= first_weight;
        }
        let (q, r) = matrix.qr().ok()?.into_decomp();
        let log_det = r.diag().iter().map(|d| d.abs().ln()).sum::<f64>();
        let r_inverse = upper_inverse(&r)?;
        log_det.is_finite().then_some(Self { matrix, q, r_inverse, log_det, first_weight, last_states })
    }

    /// Least squares of errors of a zero start, `(n,)`, on D: the coefficients b `(p,)` and the residual sum of squares.
    pub fn solve(&self, errors: &[f64]) -> (Vec<f64>, f64) {
        let p = self.last_states.len();
        let weight = |t: usize| if t == 0 { self.first_weight } else { 1.0 };
        let mut projected = vec![0.0; p];
        for (t, row) in self.q.outer_iter().enumerate() {
            let error = errors[t] * weight(t);
            projected.iter_mut().zip(row).for_each(|(sum, q)| *sum += q * error);
        }
        // Residuals one by one: the difference of two sums of squares would lose all digits of a good fit.
        let squares = self.q.outer_iter().enumerate().map(|(t, row)| {
            let fitted: f64 = row.iter().zip(&projected).map(|(q, c)| q * c).sum();
            (errors[t] * weight(t) - fitted).powi(2)
        });
        let sum = squares.sum();
        let b = self.r_inverse.outer_iter().map(|row| row.iter().zip(&projected).map(|(r, c)| r * c).sum()).collect();
        (b, sum)
    }
}

/// The inverse of an upper triangular matrix; `None` where it is singular to working precision.
fn upper_inverse(r: &Array2<f64>) -> Option<Array2<f64>> {
    let p = r.nrows();
    let largest = r.diag().iter().fold(0.0_f64, |m, d| m.max(d.abs()));
    if r.diag().iter().any(|d| d.abs() <= largest * 1e-13) {
        return None;
    }
    let mut inverse = Array2::zeros((p, p));
    for column in 0..p {
        for row in (0..=column).rev() {
            let unit = f64::from(u8::from(row == column));
            let known: f64 = (row + 1..=column).map(|k| r[[row, k]] * inverse[[k, column]]).sum();
            inverse[[row, column]] = (unit - known) / r[[row, row]];
        }
    }
    Some(inverse)
}
