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
//! | richards | Richards (1959), shape ν | known bound, or integrated |
//!
//! Where a test finds a season it is among the regressors, as sines and cosines on the same scale that never change
//! (Hyndman and Athanasopoulos 2021, section 7.4), at most six pairs.
//!
//! At each point of a grid over ρ, ν and K, linfa-linear fits β by least squares on the whitened rows, and the
//! residuals give the weight of the point (`engine/regression.rs`). So β, σ, ρ, ν and an unknown ceiling K are
//! integrated over: ρ is uniform on 0 to 1 at eight points up to 0.98, ln K uniform from the largest value to twenty
//! times it, ln ν normal around the logistic's 0 at five points from ln ¼ to ln 4. The density is one of y, so the
//! Jacobian of g, which depends on K, is in the weight; without it squeezing z would shrink the residuals for free.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ndarray::Array1;

use crate::forecast::{Draws, Forecast};
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal};
use super::engine::{Ceiling, Cell, Member, Posterior, Space};
use super::growth_curve::Curve;
use super::link::Link;
use super::past::Past;
use super::range::Range;
use super::remark::{Finding, Remark};
use super::shared::Shared;
use super::state_space::{On, past_losses};

/// ρ at each grid point, with the width of its cell under a uniform prior on 0 to 1.
pub(super) const AUTOCORRELATION: [(f64, f64); 8] =
    [(0.0, 0.15), (0.3, 0.25), (0.5, 0.2), (0.7, 0.15), (0.8, 0.1), (0.9, 0.075), (0.95, 0.04), (0.98, 0.035)];
/// The longest season that is considered, and the largest number of pairs of sine and cosine.
const LONGEST_SEASON: usize = 60;
const MOST_HARMONICS: usize = 6;
/// The number of ceilings on the grid, and the largest ceiling as a multiple of the largest value.
const CEILINGS: usize = 48;
pub(super) const LARGEST_CEILING: f64 = 20.0;
/// The number of ceilings where each is combined with every ν.
const FEWER_CEILINGS: usize = 24;
/// ν on the grid with its weight: ln ν normal with standard deviation ln 2, so 0.25 and 4 are two standard deviations
/// away.
const SHAPES: [(f64, f64); 5] = [(0.25, 0.054), (0.5, 0.242), (1.0, 0.399), (2.0, 0.242), (4.0, 0.054)];
/// A ceiling counts as identified if its 90 % interval is narrower than this share of the prior's.
pub(super) const TOLD: f64 = 0.5;

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

/// Growth that falls as a ceiling nears, with a shape that says when it is fastest: at 37 % of the ceiling (ν near 0,
/// as Gompertz's), at half of it (ν = 1, the logistic) or later. Shape and ceiling are integrated over together.
///
/// ```
/// use onpace::models::{Model, richards};
/// use onpace::series::{Period, Series};
/// let share = Series::new("share", Period::year(2015)?, vec![2.0, 4.0, 9.0, 18.0, 31.0, 52.0, 68.0, 82.0, 90.0, 95.0])?;
/// let names: Vec<&str> = richards().fit(&share)?.parameters().iter().map(|p| p.name).collect();
/// assert_eq!(names, ["ceiling", "shape", "intercept", "slope", "autocorrelation"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn richards() -> impl Model {
    Growth::new("richards", Shape::Richards, 2)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    Open(On),
    Logistic,
    Gompertz,
    Richards,
}

#[derive(Debug)]
struct Growth {
    name: &'static str,
    shape: Shape,
    powers: usize,
    /// The member of each season length; zero means no season.
    members: Mutex<BTreeMap<usize, Arc<Member>>>,
}

impl Growth {
    fn new(name: &'static str, shape: Shape, powers: usize) -> Self {
        Self { name, shape, powers, members: Mutex::default() }
    }

