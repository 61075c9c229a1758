//! A piecewise linear trend whose slope changes are found by an elastic net.
//!
//! z_t = a + b t + Σ_j d_j max(0, t - k_j) + u_t, u_t = ρ u_{t-1} + e_t, at up to twenty knots k_j in the first 80 % of
//! the history, as in Prophet (Taylor and Letham 2018, section 3.1). The d_j, with a and b free, minimise
//! |z - fit|² / 2n + λ (ω |d|₁ + (1 - ω) |d|² / 2) (Zou and Hastie 2005) by linfa-elasticnet; it neither centres nor supports
//! free columns, so a line is partialled out of the hinges and values first (Frisch and Waugh 1933). What remains is
//! the lower block of the triangle of their QR decomposition: k rows in place of n. λ, and for values above zero
//! whether z is y or ln y, are those that forecast best from earlier origins.
//!
//! Paths carry the AR(1) error and the error of a and b with ρ and σ integrated out (`regression.rs`), given the
//! changes found. They also have new slope changes, as often as in the past, from a Laplace distribution with the mean
//! size of past changes.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_elasticnet::ElasticNet;
use linfa_linalg::qr::QR;
use ndarray::{Array1, Array2};

use crate::forecast::{Draws, Forecast};
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal};
use super::link::Link;
use super::mixture;
use super::range::Range;
use super::regression::{self, Ahead, Point};
use super::state_space::On;

const NAME: &str = "piecewise";
/// The largest number of knots, the observations per knot, and the part of the history that has knots.
const KNOTS: usize = 20;
const OBSERVATIONS_A_KNOT: usize = 4;
const FIRST_PART: f64 = 0.8;
/// The weight ω of the absolute penalty.
const L1_RATIO: f64 = 0.9;
/// Penalties as shares of the smallest λ that gives a straight line, the strongest first.
const STRENGTHS: [f64; 5] = [1.0, 0.3, 0.1, 0.03, 0.005];
/// The number of earlier origins at which the penalties are compared, and the longest horizon there.
const ORIGINS: usize = 3;
const LONGEST: usize = 12;
const FEWEST: usize = 10;
/// Slope changes below this share of the largest are ignored.
const NO_CHANGE: f64 = 1e-6;
/// The largest number of sweeps of the coordinate descent, and its relative tolerance.
const MOST_SWEEPS: u32 = 300;
const TOLERANCE: f64 = 1e-5;

/// A piecewise linear trend with estimated kinks; the last piece continues and may bend again.
///
/// ```
/// use onpace::models::{Model, piecewise};
/// use onpace::series::{Period, Series};
/// let kinked: Vec<f64> = (0..40).map(|t| if t < 20 { 100.0 } else { 100.0 + 5.0 * f64::from(t - 20) }).collect();
/// let curve = piecewise().fit(&Series::new("a", Period::year(1980)?, kinked)?)?.curve(1).ok_or("none")?;
/// assert!((curve[40] - 200.0).abs() < 3.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn piecewise() -> impl Model {
    Piecewise
}

#[derive(Debug)]
struct Piecewise;

impl Model for Piecewise {
    fn name(&self) -> &str {
        NAME
    }

    fn needs(&self) -> Needs {
        Needs::observations(FEWEST)
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(NAME, series)?;
        let refuse = |reason: &str| FitError { model: NAME.to_owned(), reason: Refusal::NotFitted(reason.to_owned()) };
        let logs = series.is_positive() && series.bounds().upper.is_none();
        let mut links = vec![On::Identity.link(series)];
        links.extend(logs.then_some(Link::Log));
        let scaled: Vec<Scaled> = links.iter().filter_map(|link| Scaled::new(series, *link)).collect();
        let (scale, strength) = choose(series, &scaled);
        let chosen = scaled.get(scale).ok_or_else(|| refuse("a value lies on a bound"))?;
        let trend = Reduced::new(&chosen.times, &[&chosen.z])
            .and_then(|reduced| reduced.trend(0, STRENGTHS[strength]))
            .ok_or_else(|| refuse("the knots cannot be told apart"))?;
        let rows: Vec<_> = chosen.times.iter().map(|t| (*t, trend.line(*t))).collect();
        let rest: Vec<f64> = chosen.times.iter().zip(&chosen.z).map(|(t, z)| z - trend.bends(*t)).collect();
        let points = regression::posterior(&rows, &rest).ok_or_else(|| refuse("the line cannot be told"))?;
        let changes = trend.changes();
        Ok(Box::new(FittedPiecewise {
            id: series.id().to_owned(),
            // The line has two coefficients, and each change that was found counts as one.
            degrees: rows.len().saturating_sub(2 + changes.len()).max(1),
            gap: series.len() - 1 - rows.last().map_or(0, |row| row.0),
            range: Range::of(series, chosen.link),
            scaled: chosen.clone(),
            length: series.len(),
            trend,
            points,
        }))
    }
}

