//! The model `reference`: the futures of comparable cases, drawn with weights by similarity.

use std::fmt;
use std::sync::Arc;

use ndarray::{Array1, Array2, ShapeBuilder};

use crate::forecast::{Dimensions, Draws, Forecast};
use crate::models::contract::{FitError, Fitted, Model, Needs, Parameter};
use crate::models::range::Range;
use crate::models::{Link, Remark};
use crate::series::Series;

use super::ReferenceClass;
use super::class::{Case, Track};
use super::comparable::{Cases, Comparable};

pub(super) const NAME: &str = "reference";
/// When its case ends, a path continues with one of this many cases whose last growth was nearest.
const NEIGHBOURS: usize = 200;

/// Growth of comparable documented ramps, the outside view (Kahneman and Tversky 1979; Flyvbjerg 2006).
///
/// A case is a year of a ramp. Its weight is a product of Gaussian kernels: in the mean growth g of the last years (up
/// to three; bandwidth max(.03, .15 |g|)), in the last year's g₁ where two are known (max(.06, .3 |g₁|)), in the
/// distance of the value below its peak (.2), and in the logarithm of the age where the series has eight values or more
/// (.5), all on the scale of logarithms. A path is the whole future of one case, applied to the last value. Series with
/// an upper bound are compared in log odds with ramps that are shares. Ramps of the same place or technology as the
/// series are excluded, and so is everything later than its last value.
///
/// ```
/// use onpace::bundled;
/// use onpace::forecast::Draws;
/// use onpace::series::{Period, Series};
/// let doubled = Series::new("cards", Period::year(2024)?, vec![0.82, 1.65])?;
/// let forecast = bundled::registry().model("reference")?.fit(&doubled)?.forecast(1, &Draws::new(1, 4000));
/// let tripled = forecast.odds(|path| path[0] >= 3.0 * 1.65).probability();
/// assert!(tripled > 0.01 && tripled < 0.04);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Reference {
    class: Arc<dyn Fn() -> Arc<ReferenceClass> + Send + Sync>,
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference").finish_non_exhaustive()
    }
}

impl Reference {
    /// A model whose class is loaded when it is first needed.
    pub fn new(class: impl Fn() -> Arc<ReferenceClass> + Send + Sync + 'static) -> Self {
        Self { class: Arc::new(class) }
    }

    /// The reference class.
    pub fn class(&self) -> Arc<ReferenceClass> {
        (self.class)()
    }

    /// The cases that apply to a series.
    ///
    /// # Errors
    /// The series does not meet the requirements, or no case applies.
    pub fn cases(&self, series: &Series) -> Result<Cases, FitError> {
        self.needs().check(NAME, series)?;
        Cases::of(self.class(), series)
    }
}

impl Model for Reference {
    fn name(&self) -> &str {
        NAME
    }

    fn needs(&self) -> Needs {
        Needs { positive: true, yearly: true, ..Needs::observations(2) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        Ok(Box::new(self.cases(series)?.fit(series)?))
    }
}

/// The reference class, fitted to a series.
#[derive(Debug)]
pub struct FittedReference {
    id: String,
    fitted: Array1<f64>,
    range: Range,
    comparable: Comparable,
    cumulative: Vec<f64>,
}

impl FittedReference {
    pub(super) fn new(id: &str, fitted: Array1<f64>, range: Range, comparable: Comparable) -> Self {
        let mut cumulative = comparable.weights.clone();
        (1..cumulative.len()).for_each(|i| cumulative[i] += cumulative[i - 1]);
        Self { id: id.to_owned(), fitted, range, comparable, cumulative }
    }

    /// The cases with their weights.
    pub fn into_comparable(self) -> Comparable {
        self.comparable
    }

    /// A case whose last growth is near `growth`.
    fn neighbour(&self, growth: f64, uniform: f64) -> &Case {
        // The small margin keeps rounding from deciding the position among equal growths.
        let at = self.comparable.cases.partition_point(|case| case.last < growth - 1e-9);
        let count = NEIGHBOURS.min(self.comparable.cases.len());
        let first = at.saturating_sub(count / 2).min(self.comparable.cases.len() - count);
        &self.comparable.cases[first + ((uniform * count as f64) as usize).min(count - 1)]
    }
}

impl Fitted for FittedReference {
    fn fitted_values(&self) -> Array1<f64> {
        self.fitted.clone()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let unit = if self.comparable.link == Link::Log { "log units a year" } else { "log odds a year" };
        vec![
            Parameter { name: "growth compared", estimate: self.comparable.growth, interval: None, unit },
            Parameter {
                name: "comparable cases",
                estimate: self.comparable.rests_on().cases,
                interval: None,
                unit: "cases",
            },
        ]
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let stream = draws.stream(&[&self.id, NAME]);
        let total = self.cumulative.last().copied().unwrap_or(1.0);
        let mut walkers: Vec<Walker<'_>> = stream
            .uniforms(Dimensions::CASE)
            .into_iter()
            .map(|u| self.cumulative.partition_point(|c| *c < u * total).min(self.comparable.cases.len() - 1))
            .map(|at| Walker {
                case: &self.comparable.cases[at],
                step: 0,
                base: self.comparable.start,
                before: self.comparable.start,
                now: self.comparable.start,
            })
            .collect();
        let mut paths = Array2::zeros((draws.paths(), horizon).f());
        for step in 0..horizon {
            let uniforms = stream.uniforms(Dimensions::POINT.step(step));
            for (path, (walker, uniform)) in walkers.iter_mut().zip(uniforms).enumerate() {
                if walker.step >= walker.case.years() && walker.now.is_finite() {
                    let case = self.neighbour(walker.now - walker.before, uniform);
                    *walker = Walker { case, step: 0, base: walker.now, ..*walker };
                }
                paths[[path, step]] =
                    self.range.hold(self.comparable.link.inverse(walker.next(&self.comparable.track)));
            }
        }
        Forecast::from_paths(paths)
    }

    fn remarks(&self) -> Vec<Remark> {
        vec![Remark::new(NAME, self.comparable.finding())]
    }
}

/// A path that follows one case and, when that ends, another.
#[derive(Debug, Clone, Copy)]
struct Walker<'a> {
    case: &'a Case,
    step: usize,
    base: f64,
    before: f64,
    now: f64,
}

impl Walker<'_> {
    /// The next value on the scale; a path that is at zero or at its bound when its case ends stays there.
    fn next(&mut self, track: &Track) -> f64 {
        self.step += 1;
        let known = self.step <= self.case.years();
        let next = if known { self.base + self.case.ahead(track, self.step) } else { self.now };
        (self.before, self.now) = (self.now, next);
        next
    }
}
