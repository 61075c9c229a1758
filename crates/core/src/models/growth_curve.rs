//! The generalised least-squares curve of a growth model, for the reader: its line and its coefficients.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_linalg::qr::QR;
use linfa_linalg::triangular::{SolveTriangular, UPLO};
use linfa_linear::LinearRegression;
use ndarray::{Array1, Array2};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::series::Series;

use super::engine::Posterior;
use super::link::Link;

/// The curve at the heaviest grid point.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    pub(super) link: Link,
    /// Autocorrelation of the errors.
    pub(super) rho: f64,
    /// Those of the powers of time come first.
    pub(super) coefficients: Array1<f64>,
    /// Half the width of their 90 % intervals.
    pub(super) errors: Vec<f64>,
    regressors: Regressors,
    points: usize,
}

/// What the curve is made of: powers of time, waves of a season, steps of level.
#[derive(Debug, Clone)]
struct Regressors {
    powers: usize,
    /// Each over one season.
    waves: Vec<Vec<f64>>,
    shifts: Vec<usize>,
}

impl Regressors {
    /// In period `t`, counted from 0.
    fn row(&self, t: usize) -> Vec<f64> {
        let powers = (0..self.powers).map(|power| (0..power).fold(1.0, |x, _| x * (t + 1) as f64));
        let waves = self.waves.iter().map(|wave| wave[t % wave.len()]);
        let steps = self.shifts.iter().map(|at| f64::from(u8::from(t >= *at)));
        powers.chain(waves).chain(steps).collect()
    }
}

impl Curve {
    /// Ordinary least squares of the quasi-differenced data by linfa-linear (Prais and Winsten 1954). A row after a gap of
    /// d periods is z_t - ρ^d z_{t-d}, weighted by √((1 - ρ²) / (1 - ρ^{2d})).
    pub(super) fn fit(posterior: &Posterior, series: &Series, powers: usize) -> Option<Self> {
        let (link, space) = posterior.best()?;
        let rho = space.gain.iter().sum::<f64>();
        let waves = space.season.map(|season| season.directions()).unwrap_or_default();
        let regressors = Regressors { powers, waves, shifts: series.level_shifts().to_vec() };
        let (mut x, mut y) = (Vec::new(), Vec::new());
        let mut before: Option<(usize, f64, Vec<f64>)> = None;
        for (t, value) in series.values().iter().enumerate().filter(|(_, value)| !value.is_nan()) {
            let (z, row) = (link.forward(*value), regressors.row(t));
            let (carried, weight) = match &before {
                None => (0.0, (1.0 - rho * rho).sqrt()),
                Some((at, ..)) => {
                    let carried = rho.powi((t - at) as i32);
                    (carried, ((1.0 - rho * rho) / (1.0 - carried * carried)).sqrt())
                }
            };
            let last = before.as_ref().map(|(_, z, row)| (*z, row.as_slice())).unwrap_or((0.0, &row));
            y.push(weight * (z - carried * last.0));
            x.extend(row.iter().zip(last.1).map(|(x, last)| weight * (x - carried * last)));
            before = Some((t, z, row));
        }
        let count = regressors.row(0).len();
        let degrees = y.len().checked_sub(count).filter(|degrees| *degrees > 0)?;
        let (x, y) = (Array2::from_shape_vec((y.len(), count), x).ok()?, Array1::from(y));
        let fit = LinearRegression::new().with_intercept(false).fit(&Dataset::new(x.clone(), y.clone())).ok()?;
        let coefficients = fit.params().to_owned();
        let s = ((y - x.dot(&coefficients)).mapv(|e| e * e).sum() / degrees as f64).sqrt();
        let quantile = StudentsT::new(0.0, 1.0, degrees as f64).ok()?.inverse_cdf(0.95);
        let r = x.qr().ok()?.into_decomp().1;
        let inverse = r.solve_triangular(&Array2::eye(count), UPLO::Upper).ok()?;
        let errors = inverse.outer_iter().map(|row| quantile * s * row.dot(&row).sqrt()).collect();
        let finite = coefficients.iter().all(|b| b.is_finite());
        finite.then_some(Self { link, rho, coefficients, errors, regressors, points: series.len() })
    }

    /// The curve over the history and `horizon` periods more, in units of the series.
    pub(super) fn values(&self, horizon: usize) -> Array1<f64> {
        let z = |t: usize| self.regressors.row(t).iter().zip(&self.coefficients).map(|(x, b)| x * b).sum();
        (0..self.points + horizon).map(|t| self.link.inverse(z(t))).collect()
    }
}
