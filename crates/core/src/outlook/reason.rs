//! Why a view gives no odds.

use thiserror::Error;

use crate::hierarchy::HierarchyError;
use crate::models::FitError;

use super::View;

/// Why a view gives no odds.
///
/// ```
/// use onpace::outlook::{Reason, View};
/// assert_eq!(Reason::PartWithout(View::Outside).to_string(), "not every part of the sum has an outside view");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Reason {
    /// The model of the view does not apply to the series.
    #[error("{0}")]
    DoesNotApply(#[from] FitError),
    /// There is no history that sample paths could continue.
    #[error("there is no history to continue")]
    NoHistory,
    /// The sample paths, with the history, cover no calendar year.
    #[error("no calendar year is complete")]
    NoCompleteYear,
    /// The sample paths of the two series of a ratio have no common period, or one of them has no such view.
    #[error("the two series of the ratio have no common periods")]
    NoCommonPeriods,
    /// The series is part of a sum, and another part has no such view.
    #[error("not every part of the sum has an {0} view")]
    PartWithout(View),
    /// The forecasts of a sum and of its parts cannot be put together.
    #[error("{0}")]
    Sum(#[from] HierarchyError),
}
