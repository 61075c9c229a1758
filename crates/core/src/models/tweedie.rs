//! A generalised linear model for amounts with zeros: E y_t = μ_t, ln μ_t = x_t'b, var y_t = φ μ_t^1.5.
//!
//! The Tweedie distribution of power 1.5 (Tweedie 1984; Jørgensen 1987) is the sum of a Poisson number of exponential
//! amounts: rate 2 √μ / φ, mean amount φ √μ / 2. x_t is 1, time and, with a season, pairs of sine and cosine. b is
//! found by Fisher scoring from b = 0, y in units of its mean (linfa-linear's line search does not end where the
//! likelihood has no maximum, as for a series that is zero but for its last value); φ is Pearson's Σ (y - μ)² / μ^1.5 /
//! (n - p) (McCullagh and Nelder 1989, sections 9.2 and 8.3.6). Each path draws φ as a scaled inverse chi-squared, b
//! with covariance φ (X'WX)⁻¹, w = √μ, and independent errors from the Tweedie distribution.

use std::f64::consts::TAU;

use linfa_linalg::qr::QR;
use linfa_linalg::triangular::{SolveTriangular, UPLO};
use ndarray::{Array1, Array2};

use crate::forecast::Dimensions;
use crate::numerics::student::t_quantile;
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal};
use super::link::Link;
use super::point_model::{PointFit, PointModel, Residuals, Shock};
use super::range::Range;

const NAME: &str = "tweedie";
const POWER: f64 = 1.5;
/// The largest number of pairs of sine and cosine; there are also no more pairs than whole seasons.
const PAIRS: usize = 4;
/// The largest number of steps of Fisher scoring, the change at which it ends, and the largest last change that counts
/// as convergence.
const STEPS: usize = 60;
const TOLERANCE: f64 = 1e-12;
const CONVERGED: f64 = 1e-8;
/// Above this Poisson rate, the sum is drawn from the gamma distribution with the same mean and variance.
const MANY: f64 = 40.0;
/// The largest number of coefficients.
const MOST: usize = 2 + 2 * PAIRS;

/// A regression for counts and amounts with zeros: a trend in per cent, a smooth season, and errors that grow with the
/// level.
///
/// ```
/// use onpace::models::{Model, tweedie};
/// use onpace::series::{Period, Series};
/// let claims = vec![0.0, 2.0, 1.0, 0.0, 4.0, 3.0, 2.0, 6.0, 5.0, 7.0];
/// let fit = tweedie().fit(&Series::new("claims", Period::year(2015)?, claims)?)?;
/// let trend = &fit.parameters()[0];
/// assert!(trend.name == "trend" && trend.estimate > 0.1 && trend.estimate < 0.4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn tweedie() -> impl Model {
    Tweedie
}

#[derive(Debug)]
struct Tweedie;

impl Model for Tweedie {
    fn name(&self) -> &str {
        NAME
    }

    fn needs(&self) -> Needs {
        Needs { not_negative: true, unbounded: true, ..Needs::observations(6) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(NAME, series)?;
        let values = series.as_slice();
        let times: Vec<usize> = (0..values.len()).filter(|t| !values[*t].is_nan()).collect();
        let largest = values.iter().copied().fold(0.0, f64::max);
        let mean = times.iter().map(|t| values[*t] / largest).sum::<f64>() / times.len() as f64;
        let unit = largest * mean;
        let y: Array1<f64> = times.iter().map(|t| values[*t] / largest / mean).collect();
        let mut regressors = Regressors::new(series, times.len());
        // Fewer pairs are used where a coefficient diverges, for example with a month that is always zero.
        let curve = loop {
            match Curve::fit(&regressors.matrix(&times), &y) {
                Some(curve) => break curve,
                None if regressors.pairs > 0 => regressors.pairs -= 1,
                None => {
                    let reason = Refusal::NotFitted("the trend runs off to zero or infinity".to_owned());
                    return Err(FitError { model: NAME.to_owned(), reason });
                }
            }
        };
        let range = Range::of(series, Link::Log);
        let model = FittedTweedie { regressors, curve, unit, length: values.len(), range };
        Ok(Box::new(PointFit::new(NAME, series, Link::Log, model)))
    }
}

/// The regressors: a constant, time from -1 to 1 over the history, and pairs of sine and cosine.
#[derive(Debug, Clone, Copy)]
struct Regressors {
    length: usize,
    season: usize,
    pairs: usize,
}

impl Regressors {
    fn new(series: &Series, known: usize) -> Self {
        let season = series.season_length();
        let pairs = if season > 1 { (season / 2).min(PAIRS).min(known / season) } else { 0 };
        // The number of pairs leaves at least three degrees of freedom.
        Self { length: series.len(), season, pairs: pairs.min(known.saturating_sub(5) / 2) }
    }

    /// The number of regressors. A pair at half the season has no sine.
    fn count(self) -> usize {
        2 + 2 * self.pairs - usize::from(self.pairs > 0 && 2 * self.pairs == self.season)
    }

