//! A fitted ARIMA model and its forecasts.
//!
//! The filter goes on beyond the end without new errors. An error of one step moves all later ones through the gain, so
//! that y_{n+h} = point_h + σ (Σ_{j ≤ h} c_{h,j} z_j + Σ_k g_{h,k} z'_k): c is the exact triangular factor of the errors'
//! covariance, g what the columns' coefficients (missing values, mean, drift, regressors) are still unsure of, with z and
//! z' standard normal and σ drawn with the coefficients φ, θ held.

use ndarray::{Array1, Array2, ShapeBuilder};

use crate::forecast::{Draws, Forecast};
use crate::models::contract::{Fitted, Parameter};
use crate::models::range::Range;

use super::design::Design;
use super::filter::{Filter, predict};
use super::orders::Orders;
use super::polynomial::Arma;
use super::squares::Squares;

/// The dimensions of the columns' draws begin here; those of the steps stay below.
const COLUMN_DRAWS: usize = 1 << 32;

/// A fitted model, everything in units of the design.
#[derive(Debug)]
pub(super) struct FittedArima {
    pub(super) id: String,
    pub(super) name: &'static str,
    pub(super) orders: Orders,
    pub(super) constant: bool,
    pub(super) arma: Arma,
    /// Whether the likelihood was the exact one.
    pub(super) exact: bool,
    pub(super) design: Design,
    /// Columns that are in.
    pub(super) columns: usize,
    /// The decomposition and the filter at the end of the series.
    pub(super) work: Squares,
    pub(super) coefficients: Vec<f64>,
    pub(super) fitted: Array1<f64>,
    pub(super) degrees: usize,
    pub(super) range: Range,
    pub(super) parameters: Vec<Parameter>,
    pub(super) remarks: Vec<String>,
}

/// The linear map from standard normal draws to forecasts.
#[derive(Debug)]
struct Map {
    point: Vec<f64>,
    /// c_{h,j} for j = 0 ... h.
    errors: Vec<Vec<f64>>,
    /// g_{h,k}.
    columns: Vec<Vec<f64>>,
}

impl FittedArima {
    /// The forecasts without errors, in units of the series.
    pub(super) fn points(&self, horizon: usize) -> Vec<f64> {
        self.map(horizon).point.iter().map(|p| p * self.design.scale).collect()
    }

    fn map(&self, horizon: usize) -> Map {
        let columns: Vec<Vec<f64>> = (0..=self.columns)
            .map(|c| self.continued(self.work.filter.state(c).to_vec(), self.levels(c), horizon))
            .collect();
        let ahead = |k: usize, step: usize| self.design.future(k, step) - columns[k + 1][step];
        let point = (0..horizon)
            .map(|h| {
                let moved: f64 = self.coefficients.iter().enumerate().map(|(k, b)| b * ahead(k, h)).sum();
                columns[0][h] + moved
            })
            .collect();
        let spread = (0..horizon).map(|h| {
            let mut row: Vec<f64> = (0..self.columns).map(|k| ahead(k, h)).collect();
            self.work.spread(&mut row);
            row
        });
        Map { point, columns: spread.collect(), errors: self.error_map(horizon) }
    }

    /// c: for each error the path that follows it.
    fn error_map(&self, horizon: usize) -> Vec<Vec<f64>> {
        let mut filter = self.work.filter.clone();
        let mut rows: Vec<Vec<f64>> = (0..horizon).map(|h| Vec::with_capacity(h + 1)).collect();
        let mut steady: Option<Vec<f64>> = None;
        for j in 0..horizon {
            let follows = match &steady {
                Some(follows) => follows,
                None => {
                    let follows = self.response(&filter, horizon - j);
                    filter.advance();
                    if filter.is_steady() {
                        steady.insert(self.response(&filter, horizon - j))
                    } else {
                        for (row, c) in rows[j..].iter_mut().zip(follows) {
                            row.push(c);
                        }
                        continue;
                    }
                }
            };
            for (row, c) in rows[j..].iter_mut().zip(follows) {
                row.push(*c);
            }
        }
        rows
    }

    /// What follows a standard normal error of the filter's present step, in levels.
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

    /// A column's levels: the series is 0.
    fn levels(&self, column: usize) -> &[f64] {
        if column == 0 { &self.design.filled } else { &self.design.columns[column - 1].history }
    }

    /// A column's levels beyond the end as the process forecasts them.
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

/// One-step-ahead values over the whole series; those of the first d + D m values are the values themselves.
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
    // The filter goes once more through its variances, which the whitened residuals are divided by.
    let mut variances = Filter::default();
    let roots = variances.roots(arma, design.len(), exact);
    for (t, residual) in work.residuals().iter().enumerate() {
        levels[lost + t] -= residual * roots.get(t).copied().unwrap_or(1.0);
    }
    let mut fitted = vec![f64::NAN; design.skipped];
    fitted.extend(levels.iter().map(|y| (y * design.scale).clamp(-f64::MAX, f64::MAX)));
    fitted
}

impl Fitted for FittedArima {
    fn fitted_values(&self) -> Array1<f64> {
        self.fitted.clone()
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.parameters.clone()
    }

    fn remarks(&self) -> Vec<String> {
        self.remarks.clone()
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let map = self.map(horizon);
        let stream = draws.stream(&[&self.id, self.name]);
        let scales: Vec<f64> =
            stream.chi_squares(0, self.degrees).iter().map(|chi| (self.work.squares / chi).sqrt()).collect();
        let errors: Vec<&[f64]> = (0..horizon).map(|step| stream.normals(1 + step)).collect();
        let spread: Vec<(usize, &[f64])> =
            (0..self.columns).filter(|k| self.work.is_in(*k)).map(|k| (k, stream.normals(COLUMN_DRAWS + k))).collect();
        let mut paths = Array2::zeros((draws.paths(), horizon).f());
        let mut sum = vec![0.0; draws.paths()];
        for (h, mut column) in paths.columns_mut().into_iter().enumerate() {
            sum.fill(0.0);
            let own = map.errors[h].iter().zip(&errors).map(|(c, z)| (*c, *z));
            let others = spread.iter().map(|(k, z)| (map.columns[h][*k], *z));
            for (c, z) in own.chain(others).filter(|(c, _)| *c != 0.0) {
                sum.iter_mut().zip(z).for_each(|(s, z)| *s += c * z);
            }
            for ((path, sum), scale) in column.iter_mut().zip(&sum).zip(&scales) {
                *path = self.range.hold((map.point[h] + scale * sum) * self.design.scale);
            }
        }
        Forecast::from_paths(paths)
    }
}
