//! The curve of a growth model at its heaviest grid point, for the reader: its values and its coefficients.

use linfa_linalg::qr::QR;
use linfa_linalg::triangular::{SolveTriangular, UPLO};
use ndarray::{Array1, Array2, ShapeBuilder};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::series::Series;

use super::engine::Posterior;
use super::link::Link;
use super::whitening::{Whitening, least_squares};

/// The curve at the heaviest grid point.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    pub(super) link: Link,
    /// Autocorrelation of the errors.
    pub(super) rho: f64,
    /// The coefficients of the powers of time come first.
    pub(super) coefficients: Array1<f64>,
    /// Half the width of their 90 % intervals.
    pub(super) errors: Vec<f64>,
    regressors: Regressors,
    points: usize,
}

/// The regressors of the curve: powers of time, waves of a season, level shifts.
#[derive(Debug, Clone)]
struct Regressors {
    powers: usize,
    /// Each wave covers one season.
    waves: Vec<Vec<f64>>,
    shifts: Vec<usize>,
}

impl Regressors {
    /// The values of the regressors in period `t`, counted from 0.
    fn row(&self, t: usize) -> Vec<f64> {
        let powers = (0..self.powers).map(|power| (0..power).fold(1.0, |x, _| x * (t + 1) as f64));
        let waves = self.waves.iter().map(|wave| wave[t % wave.len()]);
        let steps = self.shifts.iter().map(|at| f64::from(u8::from(t >= *at)));
        powers.chain(waves).chain(steps).collect()
    }
}

impl Curve {
    /// Fits least squares at the heaviest grid point by linfa-linear, with every regressor as a column, so that the
    /// coefficients and their errors are those of the powers of time counted from one. `None` where they are not
    /// identified.
    pub(super) fn fit(posterior: &Posterior, series: &Series, powers: usize) -> Option<Self> {
        let (link, space) = posterior.best()?;
        let rho = space.gain.iter().sum::<f64>();
        let waves = space.season.map(|season| season.directions()).unwrap_or_default();
        let regressors = Regressors { powers, waves, shifts: series.level_shifts().to_vec() };
        let values = series.as_slice();
        let known: Vec<usize> = (0..values.len()).filter(|t| !values[*t].is_nan()).collect();
        let whitening = Whitening::new(rho, known.iter().copied());
        let rows: Vec<Vec<f64>> = known.iter().map(|t| regressors.row(*t)).collect();
        let count = regressors.row(0).len();
        let mut x = Array2::from_shape_fn((known.len(), count).f(), |(row, column)| rows[row][column]);
        for mut column in x.columns_mut() {
            whitening.apply(column.as_slice_mut()?);
        }
        let mut y: Array1<f64> = known.iter().map(|t| link.forward(values[*t])).collect();
        whitening.apply(y.as_slice_mut()?);
        let degrees = known.len().checked_sub(count).filter(|degrees| *degrees > 0)?;
        let coefficients = least_squares(x.view(), &mut y)?;
        let s = (y.dot(&y) / degrees as f64).sqrt();
        let quantile = StudentsT::new(0.0, 1.0, degrees as f64).ok()?.inverse_cdf(0.95);
        let r = x.qr().ok()?.into_decomp().1;
        let inverse = r.solve_triangular(&Array2::eye(count), UPLO::Upper).ok()?;
        let errors = inverse.outer_iter().map(|row| quantile * s * row.dot(&row).sqrt()).collect();
        Some(Self { link, rho, coefficients, errors, regressors, points: series.len() })
    }

    /// The curve over the history and `horizon` further periods, in units of the series.
    pub(super) fn values(&self, horizon: usize) -> Array1<f64> {
        let z = |t: usize| self.regressors.row(t).iter().zip(&self.coefficients).map(|(x, b)| x * b).sum();
        (0..self.points + horizon).map(|t| self.link.inverse(z(t))).collect()
    }
}
