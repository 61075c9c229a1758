//! Random walks: `naive` and `drift`.
//!
//! naive: y_t = y_{t-1} + e_t. drift: y_t = y_{t-1} + c + e_t. e_t ~ N(0, σ²), σ and c integrated out
//! (Hyndman and Athanasopoulos 2021, section 5.2, where they are plugged in). On a series strictly between two known
//! bounds both walk on its log odds.

use ndarray::{Array1, ArrayView1};

use crate::forecast::{Draws, Forecast};
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal};
use super::engine::{Ceiling, Cell, Member, Posterior, Space};
use super::link::Link;
use super::range::Range;

/// The random walk: the last value stays, the spread grows with the square root of the step.
///
/// ```
/// use onpace::models::{Model, naive};
/// assert_eq!(naive().needs().in_words(), "3 observations");
/// ```
pub fn naive() -> impl Model {
    Walk::new("naive", 3, Space::level(1.0))
}

/// The random walk with drift: the mean step of the history goes on.
///
/// ```
/// use onpace::models::{Model, drift};
/// assert_eq!(drift().name(), "drift");
/// ```
pub fn drift() -> impl Model {
    Walk::new("drift", 4, Space::drift(1.0))
}

#[derive(Debug)]
struct Walk {
    name: &'static str,
    observations: usize,
    member: Member,
}

impl Walk {
    fn new(name: &'static str, observations: usize, space: Space) -> Self {
        Self { name, observations, member: Member::new(vec![Cell { space, prior: 1.0, parameter: 1.0 }]) }
    }
}

impl Model for Walk {
    fn name(&self) -> &str {
        self.name
    }

    fn needs(&self) -> Needs {
        Needs::observations(self.observations)
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(self.name, series)?;
        let bounds = series.bounds();
        let link = match (bounds.lower, bounds.upper) {
            (Some(lower), Some(upper)) if series.is_inside_bounds() => Link::Logit { lower, upper },
            _ => Link::Identity,
        };
        let values = series.values().to_vec();
        let too_short = || FitError {
            model: self.name.to_owned(),
            reason: Refusal::TooShort { needs: self.observations, has: values.len() },
        };
        let posterior = self.member.posterior(&values, &[Ceiling { link, prior: 1.0 }]).ok_or_else(too_short)?;
        let steps = (values.len() - 1) as f64;
        let mean_step = link.forward(series.last_value()) / steps - link.forward(values[0]) / steps;
        Ok(Box::new(FittedWalk {
            name: self.name,
            id: series.id().to_owned(),
            fitted: posterior.fitted(&values),
            range: Range::of(series).for_link(link, series),
            drift: (self.observations > 3).then_some(mean_step),
            bounded: link != Link::Identity,
            posterior,
        }))
    }
}

#[derive(Debug)]
struct FittedWalk {
    name: &'static str,
    id: String,
    fitted: Array1<f64>,
    posterior: Posterior,
    range: Range,
    drift: Option<f64>,
    bounded: bool,
}

impl Fitted for FittedWalk {
    fn fitted_values(&self) -> ArrayView1<'_, f64> {
        self.fitted.view()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let unit = if self.bounded { "log odds a period" } else { "units a period" };
        self.drift.map(|estimate| Parameter { name: "drift", estimate, interval: None, unit }).into_iter().collect()
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        Forecast::from_paths(self.posterior.paths(horizon, draws, &[&self.id, self.name], |y| self.range.hold(y)))
    }
}
