//! STL: seasonal and trend decomposition by loess (Cleveland, Cleveland, McRae and Terpenning 1990).
//!
//! Each inner iteration smooths the detrended values of every place in the season over the seasons (one season beyond
//! either end as well), takes from that C its low-pass part L (moving averages of m, m and 3, then loess), so that S =
//! C - L, and smooths y - S for the trend T. Each outer iteration weighs the values by (1 - (|R_t| / 6 median|R|)²)²
//! for the next (their section 2).

use super::loess::{Loess, Smoothing};

/// The seasonal smoother of STL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeasonalWindow {
    /// A fixed season: the mean over all seasons.
    Periodic,
    /// A window of this many seasons (odd; Cleveland recommends at least 7). A shorter window lets the season change
    /// faster.
    Seasons(usize),
}

/// Windows, degrees, jumps and iterations of [`stl`]. Even windows and those below 3 are widened; a jump of `None` is a
/// tenth of its window, upward.
///
/// ```
/// use onpace::models::season::StlOptions;
/// let options = StlOptions { outer: 3, inner: 1, ..StlOptions::window(11) };
/// assert_eq!(options.trend_degree, 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StlOptions {
    /// The seasonal smoother.
    pub seasonal: SeasonalWindow,
    /// The trend's window in periods; `None` for the smallest odd number from 1.5 m / (1 - 1.5 / seasonal window) on.
    pub trend: Option<usize>,
    /// The window of the low-pass smoother in periods; `None` for the smallest odd number from m on.
    pub low_pass: Option<usize>,
    /// The degree of the seasonal smoother: 0 for local constants, 1 for local lines; 0 for a periodic season.
    pub seasonal_degree: usize,
    /// The degree of the trend smoother.
    pub trend_degree: usize,
    /// The degree of the low-pass smoother.
    pub low_pass_degree: usize,
    /// The number of seasons from one seasonal fit to the next.
    pub seasonal_jump: Option<usize>,
    /// The number of periods from one fit of the trend to the next.
    pub trend_jump: Option<usize>,
    /// The number of periods from one low-pass fit to the next.
    pub low_pass_jump: Option<usize>,
    /// The number of inner iterations, at least one.
    pub inner: usize,
    /// The number of robustness iterations, which may be 0.
    pub outer: usize,
}

impl StlOptions {
    /// The defaults of R's `stl`: degrees 0, 1 and 1, two inner iterations and no robustness iterations.
    pub const fn new(seasonal: SeasonalWindow) -> Self {
        Self {
            seasonal,
            trend: None,
            low_pass: None,
            seasonal_degree: 0,
            trend_degree: 1,
            low_pass_degree: 1,
            seasonal_jump: None,
            trend_jump: None,
            low_pass_jump: None,
            inner: 2,
            outer: 0,
        }
    }

    /// Settings for a season that does not change.
    pub const fn periodic() -> Self {
        Self::new(SeasonalWindow::Periodic)
    }

    /// Settings for a season that changes, with a window of this many seasons.
    pub const fn window(seasons: usize) -> Self {
        Self::new(SeasonalWindow::Seasons(seasons))
    }

    /// One inner iteration and this many robustness iterations. With many (R's 15), rounding affects the result.
    #[must_use]
    pub const fn robust(self, outer: usize) -> Self {
        Self { inner: 1, outer, ..self }
    }

    /// The seasonal, trend and low-pass smoothers for `n` values.
    pub(super) fn smoothings(&self, n: usize, period: usize) -> [Smoothing; 3] {
        let (seasonal, linear) = match self.seasonal {
            SeasonalWindow::Periodic => (10 * n + 1, false),
            SeasonalWindow::Seasons(seasons) => (seasons.max(3), self.seasonal_degree > 0),
        };
        let trend = (1.5 * period as f64 / (1.0 - 1.5 / seasonal as f64)).ceil() as usize | 1;
        let smoothing = |window: usize, linear: bool, jump: Option<usize>| Smoothing {
            window: window.max(3) | 1,
            linear,
            jump: jump.unwrap_or(window.div_ceil(10)).max(1),
        };
        [
            smoothing(seasonal, linear, self.seasonal_jump),
            smoothing(self.trend.unwrap_or(trend), self.trend_degree > 0, self.trend_jump),
            smoothing(self.low_pass.unwrap_or(period | 1), self.low_pass_degree > 0, self.low_pass_jump),
        ]
    }
}

/// The result of STL: y = trend + seasonal + remainder, each `(n,)` in units of the values.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// The trend with all slow cycles.
    pub trend: Vec<f64>,
    /// The seasonal component.
    pub seasonal: Vec<f64>,
    /// The remainder.
    pub remainder: Vec<f64>,
    /// The robustness weights of the values, 0 to 1; all 1 without robustness iterations.
    pub weights: Vec<f64>,
}

