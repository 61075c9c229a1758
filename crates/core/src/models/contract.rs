//! What every model promises, and what it asks for in return.

use std::fmt;

use ndarray::Array1;
use thiserror::Error;

use crate::forecast::{Draws, Forecast};
use crate::series::{Frequency, Series};

use super::{Past, Remark, Shared};

/// A model before it has seen data.
///
/// ```
/// use onpace::forecast::{Draws, Level};
/// use onpace::models::{Model, drift};
/// use onpace::series::{Period, Series};
/// let series = Series::new("output", Period::year(2020)?, vec![10.0, 12.0, 13.0, 15.0, 18.0])?;
/// let forecast = drift().fit(&series)?.forecast(2, &Draws::new(1, 2000));
/// assert!((forecast.median()[0] - 20.0).abs() < 0.2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Model: Send + Sync + fmt::Debug {
    /// The registry's name, lower case: `drift`, `seasonal-naive`.
    fn name(&self) -> &str;

    /// What a series must have.
    fn needs(&self) -> Needs;

    /// Fits one series.
    ///
    /// # Errors
    /// A series that has not what the model needs.
    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError>;

    /// Fits a series as [`Model::fit`] does, and shares with the other models of that series what all of them need.
    ///
    /// # Errors
    /// As of [`Model::fit`].
    fn fit_shared(&self, shared: &Shared<'_>) -> Result<Box<dyn Fitted>, FitError> {
        self.fit(shared.series())
    }

    /// The mean quantile loss, in units of the series, of the forecasts that the model makes at earlier origins from
    /// what was known there; one number per origin.
    ///
    /// # Errors
    /// An origin at which the series has not what the model needs.
    fn past_losses(&self, past: &Past<'_>) -> Result<Vec<f64>, FitError> {
        past.by_refitting(|known| self.fit(known))
    }
}

/// A model that has seen a series. Nothing fails after the fit.
pub trait Fitted: Send + Sync + fmt::Debug {
    /// One-step-ahead values of the history, `(n,)`, in units of the series; NaN where the model did not look.
    fn fitted_values(&self) -> Array1<f64>;

    /// Estimates with their intervals, for models that have such.
    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    /// The forecast of `horizon` steps; its first steps do not depend on how many follow.
    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast;

    /// The fitted curve over the history and `horizon` steps beyond, `(n + horizon,)`, for models that have one.
    fn curve(&self, _horizon: usize) -> Option<Array1<f64>> {
        None
    }

    /// The members of a pool with their weights, which sum to one; none for a model that is no pool.
    fn shares(&self) -> &[Share] {
        &[]
    }

    /// The upper bound that the curve approaches, in units of the series, for models that estimate one and where the data
    /// identify it.
    fn ceiling(&self) -> Option<f64> {
        None
    }

    /// What a reader should know about this fit, the basis of the whole forecast first: the weights of a pool, the number
    /// of comparable cases, a ceiling that is not identified.
    fn remarks(&self) -> Vec<Remark> {
        Vec::new()
    }
}

/// A member of a pool.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The member's name.
    pub member: String,
    /// Its part of the paths.
    pub weight: f64,
    /// Its loss at earlier origins as a multiple of a typical member's, where the series is long enough to tell.
    pub relative_loss: Option<f64>,
}

/// An estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name: `slope`, `ceiling`.
    pub name: &'static str,
    /// The estimate: a posterior median or the value at the best grid point.
    pub estimate: f64,
    /// The central 90 % interval, where the engine gives one.
    pub interval: Option<(f64, f64)>,
    /// What it is measured in.
    pub unit: &'static str,
}

impl Parameter {
    /// An estimate without an interval.
    ///
    /// ```
    /// use onpace::models::Parameter;
    /// assert_eq!(Parameter::point("alpha", 0.3, "").interval, None);
    /// ```
    pub fn point(name: &'static str, estimate: f64, unit: &'static str) -> Self {
        Self { name, estimate, interval: None, unit }
    }
}

