//! Scores of forecasts against what came: points, samples, quantiles, intervals. Smaller is better throughout.
//!
//! | score | of | unit |
//! |---|---|---|
//! | error over [`scale`], root of squared error over [`squared_scale`] | a point (MASE, RMSSE) | none |
//! | [`symmetric_percentage_error`], [`log_error`] | a point (sMAPE, mean absolute log error) | per cent, logs |
//! | [`pinball`] | a quantile | the series' |
//! | [`crps_of_sample`], [`crps_of_quantiles`] | a distribution | the series' |
//! | [`interval_score`], [`weighted_interval_score`] | an interval, nested intervals | the series' |
//! | [`owa`] | a point, against [`naive2`] | none |
//!
//! Where a score may not exist it is an `Option`, and numbers that are not finite have none; the others pass NaN on.

pub use crate::numerics::quantiles::pinball;

/// Mean absolute seasonal difference of a history, the divisor of MASE: 1/(n-m) Σ |y_t - y_{t-m}| (Hyndman and Koehler
/// 2006), in units of the series.
///
/// A history no longer than the season is differenced at lag 1; differences to missing values (NaN) are left out.
/// `None` for fewer than two values, and where all differences are zero, as in a constant history.
///
/// ```
/// use onpace::evaluate::scores::scale;
/// let history = [10.0, 20.0, 12.0, 23.0];
/// assert_eq!(scale(&history, 2), Some(2.5));
/// assert_eq!(scale(&[7.0, 7.0, 7.0], 1), None);
/// ```
pub fn scale(history: &[f64], season_length: usize) -> Option<f64> {
    mean_difference(history, season_length, f64::abs)
}

/// Mean squared seasonal difference of a history, the divisor under the root of RMSSE (Makridakis, Spiliotis and
/// Assimakopoulos 2022), in squared units of the series; otherwise as [`scale`].
///
/// ```
/// use onpace::evaluate::scores::squared_scale;
/// assert_eq!(squared_scale(&[10.0, 20.0, 12.0, 23.0], 2), Some(6.5));
/// ```
pub fn squared_scale(history: &[f64], season_length: usize) -> Option<f64> {
    mean_difference(history, season_length, |difference| difference * difference)
}

fn mean_difference(history: &[f64], season_length: usize, size: impl Fn(f64) -> f64) -> Option<f64> {
    let n = history.len();
    if n < 2 || history.iter().any(|v| v.is_infinite()) {
        return None;
    }
    let lag = if n > season_length { season_length.max(1) } else { 1 };
    let differences = history.iter().skip(lag).zip(history).map(|(later, earlier)| later - earlier);
    let (sum, count) =
        differences.filter(|d| !d.is_nan()).fold((0.0, 0_usize), |(sum, count), d| (sum + size(d), count + 1));
    let mean = sum / count as f64;
    (mean > 0.0 && mean.is_finite()).then_some(mean)
}

/// Symmetric absolute percentage error of one forecast, 200 |y - f| / (|y| + |f|), 0 where both are zero: the M4
/// competition's (Makridakis, Spiliotis and Assimakopoulos 2020), between 0 and 200 per cent. Its mean is sMAPE.
///
/// ```
/// use onpace::evaluate::scores::symmetric_percentage_error;
/// assert_eq!(symmetric_percentage_error(120.0, 80.0), 40.0);
/// assert_eq!(symmetric_percentage_error(0.0, 0.0), 0.0);
/// ```
pub fn symmetric_percentage_error(actual: f64, forecast: f64) -> f64 {
    // Zero to working precision, as the forecast of a series of zeros is.
    if actual.abs() + forecast.abs() < f64::MIN_POSITIVE / f64::EPSILON {
        return 0.0;
    }
    200.0 * (actual - forecast).abs() / (actual.abs() + forecast.abs())
}

