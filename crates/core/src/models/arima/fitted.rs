//! A fitted ARIMA model and its forecasts.
//!
//! The filter continues after the end without new errors. An error of one step affects all later steps through the
//! gain, so that y_{n+h} = point_h + σ (Σ_{j ≤ h} c_{h,j} z_j + Σ_k g_{h,k} z'_k): c is the exact triangular factor of
//! the errors' covariance, g the uncertainty of the columns' coefficients (missing values, mean, drift, regressors), z
//! and z' are standard normal, and σ is drawn while the coefficients φ and θ are fixed.

use std::rc::Rc;

use ndarray::Array1;

use crate::models::contract::{Fitted, Parameter};
use crate::models::point_model::{PointFit, PointModel, Residuals, Shock, without_errors};
use crate::models::{Finding, Link};
use crate::series::Series;

use super::design::Design;
use super::filter::{Filter, predict};
use super::orders::Orders;
use super::polynomial::Arma;
use super::squares::Squares;

/// The common part of the names of ARIMA models, which is the key of their draws.
pub(super) const NAME: &str = "arima";

/// A fitted model; all numbers are in units of the design.
#[derive(Debug)]
pub(super) struct FittedArima {
    pub(super) orders: Orders,
    pub(super) constant: bool,
    pub(super) arma: Arma,
    /// Whether the likelihood is the exact one.
    pub(super) exact: bool,
    pub(super) design: Design,
    /// The number of columns.
    pub(super) columns: usize,
    /// The decomposition and the filter at the end of the series.
    pub(super) work: Squares,
    pub(super) coefficients: Vec<f64>,
    pub(super) fitted: Array1<f64>,
    pub(super) degrees: usize,
    pub(super) parameters: Vec<Parameter>,
    pub(super) findings: Vec<Finding>,
}

/// One row of the linear map from standard normal draws to forecasts.
#[derive(Debug)]
pub(super) struct Step {
    index: usize,
    point: f64,
    /// The effects c_{h,j} of this step's error j on this and all later steps h.
    follows: Rc<[f64]>,
    /// The effects g_{h,k} of the coefficients.
    columns: Vec<f64>,
}

/// The draws of a path so far.
#[derive(Debug)]
pub(super) struct Drawn {
    /// For each step, the sum of the effects of the errors so far.
    sums: Vec<f64>,
    /// The draw z' of each column.
    columns: Vec<f64>,
}

impl Clone for Drawn {
    fn clone(&self) -> Self {
        Self { sums: self.sums.clone(), columns: self.columns.clone() }
    }

    /// Copies without a new allocation.
    fn clone_from(&mut self, other: &Self) {
        self.sums.clone_from(&other.sums);
        self.columns.clone_from(&other.columns);
    }
}

impl FittedArima {
    /// The forecasts without errors, in units of the series.
    pub(super) fn points(&self, horizon: usize) -> Vec<f64> {
        without_errors(self, horizon)
    }

    pub(super) fn into_fitted(self, series: &Series) -> Box<dyn Fitted> {
        Box::new(PointFit::new(NAME, series, Link::Identity, self))
    }

    /// The factors c: the effects of each error on the steps from its own on.
    fn responses(&self, horizon: usize) -> Vec<Rc<[f64]>> {
        let mut filter = self.work.filter.clone();
        let mut steady: Option<Rc<[f64]>> = None;
        let response = |j: usize| {
            if let Some(follows) = &steady {
                return Rc::clone(follows);
            }
            let follows = self.response(&filter, horizon - j);
            filter.advance();
            if !filter.is_steady() {
                return follows.into();
            }
            Rc::clone(steady.insert(self.response(&filter, horizon - j).into()))
        };
        (0..horizon).map(response).collect()
    }

    /// The effects of a standard normal error of the filter's current step, in levels.
    fn response(&self, filter: &Filter, steps: usize) -> Vec<f64> {
        let root = filter.variance().sqrt();
        let mut state: Vec<f64> = filter.gain().iter().map(|k| k / root).collect();
        let none = vec![0.0; state.len()];
        let mut path = Vec::with_capacity(steps);
        for step in 0..steps {
            let now = if step == 0 {
                root
            } else {
                let now = state.first().copied().unwrap_or(0.0);
                predict(&self.arma.phi, &mut state, &none, 0.0);
                now
            };
            let before: f64 = self
                .design
                .differences
                .iter()
                .filter(|(lag, _)| *lag <= step)
                .map(|(lag, c)| c * path[step - lag])
                .sum();
            path.push(now - before);
        }
        path
    }

