//! Complex exponential smoothing: a level and a hidden part that together are a complex number, smoothed by a complex
//! parameter, so that one model covers level and trend alike, and four kinds of season (see [`recursion`]).
//!
//! Svetunkov, Kourentzes and Ord (2022), Complex exponential smoothing, Naval Research Logistics 69. The smoothing
//! parameters are those of greatest likelihood under the stability condition ([`search`], [`stability`]), the initial
//! states those of least squares ([`initial`]) or backcast ([`backcast`]).
//!
//! Least squares has the greater likelihood, by up to 2 m + 2 states that it chooses; they cost forecasts of the simple
//! and full kind more than they give. The automatic choice backcasts, therefore: on the M3 competition (Makridakis and
//! Hibon 2000; 200 yearly, 200 quarterly and 150 monthly series at random) its forecasts have a mean MASE of 2.91, 1.20
//! and 0.85 and a mean sMAPE of 17.2, 10.5 and 14.9; chosen by AICc among fits by least squares, all states counted,
//! 2.89, 1.29, 0.88 and 17.9, 11.3, 14.2, and not counted 2.89, 1.27, 0.98 and 17.9, 10.7, 17.3.

mod backcast;
mod fitted;
mod initial;
mod recursion;
mod search;
mod stability;

#[cfg(test)]
mod tests;

use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Refusal, SeasonNeed};

pub use fitted::FittedCes;

use recursion::Space;
use search::{Effort, Estimates, QUICK, THOROUGH, USUAL, estimate, parameters};

const AUTOMATIC: &str = "ces";
/// The longest season whose states are estimated.
const LONGEST: usize = 60;
/// The most missing values: each is a column of the least squares.
const MOST_MISSING: usize = 60;

/// The season of a complex exponential smoothing.
///
/// ```
/// use onpace::models::CesKind;
/// assert_eq!(CesKind::Partial.name(), "ces:partial");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CesKind {
    /// No season.
    None,
    /// The level pair of the same period of the season before: level and season are one.
    Simple,
    /// A level pair, and a real seasonal state that is added.
    Partial,
    /// A level pair, and a seasonal pair that is added.
    Full,
}

impl CesKind {
    /// All four.
    pub const ALL: [Self; 4] = [Self::None, Self::Simple, Self::Partial, Self::Full];

    /// The name of the model of this kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "ces:none",
            Self::Simple => "ces:simple",
            Self::Partial => "ces:partial",
            Self::Full => "ces:full",
        }
    }

    fn needs(self) -> Needs {
        let seasons = match self {
            Self::None => return Needs::observations(6),
            Self::Partial => 2,
            Self::Simple | Self::Full => 3,
        };
        Needs { season: Some(SeasonNeed { seasons, longest: Some(LONGEST) }), ..Needs::observations(6) }
    }
}

/// Where the states before the first value come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialStates {
    /// Those of least squares at each place of the search; missing values are integrated out.
    LeastSquares,
    /// The recursion run over the series read backwards; no value may be missing.
    Backcast,
}

/// Complex exponential smoothing of one kind, its initial states by least squares unless told otherwise.
///
/// ```
/// use onpace::models::{Ces, CesKind, Model};
/// use onpace::series::{Period, Series};
/// let values = (0..40).map(|t| 50.0 + f64::from(t) + [4.0, -1.0, 0.0, -3.0][t as usize % 4]).collect::<Vec<_>>();
/// let series = Series::new("sales", Period::quarter(2015, 1)?, values)?;
/// let fit = Ces::new(CesKind::Partial).estimate(&series)?;
/// assert!(fit.log_likelihood().is_finite());
/// assert!((fit.point(4)[3] - 90.0).abs() < 2.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Ces {
    kind: CesKind,
    initial: InitialStates,
}

impl Ces {
    /// A kind, its initial states by least squares.
    pub fn new(kind: CesKind) -> Self {
        Self { kind, initial: InitialStates::LeastSquares }
    }

    /// The same kind with other initial states.
    ///
    /// ```
    /// use onpace::models::{Ces, CesKind, InitialStates, Model};
    /// let model = Ces::new(CesKind::None).with_initial(InitialStates::Backcast);
    /// assert!(model.needs().complete);
    /// ```
    #[must_use]
    pub fn with_initial(self, initial: InitialStates) -> Self {
        Self { initial, ..self }
    }

