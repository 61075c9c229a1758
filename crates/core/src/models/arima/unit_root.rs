//! The number of differences of a series.
//!
//! The test of Kwiatkowski, Phillips, Schmidt and Shin (1992) of a constant level: Σ S_t² / (n² s²(l)), S_t the partial
//! sums of the deviations from the mean and s²(l) their long-run variance with the weights 1 - k / (l + 1), against
//! 0.463 (5 %). A series is differenced until it passes (Hyndman and Khandakar 2008), with l = trunc(3 √n / 13) as in
//! R's package forecast. It is differenced seasonally where the strength of its season exceeds 0.64.

use super::design::is_constant;
use crate::models::season::{interpolated, mstl, seasonal_strength};

/// The 5 % point of the test of a constant level.
const CRITICAL: f64 = 0.463;
/// The strength of the season above which a seasonal difference is taken.
const STRONG: f64 = 0.64;
/// The largest number of differences.
const MOST: usize = 2;

/// The statistic of Kwiatkowski, Phillips, Schmidt and Shin (1992) for a constant level, with `lags` covariances in the
/// long-run variance; missing values are left out, and equal values give 0.
///
/// ```
/// use onpace::models::kpss_level;
/// let rising: Vec<f64> = (0..50).map(f64::from).collect();
/// assert!(kpss_level(&rising, 1) > 0.739); // the 1 % point
/// ```
pub fn kpss_level(values: &[f64], lags: usize) -> f64 {
    let known: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    let n = known.len() as f64;
    let largest = known.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
    if largest == 0.0 {
        return 0.0;
    }
    let mean = known.iter().map(|v| v / largest).sum::<f64>() / n;
    let deviations: Vec<f64> = known.iter().map(|v| v / largest - mean).collect();
    let product = |lag: usize| deviations.iter().zip(deviations.iter().skip(lag)).map(|(a, b)| a * b).sum::<f64>();
    let weighted = |lag: usize| 2.0 * (1.0 - lag as f64 / (lags + 1) as f64) * product(lag);
    let variance = (product(0) + (1..=lags).map(weighted).sum::<f64>()) / n;
    let mut sum = 0.0;
    let mut squares = 0.0;
    for deviation in &deviations {
        sum += deviation;
        squares += sum * sum;
    }
    if variance > f64::EPSILON * f64::EPSILON { squares / (n * n * variance) } else { 0.0 }
}

/// The number of differences, at most two, after which the test at 5 % does not reject a constant level. Missing values
/// are left out of the test, and so are differences with them.
///
/// ```
/// use onpace::models::differences;
/// let wave: Vec<f64> = (0..60).map(|t| f64::from(t % 5)).collect();
/// assert_eq!(differences(&wave), 0);
/// ```
pub fn differences(values: &[f64]) -> usize {
    let largest = values.iter().filter(|v| !v.is_nan()).fold(0.0_f64, |most, v| most.max(v.abs()));
    let unit = if largest > 0.0 { largest } else { 1.0 };
    let mut left: Vec<f64> = values.iter().map(|v| v / unit).collect();
    for taken in 0..MOST {
        let known: Vec<f64> = left.iter().copied().filter(|v| !v.is_nan()).collect();
        let lags = (3.0 * (known.len() as f64).sqrt() / 13.0) as usize;
        if known.len() < 3 || is_constant(&known) || kpss_level(&known, lags) <= CRITICAL {
            return taken;
        }
        left = difference(&left, 1);
    }
    MOST
}

/// One seasonal difference or none: one where the series has more than two seasons and the strength of the season
/// (Wang, Smith and Hyndman 2006) exceeds 0.64.
///
/// ```
/// use onpace::models::seasonal_differences;
/// let wave: Vec<f64> = (0..60).map(|t| f64::from(t % 4) + 0.01 * f64::from(t * t % 7)).collect();
/// assert_eq!(seasonal_differences(&wave, 4), 1);
/// ```
pub fn seasonal_differences(values: &[f64], season: usize) -> usize {
    let known = values.iter().filter(|v| !v.is_nan()).count();
    if season < 2 || known <= 2 * season || values.len() <= 2 * season {
        return 0;
    }
    let largest = values.iter().filter(|v| !v.is_nan()).fold(0.0_f64, |most, v| most.max(v.abs()));
    let unit = if largest > 0.0 { largest } else { 1.0 };
    let filled = interpolated(&values.iter().map(|v| v / unit).collect::<Vec<_>>());
    let strength = mstl(&filled, &[season], None).map(|found| seasonal_strength(&found.seasonal[0], &found.remainder));
    usize::from(!is_constant(&filled) && strength.is_some_and(|strength| strength > STRONG))
}

/// y_t - y_{t-lag}.
pub(super) fn difference(values: &[f64], lag: usize) -> Vec<f64> {
    values.iter().skip(lag).zip(values).map(|(now, before)| now - before).collect()
}