/// The known values on the scale of a link, in units of the largest distance from the first.
#[derive(Debug, Clone)]
struct Scaled {
    link: Link,
    times: Vec<usize>,
    z: Vec<f64>,
    shift: f64,
    unit: f64,
}

impl Scaled {
    fn new(series: &Series, link: Link) -> Option<Self> {
        let values = series.as_slice();
        let times: Vec<usize> = (0..values.len()).filter(|t| !values[*t].is_nan()).collect();
        let mut z: Vec<f64> = times.iter().map(|t| link.forward(values[*t])).collect();
        let shift = *z.first()?;
        // The values are halved because the difference of two huge values may overflow.
        let unit = z.iter().map(|z| (z / 2.0 - shift / 2.0).abs()).fold(0.0, f64::max) * 2.0;
        let unit = if unit > 0.0 && unit.is_finite() { unit } else { shift.abs().max(f64::MIN_POSITIVE) };
        z.iter_mut().for_each(|z| *z = *z / unit - shift / unit);
        z.iter().all(|z| z.is_finite()).then_some(Self { link, times, z, shift, unit })
    }

    fn back(&self, z: f64) -> f64 {
        self.link.inverse(self.shift + self.unit * z)
    }
}

/// The scale and the strength with the best forecasts from the last origins, by the mean absolute error in units of the
/// series. Ties go to the straighter trend and to the first scale.
fn choose(series: &Series, scaled: &[Scaled]) -> (usize, usize) {
    let Some(first) = scaled.first() else { return (0, 0) };
    let n = first.times.len();
    let horizon = (n / 8).clamp(1, LONGEST);
    let values = series.as_slice();
    let mut errors = vec![[0.0; STRENGTHS.len()]; scaled.len()];
    let ranges: Vec<Range> = scaled.iter().map(|s| Range::of(series, s.link)).collect();
    for origin in (1..=ORIGINS).filter_map(|k| n.checked_sub(k * horizon)).filter(|origin| *origin >= FEWEST - 2) {
        let known: Vec<&[f64]> = scaled.iter().map(|s| &s.z[..origin]).collect();
        let Some(reduced) = Reduced::new(&first.times[..origin], &known) else { continue };
        let after = &first.times[origin..(origin + horizon).min(n)];
        for (k, (scaled, errors)) in scaled.iter().zip(&mut errors).enumerate() {
            for (strength, error) in STRENGTHS.iter().zip(errors) {
                let Some(trend) = reduced.trend(k, *strength) else {
                    *error = f64::INFINITY;
                    continue;
                };
                let miss = |t: &usize| (ranges[k].hold(scaled.back(trend.at(*t))) / 2.0 - values[*t] / 2.0).abs();
                *error += after.iter().map(miss).sum::<f64>() / after.len() as f64;
            }
        }
    }
    let mut best = (0, 0, f64::INFINITY);
    for (scale, errors) in errors.iter().enumerate() {
        for (strength, error) in errors.iter().enumerate() {
            if *error < best.2 {
                best = (scale, strength, *error);
            }
        }
    }
    (best.0, best.1)
}

/// The triangle of the QR decomposition of [1, t, hinges, z …], times in units of the last.
#[derive(Debug)]
struct Reduced {
    triangle: Array2<f64>,
    knots: Vec<f64>,
    end: f64,
    count: usize,
}

impl Reduced {
    /// Reduces known values at ascending times, on one or more scales.
    fn new(times: &[usize], scales: &[&[f64]]) -> Option<Self> {
        let (n, last) = (times.len(), *times.last()?);
        let end = last.max(1) as f64;
        let count = (n / OBSERVATIONS_A_KNOT).min(KNOTS);
        let knots: Vec<f64> = (1..=count).map(|j| FIRST_PART * j as f64 / (count + 1) as f64).collect();
        let columns = 2 + count + scales.len();
        if n < columns {
            return None;
        }
        let matrix = Array2::from_shape_fn((n, columns), |(i, j)| {
            let t = times[i] as f64 / end;
            match j {
                0 => 1.0,
                1 => t,
                _ => knots.get(j - 2).map_or_else(|| scales[j - 2 - count][i], |knot| (t - knot).max(0.0)),
            }
        });
        let triangle = matrix.qr().ok()?.into_decomp().1;
        Some(Self { triangle, knots, end, count: n })
    }

