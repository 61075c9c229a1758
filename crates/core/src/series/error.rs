//! Errors of series and their covariates.

use thiserror::Error;

use super::Frequency;

/// Why a series cannot be made of some values.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SeriesError {
    /// No values.
    #[error("`{id}` has no values")]
    Empty {
        /// The name of the series.
        id: String,
    },
    /// A first period that cannot be read.
    #[error("{0}; expected, for example, 2018, 2018H1, 2018-Q3 or 2018-10")]
    Start(String),
    /// The number of values differs from the number of periods.
    #[error("`{id}` was given {has} values; expected one for each of its {needs} periods")]
    Length {
        /// The name of the series.
        id: String,
        /// The number of periods.
        needs: usize,
        /// The number of values.
        has: usize,
    },
    /// A value that is not a finite number.
    #[error("`{id}` has the value {value} at {period}: a finite number is expected")]
    NotFinite {
        /// The name of the series.
        id: String,
        /// The period of the value.
        period: String,
        /// The value.
        value: f64,
    },
    /// A value beyond the bounds.
    #[error("`{id}` has the value {value} at {period}, outside its bounds")]
    OutOfBounds {
        /// The name of the series.
        id: String,
        /// The period of the value.
        period: String,
        /// The value.
        value: f64,
    },
}

/// Why covariates cannot be used.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CovariateError {
    /// A column has another number of values than the first.
    #[error("covariate `{name}` has {has} values; expected {needs}, as in the first covariate")]
    Length {
        /// The name of the covariate.
        name: String,
        /// The number of values of the first covariate.
        needs: usize,
        /// The number of values.
        has: usize,
    },
    /// A value that is not a finite number.
    #[error("covariate `{name}` has the value {value} at {period}: a finite number is expected")]
    NotFinite {
        /// The name of the covariate.
        name: String,
        /// The period of the value.
        period: String,
        /// The value.
        value: f64,
    },
    /// Two columns of one name.
    #[error("covariate `{name}` is given twice; expected one column per name")]
    Duplicate {
        /// The name of the covariate.
        name: String,
    },
    /// Covariates of another frequency than the series.
    #[error("the covariates are {has}; expected {needs}, as the series is")]
    Frequency {
        /// The frequency of the series.
        needs: Frequency,
        /// The frequency of the covariates.
        has: Frequency,
    },
    /// Periods of the series without a row.
    #[error("the covariates have rows for {has}; expected a row for each period from {first} to {last}")]
    NotCovered {
        /// The periods with rows, in words.
        has: String,
        /// The first period of the series.
        first: String,
        /// The last period of the series.
        last: String,
    },
}