/// Absolute log error of one forecast, |ln y - ln f|: exp of its mean, less one, is a typical relative miss.
///
/// A forecast below a thousandth of the actual value, zero and negative ones among them, costs as much as that
/// thousandth, ln 1000. `None` for an actual value that is not positive.
///
/// ```
/// use onpace::evaluate::scores::log_error;
/// assert_eq!(log_error(80.0, 40.0), Some(80.0_f64.ln() - 40.0_f64.ln()));
/// assert_eq!(log_error(80.0, -5.0), Some(1000.0_f64.ln()));
/// assert_eq!(log_error(0.0, 40.0), None);
/// ```
pub fn log_error(actual: f64, forecast: f64) -> Option<f64> {
    if !(actual > 0.0 && all_finite(&[actual, forecast])) {
        return None;
    }
    Some(if forecast <= actual / 1000.0 { 1000.0_f64.ln() } else { (actual.ln() - forecast.ln()).abs() })
}

/// Continuous ranked probability score of a sample that is the forecast, in units of the series: of its empirical
/// distribution function, (2/n²) Σ (x_i - y)(n 1{y < x_i} - i + 1/2) over ascending x (Jordan, Krüger and Lerch 2019).
///
/// It equals mean |x - y| less half the mean |x - x'| over all n² pairs, without the cancellation. `None` for an empty
/// sample.
///
/// ```
/// use onpace::evaluate::scores::crps_of_sample;
/// let score = crps_of_sample(&[1.0, 2.0, 4.0, 7.0, 11.0], 5.0).unwrap_or(f64::NAN);
/// assert!((score - 1.2).abs() < 1e-12);
/// ```
pub fn crps_of_sample(sorted: &[f64], actual: f64) -> Option<f64> {
    let n = sorted.len() as f64;
    let term = |(i, x): (usize, &f64)| {
        let above = if actual < *x { 1.0 } else { 0.0 };
        // Divided before the sum, since values near the largest number would overflow in it.
        (x - actual) * (2.0 / n * (above - (i as f64 + 0.5) / n))
    };
    let score: f64 = sorted.iter().enumerate().map(term).sum();
    (!sorted.is_empty() && score.is_finite()).then_some(score)
}

/// Continuous ranked probability score from quantiles, in units of the series: twice the integral of [`pinball`] over
/// the probability (Gneiting and Ranjan 2011), each quantile standing for the probabilities nearest to its own, the
/// first down to 0 and the last up to 1.
///
/// With probabilities (k - 1/2)/K it is twice the mean pinball loss. Scores from different sets of probabilities
/// are not comparable. `None` for no quantiles, for probabilities that do not ascend between 0 and 1, and for values
/// of another number.
///
/// ```
/// use onpace::evaluate::scores::{crps_of_quantiles, pinball};
/// let score = crps_of_quantiles(&[0.1, 0.5, 0.9], &[6.0, 10.0, 16.0], 12.0);
/// let cells = [0.3 * pinball(6.0, 0.1, 12.0), 0.4 * pinball(10.0, 0.5, 12.0), 0.3 * pinball(16.0, 0.9, 12.0)];
/// assert!((score.unwrap_or(f64::NAN) - 2.0 * cells.iter().sum::<f64>()).abs() < 1e-12);
/// ```
pub fn crps_of_quantiles(probabilities: &[f64], values: &[f64], actual: f64) -> Option<f64> {
    let inside = probabilities.iter().all(|p| *p > 0.0 && *p < 1.0);
    let ascending = probabilities.is_sorted_by(|a, b| a < b);
    if probabilities.is_empty() || probabilities.len() != values.len() || !inside || !ascending {
        return None;
    }
    let starts = std::iter::once(0.0).chain(probabilities.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])));
    let ends = starts.clone().skip(1).chain(std::iter::once(1.0));
    let cells = starts.zip(ends).map(|(start, end)| end - start);
    let losses = probabilities.iter().zip(values).map(|(p, value)| pinball(*value, *p, actual));
    let score = 2.0 * cells.zip(losses).map(|(cell, loss)| cell * loss).sum::<f64>();
    score.is_finite().then_some(score)
}

