//! Growth curves: a line or parabola in time on the scale of a link, with AR(1) errors.
//!
//! z_t = g(y_t) = β_0 + β_1 t (+ β_2 t²) + u_t, u_t = ρ u_{t-1} + e_t, e_t ~ N(0, σ²).
//!
//! | name | g | ceiling |
//! |---|---|---|
//! | linear | identity | none |
//! | exponential | log | none |
//! | log-parabola | log, with t² | exp of its vertex, where it bends down |
//! | logistic | logit (Verhulst 1838) | known bound, or integrated |
//! | gompertz | -log log (Gompertz 1825) | known bound, or integrated |
//!
//! β, σ, ρ and an unknown ceiling K are integrated over: ρ uniform on 0 to 1 at eight points up to 0.98, ln K uniform
//! from the largest value to twenty times it. The density is one of y, so the Jacobian of g, which depends on K, is in
//! the weight; without it squeezing z would shrink the residuals for free.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_linalg::qr::QR;
use linfa_linalg::triangular::{SolveTriangular, UPLO};
use linfa_linear::LinearRegression;
use ndarray::{Array1, Array2, Axis};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::forecast::{Draws, Forecast};
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal};
use super::engine::{Ceiling, Cell, Member, Posterior, Space};
use super::link::Link;
use super::past::Past;
use super::range::Range;
use super::state_space::{On, past_losses};

/// ρ at each grid point, with the width of its cell under a uniform prior on 0 to 1.
const AUTOCORRELATION: [(f64, f64); 8] =
    [(0.0, 0.15), (0.3, 0.25), (0.5, 0.2), (0.7, 0.15), (0.8, 0.1), (0.9, 0.075), (0.95, 0.04), (0.98, 0.035)];
/// Ceilings on the grid, and the largest as a multiple of the largest value.
const CEILINGS: usize = 48;
const LARGEST_CEILING: f64 = 20.0;
/// A ceiling counts as told by the data where its 90 % interval is narrower than this part of the prior's.
const TOLD: f64 = 0.5;

/// A line through the values.
///
/// ```
/// use onpace::models::{Model, linear};
/// assert_eq!(linear().needs().in_words(), "5 observations");
/// ```
pub fn linear() -> impl Model {
    Growth::new("linear", Shape::Open(On::Identity), 2)
}

/// Constant growth: a line through the logarithms.
///
/// ```
/// use onpace::models::{Model, exponential};
/// assert!(exponential().needs().positive);
/// ```
pub fn exponential() -> impl Model {
    Growth::new("exponential", Shape::Open(On::Log), 2)
}

/// Growth that itself rises or falls steadily: a parabola through the logarithms.
///
/// ```
/// use onpace::models::{Model, log_parabola};
/// assert_eq!(log_parabola().needs().observations, 6);
/// ```
pub fn log_parabola() -> impl Model {
    Growth::new("log-parabola", Shape::Open(On::Log), 3)
}

/// Growth that halves when half of a ceiling is reached.
///
/// ```
/// use onpace::models::{Model, logistic};
/// use onpace::series::{Period, Series};
/// let share = Series::new("share", Period::year(2015)?, vec![2.0, 4.0, 9.0, 18.0, 31.0, 52.0, 68.0, 82.0, 90.0, 95.0])?;
/// let ceiling = logistic().fit(&share)?.parameters()[0].clone();
/// assert!(ceiling.name == "ceiling" && ceiling.estimate > 95.0 && ceiling.estimate < 115.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn logistic() -> impl Model {
    Growth::new("logistic", Shape::Logistic, 2)
}

/// Growth that falls as the logarithm nears that of a ceiling: a longer tail than the logistic's.
///
/// ```
/// use onpace::models::{Model, gompertz};
/// assert_eq!(gompertz().name(), "gompertz");
/// ```
pub fn gompertz() -> impl Model {
    Growth::new("gompertz", Shape::Gompertz, 2)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    Open(On),
    Logistic,
    Gompertz,
}

#[derive(Debug)]
struct Growth {
    name: &'static str,
    shape: Shape,
    powers: usize,
    member: Member,
}

impl Growth {
    fn new(name: &'static str, shape: Shape, powers: usize) -> Self {
        let space = if powers > 2 { Space::parabola } else { Space::line };
        let cell = |(rho, prior): (f64, f64)| Cell { space: space(rho), prior, parameter: rho };
        Self { name, shape, powers, member: Member::new(AUTOCORRELATION.into_iter().map(cell).collect()) }
    }

    fn refuse(&self, series: &Series) -> FitError {
        let reason = match series.bounds().upper {
            Some(upper) if series.values().iter().any(|v| *v >= upper) => Refusal::Bounded { upper },
            _ => Refusal::TooShort { needs: self.needs().observations, has: series.len() },
        };
        FitError { model: self.name.to_owned(), reason }
    }

