//! The interface of all models: what they require of a series and what a fit provides.

use std::fmt;

use ndarray::Array1;
use thiserror::Error;

use crate::forecast::{Draws, Forecast};
use crate::series::{Frequency, Period, Series};

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
    /// The model's name in the registry, in lower case: `drift`, `seasonal-naive`.
    fn name(&self) -> &str;

    /// The requirements that a series must meet.
    fn needs(&self) -> Needs;

    /// Fits the model to one series.
    ///
    /// # Errors
    /// The series does not meet the requirements, or the parameters cannot be estimated.
    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError>;

    /// Fits the model as [`Model::fit`] does, and shares computations with the other models of that series.
    ///
    /// # Errors
    /// The same as those of [`Model::fit`].
    fn fit_shared(&self, shared: &Shared<'_>) -> Result<Box<dyn Fitted>, FitError> {
        self.fit(shared.series())
    }

    /// The mean quantile loss of the model's forecasts at earlier origins, in units of the series; one number per
    /// origin. Each forecast uses only the values known at its origin.
    ///
    /// # Errors
    /// The series does not meet the requirements at one of the origins.
    fn past_losses(&self, past: &Past<'_>) -> Result<Vec<f64>, FitError> {
        past.by_refitting(|known| self.fit(known))
    }
}

/// A model that has seen a series. Nothing fails after the fit.
pub trait Fitted: Send + Sync + fmt::Debug {
    /// One-step-ahead values of the history, `(n,)`, in units of the series; NaN where the model has none.
    fn fitted_values(&self) -> Array1<f64>;

    /// The parameters' estimates and intervals; empty for models without parameters.
    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }

    /// The forecast of `horizon` steps. A shorter horizon gives the same first steps.
    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast;

    /// The fitted curve over the history and `horizon` steps beyond, `(n + horizon,)`, for models that have such a
    /// curve.
    fn curve(&self, _horizon: usize) -> Option<Array1<f64>> {
        None
    }

    /// The members of a pool with their weights, which sum to one; empty for models other than pools.
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
    /// The share of the paths that it provides, from 0 to 1.
    pub weight: f64,
    /// Its loss at earlier origins as a multiple of a typical member's; `None` where the series is too short.
    pub relative_loss: Option<f64>,
}

/// The estimate of a parameter of a fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The parameter's name: `slope`, `ceiling`.
    pub name: &'static str,
    /// The estimate: a posterior median, or the value at the best grid point.
    pub estimate: f64,
    /// The central 90 % interval, if the model provides one.
    pub interval: Option<(f64, f64)>,
    /// The unit, such as `units per period`; empty for a pure number.
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

/// The requirements of a seasonal model on the season.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeasonNeed {
    /// The number of whole seasons; two more observations are required.
    pub seasons: usize,
    /// The longest season that the model supports, in periods; `None` for any length.
    pub longest: Option<usize>,
}

/// The requirements of a model: what a series must have for the model to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// The smallest number of observations.
    pub observations: usize,
    /// Whether every value must be above zero.
    pub positive: bool,
    /// Whether no value may be below zero and at least one must be above.
    pub not_negative: bool,
    /// Whether no period may be missing.
    pub complete: bool,
    /// The requirements on the season; `None` if none is required.
    pub season: Option<SeasonNeed>,
    /// Whether the series may have no upper bound, because the model's paths would exceed it.
    pub unbounded: bool,
    /// Whether the series must be yearly.
    pub yearly: bool,
    /// Whether the model supports level shifts. Other models do not apply to a series that has one.
    pub level_shifts: bool,
    /// Whether the model uses the covariates of a series. Other models ignore them. A model that uses them requires a
    /// known row for at least the first period after the series. Since nothing fails after the fit, steps beyond the
    /// last known row use the values of that row, and a remark of the fit names its period.
    pub covariates: bool,
}

impl Needs {
    /// Requires a number of observations and nothing else.
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

    /// The requirements that all of several models share: a series that fails them suits none of the models.
    pub fn of_any(models: &[Self]) -> Self {
        let every = |needed: fn(&Self) -> bool| !models.is_empty() && models.iter().all(needed);
        let seasons: Option<Vec<SeasonNeed>> = models.iter().map(|needs| needs.season).collect();
        let shortest = |seasons: &[SeasonNeed]| {
            seasons.iter().copied().reduce(|a, b| SeasonNeed {
                seasons: a.seasons.min(b.seasons),
                longest: a.longest.zip(b.longest).map(|(a, b)| a.max(b)),
            })
        };
        Self {
            observations: models.iter().map(|needs| needs.observations).min().unwrap_or(1),
            positive: every(|needs| needs.positive),
            not_negative: every(|needs| needs.not_negative),
            complete: every(|needs| needs.complete),
            season: seasons.as_deref().and_then(shortest),
            unbounded: every(|needs| needs.unbounded),
            yearly: every(|needs| needs.yearly),
            level_shifts: models.iter().any(|needs| needs.level_shifts),
            covariates: models.iter().any(|needs| needs.covariates),
        }
    }