/// Interval score of a central interval of level 1 - α, (u - l) + (2/α)(l - y)⁺ + (2/α)(y - u)⁺ (Gneiting and Raftery
/// 2007), in units of the series. Over [`scale`], at level 0.95, its mean is MSIS.
///
/// `None` for ends that cross and for a level that is not between 0 and 1.
///
/// ```
/// use onpace::evaluate::scores::interval_score;
/// assert_eq!(interval_score(10.0, 20.0, 0.75, 12.0), Some(10.0));
/// assert_eq!(interval_score(10.0, 20.0, 0.75, 21.0), Some(18.0));
/// ```
pub fn interval_score(lower: f64, upper: f64, level: f64, actual: f64) -> Option<f64> {
    if !(level > 0.0 && level < 1.0 && lower <= upper && actual.is_finite()) {
        return None;
    }
    let miss = (lower - actual).max(0.0) + (actual - upper).max(0.0);
    let score = (upper - lower) + 2.0 / (1.0 - level) * miss;
    score.is_finite().then_some(score)
}

/// Weighted interval score of a median and K central intervals, each (level, lower, upper), in units of the series:
/// (|y - m| / 2 + Σ (α_k / 2) IS_k) / (K + 1/2) (Bracher et al. 2021).
///
/// It is twice the mean [`pinball`] loss of the 2K + 1 quantiles. `None` where an interval has no [`interval_score`].
///
/// ```
/// use onpace::evaluate::scores::weighted_interval_score;
/// assert_eq!(weighted_interval_score(10.0, &[], 14.0), Some(4.0));
/// assert_eq!(weighted_interval_score(10.0, &[(0.5, 8.0, 13.0)], 14.0), Some(2.8333333333333335));
/// ```
pub fn weighted_interval_score(median: f64, intervals: &[(f64, f64, f64)], actual: f64) -> Option<f64> {
    let mut sum = 0.5 * (actual - median).abs();
    for (level, lower, upper) in intervals {
        sum += 0.5 * (1.0 - level) * interval_score(*lower, *upper, *level, actual)?;
    }
    let score = sum / (intervals.len() as f64 + 0.5);
    score.is_finite().then_some(score)
}

/// Naive2 of the M4 competition (Makridakis, Spiliotis and Assimakopoulos 2020), `(horizon,)`, in units of the series:
/// the last value, seasonally adjusted, with the season of each step put back.
///
/// The season counts where the autocorrelation at its lag is significant at 90 %, over at least three seasons; the
/// indices are those of the classical multiplicative decomposition. Else, and where an index is not finite, the
/// last value is repeated. Empty for an empty history and for one with a value that is not finite.
///
/// ```
/// use onpace::evaluate::scores::naive2;
/// let history = [10.0, 20.0].repeat(6);
/// let forecast = naive2(&history, 2, 3);
/// assert!(forecast.iter().zip([10.0, 20.0, 10.0]).all(|(f, expected)| (f - expected).abs() < 1e-12));
/// assert_eq!(naive2(&history, 1, 3), [20.0; 3]);
/// ```
pub fn naive2(history: &[f64], season_length: usize, horizon: usize) -> Vec<f64> {
    let Some(&last) = history.last().filter(|_| all_finite(history)) else { return Vec::new() };
    let naive = vec![last; horizon];
    if !is_seasonal(history, season_length) {
        return naive;
    }
    let indices = seasonal_indices(history, season_length);
    let n = history.len();
    let adjusted = last / indices[(n - 1) % season_length];
    let forecast: Vec<f64> = (n..n + horizon).map(|t| adjusted * indices[t % season_length]).collect();
    if all_finite(&forecast) { forecast } else { naive }
}

