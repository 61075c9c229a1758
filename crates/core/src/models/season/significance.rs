//! A test for a season: the autocorrelation at its lag compared with its standard error.
//!
//! |r_m| > z √((1 + 2 Σ_{k<m} r_k²) / n), z the normal quantile of the two-sided confidence: Bartlett's (1946) error of
//! r_m where the autocorrelations vanish from lag m on. Theta in the M3 competition tests so at 90 % (Assimakopoulos
//! and Nikolopoulos 2000; Fiorucci et al. 2016).

use statrs::distribution::{ContinuousCDF, Normal};

/// Whether values have a season of `period` steps, at a two-sided confidence such as 0.9 (z = 1.6449). Never for a
/// period below 2, for no more than two seasons, for a constant, or where a value is missing. Costs n × period steps
/// and no memory.
///
/// ```
/// use onpace::models::season::has_season;
/// let values: Vec<f64> = (0..24).map(|t| [1.0, 5.0, 2.0, 9.0][t % 4]).collect();
/// assert!(has_season(&values, 4, 0.9) && !has_season(&values[..8], 4, 0.9));
/// ```
pub fn has_season(values: &[f64], period: usize, confidence: f64) -> bool {
    let n = values.len();
    if period < 2 || n / 2 < period || n == 2 * period {
        return false;
    }
    // Values are divided by the largest so that no square overflows or underflows.
    let largest = values.iter().fold(0.0, |largest: f64, y| largest.max(y.abs()));
    let unit = 1.0 / largest;
    if !unit.is_finite() || unit <= 0.0 {
        return false;
    }
    let mean = values.iter().map(|y| y * unit).sum::<f64>() / n as f64;
    let covariance = |lag: usize| product(values, &values[lag..], unit, mean);
    let variance = covariance(0);
    // The deviations of a constant are rounding errors.
    if variance.is_nan() || variance <= 1e-24 * n as f64 {
        return false;
    }
    let squares: f64 = (1..period).map(|lag| (covariance(lag) / variance).powi(2)).sum();
    let z = Normal::standard().inverse_cdf(0.5 + 0.5 * confidence.clamp(0.0, 1.0));
    (covariance(period) / variance).abs() > z * ((1.0 + 2.0 * squares) / n as f64).sqrt()
}

/// The sum of products of deviations, in four partial sums that a processor adds at once.
fn product(a: &[f64], b: &[f64], unit: f64, mean: f64) -> f64 {
    let a = &a[..b.len()];
    let term = |a: f64, b: f64| (a * unit - mean) * (b * unit - mean);
    let (fours, others) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = fours.remainder().iter().zip(others.remainder()).map(|(a, b)| term(*a, *b)).sum();
    let mut sums = [0.0; 4];
    for (a, b) in fours.zip(others) {
        for k in 0..4 {
            sums[k] += term(a[k], b[k]);
        }
    }
    rest + (sums[0] + sums[1]) + (sums[2] + sums[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1 0 0 1 0 0 1 has mean 3/7, squares 12/7, and r_1 = -.357143, r_2 = -.464286, r_3 = .595238, so that
    /// r_3 is 1.212780 standard errors from zero: a season of three at 77 % (1.2004) and not at 78 % (1.2265).
    #[test]
    fn the_test_equals_one_by_hand() {
        let values = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0];
        assert!(has_season(&values, 3, 0.77));
        assert!(!has_season(&values, 3, 0.78));
    }

    #[test]
    fn degenerate_values_have_no_season() {
        for values in [vec![], vec![3.3; 40], vec![0.0; 40], vec![f64::NAN; 40], vec![1e300; 40]] {
            assert!(!has_season(&values, 4, 0.9));
        }
        let season: Vec<f64> = (0..8).map(|t| f64::from(t % 4)).collect();
        assert!(!has_season(&season, 4, 0.9), "no more than two seasons");
        for scale in [1e-300, 1.0, 1e300] {
            let season: Vec<f64> = (0..40).map(|t| scale * f64::from(t % 4)).collect();
            assert!(has_season(&season, 4, 0.9), "{scale}");
        }
        assert!(!has_season(&[1.0; 9], usize::MAX, 0.9));
    }
}