    /// Fits one series.
    ///
    /// # Errors
    /// A series too short for the states of the kind, without a season where it needs one, or with more missing values
    /// than its initial states allow.
    pub fn estimate(&self, series: &Series) -> Result<FittedCes, FitError> {
        let name = self.kind.name();
        let scaled = Scaled::of(series);
        let estimates = scaled.estimate(*self, name, THOROUGH)?;
        Ok(FittedCes::new(name, series, estimates, scaled.unit))
    }
}

impl Model for Ces {
    fn name(&self) -> &str {
        self.kind.name()
    }

    fn needs(&self) -> Needs {
        Needs { complete: self.initial == InitialStates::Backcast, ..self.kind.needs() }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        Ok(self.estimate(series)?.into_fitted(series))
    }
}

/// The kind of complex exponential smoothing of the smallest AICc, its initial states backcast. On a series with missing
/// values, which cannot be read backwards, all kinds have theirs by least squares, and AICc counts them.
///
/// ```
/// use onpace::models::{AutoCes, CesKind};
/// use onpace::series::{Period, Series};
/// let series = Series::new("output", Period::year(2010)?, (0..12).map(|t| 100.0 + f64::from(t)).collect::<Vec<_>>())?;
/// assert_eq!(AutoCes.estimate(&series)?.kind(), CesKind::None); // a yearly series has no season
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AutoCes;

impl AutoCes {
    /// Fits all kinds that apply, and keeps one.
    ///
    /// # Errors
    /// A series too short for the kind without a season, or with too many missing values.
    pub fn estimate(&self, series: &Series) -> Result<FittedCes, FitError> {
        let initial = if series.is_complete() { InitialStates::Backcast } else { InitialStates::LeastSquares };
        let scaled = Scaled::of(series);
        let fit = |kind, effort| scaled.estimate(Ces { kind, initial }, AUTOMATIC, effort);
        let mut best = fit(CesKind::None, QUICK)?;
        for kind in [CesKind::Simple, CesKind::Partial, CesKind::Full] {
            // A kind that does not apply takes no part.
            if let Ok(other) = fit(kind, QUICK)
                && other.aicc < best.aicc
            {
                best = other;
            }
        }
        let best = fit(best.space.kind, USUAL)?;
        Ok(FittedCes::new(AUTOMATIC, series, best, scaled.unit))
    }
}

impl Model for AutoCes {
    fn name(&self) -> &str {
        AUTOMATIC
    }

    fn needs(&self) -> Needs {
        CesKind::None.needs()
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        Ok(self.estimate(series)?.into_fitted(series))
    }
}

/// A series in units of its largest value, so that no square is too large or too small.
struct Scaled<'a> {
    series: &'a Series,
    values: Vec<f64>,
    unit: f64,
}

impl<'a> Scaled<'a> {
    fn of(series: &'a Series) -> Self {
        let largest = series.as_slice().iter().map(|v| v.abs()).fold(0.0, f64::max);
        let unit = if largest > 0.0 { largest } else { 1.0 };
        Self { series, values: series.as_slice().iter().map(|v| v / unit).collect(), unit }
    }

    fn estimate(&self, model: Ces, name: &str, effort: Effort) -> Result<Estimates, FitError> {
        let (series, kind, season) = (self.series, model.kind, self.series.season_length());
        model.needs().check(name, series)?;
        let refuse = |reason| FitError { model: name.to_owned(), reason };
        let (has, missing) = (series.known(), series.len() - series.known());
        if missing > MOST_MISSING {
            return Err(refuse(Refusal::Missing { periods: series.missing_in_words() }));
        }
        if model.initial == InitialStates::LeastSquares {
            let states: usize = Space::at(kind, season, &[]).ring_lengths().iter().sum();
            let needs = states + parameters(kind) + 2;
            if has < needs {
                return Err(refuse(Refusal::TooShort { needs, has }));
            }
        }
        estimate((kind, model.initial, effort), &self.values, season)
            .ok_or_else(|| refuse(Refusal::NotFitted("no stable place to start from".to_owned())))
    }
}
