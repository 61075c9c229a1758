//! A value with an estimation error.

use crate::numerics::student::t_quantile;

/// A value that is known exactly, or with an error of its logarithm and with one-sided bounds.
///
/// The logarithm x of the true value has the density t((x - ln value) / standard error) · Π Φ(±(x - ln bound) / s). A bound
/// "more than" or "at most" is a censored observation with the error s of its source (Tobin 1958). The density is zero
/// beyond the limits.
///
/// ```
/// use onpace::series::Estimate;
/// assert_eq!(Estimate::exact(3.0).quantile(0.9), 3.0);
/// let estimate = Estimate { standard_error: 0.15, ..Estimate::exact(100.0) };
/// assert!((estimate.quantile(0.5) - 100.0).abs() < 0.05);
/// assert!((estimate.quantile(0.9) / 100.0 - (0.15_f64 * 1.2816).exp()).abs() < 1e-3);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The value by the figures alone, without bounds and limits, in units of the series.
    pub value: f64,
    /// The standard error of its logarithm; zero for an exact value.
    pub standard_error: f64,
    /// Degrees of freedom of Student's t; `None` for the normal distribution.
    pub degrees: Option<f64>,
    /// One-sided bounds.
    pub bounds: Vec<Bound>,
    /// The lowest and highest possible value; `None` where it is not known.
    pub limits: (Option<f64>, Option<f64>),
}

/// A one-sided bound: a source says that the true value is above or below it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The bound, above zero, in units of the series.
    pub value: f64,
    /// The standard error of its logarithm.
    pub standard_error: f64,
    /// Whether the true value is above the bound; else it is below.
    pub at_least: bool,
}

/// Points of the grid on which the density is summed.
const POINTS: usize = 600;
/// The grid reaches this many standard errors to each side.
const REACH: f64 = 12.0;
/// Limits farther away than this many standard errors have no effect.
const LIMITS_REACH: f64 = 5.0;

impl Estimate {
    /// A value without error.
    pub fn exact(value: f64) -> Self {
        Self { value, standard_error: 0.0, degrees: None, bounds: Vec::new(), limits: (None, None) }
    }

    /// Whether there is no error.
    pub fn is_exact(&self) -> bool {
        self.standard_error <= 0.0 || self.value <= 0.0
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The quantile of a probability, in units of the series.
    pub fn quantile(&self, probability: f64) -> f64 {
        self.quantiles(&[probability])[0]
    }

    /// The quantiles of several probabilities.
    pub fn quantiles(&self, probabilities: &[f64]) -> Vec<f64> {
        if self.is_exact() {
            return vec![self.value; probabilities.len()];
        }
        let centre = self.value.ln();
        let limit = |limit: Option<f64>, none: f64| limit.filter(|v| *v > 0.0).map_or(none, f64::ln);
        let low = (centre - REACH * self.standard_error).max(limit(self.limits.0, f64::NEG_INFINITY));
        let high = (centre + REACH * self.standard_error).min(limit(self.limits.1, f64::INFINITY));
        if high <= low {
            return vec![self.value; probabilities.len()];
        }
        let free =
            low <= centre - LIMITS_REACH * self.standard_error && high >= centre + LIMITS_REACH * self.standard_error;
        if free && self.bounds.is_empty() {
            let (lowest, highest) = (self.limits.0.unwrap_or(0.0), self.limits.1.unwrap_or(f64::MAX));
            let quantile = |p: &f64| self.value * (self.standard_error * self.standard_quantile(*p)).exp();
            return probabilities.iter().map(|p| quantile(p).clamp(lowest, highest)).collect();
        }
        let width = (high - low) / POINTS as f64;
        let density = |cell: usize| self.log_density(low + (cell as f64 + 0.5) * width);
        let logs: Vec<f64> = (0..POINTS).map(density).collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut cumulative = vec![0.0];
        let mut sum = 0.0;
        for log in logs {
            sum += (log - largest).exp();
            cumulative.push(sum);
        }
        let quantile = |probability: &f64| {
            let wanted = probability.clamp(0.0, 1.0) * sum;
            let cell = cumulative.partition_point(|c| *c < wanted).clamp(1, POINTS);
            let mass = cumulative[cell] - cumulative[cell - 1];
            let part = if mass > 0.0 { (wanted - cumulative[cell - 1]) / mass } else { 0.5 };
            (low + (cell as f64 - 1.0 + part) * width).exp()
        };
        probabilities.iter().map(quantile).collect()
    }

    /// The quantile of the standard normal, or of Student's t.
    fn standard_quantile(&self, probability: f64) -> f64 {
        let p = probability.clamp(1e-9, 1.0 - 1e-9);
        if p == 0.5 {
            return 0.0;
        }
        t_quantile(p, self.degrees.unwrap_or(f64::INFINITY))
    }

    fn log_density(&self, x: f64) -> f64 {
        let z = (x - self.value.ln()) / self.standard_error;
        let figure = match self.degrees {
            Some(degrees) => -0.5 * (degrees + 1.0) * (z * z / degrees).ln_1p(),
            None => -0.5 * z * z,
        };
        let bound = |bound: &Bound| {
            let z = (x - bound.value.ln()) / bound.standard_error.max(1e-6);
            log_normal_cdf(if bound.at_least { z } else { -z })
        };
        figure + self.bounds.iter().map(bound).sum::<f64>()
    }
}

/// ln Φ(z), without underflow for large negative z.
fn log_normal_cdf(z: f64) -> f64 {
    if z < -30.0 {
        // Mills' ratio: Φ(z) ≈ φ(z) / |z|.
        return -0.5 * z * z - (-z).ln() - 0.5 * (2.0 * std::f64::consts::PI).ln();
    }
    (0.5 * statrs::function::erf::erfc(-z / std::f64::consts::SQRT_2)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With one figure and a bound at the same place the density is φ(z) Φ(z): a skew normal of shape one, whose median
    /// is the upper of the square roots of one half, Φ(x)² = 1/2.
    #[test]
    fn a_bound_at_the_value_makes_a_skew_normal() {
        let bound = Bound { value: 100.0, standard_error: 0.15, at_least: true };
        let estimate = Estimate { standard_error: 0.15, bounds: vec![bound], ..Estimate::exact(100.0) };
        assert!((estimate.median().ln() - 100.0_f64.ln() - 0.15 * 0.544_952_1).abs() < 1e-4);
        let least = Estimate { bounds: vec![Bound { at_least: false, ..bound }], ..estimate };
        assert!(least.median() < 100.0);
    }

    #[test]
    fn limits_hold_and_a_distant_bound_keeps_the_median_finite() {
        let share = Estimate { standard_error: 0.3, limits: (Some(0.0), Some(100.0)), ..Estimate::exact(95.0) };
        assert!(share.quantile(0.999) <= 100.0 && share.median() < 95.0);
        let far = Bound { value: 1.0, standard_error: 0.15, at_least: false };
        let disputed = Estimate { standard_error: 0.15, bounds: vec![far], ..Estimate::exact(100.0) };
        let median = disputed.median();
        assert!(median.is_finite() && median < 100.0);
        let t = Estimate { degrees: Some(2.0), standard_error: 0.1, ..Estimate::exact(1.0) };
        // R: qt(.9, 2) = 1.885618
        assert!((t.quantile(0.9).ln() - 0.188_561_8).abs() < 1e-6);
        assert_eq!(t.median(), 1.0);
    }
}