/// The M4 competition's test: |r_m| above 1.645 times the standard error under moving-average errors of order m - 1
/// (Bartlett 1946). It looks no further than 10 log10 n lags.
fn is_seasonal(history: &[f64], season_length: usize) -> bool {
    let n = history.len();
    let lags = (10.0 * (n as f64).log10()) as usize;
    if season_length <= 1 || n / 3 < season_length || lags < season_length {
        return false;
    }
    let mean = history.iter().sum::<f64>() / n as f64;
    let deviations: Vec<f64> = history.iter().map(|y| y - mean).collect();
    let covariance = |lag: usize| deviations.iter().skip(lag).zip(&deviations).map(|(a, b)| a * b).sum::<f64>();
    let total = covariance(0);
    let autocorrelation = |lag: usize| covariance(lag) / total;
    let variance = 1.0 + 2.0 * (1..season_length).map(|lag| autocorrelation(lag).powi(2)).sum::<f64>();
    autocorrelation(season_length).abs() > 1.645 * (variance / n as f64).sqrt()
}

/// Indices by place in the season, that of the first value first, with mean 1: means of the ratios to a centred moving
/// average. NaN where a place has none.
fn seasonal_indices(history: &[f64], season_length: usize) -> Vec<f64> {
    let half = season_length / 2;
    let mut sums = vec![0.0; season_length];
    let mut counts = vec![0.0; season_length];
    for t in half..history.len() - half {
        let window = &history[t - half..=t + half];
        let total: f64 = window.iter().sum();
        // An even season spans one value more than its length: both ends count half.
        let excess = if season_length.is_multiple_of(2) { 0.5 * (window[0] + window[2 * half]) } else { 0.0 };
        let ratio = history[t] / ((total - excess) / season_length as f64);
        if !ratio.is_nan() {
            sums[t % season_length] += ratio;
            counts[t % season_length] += 1.0;
        }
    }
    let means: Vec<f64> = sums.iter().zip(&counts).map(|(sum, count)| sum / count).collect();
    let mean = means.iter().sum::<f64>() / season_length as f64;
    means.iter().map(|index| index / mean).collect()
}

/// Overall weighted average of the M4 competition (Makridakis, Spiliotis and Assimakopoulos 2020): the mean of sMAPE
/// and MASE, each relative to that of [`naive2`]; below 1 is better than it.
///
/// All four are means over all series: the ratio is of means, not the mean of ratios. `None` where Naive2 has no error.
///
/// ```
/// use onpace::evaluate::scores::owa;
/// assert_eq!(owa(12.0, 1.5, 16.0, 2.0), Some(0.75));
/// ```
pub fn owa(
    symmetric_percentage_error: f64,
    scaled_error: f64,
    naive2_symmetric_percentage_error: f64,
    naive2_scaled_error: f64,
) -> Option<f64> {
    let percentage = symmetric_percentage_error / naive2_symmetric_percentage_error;
    let average = 0.5 * (percentage + scaled_error / naive2_scaled_error);
    average.is_finite().then_some(average)
}

