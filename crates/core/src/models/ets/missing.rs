//! The likelihood of a class with additive errors when periods are missing.
//!
//! Errors are linear in the initial states and in the missing values: each missing value adds a column, the errors that
//! an impulse in its period makes (Gómez, Maravall and Peña 1999). Least squares on both kinds of columns gives the sum
//! of squares S; integrating the missing values out of the Gaussian likelihood leaves the determinant of their own
//! columns D, so that twice the negative log-likelihood of the N known values is N ln S + ln |D'D| plus the constant of
//! a complete series. Only smoothing parameters are searched, by the simplex.

use crate::numerics::cholesky;
use crate::numerics::minimise::simplex;
use crate::numerics::vectors::dot;

use super::descent::RANGES;
use super::fit::Scaled;
use super::likelihood::{FIXED, MOST, Place, deviance, free, pass, point};
use super::recursion::Form;
use super::search::Effort;
use super::start::Smoothing;

/// The most multiplications that one regression may take: a search needs hundreds of them, a second or two in all. A
/// monthly series of 100 values may miss any of them, one of 1,000 up to fifty.
pub(super) const MOST_WORK: usize = 4_000_000;
/// What is added to the diagonal of the normal equations, as a part of it.
const RIDGE: f64 = 1e-13;
/// Where the simplex starts.
const STARTS: [Smoothing; 3] = [[0.2, 0.05, 0.1, 0.95], [0.35, 0.02, 0.9, 0.9], [0.85, 0.4, 0.1, 0.9]];

/// The best place, the values with their gaps filled, and ln |D'D|.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) at: Place,
    pub(super) y: Vec<f64>,
    pub(super) log_determinant: f64,
    pub(super) deviance: f64,
}

/// The work of one regression.
pub(super) fn work(form: Form, scaled: &Scaled) -> usize {
    let columns = scaled.y.len() - scaled.known + form.length + 1;
    scaled.y.len().saturating_mul(columns).saturating_mul(columns)
}

/// The maximum of the likelihood.
pub(super) fn search(form: Form, scaled: &Scaled, effort: Effort) -> Option<Filled> {
    let free = free(form);
    let used: Vec<usize> = (0..RANGES.len()).filter(|i| free[*i]).collect();
    let regression = Regression::new(form, scaled);
    // A coordinate z stands for the place 1/(1 + e^-z) of a parameter in its range.
    let place = |z: &[f64]| {
        let mut at = [0.0; MOST];
        for (&i, z) in used.iter().zip(z) {
            let (low, high) = RANGES[i];
            at[i] = low + (high - low) / (1.0 + (-z).exp());
        }
        at
    };
    let cost = |z: &[f64]| regression.solve(place(z)).map_or(f64::INFINITY, |filled| filled.deviance);
    let (starts, tolerance, rounds) = match effort {
        Effort::Quick => (1, 1e-5, 4),
        Effort::Full => (STARTS.len(), 1e-8, 12),
    };
    let ends = STARTS[..starts].iter().map(|start| {
        let logit = |&i: &usize| {
            let (low, high) = RANGES[i];
            let part = ((start[i] - low) / (high - low)).clamp(1e-6, 1.0 - 1e-6);
            (part / (1.0 - part)).ln()
        };
        let start: Vec<f64> = used.iter().map(logit).collect();
        simplex(&start, &vec![1.0; start.len()], (tolerance, rounds), cost)
    });
    let (best, _) = ends.min_by(|a, b| a.1.total_cmp(&b.1))?;
    regression.solve(place(&best))
}

/// What stays the same for all smoothing parameters.
struct Regression<'a> {
    form: Form,
    scaled: &'a Scaled,
    /// The values with zero where missing.
    zeroed: Vec<f64>,
    gaps: Vec<usize>,
    states: Vec<usize>,
}

