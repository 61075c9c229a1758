//! The computations that the models of one series share.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::series::Series;

use super::season::Adjustment;

/// A series and its seasonal adjustments, so that the members of a pool share one decomposition.
///
/// ```
/// use onpace::models::{Model, Shared, drift_adjusted};
/// use onpace::series::{Period, Series};
/// let sales = Series::new("sales", Period::quarter(2019, 1)?, [1.0, 5.0, 2.0, 3.0].repeat(6))?;
/// let shared = Shared::new(&sales);
/// let fitted = drift_adjusted().fit_shared(&shared)?;
/// assert_eq!(fitted.fitted_values(), drift_adjusted().fit(&sales)?.fitted_values());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Shared<'a> {
    series: &'a Series,
    /// The adjustments by the number of known values.
    seasons: RefCell<BTreeMap<usize, Adjustment>>,
}

impl<'a> Shared<'a> {
    /// Shares nothing yet; adjustments are computed when a model first needs them.
    pub fn new(series: &'a Series) -> Self {
        Self { series, seasons: RefCell::default() }
    }

    /// The series.
    pub fn series(&self) -> &'a Series {
        self.series
    }

    /// The season of the first `known` values, at most all of them.
    pub(super) fn season(&self, known: usize) -> Adjustment {
        let known = known.min(self.series.len());
        let mut seasons = self.seasons.borrow_mut();
        seasons.entry(known).or_insert_with(|| Adjustment::of(self.series, known)).clone()
    }
}
