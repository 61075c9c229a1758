//! What can be wrong with a hierarchy, its history and its forecasts.

use thiserror::Error;

use crate::models::FitError;
use crate::series::{Frequency, Period};

/// A hierarchy that is none, or numbers that do not fit one.
///
/// ```
/// use onpace::hierarchy::Hierarchy;
/// let error = Hierarchy::new(&[("a".into(), "b".into()), ("a".into(), "c".into())]).unwrap_err();
/// assert_eq!(error.to_string(), "`a` is part of both `b` and `c`; a series is part of one other at most");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum HierarchyError {
    /// No series is part of another.
    #[error("the hierarchy is empty: at least one series is part of another")]
    Empty,
    /// A series is part of two.
    #[error("`{node}` is part of both `{first}` and `{second}`; a series is part of one other at most")]
    TwoParents {
        /// The series.
        node: String,
        /// What it was said to be part of first.
        first: String,
        /// What it was said to be part of next.
        second: String,
    },
    /// A series is part of itself.
    #[error("`{node}` is part of itself: {circle}")]
    Cycle {
        /// The series.
        node: String,
        /// The way from it back to it.
        circle: String,
    },
    /// A part has no values.
    #[error("the part `{part}` has no values")]
    NoValues {
        /// The part.
        part: String,
    },
    /// The series have different frequencies.
    #[error("the series have different frequencies: `{first}` is {first_frequency}, `{other}` is {other_frequency}")]
    Frequencies {
        /// A series.
        first: String,
        /// Its frequency.
        first_frequency: Frequency,
        /// A series with another frequency.
        other: String,
        /// Its frequency.
        other_frequency: Frequency,
    },
    /// A series begins after another has ended.
    #[error("`{series}` begins after {last}, where another series ends, so there is no common period")]
    BeginsLate {
        /// The series that begins late.
        series: String,
        /// The earliest last period.
        last: Period,
    },
    /// The parts of a total without values have no common period.
    #[error("the parts of `{total}` have no common period")]
    NoCommonPeriod {
        /// The total.
        total: String,
    },
    /// The model does not apply to a series.
    #[error("`{series}`: {reason}")]
    DoesNotApply {
        /// The series.
        series: String,
        /// The model, and why it does not apply.
        reason: FitError,
    },
    /// A total is not the sum of its parts.
    #[error("`{parent}` is {value} in {period}, its parts add up to {sum}: {parts}")]
    DoesNotAddUp {
        /// The total.
        parent: String,
        /// The period.
        period: String,
        /// The total's value.
        value: f64,
        /// The sum of its parts, to 12 digits.
        sum: f64,
        /// The parts and their values (the first few).
        parts: String,
    },
    /// A period does not have one value a series.
    #[error("{period} has {found} values; the hierarchy has {expected} series")]
    ValueCount {
        /// The period.
        period: String,
        /// How many values it has.
        found: usize,
        /// How many belong there.
        expected: usize,
    },
    /// There is not one forecast a series.
    #[error("{found} forecasts; {expected} series ask for one each")]
    ForecastCount {
        /// How many forecasts there are.
        found: usize,
        /// How many belong there.
        expected: usize,
    },
    /// Two forecasts cannot be paired path by path.
    #[error(
        "forecast {number} has {paths} paths of {horizon} steps, the first has {first_paths} of {first_horizon}; \
         equal numbers are needed"
    )]
    UnequalForecasts {
        /// Which forecast, from 1.
        number: usize,
        /// Its number of paths.
        paths: usize,
        /// Its number of steps.
        horizon: usize,
        /// The number of paths of the first.
        first_paths: usize,
        /// The number of steps of the first.
        first_horizon: usize,
    },
    /// There are too few residuals to say how errors go together.
    #[error("{found} residuals a series; at least {needed} are needed to weigh errors against one another")]
    FewResiduals {
        /// How many there are.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The residuals are not those of the series.
    #[error("residuals of {found} series; {expected} belong there")]
    ResidualColumns {
        /// Of how many series they are.
        found: usize,
        /// How many belong there.
        expected: usize,
    },
    /// A residual is missing, or too large to square.
    #[error("the residuals of series {series} are not all finite numbers that can be squared")]
    Residual {
        /// Which series, from 1 in the order of the hierarchy.
        series: usize,
    },
    /// A matrix is no correlation.
    #[error(
        "no correlation of {size} series: {size} by {size}, symmetric, positive semidefinite, ones on the diagonal"
    )]
    Correlation {
        /// How many series are to be paired.
        size: usize,
    },
    /// A matrix of weights has another size than the hierarchy.
    #[error("weights of {rows} by {columns}; {expected} by {expected} belong there")]
    WeightsShape {
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
        /// The number of series.
        expected: usize,
    },
    /// The errors of a total and its parts do not vary, or follow from one another, so that they cannot be weighed.
    #[error(
        "the errors of a total and its parts do not vary, or follow from one another exactly, so they have no weights"
    )]
    Singular,
}

impl HierarchyError {
    /// The series or total that the error concerns, for errors that concern one.
    ///
    /// ```
    /// use onpace::hierarchy::Hierarchy;
    /// let error = Hierarchy::new(&[("a".into(), "b".into()), ("a".into(), "c".into())]).unwrap_err();
    /// assert_eq!(error.series(), Some("c"));
    /// ```
    pub fn series(&self) -> Option<&str> {
        match self {
            Self::TwoParents { second: name, .. }
            | Self::Cycle { node: name, .. }
            | Self::NoValues { part: name }
            | Self::Frequencies { other: name, .. }
            | Self::BeginsLate { series: name, .. }
            | Self::NoCommonPeriod { total: name }
            | Self::DoesNotApply { series: name, .. }
            | Self::DoesNotAddUp { parent: name, .. } => Some(name),
            _ => None,
        }
    }
}
