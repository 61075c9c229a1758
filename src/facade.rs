//! What a Rust user does first: forecast a series, and ask what the forecast makes of a goal.

use thiserror::Error;

#[cfg(feature = "charts")]
use crate::charts::{ChartError, FanChart, Sheet};
#[cfg(feature = "tables")]
use crate::data::{DataError, Problem};
use crate::evaluate::{Backtest, Comparison, RollingOrigin, Scoring, backtest};
use crate::forecast::{Draws, Ensemble, Forecast, Level, LevelError, Odds};
use crate::goals::{CannotTell, Goal, Judgement, Target, TargetError, assess, deadline, judge};
use crate::models::{FitError, Model, Remark};
use crate::registry::{Registry, UnknownModel};
use crate::series::{Period, PeriodError, Series, SeriesError, StampError};

/// Sample paths of [`forecast`].
const PATHS: usize = 4000;
/// The seed of [`forecast`].
const SEED: u64 = 1;
/// The longest horizon, in periods.
const LONGEST_HORIZON: usize = 10_000;

/// Why something that was asked of the library cannot be answered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Values that make no series.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// A period that does not exist.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// Text that is not a period.
    #[error(transparent)]
    Stamp(#[from] StampError),
    #[cfg(feature = "tables")]
    /// A file that cannot be used.
    #[error(transparent)]
    Data(Box<DataError>),
    #[cfg(feature = "tables")]
    /// A row of a file that cannot be used.
    #[error("{0}")]
    Row(Box<Problem>),
    /// A model that does not exist.
    #[error(transparent)]
    UnknownModel(#[from] UnknownModel),
    /// A horizon that is zero, too long, or beyond the end of the calendar.
    #[error("horizon {horizon}: expected a number of periods from 1 to {LONGEST_HORIZON}, within the calendar")]
    Horizon {
        /// The horizon that was asked for.
        horizon: usize,
    },
    /// A model that does not apply to the series.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// A target or deadline that cannot be read.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A goal that cannot be judged on the series.
    #[error(transparent)]
    CannotTell(#[from] CannotTell),
    /// A goal that the data decide, so that no chance is left to forecast.
    #[error("the data decide it: {} in {period}, with a value of {value}", if *.met { "met" } else { "missed" })]
    Decided {
        /// Whether it was met.
        met: bool,
        /// The period that decides it.
        period: Period,
        /// The value of that period.
        value: f64,
    },
    /// A deadline that the forecast does not reach.
    #[error(
        "the deadline {deadline} is {steps} periods ahead, and the forecast ends after {horizon}: forecast further"
    )]
    TooShort {
        /// The last period that counts.
        deadline: Period,
        /// Periods from the last value to the deadline.
        steps: usize,
        /// The horizon of the forecast, in periods.
        horizon: usize,
    },
    /// Series that are too short to forecast at any earlier origin.
    #[error("nothing can be scored: no series is long enough for a forecast at an earlier origin")]
    NothingToScore,
    /// A level that is not one.
    #[error(transparent)]
    Level(#[from] LevelError),
    #[cfg(feature = "charts")]
    /// A chart that cannot be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

#[cfg(feature = "tables")]
impl From<DataError> for Error {
    fn from(error: DataError) -> Self {
        Self::Data(Box::new(error))
    }
}

/// The models that the functions of this module know.
fn registry() -> Registry {
    #[cfg(feature = "bundled-data")]
    return crate::bundled::registry();
    #[cfg(not(feature = "bundled-data"))]
    return Registry::default();
}

/// Reads all series of a file in the long layout (`unique_id`, `ds`, `y`): CSV, Parquet, JSON lines or Arrow by its ending.
///
/// ```
/// let series = onpace::read("tests/data/air_passengers.csv")?;
/// assert_eq!((series.len(), series[0].len()), (1, 144));
/// # Ok::<(), onpace::Error>(())
/// ```
///
/// # Errors
/// A file that cannot be read, or the first row that cannot be used.
#[cfg(feature = "tables")]
pub fn read(path: impl AsRef<std::path::Path>) -> Result<Vec<Series>, Error> {
    let panel = crate::data::read_panel(path.as_ref(), &crate::data::Columns::default(), None, None)?;
    match panel.problems.into_iter().find(|problem| problem.fatal) {
        Some(problem) => Err(Error::Row(Box::new(problem))),
        None => Ok(panel.series.into_iter().map(|loaded| loaded.series).collect()),
    }
}

/// Forecasts a series `horizon` periods ahead by a model of the registry, such as `auto`, `theta` or `arima`.
///
/// ```
/// let chips = onpace::Series::starting("chips", "2018", vec![1739.5, 2018.2, 2612.6, 3594.3, 3241.9, 3514.4, 4514.2, 4842.8])?;
/// let chance = onpace::forecast(&chips, "auto", 5)?.chance_of("x2", "2030")?;
/// assert!(chance.probability() > 0.05 && chance.probability() < 0.5);
/// # Ok::<(), onpace::Error>(())
/// ```
///
/// # Errors
/// A model that does not exist, or that does not apply to the series.
pub fn forecast(series: &Series, model: &str, horizon: usize) -> Result<SeriesForecast, Error> {
    let model = registry().model(model)?;
    forecast_with(series, model.as_ref(), horizon, &Draws::new(SEED, PATHS))
}

/// Forecasts a series by any model, with given draws: [`forecast`] uses 4,000 paths and the seed 1.
///
/// ```
/// use onpace::{Draws, Series, models};
/// let chips = Series::starting("chips", "2018", vec![1739.5, 2018.2, 2612.6, 3594.3, 3241.9, 3514.4, 4514.2, 4842.8])?;
/// let forecast = onpace::forecast_with(&chips, &models::exponential(), 2, &Draws::new(7, 1000))?;
/// assert_eq!(forecast.forecast().horizon(), 2);
/// # Ok::<(), onpace::Error>(())
/// ```
///
/// # Errors
/// A series to which the model does not apply.
pub fn forecast_with(
    series: &Series,
    model: &dyn Model,
    horizon: usize,
    draws: &Draws,
) -> Result<SeriesForecast, Error> {
    if !(1..=LONGEST_HORIZON).contains(&horizon) || series.last_period().shift(horizon as i64).is_err() {
        return Err(Error::Horizon { horizon });
    }
    let fitted = model.fit(series)?;
    Ok(SeriesForecast {
        remarks: fitted.remarks(),
        paths: Ensemble::of(series.clone(), fitted.forecast(horizon, draws)),
        series: series.clone(),
    })
}

/// Compares models on the last `origins` origins of each series, `horizon` periods ahead of each, with `naive` as baseline.
///
/// ```
/// let series = onpace::read("tests/data/air_passengers.csv")?;
/// let comparison = onpace::compare(series, "seasonal-naive,theta", 6, 3)?;
/// assert_eq!(comparison.rows[0].model, "theta");
/// # Ok::<(), onpace::Error>(())
/// ```
///
/// # Errors
/// A model that does not exist, or series on which nothing can be scored.
pub fn compare(series: Vec<Series>, models: &str, horizon: usize, origins: usize) -> Result<Comparison, Error> {
    let registry = registry();
    let mut models = registry.select(models)?;
    let naive = registry.model("naive")?;
    if models.iter().all(|model| model.name() != naive.name()) {
        models.push(naive);
    }
    let fewest = models.iter().map(|model| model.needs().observations).max().unwrap_or(0);
    let rolling = RollingOrigin { horizon, origins, step: 1, fewest };
    let cutoffs = |series: &Series| rolling.cutoffs_of(series).into_iter().map(|cutoff| (cutoff, horizon)).collect();
    let cutoffs: Vec<Vec<(usize, usize)>> = series.iter().map(cutoffs).collect();
    let levels = Level::DEFAULTS.to_vec();
    let probabilities = Backtest::probabilities(&levels);
    let past = backtest(&series.into(), &cutoffs, &models, &probabilities, &Draws::new(SEED, PATHS), |_| ());
    let scoring = Scoring { levels, baseline: "naive".to_owned(), by_step: false, trim: 0.0 };
    Comparison::new(&past, &scoring).ok_or(Error::NothingToScore)
}

/// A series with its forecast.
#[derive(Debug, Clone)]
pub struct SeriesForecast {
    series: Series,
    paths: Ensemble,
    remarks: Vec<Remark>,
}

impl SeriesForecast {
    /// The series.
    pub fn series(&self) -> &Series {
        &self.series
    }

    /// The forecast: its sample paths, quantiles and intervals.
    pub fn forecast(&self) -> &Forecast {
        self.paths.forecast()
    }

    /// What a reader should know about the fit.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The chance that the series reaches a target by a deadline, both as people write them: `x2`, `+50%`, `1200`, `80%`;
    /// `2028`, `2026-Q4`, `2026-12-31`. A multiple starts from the last value.
    ///
    /// # Errors
    /// A target or deadline that cannot be read or cannot be judged on the series, one that the data decide already, or a
    /// deadline beyond the forecast.
    pub fn chance_of(&self, target: &str, by: &str) -> Result<Odds, Error> {
        let target: Target = target.parse()?;
        self.chance(&Goal::open(self.series.id(), self.series.id(), target, deadline(by)?))
    }

    /// The chance of a goal with a base, a direction or a reading of its own.
    ///
    /// # Errors
    /// As [`SeriesForecast::chance_of`].
    pub fn chance(&self, goal: &Goal) -> Result<Odds, Error> {
        let due = match judge(goal, Some(&self.series))? {
            Judgement::Open { deadline, .. } => deadline,
            Judgement::Judged { met, period, value, .. } => return Err(Error::Decided { met, period, value }),
            Judgement::Recorded(..) => return Err(CannotTell::NoSeries.into()),
        };
        let horizon = self.forecast().horizon();
        let steps = usize::try_from(self.series.last_period().steps_to(due)).unwrap_or(0);
        match assess(goal, &self.series, &self.paths, due) {
            Some(assessment) => Ok(assessment.odds()),
            None => Err(Error::TooShort { deadline: due, steps, horizon }),
        }
    }

    /// A fan chart with intervals of 50, 80 and 95 per cent, as a whole SVG document; [`crate::charts::png`] makes a PNG
    /// of it.
    ///
    /// # Errors
    /// A chart that cannot be drawn.
    #[cfg(feature = "charts")]
    pub fn svg(&self, title: &str) -> Result<String, Error> {
        let sheet = Sheet { title: title.to_owned(), ..Sheet::default() };
        Ok(FanChart::of(sheet, &self.series, self.forecast(), &Level::DEFAULTS, self.forecast().horizon()).svg()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn growing() -> SeriesForecast {
        let series = Series::starting("a", "2018", vec![10.0, 12.0, 15.0, 17.0, 22.0, 25.0, 31.0, 36.0]).unwrap();
        forecast(&series, "auto", 3).unwrap()
    }

    #[test]
    fn a_larger_target_and_an_earlier_deadline_are_less_likely() {
        let growing = growing();
        let chance = |target, by| growing.chance_of(target, by).unwrap().probability();
        assert!(chance("x1.5", "2028") > chance("x2", "2028"));
        assert!(chance("x1.5", "2028") > chance("x1.5", "2026"));
    }

    #[test]
    fn what_cannot_be_answered_is_an_error_with_its_reason() {
        let growing = growing();
        let error = |target, by| growing.chance_of(target, by).unwrap_err();
        assert!(matches!(error("x2", "2040"), Error::TooShort { steps: 15, horizon: 3, .. }));
        assert!(matches!(error("30", "2025"), Error::Decided { met: true, .. }));
        assert!(matches!(error("twice", "2028"), Error::Target(_)));
        assert!(matches!(forecast(growing.series(), "theta", 100_000).unwrap_err(), Error::Horizon { .. }));
        assert!(matches!(forecast(growing.series(), "thetta", 1).unwrap_err(), Error::UnknownModel(_)));
    }

    #[test]
    fn all_models_can_be_compared_with_naive_among_them_once() {
        let series = growing().series().clone();
        let comparison = compare(vec![series], "all", 1, 2).unwrap();
        assert_eq!(comparison.rows.iter().filter(|row| row.model == "naive").count(), 1);
    }

    #[cfg(feature = "charts")]
    #[test]
    fn a_forecast_draws_itself() {
        let svg = growing().svg("Output grows").unwrap();
        assert!(svg.contains("Output grows") && svg.trim_end().ends_with("</svg>"));
    }
}