impl<'a> Regression<'a> {
    fn new(form: Form, scaled: &'a Scaled) -> Self {
        let free = free(form);
        Self {
            form,
            scaled,
            zeroed: scaled.y.iter().map(|v| if v.is_nan() { 0.0 } else { *v }).collect(),
            gaps: (0..scaled.y.len()).filter(|t| scaled.y[*t].is_nan()).collect(),
            states: (RANGES.len()..FIXED + form.length - 1).filter(|i| free[*i]).collect(),
        }
    }

    /// The regression at given smoothing parameters.
    fn solve(&self, smoothing: Place) -> Option<Filled> {
        let n = self.zeroed.len();
        let count = self.gaps.len() + self.states.len();
        // The columns one after another, then the errors without any of them.
        let mut errors = vec![0.0; n * (count + 1)];
        let mut input = vec![0.0; n];
        for (column, errors) in errors.chunks_exact_mut(n).enumerate() {
            let mut at = smoothing;
            if let Some(&gap) = self.gaps.get(column) {
                input[gap] = 1.0;
                self.errors_of(&input, &at, errors);
                input[gap] = 0.0;
            } else if let Some(&state) = self.states.get(column - self.gaps.len()) {
                at[state] = 1.0;
                self.errors_of(&input, &at, errors);
            } else {
                self.errors_of(&self.zeroed, &at, errors);
            }
        }
        let column = |i: usize| &errors[i * n..(i + 1) * n];
        let product = |i: usize, j: usize| dot(column(i), column(j));
        let mut factor = vec![0.0; count * count];
        let mut solved = vec![0.0; count];
        for i in 0..count {
            (0..=i).for_each(|j| factor[i * count + j] = product(i, j));
            factor[i * count + i] *= 1.0 + RIDGE;
            solved[i] = -product(i, count);
        }
        cholesky::factor_definite(&mut factor, count)?;
        let log_determinant: f64 = (0..self.gaps.len()).map(|i| 2.0 * factor[i * count + i].ln()).sum();
        cholesky::solve(&factor, &mut solved);
        let mut y = self.zeroed.clone();
        let mut at = smoothing;
        self.gaps.iter().zip(&solved).for_each(|(gap, value)| y[*gap] = *value);
        self.states.iter().zip(&solved[self.gaps.len()..]).for_each(|(state, value)| at[*state] = *value);
        let squares = pass(self.form, &y, point(self.form, &at), |_| {}).squares;
        let deviance = deviance(self.scaled.known, squares, 0.0) + log_determinant;
        deviance.is_finite().then_some(Filled { at, y, log_determinant, deviance })
    }

    fn errors_of(&self, input: &[f64], at: &Place, errors: &mut [f64]) {
        let mut slots = errors.iter_mut().zip(input);
        pass(self.form, input, point(self.form, at), |mean| {
            if let Some((error, value)) = slots.next() {
                *error = value - mean;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A level with one gap: the change over the gap of a local level model, α = .4. The prediction over the gap has the
    /// variance 1 + α², others 1, so S and the determinant follow from the innovations of the Kalman filter.
    #[test]
    fn a_gap_has_the_likelihood_of_the_filter() {
        let y = [3.0, 4.0, 2.5, f64::NAN, 5.0, 4.0, 3.5];
        let form = Form::new("ANN".parse().unwrap(), 1);
        let scaled = Scaled { y: y.to_vec(), unit: 1.0, known: 6 };
        let mut smoothing = [0.0; MOST];
        smoothing[0] = 0.4;
        let filled = Regression::new(form, &scaled).solve(smoothing).unwrap();
        // x_t = level, state variance p in units of that of the errors, which move the level by α of themselves.
        let (mut level, mut p) = (filled.at[4], 0.0);
        let (mut squares, mut logs) = (0.0, 0.0);
        for value in y {
            if value.is_nan() {
                p += 0.16;
                continue;
            }
            let f: f64 = p + 1.0;
            let error = value - level;
            squares += error * error / f;
            logs += f.ln();
            let gain = (p + 0.4) / f;
            level += gain * error;
            p = p + 0.16 - gain * gain * f;
        }
        let expected = 6.0 * squares.ln() + logs;
        assert!((filled.deviance - expected).abs() < 1e-9, "{} {expected}", filled.deviance);
    }
}
