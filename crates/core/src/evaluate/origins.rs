//! The origins at which forecasts are made again.

use crate::series::Series;

/// With fewer values known nothing is evaluated.
const FEWEST: usize = 4;

/// Rolling-origin evaluation (Tashman 2000): forecasts of `horizon` steps from several origins, each from the values up
/// to it alone, with the models fitted anew.
///
/// ```
/// use onpace::evaluate::RollingOrigin;
/// let rolling = RollingOrigin { horizon: 3, origins: 4, step: 2, fewest: 6 };
/// assert_eq!(rolling.cutoffs(20), [11, 13, 15, 17]);
/// assert_eq!(rolling.cutoffs(12), [7, 9]); // fewer, where there are not values enough
/// assert_eq!(rolling.cutoffs(8), [5]); // six are not known at any origin
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollingOrigin {
    /// Steps ahead, all of which must be known at the last origin.
    pub horizon: usize,
    /// The most origins.
    pub origins: usize,
    /// Periods between two origins.
    pub step: usize,
    /// The fewest values to be known at an origin, as the models need; a series too short for that makes do with four.
    pub fewest: usize,
}

impl RollingOrigin {
    /// How many values of a series of `n` are known at each origin, ascending; as many origins as leave enough values to
    /// learn from, which may be none.
    pub fn cutoffs(&self, n: usize) -> Vec<usize> {
        let Some(last) = n.checked_sub(self.horizon).filter(|last| *last >= FEWEST) else { return Vec::new() };
        let fewest = if last >= self.fewest { self.fewest.max(FEWEST) } else { FEWEST };
        let step = self.step.max(1);
        let count = self.origins.min((last - fewest) / step + 1);
        (0..count).rev().map(|back| last - back * step).collect()
    }

    /// The same for a series, without origins whose own period is missing.
    pub fn cutoffs_of(&self, series: &Series) -> Vec<usize> {
        let mut cutoffs = self.cutoffs(series.len());
        cutoffs.retain(|cutoff| !series.values()[cutoff - 1].is_nan());
        cutoffs
    }
}