    /// The links on the grid: one where the shape has no ceiling or the series' own bound is it.
    fn links(&self, series: &Series) -> Vec<Ceiling> {
        let one = |link| vec![Ceiling { link, prior: 1.0 }];
        let below: fn(f64) -> Link = match self.shape {
            Shape::Open(on) => return one(on.link(series)),
            Shape::Logistic => |upper| Link::Logit { lower: 0.0, upper },
            Shape::Gompertz => |ceiling| Link::Gompertz { ceiling },
        };
        match series.bounds().upper {
            Some(upper) => one(below(upper)),
            None => {
                let largest = series.values().iter().copied().fold(0.0, f64::max);
                ceilings(largest).into_iter().map(|(k, prior)| Ceiling { link: below(k), prior }).collect()
            }
        }
    }
}

/// Ceilings from just above the largest value to twenty times it, closer together near it, each with the width of its
/// cell in ln K.
fn ceilings(largest: f64) -> Vec<(f64, f64)> {
    let ratio = |i: usize| 1.0 + 0.005 * ((LARGEST_CEILING - 1.0) / 0.005_f64).powf(i as f64 / (CEILINGS - 1) as f64);
    let log = |i: usize| ratio(i).ln();
    let width = |i: usize| {
        let low = if i == 0 { 0.0 } else { 0.5 * (log(i - 1) + log(i)) };
        let high = if i + 1 == CEILINGS { log(i) } else { 0.5 * (log(i) + log(i + 1)) };
        high - low
    };
    (0..CEILINGS).map(|i| (largest * ratio(i), width(i))).collect()
}

impl Model for Growth {
    fn name(&self) -> &str {
        self.name
    }

    fn needs(&self) -> Needs {
        let open = matches!(self.shape, Shape::Open(_));
        Needs {
            positive: self.shape != Shape::Open(On::Identity),
            unbounded: self.shape == Shape::Open(On::Log),
            // Three more than the coefficients leave the scale three degrees of freedom, a ceiling takes one of them.
            ..Needs::observations(self.powers + 3 + usize::from(!open))
        }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(self.name, series)?;
        let values = series.values().to_vec();
        let links = self.links(series);
        let posterior = self.member.posterior(series, &links).ok_or_else(|| self.refuse(series))?;
        Ok(Box::new(FittedGrowth {
            name: self.name,
            id: series.id().to_owned(),
            powers: self.powers,
            ceiling: (links.len() > 1).then(|| ceiling_interval(&posterior)),
            largest: values.iter().copied().fold(0.0, f64::max),
            range: Range::of(series, posterior.best().map_or(Link::Identity, |(link, _)| link)),
            posterior,
            values,
        }))
    }

    fn past_losses(&self, series: &Series, past: &Past) -> Result<Vec<f64>, FitError> {
        self.needs().check(self.name, series)?;
        match self.links(series).as_slice() {
            [one] => past_losses(&self.member, series, one.link, past).ok_or_else(|| self.refuse(series)),
            _ => past.by_refitting(series, |known| self.fit(known)),
        }
    }
}

/// The generalised least-squares curve at the heaviest grid point.
#[derive(Debug, Clone)]
struct Curve {
    link: Link,
    rho: f64,
    coefficients: Array1<f64>,
    errors: Vec<f64>,
    points: usize,
}

impl Curve {
    /// Ordinary least squares of the quasi-differenced data by linfa-linear.
    fn fit(posterior: &Posterior, values: &[f64], powers: usize) -> Option<Self> {
        let (link, space) = posterior.best()?;
        let rho = space.gain.iter().sum::<f64>();
        let z: Array1<f64> = values.iter().map(|y| link.forward(*y)).collect();
        let regressors =
            Array2::from_shape_fn((z.len(), powers), |(t, power)| (0..power).fold(1.0, |x, _| x * (t + 1) as f64));
        let (x, y) = (whitened(&regressors, rho), whitened(&z.insert_axis(Axis(1)), rho).remove_axis(Axis(1)));
        let fit = LinearRegression::new().with_intercept(false).fit(&Dataset::new(x.clone(), y.clone())).ok()?;
        let coefficients = fit.params().to_owned();
        let degrees = values.len().checked_sub(powers).filter(|degrees| *degrees > 0)?;
        let s = ((y - x.dot(&coefficients)).mapv(|e| e * e).sum() / degrees as f64).sqrt();
        let quantile = StudentsT::new(0.0, 1.0, degrees as f64).ok()?.inverse_cdf(0.95);
        let r = x.qr().ok()?.into_decomp().1;
        let inverse = r.solve_triangular(&Array2::eye(powers), UPLO::Upper).ok()?;
        let errors = inverse.outer_iter().map(|row| quantile * s * row.dot(&row).sqrt()).collect();
        let finite = coefficients.iter().all(|b| b.is_finite());
        finite.then_some(Self { link, rho, coefficients, errors, points: values.len() })
    }