    /// The member for a series, with a season that never changes if a test finds one.
    fn member(&self, shared: &Shared<'_>) -> Arc<Member> {
        let series = shared.series();
        let season = series.season_length();
        let enough = season > 1 && season <= LONGEST_SEASON && series.known() >= 2 * season + self.needs().observations;
        let season = if enough && shared.season(series.len()).finds() { season } else { 0 };
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        let member = || Arc::new(Member::new(self.grid(season)).by_least_squares());
        Arc::clone(members.entry(season).or_insert_with(member))
    }

    /// The grid over ρ, with a season of the given length (zero for none).
    fn grid(&self, season: usize) -> Vec<Cell> {
        let space = if self.powers > 2 { Space::parabola } else { Space::line };
        let cell = |(rho, prior): (f64, f64)| Cell {
            space: space(rho).with_season(season, 0.0, (season / 2).min(MOST_HARMONICS)),
            prior,
            parameter: rho,
        };
        AUTOCORRELATION.into_iter().map(cell).collect()
    }

    fn refuse(&self, series: &Series) -> FitError {
        let reason = match series.bounds().upper {
            Some(upper) if series.values().iter().any(|v| *v >= upper) => Refusal::Bounded { upper },
            _ if series.known() < self.needs().observations => {
                Refusal::TooShort { needs: self.needs().observations, has: series.known() }
            }
            _ => Refusal::NotFitted("the known values do not tell its coefficients apart".to_owned()),
        };
        FitError { model: self.name.to_owned(), reason }
    }

    /// The links on the grid. If the series has an upper bound, it is the only ceiling; a shape without a ceiling has
    /// one link.
    fn links(&self, series: &Series) -> Vec<Ceiling> {
        let count = if self.shape == Shape::Richards { FEWER_CEILINGS } else { CEILINGS };
        let ceilings = match series.bounds().upper {
            Some(upper) => vec![(upper, 1.0)],
            None => ceilings(series.values().iter().copied().fold(0.0, f64::max), count),
        };
        let all = |link: fn(f64) -> Link| {
            ceilings.iter().map(|(k, prior)| Ceiling { link: link(*k), prior: *prior }).collect()
        };
        match self.shape {
            Shape::Open(on) => vec![Ceiling { link: on.link(series), prior: 1.0 }],
            Shape::Logistic => all(|upper| Link::Logit { lower: 0.0, upper }),
            Shape::Gompertz => all(|ceiling| Link::Gompertz { ceiling }),
            Shape::Richards => SHAPES
                .iter()
                .flat_map(|(shape, weight)| {
                    let link = |ceiling| Link::Richards { ceiling, shape: *shape };
                    ceilings.iter().map(move |(k, prior)| Ceiling { link: link(*k), prior: prior * weight })
                })
                .collect(),
        }
    }
}

/// Ceilings from just above the largest value to twenty times it, closer together near it, each with the width of its
/// cell in ln K.
fn ceilings(largest: f64, count: usize) -> Vec<(f64, f64)> {
    let ratio = |i: usize| 1.0 + 0.005 * ((LARGEST_CEILING - 1.0) / 0.005_f64).powf(i as f64 / (count - 1) as f64);
    let log = |i: usize| ratio(i).ln();
    let width = |i: usize| {
        let low = if i == 0 { 0.0 } else { 0.5 * (log(i - 1) + log(i)) };
        let high = if i + 1 == count { log(i) } else { 0.5 * (log(i) + log(i + 1)) };
        high - low
    };
    (0..count).map(|i| (largest * ratio(i), width(i))).collect()
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
            level_shifts: true,
            // Three observations more than coefficients leave three degrees of freedom; a ceiling and a shape take one
            // each.
            ..Needs::observations(self.powers + 3 + usize::from(!open) + usize::from(self.shape == Shape::Richards))
        }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.fit_shared(&Shared::new(series))
    }

    fn fit_shared(&self, shared: &Shared<'_>) -> Result<Box<dyn Fitted>, FitError> {
        let series = shared.series();
        self.needs().check(self.name, series)?;
        let links = self.links(series);
        let posterior = self.member(shared).posterior(series, &links).ok_or_else(|| self.refuse(series))?;
        Ok(Box::new(FittedGrowth {
            name: self.name,
            powers: self.powers,
            ceiling: (series.bounds().upper.is_none() && links.len() > 1).then(|| interval(&posterior, ceiling_of)),
            curve_shape: interval(&posterior, shape_of),
            largest: series.values().iter().copied().fold(0.0, f64::max),
            range: Range::of(series, posterior.best().map_or(Link::Identity, |(link, _)| link)),
            posterior,
            series: series.clone(),
        }))
    }

    fn past_losses(&self, past: &Past<'_>) -> Result<Vec<f64>, FitError> {
        let series = past.series();
        self.needs().check(self.name, series)?;
        match self.links(series).as_slice() {
            [one] => past_losses(&self.member(&Shared::new(&series.first(past.start()))), one.link, past)
                .ok_or_else(|| self.refuse(series)),
            _ => past.by_refitting(|known| self.fit(known)),
        }
    }
}