    /// The levels of a column; column 0 is the series.
    fn levels(&self, column: usize) -> &[f64] {
        if column == 0 { &self.design.filled } else { &self.design.columns[column - 1].history }
    }

    /// The levels of a column after the end, as forecast by the process.
    fn continued(&self, mut state: Vec<f64>, levels: &[f64], horizon: usize) -> Vec<f64> {
        let none = vec![0.0; state.len()];
        let mut path: Vec<f64> = Vec::with_capacity(horizon);
        for step in 0..horizon {
            let now = state.first().copied().unwrap_or(0.0);
            predict(&self.arma.phi, &mut state, &none, 0.0);
            let at = |lag: usize| if lag <= step { path[step - lag] } else { levels[levels.len() + step - lag] };
            let before: f64 = self.design.differences.iter().map(|(lag, c)| c * at(*lag)).sum();
            path.push(now - before);
        }
        path
    }
}

/// One-step-ahead values over the whole series; the first d + D m are the values themselves.
pub(super) fn one_step_ahead(
    design: &Design,
    work: &Squares,
    arma: &Arma,
    exact: bool,
    coefficients: &[f64],
) -> Vec<f64> {
    let mut levels = design.filled.clone();
    for (column, b) in design.columns.iter().zip(coefficients).take(design.pulses) {
        levels.iter_mut().zip(&column.history).for_each(|(y, x)| *y -= b * x);
    }
    let lost = levels.len() - design.len();
    // The filter runs again for the variances that turn whitened residuals into errors.
    let mut variances = Filter::default();
    let roots = variances.roots(arma, design.len(), exact);
    for (t, residual) in work.residuals().iter().enumerate() {
        levels[lost + t] -= residual * roots.get(t).copied().unwrap_or(1.0);
    }
    let mut fitted = vec![f64::NAN; design.skipped];
    fitted.extend(levels.iter().map(|y| (y * design.scale).clamp(-f64::MAX, f64::MAX)));
    fitted
}

impl PointModel for FittedArima {
    type State = Drawn;
    type Step = Step;

    fn residuals(&self) -> Residuals {
        Residuals { squares: self.work.squares, unit: 1.0, degrees: self.degrees }
    }

    fn steps(&self, horizon: usize) -> Vec<Step> {
        let columns: Vec<Vec<f64>> = (0..=self.columns)
            .map(|c| self.continued(self.work.filter.state(c).to_vec(), self.levels(c), horizon))
            .collect();
        let ahead = |k: usize, step: usize| self.design.future(k, step) - columns[k + 1][step];
        let step = |(index, follows): (usize, Rc<[f64]>)| {
            let moved: f64 = self.coefficients.iter().enumerate().map(|(k, b)| b * ahead(k, index)).sum();
            let mut row: Vec<f64> = (0..self.columns).map(|k| ahead(k, index)).collect();
            self.work.spread(&mut row);
            Step { index, point: columns[0][index] + moved, follows, columns: row }
        };
        self.responses(horizon).into_iter().enumerate().map(step).collect()
    }

    fn origin(&self, horizon: usize) -> Drawn {
        Drawn { sums: vec![0.0; horizon], columns: vec![0.0; self.columns] }
    }

    fn drawn_coefficients(&self) -> usize {
        self.columns
    }

    fn vary(&self, drawn: &mut Drawn, column: usize, shock: Shock) {
        drawn.columns[column] = shock.normal;
    }

    fn next(&self, drawn: &mut Drawn, step: &Step, shock: Shock) -> f64 {
        let ahead = &mut drawn.sums[step.index..];
        ahead.iter_mut().zip(step.follows.iter()).for_each(|(sum, c)| *sum += c * shock.normal);
        let mut sum = drawn.sums[step.index];
        step.columns.iter().zip(&drawn.columns).for_each(|(g, z)| sum += g * z);
        (step.point + shock.scale * sum) * self.design.scale
    }

    fn fitted_values(&self) -> Array1<f64> {
        self.fitted.clone()
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.parameters.clone()
    }

    fn findings(&self) -> Vec<Finding> {
        self.findings.clone()
    }
}