/// What a seasonal model needs of the season.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeasonNeed {
    /// So many whole seasons, and two observations more.
    pub seasons: usize,
    /// The longest season that the model can hold, in periods; `None` for any.
    pub longest: Option<usize>,
}

/// What a series must have for a model to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// The fewest observations.
    pub observations: usize,
    /// Every value above zero.
    pub positive: bool,
    /// No value below zero, and one above.
    pub not_negative: bool,
    /// No missing period.
    pub complete: bool,
    /// A season, if any is needed.
    pub season: Option<SeasonNeed>,
    /// No upper bound, which the model would pass.
    pub unbounded: bool,
    /// A yearly series.
    pub yearly: bool,
    /// Whether the model supports level shifts; a model that does not refuses a series with one.
    pub level_shifts: bool,
    /// Whether the model reads the covariates of a series; a model that does not forecasts without them. Such a model
    /// needs a known row for at least the first period after the series. Since nothing fails after the fit, steps beyond
    /// the last known row use the values of that row, and a remark of the fit names its period.
    pub covariates: bool,
}

impl Needs {
    /// So many observations, and nothing else.
    pub const fn observations(observations: usize) -> Self {
        Self {
            observations,
            positive: false,
            not_negative: false,
            complete: false,
            season: None,
            unbounded: false,
            yearly: false,
            level_shifts: false,
            covariates: false,
        }
    }

    /// What is needed for any one of several models: what all of them need.
    pub fn of_any(all: &[Self]) -> Self {
        let every = |needed: fn(&Self) -> bool| !all.is_empty() && all.iter().all(needed);
        let seasons: Option<Vec<SeasonNeed>> = all.iter().map(|needs| needs.season).collect();
        let shortest = |all: &[SeasonNeed]| {
            all.iter().copied().reduce(|a, b| SeasonNeed {
                seasons: a.seasons.min(b.seasons),
                longest: a.longest.zip(b.longest).map(|(a, b)| a.max(b)),
            })
        };
        Self {
            observations: all.iter().map(|needs| needs.observations).min().unwrap_or(1),
            positive: every(|needs| needs.positive),
            not_negative: every(|needs| needs.not_negative),
            complete: every(|needs| needs.complete),
            season: seasons.as_deref().and_then(shortest),
            unbounded: every(|needs| needs.unbounded),
            yearly: every(|needs| needs.yearly),
            level_shifts: all.iter().any(|needs| needs.level_shifts),
            covariates: all.iter().any(|needs| needs.covariates),
        }
    }

    /// Checks a series on behalf of a model.
    ///
    /// # Errors
    /// The first need that is not met.
    pub fn check(&self, model: &str, series: &Series) -> Result<(), FitError> {
        let refuse = |reason| Err(FitError { model: model.to_owned(), reason });
        let has = series.known();
        if has < self.observations {
            return refuse(Refusal::TooShort { needs: self.observations, has });
        }
        if self.yearly && series.start().frequency() != Frequency::Year {
            return refuse(Refusal::NotYearly { is: series.start().frequency() });
        }
        if let Some(need) = self.season {
            let season = series.season_length();
            let needs = need.seasons * season + 2;
            match need.longest {
                _ if season < 2 => return refuse(Refusal::NoSeason),
                Some(longest) if season > longest => return refuse(Refusal::SeasonTooLong { season, longest }),
                _ if has < needs => return refuse(Refusal::TooShort { needs, has }),
                _ if !series.has_every_place() => return refuse(Refusal::PlaceUnseen),
                _ => {}
            }
        }
        if self.complete && has < series.len() {
            return refuse(Refusal::Missing { periods: series.missing_in_words() });
        }
        if self.positive && !series.is_positive() {
            let value = series.values().iter().copied().find(|v| *v <= 0.0).unwrap_or(0.0);
            return refuse(Refusal::NotPositive { value });
        }
        if self.not_negative {
            if let Some(value) = series.values().iter().copied().find(|v| *v < 0.0) {
                return refuse(Refusal::Negative { value });
            }
            if !series.values().iter().any(|v| *v > 0.0) {
                return refuse(Refusal::AllZero);
            }
        }
        if !series.level_shifts().is_empty() && !self.level_shifts {
            return refuse(Refusal::LevelShift);
        }
        if self.covariates && !series.covariates().is_empty() && series.known_ahead() == 0 {
            return refuse(Refusal::CovariatesEnd { last: series.calendar().label(series.last_period()) });
        }
        match series.bounds().upper {
            Some(upper) if self.unbounded => refuse(Refusal::Bounded { upper }),
            _ => Ok(()),
        }
    }

