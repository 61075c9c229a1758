//! Random-effects meta-analysis: one value from several estimates that disagree by more than their errors.

use crate::series::{Bound, Estimate};

/// The pooled value of several estimates.
///
/// ```
/// use onpace::data::RandomEffects;
/// let pooled = RandomEffects::of(&[(0.0, 1.0), (4.0, 1.0)]).ok_or("no estimates")?;
/// assert_eq!((pooled.estimate, pooled.tau2), (2.0, 7.0)); // half of the squared distance, minus the variance of each
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RandomEffects {
    /// The pooled estimate: Σ wᵢ yᵢ / Σ wᵢ with wᵢ = 1 / (vᵢ + τ²).
    pub estimate: f64,
    /// The standard error of the pooled estimate, (Σ wᵢ)^(-1/2).
    pub standard_error: f64,
    /// The standard error of Knapp and Hartung (2003), √(Σ wᵢ (yᵢ - ȳ)² / ((k - 1) Σ wᵢ)), for Student's t with
    /// k - 1 degrees of freedom; `None` for a single estimate.
    pub knapp_hartung: Option<f64>,
    /// The variance between sources, τ², by the method of moments.
    pub tau2: f64,
    /// Cochran's Q.
    pub q: f64,
    /// The share of the variation that the stated errors do not explain, I² = max(0, (Q - k + 1) / Q).
    pub i2: f64,
}

impl RandomEffects {
    /// Pools (estimate, variance) pairs after DerSimonian and Laird (1986): τ² = max(0, (Q - (k - 1)) / (Σ w - Σ w² / Σ w))
    /// with w = 1 / v. `None` without estimates, or if a variance is not above zero.
    pub fn of(estimates: &[(f64, f64)]) -> Option<Self> {
        if estimates.is_empty() || !estimates.iter().all(|(y, v)| y.is_finite() && v.is_finite() && *v > 0.0) {
            return None;
        }
        let k = estimates.len() as f64;
        let mean = |tau2: f64| {
            let weights = || estimates.iter().map(|(_, v)| 1.0 / (v + tau2));
            let sum: f64 = weights().sum();
            let estimate = weights().zip(estimates).map(|(w, (y, _))| w * y).sum::<f64>() / sum;
            let scatter: f64 = weights().zip(estimates).map(|(w, (y, _))| w * (y - estimate).powi(2)).sum();
            let squares: f64 = weights().map(|w| w * w).sum();
            (estimate, sum, squares, scatter)
        };
        let (_, sum, squares, q) = mean(0.0);
        let room = sum - squares / sum;
        let tau2 = if room > 0.0 { ((q - (k - 1.0)) / room).max(0.0) } else { 0.0 };
        let (estimate, sum, _, scatter) = mean(tau2);
        Some(Self {
            estimate,
            standard_error: sum.powf(-0.5),
            knapp_hartung: (estimates.len() > 1).then(|| (scatter / ((k - 1.0) * sum)).sqrt()),
            tau2,
            q,
            i2: if q > 0.0 { ((q - k + 1.0) / q).max(0.0) } else { 0.0 },
        })
    }
}

/// What one origin published about one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Who made the figure.
    pub origin: String,
    /// The source that published it.
    pub source: String,
    /// The day of publication.
    pub published: jiff::civil::Date,
    /// The published value, or the middle of the range; `None` if only a bound was published.
    pub value: Option<f64>,
    /// The standard error of its logarithm.
    pub standard_error: f64,
    /// The bound, if one was published: its value, and whether the true value is above it.
    pub bound: Option<(f64, bool)>,
    /// The weight: 1, or less by a rule for the source.
    pub weight: f64,
}

/// Fewer estimates than this are pooled with Student's t distribution.
const FEW: usize = 10;

/// Pools the figures of several origins in logarithms.
///
/// From three to nine figures, the standard error is that of Knapp and Hartung with k - 1 degrees of freedom, and at least that
/// of DerSimonian and Laird. Two figures have one degree of freedom, whose intervals would be too wide to be useful: they use the
/// normal distribution with the larger of the two errors. A figure's variance is divided by its weight. `None` if no figure has
/// a value above zero.
pub fn pool(figures: &[Figure], limits: (Option<f64>, Option<f64>)) -> Option<Estimate> {
    let valued = || figures.iter().filter_map(|f| Some((f, f.value.filter(|v| *v > 0.0)?)));
    let logs: Vec<(f64, f64)> =
        valued().map(|(f, value)| (value.ln(), f.standard_error.max(1e-9).powi(2) / f.weight)).collect();
    let pooled = RandomEffects::of(&logs)?;
    let larger_error = pooled.knapp_hartung.unwrap_or(0.0).max(pooled.standard_error);
    let degrees = (3..FEW).contains(&logs.len()).then(|| (logs.len() - 1) as f64);
    let standard_error = if logs.len() < FEW { larger_error } else { pooled.standard_error };
    let bound = |f: &Figure| {
        let (value, at_least) = f.bound.filter(|(value, _)| *value > 0.0)?;
        Some(Bound { value, standard_error: f.standard_error / f.weight.sqrt(), at_least })
    };
    let only = valued().next().filter(|_| logs.len() == 1).map(|(_, value)| value);
    Some(Estimate {
        value: only.unwrap_or_else(|| pooled.estimate.exp()),
        standard_error,
        degrees,
        bounds: figures.iter().filter_map(bound).collect(),
        limits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(origin: &str, value: f64, standard_error: f64) -> Figure {
        Figure {
            origin: origin.to_owned(),
            source: origin.to_owned(),
            published: jiff::civil::date(2026, 1, 1),
            value: Some(value),
            standard_error,
            bound: None,
            weight: 1.0,
        }
    }

    /// An independent evaluation: 118.32, 130, 95 and 150 with errors .13128, .08, .15 and .25 in logs.
    #[test]
    fn four_sources_in_logs_equal_the_reference() {
        let figures = [
            figure("a", 118.3215957, 0.13128),
            figure("b", 130.0, 0.08),
            figure("c", 95.0, 0.15),
            figure("d", 150.0, 0.25),
        ];
        let logs: Vec<(f64, f64)> = figures.iter().map(|f| (f.value.unwrap().ln(), f.standard_error.powi(2))).collect();
        let pooled = RandomEffects::of(&logs).unwrap();
        assert!((pooled.estimate.exp() - 120.508_045_708).abs() < 1e-6);
        assert!((pooled.standard_error - 0.077_920_554_839_852_58).abs() < 1e-9);
        assert!((pooled.tau2 - 0.006_939_534_771_043_105).abs() < 1e-9);
        let estimate = pool(&figures, (None, None)).unwrap();
        assert_eq!(estimate.degrees, Some(3.0));
        assert!(estimate.standard_error >= pooled.standard_error);
    }

    #[test]
    fn one_figure_keeps_its_error_and_a_lower_weight_counts_less() {
        let estimate = pool(&[figure("a", 100.0, 0.15)], (None, None)).unwrap();
        assert!((estimate.value - 100.0).abs() < 1e-9 && (estimate.standard_error - 0.15).abs() < 1e-12);
        let light = Figure { weight: 0.1, ..figure("b", 200.0, 0.15) };
        let estimate = pool(&[figure("a", 100.0, 0.15), light], (None, None)).unwrap();
        assert!(estimate.value < 130.0, "{}", estimate.value);
        assert!(pool(&[figure("a", -1.0, 0.15)], (None, None)).is_none());
    }
}