fn ceiling_of(link: Link) -> Option<f64> {
    match link {
        Link::Logit { upper, .. } => Some(upper),
        Link::Gompertz { ceiling } | Link::Richards { ceiling, .. } => Some(ceiling),
        _ => None,
    }
}

fn shape_of(link: Link) -> Option<f64> {
    match link {
        Link::Richards { shape, .. } => Some(shape),
        _ => None,
    }
}

/// The 5, 50 and 95 % quantiles of the posterior of a parameter of the links; NaN where they do not have it.
fn interval(posterior: &Posterior, number: impl Fn(Link) -> Option<f64>) -> [f64; 3] {
    let mut points: Vec<(f64, f64)> =
        posterior.weights().filter_map(|(link, _, weight)| Some((number(link)?, weight))).collect();
    quantiles(&mut points)
}

/// The 5, 50 and 95 % quantiles of weighted points, whose weights sum to one; NaN where there are none.
pub(super) fn quantiles(points: &mut [(f64, f64)]) -> [f64; 3] {
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    [0.05, 0.5, 0.95].map(|level| {
        let mut sum = 0.0;
        let reached = points.iter().find(|(_, weight)| {
            sum += weight;
            sum >= level
        });
        reached.or(points.last()).map_or(f64::NAN, |(value, _)| *value)
    })
}

#[derive(Debug)]
struct FittedGrowth {
    name: &'static str,
    powers: usize,
    posterior: Posterior,
    ceiling: Option<[f64; 3]>,
    /// ν of a Richards curve, else NaN.
    curve_shape: [f64; 3],
    largest: f64,
    range: Range,
    series: Series,
}

impl FittedGrowth {
    fn least_squares(&self) -> Option<Curve> {
        Curve::fit(&self.posterior, &self.series, self.powers)
    }

    /// 5, 50 and 95 % of the ceiling, if its interval is less than half as wide as the prior's and ends before the
    /// grid.
    fn identified_ceiling(&self) -> Option<[f64; 3]> {
        let prior = 0.9 * LARGEST_CEILING.ln();
        let is_identified = |[low, _, high]: &[f64; 3]| {
            (high / low).ln() < TOLD * prior && *high < 0.9 * LARGEST_CEILING * self.largest
        };
        self.ceiling.filter(is_identified)
    }
}

impl Fitted for FittedGrowth {
    fn fitted_values(&self) -> Array1<f64> {
        self.posterior.fitted(self.series.as_slice())
    }