fn all_finite(values: &[f64]) -> bool {
    values.iter().all(|v| v.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: [f64; 7] = [-3.0, 0.5, 0.5, 1.25, 4.0, 9.0, 30.0];

    #[test]
    fn a_history_within_one_season_is_differenced_at_lag_one() {
        assert_eq!(scale(&[1.0, 4.0, 3.0], 3), Some(2.0));
        assert_eq!(scale(&[1.0, 4.0, 3.0, 9.0], 3), Some(8.0));
        assert_eq!(scale(&[1.0, 4.0], 0), Some(3.0));
        assert_eq!(scale(&[1.0, 4.0, 3.0], usize::MAX), Some(2.0));
        assert_eq!(squared_scale(&[1.0, 4.0, 3.0], 12), Some(5.0));
    }

    #[test]
    fn what_cannot_be_scored_has_no_score() {
        assert_eq!(scale(&[], 1), None);
        assert_eq!(scale(&[5.0], 1), None);
        assert_eq!(scale(&[1.0, 2.0, 1.0, 2.0], 2), None); // repeats exactly
        assert_eq!(scale(&[1.0, f64::NAN, 2.0], 2), Some(1.0)); // missing, and in no difference
        assert_eq!(scale(&[1.0, f64::NAN, 2.0], 1), None);
        assert_eq!(scale(&[1.0, f64::INFINITY, 2.0], 2), None);
        assert_eq!(squared_scale(&[1e200, -1e200], 1), None);
        assert_eq!(log_error(-1.0, 2.0), None);
        assert_eq!(log_error(1.0, f64::NAN), None);
        assert_eq!(log_error(1.0, f64::INFINITY), None);
        assert_eq!(crps_of_sample(&[], 1.0), None);
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(crps_of_sample(&[bad, 1.0, 2.0], 1.5), None);
            assert_eq!(crps_of_sample(&[1.0, 2.0, bad], 1.5), None);
            assert_eq!(crps_of_sample(&[1.0, 2.0], bad), None);
            assert_eq!(crps_of_quantiles(&[0.2, 0.8], &[1.0, bad], 1.5), None);
            assert_eq!(crps_of_quantiles(&[0.2, 0.8], &[1.0, 2.0], bad), None);
            assert_eq!(crps_of_quantiles(&[0.2, bad], &[1.0, 2.0], 1.5), None);
            assert_eq!(interval_score(1.0, 2.0, 0.8, bad), None);
            assert_eq!(interval_score(bad, 2.0, 0.8, 1.5), None);
            assert_eq!(interval_score(1.0, bad, 0.8, 1.5), None);
            assert_eq!(interval_score(1.0, 2.0, bad, 1.5), None);
            assert_eq!(weighted_interval_score(bad, &[(0.8, 1.0, 2.0)], 1.5), None);
            assert!(naive2(&[1.0, bad, 2.0], 1, 2).is_empty());
        }
        assert_eq!(crps_of_quantiles(&[], &[], 1.0), None);
        assert_eq!(crps_of_quantiles(&[0.5], &[1.0, 2.0], 1.0), None);
        assert_eq!(crps_of_quantiles(&[0.0, 0.5], &[1.0, 2.0], 1.0), None);
        assert_eq!(crps_of_quantiles(&[0.5, 0.5], &[1.0, 2.0], 1.0), None);
        assert_eq!(crps_of_quantiles(&[0.5, 1.0], &[1.0, 2.0], 1.0), None);
        assert_eq!(interval_score(2.0, 1.0, 0.8, 1.5), None);
        assert_eq!(interval_score(1.0, 2.0, 1.0, 1.5), None);
        assert_eq!(weighted_interval_score(1.5, &[(0.8, 1.0, 2.0), (0.9, 2.0, 1.0)], 1.5), None);
        assert!(naive2(&[], 4, 2).is_empty());
        assert_eq!(owa(1.0, 1.0, 0.0, 1.0), None);
        assert_eq!(owa(0.0, 1.0, 0.0, 1.0), None);
    }

    #[test]
    fn a_log_error_is_never_above_that_of_a_thousandth() {
        let floor = 1000.0_f64.ln();
        assert_eq!(log_error(50.0, 0.0), Some(floor));
        assert_eq!(log_error(50.0, 0.05), Some(floor));
        assert!(log_error(50.0, 0.051).is_some_and(|e| e < floor && e > floor - 0.03));
        assert!(log_error(50.0, 5e6).is_some_and(|e| e > floor)); // one too high is not cut
        assert!((log_error(1e300, 1e-300).unwrap() - floor).abs() < 1e-12);
    }

    #[test]
    fn percentage_errors_lie_between_0_and_200() {
        assert_eq!(symmetric_percentage_error(0.0, 3.0), 200.0);
        assert_eq!(symmetric_percentage_error(-4.0, 3.0), 200.0);
        assert_eq!(symmetric_percentage_error(-4.0, -4.0), 0.0);
    }

    /// The definition: E|x - y| - E|x - x'| / 2 over all pairs.
    #[test]
    fn the_score_of_a_sample_is_that_of_its_pairs() {
        let n = SAMPLE.len() as f64;
        let pairs = SAMPLE.iter().flat_map(|a| SAMPLE.iter().map(move |b| (a - b).abs())).sum::<f64>() / (n * n);
        for actual in [-10.0, -3.0, 0.5, 0.6, 3.0, 30.0, 31.0] {
            let near = SAMPLE.iter().map(|x| (x - actual).abs()).sum::<f64>() / n;
            assert!((crps_of_sample(&SAMPLE, actual).unwrap() - (near - 0.5 * pairs)).abs() < 1e-12, "{actual}");
        }
    }

    #[test]
    fn a_samples_score_shifts_and_scales_with_it() {
        let plain = crps_of_sample(&SAMPLE, 2.0).unwrap();
        let moved: Vec<f64> = SAMPLE.iter().map(|x| 1e9 + 3.0 * x).collect();
        assert!((crps_of_sample(&moved, 1e9 + 6.0).unwrap() - 3.0 * plain).abs() < 1e-9);
        assert_eq!(crps_of_sample(&[4.0], 1.5), Some(2.5));
        assert_eq!(crps_of_sample(&[4.0; 9], 4.0), Some(0.0));
        let largest = crps_of_sample(&[f64::MAX; 50], 0.0).unwrap();
        assert!((largest / f64::MAX - 1.0).abs() < 1e-12);
    }

    /// The sample's own values are its quantiles at (i - 1/2)/n, each with an equal cell.
    #[test]
    fn quantiles_and_sample_agree_where_they_must() {
        let probabilities: Vec<f64> = (0..7).map(|i| (f64::from(i) + 0.5) / 7.0).collect();
        for actual in [-5.0, 0.5, 2.0, 40.0] {
            let quantiles = crps_of_quantiles(&probabilities, &SAMPLE, actual).unwrap();
            assert!((quantiles - crps_of_sample(&SAMPLE, actual).unwrap()).abs() < 1e-12, "{actual}");
        }
        assert_eq!(crps_of_quantiles(&[0.3], &[4.0], 6.0), Some(1.2)); // one quantile stands for all
    }

    #[test]
    fn the_weighted_interval_score_is_twice_the_mean_pinball_loss() {
        let intervals = [(0.5, 8.0, 11.0), (0.8, 6.5, 13.0), (0.9, 6.0, 17.0)];
        for actual in [2.0, 6.0, 7.0, 9.5, 12.0, 20.0] {
            let ends = intervals.iter().map(|(level, lower, upper)| {
                let tail = 0.5 * (1.0 - level);
                pinball(*lower, tail, actual) + pinball(*upper, 1.0 - tail, actual)
            });
            let mean = (pinball(9.0, 0.5, actual) + ends.sum::<f64>()) / 7.0;
            assert!((weighted_interval_score(9.0, &intervals, actual).unwrap() - 2.0 * mean).abs() < 1e-12, "{actual}");
        }
    }

    #[test]
    fn naive2_repeats_the_last_value_where_no_season_can_be_told() {
        let season = [3.0, 9.0, 6.0];
        let history = season.repeat(5);
        let near = |f: &[f64], expected: &[f64]| f.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(near(&naive2(&history, 3, 4), &[3.0, 9.0, 6.0, 3.0]));
        assert!(near(&naive2(&history[..13], 3, 3), &[9.0, 6.0, 3.0]));
        assert_eq!(naive2(&history, 0, 2), [6.0; 2]);
        assert_eq!(naive2(&history, usize::MAX, 2), [6.0; 2]);
        let mut spikes = [[5.0; 11].as_slice(), &[20.0]].concat().repeat(3);
        assert!(near(&naive2(&spikes, 12, 12), &spikes[..12]));
        spikes.pop();
        assert_eq!(naive2(&spikes, 12, 2), [5.0; 2]); // one value less than three seasons
        assert_eq!(naive2(&[5.0; 30], 3, 2), [5.0; 2]);
        assert_eq!(naive2(&[5.0], 1, 2), [5.0; 2]);
        assert!(naive2(&history, 3, 0).is_empty());
    }

    /// A moving average of zero has no ratio.
    #[test]
    fn naive2_repeats_the_last_value_where_an_index_is_not_finite() {
        let history = [1.0, -1.0].repeat(10);
        assert!(is_seasonal(&history, 2));
        assert_eq!(naive2(&history, 2, 3), [-1.0; 3]);
    }
}
