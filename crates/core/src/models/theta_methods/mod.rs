//! The Theta methods: standard, optimised, dynamic and dynamic optimised.
//!
//! | name | the line | θ |
//! |---|---|---|
//! | theta:standard | least squares through the whole history | 2 |
//! | theta:optimised | the same | least squares, 1 to 100 |
//! | theta:dynamic | least squares through the values before each value | 2 |
//! | theta:dynamic-optimised | the same | least squares, 1 to 100 |
//!
//! Assimakopoulos and Nikolopoulos (2000); Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), whose models
//! are STM, OTM, DSTM and DOTM. A season that the test of the autocorrelation at its lag finds is removed first by
//! classical decomposition, as factors where possible, and put back into each path. The errors are normal; their scale
//! is drawn for each path from its posterior, a chi-squared with as many degrees of freedom as errors count, less the
//! initial level, α, a slope fitted to the whole history, θ, and the seasonal indices but one.

mod estimate;
mod fitted;
mod measured;
mod recursion;
#[cfg(test)]
mod tests;

use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs};

use recursion::Lines;

/// A Theta method of the literature.
///
/// ```
/// use onpace::forecast::Draws;
/// use onpace::models::{Model, ThetaMethod};
/// use onpace::series::{Period, Series};
/// let series = Series::new("a", Period::year(2015)?, vec![10.0, 12.0, 13.0, 15.0, 18.0, 19.0, 22.0, 23.0, 24.0])?;
/// let median = ThetaMethod::Standard.fit(&series)?.forecast(3, &Draws::new(1, 2000)).median();
/// assert!(median[2] > median[0] && median[2] - median[0] < 2.5); // half the slope of 1.8 a year
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThetaMethod {
    /// The standard model (STM): the mean of the least-squares line and the smoothed line of doubled curvature, θ = 2.
    Standard,
    /// The optimised model (OTM): θ is fitted.
    Optimised,
    /// The dynamic standard model (DSTM): the line is updated with each value, θ = 2.
    Dynamic,
    /// The dynamic optimised model (DOTM): the line is updated with each value, and θ is fitted.
    DynamicOptimised,
}

impl ThetaMethod {
    /// All four methods.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Optimised, Self::Dynamic, Self::DynamicOptimised];

    fn lines(self, values: &[f64]) -> Lines {
        if self.is_dynamic() { Lines::dynamic(values) } else { Lines::fixed(values) }
    }

    /// The range of the weight of the line, 1 - 1/θ.
    const fn weights(self) -> (f64, f64) {
        if self.is_optimised() { estimate::WEIGHTS } else { (estimate::STANDARD_WEIGHT, estimate::STANDARD_WEIGHT) }
    }

    /// Whether the line is updated with each value.
    const fn is_dynamic(self) -> bool {
        matches!(self, Self::Dynamic | Self::DynamicOptimised)
    }

    /// Whether θ is fitted.
    const fn is_optimised(self) -> bool {
        matches!(self, Self::Optimised | Self::DynamicOptimised)
    }

    /// The number of parameters that are estimated from all errors together. A moving line does not count, because it
    /// depends on earlier values only; the intercept of a fixed one acts as the initial level does.
    const fn estimated(self) -> usize {
        2 + !self.is_dynamic() as usize + self.is_optimised() as usize
    }
}

impl Model for ThetaMethod {
    fn name(&self) -> &str {
        match self {
            Self::Standard => "theta:standard",
            Self::Optimised => "theta:optimised",
            Self::Dynamic => "theta:dynamic",
            Self::DynamicOptimised => "theta:dynamic-optimised",
        }
    }

    fn needs(&self) -> Needs {
        Needs { complete: true, ..Needs::observations(estimate::SKIPPED + self.estimated() + 1) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(self.name(), series)?;
        Ok(Box::new(fitted::fit(*self, series)))
    }
}