    fn parameters(&self) -> Vec<Parameter> {
        let mut all = Vec::new();
        if let Some([low, median, high]) = self.identified_ceiling() {
            all.push(Parameter { name: "ceiling", estimate: median, interval: Some((low, high)), unit: "units" });
        }
        let [low, median, high] = self.curve_shape;
        if median.is_finite() {
            all.push(Parameter { name: "shape", estimate: median, interval: Some((low, high)), unit: "" });
        }
        let Some(curve) = self.least_squares() else { return all };
        let (intercept, slope) = match curve.link {
            Link::Identity => ("units", "units a period"),
            Link::SquareRoot => ("square-root units", "square-root units a period"),
            Link::Log => ("log units", "log units a period"),
            Link::Logit { .. } => ("log odds", "log odds a period"),
            Link::Gompertz { .. } => ("-log log", "-log log a period"),
            Link::Richards { .. } => ("Richards units", "Richards units a period"),
        };
        let named = [("intercept", intercept), ("slope", slope), ("curvature", "log units a period²")];
        for ((b, error), (name, unit)) in curve.coefficients.iter().zip(&curve.errors).zip(named) {
            all.push(Parameter { name, estimate: *b, interval: Some((b - error, b + error)), unit });
        }
        all.push(Parameter { name: "autocorrelation", estimate: curve.rho, interval: None, unit: "" });
        all
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        self.posterior.paths(horizon, draws, &[self.series.id(), self.name], |_, y| self.range.hold(y))
    }

    fn curve(&self, horizon: usize) -> Option<Array1<f64>> {
        self.least_squares().map(|curve| curve.values(horizon))
    }

    fn ceiling(&self) -> Option<f64> {
        self.identified_ceiling().map(|[_, median, _]| median)
    }

    fn remarks(&self) -> Vec<Remark> {
        match (self.ceiling, self.identified_ceiling()) {
            (Some(ceiling), None) => {
                let [low, _, high] = ceiling.map(|c| c / self.largest);
                vec![Remark::new(self.name, Finding::CeilingNotIdentified { interval: (low, high) })]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Period;

    /// Compares the regressions by linfa-linear with the engine's recursion: weights and forecasts of all growth
    /// models.
    #[test]
    fn least_squares_equal_the_recursion() {
        let models = [
            Growth::new("linear", Shape::Open(On::Identity), 2),
            Growth::new("exponential", Shape::Open(On::Log), 2),
            Growth::new("log-parabola", Shape::Open(On::Log), 3),
            Growth::new("logistic", Shape::Logistic, 2),
            Growth::new("gompertz", Shape::Gompertz, 2),
            Growth::new("richards", Shape::Richards, 2),
        ];
        let value =
            |t: i32| (3.0 + 0.04 * f64::from(t) + 0.1 * f64::from(t % 4) + 0.02 * f64::from((t * t * 7) % 13)).exp();
        let shift = |t: i32| if t < 25 { 1.0 } else { 1.4 };
        let mut values: Vec<f64> = (0..48).map(|t| shift(t) * value(t)).collect();
        for gap in [&[][..], &[6, 7, 30]] {
            gap.iter().for_each(|t| values[*t] = f64::NAN);
            let start = Period::year(2000).unwrap();
            let series = Series::with_missing("series", start, values.clone())
                .unwrap()
                .with_level_shift(Period::year(2025).unwrap());
            for model in &models {
                for season in [0, 4] {
                    let links = model.links(&series);
                    let recursion = Member::new(model.grid(season)).posterior(&series, &links).unwrap();
                    let fits = Member::new(model.grid(season)).by_least_squares().posterior(&series, &links).unwrap();
                    let what = format!("{} {season} {gap:?}", model.name);
                    for (point, (fit, other)) in fits.weights().zip(recursion.weights()).enumerate() {
                        assert!(fit.0 == other.0 && fit.1 == other.1, "{what}: other points");
                        assert!((fit.2 - other.2).abs() < 1e-9 * other.2.max(1e-6), "{what}: {fit:?} {other:?}");
                        let (fit, other) = (fits.student_t(point, 3), recursion.student_t(point, 3));
                        assert!((fit.0 / other.0 - 1.0).abs() < 1e-9, "{what}: {fit:?} {other:?}");
                        assert!((fit.1 / other.1 - 1.0).abs() < 1e-9, "{what}: {fit:?} {other:?}");
                    }
                    assert_eq!(fits.weights().count(), recursion.weights().count(), "{what}");
                }
            }
        }
    }
}
