//! The strength of trend and season: one minus the remainder's share of the variance.
//!
//! F = max(0, 1 - Var(R) / Var(C + R)), C the seasonal component or the trend of a decomposition (Wang, Smith and
//! Hyndman 2006). The values depend on the decomposition. A seasonal strength above 0.64 calls for one seasonal
//! difference in R's `nsdiffs`.

/// The strength of a season, 0 (none) to 1, from the components of a decomposition.
///
/// ```
/// use onpace::models::season::{StlOptions, seasonal_strength, stl};
/// let values: Vec<f64> = (0..24).map(|t| f64::from(t * t % 7) * 0.01 + [3.0, -1.0, -2.0, 0.0][t as usize % 4]).collect();
/// let parts = stl(&values, 4, &StlOptions::periodic()).ok_or("no season")?;
/// assert!(seasonal_strength(&parts.seasonal, &parts.remainder) > 0.99);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn seasonal_strength(seasonal: &[f64], remainder: &[f64]) -> f64 {
    strength(seasonal, remainder)
}

/// The strength of a trend, 0 (none) to 1, from the components of a decomposition.
///
/// ```
/// use onpace::models::season::trend_strength;
/// assert!(trend_strength(&[1.0, 2.0, 3.0, 4.0], &[0.1, -0.1, -0.1, 0.1]) > 0.98);
/// ```
pub fn trend_strength(trend: &[f64], remainder: &[f64]) -> f64 {
    strength(trend, remainder)
}

/// 0 where nothing varies.
fn strength(component: &[f64], remainder: &[f64]) -> f64 {
    let pairs = || component.iter().zip(remainder);
    // Values are divided by the largest so that no square overflows or underflows.
    let largest = pairs().fold(0.0, |largest: f64, (c, r)| largest.max(c.abs()).max(r.abs()));
    if !(largest > 0.0 && largest.is_finite()) {
        return 0.0;
    }
    let count = pairs().count() as f64;
    let variance = |of: fn(f64, f64) -> f64| {
        let mean = pairs().map(|(c, r)| of(c / largest, r / largest)).sum::<f64>() / count;
        pairs().map(|(c, r)| (of(c / largest, r / largest) - mean).powi(2)).sum::<f64>()
    };
    let (rest, all) = (variance(|_, r| r), variance(|c, r| c + r));
    // Components that are rounding errors have no strength.
    if all > 1e-24 * count { (1.0 - rest / all).clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: Var(R) = .01, Var(C + R) over (1.1, 1.9, 2.9, 4.1) = 5.04 / 4 = 1.26.
    #[test]
    fn the_strength_equals_one_by_hand() {
        let strength = trend_strength(&[1.0, 2.0, 3.0, 4.0], &[0.1, -0.1, -0.1, 0.1]);
        assert!((strength - (1.0 - 0.01 / 1.26)).abs() < 1e-12, "{strength}");
        for scale in [1e-300, 1e300] {
            let component = [1.0, 2.0, 3.0, 4.0].map(|c| c * scale);
            let remainder = [0.1, -0.1, -0.1, 0.1].map(|r| r * scale);
            assert!((trend_strength(&component, &remainder) - strength).abs() < 1e-9);
        }
    }

    #[test]
    fn what_does_not_vary_has_no_strength() {
        assert_eq!(seasonal_strength(&[0.0; 5], &[0.0; 5]), 0.0);
        assert_eq!(seasonal_strength(&[], &[]), 0.0);
        assert_eq!(seasonal_strength(&[f64::NAN; 5], &[1.0; 5]), 0.0);
    }
}
