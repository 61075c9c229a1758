//! The model `reference`: the futures of comparable cases, drawn by how comparable they are.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use ndarray::{Array1, Array2, ShapeBuilder};

use crate::forecast::{Draws, Forecast};
use crate::models::Link;
use crate::models::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal};
use crate::models::range::Range;
use crate::series::Series;

use super::ReferenceClass;
use super::class::{Case, Scale};

const NAME: &str = "reference";
/// Cases of the whole class that are added to the comparable ones, so that no odds rest on a handful.
const PSEUDO_CASES: f64 = 2.0;
/// A path whose case ends goes on with one of this many whose last growth was nearest to its own.
const NEIGHBOURS: usize = 200;

/// Growth of comparable documented ramps, the outside view (Kahneman and Tversky 1979; Flyvbjerg 2006).
///
/// A case is a year of a ramp. Its weight is a Gaussian kernel in the mean log growth g of the last years (up to three,
/// bandwidth max(.05, |g|/4)) and, where two growth rates are known, in the last year's g₁ (bandwidth max(.1, |g₁|/2)). A path is
/// the whole future of one case, applied to the last value. Series with an upper bound are compared in log odds with
/// ramps that are shares.
///
/// ```
/// use onpace::registry::Registry;
/// use onpace::forecast::Draws;
/// use onpace::series::{Period, Series};
/// let doubled = Series::new("cards", Period::year(2024)?, vec![0.82, 1.65])?;
/// let forecast = Registry::bundled().model("reference")?.fit(&doubled)?.forecast(1, &Draws::new(1, 4000));
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
    /// The model over a class that is asked for when the first series needs it.
    pub fn new(class: impl Fn() -> Arc<ReferenceClass> + Send + Sync + 'static) -> Self {
        Self { class: Arc::new(class) }
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
        self.needs().check(NAME, series)?;
        let refuse = |reason| FitError { model: NAME.to_owned(), reason };
        let (scale, link) = match series.bounds().upper {
            None => (Scale::Log, Link::Log),
            Some(upper) if series.values().iter().all(|v| *v < upper) => {
                (Scale::LogOdds, Link::Logit { lower: 0.0, upper })
            }
            Some(upper) => return Err(refuse(Refusal::Bounded { upper })),
        };
        let class = (self.class)();
        let subject = class.find(series.id());
        let window = (series.len() - 1).min(3);
        let origin = series.last_period().calendar_year().unwrap_or(i64::MAX);
        let mut cases = class.cases(scale, window, subject, origin);
        if cases.is_empty() {
            return Err(refuse(Refusal::NoCases));
        }
        cases.sort_by(|a, b| a.last.total_cmp(&b.last).then(a.ramp.cmp(&b.ramp)));
        let z: Vec<f64> = series.values().iter().map(|v| link.forward(*v)).collect();
        let n = z.len();
        let mean = (z[n - 1] - z[n - 1 - window]) / window as f64;
        let kernel = Kernel { mean, last: (window > 1).then(|| z[n - 1] - z[n - 2]) };
        let weights: Vec<f64> = cases.iter().map(|case| kernel.weight(case)).collect();
        let rests_on = RestsOn::of(&class, &cases, &weights);
        let everywhere = PSEUDO_CASES / cases.len() as f64;
        let mut cumulative: Vec<f64> = weights.iter().map(|w| w + everywhere).collect();
        (1..cases.len()).for_each(|i| cumulative[i] += cumulative[i - 1]);
        Ok(Box::new(FittedReference {
            id: series.id().to_owned(),
            fitted: (0..n).map(|t| series.values()[t.saturating_sub(1)]).collect(),
            start: z[n - 1],
            growth: mean,
            link,
            range: Range::of(series, Link::Identity),
            cases,
            cumulative,
            rests_on,
        }))
    }
}

/// How comparable a case is.
#[derive(Debug, Clone, Copy)]
struct Kernel {
    mean: f64,
    last: Option<f64>,
}

impl Kernel {
    fn weight(self, case: &Case) -> f64 {
        let square = |difference: f64, bandwidth: f64| (difference / bandwidth).powi(2);
        let mean = square(case.mean - self.mean, (0.25 * self.mean.abs()).max(0.05));
        let last = self.last.map_or(0.0, |last| square(case.last - last, (0.5 * last.abs()).max(0.1)));
        (-0.5 * (mean + last)).exp()
    }
}

