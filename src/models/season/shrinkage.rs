//! Seasonal indices drawn toward no season, by how uncertain they are (Miller and Williams 2003).
//!
//! V is the mean squared standard error of the m indices S_j, from the ratios (differences) whose mean each is.
//! - James-Stein: S_j + W (1 - S_j), W = (m - 3) / (m - 1) · V / (V + A), A = max(0, Σ (S_j - 1)² / (m - 1) - V).
//! - Lemon-Krutchkoff: Σ_i S_i φ((S_j - S_i) / √V) / Σ_i φ((S_j - S_i) / √V), φ the normal density; scaled to mean 1.
//!
//! Their choice between the two is in the form of Spiliotis, Assimakopoulos and Nikolopoulos (2019): with a skewness of
//! the indices below 0.5 none where W < 0.2, else James-Stein; from 0.5 on Lemon-Krutchkoff where W < 0.5, else
//! James-Stein. Here it is the size of the skewness that counts. Additive indices go toward 0 the same way.

use super::classical::Classical;

/// How indices are shrunken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shrinkage {
    /// All by the same part toward no season.
    JamesStein,
    /// Each toward those near it, so that a lone peak stays.
    LemonKrutchkoff,
    /// Miller and Williams' choice between none and the two.
    MillerWilliams,
}

/// The indices of a decomposition of `values`, shrunken, `(period,)`; the same as they were where a place in the season
/// has only one ratio. James-Stein leaves periods of at most 3 as they are.
///
/// ```
/// use onpace::models::season::{Shrinkage, classical, shrunken};
/// let values = [9.0, 10.0, 12.0, 10.0, 10.0, 11.0, 9.0, 11.0, 8.0, 12.0, 11.0, 9.0, 10.0, 9.0, 12.0, 10.0];
/// let found = classical(&values, 4, true).ok_or("no season")?;
/// let indices = shrunken(&values, &found, Shrinkage::JamesStein);
/// assert!(indices.iter().zip(&found.indices).all(|(new, old)| (new - 1.0).abs() < (old - 1.0).abs()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shrunken(values: &[f64], found: &Classical, how: Shrinkage) -> Vec<f64> {
    let neutral = if found.multiplicative { 1.0 } else { 0.0 };
    match variance(values, found) {
        Some(variance) if variance > 0.0 => shrink(&found.indices, neutral, variance, how),
        _ => found.indices.clone(),
    }
}

/// V; `None` where a place has fewer than two ratios.
fn variance(values: &[f64], found: &Classical) -> Option<f64> {
    let period = found.indices.len();
    let ratio = |t: usize| if found.multiplicative { values[t] / found.trend[t] } else { values[t] - found.trend[t] };
    let mut total = 0.0;
    for place in 0..period {
        let known = || {
            (place..values.len().min(found.trend.len()))
                .step_by(period)
                .filter(|t| found.trend[*t].is_finite())
                .map(ratio)
        };
        let count = known().count() as f64;
        let mean = known().sum::<f64>() / count;
        total += known().map(|r| (r - mean).powi(2)).sum::<f64>() / (count * (count - 1.0));
    }
    let variance = total / period as f64;
    variance.is_finite().then_some(variance)
}

fn shrink(indices: &[f64], neutral: f64, variance: f64, how: Shrinkage) -> Vec<f64> {
    let m = indices.len() as f64;
    let spread = indices.iter().map(|s| (s - neutral).powi(2)).sum::<f64>() / (m - 1.0);
    let weight = ((m - 3.0) / (m - 1.0)).max(0.0) * variance / (variance + (spread - variance).max(0.0));
    let james_stein = || indices.iter().map(|s| s + weight * (neutral - s)).collect();
    match how {
        Shrinkage::JamesStein => james_stein(),
        Shrinkage::LemonKrutchkoff => lemon_krutchkoff(indices, neutral, variance),
        Shrinkage::MillerWilliams => match skewness(indices).abs() < 0.5 {
            true if weight < 0.2 => indices.to_vec(),
            false if weight < 0.5 => lemon_krutchkoff(indices, neutral, variance),
            _ => james_stein(),
        },
    }
}

