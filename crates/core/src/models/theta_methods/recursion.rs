//! The recursion that the four Theta models share (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016,
//! equations 8 to 12 and 17 to 19).
//!
//! μ_t = l_{t-1} + (1 - 1/θ) ((1 - α)^{t-1} A_{t-1} + (1 - (1 - α)^t)/α B_{t-1}), y_t = μ_t + e_t,
//! l_t = α y_t + (1 - α) l_{t-1}.
//!
//! A + B t is the least-squares line: through the whole history in the standard and optimised models, through the
//! values before t in the dynamic ones: ȳ_t = ((t - 1) ȳ_{t-1} + y_t)/t, B_t = ((t - 2) B_{t-1} + 6 (y_t -
//! ȳ_{t-1})/t)/(t + 1), A_t = ȳ_t - B_t (t + 1)/2. Beyond the history a path's own values take the place of y.

/// A least-squares line on t = 1, 2, …
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) intercept: f64,
    pub(super) slope: f64,
}

impl Line {
    /// The line through all values.
    pub(super) fn through(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let centre = 0.5 * (n + 1.0);
        let product: f64 = values.iter().enumerate().map(|(t, y)| (t as f64 + 1.0 - centre) * (y - mean)).sum();
        let slope = if n > 1.0 { 12.0 * product / (n * (n * n - 1.0)) } else { 0.0 };
        Self { intercept: mean - slope * centre, slope }
    }

    /// The contribution of the line to the level at t, for a weight of one; `decay` is (1 - α)^{t-1}.
    pub(super) fn addition(self, decay: f64, alpha: f64) -> f64 {
        decay * self.intercept + (1.0 - decay * (1.0 - alpha)) / alpha * self.slope
    }
}

/// The mean and the slope of the values so far, from which the dynamic models' line follows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moving {
    pub(super) mean: f64,
    pub(super) slope: f64,
}

impl Moving {
    /// Updates with the value of t (from 1).
    pub(super) fn after(self, t: f64, value: f64) -> Self {
        // These quotients depend on t only, so a loop over paths computes them once.
        let (of_mean, of_slope, kept) = (1.0 / t, 6.0 / (t * (t + 1.0)), (t - 2.0) / (t + 1.0));
        let apart = value - self.mean;
        Self { mean: self.mean + of_mean * apart, slope: kept * self.slope + of_slope * apart }
    }

    /// The line through the t values so far.
    pub(super) fn line(self, t: f64) -> Line {
        Line { intercept: self.mean - 0.5 * (t + 1.0) * self.slope, slope: self.slope }
    }
}

/// The lines for the one-step forecasts of the history, and the moving line after it.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    /// For each t, the line of t - 1.
    pub(super) before: Vec<Line>,
    /// The moving line after the last value; `None` for a fixed line.
    pub(super) moving: Option<Moving>,
}

impl Lines {
    /// One fixed line for all periods.
    pub(super) fn fixed(values: &[f64]) -> Self {
        Self { before: vec![Line::through(values); values.len()], moving: None }
    }

    /// A line that is updated with each value. Before the first value, the flat line through it is used.
    pub(super) fn dynamic(values: &[f64]) -> Self {
        let first = values.first().copied().unwrap_or(0.0);
        let mut moving = Moving { mean: first, slope: 0.0 };
        let mut before = Vec::with_capacity(values.len());
        before.push(moving.line(1.0));
        for (t, value) in values.iter().enumerate().skip(1) {
            before.push(moving.line(t as f64));
            moving = moving.after(t as f64 + 1.0, *value);
        }
        Self { before, moving: Some(moving) }
    }
}

/// The parameters of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Parameters {
    /// The smoothing parameter α.
    pub(super) alpha: f64,
    /// The weight of the line, 1 - 1/θ.
    pub(super) weight: f64,
    /// The initial level l_0.
    pub(super) level: f64,
}

/// The state of the recursion after the history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct End {
    pub(super) level: f64,
    /// The factor (1 - α)^n.
    pub(super) decay: f64,
}

/// Runs through the history, gives each t (from 0) its one-step forecast, and returns its final state.
pub(super) fn run(values: &[f64], lines: &Lines, at: Parameters, mut forecast: impl FnMut(usize, f64)) -> End {
    let Parameters { alpha, weight, mut level } = at;
    let mut decay = 1.0;
    for (t, (value, line)) in values.iter().zip(&lines.before).enumerate() {
        forecast(t, level + weight * line.addition(decay, alpha));
        level += alpha * (value - level);
        decay *= 1.0 - alpha;
    }
    End { level, decay }
}
