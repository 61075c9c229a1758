//! Sample paths and their summaries.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, ShapeBuilder, concatenate};

use super::{Level, Odds};
use crate::numerics::order::at_ranks;
use crate::numerics::quantiles::{interpolate, median_unbiased_position};

/// A forecast: sample paths, `(paths, horizon)`, in units of the series.
///
/// ```
/// use ndarray::array;
/// use onpace::forecast::{Forecast, Level};
/// let forecast = Forecast::from_paths(array![[1.0, 2.0], [2.0, 3.0], [3.0, 7.0]]);
/// assert_eq!(forecast.median().to_vec(), [2.0, 3.0]);
/// assert_eq!(forecast.mean().to_vec(), [2.0, 4.0]);
/// let (low, high) = forecast.interval(Level::percent(50.0)?);
/// assert!(low[1] <= 3.0 && high[1] >= 3.0);
/// # Ok::<(), onpace::forecast::LevelError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Forecast {
    paths: Array2<f64>,
}

impl Forecast {
    /// A forecast from its paths, `(paths, horizon)`; infinite values become the largest finite number.
    pub fn from_paths(mut paths: Array2<f64>) -> Self {
        paths.map_inplace(|v| *v = v.clamp(-f64::MAX, f64::MAX));
        Self { paths }
    }

    /// A forecast from finite values, `paths` × `horizon`, with all paths of the first step before those of the second.
    pub(crate) fn from_steps(paths: usize, horizon: usize, steps: Vec<f64>) -> Self {
        let paths = Array2::from_shape_vec((paths, horizon).f(), steps);
        Self { paths: paths.unwrap_or_else(|_| Array2::zeros((0, horizon))) }
    }

    /// The linear opinion pool (Stone 1961): all paths of all members; the weight of a member is its share of the paths.
    /// `None` without members, or where their horizons differ.
    pub fn mix(members: &[Self]) -> Option<Self> {
        let views: Vec<_> = members.iter().map(|m| m.paths.t()).collect();
        let steps = concatenate(Axis(1), &views).ok().filter(|all| all.ncols() > 0)?;
        Some(Self { paths: steps.reversed_axes() })
    }

    /// The paths, `(paths, horizon)`.
    pub fn paths(&self) -> ArrayView2<'_, f64> {
        self.paths.view()
    }

    /// One path, `(horizon,)`.
    pub(super) fn path(&self, number: usize) -> ArrayView1<'_, f64> {
        self.paths.row(number)
    }

    /// The number of steps ahead.
    pub fn horizon(&self) -> usize {
        self.paths.ncols()
    }

    /// The mean of the paths at each step, `(horizon,)`. Skewed paths, such as those of growth, have a mean above the median.
    pub fn mean(&self) -> Array1<f64> {
        let count = self.paths.nrows().max(1) as f64;
        let mean = |step: ArrayView1<'_, f64>| {
            let mean = step.sum() / count;
            // The sum of values near the largest number overflows; the sum of their parts does not.
            if mean.is_finite() { mean } else { step.iter().map(|v| v / count).sum() }
        };
        self.paths.axis_iter(Axis(1)).map(mean).collect()
    }

    /// The median at each step, `(horizon,)`.
    pub fn median(&self) -> Array1<f64> {
        self.quantile(0.5)
    }

    /// The quantile of a probability at each step, `(horizon,)`.
    pub fn quantile(&self, probability: f64) -> Array1<f64> {
        self.quantiles(&[probability]).row(0).to_owned()
    }

    /// The quantiles of several probabilities at each step, `(probabilities, horizon)`: the median-unbiased type 8 of
    /// Hyndman and Fan (1996); NaN where there are no paths. Several at once cost little more than one.
    pub fn quantiles(&self, probabilities: &[f64]) -> Array2<f64> {
        let n = self.paths.nrows();
        let mut quantiles = Array2::from_elem((probabilities.len(), self.horizon()), f64::NAN);
        if n == 0 {
            return quantiles;
        }
        let positions: Vec<f64> = probabilities.iter().map(|p| median_unbiased_position(n, *p)).collect();
        let mut ranks: Vec<usize> =
            positions.iter().flat_map(|p| [*p as usize, (*p as usize + 1).min(n - 1)]).collect();
        ranks.sort_unstable();
        ranks.dedup();
        for (step, mut column) in self.paths.axis_iter(Axis(1)).zip(quantiles.axis_iter_mut(Axis(1))) {
            let values = match step.as_slice() {
                Some(values) => at_ranks(values, &ranks),
                None => at_ranks(&step.to_vec(), &ranks),
            };
            let value = |rank: usize| ranks.binary_search(&rank).map_or(f64::NAN, |i| values[i]);
            column.iter_mut().zip(&positions).for_each(|(quantile, place)| *quantile = interpolate(*place, value));
        }
        quantiles
    }

    /// The lower and the upper ends of the central interval of a level, each `(horizon,)`.
    pub fn interval(&self, level: Level) -> (Array1<f64>, Array1<f64>) {
        let (low, high) = level.tails();
        let ends = self.quantiles(&[low, high]);
        (ends.row(0).to_owned(), ends.row(1).to_owned())
    }

    /// The odds that `happens` is true of a path, `(horizon,)`.
    pub fn odds(&self, happens: impl Fn(ArrayView1<'_, f64>) -> bool) -> Odds {
        let hits = self.paths.axis_iter(Axis(0)).filter(|path| happens(*path)).count();
        Odds::new(hits, self.paths.nrows())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    /// R: quantile(c(2, 3.5, 5, 8, 13, 21, 34), c(.1, .25, .9, .95), type = 8).
    #[test]
    fn quantiles_are_those_of_type_8() {
        let values = array![[21.0], [3.5], [5.0], [2.0], [13.0], [8.0], [34.0]];
        let forecast = Forecast::from_paths(values);
        for (p, expected) in [(0.1, 2.1), (0.25, 3.75), (0.9, 33.133_333_333_333_34), (0.95, 34.0)] {
            assert!((forecast.quantile(p)[0] - expected).abs() < 1e-12, "{p}");
        }
    }

    #[test]
    fn a_pool_of_copies_is_the_forecast_and_overflow_is_finite() {
        let one = Forecast::from_paths(array![[1.0, 5.0], [2.0, f64::INFINITY], [3.0, -4.0], [7.0, 0.5]]);
        let pool = Forecast::mix(&[one.clone(), one.clone()]).unwrap();
        assert_eq!(pool.mean()[0], one.mean()[0]);
        assert!(pool.odds(|p| p[0] > 1.5).probability() > 0.5);
        assert_eq!(one.quantile(1.0)[1], f64::MAX);
        assert!(Forecast::mix(&[]).is_none());
        assert!(one.mean().iter().all(|m| m.is_finite()));
    }
}
