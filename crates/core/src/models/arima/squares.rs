//! The concentrated likelihood as a sum of squares.
//!
//! With σ² and the coefficients of the columns concentrated out, -2 ln L = n (ln 2π + 1 + ln(S/n)) + Σ ln F_t +
//! ln|X'X|, where S is the sum of squares of the whitened series less its projection on the whitened columns, X are the
//! whitened columns of missing values, which are integrated out, and n counts the differenced values less those (Harvey
//! 1989, section 3.4; de Jong 1991). Its minimum is that of S exp((Σ ln F_t + ln|X'X|) / n), a sum of squares.

use crate::numerics::cholesky::{solve_lower, solve_transposed};
use crate::numerics::vectors::{self, norm};

use super::design::Design;
use super::filter::{Filter, Whitened};
use super::polynomial::Arma;

/// A column is collinear if less than this share of it remains after the columns before it are projected out.
const DEPENDENT: f64 = 1e-8;
/// The smallest sum of squares per value (values are of size one).
const SMALLEST: f64 = 1e-28;

/// The buffers and the results of an evaluation.
#[derive(Debug, Clone, Default)]
pub(super) struct Squares {
    pub(super) filter: Filter,
    pub(super) white: Whitened,
    inputs: usize,
    /// R' of the columns' orthogonal decomposition, lower triangular, row by row; zero diagonal entries mark collinear
    /// columns.
    triangle: Vec<f64>,
    /// Projections of the series on the orthogonal columns.
    projections: Vec<f64>,
    /// The number of values less the number of missing ones.
    pub(super) counted: usize,
    /// The sum of squares S.
    pub(super) squares: f64,
    log_determinant: f64,
}

impl Squares {
    /// Evaluates a process on the first `columns` columns of a design (and its series). The residuals that remain are
    /// `self.residuals()`. `false` where the process is not stationary.
    pub(super) fn evaluate(&mut self, arma: &Arma, design: &Design, columns: usize, exact: bool) -> bool {
        let count = columns.min(design.columns.len());
        // References to a few columns; no values are copied.
        let inputs: Vec<&[f64]> = design.differenced[..=count].iter().map(Vec::as_slice).collect();
        if !self.filter.run(arma, &inputs, exact, &mut self.white) {
            return false;
        }
        self.inputs = count;
        self.triangle.clear();
        self.triangle.resize(count * count, 0.0);
        self.projections.clear();
        self.projections.resize(count, 0.0);
        self.log_determinant = 0.0;
        let mut integrated = 0;
        let Some((series, columns)) = self.white.columns.split_first_mut() else { return false };
        let filter = &self.filter;
        let start = |k: usize| if k < design.pulses { filter.start(k + 1) } else { 0 };
        for k in 0..count {
            let (done, rest) = columns.split_at_mut(k);
            let Some(column) = rest.first_mut() else { return false };
            let before = norm(column);
            let passes = if k < design.pulses { 1 } else { 2 };
            for _ in 0..passes {
                for (j, q) in done.iter().enumerate() {
                    if self.triangle[j * count + j] > 0.0 {
                        self.triangle[k * count + j] += project_out(column, q, start(j));
                    }
                }
            }
            let length = norm(column);
            if length.is_nan() || length <= DEPENDENT * before {
                continue;
            }
            column.iter_mut().for_each(|x| *x /= length);
            self.triangle[k * count + k] = length;
            for _ in 0..passes {
                self.projections[k] += project_out(series, column, start(k));
            }
            if k < design.pulses {
                integrated += 1;
                self.log_determinant += 2.0 * length.ln();
            }
        }
        self.counted = series.len().saturating_sub(integrated).max(1);
        self.squares = series.iter().map(|e| e * e).sum::<f64>().max(SMALLEST * self.counted as f64);
        self.squares.is_finite()
    }

    /// The log-likelihood, in units of the series of a design.
    pub(super) fn log_likelihood(&self, scale: f64) -> f64 {
        let n = self.counted as f64;
        let constants = (2.0 * std::f64::consts::PI).ln() + 1.0 + 2.0 * scale.ln();
        -0.5 * (n * (constants + (self.squares / n).ln()) + self.white.log_variances + self.log_determinant)
    }

    /// The factor that makes residuals whose sum of squares has its minimum where the likelihood has its maximum.
    pub(super) fn factor(&self) -> f64 {
        (0.5 * (self.white.log_variances + self.log_determinant) / self.counted as f64).exp()
    }

    /// The whitened residuals.
    pub(super) fn residuals(&self) -> &[f64] {
        self.white.columns.first().map_or(&[], Vec::as_slice)
    }

    /// The columns' coefficients; zero for collinear columns.
    pub(super) fn coefficients(&self) -> Vec<f64> {
        let mut solution = self.projections.clone();
        solve_transposed(&self.triangle, &mut solution);
        solution
    }

    /// The number of columns that are not collinear.
    pub(super) fn rank(&self) -> usize {
        (0..self.inputs).filter(|k| self.is_in(*k)).count()
    }

    pub(super) fn is_in(&self, column: usize) -> bool {
        self.triangle[column * self.inputs + column] > 0.0
    }

    /// g R⁻¹ of a row g, in place: the row's coefficients on independent errors of the columns' estimates.
    pub(super) fn spread(&self, row: &mut [f64]) {
        solve_lower(&self.triangle, row);
    }
}

/// Subtracts from a vector its projection on a unit vector, which is zero before `start`, and returns the coefficient.
fn project_out(vector: &mut [f64], unit: &[f64], start: usize) -> f64 {
    let start = start.min(unit.len()).min(vector.len());
    vectors::project_out(&mut vector[start..], &unit[start..])
}