/// Decomposes values with a season of `period` steps. `None` for a period below 2, for no more than two seasons, for a
/// value that is missing (see [`super::interpolated`]) or numbers so large that their sums overflow.
///
/// ```
/// use onpace::models::season::{StlOptions, stl};
/// let values: Vec<f64> = (0..24).map(|t| 100.0 + [3.0, -1.0, -2.0, 0.0][t % 4]).collect();
/// let parts = stl(&values, 4, &StlOptions::periodic()).ok_or("no season")?;
/// assert!((parts.trend[10] + parts.seasonal[10] + parts.remainder[10] - values[10]).abs() < 1e-12);
/// assert!((parts.seasonal[0] - 3.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn stl(values: &[f64], period: usize, options: &StlOptions) -> Option<Decomposition> {
    let n = values.len();
    if period < 2 || n / 2 < period || n == 2 * period || values.iter().any(|y| !y.is_finite()) {
        return None;
    }
    let mut work = Work::new(values, period, options);
    let mut weights = vec![1.0; n];
    for iteration in 0..=options.outer {
        for _ in 0..options.inner.max(1) {
            work.iterate((iteration > 0).then_some(&weights));
        }
        if iteration < options.outer {
            work.weigh(&mut weights);
        }
    }
    let Work { mut seasonal, trend, .. } = work;
    if options.seasonal == SeasonalWindow::Periodic {
        for place in 0..period {
            let count = (n - place).div_ceil(period) as f64;
            let mean = seasonal.iter().skip(place).step_by(period).sum::<f64>() / count;
            seasonal.iter_mut().skip(place).step_by(period).for_each(|s| *s = mean);
        }
    }
    let remainder: Vec<f64> = values.iter().zip(&seasonal).zip(&trend).map(|((y, s), t)| y - s - t).collect();
    let finite = remainder.iter().zip(&seasonal).all(|(r, s)| r.is_finite() && s.is_finite());
    finite.then_some(Decomposition { trend, seasonal, remainder, weights })
}

/// The smoothers and the buffers that iterations reuse.
struct Work<'a> {
    values: &'a [f64],
    period: usize,
    /// For subseries of the shorter length, and those with one value more.
    seasonal_smoothers: [Loess; 2],
    trend_smoother: Loess,
    low_pass_smoother: Loess,
    seasonal: Vec<f64>,
    trend: Vec<f64>,
    /// C, one season longer at either end.
    cycle: Vec<f64>,
    buffers: [Vec<f64>; 2],
    column: [Vec<f64>; 3],
    scratch: Vec<f64>,
}

impl<'a> Work<'a> {
    fn new(values: &'a [f64], period: usize, options: &StlOptions) -> Self {
        let n = values.len();
        let [seasonal, trend, low_pass] = options.smoothings(n, period);
        let seasons = n / period;
        Self {
            values,
            period,
            seasonal_smoothers: [seasons, seasons + 1].map(|length| Loess::new(length, seasonal, true)),
            trend_smoother: Loess::new(n, trend, false),
            low_pass_smoother: Loess::new(n, low_pass, false),
            seasonal: vec![0.0; n],
            trend: vec![0.0; n],
            cycle: vec![0.0; n + 2 * period],
            buffers: [vec![0.0; n + 2 * period], vec![0.0; n + 2 * period]],
            column: std::array::from_fn(|_| vec![0.0; seasons + 3]),
            scratch: Vec::with_capacity(trend.window.max(low_pass.window).min(n)),
        }
    }

    fn iterate(&mut self, weights: Option<&Vec<f64>>) {
        self.smooth_seasons(weights);
        let (n, period) = (self.values.len(), self.period);
        let [first, second] = &mut self.buffers;
        moving_average(&self.cycle, period, first);
        moving_average(&first[..n + period + 1], period, second);
        moving_average(&second[..n + 2], 3, first);
        self.low_pass_smoother.smooth(&first[..n], None, &mut self.scratch, second);
        for (t, seasonal) in self.seasonal.iter_mut().enumerate() {
            *seasonal = self.cycle[t + period] - second[t];
            first[t] = self.values[t] - *seasonal;
        }
        self.trend_smoother.smooth(first, weights.map(Vec::as_slice), &mut self.scratch, &mut self.trend);
    }

    /// C from the detrended values, place by place.
    fn smooth_seasons(&mut self, weights: Option<&Vec<f64>>) {
        let (n, period) = (self.values.len(), self.period);
        let [y, robustness, smooth] = &mut self.column;
        for place in 0..period {
            let mut length = 0;
            for (k, t) in (place..n).step_by(period).enumerate() {
                y[k] = self.values[t] - self.trend[t];
                if let Some(weights) = weights {
                    robustness[k] = weights[t];
                }
                length = k + 1;
            }
            let loess = &self.seasonal_smoothers[length - n / period];
            let robustness = weights.map(|_| &robustness[..length]);
            loess.smooth(&y[..length], robustness, &mut self.scratch, smooth);
            for (k, fit) in smooth[..length + 2].iter().enumerate() {
                self.cycle[k * period + place] = *fit;
            }
        }
    }

    fn weigh(&mut self, weights: &mut [f64]) {
        let n = self.values.len();
        let (sizes, sorted) = (&mut weights[..], &mut self.buffers[0][..n]);
        for (t, size) in sizes.iter_mut().enumerate() {
            *size = (self.values[t] - self.trend[t] - self.seasonal[t]).abs();
        }
        sorted.copy_from_slice(sizes);
        sorted.sort_unstable_by(f64::total_cmp);
        let limit = 3.0 * (sorted[n / 2] + sorted[n - n / 2 - 1]);
        for size in sizes {
            *size = if *size <= 0.001 * limit {
                1.0
            } else if *size <= 0.999 * limit {
                let ratio = *size / limit;
                (1.0 - ratio * ratio) * (1.0 - ratio * ratio)
            } else {
                0.0
            };
        }
    }
}

/// Means of `length` values in a row, as a running sum.
fn moving_average(values: &[f64], length: usize, averages: &mut [f64]) {
    let count = length as f64;
    let mut sum: f64 = values[..length].iter().sum();
    averages[0] = sum / count;
    for (k, (old, new)) in values.iter().zip(&values[length..]).enumerate() {
        sum += new - old;
        averages[k + 1] = sum / count;
    }
}
