//! Pools of models: `auto`, and the pools of one model on several scales. A pool is itself a model.

mod weights;

use std::sync::Arc;

use ndarray::Array1;

use crate::forecast::{Draws, Forecast};
use crate::models::contract::Refusal;
use crate::models::{Finding, FitError, Fitted, Model, Needs, Remark, Share, Shared, in_words};
use crate::series::Series;

/// A linear opinion pool (Stone 1961) of the members that apply to a series: their paths, mixed by weight.
///
/// If no member applies, the first stand-in that applies replaces them, and a remark says so.
///
/// ```
/// use std::sync::Arc;
/// use onpace::auto::Pool;
/// use onpace::models::{Model, drift, naive};
/// use onpace::series::{Period, Series};
/// let pool = Pool::equal("both", vec![Arc::new(naive()), Arc::new(drift())]);
/// let short = Series::new("a", Period::year(2023)?, vec![1.0, 2.0, 4.0])?;
/// assert!(pool.fit(&short)?.remarks()[0].to_string().contains("drift needs 4 observations but the series has 3"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Pool {
    name: &'static str,
    members: Vec<Arc<dyn Model>>,
    scored: bool,
    stand_ins: Vec<Arc<dyn Model>>,
}

impl Pool {
    /// A pool whose members have equal weights.
    pub fn equal(name: &'static str, members: Vec<Arc<dyn Model>>) -> Self {
        Self { name, members, scored: false, stand_ins: Vec::new() }
    }

    /// A pool that gives less weight to members whose forecasts at earlier origins lost more.
    pub fn scored(name: &'static str, members: Vec<Arc<dyn Model>>) -> Self {
        Self { scored: true, ..Self::equal(name, members) }
    }

    /// Adds a stand-in: a model that is used if no member and no earlier stand-in applies.
    #[must_use]
    pub fn with_stand_in(mut self, stand_in: Arc<dyn Model>) -> Self {
        self.stand_ins.push(stand_in);
        self
    }
}

impl Model for Pool {
    fn name(&self) -> &str {
        self.name
    }

    fn needs(&self) -> Needs {
        let requirements: Vec<Needs> = self.members.iter().chain(&self.stand_ins).map(|model| model.needs()).collect();
        Needs::of_any(&requirements)
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.fit_shared(&Shared::new(series))
    }

    fn fit_shared(&self, shared: &Shared<'_>) -> Result<Box<dyn Fitted>, FitError> {
        let series = shared.series();
        let (mut models, mut members, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for model in &self.members {
            match model.fit_shared(shared) {
                Ok(fitted) => {
                    models.push(model.as_ref());
                    members.push(fitted);
                }
                Err(error) => refused.push(error),
            }
        }
        if members.is_empty() {
            return self.stand_in(series, refused);
        }
        let (shares, weighting) = if self.scored { weights::scored(shared, &models) } else { weights::equal(&models) };
        // A series without a season obviously has no use for seasonal members, so the remark does not list them.
        refused.retain(|error| error.reason != Refusal::NoSeason);
        let basis = Finding::Weights { weighting, shares: shares.clone(), left_out: refused };
        let findings = std::iter::once(basis).chain(readers(series, &models)).collect();
        Ok(Box::new(FittedPool { name: self.name, members, shares, findings }))
    }
}

impl Pool {
    /// Fits the first stand-in that applies, after all members have `refused`.
    fn stand_in(&self, series: &Series, mut refused: Vec<FitError>) -> Result<Box<dyn Fitted>, FitError> {
        for model in &self.stand_ins {
            match model.fit(series) {
                Ok(fitted) => {
                    let shares = vec![Share { member: model.name().to_owned(), weight: 1.0, relative_loss: None }];
                    let findings = vec![Finding::StandIn { model: model.name().to_owned(), left_out: refused }];
                    return Ok(Box::new(FittedPool { name: self.name, members: vec![fitted], shares, findings }));
                }
                Err(error) => refused.push(error),
            }
        }
        // All scales of one model refuse for the same reason, so the reason of the first is enough.
        let first = self.members.first().map(|model| model.needs().check(self.name, series));
        match first.and_then(Result::err).filter(|_| self.stand_ins.is_empty()) {
            Some(error) => Err(error),
            None => Err(FitError { model: self.name.to_owned(), reason: Refusal::NoMembers(in_words(&refused)) }),
        }
    }
}

/// A finding that lists the members that read the covariates of a series; `None` for a series without covariates.
fn readers(series: &Series, models: &[&dyn Model]) -> Option<Finding> {
    let reads = |model: &&&dyn Model| model.needs().covariates;
    let readers = || models.iter().filter(reads).map(|model| model.name().to_owned()).collect();
    (!series.covariates().is_empty()).then(|| Finding::CovariatesReadBy(readers()))
}

#[derive(Debug)]
struct FittedPool {
    name: &'static str,
    members: Vec<Box<dyn Fitted>>,
    shares: Vec<Share>,
    /// About the pool itself.
    findings: Vec<Finding>,
}

impl Fitted for FittedPool {
    fn fitted_values(&self) -> Array1<f64> {
        let weighted = self.members.iter().zip(&self.shares).map(|(m, share)| m.fitted_values() * share.weight);
        weighted.reduce(|sum, next| sum + next).unwrap_or_default()
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let weights: Vec<f64> = self.shares.iter().map(|share| share.weight).collect();
        let shared = draws.shares(&weights);
        let parts = self.members.iter().zip(&shared).filter(|(_, draws)| draws.paths() > 0);
        let forecasts: Vec<_> = parts.map(|(member, draws)| member.forecast(horizon, draws)).collect();
        // A fitted pool has members and draws have paths, so the mixture always exists.
        Forecast::mix(&forecasts).unwrap_or_else(|| Forecast::from_steps(0, horizon, Vec::new()))
    }

    fn shares(&self) -> &[Share] {
        &self.shares
    }

    fn remarks(&self) -> Vec<Remark> {
        let of_pool = self.findings.iter().map(|finding| Remark::new(self.name, finding.clone()));
        of_pool.chain(self.members.iter().flat_map(|member| member.remarks())).collect()
    }
}