    /// The hinges and the values on one of the scales after a line is partialled out, with one row per hinge.
    fn without_line(&self, scale: usize) -> (Array2<f64>, Array1<f64>) {
        let k = self.knots.len();
        let hinges = Array2::from_shape_fn((k, k), |(i, j)| self.triangle[[2 + i, 2 + j]]);
        (hinges, Array1::from_shape_fn(k, |i| self.triangle[[2 + i, 2 + k + scale]]))
    }

    /// The trend on one of the scales; λ is given as a share of the smallest that gives a straight line.
    fn trend(&self, scale: usize, strength: f64) -> Option<Trend> {
        let (hinges, z) = self.without_line(scale);
        let straight = hinges.t().dot(&z).iter().fold(0.0_f64, |m, c| m.max(c.abs())) / (L1_RATIO * self.count as f64);
        self.solve(scale, strength * straight)
    }

    /// The trend on one of the scales, given λ.
    fn solve(&self, scale: usize, penalty: f64) -> Option<Trend> {
        let k = self.knots.len();
        let column = 2 + k + scale;
        let (hinges, z) = self.without_line(scale);
        let changes = if penalty > 0.0 {
            let fit = ElasticNet::params()
                // linfa divides by the number of rows, which is k instead of n.
                .penalty(penalty * self.count as f64 / k as f64)
                .l1_ratio(L1_RATIO)
                .with_intercept(false)
                .max_iterations(MOST_SWEEPS)
                .tolerance(TOLERANCE)
                .fit(&Dataset::new(hinges, z))
                .ok()?;
            fit.hyperplane().to_owned()
        } else {
            Array1::zeros(k)
        };
        let rest = |row: usize| {
            let bends: f64 = changes.iter().enumerate().map(|(j, change)| self.triangle[[row, 2 + j]] * change).sum();
            self.triangle[[row, column]] - bends
        };
        let b = rest(1) / self.triangle[[1, 1]];
        let a = (rest(0) - self.triangle[[0, 1]] * b) / self.triangle[[0, 0]];
        let all = changes.iter().chain([&a, &b]).all(|c| c.is_finite());
        all.then(|| Trend { line: [a, b], changes, knots: self.knots.clone(), end: self.end })
    }
}

/// a, b and the d_j, on the scaled values, times in units of the last.
#[derive(Debug, Clone)]
struct Trend {
    line: [f64; 2],
    changes: Array1<f64>,
    knots: Vec<f64>,
    end: f64,
}

impl Trend {
    /// The regressors 1 and t of the line.
    fn line(&self, t: usize) -> [f64; 2] {
        [1.0, t as f64 / self.end]
    }

    /// The sum of the bends, Σ d_j max(0, t - k_j).
    fn bends(&self, t: usize) -> f64 {
        let t = t as f64 / self.end;
        self.knots.iter().zip(&self.changes).map(|(knot, change)| change * (t - knot).max(0.0)).sum()
    }

    fn at(&self, t: usize) -> f64 {
        regression::inner(&self.line(t), &self.line) + self.bends(t)
    }

    /// The slope changes that were found, per period.
    fn changes(&self) -> Vec<f64> {
        let largest = self.changes.iter().fold(0.0_f64, |m, c| m.max(c.abs()));
        self.changes.iter().filter(|c| c.abs() > NO_CHANGE * largest).map(|c| c / self.end).collect()
    }
}

#[derive(Debug)]
struct FittedPiecewise {
    id: String,
    scaled: Scaled,
    trend: Trend,
    points: Vec<Point<2>>,
    degrees: usize,
    gap: usize,
    length: usize,
    range: Range,
}

impl FittedPiecewise {
    /// The line at the heaviest point with the bends, on the scaled values.
    fn trend(&self, t: usize) -> f64 {
        let line = mixture::heaviest(&self.points).map_or(self.trend.line, |point| point.coefficients);
        regression::inner(&self.trend.line(t), &line) + self.trend.bends(t)
    }
}