    /// Checks whether a series meets the requirements of the model with this name.
    ///
    /// # Errors
    /// The first requirement that is not met.
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
                _ => {}
            }
            if let Some(period) = first_unobserved_place(series) {
                return refuse(Refusal::PlaceUnseen { period });
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

    /// The requirements in words, for the table of models.
    pub fn in_words(&self) -> String {
        let noun = if self.observations == 1 { "observation" } else { "observations" };
        let mut words = vec![format!("{} {noun}", self.observations)];
        let season = self.season.map(|need| {
            let seasons = if need.seasons == 1 { "1 season".to_owned() } else { format!("{} seasons", need.seasons) };
            let longest = need.longest.map_or_else(String::new, |longest| format!(" of at most {longest} periods"));
            format!("a season{longest}, {seasons} and 2 periods of data")
        });
        words.extend(season);
        let more = [
            (self.positive, "values above zero"),
            (self.not_negative, "no value below zero and at least one above"),
            (self.complete, "no missing period"),
            (self.unbounded, "no upper bound"),
            (self.yearly, "a yearly series"),
        ];
        words.extend(more.iter().filter(|(needed, _)| *needed).map(|(_, word)| (*word).to_owned()));
        words.join(", ")
    }
}

/// The first period whose place in the season has no observation in any season, by its name.
fn first_unobserved_place(series: &Series) -> Option<String> {
    let season = series.season_length();
    let empty = |period: &Period| {
        let place = series.start().steps_to(*period).rem_euclid(season as i64) as usize;
        series.values().iter().skip(place).step_by(season).all(|value| value.is_nan())
    };
    series.missing().find(empty).map(|period| series.calendar().label(period))
}

/// The error of a model that does not apply to a series: a sentence of the model's name and the reason.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{model} {reason}")]
pub struct FitError {
    /// The name of the model.
    pub model: String,
    /// The reason why it does not apply.
    pub reason: Refusal,
}

/// The reason why a model does not apply to a series.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The series has fewer observations than the model requires.
    #[error("needs {needs} observations but the series has {has}")]
    TooShort {
        /// The smallest number of observations.
        needs: usize,
        /// The number of observations of the series.
        has: usize,
    },
    /// The series has a value at or below zero.
    #[error("needs values above zero but the series has {value}")]
    NotPositive {
        /// The first such value.
        value: f64,
    },
    /// The series has no season.
    #[error("needs a season but the season length is 1")]
    NoSeason,
    /// The series has a value below zero.
    #[error("needs values of zero or more but the series has {value}")]
    Negative {
        /// The first such value.
        value: f64,
    },
    /// All values are zero.
    #[error("needs a value above zero but the series has none")]
    AllZero,
    /// The series has a level shift.
    #[error("does not support level shifts")]
    LevelShift,
    /// The covariates have no row after the last period of the series.
    #[error("needs covariates for the periods after {last} but there are none")]
    CovariatesEnd {
        /// The last period of the series.
        last: String,
    },
    /// A place in the season has no observation in any season.
    #[error("needs an observation at every place in the season but the place of {period} has none")]
    PlaceUnseen {
        /// The first period with such a place.
        period: String,
    },
    /// The season is longer than the model supports.
    #[error("needs a season of at most {longest} periods but the season length is {season}")]
    SeasonTooLong {
        /// The season length of the series.
        season: usize,
        /// The longest season that the model supports.
        longest: usize,
    },
    /// The series has missing periods.
    #[error("needs a value in every period but has none for {periods}")]
    Missing {
        /// A list of the missing periods.
        periods: String,
    },
    /// The parameters could not be estimated; the reason follows.
    #[error("could not be estimated: {0}")]
    NotFitted(String),
    /// The series has an upper bound, which the model's paths would exceed.
    #[error("needs a series without an upper bound but this one is bounded by {upper}")]
    Bounded {
        /// The upper bound of the series.
        upper: f64,
    },
    /// The series is not yearly.
    #[error("needs a yearly series but this one is {is}")]
    NotYearly {
        /// The frequency of the series.
        is: Frequency,
    },
    /// The reference class has no comparable case.
    #[error("needs comparable documented cases but there are none")]
    NoCases,
    /// No member of a pool applies; their reasons follow.
    #[error("has no member that applies: {0}")]
    NoMembers(String),
}