    fn half(self) -> f64 {
        (self.length.saturating_sub(1)).max(1) as f64 / 2.0
    }

    fn at(self, t: usize, column: usize) -> f64 {
        match column {
            0 => 1.0,
            1 => t as f64 / self.half() - 1.0,
            _ => {
                let angle = TAU * (column / 2) as f64 * (t % self.season) as f64 / self.season as f64;
                if column.is_multiple_of(2) { angle.cos() } else { angle.sin() }
            }
        }
    }

    fn matrix(self, times: &[usize]) -> Array2<f64> {
        Array2::from_shape_fn((times.len(), self.count()), |(i, column)| self.at(times[i], column))
    }
}

/// The fitted regression, with y in units of its mean.
#[derive(Debug)]
struct Curve {
    coefficients: Array1<f64>,
    /// C with C C' = (X'WX)⁻¹.
    spread: Array2<f64>,
    dispersion: f64,
    degrees: usize,
}

impl Curve {
    fn fit(x: &Array2<f64>, y: &Array1<f64>) -> Option<Self> {
        let degrees = x.nrows().checked_sub(x.ncols()).filter(|degrees| *degrees > 0)?;
        let mut coefficients = Array1::zeros(x.ncols());
        let mut longest = f64::INFINITY;
        let mut spread = None;
        for _ in 0..STEPS {
            let (step, inverse) = scoring(x, y, &coefficients)?;
            // A long step may overshoot, but a part of it still raises the likelihood.
            longest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
            coefficients.scaled_add(1.0 / longest.max(1.0), &step);
            spread = Some(inverse);
            if longest < TOLERANCE {
                break;
            }
        }
        let mean = x.dot(&coefficients).mapv(f64::exp);
        let pearson: f64 = y.iter().zip(&mean).map(|(y, m)| (y - m).powi(2) / m.powf(POWER)).sum();
        // Even a perfect fit is assumed to have a little noise.
        let dispersion = (pearson / degrees as f64).max(1e-12);
        let sound = longest < CONVERGED && dispersion.is_finite() && coefficients.iter().all(|b| b.abs() < 50.0);
        spread.filter(|_| sound).map(|spread| Self { coefficients, spread, dispersion, degrees })
    }
}

/// One step of Fisher scoring, (X'WX)⁻¹ X'W ((y - μ) / μ), and C with C C' = (X'WX)⁻¹; `None` where it is singular.
fn scoring(x: &Array2<f64>, y: &Array1<f64>, coefficients: &Array1<f64>) -> Option<(Array1<f64>, Array2<f64>)> {
    let mean = x.dot(coefficients).mapv(f64::exp);
    let roots = mean.mapv(|m| m.powf(1.0 - POWER / 2.0));
    let weighted = Array2::from_shape_fn(x.dim(), |(i, j)| roots[i] * x[[i, j]]);
    let errors: Array1<f64> = y.iter().zip(&mean).zip(&roots).map(|((y, m), w)| w * (y - m) / m).collect();
    if !weighted.iter().chain(&errors).all(|v| v.is_finite()) {
        return None;
    }
    let (q, r) = weighted.qr().ok()?.into_decomp();
    let largest = r.diag().iter().fold(0.0_f64, |m, d| m.max(d.abs()));
    let regular = r.diag().iter().all(|d| d.abs() > largest * 1e-10);
    let inverse = regular.then(|| r.solve_triangular(&Array2::eye(x.ncols()), UPLO::Upper).ok())??;
    let step = inverse.dot(&q.t().dot(&errors));
    step.iter().all(|s| s.is_finite()).then_some((step, inverse))
}

#[derive(Debug)]
struct FittedTweedie {
    regressors: Regressors,
    curve: Curve,
    /// The mean of the series.
    unit: f64,
    length: usize,
    range: Range,
}

impl FittedTweedie {
    fn mean(&self, t: usize) -> f64 {
        let logarithm: f64 =
            self.curve.coefficients.iter().enumerate().map(|(j, b)| b * self.regressors.at(t, j)).sum();
        self.hold(logarithm.exp())
    }

    /// Converts a value in units of the mean into units of the series, limited to the range.
    fn hold(&self, y: f64) -> f64 {
        self.range.hold((self.unit * y).max(0.0))
    }
}

/// The data that all paths share at one step.
#[derive(Debug)]
struct Step {
    regressors: Vec<f64>,
    /// ln μ at the estimates.
    centre: f64,
}

impl PointModel for FittedTweedie {
    /// The differences between the coefficients of a path and the estimates.
    type State = [f64; MOST];
    type Step = Step;
    const DIMENSIONS: Dimensions = Dimensions::OCCURRENCE_AND_SIZE;

    /// Pearson's statistic; the square of the scale is φ.
    fn residuals(&self) -> Residuals {
        let degrees = self.curve.degrees;
        Residuals { squares: self.curve.dispersion * degrees as f64, unit: 1.0, degrees }
    }

