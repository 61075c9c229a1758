//! MSTL: several seasons by STL in turn (Bandara, Hyndman and Bergmeir 2021).
//!
//! Seasons are estimated from the shortest on, each from the values less all other seasonal components so far; two
//! rounds where there is more than one. Trend and remainder are those of the last. As R's `mstl` in the package
//! forecast 8.20.

use super::stl::{StlOptions, stl};

/// Values and their parts: y = trend + Σ seasonal + remainder.
#[derive(Debug, Clone, PartialEq)]
pub struct MultipleDecomposition {
    /// The periods, from the shortest.
    pub periods: Vec<usize>,
    /// The trend, `(n,)`.
    pub trend: Vec<f64>,
    /// A component for each period, each `(n,)`.
    pub seasonal: Vec<Vec<f64>>,
    /// The remainder, `(n,)`.
    pub remainder: Vec<f64>,
}

impl MultipleDecomposition {
    /// The values without their seasons, `(n,)`.
    pub fn adjusted(&self) -> Vec<f64> {
        self.trend.iter().zip(&self.remainder).map(|(t, r)| t + r).collect()
    }
}

/// The seasonal window of the `i`-th shortest season, i from 0: 11, 15, 19, ... seasons, as in R's `mstl`.
pub(super) const fn default_window(i: usize) -> StlOptions {
    StlOptions::window(11 + 4 * i)
}

/// Decomposes values with seasons of several periods, of which those below 2 and those with no more than two seasons
/// are left out. `options` gives each period's STL, by its place from the shortest; `None` for windows of 11, 15, 19,
/// ... seasons. `None` where no period is left or a value is missing.
///
/// ```
/// use onpace::models::season::mstl;
/// let values: Vec<f64> =
///     (0..90).map(|t| f64::from(t) + [2.0, -1.0, -1.0][t as usize % 3] + f64::from(u8::from(t % 15 == 0))).collect();
/// let parts = mstl(&values, &[15, 3], None).ok_or("no season")?;
/// assert_eq!(parts.periods, [3, 15]);
/// assert!((parts.adjusted()[7] - 7.0).abs() < 0.3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn mstl(
    values: &[f64],
    periods: &[usize],
    options: Option<&dyn Fn(usize) -> StlOptions>,
) -> Option<MultipleDecomposition> {
    let n = values.len();
    let mut periods: Vec<usize> = periods.iter().copied().filter(|m| *m >= 2 && n > m.saturating_mul(2)).collect();
    periods.sort_unstable();
    periods.dedup();
    let rounds = if periods.len() > 1 { 2 } else { 1 };
    let mut seasonal = vec![vec![0.0; n]; periods.len()];
    let mut adjusted = values.to_vec();
    let mut trend = Vec::new();
    for _ in 0..rounds {
        for (i, (component, period)) in seasonal.iter_mut().zip(&periods).enumerate() {
            adjusted.iter_mut().zip(component.iter()).for_each(|(a, s)| *a += s);
            let parts = stl(&adjusted, *period, &options.map_or(default_window(i), |options| options(i)))?;
            adjusted.iter_mut().zip(&parts.seasonal).for_each(|(a, s)| *a -= s);
            (*component, trend) = (parts.seasonal, parts.trend);
        }
    }
    let remainder: Vec<f64> = adjusted.iter().zip(&trend).map(|(a, t)| a - t).collect();
    (!periods.is_empty()).then_some(MultipleDecomposition { periods, trend, seasonal, remainder })
}