/// How many cases carry the weight: Kish's effective number, and the technologies and places they come from.
#[derive(Debug, Clone, Copy)]
struct RestsOn {
    cases: f64,
    technologies: usize,
    entities: usize,
}

impl RestsOn {
    fn of(class: &ReferenceClass, cases: &[Case], weights: &[f64]) -> Self {
        let sum: f64 = weights.iter().sum();
        let squares: f64 = weights.iter().map(|w| w * w).sum();
        let used: Vec<_> =
            cases.iter().zip(weights).filter(|(_, w)| **w > 0.1).map(|(c, _)| class.ramp(c.ramp)).collect();
        Self {
            cases: if squares > 0.0 { sum * sum / squares } else { 0.0 },
            technologies: used.iter().map(|ramp| ramp.technology()).collect::<BTreeSet<_>>().len(),
            entities: used.iter().map(|ramp| ramp.entity()).collect::<BTreeSet<_>>().len(),
        }
    }
}

#[derive(Debug)]
struct FittedReference {
    id: String,
    fitted: Array1<f64>,
    start: f64,
    growth: f64,
    link: Link,
    range: Range,
    /// Ordered by their last growth.
    cases: Vec<Case>,
    cumulative: Vec<f64>,
    rests_on: RestsOn,
}

impl FittedReference {
    /// A case whose last growth is near `growth`.
    fn neighbour(&self, growth: f64, uniform: f64) -> &Case {
        // A hair less, so that rounding does not decide where a growth falls among those equal to it.
        let at = self.cases.partition_point(|case| case.last < growth - 1e-9);
        let count = NEIGHBOURS.min(self.cases.len());
        let first = at.saturating_sub(count / 2).min(self.cases.len() - count);
        &self.cases[first + ((uniform * count as f64) as usize).min(count - 1)]
    }
}

impl Fitted for FittedReference {
    fn fitted_values(&self) -> Array1<f64> {
        self.fitted.clone()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let unit = if self.link == Link::Log { "log units a year" } else { "log odds a year" };
        vec![
            Parameter { name: "growth compared", estimate: self.growth, interval: None, unit },
            Parameter { name: "comparable cases", estimate: self.rests_on.cases, interval: None, unit: "cases" },
        ]
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let stream = draws.stream(&[&self.id, NAME]);
        let total = self.cumulative.last().copied().unwrap_or(1.0);
        let mut walkers: Vec<Walker<'_>> = stream
            .uniforms(0)
            .into_iter()
            .map(|u| self.cumulative.partition_point(|c| *c < u * total).min(self.cases.len() - 1))
            .map(|at| Walker { case: &self.cases[at], step: 0, base: self.start, before: self.start, now: self.start })
            .collect();
        let mut paths = Array2::zeros((draws.paths(), horizon).f());
        for step in 0..horizon {
            let uniforms = stream.uniforms(1 + step);
            for (path, (walker, uniform)) in walkers.iter_mut().zip(uniforms).enumerate() {
                if walker.step >= walker.case.ahead.len() && walker.now.is_finite() {
                    let case = self.neighbour(walker.now - walker.before, uniform);
                    *walker = Walker { case, step: 0, base: walker.now, ..*walker };
                }
                paths[[path, step]] = self.range.hold(self.link.inverse(walker.next()));
            }
        }
        Forecast::from_paths(paths)
    }

    fn remarks(&self) -> Vec<String> {
        let RestsOn { cases, technologies, entities } = self.rests_on;
        let places = if entities == 1 { "place" } else { "places" };
        let compared = match self.link {
            Link::Log => format!("{:.2}-fold a year", self.growth.exp()),
            _ => format!("odds times {:.2} a year", self.growth.exp()),
        };
        vec![format!(
            "reference: rests on {cases:.0} comparable cases (growth near {compared}) of {technologies} technologies in {entities} {places}"
        )]
    }
}

/// A path that follows one case, and where that ends another.
#[derive(Debug, Clone, Copy)]
struct Walker<'a> {
    case: &'a Case,
    step: usize,
    base: f64,
    before: f64,
    now: f64,
}

impl Walker<'_> {
    /// The next value on the scale; a path that has ended at zero or at its bound stays there when its case does.
    fn next(&mut self) -> f64 {
        let next = self.case.ahead.get(self.step).map_or(self.now, |change| self.base + change);
        (self.before, self.now) = (self.now, next);
        self.step += 1;
        next
    }
}