impl Fitted for FittedPiecewise {
    fn fitted_values(&self) -> Array1<f64> {
        let mut known = vec![f64::NAN; self.length];
        for (t, z) in self.scaled.times.iter().zip(&self.scaled.z) {
            known[*t] = z - self.trend.bends(*t);
        }
        let rest = regression::fitted(&self.points, self.length, |_, t| self.trend.line(t), |t| known[t]);
        let value = |(t, z): (usize, f64)| self.range.hold(self.scaled.back(z + self.trend.bends(t)));
        rest.into_iter().enumerate().map(value).collect()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let Some(best) = mixture::heaviest(&self.points) else { return Vec::new() };
        let unit = match self.scaled.link {
            Link::Log => "log units a period",
            Link::Logit { .. } => "log odds a period",
            _ => "units a period",
        };
        let slope = self.scaled.unit * (self.trend(self.length) - self.trend(self.length - 1));
        vec![
            Parameter { name: "last slope", estimate: slope, interval: None, unit },
            Parameter { name: "slope changes", estimate: self.trend.changes().len() as f64, interval: None, unit: "" },
            Parameter { name: "autocorrelation", estimate: best.rho, interval: None, unit: "" },
        ]
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let changes = self.trend.changes();
        let rate = changes.len() as f64 / self.length as f64;
        let size = changes.iter().map(|c| c.abs()).sum::<f64>() / changes.len().max(1) as f64;
        let stream = draws.stream(&[&self.id, NAME, "slope changes"]);
        // The slope that each path has gained from new changes, and its total effect so far.
        let mut gained = vec![(0.0, 0.0); draws.paths()];
        let ahead = Ahead { points: &self.points, degrees: self.degrees, gap: self.gap };
        let row = |_: &Point<2>, step: usize| self.trend.line(self.length + step);
        ahead.paths(horizon, draws, &[&self.id, NAME], row, |step, values| {
            let bends = self.trend.bends(self.length + step);
            if rate > 0.0 {
                for ((slope, added), uniform) in gained.iter_mut().zip(stream.uniforms(step)) {
                    *slope += if uniform < rate { size * laplace(uniform / rate) } else { 0.0 };
                    *added += *slope;
                }
            }
            for (z, (_, added)) in values.iter_mut().zip(&gained) {
                *z = self.range.hold(self.scaled.back(*z + bends + added));
            }
        })
    }

    fn curve(&self, horizon: usize) -> Option<Array1<f64>> {
        Some((0..self.length + horizon).map(|t| self.range.hold(self.scaled.back(self.trend(t)))).collect())
    }
}

/// The quantile of the Laplace distribution with mean absolute value 1.
fn laplace(p: f64) -> f64 {
    if p < 0.5 { (2.0 * p).ln() } else { -(2.0 * (1.0 - p)).ln() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn numbers(value: &Value) -> Vec<f64> {
        value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
    }

    /// Golden: scikit-learn's ElasticNet on the same hinges (`tests/golden/growth_glm.json`).
    #[test]
    fn changes_equal_those_of_scikit_learn() {
        let golden: Value = serde_json::from_str(include_str!("../../../../tests/golden/growth_glm.json")).unwrap();
        for case in golden["piecewise"].as_array().unwrap() {
            let z = numbers(&case["z"]);
            let times: Vec<usize> = (0..z.len()).collect();
            let reduced = Reduced::new(&times, &[&z, &z]).unwrap();
            for (a, b) in reduced.knots.iter().zip(numbers(&case["knots"])) {
                assert!((a - b).abs() < 1e-12);
            }
            let penalty = case["penalty"].as_f64().unwrap();
            let trend = reduced.solve(1, penalty).unwrap();
            let miss: f64 = z.iter().enumerate().map(|(t, z)| (z - trend.at(t)).powi(2)).sum();
            let size: f64 = trend.changes.iter().map(|d| L1_RATIO * d.abs() + 0.5 * (1.0 - L1_RATIO) * d * d).sum();
            let objective = miss / (2.0 * z.len() as f64) + penalty * size;
            let best = case["objective"].as_f64().unwrap();
            assert!(objective < best * (1.0 + 1e-3) && objective > best * (1.0 - 1e-9), "{objective} {best}");
            for (step, next) in numbers(&case["next"]).iter().enumerate() {
                let found = trend.at(z.len() + step);
                assert!((found / next - 1.0).abs() < 1e-3, "{penalty}: {found} {next}");
            }
        }
    }

    #[test]
    fn laplace_quantiles() {
        assert!((laplace(0.25) + std::f64::consts::LN_2).abs() < 1e-15 && laplace(0.5) == 0.0);
        assert!((laplace(0.75) - std::f64::consts::LN_2).abs() < 1e-15);
    }
}
