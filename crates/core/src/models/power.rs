//! The power law: ln y_t = a + b ln(t - t_0) + u_t with AR(1) errors (`regression.rs`).
//!
//! t_0 is one period before the first value, so that the law is y_t = e^a t^b with t = 1, 2, …: growth in percent falls
//! as 1/t. Where a series starts late in the history of what it measures, b is not the exponent of the whole history,
//! because the law depends on t_0.

use ndarray::Array1;

use crate::forecast::{Draws, Forecast};
use crate::numerics::student::t_quantile;
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal};
use super::link::Link;
use super::mixture;
use super::range::Range;
use super::regression::{self, Ahead, Point};

const NAME: &str = "power";
const COEFFICIENTS: usize = 2;

/// A line through the logarithms against the logarithm of time: growth that slows and never ends.
///
/// ```
/// use onpace::models::{Model, power};
/// use onpace::series::{Period, Series};
/// let squares: Vec<f64> = (1..=12).map(|t| f64::from(t * t)).collect();
/// let fit = power().fit(&Series::new("squares", Period::year(2010)?, squares)?)?;
/// let exponent = &fit.parameters()[1];
/// assert!(exponent.name == "exponent" && (exponent.estimate - 2.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn power() -> impl Model {
    Power
}

#[derive(Debug)]
struct Power;

impl Model for Power {
    fn name(&self) -> &str {
        NAME
    }

    fn needs(&self) -> Needs {
        Needs { positive: true, unbounded: true, ..Needs::observations(COEFFICIENTS + 3) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(NAME, series)?;
        let logs: Vec<f64> = series.values().iter().map(|y| y.ln()).collect();
        let known = || (0..logs.len()).filter(|t| !logs[*t].is_nan());
        let rows: Vec<_> = known().map(|t| (t, regressors(t))).collect();
        let z: Vec<f64> = known().map(|t| logs[t]).collect();
        let points = regression::posterior(&rows, &z).ok_or_else(|| FitError {
            model: NAME.to_owned(),
            reason: Refusal::TooShort { needs: self.needs().observations, has: z.len() },
        })?;
        let gap = logs.len() - 1 - rows.last().map_or(0, |row| row.0);
        Ok(Box::new(FittedPower {
            id: series.id().to_owned(),
            points,
            degrees: z.len() - COEFFICIENTS,
            gap,
            range: Range::of(series, Link::Log),
            logs,
        }))
    }
}

/// The regressors 1 and ln(t - t_0) of the period with index `t` (from 0).
fn regressors(t: usize) -> [f64; COEFFICIENTS] {
    [1.0, ((t + 1) as f64).ln()]
}

#[derive(Debug)]
struct FittedPower {
    id: String,
    points: Vec<Point<COEFFICIENTS>>,
    degrees: usize,
    gap: usize,
    range: Range,
    logs: Vec<f64>,
}

impl Fitted for FittedPower {
    fn fitted_values(&self) -> Array1<f64> {
        let logs = regression::fitted(&self.points, self.logs.len(), |_, t| regressors(t), |t| self.logs[t]);
        logs.into_iter().map(f64::exp).collect()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let Some(best) = mixture::heaviest(&self.points) else { return Vec::new() };
        let quantile = t_quantile(0.95, self.degrees as f64);
        let intervals = regression::coefficient_intervals(best, self.degrees, quantile);
        let named = [("intercept", "log units"), ("exponent", "")];
        let mut all: Vec<Parameter> = named
            .into_iter()
            .zip(intervals)
            .map(|((name, unit), (b, half))| Parameter {
                name,
                estimate: b,
                interval: Some((b - half, b + half)),
                unit,
            })
            .collect();
        all.push(Parameter { name: "autocorrelation", estimate: best.rho, interval: None, unit: "" });
        all
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let ahead = Ahead { points: &self.points, degrees: self.degrees, gap: self.gap };
        let row = |_: &Point<COEFFICIENTS>, step: usize| regressors(self.logs.len() + step);
        ahead.paths(horizon, draws, &[&self.id, NAME], row, |_, values| {
            values.iter_mut().for_each(|z| *z = self.range.hold(z.exp()));
        })
    }

    fn curve(&self, horizon: usize) -> Option<Array1<f64>> {
        let best = mixture::heaviest(&self.points)?;
        let value = |t: usize| regression::inner(&regressors(t), &best.coefficients).exp();
        Some((0..self.logs.len() + horizon).map(value).map(|y| self.range.hold(y)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden: R 4.2.2, lm(log(y) ~ log(1:16)) on the yearly output of integrated circuits in China, 2010 to 2025
    /// (`tests/golden/growth_r.json`, ic_power_lm).
    #[test]
    fn the_law_without_autocorrelation_is_least_squares() {
        let output = [
            652.6, 761.8, 830.3, 867.6, 1034.8, 1087.1, 1329.2, 1564.9, 1739.5, 2018.2, 2612.6, 3594.3, 3241.9, 3514.4,
            4514.2, 4842.8_f64,
        ];
        let rows: Vec<_> = (0..output.len()).map(|t| (t, regressors(t))).collect();
        let points = regression::posterior(&rows, &output.map(f64::ln)).unwrap();
        let free = points.iter().find(|point| point.rho == 0.0).unwrap();
        let [(a, a_error), (b, b_error)] = regression::coefficient_intervals(free, 14, 1.0);
        let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-11, "{a} {b}");
        near(a, 5.969_258_273_927_74);
        near(b, 0.777_666_123_521_717);
        near(a_error, 0.193_744_948_145_772);
        near(b_error, 0.093_884_005_443_720_7);
        near((free.squares / 14.0).sqrt(), 0.286_947_241_744_994);
    }
}
