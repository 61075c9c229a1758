//! The origins at which forecasts are made again.

/// The fewest values that a model gets to learn from.
const FEWEST: usize = 4;

/// Rolling-origin evaluation (Tashman 2000): forecasts of `horizon` steps from several origins, each from the values up
/// to it alone, with the models fitted anew.
///
/// ```
/// use onpace::evaluate::RollingOrigin;
/// let rolling = RollingOrigin { horizon: 3, origins: 4, step: 2 };
/// assert_eq!(rolling.cutoffs(20), [11, 13, 15, 17]);
/// assert_eq!(rolling.cutoffs(10), [5, 7]); // fewer, where there are not values enough
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollingOrigin {
    /// Steps ahead, all of which must be known at the last origin.
    pub horizon: usize,
    /// The most origins.
    pub origins: usize,
    /// Periods between two origins.
    pub step: usize,
}

impl RollingOrigin {
    /// How many values of a series of `n` are known at each origin, ascending; as many origins as leave four values to
    /// learn from, which may be none.
    pub fn cutoffs(&self, n: usize) -> Vec<usize> {
        let Some(last) = n.checked_sub(self.horizon).filter(|last| *last >= FEWEST) else { return Vec::new() };
        let step = self.step.max(1);
        let count = self.origins.min((last - FEWEST) / step + 1);
        (0..count).rev().map(|back| last - back * step).collect()
    }
}