fn lemon_krutchkoff(indices: &[f64], neutral: f64, variance: f64) -> Vec<f64> {
    let smoothed = |at: &f64| {
        let (mut sum, mut weights) = (0.0, 0.0);
        for index in indices {
            let weight = (-0.5 * (at - index).powi(2) / variance).exp();
            sum += weight * index;
            weights += weight;
        }
        sum / weights
    };
    let mut smoothed: Vec<f64> = indices.iter().map(smoothed).collect();
    let mean = smoothed.iter().sum::<f64>() / smoothed.len() as f64;
    smoothed.iter_mut().for_each(|s| if neutral == 1.0 { *s /= mean } else { *s -= mean });
    smoothed
}

/// The third moment about the mean over the second to the power of 1.5; 0 for equal indices.
fn skewness(indices: &[f64]) -> f64 {
    let m = indices.len() as f64;
    let mean = indices.iter().sum::<f64>() / m;
    let moment = |power: i32| indices.iter().map(|s| (s - mean).powi(power)).sum::<f64>() / m;
    let skewness = moment(3) / moment(2).powf(1.5);
    if skewness.is_finite() { skewness } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::classical::classical;
    use super::*;

    fn assert_near(found: &[f64], expected: &[f64]) {
        let near = found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-6);
        assert!(near && found.len() == expected.len(), "{found:?} {expected:?}");
    }

    /// By hand, V = .01: Σ (S - 1)² / 3 = .1 / 3, A = .07 / 3, W = 1/3 · .01 / (.1 / 3) = .1. The kernel's weights at
    /// distances of 0, .1, .2, .3 and .4 are 1, e^-.5, e^-2, e^-4.5 and e^-8.
    #[test]
    fn indices_shrink_as_by_hand() {
        let indices = [0.8, 0.9, 1.1, 1.2];
        let james_stein = [0.82, 0.91, 1.09, 1.18];
        assert_near(&shrink(&indices, 1.0, 0.01, Shrinkage::JamesStein), &james_stein);
        let smoothed = shrink(&indices, 1.0, 0.01, Shrinkage::LemonKrutchkoff);
        assert_near(&smoothed, &[0.839_630, 0.882_742, 1.117_258, 1.160_370]);
        // No skewness, W = .1: as they are. With V = .04 A is 0 and W = 1/3: James-Stein.
        assert_near(&shrink(&indices, 1.0, 0.01, Shrinkage::MillerWilliams), &indices);
        let shrunk = shrink(&indices, 1.0, 0.04, Shrinkage::MillerWilliams);
        assert_near(&shrunk, &[2.6 / 3.0, 2.8 / 3.0, 3.2 / 3.0, 3.4 / 3.0]);
    }

    /// One peak in four: skewness 1.15, a small W: the peak keeps its size and the rest become one.
    #[test]
    fn a_lone_peak_stays() {
        let shrunk = shrink(&[0.8, 0.9, 0.85, 1.45], 1.0, 0.01, Shrinkage::MillerWilliams);
        assert!((shrunk[3] - 1.45).abs() < 1e-3, "{shrunk:?}");
        assert!(shrunk[1] - shrunk[0] < 0.05, "{shrunk:?}");
    }

    /// By hand: two ratios a place, 1 ± .1 about each index of a season of two; squared error .01 each.
    #[test]
    fn the_variance_is_that_of_the_means() {
        let found = Classical { indices: vec![0.7, 1.3], trend: vec![1.0; 4], multiplicative: true };
        assert!((variance(&[0.6, 1.2, 0.8, 1.4], &found).unwrap() - 0.01).abs() < 1e-12);
    }

    #[test]
    fn degenerate_indices_stay_finite() {
        for values in [vec![5.0; 40], vec![1e-300; 40], (0..9).map(f64::from).collect(), vec![1e300; 40]] {
            for multiplicative in [false, true] {
                let Some(found) = classical(&values, 4, multiplicative) else { continue };
                for how in [Shrinkage::JamesStein, Shrinkage::LemonKrutchkoff, Shrinkage::MillerWilliams] {
                    assert!(shrunken(&values, &found, how).iter().all(|s| s.is_finite()), "{how:?}");
                }
            }
        }
    }
}