    /// The needs in words, for the table of models.
    pub fn in_words(&self) -> String {
        let noun = if self.observations == 1 { "observation" } else { "observations" };
        let mut words = vec![format!("{} {noun}", self.observations)];
        let season = self.season.map(|need| {
            let seasons =
                if need.seasons == 1 { "its length".to_owned() } else { format!("{} times its length", need.seasons) };
            let longest = need.longest.map_or_else(String::new, |longest| format!(" of at most {longest} periods"));
            format!("a season{longest}, and {seasons} + 2 observations")
        });
        words.extend(season);
        let more = [
            (self.positive, "values above zero"),
            (self.not_negative, "no value below zero, one above"),
            (self.complete, "no missing period"),
            (self.unbounded, "no upper bound"),
            (self.yearly, "a yearly series"),
        ];
        words.extend(more.iter().filter(|(needed, _)| *needed).map(|(_, word)| (*word).to_owned()));
        words.join(", ")
    }
}

/// A model that does not apply to a series, in one sentence.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{model} {reason}")]
pub struct FitError {
    /// The model.
    pub model: String,
    /// Why not.
    pub reason: Refusal,
}

/// Why a model does not apply.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Fewer observations than the model has use for.
    #[error("needs {needs} observations, has {has}")]
    TooShort {
        /// The fewest.
        needs: usize,
        /// What there is.
        has: usize,
    },
    /// A value at or below zero.
    #[error("needs values above zero, has {value}")]
    NotPositive {
        /// The value.
        value: f64,
    },
    /// No season.
    #[error("needs a season: the season length is 1")]
    NoSeason,
    /// A value below zero.
    #[error("needs values of zero or more, has {value}")]
    Negative {
        /// The value.
        value: f64,
    },
    /// Nothing but zeros.
    #[error("needs a value above zero, has none")]
    AllZero,
    /// A shift of level, for which it has no regressor.
    #[error("needs a series without a level shift")]
    LevelShift,
    /// Covariates without a row after the last period of the series.
    #[error("needs covariates for the periods after {last}, has none")]
    CovariatesEnd {
        /// The last period of the series.
        last: String,
    },
    /// A place of the season of which nothing is known.
    #[error("needs a value of every place in the season, has none of some")]
    PlaceUnseen,
    /// A longer season than the model can hold.
    #[error("needs a season of at most {longest} periods, this one has {season}")]
    SeasonTooLong {
        /// The season length.
        season: usize,
        /// The longest.
        longest: usize,
    },
    /// Missing periods.
    #[error("needs every period, {periods} missing")]
    Missing {
        /// Which, in words.
        periods: String,
    },
    /// An estimation that found no parameters.
    #[error("found no parameters: {0}")]
    NotFitted(String),
    /// An upper bound, which the model would pass.
    #[error("needs a series without an upper bound, has one at {upper}")]
    Bounded {
        /// The bound.
        upper: f64,
    },
    /// A series that is not yearly.
    #[error("needs a yearly series, this one is {is}")]
    NotYearly {
        /// The frequency.
        is: Frequency,
    },
    /// A reference class without cases.
    #[error("needs comparable documented cases, has none")]
    NoCases,
    /// A pool of which no member applies.
    #[error("has no member that applies: {0}")]
    NoMembers(String),
}