    fn values(&self, horizon: usize) -> Array1<f64> {
        let z = |t: usize| self.coefficients.iter().rev().fold(0.0, |sum, b| sum * t as f64 + b);
        (1..=self.points + horizon).map(|t| self.link.inverse(z(t))).collect()
    }
}

/// Quasi-differences of the columns of `x`, `(n, p)`, by autocorrelation ρ, the first row weighted by √(1 - ρ²)
/// (Prais and Winsten 1954).
fn whitened(x: &Array2<f64>, rho: f64) -> Array2<f64> {
    Array2::from_shape_fn(x.dim(), |(t, j)| match t {
        0 => x[[0, j]] * (1.0 - rho * rho).sqrt(),
        _ => x[[t, j]] - rho * x[[t - 1, j]],
    })
}

/// 5, 50 and 95 % of the ceiling's posterior, in units of the series.
fn ceiling_interval(posterior: &Posterior) -> [f64; 3] {
    let mut points: Vec<(f64, f64)> = posterior
        .weights()
        .filter_map(|(link, _, weight)| match link {
            Link::Logit { upper, .. } => Some((upper, weight)),
            Link::Gompertz { ceiling } => Some((ceiling, weight)),
            _ => None,
        })
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    [0.05, 0.5, 0.95].map(|level| {
        let mut sum = 0.0;
        let reached = points.iter().find(|(_, weight)| {
            sum += weight;
            sum >= level
        });
        reached.or(points.last()).map_or(f64::NAN, |(ceiling, _)| *ceiling)
    })
}

#[derive(Debug)]
struct FittedGrowth {
    name: &'static str,
    id: String,
    powers: usize,
    posterior: Posterior,
    ceiling: Option<[f64; 3]>,
    largest: f64,
    range: Range,
    values: Vec<f64>,
}

impl FittedGrowth {
    fn least_squares(&self) -> Option<Curve> {
        Curve::fit(&self.posterior, &self.values, self.powers)
    }

    /// Whether the data narrowed the ceiling to less than half of what was thought possible, off the grid's end.
    fn ceiling_is_told(&self, [low, _, high]: [f64; 3]) -> bool {
        let prior = 0.9 * LARGEST_CEILING.ln();
        (high / low).ln() < TOLD * prior && high < 0.9 * LARGEST_CEILING * self.largest
    }
}

impl Fitted for FittedGrowth {
    fn fitted_values(&self) -> Array1<f64> {
        self.posterior.fitted(&self.values)
    }

    fn parameters(&self) -> Vec<Parameter> {
        let mut all = Vec::new();
        if let Some(ceiling @ [low, median, high]) = self.ceiling.filter(|c| self.ceiling_is_told(*c)) {
            debug_assert!(ceiling[0] <= ceiling[2], "quantiles in order");
            all.push(Parameter { name: "ceiling", estimate: median, interval: Some((low, high)), unit: "units" });
        }
        let Some(curve) = self.least_squares() else { return all };
        let (intercept, slope) = match curve.link {
            Link::Identity => ("units", "units a period"),
            Link::SquareRoot => ("square-root units", "square-root units a period"),
            Link::Log => ("log units", "log units a period"),
            Link::Logit { .. } => ("log odds", "log odds a period"),
            Link::Gompertz { .. } => ("-log log", "-log log a period"),
        };
        let named = [("intercept", intercept), ("slope", slope), ("curvature", "log units a period²")];
        for ((b, error), (name, unit)) in curve.coefficients.iter().zip(&curve.errors).zip(named) {
            all.push(Parameter { name, estimate: *b, interval: Some((b - error, b + error)), unit });
        }
        all.push(Parameter { name: "autocorrelation", estimate: curve.rho, interval: None, unit: "" });
        all
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        self.posterior.paths(horizon, draws, &[&self.id, self.name], |_, y| self.range.hold(y))
    }

    fn curve(&self, horizon: usize) -> Option<Array1<f64>> {
        self.least_squares().map(|curve| curve.values(horizon))
    }

    fn remarks(&self) -> Vec<String> {
        match self.ceiling {
            Some(ceiling) if !self.ceiling_is_told(ceiling) => {
                let [low, _, high] = ceiling.map(|c| c / self.largest);
                vec![format!(
                    "{}: the data cannot tell the ceiling: 90 % of its weight lies between {low:.1} and {high:.1} times the largest value",
                    self.name
                )]
            }
            _ => Vec::new(),
        }
    }
}
