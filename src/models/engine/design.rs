//! The design of one grid point: how the errors depend on the free initial states.

use linfa_linalg::qr::QR;
use ndarray::{Array1, Array2};

use super::Space;
use super::space::{STATES, State, dot};

/// D with its QR for one (θ, n): the errors of a pass that starts at zero are D b + e, b the free initial states.
#[derive(Debug, Clone)]
pub struct Design {
    /// D, `(n, p)`, its first row weighted where the first error has another variance.
    pub matrix: Array2<f64>,
    /// Q of D = QR, `(n, p)`.
    pub q: Array2<f64>,
    /// R⁻¹, `(p, p)`.
    pub r_inverse: Array2<f64>,
    /// ln |det R| = ½ ln |D'D|.
    pub log_det: f64,
    /// The weight of the first row, 1/√(variance of the first error).
    pub first_weight: f64,
    /// How each coefficient moves the last states: x_n = x̃_n + Σ_j b_j · `last_states[j]`.
    pub last_states: Vec<State>,
}

impl Design {
    /// The design of a space for `n` observations, or `None` where its columns do not tell the coefficients apart
    /// (n below p, or a singular D).
    pub fn new(space: &Space, n: usize) -> Option<Self> {
        let p = space.free;
        let mut matrix = Array2::zeros((n, p));
        let mut last_states = Vec::with_capacity(p);
        for column in 0..p {
            // Errors of zeros from a unit start have the opposite sign of D's column.
            let mut state = [0.0; STATES];
            state[column] = 1.0;
            for row in 0..n {
                let effect = dot(&space.measure, &state);
                matrix[[row, column]] = effect;
                state = space.step(&state, -effect);
            }
            last_states.push(state);
        }
        let first_weight = 1.0 / space.first_variance.sqrt();
        if let Some(mut row) = (n > 0).then(|| matrix.row_mut(0)) {
            row *= first_weight;
        }
        let (q, r) = matrix.qr().ok()?.into_decomp();
        let log_det = r.diag().iter().map(|d| d.abs().ln()).sum::<f64>();
        let r_inverse = upper_inverse(&r)?;
        log_det.is_finite().then_some(Self { matrix, q, r_inverse, log_det, first_weight, last_states })
    }

    /// Least squares of the values `(n,)`: the coefficients b `(p,)` and the residuals e `(n,)`, unweighted.
    pub fn solve(&self, space: &Space, values: &[f64]) -> (Array1<f64>, Array1<f64>) {
        let weight = |t: usize| if t == 0 { self.first_weight } else { 1.0 };
        let (errors, _) = space.filter(values);
        let weighted: Array1<f64> = errors.iter().enumerate().map(|(t, e)| e * weight(t)).collect();
        let b = self.r_inverse.dot(&self.q.t().dot(&weighted));
        let mut residuals = weighted - self.matrix.dot(&b);
        residuals.iter_mut().take(1).for_each(|e| *e /= self.first_weight);
        (b, residuals)
    }

    /// The states after the values `(n,)`, the free initial states by least squares.
    pub(super) fn states_after(&self, space: &Space, values: &[f64]) -> State {
        let (_, mut last) = space.filter(values);
        let (b, _) = self.solve(space, values);
        for (b, effect) in b.iter().zip(&self.last_states) {
            last.iter_mut().zip(effect).for_each(|(s, e)| *s += b * e);
        }
        last
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
