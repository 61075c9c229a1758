//! Sample paths and the questions asked of them.

use std::sync::OnceLock;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, concatenate};

use super::{Level, Odds};

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
    sorted: OnceLock<Array2<f64>>,
}

impl Forecast {
    /// A forecast from its paths, `(paths, horizon)`; what overflowed is held at the largest number there is.
    pub fn from_paths(mut paths: Array2<f64>) -> Self {
        paths.mapv_inplace(|v| v.clamp(-f64::MAX, f64::MAX));
        Self { paths, sorted: OnceLock::new() }
    }

    /// The linear opinion pool (Stone 1961): all paths of all members together, a member's weight its share of them.
    /// `None` without members, or where their horizons differ.
    pub fn mix(members: &[Self]) -> Option<Self> {
        let views: Vec<_> = members.iter().map(|m| m.paths.view()).collect();
        concatenate(Axis(0), &views).ok().filter(|all| all.nrows() > 0).map(Self::from_paths)
    }

    /// The paths, `(paths, horizon)`.
    pub fn paths(&self) -> ArrayView2<'_, f64> {
        self.paths.view()
    }

    /// The number of steps ahead.
    pub fn horizon(&self) -> usize {
        self.paths.ncols()
    }

    /// The mean of the paths at each step, `(horizon,)`. It is not the median: growth makes it larger.
    pub fn mean(&self) -> Array1<f64> {
        let count = self.paths.nrows().max(1) as f64;
        // Divided first, since values near the largest number would overflow in the sum.
        self.paths.axis_iter(Axis(1)).map(|step| step.iter().map(|v| v / count).sum()).collect()
    }

    /// The median at each step, `(horizon,)`.
    pub fn median(&self) -> Array1<f64> {
        self.quantile(0.5)
    }

    /// The quantile of a probability at each step, `(horizon,)`: Hyndman and Fan's (1996) type 8, median-unbiased.
    pub fn quantile(&self, probability: f64) -> Array1<f64> {
        self.sorted().axis_iter(Axis(0)).map(|step| quantile_of_sorted(step, probability)).collect()
    }

    /// The central interval of a level, both ends `(horizon,)`; the lower is never above the upper.
    pub fn interval(&self, level: Level) -> (Array1<f64>, Array1<f64>) {
        let (low, high) = level.tails();
        (self.quantile(low), self.quantile(high))
    }

    /// The odds of anything that a whole path can do.
    pub fn odds(&self, happens: impl Fn(ArrayView1<'_, f64>) -> bool) -> Odds {
        let hits = self.paths.axis_iter(Axis(0)).filter(|path| happens(*path)).count();
        Odds::new(hits, self.paths.nrows())
    }

    fn sorted(&self) -> &Array2<f64> {
        self.sorted.get_or_init(|| {
            let mut steps = self.paths.t().as_standard_layout().into_owned();
            for mut step in steps.axis_iter_mut(Axis(0)) {
                if let Some(values) = step.as_slice_mut() {
                    values.sort_unstable_by(f64::total_cmp);
                }
            }
            steps
        })
    }
}

/// Type 8 of Hyndman and Fan (1996) on values in ascending order; NaN where there are none.
fn quantile_of_sorted(values: ArrayView1<'_, f64>, probability: f64) -> f64 {
    let n = values.len();
    if n == 0 {
        return f64::NAN;
    }
    let at = ((n as f64 + 1.0 / 3.0) * probability + 1.0 / 3.0).clamp(1.0, n as f64) - 1.0;
    let below = at.floor() as usize;
    let (low, high) = (values[below], values[(below + 1).min(n - 1)]);
    low + (at - below as f64) * (high - low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    /// R: quantile(c(2, 3.5, 5, 8, 13, 21, 34), c(.1, .25, .9, .95), type = 8).
    #[test]
    fn quantiles_are_those_of_type_8() {
        let values = array![2.0, 3.5, 5.0, 8.0, 13.0, 21.0, 34.0];
        for (p, expected) in [(0.1, 2.1), (0.25, 3.75), (0.9, 33.133_333_333_333_34), (0.95, 34.0)] {
            assert!((quantile_of_sorted(values.view(), p) - expected).abs() < 1e-12, "{p}");
        }
    }

    #[test]
    fn a_pool_of_copies_is_the_forecast_itself_and_overflow_is_held() {
        let one = Forecast::from_paths(array![[1.0, 5.0], [2.0, f64::INFINITY], [3.0, -4.0], [7.0, 0.5]]);
        let pool = Forecast::mix(&[one.clone(), one.clone()]).unwrap();
        assert_eq!(pool.mean()[0], one.mean()[0]);
        assert!(pool.odds(|p| p[0] > 1.5).probability() > 0.5);
        assert_eq!(one.quantile(1.0)[1], f64::MAX);
        assert!(Forecast::mix(&[]).is_none());
        assert!(one.mean().iter().all(|m| m.is_finite()));
    }
}
