//! Models that consist of a grid of state spaces on one link.

use std::borrow::Cow;
use std::sync::Arc;

use ndarray::Array1;

use crate::forecast::{Draws, Forecast};
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Refusal, SeasonNeed};
use super::engine::{Ceiling, Member, Observed, Posterior};
use super::link::Link;
use super::past::{Origins, Past};
use super::range::Range;
use super::remark::{Finding, Remark};
use super::season::Adjustment;
use super::shared::Shared;

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

/// A model that is described by a name, a member of the engine and a scale.
#[derive(Debug)]
pub(super) struct StateSpace {
    name: &'static str,
    observations: usize,
    member: MemberFor,
    on: On,
    /// Whether a season, if a test finds one, is removed before the fit and put back into the forecast.
    adjusted: bool,
}

/// The member for a series.
#[derive(Debug, Clone)]
pub(super) enum MemberFor {
    /// One member for all series, without a season.
    All(Arc<Member>),
    /// One member per season length, with the season among its states.
    Season(fn(usize) -> Arc<Member>),
}

/// Models with the season among the states use at most this many of the last values.
const LONGEST_SEASONAL: usize = 1000;
/// The longest season among the states; the states of a longer season would hardly be identified.
const LONGEST_SEASON: usize = 24;

impl StateSpace {
    pub(super) fn new(name: &'static str, observations: usize, member: Arc<Member>, on: On) -> Self {
        Self { name, observations, member: MemberFor::All(member), on, adjusted: false }
    }

    /// The same model on seasonally adjusted series.
    pub(super) fn adjusted(self) -> Self {
        Self { adjusted: true, ..self }
    }

    /// A model with the season among its states.
    pub(super) fn seasonal(name: &'static str, member: fn(usize) -> Arc<Member>, on: On) -> Self {
        Self { name, observations: 8, member: MemberFor::Season(member), on, adjusted: false }
    }

    fn member(&self, series: &Series) -> Arc<Member> {
        match &self.member {
            MemberFor::All(member) => Arc::clone(member),
            MemberFor::Season(member) => member(series.season_length()),
        }
    }

    /// The part of a series that is used, and the number of values before it.
    fn used<'a>(&self, series: &'a Series) -> (Cow<'a, Series>, usize) {
        let skip = series.len().saturating_sub(LONGEST_SEASONAL);
        match &self.member {
            MemberFor::Season(_) if skip > 0 => (Cow::Owned(series.last(LONGEST_SEASONAL)), skip),
            _ => (Cow::Borrowed(series), 0),
        }
    }

    fn refuse(&self, series: &Series) -> FitError {
        let (needs, has) = (self.observations, series.known());
        let reason = match has < needs {
            true => Refusal::TooShort { needs, has },
            false => Refusal::NotFitted("the known values do not tell its states apart".to_owned()),
        };
        FitError { model: self.name.to_owned(), reason }
    }
}

impl Model for StateSpace {
    fn name(&self) -> &str {
        self.name
    }

    fn needs(&self) -> Needs {
        let other = self.on != On::Identity;
        let season = SeasonNeed { seasons: 2, longest: Some(LONGEST_SEASON) };
        let (season, level_shifts) = match &self.member {
            MemberFor::All(member) => (None, member.takes_shifts()),
            MemberFor::Season(_) => (Some(season), true),
        };
        Needs { positive: other, unbounded: other, season, level_shifts, ..Needs::observations(self.observations) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.fit_shared(&Shared::new(series))
    }

    fn fit_shared(&self, shared: &Shared<'_>) -> Result<Box<dyn Fitted>, FitError> {
        let series = shared.series();
        self.needs().check(self.name, series)?;
        let link = self.on.link(series);
        let (series, unused) = self.used(series);
        let adjustment = if self.adjusted { shared.season(series.len()) } else { Adjustment::None };
        let values = adjustment.remove(series.as_slice());
        let observed = Observed { values: &values, ..Observed::from(&*series) };
        let posterior = self.member(&series).posterior(observed, &[Ceiling { link, prior: 1.0 }]);
        Ok(Box::new(FittedStateSpace {
            name: self.name,
            id: series.id().to_owned(),
            posterior: posterior.ok_or_else(|| self.refuse(&series))?,
            range: Range::of(&series, link),
            adjustment,
            values,
            unused,
        }))
    }

    /// Origins are taken in blocks of a season: the season of a block is that of the values known at its first origin.
    fn past_losses(&self, past: &Past<'_>) -> Result<Vec<f64>, FitError> {
        let (series, origins) = (past.series(), &past.origins);
        self.needs().check(self.name, &series.first(past.start()))?;
        let link = self.on.link(series);
        let (used, skip) = self.used(series);
        let season = series.season_length();
        let block = if self.adjusted && season > 1 { season.max(6) } else { usize::MAX };
        let mut losses = Vec::with_capacity(origins.known.len());
        let mut from = past.start();
        let member = self.member(series);
        while from < origins.known.end {
            let to = from.saturating_add(block).min(origins.known.end);
            let adjustment = if self.adjusted { past.shared.season(from) } else { Adjustment::None };
            // Values after the last origin of the block serve only as outcomes.
            let seen = &used.as_slice()[..(to - skip).min(used.len())];
            let values = adjustment.remove(seen);
            let observed = Observed { values: &values, ..Observed::from(&*used) };
            let block = Origins::new(from - skip..to - skip, origins.horizon());
            let bounds = series.bounds();
            let of_block = member.past_losses(observed, link, &block, used.as_slice(), |origin| {
                let range = Range::of_values(&used.as_slice()[..origin], bounds, link);
                let adjustment = &adjustment;
                move |step, value| range.hold(adjustment.put_back(origin + step, value))
            });
            losses.extend(of_block.ok_or_else(|| self.refuse(&series.first(from)))?);
            from = to;
        }
        Ok(losses)
    }
}

/// The losses of a member on one link at earlier origins.
pub(super) fn past_losses(member: &Member, link: Link, past: &Past<'_>) -> Option<Vec<f64>> {
    let series = past.series();
    let bounds = series.bounds();
    member.past_losses(series, link, &past.origins, series.as_slice(), |origin| {
        let range = Range::of_values(&series.as_slice()[..origin], bounds, link);
        move |_, value| range.hold(value)
    })
}

#[derive(Debug)]
struct FittedStateSpace {
    name: &'static str,
    id: String,
    posterior: Posterior,
    range: Range,
    adjustment: Adjustment,
    values: Vec<f64>,
    /// The number of earlier values that are not used.
    unused: usize,
}

impl Fitted for FittedStateSpace {
    fn fitted_values(&self) -> Array1<f64> {
        let fitted = self.posterior.fitted(&self.values);
        let used = fitted.iter().enumerate().map(|(t, value)| self.adjustment.put_back(t, *value));
        std::iter::repeat_n(f64::NAN, self.unused).chain(used).collect()
    }

    fn remarks(&self) -> Vec<Remark> {
        let used = self.values.len();
        let finding = Finding::LastValues { used, of: used + self.unused };
        if self.unused > 0 { vec![Remark::new(self.name, finding)] } else { Vec::new() }
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let n = self.values.len();
        let value = |step: usize, y: f64| self.range.hold(self.adjustment.put_back(n + step, y));
        self.posterior.paths(horizon, draws, &[&self.id, self.name], value)
    }
}
