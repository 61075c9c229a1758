//! The models that are a grid of state spaces on one link.

use std::sync::Arc;

use ndarray::Array1;

use crate::forecast::{Draws, Forecast};
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Refusal};
use super::engine::{Ceiling, Member, Posterior};
use super::link::Link;
use super::past::Past;
use super::range::Range;

/// The scale on which a model is linear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// The values themselves, or their log odds between two known bounds.
    Identity,
    /// Their square roots.
    SquareRoot,
    /// Their logarithms.
    Log,
}

impl On {
    /// The link for a series.
    pub(super) fn link(self, series: &Series) -> Link {
        match (self, series.bounds().lower, series.bounds().upper) {
            (Self::Log, ..) => Link::Log,
            (Self::SquareRoot, ..) => Link::SquareRoot,
            (Self::Identity, Some(lower), Some(upper)) if series.is_inside_bounds() => Link::Logit { lower, upper },
            (Self::Identity, ..) => Link::Identity,
        }
    }
}

/// A model that the engine needs no more of than a name, a member and a scale.
#[derive(Debug)]
pub(super) struct StateSpace {
    name: &'static str,
    observations: usize,
    member: Arc<Member>,
    on: On,
}

impl StateSpace {
    pub(super) fn new(name: &'static str, observations: usize, member: Arc<Member>, on: On) -> Self {
        Self { name, observations, member, on }
    }

    fn refuse(&self, series: &Series) -> FitError {
        let reason = Refusal::TooShort { needs: self.observations, has: series.len() };
        FitError { model: self.name.to_owned(), reason }
    }
}

impl Model for StateSpace {
    fn name(&self) -> &str {
        self.name
    }

    fn needs(&self) -> Needs {
        let other = self.on != On::Identity;
        Needs { positive: other, unbounded: other, ..Needs::observations(self.observations) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(self.name, series)?;
        let link = self.on.link(series);
        let values = series.values().to_vec();
        let posterior = self.member.posterior(&values, &[Ceiling { link, prior: 1.0 }]);
        Ok(Box::new(FittedStateSpace {
            name: self.name,
            id: series.id().to_owned(),
            posterior: posterior.ok_or_else(|| self.refuse(series))?,
            range: Range::of(series, link),
            values,
        }))
    }

    fn past_losses(&self, series: &Series, past: &Past) -> Result<Vec<f64>, FitError> {
        self.needs().check(self.name, series)?;
        past_losses(&self.member, series, self.on.link(series), past).ok_or_else(|| self.refuse(series))
    }
}

/// The losses of a member on one link at earlier origins.
pub(super) fn past_losses(member: &Member, series: &Series, link: Link, past: &Past) -> Option<Vec<f64>> {
    let bounds = series.bounds();
    member.past_losses(series.slice(), link, past, |known: &[f64]| {
        let range = Range::of_values(known, bounds, link);
        move |value| range.hold(value)
    })
}

#[derive(Debug)]
struct FittedStateSpace {
    name: &'static str,
    id: String,
    posterior: Posterior,
    range: Range,
    values: Vec<f64>,
}

impl Fitted for FittedStateSpace {
    fn fitted_values(&self) -> Array1<f64> {
        self.posterior.fitted(&self.values)
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        self.posterior.paths(horizon, draws, &[&self.id, self.name], |y| self.range.hold(y))
    }
}
