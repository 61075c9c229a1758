//! Classical decomposition: a centred moving average over one season as the trend, and for each place in the season the
//! mean of the rest.
//!
//! T_t = (½ y_{t-h} + y_{t-h+1} + … + ½ y_{t+h}) / m for an even season m = 2h, without the halves for an odd one.
//! Multiplicative: the mean ratio y_t / T_t of each place over the mean of those means, so that the indices have mean
//! 1; additive: the mean difference y_t - T_t less the mean of those means, so that they sum to 0 (Macaulay 1931;
//! Hyndman and Athanasopoulos 2021, section 3.4).

/// The result of a classical decomposition.
#[derive(Debug, Clone, PartialEq)]
pub struct Classical {
    /// One index for each place in the season, `(period,)`, that of the first value first: factors with mean 1, or
    /// summands with sum 0 in units of the values.
    pub indices: Vec<f64>,
    /// The centred moving average, `(n,)`, NaN for the half season at either end.
    pub trend: Vec<f64>,
    /// Whether the indices are factors.
    pub multiplicative: bool,
}

impl Classical {
    /// The values without their season, `(n,)`: divided by the indices or less them. The first value must have the same
    /// place in the season as the first value of the decomposition.
    pub fn adjusted(&self, values: &[f64]) -> Vec<f64> {
        let indices = self.indices.iter().cycle();
        let adjusted = |(y, index): (&f64, &f64)| if self.multiplicative { y / index } else { y - index };
        values.iter().zip(indices).map(adjusted).collect()
    }
}

/// Decomposes values with a season of `period` steps. `None` for a period below 2, fewer than two whole seasons, a
/// value that is missing, or indices that are not finite (a moving average of zero in the multiplicative form).
///
/// ```
/// use onpace::models::season::classical;
/// let values: Vec<f64> = (0..12).map(|t| [80.0, 120.0][t % 2]).collect();
/// let found = classical(&values, 2, true).ok_or("no season")?;
/// assert!((found.indices[0] - 0.8).abs() < 1e-12 && (found.adjusted(&values)[1] - 100.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn classical(values: &[f64], period: usize, multiplicative: bool) -> Option<Classical> {
    let n = values.len();
    if period < 2 || n / 2 < period || values.iter().any(|y| !y.is_finite()) {
        return None;
    }
    let trend = centred_average(values, period);
    let mut indices = vec![0.0; period];
    let half = period / 2;
    for (place, index) in indices.iter_mut().enumerate() {
        // The first period of this place that has a trend.
        let from = if place < half { place + period } else { place };
        let (mut sum, mut count) = (0.0, 0.0);
        for t in (from..n - half).step_by(period) {
            sum += if multiplicative { values[t] / trend[t] } else { values[t] - trend[t] };
            count += 1.0;
        }
        *index = sum / count;
    }
    let mean = indices.iter().sum::<f64>() / period as f64;
    indices.iter_mut().for_each(|index| if multiplicative { *index /= mean } else { *index -= mean });
    indices.iter().all(|index| index.is_finite()).then_some(Classical { indices, trend, multiplicative })
}

/// NaN where the window does not fit.
fn centred_average(values: &[f64], period: usize) -> Vec<f64> {
    let (n, half) = (values.len(), period / 2);
    let mut trend = vec![f64::NAN; n];
    for (t, trend) in trend.iter_mut().enumerate().take(n - half).skip(half) {
        let window = &values[t - half..=t + half];
        // The window of an even season has one value more than the season; both ends have half the weight.
        let ends = if period.is_multiple_of(2) { 0.5 * (window[0] + window[2 * half]) } else { 0.0 };
        *trend = (window.iter().sum::<f64>() - ends) / period as f64;
    }
    trend
}

/// Values with each run of missing ones (NaN) on a straight line between its neighbours, and the nearest known value at
/// the ends; empty where none is known. Good enough to find indices, which need complete values; it flattens the season
/// in long runs, so forecasts should not be based on it.
///
/// ```
/// use onpace::models::season::interpolated;
/// assert_eq!(interpolated(&[f64::NAN, 1.0, f64::NAN, f64::NAN, 4.0]), [1.0, 1.0, 2.0, 3.0, 4.0]);
/// ```
pub fn interpolated(values: &[f64]) -> Vec<f64> {
    let mut filled = values.to_vec();
    let mut known = values.iter().enumerate().filter(|(_, y)| !y.is_nan());
    let Some((mut from, mut low)) = known.next() else { return Vec::new() };
    filled[..from].fill(*low);
    for (to, high) in known {
        for (t, value) in filled.iter_mut().enumerate().take(to).skip(from + 1) {
            let part = (t - from) as f64 / (to - from) as f64;
            *value = (1.0 - part) * low + part * high;
        }
        (from, low) = (to, high);
    }
    filled[from..].fill(*low);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_with_a_season_is_taken_apart_exactly() {
        for period in [2, 3, 4, 7] {
            let index = |t: usize| (t % period) as f64 - (period as f64 - 1.0) / 2.0;
            let values: Vec<f64> = (0..3 * period + 1).map(|t| 10.0 + 2.0 * t as f64 + index(t)).collect();
            let found = classical(&values, period, false).unwrap();
            for (place, found) in found.indices.iter().enumerate() {
                assert!((found - index(place)).abs() < 1e-12, "{period} {place}");
            }
            let half = period / 2;
            assert!(found.trend[half - 1].is_nan() && (found.trend[half] - 10.0 - 2.0 * half as f64).abs() < 1e-12);
        }
    }

    #[test]
    fn what_has_no_index_is_refused() {
        assert!(classical(&[1.0, 2.0, 3.0], 2, false).is_none());
        assert!(classical(&[1.0, f64::NAN, 3.0, 4.0], 2, false).is_none());
        assert!(classical(&[0.0; 8], 2, true).is_none());
        assert!(classical(&[], 12, true).is_none() && classical(&[1.0; 9], 1, true).is_none());
        assert_eq!(classical(&[0.0; 8], 2, false).unwrap().indices, [0.0, 0.0]);
        assert!(interpolated(&[f64::NAN; 3]).is_empty() && interpolated(&[]).is_empty());
    }
}