    fn steps(&self, horizon: usize) -> Vec<Step> {
        let step = |step: usize| {
            let columns = 0..self.regressors.count();
            let regressors: Vec<f64> = columns.map(|j| self.regressors.at(self.length + step, j)).collect();
            let centre = regressors.iter().zip(&self.curve.coefficients).map(|(x, b)| x * b).sum();
            Step { regressors, centre }
        };
        (0..horizon).map(step).collect()
    }

    fn origin(&self, _horizon: usize) -> [f64; MOST] {
        [0.0; MOST]
    }

    fn drawn_coefficients(&self) -> usize {
        self.regressors.count()
    }

    fn vary(&self, deviations: &mut [f64; MOST], coefficient: usize, shock: Shock) {
        let column = self.curve.spread.column(coefficient);
        deviations.iter_mut().zip(column).for_each(|(deviation, c)| *deviation += c * shock.error());
    }

    fn next(&self, deviations: &mut [f64; MOST], step: &Step, shock: Shock) -> f64 {
        let moved: f64 = step.regressors.iter().zip(deviations.iter()).map(|(x, b)| x * b).sum();
        let mean = (step.centre + moved).exp();
        self.hold(draw(mean, shock.scale * shock.scale, shock.uniform, shock.normal))
    }

    fn fitted_values(&self) -> Array1<f64> {
        (0..self.length).map(|t| self.mean(t)).collect()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let half = self.regressors.half();
        let quantile = t_quantile(0.95, self.curve.degrees as f64);
        let row = self.curve.spread.row(1);
        let error = quantile * (self.curve.dispersion * row.dot(&row)).sqrt() / half;
        let trend = self.curve.coefficients[1] / half;
        let interval = Some((trend - error, trend + error));
        // The variance of y is φ μ^1.5, so φ is in units to the power of one half.
        let dispersion = self.curve.dispersion * self.unit.sqrt();
        vec![
            Parameter { name: "trend", estimate: trend, interval, unit: "log units a period" },
            Parameter::point("dispersion", dispersion, "square-root units"),
        ]
    }

    fn curve(&self, horizon: usize) -> Option<Array1<f64>> {
        Some((0..self.length + horizon).map(|t| self.mean(t)).collect())
    }
}

/// A draw with mean `mean` and variance `dispersion` mean^1.5. `uniform` gives a Poisson number, `normal` the sum of
/// that many exponential amounts (Wilson and Hilferty 1931).
fn draw(mean: f64, dispersion: f64, uniform: f64, normal: f64) -> f64 {
    let rate = 2.0 * mean.sqrt() / dispersion;
    if !(rate > 0.0 && rate.is_finite()) {
        return if mean.is_nan() { 0.0 } else { mean };
    }
    if rate > MANY {
        // The gamma distribution of the same mean and variance.
        return mean * unit_gamma(rate / 2.0, normal);
    }
    let mut left = uniform - (-rate).exp();
    let (mut number, mut part) = (0.0, (-rate).exp());
    while left > 0.0 && number < 4.0 * MANY {
        number += 1.0;
        part *= rate / number;
        left -= part;
    }
    if number == 0.0 { 0.0 } else { mean / rate * number * unit_gamma(number, normal) }
}

/// A quantile of the gamma distribution of mean 1 and shape `shape`, at least 1, by its normal quantile.
fn unit_gamma(shape: f64, normal: f64) -> f64 {
    let part = 1.0 / (9.0 * shape);
    (1.0 - part + normal * part.sqrt()).max(0.0).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, Normal};

    /// The draws have the mean and the variance of the distribution, at low and at high rates, and the share of zeros
    /// is that of the Poisson number.
    #[test]
    fn draws_have_the_laws_mean_variance_and_zeros() {
        let places = |count: usize| (0..count).map(move |i| (i as f64 + 0.5) / count as f64);
        let normals: Vec<f64> = places(400).map(|p| Normal::standard().inverse_cdf(p)).collect();
        for (mean, dispersion) in [(0.2_f64, 1.0), (1.0, 0.5), (1.0, 0.06), (1.0, 0.04), (30.0, 0.8)] {
            let all: Vec<f64> =
                places(1000).flat_map(|u| normals.iter().map(move |z| draw(mean, dispersion, u, *z))).collect();
            let n = all.len() as f64;
            let m = all.iter().sum::<f64>() / n;
            let v = all.iter().map(|y| (y - m).powi(2)).sum::<f64>() / n;
            assert!((m / mean - 1.0).abs() < 0.02, "{mean} {dispersion}: mean {m}");
            let law = dispersion * mean.powf(POWER);
            assert!((v / law - 1.0).abs() < 0.06, "{mean} {dispersion}: variance {v} {law}");
            let zeros = all.iter().filter(|y| **y == 0.0).count() as f64 / n;
            assert!((zeros - (-2.0 * mean.sqrt() / dispersion).exp()).abs() < 0.002, "{zeros}");
        }
    }
}
